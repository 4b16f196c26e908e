"""A program that moves files through the journal and may be killed: `python -m tests.s3.killed WISH.json`."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.job import Job
from s3desk.s3.journal.gesture import Gesture
from s3desk.s3.journal.gestures import Kind, Outline, Standing
from s3desk.s3.journal.going_on import planned_downloads, planned_uploads, run
from s3desk.s3.journal.journal import Journal
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.uploads import plan_upload

STARTED = "started"


@dataclass(frozen=True)
class Wish:
    """What to move: the files below `folder`/up to `bucket`/up/, and what is below `bucket`/down/ to `folder`/down."""

    folder: str
    endpoint_url: str
    access_key: str
    secret_key: str
    bucket: str
    bytes_per_second: int

    def write(self, path: Path) -> None:
        """For the command line."""
        path.write_text(json.dumps(asdict(self)))


def main() -> int:
    """Begin the two gestures, or go on with them; 0 when all is moved."""
    wish = Wish(**json.loads(Path(sys.argv[1]).read_text()))
    account = Account("killed", access_key=wish.access_key, secret_key=wish.secret_key, region="us-east-1")
    connection = Connection(replace(account, endpoint_url=wish.endpoint_url))
    connection.limits.bytes_per_second = wish.bytes_per_second
    journal = Journal(Path(wish.folder) / "data")
    gestures = {gesture.outline.kind: gesture for gesture in journal.gestures()}
    for kind in (Kind.UPLOAD, Kind.DOWNLOAD):
        if kind not in gestures:
            gestures[kind] = _begin(journal, connection, wish, kind)
    failures: list[object] = []

    def go_on(gesture: Gesture) -> None:
        failures.extend(run(Job(), connection, gesture))

    open_ones = [gesture for gesture in gestures.values() if gesture.standing is Standing.OPEN]
    threads = [threading.Thread(target=go_on, args=(gesture,)) for gesture in open_ones]
    print(STARTED, flush=True)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    print(*failures, sep="\n", file=sys.stderr)
    return 1 if failures else 0


def _begin(journal: Journal, connection: Connection, wish: Wish, kind: Kind) -> Gesture:
    folder = Path(wish.folder)
    if kind is Kind.UPLOAD:
        plan = plan_upload(Job(), connection, [folder / "up"], Location(wish.bucket))
        return journal.begin(Outline(kind, "up", connection.account, wish.bucket), planned_uploads(plan, plan))
    selection = Selection(wish.bucket, (), ("down/",))
    wanted = plan_download(Job(), connection, selection, "", folder)
    outline = Outline(kind, "down", connection.account, wish.bucket, "", folder)
    return journal.begin(outline, planned_downloads(wanted, wanted))


if __name__ == "__main__":
    sys.exit(main())
