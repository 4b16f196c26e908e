"""How a count of what takes the space reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.models.kinds import Kind, kind_of
from s3desk.s3.location import Location
from s3desk.s3.usage_columns import MARKER, NUMBERED
from s3desk.s3.usage_report import GroupBy

if TYPE_CHECKING:
    from s3desk.s3.usage_report import Line, Report

DIRECTLY_HERE = "(files directly here)"
NOT_COUNTED = "Old versions and unfinished uploads are not counted."
_REST = {
    GroupBy.FOLDERS: "(all other folders)",
    GroupBy.TYPES: "(all other types)",
    GroupBy.STORAGE_CLASSES: "(all other storage classes)",
}
_ODD_ENDINGS = {"": "File without an ending", NUMBERED: "Numbered file (.001, .002 …)", MARKER: "Folder marker"}


def line_name(report: Report, line: Line) -> str:
    """What a line is called on the screen."""
    name = line.name
    if name is None:
        return _REST[report.group]
    match report.group:
        case GroupBy.FOLDERS:
            return text.visible(name[:-1]) if name else DIRECTLY_HERE
        case GroupBy.TYPES:
            return _ODD_ENDINGS.get(name) or f"{kind_of(f'x.{name}')[1]} (.{name})"
        case GroupBy.STORAGE_CLASSES:
            return text.storage_class(name)
    return text.visible_path(name[len(report.location.prefix) :]) or text.visible_path(name)


def exact_name(report: Report, line: Line) -> str:
    """What a line is called in a file: the whole prefix or key, untouched; S3's own word for a storage class."""
    if report.group is GroupBy.FOLDERS and line.name:
        return report.location.prefix + line.name
    if report.group.ranking is not None or report.group is GroupBy.STORAGE_CLASSES:
        return line.name if line.name is not None else line_name(report, line)
    return line_name(report, line)


def line_kind(report: Report, line: Line) -> Kind:
    """Which icon a line gets."""
    match report.group:
        case GroupBy.FOLDERS:
            return Kind.FOLDER if line.name else Kind.UNKNOWN
        case GroupBy.TYPES:
            return Kind.FOLDER if line.name == MARKER else kind_of(f"x.{line.name or ''}")[0]
        case GroupBy.STORAGE_CLASSES:
            return Kind.BUCKET
    return Kind.FOLDER if (line.name or "").endswith("/") else kind_of(line.name or "")[0]


def place_of(report: Report, line: Line) -> tuple[Location, str] | None:
    """Where a line is found: a folder, and the key to select in it; None for what is in many places."""
    if line.name is None or report.group in (GroupBy.TYPES, GroupBy.STORAGE_CLASSES):
        return None
    at = report.location
    if report.group is GroupBy.FOLDERS:
        return at, at.prefix + line.name if line.name else ""
    folder, slash, _ = line.name.removesuffix("/").rpartition("/")
    return Location(at.bucket, folder + slash), line.name


def share_words(part: int, whole: int) -> str:
    """42.0%; anything above nothing is at least <0.1%."""
    if not whole or not part:
        return "0%"
    percent = 100 * part / whole
    return "<0.1%" if percent < 0.1 else f"{percent:.1f}%"


def amount(objects: int, bytes_: int) -> str:
    """1,204,000 objects, 3.2 GB."""
    return f"{text.count(objects, 'object')}, {text.size(bytes_)}"


def headline(objects: int, bytes_: int, *, running: bool, complete: bool) -> str:
    """The sum, with what one may not forget about it: that it still grows, or that it is not all."""
    said = amount(objects, bytes_)
    if running:
        return f"{said} so far…"
    return said if complete else f"At least {said}"
