"""Running both arms of contrasts under the same luck, and what the difference says of the claim.

Intervals show luck only, at the parameters given: how well those are known is not in them.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments.arrays import Numbers
from experiments.claims.contrast import Contrast, Direction, Measure, Trial
from experiments.comparison import SURE, Mean, against_smallest, mean_of
from experiments.errors import StudyError, check_count
from experiments.runner import MOST_REPLICATES, MOST_SEED
from model.codes import Status
from model.ensemble import Luck, draw_luck, run_block

REPLICATES = 200
SEED = 1
REPLICATES_AT_ONCE = 20
"""Histories whose luck is held in memory together."""

Arms = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

Verdict = Literal["holds", "does not hold", "cannot be told"]


def verdict(difference: Mean, claimed: Direction, smallest: float) -> Verdict:
    """What a difference, with less without, says of a claim.

    A claim of a direction holds when the difference exceeds the smallest that matters that way with
    probability 0.95, and does not when with 0.95 it does not: it is too small, or goes the other way. A claim
    that nothing changes holds when the difference is smaller than matters, either way; one that a measure
    does not rise, or does not fall, when it does not go that way by as much as matters.
    """
    above, within, below = against_smallest(difference, smallest)
    true = {
        1: above,
        0: within,
        -1: below,
        "not above": within + below,
        "not below": within + above,
    }[claimed]
    if true >= SURE:
        return "holds"
    return "does not hold" if 1.0 - true >= SURE else "cannot be told"


@dataclass(frozen=True)
class Finding:
    """What a trial of a contrast showed in one measure.

    Attributes:
        contrast: that was run.
        trial: name of the trial.
        measure: what was compared.
        without: mean of the arm without.
        with_: mean of the arm with.
        difference: with less without, mean of paired differences, with its interval.
    """

    contrast: Contrast
    trial: str
    measure: Measure
    without: float
    with_: float
    difference: Mean

    @property
    def verdict(self) -> Verdict | None:
        """What it says of the claim; None for what is only reported beside."""
        if self.measure != self.contrast.measure:
            return None
        return verdict(self.difference, self.contrast.claimed, self.contrast.smallest)


def measure(
    contrasts: Sequence[Contrast],
    replicates: int = REPLICATES,
    seed: int = SEED,
    progress: Callable[[int], None] | None = None,
) -> list[Finding]:
    """Run every trial of some contrasts, every measure of each.

    Args:
        contrasts: to be run.
        replicates: histories of luck, each met by both arms.
        seed: of the luck.
        progress: called with the number of runs that have just finished.

    Returns:
        Findings in the order of contrasts, within them of trials, within these of measures.

    Raises:
        StudyError: for a number that is not allowed, and for runs that fail.
        ParameterError: for settings that are unknown, out of bounds or contradictory.
    """
    check_count("replicates", replicates, 2, MOST_REPLICATES)
    check_count("seed", seed, 0, MOST_SEED)
    trials = [(contrast, trial) for contrast in contrasts for trial in contrast.trials()]
    values: list[list[Arms]] = [[] for _ in trials]
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        for first in range(0, replicates, REPLICATES_AT_ONCE):
            numbers = range(first, min(first + REPLICATES_AT_ONCE, replicates))
            for horizon in sorted({contrast.quarters for contrast in contrasts}):
                luck = draw_luck(seed, numbers, horizon)
                chosen = [i for i, (contrast, _) in enumerate(trials) if contrast.quarters == horizon]
                arms = [executor.submit(run_arms, *trials[i], luck) for i in chosen]
                for i, found in zip(chosen, arms, strict=True):
                    values[i].append(found.result())
                    if progress:
                        progress(2 * len(numbers))
    return [
        _finding(contrast, trial, measure, np.concatenate(found, axis=2)[place])
        for (contrast, trial), found in zip(trials, values, strict=True)
        for place, measure in enumerate(contrast.measures)
    ]


def runs_of(contrasts: Sequence[Contrast], replicates: int) -> int:
    """How many runs it takes to measure some contrasts."""
    return sum(2 * replicates for contrast in contrasts for _ in contrast.trials())


def run_arms(contrast: Contrast, trial: Trial, luck: Luck) -> Arms:
    """Both arms of a trial: shape (measures, 2, replicates), the arm without first.

    Raises:
        StudyError: when a run fails.
    """
    block = run_block([trial.without, trial.with_], luck, contrast.quarters)
    if block.status.any():
        run = int(np.flatnonzero(block.status)[0])
        arm = "with" if run >= len(luck.replicates) else "without"
        replicate = luck.replicates[run % len(luck.replicates)]
        raise StudyError(
            f"{contrast.claim}, {trial.name}, arm {arm}, replicate {replicate}:"
            f" the run failed ({Status(int(block.status[run])).name.lower()})"
        )
    values: Arms = np.stack([measure.values(block).reshape(2, -1) for measure in contrast.measures])
    return values


def _finding(contrast: Contrast, trial: Trial, measure: Measure, values: Arms) -> Finding:
    without: Numbers = values[0]
    with_: Numbers = values[1]
    return Finding(
        contrast,
        trial.name,
        measure,
        mean_of(without).mean,
        mean_of(with_).mean,
        mean_of(with_ - without),
    )
