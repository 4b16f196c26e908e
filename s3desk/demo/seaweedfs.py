"""Starts and ends one SeaweedFS server on this computer: a real S3 server for the demo and for the tests."""

from __future__ import annotations

import ctypes
import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
_ATTEMPTS = 3
_READY_WITHIN_S = 30.0
_END_WITHIN_S = 3.0  # it waits for idle connections for much longer; what was stored is safe without


class ServerFailedError(Exception):
    """SeaweedFS did not start, or ended before it answered; the text is the end of its log."""


class ServerMissingError(Exception):
    """The SeaweedFS program is not installed."""


@dataclass(frozen=True)
class Identity:
    """One pair of keys and what it may do; an action is `Admin`, `Read`, `List:bucket`, `Write:bucket/prefix*` …"""

    name: str
    access_key: str
    secret_key: str = field(repr=False)
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Ports:
    """Every port the server opens; all of them chosen per run, so that two servers never meet."""

    s3: int
    s3_grpc: int
    master: int
    master_grpc: int
    volume: int
    volume_grpc: int
    filer: int
    filer_grpc: int
    admin: int
    admin_grpc: int


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    endpoint_url: str
    filer_port: int
    process: subprocess.Popen[bytes]

    def has_buckets(self) -> bool:
        """Whether there is any bucket; asked below S3, without keys: a damaged store comes up empty and well."""
        connection = http.client.HTTPConnection(HOST, self.filer_port, timeout=5)
        try:
            connection.request("GET", "/buckets/", headers={"Accept": "application/json"})
            answer = connection.getresponse()
            entries = json.loads(answer.read()).get("Entries") if answer.status == 200 else None
            return any(not each["FullPath"].startswith("/buckets/.") for each in entries or [])
        finally:
            connection.close()


def find_weed() -> Path:
    """Where the `weed` program is: beside this Python, where pip puts it, or on the PATH.

    Raises ServerMissingError.
    """
    name = "weed.exe" if sys.platform == "win32" else "weed"
    beside = [Path(sysconfig.get_path("scripts")) / name, Path(sys.executable).parent / name]
    found = next((path for path in beside if path.is_file()), None) or shutil.which(name)
    if found is None:
        raise ServerMissingError(name)
    return Path(found)


def free_ports(count: int) -> list[int]:
    """Distinct loopback ports that are free now; held together while they are chosen."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def running(folder: Path, identities: Sequence[Identity]) -> Iterator[Server]:
    """Run a server on `folder` (its data in `data/`, its log in `weed.log`) and end it on the way out.

    On Linux it is also killed with the thread that started it, however that ends.
    Raises ServerMissingError, or ServerFailedError when it did not answer.
    """
    weed = find_weed()
    config = folder / "identities.json"
    _write_identities(config, identities)
    for attempt in range(1, _ATTEMPTS + 1):
        ports = Ports(*free_ports(len(Ports.__dataclass_fields__)))
        process = _spawn([str(weed), *_arguments(folder, config, ports)], folder / "weed.log")
        try:
            try:
                _wait_until_it_answers(process, ports.s3, folder / "weed.log")
            except ServerFailedError:
                if attempt == _ATTEMPTS or process.poll() is None:
                    raise
                continue  # somebody took one of the ports in between
            yield Server(f"http://{HOST}:{ports.s3}", ports.filer, process)
            return
        finally:
            end(process)
            _forget_sockets(ports)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to close its files and end; after three seconds end it the hard way."""
    if process.poll() is not None:
        return
    with suppress(OSError):
        _ask_to_end(process)
    try:
        process.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ask_to_end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.send_signal(signal.CTRL_BREAK_EVENT)
    else:
        process.terminate()


def _write_identities(path: Path, identities: Sequence[Identity]) -> None:
    entries = [
        {
            "name": one.name,
            "credentials": [{"accessKey": one.access_key, "secretKey": one.secret_key}],
            "actions": list(one.actions),
        }
        for one in identities
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"identities": entries}), encoding="utf-8")


def _arguments(folder: Path, config: Path, ports: Ports) -> list[str]:
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for stale in data.glob("m[0-9]*"):  # the master's own notes stand under its port, which is another one every time
        shutil.rmtree(stale, ignore_errors=True)
    options: dict[str, object] = {
        "dir": data,
        "ip": HOST,
        "ip.bind": HOST,
        "s3.config": config,
        "s3.allowDeleteBucketNotEmpty": "false",
        "s3.autoCreateBucket": "false",
        "s3.domainName": "localhost",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "webdav": "false",
        "admin.ui": "false",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 256,
        "volume.max": 10_000,  # every bucket takes some volumes; the default is counted from the free disk
        "volume.preStopSeconds": 0,
    }
    for name, port in asdict(ports).items():
        server, _, grpc = name.partition("_")
        options[f"{server}.port.grpc" if grpc else f"{server}.port"] = port
    return ["mini", *(f"-{name}={value}" for name, value in options.items())]


def _forget_sockets(ports: Ports) -> None:
    """Remove the Unix sockets the server leaves behind; it names them after its ports and always puts them in /tmp."""
    for port in asdict(ports).values():
        for path in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108 - the server chose the place
            with suppress(OSError):
                path.unlink()


def _spawn(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own program and arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            preexec_fn=parent_death_kills(),  # noqa: PLW1509 - one C call, no locks
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            start_new_session=sys.platform != "win32",
        )


def parent_death_kills() -> Callable[[], None] | None:
    """What the child runs before the program: `prctl(PR_SET_PDEATHSIG, SIGKILL)`, which only Linux has."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def die_with_parent() -> None:
        prctl(1, 9)

    return die_with_parent


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerFailedError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
        time.sleep(0.02)


def _answers(port: int) -> bool:
    """Whether S3 is up: without keys it refuses, and says so as S3 does."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status in (200, 403) and b"<" in answer.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
