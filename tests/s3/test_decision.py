"""Who can read this: the steps, and an answer that is what really happens."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from s3desk.s3.access.decision import Answer, Decision, who_can_read
from s3desk.s3.account import SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.job import Job
from tests.s3.conftest import connect
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Rule, captive_portal, error

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import PublicAccessBlockConfigurationTypeDef

    from tests.conftest import BucketFactory
    from tests.servers.info import ServerInfo

KEY = "reports/january & é.csv"
NO_OFFICE = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}


connected = cache(connect)  # making the clients takes most of the time


@dataclass(frozen=True)
class Place:
    """One bucket with one object, and its owner's independent client."""

    server: ServerInfo
    client: S3Client
    bucket: str

    def put_policy(self, *statements: dict[str, object]) -> None:
        on = [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"]
        document = {"Version": "2012-10-17", "Statement": [{"Resource": on} | one for one in statements]}
        self.client.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(document))

    def put_acl(self, canned: str = "public-read") -> None:
        self.client.put_object_acl(Bucket=self.bucket, Key=KEY, ACL=canned)  # type: ignore[arg-type]

    def block(self, **settings: bool) -> None:
        names: PublicAccessBlockConfigurationTypeDef = {
            "BlockPublicAcls": False,
            "IgnorePublicAcls": False,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": False,
        }
        names.update(settings)  # type: ignore[typeddict-item]
        self.client.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration=names)

    def decide(self, connection: Connection | None = None, key: str = KEY) -> Decision:
        return who_can_read(Job(), connection or connected(self.server), self.bucket, key)

    def opens(self, key: str = KEY) -> bool:
        """Whether a stranger really gets it."""
        url = f"{self.server.endpoint_url}/{self.bucket}" + (f"/{quote(key)}" if key else "")
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refused:
            refused.close()
            return False


@pytest.fixture
def place(server: ServerInfo, server_client: S3Client, new_bucket: BucketFactory) -> Iterator[Place]:
    made = Place(server, server_client, new_bucket())
    server_client.put_object(Bucket=made.bucket, Key=KEY, Body=b"a,b\n1,2\n")
    yield made
    with suppress(server_client.exceptions.ClientError):  # SeaweedFS: there is none
        server_client.delete_bucket_policy(Bucket=made.bucket)


def allow(*actions: str, to: object = "*") -> dict[str, object]:
    return {"Effect": "Allow", "Principal": to, "Action": list(actions)}


def deny(*actions: str, **more: object) -> dict[str, object]:
    return {"Effect": "Deny", "Principal": "*", "Action": list(actions), **more}


def found(decision: Decision, title: str) -> tuple[str, str]:
    """What one step says."""
    step = next(step for step in decision.steps if step.title.startswith(title))
    return step.found, step.effect


def list_and_denial(place: Place) -> None:
    place.put_acl()
    place.put_policy(deny("s3:GetObject"))


def only_from_the_office(place: Place) -> None:
    place.put_acl()
    place.put_policy(deny("s3:GetObject", Condition=NO_OFFICE))


ARRANGED: dict[str, Callable[[Place], None]] = {
    "private": lambda _: None,
    "public by list": Place.put_acl,
    "public by policy": lambda place: place.put_policy(allow("s3:GetObject")),
    "public by list, denied by policy": list_and_denial,
    "denied outside the office": only_from_the_office,
    "signed in only": lambda place: place.put_acl("authenticated-read"),
    "allowed to list only": lambda place: place.put_policy(allow("s3:ListBucket")),
}


@pytest.mark.parametrize("arranged", ARRANGED.values(), ids=ARRANGED.keys())
def test_the_answer_is_what_happens(place: Place, arranged: Callable[[Place], None]) -> None:
    arranged(place)
    decision = place.decide()
    assert (decision.anyone is Answer.YES) == place.opens()
    assert decision.proofs[0].works == place.opens()
    assert decision.sentence.startswith("Anyone on the internet" if place.opens() else "Nobody can read")
    titles = [step.title for step in decision.steps]
    assert titles == [
        "Temporary links",
        "Public access block",
        "Does the bucket policy forbid it?",
        "Does the bucket policy allow it?",
        "Does the access list (ACL) allow it?",
        "Who owns it",
    ]
    assert all(step.found and step.effect for step in decision.steps)


def test_a_private_object(place: Place) -> None:
    decision = place.decide()
    assert decision.anyone is Answer.NO
    assert decision.us is Answer.YES
    assert decision.note == ""
    assert found(decision, "Does the bucket policy allow")[1] == "Lets no strangers in."
    assert "without signing in" in decision.sentence
    assert "you" in decision.sentence


def test_a_policy_that_opens_it(place: Place) -> None:
    place.put_policy(allow("s3:GetObject"))
    decision = place.decide()
    assert decision.anyone is Answer.YES
    assert "Anyone on the internet may" in found(decision, "Does the bucket policy allow")[0]
    assert found(decision, "Does the bucket policy allow")[1] == "Lets anyone on the internet in."


def test_a_denial_wins(place: Place) -> None:
    place.put_policy(allow("s3:GetObject"), deny("s3:GetObject"))
    decision = place.decide()
    assert (decision.anyone, decision.us) == (Answer.NO, Answer.NO)
    assert found(decision, "Does the bucket policy forbid")[1] == "Nobody gets in without signing in."
    assert "You cannot either" in decision.sentence


def test_another_account_is_named(place: Place) -> None:
    place.put_policy(allow("s3:GetObject", to={"AWS": "arn:aws:iam:::user/other"}))
    decision = place.decide()
    assert decision.anyone is Answer.NO
    assert any("other" in name for name in decision.others), decision.others
    assert "other" in decision.sentence


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_the_block_overrules_list_and_policy(place: Place) -> None:
    """Ceph has a block; it ignores public lists, and restricts buckets."""
    place.put_acl()
    assert place.decide().anyone is Answer.YES
    place.block(IgnorePublicAcls=True)
    decision = place.decide()
    assert (decision.anyone is Answer.YES) == place.opens()
    assert "overrules" in found(decision, "Does the access list")[1]
    assert "public access lists" in found(decision, "Public access block")[0]


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_somebody_who_may_see_nothing_gets_an_answer(place: Place) -> None:
    stranger = connect(place.server, other=True)
    decision = place.decide(stranger)
    assert (decision.anyone, decision.us) == (Answer.NO, Answer.NO)
    assert found(decision, "Does the bucket policy forbid") == ("Not allowed to see.", "Cannot be told.")
    assert found(decision, "Does the access list")[0] == "Not allowed to see."
    place.put_acl()
    decision = place.decide(stranger)
    assert (decision.anyone, decision.us) == (Answer.YES, Answer.YES)


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_nothing_can_be_read_and_a_sign_in_page_answers(place: Place, fault_proxy: FaultProxy) -> None:
    through = connect(place.server, fault_proxy.endpoint_url)
    fault_proxy.on(lambda _: True, error(403, "AccessDenied", "Access Denied"))
    decision = place.decide(through)
    assert (decision.anyone, decision.us) == (Answer.NO, Answer.NO)
    fault_proxy.rules.insert(0, Rule(lambda seen: not seen.query, captive_portal()))
    decision = place.decide(connect(place.server, fault_proxy.endpoint_url))
    assert (decision.anyone, decision.us) == (Answer.MAYBE, Answer.MAYBE)
    assert decision.sentence.startswith("It cannot be told from here")


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_what_is_archived_or_encrypted(place: Place, fault_proxy: FaultProxy) -> None:
    """Archived says nothing of who may read it; encrypted with a KMS key keeps strangers out."""
    through = connect(place.server, fault_proxy.endpoint_url)
    is_read = Rule(lambda seen: seen.method == "GET" and not seen.query, error(403, "InvalidObjectState", "Archived"))
    fault_proxy.rules.append(is_read)
    decision = place.decide(through)
    assert [proof.works for proof in decision.proofs] == [None, None]
    assert (decision.anyone, decision.us) == (Answer.NO, Answer.MAYBE)  # by its settings
    signature = "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."
    is_read.do = error(400, "InvalidArgument", signature)
    assert place.decide(through).proofs[0].works is False


def test_without_keys(place: Place) -> None:
    account = replace(connect(place.server).account, sign_in=SignIn.ANONYMOUS)
    decision = place.decide(Connection(account))
    assert decision.anyone is Answer.NO
    assert decision.proofs[1].works is None
    assert decision.proofs[1].sentence == "This connection has no keys."


def test_what_does_not_exist(place: Place) -> None:
    decision = place.decide(key="no such thing")
    assert decision.sentence == "There is no object of this name, so nobody can read it."


def test_an_empty_object(place: Place) -> None:
    place.client.put_object(Bucket=place.bucket, Key="empty", Body=b"")
    assert place.decide(key="empty").us is Answer.YES


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_a_name_that_browsers_change(place: Place) -> None:
    """Nobody could open its address, so it is not tried; SeaweedFS does not take such names."""
    place.client.put_object(Bucket=place.bucket, Key="a/../c", Body=b"x")
    decision = place.decide(key="a/../c")
    assert decision.proofs[0].works is None
    assert "browsers change" in decision.proofs[0].sentence
    assert (decision.anyone, decision.us) == (Answer.NO, Answer.YES)


def test_the_list_of_a_bucket(place: Place) -> None:
    decision = place.decide(key="")
    assert decision.anyone is Answer.NO
    assert decision.us is Answer.YES
    assert "list what is in this bucket" in decision.sentence
    place.put_policy(allow("s3:ListBucket"))
    decision = place.decide(key="")
    assert (decision.anyone is Answer.YES) == place.opens(key="")
    assert decision.anyone is Answer.YES


def test_one_version(server: ServerInfo, server_client: S3Client, new_bucket: BucketFactory) -> None:
    bucket = new_bucket(versioned=True)
    first = server_client.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    server_client.put_object(Bucket=bucket, Key="k", Body=b"2", ACL="public-read")
    decision = who_can_read(Job(), connect(server), bucket, "k", first)
    assert decision.us is Answer.YES
    if server.name == "ceph":
        assert decision.anyone is Answer.NO
        assert who_can_read(Job(), connect(server), bucket, "k").anyone is Answer.YES


def test_no_keys_and_no_signature_stand_in_it(place: Place) -> None:
    connection = connect(place.server)
    whole = repr(place.decide(connection))
    assert connection.account.secret_key not in whole
    assert connection.account.access_key not in whole
    assert "Signature" not in whole
