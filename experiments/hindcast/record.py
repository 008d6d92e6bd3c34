"""The figures of the record: measured from the tables of facts, or published as counts."""

import csv
from functools import cache
from importlib.resources import files

import numpy as np

from experiments.hindcast.panel import QUARTERS_PER_YEAR, Panel, quarter_of_march, recorded_panel, spliced
from experiments.hindcast.targets import all_cases, all_figures
from model.quarters import LAST_RECORDED_QUARTER, parse_quarter

RECORD_QUARTERS = LAST_RECORDED_QUARTER + 1
PUBLISHED = "published.csv"


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
