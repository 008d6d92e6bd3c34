"""Blocks of a sweep: some points under some regimes with some replicates, and what a worker does with them.

A block holds all that a worker needs to know and nothing that cannot travel to another machine. What it comes
to depends on its runs only, so that any way of cutting a sweep into blocks gives the same rows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Flags, Numbers, Records
from experiments.runner import check_version, keys_of, replay_past
from experiments.sweeps.factors import DUMMY
from experiments.sweeps.study import SweepStudy
from experiments.tables import Frames, block_frames
from model.compilation import model_hash
from model.parameters import Parameters
from model.registry import store_value
from model.replay import run_from

RUN_QUARTERS_A_BLOCK = 16_000
"""Runs x quarters of a block: some two seconds, so that little is lost when a sweep is killed."""

SETS_TO_SHARE_LUCK = 64
"""Parameter sets from which on drawing the luck of a replicate costs next to nothing."""

RUN_COLUMNS = ("key", "point", "regime", "replicate", "seed", "status", "failed_in")
"""Columns of the table of runs before the outcomes."""


@dataclass(frozen=True)
class Common:
    """What all blocks of a sweep share.

    Attributes:
        regimes: names.
        bases: parameters of each regime, which the factors change.
        factors: names of the parameters that vary.
        seed: of the luck.
        quarters: length of each run.
        start: absolute quarter of the first.
        past: parameters under which the record is replayed up to a start after 2014Q1.
        outcomes: that are kept.
        tables: that are made.
        model_hash: of the model that the runs are to be made with.
        held: by regime, names of factors that it keeps as it sets them, because they come from a posterior.
    """

    regimes: tuple[str, ...]
    bases: tuple[Parameters, ...]
    factors: tuple[str, ...]
    seed: int
    quarters: int
    start: int
    past: Parameters
    outcomes: tuple[str, ...]
    tables: tuple[str, ...]
    model_hash: str
    held: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class SweepBlock:
    """Some runs of a sweep: every point given under every regime given with every replicate given.

    Attributes:
        common: what all blocks share.
        points: their numbers.
        values: of the factors, shape (points, factors).
        regimes: places of the regimes among those of `common`.
        replicates: their numbers.
    """

    common: Common
    points: tuple[int, ...]
    values: Numbers
    regimes: tuple[int, ...]
    replicates: tuple[int, ...]

    @property
    def runs(self) -> int:
        """How many runs there are in it."""
        return len(self.points) * len(self.regimes) * len(self.replicates)

    @property
    def name(self) -> str:
        """What no other block of the sweep is called: its first run."""
        return block_name(self.points[0], self.regimes[0], self.replicates[0])


def block_name(point: int, regime: int, replicate: int) -> str:
    """The name of a block whose first run is that of a point, a regime's place and a replicate."""
    return f"{point:09d}-{regime:02d}-{replicate:06d}"


def common_of(study: SweepStudy) -> Common:
    """What all blocks of a study share."""
    return Common(
        regimes=tuple(study.bases),
        bases=tuple(study.bases.values()),
        factors=tuple(factor.name for factor in study.factors if factor.name != DUMMY),
        seed=study.seed,
        quarters=study.quarters,
        start=study.start,
        past=study.past,
        outcomes=study.outcomes,
        tables=study.tables,
        model_hash=model_hash(),
        held=tuple(study.drawn.held.get(regime, ()) for regime in study.bases) if study.drawn else (),
    )


class Varied:
    """The values that change something, of the points of a study's design."""

    def __init__(self, study: SweepStudy) -> None:
        """Take the design of a study."""
        self._design = study.design
        self._columns = [place for place, factor in enumerate(study.factors) if factor.name != DUMMY]

    def values(self, first: int, last: int) -> Numbers:
        """Values at the points from `first` to before `last`, shape (points, factors)."""
        return self._design.values(first, last)[:, self._columns]


def records_at(common: Common, values: Numbers, regimes: Sequence[int]) -> Records:
    """Parameters of every point under every regime, shape (points x regimes,), points first."""
    bases = np.array([common.bases[place].record for place in regimes])
    records = np.tile(bases, len(values))
    for column, name in enumerate(common.factors):
        store_value(records, name, np.repeat(values[:, column], len(regimes)))  # type: ignore[arg-type]
    for place, regime in enumerate(regimes):
        for name in common.held[regime] if common.held else ():
            store_value(records[place :: len(regimes)], name, common.bases[regime][name])
    return records


def run_sweep_block(block: SweepBlock) -> Frames:
    """Run a block and return its tables, the sweep's own columns only; called by workers.

    Raises:
        StudyError: when the worker has another version of the model than the one asked for.
    """
    common = block.common
    check_version(common.model_hash)
    records = records_at(common, block.values, block.regimes)
    regimes = [common.regimes[place] for place in block.regimes]
    replicates = np.asarray(block.replicates)
    whole = range(int(replicates.min()), int(replicates.max()) + 1)
    replay_past(common.past, common.seed, whole, common.start, common.quarters)
    results = run_from(records, common.past, common.seed, block.replicates, common.start, common.quarters)
    names = regimes * len(block.points)
    frames = block_frames(
        results,
        names=names,
        replicates=replicates,
        seed=common.seed,
        start=common.start,
        keys=keys_of(
            common.model_hash,
            records,
            names,
            common.seed,
            block.replicates,
            common.start,
            common.quarters,
            common.past,
        ),
        tables=common.tables,
        points=np.repeat(block.points, len(regimes)).tolist(),
    )
    failures = frames.pop("failures").select("key", failed_in="quarter")
    runs = frames["runs"].join(failures, on="key", how="left", maintain_order="left")
    return frames | {"runs": runs.select(*RUN_COLUMNS, *common.outcomes)}


def halves(block: SweepBlock) -> tuple[SweepBlock, ...]:
    """A block cut in two: by points, else by replicates, else by regimes; nothing when it is a single run."""
    for name in ("points", "replicates", "regimes"):
        items = getattr(block, name)
        if len(items) > 1:
            middle = len(items) // 2
            changes: list[dict[str, Any]] = [{name: items[:middle]}, {name: items[middle:]}]
            if name == "points":
                changes[0]["values"], changes[1]["values"] = block.values[:middle], block.values[middle:]
            return tuple(replace(block, **change) for change in changes)
    return ()


def cut(
    missing: Flags,
    common: Common,
    values: Callable[[int, int], Numbers],
    runs_a_block: int | None = None,
) -> Iterator[SweepBlock]:
    """Cut the runs that are missing into blocks, in the order of points.

    Args:
        missing: which runs, shape (points, regimes, replicates).
        common: what all blocks share.
        values: gives the values of the factors at the points from a first to before a last.
        runs_a_block: about how many; by default such that a block takes about two seconds.
    """
    points, regimes, replicates = missing.shape
    size = runs_a_block or max(1, RUN_QUARTERS_A_BLOCK // common.quarters)
    deep = min(replicates, max(1, size // min(points * regimes, SETS_TO_SHARE_LUCK)))
    wide = max(1, size // (regimes * deep))
    for first in range(0, points, wide):
        last = min(first + wide, points)
        if not missing[first:last].any():
            continue
        at = values(first, last)
        for begin in range(0, replicates, deep):
            part = missing[first:last, :, begin : begin + deep]
            yield from _blocks_of(part, common, first, begin, at)


def _blocks_of(part: Flags, common: Common, first: int, begin: int, values: Numbers) -> Iterator[SweepBlock]:
    """Blocks of a rectangle of runs: one when all are missing, else one for each pattern of what is."""
    if not part.any():
        return
    patterns, kinds = np.unique(part.reshape(len(part), -1), axis=0, return_inverse=True)
    for kind, flat in enumerate(patterns):
        if not flat.any():
            continue
        rows = np.flatnonzero(kinds == kind)
        pattern = flat.reshape(part.shape[1:])  # by regime and replicate
        regimes = np.flatnonzero(pattern.any(axis=1)).tolist()
        alike = (np.outer(pattern.any(axis=1), pattern.any(axis=0)) == pattern).all()
        for group in [regimes] if alike else [[regime] for regime in regimes]:
            replicates = np.flatnonzero(pattern[group[0]])
            yield SweepBlock(
                common,
                tuple((first + rows).tolist()),
                values[rows],
                tuple(group),
                tuple((begin + replicates).tolist()),
            )


def estimated_bytes(frames: Frames) -> int:
    """Bytes of tables in memory, about what they take on disk: outcomes hardly shrink."""
    return sum(int(frame.estimated_size()) for frame in frames.values())


def empty_runs(common: Common) -> pl.DataFrame:
    """The table of runs without a row."""
    kinds: dict[str, Any] = dict.fromkeys(RUN_COLUMNS, pl.String)
    kinds |= dict.fromkeys(("point", "replicate", "seed"), pl.Int64)
    return pl.DataFrame(schema=kinds | dict.fromkeys(common.outcomes, pl.Float64))
