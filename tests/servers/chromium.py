"""Chromium without a window: what a page really is once a browser has read it, and whether it ran a script."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",  # no test leaves this machine
)


@cache
def _program() -> str:
    return next(filter(None, map(shutil.which, _PROGRAMS)), "")


def chromium() -> str:
    """The program; where it is not installed an error in CI, else a skip."""
    if not _program():
        sentence = "CHROMIUM IS NOT INSTALLED, PAGES ARE NOT OPENED IN A BROWSER (Debian: chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    return _program()


def opened(page: str, folder: Path, *, wait_ms: int = 0, timeout: float = 60) -> str:
    """The document as it stands after Chromium has loaded the HTML `page` and run all it would run.

    With `wait_ms`, after so much of the page's own time, which stands still while the network is asked.
    """
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8", newline="")
    return dumped(file.as_uri(), wait_ms=wait_ms, timeout=timeout)


def dumped(address: str, *, wait_ms: int = 0, timeout: float = 60) -> str:
    """The document at an address on this machine, after its scripts have run."""
    waiting = (f"--virtual-time-budget={wait_ms}",) if wait_ms else ()
    return _run(address, "--dump-dom", *waiting, timeout=timeout)


def pictured(page: str, folder: Path, *, dark: bool = False, size: str = "900,700", timeout: float = 60) -> Path:
    """A PNG of the HTML `page`, for a person to look at."""
    file, picture = folder / "page.html", folder / ("dark.png" if dark else "light.png")
    file.write_text(page, encoding="utf-8", newline="")
    mode = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0") if dark else ()
    _run(file.as_uri(), f"--screenshot={picture}", f"--window-size={size}", *mode, timeout=timeout)
    return picture


def _run(address: str, *options: str, timeout: float) -> str:
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        command = [chromium(), *_OPTIONS, f"--user-data-dir={profile}", *options, address]
        done = subprocess.run(command, capture_output=True, timeout=timeout, check=True)
    return done.stdout.decode()
