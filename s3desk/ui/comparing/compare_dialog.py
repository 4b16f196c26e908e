"""`Compare`: which two tables, by which columns, and in how much they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QListWidget, QListWidgetItem, QWidget

from s3desk.models import text
from s3desk.ui.comparing import compare_words
from s3desk.ui.form_dialog import FormDialog, set_words, words

if TYPE_CHECKING:
    from s3desk.data.comparing.compare import Comparison
    from s3desk.s3.sharing.formats import Reading

_COLUMN = Qt.ItemDataRole.UserRole
_SHOWN, _ROW = 6, 26  # columns seen at once, and how high each is in pixels


@dataclass(frozen=True)
class Side:
    """A table that can be compared: an object or one version of it, its size in bytes, and what is known of it.

    `title` is what a table of differences calls it.
    """

    words: str
    key: str
    size: int
    version_id: str | None = None
    reading: Reading | None = None
    title: str = ""


class CompareDialog(FormDialog):
    """Not modal: it stays open while one looks at the differences. What it shows is worked out by its flow."""

    sides_changed = Signal()
    key_changed = Signal()
    show_wanted = Signal()

    def __init__(self, window: QWidget, headline: str, sides: Sequence[Side], before: int, after: int) -> None:
        super().__init__(window, "Compare", "Show differences", headline)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(620)
        self._sides = tuple(sides)
        self._before, self._after = self._choice(before), self._choice(after)
        self._keys = QListWidget()
        self._keys.setToolTip("The columns that tell which row is which, such as an id")
        self._keys.itemChanged.connect(lambda _: self.key_changed.emit())
        self._labels = {name: words("", "dim") for name in ("Rows", "Cells", "Columns", "Repeated keys")}
        self._fill()
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(self.show_wanted)
        swap = self.add_button("Swap", QDialogButtonBox.ButtonRole.ActionRole)
        swap.setToolTip("Let before be after, and after before")
        swap.clicked.connect(self._swap)
        self.add_cancel("Close")
        self.show_columns((), ())

    def answer(self) -> None:
        """Nothing: its flow opens tables."""

    @property
    def sides(self) -> tuple[Side, Side]:
        """Before and after."""
        return self._sides[self._before.currentIndex()], self._sides[self._after.currentIndex()]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that are ticked."""
        items = [self._keys.item(row) for row in range(self._keys.count())]
        return tuple(item.data(_COLUMN) for item in items if item.checkState() is Qt.CheckState.Checked)

    def show_columns(self, names: Sequence[str], key: Sequence[str]) -> None:
        """Offer the columns both tables have, those of `key` ticked."""
        self._keys.blockSignals(True)
        self._keys.clear()
        for name in names:
            item = QListWidgetItem(text.visible(name), self._keys)
            item.setData(_COLUMN, name)
            item.setSizeHint(QSize(0, _ROW))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in key else Qt.CheckState.Unchecked)
        self._keys.blockSignals(False)
        for row, name in enumerate(names):
            if name in key:
                self._keys.scrollToItem(self._keys.item(row))
                break

    def show_working(self, sentence: str) -> None:
        """Say what is being done; nothing that was found before is true any more."""
        self._tell("", "", "", "")
        self.accept_button.setEnabled(False)
        self.say(sentence, "dim")

    def show_trouble(self, sentence: str) -> None:
        """Why nothing is compared."""
        self.show_working("")
        self.say(sentence, "warning")

    def show_comparison(self, found: Comparison) -> None:
        """Tell in how much the tables differ."""
        self._tell(
            compare_words.rows_words(found),
            compare_words.cells_words(found),
            compare_words.columns_words(found),
            compare_words.repeated_words(found),
        )
        self.accept_button.setEnabled(found.sheet.rows > 0)
        self.say("The tables are the same." if found.same else found.sheet.part, "good" if found.same else "dim")

    def _tell(self, *sentences: str) -> None:
        for label, sentence in zip(self._labels.values(), sentences, strict=True):
            set_words(label, sentence, "warning" if label is self._labels["Repeated keys"] else "")

    def _fill(self) -> None:
        self.add_field("Before", self._before)
        self.add_field("After", self._after)
        self._keys.setFixedHeight(_SHOWN * _ROW + 2 * self._keys.frameWidth())
        self.add_field("Key columns", self._keys)
        for place, (name, label) in enumerate(self._labels.items(), self.column.indexOf(self.notice)):
            label.setAccessibleName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.column.insertWidget(place, label)

    def _choice(self, chosen: int) -> QComboBox:
        box = QComboBox()
        box.addItems([side.words for side in self._sides])
        box.setCurrentIndex(chosen)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.currentIndexChanged.connect(lambda _: self.sides_changed.emit())
        return box

    def _swap(self) -> None:
        before, after = self._before.currentIndex(), self._after.currentIndex()
        for box, index in ((self._before, after), (self._after, before)):
            box.blockSignals(True)
            box.setCurrentIndex(index)
            box.blockSignals(False)
        self.sides_changed.emit()
