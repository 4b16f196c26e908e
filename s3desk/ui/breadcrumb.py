"""The way from the place that was counted down to the folder shown; each step is a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from s3desk.models import text

if TYPE_CHECKING:
    from s3desk.s3.location import Location

_LAST = 3  # steps shown at the end of a long way
_WIDEST = 220


class Breadcrumb(QWidget):
    """Of a long way the middle is left out."""

    chosen = Signal(object)  # Location

    def __init__(self, start: Location) -> None:
        super().__init__()
        self._start = start
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(0)
        self.setAccessibleName("Place")
        self.show_way(start)

    def show_way(self, location: Location) -> None:
        """Show the way to `location`, which is the start or below it."""
        while (item := self._line.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        way = [location]
        while way[0] != self._start and way[0].prefix:
            way.insert(0, way[0].parent)
        shown = way if len(way) <= _LAST + 2 else [way[0], *way[-_LAST:]]
        for number, step in enumerate(shown):
            if number:
                self._line.addWidget(QLabel("›" if len(shown) == len(way) or number > 1 else "› … ›"))
            self._line.addWidget(self._step(step, here=step == location))
        self._line.addStretch(1)
        self.setAccessibleDescription(text.visible_path(location.uri))

    def _step(self, step: Location, *, here: bool) -> QWidget:
        """A button to go there; for where we are, only its name."""
        whole = text.visible(step.name) if step != self._start else text.visible_path(_path(step))
        shown = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideMiddle, _WIDEST)
        if here:
            label = QLabel(shown)
            label.setTextFormat(Qt.TextFormat.PlainText)  # names of folders come from strangers
            label.setContentsMargins(8, 0, 8, 0)
            return label
        button = QPushButton(shown.replace("&", "&&"))
        button.setAccessibleName(whole)
        button.setFlat(True)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.chosen.emit(step))
        return button


def _path(start: Location) -> str:
    return f"{start.bucket}/{start.prefix}".rstrip("/") if start.prefix else start.bucket
