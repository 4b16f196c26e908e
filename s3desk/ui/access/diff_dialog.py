"""The last look before a policy is saved: what goes, what comes, and what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFontDatabase, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from s3desk.models import text
from s3desk.models.policy_diff import DiffLine, Side, change_words, changed_lines, warnings
from s3desk.ui.form_dialog import FormDialog, words
from s3desk.ui.theme import mix

if TYPE_CHECKING:
    from s3desk.ui.theme import Theme


class DiffDialog(FormDialog):
    """Shows the change in words and line by line; `Save` is the answer yes. `remark` is what to know first."""

    def __init__(
        self,
        parent: QWidget | None,
        theme: Theme,
        bucket: str,
        before: str,
        after: str,
        *,
        secure: bool = True,
        remark: str = "",
    ) -> None:
        verb = "Save the policy of" if after.strip() else "Remove the policy of"
        super().__init__(parent, "Review change", "Save", f"{verb} {text.visible(bucket)}?")
        self.setMinimumSize(680, 520)
        self._theme = theme
        meaning = words(_meaning(change_words(before, after, bucket)))
        meaning.setAccessibleName("What changes")
        self.column.insertWidget(1, meaning)
        self._lines = QPlainTextEdit()
        self._lines.setReadOnly(True)
        self._lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._lines.setAccessibleName("Change")
        self.column.insertWidget(2, self._lines, 1)
        self._fill(changed_lines(before, after))
        cancel = self.add_cancel()
        if said := [*filter(None, (remark,)), *warnings(before, after, bucket, secure=secure)]:
            self.say("\n".join(said), "warning")
            self.accept_button.setDefault(False)  # one Enter too many would show it to the world
            cancel.setDefault(True)
            cancel.setFocus()
        else:
            self.notice.hide()
            self.accept_button.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True

    def _fill(self, lines: list[DiffLine]) -> None:
        cursor = QTextCursor(self._lines.document())
        for number, line in enumerate(lines):
            if number:
                cursor.insertBlock()
            block, letters = self._formats(line.side)
            cursor.setBlockFormat(block)
            cursor.insertText(f"{line.side.value} {line.words}", letters)
        first = next((number for number, line in enumerate(lines) if line.side is not Side.BOTH), 0)
        self._lines.setTextCursor(QTextCursor(self._lines.document().findBlockByNumber(first)))
        self._lines.centerCursor()

    def _formats(self, side: Side) -> tuple[QTextBlockFormat, QTextCharFormat]:
        """Signs tell the sides apart too, for whoever sees no colours."""
        block, letters, colors = QTextBlockFormat(), QTextCharFormat(), self._theme.colors
        color: QColor | None = {Side.GONE: colors.warning, Side.NEW: colors.good}.get(side)
        letters.setForeground(colors.dim if color is None else colors.readable(color))
        if color is not None:
            block.setBackground(mix(colors.window, color, 0.12))
        return block, letters


def _meaning(changes: list[DiffLine]) -> str:
    if not changes:
        return "It says the same as before, in other words."
    signs = {Side.GONE: "No longer:", Side.NEW: "New:"}
    shown = [f"{signs[one.side]} {one.words}" for one in changes[:8]]
    return "\n".join([*shown, *([f"… and {text.count(len(changes) - 8, 'more change')}"] if len(changes) > 8 else [])])
