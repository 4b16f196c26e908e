"""Links: presigned ones that tell their real end, and plain addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from s3desk.s3.account import SignIn
from s3desk.s3.errors import BadNameError, ExpiredError, SignInError
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

LONGEST = timedelta(days=7)  # SigV4 allows no more, and boto3 does not say so


@dataclass(frozen=True)
class Link:
    """A presigned GET. `ends` is when it really stops working; `shortened` says why that is before what was asked."""

    bucket: str
    key: str
    url: str
    ends: datetime
    shortened: str = ""

    def __repr__(self) -> str:
        """Without the address, which is a secret."""
        return f"Link({self.bucket!r}, {self.key!r}, ends={self.ends.isoformat()})"


def check_lifetime(lifetime: timedelta) -> str:
    """ "" when a link can live so long, else the sentence that says why not."""
    if lifetime <= timedelta(0):
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


def presign(job: Job, connection: Connection, bucket: str, key: str, lifetime: timedelta) -> Link:
    """A link that opens the object for anyone until it ends (presigned GetObject, SigV4, the bucket's own region).

    The end is the earlier of what was asked and the end of the credentials. Raises SignInError without keys,
    ExpiredError when the credentials have ended, BadNameError for keys and lifetimes that cannot be.
    """
    job.check()
    if problem := check_lifetime(lifetime):
        raise BadNameError(problem, "Choose a shorter time.")
    check_linkable(key)
    if connection.account.sign_in is SignIn.ANONYMOUS:
        raise SignInError(
            "A temporary link needs keys, and this connection has none.", "Copy the public URL instead, or sign in."
        )
    with explaining("share this", bucket=bucket, key=key):
        client = connection.signing_client(bucket)
        credentials_end = connection.credentials_end()
        now = datetime.now(UTC)
        ends, shortened = now + lifetime, ""
        if credentials_end is not None and credentials_end < ends:
            ends, shortened = credentials_end, "your sign-in ends then"
        elif credentials_end is None and connection.is_temporary:
            shortened = "your keys are temporary and may end sooner; S3 does not tell when"
        if ends <= now:
            raise ExpiredError("Your sign-in has expired.", "Sign in again, then share.")
        url = client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=int(lifetime.total_seconds())
        )
    return Link(bucket, key, url, ends, shortened)


def presign_many(job: Job, connection: Connection, bucket: str, keys: list[str], lifetime: timedelta) -> list[Link]:
    """One link a key, in the order given; the first key that cannot be linked stops all."""
    links = []
    for key in keys:
        links.append(presign(job, connection, bucket, key, lifetime))
        job.advance(1)
    return links


def public_links(job: Job, connection: Connection, bucket: str, keys: list[str]) -> list[Link]:
    """The plain address of each key, in the order given; the first key that cannot be linked stops all."""
    forever = datetime.max.replace(tzinfo=UTC)
    links = []
    for key in keys:
        links.append(Link(bucket, key, public_url(job, connection, bucket, key), forever))
        job.advance(1)
    return links


def public_url(job: Job, connection: Connection, bucket: str, key: str) -> str:
    """The plain address of an object; it opens for others only where the object is public."""
    job.check()
    check_linkable(key)
    with explaining("share this", bucket=bucket, key=key):
        client = connection.signing_client(bucket)
        signed = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=1)
    return signed.partition("?")[0]  # botocore alone knows how this server is addressed
