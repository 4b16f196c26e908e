"""The bytes of files of every kind, made in code: what programs write, and what people who mean harm do."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq

CSV = b"id,name,amount\n007,Ann,1.5\n008,Bob,2.5\n"
ROWS = [{"id": "007", "name": "Ann", "amount": 1.5, "tags": ["a", "b"]}, {"id": "008", "name": None, "amount": 2.5}]
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)


def long_csv(rows: int = 50_000) -> bytes:
    """A CSV that the first request does not hold."""
    return b"id,name\n" + b"".join(b"%07d,name %d\n" % (n, n * 7919 % 1000) for n in range(rows))


def noisy_csv(rows: int = 40_000) -> bytes:
    """A CSV that compresses as badly as real ones do."""
    dice = random.Random(5)  # noqa: S311
    return b"id,value\n" + b"".join(b"%d,%.9f\n" % (n, dice.random()) for n in range(rows))


def table() -> pa.Table:
    """Two columns each of the types people use."""
    return pa.table(
        {
            "id": ["007", "008", None],
            "count": pa.array([1, None, 3], pa.int32()),
            "price": pa.array([1.25, 2.5, None]),
            "day": pa.array([0, 19_000, None], pa.date32()),
            "at": pa.array([0, 1_700_000_000_000_000, None], pa.timestamp("us", "UTC")),
            "ok": [True, False, None],
            "nested": [{"x": 1, "y": [1, 2]}, None, {"x": 2, "y": []}],
            "raw": [b"\x00\xff", b"", None],
            "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
        }
    )


def parquet(source: pa.Table | None = None, **options: object) -> bytes:
    """As Parquet."""
    sink = io.BytesIO()
    pq.write_table(source if source is not None else table(), sink, **options)
    return sink.getvalue()


def large_parquet() -> bytes:
    """20 MB that do not compress, in two row groups of ten columns."""
    dice = random.Random(7)  # noqa: S311
    columns = {f"c{n}": pa.array(struct.unpack("250000d", dice.randbytes(2_000_000))) for n in range(10)}
    return parquet(pa.table(columns), row_group_size=125_000, compression="none", use_dictionary=False)


def arrow(source: pa.Table | None = None, *, stream: bool = False) -> bytes:
    """As an Arrow file or stream."""
    source = source if source is not None else table()
    sink = io.BytesIO()
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(sink, source.schema) as writer:
        writer.write_table(source)
    return sink.getvalue()


def avro() -> bytes:
    """As Avro."""
    import fastavro

    fields = [
        {"name": "id", "type": "string"},
        {"name": "count", "type": ["null", "long"]},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
    ]
    sink = io.BytesIO()
    rows = [{"id": f"{n:03}", "count": n, "tags": ["a"]} for n in range(500)]
    fastavro.writer(sink, {"type": "record", "name": "row", "fields": fields}, rows, codec="deflate")
    return sink.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """As a zip archive."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 1, 12, 30, 0)), data, method)
    return sink.getvalue()


def unknown_method() -> bytes:
    """An archive whose member is packed in a way that nobody knows."""
    whole = zipped({"a.csv": CSV}, zipfile.ZIP_STORED)
    return whole.replace(b"PK\x03\x04\x14\0\0\0\0\0", b"PK\x03\x04\x14\0\0\0\x63\0").replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0\0\0", b"PK\x01\x02\x14\x03\x14\0\0\0\x63\0"
    )


def png(width: int, height: int, size: int = 1000) -> bytes:
    """The head of a picture, and zeros."""
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + struct.pack(">II", width, height)
    return head + bytes(size - len(head))


def pdf(pages: int = 3) -> bytes:
    """Empty pages of the size of a letter."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(612, 792)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def scripted_pdf() -> bytes:
    """A page that runs a script and starts a program when it is opened."""
    action = b"<</S/JavaScript/JS(app.launchURL('http://127.0.0.1:9/'))/Next<</S/Launch/F(/bin/sh)>>>>"
    return pdf(1).replace(b"/Type/Catalog", b"/Type/Catalog/OpenAction " + action, 1)


def endless_pdf() -> bytes:
    """A tree of pages that contains itself, and a page as large as a town."""
    objects = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Count 99999999/Kids[3 0 R 2 0 R]>>endobj",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 90000000 90000000]>>endobj",
    ]
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF"


def wav(seconds: int = 3) -> bytes:
    """Silence."""
    data = bytes(8000 * seconds)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return head + struct.pack("<4sI", b"data", len(data)) + data


def mp4(*, directory_last: bool = False) -> bytes:
    """A video of 205 seconds without pictures, its directory before or behind where they would be."""

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(body), name) + body

    track = box(b"trak", box(b"tkhd", bytes(76) + struct.pack(">II", 1920 << 16, 1080 << 16)))
    directory = box(b"moov", box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 205_000) + bytes(80)) + track)
    pictures = box(b"mdat", bytes(300_000))
    start = box(b"ftyp", b"isom\0\0\2\0isomiso2")
    return start + pictures + directory if directory_last else start + directory + pictures


def bomb(compress: Callable[[bytes], bytes], mib: int = 64) -> bytes:
    """Zeros, compressed."""
    return compress(bytes(mib << 20))


def by_arrow(data: bytes, codec: str) -> bytes:
    """Zstandard and LZ4."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, codec) as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def nested_gzip() -> bytes:
    """A bomb in a bomb."""
    return gzip.compress(gzip.compress(bytes(10 << 20)))


def greedy_xz() -> bytes:
    """A file of xz that asks for a dictionary of 1.5 GiB."""
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    data = bytearray(lzma.compress(CSV, lzma.FORMAT_XZ, lzma.CHECK_NONE, filters=filters))
    start = 12  # of the block's header; its dictionary is the byte before the padding
    size = (data[start] + 1) * 4
    data[start + 4] = 39
    data[start + size - 4 : start + size] = struct.pack("<I", zlib.crc32(bytes(data[start : start + size - 4])))
    return bytes(data)


def bzipped() -> bytes:
    """A CSV whose first block of bzip2 is longer than the first request."""
    return bz2.compress(noisy_csv())


def wide() -> pa.Table:
    """A row of 5,000 columns."""
    return pa.table({f"c{n}": [n] for n in range(5000)})
