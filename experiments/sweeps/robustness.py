"""Which regime does well whatever is true: regimes across the uncertain futures of a sweep.

Every point of the design is a future. In each, regret is how far a regime falls short of the best one there
(Savage 1951), and a limit is met or not (Simon's satisficing; the domain criterion of Starr 1963). Futures
count alike: shares are of the ranges and distributions of the design, which are no forecast.

To name the best regime of a future and to measure how far others lie behind it on the same luck flatters the
winner: it won by its luck too, and regret comes out too large. So with two replicates or more the best is
named on one half of them and regret is measured on the other, both ways, and averaged. Where the named one
is not truly the best, this comes out too small; the truth lies between, and both are given. In how many
futures a regime is best is not freed of luck so; in how many luck leaves the best one open is counted.

Intervals are over other futures and other histories of luck (`regret`). The largest regret has none: drawn
anew, a largest value never exceeds the one that was found, so that no bootstrap says how far it may lie off.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.arrays import Numbers
from experiments.effects import EFFECTS
from experiments.errors import StudyError
from experiments.intervals import TAILS, Interval, share_of
from experiments.sweeps.cells import (
    chosen_outcomes,
    chosen_regimes,
    independent_points,
    outcome_cells,
    title_of,
)
from experiments.sweeps.defaults import SEED
from experiments.sweeps.regret import (
    Figures,
    centred,
    cross_regrets,
    figures_of,
    interval_of,
    left_open,
    redrawn,
    same_luck_regrets,
)
from experiments.sweeps.results import SweepResults

LEAST_FUTURES = 10
"""Futures below which no share of them is worth its interval."""

LEAST_MEAN, LEAST_HIGH, MOST_BEST = "least mean regret", "least 90th percentile of regret", "most often best"
"""Criteria by which a regime is named."""


@dataclass(frozen=True)
class Standing:
    """How a regime stands across futures, on one outcome.

    Attributes:
        regime: whose.
        mean: of the outcome over futures.
        low: 5th percentile of the outcome over futures.
        high: 95th percentile.
        best: share of futures in which it is best, on the luck that they met.
        regret_mean: mean regret.
        regret_by_futures: the same, with the interval over other futures in the same luck.
        regret_high: 90th percentile of regret.
        regret_most: largest regret that was found.
        regret_same_luck: mean regret where the best is named on the luck that it is measured on.
        meets: share of futures that meet the limit; None without one.
    """

    regime: str
    mean: Interval
    low: float
    high: float
    best: Interval
    regret_mean: Interval
    regret_by_futures: Interval
    regret_high: Interval
    regret_most: float
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
        left_open: futures in which luck leaves open which regime is best; None with one replicate.
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
    left_open: int | None
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
                *(part.outcome, standing.regime, part.better, part.futures, part.left_out, part.left_open),
                *(part.replicates, *standing.mean, standing.low, standing.high, *standing.best),
                *(*standing.regret_mean, *standing.regret_by_futures[1:], *standing.regret_high),
                *(standing.regret_most, standing.regret_same_luck),
                *(part.limit, *(standing.meets or (None, None, None))),
            )
            for part in self.outcomes
            for standing in part.standings
        ]
        return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _with_ends(name: str) -> tuple[str, str, str]:
    return (name, f"{name}_low", f"{name}_high")


COLUMNS = {
    **dict.fromkeys(("outcome", "regime", "better"), pl.String),
    **dict.fromkeys(("futures", "left_out", "left_open", "replicates"), pl.Int64),
    **dict.fromkeys(
        (
            *_with_ends("mean"),
            *("futures_q05", "futures_q95"),
            *_with_ends("best_share"),
            *_with_ends("regret_mean"),
            *("regret_mean_futures_low", "regret_mean_futures_high"),
            *_with_ends("regret_q90"),
            *("regret_max", "regret_mean_same_luck", "limit"),
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
    seed: int = SEED,
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
        where = f"{results.folder}: " if results.folder else ""
        raise StudyError(
            f"{where}--outcome {outcome}: {len(used):,} of {len(cells):,} futures have all runs of all"
            f" regimes; {LEAST_FUTURES} are needed"
        )
    better = _better(outcome) or ""
    sign = 1.0 if better == "lower" else -1.0
    harm, bound = sign * used, None if limit is None else sign * limit
    found, drawn = figures_of(harm, bound), redrawn(harm, bound, seed)
    means, regrets, replicates = used.mean(axis=2), cross_regrets(harm), used.shape[2]
    same_luck = same_luck_regrets(harm).mean(axis=0)

    def interval(name: str, i: int) -> Interval:
        return interval_of(getattr(found, name), getattr(drawn, name), replicates, i)

    standings = tuple(
        Standing(
            regime,
            _turned(interval("harm", i), sign),
            float(np.percentile(means[:, i], 5)),
            float(np.percentile(means[:, i], 95)),
            _share(interval("best", i), len(used)),
            interval("mean", i),
            interval("by_futures", i),
            interval("high", i),
            float(regrets[:, i].max()),
            float(same_luck[i]),
            None if limit is None else _share(interval("meets", i), len(used)),
        )
        for i, regime in enumerate(regimes)
    )
    counts = (
        *(len(used), int((~known).sum())),
        int(left_open(harm).sum()) if replicates > 1 else None,
        replicates,
    )
    return Robustness(
        outcome, better, limit, *counts, standings, _verdicts(regimes, found, drawn, replicates), regrets
    )


def _turned(interval: Interval, sign: float) -> Interval:
    """Harm as the outcome that it was made of."""
    return interval if sign > 0.0 else Interval(-interval.value, -interval.high, -interval.low)


def _share(drawn: Interval, futures: int) -> Interval:
    """A share of futures: its interval from draws, or that of Wilson where it reaches further.

    Draws of a share of 0 or 1 do not differ. Wilson's asks for a whole number of hits, where ties are counted
    in parts.
    """
    near = share_of(round(drawn.value * futures), futures) or drawn
    low, high = min(near.low, drawn.low, drawn.value), max(near.high, drawn.high, drawn.value)
    return Interval(drawn.value, max(low, 0.0), min(high, 1.0))


def _verdicts(regimes: Sequence[str], found: Figures, drawn: Figures, replicates: int) -> tuple[Verdict, ...]:
    """Who does best by each criterion."""
    criteria = (
        (LEAST_MEAN, found.mean, drawn.mean),
        (LEAST_HIGH, found.high, drawn.high),
        (MOST_BEST, -found.best, -drawn.best),
    )
    return tuple(
        _verdict(criterion, regimes, centred(value, draws, replicates), value)
        for criterion, value, draws in criteria
    )


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
