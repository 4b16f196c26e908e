"""Several files read at once, their pieces handed on in the order of the files, with few of them waiting."""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from typing import Generic, TypeVar

T = TypeVar("T")
_WAITING = 2  # pieces of a file that nobody took yet
_PATIENCE = 0.1  # seconds between two looks whether anybody still wants them


class InOrder(Generic[T]):
    """Reads parts 0 to `count` in `threads` threads. Iterate over it once; `stop` ends it from any thread."""

    def __init__(self, count: int, read: Callable[[int], Iterator[T]], *, threads: int = 4) -> None:
        self._count, self._read = count, read
        self._waiting: defaultdict[int, queue.Queue[T | BaseException | None]] = defaultdict(
            lambda: queue.Queue(_WAITING)
        )
        self._numbers = iter(range(count))
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"s3desk-query-{number}", daemon=True)
            for number in range(min(count, threads))
        ]

    def __iter__(self) -> Iterator[T]:
        for thread in self._threads:
            thread.start()
        try:
            for number in range(self._count):
                waiting = self._at(number)
                while (piece := self._taken(waiting)) is not None:
                    yield piece
                with self._lock:
                    del self._waiting[number]
        finally:
            self._stopped.set()

    def stop(self) -> None:
        """Let no thread begin anything new, and wait until they ended: cancel what they read first."""
        self._stopped.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _at(self, number: int) -> queue.Queue[T | BaseException | None]:
        with self._lock:
            return self._waiting[number]

    def _taken(self, waiting: queue.Queue[T | BaseException | None]) -> T | None:
        while True:
            if self._stopped.is_set():
                raise CancelledError
            try:
                found = waiting.get(timeout=_PATIENCE)
            except queue.Empty:
                continue
            if isinstance(found, BaseException):
                raise found
            return found

    def _work(self) -> None:
        while not self._stopped.is_set():
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            waiting = self._at(number)
            try:
                for piece in self._read(number):
                    if not self._given(waiting, piece):
                        return
                self._given(waiting, None)
            except BaseException as error:  # raised again where the pieces are taken
                self._given(waiting, error)
                return

    def _given(self, waiting: queue.Queue[T | BaseException | None], piece: T | BaseException | None) -> bool:
        while not self._stopped.is_set():
            try:
                waiting.put(piece, timeout=_PATIENCE)
            except queue.Full:
                continue
            return True
        return False
