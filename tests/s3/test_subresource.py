"""No sub-resource is changed unproven: on some servers an unknown `DELETE ?sub-resource` deletes the bucket."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import s3desk
from s3desk.s3.access.acl import AccessList, read_acl, write_acl, write_canned_acl
from s3desk.s3.access.raw_answer import Raw
from s3desk.s3.access.seen import Standing
from s3desk.s3.access.settings import (
    Block,
    Encryption,
    Ownership,
    read_block,
    read_encryption,
    read_ownership,
    read_policy,
    write_block,
    write_encryption,
    write_ownership,
    write_policy,
)
from s3desk.s3.access.subresource import knows, look
from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.errors import AccessDeniedError, NotFoundError, SignInError, UnreachableError, UnsupportedError
from s3desk.s3.job import Job
from s3desk.s3.offers import Feature
from tests.s3.conftest import connect
from tests.servers.faults import Answer, Seen, captive_portal, error, expired_token, slow_down

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.conftest import ClientFor
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo

CHANGES = ("PUT", "DELETE", "POST")
LISTING = b'<?xml version="1.0"?><ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>'
BUCKET_FEATURES = (
    Feature.ACL,
    Feature.POLICY,
    Feature.PUBLIC_ACCESS_BLOCK,
    Feature.OWNERSHIP,
    Feature.ENCRYPTION,
    Feature.POLICY_STATUS,
)
# what each server was measured to know
KNOWN = {
    "ceph": {Feature.ACL, Feature.POLICY, Feature.PUBLIC_ACCESS_BLOCK, Feature.POLICY_STATUS},
    "seaweedfs": {Feature.ACL, Feature.POLICY, Feature.OWNERSHIP, Feature.ENCRYPTION, Feature.POLICY_STATUS},
}


def changes(proxy: FaultProxy) -> list[str]:
    """What was sent that changes anything."""
    return [f"{seen.method} {seen.path}?{seen.query}" for seen in proxy.requests if seen.method in CHANGES]


def test_each_server_is_known_for_what_it_has(
    server: ServerInfo, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    assert {one for one in BUCKET_FEATURES if knows(job, proxied, bucket, one)} == KNOWN[server.name]
    asked = len(fault_proxy.requests)
    assert {one for one in BUCKET_FEATURES if knows(job, proxied, bucket, one)} == KNOWN[server.name]
    assert len(fault_proxy.requests) == asked, "what is known was asked for again"
    for missing in set(BUCKET_FEATURES) - KNOWN[server.name]:
        assert "does not have" in proxied.offers.reason(fault_proxy.endpoint_url, missing)


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_ceph_answers_an_unknown_get_with_a_listing_and_an_unknown_delete_with_the_end_of_the_bucket(
    server: ServerInfo, server_client: S3Client, job: Job
) -> None:
    """Why all of this is here: measured anew, so that it is known when it is no longer true."""
    server_client.create_bucket(Bucket="taken-for-another")
    connection = connect(server)
    assert look(job, connection, "taken-for-another", Feature.ENCRYPTION).standing is Standing.UNSUPPORTED
    answer = server_client.delete_bucket_encryption(Bucket="taken-for-another")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert "taken-for-another" not in [one["Name"] for one in server_client.list_buckets()["Buckets"]]


def test_an_unproven_change_is_never_sent(
    server: ServerInfo, server_client: S3Client, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    writes: dict[Feature, Sequence[Callable[[], None]]] = {
        Feature.PUBLIC_ACCESS_BLOCK: (
            lambda: write_block(job, proxied, bucket, None),
            lambda: write_block(job, proxied, bucket, Block(True, True, True, True)),
        ),
        Feature.OWNERSHIP: (
            lambda: write_ownership(job, proxied, bucket, None),
            lambda: write_ownership(job, proxied, bucket, Ownership.ENFORCED),
        ),
        Feature.ENCRYPTION: (
            lambda: write_encryption(job, proxied, bucket, None),
            lambda: write_encryption(job, proxied, bucket, Encryption()),
        ),
    }
    missing = [change for feature in writes.keys() - KNOWN[server.name] for change in writes[feature]]
    assert missing
    for change in missing:
        with pytest.raises(UnsupportedError, match="does not have"):
            change()
    assert changes(fault_proxy) == []
    server_client.head_bucket(Bucket=bucket)  # it is still there


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
class TestServersThatDoNotKnowASubResource:
    """What a server may answer instead, told by the proxy."""

    @pytest.mark.parametrize(
        ("answer", "standing"),
        [
            pytest.param(Answer(200, LISTING), Standing.UNSUPPORTED, id="a listing"),
            pytest.param(Answer(200, b""), Standing.UNSUPPORTED, id="nothing"),
            pytest.param(Answer(200, b"<!DOCTYPE a><OwnershipControls/>"), Standing.UNSUPPORTED, id="a document type"),
            pytest.param(error(501, "NotImplemented"), Standing.UNSUPPORTED, id="501"),
            pytest.param(error(405, "MethodNotAllowed"), Standing.UNSUPPORTED, id="405"),
            pytest.param(error(400, "InvalidArgument"), Standing.UNSUPPORTED, id="400"),
            pytest.param(error(404, "NoSuchKey"), Standing.UNSUPPORTED, id="a key"),
            pytest.param(error(404, "NoSuchBucketPolicy"), Standing.UNSUPPORTED, id="the code of another"),
            pytest.param(error(403, "AccessDenied"), Standing.NOT_ALLOWED, id="403"),
            pytest.param(error(403, "InvalidAccessKeyId"), Standing.FAILED, id="wrong keys"),
            pytest.param(error(404, "NoSuchBucket"), Standing.FAILED, id="no bucket"),
            pytest.param(expired_token(), Standing.FAILED, id="expired"),
            pytest.param(captive_portal(), Standing.FAILED, id="a hotel"),
        ],
    )
    def test_nothing_but_its_own_answer_proves_it(
        self,
        answer: Answer,
        standing: Standing,
        proxied: Connection,
        fault_proxy: FaultProxy,
        job: Job,
        bucket: str,
    ) -> None:
        fault_proxy.on(lambda seen: "ownershipControls" in seen.query, answer)
        seen = look(job, proxied, bucket, Feature.OWNERSHIP)
        assert seen.standing is standing
        assert seen.error is not None
        with pytest.raises((UnsupportedError, AccessDeniedError, SignInError, NotFoundError, UnreachableError)):
            write_ownership(job, proxied, bucket, None)
        with pytest.raises((UnsupportedError, AccessDeniedError, SignInError, NotFoundError, UnreachableError)):
            write_ownership(job, proxied, bucket, Ownership.WRITER)
        assert changes(fault_proxy) == []
        # What says nothing of the server is not held against it.
        fault_proxy.rules.clear()
        assert knows(job, proxied, bucket, Feature.OWNERSHIP) is (standing is not Standing.UNSUPPORTED)

    def test_a_policy_is_proven_by_json(
        self, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
    ) -> None:
        rule = fault_proxy.on(lambda seen: seen.query == "policy", Answer(200, LISTING))
        assert read_policy(job, proxied, bucket).standing is Standing.UNSUPPORTED
        with pytest.raises(UnsupportedError):
            write_policy(job, proxied, bucket, None)
        assert (rule.fired, changes(fault_proxy)) == (1, [])

    def test_an_object_is_not_replaced_by_its_access_list(
        self, server_client: S3Client, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
    ) -> None:
        """A bucket's list proves nothing of an object's: `PUT key?acl` may be a PUT of the key."""
        server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"whole")
        fault_proxy.on(_is_object_acl, Answer(200, b"<whole/>"), times=1)
        with pytest.raises(UnsupportedError):
            write_canned_acl(job, proxied, bucket, "a.txt", "public-read")
        with pytest.raises(UnsupportedError):
            write_acl(job, proxied, bucket, "a.txt", AccessList("owner", "owner", ()))
        assert read_acl(job, proxied, bucket).standing is Standing.FOUND
        assert changes(fault_proxy) == []

    def test_an_object_is_not_asked_for_where_buckets_have_no_access_list(
        self, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
    ) -> None:
        fault_proxy.on(lambda seen: seen.query == "acl", Answer(200, LISTING))
        assert read_acl(job, proxied, bucket, "a.txt").standing is Standing.UNSUPPORTED
        assert [seen.path for seen in fault_proxy.requests] == [f"/{bucket}"]

    def test_a_version_that_is_not_there_says_nothing_of_the_server(
        self, server_client: S3Client, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
    ) -> None:
        server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"1")
        fault_proxy.on(_is_object_acl, error(405, "MethodNotAllowed"), times=1)
        assert read_acl(job, proxied, bucket, "a.txt", "marker").standing is Standing.FAILED
        assert read_acl(job, proxied, bucket, "missing.txt").standing is Standing.FAILED
        assert read_acl(job, proxied, bucket, "a.txt").standing is Standing.FOUND

    def test_a_busy_server_is_asked_again(
        self, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
    ) -> None:
        fault_proxy.on(lambda seen: "encryption" in seen.query, slow_down(), times=1)
        assert read_encryption(job, proxied, bucket).standing is Standing.NOT_SET

    def test_a_cancelled_job_asks_nothing(
        self, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
    ) -> None:
        job.cancel()
        for ask in (lambda: read_acl(job, proxied, bucket), lambda: read_ownership(job, proxied, bucket)):
            with pytest.raises(CancelledError):
                ask()
        assert fault_proxy.requests == []


def test_an_unreachable_server_is_no_server_without_it(job: Job) -> None:
    nowhere = Connection(Account("x", access_key="a", secret_key="b", endpoint_url="http://127.0.0.1:9"))
    assert read_block(job, nowhere, "bucket").standing is Standing.FAILED
    with pytest.raises(UnreachableError):
        knows(job, nowhere, "bucket", Feature.ACL)
    assert nowhere.offers.has("http://127.0.0.1:9", Feature.PUBLIC_ACCESS_BLOCK) is None


def test_moto_has_them_all(moto: ServerInfo, client_for: ClientFor, job: Job) -> None:
    """The third kind of server: what is not set is told by each sub-resource's own error code."""
    client_for(moto).create_bucket(Bucket="all-of-them")
    connection = connect(moto)
    assert {one for one in BUCKET_FEATURES if knows(job, connection, "all-of-them", one)} == set(BUCKET_FEATURES)
    block, encryption = Block(block_policy=True), Encryption("aws:kms", "a-key", bucket_key=True)
    write_block(job, connection, "all-of-them", block)
    write_encryption(job, connection, "all-of-them", encryption)
    write_ownership(job, connection, "all-of-them", Ownership.PREFERRED)
    assert read_block(job, connection, "all-of-them").value == block
    assert read_encryption(job, connection, "all-of-them").value == encryption
    assert read_ownership(job, connection, "all-of-them").value is Ownership.PREFERRED
    write_block(job, connection, "all-of-them", None)
    write_ownership(job, connection, "all-of-them", None)
    assert read_block(job, connection, "all-of-them").standing is Standing.NOT_SET
    assert read_ownership(job, connection, "all-of-them").standing is Standing.NOT_SET
    client_for(moto).delete_bucket(Bucket="all-of-them")


@pytest.fixture
def as_aws(proxied: Connection, bucket: str) -> Connection:
    """A connection that takes what answers for AWS, which nothing here can be."""
    proxied.client(bucket)
    proxied._endpoint_url = ""
    return proxied


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_aws_is_taken_for_what_it_is(as_aws: Connection, fault_proxy: FaultProxy, job: Job, bucket: str) -> None:
    as_aws.client(bucket)
    fault_proxy.forget()
    assert all(knows(job, as_aws, bucket, feature) for feature in BUCKET_FEATURES)
    assert fault_proxy.requests == []
    write_ownership(job, as_aws, bucket, Ownership.WRITER)
    assert [(seen.method, seen.query) for seen in fault_proxy.requests] == [("PUT", "ownershipControls")]


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_aws_hides_the_policy_of_another_account_behind_405(
    as_aws: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    fault_proxy.on(lambda seen: seen.query == "policy", error(405, "MethodNotAllowed"), times=1)
    assert read_policy(job, as_aws, bucket).standing is Standing.NOT_ALLOWED
    assert read_policy(job, as_aws, bucket).standing is Standing.NOT_SET


def test_every_change_of_a_sub_resource_stands_in_a_module_that_proves_it_first() -> None:
    """So that nobody adds one past the one function that decides."""
    change = re.compile(r"[.](?:put|delete)_(?:bucket_(?!tagging)\w+|public_access_block|object_acl)[(]")
    root = Path(s3desk.__file__).parent
    found = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if change.search(path.read_text("utf-8"))}
    # the demo changes nothing but its own server, which ships with it
    assert found - {"demo/fill.py"} == {"s3/access/acl.py", "s3/access/settings.py", "s3/website.py"}


@pytest.mark.parametrize(
    ("body", "root"),
    [
        (b'<?xml version="1.0"?>\n<!-- x --><PolicyStatus xmlns="http://s3.amazonaws.com/doc/"/>', "PolicyStatus"),
        (b"<a:OwnershipControls xmlns:a='x'><Rule/></a:OwnershipControls>", "OwnershipControls"),
        (b"<PolicyStatus>cut off", ""),
        (b"{}", ""),
        (b"", ""),
    ],
)
def test_the_root_element(body: bytes, root: str) -> None:
    assert Raw(body, "application/xml").root == root


def _is_object_acl(seen: Seen) -> bool:
    return seen.query.startswith("acl") and seen.path.count("/") > 1 and not seen.path.endswith("/")
