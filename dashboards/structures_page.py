"""The page on what each submodel contributes, and on how other structures do against the record."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dashboards.page import FINDINGS_SCRIPTS, write_page
from dashboards.style import STRONG
from dashboards.sweep_figures import COLOURS, PALE, Bar, bars, bars_height
from experiments.intervals import Interval
from experiments.prose import MISSING, brief, counted, listed, number
from experiments.structures.declared import not_switched
from experiments.structures.scoring import FARTHEST, MATTERS, Change, Contribution, Mode, Record
from experiments.structures.study import Study
from model.compilation import model_hash

PAGE = "structures.html"
HEADS = (
    *("", "Parameters", "Squared distance", "Change", "95%", "Passed", "Within luck", "Failed"),
    *("Farther", "Nearer", "Log probability", "Change", "95%"),
)
MOST_FIGURES = 8
"""Figures named of a structure."""
FEW_SETS = 40
"""Equally weighted sets, below which a fit is called rough."""


def write_structures_page(
    found: Sequence[Contribution], study: Study, record: Record, folder: Path, command: str
) -> Path:
    """Write the page into a folder.

    Args:
        found: of the model as it is and of the structures, under each mode.
        study: what was run.
        record: against which they were held.
        folder: in which the page goes.
        command: that makes it again.
    """
    others = [one for one in found if one.score.structure.kind != "model"]
    context = {
        "heading": "What does each part of the model contribute?",
        "lead": "Each submodel switched off, and other structures tried: how much farther from the record of"
        " England’s councils from 2014 to 2019 the model is without it, with parameters as they were fitted"
        " and fitted anew.",
        "contents": [
            ("answer", "The answer"),
            ("submodels", "Submodels switched off"),
            ("alternatives", "Other structures"),
            ("figures", "Which figures move"),
            ("rest", "What is not switched off"),
        ],
        "alarms": _alarms(found, study),
        "said": summary(found),
        "heads": HEADS,
        "colours": COLOURS,
        "fitted_anew": bool(study.rows),
        "base_rows": [_row(one) for one in found if one.score.structure.kind == "model"],
        "parts": [
            _part("submodels", "Submodels switched off", _of(others, "submodel"), study),
            _part("alternatives", "Other structures", _of(others, "alternative"), study),
        ],
        "moved": [_moved(one, record) for one in others if one.worse or one.better],
        "not_switched": list(not_switched().items()),
        "limits": LIMITS,
        "facts": _facts(study),
        "command": command,
    }
    return write_page(folder / PAGE, "structures.html.j2", FINDINGS_SCRIPTS, context)


LIMITS = (
    "A submodel that can be left out at no cost is one that this record does not ask for. It may be at work"
    " all the same; the record cannot tell.",
    "With parameters as they were fitted, what a submodel did is simply missing: others were fitted beside"
    " it. Fitted anew, others take over what they can. The truth about its worth lies in the second.",
    "Each structure’s own fit is a small one, and two small fits of the very same rules lie apart. How far is"
    " seen by fitting the model as it is several times, and is the interval of what is fitted anew; a"
    " structure is fitted once, and taken to scatter as the model as it is does.",
    "The sum counts figures as if they were independent. Stocks of neighbouring years share their councils,"
    " and shares add to one.",
    f"Beyond {FARTHEST:g} tolerances a figure counts as {FARTHEST:g} tolerances away: farther is no worse.",
    "The log probability is that of the record’s judgements, each given what was recorded before it. It knows"
    " nothing of staff, directors or money.",
)


def _of(found: Sequence[Contribution], kind: str) -> list[Contribution]:
    return [one for one in found if one.score.structure.kind == kind]


def _alarms(found: Sequence[Contribution], study: Study) -> list[str]:
    words = []
    failed = sum(one.score.held.failed for one in found)
    if failed:
        words.append(f"{counted(failed, 'run')} failed and are left out.")
    if study.posterior.of_this_model is False:
        words.append("The posterior was fitted with another version of the model: fit it anew.")
    rough = [
        one.score.structure.title
        for one in found
        if one.score.mode == "fitted anew" and one.score.effective < FEW_SETS
    ]
    if rough:
        words.append(
            f"Of some fits few sets are left, worth less than {FEW_SETS} of equal weight: {listed(rough)}."
            " More rows help."
        )
    return words


def summary(found: Sequence[Contribution]) -> list[tuple[str, str]]:
    """What was found, in a few sentences, each with a word or two in front."""
    said = []
    for mode, lead in (("as fitted", "As fitted"), ("fitted anew", "Fitted anew")):
        own = [one for one in _of(found, "submodel") if one.score.mode == mode]
        if not own:
            continue
        needed = sorted((one for one in own if one.total.low > 0.0), key=lambda one: -one.total.value)
        spared = sorted((one for one in own if one.total.high < 0.0), key=lambda one: one.total.value)
        rest = [one for one in own if one.total.low <= 0.0 <= one.total.high]
        words = (
            f"Of {counted(len(own), 'submodel')} the record misses {len(needed)}"
            + (f", most {listed([_with_change(one) for one in needed[:3]])}." if needed else ".")
            + (f" It is nearer without {listed([_with_change(one) for one in spared])}." if spared else "")
            + (f" It does not tell of {_titles(rest, len(own))}." if rest else "")
        )
        said.append((lead, words))
    last = found[-1].score.mode
    alternatives = [one for one in _of(found, "alternative") if one.score.mode == last]
    return said + [(one.score.structure.title, _against(one)) for one in alternatives]


def _titles(found: Sequence[Contribution], of: int) -> str:
    return "any" if len(found) == of else listed([one.score.structure.title for one in found])


def _with_change(one: Contribution) -> str:
    return f"{one.score.structure.title} ({_signed(one.total.value)})"


def _against(one: Contribution) -> str:
    change = one.total
    how = (
        "It is farther from the record than the model as it is"
        if change.low > 0.0
        else "It is nearer to the record than the model as it is"
        if change.high < 0.0
        else "Whether it is nearer to the record than the model as it is, or farther, cannot be told"
    )
    return (
        f"{one.score.structure.says} {how}: {_signed(change.value)} ({_ends(change)})"
        f" squared tolerances, {one.score.passing} figures pass instead of"
        f" {_passing_as_it_is(one)} ({one.score.mode})."
    )


def _passing_as_it_is(one: Contribution) -> str:
    passing = [fit.passing for fit in (one.base, *one.again)]
    return f"{min(passing)} to {max(passing)}" if min(passing) < max(passing) else str(passing[0])


def _signed(value: float) -> str:
    return number(value, 0, signed=True)


def _ends(change: Change) -> str:
    return f"{_signed(change.low)} to {_signed(change.high)}"


def _part(anchor: str, title: str, found: Sequence[Contribution], study: Study) -> dict[str, Any]:
    titles = list(dict.fromkeys(one.score.structure.title for one in found))
    by_title = {(one.score.structure.title, one.score.mode): one for one in found}
    first = study.modes[0]
    titles.sort(key=lambda name: -by_title[name, first].total.value)
    items = [
        Bar(name, tuple(_interval(by_title[name, mode].total) for mode in study.modes)) for name in titles
    ]
    series = [STRONG, PALE][: len(study.modes)]
    return {
        "anchor": anchor,
        "title": title,
        "structures": [
            {
                "title": one.score.structure.title,
                "says": one.score.structure.says,
                "reason": one.score.structure.reason,
                "source": one.score.structure.source,
                "settings": _settings(one),
                "rules": ", ".join(one.score.structure.rules),
            }
            for one in (by_title[name, first] for name in titles)
        ],
        "figure": bars(items, series, "Squared tolerances farther from the record") if items else None,
        "height": bars_height(len(items), len(series)),
        "rows": [_row(by_title[name, mode]) for name in titles for mode in study.modes],
    }


def _settings(one: Contribution) -> str:
    structure = one.score.structure
    return ", ".join(
        f"{name} = {brief(value)}{' (fitted, when fitted anew)' if name in structure.free else ''}"
        for name, value in structure.settings.items()
    )


def _interval(change: Change) -> Interval:
    return Interval(change.value, change.low, change.high)


def _row(one: Contribution) -> list[str]:
    own = one.score
    itself = own.structure.kind == "model"
    chance = float(own.held.likelihood.mean()) if len(own.held.likelihood) else None
    return [
        own.structure.title,
        own.mode,
        number(own.total, 0),
        MISSING if itself else _signed(one.total.value),
        MISSING if itself else _ends(one.total),
        str(own.passing),
        str(own.within_luck),
        str(own.failing),
        MISSING if itself else str(len(one.worse)),
        MISSING if itself else str(len(one.better)),
        number(chance, 1),
        MISSING if itself or one.likelihood is None else number(one.likelihood.value, 1),
        MISSING
        if itself or one.likelihood is None
        else f"{number(one.likelihood.low, 1)} to {number(one.likelihood.high, 1)}",
    ]


def _moved(one: Contribution, record: Record) -> dict[str, Any]:
    own, base = one.score, one.base
    places = {name: place for place, name in enumerate(record.names)}
    rows = []
    for way, names in (("farther", one.worse), ("nearer", one.better)):
        for name in names[:MOST_FIGURES]:
            place = places[name]
            rows.append(
                [
                    name,
                    way,
                    number(float(record.data[place]), 2),
                    number(float(base.medians[place]), 2),
                    number(float(own.medians[place]), 2),
                    number(float(base.distances[place]), 1),
                    number(float(own.distances[place]), 1),
                ]
            )
    return {
        "caption": f"{own.structure.title}, {_of_mode(own.mode)}: {len(one.worse)} farther,"
        f" {len(one.better)} nearer",
        "rows": rows,
    }


def _of_mode(mode: Mode) -> str:
    return "parameters as fitted" if mode == "as fitted" else "fitted anew"


def _facts(study: Study) -> dict[str, str]:
    provenance = study.posterior.provenance
    return {
        "Parameters": f"{len(study.posterior):,} sets in {study.posterior.origin}, worth"
        f" {study.posterior.effective_size:.0f} of equal weight; made by:"
        f" {provenance.get('command', 'not known')}",
        "Histories": f"{study.replicates:,} of luck for each of {study.sets:,} draws; the same everywhere",
        "Record replayed": f"under {study.replayed} sets",
        "Fitted anew": f"on a table of {study.rows:,} histories each, drawn about the posterior; the model as"
        f" it is {study.fits} times"
        if study.rows
        else "nothing",
        "Moved": f"a figure counts as farther or nearer where its distance changes by more than {MATTERS:g}"
        " tolerances",
        "Seed": str(study.seed),
        "Model": model_hash(),
    }
