"""How a delimited text is written: its delimiter, quotes and header, judged on a small sample."""

from __future__ import annotations

import re
from dataclasses import dataclass

from s3desk.data.rows import Dialect, split_rows, usual_width

_DELIMITERS = ",;\t|\x01\x1f^~"  # Hive writes 01, some exports 1F
_SAMPLE = 16384  # characters looked at
_CLEVER_SAMPLE = 2000  # clevercsv is quadratic in the length of a cell: this keeps its worst case near 0.1 s
_CLEVER_LINE = 400
_ROWS = 100
_DELIMITER_WORDS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar",
    " ": "space",
    ":": "colon",
    "\x01": "control character 01",
    "\x1f": "control character 1F",
}
_SPLITTABLE = re.compile(r"""[^\w\n\r.\-+'"/\\()]""")
_SEPARATOR_LINE = re.compile(r"sep=(.)(?:\r\n|\r|\n|$)", re.IGNORECASE)

NUMBER = re.compile(
    r"\s*[-+−(]?\s*[$€£¥]?\s*(?:\d+|\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+|(?=[.,]\d))(?:[.,]\d*)?"
    r"(?:[eE][-+]?\d+)?\s*[%$€£¥]?\)?\s*",
)
_DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?\s*|\s*\d{1,2}:\d{2}(?::\d{2})?.*")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Layout:
    """A dialect and how well it fits: `fit` is 1 when every row has the same number (two or more) of clean cells."""

    dialect: Dialect
    fit: float
    columns: int
    rows: int

    @property
    def is_certain(self) -> bool:
        """Whether this is a table even without a name that says so."""
        return self.fit >= 0.95 and self.columns >= 2 and self.rows >= 3


def delimiter_words(delimiter: str) -> str:
    """The name of a delimiter."""
    return _DELIMITER_WORDS.get(delimiter, f"“{delimiter}”")


def check_delimiter(delimiter: str) -> None:
    """Raises ValueError with a sentence when this cannot separate cells."""
    if len(delimiter) != 1 or delimiter in '\r\n"\ufeff\\':
        raise ValueError("The delimiter is a single character, such as a comma, and neither a quote nor a line end.")


def separator_line(text: str) -> str:
    """The delimiter that a first line like `sep=;` (Excel's own convention) names, "" when there is no such line."""
    match = _SEPARATOR_LINE.match(text)
    return match[1] if match else ""


def without_separator_line(text: str) -> str:
    """The text after a `sep=;` line, or all of it."""
    match = _SEPARATOR_LINE.match(text)
    return text[match.end() :] if match else text


def guess_layout(text: str, *, whole: bool, thorough: bool, delimiters: str = _DELIMITERS) -> Layout:
    """The likeliest dialect of a text. `thorough` also asks clevercsv when none of the usual delimiters fits well."""
    sample, whole = text[:_SAMPLE], whole and len(text) <= _SAMPLE
    layouts = [_fit(sample, dialect, whole=whole) for dialect in _candidates(sample, delimiters)]
    layouts.sort(key=lambda layout: (round(layout.fit, 2), layout.columns), reverse=True)
    if layouts and _is_clear(layouts):
        return layouts[0]
    if thorough and delimiters == _DELIMITERS and (dialect := _clever(sample)):
        clever = _fit(sample, dialect, whole=whole)
        if clever.fit > max((layout.fit for layout in layouts), default=0) and _is_plausible(clever):
            return clever
    return layouts[0] if layouts else Layout(Dialect(delimiters if len(delimiters) == 1 else ","), 0.0, 1, 0)


def _is_clear(layouts: list[Layout]) -> bool:
    """Whether the best fits well, or at least no other delimiter fits half as well."""
    best = layouts[0]
    others = [layout.fit for layout in layouts if layout.dialect.delimiter != best.dialect.delimiter]
    return best.fit >= 0.8 or (best.fit >= 0.3 and max(others, default=0) <= best.fit / 2)


def _is_plausible(layout: Layout) -> bool:
    """Spaces stand in names more often than they separate columns."""
    return layout.dialect.delimiter != " " or (layout.is_certain and layout.columns >= 3)


def guess_header(cells: list[list[str]]) -> bool:
    """Whether the first row names the columns: words over numbers, or words that are all different and never return."""
    if len(cells) < 2:
        return False
    first, body = cells[0], cells[1 : _ROWS + 1]
    if not any(cell.strip() for cell in first) or _has_values(first):
        return False
    named = [cell.strip() for cell in first if cell.strip()]
    if any(_is_value_column(body, index) for index, cell in enumerate(first) if cell.strip()):
        return True
    returning = any(row[: len(first)] == first for row in body)
    short = all(len(name) <= 80 and "\n" not in name for name in named)
    repeated = sum(
        1 for index, cell in enumerate(first) if any(index < len(row) and row[index] == cell for row in body)
    )
    return short and not returning and len(set(named)) == len(named) >= len(first) - 1 and repeated * 2 <= len(first)


def _has_values(first: list[str]) -> bool:
    """Numbers and dates are no names; years over a pivoted table are."""
    values = [cell for cell in first if NUMBER.fullmatch(cell) or _DATE.fullmatch(cell)]
    years = [cell for cell in values if _YEAR.fullmatch(cell.strip())]
    return bool(values) and not (len(years) == len(values) == len(set(years)) >= 2 and len(values) < len(first))


def _is_value_column(body: list[list[str]], index: int) -> bool:
    cells = [row[index] for row in body if index < len(row) and row[index].strip()]
    values = sum(1 for cell in cells if NUMBER.fullmatch(cell) or _DATE.fullmatch(cell))
    return bool(cells) and values >= 0.8 * len(cells)


def _candidates(sample: str, delimiters: str) -> list[Dialect]:
    quotes = ['"']
    if '"' not in sample and re.search(r"(?:^|[,;\t|])'[^'\r\n]*'(?:[,;\t|\r\n]|$)", sample):
        quotes.append("'")
    escapes = ["", "\\"] if '\\"' in sample else [""]
    present = [delimiter for delimiter in delimiters if delimiter in sample]
    return [Dialect(delimiter, quote, escape) for delimiter in present for quote in quotes for escape in escapes]


def _fit(sample: str, dialect: Dialect, *, whole: bool) -> Layout:
    rows = split_rows(sample, dialect, whole=whole)
    cells = rows.cells[:_ROWS]
    columns = usual_width(cells)
    if columns < 2:
        return Layout(dialect, 0.0, 1, len(cells))
    usual = [row for row in cells if len(row) == columns]
    others = [mark for mark in ",;\t|" if mark != dialect.delimiter]
    checked = [cell for row in usual[:30] for cell in row[:100]]
    unclean = sum(1 for cell in checked if _is_unclean(cell, others, dialect))
    share = len(usual) / len(cells)
    if rows.stray:
        share *= 0.9
    return Layout(dialect, share * (1 - unclean / len(checked) / 2), columns, len(cells))


def _is_unclean(cell: str, others: list[str], dialect: Dialect) -> bool:
    """A cell that another delimiter would split, or that still carries its quotes."""
    if any(mark in cell for mark in others) and not NUMBER.fullmatch(cell):
        return True
    return len(cell) > 1 and cell[0] in "\"'" and cell[0] == cell[-1] and cell[0] != dialect.quote


def _clever(sample: str) -> Dialect | None:
    """What clevercsv thinks of a short piece with short lines."""
    sample = sample[:_CLEVER_SAMPLE]
    if "\0" in sample:  # at which its reader of rows fails
        return None
    if not _SPLITTABLE.search(sample) or max(map(len, sample.splitlines()), default=0) > _CLEVER_LINE:
        return None
    from clevercsv.detect import Detector  # noqa: PLC0415  # 0.2 s, and seldom needed

    found = Detector().detect(sample)
    if found is None or not found.delimiter or found.delimiter.isalnum() or found.delimiter in '\r\n"\\.-_/':
        return None
    return Dialect(found.delimiter, found.quotechar or '"', found.escapechar or "")
