"""How much of what varies in a sweep is parameters and how much is luck, and what luck does to an analysis.

Every point of the design meets the same histories of luck, so that an outcome is a table of points by
replicates. As a function of parameters x and luck w it splits, whatever its form, into a mean, a part of the
parameters, a part of the luck that all points share, and a part of luck that works differently at different
parameters:

    Y(x, w) = m + P(x) + L(w) + I(x, w)

with parts that are uncorrelated when points and replicates are drawn at random (the two-way layout with
random effects; Hoeffding's decomposition). L is the same at every point and moves no comparison of points;
I is what remains of luck in the mean over R replicates, with a variance of var(I) / R.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from experiments.arrays import Numbers, Places
from experiments.intervals import TAILS, Interval
from experiments.sweeps.pausing import pause

RESAMPLES = 300
"""Of the bootstrap of the components."""

FEW_REPLICATES = 6
"""Below this the interval of what luck does rests on too few histories."""


class Components(NamedTuple):
    """Variances, in the outcome's unit squared; none is below 0.

    Attributes:
        parameters: of what the outcome is on average over luck.
        shared: of the luck that moves all points alike.
        interaction: of the luck that moves points differently.
    """

    parameters: float
    shared: float
    interaction: float

    def shares(self) -> tuple[float, float, float]:
        """Each as a share of their sum, which must not be 0."""
        total = sum(self)
        return (self.parameters / total, self.shared / total, self.interaction / total)


@dataclass(frozen=True)
class Noise:
    """Parameters and luck apart.

    Attributes:
        points: of the design, that were used.
        replicates: of luck.
        components: variances.
        parameters: share of the parameters in the variance of a single run.
        shared: share of the luck that all points share.
        interaction: share of the luck that works differently at different parameters.
        of_mean: share of the parameters in the variance between points of the mean over replicates.
    """

    points: int
    replicates: int
    components: Components
    parameters: Interval
    shared: Interval
    interaction: Interval
    of_mean: Interval


def separate(
    cells: Numbers, seed: int, units: Places | None = None, resamples: int = RESAMPLES
) -> Noise | None:
    """Variance components with bootstrap intervals over points and over replicates.

    Both are drawn anew with replacement. A draw holds some points and replicates twice, and a point compared
    with itself would pass for one without luck; so components are means over pairs of different points and
    different replicates (see `components`), which keeps each draw unbiased.

    Args:
        cells: shape (points, replicates), nothing missing.
        seed: of the bootstrap.
        units: which points belong together, and are drawn together; each by itself when None.
        resamples: of the bootstrap.

    Returns:
        None with fewer than two replicates or three units, which cannot be told apart, or when nothing
        varies.
    """
    n, replicates = cells.shape
    groups = np.arange(n) if units is None else np.unique(units, return_inverse=True)[1]
    count = int(groups.max()) + 1 if n else 0
    if replicates < 2 or count < 3 or np.ptp(cells) == 0.0:
        return None
    found = components(cells, np.ones(n), np.ones(replicates))
    rng = np.random.default_rng(seed)
    draws = np.empty((resamples, 4))
    for i in range(resamples):
        pause()
        points = rng.multinomial(count, np.full(count, 1.0 / count))[groups].astype(np.float64)
        luck = _at_least_two(rng, replicates)
        drawn = components(cells, points, luck)
        draws[i] = (*(drawn.shares() if sum(drawn) else (0.0, 0.0, 0.0)), of_mean(drawn, replicates))
    low, high = np.percentile(draws, TAILS, axis=0)
    values = (*found.shares(), of_mean(found, replicates))
    intervals = [Interval(*map(float, ends)) for ends in zip(values, low, high, strict=True)]
    return Noise(n, replicates, found, *intervals)


def _at_least_two(rng: np.random.Generator, replicates: int) -> Numbers:
    while True:
        drawn = rng.multinomial(replicates, np.full(replicates, 1.0 / replicates))
        if np.count_nonzero(drawn) > 1:
            return drawn.astype(np.float64)


def components(cells: Numbers, points: Numbers, luck: Numbers) -> Components:
    """Variances by expected mean squares, each point and replicate counted so many times.

    Over pairs of different points p, q and different replicates r, s:

        mean of (Y_pr - Y_ps - Y_qr + Y_qs)^2 / 4   expects var(I)
        mean of (Y_pr - Y_qr)^2 / 2                 expects var(P) + var(I)
        mean of (Y_pr - Y_ps)^2 / 2                 expects var(L) + var(I)

    With counts of one these are the mean squares of a two-way analysis of variance. Estimates below 0 are
    taken as 0.

    Args:
        cells: shape (points, replicates).
        points: how often each point counts, shape (points,).
        luck: how often each replicate counts, shape (replicates,), at least two of them above 0.
    """
    u, v = points / points.sum(), luck / luck.sum()
    other_points, other_luck = 1.0 - u @ u, 1.0 - v @ v
    of_points, of_luck = cells @ v, u @ cells
    centred = cells - of_points[:, None] - of_luck[None, :] + u @ of_points
    interaction = float(u @ centred**2 @ v / (other_points * other_luck))
    within = float(u @ (cells - of_luck[None, :]) ** 2 @ v / other_points)
    along = float(u @ (cells - of_points[:, None]) ** 2 @ v / other_luck)
    return Components(max(within - interaction, 0.0), max(along - interaction, 0.0), interaction)


def of_mean(found: Components, replicates: int) -> float:
    """Share of the parameters in the variance between points of the mean over replicates.

    The mean over R replicates is m + P(x) + mean of L + mean of I; the luck that all share is the same at
    every point, so the variance between points is var(P) + var(I) / R.
    """
    total = found.parameters + found.interaction / replicates
    return found.parameters / total if total else 0.0


def other_luck(cells: Numbers) -> Numbers:
    """The mean of each point had it met other histories, as far as can be said from those that it met.

    The difference between the means of one half of the replicates and of the other, each half centred on
    its own mean over points so that shared luck drops out, has a variance of var(I) (1/a + 1/b) with halves
    of a and b. An independent draw of all R would differ by 2 var(I) / R; the difference is scaled to that
    and added to the mean over all.

    Args:
        cells: shape (..., replicates) with at least two replicates; means are over all other axes.

    Returns:
        Shape (...).
    """
    replicates = cells.shape[-1]
    one, two = cells[..., 0::2], cells[..., 1::2]
    scale = np.sqrt((2.0 / replicates) / (1.0 / one.shape[-1] + 1.0 / two.shape[-1]))
    difference = one.mean(axis=-1) - two.mean(axis=-1)
    moved: Numbers = cells.mean(axis=-1) + scale * (difference - difference.mean())
    return moved
