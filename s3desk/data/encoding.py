"""Which characters the bytes of a text file stand for: byte order marks, UTF-8, UTF-16, and the rest by likelihood."""

from __future__ import annotations

import codecs
import re

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORDS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with BOM",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "iso8859-15": "ISO 8859-15",
    "cp437": "DOS (437)",
    "cp850": "DOS (850)",
    "cp932": "Shift-JIS",
    "shift_jis": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB18030",
    "big5": "Big5",
    "euc_kr": "EUC-KR",
    "koi8-r": "KOI8-R",
    "mac-roman": "Mac Roman",
}
OFFERED = tuple(_WORDS)  # Python codec names a person may choose from, the likely ones first

# Control characters no text uses: not among them tab, line ends, escape and the separators of Hive (01, 1E, 1F).
_CONTROLS = bytes([0, *range(2, 8), 14, 15, *range(16, 26), 28, 29, 127])
_MOSTLY_TEXT = 0.05  # the share of such characters text may have
_HIGH = re.compile(rb"[^\n\r]*[\x80-\xff][^\n\r]*")
_USUAL = {"euc_jis_2004": "euc_jp", "shift_jis_2004": "cp932", "big5hkscs": "big5", "cp949": "euc_kr"}
_EVIDENCE = 20  # accented letters, from which on statistics tell Central from Western Europe
_ALPHABETS = (  # Spanish and Catalan, Portuguese, French, German, Nordic, Icelandic, Italian
    "áéíóúüñïçàèòªº",
    "ãõáâàçéêíóôúüªº",
    "àâæçéèêëîïôœùûüÿ",
    "äöüßéàè",
    "åäöæøéü",
    "áéíóúýþæöð",
    "àèéìíîòóùúªº",
    "áéíóúñöüäßç",  # proper names of many languages in one table, without the letters that Central Europe would leave
)
_SAMPLE = 8192  # bytes of lines with non-ASCII characters that are looked at

# What Windows-1252 has besides ASCII, as people of Western Europe write it.
_LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ"
_HIGH_LETTER = "À-ÖØ-öø-ÿŒœŠšŽžŸ"
# What nobody writes: undefined bytes, runs of accents, symbols inside words, capitals after small letters.
_ODD = re.compile(
    f"[\x81\x8d\x8f\x90\x9d]|[{_HIGH_LETTER}]{{4,}}|(?<=[{_LETTER}])[^\x00-\x7f{_HIGH_LETTER}’´·ªº®™–—](?=[{_LETTER}])"
    f"|(?<=[a-zà-öø-ÿ])[À-ÖØ-ÞŠŽŸŒ]|[£¥¹³¼¾](?=[a-z])"
)


def encoding_words(codec: str) -> str:
    """A Python codec's name as people know it."""
    return _WORDS.get(codec, codec.replace("_", "-").upper())


def check_encoding(codec: str) -> None:
    """Raises ValueError with a sentence when Python knows no text encoding of this name."""
    try:
        b" ".decode(codec, "replace")
    except (LookupError, UnicodeError) as error:
        raise ValueError(f"“{codec}” is not the name of a text encoding.") from error


def guess_encoding(head: bytes, *, whole: bool) -> str | None:
    """The Python codec that reads these first bytes of a file, or None when they are not text."""
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return codec
    if unmarked := _unmarked_utf16(head):
        return unmarked
    if len(head) and len(head) - len(head.translate(None, _CONTROLS)) > max(_MOSTLY_TEXT * len(head), 2):
        return None
    if _is_utf8(head, whole=whole):
        return "utf-8"
    return _likely_legacy(head)


def decode(head: bytes, codec: str, *, whole: bool) -> str:
    """The text of these bytes; what cannot be read becomes U+FFFD, and a character cut by the end is left out."""
    check_encoding(codec)
    if codec in ("utf-16", "utf-32") and not any(head.startswith(mark) for mark, name in _BOMS if name == codec):
        codec += "-le"  # Python insists on a mark where the user just said what it is
    text = codecs.getincrementaldecoder(codec)(errors="replace").decode(head, final=whole)
    return text.removeprefix("\ufeff")


def damage(text: str, codec: str) -> tuple[str, ...]:
    """A sentence when parts of a decoded text could not be read, else nothing."""
    count = text.count("\ufffd")
    if not count:
        return ()
    characters = "1 character" if count == 1 else f"{count:,} characters"
    return (f"{characters} could not be read as {encoding_words(codec)}; in their place stands “\ufffd”.",)


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 of a Western text shows as a zero in every other byte."""
    sample = head[: len(head) & ~1][:4096]
    if len(sample) < 8:
        return None
    even, odd = (sample[start::2].count(0) / (len(sample) / 2) for start in (0, 1))
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.05 else None


def _is_utf8(head: bytes, *, whole: bool) -> bool:
    """Valid UTF-8, or so nearly that a few damaged characters are likelier than another encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")
    try:
        decoder().decode(head, final=whole)
    except UnicodeDecodeError:
        text = decoder(errors="replace").decode(head, final=whole)
        good = sum(1 for character in text if character > "\x7f")
        return good > 20 * text.count("\ufffd")
    return True


def _likely_legacy(head: bytes) -> str | None:
    """An encoding older than Unicode: Windows-1252 where that reads like Western text, else what statistics say."""
    sample = _lines_with_high_bytes(head)
    western = sample.decode("cp1252", errors="replace").replace("\ufffd", "\x81")
    high = sum(1 for character in western if character > "\x7f")
    accents = [character.lower() for character in western if character > "\x7f" and character.isalpha()]
    letters = sum(1 for character in western if character.isalpha())
    odd = len(_ODD.findall(western)) / max(high, 1)
    plausible = odd <= 0.02 and len(accents) <= 0.5 * letters
    if plausible and (len(accents) < _EVIDENCE or _fits_one_language(accents)):
        return "cp1252"
    likely = [codec for codec in _by_statistics(sample) if codec != "cp1252" or odd <= 0.1]
    codec = likely[0] if likely else None
    if codec is None or (plausible and codec != "cp1250") or sample.decode(codec, errors="replace") == western:
        return "cp1252" if odd <= 0.1 else None
    return codec


def _fits_one_language(accents: list[str]) -> bool:
    """Czech read as Western mixes letters of several languages; statistics alone take Spanish for Czech."""
    return any(sum(accent in letters for accent in accents) >= 0.9 * len(accents) for letters in _ALPHABETS)


def _lines_with_high_bytes(head: bytes) -> bytes:
    """The lines that tell encodings apart, whole ones where possible: half a character would rule its encoding out."""
    lines, size = [], 0
    for match in _HIGH.finditer(head):
        lines.append(match[0])
        size += len(match[0]) + 1
        if size > _SAMPLE:
            break
    sample = b"\n".join(lines)
    if len(sample) <= _SAMPLE:
        return sample
    cut = max(sample.rfind(mark, 0, _SAMPLE) for mark in (b"\n", b",", b";", b"\t", b" "))
    return sample[: cut if cut > 0 else _SAMPLE]


def _by_statistics(sample: bytes) -> list[str]:
    from charset_normalizer import from_bytes  # noqa: PLC0415  # only odd files need it

    found = from_bytes(sample, cp_exclusion=["utf_7", "utf_16", "utf_16_le", "utf_16_be", "utf_32"])
    return [_USUAL.get(match.encoding, match.encoding) for match in found]
