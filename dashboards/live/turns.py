"""Work that cannot be cut into pieces beforehand, done in turns on the threads that all visitors share.

An analysis runs on a thread of its own, but only while it holds a place among the computing threads. When it
pauses after its turn is over, the place goes back to the queue, so that others get theirs; and when its
visitor has left, the next pause ends it.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from dashboards.live.computing import Computing, GoneError
from dashboards.live.streams import Gone
from experiments.sweeps.pausing import pausing

Result = TypeVar("Result")

TURN = 0.08
"""Seconds of a turn."""


def in_turns(work: Callable[[], Result], computing: Computing, gone: Gone) -> Result:
    """Do work that pauses now and then, turn by turn.

    Args:
        work: calls `experiments.sweeps.pausing.pause` every few milliseconds, or what it calls does.
        computing: whose threads the turns take.
        gone: whether the visitor has left.

    Raises:
        GoneError: when the visitor has; the work ends with its next pause.
        Exception: whatever the work raises.
    """
    worker = _Worker(work)
    try:
        while not worker.ended:
            for _ in computing.results((worker,), _Worker.take_turn, gone):
                pass
    finally:
        worker.abandon()
    return worker.outcome()


class _Worker(Generic[Result]):
    """A thread that works only in its turns."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._may_go, self._rests = threading.Event(), threading.Event()
        self._abandoned = False
        self._until = 0.0
        self._results: list[Result] = []
        self._problem: BaseException | None = None
        self.ended = False
        threading.Thread(target=self._run, name="in turns", daemon=True).start()

    def take_turn(self) -> None:
        """Let it work for a turn; called by a computing thread, which waits meanwhile."""
        self._until = time.monotonic() + TURN
        self._rests.clear()
        if self.ended:  # looked at last, for it may end at any moment once its visitor has gone
            return
        self._may_go.set()
        self._rests.wait()

    def abandon(self) -> None:
        """Have it end with its next pause."""
        self._abandoned = True
        self._may_go.set()

    def outcome(self) -> Result:
        """What the work came to."""
        if self._problem is not None:
            raise self._problem
        return self._results[0]

    def _run(self) -> None:
        try:
            self._await_turn()
            with pausing(self._pause):
                self._results.append(self._work())
        except BaseException as problem:
            self._problem = problem
        finally:
            self.ended = True
            self._rests.set()

    def _pause(self) -> None:
        if self._abandoned:
            raise GoneError
        if time.monotonic() >= self._until:
            self._rests.set()
            self._await_turn()

    def _await_turn(self) -> None:
        self._may_go.wait()
        self._may_go.clear()
        if self._abandoned:
            raise GoneError
