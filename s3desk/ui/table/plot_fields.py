"""Which plot of which columns: the fields above the picture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from s3desk.data.profiling.bins import Scale
from s3desk.data.profiling.drawing import PlotKind, Together, Wish
from s3desk.models import text

ROW_NUMBER = "Row number"
NUMBER_OF_ROWS = "Number of rows"
_MOST_COLUMNS = 1_000  # offered
_LONGEST = 60
_TOGETHER = (
    (Together.SUM, "Sum"),
    (Together.MEAN, "Mean"),
    (Together.MIN, "Smallest"),
    (Together.MAX, "Largest"),
)


class PlotFields(QWidget):
    """Offers for each kind of plot the columns it can draw; `changed` is emitted when the user wants another one."""

    changed = Signal()

    def __init__(self, names: list[str], scales: list[Scale], groups: list[int], *, crowded: bool) -> None:
        """`groups` are the columns whose values repeat; with many rows their bars are the first picture."""
        super().__init__()
        self._groups = [at for at in groups if at < _MOST_COLUMNS]
        self._names, self._scales = names, scales[:_MOST_COLUMNS]
        self._kind, self._x, self._y, self._together = (QComboBox() for _ in range(4))
        self._chosen: set[QComboBox] = set()  # by the user, so that another kind keeps it where it can
        self._captions: dict[QComboBox, QLabel] = {}
        self._lay_out()
        for kind in PlotKind:
            self._kind.addItem(kind.value, kind)
        for together, label in _TOGETHER:
            self._together.addItem(label, together)
        if crowded and self._groups:
            self._kind.setCurrentIndex(self._kind.findData(PlotKind.BAR))
        self._offer_columns()
        self._kind.currentIndexChanged.connect(self._change_kind)
        self._y.currentIndexChanged.connect(self._allow_together)
        for field in (self._x, self._y, self._together):
            field.currentIndexChanged.connect(self.changed)
            field.activated.connect(lambda _, chosen=field: self._chosen.add(chosen))

    @property
    def kind(self) -> PlotKind:
        """What is to be drawn."""
        chosen: PlotKind = self._kind.currentData()
        return chosen

    @property
    def wish(self) -> Wish:
        """All that is chosen."""
        y = None if self.kind is PlotKind.HISTOGRAM else self._y.currentData()
        return Wish(self.kind, self._x.currentData(), y, self._together.currentData())

    @property
    def axis_names(self) -> tuple[str, str]:
        """What x and y are, in words."""
        x, y = self._x.currentText(), self._y.currentText()
        if self.kind is PlotKind.HISTOGRAM:
            return x, NUMBER_OF_ROWS
        if self.kind is PlotKind.BAR and self._y.currentData() is not None:
            y = f"{self._together.currentText()} of {y}"
        return x, y

    @property
    def has_numbers(self) -> bool:
        """Whether anything but bars can be drawn."""
        return any(scale is not Scale.NONE for scale in self._scales)

    # inside

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for field, name, label, letters in (
            (self._kind, "Kind", "Kind", 11),
            (self._x, "X", "X", 18),
            (self._y, "Y", "Y", 18),
            (self._together, "Rows together", "of each X", 9),
        ):
            field.setAccessibleName(name)
            field.setMaxVisibleItems(20)
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(letters)
            caption = self._captions[field] = QLabel(label)
            caption.setBuddy(field)
            row.addWidget(caption)
            row.addWidget(field)
        row.addStretch(1)

    def _change_kind(self) -> None:
        self._offer_columns()
        self.changed.emit()

    def _offer_columns(self) -> None:
        kind = self.kind
        measures = [at for at, scale in enumerate(self._scales) if scale is not Scale.NONE]
        numbers = [at for at in measures if self._scales[at] is not Scale.MOMENT]
        if kind is PlotKind.BAR:
            x: list[int | None] = list(range(len(self._scales)))
            y: list[int | None] = [None, *numbers]
        else:
            x = [None, *measures] if kind is PlotKind.LINE else list(measures)
            y = [] if kind is PlotKind.HISTOGRAM else list(measures)
        self._fill(self._x, x, ROW_NUMBER, self._usual_x(x))
        self._fill(self._y, y, NUMBER_OF_ROWS, self._usual_y(y))
        for field, shown in ((self._y, bool(y)), (self._together, kind is PlotKind.BAR)):
            field.setVisible(shown)
            self._captions[field].setVisible(shown)
        self._allow_together()

    def _allow_together(self) -> None:
        """Rows that are only counted are neither added up nor averaged."""
        self._together.setEnabled(self._y.currentData() is not None)

    def _fill(self, field: QComboBox, columns: list[int | None], words_for_none: str, usual: int | None) -> None:
        wanted = field.currentData() if field in self._chosen else usual
        field.blockSignals(True)
        field.clear()
        for column in columns:
            field.addItem(words_for_none if column is None else _shown(self._names[column]), column)
        wanted = wanted if wanted in columns else usual
        field.setCurrentIndex(columns.index(wanted) if wanted in columns else 0)
        field.blockSignals(False)

    def _usual_x(self, columns: list[int | None]) -> int | None:
        """A time where there is one, for bars names that repeat, for a histogram numbers."""
        if self.kind is PlotKind.BAR and self._groups:
            return self._groups[0]
        wanted = {PlotKind.BAR: Scale.NONE, PlotKind.HISTOGRAM: Scale.NUMBER}.get(self.kind, Scale.MOMENT)
        found = (at for at in columns if at is not None and self._scales[at] is wanted)
        return next(found, columns[0] if columns else None)

    def _usual_y(self, columns: list[int | None]) -> int | None:
        """The last column of numbers that is not X: the first ones often are ids. Bars count rows."""
        if None in columns:
            return None
        x = self._x.currentData()
        numbers = (at for at in reversed(columns) if at is not None and self._scales[at] is not Scale.MOMENT)
        return next((at for at in numbers if at != x), columns[0] if columns else None)


def _shown(name: str) -> str:
    shown = text.visible(name)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
