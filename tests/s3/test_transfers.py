"""Uploads and downloads on real servers, read back by an independent client."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import stat
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.errors import AlreadyThereError, BadNameError, ChangedError, DiskError, NotFoundError, S3Error
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.conflicts import find_conflicts, local_conflicts, resolve
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.multipart import part_ranges
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.transfers import Decision
from s3desk.s3.transfer.uploads import UploadPlan, plan_upload
from tests.s3.conftest import stored, unfinished
from tests.servers.faults import error

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.exchange import Exchange
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo

MIB = 1 << 20
LARGE = random.Random(7).randbytes(37 * MIB + 11)  # noqa: S311  # test data


def tree(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    """All files below a folder, temporary ones included."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_goes_up_and_comes_down_the_same(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    files = {"top.csv": b"a,b\n1,2\n", "deep/er/x.parquet": b"PAR1" + bytes(100), "empty.txt": b"", "big.bin": LARGE}
    source = tree(tmp_path / "data set", files)
    (source / "hollow").mkdir()
    plan = plan_upload(job, connection, [source], Location(bucket, "in+box/"))
    assert upload(Job(), connection, plan) == []
    assert stored(server_client, bucket) == {f"in+box/data set/{name}": body for name, body in files.items()} | {
        "in+box/data set/hollow/": b""
    }
    assert not unfinished(server_client, bucket)

    selection = Selection(bucket, folders=("in+box/data set/",))
    down = plan_download(job, connection, selection, "in+box/", tmp_path / "target")
    counted = Job()
    assert download(counted, connection, down) == []
    assert (counted.done, counted.total, counted.items) == (sum(map(len, files.values())),) * 2 + (5,)
    assert files_in(tmp_path / "target") == {f"data set/{name}": body for name, body in files.items()}
    assert (tmp_path / "target/data set/hollow").is_dir()


def test_types_come_from_names_and_times_from_the_server(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    source = tree(
        tmp_path / "up", {"p.html": "é".encode(), "t.parquet": b"PAR1", "x.csv.gz": b"\x1f\x8b", "none": b"x"}
    )
    plan = plan_upload(job, connection, sorted(source.iterdir()), Location(bucket))
    assert upload(job, connection, plan) == []
    heads = {key: server_client.head_object(Bucket=bucket, Key=key) for key in ("p.html", "t.parquet", "x.csv.gz")}
    assert [head["ContentType"] for head in heads.values()] == [
        "text/html; charset=utf-8",
        "application/vnd.apache.parquet",
        "application/gzip",
    ]
    assert all("ContentEncoding" not in head for head in heads.values())
    down = plan_download(job, connection, Selection(bucket, ("p.html",)), "", tmp_path / "down")
    assert download(job, connection, down) == []
    modified = (tmp_path / "down/p.html").stat().st_mtime
    assert abs(modified - heads["p.html"]["LastModified"].timestamp()) < 1


def test_downloaded_files_have_the_usual_permissions(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="a", Body=b"1")
    (tmp_path / "usual").touch()
    download(job, connection, plan_download(job, connection, Selection(bucket, ("a",)), "", tmp_path))
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX special files")
def test_what_is_no_file_is_left_out_with_a_reason(
    job: Job, connection: Connection, bucket: str, tmp_path: Path
) -> None:
    source = tree(tmp_path / "up", {"ok.txt": b"1", "n" * 200 + ".txt": b"2"})
    (source / "loop").symlink_to(source)
    (source / "link").symlink_to(source / "ok.txt")
    os.mkfifo(source / "pipe")
    (source / os.fsdecode(b"caf\xe9")).write_bytes(b"latin1")
    short = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(short)
        (tmp_path / "s").rename(source / "sock")
        plan = plan_upload(job, connection, [source, tmp_path / "gone"], Location(bucket, "p" * 830 + "/"))
    assert [item.path.name for item in plan.items] == ["ok.txt"]
    reasons = {Path(failure.key).name: str(failure.error) for failure in plan.skipped}
    assert set(reasons) == {"loop", "link", "pipe", "sock", "gone", "caf\\xe9", "n" * 200 + ".txt"}
    assert "is a link" in reasons["loop"]
    assert "is a pipe" in reasons["pipe"]
    assert "is a socket" in reasons["sock"]
    assert "1,024" in reasons["n" * 200 + ".txt"]
    assert "UTF-8" in reasons["caf\\xe9"]
    assert "not there any more" in reasons["gone"]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX special files")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(
    job: Job, connection: Connection, bucket: str, tmp_path: Path
) -> None:
    source = tree(tmp_path / "up", {"a.txt": b"1", "b.txt": b"2"})
    plan = plan_upload(job, connection, [source], Location(bucket))
    (source / "a.txt").unlink()
    os.mkfifo(source / "a.txt")
    (failure,) = upload(job, connection, plan)
    assert "is no file any more" in str(failure.error)
    assert job.items == 2


def test_nothing_is_replaced_that_was_not_named(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    source = tree(tmp_path / "up", {f"f{n}.txt": b"new" for n in range(6)} | {"big.bin": LARGE})
    for key in ("f1.txt", "f2.txt", "big.bin"):
        server_client.put_object(Bucket=bucket, Key=key, Body=b"old")
    plan = plan_upload(job, connection, sorted(source.iterdir()), Location(bucket))
    failures = upload(job, connection, plan, replace=frozenset({"f2.txt"}))
    assert {failure.key for failure in failures} == {"f1.txt", "big.bin"}
    assert all(isinstance(failure.error, AlreadyThereError) for failure in failures)
    bodies = stored(server_client, bucket)
    assert (bodies["f1.txt"], bodies["f2.txt"], bodies["big.bin"]) == (b"old", b"new", b"old")
    assert not unfinished(server_client, bucket)


def test_upload_conflicts_are_found_and_decided(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    source = tree(tmp_path / "d", {f"f{n}.txt": b"newer" for n in range(30)})
    for n in range(5):
        server_client.put_object(Bucket=bucket, Key=f"d/f{n}.txt", Body=b"old")
    server_client.put_object(Bucket=bucket, Key="d/f3 (1).txt", Body=b"other")
    past = (datetime.now(UTC) - timedelta(days=9)).timestamp()
    os.utime(source / "f4.txt", (past, past))
    plan = plan_upload(job, connection, [source], Location(bucket))
    conflicts = find_conflicts(job, connection, plan)
    assert sorted(conflict.name for conflict in conflicts) == [f"d/f{n}.txt" for n in range(5)]
    kinds = [Decision.SKIP, Decision.REPLACE, Decision.REPLACE, Decision.KEEP_BOTH, Decision.ONLY_IF_NEWER]
    decisions = {conflict: kinds[int(conflict.name[3])] for conflict in conflicts}
    assert upload(job, connection, resolve(plan, decisions)) == []
    bodies = stored(server_client, bucket)
    assert [bodies[f"d/f{n}.txt"] for n in range(6)] == [b"old", b"newer", b"newer", b"old", b"old", b"newer"]
    assert bodies["d/f3 (1).txt"] == b"other"
    assert bodies["d/f3 (2).txt"] == b"newer"


def test_local_conflicts_are_found_and_decided(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    for n in range(5):
        server_client.put_object(Bucket=bucket, Key=f"f{n}.csv", Body=b"server")
    tree(tmp_path, {f"f{n}.csv": b"local" for n in range(4)})
    past = (datetime.now(UTC) - timedelta(days=9)).timestamp()
    os.utime(tmp_path / "f3.csv", (past, past))
    keys = tuple(f"f{n}.csv" for n in range(5))
    plan = plan_download(job, connection, Selection(bucket, keys), "", tmp_path)
    conflicts = local_conflicts(plan)
    kinds = [Decision.SKIP, Decision.REPLACE, Decision.KEEP_BOTH, Decision.ONLY_IF_NEWER]
    decisions = {conflict: kinds[int(conflict.name[1])] for conflict in conflicts}
    assert download(job, connection, resolve(plan, decisions)) == []
    found = files_in(tmp_path)
    assert [found[f"f{n}.csv"] for n in range(5)] == [b"local", b"server", b"local", b"server", b"server"]
    assert found["f2 (1).csv"] == b"server"
    assert len(found) == 6


def test_an_undecided_local_file_is_never_replaced(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"server")
    tree(tmp_path, {"a.csv": b"local"})
    plan = plan_download(job, connection, Selection(bucket, ("a.csv",)), "", tmp_path)
    (failure,) = download(job, connection, plan)
    assert isinstance(failure.error, AlreadyThereError)
    assert files_in(tmp_path) == {"a.csv": b"local"}


@dataclass(frozen=True)
class GrowingFile:
    """Somebody writes to the file just when its first part passes by; the request itself goes on."""

    path: Path

    def __call__(self, exchange: Exchange) -> bool:  # noqa: ARG002  # a Fault
        with self.path.open("ab") as file:
            file.write(b"more")
        return False


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_changes_is_tried_again_then_refused(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    bucket: str,
    server_client: S3Client,
    tmp_path: Path,
    times: int,
) -> None:
    path = tree(tmp_path, {"growing.log": bytes(20 * MIB)}) / "growing.log"
    plan = plan_upload(job, proxied, [path], Location(bucket))
    fault_proxy.on(lambda seen: "partNumber=1" in seen.query, GrowingFile(path), times=times)
    failures = upload(job, proxied, plan)
    if times == 1:
        assert failures == []
        assert stored(server_client, bucket) == {"growing.log": path.read_bytes()}
    else:
        assert [type(failure.error) for failure in failures] == [ChangedError]
        assert stored(server_client, bucket) == {}
    assert not unfinished(server_client, bucket)


@pytest.mark.parametrize("size", [100, 30 * MIB])
def test_a_file_rewritten_while_it_is_sent_is_never_stored_mixed(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path, size: int
) -> None:
    """Two contents of one length, swapped all the time: what is stored is no mixture of them."""
    contents = [bytes([letter]) * size for letter in b"ab"]
    path = tree(tmp_path, {"x": contents[0]}) / "x"
    plan = plan_upload(job, connection, [path], Location(bucket))
    ended = threading.Event()

    def rewrite() -> None:
        turn = 0
        while not ended.wait(0.02):
            turn += 1
            path.write_bytes(contents[turn % 2])

    thread = threading.Thread(target=rewrite)
    thread.start()
    try:
        failures = upload(job, connection, plan)
    finally:
        ended.set()
        thread.join()
    found = stored(server_client, bucket)
    assert all(isinstance(failure.error, ChangedError) for failure in failures)
    assert len(found) + len(failures) == 1
    # A moment's half-written file may be caught, which nobody can tell from a whole one; a mixture may not.
    assert all(len(set(body)) <= 1 for body in found.values())
    assert not unfinished(server_client, bucket)


def test_a_file_that_vanished_fails_alone(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    source = tree(tmp_path, {f"{n}.txt": b"x" for n in range(5)})
    plan = plan_upload(job, connection, sorted(source.iterdir()), Location(bucket))
    (source / "3.txt").unlink()
    (failure,) = upload(job, connection, plan)
    assert failure.key == "3.txt"
    assert isinstance(failure.error, DiskError)
    assert sorted(stored(server_client, bucket)) == ["0.txt", "1.txt", "2.txt", "4.txt"]


def test_a_plan_of_missing_objects_tells_them(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="here", Body=b"1")
    plan = plan_download(job, connection, Selection(bucket, ("here", "gone")), "", tmp_path)
    assert [item.key for item in plan.items] == ["here"]
    assert [(failure.key, type(failure.error)) for failure in plan.skipped] == [("gone", NotFoundError)]


def test_hostile_keys_stay_in_the_folder_and_twins_get_two_names(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path, server: ServerInfo
) -> None:
    odd = {
        "../evil": b"1",
        "/etc/x": b"2",
        "a//b": b"3",
        "x/../../y": b"4",
        "t": b"5",
        "t/": b"",
        "t/u": b"6",
        "w/": b"!",
    }
    if server.name != "ceph":  # SeaweedFS is a file tree itself
        odd = {"T.txt": b"1", "w/": b"", "t.txt": b"2"}
    for key, body in odd.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    target = tmp_path / "target"
    folders, keys = ("../", "/", "a/", "x/", "t/", "w/"), tuple(key for key in odd if "/" not in key)
    plan = plan_download(job, connection, Selection(bucket, keys, folders), "", target, ignore_case=True)
    assert download(job, connection, plan) == []
    files = {key: body for key, body in odd.items() if not key.endswith("/")}
    assert sorted(files_in(tmp_path).values()) == sorted(files.values())
    assert all(name.startswith("target/") for name in files_in(tmp_path))
    renamed = {key for key, _ in plan.renamed}
    if "t" in odd:
        assert renamed == {"../evil", "/etc/x", "a//b", "x/../../y", "t"}
        assert [(failure.key, type(failure.error)) for failure in plan.skipped] == [("w/", BadNameError)]
    else:
        assert renamed == {"t.txt"}


def test_a_disk_that_is_too_small_is_told_before_anything_is_fetched(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="a", Body=b"1")
    plan = plan_download(job, connection, Selection(bucket, ("a",)), "", tmp_path)
    huge = type(plan.items[0])("b", 1 << 60, "", None, tmp_path / "b")
    plan.items.append(huge)
    with pytest.raises(DiskError, match="are missing"):
        download(job, connection, plan)
    assert files_in(tmp_path) == {}


@pytest.mark.skipif(os.name == "nt", reason="needs resource limits")
@pytest.mark.parametrize("size", [3 * MIB, len(LARGE)])
def test_a_disk_that_fills_up_leaves_nothing_and_keeps_the_old_file(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path, size: int
) -> None:
    import resource
    import signal

    server_client.put_object(Bucket=bucket, Key="a", Body=LARGE[:size])
    tree(tmp_path, {"a": b"old"})
    plan = plan_download(job, connection, Selection(bucket, ("a",)), "", tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MIB, limits[1]))
    try:
        (failure,) = download(job, connection, plan, replace=frozenset({tmp_path / "a"}))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert isinstance(failure.error, DiskError)
    assert files_in(tmp_path) == {"a": b"old"}


def test_an_object_replaced_after_the_plan_is_fetched_as_it_is_now(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    server_client.put_object(Bucket=bucket, Key="a", Body=b"first")
    plan = plan_download(job, connection, Selection(bucket, ("a",)), "", tmp_path)
    server_client.put_object(Bucket=bucket, Key="a", Body=b"other")
    assert download(job, connection, plan) == []
    assert files_in(tmp_path) == {"a": b"other"}


def test_many_small_files(
    job: Job, connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    files = {f"{n % 7}/{n:04}.bin": hashlib.sha256(str(n).encode()).digest() for n in range(300)}
    plan = plan_upload(job, connection, [tree(tmp_path / "many", files)], Location(bucket))
    assert upload(job, connection, plan) == []
    down = plan_download(job, connection, Selection(bucket, folders=("many/",)), "", tmp_path / "down")
    assert download(job, connection, down) == []
    assert files_in(tmp_path / "down/many") == files


def test_an_empty_plan_is_done(job: Job, connection: Connection, bucket: str) -> None:
    assert upload(job, connection, UploadPlan(bucket, [], [])) == []
    assert (job.done, job.total) == (0, 0)


@pytest.mark.parametrize("size", [1, 16 * MIB, 160_000 * MIB, 5_000_000 * MIB])
def test_there_are_never_too_many_parts(size: int) -> None:
    parts = part_ranges(size, 16 * MIB)
    assert len(parts) <= 10_000
    assert sum(length for _, _, length in parts) == size
    assert [start for _, start, _ in parts[1:]] == [start + length for _, start, length in parts[:-1]]


def test_what_no_server_can_hold_is_refused() -> None:
    with pytest.raises(S3Error, match="more than S3 can hold"):
        part_ranges(60_000_000 * MIB, 16 * MIB)


def test_who_may_write_but_not_look_can_upload(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    source = tree(tmp_path / "up", {"small": b"1", "large": LARGE})
    plan = plan_upload(job, proxied, sorted(source.iterdir()), Location(bucket))
    fault_proxy.on(lambda seen: seen.method in ("GET", "HEAD"), error(403, "AccessDenied"))
    assert upload(job, proxied, plan) == []
    assert stored(server_client, bucket) == {"small": b"1", "large": LARGE}
