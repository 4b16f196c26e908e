"""How much at once, how fast, and what happens to names that are taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from s3desk.models.conflict_model import LABELS
from s3desk.ui.form_dialog import FormDialog

if TYPE_CHECKING:
    from s3desk.settings import Settings

_FIELDS = {
    "transfers_at_once": ("Transfers at once", 1, 8, "Others wait for their turn"),
    "files_at_once": ("Files at once", 1, 64, "Small files of one transfer that are moved side by side"),
    "parts_at_once": ("Parts at once", 1, 16, "Of a large file; each takes 16 MB of memory"),
}
_SPEED = re.compile(r"(?P<number>\d+(?:[.,]\d*)?)\s*(?P<unit>|[KMG]B?(?:/s)?)", re.IGNORECASE)
_KILOBYTES = {"": 1, "k": 1, "m": 1000, "g": 1_000_000}
_TAKEN = {
    "upload_conflicts": "If a name exists on upload",
    "download_conflicts": "If a name exists on download",
    "copy_conflicts": "If a name exists on copy or move",
}


class SpeedBox(QSpinBox):
    """Kilobytes a second; takes and shows what people write: 30 MB/s."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, 10_000_000)
        self.setSingleStep(256)
        self.setSpecialValueText("No limit")

    def textFromValue(self, value: int) -> str:
        """In the unit that has few digits."""
        number, unit = (value / 1000, "MB/s") if value >= 1000 else (float(value), "KB/s")
        return f"{number:g} {unit}"

    def valueFromText(self, text: str) -> int:
        """A number without a unit is KB/s; what is no speed changes nothing."""
        found = _SPEED.fullmatch(text.strip())
        if found is None:
            return 0 if text == self.specialValueText() else self.value()
        number = float(found["number"].replace(",", "."))
        return min(round(number * _KILOBYTES[found["unit"][:1].lower()]), self.maximum())

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Whether it is a speed, or may become one."""
        whole = _SPEED.fullmatch(text.strip()) or text == self.specialValueText()
        return (QValidator.State.Acceptable if whole else QValidator.State.Intermediate, text, at)


class TransferSettingsDialog(FormDialog):
    """The answer is what changes in the settings; it holds at once, for running transfers too."""

    def __init__(self, parent: QWidget | None, settings: Settings) -> None:
        super().__init__(parent, "Transfer settings", "Apply", "How transfers run")
        self._boxes: dict[str, QSpinBox] = {}
        self._choices: dict[str, QComboBox] = {}
        for field, (name, least, most, tip) in _FIELDS.items():
            self._add(field, name, (least, most), getattr(settings, field)).setToolTip(tip)
        speed = self._boxes["kilobytes_per_second"] = SpeedBox()
        speed.setValue(settings.kilobytes_per_second)
        self.add_field("Speed limit", speed)
        speed.setToolTip("Of all transfers of a connection together; 0 is no limit")
        for field, name in _TAKEN.items():
            self._add_choice(field, name, getattr(settings, field))
        self.notice.hide()
        self.add_cancel()

    def _add(self, field: str, name: str, bounds: tuple[int, int], value: int) -> QSpinBox:
        box = self._boxes[field] = QSpinBox()
        box.setRange(*bounds)
        box.setValue(value)
        self.add_field(name, box)
        return box

    def _add_choice(self, field: str, name: str, value: str) -> None:
        box = self._choices[field] = QComboBox()
        box.addItem("Ask", "")
        for decision, label in LABELS.items():
            box.addItem(label, decision.value)
        box.setCurrentIndex(max(0, box.findData(value)))
        box.setToolTip("What “Do the same next time” remembered")
        self.add_field(name, box)

    def answer(self) -> dict[str, int | str]:
        """Settings by their names."""
        numbers = {field: box.value() for field, box in self._boxes.items()}
        return numbers | {field: str(box.currentData()) for field, box in self._choices.items()}
