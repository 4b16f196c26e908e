"""SeaweedFS for the tests, started by the same code as the demo."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from s3desk.demo.seaweedfs import Identity, running
from tests.servers.info import ServerInfo

SOMEONE_ELSES_BUCKET = "someone-elses"


@contextmanager
def seaweedfs_server(folder: Path) -> Iterator[ServerInfo]:
    """Run a server in `folder`; someone else may only touch the bucket `someone-elses`."""
    owner = Identity("owner", secrets.token_hex(10).upper(), secrets.token_hex(20), ("Admin",))
    actions = tuple(f"{action}:{SOMEONE_ELSES_BUCKET}" for action in ("Read", "Write", "List", "Tagging"))
    other = Identity("other", secrets.token_hex(10).upper(), secrets.token_hex(20), actions)
    with running(folder, [owner, other]) as server:
        yield ServerInfo(
            name="seaweedfs",
            endpoint_url=server.endpoint_url,
            access_key=owner.access_key,
            secret_key=owner.secret_key,
            other_access_key=other.access_key,
            other_secret_key=other.secret_key,
            folder=folder,
        )
