"""Public or not: changed for many, undone exactly, foreseen, and told of each object."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import pytest

from s3desk.s3.access.acl import EVERYONE, SIGNED_IN, AccessList, Grant, Grantee, GranteeKind, Right
from s3desk.s3.access.policy import parse
from s3desk.s3.access.publicity import Change, Publicity, canned_as, change_publicity, undo, wished_list
from s3desk.s3.access.reach import Ground, Reach, Reached, by_list, by_policy, ground_of, reach_of, reaches
from s3desk.s3.access.readiness import Readiness, readiness
from s3desk.s3.access.seen import Seen, Standing
from s3desk.s3.errors import AccessDeniedError, UnreachableError
from s3desk.s3.job import Job
from s3desk.s3.objects import Selection
from tests.servers.faults import LoseAnswer, error
from tests.servers.faults import Seen as Request

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo

ON_CEPH = pytest.mark.parametrize("server", ["ceph"], indirect=True)
OWNER, OTHER, BUCKET_OWNER = (Grantee(GranteeKind.USER, name, name.title()) for name in ("owner", "other", "bucket"))


def fill(client: S3Client, bucket: str, *keys: str) -> None:
    for key in keys:
        client.put_object(Bucket=bucket, Key=key, Body=b"" if key.endswith("/") else b"content")


def status(server: ServerInfo, bucket: str, key: str) -> int:
    """What somebody without keys is answered."""
    try:
        with urllib.request.urlopen(f"{server.endpoint_url}/{bucket}/{key}", timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def grants(client: S3Client, bucket: str, key: str) -> list[tuple[str, str]]:
    answer = client.get_object_acl(Bucket=bucket, Key=key)
    found = [(one["Grantee"].get("URI") or one["Grantee"]["ID"], one["Permission"]) for one in answer["Grants"]]
    return sorted(found)


def changes_acl_of(key: str) -> Callable[[Request], bool]:
    return lambda request: request.method == "PUT" and request.query == "acl" and request.path.endswith(f"/{key}")


@ON_CEPH
def test_many_are_made_public_and_undone_exactly(
    job: Job, connection: Connection, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    fill(server_client, bucket, "a.txt", "f/", "f/b.txt", "f/g/c.txt", "open.txt", "shared.txt", "not-meant.txt")
    server_client.put_object_acl(Bucket=bucket, Key="open.txt", ACL="public-read")
    owner = server_client.get_bucket_acl(Bucket=bucket)["Owner"]["ID"]
    server_client.put_object_acl(Bucket=bucket, Key="shared.txt", GrantFullControl=f"id={owner}", GrantRead="id=other")
    keys = ("a.txt", "f/b.txt", "f/g/c.txt", "open.txt", "shared.txt")
    before = {key: grants(server_client, bucket, key) for key in keys}

    publicity = Publicity(bucket, public=True, owner_id=owner)
    selection = Selection(bucket, ("a.txt", "open.txt", "shared.txt"), ("f/",))
    assert change_publicity(job, connection, selection, publicity) == []
    assert [status(server, bucket, key) for key in keys] == [200] * 5
    assert status(server, bucket, "not-meant.txt") == 403
    assert ("other", "READ") in grants(server_client, bucket, "shared.txt"), "making public takes nothing away"
    assert sorted(change.key for change in publicity.changes) == ["a.txt", "f/b.txt", "f/g/c.txt", "shared.txt"]
    assert (publicity.same, job.done) == (1, 6)

    assert undo(Job(), connection, publicity) == []
    assert {key: grants(server_client, bucket, key) for key in keys} == before
    assert [status(server, bucket, key) for key in keys] == [403, 403, 403, 200, 403]
    assert publicity.changes == []


@ON_CEPH
def test_an_object_that_is_gone_is_no_reason_to_undo_again(
    job: Job, connection: Connection, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    fill(server_client, bucket, "gone.txt", "here.txt")
    publicity = Publicity(bucket, public=True)
    assert change_publicity(job, connection, Selection(bucket, ("gone.txt", "here.txt")), publicity) == []
    server_client.delete_object(Bucket=bucket, Key="gone.txt")
    assert undo(Job(), connection, publicity) == []
    assert publicity.changes == []
    assert status(server, bucket, "here.txt") == 403


@ON_CEPH
def test_private_takes_everybody_else_off_and_undo_brings_them_back(
    job: Job, connection: Connection, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    fill(server_client, bucket, "a.txt", "b.txt")
    owner = server_client.get_bucket_acl(Bucket=bucket)["Owner"]["ID"]
    server_client.put_object_acl(
        Bucket=bucket,
        Key="a.txt",
        GrantFullControl=f"id={owner}",
        GrantRead='id=other,uri="http://acs.amazonaws.com/groups/global/AllUsers"',
    )
    before = grants(server_client, bucket, "a.txt")
    assert len(before) == 3
    publicity = Publicity(bucket, public=False, owner_id=owner)
    assert change_publicity(job, connection, Selection(bucket, ("a.txt", "b.txt")), publicity) == []
    assert grants(server_client, bucket, "a.txt") == [(owner, "FULL_CONTROL")]
    assert status(server, bucket, "a.txt") == 403
    assert [change.key for change in publicity.changes] == ["a.txt"]
    assert publicity.opened_by_undo == 1
    assert undo(Job(), connection, publicity) == []
    assert grants(server_client, bucket, "a.txt") == before


@ON_CEPH
def test_one_refusal_stops_nobody_and_a_lost_answer_can_be_undone(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    fill(server_client, bucket, "a.txt", "refused.txt", "lost.txt")
    fault_proxy.on(changes_acl_of("refused.txt"), error(403, "AccessDenied"))
    fault_proxy.on(changes_acl_of("lost.txt"), LoseAnswer())
    publicity = Publicity(bucket, public=True)
    selection = Selection(bucket, ("a.txt", "refused.txt", "lost.txt", "gone.txt"))
    failures = {one.key: one.error for one in change_publicity(job, proxied, selection, publicity)}
    assert set(failures) == {"refused.txt", "lost.txt", "gone.txt"}
    assert isinstance(failures["refused.txt"], AccessDeniedError)
    assert isinstance(failures["lost.txt"], UnreachableError)
    assert job.done == 4
    assert [status(server, bucket, key) for key in ("a.txt", "refused.txt", "lost.txt")] == [200, 403, 200]
    assert {change.key for change in publicity.changes} == {"a.txt", "lost.txt"}

    again = [failure.key for failure in undo(Job(), proxied, publicity)]
    assert again == ["lost.txt"]
    fault_proxy.rules.clear()
    assert [change.key for change in publicity.changes] == ["lost.txt"], "it can be tried again"
    assert undo(Job(), proxied, publicity) == []
    assert [status(server, bucket, key) for key in ("a.txt", "refused.txt", "lost.txt")] == [403, 403, 403]


@ON_CEPH
def test_what_was_done_before_a_cancel_can_be_undone(
    proxied: Connection, fault_proxy: FaultProxy, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    keys = [f"{number:02}.txt" for number in range(40)]
    fill(server_client, bucket, *keys)
    job, publicity = Job(), Publicity(bucket, public=True)

    def cancel(_request: Request) -> bool:
        if len(publicity.changes) >= 5:
            job.cancel()
        return False

    fault_proxy.on(cancel, LoseAnswer())
    with pytest.raises(CancelledError):
        change_publicity(job, proxied, Selection(bucket, tuple(keys)), publicity)
    opened = {key for key in keys if status(server, bucket, key) == 200}
    assert 5 <= len(opened) < 40
    assert opened <= {change.key for change in publicity.changes}
    fault_proxy.rules.clear()
    assert undo(Job(), proxied, publicity) == []
    assert not [key for key in keys if status(server, bucket, key) == 200]


# what is said before anybody tries


def policy_of(bucket: str, *statements: dict[str, Any]) -> str:
    whole = [{"Principal": "*", "Action": "s3:GetObject", **one} for one in statements]
    named = [{**one, "Resource": f"arn:aws:s3:::{bucket}/{one['Resource']}"} for one in whole]
    return json.dumps({"Version": "2012-10-17", "Statement": named})


@ON_CEPH
def test_obstacles_are_told_first(job: Job, connection: Connection, server_client: S3Client, bucket: str) -> None:
    ready = readiness(job, connection, Selection(bucket, ("a.txt",)))
    assert ready == Readiness(owner_id=server_client.get_bucket_acl(Bucket=bucket)["Owner"]["ID"])
    server_client.put_bucket_policy(Bucket=bucket, Policy=policy_of(bucket, {"Effect": "Allow", "Resource": "open/*"}))
    for keys, folders, opened in [
        (("a.txt", "open/a.txt"), (), True),
        ((), ("open/",), True),
        ((), ("open/below/",), True),
        ((), ("o/", "open/"), True),
        (("a.txt",), ("closed/",), False),
    ]:
        assert readiness(job, connection, Selection(bucket, keys, folders)).policy_opens is opened, (keys, folders)
    server_client.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": False,
        },
    )
    ready = readiness(job, connection, Selection(bucket, ("a.txt",)))
    assert ready.obstacles(public=True) == ("The public access block of this bucket refuses to make files public.",)
    assert ready.obstacles(public=False) == ()


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_a_bucket_without_access_lists_lets_nothing_be_changed(
    job: Job, connection: Connection, server_client: S3Client, bucket: str
) -> None:
    """SeaweedFS makes buckets as AWS does now: with access lists switched off."""
    fill(server_client, bucket, "a.txt")
    ready = readiness(job, connection, Selection(bucket, ("a.txt",)))
    for public in (True, False):
        (why,) = ready.obstacles(public=public)
        assert "bucket owner enforced" in why
    answer = reach_of(job, connection, ground_of(job, connection, bucket), "a.txt")
    assert answer.reach is Reach.PRIVATE
    assert "switched off" in answer.why


# who can read it


@ON_CEPH
def test_each_object_is_told_apart(
    job: Job, connection: Connection, other_connection: Connection, server_client: S3Client, bucket: str
) -> None:
    keys = ["private.txt", "public.txt", "shared.txt", "signed.txt", "open/a.txt", "closed/a.txt", "ours/a.txt"]
    fill(server_client, bucket, *keys)
    owner = server_client.get_bucket_acl(Bucket=bucket)["Owner"]["ID"]
    for key in ("public.txt", "closed/a.txt"):
        server_client.put_object_acl(Bucket=bucket, Key=key, ACL="public-read")
    server_client.put_object_acl(Bucket=bucket, Key="signed.txt", ACL="authenticated-read")
    server_client.put_object_acl(Bucket=bucket, Key="shared.txt", GrantFullControl=f"id={owner}", GrantRead="id=other")
    allowed = {"Effect": "Allow", "Resource": "open/*"}
    denied = {"Effect": "Deny", "Resource": "closed/*"}
    named = {"Effect": "Allow", "Resource": "ours/*", "Principal": {"AWS": "arn:aws:iam:::user/other"}}
    server_client.put_bucket_policy(Bucket=bucket, Policy=policy_of(bucket, allowed, denied, named))
    found = reaches(job, connection, ground_of(job, connection, bucket), keys)
    assert {key: answer.reach for key, answer in found.items()} == {
        "private.txt": Reach.PRIVATE,
        "public.txt": Reach.PUBLIC,
        "shared.txt": Reach.SHARED,
        "signed.txt": Reach.SHARED,
        "open/a.txt": Reach.PUBLIC,
        "closed/a.txt": Reach.PRIVATE,
        "ours/a.txt": Reach.SHARED,
    }
    assert "user/other" in found["ours/a.txt"].why
    assert reach_of(job, connection, ground_of(job, connection, bucket), "nowhere.txt").reach is Reach.UNKNOWN
    strange = reach_of(job, other_connection, ground_of(job, other_connection, bucket), "private.txt")
    assert strange.reach is Reach.HIDDEN


@ON_CEPH
def test_nothing_is_asked_of_an_object_where_the_policy_decides(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str
) -> None:
    fill(server_client, bucket, "a.txt")
    server_client.put_bucket_policy(Bucket=bucket, Policy=policy_of(bucket, {"Effect": "Allow", "Resource": "*"}))
    ground = ground_of(job, proxied, bucket)
    fault_proxy.forget()
    found = reaches(job, proxied, ground, [f"{number}.txt" for number in range(50)])
    assert {answer.reach for answer in found.values()} == {Reach.PUBLIC}
    assert fault_proxy.requests == []


# by themselves: rules that need no server

FULL, READ = Right.FULL_CONTROL, Right.READ


def listed(*lines: tuple[Grantee, Right]) -> AccessList:
    return AccessList("owner", "Owner", tuple(Grant(grantee, right) for grantee, right in lines))


@pytest.mark.parametrize(
    ("former", "public", "wished", "canned"),
    [
        (listed((OWNER, FULL)), True, listed((OWNER, FULL), (EVERYONE, READ)), "public-read"),
        (listed((OWNER, FULL), (EVERYONE, READ)), True, listed((OWNER, FULL), (EVERYONE, READ)), "public-read"),
        (listed((OWNER, FULL), (EVERYONE, READ)), False, listed((OWNER, FULL)), "private"),
        (listed((OWNER, FULL), (SIGNED_IN, READ), (OTHER, READ)), False, listed((OWNER, FULL)), "private"),
        (listed((OWNER, FULL), (BUCKET_OWNER, FULL)), False, listed((OWNER, FULL), (BUCKET_OWNER, FULL)), None),
        (listed((OWNER, FULL), (OTHER, FULL)), False, listed((OWNER, FULL)), "private"),
        (listed(), True, listed((EVERYONE, READ)), None),
    ],
)
def test_the_list_that_is_wished(former: AccessList, public: bool, wished: AccessList, canned: str | None) -> None:
    assert wished_list(former, "bucket", public=public) == wished
    assert canned_as(wished) == canned


def test_where_the_bucket_owner_is_not_known_nobody_with_full_control_loses_it() -> None:
    former = listed((OWNER, FULL), (OTHER, FULL), (BUCKET_OWNER, READ), (EVERYONE, READ))
    assert wished_list(former, "", public=False) == listed((OWNER, FULL), (OTHER, FULL))


def test_only_what_becomes_public_again_is_asked_about() -> None:
    changes = [Change("a", listed((OWNER, FULL), (EVERYONE, READ))), Change("b", listed((OTHER, READ)))]
    assert Publicity("b", public=False, changes=changes).opened_by_undo == 1
    assert Publicity("b", public=True, changes=changes).opened_by_undo == 0


OPEN = Seen(Standing.FOUND, listed((OWNER, FULL), (EVERYONE, READ)))
OWN = Seen(Standing.FOUND, listed((OWNER, FULL)))
NOT_SEEN: Seen[AccessList] = Seen(Standing.NOT_ALLOWED)
FROM_HERE = {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}


@pytest.mark.parametrize(
    ("statements", "ground", "seen", "expected"),
    [
        ((), {"public_lists_count": False}, OPEN, Reach.PRIVATE),
        ((), {"policy_standing": Standing.NOT_ALLOWED}, OWN, Reach.HIDDEN),
        ((), {"policy_standing": Standing.NOT_ALLOWED}, OPEN, Reach.PUBLIC),
        ((), {"policy_standing": Standing.FAILED}, OWN, Reach.UNKNOWN),
        ((), {}, NOT_SEEN, Reach.HIDDEN),
        ((), {}, Seen(Standing.UNSUPPORTED), Reach.PRIVATE),
        ((), {"lists_count": False}, OPEN, Reach.PRIVATE),
        (({"Effect": "Allow"},), {"public_policy_counts": False}, OWN, Reach.PRIVATE),
        (({"Effect": "Allow"},), {"lists_count": False}, NOT_SEEN, Reach.PUBLIC),
        (({"Effect": "Allow"}, {"Effect": "Deny"}), {}, OPEN, Reach.PRIVATE),
        (({"Effect": "Allow", **FROM_HERE},), {}, OWN, Reach.UNKNOWN),
        (({"Effect": "Allow", "Principal": {"AWS": "111122223333"}},), {}, OWN, Reach.SHARED),
        (({"Effect": "Allow", "Principal": {"AWS": "111122223333"}},), {}, NOT_SEEN, Reach.SHARED),
    ],
)
def test_what_policy_block_ownership_and_list_come_to(
    statements: tuple[dict[str, Any], ...], ground: dict[str, Any], seen: Seen[AccessList], expected: Reach
) -> None:
    policy = policy_of("b", *({**one, "Resource": "*"} for one in statements)) if statements else ""
    whole = Ground("b", parse(policy) if policy else None, **{"policy_standing": Standing.NOT_SET, **ground})
    answer: Reached = by_policy(whole, "k") or by_list(whole, "k", seen)
    assert answer.reach is expected
    assert answer.why.endswith(".")
