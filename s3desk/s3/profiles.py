"""The profiles of ~/.aws and what each would do, and the check of a connection in words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import AccessDeniedError, S3Error, SignInError, UnreachableError
from s3desk.s3.explain import explaining

if TYPE_CHECKING:
    from s3desk.s3.job import Job

_VARIABLES = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI")


@dataclass(frozen=True)
class Profile:
    """A named profile. `kind` is in words; `runs` is the program a credential_process starts, "" for the others."""

    name: str
    kind: str
    region: str = ""
    endpoint_url: str = ""
    runs: str = ""


def environment_signs_in() -> bool:
    """Whether the AWS environment variables alone say who connects."""
    return any(os.environ.get(name) for name in _VARIABLES)


def profiles(job: Job) -> list[Profile]:
    """Every profile botocore knows, in the order of the files.

    Raises SignInError when ~/.aws/config cannot be read.
    """
    job.check()
    import botocore.session  # noqa: PLC0415  # heavy

    with explaining("read ~/.aws"):
        session = botocore.session.Session()
        found: dict[str, dict[str, str]] = session.full_config.get("profiles", {})
    return [_described(name, fields) for name, fields in found.items()]


def _described(name: str, fields: dict[str, str]) -> Profile:
    kinds = {
        "role_arn": "role",
        "sso_session": "single sign-on",
        "sso_start_url": "single sign-on",
        "credential_process": "program",
        "web_identity_token_file": "web identity",
        "aws_access_key_id": "keys",
    }
    kind = next((words for field, words in kinds.items() if field in fields), "environment")
    return Profile(
        name, kind, fields.get("region", ""), fields.get("endpoint_url", ""), fields.get("credential_process", "")
    )


def check_connection(job: Job, connection: Connection) -> str:
    """Sign in and list the buckets; returns the sentence for what works.

    Not being allowed to list buckets is fine and said so. Raises a typed S3Error for everything that is not.
    """
    job.check()
    try:
        with explaining("list the buckets"):
            answer = connection.client().list_buckets()
    except AccessDeniedError as refusal:
        who = "The server answers" if connection.account.sign_in is SignIn.ANONYMOUS else "The keys work"
        if who == "The keys work" and not tells_wrong_keys(connection):
            raise SignInError(
                "The server refuses these keys, or only their right to list buckets; it does not say which.",
                "Check both keys. If you know a bucket, connect and open it with “Go to location…”.",
                code=refusal.code,
            ) from refusal
        return f"{who}, but listing buckets is not allowed. Open one with “Go to location…”."
    if "Buckets" not in answer and "Owner" not in answer:
        raise UnreachableError("What answers there is not S3.", "Check the endpoint URL.")
    count = len(answer.get("Buckets", []))
    return "It works: 1 bucket." if count == 1 else f"It works: {count:,} buckets."


def tells_wrong_keys(connection: Connection) -> bool:
    """Whether this server names unknown keys as such; one that answers AccessDenied to keys nobody has does not."""
    invented = Account("", access_key="S3DESKTEST", secret_key="none", endpoint_url=connection.endpoint_url)  # noqa: S106
    if not connection.endpoint_url:
        return True  # Amazon does
    try:
        with explaining("list the buckets"):
            Connection(invented).client().list_buckets()
    except AccessDeniedError:
        return False
    except S3Error:
        return True
    return False
