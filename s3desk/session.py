"""From the first paint to the last: the event loop, the first connection, logs, the end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import traceback
from contextlib import closing, suppress
from logging.handlers import RotatingFileHandler
from types import TracebackType
from typing import TYPE_CHECKING

import qasync  # type: ignore[import-untyped]  # it ships no types
from PySide6.QtCore import QAbstractEventDispatcher, QObject, QTimer
from PySide6.QtWidgets import QApplication

from s3desk.demo import DemoError, RunningDemo, start_demo
from s3desk.s3.account import Account, SignIn
from s3desk.s3.errors import BadNameError, S3Error
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.profiles import environment_signs_in
from s3desk.s3.redact import RedactingFormatter
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.slots import async_slot, show_error
from s3desk.without_pandas import WithoutPandas

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from s3desk.arguments import Arguments
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow

DEMO_NAME = "Demo server"
LOADED_WITHIN_S = 60


class Session(QObject):
    """Runs the window until it is closed, then leaves nothing behind."""

    def __init__(self, app: QApplication, window: MainWindow, desk: Desk, arguments: Arguments) -> None:
        super().__init__(window)
        self._app, self._window, self._desk, self._arguments = app, window, desk, arguments
        self._demo: RunningDemo | None = None
        self._opens_nothing = False
        self._code = 0

    def run(self) -> int:
        """The event loop; returns the exit code."""
        self._collect_seldom()
        self._go_first()
        sys.meta_path.insert(0, WithoutPandas())
        sys.setswitchinterval(0.0005)  # a paint waits for its turn no longer when workers keep Python busy
        _start_log()
        sys.excepthook = self._report
        loop: AbstractEventLoop = qasync.QEventLoop(self._app)
        asyncio.set_event_loop(loop)
        self._app.setQuitOnLastWindowClosed(False)  # the loop ends when `_live` has cleaned up
        closed = asyncio.Event()
        self._window.closing.connect(closed.set)
        self._window.verbs.connection.demo_wanted.connect(self._open_demo)
        with closing(loop):
            loop.run_until_complete(self._live(closed))
        return self._code

    def _collect_seldom(self) -> None:
        """Keep garbage collection from stopping all threads for 30 ms again and again.

        A page of a listing is thousands of short-lived tuples, and each collection walks through all of boto3. So it
        comes when much has piled up, and leaves alone what is there after the start and after the first list.
        """
        gc.freeze()
        gc.enable()
        gc.set_threshold(50_000, 20, 20)
        objects = self._desk.objects

        def settle() -> None:
            if objects.place is not None and not objects.loading:
                objects.counted.disconnect(settle)
                gc.freeze()

        objects.counted.connect(settle)

    def _go_first(self) -> None:
        """Have workers begin nothing while the window's loop has something to do."""
        rounds, way = QAbstractEventDispatcher.instance(), self._desk.background.way
        rounds.awake.connect(way.woke)
        rounds.aboutToBlock.connect(way.sleeps)

    async def _live(self, closed: asyncio.Event) -> None:
        QTimer.singleShot(0, self._desk.icons.load)
        starting = asyncio.ensure_future(self._start())
        await closed.wait()
        starting.cancel()
        clean = self._desk.background.close()
        self._desk.work.close()
        if self._demo is not None:
            self._demo.stop()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
        if not clean:  # a thread waits for a server that does not answer; nobody waits for it
            logging.shutdown()
            os._exit(self._code)

    # the start

    async def _start(self) -> None:
        try:
            await self._connect()
            if not self._arguments.screenshot:
                self._window.verbs.transfer.queue.resuming.offer()
            if self._arguments.screenshot:
                await self._take_picture()
        except S3Error as error:
            if self._arguments.screenshot:
                self._fail(error)
            else:
                show_error(self._window, error)
        except asyncio.CancelledError:
            raise
        except Exception:
            sys.excepthook(*sys.exc_info())
            if self._arguments.screenshot:
                self._fail(S3Error("Something went wrong inside the program.", "The log tells what."))

    async def _connect(self) -> None:
        """In this order: what the command line says, what the environment says, where we were the last time."""
        asked, settings = self._arguments, self._desk.settings.current
        account = Account(
            "", profile=asked.profile, endpoint_url=asked.endpoint_url, region=asked.region, sign_in=SignIn.PROFILE
        )
        where = _location(asked.uri, asked.endpoint_url)
        if asked.demo:
            await self._connect_to_demo(where, reset=asked.demo_reset)
        elif asked.profile:
            await self._open(_named(account, asked.profile), where)
        elif environment_signs_in() or asked.endpoint_url or asked.region or asked.uri:
            await self._open(_named(account, "", SignIn.ENVIRONMENT), where)
        elif settings.last_account == DEMO_NAME:
            await self._connect_to_demo(_location(settings.last_uri), reset=False)
        elif last := settings.account(settings.last_account):
            self._window.verbs.connection.reopen(last, _location(settings.last_uri))
        else:
            self._opens_nothing = True

    async def _open(self, account: Account, where: Location) -> None:
        connecting, going = self._window.verbs.connection, self._window.verbs.go
        if where.bucket:
            connection = connecting.open(account, Location(where.bucket))
            if where.prefix:
                going.open_location(connection, where)
        else:
            connecting.open(account, where)

    @async_slot()
    async def _open_demo(self) -> None:
        action = self._window.verbs.connection.demo
        action.setEnabled(False)  # a second click would start a second server on the same data
        try:
            await self._connect_to_demo(Location(), reset=False)
        finally:
            action.setEnabled(True)

    async def _connect_to_demo(self, where: Location, *, reset: bool) -> None:
        desk = self._desk
        if self._demo is None:
            desk.news.said.emit("Starting the demo server; the first time it is filled with sample data…")
            self._demo = await desk.background.run(Job("Start the demo"), lambda _job: _start_demo(reset=reset))
            desk.news.said.emit("")
        info = self._demo.info
        account = Account(
            DEMO_NAME, access_key=info.access_key, secret_key=info.secret_key, endpoint_url=info.endpoint_url
        )
        await self._open(account, where if where.bucket else info.start)

    # a picture instead of a window

    async def _take_picture(self) -> None:
        """Wait until everything that was asked for is there, then write the picture and end."""
        end = asyncio.get_running_loop().time() + LOADED_WITHIN_S
        selected = not self._arguments.select
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)
            if self._busy():
                continue
            if selected:
                break
            self._desk.objects.select_key(self._arguments.select)
            selected = True
        self._app.processEvents()
        if not self._window.grab().save(self._arguments.screenshot):
            self._fail(S3Error(f"{self._arguments.screenshot} cannot be written."))
            return
        self._window.close()

    def _busy(self) -> bool:
        desk = self._desk
        place = desk.navigator.place
        if place is None:
            return not self._opens_nothing
        return desk.objects.loading or desk.preview.loading or desk.tree.loading

    def _fail(self, error: S3Error) -> None:
        print(f"s3desk: {error} {error.advice}".rstrip(), file=sys.stderr)  # noqa: T201  # there is no window to say it
        self._code = 2
        self._window.close()

    # bugs

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """What nobody caught: into the log, and into a dialog with a report that can be sent."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        logging.getLogger("s3desk").error("unexpected", exc_info=(kind, error, trace))
        details = "".join(traceback.format_exception(kind, error, trace))
        advice = "Your files are not affected. Copy the details and send them to the authors of the program."
        ErrorDialog(self._window, "Something went wrong inside the program.", advice, details).show()


def _location(uri: str, endpoint_url: str = "") -> Location:
    """The place an address names, the root for none. Raises BadNameError where there is no such place."""
    try:
        return Location.parse(uri, endpoint_url)
    except ValueError as error:
        raise BadNameError(str(error)) from error


def _named(account: Account, profile: str, sign_in: SignIn = SignIn.PROFILE) -> Account:
    variables = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
    endpoint = next(filter(None, (account.endpoint_url, *(os.environ.get(name) for name in variables))), "")
    host = endpoint.partition("://")[2].partition("/")[0]
    name = " at ".join(part for part in (profile, host) if part) or "Amazon S3"
    return Account(name, sign_in, profile, endpoint_url=account.endpoint_url, region=account.region)


def _start_demo(*, reset: bool) -> RunningDemo:
    try:
        return start_demo(reset=reset)
    except DemoError as error:
        raise S3Error(error.message, error.advice) from error


def _start_log() -> None:
    """Warnings go to a file of the user's own, without secrets; a folder that cannot be written does not matter."""
    from platformdirs import user_log_path  # noqa: PLC0415  # after the first paint

    with suppress(OSError):
        folder = user_log_path("s3desk", appauthor=False, ensure_exists=True)
        writer = RotatingFileHandler(folder / "s3desk.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8")
        writer.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logging.basicConfig(level=logging.WARNING, handlers=[writer])
