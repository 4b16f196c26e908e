"""Filters in words, and what people type into the fields for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.data.exporting.arrange import Condition, Filter, moment, number
from s3desk.data.exporting.cell_text import is_moment, is_numeric
from s3desk.models.grid_text import one_line

if TYPE_CHECKING:
    import pyarrow as pa

_TEXT = (Condition.CONTAINS, Condition.LACKS, Condition.EQUALS, Condition.REGEX, Condition.IS_NULL, Condition.NOT_NULL)
_RANGE = (Condition.BETWEEN, *_TEXT)
_WITHOUT_TEXT = (Condition.IS_NULL, Condition.NOT_NULL)
LONGEST = 40  # characters of a typed value in a chip


def conditions_for(kind: pa.DataType) -> tuple[Condition, ...]:
    """What can be asked of a column, the likeliest first."""
    return _RANGE if is_numeric(kind) or is_moment(kind) else _TEXT


def needs_text(condition: Condition) -> bool:
    """Whether something has to be typed for it."""
    return condition not in _WITHOUT_TEXT


def example(kind: pa.DataType) -> str:
    """What a field for a value of this column shows while it is empty."""
    if is_moment(kind):
        return "2024-03-31"
    return "100" if is_numeric(kind) else ""


def problem(wish: Filter, kind: pa.DataType) -> str:
    """Why this is no filter yet: a sentence, " " while something is still to be typed, "" when it is one."""
    if not needs_text(wish.condition):
        return ""
    if wish.condition is not Condition.BETWEEN:
        return "" if wish.text or wish.condition is Condition.EQUALS else " "
    ends = [typed for typed in (wish.text, wish.upto) if typed.strip()]
    try:
        values = [number(typed) if is_numeric(kind) else moment(typed) for typed in ends]
    except ValueError as error:
        return str(error)
    if len(values) == 2 and values[0] > values[1]:  # type: ignore[operator]  # both are of one type
        return "The first value is larger than the second."
    return "" if values else " "


def words(wish: Filter, table: pa.Table) -> str:
    """A filter as a chip says it."""
    name = one_line(table.schema.field(wish.column).name)
    if not needs_text(wish.condition):
        return f"{name} {wish.condition.value}"
    if wish.condition is not Condition.BETWEEN:
        return f"{name} {wish.condition.value} “{_short(wish.text)}”"
    least, most = _short(wish.text.strip()), _short(wish.upto.strip())
    if least and most:
        return f"{name} is between {least} and {most}"
    return f"{name} ≥ {least}" if least else f"{name} ≤ {most}"


def _short(typed: str) -> str:
    shown = one_line(typed)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
