"""A bucket as a static website: which page it opens with, which it shows for errors, and its address."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3desk.s3.access.raw_answer import keep_raw, raw_in
from s3desk.s3.access.subresource import converted, knows, look, proving
from s3desk.s3.errors import (
    AccessDeniedError,
    BadNameError,
    BusyError,
    S3Error,
    SignInError,
    UnreachableError,
    UnsupportedError,
)
from s3desk.s3.explain import explaining
from s3desk.s3.offers import Feature
from s3desk.s3.sharing.trial_words import trouble_words
from s3desk.s3.words import NOT_S3

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import WebsiteConfigurationTypeDef

    from s3desk.s3.access.seen import Seen
    from s3desk.s3.connection import Connection
    from s3desk.s3.job import Job
    from s3desk.s3.sharing.stranger import Answer

_CHANGING = "change the website of this bucket"
_INSTEAD = "A page can still be opened by a link, or by anyone where its file is made public."
_PROBING = "find out whether this server has static websites"
# The regions whose website addresses have a hyphen before the region; all later ones have a dot.
_WITH_HYPHEN = frozenset(
    (
        *("us-east-1", "us-west-1", "us-west-2", "us-gov-west-1", "sa-east-1", "eu-west-1"),
        *("ap-southeast-1", "ap-southeast-2", "ap-northeast-1"),
    )
)


@dataclass(frozen=True)
class Website:
    """What a bucket shows: `index` is the page of each folder ("index.html"), `error` the key of the page for errors.

    `redirects_to` is the host that everything is sent on to, "" for none. `rules` are redirects as S3 gives them; they
    are kept as they are.
    """

    index: str = "index.html"
    error: str = ""
    redirects_to: str = ""
    rules: tuple[Mapping[str, Any], ...] = ()

    @property
    def problem(self) -> str:
        """The sentence that says why S3 would refuse it, "" when it is fine, " " for an empty name."""
        if not self.index:
            return " "
        return "The index page is a name without a slash: each folder has one of its own." if "/" in self.index else ""


@dataclass(frozen=True)
class Visit:
    """What somebody sees who opens the website's address, in one sentence."""

    works: bool
    sentence: str


def read_website(job: Job, connection: Connection, bucket: str) -> Seen[Website]:
    """The website of a bucket (GetBucketWebsite). Raises nothing but CancelledError."""
    return converted(look(job, connection, bucket, Feature.WEBSITE), _website)


def write_website(job: Job, connection: Connection, bucket: str, website: Website | None) -> None:
    """Turn a bucket into a website, or with None back (PutBucketWebsite, DeleteBucketWebsite).

    Raises BadNameError, UnsupportedError where the server is not proven to have websites (see `prove`), and S3Error.
    """
    if website is not None and website.problem:
        raise BadNameError(website.problem.strip() or "A website needs an index page.", "Type a name like index.html.")
    with connection.interrupting(job):
        proving(job, connection, bucket, Feature.WEBSITE, _CHANGING)
        job.check()
        with explaining(_CHANGING, bucket=bucket):
            client = connection.client(bucket)
            if website is None:
                _settled(client.delete_bucket_website(Bucket=bucket))
            else:
                _settled(client.put_bucket_website(Bucket=bucket, WebsiteConfiguration=_configuration(website)))


def prove(job: Job, connection: Connection, bucket: str) -> None:
    """Find out whether an own server has websites, once; on an empty bucket made for it, which is deleted again.

    Asking is not enough: there are servers that answer as if they had them, and delete the bucket when its website is
    to be removed. Raises UnsupportedError where there are none, AccessDeniedError where these keys make no buckets.
    """
    if knows(job, connection, bucket, Feature.WEBSITE):
        return
    name = f"s3desk-probe-{secrets.token_hex(6)}"
    try:
        has_websites = _is_kept(job, connection, bucket, name)
    finally:  # outside of `interrupting`, so that a cancel leaves nothing behind; it may be gone by what it was asked
        with suppress(S3Error), explaining(_PROBING, bucket=name):
            connection.client(bucket).delete_bucket(Bucket=name)
    missing = UnsupportedError(f"This server does not have {Feature.WEBSITE.value}.", _INSTEAD)
    connection.offers.note(connection.endpoint_url, Feature.WEBSITE, "" if has_websites else str(missing))
    if not has_websites:
        raise missing


def website_address(job: Job, connection: Connection, bucket: str) -> str:
    """Where AWS shows the website of a bucket; "" for own servers, which do not tell. Raises S3Error."""
    job.check()
    with connection.interrupting(job), explaining("find the region of this bucket", bucket=bucket):
        connection.client(bucket)  # an own endpoint may be named by a profile, which only the client knows
        if connection.endpoint_url:
            return ""
        region = connection.region_of(bucket)
    return aws_address(bucket, region)


def aws_address(bucket: str, region: str) -> str:
    """The address of a website on AWS; there is no https."""
    end = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"http://{bucket}.s3-website{'-' if region in _WITH_HYPHEN else '.'}{region}.{end}/"


def visit(job: Job, url: str, timeout: float = 10) -> Visit:
    """Open an address as a stranger's browser does, without keys; network trouble is a Visit too."""
    from http.client import HTTPException  # noqa: PLC0415  # heavy
    from urllib.parse import urlsplit  # noqa: PLC0415

    from s3desk.s3.sharing.stranger import first_byte  # noqa: PLC0415

    try:
        host = urlsplit(url).hostname or ""
        answer = first_byte(job, url, timeout)
    except ValueError:
        job.check()
        return Visit(works=False, sentence="This is no web address.")
    except (OSError, HTTPException, OverflowError) as error:
        job.check()
        return Visit(works=False, sentence=trouble_words(error, host))
    return _visited(answer)


def _visited(answer: Answer) -> Visit:
    kind, status = answer.headers.get("content-type", "").lower(), answer.status
    if status in (200, 206):
        if "html" in kind:
            return Visit(works=True, sentence="It opens for anyone.")
        return Visit(works=False, sentence="Something answers there, but it is no web page.")
    if status // 100 == 3:
        return Visit(works=False, sentence="This address sends visitors on to another one.")
    if status == 403:
        return Visit(works=False, sentence="Anyone may ask, but the files are not public: make them public first.")
    if status == 404:
        gone = "NoSuchWebsiteConfiguration" in answer.body or "NoSuchBucket" in answer.body
        why = "There is no website at this address." if gone else "The website is on, but its index page is not there."
        return Visit(works=False, sentence=why)
    return Visit(works=False, sentence=f"The server answered {status}.")


def _is_kept(job: Job, connection: Connection, known: str, probe: str) -> bool:
    """Whether the website put on a new bucket comes back: nothing less proves it."""
    with connection.interrupting(job):
        client = connection.client(known)
        try:
            with explaining(_PROBING, bucket=probe):
                client.create_bucket(Bucket=probe)
        except AccessDeniedError as error:
            advice = "It takes an empty bucket for a moment, and these keys may not make one. Ask who runs the server."
            raise AccessDeniedError(f"You are not allowed to {_PROBING}.", advice) from error
        keep_raw(client, "get_bucket_website")
        try:
            with explaining(_PROBING, bucket=probe):
                client.put_bucket_website(Bucket=probe, WebsiteConfiguration=_configuration(Website()))
                return raw_in(client.get_bucket_website(Bucket=probe)).root == "WebsiteConfiguration"
        except (UnreachableError, BusyError, SignInError, AccessDeniedError):  # says nothing of what the server has
            raise
        except S3Error:
            return False


def _settled(answer: Mapping[str, Any]) -> None:
    """A sign-in page also answers 200, but has none of S3's headers. Raises UnreachableError."""
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    if "html" in headers.get("content-type", "").lower() and not any(name.startswith("x-amz") for name in headers):
        raise UnreachableError(NOT_S3.message, NOT_S3.advice)


def _configuration(website: Website) -> WebsiteConfigurationTypeDef:
    made: WebsiteConfigurationTypeDef = {"IndexDocument": {"Suffix": website.index}}
    if website.error:
        made["ErrorDocument"] = {"Key": website.error}
    if website.rules:
        made["RoutingRules"] = [dict(rule) for rule in website.rules]  # type: ignore[misc]  # as they were read
    return made


def _website(answer: Mapping[str, Any]) -> Website:
    return Website(
        str(answer.get("IndexDocument", {}).get("Suffix", "")),
        str(answer.get("ErrorDocument", {}).get("Key", "")),
        str(answer.get("RedirectAllRequestsTo", {}).get("HostName", "")),
        tuple(answer.get("RoutingRules", ())),
    )
