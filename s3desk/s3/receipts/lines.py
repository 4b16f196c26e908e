"""A line of a receipt, as it is written and read: everything that proves later what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from s3desk.s3.journal.gestures import ItemState, Kind
from s3desk.s3.usage_csv import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.s3.journal.gestures import Kept, Outline

COLUMNS = (
    *("action", "bucket", "key", "version_id", "size", "etag"),
    *("checksum", "result", "error", "time", "path", "endpoint"),
)
AWS = "https://s3.amazonaws.com"
DONE = "done"
ACTIONS = tuple(kind.value for kind in Kind if kind is not Kind.SYNC)
_RESULTS = {
    ItemState.DONE: DONE,
    ItemState.SKIPPED: "skipped",
    ItemState.FAILED: "failed",
    ItemState.OPEN: "not done",
}
RESULTS = tuple(_RESULTS.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One item: size in bytes, None where it is not known; `checksum` "NAME:base64"; `time` ISO 8601 in UTC.

    `path` is the file, or the S3 address of what was copied.
    """

    action: str
    bucket: str
    key: str
    version_id: str
    size: int | None
    etag: str
    checksum: str
    result: str
    error: str
    time: str
    path: str
    endpoint: str

    def cells(self) -> list[str | int]:
        """As it stands in the file."""
        size = "" if self.size is None else self.size
        facts = (self.checksum, self.result, self.error, self.time, self.path, self.endpoint)
        return [
            self.action,
            *map(_guard, (self.bucket, self.key, self.version_id)),
            size,
            *map(_guard, (self.etag, *facts)),
        ]

    @staticmethod
    def read(cells: Sequence[str]) -> Line:
        """From the cells of a file. Raises ValueError where a cell is not what it should be."""
        action, bucket, key, version_id, size, *rest = (cells[0], *map(_unguarded, cells[1:]))
        if action not in ACTIONS:
            raise ValueError(f"“{action[:40]}” is not something S3 Desk does")
        if size and not (size.isascii() and size.isdecimal()):
            raise ValueError(f"“{size[:40]}” is not a size")
        line = Line(action, bucket, key, version_id, int(size) if size else None, *rest)
        if line.result not in RESULTS:
            raise ValueError(f"“{line.result[:40]}” is not a result")
        return line


def _guard(name: str) -> str:
    """As the other files have it, and so that it can be read back: an own apostrophe in front gets another."""
    return f"'{name}" if name.startswith("'") else guarded(name)


def _unguarded(cell: str) -> str:
    return cell.removeprefix("'")


def line_of(outline: Outline, item: Kept, endpoint: str) -> Line:
    """An item of a gesture; `endpoint` as from `plain_endpoint`."""
    action = _action_of(outline, item)
    size = None if action is Kind.DELETE and not item.size else item.size
    path = "" if item.path is None else str(item.path)
    if item.source and item.path is None:
        path = outline.source + item.source if outline.options.startswith("s3://") else item.source
    time = item.ended.astimezone(UTC).isoformat(timespec="milliseconds") if item.ended else ""
    error = item.error if item.state is ItemState.FAILED else ""
    facts = (item.etag, item.checksum, _RESULTS[item.state], error, time, path, endpoint)
    return Line(action.value, outline.bucket, item.key, item.version_id, size, *facts)


def _action_of(outline: Outline, item: Kept) -> Kind:
    """A sync is made of the others; its options say which way it went."""
    if outline.kind is not Kind.SYNC:
        return outline.kind
    if outline.options == "down":
        return Kind.DOWNLOAD if item.source else Kind.DELETE
    if item.path is not None:
        return Kind.UPLOAD
    return Kind.COPY if item.source else Kind.DELETE


def plain_endpoint(endpoint_url: str) -> str:
    """Where it was, without anything that signs in."""
    if not endpoint_url:
        return AWS
    parts = urlsplit(endpoint_url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()
