"""What a preview cost and what was guessed, in one honest line."""

from __future__ import annotations

from dataclasses import dataclass

from s3desk.data.delimited import delimiter_words
from s3desk.data.encoding import encoding_words
from s3desk.data.sizes import size_words


@dataclass(frozen=True, slots=True)
class Facts:
    """How much of a file was read and how it was understood.

    `words` names the kind. Sizes are in bytes; `rows` are the shown ones, `rows_total` those of the file: None when
    unknown or no table, an estimate unless `complete`. Encoding is a Python codec, "" where the content is no text.
    `lie` is a sentence when the name contradicts the content, `notes` are further sentences. `packed` names the
    compression the content came out of ("gzip"), `details` are more words for the line ("12 columns"). `parts` are the
    sheets, members or pages one may choose among, `part` the one shown. `etag` is that of the object that was read.
    """

    words: str
    bytes_fetched: int
    bytes_total: int
    requests: int
    rows: int | None = None
    rows_total: int | None = None
    complete: bool = True
    encoding: str = ""
    delimiter: str = ""
    header: bool | None = None
    bad_rows: int = 0
    lie: str = ""
    notes: tuple[str, ...] = ()
    packed: str = ""
    details: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    part: str = ""
    etag: str = ""

    @property
    def sentence(self) -> str:
        """For example `1,000 of about 41,300 rows · 128 KB of 5.2 MB read, 1 request · UTF-8 · comma · header`."""
        parts = [self._rows(), self._bytes(), self._kind()]
        if self.encoding:
            parts.append(encoding_words(self.encoding))
        if self.delimiter:
            parts.append(delimiter_words(self.delimiter))
        if self.header is not None:
            parts.append("header" if self.header else "no header")
        if self.bad_rows:
            parts.append(f"{self.bad_rows:,} uneven {_plural('row', self.bad_rows)}")
        parts += self.details
        return " · ".join(part for part in parts if part)

    @property
    def remarks(self) -> tuple[str, ...]:
        """All sentences that deserve attention, the lie first."""
        return (self.lie, *self.notes) if self.lie else self.notes

    def _kind(self) -> str:
        """What it is, where encoding and delimiter do not say as much."""
        if self.packed:
            return f"{self.packed} of {self.words}"
        is_told = self.encoding and (self.delimiter or self.rows is None)
        return "" if is_told else self.words

    def _rows(self) -> str:
        if self.rows is None:
            return ""
        if self.complete and self.rows_total is not None:
            total = self.rows_total
            shown = f"{self.rows:,} of {total:,}" if total > self.rows else f"{self.rows:,}"
            return f"{shown} {_plural('row', total)}"
        if self.rows_total is None:
            return f"first {self.rows:,} {_plural('row', self.rows)}"
        return f"{self.rows:,} of about {_rounded(self.rows_total):,} rows"

    def _bytes(self) -> str:
        requests = f"{self.requests:,} {_plural('request', self.requests)}"
        if self.bytes_fetched >= self.bytes_total:
            return f"{size_words(self.bytes_total)} read, {requests}"
        return f"{size_words(self.bytes_fetched)} of {size_words(self.bytes_total)} read, {requests}"


def _rounded(count: int) -> int:
    """Three significant digits: an estimate should not look like a count."""
    unit = int(10 ** max(len(str(count)) - 3, 0))
    return round(count / unit) * unit


def _plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"
