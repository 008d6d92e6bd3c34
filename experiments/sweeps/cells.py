"""Runs of a sweep as arrays: outcomes by point and replicate, factors by point, and what belongs together.

Nothing is left out here: what is missing is not a number, and analyses say what they leave out.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.arrays import Flags, Numbers, Places
from experiments.effects import EFFECTS, MAIN_OUTCOMES
from experiments.errors import StudyError
from experiments.sweeps.factors import Factor, coded
from experiments.sweeps.results import DesignSummary, SweepResults
from model.near_names import or_near

FIRST_FEW = 3
"""Outcomes that are analysed when none is named."""


@dataclass(frozen=True)
class Target:
    """What an analysis explains: an outcome under a regime, or how far it lies from that under another.

    Attributes:
        outcome: column of the runs.
        regime: under which it is observed.
        less: regime whose outcome in the same point and replicate is taken off; empty for none.
    """

    outcome: str
    regime: str
    less: str = ""

    def title(self, results: SweepResults) -> str:
        """In words, as part of a sentence or a heading."""
        own = f"{title_of(self.outcome)}, {results.titles[self.regime]}"
        return f"{own} less {results.titles[self.less]}" if self.less else own

    def cells(self, results: SweepResults) -> Numbers:
        """Its values, shape (points, replicates)."""
        values = outcome_cells(results, self.outcome, self.regime)
        return values - outcome_cells(results, self.outcome, self.less) if self.less else values


def title_of(outcome: str) -> str:
    """What an outcome is called."""
    effect = EFFECTS.get(outcome)
    return effect.title if effect else outcome.replace("_", " ").capitalize()


def chosen_outcomes(results: SweepResults, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The outcomes named, or the first few of the main ones that the sweep kept.

    Raises:
        StudyError: for one that was not kept.
    """
    if named:
        return tuple(dict.fromkeys(results.outcome(name) for name in named))
    main = tuple(name for name in MAIN_OUTCOMES if name in results.outcomes)
    return (main or results.outcomes)[:FIRST_FEW]


def chosen_regimes(results: SweepResults, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The regimes named, or all.

    Raises:
        StudyError: for one that the sweep did not run.
    """
    for name in named:
        if name not in results.regimes:
            ran = f"it ran {', '.join(results.regimes)}"
            raise StudyError(f"this sweep ran no regime {name!r}{or_near(name, results.regimes, ran)}")
    return tuple(dict.fromkeys(named)) or results.regimes


def outcome_cells(results: SweepResults, outcome: str, regime: str) -> Numbers:
    """An outcome under a regime, shape (points, replicates), in the order of the design."""
    points = results.design.select("point").collect()["point"].to_numpy()
    runs = (
        results.runs.filter(pl.col("regime") == regime)
        .select("point", "replicate", pl.col(outcome).cast(pl.Float64).fill_null(np.nan))
        .collect()
    )
    seen = np.unique(results.runs.select(pl.col("replicate").unique()).collect()["replicate"].to_numpy())
    cells = np.full((len(points), max(results.replicates, len(seen))), np.nan)
    order = np.argsort(points)
    rows = order[np.searchsorted(points, runs["point"].to_numpy(), sorter=order)]
    cells[rows, np.searchsorted(seen, runs["replicate"].to_numpy())] = runs[outcome].to_numpy()
    return cells


def design_values(results: SweepResults) -> Numbers:
    """Factors by point, shape (points, factors), arrangements as their codes."""
    return coded(results.design.collect(), results.factors)


def is_arrangement(factor: Factor) -> bool:
    """Whether a factor's values are arrangements, which have no order."""
    return factor.entry is not None and factor.entry.type == "arrangement"


def by_unit(cells: Numbers, summary: DesignSummary) -> Numbers:
    """Cells with the points that belong together on an axis of their own: (units, width, replicates)."""
    units = len(cells) // summary.width
    return cells[: units * summary.width].reshape(units, summary.width, cells.shape[1])


def unit_of_point(summary: DesignSummary) -> Places:
    """To which base row, trajectory or set each point belongs; itself, where points are independent."""
    if summary.sets:
        return np.arange(summary.points, dtype=np.int64) % summary.sets
    return np.arange(summary.points, dtype=np.int64) // summary.width


def independent_points(summary: DesignSummary) -> Flags:
    """Points that stand for the space of the factors and know nothing of each other.

    Of a Saltelli design those of its two samples; the others repeat most values of one of these. Of any
    other design all, though those of a trajectory of Morris differ in few values.
    """
    place = np.arange(summary.points) % summary.width
    return (place == 0) | (place == summary.width - 1) if summary.kind == "saltelli" else place >= 0
