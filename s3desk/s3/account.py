"""Account: what a connection is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit


class SignIn(Enum):
    """Where the keys come from."""

    KEYS = "keys"  # typed in
    PROFILE = "profile"  # a named profile of ~/.aws, of any kind botocore resolves
    ENVIRONMENT = "environment"  # AWS_* variables
    ANONYMOUS = "anonymous"  # unsigned requests, for public buckets


@dataclass(frozen=True)
class Account:
    """What a connection is made of. Empty strings mean "as boto3 decides"; secrets never show in `repr`.

    `path_style` None is automatic: path-style for an own endpoint, virtual-hosted on AWS.
    """

    name: str
    sign_in: SignIn = SignIn.KEYS
    profile: str = ""
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    endpoint_url: str = ""
    region: str = ""
    path_style: bool | None = None


def same_account(one: Account, other: Account) -> bool:
    """Whether two accounts are the same but for their keys; a server on this computer may answer at another port."""
    ends = [urlsplit(account.endpoint_url) for account in (one, other)]
    local = all(end.hostname in ("127.0.0.1", "localhost", "::1") for end in ends)
    same = (one.name, one.sign_in, one.profile) == (other.name, other.sign_in, other.profile)
    return same and (local or one.endpoint_url == other.endpoint_url)
