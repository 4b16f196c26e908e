"""What happens behind an open Share dialog: links are made and tried, and given out by mail, topic, file, clipboard."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from s3desk.s3.errors import NotFoundError, S3Error
from s3desk.s3.job import Job
from s3desk.s3.sharing.links import LinkKind, Overrides
from s3desk.s3.sharing.members import members
from s3desk.s3.versions import versions_of
from s3desk.ui.sharing.link_box import QR_SIDE
from s3desk.ui.sharing.making import make, tried
from s3desk.ui.sharing.qr_view import QrDialog, qr_icon, qr_modules
from s3desk.ui.sharing.saving import FILE_KINDS, save_bytes
from s3desk.ui.sharing.share_text import file_name
from s3desk.ui.sharing.share_wish import MOST_LINKS, OWN_KEYS
from s3desk.ui.sharing.share_words import OWN_KEYS_WORDS, mail_address, mail_subject, mail_text
from s3desk.ui.slots import ask, async_slot

if TYPE_CHECKING:
    from pathlib import Path

    from s3desk.s3.connection import Connection
    from s3desk.s3.objects import Selection
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
        self, dialog: ShareDialog, desk: Desk, connection: Connection, selection: Selection, given: GivenOut
    ) -> None:
        super().__init__(dialog)
        self._dialog, self._desk, self._connection, self._given = dialog, desk, connection, given
        self._selection = selection
        self._keys: list[str] | None = None
        self._modules: Modules = ()
        dialog.wish_changed.connect(self._fill)
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
            await asyncio.sleep(TYPING_S if wish.overrides != Overrides() else 0)
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
            self._dialog.show_made(made)
            return
        trial = asyncio.ensure_future(tried(self._desk.background, made))
        try:
            await asyncio.wait({trial}, timeout=PATIENCE_S)
            self._dialog.show_made(made)
            words, works = await trial
        finally:
            trial.cancel()
        self._dialog.show_trial(made, words, works=works)
        await self._draw_qr(made)

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
        made = self._dialog.made
        if self._dialog.form_of_text in OWN_KEYS:
            self._desk.news.said.emit(f"{what} {OWN_KEYS_WORDS}")
            return
        if made is not None:
            self._given.give(made, self._dialog.options.for_whom.text().strip())
        self._desk.news.said.emit(f"{what} {self._dialog.expiry}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._dialog.content)
        wish = self._dialog.wish
        if wish.kind is LinkKind.TEMPORARY and wish.until is None:
            self._desk.settings.update(link_minutes=int(wish.lasts.total_seconds() // 60))
        self._say("Copied.")

    def _mail(self) -> None:
        made = self._dialog.made
        if made is None:
            return
        subject, what = mail_subject(made, self._dialog.things.name), "Handed to your mail program."
        address = mail_address(subject, mail_text(made, self._dialog.content))
        if len(address) > MOST_MAIL:
            QGuiApplication.clipboard().setText(mail_text(made, self._dialog.content))
            address = mail_address(subject, "")
            what = "The text is too long to hand it to a mail program: paste it, it is on the clipboard."
        if not QDesktopServices.openUrl(QUrl.fromEncoded(address.encode())):
            self._dialog.say("No mail program could be opened. Copy the link and paste it into a mail.", "warning")
            return
        self._say(what)

    @async_slot()
    async def _publish(self) -> None:
        from s3desk.ui.sharing.sns_dialog import publish_to_sns, sns_missing  # noqa: PLC0415  # rarely needed

        made = self._dialog.made
        if made is None:
            return
        subject, message = mail_subject(made, self._dialog.things.name), mail_text(made, self._dialog.content)
        published = await publish_to_sns(self._dialog, self._desk, self._connection, subject, message)
        self._dialog.giving.refuse_topics(sns_missing(self._connection))
        if published:
            self._given.give(made, self._dialog.options.for_whom.text().strip())

    @async_slot()
    async def _save(self) -> None:
        made = self._dialog.made
        if made is None:
            return
        name = file_name(made, self._dialog.form_of_text)
        if path := await self._save_as(name, self._dialog.content.encode()):
            self._say(f"Saved as {path.name} in {path.parent.name}.")

    async def _save_as(self, name: str, content: bytes) -> Path | None:
        from s3desk.ui.transfer_actions import FileQuestion  # noqa: PLC0415  # it comes with the verbs

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
