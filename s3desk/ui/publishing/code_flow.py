"""`Copy as code`: the Python that reads the table and writes its page, for the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from s3desk.data.publishing.page_code import PagePlace, page_code
from s3desk.s3.publishing import WebPage
from s3desk.ui.sharing.share_words import OWN_KEYS_WORDS

if TYPE_CHECKING:
    from s3desk.ui.publishing.page_wish import PageWish
    from s3desk.ui.publishing.table_page_dialog import TablePageDialog


class CodeFlow(QObject):
    """Answers one button, and goes away with its dialog; `reading` are the lines that make `df` and `s3`."""

    def __init__(self, dialog: TablePageDialog, bucket: str, reading: str) -> None:
        super().__init__(dialog)
        self._dialog, self._bucket, self._reading = dialog, bucket, reading
        dialog.code_wanted.connect(self._copy)

    def _copy(self, wish: PageWish) -> None:
        page = WebPage(self._bucket, wish.key, "", wish.keeping.seconds)
        place = PagePlace(page.bucket, page.key, page.cache_control)
        QGuiApplication.clipboard().setText(page_code(self._reading, self._dialog.options, place))
        self._dialog.say(f"Copied. {OWN_KEYS_WORDS}", "good")
