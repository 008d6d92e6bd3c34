"""The threads that compute for all visitors of a server.

A visitor's work is cut into pieces of a few hundredths of a second. All visitors share the same threads,
piece by piece, so that a long request delays a short one by a piece or two; and a request whose visitor has
left, or asks for something else, ends with the piece under way.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooEarly
from contextlib import contextmanager
from typing import Generic, TypeVar

from experiments.errors import StudyError

Piece = TypeVar("Piece")
Result = TypeVar("Result")

LOOK_EVERY = 0.05
"""Seconds between two looks at whether the visitor is still there."""


class GoneError(Exception):
    """The visitor has left, or asks for something else."""


class BusyError(StudyError):
    """Too many visitors ask for something at the same time."""


class Computing:
    """Threads shared by all requests.

    Attributes:
        threads: how many pieces are computed at a time.
        most_requests: how many requests may have work under way; more are refused.
    """

    def __init__(self, threads: int, most_requests: int = 24) -> None:
        """Start no thread yet; they start with the first pieces."""
        self.threads = threads
        self.most_requests = most_requests
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="computing")
        self._places = threading.BoundedSemaphore(most_requests)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place among those whose requests are worked on.

        Raises:
            BusyError: when there is none left.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError(
                f"{self.most_requests} visitors are being served at the moment: try again in a few seconds"
            )
        try:
            yield
        finally:
            self._places.release()

    def result(self, job: Callable[[], Result], gone: Callable[[], bool]) -> Result:
        """Do one thing in the threads that compute.

        Raises:
            GoneError: when the visitor has left before it was done.
        """
        return next(self.results([job], lambda do: do(), gone))

    def results(
        self,
        pieces: Iterable[Piece],
        job: Callable[[Piece], Result],
        gone: Callable[[], bool],
    ) -> Iterator[Result]:
        """Compute pieces, and hand over what they came to in their order.

        Args:
            pieces: made as they are needed.
            job: what is done with each, by a thread that holds no lock.
            gone: whether the visitor has left.

        Raises:
            GoneError: when the visitor has; pieces not begun are dropped.
        """
        under_way: deque[Future[Result]] = deque()
        left = iter(pieces)
        try:
            while True:
                for piece in left:
                    under_way.append(self._pool.submit(job, piece))
                    if len(under_way) > self.threads:
                        break
                if not under_way:
                    return
                yield _awaited(under_way[0], gone)
                under_way.popleft()
        finally:
            for future in under_way:
                future.cancel()


def _awaited(future: "Future[Result]", gone: Callable[[], bool]) -> Result:
    while True:
        if gone():
            raise GoneError
        try:
            return future.result(timeout=LOOK_EVERY)
        except TooEarly:
            continue


class Remembered(Generic[Result]):
    """The last few results, by what was asked; safe to use from several threads."""

    def __init__(self, most: int, size: Callable[[Result], int] = lambda result: 1) -> None:
        """Remember at most so many, or results that are at most so large together; the last one always."""
        self._most = most
        self._size = size
        self._lock = threading.Lock()
        self._results: dict[object, Result] = {}

    def get(self, key: object) -> Result | None:
        """What was remembered; None when there is nothing."""
        with self._lock:
            found = self._results.pop(key, None)
            if found is not None:
                self._results[key] = found
            return found

    def keep(self, key: object, result: Result) -> None:
        """Remember a result, and forget the one not asked for the longest."""
        with self._lock:
            self._results.pop(key, None)
            self._results[key] = result
            while len(self._results) > 1 and sum(map(self._size, self._results.values())) > self._most:
                del self._results[next(iter(self._results))]
