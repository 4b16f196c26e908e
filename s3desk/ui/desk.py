"""Desk: what all verbs work on, made once by the composition root and handed to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.access.former import Former
    from s3desk.s3.connection import Connection
    from s3desk.s3.sharing.ledger import Ledger
    from s3desk.settings import SettingsFile
    from s3desk.ui.bucket_pane import BucketPane
    from s3desk.ui.icons import Icons
    from s3desk.ui.messages import Messages
    from s3desk.ui.navigator import Navigator
    from s3desk.ui.object_pane import ObjectPane
    from s3desk.ui.preview_pane import PreviewPane
    from s3desk.ui.theme import Theme
    from s3desk.ui.transfers.transfers_pane import TransfersPane
    from s3desk.ui.transfers.work import Work


class News(QObject):
    """What changed is said once, here; each view decides whether it cares."""

    changed = Signal(object, object)  # Connection, Location: something directly below it is new, gone or different
    said = Signal(str)  # a sentence for the status bar


@dataclass(frozen=True)
class Desk:
    """The parts of the window and the door to the workers."""

    background: Background
    work: Work
    navigator: Navigator
    settings: SettingsFile
    theme: Theme
    icons: Icons
    news: News
    messages: Messages
    tree: BucketPane
    objects: ObjectPane
    preview: PreviewPane
    transfers: TransfersPane
    ledger: Ledger
    former: Former

    @property
    def connection(self) -> Connection:
        """The connection of the place shown. Raises LookupError when there is none: verbs are greyed out then."""
        if self.navigator.place is None:
            raise LookupError("nothing is connected")
        return self.navigator.place.connection

    @property
    def location(self) -> Location:
        """The place shown; the root when nothing is connected."""
        return self.navigator.place.location if self.navigator.place else Location()
