"""The tab `Access list`: who was granted what, to add to, take from, save and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from s3desk.models.acl_model import AclColumn, AclModel
from s3desk.s3.access.acl import EVERYONE, SIGNED_IN, AccessList, Grant, Grantee, GranteeKind, Right
from s3desk.ui.access.setting_section import named_button, reason_words
from s3desk.ui.form_dialog import set_words, words
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from s3desk.s3.access.seen import Seen
    from s3desk.ui.theme import Theme

ACCOUNT = "An account, by its canonical user ID"
_STRANGERS = {one.kind.value: one for one in (EVERYONE, SIGNED_IN)}
_NOTES = {
    True: "An access list (ACL) belongs to one object. A bucket policy is the better tool for many.",
    False: "The access list (ACL) of the bucket itself: who may list and upload. Reading is a matter of each object.",
}


class AclTab(QWidget):
    """Edits one access list and never touches S3."""

    save_wanted = Signal(object)  # AccessList
    undo_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._open = self._busy = self._of_object = False
        self._can_undo = False
        self._model = AclModel()
        self._note, self._reason, self._problem = words("", "dim"), words("", "warning"), words("", "warning")
        self._reason.setAccessibleName("Access list notice")
        self._problem.setAccessibleName("Account ID problem")
        self._table = self._make_table(theme)
        self._grantee, self._account, self._right = QComboBox(), QLineEdit(), QComboBox()
        for field, name in ((self._grantee, "Grantee"), (self._account, "Account ID"), (self._right, "Right")):
            field.setAccessibleName(name)
        self._grantee.addItems([*_STRANGERS, ACCOUNT])
        self._right.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # they change with what is shown
        self._account.setPlaceholderText("Canonical user ID")
        self._add, self._remove = named_button("Add"), named_button("Remove")
        self._undo, self._save = named_button("Undo"), named_button("Save")
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self._open and self._model.is_changed

    def show_list(self, seen: Seen[AccessList], *, of_object: bool, remark: str = "") -> None:
        """Show what was read, greyed with the reason where nothing was; `remark` is a warning beside a list."""
        self._open, self._of_object = seen.value is not None, of_object
        self._model.show(seen.value, of_object=of_object)
        self._note.setText(_NOTES[of_object])
        set_words(self._reason, reason_words(seen) or remark, "warning")
        self._right.clear()
        for right in Right:
            if right is not Right.WRITE or not of_object:
                self._right.addItem(right.words(of_object=of_object), right)
        self._refresh()

    def set_undo(self, tip: str) -> None:
        """What Undo would do; "" when there is nothing to put back."""
        self._can_undo = bool(tip)
        self._undo.setToolTip(tip)
        self._refresh()

    def set_busy(self, *, busy: bool) -> None:
        """Nothing can be edited while it is read or saved."""
        self._busy = busy
        self._refresh()

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme, dim_columns=(AclColumn.RIGHT,))
        table.setAccessibleName("Grants")
        header = table.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(AclColumn.GRANTEE, QHeaderView.ResizeMode.Stretch)
        width = table.fontMetrics().horizontalAdvance
        header.resizeSection(AclColumn.WORDS, width(Right.WRITE.words(of_object=False)) + 48)
        header.resizeSection(AclColumn.RIGHT, width(Right.FULL_CONTROL.value) + 40)
        return table

    def _lay_out(self) -> None:
        fields, bottom = QHBoxLayout(), QHBoxLayout()
        for line in (fields, bottom):
            line.setSpacing(8)
        for widget in (self._grantee, self._account, self._right, self._add):
            fields.addWidget(widget, int(widget is self._account))
        fields.addStretch(0)
        bottom.addWidget(self._remove)
        bottom.addStretch(1)
        bottom.addWidget(self._undo)
        bottom.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._note)
        column.addWidget(self._reason)
        column.addWidget(self._table, 1)
        column.addLayout(fields)
        column.addWidget(self._problem)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self._model.changed.connect(self._refresh)
        self._table.selectionModel().selectionChanged.connect(self._refresh)
        self._grantee.currentTextChanged.connect(self._refresh)
        self._account.textChanged.connect(self._refresh)
        self._account.returnPressed.connect(self._add.click)
        self._add.clicked.connect(self._add_grant)
        self._remove.clicked.connect(self._remove_grants)
        self._save.clicked.connect(lambda: self.save_wanted.emit(self._model.acl))
        self._undo.clicked.connect(self.undo_wanted)

    def _rows(self) -> list[int]:
        return [index.row() for index in self._table.selectionModel().selectedRows()]

    def _account_problem(self) -> str:
        """Why the account typed cannot be granted anything; " " while nothing is typed."""
        typed = self._account.text().strip()
        if not typed:
            return " "
        if typed.isdigit() and len(typed) == 12:
            return (
                "This is an account number. An access list wants the canonical user ID, 64 letters and digits; for the "
                "number, use the bucket policy."
            )
        return ""

    def _refresh(self) -> None:
        ready = self._open and not self._busy
        account = self._grantee.currentText() == ACCOUNT
        problem = self._account_problem() if account else ""
        self._account.setVisible(account)
        set_words(self._problem, problem.strip(), "warning")
        for widget in (self._table, self._grantee, self._account, self._right):
            widget.setEnabled(ready)
        self._add.setEnabled(ready and not problem)
        self._remove.setEnabled(ready and bool(self._rows()))
        self._save.setEnabled(ready and self._model.is_changed)
        self._undo.setEnabled(not self._busy and self._open and self._can_undo)

    def _add_grant(self) -> None:
        chosen = self._grantee.currentText()
        typed = Grantee(GranteeKind.USER, self._account.text().strip())
        right: Right = self._right.currentData()
        self._model.add(Grant(_STRANGERS.get(chosen, typed), right))

    def _remove_grants(self) -> None:
        self._model.remove(self._rows())
