"""Links: what is copied must open for everybody, and say until when."""

from __future__ import annotations

import json
import shlex
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from PySide6.QtWidgets import QDialog

from s3desk.s3.account import Account, SignIn
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk
from tests.ui.content import put

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
    assert me.verb("Share…").isEnabled(), "which makes a link for each file in it"


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
    me.until(lambda: "pd.read_csv" in me.words("Link", dialog))
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
    me.do("Copy ARN")
    assert clipboard() == f"arn:aws:s3:::{bucket}/f/"
    me.do("Copy key")
    assert clipboard() == "f/"
    me.desk.objects.view.clearSelection()
    me.do("Copy ARN")
    assert clipboard() == f"arn:aws:s3:::{bucket}"
    assert not me.verb("Copy key").isEnabled()


def test_the_public_url_is_tried_and_copied_in_any_case(me: Analyst, bucket: str, server: ServerInfo) -> None:
    me.select("t & t.csv")
    me.do("Copy public URL")
    me.until(lambda: clipboard() == f"{server.endpoint_url}/{bucket}/t%20%26%20t.csv")
    me.until(lambda: me.said == "Copied, but it does not work: the object is not public.")


def test_a_link_that_does_not_open_is_not_copied_silently(me: Analyst, bucket: str, server_client: S3Client) -> None:
    me.select("b.txt")
    server_client.delete_object(Bucket=bucket, Key="b.txt")
    me.do("Copy link")
    me.until(lambda: clipboard().startswith("http"))
    me.until(lambda: me.said == "Copied, but it does not work: the object is not there any more.")


def test_copied_code_runs(me: Analyst, server: ServerInfo) -> None:
    me.select("t & t.csv")
    me.do("pandas")
    me.until(lambda: "pd.read_csv" in clipboard())
    names: dict[str, object] = {}
    exec(clipboard(), names)  # noqa: S102  # pasting it is what it is for
    assert names["df"].to_dict("list") == {"x": [1, 3], "y": [2, 4]}  # type: ignore[attr-defined]  # a DataFrame
    me.do("boto3")
    me.until(lambda: "import boto3" in clipboard())
    assert "Signature" not in clipboard()
    assert server.access_key not in clipboard()
    assert me.said == "Copied. This code has no link in it: whoever runs it signs in with keys of their own."
    me.select("f")
    assert not me.verb("Copy as code").isEnabled()


def test_a_folder_is_one_link_a_file(me: Analyst, bucket: str, server_client: S3Client) -> None:
    put(server_client, bucket, *(f"many/{number:02}.txt" for number in range(25)), "many/", "empty/")
    me.do("Refresh")
    me.until(lambda: "many" in me.names())
    me.select("many")
    me.do("Share…")
    dialog = me.dialog("Share")
    me.expect("Share all files in many", dialog)
    links = ready(me, dialog).splitlines()
    assert [opened(link) for link in (links[0], links[-1])] == [b"x", b"x" * 25]
    tried = "Tried 20 of the 25 links without signing in: they work, but only on this computer."
    me.until(lambda: me.words("Tested", dialog) == tried)
    me.choose("Format", "CSV", dialog)
    assert me.words("Link", dialog).startswith("object,link,works until\nmany/00.txt,http")
    me.click("Close", dialog)
    me.select("empty")
    me.do("Share…")
    dialog = me.dialog("Share")
    me.until(lambda: me.words("Expiry", dialog).startswith("There is nothing in here to share."))
    assert me.words("Link", dialog) == ""
    me.click("Close", dialog)


def soon_ending(server: ServerInfo, folder: Path, end: datetime, patch: pytest.MonkeyPatch) -> Account:
    """A profile whose keys come from a program, as those of STS and SSO do, and end at a moment."""
    keys = {"Version": 1, "AccessKeyId": server.access_key, "SecretAccessKey": server.secret_key}
    (folder / "keys.json").write_text(json.dumps(keys | {"Expiration": end.isoformat()}))
    reading = f"print(open({str(folder / 'keys.json')!r}).read())"
    config = folder / "config"
    config.write_text(f"[profile soon]\ncredential_process = {sys.executable} -c {shlex.quote(reading)}\n")
    patch.setenv("AWS_CONFIG_FILE", str(config))
    return Account("soon", SignIn.PROFILE, "soon", endpoint_url=server.endpoint_url, region="us-east-1")


def test_a_link_never_promises_more_than_the_sign_in(
    server: ServerInfo,
    server_client: S3Client,
    bucket: str,
    open_desk: OpenDesk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(server_client, bucket, "b.txt")
    end = datetime.now(UTC) + timedelta(minutes=10, seconds=20)
    me = open_desk(bucket, account=soon_ending(server, tmp_path, end, monkeypatch))
    me.select("b.txt")
    me.do("Share…")
    dialog = me.dialog("Share")
    assert opened(ready(me, dialog)) == b"x"
    sentence = me.words("Expiry", dialog)
    assert sentence.startswith("Works for 10 min only, until today at ") or "tomorrow" in sentence
    assert f"{end.astimezone():%H:%M}, not for 7 days: your sign-in ends then." in sentence
    assert sentence.endswith("Sign in again just before you share, or use keys that do not expire.")
    me.click("Copy", dialog)
    assert me.said == f"Copied. {sentence}"
    me.set_number("Expires in", 5, dialog)
    me.choose("Unit", "minutes", dialog)
    me.until(lambda: me.words("Expiry", dialog).endswith(", for anyone who has it."))
    me.click("Close", dialog)

    me.desk.settings.update(link_minutes=7 * 24 * 60)
    me.do("Copy link")
    me.until(lambda: "(your sign-in ends then)" in me.said)


class LateClock(datetime):
    """Goes 45 seconds late, which every server lets pass; the servers' own clocks decide when a link ends."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain one
        return datetime.now(tz) - timedelta(seconds=45)


def late_time(remove_tzinfo: bool = True) -> datetime:
    """As botocore asks for it."""
    now = LateClock.now(UTC)
    return now.replace(tzinfo=None) if remove_tzinfo else now


class TestForAMinute:
    """What is signed by a late clock ends earlier, so that a minute need not be waited for."""

    @pytest.fixture
    def server(self, seaweedfs: ServerInfo) -> ServerInfo:
        return seaweedfs

    def test_a_link_for_one_minute_ends(self, me: Analyst, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("s3desk.s3.sharing.links.datetime", LateClock)
        for signer in ("botocore.auth", "botocore.crt.auth"):  # the second where awscrt is installed
            with suppress(ImportError):
                monkeypatch.setattr(f"{signer}.get_current_datetime", late_time)
        me.select("b.txt")
        me.do("Share…")
        dialog = me.dialog("Share")
        me.set_number("Expires in", 1, dialog)
        me.choose("Unit", "minutes", dialog)
        me.until(lambda: me.words("Expiry", dialog).startswith("Works until "))
        link = ready(me, dialog)
        assert opened(link) == b"second"
        made = datetime.now(UTC)

        def is_refused() -> bool:
            try:
                return opened(link) != b"second"
            except urllib.error.HTTPError as error:
                return error.code == 403

        assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["60"]
        me.until(is_refused, 40_000)
        assert datetime.now(UTC) - made > timedelta(seconds=10), "it worked to its end"
        me.click("Copy", dialog)
        me.until(lambda: me.words("Link", dialog) not in ("", link))
        assert clipboard() == "", "what has ended is made anew, and not copied unseen"
        me.click("Close", dialog)
