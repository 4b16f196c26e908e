"""`python -m s3desk` and the command `s3desk`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the program with the arguments of the command line; returns the exit code."""
    gc.disable()  # nothing that the start makes is garbage; Session.run lets it collect again
    from s3desk.app import run  # noqa: PLC0415  # the command's entry point stays importable without Qt

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
