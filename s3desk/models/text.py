"""How names, sizes, times and kinds are written for people."""

from __future__ import annotations

import time
import unicodedata
from datetime import datetime

_SPACE = "‹space›"
_SCHEME = "s3://"
EMPTY_NAME = "∅ (empty name)"
# Letters and symbols that draw nothing though Unicode calls them printable.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u180b\u180c\u180d")


def visible(name: str) -> str:
    """A name with everything the eye would miss made visible: controls, bidi and zero-width marks, outer spaces.

    A right-to-left override reads ‹U+202E›, an outer space ‹space›, an empty segment ∅. Nothing is ever normalised.
    """
    if not name:
        return EMPTY_NAME
    if name.isprintable() and name[0] != " " and name[-1] != " " and _BLANK.isdisjoint(name):
        return name
    inner = name.strip(" ")
    start = len(name) - len(name.lstrip(" "))
    end = len(name) - len(inner) - start if inner else 0
    shown = "".join(c if c.isprintable() and c not in _BLANK else f"‹U+{ord(c):04X}›" for c in inner)
    return _SPACE * start + shown + _SPACE * end


def remark(name: str) -> str:
    """What the eye cannot tell about a name, "" when there is nothing: twins that differ only in their accents."""
    if unicodedata.is_normalized("NFC", name):
        return ""
    return "Its accents are written as separate characters: a name that looks the same may be another object."


def visible_path(prefix: str) -> str:
    """A prefix, key or S3 URI, segment by segment; its slashes stay."""
    if not prefix:
        return ""
    if prefix.startswith(_SCHEME):
        return _SCHEME + visible_path(prefix.removeprefix(_SCHEME))
    folder = prefix.endswith("/")
    segments = (prefix[:-1] if folder else prefix).split("/")
    shown = "/".join(visible(segment) if segment else "∅" for segment in segments)
    return shown + "/" if folder else shown


def size(bytes_: int) -> str:
    """2411724 reads "2.3 MB", as file managers and the S3 console count: a KB is 1,024 B; one digit, to line up."""
    if bytes_ < 1024:
        return f"{bytes_:,} B"
    value = float(bytes_)
    for unit in ("KB", "MB", "GB", "TB", "PB"):  # noqa: B007  # used after the loop
        value /= 1024
        if value < 1023.95:
            break
    return f"{value:,.1f} {unit}"


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


def storage_class(name: str) -> str:
    """STANDARD_IA reads "Standard IA", GLACIER "Glacier"; S3 leaves the word out for the standard class."""
    words = (name or "STANDARD").split("_")
    return " ".join(word if len(word) <= 2 else word.capitalize() for word in words)


class Pace:
    """Speed and time left of a job, smoothed over a few seconds of samples."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, int]] = []

    @property
    def settled(self) -> bool:
        """Whether it was watched long enough to promise anything."""
        return bool(self._samples) and self._samples[-1][0] - self._samples[0][0] >= 2

    def sample(self, done: int) -> float:
        """Note what is done now; returns the units a second over the last five seconds."""
        now = time.monotonic()
        self._samples.append((now, done))
        while len(self._samples) > 2 and now - self._samples[0][0] > 5:
            self._samples.pop(0)
        first, before = self._samples[0]
        return (done - before) / (now - first) if now > first else 0.0
