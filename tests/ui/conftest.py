"""The real window, on a real server, with settings of its own."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSHTTPConnection, AWSHTTPSConnection
from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemDelegate, QWidget
from shiboken6 import isValid

from s3desk.app import compose
from s3desk.arguments import read_arguments
from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.location import Location
from s3desk.settings import SettingsFile
from tests.conftest import BucketFactory
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot
    from types_boto3_s3 import S3Client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's offscreen display says with every dialog and popup what it has no window manager for."""
    for item in items:
        if "/ui/" in item.nodeid:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support ", extend=True))


_ASKED = (QWidget, QAbstractItemModel, QAbstractItemDelegate)


class OpenDesk(Protocol):
    """Opens the window at a place; `endpoint_url` stands before the server, `account` replaces the owner's."""

    def __call__(
        self, bucket: str = "", prefix: str = "", *, endpoint_url: str = "", account: Account | None = None
    ) -> Analyst: ...


def account_of(server: ServerInfo, endpoint_url: str = "") -> Account:
    """The owner's typed keys."""
    return Account(
        server.name,
        access_key=server.access_key,
        secret_key=server.secret_key,
        endpoint_url=endpoint_url or server.endpoint_url,
        region="us-east-1",
    )


@pytest.fixture
def unconnected(
    qapp: QApplication, qtbot: QtBot, event_loop_on_qt: asyncio.AbstractEventLoop, tmp_path: Path
) -> Iterator[Analyst]:
    """The window as it starts: nothing is connected."""
    before = qapp.styleSheet(), qapp.palette(), qapp.font()
    settings = SettingsFile(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    window, desk = compose(qapp, read_arguments([]), settings, tmp_path)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    desk.icons.load()
    yield Analyst(qtbot, window, desk)
    window.may_close = lambda: True
    window.close()

    def is_quiet() -> bool:
        for task in asyncio.all_tasks(event_loop_on_qt):  # as the session does at its end
            task.cancel()
        return not asyncio.all_tasks(event_loop_on_qt)

    qtbot.waitUntil(is_quiet, timeout=40_000)
    assert desk.background.close(), "a thread outlived the window by two seconds"
    for gone in (window, desk.theme):
        gone.deleteLater()
        qapp.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    qapp.setStyleSheet(before[0])
    qapp.setPalette(before[1])
    qapp.setFont(before[2])
    QGuiApplication.clipboard().clear()
    _let_go()


def _let_go() -> None:
    """Empty what is left of the window: Qt's connections keep it alive, and its S3 client with it, test after test.

    What Qt may still ask something stays whole: closed windows wait for their end, and so do their models.
    """
    for left in gc.get_objects():
        if isinstance(left, AWSHTTPConnection | AWSHTTPSConnection):
            left.close()  # one that was cut in the middle of an answer would be found open when it is collected
        if type(left) is Connection:
            vars(left).clear()
        if not isinstance(left, QObject) or not type(left).__module__.startswith("s3desk."):
            continue
        is_asked = isinstance(left, _ASKED) or any("eventFilter" in vars(kind) for kind in type(left).__mro__[:2])
        if not is_asked or not isValid(left):
            vars(left).clear()


@pytest.fixture
def open_desk(unconnected: Analyst, server: ServerInfo) -> OpenDesk:
    """Connect the window and wait until the place is listed."""

    def open_at(
        bucket: str = "", prefix: str = "", *, endpoint_url: str = "", account: Account | None = None
    ) -> Analyst:
        account = account or account_of(server)
        if endpoint_url:
            account = replace(account, endpoint_url=endpoint_url)
        opened = unconnected.window.verbs.connection.open(account, Location(bucket, prefix))
        unconnected.connection = opened
        unconnected.arrive(bucket, prefix)
        return unconnected

    return open_at


@pytest.fixture
def desk_window(open_desk: OpenDesk, bucket: str) -> Analyst:
    """The window, connected and at an empty bucket."""
    return open_desk(bucket)


@pytest.fixture
def big_bucket(server_client: S3Client, new_bucket: BucketFactory) -> str:
    """A bucket of 2,500 objects of one byte each, sent with one signed form because signing each takes longer."""
    name = new_bucket()
    form = server_client.generate_presigned_post(name, "${filename}", Conditions=[["starts-with", "$key", ""]])
    address = urlsplit(form["url"])
    fields = "".join(_part(field, value) for field, value in form["fields"].items())

    def send(numbers: range) -> None:
        with closing(HTTPConnection(address.netloc)) as server:
            for number in numbers:
                body = fields + _part("file", "x", f"{number:05}.txt") + "--form--\r\n"
                server.request("POST", address.path, body, {"Content-Type": "multipart/form-data; boundary=form"})
                answer = server.getresponse()
                answer.read()
                assert answer.status == 204

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, (range(start, 2500, 4) for start in range(4))))
    return name


def _part(name: str, content: str, file: str = "") -> str:
    extra = f'; filename="{file}"' if file else ""
    return f'--form\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n{content}\r\n'
