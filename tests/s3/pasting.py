"""Somebody who pastes what the Share dialog wrote: into Python, R and a shell, each started once for many texts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Runs each text in names of its own, as if somebody had pasted it, and tells the rows of the tables it made.
_IN_PYTHON = """
import json, os, sys, traceback
from duckdb_extensions import import_extension
import_extension("httpfs")
answers = []
for number, text in enumerate(json.load(sys.stdin)):
    names, folder = {}, str(number)
    os.mkdir(folder)
    os.chdir(folder)
    try:
        exec(compile(text, "pasted", "exec"), names)
        found = {name: names[name] for name in names if name.startswith("df")}
        rows = {n: f.rows() if hasattr(f, "rows") else f.to_numpy().tolist() for n, f in found.items()}
        answers.append({"rows": rows, "columns": {n: [str(c) for c in f.columns] for n, f in found.items()}})
    except BaseException:
        answers.append({"error": traceback.format_exc()})
    os.chdir("..")
json.dump(answers, open("answers.json", "w"))
"""
_IN_R = """
for (number in as.integer(commandArgs(trailingOnly = TRUE))) {
  setwd(as.character(number))
  text <- parse("pasted.R", encoding = "UTF-8")
  there <- all(sapply(readLines("packages"), requireNamespace, quietly = TRUE))
  if (there) {
    names <- new.env()
    tryCatch({
      eval(text, names)
      for (name in ls(names, pattern = "^df")) {
        write.csv(get(name, names), paste0(name, ".out"), row.names = FALSE, fileEncoding = "UTF-8")
      }
    }, error = function(problem) writeLines(conditionMessage(problem), "error"))
  } else writeLines("only parsed", "parsed")
  setwd("..")
}
"""


@dataclass(frozen=True)
class Pasted:
    """What came of one text: the rows and columns by the name of the table, and the files it left."""

    rows: dict[str, list[list[object]]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    error: str = ""
    only_parsed: bool = False


def paste_in_python(texts: list[str], folder: Path, variables: Mapping[str, str] | None = None) -> list[Pasted]:
    """Run all texts in one interpreter; DuckDB gets its extension from the wheel instead of the net."""
    folder.mkdir()
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", _IN_PYTHON],
        input=json.dumps(texts),
        text=True,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), **(variables or {})},
        capture_output=True,
        timeout=90,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers = json.loads((folder / "answers.json").read_text())
    return [Pasted(files=_files(folder / str(number)), **answer) for number, answer in enumerate(answers)]


def paste_in_r(texts: list[str], folder: Path) -> list[Pasted]:
    """Run all texts in one R; what needs a package that is not there is only parsed."""
    for number, text in enumerate(texts):
        each = folder / str(number)
        each.mkdir(parents=True)
        (each / "pasted.R").write_text(text)
        needs = [line.split('"')[1] for line in text.splitlines() if line.startswith("# needed")]
        (each / "packages").write_text("\n".join(["base", *needs, ""]))
    numbers = [str(number) for number in range(len(texts))]
    (folder / "driver.R").write_text(_IN_R)
    run = subprocess.run(
        ["Rscript", "--vanilla", "driver.R", *numbers],
        cwd=folder,
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [_r_answer(folder / str(number)) for number in range(len(texts))]


def paste_in_shell(text: str, folder: Path, variables: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """Run a command; the files it left."""
    folder.mkdir(exist_ok=True)
    beside = Path(sys.executable).parent  # aws is installed there
    path = f"{beside}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": path, **(variables or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return _files(folder)


def r_is_installed() -> bool:
    """Whether R can be run here."""
    return shutil.which("Rscript") is not None


def r_is_balanced(text: str) -> bool:
    """Whether every string and bracket of R code is closed, for where there is no R to parse it."""
    brackets, closing, in_string, escaped = [], {")": "(", "}": "{", "]": "["}, False, False
    for c in "\n".join(line for line in text.splitlines() if not line.startswith("#")):
        if in_string:
            in_string, escaped = escaped or c != '"', c == "\\" and not escaped
        elif c == '"':
            in_string = True
        elif c in closing.values():
            brackets.append(c)
        elif c in closing and (not brackets or brackets.pop() != closing[c]):
            return False
    return not brackets and not in_string


def _r_answer(folder: Path) -> Pasted:
    import csv

    files = _files(folder)
    error = files.pop("error", b"").decode()
    rows: dict[str, list[list[object]]] = {}
    columns = {}
    for name in [name for name in files if name.endswith(".out")]:
        table = list(csv.reader(files.pop(name).decode().splitlines()))
        columns[name.removesuffix(".out")] = table[0]
        rows[name.removesuffix(".out")] = [[int(cell) if cell.isdigit() else cell for cell in row] for row in table[1:]]
    parsed = bool(files.pop("parsed", b""))
    left = {name: body for name, body in files.items() if name not in ("pasted.R", "packages")}
    return Pasted(rows, columns, left, error, parsed)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
