"""JSON as an Arrow table: a row an object, nested values as their JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from s3desk.data.encoding import damage, decode
from s3desk.data.reading.reading_plan import MOST_COLUMNS, Form
from s3desk.data.reading.typed_csv import Parsed
from s3desk.data.sizes import size_words
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.reading.reading_plan import FilePlan
    from s3desk.s3.job import Job

MOST_JSON = 256 << 20  # bytes; Python's objects take ten times as much
_ADVICE = "Look at it in the preview, or read it with your own code."
_EVERY = 1000  # lines between two looks at the job


def read_json(job: Job, data: bytes | bytearray, plan: FilePlan) -> Parsed:
    """JSON lines, or one JSON value: a list of objects, an object of equally long lists, or a single object.

    Raises UnsupportedError with a sentence for what is no table, too large, or nested too deep.
    """
    if len(data) > MOST_JSON:
        raise UnsupportedError(
            f"This JSON of {size_words(len(data))} is too large; {size_words(MOST_JSON)} are the most.", _ADVICE
        )
    codec = plan.guess.encoding if plan.guess is not None and plan.guess.encoding else "utf-8"
    text = decode(bytes(data), codec, whole=True)
    notes = damage(text, codec)
    if plan.form is Form.JSON_LINES:
        rows, bad = _lines(job, text)
        if bad:
            lines = "1 line is" if bad == 1 else f"{bad:,} lines are"
            notes = (*notes, f"{lines} not valid JSON and left out.")
    else:
        rows = _rows(_loaded(text))
    return Parsed(table_of_rows(job, rows), notes)


def table_of_rows(job: Job, rows: list[dict[str, Any]]) -> pa.Table:
    """A table of Python objects: columns in the order of their first appearance, null where a row has none."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
        if len(names) > MOST_COLUMNS:
            raise UnsupportedError(f"This has more than {MOST_COLUMNS:,} different columns.", _ADVICE)
    columns: dict[str, pa.Array] = {}
    for name in names:
        job.check()
        columns[_written(name, {*names, *columns})] = column_of([row.get(name) for row in rows])
    return pa.table(columns) if columns else pa.table({})


def _written(name: str, taken: set[str]) -> str:
    """The name of a column as text that can be stored: half a character of UTF-16 is shown as JSON writes it."""
    if name.isascii():
        return name
    plain = shown = _storable(name)
    number = 1
    while shown != name and shown in taken:
        number += 1
        shown = f"{plain} ({number})"
    return shown


def _storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def column_of(values: list[Any]) -> pa.Array:
    """Values of one kind as that kind; nested ones as JSON, mixed ones as text."""
    import pyarrow as pa  # noqa: PLC0415

    if any(isinstance(value, (dict, list, tuple)) for value in values):
        return pa.array([_text(value) for value in values], pa.string())
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
        return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value if value is None else _storable(value)
    if isinstance(value, (dict, list, tuple)):
        return _storable(json.dumps(value, ensure_ascii=False, default=str))
    return json.dumps(value) if isinstance(value, (bool, float, int)) else str(value)


def _lines(job: Job, text: str) -> tuple[list[dict[str, Any]], int]:
    rows, bad = [], 0
    for number, line in enumerate(_split(text)):
        if number % _EVERY == 0:
            job.check()
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            bad += 1
            continue
        rows.append(value if isinstance(value, dict) else {"value": value})
    if bad and not rows:
        raise UnsupportedError("No line of this file is valid JSON.", _ADVICE)
    return rows, bad


def _split(text: str) -> Iterator[str]:
    """Lines end with a line feed; U+2028 may stand inside a JSON string."""
    return (line for line in text.split("\n") if line.strip())


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UnsupportedError(f"This is not valid JSON: {error}.", _ADVICE) from error
    except RecursionError as error:
        raise UnsupportedError("This JSON is nested too deep to be a table.", _ADVICE) from error


def _rows(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        lists = [each for each in value.values() if isinstance(each, list)]
        if lists and len(lists) == len(value) and len({len(each) for each in lists}) == 1:
            return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]
        if len(lists) == 1 and lists[0] and all(isinstance(item, dict) for item in lists[0]):
            return [dict(item) for item in lists[0]]  # {"data": [{…}, …], "next": …}, as services answer
        return [value]
    if isinstance(value, list):
        return [item if isinstance(item, dict) else {"value": item} for item in value]
    raise UnsupportedError("This JSON is a single value, not a table.", _ADVICE)
