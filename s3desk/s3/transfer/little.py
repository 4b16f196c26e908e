"""Little files and objects in steps: one request each, of which one thread has many in the air.

What is not simple is answered with None: nothing was noted of it then, and it is done again the usual way, which knows
of everything that may be wrong.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from s3desk.s3.errors import S3Error
from s3desk.s3.journal.record import Result
from s3desk.s3.objects import plain_md5
from s3desk.s3.transfer.checksums import Proof, crc64, note_answer, told_by
from s3desk.s3.transfer.in_flight import LITTLE
from s3desk.s3.transfer.kept_connection import NoAnswerError
from s3desk.s3.transfer.landing import land
from s3desk.s3.transfer.small_file import check_unchanged, content_type, open_file, put_headers, read_whole, stored
from s3desk.s3.transfer.verdict import encryption_in, what_is_wrong

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from s3desk.s3.connection import Connection
    from s3desk.s3.transfer.direct import Direct
    from s3desk.s3.transfer.downloads import DownloadItem
    from s3desk.s3.transfer.nonblocking import NonblockingConnection, Reply, Steps
    from s3desk.s3.transfer.whole import Target


def send_little(
    connection: Connection, direct: Direct, path: Path, target: Target, line: NonblockingConnection
) -> Steps[Result | None]:
    """Send a file (PutObject). Raises S3Error where it arrived as something else."""
    try:
        body = _content(path)
    except (OSError, S3Error):
        return None
    proof = Proof.of(body, connection)
    headers, given = put_headers(connection, target, content_type(target, body), proof)
    request = direct.request("PUT", target.key, "", headers, len(body)) + body
    reply = yield from _asked(direct, line, "put_object", request, given)
    told = {} if reply is None else direct.stored(reply.headers)
    if not told:
        return None
    note_answer(connection, told)
    return stored(target, proof, told, len(body))


def _content(path: Path) -> bytes:
    """All of a file. Raises OSError, and ChangedError where it is written to or has grown."""
    file, before = open_file(path)
    try:
        body = read_whole(file, min(before.size, LITTLE))
    finally:
        os.close(file)
    check_unchanged(path, before, len(body))
    return body


def fetch_little(direct: Direct, item: DownloadItem, line: NonblockingConnection) -> Steps[Result | None]:
    """Fetch an object (GetObject) and give it its name on the disk, where nothing has it."""
    headers = {"if-match": f'"{item.etag}"', "x-amz-checksum-mode": "ENABLED"}
    given = {"Bucket": direct.bucket, "Key": item.key, "IfMatch": headers["if-match"], "ChecksumMode": "ENABLED"}
    request = direct.request("GET", item.key, "", headers)
    reply = yield from _asked(direct, line, "get_object", request, given, item.size)
    if reply is None or len(reply.body) != item.size or reply.headers.get("etag", "").strip('"') != item.etag:
        return None
    md5 = plain_md5(item.etag, encryption_in(reply.headers))
    try:
        if what_is_wrong(reply.body, told_by(reply.headers), md5):
            return None
        land(item.path, reply.body, item.modified)
    except (OSError, S3Error):
        return None
    crc = crc64()
    return Result("done", item.size, "" if crc is None else crc.spelled(crc.update(reply.body, 0)), item.etag)


def _asked(
    direct: Direct,
    line: NonblockingConnection,
    operation: str,
    request: bytes,
    given: Mapping[str, Any],
    most: int = 0,
) -> Steps[Reply | None]:
    """The good answer, which is noted; None for any other."""
    started, at = datetime.now(UTC), time.monotonic()
    try:
        reply = yield from line.ask(request, most)
    except NoAnswerError:
        return None
    if reply.status != 200:
        return None
    direct.note(operation, given, started, at, 200)
    return reply
