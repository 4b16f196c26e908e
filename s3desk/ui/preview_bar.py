"""The bar under a preview of a long file: go anywhere in it, find text, or load it all."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSlider, QVBoxLayout, QWidget

from s3desk.ui.form_dialog import set_words, words

STEPS = 1000  # of the slider
_SETTLE_MS = 250  # keys and the wheel move the slider step by step; only where it stays is read


class PreviewBar(QWidget):
    """Emits where to go as a fraction from 0 to 1, what to find, and the wish to stop."""

    jump_wanted = Signal(float)
    find_wanted = Signal(str)
    stop_wanted = Signal()
    load_all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._start = _button("Start", "Show the first rows")
        self._end = _button("End", "Show the last rows")
        self._percent = QLabel("0 %")
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("99.9 %"))
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._slider = self._make_slider()
        self._field = QLineEdit()
        self._field.setAccessibleName("Find in file")
        self._field.setPlaceholderText("Find in file")
        self._field.setToolTip("Find text from here on")
        self._field.setClearButtonEnabled(True)
        self._next = _button("Find next", "Read on until a row holds this text")
        self._stop = _button("Stop", "Stop searching")
        self._load_all = _button("Load all…", "Open the whole table, after you have seen what that costs")
        self._said = words("", "dim")
        self._said.setAccessibleName("Position facts")
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.be_idle()

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, STEPS)
        slider.setSingleStep(STEPS // 100)
        slider.setPageStep(STEPS // 10)
        slider.setAccessibleName("Position")
        slider.setToolTip("Position in the file, in percent of its bytes")
        return slider

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 10)
        column.setSpacing(6)
        self._places = QWidget()
        self._finding = QWidget()
        for holder, widgets in (
            (self._places, (self._start, self._slider, self._percent, self._end)),
            (self._finding, (self._field, self._next, self._stop)),
        ):
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            for widget in widgets:
                row.addWidget(widget, 1 if widget in (self._slider, self._field) else 0)
            column.addWidget(holder)
        last = QHBoxLayout()
        last.addWidget(self._said, 1)
        last.addWidget(self._load_all, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(last)

    def _connect(self) -> None:
        self._start.clicked.connect(lambda: self.jump_wanted.emit(0.0))
        self._end.clicked.connect(lambda: self.jump_wanted.emit(1.0))
        self._slider.valueChanged.connect(self._moved)
        self._slider.sliderReleased.connect(self._settle.start)
        self._settle.timeout.connect(lambda: self.jump_wanted.emit(self._slider.value() / STEPS))
        self._field.returnPressed.connect(self._find)
        self._next.clicked.connect(self._find)
        self._stop.clicked.connect(self.stop_wanted)
        self._load_all.clicked.connect(self.load_all_wanted)

    def offer(self, *, places: bool, load_all: bool, why_no_jump: str = "", why_no_search: str = "") -> None:
        """What can be done with this file, and why not the rest; the bar hides when that is nothing."""
        _allow((self._slider, self._end), why_no_jump)
        _allow((self._field, self._next), why_no_search)
        self._places.setVisible(places)
        self._finding.setVisible(places)
        self._load_all.setVisible(load_all)
        self.setVisible(places or load_all)
        self.be_idle()
        self.say(why_no_jump)
        if not places:
            self._field.clear()

    def show_position(self, fraction: float) -> None:
        """Put the slider where the shown rows are, without asking for them."""
        if not self._slider.isSliderDown() and not self._settle.isActive():
            self._slider.blockSignals(True)
            self._slider.setValue(round(fraction * STEPS))
            self._slider.blockSignals(False)
        self._say_percent(fraction)

    def be_busy(self) -> None:
        """A search runs: it can be stopped."""
        self._next.hide()
        self._stop.show()

    def be_idle(self) -> None:
        """Nothing runs."""
        self._stop.hide()
        self._next.show()

    def say(self, sentence: str, kind: str = "dim") -> None:
        """How a search goes, or what hinders reading on; in the colour of `kind`."""
        set_words(self._said, sentence, kind)

    def _moved(self, value: int) -> None:
        self._say_percent(value / STEPS)
        if not self._slider.isSliderDown():
            self._settle.start()

    def _say_percent(self, fraction: float) -> None:
        self._percent.setText(f"{fraction * 100:.1f} %".replace("100.0", "100"))

    def _find(self) -> None:
        if self._field.text():
            self.find_wanted.emit(self._field.text())


def _allow(widgets: tuple[QWidget, ...], why_not: str) -> None:
    """Let controls be used, or say in their tooltips why not."""
    for widget in widgets:
        tip = widget.property("tip") or widget.toolTip()
        widget.setProperty("tip", tip)
        widget.setEnabled(not why_not)
        widget.setToolTip(why_not or tip)


def _button(name: str, tip: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
