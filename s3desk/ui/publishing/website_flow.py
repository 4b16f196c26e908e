"""What happens behind the Website dialog: settings are read, proven to be known, changed, and the address is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from s3desk.s3.access.seen import Standing
from s3desk.s3.access.subresource import knows
from s3desk.s3.errors import S3Error, UnsupportedError
from s3desk.s3.job import Job
from s3desk.s3.offers import Feature
from s3desk.s3.website import prove, read_website, visit, website_address, write_website
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.website import Website
    from s3desk.ui.desk import Desk
    from s3desk.ui.publishing.website_dialog import WebsiteDialog


class WebsiteFlow(QObject):
    """Answers one dialog, and goes away with it."""

    def __init__(self, dialog: WebsiteDialog, desk: Desk, connection: Connection, bucket: str) -> None:
        super().__init__(dialog)
        self._dialog, self._desk, self._connection, self._bucket = dialog, desk, connection, bucket
        dialog.save_wanted.connect(self._save)
        dialog.off_wanted.connect(self._turn_off)
        dialog.try_wanted.connect(self._try)

    @async_slot()
    async def look(self) -> None:
        """Show how things stand."""
        run, connection, bucket = self._desk.background.run, self._connection, self._bucket
        try:
            seen = await run(Job("Read website"), read_website, connection, bucket)
            if seen.error is not None and seen.standing is not Standing.FOUND:
                raise seen.error
            proven = await run(Job("Read website"), knows, connection, bucket, Feature.WEBSITE)
            self._dialog.show_website(seen.value, proven=proven)
            self._dialog.show_address(await run(Job("Find address"), website_address, connection, bucket))
        except S3Error as error:
            self._dialog.show_refused(_words(error))

    @async_slot()
    async def _save(self, website: Website) -> None:
        run, connection, bucket = self._desk.background.run, self._connection, self._bucket
        self._dialog.show_busy("Turning the website on…")
        try:
            await run(Job("Find out"), prove, connection, bucket)
            await run(Job("Turn website on"), write_website, connection, bucket, website)
        except UnsupportedError as error:
            self._dialog.show_refused(_words(error))
            return
        except S3Error as error:
            self._say(error)
            return
        self._dialog.show_website(website, proven=True)
        self._desk.news.said.emit(f"{bucket} is a website now.")
        self._dialog.show_said("Saved.", "good")
        if self._dialog.address:
            await self._visit(self._dialog.address)

    @async_slot()
    async def _turn_off(self) -> None:
        self._dialog.show_busy("Turning the website off…")
        try:
            await self._desk.background.run(
                Job("Turn website off"), write_website, self._connection, self._bucket, None
            )
        except S3Error as error:
            self._say(error)
            return
        self._dialog.show_website(None, proven=True)
        self._dialog.show_said("The website is off. The files stay as they are.", "good")
        self._desk.news.said.emit(f"{self._bucket} is no website any more.")

    @async_slot(newest=True)
    async def _try(self, address: str) -> None:
        await self._visit(address)

    async def _visit(self, address: str) -> None:
        self._dialog.show_busy("Trying the address…")
        seen = await self._desk.background.run(Job("Try address"), visit, address)
        self._dialog.show_said(f"Tried without signing in: {seen.sentence}", "good" if seen.works else "warning")

    def _say(self, error: S3Error) -> None:
        self._dialog.show_said(_words(error), "warning")


def _words(error: S3Error) -> str:
    return f"{error} {error.advice}".strip()
