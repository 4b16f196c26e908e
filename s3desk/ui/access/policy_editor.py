"""The bucket policy as one edits it: the text, what is wrong with it, and what it says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPlainTextEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from s3desk.models import text
from s3desk.models.policy_diff import policy_words
from s3desk.s3.access.policy_check import check
from s3desk.s3.access.policy_templates import TEMPLATES, pretty, with_template
from s3desk.s3.access.seen import Standing
from s3desk.s3.access.settings import MOST_SHOWN
from s3desk.ui.access.policy_text import PolicyText
from s3desk.ui.access.template_dialog import TemplateDialog
from s3desk.ui.form_dialog import set_words, words
from s3desk.ui.slots import ask, async_slot

if TYPE_CHECKING:
    from s3desk.s3.access.policy_check import Problem
    from s3desk.s3.access.policy_templates import Template
    from s3desk.s3.access.seen import Seen
    from s3desk.ui.theme import Theme

PAUSE_MS = 150
NO_POLICY = "There is no policy: only access lists, and the rights people have of their own, decide."
NOT_READABLE = "What it says stands here as soon as it can be read."


class PolicyEditor(QWidget):
    """Edits one policy and never touches S3: `save_wanted` carries the text to be reviewed and saved ("": remove it).

    Whoever saves calls `set_document` with what is there afterwards, and `set_undo` when there is a former one.
    """

    save_wanted = Signal(str)
    undo_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bucket = self._saved = self._prefix = self._reason = ""
        self._open = self._busy = self._can_undo = False
        self._problems: list[Problem] = []
        self._text = PolicyText(theme)
        self._text.setPlaceholderText("No policy. Choose a template to begin with, or paste one.")
        self._in_words = QPlainTextEdit()
        self._in_words.setReadOnly(True)
        self._in_words.setAccessibleName("In words")
        self._problem = words("", "warning")
        self._problem.setAccessibleName("Policy problem")
        self._template, self._save, self._undo = _button("Template"), _button("Save…"), _button("Undo")
        self._template.setMenu(self._make_menu())
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._open and self._text.toPlainText().strip() != self._saved

    def set_document(self, seen: Seen[str], bucket: str, prefix: str = "") -> None:
        """Show what was read: NOT_SET is an empty editor, anything else without a value greys it with the reason.

        `prefix` is the folder a template begins with.
        """
        self._bucket, self._prefix = bucket, prefix
        self._open = seen.standing in (Standing.FOUND, Standing.NOT_SET)
        self._saved = pretty(seen.value or "").strip()
        self._text.setPlainText(self._saved)
        self._reason = seen.words
        self._look()

    def set_undo(self, tip: str) -> None:
        """What Undo would do; "" when there is no former policy to put back."""
        self._can_undo = bool(tip)
        self._undo.setToolTip(tip)
        self._refresh()

    def set_busy(self, *, busy: bool) -> None:
        """Nothing can be edited or saved while a save runs."""
        self._busy = busy
        self._refresh()

    def _lay_out(self) -> None:
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._text)
        halves.addWidget(self._in_words)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        halves.setHandleWidth(12)
        halves.setStyleSheet("QSplitter::handle { background: transparent; }")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._template)
        line.addStretch(1)
        line.addWidget(self._undo)
        line.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(10)
        column.addWidget(halves, 1)
        self._problem.setMinimumHeight(self.fontMetrics().lineSpacing() + 4)
        column.addWidget(self._problem)
        column.addLayout(line)

    def _connect(self) -> None:
        self._text.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._look)
        self._save.clicked.connect(self._ask_to_save)
        self._undo.clicked.connect(self.undo_wanted)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for template in TEMPLATES:
            action = menu.addAction(template.name)
            action.setToolTip(template.sentence)
            action.triggered.connect(lambda _=False, chosen=template: self._use(chosen))
        menu.setToolTipsVisible(True)
        return menu

    def _look(self) -> None:
        """Read the text again: what is wrong, and what it says."""
        self._pause.stop()
        written = self._text.toPlainText()
        self._problems = check(written, self._bucket) if written.strip() else []
        sentences = policy_words(written, self._bucket) if len(written) <= MOST_SHOWN else []
        shown = self._say(sentences, written=bool(written.strip()))
        if shown != self._in_words.toPlainText():
            self._in_words.setPlainText(shown)
        self._refresh()

    def _say(self, sentences: list[str], *, written: bool) -> str:
        if not sentences:
            return NOT_READABLE if written else NO_POLICY if self._open else ""
        numbered = len(sentences) > 1
        return "\n\n".join(f"{number}. {one}" if numbered else one for number, one in enumerate(sentences, 1))

    def _refresh(self) -> None:
        can_edit = self._open and not self._busy
        fatal = any(problem.fatal for problem in self._problems)
        self._text.setReadOnly(not can_edit)
        self._text.setEnabled(self._open)
        self._template.setEnabled(can_edit and not (fatal and bool(self._text.toPlainText().strip())))
        self._save.setEnabled(can_edit and self.changed and not fatal)
        self._undo.setEnabled(can_edit and self._can_undo)
        first = self._problems[0] if self._problems else None
        self._text.mark(first.line if first else 0)
        if not self._open:
            set_words(self._problem, self._reason, "dim")
        elif first:
            more = f" ({text.count(len(self._problems) - 1, 'more remark')})" if len(self._problems) > 1 else ""
            kind = "warning" if first.fatal else "dim"
            set_words(self._problem, f"Line {first.line}: {text.visible(first.sentence)}{more}", kind)
        else:
            set_words(self._problem, "", "warning")
        self._problem.show()

    @async_slot()
    async def _use(self, template: Template) -> None:
        """Put a template's statement into the text; nothing is saved by that."""
        values = {}
        if template.fields:
            values = await ask(TemplateDialog(self.window(), template, self._bucket, self._prefix))
        if values is not None:
            self._text.replace_all(with_template(self._text.toPlainText(), template, values, self._bucket))
            self._look()

    def _ask_to_save(self) -> None:
        """Hand on what is written, unless a last look finds it cannot be saved."""
        self._look()
        if self._save.isEnabled():
            self.save_wanted.emit(self._text.toPlainText().strip())


def _button(name: str) -> QPushButton:
    button = QPushButton(name)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
