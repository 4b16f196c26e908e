"""What really happens when somebody reads: one request without keys, one with ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from s3desk.s3.account import SignIn
from s3desk.s3.errors import BadNameError, ChangedError, NotFoundError, S3Error, UnreachableError
from s3desk.s3.explain import explaining
from s3desk.s3.sharing.links import public_url
from s3desk.s3.sharing.trial import try_link
from s3desk.s3.words import NOT_S3

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

WITHOUT_KEYS = "Without signing in"
WITH_OURS = "Signed in as you"
_REFUSED = (401, 403)
_ARCHIVED = "InvalidObjectState"  # refused to everybody until it is restored, whoever may read it


@dataclass(frozen=True)
class Proof:
    """One request and what came of it; `works` is None where it settles nothing (no answer, no such object).

    `missing` is true where the server said that there is no such object or bucket.
    """

    title: str
    works: bool | None
    sentence: str
    missing: bool = False


def without_keys(job: Job, connection: Connection, bucket: str, key: str, version_id: str = "") -> Proof:
    """Ask for the first byte of the object, or with key "" for the bucket's list, as any stranger could."""
    try:
        url = _address(job, connection, bucket, key)
    except BadNameError as error:
        return Proof(WITHOUT_KEYS, None, str(error))
    except S3Error as error:
        return Proof(WITHOUT_KEYS, None, str(error), isinstance(error, NotFoundError))
    trial = try_link(job, url + (f"?versionId={quote(version_id, safe='')}" if version_id else ""))
    if trial.works:
        return Proof(WITHOUT_KEYS, True, "Tried without keys: the server gave it.")
    if trial.status in _REFUSED and trial.code != _ARCHIVED:
        return Proof(WITHOUT_KEYS, False, "Tried without keys: the server refused.")
    if (trial.status, trial.code) == (400, "InvalidArgument"):  # encrypted with a KMS key, which asks for a signature
        return Proof(WITHOUT_KEYS, False, trial.sentence)
    return Proof(WITHOUT_KEYS, None, trial.sentence, trial.code in ("NoSuchKey", "NoSuchBucket"))


def with_ours(job: Job, connection: Connection, bucket: str, key: str, version_id: str = "") -> Proof:
    """The same with the keys of this connection."""
    if connection.account.sign_in is SignIn.ANONYMOUS:
        return Proof(WITH_OURS, None, "This connection has no keys.")
    try:
        _read(job, connection, bucket, key, version_id)
    except ChangedError:  # 416: it is empty, and may be read
        pass
    except NotFoundError:
        return Proof(WITH_OURS, None, "The server says that it does not exist.", missing=True)
    except S3Error as error:
        refused = error.status in _REFUSED and error.code != _ARCHIVED
        return Proof(WITH_OURS, False if refused else None, f"{error} {error.advice}".strip())
    return Proof(WITH_OURS, True, "Tried with your keys: the server gave it.")


def _read(job: Job, connection: Connection, bucket: str, key: str, version_id: str) -> None:
    job.check()
    doing = "read this" if key else "list this bucket"
    with connection.interrupting(job), explaining(doing, bucket=bucket, key=key):
        client = connection.client(bucket)
        if not key:
            client.list_objects_v2(Bucket=bucket, MaxKeys=1)
            return
        version: dict[str, Any] = {"VersionId": version_id} if version_id else {}
        answer = client.get_object(Bucket=bucket, Key=key, Range="bytes=0-0", **version)
        answer["Body"].close()
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
    if not any(name == "etag" or name.startswith("x-amz-") for name in headers):  # the sign-in page of a network
        raise UnreachableError(NOT_S3.message, NOT_S3.advice)


def _address(job: Job, connection: Connection, bucket: str, key: str) -> str:
    if key:
        return public_url(job, connection, bucket, key)
    with connection.interrupting(job), explaining("look at this bucket", bucket=bucket):
        client = connection.signing_client(bucket)
        signed = client.generate_presigned_url("list_objects_v2", Params={"Bucket": bucket}, ExpiresIn=1)
    return signed.partition("?")[0]
