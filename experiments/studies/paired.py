"""Cells of a sweep, compared history by history with the cell that differs from them in one respect.

A cell is a point of the design under a regime. The cell that it is compared with has the values that the
reference names, and everything else in common with it, the luck of each replicate included.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Numbers, mean_of_known
from experiments.comparison import against_smallest, mean_of, verdict
from experiments.effects import EFFECTS, SmallestEffect, unit_of
from experiments.errors import StudyError
from experiments.prose import number
from experiments.sweeps.results import OK, SweepResults
from model.indicators import quarter_fields

REFERENCE = "reference"
"""In the place of a verdict: the cell that others are compared with."""

REGIME = "regime"
Cell = tuple[Any, ...]


@dataclass(frozen=True)
class Average:
    """An indicator, averaged over the last quarters of a run, and what difference in it matters.

    Attributes:
        name: of the indicator.
        quarters: how many of the last; all when None.
        effect: the smallest difference that matters, and which direction is better.
    """

    name: str
    quarters: int | None
    effect: SmallestEffect

    @property
    def unit(self) -> str:
        """Unit of the indicator."""
        return next(unit for name, unit, _ in quarter_fields() if name == self.name)


@dataclass(frozen=True)
class Outcome:
    """An outcome of a whole run, with the smallest effect that was declared for it.

    Attributes:
        name: of the outcome.
    """

    name: str

    @property
    def effect(self) -> SmallestEffect:
        """The smallest difference that matters, and which direction is better."""
        return EFFECTS[self.name]

    @property
    def unit(self) -> str:
        """Unit of the outcome."""
        return unit_of(self.name)


Measure = Average | Outcome


def outcomes(*names: str) -> tuple[Measure, ...]:
    """Outcomes by name."""
    return tuple(Outcome(name) for name in names)


def against(results: SweepResults, reference: Mapping[str, Any], measures: Sequence[Measure]) -> pl.DataFrame:
    """Every cell against its reference, by paired differences.

    Args:
        results: of a grid or a table.
        reference: values of some factors, or the `regime`, that make a cell the one that others which are
            like it in everything else are compared with.
        measures: what is compared.

    Returns:
        A row a cell and measure: the factors, `regime`, `measure`; `mean` of the cell with its 95% interval
        `mean_low`, `mean_high`; `n` histories in which both could be observed, `difference` (cell less
        reference) over these with its interval `low`, `high`; `smallest_effect`; and `verdict`, which is
        `reference` where there is nothing to compare. Intervals are from luck alone.

    Raises:
        StudyError: when the sweep has no such factor, or lacks the cell to compare with.
    """
    names = [factor.name for factor in results.varied()]
    for name in reference:
        if name not in (*names, REGIME):
            raise StudyError(f"reference {name!r}: allowed is {', '.join((*names, REGIME))}")
    found = {measure.name: values_by_cell(results, measure) for measure in measures}
    cells = cells_of(results)
    rows = []
    for cell in cells:
        named = dict(zip((*names, REGIME), cell, strict=True))
        other = tuple((named | dict(reference)).values())
        if other not in cells:
            raise StudyError(f"nothing to compare {named} with: the design has no point at {dict(reference)}")
        for measure in measures:
            own = found[measure.name][cell]
            mean, difference = mean_of(own), mean_of(own - found[measure.name][other])
            smallest = measure.effect.over(results.quarters)
            chances = against_smallest(difference, smallest)
            rows.append(
                {
                    **named,
                    "measure": measure.name,
                    "mean": mean.mean,
                    "mean_low": mean.low,
                    "mean_high": mean.high,
                    "n": difference.n,
                    "difference": difference.mean,
                    "low": difference.low,
                    "high": difference.high,
                    "smallest_effect": smallest,
                    "verdict": REFERENCE if cell == other else verdict(chances, measure.effect.better),
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col(pl.Float64).fill_nan(None))


def cells_of(results: SweepResults) -> dict[Cell, tuple[int, str]]:
    """Point and regime of every cell, by the values of its factors and its regime; regimes one by one."""
    names = [factor.name for factor in results.varied()]
    points = results.design.select("point", *names).collect()
    return {
        (*values, regime): (point, regime)
        for regime in results.regimes
        for point, *values in points.iter_rows()
    }


def values_by_cell(results: SweepResults, measure: Measure) -> dict[Cell, Numbers]:
    """A measure by cell, shape (replicates,), not a number where it could not be observed."""
    cells = cells_of(results)
    places = {place: cell for cell, place in cells.items()}
    values = {cell: np.full(results.replicates, math.nan) for cell in cells}
    for point, regime, replicate, value in _by_run(results, measure):
        values[places[point, regime]][replicate] = math.nan if value is None else value
    return values


def _by_run(results: SweepResults, measure: Measure) -> Iterator[tuple[int, str, int, float | None]]:
    key = ("point", REGIME, "replicate")
    if isinstance(measure, Outcome):
        yield from results.runs.select(*key, results.outcome(measure.name)).collect().iter_rows()
        return
    if "quarters" not in results.tables:
        raise StudyError(f"{measure.name} is seen by quarter: the study has to keep the table quarters")
    well = results.runs.filter(pl.col("status") == OK).select(key)
    rows = (
        results.tables["quarters"]
        .select(*key, measure.name)
        .join(well, on=key, how="semi", maintain_order="left")
        .collect()
    )
    # Runs that went well have all their quarters, in order.
    series = rows[measure.name].cast(pl.Float64).fill_null(math.nan).to_numpy()
    by_quarter = series.reshape(-1, results.quarters)
    last = by_quarter[:, results.quarters - min(measure.quarters or results.quarters, results.quarters) :]
    means = mean_of_known(last)
    runs = rows.select(key).gather_every(results.quarters)
    for (point, regime, replicate), value in zip(runs.iter_rows(), means.tolist(), strict=True):
        yield point, regime, replicate, value


# ---- Looking things up, and saying them


def pick(table: pl.DataFrame, measure: str, **cell: Any) -> dict[str, Any]:
    """The row of an answer that holds a measure in a cell.

    Args:
        table: as `against` makes it.
        measure: its name.
        cell: values of factors, by the last part of their name, and `regime`.

    Raises:
        StudyError: when there is not just one such row.
    """
    rows = table.filter(pl.col("measure") == measure)
    for name, value in cell.items():
        rows = rows.filter(pl.col(_column(table, name)) == value)
    if len(rows) != 1:
        raise StudyError(f"{len(rows)} rows hold {measure} at {cell}, and one was looked for")
    return rows.row(0, named=True)


def _column(table: pl.DataFrame, name: str) -> str:
    return next(column for column in table.columns if column.rsplit(".", 1)[-1] == name)


def in_words(row: Mapping[str, Any], unit: str = "") -> str:
    """A difference with its interval and verdict, as it is said in a sentence."""
    places = places_of(row["smallest_effect"])
    if row["difference"] is None:
        return "a difference that could not be observed"
    spread = (
        "one history only"
        if row["low"] is None
        else f"{number(row['low'], places, True)} to {number(row['high'], places, True)}"
    )
    return (
        f"{number(row['difference'], places, True)}{' ' if unit else ''}{unit} ({spread}: {row['verdict']})"
    )


def places_of(smallest: float) -> int:
    """Decimals worth showing where a difference of `smallest` matters: a quarter of it can be told."""
    return max(0, -math.floor(math.log10(smallest / 4)))
