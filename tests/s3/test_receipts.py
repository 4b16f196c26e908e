"""Receipts: what was done is written down, read back and checked, object by object and file by file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.copying.copy_again import copy_again, copy_recorded
from s3desk.s3.copying.copy_plan import plan_copies, planned_copies
from s3desk.s3.deleting_again import delete_left, delete_recorded
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import Kind, Outline, Planned, Sum
from s3desk.s3.journal.going_on import keep, planned_downloads, planned_uploads, run
from s3desk.s3.journal.journal import Journal
from s3desk.s3.journal.record import Record
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.receipts.findings import Finding, Findings, Verdict
from s3desk.s3.receipts.lines import COLUMNS, plain_endpoint
from s3desk.s3.receipts.reading import read_receipt
from s3desk.s3.receipts.saving import save_receipt
from s3desk.s3.receipts.verifying import verify
from s3desk.s3.renaming import rename_folder
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.uploads import plan_upload
from tests.s3.conftest import stored
from tests.servers.faults import Seen
from tests.servers.faults import error as answer

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.journal.gesture import Gesture
    from tests.conftest import BucketFactory
    from tests.servers.fault_proxy import FaultProxy

on_one = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
HEAD = ",".join(COLUMNS) + "\r\n"


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal(None)
    yield made
    made.close()


def checked(connection: Connection | None, path: Path) -> dict[str, Finding]:
    """What the check of a receipt finds, by key."""
    receipt, findings = read_receipt(Job(), path), Findings()
    verify(Job(), connection, receipt, findings)
    found = findings.take()
    assert sum(findings.counts.values()) == len(found) == receipt.count
    return {one.key: one for one in found}


def verdicts(connection: Connection | None, path: Path) -> dict[str, Verdict]:
    return {key: one.verdict for key, one in checked(connection, path).items()}


def saved(gesture: Gesture, path: Path, connection: Connection) -> list[dict[str, str]]:
    save_receipt(Job(), path, gesture, plain_endpoint(connection.endpoint_url))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def uploaded(connection: Connection, journal: Journal, bucket: str, folder: Path) -> Gesture:
    plan = plan_upload(Job(), connection, [folder], Location(bucket, "in/"))
    outline = Outline(Kind.UPLOAD, "Upload", connection.account, bucket, "in/")
    gesture = journal.begin(outline, planned_uploads(plan, plan))
    assert run(Job(), connection, gesture) == []
    return gesture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Small files, one in parts, a name that a spreadsheet would compute and one that begins with an apostrophe."""
    folder = tmp_path / "survey"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.csv", "deep/b.csv", "deep/ü.csv", "gone.csv", "'quoted"):
        (folder / name).write_text(name * 3)
    (folder / "big.bin").write_bytes(os.urandom(18 << 20))
    return folder


def test_an_upload_is_proved_and_what_happened_since_is_told(
    connection: Connection, server_client: S3Client, bucket: str, journal: Journal, folder: Path, tmp_path: Path
) -> None:
    gesture = uploaded(connection, journal, bucket, folder)
    rows = saved(gesture, tmp_path / "r.csv", connection)
    assert list(rows[0]) == list(COLUMNS)
    assert {row["key"] for row in rows} == set(stored(server_client, bucket))
    by_key = {row["key"]: row for row in rows}
    big = by_key["in/survey/big.bin"]
    assert (big["action"], big["result"], big["size"]) == ("upload", "done", str(18 << 20))
    assert big["checksum"].startswith("CRC64NVME:")
    assert big["etag"] == server_client.head_object(Bucket=bucket, Key="in/survey/big.bin")["ETag"].strip('"')
    assert big["path"] == str(folder / "big.bin")
    assert big["endpoint"] == connection.endpoint_url
    assert set(verdicts(connection, tmp_path / "r.csv").values()) == {Verdict.VERIFIED}

    server_client.put_object(Bucket=bucket, Key="in/survey/a.csv", Body=b"A.csv" * 3)  # as long, with another content
    server_client.put_object(Bucket=bucket, Key="in/survey/deep/b.csv", Body=b"longer than it was, by far")
    server_client.delete_object(Bucket=bucket, Key="in/survey/gone.csv")
    found = checked(connection, tmp_path / "r.csv")
    told = {key.removeprefix("in/survey/"): one for key, one in found.items() if one.verdict.is_trouble}
    assert told.keys() == {"a.csv", "deep/b.csv", "gone.csv"}
    assert told["a.csv"].verdict is told["deep/b.csv"].verdict is Verdict.CHANGED
    assert told["deep/b.csv"].words == "26 bytes instead of 30"
    assert told["gone.csv"].verdict is Verdict.MISSING


@on_one
def test_a_download_is_proved_by_its_bytes(
    connection: Connection, server_client: S3Client, bucket: str, journal: Journal, tmp_path: Path
) -> None:
    for name in ("a.csv", "b.csv", "c.csv", "d.csv", "x/y.csv"):
        server_client.put_object(Bucket=bucket, Key=name, Body=name.encode() * 5)
    server_client.put_object(Bucket=bucket, Key="big.bin", Body=os.urandom(17 << 20))
    names = ("a.csv", "b.csv", "c.csv", "d.csv", "big.bin")
    selection, target = Selection(bucket, names, ("x/",)), tmp_path / "down"
    plan = plan_download(Job(), connection, selection, "", target)
    outline = Outline(Kind.DOWNLOAD, "Download", connection.account, bucket, folder=target)
    gesture = journal.begin(outline, planned_downloads(plan, plan))
    assert run(Job(), connection, gesture) == []
    path = tmp_path / "r.csv"
    assert {row["path"] for row in saved(gesture, path, connection)} >= {str(target / "x" / "y.csv")}
    assert not read_receipt(Job(), path).needs_server
    assert set(verdicts(None, path).values()) == {Verdict.VERIFIED}

    (target / "a.csv").write_bytes(b"A.csv" * 5)
    (target / "b.csv").unlink()
    (target / "c.csv").unlink()
    (target / "c.csv").mkdir()
    with (target / "big.bin").open("r+b") as file:
        file.seek(12 << 20)
        byte = file.read(1)
        file.seek(12 << 20)
        file.write(bytes([byte[0] ^ 1]))
    found = verdicts(connection, path)
    assert found.pop("d.csv") is found.pop("x/y.csv") is Verdict.VERIFIED
    assert {key: verdict for key, verdict in found.items() if verdict is not Verdict.VERIFIED} == {
        "a.csv": Verdict.CHANGED,
        "b.csv": Verdict.MISSING,
        "c.csv": Verdict.CHANGED,
        "big.bin": Verdict.CHANGED,
    }


def test_a_delete_notes_what_was_in_folders_and_is_proved(
    connection: Connection, server_client: S3Client, new_bucket: BucketFactory, journal: Journal, tmp_path: Path
) -> None:
    bucket = new_bucket(versioned=True)
    for name in ("one", "f/1", "f/deep/2", "stays"):
        server_client.put_object(Bucket=bucket, Key=name, Body=b"x")
    selection = Selection(bucket, ("one",), ("f/",))
    gesture = journal.begin(Outline(Kind.DELETE, "Delete", connection.account, bucket), [Planned("one")])
    keep(Job(), gesture, lambda job, record: delete_recorded(job, connection, selection, record))
    assert gesture.sum.planned == gesture.sum.done
    path = tmp_path / "r.csv"
    rows = saved(gesture, path, connection)
    assert {row["key"] for row in rows} >= {"one", "f/1", "f/deep/2"}
    assert {row["size"] for row in rows} == {""}
    found = checked(connection, path)
    assert {one.verdict for one in found.values()} == {Verdict.VERIFIED}
    server_client.put_object(Bucket=bucket, Key="f/1", Body=b"again")
    found = checked(connection, path)
    assert found["f/1"].verdict is Verdict.CHANGED
    assert found["f/1"].words == "It is there again, with 5 bytes"


@on_one
def test_what_failed_of_copies_moves_and_deletes_is_done_again(
    proxied: Connection, server_client: S3Client, bucket: str, journal: Journal, fault_proxy: FaultProxy
) -> None:
    for name in ("f/1", "f/2", "f/3"):
        server_client.put_object(Bucket=bucket, Key=name, Body=name.encode())
    plan = plan_copies(Job(), proxied, Selection(bucket, (), ("f/",)), "", proxied, Location(bucket, "to/"), move=True)
    outline = Outline(Kind.MOVE, "Move", proxied.account, bucket, "to/", options=f"s3://{bucket}/")
    gesture = journal.begin(outline, planned_copies(plan, plan))
    fault_proxy.on(lambda seen: seen.method == "PUT" and "/to/f/1" in seen.path, answer(403, "AccessDenied"))
    fault_proxy.on(lambda seen: seen.method == "POST" and "delete" in seen.query, answer(403, "AccessDenied"))
    failures = keep(Job(), gesture, lambda job, record: copy_recorded(job, proxied, proxied, plan, record))
    assert {failure.key for failure in failures} >= {"f/1", "f/2", "f/3"}
    assert gesture.sum.failed == gesture.sum.planned, "what was copied and not deleted was not moved"
    assert {item.source for item in gesture.items()} >= {"f/1", "f/2", "f/3"}

    fault_proxy.rules.clear()
    gesture.open_failed()
    left = gesture.left()
    assert keep(Job(), gesture, lambda job, record: copy_again(job, proxied, proxied, plan, left, record)) == []
    assert gesture.sum.done == gesture.sum.planned
    kept = {key: body for key, body in stored(server_client, bucket).items() if not key.endswith("/")}
    assert kept == {"to/f/1": b"f/1", "to/f/2": b"f/2", "to/f/3": b"f/3"}

    gone = journal.begin(Outline(Kind.DELETE, "Delete", proxied.account, bucket), [])
    selection = Selection(bucket, (), ("to/",))
    fault_proxy.on(lambda seen: seen.method == "GET" and "list-type" in seen.query, answer(403, "AccessDenied"))
    assert keep(Job(), gone, lambda job, record: delete_recorded(job, proxied, selection, record))
    assert gone.sum == Sum(failed=1)
    fault_proxy.rules.clear()
    gone.open_failed()
    left = gone.left()
    assert keep(Job(), gone, lambda job, record: delete_left(job, proxied, selection, left, record)) == []
    assert gone.sum.failed == gone.sum.open == 0
    assert stored(server_client, bucket) == {}


@on_one
def test_a_renamed_folder_writes_down_what_it_finds(
    connection: Connection, server_client: S3Client, bucket: str, journal: Journal, tmp_path: Path
) -> None:
    for name in ("old/1", "old/2"):
        server_client.put_object(Bucket=bucket, Key=name, Body=name.encode())
    gesture = journal.begin(Outline(Kind.MOVE, "Rename", connection.account, bucket, options=f"s3://{bucket}/"), ())
    keep(Job(), gesture, lambda job, record: rename_folder(job, connection, bucket, "old/", "new/", record))
    rows = [row for row in saved(gesture, tmp_path / "r.csv", connection) if not row["key"].endswith("/")]
    assert [(row["action"], row["key"], row["path"], row["size"]) for row in rows] == [
        ("move", "new/1", f"s3://{bucket}/old/1", "5"),
        ("move", "new/2", f"s3://{bucket}/old/2", "5"),
    ]
    assert set(verdicts(connection, tmp_path / "r.csv").values()) == {Verdict.VERIFIED}


@on_one
def test_what_may_not_be_seen_is_unknown(
    proxied: Connection, server_client: S3Client, bucket: str, fault_proxy: FaultProxy, tmp_path: Path
) -> None:
    body = server_client.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"].strip('"')
    lines = [
        f"upload,{bucket},k,,1,{body},,done,,,/x,https://x\r\n",
        f"upload,{bucket},n,,1,e,,failed,Why,,/x,https://x\r\n",
    ]
    lines.append(f"upload,{bucket},k,,1,,,done,,,/x,https://x\r\n".replace(",k,", ",k,"))
    path = tmp_path / "r.csv"
    path.write_text(HEAD + "".join(lines[:2]), encoding="utf-8")
    found = checked(proxied, path)
    assert found["k"].words == "Same size and ETag"
    assert (found["n"].verdict, found["n"].words) == (Verdict.NOT_DONE, "Failed: Why")
    path.write_text(HEAD + lines[2], encoding="utf-8")
    assert verdicts(proxied, path) == {"k": Verdict.UNKNOWN}
    fault_proxy.on(lambda seen: seen.method == "HEAD", answer(403, "AccessDenied"))
    path.write_text(HEAD + lines[0], encoding="utf-8")
    assert verdicts(proxied, path) == {"k": Verdict.UNKNOWN}


@on_one
def test_a_move_that_was_stopped_goes_on_to_its_end(
    proxied: Connection, server_client: S3Client, bucket: str, journal: Journal, fault_proxy: FaultProxy
) -> None:
    for number in range(6):
        server_client.put_object(Bucket=bucket, Key=f"f/{number}", Body=str(number).encode())
    plan = plan_copies(Job(), proxied, Selection(bucket, (), ("f/",)), "", proxied, Location(bucket, "to/"), move=True)
    outline = Outline(Kind.MOVE, "Move", proxied.account, bucket, "to/", options=f"s3://{bucket}/")
    gesture = journal.begin(outline, planned_copies(plan, plan))
    job = Job()

    def stop_at_the_delete(seen: Seen) -> bool:
        if seen.method == "POST" and "delete" in seen.query:
            job.cancel()
        return False

    fault_proxy.on(stop_at_the_delete, answer(500, "InternalError"))
    with pytest.raises(CancelledError):
        keep(job, gesture, lambda job, record: copy_recorded(job, proxied, proxied, plan, record))
    assert gesture.sum.done == 0, "nobody knows yet which originals are gone"
    fault_proxy.rules.clear()
    server_client.delete_object(Bucket=bucket, Key="f/3")  # as the delete may have done
    gesture.open_failed()
    left = gesture.left()
    assert keep(Job(), gesture, lambda job, record: copy_again(job, proxied, proxied, plan, left, record)) == []
    assert gesture.sum.done == gesture.sum.planned
    kept = {key: body for key, body in stored(server_client, bucket).items() if not key.endswith("/")}
    assert kept == {f"to/f/{number}": str(number).encode() for number in range(6)}


@on_one
@pytest.mark.parametrize("move", [True, False])
def test_a_copy_the_program_died_in_goes_on_from_the_journal(
    connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path, *, move: bool
) -> None:
    for number in range(6):
        server_client.put_object(Bucket=bucket, Key=f"f/{number}", Body=str(number).encode())
    where = (connection, Selection(bucket, (), ("f/",)), "", connection, Location(bucket, "to/"))
    plan = plan_copies(Job(), *where, move=move)
    kind = Kind.MOVE if move else Kind.COPY
    outline = Outline(kind, "Copy", connection.account, bucket, "to/", options=f"s3://{bucket}/")
    with closing(Journal(tmp_path)) as journal:
        journal.begin(outline, planned_copies(plan, plan))
    some = replace(plan, items=plan.items[:3])
    assert copy_recorded(Job(), connection, connection, some, Record()) == [], "done, and not yet written down"
    with closing(Journal(tmp_path)) as later:
        (gesture,) = later.gestures()
        assert gesture.standing.value == "open"
        assert run(Job(), connection, gesture) == []
        assert gesture.standing.value == "ended"
        assert (gesture.sum.done, gesture.sum.failed) == (gesture.sum.planned, 0)
    kept = {key: body for key, body in stored(server_client, bucket).items() if not key.endswith("/")}
    copies = {f"to/f/{number}": str(number).encode() for number in range(6)}
    assert kept == (copies if move else copies | {f"f/{number}": str(number).encode() for number in range(6)})


@on_one
def test_what_a_versioned_bucket_keeps_is_told(
    connection: Connection, server_client: S3Client, new_bucket: BucketFactory, journal: Journal, tmp_path: Path
) -> None:
    bucket, folder = new_bucket(versioned=True), tmp_path / "f"
    folder.mkdir()
    for name in ("replaced", "deleted"):
        (folder / name).write_text(name)
    saved(uploaded(connection, journal, bucket, folder), tmp_path / "r.csv", connection)
    server_client.put_object(Bucket=bucket, Key="in/f/replaced", Body=b"by another")
    server_client.delete_object(Bucket=bucket, Key="in/f/deleted")
    words = {key: one.words for key, one in checked(connection, tmp_path / "r.csv").items()}
    assert words == {
        "in/f/replaced": "10 bytes instead of 8; the version of the receipt is kept as an old one",
        "in/f/deleted": "It is not there any more; the version of the receipt is kept as an old one",
    }
