"""Look: one object whose beginning is here, and what the user knows better about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s3desk.data.looking.facts import Facts
from s3desk.data.signature import Kind
from s3desk.data.sniff import Guess, sniff

if TYPE_CHECKING:
    from s3desk.data.ranged import RangedFile
    from s3desk.s3.job import Job

FIRST = 128 << 10  # bytes of the first request
SECOND = 128 << 10  # bytes of the second at most, for text and tables
FEW_ROWS = 200  # a table with fewer in its first bytes is worth a second request
TEXTS = (Kind.TABLE, Kind.TEXT, Kind.JSON, Kind.JSON_LINES, Kind.MARKDOWN, Kind.HTML)
STRUCTURED = (Kind.PARQUET, Kind.ARROW, Kind.AVRO, Kind.EXCEL, Kind.ZIP, Kind.PDF)  # parsed aside


@dataclass(frozen=True, slots=True)
class Choices:
    """What is not to be guessed, and how many rows at most; see `preview`."""

    limit: int
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    part: str = ""
    as_text: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """An object, its first bytes, and the choices."""

    job: Job
    file: RangedFile
    head: bytes
    choices: Choices

    @property
    def is_whole(self) -> bool:
        """Whether the first bytes are all."""
        return len(self.head) >= self.file.size

    def rest(self, most: int) -> bytes:
        """The bytes that follow the head, in one more request; none where the server sends no ranges."""
        if self.is_whole or not self.file.sends_ranges:
            return b""
        return self.file.read_at(len(self.head), most)

    def guess(self, data: bytes, name: str, *, whole: bool, content_type: str = "") -> Guess:
        """What these bytes are, which may have come out of the object."""
        chosen = self.choices
        data, whole = data[: FIRST * 2], whole and len(data) <= FIRST * 2
        return sniff(
            data, name, content_type, whole=whole,
            encoding=chosen.encoding, delimiter=chosen.delimiter, header=chosen.header,
        )  # fmt: skip

    def facts(self, guess: Guess, notes: tuple[str, ...] = (), *, packed: str = "") -> Facts:
        """What was read so far and how it was understood."""
        file = self.file
        facts = Facts(guess.words, file.bytes_fetched, file.size, file.requests, encoding=guess.encoding)
        return replace(facts, lie=guess.lie, notes=notes, packed=packed, etag=file.etag)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first bytes of a text, read as they are or unfolded out of a `packed` file.

    `size` are the bytes of the whole text, estimated where it is packed; `notes` are sentences about the packing.
    """

    look: Look
    data: bytes
    size: int
    packed: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the text ends here."""
        return len(self.data) >= self.size

    def longer(self) -> Beginning:
        """With what one more request brings; the same when it is packed or whole."""
        more = b"" if self.packed else self.look.rest(SECOND)
        return replace(self, data=self.data + more) if more else self

    def facts(self, guess: Guess, notes: tuple[str, ...] = ()) -> Facts:
        """What was read so far and how it was understood."""
        return self.look.facts(guess, (*self.notes, *notes), packed=self.packed)
