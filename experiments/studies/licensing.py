"""Do licences keep standards up, and does a duty to serve keep companies from picking the easy councils?

Design: whether companies need a licence, how much skill it asks for, and whether a company has to bid for
every council that tenders, where companies take over; neither licence nor duty is the reference. Measured:
councils left without a company and bids for each; companies in the market; quality where services are run
under contract and three years after failing; councils inadequate in an average quarter (claims C38 and C42).
A licence sees a provider's skill, which a regulator could not see so clearly.
"""

import polars as pl

from experiments.effects import SmallestEffect, unit_of
from experiments.studies.paired import Average, against, in_words, outcomes, pick
from experiments.studies.script import FieldStudy, Given, asked, main
from experiments.sweeps.results import SweepResults

LICENCE, DUTY, BAR = "regime.licence", "regime.must_serve", "market.licence_bar"
USUAL_BAR, HIGH_BAR = 0.45, 0.6

DESIGN: Given = {
    "title": "Licensing and cherry-picking",
    "question": asked(__doc__),
    "regimes": ["private_provider"],
    "replicates": 200,
    "outcomes": ["unserved", "bids_per_tender", "quality_after_failure", "inadequate_mean"],
    "tables": ["runs", "quarters"],
    "design": {"kind": "grid"},
    "parameters": {
        LICENCE: {"values": [0, 1]},
        DUTY: {"values": [0, 1]},
        BAR: {"values": [0.3, USUAL_BAR, HIGH_BAR]},
    },
}
SMALL = {"replicates": 6, "quarters": 24}
UNDER_CONTRACT = Average(
    "quality_under_contract",
    36,
    SmallestEffect(
        "Quality under contract", 0.5, None, "as for quality; other councils are served each time"
    ),
)
COMPANIES = Average(
    "providers_live",
    36,
    SmallestEffect("Companies in the market", 0.5, None, "one company, half of the time"),
)
MEASURES = (
    *outcomes("unserved", "bids_per_tender"),
    COMPANIES,
    UNDER_CONTRACT,
    *outcomes("quality_after_failure", "inadequate_mean"),
)


def answer(results: SweepResults) -> pl.DataFrame:
    """Every pair of rules against neither, with the same bar."""
    return against(results, {LICENCE: 0, DUTY: 0}, MEASURES)


def conclude(table: pl.DataFrame) -> str:
    """What a licence, a stricter one, and a duty to serve each change."""
    parts = []
    for words, licence, duty, bar in (
        ("A licence", 1, 0, USUAL_BAR),
        ("A stricter licence", 1, 0, HIGH_BAR),
        ("A duty to serve", 0, 1, USUAL_BAR),
        ("Both, with the usual licence,", 1, 1, USUAL_BAR),
    ):
        cell = {"licence": licence, "must_serve": duty, "licence_bar": bar}
        left, contract, after = (
            pick(table, measure, **cell)
            for measure in ("unserved", "quality_under_contract", "quality_after_failure")
        )
        parts.append(
            f"{words} changes what is left unserved by {in_words(left, unit_of('unserved'))}, quality under"
            f" contract by {in_words(contract, 'points')} and that three years after failing by"
            f" {in_words(after, 'points')}."
        )
    limits = (
        "A council that nobody bids for keeps an adviser, so that these are differences between a company and"
        " an adviser, and the two have equal power by default."
    )
    return "\n".join([*parts, limits])


STUDY = FieldStudy(DESIGN, SMALL, MEASURES, answer, conclude)

if __name__ == "__main__":
    main(STUDY)
