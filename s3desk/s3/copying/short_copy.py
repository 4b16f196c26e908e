"""A copy inside S3 in one request: what has to be known of the object was listed, and the answer proves the copy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from s3desk.s3.objects import Facts, plain_md5, refuse_if_there
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.transfer.whole import Target

_ETAG = re.compile(rb"<ETag>(?:&quot;|&#34;|\")?([0-9a-f]{32})(?:&quot;|&#34;|\")?</ETag>")
_HEEDLESS = "This server replaces what is there even if it is asked not to, so it is looked first."


@dataclass(frozen=True, slots=True)
class Listed:
    """What a listing tells of an object: size in bytes, ETag without quotes."""

    size: int
    etag: str
    storage_class: str = "STANDARD"


class ShortCopy:
    """One copy on its way; only of objects whose ETag is the MD5 of their content."""

    def __init__(self, job: Job, connection: Connection, bucket: str, key: str, target: Target, listed: Listed) -> None:
        self._job = job
        self._connection = connection
        self._bucket = bucket
        self._key = key
        self._target = target
        self._listed = listed
        self.may_be_there = False

    def make(self) -> Facts | None:
        """Copy (CopyObject); None where the answer does not prove the copy: then `may_be_there` says if it may exist.

        Raises AlreadyThereError unless the target may be replaced.
        """
        direct = self._connection.direct(self._target.bucket)
        if direct is None or not plain_md5(self._listed.etag, ""):
            return None
        if not self._target.replace and not self._heeds():
            refuse_if_there(
                self._connection.client(self._target.bucket), self._target.bucket, self._target.key, certain=True
            )
        answer = self._send()
        found = _ETAG.search(answer)
        if found is None or found[1].decode() != self._listed.etag:
            self._job.stop_if_cancelled()
            self.may_be_there = True
            return None
        if not self._target.replace and self._heeds() is None:
            self._learn()
        listed = self._listed
        return Facts(self._target.key, listed.size, None, listed.etag, storage_class=listed.storage_class)

    def _heeds(self) -> bool | None:
        """Whether the server heeds If-None-Match with a copy; None while it is not known."""
        endpoint_url = self._connection.endpoint_url
        return self._connection.offers.has(endpoint_url, Feature.CONDITIONAL_COPY) if endpoint_url else True

    def _learn(self) -> None:
        """Copy the same again: who refuses it heeds the condition, and who does not changes nothing by it."""
        heeds = not _ETAG.search(self._send())
        reason = "" if heeds else _HEEDLESS
        self._connection.offers.note(self._connection.endpoint_url, Feature.CONDITIONAL_COPY, reason)

    def _send(self) -> bytes:
        self._job.check()
        direct, target = self._connection.direct(self._target.bucket), self._target
        if direct is None:
            return b""
        headers = {
            "x-amz-copy-source": quote(f"/{self._bucket}/{self._key}", safe="/~"),
            "x-amz-copy-source-if-match": f'"{self._listed.etag}"',
            "x-amz-metadata-directive": "COPY",
        }
        given = {
            "Bucket": target.bucket,
            "Key": target.key,
            "CopySource": {"Bucket": self._bucket, "Key": self._key},
            "MetadataDirective": "COPY",
        }
        if self._listed.storage_class not in ("", "STANDARD"):
            headers["x-amz-storage-class"] = given["StorageClass"] = self._listed.storage_class
        if not target.replace:
            headers["if-none-match"] = given["IfNoneMatch"] = "*"
        return direct.copy(target.key, headers, given)
