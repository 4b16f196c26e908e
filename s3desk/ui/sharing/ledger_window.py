"""`Links I gave out`: what was shared, until when it works and for whom it was; never the links themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from s3desk.models import text
from s3desk.models.ledger_model import LedgerColumn, LedgerModel
from s3desk.ui.form_dialog import FormDialog, set_words, tab_in_reading_order, words
from s3desk.ui.row_delegate import Index, RowDelegate, prepare_table

if TYPE_CHECKING:
    from s3desk.s3.sharing.ledger import Given
    from s3desk.ui.theme import Theme

FIRST_SIZE = (1160, 560)
_EVERY_MS = 30_000  # links end while somebody looks
_WIDEST = {
    LedgerColumn.OBJECT: "sales by region and month.parquet",
    LedgerColumn.KIND: "Temporary link",
    LedgerColumn.MADE: "30 Nov 2026, 23:59",
    LedgerColumn.ENDS: "30 Nov 2026, 23:59",
    LedgerColumn.NOTE: "Anna and the whole team",
}


class LedgerDelegate(RowDelegate):
    """Lines of links that have ended are dim."""

    def __init__(self, view: QTableView, model: LedgerModel, theme: Theme) -> None:
        super().__init__(view, theme, dim_columns=(LedgerColumn.KIND, LedgerColumn.MADE, LedgerColumn.PLACE))
        self._model = model

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Dim, except where the line is selected."""
        selected = bool(option.state & self._selected)  # the style is not to know
        super().initStyleOption(option, index)
        if self._model.has_ended(index) and not selected:
            option.palette = self._dim_palette

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The field of a note says what it is."""
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName("For whom")
        return editor


class LedgerWindow(QDialog):
    """Not modal, and with no window above it. It only says what is wanted of the lines; `show_givens` fills it."""

    refresh_wanted = Signal()
    copy_wanted = Signal(object)  # list[Given]
    export_wanted = Signal(object)  # list[Given], as they stand in the table
    forget_wanted = Signal(object)  # list[Given]
    note_written = Signal(int, str)  # id, note

    def __init__(self, theme: Theme) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Links I gave out")
        self._model = LedgerModel()
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter")
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName("Filter links")
        self._count, self._note = words("", "dim"), words("", "dim")
        self._count.setAccessibleName("Counted")
        self._note.setAccessibleName("Notice")
        self._table = self._make_table(theme)
        self._again, self._export = _button("Copy again"), _button("Export…")
        self._forget, close = _button("Forget…"), _button("Close")
        self._lay_out(close)
        self._connect(close)
        self.resize(*FIRST_SIZE)
        self._update()

    def show_givens(self, givens: Sequence[Given]) -> None:
        """Show what the ledger has; what is selected stays so."""
        is_first = not self._model.total
        self._model.show(givens)
        if is_first and givens:
            self._fit_columns()
        self._update()

    def say(self, sentence: str, kind: str = "dim") -> None:
        """Tell what came of something the user asked for here."""
        set_words(self._note, sentence, kind)

    def changeEvent(self, event: QEvent) -> None:
        """Somebody comes back to this window: more may have been given out."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.refresh_wanted.emit()

    def _fit_columns(self) -> None:
        """No wider than what is in them: the rest is for the places, which are long."""
        header = self._table.horizontalHeader()
        for column in _WIDEST:
            needed = max(self._table.sizeHintForColumn(column), header.sectionSizeHint(column))
            header.resizeSection(column, min(header.sectionSize(column), needed + 8))

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme)
        table.setItemDelegate(LedgerDelegate(table, self._model, theme))
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        table.setAccessibleName("Links given out")
        table.setSortingEnabled(True)
        table.sortByColumn(LedgerColumn.MADE, Qt.SortOrder.DescendingOrder)
        header = table.horizontalHeader()
        header.setMinimumSectionSize(80)
        for column, widest in _WIDEST.items():
            header.resizeSection(column, table.fontMetrics().horizontalAdvance(widest) + 32)
        return table

    def _lay_out(self, close: QPushButton) -> None:
        buttons = QHBoxLayout()
        for button in (self._export, self._forget):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._again)
        self._again.setDefault(True)
        top = QHBoxLayout()
        top.addWidget(self._filter, 1)
        top.addWidget(self._count)
        self._count.setWordWrap(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._table, 1)
        column.addWidget(self._note)
        column.addLayout(buttons)
        self._note.hide()
        tab_in_reading_order(self)

    def _connect(self, close: QPushButton) -> None:
        self._filter.textChanged.connect(self._narrow)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._update())
        self._model.note_written.connect(self.note_written)
        self._again.clicked.connect(lambda: self.copy_wanted.emit(self._chosen()))
        self._export.clicked.connect(lambda: self.export_wanted.emit(self._model.rows))
        self._forget.clicked.connect(lambda: self.forget_wanted.emit(self._chosen()))
        close.clicked.connect(self.close)
        for keys, do in (("Ctrl+F", self._filter.setFocus), ("F5", self.refresh_wanted.emit)):
            QShortcut(QKeySequence(keys), self).activated.connect(do)
        timer = QTimer(self)
        timer.setInterval(_EVERY_MS)
        timer.timeout.connect(self._model.tick)
        timer.start()

    def _narrow(self, typed: str) -> None:
        self._model.set_filter(typed)
        self._update()

    def _chosen(self) -> list[Given]:
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        return [self._model.rows[row] for row in rows]

    def _update(self) -> None:
        chosen, shown = self._chosen(), self._model.rowCount()
        several = any(given.is_several for given in chosen)
        self._again.setEnabled(bool(chosen) and not several)
        why = "This line stands for many files: select them in the main window and share them again."
        self._again.setToolTip(why if several else "Make the link anew, with the same life")
        self._forget.setEnabled(bool(chosen))
        self._export.setEnabled(shown > 0)
        total = text.count(self._model.total, "line") if self._model.total else "You gave out no links yet."
        self._count.setText(total if shown == self._model.total else f"{shown:,} of {total}")


class ForgetDialog(FormDialog):
    """Asks before lines are forgotten, and says that this ends no link."""

    def __init__(self, parent: QWidget | None, givens: Sequence[Given], still_work: int) -> None:
        super().__init__(parent, "Forget", "Forget", f"Forget {text.count(len(givens), 'line')}?")
        self.notice.hide()
        sentence = "Only this list forgets: the links themselves go on working until they end."
        if still_work:
            sentence += f" {still_work:,} still {'works' if still_work == 1 else 'work'}."
        self.column.insertWidget(1, words(sentence, "warning" if still_work else "dim"))
        self.add_cancel()
        self.accept_button.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
