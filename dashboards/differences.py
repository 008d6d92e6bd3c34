"""Paired differences with the baseline as intervals to look at: one cell an outcome and regime.

All cells share one axis, in multiples of the smallest effect that matters, so that outcomes of different
units can be compared down a column; the numbers beside them keep their own units.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards.compared import Compared, read_difference
from dashboards.words import OUTCOMES, amount, effect, number, span, wording_of
from experiments.effects import EFFECTS

MAIN = (
    *("inadequate_mean", "months_to_better", "months_to_good", "relapse"),
    *("good_or_better_end", "outcome_mean", "weak_child_years", "incidents"),
    *("director_changes", "agency_end", "support_cost", "extra_cost"),
)
"""Outcomes shown first; the others stand in a table to be opened."""

LEAST_REACH, MOST_REACH = 3, 8
REACH_FITS = 0.85
"""Share of intervals that the axis is made wide enough for; the others end in an arrow."""


@dataclass(frozen=True)
class Cell:
    """A paired difference, drawn and in words.

    Attributes:
        regime: whose, less the baseline.
        low: place of the interval's lower end on the axis, percent of its width, cut off at its ends.
        middle: place of the difference.
        high: place of the interval's upper end.
        cut: -1 where the difference lies beyond the left end, 1 beyond the right, 0 on the axis.
        difference: in the outcome's own unit.
        interval: 95%, likewise.
        direction: which way the difference goes, and how probably: of sets, or else the share of histories.
        verdict: in a word or two.
        tone: better, worse, more, less or open, for colour.
    """

    regime: str
    low: float
    middle: float
    high: float
    cut: int
    difference: str
    interval: str
    direction: str
    verdict: str
    tone: str


@dataclass(frozen=True)
class Line:
    """An outcome with the difference of every regime.

    Attributes:
        outcome: its name.
        title: what it is called.
        group: heading under which it stands.
        smallest: the smallest effect that matters.
        reason: why it is that.
        cells: one a regime.
        needed: replicates that the precision asked for takes, for the regime that takes most.
    """

    outcome: str
    title: str
    group: str
    smallest: str
    reason: str
    cells: tuple[Cell, ...]
    needed: int | None


def axis_reach(differences: pl.DataFrame) -> float:
    """How many times the smallest effect that matters the axis reaches to either side."""
    scaled = differences.filter(pl.col("outcome").is_in(MAIN)).select(
        pl.max_horizontal(pl.col("low").abs(), pl.col("high").abs()) / pl.col("smallest_effect")
    )
    widest = scaled.to_series().drop_nulls().quantile(REACH_FITS, "linear")
    return float(min(max(math.ceil(widest or LEAST_REACH), LEAST_REACH), MOST_REACH))


def lines(compared: Compared, outcomes: Sequence[str]) -> list[Line]:
    """A line for each of some outcomes, with a cell for each regime but the baseline."""
    reach = axis_reach(compared.comparison.differences)
    made = []
    for outcome in outcomes:
        rows = compared.differences(outcome)
        if rows:
            wording = wording_of(outcome)
            made.append(
                Line(
                    outcome,
                    wording.title,
                    wording.group,
                    effect(rows[0]["smallest_effect"], wording),
                    EFFECTS[outcome].reason,
                    tuple(cell(row, reach) for row in rows),
                    max((row["replicates_needed"] for row in rows if row["replicates_needed"]), default=None),
                )
            )
    return made


def grouped(items: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Lines under their headings, headings in the order of their first line."""
    groups: dict[str, list[Line]] = {}
    for line in items:
        groups.setdefault(line.group, []).append(line)
    return list(groups.items())


def other_outcomes() -> list[str]:
    """Outcomes that are not among the main ones, in the order of headings."""
    return [name for name in OUTCOMES if name not in MAIN] + sorted(set(EFFECTS) - set(OUTCOMES))


def cell(row: Mapping[str, Any], reach: float) -> Cell:
    """The cell of a row of differences.

    Args:
        row: of `Comparison.differences`.
        reach: of the axis, in multiples of the smallest effect that matters.
    """
    outcome, difference, smallest = str(row["outcome"]), row["difference"], row["smallest_effect"]
    wording = wording_of(outcome)
    verdict, tone = judged(row)
    beyond = difference is not None and abs(difference) > reach * smallest
    return Cell(
        regime=str(row["regime"]),
        low=_place(row["low"], smallest, reach),
        middle=_place(difference, smallest, reach),
        high=_place(row["high"], smallest, reach),
        cut=int(math.copysign(1, difference)) if beyond else 0,
        difference=amount(difference, wording, signed=True),
        interval="no interval" if row["low"] is None else span(row["low"], row["high"], wording, True),
        direction=_direction(difference, row.get("direction", row["share_larger"])),
        verdict=verdict,
        tone=tone,
    )


def judged(row: Mapping[str, Any]) -> tuple[str, str]:
    """The words for a difference, and its tone."""
    reading = read_difference(row)
    if reading.kind == "unclear":
        return "cannot be told", "open"
    if reading.kind == "small":
        return "too small to matter", "open"
    better = EFFECTS[str(row["outcome"])].better
    words = {"higher": ("worse", "better"), "lower": ("better", "worse"), None: ("less", "more")}[better]
    word = words[reading.direction > 0]
    return (word, word) if reading.kind == "clear" else (f"{word}, perhaps by little", "open")


def _direction(difference: float | None, larger: float | None) -> str:
    if difference is None or larger is None:
        return ""
    share = number(100 * max(larger, 1 - larger), 0)
    return f"{'more' if larger >= 0.5 else 'less'}: {share}%"


def _place(value: float | None, smallest: float, reach: float) -> float:
    if value is None:
        return 50.0
    return round(50 + 50 * min(max(value / smallest / reach, -1.0), 1.0), 2)
