"""Who can read files, for many of them at once: public, private, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from s3desk.models import text
from s3desk.s3.errors import BadNameError
from s3desk.s3.job import Job
from s3desk.s3.offers import Feature
from s3desk.s3.versions import keeps_versions
from s3desk.ui.counting import counted
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.slots import ask, async_slot
from s3desk.ui.verbs import verb

if TYPE_CHECKING:
    from s3desk.s3.access.publicity import Publicity
    from s3desk.s3.access.readiness import Readiness
    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from s3desk.s3.location import Location
    from s3desk.s3.objects import Selection
    from s3desk.s3.sharing.trial import Trial
    from s3desk.ui.access.publicity_dialog import Wish
    from s3desk.ui.desk import Desk

_KEPT = 10  # changes that can be undone
_VERSIONS = "This bucket keeps old versions: those stay as open as they are."


@dataclass(frozen=True)
class Done:
    """A change that can be undone, and where."""

    connection: Connection
    publicity: Publicity


class PublicityActions(QObject):
    """Make public…, Make private…, Undo permission change.

    What they stand on is imported when they are used: json and the like, which the first paint does not wait for.
    """

    title = "Share"
    link_wanted = Signal()  # the dialog offers what works where making public does not
    policy_wanted = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._done: list[Done] = []
        self._busy = False
        icon = desk.icons.icon
        self.public = verb(self, "Make public…", lambda: self._change(public=True), icon=icon("ph.globe-simple"))
        self.private = verb(self, "Make private…", lambda: self._change(public=False), icon=icon("ph.lock-simple"))
        self.undo = verb(self, "Undo permission change", self._undo, icon=icon("ph.arrow-counter-clockwise"))
        self.actions: list[QAction] = [self.public, self.private, self.undo]
        desk.objects.selection_changed.connect(self._update)
        desk.navigator.moved.connect(lambda _: self._update())
        self._update()

    def _update(self) -> None:
        place, chosen = self._desk.navigator.place, self._desk.objects.chosen
        inside = place is not None and bool(place.location.bucket)
        reason = place.connection.offers.reason(place.connection.endpoint_url, Feature.ACL) if place else ""
        for action in (self.public, self.private):
            action.setEnabled(inside and chosen.count > 0 and not reason and not self._busy)
            action.setToolTip(f"{action.text().rstrip('…')} ({reason})" if reason else action.text().rstrip("…"))
        self.undo.setEnabled(bool(self._done) and not self._busy)
        self.undo.setToolTip(_undo_words(self._done[-1].publicity) if self._done else "Nothing was changed yet")

    # asking

    @async_slot()
    async def _change(self, *, public: bool) -> None:
        from s3desk.s3.access.publicity import Publicity, change_publicity  # noqa: PLC0415
        from s3desk.s3.access.readiness import readiness  # noqa: PLC0415

        desk = self._desk
        connection, location, selection = desk.connection, desk.location, desk.objects.selection()
        desk.news.said.emit("Counting…")
        ready = await desk.background.run(Job("Read permissions"), readiness, connection, selection)
        count = len(selection.keys) + (await counted(desk, connection, location, selection.folders)).objects
        desk.news.said.emit("" if count else "There are no files in what is selected.")
        self._update()  # whether the server has access lists is known now
        wish = _wish(public, count, location, selection, ready)
        keeps = await desk.background.run(Job("Ask for versions"), keeps_versions, connection, location.bucket)
        if keeps and not public:
            wish = replace(wish, doubts=(*wish.doubts, _VERSIONS))
        if not count or not await self._agreed(wish) or self._busy:
            return
        publicity = Publicity(selection.bucket, public, ready.owner_id)
        what = text.visible(selection.keys[0].rpartition("/")[2]) if selection.keys and count == 1 else ""
        job = Job(f"Make {'public' if public else 'private'}: {what or text.count(count, 'file')}", total=count)
        try:
            with self._alone():
                failures = await desk.work.run(job, change_publicity, connection, selection, publicity)
        finally:  # what was done before a cancel or an error can be undone as well
            self._keep(Done(connection, publicity))
        self._summarise(failures, "could not be changed and stayed as they were")
        await self._say_result(connection, publicity, failures)

    async def _agreed(self, wish: Wish) -> bool:
        from s3desk.ui.access.publicity_dialog import PublicityDialog  # noqa: PLC0415

        dialog = PublicityDialog(self._window, wish)
        dialog.link_wanted.connect(self.link_wanted)
        dialog.policy_wanted.connect(self.policy_wanted)
        return bool(await ask(dialog))

    # doing, and taking it back

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One change at a time: two would overtake each other, and leave neither's end."""
        self._busy = True
        self._update()
        try:
            yield
        finally:
            self._busy = False
            if isValid(self):
                self._update()

    def _keep(self, done: Done) -> None:
        """Let a change be undone, and let the Access column look again."""
        if done.publicity.changes:
            self._done = [*self._done, done][-_KEPT:]
        self._update()
        place = self._desk.navigator.place
        if place is not None and place.connection is done.connection and place.location.bucket == done.publicity.bucket:
            self._desk.objects.reach.forget()

    async def _say_result(self, connection: Connection, publicity: Publicity, failures: list[Failure]) -> None:
        failed = {failure.key for failure in failures}
        said = result_words(publicity, sum(change.key not in failed for change in publicity.changes))
        trial = await self._tried(connection, publicity) if publicity.public and publicity.reached else None
        name = text.visible(publicity.reached.rpartition("/")[2])
        if trial is None:
            self._desk.news.said.emit(said)
        elif trial.works:
            self._desk.news.said.emit(f"{said} Tried “{name}” without signing in: it works.")
        else:
            self._desk.news.said.emit("The server took the change, but strangers still cannot read it.")
            words = f"The server took the change, but strangers still cannot read “{name}”."
            advice = f"{trial.sentence} Some servers keep access lists and do not follow them. A temporary link works."
            ErrorDialog(self._window, words, advice).show()

    async def _tried(self, connection: Connection, publicity: Publicity) -> Trial | None:
        """Whether the public URL of one of the files opens; None for a key no browser can ask for."""
        from s3desk.s3.sharing.links import public_url  # noqa: PLC0415
        from s3desk.s3.sharing.trial import try_link  # noqa: PLC0415

        run, key = self._desk.background.run, publicity.reached
        try:
            url = await run(Job("Make address"), public_url, connection, publicity.bucket, key)
        except BadNameError:
            return None
        return await run(Job("Try address"), try_link, url)

    @async_slot()
    async def _undo(self) -> None:
        from s3desk.s3.access.publicity import undo  # noqa: PLC0415
        from s3desk.ui.access.publicity_dialog import Wish  # noqa: PLC0415

        if not self._done or self._busy:
            return
        done = self._done.pop()
        publicity, opened, count = done.publicity, done.publicity.opened_by_undo, len(done.publicity.changes)
        self._update()
        try:
            if opened and not await self._agreed(Wish(public=True, count=opened, undoing=True)):
                return
            job = Job(f"Undo permission change: {text.count(count, 'file')}", total=count)
            with self._alone():
                failures = await self._desk.work.run(job, undo, done.connection, publicity)
        finally:
            self._keep(done)
        self._desk.news.said.emit(f"Access of {text.count(count - len(failures), 'file')} is as it was before.")
        self._summarise(failures, "could not be put back; you can undo again")

    def _summarise(self, failures: list[Failure], what: str) -> None:
        if failures:
            words = f"{text.count(len(failures), 'file')} {what}."
            ErrorDialog.for_failures(self._window, words, failures).show()


def _wish(public: bool, count: int, location: Location, selection: Selection, ready: Readiness) -> Wish:
    """What the dialog has to say; it shows a few names of a million."""
    from s3desk.ui.access.publicity_dialog import SHOWN, Wish  # noqa: PLC0415

    names = [key.removeprefix(location.prefix) for key in islice(chain(selection.folders, selection.keys), SHOWN)]
    more = len(selection.folders) + len(selection.keys) - len(names)
    obstacles, doubts = ready.obstacles(public=public), ready.doubts(public=public)
    return Wish(public, count, names, more, obstacles, doubts, ready.policy_opens)


def result_words(publicity: Publicity, changed: int) -> str:
    """What was done, for the status bar."""
    files = text.count(changed, "file")
    said = f"Anyone on the internet can read {files} now." if publicity.public else f"{files} made private."
    already = "public" if publicity.public else "private"
    return f"{said} {publicity.same:,} already {already}." if publicity.same else said


def _undo_words(publicity: Publicity) -> str:
    done = "made public" if publicity.public else "made private"
    return (
        f"Give {text.count(len(publicity.changes), 'file')} of {publicity.bucket}, {done}, the access they had before"
    )
