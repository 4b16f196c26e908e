"""The program is killed at random moments of uploads and downloads: after going on, every file is whole, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import BucketFactory
from tests.s3.killing import kill_again_and_again
from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.mark.parametrize("server", ["seaweedfs"], indirect=True)
def test_nothing_is_lost_nor_left_behind_by_five_kills(
    server: ServerInfo, server_client: S3Client, new_bucket: BucketFactory, tmp_path: Path
) -> None:
    buckets = [new_bucket(versioned=True) for _ in range(3)]
    seen = kill_again_and_again(tmp_path, server, server_client, buckets, kills=5, seed=6)
    assert seen.wrong == []
    assert seen.kills == 5
