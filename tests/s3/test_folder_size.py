"""How big a selection is: every line counted, one that fails beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from s3desk.s3.connection import Connection
from s3desk.s3.errors import NotFoundError
from s3desk.s3.folder_size import Size, Sizes, measure, sizes_of
from s3desk.s3.job import Job
from s3desk.s3.location import Location
from s3desk.s3.objects import Tally
from tests.conftest import BucketFactory
from tests.s3.conftest import connect
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

NOTHING = Tally(0, 0)


@pytest.fixture
def filled(server_client: S3Client, bucket: str) -> str:
    """A few files in folders, a marker among them."""
    bodies = {"a.txt": 3, "logs/x.csv": 10, "logs/y.csv": 20, "logs/deep/z.gz": 30, "logs2/q": 5, "empty/": 0}
    for key, size in bodies.items():
        server_client.put_object(Bucket=bucket, Key=key, Body=b"x" * size)
    return bucket


def test_folder_size_of_folders_and_objects(job: Job, connection: Connection, filled: str) -> None:
    sizes = sizes_of(Location(filled), ["logs/", "logs2/"], Tally(2, 9))
    measure(job, connection, sizes)
    assert [(line.objects, line.bytes, line.ended) for line in sizes.lines] == [
        (3, 60, True), (1, 5, True), (2, 9, True)
    ]  # fmt: skip
    assert (sizes.objects, sizes.bytes, sizes.failed) == (6, 74, [])
    assert sizes.requests == 2
    assert job.done == 4


def test_folder_size_of_nothing_selected_is_the_place(job: Job, connection: Connection, filled: str) -> None:
    sizes = sizes_of(Location(filled), (), NOTHING)
    measure(job, connection, sizes)
    assert [(line.location, line.objects, line.bytes) for line in sizes.lines] == [(Location(filled), 6, 68)]


def test_one_folder_that_fails_does_not_stop_the_rest(job: Job, connection: Connection, filled: str) -> None:
    sizes = Sizes([Size(Location("no-such-bucket-here")), Size(Location(filled, "logs/"))])
    measure(job, connection, sizes)
    assert [line.ended for line in sizes.lines] == [True, True]
    assert isinstance(sizes.lines[0].error, NotFoundError)
    assert sizes.failed == [sizes.lines[0]]
    assert (sizes.objects, sizes.bytes) == (3, 60)


def test_folder_size_at_the_root_is_every_bucket(
    job: Job, connection: Connection, new_bucket: BucketFactory, filled: str
) -> None:
    other = new_bucket()
    sizes = sizes_of(Location(), (), NOTHING)
    measure(job, connection, sizes)
    found = {line.location.bucket: line.bytes for line in sizes.lines}
    assert found[filled] == 68
    assert found[other] == 0
    chosen = sizes_of(Location(), [filled], NOTHING)
    measure(Job(), connection, chosen)
    assert [(line.location, line.bytes) for line in chosen.lines] == [(Location(filled), 68)]


def test_someone_else_sees_why_not(job: Job, server: ServerInfo, filled: str) -> None:
    sizes = sizes_of(Location(filled), (), NOTHING)
    measure(job, connect(server, other=True), sizes)
    assert len(sizes.failed) == 1
    assert str(sizes.lines[0].error)
