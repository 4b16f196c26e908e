"""Objects to other places: by dialog, by clipboard, by mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShortcut
from shiboken6 import isValid

from s3desk.models import text
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.objects import Selection
from s3desk.ui.copying.copy_flow import Gesture, run_gesture
from s3desk.ui.copying.object_clip import MOST_NAMES, ObjectClip, put_on_clipboard
from s3desk.ui.copying.object_drag import ObjectDrag
from s3desk.ui.copying.object_drop import TableDrop, TreeDrop
from s3desk.ui.sharing.share_wish import MOST_LINKS
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.location import Location
    from s3desk.ui.copying.copy_dialog import CopyDialog, CopyWish
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow


class CopyActions(QObject):
    """Copy to…, Move to…, Copy objects, Cut objects, Paste; and what is dragged within the window and out of it.

    `paste_files` is what Paste does with what other programs put on the clipboard.
    """

    title = "Object"

    def __init__(self, window: MainWindow, desk: Desk, paste_files: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._desk, self._paste_files = window, desk, paste_files
        icon, pane = desk.icons.icon, desk.objects
        self.copy_to = verb(self, "Copy to…", lambda: self._send(move=False), icon=icon("ph.copy"))
        self.move_to = verb(self, "Move to…", lambda: self._send(move=True), icon=icon("ph.arrow-square-right"))
        self.copy = verb(
            self,
            "Copy objects",
            lambda: self._clip(cut=False),
            keys="Ctrl+Ins",
            icon=icon("ph.copy-simple"),
            tip="Paste them in another folder or bucket; elsewhere their S3 URIs are pasted",
            within=pane,
        )
        self.cut = verb(
            self, "Cut objects", lambda: self._clip(cut=True), keys="Ctrl+X", icon=icon("ph.scissors"), within=pane
        )
        self.paste = verb(self, "Paste", self._paste, keys="Ctrl+V", icon=icon("ph.clipboard"), within=pane)
        self.actions: list[QAction] = [self.copy_to, self.move_to, self.copy, self.cut, self.paste]
        # Of folders there is no link to copy, so there the key that copies in every program copies them.
        self._plain_copy = QShortcut(
            QKeySequence("Ctrl+C"), pane, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        self._plain_copy.activated.connect(self.copy.trigger)
        self._drag = ObjectDrag(window, desk)
        for drop in (TableDrop(desk, self._drag), TreeDrop(desk, self._drag)):
            drop.dropped.connect(self._dropped)
        pane.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        chosen, inside = self._desk.objects.chosen, bool(self._desk.location.bucket)
        some = inside and chosen.count > 0
        for action in (self.copy_to, self.move_to):
            action.setEnabled(some)
        for action in (self.copy, self.cut):
            action.setEnabled(some and chosen.count <= MOST_NAMES)
            many = f" (at most {MOST_NAMES:,} names: choose the folder they are in)"
            action.setToolTip(action.text() + (many if chosen.count > MOST_NAMES else ""))
        self.paste.setEnabled(inside)
        self._plain_copy.setEnabled(self.copy.isEnabled() and (chosen.folders > 0 or chosen.count > MOST_LINKS))

    # by dialog

    @async_slot()
    async def _send(self, *, move: bool) -> None:
        from s3desk.ui.copying.copy_dialog import CopyDialog, CopyWish  # noqa: PLC0415  # not before somebody copies

        desk = self._desk
        connection, location, selection = desk.connection, desk.location, desk.objects.selection()
        gesture = Gesture(connection, selection, location.prefix, connection, location, move=move)
        start, opened = CopyWish(connection, location), desk.tree.buckets.connections
        dialog = CopyDialog(self._window, gesture.verb, gesture.what, start, opened, self._known)
        dialog.names_wanted.connect(lambda connection, place: self._find_names(dialog, connection, place))
        wish: CopyWish | None = await ask(dialog)
        if wish is not None:
            where = wish.connection, wish.location
            await run_gesture(
                desk, self._window, Gesture(connection, selection, location.prefix, *where, move, asked=True)
            )

    def _known(self, connection: Connection, location: Location) -> Sequence[str]:
        """The names the tree knows of a place."""
        node = self._desk.tree.buckets.find(connection, location)
        return node.level.names if node else ()

    @async_slot(newest=True)
    async def _find_names(self, dialog: CopyDialog, connection: Connection, location: Location) -> None:
        from s3desk.s3.buckets import list_buckets  # noqa: PLC0415
        from s3desk.s3.listing import list_page  # noqa: PLC0415

        run, job = self._desk.background.run, Job(f"List {location.uri}")
        try:
            if location.bucket:
                page = await run(job, list_page, connection, location)
                names = [folder[len(location.prefix) :].removesuffix("/") for folder in page.folders]
            else:
                names = [bucket.name for bucket in await run(job, list_buckets, connection)]
        except S3Error:  # half a name is being typed, or it is a place one may write to but not see
            return
        if isValid(dialog):
            dialog.offer(connection, location, names)

    # by clipboard

    def _clip(self, *, cut: bool) -> None:
        desk = self._desk
        clip = ObjectClip.of(desk.connection, desk.objects.selection(), desk.location.prefix, cut=cut)
        put_on_clipboard(clip)
        what = text.count(clip.count, "name")
        how = "cut: they move when you paste them in another place" if cut else "copied: paste them in another place"
        desk.news.said.emit(f"{what} {how}.")

    def _paste(self) -> None:
        clip = ObjectClip.read(QGuiApplication.clipboard().mimeData())
        if clip is None:
            self._paste_files()
        else:
            self._paste_objects(clip)

    @async_slot()
    async def _paste_objects(self, clip: ObjectClip) -> None:
        desk = self._desk
        done = await self._bring(clip, desk.connection, desk.location, move=clip.cut, asked=True)
        if done and clip.cut and ObjectClip.read(QGuiApplication.clipboard().mimeData()) == clip:
            QGuiApplication.clipboard().setMimeData(QMimeData())  # they are not where it says any more

    # by mouse

    @async_slot()
    async def _dropped(self, clip: ObjectClip, connection: Connection, location: Location, move: bool) -> None:
        # A slip of the mouse must not move anything, so a move is asked about.
        await self._bring(clip, connection, location, move=move, asked=False)

    async def _bring(
        self, clip: ObjectClip, target: Connection, location: Location, *, move: bool, asked: bool
    ) -> bool:
        source = clip.source(self._desk.tree.buckets.connections)
        if source is None:
            where = clip.endpoint_url or "Amazon S3"
            raise S3Error(
                f"These objects belong to “{clip.account}” ({where}).", "Connect to it first, then paste again."
            )
        selection = Selection(clip.selection.bucket, clip.selection.keys, clip.selection.folders)
        gesture = Gesture(source, selection, clip.root, target, location, move, asked)
        return await run_gesture(self._desk, self._window, gesture)
