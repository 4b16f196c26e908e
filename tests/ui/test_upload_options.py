"""Upload with options: chosen in a dialog that refuses what S3 would not take, kept with the objects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QTableWidget, QWidget

from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst
from tests.ui.content import body_of
from tests.ui.screen_reader import Role, find
from tests.ui.test_accessible import nameless

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def fill(name: str, row: int, pair: tuple[str, str], dialog: QWidget) -> None:
    """Type a name and a value into a row of a table."""
    table = find(Role.Table, name, dialog)
    assert isinstance(table, QTableWidget)
    for column, words in enumerate(pair):
        table.model().setData(table.model().index(row, column), words)


def test_a_folder_goes_up_with_what_was_chosen(
    server_client: S3Client, bucket: str, desk_window: Analyst, server: ServerInfo, tmp_path: Path
) -> None:
    me = desk_window
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_bytes(b"<p>")
    (folder / "b.bin").write_bytes(bytes(9 << 20))
    me.do("Upload folder with options…")
    me.choose_files("Upload folder", folder)
    dialog = me.dialog("Upload options")
    me.expect("Upload pages with options", dialog)
    assert nameless(dialog) == []
    assert me.items("Access", dialog)[0] == "As the bucket does (no access list is sent)"
    assert "Standard-IA: cheaper to keep, costs to read" in me.items("Storage class", dialog)

    fill("Metadata", 0, ("source", "two\nlines"), dialog)
    assert "line break" in me.words("Notice", dialog)
    assert not me.button("Upload", dialog).isEnabled()
    fill("Metadata", 0, ("Source", "a survey"), dialog)
    fill("Tags", 0, ("project", "2026"), dialog)
    fill("Tags", 1, ("team", "é"), dialog)
    me.write("Cache-Control", "no-cache", dialog)
    me.write("Content-Type", "html", dialog)
    assert "is written like text/csv" in me.words("Notice", dialog)
    me.write("Content-Type", "text/html; charset=utf-8", dialog)
    if server.name == "ceph":
        me.choose("Access", "Everyone on the internet can read", dialog)
        assert "Everyone who knows the address" in me.words("Notice", dialog)
    else:
        me.write("Storage class", "GLACIER_IR", dialog)
    me.click("Upload", dialog)
    me.until(lambda: me.finished(1))
    for key in ("pages/a.html", "pages/b.bin"):
        told = server_client.head_object(Bucket=bucket, Key=key)
        assert (told["ContentType"], told["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
        assert told["Metadata"] == {"source": "a survey"}
        assert told.get("StorageClass", "") == ("" if server.name == "ceph" else "GLACIER_IR")
        tags = server_client.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == {"project": "2026", "team": "é"}
        grants: Any = server_client.get_object_acl(Bucket=bucket, Key=key)["Grants"]
        public = [grant for grant in grants if "AllUsers" in grant["Grantee"].get("URI", "")]
        assert len(public) == (1 if server.name == "ceph" else 0)


def test_what_the_server_does_not_take_is_said(
    server_client: S3Client, bucket: str, desk_window: Analyst, tmp_path: Path
) -> None:
    me = desk_window
    (tmp_path / "a.txt").write_bytes(b"a")
    me.do("Upload with options…")
    me.choose_files("Upload files", tmp_path / "a.txt")
    me.click("Cancel", me.dialog("Upload options"))
    me.do("Upload with options…")
    me.choose_files("Upload files", tmp_path / "a.txt")
    dialog = me.dialog("Upload options")
    me.write("Storage class", "WARM", dialog)
    me.click("Upload", dialog)
    error = me.dialog("Error")
    me.expect("1 file was not uploaded.", error)
    me.click("Close", error)
    me.do("Show what failed")
    error = me.dialog("Error")
    assert "does not take the storage class “WARM”" in str(me.sentences(error)) + me.words("Details", error)
    me.click("Close", error)
    me.do("Upload files…")
    me.choose_files("Upload files", tmp_path / "a.txt")
    me.until(lambda: me.finished(1))
    assert body_of(server_client, bucket, "a.txt") == b"a"
