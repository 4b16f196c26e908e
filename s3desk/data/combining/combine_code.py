"""The Python that combines the same files: boto3 and pandas, runnable as pasted, without any keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.data.reading.read_code import ReadCode, client_code, numbers_as_text, read_code
from s3desk.s3.sharing.code import Snippet, python, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.combining.combine import Choices
    from s3desk.data.combining.differences import File
    from s3desk.data.combining.first_look import Plan
    from s3desk.s3.connection import Connection

_MOST_KEYS = 1000  # written out one by one


def code(connection: Connection, made: Plan, choices: Choices, table: pa.Table) -> str:
    """The lines that make the same table; "" where the files are too many to be named."""
    from s3desk.data.combining.combine import Columns  # noqa: PLC0415  # which imports this module

    text = numbers_as_text(table)
    groups: dict[ReadCode, list[File]] = {}
    for file in made.readable:
        if file.plan is not None:
            names = file.schema.names if file.schema is not None else ()
            groups.setdefault(read_code(file.plan, names, text), []).append(file)
    if not groups or len(made.readable) > _MOST_KEYS:
        return ""
    lines = [f"bucket = {quoted(made.bucket)}", "frames = {}"]
    for found, files in groups.items():
        keys = ", ".join(quoted(file.key) for file in files)
        lines += [
            f"for key in [{keys}]:",
            '    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()',
            *(f"    {line}" for line in found.lines),
            f"    frames[key] = {found.call}{_with_source(table) if choices.source else ''}",
        ]
    parts = "frames.values()" if len(groups) == 1 else f"[frames[key] for key in {_order(made)}]"
    join = ', join="inner"' if choices.columns is Columns.COMMON else ""
    lines.append(f"df = pd.concat({parts}, ignore_index=True{join})")
    if choices.source and len({tuple(file.schema.names) for file in made.readable if file.schema is not None}) > 1:
        source = quoted(_source(table))
        lines.append(f"df[{source}] = df.pop({source})  # the last column again")
    imports = tuple(line for found in groups for line in found.imports)
    needs = frozenset(package for found in groups for package in found.needs)
    return python([client_code(connection), Snippet(imports, tuple(lines), needs)])


def _source(table: pa.Table) -> str:
    """The last column of the table names the file; it has another name where the files have a `source` of their own."""
    return str(table.column_names[-1]) if "source" in table.column_names else "source"


def _with_source(table: pa.Table) -> str:
    name = _source(table)
    return ".assign(source=key)" if name == "source" else f".assign(**{{{quoted(name)}: key}})"


def _order(made: Plan) -> str:
    in_order = [file.key for file in made.readable]
    return "sorted(frames)" if in_order == sorted(in_order) else f"[{', '.join(map(quoted, in_order))}]"
