"""Does a shorter deadline before takeover turn councils round sooner?

Design: quarters from a judgement of inadequate until takeover unless progress is made, counting that of the
judgement, where companies take over and where trusts do; without a deadline, takeover follows a repeated
failure only, which is the reference. Measured on two clocks: that of judgements, which stands still between
inspections, in months until better and until good; and that of practice, in quality three years after
failing and children's time in weak services. Beside them, what outside support costs (claim C18).
"""

import polars as pl

from experiments.studies.paired import against, in_words, outcomes, pick
from experiments.studies.script import FieldStudy, Given, asked, main
from experiments.sweeps.results import SweepResults

REGIMES = {"private_provider": "companies", "trust": "trusts"}
SIX_MONTHS, NEVER = 2, 0
LEVER = "regime.takeover_deadline"

DESIGN: Given = {
    "title": "Deadlines before takeover",
    "question": asked(__doc__),
    "regimes": list(REGIMES),
    "replicates": 200,
    "outcomes": [
        "months_to_better",
        "months_to_good",
        "quality_after_failure",
        "weak_child_years",
        "support_cost",
    ],
    "design": {"kind": "grid"},
    "parameters": {LEVER: {"values": [NEVER, 12, 8, 6, 4, 3, SIX_MONTHS, 1]}},
}
SMALL = {"replicates": 6, "quarters": 24}
MEASURES = outcomes(*DESIGN["outcomes"])


def answer(results: SweepResults) -> pl.DataFrame:
    """Every deadline against none, under the same regime."""
    return against(results, {LEVER: NEVER}, MEASURES)


def conclude(table: pl.DataFrame) -> str:
    """What six months change on the two clocks, and whether any other deadline does more."""
    parts = []
    for regime, who in REGIMES.items():
        judged = pick(table, "months_to_good", takeover_deadline=SIX_MONTHS, regime=regime)
        practised = pick(table, "quality_after_failure", takeover_deadline=SIX_MONTHS, regime=regime)
        parts.append(
            f"Takeover by {who} after six months rather than after a repeated failure changes the time until"
            f" inadequate councils are judged good by {in_words(judged, 'months')}, and their quality three"
            f" years after failing by {in_words(practised, 'points')};"
            f" {best_of(table, regime)}."
        )
    limits = (
        "Until then councils have nobody but themselves under both regimes, so that a deadline also decides"
        " when help of any kind begins. Other councils fail under each deadline, and helpers have equal power"
        " by default."
    )
    return "\n".join([*parts, limits])


def best_of(table: pl.DataFrame, regime: str) -> str:
    """The deadline after which quality is highest."""
    rows = table.filter(pl.col("measure") == "quality_after_failure", pl.col("regime") == regime)
    best = rows.sort("difference", descending=True, nulls_last=True).row(0, named=True)
    if best[LEVER] == NEVER:
        return "quality is highest without a deadline"
    length = "1 quarter" if best[LEVER] == 1 else f"{best[LEVER]} quarters"
    return f"it is highest with {length}, {in_words(best, 'points')}"


STUDY = FieldStudy(DESIGN, SMALL, MEASURES, answer, conclude)

if __name__ == "__main__":
    main(STUDY)
