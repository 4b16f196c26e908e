"""One line of a receipt against what is there now: an object on its server, or a file on this computer."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Any

from s3desk.s3.errors import NotFoundError, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.listing import list_page
from s3desk.s3.location import Location
from s3desk.s3.objects import plain_md5
from s3desk.s3.receipts.findings import Verdict
from s3desk.s3.transfer.checksums import crcs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.receipts.lines import Line

Found = tuple[Verdict, str]
_CHUNK = 1 << 20  # bytes
_ONLY_SIZE = "Same size; the receipt has nothing else to compare"
_FOLDER = (Verdict.VERIFIED, "The folder is there")


# objects


def check_stored(job: Job, connection: Connection, line: Line) -> Found:
    """Whether an object is what was uploaded or copied (HeadObject with its checksum). Raises S3Error."""
    try:
        found = _compared(line, _head(job, connection, line))
    except NotFoundError:
        if _is_marker(line) and _has_content(job, connection, line):
            return _FOLDER
        found = Verdict.MISSING, "It is not there any more"
    if found[0] in (Verdict.CHANGED, Verdict.MISSING) and line.version_id not in ("", "null"):
        return found[0], found[1] + _of_its_version(job, connection, line)
    return found


def check_deleted(job: Job, connection: Connection, line: Line) -> Found:
    """Whether an object is gone, or hidden by a delete marker (HeadObject). Raises S3Error."""
    try:
        answer = _head(job, connection, line)
    except NotFoundError as error:
        hidden = error.refusal is not None and error.refusal.headers.get("x-amz-delete-marker") == "true"
        return Verdict.VERIFIED, "Gone; its old versions are kept" if hidden else "Gone"
    if _is_marker(line):  # servers make them by themselves while something is below
        return Verdict.VERIFIED, "A folder of this name is there; its content was deleted one by one"
    return Verdict.CHANGED, f"It is there again, with {answer.get('ContentLength', 0):,} bytes"


def _head(job: Job, connection: Connection, line: Line, version_id: str = "") -> Mapping[str, Any]:
    job.check()
    direct = None if version_id else connection.direct(line.bucket)
    if direct is not None:
        with connection.interrupting(job):
            told = direct.head(line.key, {"ChecksumMode": "ENABLED"})
        if told:
            return {
                "ContentLength": int(told.get("content-length", "0")),
                "ETag": told["etag"],
                "ServerSideEncryption": told.get("x-amz-server-side-encryption", ""),
                "ResponseMetadata": {"HTTPHeaders": told},
            }
    chosen = {"VersionId": version_id} if version_id else {}
    with connection.interrupting(job), explaining(f"look at “{line.key}”", bucket=line.bucket, key=line.key):
        answer: Mapping[str, Any] = connection.client(line.bucket).head_object(
            Bucket=line.bucket,
            Key=line.key,
            ChecksumMode="ENABLED",
            **chosen,  # type: ignore[arg-type]
        )
    if not answer.get("ETag"):
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL and your network.")
    return answer


def _compared(line: Line, answer: Mapping[str, Any]) -> Found:
    """What size, checksum and ETag say, the surest first."""
    size = answer.get("ContentLength", 0)
    if line.size is not None and size != line.size and not _is_marker(line):
        return Verdict.CHANGED, f"{size:,} bytes instead of {line.size:,}"
    return _by_checksum(line, answer) or _by_etag(line, answer)


def _by_checksum(line: Line, answer: Mapping[str, Any]) -> Found | None:
    """None where the server tells no checksum of the kind that was recorded."""
    name, _, value = line.checksum.partition(":")
    told = answer["ResponseMetadata"]["HTTPHeaders"]
    whole = told.get("x-amz-checksum-type", "FULL_OBJECT") == "FULL_OBJECT"
    there = told.get(f"x-amz-checksum-{name.lower()}", "") if value and whole else ""
    if not there or "-" in there:
        return None
    if there != value:
        return Verdict.CHANGED, f"Its {name} checksum is another one"
    also = " and ETag" if answer["ETag"].strip('"') == line.etag else ", stored anew since"
    return Verdict.VERIFIED, f"Same size, {name} checksum{also}"


def _by_etag(line: Line, answer: Mapping[str, Any]) -> Found:
    etag = answer["ETag"].strip('"')
    name, _, value = line.checksum.partition(":")
    md5 = plain_md5(etag, answer.get("ServerSideEncryption", ""))
    if line.etag and etag == line.etag:
        return Verdict.VERIFIED, "Same size and ETag"
    if name == "MD5" and md5 and b64encode(bytes.fromhex(md5)).decode() == value:
        return Verdict.VERIFIED, "Same size and MD5"
    if line.etag or (name == "MD5" and md5):
        return Verdict.CHANGED, f"Its {'ETag' if line.etag else name} is another one"
    return _FOLDER if _is_marker(line) else (Verdict.UNKNOWN, _ONLY_SIZE)


def _is_marker(line: Line) -> bool:
    return line.key.endswith("/") and not line.size


def _has_content(job: Job, connection: Connection, line: Line) -> bool:
    """Some servers have no markers, but the folders themselves."""
    page = list_page(job, connection, Location(line.bucket, line.key), size=1)
    return bool(page.entries or page.folders or page.marker)


def _of_its_version(job: Job, connection: Connection, line: Line) -> str:
    try:
        found = _compared(line, _head(job, connection, line, line.version_id))
    except NotFoundError:
        return "; its version is gone too"
    return "; the version of the receipt is kept as an old one" if found[0] is Verdict.VERIFIED else ""


# files


def check_file(job: Job, line: Line) -> Found:
    """Whether a file is what was downloaded: its bytes are read again. Raises DiskError."""
    path = Path(line.path)
    if not path.is_absolute():
        return Verdict.UNKNOWN, f"“{line.path}” is not a place on this computer"
    with explaining(f"read “{path.name}”"):
        try:
            facts = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return Verdict.MISSING, "The file is not there any more"
        if _is_marker(line) and S_ISDIR(facts.st_mode):
            return _FOLDER
        if not S_ISREG(facts.st_mode):
            return Verdict.CHANGED, "Something else than a file has its name now"
        if line.size is not None and facts.st_size != line.size:
            return Verdict.CHANGED, f"{facts.st_size:,} bytes instead of {line.size:,}"
        return _content(job, path, line)


def check_file_gone(line: Line) -> Found:
    """Whether a file that was deleted is gone."""
    if Path(line.path).exists():
        return Verdict.CHANGED, "The file is there again"
    return Verdict.VERIFIED, "Gone"


def _content(job: Job, path: Path, line: Line) -> Found:
    """The checksum of the receipt, or the ETag where it is an MD5."""
    name, _, value = line.checksum.partition(":")
    if crc := crcs().get(name):
        running = 0
        for chunk in _chunks(job, path):
            running = crc.update(chunk, running)
        return _verdict(name, same=crc.written(running) == value)
    if name in ("MD5", "SHA256") or plain_md5(line.etag, ""):
        name = name if name in ("MD5", "SHA256") else "MD5"
        digest = hashlib.new(name.lower(), usedforsecurity=False)
        for chunk in _chunks(job, path):
            digest.update(chunk)
        wanted = value if line.checksum.startswith(name) else b64encode(bytes.fromhex(line.etag)).decode()
        return _verdict(name, same=digest.digest() == b64decode(wanted))
    return Verdict.UNKNOWN, _ONLY_SIZE


def _verdict(name: str, *, same: bool) -> Found:
    if same:
        return Verdict.VERIFIED, f"Same size and {name} checksum"
    return Verdict.CHANGED, f"Its {name} checksum is another one"


def _chunks(job: Job, path: Path) -> Any:
    buffer = bytearray(_CHUNK)
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            job.check()
            yield memoryview(buffer)[:count]
