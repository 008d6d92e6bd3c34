"""The page of the debate: what each side claimed, and what the model says of it across sets of parameters.

One page holds all claims; one for each side of the debate shows its case at its best and at its worst.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dashboards import claims_words as words
from dashboards import style
from dashboards.claims_figures import KEY, along_strength, distribution
from dashboards.claims_kept import write_kept
from dashboards.claims_listed import of_contrast
from dashboards.page import asset, write_page
from dashboards.words import wording_of
from experiments.calibration.learned import Informed
from experiments.claims.across import Study
from experiments.claims.assessing import Assessment, Tried, false_verdicts
from experiments.claims.contrast import way
from experiments.claims.judging import VERDICTS
from experiments.claims.sides import Case
from experiments.claims.words import decimals
from experiments.layers import Effect
from experiments.prose import MISSING, counted, number, percent
from experiments.structures.identified import Identified
from experiments.structures.verdicts import Standing, Under, standings
from model.compilation import model_hash
from model.registry import registry

PAGE = "claims.html"
TONES = {"holds": "better", "does not hold": "worse", "holds only where": "more", "cannot be told": "open"}
MARKS = {"holds": "●", "holds only where": "◐", "does not hold": "○", "cannot be told": "?"}
"""A sign for each verdict, so that none rests on colour alone."""


def side_page(case: Case) -> str:
    """Name of the page of a side."""
    return f"side-{case.side}.html"


def write_claims_pages(
    assessments: Sequence[Assessment],
    cases: Sequence[Case],
    told: Sequence[Informed],
    study: Study,
    folder: Path,
    command: str,
    missing: Sequence[str] = (),
    under: Sequence[Under] = (),
    rests: Sequence[Identified] = (),
) -> list[Path]:
    """Write the page of all claims and that of each side, and keep what they say as data.

    Args:
        assessments: of the claims, in their order.
        cases: of the sides.
        told: how much the record told of each fitted parameter.
        study: what was run.
        folder: in which the pages go.
        command: that makes them again.
        missing: claims that were not run.
        under: the claims under other structures of the model.
        rests: on which parameters each claim rests.
    """
    shared: dict[str, Any] = {
        "plotly": "",
        "style_sheet": Markup(style.css_variables() + asset("report.css") + asset("claims.css")),
        "command": command,
        "facts": _facts(study),
        "key": KEY,
        "marks": MARKS,
        "tones": TONES,
        "pages": [(case.name, side_page(case)) for case in cases],
        "debate": PAGE,
    }
    context = _debate(assessments, told, study, missing, under, rests)
    write_kept(
        {
            **context,
            "command": command,
            "model_hash": model_hash(),
            "facts": shared["facts"].items(),
            "again": _again(study),
            "cases": [_kept_case(case) for case in cases],
        },
        folder,
    )
    scripts = ("claims.js",)
    return [
        write_page(folder / PAGE, "claims.html.j2", scripts, {**shared, **context}),
        *(
            write_page(folder / side_page(case), "side.html.j2", scripts, {**shared, **_case(case)})
            for case in cases
        ),
    ]


def _debate(
    assessments: Sequence[Assessment],
    told: Sequence[Informed],
    study: Study,
    missing: Sequence[str],
    under: Sequence[Under],
    rests: Sequence[Identified],
) -> dict[str, Any]:
    """What the page of all claims speaks of."""
    standing = standings(assessments, under)
    resting_on = {one.claim: one for one in rests}
    given, wrong = false_verdicts(assessments)
    return {
        "claims": [
            _claim(one)
            | _structures(one, standing.get(one.contrast.claim), under)
            | _rests(resting_on.get(one.contrast.claim))
            for one in assessments
        ],
        "structures": _tried(under),
        "structure_heads": ["Claim", "As it is", *_titles(under)],
        "structure_rows": _across(assessments, under),
        "steady": sum(1 for one in standing.values() if not one.differs),
        "opposed": [claim for claim, one in standing.items() if one.opposed],
        "resting_counts": words.resting_counts(rests),
        "counts": [
            (verdict, sum(1 for one in assessments if one.verdict == verdict)) for verdict in VERDICTS
        ],
        "false_verdicts": words.false_verdicts_sentence(given, wrong, len(assessments)),
        "missing": list(missing),
        "informed": [_informed(one) for one in told],
        "uninformed": sum(1 for one in told if not one.told),
        "resting": words.resting(
            [one.contrast.claim for one in assessments if one.rests_on_the_unknown],
            [one.contrast.claim for one in assessments],
        ),
        "sets": study.sets,
        "failed": sum(one.failed for one in assessments),
    }


def _facts(study: Study) -> Mapping[str, str]:
    posterior = study.posterior
    made = posterior.provenance.get("command", "not written down")
    over = f"{study.name}: {dict(study.over)}" if study.over else "none"
    return {
        "Posterior": f"{len(posterior):,} sets, as good as {posterior.effective_size:,.0f} of equal weight;"
        f" made by: {made}",
        "Fitted parameters": f"{len(posterior.names)}",
        "Sets tried": f"{study.sets:,}, and {study.probed:,} of them in further ways",
        "Histories": f"{study.replicates} of luck a set, others in every set, the same for both arms",
        "Seed": str(study.seed),
        "Laid over both arms": over,
    }


def _claim(one: Assessment) -> dict[str, Any]:
    contrast, effect = one.contrast, one.judged.effect

    def shown(value: float) -> str:
        return words.shown_effect(contrast, value)

    figure = distribution(effect, contrast, shown) if effect else None
    strength = (
        along_strength(one.flips, one.evidence, contrast, shown, words.shown_value) if one.flips else None
    )
    return {
        **of_contrast(contrast),
        "verdict": one.verdict,
        "true": percent(one.judged.true.value),
        "sentence": words.verdict_sentence(one),
        "direction": words.direction_sentence(one),
        "figure": figure,
        "strength": strength,
        "strength_sentence": words.strength_sentence(one),
        "dependence": words.dependence_sentence(one),
        "rests": words.rests_sentence(one),
        "worth": words.worth_sentence(one),
        "intervals": _intervals(one, shown),
        "chances": _chances(one),
        "worths": [
            (
                worth.name,
                registry()[worth.name].meaning,
                registry()[worth.name].unit,
                words.percent_of(worth.share),
                percent(worth.error),
                "yes" if worth.told else "no",
            )
            for worth in one.worths
        ],
        "tried": [_tried_beside(tried) for tried in one.tried],
        "beside": [_beside(known) for known in one.beside],
        "failed": one.failed,
    }


def _structures(one: Assessment, standing: Standing | None, under: Sequence[Under]) -> dict[str, Any]:
    """Beside a verdict: in how many structures it stays, and what it is in each."""
    own = [tried for tried in under if tried.claim == one.contrast.claim]
    return {
        "stays": words.stays_sentence(standing) if standing else "",
        "stays_in": f"{len(standing.stays)} of {standing.tried}" if standing else MISSING,
        "under": [
            (
                tried.structure.title,
                f"{MARKS[tried.verdict]} {tried.verdict}{f' {tried.region}' if tried.region else ''}",
                "stays" if tried.stays(one.verdict) else "differs",
                percent(tried.judged.true.value),
                words.shown_effect(one.contrast, tried.judged.effect.mean)
                if tried.judged.effect
                else MISSING,
                "the claim’s own" if tried.touched else "",
            )
            for tried in own
        ],
    }


def _rests(one: Identified | None) -> dict[str, Any]:
    return {"rests_on": words.identified_sentence(one) if one else ""}


def _titles(under: Sequence[Under]) -> list[str]:
    return list(dict.fromkeys(one.structure.title for one in under))


def _tried(under: Sequence[Under]) -> list[tuple[str, str, str]]:
    """Structures: what is so under each, why one would look, and which parameters were taken."""
    own = {one.structure.title: one for one in under}
    return [
        (
            title,
            f"{one.structure.says} {one.structure.reason}",
            "fitted to the record under it" if one.fitted_anew else "those of the model as it is",
        )
        for title, one in own.items()
    ]


def _across(assessments: Sequence[Assessment], under: Sequence[Under]) -> list[list[str]]:
    """A row a claim: its verdict, and what it is under each structure, a dot where it stays."""
    by_claim = {
        (one.contrast.claim, tried.structure.title): tried
        for one in assessments
        for tried in under
        if tried.claim == one.contrast.claim
    }
    rows = []
    for one in assessments:
        cells = [one.contrast.claim, f"{MARKS[one.verdict]} {one.verdict}"]
        for title in _titles(under):
            tried = by_claim.get((one.contrast.claim, title))
            if tried is None:
                cells.append(MISSING)
            else:
                cells.append(
                    "same" if tried.stays(one.verdict) else f"{MARKS[tried.verdict]} {tried.verdict}"
                )
        rows.append(cells)
    return rows


def _intervals(one: Assessment, shown: Any) -> list[tuple[str, str, str]]:
    effect = one.judged.effect
    if effect is None:
        return []
    return [
        (
            "Parameters, luck taken out",
            shown(effect.mean),
            f"{shown(effect.of_parameters[0])} to {shown(effect.of_parameters[1])}",
        ),
        (
            "Luck, parameters at their average effect",
            shown(effect.mean),
            f"{shown(effect.of_luck[0])} to {shown(effect.of_luck[1])}",
        ),
        (
            "Both: a single history",
            shown(effect.mean),
            f"{shown(effect.of_both[0])} to {shown(effect.of_both[1])}",
        ),
    ]


def _chances(one: Assessment) -> list[tuple[str, str]]:
    effect = one.judged.effect
    if effect is None:
        return []
    chances, contrast = one.judged.chances, one.contrast
    amount = f"{contrast.smallest:g}"
    ways = ("falls", "rises") if way(contrast.claimed) < 0 else ("rises", "falls")
    return [
        (f"{ways[0]} by more than {amount}", percent(chances.beyond)),
        (f"changes by less than {amount}", percent(chances.within)),
        (f"{ways[1]} by more than {amount}", percent(chances.against)),
        ("share of parameters in a single history’s variance", words.percent_of(effect.share)),
    ]


def _tried_beside(one: Tried) -> tuple[str, ...]:
    """Further arms or a part: what, expected, effect, probability, verdict, distance from the claim's own."""
    contrast, effect, apart = one.contrast, one.judged.effect, one.apart

    def shown(found: Effect) -> str:
        low, high = (words.shown_effect(contrast, end) for end in found.of_parameters)
        return f"{words.shown_effect(contrast, found.mean)} ({low} to {high})"

    return (
        one.says,
        f"{words.title_of(contrast)}: {words.expected(contrast)}",
        shown(effect) if effect else MISSING,
        percent(one.judged.true.value),
        f"{MARKS[one.judged.verdict]} {one.judged.verdict}",
        shown(apart) if apart else MISSING,
    )


def _beside(known: Any) -> tuple[str, ...]:
    places = decimals(max(abs(known.without), abs(known.with_)) / 100)
    return (
        wording_of(known.measure.name).title,
        known.measure.unit,
        number(known.without, places),
        number(known.with_, places),
        number(known.difference, places, True),
        f"{number(known.low, places, True)} to {number(known.high, places, True)}",
    )


def _informed(one: Informed) -> tuple[str, ...]:
    entry = registry()[one.name]
    return (
        one.name,
        entry.meaning,
        entry.unit,
        words.shown_value(one.before),
        words.shown_value(one.after),
        f"{one.left:.2f}",
        "yes" if one.told else "hardly",
    )


def _case(case: Case) -> dict[str, Any]:
    told = [one for one in case.leanings if one.told]
    return {
        "case": case,
        "tried": counted(case.sets, "set"),
        "most": counted(len(case.most), "set"),
        "least": counted(len(case.least), "set"),
        "leanings": [
            (
                one.factor.name,
                one.factor.meaning,
                one.factor.unit,
                words.shown_value(one.most),
                words.shown_value(one.usual),
                words.shown_value(one.least),
                "yes" if one.told else "no",
            )
            for one in case.leanings
        ],
        "told": [_leaning(one) for one in told],
        "rows": [
            {
                "claim": contrast.claim,
                "id": contrast.claim.lower(),
                "says": contrast.says,
                "measure": words.title_of(contrast),
                "unit": contrast.measure.unit,
                "expected": words.expected(contrast),
                "effects": [words.shown_effect(contrast, effect) for effect in effects],
                "chances": [percent(chance) for chance in chances],
            }
            for contrast, effects, chances in case.rows
        ],
        "true_most": sum(1 for *_, chances in case.rows if chances[0] > 0.5),
        "true_usual": sum(1 for *_, chances in case.rows if chances[1] > 0.5),
        "true_least": sum(1 for *_, chances in case.rows if chances[2] > 0.5),
    }


def _kept_case(case: Case) -> dict[str, Any]:
    return {"side": case.side, "name": case.name, **_case(case)}


def _again(study: Study) -> str:
    """The options with which a further claim is tried on the same sets."""
    return f"--sets {study.sets} --replicates {study.replicates} --seed {study.seed}"


def _leaning(one: Any) -> str:
    way = "higher" if one.apart > 0 else "lower"
    return (
        f"{way} “{one.factor.title}” ({words.shown_value(one.most)} rather than"
        f" {words.shown_value(one.least)})"
    )
