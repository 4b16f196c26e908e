"""The XML of a listing, read strictly in one pass of expat."""

from __future__ import annotations

from dataclasses import dataclass, field

ROOTS = frozenset({"ListBucketResult", "ListVersionsResult"})
ROWS = frozenset({"Contents", "Version", "DeleteMarker"})
ONCE = frozenset(
    {"Key", "Size", "LastModified", "ETag", "VersionId", "IsTruncated", "NextContinuationToken", "EncodingType"}
)


@dataclass(slots=True)
class Row:
    """One object, version or delete marker: the text of each leaf by its path below the row's element."""

    tag: str
    leaves: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Listing:
    """What is in the body: the leaves directly below the root, rows and common prefixes in the server's order."""

    fields: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)

    def says(self, name: str) -> str:
        """A leaf directly below the root, "" when it is not there."""
        return self.fields.get(name, "")


class UnreadableError(ValueError):
    """A listing that nobody can make sense of: an element told twice, or text beside elements."""


def read_listing(body: bytes) -> Listing | None:
    """The listing in a body; None for anything else: not well-formed, another document, a document type.

    Raises UnreadableError.
    """
    from xml.parsers.expat import ExpatError, ParserCreate  # noqa: PLC0415

    reader = _Reader()
    parser = ParserCreate("utf-8", namespace_separator="}")  # whatever the body declares, as in botocore
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.texts.append
    parser.StartDoctypeDeclHandler = reader.refuse  # no listing has one, and entities are a trap
    try:
        parser.Parse(body, True)
    except (ExpatError, _RefusedError):
        return None
    return reader.listing


class _RefusedError(Exception):
    pass


class _Reader:
    def __init__(self) -> None:
        self.listing = Listing()
        self.texts: list[str] = []
        self._path: list[str] = []
        self._row: Row | None = None
        self._prefixes_before = 0
        self._has_inner = False  # whether the element that ends next has elements in it

    def refuse(self, *_declared: object) -> None:
        raise _RefusedError

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        tag = name.rpartition("}")[2]
        if not self._path and tag not in ROOTS:
            raise _RefusedError
        self._path.append(tag)
        self._drop_blanks()
        self._has_inner = False
        if len(self._path) == 2 and tag in ROWS:
            self._row = Row(tag)
            self.listing.rows.append(self._row)
        elif len(self._path) == 2:
            self._prefixes_before = len(self.listing.prefixes)

    def end(self, _name: str) -> None:
        path, depth = self._path, len(self._path)
        if self._has_inner:
            self._drop_blanks()
        if depth == 2 and self._row is not None:
            self._row = None
        elif depth == 2:
            if path[1] == "CommonPrefixes" and self._has_inner and len(self.listing.prefixes) == self._prefixes_before:
                raise UnreadableError  # a folder without a name
            self._note(self.listing.fields, path[1])
        elif self._row is not None:
            self._note(self._row.leaves, "/".join(path[2:]))
        elif path[1:] == ["CommonPrefixes", "Prefix"]:
            self.listing.prefixes.append("".join(self.texts))
        path.pop()
        self.texts.clear()
        self._has_inner = True

    def _drop_blanks(self) -> None:
        if self.texts and "".join(self.texts).strip():
            raise UnreadableError
        self.texts.clear()

    def _note(self, leaves: dict[str, str], name: str) -> None:
        if name in leaves and name in ONCE:
            raise UnreadableError  # which of the two is meant is anybody's guess
        leaves[name] = "".join(self.texts)
