"""How names, sizes, times and kinds are written for people."""

from __future__ import annotations

import time
from datetime import datetime
from enum import Enum

from s3desk.data.facts import size_words

EMPTY_NAME = "∅ (empty name)"
# Letters and symbols that draw nothing though Unicode calls them printable.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u180b\u180c\u180d")


def visible(name: str) -> str:
    """A name with everything the eye would miss made visible: controls, bidi and zero-width marks, outer spaces.

    A right-to-left override reads ‹U+202E›, an outer space ␠, an empty segment ∅. Nothing is ever normalised.
    """
    if not name:
        return EMPTY_NAME
    if name.isprintable() and name[0] != " " and name[-1] != " " and _BLANK.isdisjoint(name):
        return name
    inner = name.strip(" ")
    start = len(name) - len(name.lstrip(" "))
    end = len(name) - len(inner) - start if inner else 0
    shown = "".join(c if c.isprintable() and c not in _BLANK else f"‹U+{ord(c):04X}›" for c in inner)
    return "␠" * start + shown + "␠" * end


def visible_path(prefix: str) -> str:
    """A prefix or key, segment by segment; its slashes stay."""
    if not prefix:
        return ""
    folder = prefix.endswith("/")
    segments = (prefix[:-1] if folder else prefix).split("/")
    shown = "/".join(visible(segment) if segment else "∅" for segment in segments)
    return shown + "/" if folder else shown


def size(bytes_: int) -> str:
    """2411724 reads "2.3 MB", as file managers and the S3 console count: a KB is 1,024 bytes."""
    return size_words(bytes_)


def count(number: int, one: str, many: str = "") -> str:
    """1 object, 1,204 objects."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def when(moment: datetime | None) -> str:
    """18 Mar 2019, 13:48 in local time; "" for an unknown moment."""
    if moment is None:
        return ""
    local = moment.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"


def until(moment: datetime) -> str:
    """When a link ends, as one says it: today 16:41, tomorrow 9:05, 30 Nov 2026, 9:05."""
    local, today = moment.astimezone(), datetime.now().astimezone().date()
    days = (local.date() - today).days
    day = {0: "today", 1: "tomorrow"}.get(days, f"{local:%A} {local.day} {local:%b %Y}")
    return f"{day} at {local:%H:%M}"


def duration(seconds: float) -> str:
    """22 s, 3 min, 1 h 10 min."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


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


def storage_class(name: str) -> str:
    """STANDARD_IA reads "Standard IA", GLACIER "Glacier"; S3 leaves the word out for the standard class."""
    words = (name or "STANDARD").split("_")
    return " ".join(word if len(word) <= 2 else word.capitalize() for word in words)


class Pace:
    """Speed and time left of a job, smoothed over a few seconds of samples."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, int]] = []

    def sample(self, done: int) -> float:
        """Note what is done now; returns the units a second over the last five seconds."""
        now = time.monotonic()
        self._samples.append((now, done))
        while len(self._samples) > 2 and now - self._samples[0][0] > 5:
            self._samples.pop(0)
        first, before = self._samples[0]
        return (done - before) / (now - first) if now > first else 0.0
