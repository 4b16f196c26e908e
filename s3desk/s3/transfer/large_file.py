"""A file that is sent in parts, several at once; it can go on where an earlier run was broken off."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.content_type import guess
from s3desk.s3.errors import AccessDeniedError, NotFoundError, S3Error
from s3desk.s3.explain import explaining
from s3desk.s3.journal.record import Part, Result, is_to_go_on
from s3desk.s3.objects import head, refuse_if_there
from s3desk.s3.transfer.checksums import CRC64NVME, Proof, checked_by, crc64
from s3desk.s3.transfer.multipart import (
    MIB,
    abort_upload,
    complete_upload,
    create_checked,
    part_ranges,
    parts_there,
)
from s3desk.s3.transfer.options_kept import check_kept
from s3desk.s3.transfer.small_file import check_unchanged, made_before
from s3desk.s3.transfer.upload_options import telling
from s3desk.s3.transfer.whole import Whole, etag_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from types_boto3_s3.type_defs import CompletedPartTypeDef

    from s3desk.s3.journal.record import Begun, Record, Signature
    from s3desk.s3.transfer.parts import Parts
    from s3desk.s3.transfer.whole import Made, Target

PART_SIZE = 16 * MIB
_HEAD = 4096  # bytes that tell the type of a file whose name does not


@dataclass(frozen=True, slots=True)
class _Sent:
    """A part the server has: its ETag as it said it, its checksum and its MD5 where they were made."""

    part: Part
    crc: int | None
    md5: bytes


class LargeFile:
    """One file on its way; `file` is open and stays so until the end, `before` is what it was when it was opened."""

    def __init__(
        self,
        parts: Parts,
        record: Record,
        path: Path,
        target: Target,
        file: int,
        before: Signature,
    ) -> None:
        self._parts, self._job, self._connection = parts, parts.job, parts.connection
        self._record = record
        self._path = path
        self._target = target
        self._file = file
        self._before = before
        self._lock = threading.Lock()
        self._upload_id = ""
        self._sent: dict[int, _Sent] = {}

    def send(self) -> Result:
        """Send what the server does not have yet, check the file, complete.

        On a failure or a cancel nothing stays, except what the record keeps for another run.
        """
        with self._connection.interrupting(self._job):
            begun = self._record.begun(self._target.key)
            if begun is not None and (made := self._go_on(begun)) is not None:
                return made
            if not self._upload_id:
                self._begin()
            try:
                doing = explaining("upload here", bucket=self._target.bucket, key=self._target.key)
                with telling(self._target.options), doing:
                    result = self._send_parts()
            except BaseException as error:
                self._job.advance(-sum(sent.part.length for sent in self._sent.values()))
                if not is_to_go_on(self._job, self._record, error):
                    abort_upload(self._connection, self._target, self._upload_id)
                raise
            check_kept(self._job, self._connection, self._target, in_parts=True)
            return result

    def _begin(self) -> None:
        client, target = self._connection.client(self._target.bucket), self._target
        if not target.replace:
            refuse_if_there(client, target.bucket, target.key)
        kind = target.options.content_type or guess(target.key, bytes(self._read(0, min(_HEAD, self._before.size))))
        self._record.will_create(target.key)
        asked = {"ContentType": kind, **target.options.given()}
        with telling(target.options), explaining("upload here", bucket=target.bucket, key=target.key):
            self._upload_id = create_checked(self._connection, client, target, **asked)
        self._record.created(target.key, self._upload_id, self._before)

    def _go_on(self, begun: Begun) -> Result | None:
        """Take up an upload of this very file where it is; the whole result if it had been completed already."""
        if not begun.upload_id:
            with suppress(S3Error):  # who may not list uploads has others to look after them
                self._abort_empty()
            return self._made_before()
        if begun.signature != self._before:
            abort_upload(self._connection, self._target, begun.upload_id)
            return None
        there = parts_there(self._connection.client(self._target.bucket), self._target, begun.upload_id)
        if there is None:
            return self._made_before()
        self._upload_id = begun.upload_id
        ranges = set(part_ranges(self._before.size, PART_SIZE))
        for part in begun.parts:
            size, etag = there.get(part.number, (-1, ""))
            same = size == part.length and etag.strip('"') == part.etag.strip('"')
            if same and (part.number, part.start, part.length) in ranges:
                self._sent[part.number] = self._taken_over(part)
                self._job.advance(part.length)
        return None

    def _taken_over(self, part: Part) -> _Sent:
        """A part of an earlier run; its checksum is in the record, its MD5 is the ETag if it is any."""
        crc = crc64()
        value = crc.read(part.checksum) if crc else None
        etag = part.etag.strip('"')
        try:
            md5 = bytes.fromhex(etag) if len(etag) == 32 else b""
        except ValueError:
            md5 = b""
        return _Sent(part, value, md5)

    def _made_before(self) -> Result | None:
        """The result where an earlier run was stopped between the end of the upload and the note of it."""
        try:
            head(self._job, self._connection, self._target.bucket, self._target.key)
        except (NotFoundError, AccessDeniedError):
            return None
        sent = []
        for number, start, length in part_ranges(self._before.size, PART_SIZE):
            self._job.check()
            proof = Proof.of(self._read(start, length), self._connection)
            sent.append(_Sent(Part(number, start, length), proof.crc, proof.md5))
        wanted = self._whole(sent)
        made = made_before(self._job, self._connection, self._target, wanted)
        if made is None:
            return None
        self._job.advance(self._before.size)
        return self._result(wanted, made)

    def _abort_empty(self) -> None:
        """Take back the upload that was created just before the program was stopped; only one without any part."""
        client, target = self._connection.client(self._target.bucket), self._target
        with explaining("upload here", bucket=target.bucket, key=target.key):
            page = client.list_multipart_uploads(Bucket=target.bucket, Prefix=target.key)
        for upload in page.get("Uploads", []):
            if upload["Key"] == target.key and parts_there(client, target, upload["UploadId"]) == {}:
                abort_upload(self._connection, target, upload["UploadId"])

    def _result(self, whole: Whole, made: Made) -> Result:
        checksum = f"{CRC64NVME}:{whole.crc}" if whole.crc else ""
        return Result("done", whole.size, checksum, made.etag, made.version_id)

    def _send_parts(self) -> Result:
        ranges = [part for part in part_ranges(self._before.size, PART_SIZE) if part[0] not in self._sent]
        self._parts.in_threads(self._send_part, ranges)
        sent = [self._sent[number] for number in sorted(self._sent)]
        check_unchanged(self._path, self._before, sum(one.part.length for one in sent))
        whole = self._whole(sent)
        parts: list[CompletedPartTypeDef] = [{"PartNumber": one.part.number, "ETag": one.part.etag} for one in sent]
        checked = whole if checked_by(self._connection) else Whole(whole.size, "", whole.etag)
        made = complete_upload(self._job, self._connection, self._target, self._upload_id, parts, checked)
        return self._result(whole, made)

    def _whole(self, sent: list[_Sent]) -> Whole:
        crc = crc64()
        values = [(one.crc, one.part.length) for one in sent if one.crc is not None]
        written = crc.written(crc.joined(values)) if crc and len(values) == len(sent) else ""
        return Whole(self._before.size, written, etag_of([one.md5 for one in sent]))

    def _send_part(self, part: tuple[int, int, int]) -> None:
        number, start, length = part
        with self._parts.held(min(PART_SIZE, self._before.size)) as room:
            body = self._read(start, length, room)
            if len(body) != length:
                check_unchanged(self._path, self._before, -1)
            sent = self._put(number, start, body)
        with self._lock:
            self._sent[number] = sent
        self._job.advance(length)
        self._record.part(self._target.key, sent.part)

    def _put(self, number: int, start: int, body: memoryview) -> _Sent:
        """Send one part (UploadPart), proven: by the short way, or else through the client."""
        proof, key = Proof.of(body, self._connection), self._target.key
        headers: Mapping[str, str] = {}
        direct = self._connection.direct(self._target.bucket)
        if direct is not None and direct.puts:
            proven, taking = proof.headers(self._connection), self._connection.limits.taking(self._job)
            headers = direct.put_part(key, (self._upload_id, number), body, proven, taking)
            self._job.stop_if_cancelled()
        if not headers or proof.denied_by(headers):
            headers = self._through_client(number, bytes(body), proof)
        if proof.denied_by(headers):
            raise S3Error(f"“{key}” arrived damaged at the server.", "Upload it again.", code="BadDigest")
        part = Part(number, start, len(body), headers["etag"], proof.spelled)
        md5 = proof.md5 or self._taken_over(part).md5
        return _Sent(part, proof.crc, md5)

    def _through_client(self, number: int, body: bytes, proof: Proof) -> Mapping[str, str]:
        client = self._connection.client(self._target.bucket)
        answer = client.upload_part(
            Bucket=self._target.bucket,
            Key=self._target.key,
            UploadId=self._upload_id,
            PartNumber=number,
            Body=body,
            **proof.given(self._connection),  # type: ignore[arg-type]  # the one or the other
        )
        return {**answer["ResponseMetadata"]["HTTPHeaders"], "etag": answer["ETag"]}

    def _read(self, start: int, length: int, buffer: bytearray | None = None) -> memoryview:
        """The bytes from `start`, as many as there are up to `length`, in `buffer` if it is large enough."""
        room = buffer if buffer is not None and len(buffer) >= length else bytearray(length)
        view, filled = memoryview(room)[:length], 0
        while filled < length and (count := self._read_into(view[filled:], start + filled)):
            filled += count
        return view[:filled]

    def _read_into(self, view: memoryview, start: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._file, [view], start)
        with self._lock:  # one file, several threads
            os.lseek(self._file, start, os.SEEK_SET)
            content = os.read(self._file, len(view))
        view[: len(content)] = content
        return len(content)
