"""What a sweep left, opened for reading: its study in short, its design and its runs, as lazy tables.

Analyses, dashboards and notebooks read sweeps through this and nothing else. Rows are in the order of points,
regimes and replicates, whatever the order in which they were run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from experiments.errors import StudyError
from experiments.sweeps.factors import DUMMY, Factor
from model.near_names import or_near

Kind = Literal["grid", "latin_hypercube", "sobol", "saltelli", "morris", "table", "posterior"]

OK = "ok"
"""Status of a run that reached its horizon."""


@dataclass(frozen=True)
class DesignSummary:
    """How the points of a sweep were chosen.

    Attributes:
        kind: of design.
        points: how many parameter sets.
        base: of a Saltelli design, rows of each of its two independent samples; of a Morris design,
            trajectories; else 0.
        groups: of a Saltelli or Morris design, groups of factors that are moved together, in order.
        alone: of a Saltelli or Morris design, factors that are moved one by one, in order.
        levels: of a Morris design, on its grid.
        sets: of a posterior with which each point of the design is crossed, changing fastest; 0 for none.
    """

    kind: Kind
    points: int
    base: int = 0
    groups: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    levels: int = 0
    sets: int = 0

    @property
    def width(self) -> int:
        """Points that belong together: of a Saltelli design, those of a base row; of Morris, a trajectory.

        A base row of a Saltelli design is, in order: the row of sample A, the row of A with the values of a
        group from B for each of `groups`, the row of A with the value of a factor from B for each of `alone`,
        the row of B. A trajectory moves each group, or each factor, once.
        """
        if self.kind == "saltelli":
            return 2 + len(self.groups) + len(self.alone)
        return 1 + len(self.groups or self.alone) if self.kind == "morris" else 1


@dataclass(frozen=True, repr=False)
class SweepResults:
    """A sweep as far as it has been run.

    Attributes:
        title: of the study.
        question: that it asks.
        regimes: names, in order.
        titles: of the regimes, by name.
        baseline: the regime that others are compared with.
        replicates: histories of luck that every point is to meet under every regime.
        quarters: length of each run.
        start: first quarter, written as 2014Q1.
        seed: of the luck.
        outcomes: columns of `runs` that are outcomes.
        factors: that vary, in the order of the design's columns.
        design_summary: how points were chosen.
        design: a row a point: `point`, and a column a factor (arrangements by name).
        units: of a Morris design, the same columns with quantiles from 0 to 1; else None.
        runs: a row a run: key, point, regime, replicate, seed, status, and a column an outcome; those of a
            failed run are missing.
        failures: runs that failed: key, point, regime, replicate, status, quarter, reason, and a column a
            factor.
        manifest: all that is known of the sweep.
        folder: where it is; None in memory.
        tables: other tables that were kept: `quarters`, `councils`.
    """

    title: str
    question: str
    regimes: tuple[str, ...]
    titles: Mapping[str, str]
    baseline: str
    replicates: int
    quarters: int
    start: str
    seed: int
    outcomes: tuple[str, ...]
    factors: tuple[Factor, ...]
    design_summary: DesignSummary
    design: pl.LazyFrame
    units: pl.DataFrame | None
    runs: pl.LazyFrame
    failures: pl.DataFrame
    manifest: Mapping[str, Any]
    folder: Path | None
    tables: Mapping[str, pl.LazyFrame]

    def __repr__(self) -> str:
        """What was asked, in a line."""
        kind = self.design_summary.kind.replace("_", " ")
        parts = (
            f"{self.design_summary.points:,} points ({kind}) of {len(self.factors)} factors",
            f"regimes {', '.join(self.regimes)}",
            f"{self.replicates} replicates",
            str(self.manifest.get("state", "in memory")),
        )
        return f"<SweepResults {self.title!r}: {'; '.join(parts)}>"

    @property
    def runs_asked(self) -> int:
        """Runs of the whole sweep."""
        return self.design_summary.points * len(self.regimes) * self.replicates

    def factor(self, name: str) -> Factor:
        """A factor by name.

        Raises:
            StudyError: when none is called that.
        """
        for factor in self.factors:
            if factor.name == name:
                return factor
        raise StudyError(
            f"this sweep varies no {name!r}; it varies {', '.join(factor.name for factor in self.factors)}"
        )

    def outcome(self, name: str) -> str:
        """The name of an outcome that was kept.

        Raises:
            StudyError: when it was not; those kept are listed.
        """
        if name not in self.outcomes:
            kept = f"it kept {', '.join(self.outcomes)}"
            raise StudyError(f"this sweep kept no outcome {name!r}{or_near(name, self.outcomes, kept)}")
        return name

    def means(self) -> pl.DataFrame:
        """Outcomes by point and regime: a row a point and regime, each outcome's mean over its replicates.

        A mean is missing where a run failed or an outcome could not be observed in one of the replicates, so
        that all means of an outcome are over the same luck. `replicates` is how many runs ended well.
        """
        return (
            self.runs.group_by("point", "regime", maintain_order=True)
            .agg(
                replicates=(pl.col("status") == OK).sum(),
                **{
                    name: pl.when(pl.col(name).count() == self.replicates).then(pl.col(name).mean())
                    for name in self.outcomes
                },
            )
            .collect()
        )

    def problem(self) -> dict[str, Any]:
        """The factors as SALib and the EMA Workbench's users know them: a `problem` dictionary.

        Bounds are of quantiles, 0 to 1, for which designs are drawn; `units` gives Morris's points in them.
        """
        names = [factor.name for factor in self.factors]
        return {
            "num_vars": len(names),
            "names": names,
            "bounds": [[0.0, 1.0]] * len(names),
            "groups": [factor.group for factor in self.factors],
        }

    def varied(self) -> tuple[Factor, ...]:
        """The factors that change something."""
        return tuple(factor for factor in self.factors if factor.name != DUMMY)
