"""The Share dialog in the real window: what its links really do, and where they go."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from PySide6.QtCore import QDateTime, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDateTimeEdit, QDialog, QLabel, QPushButton

from s3desk.s3.sharing.links import LinkKind
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Stall
from tests.servers.info import ServerInfo
from tests.servers.moto import mailbox
from tests.ui.analyst import Analyst, clipboard
from tests.ui.conftest import OpenDesk
from tests.ui.content import body_of, keys_of, put
from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


WORKS = "Tried without signing in: it works, but only on this computer."


def curl(*arguments: str) -> str:
    """The HTTP status somebody else gets who has nothing but curl."""
    command = ["curl", "-s", "-o", "-", "-w", "\n%{http_code}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def status(answer: str) -> int:
    return int(answer.rpartition("\n")[2])


@pytest.fixture
def me(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> Analyst:
    """At a bucket with a table and a folder."""
    for key, body in {"a.csv": b"x,y\n1,2\n", "in/old.txt": b"old"}.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=body)
    return open_desk(bucket)


def share(me: Analyst, name: str = "a.csv") -> QDialog:
    me.select(name)
    me.do("Share…")
    return me.dialog("Share")


def ready(me: Analyst, dialog: QDialog) -> str:
    """What stands in `Link`, once it was made and tried."""
    me.until(lambda: me.words("Link", dialog) and not me.words("Tested", dialog).startswith("Trying"))
    return me.words("Link", dialog)


def is_default(button: QAbstractButton) -> bool:
    """Whether the Enter key presses it."""
    return isinstance(button, QPushButton) and button.isDefault()


def named(dialog: QDialog) -> set[str]:
    return {name for _, name, _ in tree(dialog)}


# links to read


def test_temporary_and_public_links_in_curl(
    me: Analyst, server_client: S3Client, bucket: str, server: ServerInfo
) -> None:
    dialog = share(me)
    assert curl(ready(me, dialog)) == "x,y\n1,2\n\n200"
    assert me.words("Tested", dialog) == WORKS
    me.choose("Link type", "Public link", dialog)
    url = ready(me, dialog)
    assert status(curl(url)) == 403
    assert me.words("Tested", dialog).startswith("It does not work: the object is not public")
    assert "If “Make public…” in the menu Share did not help, this server lets nobody in" in me.words("Tested", dialog)
    me.click("Copy anyway", dialog)
    assert clipboard() == url
    me.choose("Link type", "Temporary link", dialog)
    ready(me, dialog)
    assert me.button("Copy", dialog).text() == "Copy"
    me.click("Close", dialog)
    if server.name != "ceph":  # which alone of the two lets anybody in by an ACL
        return
    server_client.put_object_acl(Bucket=bucket, Key="a.csv", ACL="public-read")
    dialog = share(me)
    me.choose("Link type", "Public link", dialog)
    assert curl(ready(me, dialog)) == "x,y\n1,2\n\n200"
    assert me.words("Tested", dialog) == WORKS
    me.click("Copy", dialog)
    assert me.said == "Copied. Never ends, but opens only where the object is public."
    me.click("Close", dialog)


def test_more_options_change_the_answer(me: Analyst) -> None:
    dialog = share(me)
    assert not {"File name", "When opened", "Content type", "Version", "For whom"} & named(dialog)
    me.click("More options", dialog)
    me.until(lambda: me.items("Version", dialog) == ["this bucket keeps no old versions"])
    me.write("File name", "Übersicht.txt", dialog)
    me.choose("When opened", "is saved as a file", dialog)
    me.write("Content type", "text/plain", dialog)
    with urllib.request.urlopen(ready(me, dialog)) as answer:  # a link of the test's own server
        assert answer.headers["Content-Type"] == "text/plain"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert "filename*=UTF-8''%C3%9Cbersicht.txt" in answer.headers["Content-Disposition"]
    me.write("Content type", "nonsense", dialog)
    assert me.words("Expiry", dialog).startswith("“nonsense” is not a content type")
    assert me.words("Link", dialog) == ""
    me.choose("Link type", "Public link", dialog)
    assert not {"File name", "Version"} & named(dialog)
    me.click("Close", dialog)


def test_an_old_version_can_be_shared(me: Analyst, server_client: S3Client, bucket: str) -> None:
    server_client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"first", b"second one"):
        server_client.put_object(Bucket=bucket, Key="a.csv", Body=body)
    dialog = share(me)
    me.click("More options", dialog)
    me.until(lambda: len(me.items("Version", dialog)) == 4)
    assert me.items("Version", dialog)[1].endswith(", 10 B, now the newest")
    me.choose("Version", me.items("Version", dialog)[2], dialog)
    assert curl(ready(me, dialog)) == "first\n200"
    me.click("Close", dialog)


def test_until_a_date(me: Analyst) -> None:
    dialog = share(me)
    me.choose("Unit", "until a date", dialog)
    moment = find(Role.SpinBox, "Until", dialog)
    assert isinstance(moment, QDateTimeEdit)
    now = QDateTime.currentDateTime()
    moment.setDateTime(now.addSecs(3 * 3600))
    link = ready(me, dialog)
    assert 3 * 3600 - 120 <= int(link.partition("X-Amz-Expires=")[2].partition("&")[0]) <= 3 * 3600
    end = datetime.now().astimezone() + timedelta(hours=3)
    assert any(f"{at:%H:%M}" in me.words("Expiry", dialog) for at in (end, end - timedelta(minutes=1)))
    captions = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is moment]
    assert captions == ["Ends"]
    QTest.keyClick(moment, Qt.Key.Key_Home)
    QTest.keyClicks(moment, str(now.addDays(2).date().day()))
    assert moment.date().day() == now.addDays(2).date().day()
    moment.selectAll()
    QTest.keyClicks(moment, str(now.addDays(3).date().day()))
    assert moment.date().day() == now.addDays(3).date().day()
    calendar = moment.calendarWidget()
    QTest.mousePress(moment, Qt.MouseButton.LeftButton, pos=QPoint(moment.width() - 6, moment.height() // 2))
    me.until(lambda: calendar.minimumDate() == now.date())
    assert calendar.maximumDate() == now.addDays(7).date()
    QTest.keyClick(calendar, Qt.Key.Key_Escape)
    moment.setDateTime(now.addDays(8))
    assert me.words("Expiry", dialog) == "S3 allows 7 days at most for a temporary link."
    moment.setDateTime(now.addDays(-1))
    assert me.words("Expiry", dialog) == "This moment is over. Choose a later one."
    assert me.words("Link", dialog) == ""
    assert not me.button("Copy", dialog).isEnabled()
    me.click("Close", dialog)


def test_a_slow_server_makes_copying_wait(
    server_client: S3Client, bucket: str, open_desk: OpenDesk, fault_proxy: FaultProxy
) -> None:
    server_client.put_object(Bucket=bucket, Key="a.csv", Body=b"x,y\n1,2\n")
    go = threading.Event()
    me = open_desk(bucket, endpoint_url=fault_proxy.endpoint_url)
    me.select("a.csv")
    me.until(lambda: not me.desk.preview.loading)
    fault_proxy.on(lambda seen: seen.method == "GET" and "X-Amz-Sig" in seen.query, Stall(release=go))
    dialog = share(me)
    me.until(lambda: me.words("Link", dialog))
    assert me.words("Tested", dialog) == "Trying it without signing in…"
    me.click("Copy", dialog)
    assert clipboard() == ""
    go.set()
    me.until(lambda: clipboard() == me.words("Link", dialog))
    assert me.words("Tested", dialog) == WORKS
    me.click("Close", dialog)


# links to upload


def test_a_file_comes_by_an_upload_link(me: Analyst, server_client: S3Client, bucket: str, tmp_path: Path) -> None:
    me.go(bucket, "in/")
    me.do("Upload link…")
    dialog = me.dialog("Share")
    assert me.items("Link type", dialog) == ["Upload link"]
    me.expect("A page to put files into in/", dialog)
    assert find(Role.ComboBox, "Upload by", dialog).hasFocus()
    me.choose("Upload by", "one file, by curl or a program", dialog)
    me.expect("A link to put a file into in/", dialog)
    assert me.words("Expiry", dialog) == "Type the name that the file gets here."
    me.write("Save as", "old.txt", dialog)
    me.until(
        lambda: me.words("Tested", dialog) == "A file of this name is there already; whoever has this link replaces it."
    )
    me.write("Save as", "new & fresh.bin", dialog)
    me.until(lambda: me.words("Tested", dialog).startswith("Not tried"))
    link = ready(me, dialog)
    assert me.words("Tested", dialog).startswith("Not tried: trying it would put a file there.")
    assert keys_of(server_client, bucket) == ["a.csv", "in/old.txt"]
    (tmp_path / "sent").write_bytes(b"from outside")
    assert status(curl("-T", str(tmp_path / "sent"), link)) == 200
    assert body_of(server_client, bucket, "in/new & fresh.bin") == b"from outside"
    me.choose("Format", "curl", dialog)
    assert "-T" in me.words("Link", dialog)
    me.click("Copy", dialog)
    me.until(lambda: [given.kind for given in me.desk.ledger.all()] == [LinkKind.UPLOAD])
    me.click("Close", dialog)


class Form(HTMLParser):
    """What a browser would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the form and its fields."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found["action"]
        elif tag == "input" and found.get("type") != "file" and found.get("name"):
            self.fields[found["name"]] = found.get("value", "")

    def send(self, file: Path, name: str) -> int:
        """Upload with curl; the HTTP status."""
        fields = [part for field, value in self.fields.items() for part in ("--form-string", f"{field}={value}")]
        return status(curl(*fields, "-F", f"file=@{file};filename={name}", self.action))


def test_a_page_takes_what_keeps_to_its_limits(
    me: Analyst, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    dialog = share(me, "in")
    me.choose("Link type", "Upload link", dialog)
    assert me.items("Upload by", dialog)[0] == "any file, on a web page"
    me.set_number("At most", 1, dialog)
    me.choose("Kind of file", "CSV", dialog)
    ready(me, dialog)
    assert me.words("Tested", dialog).startswith(
        "Whoever has this page can replace any file in this folder. Save the page"
    )
    assert "It may have 1 MB at most." in me.words("Link", dialog)
    assert is_default(me.button("Save…", dialog))
    assert me.items("Format", dialog) == ["Web page"]
    assert not me.button("E-mail…", dialog).isEnabled()
    me.click("Save…", dialog)
    me.choose_files("Save link", tmp_path / "page.html")
    me.until(lambda: me.said.startswith("Saved as page.html in "))
    me.until(lambda: [given.most_bytes for given in me.desk.ledger.all()] == [1024**2])
    form = Form((tmp_path / "page.html").read_text())
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x,y\n")
    large.write_bytes(b"x" * (1024**2 + 1))
    assert form.send(small, "small.csv") in (200, 201, 204)
    assert body_of(server_client, bucket, "in/small.csv") == b"x,y\n"
    assert form.send(large, "large.csv") >= 400
    form.fields["Content-Type"] = "text/html"
    assert form.send(small, "page.html") >= 400
    assert keys_of(server_client, bucket) == ["a.csv", "in/old.txt", "in/small.csv"]
    me.click("Close", dialog)


# where they go


@dataclass(frozen=True)
class MailProgram:
    """Takes what the desktop opens, in place of the one that is set up here or not."""

    folder: Path

    def set_up(self, name: str) -> None:
        """Scripts with the names of the desktop's own; `name` is that of the mail program, "" where there is none."""
        letter = self.folder / "letter"
        for command, script in (
            ("xdg-mime", f"echo {name}"),
            ("xdg-open", f'echo "$1" >&2; printf %s "$1" > "{letter}.part"; mv "{letter}.part" "{letter}"'),
        ):
            (self.folder / command).write_text(f"#!/bin/sh\n{script}\n")
            (self.folder / command).chmod(0o755)

    @property
    def asked(self) -> str:
        """The letter it got, as the address says it."""
        letter = self.folder / "letter"
        address = QUrl.fromEncoded(letter.read_bytes()) if letter.exists() else QUrl()
        return address.query(QUrl.ComponentFormattingOption.FullyDecoded)


@pytest.fixture
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MailProgram:
    if not sys.platform.startswith("linux"):
        pytest.skip("ELSEWHERE QT ASKS THE SYSTEM FOR ITS MAIL PROGRAM, AND NOBODY CAN STAND IN FOR THAT")
    folder = tmp_path / "desktop"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    program = MailProgram(folder)
    program.set_up("letters.desktop")
    return program


def test_by_mail(me: Analyst, mails: MailProgram, capfd: pytest.CaptureFixture[str]) -> None:
    dialog = share(me)
    link = ready(me, dialog)
    me.click("E-mail…", dialog)
    me.until(lambda: mails.asked)
    assert mails.asked.startswith(f"subject=Link to a.csv&body={link}\r\n\r\nThis link works until ")
    me.until(lambda: me.said.startswith("Handed to your mail program. Works until "))
    assert "mailto:" not in "".join(capfd.readouterr()), "whoever looks at the terminal gets no link"
    mails.set_up("")
    me.click("E-mail…", dialog)
    none = "No mail program is set up on this computer; the text is on the clipboard instead."
    me.until(lambda: me.words("Tested", dialog) == none)
    assert clipboard().startswith(f"{link}\n\nThis link works until ")
    me.choose("Format", "Web page", dialog)
    assert not me.button("E-mail…", dialog).isEnabled(), "nobody reads HTML in a mail"
    me.click("Close", dialog)


def test_a_long_mail_is_pasted(me: Analyst, mails: MailProgram, server_client: S3Client, bucket: str) -> None:
    put(server_client, bucket, *(f"many/{number:02}.txt" for number in range(70)))
    me.do("Refresh")
    me.until(lambda: "many" in me.names())
    dialog = share(me, "many")
    links = ready(me, dialog)
    assert links.count("\n") == 69
    me.click("E-mail…", dialog)
    me.until(lambda: mails.asked)
    assert mails.asked == "subject=Link to all files in many&body="
    assert clipboard().startswith(f"{links}\n\nThese links work until ")
    me.until(lambda: "paste it, it is on the clipboard" in me.said)
    me.click("Close", dialog)


def test_code_without_a_link_promises_nothing(me: Analyst) -> None:
    dialog = share(me)
    ready(me, dialog)
    assert "QR code" in named(dialog)
    me.choose("Format", "boto3", dialog)
    me.until(lambda: "import boto3" in me.words("Link", dialog))
    own = "This code has no link in it: whoever runs it signs in with keys of their own."
    assert me.words("Tested", dialog) == own
    assert not {"QR code", "Expiry"} & named(dialog)
    me.click("Copy", dialog)
    assert me.said == f"Copied. {own}"
    me.choose("Format", "Link", dialog)
    assert me.words("Tested", dialog) == WORKS
    assert me.words("Expiry", dialog).startswith("Works until ")
    me.click("Close", dialog)
    assert me.desk.ledger.all() == []


def test_a_page_of_several_links_is_named_after_their_folder(
    me: Analyst, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    put(server_client, bucket, *(f"2019/{number:02}.txt" for number in range(3)))
    me.desk.settings.update(download_folder=str(tmp_path))
    me.do("Refresh")
    me.until(lambda: "2019" in me.names())
    dialog = share(me, "2019")
    ready(me, dialog)
    me.choose("Format", "Web page", dialog)
    assert "<h1><bdi>2019 — 3 files</bdi></h1>" in me.words("Link", dialog)
    assert me.words("Tested", dialog).endswith("Save the page and hand it on, attached to a mail for instance.")
    assert is_default(me.button("Save…", dialog))
    assert "QR code" not in named(dialog)
    me.click("Save…", dialog)
    question = me.dialog("Save link")
    assert [Path(name).name for name in question.selectedFiles()] == ["2019.html"]  # type: ignore[attr-defined]  # a file dialog
    me.choose_files("Save link", tmp_path / "2019.html")
    me.until((tmp_path / "2019.html").exists)
    me.click("Close", dialog)


def test_code_of_several_tables_reads_each_as_it_lies(me: Analyst, server_client: S3Client, bucket: str) -> None:
    table = "fall;lat;straße\r\n0042;33,25;Hauptstraße\r\n0043;33,5;Señor\r\n"
    server_client.put_object(Bucket=bucket, Key="two/a.csv", Body=table.encode("cp1252"))
    server_client.put_object(Bucket=bucket, Key="two/b.csv", Body=b"x,y\n1,2\n")
    me.do("Refresh")
    me.until(lambda: "two" in me.names())
    dialog = share(me, "two")
    ready(me, dialog)
    me.choose("Format", "pandas", dialog)
    me.until(lambda: "df2" in me.words("Link", dialog))
    names: dict[str, Any] = {}
    exec(me.words("Link", dialog), names)  # noqa: S102  # pasting it is what it is for
    assert names["df1"].to_dict("list") == {
        "fall": ["0042", "0043"],
        "lat": [33.25, 33.5],
        "straße": ["Hauptstraße", "Señor"],
    }
    assert names["df2"].to_dict("list") == {"x": [1], "y": [2]}
    me.click("Close", dialog)


def test_several_public_links_that_do_not_open_are_one_sentence(me: Analyst) -> None:
    me.select("a.csv", "in")
    me.do("Share…")
    dialog = me.dialog("Share")
    ready(me, dialog)
    me.choose("Link type", "Public link", dialog)
    me.until(lambda: me.words("Tested", dialog).startswith("None of the 2 links works: the objects are not public."))
    me.click("Close", dialog)


def test_saved_code_has_its_ending(me: Analyst, tmp_path: Path) -> None:
    me.desk.settings.update(download_folder=str(tmp_path))
    dialog = share(me)
    ready(me, dialog)
    me.choose("Format", "pandas", dialog)
    me.until(lambda: "pd.read_csv" in me.words("Link", dialog))
    me.click("Save…", dialog)
    question = me.dialog("Save link")
    assert [Path(name).name for name in question.selectedFiles()] == ["a.csv link.py"]  # type: ignore[attr-defined]  # a file dialog
    me.choose_files("Save link", tmp_path / "read.py")
    me.until((tmp_path / "read.py").exists)
    assert (tmp_path / "read.py").read_text() == me.words("Link", dialog)
    me.click("Save…", dialog)
    me.choose_files("Save link", tmp_path / "missing" / "read.py")
    error = me.dialog("Error")
    me.expect("“read.py” cannot be written", error)
    me.click("Close", error)
    me.click("Close", dialog)


def test_a_qr_code_carries_the_link(me: Analyst, tmp_path: Path) -> None:
    import segno

    dialog = share(me)
    link = ready(me, dialog)
    me.until(lambda: me.button("QR code", dialog).isEnabled())
    me.click("QR code", dialog)
    shown = me.dialog("QR code")
    picture = find(Role.Graphic, "QR code of the link", shown)
    assert isinstance(picture, QLabel)
    image = picture.pixmap().toImage()
    expected = [bytes(row) for row in segno.make_qr(link, error="l", boost_error=False).matrix_iter(border=4)]
    module = image.width() // len(expected)
    seen = [
        bytes(image.pixelColor(x * module, y * module).lightness() < 128 for x in range(len(expected)))
        for y in range(len(expected))
    ]
    assert seen == expected
    me.click("Save…", shown)
    me.choose_files("Save link", tmp_path / "code.png")
    me.until((tmp_path / "code.png").exists)
    me.click("Close", shown)
    me.click("Close", dialog)


def test_what_was_given_out_is_written_down_once(me: Analyst, bucket: str) -> None:
    dialog = share(me)
    ready(me, dialog)
    assert me.desk.ledger.all() == []
    me.click("Copy", dialog)
    me.choose("Format", "Markdown", dialog)
    me.click("Copy", dialog)
    me.until(lambda: len(me.desk.ledger.all()) == 1)
    me.click("More options", dialog)
    me.write("For whom", "Ada", dialog)
    me.click("Close", dialog)
    me.until(lambda: [given.note for given in me.desk.ledger.all()] == ["Ada"])
    given = me.desk.ledger.all()[0]
    assert (given.bucket, given.key, given.kind) == (bucket, "a.csv", LinkKind.TEMPORARY)
    assert given.ends is not None
    assert given.lifetime_s == 7 * 24 * 3600
    me.do("Copy link")
    me.until(lambda: len(me.desk.ledger.all()) == 2)
    assert "ignature" not in repr(me.desk.ledger.all())


class TestNoTopics:
    """On the one server that has none."""

    @pytest.fixture
    def server(self, seaweedfs: ServerInfo) -> ServerInfo:
        return seaweedfs

    def test_a_server_without_topics_is_asked_once(self, me: Analyst) -> None:
        dialog = share(me)
        link = ready(me, dialog)
        me.click("SNS…", dialog)
        error = me.dialog("Error")
        assert link not in " ".join(me.sentences(error))
        me.click("Close", error)
        assert not me.button("SNS…", dialog).isEnabled()
        assert me.button("SNS…", dialog).toolTip()
        me.click("Close", dialog)
        dialog = share(me)
        ready(me, dialog)
        assert not me.button("SNS…", dialog).isEnabled()
        me.click("Close", dialog)


class TestTopics:
    """On the one server that has them."""

    @pytest.fixture
    def server(self, moto: ServerInfo) -> ServerInfo:
        return moto

    def test_a_link_is_published(self, me: Analyst, moto: ServerInfo) -> None:
        with mailbox(moto, f"links-{uuid4().hex}") as box:
            dialog = share(me)
            link = ready(me, dialog)
            me.click("SNS…", dialog)
            letter = me.dialog("Publish to SNS topic")
            me.choose("Topic", box.topic_arn.rpartition(":")[2], letter)
            me.click("Publish", letter)
            me.until(lambda: me.said.startswith("Published to the topic links-"))
            (sent,) = box.letters()
        assert sent["Subject"] == "Link to a.csv"
        assert sent["Message"].startswith(f"{link}\n\nThis link works until ")
        me.until(lambda: [given.key for given in me.desk.ledger.all()] == ["a.csv"])
        me.click("Close", dialog)
