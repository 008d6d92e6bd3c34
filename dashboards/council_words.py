"""One council in words: what becomes of it under each regime, how it stands, what goes with failing later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards.style import ARRANGEMENTS
from dashboards.words import Wording, amount, number, span
from experiments.council_futures import Alike, Futures
from experiments.council_origin import Standing
from experiments.effects import EFFECTS
from experiments.prose import counted
from model.codes import Support
from model.facts import load_facts

ENDS = {
    "inadequate": Wording("Inadequate at the end", "%", 0),
    "years": Wording("Years judged inadequate", "", 2),
    "quality": Wording("Latent quality at the end", "", 1),
}
"""What becomes of a council: columns of `Futures.ends`."""

MEASURES = {
    "quality": Wording("Latent quality", " points", 0, why="0 to 100; nobody sees it directly"),
    "leadership": Wording("Leadership as practised", "", 2, why="0 to 1"),
    "tenure": Wording("Director’s time in post", " months", 0, why="interims included"),
    "vacancy": Wording("Vacant posts", "%", 0, why="of funded social work posts"),
    "agency": Wording("Agency staff", "%", 0, why="of social workers in post"),
    "caseload": Wording("Caseload", " cases", 1, why="per case-holding worker"),
    "workload": Wording("Statutory work", "", 2, why="1 is the council’s own level in 2014"),
}
"""What is looked at at the origin: rows of `Standing.against_england`."""

NEARLY = 0.05
"""Share of histories that may differ between two regimes that fare nearly alike."""

FEWEST_ALIKE = 2
"""Histories below which nothing is said of regimes that fare alike."""

ROOM = 0.04
"""Room left at both ends of a strip, as a share of its span."""


@dataclass(frozen=True)
class End:
    """What one thing comes to under a regime.

    Attributes:
        title: what it is.
        value: with its unit.
        interval: of 95%; empty where there is none.
        difference: from the baseline, with its interval; empty for the baseline.
        shares: in how many histories it is more, the same and less; empty for the baseline.
        tone: better, worse or open, where the difference is told from nought.
    """

    title: str
    value: str
    interval: str
    difference: str = ""
    shares: str = ""
    tone: str = ""


def ends_of(futures: Futures, row: int, baseline: str) -> Mapping[str, list[End]] | None:
    """What becomes of a council under each regime; None where it is not there at the end."""
    ends, differences = futures.ends(row), futures.differences(row, baseline)
    if ends is None or differences is None:
        return None
    changed = {(each["regime"], each["measure"]): each for each in differences.iter_rows(named=True)}
    return {
        own["regime"]: [
            _end(name, wording, own, changed.get((own["regime"], name)), len(futures.kept) == 1)
            for name, wording in ENDS.items()
        ]
        for own in ends.iter_rows(named=True)
    }


def _end(
    name: str, wording: Wording, own: Mapping[str, Any], change: Mapping[str, Any] | None, alone: bool
) -> End:
    """One thing under a regime; `alone` where there is one history, over which there is no interval."""
    value = amount(own[name], wording)
    if alone:
        difference = "" if change is None else amount(change["difference"], wording, signed=True)
        return End(wording.title, value, "", difference, "in this history" if difference else "", "open")
    interval = span(own[f"{name}_low"], own[f"{name}_high"], wording)
    if change is None:
        return End(wording.title, value, interval)
    low, high = change["low"], change["high"]
    tone = "open"
    if low > 0 or high < 0:
        tone = "better" if (low > 0) == (name == "quality") else "worse"
    more, same, less = (f"{100 * change[part]:.0f}%" for part in ("more", "same", "less"))
    fine = Wording(wording.title, wording.unit, wording.digits + (name != "years"))
    if low == high == 0:
        return End(wording.title, value, interval, "no difference", "the same in every history", "open")
    return End(
        wording.title,
        value,
        interval,
        f"{amount(change['difference'], fine, signed=True)} ({span(low, high, fine, signed=True)})",
        f"lower in {less} of histories, the same in {same}, higher in {more}",
        tone,
    )


def alike_in_words(
    futures: Futures, row: int, baseline: str, council: str, titles: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Regimes under which a council fares as under the baseline, or nearly so, each with why that is.

    Nearly so is a judgement in force that differs in at most one history of twenty, and latent quality at the
    end that differs by less than the smallest difference that matters.
    """
    found = []
    for name in futures.grade:
        alike = futures.alike(row, name, baseline) if name != baseline else None
        if alike is None or alike.histories < FEWEST_ALIKE:
            continue
        differing = 1.0 - alike.judged / alike.histories
        if differing <= NEARLY and alike.quality < EFFECTS["quality_end"].smallest:
            lead = f"Under {titles[baseline]} and {titles[name]} {council} fares"
            found.append(
                (f"{lead} {'the same' if alike.quality == 0.0 else 'nearly the same'}.", _why(alike))
            )
    return found


def _why(alike: Alike) -> str:
    """Why two regimes make hardly any difference to a council, from what is the same under both."""

    def histories(count: int) -> str:
        of = counted(alike.histories, "history", "histories")
        return f"all {of}" if count == alike.histories > 1 else f"{'none' if count == 0 else count} of {of}"

    kind = ARRANGEMENTS[Support(alike.beginning)].word.lower()
    words = (
        f"Its judgement is the same in every quarter in {histories(alike.judged)}, and its quality at the end"
        f" differs by {number(alike.quality, 1)} points on average. A regime says what is done for councils"
        f" that are judged inadequate; it is so at some time in {histories(alike.inadequate)}."
    )
    if alike.beginning != Support.NONE:
        words += f" These futures begin with what is there already: “{kind}” in {histories(alike.begun)}."
    return f"{words} What is arranged for it is the same in every quarter in {histories(alike.arranged)}."


@dataclass(frozen=True)
class Strip:
    """How a council stands in one respect, beside England; positions in percent of the strip's width.

    Attributes:
        title: what is looked at.
        why: what it means.
        own: the council's mean with its unit, and where nine histories in ten lie.
        england: the middle council of England.
        place: among all councils.
        at: positions of everything that is drawn: q05, q25, q50, q75, q95, low, mean, high.
    """

    title: str
    why: str
    own: str
    range: str
    england: str
    place: str
    at: Mapping[str, float]


def strips(standing: Standing, row: int) -> list[Strip] | None:
    """How a council stands beside England; None where it does not exist at the origin."""
    if not standing.exists[row]:
        return None
    found = []
    for each in standing.against_england(row).iter_rows(named=True):
        wording = MEASURES[each["measure"]]
        low, high = min(each["q05"], each["low"]), max(each["q95"], each["high"])
        room = ROOM * (high - low) or 1.0
        least, span_of_strip = low - room, high - low + 2 * room
        names = ("q05", "q25", "q50", "q75", "q95", "low", "mean", "high")
        found.append(
            Strip(
                wording.title,
                wording.why,
                amount(each["mean"], wording),
                span(each["low"], each["high"], wording),
                amount(each["q50"], wording),
                f"{_nth(each['rank_low'])} to {_nth(each['rank_high'])} of {each['councils']}",
                {name: round(100 * (each[name] - least) / span_of_strip, 2) for name in names},
            )
        )
    return found


def _nth(place: int) -> str:
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


@dataclass(frozen=True)
class Link:
    """How one thing at the origin goes with being judged inadequate later.

    Attributes:
        title: what it is.
        value: rank correlation with its interval, or why there is none.
        said: in words.
        tone: worse where more of it goes with failing, better where less does, else open.
        low: positions of the interval and its middle, in percent of the width; None where there is none.
    """

    title: str
    value: str
    said: str
    tone: str
    low: float | None = None
    middle: float | None = None
    high: float | None = None


def links(associations: pl.DataFrame) -> list[Link]:
    """The rows of a table of associations, in words; none where there is nothing to say in any."""
    if associations["correlation"].is_null().all():
        return []
    wording = Wording("", "", 2)
    found = []
    for each in associations.iter_rows(named=True):
        title, value = MEASURES[each["measure"]].title, each["correlation"]
        if value is None:
            found.append(Link(title, "none", "one of the two does not vary between histories", "open"))
            continue
        low, high = each["low"], each["high"]
        said, tone = "not to be told from nothing", "open"
        if low > 0:
            said, tone = "higher goes with more time inadequate", "worse"
        if high < 0:
            said, tone = "higher goes with less time inadequate", "better"
        text = f"{amount(value, wording, signed=True)} ({span(low, high, wording, signed=True)})"
        places = [round(50 + 50 * each, 2) for each in (low, value, high)]
        found.append(Link(title, text, said, tone, *places))
    return found


def council_titles() -> dict[str, str]:
    """Names of all councils by code; those that do not exist all the time with their years."""
    councils = load_facts().councils.sort("name")
    titles = {}
    for code, name, begins, ends in councils.select("la_code", "name", "valid_from", "valid_to").iter_rows():
        when = f", from {begins.year}" if begins else f", to {ends.year}" if ends else ""
        titles[str(code)] = f"{name}{when}"
    return titles
