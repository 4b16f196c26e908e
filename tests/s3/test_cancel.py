"""Cancel shows within a second at any moment of any work on a slow network, and leaves nothing half-done anywhere."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.copying.copies import copy_all
from s3desk.s3.copying.copy_object import copy
from s3desk.s3.copying.copy_plan import plan_copies
from s3desk.s3.deleting import delete
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import plan_upload
from tests.s3.conftest import seconds_to_cancel, stored, unfinished
from tests.servers.faults import HoldBodies, Latency, Seen, Stall, is_complete_multipart_upload

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.fault_proxy import FaultProxy

MIB = 1 << 20
LARGE = random.Random(5).randbytes(33 * MIB)  # noqa: S311  # three parts, three ranges
SMALL = {f"{n:02}": bytes([n]) * 60_000 for n in range(40)}
MOMENTS = (0.0, 0.3, 0.8)  # of the bytes on their way


@dataclass
class Place:
    """A bucket behind a proxy, looked into past it, and a folder."""

    connection: Connection
    proxy: FaultProxy
    client: S3Client
    bucket: str
    folder: Path

    def cancelled_when(self, when: Callable[[], bool], operation: Callable[[Job], object]) -> None:
        """Run, cancel, and look that nothing is left but whole things."""
        self.proxy.forget()
        job = Job("cancelled")
        assert seconds_to_cancel(job, when, lambda: operation(job)) < 1
        assert not unfinished(self.client, self.bucket)
        assert not list(self.folder.rglob(".s3desk-*"))
        assert not any(thread.name.startswith("s3desk-") for thread in threading.enumerate())

    def cancelled_in_the_middle(self, size: float, operation: Callable[[Job], object]) -> None:
        """The same when so many bytes, up and down together, have passed; from then on contents stand still."""

        def has_passed() -> bool:
            return bool(self.proxy.requests) and self.proxy.uploaded + self.proxy.downloaded >= size

        def is_content(seen: Seen) -> bool:
            """Not what begins an upload, or asks what is there of it: nobody can clean up without a network."""
            return (
                seen.path.count("/") > 1
                and "uploads" not in seen.query
                and (seen.method == "PUT" or "uploadId" not in seen.query)
            )

        rule = self.proxy.on(is_content, HoldBodies(has_passed))
        self.cancelled_when(has_passed, operation)
        self.proxy.rules.remove(rule)


@pytest.fixture
def place(proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str, tmp_path: Path) -> Place:
    """Nothing in it yet."""
    return Place(proxied, fault_proxy, server_client, bucket, tmp_path)


@pytest.mark.parametrize("size", ["large", "small"])
def test_up_and_down_at_any_moment(place: Place, size: str) -> None:
    contents = {"large": LARGE} if size == "large" else {f"small/{name}": content for name, content in SMALL.items()}
    for name, content in contents.items():
        (place.folder / name).parent.mkdir(exist_ok=True)
        (place.folder / name).write_bytes(content)
    total = sum(map(len, contents.values()))
    upload_plan = plan_upload(Job(), place.connection, [place.folder / size], Location(place.bucket))
    for share in MOMENTS:
        place.cancelled_in_the_middle(
            share * total, lambda job: upload(job, place.connection, upload_plan, replace=frozenset(contents))
        )
        there = {key: body for key, body in stored(place.client, place.bucket).items() if not key.endswith("/")}
        assert "large" not in there
        assert all(contents[key] == body for key, body in there.items())
    for name, content in contents.items():
        place.client.put_object(Bucket=place.bucket, Key=name, Body=content)
    chosen = Selection(place.bucket, ("large",)) if size == "large" else Selection(place.bucket, (), ("small/",))
    for share in MOMENTS:
        folder = place.folder / f"{share}"
        plan = plan_download(Job(), place.connection, chosen, "", folder)
        place.cancelled_in_the_middle(share * total, partial(download, connection=place.connection, plan=plan))
        files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
        assert "large" not in files
        assert all(contents[name] == path.read_bytes() for name, path in files.items())


def is_end(seen: Seen) -> bool:
    return is_complete_multipart_upload(seen)


@pytest.mark.parametrize("when", ["uploads", "partNumber=2", "end"])
def test_a_copy_in_parts_that_the_server_takes_long_for(place: Place, when: str) -> None:
    place.client.put_object(Bucket=place.bucket, Key="large", Body=LARGE)
    matches = is_end if when == "end" else lambda seen: seen.method != "GET" and when in seen.query
    stall = Stall()
    rule = place.proxy.on(matches, stall)
    size = 12 * MIB

    def work(job: Job) -> None:
        copy(job, place.connection, place.bucket, "large", place.bucket, "made", threshold=size, part_size=size)

    place.cancelled_when(lambda: rule.fired > 0, work)
    assert stored(place.client, place.bucket).get("made", LARGE) == LARGE, "it is not there, or it is whole"


@pytest.mark.parametrize("move", [False, True], ids=["copy", "move"])
def test_many_copies_and_deletes(place: Place, move: bool) -> None:
    for name, content in SMALL.items():
        place.client.put_object(Bucket=place.bucket, Key=f"f/{name}", Body=content)
    place.proxy.on(lambda seen: seen.method in ("PUT", "POST", "DELETE"), Latency(0.15))
    chosen = Selection(place.bucket, (), ("f/",))
    target = Location(place.bucket, "to/")
    plan = plan_copies(Job(), place.connection, chosen, "", place.connection, target, move=move)
    place.cancelled_when(
        lambda: sum(seen.method == "PUT" for seen in list(place.proxy.requests)) > 10,
        lambda job: copy_all(job, place.connection, place.connection, plan),
    )
    there = {key: body for key, body in stored(place.client, place.bucket).items() if not key.endswith("/")}
    assert {key for key in there if key.startswith("f/")} == {f"f/{name}" for name in SMALL}, "a move that lost"
    assert all(body == SMALL[key[-2:]] for key, body in there.items())

    hold = Stall()
    rule = place.proxy.on(lambda seen: seen.method == "POST", hold)
    place.cancelled_when(lambda: rule.fired > 0, lambda job: delete(job, place.connection, chosen))
