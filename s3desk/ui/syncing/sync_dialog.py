"""What is to be made like what: the question of `Sync…`, and the one before anything is deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from s3desk.models.sync_words import delete_words, place_words
from s3desk.s3.location import Location
from s3desk.s3.syncing.patterns import Patterns
from s3desk.s3.syncing.plan import Direction, How, Sync
from s3desk.ui.form_dialog import FormDialog, words

if TYPE_CHECKING:
    from s3desk.s3.syncing.plan import Place, SyncPlan
    from s3desk.ui.syncing.last_sync import LastSync

_DIRECTIONS = {
    Direction.UP: "From a folder on this computer to here",
    Direction.DOWN: "From here to a folder on this computer",
    Direction.ACROSS: "From here to another place in S3",
}
_HOWS = {How.SIZE_AND_TIME: "Size and time (fast)", How.CHECKSUM: "Checksum (reads every file of the same size)"}
_LINES = 3  # of patterns that are seen at once


class SyncDialog(FormDialog):
    """Asks what is to become like what; nothing is changed by its answer. `browse_wanted` asks for a folder."""

    browse_wanted = Signal(str)

    def __init__(self, parent: QWidget | None, here: Location, endpoint_url: str, last: LastSync) -> None:
        super().__init__(parent, "Sync", "Compare", "Make one place like another")
        self.setMinimumWidth(600)
        self._here, self._endpoint_url = here, endpoint_url
        self._direction, self._how = _combo(_DIRECTIONS), _combo(_HOWS)
        self._folder, self._other = QLineEdit(last.folder), QLineEdit(last.other)
        self._exclude, self._delete = QPlainTextEdit(last.exclude), QCheckBox("Delete what is only at the target")
        self._folder_row, self._other_row = QWidget(), self._other
        self._lay_out()
        self._direction.setCurrentIndex(list(_DIRECTIONS).index(last.direction))
        self._how.setCurrentIndex(list(_HOWS).index(last.how))
        self._connect()
        self._changed()

    def _lay_out(self) -> None:
        note = words(f"Here is {place_words(self._here)}", "dim")
        self.column.insertWidget(1, note)
        self.add_field("Direction", self._direction)
        self._add_folder()
        self._other.setPlaceholderText("s3://bucket/folder/")
        self.add_field("Other place", self._other)
        self.add_field("Compare by", self._how)
        self._exclude.setPlaceholderText("*.tmp\nfolder/\n**/name")
        self._exclude.setTabChangesFocus(True)
        self._exclude.setFixedHeight(_LINES * self._exclude.fontMetrics().lineSpacing() + 24)
        self._exclude.setToolTip("One pattern a line, as in a .gitignore: what fits is neither copied nor deleted.")
        self.add_field("Exclude", self._exclude)
        self._delete.setAccessibleName("Delete what is only at the target")
        self.form.addRow("", self._delete)
        self.add_cancel()

    def _add_folder(self) -> None:
        """The folder and a button to look for it."""
        browse = QPushButton("Browse…")
        browse.setAccessibleName("Browse…")
        browse.setAutoDefault(False)
        browse.clicked.connect(lambda: self.browse_wanted.emit(self._folder.text()))
        row = QHBoxLayout(self._folder_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._folder, 1)
        row.addWidget(browse)
        caption = QLabel("Local folder")
        caption.setBuddy(self._folder)
        self._folder.setAccessibleName("Local folder")
        self.form.addRow(caption, self._folder_row)

    def _connect(self) -> None:
        for combo in (self._direction, self._how):
            combo.currentIndexChanged.connect(lambda _: self._changed())
        for field in (self._folder, self._other):
            field.textChanged.connect(lambda _: self._changed())
        self._exclude.textChanged.connect(self._changed)
        self._delete.toggled.connect(lambda _: self._changed())

    def set_folder(self, folder: Path) -> None:
        """The folder that was chosen."""
        self._folder.setText(str(folder))

    # the answer

    @property
    def _chosen_direction(self) -> Direction:
        return list(_DIRECTIONS)[self._direction.currentIndex()]

    def _changed(self) -> None:
        across = self._chosen_direction is Direction.ACROSS
        self.form.setRowVisible(self._folder_row, not across)
        self.form.setRowVisible(self._other_row, across)
        self.check()
        if not self.problem():
            self._say_what_happens()

    def _say_what_happens(self) -> None:
        sync = self.answer()
        only = "Nothing is deleted from it."
        if sync.delete:
            only = "What is only at the target is deleted from it."
        target, source = place_words(sync.target), place_words(sync.source)
        self.say(
            f"{target}, the target, becomes like {source}. {only} You see a list first.",
            "warning" if sync.delete else "dim",
        )

    def _source_and_target(self) -> tuple[Place, Place]:
        if self._chosen_direction is Direction.ACROSS:
            at = Location.parse(self._other.text(), self._endpoint_url)
            whole = at if not at.prefix or at.prefix.endswith("/") else Location(at.bucket, at.prefix + "/")
            return self._here, whole
        folder = Path(self._folder.text()).expanduser()
        return (folder, self._here) if self._chosen_direction is Direction.UP else (self._here, folder)

    def problem(self) -> str:
        """What is missing, or wrong."""
        across = self._chosen_direction is Direction.ACROSS
        typed = self._other.text().strip() if across else self._folder.text().strip()
        if not typed or typed == "s3://":
            return " "
        try:
            sync = self.answer()
        except ValueError as error:
            return str(error)
        if across and isinstance(sync.target, Location) and not sync.target.bucket:
            return " "
        if not across and not Path(typed).expanduser().is_absolute():
            return "Write the whole path of the folder, or choose it with Browse…."
        return sync.problem

    def answer(self) -> Sync:
        """What is wished. Raises ValueError for an address or a pattern that is none."""
        exclude = self._exclude.toPlainText()
        Patterns.parse(exclude)
        how = list(_HOWS)[self._how.currentIndex()]
        return Sync(*self._source_and_target(), how, exclude, self._delete.isChecked())


def _combo(items: dict[Direction, str] | dict[How, str]) -> QComboBox:
    box = QComboBox()
    box.addItems(list(items.values()))
    return box


class DeletionsDialog(FormDialog):
    """Asks before a sync deletes anything; Enter does not say yes."""

    def __init__(self, parent: QWidget | None, plan: SyncPlan, count: int, names: list[str]) -> None:
        super().__init__(parent, "Deletions", "Delete and sync", "Delete what is only at the target?")
        self.notice.hide()
        note = words(delete_words(plan, count), "warning")
        note.setAccessibleName("What is lost")
        note.setAccessibleDescription(note.text())
        self.column.insertWidget(1, note)
        more = f"\n… and {count - len(names):,} more" if count > len(names) else ""
        self.column.insertWidget(2, words("\n".join(names) + more, "dim"))
        local = isinstance(plan.sync.target, Path)
        end = "Files do not go to the trash: they are gone." if local else "They come back only if versions are kept."
        self.column.insertWidget(3, words(f"{end} It is done last, and only if every copy went well.", "dim"))
        cancel = self.add_cancel()
        self.accept_button.setDefault(False)
        cancel.setDefault(True)
        cancel.setFocus()

    def answer(self) -> bool:
        """Yes."""
        return True
