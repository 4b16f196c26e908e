"""The Python that reads an object as it was read here: boto3 and pandas, runnable as pasted, without any keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.reading.reading_plan import MORE, Form
from s3desk.data.reading.unpacking import Packing
from s3desk.s3.account import SignIn
from s3desk.s3.sharing.code import Snippet, given, python, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from s3desk.data.reading.reading_plan import FilePlan
    from s3desk.s3.connection import Connection

_BYTES = "io.BytesIO(body)"
_STREAM = ("import pyarrow as pa",)
_UNPACK: dict[Packing, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Packing.NONE: ((), ()),
    Packing.GZIP: (("import gzip",), ("body = gzip.decompress(body)",)),
    Packing.BZIP2: (("import bz2",), ("body = bz2.decompress(body)",)),
    Packing.XZ: (("import lzma",), ("body = lzma.decompress(body)",)),
    Packing.ZSTD: (_STREAM, (f'body = pa.input_stream({_BYTES}, compression="zstd").read()',)),
    Packing.LZ4: (_STREAM, (f'body = pa.input_stream({_BYTES}, compression="lz4").read()',)),
    Packing.ZIP: (
        ("import zipfile",),
        (
            f"archive = zipfile.ZipFile({_BYTES})",
            'body = archive.read(next(name for name in archive.namelist() if not name.endswith("/")))',
        ),
    ),
}
_GIVEN_NAME = re.compile(r"Column \d+|.* \(\d+\)")  # what a column without a name, or with another's, is called
_NUMERIC = r"^\s*[-+]?[\d.]"
_LOOKED_AT = 100_000  # rows


@dataclass(frozen=True)
class ReadCode:
    """What makes a DataFrame of `body`, the bytes of a file: lines to go before, and an expression."""

    lines: tuple[str, ...]
    call: str
    imports: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()


def read_code(plan: FilePlan, names: Sequence[str], text: Sequence[str]) -> ReadCode:
    """How to read a file like this; `names` are the columns found in it, those in `text` stay as they are written."""
    imports, lines = _UNPACK[plan.packing]
    needs = frozenset(["pyarrow"]) if imports is _STREAM else frozenset[str]()
    imports = ("import io", "import pandas as pd", *imports)
    if plan.form is Form.DELIMITED and tuple(names) == (*plan.columns, MORE):
        return ReadCode((*lines, *_evening(plan)), _evened_call(plan, names, text), ("import csv", *imports), needs)
    call, more, needed = _call(plan, names, text)
    return ReadCode(lines, call, (*imports, *more), needs | needed)


def object_code(
    connection: Connection, bucket: str, key: str, plan: FilePlan, table: pa.Table, version_id: str | None = None
) -> str:
    """The lines that make `df` of an object as it was read here."""
    found = read_code(plan, table.column_names, numbers_as_text(table))
    version = f", VersionId={quoted(version_id)}" if version_id else ""
    lines = (
        f'body = s3.get_object(Bucket={quoted(bucket)}, Key={quoted(key)}{version})["Body"].read()',
        *found.lines,
        f"df = {found.call}",
    )
    return python([client_code(connection), Snippet(found.imports, lines, found.needs)])


def keys_words(connection: Connection) -> str:
    """The comment that says with whose keys the code signs in: none are in it."""
    account = connection.account
    if account.sign_in is SignIn.ANONYMOUS:
        return "# No keys are needed: this is read without signing in."
    if account.sign_in is SignIn.PROFILE and account.profile:
        return "# No keys are in this: boto3 takes those of the profile named here, from ~/.aws."
    return (
        "# No keys are in this: boto3 finds yours in the environment\n"
        "# (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or in ~/.aws."
    )


def client_code(connection: Connection) -> Snippet:
    """The line that makes `s3`, and where its keys come from."""
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
    client = f"s3 = {session}.client({', '.join(options)})"
    return Snippet(tuple(imports), (*keys_words(connection).split("\n"), client))


def numbers_as_text(table: pa.Table) -> list[str]:
    """Columns of text that pandas would take for numbers."""
    import pyarrow as pa  # noqa: PLC0415  # heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    first = table.slice(0, _LOOKED_AT)
    columns = [
        (field.name, first.column(at)) for at, field in enumerate(table.schema) if pa.types.is_string(field.type)
    ]
    return [name for name, cells in columns if pc.any(pc.match_substring_regex(cells, _NUMERIC)).as_py()]


def _call(plan: FilePlan, names: Sequence[str], text: Sequence[str]) -> tuple[str, tuple[str, ...], frozenset[str]]:
    """The expression, what it imports, and which packages it needs beside pandas."""
    whole = "to_pandas(ignore_metadata=True)"  # an index noted there would not be a column any more
    match plan.form:
        case Form.DELIMITED:
            return f"pd.read_csv({_BYTES}{given(_csv_options(plan, text))})", (), frozenset()
        case Form.JSON | Form.JSON_LINES:
            return _json(plan), ("import json",), frozenset()  # pandas would take "007" for 7
        case Form.PARQUET:
            return f"parquet.read_table({_BYTES}).{whole}", ("from pyarrow import parquet",), frozenset(["pyarrow"])
        case Form.ARROW:
            opened = '(ipc.open_file if body[:6] == b"ARROW1" else ipc.open_stream)(body)'
            return f"{opened}.read_all().{whole}", ("from pyarrow import ipc",), frozenset(["pyarrow"])
        case Form.AVRO:
            return f"pd.DataFrame(fastavro.reader({_BYTES}))", ("import fastavro",), frozenset(["fastavro"])
        case Form.EXCEL:
            return _excel(names), (), frozenset(["python-calamine"])


def _csv_options(plan: FilePlan, text: Sequence[str]) -> dict[str, str]:
    guess = plan.guess
    if guess is None:
        raise ValueError("a plan for delimited text has a guess")
    own = [name for name in text if name in plan.columns]
    renamed = not guess.header or any(_GIVEN_NAME.fullmatch(name) for name in plan.columns)
    return {
        "sep": quoted(guess.delimiter) if guess.delimiter not in ("", ",") else "",
        "quotechar": quoted(guess.quote) if guess.quote not in ("", '"') else "",
        "escapechar": quoted(guess.escape) if guess.escape else "",
        "encoding": quoted(guess.encoding) if guess.encoding not in ("", "utf-8", "ascii") else "",
        "decimal": quoted(plan.decimal) if plan.decimal != "." else "",
        "skiprows": "1" if guess.separator_line else "",
        "header": ("0" if guess.header else "None") if renamed else "",
        "names": _listed(plan.columns) if renamed else "",
        "dtype": _as_text(own),
    }


def _evening(plan: FilePlan) -> tuple[str, ...]:
    """What writes the rows anew with the same number of cells each, as they were read here; pandas would refuse."""
    guess = plan.guess
    if guess is None:
        raise ValueError("a plan for delimited text has a guess")
    delimiter, width = quoted(guess.delimiter or ","), len(plan.columns)
    options = {
        "delimiter": delimiter if guess.delimiter not in ("", ",") else "",
        "quotechar": quoted(guess.quote) if guess.quote not in ("", '"') else "",
        "quoting": "" if guess.quote else "csv.QUOTE_NONE",
        "escapechar": quoted(guess.escape) if guess.escape else "",
    }
    text = f'io.StringIO(body.decode({quoted(guess.encoding or "utf-8")}, "replace"), newline="")'
    even = f'[*row, *[""] * {width}][:{width}] + [{delimiter}.join(row[{width}:])]'
    first = int(guess.header) + int(guess.separator_line)
    return (
        f"rows = [row for row in csv.reader({text}{given(options)}) if row]{f'[{first}:]' if first else ''}",
        "even = io.StringIO()  # some rows have too few cells, some too many",
        f"csv.writer(even).writerows({even} for row in rows)",
        "even.seek(0)",
    )


def _evened_call(plan: FilePlan, names: Sequence[str], text: Sequence[str]) -> str:
    own = [name for name in text if name in names]
    options = {
        "decimal": quoted(plan.decimal) if plan.decimal != "." else "",
        "header": "None",
        "names": _listed(names),
        "dtype": _as_text(own),
    }
    return f"pd.read_csv(even{given(options)})"


def _as_text(names: Sequence[str]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: str" for name in names) + "}" if names else ""


def _json(plan: FilePlan) -> str:
    encoding = plan.guess.encoding if plan.guess is not None else ""
    text = f"body.decode({quoted(encoding or 'utf-8')})"
    if plan.form is Form.JSON:
        return f"pd.DataFrame(json.loads({text}))"
    return f'pd.DataFrame([json.loads(line) for line in {text}.split("\\n") if line.strip()])'


def _excel(names: Sequence[str]) -> str:
    """The first sheet that holds anything. Which engine comes by itself depends on the version of pandas."""
    nameless = bool(names) and all(re.fullmatch(r"Column \d+", name) for name in names)
    header = ", header=None" if nameless else ""
    sheets = f'pd.read_excel({_BYTES}, sheet_name=None, engine="calamine"{header}).values()'
    first = f"next(sheet for sheet in {sheets} if len(sheet.columns))"
    return f"{first}.set_axis({_listed(names)}, axis=1)" if nameless else first


def _listed(names: Sequence[str]) -> str:
    return "[" + ", ".join(map(quoted, names)) + "]"
