"""The demo is a real server with the promised data, and it never outlives the window."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from s3desk.demo import DemoError, DemoServer, default_folder, start_demo
from s3desk.demo.sample import BUCKETS, history, sensor_readings, whole_files
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def client_of(demo: DemoServer) -> S3Client:
    import boto3

    keys = {"aws_access_key_id": demo.access_key, "aws_secret_access_key": demo.secret_key}
    return boto3.client("s3", endpoint_url=demo.endpoint_url, region_name="us-east-1", **keys)  # type: ignore[call-overload,no-any-return]  # keywords from a dict


def keys_of(client: S3Client, bucket: str, prefix: str = "") -> list[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]


@pytest.fixture(scope="module")
def filled(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's folder after its first start, for others to copy: storing everything takes seconds."""
    folder = tmp_path_factory.mktemp("filled") / "demo"
    start_demo(folder).stop()
    return folder


@pytest.fixture(scope="module")
def folder(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(filled, tmp_path_factory.mktemp("demo") / "demo"))


@pytest.fixture
def own_folder(filled: Path, tmp_path: Path) -> Path:
    """A filled folder that a test may do anything to."""
    return Path(shutil.copytree(filled, tmp_path / "demo"))


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[DemoServer]:
    running = start_demo(folder)
    yield running.info
    running.stop()


@pytest.fixture(scope="module")
def client(demo: DemoServer) -> Iterator[S3Client]:
    with closing(client_of(demo)) as client:
        yield client


def body(client: S3Client, bucket: str, key: str) -> bytes:
    return client.get_object(Bucket=bucket, Key=key)["Body"].read()


def test_every_sample_arrives_as_it_was_made(client: S3Client) -> None:
    assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == sorted(BUCKETS)
    samples = list(whole_files())
    for sample in samples:
        stored = client.get_object(Bucket=sample.bucket, Key=sample.key)
        assert stored["Body"].read() == sample.body
        assert stored["ContentType"] == sample.content_type
    for bucket in ("gid-requests", "gid-staging", "gid-processed", "gid-website"):
        assert keys_of(client, bucket) == sorted(sample.key for sample in samples if sample.bucket == bucket)


def test_the_first_place_holds_a_year_of_months(demo: DemoServer, client: S3Client) -> None:
    assert demo.start == Location("gid-requests", "2019/")
    months = [f"2019/gid_requests_2019_{month:02d}_01.csv" for month in range(1, 13)]
    assert keys_of(client, demo.start.bucket, demo.start.prefix) == months
    rows = list(csv.DictReader(io.StringIO(body(client, "gid-requests", months[0]).decode(), newline="")))
    assert len(rows) > 1500
    assert rows[0]["service_request_id"] == "0000201000"
    assert any("\n" in row["public_description"] and "," in row["public_description"] for row in rows)
    later = body(client, "gid-requests", months[11]).splitlines()[0]
    assert later.endswith(b",case_origin")


def test_september_came_from_a_continental_spreadsheet(client: S3Client) -> None:
    text = body(client, "gid-requests", "2019/gid_requests_2019_09_01.csv").decode("cp1252")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert any(row["street_address"].endswith("Königsweg") for row in rows)
    assert rows[0]["lat"].startswith("32,") or rows[1]["lat"].startswith("32,")
    with pytest.raises(UnicodeDecodeError):
        text.encode("cp1252").decode("utf-8")


def test_tables_open(client: S3Client) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(body(client, "gid-requests", "requests_2019.parquet")))
    lines = 0
    for key in keys_of(client, "gid-requests", "2019/"):
        text = io.StringIO(body(client, "gid-requests", key).decode("cp1252"), newline="")
        lines += sum(1 for _ in csv.reader(text, delimiter=";" if "_09_" in key else ",")) - 1
    assert table.num_rows == lines
    archived = gzip.decompress(body(client, "gid-requests", "archive/gid_requests_2017_12_01.csv.gz"))
    assert archived.startswith(b"service_request_id,")
    events = body(client, "gid-requests", "events.jsonl").splitlines()
    assert all("event" in json.loads(line) for line in events)
    assert body(client, "gid-staging", "raw/2019-12-31/export_unicode.csv").decode("utf-16").startswith("service_req")
    assert len(json.loads(body(client, "gid-staging", "reference/council_districts.json"))["features"]) == 9


def test_pictures_open(qtbot: object, client: S3Client) -> None:
    from PySide6.QtGui import QImage

    image = QImage.fromData(body(client, "gid-website", "chart.png"))
    assert (image.width(), image.height()) == (640, 360)
    pdf = body(client, "gid-website", "report.pdf")
    table = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    assert pdf[table:].startswith(b"xref\n")
    offsets = [int(line[:10]) for line in pdf[table:].splitlines()[3:] if line.endswith(b" n ")]
    assert all(pdf[at:].startswith(b"%d 0 obj" % number) for number, at in enumerate(offsets, 1))


def test_anyone_reads_the_website_and_nothing_else(demo: DemoServer) -> None:
    with urllib.request.urlopen(f"{demo.endpoint_url}/gid-website/index.html", timeout=10) as page:
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert b"<h1>Get it done</h1>" in page.read()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{demo.endpoint_url}/gid-requests/README.md", timeout=10)
    refused.value.close()
    assert refused.value.code == 403


def test_versions_tell_their_history(client: S3Client) -> None:
    listed = client.list_object_versions(Bucket="gid-versions")
    steps = list(history())
    assert len(listed["Versions"]) == sum(step.body is not None for step in steps)
    assert [marker["Key"] for marker in listed["DeleteMarkers"]] == ["lookup/retired_services.csv"]
    assert keys_of(client, "gid-versions") == ["lookup/service_targets.csv"]
    last = [step.body for step in steps if step.key == "lookup/service_targets.csv"][-1]
    assert body(client, "gid-versions", "lookup/service_targets.csv") == last


def test_thousands_of_small_objects(client: S3Client) -> None:
    keys = keys_of(client, "gid-sensors", "readings/2019/")
    assert len(keys) == 5000
    assert json.loads(body(client, "gid-sensors", keys[4321]))["sensor"] == "air-001"


def test_two_generations_are_equal() -> None:
    def digest() -> str:
        made = hashlib.sha256()
        for sample in [*whole_files(), *sensor_readings()]:
            made.update(f"{sample.bucket}/{sample.key} {sample.content_type}\n".encode() + sample.body)
        return made.hexdigest()

    assert digest() == digest()


def test_a_second_demo_on_the_same_folder_is_refused(demo: DemoServer, folder: Path) -> None:
    with pytest.raises(DemoError, match="already running") as refused:
        start_demo(folder)
    assert "close it" in refused.value.advice


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_keys_are_kept_to_their_owner(demo: DemoServer, folder: Path) -> None:
    for name in ("keys.json", "identities.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert demo.secret_key not in repr(demo)


def test_the_default_folder_lies_with_the_users_data(home: Path) -> None:
    assert default_folder().is_relative_to(home)
    assert default_folder().name == "demo"


def test_changes_are_kept_and_reset_forgets_them(own_folder: Path) -> None:
    first = start_demo(own_folder)
    with closing(client_of(first.info)) as client:
        client.put_object(Bucket="gid-staging", Key="mine.txt", Body=b"mine")
        client.delete_object(Bucket="gid-requests", Key="README.md")
    first.stop()
    second = start_demo(own_folder)
    with closing(client_of(second.info)) as client:
        assert body(client, "gid-staging", "mine.txt") == b"mine"
        assert "README.md" not in keys_of(client, "gid-requests")
    second.stop()
    third = start_demo(own_folder, reset=True)
    with closing(client_of(third.info)) as client:
        assert "mine.txt" not in keys_of(client, "gid-staging")
        assert "README.md" in keys_of(client, "gid-requests")
    third.stop()
    third.stop()
    assert second.info.secret_key == first.info.secret_key
    assert third.info.secret_key != first.info.secret_key


def test_an_interrupted_fill_is_repaired_and_a_damaged_store_is_named(own_folder: Path) -> None:
    running = start_demo(own_folder)
    with closing(client_of(running.info)) as client:
        client.delete_object(Bucket="gid-requests", Key="README.md")
    running.stop()
    (own_folder / "filled").unlink()  # as if the first start had been cut off
    running = start_demo(own_folder)
    with closing(client_of(running.info)) as client:
        assert "README.md" in keys_of(client, "gid-requests")
        assert len(client.list_object_versions(Bucket="gid-versions")["Versions"]) == 6
    running.stop()
    for path in (own_folder / "data").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(DemoError, match="--demo-reset"):
        start_demo(own_folder)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "thesis.txt").write_text("years of work")
    with pytest.raises(DemoError, match="holds other files"):
        start_demo(tmp_path, reset=True)
    assert (tmp_path / "data" / "thesis.txt").read_text() == "years of work"


def test_without_the_server_program_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "python"
    (empty / "bin").mkdir(parents=True)
    (empty / "bin" / "python").symlink_to(sys.executable)
    (empty / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).resolve().parent}\n")
    monkeypatch.setattr(sys, "executable", str(empty / "bin" / "python"))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    with pytest.raises(DemoError) as missing:
        start_demo(tmp_path / "demo")
    assert 'pip install "s3desk[demo]"' in missing.value.advice


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
@pytest.mark.parametrize("victim", ["window", "supervisor"])
def test_the_server_dies_with_the_window_even_when_that_is_killed(own_folder: Path, victim: str) -> None:
    if victim == "supervisor" and sys.platform != "linux":
        pytest.skip("only Linux lets a child die with its parent")
    script = (
        "import sys, pathlib; from s3desk.demo import start_demo; r = start_demo(pathlib.Path(sys.argv[1]));"
        "print(r.info.endpoint_url, r.supervisor.pid, flush=True); sys.stdin.read()"
    )
    window = subprocess.Popen(
        [sys.executable, "-c", script, str(own_folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with window:
        assert window.stdout is not None
        endpoint_url, supervisor = window.stdout.readline().split()
        assert answers(endpoint_url)
        os.kill(window.pid if victim == "window" else int(supervisor), signal.SIGKILL)
        deadline = time.monotonic() + 20
        while answers(endpoint_url):
            assert time.monotonic() < deadline, "the server lives on"
    again = start_demo(own_folder)
    assert answers(again.info.endpoint_url)
    again.stop()


def answers(endpoint_url: str) -> bool:
    where = urlsplit(endpoint_url)
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=1).close()
    except OSError:
        return False
    return True
