"""The Python that combines the same files: boto3 and pandas, runnable as pasted, without any keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.data.reading.reading_plan import Form
from s3desk.data.reading.unpacking import Packing
from s3desk.s3.account import SignIn
from s3desk.s3.sharing.code import Snippet, python, quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from s3desk.data.combining.combine import Choices
    from s3desk.data.combining.differences import File
    from s3desk.data.combining.first_look import Plan
    from s3desk.data.reading.reading_plan import FilePlan
    from s3desk.s3.connection import Connection

_MOST_KEYS = 1000  # written out one by one
_PANDAS = {
    Form.JSON: "read_json",
    Form.JSON_LINES: "read_json",
    Form.PARQUET: "read_parquet",
    Form.ARROW: "read_feather",
    Form.EXCEL: "read_excel",
    Form.AVRO: "",
}
_COMPRESSION = {
    Packing.GZIP: "gzip",
    Packing.BZIP2: "bz2",
    Packing.ZSTD: "zstd",
    Packing.XZ: "xz",
    Packing.ZIP: "zip",
}
_NUMERIC = r"^\s*[-+]?[\d.]"


def code(connection: Connection, made: Plan, choices: Choices, table: pa.Table) -> str:
    """The lines that make the same table; "" where pandas cannot, or the files are too many to be named."""
    from s3desk.data.combining.combine import Columns  # noqa: PLC0415  # which imports this module

    text = _numbers_as_text(table)
    groups: dict[str, list[File]] = {}
    for file in made.readable:
        call = _call(file.plan, text) if file.plan is not None else ""
        if not call:
            return ""
        groups.setdefault(call, []).append(file)
    if not groups or len(made.readable) > _MOST_KEYS:
        return ""
    lines = [f"bucket = {quoted(made.bucket)}", "frames = {}"]
    for call, files in groups.items():
        keys = ", ".join(quoted(file.key) for file in files)
        lines += [
            f"for key in [{keys}]:",
            '    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()',
            f"    frames[key] = {call}{'.assign(source=key)' if choices.source else ''}",
        ]
    parts = "frames.values()" if len(groups) == 1 else f"[frames[key] for key in {_order(made)}]"
    join = ', join="inner"' if choices.columns is Columns.COMMON else ""
    lines.append(f"df = pd.concat({parts}, ignore_index=True{join})")
    return python([_client(connection), Snippet(("import io", "import pandas as pd"), tuple(lines))])


def _order(made: Plan) -> str:
    in_order = [file.key for file in made.readable]
    return "sorted(frames)" if in_order == sorted(in_order) else f"[{', '.join(map(quoted, in_order))}]"


def _client(connection: Connection) -> Snippet:
    account, endpoint = connection.account, connection.endpoint_url
    options = ['"s3"']
    options += [f"endpoint_url={quoted(endpoint)}"] if endpoint else []
    imports = ["import boto3"]
    session = "boto3"
    if account.sign_in is SignIn.ANONYMOUS:
        imports += ["from botocore import UNSIGNED", "from botocore.config import Config"]
        options.append("config=Config(signature_version=UNSIGNED)")
    elif account.sign_in is SignIn.PROFILE and account.profile:
        session = f"boto3.Session(profile_name={quoted(account.profile)})"
    return Snippet(tuple(imports), (f"s3 = {session}.client({', '.join(options)})",))


def _call(found: FilePlan, text: list[str]) -> str:
    """The pandas call that reads one file, "" where there is none."""
    options = {"compression": quoted(_COMPRESSION[found.packing])} if found.packing in _COMPRESSION else {}
    if found.packing is not Packing.NONE and not options:
        return ""
    if found.form is Form.DELIMITED and found.guess is not None:
        guess = found.guess
        options |= {"sep": quoted(guess.delimiter)} if guess.delimiter != "," else {}
        options |= {"encoding": quoted(guess.encoding)} if guess.encoding not in ("utf-8", "ascii") else {}
        options |= {"decimal": quoted(found.decimal)} if found.decimal != "." else {}
        options |= {"skiprows": "1"} if guess.separator_line else {}
        options |= {"header": "None", "names": _names(found.columns)} if not guess.header else {}
        own = [name for name in text if name in found.columns]
        options |= {"dtype": "{" + ", ".join(f"{quoted(name)}: str" for name in own) + "}"} if own else {}
        reader = "read_csv"
    else:
        reader = _PANDAS[found.form]
        options |= {"lines": "True"} if found.form is Form.JSON_LINES else {}
    if not reader:
        return ""
    return f"pd.{reader}(io.BytesIO(body)" + "".join(f", {name}={value}" for name, value in options.items()) + ")"


def _names(columns: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(quoted, columns)) + "]"


def _numbers_as_text(table: pa.Table) -> list[str]:
    """Columns of text that pandas would take for numbers."""
    import pyarrow as pa  # noqa: PLC0415  # heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    columns = [field.name for field in table.schema if pa.types.is_string(field.type)]
    first = table.slice(0, 100_000)
    return [name for name in columns if pc.any(pc.match_substring_regex(first[name], _NUMERIC)).as_py()]
