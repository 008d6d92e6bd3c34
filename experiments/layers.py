"""Two layers of uncertainty told apart: sets of parameters, and the luck of the histories that each meets.

The unit is the set. Its mean over few histories is its expected value and an error from luck; the spread
between sets holds both. The variance within sets tells how large the error is, so that it can be taken out
(the one-way layout with random effects): each set's mean is drawn towards the mean of all by the share of
luck in the variance of means, as in empirical Bayes estimates (Efron and Morris 1975). So neither are
probabilities blurred by luck nor does one lucky history count as a future.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from scipy.special import ndtr
from scipy.stats import norm

from experiments.arrays import Numbers
from experiments.intervals import Interval

Way = Literal[1, -1]
"""Up or down."""

CENTRAL = (0.025, 0.975)
RESAMPLES = 400
NORMAL_QUANTILES = norm.ppf((np.arange(41) + 0.5) / 41)
"""Of an error, by which each set stands for its expected value and what is not known of it."""

LEAST_OBSERVED = 8
"""Sets in which something could be observed, without which nothing is judged."""


class Probabilities(NamedTuple):
    """Where an effect lies against the smallest that matters.

    Attributes:
        above: probability that it exceeds the smallest effect.
        within: that it is smaller than that in either direction.
        below: that it exceeds it in the other direction.
    """

    above: float
    within: float
    below: float


@dataclass(frozen=True, eq=False)
class Effect:
    """What sets of parameters say of a number, such as a difference between two arms, luck taken out.

    Attributes:
        sets: numbers of the sets in which it could be observed, shape (observed,).
        asked: how many sets were tried.
        means: mean of each, shape (observed,).
        expected: the same drawn towards the mean of all, by the share of luck; shape (observed,).
        error: what is not known of each, as a standard deviation; shape (observed,).
        runs: values of single histories, shape (histories,).
        residuals: how far single histories lie from the mean of their set, shape (histories,).
        within: variance between histories of the same set.
        between: variance of the expected value between sets.
        share: of parameters in the variance of a single history, with interval.
        of_mean: the 95% interval of the mean over sets and luck, from a bootstrap over sets.
    """

    sets: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    asked: int
    means: Numbers
    expected: Numbers
    error: Numbers
    runs: Numbers
    residuals: Numbers
    within: float
    between: float
    share: Interval
    of_mean: tuple[float, float]

    @property
    def mean(self) -> float:
        """Over sets and luck."""
        return float(self.means.mean())

    @property
    def of_parameters(self) -> tuple[float, float]:
        """The central 95% of the expected value over sets."""
        return central(self.expected[:, None] + self.error[:, None] * NORMAL_QUANTILES)

    @property
    def of_luck(self) -> tuple[float, float]:
        """The central 95% of a single history, were parameters at their average effect."""
        low, high = central(self.residuals)
        return self.mean + low, self.mean + high

    @property
    def of_both(self) -> tuple[float, float]:
        """The central 95% of a single history, over sets and luck."""
        return central(self.runs)

    def above(self, limit: float) -> float:
        """Probability over sets that the expected value exceeds a limit."""
        return float(exceeding(self.expected, self.error, limit).mean())

    def probabilities(self, smallest: float) -> Probabilities:
        """Where the expected value lies against the smallest that matters, over sets."""
        above, below = self.above(smallest), 1.0 - self.above(-smallest)
        return Probabilities(above, max(0.0, 1.0 - above - below), below)

    def direction(self, way: Way) -> float:
        """Probability of direction: over sets, that the expected value goes a way at all."""
        return 1.0 - self.above(0.0) if way < 0 else self.above(0.0)

    def histories(self, way: Way) -> float:
        """The same over single histories of luck and sets together, ties counted half."""
        larger = float((self.runs > 0).mean() + 0.5 * (self.runs == 0).mean())
        return 1.0 - larger if way < 0 else larger


def exceeding(expected: Numbers, error: Numbers, limit: float) -> Numbers:
    """Probability in each set that its expected value exceeds a limit, shape (sets,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = np.where(expected > limit, 1.0, 0.0)
        found: Numbers = np.where(error > 0.0, ndtr((expected - limit) / error), sure)
    return found


def central(values: Numbers) -> tuple[float, float]:
    """The ends of the central 95% of some values: what `np.quantile` gives, which is slow on few."""
    ordered = np.sort(values, axis=None)
    last = len(ordered) - 1
    found = []
    for share in CENTRAL:
        place = share * last
        before = int(place)
        low, high = float(ordered[before]), float(ordered[min(before + 1, last)])
        part = place - before
        found.append(low + (high - low) * part if part < 0.5 else high - (high - low) * (1.0 - part))
    return found[0], found[1]


def effect_of(cells: Numbers, seed: int = 1) -> Effect | None:
    """The effect from values by set and history, not a number where nothing could be observed.

    Args:
        cells: shape (sets, replicates).
        seed: of the bootstrap over sets.

    Returns:
        None where it was observed in too few sets, or nowhere twice in the same set.
    """
    counts = (~np.isnan(cells)).sum(axis=1)
    seen = np.flatnonzero(counts)
    if len(seen) < LEAST_OBSERVED or not (counts > 1).any():
        return None
    own, n = cells[seen], counts[seen].astype(np.float64)
    means = np.nansum(own, axis=1) / n
    squares = np.nansum((own - means[:, None]) ** 2, axis=1)
    once = np.ones((1, len(seen)))
    within, between = (float(one[0]) for one in _components(means, squares, n, once))
    luck = within / n
    # The mean of all is itself uncertain, which counts as far as sets are drawn towards it
    pull = luck / (between + luck) if between + within > 0.0 else np.zeros(len(n))
    of_mean = float(means.var(ddof=1)) / len(means)
    expected = means + pull * (means.mean() - means)
    error = np.sqrt((1.0 - pull) * luck + pull**2 * of_mean)
    drawn = _drawn_anew(len(seen), seed)
    low, high = central(_share(*_components(means, squares, n, drawn)))
    several = n > 1
    widened = np.sqrt(n[several] / (n[several] - 1.0))
    residuals = ((own - means[:, None])[several] * widened[:, None]).ravel()
    return Effect(
        seen,
        len(cells),
        means,
        expected,
        error,
        own[~np.isnan(own)],
        residuals[~np.isnan(residuals)],
        within,
        between,
        Interval(float(_share(np.array(within), np.array(between))), low, high),
        central(drawn @ means / len(means)),
    )


@lru_cache(maxsize=8)
def _drawn_anew(sets: int, seed: int) -> Numbers:
    """How often each set comes in each draw of a bootstrap, shape (draws, sets)."""
    places = np.random.default_rng(seed).integers(0, sets, (RESAMPLES, sets))
    return np.stack([np.bincount(row, minlength=sets) for row in places]).astype(np.float64)


def _components(means: Numbers, squares: Numbers, n: Numbers, drawn: Numbers) -> tuple[Numbers, Numbers]:
    """Variances within sets and between their expected values; the latter is not below 0.

    Args:
        means: of sets, shape (sets,).
        squares: sums of squares around them, shape (sets,).
        n: histories of each, shape (sets,).
        drawn: how often each set counts in each draw, shape (draws, sets), adding to the number of sets.

    Returns:
        Two of shape (draws,).
    """
    count = len(means)
    free = drawn @ (n - 1.0)
    within = np.where(free > 0.0, drawn @ squares / np.where(free > 0.0, free, 1.0), 0.0)
    middle = drawn @ means / count
    spread = (drawn * (means[None, :] - middle[:, None]) ** 2).sum(axis=1) / (count - 1)
    return within, np.maximum(spread - within * (drawn @ (1.0 / n)) / count, 0.0)


def _share(within: Numbers, between: Numbers) -> Numbers:
    total = within + between
    shares: Numbers = np.where(total > 0.0, between / np.where(total > 0.0, total, 1.0), 0.0)
    return shares
