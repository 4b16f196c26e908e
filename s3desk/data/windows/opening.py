"""From a preview to a window over the whole file, without asking for its first bytes again."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from s3desk.data.looking.preview import Preview, TablePreview, TextPreview
from s3desk.data.signature import Kind
from s3desk.data.windows.array_rows import ArrayRows
from s3desk.data.windows.kept import KEPT_ROWS, Block
from s3desk.data.windows.line_index import codec_inside
from s3desk.data.windows.row_forms import CellRows, JsonRows, LineRows, RowForm
from s3desk.data.windows.subject import Subject
from s3desk.data.windows.window import RowWindow

if TYPE_CHECKING:
    from s3desk.data.parsers.parsed import Stretch
    from s3desk.data.windows.far import FarWindow
    from s3desk.data.windows.subject import Content
    from s3desk.s3.connection import Connection

_MARKS = {"utf-8-sig": codecs.BOM_UTF8, "utf-16": codecs.BOM_UTF16_LE, "utf-32": codecs.BOM_UTF32_LE}
MOST_LINES = 4_000  # of a text: each is laid out, also those out of sight
_ARRAY = "A JSON array can only be read from its start on: scroll, or find text."
_LINES = (Kind.TEXT, Kind.MARKDOWN, Kind.HTML, Kind.JSON_LINES)


def window_over(found: Preview, connection: Connection, bucket: str, key: str) -> FarWindow | None:
    """A window that goes on where the preview ended; None where all is shown already or can only be read in order."""
    if found.facts.parts:
        return None
    subject = Subject(connection, bucket, key, found.facts.bytes_total, getattr(found.facts, "etag", ""))
    if isinstance(found, TablePreview) and found.stretch is not None:
        return _over_footer(found, found.stretch, subject)
    content = _unfolded(subject, found.facts.packed) if found.facts.packed else subject
    if isinstance(found, TablePreview) and not found.table.complete:
        over = {Kind.TABLE: _over_cells, Kind.JSON_LINES: _over_json, Kind.JSON: _over_array}.get(found.guess.kind)
        return over(found, content) if over is not None else None
    if isinstance(found, TextPreview) and found.truncated and found.guess.kind in _LINES:
        return _over_text(found, content)
    return None


def _unfolded(subject: Subject, codec: str) -> Content:
    from s3desk.data.windows.unfolded import Unfolded  # noqa: PLC0415  # the window starts without it

    return Unfolded(subject, codec)


def _over_footer(found: TablePreview, stretch: Stretch, subject: Subject) -> FarWindow | None:
    from s3desk.data.windows.footer_window import FORMS, FooterWindow, block_of  # noqa: PLC0415  # as above

    if stretch.end >= stretch.extent or not found.table.rows:
        return None
    first = block_of(stretch, found.table.rows)
    columns = len(found.table.columns)
    return FooterWindow(subject, FORMS[found.guess.kind], columns, first, stretch.extent, found.table.rows_total)


def _over_cells(found: TablePreview, subject: Content) -> RowWindow | None:
    span, table = found.table.span, found.table
    if span is None or not span.ends:
        return None
    dialect = found.guess.dialect
    form = CellRows(span.codec, dialect, len(table.columns), table.width)
    first = Block(span.begin, span.ends[-1], table.rows, list(span.ends), 0, exact=True, bad=table.bad)
    return RowWindow(subject, form, first)


def _over_json(found: TablePreview, subject: Content) -> RowWindow | None:
    codec = _codec(found.guess.encoding)
    if not codec:
        return None
    names = tuple(column.name for column in found.table.columns)
    return _opened(subject, JsonRows(codec, names), found.guess.encoding, found.table.rows)


def _over_array(found: TablePreview, subject: Content) -> RowWindow | None:
    span, encoding = found.table.span, found.guess.encoding
    if span is None or encoding not in ("utf-8", "utf-8-sig", "ascii"):
        return None
    begin = len(_MARKS.get(encoding, b"")) + span.begin
    form = ArrayRows(tuple(column.name for column in found.table.columns))
    window = RowWindow(subject, form, Block(begin, begin, found.table.rows, [], 0, exact=True))
    window.why_no_jump = window.why_no_jump or _ARRAY
    return window


def _over_text(found: TextPreview, subject: Content) -> RowWindow | None:
    codec = _codec(found.guess.encoding)
    if not codec:
        return None
    rows: list[tuple[str | None, ...]] = [(line,) for line in found.text.splitlines()]
    return _opened(subject, LineRows(codec), found.guess.encoding, rows)


def _opened(subject: Content, form: RowForm, encoding: str, rows: list[tuple[str | None, ...]]) -> RowWindow:
    """Where the bytes of the shown rows end is not known: the first look further reads them once more."""
    begin = len(_MARKS.get(encoding, b""))
    first = Block(begin, begin, rows, [], 0, exact=True)
    return RowWindow(subject, form, first, most_rows=MOST_LINES if isinstance(form, LineRows) else KEPT_ROWS)


def _codec(encoding: str) -> str:
    return codec_inside(_MARKS.get(encoding, b""), encoding)[1] if encoding else ""
