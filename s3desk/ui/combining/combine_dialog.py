"""`Combine tables`: the files, in what they differ, and how they are to become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QHeaderView, QTableView, QWidget

from s3desk.data.combining.combine import Choices, Columns, estimate, memory_budget
from s3desk.data.sizes import size_words
from s3desk.models import text
from s3desk.models.combine_model import CombineModel, FileColumn, summary
from s3desk.ui.form_dialog import FormDialog, set_words, words
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.data.combining.first_look import Looking, Overview
    from s3desk.ui.theme import Theme

EVERY_MS = 100
_WIDE, _WIDEST_NAME = 820, 300  # pixels
_LOOKING = "Looking at the beginning of each file… You need not wait for it."


class CombineDialog(FormDialog):
    """Asks how to combine. `Combine` is there at once; what differs is told as soon as it is known."""

    def __init__(self, parent: QWidget, theme: Theme, looking: Looking, prefix: str, overflow: Path) -> None:
        super().__init__(parent, "Combine tables", "Combine", "One table from many files")
        self.setMinimumWidth(_WIDE)
        self._looking, self._overflow = looking, overflow
        self._model = CombineModel(looking, prefix)
        self._summary, self._state = words("", "dim"), words(_LOOKING, "dim")
        self._summary.setAccessibleName("Summary")
        self._state.setAccessibleName("State")
        self._columns = QComboBox()
        self._columns.addItems([one.value for one in Columns])
        self._as_text = _box("Columns of different types become text")
        self._skip = _box("Leave out files that cannot be read")
        self._source = _box("Add a column with the name of each row's file")
        self._lay_out(theme)
        self.add_cancel()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._sample)
        self._timer.start()
        self._sample()
        self._tell_memory()

    def show_overview(self, overview: Overview) -> None:
        """All files were looked at."""
        self._timer.stop()
        self._model.show_overview(overview)
        set_words(self._summary, summary(self._looking, overview), "dim")
        left_out = self._looking.left_out
        told = text.count(left_out, "empty or hidden file is", "empty or hidden files are")
        set_words(self._state, f"{told} left out." if left_out else "", "dim")
        if not overview.plan.readable:
            self.accept_button.setEnabled(False)
            self.say("None of these files can be read as a table.", "warning")
        else:
            self._tell_memory()

    def show_trouble(self, sentence: str) -> None:
        """The look ended early; one may still combine."""
        self._timer.stop()
        set_words(self._state, sentence, "warning")

    def answer(self) -> Choices:
        """What was chosen."""
        return Choices(
            Columns(self._columns.currentText()),
            self._as_text.isChecked(),
            self._skip.isChecked(),
            self._source.isChecked(),
        )

    def _lay_out(self, theme: Theme) -> None:
        for place, widget in enumerate((self._summary, self._make_table(theme), self._state), 1):
            self.column.insertWidget(place, widget, int(isinstance(widget, QTableView)))
        self.add_field("Columns", self._columns)
        for box in (self._as_text, self._skip, self._source):
            self.form.addRow("", box)

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme, dim_columns=(FileColumn.SIZE,))
        table.setAccessibleName("Files to combine")
        header = table.horizontalHeader()
        header.setSectionResizeMode(FileColumn.NAME, QHeaderView.ResizeMode.Interactive)
        rows = range(min(self._model.rowCount(), 1_000))
        longest = max((str(self._model.index(row, FileColumn.NAME).data()) for row in rows), key=len, default="")
        wanted = table.fontMetrics().horizontalAdvance(longest) + 34  # Qt's own hint asks the style for every row
        header.resizeSection(FileColumn.NAME, min(wanted, _WIDEST_NAME))
        header.resizeSection(FileColumn.SIZE, table.fontMetrics().horizontalAdvance("1,023.9 MB") + 40)
        table.setTextElideMode(Qt.TextElideMode.ElideRight)  # a sentence is read from its beginning
        table.setMinimumHeight(8 * 30)
        return table

    def _sample(self) -> None:
        self._model.sample()
        set_words(self._summary, summary(self._looking, None), "dim")

    def _tell_memory(self) -> None:
        size = estimate(sum(max(file.size, 0) for file in self._looking.files))
        if size > memory_budget():
            self.say(
                f"This takes about {size_words(size)}, more than the memory allows: all rows go to the Parquet file "
                f"“{self._overflow.name}” in {self._overflow.parent}, and the first ones are shown.",
                "dim",
            )


def _box(words_: str) -> QCheckBox:
    box = QCheckBox(words_)
    box.setAccessibleName(words_)
    box.setChecked(True)
    return box
