"""Who the keys belong to, as STS and IAM tell: the account, the name, the age of the key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from s3desk.s3 import beside
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.errors import AccessDeniedError, S3Error, UnsupportedError
from s3desk.s3.explain import explaining
from s3desk.s3.offers import Feature

if TYPE_CHECKING:
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job

T = TypeVar("T")

OLD_DAYS = 90  # after which AWS itself advises to change a key
_SSO = "AWSReservedSSO_"


@dataclass(frozen=True)
class Identity:
    """Who the server takes us for. `kind` is in words; `ends` (aware, UTC) is None where no end is known."""

    account: str
    arn: str
    user_id: str
    kind: str
    name: str
    ends: datetime | None = None
    temporary: bool = False

    @property
    def short(self) -> str:
        """For the status bar: the name, and the account where it is a real one."""
        return f"{self.name} ({self.account})" if self.account.strip("0") else self.name


@dataclass(frozen=True)
class KeyFacts:
    """What IAM tells about the access key; None and "" for what it does not, `last_used` None also for never."""

    access_key_hint: str
    created: datetime | None = None
    last_used: datetime | None = None
    last_service: str = ""
    last_region: str = ""

    @property
    def age_days(self) -> int | None:
        """Whole days since the key was made; None where that is not told, or lies in the future."""
        days = -1 if self.created is None else (datetime.now(UTC) - self.created).days
        return days if days >= 0 else None


@dataclass(frozen=True)
class Me:
    """All that could be seen about ourselves.

    `key_hint` is the access key's ends, never more; `s3_name` what S3 itself calls us, where there is no STS.
    """

    identity: Seen[Identity]
    key: Seen[KeyFacts]
    alias: Seen[str]
    key_hint: str = ""
    s3_name: str = ""
    anonymous: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is unwise about these keys, a sentence each."""
        found = []
        if self.identity.value is not None and self.identity.value.kind == "root user":
            found.append(
                "These are keys of the root user, who may do everything, also close the account. "
                "Ask for keys of an IAM user, and have these deleted."
            )
        age = self.key.value.age_days if self.key.value is not None else None
        if age is not None and age > OLD_DAYS:
            found.append(f"This access key is {age:,} days old. Replace keys every {OLD_DAYS} days.")
        return tuple(found)


def who_am_i(job: Job, connection: Connection) -> Me:
    """Ask STS and IAM about our own keys; what may not be seen is said line by line. Raises nothing but a cancel.

    API: STS GetCallerIdentity; IAM ListAccessKeys, GetAccessKeyLastUsed, ListAccountAliases.
    """
    nothing: Seen[Any] = Seen(Standing.NOT_SET)
    if not beside.signs(connection):
        return Me(nothing, nothing, nothing, anonymous=True)
    identity = _seen(lambda: identity_of(job, connection))
    if identity.value is None:
        missing = identity.standing is Standing.UNSUPPORTED
        return Me(identity, nothing, nothing, _hint(connection), _s3_name(job, connection) if missing else "")
    temporary = identity.value.temporary  # such keys are not in IAM's list
    key = nothing if temporary else _seen(lambda: _key_facts(job, connection))
    alias = _seen(lambda: _alias(job, connection))
    return Me(identity, key, nothing if alias.value == "" else alias, _hint(connection))


def identity_of(job: Job, connection: Connection) -> Identity:
    """Who the keys belong to, in one request. Raises UnsupportedError where there is no STS, SignInError without keys.

    API: STS GetCallerIdentity, which needs no permission.
    """
    sts = connection.service("sts")
    doing = "ask who you are"
    answer = beside.ask(
        job,
        connection,
        Feature.STS,
        doing,
        sts.get_caller_identity,
        lambda told: told.get("Account") and told.get("Arn"),
    )
    kind, name = _described(answer["Arn"])
    return Identity(
        account=answer["Account"],
        arn=answer["Arn"],
        user_id=answer.get("UserId", ""),
        kind=kind,
        name=name,
        ends=connection.credentials_end(),
        temporary=connection.is_temporary,
    )


def quick_identity(job: Job, connection: Connection) -> Identity | None:
    """For the status bar: only on AWS, where STS is known to be, and None for whatever goes wrong."""
    try:
        with explaining("sign in"):
            connection.client()  # only now it is known whether the endpoint is an own one
        return None if connection.endpoint_url else identity_of(job, connection)
    except S3Error:
        return None


def _described(arn: str) -> tuple[str, str]:
    """Kind and name from an ARN such as arn:aws:sts::123456789012:assumed-role/Reader/me@example.com."""
    kind, _, path = arn.split(":", 5)[-1].partition("/")
    names = path.split("/")
    match kind:
        case "root":
            return "root user", "root"
        case "user":
            return "IAM user", names[-1]
        case "federated-user":
            return "federated user", names[-1]
        case "assumed-role" if names[0].startswith(_SSO):
            role = names[0].removeprefix(_SSO).rpartition("_")[0]
            return "single sign-on", f"{names[-1]} as {role}"
        case "assumed-role":
            return "assumed role", f"{names[-1]} as {names[0]}"
    return "", names[-1] or kind


def _seen(read: Callable[[], T]) -> Seen[T]:
    """What could be read, or why not."""
    try:
        return Seen(Standing.FOUND, read())
    except UnsupportedError as error:
        return Seen(Standing.UNSUPPORTED, error=error)
    except AccessDeniedError as error:
        return Seen(Standing.NOT_ALLOWED, error=error)
    except S3Error as error:
        return Seen(Standing.FAILED, error=error)


def _key_facts(job: Job, connection: Connection) -> KeyFacts:
    """Age and last use of our key; half of it is better than nothing, so one refusal does not hide the other."""
    iam, key_id = connection.service("iam"), _key_id(connection)
    doing, ask = "see your access keys", beside.ask
    listed = _seen(
        lambda: ask(job, connection, Feature.IAM, doing, iam.list_access_keys, lambda told: "AccessKeyMetadata" in told)
    )
    used = _seen(
        lambda: ask(job, connection, Feature.IAM, doing, lambda: iam.get_access_key_last_used(AccessKeyId=key_id))
    )
    if listed.value is None and used.value is None and listed.error is not None:
        raise listed.error
    ours = [each for each in (listed.value or {}).get("AccessKeyMetadata", []) if each.get("AccessKeyId") == key_id]
    last = (used.value or {}).get("AccessKeyLastUsed", {})
    return KeyFacts(
        access_key_hint=hint(key_id),
        created=_moment(ours[0].get("CreateDate")) if ours else None,
        last_used=_moment(last.get("LastUsedDate")),
        last_service=_told(last, "ServiceName"),
        last_region=_told(last, "Region"),
    )


def _moment(told: object) -> datetime | None:
    """A time as IAM sends it; some servers leave the zone out."""
    if not isinstance(told, datetime):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _told(last: dict[str, Any], field: str) -> str:
    """IAM writes N/A for a key that was never used."""
    value = str(last.get(field, ""))
    return "" if value == "N/A" else value


def _alias(job: Job, connection: Connection) -> str:
    """The account's name as people chose it, "" where nobody did."""
    iam = connection.service("iam")
    answer = beside.ask(job, connection, Feature.IAM, "see the account's name", iam.list_account_aliases)
    return str(next(iter(answer.get("AccountAliases", [])), ""))


def _s3_name(job: Job, connection: Connection) -> str:
    """Whose buckets S3 lists when we ask for ours; "" where it does not tell. API: ListBuckets."""
    try:
        with connection.interrupting(job), explaining("list the buckets"):
            job.check()
            owner = connection.client().list_buckets().get("Owner", {})
    except S3Error:
        return ""
    return owner.get("DisplayName") or owner.get("ID") or ""


def _key_id(connection: Connection) -> str:
    """The access key ID, from where every signature names it in the open; the signature itself is thrown away."""
    with explaining("sign in"):
        signed = connection.service("sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    fields = parse_qs(urlsplit(signed).query)
    (credential,) = fields.get("X-Amz-Credential") or fields.get("AWSAccessKeyId") or ("",)
    return credential.partition("/")[0]


def _hint(connection: Connection) -> str:
    try:
        return hint(_key_id(connection))
    except S3Error:
        return ""


def hint(access_key: str) -> str:
    """Enough of an access key ID to tell two apart, and not enough to use it: AKIA…7Q2F."""
    if len(access_key) < 12:
        return f"…{access_key[-2:]}" if access_key else ""
    kind = access_key[:4] if access_key.startswith(("AKIA", "ASIA")) else ""
    return f"{kind}…{access_key[-4:]}"
