"""Puts the sample data on the demo server."""

from __future__ import annotations

import http.client
import json
import queue
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from s3desk.demo.sample import BUCKETS, PUBLIC_BUCKET, VERSIONS_BUCKET, Sample, history, sensor_readings, whole_files

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.demo.seaweedfs import Identity

_THREADS = 4


def fill(endpoint_url: str, owner: Identity) -> None:
    """Make the buckets and store every sample; may be repeated, and then repairs.

    Raises botocore's errors, or OSError when a small object was not taken.
    """
    with closing(_client(endpoint_url, owner)) as client:
        _make_buckets(client)
        _put_everything(client, endpoint_url, owner)


def _make_buckets(client: S3Client) -> None:
    have = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for bucket in BUCKETS:
        if bucket not in have:
            client.create_bucket(Bucket=bucket)
    _open_to_everyone(client, PUBLIC_BUCKET)


def _put_everything(client: S3Client, endpoint_url: str, owner: Identity) -> None:
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="demo-fill") as threads:
        written = threads.submit(_write_history, client)
        small = threads.submit(_put_small, endpoint_url, owner, sensor_readings())
        for done in [*[threads.submit(_put, client, sample) for sample in whole_files()], written, small]:
            done.result()


def _client(endpoint_url: str, owner: Identity) -> S3Client:
    import boto3  # noqa: PLC0415  # heavy; only the first start of the demo needs it
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        aws_access_key_id=owner.access_key,
        aws_secret_access_key=owner.secret_key,
        region_name="us-east-1",
        config=Config(
            s3={"addressing_style": "path"}, max_pool_connections=_THREADS, request_checksum_calculation="when_required"
        ),
    )


def _put(client: S3Client, sample: Sample) -> None:
    client.put_object(Bucket=sample.bucket, Key=sample.key, Body=sample.body, ContentType=sample.content_type)


def _open_to_everyone(client: S3Client, bucket: str) -> None:
    """Let anyone read the bucket's objects, as a static website needs."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket}/*"],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def _write_history(client: S3Client) -> None:
    """Write the versions in their order, after taking away what an interrupted try left of them."""
    bucket = VERSIONS_BUCKET
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    listed = client.list_object_versions(Bucket=bucket)
    old = [(each["Key"], each["VersionId"]) for each in listed.get("Versions", [])]
    old += [(each["Key"], each["VersionId"]) for each in listed.get("DeleteMarkers", [])]
    for key, version in old:
        client.delete_object(Bucket=bucket, Key=key, VersionId=version)
    for step in history():
        if step.body is None:
            client.delete_object(Bucket=bucket, Key=step.key)
        else:
            client.put_object(Bucket=bucket, Key=step.key, Body=step.body, ContentType="text/csv")


def _put_small(endpoint_url: str, owner: Identity, samples: Iterable[Sample]) -> None:
    """Store thousands of small objects: signed by botocore but sent bare, as boto3 would take a quarter of a minute."""
    waiting: queue.SimpleQueue[Sample] = queue.SimpleQueue()
    for sample in samples:
        waiting.put(sample)
    failed: list[Exception] = []

    def work() -> None:
        try:
            _put_until_empty(endpoint_url, owner, waiting)
        except (OSError, http.client.HTTPException) as error:
            failed.append(error)

    threads = [threading.Thread(target=work, name="demo-fill-small") for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise OSError("a sensor reading was not stored") from failed[0]


def _put_until_empty(endpoint_url: str, owner: Identity, waiting: queue.SimpleQueue[Sample]) -> None:
    from botocore.auth import S3SigV4Auth  # noqa: PLC0415  # heavy, see above
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import Credentials  # noqa: PLC0415

    signer = S3SigV4Auth(Credentials(owner.access_key, owner.secret_key), "s3", "us-east-1")
    connection = http.client.HTTPConnection(urlsplit(endpoint_url).netloc, timeout=60)
    try:
        while True:
            sample = waiting.get_nowait()
            path = quote(f"/{sample.bucket}/{sample.key}")
            headers = {"Content-Type": sample.content_type, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
            request = AWSRequest("PUT", endpoint_url + path, headers, sample.body)
            signer.add_auth(request)
            connection.request("PUT", path, sample.body, dict(request.headers.items()))
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise OSError(f"{answer.status} {said[:300]!r}")
    except queue.Empty:
        return
    finally:
        connection.close()
