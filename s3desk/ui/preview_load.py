"""Before a whole table is loaded: what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.data.sizes import size_words
from s3desk.ui.form_dialog import FormDialog, words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from s3desk.data.looking.facts import Facts

_MUCH = 2 << 30  # bytes in memory that many computers do not have to spare


class LoadAllDialog(FormDialog):
    """Says how much is read and kept; its default button is the wish to do so."""

    def __init__(self, parent: QWidget | None, name: str, facts: Facts) -> None:
        super().__init__(parent, "Load all", "Load all", name)
        cost = words(cost_words(facts))
        cost.setAccessibleName("Cost")
        self.column.insertWidget(1, cost)
        self.add_cancel()
        if facts.packed:
            self.say("Its size unpacked is not known before it is read.", "warning")
        elif 2 * facts.bytes_total > _MUCH:
            self.say(
                "That may be more than this computer has to spare. Look at a part, or combine to a file.", "warning"
            )

    def answer(self) -> bool:
        """Accepted."""
        return True


def cost_words(facts: Facts) -> str:
    """What loading everything takes, in sentences."""
    read = f"All {size_words(facts.bytes_total)} are read from the bucket"
    if facts.rows_total is not None:
        about = "" if facts.complete else "about "
        read += f", {about}{facts.rows_total:,} rows"
    if facts.packed:
        return f"{read}. The table takes several times as much memory."
    return f"{read}. The table takes about {size_words(2 * facts.bytes_total)} of memory."
