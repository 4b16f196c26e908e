"""From a preview to a window over the whole file, without asking for its first bytes again."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from s3desk.data.looking.preview import Preview, TablePreview, TextPreview
from s3desk.data.signature import Kind
from s3desk.data.windows.kept import KEPT_ROWS, Block
from s3desk.data.windows.line_index import codec_inside
from s3desk.data.windows.row_forms import CellRows, JsonRows, LineRows, RowForm
from s3desk.data.windows.window import RowWindow, Subject

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection

_MARKS = {"utf-8-sig": codecs.BOM_UTF8, "utf-16": codecs.BOM_UTF16_LE, "utf-32": codecs.BOM_UTF32_LE}
MOST_LINES = 4_000  # of a text: each is laid out, also those out of sight
_LINES = (Kind.TEXT, Kind.MARKDOWN, Kind.HTML, Kind.JSON_LINES)


def window_over(found: Preview, connection: Connection, bucket: str, key: str) -> RowWindow | None:
    """A window that goes on where the preview ended; None where all is shown already or can only be read in order."""
    if found.facts.packed or found.facts.parts:
        return None
    subject = Subject(connection, bucket, key, found.facts.bytes_total, getattr(found.facts, "etag", ""))
    if isinstance(found, TablePreview) and not found.table.complete:
        if found.guess.kind is Kind.TABLE:
            return _over_cells(found, subject)
        if found.guess.kind is Kind.JSON_LINES:
            return _over_json(found, subject)
    if isinstance(found, TextPreview) and found.truncated and found.guess.kind in _LINES:
        return _over_text(found, subject)
    return None


def _over_cells(found: TablePreview, subject: Subject) -> RowWindow | None:
    span, table = found.table.span, found.table
    if span is None or not span.ends:
        return None
    dialect = found.guess.dialect
    form = CellRows(span.codec, dialect, len(table.columns), table.width)
    first = Block(span.begin, span.ends[-1], table.rows, list(span.ends), 0, exact=True, bad=table.bad)
    return RowWindow(subject, form, first)


def _over_json(found: TablePreview, subject: Subject) -> RowWindow | None:
    codec = _codec(found.guess.encoding)
    if not codec:
        return None
    names = tuple(column.name for column in found.table.columns)
    return _opened(subject, JsonRows(codec, names), found.guess.encoding, found.table.rows)


def _over_text(found: TextPreview, subject: Subject) -> RowWindow | None:
    codec = _codec(found.guess.encoding)
    if not codec:
        return None
    rows: list[tuple[str | None, ...]] = [(line,) for line in found.text.splitlines()]
    return _opened(subject, LineRows(codec), found.guess.encoding, rows)


def _opened(subject: Subject, form: RowForm, encoding: str, rows: list[tuple[str | None, ...]]) -> RowWindow:
    """Where the bytes of the shown rows end is not known: the first look further reads them once more."""
    begin = len(_MARKS.get(encoding, b""))
    first = Block(begin, begin, rows, [], 0, exact=True)
    return RowWindow(subject, form, first, most_rows=MOST_LINES if isinstance(form, LineRows) else KEPT_ROWS)


def _codec(encoding: str) -> str:
    return codec_inside(_MARKS.get(encoding, b""), encoding)[1] if encoding else ""
