"""Links: they open for anyone, they end when they say, and what cannot be linked is refused in words."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import BadNameError, ExpiredError, SignInError
from s3desk.s3.job import Job
from s3desk.s3.sharing import links as sharing
from s3desk.s3.sharing.formats import LinkFormat, written
from s3desk.s3.sharing.links import Link

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

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
    assert link.shortened == ""


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
    assert "may end sooner" in sharing.presign(Job(), connection, "b", "k", HOUR).shortened


def link_to(key: str) -> Link:
    return Link("b", key, "https://h/b/k?X-Amz-Signature=abc&x='\"", datetime.now(UTC))


def test_the_representation_hides_the_address() -> None:
    assert "Signature" not in repr(link_to("k"))


@pytest.mark.parametrize(
    ("key", "reader"),
    [
        ("x.csv", "read_csv"),
        ("x.csv.gz", 'compression="gzip"'),
        ("x.tsv", r'sep="\t"'),
        ("x.parquet", "read_parquet"),
        ("x.jsonl", "lines=True"),
        ("x.json", "read_json"),
        ("x", "read_csv"),
    ],
)
def test_pandas_code_compiles_and_reads_what_the_name_says(key: str, reader: str) -> None:
    code = written([link_to(key)], LinkFormat.PANDAS)
    compile(code, "pasted", "exec")
    assert reader in code


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=3))
def test_any_name_can_be_pasted(names: list[str]) -> None:
    links = [link_to(name) for name in names]
    compile(written(links, LinkFormat.PANDAS), "pasted", "exec")
    for form in (LinkFormat.HTML, LinkFormat.MARKDOWN, LinkFormat.LINK):
        assert written(links, form).count("https://h/b/k?X-Amz-Signature=abc") == len(links)
    assert "<script" not in written([link_to("<script>alert(1)</script>")], LinkFormat.HTML)


def test_curl_as_pasted_fetches_the_object(
    job: Job, connection: Connection, server_client: S3Client, bucket: str, tmp_path: Path
) -> None:
    key = "it's a $(name) `x`; & more.csv"
    server_client.put_object(Bucket=bucket, Key=key, Body=b"1,2\n")
    command = written([sharing.presign(job, connection, bucket, key, HOUR)], LinkFormat.CURL)
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True, capture_output=True, timeout=20)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"1,2\n"]
