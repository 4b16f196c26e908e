"""What stands beside a bucket or object (`?acl`, `?policy` …): read with proof, and never changed without it.

A server that does not know a sub-resource may take its DELETE for DeleteBucket, its PUT for CreateBucket or PutObject.
So on an own endpoint each must once have answered a GET with what only it answers; every change goes through `proving`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from s3desk.s3.access.raw_answer import keep_raw, raw_in
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.errors import (
    AccessDeniedError,
    BusyError,
    S3Error,
    SignInError,
    UnreachableError,
    UnsupportedError,
)
from s3desk.s3.explain import explaining
from s3desk.s3.offers import Feature
from s3desk.s3.words import NOT_S3

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

T = TypeVar("T")
_NOT_OFFERED = "It does not offer this part of S3."
_NOT_PROVEN = "What it answers does not prove that it has them, so nothing was changed."
_NO_PROOF = (SignInError, UnreachableError, BusyError)  # says something of the moment, nothing of the server


@dataclass(frozen=True)
class _SubResource:
    """How one is read: the client's method, the roots its answer may have (none: JSON), its error for "not set".

    `hollow` says that some servers answer "not set" although they have nothing of it, so that this proves nothing.
    """

    method: str
    roots: tuple[str, ...]
    not_set: str = ""
    hollow: bool = False


_SUB_RESOURCES = {
    Feature.ACL: _SubResource("get_bucket_acl", ("AccessControlPolicy",)),
    Feature.POLICY: _SubResource("get_bucket_policy", (), "NoSuchBucketPolicy"),
    Feature.POLICY_STATUS: _SubResource("get_bucket_policy_status", ("PolicyStatus",), "NoSuchBucketPolicy"),
    Feature.PUBLIC_ACCESS_BLOCK: _SubResource(
        "get_public_access_block",
        ("PublicAccessBlockConfiguration", "BlockPublicAccessBlockConfiguration"),  # the second is Ceph's
        "NoSuchPublicAccessBlockConfiguration",
    ),
    Feature.OWNERSHIP: _SubResource(
        "get_bucket_ownership_controls", ("OwnershipControls",), "OwnershipControlsNotFoundError"
    ),
    Feature.ENCRYPTION: _SubResource(
        "get_bucket_encryption",
        ("ServerSideEncryptionConfiguration",),
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    # SeaweedFS says "not set" to everybody, and takes the DELETE for the bucket's.
    Feature.WEBSITE: _SubResource(
        "get_bucket_website", ("WebsiteConfiguration",), "NoSuchWebsiteConfiguration", hollow=True
    ),
}
_OBJECT_ACL = _SubResource("get_object_acl", ("AccessControlPolicy",))


@dataclass(frozen=True)
class _Question:
    """What is asked for where, and what is known of it before the server is asked."""

    connection: Connection
    bucket: str
    feature: Feature
    key: str = ""
    version_id: str = ""

    @property
    def asked_as(self) -> _SubResource:
        return _OBJECT_ACL if self.key else _SUB_RESOURCES[self.feature]

    @property
    def _place(self) -> str:
        """What a proof holds for: one for buckets proves nothing for objects, whose PUT might replace the object."""
        return self.connection.endpoint_url + ("#object" if self.key else "")

    @property
    def known(self) -> bool | None:
        """Whether the server has it; AWS has all, None is not known yet."""
        if not self.connection.endpoint_url:
            return True
        return self.connection.offers.has(self._place, self.feature)

    def note(self, missing: str = "") -> None:
        if self.connection.endpoint_url:
            self.connection.offers.note(self._place, self.feature, missing)

    def unsupported(self, cause: S3Error | None = None) -> Seen[Mapping[str, Any]]:
        error = UnsupportedError(f"This server does not have {self.feature.value}.", _NOT_OFFERED)
        error.__cause__ = cause
        return Seen(Standing.UNSUPPORTED, error=error)


def knows(job: Job, connection: Connection, bucket: str, feature: Feature) -> bool:
    """Whether this server has been seen to know a bucket's sub-resource: asked once per endpoint, AWS knows them all.

    False also where we may not look, which proves nothing and is asked again. Raises S3Error when nothing answers.
    """
    with explaining(f"see the {feature.value}", bucket=bucket):
        connection.client(bucket)  # an own endpoint may be named by a profile, which only the client knows
    known = _Question(connection, bucket, feature).known
    if known is None:
        seen = look(job, connection, bucket, feature)
        if seen.standing is Standing.FAILED and seen.error is not None:
            raise seen.error
        known = _Question(connection, bucket, feature).known
    return bool(known)


def proving(
    job: Job, connection: Connection, bucket: str, feature: Feature, doing: str, key: str = "", version_id: str = ""
) -> None:
    """Go on only where a change of this sub-resource cannot be mistaken for something else; before every change.

    With a `key` it is the object's. Raises UnsupportedError where the server does not have it, AccessDeniedError where
    we may not look and so cannot know.
    """
    with explaining(doing, bucket=bucket, key=key):
        connection.client(bucket)
    if _Question(connection, bucket, feature, key).known:
        return
    seen = look(job, connection, bucket, feature, key, version_id)
    if seen.standing is Standing.NOT_ALLOWED and seen.error is not None:
        said = seen.error
        advice = f"These keys may not read the {feature.value} here, and what cannot be read is not changed."
        error = AccessDeniedError(
            f"You are not allowed to {doing}.", advice, code=said.code, request_id=said.request_id, status=said.status
        )
        error.refusal = said.refusal
        raise error from said
    if seen.error is not None:
        raise seen.error
    if not _Question(connection, bucket, feature, key).known:
        raise UnsupportedError(f"It is not certain that this server has {feature.value}.", _NOT_PROVEN)


def look(
    job: Job, connection: Connection, bucket: str, feature: Feature, key: str = "", version_id: str = ""
) -> Seen[Mapping[str, Any]]:
    """Read a sub-resource of a bucket, or the access list of an object; the value is what boto3 makes of the answer.

    On an own endpoint only an answer that proves itself counts, and what it proves is remembered. Raises nothing but
    CancelledError: what the server said is in the result.
    """
    job.check()
    try:
        with connection.interrupting(job), explaining(f"see the {feature.value}", bucket=bucket, key=key):
            connection.client(bucket)
            if key:
                # A server without it might answer `?acl` of an object with the object itself, whatever its size.
                of_bucket = _Question(connection, bucket, feature)
                if of_bucket.known is None:
                    _look(job, of_bucket)
                if of_bucket.known is False:
                    return of_bucket.unsupported()
            return _look(job, _Question(connection, bucket, feature, key, version_id))
    except S3Error as error:
        return Seen(Standing.FAILED, error=error)
    except (UnicodeDecodeError, RecursionError) as error:  # of botocore, which takes a policy for UTF-8; of json
        return _unread(error)


def not_set_code(feature: Feature) -> str:
    """The code by which S3 says that there is none; "" where there always is one."""
    return _SUB_RESOURCES[feature].not_set


def converted(seen: Seen[Mapping[str, Any]], convert: Callable[[Mapping[str, Any]], T | None]) -> Seen[T]:
    """What was seen, as a value of ours; None counts as not set. What `convert` cannot read is said, not raised."""
    if seen.standing is not Standing.FOUND or seen.value is None:
        return Seen(seen.standing, error=seen.error)
    try:
        value = convert(seen.value)
    except (ValueError, KeyError, TypeError) as error:
        return _unread(error)
    return Seen(Standing.NOT_SET) if value is None else Seen(Standing.FOUND, value)


def _unread(cause: Exception) -> Seen[Any]:
    unread = S3Error("The server's answer makes no sense to this program.", "A newer version may know it.")
    unread.__cause__ = cause
    return Seen(Standing.FAILED, error=unread)


def _look(job: Job, question: _Question) -> Seen[Mapping[str, Any]]:
    if question.known is False:
        return question.unsupported()
    client = question.connection.client(question.bucket)
    where = {"Bucket": question.bucket, "Key": question.key, "VersionId": question.version_id}
    method = question.asked_as.method
    keep_raw(client, method)
    try:
        with explaining(f"see the {question.feature.value}", bucket=question.bucket, key=question.key):
            answer: Mapping[str, Any] = getattr(client, method)(
                **{name: given for name, given in where.items() if given}
            )
        job.check()  # an answer that a cancel cut off proves nothing
    except S3Error as error:
        return _refused(question, error)
    return _answered(question, answer)


def _answered(question: _Question, answer: Mapping[str, Any]) -> Seen[Mapping[str, Any]]:
    raw, roots = raw_in(answer), question.asked_as.roots
    if raw.is_page:
        raise UnreachableError(NOT_S3.message, NOT_S3.advice)
    if question.connection.endpoint_url and not (raw.root in roots if roots else raw.is_json_object()):
        missing = question.unsupported()
        question.note(str(missing.error))
        return missing
    question.note()
    return Seen(Standing.FOUND, answer)


def _refused(question: _Question, error: S3Error) -> Seen[Mapping[str, Any]]:
    not_set, on_aws = question.asked_as.not_set, not question.connection.endpoint_url
    if not_set and error.code == not_set:
        if not question.asked_as.hollow:
            question.note()
        return Seen(Standing.NOT_SET)
    if isinstance(error, _NO_PROOF) or not error.status:
        return Seen(Standing.FAILED, error=error)
    # AWS says 405 where the policy of another account's bucket is asked for.
    if error.status == 403 or (on_aws and error.status == 405 and not question.key):
        return Seen(Standing.NOT_ALLOWED, error=error)
    # An object may also be gone, or its version be nonsense or a delete marker (405): nothing of that is the server's.
    if on_aws or error.code == "NoSuchBucket" or (question.key and error.status != 501):
        return Seen(Standing.FAILED, error=error)
    missing = question.unsupported(error)
    question.note(str(missing.error))
    return missing
