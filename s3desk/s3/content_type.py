"""Which Content-Type an object gets, so that browsers and readers treat it as what it is."""

from __future__ import annotations

import mimetypes
from functools import cache

DEFAULT = "application/octet-stream"

# What Python's table lacks, or gives differently from one version or system to the next.
_OURS = {
    ".parquet": "application/vnd.apache.parquet",
    ".pq": "application/vnd.apache.parquet",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".avro": "application/avro",
    ".orc": "application/vnd.apache.orc",
    ".arrow": "application/vnd.apache.arrow.file",
    ".feather": "application/vnd.apache.arrow.file",
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".log": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".htm": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".sql": "application/sql",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".ipynb": "application/x-ipynb+json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".toml": "application/toml",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".wasm": "application/wasm",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ico": "image/vnd.microsoft.icon",
    ".zip": "application/zip",
    ".zst": "application/zstd",
    ".bz2": "application/x-bzip2",
    ".xz": "application/x-xz",
    ".7z": "application/x-7z-compressed",
    ".sqlite": "application/vnd.sqlite3",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    # Compressed files stay what they are: with a Content-Encoding, browsers would unpack what was asked for.
    ".gz": "application/gzip",
    ".tgz": "application/gzip",
}
_UTF8 = "; charset=utf-8"
_MAGIC = (
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"ARROW1", "application/vnd.apache.arrow.file"),
    (b"Obj\x01", "application/avro"),
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PK\x03\x04", "application/zip"),
)


def guess(name: str, head: bytes = b"") -> str:
    """The Content-Type for a file name; `head`, its first bytes, decides where the name says nothing.

    The same answer on every computer: the system's own tables are not read. `utf-8` is not claimed for text whose
    first bytes are something else.
    """
    dot = name.rfind(".")
    suffix = name[dot:].lower() if dot > name.rfind("/") else ""
    found = _OURS.get(suffix) or _python_table().get(suffix) or _from_bytes(head)
    if found.endswith(_UTF8) and not _may_be_utf8(head):
        return found.removesuffix(_UTF8)
    return found


@cache
def _python_table() -> dict[str, str]:
    """Python's own table without the files of this system."""
    return mimetypes.MimeTypes(filenames=()).types_map[True]


def _from_bytes(head: bytes) -> str:
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), DEFAULT)


def _may_be_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"  # a character cut by the end of what was read
    return True
