"""`Permissions`: who can read this, its access list, the bucket's policy and settings, each to be saved and undone."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from s3desk.models import text
from s3desk.models.access_words import opens
from s3desk.s3.access.saving import document_of
from s3desk.s3.access.settings import Ownership
from s3desk.s3.errors import S3Error
from s3desk.s3.offers import Feature
from s3desk.ui.access.acl_tab import AclTab
from s3desk.ui.access.decision_view import DecisionView
from s3desk.ui.access.permission_documents import PermissionDocuments
from s3desk.ui.access.policy_editor import PolicyEditor
from s3desk.ui.access.public_question import PublicQuestion, UnsavedQuestion
from s3desk.ui.access.setting_section import SettingSection, named_button
from s3desk.ui.access.settings_tab import SettingsTab
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.form_dialog import set_words, words
from s3desk.ui.slots import ask, async_slot

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.access.documents import Document
    from s3desk.s3.access.former import Former
    from s3desk.s3.connection import Connection
    from s3desk.ui.theme import Theme

FIRST_SIZE = (880, 720)
WHO, ACL, POLICY, SETTINGS = "Who can read this?", "Access list", "Bucket policy", "Bucket settings"
Part = AclTab | PolicyEditor | SettingSection[Any]
_LISTS_OFF = "Object ownership says that access lists do not count here: a change may be refused, or mean nothing."


class PermissionsWindow(QDialog):
    """Not modal, and with no window above it; reads everything as soon as it is made, for one object or a bucket.

    `explain` is asked why, where the server denied something.
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
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Permissions")
        self.connection, self.bucket, self.key = connection, bucket, key
        self._explain = explain
        self._documents = PermissionDocuments(background, former, connection, bucket, key)
        self._what, self._note = words("", "title"), words("Reading…", "dim")
        self._decision = DecisionView(background, theme)
        self._acl, self._policy, self._settings = AclTab(theme), PolicyEditor(theme), SettingsTab()
        self._tabs = QTabWidget()
        self._lay_out()
        self._connect()
        self.resize(*FIRST_SIZE)
        self.load()

    @property
    def unsaved(self) -> bool:
        """Whether something was changed and not saved."""
        return self._acl.changed or self._policy.changed or self._settings.changed

    @property
    def _name(self) -> str:
        return text.visible_path(self.key) if self.key else self.bucket

    @property
    def _secure(self) -> bool:
        return not self.connection.endpoint_url.startswith("http:")

    def show_tab(self, title: str) -> None:
        """Bring a tab to the front."""
        for number in range(self._tabs.count()):
            if self._tabs.tabText(number) == title:
                self._tabs.setCurrentIndex(number)

    def _lay_out(self) -> None:
        name = f"“{self._name}” in {self.bucket}" if self.key else f"Bucket {self.bucket}"
        self._what.setText(name)
        self._what.setAccessibleName("What")
        self._what.setAccessibleDescription(name)
        self._note.setAccessibleName("Saved")
        tabs: list[tuple[QWidget, str]]
        tabs = [(self._decision, WHO), (self._acl, ACL), (self._policy, POLICY), (self._settings, SETTINGS)]
        for widget, title in tabs:
            self._tabs.addTab(widget, title)
        self._tabs.setAccessibleName("Permissions")
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
        for feature, part in self._parts().items():
            part.save_wanted.connect(partial(self._save, feature))
            part.undo_wanted.connect(partial(self._undo, feature))
        QShortcut(QKeySequence("F5"), self).activated.connect(self._read_again)

    def _parts(self) -> dict[Feature, Part]:
        """Where each document is edited."""
        return {Feature.ACL: self._acl, Feature.POLICY: self._policy, **self._settings.sections}

    def _be_busy(self, busy: bool) -> None:
        for part in self._parts().values():
            part.set_busy(busy=busy)

    # reading

    @async_slot(newest=True)
    async def load(self) -> None:
        """Read everything anew; what was typed and not saved is gone."""
        set_words(self._note, "Reading…", "dim")
        self._be_busy(True)
        self._decide()
        await self._documents.read()
        for feature in self._parts():
            self._show(feature)
        self._show_undo()
        self._be_busy(False)
        set_words(self._note, "", "dim")

    @async_slot(newest=True)
    async def _read_again(self) -> None:
        if not self.unsaved or await ask(UnsavedQuestion(self, "Read again")):
            self.load()

    def _decide(self) -> None:
        self._decision.show(self.connection, self.bucket, self.key)

    def _show(self, feature: Feature) -> None:
        seen = self._documents.seen[feature]
        if feature is Feature.ACL:
            off = self._documents.seen[Feature.OWNERSHIP].value is Ownership.ENFORCED
            self._acl.show_list(seen, of_object=bool(self.key), remark=_LISTS_OFF if off else "")
        elif feature is Feature.POLICY:
            folder = self.key[: self.key.rfind("/") + 1]
            self._policy.set_document(seen, self.bucket, folder, secure=self._secure)
        else:
            self._settings.sections[feature].show_setting(seen)

    def _show_undo(self) -> None:
        for feature, part in self._parts().items():
            kept = self._documents.kept[feature]
            if isinstance(part, PolicyEditor):
                part.set_undo(possible=kept is not None)
            else:
                part.set_undo(f"Put back what was there until {text.when(kept.when)}" if kept else "")

    # saving

    @async_slot()
    async def _save(self, feature: Feature, document: Document | None) -> None:
        document = document or None  # of a policy "" is none
        # The policy's own review has said what it opens.
        if feature is Feature.POLICY or await self._may(feature, document):
            await self._change(feature, "Saved", self._documents.save(feature, document))

    @async_slot()
    async def _undo(self, feature: Feature) -> None:
        kept = self._documents.kept.get(feature)
        if kept is None:
            return
        try:
            document = document_of(self._documents.subject(feature), kept)
        except S3Error as error:
            self._say_error(error)
            return
        if await self._may(feature, document):
            words_then = f"Put back as it was until {text.when(kept.when)}"
            await self._change(feature, words_then, self._documents.put_back(feature, kept))

    async def _may(self, feature: Feature, document: Document | None) -> bool:
        """Ask, where a change would open something to strangers."""
        before = self._documents.seen[feature].value
        sentence = opens(self._documents.subject(feature), before, document, secure=self._secure)
        return not sentence or bool(await ask(PublicQuestion(self, sentence)))

    async def _change(self, feature: Feature, words_then: str, work: Coroutine[Any, Any, None]) -> None:
        """Await a change; a refusal leaves what was typed, to be corrected."""
        set_words(self._note, "Saving…", "dim")
        self._be_busy(True)
        note, kind = f"{words_then}: {feature.value}.", "good"
        try:
            await work
            self._show(feature)
            if feature is Feature.OWNERSHIP and not self._acl.changed:
                self._show(Feature.ACL)
        except S3Error as error:
            note, kind = "Not saved.", "warning"
            self._say_error(error)
        await self._documents.look_for_former()
        self._show_undo()
        self._be_busy(False)
        set_words(self._note, note, kind)
        if kind == "good":
            self.changed.emit(f"{words_then}: {feature.value} of {self._name}.")
        self._decide()

    def _say_error(self, error: S3Error) -> None:
        why = partial(self._explain, error, self.connection) if error.is_denial else None
        ErrorDialog(self, str(error), error.advice, error.details, why).show()

    # the end

    def reject(self) -> None:
        """Esc, `Close` or the frame's cross: what was changed and not saved is asked about."""
        if self.unsaved:
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
