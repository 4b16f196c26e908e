"""Links: presigned ones that tell their real end, and plain addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from s3desk.s3.account import SignIn
from s3desk.s3.errors import BadNameError, ExpiredError, SignInError
from s3desk.s3.explain import explaining
from s3desk.s3.sharing.overrides import Overrides

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

__all__ = ["LONGEST", "Link", "LinkKind", "Overrides"]

LONGEST = timedelta(days=7)  # SigV4 allows no more, and boto3 does not say so
_NEVER = datetime.max.replace(tzinfo=UTC)
_ENDS_WITH_SIGN_IN = "your sign-in ends then"
_NO_OVERRIDES = Overrides()


class LinkKind(Enum):
    """What somebody can do with a link; the value is what the user reads."""

    TEMPORARY = "Temporary link"
    PUBLIC = "Public link"
    UPLOAD = "Upload link"


@dataclass(frozen=True)
class Link:
    """An address for other people.

    `ends` (aware, UTC) is when it really stops working, `datetime.max` for never; `shortened` says why that is before
    what was asked. `made` is None where nobody noted it; `version_id` is "" for whatever is current.
    """

    bucket: str
    key: str
    url: str
    ends: datetime
    shortened: str = ""
    kind: LinkKind = LinkKind.TEMPORARY
    version_id: str = ""
    made: datetime | None = None

    def __repr__(self) -> str:
        """Without the address, which is a secret."""
        return f"Link({self.kind.name}, {self.bucket!r}, {self.key!r}, ends={self.ends.isoformat()})"

    @property
    def never_ends(self) -> bool:
        """Whether it works for as long as the object is there and public."""
        return self.ends == _NEVER

    @property
    def advice(self) -> str:
        """What to do where the link ends sooner than asked; "" where it does not."""
        return advice_on(self.shortened)


@dataclass(frozen=True)
class Signed:
    """The life of something signed now: when it really ends, and why that is before what was asked."""

    made: datetime
    ends: datetime
    shortened: str = ""


def advice_on(shortened: str) -> str:
    """What somebody can do about a link that ends sooner than asked; "" for one that does not."""
    if not shortened:
        return ""
    if shortened == _ENDS_WITH_SIGN_IN:
        return "Sign in again just before you share, or use keys that do not expire."
    return "For a link that surely lasts, use keys that do not expire."


def check_lifetime(lifetime: timedelta) -> str:
    """ "" when a link can live so long, else the sentence that says why not."""
    if lifetime < timedelta(seconds=1):
        return "A link must live for at least a minute."
    if lifetime > LONGEST:
        return "S3 allows 7 days at most for a temporary link."
    return ""


def check_linkable(key: str) -> None:
    """Refuse keys whose address browsers change.

    Raises BadNameError: every browser resolves "." and ".." segments away, so the link would open something else.
    """
    if {".", ".."} & set(key.split("/")):
        raise BadNameError(
            "This name contains “.” or “..” between slashes, and browsers change such addresses.",
            "Rename the object, then share it.",
        )


def signed_life(job: Job, connection: Connection, lifetime: timedelta) -> Signed:
    """How long what is signed now really works: the earlier of what was asked and the end of the credentials.

    Raises BadNameError for a lifetime that cannot be, SignInError without keys, ExpiredError when the credentials
    have ended.
    """
    job.check()
    if problem := check_lifetime(lifetime):
        raise BadNameError(problem, "Choose another time.")
    if connection.account.sign_in is SignIn.ANONYMOUS:
        raise SignInError(
            "A temporary link needs keys, and this connection has none.", "Copy the public URL instead, or sign in."
        )
    credentials_end = connection.credentials_end()
    now = datetime.now(UTC).replace(microsecond=0)  # a signature is dated in whole seconds
    ends, shortened = now + timedelta(seconds=int(lifetime.total_seconds())), ""
    if credentials_end is not None and credentials_end < ends:
        ends, shortened = credentials_end, _ENDS_WITH_SIGN_IN
    elif credentials_end is None and connection.is_temporary:
        shortened = "your keys are temporary and may end sooner; S3 does not tell when"
    if ends <= now:
        raise ExpiredError("Your sign-in has expired.", "Sign in again, then share.")
    return Signed(now, ends, shortened)


def presign(
    job: Job,
    connection: Connection,
    bucket: str,
    key: str,
    lifetime: timedelta,
    overrides: Overrides = _NO_OVERRIDES,
    version_id: str = "",
) -> Link:
    """A link that opens the object for anyone until it ends (presigned GetObject, SigV4, the bucket's own region).

    Raises what `signed_life` raises, and BadNameError for keys and overrides that cannot be.
    """
    check_linkable(key)
    overrides.check()
    with connection.interrupting(job), explaining("share this", bucket=bucket, key=key):
        life = signed_life(job, connection, lifetime)
        client = connection.signing_client(bucket)
        params = {"Bucket": bucket, "Key": key, **overrides.parameters()}
        if version_id:
            params["VersionId"] = version_id
        seconds = int(lifetime.total_seconds())
        url = client.generate_presigned_url("get_object", Params=params, ExpiresIn=seconds)
    return Link(bucket, key, url, life.ends, life.shortened, version_id=version_id, made=life.made)


def presign_many(
    job: Job,
    connection: Connection,
    bucket: str,
    keys: Sequence[str],
    lifetime: timedelta,
    overrides: Overrides = _NO_OVERRIDES,
) -> list[Link]:
    """One link a key, in the order given; the first key that cannot be linked stops all."""
    links = []
    for key in keys:
        links.append(presign(job, connection, bucket, key, lifetime, overrides))
        job.advance(1)
    return links


def public_links(job: Job, connection: Connection, bucket: str, keys: Sequence[str]) -> list[Link]:
    """The plain address of each key, in the order given; the first key that cannot be linked stops all."""
    links = []
    for key in keys:
        url = public_url(job, connection, bucket, key)
        links.append(Link(bucket, key, url, _NEVER, kind=LinkKind.PUBLIC, made=datetime.now(UTC)))
        job.advance(1)
    return links


def public_url(job: Job, connection: Connection, bucket: str, key: str) -> str:
    """The plain address of an object; it opens for others only where the object is public."""
    job.check()
    check_linkable(key)
    with connection.interrupting(job), explaining("share this", bucket=bucket, key=key):
        client = connection.signing_client(bucket)
        signed = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=1)
    return signed.partition("?")[0]  # botocore alone knows how this server is addressed
