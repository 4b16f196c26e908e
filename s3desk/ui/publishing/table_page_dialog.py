"""Asks how a table is to look as a web page, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from s3desk.data.publishing.publish import MOST_ROWS, PageOptions
from s3desk.models import text
from s3desk.ui.publishing.publish_dialog import PublishDialog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

_COLUMN = Qt.ItemDataRole.UserRole
_SHOWN, _ROW = 6, 26  # columns seen at once, and how high each is in pixels
_MANY = 12  # fewer columns need no button to choose all of them


class TablePageDialog(PublishDialog):
    """`Title`, `Columns` in an order to drag them into, and the looks; `name` is what the table is called."""

    code_wanted = Signal(object)  # PageWish

    def __init__(self, parent: QWidget | None, name: str, columns: Sequence[str], rows: int, part: str) -> None:
        super().__init__(parent, "Publish table as web page", f"Publish {text.visible(name)}")
        self._part, self._rows = part, rows
        self._title = QLineEdit(name)
        self._columns = self._make_list(columns)
        self._looks = [QCheckBox(words) for words in ("Border", "Sortable", "Clickable links")]
        self._border, self._sortable, self._links = self._looks
        self.add_field("Title", self._title)
        self.add_field("Columns", self._columns)
        self._lay_out()
        self._title.textChanged.connect(self.check)
        self._columns.itemChanged.connect(self.check)

    def finish(self, key: str, lasts: timedelta) -> None:
        """Beside what all these dialogs have, `Copy as code`."""
        super().finish(key, lasts)
        self.code = self.add_button("Copy as code", QDialogButtonBox.ButtonRole.ActionRole)
        self.code.setToolTip("The Python that reads this table and writes the page, to paste and run")
        self.code.clicked.connect(lambda: self.code_wanted.emit(self.place.wish))

    def _make_list(self, columns: Sequence[str]) -> QListWidget:
        view = QListWidget()
        view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        view.setToolTip("Drag a column to another place")
        for name in dict.fromkeys(columns):
            item = QListWidgetItem(text.visible(name), view)
            item.setData(_COLUMN, name)
            item.setSizeHint(QSize(0, _ROW))
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            item.setCheckState(Qt.CheckState.Checked)
        view.setFixedHeight(min(max(view.count(), 2), _SHOWN) * _ROW + 2 * view.frameWidth())
        return view

    def _lay_out(self) -> None:
        if self._columns.count() > _MANY:
            row = QHBoxLayout()
            row.setSpacing(8)
            for name, state in (("All columns", Qt.CheckState.Checked), ("No columns", Qt.CheckState.Unchecked)):
                button = QPushButton(name)
                button.setAccessibleName(name)
                button.setAutoDefault(False)
                button.clicked.connect(lambda _=False, state=state: self._check_all(state))
                row.addWidget(button)
            row.addStretch(1)
            self.form.addRow("", row)
        looks = QHBoxLayout()
        looks.setSpacing(16)
        for box in self._looks:
            box.setAccessibleName(box.text())
            box.setChecked(True)
            looks.addWidget(box)
        looks.addStretch(1)
        self.form.addRow("", looks)

    def _check_all(self, state: Qt.CheckState) -> None:
        self._columns.blockSignals(True)
        for row in range(self._columns.count()):
            self._columns.item(row).setCheckState(state)
        self._columns.blockSignals(False)
        self.check()

    @property
    def options(self) -> PageOptions:
        """How the page is to look."""
        items = [self._columns.item(row) for row in range(self._columns.count())]
        chosen = tuple(item.data(_COLUMN) for item in items if item.checkState() is Qt.CheckState.Checked)
        border, sortable, links = (box.isChecked() for box in self._looks)
        return PageOptions(self._title.text(), chosen, border, sortable, links, self._part)

    def problem(self) -> str:
        """A page has a title, columns and a place."""
        if not self._title.text().strip():
            return " "
        return "Choose at least one column." if not self.options.columns else self.place.problem

    def check(self) -> None:
        """Where nothing is wrong, say what the page will leave out."""
        super().check()
        if not self._busy and not self.problem() and self._rows > MOST_ROWS:
            self.say(f"The page shows the first {MOST_ROWS:,} of {self._rows:,} rows: more makes browsers slow.", "dim")
