"""Trying a link the way a stranger would: one byte, without keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from s3desk.s3.sharing.links import LinkKind
from s3desk.s3.sharing.stranger import Answer, first_byte
from s3desk.s3.sharing.trial_words import (
    CODES,
    DENIED_KMS,
    DENIED_SIGNED,
    DENIED_UNSIGNED,
    EXPIRED,
    NOT_S3,
    NOT_YET,
    OTHER_PLACE,
    OTHER_REGION,
    PUBLIC_KMS,
    STATUS,
    WORKS,
    trouble_words,
)

if TYPE_CHECKING:
    from s3desk.s3.job import Job
    from s3desk.s3.sharing.links import Link

_AT_ONCE = 8
_LAG = timedelta(seconds=2)  # an answer's date is in whole seconds, and Ceph's up to one behind
_SKEW = timedelta(minutes=15)  # how far S3 lets clocks differ


@dataclass(frozen=True)
class Trial:
    """Whether a link opened, in one sentence that starts with a capital and can stand alone.

    `status` is HTTP's (0: no answer), `code` is S3's ("" where there is none).
    """

    works: bool
    sentence: str
    status: int = 0
    code: str = ""


def try_link(job: Job, url: str, timeout: float = 10) -> Trial:
    """Ask for the first byte of a link to read, without keys or cookies, in `timeout` seconds at most.

    This computer's proxy settings and AWS_CA_BUNDLE hold. Network trouble is a Trial too; raises only CancelledError,
    at once.
    """
    from http.client import HTTPException  # noqa: PLC0415  # heavy

    try:
        answer = first_byte(job, url, timeout)
    except (OSError, HTTPException, ValueError, OverflowError) as error:
        job.check()
        return Trial(works=False, sentence=trouble_words(error, _host(url)))
    return _Reading(answer, url).trial()


def try_links(job: Job, links: Sequence[Link], most: int = 20, timeout: float = 10) -> list[Trial]:
    """Try the links of `spread(links, most)`, several at once; one Trial each, in that order."""
    chosen = spread(links, most)
    if not chosen:
        return []

    def attempt(link: Link) -> Trial:
        trial = try_link(job, link.url, timeout)
        job.advance(1)
        return trial

    with ThreadPoolExecutor(min(_AT_ONCE, len(chosen)), thread_name_prefix="s3desk-trial") as pool:
        return list(pool.map(attempt, chosen))


def spread(links: Sequence[Link], most: int) -> list[Link]:
    """At most `most` of the links, evenly from the first to the last; links to upload with cannot be tried."""
    readable = [link for link in links if link.kind is not LinkKind.UPLOAD]
    if len(readable) <= most:
        return readable
    step = (len(readable) - 1) / max(1, most - 1)
    return [readable[round(n * step)] for n in range(most)]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class _Reading:
    """What an answer to a link means."""

    def __init__(self, answer: Answer, url: str) -> None:
        self._answer = answer
        self._query = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
        self._code = _element(answer.body, "Code")
        self._message = _element(answer.body, "Message")

    def trial(self) -> Trial:
        """The verdict."""
        status = self._answer.status
        if status not in (200, 206) and not (status == 416 and self._is_s3):  # 416: an empty object has no first byte
            return self._say(next(sentence for sentence in self._reasons() if sentence))
        if not self._is_s3:  # the sign-in page of a network, or a proxy's, also answers 200
            return self._say(NOT_S3)
        return Trial(works=True, sentence=WORKS, status=status)

    def _reasons(self) -> Iterator[str]:
        """Why it does not work, the surest first; "" for what does not apply."""
        status, code, message = self._answer.status, self._code, self._message.lower()
        yield self._moved() if status // 100 == 3 else ""
        yield NOT_S3 if status == 511 or (self._is_page and not self._is_s3 and not code) else ""
        if code in ("AccessDenied", "") and status == 403:
            yield self._time()
            yield EXPIRED if "expired" in message else ""
            yield DENIED_KMS if "kms:" in message else ""
            yield DENIED_SIGNED if self._is_signed else DENIED_UNSIGNED
        yield OTHER_REGION if status == 400 and "region" in message else ""
        yield PUBLIC_KMS if status == 400 and "signature version 4" in message and not self._is_signed else ""
        yield self._time() if code == "AuthorizationQueryParametersError" else ""
        yield CODES.get(code, "")
        yield STATUS.get(status, "")
        yield f"The server answered {status}{f' ({code[:60]})' if code else ''}."

    def _moved(self) -> str:
        if self._is_s3 or self._code:
            region = self._answer.headers.get("x-amz-bucket-region", "")
            return OTHER_REGION + (f" It is in {region}." if region else "")
        host = urlsplit(self._answer.headers.get("location", "")).hostname or "another place"
        return OTHER_PLACE.format(host=host)

    def _time(self) -> str:
        """Whether the link is too old or too young, by the server's clock."""
        from email.utils import parsedate_to_datetime  # noqa: PLC0415  # heavy

        try:
            made = datetime.strptime(self._query["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            ends = made + timedelta(seconds=int(self._query["x-amz-expires"]))
            there = parsedate_to_datetime(self._answer.headers["date"])
        except (KeyError, ValueError, OverflowError):
            return ""
        return EXPIRED if ends <= there + _LAG else NOT_YET if made - there > _SKEW else ""

    @property
    def _is_signed(self) -> bool:
        return bool({"x-amz-signature", "signature"} & set(self._query))

    @property
    def _is_s3(self) -> bool:
        """Whether the answer carries what S3 servers send and sign-in pages do not: S3's headers, or just our byte."""
        headers = self._answer.headers
        just_that = self._answer.status == 206 and headers.get("content-range", "").startswith("bytes 0-0/")
        return any(name.startswith("x-amz-") for name in headers) or (just_that and "etag" in headers)

    @property
    def _is_page(self) -> bool:
        return "html" in self._answer.headers.get("content-type", "").lower()

    def _say(self, sentence: str) -> Trial:
        return Trial(works=False, sentence=sentence, status=self._answer.status, code=self._code)


def _element(body: str, name: str) -> str:
    """The text of one element of S3's error document."""
    found = re.search(rf"<{name}>([^<]*)</{name}>", body)
    return found.group(1).strip() if found else ""
