"""What a file is, from its first bytes, then its name: content wins, and a name that lies is told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from s3desk.data import delimited
from s3desk.data.encoding import decode, guess_encoding
from s3desk.data.names import LANGUAGES, PLAIN, TABLES, TEXTS, extension, lie
from s3desk.data.rows import Dialect, split_rows
from s3desk.data.signature import Kind, Signature, signature

_TYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "text/markdown": "md",
    "text/html": "html",
    "application/x-ndjson": "jsonl",
}
_WORDS = {
    Kind.JSON: "JSON",
    Kind.JSON_LINES: "JSON lines",
    Kind.MARKDOWN: "Markdown text",
    Kind.HTML: "web page (HTML)",
    Kind.TEXT: "text",
}
_LEXERS = {Kind.JSON: "json", Kind.JSON_LINES: "json", Kind.MARKDOWN: "markdown", Kind.HTML: "html"}
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<(?:\?xml\b|svg\b)")
_JSON = re.compile(r'\s*(?:\{\s*(?:"|\})|\[\s*(?:[\[\]{"]|(?:-?\d[\d.eE+-]*|true|false|null)\s*(?:,|\]\s*$)))')
_START = 4096  # characters that tell JSON and HTML


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file seems to be; each part can be replaced by what the user knows better.

    `encoding` is a Python codec, "" where the content is no text. Delimiter, quote, escape and header speak for tables.
    `separator_line` tells of a first line like `sep=;`, which is no row. `language` is the name of a pygments lexer.
    `lie` is a sentence when the name says something else than the content.
    """

    kind: Kind
    words: str
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    escape: str = ""
    header: bool = False
    separator_line: bool = False
    language: str = ""
    lie: str = ""

    @property
    def dialect(self) -> Dialect:
        """How the rows of a table are to be split."""
        return Dialect(self.delimiter or ",", self.quote, self.escape)


def sniff(
    head: bytes,
    name: str = "",
    content_type: str = "",
    *,
    whole: bool,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
) -> Guess:
    """Guess what begins with `head` (a few hundred KiB at most; `whole` when that is all there is).

    What is given is not guessed; a given delimiter makes a table of any text, an encoding a text of any bytes without
    a mark of their own. Never raises because of the bytes or the
    name; raises ValueError with a sentence for an encoding or delimiter that cannot be used.
    """
    if delimiter is not None:
        delimited.check_delimiter(delimiter)
    end = extension(name) or _TYPES.get(content_type.partition(";")[0].strip().lower(), "")
    marked = signature(head)
    if marked:
        return Guess(marked.kind, marked.words, lie=lie(end, marked))
    codec = encoding or guess_encoding(head, whole=whole)
    if codec is None:
        untrue = lie(end, Signature(Kind.BINARY, ""))
        return Guess(Kind.BINARY, f"{end.upper()} file" if end and not untrue else "file", lie=untrue)
    text = decode(head, codec, whole=whole)
    kind = Kind.TABLE if delimiter else _text_kind(text, end, whole=whole)
    if kind is Kind.TABLE or kind is None:
        table = _table(text, codec, end, whole=whole, delimiter=delimiter, header=header)
        return table or _plain(Kind.TEXT, text, codec, end)
    return _plain(kind, text, codec, end)


def _plain(kind: Kind, text: str, codec: str, end: str) -> Guess:
    """A text that is shown as text."""
    language = _LEXERS.get(kind) or LANGUAGES.get(end) or ("xml" if _XML.match(text[:_START]) else "")
    words = f"{language} text" if kind is Kind.TEXT and language else _WORDS[kind]
    return Guess(kind, words, codec, language=language, lie=lie(end, Signature(kind, words)))


def _text_kind(text: str, end: str, *, whole: bool) -> Kind | None:
    """What kind of text this is; TABLE when its name says so, None when only its rows could tell."""
    start = text[:_START]
    if _HTML.match(start):
        return Kind.HTML
    by_name = TEXTS.get(end)
    if _JSON.match(start) and end not in PLAIN and by_name is not Kind.MARKDOWN:
        return Kind.JSON_LINES if _is_json_lines(text, by_name, whole=whole) else Kind.JSON
    if by_name in (Kind.MARKDOWN, Kind.HTML):
        return by_name
    if end in TABLES:
        return Kind.TABLE
    return Kind.TEXT if end in PLAIN or _XML.match(start) else None


def _is_json_lines(text: str, by_name: Kind | None, *, whole: bool) -> bool:
    """Whether the first lines are values of their own; one line alone is JSON lines only by name."""
    if by_name is Kind.JSON_LINES:
        return True
    lines = text[: _START * 16].splitlines(keepends=True)
    if not (whole and len(text) <= _START * 16):
        lines = lines[:-1]  # may be cut
    lines = [line for line in lines if line.strip()][:3]
    return len(lines) >= 2 and all(line.lstrip()[0] in "{[" and _is_json(line) for line in lines)


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _table(text: str, codec: str, end: str, *, whole: bool, delimiter: str | None, header: bool | None) -> Guess | None:
    """The text as a table, or None when neither its name nor its rows make it one."""
    by_name = end in TABLES or delimiter is not None
    own = delimited.separator_line(text)
    body = delimited.without_separator_line(text)
    known = delimiter or own or TABLES.get(end, "")
    layout = delimited.guess_layout(body, whole=whole, thorough=by_name)
    if known and layout.dialect.delimiter != known and not (layout.is_certain and not delimiter and not own):
        layout = delimited.guess_layout(body, whole=whole, thorough=False, delimiters=known)
    if not by_name and not own and not layout.is_certain:
        return None
    dialect = layout.dialect
    if header is None:
        header = delimited.guess_header(split_rows(body[:65536], dialect, whole=whole and len(body) <= 65536).cells)
    words = {",": "CSV table", ";": "CSV table", "\t": "tab-separated table"}.get(dialect.delimiter, "table")
    return Guess(
        Kind.TABLE, words, codec, dialect.delimiter, dialect.quote, dialect.escape, header, bool(own),
        lie=lie(end, Signature(Kind.TABLE, words)),
    )  # fmt: skip
