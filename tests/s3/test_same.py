"""“Only if different”: by size, then by what server and disk say of the content; and names a disk cannot hold."""

from __future__ import annotations

import os
import random
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3desk.s3.copying.copy_plan import find_copy_conflicts, plan_copies
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.names import Disk, fitted
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.conflicts import find_conflicts, local_conflicts, resolve
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.same import settle_copies, settle_downloads, settle_uploads
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.transfers import Conflict, Decision
from s3desk.s3.transfer.uploads import plan_upload

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection

MIB = 1 << 20
WISH = Decision.ONLY_IF_DIFFERENT
# Sent by this program in parts, by another in parts of 5 MiB, in one; and none that is as large as another.
SIZES = {"ours.bin": 17 * MIB, "theirs.bin": 6 * MIB, "one.bin": 1000, "changed.bin": 2000, "longer.bin": 3000}


def wished(conflicts: list[Conflict]) -> dict[Conflict, Decision]:
    return dict.fromkeys(conflicts, WISH)


def skipped(decisions: dict[Conflict, Decision]) -> set[str]:
    assert set(decisions.values()) <= {Decision.SKIP, Decision.REPLACE}
    return {conflict.name for conflict, decision in decisions.items() if decision is Decision.SKIP}


@pytest.fixture
def folder(connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path) -> Path:
    """Files that are in the bucket as well, some of them otherwise."""
    here = tmp_path / "here"
    here.mkdir()
    for name, size in SIZES.items():
        (here / name).write_bytes(random.Random(name).randbytes(size))  # noqa: S311  # test data
    sent = [here / name for name in SIZES if name != "theirs.bin"]
    assert upload(Job(), connection, plan_upload(Job(), connection, sent, Location(bucket))) == []
    body = (here / "theirs.bin").read_bytes()
    begun = server_client.create_multipart_upload(Bucket=bucket, Key="theirs.bin")["UploadId"]
    upload_of: dict[str, Any] = {"Bucket": bucket, "Key": "theirs.bin", "UploadId": begun}
    parts: list[Any] = []
    for number, part in ((1, body[: 5 * MIB]), (2, body[5 * MIB :])):
        answer = server_client.upload_part(**upload_of, PartNumber=number, Body=part)
        parts.append({"PartNumber": number, "ETag": answer["ETag"]})
    server_client.complete_multipart_upload(**upload_of, MultipartUpload={"Parts": parts})
    (here / "changed.bin").write_bytes(b"x" * 2000)
    (here / "longer.bin").write_bytes(b"x" * 3001)
    return here


def test_what_is_the_same_is_seen_in_all_directions(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, folder: Path
) -> None:
    same = {"ours.bin", "theirs.bin", "one.bin"}
    up = plan_upload(job, connection, [folder / name for name in SIZES], Location(bucket))
    decisions = settle_uploads(Job(), connection, up, wished(find_conflicts(job, connection, up)))
    assert skipped(decisions) == same
    assert {item.key for item in resolve(up, decisions).items} == {"changed.bin", "longer.bin"}
    for name in same:
        server_client.copy_object(Bucket=bucket, Key=f"copy/{name}", CopySource={"Bucket": bucket, "Key": name})
    server_client.put_object(Bucket=bucket, Key="copy/changed.bin", Body=b"y" * 2000)
    plan = plan_copies(job, connection, Selection(bucket, tuple(SIZES)), "", connection, Location(bucket, "copy/"))
    told = settle_copies(job, connection, connection, plan, wished(find_copy_conflicts(job, connection, plan)))
    assert "copy/one.bin" in skipped(told)
    assert "copy/changed.bin" not in skipped(told)

    down = plan_download(job, connection, Selection(bucket, tuple(SIZES)), "", folder)
    counted = Job()
    decisions = settle_downloads(counted, connection, down, wished(local_conflicts(down)))
    assert skipped(decisions) == same
    assert counted.done <= (counted.total or 0) == sum(SIZES.values()) - SIZES["longer.bin"]

    stopped = Job()
    stopped.cancel()
    with pytest.raises(CancelledError):
        settle_downloads(stopped, connection, down, wished(local_conflicts(down)))


def test_what_cannot_be_told_counts_as_different(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    (tmp_path / "gone.txt").write_bytes(b"1234")
    server_client.put_object(Bucket=bucket, Key="gone.txt", Body=b"1234")
    up = plan_upload(job, connection, [tmp_path / "gone.txt"], Location(bucket))
    (conflict,) = find_conflicts(job, connection, up)
    assert conflict.settled(WISH) is Decision.REPLACE, "nobody compared"
    assert skipped(settle_uploads(Job(), connection, up, {conflict: WISH})) == {"gone.txt"}
    (tmp_path / "gone.txt").unlink()
    assert skipped(settle_uploads(Job(), connection, up, {conflict: WISH})) == set()
    assert skipped(settle_uploads(Job(), connection, replace(up, bucket="no-such-bucket"), {conflict: WISH})) == set()


@pytest.mark.parametrize("server", ["ceph"], indirect=True)  # the other keeps a file tree itself
def test_every_changed_name_says_why(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    why = {
        "CON": "a name Windows does not allow",
        "Data.csv": "",
        "data.csv": "another differs only in capital letters or accents",
        "dot.": "a name Windows does not allow",
        "f": "a folder has the same name",
        "f/C:\\x": "a name Windows does not allow",
        "f/../up": "a name that means a folder itself",
        "f/a\tb": "characters that cannot be seen",
        "f/plain": "",
        "f/" + "/".join(["deep" * 9] * 8): "a path that is too long",
        "nul.txt": "a name Windows does not allow",
    }
    for key in why:
        server_client.put_object(Bucket=bucket, Key=key, Body=b"x")
    keys = tuple(key for key in why if "/" not in key)
    selection = Selection(bucket, keys, ("f/",))
    plan = plan_download(job, connection, selection, "", tmp_path, ignore_case=True, windows=True)
    assert {change.key: change.reason for change in plan.changes} == {key: words for key, words in why.items() if words}
    paths = [str(item.path).casefold() for item in plan.items]
    assert len(set(paths)) == len(why)
    assert all(item.path.is_relative_to(tmp_path) and ".." not in item.path.parts for item in plan.items)
    as_it_is_here = plan_download(job, connection, selection, "", tmp_path)
    assert {change.key for change in as_it_is_here.changes} == {"f", "f/../up", "f/a\tb"}


def test_the_disk_is_tried_and_long_paths_fit(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert Disk.of(tmp_path) == Disk(ignores_case=(tmp_path / "A").exists(), windows=os.name == "nt")
    (tmp_path / "a").unlink()
    assert list(tmp_path.iterdir()) == [], "nothing is left of the trial"
    assert Disk.of(tmp_path / "missing") == Disk.of(tmp_path)
    deep = tmp_path.joinpath(*["é" * 100] * 30, "data.csv")
    name = fitted(deep, tmp_path, windows=False)
    assert name.path.parent == tmp_path
    assert name.path.suffix == ".csv"
    name.path.write_bytes(b"x")
    assert fitted(tmp_path / "a" / "b", tmp_path).reason == ""
