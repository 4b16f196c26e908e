"""Tables and folders published in the window, opened by their links in a real browser; buckets as websites."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

import pyarrow as pa
import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QRadioButton

from s3desk.data.sheet import Sheet
from s3desk.ui.publishing.publish_actions import page_name, publish_sheet
from tests.servers.chromium import dumped
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst, clipboard
from tests.ui.content import body_of, keys_of, put
from tests.ui.screen_reader import Role, find, tree

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ON_CEPH = pytest.mark.parametrize("server", ["ceph"], indirect=True)  # which does what access lists say
ON_SEAWEEDFS = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)  # which has them switched off
CSV = b"id,name,home\n007,Zoe,https://example.org/?a=1&b=2\n010,<b>Al</b>,javascript:alert(1)\n"
TABLE, INDEX, SITE = "Publish table as web page…", "Publish index page…", "Website…"


class Browser(QObject):
    """Takes addresses in place of the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[QUrl] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """A new tab."""
        self.asked.append(url)


@pytest.fixture
def browser() -> Iterator[Browser]:
    program = Browser()
    for scheme in ("file", "http"):
        QDesktopServices.setUrlHandler(scheme, program, "take")  # type: ignore[arg-type]  # the stubs want bytes, PySide a str
    yield program
    for scheme in ("file", "http"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def me(desk_window: Analyst, server_client: S3Client, bucket: str) -> Analyst:
    """At a folder with a table in it, with the verbs in the menus."""
    server_client.put_object(Bucket=bucket, Key="in/people list.csv", Body=CSV, ContentType="text/csv")
    desk_window.go(bucket, "in/")
    desk_window.until(lambda: desk_window.names() == ["people list.csv"])
    return desk_window


def begin(me: Analyst, title: str = "Publish table as web page") -> QDialog:
    me.select("people list.csv")
    me.do(TABLE)
    return me.dialog(title)


def choose(name: str, dialog: QDialog) -> None:
    button = find(Role.RadioButton, name, dialog)
    assert isinstance(button, QRadioButton)
    button.click()


def field(name: str, dialog: QDialog) -> str:
    """What stands in a field; "" while it is not there."""
    found = [w for role, its, w in tree(dialog) if (role, its) == (Role.EditableText, name)]
    return found[0].text() if found and isinstance(found[0], QLineEdit) else ""


def published(me: Analyst, dialog: QDialog) -> str:
    """Click Publish and wait for the link."""
    me.click("Publish", dialog)
    me.until(lambda: field("Link", dialog), timeout=30_000)
    return field("Link", dialog)


def hrefs(document: str) -> list[str]:
    return [href.replace("&amp;", "&") for href in re.findall(r'<a href="([^"]*)"', document)]


# tables


@ON_CEPH
def test_a_table_published_for_anyone(
    me: Analyst, browser: Browser, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    assert me.verb(INDEX).isEnabled()
    dialog = begin(me)
    assert field("Title", dialog) == "people list.csv"
    assert field("Name", dialog) == "in/people-list.html"
    columns = find(Role.List, "Columns", dialog)
    assert isinstance(columns, QListWidget)
    assert [columns.item(row).text() for row in range(columns.count())] == ["id", "name", "home"]
    me.write("Title", "People & more", dialog)

    me.click("Preview in browser", dialog)
    me.until(lambda: browser.asked)
    preview = Path(browser.asked.pop().toLocalFile())
    assert stat.S_IMODE(preview.parent.stat().st_mode) == 0o700
    assert "<title>People &amp; more</title>" in preview.read_text()
    assert keys_of(server_client, bucket) == ["in/people list.csv"]

    me.click("Copy as code", dialog)
    me.until(lambda: "put_object" in clipboard())
    code = clipboard()
    credentials = {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
    assert server.secret_key not in code
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **credentials}, check=True, timeout=60)
    by_code = server_client.get_object(Bucket=bucket, Key="in/people-list.html")
    assert (by_code["ContentType"], by_code["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    body = by_code["Body"].read().decode()
    assert "<td>007</td>" in body
    assert "<td>&lt;b&gt;Al&lt;/b&gt;</td>" in body
    assert hrefs(body) == ["https://example.org/?a=1&b=2"]
    server_client.delete_object(Bucket=bucket, Key="in/people-list.html")

    columns.setCurrentRow(0)
    QTest.keyClick(columns, Qt.Key.Key_Space)
    me.choose("Cache for", "1 hour", dialog)
    choose("Public", dialog)
    link = published(me, dialog)
    assert clipboard() == link
    assert "Tried without signing in: it works" in me.words("Published", dialog)
    head = server_client.head_object(Bucket=bucket, Key="in/people-list.html")
    assert (head["ContentType"], head["CacheControl"]) == ("text/html; charset=utf-8", "max-age=3600")
    document = dumped(link)
    assert "<title>People &amp; more</title>" in document
    assert "007" not in document
    assert hrefs(document) == ["https://example.org/?a=1&b=2"]
    assert "&lt;b&gt;Al&lt;/b&gt;" in document
    me.until(lambda: [given.key for given in me.desk.ledger.all()] == ["in/people-list.html"])
    me.until(lambda: "people-list.html" in me.names())
    me.click("Open link", dialog)
    me.until(lambda: [url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in browser.asked] == [link])
    me.write("Title", "Other", dialog)
    assert field("Link", dialog) == "", "what is asked for now is not published"
    me.click("Close", dialog)


@ON_SEAWEEDFS
def test_a_table_by_a_link_that_ends_replaces_nothing_unasked(
    me: Analyst, server_client: S3Client, bucket: str
) -> None:
    dialog = begin(me)
    choose("Public", dialog)
    me.click("Publish", dialog)
    me.until(lambda: "Nothing was published" in me.words("Published", dialog))
    assert "switched off" in me.words("Published", dialog)
    assert keys_of(server_client, bucket) == ["in/people list.csv"]

    choose("Temporary link", dialog)
    server_client.put_object(Bucket=bucket, Key="in/people-list.html", Body=b"of somebody else")
    me.click("Publish", dialog)
    question = me.dialog("Replace page")
    me.expect("is there already", question)
    me.press("Return", question)
    me.until(lambda: "stays as it is" in me.words("Published", dialog))
    assert body_of(server_client, bucket, "in/people-list.html") == b"of somebody else"

    me.click("Publish", dialog)
    me.click("Replace", me.dialog("Replace page"))
    me.until(lambda: field("Link", dialog))
    assert "007" in dumped(field("Link", dialog))
    me.write("Title", "Second", dialog)
    assert "<title>Second</title>" in dumped(published(me, dialog)), "one's own page from a moment ago is just updated"

    server_client.put_object(Bucket=bucket, Key="in/people-list.html", Body=b"changed")
    me.write("Title", "Third", dialog)
    me.click("Publish", dialog)
    question = me.dialog("Replace page")
    me.expect("was changed meanwhile", question)
    me.click("Cancel", question)
    me.until(lambda: "stays as it is" in me.words("Published", dialog))
    assert body_of(server_client, bucket, "in/people-list.html") == b"changed"
    me.click("Close", dialog)


@ON_SEAWEEDFS
def test_a_table_of_a_window_is_published_where_the_main_window_is(me: Analyst) -> None:
    hostile = "</script><script>document.title = 'taken'</script>"
    table = pa.table({f"column {n}": [hostile] * 11_000 for n in range(13)})
    publish_sheet(me.window, me.desk, Sheet(hostile, table, "the first rows"))
    dialog = me.dialog("Publish table as web page")
    assert field("Name", dialog).startswith("in/")
    me.expect("The page shows the first 10,000 of 11,000 rows", dialog)
    me.click("No columns", dialog)
    me.expect("Choose at least one column.", dialog)
    assert not me.button("Publish", dialog).isEnabled()
    columns = find(Role.List, "Columns", dialog)
    columns.setFocus()
    QTest.keyClick(columns, Qt.Key.Key_Down)
    QTest.keyClick(columns, Qt.Key.Key_Space)
    me.write("Name", "in/../x.html", dialog)
    assert not me.button("Publish", dialog).isEnabled()
    me.write("Name", "in/all.html", dialog)
    document = dumped(published(me, dialog))
    assert "<title>&lt;/script&gt;" in document
    assert document.count("<script") == 1
    assert document.count("<th ") == 1
    me.click("All columns", dialog)
    assert field("Link", dialog) == ""
    me.click("Close", dialog)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("sales 2019.csv.gz", "sales-2019.html"),
        ("v1.2 final.parquet", "v1.2-final.html"),
        ("…", "table.html"),
        ("<x>/y.csv", "x-y.html"),
        (".csv", "csv.html"),
    ],
)
def test_the_name_of_a_page(title: str, name: str) -> None:
    assert page_name(title) == name


# folders


@ON_CEPH
def test_an_index_page_whose_links_all_work(me: Analyst, server_client: S3Client, bucket: str) -> None:
    names = ["100%25.txt", "a b.txt", "<script>document.title='taken'<.txt", "ü?#.txt", "sub/x.txt"]
    put(server_client, bucket, *[f"in/{name}" for name in names])
    for key in keys_of(server_client, bucket):
        server_client.put_object_acl(Bucket=bucket, Key=key, ACL="public-read")
    me.press("F5")
    me.until(lambda: len(me.names()) == len(names) + 1)
    me.do(INDEX)
    dialog = me.dialog("Publish index page")
    assert field("Name", dialog) == "in/index.html"
    me.write("Title", "All & sundry", dialog)
    me.write("Name", "elsewhere.html", dialog)
    me.expect("has to be in the folder it lists", dialog)
    me.write("Name", "in/index.html", dialog)
    me.choose("Show of folders", "all files in them", dialog)
    me.click("Correct types of files", dialog)
    choose("Public", dialog)
    link = published(me, dialog)
    assert "But the files" not in me.words("Published", dialog)
    assert f"{len(names)} files got the right type." in me.words("Published", dialog)
    head = server_client.head_object(Bucket=bucket, Key="in/a b.txt")
    assert head["ContentType"] == "text/plain; charset=utf-8"
    document = dumped(link)
    assert "<title>All &amp; sundry</title>" in document
    assert len(hrefs(document)) == len(names) + 1
    for href in hrefs(document):
        with urlopen(urljoin(link, href), timeout=30) as answer:
            assert answer.status == 200
    me.click("Close", dialog)

    put(server_client, bucket, "in/private.txt")
    me.press("F5")
    me.do(INDEX)
    dialog = me.dialog("Publish index page")
    me.until(lambda: "it will be updated" in me.words("Published", dialog))
    choose("Public", dialog)
    link = published(me, dialog)
    assert "But the files it lists do not all open" in me.words("Published", dialog)
    assert "./private.txt" in hrefs(dumped(link))
    server_client.put_object(Bucket=bucket, Key="in/index.html", Body=b"by hand")
    me.write("Title", "Again", dialog)
    me.click("Publish", dialog)
    question = me.dialog("Replace page")
    me.expect("was changed meanwhile", question)
    me.click("Cancel", question)
    me.until(lambda: "stays as it is" in me.words("Published", dialog))
    assert body_of(server_client, bucket, "in/index.html") == b"by hand"
    me.click("Close", dialog)


# buckets


@ON_CEPH
def test_a_bucket_becomes_a_website_and_is_none_again(
    me: Analyst, server: ServerInfo, server_client: S3Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_client.put_object(
        Bucket=bucket, Key="home.html", Body=b"<p>hello", ContentType="text/html", ACL="public-read"
    )
    before = {one["Name"] for one in server_client.list_buckets()["Buckets"]}
    me.do(SITE)
    dialog = me.dialog("Website")
    me.until(lambda: me.words("State", dialog).startswith("The website is off."))
    assert "an empty bucket is made and deleted again" in me.words("State", dialog)
    me.write("Index page", "a/b.html", dialog)
    assert not me.button("Turn on", dialog).isEnabled()
    me.write("Index page", "home.html", dialog)
    me.write("Error page", "error.html", dialog)
    me.click("Turn on", dialog)
    me.until(lambda: me.words("State", dialog) == "The website is on.")
    assert {one["Name"] for one in server_client.list_buckets()["Buckets"]} == before
    website = server_client.get_bucket_website(Bucket=bucket)
    assert (website["IndexDocument"], website["ErrorDocument"]) == ({"Suffix": "home.html"}, {"Key": "error.html"})

    monkeypatch.setenv("http_proxy", server.endpoint_url)  # no name server here knows the website's host
    me.write("Website address", f"http://{bucket}.s3-website.localhost:{urlsplit(server.endpoint_url).port}/", dialog)
    me.click("Try address", dialog)
    me.until(lambda: "It opens for anyone." in me.words("Notice", dialog))
    monkeypatch.delenv("http_proxy")

    me.click("Turn off", dialog)
    me.until(lambda: me.words("State", dialog) == "The website is off.")
    me.click("Close", dialog)
    assert {one["Name"] for one in server_client.list_buckets()["Buckets"]} == before
    assert keys_of(server_client, bucket) == ["home.html", "in/people list.csv"]


@ON_SEAWEEDFS
def test_a_server_without_websites_says_so_and_keeps_the_bucket(
    me: Analyst, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    me.do(SITE)
    dialog = me.dialog("Website")
    me.until(lambda: me.words("State", dialog).startswith("The website is off."))
    me.click("Turn on", dialog)
    me.until(lambda: "does not have static websites" in me.words("Notice", dialog))
    assert me.words("Notice", dialog).count("not") == 1, "said once"
    me.write("Index page", "home.html", dialog)
    assert not me.button("Turn on", dialog).isEnabled()
    assert "does not have static websites" in me.button("Turn on", dialog).toolTip()
    assert "does not have static websites" in me.words("Notice", dialog)
    me.click("Close", dialog)
    me.until(lambda: not me.verb(SITE).isEnabled())
    assert "does not have static websites" in me.verb(SITE).toolTip()
    assert keys_of(server_client, bucket) == ["in/people list.csv"]
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{server.endpoint_url}/{bucket}/in/people%20list.csv", timeout=30)
    with refused.value:
        assert refused.value.code == 403
