"""Links and addresses for the clipboard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from s3desk.models import text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.sharing.formats import LinkFormat, written
from s3desk.s3.sharing.links import presign_many, public_links
from s3desk.ui.sharing.share_dialog import LinkType, LinkWish, ShareDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import separator, verb

if TYPE_CHECKING:
    from s3desk.s3.sharing.links import Link
    from s3desk.ui.desk import Desk
    from s3desk.ui.navigator import Place


MOST_LINKS = 10_000  # made at once: two seconds


class ShareActions(QObject):
    """Share…, Copy link, Copy S3 URI, Copy public URL."""

    title = "Share"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon, pane = desk.icons.icon, desk.objects
        self.share = verb(self, "Share…", self._share, keys="Ctrl+Shift+C", icon=icon("ph.share-network"))
        self.copy_link = verb(
            self,
            "Copy link",
            self._copy_link,
            keys="Ctrl+C",
            icon=icon("ph.link"),
            tip="Copy a temporary link that opens without signing in",
            within=pane,
        )
        self.copy_uri = verb(self, "Copy S3 URI", self._copy_uri, keys="Ctrl+Alt+C", icon=icon("ph.at"))
        self.copy_public = verb(self, "Copy public URL", self._copy_public, icon=icon("ph.globe"))
        self.actions: list[QAction] = [self.share, self.copy_link, separator(self), self.copy_uri, self.copy_public]
        pane.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        chosen = self._desk.objects.chosen
        objects = 0 < chosen.count <= MOST_LINKS and not chosen.folders
        why = f" (for at most {MOST_LINKS:,} files at once)" if chosen.count > MOST_LINKS else ""
        if chosen.folders:
            why = " (links are for files: select no folder)"
        for action in (self.share, self.copy_link, self.copy_public):
            action.setEnabled(objects)
            action.setToolTip(action.text().rstrip("…") + why)
        self.copy_uri.setEnabled(chosen.count > 0 or bool(self._desk.location.bucket))

    def _objects(self) -> list[str]:
        return list(self._desk.objects.selection().keys)

    async def _make(self, place: Place, keys: list[str], wish: LinkWish) -> list[Link]:
        bucket = place.location.bucket
        run = self._desk.background.run
        if wish.kind is LinkType.TEMPORARY:
            return await run(Job("Make links"), presign_many, place.connection, bucket, keys, wish.lifetime)
        return await run(Job("Make addresses"), public_links, place.connection, bucket, keys)

    @async_slot()
    async def _share(self) -> None:
        place, keys = self._desk.navigator.place, self._objects()
        if place is None or not keys:
            return
        minutes = self._desk.settings.current.link_minutes
        reading = self._desk.preview.reading(keys[0]) if len(keys) == 1 else None
        dialog = ShareDialog(self._window, self._desk.objects.chosen.names(), timedelta(minutes=minutes), reading)
        dialog.wish_changed.connect(lambda wish: self._fill(dialog, place, keys, wish))
        dialog.copied.connect(lambda content: self._take(content, dialog))
        dialog.ask_first()
        await ask(dialog)

    @async_slot(newest=True)
    async def _fill(self, dialog: ShareDialog, place: Place, keys: list[str], wish: LinkWish) -> None:
        try:
            links = await self._make(place, keys, wish)
        except S3Error as error:
            if isValid(dialog):  # it may have been closed meanwhile
                dialog.show_problem(f"{error} {error.advice}")
        else:
            if isValid(dialog):
                dialog.show_links(links, wish)

    def _take(self, content: str, dialog: ShareDialog) -> None:
        QGuiApplication.clipboard().setText(content)
        if dialog.wish.kind is LinkType.TEMPORARY:
            self._desk.settings.update(link_minutes=int(dialog.wish.lifetime.total_seconds() // 60))
        self._desk.news.said.emit(f"Copied. {dialog.expiry}")

    @async_slot()
    async def _copy_link(self) -> None:
        place, keys = self._desk.navigator.place, self._objects()
        if place is None or not keys:
            return
        lifetime = timedelta(minutes=self._desk.settings.current.link_minutes)
        links = await self._make(place, keys, LinkWish(LinkType.TEMPORARY, lifetime))
        QGuiApplication.clipboard().setText(written(links, LinkFormat.LINK))
        end = text.until(min(link.ends for link in links))
        what = "The link works" if len(links) == 1 else f"The {len(links):,} links work"
        reason = f" ({links[0].shortened})" if links[0].shortened else ""
        self._desk.news.said.emit(f"Copied. {what} until {end}{reason}.")

    def _copy_uri(self) -> None:
        keys, at = self._desk.objects.chosen.keys(), self._desk.location
        places = [Location(at.bucket, key) if at.bucket else Location(key) for key in keys] or [at]
        QGuiApplication.clipboard().setText("\n".join(place.uri for place in places))
        self._desk.news.said.emit("Copied the S3 URI." if len(places) == 1 else f"Copied {len(places):,} S3 URIs.")

    @async_slot()
    async def _copy_public(self) -> None:
        place, keys = self._desk.navigator.place, self._objects()
        if place is None or not keys:
            return
        links = await self._make(place, keys, LinkWish(LinkType.PUBLIC, timedelta(0)))
        QGuiApplication.clipboard().setText(written(links, LinkFormat.LINK))
        self._desk.news.said.emit("Copied. A public URL opens only where the object is public.")
