"""What a preview can be: a table, a text, a picture, or a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.data.looking.readable import may_be_rendered
from s3desk.data.signature import Kind

if TYPE_CHECKING:
    from s3desk.data.looking.facts import Facts
    from s3desk.data.parsers.parsed import Stretch
    from s3desk.data.sniff import Guess
    from s3desk.data.table import Table


@dataclass(frozen=True, slots=True)
class TablePreview:
    """The first rows of a table. `guess` says how it was read; `preview` takes better answers.

    Further rows can be read where `window_over` makes a window. `types` are the words for the columns' types where the
    format has types, `stretch` tells where the rows stand in a table that can be read from anywhere.
    """

    facts: Facts
    guess: Guess
    table: Table
    types: tuple[str, ...] = ()
    stretch: Stretch | None = None

    @property
    def is_all(self) -> bool:
        """Whether these are all rows of the file."""
        return self.facts.complete and len(self.table.rows) == (self.facts.rows_total or 0)


@dataclass(frozen=True, slots=True)
class TextPreview:
    """The beginning of a text, or of any bytes as hexadecimal digits (Kind.BINARY).

    `language` names a pygments lexer or is ""; HTML is its source, never rendered.
    """

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
    """A whole picture file of a bounded number of pixels, or a page drawn as one (BMP)."""

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

DOWNLOAD = "Download it to open it in its own program."
