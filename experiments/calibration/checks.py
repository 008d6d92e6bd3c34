"""Does fitting find parameters that are known? Simulation-based calibration (Talts et al. 2018).

Rows of the last table that the regression has not seen take the record's place, one by one. What is then
believed of each parameter must hold the true value as often as it says: ranks of true values are uniform, and
intervals of 50% and 90% cover 50% and 90% of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from experiments.arrays import Numbers
from experiments.calibration.fit import Wave
from experiments.calibration.inference import believe

LEVELS = (0.5, 0.9)


@dataclass(frozen=True, eq=False)
class Check:
    """What came of the rows that took the record's place.

    Attributes:
        ranks: share of the belief that lies below the true value, shape (rows, parameters).
        shrinkage: standard deviation of the belief over that of the table, mean of rows, shape (parameters,).
    """

    ranks: Numbers
    shrinkage: Numbers

    def coverage(self, level: float) -> Numbers:
        """Share of true values inside the central interval of a level, shape (parameters,)."""
        inside: Numbers = (np.abs(self.ranks - 0.5) <= level / 2.0).mean(axis=0)
        return inside

    @property
    def p_values(self) -> Numbers:
        """Kolmogorov and Smirnov's test of ranks against uniform ones, shape (parameters,)."""
        return np.array([stats.kstest(ranks, "uniform").pvalue for ranks in self.ranks.T])

    def expected_worst(self, level: float) -> float:
        """How far the worst of as many coverages lies from its level by chance alone, in 19 of 20 cases."""
        rows, parameters = self.ranks.shape
        tail = (1.0 - 0.95 ** (1.0 / parameters)) / 2.0
        low, high = stats.binom.ppf([tail, 1.0 - tail], rows, level) / rows
        return float(max(level - low, high - level))


def check(wave: Wave, rows: int, progress: Callable[[int], None] | None = None) -> Check:
    """Let rows that were kept aside take the record's place.

    Args:
        wave: the last one of a fit.
        rows: how many.
        progress: called with the number that have just been checked.
    """
    table = wave.table
    aside = wave.summaries.aside
    summaries, normals = wave.summaries.of(table.figures[aside]), table.normals[aside]
    ranks, shrinkage = [], []
    for place in range(min(rows, len(normals))):
        others = np.arange(len(summaries)) != place
        believed = believe(summaries[place], summaries[others], normals[others], wave.region, wave.share)
        ranks.append(believed.weights @ (believed.normals < normals[place]))
        mean = believed.weights @ believed.normals
        shrinkage.append(np.sqrt(believed.weights @ (believed.normals - mean) ** 2))
        if progress:
            progress(1)
    return Check(np.array(ranks), np.mean(shrinkage, axis=0) / normals.std(axis=0))
