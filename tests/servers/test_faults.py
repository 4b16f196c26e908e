"""Each fault of the proxy looks to boto3 as it does in the wild."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import botocore.exceptions
import pytest
from urllib3.exceptions import ProtocolError

from tests.servers import faults
from tests.servers.fault_proxy import FaultProxy
from tests.servers.faults import Rule, Seen, is_complete_multipart_upload
from tests.servers.info import ServerInfo
from tests.servers.raw_client import raw_client

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BODY = bytes(range(256)) * 400
Truncated = (botocore.exceptions.ResponseStreamingError, botocore.exceptions.IncompleteReadError, ProtocolError)


def is_get(request: Seen) -> bool:
    return request.method == "GET"


@pytest.fixture
def client(server: ServerInfo, fault_proxy: FaultProxy) -> Iterator[S3Client]:
    client = raw_client(server, endpoint_url=fault_proxy.endpoint_url)
    yield client
    client.close()


@pytest.fixture
def stored(server_client: S3Client, bucket: str) -> str:
    """A bucket that holds BODY under the key `x`."""
    server_client.put_object(Bucket=bucket, Key="x", Body=BODY)
    return bucket


def read(client: S3Client, bucket: str) -> bytes:
    return client.get_object(Bucket=bucket, Key="x")["Body"].read()


def test_without_rules_everything_passes_and_is_counted(client: S3Client, fault_proxy: FaultProxy, bucket: str) -> None:
    client.put_object(Bucket=bucket, Key="ü /x", Body=BODY)
    part = client.get_object(Bucket=bucket, Key="ü /x", Range="bytes=10-19")["Body"].read()
    assert part == BODY[10:20]
    client.head_object(Bucket=bucket, Key="ü /x")
    assert [one["Key"] for one in client.list_objects_v2(Bucket=bucket)["Contents"]] == ["ü /x"]
    put, get, head, listing = fault_proxy.requests
    assert [put.method, get.method, head.method, listing.method] == ["PUT", "GET", "HEAD", "GET"]
    assert (put.uploaded, get.downloaded, head.downloaded) == (len(BODY), 10, 0)
    assert (get.range, get.path, get.status) == ("bytes=10-19", f"/{bucket}/%C3%BC%20/x", 206)
    assert "list-type=2" in listing.query
    assert fault_proxy.uploaded == len(BODY)


def test_cut_body(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    fault_proxy.rules.append(Rule(when=is_get, do=faults.CutBody(1000), times=1))
    with pytest.raises(Truncated):
        read(client, stored)
    assert fault_proxy.requests[-1].downloaded == 1000
    assert read(client, stored) == BODY


def test_cut_upload(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    fault_proxy.on(lambda r: r.method == "PUT", faults.CutUpload(5000), times=1)
    client.put_object(Bucket=stored, Key="x", Body=BODY[::-1])
    assert [request.method for request in fault_proxy.requests] == ["PUT", "PUT"]
    assert read(client, stored) == BODY[::-1]


def test_every_third_is_told_to_slow_down(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    rule = fault_proxy.on(is_get, faults.slow_down(), every=3)
    for _ in range(4):
        assert read(client, stored) == BODY
    assert rule.fired == 1
    assert [request.status for request in fault_proxy.requests] == [200, 200, 503, 200, 200]


def test_stall(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    stall = faults.Stall(after=100)
    fault_proxy.on(is_get, stall)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(read(client, stored)))
    reader.start()
    reader.join(0.3)
    assert reader.is_alive()
    stall.release.set()
    reader.join(10)
    assert got == [BODY]


@pytest.mark.parametrize("by", [-1000, 1000])
def test_wrong_length(client: S3Client, fault_proxy: FaultProxy, stored: str, by: int) -> None:
    fault_proxy.on(is_get, faults.WrongLength(by), times=1)
    if by > 0:
        with pytest.raises(Truncated):
            read(client, stored)
    else:
        assert len(read(client, stored)) == len(BODY) + by


def test_flipped_byte(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    fault_proxy.on(is_get, faults.FlipByte(70_000))
    got = read(client, stored)
    assert [i for i, (a, b) in enumerate(zip(got, BODY, strict=True)) if a != b] == [70_000]


def test_the_answer_to_complete_multipart_upload_is_lost(
    client: S3Client, server_client: S3Client, fault_proxy: FaultProxy, bucket: str
) -> None:
    lost = fault_proxy.on(is_complete_multipart_upload, faults.LoseAnswer())
    upload = client.create_multipart_upload(Bucket=bucket, Key="x")["UploadId"]
    part = client.upload_part(Bucket=bucket, Key="x", UploadId=upload, PartNumber=1, Body=BODY)
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    with pytest.raises((botocore.exceptions.ConnectionClosedError, client.exceptions.ClientError)):
        client.complete_multipart_upload(
            Bucket=bucket,
            Key="x",
            UploadId=upload,
            MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]  # the stub wants all checksums
        )
    assert lost.fired >= 1
    assert read(server_client, bucket) == BODY


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.expired_token(), "ExpiredToken"),
        (faults.time_too_skewed(), "RequestTimeTooSkewed"),
        (faults.error(404, "NoSuchKey"), "NoSuchKey"),
    ],
)
def test_canned_errors(client: S3Client, fault_proxy: FaultProxy, stored: str, fault: faults.Answer, code: str) -> None:
    fault_proxy.on(is_get, fault)
    with pytest.raises(client.exceptions.ClientError) as refused:
        read(client, stored)
    assert refused.value.response["Error"]["Code"] == code


def test_permanent_redirect_names_the_region(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    fault_proxy.on(is_get, faults.permanent_redirect("eu-central-1"))
    with pytest.raises(client.exceptions.ClientError) as refused:
        read(client, stored)
    headers = refused.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-bucket-region"] == "eu-central-1"


def test_captive_portal(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    fault_proxy.on(is_get, faults.captive_portal())
    with pytest.raises(client.exceptions.ClientError, match="500"):  # boto3 takes what is no XML for a broken server
        client.list_objects_v2(Bucket=stored)


def test_error_inside_200(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    fault_proxy.on(lambda r: "x-amz-copy-source" in r.headers, faults.error_inside_200())
    with pytest.raises(client.exceptions.ClientError, match="InternalError"):
        client.copy_object(Bucket=stored, Key="y", CopySource={"Bucket": stored, "Key": "x"})


def test_latency_lets_later_rules_apply(client: S3Client, fault_proxy: FaultProxy, stored: str) -> None:
    late = fault_proxy.on(is_get, faults.Latency(0.05))
    flipped = fault_proxy.on(is_get, faults.FlipByte(0))
    assert read(client, stored)[0] == 0xFF
    assert (late.fired, flipped.fired) == (1, 1)


def test_closing_ends_a_stalled_connection(server: ServerInfo, stored: str) -> None:
    proxy = FaultProxy(server.endpoint_url)
    proxy.on(is_get, faults.Stall())
    client = raw_client(server, endpoint_url=proxy.endpoint_url)
    failed: list[Exception] = []

    def reading() -> None:
        try:
            read(client, stored)
        except botocore.exceptions.BotoCoreError as error:
            failed.append(error)

    reader = threading.Thread(target=reading)
    reader.start()
    while not proxy.requests:
        reader.join(0.01)
    proxy.close()
    reader.join(20)
    client.close()
    assert len(failed) == 1
