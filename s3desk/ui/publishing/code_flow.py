"""`Copy as code`: the Python that reads the table and writes its page, for the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from s3desk.data.publishing.page_code import PagePlace, page_code
from s3desk.s3.job import Job
from s3desk.s3.publishing import WebPage
from s3desk.ui.sharing.share_words import OWN_KEYS_WORDS
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk
    from s3desk.ui.publishing.page_wish import PageWish
    from s3desk.ui.publishing.table_page_dialog import TablePageDialog

ReadingCode = Callable[[Job], str]  # the lines that make `df` and `s3`, "" where nobody knows them


class CodeFlow(QObject):
    """Answers one button, and goes away with its dialog."""

    def __init__(self, dialog: TablePageDialog, desk: Desk, bucket: str, reading: ReadingCode) -> None:
        super().__init__(dialog)
        self._dialog, self._desk, self._bucket, self._reading = dialog, desk, bucket, reading
        dialog.code_wanted.connect(self._copy)

    @async_slot(newest=True)
    async def _copy(self, wish: PageWish) -> None:
        page, options = WebPage(self._bucket, wish.key, "", wish.keeping.seconds), self._dialog.options
        reading = await self._desk.background.run(Job("Write code"), self._reading)
        place = PagePlace(page.bucket, page.key, page.cache_control)
        QGuiApplication.clipboard().setText(page_code(reading, options, place))
        self._dialog.say(f"Copied. {OWN_KEYS_WORDS}", "good")
