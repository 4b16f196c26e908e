"""Two real S3 servers, a proxy that breaks what it is told to, and Qt with asyncio on its loop."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

import pytest
from hypothesis import settings

from tests.left_behind import LoopProblems, fail_if_left_behind
from tests.servers.ceph import ceph_server, missing_programs
from tests.servers.cleaning import remove_bucket
from tests.servers.fault_proxy import FaultProxy, fault_proxy_before
from tests.servers.info import ServerInfo
from tests.servers.moto import moto_server
from tests.servers.raw_client import raw_client
from tests.servers.seaweedfs import seaweedfs_server

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot
    from types_boto3_s3 import S3Client

settings.register_profile("patient", settings(), deadline=None)  # a busy machine is no failure
settings.load_profile("patient")
T = TypeVar("T")
_AMBIENT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")


class BucketFactory(Protocol):
    """Makes an empty bucket and returns its name."""

    def __call__(self, *, versioned: bool = False, object_lock: bool = False) -> str: ...


class ClientFor(Protocol):
    """Gives the plain boto3 client of the owner, or of someone else."""

    def __call__(self, server: ServerInfo, *, other: bool = False) -> S3Client: ...


class AwaitOnQt(Protocol):
    """Runs a coroutine to its end while Qt's events are handled and returns its result; waits `timeout` ms."""

    def __call__(self, coroutine: Coroutine[Any, Any, T], timeout: int = 40_000) -> T: ...


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home folder: no test sees the keys, settings or proxies of whoever runs it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("AWS_", "XDG_")) or name.upper() in _AMBIENT:
                patch.delenv(name)
        for name in _HOMES:
            patch.setenv(name, str(folder))
        patch.setenv("AWS_CONFIG_FILE", str(folder / "aws-config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "aws-credentials"))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        yield folder


@pytest.fixture(scope="session")
def seaweedfs(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerInfo]:
    """SeaweedFS."""
    with seaweedfs_server(tmp_path_factory.mktemp("seaweedfs")) as info:
        yield info


@pytest.fixture(scope="session")
def ceph(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerInfo]:
    """Ceph's gateway; where it is not installed an error in CI, else a skip."""
    if missing := missing_programs():
        sentence = f"CEPH IS NOT INSTALLED, ITS TESTS DO NOT RUN (missing: {', '.join(missing)})"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    with ceph_server(tmp_path_factory.mktemp("ceph")) as info:
        yield info


@pytest.fixture(scope="session")
def moto(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerInfo]:
    """moto, for what neither of the others has; it enforces nothing."""
    with moto_server(tmp_path_factory.mktemp("moto")) as info:
        yield info


# Below tests/: what runs on one server only, as it makes the same requests as tests that run on both.
_UI = (
    "accessible activity conflicts copying finding going ledger previewing publishing scrolling_on space tree troubles"
)
_S3 = "activity code folder_size ledger streaming usage"
ON_ONE = ("data", "ui/test_working.py", *(f"ui/test_{name}.py" for name in _UI.split()))
ON_ONE += tuple(f"s3/test_{name}.py" for name in _S3.split())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Ceph where it can make a difference."""
    here = Path(__file__).parent
    only = [str(here / place) for place in ON_ONE]
    away = [item for item in items if "ceph" in item.name.partition("[")[2] and str(item.path).startswith(tuple(only))]
    if away:
        gone = set(map(id, away))
        items[:] = [item for item in items if id(item) not in gone]
        config.hook.pytest_deselected(items=away)


@pytest.fixture(params=["seaweedfs", "ceph"])
def server(request: pytest.FixtureRequest) -> ServerInfo:
    """Both servers, one after the other."""
    info: ServerInfo = request.getfixturevalue(request.param)
    return info


@pytest.fixture(scope="session")
def client_for() -> Iterator[ClientFor]:
    """Plain boto3 clients, made once each: a new one costs 0.1 s."""
    with ExitStack() as opened:

        @cache
        def make(server: ServerInfo, *, other: bool = False) -> S3Client:
            client = raw_client(server, other=other)
            opened.callback(client.close)
            return client

        yield make


@pytest.fixture
def server_client(server: ServerInfo, client_for: ClientFor) -> S3Client:
    """The owner's plain boto3 client, to prepare a bucket and to read it back without s3desk."""
    return client_for(server)


@pytest.fixture
def other_client(server: ServerInfo, client_for: ClientFor) -> S3Client:
    """Someone else's plain boto3 client."""
    return client_for(server, other=True)


@pytest.fixture
def new_bucket(server_client: S3Client) -> Iterator[BucketFactory]:
    """Make buckets on `server`; they are gone after the test, with all that is in them."""
    made: list[str] = []

    def make(*, versioned: bool = False, object_lock: bool = False) -> str:
        name = f"test-{uuid.uuid4().hex[:12]}"
        server_client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=object_lock)
        made.append(name)
        if versioned:
            server_client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    yield make
    for name in made:
        remove_bucket(server_client, name)


@pytest.fixture
def bucket(new_bucket: BucketFactory) -> str:
    """An empty bucket on `server`."""
    return new_bucket()


@pytest.fixture
def fault_proxy(server: ServerInfo) -> Iterator[FaultProxy]:
    """A proxy in front of `server`, without rules yet."""
    with fault_proxy_before(server.endpoint_url) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def event_loop_on_qt(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """The one asyncio loop on Qt's; it runs whenever Qt handles events, for instance in qtbot.waitUntil."""
    from qasync import QEventLoop  # type: ignore[import-untyped]  # it ships no types

    loop = QEventLoop(qapp, already_running=True)
    asyncio.set_event_loop(loop)
    yield loop
    asyncio._set_running_loop(None)
    loop.stop()
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with `qtbot` no asyncio task, no thread of ours, no window is left, and no task died unheard."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    loop: asyncio.AbstractEventLoop = request.getfixturevalue("event_loop_on_qt")
    problems = LoopProblems()
    loop.set_exception_handler(problems.note)
    yield
    fail_if_left_behind(loop, problems)


@pytest.fixture
def await_on_qt(qtbot: QtBot, event_loop_on_qt: asyncio.AbstractEventLoop) -> AwaitOnQt:
    """Run a coroutine on Qt's loop: `await_on_qt(flow())` gives what it returns or raises what it raises."""

    def run(coroutine: Coroutine[Any, Any, T], timeout: int = 40_000) -> T:
        task = event_loop_on_qt.create_task(coroutine)
        try:
            qtbot.waitUntil(task.done, timeout=timeout)
        finally:
            task.cancel()
        result: T = task.result()
        return result

    return run
