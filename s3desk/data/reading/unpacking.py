"""What is packed as a whole, unpacked within limits: a bomb ends as a sentence, not as a full memory."""

from __future__ import annotations

import io
import lzma
import zipfile
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.data.looking.compressed import codec_of, unfold
from s3desk.data.sizes import size_words
from s3desk.s3.errors import UnsupportedError

if TYPE_CHECKING:
    from s3desk.s3.job import Job

_STEP = 4 << 20  # bytes between two looks at the job
_START = 64 << 10
_XZ_MEMORY = 256 << 20
_ADVICE = "Download it and unpack it on your disk."


class Packing(Enum):
    """What a file is packed with; the value is what people read."""

    NONE = "none"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    ZSTD = "Zstandard"
    LZ4 = "LZ4"
    XZ = "xz"
    ZIP = "zip"


_BY_CODEC = {
    "gzip": Packing.GZIP,
    "bzip2": Packing.BZIP2,
    "zstd": Packing.ZSTD,
    "lz4": Packing.LZ4,
    "xz": Packing.XZ,
}
_ARROW = {Packing.GZIP: "gzip", Packing.BZIP2: "bz2", Packing.ZSTD: "zstd", Packing.LZ4: "lz4"}


def packing_of(head: bytes, key: str) -> Packing:
    """What a file that begins like this is packed with; a workbook is a zip file too, but no packing."""
    packing = _BY_CODEC.get(codec_of(head))
    if packing is not None and not (packing is Packing.BZIP2 and not head[3:4].isdigit()):
        return packing
    if head.startswith(b"PK\x03\x04") and key.lower().endswith(".zip"):
        return Packing.ZIP
    return Packing.NONE


def unpacked_start(head: bytes, packing: Packing) -> bytes:
    """At most 64 KiB of what begins with these packed bytes, however far they reach; b"" where that is nothing."""
    if packing is Packing.ZIP:
        return _zip_start(head)
    return unfold(head, codec_of(head), whole=False).data[:_START]


def unpacked(job: Job, data: bytes | bytearray, packing: Packing, most_bytes: int) -> bytes | bytearray:
    """The content, at most `most_bytes` of it. Raises UnsupportedError for more, and for what is damaged."""
    if packing is Packing.NONE:
        return data
    if packing is Packing.ZIP:
        return _member(data, most_bytes)
    out = io.BytesIO()
    try:
        read = _reader(data, packing)
        while piece := read(_STEP):
            job.check()
            out.write(piece)
            if out.tell() > most_bytes:
                raise too_large(packing, most_bytes)
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise UnsupportedError(f"This {packing.value} file is damaged or cut.", _ADVICE) from error
    return out.getvalue()  # no copy: CPython hands out the buffer itself


def too_large(packing: Packing, most_bytes: int) -> UnsupportedError:
    """What to say of a file that holds more than may be kept."""
    return UnsupportedError(
        f"This {packing.value} file unpacks to more than {size_words(most_bytes)}, so it was not read.", _ADVICE
    )


def _reader(data: bytes | bytearray, packing: Packing) -> Callable[[int], bytes]:
    if packing is Packing.XZ:
        return _Xz(data).read
    import pyarrow as pa  # noqa: PLC0415  # heavy

    stream = pa.CompressedInputStream(pa.BufferReader(pa.py_buffer(data)), _ARROW[packing])
    read: Callable[[int], bytes] = stream.read
    return read


class _Xz:
    """An xz file of any number of streams; Python's own file object takes no limit of memory."""

    def __init__(self, data: bytes | bytearray) -> None:
        self._rest = bytes(data)
        self._decompressor = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)

    def read(self, most: int) -> bytes:
        """What comes next; b"" at the end. Raises EOFError where the end is missing."""
        while True:
            if self._decompressor.eof:
                self._rest = self._decompressor.unused_data.lstrip(b"\0")
                if not self._rest:
                    return b""
                self._decompressor = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
            given, self._rest = self._rest, b""
            piece = self._decompressor.decompress(given, most)
            if piece:
                return piece
            if self._decompressor.needs_input and not self._decompressor.eof:
                raise EOFError


def _member(data: bytes | bytearray, most_bytes: int) -> bytes:
    """The only file in a zip archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise UnsupportedError(
                    f"This zip archive holds {len(members):,} files; only one with a single file can be read.", _ADVICE
                )
            with archive.open(members[0]) as file:
                content = file.read(most_bytes + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise UnsupportedError("This zip archive is damaged, or locked with a password.", _ADVICE) from error
    if len(content) > most_bytes:
        raise too_large(Packing.ZIP, most_bytes)
    return content


def _zip_start(head: bytes) -> bytes:
    """The beginning of the first file, which stands behind its name without the list at the archive's end."""
    import zlib  # noqa: PLC0415  # for zip archives only

    method = int.from_bytes(head[8:10], "little")
    names = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    body = head[30 + names :]
    if method == 0:
        return body[:_START]
    try:
        return zlib.decompressobj(-15).decompress(body, _START) if method == 8 else b""
    except zlib.error:
        return b""
