"""What is in an object, from its first bytes only: the first rows of a 100 GB CSV cost two requests and 256 KiB."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3desk.data.encoding import damage, decode
from s3desk.data.facts import Facts
from s3desk.data.images import dimensions
from s3desk.data.jsontext import indented
from s3desk.data.names import with_article
from s3desk.data.ranged import RangedFile
from s3desk.data.readable import may_be_rendered
from s3desk.data.signature import Kind
from s3desk.data.sizes import size_words
from s3desk.data.sniff import Guess, sniff
from s3desk.data.table import Table, read_table

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

FIRST = 128 << 10  # bytes of the first request
SECOND = 128 << 10  # bytes of the second at most, for text and tables
FEW_ROWS = 200  # a table with fewer in its first bytes is worth a second request
IMAGE_BYTES = 20_000_000
IMAGE_PIXELS = 50_000_000

_TEXTS = (Kind.TEXT, Kind.JSON, Kind.JSON_LINES, Kind.MARKDOWN, Kind.HTML)


@dataclass(frozen=True, slots=True)
class TablePreview:
    """The first rows of a delimited text. `guess` says how it was read; `preview` takes better answers."""

    facts: Facts
    guess: Guess
    table: Table


@dataclass(frozen=True, slots=True)
class TextPreview:
    """The beginning of a text. `language` names a pygments lexer or is ""; HTML is its source, never rendered."""

    facts: Facts
    guess: Guess
    text: str
    language: str
    truncated: bool

    @property
    def is_markdown(self) -> bool:
        """Whether the text may be shown as formatted Markdown (which may hold HTML: never load what it points to)."""
        return self.guess.kind is Kind.MARKDOWN and may_be_rendered(self.text)


@dataclass(frozen=True, slots=True)
class ImagePreview:
    """A whole picture file of a bounded number of pixels."""

    facts: Facts
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class NothingToShow:
    """Why there is nothing to see, and what to do."""

    facts: Facts
    sentence: str
    advice: str = ""


Preview = TablePreview | TextPreview | ImagePreview | NothingToShow


def preview(
    job: Job,
    connection: Connection,
    bucket: str,
    key: str,
    *,
    version_id: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    limit: int = 1000,
) -> Preview:
    """The beginning of an object in the form that suits its content; `limit` bounds the rows of a table.

    What is given is not guessed; a delimiter makes a table of any text. Costs one GetObject of 128 KiB and at most
    one more (of 128 KiB for text and tables, of the rest for pictures up to 20 MB). Raises S3Error when the object
    cannot be read, ValueError with a sentence for an encoding or delimiter that cannot be used.
    """
    file = RangedFile(job, connection, bucket, key, version_id=version_id)
    head = file.read_at(0, FIRST)
    if not file.size:
        return _empty(file)
    whole = len(head) >= file.size
    guess = sniff(head, key, file.content_type, whole=whole, encoding=encoding, delimiter=delimiter, header=header)
    if guess.kind is Kind.TABLE:
        return _table(file, head, guess, limit)
    if guess.kind in _TEXTS:
        return _text(file, head + _rest(file, head, SECOND), guess)
    if guess.kind is Kind.IMAGE:
        return _image(file, head, guess)
    sentence = f"This is {with_article(guess.words)} of {size_words(file.size)}; there is no preview of it yet."
    return NothingToShow(_facts(file, guess), sentence, "Download it to open it in its own program.")


def _empty(file: RangedFile) -> NothingToShow:
    facts = Facts("empty file", 0, 0, file.requests)
    if file.key.endswith("/"):
        return NothingToShow(facts, "This empty object only marks a folder.")
    return NothingToShow(facts, "This file is empty (0 bytes).")


def _rest(file: RangedFile, head: bytes, most: int) -> bytes:
    """The bytes that follow, in one more request; none where the server sends no ranges."""
    if len(head) >= file.size or not file.sends_ranges:
        return b""
    return file.read_at(len(head), most)


def _table(file: RangedFile, head: bytes, guess: Guess, limit: int) -> TablePreview | TextPreview:
    table = read_table(head, guess, size=file.size, limit_rows=limit)
    if not table.complete and table.rows_found < min(FEW_ROWS, limit):
        head += _rest(file, head, SECOND)
        table = read_table(head, guess, size=file.size, limit_rows=limit)
    lines = table.rows_found + guess.header
    if lines < 2 and not table.complete:
        ends = "Only one row ends" if lines else "No row ends"
        note = f"{ends} in the first {size_words(len(head))}, so this is shown as text."
        return _text(file, head, replace(guess, kind=Kind.TEXT), (note,))
    facts = replace(
        _facts(file, guess, table.notes),
        rows=len(table.rows),
        rows_total=table.rows_total,
        complete=table.complete,
        delimiter=guess.delimiter,
        header=guess.header,
        bad_rows=table.bad_rows,
    )
    return TablePreview(facts, guess, table)


def _text(file: RangedFile, head: bytes, guess: Guess, notes: tuple[str, ...] = ()) -> TextPreview:
    whole = len(head) >= file.size
    text = decode(head, guess.encoding, whole=whole)
    notes = (*notes, *damage(text, guess.encoding))
    if not whole:
        notes = (*notes, f"The first {size_words(len(head))} are shown.")
    if guess.kind is Kind.JSON:
        readable = indented(text)
        if readable is None:
            notes = (*notes, "This JSON is nested too deep to be indented, so it is shown as it is written.")
        text = readable or text
    return TextPreview(_facts(file, guess, notes), guess, text, guess.language, not whole)


def _image(file: RangedFile, head: bytes, guess: Guess) -> ImagePreview | NothingToShow:
    advice = "Download it to open it in its own program."
    refusal = _too_large(dimensions(head))
    if not refusal and file.size > IMAGE_BYTES:
        refusal = f"This picture of {size_words(file.size)} is too large for a preview."
    if refusal:
        return NothingToShow(_facts(file, guess), refusal, advice)
    data = head + _rest(file, head, IMAGE_BYTES)
    size = dimensions(data)
    refusal = _too_large(size)
    if size is None or len(data) < file.size:
        refusal = "This picture is damaged or incomplete."
    if refusal or size is None:
        return NothingToShow(_facts(file, guess), refusal, advice)
    return ImagePreview(_facts(file, guess), data, *size)


def _too_large(size: tuple[int, int] | None) -> str:
    """A sentence for a picture that would fill the memory, else ""."""
    if size is None or size[0] * size[1] <= IMAGE_PIXELS:
        return ""
    return f"This picture has {size[0]:,} × {size[1]:,} pixels, too many for a preview."


def _facts(file: RangedFile, guess: Guess, notes: tuple[str, ...] = ()) -> Facts:
    return Facts(
        guess.words,
        file.bytes_fetched,
        file.size,
        file.requests,
        encoding=guess.encoding,
        lie=guess.lie,
        notes=notes,
    )
