"""A link of the ledger in words: what it leads to, where that is, until when it works."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.location import Location
from s3desk.s3.sharing.links import LinkKind

if TYPE_CHECKING:
    from s3desk.s3.sharing.ledger import Given


def object_words(given: Given) -> str:
    """The name of the file; how many for a line that stands for many, the folder for a page to upload with."""
    if given.is_several:
        return text.count(given.count, "file")
    name = given.key.removesuffix("/").rpartition("/")[2]
    if given.most_bytes:
        return f"any file, into {text.visible(name) if name else 'the bucket'}"
    return text.visible(name) if name else text.visible_path(given.key)


def place_words(given: Given) -> str:
    """The folder it lies in, and which account gave it out."""
    whole = given.is_several or bool(given.most_bytes)
    prefix = given.key if whole else given.key[: given.key.removesuffix("/").rfind("/") + 1]
    return f"{text.visible_path(Location(given.bucket, prefix).uri)} ({given.account})"


def until_words(ends: datetime | None, now: datetime) -> str:
    """Tomorrow at 16:41; 30 Nov 2026, 16:41; ended 3 days ago; never ends."""
    if ends is None:
        return "never ends"
    if ends > now:
        return text.until(ends) if ends - now < timedelta(days=1) else text.when(ends)
    seconds = int((now - ends).total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"ended {text.count(seconds // length, unit)} ago"
    return "ended just now"


def tip_words(given: Given) -> str:
    """Everything that is known of it, a line each."""
    where = given.endpoint_url or "Amazon S3"
    lines = [
        text.visible_path(Location(given.bucket, given.key).uri),
        f"Version {given.version_id}" if given.version_id else "",
        f"{given.kind.value}, made {text.when(given.made)}",
        f"Works until {text.when(given.ends)}" if given.ends else "Never ends, but works only while the file is public",
        f"Saved as {text.visible(given.file_name)}" if given.file_name else "",
        f"At most {text.size(given.most_bytes)}" if given.most_bytes and given.kind is LinkKind.UPLOAD else "",
        f"Through {given.account} on {where}",
    ]
    return "\n".join(line for line in lines if line)
