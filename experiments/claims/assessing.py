"""All that is said of a claim across sets of parameters, from the runs that were kept: nothing is run."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from experiments.arrays import Numbers
from experiments.calibration.learned import informed
from experiments.claims.across import STRENGTHS, Study, arms, differences, probed
from experiments.claims.breakeven import BreakEven, Evidence, break_even, evidence
from experiments.claims.contrast import EXPECTED, Contrast, Measure, way
from experiments.claims.judging import Judged, Verdict, judge
from experiments.claims.proxies import proxies
from experiments.claims.sets import FITTED, SetsOfClaim
from experiments.claims.where import Region, find_region
from experiments.claims.worth import Shared, Worth, error_knowing, shared, worths
from experiments.layers import CENTRAL, Effect, effect_of
from experiments.posterior import Posterior

RESTS = 0.5
"""A claim rests on what the record cannot inform where that has more than this share of the variance."""


class Beside(NamedTuple):
    """A measure reported without a verdict: means of the arms, difference, and its spread over sets."""

    measure: Measure
    without: float
    with_: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Tried:
    """Further arms, or a further part of the claim, with a verdict of its own.

    Attributes:
        contrast: of these arms or that part.
        says: what is compared.
        judged: effect, probabilities and verdict.
        apart: how far the effect lies from that of the claim's own arms, set by set with the same luck; None
            of a part, which has another measure.
    """

    contrast: Contrast
    says: str
    judged: Judged
    apart: Effect | None


@dataclass(frozen=True, eq=False)
class Assessment:
    """What is said of a claim.

    Attributes:
        contrast: of the claim.
        sets: on which it was tried.
        judged: effect, probabilities, and the verdict but for a region.
        region: where it holds, if that was looked for and found.
        without: mean of the arm without.
        with_: mean of the arm with.
        failed: runs that ended early.
        beside: further measures.
        tried: further arms and parts of the claim.
        worths: what parameters are worth knowing, the most first.
        error: probability of a wrong verdict for who has to decide now.
        groups: how much of the variance involves each group of parameters.
        flips: at which strength the verdict flips; None where that cannot be said.
        evidence: what is known of that strength.
        uninformed: share of the variance that involves what the record cannot inform; None where unknown.
        values: of the parameters in the sets that were observed, shape (observed, names).
    """

    contrast: Contrast
    sets: SetsOfClaim
    judged: Judged
    region: Region | None
    without: float
    with_: float
    failed: int
    beside: tuple[Beside, ...]
    tried: tuple[Tried, ...]
    worths: tuple[Worth, ...]
    error: float
    groups: tuple[Shared, ...]
    flips: BreakEven | None
    evidence: Evidence
    uninformed: float | None
    values: Numbers

    @property
    def verdict(self) -> Verdict:
        """In a word, a region counted."""
        return "holds only where" if self.region else self.judged.verdict

    @property
    def wrong(self) -> float:
        """Probability that the verdict is wrong; not a number where none is given.

        Of few sets none may go against it by luck, so that half a set for it and half against it are added
        (Jeffreys).
        """
        true = self.judged.true.value
        if self.region:
            sets, against = self.region.sets, 1.0 - self.region.density.value
        elif self.judged.effect and self.judged.verdict != "cannot be told":
            sets = len(self.judged.effect.sets)
            against = 1.0 - true if self.judged.verdict == "holds" else true
        else:
            return math.nan
        return (sets * against + 0.5) / (sets + 1.0)

    @property
    def rests_on_the_unknown(self) -> bool:
        """Whether more of the effect hangs on what the record cannot inform than not."""
        return self.uninformed is not None and self.uninformed > RESTS


def assess(contrast: Contrast, study: Study, runs: pl.DataFrame) -> Assessment:
    """Say of a claim what its runs say."""
    sets = study.of(contrast)
    judged = judge(contrast, differences(runs, contrast))
    effect = judged.effect
    values = sets.values(effect.sets.tolist()) if effect else np.zeros((0, len(sets.names)))
    region = None
    if effect and judged.verdict == "cannot be told":
        region = find_region(contrast, effect, sets.factors, values)
    without, with_ = arms(runs, contrast)
    worth = worths(contrast, effect, sets.names, values) if effect else []
    groups = _groups(contrast, study, sets, runs, judged)
    strengths = contrast.strength.values(STRENGTHS)
    cells = [probed(runs, contrast, "strength", repr(value)) for value in strengths]
    return Assessment(
        contrast,
        sets,
        judged,
        region,
        without,
        with_,
        int(runs.filter(pl.col("measure").str.starts_with("0:"))["failed"].sum()),
        tuple(_beside(contrast, runs)),
        tuple(_tried(contrast, runs)),
        tuple(worth),
        error_knowing(contrast, effect, None) if effect else math.nan,
        groups,
        break_even(contrast, strengths, cells),
        evidence(contrast, study.posterior),
        _uninformed(groups, worth, study.posterior),
        values,
    )


def _beside(contrast: Contrast, runs: pl.DataFrame) -> Iterable[Beside]:
    for place, measure in enumerate(contrast.beside, 1 + len(contrast.parts)):
        cells = differences(runs, contrast, place)
        seen = cells[~np.isnan(cells).all(axis=1)]
        if len(seen):
            means = np.nanmean(seen, axis=1)
            low, high = np.quantile(means, CENTRAL)
            yield Beside(measure, *arms(runs, contrast, place), float(means.mean()), float(low), float(high))


def _tried(contrast: Contrast, runs: pl.DataFrame) -> Iterable[Tried]:
    for place, part in enumerate(contrast.parts, 1):
        about = contrast.about(part)
        yield Tried(about, part.says, judge(about, differences(runs, contrast, place)), None)
    own = differences(runs, contrast)
    for one in contrast.further:
        arms = contrast.at(one)
        cells = probed(runs, contrast, "further", one.name)
        yield Tried(arms, one.says, judge(arms, cells), effect_of(cells - own))


def _groups(
    contrast: Contrast, study: Study, sets: SetsOfClaim, runs: pl.DataFrame, judged: Judged
) -> tuple[Shared, ...]:
    if judged.effect is None:
        return ()
    base = differences(runs, contrast)[: study.probed]
    found = []
    for group in sets.groups:
        again = probed(runs, contrast, "redrawn", group)
        count = sum(1 for known in sets.group_of.values() if known == group)
        found.append(shared(group, count, base[: len(again)], again[: len(base)], judged.effect))
    return tuple(
        sorted(found, key=lambda one: -one.share.value if one.share.value == one.share.value else 0.0)
    )


def _uninformed(groups: Sequence[Shared], worth: Sequence[Worth], posterior: Posterior) -> float | None:
    """Share of the variance that involves parameters of which the record says nothing, at most 1.

    All that was not fitted is among them; of what was fitted, those parameters whose share can be told from
    chance and whose spread the record hardly narrowed.
    """
    known = {group.group: group.share.value for group in groups if group.share.value == group.share.value}
    if not known:
        return None
    outside = sum(share for group, share in known.items() if group != FITTED)
    blunt = {one.name for one in informed(posterior) if not one.told}
    inside = sum(one.share.value for one in worth if one.told and one.name in blunt)
    total = max(sum(known.values()), 1.0)
    return min(1.0, (outside + min(inside, known.get(FITTED, 0.0))) / total)


def false_verdicts(assessments: Iterable[Assessment]) -> tuple[int, float]:
    """How many verdicts were given, and how many of them to expect to be wrong if the sets are believed."""
    given = [one.wrong for one in assessments if one.wrong == one.wrong]
    return len(given), float(sum(given))


def table_of(assessments: Mapping[str, Assessment] | Sequence[Assessment]) -> pl.DataFrame:
    """A row a claim: verdict, effect and intervals, probabilities, break-even, what is worth knowing."""
    listed = list(assessments.values()) if isinstance(assessments, Mapping) else list(assessments)
    return pl.DataFrame([_row(one) for one in listed], infer_schema_length=None).fill_nan(None)


def sets_table(assessments: Sequence[Assessment], study: Study) -> pl.DataFrame:
    """Every parameter that differs between sets, a row a set: the same under every claim that draws it."""
    numbers = list(range(study.sets))
    columns: dict[str, Numbers] = {}
    for one in assessments:
        values = one.sets.values(numbers)
        columns |= {name: values[:, place] for place, name in enumerate(one.sets.names)}
    return pl.DataFrame({"set": numbers, **columns})


def tried_table(assessments: Sequence[Assessment]) -> pl.DataFrame:
    """Further arms and parts of the claims: a row each, with verdict, effect and probability."""
    rows = []
    for one in assessments:
        for tried in one.tried:
            effect, apart = tried.judged.effect, tried.apart
            low, high = effect.of_parameters if effect else (None, None)
            apart_low, apart_high = apart.of_parameters if apart else (None, None)
            rows.append(
                (
                    one.contrast.claim,
                    tried.says,
                    tried.contrast.measure.name,
                    tried.contrast.measure.unit,
                    EXPECTED[tried.contrast.claimed],
                    tried.contrast.smallest,
                    tried.judged.verdict,
                    tried.judged.true.value,
                    effect.mean if effect else None,
                    low,
                    high,
                    apart.mean if apart else None,
                    apart_low,
                    apart_high,
                )
            )
    texts = ("claim", "tried", "measure", "unit", "claimed", "smallest", "verdict")
    numbers = ("difference", "low_parameters", "high_parameters", "apart", "apart_low", "apart_high")
    schema = dict.fromkeys(texts, pl.String) | {"probability_true": pl.Float64}
    schema |= dict.fromkeys(numbers, pl.Float64)
    return pl.DataFrame(rows, schema=schema | {"smallest": pl.Float64}, orient="row").fill_nan(None)


def informed_table(posterior: Posterior) -> pl.DataFrame:
    """How much the record told of each fitted parameter, a row each."""
    return pl.DataFrame(
        [(one.name, one.before, one.after, one.left, one.moved, one.told) for one in informed(posterior)],
        schema={
            "parameter": pl.String,
            "sd_before": pl.Float64,
            "sd_after": pl.Float64,
            "left": pl.Float64,
            "moved": pl.Float64,
            "informed": pl.Boolean,
        },
        orient="row",
    )


def _row(one: Assessment) -> dict[str, object]:
    effect, contrast = one.judged.effect, one.contrast
    ends: dict[str, float | None] = {}
    for name in ("parameters", "luck", "both"):
        low, high = getattr(effect, f"of_{name}") if effect else (None, None)
        ends |= {f"low_{name}": low, f"high_{name}": high}
    worth = next((known for known in one.worths if known.told), None)
    flips = one.flips
    return {
        "claim": contrast.claim,
        "says": contrast.says,
        "who": contrast.who,
        "sides": ", ".join(contrast.sides),
        "measure": contrast.measure.name,
        "unit": contrast.measure.unit,
        "claimed": EXPECTED[contrast.claimed],
        "smallest": contrast.smallest,
        "verdict": one.verdict,
        "region": one.region.words if one.region else None,
        "density_aside": one.region.density.value if one.region else None,
        "coverage_aside": one.region.coverage.value if one.region else None,
        "sets": len(effect.sets) if effect else 0,
        "without": one.without,
        "with": one.with_,
        "difference": effect.mean if effect else None,
        **ends,
        "probability_claimed": one.judged.chances.beyond,
        "probability_within": one.judged.chances.within,
        "probability_against": one.judged.chances.against,
        "probability_true": one.judged.true.value,
        "direction_over_sets": effect.direction(way(contrast.claimed)) if effect else None,
        "direction_over_histories": effect.histories(way(contrast.claimed)) if effect else None,
        "share_of_parameters": effect.share.value if effect else None,
        "strength": contrast.strength.name,
        "break_even": flips.at if flips else None,
        "true_in_95": flips.sure[0] if flips and flips.sure else None,
        "true_in_5": flips.unlikely[0] if flips and flips.unlikely else None,
        "worth_knowing": worth.name if worth else None,
        "what_to_measure": proxies()[worth.name].measure if worth and worth.name in proxies() else None,
        "worth_share": worth.share.value if worth else None,
        "error_now": one.error,
        "error_knowing": worth.error if worth else None,
        **{f"share_{group.group}": group.share.value for group in one.groups},
        "uninformed": one.uninformed,
        "rests_on_the_unknown": one.rests_on_the_unknown,
        "failed_runs": one.failed,
    }
