"""Limits as people write them."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from s3desk.ui.transfers.transfer_settings_dialog import SpeedBox


@pytest.mark.parametrize(
    ("typed", "kilobytes", "shown"),
    [
        ("30 MB/s", 30_000, "30 MB/s"),
        ("30mb", 30_000, "30 MB/s"),
        ("1,5 GB/s", 1_500_000, "1500 MB/s"),
        ("800", 800, "800 KB/s"),
        ("0", 0, "No limit"),
        ("No limit", 0, "No limit"),
        ("fast", 256, "256 KB/s"),
    ],
)
def test_a_speed_is_typed_as_people_write_it(qtbot: QtBot, typed: str, kilobytes: int, shown: str) -> None:
    box = SpeedBox()
    qtbot.addWidget(box)
    box.setValue(256)
    box.selectAll()
    QTest.keyClicks(box, typed)
    box.interpretText()
    assert (box.value(), box.text()) == (kilobytes, shown)
