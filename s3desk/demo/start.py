"""Starts the demo and ends it: the window's side of the pipe to the supervisor."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from s3desk.demo.folder import DemoError, default_folder
from s3desk.s3.location import Location

_STOP_WITHIN_S = 15.0


@dataclass(frozen=True)
class DemoServer:
    """Where the demo answers, with which keys, and which place to open first."""

    endpoint_url: str
    access_key: str
    secret_key: str = field(repr=False)
    start: Location


@dataclass(frozen=True)
class RunningDemo:
    """A demo that answers; it ends with `stop` or, at the latest, with this process, however that ends."""

    info: DemoServer
    supervisor: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End the server and wait until it has closed its files, about a second; a second call does nothing."""
        _end(self.supervisor)


def start_demo(folder: Path | None = None, *, reset: bool = False) -> RunningDemo:
    """Start the demo server on `folder` (None: the user's data folder), fill it the first time, wait until it answers.

    Blocks for about a second, a few the first time: call it on a worker thread. `reset` deletes what was there before.
    Raises DemoError.
    """
    folder = (default_folder() if folder is None else folder).absolute()
    command = [sys.executable, "-m", "s3desk.demo.supervisor", str(folder), *(["--reset"] if reset else [])]
    supervisor = subprocess.Popen(  # noqa: S603  # this Python and our own module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=sys.platform != "win32",  # Ctrl+C in the terminal is for the window
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        return RunningDemo(_first_words(supervisor), supervisor)
    except BaseException:
        _end(supervisor)
        raise


def _first_words(supervisor: subprocess.Popen[bytes]) -> DemoServer:
    """Read the supervisor's one line: the server, or why there is none."""
    line = _pipe(supervisor.stdout).readline()
    if not line:
        raise DemoError("The demo server ended before it was ready.", "Start once more, or with --demo-reset.")
    said = json.loads(line)
    if "message" in said:
        raise DemoError(said["message"], said["advice"])
    start = Location("gid-requests", "2019/")
    return DemoServer(said["endpoint_url"], said["access_key"], said["secret_key"], start)


def _end(supervisor: subprocess.Popen[bytes]) -> None:
    """Close the pipe, which is what the supervisor waits for."""
    _pipe(supervisor.stdin).close()
    try:
        supervisor.wait(_STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        supervisor.kill()
        supervisor.wait()
    _pipe(supervisor.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the supervisor was started without its pipes")
    return pipe
