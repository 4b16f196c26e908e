"""Has links made and tried by the workers; the Share dialog and the verbs that copy at once do it the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from s3desk.s3.account import SignIn
from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.objects import exists
from s3desk.s3.sharing.formats import READERS, Where
from s3desk.s3.sharing.links import Link, LinkKind, presign, presign_many, public_links
from s3desk.s3.sharing.near import opens_only
from s3desk.s3.sharing.upload_links import presign_post, presign_put
from s3desk.ui.sharing.share_wish import Made, ShareWish
from s3desk.ui.sharing.share_words import trial_words

if TYPE_CHECKING:
    from s3desk.background import Background
    from s3desk.s3.connection import Connection
    from s3desk.s3.sharing.formats import LinkFormat, Reading, Readings
    from s3desk.ui.sharing.share_words import Words

MOST_TRIED = 20  # of many links


async def make(
    background: Background, connection: Connection, bucket: str, keys: Sequence[str], wish: ShareWish
) -> Made:
    """Make what is wished for these keys, an upload link without any. Raises S3Error."""
    lifetime = wish.lifetime
    if wish.rules is not None:
        form = await background.run(Job("Make a form"), presign_post, connection, bucket, wish.rules, lifetime)
        return Made(wish, lifetime, form=form)
    links = await background.run(Job("Make links"), _links, connection, bucket, keys, wish)
    where = await background.run(Job("Make links"), _where, connection, bucket)
    return Made(wish, lifetime, links, where=where)


def _links(job: Job, connection: Connection, bucket: str, keys: Sequence[str], wish: ShareWish) -> list[Link]:
    match wish.kind:
        case LinkKind.PUBLIC:
            return public_links(job, connection, bucket, keys)
        case LinkKind.UPLOAD:
            return [presign_put(job, connection, bucket, wish.key, wish.lifetime)]
    if wish.version_id:
        return [presign(job, connection, bucket, keys[0], wish.lifetime, wish.overrides, wish.version_id)]
    return presign_many(job, connection, bucket, keys, wish.lifetime, wish.overrides)


def _where(_job: Job, connection: Connection, bucket: str) -> Where:
    """How code finds the bucket again; its region is known by now."""
    account = connection.account
    profile = account.profile if account.sign_in is SignIn.PROFILE else ""
    return Where(connection.endpoint_url, connection.region_of(bucket), profile, account.sign_in is SignIn.ANONYMOUS)


async def tried(background: Background, made: Made, seconds: float = 10, *, brief: bool = False) -> tuple[Words, bool]:
    """What came of opening some of the links without keys, in words, and whether all of those work.

    A link that does not answer in so many `seconds` counts as one that could not be tried.
    """
    from s3desk.s3.sharing.trial import try_links  # noqa: PLC0415  # not before there is something to try

    trials = await background.run(Job("Try links"), try_links, made.links, MOST_TRIED, seconds)
    only = opens_only(made.links[0].url)
    said = trial_words(trials, len(made.links), made.wish.kind, only, brief=brief)
    return said, all(trial.works for trial in trials)


async def looked_at(
    background: Background, connection: Connection, made: Made, form: LinkFormat, known: Reading | None
) -> Readings:
    """How the tables behind the links are to be read, where code in this format has to know; what is `known` counts.

    Nothing where they may not be read: trying the links says so.
    """
    if form not in READERS or made.wish.kind is LinkKind.UPLOAD:
        return {}
    from s3desk.data.looking.readings import readings  # noqa: PLC0415  # not before somebody wants code

    bucket, keys = made.links[0].bucket, [link.key for link in made.links]
    version = made.wish.version_id
    try:
        return await background.run(Job("Look at the tables"), readings, connection, bucket, keys, known, version)
    except S3Error:
        return {}


async def is_taken(background: Background, connection: Connection, made: Made) -> bool:
    """Whether the file an upload link puts there would replace one; no, where that cannot be seen."""
    link = made.links[0]
    try:
        return await background.run(Job("Look for the name"), exists, connection, link.bucket, link.key)
    except S3Error:
        return False
