"""What a file's first bytes prove it to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What can be done with a file's content."""

    TABLE = "table of text"
    JSON = "JSON"
    JSON_LINES = "JSON lines"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    TEXT = "text"
    IMAGE = "image"
    PDF = "PDF"
    PARQUET = "Parquet"
    ARROW = "Arrow"
    AVRO = "Avro"
    EXCEL = "Excel"
    GZIP = "gzip"
    ZIP = "zip"
    COMPRESSED = "compressed in another way"
    MEDIA = "sound or video"
    BINARY = "not text"


@dataclass(frozen=True, slots=True)
class Signature:
    """A kind and how people call this format; `extensions` are the usual ends of its names."""

    kind: Kind
    words: str
    extensions: tuple[str, ...] = ()


_PNG = Signature(Kind.IMAGE, "PNG image", ("png",))
_JPEG = Signature(Kind.IMAGE, "JPEG image", ("jpg", "jpeg", "jfif"))
_GIF = Signature(Kind.IMAGE, "GIF image", ("gif",))
_WEBP = Signature(Kind.IMAGE, "WebP image", ("webp",))
_BMP = Signature(Kind.IMAGE, "BMP image", ("bmp", "dib"))
_XLSX = Signature(Kind.EXCEL, "Excel workbook", ("xlsx", "xlsm", "xlsb", "xltx"))
_XLS = Signature(Kind.EXCEL, "Excel workbook (old format)", ("xls", "xlt"))
_ZIP = Signature(Kind.ZIP, "zip archive", ("zip",))
_ARROW = Signature(Kind.ARROW, "Arrow (Feather) table", ("arrow", "feather", "ipc", "arrows"))
_HEIC = Signature(Kind.BINARY, "HEIC picture", ("heic", "heif"))
_MP3 = Signature(Kind.MEDIA, "MP3 recording", ("mp3",))
_ORC = Signature(Kind.BINARY, "ORC table", ("orc",))
_BZIP2 = Signature(Kind.COMPRESSED, "bzip2 file", ("bz2", "tbz", "tbz2"))
_PICKLE = Signature(
    Kind.BINARY, "Python pickle (never opened here: it could run a program)", ("pkl", "pickle", "joblib")
)
_OFFICE = Signature(Kind.BINARY, "Office document", ("doc", "ppt", "msi", "msg"))

_STARTS: tuple[tuple[bytes, Signature], ...] = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPEG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"%PDF-", Signature(Kind.PDF, "PDF document", ("pdf",))),
    (b"PAR1\x15", Signature(Kind.PARQUET, "Parquet table", ("parquet", "pq", "parq"))),
    (b"\x1f\x8b", Signature(Kind.GZIP, "gzip file", ("gz", "tgz", "gzip"))),
    (b"\x28\xb5\x2f\xfd", Signature(Kind.COMPRESSED, "Zstandard file", ("zst", "zstd"))),
    (b"\xfd7zXZ\x00", Signature(Kind.COMPRESSED, "xz file", ("xz", "txz"))),
    (b"\x04\x22\x4d\x18", Signature(Kind.COMPRESSED, "LZ4 file", ("lz4",))),
    (b"7z\xbc\xaf\x27\x1c", Signature(Kind.COMPRESSED, "7-Zip archive", ("7z",))),
    (b"Rar!\x1a\x07", Signature(Kind.COMPRESSED, "RAR archive", ("rar",))),
    (b"\xff\x06\x00\x00sNaPpY", Signature(Kind.COMPRESSED, "Snappy file", ("sz", "snappy"))),
    (b"ARROW1\x00\x00", _ARROW),
    (b"Obj\x01", Signature(Kind.AVRO, "Avro table", ("avro",))),
    (b"\x89HDF\r\n\x1a\n", Signature(Kind.BINARY, "HDF5 file", ("h5", "hdf5", "hdf"))),
    (b"SQLite format 3\x00", Signature(Kind.BINARY, "SQLite database", ("sqlite", "db", "sqlite3"))),
    (b"\x93NUMPY", Signature(Kind.BINARY, "NumPy array", ("npy",))),
    (b"$FL2@(#)", Signature(Kind.BINARY, "SPSS file", ("sav",))),
    (b"$FL3@(#)", Signature(Kind.BINARY, "SPSS file", ("zsav",))),
    (b"RDX2\n", Signature(Kind.BINARY, "R data file", ("rdata", "rda"))),
    (b"RDX3\n", Signature(Kind.BINARY, "R data file", ("rdata", "rda"))),
    (b"II*\x00", Signature(Kind.BINARY, "TIFF image", ("tif", "tiff"))),
    (b"MM\x00*", Signature(Kind.BINARY, "TIFF image", ("tif", "tiff"))),
    (b"\x7fELF", Signature(Kind.BINARY, "program", ("so", "o"))),
    (b"MZ\x90\x00", Signature(Kind.BINARY, "Windows program", ("exe", "dll"))),
    (b"OggS\x00", Signature(Kind.MEDIA, "Ogg recording", ("ogg", "oga", "ogv"))),
    (b"ID3\x03", _MP3),
    (b"ID3\x04", _MP3),
    (b"\x1a\x45\xdf\xa3", Signature(Kind.MEDIA, "Matroska (WebM) video", ("mkv", "webm", "mka"))),
    (b"fLaC\x00", Signature(Kind.MEDIA, "FLAC recording", ("flac",))),
)
_INSIDE: tuple[tuple[int, bytes, Signature], ...] = (
    (8, b"WEBPVP8", _WEBP),
    (8, b"WAVEfmt", Signature(Kind.MEDIA, "WAV recording", ("wav",))),
    (8, b"AVI LIST", Signature(Kind.MEDIA, "AVI video", ("avi",))),
    (4, b"ftypheic", _HEIC),
    (4, b"ftypmif1", _HEIC),
    (4, b"ftypavif", Signature(Kind.BINARY, "AVIF picture", ("avif",))),
    (4, b"ftypM4A", Signature(Kind.MEDIA, "MPEG-4 recording", ("m4a", "m4b"))),
    (4, b"ftyp", Signature(Kind.MEDIA, "MPEG-4 video", ("mp4", "m4v", "mov", "3gp"))),
    (257, b"ustar", Signature(Kind.BINARY, "tar archive", ("tar",))),
)
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # the sizes BMP headers have


def signature(head: bytes) -> Signature | None:
    """The format these first bytes belong to without doubt, or None: text and unknown formats have no mark."""
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _XLS if "Workbook".encode("utf-16-le") in head or b"Microsoft Excel" in head else _OFFICE
    return _marked_inside(head)


def promised(extension: str) -> Signature | None:
    """The format that names with this extension belong to, among those that have a mark."""
    known = (*(found for _, found in _STARTS), *(found for *_, found in _INSIDE), _BMP, _BZIP2, _ORC, _XLSX, _XLS, _ZIP)
    return next((found for found in known if extension in found.extensions), None)


def _marked_inside(head: bytes) -> Signature | None:
    """Formats whose mark alone is too short, or does not come first."""
    for offset, mark, found in _INSIDE:
        if head.startswith(mark, offset) and 0 in head:  # the marks alone could stand in a text
            return found
    if head[:3] == b"ORC" and min(head[3:64], default=32) < 9:
        return _ORC
    if head[:2] == b"BM" and len(head) > 26 and head[14] in _BMP_HEADERS and not any(head[15:18] + head[6:10]):
        return _BMP
    if head[:3] == b"BZh" and head[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        return _BZIP2
    if len(head) > 2 and head[0] == 0x80 and 2 <= head[1] <= 5:
        return _PICKLE
    return _by_shape(head)


def _by_shape(head: bytes) -> Signature | None:
    """Streams without a name of their own: their first numbers must make sense together."""
    if head[:4] == b"\xff\xff\xff\xff" and head[6:8] == b"\0\0" and head[4] % 8 == 0 and head[4] + head[5] > 0:
        return _ARROW  # the length of a message follows the mark
    is_frame = head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xfa") and len(head) > 200
    return _MP3 if is_frame and head[2] >> 4 not in (0, 15) else None


def _zipped(head: bytes) -> Signature:
    """A zip file by the names of its first members, which stand in plain bytes."""
    if b"xl/" in head:
        return _XLSX
    if b"[Content_Types].xml" in head[:100]:
        for folder, words, end in ((b"word/", "Word document", "docx"), (b"ppt/", "PowerPoint document", "pptx")):
            if folder in head:
                return Signature(Kind.BINARY, words, (end,))
        return Signature(Kind.ZIP, "Office document", ("xlsx", "xlsm", "xlsb", "docx", "pptx"))
    if head[30:38] == b"mimetype" and b"opendocument.spreadsheet" in head[:120]:
        return Signature(Kind.EXCEL, "OpenDocument spreadsheet", ("ods",))
    if head[30:38] == b"mimetype" and b"opendocument" in head[:120]:
        return Signature(Kind.BINARY, "OpenDocument file", ("odt", "odp"))
    return _ZIP
