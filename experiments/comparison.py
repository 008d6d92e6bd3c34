"""What regimes achieve and how they differ: paired comparison under common random numbers.

Every replicate is one history of luck, met by all regimes alike, so that differences are taken within a
history and the luck that is common cancels. At fixed parameters intervals show luck only: how well those
are known is not in them. On sets of a posterior the unit is the set: intervals and verdicts are over sets,
and the luck of the few histories of each is told apart from its parameters. Histories in which an outcome
cannot be observed under one of the two regimes (no council failed, say) are left out of that one comparison,
and the number that remains is reported.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.stats import t as student_t

from experiments.arrays import Numbers, Places
from experiments.effects import EFFECTS, Direction, SmallestEffect, possible
from experiments.errors import StudyError
from experiments.layers import LEAST_OBSERVED, Effect, Probabilities, effect_of
from experiments.results import Results

CONFIDENCE = 0.95
SURE = 0.95
"""Probability from which a verdict is given."""

PRECISION = 0.5
"""Half-width of the interval of a difference, as a share of the smallest effect that matters."""

PRECISIONS = (0.01, 100.0)
"""The precisions that can be asked for: a hundredth of the smallest effect that matters, to any."""

LUCK_ONLY = (
    "Intervals show luck only: 95% for the mean over histories, at the parameters given. How well the"
    " parameters are known is not in them."
)

SETS_AND_LUCK = (
    "Intervals show what is not known of the parameters: 95% of what is to be expected in one set or another,"
    " with what the few histories of each leave open counted in. Intervals of luck alone, and of luck and"
    " parameters for a single history, are in outcomes.csv and differences.csv."
)

TOO_FEW_SETS = (
    f"Parameters and luck cannot be told apart in fewer than {LEAST_OBSERVED} sets, or with one history each,"
    " so that no interval and no verdict is given: ask for more replicates."
)

Schema = dict[str, type[pl.DataType]]


class Mean(NamedTuple):
    """A mean with its interval.

    Attributes:
        n: how many values.
        mean: of the values.
        low: lower end of the interval (Student's t), not a number for fewer than two values.
        high: its upper end.
        sd: standard deviation of the values.
    """

    n: int
    mean: float
    low: float
    high: float
    sd: float


def mean_of(values: Numbers, confidence: float = CONFIDENCE) -> Mean:
    """Mean and interval of values, those missing left out."""
    known = values[~np.isnan(values)]
    n = len(known)
    if n == 0:
        return Mean(0, math.nan, math.nan, math.nan, math.nan)
    mean = float(known.mean())
    if n == 1:
        return Mean(1, mean, math.nan, math.nan, math.nan)
    sd = float(known.std(ddof=1))
    half = half_width(sd, n, confidence)
    return Mean(n, mean, mean - half, mean + half, sd)


def half_width(sd: float, n: int, confidence: float = CONFIDENCE) -> float:
    """Half the width of the interval of a mean of `n` values: t x sd / sqrt(n)."""
    return _reach(confidence, n - 1) * sd / math.sqrt(n)


@cache
def _reach(confidence: float, freedom: float) -> float:
    """How many standard errors an interval reaches to either side, by Student's t."""
    return float(student_t.ppf(0.5 + confidence / 2, freedom))


def replicates_needed(sd: float, wanted: float) -> int:
    """The fewest replicates at which the interval of a mean has a half-width of `wanted` or less.

    Args:
        sd: standard deviation of the values, or of the paired differences.
        wanted: half-width, above 0.
    """
    normal = _reach(CONFIDENCE, math.inf)
    n = max(2, math.floor((normal * sd / wanted) ** 2))
    while half_width(sd, n) > wanted:
        n += 1
    return n


def share_larger(differences: Numbers) -> float:
    """Probability of direction: share of histories with a difference above 0, ties counted half."""
    known = differences[~np.isnan(differences)]
    return float((known > 0).mean() + 0.5 * (known == 0).mean()) if len(known) else math.nan


def against_smallest(difference: Mean, smallest: float) -> Probabilities:
    """Where a mean difference lies, by Student's t around that found; unknown for fewer than two."""
    if difference.n < 2:
        return Probabilities(math.nan, math.nan, math.nan)
    error = difference.sd / math.sqrt(difference.n)
    if error == 0:
        above, below = float(difference.mean > smallest), float(difference.mean < -smallest)
    else:
        above = float(student_t.sf((smallest - difference.mean) / error, difference.n - 1))
        below = float(student_t.cdf((-smallest - difference.mean) / error, difference.n - 1))
    return Probabilities(above, max(0.0, 1.0 - above - below), below)


def verdict(chances: Probabilities, better: Direction | None) -> str:
    """In a word: `better`, `worse` (`more`, `less` where no direction is better), `too small`, `undecided`.

    `too small` says that a difference, if any, is smaller than the smallest effect that matters.
    """
    words = {"higher": ("better", "worse"), "lower": ("worse", "better"), None: ("more", "less")}[better]
    if chances.above >= SURE:
        return words[0]
    if chances.below >= SURE:
        return words[1]
    return "too small" if chances.within >= SURE else "undecided"


@dataclass(frozen=True)
class Comparison:
    """Regimes against a baseline.

    Attributes:
        baseline: name of the regime that the others are compared with.
        regimes: names of all, in order.
        precision: half-width wanted, as a share of the smallest effect that matters.
        outcomes: a row an outcome and regime: `n`, `mean`, `low`, `high`.
            On sets of a posterior `low` and `high` span the central 95% of sets, luck taken out; there are
            also `sets`, the interval of the mean from a bootstrap over sets (`mean_low`, `mean_high`), the
            central 95% of single histories at average parameters (`luck_low`, `luck_high`) and over sets
            (`both_low`, `both_high`), and `parameters`, their share in the variance of a single history,
            with its interval.
        differences: a row an outcome and regime other than the baseline: `n`, `difference` (regime less
            baseline, mean of paired differences), `low`, `high`, `sd`, `share_larger` and `share_better` (of
            histories, ties half; the latter missing where no direction is better), `smallest_effect`,
            `probability_above`, `probability_within`, `probability_below` (of the mean difference),
            `verdict`, `replicates_needed`. On sets of a posterior the same columns are added as to outcomes,
            and `direction`, the probability over sets that the difference is above 0; the other probabilities
            and the verdict are over sets too.
        results: of the runs.
    """

    baseline: str
    regimes: tuple[str, ...]
    precision: float
    outcomes: pl.DataFrame
    differences: pl.DataFrame
    results: Results

    @property
    def on_sets(self) -> bool:
        """Whether parameters differ between histories, by sets of a posterior."""
        return "sets" in self.differences.columns

    @property
    def can_tell(self) -> bool:
        """Whether there are intervals: of luck from two histories on, of parameters from some sets on."""
        return bool(self.outcomes["low"].is_not_null().any())

    @property
    def same_as_baseline(self) -> tuple[str, ...]:
        """Regimes under which every outcome of every history was that of the baseline, number for number."""
        there = self.differences.filter(pl.col("n") > 0)
        same = (pl.col("difference") == 0) & (pl.col("sd").fill_nan(0.0).fill_null(0.0) == 0)
        alike = there.group_by("regime", maintain_order=True).agg(same.all().alias("same")).filter("same")
        return tuple(alike["regime"])

    def false_verdicts(self, outcomes: Sequence[str] = tuple(EFFECTS)) -> tuple[int, float]:
        """How many verdicts were given, and how many of them to expect to be wrong.

        On sets of a posterior half a set for each verdict and half against it are added, because of few sets
        none may go against it by luck.
        """
        chances = pl.max_horizontal("probability_above", "probability_within", "probability_below")
        given = self.differences.filter(
            pl.col("outcome").is_in(list(outcomes)), pl.col("verdict") != "undecided"
        )
        if self.on_sets:
            chances = (chances * pl.col("sets") + 0.5) / (pl.col("sets") + 1.0)
        return len(given), float(given.select((1 - chances).sum()).item())


def compare_results(
    results: Results,
    baseline: str | None = None,
    precision: float = PRECISION,
    outcomes: Sequence[str] = tuple(EFFECTS),
) -> Comparison:
    """Compare the regimes of some results.

    Args:
        results: of a study whose parameter sets are regimes.
        baseline: name of the regime to compare with; the one the results were made for when None.
        precision: half-width wanted of the interval of a difference, as a share of the smallest effect that
            matters.
        outcomes: that are compared.

    Raises:
        StudyError: when the baseline is none of the regimes, or the precision is not above 0.
    """
    baseline = results.manifest["baseline"] if baseline is None else baseline
    regimes = tuple(regime["name"] for regime in results.manifest["regimes"])
    if baseline not in regimes:
        where = f"{results.folder}: " if results.folder else ""
        raise StudyError(f"{where}baseline {baseline!r}: allowed is one of {', '.join(regimes)}")
    check_precision(precision)
    runs = results.table("runs")
    quarters = results.manifest["quarters"]
    sets = _sets_of(runs)
    aligned = _aligned(runs, regimes, outcomes)
    return Comparison(
        baseline,
        regimes,
        precision,
        pl.DataFrame(
            list(_means(aligned, sets)), schema=_MEANS if sets is None else _MEANS | _LAYERS
        ).fill_nan(None),
        pl.DataFrame(
            list(_differences(aligned, baseline, precision, quarters, sets)),
            schema=_DIFFERENCES if sets is None else _DIFFERENCES | {"direction": pl.Float64} | _LAYERS,
        ).fill_nan(None),
        results,
    )


def check_precision(precision: float) -> float:
    """A precision that can be aimed at.

    Raises:
        StudyError: when it is not a number within `PRECISIONS`.
    """
    least, most = PRECISIONS
    if not least <= precision <= most:
        raise StudyError(f"precision = {precision!r}: allowed is a number from {least:g} to {most:g}")
    return precision


Aligned = dict[str, dict[str, Numbers]]
"""Values of each outcome under each regime by replicate, the same replicates in the same order under all."""


def _aligned(runs: pl.DataFrame, regimes: Sequence[str], outcomes: Sequence[str]) -> Aligned:
    """Values by outcome and regime; not a number where a regime had none of a replicate."""
    replicates = runs.select("replicate").unique().sort("replicate")
    values = pl.col(outcomes).cast(pl.Float64).fill_null(math.nan)
    tables = {
        regime: replicates.join(runs.filter(pl.col("regime") == regime), on="replicate", how="left")
        .sort("replicate")
        .select(values)
        for regime in regimes
    }
    return {
        outcome: {regime: table[outcome].to_numpy() for regime, table in tables.items()}
        for outcome in outcomes
    }


def _sets_of(runs: pl.DataFrame) -> Places | None:
    """Numbers of the sets of the replicates, in the order of replicates; None without sets."""
    if "set" not in runs.columns:
        return None
    found = runs.select("replicate", "set").unique().sort("replicate")["set"].to_numpy()
    places: Places = np.unique(found, return_inverse=True)[1]
    return places


def cells_of(values: Numbers, sets: Places) -> Numbers:
    """Values by replicate as a table of sets and their histories, not a number where there are fewer.

    Args:
        values: shape (replicates,).
        sets: number of the set of each, from 0, shape (replicates,).
    """
    order = np.argsort(sets, kind="stable")
    counts = np.bincount(sets)
    columns = np.arange(len(values)) - np.repeat(np.cumsum(counts) - counts, counts)
    cells = np.full((len(counts), int(counts.max(initial=0))), math.nan)
    cells[sets[order], columns] = values[order]
    return cells


def _means(aligned: Aligned, sets: Places | None) -> Iterator[dict[str, object]]:
    """Means with their intervals, which end where the outcome does: of what is never negative, at 0."""
    for outcome, by_regime in aligned.items():
        least, most = possible(outcome)
        for regime, values in by_regime.items():
            found = mean_of(values)
            row = {"outcome": outcome, "regime": regime, **found._asdict()}
            if sets is not None:
                cells = cells_of(values, sets)
                effect = effect_of(cells)
                low, high = effect.of_parameters if effect else (math.nan, math.nan)
                mean = effect.mean if effect else found.mean
                row |= {"mean": mean, "low": low, "high": high, **_layers(cells, effect)}
            ends = {name: float(row[name]) for name in ENDS if name in row}
            yield row | {name: min(max(end, least), most) for name, end in ends.items()}


def _layers(cells: Numbers, effect: Effect | None) -> dict[str, object]:
    """What is said of parameters and luck apart; not numbers where they cannot be told apart."""
    nothing = (math.nan, math.nan)
    pairs = {
        "mean": effect.of_mean if effect else nothing,
        "luck": effect.of_luck if effect else nothing,
        "both": effect.of_both if effect else nothing,
        "parameters": effect.share[1:] if effect else nothing,
    }
    ends = {
        f"{name}_{end}": value
        for name, pair in pairs.items()
        for end, value in zip(("low", "high"), pair, strict=True)
    }
    observed = int((~np.isnan(cells)).any(axis=1).sum())
    return {"sets": observed, "parameters": effect.share.value if effect else math.nan, **ends}


ENDS = ("low", "high", "mean_low", "mean_high", "luck_low", "luck_high", "both_low", "both_high")
"""Columns that hold ends of intervals of an outcome."""

_MEANS: Schema = {
    "outcome": pl.String,
    "regime": pl.String,
    "n": pl.Int64,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "sd": pl.Float64,
}
_LAYERS: Schema = {
    "sets": pl.Int64,
    "mean_low": pl.Float64,
    "mean_high": pl.Float64,
    "luck_low": pl.Float64,
    "luck_high": pl.Float64,
    "both_low": pl.Float64,
    "both_high": pl.Float64,
    "parameters": pl.Float64,
    "parameters_low": pl.Float64,
    "parameters_high": pl.Float64,
}
_DIFFERENCES: Schema = {
    "outcome": pl.String,
    "regime": pl.String,
    "n": pl.Int64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "sd": pl.Float64,
    "share_larger": pl.Float64,
    "share_better": pl.Float64,
    "smallest_effect": pl.Float64,
    "probability_above": pl.Float64,
    "probability_within": pl.Float64,
    "probability_below": pl.Float64,
    "verdict": pl.String,
    "replicates_needed": pl.Int64,
}


def _differences(
    aligned: Aligned,
    baseline: str,
    precision: float,
    quarters: int,
    sets: Places | None,
) -> Iterator[dict[str, object]]:
    for outcome, by_regime in aligned.items():
        effect = EFFECTS[outcome]
        smallest = effect.over(quarters)
        for regime, values in by_regime.items():
            if regime != baseline:
                differences = values - by_regime[baseline]
                row = _difference(differences, effect, smallest, precision)
                if sets is not None:
                    mean = mean_of(differences).mean
                    row |= _over_sets(cells_of(differences, sets), effect, smallest, precision, mean)
                yield {"outcome": outcome, "regime": regime, **row}


def _difference(
    differences: Numbers, effect: SmallestEffect, smallest: float, precision: float
) -> dict[str, object]:
    """What is said of paired differences, from luck alone; arguments as of `_over_sets`."""
    found = mean_of(differences)
    chances = against_smallest(found, smallest)
    larger = share_larger(differences)
    return {
        "n": found.n,
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "sd": found.sd,
        "share_larger": larger,
        "share_better": {"higher": larger, "lower": 1.0 - larger, None: None}[effect.better],
        "smallest_effect": smallest,
        "probability_above": chances.above,
        "probability_within": chances.within,
        "probability_below": chances.below,
        "verdict": verdict(chances, effect.better),
        "replicates_needed": replicates_needed(found.sd, precision * smallest) if found.n > 1 else None,
    }


def _over_sets(
    cells: Numbers, effect: SmallestEffect, smallest: float, precision: float, mean: float
) -> dict[str, object]:
    """What is said of a difference otherwise, or in addition, where parameters differ by set.

    Args:
        cells: differences, shape (sets, histories).
        effect: what matters of the outcome.
        smallest: the smallest difference that matters.
        precision: half-width wanted of the interval of the mean, as a share of that.
        mean: of the differences.
    """
    found = effect_of(cells)
    chances = found.probabilities(smallest) if found else Probabilities(math.nan, math.nan, math.nan)
    low, high = found.of_parameters if found else (math.nan, math.nan)
    needed = None
    if found:
        sets = replicates_needed(float(found.means.std(ddof=1)), precision * smallest)
        needed = sets * math.ceil(len(found.runs) / len(found.sets))
    return {
        "difference": found.mean if found else mean,
        "low": low,
        "high": high,
        "direction": found.direction(1) if found else math.nan,
        "probability_above": chances.above,
        "probability_within": chances.within,
        "probability_below": chances.below,
        "verdict": verdict(chances, effect.better),
        "replicates_needed": needed,
        **_layers(cells, found),
    }
