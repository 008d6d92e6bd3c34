"""Where blocks are run: in this thread, on threads, in processes, or on a Dask cluster.

All are `concurrent.futures` executors, and a sweep takes any other. Threads scale because compiled code holds
no lock; processes and clusters survive a worker that is killed.
"""

import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Literal, get_args

from experiments.dispatch import IN_FLIGHT_A_WORKER, Crew, SerialExecutor
from experiments.errors import StudyError
from experiments.processes import Processes, without_ctrl_c
from experiments.runner import compile_engine

Kind = Literal["serial", "threads", "processes", "dask"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SCHEDULER_TIMEOUT = 10
"""Seconds after which a scheduler that does not answer is given up."""


@contextlib.contextmanager
def crew_of(executor: Kind | Executor, workers: int, scheduler: str | None = None) -> Iterator[Crew]:
    """Workers of some kind, for as long as they are needed.

    Args:
        executor: a kind, or an executor of the user's own, which is left open.
        workers: how many, where they are started here.
        scheduler: address of a Dask scheduler that is there already.

    Raises:
        StudyError: for a kind that does not exist, or a scheduler that does not answer.
    """
    if isinstance(executor, Executor):
        compile_engine()
        yield Crew(executor, IN_FLIGHT_A_WORKER * workers)
    elif executor not in KINDS:
        raise StudyError(f"executor {executor!r}: allowed is one of {', '.join(KINDS)}")
    elif scheduler is not None and executor != "dask":
        raise StudyError(f"a scheduler is for the executor dask, and {executor} was asked for")
    elif executor == "dask":
        with _dask(workers, scheduler) as crew:
            yield crew
    else:
        yield from _local(executor, workers)


def _local(kind: Kind, workers: int) -> Iterator[Crew]:
    def start() -> Executor:
        if kind == "processes":
            return Processes(workers)
        if kind == "threads" and workers > 1:
            return ThreadPoolExecutor(workers, thread_name_prefix="block")
        return SerialExecutor()

    compile_engine()
    crew = Crew(start(), IN_FLIGHT_A_WORKER * workers if workers > 1 and kind != "serial" else 1)
    if kind == "processes":
        crew.renewed = start
    try:
        yield crew
    finally:
        crew.executor.shutdown(cancel_futures=True)


def cores_of(scheduler: str) -> int:
    """Cores behind a Dask scheduler, asked for before anything else is done.

    Raises:
        StudyError: when Dask is not installed, or the scheduler does not answer or has no workers.
    """
    with _dask(1, scheduler) as crew:
        return crew.in_flight // IN_FLIGHT_A_WORKER


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Keep Dask from printing how it lost workers or schedulers: what matters of it is said in our words."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith(("distributed", "tornado"))]
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


@contextlib.contextmanager
def _dask(workers: int, scheduler: str | None) -> Iterator[Crew]:
    """A cluster of processes on this machine, or one that is there already.

    Raises:
        StudyError: when Dask is not installed, or the scheduler does not answer.
    """
    try:
        from distributed import Client, LocalCluster
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise StudyError(
            "the executor dask needs the package distributed: pip install -e '.[dask]' in the checkout"
        ) from None
    with contextlib.ExitStack() as stack:
        stack.enter_context(_silenced())
        try:
            if scheduler is None:
                compile_engine()
                with without_ctrl_c():
                    cluster = LocalCluster(
                        n_workers=workers,
                        threads_per_worker=1,
                        processes=True,
                        host="127.0.0.1",
                        silence_logs=logging.CRITICAL,
                        dashboard_address="127.0.0.1:0",  # any port: another cluster may have the usual one
                    )
                    stack.enter_context(cluster)
            # Not the process's default: other libraries would turn to it, even after it failed to connect.
            client = stack.enter_context(
                Client(scheduler if scheduler else cluster, timeout=SCHEDULER_TIMEOUT, set_as_default=False)
            )
        except (OSError, TimeoutError, ValueError, RuntimeError) as problem:
            where = f"scheduler {scheduler}" if scheduler else "a Dask cluster on this machine"
            raise StudyError(f"{where} cannot be reached: {problem}") from problem
        cores = sum(client.ncores().values())
        if scheduler is not None and not cores:
            raise StudyError(
                f"scheduler {scheduler} has no workers; start some with `dask worker {scheduler}`"
            )

        def gone() -> str | None:
            running = client.status == "running"
            return None if running else "the scheduler no longer answers; what had finished is kept"

        yield Crew(
            client.get_executor(pure=False),
            IN_FLIGHT_A_WORKER * (cores or workers),
            None,
            (KilledWorker,),
            gone,
        )
