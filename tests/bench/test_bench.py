"""The benches run and say what they promise; how fast they are is never a test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_startup_prints_a_line_a_case() -> None:
    command = [sys.executable, "-m", "tests.bench", "startup", "--runs", "1", "--json"]
    root = Path(__file__).parent.parent.parent
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=100).stdout
    cases = [json.loads(line) for line in said.splitlines()]
    assert [case["case"] for case in cases] == ["first paint", "all views and verbs"]
    for case in cases:
        assert case["bench"] == "startup"
        assert case["s3desk"]["wall_s"] > 0
        assert case["ratio"].keys() == case["peers"].keys() == {"bare PySide6 window"}
