"""The real window while files go up and down: the gaps between its pictures, its memory, and whether the sums agree."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from s3desk.demo.seaweedfs import Identity, running
from tests.bench.case import Case
from tests.bench.children import said_by
from tests.bench.serving import sink_with
from tests.bench.sink import BUCKET as SINK
from tests.bench.transfers import SERVERS, Place, client

CASES = ("small", "large", "many")
_MIB = 1 << 20
_BUCKET = "bench"


@dataclass(frozen=True)
class FramesWish:
    """What to move, and on which servers; sizes in bytes."""

    cases: Sequence[str] = CASES
    servers: Sequence[str] = SERVERS
    large: int = 1 << 30
    small_files: int = 5000
    many_files: int = 50_000

    def files(self, case: str) -> tuple[int, int]:
        """How many of which size."""
        known = {"small": (self.small_files, 4096), "large": (1, self.large), "many": (self.many_files, 1024)}
        return known[case]


def transfer_frames(wish: FramesWish) -> Iterator[Case]:
    """Two lines a case and server, each one gesture; the table is made to repaint 60 times a second all the time."""
    for server in wish.servers:
        for case in wish.cases:
            count, size = wish.files(case)
            with (
                tempfile.TemporaryDirectory(prefix="s3desk-bench-") as home,
                _place(server, home, count, size) as place,
            ):
                yield from _moved(place, server, count, size)


@contextmanager
def _place(server: str, home: str, count: int, size: int) -> Iterator[Place]:
    if server == "sink":
        with sink_with(count, size) as url:
            yield Place(url, SINK, Path(home))
        return
    folder = Path(home, "server")
    folder.mkdir()
    with running(folder, [Identity("bench", "bench", "bench", ("Admin",))]) as weed:
        place = Place(weed.endpoint_url, _BUCKET, Path(home))
        client(place).create_bucket(Bucket=_BUCKET)
        yield place


def _moved(place: Place, server: str, count: int, size: int) -> Iterator[Case]:
    source, target = place.home / "source", place.home / "target"
    source.mkdir()
    target.mkdir()
    for number in range(count):
        with (source / f"file-{number:06}.bin").open("wb") as file:
            for start in range(0, size, _MIB):
                file.write(b"%7d\n" % (number + start // _MIB) * (min(_MIB, size - start) // 8))
    prefix = "data" if server == "sink" else "up"
    where = (place.endpoint_url, place.bucket, str(source), prefix, str(target), str(place.home / "journal"))
    said = said_by("tests.bench.transfers_in_window", str(place.home), *where)
    here = sum(1 for path in target.rglob("*") if path.is_file() and path.stat().st_size == size)
    for way, figures in said.items():
        shown = {**figures, "same": figures["same"] and figures["done"] >= count and (way == "up" or here == count)}
        files = f"{count} files of {size} bytes" if count > 1 else f"{size // _MIB} MiB"
        yield Case("transfer-frames", f"{server}, {files} {way}", shown, {}, {}, 1)
