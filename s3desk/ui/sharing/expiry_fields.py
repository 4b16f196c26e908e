"""How long a link is to work: a number of units, or until a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDate, QDateTime, QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QSpinBox

from s3desk.models import text
from s3desk.s3.sharing.links import LONGEST, check_lifetime
from s3desk.ui.find_fields import calm

_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
UNTIL = "until a date"
_FULL = {QDateTimeEdit.Section.YearSection: 4, QDateTimeEdit.Section.MonthSection: 3}  # characters


class MomentEdit(QDateTimeEdit):
    """A moment to type: Qt itself ignores digits while a part of it is neither selected nor has room for more.

    Its calendar shows the days a link can end on; what is typed may be any other, so that one is told why it cannot be.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setCalendarPopup(True)
        calm(self.calendarWidget())
        self.calendarWidget().installEventFilter(self)
        self.setDisplayFormat("d MMM yyyy, HH:mm")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is typed replaces the part the cursor is in once that is full, the first one where all is selected."""
        line, at = self.lineEdit(), self.currentSection()
        if event.text().isalnum():
            if line.selectedText() == line.text():
                self.setSelectedSection(self.sectionAt(0))
            elif not line.hasSelectedText() and len(self.sectionText(at)) >= _FULL.get(at, 2):
                self.setSelectedSection(at)
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt gives the calendar the range of this field each time it opens."""
        if event.type() == QEvent.Type.Show:
            today = QDate.currentDate()
            self.calendarWidget().setDateRange(today, today.addDays(LONGEST.days))
        return super().eventFilter(watched, event)


class ExpiryFields(QHBoxLayout):
    """`Expires in`, `Unit` and `Until`; `changed` tells that any is another."""

    changed = Signal()

    def __init__(self, lasts: timedelta) -> None:
        super().__init__()
        self.number, self.unit, self.moment = QSpinBox(), QComboBox(), MomentEdit()
        self.number.setRange(0, 99_999)
        self.number.setAccessibleName("Expires in")
        self.unit.addItems([*_UNITS, UNTIL])
        self.unit.setAccessibleName("Unit")
        self.moment.setAccessibleName("Until")
        self.setSpacing(8)
        for field in (self.number, self.moment, self.unit):
            self.addWidget(field)
        self.addStretch(1)
        self._show(lasts)
        self.number.valueChanged.connect(self.changed)
        self.unit.currentTextChanged.connect(self._choose_unit)
        self.moment.dateTimeChanged.connect(self.changed)

    @property
    def lasts(self) -> timedelta:
        """The number of units; without meaning while `until` has a moment."""
        unit = _UNITS.get(self.unit.currentText(), timedelta())
        return min(self.number.value() * unit, timedelta(days=9_999))

    @property
    def until(self) -> datetime | None:
        """The moment in UTC where one is asked for."""
        if self.unit.currentText() != UNTIL:
            return None
        return datetime.fromtimestamp(self.moment.dateTime().toSecsSinceEpoch(), UTC)

    @property
    def problem(self) -> str:
        """Why no link can live so long, "" when it can."""
        until = self.until
        if until is not None and until <= datetime.now(UTC):
            return "This moment is over. Choose a later one."
        return check_lifetime(until - datetime.now(UTC) if until else self.lasts)

    @property
    def caption(self) -> str:
        """What stands beside the fields."""
        return "Ends" if self.until is not None else "Expires in"

    @property
    def words(self) -> str:
        """What is asked for: for 7 days, or until Friday."""
        if self.until is not None:
            return f"until {text.until(self.until)}"
        unit = self.unit.currentText()
        return f"for {text.count(self.number.value(), unit.removesuffix('s'))}"

    def setEnabled(self, enabled: bool) -> None:
        """Some links never end."""
        for field in (self.number, self.moment, self.unit):
            field.setEnabled(enabled)

    def _show(self, lasts: timedelta) -> None:
        unit = next(name for name in ("days", "hours", "minutes") if not lasts % _UNITS[name])
        self.unit.setCurrentText(unit)
        self.number.setValue(lasts // _UNITS[unit])
        self.moment.hide()

    def _choose_unit(self, unit: str) -> None:
        """A day from now is the first moment offered."""
        if unit == UNTIL:
            self.moment.blockSignals(True)
            self.moment.setDateTime(QDateTime.currentDateTime().addDays(1))
            self.moment.blockSignals(False)
        self.number.setVisible(unit != UNTIL)
        self.moment.setVisible(unit == UNTIL)
        self.changed.emit()
