"""The bucket's own region: asked once, then used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from s3desk.s3.errors import NotFoundError
from s3desk.s3.job import Job
from s3desk.s3.sharing import links as sharing
from tests.s3.conftest import connect
from tests.servers.faults import Answer, Seen

if TYPE_CHECKING:
    from tests.servers.fault_proxy import FaultProxy
    from tests.servers.info import ServerInfo


def is_head_bucket(request: Seen) -> bool:
    return request.method == "HEAD"


@pytest.mark.parametrize("status", [200, 403])
def test_a_link_names_the_region_the_server_tells(
    server: ServerInfo, fault_proxy: FaultProxy, bucket: str, status: int
) -> None:
    """S3 names it in a header, whether it lets us in or not."""
    told = fault_proxy.on(is_head_bucket, Answer(status, b"", {"x-amz-bucket-region": "eu-south-2"}))
    connection = connect(server, fault_proxy.endpoint_url)
    for _ in range(3):
        assert "%2Feu-south-2%2Fs3%2F" in sharing.presign(Job(), connection, bucket, "k", timedelta(hours=1)).url
    assert told.fired == 1
    assert connection.region_of(bucket) == "eu-south-2"
    assert told.fired == 1


def test_a_server_that_tells_no_region_gets_the_accounts(
    server: ServerInfo, fault_proxy: FaultProxy, bucket: str
) -> None:
    fault_proxy.on(is_head_bucket, Answer(200, b"", {}))
    connection = connect(server, fault_proxy.endpoint_url)
    assert connection.region_of(bucket) == "us-east-1"


def test_a_bucket_that_is_not_there_says_so(server: ServerInfo) -> None:
    with pytest.raises(NotFoundError, match="no bucket named"):
        connect(server).region_of("no-such-bucket-anywhere")
