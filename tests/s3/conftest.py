"""Connections to the servers of the tests, straight and through the proxy that breaks things."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import pytest

from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.job import Job
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo


def connect(server: ServerInfo, endpoint_url: str = "", *, other: bool = False) -> Connection:
    """A Connection with typed keys, to `server` or to what stands before it."""
    return Connection(
        Account(
            name=server.name,
            access_key=server.other_access_key if other else server.access_key,
            secret_key=server.other_secret_key if other else server.secret_key,
            endpoint_url=endpoint_url or server.endpoint_url,
            region="us-east-1",
        )
    )


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between a failed request and the next one: how long they are proves nothing."""
    for module in ("transfer.wire", "interrupt"):
        monkeypatch.setattr(f"s3desk.s3.{module}._BACKOFF", 0.01)


@pytest.fixture
def connection(server: ServerInfo) -> Connection:
    """The owner's connection."""
    return connect(server)


@pytest.fixture
def other_connection(server: ServerInfo) -> Connection:
    """Someone else's connection."""
    return connect(server, other=True)


@pytest.fixture
def proxied(server: ServerInfo, fault_proxy: FaultProxy) -> Connection:
    """The owner's connection through the proxy."""
    return connect(server, fault_proxy.endpoint_url)


@pytest.fixture
def job() -> Job:
    """A job nobody cancels."""
    return Job("test")


def stored(client: S3Client, bucket: str) -> dict[str, bytes]:
    """Everything in a bucket, read by the independent client."""
    found = {}
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            found[item["Key"]] = client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
    return found


def unfinished(client: S3Client, bucket: str) -> list[str]:
    """The keys of uploads that were begun and neither completed nor aborted."""
    return [upload["Key"] for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]


def seconds_to_cancel(job: Job, when: Callable[[], bool], operation: Callable[[], Any]) -> float:
    """Run `operation`, cancel once `when` is true, and tell how long it took until CancelledError came out."""
    ended: list[float] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            operation()
        except CancelledError:
            ended.append(time.monotonic())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="operation")
    thread.start()
    while not when() and thread.is_alive():
        thread.join(0.01)
    watch = Stopwatch()
    job.cancel()
    thread.join(60)
    took = watch.stop(*ended)
    assert not errors, errors
    assert ended, "the operation came to its end without a CancelledError"
    return took
