"""Handing out blocks of work to an executor: bounded in flight, and survivors of lost workers.

Nothing here knows what a block holds. When a worker is lost, or a block raises, the blocks concerned are
tried again one at a time; a block that fails by itself is split until the piece that fails is known, and the
rest of it goes on.
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from experiments.errors import StudyError

IN_FLIGHT_A_WORKER = 2
"""Blocks handed out at a time, a worker: enough that none waits, few enough that memory does not grow."""

MOST_FAILURES = 200
"""Runs that may fail in a row, by raising or by losing their worker, before the rest is given up."""

SECONDS_UNHEARD = 0.5
"""After which Ctrl-C is heard at the latest: polars has it not end a wait that has no end of its own."""

Result = TypeVar("Result")


class Work(Protocol):
    """What can be handed out: so many runs."""

    @property
    def runs(self) -> int:
        """How many runs there are in it."""


Piece = TypeVar("Piece", bound=Work)


@dataclass
class Crew:
    """Workers: an executor, and how to replace it when it has broken.

    Attributes:
        executor: what runs the blocks.
        in_flight: blocks handed out at a time.
        renewed: makes another executor in place of one that broke; None when that cannot be done.
        lost: exceptions that say a worker was lost with a block, beside those of `concurrent.futures`.
        gone: says why nothing can be run any more, or None; asked when a worker was lost.
    """

    executor: Executor
    in_flight: int
    renewed: Callable[[], Executor] | None = None
    lost: tuple[type[BaseException], ...] = ()
    gone: Callable[[], str | None] = lambda: None


class Interrupted(Exception):  # noqa: N818 - an interruption is no error
    """A study was interrupted; what had finished has been handed over.

    Attributes:
        finished: runs that were.
        asked: runs that were asked for.
    """

    def __init__(self, finished: int, asked: int) -> None:
        """Say how far it came."""
        super().__init__(f"interrupted: {finished:,} of {asked:,} runs had finished")
        self.finished = finished
        self.asked = asked


class SerialExecutor(Executor):
    """Runs everything at once in the calling thread: for one worker, and for debugging."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Call the function now; an interruption is not caught."""
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class _Handed(Generic[Piece]):
    """A block under way: the how-manieth it was, and with whom."""

    piece: Piece
    place: int
    executor: Executor


@dataclass
class _Dispatch(Generic[Piece, Result]):
    """One study on its way: what waits, what is under suspicion, what is under way."""

    waiting: Iterator[Piece]
    job: Callable[[Piece], Result]
    receive: Callable[[Piece, Result], None]
    crew: Crew
    split: Callable[[Piece], Sequence[Piece]] | None
    failed: Callable[[Piece, str], None] | None
    progress: Callable[[int], None] | None
    suspects: deque[Piece] = field(default_factory=deque)
    under_way: dict[Future[Result], _Handed[Piece]] = field(default_factory=dict)
    order: Iterator[int] = field(default_factory=itertools.count)
    finished: int = 0
    failures: int = 0
    questioned: Piece | None = None

    def run(self) -> None:
        while True:
            self._hand_out()
            if not self.under_way:
                if self.suspects:
                    continue
                return
            done = wait(self.under_way, SECONDS_UNHEARD, FIRST_COMPLETED).done
            for future in sorted(done, key=lambda future: self.under_way[future].place):
                self.take(future)

    def _hand_out(self) -> None:
        """Give work: a suspect by itself, else as many blocks as may be in flight."""
        if self.suspects:
            if not self.under_way:
                self.questioned = self.suspects.popleft()
                self._submit(self.questioned)
            return
        self.questioned = None
        while len(self.under_way) < self.crew.in_flight:
            piece = next(self.waiting, None)
            if piece is None:
                return
            if not self._submit(piece):
                return

    def _submit(self, piece: Piece) -> bool:
        """Hand out a block; False when the executor had broken, and the block was put under suspicion."""
        executor = self.crew.executor
        try:
            future = executor.submit(self.job, piece)
        except BrokenExecutor:
            self._renew(executor)
            self.suspects.appendleft(piece)
            return False
        self.under_way[future] = _Handed(piece, next(self.order), executor)
        return True

    def take(self, future: Future[Result]) -> None:
        """Receive what a block came to, or find out why it came to nothing."""
        handed = self.under_way[future]
        piece = handed.piece
        lost: tuple[type[BaseException], ...] = (BrokenExecutor, CancelledError, *self.crew.lost)
        try:
            result = future.result()
        except lost as problem:
            del self.under_way[future]
            self._worker_lost(handed, problem)
            return
        except StudyError:
            raise
        except Exception as problem:
            if self.split is None or self.failed is None:
                raise
            del self.under_way[future]
            self._blame(piece, f"{type(problem).__name__}: {problem}")
            return
        self.receive(piece, result)
        del self.under_way[future]
        self.finished += piece.runs
        self.failures = 0
        if self.progress:
            self.progress(piece.runs)

    def _worker_lost(self, handed: _Handed[Piece], problem: BaseException) -> None:
        gone = self.crew.gone()
        if gone or self.split is None or self.failed is None:
            raise StudyError(gone or "a worker was lost") from problem
        if isinstance(problem, BrokenExecutor):
            self._renew(handed.executor)
            self._must_start(problem)
        piece = handed.piece
        if piece is self.questioned:
            self._blame(piece, "the worker that ran it was lost")
        else:
            self.suspects.append(piece)

    def _renew(self, broken: Executor) -> None:
        """Replace an executor that has broken, unless that was done when another of its blocks was lost.

        Raises:
            StudyError: when it was given from outside, and cannot be replaced.
        """
        if self.crew.renewed is None:
            raise StudyError(
                "a worker was lost and with it the executor, which came from outside and cannot be replaced"
            )
        if self.crew.executor is broken:
            self.crew.executor = self.crew.renewed()

    def _must_start(self, problem: BaseException) -> None:
        """See, unless something has finished before, that workers can do anything at all.

        Raises:
            StudyError: when they cannot.
        """
        if self.finished:
            return
        try:
            self.crew.executor.submit(_nothing).result()
        except BrokenExecutor:
            raise StudyError(
                "workers end before they have done anything; a script that starts processes must do so below"
                ' `if __name__ == "__main__":`, and there must be memory for them'
            ) from problem

    def _blame(self, piece: Piece, reason: str) -> None:
        """Split a block that fails by itself, or note the one run that does."""
        assert self.split is not None
        assert self.failed is not None
        parts = self.split(piece)
        if parts:
            self.suspects.extendleft(reversed(parts))
            return
        self.failures += 1
        self.failed(piece, reason)
        if self.progress:
            self.progress(piece.runs)
        if self.failures >= MOST_FAILURES:
            raise StudyError(f"{self.failures} runs failed in this way, so the rest is given up: {reason}")


def _nothing() -> None:
    """What every worker can do."""


def dispatch(
    pieces: Iterable[Piece],
    job: Callable[[Piece], Result],
    receive: Callable[[Piece, Result], None],
    crew: Crew,
    asked: int,
    split: Callable[[Piece], Sequence[Piece]] | None = None,
    failed: Callable[[Piece, str], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Run blocks, handing over what each came to as soon as it has finished.

    Args:
        pieces: the blocks, made as they are needed.
        job: what is done with a block; called by workers.
        receive: called in this thread with a block and what it came to, in the order of finishing; called
            again for the same block when it was interrupted.
        crew: who runs the blocks; its executor is left open.
        asked: runs of all blocks, for what is said of an interruption.
        split: cuts a block in two, or returns nothing when it holds a single run; without it, a block that
            raises ends everything.
        failed: called with a single run that failed, and why.
        progress: called with the number of runs that have just been handed over, or failed.

    Returns:
        How many runs were handed over.

    Raises:
        Interrupted: on Ctrl-C, once the blocks under way have finished and been handed over.
        StudyError: when workers were lost that cannot be replaced, or too many runs fail.
    """
    work = _Dispatch(iter(pieces), job, receive, crew, split, failed, progress)
    try:
        work.run()
    except KeyboardInterrupt:
        for future in [future for future in list(work.under_way) if not future.cancel()]:
            work.take(future)
        raise Interrupted(work.finished, asked) from None
    finally:
        for future in work.under_way:
            future.cancel()
    return work.finished
