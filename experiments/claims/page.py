"""The page of claims: what each is in the model, and what was measured of it."""

from collections.abc import Callable, Iterator, Sequence

from experiments.claims import find_contrasts
from experiments.claims.contrast import EXPECTED, SIDES, Contrast, Further, Point, Settings, expectation
from experiments.claims.measuring import Finding
from experiments.claims.record import kept, read
from experiments.claims.words import ABOUT_THE_MODEL, TRIED, numbers
from experiments.comparison import LUCK_ONLY
from experiments.markdown import page, paragraphs, path_of, range_of, table
from model.registry import registry

HOW_TO_READ = (
    "Each claim is a contrast of two arms that meet the same luck and share everything but the levers named."
    " It is tried at two points, one where it holds in the model and one where it does not: that both can be"
    " reached inside the registry's bounds is what makes it a claim that the model tests rather than one"
    " that it assumes. A claim *holds* where the difference exceeds the smallest that would matter, the way"
    " that the claimant expects, with probability 0.95; it *does not hold* where with 0.95 it does not;"
    " otherwise it *cannot be told*. A claim that a measure does not rise holds however far that falls. The"
    " arms differ in one lever, or say why in more. What stands beside the measure has no verdict. Where"
    " whole regimes are compared they stand as they are, and differ in more than the lever.",
    "The smallest difference that would matter is that of every comparison of regimes or more, where those"
    " have the measure. The points were looked for, so that a claim's holding somewhere is no sign that it"
    " holds widely. Three measures were changed while the experiments were built, after a first look: C10"
    " from the share inadequate at the end to the average quarter, which luck disturbs less; C25 from the"
    " best tenth to all councils, because risk by itself lifts the best; C26 from experience to vacancies,"
    " because entrants dilute experience wherever they come. The smallest effect of C10 moved with its"
    " measure, from 5% to 1% of councils and then to 5 councils. When the defaults became the medoid of the"
    " posterior, ten claims no longer reached one of their points, and these points were chosen anew, after"
    " looking at results: C06, C08, C10, C13, C14, C16, C18, C20, C25 and C36. Later, and after looking too,"
    " C13 was made one-sided, because quality that falls bears out that it does not rise; and C29, whose arms"
    " had differed in chief executives as well, was left with who helps as its one lever and given another"
    " point at which it holds. Since the second posterior points lie over a set of parameters that is kept"
    " (`experiments/claims/background.toml`, the defaults of the first), so that a fit no longer moves them;"
    " *nothing else set* means that set.",
    "The points show that either verdict can be reached. What the model says of each claim across sets of"
    " parameters fitted to the record, with regions, break-even strengths and what would be worth knowing, is"
    " found by `turnaround claims`: see [docs/claims.md](../claims.md).",
    f"**{ABOUT_THE_MODEL}** The points say under which assumptions a claim would be right and under which"
    " wrong; which of them describes England is not settled by running them, and most of the levers have"
    f" never been measured: see their grade. {LUCK_ONLY}",
)


def claims_page() -> str:
    """All claims: a table of them, those whose mechanism is in doubt, and each in full.

    Raises:
        StudyError: for a claim that has not been measured, or was edited since.
    """
    contrasts = find_contrasts()
    findings = {contrast.claim: kept(contrast) for contrast in contrasts}
    doubtful = [contrast for contrast in contrasts if contrast.doubt]
    return page(
        "Claims of the debate",
        _how_measured(),
        paragraphs(HOW_TO_READ),
        ["## All of them", "", *_overview(contrasts, findings)],
        [
            "## Whose mechanism does not convince",
            "",
            *(f"- [{contrast.claim}](#{contrast.claim.lower()}): {contrast.doubt}" for contrast in doubtful),
        ],
        *(_section(contrast, findings[contrast.claim]) for contrast in contrasts),
    )


def levers_page() -> str:
    """Every parameter that makes a claim's mechanism, with the claims it serves and what stands behind it."""
    serves: dict[str, list[str]] = {}
    for contrast in find_contrasts():
        for name in contrast.levers:
            serves.setdefault(name, []).append(contrast.claim)
    rows = [
        (
            f"`{name}`",
            ", ".join(f"[{claim}](claims.md#{claim.lower()})" for claim in serves[name]),
            entry.shown(entry.default),
            range_of(entry),
            entry.unit,
            f"{entry.grade}: {entry.source}",
            entry.meaning,
        )
        for name, entry in registry().items()
        if name in serves
    ]
    return page(
        "Levers and the claims they serve",
        "The parameters that carry the mechanisms of the debate, as the experiments in `experiments/claims`"
        " name them. A lever that regimes set, or that a claim added, is neutral by default; costs are"
        " charged where the lever they belong to is used.",
        table(("lever", "claims", "default", "range", "unit", "evidence and source", "meaning"), rows),
    )


def _how_measured() -> str:
    """How many histories, which seed, and by which model: as the file of what was measured has it."""
    rows = read()
    several = {name: ", ".join(dict.fromkeys(row[name] for row in rows)) for name in ("replicates", "seed")}
    models = ", ".join(dict.fromkeys(f"`{row['model_hash'][:12]}`" for row in rows))
    return (
        f"The {len(find_contrasts())} claims made between 2009 and 2017, as experiments. Measured by"
        f" `python -m experiments.claims --write` on {several['replicates']} histories, seed"
        f" {several['seed']}, model {models}; differences are of the arm with what the claim speaks of, less"
        " the arm without."
    )


def _overview(contrasts: Sequence[Contrast], findings: dict[str, list[Finding]]) -> list[str]:
    headings = ("claim", "in our words", "measure", "expected", *TRIED.values(), "doubt")
    rows = []
    for contrast in contrasts:
        by_trial = {finding.trial: finding for finding in findings[contrast.claim] if finding.verdict}
        rows.append(
            (
                f"[{contrast.claim}](#{contrast.claim.lower()})",
                contrast.says,
                f"`{contrast.measure.name}`",
                f"{EXPECTED[contrast.claimed]}, {contrast.amount}",
                *(f"{numbers(by_trial[trial]).difference}, {by_trial[trial].verdict}" for trial in TRIED),
                "yes" if contrast.doubt else "",
            )
        )
    return table(headings, rows)


def _section(contrast: Contrast, findings: Sequence[Finding]) -> Iterator[str]:
    yield from (f"## {contrast.claim}", "")
    yield from (f"**{contrast.says}** {_sentence(contrast.who)}.", "")
    yield from (f"{contrast.question} {contrast.compared}", "")
    yield from (f"Rules: {', '.join(_rule(rule) for rule in contrast.rules)}.", "")
    yield from _levers(contrast)
    yield ""
    shared = f" with {_settings(contrast.shared)}" if contrast.shared else ""
    if contrast.bundle:
        yield f"The arms differ in more than `{contrast.lever}`: {contrast.bundle}."
    yield (
        f"Both arms stand on the regime `{contrast.regime}`{shared}, over {contrast.quarters} quarters;"
        f" without: {_settings(contrast.without)}; with: {_settings(contrast.with_)}."
    )
    for name in contrast.facts:
        yield (
            f"How large `{name}` is nobody chooses: at the two points it is as given, across sets as drawn."
        )
    for trial, point in (("holds", contrast.holds), ("fails", contrast.fails)):
        yield f"{_sentence(TRIED[trial])}: {point.says}{_settings_of_point(point)}."
    yield ""
    yield f"{contrast.expectation} Because: {contrast.reason}. ({_sentence(contrast.measure.meaning)}.)"
    for part in contrast.parts:
        of = f"`{part.measure.name}` {expectation(part.claimed, f'{part.smallest:g} ({part.measure.unit})')}"
        yield f"{part.says} That is judged by itself across sets: {of}, which is {part.reason}."
    if contrast.further:
        named = "; ".join(f"{one.says}{_settings_of_further(one)}" for one in contrast.further)
        yield f"Tried beside it across sets: {named}."
    arm = " in the arm with it" if contrast.strength.arm == "with" else ""
    yield (
        f"What makes it weak or strong: `{contrast.strength.name}`{arm}. It makes the case of"
        f" {' and of '.join(SIDES[side] for side in contrast.sides)}."
    )
    yield ""
    yield from _measured(findings)
    if contrast.doubt:
        yield from ("", f"*Doubt:* {contrast.doubt}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rule(rule: Callable[..., object]) -> str:
    return f"`{rule.__name__}` ({path_of(rule)})"


def _levers(contrast: Contrast) -> list[str]:
    headings = ("lever", "neutral or default", "range", "unit", "evidence", "arms differ")
    rows = []
    for name in contrast.levers:
        entry = registry()[name]
        differs = "yes" if name in contrast.arms else ""
        rows.append(
            (f"`{name}`", entry.shown(entry.default), range_of(entry), entry.unit, entry.grade, differs)
        )
    return table(headings, rows)


def _settings(settings: Settings) -> str:
    return ", ".join(f"`{name}` = {_shown(value)}" for name, value in settings.items())


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _settings_of_point(point: Point) -> str:
    arms = (("", point.both), ("without: ", point.without), ("with: ", point.with_))
    parts = [f"{arm}{_settings(settings)}" for arm, settings in arms if settings]
    return f" ({'; '.join(parts)})" if parts else ""


def _settings_of_further(further: Further) -> str:
    regime = f"`{further.regime}`; " if further.regime else ""
    point = Point("", without=further.without, with_=further.with_)
    return _settings_of_point(point).replace(" (", f" ({regime}", 1) or f" ({regime.removesuffix('; ')})"


def _measured(findings: Sequence[Finding]) -> list[str]:
    headings = ("tried", "measure", "unit", "without", "with", "difference", "95% interval", "the claim")
    return table(
        headings,
        (
            (
                TRIED.get(finding.trial, finding.trial),
                f"`{finding.measure.name}`",
                finding.measure.unit,
                *numbers(finding),
                f"**{finding.verdict}**" if finding.verdict else "",
            )
            for finding in findings
        ),
    )
