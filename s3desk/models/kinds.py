"""What an object most likely is, by the end of its name."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What an object most likely is, by the end of its name; decides the icon and the word in the Type column."""

    CONNECTION = "connection"
    BUCKET = "bucket"
    FOLDER = "folder"
    TABLE = "table"
    COLUMNAR = "columnar"  # Parquet, Feather: tables with a schema
    JSON = "json"
    TEXT = "text"
    CODE = "code"
    WEB_PAGE = "web page"
    IMAGE = "image"
    PDF = "pdf"
    ARCHIVE = "archive"
    AUDIO = "audio"
    VIDEO = "video"
    UNKNOWN = "unknown"


_KINDS: dict[str, tuple[Kind, str]] = {
    "csv": (Kind.TABLE, "CSV table"),
    "tsv": (Kind.TABLE, "TSV table"),
    "tab": (Kind.TABLE, "TSV table"),
    "parquet": (Kind.COLUMNAR, "Parquet table"),
    "feather": (Kind.COLUMNAR, "Feather table"),
    "arrow": (Kind.COLUMNAR, "Arrow table"),
    "avro": (Kind.COLUMNAR, "Avro table"),
    "orc": (Kind.COLUMNAR, "ORC table"),
    "xlsx": (Kind.TABLE, "Excel workbook"),
    "xls": (Kind.TABLE, "Excel workbook"),
    "ods": (Kind.TABLE, "Spreadsheet"),
    "json": (Kind.JSON, "JSON"),
    "geojson": (Kind.JSON, "GeoJSON"),
    "jsonl": (Kind.JSON, "JSON lines"),
    "ndjson": (Kind.JSON, "JSON lines"),
    "txt": (Kind.TEXT, "Text"),
    "log": (Kind.TEXT, "Log"),
    "md": (Kind.TEXT, "Markdown"),
    "html": (Kind.WEB_PAGE, "Web page"),
    "htm": (Kind.WEB_PAGE, "Web page"),
    "css": (Kind.CODE, "Style sheet"),
    "js": (Kind.CODE, "JavaScript"),
    "py": (Kind.CODE, "Python"),
    "r": (Kind.CODE, "R script"),
    "sql": (Kind.CODE, "SQL"),
    "sh": (Kind.CODE, "Shell script"),
    "ipynb": (Kind.CODE, "Notebook"),
    "xml": (Kind.CODE, "XML"),
    "yaml": (Kind.CODE, "YAML"),
    "yml": (Kind.CODE, "YAML"),
    "toml": (Kind.CODE, "TOML"),
    "png": (Kind.IMAGE, "Image"),
    "jpg": (Kind.IMAGE, "Image"),
    "jpeg": (Kind.IMAGE, "Image"),
    "gif": (Kind.IMAGE, "Image"),
    "webp": (Kind.IMAGE, "Image"),
    "bmp": (Kind.IMAGE, "Image"),
    "svg": (Kind.IMAGE, "Image"),
    "tif": (Kind.IMAGE, "Image"),
    "tiff": (Kind.IMAGE, "Image"),
    "pdf": (Kind.PDF, "PDF"),
    "doc": (Kind.TEXT, "Word document"),
    "docx": (Kind.TEXT, "Word document"),
    "pptx": (Kind.PDF, "Presentation"),
    "zip": (Kind.ARCHIVE, "Zip archive"),
    "tar": (Kind.ARCHIVE, "Tar archive"),
    "tgz": (Kind.ARCHIVE, "Tar archive"),
    "7z": (Kind.ARCHIVE, "7-Zip archive"),
    "mp3": (Kind.AUDIO, "Audio"),
    "wav": (Kind.AUDIO, "Audio"),
    "mp4": (Kind.VIDEO, "Video"),
    "mov": (Kind.VIDEO, "Video"),
    "webm": (Kind.VIDEO, "Video"),
}
_PACKED = {"gz": "gzip", "zst": "zstd", "bz2": "bzip2", "xz": "xz", "snappy": "snappy"}


def kind_of(name: str) -> tuple[Kind, str]:
    """The kind and its words: ("table", "CSV table") for x.csv, "CSV table, gzip" for x.csv.gz."""
    stem, dot, ending = name.lower().rpartition(".")
    if not dot:
        return Kind.UNKNOWN, "File"
    if found := _KINDS.get(ending):
        return found
    if packed := _PACKED.get(ending):
        inner = _KINDS.get(stem.rpartition(".")[2])
        return (inner[0], f"{inner[1]}, {packed}") if inner else (Kind.ARCHIVE, f"{packed} archive")
    short = len(ending) <= 8 and ending.isascii() and ending.isalnum()
    return Kind.UNKNOWN, f"{ending.upper()} file" if short else "File"


def is_packed(ending: str) -> bool:
    """Whether the ending before this one tells what is inside, as in x.csv.gz."""
    return ending.lower() in _PACKED


def is_known(ending: str) -> bool:
    """Whether an ending tells the kind."""
    return ending.lower() in _KINDS


def endings_of(*kinds: Kind) -> frozenset[str]:
    """The endings that mean one of these kinds, with those of packed ones: csv, csv.gz …; gz alone is an archive."""
    plain = {ending for ending, (kind, _) in _KINDS.items() if kind in kinds}
    packed = {f"{ending}.{pack}" for ending in plain for pack in _PACKED}
    return frozenset(plain | packed | (_PACKED.keys() if Kind.ARCHIVE in kinds else set()))
