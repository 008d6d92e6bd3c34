"""The story of a council and its twin: where they part, what happens otherwise, and to whom else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from experiments.explain.events import Event
from experiments.explain.telling import checked, under
from experiments.explain.tracing import docstring_of
from experiments.explain.wording import names, signed
from model.quarters import format_quarter

if TYPE_CHECKING:
    from experiments.explain.twinned import Neighbour, Twins

MOST_NEIGHBOURS = 12
MOST_OTHERS = 3
MEASURES = ("Judgement", "Quality", "Director, months", "Arrangement", "Staff, %")
NO_DIFFERENCE = 0.05
"""A difference of quality that would be shown as nothing, points."""


def tell_twins(twins: Twins) -> str:
    """What differs between a council and its twin, as Markdown."""
    base = twins.as_it_went
    lines = [
        f"# {base.council} and its twin: replicate {base.chosen.replicate} of seed {base.chosen.seed}",
        "",
        under(base.chosen.parameters),
        "",
        f"**The change.** {twins.change.sentence} All else is the same: the parameters, and the luck in every"
        " council and quarter.",
        "",
    ]
    if twins.since is None and not twins.others:
        lines += ["**Nothing ever differs.** In this history things go so anyway.", "", _checked(twins)]
        return "\n".join(lines)
    lines += [_parting(twins), "", "## Year by year", "", *_years(twins), ""]
    lines += ["## What happened otherwise", "", *_otherwise(twins)]
    lines += ["## The neighbours", "", *_neighbours(twins), "", _checked(twins)]
    return "\n".join(lines)


def _parting(twins: Twins) -> str:
    since = twins.since
    if since is None:
        return "**This council never differs, though others do.**"
    earlier = [other for other in twins.others if other.since < since]
    words = f"**They part in {format_quarter(since)}.** Until then not one number differs"
    return words + (" in this council." if earlier else ", in this council or any other.")


def _years(twins: Twins) -> list[str]:
    lines = [
        f"| Year | {' | '.join(f'{measure} | Twin' for measure in MEASURES)} |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: |",
    ]
    for row in twins.years.rows(named=True):
        cells = [str(row["year"])]
        for name in ("judgement", "quality", "director", "arrangement", "permanent_staff"):
            cells += [_cell(row, name, ""), _cell(row, name, "_twin")]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "At the end of each year: judgement in force; latent quality, 0 to 100; the director's months in"
        " post, (i) for an interim; arrangement in force; staff in permanent posts, % of those funded.",
    ]
    return lines


def _cell(row: dict[str, object], name: str, suffix: str) -> str:
    if name == "director":
        months, interim = row[f"director_months{suffix}"], row[f"director_interim{suffix}"]
        return "–" if months is None else f"{months:.0f}{' (i)' if interim else ''}"
    value = row[f"{name}{suffix}"]
    if value is None:
        return "–"
    return f"{value:.0f}" if isinstance(value, float) else str(value).replace("no arrangement", "–")


def _otherwise(twins: Twins) -> list[str]:
    """Quarters in which other things happened, as each history tells them."""
    lines = []
    for quarter in range(min(len(twins.as_it_went.states), len(twins.twin.states))):
        mine, theirs = (
            [event for event in history.events if event.quarter == quarter and event.told]
            for history in (twins.as_it_went, twins.twin)
        )
        if _kinds(mine) != _kinds(theirs):
            lines += [f"**{format_quarter(quarter)}.** As it went: {_told(_only(mine, theirs))}", ""]
            lines += [f"Twin: {_told(_only(theirs, mine))}", ""]
    return lines or ["The same things happened, with other figures.", ""]


def _kinds(events: list[Event]) -> Counter[tuple[str, object]]:
    return Counter((event.name, event.figures.get("grade")) for event in events)


def _only(events: list[Event], others: list[Event]) -> list[Event]:
    """The events of which the others have no like."""
    left = _kinds(others)
    kept = []
    for event in events:
        kind = (event.name, event.figures.get("grade"))
        if left[kind]:
            left[kind] -= 1
        else:
            kept.append(event)
    return kept


def _told(events: list[Event]) -> str:
    return " ".join(event.sentence for event in events) or "nothing of the kind."


def _neighbours(twins: Twins) -> list[str]:
    if not twins.others:
        return ["No other council ever differs in a single number."]
    lines = [
        f"{len(twins.others):,} of the {_others_existing(twins):,} other councils that exist at some time in"
        " this history, those abolished or founded meanwhile among them, differ, if only in a distant"
        " decimal."
    ]
    felt = [item for item in twins.others if abs(item.largest) >= NO_DIFFERENCE or item.judged_otherwise]
    near = [item for item in felt if item.relations][:MOST_NEIGHBOURS]
    far = [item for item in felt if not item.relations]
    if near:
        lines += [
            "Of its neighbours by region, likeness or border, these differ most in quality. How the change"
            " first reached them is told by the first rule that left them in another state; what they differ"
            " by may come of that, or of an event that later went otherwise.",
            "",
            *_table(near),
            "",
        ]
    else:
        lines += ["None of its neighbours by region, likeness or border differs by a tenth of a point.", ""]
    if far:
        lines += [
            f"Farther away, {len(far)} {'differs' if len(far) == 1 else 'differ'} by as much; most of all:",
            "",
            *_table(far[:MOST_OTHERS]),
            "",
        ]
    if told := sorted({item.rule for item in near + far[:MOST_OTHERS]}):
        lines += ["Differences are twin less as it went, points of quality. The rules say of themselves:", ""]
        lines += [f"- `{rule}`: {docstring_of(rule)}" for rule in told if rule]
    return lines


def _others_existing(twins: Twins) -> int:
    """How many other councils exist in some quarter."""
    states = twins.as_it_went.states
    return int(np.any([world.councils[0]["exists"] == 1 for world in states], axis=0).sum()) - 1


def _table(neighbours: list[Neighbour]) -> list[str]:
    return [
        "| Council | Neighbour by | Most | When | At the end | First reached | By | First event otherwise |",
        "| --- | --- | ---: | --- | ---: | --- | --- | --- |",
        *(_row(item) for item in neighbours),
    ]


def _row(item: Neighbour) -> str:
    cells = (
        names()[item.row],
        ", ".join(item.relations) or "–",
        signed(item.largest),
        format_quarter(item.when),
        signed(item.at_end),
        format_quarter(item.since),
        f"{item.channel} (`{item.rule.rpartition('.')[2]}`)",
        item.turned or "–",
    )
    return f"| {' | '.join(cells)} |"


def _checked(twins: Twins) -> str:
    return f"As it went: {checked(twins.as_it_went)}\nTwin: {checked(twins.twin)}"
