"""How much cutting can be borne while demand grows?

Design: real growth of funding over the stated path, in every year from 2014, against growth of statutory work
per child, everything else as it is case by case. The path that was taken, with the growth of need that goes
with it, is the reference. Measured: councils judged inadequate, in an average quarter and in the last year;
children's time in weak services; quality at the end. The bound is the record's: the most councils that were
inadequate at once before 2020. Councils cannot raise money of their own here, and no government gives way.
"""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

import polars as pl

from experiments.effects import SmallestEffect
from experiments.prose import number
from experiments.studies.paired import REFERENCE, Average, against, in_words, outcomes, pick
from experiments.studies.script import FieldStudy, Given, asked, main
from experiments.sweeps.results import SweepResults
from model.facts import load_facts

CUTS = [0.01, 0.0, -0.001, -0.0025, -0.005, -0.01, -0.02, -0.03, -0.04]
NEEDS = {0.0: "level need", 0.002: "need as it grew", 0.004: "need growing twice as fast"}
AS_IT_WAS = {"nation.funding_shift": 0.0, "demand.need_growth": 0.002}

DESIGN: Given = {
    "title": "Funding and demand",
    "question": asked(__doc__),
    "regimes": ["ad_hoc"],
    "replicates": 200,
    "outcomes": ["inadequate_mean", "weak_child_years", "quality_end"],
    "tables": ["runs", "quarters"],
    "design": {"kind": "grid"},
    "parameters": {
        "nation.funding_shift": {"values": CUTS},
        "demand.need_growth": {"values": list(NEEDS)},
    },
}
NO_WORSE = (REFERENCE, "too small", "better")
SMALL = {"replicates": 6, "quarters": 24}
LAST_YEAR = Average(
    "inadequate",
    4,
    SmallestEffect("Judged inadequate in the last year", 1.0, "lower", "one council, all year"),
)
MEASURES = (*outcomes("inadequate_mean"), LAST_YEAR, *outcomes("weak_child_years", "quality_end"))


def answer(results: SweepResults) -> pl.DataFrame:
    """Every path of money and need against the one that was taken."""
    return against(results, AS_IT_WAS, MEASURES)


def most_on_record() -> int:
    """The most councils whose latest judgement was inadequate at once, in any quarter of the record."""
    judged = (
        load_facts()
        .judgements.drop_nulls("publication_quarter")
        .sort("publication_date", maintain_order=True)
    )
    latest = (
        judged.filter(pl.col("publication_quarter") <= quarter).unique("la_code", keep="last")
        for quarter in judged["publication_quarter"].unique()
    )
    return max(len(stock.filter(pl.col("overall") == "Inadequate")) for stock in latest)


def conclude(table: pl.DataFrame) -> str:
    """Which cut makes nothing worse that matters, and which goes beyond the record."""
    most = most_on_record()
    parts = []
    for need, words in NEEDS.items():
        falling = [
            pick(table, "inadequate_mean", funding_shift=cut, need_growth=need) for cut in CUTS if cut <= 0
        ]
        borne = list(takewhile(lambda row: row["verdict"] in NO_WORSE, falling))
        last_year = [pick(table, "inadequate", funding_shift=cut, need_growth=need) for cut in CUTS]
        beyond = next((row for row in last_year if row["mean"] > most), None)
        parts.append(f"With {words}, {_borne(borne)}; {_beyond(beyond, most)}.")
    return "\n".join(parts) + "\nHow steeply quality follows money is fitted to six years of one country."


def _borne(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "even funding as it was leaves more councils inadequate than on the path that was taken"
    deepest = rows[-1]
    found = (
        "the reference" if deepest["verdict"] == REFERENCE else f"{in_words(deepest)} in an average quarter"
    )
    return (
        f"the deepest cut tried that leaves no more councils inadequate than on the path that was taken, by"
        f" what matters, is {a_year(deepest['nation.funding_shift'])}: {found}"
    )


def _beyond(row: Mapping[str, Any] | None, most: int) -> str:
    if row is None:
        return (
            f"no path tried ends with more than the {most} inadequate councils of the record's worst quarter"
        )
    return (
        f"from {a_year(row['nation.funding_shift'])} on, the last year has more than the {most} inadequate"
        f" councils of the record's worst quarter: {number(row['mean'], 1)} ({number(row['mean_low'], 1)} to"
        f" {number(row['mean_high'], 1)})"
    )


def a_year(shift: float) -> str:
    """A shift of growth in words."""
    if shift == 0:
        return "funding as it was"
    return f"{number(abs(100 * shift), 2)}% a year {'less' if shift < 0 else 'more'}"


STUDY = FieldStudy(DESIGN, SMALL, MEASURES, answer, conclude)

if __name__ == "__main__":
    main(STUDY)
