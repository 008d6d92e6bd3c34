"""What a sweep would cost, told before anything is run: runs, time and disk, measured on a few runs."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.errors import StudyError
from experiments.runner import compile_engine
from experiments.sweeps.blocks import (
    SETS_TO_SHARE_LUCK,
    SweepBlock,
    common_of,
    estimated_bytes,
    run_sweep_block,
)
from experiments.sweeps.study import SweepStudy

MUCH_TIME = 12 * 3600
"""Seconds from which a sweep is only run when asked for twice."""

MUCH_DISK = 20e9
"""Bytes from which a sweep is only run when asked for twice."""

SAMPLE_RUNS = 40
"""Runs of which the cost is measured, about a quarter of a second."""

BYTES_A_VALUE = 8


@dataclass(frozen=True)
class Cost:
    """What a sweep would cost.

    Attributes:
        runs: that are to be made.
        seconds: they would take, all workers together.
        disk: bytes of results and design.
        free: bytes free where they are to be written.
        workers: on which the time is reckoned.
    """

    runs: int
    seconds: float
    disk: float
    free: int
    workers: int

    @property
    def much(self) -> bool:
        """Whether it is to be asked for twice."""
        return self.seconds > MUCH_TIME or self.disk > MUCH_DISK

    def in_words(self) -> str:
        """Time and disk, as a person would say it."""
        return (
            f"about {duration(self.seconds)} on {self.workers} worker{'' if self.workers == 1 else 's'},"
            f" {size(self.disk)} of {size(self.free)} free"
        )


def cost_of(study: SweepStudy, out: Path, workers: int, runs: int | None = None) -> Cost:
    """Measure a few runs, and reckon what all would cost.

    Args:
        study: to be run.
        out: where to.
        workers: how many.
        runs: how many are to be made; all of the study when None.
    """
    compile_engine()
    common = common_of(study)
    sets = max(1, min(study.points, SETS_TO_SHARE_LUCK, SAMPLE_RUNS // len(study.regimes)))
    base = common.bases[0]
    usual = np.array([float(base[name]) for name in common.factors])
    block = SweepBlock(
        common,
        tuple(range(sets)),
        np.tile(usual, (sets, 1)),
        tuple(range(len(common.regimes))),
        (0,),
    )
    if study.start:
        run_sweep_block(block)  # replays the record, which is done once and no part of what a run costs
    began = time.perf_counter()
    frames = run_sweep_block(block)
    a_run = (time.perf_counter() - began) / block.runs
    count = study.runs if runs is None else runs
    design = study.points * (len(study.factors) + 1) * BYTES_A_VALUE
    disk = count * estimated_bytes(frames) / block.runs + design
    return Cost(count, count * a_run / workers, disk, free_at(out), workers)


def free_at(path: Path) -> int:
    """Bytes free on the disk that would hold a path that may not exist yet."""
    there = path.absolute()
    while not there.exists():
        there = there.parent
    return shutil.disk_usage(there).free


def must_be_bearable(cost: Cost, sure: bool) -> None:
    """Refuse what the disk cannot hold, and what is absurd unless it was asked for twice.

    Raises:
        StudyError: saying what it would cost.
    """
    if cost.disk > cost.free:
        raise StudyError(
            f"{cost.runs:,} runs would take {size(cost.disk)}, and {size(cost.free)} are free: keep fewer"
            " tables or outcomes, or ask for fewer points or replicates"
        )
    if cost.much and not sure:
        raise StudyError(
            f"{cost.runs:,} runs would take {cost.in_words()}: if that is meant, ask for it with --yes"
        )


def duration(seconds: float) -> str:
    """A length of time as a person would say it."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    for unit, length in (("min", 60), ("h", 3600), ("days", 86_400)):
        if seconds < 120 * length or unit == "days":
            break
    if unit == "days" and seconds > 1000 * 86_400:
        return f"{seconds / 86_400 / 365.25:,.0f} years"
    return f"{seconds / length:,.0f} {unit}"


def size(amount: float) -> str:
    """An amount of bytes as a person would say it."""
    for unit, step in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if amount >= step:
            return f"{amount / step:,.1f} {unit}"
    return f"{amount / 1e3:,.0f} kB"
