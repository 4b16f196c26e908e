"""What a test knows about a server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ServerInfo:
    """A running S3 server and the keys of two people: the owner, and someone else who owns nothing there."""

    name: str
    endpoint_url: str
    access_key: str
    secret_key: str
    other_access_key: str
    other_secret_key: str
    tls_endpoint_url: str | None = None
    ca_file: str | None = None
    folder: Path | None = None
