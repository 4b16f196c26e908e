"""Every fault a network or a server has, on every way a file takes: it ends whole or in a clear error, never wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from s3desk.s3.copying.copy_object import copy
from s3desk.s3.copying.short_copy import Listed
from s3desk.s3.errors import BusyError, ExpiredError, S3Error, UnreachableError
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Selection
from s3desk.s3.transfer.downloads import plan_download
from s3desk.s3.transfer.fetching import download
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.uploads import plan_upload
from tests.s3.conftest import stored, unfinished
from tests.servers.faults import (
    Answer,
    CutBody,
    CutUpload,
    Drop,
    Fault,
    FlipByte,
    FlipUpload,
    LoseAnswer,
    Seen,
    Stall,
    WrongLength,
    captive_portal,
    error,
    error_inside_200,
    expired_token,
    is_complete_multipart_upload,
    permanent_redirect,
    slow_down,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from tests.servers.fault_proxy import FaultProxy

MIB = 1 << 20
SMALL = random.Random(1).randbytes(50_000)  # noqa: S311  # test data
LARGE = random.Random(3).randbytes(5 * MIB + 70_000)  # noqa: S311  # two parts, and several ranges
OLD = b"what was there before"
OPENING = 1_000  # bytes into any body, part or range
KEY, MADE = "a.bin", "made.bin"
When: TypeAlias = Callable[[Seen], bool]


def gets(seen: Seen) -> bool:
    return seen.method == "GET" and seen.path.endswith(KEY)


def puts(seen: Seen) -> bool:
    return seen.method == "PUT"


def begins(seen: Seen) -> bool:
    return seen.method == "POST" and seen.query.startswith("uploads")


ends = is_complete_multipart_upload


@dataclass(frozen=True)
class Case:
    """One fault on one way; `error` is what comes out of it, None where the file has to arrive all the same."""

    name: str
    when: When
    fault: Callable[[], Fault]
    error: type[S3Error] | None = None
    times: int | None = None
    every: int = 1


def once(name: str, when: When, fault: Callable[[], Fault]) -> Case:
    """What happens once is got over."""
    return Case(f"{name} once", when, fault, None, 1)


def second(name: str, when: When, fault: Callable[[], Fault]) -> Case:
    """What strikes every other request of a large one is got over as well."""
    return Case(f"{name} every 2nd", when, fault, None, None, 2)


def always(name: str, when: When, fault: Callable[[], Fault], kind: type[S3Error] = S3Error) -> Case:
    """What never ends is an error of its kind."""
    return Case(f"{name} always", when, fault, kind)


busy, broken = slow_down, partial(error, 500, "InternalError")
unavailable = partial(error, 503, "ServiceUnavailable")
cut, cut_at_once, cut_up = partial(CutBody, OPENING), partial(CutBody, 0), partial(CutUpload, OPENING)
short, long = partial(WrongLength, -5), partial(WrongLength, 5)
flipped, sits, sits_inside = partial(FlipByte, 77), Stall, partial(Stall, OPENING)
elsewhere = partial(permanent_redirect, "eu-west-1")
foreign = partial(Answer, 200, b"not what was asked for")
doubtful, denied_inside = error_inside_200, partial(error_inside_200, "AccessDenied")

DOWN = [
    once("cut", gets, cut),
    second("cut", gets, cut),
    always("cut", gets, cut_at_once, UnreachableError),
    once("stall before the head", gets, sits),
    once("stall in the body", gets, sits_inside),
    once("503", gets, unavailable),
    second("500", gets, broken),
    second("SlowDown", gets, busy),
    always("500", gets, broken, UnreachableError),
    always("SlowDown", gets, busy, BusyError),
    Case("short length once", gets, short, UnreachableError, 1),
    always("short length", gets, short, UnreachableError),
    Case("long length once", gets, long, UnreachableError, 1),
    always("long length", gets, long, UnreachableError),
    once("flipped byte", gets, flipped),
    always("expired token", gets, expired_token, ExpiredError),
    once("another region", gets, elsewhere),
    always("another region", gets, elsewhere),
    always("sign-in page", gets, captive_portal, UnreachableError),
    always("something else", gets, foreign, UnreachableError),
    always("error inside", gets, doubtful),
]
UP = [
    once("cut", puts, cut_up),
    second("cut", puts, cut_up),
    always("cut", puts, cut_up, UnreachableError),
    once("dropped", puts, Drop),
    once("answer lost", puts, LoseAnswer),
    always("answer lost", puts, LoseAnswer, UnreachableError),
    once("stall", puts, sits),
    once("503", puts, unavailable),
    second("500", puts, broken),
    second("SlowDown", puts, busy),
    always("500", puts, broken, UnreachableError),
    always("SlowDown", puts, busy, BusyError),
    once("flipped byte", puts, FlipUpload),
    always("flipped byte", puts, FlipUpload),
    always("expired token", puts, expired_token, ExpiredError),
    once("another region", puts, elsewhere),
    always("another region", puts, elsewhere),
    once("wrong length", puts, long),
    always("sign-in page", puts, captive_portal, UnreachableError),
    always("error inside", puts, denied_inside),
]
ENDS = [
    once("lost begin", begins, LoseAnswer),
    always("503 at the begin", begins, busy, BusyError),
    once("lost end", ends, LoseAnswer),
    Case("lost end always", ends, LoseAnswer),  # the object is there, and proves itself
    once("error inside the end", ends, doubtful),
    always("error inside the end", ends, doubtful),
    always("refusal inside the end", ends, denied_inside),
    always("403 at the end", ends, partial(error, 403, "AccessDenied")),
    once("503 at the end", ends, busy),
    always("503 at the end", ends, busy, BusyError),
    always("expired at the end", ends, expired_token, ExpiredError),
    always("sign-in page at the end", ends, captive_portal),
    once("stall at the end", ends, sits),
]
COPY = [
    once("answer lost", puts, LoseAnswer),
    once("error inside", puts, doubtful),
    always("error inside", puts, doubtful),
    always("refusal inside", puts, denied_inside),
    second("500", puts, broken),
    once("SlowDown", puts, busy),
    always("SlowDown", puts, busy, BusyError),
    once("stall", puts, sits),
    always("expired token", puts, expired_token, ExpiredError),
    always("another region", puts, elsewhere),
    always("sign-in page", puts, captive_portal, UnreachableError),
]


sized = pytest.mark.parametrize("body", [SMALL, LARGE], ids=["small", "large"])


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits 40 s for a stalled server; parts are as small as they may be."""
    monkeypatch.setattr("s3desk.s3.transfer.kept_connection.READ_TIMEOUT", 0.4)
    monkeypatch.setattr("s3desk.s3.client_config._READ_TIMEOUT", 0.4)
    for module in ("sending", "fetching"):
        monkeypatch.setattr(f"s3desk.s3.transfer.{module}.IN_ONE", MIB)
    monkeypatch.setattr("s3desk.s3.transfer.large_file.PART_SIZE", 5 * MIB)
    monkeypatch.setattr("s3desk.s3.transfer.large_object.RANGE_SIZE", 2 * MIB)


@dataclass
class Trial:
    """A place behind a proxy where one fault after the other strikes; what was wrong is collected, by its name."""

    connection: Connection
    proxy: FaultProxy
    client: S3Client
    bucket: str
    folder: Path
    body: bytes
    wrong: list[str] = field(default_factory=list)

    def suffer(self, cases: list[Case], run: Callable[[Trial, Case], None]) -> None:
        """Run each case where nothing is yet."""
        for case in cases:
            if case.every > 1 and self.body is SMALL:
                continue
            for key in stored(self.client, self.bucket):
                self.client.delete_object(Bucket=self.bucket, Key=key)
            try:
                run(self, case)
            except AssertionError as error:
                self.wrong.append(f"{case.name}: {error}")
            self.proxy.rules.clear()
        assert self.wrong == []

    def outcome(self, case: Case, operation: Callable[[], object]) -> bool:
        """Whether what was wanted came to be; if not, the one clear error is the one in the table."""
        fault = case.fault()
        rule = self.proxy.on(case.when, fault, times=case.times, every=case.every)
        try:
            failed = failure_of(operation)
        finally:
            if isinstance(fault, Stall):
                fault.release.set()
        assert rule.fired
        if case.error is None:
            assert failed is None, repr(failed)
        else:
            assert isinstance(failed, case.error), repr(failed)
            assert str(failed)
            assert failed.advice, "an error says what to do"
        return failed is None


def failure_of(operation: Callable[[], object]) -> S3Error | None:
    """The one error, returned or raised; None where all went well."""
    try:
        found = operation()
    except S3Error as raised:
        return raised
    if not isinstance(found, list) or not found:
        return None
    (failure,) = found
    error: S3Error = failure.error
    return error


@pytest.fixture
def trial(
    proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str, tmp_path: Path, body: bytes
) -> Trial:
    """Nothing is there; the connection has gone well before, so that the short way is taken."""
    (tmp_path / KEY).write_bytes(b"before")
    assert upload(Job(), proxied, plan_upload(Job(), proxied, [tmp_path / KEY], Location(bucket))) == []
    return Trial(proxied, fault_proxy, server_client, bucket, tmp_path, body)


def down(trial: Trial, case: Case) -> None:
    """One object, in the place of another file, which stays until the new one is whole."""
    trial.client.put_object(Bucket=trial.bucket, Key=KEY, Body=trial.body)
    folder = trial.folder / case.name
    folder.mkdir()
    (folder / KEY).write_bytes(OLD)
    job = Job()
    plan = plan_download(job, trial.connection, Selection(trial.bucket, (KEY,)), "", folder)
    whole = trial.outcome(case, lambda: download(job, trial.connection, plan, replace=frozenset({folder / KEY})))
    assert (folder / KEY).read_bytes() == (trial.body if whole else OLD)
    assert [path.name for path in folder.iterdir()] == [KEY]
    assert job.done == (len(trial.body) if whole else 0)


def up(trial: Trial, case: Case) -> None:
    """One file, in the place of nothing; what an error says was not done may yet be there, but only whole."""
    path = trial.folder / KEY
    path.write_bytes(trial.body)
    job = Job()
    plan = plan_upload(job, trial.connection, [path], Location(trial.bucket))
    whole = trial.outcome(case, lambda: upload(job, trial.connection, plan))
    there = stored(trial.client, trial.bucket)
    if not (there and case.fault is LoseAnswer):
        assert there == ({KEY: trial.body} if whole else {})
    assert there.get(KEY, trial.body) == trial.body
    assert not unfinished(trial.client, trial.bucket)
    assert job.done == (len(trial.body) if whole else 0)


def copies(trial: Trial, case: Case, *, is_listed: bool) -> None:
    """One object inside the server, with and without what a listing tells of it."""
    etag = trial.client.put_object(Bucket=trial.bucket, Key=KEY, Body=trial.body)["ETag"].strip('"')
    wish = partial(copy, listed=Listed(len(trial.body), etag) if is_listed else None, threshold=MIB, part_size=5 * MIB)
    whole = trial.outcome(case, lambda: wish(Job(), trial.connection, trial.bucket, KEY, trial.bucket, MADE))
    made = {MADE: trial.body} if whole else {}
    assert stored(trial.client, trial.bucket) == {KEY: trial.body, **made}
    assert not unfinished(trial.client, trial.bucket)


@sized
def test_down(trial: Trial) -> None:
    trial.suffer(DOWN, down)


@sized
def test_up(trial: Trial) -> None:
    trial.suffer(UP, up)


@pytest.mark.parametrize("body", [LARGE], ids=["large"])
def test_the_begin_and_the_end_of_what_goes_up_in_parts(trial: Trial) -> None:
    trial.suffer(ENDS, up)


@sized
def test_copies(trial: Trial) -> None:
    trial.suffer(COPY, partial(copies, is_listed=False))
    if trial.body is SMALL:  # what goes in parts is looked at in any case
        trial.suffer(COPY, partial(copies, is_listed=True))
