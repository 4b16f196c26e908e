"""Scrolling on in tables that are not plain text: Parquet, Arrow, compressed texts."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QSlider, QTableView

from tests.data.corpus_bytes import noisy_csv
from tests.data.test_footer_window import as_arrow, as_parquet, numbered
from tests.servers.fault_proxy import FaultProxy
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.screen_reader import Role, find
from tests.ui.test_previewing import look, settle

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture
def me(server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy) -> Analyst:
    """At a bucket with a large table of each kind, whose requests the proxy counts."""
    table = numbered(30_000)
    bodies = {
        "big.csv.gz": gzip.compress(noisy_csv(60_000)),
        "big.feather": as_arrow(table, 2_000),
        "big.parquet": as_parquet(table, 2_000),
    }
    for key, body in bodies.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    return open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)


def grid(me: Analyst) -> QTableView:
    return me.table("Preview table", me.desk.preview)


def numbers(me: Analyst) -> list[int]:
    """The first column, which follows the row numbers."""
    model = grid(me).model()
    found = [int(model.index(row, 0).data()) for row in range(model.rowCount())]
    assert found == list(range(found[0], found[0] + len(found)))
    assert model.headerData(0, Qt.Orientation.Vertical) == f"{found[0] + 1:,}"
    return found


def scroll_down(me: Analyst) -> None:
    before = me.words("Preview facts")
    bar = grid(me).verticalScrollBar()
    bar.setValue(bar.maximum() - 1)
    settle(me, before)


@pytest.mark.parametrize("key", ["big.parquet", "big.feather"])
def test_a_table_with_a_directory_is_gone_through_like_text(me: Analyst, key: str) -> None:
    look(me, key)
    assert numbers(me) == list(range(1000))
    assert me.button("Load all…").isVisible()
    scroll_down(me)
    shown = numbers(me)
    assert (shown[0], len(shown) > 1000) == (0, True)
    assert me.words("Preview facts").startswith(f"rows 1 to {len(shown):,} of 30,000 · ")

    before = me.words("Preview facts")
    me.click("End")
    settle(me, before)
    assert numbers(me)[-1] == 29_999
    assert me.words("Preview facts").startswith(f"rows {numbers(me)[0] + 1:,} to 30,000 of 30,000 · ")

    before = me.words("Preview facts")
    slider = find(Role.Slider, "Position", me.desk.preview)
    assert isinstance(slider, QSlider)
    slider.setValue(500)
    settle(me, before)
    assert 13_000 <= numbers(me)[0] <= 15_000
    assert abs(slider.value() - 500) < 40

    field = find(Role.EditableText, "Find in file", me.desk.preview)
    assert isinstance(field, QLineEdit)
    assert not field.isEnabled()
    assert "Load the table to search it." in field.toolTip()
    me.click("Start")
    me.until(lambda: numbers(me)[0] == 0)


def test_a_compressed_table_is_read_on_and_the_end_says_why_not(me: Analyst) -> None:
    look(me, "big.csv.gz")
    end = me.button("End")
    assert (end.isEnabled(), "from its start on" in end.toolTip()) == (False, True)
    assert me.words("Position facts").startswith("A gzip file can only be read from its start on")
    for _ in range(3):
        scroll_down(me)
        numbers(me)
    assert me.words("Preview facts").startswith(f"rows {numbers(me)[0] + 1:,} to {numbers(me)[-1] + 1:,} of about ")
    me.write("Find in file", "\n55000,".strip(), enter=True)
    me.until(lambda: me.words("Position facts") == "Found in row 55,001.")
    me.click("Start")
    me.until(lambda: numbers(me)[0] == 0)
    look(me, "big.parquet")
    assert me.button("End").isEnabled()
    assert me.button("End").toolTip() == "Show the last rows"
