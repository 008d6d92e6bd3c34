"""Identifiability: on which parameters each claim rests, and whether the record informs them.

A claim rests on the parameters that explain more of its effect's differences between sets than chance may.
Whether the record informs a parameter that was fitted is told by how much of its spread is left; how far the
fit moved it is said beside. Of a parameter that was not fitted the record was never asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from experiments.calibration.learned import informed
from experiments.claims.assessing import Assessment
from experiments.claims.sets import FITTED
from experiments.posterior import Posterior

Source = Literal["the record", "hardly the record", "not the record"]
Standing = Literal[
    "on the record", "in part on the record", "on what the record cannot tell", "on no single parameter"
]

PART, ALL = 0.5, 0.9
"""Share of what is explained that lies with parameters which the record informs, from which a claim rests on
it in part, and from which it does."""


@dataclass(frozen=True)
class Known:
    """What the record tells of a fitted parameter.

    Attributes:
        left: share of its spread that is left.
        told: whether the record informs it.
        moved: by how many standard deviations of what was believed before its mean moved.
    """

    left: float
    told: bool
    moved: float

    @property
    def source(self) -> Source:
        """Whether the record informs it."""
        return "the record" if self.told else "hardly the record"


def known_of(posterior: Posterior) -> dict[str, Known]:
    """What the record tells of each fitted parameter."""
    return {one.name: Known(one.left, one.told, one.moved) for one in informed(posterior)}


@dataclass(frozen=True)
class Rests:
    """A parameter on which a claim rests.

    Attributes:
        name: of the parameter.
        share: of the variance of the effect that would go if it were known.
        low, high: 95% interval of that.
        grade: fitted, or how well the registry says it is known.
        known: what the record tells of it; None where it was not fitted.
    """

    name: str
    share: float
    low: float
    high: float
    grade: str
    known: Known | None

    @property
    def source(self) -> Source:
        """Whether the record informs it."""
        return self.known.source if self.known else "not the record"


@dataclass(frozen=True)
class Identified:
    """What a claim rests on.

    Attributes:
        claim: its number.
        rests: parameters that explain more of its effect than chance may, the most first.
    """

    claim: str
    rests: tuple[Rests, ...]

    @property
    def told(self) -> float:
        """Share of what these explain that lies with parameters that the record informs; 0 for none."""
        total = sum(one.share for one in self.rests)
        known = sum(one.share for one in self.rests if one.source == "the record")
        return known / total if total else 0.0

    @property
    def standing(self) -> Standing:
        """In a word."""
        if not self.rests:
            return "on no single parameter"
        if self.told >= ALL:
            return "on the record"
        return "in part on the record" if self.told >= PART else "on what the record cannot tell"


def identified(assessments: Sequence[Assessment], posterior: Posterior) -> list[Identified]:
    """What each claim rests on."""
    known = known_of(posterior)
    return [
        Identified(
            one.contrast.claim,
            tuple(
                Rests(
                    worth.name,
                    worth.share.value,
                    worth.share.low,
                    worth.share.high,
                    one.sets.group_of[worth.name],
                    known[worth.name] if one.sets.group_of[worth.name] == FITTED else None,
                )
                for worth in one.worths
                if worth.told
            ),
        )
        for one in assessments
    ]


def identified_table(found: Sequence[Identified]) -> pl.DataFrame:
    """A row a claim and parameter; of a claim that rests on no single one, a row without."""
    rows = []
    for one in found:
        for rests in one.rests or (None,):
            known = rests.known if rests else None
            rows.append(
                (
                    one.claim,
                    one.standing,
                    rests.name if rests else None,
                    rests.grade if rests else None,
                    rests.share if rests else None,
                    rests.low if rests else None,
                    rests.high if rests else None,
                    known.left if known else None,
                    known.moved if known else None,
                    rests.source if rests else None,
                )
            )
    return pl.DataFrame(
        rows,
        schema={
            "claim": pl.String,
            "rests": pl.String,
            "parameter": pl.String,
            "known": pl.String,
            "share": pl.Float64,
            "share_low": pl.Float64,
            "share_high": pl.Float64,
            "spread_left": pl.Float64,
            "moved": pl.Float64,
            "informed_by": pl.String,
        },
        orient="row",
    )
