"""A Ceph cluster of one monitor, one disk in memory and one gateway: the second real S3 server of the tests."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from s3desk.demo.seaweedfs import HOST, free_ports, parent_death_kills
from tests.servers.ceph_config import Layout, write_configuration
from tests.servers.certificates import make_certificates
from tests.servers.info import ServerInfo

PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "ceph", "radosgw-admin", "monmaptool")
_READY_WITHIN_S = 60.0


def missing_programs() -> list[str]:
    """The Ceph programs that are not installed here (Debian: radosgw ceph-mon ceph-osd ceph-common)."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@contextmanager
def ceph_server(folder: Path) -> Iterator[ServerInfo]:
    """Run a cluster in `folder`, with two accounts, over HTTP and HTTPS; all of it lives in memory.

    Raises CephFailedError with the end of the log of what did not come up.
    """
    mon, http, https = free_ports(3)
    layout = Layout(folder, mon, http, https, make_certificates(folder), str(uuid.uuid4()))
    write_configuration(layout)
    cluster = _Cluster(layout)
    try:
        _start(cluster)
        access_key, secret_key = _create_user(cluster, "owner", "--max-buckets", "10000")
        other_access_key, other_secret_key = _create_user(cluster, "other")
        endpoint_url = f"http://{HOST}:{http}"
        cluster.wait_for("rgw", "an answer", lambda: _answers(endpoint_url))
        yield ServerInfo(
            name="ceph",
            endpoint_url=endpoint_url,
            access_key=access_key,
            secret_key=secret_key,
            other_access_key=other_access_key,
            other_secret_key=other_secret_key,
            tls_endpoint_url=f"https://localhost:{https}",
            ca_file=str(layout.certificates.ca_file),
            folder=folder,
        )
    finally:
        cluster.kill()


class CephFailedError(Exception):
    """A part of the cluster did not come up."""


@dataclass
class _Cluster:
    layout: Layout
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "CEPH_CONF": str(self.layout.configuration), "CEPH_ARGS": ""}

    def run(self, *command: str) -> None:
        """Run one of the short commands to its end."""
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=_READY_WITHIN_S, check=False
        )
        if done.returncode:
            raise CephFailedError(f"{' '.join(command[:2])} answered {done.returncode}\n{done.stdout}\n{done.stderr}")

    def spawn(self, name: str, *command: str) -> None:
        """Start one of the three daemons in the foreground of its own session."""
        with self.layout.log(name).open("ab") as output:
            self.processes[name] = subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=parent_death_kills(),  # noqa: PLW1509 - one C call, no locks
            )

    def wait_for(self, name: str, fact: str, is_true: Callable[[], bool]) -> None:
        """Wait until a fact about a daemon is true; a daemon that ended never comes up."""
        deadline = time.monotonic() + _READY_WITHIN_S
        while not is_true():
            if self.processes[name].poll() is not None or time.monotonic() > deadline:
                raise CephFailedError(f"{name}: waited for {fact}\n{self.layout.log(name).read_text()[-3000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End everything; there is nothing on disk worth a gentle end."""
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()


def _start(cluster: _Cluster) -> None:
    """Bring up monitor, disk and gateway, each after the one before is seen to work."""
    layout = cluster.layout
    monmap, disk = str(layout.folder / "monmap"), str(uuid.uuid4())
    address = f"[v2:{HOST}:{layout.mon_port}]"
    cluster.run("monmaptool", "--create", "--clobber", "--fsid", layout.fsid, "--addv", "a", address, monmap)
    cluster.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap)
    cluster.spawn("mon", "ceph-mon", "-f", "-i", "a")
    cluster.run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk)
    cluster.run("ceph", "osd", "new", disk, "0")
    cluster.spawn("osd", "ceph-osd", "-f", "-i", "0")
    # A gateway that comes before the disk is active retries in steps of five seconds.
    cluster.wait_for("osd", "an active disk", lambda: "booting -> active" in layout.log("osd").read_text())
    cluster.spawn("rgw", "radosgw", "-f", "-n", "client.rgw")


def _create_user(cluster: _Cluster, name: str, *options: str) -> tuple[str, str]:
    access_key, secret_key = secrets.token_hex(10).upper(), secrets.token_hex(20)
    keys = ("--access-key", access_key, "--secret-key", secret_key)
    command = ("radosgw-admin", "-n", "client.rgw", "user", "create", "--uid", name, "--display-name", name)
    cluster.run(*command, *keys, *options)
    return access_key, secret_key


def _answers(endpoint_url: str) -> bool:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(endpoint_url, timeout=5) as answer:
        return bool(answer.read())
    return False
