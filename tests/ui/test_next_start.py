"""The end of the program in the middle of its work, and the next start that offers to go on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QSettings

from s3desk.app import compose
from s3desk.arguments import read_arguments
from s3desk.s3.location import Location
from s3desk.settings import SettingsFile
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall, error
from tests.servers.info import ServerInfo
from tests.stopwatch import Stopwatch
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk, account_of
from tests.ui.content import body_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot
    from types_boto3_s3 import S3Client

MIB = 1 << 20
pytestmark = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A file of three parts."""
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(MIB) * 40)
    return path


def upload(me: Analyst, path: Path) -> None:
    me.do("Upload files…")
    me.choose_files("Upload files", path)


NextStart = Callable[[], Analyst]


@pytest.fixture
def next_start(
    qapp: QApplication, qtbot: QtBot, event_loop_on_qt: asyncio.AbstractEventLoop, tmp_path: Path
) -> Iterator[NextStart]:
    """Another window on the same settings and the same journal, which offers what was left."""
    opened: list[Analyst] = []

    def start() -> Analyst:
        settings = SettingsFile(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
        window, desk = compose(qapp, read_arguments([]), settings, tmp_path)
        window.show()
        desk.icons.load()
        window.verbs.transfer.queue.resuming.offer()
        me = Analyst(qtbot, window, desk)
        opened.append(me)
        me.until(lambda: desk.work.journal.gestures() is not None and not asyncio.all_tasks(event_loop_on_qt))
        return me

    def is_quiet() -> bool:
        for task in asyncio.all_tasks(event_loop_on_qt):
            task.cancel()
        return not asyncio.all_tasks(event_loop_on_qt)

    yield start
    for me in opened:
        me.window.may_close = lambda: True
        me.window.close()
        qtbot.waitUntil(is_quiet, timeout=40_000)
        assert me.desk.background.close()
        me.desk.work.close()
        for gone in (me.window, me.desk.theme):
            gone.deleteLater()
            qapp.sendPostedEvents(gone, QEvent.Type.DeferredDelete)


def close_with(me: Analyst, answer: str) -> float:
    """Close the window in the middle of the work; how long it took to be gone."""
    me.window.close()
    question = me.dialog("Close")
    watch = Stopwatch()
    me.click(answer, question)
    me.until(lambda: not me.window.isVisible())
    assert me.desk.background.close()
    me.desk.work.close()
    return watch.stop()


def test_what_was_paused_at_the_end_goes_on_from_its_parts(
    server: ServerInfo,
    server_client: S3Client,
    bucket: str,
    open_desk: OpenDesk,
    next_start: NextStart,
    fault_proxy: FaultProxy,
    big: Path,
) -> None:
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    hold = Stall()
    stalled = fault_proxy.on(lambda seen: "partNumber=3" in seen.query, hold)
    upload(me, big)
    me.until(lambda: stalled.fired and me.desk.work.model.running[0].job.done == 32 * MIB)
    assert close_with(me, "Pause and go on next time") < 2.0
    hold.release.set()
    fault_proxy.rules.clear()
    assert len(server_client.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 1

    again = next_start()
    again.until(again.work)
    assert again.work()[0][1].startswith("Not finished")
    again.expect(f"1 transfer was not finished: Upload big.bin to {bucket}.")
    again.click("Go on")  # nobody kept the keys
    again.until(lambda: "Connect to “seaweedfs” first" in again.words("Unfinished transfers"))
    again.connection = again.window.verbs.connection.open(
        account_of(server, fault_proxy.endpoint_url), Location(bucket)
    )
    again.arrive(bucket)
    again.until(lambda: "Connect to" not in again.words("Unfinished transfers"))
    sent = fault_proxy.on(lambda seen: "partNumber=1" in seen.query, error(500, "Again"))
    again.click("Go on")
    again.until(lambda: again.finished(1))
    assert not sent.fired, "the parts that were there were sent again"
    assert again.words("Unfinished transfers") == ""
    assert body_of(server_client, bucket, "big.bin") == big.read_bytes()
    assert not server_client.list_multipart_uploads(Bucket=bucket).get("Uploads")


def test_what_is_discarded_leaves_nothing(
    server: ServerInfo,
    server_client: S3Client,
    bucket: str,
    open_desk: OpenDesk,
    next_start: NextStart,
    fault_proxy: FaultProxy,
    big: Path,
    tmp_path: Path,
) -> None:
    server_client.put_object(Bucket=bucket, Key="there.bin", Body=big.read_bytes())
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    hold, target = Stall(), tmp_path / "target"
    target.mkdir()
    up = fault_proxy.on(lambda seen: "partNumber=3" in seen.query, hold)
    down = fault_proxy.on(lambda seen: seen.method == "GET" and seen.range.startswith("bytes=33554432"), hold)
    upload(me, big)
    me.until(lambda: up.fired)
    me.select("there.bin")
    me.do("Download…")
    me.choose_files("Download", target)
    me.until(lambda: down.fired)
    assert close_with(me, "Pause and go on next time") < 2.0
    hold.release.set()
    fault_proxy.rules.clear()
    assert len(list(target.iterdir())) == 1
    again = next_start()
    again.window.verbs.connection.open(account_of(server, fault_proxy.endpoint_url), Location(bucket))
    again.arrive(bucket)
    again.until(lambda: "2 transfers were not finished" in again.words("Unfinished transfers"))
    again.click("Discard")
    again.until(lambda: again.words("Unfinished transfers") == "")
    assert not server_client.list_multipart_uploads(Bucket=bucket).get("Uploads")
    assert list(target.iterdir()) == []
    assert [words.partition(" ")[0].rstrip(":") for _, words in again.work()] == ["Cancelled"] * 2
