"""Objects read beside boto3's client are the same bytes, and every other answer is the client's to explain."""

from __future__ import annotations

import random
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.account import Account, SignIn
from s3desk.s3.connection import Connection
from s3desk.s3.errors import AccessDeniedError, ChangedError, NotFoundError
from s3desk.s3.job import Job
from s3desk.s3.transfer.wire import Piece, fetch_into
from tests.servers.faults import CutBody, error, slow_down

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo

KEYS = ["plain.csv", "a b+c&d=e%2F.csv", "ünï 😀~*'();:@?#.csv", "a//b", "tab\there", '“$(x)” \\ "']


def read(job: Job, connection: Connection, piece: Piece) -> bytes:
    content = bytearray(piece.length)
    fetch_into(job, connection, piece, memoryview(content))
    return bytes(content)


def put(client: S3Client, bucket: str, key: str, body: bytes) -> str:
    return client.put_object(Bucket=bucket, Key=key, Body=body)["ETag"].strip('"')


def test_any_key_is_read_whole_and_in_parts(
    job: Job, connection: Connection, server_client: S3Client, bucket: str
) -> None:
    assert connection.direct(bucket) is not None
    for number, key in enumerate(KEYS):
        body = random.Random(number).randbytes(3_000_000)  # noqa: S311  # test data
        etag = put(server_client, bucket, key, body)
        assert read(job, connection, Piece(bucket, key, etag, len(body), 0, len(body))) == body
        assert read(job, connection, Piece(bucket, key, etag, len(body), 17, 1_500_000)) == body[17:1_500_017]
    asked = [call.parameters["Key"] for call in connection.activity.calls() if call.operation == "get_object"]
    assert len(set(asked)) == len(KEYS), "what is read beside the client is told as well"


def test_what_is_not_the_object_is_explained(
    job: Job, connection: Connection, server: ServerInfo, server_client: S3Client, bucket: str
) -> None:
    etag = put(server_client, bucket, "a", b"1234")
    with pytest.raises(NotFoundError):
        read(job, connection, Piece(bucket, "gone", "", 4, 0, 4))
    with pytest.raises(ChangedError):
        read(job, connection, Piece(bucket, "a", "0" * 32, 4, 0, 4))
    nobody = Connection(Account("nobody", SignIn.ANONYMOUS, endpoint_url=server.endpoint_url))
    with pytest.raises(AccessDeniedError):
        read(job, nobody, Piece(bucket, "a", etag, 4, 0, 4))
    job.cancel()
    with pytest.raises(CancelledError):
        read(job, connection, Piece(bucket, "a", etag, 4, 0, 4))


def test_a_busy_server_and_a_cut_body_are_outlasted(
    job: Job, proxied: Connection, fault_proxy: FaultProxy, server_client: S3Client, bucket: str
) -> None:
    body = random.Random(5).randbytes(2_000_000)  # noqa: S311  # test data
    piece = Piece(bucket, "a", put(server_client, bucket, "a", body), len(body), 0, len(body))
    for fault in (slow_down(), CutBody(700_000), error(500, "InternalError")):
        rule = fault_proxy.on(lambda seen: seen.method == "GET", fault, times=1)
        assert read(job, proxied, piece) == body
        assert rule.fired == 1
    assert job.done == 3 * len(body)
