"""A process in which strangers' files are parsed: how it is started without keys, and how it limits itself."""

from __future__ import annotations

import faulthandler
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

_LONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")  # threads need address space
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")  # no keys among these


def started(module: str) -> subprocess.Popen[bytes]:
    """A process that runs `module`, with pipes for its input and output, and nothing of ours in its environment."""
    paths = {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(Path(__file__).parents[3])])}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.Popen(  # noqa: S603  # this Python and our own module
        [sys.executable, "-P", "-W", "ignore", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**kept, **paths, **_LONE},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Where to write what it is to do, and to read what it answers."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process has no pipes")
    return process.stdin, process.stdout


def send(to: IO[bytes], *pieces: bytes | bytearray | memoryview) -> None:
    """Write all of it now. Raises OSError when nobody reads any more."""
    for piece in pieces:
        to.write(piece)
    to.flush()


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it where it still runs, and forget it."""
    process.kill()
    with suppress(OSError), process:  # what it did not read any more
        pass


def answers_only() -> IO[bytes]:
    """In the process: its output, for answers alone. A parser that prints must not be taken for one."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def watch(seconds: float) -> None:
    """In the process: end without a word after some seconds, even while C code runs."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=_nowhere)


def unwatch() -> None:
    """In the process: the clock stands."""
    faulthandler.cancel_dump_traceback_later()


def limit(memory: int) -> None:
    """In the process: bound the address space in bytes, and leave no dumps, where the system can."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no limits of this kind
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (memory if most < 0 else min(memory, most), most))


_nowhere = Path(os.devnull).open("wb")  # noqa: SIM115  # as long as the process lives
