"""`Plot`: a quick picture of one or two columns of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMetaMethod, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from s3desk.data.profiling.drawing import Drawing, PlotKind
from s3desk.data.profiling.plotting import CROWDED, draw, groups_of, scales_of
from s3desk.s3.errors import S3Error, UnsupportedError
from s3desk.s3.job import Job
from s3desk.ui.form_dialog import set_words, tab_in_reading_order, words
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.table.plot_fields import PlotFields
from s3desk.ui.table.plot_view import PlotView, load

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QShowEvent

    from s3desk.background import Background
    from s3desk.data.sheet import Sheet
    from s3desk.ui.theme import Theme


class PlotDialog(QDialog):
    """Not modal: open it with `show()`, it deletes itself when closed; `folder` is where pictures are saved at first.

    `drawn` is emitted with each new picture or sentence. `save_to_s3_wanted` carries a PNG and the name it would have;
    its button is there when the signal is connected before the dialog is shown.
    """

    save_to_s3_wanted = Signal(bytes, str)
    drawn = Signal()

    def __init__(
        self, parent: QWidget | None, theme: Theme, sheet: Sheet, background: Background, *, folder: str = ""
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Plot")
        self._sheet, self._background, self._folder = sheet, background, folder
        table = sheet.table
        self._fields = PlotFields(
            table.column_names, scales_of(table), groups_of(table), crowded=table.num_rows > CROWDED
        )
        self._view = PlotView(theme)
        self._part, self._notice = words("", "dim"), words("", "warning")
        self._part.setAccessibleName("Plotted rows")
        self._notice.setAccessibleName("Notice")
        self._save, self._send, self._close = (_button(name) for name in ("Save picture…", "Save to S3…", "Close"))
        self._lay_out()
        self._fields.changed.connect(self._draw)
        self._save.clicked.connect(self._save_picture)
        self._send.clicked.connect(lambda: self.save_to_s3_wanted.emit(self._view.png(), self.file_name))
        self._close.clicked.connect(self.close)

    @property
    def file_name(self) -> str:
        """A name for the picture that any disk takes."""
        x, y = self._fields.axis_names
        told = f"{self._sheet.title} {self._fields.kind.value.lower()} {y} {x}"
        kept = "".join(letter if letter.isalnum() or letter in "-_." else " " for letter in told)
        return "-".join(kept.split())[:100].strip(".-") + ".png"

    def showEvent(self, event: QShowEvent) -> None:
        """The first picture comes by itself."""
        self._send.setVisible(self.isSignalConnected(QMetaMethod.fromSignal(self.save_to_s3_wanted)))
        super().showEvent(event)
        if not event.spontaneous():
            self._draw()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._save)
        buttons.addWidget(self._send)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(self._fields)
        column.addWidget(self._view, 1)
        column.addWidget(self._part)
        column.addWidget(self._notice)
        column.addLayout(buttons)
        tab_in_reading_order(self)
        for button in (self._save, self._send):
            button.setEnabled(False)

    @async_slot(newest=True)
    async def _draw(self) -> None:
        wish = self._fields.wish
        await self._background.run(Job("Load the plots"), load)
        try:
            if wish.kind is not PlotKind.BAR and not self._fields.has_numbers:
                raise UnsupportedError("No column has numbers or dates.", "Draw bars to count the rows of each value.")
            drawing = await self._background.run(Job("Plot"), draw, self._sheet.table, wish)
        except S3Error as error:
            self._show(None, f"{error} {error.advice}".strip())
        else:
            self._show(drawing, drawing.note)

    def _show(self, drawing: Drawing | None, sentence: str) -> None:
        self._view.show_drawing(drawing, *self._fields.axis_names)
        set_words(self._part, f"Plot of {self._sheet.part}." if self._sheet.part else "", "dim")
        set_words(self._notice, sentence, "dim" if drawing else "warning")
        for button in (self._save, self._send):
            button.setEnabled(drawing is not None)
        self.drawn.emit()

    @async_slot()
    async def _save_picture(self) -> None:
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415

        from s3desk.ui.sharing.saving import save_bytes  # noqa: PLC0415
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415  # it comes with the verbs

        png = self._view.png()
        question = FileQuestion(self, "Save picture", self._folder)
        question.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        question.setNameFilter("Picture (*.png)")
        question.setDefaultSuffix("png")
        question.selectFile(self.file_name)
        paths: list[Path] | None = await ask(question)
        if paths:
            await self._background.run(Job("Save"), save_bytes, paths[0], png)
            set_words(self._notice, f"Saved as {paths[0].name} in {paths[0].parent.name}.", "good")


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
