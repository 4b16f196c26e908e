"""The processes a bench starts: alone with an empty home, and measured by the kernel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

ROOT = Path(__file__).parent.parent.parent
_LIMIT_S = 1800
_FOREIGN = ("AWS_", "XDG_", "BOTO_", "PYTHONDONTWRITEBYTECODE")  # an installed program is compiled
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # what getrusage counts in


@dataclass(frozen=True)
class Figures:
    """What one run took; `rss_mb` is the peak of the whole process, `most_at_once` of requests on their way."""

    wall_s: float
    cpu_s: float
    rss_mb: float
    requests: int = 0
    most_at_once: int = 0


def medians(runs: Sequence[Figures]) -> dict[str, float]:
    """Figure by figure."""
    rows = [asdict(run) for run in runs]
    return {name: round(median(row[name] for row in rows), 4) for name in rows[0]}


def peak_mb(maxrss: int) -> float:
    """What getrusage tells as `ru_maxrss`, in MB of a million bytes."""
    return round(maxrss * _RSS_UNIT / 1e6, 1)


def environment(home: str) -> dict[str, str]:
    """Nobody's keys, profiles, settings or proxies; and Qt draws where nobody sees it, unless told otherwise."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN) and name.upper() not in _PROXIES
    }
    kept |= {"HOME": home, "XDG_CONFIG_HOME": home, "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1"}
    return {"QT_QPA_PLATFORM": "offscreen"} | kept


KEYS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}


def measured(command: Sequence[str], home: str, keys: Mapping[str, str] = MappingProxyType({})) -> Figures:
    """Run a program to its end, its output thrown away. Raises RuntimeError when it fails."""
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT, env=environment(home) | dict(keys)) as process:
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Figures(round(wall_s, 4), round(usage.ru_utime + usage.ru_stime, 4), peak_mb(usage.ru_maxrss))


def said_by(module: str, home: str, *options: str) -> Mapping[str, Any]:
    """Run `python -m module` and read the JSON of its last line. Raises RuntimeError with its complaint."""
    command = [sys.executable, "-m", module, *options]
    child = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(home) | KEYS,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT_S,
    )
    if child.returncode:
        raise RuntimeError(f"{module} ended with {child.returncode}: {child.stderr[-2000:]}")
    said: Mapping[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return said
