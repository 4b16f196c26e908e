"""The queue: gestures with their files, pause and resume, turns, another try, and going on after the end."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Seen, Stall, error
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import body_of, keys_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

MIB = 1 << 20
ITEM = "      "
pytestmark = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)


def upload(me: Analyst, *paths: Path, verb: str = "Upload files") -> None:
    me.do(f"{verb}…")
    me.choose_files(verb, *paths)


def limit(me: Analyst, **numbers: int) -> None:
    """Through the dialog, names with spaces."""
    me.do("Transfer settings…")
    dialog = me.dialog("Transfer settings")
    for name, number in numbers.items():
        me.set_number(name.replace("_", " "), number, dialog)
    me.click("Apply", dialog)
    me.until(lambda: not dialog.isVisible())


def details(me: Analyst, row: int = 0) -> str:
    return me.work()[row][1]


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """A file of three parts, no two bytes of which could be exchanged unseen."""
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(MIB) * 40)
    return path


def test_a_gesture_opens_to_its_files_and_what_failed_is_tried_again(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy, tmp_path: Path
) -> None:
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    refused = fault_proxy.on(lambda seen: seen.method == "PUT" and "/007." in seen.path, error(403, "AccessDenied"))
    folder = tmp_path / "survey"
    folder.mkdir()
    for number in range(450):
        (folder / f"{number:03}.csv").write_text(f"{number}")
    upload(me, folder, verb="Upload folder")
    trouble = me.dialog("Error")
    me.expect("1 file was not uploaded.", trouble)
    me.click("Close", trouble)
    me.until(lambda: not trouble.isVisible())
    assert me.column(0, "Transfers") == [f"Upload survey/ to {bucket} — 450 files"]
    assert details(me).startswith("Failed: 449 done, 0 skipped, 1 failed of 450: survey/007.csv")

    table = me.table("Transfers")
    me.select(f"Upload survey/ to {bucket} — 450 files", table=table)
    me.press("Right", table)
    assert table.model().rowCount() == 451
    me.until(lambda: me.column(0, "Transfers")[1] == f"{ITEM}survey/007.csv")
    assert me.column(1, "Transfers")[1].startswith("Failed: You are not allowed to")
    table.scrollToBottom()
    me.until(lambda: me.column(0, "Transfers")[-1] == f"{ITEM}survey/449.csv")
    assert me.column(1, "Transfers")[-1].startswith("Done · 3 B")
    me.press("Left", table)
    assert table.model().rowCount() == 1

    fault_proxy.rules.clear()
    assert refused.fired
    me.do("Retry failed")
    me.until(lambda: me.finished(1))
    assert "450 done, 0 skipped, 0 failed of 450" in details(me)
    assert body_of(server_client, bucket, "survey/007.csv") == b"7"
    assert not me.verb("Retry failed").isEnabled()
    me.do("Clear finished")
    assert me.work() == []
    me.until(lambda: me.desk.work.journal.gestures() == [])


def test_pause_and_resume(server_client: S3Client, bucket: str, desk_window: Analyst, big: Path) -> None:
    me = desk_window
    limit(me, Speed_limit=4096, Parts_at_once=1)
    upload(me, big)
    me.until(lambda: me.work() and me.desk.work.model.running[0].job.done)
    me.do("Pause")
    me.until(lambda: "paused" in details(me))
    limit(me, Speed_limit=0)
    job = me.desk.work.model.running[0].job
    seen = [(time.monotonic(), job.done)]

    def rests() -> bool:
        """Nothing has moved for a second and a half: the part that was on its way has arrived."""
        if seen[-1][1] != job.done:
            seen.append((time.monotonic(), job.done))
        return time.monotonic() - seen[-1][0] > 1.5

    me.until(rests)
    assert job.done < 40 * MIB
    assert keys_of(server_client, bucket) == []
    me.do("Resume")
    me.until(lambda: me.finished(1))
    assert body_of(server_client, bucket, "big.bin") == big.read_bytes()


def test_turns_are_taken_in_the_order_one_wishes(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy, tmp_path: Path
) -> None:
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    limit(me, Transfers_at_once=1)
    order: list[str] = []
    hold = Stall()

    def noted(seen: Seen) -> bool:
        if seen.method == "PUT":
            order.append(seen.path.rpartition("/")[2])
        return False

    fault_proxy.on(noted, hold)
    stalled = fault_proxy.on(lambda seen: seen.method == "PUT" and "one.txt" in seen.path, hold)
    for name in ("one.txt", "two.txt", "three.txt", "four.txt"):
        (tmp_path / name).write_text(name)
        lines = len(me.work())
        upload(me, tmp_path / name)
        me.until(lambda lines=lines: len(me.work()) == lines + 1)  # type: ignore[misc]
    me.until(lambda: stalled.fired)
    titles = [f"Upload {name}.txt to {bucket}" for name in ("one", "two", "three", "four")]
    assert me.column(0, "Transfers") == titles
    assert [words for _, words in me.work()[1:]] == ["Waiting for its turn…"] * 3
    table = me.table("Transfers")
    me.select(titles[3], table=table)
    me.do("Move up")
    me.do("Move up")
    assert me.column(0, "Transfers") == [titles[number] for number in (0, 3, 1, 2)]
    assert not me.verb("Move up").isEnabled()
    me.select(titles[1], table=table)
    me.do("Cancel")
    me.until(lambda: me.work()[2][1].startswith("Cancelled"))
    hold.release.set()
    me.until(lambda: me.finished(3))
    assert list(dict.fromkeys(order)) == ["one.txt", "four.txt", "three.txt"]
    assert keys_of(server_client, bucket) == ["four.txt", "one.txt", "three.txt"]
