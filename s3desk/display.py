"""Finds out whether a window can be shown, before Qt ends the program for want of a display."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def missing_display() -> str:
    """ "" when a window can be shown here, else the sentence that says why not."""
    if sys.platform in ("win32", "darwin") or (os.environ.get("QT_QPA_PLATFORM") or "xcb") not in ("xcb", "wayland"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "there is no display to open a window on"
    return "" if _answers(display) else f"the display {display} does not answer"


def _answers(display: str) -> bool:
    """Whether an X server listens there; a display on another computer is taken on trust."""
    import socket  # noqa: PLC0415  # only where there is an X server to ask

    host, _, number = display.rpartition(":")
    path = Path(f"/tmp/.X11-unix/X{number.partition('.')[0]}")  # noqa: S108  # the address X11 defines
    if host not in ("", "unix") or not path.exists():
        return bool(host)
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
