"""The figures of the record: measured from the tables of facts, or published as counts."""

import csv
from functools import cache
from importlib.resources import files

import numpy as np

from experiments.hindcast.panel import recorded_panel
from experiments.hindcast.targets import all_cases, all_figures
from model.quarters import LAST_RECORDED_QUARTER, parse_quarter

RECORD_QUARTERS = LAST_RECORDED_QUARTER + 1
PUBLISHED = "published.csv"


@cache
def recorded_figures(end: int = RECORD_QUARTERS) -> dict[str, float]:
    """Every figure of the record as it stood after some quarters, by name.

    Not a number where the record does not say. Counts of directors come from what was published at the time.
    """
    measured = {name: float(values[0]) for name, values in all_figures(recorded_panel().until(end)).items()}
    published = _published()
    for name in measured:
        if name.startswith("directors: "):
            value, known_in = published[name]
            measured[name] = value if known_in < end else np.nan
    return measured


@cache
def recorded_cases(end: int = RECORD_QUARTERS) -> dict[str, int]:
    """How many cases stand behind each figure of the record that has any."""
    cases = all_cases(recorded_panel().until(end))
    return {name: int(values[0]) for name, values in cases.items()}


@cache
def _published() -> dict[str, tuple[float, int]]:
    """Published figures: value, and the quarter in which they were known."""
    text = files(__package__).joinpath(PUBLISHED).read_text("utf-8")
    return {
        f"{row['measure']}: {row['figure']}": (float(row["value"]), parse_quarter(row["known_in"]))
        for row in csv.DictReader(text.splitlines())
    }
