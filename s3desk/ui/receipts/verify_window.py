"""`Verify receipt`: what became since of everything a receipt speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QHeaderView, QPushButton, QTableView, QVBoxLayout

from s3desk.models import text
from s3desk.models.receipt_words import conclusion, count_words
from s3desk.models.verified_model import VerifiedColumn, VerifiedModel
from s3desk.ui.empty_state import EmptyState, Message
from s3desk.ui.form_dialog import set_words, tab_in_reading_order, words
from s3desk.ui.receipts.verdict_delegate import VerdictDelegate
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from s3desk.s3.errors import S3Error
    from s3desk.s3.receipts.findings import Findings
    from s3desk.s3.receipts.reading import Receipt
    from s3desk.ui.icons import Icons
    from s3desk.ui.theme import Theme

FIRST_SIZE = (1060, 560)
EVERY_MS = 200
_LOOKING = Message("ph.hourglass", "Checking…")
_NOTHING = Message("ph.check-circle", "Nothing is wrong", "Take the check mark away to see everything.")
_WIDEST = {VerifiedColumn.VERDICT: "Could not be checked", VerifiedColumn.ACTION: "What was done"}


class VerifyWindow(QDialog):
    """Not modal, and with no window above it. Samples the findings of a check until `show_end`."""

    again_wanted = Signal()
    stop_wanted = Signal()
    export_wanted = Signal(object)  # list[Finding], as they stand in the table

    def __init__(self, theme: Theme, icons: Icons, receipt: Receipt) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Verify receipt {text.visible(receipt.path.name)}")
        self._receipt = receipt
        self._findings: Findings | None = None
        self._running = False
        self._model = VerifiedModel()
        self._total, self._note, self._trouble = words("", "title"), words("", "dim"), words("", "warning")
        self._only = QCheckBox("Only what is wrong")
        self._table = self._make_table(theme, icons)
        self._empty = EmptyState(self._table, icons)
        self._again, self._stop, self._export = _button("Check again"), _button("Stop"), _button("Export as CSV…")
        self._close = _button("Close")
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._sample)
        self.resize(*FIRST_SIZE)

    # what it looks like

    def _make_table(self, theme: Theme, icons: Icons) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme, dim_columns=(VerifiedColumn.ACTION,))
        table.setItemDelegateForColumn(VerifiedColumn.VERDICT, VerdictDelegate(table, theme, icons))
        table.setAccessibleName("Verified items")
        header = table.horizontalHeader()
        header.setSortIndicator(VerifiedColumn.VERDICT, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        header.setStretchLastSection(False)
        for column in (VerifiedColumn.KEY, VerifiedColumn.FOUND):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column, widest in _WIDEST.items():
            header.resizeSection(column, table.fontMetrics().horizontalAdvance(widest) + 56)
        return table

    def _lay_out(self) -> None:
        for label, name in ((self._total, "Total"), (self._note, "About"), (self._trouble, "Notice")):
            label.setAccessibleName(name)
        self._only.setAccessibleName("Only what is wrong")
        top = QHBoxLayout()
        top.addWidget(self._note, 1)
        top.addWidget(self._only)
        bottom = QHBoxLayout()
        for widget in (self._again, self._stop, self._export):
            bottom.addWidget(widget)
        bottom.addStretch(1)
        bottom.addWidget(self._close)
        self._close.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(self._total)
        column.addLayout(top)
        column.addWidget(self._table, 1)
        column.addWidget(self._trouble)
        column.addLayout(bottom)
        self._trouble.hide()
        set_words(self._note, _about(self._receipt), "dim")
        tab_in_reading_order(self)

    def _connect(self) -> None:
        self._only.toggled.connect(self._filter)
        self._again.clicked.connect(self.again_wanted)
        self._stop.clicked.connect(self.stop_wanted)
        self._close.clicked.connect(self.close)
        self._export.clicked.connect(lambda: self.export_wanted.emit(self._model.rows))
        QShortcut(QKeySequence("F5"), self).activated.connect(self._again.click)

    # what is known

    def show_check(self, findings: Findings) -> None:
        """Forget what was found, and show what a check finds from now on."""
        self._findings, self._running = findings, True
        self._model.clear()
        set_words(self._trouble, "", "warning")
        self._timer.start()
        self._update()

    def show_end(self, *, stopped: bool = False, error: S3Error | None = None) -> None:
        """The check is over; what it had found stays, in order."""
        self._timer.stop()
        self._running = False
        self._sample()
        header = self._table.horizontalHeader()
        self._model.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        if error is not None:
            set_words(self._trouble, f"{error} {error.advice}".strip(), "warning")
        elif stopped:
            left = self._receipt.count - self._model.total
            set_words(self._trouble, f"Stopped: {text.count(left, 'item was', 'items were')} not checked.", "warning")
        elif self._findings is not None:
            set_words(self._trouble, *conclusion(self._findings.counts, self._receipt.count))
        self._update()

    def say(self, sentence: str, kind: str = "good") -> None:
        """Tell what came of something the user asked for here."""
        set_words(self._trouble, sentence, kind)

    def _filter(self, only: bool) -> None:  # Qt's signal
        self._model.show_only_trouble(only)
        self._update()

    def _sample(self) -> None:
        if self._findings is not None:
            self._model.take(self._findings.take())
        self._update()

    def _update(self) -> None:
        self._total.setText(self._headline())
        self._total.setAccessibleDescription(self._total.text())
        self._stop.setEnabled(self._running)
        self._again.setEnabled(not self._running)
        shown = self._model.rowCount()
        self._export.setEnabled(shown > 0 and not self._running)
        if shown:
            self._empty.hide()
        else:
            self._empty.show_message(_LOOKING if self._running else _NOTHING)

    def _headline(self) -> str:
        if self._findings is None:
            return "Checking…"
        said = count_words(self._findings.counts)
        if not self._running:
            return said
        return f"{said} — {self._model.total:,} of {text.count(self._receipt.count, 'item')} so far…"


def _about(receipt: Receipt) -> str:
    """What is checked and how."""
    how = "what is stored now" if receipt.needs_server else "the files on this computer, which are read again"
    where = f" on {receipt.endpoints[0]}" if receipt.needs_server else ""
    return f"“{text.visible(receipt.path.name)}” is compared with {how}{where}."


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
