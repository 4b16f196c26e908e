"""A plain boto3 client: what the tests read buckets back with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.info import ServerInfo

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def raw_client(
    server: ServerInfo, *, other: bool = False, tls: bool = False, endpoint_url: str | None = None
) -> S3Client:
    """A client for the owner or for someone else; over TLS, or through the proxy at `endpoint_url`, if asked for."""
    import boto3
    from botocore.config import Config

    session = boto3.Session(
        aws_access_key_id=server.other_access_key if other else server.access_key,
        aws_secret_access_key=server.other_secret_key if other else server.secret_key,
        region_name="us-east-1",
    )
    return session.client(
        "s3",
        endpoint_url=endpoint_url or (server.tls_endpoint_url if tls else server.endpoint_url),
        verify=server.ca_file if tls else None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            max_pool_connections=32,
            retries={"mode": "standard", "max_attempts": 3},
        ),
    )
