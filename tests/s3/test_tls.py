"""Uploads over TLS, where boto3's default checksum trailers fail on servers that plain HTTP shows nothing of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.connection import Connection
from s3desk.s3.deleting import delete
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import plan_upload
from tests.s3.conftest import connect, seconds_to_cancel

if TYPE_CHECKING:
    from tests.servers.info import ServerInfo

MIB = 1 << 20


@pytest.fixture
def secure(server: ServerInfo, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A connection over TLS that trusts the server's own authority."""
    if server.tls_endpoint_url is None or server.ca_file is None:
        pytest.skip(f"{server.name} has no TLS here")
    monkeypatch.setenv("AWS_CA_BUNDLE", server.ca_file)
    return connect(server, server.tls_endpoint_url)


def test_files_travel_over_tls(job: Job, secure: Connection, bucket: str, tmp_path: Path) -> None:
    bodies = {"small": b"1" * 1000, "large": b"2" * (20 * MIB)}
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    plan = plan_upload(job, secure, [tmp_path / name for name in bodies], Location(bucket, "t/"))
    assert upload(job, secure, plan) == []
    selection = Selection(bucket, folders=("t/",))
    assert download(job, secure, plan_download(job, secure, selection, "t/", tmp_path / "down")) == []
    assert {path.name: path.read_bytes() for path in (tmp_path / "down").iterdir()} == bodies
    assert delete(job, secure, selection) == []


def test_cancel_over_tls_is_felt_at_once(job: Job, secure: Connection, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(100 * MIB))
    plan = plan_upload(Job(), secure, [tmp_path / "large"], Location(bucket))
    assert seconds_to_cancel(job, lambda: job.done > 0, lambda: upload(job, secure, plan)) < 1


def test_the_short_way_is_taken_over_tls_and_checks_who_answers(
    job: Job, secure: Connection, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").write_bytes(b"1")
    plan = plan_upload(job, secure, [tmp_path / "x"], Location(bucket))
    assert upload(job, secure, plan) == []
    way = secure.direct(bucket)
    assert way is not None
    answer = way.get("x", {})
    assert answer is not None
    assert answer.read() == b"1"
    answer.close()
    monkeypatch.delenv("AWS_CA_BUNDLE")
    strange = Connection(secure.account).direct(bucket)
    assert strange is not None
    assert strange.get("x", {}) is None, "a certificate nobody vouches for"


def test_behind_a_proxy_the_client_does_it(secure: Connection, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert Connection(secure.account).direct(bucket) is None
