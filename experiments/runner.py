"""Running a study: parameter sets under the luck of many replicates, cut into blocks, on any executor.

A block holds all parameter sets (of a large design, some) with a few replicates, so that the luck of a
replicate is drawn once and shared. A run's result depends on its parameters, seed, replicate, start and
length only: neither the size of blocks, nor the number of workers, nor the order in which they finish shows.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from experiments.arrays import Records
from experiments.believed import DrawnSets
from experiments.dispatch import Crew, SerialExecutor, dispatch
from experiments.errors import StudyError, check_count
from experiments.horizon import USUAL_QUARTERS, check_quarters
from experiments.tables import TABLES, Frames, block_frames
from model.compilation import model_hash
from model.ensemble import records_of
from model.parameters import Parameters
from model.regimes import resolve
from model.replay import GROUP, replay, run_from

RUN_QUARTERS_A_BLOCK = 2500
"""Runs x quarters of a block: about half a second, so that progress shows and interruption costs little."""

SETS_A_BLOCK = 64
"""Parameter sets of a block, at most: what bounds its memory when a design has thousands."""

MOST_REPLICATES = 1_000_000
MOST_SEED = 2**63 - 1

_REPLAYING = threading.Lock()


@dataclass(frozen=True)
class Study:
    """What is to be run: every parameter set with every replicate.

    Attributes:
        sets: parameters by name; in a comparison, one set a regime.
        seed: of the luck.
        replicates: how many; they are numbered from 0.
        quarters: length of each run.
        start: absolute quarter of the first.
        past: parameters under which the record is replayed up to a start after 2014Q1; by default those
            of the ad hoc regime, which is what England had.
        believed: sets of a posterior, laid over the parameters of every regime and of the past; replicates
            are shared out to them. Without it, every history has the parameters as they are.
    """

    sets: Mapping[str, Parameters]
    seed: int = 1
    replicates: int = 200
    quarters: int = USUAL_QUARTERS
    start: int = 0
    past: Parameters = field(default_factory=lambda: resolve("ad_hoc"))
    believed: DrawnSets | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be run.

        Raises:
            StudyError: naming what was given and what is allowed.
        """
        check_count("seed", self.seed, 0, MOST_SEED)
        check_count("replicates", self.replicates, 1, MOST_REPLICATES)
        check_quarters(self.quarters, self.start)
        if not self.sets:
            raise StudyError("a study needs at least one set of parameters")
        if self.believed:
            if self.believed.replicates != self.replicates:
                raise StudyError(
                    f"{self.replicates:,} replicates, of which {self.believed.replicates:,} are shared out to"
                    " sets of a posterior: allowed is the same number"
                )
            past = {"the replayed past": self.past} if self.start else {}
            self.believed.check({**self.sets, **past})

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.sets) * self.replicates


@dataclass(frozen=True)
class Block:
    """Some runs of a study: what a worker needs to know, and nothing that cannot travel to another process.

    Attributes:
        number: its place in the study.
        sets: parameters by name.
        replicates: numbers of the replicates.
        seed: of the luck.
        quarters: length of each run.
        start: absolute quarter of the first.
        past: parameters under which the record is replayed up to a start after 2014Q1.
        tables: which tables to make.
        model_hash: of the model that the runs are to be made with.
        member: number of the set of a posterior that all its runs have; None without one.
        laid: records of the parameters with that set laid over them, shape (sets,); None without one.
    """

    number: int
    sets: tuple[tuple[str, Parameters], ...]
    replicates: range
    seed: int
    quarters: int
    start: int
    past: Parameters
    tables: tuple[str, ...]
    model_hash: str
    member: int | None = None
    laid: Records | None = field(default=None, compare=False, repr=False)

    @property
    def records(self) -> Records:
        """Parameters of its runs, shape (sets,)."""
        return records_of([parameters for _, parameters in self.sets]) if self.laid is None else self.laid

    @property
    def runs(self) -> int:
        """How many runs there are in it."""
        return len(self.sets) * len(self.replicates)


def executor_for(workers: int) -> Executor:
    """Threads, which scale because compiled code holds no lock; one worker needs none."""
    return SerialExecutor() if workers == 1 else ThreadPoolExecutor(workers, thread_name_prefix="block")


def run_keys(block: Block) -> list[str]:
    """A key for each run, by parameter set and then replicate: a hash of all that its results depend on."""
    return keys_of(
        block.model_hash,
        block.records,
        [name for name, _ in block.sets],
        block.seed,
        block.replicates,
        block.start,
        block.quarters,
        block.past,
    )


def keys_of(
    model: str,
    records: Records,
    regimes: Sequence[str],
    seed: int,
    replicates: Iterable[int],
    start: int,
    quarters: int,
    past: Parameters,
) -> list[str]:
    """A key for each run, by parameter set and then replicate: a hash of all that its results depend on.

    Args:
        model: hash of the model.
        records: parameters, shape (sets,).
        regimes: name of the regime of each set.
        seed: of the luck.
        replicates: their numbers.
        start: absolute quarter of the first.
        quarters: length of each run.
        past: parameters under which the record is replayed; they count for a start after 2014Q1 only.
    """
    common = hashlib.sha256("\0".join(map(str, (model, seed, start, quarters))).encode())
    if start:
        common.update(past.record.tobytes())
    numbers = [b"\0%d" % replicate for replicate in replicates]
    keys = []
    for record, regime in zip(records, regimes, strict=True):
        of_set = common.copy()
        of_set.update(record.tobytes() + regime.encode())
        for number in numbers:
            of_run = of_set.copy()
            of_run.update(number)
            keys.append(of_run.hexdigest())
    return keys


def blocks_of(
    study: Study, tables: Sequence[str] = TABLES, replicates_a_block: int | None = None
) -> Iterator[Block]:
    """Cut a study into blocks, those of the first replicates first.

    Args:
        study: what is to be run.
        tables: which tables to make.
        replicates_a_block: how many; by default such that a block takes about half a second.
    """
    if study.believed:
        yield from _blocks_of_sets(study, study.believed, tables, replicates_a_block)
        return
    sets = tuple(study.sets.items())
    cuts = [sets[i : i + SETS_A_BLOCK] for i in range(0, len(sets), SETS_A_BLOCK)]
    size = replicates_a_block or max(1, RUN_QUARTERS_A_BLOCK // (len(cuts[0]) * study.quarters))
    number = 0
    for first in range(0, study.replicates, size):
        replicates = range(first, min(first + size, study.replicates))
        for cut in cuts:
            yield Block(
                number,
                cut,
                replicates,
                study.seed,
                study.quarters,
                study.start,
                study.past,
                tuple(tables),
                model_hash(),
            )
            number += 1


def _blocks_of_sets(
    study: Study, believed: DrawnSets, tables: Sequence[str], replicates_a_block: int | None
) -> Iterator[Block]:
    """Cut a study on sets of a posterior into blocks, each of one set.

    From a later start a set stays in one block, which replays the record under it once.
    """
    bases = tuple(study.sets.items())
    laid = np.stack([believed.records(base) for _, base in bases], axis=1)
    size = replicates_a_block or max(1, RUN_QUARTERS_A_BLOCK // (len(bases) * study.quarters))
    number = 0
    for member, replicates in enumerate(believed.members):
        step = len(replicates) if study.start else size
        for first in range(replicates.start, replicates.stop, step):
            yield Block(
                number,
                bases,
                range(first, min(first + step, replicates.stop)),
                study.seed,
                study.quarters,
                study.start,
                believed.parameters(study.past, member) if study.start else study.past,
                tuple(tables),
                model_hash(),
                member,
                laid[member],
            )
            number += 1


def run_one_block(block: Block) -> Frames:
    """Run a block and return its tables; called by workers.

    Raises:
        StudyError: when the worker has another version of the model than the one asked for.
    """
    check_version(block.model_hash)
    if block.member is None:  # each set of a posterior has a past of its own, which no other block shares
        replay_past(block.past, block.seed, block.replicates, block.start, block.quarters)
    results = run_from(
        block.records,
        block.past,
        block.seed,
        block.replicates,
        block.start,
        block.quarters,
    )
    return block_frames(
        results,
        names=[name for name, _ in block.sets],
        replicates=np.asarray(block.replicates),
        seed=block.seed,
        start=block.start,
        keys=run_keys(block),
        tables=block.tables,
        number=block.member,
    )


def check_version(asked: str) -> None:
    """See that a worker has the version of the model, by its hash, that a study is to be run with.

    Raises:
        StudyError: when it has another.
    """
    if asked != model_hash():
        raise StudyError(
            "a worker has another version of the model, or other extensions: install the same everywhere"
        )


def replay_past(past: Parameters, seed: int, replicates: range, start: int, quarters: int) -> None:
    """Replay the record for some replicates, unless that was done before: one worker at a time, for all."""
    if start:
        with _REPLAYING:
            for group in sorted({replicate // GROUP for replicate in replicates}):
                replay(past, seed, group, start, quarters)


def compile_engine() -> None:
    """Compile, or read what was compiled before, so that workers never wait for each other to do so."""
    defaults = Parameters.defaults()
    run_from([defaults], defaults, 0, [0], 0, 1)


def execute(
    study: Study,
    receive: Callable[[int, Frames], None],
    executor: Executor,
    tables: Sequence[str] = TABLES,
    in_flight: int = 1,
    replicates_a_block: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Run a study, handing over the tables of each block as soon as it has finished.

    Args:
        study: what is to be run.
        receive: called in this thread with the number of a block and its tables, in the order of finishing;
            called again for the same block when it was interrupted.
        executor: what runs the blocks; it is left open.
        tables: which tables to make.
        in_flight: blocks handed out at a time.
        replicates_a_block: how many; by default such that a block takes about half a second.
        progress: called with the number of runs that have just been handed over.

    Raises:
        Interrupted: on Ctrl-C, once the blocks under way have finished and been handed over.
    """
    dispatch(
        blocks_of(study, tables, replicates_a_block),
        run_one_block,
        lambda block, frames: receive(block.number, frames),
        Crew(executor, in_flight),
        study.runs,
        progress=progress,
    )
