"""The trial of a link tells right from wrong, and why; whatever the network does, it is a sentence."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.job import Job
from s3desk.s3.sharing.links import Link, LinkKind, presign, public_url
from s3desk.s3.sharing.trial import spread, try_link, try_links
from tests.s3.conftest import connect, seconds_to_cancel
from tests.servers.cleaning import remove_bucket
from tests.servers.fault_proxy import FaultProxy, fault_proxy_before
from tests.servers.faults import (
    Answer,
    Drop,
    Fault,
    captive_portal,
    error,
    expired_token,
    permanent_redirect,
    slow_down,
    time_too_skewed,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.conftest import BucketFactory, ClientFor
    from tests.servers.info import ServerInfo

HOUR = timedelta(hours=1)
BYTE = {"ETag": '"1"', "Content-Range": "bytes 0-0/1"}  # what a server says that sends just the first
SIGNED = "k?X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-Signature=abc"


@pytest.fixture
def answering() -> Iterator[FaultProxy]:
    """Something that answers as it is told; there is no server behind it."""
    with fault_proxy_before("http://127.0.0.1:9") as proxy:
        yield proxy


def public_read(bucket: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/open/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_stranger_gets_in_by_link_or_by_policy_and_else_not(
    job: Job, connection: Connection, server_client: S3Client, bucket: str
) -> None:
    for key in ("closed/k", "open/k"):
        server_client.put_object(Bucket=bucket, Key=key, Body=b"data")
    server_client.put_bucket_policy(Bucket=bucket, Policy=public_read(bucket))
    assert try_link(job, presign(job, connection, bucket, "closed/k", HOUR).url).works
    by_policy = try_link(job, public_url(job, connection, bucket, "open/k"))
    assert (by_policy.works, by_policy.status, by_policy.code) == (True, 206, "")
    private = try_link(job, public_url(job, connection, bucket, "closed/k"))
    assert (private.works, private.status, private.code) == (False, 403, "AccessDenied")
    assert "not public" in private.sentence


@pytest.fixture
def ceph_bucket(ceph: ServerInfo, client_for: ClientFor) -> Iterator[str]:
    """A bucket on the server that enforces access lists and public access block."""
    client_for(ceph).create_bucket(Bucket="public-by-acl")
    yield "public-by-acl"
    remove_bucket(client_for(ceph), "public-by-acl")


def test_what_is_public_by_acl_opens_until_it_is_blocked(
    ceph: ServerInfo, client_for: ClientFor, job: Job, ceph_bucket: str
) -> None:
    client, connection = client_for(ceph), connect(ceph)

    def opens(key: str) -> bool:
        return try_link(job, public_url(job, connection, ceph_bucket, key)).works

    client.put_object(Bucket=ceph_bucket, Key="public", Body=b"data", ACL="public-read")
    client.put_object(Bucket=ceph_bucket, Key="private", Body=b"data", ACL="private")
    assert (opens("public"), opens("private")) == (True, False)
    client.put_public_access_block(Bucket=ceph_bucket, PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    assert not opens("public")
    assert try_link(job, presign(job, connection, ceph_bucket, "public", HOUR).url).works


def test_an_empty_object_opens_too(job: Job, connection: Connection, server_client: S3Client, bucket: str) -> None:
    server_client.put_object(Bucket=bucket, Key="empty", Body=b"")
    trial = try_link(job, presign(job, connection, bucket, "empty", HOUR).url)
    assert (trial.works, trial.code) == (True, "")


def test_a_link_works_until_it_ends_and_then_has_expired(
    job: Job, connection: Connection, server_client: S3Client, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key="k", Body=b"data")
    link = presign(job, connection, bucket, "k", timedelta(seconds=2))
    while (trial := try_link(job, link.url)).works:  # until the fact; the test has its own time limit
        assert datetime.now(UTC) < link.ends + timedelta(seconds=20)
    assert "expired" in trial.sentence
    assert trial.status == 403
    assert datetime.now(UTC) >= link.ends


def test_what_is_gone_is_told_from_what_is_closed(
    job: Job, connection: Connection, server_client: S3Client, new_bucket: BucketFactory
) -> None:
    bucket = new_bucket(versioned=True)
    first = server_client.put_object(Bucket=bucket, Key="k", Body=b"data")["VersionId"]
    marker = server_client.delete_object(Bucket=bucket, Key="k")["VersionId"]
    assert "not there" in try_link(job, presign(job, connection, bucket, "k", HOUR).url).sentence
    assert try_link(job, presign(job, connection, bucket, "k", HOUR, version_id=first).url).works
    assert not try_link(job, presign(job, connection, bucket, "k", HOUR, version_id=marker).url).works


def test_keys_that_may_not_read_make_a_link_that_does_not_work(
    job: Job, other_connection: Connection, server_client: S3Client, bucket: str
) -> None:
    server_client.put_object(Bucket=bucket, Key="k", Body=b"data")
    trial = try_link(job, presign(job, other_connection, bucket, "k", HOUR).url)
    assert (trial.works, trial.status) == (False, 403)
    assert "the keys the link was made with" in trial.sentence


DENIED = error(403, "AccessDenied", "Access Denied", Date="Thu, 01 Jan 2026 00:00:30 GMT")
KMS = "User: arn:aws:iam::1:user/a is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:1:key/2"
V4_ONLY = "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."
WRONG_REGION = "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-west-1'"


@pytest.mark.parametrize(
    ("path", "fault", "words"),
    [
        ("k", DENIED, "not public"),
        (SIGNED, DENIED, "may not read this object"),
        (SIGNED, error(403, "AccessDenied", "Request has expired"), "has expired"),
        (SIGNED, error(403, "AccessDenied", "", Date="Thu, 01 Jan 2026 00:01:00 GMT"), "has expired"),
        (SIGNED, error(403, "AccessDenied", "", Date="Wed, 31 Dec 2025 23:00:00 GMT"), "clock of this computer"),
        (SIGNED, error(403, "AccessDenied", KMS, Date="Thu, 01 Jan 2026 00:00:30 GMT"), "KMS key"),
        ("k", error(400, "InvalidArgument", V4_ONLY), "only signed links open those"),
        (SIGNED, expired_token(), "sign-in the link was made with has ended"),
        (SIGNED, time_too_skewed(), "clock"),
        (SIGNED, error(403, "SignatureDoesNotMatch"), "refuses the signature"),
        (SIGNED, error(403, "InvalidAccessKeyId"), "does not know the access key"),
        (SIGNED, error(403, "InvalidObjectState"), "archived"),
        ("k", error(404, "NoSuchBucket"), "the bucket is not there"),
        ("k", permanent_redirect("eu-west-1"), "another region than the link says. It is in eu-west-1."),
        (SIGNED, error(400, "AuthorizationQueryParametersError", WRONG_REGION), "another region"),
        ("k", slow_down(), "busy"),
        ("k", captive_portal(), "not S3"),
        ("k", Answer(302, b"", {"Location": "http://hotel.example/?from=secret"}), "sent on to hotel.example."),
        ("k", Answer(511, b"<html>", content_type="text/html"), "sign-in page"),
        ("k", Answer(403, b"<html>Blocked</html>", content_type="text/html"), "firewall"),
        ("k", Answer(418, b"short and stout"), "answered 418."),
        ("k", error(409, "OperationAborted"), "answered 409 (OperationAborted)."),
        ("k", Drop(), "broke"),
        ("k", Answer(200, b"<html>", {"x-amz-request-id": "1"}, content_type="text/html"), "works"),
        ("k", Answer(206, b"<", {"ETag": '"1"', "Content-Range": "bytes 0-0/6"}, content_type="text/html"), "works"),
        ("k", Answer(200, b"<html>", {"ETag": '"1"'}, content_type="text/html"), "not S3"),
        ("k", Answer(200, b"Please sign in", content_type="text/plain"), "not S3"),
    ],
)
def test_each_answer_gets_its_sentence(answering: FaultProxy, path: str, fault: Fault, words: str) -> None:
    answering.on(lambda _: True, fault)
    trial = try_link(Job(), f"{answering.endpoint_url}/b/{path}")
    assert words in trial.sentence
    assert trial.works == (words == "works")
    assert trial.sentence[0].isupper()
    assert trial.sentence.endswith((".", "?"))
    assert "X-Amz" not in repr(trial)


def test_a_stranger_brings_no_keys_and_takes_one_byte(
    answering: FaultProxy, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    answering.on(lambda seen: "next" not in seen.query, Answer(307, b"", {"Location": "?next", "Set-Cookie": "a=b"}))
    answering.on(lambda _: True, Answer(206, b"1", BYTE))
    assert try_link(Job(), f"{answering.endpoint_url}/b/k").works, "a redirect to the same host is followed"
    assert len(answering.requests) == 2
    for seen in answering.requests:
        assert seen.range == "bytes=0-0"
        assert not {"authorization", "cookie", "referer"} & set(seen.headers)


def test_redirects_without_end_come_to_one(answering: FaultProxy) -> None:
    answering.on(lambda _: True, Answer(302, b"", {"Location": "k?again"}))
    assert not try_link(Job(), f"{answering.endpoint_url}/b/k").works
    answering.rules.clear()
    answering.forget()
    answering.on(lambda _: True, Answer(302, b"", {"Location": "file:///etc/passwd"}))
    assert "sent on to another place" in try_link(Job(), f"{answering.endpoint_url}/b/k").sentence


BROKEN = ["http://[", "http://127.0.0.1:99999/k", "http://127.0.0.1:x/k", f"http://{'a' * 70}.example/k"]


@pytest.mark.parametrize(
    "url", ["", "k", "file:///etc/passwd", "ftp://127.0.0.1/k", "http://", "javascript:1", *BROKEN]
)
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    assert "not a web address" in try_link(Job(), url).sentence


def test_a_server_that_is_off_or_unknown_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "nothing answers at 127.0.0.1" in try_link(Job(), f"http://127.0.0.1:{port}/b/k").sentence

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "the name s3.example is not known" in try_link(Job(), "http://s3.example/b/k").sentence


def test_a_certificate_nobody_knows_is_told_and_the_bundle_of_a_company_holds(
    ceph: ServerInfo, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ceph.tls_endpoint_url
    url = f"{ceph.tls_endpoint_url}/no-such-bucket/k"
    assert "does not trust the certificate of localhost" in try_link(Job(), url).sentence
    monkeypatch.setenv("AWS_CA_BUNDLE", ceph.ca_file or "")
    assert try_link(Job(), url).code == "NoSuchBucket"
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")
    assert "AWS_CA_BUNDLE" in try_link(Job(), url).sentence


def test_the_proxy_of_the_network_is_asked(answering: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    answering.on(lambda _: True, Answer(206, b"1", BYTE))
    monkeypatch.setenv("HTTP_PROXY", answering.endpoint_url)
    monkeypatch.setenv("http_proxy", answering.endpoint_url)
    assert try_link(Job(), "http://s3.example/b/k").works
    assert answering.requests[0].path == "http://s3.example/b/k"
    answering.rules.clear()
    answering.on(lambda _: True, Answer(407, b""))
    assert "proxy of this network wants a sign-in" in try_link(Job(), "http://s3.example/b/k").sentence
    monkeypatch.setenv("HTTPS_PROXY", answering.endpoint_url)
    monkeypatch.setenv("https_proxy", answering.endpoint_url)
    assert "proxy of this network wants a sign-in" in try_link(Job(), "https://s3.example/b/k").sentence


def test_a_server_that_says_nothing_costs_its_time_and_no_more() -> None:
    with silent() as address:
        assert "127.0.0.1 did not answer in time" in try_link(Job(), f"http://{address}/b/k", timeout=0.3).sentence
        assert "127.0.0.1 did not answer in time" in try_link(Job(), f"https://{address}/b/k", timeout=0.3).sentence


class silent:  # noqa: N801  # reads as a function
    """A port that takes connections and never says a word."""

    def __enter__(self) -> str:
        self._socket = socket.create_server(("127.0.0.1", 0))
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._socket.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cancel_is_felt_at_once(scheme: str) -> None:
    def asking() -> bool:
        return any(thread.name == "s3desk-stranger" for thread in threading.enumerate())

    with silent() as address:
        links = [Link("b", "k", f"{scheme}://{address}/b/k", datetime.now(UTC))] * 30
        for attempt in (lambda job: try_link(job, links[0].url), lambda job: try_links(job, links)):
            job = Job()
            assert seconds_to_cancel(job, asking, lambda: attempt(job)) < 1  # noqa: B023  # ended within the loop


def link_to(number: int, url: str = "http://h/b/k", kind: LinkKind = LinkKind.TEMPORARY) -> Link:
    return Link("b", str(number), url, datetime.now(UTC), kind=kind)


def test_many_links_are_tried_evenly_and_in_order(answering: FaultProxy) -> None:
    answering.on(lambda seen: seen.path.endswith("0"), error(404, "NoSuchKey"))
    answering.on(lambda _: True, Answer(206, b"1", BYTE))
    links = [link_to(n, f"{answering.endpoint_url}/b/{n}") for n in range(101)]
    job = Job()
    trials = try_links(job, links, most=11)
    assert [int(link.key) for link in spread(links, 11)] == list(range(0, 101, 10))
    assert [trial.code for trial in trials] == ["NoSuchKey"] * 11
    assert (job.done, len(answering.requests)) == (11, 11)
    assert [trial.works for trial in try_links(Job(), links[8:12])] == [True, True, False, True]


def test_links_to_upload_with_are_not_tried() -> None:
    uploads = [link_to(n, kind=LinkKind.UPLOAD) for n in range(3)]
    assert try_links(Job(), uploads) == []
    assert [link.key for link in spread([*uploads, link_to(7)], 20)] == ["7"]
    assert [link.key for link in spread([link_to(n) for n in range(5)], 1)] == ["0"]
