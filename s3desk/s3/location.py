"""Location: a place in S3, as people write it and as requests need it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_VIRTUAL_HOST = re.compile(
    r"^(?P<bucket>.+?)\.s3(?:-website)?(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$"
)
_PATH_HOST = re.compile(r"^s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$")
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_CONSOLE_HOST = re.compile(r"(?:^|\.)console\.aws\.amazon\.com$")


@dataclass(frozen=True, slots=True)
class Location:
    """A bucket and a prefix. The prefix is opaque: never normalised, "" or anything; a folder's ends in "/".

    An empty bucket is the root, where the buckets themselves are listed.
    """

    bucket: str = ""
    prefix: str = ""

    @property
    def uri(self) -> str:
        """The `s3://bucket/prefix` form; "s3://" for the root."""
        return f"s3://{self.bucket}/{self.prefix}" if self.bucket else "s3://"

    @property
    def arn(self) -> str:
        """What policies call it: `arn:aws:s3:::bucket/prefix`, without the slash for a bucket; "" for the root."""
        name = f"{self.bucket}/{self.prefix}" if self.prefix else self.bucket
        return f"arn:aws:s3:::{name}" if name else ""

    @property
    def parent(self) -> Location:
        """One level up: the enclosing prefix, then the bucket, then the root (which is its own parent)."""
        if not self.prefix:
            return Location()
        head, slash, _ = self.prefix.removesuffix("/").rpartition("/")
        return Location(self.bucket, head + slash)

    @property
    def name(self) -> str:
        """The last segment, without the "/" that ends it."""
        if not self.prefix:
            return self.bucket
        return self.prefix.removesuffix("/").rpartition("/")[2]

    def child(self, name: str) -> Location:
        """The folder `name` directly below this one."""
        return Location(self.bucket, f"{self.prefix}{name}/")

    @staticmethod
    def parse(text: str, endpoint_url: str = "") -> Location:
        """Read `s3://bucket/prefix`, `bucket/prefix`, an ARN, or an https address of S3 or of `endpoint_url`.

        The rest of an `s3://` address is taken literally; an https path is percent-decoded once and its query dropped.
        Raises ValueError with a sentence when the text is none of these.
        """
        text = text.strip("\r\n").lstrip()
        if text.startswith(("https://", "http://")):
            return _from_web_address(text.strip(), endpoint_url)
        if text.startswith("arn:"):
            text = "s3://" + text.split(":", 5)[-1]
        if text.lower().startswith(("s3://", "s3a://", "s3n://")):
            text = text.split("://", 1)[1]
        elif "://" in text:
            raise ValueError(f"“{text}” is not an S3 address. Write s3://bucket/folder/ or paste an https S3 link.")
        bucket, _, prefix = text.partition("/")
        bucket = bucket.strip()
        if bucket and not _BUCKET.fullmatch(bucket):
            raise ValueError(f"“{bucket}” is not a bucket name. Write s3://bucket/folder/.")
        if not bucket and prefix:
            raise ValueError("A bucket name is missing. Write s3://bucket/folder/.")
        return Location(bucket, prefix)


def _from_web_address(text: str, endpoint_url: str) -> Location:
    parts = urlsplit(text)
    host, path = parts.hostname or "", unquote(parts.path.removeprefix("/"))
    endpoint = urlsplit(endpoint_url)
    if endpoint_url and parts.port == endpoint.port and endpoint.hostname:
        if host == endpoint.hostname:
            return Location(*_split(path))
        if host.endswith("." + endpoint.hostname):
            return Location(host.removesuffix("." + endpoint.hostname), path)
    if match := _VIRTUAL_HOST.match(host):
        return Location(match["bucket"], path)
    if _PATH_HOST.match(host):
        return Location(*_split(path))
    if _CONSOLE_HOST.search(host):
        return _from_console(path, parts.query)
    raise ValueError(f"{host or 'This address'} is not an S3 server this program is connected to.")


def _split(path: str) -> tuple[str, str]:
    bucket, _, prefix = path.partition("/")
    return bucket, prefix


def _from_console(path: str, query: str) -> Location:
    """The web console writes /s3/buckets/NAME?prefix=… and /s3/object/NAME?prefix=…."""
    kind, _, bucket = path.removeprefix("s3/").partition("/")
    if kind not in ("buckets", "object") or not bucket:
        raise ValueError("This page of the web console does not name a bucket.")
    fields = dict(pair.partition("=")[::2] for pair in query.split("&"))
    return Location(bucket.rstrip("/"), unquote(fields.get("prefix", "")))
