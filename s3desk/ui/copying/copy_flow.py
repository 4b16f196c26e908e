"""What every copy and move goes through, wherever it began: a plan, questions, the work, a summary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from s3desk.models import text
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import FROM_ELSEWHERE, Kind, Outline
from s3desk.ui.error_dialog import ErrorDialog
from s3desk.ui.slots import ask
from s3desk.ui.uploading.conflict_flow import Decisions, Direction, decide, nothing_left

if TYPE_CHECKING:
    from s3desk.models.transfer import Operation
    from s3desk.models.transfer_model import Transfer
    from s3desk.s3.connection import Connection
    from s3desk.s3.copying.copy_plan import CopyPlan
    from s3desk.s3.errors import Failure
    from s3desk.s3.journal.record import Record
    from s3desk.s3.location import Location
    from s3desk.s3.objects import Selection
    from s3desk.ui.desk import Desk

MANY = 1000  # objects
MUCH = 10 << 30  # bytes inside a server
MUCH_THROUGH_HERE = 1 << 30


@dataclass(frozen=True)
class Gesture:
    """What somebody wants copied or moved, and where to. `asked` once they have said so in a dialog."""

    source: Connection
    selection: Selection
    root: str
    target: Connection
    location: Location
    move: bool = False
    asked: bool = False

    @property
    def verb(self) -> str:
        """What it is called."""
        return "Move" if self.move else "Copy"

    @property
    def what(self) -> str:
        """What is selected, in words."""
        keys, folders = self.selection.keys, self.selection.folders
        if len(keys) + len(folders) == 1:
            return text.visible((*keys, *folders)[0].removesuffix("/").rpartition("/")[2])
        parts = [text.count(len(folders), "folder")] if folders else []
        return " and ".join([*parts, *([text.count(len(keys), "object")] if keys else [])])


async def run_gesture(desk: Desk, window: QWidget, gesture: Gesture) -> bool:
    """Do it; False when the user gave up or nothing was to be done. Raises S3Error."""
    begun = await _begin(desk, window, gesture)
    if begun is None:
        return False
    try:
        failures = await desk.work.keep(*begun)
    finally:
        _tell_changed(desk, gesture)
    if failures:
        what = "moved; nothing of them is lost" if gesture.move else "copied"
        words = f"{text.count(len(failures), 'object')} could not be {what}."
        ErrorDialog.for_failures(window, words, failures).show()
    return not failures


async def _begin(desk: Desk, window: QWidget, gesture: Gesture) -> tuple[Transfer, Operation] | None:
    """Plan, ask, write down; the line of it and what is to be run. None when the user gave up."""
    from s3desk.s3.copying.copy_again import copy_recorded  # noqa: PLC0415  # not before somebody copies
    from s3desk.s3.copying.copy_plan import planned_copies  # noqa: PLC0415
    from s3desk.s3.journal.going_on import each_once  # noqa: PLC0415

    plans = await _planned(desk, window, gesture)
    if plans is None:
        return None
    wanted, plan = plans
    source, target, location = gesture.source, gesture.target, gesture.location
    title = f"{gesture.verb} {gesture.what} to {location.name}"
    outline = copy_outline(gesture.move, title, target, location, gesture.selection.bucket)
    if source is not target:
        outline = replace(outline, options=outline.options + FROM_ELSEWHERE)
    items = await desk.background.run(Job("Plan"), lambda _job: each_once(planned_copies(wanted, plan)))
    transfer = await desk.work.begin(target, outline, items)
    transfer.again = another_try(source, target, plan, transfer)
    return transfer, lambda job, record: [*plan.skipped, *copy_recorded(job, source, target, plan, record)]


def copy_outline(move: bool, title: str, target: Connection, location: Location, bucket: str) -> Outline:
    """The gesture as the journal keeps it; `bucket` is where the originals are."""
    kind = Kind.MOVE if move else Kind.COPY
    return Outline(kind, title, target.account, location.bucket, location.prefix, options=f"s3://{bucket}/")


def another_try(source: Connection, target: Connection, plan: CopyPlan, transfer: Transfer) -> Operation:
    """What does again what failed of a plan; it holds no items."""
    from s3desk.s3.copying.copy_again import copy_again  # noqa: PLC0415

    shape = replace(plan, items=[], skipped=[], replace=frozenset())

    def run(job: Job, record: Record) -> list[Failure]:
        left = transfer.gesture.left() if transfer.gesture is not None else []
        return copy_again(job, source, target, shape, left, record)

    return run


async def _planned(desk: Desk, window: QWidget, gesture: Gesture) -> tuple[CopyPlan, CopyPlan] | None:
    """What was wanted and what will be done, with everything asked; None when the user gave up."""
    from s3desk.s3.copying.copy_plan import find_copy_conflicts, plan_copies, resolve_copies  # noqa: PLC0415
    from s3desk.s3.transfer.same import settle_copies  # noqa: PLC0415

    desk.news.said.emit("Looking at what is to be copied…")
    listed = desk.work.run_soon_listed
    where = gesture.source, gesture.selection, gesture.root, gesture.target, gesture.location
    wanted = await listed(Job("Look at what is to be copied"), plan_copies, *where, move=gesture.move)
    conflicts = await listed(Job("Look for conflicts"), find_copy_conflicts, gesture.target, wanted)
    desk.news.said.emit("")
    if wanted.items and not await _agreed(window, gesture, wanted):
        return None

    def settle(job: Job, decisions: Decisions) -> Decisions:
        return settle_copies(job, gesture.source, gesture.target, wanted, decisions)

    decisions = await decide(desk, window, Direction.COPY, conflicts, gesture.location.uri, settle)
    if decisions is None:
        return None
    plan = resolve_copies(wanted, decisions)
    if not plan.items and not plan.skipped:
        nothing_left(desk, Direction.COPY, "moved" if gesture.move else "copied")
        return None
    return wanted, plan


async def _agreed(window: QWidget, gesture: Gesture, plan: CopyPlan) -> bool:
    """S3 has no move, and copies of much take time and money: said before, where it matters."""
    from s3desk.ui.copying.copy_dialog import CopyQuestion  # noqa: PLC0415

    through_here = gesture.source is not gesture.target
    much = len(plan.items) > MANY or plan.size > (MUCH_THROUGH_HERE if through_here else MUCH)
    if gesture.asked and not much:
        return True
    if not (much or gesture.move):
        return True
    amount = f"{text.count(len(plan.items), 'object')}, {text.size(plan.size)}"
    cost = f"S3 has no move: {amount} are copied, the copies are checked, then the originals are deleted."
    if not gesture.move:
        cost = f"{amount} are copied."
    if through_here:
        cost += " They are read from one server and sent to the other by this computer; nothing is kept on its disk."
    place = text.visible_path(gesture.location.uri)
    return bool(await ask(CopyQuestion(window, gesture.verb, gesture.what, place, cost)))


def _tell_changed(desk: Desk, gesture: Gesture) -> None:
    """The target may be a new folder, which the folder above it shows."""
    from s3desk.s3.location import Location  # noqa: PLC0415

    changed = desk.news.changed
    changed.emit(gesture.target, gesture.location)
    if gesture.location.prefix:
        changed.emit(gesture.target, gesture.location.parent)
    if gesture.move:
        changed.emit(gesture.source, Location(gesture.selection.bucket, gesture.root))
