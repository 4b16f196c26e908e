"""What the command line says."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import NoReturn

from s3desk import __version__


@dataclass(frozen=True)
class Arguments:
    """The command line, read. Empty strings and False where nothing was said."""

    demo: bool = False
    demo_reset: bool = False
    profile: str = ""
    endpoint_url: str = ""
    region: str = ""
    screenshot: str = ""
    theme: str = ""
    select: str = ""
    uri: str = ""


def read_arguments(argv: list[str]) -> Arguments:
    """Read the command line; unknown words end the program with one line and exit code 2."""
    if not argv:
        return Arguments()
    import argparse  # noqa: PLC0415  # the usual start has no arguments

    class OneLine(argparse.ArgumentParser):
        def error(self, message: str) -> NoReturn:
            """One line instead of the whole usage."""
            print(f"s3desk: {message}; see s3desk --help", file=sys.stderr)  # noqa: T201  # the command's own voice
            raise SystemExit(2)

    parser = OneLine("s3desk", description="A desktop file manager for S3, made for data analysts.")
    parser.add_argument("uri", nargs="?", default="", metavar="s3://bucket/prefix", help="the place to open")
    parser.add_argument("--demo", action="store_true", help="open a server with sample data on this computer")
    parser.add_argument("--demo-reset", action="store_true", help="the same, with fresh data")
    parser.add_argument("--profile", default="", metavar="NAME", help="sign in with this profile of ~/.aws")
    parser.add_argument("--endpoint-url", default="", metavar="URL", help="a server that is not Amazon's")
    parser.add_argument("--region", default="", metavar="R", help="the region, for instance eu-west-1")
    parser.add_argument(
        "--screenshot", default="", metavar="FILE.png", help="open the place, write a picture of the window, and end"
    )
    parser.add_argument("--theme", default="", choices=("", "light", "dark"), help="instead of the system's colours")
    parser.add_argument("--select", default="", metavar="KEY", help="the object to select and preview")
    parser.add_argument("--version", action="version", version=f"s3desk {__version__}")
    read = parser.parse_args(argv)
    if read.uri and not read.uri.lower().startswith(("s3://", "https://", "http://", "arn:")):
        parser.error(f"“{read.uri}” is not an s3:// address")
    if read.demo_reset:
        read.demo = True
    return Arguments(**vars(read))
