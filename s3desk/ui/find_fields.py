"""Fields that may be left alone: a size with its unit, a day with its check box."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from PySide6.QtCore import QDate, QDateTime, Qt, Signal
from PySide6.QtGui import QIcon, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QCheckBox, QComboBox, QDateEdit, QHBoxLayout, QLineEdit, QToolButton

_UNITS = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}  # as the Size column counts
_FIRST_UNIT = "MB"
_NUMBER = re.compile(r"(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{0,9})?|\.\d{1,9}")


class SizeField(QHBoxLayout):
    """A number and its unit; no number is no limit. `changed` tells that either is another."""

    changed = Signal()

    def __init__(self, name: str, bytes_: int | None) -> None:
        super().__init__()
        self.number, self._unit = QLineEdit(), QComboBox()
        self.number.setAccessibleName(name)
        self.number.setPlaceholderText("any size")
        self._unit.setAccessibleName(f"{name}: unit")
        self._unit.addItems(list(_UNITS))
        self.setSpacing(8)
        self.addWidget(self.number, 1)
        self.addWidget(self._unit)
        self._show(bytes_)
        self.number.textChanged.connect(self.changed)
        self._unit.currentIndexChanged.connect(self.changed)

    def _show(self, bytes_: int | None) -> None:
        """In the largest unit in which a few digits tell the size exactly."""
        self._unit.setCurrentText(_FIRST_UNIT)
        for unit, worth in reversed(_UNITS.items() if bytes_ is not None else ()):
            number = f"{(bytes_ or 0) / worth:.9f}".rstrip("0").rstrip(".")
            if len(number) < 6 or unit == "B":
                self.number.setText(number)
                self._unit.setCurrentText(unit)
                if self.bytes == bytes_:
                    return

    @property
    def problem(self) -> str:
        """Why this is no size, "" when it is one or none."""
        typed = self.number.text().strip()
        if typed and not _NUMBER.fullmatch(typed):
            return "Write a size as a number such as 20 or 1.5, and choose the unit beside it."
        return ""

    @property
    def bytes(self) -> int | None:
        """The size; None when there is none, or none that can be read."""
        typed = self.number.text().strip().replace(",", "")
        if not typed or self.problem:
            return None
        return round(float(typed) * _UNITS[self._unit.currentText()])


class DayField(QHBoxLayout):
    """A check box and a day that counts only while it is checked. `changed` tells that either is another."""

    changed = Signal()

    def __init__(self, name: str, moment: datetime | None, otherwise: QDate, tip: str) -> None:
        super().__init__()
        self.check, self.day = QCheckBox(), QDateEdit()
        self.check.setAccessibleName(name)
        self.check.setChecked(moment is not None)
        self.day.setAccessibleName(name)
        self.day.setCalendarPopup(True)
        calm(self.day.calendarWidget())
        self.day.setDisplayFormat("d MMM yyyy")
        self.day.setDate(otherwise if moment is None else _day(moment))
        self.day.setEnabled(moment is not None)
        for widget in (self.check, self.day):
            widget.setToolTip(tip)
        self.addWidget(self.check)
        self.addWidget(self.day, 1)
        self.check.toggled.connect(self.day.setEnabled)
        self.check.toggled.connect(self.changed)
        self.day.dateChanged.connect(self.changed)

    @property
    def moment(self) -> datetime | None:
        """When the day begins in local time, in UTC; None while it does not count."""
        if not self.check.isChecked():
            return None
        return datetime.fromtimestamp(self.day.date().startOfDay().toSecsSinceEpoch(), UTC)


def calm(calendar: QCalendarWidget) -> None:
    """No red weekends, and arrows in the colour of the words, which Qt paints black in the dark too."""
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(day, QTextCharFormat())
    arrows = {"prev": ("Previous month", Qt.ArrowType.LeftArrow), "next": ("Next month", Qt.ArrowType.RightArrow)}
    for way, (name, arrow) in arrows.items():
        button = calendar.findChild(QToolButton, f"qt_calendar_{way}month")
        if isinstance(button, QToolButton):
            button.setIcon(QIcon())
            button.setArrowType(arrow)
            button.setAccessibleName(name)


def _day(moment: datetime) -> QDate:
    return QDateTime.fromSecsSinceEpoch(int(moment.timestamp())).date()
