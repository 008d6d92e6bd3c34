"""First-order indices from any sample of points, when there is no design made for indices.

RBD-FAST (Tarantola et al. 2006; Plischke 2010) sorts the points by a factor and asks how much of the
outcome's variance lies in the slow waves along it. Of SALib's methods that ask for no special design it is
the one whose index of a factor without effect is 0 on average (bias removed after Tissot and Prieur 2012), so
that a dummy can check it; the moment-independent delta and PAWN are above 0 for a dummy. It has no total
index: what a factor does only together with others it does not see.
"""

from collections.abc import Sequence

import numpy as np
from SALib.analyze import rbd_fast

from experiments.arrays import Numbers
from experiments.intervals import NORMAL_95, Interval
from experiments.sweeps.measures import Measure, around
from experiments.sweeps.noise import Noise
from experiments.sweeps.pausing import pause
from experiments.sweeps.sobol import check_measures

LEAST_POINTS = 40
"""Points below which no wave can be told from chance."""

HARMONICS = 10
POINTS_A_HARMONIC = 20


def given_data_measures(
    cells: Numbers, values: Numbers, names: Sequence[str], noise: Noise | None, resamples: int, seed: int
) -> list[Measure]:
    """First-order indices of factors, of the mean over replicates.

    Luck that knows nothing of a factor adds to the variance of the mean and to no index's numerator, so an
    index is freed of it by division by the share of the parameters in that variance. That share is uncertain
    as well, and from the same runs, so that no interval of the quotient is had from those of the two: it is
    given without one. From half of the points indices are given without intervals too.

    Args:
        cells: shape (points, replicates), nothing missing.
        values: of the factors, shape (points, factors).
        names: of the factors.
        noise: parameters and luck apart; None when they cannot be told apart.
        resamples: halves that are drawn.
        seed: of the halves and of the order in which ties stand.
    """
    order = np.random.default_rng(seed).permutation(len(cells))
    outcome, values = cells.mean(axis=1)[order], values[order]
    full = _analyse(outcome, values, names, resamples, seed)
    half = len(order) // 2
    halved = _analyse(outcome[:half], values[:half], names, 0, seed)
    share = noise.of_mean.value if noise else 0.0
    measures = [
        Measure(
            "factor",
            name,
            "first",
            full[i],
            halved[i] if halved else None,
            Interval(full[i].value / share, np.nan, np.nan) if share > 0.0 else None,
        )
        for i, name in enumerate(names)
    ]
    return measures + (check_measures(cells[order], resamples, seed) if cells.shape[1] > 1 else [])


def _analyse(
    outcome: Numbers, values: Numbers, names: Sequence[str], resamples: int, seed: int
) -> list[Interval]:
    """Indices with normal intervals by the delete-half jackknife; without any for no resamples.

    A bootstrap draws points twice, which then stand side by side and pass for a slow wave: SALib's intervals
    are twice as wide as they should be. Over halves drawn without replacement an estimate varies about as
    much as that from all points does over samples (Shao and Wu 1989); of a factor without effect rather
    more, so that its interval is on the wide side.
    """
    if len(outcome) < LEAST_POINTS // 2 or np.ptp(outcome) == 0.0:
        return []
    indices = _indices(outcome, values, names)
    if not resamples:
        return [Interval(index, np.nan, np.nan) for index in indices]
    rng = np.random.default_rng(seed)
    halves = (rng.permutation(len(outcome))[: len(outcome) // 2] for _ in range(resamples))
    drawn = [_indices(outcome[half], values[half], names) for half in halves]
    widths = NORMAL_95 * np.std(drawn, axis=0, ddof=1)
    return [around(index, width) for index, width in zip(indices, widths, strict=True)]


def _indices(outcome: Numbers, values: Numbers, names: Sequence[str]) -> list[float]:
    pause()
    if np.ptp(outcome) == 0.0:
        return [0.0] * len(names)
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    harmonics = min(HARMONICS, max(1, len(outcome) // POINTS_A_HARMONIC))
    found = rbd_fast.analyze(problem, values, outcome, M=harmonics, num_resamples=2, seed=1)
    return [float(index) for index in found["S1"]]
