"""Columns of Arrow as the texts a grid shows."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa  # only in the process that parses, and where a table is in memory anyway

from s3desk.data.parsers.parsed import as_text

_ZERO_FRACTION = re.compile(r"\.0+(?=\D|$)")


def texts(column: pa.Array) -> list[str | None]:
    """The cells as text, None for null; nested values as JSON, bytes as hexadecimal digits."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return texts(column.storage)
    if pa.types.is_dictionary(kind):
        return texts(column.dictionary_decode())
    if _is_string(kind):
        return [None if value is None else value.decode("utf-8", "replace") for value in _as_bytes(column)]
    if pa.types.is_temporal(kind) and not pa.types.is_duration(kind):
        return [value and _ZERO_FRACTION.sub("", value) for value in _cast(column)]
    if pa.types.is_primitive(kind) or pa.types.is_decimal(kind):
        return _cast(column)
    return [as_text(_plain(value)) for value in column]


def is_number(kind: Any) -> bool:
    """Whether cells of this type align to the right."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def type_words(kind: Any) -> str:
    """The type as Arrow calls it, where that is short."""
    words = str(kind)
    return words if len(words) <= 80 else words[:79] + "…"


def _is_string(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _as_bytes(column: pa.Array) -> list[bytes | None]:
    """A text that is no valid UTF-8 must not end the preview."""
    values: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    return values


def _cast(column: pa.Array) -> list[str | None]:
    try:
        values: list[str | None] = column.cast(pa.string()).to_pylist()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return [as_text(_plain(value)) for value in column]
    return values


def _plain(value: pa.Scalar) -> object:
    try:
        return value.as_py()
    except (ValueError, OverflowError, UnicodeDecodeError, ImportError):  # a time finer or farther than Python's
        return str(value)
