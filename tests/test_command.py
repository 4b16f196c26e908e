"""The command itself: what it says, how it ends, and that it leaves no server behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QImage

from s3desk.shipped import shipped

if TYPE_CHECKING:
    from tests.servers.info import ServerInfo

ROOT = Path(__file__).parent.parent


def s3desk(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "s3desk", *arguments],
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        cwd=ROOT,
    )


@pytest.mark.parametrize("arguments", [["--nonsense"], ["not-an-address"], ["--theme", "pink"], ["a", "b"]])
def test_unknown_arguments_get_one_line(arguments: list[str]) -> None:
    ended = s3desk(*arguments)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only there a display can be missing")
@pytest.mark.parametrize("display", ["", ":987"])
def test_a_missing_display_gets_one_line(display: str) -> None:
    ended = s3desk(QT_QPA_PLATFORM="", DISPLAY=display, WAYLAND_DISPLAY="")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "display" in ended.stderr


def picture(tmp_path: Path, server: ServerInfo, *arguments: str) -> tuple[subprocess.CompletedProcess[str], QImage]:
    file = tmp_path / "shot.png"
    ended = s3desk(
        "--screenshot",
        str(file),
        *arguments,
        AWS_ACCESS_KEY_ID=server.access_key,
        AWS_SECRET_ACCESS_KEY=server.secret_key,
        AWS_ENDPOINT_URL_S3=server.endpoint_url,
    )
    return ended, QImage(str(file))


def test_a_picture_of_a_place(tmp_path: Path, server: ServerInfo, bucket: str) -> None:
    ended, image = picture(tmp_path, server, f"s3://{bucket}/")
    assert ended.returncode == 0, ended.stderr
    assert image.width() > 1000
    assert len({image.pixel(x, y) for x in range(0, image.width(), 5) for y in range(0, image.height(), 5)}) > 10


def test_a_picture_of_a_place_that_is_not_there_shows_why(tmp_path: Path, server: ServerInfo) -> None:
    ended, image = picture(tmp_path, server, "s3://no-such-bucket-anywhere/")
    assert ended.returncode == 0
    assert not image.isNull()


@pytest.mark.parametrize("address", ["s3://not a bucket/", "https://example.com/b/k"])
def test_an_address_that_is_no_place_ends_a_picture_with_one_line(
    tmp_path: Path, seaweedfs: ServerInfo, address: str
) -> None:
    ended, image = picture(tmp_path, seaweedfs, address)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr
    assert image.isNull()


def test_a_picture_of_nothing_shows_the_welcome(tmp_path: Path) -> None:
    ended = s3desk("--screenshot", str(tmp_path / "shot.png"), HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert QImage(str(tmp_path / "shot.png")).width() > 1000


def test_resources_ship_in_the_wheel_and_are_found_in_a_checkout(tmp_path: Path) -> None:
    assert shipped("style.qss").is_file()
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT)],
        check=True,
        timeout=100,
        capture_output=True,
    )
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    for name in ("s3desk/resources/style.qss", "s3desk/resources/s3desk.png", "s3desk/py.typed"):
        assert name in names
    assert not [name for name in names if name.startswith("tests/")]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_program_leaves_no_demo_server(tmp_path: Path) -> None:
    environment = dict(os.environ) | {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    program = subprocess.Popen([sys.executable, "-m", "s3desk", "--demo"], env=environment, cwd=ROOT)
    try:
        _wait_until(lambda: "weed" in _commands_naming(tmp_path))
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()
    _wait_until(lambda: not _commands_naming(tmp_path))


def _commands_naming(folder: Path) -> str:
    """The command lines of the processes that work in a folder."""
    lines = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            lines.append(line)
    return "\n".join(lines)


def _wait_until(fact: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
