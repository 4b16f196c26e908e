"""Says in a plain sentence who can read what then, before anything is made public or private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from s3desk.models import text
from s3desk.ui.form_dialog import FormDialog, words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

SHOWN = 5  # names
_STAYS_OPEN = "The bucket policy lets anyone read some of this, and that stays so."
_FOR_NOTHING = (
    "The bucket policy lets anyone read some of this already: “Copy public URL” gives you the address and tries it."
)


@dataclass(frozen=True)
class Wish:
    """What is to be made public or private: `count` files under these `names`, and as many `more`.

    `obstacles` are sentences that say why it cannot work, `doubts` why it may have no effect; `policy_opens` says that
    the bucket policy makes some of it public whatever is chosen here; `undoing` that they are given back what they had.
    """

    public: bool
    count: int
    names: Sequence[str] = ()
    more: int = 0
    obstacles: Sequence[str] = ()
    doubts: Sequence[str] = ()
    policy_opens: bool = False
    undoing: bool = False

    @property
    def title(self) -> str:
        """The verb."""
        if self.undoing:
            return "Undo permission change"
        return "Make public" if self.public else "Make private"

    @property
    def files(self) -> str:
        """What it is about."""
        if self.count == 1 and len(self.names) == 1 and not self.names[0].endswith("/"):
            return f"“{text.visible(self.names[0])}”"
        return "this 1 file" if self.count == 1 else f"these {self.count:,} files"

    @property
    def sentence(self) -> str:
        """Who can read it then, or that it cannot be done."""
        if self.obstacles:
            return f"This bucket does not let you make {self.files} {'public' if self.public else 'private'}."
        if self.undoing:
            return f"Anyone on the internet can read {self.files} again, once you undo it."
        if self.public:
            return f"Anyone on the internet can read {self.files}, once you make {self._them} public."
        return f"Nobody can read {self.files} without signing in, once you make {self._them} private."

    @property
    def _them(self) -> str:
        return "it" if self.count == 1 else "them"

    @property
    def note(self) -> str:
        """What else there is to know."""
        if self.obstacles:
            if not self.public:
                return "Who can read them is decided by the bucket policy here."
            return "What works instead: temporary links, which end, or a bucket policy for the folder."
        if self.public:
            return "Whoever has the address needs no link and no keys." + ("" if self.undoing else " You can undo it.")
        return (
            "Other accounts that were let in by name lose it too. Links you gave out go on working until they end. "
            "You can undo it."
        )


class PublicityDialog(FormDialog):
    """Asks before access changes; where that cannot work it says so and offers what does, and has no other answer."""

    link_wanted = Signal()
    policy_wanted = Signal()

    def __init__(self, parent: QWidget | None, wish: Wish) -> None:
        super().__init__(parent, wish.title, wish.title, wish.sentence)
        self.notice.hide()
        self.setMinimumWidth(520)
        self._add(wish)
        cancel = self.add_cancel("Close" if wish.obstacles else "Cancel")
        if wish.obstacles:
            self.accept_button.hide()
            self.accept_button.setEnabled(False)
            if wish.public:
                self._offer("Temporary link…", self.link_wanted)
            self._offer("Bucket policy…", self.policy_wanted)
            cancel.setDefault(True)
        elif wish.public:  # one Enter too many would show it to the world
            self.accept_button.setDefault(False)
            cancel.setDefault(True)
            cancel.setFocus()
        else:
            self.accept_button.setFocus()

    def _add(self, wish: Wish) -> None:
        lines = [words(sentence, "warning") for sentence in (*wish.obstacles, *wish.doubts)]
        if wish.policy_opens:
            lines.append(words(_FOR_NOTHING if wish.public else _STAYS_OPEN, "warning"))
        lines.append(words(wish.note))
        if len(wish.names) > 1 or (wish.names and wish.count != 1):
            more = f"\n… and {wish.more:,} more" if wish.more else ""
            shown = "\n".join(text.visible_path(name) for name in wish.names)
            lines.insert(0, words(shown + more, "dim"))
        for place, label in enumerate(lines, 1):
            self.column.insertWidget(place, label)

    def _offer(self, title: str, wanted: SignalInstance) -> QPushButton:
        button = self.add_button(title, QDialogButtonBox.ButtonRole.ActionRole)
        button.clicked.connect(self.reject)
        button.clicked.connect(wanted)
        return button

    def answer(self) -> bool:
        """Yes."""
        return True
