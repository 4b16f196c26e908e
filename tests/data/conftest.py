"""A connection of s3desk to each server through the fault proxy, which counts on its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from s3desk.s3.account import Account
from s3desk.s3.connection import Connection
from tests.servers.fault_proxy import FaultProxy
from tests.servers.info import ServerInfo


@pytest.fixture
def watched(server: ServerInfo, fault_proxy: FaultProxy) -> Iterator[Connection]:
    """The owner's connection by way of `fault_proxy`."""
    connection = Connection(
        Account(
            "owner",
            access_key=server.access_key,
            secret_key=server.secret_key,
            endpoint_url=fault_proxy.endpoint_url,
        )
    )
    yield connection
    connection.client().close()
