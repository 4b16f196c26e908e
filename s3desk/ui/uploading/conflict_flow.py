"""Names that are taken, for whatever is moved: asked about, or done as the last time, and compared where wished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.job import Job
from s3desk.s3.transfer.transfers import Conflict, Decision
from s3desk.ui.slots import ask
from s3desk.ui.uploading.conflicts_dialog import ConflictsDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from s3desk.settings import Settings
    from s3desk.ui.desk import Desk

Decisions = dict[Conflict, Decision]
_AGAIN = "“Transfer settings…” lets you be asked again."
_PAST = {
    Decision.SKIP: "skipped",
    Decision.REPLACE: "replaced",
    Decision.KEEP_BOTH: "kept beside what was there",
}


class Direction(Enum):
    """What is moved; the value is the setting that remembers the choice."""

    UPLOAD = "upload_conflicts"
    DOWNLOAD = "download_conflicts"
    COPY = "copy_conflicts"


def remembered(settings: Settings, direction: Direction) -> Decision | None:
    """What is done without a question; None to ask."""
    try:
        return Decision(getattr(settings, direction.value))
    except ValueError:
        return None


def nothing_left(desk: Desk, direction: Direction, done: str) -> None:
    """Say that everything was skipped; where nobody was asked, how to be asked again."""
    again = f" {_AGAIN}" if remembered(desk.settings.current, direction) else ""
    desk.news.said.emit(f"Nothing was {done}: everything was skipped.{again}")


async def decide(
    desk: Desk,
    window: QWidget,
    direction: Direction,
    conflicts: Sequence[Conflict],
    place: str,
    settle: Callable[[Job, Decisions], Decisions],
) -> Decisions | None:
    """What happens to each; None when the user gave up. Nothing is replaced that nobody ever said should be.

    `settle` makes out "only if different": it runs on a worker, listed in Transfers where it takes long.
    """
    if not conflicts:
        return {}
    known = remembered(desk.settings.current, direction)
    decisions = dict.fromkeys(conflicts, known) if known else await _asked(desk, window, direction, conflicts, place)
    if decisions is None:
        return None
    if Decision.ONLY_IF_DIFFERENT in decisions.values():
        job, chosen = Job("Compare with what is there"), decisions
        desk.news.said.emit("Comparing with what is there…")
        decisions = await desk.work.run_soon_listed(job, lambda job: settle(job, chosen))
        desk.news.said.emit("")
    if known:
        desk.news.said.emit(_told(decisions))
    return decisions


async def _asked(
    desk: Desk, window: QWidget, direction: Direction, conflicts: Sequence[Conflict], place: str
) -> Decisions | None:
    dialog = ConflictsDialog(window, conflicts, place, theme=desk.theme, compares=True, remembers=True)
    decisions: list[Decision] | None = await ask(dialog)
    if decisions is None:
        return None
    if dialog.remembered is not None:
        desk.settings.update(**{direction.value: dialog.remembered.value})
    return dict(zip(conflicts, decisions, strict=True))


def _told(decisions: Decisions) -> str:
    """What was done without a question, and how to be asked again."""
    tally = Counter(conflict.settled(decision) for conflict, decision in decisions.items())
    done = ", ".join(f"{tally[decision]:,} {words}" for decision, words in _PAST.items() if tally[decision])
    names = text.count(len(decisions), "name was", "names were")
    return f"{names} taken: {done}, as you chose before. {_AGAIN}"
