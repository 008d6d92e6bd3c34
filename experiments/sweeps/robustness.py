"""Which regime does well whatever is true: regimes across the uncertain futures of a sweep.

Every point of the design is a future. In each, regret is how far a regime falls short of the best one there
(Savage 1951), and a limit is met or not (Simon's satisficing; the domain criterion of Starr 1963). Futures
count alike: shares are of the ranges and distributions of the design, which are no forecast.

To name the best regime of a future and to measure how far others lie behind it on the same luck flatters the
winner: it won by its luck too, and regret comes out too large. So with two replicates or more the best is
named on one half of them and regret is measured on the other, both ways, and averaged. Where the named one
is not truly the best, this comes out too small; the truth lies between, and both are given.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import bootstrap

from experiments.effects import EFFECTS
from experiments.horizon import StudyError
from experiments.sweeps.cells import (
    chosen_outcomes,
    chosen_regimes,
    independent_points,
    outcome_cells,
    title_of,
)
from experiments.sweeps.factors import Numbers
from experiments.sweeps.noise import TAILS, Interval, share_of
from experiments.sweeps.results import SweepResults

RESAMPLES = 999
LEAST_FUTURES = 10
"""Futures below which no share of them is worth its interval."""

HIGH = 90
"""Percentile of regret that is shown."""


@dataclass(frozen=True)
class Standing:
    """How a regime stands across futures, on one outcome.

    Attributes:
        regime: whose.
        mean: of the outcome over futures.
        low: 5th percentile of the outcome over futures.
        high: 95th percentile.
        best: share of futures in which it is best.
        regret_mean: mean regret.
        regret_high: 90th percentile of regret.
        regret_most: largest regret.
        regret_same_luck: mean regret where the best is named on the luck that it is measured on.
        meets: share of futures that meet the limit; None without one.
    """

    regime: str
    mean: Interval
    low: float
    high: float
    best: Interval
    regret_mean: Interval
    regret_high: Interval
    regret_most: Interval
    regret_same_luck: float
    meets: Interval | None


@dataclass(frozen=True)
class Verdict:
    """Who does best by a criterion, and whom that cannot be told from.

    Attributes:
        criterion: in words.
        regime: that does best.
        alike: regimes whose paired difference from it has a 95% interval that covers 0.
    """

    criterion: str
    regime: str
    alike: tuple[str, ...]


@dataclass(frozen=True)
class Robustness:
    """Regimes across futures, on one outcome.

    Attributes:
        outcome: its name.
        better: which direction is better.
        limit: to be met; None for none.
        futures: that were used.
        left_out: futures left out because a regime has no value there.
        replicates: over which means were taken.
        standings: one a regime, in order.
        verdicts: by criterion.
        regrets: by future and regime, shape (futures, regimes).
    """

    outcome: str
    better: str
    limit: float | None
    futures: int
    left_out: int
    replicates: int
    standings: tuple[Standing, ...]
    verdicts: tuple[Verdict, ...]
    regrets: Numbers


@dataclass(frozen=True)
class RobustnessStudy:
    """Regimes across futures.

    Attributes:
        results: of the sweep.
        regimes: that were compared.
        seed: of the bootstrap.
        outcomes: one part an outcome.
    """

    results: SweepResults
    regimes: tuple[str, ...]
    seed: int
    outcomes: tuple[Robustness, ...]

    def table(self) -> pl.DataFrame:
        """A row an outcome and regime."""
        rows = [
            (
                *(part.outcome, standing.regime, part.better, part.futures, part.left_out, part.replicates),
                *(*standing.mean, standing.low, standing.high, *standing.best),
                *(*standing.regret_mean, *standing.regret_high, *standing.regret_most),
                *(standing.regret_same_luck, part.limit, *(standing.meets or (None, None, None))),
            )
            for part in self.outcomes
            for standing in part.standings
        ]
        return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _with_ends(name: str) -> tuple[str, str, str]:
    return (name, f"{name}_low", f"{name}_high")


COLUMNS = {
    **dict.fromkeys(("outcome", "regime", "better"), pl.String),
    **dict.fromkeys(("futures", "left_out", "replicates"), pl.Int64),
    **dict.fromkeys(
        (
            *_with_ends("mean"),
            *("futures_q05", "futures_q95"),
            *_with_ends("best_share"),
            *_with_ends("regret_mean"),
            *_with_ends("regret_q90"),
            *_with_ends("regret_max"),
            *("regret_mean_same_luck", "limit"),
            *_with_ends("meets_limit"),
        ),
        pl.Float64,
    ),
}
"""Of `RobustnessStudy.table`, which is kept as robustness.csv."""


def assess_robustness(
    results: SweepResults,
    outcomes: tuple[str, ...] = (),
    regimes: tuple[str, ...] = (),
    limits: Sequence[float] = (),
    seed: int = 1,
) -> RobustnessStudy:
    """Compare regimes across the futures of a sweep.

    Args:
        results: of the sweep, with two regimes or more.
        outcomes: to compare on; the first few of the main ones for which a direction is better when none are
            named.
        regimes: to compare; all when none are named.
        limits: to be met, one an outcome in the same order; none, or fewer, for no limit.
        seed: of the bootstrap.

    Raises:
        StudyError: for an outcome for which no direction is better, fewer than two regimes, more limits than
            outcomes, or too few futures.
    """
    names = chosen_regimes(results, regimes)
    if len(names) < 2:
        raise StudyError(
            f"robustness compares regimes, and needs two; this sweep ran {', '.join(results.regimes)}"
        )
    directed = tuple(name for name in results.outcomes if _better(name))
    chosen = outcomes or tuple(name for name in chosen_outcomes(results) if _better(name))
    for name in chosen_outcomes(results, chosen) if chosen else ():
        if not _better(name):
            raise StudyError(
                f"--outcome {name}: of {title_of(name)} neither more nor less is better, so there is no best"
                f" regime; this sweep kept these that have a direction: {', '.join(directed) or 'none'}"
            )
    if not chosen:
        raise StudyError(
            "this sweep kept no outcome of which more or less is better; it kept"
            f" {', '.join(results.outcomes)}"
        )
    if len(limits) > len(chosen):
        raise StudyError(f"{len(limits)} limits for {len(chosen)} outcomes: give one --limit an --outcome")
    if seed < 0:
        raise StudyError(f"--seed {seed}: allowed is 0 or more")
    padded = [*limits, *[None] * (len(chosen) - len(limits))]
    parts = [
        _assess(results, outcome, names, limit, seed) for outcome, limit in zip(chosen, padded, strict=True)
    ]
    return RobustnessStudy(results, names, seed, tuple(parts))


def _better(outcome: str) -> str | None:
    effect = EFFECTS.get(outcome)
    return effect.better if effect else None


def _assess(
    results: SweepResults, outcome: str, regimes: Sequence[str], limit: float | None, seed: int
) -> Robustness:
    cells = np.stack([outcome_cells(results, outcome, regime) for regime in regimes], axis=1)
    cells = cells[independent_points(results.design_summary)]
    known = ~np.isnan(cells).any(axis=(1, 2))
    used = cells[known]
    if len(used) < LEAST_FUTURES:
        raise StudyError(
            f"--outcome {outcome}: {len(used):,} of {len(cells):,} futures have all runs of all regimes;"
            f" {LEAST_FUTURES} are needed"
        )
    better = _better(outcome) or ""
    harm = used if better == "lower" else -used
    regrets, best = cross_regrets(harm), best_shares(harm.mean(axis=2))
    means = used.mean(axis=2)
    met = None if limit is None else (means <= limit if better == "lower" else means >= limit)
    drawn = _draws(seed, len(used))
    standings = tuple(
        Standing(
            regime,
            _resampled(means[:, i], np.mean, seed),
            float(np.percentile(means[:, i], 5)),
            float(np.percentile(means[:, i], 95)),
            _share(best[:, i]),
            _resampled(regrets[:, i], np.mean, seed),
            _resampled(regrets[:, i], _high, seed),
            _resampled(regrets[:, i], np.max, seed),
            float(same_luck_regrets(harm)[:, i].mean()),
            None if met is None else share_of(int(met[:, i].sum()), len(met)),
        )
        for i, regime in enumerate(regimes)
    )
    verdicts = (
        _verdict("least mean regret", regimes, regrets[drawn].mean(axis=1), regrets.mean(axis=0)),
        _verdict("least largest regret", regimes, regrets[drawn].max(axis=1), regrets.max(axis=0)),
        _verdict("most often best", regimes, -best[drawn].mean(axis=1), -best.mean(axis=0)),
    )
    counts = (len(used), int((~known).sum()), cells.shape[2])
    return Robustness(outcome, better, limit, *counts, standings, verdicts, regrets)


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

    Both ways, averaged; with one replicate the same as `same_luck_regrets`. Single ones can be below 0.

    Args:
        harm: the outcome, less of which is better, shape (futures, regimes, replicates).

    Returns:
        Shape (futures, regimes).
    """
    if harm.shape[2] < 2:
        return same_luck_regrets(harm)
    halves = (harm[:, :, 0::2].mean(axis=2), harm[:, :, 1::2].mean(axis=2))
    measured = [
        other - np.take_along_axis(other, naming.argmin(axis=1)[:, None], axis=1)
        for naming, other in (halves, halves[::-1])
    ]
    regrets: Numbers = (measured[0] + measured[1]) / 2
    return regrets


def best_shares(harm: Numbers) -> Numbers:
    """By future and regime, 1 where it is best and 0 where not; those that are equally good share it.

    Args:
        harm: means over replicates, shape (futures, regimes).
    """
    least = harm == harm.min(axis=1, keepdims=True)
    shares: Numbers = least / least.sum(axis=1, keepdims=True)
    return shares


def _high(values: Numbers, axis: int = -1) -> Numbers:
    percentile: Numbers = np.percentile(values, HIGH, axis=axis)
    return percentile


def _resampled(values: Numbers, statistic: object, seed: int) -> Interval:
    """A statistic over futures, with the 95% percentile interval of its bootstrap."""
    value = float(statistic(values, axis=-1))  # type: ignore[operator]
    found = bootstrap(
        (values,),
        statistic,
        n_resamples=RESAMPLES,
        batch=max(1, 10_000_000 // len(values)),
        vectorized=True,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(value, float(found.low), float(found.high))


def _share(flags: Numbers) -> Interval:
    """A share of futures; its Wilson interval, with ties counted in parts, needs a whole number of hits."""
    value = float(flags.mean())
    near = share_of(round(float(flags.sum())), len(flags))
    return (
        Interval(value, min(near.low, value), max(near.high, value))
        if near
        else Interval(value, value, value)
    )


def _draws(seed: int, futures: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Futures drawn anew with replacement, shape (resamples, futures), the same for all regimes."""
    return np.random.default_rng(seed).integers(0, futures, (RESAMPLES, futures))


def _verdict(criterion: str, regimes: Sequence[str], drawn: Numbers, found: Numbers) -> Verdict:
    """Who has the least of something, and whose paired difference from it may as well be 0.

    Args:
        criterion: in words.
        regimes: names.
        drawn: of each bootstrap sample, shape (resamples, regimes).
        found: shape (regimes,).
    """
    least = int(found.argmin())
    low, _ = np.percentile(drawn - drawn[:, [least]], TAILS, axis=0)
    alike = tuple(name for i, name in enumerate(regimes) if i != least and low[i] <= 0.0)
    return Verdict(criterion, regimes[least], alike)
