"""The list of work: what runs, what stops at once, what failed and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Seen, Stall, error
from tests.stopwatch import Stopwatch
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import keys_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BIG = 33 << 20


@pytest.fixture
def big_file(tmp_path: Path) -> Path:
    """A file of three parts."""
    path = tmp_path / "big.bin"
    with path.open("wb") as file:
        file.truncate(BIG)
    return path


def sends_second_part(request: Seen) -> bool:
    return request.method == "PUT" and "partNumber=2" in request.query


def start_upload(me: Analyst, path: Path) -> None:
    me.do("Upload files…")
    me.choose_files("Upload files", path)


def test_cancel_stops_at_once_and_leaves_nothing(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy, big_file: Path
) -> None:
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    stalled = fault_proxy.on(sends_second_part, hold)
    start_upload(me, big_file)
    me.until(lambda: stalled.fired and me.work())
    (title, details), *_ = me.work()
    assert title == f"Upload big.bin to {bucket}"
    assert "of 33.0 MB" in details
    assert me.column(2, "Transfers")[0].endswith("%")

    me.select(title, table=me.table("Transfers"))
    watch = Stopwatch()
    me.press("Del", me.table("Transfers"))
    me.until(lambda: me.work()[0][1].startswith("Cancelled"))
    assert watch.stop() < 1.0
    hold.release.set()
    assert keys_of(server_client, bucket) == []
    me.until(lambda: not server_client.list_multipart_uploads(Bucket=bucket).get("Uploads"))
    assert me.names() == []

    me.do("Clear finished")
    assert me.work() == []
    assert not me.verb("Clear finished").isEnabled()


def test_closing_the_window_ends_what_runs(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy, big_file: Path
) -> None:
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    stalled = fault_proxy.on(sends_second_part, hold)
    start_upload(me, big_file)
    me.until(lambda: stalled.fired)
    me.window.close()
    question = me.dialog("Close")
    me.expect("1 piece of work is not finished", question)
    me.click("Cancel", question)
    assert me.window.isVisible()
    assert me.desk.work.model.running
    me.window.close()
    watch = Stopwatch()
    me.click("Stop", me.dialog("Close"))
    me.until(lambda: not me.window.isVisible())
    assert me.desk.background.close()
    assert watch.stop() < 2.0
    hold.release.set()
    assert keys_of(server_client, bucket) == []
    me.until(lambda: not server_client.list_multipart_uploads(Bucket=bucket).get("Uploads"))


def test_what_failed_says_why(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy, tmp_path: Path
) -> None:
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    fault_proxy.on(lambda request: request.method == "PUT" and "no.txt" in request.path, error(403, "AccessDenied"))
    for name in ("no.txt", "yes.txt"):
        (tmp_path / name).write_text(name)
    me.do("Upload files…")
    me.choose_files("Upload files", tmp_path / "no.txt", tmp_path / "yes.txt")
    trouble = me.dialog("Error")
    me.expect("1 file was not uploaded.", trouble)
    assert any("You are not allowed to" in sentence for sentence in me.sentences(trouble))
    me.click("Close", trouble)
    me.until(lambda: not trouble.isVisible())
    me.until(lambda: me.names() == ["yes.txt"])
    assert keys_of(server_client, bucket) == ["yes.txt"]

    (title, details), *_ = me.work()
    assert "no.txt" in details
    me.select(title, table=me.table("Transfers"))
    me.do("Show what failed")
    trouble = me.dialog("Error")
    assert any(sentence.startswith("no.txt: You are not allowed to") for sentence in me.sentences(trouble))
    me.click("Close", trouble)
