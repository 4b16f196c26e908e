"""Key spaces by formula: what a bucket may look like to someone who has to guess where its keys lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b, sha256
from itertools import islice, pairwise
from random import Random
from urllib.parse import quote

PREFIX = "data/"
SPACES = ("even", "skewed", "shared", "unicode", "foldered")

_SHARED = "warehouse-events-production-eu-central-1-daily-export-run-00"  # 60 characters
# No control characters, which XML cannot carry, no surrogates, no slash. Astral characters and those just below
# the surrogates' end sort differently in UTF-16 than in UTF-8.
_CHARACTERS = (
    *map(chr, range(0x20, 0x2F)),
    *map(chr, range(0x30, 0x7F)),
    *map(chr, range(0xC0, 0x250)),
    *map(chr, range(0x391, 0x3A2)),
    *map(chr, range(0x4E00, 0x5200)),
    *map(chr, range(0xE000, 0xE040)),
    *map(chr, range(0xFF01, 0xFF5F)),
    *map(chr, range(0x10330, 0x10350)),
    *map(chr, range(0x1F300, 0x1F5FF)),
    *map(chr, range(0x10FF00, 0x10FFF0)),
)


def keys_of(space: str, count: int) -> list[bytes]:
    """`count` different keys below PREFIX, as UTF-8, in S3's order, which is that of the bytes."""
    names = islice(_FORMULAS[space](count), count)
    keys = sorted((PREFIX + name).encode() for name in names)
    if any(one == other for one, other in pairwise(keys)):
        raise ValueError(f"the formula of {space} gives a key twice")
    return keys


def hash_of(keys: Sequence[str]) -> str:
    """One number for a whole listing: SHA-256 of the keys in their order, percent-encoded, a line each."""
    return sha256("\n".join(quote(key, safe="/") for key in keys).encode()).hexdigest()


def _even(count: int) -> Iterator[str]:
    digits = max(6, len(str(count - 1)))
    return (f"part-{number:0{digits}}.csv" for number in range(count))


def _skewed(count: int) -> Iterator[str]:
    """Four of five keys lie in one narrow range, the others anywhere and of any length."""
    for number in range(count):
        if number % 5:
            yield f"log-2024-06-17T10-{number:09}.json.gz"
        else:
            digits = _hex(number)
            yield f"{digits[: 4 + number % 25]}-{number}"


def _shared(count: int) -> Iterator[str]:
    return (f"{_SHARED}{_hex(number)}.parquet" for number in range(count))


def _unicode(count: int) -> Iterator[str]:
    random, given = Random(7), set[str]()  # noqa: S311  # the same keys each time, not secrets
    while len(given) < count:
        name = "".join(random.choices(_CHARACTERS, k=random.randint(2, 24)))
        if name not in given:
            given.add(name)
            yield name


def _foldered(count: int) -> Iterator[str]:
    """Half as many folders as keys, and every tenth key beside them."""
    for number in range(count):
        yield f"file-{number:08}.csv" if number % 10 == 9 else f"folder-{number // 2:08}/part-{number % 2}.csv"


def _hex(number: int) -> str:
    return blake2b(number.to_bytes(8, "big"), digest_size=16).hexdigest()


_FORMULAS: dict[str, Callable[[int], Iterator[str]]] = {
    "even": _even,
    "skewed": _skewed,
    "shared": _shared,
    "unicode": _unicode,
    "foldered": _foldered,
}
