"""Renaming, which S3 does not have: a verified copy of everything, then a delete of what has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3desk.s3.copying.copy_object import copy
from s3desk.s3.copying.moving import Moving
from s3desk.s3.crew import in_threads, noting_one
from s3desk.s3.deleting import delete, delete_one
from s3desk.s3.errors import AlreadyThereError, BadNameError, Failure, NotFoundError
from s3desk.s3.explain import explaining
from s3desk.s3.job import Unit
from s3desk.s3.journal.gestures import Planned
from s3desk.s3.journal.record import Record, Result
from s3desk.s3.leftovers.sweep import folders_of, sweep
from s3desk.s3.listing import walk
from s3desk.s3.names import check_key
from s3desk.s3.objects import Facts, Selection

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


def rename(job: Job, connection: Connection, bucket: str, old_key: str, new_key: str) -> Facts:
    """Give one object another key: copy, verify, delete the old. Raises AlreadyThereError if the new key is taken."""
    facts = copy(job, connection, bucket, old_key, bucket, new_key)
    with connection.interrupting(job), explaining("delete the old name", bucket=bucket, key=old_key):
        delete_one(connection.client(bucket), bucket, old_key)
    return facts


def rename_folder(
    job: Job, connection: Connection, bucket: str, old_prefix: str, new_prefix: str, record: Record | None = None
) -> list[Failure]:
    """Give everything below `old_prefix` another prefix; both end in "/". What could not be moved comes back.

    Raises AlreadyThereError before anything is copied if one new key is taken, BadNameError for a folder into itself.
    After a cancel nothing without a verified copy is gone; copies that were made stay. `job.total` is set: two steps
    an object, one for its copy and one for its delete. `record` hears of every object, named by its new key.
    """
    _check_prefixes(old_prefix, new_prefix)
    moving = Moving(record or Record())
    moves = _moves(job, connection, bucket, old_prefix, new_prefix)
    moving.plan(moves)
    job.unit, job.total = Unit.STEPS, 2 * len(moves)
    failures: list[Failure] = []
    verified: list[str] = []

    def copy_one(move: Planned) -> None:
        old, new = move.source, move.key
        with noting_one(failures, old, doing="rename this folder", bucket=bucket):
            # A server may make the marker of a folder by itself when the first object is put there.
            made = copy(job, connection, bucket, old, bucket, new, replace=new.endswith("/"))
            moving.ended(new, Result("done", made.size, etag=made.etag, version_id=made.version_id))
            verified.append(old)
        job.advance(1)

    in_threads(job, connection, copy_one, moves)
    job.advance(len(moves) - len(verified))  # the deletes that will not be
    failures += delete(job, connection, Selection(bucket, tuple(verified)))
    moving.settle({move.source: move.key for move in moves}, failures)
    if not failures:
        sweep(job, connection, bucket, old_prefix, set().union(*(folders_of(key, old_prefix) for key in verified)))
    return failures


def _check_prefixes(old: str, new: str) -> None:
    check_key(new)
    if not (old.endswith("/") and new.endswith("/")) or new == "/":
        raise BadNameError("A folder needs a name.", "Type a name.")
    if new.startswith(old):
        raise BadNameError("A folder cannot be moved into itself.", "Choose another name or place.")


def _moves(job: Job, connection: Connection, bucket: str, old: str, new: str) -> list[Planned]:
    """Every object with its new key, or an error if one of the new keys is taken or too long."""
    moves = [
        Planned(new + entry.key.removeprefix(old), size=entry.size, source=entry.key, is_folder=entry.key.endswith("/"))
        for entry in walk(job, connection, bucket, old)
    ]
    if not moves:
        raise NotFoundError(f"The folder “{old}” is not there any more.", "Refresh the folder above it.")
    for move in moves:
        check_key(move.key)
    taken = {entry.key for entry in walk(job, connection, bucket, new)}
    collisions = [move.key for move in moves if move.key in taken]
    if collisions:
        more = f" and {len(collisions) - 1:,} more" if len(collisions) > 1 else ""
        raise AlreadyThereError(
            f"“{collisions[0]}”{more} exists already; nothing was renamed.", "Choose another name for the folder."
        )
    return moves
