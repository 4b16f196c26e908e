"""Why was I denied: a table of cases as Amazon answers them, and others that real servers produce."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from s3desk.s3.access.denial import Denial, classify, why_denied
from s3desk.s3.access.denial_layers import Layer, Request, request_of
from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import AccessDeniedError, Refusal, S3Error, SignInError
from s3desk.s3.explain import typed_error
from s3desk.s3.job import Job
from tests.s3.conftest import connect, seconds_to_cancel
from tests.s3.denials_of_amazon import BUCKET, KEY, KMS_KEY, ME, OF_BUCKET, OF_OBJECT, TOLD, Told
from tests.s3.denials_of_servers import PRODUCED, THEIRS, Produced, Scene, refusal
from tests.servers.fault_proxy import FaultProxy, fault_proxy_before
from tests.servers.faults import Answer, Drop, Seen, Stall, error

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.conftest import BucketFactory, ClientFor
    from tests.servers.info import ServerInfo

SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00"
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
ARGUMENTS: dict[str, dict[str, Any]] = {
    "get_object": {"Bucket": BUCKET, "Key": KEY},
    "head_object": {"Bucket": BUCKET, "Key": KEY},
    "put_object": {"Bucket": BUCKET, "Key": KEY, "Body": b"x"},
    "delete_object": {"Bucket": BUCKET, "Key": KEY},
    "put_object_acl": {"Bucket": BUCKET, "Key": KEY, "ACL": "public-read"},
    "put_bucket_policy": {"Bucket": BUCKET, "Policy": "{}"},
    "list_objects_v2": {"Bucket": BUCKET},
    "list_buckets": {},
}


# -- as Amazon answers -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answering() -> Iterator[FaultProxy]:
    """What answers in Amazon's place; it passes nothing on."""
    with fault_proxy_before("http://127.0.0.1:9") as proxy:
        yield proxy


@pytest.fixture
def amazon(answering: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> FaultProxy:
    """Every request of the program goes there, and nothing is answered yet."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_IAM"):
        monkeypatch.setenv(name, answering.endpoint_url)
    answering.rules.clear()
    answering.forget()
    return answering


def answers_as(proxy: FaultProxy, case: Told) -> None:
    """The case's answer to its request, what stands beside it to what is asked then, a plain denial to all else."""
    for name, answer in case.beside.items():
        proxy.on(lambda seen, name=name: seen.method == "GET" and seen.query == name, answer)  # type: ignore[misc]
    proxy.on(lambda seen: seen.method == "HEAD" and KEY not in seen.path, Answer(200))  # asks for the bucket's region
    told = error(case.status, case.code, case.message)
    headers = {"x-amz-request-id": "4442587FB7D0A2F9", **case.headers}
    proxy.on(lambda seen: is_asked(seen, case.operation), Answer(told.status, told.body, headers))
    proxy.on(lambda seen: seen.method == "CONNECT", Drop())
    proxy.on(lambda _: True, error(403, "AccessDenied", "Access Denied"))


def is_asked(seen: Seen, operation: str) -> bool:
    """Whether a request is the one of the case, or the GET that asks for the reason of its HEAD."""
    on_object = seen.path.endswith(KEY)
    match operation:
        case "put_object_acl" | "put_bucket_policy":
            return seen.method == "PUT" and seen.query in ("acl", "policy")
        case "list_objects_v2" | "list_buckets":
            return seen.method == "GET" and not on_object and seen.query in ("list-type=2&encoding-type=url", "")
        case "head_object":
            return on_object and seen.method in ("HEAD", "GET") and not seen.query
        case _:
            return on_object and seen.method == operation.partition("_")[0].upper() and not seen.query


@cache  # making the clients takes most of the time
def amazon_account(*, anonymous: bool = False) -> Connection:
    """Keys on Amazon, over plain HTTP so that the proxy can answer."""
    at = "http://s3.us-east-1.amazonaws.com"
    account = Account("amazon", access_key=ACCESS_KEY, secret_key=SECRET, endpoint_url=at, region="us-east-1")
    return Connection(replace(account, sign_in=SignIn.ANONYMOUS) if anonymous else account)


def check(denial: Denial, connection: Connection) -> None:
    """What holds for every denial: it says something, and no secret."""
    assert denial.sentence
    assert denial.advice
    whole = repr(denial)
    for secret in (connection.account.secret_key, connection.account.access_key):
        assert not secret or secret not in whole
    assert "Signature=" not in whole
    assert "None" not in whole
    if denial.permission:
        assert json.loads(denial.permission)["Effect"] == "Allow"
        assert denial.permission in denial.message


def test_there_are_forty_cases_and_each_has_a_name_of_its_own() -> None:
    names = [*(case.id for case in TOLD), *(case.id for case in PRODUCED)]
    assert len(names) == len(set(names))
    assert len(names) >= 40


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case.id)
def test_as_amazon_answers(case: Told, amazon: FaultProxy) -> None:
    answers_as(amazon, case)
    connection = amazon_account(anonymous=case.anonymous)
    said = refusal(connection, case.operation, **ARGUMENTS[case.operation])
    amazon.forget()
    denial = why_denied(Job(), connection, said)
    assert (denial.layer, denial.certain) == (case.layer, case.certain), denial
    check(denial, connection)
    changing = [seen for seen in amazon.requests if seen.method not in ("GET", "HEAD") and not to_sts(seen)]
    assert not changing


def to_sts(seen: Seen) -> bool:
    """Whether a request asks who one is, which is the one question that is a POST."""
    return seen.method == "POST" and "amazonaws" not in seen.path


def denial_of(name: str, amazon: FaultProxy) -> Denial:
    """What is found out about one line of the table."""
    case = next(case for case in TOLD if case.id == name)
    answers_as(amazon, case)
    connection = amazon_account()
    return why_denied(Job(), connection, refusal(connection, case.operation, **ARGUMENTS[case.operation]))


def test_the_message_says_all_an_administrator_needs(amazon: FaultProxy) -> None:
    message = denial_of("no-get", amazon).message
    assert f"s3:GetObject on {OF_OBJECT}" in message
    assert "Account: 123456789012" in message
    assert f"ARN: {ME}" in message
    assert "Server: Amazon S3" in message
    assert "AccessDenied (403)" in message
    assert "Request ID: 4442587FB7D0A2F9" in message
    assert json.loads(message.partition("What I need:")[2]) == {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": OF_OBJECT,
    }


def test_the_token_service_tells_who_one_is_where_the_answer_does_not(amazon: FaultProxy) -> None:
    identity = f"<Arn>{ME}</Arn><UserId>AIDA</UserId><Account>123456789012</Account>"
    told = f"<GetCallerIdentityResult>{identity}</GetCallerIdentityResult>"
    body = f'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{told}</GetCallerIdentityResponse>'
    amazon.on(to_sts, Answer(200, body.encode(), content_type="text/xml"))
    denial = denial_of("another-account", amazon)
    assert f"ARN: {ME}" in denial.message
    assert json.loads(denial.permission)["Principal"] == {"AWS": ME}


def test_what_cannot_be_decided_names_what_else_it_may_be(amazon: FaultProxy) -> None:
    """Amazon answers a request that should have agreed to pay like any other stranger's."""
    facts = " ".join(denial_of("another-account", amazon).facts)
    assert "requester pays" in facts
    assert "may also simply not exist" in facts
    assert "Not allowed to see: bucket policy" in facts


@pytest.mark.parametrize("name", ["policy-denies", "scp-denies", "clock", "redirect", "archived", "quarantined-key"])
def test_no_permission_is_asked_for_where_none_would_help(name: str, amazon: FaultProxy) -> None:
    assert denial_of(name, amazon).permission == ""


def test_the_permission_on_a_key_and_the_one_to_list(amazon: FaultProxy) -> None:
    wanted = json.loads(denial_of("kms-data-key", amazon).permission)
    assert (wanted["Action"], wanted["Resource"]) == ("kms:GenerateDataKey", KMS_KEY)
    amazon.rules.clear()
    missing = denial_of("missing-without-list", amazon)
    wanted = json.loads(missing.permission)
    assert (wanted["Action"], wanted["Resource"]) == ("s3:ListBucket", OF_BUCKET)
    assert (missing.action, missing.resource) == ("s3:GetObject", OF_OBJECT)  # what was asked for
    amazon.rules.clear()
    wanted = json.loads(denial_of("policy-silent", amazon).permission)
    assert wanted["Principal"] == {"AWS": ME}


def test_facts_name_the_region_the_rule_and_the_clock(amazon: FaultProxy) -> None:
    for name in ("redirect", "region-in-signature"):
        assert "The server says the bucket is in eu-south-2." in denial_of(name, amazon).facts
        amazon.rules.clear()
    facts = denial_of("quarantined-key", amazon).facts
    assert "The rule is arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3." in facts
    amazon.rules.clear()
    assert any("clock is wrong" in fact for fact in denial_of("clock", amazon).facts)


def denied(key: str = KEY, code: str = "AccessDenied", message: str = "") -> S3Error:
    made = AccessDeniedError("no", code=code, status=403)
    made.refusal = Refusal("GetObject", BUCKET, key, message)
    return made


@given(key=st.text(min_size=1, max_size=40), message=st.text(max_size=60), code=st.text(max_size=20))
def test_any_refusal_can_be_classified(key: str, message: str, code: str) -> None:
    finding = classify(denied(key, code, message))
    assert finding.layer in Layer
    assert all(finding.facts) or finding.sentence


@pytest.mark.parametrize(
    ("operation", "action", "resource"),
    [
        ("HeadObject", "s3:GetObject", OF_OBJECT),
        ("ListObjectsV2", "s3:ListBucket", OF_BUCKET),
        ("UploadPart", "s3:PutObject", OF_OBJECT),
        ("GetBucketEncryption", "s3:GetEncryptionConfiguration", OF_BUCKET),
        ("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", OF_BUCKET),
        ("PutObjectAcl", "s3:PutObjectAcl", OF_OBJECT),
    ],
)
def test_what_an_operation_needs(operation: str, action: str, resource: str) -> None:
    key = KEY if resource == OF_OBJECT else ""
    assert request_of(Refusal(operation, BUCKET, key)) == Request(action, resource)


def test_other_services_have_permissions_too() -> None:
    assert request_of(Refusal("ListTopics")) == Request("sns:ListTopics", "*")
    named = "User: x is not authorized to perform: SNS:Publish on resource: arn:aws:sns:eu-west-1:1:news because"
    assert request_of(Refusal("Publish", message=named)) == Request("SNS:Publish", "arn:aws:sns:eu-west-1:1:news")


def test_a_key_with_stars_is_meant_as_it_is(amazon: FaultProxy) -> None:
    """In a policy a star stands for anything: the permission to ask for must not be wider than what was refused."""
    amazon.on(lambda _: True, error(403, "AccessDenied", "The moon is in the wrong house"))
    told = why_denied(Job(), amazon_account(), denied("what?/*.csv", message="The moon"))
    assert json.loads(told.permission)["Resource"] == f"arn:aws:s3:::{BUCKET}/what${{?}}/${{*}}.csv"
    assert told.resource == f"arn:aws:s3:::{BUCKET}/what?/*.csv"


def test_secrets_in_an_answer_reach_no_message(amazon: FaultProxy) -> None:
    """Some servers repeat what was sent to them."""
    amazon.on(lambda _: True, error(403, "AccessDenied", "Access Denied"))
    said = f"not allowed for {ACCESS_KEY} with {SECRET}: https://h/b/k?X-Amz-Signature={'d' * 64}"
    connection = amazon_account()
    whole = repr(why_denied(Job(), connection, denied(message=said)))
    for secret in (ACCESS_KEY, SECRET, "d" * 64):
        assert secret not in whole


def test_what_is_no_denial_is_said_as_it_is(connection: Connection, bucket: str) -> None:
    gone = why_denied(Job(), connection, refusal(connection, "get_object", Bucket=bucket, Key="no"))
    assert gone.layer is Layer.UNKNOWN
    assert gone.sentence == "“no” is not there any more."
    assert gone.permission == ""
    unsent = why_denied(Job(), connection, SignInError("There are no keys.", "Enter some.", code="NoCredentialsError"))
    assert (unsent.layer, unsent.certain, unsent.action) == (Layer.SIGN_IN, True, "")
    assert "There are no keys." in unsent.message


def test_what_works_by_now_is_said(
    connection: Connection, proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key=KEY, Body=b"")
    fault_proxy.on(lambda seen: seen.method == "HEAD", Answer(403), times=1)
    told = why_denied(Job(), connection, refusal(proxied, "head_object", Bucket=bucket, Key=KEY))
    assert told.sentence == "It was refused before, and it works now."


def test_one_of_many_deletes_is_explained(
    connection: Connection, server_client: S3Client, server: ServerInfo, bucket: str
) -> None:
    """DeleteObjects answers 200 with the refusals inside, which have no status of their own."""
    inside = typed_error(
        ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "DeleteObjects"),
        "delete",
        bucket=bucket,
        key="k",
    )
    assert inside is not None
    told = why_denied(Job(), connect(server, other=True), inside)
    assert (told.action, told.resource) == ("s3:DeleteObject", f"arn:aws:s3:::{bucket}/k")
    assert (told.layer, told.certain) == (Layer.UNKNOWN, False)


def test_the_search_can_be_cancelled(proxied: Connection, fault_proxy: FaultProxy) -> None:
    stalled = fault_proxy.on(lambda _: True, Stall())
    job = Job()
    took = seconds_to_cancel(job, lambda: stalled.fired > 0, lambda: why_denied(job, proxied, denied()))
    assert took < 1


# -- as real servers answer ------------------------------------------------------------------------------------------


ON_SERVERS = [(server, case) for case in PRODUCED for server in case.servers.split()]


@pytest.fixture
def scene(server: ServerInfo, client_for: ClientFor, new_bucket: BucketFactory) -> Iterator[Scene]:
    """A bucket with one object; what forbids to remove it goes first."""
    made = Scene(server, client_for(server), client_for(server, other=True), new_bucket())
    made.client.put_object(Bucket=made.bucket, Key=KEY, Body=b"a,b")
    yield made
    with suppress(made.client.exceptions.ClientError):  # SeaweedFS: there was none
        made.client.delete_bucket_policy(Bucket=made.bucket)


@pytest.fixture
def bucket_of_another(server: ServerInfo, client_for: ClientFor) -> Iterator[None]:
    """SeaweedFS gives somebody else some rights to this bucket."""
    if server.name == "seaweedfs":
        client_for(server).create_bucket(Bucket=THEIRS["Bucket"])
    yield
    if server.name == "seaweedfs":
        client_for(server).delete_bucket(Bucket=THEIRS["Bucket"])


@pytest.mark.usefixtures("bucket_of_another")
@pytest.mark.parametrize(
    ("server", "case"), ON_SERVERS, indirect=["server"], ids=[f"{case.id}-{server}" for server, case in ON_SERVERS]
)
def test_as_real_servers_answer(case: Produced, scene: Scene) -> None:
    connection, said = case.produce(scene)
    denial = why_denied(Job(), connection, said)
    assert (denial.layer, denial.certain) == (case.layer, case.certain), denial
    check(denial, connection)
