"""What is remembered, and that it is never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

from s3desk.s3.account import Account, SignIn
from s3desk.settings import Settings, SettingsFile

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = Account(
    "mine", SignIn.KEYS, access_key="AKIAX", secret_key="hush", session_token="psst", endpoint_url="http://h:1"
)


def file_at(path: Path) -> SettingsFile:
    return SettingsFile(QSettings(str(path / "s3desk.ini"), QSettings.Format.IniFormat))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file_at(tmp_path).update(
        geometry=QByteArray(b"\x01\x02"),
        preview_shown=False,
        link_minutes=90,
        accounts=(ACCOUNT, Account("work", SignIn.PROFILE, profile="p", path_style=True)),
        remembered=("mine",),
        bookmarks=(("mine", "s3://b/ä b/"),),
        last_uri="s3://b/%2F/",
    )
    found = file_at(tmp_path).current
    assert found.geometry == QByteArray(b"\x01\x02")
    assert found.preview_shown is False
    assert found.link_minutes == 90
    assert found.account("work") == Account("work", SignIn.PROFILE, profile="p", path_style=True)
    assert found.remembered == ("mine",)
    assert found.bookmarks == (("mine", "s3://b/ä b/"),)
    assert found.last_uri == "s3://b/%2F/"


def test_keys_are_not_written(tmp_path: Path) -> None:
    file_at(tmp_path).update(accounts=(ACCOUNT,))
    written = (tmp_path / "s3desk.ini").read_text()
    assert "http://h:1" in written
    for secret in ("hush", "psst", "AKIAX"):
        assert secret not in written


def test_a_damaged_file_falls_back_to_defaults_field_by_field(tmp_path: Path) -> None:
    (tmp_path / "s3desk.ini").write_text(
        '[General]\nlink_minutes=many\naccounts="[{broken"\nbookmarks="[1]"\nlast_account=mine\ngeometry=@@@\ntheme=pink\n\x00\xff'
    )
    found = file_at(tmp_path).current
    assert found.link_minutes == Settings().link_minutes
    assert found.accounts == ()
    assert found.theme == "system"
    assert found.bookmarks == ()
    assert found.last_account == "mine"


def test_a_picture_writes_nothing(tmp_path: Path) -> None:
    silent = SettingsFile(QSettings(str(tmp_path / "s3desk.ini"), QSettings.Format.IniFormat), writes=False)
    silent.update(last_account="x")
    assert silent.current.last_account == "x"
    assert not (tmp_path / "s3desk.ini").exists()
