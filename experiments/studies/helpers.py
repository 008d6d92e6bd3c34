"""How many councils should help, how many each, how strongly, and what does it cost those who help?

Design: councils of the alliance, how many each may help at once, and how strong their help is against other
help, where the sector leads; and whether councils that nobody takes on have an adviser, as they do, or
nobody. The regime's own 45 that help one each at ordinary strength are the reference, adviser or not.
Measured: requests that nobody could take on and councils inadequate in an average quarter; and on the side
of the helpers the burden of their directors, the quality of councils that never failed,
and new money, their paid time included.
"""

import polars as pl

from experiments.effects import SmallestEffect, unit_of
from experiments.studies.paired import Average, against, in_words, outcomes, pick
from experiments.studies.script import FieldStudy, Given, asked, main
from experiments.sweeps.results import SweepResults

NUMBER, EACH, STRENGTH = "support.alliance_count", "support.alliance_capacity", "arrangement.alliance.power"
ELSE = "regime.fallback"
AS_IT_IS = {NUMBER: 45, EACH: 1, STRENGTH: 1.0}
FEW, MANY, MOST_EACH, STRONG = 10, 80, 3, 1.5

DESIGN: Given = {
    "title": "Helpers",
    "question": asked(__doc__),
    "regimes": ["sector_led"],
    "replicates": 200,
    "outcomes": ["unmet", "inadequate_mean", "quality_never_failed_end", "extra_cost"],
    "tables": ["runs", "quarters"],
    "design": {"kind": "grid"},
    "parameters": {
        ELSE: {"values": ["adviser", "none"]},
        STRENGTH: {"values": [1.0, STRONG]},
        EACH: {"values": [1, MOST_EACH]},
        NUMBER: {"values": [FEW, 25, 45, MANY]},
    },
}
SMALL = {"replicates": 6, "quarters": 24}
BURDEN = Average(
    "helper_burden",
    20,
    SmallestEffect(
        "Burden of helpers' directors", 0.02, "lower", "a tenth of the burden of the own department"
    ),
)
MEASURES = (
    *outcomes("unmet", "inadequate_mean"),
    BURDEN,
    *outcomes("quality_never_failed_end", "extra_cost"),
)


def answer(results: SweepResults) -> pl.DataFrame:
    """Every way of helping against the regime's own, adviser or not."""
    return against(results, AS_IT_IS, MEASURES)


def conclude(table: pl.DataFrame) -> str:
    """What fewer, more, busier and stronger helpers change, for those helped and for the helpers."""

    def said(measure: str, unit: str, number: int, each: int, strength: float, fallback: str) -> str:
        cell = {"alliance_count": number, "alliance_capacity": each, "power": strength, "fallback": fallback}
        return in_words(pick(table, measure, **cell), unit)

    parts = []
    for words, cell in (
        (f"{FEW} helpers rather than 45", (FEW, 1, 1.0)),
        (f"{FEW} helpers with up to {MOST_EACH} councils each", (FEW, MOST_EACH, 1.0)),
        (f"{MANY} helpers", (MANY, 1, 1.0)),
        (f"45 whose help is {STRONG:g} times as strong", (45, 1, STRONG)),
    ):
        parts.append(
            f"{words}: {said('inadequate_mean', '', *cell, 'adviser')} inadequate councils,"
            f" {said('inadequate_mean', '', *cell, 'none')} where no adviser stands in; burden of helpers'"
            f" directors {said('helper_burden', '', *cell, 'adviser')}; new money"
            f" {said('extra_cost', unit_of('extra_cost'), *cell, 'adviser')}."
        )
    parts.append("What helping costs the helpers is assumed: nobody has measured the burden of it.")
    return "\n".join(parts)


STUDY = FieldStudy(DESIGN, SMALL, MEASURES, answer, conclude)

if __name__ == "__main__":
    main(STUDY)
