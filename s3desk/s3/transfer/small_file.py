"""A file that is sent in one request: read whole, proven by a checksum, never stored over something by accident."""

from __future__ import annotations

import os
import stat
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from s3desk.s3.content_type import guess
from s3desk.s3.errors import (
    AlreadyThereError,
    ChangedError,
    NotFoundError,
    S3Error,
    UnreachableError,
    UnsupportedError,
)
from s3desk.s3.explain import explaining
from s3desk.s3.journal.record import Result, Signature
from s3desk.s3.objects import refuse_if_there
from s3desk.s3.transfer.checksums import Proof, note_answer
from s3desk.s3.transfer.options_kept import check_kept
from s3desk.s3.transfer.upload_options import telling
from s3desk.s3.transfer.whole import Whole, look_at_made

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.transfer.whole import Made, Target

_HEAD = 4096  # bytes that tell the type of a file whose name does not
_FLAGS = ("O_BINARY", "O_CLOEXEC", "O_NONBLOCK")  # where there are; a pipe would be waited for without the last
_OPEN = reduce(or_, (getattr(os, name, 0) for name in _FLAGS), os.O_RDONLY)


def open_file(path: Path) -> tuple[int, Signature]:
    """A file to read, and what it is now; who opens it closes it.

    Raises OSError, and ChangedError where something else has taken its name since it was planned.
    """
    file = os.open(path, _OPEN)
    try:
        facts = os.fstat(file)
        if not stat.S_ISREG(facts.st_mode):
            raise ChangedError(f"“{path.name}” is no file any more.", "Look at what has taken its name.")
        return file, Signature.of(facts)
    except BaseException:
        os.close(file)
        raise


def check_unchanged(path: Path, before: Signature, read: int) -> None:
    """Raise ChangedError unless the file, open and by name, is what it was and was read whole."""
    # The same number means the same file, so what its name tells is true of the open one as well.
    if read == before.size and Signature.of(path.stat()) == before:
        return
    raise ChangedError(
        f"“{path}” was changed while it was uploaded, so nothing was stored.",
        "Close the program that writes to it, then try again.",
    )


def already_there(key: str) -> AlreadyThereError:
    """The key is taken by something else."""
    return AlreadyThereError(f"“{key}” exists already and was not replaced.", "Replace it on purpose.")


def send_small(
    job: Job,
    connection: Connection,
    path: Path,
    target: Target,
    file: int,
    before: Signature,
    *,
    known: bool = False,
) -> Result:
    """Send a file in one request (PutObject). `job` counts its bytes. Raises S3Error, and what the disk raises.

    `known` says that the key is taken, perhaps by this very file from an earlier run: then nothing is sent.
    """
    body = read_whole(file, before.size)
    check_unchanged(path, before, len(body))
    if known:
        result = _done_before(job, connection, target, Proof.of(body, connection), len(body))
        if result is None:
            raise already_there(target.key)
    else:
        result = store(job, connection, target, body, content_type(target, body))
    job.advance(len(body))
    return result


def content_type(target: Target, body: bytes) -> str:
    """What was asked for, or what the name or the first bytes say."""
    return target.options.content_type or guess(target.key, body[:_HEAD])


def read_whole(file: int, size: int) -> bytes:
    """The whole file; a byte more is asked for, so that one that has grown is seen."""
    content = os.read(file, size + 1)
    while len(content) < size and (more := os.read(file, size + 1 - len(content))):
        content += more
    return content


def store(job: Job, connection: Connection, target: Target, body: bytes, kind: str) -> Result:
    """Store `body` under a key, proven (PutObject). What is there already because an answer was lost is as good."""
    proof = Proof.of(body, connection)
    try:
        with telling(target.options), explaining("upload here", bucket=target.bucket, key=target.key):
            headers = _sent(job, connection, target, body, kind, proof)
    except AlreadyThereError:
        result = _done_before(job, connection, target, proof, len(body))
        if result is None:
            raise
        return result
    result = stored(target, proof, headers, len(body))
    check_kept(job, connection, target, in_parts=False)
    return result


def stored(target: Target, proof: Proof, headers: Mapping[str, str], size: int) -> Result:
    """What became of it by the answer. Raises S3Error where that tells of other bytes than were sent."""
    if proof.denied_by(headers):
        raise S3Error(f"“{target.key}” arrived damaged at the server.", "Upload it again.", code="BadDigest")
    return Result("done", size, proof.spelled, headers["etag"].strip('"'), headers.get("x-amz-version-id", ""))


def _done_before(job: Job, connection: Connection, target: Target, proof: Proof, size: int) -> Result | None:
    made = made_before(job, connection, target, Whole(size, proof.crc_written, proof.md5.hex()))
    return None if made is None else Result("done", size, proof.spelled, made.etag, made.version_id)


def made_before(job: Job, connection: Connection, target: Target, whole: Whole) -> Made | None:
    """What is there, if it is certain to be this content (HeadObject); None else."""
    try:
        made = look_at_made(job, connection, target, whole)
    except S3Error as error:
        if error.code in ("WrongLength", "BadDigest") or isinstance(error, NotFoundError):
            return None
        raise
    return made if made.is_proven else None


def _sent(job: Job, connection: Connection, target: Target, body: bytes, kind: str, proof: Proof) -> Mapping[str, str]:
    """The headers of the good answer: by the short way, or else through the client."""
    direct = connection.direct(target.bucket)
    if direct is not None and direct.puts:
        headers, given = put_headers(connection, target, kind, proof)
        if answer := direct.put(target.key, body, headers, given, connection.limits.taking(job)):
            note_answer(connection, answer)
            return answer
        job.stop_if_cancelled()
    return _through_client(connection, target, body, kind, proof.given(connection))


def put_headers(
    connection: Connection, target: Target, kind: str, proof: Proof
) -> tuple[dict[str, str], dict[str, Any]]:
    """What goes with the body by the short way, and the call in boto3's spelling."""
    headers = {"content-type": kind, **proof.headers(connection)}
    given = {"Bucket": target.bucket, "Key": target.key, "ContentType": kind}
    if not target.options.are_plain:
        headers |= target.options.headers()
        given |= target.options.given()
    if not target.replace:
        headers["if-none-match"] = given["IfNoneMatch"] = "*"
    return headers, given


def _through_client(
    connection: Connection, target: Target, body: bytes, kind: str, proof: Mapping[str, str]
) -> Mapping[str, str]:
    """Without `replace` the server itself refuses to overwrite; one that cannot is asked whether the key is taken."""
    client = connection.client(target.bucket)
    request: dict[str, Any] = {"Bucket": target.bucket, "Key": target.key, "Body": body, "ContentType": kind}
    request |= {**target.options.given(), **proof}
    if target.replace:
        return _stored(client, request)
    try:
        with explaining("upload here", bucket=target.bucket, key=target.key):
            return _stored(client, {**request, "IfNoneMatch": "*"})
    except UnsupportedError:
        refuse_if_there(client, target.bucket, target.key, certain=True)
        return _stored(client, request)


def _stored(client: S3Client, request: Mapping[str, Any]) -> Mapping[str, str]:
    headers: Mapping[str, str] = client.put_object(**request)["ResponseMetadata"]["HTTPHeaders"]
    if not headers.get("etag", "").strip('"'):  # a login page of a guest network also answers 200
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    return headers
