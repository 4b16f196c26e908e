"""Who the keys belong to: told by moto as AWS tells it, by real servers as far as they go, and never more than that."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import ExpiredError, SignInError
from s3desk.s3.identity import Identity, KeyFacts, Me, hint, identity_of, quick_identity, who_am_i
from s3desk.s3.job import Job
from s3desk.s3.offers import Feature
from s3desk.s3.redact import RedactingFormatter
from tests.s3.conftest import connect
from tests.servers.fault_proxy import fault_proxy_before
from tests.servers.faults import Answer
from tests.servers.faults import Seen as Request
from tests.servers.info import ServerInfo
from tests.servers.moto import ACCOUNT, OWNER, moto_client

AWS_REFUSAL = (
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>{code}</Code>'
    "<Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
)


def refusal(status: int, code: str, message: str = "no") -> Answer:
    """As STS and IAM refuse, whose answers are numbered in another header than those of S3."""
    return Answer(status, AWS_REFUSAL.format(code=code, message=message).encode(), {"x-amzn-RequestId": "1"})


def asks(service: str) -> Callable[[Request], bool]:
    """Whether a request is signed for a service."""
    return lambda request: f"/{service}/aws4_request" in request.headers.get("authorization", "")


def caller(arn: str) -> Answer:
    """What GetCallerIdentity answers."""
    body = (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>"
        "</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )
    return Answer(200, body.encode())


def test_an_iam_user_with_the_age_and_the_last_use_of_the_key(moto: ServerInfo, job: Job) -> None:
    connection = connect(moto)
    iam = moto_client(moto, "iam")
    iam.create_account_alias(AccountAlias="field-lab")
    me = who_am_i(job, connection)
    assert me.identity.value is not None
    assert me.key.value is not None
    assert me.identity.value.arn == f"arn:aws:iam::{ACCOUNT}:user/{OWNER}"
    assert me.identity.value.short == f"{OWNER} ({ACCOUNT})"
    assert (me.identity.value.kind, me.identity.value.temporary, me.identity.value.ends) == ("IAM user", False, None)
    listed = iam.list_access_keys(UserName=OWNER)["AccessKeyMetadata"][0]
    assert me.key.value.created == listed["CreateDate"]
    assert me.key.value.age_days == 0
    assert me.key.value.last_used is not None
    assert datetime.now(UTC) - me.key.value.last_used < timedelta(minutes=5)
    assert (me.key.value.last_service, me.key.value.last_region) == ("iam", "us-east-1")
    assert me.alias.value == "field-lab"
    assert me.warnings == ()
    assert me.key_hint == f"AKIA…{moto.access_key[-4:]}"
    assert moto.access_key not in repr(me)
    assert all(connection.offers.has(moto.endpoint_url, one) for one in (Feature.STS, Feature.IAM))
    iam.delete_account_alias(AccountAlias="field-lab")
    assert who_am_i(job, connection).alias == Seen(Standing.NOT_SET)
    iam.close()


def test_an_assumed_role_says_when_it_ends(moto: ServerInfo, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    sts = moto_client(moto, "sts")
    role = f"arn:aws:iam::{ACCOUNT}:role/Reader"
    keys = sts.assume_role(RoleArn=role, RoleSessionName="ann@example.com", DurationSeconds=900)["Credentials"]
    sts.close()
    account = Account("role", access_key=keys["AccessKeyId"], secret_key=keys["SecretAccessKey"], region="us-east-1")
    connection = Connection(replace(account, session_token=keys["SessionToken"], endpoint_url=moto.endpoint_url))
    me = who_am_i(job, connection)
    assert me.identity.value is not None
    assert me.identity.value.kind == "assumed role"
    assert me.identity.value.name == "ann@example.com as Reader"
    assert me.identity.value.temporary
    assert me.identity.value.ends is None  # typed keys do not tell
    assert me.key == Seen(Standing.NOT_SET)  # IAM lists no temporary keys
    monkeypatch.setattr(connection, "credentials_end", lambda: keys["Expiration"])  # as a profile would know it
    assert identity_of(job, connection).ends == keys["Expiration"]


def test_what_the_other_servers_tell(server: ServerInfo, job: Job) -> None:
    connection = connect(server)
    me = who_am_i(job, connection)
    if server.name == "seaweedfs":  # it has a little of STS and of IAM
        assert me.identity.value is not None
        assert me.identity.value.short == "owner"  # its account is all zeros
        assert me.key.value == KeyFacts(hint(server.access_key))
        assert me.alias.standing is Standing.UNSUPPORTED
        assert connection.offers.has(server.endpoint_url, Feature.IAM)
    else:
        assert me.identity.standing is Standing.UNSUPPORTED
        assert me.s3_name == "owner"
        assert connection.offers.reason(server.endpoint_url, Feature.STS) == (
            "This server does not have identity (STS)."
        )
    assert me.key_hint == "…" + server.access_key[-4:]
    assert server.access_key not in repr(me)


def test_a_server_without_sts_is_asked_once(ceph: ServerInfo, job: Job) -> None:
    with fault_proxy_before(ceph.endpoint_url) as proxy:
        connection = connect(ceph, proxy.endpoint_url)
        again = Connection(connection.account, connection.offers)
        for each in (connection, again):
            assert who_am_i(job, each).identity.standing is Standing.UNSUPPORTED
        assert len([request for request in proxy.requests if asks("sts")(request)]) == 1


def test_what_is_forbidden_is_said_line_by_line(moto: ServerInfo, job: Job) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        proxy.on(asks("iam"), refusal(403, "AccessDenied", "not authorized to perform: iam:ListAccessKeys"))
        connection = connect(moto, proxy.endpoint_url)
        me = who_am_i(job, connection)
        assert me.identity.value is not None
        assert me.identity.value.name == OWNER
        assert (me.key.words, me.alias.words) == ("not allowed to see", "not allowed to see")
        assert me.key.error is not None
        assert "administrator" in me.key.error.advice or "account" in me.key.error.advice
        assert connection.offers.has(proxy.endpoint_url, Feature.IAM) is None  # a refusal proves nothing


def test_half_of_the_key_is_better_than_nothing(moto: ServerInfo, job: Job) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        proxy.on(asks("iam"), refusal(403, "AccessDenied"), times=1)
        me = who_am_i(job, connect(moto, proxy.endpoint_url))
        assert me.key.value is not None
        assert me.key.value.created is None
        assert me.key.value.last_used is not None


@pytest.mark.parametrize(
    ("arn", "kind", "name"),
    [
        ("arn:aws:iam::123456789012:root", "root user", "root"),
        ("arn:aws:iam::123456789012:user/lab/eu/ann", "IAM user", "ann"),
        ("arn:aws-cn:sts::123456789012:federated-user/ann", "federated user", "ann"),
        ("arn:aws:sts::123456789012:assumed-role/EC2/i-0abc", "assumed role", "i-0abc as EC2"),
        (
            "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Data_Analyst_0123456789abcdef/ann@example.com",
            "single sign-on",
            "ann@example.com as Data_Analyst",
        ),
        ("arn:aws:iam::123456789012:somebody/new", "", "new"),
        ("nonsense", "", "nonsense"),
    ],
)
def test_names_of_every_kind(moto: ServerInfo, job: Job, arn: str, kind: str, name: str) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        proxy.on(asks("sts"), caller(arn))
        found = identity_of(job, connect(moto, proxy.endpoint_url))
        assert (found.kind, found.name, found.arn) == (kind, name, arn)


def test_the_keys_of_the_root_user_and_old_keys_are_warned_about(moto: ServerInfo, job: Job) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        proxy.on(asks("sts"), caller(f"arn:aws:iam::{ACCOUNT}:root"))
        made = datetime.now(UTC) - timedelta(days=100)
        body = (
            '<ListAccessKeysResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListAccessKeysResult>'
            f"<AccessKeyMetadata><member><AccessKeyId>{moto.access_key}</AccessKeyId><Status>Active</Status>"
            f"<CreateDate>{made.isoformat()}</CreateDate></member></AccessKeyMetadata><IsTruncated>false</IsTruncated>"
            "</ListAccessKeysResult></ListAccessKeysResponse>"
        )
        proxy.on(asks("iam"), Answer(200, body.encode()))
        me = who_am_i(job, connect(moto, proxy.endpoint_url))
        root, old = me.warnings
        assert "root user" in root
        assert old == "This access key is 100 days old. Replace keys every 90 days."
    young = KeyFacts("", created=datetime.now(UTC) - timedelta(days=90))
    assert Me(Seen(Standing.NOT_SET), Seen(Standing.FOUND, young), Seen(Standing.NOT_SET)).warnings == ()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html><body>Welcome</body></html>"),
        Answer(200, b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"),
        Answer(405, b"<Error><Code>MethodNotAllowed</Code></Error>"),
        Answer(403, b"<Error><Code>AccessDenied</Code></Error>"),
        Answer(501, b"<Error><Code>NotImplemented</Code></Error>"),
        refusal(400, "InvalidAction"),
    ],
    ids=["web page", "list of buckets", "405", "403 of S3", "501", "unknown action"],
)
def test_answers_that_are_not_of_sts(moto: ServerInfo, job: Job, answer: Answer) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        proxy.on(asks("sts"), answer)
        connection = connect(moto, proxy.endpoint_url)
        assert who_am_i(job, connection).identity.standing is Standing.UNSUPPORTED
        assert connection.offers.has(proxy.endpoint_url, Feature.STS) is False


def test_no_answer_at_all_is_not_remembered(moto: ServerInfo, job: Job) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        proxy.on(asks("sts"), Answer(404, b"not here", content_type="text/plain"), times=1)  # a hotel, for instance
        connection = connect(moto, proxy.endpoint_url)
        assert who_am_i(job, connection).identity.standing is Standing.UNSUPPORTED
        assert who_am_i(job, connection).identity.value is not None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(403, "InvalidClientTokenId"), SignInError),
        (refusal(403, "ExpiredToken"), ExpiredError),
        (Answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>"), SignInError),
    ],
    ids=["unknown key", "expired", "wrong secret"],
)
def test_bad_keys_prove_nothing_about_the_server(
    moto: ServerInfo, job: Job, answer: Answer, kind: type[SignInError]
) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        proxy.on(asks("sts"), answer)
        connection = connect(moto, proxy.endpoint_url)
        me = who_am_i(job, connection)
        assert me.identity.standing is Standing.FAILED
        assert isinstance(me.identity.error, kind)
        assert connection.offers.has(proxy.endpoint_url, Feature.STS) is None


def test_without_keys_nobody_is_asked(moto: ServerInfo, job: Job) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        account = Account("public", SignIn.ANONYMOUS, endpoint_url=proxy.endpoint_url, region="us-east-1")
        assert who_am_i(job, Connection(account)).anonymous
        assert quick_identity(job, Connection(account)) is None
        assert proxy.requests == []


def test_quietly_only_aws_is_asked(moto: ServerInfo, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        assert quick_identity(job, connect(moto, proxy.endpoint_url)) is None
        assert proxy.requests == []
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", proxy.endpoint_url)  # S3 itself is AWS's, and is not asked
        aws = Connection(Account("aws", access_key=moto.access_key, secret_key=moto.secret_key, region="eu-west-1"))
        found = quick_identity(job, aws)
        assert isinstance(found, Identity)
        assert found.name == OWNER
        assert len(proxy.requests) == 1
        proxy.on(asks("sts"), refusal(403, "AccessDenied"))
        assert quick_identity(job, aws) is None


def test_keys_and_tokens_stay_out_of_the_log(moto: ServerInfo, job: Job, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    connection = connect(moto)
    token = "t0ken-" * 8
    temporary = Connection(replace(connection.account, session_token=token))
    for each in (connection, temporary):
        assert who_am_i(job, each).identity.value
    lines = "\n".join(map(RedactingFormatter().format, caplog.records))
    assert "GetCallerIdentity" in lines
    for secret in (moto.access_key, moto.secret_key, token):
        assert secret not in lines


def test_a_hint_is_never_the_key() -> None:
    assert hint("AKIAIOSFODNN7EXAMPLE") == "AKIA…MPLE"
    assert hint("28158876D0448A3373A3") == "…73A3"
    assert hint("minioadmin") == "…in"
    assert hint("") == ""


@pytest.mark.parametrize(
    ("date", "tells"), [("2026-01-02T03:04:05", True), ("9999-01-01T00:00:00Z", False), ("soon", False), ("", False)]
)
def test_a_date_that_is_none_stops_nobody(moto: ServerInfo, job: Job, date: str, tells: bool) -> None:
    with fault_proxy_before(moto.endpoint_url) as proxy:
        body = (
            '<ListAccessKeysResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListAccessKeysResult>'
            f"<AccessKeyMetadata><member><AccessKeyId>{moto.access_key}</AccessKeyId><CreateDate>{date}</CreateDate>"
            "</member></AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>"
        )
        proxy.on(asks("iam"), Answer(200, body.encode()), times=1)
        me = who_am_i(job, connect(moto, proxy.endpoint_url))
    assert me.identity.value is not None
    assert (me.key.value is not None and me.key.value.age_days is not None) is tells
