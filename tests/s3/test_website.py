"""Websites are turned on and off only where the server is proven to have them; a page replaces only what was seen."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from s3desk.data.publishing.index_page import Below, IndexWish, index_of, index_page
from s3desk.s3.access.seen import Standing
from s3desk.s3.access.subresource import knows
from s3desk.s3.connection import Connection
from s3desk.s3.errors import (
    AccessDeniedError,
    AlreadyThereError,
    BadNameError,
    ChangedError,
    UnreachableError,
    UnsupportedError,
)
from s3desk.s3.job import Job
from s3desk.s3.offers import Feature
from s3desk.s3.publishing import HTML, INDEX, TABLE, WebPage, is_ours, open_to_all, put_page, standing_page
from s3desk.s3.retyping import correct_types
from s3desk.s3.sharing.links import presign, public_links, public_url
from s3desk.s3.sharing.trial import try_link
from s3desk.s3.website import Website, aws_address, prove, read_website, visit, website_address, write_website
from tests.s3.conftest import connect, stored
from tests.servers.faults import Answer, Seen, captive_portal, error
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.conftest import ClientFor
    from tests.servers.fault_proxy import FaultProxy

ON_CEPH = pytest.mark.parametrize("server", ["ceph"], indirect=True)
ON_SEAWEEDFS = pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
SITE = Website("index.html", "error.html")


def buckets(client: S3Client) -> set[str]:
    return {one["Name"] for one in client.list_buckets()["Buckets"]}


# websites


@ON_SEAWEEDFS
def test_a_server_that_only_says_not_set_is_never_told_to_remove_a_website(
    proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str, job: Job
) -> None:
    """SeaweedFS has no websites, answers "not set" all the same, and takes the DELETE for the bucket's."""
    before = buckets(server_client)
    assert read_website(job, proxied, bucket).standing is Standing.NOT_SET
    assert not knows(job, proxied, bucket, Feature.WEBSITE)
    for website in (None, SITE):
        with pytest.raises(UnsupportedError, match="not certain"):
            write_website(job, proxied, bucket, website)
    assert {seen.method for seen in fault_proxy.requests} == {"GET"}
    with pytest.raises(UnsupportedError, match="does not have static websites"):
        prove(job, proxied, bucket)
    assert not [seen for seen in fault_proxy.requests if seen.method != "GET" and bucket in seen.path]
    assert not [seen for seen in fault_proxy.requests if seen.method == "DELETE" and "website" in seen.query]
    assert buckets(server_client) == before
    asked = len(fault_proxy.requests)
    with pytest.raises(UnsupportedError, match="does not have static websites"):
        write_website(job, proxied, bucket, None)
    assert len(fault_proxy.requests) == asked, "what is known was asked for again"


@ON_CEPH
def test_a_website_is_proven_turned_on_visited_and_turned_off(
    server: ServerInfo,
    connection: Connection,
    server_client: S3Client,
    bucket: str,
    job: Job,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = buckets(server_client)
    with pytest.raises(UnsupportedError, match="not certain"):
        write_website(job, connection, bucket, SITE)
    prove(job, connection, bucket)
    assert buckets(server_client) == before
    write_website(job, connection, bucket, SITE)
    assert read_website(job, connection, bucket).value == SITE
    rule = {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/"}}
    server_client.put_bucket_website(
        Bucket=bucket,
        WebsiteConfiguration={"IndexDocument": {"Suffix": "i.html"}, "RoutingRules": [rule]},  # type: ignore[list-item]
    )
    found = read_website(job, connection, bucket).value
    assert found is not None
    write_website(job, connection, bucket, replace(found, index="index.html"))
    assert server_client.get_bucket_website(Bucket=bucket)["RoutingRules"] == [rule]

    # No name server here knows the website's host, so the gateway is asked as a proxy would be.
    port = urlsplit(server.endpoint_url).port
    monkeypatch.setenv("http_proxy", server.endpoint_url)
    address = f"http://{bucket}.s3-website.localhost:{port}/"
    assert "index page is not there" in visit(job, address).sentence or "not public" in visit(job, address).sentence
    put_page(job, connection, WebPage(bucket, "index.html", "<p>hello"))
    assert "not public" in visit(job, address).sentence
    open_to_all(job, connection, bucket, "index.html")
    assert visit(job, address).works
    assert not visit(job, "http://nothing-there.s3-website.localhost:1/").works
    assert visit(job, "ftp://x").sentence == "This is no web address."
    monkeypatch.delenv("http_proxy")

    write_website(job, connection, bucket, None)
    assert read_website(job, connection, bucket).standing is Standing.NOT_SET
    assert bucket in buckets(server_client)


@ON_CEPH
def test_who_may_not_make_a_bucket_learns_why_it_is_asked_for(
    proxied: Connection, fault_proxy: FaultProxy, bucket: str, job: Job
) -> None:
    fault_proxy.on(lambda seen: seen.method == "PUT", error(403, "AccessDenied"))
    with pytest.raises(AccessDeniedError, match="find out whether") as refused:
        prove(job, proxied, bucket)
    assert "an empty bucket for a moment" in refused.value.advice
    fault_proxy.rules.clear()
    prove(job, proxied, bucket)


@ON_CEPH
def test_a_sign_in_page_turns_nothing_on(
    proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str, job: Job
) -> None:
    prove(job, proxied, bucket)
    fault_proxy.on(lambda seen: seen.method in ("PUT", "DELETE"), captive_portal())
    for website in (SITE, None):
        with pytest.raises(UnreachableError, match="not S3"):
            write_website(job, proxied, bucket, website)
    fault_proxy.rules.clear()
    server_client.head_bucket(Bucket=bucket)


@ON_CEPH
def test_a_probe_is_deleted_whatever_happens(
    proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str, job: Job
) -> None:
    before = buckets(server_client)

    def cancel(seen: Seen) -> bool:
        if seen.method == "PUT" and "website" in seen.query:
            job.cancel()
            return True
        return False

    fault_proxy.on(cancel, error(503, "SlowDown"))
    with pytest.raises(CancelledError):
        prove(job, proxied, bucket)
    assert buckets(server_client) == before


def test_moto_stands_for_aws(moto: ServerInfo, client_for: ClientFor, job: Job) -> None:
    client_for(moto).create_bucket(Bucket="a-site")
    connection = connect(moto)
    prove(job, connection, "a-site")
    write_website(job, connection, "a-site", Website("home.html"))
    assert read_website(job, connection, "a-site").value == Website("home.html")
    assert website_address(job, connection, "a-site") == "", "an own server does not tell its address"
    write_website(job, connection, "a-site", None)
    assert client_for(moto).list_objects_v2(Bucket="a-site")["KeyCount"] == 0
    client_for(moto).delete_bucket(Bucket="a-site")


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "s3-website-us-east-1.amazonaws.com"),
        ("eu-central-1", "s3-website.eu-central-1.amazonaws.com"),
        ("cn-north-1", "s3-website.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_address_on_aws(region: str, host: str) -> None:
    assert aws_address("b", region) == f"http://b.{host}/"


@pytest.mark.parametrize("index", ["", "a/index.html"])
def test_an_index_page_is_one_name(index: str, job: Job) -> None:
    nowhere = connect(ServerInfo("x", "http://127.0.0.1:9", "a", "b", "c", "d"))
    with pytest.raises(BadNameError):
        write_website(job, nowhere, "b", Website(index))


# pages


def test_a_page_has_its_headers_and_never_replaces_what_was_not_seen(
    connection: Connection, server_client: S3Client, bucket: str, job: Job
) -> None:
    page = WebPage(bucket, "reports/page ü.html", "<p>one ü", keep_s=300)
    assert standing_page(job, connection, bucket, page.key) is None
    etag = put_page(job, connection, page)
    head = server_client.head_object(Bucket=bucket, Key=page.key)
    assert (head["ContentType"], head["CacheControl"]) == (HTML, "max-age=300")
    assert put_page(job, connection, page) == etag, "the same page again, as after a lost answer, is no conflict"
    with pytest.raises(AlreadyThereError):
        put_page(job, connection, replace(page, html="two"))
    seen = standing_page(job, connection, bucket, page.key)
    assert seen is not None
    assert is_ours(seen, TABLE)
    assert not is_ours(seen, INDEX)
    put_page(job, connection, replace(page, html="three"), seen)
    with pytest.raises(ChangedError, match="meanwhile"):
        put_page(job, connection, replace(page, html="four"), seen)
    assert stored(server_client, bucket)[page.key] == b"three"
    server_client.delete_object(Bucket=bucket, Key=page.key)
    with pytest.raises(ChangedError):
        put_page(job, connection, replace(page, html="five"), seen)
    assert stored(server_client, bucket) == {}


@ON_SEAWEEDFS
def test_a_server_without_conditions_is_looked_at_before(
    proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str, job: Job
) -> None:
    conditional = ("If-None-Match", "If-Match")
    fault_proxy.on(
        lambda seen: seen.method == "PUT" and any(seen.headers.get(name) for name in conditional),
        error(501, "NotImplemented"),
    )
    page = WebPage(bucket, "p.html", "one")
    put_page(job, proxied, page)
    with pytest.raises(AlreadyThereError):
        put_page(job, proxied, replace(page, html="two"))
    seen = standing_page(job, proxied, bucket, "p.html")
    assert seen is not None
    put_page(job, proxied, replace(page, html="two"), seen)
    with pytest.raises(ChangedError):
        put_page(job, proxied, replace(page, html="three"), seen)
    assert stored(server_client, bucket) == {"p.html": b"two"}


@ON_SEAWEEDFS
def test_a_sign_in_page_is_no_success(proxied: Connection, fault_proxy: FaultProxy, bucket: str, job: Job) -> None:
    fault_proxy.on(lambda seen: seen.method == "PUT", Answer(200, b"<html>", {"Content-Type": "text/html"}))
    with pytest.raises(Exception, match="not S3"):
        put_page(job, proxied, WebPage(bucket, "p.html", "one"))


@ON_CEPH
def test_a_page_is_opened_to_all_or_by_a_link_that_ends(connection: Connection, bucket: str, job: Job) -> None:
    put_page(job, connection, WebPage(bucket, "p.html", "<p>hello"))
    ends = presign(job, connection, bucket, "p.html", timedelta(hours=1))
    assert not ends.never_ends
    assert try_link(job, ends.url).works
    public = public_links(job, connection, bucket, ["p.html"])[0]
    assert not try_link(job, public.url).works
    publicity = open_to_all(job, connection, bucket, "p.html")
    assert publicity is not None
    assert publicity.reached == "p.html"
    assert try_link(job, public.url).works


@ON_SEAWEEDFS
def test_where_access_lists_are_off_it_says_so(connection: Connection, bucket: str, job: Job) -> None:
    put_page(job, connection, WebPage(bucket, "p.html", "<p>hello"))
    with pytest.raises(UnsupportedError, match="switched off"):
        open_to_all(job, connection, bucket, "p.html")


@pytest.mark.parametrize("key", ["", "a/../b.html", "./x.html"])
def test_names_no_page_can_have(key: str, job: Job) -> None:
    nowhere = connect(ServerInfo("x", "http://127.0.0.1:9", "a", "b", "c", "d"))
    with pytest.raises(BadNameError):
        put_page(job, nowhere, WebPage("b", key, "x"))


# index pages


def kind_words(name: str) -> str:
    return name.rpartition(".")[2]


def test_an_index_lists_the_folder_without_itself(
    connection: Connection, server_client: S3Client, bucket: str, job: Job
) -> None:
    keys = ["top/a b.csv", "top/in/x.txt", "top/in/index.html", "top/other/y.txt", "top/index.html", "index.html"]
    for key in ["top/", *keys, "z.txt"]:
        server_client.put_object(Bucket=bucket, Key=key, Body=b"x" * bool(not key.endswith("/")))
    wish = IndexWish(bucket, "top/", up=True)
    page = index_of(job, connection, wish, kind_words)
    assert [(entry.name, entry.href, entry.size) for entry in page.entries] == [
        ("in/", "./in/index.html", None),
        ("other/", "", None),
        ("a b.csv", "./a%20b.csv", 1),
    ]
    assert (page.up, page.complete) == ("../index.html", True)
    assert 'href="./a%20b.csv"' in index_page("top", page)
    below = index_of(job, connection, replace(wish, below=Below.FILES, up=False), kind_words)
    names = ["a b.csv", "in/index.html", "in/x.txt", "other/y.txt"]
    assert [(entry.name, entry.kind) for entry in below.entries] == [(name, kind_words(name)) for name in names]
    assert below.up == ""
    whole = index_of(job, connection, IndexWish(bucket, "", up=True), kind_words)
    assert [entry.name for entry in whole.entries] == ["top/", "z.txt"]


@ON_CEPH
def test_every_link_of_an_index_leads_to_its_file(
    connection: Connection, server_client: S3Client, bucket: str, job: Job
) -> None:
    keys = ["a b.csv", "100%25.txt", "ü/ß?.txt", "#1&2.txt", "javascript:alert(1)", "a+b.txt", "<b>.txt", "'\".txt"]
    keys += ["//two", "new\nline.txt", " outer ", "\u202egpj.exe", "e\u0301.txt", "%2e%2e/x", "back\\slash", "~-rf.txt"]
    for key in [*keys, "../up.txt"]:
        server_client.put_object(Bucket=bucket, Key=f"top/{key}", Body=key.encode(), ACL="public-read")
    page = index_of(job, connection, IndexWish(bucket, "top/", below=Below.FILES), kind_words)
    base = public_url(job, connection, bucket, "top/index.html")
    for entry in page.files:
        with urlopen(f"{base.rpartition('/')[0]}/{entry.href.removeprefix('./')}", timeout=30) as answer:
            assert answer.read().decode() == entry.name
    assert sorted(entry.name for entry in page.files) == sorted(keys)
    assert [entry.name for entry in page.entries if not entry.href] == ["../up.txt"]
    assert "new‹U+000A›line.txt" in index_page("top", page)


@ON_CEPH
def test_files_get_the_types_their_names_stand_for_and_keep_the_rest(
    connection: Connection, server_client: S3Client, bucket: str, job: Job
) -> None:
    unknown = "application/octet-stream"
    for key in ("a.png", "b.json", "own.pdf"):
        server_client.put_object(
            Bucket=bucket,
            Key=key,
            Body=b"x",
            ContentType=unknown,
            CacheControl="max-age=9",
            ContentDisposition="inline",
            Metadata={"made-by": "me"},
            Tagging="a=b",
        )
    server_client.put_object(Bucket=bucket, Key="meant.csv", Body=b"x", ContentType="text/plain")
    server_client.put_object(Bucket=bucket, Key="no-ending", Body=b"x", ContentType=unknown)
    server_client.put_object_acl(Bucket=bucket, Key="a.png", ACL="public-read")
    server_client.put_object_acl(Bucket=bucket, Key="own.pdf", ACL="authenticated-read")
    keys = ["a.png", "b.json", "own.pdf", "meant.csv", "no-ending", "gone.csv"]
    corrected, failures = correct_types(job, connection, bucket, keys)
    assert corrected == 2
    assert {failure.key for failure in failures} == {"own.pdf", "gone.csv"}
    heads = {key: server_client.head_object(Bucket=bucket, Key=key) for key in keys[:-1]}
    assert [head["ContentType"] for head in heads.values()] == [
        "image/png",
        "application/json",
        unknown,
        "text/plain",
        unknown,
    ]
    picture = heads["a.png"]
    assert (picture["CacheControl"], picture["ContentDisposition"]) == ("max-age=9", "inline")
    assert picture["Metadata"] == {"made-by": "me"}
    assert server_client.get_object_tagging(Bucket=bucket, Key="a.png")["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert try_link(job, public_url(job, connection, bucket, "a.png")).works, "it was public and is no longer"
    assert not try_link(job, public_url(job, connection, bucket, "b.json")).works


@ON_SEAWEEDFS
def test_types_where_access_lists_are_off(
    connection: Connection, server_client: S3Client, bucket: str, job: Job
) -> None:
    server_client.put_object(Bucket=bucket, Key="a.png", Body=b"x", ContentType="binary/octet-stream")
    assert correct_types(job, connection, bucket, ["a.png"]) == (1, [])
    head = server_client.head_object(Bucket=bucket, Key="a.png")
    assert (head["ContentType"], head["ContentLength"]) == ("image/png", 1)
    assert correct_types(job, connection, bucket, ["a.png"]) == (0, [])
