"""What is in an object, from as few of its bytes as show it: the first rows of a 100 GB CSV cost 256 KiB at most."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.data.looking.facts import Facts
from s3desk.data.looking.hexdump import MOST as MOST_DUMPED
from s3desk.data.looking.hexdump import dump
from s3desk.data.looking.images import IMAGE_BYTES, dimensions, too_large
from s3desk.data.looking.look import FIRST, SECOND, STRUCTURED, TEXTS, Beginning, Choices, Look
from s3desk.data.looking.shown import DOWNLOAD, ImagePreview, NothingToShow, Preview, TablePreview, TextPreview
from s3desk.data.looking.textual import textual
from s3desk.data.names import with_article
from s3desk.data.ranged import RangedFile
from s3desk.data.signature import Kind
from s3desk.data.sizes import size_words
from s3desk.data.sniff import Guess

if TYPE_CHECKING:
    from s3desk.data.looking.compressed import Unfolded
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

__all__ = ["ImagePreview", "NothingToShow", "Preview", "TablePreview", "TextPreview", "preview"]

_ENOUGH = 64 << 10  # unfolded bytes, from which on a second request brings nothing a preview needs
_BLOCK = 1 << 20  # bytes; bzip2 and xz unfold nothing before a block of about this size is complete


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
    part: str = "",
    as_text: bool = False,
    limit: int = 1000,
) -> Preview:
    """The beginning of an object in the form that suits its content; `limit` bounds the rows of a table.

    What is given is not guessed; a delimiter makes a table of any text. `part` chooses one of the `facts.parts` (a
    sheet, a member, a page), `as_text` shows JSON as it is written and not as a table. Costs one GetObject of 128 KiB
    and at most one more for text and tables (of 128 KiB) and pictures (of the rest, up to 20 MB); formats that are read
    by structure cost what their module says. Raises S3Error when the object cannot be read, ValueError with a
    sentence for an encoding or delimiter that cannot be used.
    """
    file = RangedFile(job, connection, bucket, key, version_id=version_id)
    head = file.read_at(0, FIRST)
    if not file.size:
        return _empty(file)
    look = Look(job, file, head, Choices(limit, encoding, delimiter, header, part, as_text))
    guess = look.guess(head, key, whole=look.is_whole, content_type=file.content_type)
    start = Beginning(look, head, file.size)
    if guess.kind in TEXTS:
        return textual(start, guess)
    if guess.kind in STRUCTURED:
        return _structured(look, guess)
    if guess.kind in (Kind.GZIP, Kind.COMPRESSED):
        return _unfolded(look, guess) or _bytes(start, guess)
    if guess.kind is Kind.IMAGE:
        return _image(look, guess)
    return _media(look, guess) if guess.kind is Kind.MEDIA else _bytes(start, guess)


def _empty(file: RangedFile) -> NothingToShow:
    facts = Facts("empty file", 0, 0, file.requests)
    if file.key.endswith("/"):
        return NothingToShow(facts, "This empty object only marks a folder.")
    return NothingToShow(facts, "This file is empty (0 bytes).")


def _bytes(start: Beginning, guess: Guess) -> TextPreview:
    """What nobody here can read, as hexadecimal digits."""
    size = start.size
    what = "No program is known for this content" if guess.words == "file" else f"This is {with_article(guess.words)}"
    note = f"{what}; its bytes are shown."
    if size > MOST_DUMPED:
        note = f"{what}; its first {size_words(MOST_DUMPED)} are shown as bytes."
    text = dump(start.data[:MOST_DUMPED])
    return TextPreview(start.facts(guess, (note,)), guess, text, "", size > MOST_DUMPED)


def _structured(look: Look, guess: Guess) -> Preview:
    from s3desk.data.looking.structured import parsed, structured  # noqa: PLC0415  # the window starts without it

    found = parsed(look, guess)
    if guess.kind is not Kind.ZIP or found.rows is not None or found.refusal:
        return structured(look, guess, found)
    start = Beginning(look, found.data, found.data_size, "zip", found.notes)
    shown = _inner(start, found.part, guess.lie)
    return replace(shown, facts=replace(shown.facts, parts=found.parts, part=found.part))


def _unfolded(look: Look, guess: Guess) -> Preview | None:
    """What a compressed file begins with; None where nobody here can unfold it."""
    from s3desk.data.looking.compressed import codec_of, inner_name  # noqa: PLC0415  # the window starts without it

    codec = codec_of(look.head)
    if not codec:
        return None
    found, read = _unfold(look, codec)
    if not found.data:
        why = "holds an empty file" if found.whole else "is damaged or incomplete"
        if not found.whole and not found.damaged:
            why = f"unfolds to nothing before more than its first {size_words(read)} are read"
        return NothingToShow(look.facts(guess), f"This {guess.words} {why}.", DOWNLOAD)
    notes = ("What follows is damaged or incomplete.",) if found.damaged else ()
    if found.is_bomb:
        ratio = round(found.ratio / 100) * 100
        notes = (*notes, f"It unfolds to more than {ratio:,} times its size: unpacking it could fill a disk.")
    start = Beginning(look, found.data, found.size_of(look.file.size), codec, notes)
    return _inner(start, inner_name(look.file.key), guess.lie)


def _unfold(look: Look, codec: str) -> tuple[Unfolded, int]:
    """What the head unfolds to, or the head and one more range, and how many bytes that are."""
    from s3desk.data.looking.compressed import unfold  # noqa: PLC0415

    found = unfold(look.head, codec, whole=look.is_whole)
    if len(found.data) >= _ENOUGH or look.is_whole or (found.damaged and not found.data):
        return found, len(look.head)
    packed = look.head + look.rest(SECOND if found.data else _BLOCK)
    return unfold(packed, codec, whole=len(packed) >= look.file.size), len(packed)


def _inner(start: Beginning, name: str, lie: str) -> Preview:
    """What came out of a compressed file or an archive."""
    look = start.look
    if not start.data:
        facts = start.facts(Guess(Kind.BINARY, "empty file"))
        return NothingToShow(facts, f"This {start.packed} file holds an empty file.")
    guess = look.guess(start.data, name, whole=start.is_whole)
    guess = replace(guess, lie=lie or guess.lie)
    if guess.kind in TEXTS:
        return textual(start, guess)
    if guess.kind is Kind.BINARY:
        return _bytes(start, guess)
    sentence = f"Inside this {start.packed} file is {with_article(guess.words)}, which is not opened here."
    return NothingToShow(start.facts(guess), sentence, "Download and unpack it to open it in its own program.")


def _media(look: Look, guess: Guess) -> NothingToShow:
    from s3desk.data.looking.media import media  # noqa: PLC0415  # the window starts without it

    words = media(look.head, look.file.size, look.file.read_at if look.file.sends_ranges else _nothing).words
    facts = replace(look.facts(guess), details=(words,) if words else ())
    sentence = f"This is {with_article(guess.words)} of {size_words(look.file.size)}"
    return NothingToShow(facts, f"{sentence}: {words}." if words else f"{sentence}.", DOWNLOAD)


def _nothing(_offset: int, _length: int) -> bytes:
    return b""


def _image(look: Look, guess: Guess) -> ImagePreview | NothingToShow:
    file = look.file
    refusal = too_large(dimensions(look.head))
    if not refusal and file.size > IMAGE_BYTES:
        refusal = f"This picture of {size_words(file.size)} is too large for a preview."
    if refusal:
        return NothingToShow(look.facts(guess), refusal, DOWNLOAD)
    data = look.head + look.rest(IMAGE_BYTES)
    size = dimensions(data)
    refusal = too_large(size)
    if size is None or len(data) < file.size:
        refusal = "This picture is damaged or incomplete."
    if refusal or size is None:
        return NothingToShow(look.facts(guess), refusal, DOWNLOAD)
    return ImagePreview(look.facts(guess), data, *size)
