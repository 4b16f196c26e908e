"""What keeps a single value of a query small: DuckDB's limit of memory counts rows, not what one function makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MOST = 100_000  # characters or entries; some thousand rows are computed at once
_TOO_LONG = f"error('a text would have more than {MOST:,} characters')"
_TOO_MANY = f"error('a list would have more than {MOST:,} entries; write FROM range(…) for rows')"
_SPAN = f"CASE WHEN try_cast(b AS DOUBLE) - try_cast(a AS DOUBLE) > {MOST} THEN {_TOO_MANY} ELSE b END"
_COUNT = f"CASE WHEN n > {MOST} THEN {_TOO_MANY} ELSE n END"
_WIDTH = f"CASE WHEN n > {MOST} THEN {_TOO_LONG} ELSE n END"
_TIMES = f"CASE WHEN n::DOUBLE * strlen(s::VARCHAR) > {MOST} THEN {_TOO_LONG} ELSE n END"


def _ranges(name: str) -> str:
    """The third number of a range is a step, or an interval between moments: it makes the list shorter, most often."""
    inner = f"system.main.{name}"
    return f"{name}(n) AS {inner}({_COUNT}), (a, b) AS {inner}(a, {_SPAN}), (a, b, c) AS {inner}(a, b, c)"


_MACROS = (
    f"repeat(s, n) AS system.main.repeat(s, {_TIMES})",
    *(f"{name}(s, n, p) AS system.main.{name}(s, {_WIDTH}, p)" for name in ("lpad", "rpad")),
    *(
        f"{name}(s, n) AS system.main.{name}(s, {_COUNT}), (s, n, v) AS system.main.{name}(s, {_COUNT}, v)"
        for name in ("list_resize", "array_resize")
    ),
    *(_ranges(name) for name in ("range", "generate_series")),
)


def bound_values(connection: duckdb.DuckDBPyConnection) -> None:
    """Put bounds before the functions that make much of one short argument, which nothing else could interrupt."""
    for macro in _MACROS:
        connection.execute(f"CREATE TEMP MACRO {macro}")
