"""`Names that change`: said before the first byte comes down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from s3desk.models import text
from s3desk.models.name_change_model import NameChangeModel, NameColumn
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.row_delegate import prepare_table

if TYPE_CHECKING:
    from s3desk.s3.transfer.downloads import NameChange
    from s3desk.ui.theme import Theme

_WHY = "another differs only in capital letters or accents"


class NamesDialog(FormDialog):
    """Shows which keys get another name on this computer; the answer is to go on."""

    def __init__(self, parent: QWidget | None, theme: Theme, changes: Sequence[NameChange], folder: Path) -> None:
        many = text.count(len(changes), "name changes", "names change")
        super().__init__(parent, "Names that change", "Continue", f"{many} to fit this computer")
        self.setMinimumSize(860, 420)
        self.notice.hide()
        place = text.visible(folder.name or str(folder))
        about = f"These cannot be kept in “{place}” under their own names. What is in the bucket stays as it is."
        self.column.insertWidget(1, words(about, "dim"))
        self._model = NameChangeModel(changes, folder)
        self.column.insertWidget(2, self._make_table(theme), 1)
        self.add_cancel()
        self.accept_button.setFocus()

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        prepare_table(table, theme, dim_columns=(NameColumn.REASON,))
        table.setAccessibleName("Names that change")
        header = table.horizontalHeader()
        header.setStretchLastSection(False)
        for column in (NameColumn.KEY, NameColumn.PATH):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(NameColumn.REASON, table.fontMetrics().horizontalAdvance(_WHY) + 32)
        return table

    def answer(self) -> bool:
        """Yes."""
        return True
