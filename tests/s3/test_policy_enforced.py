"""What we say of a policy is what servers that enforce it really do."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError

from s3desk.s3.access.policy import Effect, Policy, parse
from s3desk.s3.access.policy_templates import ONLY_HTTPS, PUBLIC_READ, with_template
from s3desk.s3.access.policy_verdict import ANYONE, Asker, verdict

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.info import ServerInfo

OTHER = Asker(arn="arn:aws:iam:::user/other")
KEYS = ("reports/a.csv", "reports/2024/b.txt", "reports.csv", "x y+ü.txt")
PAGE = "http://a.example/"
# Over plain http Ceph does not say "false" as AWS and SeaweedFS do: the key is not there at all.
OVER_HTTP = {"ceph": None, "seaweedfs": "false"}
# SeaweedFS takes neither a resource that could be other buckets nor …IfExists.
REFUSED = {"a star reaches over the bucket's end", "http denied where nobody says it is https"}


def statement(
    effect: str, resource: Any, principal: Any = "*", action: Any = "s3:GetObject", **more: Any
) -> dict[str, Any]:
    resources = [resource] if isinstance(resource, str) else resource
    arns = ["arn:aws:s3:::{bucket}" + one for one in resources]
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": arns, **more}


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


ALL, REPORTS, SOMEONE = "/*", "/reports/*", {"AWS": "arn:aws:iam:::user/other"}
TABLE: dict[str, list[dict[str, Any]]] = {
    "anyone reads all": [statement("Allow", ALL)],
    "anyone reads a folder": [statement("Allow", REPORTS)],
    "anyone reads one file": [statement("Allow", "/reports.csv")],
    "a star in the middle": [statement("Allow", "/*.csv")],
    "a question mark": [statement("Allow", "/reports?csv")],
    "two stars": [statement("Allow", "/rep*/*.txt")],
    "a star reaches over the bucket's end": [statement("Allow", "*")],
    "the bucket alone": [statement("Allow", "")],
    "two resources": [statement("Allow", ["/reports.csv", "/x*"])],
    "principal as AWS star": [statement("Allow", ALL, {"AWS": "*"})],
    "a list of principals": [
        statement("Allow", ALL, {"AWS": ["arn:aws:iam:::user/nobody", "arn:aws:iam:::user/other"]})
    ],
    "someone reads": [statement("Allow", REPORTS, SOMEONE)],
    "somebody else reads": [statement("Allow", REPORTS, {"AWS": "arn:aws:iam:::user/nobody"})],
    "a whole account of another tenant": [statement("Allow", ALL, {"AWS": "arn:aws:iam::elsewhere:root"})],
    "actions with a star": [statement("Allow", ALL, action="s3:Get*")],
    "all actions": [statement("Allow", ALL, action="s3:*")],
    "another action": [statement("Allow", ALL, action="s3:PutObject")],
    "a list of actions": [statement("Allow", ALL, action=["s3:PutObject", "s3:GetObject"])],
    "denial wins": [statement("Allow", ALL), statement("Deny", REPORTS)],
    "denial wins in any order": [statement("Deny", REPORTS), statement("Allow", ALL)],
    "denied to someone": [statement("Allow", ALL), statement("Deny", ALL, SOMEONE)],
    "denied another action": [statement("Allow", ALL), statement("Deny", ALL, action="s3:PutObject")],
    "not this action": [
        statement("Allow", ALL, action="s3:Get*"),
        statement("Deny", REPORTS, action="s3:GetObjectAcl"),
    ],
    "only over https": [statement("Allow", ALL, **when("Bool", "aws:SecureTransport", "true"))],
    "also over http": [statement("Allow", ALL, **when("Bool", "aws:SecureTransport", "false"))],
    "plain http denied": [
        statement("Allow", ALL),
        statement("Deny", ALL, **when("Bool", "aws:SecureTransport", "false")),
    ],
    "http denied where nobody says it is https": [
        statement("Allow", ALL),
        statement("Deny", ALL, **when("BoolIfExists", "aws:SecureTransport", "false")),
    ],
    "http denied where nobody says anything": [
        statement("Allow", ALL),
        statement("Deny", ALL, **when("Null", "aws:SecureTransport", "true")),
    ],
    "from here": [statement("Allow", ALL, **when("IpAddress", "aws:SourceIp", "127.0.0.0/8"))],
    "from elsewhere": [statement("Allow", ALL, **when("IpAddress", "aws:SourceIp", "203.0.113.0/24"))],
    "from two places": [statement("Allow", ALL, **when("IpAddress", "aws:SourceIp", "203.0.113.0/24", "127.0.0.1/32"))],
    "not from here": [
        statement("Allow", ALL),
        statement("Deny", ALL, **when("NotIpAddress", "aws:SourceIp", "127.0.0.0/8")),
    ],
    "not from elsewhere": [
        statement("Allow", ALL),
        statement("Deny", ALL, **when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24")),
    ],
    "a page": [statement("Allow", ALL, **when("StringLike", "aws:Referer", "http://a.example/*"))],
    "another page": [statement("Allow", ALL, **when("StringEquals", "aws:Referer", "http://b.example/"))],
    "not that page": [statement("Allow", ALL, **when("StringNotEquals", "aws:Referer", "http://b.example/"))],
    "two conditions": [
        statement(
            "Allow",
            ALL,
            Condition={"Bool": {"aws:SecureTransport": "false"}, "StringLike": {"aws:Referer": "http://c*"}},
        )
    ],
    "nothing about reading": [statement("Allow", "", action="s3:ListBucket")],
}


@pytest.fixture
def filled(server_client: S3Client, bucket: str) -> Iterator[str]:
    for key in KEYS:
        server_client.put_object(Bucket=bucket, Key=key, Body=b"x")
    yield bucket
    server_client.delete_bucket_policy(Bucket=bucket)


def reads_unsigned(server: ServerInfo, bucket: str, key: str, *, tls: bool = False) -> bool:
    url = f"{server.tls_endpoint_url if tls else server.endpoint_url}/{bucket}/{quote(key)}"
    asked = urllib.request.Request(url, headers={"Referer": PAGE})
    trust = ssl.create_default_context(cafile=server.ca_file) if tls else None
    try:
        with urllib.request.urlopen(asked, timeout=10, context=trust) as answer:
            return bool(answer.read() == b"x")
    except urllib.error.HTTPError as error:
        with error:
            if error.code != 403:
                raise
            return False


def reads_signed(client: S3Client, bucket: str, key: str) -> bool:
    def say_where_from(params: dict[str, Any], **_: object) -> None:
        params["headers"]["Referer"] = PAGE

    client.meta.events.register("before-call.s3.GetObject", say_where_from, unique_id="referer")
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    finally:
        client.meta.events.unregister("before-call.s3.GetObject", unique_id="referer")


def known(server: ServerInfo, *, tls: bool = False) -> dict[str, str | None]:
    """What the server knows of our requests."""
    secure = "true" if tls else OVER_HTTP[server.name]
    return {"aws:SecureTransport": secure, "aws:SourceIp": "127.0.0.1", "aws:Referer": PAGE}


def policies(server: ServerInfo, client: S3Client, bucket: str) -> Iterator[tuple[str, Policy]]:
    """Put one after the other."""
    for name, statements in TABLE.items():
        text = json.dumps({"Version": "2012-10-17", "Statement": statements}).replace("{bucket}", bucket)
        if server.name == "seaweedfs" and name in REFUSED:
            with pytest.raises(ClientError, match="invalid"):
                client.put_bucket_policy(Bucket=bucket, Policy=text)
            continue
        client.put_bucket_policy(Bucket=bucket, Policy=text)
        yield name, parse(text)


def test_the_server_does_what_the_verdict_says(
    server: ServerInfo, server_client: S3Client, other_client: S3Client, filled: str
) -> None:
    differ = []
    # SeaweedFS gives its identities no ARNs one could name in a policy.
    askers = (ANYONE, OTHER) if server.name == "ceph" else (ANYONE,)
    for name, policy in policies(server, server_client, filled):
        for key in KEYS:
            said = [verdict(policy, who, "s3:GetObject", filled, key, known(server)) for who in askers]
            done = [reads_unsigned(server, filled, key), reads_signed(other_client, filled, key)]
            assert all(len(one.outcomes) == 1 for one in said), (name, said)
            if [one.effect is Effect.ALLOW for one in said] != done[: len(askers)]:
                differ.append((name, key, [one.words for one in said], done))
    assert not differ, differ


@pytest.mark.parametrize("server", ["ceph"], indirect=True)  # the one that speaks TLS here
def test_over_https_it_does_so_too(server: ServerInfo, server_client: S3Client, filled: str) -> None:
    differ = []
    for name, policy in policies(server, server_client, filled):
        if "SecureTransport" in str(policy):
            said = verdict(policy, ANYONE, "s3:GetObject", filled, KEYS[0], known(server, tls=True))
            if (said.effect is Effect.ALLOW) != reads_unsigned(server, filled, KEYS[0], tls=True):
                differ.append((name, said.words))
    assert not differ, differ


def test_the_template_shuts_plain_http_out(server: ServerInfo, server_client: S3Client, filled: str) -> None:
    public = with_template("", PUBLIC_READ, {"Folder": "reports"}, filled)
    server_client.put_bucket_policy(Bucket=filled, Policy=public)
    assert reads_unsigned(server, filled, KEYS[0])
    shut = json.loads(with_template(public, ONLY_HTTPS, {}, filled))
    for each in shut["Statement"][1:]:  # of the files only, or nobody could remove the policy again without https
        each["Resource"].remove(f"arn:aws:s3:::{filled}")
    server_client.put_bucket_policy(Bucket=filled, Policy=json.dumps(shut))
    assert not reads_unsigned(server, filled, KEYS[0])
    if server.tls_endpoint_url:
        assert reads_unsigned(server, filled, KEYS[0], tls=True)
        assert not reads_unsigned(server, filled, KEYS[-1], tls=True)
