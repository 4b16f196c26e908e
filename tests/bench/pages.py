"""The answers of a listing, written from pieces made beforehand: a page of 1,000 keys is one join, no loop."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random
from urllib.parse import quote_from_bytes
from xml.sax.saxutils import escape

MOST_KEYS = 1000
_XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = b'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_SAFE = "/-_.~"


@dataclass(frozen=True)
class Asked:
    """What a ListObjectsV2 or ListObjects request asks for; `after` and `token` exclude what they name."""

    version: int
    prefix: bytes
    delimiter: bytes
    after: bytes
    token: str
    limit: int
    encoded: bool

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        """From the query of the request. Raises ValueError for a max-keys that is no number."""
        version = 2 if query.get("list-type") == "2" else 1
        return cls(
            version=version,
            prefix=_bytes(query.get("prefix", "")),
            delimiter=_bytes(query.get("delimiter", "")),
            after=_bytes(query.get("start-after" if version == 2 else "marker", "")),
            token=query.get("continuation-token", "") if version == 2 else "",
            limit=min(int(query.get("max-keys") or MOST_KEYS), MOST_KEYS),
            encoded=query.get("encoding-type") == "url",
        )


@dataclass(frozen=True)
class _Part:
    """What is on one page: objects by their number, folders by name, and the number of the first key after it."""

    objects: range | list[int]
    folders: list[bytes]
    end: int
    last: bytes
    is_truncated: bool


class Listing:
    """All keys of a bucket, in order, and their pages."""

    def __init__(self, bucket: str, keys: list[bytes]) -> None:
        self.keys = keys
        self._bucket = bucket.encode()
        self._written = _shared_if_equal(keys, [escape(key.decode()).encode() for key in keys])
        self._quoted = _shared_if_equal(keys, [quote_from_bytes(key, _SAFE).encode() for key in keys])
        self._facts = _facts()

    def page(self, asked: Asked) -> bytes:
        """The XML of one page. Raises ValueError for a token this server has not given."""
        low = bisect_left(self.keys, asked.prefix)
        high = bisect_left(self.keys, _end_of(asked.prefix), low) if asked.prefix else len(self.keys)
        if asked.token:
            low = max(low, int(urlsafe_b64decode(asked.token)))
        elif asked.after:
            low = max(low, self._after(asked))
        part = self._part(asked, low, max(low, high))
        names = [*self._contents(part.objects, encoded=asked.encoded)]
        for folder in part.folders:
            names += (b"<CommonPrefixes><Prefix>", _text(folder, asked), b"</Prefix></CommonPrefixes>")
        return b"".join((*self._head(asked, part), *names, b"</ListBucketResult>"))

    def has(self, key: bytes) -> bool:
        """Whether there is an object of exactly this key."""
        return self.keys[(at := bisect_left(self.keys, key)) : at + 1] == [key]

    def _after(self, asked: Asked) -> int:
        """A folder counts as one name: an address inside it lies after it, as in Ceph and SeaweedFS."""
        if asked.delimiter and asked.after.startswith(asked.prefix):
            cut = asked.after.find(asked.delimiter, len(asked.prefix))
            if cut >= 0:
                return bisect_left(self.keys, _end_of(asked.after[: cut + len(asked.delimiter)]))
        return bisect_right(self.keys, asked.after)

    def _part(self, asked: Asked, low: int, high: int) -> _Part:
        end = min(low + asked.limit, high)
        if asked.delimiter and not self._is_flat(asked, low, end):
            return self._rolled_up(asked, low, high)
        last = self.keys[end - 1] if end > low else b""
        return _Part(range(low, end), [], end, last, is_truncated=low < end < high)

    def _is_flat(self, asked: Asked, low: int, end: int) -> bool:
        """Whether no key of these has a delimiter after the prefix; seen at once, not key by key."""
        found = b"\n".join(self.keys[low:end]).count(asked.delimiter)
        return found == asked.prefix.count(asked.delimiter) * (end - low)

    def _rolled_up(self, asked: Asked, low: int, high: int) -> _Part:
        keys, start, delimiter = self.keys, len(asked.prefix), asked.delimiter
        objects, folders, last, at = list[int](), list[bytes](), b"", low
        for _ in range(asked.limit):
            if at >= high:
                break
            last = keys[at]
            cut = last.find(delimiter, start)
            if cut < 0:
                objects.append(at)
                at += 1
                continue
            last = last[: cut + len(delimiter)]
            folders.append(last)
            at += 1
            if at < high and keys[at].startswith(last):
                at = bisect_left(keys, _end_of(last), at, high)
        return _Part(objects, folders, at, last, is_truncated=low < at < high)

    def _head(self, asked: Asked, part: _Part) -> list[bytes]:
        count = b"%d" % (len(part.objects) + len(part.folders))
        more = part.is_truncated
        head = [_XML, b"<ListBucketResult ", _NAMESPACE, b">", *_element(b"Name", self._bucket)]
        head += _element(b"Prefix", _text(asked.prefix, asked))
        if asked.version == 2:
            head += _element(b"StartAfter", _text(asked.after, asked)) if asked.after else ()
            head += _element(b"ContinuationToken", asked.token.encode()) if asked.token else ()
            head += _element(b"NextContinuationToken", urlsafe_b64encode(b"%09d" % part.end)) if more else ()
            head += _element(b"KeyCount", count)
        else:
            head += _element(b"Marker", _text(asked.after, asked))
            head += _element(b"NextMarker", _text(part.last, asked)) if more and asked.delimiter else ()
        head += _element(b"MaxKeys", b"%d" % asked.limit)
        head += _element(b"Delimiter", _text(asked.delimiter, asked)) if asked.delimiter else ()
        head += _element(b"EncodingType", b"url") if asked.encoded else ()
        return [*head, *_element(b"IsTruncated", b"true" if more else b"false")]

    def _contents(self, objects: range | list[int], *, encoded: bool) -> Sequence[bytes]:
        """Key and facts of each object in turn; a run of objects is five slices laid into each other."""
        if isinstance(objects, list):
            return [piece for number in objects for piece in self._contents(range(number, number + 1), encoded=encoded)]
        if not objects:
            return ()
        pieces = [b""] * (len(objects) * (1 + len(self._facts)))
        step = 1 + len(self._facts)
        pieces[0::step] = (self._quoted if encoded else self._written)[objects.start : objects.stop]
        for place, (period, texts) in enumerate(self._facts, 1):
            first = objects.start % period
            pieces[place::step] = texts[first : first + len(objects)]
        # Each last piece opens the next object.
        return [_OPENS, *pieces[:-1], pieces[-1].removesuffix(_OPENS)]


_OPENS = b"<Contents><Key>"


def _facts() -> list[tuple[int, list[bytes]]]:
    """What follows a key, in four pieces that repeat after prime numbers of objects, so together practically never."""
    start, random = datetime(2019, 1, 1, tzinfo=UTC), Random(3)  # noqa: S311  # the same sizes each time, not secrets
    times = [f"{start + timedelta(seconds=number * 19_937):%Y-%m-%dT%H:%M:%S}.000Z" for number in range(9973)]
    sizes = [int(random.lognormvariate(11, 3)) for _ in range(10_007)]
    classes = ["STANDARD", "STANDARD", "STANDARD", "STANDARD_IA", "GLACIER"]
    made = (
        [f"</Key><LastModified>{time}</LastModified><ETag>&quot;" for time in times],
        [blake2b(b"%d" % number, digest_size=8).hexdigest() for number in range(4093)],
        [f"{blake2b(b'%d' % -number, digest_size=8).hexdigest()}&quot;</ETag>" for number in range(4091)],
        [
            f"<Size>{size}</Size><StorageClass>{classes[size % 5]}</StorageClass></Contents>{_OPENS.decode()}"
            for size in sizes
        ],
    )
    return [(len(texts), [text.encode() for text in texts + texts[:MOST_KEYS]]) for texts in made]


def _shared_if_equal(keys: list[bytes], others: list[bytes]) -> list[bytes]:
    """Most keys are written as they are; a million of them need not be kept three times."""
    return keys if keys == others else others


def _element(name: bytes, content: bytes) -> tuple[bytes, ...]:
    return (b"<", name, b">", content, b"</", name, b">")


def _text(name: bytes, asked: Asked) -> bytes:
    if asked.encoded:
        return quote_from_bytes(name, _SAFE).encode()
    return escape(name.decode(errors="replace")).encode()


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _end_of(prefix: bytes) -> bytes:
    """The first byte string after all that start with the prefix; UTF-8 never contains FF, so FF ends all."""
    return prefix + b"\xff"
