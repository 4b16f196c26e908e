"""Links: they open for anyone, they end when they say, and what cannot be linked is refused in words."""

from __future__ import annotations

import json
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import BadNameError, ExpiredError, S3Error, SignInError
from s3desk.s3.job import Job
from s3desk.s3.objects import Selection
from s3desk.s3.sharing import links as sharing
from s3desk.s3.sharing.links import Link, LinkKind, Overrides
from s3desk.s3.sharing.members import members
from s3desk.s3.sharing.near import opens_only
from s3desk.s3.versions import versions_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.conftest import BucketFactory
    from tests.servers.fault_proxy import FaultProxy

HOUR = timedelta(hours=1)


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("key", ["plain.csv", "with space+plus %2F & = ?#.csv", "ünï/cödé 😀.csv", "a//b" * 2])
def test_a_link_opens_without_signing_in(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, key: str
) -> None:
    if connection.name == "seaweedfs" and "//" in key:
        pytest.skip("a file tree has no empty folder names")
    server_client.put_object(Bucket=bucket, Key=key, Body=b"data of " + key.encode())
    link = sharing.presign(job, connection, bucket, key, HOUR)
    assert fetched(link.url) == b"data of " + key.encode()
    assert abs(link.ends - datetime.now(UTC) - HOUR) < timedelta(minutes=1)
    assert (link.shortened, link.advice, link.kind, link.never_ends) == ("", "", LinkKind.TEMPORARY, False)


def headers_of(url: str) -> dict[str, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return {name.lower(): value for name, value in answer.headers.items()}


@pytest.mark.parametrize(
    ("overrides", "disposition"),
    [
        (Overrides("plain.csv", attachment=True), 'attachment; filename="plain.csv"'),
        (Overrides("my “report” ü%.csv"), "inline; filename=\"my _report_ __.csv\"; filename*=UTF-8''{name}"),
        (Overrides(attachment=False, content_type="text/plain; charset=utf-8"), "inline"),
    ],
)
def test_a_link_changes_how_the_object_answers_and_nothing_else(
    job: Job,
    connection: Connection,
    server_client: S3Client,
    bucket: str,
    overrides: Overrides,
    disposition: str,
) -> None:
    server_client.put_object(Bucket=bucket, Key="k", Body=b"1", ContentType="text/csv")
    found = headers_of(sharing.presign(job, connection, bucket, "k", HOUR, overrides).url)
    assert found["content-disposition"] == disposition.format(name=quote(overrides.file_name))
    assert found["content-type"] == (overrides.content_type or "text/csv")
    untouched = headers_of(sharing.presign(job, connection, bucket, "k", HOUR).url)
    assert "content-disposition" not in untouched
    assert untouched["content-type"] == "text/csv"


@pytest.mark.parametrize(
    "overrides",
    [
        Overrides(content_type="text"),
        Overrides(content_type="text/csv\r\nSet-Cookie: x"),
        Overrides(file_name="a\nb"),
        Overrides(file_name="../a"),
    ],
)
def test_what_no_header_can_carry_is_refused(connection: Connection, overrides: Overrides) -> None:
    with pytest.raises(BadNameError):
        sharing.presign(Job(), connection, "any", "k", HOUR, overrides)


def test_a_link_opens_the_version_it_was_made_for(
    job: Job, connection: Connection, server_client: S3Client, new_bucket: BucketFactory
) -> None:
    bucket = new_bucket(versioned=True)
    made = []
    for body in (b"first", b"second", b"third"):
        made.append(server_client.put_object(Bucket=bucket, Key="k", Body=body)["VersionId"])
        server_client.put_object(Bucket=bucket, Key="k.longer", Body=b"not this")
    server_client.delete_object(Bucket=bucket, Key="k")
    found = versions_of(job, connection, bucket, "k")
    assert [version.version_id for version in found] == made[::-1]
    assert [(version.size, version.is_latest) for version in found] == [(5, False), (6, False), (5, False)]
    link = sharing.presign(job, connection, bucket, "k", HOUR, version_id=made[1])
    assert (fetched(link.url), link.version_id) == (b"second", made[1])
    with pytest.raises(HTTPError, match="404"):
        fetched(sharing.presign(job, connection, bucket, "k", HOUR).url)


def test_all_versions_are_found_over_several_answers(
    job: Job,
    proxied: Connection,
    fault_proxy: FaultProxy,
    server_client: S3Client,
    new_bucket: BucketFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = new_bucket(versioned=True)
    made = [server_client.put_object(Bucket=bucket, Key="k", Body=b"x")["VersionId"] for _ in range(5)]
    monkeypatch.setattr("s3desk.s3.versions.PAGE", 2)
    fault_proxy.forget()
    assert {version.version_id for version in versions_of(job, proxied, bucket, "k")} == set(made)
    assert len([seen for seen in fault_proxy.requests if "versions" in seen.query]) == 3


def test_without_versions_there_are_none(
    job: Job, connection: Connection, other_connection: Connection, server_client: S3Client, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert versions_of(job, connection, bucket, "k") == []
    assert versions_of(job, other_connection, bucket, "k") == []
    assert versions_of(job, connection, bucket + "-gone", "k") == []


def test_a_selection_is_opened_down_to_its_objects(
    job: Job, connection: Connection, server_client: S3Client, bucket: str
) -> None:
    for key in ("top.csv", "in/a.csv", "in/deep/b.csv", "in/deep/", "other/c.csv"):
        server_client.put_object(Bucket=bucket, Key=key, Body=b"" if key.endswith("/") else b"x")
    chosen = Selection(bucket, ("top.csv",), ("in/",))
    assert members(job, connection, chosen, 3) == ["top.csv", "in/a.csv", "in/deep/b.csv"]
    with pytest.raises(S3Error, match="more than 2 objects"):
        members(job, connection, chosen, 2)
    assert members(job, connection, Selection(bucket, (), ("nothing/",)), 10) == []


def test_a_link_is_signed_with_version_4_and_its_lifetime(job: Job, connection: Connection, bucket: str) -> None:
    query = parse_qs(urlsplit(sharing.presign(job, connection, bucket, "k", timedelta(days=7)).url).query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["604800"]


@pytest.mark.parametrize(
    ("lifetime", "word"), [(timedelta(days=8), "7 days"), (timedelta(0), "minute"), (-HOUR, "minute")]
)
def test_impossible_lifetimes_are_refused_in_words(connection: Connection, lifetime: timedelta, word: str) -> None:
    with pytest.raises(BadNameError, match=word):
        sharing.presign(Job(), connection, "any", "k", lifetime)


@pytest.mark.parametrize("key", ["..", "a/../b", "./a", "a/."])
def test_keys_that_browsers_change_are_refused(connection: Connection, key: str) -> None:
    with pytest.raises(BadNameError, match="browsers change"):
        sharing.presign(Job(), connection, "any", key, HOUR)


def test_the_public_address_is_the_link_without_its_signature(job: Job, connection: Connection, bucket: str) -> None:
    url = sharing.public_url(job, connection, bucket, "a b/c+d.csv")
    assert url == f"{connection.endpoint_url}/{bucket}/a%20b/c%2Bd.csv"
    [link] = sharing.public_links(job, connection, bucket, ["a b/c+d.csv"])
    assert (link.url, link.never_ends, link.kind) == (url, True, LinkKind.PUBLIC)


def test_without_keys_there_is_no_link_but_a_public_address(server_client: S3Client) -> None:
    endpoint = str(server_client.meta.endpoint_url)
    nobody = Connection(Account("public", SignIn.ANONYMOUS, endpoint_url=endpoint))
    with pytest.raises(SignInError, match="needs keys"):
        sharing.presign(Job(), nobody, "any", "k", HOUR)


def profile_with_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: datetime) -> None:
    """A profile whose program hands out keys that end."""
    keys = {
        "Version": 1,
        "AccessKeyId": "ASIA" + "X" * 16,
        "SecretAccessKey": "s" * 40,
        "SessionToken": "t" * 40,
        "Expiration": ends.isoformat(),
    }
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    program = f"{sys.executable} -c \"print(open(r'{tmp_path / 'keys.json'}').read())\""
    (tmp_path / "config").write_text(f"[profile process]\ncredential_process = {program}\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def on_aws(bucket: str, region: str, profile: str = "") -> Connection:
    """A connection to AWS that already knows where a bucket lives, so that nothing is asked over the network."""
    connection = Connection(Account("aws", SignIn.PROFILE if profile else SignIn.KEYS, profile))
    connection._regions[bucket] = region
    return connection


def test_a_link_ends_with_the_sign_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=41)
    profile_with_process(tmp_path, monkeypatch, ends)
    link = sharing.presign(Job(), on_aws("b", "eu-west-1", profile="process"), "b", "k", timedelta(days=7))
    assert link.ends == ends
    assert "sign-in ends" in link.shortened
    assert "Sign in again just before" in link.advice
    assert sharing.presign(Job(), on_aws("b", "eu-west-1", profile="process"), "b", "k", HOUR / 2).shortened == ""


def test_an_ended_sign_in_makes_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile_with_process(tmp_path, monkeypatch, datetime.now(UTC) - HOUR)
    with pytest.raises(SignInError) as refusal:
        sharing.presign(Job(), on_aws("b", "eu-west-1", profile="process"), "b", "k", HOUR)
    assert isinstance(refusal.value, ExpiredError)


@pytest.mark.parametrize(
    ("bucket", "region", "host"),
    [
        ("plain", "us-east-1", "plain.s3.amazonaws.com"),
        ("plain", "eu-west-1", "plain.s3.eu-west-1.amazonaws.com"),
        ("with.dot", "eu-west-1", "s3.eu-west-1.amazonaws.com"),
    ],
)
def test_on_aws_the_link_names_the_buckets_own_region(bucket: str, region: str, host: str) -> None:
    connection = on_aws(bucket, region)
    connection.account = Account("aws", access_key="AKIA" + "X" * 16, secret_key="s" * 40)
    link = sharing.presign(Job(), connection, bucket, "k", HOUR)
    assert urlsplit(link.url).hostname == host
    assert f"%2F{region}%2Fs3%2F" in link.url


def test_typed_temporary_keys_have_an_end_that_nobody_knows() -> None:
    connection = on_aws("b", "eu-west-1")
    connection.account = Account("aws", access_key="ASIA" + "X" * 16, secret_key="s" * 40, session_token="t" * 40)
    link = sharing.presign(Job(), connection, "b", "k", HOUR)
    assert "may end sooner" in link.shortened
    assert "keys that do not expire" in link.advice


def link_to(key: str) -> Link:
    return Link("b", key, "https://h/b/k?X-Amz-Signature=abc&x='\"", datetime.now(UTC))


def test_the_representation_hides_the_address() -> None:
    assert "Signature" not in repr(link_to("k"))


@pytest.mark.parametrize(
    ("host", "where"),
    [
        ("127.0.0.1:8333", "on this computer"),
        ("[::1]:8333", "on this computer"),
        ("localhost", "on this computer"),
        ("10.1.2.3:9000", "inside your network"),
        ("192.168.1.5", "inside your network"),
        ("minio:9000", "inside your network"),
        ("nas.local", "inside your network"),
        ("b.s3.eu-west-1.amazonaws.com", ""),
        ("s3.example.com", ""),
        ("8.8.8.8", ""),
    ],
)
def test_an_address_that_others_cannot_open_is_known(host: str, where: str) -> None:
    assert opens_only(f"http://{host}/bucket/key?X-Amz-Expires=1") == where
