"""The ledger keeps what was given out and nothing that opens it, through damage, threads and other programs."""

from __future__ import annotations

import csv
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.connection import Connection
from s3desk.s3.errors import BadNameError, DiskError
from s3desk.s3.job import Job
from s3desk.s3.sharing.again import make_again
from s3desk.s3.sharing.ledger import MOST_ROWS, Given, Ledger, given_form, givens
from s3desk.s3.sharing.links import LinkKind, Overrides, presign, presign_many, public_links
from s3desk.s3.sharing.upload_links import UploadRules, presign_post, presign_put
from tests.conftest import BucketFactory

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

HOUR = timedelta(hours=1)
NOW = datetime(2031, 5, 6, 7, 8, 9, 10, tzinfo=UTC)
LINE = Given(
    id=0,
    account="me",
    endpoint_url="http://h:1",
    bucket="b",
    key="f/ü “x”.csv",
    version_id="v1",
    kind=LinkKind.TEMPORARY,
    made=NOW,
    ends=NOW + HOUR,
    note="for Ana",
    lifetime_s=3600,
    file_name="x.csv",
    attachment=False,
    content_type="text/csv",
)
NEVER = replace(LINE, kind=LinkKind.PUBLIC, ends=None, attachment=None, count=1204, key="f/", most_bytes=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "links.sqlite"


def test_what_was_written_is_read_back_in_another_run(path: Path) -> None:
    assert Ledger(path).add([LINE, NEVER]) == [1, 2]
    assert Ledger(path).add([]) == []
    assert Ledger(path).all() == [replace(NEVER, id=2), replace(LINE, id=1)]
    Ledger(path).set_note(2, "for everyone")
    Ledger(path).remove([1])
    assert Ledger(path).all() == [replace(NEVER, id=2, note="for everyone")]


def test_one_line_nobody_can_read_hides_no_other(path: Path) -> None:
    ledger = Ledger(path)
    first, _, _, last = ledger.add([LINE, LINE, LINE, LINE])
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("ALTER TABLE given ADD COLUMN hue TEXT")  # by a newer version of this program
        file.execute("UPDATE given SET kind = 'Carrier pigeon' WHERE id = 2")
        file.execute("UPDATE given SET made = 'soon', key = NULL WHERE id = 3")
    assert [given.id for given in ledger.all()] == [last, first]


def test_without_a_path_nothing_outlives_the_ledger() -> None:
    ledger = Ledger(None)
    with ThreadPoolExecutor(1) as worker:  # on another thread than the one it was made on
        assert worker.submit(ledger.add, [LINE]).result() == [1]
    assert ledger.all() == [replace(LINE, id=1)]
    assert Ledger(None).all() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_only_the_user_may_read_it(path: Path) -> None:
    Ledger(path).add([LINE])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_many_threads_write_at_once(path: Path) -> None:
    ledgers = [Ledger(path), Ledger(path)]  # two windows of the program
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda number: ledgers[number % 2].add([LINE])[0], range(40)))
    assert sorted(ids) == list(range(1, 41))
    assert len(ledgers[0].all()) == 40


@pytest.mark.parametrize("damage", ["no database", "torn"])
def test_a_damaged_file_is_set_aside(path: Path, damage: str) -> None:
    Ledger(path).add([replace(LINE, note="x" * 500)] * 200)
    whole = path.read_bytes()
    damaged = b"nothing of the kind" * 100 if damage == "no database" else whole[:4096] + b"\xff" * (len(whole) - 4096)
    path.write_bytes(damaged)
    ledger = Ledger(path)
    assert ledger.all() == []
    assert ledger.add([LINE]) == [1]
    assert ledger.all() == [replace(LINE, id=1)]
    assert path.with_name("links.sqlite.damaged").read_bytes() == damaged


def test_a_file_that_cannot_be_used_is_told_in_words(path: Path) -> None:
    path.mkdir(parents=True)  # a folder of this name
    with pytest.raises(DiskError, match="cannot be used"):
        Ledger(path).all()


def test_a_file_another_program_holds_is_told_and_not_set_aside(path: Path) -> None:
    ledger = Ledger(path, patience=0.05)
    ledger.add([LINE])
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DiskError):
            ledger.add([LINE])
    assert len(ledger.all()) == 1


def test_no_link_and_no_key_is_in_the_file(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, path: Path
) -> None:
    link = presign(job, connection, bucket, "a.csv", HOUR, Overrides("b.csv"))
    form = presign_post(job, connection, bucket, UploadRules("in/", 1000, "image/"), HOUR)
    put = presign_put(job, connection, bucket, "in/x", HOUR)
    ledger = Ledger(path)
    ledger.add(givens([link, put], connection, HOUR, Overrides("b.csv"), note=f"see {link.url}"))
    ids = ledger.add([given_form(form, connection, HOUR)])
    ledger.set_note(ids[0], f"see {put.url}")
    there = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert bucket.encode() in there
    signatures = [url.partition("X-Amz-Signature=")[2][:64] for url in (link.url, put.url)]
    secrets = [*signatures, form.fields["x-amz-signature"], form.fields["policy"], connection.account.secret_key]
    for secret in [*secrets, connection.account.access_key]:
        assert secret
        assert secret.encode() not in there
    assert b"Signature=" not in there.replace(b"Signature=[hidden]", b"")


def test_what_was_forgotten_is_gone_from_the_file(path: Path) -> None:
    ledger = Ledger(path)
    ledger.remove(ledger.add([replace(LINE, key="a-name-nobody-may-read", note="for Ana")]))
    assert b"a-name-nobody-may-read" not in path.read_bytes()


def test_one_line_an_object_up_to_a_thousand_and_then_one_for_all(
    job: Job, connection: Connection, bucket: str
) -> None:
    keys = [f"logs/2031/{number:04}.csv" for number in range(MOST_ROWS + 1)]
    links = presign_many(job, connection, bucket, keys, HOUR)
    rows = givens(links[:-1], connection, HOUR, note="for Ana")
    assert [row.key for row in rows] == keys[:-1]
    assert [row.ends for row in rows] == [link.ends for link in links[:-1]]
    assert {(row.count, row.note, row.lifetime_s) for row in rows} == {(1, "for Ana", 3600)}
    (row,) = givens(links, connection, HOUR)
    assert (row.key, row.count, row.account) == ("logs/2031/", 1001, connection.name)
    assert givens(public_links(job, connection, bucket, ["a"]), connection, HOUR)[0].ends is None


def test_a_link_is_made_anew_as_it_was(
    job: Job, connection: Connection, server_client: S3Client, new_bucket: BucketFactory
) -> None:
    from urllib.request import urlopen

    bucket = new_bucket(versioned=True)
    old = server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"old")["VersionId"]
    server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"new")
    asked = Overrides("other.csv", True, "text/plain")
    link = presign(job, connection, bucket, "a.csv", HOUR, asked, old)
    (line,) = givens([link], connection, HOUR, asked, "for Ana")
    again = make_again(job, connection, replace(line, id=7, ends=NOW, made=NOW))
    with urlopen(again.text, timeout=10) as answer:
        assert answer.read() == b"old"
        assert "other.csv" in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Type"] == "text/plain"
    assert (again.given.id, again.given.note, again.given.version_id) == (0, "for Ana", old)
    assert again.given.ends is not None
    assert abs(again.given.ends - datetime.now(UTC) - HOUR) < timedelta(minutes=1)
    assert again.text not in repr(again)


def test_upload_and_public_links_are_made_anew(job: Job, connection: Connection, bucket: str) -> None:
    put = givens([presign_put(job, connection, bucket, "in/x", HOUR)], connection, HOUR)[0]
    assert "X-Amz-Expires=3600" in make_again(job, connection, put).text
    public = givens(public_links(job, connection, bucket, ["x"]), connection, timedelta(0))[0]
    assert make_again(job, connection, public).text == f"{connection.endpoint_url}/{bucket}/x"
    assert make_again(job, connection, public).given.ends is None
    rules = UploadRules("in", 1000, "image/")
    form = given_form(presign_post(job, connection, bucket, rules, HOUR), connection, HOUR)
    assert "<form" in make_again(job, connection, form).text
    assert make_again(job, connection, form).given.most_bytes == 1000
    with pytest.raises(BadNameError, match="many files"):
        make_again(job, connection, replace(LINE, count=2))


def test_the_export_is_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    Ledger(None).write_csv(path, [replace(LINE, note="=1+1", account="@me"), replace(LINE, ends=None)])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(path.read_text("utf-8-sig").splitlines())
    assert head[:2] == ["Object", "Version"]
    assert first == [
        *("s3://b/f/ü “x”.csv", "v1", "Temporary link", "1", "2031-05-06T07:08:09+00:00", "2031-05-06T08:08:09+00:00"),
        *("'=1+1", "'@me", "http://h:1"),
    ]
    assert second[5] == ""
    with pytest.raises(DiskError):
        Ledger(None).write_csv(tmp_path / "no" / "links.csv", [])
    assert [left.name for left in tmp_path.iterdir()] == ["links.csv"]
