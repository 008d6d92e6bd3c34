"""Processes that work is handed out to: started afresh, deaf to Ctrl-C, and gone when their parent is.

At a terminal Ctrl-C reaches every process. It is the business of the first alone, which lets the blocks under
way finish and keeps what they came to.
"""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from experiments.dispatch import IN_FLIGHT_A_WORKER, Crew, Work, dispatch
from experiments.runner import compile_engine

Piece = TypeVar("Piece", bound=Work)
Result = TypeVar("Result")


class Processes(ProcessPoolExecutor):
    """Processes that Ctrl-C never reaches, and that do not outlive their parent."""

    def __init__(self, workers: int) -> None:
        """Take note of how many; each is started when there is work for it."""
        context = multiprocessing.get_context("spawn")
        super().__init__(workers, mp_context=context, initializer=_begin_work)

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Hand out work; a process that is missing is started."""
        with without_ctrl_c():
            return super().submit(fn, *args, **kwargs)


def run_in_processes(
    pieces: Sequence[Piece],
    job: Callable[[Piece], Result],
    receive: Callable[[Piece, Result], None],
    asked: int,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Run blocks in processes of their own; arguments as for `dispatch`.

    Args:
        pieces: the blocks.
        job: what is done with a block, a function that other processes can import.
        receive: called with a block and what it came to.
        asked: runs of all blocks, and of those that were there before.
        workers: processes; as many as there are cores when None.
        progress: called with the number of runs that have just been handed over.

    Raises:
        Interrupted: on Ctrl-C, once the blocks under way have finished and been handed over.
        StudyError: when a worker was lost.
    """
    if not pieces:
        return
    compile_engine()
    count = workers or os.cpu_count() or 1
    with Processes(count) as executor:
        dispatch(pieces, job, receive, Crew(executor, IN_FLIGHT_A_WORKER * count), asked, progress=progress)


@contextlib.contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Hold Ctrl-C back, in this thread, and for good in threads and processes that are started meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Where it has to be started, the tracker lets Ctrl-C through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_work() -> None:
    """Prepare a process: it ends when its parent does, and leaves Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    compile_engine()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
