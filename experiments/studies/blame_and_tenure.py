"""How far does public blame shorten directors' time in post, and does it cost children anything?

Design: how strongly blame drives directors out, from not at all, against the share of the blamed who do not
serve again, everything else as it is case by case; no blame with the same share is the reference. Measured:
directors who leave, the tenure of permanent ones and how many are willing to serve, over the last five years;
and what that does to inadequate councils, quality and children's outcomes (claim C33).
"""

import polars as pl

from experiments.effects import SmallestEffect, unit_of
from experiments.studies.paired import Average, against, in_words, outcomes, pick
from experiments.studies.script import FieldStudy, Given, asked, main
from experiments.sweeps.results import SweepResults

BLAME, BURNED = "director.blame", "director.burned_share"
NONE, USUAL, MOST = 0.0, 0.6, 1.5
USUALLY_BURNED = 0.5

DESIGN: Given = {
    "title": "Blame and tenure",
    "question": asked(__doc__),
    "regimes": ["ad_hoc"],
    "replicates": 200,
    "outcomes": ["director_changes", "inadequate_mean", "quality_end", "outcome_mean"],
    "tables": ["runs", "quarters"],
    "design": {"kind": "grid"},
    "parameters": {
        BLAME: {"values": [NONE, 0.3, USUAL, 0.9, 1.2, MOST]},
        BURNED: {"values": [0.2, USUALLY_BURNED, 0.8]},
    },
}
SMALL = {"replicates": 6, "quarters": 24}
TENURE = Average(
    "director_tenure",
    20,
    SmallestEffect("Tenure of permanent directors", 2.0, "higher", "a twentieth of a usual time in post"),
)
POOL = Average(
    "director_pool", 20, SmallestEffect("Directors willing to serve", 0.05, "higher", "one in twenty of them")
)
MEASURES = (
    *outcomes("director_changes"),
    TENURE,
    POOL,
    *outcomes("inadequate_mean", "quality_end", "outcome_mean"),
)


def answer(results: SweepResults) -> pl.DataFrame:
    """Every strength of blame against none, with the same share of the blamed lost."""
    return against(results, {BLAME: NONE}, MEASURES)


def conclude(table: pl.DataFrame) -> str:
    """What blame of the usual and of the greatest strength does to directors, and to councils."""
    parts = []
    for words, blame in (("as it is assumed", USUAL), ("at its strongest", MOST)):
        cell = {"blame": blame, "burned_share": USUALLY_BURNED}
        changes, tenure, inadequate, quality = (
            pick(table, measure, **cell)
            for measure in ("director_changes", "director_tenure", "inadequate_mean", "quality_end")
        )
        parts.append(
            f"Blame {words} changes {unit_of('director_changes')} by {in_words(changes)} and their tenure by"
            f" {in_words(tenure, 'months')}; inadequate councils in an average quarter by"
            f" {in_words(inadequate)}, and quality at the end by {in_words(quality, 'points')}."
        )
    return (
        "\n".join(parts) + "\nThe record by itself prefers no effect of blame; that it has one is literature."
    )


STUDY = FieldStudy(DESIGN, SMALL, MEASURES, answer, conclude)

if __name__ == "__main__":
    main(STUDY)
