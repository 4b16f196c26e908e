"""`python -m tests.bench NAME [options] [--json]`: measures against named peers, in one run."""

from __future__ import annotations

import argparse
import sys

from tests.bench.startup import startup


def main() -> int:
    """Run one bench; with --json one line a case and nothing else on stdout."""
    parser = argparse.ArgumentParser("python -m tests.bench")
    parser.add_argument("name", choices=("startup",))
    parser.add_argument("--runs", type=int, default=15, help="counted runs of each side, interleaved")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    read = parser.parse_args()
    for case in startup(read.runs):
        print(case.as_json() if read.json else case.as_text(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
