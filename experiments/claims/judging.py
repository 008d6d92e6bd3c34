"""What the runs of a claim say: parameters and luck told apart, probabilities over sets, a verdict.

The unit is the set of parameters. The mean difference of a set over its few histories is its expected effect
and an error from luck; the spread between sets holds both. The within-set variance tells how large the error
is, so that it can be taken out (the one-way layout with random effects): each set's mean is drawn towards the
mean of all by the share of luck in the variance of means, as in empirical Bayes estimates (Efron and Morris
1975). So neither are probabilities blurred by luck nor does one lucky history count as a future.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from scipy.stats import norm

from experiments.claims.contrast import Contrast, Direction
from experiments.comparison import SURE
from experiments.posterior import Numbers
from experiments.sweeps.noise import Interval, share_of

Verdict = Literal["holds", "holds only where", "does not hold", "cannot be told"]
VERDICTS: tuple[Verdict, ...] = ("holds", "holds only where", "does not hold", "cannot be told")

CENTRAL = (0.025, 0.975)
RESAMPLES = 400
QUANTILES = norm.ppf((np.arange(41) + 0.5) / 41)
"""Of an error, by which each set stands for its expected effect and what is not known of it."""

LEAST_OBSERVED = 8
"""Sets in which the difference could be observed, without which nothing is judged."""


class Probabilities(NamedTuple):
    """Over sets: that the effect exceeds the smallest that matters, lies within it, exceeds it the other way.

    The claimed way comes first; of a claim that nothing changes, upwards.
    """

    beyond: float
    within: float
    against: float


@dataclass(frozen=True, eq=False)
class Effect:
    """The effect of a claim over sets of parameters, luck taken out.

    Attributes:
        sets: numbers of the sets in which the difference could be observed, shape (observed,).
        asked: how many sets were tried.
        means: mean difference of each, shape (observed,).
        expected: the same drawn towards the mean of all, by the share of luck; shape (observed,).
        error: what is not known of each, as a standard deviation; shape (observed,).
        runs: differences of single histories, shape (differences,).
        within: variance between histories of the same set.
        between: variance of the expected effect between sets.
        share: of parameters in the variance of a single history's difference, with interval.
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

    @property
    def mean(self) -> float:
        """Over sets and luck."""
        return float(self.means.mean())

    @property
    def of_parameters(self) -> tuple[float, float]:
        """The central 95% of the expected effect over sets."""
        spread = self.expected[:, None] + self.error[:, None] * QUANTILES
        low, high = np.quantile(spread, CENTRAL)
        return float(low), float(high)

    @property
    def of_luck(self) -> tuple[float, float]:
        """The central 95% of a single history's difference, were parameters at their average effect."""
        low, high = np.quantile(self.residuals, CENTRAL)
        return self.mean + float(low), self.mean + float(high)

    @property
    def of_both(self) -> tuple[float, float]:
        """The central 95% of a single history's difference, over sets and luck."""
        low, high = np.quantile(self.runs, CENTRAL)
        return float(low), float(high)

    def above(self, limit: float) -> float:
        """Probability over sets that the expected effect exceeds a limit."""
        return float(_exceeding(self.expected, self.error, limit).mean())

    def probabilities(self, claimed: Direction, smallest: float) -> Probabilities:
        """Where the expected effect lies against the smallest that matters, over sets."""
        above, below = self.above(smallest), 1.0 - self.above(-smallest)
        within = max(0.0, 1.0 - above - below)
        return Probabilities(below, within, above) if claimed < 0 else Probabilities(above, within, below)

    def direction(self, claimed: Direction) -> float:
        """Probability of direction: over sets, that the expected effect goes the claimed way at all."""
        return 1.0 - self.above(0.0) if claimed < 0 else self.above(0.0)

    def histories(self, claimed: Direction) -> float:
        """The same over single histories of luck and sets together, ties counted half."""
        larger = float((self.runs > 0).mean() + 0.5 * (self.runs == 0).mean())
        return 1.0 - larger if claimed < 0 else larger


def _exceeding(expected: Numbers, error: Numbers, limit: float) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = np.where(expected > limit, 1.0, 0.0)
        found: Numbers = np.where(error > 0.0, norm.sf((limit - expected) / error), sure)
    return found


def effect_of(cells: Numbers, seed: int = 1) -> Effect | None:
    """The effect from differences by set and history, not a number where it could not be observed.

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
    within, between = _components(means, squares, n)
    luck = within / n
    # The mean of all is itself uncertain, which counts as far as sets are drawn towards it
    pull = luck / (between + luck) if between + within > 0.0 else np.zeros(len(n))
    of_mean = float(means.var(ddof=1)) / len(means)
    expected = means + pull * (means.mean() - means)
    error = np.sqrt((1.0 - pull) * luck + pull**2 * of_mean)
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(seen), len(seen))
        shares.append(_share(*_components(means[drawn], squares[drawn], n[drawn])))
    low, high = np.quantile(shares, CENTRAL)
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
        Interval(_share(within, between), float(low), float(high)),
    )


def _components(means: Numbers, squares: Numbers, n: Numbers) -> tuple[float, float]:
    """Variances within sets and between their expected effects; the latter is not below 0."""
    free = float((n - 1.0).sum())
    within = float(squares.sum()) / free if free else 0.0
    between = float(means.var(ddof=1)) - within * float((1.0 / n).mean())
    return within, max(between, 0.0)


def _share(within: float, between: float) -> float:
    total = within + between
    return between / total if total else 0.0


def true_in(effect: Effect, claimed: Direction, smallest: float) -> Numbers:
    """Probability in each set that the claim is true there, shape (observed,)."""
    above = _exceeding(effect.expected, effect.error, smallest)
    not_below = _exceeding(effect.expected, effect.error, -smallest)
    found: Numbers = {1: above, 0: not_below - above, -1: 1.0 - not_below}[claimed]
    return found


@dataclass(frozen=True, eq=False)
class Judged:
    """What the sets say of a claim, before any region is looked for.

    Attributes:
        effect: over sets; None where it could not be observed.
        chances: where it lies; not numbers where it could not be observed.
        true: probability over sets that the claim is true, with a 95% interval from how many sets there are.
        verdict: of these.
    """

    effect: Effect | None
    chances: Probabilities
    true: Interval
    verdict: Literal["holds", "does not hold", "cannot be told"]


def judge(contrast: Contrast, cells: Numbers) -> Judged:
    """Judge a claim by the differences between its arms, shape (sets, replicates).

    It holds when it is true with probability 0.95 over sets, and does not when with 0.95 it is not.
    """
    effect = effect_of(cells)
    if effect is None:
        unknown = Interval(math.nan, math.nan, math.nan)
        return Judged(None, Probabilities(math.nan, math.nan, math.nan), unknown, "cannot be told")
    chances = effect.probabilities(contrast.claimed, contrast.smallest)
    true = chances.within if contrast.claimed == 0 else chances.beyond
    ends = share_of(round(true * len(effect.sets)), len(effect.sets))
    assert ends is not None
    interval = Interval(true, min(ends.low, true), max(ends.high, true))
    if true >= SURE:
        return Judged(effect, chances, interval, "holds")
    verdict: Literal["does not hold", "cannot be told"] = (
        "does not hold" if 1.0 - true >= SURE else "cannot be told"
    )
    return Judged(effect, chances, interval, verdict)
