"""The story: what happened quarter by quarter, with how things stood at the end of each year."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from experiments.explain.events import Event
from experiments.explain.practice import Movement
from experiments.explain.tracing import Snapshot
from experiments.explain.wording import ARRANGEMENTS, GRADES, counted, months, signed
from experiments.prose import listed
from experiments.staffing import permanent_staff, vacancy_rate
from experiments.units import QUARTERS_PER_YEAR
from model.codes import Support
from model.parameters import Parameters
from model.quarters import FIRST_YEAR, format_quarter

if TYPE_CHECKING:
    from experiments.explain.explanation import Explanation

SMALLEST_PULL = 0.5
"""What moved quality by fewer points in a year is not named."""

MOST_PULLS = 3

BY_HAND = "set by hand"
"""Where values given one by one come from."""


def tell_story(explanation: Explanation) -> str:
    """The story of a council's history, as Markdown."""
    chosen = explanation.chosen
    lines = [
        f"# {explanation.council}: replicate {chosen.replicate} of seed {chosen.seed}",
        "",
        under(chosen.parameters),
        "",
        "In brackets stand the figures that decided. A chance or hazard is of the quarter, and what it is a"
        " chance of happens when the draw, between 0 and 1, lies below it.",
        "",
    ]
    told = [event for event in explanation.events if event.told]
    if explanation.beginning["exists"] and explanation.movements[0].year == 0:
        lines += [_beginning(explanation.beginning), ""]
    by_year = {
        year: list(items)
        for year, items in groupby(told, key=lambda event: event.quarter // QUARTERS_PER_YEAR)
    }
    moved = {movement.year: movement for movement in explanation.movements}
    for year in range((len(explanation.states) + QUARTERS_PER_YEAR - 1) // QUARTERS_PER_YEAR):
        events, movement = by_year.get(year, []), moved.get(year)
        if events or movement:
            lines += _year(explanation, year, events, movement)
    if len(explanation.states) < chosen.quarters:
        lines += [f"The run failed in {format_quarter(len(explanation.states) - 1)} and ends here.", ""]
    lines += [checked(explanation)]
    return "\n".join(lines)


def under(parameters: Parameters) -> str:
    """What the run's parameters are, where they are not the defaults."""
    by_origin: dict[str, list[str]] = {}
    for name, origin in parameters.origins.items():
        if origin != "default":
            by_origin.setdefault(origin, []).append(name)
    by_hand = by_origin.pop(BY_HAND, [])
    words = list(by_origin) + [f"{name} = {parameters.values[name]}" for name in by_hand]
    return f"Under {listed(words)}." if words else "Under the default parameters."


def _beginning(state: Snapshot) -> str:
    """How the council stood before the first quarter."""
    director = "an interim director" if state["director.interim"] else "a director"
    return (
        f"It begins {FIRST_YEAR} judged {GRADES[state['inspection.grade']]}, with a quality of practice of"
        f" {state['practice.quality']:.0f} points out of 100, which nobody in the model sees, and {director}"
        f" {months(state['director.tenure'])} in post."
    )


def _year(explanation: Explanation, year: int, events: list[Event], movement: Movement | None) -> list[str]:
    lines = [f"## {FIRST_YEAR + year}", ""]
    for quarter, items in groupby(events, key=lambda event: event.quarter):
        lines += [f"**{format_quarter(quarter)}.** " + " ".join(event.sentence for event in items), ""]
    if movement is not None:
        last = min((year + 1) * QUARTERS_PER_YEAR, len(explanation.states)) - 1
        lines += [f"*{_standing(explanation.state(last))}{_why_moved(movement)}*", ""]
    return lines


def _standing(state: Any) -> str:
    """How the council stood at the end of a year, if it was still there."""
    if state["exists"] == 0:
        return ""
    staff = state["workforce"]
    vacant = vacancy_rate(permanent_staff(staff), staff["posts"])
    director = "an interim" if state["director"]["interim"] else "a permanent director"
    parts = [
        str(GRADES[state["inspection"]["grade"]]),
        f"{director} {months(state['director']['tenure'])} in post",
        f"{vacant:.0f}% of posts vacant",
    ]
    if state["arrangement"]["kind"] != Support.NONE:
        parts.append(f"with {ARRANGEMENTS[state['arrangement']['kind']]}")
    return f"At the end of the year: {', '.join(parts)}. "


def _why_moved(movement: Movement) -> str:
    """How far quality moved, and what moved it most."""
    change = movement.quality - movement.quality_before
    verb = "rose" if change > 0 else "fell"
    words = f"Quality {verb} from {movement.quality_before:.0f} to {movement.quality:.0f} points"
    if f"{movement.quality_before:.0f}" == f"{movement.quality:.0f}":
        words = f"Quality stayed at {movement.quality:.0f} points"
    words += f", on its way to {movement.sustained:.0f}"
    felt = sorted(
        (item for item in movement.pulls.items() if abs(item[1]) >= SMALLEST_PULL),
        key=lambda item: -abs(item[1]),
    )[:MOST_PULLS]
    if not felt:
        return f"{words}."
    named = listed(f"{name} ({signed(value)})" for name, value in felt)
    return f"{words}; what changed most in that is {named}."


def checked(explanation: Explanation) -> str:
    """That the story is of the run that every other command makes."""
    quarters = counted(len(explanation.states), "quarter")
    return (
        f"Replayed: {quarters}, {explanation.compared:,} numbers of the state of all councils, partners,"
        " providers, regions and the nation, equal to the compiled run's bit for bit.\n"
    )
