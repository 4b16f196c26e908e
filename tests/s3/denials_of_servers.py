"""Denials that real servers produce, one a case: how they come about, and the layer that is truly behind them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from s3desk.s3.access.denial_layers import Layer
from s3desk.s3.account import SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import S3Error
from s3desk.s3.explain import explaining
from tests.s3.conftest import connect
from tests.s3.denials_of_amazon import GUESSED, KEY, KNOWN

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.info import ServerInfo

connected = cache(connect)


def refusal(connection: Connection, operation: str, **arguments: Any) -> S3Error:
    """Do something that is refused."""
    bucket, key = arguments.get("Bucket", ""), arguments.get("Key", "")
    with pytest.raises(S3Error) as caught, explaining("do this", bucket=bucket, key=key):
        getattr(connection.client(bucket), operation)(**arguments)
    return caught.value


@dataclass(frozen=True)
class Scene:
    """A bucket of the owner with one object in it, and the people before it."""

    server: ServerInfo
    client: S3Client
    other_client: S3Client
    bucket: str

    @property
    def owner(self) -> Connection:
        return connected(self.server)

    @property
    def other(self) -> Connection:
        return connected(self.server, other=True)

    def keys(self, access_key: str, secret_key: str, sign_in: SignIn = SignIn.KEYS) -> Connection:
        """Other keys, or none."""
        account = replace(self.owner.account, access_key=access_key, secret_key=secret_key, sign_in=sign_in)
        return Connection(account)

    def set_policy(self, effect: str, actions: list[str], principal: str = "*", **condition: object) -> None:
        """A bucket policy of one statement."""
        resources = [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"]
        who = principal if principal == "*" else {"AWS": principal}
        statement = {"Effect": effect, "Principal": who, "Action": actions, "Resource": resources}
        document = {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
        self.client.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(document))


Produce = Callable[[Scene], tuple[Connection, S3Error]]
OTHER = "arn:aws:iam:::user/other"


@dataclass(frozen=True)
class Produced:
    """A denial that a real server produces, and the layer that is truly behind it, as far as it can be known."""

    id: str
    servers: str
    layer: Layer
    certain: bool
    produce: Produce


def owner(operation: str, **more: Any) -> Produce:
    """The owner is refused."""
    return lambda scene: _ask(scene, scene.owner, operation, more)


def other(operation: str, **more: Any) -> Produce:
    """Somebody else is refused."""
    return lambda scene: _ask(scene, scene.other, operation, more)


def stranger(operation: str, **more: Any) -> Produce:
    """Somebody without keys is refused."""
    return lambda scene: _ask(scene, scene.keys("", "", SignIn.ANONYMOUS), operation, more)


def wrong_key(operation: str, **more: Any) -> Produce:
    return lambda scene: _ask(scene, scene.keys("NOBODYHASTHISKEY", "x" * 40), operation, more)


def wrong_secret(operation: str, **more: Any) -> Produce:
    return lambda scene: _ask(scene, scene.keys(scene.server.access_key, "x" * 40), operation, more)


def under_policy(ask: Produce, effect: str, actions: list[str], principal: str = "*", **condition: object) -> Produce:
    """The same under a bucket policy."""

    def produce(scene: Scene) -> tuple[Connection, S3Error]:
        scene.set_policy(effect, actions, principal, **condition)
        return ask(scene)

    return produce


def after(prepare: Callable[[Scene], object], ask: Produce) -> Produce:
    """The same after something else."""

    def produce(scene: Scene) -> tuple[Connection, S3Error]:
        prepare(scene)
        return ask(scene)

    return produce


def _ask(scene: Scene, connection: Connection, operation: str, more: dict[str, Any]) -> tuple[Connection, S3Error]:
    where: dict[str, Any] = {} if operation == "list_buckets" else {"Bucket": scene.bucket}
    if "object" in operation and not operation.startswith("list"):
        where["Key"] = KEY
    return connection, refusal(connection, operation, **(where | more))


def _of_other(scene: Scene) -> None:
    """Somebody else puts an object there, as a policy lets them."""
    scene.set_policy("Allow", ["s3:PutObject"], OTHER)
    scene.other_client.put_object(Bucket=scene.bucket, Key="theirs", Body=b"x")


def _block(scene: Scene) -> None:
    scene.client.put_public_access_block(
        Bucket=scene.bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )


def _grant_other_the_list(scene: Scene) -> None:
    """Somebody else may see who may read the object, and is not among them."""
    mine = scene.client.get_object_acl(Bucket=scene.bucket, Key=KEY)
    theirs: Any = {"Grantee": {"Type": "CanonicalUser", "ID": "other"}, "Permission": "READ_ACP"}
    scene.client.put_object_acl(
        Bucket=scene.bucket,
        Key=KEY,
        AccessControlPolicy={"Owner": {"ID": mine["Owner"]["ID"]}, "Grants": [*mine["Grants"], theirs]},
    )


def _public_policy(scene: Scene) -> tuple[Connection, S3Error]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    document = {"Version": "2012-10-17", "Statement": [statement | {"Resource": f"arn:aws:s3:::{scene.bucket}/*"}]}
    return owner("put_bucket_policy", Policy=json.dumps(document))(scene)


def _five_hours_late(ask: Produce) -> Produce:
    """The computer's clock is wrong while the request is signed."""

    def produce(scene: Scene) -> tuple[Connection, S3Error]:
        with pytest.MonkeyPatch.context() as patch:
            late = datetime.now(UTC) - timedelta(hours=5)
            for module in ("botocore.auth", *(["botocore.crt.auth"] if find_spec("awscrt") else [])):
                patch.setattr(f"{module}.get_current_datetime", lambda *_, **__: late.replace(tzinfo=None))
            return ask(scene)

    return produce


BOTH, CEPH, WEED = "ceph seaweedfs", "ceph", "seaweedfs"
ALL_GET, FROM_OFFICE = ["s3:GetObject"], {"aws:SourceIp": "10.0.0.0/8"}
THEIRS = {"Bucket": "someone-elses"}

PRODUCED = [
    Produced("deny-get", BOTH, Layer.BUCKET_POLICY, KNOWN, under_policy(owner("get_object"), "Deny", ALL_GET)),
    Produced("deny-head", BOTH, Layer.BUCKET_POLICY, KNOWN, under_policy(owner("head_object"), "Deny", ALL_GET)),
    Produced(
        "deny-list", BOTH, Layer.BUCKET_POLICY, KNOWN, under_policy(owner("list_objects_v2"), "Deny", ["s3:ListBucket"])
    ),
    Produced(
        "deny-head-bucket",
        BOTH,
        Layer.BUCKET_POLICY,
        KNOWN,
        under_policy(owner("head_bucket"), "Deny", ["s3:ListBucket"]),
    ),
    Produced(
        "deny-put",
        BOTH,
        Layer.BUCKET_POLICY,
        KNOWN,
        under_policy(owner("put_object", Body=b"x"), "Deny", ["s3:PutObject"]),
    ),
    Produced(
        "deny-delete",
        BOTH,
        Layer.BUCKET_POLICY,
        KNOWN,
        under_policy(owner("delete_object"), "Deny", ["s3:DeleteObject"]),
    ),
    Produced(
        "deny-by-address",
        BOTH,
        Layer.BUCKET_POLICY,
        GUESSED,
        under_policy(owner("get_object"), "Deny", ALL_GET, NotIpAddress=FROM_OFFICE),
    ),
    Produced(
        "deny-plain-http",
        WEED,
        Layer.BUCKET_POLICY,
        KNOWN,
        under_policy(owner("get_object"), "Deny", ALL_GET, Bool={"aws:SecureTransport": "false"}),
    ),
    Produced(
        "deny-other-networks",
        WEED,
        Layer.VPC,
        GUESSED,
        under_policy(owner("get_object"), "Deny", ALL_GET, StringNotEquals={"aws:SourceVpce": "vpce-1"}),
    ),
    Produced("object-of-another", CEPH, Layer.OWNERSHIP, KNOWN, after(_of_other, owner("get_object", Key="theirs"))),
    Produced("head-of-another", CEPH, Layer.OWNERSHIP, KNOWN, after(_of_other, owner("head_object", Key="theirs"))),
    Produced("acl-of-another", CEPH, Layer.OWNERSHIP, KNOWN, after(_of_other, owner("get_object_acl", Key="theirs"))),
    Produced("blocked-acl", CEPH, Layer.BLOCK, GUESSED, after(_block, owner("put_object_acl", ACL="public-read"))),
    Produced("blocked-policy", CEPH, Layer.BLOCK, GUESSED, after(_block, _public_policy)),
    Produced("blocked-put", CEPH, Layer.BLOCK, GUESSED, after(_block, owner("put_object", ACL="public-read"))),
    Produced(
        "silent-policy-of-another",
        CEPH,
        Layer.BUCKET_POLICY,
        GUESSED,
        under_policy(other("get_object"), "Allow", ["s3:GetBucketPolicy"], OTHER),
    ),
    Produced(
        "missing-and-no-list",
        CEPH,
        Layer.NO_LIST,
        KNOWN,
        under_policy(other("get_object", Key="no"), "Allow", ["s3:GetObject", "s3:GetBucketPolicy"], OTHER),
    ),
    Produced("list-leaves-me-out", CEPH, Layer.ACL, GUESSED, after(_grant_other_the_list, other("get_object"))),
    # some servers say it outright, others do not tell wrong keys from missing rights
    Produced("no-such-key", WEED, Layer.WRONG_KEY, KNOWN, wrong_key("get_object")),
    Produced("no-such-key-unsaid", CEPH, Layer.WRONG_KEY, GUESSED, wrong_key("get_object")),
    Produced("bad-secret", WEED, Layer.WRONG_SECRET, KNOWN, wrong_secret("get_object")),
    Produced("bad-secret-by-head", WEED, Layer.WRONG_SECRET, KNOWN, wrong_secret("head_object")),
    Produced("bad-secret-unsaid", CEPH, Layer.WRONG_KEY, GUESSED, wrong_secret("get_object")),
    Produced("late", BOTH, Layer.CLOCK, KNOWN, _five_hours_late(owner("get_object"))),
    Produced("may-not-set-policy", WEED, Layer.IAM, GUESSED, other("put_bucket_policy", **THEIRS, Policy="{}")),
    Produced("may-not-create", WEED, Layer.IAM, GUESSED, other("create_bucket", Bucket="not-allowed-to")),
    # without keys
    Produced("stranger-get", BOTH, Layer.SIGN_IN, GUESSED, stranger("get_object")),
    Produced("stranger-list", BOTH, Layer.SIGN_IN, KNOWN, stranger("list_objects_v2")),
    Produced("stranger-put", BOTH, Layer.SIGN_IN, KNOWN, stranger("put_object", Body=b"x")),
    # nothing can be seen, and nothing is claimed
    Produced("other-get", BOTH, Layer.UNKNOWN, GUESSED, other("get_object")),
    Produced("other-head", BOTH, Layer.UNKNOWN, GUESSED, other("head_object")),
    Produced("other-list", BOTH, Layer.UNKNOWN, GUESSED, other("list_objects_v2")),
    Produced("other-put", BOTH, Layer.UNKNOWN, GUESSED, other("put_object", Body=b"x")),
    Produced("other-delete", BOTH, Layer.UNKNOWN, GUESSED, other("delete_object")),
    Produced(
        "other-lists-but-may-not-get",
        CEPH,
        Layer.UNKNOWN,
        GUESSED,
        under_policy(other("get_object"), "Allow", ["s3:ListBucket"], OTHER),
    ),
]
