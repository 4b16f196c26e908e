"""Who can read this: the steps of S3's decision with what was found, proven by real requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.s3.access.acl import read_acl
from s3desk.s3.access.decision_steps import Seeing, Step, steps_of
from s3desk.s3.access.overview import bucket_access
from s3desk.s3.access.proof import Proof, with_ours, without_keys
from s3desk.s3.access.seen import Standing
from s3desk.s3.errors import S3Error
from s3desk.s3.listing import list_page
from s3desk.s3.location import Location

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job


class Answer(Enum):
    """Whether somebody gets in; the value is what the user reads."""

    YES = "yes"
    NO = "no"
    MAYBE = "cannot be told"


@dataclass(frozen=True)
class Decision:
    """Who can read an object, or with key "" list a bucket.

    `anyone` is about everybody on the internet and `us` about the keys of the connection; both follow the proofs where
    these settle it, and the settings elsewhere. `others` are the accounts that a policy or access list names. `note`
    is there where settings and proofs do not agree, or where one file stands for a whole folder.
    """

    bucket: str
    key: str
    steps: tuple[Step, ...]
    anyone: Answer
    us: Answer
    others: tuple[str, ...]
    sentence: str
    proofs: tuple[Proof, ...]
    note: str = ""


def who_can_read(job: Job, connection: Connection, bucket: str, key: str = "", version_id: str = "") -> Decision:
    """Read all that decides, then ask for the first byte without keys and with ours. Changes nothing.

    With key "" it is about listing the bucket. What may not be seen is said in its step. Raises only CancelledError.
    """
    access = bucket_access(job, connection, bucket)
    acl = read_acl(job, connection, bucket, key, version_id) if key else access.acl
    secure = not connection.endpoint_url.startswith("http://")
    seeing = Seeing(bucket, key, access, acl, secure, version_id)
    proofs = (
        without_keys(job, connection, bucket, key, version_id),
        with_ours(job, connection, bucket, key, version_id),
    )
    by_settings, proven = anyone_by_settings(seeing), proofs[0].works
    anyone = by_settings if proven is None else Answer.YES if proven else Answer.NO
    us = Answer.MAYBE if proofs[1].works is None else Answer.YES if proofs[1].works else Answer.NO
    if us is Answer.MAYBE and anyone is Answer.YES:
        us = Answer.YES
    missing = any(proof.missing for proof in proofs)
    others = seeing.others()
    sentence = _missing(key) if missing else _sentence(bool(key), anyone, us, others)
    note = "" if missing else _note(by_settings, anyone)
    return Decision(bucket, key, steps_of(seeing), anyone, us, others, sentence, proofs, note)


def who_can_read_below(job: Job, connection: Connection, bucket: str, folder: str) -> Decision:
    """Who can read the files below a folder, "" for the whole bucket: shown by the first one there.

    Where there is none, or their names may not be seen, it is about listing. Raises only CancelledError.
    """
    try:
        page = list_page(job, connection, Location(bucket, folder), size=1, below=True)
        key = next((entry.key for entry in page.entries), page.marker.key if page.marker else "")
    except S3Error:
        key = ""
    found = who_can_read(job, connection, bucket, key)
    if not key:
        return found
    listed = without_keys(job, connection, bucket, "").works
    names = " Strangers can also list the names of all files in this bucket." if listed else ""
    stands = f"This is what holds for “{key}”, the first file here; others may have access lists of their own.{names}"
    return replace(found, note=f"{found.note} {stands}".strip())


def anyone_by_settings(seeing: Seeing) -> Answer:
    """Whether strangers get in as far as the settings tell, without trying: a denial wins, one allowance is enough."""
    if seeing.is_denied:
        return Answer.NO
    allowances = (seeing.by_policy, seeing.by_list)
    if any(allowances):
        return Answer.MAYBE if _hides(seeing) else Answer.YES
    return Answer.NO if None not in allowances else Answer.MAYBE


def _hides(seeing: Seeing) -> bool:
    """Whether something that may not be seen could still keep strangers out."""
    hidden = (Standing.NOT_ALLOWED, Standing.FAILED)
    return seeing.is_denied is None or seeing.access.block.standing in hidden


def _sentence(of_object: bool, anyone: Answer, us: Answer, others: tuple[str, ...]) -> str:
    """The answer in one sentence."""
    read, this = ("read", "this object") if of_object else ("list", "what is in this bucket")
    if anyone is Answer.YES:
        return f"Anyone on the internet can {read} {this}."
    if anyone is Answer.MAYBE:
        yours = {Answer.YES: " You can.", Answer.NO: " You cannot.", Answer.MAYBE: ""}[us]
        return f"It cannot be told from here whether strangers can {read} {this}.{yours}"
    people = [*(["you"] if us is Answer.YES else []), *others]
    can = f" Those who can: {', '.join(people)}, and whoever the owner's account lets in." if people else ""
    cannot = " You cannot either." if us is Answer.NO else ""
    return f"Nobody can {read} {this} without signing in.{cannot}{can}"


def _missing(key: str) -> str:
    return f"There is no {'object' if key else 'bucket'} of this name, so nobody can read it."


def _note(by_settings: Answer, anyone: Answer) -> str:
    """Why the settings say one thing and the server did another."""
    if by_settings is Answer.YES and anyone is Answer.NO:
        return (
            "The settings would let strangers in, and still the server refused: a block for the whole account that "
            "cannot be seen here, encryption with a key, or a change that has not reached every server yet."
        )
    if by_settings is Answer.NO and anyone is Answer.YES:
        return (
            "The settings would keep strangers out, and still the server let one in: this server has rules of its own, "
            "or a change has not reached all of it yet."
        )
    return ""
