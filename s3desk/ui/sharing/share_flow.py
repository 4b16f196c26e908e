"""What happens behind an open Share dialog: links are made and tried, and given out by mail, topic, file, clipboard."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from s3desk.s3.errors import NotFoundError, S3Error
from s3desk.s3.job import Job
from s3desk.s3.sharing.links import LinkKind, Overrides
from s3desk.s3.sharing.members import members
from s3desk.s3.versions import versions_of
from s3desk.ui.sharing.link_box import QR_SIDE
from s3desk.ui.sharing.making import is_taken, looked_at, make, tried
from s3desk.ui.sharing.qr_view import QrDialog, qr_icon, qr_modules
from s3desk.ui.sharing.saving import FILE_KINDS, save_bytes
from s3desk.ui.sharing.share_text import file_name
from s3desk.ui.sharing.share_wish import MOST_LINKS, OWN_KEYS
from s3desk.ui.sharing.share_words import NO_MAIL_PROGRAM, OWN_KEYS_WORDS, mail_address, mail_subject, mail_text
from s3desk.ui.slots import ask, async_slot

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.s3.connection import Connection
    from s3desk.s3.objects import Selection
    from s3desk.s3.sharing.formats import Reading
    from s3desk.ui.desk import Desk
    from s3desk.ui.sharing.given_out import GivenOut
    from s3desk.ui.sharing.qr_view import Modules
    from s3desk.ui.sharing.share_dialog import ShareDialog
    from s3desk.ui.sharing.share_wish import Made, ShareWish

PATIENCE_S = 1.0  # a link is shown together with how trying it went, unless that takes longer
TYPING_S = 0.25  # nothing is tried for each letter of a name
MOST_MAIL = 2_000 if sys.platform == "win32" else 16_000  # characters of an address another program is started with


class ShareFlow(QObject):
    """Answers one dialog, and goes away with it."""

    def __init__(
        self,
        dialog: ShareDialog,
        desk: Desk,
        connection: Connection,
        selection: Selection,
        given: GivenOut,
        known: Reading | None = None,
    ) -> None:
        super().__init__(dialog)
        self._dialog, self._desk, self._connection, self._given = dialog, desk, connection, given
        self._selection, self._known = selection, known
        self._keys: list[str] | None = None
        self._modules: Modules = ()
        dialog.wish_changed.connect(self._fill)
        dialog.look_wanted.connect(self._look)
        dialog.options.versions_wanted.connect(self._list_versions)
        dialog.copied.connect(self._copy)
        dialog.giving.mailed.connect(self._mail)
        dialog.giving.published.connect(self._publish)
        dialog.giving.saved.connect(self._save)
        dialog.qr_wanted.connect(self._show_qr)

    # making

    @async_slot(newest=True)
    async def _fill(self, wish: ShareWish) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        try:
            await asyncio.sleep(TYPING_S if wish.overrides != Overrides() or wish.key else 0)
            keys = [] if wish.kind is LinkKind.UPLOAD else await self._members()
            made = await make(self._desk.background, self._connection, self._selection.bucket, keys, wish)
        except S3Error as error:
            self._dialog.show_problem(f"{error} {error.advice}".strip())
        else:
            await self._show(made)

    async def _members(self) -> list[str]:
        if self._keys is None:
            run, chosen = self._desk.background.run, self._selection
            keys = await run(Job("Look into folders"), members, self._connection, chosen, MOST_LINKS)
            if not keys:
                raise NotFoundError("There is nothing in here to share.", "Choose a folder with files in it.")
            self._keys = keys
        return self._keys

    async def _show(self, made: Made) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        if made.wish.kind is LinkKind.UPLOAD:
            await self._show_upload(made)
            return
        trial = asyncio.ensure_future(tried(self._desk.background, made))
        try:
            await asyncio.wait({trial}, timeout=PATIENCE_S)
            self._dialog.show_made(made)
            words, works = await trial
        finally:
            trial.cancel()
        self._dialog.show_trial(made, words, works=works)
        if len(made.links) == 1:
            await self._draw_qr(made)

    async def _show_upload(self, made: Made) -> None:
        import asyncio  # noqa: PLC0415  # not before the first paint

        if made.form is not None:
            self._dialog.show_made(made)
            return
        taken = asyncio.ensure_future(is_taken(self._desk.background, self._connection, made))
        try:
            await asyncio.wait({taken}, timeout=PATIENCE_S)
            self._dialog.show_made(made)
            if await taken:
                self._dialog.show_taken(made)
        finally:
            taken.cancel()

    @async_slot(newest=True)
    async def _look(self, made: Made) -> None:
        form = self._dialog.form_of_text
        self._dialog.show_seen(made, await looked_at(self._desk.background, self._connection, made, form, self._known))

    async def _draw_qr(self, made: Made) -> None:
        modules = await self._desk.background.run(Job("Draw a QR code"), qr_modules, made.links[0].url)
        if made is self._dialog.made:
            self._modules = modules
            ratio = self._dialog.devicePixelRatioF()
            self._dialog.show_qr(qr_icon(modules, QR_SIDE, ratio) if modules else None)

    @async_slot(newest=True)
    async def _list_versions(self) -> None:
        bucket, key = self._selection.bucket, self._selection.keys[0]
        run = self._desk.background.run
        self._dialog.options.show_versions(await run(Job("List versions"), versions_of, self._connection, bucket, key))

    # giving out

    def _say(self, what: str) -> None:
        """It left the program: remember it, and say until when it works."""
        words = OWN_KEYS_WORDS if self._dialog.form_of_text in OWN_KEYS else self._dialog.expiry
        self._note()
        if self._dialog.failed:
            words = "But it did not work when it was tried."
        self._desk.news.said.emit(f"{what} {words}")

    def _note(self) -> None:
        """Write down what left the program, unless there was no link in it."""
        made = self._dialog.made
        if made is not None and self._dialog.form_of_text not in OWN_KEYS:
            self._given.give(made, self._dialog.options.for_whom.text().strip())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._dialog.content)
        wish = self._dialog.wish
        if wish.kind is LinkKind.TEMPORARY and wish.until is None:
            self._desk.settings.update(link_minutes=int(wish.lasts.total_seconds() // 60))
        self._say("Copied.")

    def _letter(self, made: Made) -> tuple[str, str]:
        """The subject and the text."""
        name, content = self._dialog.things.name, self._dialog.content
        if self._dialog.form_of_text in OWN_KEYS:
            return f"Code for {name}", content
        return mail_subject(made, name), mail_text(made, content)

    @async_slot()
    async def _mail(self) -> None:
        from s3desk.ui.sharing.mailing import has_mail_program, opened  # noqa: PLC0415  # rarely needed

        made = self._dialog.made
        if made is None:
            return
        (subject, letter), what = self._letter(made), "Handed to your mail program."
        address = mail_address(subject, letter)
        is_long = len(address) > MOST_MAIL
        if is_long:
            address = mail_address(subject, "")
            what = "The text is too long to hand it to a mail program: paste it, it is on the clipboard."
        there = await self._desk.background.run(Job("Look for a mail program"), has_mail_program)
        there = there and opened(address)
        if is_long or not there:
            QGuiApplication.clipboard().setText(letter)
        if there:
            self._say(what)
        else:
            self._note()
            self._dialog.say(NO_MAIL_PROGRAM, "warning")

    @async_slot()
    async def _publish(self) -> None:
        from s3desk.ui.sharing.sns_dialog import publish_to_sns, sns_missing  # noqa: PLC0415  # rarely needed

        made = self._dialog.made
        if made is None:
            return
        subject, message = self._letter(made)
        published = await publish_to_sns(self._dialog, self._desk, self._connection, subject, message)
        self._dialog.giving.refuse_topics(sns_missing(self._connection))
        if published:
            self._note()

    @async_slot()
    async def _save(self) -> None:
        made = self._dialog.made
        if made is None:
            return
        name = file_name(made, self._dialog.form_of_text, self._dialog.things)
        if path := await self._save_as(name, self._dialog.content.encode()):
            self._say(f"Saved as {path.name} in {path.parent.name}.")

    async def _save_as(self, name: str, content: bytes) -> Path | None:
        from s3desk.ui.transfers.transfer_actions import FileQuestion  # noqa: PLC0415  # it comes with the verbs

        ending = name.rpartition(".")[2]
        question = FileQuestion(self._dialog, "Save link", self._desk.settings.current.download_folder)
        question.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        question.setNameFilter(f"{FILE_KINDS.get(ending, 'Text')} (*.{ending})")
        question.setDefaultSuffix(ending)
        question.selectFile(name)
        paths: list[Path] | None = await ask(question)
        if not paths:
            return None
        await self._desk.background.run(Job("Save"), save_bytes, paths[0], content)
        return paths[0]

    @async_slot()
    async def _show_qr(self) -> None:
        if self._modules:
            dialog = QrDialog(self._dialog, self._modules, self._dialog.expiry)
            dialog.save_wanted.connect(self._save_qr)
            await ask(dialog)

    @async_slot()
    async def _save_qr(self, png: bytes) -> None:
        if path := await self._save_as("QR code.png", png):
            self._say(f"Saved as {path.name} in {path.parent.name}.")
