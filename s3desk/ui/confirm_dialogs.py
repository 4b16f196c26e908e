"""Questions before something is lost or replaced."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QHeaderView, QPushButton, QTableWidget, QTableWidgetItem, QWidget

from s3desk.models import text
from s3desk.s3.transfers import Conflict, Decision
from s3desk.ui.form_dialog import FormDialog, words

MANY = 1000  # objects


class DeleteDialog(FormDialog):
    """Says how much goes and whether it can come back. Of very many objects, Cancel is what Enter presses."""

    def __init__(
        self, parent: QWidget | None, what: str, can_come_back: str, names: Sequence[str] = (), count: int = 0
    ) -> None:
        super().__init__(parent, "Delete", "Delete", what)
        self.notice.hide()
        note = words(can_come_back, "warning")
        note.setAccessibleName("Can it come back?")
        note.setAccessibleDescription(can_come_back)
        self.column.insertWidget(1, note)
        if len(names) > 1:
            more = f"\n… and {len(names) - 5:,} more" if len(names) > 5 else ""
            self.column.insertWidget(1, words("\n".join(text.visible(name) for name in names[:5]) + more, "dim"))
        cancel = self.add_cancel()
        if count > MANY:  # one Enter too many would cost too much
            self.accept_button.setDefault(False)
            cancel.setDefault(True)
            cancel.setFocus()
        else:
            self.accept_button.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True


class LeaveDialog(FormDialog):
    """Asks before running work is stopped."""

    def __init__(self, parent: QWidget | None, what: str) -> None:
        super().__init__(parent, "Close", "Stop and close", what)
        self.notice.hide()
        self.column.insertWidget(
            1, words("It is stopped when the window closes; nothing half-done is kept.", "warning")
        )
        self.add_cancel("Go on")

    def answer(self) -> bool:
        """Yes."""
        return True


class ConflictsDialog(FormDialog):
    """Asks, for each name that exists already, what to do: a row each, one decision for the checked rows."""

    def __init__(self, parent: QWidget | None, conflicts: Sequence[Conflict], place: str) -> None:
        many = text.count(len(conflicts), "name exists", "names exist")
        super().__init__(parent, "Conflicts", "Continue", f"{many} already in {place}")
        self._conflicts = conflicts
        self._decisions = [Decision.SKIP] * len(conflicts)
        self.setMinimumSize(760, 400)
        self.column.insertWidget(
            1, words("Check rows and choose what happens to them. Nothing is replaced unless you say so.", "dim")
        )
        self._table = self._make_table()
        self.column.insertWidget(2, self._table, 1)
        self.column.insertLayout(3, self._make_choices())
        self.add_cancel()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(len(self._conflicts), 4)
        table.setAccessibleName("Conflicting names")
        table.setHorizontalHeaderLabels(["Name", "New", "Existing", "What happens"])
        table.verticalHeader().hide()
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setWordWrap(False)
        table.setShowGrid(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        for row, conflict in enumerate(self._conflicts):
            name = QTableWidgetItem(text.visible_path(conflict.name))
            name.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            name.setCheckState(Qt.CheckState.Checked)
            table.setItem(row, 0, name)
            new = f"{text.size(conflict.source_size)}, {text.when(conflict.source_modified)}"
            old = f"{text.size(conflict.existing_size)}, {text.when(conflict.existing_modified)}"
            table.setItem(row, 1, QTableWidgetItem(new.removesuffix(", ") + "    "))
            table.setItem(row, 2, QTableWidgetItem(old.removesuffix(", ") + "    "))
            table.setItem(row, 3, QTableWidgetItem(_LABELS[self._decisions[row]]))
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return table

    def _make_choices(self) -> QHBoxLayout:
        line = QHBoxLayout()
        everything = QCheckBox("All")
        everything.setAccessibleName("All")
        everything.setChecked(True)
        everything.toggled.connect(self._check_all)
        line.addWidget(everything)
        line.addStretch(1)
        for decision, label in _LABELS.items():
            button = QPushButton(label)
            button.setAccessibleName(label)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, chosen=decision: self._decide(chosen))
            line.addWidget(button)
        return line

    def _check_all(self, checked: bool) -> None:
        for row in range(self._table.rowCount()):
            self._item(row, 0).setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)

    def _decide(self, decision: Decision) -> None:
        for row in range(self._table.rowCount()):
            if self._item(row, 0).checkState() is Qt.CheckState.Checked:
                self._decisions[row] = decision
                self._item(row, 3).setText(_LABELS[decision])

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self._table.item(row, column)
        if item is None:
            raise LookupError("the table is filled when it is made")
        return item

    def answer(self) -> list[Decision]:
        """One decision a conflict, in their order."""
        return self._decisions


_LABELS = {
    Decision.SKIP: "Skip",
    Decision.REPLACE: "Replace",
    Decision.KEEP_BOTH: "Keep both",
    Decision.ONLY_IF_NEWER: "Only if newer",
}
