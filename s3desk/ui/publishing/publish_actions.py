"""Tables and folders as web pages, and buckets as websites."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from s3desk.models.kinds import Kind, kind_of
from s3desk.s3.job import Job, Unit
from s3desk.s3.location import Location
from s3desk.s3.offers import Feature
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.data.sheet import Sheet
    from s3desk.s3.connection import Connection
    from s3desk.ui.desk import Desk

MOST_BYTES = 200_000_000  # of a file that is read whole for its page
_WATCHED_BYTES = 10_000_000  # larger ones are a line in Transfers, where one can cancel
_TABLES = frozenset({Kind.TABLE, Kind.COLUMNAR, Kind.JSON})
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


class PublishActions(QObject):
    """Publish table as web page…, Publish index page…, Website….

    What they stand on is imported when they are used: pyarrow and the like, which the first paint does not wait for.
    """

    title = "Data"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon = desk.icons.icon
        self.table = verb(
            self,
            "Publish table as web page…",
            self._publish_table,
            icon=icon("ph.browser"),
            tip="Turn a table into a page that opens in any browser, and copy its link",
        )
        self.index = verb(
            self,
            "Publish index page…",
            self._publish_index,
            icon=icon("ph.list-bullets"),
            tip="Write a page that lists the files of this folder",
        )
        self.website = verb(
            self,
            "Website…",
            self._show_website,
            icon=icon("ph.globe-hemisphere-west"),
            tip="Turn this bucket into a static website, and back",
        )
        self.actions: list[QAction] = [self.table, self.index, self.website]
        desk.objects.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        desk, single = self._desk, self._desk.objects.chosen.single
        inside = bool(desk.location.bucket)
        is_table = inside and desk.objects.chosen.objects == 1 and single is not None
        self.table.setEnabled(is_table and kind_of(single.name)[0] in _TABLES if single is not None else False)
        self.table.setToolTip(self.table.statusTip() + ("" if self.table.isEnabled() else " (for one table)"))
        self.index.setEnabled(desk.navigator.place is not None and self._folder() is not None)
        place = desk.navigator.place
        reason = place.connection.offers.reason(place.connection.endpoint_url, Feature.WEBSITE) if place else ""
        self.website.setEnabled(place is not None and bool(self._bucket()) and not reason)
        self.website.setToolTip(f"Website ({reason})" if reason else self.website.statusTip())

    # what is meant

    def _folder(self) -> Location | None:
        """The one folder or bucket selected, else the place shown; None where that is no folder."""
        at, chosen = self._desk.location, self._desk.objects.chosen
        if chosen.count == chosen.folders == 1:
            (name,) = chosen.selection().folders
            return Location(at.bucket, name) if at.bucket else Location(name)
        return at if at.bucket else None

    def _bucket(self) -> str:
        """The bucket shown, or the one selected."""
        chosen = self._desk.objects.chosen
        return self._desk.location.bucket or (chosen.selection().folders[0] if chosen.is_bucket else "")

    # tables

    @async_slot()
    async def _publish_table(self) -> None:
        from s3desk.data.reading.whole import whole_table  # noqa: PLC0415

        desk, at = self._desk, self._desk.location
        keys = desk.objects.selection().keys
        if len(keys) != 1:
            return
        connection, job = desk.connection, Job(f"Read {keys[0].rpartition('/')[2]}", unit=Unit.BYTES)
        reading = desk.preview.reading(keys[0])

        def read(job: Job) -> Sheet:
            return whole_table(job, connection, at.bucket, keys[0], reading=reading, most_bytes=MOST_BYTES)

        desk.news.said.emit("Reading the table…")
        door = desk.work if desk.objects.chosen.bytes > _WATCHED_BYTES else desk.background
        sheet = await door.run(job, read)
        desk.news.said.emit("")
        await _publish(_Target(self._window, desk, connection, at), sheet)

    # folders

    @async_slot()
    async def _publish_index(self) -> None:
        from s3desk.s3 import publishing  # noqa: PLC0415
        from s3desk.ui.publishing.index_flow import IndexWriter  # noqa: PLC0415
        from s3desk.ui.publishing.index_page_dialog import IndexPageDialog  # noqa: PLC0415
        from s3desk.ui.publishing.publish_flow import PageSource, PublishFlow  # noqa: PLC0415

        desk, place = self._desk, self._folder()
        if place is None:
            return
        connection = desk.connection
        dialog = IndexPageDialog(self._window, place, _lasts(desk))
        writer = IndexWriter(connection, dialog)
        source = PageSource(publishing.INDEX, writer.operation, lambda: writer.keys, writer.correction)
        flow = PublishFlow(dialog, desk, connection, place.bucket, source)
        flow.look(dialog.place.name.text())
        await ask(dialog)

    # buckets

    @async_slot()
    async def _show_website(self) -> None:
        from s3desk.ui.publishing.website_dialog import WebsiteDialog  # noqa: PLC0415
        from s3desk.ui.publishing.website_flow import WebsiteFlow  # noqa: PLC0415

        bucket = self._bucket()
        dialog = WebsiteDialog(self._window, bucket)
        WebsiteFlow(dialog, self._desk, self._desk.connection, bucket).look()
        await ask(dialog)
        self._update()  # whether the server has websites may be known now


class _SheetPublishing(QObject):
    """One table on its way, from a window of its own."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk

    @async_slot()
    async def start(self, sheet: Sheet) -> None:
        """Publish into the folder shown in the main window."""
        desk = self._desk
        if not desk.location.bucket:
            from s3desk.ui.error_dialog import ErrorDialog  # noqa: PLC0415  # rarely needed

            ErrorDialog(self._window, "There is no folder to publish to.", "Open one in the main window.").show()
        else:
            target = _Target(self._window, desk, desk.connection, desk.location)
            await _publish(target, sheet)
        self.deleteLater()


def publish_sheet(window: QWidget, desk: Desk, sheet: Sheet) -> None:
    """Ask how a table in memory is to be published, into the folder the main window shows, and do it."""
    _SheetPublishing(window, desk).start(sheet)


@dataclass(frozen=True)
class _Target:
    """Where the page goes; fixed before anything is waited for, since the main window may go elsewhere."""

    window: QWidget
    desk: Desk
    connection: Connection
    folder: Location


async def _publish(target: _Target, sheet: Sheet) -> None:
    from functools import partial  # noqa: PLC0415

    from s3desk.data.publishing.publish import table_page  # noqa: PLC0415  # heavy, as is what follows
    from s3desk.s3 import publishing  # noqa: PLC0415
    from s3desk.ui.publishing.code_flow import CodeFlow  # noqa: PLC0415
    from s3desk.ui.publishing.publish_flow import PageSource, PublishFlow  # noqa: PLC0415
    from s3desk.ui.publishing.table_page_dialog import TablePageDialog  # noqa: PLC0415

    desk, bucket = target.desk, target.folder.bucket
    dialog = TablePageDialog(target.window, sheet.title, sheet.table.schema.names, sheet.rows, sheet.part)
    dialog.finish(target.folder.prefix + page_name(sheet.title), _lasts(desk))
    if sheet.code:
        CodeFlow(dialog, bucket, sheet.code)
    dialog.code.setVisible(bool(sheet.code))

    def write() -> partial[str]:
        return partial(table_page, table=sheet.table, options=dialog.options)

    PublishFlow(dialog, desk, target.connection, bucket, PageSource(publishing.TABLE, write))
    await ask(dialog)


def page_name(title: str) -> str:
    """A name for the page of a table: "sales 2019.csv.gz" becomes "sales-2019.html"."""
    stem = title
    while (cut := stem.rpartition("."))[1] and cut[0] and len(cut[2]) <= 8 and cut[2].isalnum():
        stem = cut[0]
    return (_NOT_IN_NAMES.sub("-", stem).strip("-.") or "table") + ".html"


def _lasts(desk: Desk) -> timedelta:
    return timedelta(minutes=desk.settings.current.link_minutes)
