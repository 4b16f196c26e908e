"""Process start to first paint, against a window of nothing but PySide6."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from statistics import median

from tests.bench.case import Case, paired

# Each child says once, as JSON, when its first paint was done and which heavy modules were imported by then.
_SAY = """
import json, os, sys, time
HEAVY = ("boto3", "botocore", "pyarrow", "pandas")
def say(painted):
    done = {"at": time.monotonic(), "painted": painted, "heavy": [name for name in HEAVY if name in sys.modules]}
    print(json.dumps(done), flush=True)
"""

_BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
app.processEvents()
"""

# The program's own start; only what comes after the first paint is cut off. The paint is seen by the window itself.
_OURS = """
import gc
gc.disable()
import s3desk.app
painted = []
class Watched(s3desk.app.MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        painted.append(True)
s3desk.app.MainWindow = Watched
"""

_FIRST_PAINT = """
def furnish(*_):
    say(bool(painted))
    os._exit(0)
s3desk.app.furnish = furnish
s3desk.app.run([])
"""

_WHOLE_WINDOW = """
whole = s3desk.app.furnish
def furnish(window, *rest):
    whole(window, *rest)
    s3desk.app.QApplication.processEvents()
    say(bool(painted))
    os._exit(0)
s3desk.app.furnish = furnish
s3desk.app.run([])
"""


def startup(runs: int) -> Iterator[Case]:
    """Two cases: the first paint, and the window with all its views and verbs."""
    with tempfile.TemporaryDirectory(prefix="s3desk-bench-") as home:
        for case, ending in (("first paint", _FIRST_PAINT), ("all views and verbs", _WHOLE_WINDOW)):
            yield _measured(case, _SAY + _OURS + ending, runs, home)


def _measured(case: str, program: str, runs: int, home: str) -> Case:
    bare = _SAY + _BARE + "say(True); os._exit(0)"
    for warm_up in (bare, program):
        _time_to_paint(warm_up, home)
    ours, theirs = [], []
    for _ in range(runs):
        theirs.append(_time_to_paint(bare, home))
        ours.append(_time_to_paint(program, home))
    return Case(
        bench="startup",
        case=case,
        s3desk={"wall_s": round(median(ours), 4)},
        peers={"bare PySide6 window": {"wall_s": round(median(theirs), 4)}},
        ratio={"bare PySide6 window": paired(ours, theirs)},
        runs=runs,
    )


def _time_to_paint(program: str, home: str) -> float:
    """Seconds from just before the process starts until its first paint is done."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # installed programs start from compiled modules
    environment |= {"PYTHONPYCACHEPREFIX": f"{home}/compiled", "HOME": home, "XDG_CONFIG_HOME": home}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    start = time.monotonic()
    child = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    said = json.loads(child.stdout.splitlines()[-1])
    if not said["painted"] or said["heavy"]:
        raise RuntimeError(f"not a first paint as promised: {said}")
    return float(said["at"]) - start
