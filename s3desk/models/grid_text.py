"""What is said about a table in memory, and cells as the clipboard takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.data.sheet import Sheet

NULL = "null"
MOST_SHOWN = 20_000_000  # rows Qt can lay out below each other, with room for large fonts
LONGEST = 300  # characters of a cell that are laid out; the tool tip has more


def one_line(cell: str) -> str:
    """The start of a cell on one line, with a mark where lines end and where characters would turn it around."""
    shown = cell[:LONGEST]
    if not shown.isprintable():
        shown = shown.replace("\r\n", "↵").replace("\n", "↵").replace("\r", "↵").replace("\t", "⇥")
        shown = "".join(c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in shown)
    return shown + "…" if len(cell) > LONGEST else shown


def facts(sheet: Sheet, shown: int, hidden_columns: int) -> str:
    """Rows shown of rows, columns, and which part of the whole that is."""
    rows = text.count(sheet.rows, "row")
    words = [rows if shown == sheet.rows else f"{shown:,} of {rows}"]
    columns = sheet.table.num_columns
    words.append(text.count(columns, "column") + (f" ({hidden_columns:,} hidden)" if hidden_columns else ""))
    if shown > MOST_SHOWN:
        words.append(f"only the first {MOST_SHOWN:,} can be scrolled to")
    return " · ".join([*words, *([sheet.part] if sheet.part else [])])
