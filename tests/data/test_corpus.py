"""Every file of the corpus opens as it must, at its price, and a hostile one takes nothing down with it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from s3desk.data.looking.preview import NothingToShow, Preview, TablePreview, TextPreview, preview
from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from s3desk.s3.job import Job
from tests.conftest import ClientFor
from tests.data.corpus import CORPUS, HOSTILE, Case
from tests.servers.cleaning import remove_bucket
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture(scope="module")
def client(seaweedfs: ServerInfo, client_for: ClientFor) -> S3Client:
    """The owner's plain client."""
    return client_for(seaweedfs)


@pytest.fixture(scope="module")
def stored(client: S3Client) -> Iterator[str]:
    """A bucket for the corpus."""
    name = f"corpus-{uuid.uuid4().hex[:12]}"
    client.create_bucket(Bucket=name)
    yield name
    remove_bucket(client, name)


@pytest.fixture(scope="module")
def connection(seaweedfs: ServerInfo) -> Iterator[Connection]:
    """The owner's connection."""
    made = Connection(
        Account(
            "owner",
            access_key=seaweedfs.access_key,
            secret_key=seaweedfs.secret_key,
            endpoint_url=seaweedfs.endpoint_url,
        )
    )
    yield made
    made.client().close()


def words_of(seen: Preview) -> str:
    """Everything that is said about a file."""
    words = [seen.facts.sentence, *seen.facts.remarks]
    if isinstance(seen, NothingToShow):
        words += [seen.sentence, seen.advice]
    return "\n".join(words)


def test_the_corpus_is_large_and_mean_enough() -> None:
    assert len(CORPUS) >= 60
    assert len(HOSTILE) >= 20
    assert len({case.key for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.key)
def test_it_opens_as_it_must(case: Case, client: S3Client, stored: str, connection: Connection) -> None:
    client.put_object(Bucket=stored, Key=case.key, Body=case.make())
    seen = preview(Job(), connection, stored, case.key, **case.options)  # type: ignore[arg-type]  # as the case wants
    assert isinstance(seen, case.shown), seen
    for words in case.words:
        assert words in words_of(seen)
    assert seen.facts.bytes_fetched <= case.most_bytes
    assert seen.facts.requests <= case.most_requests
    if isinstance(seen, TablePreview):
        check_table(case, seen)
    if isinstance(seen, TextPreview):
        assert seen.text.startswith(case.begins)
        assert len(seen.text) <= 2 << 20


def check_table(case: Case, seen: TablePreview) -> None:
    """Names, first row, number of rows; and every row has its cells."""
    assert tuple(column.name for column in seen.table.columns)[: len(case.names)] == case.names
    if case.row:
        assert seen.table.rows[0][: len(case.row)] == case.row
    if case.total is not None:
        assert (seen.table.complete, seen.table.rows_total) == (True, case.total)
    assert all(len(row) == len(seen.table.columns) for row in seen.table.rows)
    assert len(seen.table.rows) <= 1000
