"""`Who can read this?`: the answer in one sentence, who it is, the proof, and the steps it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from s3desk.models.decision_model import DecisionModel
from s3desk.s3.job import Job
from s3desk.ui.access.step_table import StepTable
from s3desk.ui.form_dialog import set_words, words
from s3desk.ui.slots import async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.access.decision import Answer, Decision
    from s3desk.s3.access.proof import Proof
    from s3desk.s3.connection import Connection
    from s3desk.ui.theme import Theme


class DecisionView(QWidget):
    """Finds out, off the window's thread, who can read one object, or with key "" what is below a folder.

    `settled` is emitted when an answer is shown; a newer question takes the place of an older one.
    """

    settled = Signal()

    def __init__(self, background: Background, theme: Theme) -> None:
        super().__init__()
        self._background = background
        self._asked: tuple[Connection, str, str] | None = None
        self._below = False
        self._model = DecisionModel()
        self._verdict, self._note = words("", "title"), words("", "warning")
        self._who, self._who_else = words(), words()
        self._proofs = (words("", "dim"), words("", "dim"))
        self._steps = StepTable(self._model, theme)
        self._again = QPushButton("Check again")
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self._ask_again)
        self._name()
        self._lay_out()

    def show(self, connection: Connection | None = None, bucket: str = "", key: str = "", folder: str = "") -> None:
        """Find out about this object, or with key "" about what is below this folder, "" for the whole bucket.

        Without a connection it just becomes visible.
        """
        if connection is None:
            super().show()
            return
        self._asked, self._below = (connection, bucket, key or folder), not key
        self._ask_again()

    def leave_asking_again(self) -> None:
        """Whoever holds this view has a button of its own to look again."""
        self._again.hide()

    def _name(self) -> None:
        named = {
            "Verdict": self._verdict,
            "Note": self._note,
            "Who": self._who,
            "Who else": self._who_else,
            "Proof": self._proofs[0],
            "Proof with your keys": self._proofs[1],
            "Steps": self._steps,
            "Check again": self._again,
        }
        for name, widget in named.items():
            widget.setAccessibleName(name)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 14, 4, 4)
        column.setSpacing(8)
        for label in (self._verdict, self._note, self._who, self._who_else, *self._proofs):
            column.addWidget(label)
            label.hide()
        column.addSpacing(4)
        column.addWidget(self._steps, 1)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self._again)
        column.addLayout(bottom)

    @async_slot(newest=True)
    async def _ask_again(self) -> None:
        from s3desk.s3.access import decision as asking  # noqa: PLC0415  # brings urllib3: not at the start

        if self._asked is None:
            return
        self._begin()
        ask_who = asking.who_can_read_below if self._below else asking.who_can_read
        connection, bucket, name = self._asked
        run = self._background.run
        decision = await run(Job("Who can read this?"), lambda job: ask_who(job, connection, bucket, name))
        self._end(decision)

    def _begin(self) -> None:
        set_words(self._verdict, "Finding out who can read this…", "title")
        for label in (self._note, self._who, self._who_else, *self._proofs):
            set_words(label, "", "dim")
        self._again.setEnabled(False)

    def _end(self, decision: Decision) -> None:
        set_words(self._verdict, decision.sentence, "title")
        set_words(self._note, decision.note, "warning")
        set_words(self._who, f"Anyone on the internet: {decision.anyone.value}", _color(decision.anyone))
        others = "; ".join(decision.others) or "nobody"
        set_words(self._who_else, f"You: {decision.us.value}\nNamed by a policy or access list: {others}", "")
        for label, proof in zip(self._proofs, decision.proofs, strict=True):
            set_words(label, f"{proof.title}: {proof.sentence}", _color_of_proof(proof))
        self._model.show(decision.steps)
        self._again.setEnabled(True)
        self.settled.emit()


def _color(anyone: Answer) -> str:
    """Being open to everybody is worth a second look."""
    return {"YES": "warning", "NO": "good", "MAYBE": ""}[anyone.name]


def _color_of_proof(proof: Proof) -> str:
    return "dim" if proof.works is None else ""
