"""The synthetic endpoint answers a plain boto3 client as S3 would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.bench.keys import PREFIX, SPACES, hash_of, keys_of
from tests.bench.serving import BUCKET, Served, endpoint_with

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

KEYS = 2345
_XML = "{http://s3.amazonaws.com/doc/2006-03-01/}"


@contextmanager
def client_of(served: Served) -> Iterator[S3Client]:
    """A client that signs nothing."""
    config = Config(signature_version=UNSIGNED, s3={"addressing_style": "path"})
    client = boto3.client("s3", endpoint_url=served.url, region_name="us-east-1", config=config)
    yield client
    client.close()


@pytest.fixture(scope="module")
def foldered() -> Iterator[Served]:
    """A bucket with folders and objects side by side."""
    with endpoint_with(KEYS, space="foldered") as served:
        yield served


@pytest.fixture
def client(foldered: Served) -> Iterator[S3Client]:
    """A client of that bucket."""
    with client_of(foldered) as made:
        yield made


def names_after(keys: Sequence[str], after: str = "", prefix: str = PREFIX) -> list[str]:
    """The plain definition: what is below the prefix, each folder as one name, and of those the ones after `after`."""
    below = [key for key in keys if key.startswith(prefix)]
    rolled = {prefix + key[len(prefix) :].partition("/")[0] + "/" * ("/" in key[len(prefix) :]) for key in below}
    return sorted((name for name in rolled if name.encode() > after.encode()), key=str.encode)


def rolled_up(client: S3Client, operation: str = "list_objects_v2", **request: object) -> list[str]:
    """The names of all pages; each page in order, and the pages in order."""
    names: list[str] = []
    for page in client.get_paginator(operation).paginate(Bucket=BUCKET, Delimiter="/", **request):  # type: ignore[call-overload]
        both = [item["Key"] for item in page.get("Contents", ())]
        both += [item["Prefix"] for item in page.get("CommonPrefixes", ())]
        assert page.get("KeyCount", len(both)) == len(both)
        names += sorted(both, key=str.encode)
    return names


@pytest.mark.parametrize("space", SPACES)
def test_pages_give_the_keys_of_the_formula(space: str) -> None:
    with endpoint_with(KEYS, space=space) as served, client_of(served) as client:
        pages = list(client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX))
        assert [page["KeyCount"] for page in pages] == [1000, 1000, 345]
        items = [item for page in pages for item in page["Contents"]]
        listed = [item["Key"] for item in items]
        assert listed == [key.decode() for key in keys_of(space, KEYS)]
        assert served.sha256() == hash_of(listed)
        assert len({item["ETag"] for item in items}) == KEYS
        assert served.counts()["requests"] == 3


def test_keys_are_written_plainly_where_nobody_asks_for_their_encoding() -> None:
    keys = keys_of("unicode", 1500)
    assert any(b"&" in key for key in keys)
    with (
        endpoint_with(1500, space="unicode") as served,
        urlopen(f"{served.url}/{BUCKET}?list-type=2&prefix={PREFIX}") as answer,
    ):
        first = ET.fromstring(answer.read())  # noqa: S314  # our own
    listed = [element.text for element in first.iter(f"{_XML}Key")]
    assert listed == [key.decode() for key in keys[:1000]]


@pytest.mark.parametrize("operation", ["list_objects_v2", "list_objects"])
def test_folders_count_as_one_name_each(client: S3Client, operation: str) -> None:
    expected = names_after([key.decode() for key in keys_of("foldered", KEYS)])
    assert rolled_up(client, operation, Prefix=PREFIX) == expected
    some = rolled_up(client, operation, Prefix=f"{PREFIX}folder-0000000", PaginationConfig={"PageSize": 3})
    assert some == [name for name in expected if name.startswith(f"{PREFIX}folder-0000000")]


def test_start_after_leaves_out_what_it_names(client: S3Client) -> None:
    keys = [key.decode() for key in keys_of("foldered", KEYS)]
    for after in (keys[0], f"{keys[0]}x", f"{PREFIX}folder-00000017/", keys[-1], "", "\U0010ffff", "a"):
        assert rolled_up(client, Prefix=PREFIX, StartAfter=after) == names_after(keys, after)
        flat = client.list_objects_v2(Bucket=BUCKET, Prefix=PREFIX, StartAfter=after)
        assert [item["Key"] for item in flat.get("Contents", ())] == [key for key in keys if key > after][:1000]
        assert flat.get("StartAfter", "") == after


def test_start_after_inside_a_folder_goes_on_behind_it(client: S3Client) -> None:
    names = rolled_up(client, Prefix=PREFIX, StartAfter=f"{PREFIX}folder-00000017/part-0.csv")
    assert names[0] == f"{PREFIX}folder-00000018/"


def test_max_keys_ends_a_page(client: S3Client) -> None:
    page = client.list_objects_v2(Bucket=BUCKET, Prefix=PREFIX, MaxKeys=7, Delimiter="/")
    assert (page["KeyCount"], page["MaxKeys"], page["IsTruncated"]) == (7, 7, True)
    following = client.list_objects_v2(
        Bucket=BUCKET, Prefix=PREFIX, MaxKeys=7, Delimiter="/", ContinuationToken=page["NextContinuationToken"]
    )
    assert following["ContinuationToken"] == page["NextContinuationToken"]
    assert following["Contents"][0]["Key"] > page["Contents"][-1]["Key"]
    none = client.list_objects_v2(Bucket=BUCKET, MaxKeys=0)
    assert (none["KeyCount"], none["IsTruncated"]) == (0, False)
    assert client.list_objects_v2(Bucket=BUCKET, MaxKeys=5000)["KeyCount"] == 1000


def test_the_last_full_page_is_not_truncated(client: S3Client) -> None:
    count = len(names_after([key.decode() for key in keys_of("foldered", KEYS)], prefix=f"{PREFIX}folder-0000001"))
    page = client.list_objects_v2(Bucket=BUCKET, Prefix=f"{PREFIX}folder-0000001", MaxKeys=count, Delimiter="/")
    assert (page["KeyCount"], page["IsTruncated"]) == (count, False)
    assert "NextContinuationToken" not in page


def test_buckets_and_objects_are_there_or_not(client: S3Client) -> None:
    assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == [BUCKET]
    headers = client.head_bucket(Bucket=BUCKET)["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-bucket-region"] == "us-east-1"
    assert not client.get_bucket_location(Bucket=BUCKET)["LocationConstraint"]
    assert client.get_object(Bucket=BUCKET, Key=keys_of("foldered", 1)[0].decode())["Body"].read() == b"x"
    with pytest.raises(ClientError, match="404"):
        client.head_object(Bucket=BUCKET, Key=f"{PREFIX}none")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        client.list_objects_v2(Bucket="another")
    with pytest.raises(ClientError, match="InvalidArgument"):
        client.list_objects_v2(Bucket=BUCKET, ContinuationToken="none of ours")


def test_requests_wait_side_by_side_and_are_counted() -> None:
    with endpoint_with(10, latency_ms=200) as served:

        def ask(_: int) -> int:
            with urlopen(f"{served.url}/{BUCKET}?list-type=2") as answer:
                return int(answer.status)

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(ask, range(6))) == [200] * 6
        assert served.counts() == {"requests": 6, "most_at_once": 6, "now": 0}
        served.reset()
        assert served.counts() == {"requests": 0, "most_at_once": 0, "now": 0}
        with pytest.raises(HTTPError, match="501"):
            urlopen(f"{served.url}/{BUCKET}?policy")
