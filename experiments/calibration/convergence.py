"""Whether a fit has come to rest: do the last two waves teach the same, and the two halves of the last table?

The waves differ in where their histories were drawn. The halves differ in luck, down to the regression that
learned from each; half their difference is about the error of the mean that both together give.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from experiments.arrays import Numbers
from experiments.calibration.fit import Fit
from experiments.calibration.inference import Belief, believe, learn
from experiments.calibration.learned import spread_of
from experiments.calibration.table import Table
from experiments.errors import StudyError
from experiments.posterior import Posterior, effective_size

HALVES = 2


@dataclass(frozen=True, eq=False)
class Beside:
    """Two beliefs of the same parameters, side by side.

    Attributes:
        moved: from the mean of the one to that of the other, in the standard deviations of both, shape
            (parameters,).
        ratio: of the other's standard deviation to the one's, shape (parameters,).
        by_chance: how far the worst mean would move in 19 of 20 cases, were sets independent draws.
    """

    moved: Numbers
    ratio: Numbers
    by_chance: float


def beside(one: Belief, other: Belief) -> Beside:
    """How far two beliefs differ."""
    (mean, spread), (other_mean, other_spread) = (
        spread_of(each.normals, each.weights) for each in (one, other)
    )
    both = np.sqrt((spread**2 + other_spread**2) / 2.0)
    worst = float(stats.norm.ppf((1.0 + 0.95 ** (1.0 / len(mean))) / 2.0))
    luck = float(np.sqrt(1.0 / effective_size(one.weights) + 1.0 / effective_size(other.weights)))
    return Beside((other_mean - mean) / both, other_spread / spread, worst * luck)


@dataclass(frozen=True, eq=False)
class Convergence:
    """Whether a fit has come to rest.

    Attributes:
        names: of the parameters.
        waves: the last two beside each other; None for a single one.
        halves: of the last table; None when they are too small to tell.
        medoids: root mean square of what parts the medoids of the halves, in standard deviations; two sets
            that have nothing to do with each other are 1.4 apart.
    """

    names: tuple[str, ...]
    waves: Beside | None
    halves: Beside | None
    medoids: float | None

    def table(self) -> pl.DataFrame:
        """A row a parameter; missing where it could not be told."""
        columns: dict[str, Any] = {"parameter": list(self.names)}
        for title, found in (("waves", self.waves), ("halves", self.halves)):
            columns[f"moved_between_{title}"] = found.moved if found else [None] * len(self.names)
            columns[f"ratio_between_{title}"] = found.ratio if found else [None] * len(self.names)
        floats = [name for name in columns if name != "parameter"]
        return pl.DataFrame(columns).with_columns(pl.col(floats).cast(pl.Float64))

    def notes(self) -> dict[str, float | None]:
        """What chance would do, and how stable the medoid is, as plain data."""
        return {
            "by_chance_between_waves": self.waves.by_chance if self.waves else None,
            "by_chance_between_halves": self.halves.by_chance if self.halves else None,
            "medoids_of_halves_apart": self.medoids,
        }


def convergence(fit: Fit, seed: int) -> Convergence:
    """Whether a fit has come to rest.

    Args:
        fit: whose waves are compared.
        seed: of what is kept aside of the halves.
    """
    last_two = list(pairwise(wave.believed for wave in fit.waves))[-1:]
    try:
        halves = [_half(fit, number, seed) for number in range(HALVES)]
    except StudyError:
        halves = []
    return Convergence(
        fit.prior.names,
        beside(*last_two[0]) if last_two else None,
        beside(*halves) if halves else None,
        _medoids_apart(fit, halves) if halves else None,
    )


def _half(fit: Fit, number: int, seed: int) -> Belief:
    """What every other row of the last table teaches.

    Raises:
        StudyError: when these are too few.
    """
    wave = fit.waves[-1]
    rows = np.arange(len(wave.table.normals)) % HALVES == number
    table = Table(wave.table.normals[rows], wave.table.figures[rows], wave.table.names)
    summaries = learn(table, fit.fitted, seed)
    if not summaries.informed.any():
        raise StudyError("half a table teaches nothing")
    seen = summaries.of(fit.record[np.newaxis])[0]
    known = summaries.of(table.figures[summaries.aside])
    return believe(seen, known, table.normals[summaries.aside], wave.region, wave.share)


def _medoids_apart(fit: Fit, halves: list[Belief]) -> float:
    _, spread = spread_of(fit.believed.normals, fit.believed.weights)
    one, other = (
        half.normals[Posterior(fit.prior.names, half.normals, half.weights, {}).medoid] for half in halves
    )
    return float(np.sqrt((((one - other) / spread) ** 2).mean()))
