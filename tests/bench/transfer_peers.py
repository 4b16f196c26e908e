"""Who else moves files: the programs this one is measured against."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.children import KEYS, Figures, measured

_PROGRAMS = {
    "s5cmd": ("S3DESK_BENCH_S5CMD", "s5cmd"),
    "awscli": ("S3DESK_BENCH_AWS", "aws"),
    "rclone": ("S3DESK_BENCH_RCLONE", "rclone"),
}


@dataclass(frozen=True)
class Peer:
    """A program that copies and deletes; the process starts with the clock, as it does for people."""

    name: str
    program: str

    def up(self, url: str, folder: Path, bucket: str, prefix: str, home: str) -> Figures:
        """Upload a folder's content below a prefix."""
        if self.name == "s5cmd":
            return self._run(url, home, "cp", f"{folder}/*", f"s3://{bucket}/{prefix}")
        return self._copy(url, home, f"{folder}/", self._address(bucket, prefix))

    def down(self, url: str, bucket: str, prefix: str, folder: Path, home: str) -> Figures:
        """Download what is below a prefix into a folder."""
        if self.name == "s5cmd":
            return self._run(url, home, "cp", f"s3://{bucket}/{prefix}*", f"{folder}/")
        return self._copy(url, home, self._address(bucket, prefix), f"{folder}/")

    def copy(self, url: str, bucket: str, prefix: str, target: str, home: str) -> Figures:
        """Copy what is below a prefix below another one."""
        if self.name == "s5cmd":
            return self._run(url, home, "cp", f"s3://{bucket}/{prefix}*", f"s3://{bucket}/{target}")
        return self._copy(url, home, self._address(bucket, prefix), self._address(bucket, target))

    def delete(self, url: str, bucket: str, prefix: str, home: str) -> Figures:
        """Delete what is below a prefix."""
        if self.name == "s5cmd":
            return self._run(url, home, "rm", f"s3://{bucket}/{prefix}*")
        if self.name == "rclone":
            return self._run(url, home, "delete", self._address(bucket, prefix))
        return self._run(url, home, "s3", "rm", "--recursive", self._address(bucket, prefix))

    def _copy(self, url: str, home: str, source: str, target: str) -> Figures:
        if self.name == "rclone":
            return self._run(url, home, "copy", "--transfers", "32", source, target)
        return self._run(url, home, "s3", "cp", "--recursive", source, target)

    def _address(self, bucket: str, prefix: str) -> str:
        return f":s3:{bucket}/{prefix}" if self.name == "rclone" else f"s3://{bucket}/{prefix}"

    def _run(self, url: str, home: str, *words: str) -> Figures:
        where = ["--s3-provider", "Other", "--s3-env-auth", "--s3-endpoint", url]
        if self.name != "rclone":
            where = ["--endpoint-url", url]
        return measured([self.program, *where, *words], home, KEYS)


def installed(names: Sequence[str]) -> tuple[list[Peer], list[str]]:
    """The peers of these names that are here, and the names of those that are not.

    A variable (S3DESK_BENCH_S5CMD, S3DESK_BENCH_AWS, S3DESK_BENCH_RCLONE) names a program that is not on the PATH.
    """
    found, missing = [], []
    for name in names:
        variable, usual = _PROGRAMS[name]
        program = shutil.which(os.environ.get(variable) or usual)
        if program:
            found.append(Peer(name, program))
        else:
            missing.append(name)
    return found, missing
