"""`Activity`: what the program asked of S3, live, to read, to copy as a script and to save as a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QPushButton, QTableView, QVBoxLayout

from s3desk.models import text
from s3desk.models.activity_model import ActivityModel, CallColumn
from s3desk.ui.form_dialog import set_words, tab_in_reading_order, words
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from s3desk.s3.activity import Activity, Call
    from s3desk.ui.theme import Theme

FIRST_SIZE = (980, 560)
_EVERY_MS = 400
_WIDEST = {
    CallColumn.TIME: "23:59:59",
    CallColumn.OPERATION: "list_objects_v2 × 1,000",
    CallColumn.WHAT: "s3://bucket/folder/" * 2 + " a rather long name.parquet",
    CallColumn.STATUS: "206 Partial Content",
    CallColumn.DURATION: "1,204 ms",
}


class ActivityWindow(QDialog):
    """Not modal, and with no window above it. While it is seen it looks at the activity now and then."""

    copy_wanted = Signal(object)  # list[Call]
    save_wanted = Signal(object)  # list[Call]

    def __init__(self, theme: Theme, activity: Activity) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Activity")
        self._activity, self._version = activity, -1
        self._model = ActivityModel()
        self._filter, self._only = QLineEdit(), QCheckBox("Only changes")
        self._filter.setPlaceholderText("Filter")
        self._filter.setClearButtonEnabled(True)
        self._count, self._note = words("", "dim"), words("", "dim")
        for widget, name in ((self._filter, "Filter"), (self._count, "Counted"), (self._note, "Notice")):
            widget.setAccessibleName(name)
        self._table = self._make_table(theme)
        self._copy, self._save = _button("Copy as script"), _button("Save as notebook…")
        self._clear, self._close = _button("Clear"), _button("Close")
        self._lay_out()
        self._connect()
        self.resize(*FIRST_SIZE)
        self._sample()

    def say(self, sentence: str, kind: str = "dim") -> None:
        """Tell what came of something the user asked for here."""
        set_words(self._note, sentence, kind)

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme, dim_columns=(CallColumn.TIME, CallColumn.DURATION))
        table.setAccessibleName("Calls")
        for column, widest in _WIDEST.items():
            table.horizontalHeader().resizeSection(column, table.fontMetrics().horizontalAdvance(widest) + 24)
        return table

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._filter, 1)
        top.addWidget(self._only)
        top.addWidget(self._count)
        self._count.setWordWrap(False)
        bottom.addWidget(self._clear)
        bottom.addStretch(1)
        for button in (self._close, self._save, self._copy):
            bottom.addWidget(button)
        self._copy.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._table, 1)
        column.addWidget(self._note)
        column.addLayout(bottom)
        self._note.hide()
        tab_in_reading_order(self)

    def _connect(self) -> None:
        self._filter.textChanged.connect(lambda _: self._narrow())
        self._only.toggled.connect(lambda _: self._narrow())
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._update())
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._chosen()))
        self._save.clicked.connect(lambda: self.save_wanted.emit(self._chosen()))
        self._clear.clicked.connect(self._forget)
        self._close.clicked.connect(self.close)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self._filter.setFocus)
        timer = QTimer(self)
        timer.setInterval(_EVERY_MS)
        timer.timeout.connect(self._sample)
        timer.start()

    def _sample(self) -> None:
        """Look whether anything happened; who reads further up is not moved."""
        if self._version == self._activity.version or (self._version >= 0 and not self.isVisible()):
            return
        self._version = self._activity.version
        bar = self._table.verticalScrollBar()
        was_at_end = bar.value() >= bar.maximum()
        self._model.show(self._activity.calls())
        if was_at_end:
            self._table.scrollToBottom()
        self._update()

    def _narrow(self) -> None:
        self._model.narrow(self._filter.text(), only_changes=self._only.isChecked())
        self._table.scrollToBottom()
        self._update()

    def _forget(self) -> None:
        self._activity.clear()
        self._sample()
        self.say("")

    def _chosen(self) -> list[Call]:
        """The selected lines, or all that are shown where none is selected."""
        chosen = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        rows = self._model.rows
        return [rows[row] for row in chosen] if chosen else rows

    def _update(self) -> None:
        shown, total = self._model.rowCount(), self._model.total
        for button in (self._copy, self._save):
            button.setEnabled(shown > 0)
        self._clear.setEnabled(total > 0)
        chosen = len(self._table.selectionModel().selectedRows())
        tip = "The selected calls" if chosen else "All calls that are shown"
        self._copy.setToolTip(f"{tip}, as Python with boto3. No keys are in it.")
        self._save.setToolTip(f"{tip}, as a Jupyter notebook. No keys are in it.")
        words_ = text.count(total, "line") if total else "Nothing was asked of S3 yet."
        part = f"{shown:,} of {words_}" if shown != total else words_
        self._count.setText(f"{chosen:,} selected, {part}" if chosen else part)


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
