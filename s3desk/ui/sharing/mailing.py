"""Hands a letter to the mail program, where there is one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from s3desk.s3.job import Job

_ON_LINUX = sys.platform.startswith("linux")


def has_mail_program(job: Job) -> bool:
    """Whether one is set up, as far as the desktop tells. Without one Linux would try web browsers, and tell nobody."""
    job.check()
    asking = shutil.which("xdg-mime") if _ON_LINUX else None
    if asking is None:
        return not _ON_LINUX
    command = [asking, "query", "default", "x-scheme-handler/mailto"]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=5, check=False)  # noqa: S603  # the desktop's own
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(answer.stdout.strip())


def opened(address: str) -> bool:
    """Start the mail program with a mailto: address.

    On Linux without Qt, whose opener writes to the terminal what it was given: the address holds the links.
    """
    if not _ON_LINUX:
        return QDesktopServices.openUrl(QUrl.fromEncoded(address.encode()))
    opener = shutil.which("xdg-open")
    if opener is None:
        return False
    process = QProcess()
    process.setProgram(opener)
    process.setArguments([address])
    process.setStandardOutputFile(QProcess.nullDevice())
    process.setStandardErrorFile(QProcess.nullDevice())
    started: tuple[bool, int] | bool = process.startDetached()
    return started[0] if isinstance(started, tuple) else started
