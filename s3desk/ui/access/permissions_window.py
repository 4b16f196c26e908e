"""`Permissions`: who can read this, its access list, the bucket's policy and settings, each to be saved and undone."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout

from s3desk.models import text
from s3desk.models.access_words import NAMES
from s3desk.s3.access.saving import KeptError, UncertainError
from s3desk.s3.errors import S3Error
from s3desk.s3.offers import Feature
from s3desk.ui.access.decision_view import DecisionView
from s3desk.ui.access.permission_changes import ChangeReview, PermissionChanges
from s3desk.ui.access.permission_documents import PermissionDocuments
from s3desk.ui.access.permission_tabs import POLICY, WHO, PermissionTabs
from s3desk.ui.access.public_question import UnsavedQuestion
from s3desk.ui.access.setting_section import named_button
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.form_dialog import set_words, words
from s3desk.ui.slots import ask, async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.access.documents import Document
    from s3desk.s3.access.former import Former
    from s3desk.s3.connection import Connection
    from s3desk.ui.theme import Theme

__all__ = ["POLICY", "WHO", "PermissionsWindow"]  # whoever opens it at a tab need not know how it is made of tabs
FIRST_SIZE = (880, 720)


class PermissionsWindow(QDialog):
    """Not modal, and with no window above it; reads everything as soon as it is made, for one object or a bucket.

    With key "" it is for the bucket, or as far as that is possible for a `folder` in it. `explain` is asked why, where
    the server denied something.
    """

    changed = Signal(str)  # what was saved, as a sentence for the status bar

    def __init__(
        self,
        background: Background,
        theme: Theme,
        former: Former,
        connection: Connection,
        bucket: str,
        key: str,
        explain: Callable[[S3Error, Connection], None],
        folder: str = "",
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Permissions")
        self.connection, self.bucket, self.key, self.folder = connection, bucket, key, folder
        self._explain = explain
        self._documents = PermissionDocuments(background, former, connection, bucket, key)
        self._changes = PermissionChanges(self, self._documents, ChangeReview(self, theme, secure=self._secure))
        self._changing = self._saving = self._closing = False
        self._what, self._note = words("", "title"), words("Reading…", "dim")
        self._decision = DecisionView(background, theme)
        self._decision.leave_asking_again()
        self._tabs = PermissionTabs(theme, self._decision, bucket, key, folder)
        self._lay_out()
        self._connect()
        self.resize(*FIRST_SIZE)
        self.load()

    @property
    def _name(self) -> str:
        return text.visible_path(self.key) if self.key else self.bucket

    @property
    def _secure(self) -> bool:
        return not self.connection.endpoint_url.startswith("http:")

    def show_tab(self, title: str) -> None:
        """Bring a tab to the front."""
        self._tabs.show_tab(title)

    def _lay_out(self) -> None:
        name = f"“{self._name}” in {self.bucket}" if self.key else f"Bucket {self.bucket}"
        if self.folder:
            name = f"Folder “{text.visible_path(self.folder)}” in {self.bucket}"
        self._what.setText(name)
        self._what.setAccessibleName("What")
        self._what.setAccessibleDescription(name)
        self._note.setAccessibleName("Saved")
        again, close = named_button("Read again"), named_button("Close")
        again.clicked.connect(self._read_again)
        close.clicked.connect(self.close)
        bottom = QHBoxLayout()
        bottom.addWidget(self._note, 1)
        bottom.addStretch(0)
        bottom.addWidget(again)
        bottom.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(self._what)
        column.addWidget(self._tabs, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self._tabs.save_wanted.connect(self._save)
        self._tabs.undo_wanted.connect(self._undo)
        self._changes.sending.connect(self._send)
        QShortcut(QKeySequence("F5"), self).activated.connect(self._read_again)

    # reading

    @async_slot(newest=True)
    async def load(self) -> None:
        """Read everything anew; what was typed and not saved is gone."""
        set_words(self._note, "Reading…", "dim")
        self._tabs.set_busy(busy=True)
        self._decide()
        await self._documents.read()
        for feature in self._tabs.parts:
            self._tabs.show_document(feature, self._documents.seen)
        self._show_undo()
        self._tabs.set_busy(busy=False)
        set_words(self._note, "", "dim")

    @async_slot(newest=True)
    async def _read_again(self) -> None:
        if self._changing:
            return
        if not self._tabs.unsaved or await ask(UnsavedQuestion(self, "Read again")):
            self.load()

    def _decide(self) -> None:
        self._decision.show(self.connection, self.bucket, self.key, self.folder)

    def _show_undo(self) -> None:
        for feature, part in self._tabs.parts.items():
            part.set_undo(self._changes.undo_words(feature))

    # saving

    @async_slot()
    async def _save(self, feature: Feature, document: Document | None) -> None:
        await self._change(feature, self._changes.save(feature, document or None))  # of a policy "" is none

    @async_slot()
    async def _undo(self, feature: Feature) -> None:
        await self._change(feature, self._changes.undo(feature))

    async def _change(self, feature: Feature, work: Coroutine[Any, Any, str]) -> None:
        """Await a change; a refusal leaves what was typed, to be corrected."""
        set_words(self._note, "Looking at what is there now…", "dim")
        self._tabs.set_busy(busy=True)
        self._changing = True
        note, kind = "", "good"
        try:
            if done := await work:
                note = f"{done}: {NAMES[feature]}."
                self._tabs.show_saved(feature, self._documents.seen)
        except S3Error as error:
            note, kind = _not_saved(error), "warning"
            self._say_error(error)
        await self._documents.look_for_former()
        self._changing = self._saving = False
        self._show_undo()
        self._tabs.set_busy(busy=False)
        set_words(self._note, note, kind)
        if note and kind == "good":
            owner = self._name if feature is Feature.ACL else self.bucket
            self.changed.emit(f"{note.removesuffix('.')} of {owner}.")
        self._go_on(closing=kind == "good")

    def _send(self) -> None:
        self._saving = True
        set_words(self._note, "Saving…", "dim")

    def _go_on(self, *, closing: bool) -> None:
        """After a change: close, if that was asked for meanwhile and nothing went wrong, or look who can read now."""
        wanted, self._closing = self._closing, False
        if wanted and closing:
            self.close()
        else:
            self._decide()

    def _say_error(self, error: S3Error) -> None:
        why = partial(self._explain, error, self.connection) if error.is_denial else None
        ErrorDialog(self, str(error), error.advice, error.details, why).show()

    # the end

    def reject(self) -> None:
        """Esc, `Close` or the frame's cross: what is being saved is waited for, what was not is asked about."""
        if self._saving:
            self._closing = True
            set_words(self._note, "It is being saved; this window closes then.", "dim")
        elif self._tabs.unsaved:
            self._ask_to_leave()
        else:
            super().reject()

    def leave(self) -> None:
        """Close without a question: the program ends."""
        super().reject()

    @async_slot(newest=True)
    async def _ask_to_leave(self) -> None:
        if await ask(UnsavedQuestion(self, "Close without saving")):
            self.leave()


def _not_saved(error: S3Error) -> str:
    if isinstance(error, UncertainError):
        return f"{error} {error.advice}"
    return "Not saved: the server kept what it had." if isinstance(error, KeptError) else "Not saved."
