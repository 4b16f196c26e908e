"""Asks what a policy template needs to know: which folder, which account, which addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from s3desk.models import text
from s3desk.s3.access.policy_templates import FOLDER
from s3desk.ui.form_dialog import FormDialog, words

if TYPE_CHECKING:
    from s3desk.s3.access.policy_templates import Template


class TemplateDialog(FormDialog):
    """One field for each thing asked; nothing is saved, the statement is put into the text."""

    def __init__(self, parent: QWidget | None, template: Template, bucket: str, prefix: str = "") -> None:
        super().__init__(parent, "Policy template", "Add", template.name.removesuffix("…"))
        self._template = template
        self.column.insertWidget(1, words(f"{template.sentence} Bucket: {text.visible(bucket)}.", "dim"))
        self._lines: dict[str, QLineEdit] = {}
        for field in template.fields:
            line = QLineEdit(prefix if field is FOLDER else "")
            line.setPlaceholderText(field.example)
            line.textChanged.connect(self.check)
            self._lines[field.name] = line
            self.add_field(field.name, line)
        self.add_cancel()
        self.check()

    def problem(self) -> str:
        """A field left empty is a silent no, a wrong one says why."""
        values = self.answer()
        said = self._template.problem(values)
        first = next((field for field in self._template.fields if field.check(values[field.name])), None)
        return " " if first is not None and not values[first.name] else said

    def answer(self) -> dict[str, str]:
        """What was typed, by the field's name."""
        return {name: line.text().strip() for name, line in self._lines.items()}
