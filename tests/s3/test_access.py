"""Access lists, policies and settings: read, written, seen as far as one may, and put back."""

from __future__ import annotations

import json
import sqlite3
import stat
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.s3.access import saving
from s3desk.s3.access.acl import (
    EVERYONE,
    SIGNED_IN,
    AccessList,
    Grant,
    Grantee,
    GranteeKind,
    Right,
    anyone_reads,
    is_public,
    read_acl,
    write_acl,
    write_canned_acl,
)
from s3desk.s3.access.documents import Document, from_json, to_json
from s3desk.s3.access.former import MOST, Former
from s3desk.s3.access.overview import bucket_access
from s3desk.s3.access.sameness import same
from s3desk.s3.access.saving import (
    KeptError,
    Subject,
    UncertainError,
    document_of,
    is_ours,
    put_back,
    read,
    save,
)
from s3desk.s3.access.seen import Seen, Standing
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
from s3desk.s3.errors import AccessDeniedError, ChangedError, S3Error, UnreachableError, UnsupportedError
from s3desk.s3.offers import Feature
from tests.servers.faults import Answer, Drop, LoseAnswer, captive_portal, error
from tests.servers.faults import Seen as Request

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from tests.conftest import BucketFactory
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo

NOT_SET: Seen[str] = Seen(Standing.NOT_SET)
USER = Grantee(GranteeKind.USER, "other", "other")


def public_policy(bucket: str) -> str:
    """Everyone may read everything."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def is_change(seen: Request) -> bool:
    """Whether a request changes anything."""
    return seen.method in ("PUT", "DELETE")


def status_of(url: str) -> int:
    """What a browser without keys gets."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def rights_of(client: S3Client, bucket: str, key: str) -> list[tuple[str, str]]:
    """Who has which right, as the independent client reads it."""
    grants = client.get_object_acl(Bucket=bucket, Key=key)["Grants"]
    return sorted((one["Grantee"].get("URI", one["Grantee"].get("ID", "")), one["Permission"]) for one in grants)


# access lists


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_a_grant_to_everyone_is_read_written_and_really_opens_the_object(
    server: ServerInfo, server_client: S3Client, connection: Connection, job: Job, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key="a b.txt", Body=b"1")
    url = f"{server.endpoint_url}/{bucket}/a%20b.txt"
    before = read_acl(job, connection, bucket, "a b.txt").value
    assert before is not None
    assert (is_public(before), status_of(url)) == (False, 403)
    assert before.is_owner(before.grants[0].grantee)
    grants = (*before.grants, Grant(EVERYONE, Right.READ), Grant(USER, Right.WRITE_ACP))
    write_acl(job, connection, bucket, "a b.txt", AccessList(before.owner_id, before.owner_name, grants))
    after = read_acl(job, connection, bucket, "a b.txt").value
    assert after is not None
    assert set(after.grants) == set(grants)
    assert (is_public(after), anyone_reads(after), status_of(url)) == (True, True, 200)
    write_acl(job, connection, bucket, "a b.txt", before)
    assert status_of(url) == 403
    assert rights_of(server_client, bucket, "a b.txt") == [("owner", "FULL_CONTROL")]


def test_ready_made_lists_of_objects_and_of_the_bucket(
    server_client: S3Client, connection: Connection, job: Job, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"1")
    write_canned_acl(job, connection, bucket, "a.txt", "public-read")
    write_canned_acl(job, connection, bucket, "", "public-read")
    assert ("http://acs.amazonaws.com/groups/global/AllUsers", "READ") in rights_of(server_client, bucket, "a.txt")
    for key in ("a.txt", ""):
        seen = read_acl(job, connection, bucket, key)
        assert seen.value is not None
        assert Grant(EVERYONE, Right.READ) in seen.value.grants
        write_canned_acl(job, connection, bucket, key, "private")
        seen = read_acl(job, connection, bucket, key)
        assert seen.value is not None
        assert not is_public(seen.value)
    assert server_client.get_object(Bucket=bucket, Key="a.txt")["Body"].read() == b"1"


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_the_list_of_an_old_version(
    server_client: S3Client, connection: Connection, job: Job, new_bucket: BucketFactory
) -> None:
    bucket = new_bucket(versioned=True)
    old = server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"1")["VersionId"]
    server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"2")
    write_canned_acl(job, connection, bucket, "a.txt", "public-read", old)
    of_old, of_new = read_acl(job, connection, bucket, "a.txt", old), read_acl(job, connection, bucket, "a.txt")
    assert of_old.value is not None
    assert of_new.value is not None
    assert (is_public(of_old.value), is_public(of_new.value)) == (True, False)


def test_grants_of_every_kind_are_read_and_written_as_they_were(
    server_client: S3Client, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    """Whom the two servers do not know, AWS does: log delivery, e-mail addresses, groups yet to come."""
    groups = "http://acs.amazonaws.com/groups"
    document = "".join(
        f'<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="{kind}">{inner}</Grantee>'
        f"<Permission>{right}</Permission></Grant>"
        for kind, inner, right in (
            ("CanonicalUser", "<ID>7</ID><DisplayName>seven</DisplayName>", "FULL_CONTROL"),
            ("Group", f"<URI>{groups}/s3/LogDelivery</URI>", "WRITE"),
            ("Group", f"<URI>{groups}/global/AuthenticatedUsers</URI>", "READ_ACP"),
            ("Group", "<URI>urn:later</URI>", "READ"),
            ("AmazonCustomerByEmail", "<EmailAddress>a@b.example</EmailAddress>", "WRITE_ACP"),
            ("CanonicalUser", "<ID>8</ID>", "A_NEW_RIGHT"),
        )
    )
    document = f"<Owner><ID>7</ID></Owner><AccessControlList>{document}</AccessControlList>"
    whole = f"<AccessControlPolicy>{document}</AccessControlPolicy>"
    fault_proxy.on(lambda seen: seen.query == "acl" and seen.method == "GET", Answer(200, whole.encode()))
    acl = read_acl(job, proxied, bucket).value
    assert acl == AccessList(
        "7",
        "",
        (
            Grant(Grantee(GranteeKind.USER, "7", "seven"), Right.FULL_CONTROL),
            Grant(Grantee(GranteeKind.LOGS), Right.WRITE),
            Grant(SIGNED_IN, Right.READ_ACP),
            Grant(Grantee(GranteeKind.GROUP, "urn:later"), Right.READ),
            Grant(Grantee(GranteeKind.EMAIL, "a@b.example"), Right.WRITE_ACP),
        ),
    )
    assert (is_public(acl), anyone_reads(acl)) == (True, False)
    assert [one.grantee.words for one in acl.grants][1:4] == [
        "S3's log delivery",
        "Anyone signed in to AWS",
        "urn:later",
    ]
    fault_proxy.on(lambda seen: seen.method == "PUT", Answer(200))
    sent = sent_by(proxied, bucket, "PutBucketAcl")
    write_acl(job, proxied, bucket, "", acl)
    for words in (b"LogDelivery", b"AuthenticatedUsers", b"urn:later", b"a@b.example", b">7<", b'xsi:type="Group"'):
        assert words in sent[0]


def sent_by(connection: Connection, bucket: str, operation: str) -> list[bytes]:
    """The bodies of what is sent from now on."""
    sent: list[bytes] = []

    def take(request: AWSPreparedRequest, **_event: object) -> None:
        sent.append(request.body if isinstance(request.body, bytes) else b"")

    connection.client(bucket).meta.events.register(f"before-send.s3.{operation}", take)
    return sent


# settings


def test_a_policy_opens_and_is_removed(
    server: ServerInfo, server_client: S3Client, connection: Connection, job: Job, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"1")
    url = f"{server.endpoint_url}/{bucket}/a.txt"
    assert read_policy(job, connection, bucket).standing is Standing.NOT_SET
    write_policy(job, connection, bucket, public_policy(bucket))
    seen = read_policy(job, connection, bucket)
    assert json.loads(seen.value or "") == json.loads(public_policy(bucket))
    assert status_of(url) == 200
    with pytest.raises(S3Error):
        write_policy(job, connection, bucket, '{"Statement": 7}')
    write_policy(job, connection, bucket, None)
    assert read_policy(job, connection, bucket).standing is Standing.NOT_SET
    assert status_of(url) == 403
    server_client.head_bucket(Bucket=bucket)


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_the_public_access_block(
    server: ServerInfo, server_client: S3Client, connection: Connection, job: Job, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"1", ACL="public-read")
    url = f"{server.endpoint_url}/{bucket}/a.txt"
    assert status_of(url) == 200
    wished = Block(block_acls=True, ignore_acls=True)
    write_block(job, connection, bucket, wished)
    assert read_block(job, connection, bucket).value == wished
    assert server_client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }
    assert status_of(url) == 403
    with pytest.raises(AccessDeniedError):
        write_canned_acl(job, connection, bucket, "a.txt", "public-read")
    write_block(job, connection, bucket, None)
    assert read_block(job, connection, bucket).value == Block()
    assert status_of(url) == 200


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_ownership_and_default_encryption(
    server_client: S3Client, connection: Connection, job: Job, bucket: str
) -> None:
    write_ownership(job, connection, bucket, Ownership.PREFERRED)
    assert read_ownership(job, connection, bucket).value is Ownership.PREFERRED
    rules = server_client.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerPreferred"}]
    write_ownership(job, connection, bucket, None)
    assert read_encryption(job, connection, bucket).standing is Standing.NOT_SET
    write_encryption(job, connection, bucket, Encryption())
    assert read_encryption(job, connection, bucket).value == Encryption()
    write_encryption(job, connection, bucket, None)
    assert read_encryption(job, connection, bucket).standing is Standing.NOT_SET
    server_client.head_bucket(Bucket=bucket)


def test_a_key_of_ones_own_encrypts(
    server_client: S3Client, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    body = (
        b"<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms"
        b"</SSEAlgorithm><KMSMasterKeyID>arn:key</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>"
        b"<BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>"
    )
    fault_proxy.on(lambda seen: seen.query == "encryption" and seen.method == "GET", Answer(200, body))
    assert read_encryption(job, proxied, bucket).value == Encryption("aws:kms", "arn:key", bucket_key=True)
    fault_proxy.on(lambda seen: seen.method == "PUT", Answer(200))
    sent = sent_by(proxied, bucket, "PutBucketEncryption")
    write_encryption(job, proxied, bucket, Encryption("aws:kms", "arn:key", bucket_key=True))
    assert b"<KMSMasterKeyID>arn:key</KMSMasterKeyID>" in sent[0]
    assert b"<BucketKeyEnabled>true</BucketKeyEnabled>" in sent[0]


def test_an_answer_of_a_later_year_is_said_and_not_raised(
    proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    body = b"<OwnershipControls><Rule><ObjectOwnership>Nobody</ObjectOwnership></Rule></OwnershipControls>"
    fault_proxy.on(lambda seen: seen.query == "ownershipControls", Answer(200, body))
    seen = read_ownership(job, proxied, bucket)
    assert seen.standing is Standing.FAILED
    assert "makes no sense" in seen.words


# the overview


def test_everything_at_once(server: ServerInfo, connection: Connection, job: Job, bucket: str) -> None:
    access = bucket_access(job, connection, bucket)
    found = {
        "ceph": (Standing.FOUND, Standing.UNSUPPORTED, Standing.UNSUPPORTED),
        "seaweedfs": (Standing.UNSUPPORTED, Standing.FOUND, Standing.NOT_SET),
    }[server.name]
    assert (access.block.standing, access.ownership.standing, access.encryption.standing) == found
    assert (access.policy.standing, access.acl.standing) == (Standing.NOT_SET, Standing.FOUND)
    assert access.acl.value is not None
    assert [one.right for one in access.acl.value.grants] == [Right.FULL_CONTROL]


def test_one_refusal_stops_nothing(proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str) -> None:
    fault_proxy.on(lambda seen: seen.query == "policy", error(403, "AccessDenied"))
    access = bucket_access(job, proxied, bucket)
    assert access.policy.standing is Standing.NOT_ALLOWED
    assert access.policy.words == "not allowed to see"
    assert access.acl.standing is Standing.FOUND


def test_someone_else_sees_nothing_and_that_is_no_error(other_connection: Connection, job: Job, bucket: str) -> None:
    access = bucket_access(job, other_connection, bucket)
    seen = (access.policy, access.block, access.ownership, access.acl, access.encryption)
    assert {one.standing for one in seen} == {Standing.NOT_ALLOWED}
    with pytest.raises(AccessDeniedError):
        write_policy(job, other_connection, bucket, None)


# saving, so that it can be undone


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxied servers agree with themselves at once."""
    monkeypatch.setattr(saving, "PAUSES", (0.0,))


def test_what_was_there_is_kept_and_put_back_after_a_restart(
    server_client: S3Client, connection: Connection, job: Job, bucket: str, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "former.sqlite"
    subject = Subject(bucket, Feature.POLICY)
    first, second = public_policy(bucket), public_policy(bucket).replace("GetObject", "GetObjectAcl")
    former = Former(path)
    there = save(job, connection, former, subject, first, NOT_SET).seen
    assert json.loads(there.value or "") == json.loads(first)
    there = save(job, connection, former, subject, second, there).seen
    again = Former(path)
    kept = again.kept(connection.endpoint_url, bucket, "", Feature.POLICY)
    assert [json.loads(one.document) and json.loads(json.loads(one.document)) for one in kept] == [
        json.loads(first),
        None,
    ]
    assert is_ours(subject, kept[0], there)
    there = put_back(job, connection, again, subject, kept[0], there).seen
    assert json.loads(server_client.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(first)
    assert put_back(job, connection, again, subject, kept[1], there).seen.standing is Standing.NOT_SET
    assert again.kept(connection.endpoint_url, bucket, "", Feature.POLICY) == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    server_client.head_bucket(Bucket=bucket)


def test_what_the_server_refused_was_not_replaced(
    proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    former, subject = Former(None), Subject(bucket, Feature.POLICY)
    fault_proxy.on(lambda seen: seen.method == "PUT", error(403, "AccessDenied"), times=1)
    with pytest.raises(AccessDeniedError):
        save(job, proxied, former, subject, public_policy(bucket), NOT_SET)
    assert former.kept(proxied.endpoint_url, bucket, "", Feature.POLICY) == []
    fault_proxy.on(lambda seen: seen.method == "GET", error(403, "AccessDenied"), times=1)
    with pytest.raises(AccessDeniedError):
        save(job, proxied, former, subject, public_policy(bucket), NOT_SET)
    assert [seen.status for seen in fault_proxy.requests if seen.method == "PUT"] == [403]


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
@pytest.mark.usefixtures("impatient")
def test_an_answer_that_got_lost_is_looked_for(
    proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    """Done, not done, or nobody knows: each is said as it is."""
    former, subject = Former(None), Subject(bucket, Feature.POLICY)
    policy = public_policy(bucket)
    fault_proxy.on(is_change, Drop())
    with pytest.raises(UnreachableError):
        save(job, proxied, former, subject, policy, NOT_SET)
    assert former.kept(proxied.endpoint_url, bucket, "", Feature.POLICY) == []
    fault_proxy.rules.clear()
    fault_proxy.on(is_change, LoseAnswer())
    saved = save(job, proxied, former, subject, policy, NOT_SET)
    assert (saved.lost, json.loads(str(saved.seen.value))) == (True, json.loads(policy))
    (kept,) = former.kept(proxied.endpoint_url, bucket, "", Feature.POLICY)
    assert is_ours(subject, kept, saved.seen)
    fault_proxy.rules.clear()
    lost = fault_proxy.on(is_change, LoseAnswer())
    fault_proxy.on(lambda seen: seen.method == "GET" and lost.fired > 0, error(403, "AccessDenied"))
    with pytest.raises(UncertainError, match="not known"):
        save(job, proxied, former, subject, None, saved.seen)
    assert len(former.kept(proxied.endpoint_url, bucket, "", Feature.POLICY)) == 2  # it may be gone


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
@pytest.mark.parametrize("fault", [captive_portal(), Answer(200)], ids=["page", "empty"])
def test_a_yes_that_changed_nothing_is_no_yes(
    fault: Answer, server_client: S3Client, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key="a.txt", Body=b"1")
    server_client.put_bucket_policy(Bucket=bucket, Policy=public_policy(bucket))
    former = Former(None)
    fault_proxy.on(is_change, fault)
    owner = read_acl(job, proxied, bucket, "a.txt").value
    assert owner is not None
    opened = AccessList(owner.owner_id, owner.owner_name, (*owner.grants, Grant(EVERYONE, Right.READ)))
    changes: list[tuple[Subject, Document | None]] = [
        (Subject(bucket, Feature.POLICY), None),
        (Subject(bucket, Feature.POLICY), public_policy(bucket).replace("GetObject", "GetObjectAcl")),
        (Subject(bucket, Feature.PUBLIC_ACCESS_BLOCK), Block(block_acls=True)),
        (Subject(bucket, Feature.ACL, "a.txt"), opened),
    ]
    for subject, document in changes:
        with pytest.raises((KeptError, UnreachableError)):
            save(job, proxied, former, subject, document, read(job, proxied, subject))
        assert former.kept(proxied.endpoint_url, bucket, subject.key, subject.feature) == []


def test_nothing_of_somebody_else_is_replaced_unseen(
    server_client: S3Client, connection: Connection, job: Job, bucket: str
) -> None:
    former, subject = Former(None), Subject(bucket, Feature.POLICY)
    ours, theirs = public_policy(bucket), public_policy(bucket).replace("GetObject", "GetObjectAcl")
    shown = save(job, connection, former, subject, ours, NOT_SET).seen
    server_client.put_bucket_policy(Bucket=bucket, Policy=theirs)
    (kept,) = former.kept(connection.endpoint_url, bucket, "", Feature.POLICY)
    with pytest.raises(ChangedError):
        save(job, connection, former, subject, None, shown)
    with pytest.raises(ChangedError):
        put_back(job, connection, former, subject, kept, shown)
    there = read(job, connection, subject)
    assert json.loads(str(there.value)) == json.loads(theirs)
    assert not is_ours(subject, kept, there)
    assert put_back(job, connection, former, subject, kept, there).seen.standing is Standing.NOT_SET
    (other,) = former.kept(connection.endpoint_url, bucket, "", Feature.POLICY)
    assert json.loads(str(document_of(subject, other))) == json.loads(theirs)  # undoing the undo gives it back


def test_removing_what_was_removed_meanwhile_is_no_error(
    server_client: S3Client, connection: Connection, job: Job, bucket: str
) -> None:
    write_policy(job, connection, bucket, None)
    server_client.put_bucket_policy(Bucket=bucket, Policy=public_policy(bucket))
    for _ in range(2):
        write_policy(job, connection, bucket, None)
    assert read_policy(job, connection, bucket).standing is Standing.NOT_SET
    server_client.head_bucket(Bucket=bucket)


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_a_404_of_the_settings_own_is_not_about_the_bucket(
    proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    fault_proxy.on(is_change, error(404, "NoSuchThing", "There is no such thing"))
    with pytest.raises(S3Error, match="refused to change the bucket policies: There is no such thing") as refused:
        write_policy(job, proxied, bucket, None)
    assert refused.value.code == "NoSuchThing"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b'{"Statement": "\xff\xfe"}', "makes no sense", id="not UTF-8"),
        pytest.param(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "makes no sense", id="nested"),
        pytest.param(b'{"Statement": ["' + b"x" * 300_000 + b'"]}', "This policy has 300,019 letters", id="huge"),
    ],
)
def test_a_policy_that_cannot_be_shown_says_why(
    body: bytes, words: str, proxied: Connection, fault_proxy: FaultProxy, job: Job, bucket: str
) -> None:
    fault_proxy.on(lambda seen: seen.query == "policy", Answer(200, body, content_type="application/json"))
    seen = bucket_access(job, proxied, bucket).policy
    assert seen.standing is Standing.FAILED
    assert words in seen.words


def test_what_a_server_writes_in_its_own_way_is_the_same() -> None:
    def policy(**fields: object) -> str:
        return json.dumps({"Statement": [{"Effect": "Allow", **fields}]})

    account, root = {"AWS": "123456789012"}, {"AWS": ["arn:aws:iam::123456789012:root"]}
    assert same(policy(Principal=account, Action=["a", "b"]), policy(Action=["b", "a"], Principal=root))
    assert same(
        policy(Condition={"Bool": {"aws:SecureTransport": False}}),
        policy(Condition={"Bool": {"aws:SecureTransport": ["false"]}}),
    )
    assert not same(policy(Action="a"), policy(Action="b"))
    assert not same(policy(Action="a"), None)
    assert same("[" * 100_000, "[" * 100_000)
    assert same(None, Block())
    assert not same(None, Block(block_acls=True))
    assert same(Encryption("AES256", bucket_key=True), Encryption("AES256"))
    assert not same(Encryption("aws:kms", "a"), Encryption("aws:kms", "b"))
    grants = Grant(USER, Right.READ), Grant(EVERYONE, Right.READ)
    named = Grant(Grantee(GranteeKind.USER, USER.id, "another name"), Right.READ)
    assert same(AccessList("me", "", grants), AccessList("me", "me", (grants[1], named)))
    assert not same(AccessList("me", "", grants), AccessList("me", "", grants[:1]))


def test_an_unsupported_setting_is_neither_kept_nor_saved(
    server: ServerInfo, connection: Connection, job: Job, bucket: str
) -> None:
    former = Former(None)
    changes: dict[str, tuple[Subject, Document]] = {
        "ceph": (Subject(bucket, Feature.OWNERSHIP), Ownership.WRITER),
        "seaweedfs": (Subject(bucket, Feature.PUBLIC_ACCESS_BLOCK), Block()),
    }
    subject, document = changes[server.name]
    with pytest.raises(UnsupportedError):
        save(job, connection, former, subject, document, NOT_SET)
    assert former.kept(connection.endpoint_url, bucket, "", subject.feature) == []


def test_the_memory_has_an_end(tmp_path: Path) -> None:
    former = Former(tmp_path / "former.sqlite")
    for number in range(MOST + 5):
        former.keep("", "me", "bucket", "", Feature.POLICY, to_json(str(number)))
    former.keep("", "me", "bucket", "a.txt", Feature.ACL, "1")
    kept = former.kept("", "bucket", "", Feature.POLICY)
    assert [json.loads(one.document) for one in kept] == [str(number) for number in range(MOST + 4, 4, -1)]
    assert len(former.kept("", "bucket", "a.txt", Feature.ACL)) == 1
    assert former.kept("http://elsewhere", "bucket", "", Feature.POLICY) == []


def test_a_damaged_file_and_a_stubborn_disk_do_not_stand_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "former.sqlite"
    path.write_bytes(b"no database at all, " * 100)
    Former(path).keep("", "me", "bucket", "", Feature.POLICY, "null")
    assert len(Former(path).kept("", "bucket", "", Feature.POLICY)) == 1
    assert (tmp_path / "former.sqlite.damaged").read_bytes().startswith(b"no database")
    (tmp_path / "file").write_text("in the way")
    stubborn = Former(tmp_path / "file" / "former.sqlite")
    stubborn.keep("", "me", "bucket", "", Feature.POLICY, "null")
    assert len(stubborn.kept("", "bucket", "", Feature.POLICY)) == 1


def test_a_file_in_use_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "former.sqlite"
    former = Former(path)
    former.keep("", "me", "bucket", "", Feature.POLICY, "1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        former.keep("", "me", "bucket", "", Feature.POLICY, "2")
        assert [one.document for one in former.kept("", "bucket", "", Feature.POLICY)] == ["2"]
    assert [one.document for one in Former(path).kept("", "bucket", "", Feature.POLICY)] == ["1"]


def test_what_an_older_version_kept_is_still_there(tmp_path: Path) -> None:
    path = tmp_path / "former.sqlite"
    with closing(sqlite3.connect(path)) as old, old:
        columns = "endpoint TEXT, account TEXT, bucket TEXT, key TEXT, feature TEXT, time TEXT, document TEXT"
        old.execute(f"CREATE TABLE former (id INTEGER PRIMARY KEY, {columns})")
        row = ("", "me", "bucket", "", "POLICY", "2026-01-02T03:04:05+00:00", '"old"')
        old.execute("INSERT INTO former VALUES (7, ?, ?, ?, ?, ?, ?, ?)", row)
    former = Former(path)
    (kept,) = former.kept("", "bucket", "", Feature.POLICY)
    assert (kept.id, kept.document, kept.saved) == (7, '"old"', "")
    assert not is_ours(Subject("bucket", Feature.POLICY), kept, NOT_SET)  # nobody knows what was put there
    former.note_saved(7, "null")
    (kept,) = Former(path).kept("", "bucket", "", Feature.POLICY)
    assert is_ours(Subject("bucket", Feature.POLICY), kept, NOT_SET)


_names = st.text(max_size=8)
_grants = st.builds(
    Grant,
    st.builds(Grantee, st.sampled_from(GranteeKind), _names, _names),
    st.sampled_from(Right),
)
_documents = st.one_of(
    st.tuples(st.just(Feature.ACL), st.builds(AccessList, _names, _names, st.lists(_grants, max_size=4).map(tuple))),
    st.tuples(st.just(Feature.POLICY), st.none() | _names),
    st.tuples(
        st.just(Feature.PUBLIC_ACCESS_BLOCK),
        st.none() | st.builds(Block, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    ),
    st.tuples(st.just(Feature.OWNERSHIP), st.none() | st.sampled_from(Ownership)),
    st.tuples(st.just(Feature.ENCRYPTION), st.none() | st.builds(Encryption, _names, _names, st.booleans())),
)


@settings(max_examples=100, deadline=None)
@given(_documents)
def test_documents_come_back_as_they_were(document: tuple[Feature, Document | None]) -> None:
    feature, value = document
    assert from_json(feature, to_json(value)) == value


def test_what_another_version_kept_is_said(tmp_path: Path) -> None:
    former = Former(None)
    former.keep("", "me", "bucket", "", Feature.OWNERSHIP, '"OfTheMoon"')
    (kept,) = former.kept("", "bucket", "", Feature.OWNERSHIP)
    with pytest.raises(S3Error, match="cannot be read any more"):
        document_of(Subject("bucket", Feature.OWNERSHIP), kept)
