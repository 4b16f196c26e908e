"""Who hears whom: joins selection to navigation, navigation to the views, and all of them to the status bar."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut

from s3desk.models import text
from s3desk.s3.account import SignIn
from s3desk.s3.location import Location
from s3desk.ui.bucket_side import BucketSide
from s3desk.ui.command_palette import CommandPalette
from s3desk.ui.confirm_dialogs import LeaveDialog, Leaving
from s3desk.ui.form_dialog import tab_in_reading_order
from s3desk.ui.preview_pane import Subject
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.status import status_words
from s3desk.ui.toolbar import fill_toolbar
from s3desk.ui.verb_groups import VerbGroups
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.ui.desk import Desk
    from s3desk.ui.go_actions import GoActions
    from s3desk.ui.main_window import MainWindow
    from s3desk.ui.navigator import Place


class Joints(QObject):
    """Puts the views and verbs of a desk into the window and connects them."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._leaving = False
        window.verbs = self._verbs = VerbGroups(window, desk)
        self._give_messages_their_verbs()
        side = BucketSide(desk.tree, desk.icons)
        window.put_views(side, desk.objects, desk.preview, desk.transfers)
        palette = verb(self, "Command palette…", self._show_palette, keys="Ctrl+Shift+P")
        window.addAction(palette)
        window.menuBar().clear()
        self._verbs.fill_menus(window.menuBar(), palette)
        fill_toolbar(window, self._verbs, desk.icons)
        tab_in_reading_order(window.bar)
        views = (side.filter, desk.tree, desk.objects.view, desk.preview, desk.transfers)
        for before, after in pairwise((window.bar, *views)):
            window.setTabOrder(before, after)
        self._join(desk)
        self._restore()
        self._moved(desk.navigator.place)
        desk.objects.view.setFocus()

    def _give_messages_their_verbs(self) -> None:
        messages, verbs = self._desk.messages, self._verbs
        messages.demo = verbs.connection.demo
        messages.connect = verbs.connection.connect_to
        messages.go_to = verbs.go.go_to
        messages.refresh = verbs.go.refresh
        messages.new_bucket = verbs.bucket.new_bucket
        messages.upload = verbs.transfer.upload_files
        messages.find = verbs.find.find
        messages.why = self._desk.preview.why = verbs.why.why
        verbs.find.join(self._desk.objects.search_bar)

    def _join(self, desk: Desk) -> None:
        desk.navigator.moved.connect(self._moved)
        desk.navigator.reload.connect(lambda place: desk.objects.show_place(place, again=True))
        desk.news.changed.connect(self._changed)
        desk.news.said.connect(self._window.say)
        desk.objects.counted.connect(self._count)
        self._verbs.identity.identities.known.connect(lambda _: self._count())
        desk.objects.kept.dropped.connect(
            lambda count: self._window.say(f"The {count:,} selected rows lie too far apart in this order: select anew.")
        )
        desk.objects.selection_changed.connect(self._selected)
        desk.objects.folders_found.connect(
            lambda place, names, first, last: desk.tree.take_folders(place, names, first=first, last=last)
        )
        desk.tree.lists_elsewhere = lambda place: desk.objects.loading and desk.objects.place == place
        self._window.closing.connect(self._remember)
        self._window.may_close = self._may_close
        self._window.closing.connect(lambda: desk.preview.show_subject(None))
        self._window.location.returnPressed.connect(self._go_to_typed)
        self._window.filter.textChanged.connect(desk.objects.model.set_filter)
        escape = QShortcut(QKeySequence("Esc"), self._window.filter)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._leave_filter)
        self._window.filter.returnPressed.connect(desk.objects.view.setFocus)

    def _leave_filter(self) -> None:
        self._window.filter.clear()
        self._desk.objects.view.setFocus()

    # navigation and selection

    @property
    def _go(self) -> GoActions:
        return self._verbs.go

    def _moved(self, place: Place | None) -> None:
        at = place.location if place else Location()
        self._window.filter.clear()
        self._window.location.setEnabled(place is not None)
        self._window.location.setText(at.uri if at.bucket else "")
        self._window.location.setToolTip(text.visible_path(at.uri) if at.bucket else "")
        self._window.setWindowTitle(
            f"{text.visible_path(f'{at.bucket}/{at.prefix}'.rstrip('/'))} — S3 Desk" if at.bucket else "S3 Desk"
        )
        self._desk.tree.follow(place)
        if place is None:
            self._desk.objects.show_nothing()
        else:
            self._desk.objects.show_place(place)
            self._desk.settings.update(last_account=place.connection.name, last_uri=at.uri)

    def _go_to_typed(self) -> None:
        typed, place = self._window.location.text(), self._desk.navigator.place
        if typed == self._desk.location.uri and place is not None and place.search is None:
            self._desk.navigator.refresh()
        else:
            self._go.open_text(typed)
        self._desk.objects.view.setFocus()

    def _changed(self, connection: Connection, location: Location) -> None:
        if self._window.isHidden():  # it was closed, and with it the workers that would read this anew
            return
        place = self._desk.navigator.place
        if place is not None and place.shows(connection, location):
            self._desk.navigator.refresh()
        elif not location.bucket:
            self._desk.tree.load_again(connection, location)

    def _selected(self) -> None:
        chosen, place = self._desk.objects.chosen, self._desk.navigator.place
        single = chosen.single if not chosen.folders else None
        if chosen.count > 1:
            size = chosen.bytes
            self._desk.preview.show_several(f"{chosen.count:,} selected" + (f", {text.size(size)}" if size else ""))
        else:
            self._desk.preview.show_subject(Subject(place, single.key, single.name) if single and place else None)
        self._count()

    def _count(self) -> None:
        place, objects = self._desk.navigator.place, self._desk.objects
        self._window.counts.setText(status_words(objects))
        who = self._verbs.identity.identities.short(place.connection) if place else ""
        self._window.who.setText(_who(place.connection, objects.standing, who) if place else "Not connected")

    @async_slot()
    async def _show_palette(self) -> None:
        action = await ask(CommandPalette(self._window, self._verbs.groups))
        if action is not None:
            action.trigger()

    # the end

    def _may_close(self) -> bool:
        """Running work is not stopped without a question; the second time it was asked already."""
        running = self._desk.work.model.running
        if running and not self._leaving:
            self._ask_to_leave()
        return self._leaving or not running

    @async_slot(newest=True)
    async def _ask_to_leave(self) -> None:
        running = self._desk.work.model.running
        words = f"{text.count(len(running), 'piece of work is', 'pieces of work are')} not finished"
        kept = sum(one.gesture is not None and one.gesture.keep for one in running)
        leaving = await ask(LeaveDialog(self._window, words, kept, len(running) - kept))
        if leaving is not None:
            self._leaving = True
            self._desk.work.leave(stop=leaving is Leaving.STOP)
            self._window.close()

    # what is remembered

    def _restore(self) -> None:
        settings = self._desk.settings.current
        header = self._desk.objects.view.horizontalHeader()
        as_now = settings.object_column_count == header.count()  # Qt would show columns it has never heard of
        if self._desk.settings.writes and as_now and not settings.object_columns.isEmpty():
            header.restoreState(settings.object_columns)
        self._verbs.view.preview.setChecked(settings.preview_shown)
        self._desk.preview.setVisible(settings.preview_shown)

    def _remember(self) -> None:
        self._desk.settings.update(
            object_columns=self._desk.objects.view.horizontalHeader().saveState(),
            object_column_count=self._desk.objects.view.horizontalHeader().count(),
            preview_shown=not self._desk.preview.isHidden(),
        )


def _who(connection: Connection, standing: str, name: str) -> str:
    account = connection.account
    anonymous = account.sign_in is SignIn.ANONYMOUS and standing == "signed in"
    region = "" if connection.endpoint_url else connection.region
    state = "anonymous" if anonymous else f"{standing} as {name}" if name and standing == "signed in" else standing
    return " · ".join(part for part in (connection.name, region, state) if part)
