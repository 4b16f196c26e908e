"""Who else lists a bucket: the programs this one is measured against."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.bench.children import Figures, measured, said_by
from tests.bench.serving import ADDRESS, Served

PEERS = ("s5cmd", "awscli", "boto3")
_PROGRAMS = {"s5cmd": ("S3DESK_BENCH_S5CMD", "s5cmd"), "awscli": ("S3DESK_BENCH_AWS", "aws")}


@dataclass(frozen=True)
class Peer:
    """A program that lists everything below an address, to nowhere."""

    name: str
    program: str = ""

    def list(self, served: Served, home: str) -> Figures:
        """List once. The process starts with the clock, as it does for people; boto3's own starts when imported."""
        served.reset()
        if self.name == "boto3":
            took = Figures(**said_by("tests.bench.boto3_paginator", home, served.url))
        else:
            took = measured(self._command(served.url), home)
        counts = served.counts()
        return replace(took, requests=counts["requests"], most_at_once=counts["most_at_once"])

    def _command(self, url: str) -> Sequence[str]:
        common = ["--endpoint-url", url, "--no-sign-request"]
        if self.name == "s5cmd":
            return [self.program, *common, "ls", f"{ADDRESS}*"]
        return [self.program, *common, "s3", "ls", ADDRESS]


def installed(names: Sequence[str]) -> tuple[list[Peer], list[str]]:
    """The peers of these names that are here, and the names of those that are not.

    A variable (S3DESK_BENCH_S5CMD, S3DESK_BENCH_AWS) names a program that is not on the PATH.
    """
    found, missing = [], []
    for name in names:
        if name not in _PROGRAMS:
            found.append(Peer(name, sys.executable))
            continue
        variable, usual = _PROGRAMS[name]
        program = shutil.which(os.environ.get(variable) or usual)
        if program:
            found.append(Peer(name, program))
        else:
            missing.append(name)
    return found, missing
