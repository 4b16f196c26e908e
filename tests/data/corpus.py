"""Files of every kind, a third of them hostile, and what must happen when one looks at each."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import struct
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field

from s3desk.data.looking.preview import ImagePreview, NothingToShow, TablePreview, TextPreview
from tests.data import corpus_books as books
from tests.data import corpus_bytes as made
from tests.data.corpus_bytes import CSV, LINES, ROWS

KIB = 1 << 10
FOUND = [("007", "Ann", "1.5"), ("008", "Bob", "2.5")]


@dataclass(frozen=True)
class Case:
    """A file and its preview: the class, words of its facts, remarks and sentences, its first row, and its price.

    `names` are the first columns, `total` the exact number of rows, `begins` how a text begins.
    """

    key: str
    make: Callable[[], bytes]
    shown: type
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    row: tuple[str | None, ...] = ()
    total: int | None = None
    begins: str = ""
    most_bytes: int = 256 * KIB
    most_requests: int = 2
    options: dict[str, object] = field(default_factory=dict)


def cut(make: Callable[[], bytes], share: float = 0.6) -> Callable[[], bytes]:
    """The beginning of a file only."""

    def shorter() -> bytes:
        whole = make()
        return whole[: int(len(whole) * share)]

    return shorter


def tar() -> bytes:
    """A tar archive of one file."""
    import io

    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))
    return sink.getvalue()


def footer(length: int, body: bytes = b"") -> Callable[[], bytes]:
    """A Parquet file whose footer claims a length."""
    return lambda: b"PAR1\x15\x04" + bytes(2000) + body + struct.pack("<I", length) + b"PAR1"


TYPED = ("id", "count", "price", "day", "at", "ok", "nested", "raw", "kind")
FIRST = ("007", "1", "1.25", "1970-01-01", "1970-01-01 00:00:00Z", "true", '{"x": 1, "y": [1, 2]}', "00ff", "a")
NAMES = ("id", "name", "amount")
T, X, P, N = TablePreview, TextPreview, ImagePreview, NothingToShow

FRIENDLY = (
    Case("csv/plain.csv", lambda: CSV, T, ("comma · header",), NAMES, FOUND[0], 2),
    Case("csv/long.csv", made.long_csv, T, ("1,000 of about",), ("id", "name"), ("0000000", "name 0")),
    Case("csv/semicolon.csv", lambda: "Stadt;Wert\nKöln;1,5\nJülich;2,5\n".encode("cp1252"), T, ("Windows-1252",)),
    Case("csv/utf16.csv", lambda: CSV.decode().encode("utf-16"), T, ("UTF-16",), NAMES, FOUND[0], 2),
    Case("csv/tabs.tsv", lambda: CSV.replace(b",", b"\t"), T, ("tab · header",), NAMES, FOUND[0], 2),
    Case("csv/no-extension", lambda: CSV * 3, T, ("comma",)),
    Case(
        "json/lines.jsonl",
        lambda: LINES,
        T,
        ("JSON lines", "UTF-8"),
        (*NAMES, "tags"),
        ("007", "Ann", "1.5", '["a", "b"]'),
        2,
    ),
    Case("json/lines-long.ndjson", lambda: LINES * 5000, T, ("of about 10,", "JSON lines"), NAMES),
    Case("json/array.json", lambda: json.dumps(ROWS).encode(), T, ("JSON",), (*NAMES, "tags"), total=2),
    Case("json/array-long.json", lambda: json.dumps(ROWS * 5000).encode(), T, ("of about 10,", "JSON"), NAMES),
    Case("json/object.json", lambda: b'{"a": {"b": [1, 2]}}', X, begins='{\n  "a"'),
    Case("json/as-text.json", lambda: json.dumps(ROWS).encode(), X, begins="[\n  {\n", options={"as_text": True}),
    Case("text/notes.md", lambda: b"# Title\n\nWords.\n", X, begins="# Title"),
    Case("text/code.py", lambda: b"import os\n\nx = 1, 2\n", X, ("UTF-8",), begins="import os"),
    Case("text/words.txt", lambda: b"first line\nsecond line\n", X, begins="first line"),
    Case("packed/plain.csv.gz", lambda: gzip.compress(CSV), T, ("gzip of CSV table", "comma"), NAMES, FOUND[0], 2),
    Case("packed/long.csv.gz", lambda: gzip.compress(made.noisy_csv()), T, ("gzip of CSV table", "of about 4")),
    Case("packed/two.csv.gz", lambda: gzip.compress(CSV) + gzip.compress(b"9,Eve,3\n"), T, names=NAMES, total=3),
    Case("packed/plain.csv.zst", lambda: made.by_arrow(CSV, "zstd"), T, ("zstd of CSV table",), NAMES, FOUND[0], 2),
    Case("packed/long.csv.zst", lambda: made.by_arrow(made.noisy_csv(), "zstd"), T, ("of about 3",), most_requests=1),
    Case("packed/plain.csv.bz2", lambda: bz2.compress(CSV), T, ("bzip2 of CSV table",), NAMES, FOUND[0], 2),
    Case("packed/long.csv.bz2", made.bzipped, T, ("bzip2 of CSV",), ("id", "value"), most_bytes=2 << 20),
    Case("packed/plain.csv.xz", lambda: lzma.compress(CSV), T, ("xz of CSV table",), NAMES, FOUND[0], 2),
    Case("packed/plain.csv.lz4", lambda: made.by_arrow(CSV, "lz4"), T, ("lz4 of CSV table",), NAMES, FOUND[0], 2),
    Case("packed/lines.jsonl.gz", lambda: gzip.compress(LINES), T, ("gzip of JSON lines",), NAMES, total=2),
    Case("packed/log.gz", lambda: gzip.compress(b"started\nended\n" * 9), X, ("gzip of text",), begins="started"),
    Case("packed/tar.tgz", lambda: gzip.compress(tar()), X, ("tar archive",), begins="00000000  61 2e 63 73 76"),
    Case(
        "zip/list.zip", lambda: made.zipped({"a.csv": CSV}), T, ("1 row",), ("Name",), options={"part": "all members"}
    ),
    Case("zip/one.zip", lambda: made.zipped({"a.csv": CSV}), T, ("zip of CSV table",), NAMES, FOUND[0], 2),
    Case(
        "zip/two.zip",
        lambda: made.zipped({"a.csv": CSV, "b/c.txt": b"x" * 999}),
        T,
        ("zip archive",),
        ("Name", "Size", "Compressed", "Modified"),
        ("a.csv", "39", "38", "2024-05-01 12:30"),
        2,
    ),
    Case(
        "zip/chosen.zip",
        lambda: made.zipped({"a.csv": CSV, "b/c.txt": b"words " * 9}),
        X,
        ("zip of text",),
        begins="words words",
        options={"part": "b/c.txt"},
    ),
    Case("parquet/typed.parquet", made.parquet, T, ("9 columns", "1 row group", "Parquet table"), TYPED, FIRST, 3),
    Case("parquet/zstd.parquet", lambda: made.parquet(compression="zstd"), T, names=TYPED, row=FIRST, total=3),
    Case(
        "parquet/large.parquet",
        made.large_parquet,
        T,
        ("1,000 of 250,000 rows", "2 row groups"),
        ("c0", "c1"),
        total=250_000,
        most_bytes=10_100_000,
        most_requests=12,
    ),
    Case("parquet/empty.parquet", lambda: made.parquet(made.table().slice(0, 0)), T, ("0 rows",), TYPED, total=0),
    Case("arrow/file.feather", made.arrow, T, ("Arrow (Feather) table", "9 columns"), TYPED, FIRST, 3),
    Case("arrow/stream.arrows", lambda: made.arrow(stream=True), T, ("9 columns",), TYPED, FIRST, 3),
    Case("avro/rows.avro", made.avro, T, ("500 rows", "deflate"), ("id", "count", "tags"), ("000", "0", '["a"]'), 500),
    Case(
        "excel/book.xlsx",
        books.workbook,
        T,
        ("header · sheet “Sales”, 1 of 2",),
        ("id", "amount", "day"),
        ("007", "1.5", "2024-05-01"),
        2,
    ),
    Case("excel/book.ods", books.opendocument, T, ("OpenDocument",), ("id", "n"), ("007", "1.5"), 1),
    Case("excel/second.xlsx", books.workbook, T, ("sheet “Costs”, 2 of 2",), options={"part": "Costs"}),
    Case("pdf/pages.pdf", lambda: made.pdf(3), P, ("page 1 of 3",)),
    Case("pdf/second.pdf", lambda: made.pdf(3), P, ("page 2 of 3",), options={"part": "2"}),
    Case("image/small.png", lambda: made.png(640, 480), P, ("PNG image",)),
    Case("media/silence.wav", made.wav, N, ("WAV recording", "3 seconds")),
    Case("media/video.mp4", made.mp4, N, ("1,920 × 1,080 pixels, 3:25 minutes",)),
    Case("media/late.mp4", lambda: made.mp4(directory_last=True), N, ("1,920 × 1,080 pixels, 3:25 minutes",)),
    Case("other/bytes.dat", lambda: bytes(range(256)) * 40, X, ("first 4 KB",), begins="00000000  00 01 02"),
    Case("other/empty.csv", lambda: b"", N, ("0 bytes",), most_requests=1),
)

HOSTILE = (
    Case("bad/line.csv", lambda: b"a,b," * 500_000, X, ("No row ends in the first 256 KB",)),
    Case("bad/quote.csv", lambda: b'a,b\n1,"' + b"words\n" * 200_000, X, ("Only one row ends",)),
    Case("bad/ragged.csv", lambda: b"a,b\n1,2\n3\n4,5,6\n7,8\n", T, ("2 uneven rows",)),
    Case("bad/only-nul.csv", lambda: b"\0", T),
    Case("bad/nul.csv", lambda: b"a,b\n1,\x00\n3,4\n", T, total=2),
    Case("bad/wrong.csv", lambda: made.png(640, 480), P, ("ends in .csv, but the content is a PNG image",)),
    Case("bad/wrong.parquet", lambda: CSV * 9, T, ("ends in .parquet, but the content is a CSV table",)),
    Case("bad/wrong.csv.gz", lambda: CSV * 9, T, ("ends in .gz, but",)),
    Case("bad/pickle.pkl", lambda: b"\x80\x04cos\nsystem\n(S'touch /tmp/harm'\ntR.", X, ("never opened here",)),
    Case("bad/deep.json", lambda: b"[" * 100_000, X, ("nested too deep",)),
    Case("bad/deep.jsonl", lambda: (b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n") * 3, X),
    Case(
        "bad/halves.jsonl",
        lambda: b'{"a": "\\ud800"}\n{"a": NaN, "a": 1e999}\nno json\n' + LINES,
        T,
        ("stands twice", "Line 3 is no JSON"),
        ("a",),
        ("\ufffd\ufffd\ufffd",),
    ),
    Case("bad/digits.json", lambda: b'[{"n": ' + b"9" * 100_000 + b"}]", T, names=("n",), total=1),
    Case("bad/bomb.csv.gz", lambda: made.bomb(gzip.compress), X, ("unpacking it could fill a disk",)),
    Case("bad/bomb.bz2", lambda: made.bomb(bz2.compress), X, ("unpacking it could fill a disk",)),
    Case("bad/bomb.xz", lambda: made.bomb(lzma.compress), X, ("unpacking it could fill a disk",)),
    Case("bad/bomb.zst", lambda: made.by_arrow(bytes(64 << 20), "zstd"), X, ("unpacking it could fill a disk",)),
    Case("bad/nested.gz", made.nested_gzip, N, ("Inside this gzip file is a gzip file, which is not opened",)),
    Case("bad/greedy.xz", made.greedy_xz, N, ("is damaged",)),
    Case("bad/cut.csv.gz", cut(lambda: gzip.compress(made.noisy_csv(5000))), T, ("What follows is damaged",)),
    Case("bad/head.csv.gz", lambda: b"\x1f\x8b\x08" + bytes(97), N, ("is damaged",)),
    Case(
        "bad/bomb.zip",
        lambda: made.zipped({"a": bytes(9), "b": bytes(9)}).replace(struct.pack("<I", 9), b"\xff\xff\xff\x7f"),
        T,
        ("Unpacked it would be 4 GB",),
    ),
    Case("bad/method.zip", made.unknown_method, T, ("“a.csv” cannot be unpacked here",), ("Name",), total=1),
    Case("bad/names.zip", lambda: made.zipped({"../../evil.sh": b"x", "C:/x": b"y"}), T, ("would leave the folder",)),
    Case("bad/cut.zip", cut(lambda: made.zipped({"a.csv": CSV, "b.csv": CSV})), N, ("damaged or incomplete",)),
    Case("bad/cut.parquet", cut(made.parquet), N, ("Parquet table is damaged or incomplete",)),
    Case("bad/long-footer.parquet", footer(0x7FFFFFFF), N, ("claims 2 GB",)),
    Case("bad/noise-footer.parquet", footer(900, bytes(range(256)) * 4), N, ("damaged or incomplete",)),
    Case(
        "bad/wide.parquet",
        lambda: made.parquet(made.wide()),
        T,
        ("The first 200 of 5,000 columns",),
        total=1,
        most_bytes=4 << 20,
        most_requests=4,
    ),
    Case("bad/cut.feather", cut(made.arrow), N, ("damaged or incomplete",)),
    Case("bad/length.arrows", lambda: made.arrow(stream=True)[:4] + b"\xf8\xff\xff\x7f" + bytes(500), X),
    Case("bad/cut.avro", cut(made.avro), N, ("damaged or incomplete",)),
    Case("bad/blocks.avro", lambda: made.avro().replace(b"deflate", b"defeate"), N, ("damaged",)),
    Case("bad/far.xlsx", books.far_cells, N, ("could not be read", "Excel workbook")),
    Case("bad/laughs.xlsx", books.laughing_workbook, N, ("damaged",)),
    Case("bad/heavy.xlsx", books.heavy_workbook, N, ("would unfold to", "too much"), most_bytes=1 << 20),
    Case("bad/cut.xlsx", cut(books.workbook), N, ("damaged or incomplete",)),
    Case("bad/scripted.pdf", made.scripted_pdf, P, ("1 page",)),
    Case("bad/endless.pdf", made.endless_pdf, P),
    Case("bad/cut.pdf", lambda: b"%PDF-1.7\n" + bytes(500), N, ("damaged or incomplete",)),
    Case("bad/huge.png", lambda: made.png(50_000, 50_000, 300_000), N, ("50,000 × 50,000 pixels",), most_requests=1),
    Case(
        "bad/script.svg", lambda: b'<svg onload="alert(1)"><image href="http://127.0.0.1:9/x"/></svg>', X, begins="<svg"
    ),
    Case("bad/page.html", lambda: b"<html><script src=http://127.0.0.1:9/></script></html>", X, begins="<html>"),
    Case("bad/short.mp4", lambda: made.mp4()[:60], N, ("MPEG-4 video",)),
)

CORPUS = (*FRIENDLY, *HOSTILE)
