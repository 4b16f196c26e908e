"""Objects from one provider or account to another, through this computer's memory and never over its disk."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from s3desk.s3.copying.held import Digests, Memory, md5
from s3desk.s3.crew import in_threads
from s3desk.s3.errors import AlreadyThereError, ChangedError, NotFoundError, S3Error, UnreachableError, UnsupportedError
from s3desk.s3.explain import explaining
from s3desk.s3.interrupt import MAX_ATTEMPTS
from s3desk.s3.journal.record import Part, Record, Signature
from s3desk.s3.names import check_key
from s3desk.s3.objects import Facts, head, plain_md5, refuse_if_there
from s3desk.s3.transfer.multipart import MIB, abort_upload, complete_upload, create_upload, part_ranges
from s3desk.s3.transfer.whole import Target, Whole

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

IN_ONE = 16 * MIB  # up to here an object is one request each way
PART = 16 * MIB
_LARGEST_LIKE_SOURCE = 64 * MIB
_PIECE = 256 << 10  # bytes, where a limit holds
_DOING = "copy this object"


class Pipe:
    """Sends objects from one connection to another, on any thread; one for a whole gesture, whose memory it bounds."""

    def __init__(self, job: Job, source: Connection, target: Connection, record: Record | None = None) -> None:
        self._job, self._source, self._target = job, source, target
        self._record = record or Record()
        self.memory = Memory(job)

    def send(self, bucket: str, key: str, target_bucket: str, target_key: str, *, replace: bool = False) -> Facts:
        """Copy one object with its metadata, type and tags; returns the facts of the verified copy.

        GetObject with If-Match, then PutObject or UploadPart with Content-MD5. `job` counts bytes. Raises
        AlreadyThereError unless `replace`, ChangedError when the original was replaced meanwhile.
        """
        check_key(target_key)
        job, target = self._job, Target(target_bucket, target_key, replace)
        with self._source.interrupting(job):
            facts = head(job, self._source, bucket, key)
        with self._target.interrupting(job), explaining(_DOING, bucket=target_bucket, key=target_key):
            if not replace:
                refuse_if_there(self._target.client(target_bucket), target_bucket, target_key)
            kept = self._kept(bucket, facts)
            known = self._in_one(bucket, facts, target, kept) if facts.size <= IN_ONE else ""
            known = known or self._in_parts(bucket, facts, target, kept)
            return self._verified(facts, target, known)

    def _kept(self, bucket: str, facts: Facts) -> dict[str, object]:
        """What the copy is told; storage classes and keys of one provider mean nothing to another."""
        kept: dict[str, object] = {
            "Metadata": dict(facts.metadata),
            "ContentType": facts.content_type,
            "CacheControl": facts.cache_control,
            "ContentDisposition": facts.content_disposition,
            "ContentEncoding": facts.content_encoding,
            "ContentLanguage": facts.content_language,
        }
        if self._source.endpoint_url == self._target.endpoint_url and facts.storage_class != "STANDARD":
            kept["StorageClass"] = facts.storage_class
        if facts.tags:
            with self._source.interrupting(self._job), explaining("read its tags", bucket=bucket, key=facts.key):
                tags = self._source.client(bucket).get_object_tagging(Bucket=bucket, Key=facts.key)["TagSet"]
            kept["Tagging"] = urlencode({tag["Key"]: tag["Value"] for tag in tags})
        return {name: value for name, value in kept.items() if value}

    # one request each way

    def _in_one(self, bucket: str, facts: Facts, target: Target, kept: dict[str, object]) -> str:
        with self._holding(facts.size):
            data = self._read(bucket, facts, 0, facts.size)
            digest = md5(data)
            if facts.md5 and digest.hex() != facts.md5:
                raise UnreachableError(f"“{facts.key}” was damaged on the way.", "Try again.")
            self._put(target, data, {**kept, "ContentMD5": b64encode(digest).decode()})
        self._job.advance(facts.size)
        return digest.hex()

    def _put(self, target: Target, data: bytes, kept: dict[str, object]) -> None:
        client = self._target.client(target.bucket)
        request: dict[str, object] = {"Bucket": target.bucket, "Key": target.key, "Body": data, **kept}
        if not target.replace:
            try:
                with explaining("upload here", bucket=target.bucket, key=target.key):
                    client.put_object(**request, IfNoneMatch="*")  # type: ignore[arg-type]  # as `_kept` names them
                return
            except UnsupportedError:
                refuse_if_there(client, target.bucket, target.key, certain=True)
        client.put_object(**request)  # type: ignore[arg-type]

    @contextmanager
    def _holding(self, size: int) -> Iterator[None]:
        self.memory.take(size)
        try:
            yield
        finally:
            self.memory.give(size)

    # in parts

    def _in_parts(self, bucket: str, facts: Facts, target: Target, kept: dict[str, object]) -> str:
        client, like_source = self._target.client(target.bucket), self._part_size_of(bucket, facts)
        digests = Digests(self._job, ordered=bool(facts.md5))
        self._record.will_create(target.key)
        upload_id = create_upload(self._target, target, **kept)
        self._record.created(target.key, upload_id, Signature(facts.size, 0, 0))
        parts: list[CompletedPartTypeDef] = []

        def pipe_part(part: tuple[int, int, int]) -> None:
            try:
                data = self._read(bucket, facts, part[1], part[2])
                digest = digests.add(part[0], data)
                etag = self._send_part(client, target, upload_id, part[0], data, digest)
                parts.append({"PartNumber": part[0], "ETag": etag})
                self._record.part(target.key, Part(*part, etag.strip('"')))
                self._job.advance(part[2])
            except BaseException:
                digests.broken = True  # nobody needs to wait for this part any more
                raise
            finally:
                self.memory.give(part[2])

        try:
            in_threads(
                self._job,
                self._target,
                pipe_part,
                self._drawn(facts.size, like_source or PART),
                threads=lambda: self._source.limits.parts,
            )
            self._compare(facts, digests, like_source=bool(like_source))
            complete_upload(
                self._job, self._target, target, upload_id, parts, Whole(facts.size, etag=digests.composite)
            )
        except BaseException:
            abort_upload(self._target, target, upload_id)
            raise
        return digests.composite

    def _drawn(self, size: int, part_size: int) -> Iterator[tuple[int, int, int]]:
        """The parts as threads get free; memory is taken in their order, so that none waits for one that has none."""
        for part in part_ranges(size, part_size):
            self.memory.take(part[2])
            yield part

    def _send_part(
        self, client: S3Client, target: Target, upload_id: str, number: int, data: bytes, digest: bytes
    ) -> str:
        self._job.check()
        with explaining(_DOING, bucket=target.bucket, key=target.key):
            return client.upload_part(
                Bucket=target.bucket,
                Key=target.key,
                UploadId=upload_id,
                PartNumber=number,
                Body=data,
                ContentMD5=b64encode(digest).decode(),
            )["ETag"]

    def _part_size_of(self, bucket: str, facts: Facts) -> int:
        """The size of the original's parts where it is known and fits: with the same ones the copy has the same ETag.

        0 where it is not; not every server tells (HeadObject of part 1).
        """
        _, dash, count = facts.etag.rpartition("-")
        if not dash or not count.isdigit():
            return 0
        try:
            with self._source.interrupting(self._job), explaining(_DOING, bucket=bucket, key=facts.key):
                answer = self._source.client(bucket).head_object(Bucket=bucket, Key=facts.key, PartNumber=1)
        except S3Error:
            return 0
        size, parts = answer.get("ContentLength", 0), int(count)
        fits = 5 * MIB <= size <= _LARGEST_LIKE_SOURCE and (parts - 1) * size < facts.size <= parts * size
        return size if fits else 0

    def _compare(self, facts: Facts, digests: Digests, *, like_source: bool) -> None:
        """What was read is what the source says it has; checked before the copy comes into being."""
        is_same = not facts.md5 or digests.md5 == facts.md5
        if like_source and plain_md5(facts.etag.partition("-")[0], facts.encryption):
            is_same = is_same and digests.composite == facts.etag
        if not is_same:
            raise UnreachableError(f"“{facts.key}” was damaged on the way.", "Try again.")

    # reading

    def _read(self, bucket: str, facts: Facts, start: int, length: int) -> bytes:
        """Some bytes of the original as it was looked at (GetObject); a connection that breaks off is tried again."""
        if not length:
            return b""
        for attempt in range(MAX_ATTEMPTS):
            self._job.check()
            try:
                return self._read_once(bucket, facts, start, length)
            except UnreachableError:
                if attempt == MAX_ATTEMPTS - 1:
                    raise
                self._job.wait(0.25 * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _read_once(self, bucket: str, facts: Facts, start: int, length: int) -> bytes:
        try:
            with self._source.interrupting(self._job), explaining(_DOING, bucket=bucket, key=facts.key):
                answer = self._source.client(bucket).get_object(
                    Bucket=bucket,
                    Key=facts.key,
                    IfMatch=f'"{facts.etag}"',
                    Range=f"bytes={start}-{start + length - 1}",
                )
                with answer["Body"] as body:
                    data = self._drained(body)
        except AlreadyThereError as error:  # what 412 means elsewhere
            raise ChangedError(f"“{facts.key}” was replaced while it was copied.", "Copy it again.") from error
        if len(data) != length:
            raise UnreachableError(f"“{facts.key}” ended early.", "Try again.")
        return data

    def _drained(self, body: StreamingBody) -> bytes:
        """All of an answer's body, no faster than the limit allows."""
        if self._source.limits.bytes_per_second is None:
            return body.read()
        pieces = []
        while piece := body.read(_PIECE):
            self._source.limits.take(self._job, len(piece))
            pieces.append(piece)
        return b"".join(pieces)

    def _verified(self, facts: Facts, target: Target, known: str) -> Facts:
        """The facts of the copy. `known` is the ETag it must have where that is made of its bytes."""
        try:
            made = head(self._job, self._target, target.bucket, target.key)
        except NotFoundError:
            made = None
        plain = made is not None and plain_md5(made.etag.partition("-")[0], made.encryption)
        if (
            made is None
            or made.size != facts.size
            or (plain and ("-" in made.etag) == ("-" in known) and made.etag != known)
        ):
            raise S3Error(
                f"The copy of “{facts.key}” is not the same as the original.",
                "The original is untouched. Look at the copy, then try again.",
                code="CopyDiffers",
            )
        return made
