"""Kills a program that moves files, again and again, and looks whether all of them arrived."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from s3desk.s3.journal.gestures import Standing
from s3desk.s3.journal.journal import Journal
from tests.s3.killed import STARTED, Wish

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from tests.servers.info import ServerInfo

ROOT = Path(__file__).parents[2]
_MIB = 1 << 20
_LONGEST_S = 1.5  # from the first byte to the kill
_SPEED = 60 * _MIB


@dataclass
class Killings:
    """What happened: kills, rounds that came to their end, and what was wrong then."""

    kills: int = 0
    rounds: int = 0
    items: int = 0
    wrong: list[str] = field(default_factory=list)


class Round:
    """One set of files up and down until all are there, however often the program is killed meanwhile."""

    def __init__(self, folder: Path, server: ServerInfo, client: S3Client, bucket: str, chance: random.Random) -> None:
        self._folder, self._client, self._bucket, self._chance = folder, client, bucket, chance
        self._up, self._down = _contents(chance), _contents(chance)
        for name, content in self._up.items():
            path = folder / "up" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name, content in self._down.items():
            client.put_object(Bucket=bucket, Key=f"down/{name}", Body=content)
        keys = (server.access_key, server.secret_key)
        Wish(str(folder), server.endpoint_url, *keys, bucket, _SPEED).write(folder / "wish.json")

    @property
    def items(self) -> int:
        """Files up and down."""
        return len(self._up) + len(self._down)

    def run(self, most_kills: int) -> tuple[int, str]:
        """Kill it at most so often, then let it come to its end; how often it was, and what it said at last."""
        for kills in range(most_kills):
            if not self._killed():
                return kills, ""
        ended = self._start()
        _, said = ended.communicate(timeout=100)
        return most_kills, said if ended.returncode else ""

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.s3.killed", str(self._folder / "wish.json")]
        return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def _killed(self) -> bool:
        """Start it, kill it at some moment; False where it had come to its end before."""
        with self._start() as running:
            if running.stdout is None or running.stdout.readline().strip() != STARTED:
                raise AssertionError(running.communicate(timeout=10)[1])
            time.sleep(self._chance.uniform(0, _LONGEST_S))
            was_done = running.poll() is not None
            running.kill()
            running.communicate(timeout=10)
        return not was_done

    def wrong(self) -> list[str]:
        """What is not as it should be at the end: every file whole, exact, once, and nothing else anywhere."""
        there = {f"up/{name}": content for name, content in self._up.items()}
        there |= {f"down/{name}": content for name, content in self._down.items()}
        return [*self._wrong_in_bucket(there), *self._wrong_on_disk(), *self._wrong_in_journal()]

    def _wrong_in_bucket(self, expected: dict[str, bytes]) -> list[str]:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket)
        versions = [item["Key"] for page in pages for item in page.get("Versions", []) if not item["Key"].endswith("/")]
        found = [f"version too many: {key}" for key in set(versions) if versions.count(key) > 1]
        found += [f"missing or foreign: {key}" for key in set(versions) ^ expected.keys()]
        for key in expected.keys() & set(versions):
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            if body != expected[key]:
                found.append(f"not the same: {key}")
        uploads = self._client.list_multipart_uploads(Bucket=self._bucket).get("Uploads", [])
        return found + [f"unfinished upload: {upload['Key']}" for upload in uploads]

    def _wrong_on_disk(self) -> list[str]:
        base = self._folder / "down"
        there = {str(path.relative_to(base)): path for path in base.rglob("*") if path.is_file()}
        found = [f"missing or foreign file: {name}" for name in there.keys() ^ self._down.keys()]
        same = (name for name in there.keys() & self._down.keys() if there[name].read_bytes() != self._down[name])
        found += [f"not the same file: {name}" for name in same]
        beside = [path for path in self._folder.rglob(".s3desk-*") if base not in path.parents]
        return found + [f"left behind: {path}" for path in beside]

    def _wrong_in_journal(self) -> list[str]:
        journal = Journal(self._folder / "data")
        try:
            gestures = journal.gestures()
            found = [] if len(gestures) == 2 else [f"{len(gestures)} gestures"]
            for gesture, expected in zip(gestures, (self._up, self._down), strict=False):
                if gesture.standing is not Standing.ENDED or gesture.sum.done != len(expected):
                    found.append(f"{gesture.outline.title}: {gesture.standing}, {gesture.sum}")
                if gesture.unfinished_uploads() or gesture.temporaries():
                    found.append(f"{gesture.outline.title}: leftovers in the journal")
            return found
        finally:
            journal.close()


def _contents(chance: random.Random) -> dict[str, bytes]:
    """Many small files, some that are one large request, some in parts."""
    sizes = [chance.choice((0, 1, chance.randrange(64 << 10))) for _ in range(60)]
    sizes += [chance.randrange(_MIB, 8 * _MIB) for _ in range(3)]
    sizes += [chance.randrange(17 * _MIB, 40 * _MIB) for _ in range(2)]
    return {f"{number % 5}/{number:03}.bin": _bytes(chance, size) for number, size in enumerate(sizes)}


def _bytes(chance: random.Random, size: int) -> bytes:
    """No two alike, without asking the generator for each byte."""
    seed = hashlib.sha256(str(chance.random()).encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]


def kill_again_and_again(
    folder: Path, server: ServerInfo, client: S3Client, buckets: list[str], kills: int, seed: int
) -> Killings:
    """Rounds in new places until there were so many kills; each round has a bucket of its own, emptied by others."""
    chance, seen = random.Random(seed), Killings()  # noqa: S311  # no secret hangs by it
    while seen.kills < kills and buckets:
        one = folder / f"round-{seen.rounds}"
        one.mkdir(parents=True)
        current = Round(one, server, client, buckets.pop(), chance)
        killed, said = current.run(min(chance.randrange(2, 7), kills - seen.kills))
        seen.kills += killed
        seen.rounds += 1
        seen.items += current.items
        seen.wrong += [f"round {seen.rounds}: {words}" for words in [*filter(None, [said]), *current.wrong()]]
    return seen
