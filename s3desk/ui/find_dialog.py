"""What to look for below a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from s3desk.models import text
from s3desk.models.search_words import STORAGE_CLASSES, TYPES
from s3desk.s3.finding import Search
from s3desk.ui.find_fields import DayField, SizeField
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.name_dialogs import key_problem

if TYPE_CHECKING:
    from s3desk.s3.location import Location

_NAME_TIP = (
    "Words that are in the name, in any order, or a pattern such as *.csv for the whole name. "
    "With a “/”, as in 2024/*.csv, it means the path."
)


class FindDialog(FormDialog):
    """Collects a Search, starting with the last one; everything may be left open."""

    def __init__(self, parent: QWidget | None, location: Location, start: Search) -> None:
        where = text.visible_path(location.uri)
        super().__init__(parent, "Find", "Find", f"Find in {where}")
        today = QDate.currentDate()
        self._name = QLineEdit(start.name)
        self._name.setPlaceholderText("sales 2024 or *.csv")
        self._name.setToolTip(_NAME_TIP)
        self._name.selectAll()
        self._larger = SizeField("Larger than", start.larger_than)
        self._smaller = SizeField("Smaller than", start.smaller_than)
        self._after = DayField("Changed after", start.after, today.addMonths(-1), "This day counts too")
        self._before = DayField("Changed before", start.before, today, "This day does not count any more")
        self._type, self._storage_class = _combo(TYPES, start.endings), _combo(STORAGE_CLASSES, start.storage_classes)
        self._lay_out()
        cost = f"Looks at every object below {where}; nothing is downloaded."
        self.column.insertWidget(2, words(cost, "dim"))
        self.add_cancel()
        self._connect()
        self.check()

    def _lay_out(self) -> None:
        self.add_field("Name", self._name)
        self.add_field("Type", self._type)
        for size in (self._larger, self._smaller):
            self._add_line(size.number, size)
        for day in (self._after, self._before):
            self._add_line(day.check, day)
        self.add_field("Storage class", self._storage_class)

    def _add_line(self, first: QWidget, line: QHBoxLayout) -> None:
        caption = QLabel(first.accessibleName())
        caption.setBuddy(first)
        self.form.addRow(caption, line)

    def _connect(self) -> None:
        self._name.textChanged.connect(self.check)
        for field in (self._larger, self._smaller, self._after, self._before):
            field.changed.connect(self.check)

    def problem(self) -> str:
        """What cannot be read, and limits between which nothing lies."""
        least, end = self._larger.bytes, self._smaller.bytes
        after, before = self._after.moment, self._before.moment
        if problem := key_problem(self._name.text()) or self._larger.problem or self._smaller.problem:
            return problem
        if end == 0 or (least is not None and end is not None and least + 1 >= end):
            return "No object has such a size: make “Smaller than” larger."
        if after is not None and before is not None and after >= before:
            return "No day is between these two: choose a later day for “Changed before”."
        return ""

    def answer(self) -> Search:
        """What to look for."""
        return Search(
            name=self._name.text().strip(),
            larger_than=self._larger.bytes,
            smaller_than=self._smaller.bytes,
            after=self._after.moment,
            before=self._before.moment,
            endings=TYPES[self._type.currentText()],
            storage_classes=STORAGE_CLASSES[self._storage_class.currentText()],
        )


def _combo(groups: dict[str, frozenset[str]], chosen: frozenset[str]) -> QComboBox:
    box = QComboBox()
    box.addItems(list(groups))
    box.setCurrentIndex(next((row for row, members in enumerate(groups.values()) if members == chosen), 0))
    return box
