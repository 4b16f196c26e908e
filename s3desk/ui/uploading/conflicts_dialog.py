"""`Conflicts`: what happens to names that are taken; one choice for all, or another for some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHBoxLayout, QHeaderView, QPushButton, QTableView, QWidget

from s3desk.models import text
from s3desk.models.conflict_model import LABELS, ConflictColumn, ConflictModel
from s3desk.s3.transfer.transfers import Conflict, Decision
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from s3desk.ui.theme import Theme

_WIDEST = {
    ConflictColumn.NEW: "1,023.9 MB, 30 Nov 2026, 23:59",
    ConflictColumn.EXISTING: "1,023.9 MB, 30 Nov 2026, 23:59",
    ConflictColumn.DECISION: "Only if different",
}
_TIPS = {
    Decision.SKIP: "What is there stays; the new one is left out",
    Decision.REPLACE: "The new one takes the place of what is there",
    Decision.KEEP_BOTH: "The new one gets a number: report (1).csv",
    Decision.ONLY_IF_NEWER: "Replace where the new one was changed later, else skip",
    Decision.ONLY_IF_DIFFERENT: "Replace where size or checksum differ, or nothing tells; else skip",
}
_DONE = {
    Decision.SKIP: "skipped",
    Decision.REPLACE: "replaced",
    Decision.KEEP_BOTH: "kept beside what is there",
    Decision.ONLY_IF_NEWER: "replaced if newer",
    Decision.ONLY_IF_DIFFERENT: "replaced if different",
}


class ConflictsDialog(FormDialog):
    """Asks, for each name that exists already, what to do: a row each, one decision for the checked rows.

    `compares` offers `Only if different` and `remembers` offers `Do the same next time`, for who asks heeds them;
    `remembered` is then the decision for the next time, None to ask again.
    """

    def __init__(
        self,
        parent: QWidget | None,
        conflicts: Sequence[Conflict],
        place: str,
        *,
        theme: Theme | None = None,
        compares: bool = False,
        remembers: bool = False,
    ) -> None:
        many = text.count(len(conflicts), "name exists", "names exist")
        super().__init__(parent, "Conflicts", "Continue", f"{many} already in {place}")
        self.remembered: Decision | None = None
        self._compares = compares
        self._model = ConflictModel(conflicts)
        self._again = QCheckBox("Do the same next time")
        self._again.setAccessibleName("Do the same next time")
        self._again.setVisible(remembers)
        self.setMinimumSize(980, 480)
        self.column.insertWidget(
            1, words("Check rows and choose what happens to them. Nothing is replaced unless you say so.", "dim")
        )
        self._table = self._make_table(theme)
        self.column.insertWidget(2, self._table, 1)
        self.column.insertLayout(3, self._make_choices())
        self.column.insertWidget(self.column.indexOf(self.notice) + 1, self._again)
        self.notice.setMinimumHeight(0)
        self.add_cancel()
        self._model.decided.connect(self._tell)
        self._tell()
        self._table.setFocus()

    def _make_table(self, theme: Theme | None) -> QTableView:
        table = CheckedTable(self._model)
        table.setAccessibleName("Conflicting names")
        if theme is not None:
            prepare_table(table, theme, dim_columns=(ConflictColumn.NEW, ConflictColumn.EXISTING))
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        # Else it asks for each cell of a column whether it is selected, whenever it is painted.
        header.setSelectionModel(QItemSelectionModel(self._model, header))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(ConflictColumn.NAME, QHeaderView.ResizeMode.Stretch)
        for column, widest in _WIDEST.items():
            header.resizeSection(column, table.fontMetrics().horizontalAdvance(widest) + 32)
        return table

    def _make_choices(self) -> QHBoxLayout:
        line = QHBoxLayout()
        everything = QCheckBox("All")
        everything.setAccessibleName("All")
        everything.setChecked(True)
        everything.clicked.connect(self._model.check_all)
        self._model.checked.connect(lambda: everything.setChecked(self._model.count == self._model.rowCount()))
        line.addWidget(everything)
        line.addStretch(1)
        for decision, label in LABELS.items():
            if decision is Decision.ONLY_IF_DIFFERENT and not self._compares:
                continue
            button = QPushButton(label)
            button.setAccessibleName(label)
            button.setToolTip(_TIPS[decision])
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, chosen=decision: self._model.decide(chosen))
            self._model.checked.connect(lambda one=button: one.setEnabled(self._model.count > 0))
            line.addWidget(button)
        return line

    def _tell(self) -> None:
        """What will happen, in sum; only one decision for all can be that of the next time."""
        tally = self._model.tally
        said = ", ".join(f"{tally[decision]:,} {_DONE[decision]}" for decision in LABELS if tally[decision])
        self.say(f"Of {text.count(self._model.rowCount(), 'name')}: {said}.", "dim")
        single = len(tally) == 1
        self._again.setEnabled(single)
        self._again.setToolTip("" if single else "Only where the same happens to all names")
        if not single:
            self._again.setChecked(False)

    def answer(self) -> list[Decision]:
        """One decision a conflict, in their order."""
        if self._again.isChecked():
            self.remembered = self._model.decisions[0]
        return self._model.decisions


class CheckedTable(QTableView):
    """Space checks all selected rows, as many as they are."""

    def __init__(self, model: ConflictModel) -> None:
        super().__init__()
        self._conflicts = model
        self.setModel(model)

    def event(self, event: QEvent) -> bool:
        """Space means the rows here, and not the verb of the window that has this key."""
        wanted = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if wanted and event.key() == Qt.Key.Key_Space:  # type: ignore[attr-defined]  # only a key event comes here
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything else is Qt's."""
        if event.key() == Qt.Key.Key_Space and self.selectionModel().hasSelection():
            # By ranges: to ask for each cell takes seconds where all of 50,000 rows are selected.
            ranges = self.selectionModel().selection().toList()
            self._conflicts.toggle(row for each in ranges for row in range(each.top(), each.bottom() + 1))
        else:
            super().keyPressEvent(event)
