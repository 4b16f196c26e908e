"""The window that tells what was asked of S3: live, narrowed, copied, saved, cleared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from s3desk.models.activity_model import CallColumn
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture
def me(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> Analyst:
    server_client.put_object(Bucket=bucket, Key="data/a.csv", Body=b"x\n1\n")
    return open_desk(bucket)


def operations(me: Analyst, window: QDialog) -> list[str]:
    return me.column(CallColumn.OPERATION, "Calls", window)


def test_activity_is_live_and_becomes_code(me: Analyst, bucket: str, tmp_path: Path, server: ServerInfo) -> None:
    me.do("Activity…")
    window = me.dialog("Activity")
    assert not window.isModal()
    me.until(lambda: any(one.startswith("list_objects_v2") for one in operations(me, window)))
    me.go(bucket, "data/")
    me.until(lambda: f"s3://{bucket}/data/" in me.column(CallColumn.WHAT, "Calls", window))
    assert "200 OK" in me.column(CallColumn.STATUS, "Calls", window)
    me.do("New folder…")
    dialog = me.dialog("New folder")
    me.write("Folder name", "made", dialog)
    me.click("Create", dialog)
    me.until(lambda: "put_object" in operations(me, window))

    me.click("Only changes", window)
    assert set(operations(me, window)) == {"put_object"}
    me.write("Filter", "no such thing", window)
    assert operations(me, window) == []
    assert not me.button("Copy as script", window).isEnabled()
    me.write("Filter", "made", window)
    assert me.column(CallColumn.WHAT, "Calls", window) == [f"s3://{bucket}/data/made/"]
    me.write("Filter", "", window)
    me.click("Only changes", window)

    me.click("Copy as script", window)
    me.until(lambda: me.words("Notice", window).startswith("Copied"))
    script = clipboard()
    assert f's3.list_objects_v2(Bucket="{bucket}"' in script.replace("(\n    Bucket", "(Bucket")
    assert "# s3.put_object(" in script
    assert server.secret_key not in script
    assert server.access_key not in script
    compile(script, "script", "exec")

    me.click("Save as notebook…", window)
    me.choose_files("Save as notebook", tmp_path / "mine.ipynb")
    me.until(lambda: me.words("Notice", window).startswith("Saved"))
    cells = json.loads((tmp_path / "mine.ipynb").read_text(encoding="utf-8"))["cells"]
    assert "\n\n".join(cell["source"] for cell in cells) + "\n" == script

    me.click("Clear", window)
    assert operations(me, window) == []
    assert me.words("Counted", window) == "Nothing was asked of S3 yet."
    me.click("Close", window)
    me.until(lambda: not isValid(window))
