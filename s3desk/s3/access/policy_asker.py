"""Who asks, and what is known of the request: what a policy's principals and conditions are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from s3desk.s3.access.policy import Principal

# True, False, or None where it depends on something nobody told us.
Fits = bool | None


@dataclass(frozen=True)
class Asker:
    """Who asks. `arn` as STS says it, `account` of 12 digits, `canonical` the id access lists use; "" is not known."""

    arn: str = ""
    account: str = ""
    canonical: str = ""
    anonymous: bool = False

    @property
    def home(self) -> str | None:
        """The account one belongs to; None where it is not known."""
        return self.account or (account_of(self.arn) if self.arn else None)


ANYONE = Asker(anonymous=True)


@dataclass(frozen=True)
class Request:
    """What is known by condition key, in lower case; None says that the request does not have it.

    `unknown` collects the keys that were looked for in vain.
    """

    values: Mapping[str, str | None]
    unknown: set[str] = field(default_factory=set)

    def knows(self, key: str) -> bool:
        """Whether it is known, be it that the request does not have it; else the key is noted."""
        if key.lower() in self.values:
            return True
        self.unknown.add(key)
        return False

    def value(self, key: str) -> str | None:
        """What the request has, for a key it `knows`."""
        return self.values[key.lower()]


def request_of(asker: Asker, context: Mapping[str, str | None]) -> Request:
    """The request of an asker: who they are and what time it is, and above all that whatever `context` says."""
    now = datetime.now(UTC)
    values: dict[str, str | None] = {
        "aws:currenttime": now.isoformat(),
        "aws:epochtime": str(int(now.timestamp())),
        **_identity(asker),
    }
    return Request({**values, **{key.lower(): value for key, value in context.items()}})


def _identity(asker: Asker) -> dict[str, str | None]:
    """The keys S3 fills from the signature; a request without one has hardly any of them."""
    if asker.anonymous:
        absent = (
            "principalaccount",
            "principalarn",
            "principalorgid",
            "principalorgpaths",
            "username",
            "sourceidentity",
        )
        return {"aws:principaltype": "Anonymous", "aws:userid": "anonymous", **{f"aws:{key}": None for key in absent}}
    found: dict[str, str | None] = {}
    if asker.home:
        found["aws:principalaccount"] = asker.home
    if asker.arn:
        found["aws:principalarn"] = role_of(asker.arn) or asker.arn
        resource = asker.arn.split(":", 5)[-1]
        found["aws:username"] = resource.rsplit("/", 1)[-1] if resource.startswith("user/") else None
    return found


def account_of(arn: str) -> str:
    """The account in an ARN; "" where it names none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def role_of(arn: str) -> str:
    """The role behind a session of it, without the path that a session's ARN does not tell; "" for other ARNs."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("assumed-role/"):
        return ""
    return f"{parts[0]}:{parts[1]}:iam::{parts[4]}:role/{parts[5].split('/')[1]}"


def principal_fits(principal: Principal, asker: Asker) -> Fits:
    """Whether the asker is meant: as everyone, by account, as the very user, or as somebody in a role."""
    if principal.everyone:
        return True
    if asker.anonymous or principal.kind in ("Service", "Federated"):
        return False
    if principal.kind == "CanonicalUser":
        return asker.canonical == principal.name if asker.canonical else None
    account, whole = _account_named(principal.name)
    if asker.home is not None and asker.home != account:
        return False
    if whole:
        return None if asker.home is None else True
    return None if not asker.arn else _same_person(principal.name, asker.arn)


def _account_named(name: str) -> tuple[str, bool]:
    """The account a principal belongs to, and whether all of it is meant."""
    if name.isdigit():
        return name, True
    return account_of(name), name.endswith(":root")


def _same_person(name: str, arn: str) -> bool:
    if name == arn:
        return True
    role = role_of(arn)
    named = name.split(":", 5)[-1].split("/")
    return bool(role) and named[0] == "role" and named[-1] == role.rsplit("/", 1)[-1]


def all_of(found: Iterable[Fits]) -> Fits:
    """False as soon as one is; True only where all are."""
    values = list(found)
    if False in values:
        return False
    return None if None in values else True


def any_of(found: Iterable[Fits]) -> Fits:
    """True as soon as one is; False only where all are."""
    return opposite(all_of(opposite(one) for one in found))


def opposite(found: Fits) -> Fits:
    """What depends still depends."""
    return None if found is None else not found
