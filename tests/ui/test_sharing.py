"""Links: what is copied must open for everybody, and say until when."""

from __future__ import annotations

import json
import shlex
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QDialog

from s3desk.s3.account import Account, SignIn
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

TABLE = b"x,y\n1,2\n3,4\n"


def opened(url: str) -> bytes:
    """What somebody without any keys gets."""
    with urllib.request.urlopen(url) as answer:  # an address the test made
        body: bytes = answer.read()
    return body


@pytest.fixture
def me(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> Analyst:
    """At a bucket with two files and a folder."""
    for key, body in {"t & t.csv": TABLE, "b.txt": b"second", "f/x": b"x"}.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    return open_desk(bucket)


def ready(me: Analyst, dialog: QDialog) -> str:
    """The link, once it is made."""
    me.until(lambda: me.words("Link", dialog))
    return me.words("Link", dialog)


def test_copy_link_puts_a_link_on_the_clipboard_that_opens(me: Analyst) -> None:
    me.select("t & t.csv")
    me.press("Ctrl+C", me.objects)
    me.until(lambda: clipboard().startswith("http"))
    assert opened(clipboard()) == TABLE
    me.until(lambda: me.said.startswith("Copied. The link works until "))
    week = datetime.now().astimezone() + timedelta(days=7)
    assert f"{week:%A}" in me.said

    me.select("t & t.csv", "b.txt")
    me.do("Copy link")
    me.until(lambda: clipboard().count("\n") == 1)
    assert sorted(map(opened, clipboard().splitlines())) == [b"second", TABLE]
    me.until(lambda: me.said.startswith("Copied. The 2 links work until "))

    me.select("f")
    assert not me.verb("Copy link").isEnabled()
    assert not me.verb("Share…").isEnabled()


def test_the_dialog_refuses_what_s3_cannot_do(me: Analyst) -> None:
    me.select("b.txt")
    me.press("Ctrl+Shift+C")
    dialog = me.dialog("Share")
    first = ready(me, dialog)
    assert first.startswith("http")
    assert me.words("Expiry", dialog).startswith("Works until ")
    assert me.words("Expiry", dialog).endswith(", for anyone who has it.")

    me.set_number("Expires in", 8, dialog)
    assert me.words("Expiry", dialog) == "S3 allows 7 days at most for a temporary link."
    assert me.words("Link", dialog) == ""
    assert not me.button("Copy", dialog).isEnabled()
    me.set_number("Expires in", 0, dialog)
    assert me.words("Expiry", dialog) == "A link must live for at least a minute."
    assert me.words("Link", dialog) == ""

    me.set_number("Expires in", 2, dialog)
    me.choose("Unit", "hours", dialog)
    assert "X-Amz-Expires=7200" in ready(me, dialog)
    end = datetime.now().astimezone() + timedelta(hours=2)
    assert any(f"{moment:%H:%M}" in me.words("Expiry", dialog) for moment in (end, end - timedelta(minutes=1)))
    assert opened(ready(me, dialog)) == b"second"

    me.click("Copy", dialog)
    assert clipboard() == me.words("Link", dialog)
    assert me.said == "Copied. " + me.words("Expiry", dialog)
    assert dialog.isVisible()
    me.click("Close", dialog)
    me.until(lambda: not dialog.isVisible())

    me.do("Copy link")  # the default is what was used last
    me.until(lambda: clipboard().count("X-Amz-Expires=7200"))


def test_every_form_of_a_link(me: Analyst) -> None:
    me.select("t & t.csv")
    me.do("Share…")
    dialog = me.dialog("Share")
    url = ready(me, dialog)
    me.choose("Format", "Markdown", dialog)
    assert me.words("Link", dialog) == f"[t & t.csv](<{url}>)"
    me.choose("Format", "HTML", dialog)
    escaped = url.replace("&", "&amp;")
    assert me.words("Link", dialog) == f'<a href="{escaped}">t &amp; t.csv</a>'
    me.choose("Format", "curl", dialog)
    assert shlex.split(me.words("Link", dialog))[-1] == url
    me.choose("Format", "pandas", dialog)
    me.click("Copy", dialog)
    names: dict[str, object] = {}
    exec(clipboard(), names)  # noqa: S102  # pasting it is what it is for
    assert names["df"].to_dict("list") == {"x": [1, 3], "y": [2, 4]}  # type: ignore[attr-defined]  # a DataFrame
    me.choose("Link type", "Public link", dialog)
    me.choose("Format", "Link", dialog)
    me.until(lambda: "Never ends" in me.words("Expiry", dialog))
    assert me.words("Link", dialog) == url.partition("?")[0]
    me.click("Close", dialog)


def test_addresses_without_a_signature(me: Analyst, bucket: str, server: ServerInfo) -> None:
    me.select("t & t.csv", "b.txt")
    me.do("Copy S3 URI")
    assert clipboard() == f"s3://{bucket}/b.txt\ns3://{bucket}/t & t.csv"
    assert me.said == "Copied 2 S3 URIs."
    me.select("f")
    me.press("Ctrl+Alt+C")
    assert clipboard() == f"s3://{bucket}/f/"
    me.select("t & t.csv")
    me.do("Copy public URL")
    me.until(lambda: clipboard() == f"{server.endpoint_url}/{bucket}/t%20%26%20t.csv")
    me.until(lambda: me.said == "Copied. A public URL opens only where the object is public.")


def test_a_link_never_promises_more_than_the_sign_in(
    server: ServerInfo,
    server_client: S3Client,
    bucket: str,
    open_desk: OpenDesk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server_client.put_object(Bucket=bucket, Key="b.txt", Body=b"second")
    end = datetime.now(UTC) + timedelta(minutes=30)
    keys = {"Version": 1, "AccessKeyId": server.access_key, "SecretAccessKey": server.secret_key}
    (tmp_path / "keys.json").write_text(json.dumps(keys | {"Expiration": end.isoformat()}))
    reading = f"print(open({str(tmp_path / 'keys.json')!r}).read())"
    config = tmp_path / "config"
    config.write_text(f"[profile soon]\ncredential_process = {sys.executable} -c {shlex.quote(reading)}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    account = Account("soon", SignIn.PROFILE, "soon", endpoint_url=server.endpoint_url, region="us-east-1")
    me = open_desk(bucket, account=account)
    me.select("b.txt")
    me.do("Share…")
    dialog = me.dialog("Share")
    assert opened(ready(me, dialog)) == b"second"
    sentence = me.words("Expiry", dialog)
    assert f"{end.astimezone():%H:%M}, not for 7 days: your sign-in ends then." in sentence
    me.click("Close", dialog)

    me.do("Copy link")
    me.until(lambda: "(your sign-in ends then)" in me.said)
