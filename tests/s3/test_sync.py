"""Sync on real servers: what it would do, what it does, and that a second run finds nothing."""

from __future__ import annotations

import os
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.connection import Connection
from s3desk.s3.errors import AccessDeniedError, AlreadyThereError, BadNameError, ChangedError, DiskError, Failure
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import ItemState
from s3desk.s3.journal.record import Record, Result
from s3desk.s3.location import Location
from s3desk.s3.names import Disk
from s3desk.s3.syncing.compare import compare
from s3desk.s3.syncing.local_names import LocalNames
from s3desk.s3.syncing.patterns import Patterns
from s3desk.s3.syncing.plan import Action, How, Row, Sync, SyncPlan, Thing, Why
from s3desk.s3.syncing.run import planned_rows, run_sync
from tests.conftest import BucketFactory
from tests.s3.conftest import stored
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Answer

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

MIB = 1 << 20
ON_ONE = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
SURE = How.CHECKSUM


class Noting(Record):
    """Remembers what became of each item."""

    def __init__(self) -> None:
        self.ends: dict[str, str] = {}

    def ended(self, key: str, result: Result) -> None:
        """Note it, once."""
        assert key not in self.ends
        self.ends[key] = result.state


def look(connection: Connection, sync: Sync) -> SyncPlan:
    return compare(Job("compare"), connection, sync)


def do(connection: Connection, plan: SyncPlan, record: Record | None = None) -> list[Failure]:
    """Do what is chosen of a plan."""
    noting = record or Noting()
    chosen = [row for row in plan.rows if row.is_chosen]
    job = Job("sync")
    failures = run_sync(job, connection, plan.sync, chosen, noting)
    if isinstance(noting, Noting):
        states = [row.is_chosen for row in plan.rows]
        planned = {one.key for one in planned_rows(plan.sync, plan.rows, states) if one.state is ItemState.OPEN}
        assert planned == noting.ends.keys()
    assert job.items == job.items_total == len(chosen)
    return failures


def said(plan: SyncPlan) -> list[tuple[Action, str, Why]]:
    return [(row.action, row.name, row.why) for row in plan.rows]


def write(folder: Path, files: dict[str, bytes], age: float = 0.0) -> None:
    """Files that were written so many seconds ago."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (time.time() - age,) * 2)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put(client: S3Client, bucket: str, **bodies: bytes) -> None:
    for key, body in bodies.items():
        client.put_object(Bucket=bucket, Key=key, Body=body)


def bodies(client: S3Client, bucket: str, prefix: str = "") -> dict[str, bytes]:
    """What is below a prefix, without the markers of folders."""
    found = stored(client, bucket).items()
    return {key[len(prefix) :]: body for key, body in found if key.startswith(prefix) and not key.endswith("/")}


@pytest.mark.parametrize(
    ("server", "how"),
    [("seaweedfs", SURE), ("ceph", SURE), ("seaweedfs", How.SIZE_AND_TIME)],
    indirect=["server"],
)
def test_three_ways_and_nothing_left_to_do(
    connection: Connection, server_client: S3Client, new_bucket: BucketFactory, tmp_path: Path, how: How
) -> None:
    bucket, other, here, there = new_bucket(), new_bucket(), tmp_path / "here", tmp_path / "there"
    first = {"a.txt": b"one", "deep/ä +2.txt": b"two", "deep/er/empty": b"", "big.bin": os.urandom(9 * MIB)}
    write(here, first, age=60)
    place, target = Location(bucket, "p/"), Location(other, "q/")
    ways = [Sync(here, place, how), Sync(place, target, how), Sync(target, there, how)]
    for sync in ways:
        plan = look(connection, sync)
        assert {(row.action, row.why) for row in plan.rows} == {(Action.COPY, Why.NEW)}
        assert {row.name for row in plan.rows} == first.keys()
        assert do(connection, plan) == []
        again = look(connection, sync)
        assert (said(again), again.same, again.left_alone) == ([], len(first), [])
    assert bodies(server_client, bucket, "p/") == bodies(server_client, other, "q/") == files_in(there) == first

    # Longer, as long but newer, gone, and new: the source of all is what is here.
    time.sleep(0.01)
    write(here, {"a.txt": b"longer", "new/b.txt": b"b"})
    write(here, {"deep/ä +2.txt": b"TWO"}, age=-3600)
    (here / "deep/er/empty").unlink()
    last = files_in(here)
    for sync in ways:
        mirror = Sync(sync.source, sync.target, how, delete=True)
        if sync.source is not here and how is How.SIZE_AND_TIME:
            # The copies may be of the same second: what is there is made older than what comes.
            old = there / "deep/ä +2.txt"
            os.utime(old, (time.time() - 3600,) * 2)
        plan = look(connection, mirror)
        if (Action.REPLACE, "deep/ä +2.txt") not in {(row.action, row.name) for row in plan.rows}:
            assert how is How.SIZE_AND_TIME
            assert sync.target is target  # within the two seconds that clocks are trusted to
            server_client.put_object(Bucket=other, Key="q/deep/ä +2.txt", Body=b"TWO")
        assert {row.name: row.action for row in plan.rows if row.name != "deep/ä +2.txt"} == {
            "a.txt": Action.REPLACE,
            "deep/er/empty": Action.DELETE,
            "new/b.txt": Action.COPY,
        }
        assert plan.same in (1, 2)
        assert do(connection, plan) == []
        if sync.source is here:
            os.utime(here / "deep/ä +2.txt", (time.time() - 3600,) * 2)  # from the future it would be newer for ever
        assert said(look(connection, mirror)) == []
    assert bodies(server_client, bucket, "p/") == bodies(server_client, other, "q/") == files_in(there) == last
    assert not (there / "deep/er").exists()


@ON_ONE
def test_what_is_left_out_or_unknown_is_neither_sent_nor_deleted(
    connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    write(here, {"a.txt": b"a", "x.tmp": b"x", "logs/1.log": b"l", "shut.txt": b"s", "cafe\u0301.txt": b"c"}, age=60)
    write(here, {".s3desk-0123.part": b"a download that runs", "closed/in.txt": b"i"})
    os.utime(here / "a.txt", (1 << 38, 1 << 38))  # the year 10680, if the disk knows it
    (here / "link").symlink_to("/etc")
    os.mkfifo(here / "pipe")
    keys = ["gone.txt", "y.tmp", "logs/2.log", "shut.txt", "link", "link/x", "closed/in.txt", "closed/deep/y"]
    put(server_client, bucket, **{f"p/{key}": b"old" for key in [*keys, "caf\u00e9.txt"] if key != "link"})
    real_access, real_scan = os.access, os.scandir

    def access(path: str, mode: int) -> bool:
        return not str(path).endswith("shut.txt") and real_access(path, mode)

    def scan(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "no", str(path))
        return real_scan(path)

    monkeypatch.setattr("s3desk.s3.syncing.sides.os.access", access)
    monkeypatch.setattr("s3desk.s3.syncing.sides.os.scandir", scan)
    plan = look(connection, Sync(here, Location(bucket, "p/"), exclude="# no\n*.tmp\nlogs/\n", delete=True))
    assert said(plan) == [
        (Action.COPY, "a.txt", Why.NEW),
        (Action.REPLACE, "caf\u00e9.txt", Why.SIZE),  # the same name, written in another way
        (Action.DELETE, "gone.txt", Why.ONLY_THERE),
    ]
    assert {failure.key for failure in plan.left_alone} == {"link", "pipe", "shut.txt", "closed"}
    assert (plan.same, plan.excluded) == (0, 4)
    assert do(connection, plan) == []
    assert bodies(server_client, bucket, "p/") == {
        **{key: b"old" for key in keys if key not in ("gone.txt", "link")},
        "a.txt": b"a",
        "caf\u00e9.txt": b"c",
    }


def test_keys_that_mean_harm_stay_in_the_folder(
    connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    hostile = ["../out.txt", "a/../../up", "a//b", "/root", "C:\\x", "con.txt", "x/y", "x", " ", "ok.txt"]
    for key in hostile:
        with suppress(server_client.exceptions.ClientError):  # what this server cannot hold
            server_client.put_object(Bucket=bucket, Key=f"p/{key}", Body=key.encode())
    here, outside = tmp_path / "top" / "here", tmp_path / "outside"
    write(outside, {"y": b"mine"})
    here.mkdir(parents=True)
    (here / "x").symlink_to(outside)
    sync = Sync(Location(bucket, "p/"), here, SURE, delete=True)
    plan = look(connection, sync)
    assert do(connection, plan) == []
    assert files_in(outside) == {"y": b"mine"}
    assert {path.name for path in tmp_path.iterdir()} == {"top", "outside"}
    assert [path.name for path in (tmp_path / "top").iterdir()] == ["here"]
    arrived = sorted(files_in(here).values())
    assert arrived == sorted(body for key, body in bodies(server_client, bucket, "p/").items() if key != "x/y")
    assert {failure.key for failure in plan.left_alone} == {"x", "x/y"}
    assert plan.renamed
    assert said(look(connection, sync)) == []


@ON_ONE
def test_who_came_between_keeps_what_is_theirs(
    connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    here = tmp_path / "here"
    write(here, {"replaced": b"mine!", "new": b"mine", "grown": b"12"})
    put(server_client, bucket, replaced=b"old", only=b"old", goes=b"old", grown=b"1")
    sync = Sync(here, Location(bucket), delete=True)
    plan = look(connection, sync)
    put(server_client, bucket, replaced=b"theirs", new=b"theirs", only=b"theirs")
    write(here, {"grown": b"123"})
    failures = do(connection, plan)
    assert {(failure.key, type(failure.error)) for failure in failures} == {
        ("new", AlreadyThereError),
        ("replaced", ChangedError),
    }
    kept = {"replaced": b"theirs", "new": b"theirs", "only": b"theirs", "grown": b"123", "goes": b"old"}
    assert bodies(server_client, bucket) == kept  # copies failed, so nothing was deleted

    write(here, {"replaced": b"theirs", "new": b"theirs"})
    plan = look(connection, sync)
    assert said(plan) == [(Action.DELETE, name, Why.ONLY_THERE) for name in ("goes", "only")]
    put(server_client, bucket, only=b"theirs again")
    assert [type(failure.error) for failure in do(connection, plan)] == [ChangedError]
    assert bodies(server_client, bucket).keys() == kept.keys() - {"goes"}

    down = Sync(Location(bucket), tmp_path / "down", delete=True)
    write(tmp_path / "down", {"grown": b"1", "mine": b"mine", "old": b"old"})
    plan = look(connection, down)
    write(tmp_path / "down", {"grown": b"edited meanwhile"})
    assert [type(failure.error) for failure in do(connection, plan)] == [ChangedError]
    assert {"grown": b"edited meanwhile", "mine": b"mine"}.items() <= files_in(tmp_path / "down").items()
    (tmp_path / "down" / "grown").unlink()
    plan = look(connection, down)
    write(tmp_path / "down", {"mine": b"edited"})
    assert [type(failure.error) for failure in do(connection, plan)] == [ChangedError]
    assert files_in(tmp_path / "down").keys() == {"grown", "mine", "new", "only", "replaced"}


@ON_ONE
def test_half_a_list_and_no_source_delete_nothing(
    connection: Connection,
    proxied: Connection,
    fault_proxy: FaultProxy,
    server_client: S3Client,
    bucket: str,
    tmp_path: Path,
) -> None:
    here = tmp_path / "here"
    write(here, {"a": b"a"})
    put(server_client, bucket, b=b"b")
    with pytest.raises(DiskError):
        look(connection, Sync(tmp_path / "none", Location(bucket), delete=True))
    with pytest.raises(DiskError):
        look(connection, Sync(Location(bucket), here / "a"))
    for bad in (Location(bucket, "p/"), Location(bucket)):
        with pytest.raises(BadNameError):
            look(connection, Sync(Location(bucket, "p/"), bad))
    fault_proxy.on(lambda seen: seen.method == "GET", Answer(403, b"<Error><Code>AccessDenied</Code></Error>"))
    with pytest.raises(AccessDeniedError):
        look(proxied, Sync(Location(bucket), here, delete=True))
    (here / "a").unlink()
    plan = look(connection, Sync(here, Location(bucket), delete=True))
    assert plan.would_empty
    assert [row.is_chosen for row in plan.rows] == [False]
    assert do(connection, plan) == []
    assert bodies(server_client, bucket) == {"b": b"b"}


def test_content_is_compared_by_what_the_server_can_prove(
    connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    content = os.urandom(11 * MIB)
    write(tmp_path, {"parts": content, "odd": content, "one": b"same", "other": b"1234"}, age=3600)
    for key, size in (("parts", 8 * MIB), ("odd", 7 * MIB)):
        upload = server_client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        pieces = [content[:size], content[size:]]
        parts = [
            server_client.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=n, Body=piece)
            for n, piece in enumerate(pieces, 1)
        ]
        done = [{"PartNumber": n, "ETag": part["ETag"]} for n, part in enumerate(parts, 1)]
        server_client.complete_multipart_upload(
            Bucket=bucket,
            Key=key,
            UploadId=upload,
            MultipartUpload={"Parts": done},  # type: ignore[typeddict-item]  # both are there
        )
    put(server_client, bucket, one=b"same", other=b"5678")
    plan = look(connection, Sync(tmp_path, Location(bucket), SURE))
    found = {row.name: (row.why, row.is_chosen) for row in plan.rows}
    assert found.pop("other") == (Why.CONTENT, True)
    assert found in ({"odd": (Why.NOT_CERTAIN, False)}, {})  # a server may keep a checksum of the whole
    assert plan.same == 4 - len(plan.rows)
    by_time = look(connection, Sync(tmp_path, Location(bucket)))
    assert (said(by_time), by_time.same) == ([], 4)


@ON_ONE
def test_a_sync_that_is_cancelled_deletes_nothing(
    connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    write(tmp_path, {"a": b"a", "b": b"b"})
    put(server_client, bucket, only=b"old")
    plan, job = look(connection, Sync(tmp_path, Location(bucket), delete=True)), Job("sync")

    class Cancelling(Noting):
        def ended(self, key: str, result: Result) -> None:
            super().ended(key, result)
            job.cancel()

    noting = Cancelling()
    with pytest.raises(CancelledError):
        run_sync(job, connection, plan.sync, plan.rows, noting)
    assert set(noting.ends.values()) == {"done"}
    assert noting.ends.keys() <= {"a", "b"}
    assert bodies(server_client, bucket)["only"] == b"old"


def test_patterns() -> None:
    patterns = Patterns.parse("*.tmp\n\n# all\ncache/\n/top.txt\na/b?\n**/x\nlogs/**\n[!a]z\ndocs/**/draft\n\\#kept")
    out = ["a.tmp", "d/a.tmp", "a.tmp/in", "cache/", "d/cache/f", "top.txt", "a/bc", "x", "d/x", "logs/1", "bz"]
    out += ["docs/draft", "docs/1/2/draft", "#kept"]
    kept = ["a.tmpl", "cache", "d/top.txt", "d/a/bc", "a/b", "xx", "logs", "az", "b/docs/draft", "all"]
    assert [name for name in out if not patterns.exclude(name)] == []
    assert [name for name in kept if patterns.exclude(name)] == []
    assert not Patterns.parse(" \n#").exclude("a")
    for bad in ("!a", "/", "[z-a]"):
        with pytest.raises(ValueError, match="“"):
            Patterns.parse(bad)


def test_names_that_one_disk_takes_for_one() -> None:
    things = [Thing(name, 1, 0.0) for name in ("A.txt", "a.txt", "d", "d/x", "s/", "..")]
    local = LocalNames(things, Path("/top"), Disk(ignores_case=True, windows=False))
    assert list(local.names) == ["A.txt", "a (1).txt", "d (1)", "d/x", "．．"]
    assert [failure.key for failure in local.left_alone] == ["s/"]
    assert Row(Action.COPY, "a", Why.NEW).size == 0
