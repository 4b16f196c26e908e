"""`Profile`: the columns of one file, told from its first rows, from a sample of all of it, or from everything."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout

from s3desk.data.sizes import size_words
from s3desk.models import text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job, Unit
from s3desk.ui.form_dialog import set_words, words
from s3desk.ui.slots import async_slot
from s3desk.ui.table.profile_panel import ProfilePanel

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.data.looking.head_sheet import Head
    from s3desk.data.sheet import Sheet
    from s3desk.s3.connection import Connection
    from s3desk.s3.sharing.formats import Reading
    from s3desk.ui.theme import Theme

MOST_BYTES = 1_000_000_000  # of a file that is read whole for its profile
_FIRST_SIZE = (860, 720)


class ProfileWindow(QDialog):
    """Not modal, with no window above it; reads the first rows when it is shown, and more when it is asked for."""

    def __init__(
        self,
        background: Background,
        theme: Theme,
        connection: Connection,
        bucket: str,
        key: str,
        *,
        size: int = 0,
        reading: Reading | None = None,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Profile")
        self._background, self._connection = background, connection
        self._bucket, self._key, self._size, self._reading = bucket, key, size, reading
        self._notice = words("", "warning")
        self._notice.setAccessibleName("Trouble")
        self._panel = ProfilePanel(background, theme)
        title = words(text.visible(key.rsplit("/", 1)[-1]), "title")
        title.setAccessibleName("Profiled file")
        title.setContentsMargins(12, 0, 12, 0)
        self._notice.setContentsMargins(12, 0, 12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 14, 4, 4)
        column.addWidget(title)
        column.addWidget(self._notice)
        column.addWidget(self._panel, 1)
        self.resize(*_FIRST_SIZE)
        self._read()

    @async_slot()
    async def _read(self) -> None:
        from s3desk.data.looking.head_sheet import head_sheet  # noqa: PLC0415  # the preview's readers, not before they are used

        set_words(self._notice, "Reading the first rows…", "dim")
        job = Job("Read the first rows", unit=Unit.BYTES)
        try:
            head = await self._background.run(
                job, head_sheet, self._connection, self._bucket, self._key, reading=self._reading
            )
        except S3Error as error:
            self._panel.hide()
            set_words(self._notice, f"{error} {error.advice}".strip(), "warning")
            return
        set_words(self._notice, "", "dim")
        self._panel.show_sheet(head.sheet)
        self._offer_more(head)

    def _offer_more(self, head: Head) -> None:
        from s3desk.data.profiling.spread import RANGE, RANGES, spread_sample  # noqa: PLC0415  # as above

        if head.can_be_sampled:
            cost = size_words(RANGE * RANGES)
            sample = partial(
                spread_sample, connection=self._connection, bucket=self._bucket, key=self._key, guess=head.guess
            )
            self._panel.offer(f"A sample of the whole file ({RANGES} requests, {cost})", sample)
        if not head.complete:
            cost = f" ({size_words(self._size)})" if self._size else ""
            self._panel.offer(f"All rows{cost}", self._read_all)

    def _read_all(self, job: Job) -> Sheet:
        """On a worker: the whole file."""
        from s3desk.data.reading.whole import whole_table  # noqa: PLC0415  # as above

        return whole_table(job, self._connection, self._bucket, self._key, reading=self._reading, most_bytes=MOST_BYTES)
