"""The figures of the record: measured from the tables of facts, or published as counts."""

import csv
from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np

from experiments.hindcast.panel import (
    FINANCIAL,
    STAFF,
    Panel,
    blotted,
    quarter_of_march,
    recorded_panel,
    spliced,
)
from experiments.hindcast.targets import all_cases, all_figures
from experiments.units import QUARTERS_PER_YEAR
from model.codes import Grade
from model.quarters import LAST_RECORDED_QUARTER, parse_quarter

RECORD_QUARTERS = LAST_RECORDED_QUARTER + 1
PUBLISHED = "published.csv"

NONSENSE, NONSENSE_SEED = 16, 1
"""In how many ways `given_before` continues the record, and the seed of what it draws for that."""

LONGEST = 120.0
"""Months that a director may have served in these."""


@cache
def recorded_figures(end: int = RECORD_QUARTERS, start: int = 0) -> dict[str, float]:
    """Every figure of the record as it stood after some quarters, by name.

    Not a number where the record does not say. Counts of directors come from what was published at the time.

    Args:
        end: quarters from 2014Q1 to the end of what is looked at.
        start: quarters from 2014Q1 to the beginning of histories that are held against it: what they cannot
            show is left out here too.
    """
    measured = {name: float(values[0]) for name, values in all_figures(_record(end, start)).items()}
    published = _published()
    for name in measured:
        if name.startswith("directors: "):
            value, known_in = published[name]
            measured[name] = value if known_in < end and _first_quarter(name) >= start else np.nan
    return measured


@cache
def recorded_cases(end: int = RECORD_QUARTERS, start: int = 0) -> dict[str, int]:
    """How many cases stand behind each figure of the record that has any; arguments as above."""
    return {name: int(values[0]) for name, values in all_cases(_record(end, start)).items()}


@cache
def given_before(start: int) -> frozenset[str]:
    """Figures that rest on quarters before a start alone, and so are the record's own in any history from it.

    The record up to the start is continued by nonsense, in several ways: all that a measure may read is drawn
    anew. What stays the same in each rests on nothing that comes after.
    """
    if start == 0:
        return frozenset()
    record = recorded_panel()
    figures = all_figures(blotted(spliced(record, _nonsense(record.since(start))), record))
    return frozenset(name for name, values in figures.items() if bool((values == values[0]).all()))


def _nonsense(panel: Panel) -> Panel:
    """Histories of the councils and years of a panel in which everything is drawn by luck."""
    luck = np.random.default_rng(NONSENSE_SEED)
    shape = NONSENSE, *panel.grade.shape[1:]
    judged = np.where(panel.exists, luck.integers(0, len(Grade), shape), Grade.NOT_JUDGED)
    yearly = {
        name: getattr(panel, name) * np.exp(luck.normal(size=(NONSENSE, *getattr(panel, name).shape[1:])))
        for name in (*STAFF, *FINANCIAL)
    }
    return replace(
        panel,
        before=np.repeat(panel.before, NONSENSE, axis=0),
        exists=np.repeat(panel.exists, NONSENSE, axis=0),
        grade=np.where(panel.exists, luck.integers(1, len(Grade), shape), Grade.NOT_JUDGED),
        judged=judged,
        leadership=np.where(judged > Grade.NOT_JUDGED, luck.integers(1, len(Grade), shape), Grade.NOT_JUDGED),
        tenure=luck.uniform(0.0, LONGEST, shape),
        left=luck.integers(0, 2, shape).astype(float),
        interim=luck.integers(0, 2, shape).astype(float),
        **yearly,
    )


def _record(end: int, start: int) -> Panel:
    record = recorded_panel().published_by(end)
    return spliced(record, record.since(start))


def _first_quarter(name: str) -> int:
    """The first quarter of which a published figure speaks: of changes, of the year to March."""
    march = quarter_of_march(int(name[-4:]))
    return march if "interims" in name else march - QUARTERS_PER_YEAR + 1


@cache
def _published() -> dict[str, tuple[float, int]]:
    """Published figures: value, and the quarter in which they were known."""
    text = files(__package__).joinpath(PUBLISHED).read_text("utf-8")
    return {
        f"{row['measure']}: {row['figure']}": (float(row["value"]), parse_quarter(row["known_in"]))
        for row in csv.DictReader(text.splitlines())
    }
