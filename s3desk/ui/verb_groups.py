"""All verbs of the program, by topic; menus, context menus and the command palette are made from this list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenuBar

from s3desk.ui.access.permission_actions import PermissionActions
from s3desk.ui.access.publicity_actions import PublicityActions
from s3desk.ui.access.why_actions import WhyActions
from s3desk.ui.activity_actions import ActivityActions
from s3desk.ui.bookmarks import Bookmarks
from s3desk.ui.bucket_actions import BucketActions
from s3desk.ui.combining.combine_actions import CombineActions
from s3desk.ui.comparing.compare_actions import CompareActions
from s3desk.ui.connection_actions import ConnectionActions
from s3desk.ui.copying.copy_actions import CopyActions
from s3desk.ui.find_actions import FindActions
from s3desk.ui.go_actions import GoActions
from s3desk.ui.identity_actions import IdentityActions
from s3desk.ui.object_actions import ObjectActions
from s3desk.ui.publishing.publish_actions import PublishActions
from s3desk.ui.querying.query_actions import QueryActions
from s3desk.ui.sharing.ledger_actions import LedgerActions
from s3desk.ui.sharing.share_actions import ShareActions
from s3desk.ui.space_actions import SpaceActions
from s3desk.ui.syncing.sync_actions import SyncActions
from s3desk.ui.table.profile_actions import ProfileActions
from s3desk.ui.table.table_actions import TableActions
from s3desk.ui.transfers.transfer_actions import TransferActions
from s3desk.ui.unfinished_actions import UnfinishedActions
from s3desk.ui.verbs import separator
from s3desk.ui.view_actions import ViewActions

if TYPE_CHECKING:
    from s3desk.ui.desk import Desk
    from s3desk.ui.main_window import MainWindow


class VerbGroups:
    """Makes every actions object once."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        self._window, self._desk = window, desk
        self.go = GoActions(window, desk)
        self.find = FindActions(window, desk)
        self.connection = ConnectionActions(window, desk)
        self.identity = IdentityActions(window, desk)
        self.bucket = BucketActions(window, desk)
        self.unfinished = UnfinishedActions(window, desk, desk.work.journal.uploads)
        self.object = ObjectActions(window, desk)
        self.transfer = TransferActions(window, desk)
        self.copying = CopyActions(window, desk, self.transfer.paste_files)
        self.sync = SyncActions(window, desk)
        self.share = ShareActions(window, desk)
        self.ledger = LedgerActions(window, desk, desk.ledger)
        self.publicity = PublicityActions(window, desk)
        self.permission = PermissionActions(window, desk)
        self.why = WhyActions(window, desk)
        self.publicity.link_wanted.connect(self.share.share.trigger)
        self.publicity.policy_wanted.connect(self._show_policy)
        self.permission.access_changed.connect(lambda *_: desk.objects.reach.forget())
        self.table = TableActions(window, desk)
        self.profile = ProfileActions(window, desk)
        self.combine = CombineActions(window, desk)
        self.query = QueryActions(window, desk)
        self.compare = CompareActions(window, desk)
        self.publish = PublishActions(window, desk)
        self.space = SpaceActions(window, desk)
        self.view = ViewActions(window, desk)
        self.activity = ActivityActions(window, desk, self.connection.activity)
        self._fill_context_menus()

    @property
    def groups(self) -> list[tuple[str, Sequence[QAction]]]:
        """Topic and verbs, in the order of the menus."""
        line = separator(self._window)
        objects = [*self.transfer.moving, line, *self.object.actions, *self.copying.actions, *self.sync.actions]
        objects += [separator(self._window), *self.space.actions]
        return [
            (self.go.title, [*self.go.actions, separator(self._window), *self.find.actions]),
            (self.connection.title, self._connecting()),
            (self.bucket.title, [*self.bucket.actions, separator(self._window), *self.unfinished.actions]),
            (self.object.title, objects),
            (self.share.title, self._sharing()),
            (self.table.title, self._data()),
            (self.view.title, [*self.view.actions, *self.activity.actions]),
            (self.transfer.title, self.transfer.actions),
        ]

    def _connecting(self) -> list[QAction]:
        window, verbs = self._window, self.connection
        return [*verbs.actions, separator(window), *self.identity.actions, separator(window), verbs.quit]

    def _sharing(self) -> list[QAction]:
        """Links first, then who may do what."""
        window = self._window
        links = [*self.share.actions, *self.ledger.actions]
        reading = [*self.permission.actions, *self.why.actions]
        return [*links, separator(window), *self.publicity.actions, separator(window), *reading]

    def _data(self) -> list[QAction]:
        """Looking into tables first, then what becomes of them."""
        looking = [*self.table.actions, *self.profile.actions, *self.combine.actions, *self.query.actions]
        return [*looking, *self.compare.actions, separator(self._window), *self.publish.actions]

    def _show_policy(self) -> None:
        from s3desk.ui.access.permissions_window import POLICY  # noqa: PLC0415  # rarely needed

        self.permission.show_permissions(POLICY)

    def fill_menus(self, bar: QMenuBar, palette: QAction) -> None:
        """A menu a topic."""
        for title, actions in self.groups:
            menu = bar.addMenu(f"&{title}")
            menu.addActions(actions)
            menu.setToolTipsVisible(False)
            if title == self.go.title:
                Bookmarks(menu, self._desk, self.connection, self.go)
            if title == self.view.title:
                columns = menu.addMenu("Columns")
                columns.aboutToShow.connect(partial(self._desk.objects.header.fill, columns))
                menu.addSeparator()
                menu.addAction(palette)

    def _fill_context_menus(self) -> None:
        """The same verbs where they are needed; the widget shows the actions it owns."""
        window, view = self._window, self._desk.objects.view
        view.addActions(
            [
                self.object.open,
                self.find.show_in_folder,
                self.view.preview,
                self.table.open_table,
                self.combine.combine,
                self.compare.compare,
                self.publish.table,
                self.publish.index,
                separator(window),
                self.transfer.download,
                self.share.share,
                self.share.copy_link,
                self.share.copy_uri,
                self.share.copy_public,
                self.share.copy_code,
                separator(window),
                self.publicity.public,
                self.publicity.private,
                *self.permission.actions,
                separator(window),
                self.object.rename,
                self.copying.copy_to,
                self.copying.move_to,
                self.copying.copy,
                self.copying.cut,
                self.object.delete,
                separator(window),
                *self.space.actions,
                separator(window),
                self.object.new_folder,
                self.transfer.upload_files,
                self.transfer.upload_folder,
                self.copying.paste,
            ]
        )
        self._desk.tree.addActions(
            [
                self.bucket.new_bucket,
                self.bucket.delete_bucket,
                self.unfinished.unfinished,
                separator(window),
                self.object.new_folder,
                self.share.upload_link,
                self.share.copy_uri,
                self.permission.permissions,
                self.publish.website,
                self.go.bookmark,
                self.find.find,
                separator(window),
                *self.space.actions,
                separator(window),
                self.connection.connect_to,
                self.connection.disconnect_from,
            ]
        )
        self._desk.transfers.addActions(self.transfer.actions)
