"""The synthetic endpoint as a bench sees it: a process to start, ask and end."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from tests.bench.children import ROOT
from tests.bench.keys import PREFIX

BUCKET = "bench"
ADDRESS = f"s3://{BUCKET}/{PREFIX}"


@dataclass(frozen=True)
class Served:
    """A running endpoint."""

    url: str

    def reset(self) -> None:
        """Count from zero."""
        with urlopen(Request(f"{self.url}/-/reset", method="POST")):
            pass

    def counts(self) -> Mapping[str, int]:
        """`requests` and `most_at_once` since the last reset."""
        counts: Mapping[str, int] = self._ask("counts")
        return counts

    def sha256(self) -> str:
        """The hash of all keys in their order, as tests.bench.keys.hash_of gives it."""
        return str(self._ask("hash")["sha256"])

    def containing(self, text: str) -> int:
        """How many names below the prefix contain `text`, in either case."""
        return int(self._ask(f"containing?text={text}")["keys"])

    def round_trip_ms(self) -> float:
        """How long a first page takes without a client to speak of, the median of five."""
        times = []
        for _ in range(5):
            start = time.monotonic()
            with urlopen(f"{self.url}/{BUCKET}?list-type=2&prefix={PREFIX}&delimiter=/") as answer:
                answer.read()
            times.append((time.monotonic() - start) * 1000)
        return round(median(times), 1)

    def _ask(self, question: str) -> Any:
        with urlopen(f"{self.url}/-/{question}") as answer:
            return json.load(answer)


@contextmanager
def endpoint_with(keys: int, *, latency_ms: float = 0, space: str = "even") -> Iterator[Served]:
    """An endpoint with `keys` keys of a space; it ends with its standard input, so with the block or the bench."""
    options = ["--keys", str(keys), "--latency-ms", str(latency_ms), "--space", space, "--bucket", BUCKET]
    command = [sys.executable, "-m", "tests.bench.endpoint", *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise RuntimeError("the endpoint did not start")
        yield Served(f"http://127.0.0.1:{json.loads(said)['port']}")


@contextmanager
def sink_with(count: int, size: int) -> Iterator[str]:
    """The address of a sink with `count` objects of `size` bytes to fetch; it ends with the block or the bench."""
    command = [sys.executable, "-m", "tests.bench.sink", "--count", str(count), "--size", str(size)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise RuntimeError("the sink did not start")
        yield f"http://127.0.0.1:{json.loads(said)['port']}"
