"""`Folder size`: how much is selected, growing while it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QHeaderView, QTableView, QWidget

from s3desk.models import text
from s3desk.models.folder_size_model import FolderSizeModel, SizeColumn, size_name, sizes_text, sizes_words
from s3desk.models.usage_words import NOT_COUNTED
from s3desk.ui.form_dialog import FormDialog, set_words, words
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from s3desk.s3.errors import S3Error
    from s3desk.s3.folder_size import Sizes
    from s3desk.ui.theme import Theme

EVERY_MS = 100


class FolderSizeDialog(FormDialog):
    """Not modal. Samples the numbers ten times a second until `show_end`."""

    stop_wanted = Signal()
    space_wanted = Signal()

    def __init__(self, parent: QWidget, theme: Theme, sizes: Sizes, *, can_show_space: bool) -> None:
        super().__init__(parent, "Folder size", "Close", "")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self._sizes = sizes
        self._model = FolderSizeModel(sizes)
        self._stopped, self._running = False, True
        self._what, self._total, self._note = words("", "dim"), words("", "title"), words("", "dim")
        for label, name in ((self._what, "What"), (self._total, "Size"), (self._note, "Counted")):
            label.setAccessibleName(name)
        self._table = self._make_table(theme)
        for place, widget in enumerate((self._what, self._total, self._table, self._note)):
            self.column.insertWidget(place, widget, int(widget is self._table))
        self.notice.setMinimumHeight(0)
        self.notice.hide()
        self._make_buttons(can_show_space=can_show_space)
        self.accept_button.setFocus()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._sample)
        self._timer.start()
        self._sample()

    def show_end(self, *, stopped: bool, error: S3Error | None = None) -> None:
        """It is counted, as far as it could be."""
        self._timer.stop()
        self._running, self._stopped = False, stopped or error is not None
        self._model.stopped = self._stopped
        self._sample()
        self._stop.setEnabled(False)
        failed = [line.error for line in self._sizes.failed if line.error] + ([error] if error else [])
        if failed:
            more = f" ({len(failed):,}×)" if len(failed) > 1 else ""
            self.say(f"{failed[0]}{more} {failed[0].advice}".strip(), "warning")
        elif stopped:
            self.say("Stopped: there is more than what is shown.", "warning")

    def answer(self) -> None:
        """Nothing: it only shows."""

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme, dim_columns=(SizeColumn.OBJECTS,))
        table.setAccessibleName("Folder sizes")
        header = table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(SizeColumn.NAME, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(SizeColumn.SIZE, table.fontMetrics().horizontalAdvance("at least 1,023.9 MB") + 32)
        table.setMinimumHeight(6 * 30)
        return table

    def _make_buttons(self, *, can_show_space: bool) -> None:
        action = QDialogButtonBox.ButtonRole.ActionRole
        self._stop = self.add_button("Stop", action)
        self._stop.clicked.connect(self.stop_wanted)
        copy = self.add_button("Copy", action)
        copy.clicked.connect(self._copy)
        space = self.add_button("What takes the space…", action)
        space.setVisible(can_show_space)
        space.clicked.connect(self.space_wanted)

    def _sample(self) -> None:
        self._model.sample()
        lines, several = self._sizes.lines, len(self._sizes.lines) > 1
        self._table.setVisible(several)
        self._what.setText("Together" if several else size_name(lines[0]) if lines else "No buckets")
        set_words(self._total, sizes_words(self._sizes, running=self._running, stopped=self._stopped), "title")
        requests = text.count(self._sizes.requests, "request")
        set_words(self._note, f"Counted in {requests}. {NOT_COUNTED}", "dim")

    def _copy(self) -> None:
        partial = self._running or self._stopped
        QGuiApplication.clipboard().setText(sizes_text(self._sizes, stopped=partial))
