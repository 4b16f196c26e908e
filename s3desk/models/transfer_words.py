"""How gestures and their items are told to people."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from s3desk.models import text
from s3desk.s3.job import Unit
from s3desk.s3.journal.gestures import ItemState, Kind, Standing

if TYPE_CHECKING:
    from s3desk.models.transfer import Transfer
    from s3desk.s3.journal.gesture import Gesture
    from s3desk.s3.journal.gestures import Kept, Sum

_STATES = {
    ItemState.FAILED: "Failed",
    ItemState.OPEN: "Not done yet",
    ItemState.SKIPPED: "Skipped",
    ItemState.DONE: "Done",
}


def sum_words(sums: Sum) -> str:
    """12,428 done, 2 skipped, 1 failed of 12,431; what was not done only where something was left."""
    parts = [f"{sums.done:,} done", f"{sums.skipped:,} skipped", f"{sums.failed:,} failed"]
    if sums.open:
        parts.append(f"{sums.open:,} not done")
    return f"{', '.join(parts)} of {sums.planned:,}"


def item_words(item: Kept) -> str:
    """How one item stands."""
    if item.state is ItemState.FAILED:
        return " ".join(part for part in (f"Failed: {item.error}", item.advice) if part)
    if item.state is ItemState.OPEN:
        return f"{text.size(item.moved)} of {text.size(item.size)} so far" if item.begun else _STATES[item.state]
    checked = item.checksum.partition(":")[0]
    size = text.size(item.size) if item.size or item.checksum or item.etag else ""  # nobody knows that of deletes
    facts = (_STATES[item.state], size, f"checked by {checked}" if checked else "")
    return " · ".join(part for part in facts if part)


def item_fraction(item: Kept) -> float:
    """How much of an item is moved, from 0 to 1."""
    if item.state in (ItemState.DONE, ItemState.SKIPPED):
        return 1.0
    return min(1.0, item.moved / item.size) if item.size and item.begun else 0.0


def running_words(transfer: Transfer) -> str:
    """What is done of how much, how fast, and how long it will take."""
    job = transfer.job
    if job.waiting:
        return "Paused before its turn" if job.paused else "Waiting for its turn…"
    parts = [*_counted(transfer), *_moved(transfer)]
    if transfer.gesture is not None and transfer.gesture.sum.failed:
        parts.append(f"{transfer.gesture.sum.failed:,} failed")
    if job.cancelled:
        parts.append("stopping…")
    elif job.paused:
        parts.append("paused")
    elif job.total and transfer.speed > 0 and job.done < job.total and transfer.pace.settled:
        parts.append(f"{text.duration((job.total - job.done) / transfer.speed)} left")
    return " · ".join(parts) or "Starting…"


def _counted(transfer: Transfer) -> list[str]:
    """How many objects of how many."""
    job, gesture = transfer.job, transfer.gesture
    if gesture is not None and job.unit is not Unit.BYTES:
        return []
    if gesture is not None and gesture.outline.goes_on and gesture.sum.planned > 1:
        return [f"{gesture.sum.planned - gesture.sum.open:,} of {text.count(gesture.sum.planned, 'object')}"]
    if job.items_total is not None and job.items_total != 1:
        return [f"{job.items:,} of {text.count(job.items_total, 'object')}"]
    return []


def _moved(transfer: Transfer) -> list[str]:
    """How many bytes of how many and how fast; or of whatever the job counts."""
    job = transfer.job
    if job.unit is Unit.BYTES:
        done, total = transfer.bytes
        parts = [text.size(done) + (f" of {text.size(total)}" if total is not None else "")]
        if transfer.speed > 0 and not job.paused:
            parts.append(f"{text.size(int(transfer.speed))}/s")
        return parts
    if job.total is not None:
        return [f"{job.done:,} of {text.count(job.total, job.unit.value.removesuffix('s'))}"]
    return [f"{text.count(job.done, 'object')} so far"] if job.done else []


def ended_words(transfer: Transfer) -> str:
    """How it ended, and how long it took; of several items always the sum."""
    job, gesture = transfer.job, transfer.gesture
    parts = [transfer.summary or transfer.outcome.value]
    if gesture is not None and (sums := _sum_of(transfer, gesture)).planned > 1:
        named = transfer.summary.partition(": ")[2]  # how many failed is in the sum
        parts = [f"{transfer.outcome.value}: {sum_words(sums)}" + (f": {named}" if named else "")]
        if gesture.sum.bytes_done:
            parts.append(text.size(gesture.sum.bytes_done))
    elif not transfer.summary:
        parts = [_done(transfer)]
    if transfer.is_earlier:
        return " · ".join([*parts, _since(gesture)])
    return " · ".join([*parts, text.duration((job.ended or time.monotonic()) - job.started)])


def _sum_of(transfer: Transfer, gesture: Gesture) -> Sum:
    """With what nobody wrote down of a delete that was stopped."""
    counted, sums = transfer.job.total or 0, gesture.sum
    if gesture.outline.kind is not Kind.DELETE or gesture.standing is not Standing.STOPPED:
        return sums
    return replace(sums, open=sums.open + max(0, counted - sums.planned))


def _since(gesture: Gesture | None) -> str:
    made = text.when(gesture.made) if gesture is not None else ""
    return f"begun {made}" if made else ""


def _done(transfer: Transfer) -> str:
    """What was done in the end, in numbers, where something was counted."""
    job, outcome = transfer.job, transfer.outcome.value
    if transfer.gesture is not None:
        sums = transfer.gesture.sum
        if not sums.done:
            return outcome
        size = f", {text.size(sums.bytes_done)}" if job.unit is Unit.BYTES else ""
        return f"{outcome}: {text.count(sums.done, 'object')}{size}"
    if job.unit is Unit.BYTES and job.done:
        files = f"{text.count(job.items, 'object')}, " if job.items else ""
        return f"{outcome}: {files}{text.size(job.done)}"
    return f"{outcome}: {text.count(job.done, 'object')}" if job.unit is Unit.OBJECTS and job.done else outcome


def failed_words(count: int, first: str) -> str:
    """11 failed: a.csv and 10 more."""
    more = f" and {count - 1:,} more" if count > 1 else ""
    return f"{count:,} failed: {text.visible_path(first)}{more}"


def is_unfinished(gesture: Gesture) -> bool:
    """Whether it was broken off and can be gone on with."""
    return gesture.standing is Standing.OPEN
