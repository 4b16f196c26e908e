"""The row over the grid that says what is filtered, and the question for one more filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from s3desk.data.exporting.arrange import Condition, Filter
from s3desk.models.grid_filter import conditions_for, example, needs_text, problem, words
from s3desk.models.grid_text import one_line
from s3desk.ui.form_dialog import FormDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from s3desk.ui.icons import Icons

MOST_CHIPS = 8  # beyond, the last one says how many more there are


class FilterRow(QWidget):
    """One chip a filter; pressing it takes the filter away. Hidden while nothing is filtered."""

    removed = Signal(object)  # Filter
    cleared = Signal()

    def __init__(self, icons: Icons, table: pa.Table) -> None:
        super().__init__()
        self.setAccessibleName("Filters")
        self._icons, self._table = icons, table
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_filters(self, filters: Sequence[Filter]) -> None:
        """Say these."""
        while (item := self._row.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        chips = [self._chip(wish) for wish in filters[:MOST_CHIPS]]
        if len(filters) > MOST_CHIPS:
            chips.append(self._chip(filters[-1], f"and {len(filters) - MOST_CHIPS:,} more"))
        clear = QPushButton("Clear filters")
        clear.setAccessibleName("Clear filters")
        clear.setAutoDefault(False)
        clear.setFlat(True)
        clear.clicked.connect(self.cleared)
        for button in (*chips, clear):
            self._row.addWidget(button)
            button.show()  # at once, not when the layout comes to it
        self._row.addStretch(1)
        self.setVisible(bool(filters))

    def _chip(self, wish: Filter, said: str = "") -> QToolButton:
        chip = QToolButton()
        said = said or words(wish, self._table)
        chip.setText(said)
        chip.setAccessibleName(f"Remove filter: {said}")
        chip.setToolTip("Remove this filter")
        chip.setIcon(self._icons.icon("ph.x"))
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setCheckable(True)  # the look of something that is on
        chip.setChecked(True)
        chip.clicked.connect(lambda: self.removed.emit(wish))
        return chip


class FilterDialog(FormDialog):
    """Asks which rows of one column are wanted."""

    def __init__(self, parent: QWidget | None, table: pa.Table, column: int) -> None:
        super().__init__(parent, "Filter rows", "Filter", "Show only the rows where")
        self._table = table
        self._column, self._condition = QComboBox(), QComboBox()
        self._text, self._upto = QLineEdit(), QLineEdit()
        self._column.addItems([one_line(name) for name in table.column_names])
        self._column.setCurrentIndex(column)
        self.add_field("Column", self._column)
        self.add_field("Condition", self._condition)
        self.add_field("Value", self._text)
        self.add_field("Up to", self._upto)
        self._column.currentIndexChanged.connect(self._offer_conditions)
        self._condition.currentIndexChanged.connect(self._show_fields)
        for field in (self._text, self._upto):
            field.textChanged.connect(self.check)
        self.add_cancel()
        self._offer_conditions()

    def _offer_conditions(self) -> None:
        kind = self._kind()
        self._condition.clear()
        for condition in conditions_for(kind):
            self._condition.addItem(condition.value, condition)
        for field in (self._text, self._upto):
            field.setPlaceholderText(example(kind))
        self._show_fields()

    def _show_fields(self) -> None:
        condition = self._condition.currentData()
        if condition is not None:
            self.form.setRowVisible(self._text, needs_text(condition))
            self.form.setRowVisible(self._upto, condition is Condition.BETWEEN)
            self.check()

    def _kind(self) -> pa.DataType:
        return self._table.schema.field(self._column.currentIndex()).type

    def problem(self) -> str:
        """What is not typed yet, or is no number or date."""
        return problem(self.answer(), self._kind())

    def answer(self) -> Filter:
        """The filter."""
        return Filter(self._column.currentIndex(), self._condition.currentData(), self._text.text(), self._upto.text())
