"""Links and addresses for the clipboard, and the dialog that makes them to measure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from s3desk.models import text
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.sharing.formats import LinkFormat, written
from s3desk.s3.sharing.links import LinkKind
from s3desk.s3.sharing.near import opens_only
from s3desk.ui.copying.object_clip import ObjectClip, put_on_clipboard
from s3desk.ui.sharing.given_out import GivenOut
from s3desk.ui.sharing.making import looked_at, make, tried
from s3desk.ui.sharing.share_wish import MOST_LINKS, OWN_KEYS, Made, SharedThings, ShareWish
from s3desk.ui.sharing.share_words import OWN_KEYS_WORDS, after_but, only_words
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import separator, verb

if TYPE_CHECKING:
    from s3desk.ui.chosen import Chosen
    from s3desk.ui.desk import Desk
    from s3desk.ui.navigator import Place

_CODE = (
    LinkFormat.PANDAS,
    LinkFormat.POLARS,
    LinkFormat.DUCKDB,
    LinkFormat.BOTO3,
    LinkFormat.R,
    LinkFormat.CURL,
    LinkFormat.AWS,
)


PATIENCE_S = 5.0  # for a link that is copied at once
_NAMES: tuple[tuple[str, str, Callable[[Location], str]], ...] = (
    ("S3 URI", "S3 URIs", lambda place: place.uri),
    ("ARN", "ARNs", lambda place: place.arn),
    ("key", "keys", lambda place: place.prefix),
)


class ShareActions(QObject):
    """Share…, Upload link…, Copy link, Copy public URL, Copy as code, Copy S3 URI, Copy ARN, Copy key."""

    title = "Share"

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        icon, pane = desk.icons.icon, desk.objects
        self.share = verb(self, "Share…", self._share, keys="Ctrl+Shift+C", icon=icon("ph.share-network"))
        self.upload_link = verb(
            self,
            "Upload link…",
            self._share_upload,
            icon=icon("ph.upload-simple"),
            tip="A link with which somebody else puts a file into this folder",
        )
        self.copy_link = verb(
            self,
            "Copy link",
            lambda: self._copy_links(LinkFormat.LINK),
            keys="Ctrl+C",
            icon=icon("ph.link"),
            tip="Copy a temporary link that opens without signing in",
            within=pane,
        )
        self.copy_code = self._make_code_menu()
        uri, arn, key = (partial(self._copy_names, *names) for names in _NAMES)
        self.copy_uri = verb(self, "Copy S3 URI", uri, keys="Ctrl+Alt+C", icon=icon("ph.at"))
        self.copy_arn = verb(self, "Copy ARN", arn, tip="The name by which policies speak of it")
        self.copy_key = verb(self, "Copy key", key, tip="The whole name within the bucket")
        self.copy_public = verb(self, "Copy public URL", self._copy_public, icon=icon("ph.globe"))
        self.actions: list[QAction] = [
            *(self.share, self.upload_link, separator(self)),
            *(self.copy_link, self.copy_public, self.copy_code, separator(self)),
            *(self.copy_uri, self.copy_arn, self.copy_key, separator(self)),
        ]
        pane.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _make_code_menu(self) -> QAction:
        menu = QMenu("Copy as code", self._window)
        self._codes = [verb(self, form.value, partial(self._copy_links, form)) for form in _CODE]
        menu.addActions(self._codes)
        menu.menuAction().setIcon(self._desk.icons.icon("ph.code"))
        return menu.menuAction()

    def _update(self) -> None:
        chosen, bucket = self._desk.objects.chosen, self._desk.location.bucket
        self.share.setEnabled(bool(bucket) and 0 < chosen.count <= MOST_LINKS)
        self.share.setToolTip("Share" + _too_many(chosen))
        files = bool(bucket) and 0 < chosen.count <= MOST_LINKS and not chosen.folders
        why = " (for files; “Share…” makes links for whole folders)" if chosen.folders else _too_many(chosen)
        for action in (self.copy_link, self.copy_code, self.copy_public, *self._codes):
            action.setEnabled(files)
            action.setToolTip(action.text() + why)
        self.upload_link.setEnabled(bool(bucket))
        for action in (self.copy_uri, self.copy_arn):
            action.setEnabled(chosen.count > 0 or bool(bucket))
        self.copy_key.setEnabled(bool(bucket) and chosen.count > 0)

    # the dialog

    @async_slot()
    async def _share(self) -> None:
        chosen = self._desk.objects.chosen
        if not chosen.count:
            return
        selection = chosen.selection()
        folder = selection.folders[0] if chosen.count == chosen.folders == 1 else self._desk.location.prefix
        name = chosen.names()[0] if chosen.count == 1 and not chosen.folders else ""
        group = folder.removesuffix("/").rpartition("/")[2] or selection.bucket
        things = SharedThings(_names(chosen), folder, name, group=text.visible(group))
        await self._open(selection, things, LinkKind.TEMPORARY)

    @async_slot()
    async def _share_upload(self) -> None:
        at = self._desk.location
        name = text.visible_path(at.prefix) or at.bucket
        await self._open(Selection(at.bucket), SharedThings(name, at.prefix, has_objects=False), LinkKind.UPLOAD)

    async def _open(self, selection: Selection, things: SharedThings, kind: LinkKind) -> None:
        from s3desk.ui.sharing.share_dialog import ShareDialog  # noqa: PLC0415  # not before somebody shares
        from s3desk.ui.sharing.share_flow import ShareFlow  # noqa: PLC0415  # as above
        from s3desk.ui.sharing.sns_dialog import sns_missing  # noqa: PLC0415  # as above

        desk, place = self._desk, self._desk.navigator.place
        if place is None:
            return
        lasts = timedelta(minutes=desk.settings.current.link_minutes)
        known = desk.preview.reading(selection.keys[0]) if things.file_name else None
        dialog = ShareDialog(self._window, desk.icons, things, lasts, kind)
        given = GivenOut(self, desk, place.connection)
        ShareFlow(dialog, desk, place.connection, selection, given, known)
        dialog.finished.connect(lambda _: given.end(dialog.options.for_whom.text().strip()))
        dialog.giving.refuse_topics(sns_missing(place.connection))
        dialog.ask()
        await ask(dialog)

    # at once

    @async_slot(newest=True)
    async def _copy_links(self, form: LinkFormat) -> None:
        lasts = timedelta(minutes=self._desk.settings.current.link_minutes)
        place, selection = self._desk.navigator.place, self._desk.objects.selection()
        if place is None or not selection.keys:
            return
        known = self._desk.preview.reading(selection.keys[0]) if len(selection.keys) == 1 else None
        clip = ObjectClip.of(place.connection, selection, place.location.prefix)
        if form is LinkFormat.LINK:  # Ctrl+C, then Ctrl+V elsewhere: what it does in every program
            put_on_clipboard(clip, "")
        made = await self._make(place, selection, ShareWish(LinkKind.TEMPORARY, lasts))
        seen = await looked_at(self._desk.background, place.connection, made, form, known)
        content = written(made.links, form, seen, made.where)
        if form in OWN_KEYS:
            QGuiApplication.clipboard().setText(content)
            self._desk.news.said.emit(f"Copied. {OWN_KEYS_WORDS}")
            return
        first = min(made.links, key=lambda link: link.ends)
        what = "The link works" if len(made.links) == 1 else f"The {len(made.links):,} links work"
        reason = f" ({first.shortened})" if first.shortened else ""
        await self._give(place, made, content, f"{what} until {text.until(first.ends)}{reason}.", clip)

    @async_slot(newest=True)
    async def _copy_public(self) -> None:
        place, selection = self._desk.navigator.place, self._desk.objects.selection()
        if place is None or not selection.keys:
            return
        made = await self._make(place, selection, ShareWish(LinkKind.PUBLIC))
        what = "It opens" if len(made.links) == 1 else "They open"
        await self._give(place, made, written(made.links, LinkFormat.LINK), f"{what} for anyone, without an end.")

    async def _make(self, place: Place, selection: Selection, wish: ShareWish) -> Made:
        return await make(self._desk.background, place.connection, selection.bucket, selection.keys, wish)

    async def _give(
        self, place: Place, made: Made, content: str, works_words: str, clip: ObjectClip | None = None
    ) -> None:
        """Try the links, then copy them in any case, and say what came of it; `clip` can be pasted here too."""
        desk = self._desk
        desk.news.said.emit("Trying the link…" if len(made.links) == 1 else "Trying the links…")
        (sentence, _), works = await tried(desk.background, made, PATIENCE_S, brief=True)
        if clip is not None and ObjectClip.read(QGuiApplication.clipboard().mimeData()) in (clip, None):
            put_on_clipboard(clip, content)
        else:
            QGuiApplication.clipboard().setText(content)
        only = opens_only(made.links[0].url)
        near = f" But {only_words(only)}." if only else ""
        desk.news.said.emit(f"Copied. {works_words}{near}" if works else f"Copied, but {after_but(sentence)}")
        given = GivenOut(self, desk, place.connection)
        given.give(made)
        given.end()

    def _copy_names(self, one: str, many: str, name_of: Callable[[Location], str]) -> None:
        keys, at = self._desk.objects.chosen.keys(), self._desk.location
        places = [Location(at.bucket, key) if at.bucket else Location(key) for key in keys] or [at]
        QGuiApplication.clipboard().setText("\n".join(name_of(place) for place in places))
        self._desk.news.said.emit(f"Copied the {one}." if len(places) == 1 else f"Copied {len(places):,} {many}.")


def _names(chosen: Chosen) -> str:
    """What the selection is called."""
    if chosen.count == 1:
        name = text.visible(chosen.names()[0])
        return f"all files in {name}" if chosen.folders else name
    if not chosen.folders:
        return text.count(chosen.count, "file")
    folders = text.count(chosen.folders, "folder")
    return f"{folders} and {text.count(chosen.objects, 'file')}" if chosen.objects else folders


def _too_many(chosen: Chosen) -> str:
    return f" (for at most {MOST_LINKS:,} files at once)" if chosen.count > MOST_LINKS else ""
