"""Claims as they stand before anything is run: who said it, what is compared, what was fixed beforehand."""

from collections.abc import Mapping
from typing import Any

from dashboards import claims_words as words
from dashboards.words import UNITLESS
from experiments.claims.contrast import Contrast
from experiments.claims.measuring import Finding
from experiments.claims.record import kept
from experiments.claims.words import TRIED, numbers
from experiments.errors import StudyError
from experiments.prose import MISSING, capitalised
from experiments.sweeps.factors import parameter_title
from model.regimes import find_regime
from model.registry import registry

THEMES: Mapping[str, tuple[str, ...]] = {
    "Companies, trusts and commissioners": ("C01", "C02", "C13", "C17", "C21", "C22", "C27", "C37"),
    "Councils helping councils": ("C03", "C04", "C05", "C25", "C28", "C29", "C30", "C31", "C32"),
    "Deadlines, inspection and what is learned": ("C18", "C19", "C20", "C23", "C39"),
    "A market for services": ("C06", "C08", "C12", "C24", "C36", "C38", "C40", "C41", "C42", "C43"),
    "Leaders and social workers": ("C14", "C16", "C26", "C33", "C35"),
    "Working with others": ("C07", "C09", "C15"),
    "Money and demand": ("C10", "C11", "C34"),
}
"""What the claims are about, each once."""

ARTICLES = {
    "A1": "Community Care, about 2009",
    "A2": "Children & Young People Now, 2015",
    "A3": "a news page on the market for public services, December 2015",
    "A4": "Local Government Chronicle, 2017",
    "A5": "Local Government Chronicle, 2014",
}
"""In which the debate was recorded, as claims cite them."""


def of_contrast(contrast: Contrast) -> dict[str, Any]:
    """What is said of a claim whether or not it was tried."""
    return {
        "id": contrast.claim.lower(),
        "claim": contrast.claim,
        "says": contrast.says,
        "who": contrast.who,
        "sides": contrast.sides,
        "sides_in_words": words.sides_of(contrast),
        "question": contrast.question,
        "compared": contrast.compared,
        "measure": words.title_of(contrast),
        "meaning": capitalised(contrast.measure.meaning),
        "expected": words.expected(contrast),
        "reason": contrast.reason,
        "doubt": contrast.doubt,
        **axes_of(contrast),
    }


def axes_of(contrast: Contrast) -> dict[str, str]:
    """What the axes of a claim's figures are: the effect with its unit, and the strength with its own."""
    unit, strength = contrast.measure.unit, registry()[contrast.strength.name]
    measured = f"{words.title_of(contrast).lower()}" + (f", {unit}" if unit not in UNITLESS else "")
    known = "" if strength.unit in UNITLESS else f", {strength.unit}"
    return {"effect_axis": measured, "strength_axis": f"{parameter_title(contrast.strength.name)}{known}"}


def article_of(contrast: Contrast) -> str:
    """In which article a claim was recorded, in a sentence; empty where it cites none."""
    cited = [
        f"{name} is {title}, in which it was recorded."
        for name, title in ARTICLES.items()
        if f"({name})" in contrast.who
    ]
    return " ".join(cited)


def levers_of(contrast: Contrast) -> list[tuple[str, ...]]:
    """A row a lever: name, meaning, its value in either arm, range, unit, and how well it is known."""
    rows: list[tuple[str, ...]] = []
    regime = find_regime(contrast.regime).settings
    for name in contrast.levers:
        entry = registry()[name]
        standing = {name: entry.shown(entry.default), **regime, **contrast.shared}
        rows.append(
            (
                name,
                entry.meaning,
                _plain({**standing, **contrast.without}[name]),
                _plain({**standing, **contrast.with_}[name]),
                f"{entry.shown(entry.low)} to {entry.shown(entry.high)}",
                entry.unit,
                words.GROUPS.get(entry.grade, entry.grade),
            )
        )
    return rows


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value).replace("_", " ")


def points_of(contrast: Contrast) -> list[tuple[str, ...]]:
    """What was measured at the points at which a claim holds and does not, a row each; none where it was not.

    A row is: where, the verdict there, difference, its interval from luck, without, with, what is so there.
    """
    try:
        findings = kept(contrast)
    except StudyError:  # the page speaks of the claim all the same
        return []
    says = {"holds": contrast.holds.says, "fails": contrast.fails.says}
    rows: list[tuple[str, ...]] = []
    for finding in findings:
        if finding.verdict:
            shown, where = numbers(finding), _tried(finding, contrast)
            arms = shown.difference, shown.interval, shown.without, shown.with_
            rows.append((where, finding.verdict, *arms, says.get(finding.trial, MISSING)))
    return rows


def _tried(finding: Finding, contrast: Contrast) -> str:
    if contrast.bundled and finding.trial not in TRIED and not finding.trial.startswith("under"):
        return "whole regimes as they are"
    return TRIED.get(finding.trial, finding.trial).replace("_", " ")
