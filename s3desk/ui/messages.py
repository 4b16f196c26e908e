"""What an empty table says: why it is empty, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.errors import S3Error, SignInError, UnreachableError
from s3desk.ui.empty_state import Message
from s3desk.ui.icons import IconRole

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class Messages:
    """The sentences, with the verbs that help; the verbs are set once they exist."""

    def __init__(self) -> None:
        self.connect: QAction | None = None
        self.demo: QAction | None = None
        self.go_to: QAction | None = None
        self.refresh: QAction | None = None
        self.new_bucket: QAction | None = None
        self.upload: QAction | None = None
        self.find: QAction | None = None
        self.why: QAction | None = None

    def welcome(self) -> Message:
        """Nothing is connected."""
        advice = "Sign in with your keys or an AWS profile, or look around on the demo server first."
        return Message("ph.cloud", "Connect to see your files", advice, self.connect, other=self.demo)

    def loading(self) -> Message:
        """The first page is on its way."""
        return Message("ph.spinner", "Loading…")

    def failed(self, error: S3Error) -> Message:
        """The place cannot be shown."""
        why = self.why if error.is_denial else None
        if isinstance(error, SignInError):
            return Message("ph.warning-circle", str(error), error.advice, self.connect, IconRole.WARNING, why)
        other = self.connect if isinstance(error, UnreachableError) else why
        return Message("ph.warning-circle", str(error), error.advice, self.refresh, IconRole.WARNING, other)

    def nothing_there(self, uri: str) -> Message:
        """A folder nobody made: S3 knows no empty folders, so this may be a slip of the pen."""
        advice = "Check the spelling, capital letters count; or drop files here to upload them to this place."
        return Message("ph.folder", f"Nothing is stored under {uri} yet", advice, self.upload)

    def no_bucket_list(self) -> Message:
        """ListBuckets is denied, which is nothing unusual."""
        advice = "Your keys may still open a single bucket. Ask its owner for the name."
        return Message("ph.lock-simple", "You are not allowed to list the buckets", advice, self.go_to, other=self.why)

    def all_filtered(self, hidden: int) -> Message:
        """The filter hides everything."""
        advice = f"The filter hides {text.count(hidden, 'name')}. Clear it to see them."
        return Message("ph.funnel", "Nothing matches the filter", advice)

    def nothing_found(self, uri: str, what: str, *, stopped: bool = False) -> Message:
        """A search without a result; `what` is what was looked for, in words."""
        headline = "Nothing was found before you stopped" if stopped else "Nothing was found"
        advice = f"No object below {uri} fits: {what}."
        if stopped:
            advice = f"Looked below {uri} for {what}, but not everywhere."
        return Message("ph.magnifying-glass", headline, advice, self.find)

    def stopped(self) -> Message:
        """The user did not wait for the first row."""
        return Message("ph.hand-palm", "You stopped loading", "Read it again to see what is here.", self.refresh)

    def empty_folder(self) -> Message:
        """Nothing here yet."""
        return Message("ph.upload-simple", "Drop files here to upload", "This place is empty.", self.upload)

    def no_buckets(self) -> Message:
        """An account without buckets."""
        advice = "A bucket is like a drive: it holds all your folders and files."
        return Message("ph.archive-box", "There are no buckets yet", advice, self.new_bucket)
