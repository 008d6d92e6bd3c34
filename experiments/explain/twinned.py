"""A council and its twin: the same luck, one change, how the two part, and how their neighbours do.

Until the change nothing differs anywhere. After it, another council parts in the first rule that leaves it in
another state: as its own state was the same until then, what that rule reads of the world is the way by which
the change has reached it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from experiments.arrays import Records
from experiments.errors import StudyError
from experiments.explain.changes import Change, read_twin
from experiments.explain.events import Moment, read_events
from experiments.explain.explanation import READERS, Explanation, choose, explained, table_of
from experiments.explain.runs import Chosen, Course, Progress, compiled_course, watched_history
from experiments.explain.tracing import ASKED, first_difference
from experiments.explain.wording import ARRANGEMENTS, GRADES, names
from experiments.horizon import USUAL_QUARTERS
from experiments.prose import listed
from experiments.staffing import permanent_staff
from experiments.units import MONTHS_PER_QUARTER, PERCENT, QUARTERS_PER_YEAR
from model.codes import Support
from model.ensemble import Worlds
from model.facts import load_facts
from model.parameters import Parameters
from model.quarters import FIRST_YEAR, format_quarter

CHANNELS = {
    "workforce": "regional labour market",
    "leadership": "national pool of directors",
    "support": "helpers' capacity",
    "helping": "helpers' capacity",
    "intervention": "helpers' capacity",
    "ladder": "helpers' capacity",
    "funding": "helpers' capacity",
    "market": "providers",
    "contracts": "providers",
    "providers": "providers",
    "peers": "learning from other councils",
    "incidents": "learning from other councils",
    "practice": "learning from other councils",
    "inspection": "inspectors' capacity",
    "reorganisation": "boundary changes",
}
"""What the rules of a file read of the world beyond the council itself, and so the way between them."""


TURNING_POINTS = {
    ("inspection", "result"): "judgement",
    ("director", "event"): "director",
    ("arrangement", "kind"): "arrangement",
    ("arrangement", "ally"): "who helps",
    ("incidents", "alert"): "alarm",
    ("incidents", "happened"): "serious incident",
    ("capacity", "reviewed"): "peer review",
}
"""What can turn out otherwise in a council, rather than by degrees: state by name, and what it is."""


@dataclass(frozen=True)
class Neighbour:
    """Another council, and how it goes otherwise under the change.

    Attributes:
        row: in the master table.
        relations: such as `region`, `statistical neighbour 2`, `borders`.
        since: the first quarter at whose end it differs.
        rule: the first that left it in another state.
        channel: the way by which the change reached it, as far as that rule shows.
        turned: the first quarter in which an event went otherwise, and which; empty when all is by degrees.
        largest: the largest difference of its quality, twin less as it went, points.
        when: the quarter of that.
        at_end: the difference of its quality at the end.
        judged_otherwise: quarters in which another judgement is in force.
    """

    row: int
    relations: tuple[str, ...]
    since: int
    rule: str
    channel: str
    turned: str
    largest: float
    when: int
    at_end: float
    judged_otherwise: int


@dataclass(frozen=True)
class Twins:
    """A council as it went and under one change.

    Attributes:
        change: the one thing in which the twin differs.
        as_it_went: the history without it.
        twin: the history with it.
        since: the first quarter at whose end the council differs; None when it never does.
        others: the other councils that ever differ, those that do most first.
    """

    change: Change
    as_it_went: Explanation
    twin: Explanation
    since: int | None
    others: tuple[Neighbour, ...]

    @property
    def neighbours(self) -> list[Neighbour]:
        """Of the others, those of its region, those most like it and those next to it."""
        return [other for other in self.others if other.relations]

    @cached_property
    def table(self) -> pl.DataFrame:
        """The events of both histories, a row an event; `history` says of which."""
        tables = [
            table_of(explanation.events).select(pl.lit(name).alias("history"), pl.all())
            for name, explanation in (("as it went", self.as_it_went), ("twin", self.twin))
        ]
        return pl.concat(tables)

    @cached_property
    def years(self) -> pl.DataFrame:
        """How both stood at the end of each year: a row a year, two columns a measure."""
        mine, theirs = (_years(item.states, item.row) for item in (self.as_it_went, self.twin))
        return mine.join(theirs, on="year", how="full", coalesce=True, suffix="_twin").sort("year")

    @cached_property
    def neighbours_table(self) -> pl.DataFrame:
        """The neighbours that differ, a row each, those that differ most first."""
        return pl.DataFrame(
            [
                {
                    "council": names()[item.row],
                    "relations": "; ".join(item.relations),
                    "differs_since": format_quarter(item.since),
                    "rule": item.rule,
                    "channel": item.channel,
                    "first_event_otherwise": item.turned,
                    "largest_difference": item.largest,
                    "when": format_quarter(item.when),
                    "difference_at_end": item.at_end,
                    "quarters_judged_otherwise": item.judged_otherwise,
                }
                for item in self.neighbours
            ]
        )

    def story(self) -> str:
        """What differs, as Markdown."""
        from experiments.explain.telling_twins import tell_twins

        return tell_twins(self)


def explain_twin(
    parameters: Parameters,
    council: str,
    twin: str,
    seed: int = 1,
    replicate: int = 0,
    quarters: int = USUAL_QUARTERS,
    progress: Progress | None = None,
) -> Twins:
    """Explain a council's history beside that of its twin.

    Args:
        parameters: of both.
        council: its name or its code.
        twin: the one change, in words; see `changes.FORMS`.
        seed: of the luck of both.
        replicate: which history of luck.
        quarters: length of both histories.
        progress: called with 1 after each quarter of each.

    Raises:
        StudyError: for a council, seed, replicate, length or change that is not allowed.
    """
    chosen, row = choose(parameters, council, seed, replicate, quarters)
    course = compiled_course(chosen)
    change = read_twin(twin, chosen, row, course.worlds)
    return compare_twins(chosen, row, course, change, progress)


def compare_twins(
    chosen: Chosen, row: int, course: Course, change: Change, progress: Progress | None = None
) -> Twins:
    """Run both, watched, and tell where they part."""
    other_course = compiled_course(chosen, change.recorded)
    states, changed = course.worlds, other_course.worlds
    _check_begun(chosen, row, changed, change)
    differing = parted(states, changed)
    since = {
        int(other): int(np.argmax(differing[:, other])) for other in np.flatnonzero(differing.any(axis=0))
    }
    probes: dict[int, set[int]] = {}
    for other, quarter in since.items():
        probes.setdefault(quarter, set()).add(other)
    mine = watched_history(chosen, row, states, None, probes, progress)
    theirs = watched_history(chosen, row, changed, change.recorded, probes, progress)
    first_rules = {
        other: first_difference(mine.steps.get((quarter, other), []), theirs.steps.get((quarter, other), []))
        for other, quarter in since.items()
    }
    others = [
        _other(other, row, since[other], first_rules[other], states, changed)
        for other in since
        if other != row
    ]
    others.sort(key=lambda item: (-abs(item.largest), item.since, item.row))
    return Twins(
        change,
        explained(chosen, row, course, mine),
        explained(chosen, row, other_course, theirs),
        since.get(row),
        tuple(others),
    )


def parted(one: list[Worlds], other: list[Worlds]) -> Records:
    """Which councils fare differently at the end of which quarter: shape (quarters, 158), true or false."""
    return np.array([_differs(a.councils[0], b.councils[0]) for a, b in zip(one, other, strict=False)])


def _differs(one: Records, other: Records) -> Records:
    """Row by row, whether any number of the state differs, what is on record and luck left out."""
    compared = []
    for records in (one, other):
        copy = records.copy()
        copy["recorded"] = 0
        copy["shock"] = 0
        copy["inspection"]["log_weight"] = 0.0
        compared.append(copy.view(np.uint8).reshape(len(copy), -1))
    differs: Records = (compared[0] != compared[1]).any(axis=1)
    return differs


def _check_begun(chosen: Chosen, row: int, changed: list[Worlds], change: Change) -> None:
    """See that somebody took the council on, where the change is to put an arrangement in place.

    Raises:
        StudyError: when nobody did, with the reason from the rules.
    """
    begun = changed[change.since].councils[0, row]["intervention"]["start_kind"]
    if change.begins in (Support.NONE, begun):
        return
    trace = watched_history(chosen, row, changed[: change.since + 1], change.recorded)
    moment = Moment(change.since, chosen.parameters.rules_view)
    asked = {rule: READERS[rule] for rule in ASKED}
    why = " ".join(event.sentence for event in read_events(trace.quarters[change.since], moment, asked))
    raise StudyError(
        f"--twin: {ARRANGEMENTS[change.begins]} cannot be put in place in {format_quarter(change.since)}, for"
        f" nobody takes {names()[row]} on then; allowed is a quarter in which somebody does. {why}"
    )


def _other(
    other: int, row: int, since: int, rule: str, states: list[Worlds], changed: list[Worlds]
) -> Neighbour:
    quality, grades = (
        _of(name, other, states, changed) for name in (("practice", "quality"), ("inspection", "grade"))
    )
    difference = quality[1] - quality[0]
    when = int(np.argmax(np.abs(difference)))
    return Neighbour(
        other,
        relations(row, other, states[since]),
        since,
        rule,
        CHANNELS.get(rule.partition(".")[0], f"told by no rule's file but {rule or 'none'}"),
        _turned(other, states, changed),
        float(difference[when]),
        when,
        float(difference[-1]),
        int((grades[0] != grades[1]).sum()),
    )


def _turned(other: int, states: list[Worlds], changed: list[Worlds]) -> str:
    """The first quarter in which an event went otherwise for a council, and which events did."""
    for quarter, (one, two) in enumerate(zip(states, changed, strict=False)):
        mine, theirs = one.councils[0, other], two.councils[0, other]
        events = [what for (a, b), what in TURNING_POINTS.items() if mine[a][b] != theirs[a][b]]
        if events:
            return f"{format_quarter(quarter)}: {listed(events)}"
    return ""


def _of(name: tuple[str, str], row: int, states: list[Worlds], changed: list[Worlds]) -> Records:
    """A number of a council's state by quarter, in both histories: shape (2, quarters)."""
    length = min(len(states), len(changed))
    return np.array(
        [[world.councils[0, row][name[0]][name[1]] for world in run[:length]] for run in (states, changed)]
    )


def relations(row: int, other: int, world: Worlds) -> tuple[str, ...]:
    """What makes another council a neighbour: region, likeness, a border; empty when nothing does."""
    facts = load_facts()
    codes = facts.councils["la_code"].to_list()
    regions = world.councils[0]["region"]
    found = ["same region"] if regions[row] == regions[other] else []
    pair = (pl.col("la_code") == codes[row]) & (pl.col("neighbour_la_code") == codes[other])
    if len(alike := facts.statistical_neighbours.filter(pair)):
        found.append(f"statistical neighbour {alike['rank'][0]}")
    kinds = facts.geographic_neighbours.filter(pair)["relation"].to_list()
    if "land border" in kinds or "across water" in kinds:
        found.append("borders on it" if "land border" in kinds else "across the water")
    return tuple(found)


def _years(states: list[Worlds], row: int) -> pl.DataFrame:
    rows = list(_year_rows(states, row))
    return pl.DataFrame(rows, infer_schema_length=None)


def _year_rows(states: list[Worlds], row: int) -> Iterator[dict[str, object]]:
    for year in range((len(states) + QUARTERS_PER_YEAR - 1) // QUARTERS_PER_YEAR):
        last = min((year + 1) * QUARTERS_PER_YEAR, len(states)) - 1
        state = states[last].councils[0, row]
        if state["exists"] == 0:
            continue
        staff = state["workforce"]
        yield {
            "year": FIRST_YEAR + year,
            "judgement": GRADES[state["inspection"]["grade"]],
            "quality": float(state["practice"]["quality"]),
            "director_months": float(state["director"]["tenure"]) * MONTHS_PER_QUARTER,
            "director_interim": int(state["director"]["interim"]),
            "arrangement": ARRANGEMENTS[state["arrangement"]["kind"]],
            "permanent_staff": PERCENT * float(permanent_staff(staff) / staff["posts"]),
            "agency_staff": float(PERCENT * staff["agency"] / staff["posts"]),
        }
