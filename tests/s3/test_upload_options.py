"""What is asked for with an upload: sent by every way, kept over a pause, never more than that, refusals told."""

from __future__ import annotations

import random
import threading
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3desk.s3.errors import S3Error
from s3desk.s3.job import Job
from s3desk.s3.journal.gestures import Kind, Outline
from s3desk.s3.journal.going_on import planned_uploads, run
from s3desk.s3.journal.journal import Journal
from s3desk.s3.location import Location
from s3desk.s3.transfer.sending import upload
from s3desk.s3.transfer.upload_options import PLAIN, UploadOptions
from s3desk.s3.transfer.uploads import UploadPlan, plan_upload
from tests.s3.conftest import unfinished
from tests.servers.faults import Seen, error

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from s3desk.s3.connection import Connection
    from s3desk.s3.errors import Failure
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo

MIB = 1 << 20
SIZES = {"small.csv": 1024, "large.csv": 17 * MIB}  # in one request, and in two parts
OPTIONS = UploadOptions(
    content_type="text/plain; charset=utf-8",
    cache_control="max-age=60, public",
    content_encoding="gzip",
    metadata=(("Made-By", "an analyst & co"), ("year", "2026")),
    tags=(("project", "é/1+2=3"), ("a b", "")),
)
# What these keep beside that; each drops or refuses what the other takes.
KEPT = {
    "seaweedfs": replace(OPTIONS, storage_class="GLACIER", encryption="AES256"),
    "ceph": replace(OPTIONS, storage_class="STANDARD", acl="public-read"),
}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """One of each size."""
    made = [tmp_path / name for name in SIZES]
    for path in made:
        path.write_bytes(random.Random(path.name).randbytes(SIZES[path.name]))  # noqa: S311  # test data
    return made


def planned(connection: Connection, bucket: str, files: list[Path], options: UploadOptions) -> UploadPlan:
    return replace(plan_upload(Job(), connection, files, Location(bucket)), options=options)


def sent(connection: Connection, bucket: str, files: list[Path], options: UploadOptions) -> list[Failure]:
    return upload(Job(), connection, planned(connection, bucket, files, options))


def facts_of(client: S3Client, bucket: str, path: Path) -> UploadOptions:
    """What the server keeps of an object, as it would have been asked for; its bytes are compared on the way."""
    told: Any = client.get_object(Bucket=bucket, Key=path.name)
    assert told["Body"].read() == path.read_bytes()
    tags = client.get_object_tagging(Bucket=bucket, Key=path.name).get("TagSet", [])
    grants: Any = client.get_object_acl(Bucket=bucket, Key=path.name)["Grants"]
    groups = [grant["Permission"] for grant in grants if "AllUsers" in grant["Grantee"].get("URI", "")]
    return UploadOptions(
        storage_class=told.get("StorageClass", ""),
        acl="public-read" if groups == ["READ"] else "",
        encryption=told.get("ServerSideEncryption", ""),
        content_type=told["ContentType"],
        cache_control=told.get("CacheControl", ""),
        content_encoding=told.get("ContentEncoding", ""),
        metadata=tuple(sorted(told["Metadata"].items())),
        tags=tuple(sorted((tag["Key"], tag["Value"]) for tag in tags)),
    )


def as_told(options: UploadOptions, told: UploadOptions) -> UploadOptions:
    """The wish as the server spells it: names of metadata are small, the standard class may go without saying."""
    metadata = tuple(sorted((name.lower(), value) for name, value in options.metadata))
    plain = options.storage_class == "STANDARD" and not told.storage_class
    kept = "" if plain else options.storage_class
    return replace(options, metadata=metadata, tags=tuple(sorted(options.tags)), storage_class=kept)


def is_put(seen: Seen) -> bool:
    return seen.method == "PUT" and "partNumber" not in seen.query


def test_each_is_stored_with_small_and_with_large_files(
    proxied: Connection, fault_proxy: FaultProxy, bucket: str, server_client: S3Client, server: ServerInfo, files: Any
) -> None:
    options = KEPT[server.name]
    assert sent(proxied, bucket, files, options) == []
    for path in files:
        told = facts_of(server_client, bucket, path)
        assert told == as_told(options, told)
    puts = [seen for seen in fault_proxy.requests if is_put(seen) and not seen.query]
    assert len(puts) == 1, "the short way signs these headers too"

    fault_proxy.on(is_put, error(400, "NotToday"), times=1)
    server_client.delete_object(Bucket=bucket, Key=files[0].name)
    assert sent(proxied, bucket, files[:1], options) == []
    told = facts_of(server_client, bucket, files[0])
    assert told == as_told(options, told), "the client is asked where the short way fails"


@pytest.mark.parametrize("server", ["ceph"], indirect=True)
def test_they_are_kept_for_what_goes_on_later(
    connection: Connection, bucket: str, server_client: S3Client, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("1.bin", "2.bin", "3.txt")]
    for path, size in zip(files, (24 * MIB, 9 * MIB, 10), strict=True):
        path.write_bytes(random.Random(size).randbytes(size))  # noqa: S311  # test data
    plan = planned(connection, bucket, files, OPTIONS)
    with_options = Outline(Kind.UPLOAD, "up", connection.account, bucket, options=plan.options.written())
    journal = Journal(tmp_path / "data")
    gesture = journal.begin(with_options, planned_uploads(plan, plan))
    connection.limits.bytes_per_second = 30 * MIB
    job = Job()

    def leave() -> None:
        while not unfinished(server_client, bucket):
            threading.Event().wait(0.02)
        job.leave()

    leaving = threading.Thread(target=leave)
    leaving.start()
    with pytest.raises(CancelledError):
        run(job, connection, gesture)
    leaving.join()
    journal.close()
    assert "1.bin" in unfinished(server_client, bucket)

    connection.limits.bytes_per_second = None
    journal = Journal(tmp_path / "data")
    (gesture,) = journal.gestures()
    assert run(Job(), connection, gesture) == []
    journal.close()
    for path in files:
        told = facts_of(server_client, bucket, path)
        assert replace(told, storage_class="") == as_told(OPTIONS, told)


def test_nothing_is_sent_that_was_not_asked_for(
    proxied: Connection, fault_proxy: FaultProxy, bucket: str, files: list[Path]
) -> None:
    assert sent(proxied, bucket, files, PLAIN) == []
    asked = {name.lower() for seen in fault_proxy.requests for name in seen.headers}
    ours = ("x-amz-acl", "x-amz-storage-class", "x-amz-server-side", "x-amz-tagging", "x-amz-meta", "cache-control")
    assert not [name for name in asked if name.startswith(ours)]
    assert PLAIN.written() == ""
    assert PLAIN.headers() == PLAIN.given() == {}


def test_what_a_server_refuses_or_drops_is_told(
    connection: Connection, bucket: str, server_client: S3Client, server: ServerInfo, files: list[Path]
) -> None:
    unkept = UploadOptions(encryption="AES256") if server.name == "ceph" else UploadOptions(acl="public-read")
    failures = sent(connection, bucket, files, unkept)
    what = "encryption" if server.name == "ceph" else "access list"
    for failure in failures:
        assert f"was stored, but the server did not keep the {what}" in str(failure.error)
    assert len(failures) == 2
    if server.name == "ceph":  # SeaweedFS takes any word for a storage class with a file in parts
        for path in files:
            server_client.delete_object(Bucket=bucket, Key=path.name)
        failures = sent(connection, bucket, files, UploadOptions(storage_class="GLACIER"))
        said = {str(failure.error) for failure in failures}
        assert said == {"The server does not take the storage class “GLACIER”."}
        failures = sent(connection, bucket, files[:1], UploadOptions(encryption="aws:kms", kms_key="none"))
        assert "does not take the encryption “none”. It said: Failed to retrieve" in str(failures[0].error)
    assert not unfinished(server_client, bucket)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (UploadOptions(cache_control="no-cache\r\nx-amz-acl: public-read"), "Cache-Control has a line break"),
        (UploadOptions(metadata=(("a", "b\nx-amz-acl: public-read"),)), "Metadata “a” has a line break"),
        (UploadOptions(metadata=(("a: b\r\nc", "d"),)), "a name has letters"),
        (UploadOptions(metadata=(("a", "é"),)), "only have plain letters"),
        (UploadOptions(metadata=(("a", "1"), ("A", "2"))), "is there twice"),
        (UploadOptions(metadata=(("a", "x" * 2048),)), "2,048 bytes; this has 2,049"),
        (UploadOptions(metadata=(("a", "two  spaces"),)), "several in a row"),
        (UploadOptions(content_type="csv"), "is written like text/csv"),
        (UploadOptions(content_type="text/csv\n"), "Content-Type has a line break"),
        (UploadOptions(kms_key="k", encryption="AES256"), "only used with encryption by KMS"),
        (UploadOptions(tags=tuple((str(n), "") for n in range(11))), "may have 10 tags; these are 11"),
        (UploadOptions(tags=(("t" * 129, ""),)), "128 characters"),
        (UploadOptions(tags=(("t", "v" * 257),)), "a value 256"),
        (UploadOptions(tags=(("t", "<v>"),)), "only letters, digits, spaces"),
        (UploadOptions(tags=(("aws:t", ""),)), "belong to AWS"),
        (UploadOptions(tags=(("", "v"),)), "no name"),
        (UploadOptions(tags=(("t", "1"), ("t", "2"))), "there twice"),
        (OPTIONS, ""),
        (UploadOptions(encryption="aws:kms", kms_key="arn:aws:kms:eu-west-1:1:key/1-2", acl="private"), ""),
    ],
)
def test_what_s3_would_not_take_is_said_before(options: UploadOptions, words: str) -> None:
    said = options.problem()
    assert words in said
    assert bool(said) == bool(words)


def test_they_are_written_down_and_read_again() -> None:
    for options in (PLAIN, OPTIONS, *KEPT.values()):
        assert UploadOptions.read(options.written()) == options
    for broken in ("{", "[]", '{"later": "1"}', '{"tags": [1]}', '"x"'):
        with pytest.raises(S3Error, match="cannot be read any more"):
            UploadOptions.read(broken)
