"""The Python that answers the same query: boto3 and pandas fetch the files, DuckDB asks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from s3desk.data.combining.combine import Choices, Plan
from s3desk.data.combining.combine_code import code
from s3desk.data.combining.differences import File, usual
from s3desk.data.combining.uniting import united_schema
from s3desk.s3.sharing.code import quoted

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection


def code_of(
    connection: Connection, bucket: str, files: Sequence[File], named: Mapping[str, str], source: str, query: str
) -> str:
    """The lines, with a frame `files` and one for each of `named` (keys by name); "" where there is no code.

    `source` is the column with the name of each row's file.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy

    united = united_schema([file.schema for file in files if file.schema is not None])
    # A digit in every column of text: whatever else it holds, pandas is not to take it for numbers.
    cells = {one.name: pa.array(["0"]) if pa.types.is_string(one.type) else pa.nulls(1) for one in united}
    table = pa.table({**cells, source: pa.nulls(1)})
    lines = code(connection, Plan(bucket, tuple(files), usual(files)), Choices(), table)
    if not lines:
        return ""
    own = "".join(f"{name} = frames[{quoted(key)}].drop(columns={quoted(source)})\n" for name, key in named.items())
    literal = '"""\n' + query.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '\n"""'
    return f"import duckdb\n{lines.rstrip()}\nfiles = df\n{own}df = duckdb.sql({literal}).df()\n"
