"""Files up and down, copies, deletes: s3desk against the programs people use, in turns, on a sink and on SeaweedFS."""

from __future__ import annotations

import filecmp
import os
import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from s3desk.demo.seaweedfs import Identity, running
from tests.bench.case import Case, paired
from tests.bench.children import Figures, medians, said_by
from tests.bench.serving import sink_with
from tests.bench.sink import BUCKET as SINK
from tests.bench.transfer_peers import Peer, installed

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

MIB = 1 << 20
SERVERS = ("sink", "seaweedfs")
CASES = ("large", "small", "mixed", "copies", "deletes")
_BUCKET = "bench"
_MANY = 500  # files


@dataclass(frozen=True)
class TransfersWish:
    """What to measure, how often, and on which servers; sizes in bytes."""

    runs: int = 3
    cases: Sequence[str] = CASES
    servers: Sequence[str] = SERVERS
    peers: Sequence[str] = ("s5cmd", "awscli", "rclone")
    large: int = 1 << 30
    small_files: int = 5000
    small: int = 4096
    copies: int = 1000
    deletes: int = 10_000


@dataclass(frozen=True)
class Place:
    """Where a case runs: an endpoint, a bucket, and the folder with the home, the sources and the targets."""

    endpoint_url: str
    bucket: str
    home: Path


def transfers(wish: TransfersWish) -> Iterator[Case]:
    """One line a case and server; the peers' runs lie between ours. `same`: what arrived is what was sent."""
    with tempfile.TemporaryDirectory(prefix="s3desk-bench-") as home:
        if "sink" in wish.servers:
            yield from _on_sink(wish, Path(home))
        if "seaweedfs" in wish.servers:
            yield from _on_seaweedfs(wish, Path(home))


def _on_sink(wish: TransfersWish, home: Path) -> Iterator[Case]:
    for name, count, size in (("large", 1, wish.large), ("small", wish.small_files, wish.small)):
        if name not in wish.cases:
            continue
        with sink_with(count, size) as url:
            place = Place(url, SINK, home)
            source = _source(home, f"sink-{name}", _sizes(name, wish))
            yield _compared(wish, f"sink, {_title(name, wish)} up", _Up(place, source, check=False))
            yield _compared(wish, f"sink, {_title(name, wish)} down", _Down(place, "data/", None, home))
            if memory := _memory(count * size):
                down = _Down(place, "data/", None, memory)
                yield _compared(wish, f"sink, {_title(name, wish)} down to memory", down)


def _on_seaweedfs(wish: TransfersWish, home: Path) -> Iterator[Case]:
    folder = home / "server"
    folder.mkdir()
    with running(folder, [Identity("bench", "bench", "bench", ("Admin",))]) as server:
        place = Place(server.endpoint_url, _BUCKET, home)
        client(place).create_bucket(Bucket=_BUCKET)
        for name in ("large", "small", "mixed"):
            if name in wish.cases:
                source = _source(home, f"seaweedfs-{name}", _sizes(name, wish))
                yield _compared(wish, f"seaweedfs, {_title(name, wish)} up", _Up(place, source, check=True))
                _ours(place, "up", "down/", str(source))
                yield _compared(wish, f"seaweedfs, {_title(name, wish)} down", _Down(place, "down/", source, home))
                _empty(place)
        for name, run in (("copies", _Copies(place, wish.copies)), ("deletes", _Deletes(place, wish.deletes))):
            if name in wish.cases:
                yield _compared(wish, f"seaweedfs, {_title(name, wish)}", run)
                _empty(place)


def _title(name: str, wish: TransfersWish) -> str:
    return {
        "large": f"{wish.large // MIB} MiB",
        "small": f"{wish.small_files} files of {wish.small} bytes",
        "mixed": "mixed folder",
        "copies": f"{wish.copies} copies",
        "deletes": f"{wish.deletes} deletes",
    }[name]


@dataclass(frozen=True)
class _Up:
    """Upload a folder to a prefix of each run's own."""

    place: Place
    source: Path
    check: bool

    def ours(self, run: int) -> tuple[Figures, bool]:
        prefix = f"ours-{run}/"
        figures = _ours(self.place, "up", prefix, str(self.source))
        return figures, self._after(prefix)

    def theirs(self, peer: Peer, run: int) -> Figures:
        prefix = f"{peer.name}-{run}/"
        figures = peer.up(self.place.endpoint_url, self.source, self.place.bucket, prefix, str(self.place.home))
        if not self._after(prefix):
            raise RuntimeError(f"{peer.name} did not upload everything")
        return figures

    def _after(self, prefix: str) -> bool:
        if not self.check:
            return True
        sizes = {key.removeprefix(prefix): size for key, size in _listed(self.place, prefix).items()}
        wanted = {path.relative_to(self.source).as_posix(): path.stat().st_size for path in _files(self.source)}
        _ours(self.place, "delete", prefix, "")
        return sizes == wanted


@dataclass(frozen=True)
class _Down:
    """Download a prefix to an empty folder; `source` is what must arrive, None where only zeros can.

    `below` is where that folder is made: what a disk takes to make thousands of files is the same for everybody.
    """

    place: Place
    prefix: str
    source: Path | None
    below: Path

    def ours(self, _run: int) -> tuple[Figures, bool]:
        with self._target() as target:
            return _ours(self.place, "down", self.prefix, str(target)), self._is_same(target)

    def theirs(self, peer: Peer, _run: int) -> Figures:
        with self._target() as target:
            place = self.place
            figures = peer.down(place.endpoint_url, place.bucket, self.prefix, target, str(place.home))
            if not self._is_same(target):
                raise RuntimeError(f"{peer.name} did not download everything")
            return figures

    @contextmanager
    def _target(self) -> Iterator[Path]:
        target = Path(tempfile.mkdtemp(prefix="s3desk-bench-", dir=self.below))
        os.sync()  # what others wrote before must not slow down whose turn it is now
        try:
            yield target
        finally:
            # ext4 passes over the inodes of files that were just removed, one by one: thousands are left until the end.
            if len(_files(target)) < _MANY or self.below != self.place.home:
                shutil.rmtree(target)

    def _is_same(self, target: Path) -> bool:
        if self.source is None:
            return bool(_files(target))
        pairs = [(path, target / path.relative_to(self.source)) for path in _files(self.source)]
        same = all(other.is_file() and filecmp.cmp(path, other, shallow=False) for path, other in pairs)
        return same and len(_files(target)) == len(pairs)


def _memory(needed: int) -> Path | None:
    """A file system that is no disk, where there is one with room."""
    folder = Path("/dev/shm")  # noqa: S108  # Linux has it
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > 4 * needed else None


@dataclass(frozen=True)
class _Copies:
    """Copy a prefix to another one of the same bucket."""

    place: Place
    count: int

    def ours(self, run: int) -> tuple[Figures, bool]:
        self._fill()
        return _ours(self.place, "copy", "from/", f"ours-{run}/"), self._is_whole(f"ours-{run}/")

    def theirs(self, peer: Peer, run: int) -> Figures:
        self._fill()
        figures = peer.copy(
            self.place.endpoint_url, self.place.bucket, "from/", f"{peer.name}-{run}/", str(self.place.home)
        )
        if not self._is_whole(f"{peer.name}-{run}/"):
            raise RuntimeError(f"{peer.name} did not copy everything")
        return figures

    def _fill(self) -> None:
        if not _listed(self.place, "from/"):
            _put_many(self.place, "from/", self.count)

    def _is_whole(self, prefix: str) -> bool:
        return len(_listed(self.place, prefix)) == self.count


@dataclass(frozen=True)
class _Deletes:
    """Delete everything below a prefix."""

    place: Place
    count: int

    def ours(self, _run: int) -> tuple[Figures, bool]:
        _put_many(self.place, "gone/", self.count)
        return _ours(self.place, "delete", "gone/", ""), not _listed(self.place, "gone/")

    def theirs(self, peer: Peer, _run: int) -> Figures:
        _put_many(self.place, "gone/", self.count)
        figures = peer.delete(self.place.endpoint_url, self.place.bucket, "gone/", str(self.place.home))
        if _listed(self.place, "gone/"):
            raise RuntimeError(f"{peer.name} did not delete everything")
        return figures


def _compared(wish: TransfersWish, title: str, gesture: _Up | _Down | _Copies | _Deletes) -> Case:
    peers, missing = installed(wish.peers)
    ours: list[Figures] = []
    theirs: dict[str, list[Figures]] = {peer.name: [] for peer in peers}
    all_same = True
    for run in range(wish.runs):
        for peer in peers if run % 2 else []:  # who is first finds colder caches
            theirs[peer.name].append(gesture.theirs(peer, run))
        figures, same = gesture.ours(run)
        ours.append(figures)
        all_same = all_same and same
        for peer in [] if run % 2 else peers:
            theirs[peer.name].append(gesture.theirs(peer, run))
    return Case(
        bench="transfers",
        case=title,
        s3desk={**_shown(ours), "same": all_same},
        peers={name: _shown(runs) for name, runs in theirs.items()},
        ratio={name: paired([a.wall_s for a in ours], [b.wall_s for b in runs]) for name, runs in theirs.items()},
        runs=wish.runs,
        missing=missing,
    )


def _shown(runs: Sequence[Figures]) -> Mapping[str, float]:
    found = medians(runs)
    return {name: found[name] for name in ("wall_s", "cpu_s", "rss_mb")}


def _ours(place: Place, gesture: str, prefix: str, other: str) -> Figures:
    where = (gesture, place.endpoint_url, place.bucket, prefix, other)
    said: dict[str, Any] = dict(said_by("tests.bench.transfers_ours", str(place.home), *where))
    return Figures(said["wall_s"], said["cpu_s"], said["rss_mb"])


def _source(home: Path, name: str, sizes: Iterable[tuple[str, int]]) -> Path:
    """The files of a case, in the page cache; gone with `home`."""
    source, chance = home / f"source-{name}", random.Random(5)  # noqa: S311  # test data
    source.mkdir()
    for file, size in sizes:
        (source / file).parent.mkdir(exist_ok=True)
        with (source / file).open("wb") as opened:
            for start in range(0, size, MIB):
                opened.write(chance.randbytes(min(MIB, size - start)))
    os.sync()
    return source


def _sizes(name: str, wish: TransfersWish) -> Iterator[tuple[str, int]]:
    if name == "large":
        yield "large.bin", wish.large
    elif name == "small":
        yield from ((f"file-{number:06}.bin", wish.small) for number in range(wish.small_files))
    else:  # as people have it: many notes, some tables, a few archives
        chance = random.Random(9)  # noqa: S311  # test data
        yield from ((f"notes/{n:04}.txt", chance.randrange(100, 20_000)) for n in range(1000))
        yield from ((f"tables/{n:03}.csv", chance.randrange(200_000, 3_000_000)) for n in range(100))
        yield from ((f"archives/{n}.zip", chance.randrange(20 * MIB, 60 * MIB)) for n in range(6))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def client(place: Place) -> S3Client:
    """A plain client, to prepare and to look."""
    import boto3
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
    keys = {"aws_access_key_id": "bench", "aws_secret_access_key": "bench", "region_name": "us-east-1"}
    made: S3Client = boto3.client("s3", endpoint_url=place.endpoint_url, config=config, **keys)  # type: ignore[call-overload]
    return made


def _listed(place: Place, prefix: str) -> dict[str, int]:
    found = {}
    for page in client(place).get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=prefix):
        found.update({item["Key"]: item["Size"] for item in page.get("Contents", [])})
    return found


def _put_many(place: Place, prefix: str, count: int) -> None:
    with tempfile.TemporaryDirectory(dir=place.home) as folder:
        for number in range(count):
            Path(folder, f"object-{number:06}.bin").write_bytes(b"%d" % number)
        _ours(place, "up", prefix, folder)


def _empty(place: Place) -> None:
    _ours(place, "delete", "", "")
