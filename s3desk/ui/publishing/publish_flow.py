"""What happens behind a publishing dialog: the page is made, shown, uploaded, opened to people, tried and copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from shiboken6 import isValid

from s3desk.s3.errors import AlreadyThereError, ChangedError, S3Error
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.publishing import WebPage, is_ours, obstacles, open_to_all, put_page, standing_page
from s3desk.s3.sharing.links import LinkKind
from s3desk.ui.publishing.page_preview import written_for_preview
from s3desk.ui.publishing.replace_question import ReplaceQuestion
from s3desk.ui.sharing.given_out import GivenOut
from s3desk.ui.sharing.making import make, tried
from s3desk.ui.sharing.share_wish import ShareWish
from s3desk.ui.sharing.share_words import expiry_words
from s3desk.ui.slots import ask, async_slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3desk.s3.connection import Connection
    from s3desk.s3.objects import Facts
    from s3desk.ui.desk import Desk
    from s3desk.ui.publishing.page_wish import PageWish
    from s3desk.ui.publishing.publish_dialog import PublishDialog
    from s3desk.ui.sharing.share_wish import Made

Writer = Callable[[Job], str]  # makes the HTML, on a worker
_MOST_BESIDE = 20  # files whose addresses are tried


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class PageSource:
    """Where a page comes from. `kind` is what it is marked as; the others are asked in the window, for right now.

    `write` gives what makes the HTML, `beside` the keys its links lead to, of which some are tried too, and `after`
    what is to be done to those once the page is there: it returns a sentence.
    """

    kind: str
    write: Callable[[], Writer]
    beside: Callable[[], Sequence[str]] = tuple
    after: Callable[[], Writer | None] = _nothing


class PublishFlow(QObject):
    """Answers one dialog, and goes away with it."""

    def __init__(
        self, dialog: PublishDialog, desk: Desk, connection: Connection, bucket: str, source: PageSource
    ) -> None:
        super().__init__(dialog)
        self._dialog, self._desk, self._connection, self._bucket = dialog, desk, connection, bucket
        self._source = source
        self._seen: Facts | None = None  # a page of this program that may be updated without a question
        dialog.publish_wanted.connect(self._publish)
        dialog.preview_wanted.connect(self._preview)
        dialog.open_wanted.connect(lambda url: QDesktopServices.openUrl(QUrl(url)))

    @async_slot()
    async def look(self, key: str) -> None:
        """See what is there: a page that this program wrote is updated in place, if nobody changes it meanwhile."""
        try:
            run = self._desk.background.run
            there = await run(Job("Look"), standing_page, self._connection, self._bucket, key)
        except S3Error:  # publishing says it
            return
        if there is not None and is_ours(there, self._source.kind):
            self._seen = there
            self._dialog.show_note("There is such a page already; it will be updated.")

    # the preview

    @async_slot(newest=True)
    async def _preview(self) -> None:
        run = self._desk.background.run
        try:
            html = await run(Job("Make the page"), self._source.write())
            path = await run(Job("Write the preview"), written_for_preview, html)
        except S3Error as error:
            self._dialog.show_problem(_words(error))
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    # publishing

    @async_slot()
    async def _publish(self, wish: PageWish) -> None:
        dialog = self._dialog
        dialog.show_busy("Making the page…")
        try:
            said = await self._published(wish)
        except S3Error as error:
            said = _words(error)
        if said and isValid(dialog):
            dialog.show_problem(said)

    async def _published(self, wish: PageWish) -> str:
        """Do it; returns why not, "" where it is done and said."""
        run, connection, bucket = self._desk.background.run, self._connection, self._bucket
        if wish.is_public:
            _, why_not = await run(Job("Read permissions"), obstacles, connection, bucket, wish.key)
            if why_not:
                return f"Nothing was published. {why_not[0]} Choose a temporary link instead."
        html = await run(Job("Make the page"), self._source.write())
        self._dialog.show_busy("Uploading…")
        page = WebPage(bucket, wish.key, html, wish.keeping.seconds, self._source.kind)
        if not await self._put(page):
            return "Nothing was published, and what is there stays as it is."
        self._desk.news.changed.emit(connection, Location(bucket, wish.key[: wish.key.rfind("/") + 1]))
        if wish.is_public:
            try:
                await run(Job("Make public"), open_to_all, connection, bucket, wish.key)
            except S3Error as error:
                return f"The page is uploaded, but it could not be made public. {_words(error)}"
        after = self._source.after()
        self._dialog.show_busy("Correcting the types of files…" if after else "Trying the link…")
        await self._give(wish, await run(Job("Correct types"), after) if after else "")
        return ""

    async def _put(self, page: WebPage) -> bool:
        """Upload; whatever is there already is replaced only if the user says so, each time it is another."""
        run, connection = self._desk.background.run, self._connection
        replacing = self._seen if self._seen is not None and self._seen.key == page.key else None
        while True:
            try:
                await run(Job("Publish"), put_page, connection, page, replacing)
            except (AlreadyThereError, ChangedError):
                there = await run(Job("Look"), standing_page, connection, page.bucket, page.key)
                question = ReplaceQuestion(self._dialog, there, changed=replacing is not None) if there else None
                if question is not None and not await ask(question):
                    return False
                replacing = there
            else:
                self._seen = await run(Job("Look"), standing_page, connection, page.bucket, page.key)
                return True

    # giving it out

    async def _give(self, wish: PageWish, besides: str) -> None:
        desk, dialog = self._desk, self._dialog
        asked = ShareWish(wish.kind, wish.lasts, wish.until)
        made = await make(desk.background, self._connection, self._bucket, [wish.key], asked)
        (sentence, kind), works = await tried(desk.background, made)
        ends = "" if wish.is_public else f" {expiry_words(made, 'as long as asked')[0]}"
        if works and (trouble := await self._trouble_beside()):
            sentence, kind = f"{sentence} {trouble}", "warning"
        url, more = made.links[0].url, f" {besides}" if besides else ""
        QGuiApplication.clipboard().setText(url)
        dialog.show_done(url, f"Published, and the link is copied. {sentence}{ends}{more}", kind)
        desk.news.said.emit("Published. The link is copied." if works else "Published, but the link does not open.")
        self._note(made)

    async def _trouble_beside(self) -> str:
        """What is wrong with what the page links to, "" where all that was tried opens."""
        keys = self._source.beside()
        keys = keys[:: max(1, len(keys) // _MOST_BESIDE)][:_MOST_BESIDE]
        if not keys:
            return ""
        made = await make(self._desk.background, self._connection, self._bucket, keys, ShareWish(LinkKind.PUBLIC))
        (sentence, _), works = await tried(self._desk.background, made)
        return "" if works else f"But the files it lists do not all open: {sentence}"

    def _note(self, made: Made) -> None:
        given = GivenOut(self._desk.news, self._desk, self._connection)
        given.give(made)
        given.end()


def _words(error: S3Error) -> str:
    return f"{error} {error.advice}".strip()
