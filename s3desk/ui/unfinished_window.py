"""`Unfinished uploads`: what a bucket keeps of uploads that never ended, and a way to be rid of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QLabel, QPushButton, QSpinBox, QTableView, QVBoxLayout

from s3desk.models import text
from s3desk.models.unfinished_model import UnfinishedColumn, UnfinishedModel, fresh_among
from s3desk.ui.empty_state import EmptyState, Message
from s3desk.ui.form_dialog import FormDialog, set_words, tab_in_reading_order, words
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from s3desk.s3.errors import S3Error
    from s3desk.s3.leftovers.unfinished import Findings, Unfinished
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

FIRST_SIZE = (1120, 560)
EVERY_MS = 200
_DIM = (UnfinishedColumn.STARTED, UnfinishedColumn.TOUCHED, UnfinishedColumn.BY)
_WIDEST = {
    UnfinishedColumn.SIZE: "1,023.9 MB",
    UnfinishedColumn.PARTS: "10,000",
    UnfinishedColumn.AGE: "1,000 days",
    UnfinishedColumn.STARTED: "30 Nov 2026, 23:59",
    UnfinishedColumn.TOUCHED: "30 Nov 2026, 23:59",
    UnfinishedColumn.BY: "someone-else",
    UnfinishedColumn.OURS: "Begun here",
}
_LOOKING = Message("ph.hourglass", "Looking for unfinished uploads…")
_NONE = Message(
    "ph.check-circle", "No unfinished uploads", "Every upload to this bucket was either completed or cleaned up."
)


class UnfinishedWindow(QDialog):
    """Not modal, and with no window above it. Samples the findings of a search until `show_end`."""

    again_wanted = Signal()
    stop_wanted = Signal()
    clean_wanted = Signal(object)  # list[Unfinished]
    export_wanted = Signal(object)  # list[Unfinished], as they stand in the table

    def __init__(self, theme: Theme, icons: Icons, bucket: str) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Unfinished uploads in {bucket}")
        self._findings: Findings | None = None
        self._running = False
        self._model = UnfinishedModel()
        self._total, self._note, self._trouble = words("", "title"), words("", "dim"), words("", "warning")
        self._table = self._make_table(theme)
        self._empty = EmptyState(self._table, icons)
        self._days = self._make_days()
        self._again, self._stop, self._export = _button("Look again"), _button("Stop"), _button("Export as CSV…")
        self._clean_old, self._clean = _button("Select older"), _button("Clean up…")
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._sample)
        self.resize(*FIRST_SIZE)

    # what it looks like

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme, dim_columns=_DIM)
        table.setAccessibleName("Unfinished uploads")
        table.setSortingEnabled(True)
        table.sortByColumn(UnfinishedColumn.STARTED, Qt.SortOrder.AscendingOrder)
        header = table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(UnfinishedColumn.KEY, QHeaderView.ResizeMode.Stretch)
        for column, widest in _WIDEST.items():
            header.resizeSection(column, table.fontMetrics().horizontalAdvance(widest) + 32)
        return table

    def _make_days(self) -> QSpinBox:
        days = QSpinBox()
        days.setRange(0, 3650)
        days.setValue(7)
        days.setSuffix(" days")
        days.setAccessibleName("Older than")
        return days

    def _lay_out(self) -> None:
        for label, name in ((self._total, "Total"), (self._note, "About"), (self._trouble, "Notice")):
            label.setAccessibleName(name)
        caption = QLabel("Older than")
        caption.setBuddy(self._days)
        bottom = QHBoxLayout()
        for widget in (self._again, self._stop, self._export):
            bottom.addWidget(widget)
        bottom.addStretch(1)
        for other in (caption, self._days, self._clean_old, self._clean):
            bottom.addWidget(other)
        self._clean.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        for label in (self._total, self._note):
            column.addWidget(label)
        column.addWidget(self._table, 1)
        column.addWidget(self._trouble)
        column.addLayout(bottom)
        self._trouble.hide()
        about = "These began and never ended. No list shows them, but their parts take space and cost money."
        set_words(self._note, about, "dim")
        tab_in_reading_order(self)

    def _connect(self) -> None:
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._update())
        self._again.clicked.connect(self.again_wanted)
        self._stop.clicked.connect(self.stop_wanted)
        self._export.clicked.connect(lambda: self.export_wanted.emit(self._model.rows))
        self._clean.clicked.connect(lambda: self.clean_wanted.emit(self.chosen()))
        self._clean_old.clicked.connect(self._select_older)
        for keys, button in (("F5", self._again), ("Del", self._clean)):
            QShortcut(QKeySequence(keys), self).activated.connect(button.click)

    # what is known

    def show_search(self, findings: Findings, ours: Collection[str]) -> None:
        """Forget what was found, and show what a search finds from now on; `ours` are the ids this program began."""
        self._findings, self._running = findings, True
        self._model.clear(ours)
        set_words(self._trouble, "", "warning")
        self._timer.start()
        self._update()

    def show_end(self, *, stopped: bool = False, error: S3Error | None = None) -> None:
        """The search is over; what it had found stays."""
        self._timer.stop()
        self._running = False
        self._sample()
        stopped_words = "Stopped: there may be more than what is shown." if stopped else ""
        set_words(self._trouble, f"{error} {error.advice}".strip() if error else stopped_words, "warning")

    def drop(self, upload_ids: list[str]) -> None:
        """Some are cleaned up."""
        self._model.take([], upload_ids)
        self._update()

    def say(self, sentence: str, kind: str = "good") -> None:
        """Tell what came of something the user asked for here."""
        set_words(self._trouble, sentence, kind)

    def chosen(self) -> list[Unfinished]:
        """What is selected, top to bottom."""
        rows = self._model.rows
        return [rows[row] for row in sorted(index.row() for index in self._table.selectionModel().selectedRows())]

    def _sample(self) -> None:
        if self._findings is not None:
            self._model.take(*self._findings.take())
        self._update()

    def _select_older(self) -> None:
        """Select what nobody worked at for so long; what is cleaned is always what one sees selected."""
        old = {upload.upload_id for upload in self._model.older_than(self._days.value())}
        chosen = self._table.selectionModel()
        chosen.clearSelection()
        if not old:
            self.say(f"Nothing here is older than {text.count(self._days.value(), 'day')}.", "dim")
            return
        flags = chosen.SelectionFlag.Select | chosen.SelectionFlag.Rows
        for row, upload in enumerate(self._model.rows):
            if upload.upload_id in old:
                chosen.select(self._model.index(row, 0), flags)
        self.say(
            f"Selected {text.count(len(old), 'upload')} older than {text.count(self._days.value(), 'day')}.", "dim"
        )
        self._table.setFocus()

    def _update(self) -> None:
        count, chosen = self._model.rowCount(), self.chosen()
        self._total.setText(self._headline(count))
        self._total.setAccessibleDescription(self._total.text())
        self._stop.setEnabled(self._running)
        self._again.setEnabled(not self._running)
        self._export.setEnabled(count > 0 and not self._running)
        self._clean_old.setEnabled(count > 0)
        self._clean.setEnabled(bool(chosen))
        self._clean.setText(f"Clean up {len(chosen):,}…" if chosen else "Clean up…")
        if count:
            self._empty.hide()
        else:
            self._empty.show_message(_LOOKING if self._running else _NONE)

    def _headline(self, count: int) -> str:
        if not count:
            return "Looking…" if self._running else "No unfinished uploads"
        size = text.size(self._model.bytes)
        at_least = "at least " if self._model.uncounted else ""
        so_far = " so far…" if self._running else ""
        return f"{text.count(count, 'unfinished upload')}, {at_least}{size}{so_far}"


class CleanDialog(FormDialog):
    """Asks before uploads are aborted: how many, how much, and whether somebody may be at work on them."""

    def __init__(self, parent: QDialog, uploads: list[Unfinished], at_work: int) -> None:
        size = text.size(sum(upload.bytes or 0 for upload in uploads))
        what = text.count(len(uploads), "unfinished upload")
        super().__init__(parent, "Clean up", "Clean up", f"Clean up {what}, {size}?")
        self.notice.hide()
        note = words(self._warning(uploads, at_work), "warning")
        note.setAccessibleName("What is lost")
        note.setAccessibleDescription(note.text())
        self.column.insertWidget(1, note)
        more = f"\n… and {len(uploads) - 5:,} more" if len(uploads) > 5 else ""
        names = "\n".join(text.visible_path(upload.key) for upload in uploads[:5])
        self.column.insertWidget(1, words(names + more, "dim"))
        cancel = self.add_cancel()
        if at_work or fresh_among(uploads):  # Enter must not stop somebody's upload
            self.accept_button.setDefault(False)
            cancel.setDefault(True)
            cancel.setFocus()
        else:
            self.accept_button.setFocus()

    @staticmethod
    def _warning(uploads: list[Unfinished], at_work: int) -> str:
        sentences = []
        if fresh := fresh_among(uploads):
            on = "it" if len(uploads) == 1 else f"{fresh:,} of them"
            sentences.append(
                f"Somebody worked on {on} within the last day, and may be uploading right now: that upload would fail."
            )
        if at_work:
            on = "it" if len(uploads) == 1 else f"{at_work:,} of them"
            sentences.append(f"This program is uploading to {on} right now, or means to go on later: that would fail.")
        sentences.append("The parts that were uploaded are deleted; that cannot be undone. Objects are not touched.")
        return "\n".join(sentences)

    def answer(self) -> bool:
        """Yes."""
        return True


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
