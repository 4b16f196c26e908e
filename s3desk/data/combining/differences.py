"""How the files that are to become one table differ from what most of them are like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from s3desk.data.combining.uniting import common_type
from s3desk.data.delimited import delimiter_words
from s3desk.data.encoding import encoding_words
from s3desk.data.reading.reading_plan import Form

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.reading.reading_plan import FilePlan
    from s3desk.s3.errors import S3Error

T = TypeVar("T")
_NAMED = 3  # columns a sentence names
_SAME_ENCODING = {"utf-8-sig": "utf-8", "ascii": "utf-8"}


class Sort(Enum):
    """What kind of difference; the value is what people read."""

    MISSING = "missing columns"
    EXTRA = "extra columns"
    TYPE = "another type"
    DELIMITER = "another delimiter"
    ENCODING = "another encoding"
    HEADER = "no header"
    FORM = "another format"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a file differs, in words."""

    sort: Sort
    words: str


@dataclass(frozen=True, slots=True)
class File:
    """What is known of one file before it is read whole; the size is in bytes, the ETag without quotes.

    `schema` is what its beginning shows, None where only the whole could tell. `body` is the content where that came
    with the first look. `error` says why it cannot be read.
    """

    key: str
    size: int
    etag: str
    plan: FilePlan | None = None
    schema: pa.Schema | None = None
    body: bytes | None = None
    first_row: tuple[str, ...] = ()  # of a text that has no header by its looks
    error: S3Error | None = None


@dataclass(frozen=True)
class Usual:
    """What most of the files are like."""

    columns: tuple[str, ...] = ()
    types: tuple[tuple[str, pa.DataType], ...] = ()
    form: Form | None = None
    delimiter: str = ""
    encoding: str = ""
    header: bool = True


def usual(files: Sequence[File]) -> Usual:
    """The commonest of everything."""
    plans = [file.plan for file in files if file.plan is not None and file.error is None]
    schemas = [file.schema for file in files if file.schema is not None and file.error is None]
    guesses = [plan.guess for plan in plans if plan.guess is not None and plan.form is Form.DELIMITED]
    columns = _commonest((tuple(schema.names) for schema in schemas), ())
    types: dict[str, list[pa.DataType]] = {name: [] for name in columns}
    for schema in schemas:
        for field in schema:
            if field.name in types:
                types[field.name].append(field.type)
    return Usual(
        columns,
        tuple((name, _commonest_type(found)) for name, found in types.items()),
        _commonest((plan.form for plan in plans), None),
        _commonest((guess.delimiter for guess in guesses), ""),
        _commonest((_encoding(guess.encoding) for guess in guesses), ""),
        _commonest((guess.header for guess in guesses), True),
    )


def differences(file: File, most: Usual) -> tuple[Difference, ...]:
    """In what a file differs from most, the worst first; nothing where it is like them."""
    if file.error is not None:
        return (Difference(Sort.UNREADABLE, str(file.error)),)
    found: list[Difference] = []
    if file.schema is not None:
        missing = [name for name in most.columns if name not in file.schema.names]
        extra = [name for name in file.schema.names if name not in most.columns]
        if missing:
            found.append(Difference(Sort.MISSING, f"lacks {names_words(missing)}"))
        if extra:
            found.append(Difference(Sort.EXTRA, f"also has {names_words(extra)}"))
        found += _types(file.schema, most)
    return (*found, *_ways(file, most))


def _types(schema: pa.Schema, most: Usual) -> list[Difference]:
    found = []
    for name, kind in most.types:
        own = schema.field(name).type if name in schema.names else kind
        if own != kind and type_words(own) != type_words(kind) and not _goes_with(own, kind):
            found.append(Difference(Sort.TYPE, f"“{name}” is {type_words(own)}, not {type_words(kind)}"))
    return found


def _goes_with(own: pa.DataType, kind: pa.DataType) -> bool:
    """Whether nothing is lost and nothing becomes text: an empty column, whole numbers among others."""
    import pyarrow as pa  # noqa: PLC0415  # heavy

    return bool(pa.types.is_null(own) or pa.types.is_null(kind)) or common_type([own, kind]) != pa.string()


def _ways(file: File, most: Usual) -> list[Difference]:
    plan, found = file.plan, list[Difference]()
    if plan is None:
        return found
    if plan.form is not most.form:
        return [Difference(Sort.FORM, f"is {plan.form.value}")]
    if plan.form is not Form.DELIMITED or plan.guess is None:
        return found
    if plan.guess.delimiter != most.delimiter:
        found.append(Difference(Sort.DELIMITER, f"is separated by {delimiter_words(plan.guess.delimiter)}"))
    if _encoding(plan.guess.encoding) != most.encoding:
        found.append(Difference(Sort.ENCODING, f"is written in {encoding_words(plan.guess.encoding)}"))
    if most.header and not plan.guess.header:
        found.append(Difference(Sort.HEADER, "seems to have no header"))
    return found


def names_words(names: Sequence[str]) -> str:
    """Names of columns in a sentence, the first few of many."""
    shown = ", ".join(f"“{name}”" for name in names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED:,} more" if len(names) > _NAMED else shown


def type_words(kind: pa.DataType) -> str:
    """An Arrow type as people call it."""
    import pyarrow as pa  # noqa: PLC0415

    sorts = (
        (pa.types.is_null, "empty"),
        (pa.types.is_boolean, "yes or no"),
        (pa.types.is_integer, "whole numbers"),
        (pa.types.is_floating, "numbers"),
        (pa.types.is_decimal, "numbers"),
        (pa.types.is_date, "dates"),
        (pa.types.is_timestamp, "times"),
        (pa.types.is_time, "times of day"),
        (pa.types.is_string, "text"),
        (pa.types.is_large_string, "text"),
    )
    return next((words for fits, words in sorts if fits(kind)), str(kind))


def _encoding(codec: str) -> str:
    return _SAME_ENCODING.get(codec, codec)


def _commonest(values: Iterable[T], otherwise: T) -> T:
    found = Counter(values).most_common(1)
    return found[0][0] if found else otherwise


def _commonest_type(types: Sequence[pa.DataType]) -> pa.DataType:
    import pyarrow as pa  # noqa: PLC0415

    return _commonest((kind for kind in types if not pa.types.is_null(kind)), pa.null())
