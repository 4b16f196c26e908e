"""What the end of a file's name promises, and whether the content keeps it."""

from __future__ import annotations

import re

from s3desk.data.signature import Kind, Signature, promised

TABLES = {"csv": "", "tsv": "\t", "tab": "\t", "psv": "|", "dsv": ""}  # to their delimiter, "" where it may be any
TEXTS = {
    "json": Kind.JSON,
    "geojson": Kind.JSON,
    "topojson": Kind.JSON,
    "ipynb": Kind.JSON,
    "jsonl": Kind.JSON_LINES,
    "ndjson": Kind.JSON_LINES,
    "jsonlines": Kind.JSON_LINES,
    "md": Kind.MARKDOWN,
    "markdown": Kind.MARKDOWN,
    "html": Kind.HTML,
    "htm": Kind.HTML,
    "xhtml": Kind.HTML,
}
LANGUAGES = {  # to the name of a pygments lexer
    "py": "python",
    "pyi": "python",
    "r": "r",
    "sql": "sql",
    "js": "javascript",
    "ts": "typescript",
    "css": "css",
    "xml": "xml",
    "svg": "xml",
    "xsd": "xml",
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
    "ini": "ini",
    "cfg": "ini",
    "conf": "ini",
    "sh": "bash",
    "bat": "bat",
    "ps1": "powershell",
    "java": "java",
    "c": "c",
    "h": "c",
    "cpp": "cpp",
    "go": "go",
    "rs": "rust",
    "tex": "latex",
    "jl": "julia",
    "scala": "scala",
    "tf": "hcl",
    "rb": "ruby",
    "php": "php",
    "cs": "csharp",
    "kt": "kotlin",
    "swift": "swift",
    "lua": "lua",
    "pl": "perl",
    "jsx": "jsx",
    "tsx": "tsx",
    "scss": "scss",
    "less": "less",
    "vue": "vue",
    "proto": "protobuf",
    "graphql": "graphql",
    "gradle": "groovy",
    "sas": "sas",
    "do": "stata",
    "m": "matlab",
    "vb": "vbnet",
    "bas": "vbnet",
    "hpp": "cpp",
    "cc": "cpp",
    "mjs": "javascript",
    "zsh": "bash",
    "bib": "bibtex",
    "diff": "diff",
    "patch": "diff",
}
PLAIN = frozenset((*LANGUAGES, "log", "rst", "srt", "eml"))  # commas in these make no table
_JSON = (Kind.JSON, Kind.JSON_LINES)
_TEXTUAL = (Kind.TABLE, Kind.MARKDOWN, Kind.HTML, Kind.TEXT, *_JSON)
_AN = re.compile(r"[AEIOaeio]|MP|M4|SPSS|HDF|LZ4|xz|R ")  # what sounds like a vowel


def extension(name: str) -> str:
    """The end of a key's last segment, in small letters and without the dot; "" when there is none."""
    last = name.rpartition("/")[2]
    stem, dot, end = last.rpartition(".")
    return end.lower() if dot and stem and end.isascii() and end.isprintable() and len(end) <= 10 else ""


def lie(end: str, found: Signature) -> str:
    """A sentence when people who trust the extension `end` would be misled about what was found, else ""."""
    expected = _expected(end)
    if expected is None or not _misleads(end, expected, found):
        return ""
    if found.kind is Kind.BINARY and not found.words:
        return f"The name ends in .{end}, but the content is not {with_article(expected.words)}."
    return f"The name ends in .{end}, but the content is {with_article(found.words)}."


def _expected(end: str) -> Signature | None:
    """What an extension lets people expect; None for those that say little."""
    if end in TABLES:
        return Signature(Kind.TABLE, "text")
    if end in TEXTS:
        return Signature(TEXTS[end], "text")
    if end in PLAIN or end == "txt":
        return Signature(Kind.TEXT, "text")
    return promised(end)


def _misleads(end: str, expected: Signature, found: Signature) -> bool:
    if expected.kind in _TEXTUAL and found.kind in _TEXTUAL:
        if expected.kind in _JSON:
            return found.kind not in _JSON
        strict = (Kind.HTML, *_JSON) if expected.kind is Kind.TABLE else (Kind.HTML,)
        return found.kind in strict and found.kind is not expected.kind and end not in ("xml", "svg")
    if end in found.extensions:
        return False
    return found.kind is not expected.kind or bool(found.extensions)


def with_article(words: str) -> str:
    """Words for a format as they stand in a sentence."""
    if words.endswith(("text", "JSON", "JSON lines")):
        return words
    return f"an {words}" if _AN.match(words) else f"a {words}"
