"""Saving and undoing in the window `Permissions`: nothing of somebody else's is replaced unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from s3desk.models import text
from s3desk.models.access_words import NAMES, document_words, opens
from s3desk.s3.access.sameness import same
from s3desk.s3.access.saving import document_of, is_ours
from s3desk.s3.errors import ChangedError, S3Error
from s3desk.s3.offers import Feature
from s3desk.ui.access.diff_dialog import DiffDialog
from s3desk.ui.access.public_question import ChangedQuestion, PublicQuestion
from s3desk.ui.slots import ask

if TYPE_CHECKING:
    from s3desk.s3.access.documents import Document
    from s3desk.s3.access.former import FormerDocument
    from s3desk.s3.access.saving import Saved, Subject
    from s3desk.ui.access.permission_documents import PermissionDocuments
    from s3desk.ui.theme import Theme


class ChangeReview:
    """The last look at a change: a policy line by line, of anything else what it would open."""

    def __init__(self, window: QWidget, theme: Theme, *, secure: bool) -> None:
        self._window, self._theme, self._secure = window, theme, secure

    async def agreed(
        self, subject: Subject, there: Document | None, document: Document | None, remark: str = "", *, whole: bool
    ) -> bool:
        """Whether the user wants `document` in the place of what is there now.

        `remark` says that this is not what the user saw; `whole` asks for a policy's lines in any case.
        """
        window, secure = self._window, self._secure
        if subject.feature is Feature.POLICY and (whole or remark):
            before, after = str(there or ""), str(document or "")
            remark = f"{remark} The lines compare with what is there now." if remark else ""
            dialog = DiffDialog(window, self._theme, subject.bucket, before, after, secure=secure, remark=remark)
            return bool(await ask(dialog))
        opened = opens(subject, there, document, secure=secure)
        if remark:
            now = f"{remark} There is now: {document_words(subject, there)}."
            return bool(await ask(ChangedQuestion(window, now, opened)))
        return not opened or bool(await ask(PublicQuestion(window, opened)))


class PermissionChanges(QObject):
    """Saves and undoes; each answers what became of it in words, "" where the user thought better of it.

    `sending` is emitted when everything is asked and the change goes to the server.
    """

    sending = Signal()

    def __init__(self, window: QWidget, documents: PermissionDocuments, review: ChangeReview) -> None:
        super().__init__(window)
        self._documents, self._review = documents, review

    async def save(self, feature: Feature, document: Document | None) -> str:
        """Replace what is shown, None removes it. Raises S3Error."""
        documents, subject = self._documents, self._documents.subject(feature)
        shown, remark = documents.seen[feature], ""
        while True:
            there = await documents.look(feature)
            if not same(there.value, shown.value):
                if same(there.value, document):
                    documents.seen[feature] = there
                    return "It is so already"
                remark = f"Somebody changed {NAMES[feature]} meanwhile. If you save, yours takes the place of theirs."
            if not await self._review.agreed(subject, there.value, document, remark, whole=True):
                return ""
            self.sending.emit()
            try:
                return _words("Saved", await documents.save(feature, document, there))
            except ChangedError:
                continue  # while it was looked at

    async def undo(self, feature: Feature) -> str:
        """Put back what was there before the last change made here. Raises S3Error."""
        documents, subject = self._documents, self._documents.subject(feature)
        kept = documents.kept.get(feature)
        if kept is None:
            return ""
        document = document_of(subject, kept)
        while True:
            there, remark = await documents.look(feature), ""
            if not is_ours(subject, kept, there):
                somebody = "Somebody" if kept.saved else "It may be that somebody"
                remark = f"{somebody} changed {NAMES[feature]} since you saved it. Undo takes that away, too."
            if not await self._review.agreed(subject, there.value, document, remark, whole=False):
                return ""
            self.sending.emit()
            try:
                put_back = await documents.put_back(feature, kept, there)
                return _words(f"Put back as it was until {text.when(kept.when)}", put_back)
            except ChangedError:
                continue

    def undo_words(self, feature: Feature) -> str:
        """What Undo would put back; "" when there is nothing."""
        kept, subject = self._documents.kept.get(feature), self._documents.subject(feature)
        return f"Put back what was there until {text.when(kept.when)}{_said(subject, kept)}" if kept else ""


def _words(done: str, saved: Saved) -> str:
    return f"{done} (the answer got lost on the way)" if saved.lost else done


def _said(subject: Subject, kept: FormerDocument) -> str:
    try:
        return f": {document_words(subject, document_of(subject, kept))}"
    except S3Error:
        return ""  # of another version; said when it is asked for
