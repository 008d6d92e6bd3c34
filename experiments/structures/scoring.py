"""How far a structure is from the record, and how much farther than the model as it is.

A figure's distance is that of the median of histories from the record, in tolerances. Distances are squared
and added up; beyond ten tolerances farther is no worse, or one figure would drown all others.

Two small fits of the very same structure lie apart, by more than sets and luck explain. How far is seen by
fitting the model as it is several times; an interval of a structure fitted anew carries that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import polars as pl
from scipy import stats

from experiments.arrays import Numbers
from experiments.hindcast.comparing import ENDS
from experiments.hindcast.tolerances import tolerances
from experiments.intervals import TAILS
from experiments.structures.declared import Structure
from experiments.structures.holding import Held

Mode = Literal["as fitted", "fitted anew"]
MODES: tuple[Mode, ...] = ("as fitted", "fitted anew")

FARTHEST = 10.0
"""Tolerances."""

MATTERS = 0.5
"""Of a tolerance, by which a figure has to move to count as worse or better."""

RESAMPLES = 200
SEED = 1


class Change(NamedTuple):
    """Of a sum or mean against the model as it is, with a 95% interval.

    Of structures as fitted the interval is of sampled sets and luck; of those fitted anew, of their fits.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Record:
    """What structures are held against.

    Attributes:
        names: of the figures.
        data: of the record, shape (figures,).
        near: tolerances, shape (figures,).
    """

    names: tuple[str, ...]
    data: Numbers
    near: Numbers

    @classmethod
    def of(cls, record: dict[str, float]) -> "Record":
        """From figures of the record by name, those left out of which it does not say."""
        names = tuple(name for name, value in record.items() if not np.isnan(value))
        near = [tolerances()[name.split(": ")[0]].of_figure(name.partition(": ")[2]) for name in names]
        return cls(names, np.array([record[name] for name in names]), np.array(near))

    def matrix(self, held: Held) -> Numbers:
        """Figures of histories, shape (histories, figures)."""
        return np.column_stack([held.figures[name] for name in self.names])

    def distances(self, figures: Numbers) -> Numbers:
        """Of the medians of histories, in tolerances, at most `FARTHEST`; of what none shows, that."""
        return np.minimum(np.abs(medians(figures) - self.data) / self.near, FARTHEST)


def medians(figures: Numbers) -> Numbers:
    """Of each column, what is unknown left out; infinite where all is unknown."""
    known = ~np.isnan(figures)
    counts = known.sum(axis=0)
    ordered = np.sort(figures, axis=0)  # what is unknown comes last
    columns = np.arange(figures.shape[1])
    low, high = (ordered[np.maximum(place, 0), columns] for place in ((counts - 1) // 2, counts // 2))
    found: Numbers = np.where(counts > 0, (low + high) / 2.0, np.inf)
    return found


@dataclass(frozen=True, eq=False)
class Score:
    """How a structure does against the record.

    Attributes:
        structure: which.
        mode: with parameters as they were fitted, or fitted anew.
        held: what came of it.
        medians: of its figures, shape (figures,).
        distances: from the record in tolerances, shape (figures,).
        passing: how many figures lie within their tolerance.
        within_luck: how many do not, but the record lies in the central 90% of histories.
        effective: how many equally weighted sets the posterior is worth.
    """

    structure: Structure
    mode: Mode
    held: Held
    medians: Numbers
    distances: Numbers
    passing: int
    within_luck: int
    effective: float

    @property
    def total(self) -> float:
        """Sum of squared distances."""
        return float((self.distances**2).sum())

    @property
    def failing(self) -> int:
        """Figures that neither pass nor are within luck."""
        return len(self.distances) - self.passing - self.within_luck


def score(structure: Structure, mode: Mode, held: Held, record: Record, effective: float) -> Score:
    """Score a structure."""
    figures = record.matrix(held)
    distances = record.distances(figures)
    passing = distances <= 1.0
    low, high = np.full((2, len(record.names)), np.nan)
    known = ~np.isnan(figures).all(axis=0)
    _, _, low[known], high[known] = np.nanpercentile(figures[:, known], ENDS, axis=0)
    inside = (low <= record.data) & (record.data <= high)
    return Score(
        structure,
        mode,
        held,
        medians(figures),
        distances,
        int(passing.sum()),
        int((inside & ~passing).sum()),
        effective,
    )


@dataclass(frozen=True, eq=False)
class Contribution:
    """What changes against the model as it is, under the same mode.

    Attributes:
        score: of the structure.
        base: of the model as it is.
        again: of the model as it is, fitted anew further times.
        total: change of the sum of squared distances; above 0 the structure is farther from the record.
        likelihood: change of the mean log probability of the record's judgements; None where none was
            replayed.
        worse: figures that are farther from the record by more than `MATTERS`, the most first.
        better: those that are nearer.
    """

    score: Score
    base: Score
    again: tuple[Score, ...]
    total: Change
    likelihood: Change | None
    worse: tuple[str, ...]
    better: tuple[str, ...]


def contribution(own: Score, base: Score, record: Record, again: Sequence[Score] = ()) -> Contribution:
    """Compare a structure with the model as it is.

    Args:
        own: of the structure.
        base: of the model as it is, under the same mode; histories of the same sets and luck are paired.
        record: against which both were held.
        again: of the model as it is, fitted anew further times, so that fits are told apart from structures.
    """
    fits = [base, *again]
    apart = own.distances - np.mean([one.distances for one in fits], axis=0)
    order = np.argsort(-np.abs(apart), kind="stable")
    moved = [int(i) for i in order if abs(apart[i]) > MATTERS]
    return Contribution(
        own,
        base,
        tuple(again),
        among_fits(own.total, [one.total for one in fits]) if again else _of_totals(own, base, record),
        _of_likelihoods(own, fits),
        tuple(record.names[i] for i in moved if apart[i] > 0.0),
        tuple(record.names[i] for i in moved if apart[i] < 0.0),
    )


def among_fits(own: float, base: Sequence[float]) -> Change:
    """How far a fit lies from the mean of fits of the model as it is, which show how far fits lie apart.

    Args:
        own: of one fit of the structure, taken to scatter as those of the model as it is do.
        base: of two or more fits of the model as it is.
    """
    count = len(base)
    middle = float(np.mean(base))
    reach = float(stats.t.ppf(TAILS[1] / 100.0, count - 1) * np.std(base, ddof=1) * (1 + 1 / count) ** 0.5)
    return Change(own - middle, own - middle - reach, own - middle + reach)


def _of_totals(own: Score, base: Score, record: Record) -> Change:
    mine, theirs = record.matrix(own.held), record.matrix(base.held)
    paired = np.array_equal(own.held.sets, base.held.sets) and own.mode == base.mode == "as fitted"
    rng = np.random.default_rng(SEED)
    changes = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(0, len(mine), len(mine))
        other = drawn if paired else rng.integers(0, len(theirs), len(theirs))
        changes.append(
            float((record.distances(mine[drawn]) ** 2).sum() - (record.distances(theirs[other]) ** 2).sum())
        )
    low, high = np.percentile(changes, TAILS)
    return _change(own.total - base.total, float(low), float(high))


def _of_likelihoods(own: Score, fits: Sequence[Score]) -> Change | None:
    mine, theirs = own.held.likelihood, fits[0].held.likelihood
    if not len(mine) or not len(theirs):
        return None
    if len(fits) > 1:
        return among_fits(float(mine.mean()), [float(one.held.likelihood.mean()) for one in fits])
    rng = np.random.default_rng(SEED)
    if own.mode == fits[0].mode == "as fitted" and len(mine) == len(theirs):
        apart = mine - theirs
        drawn = apart[rng.integers(0, len(apart), (RESAMPLES, len(apart)))].mean(axis=1)
    else:
        drawn = mine[rng.integers(0, len(mine), (RESAMPLES, len(mine)))].mean(axis=1)
        drawn = drawn - theirs[rng.integers(0, len(theirs), (RESAMPLES, len(theirs)))].mean(axis=1)
    low, high = np.percentile(drawn, TAILS)
    return _change(float(mine.mean() - theirs.mean()), float(low), float(high))


def _change(value: float, low: float, high: float) -> Change:
    """A change with its interval, stretched to hold it: medians of histories drawn again lie askew."""
    return Change(value, min(low, value), max(high, value))


def table_of(found: Sequence[Contribution]) -> pl.DataFrame:
    """A row a structure and mode."""
    return pl.DataFrame([_row(one) for one in found], infer_schema_length=None)


def figures_table(found: Sequence[Contribution], record: Record) -> pl.DataFrame:
    """A row a structure, mode and figure: where the change lies."""
    frames = []
    for one in found:
        own, base = one.score, one.base
        measures, figures = zip(*(name.split(": ", 1) for name in record.names), strict=True)
        frames.append(
            pl.DataFrame(
                {
                    "structure": own.structure.name,
                    "mode": own.mode,
                    "measure": measures,
                    "figure": figures,
                    "data": record.data,
                    "tolerance": record.near,
                    "median_as_it_is": base.medians,
                    "median": own.medians,
                    "distance_as_it_is": base.distances,
                    "distance": own.distances,
                }
            )
        )
    return pl.concat(frames)


def _row(one: Contribution) -> dict[str, Any]:
    own, base = one.score, one.base
    ends = one.likelihood
    return {
        "structure": own.structure.name,
        "kind": own.structure.kind,
        "title": own.structure.title,
        "settings": ", ".join(f"{name} = {value:g}" for name, value in own.structure.settings.items()),
        "mode": own.mode,
        "sets_effective": own.effective,
        "failed_runs": own.held.failed,
        "squared_distance": own.total,
        "change": one.total.value,
        "change_low": one.total.low,
        "change_high": one.total.high,
        "passing": own.passing,
        "passing_as_it_is": float(np.mean([one.passing for one in (base, *one.again)])),
        "fits_as_it_is": 1 + len(one.again),
        "within_luck": own.within_luck,
        "failing": own.failing,
        "figures_worse": len(one.worse),
        "figures_better": len(one.better),
        "log_probability": float(own.held.likelihood.mean()) if len(own.held.likelihood) else None,
        "log_probability_change": ends.value if ends else None,
        "log_probability_low": ends.low if ends else None,
        "log_probability_high": ends.high if ends else None,
        "worst": "; ".join(one.worse[:5]),
    }
