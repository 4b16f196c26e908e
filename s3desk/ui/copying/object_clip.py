"""Objects on the clipboard or under the mouse: for this program what they are, for others their S3 URIs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from s3desk.s3.location import Location
from s3desk.s3.objects import Selection

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection

MIME = "application/x-s3desk-objects"
MOST_NAMES = 100_000  # a clipboard is no place for more


@dataclass(frozen=True)
class ObjectClip:
    """What was copied or cut, or is being dragged; never keys or secrets of the connection, only its name.

    `root` is the prefix the selection was made in: names are kept relative to it.
    """

    account: str
    endpoint_url: str
    selection: Selection
    root: str
    cut: bool = False

    @staticmethod
    def of(connection: Connection, selection: Selection, root: str, *, cut: bool = False) -> ObjectClip:
        """From what is selected."""
        return ObjectClip(connection.name, connection.endpoint_url, selection, root, cut)

    @property
    def count(self) -> int:
        """How many names."""
        return len(self.selection.keys) + len(self.selection.folders)

    def source(self, opened: Iterable[Connection]) -> Connection | None:
        """The open connection it came from; one of the same name on another server is another."""
        same = (one for one in opened if (one.name, one.endpoint_url) == (self.account, self.endpoint_url))
        return next(same, None)

    def may_go_to(self, connection: Connection, location: Location) -> bool:
        """Whether a drop there means anything: not where it is already, nor into itself."""
        if not location.bucket:
            return False
        if (connection.name, connection.endpoint_url) != (self.account, self.endpoint_url):
            return True
        if location.bucket != self.selection.bucket:
            return True
        into_itself = any(location.prefix.startswith(folder) for folder in self.selection.folders)
        return location.prefix != self.root and not into_itself

    def put_into(self, data: QMimeData) -> None:
        """Write it, for this program and as text for others."""
        import json  # noqa: PLC0415  # not before the first paint

        names = [*self.selection.folders, *self.selection.keys]
        kept = {
            "account": self.account,
            "endpoint_url": self.endpoint_url,
            "bucket": self.selection.bucket,
            "keys": self.selection.keys,
            "folders": self.selection.folders,
            "root": self.root,
            "cut": self.cut,
        }
        data.setData(MIME, json.dumps(kept).encode())
        data.setText("\n".join(Location(self.selection.bucket, name).uri for name in names))

    @staticmethod
    def read(data: QMimeData | None) -> ObjectClip | None:
        """What was written by `put_into`, perhaps by another window of this program; None for anything else."""
        import json  # noqa: PLC0415

        if data is None or not data.hasFormat(MIME):
            return None
        try:
            kept = json.loads(bytes(data.data(MIME).data()))
            selection = Selection(kept["bucket"], tuple(kept["keys"]), tuple(kept["folders"]))
            return ObjectClip(kept["account"], kept["endpoint_url"], selection, kept["root"], bool(kept["cut"]))
        except (ValueError, KeyError, TypeError):
            return None


def put_on_clipboard(clip: ObjectClip, content: str | None = None) -> None:
    """For this program the objects; for others `content`, a link for instance, or else their S3 URIs.

    With "" others get nothing yet.
    """
    data = QMimeData()
    clip.put_into(data)
    if content:
        data.setText(content)
    elif content is not None:
        data.removeFormat("text/plain")
    QGuiApplication.clipboard().setMimeData(data)
