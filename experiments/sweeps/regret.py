"""Regret and the best regime, future by future, and how far they move with other futures and other luck.

A table of an outcome has a layer for each history of luck (replicate), which all futures meet alike. What
luck does to one regime and not to another is therefore the same in all futures, and no number of futures
averages it out. So intervals draw both anew: futures, as many as there are, with replacement; and R - 1 of R
replicates, with replacement, since a draw of R would hold only (R - 1) / R of the variance of a mean of a few
(Rao and Wu 1988). Which regime is named best on the other half of the replicates is not drawn anew: a draw
may hold one replicate twice, and would then name and measure on the same luck.

Draws are made one after the other, so that memory holds a few tables of futures by regimes, whatever their
number.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import t as student_t

from experiments.arrays import Flags, Numbers, Places
from experiments.intervals import TAILS, Interval
from experiments.sweeps.pausing import pause

RESAMPLES = 999

HIGH = 90
"""Percentile of regret that is shown."""


class Figures(NamedTuple):
    """What is said of regimes, each of shape (regimes,), or (draws, regimes).

    Attributes:
        harm: mean of the outcome over futures, less of which is better.
        best: share of futures in which a regime is best.
        mean: mean regret.
        high: 90th percentile of regret.
        meets: share of futures whose harm is at most the limit; 0 without one.
        by_futures: mean regret; of draws, with replicates as they are.
    """

    harm: Numbers
    best: Numbers
    mean: Numbers
    high: Numbers
    meets: Numbers
    by_futures: Numbers


def same_luck_regrets(harm: Numbers) -> Numbers:
    """Regret by future and regime, the best named on the luck that it is measured on.

    Args:
        harm: the outcome, less of which is better, shape (futures, regimes, replicates).

    Returns:
        Shape (futures, regimes), none below 0.
    """
    means = harm.mean(axis=2)
    regrets: Numbers = means - means.min(axis=1, keepdims=True)
    return regrets


def cross_regrets(harm: Numbers) -> Numbers:
    """Regret by future and regime, the best named on one half of the replicates, measured on the other.

    Both ways, each replicate counting alike; with one replicate the same as `same_luck_regrets`. Single ones
    can be below 0.

    Args:
        harm: the outcome, less of which is better, shape (futures, regimes, replicates).

    Returns:
        Shape (futures, regimes).
    """
    return _regrets(harm, best_elsewhere(harm), np.ones(harm.shape[2]))[1]


def best_elsewhere(harm: Numbers) -> Numbers:
    """In each replicate, harm under the regime that is best on the half without that replicate.

    With one replicate, under the one that is best there.

    Args:
        harm: shape (futures, regimes, replicates).

    Returns:
        Shape (futures, replicates).
    """
    replicates = harm.shape[2]
    if replicates == 1:
        alone: Numbers = harm.min(axis=1)
        return alone
    there = np.empty((len(harm), replicates))
    halves = (slice(0, None, 2), slice(1, None, 2))
    for half, other in (halves, halves[::-1]):
        named = harm[:, :, other].mean(axis=2).argmin(axis=1)
        there[:, half] = np.take_along_axis(harm[:, :, half], named[:, None, None], axis=1)[:, 0]
    return there


def best_shares(harm: Numbers) -> Numbers:
    """By future and regime, 1 where it is best and 0 where not; those that are equally good share it.

    Args:
        harm: means over replicates, shape (futures, regimes).
    """
    least = harm == harm.min(axis=1, keepdims=True)
    shares: Numbers = least / least.sum(axis=1, keepdims=True)
    return shares


def left_open(harm: Numbers) -> Flags:
    """In which futures luck leaves open which regime is best.

    There the 95% interval (Student's t over replicates, paired) of how far another regime lies behind the one
    with the best mean reaches 0. One that is equal to it in every replicate is as good and leaves nothing
    open. The best mean was in part had by luck, so these are too few rather than too many.

    Args:
        harm: shape (futures, regimes, replicates), at least two replicates.

    Returns:
        Shape (futures,).
    """
    replicates = harm.shape[2]
    reach = float(student_t.ppf(0.975, replicates - 1)) / np.sqrt(replicates)
    best = harm.mean(axis=2).argmin(axis=1)
    lead = np.take_along_axis(harm, best[:, None, None], axis=1)[:, 0]
    found = np.zeros(len(harm), bool)
    for regime in range(harm.shape[1]):
        behind = harm[:, regime] - lead
        near = behind.mean(axis=1) <= reach * behind.std(axis=1, ddof=1)
        found |= near & behind.any(axis=1)
    return found


def figures_of(harm: Numbers, limit: float | None) -> Figures:
    """What is said of regimes, from futures and replicates as they are.

    Args:
        harm: shape (futures, regimes, replicates).
        limit: of harm, to be met; None for none.
    """
    levels, regrets = _regrets(harm, best_elsewhere(harm), np.ones(harm.shape[2]))
    mean = regrets.mean(axis=0)
    return Figures(
        levels.mean(axis=0),
        best_shares(levels).mean(axis=0),
        mean,
        np.percentile(regrets, HIGH, axis=0),
        _met(levels, limit).mean(axis=0),
        mean,
    )


def redrawn(harm: Numbers, limit: float | None, seed: int, resamples: int = RESAMPLES) -> Figures:
    """The same from futures and replicates drawn anew, together for all regimes.

    With one replicate only futures are drawn.

    Args:
        harm: shape (futures, regimes, replicates).
        limit: of harm, to be met; None for none.
        seed: of the draws.
        resamples: how many.
    """
    futures, regimes, replicates = harm.shape
    rng = np.random.default_rng(seed)
    harm = np.moveaxis(np.ascontiguousarray(np.moveaxis(harm, 2, 0)), 0, 2)  # a replicate lies together
    elsewhere = best_elsewhere(harm)
    as_they_are = _regrets(harm, elsewhere, np.ones(replicates))[1]
    drawn = Figures(*(np.empty((resamples, regimes)) for _ in Figures._fields))
    for i in range(resamples):
        pause()
        chosen = rng.integers(0, futures, futures)
        luck = _luck(rng, replicates)
        levels, regrets = _regrets(harm, elsewhere, luck)
        counts = np.bincount(chosen, minlength=futures)
        drawn.harm[i] = _mean(levels, counts)
        drawn.best[i] = _mean(best_shares(levels), counts)
        drawn.mean[i] = _mean(regrets, counts)
        drawn.high[i] = np.percentile(regrets[chosen], HIGH, axis=0)
        drawn.meets[i] = _mean(_met(levels, limit), counts)
        drawn.by_futures[i] = _mean(as_they_are, counts)
    return drawn


def centred(found: Numbers, drawn: Numbers, replicates: int) -> Numbers:
    """Draws moved so that their mean is what was found.

    A draw holds fewer different replicates, so that single futures hold more luck: high percentiles come out
    larger and shares nearer to each other. How far draws spread is not touched. With one replicate they are
    left as they are.
    """
    moved: Numbers = drawn - drawn.mean(axis=0) + found if replicates > 1 else drawn
    return moved


def interval_of(found: Numbers, drawn: Numbers, replicates: int, place: int) -> Interval:
    """What was found of one regime, with the 95% percentile interval of its draws; always within it."""
    value = float(found[place])
    low, high = np.percentile(centred(found, drawn, replicates)[:, place], TAILS)
    return Interval(value, min(float(low), value), max(float(high), value))


def _mean(table: Numbers, counts: Places) -> Numbers:
    """Mean over futures, each counted so many times; regimes that are equal stay equal to the last digit."""
    mean: Numbers = (counts[:, None] * table).sum(axis=0) / counts.sum()
    return mean


def _regrets(harm: Numbers, elsewhere: Numbers, luck: Numbers) -> tuple[Numbers, Numbers]:
    """Mean harm and regret, each replicate counted so many times; both of shape (futures, regimes).

    Replicates are added up one by one, so that regimes which are equal stay equal to the last digit.
    """
    levels, named = np.zeros(harm.shape[:2]), np.zeros(len(harm))
    for replicate in np.flatnonzero(luck):
        levels += luck[replicate] * harm[:, :, replicate]
        named += luck[replicate] * elsewhere[:, replicate]
    total = luck.sum()
    return levels / total, (levels - named[:, None]) / total


def _luck(rng: np.random.Generator, replicates: int) -> Numbers:
    """How often each replicate is drawn."""
    if replicates == 1:
        return np.ones(1)
    return rng.multinomial(replicates - 1, np.full(replicates, 1.0 / replicates)).astype(np.float64)


def _met(levels: Numbers, limit: float | None) -> Numbers:
    met: Numbers = np.zeros(levels.shape) if limit is None else (levels <= limit).astype(np.float64)
    return met
