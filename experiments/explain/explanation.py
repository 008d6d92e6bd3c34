"""Why it went as it went: a council's history as events in order, a table of them, and a story."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from experiments.errors import StudyError, check_count
from experiments.explain import reading_help, reading_service
from experiments.explain.events import Event, Moment, read_events
from experiments.explain.practice import Movement, movements
from experiments.explain.runs import (
    Chosen,
    Course,
    Progress,
    compiled_course,
    council_row,
    numbers_in,
    watched_history,
    watching_history,
)
from experiments.explain.telling import tell_story
from experiments.explain.tracing import Elsewhere, Snapshot, Trace, docstring_of
from experiments.explain.wording import ARRANGEMENTS, names
from experiments.horizon import USUAL_QUARTERS, check_quarters
from experiments.runner import MOST_REPLICATES, MOST_SEED
from model.codes import Status, Support
from model.ensemble import Worlds
from model.facts import load_facts
from model.parameters import Parameters
from model.quarters import format_quarter

READERS = reading_service.READERS | reading_help.READERS


@dataclass(frozen=True)
class Explanation:
    """A council's history, explained.

    Attributes:
        chosen: which history.
        row: of the council in the master table.
        beginning: its state before the first rule ran for it.
        events: everything that happened or was drawn for, in order.
        movements: by year, how quality moved, and what moved it.
        states: of all agents at the end of every quarter, as both engines have them.
        status: `ok`, or why the run ended early.
        compared: how many numbers of state were found equal in the two engines, bit for bit.
    """

    chosen: Chosen
    row: int
    beginning: Snapshot
    events: tuple[Event, ...]
    movements: tuple[Movement, ...]
    states: list[Worlds]
    status: Status
    compared: int

    @property
    def council(self) -> str:
        """Its name."""
        return names()[self.row]

    @cached_property
    def table(self) -> pl.DataFrame:
        """A row an event: quarter, event, happened, rule, rule_says, what_met, told, sentence, values.

        The values are JSON, figures by name.
        """
        return table_of(self.events)

    def state(self, quarter: int) -> Any:
        """The council's record at the end of a quarter."""
        return self.states[quarter].councils[0, self.row]

    def story(self) -> str:
        """What happened, quarter by quarter, as Markdown."""
        return tell_story(self)


def explain(
    parameters: Parameters,
    council: str,
    seed: int = 1,
    replicate: int = 0,
    quarters: int = USUAL_QUARTERS,
    progress: Progress | None = None,
) -> Explanation:
    """Explain a council's history from the rules as they ran.

    Args:
        parameters: of the run.
        council: its name or its code.
        seed: of the luck.
        replicate: which history of luck.
        quarters: length of the history.
        progress: called with 1 after each quarter.

    Raises:
        StudyError: for a council, seed, replicate or length that is not allowed.
    """
    chosen, row = choose(parameters, council, seed, replicate, quarters)
    course = compiled_course(chosen)
    trace = watched_history(chosen, row, course.worlds, progress=progress)
    return explained(chosen, row, course, trace)


def explaining(
    parameters: Parameters, council: str, seed: int = 1, replicate: int = 0, quarters: int = USUAL_QUARTERS
) -> Iterator[Explanation | None]:
    """Explain a council's history one quarter at a time; arguments as for `explain`.

    Yields:
        None after each quarter, and the explanation at last.

    Raises:
        StudyError: for a council, seed, replicate or length that is not allowed.
    """
    chosen, row = choose(parameters, council, seed, replicate, quarters)
    course = compiled_course(chosen)
    trace = Trace()
    for noted in watching_history(chosen, row, course.worlds):
        trace = noted
        yield None
    yield explained(chosen, row, course, trace)


def choose(
    parameters: Parameters, council: str, seed: int, replicate: int, quarters: int
) -> tuple[Chosen, int]:
    """Which history, and the council's row.

    Raises:
        StudyError: for a council, seed, replicate or length that is not allowed.
    """
    check_count("seed", seed, 0, MOST_SEED)
    check_count("replicate", replicate, 0, MOST_REPLICATES - 1)
    check_quarters(quarters)
    row = council_row(council)
    founded = load_facts().councils["valid_from"][row]
    if founded is not None and (later := _founded_after(row, quarters)):
        raise StudyError(later)
    return Chosen(parameters, seed, replicate, quarters), row


def _founded_after(row: int, quarters: int) -> str:
    """Why a council founded later is in no history of this length; empty when it is."""
    facts = load_facts()
    code = facts.councils["la_code"][row]
    changes = facts.boundary_changes.filter(pl.col("successor_la_code") == code)
    first = int(changes["effective_quarter"].to_list()[0])
    if first < quarters:
        return ""
    return (
        f"{names()[row]} is founded in {format_quarter(first)}: allowed are {first + 1} quarters or more"
        f" (given: {quarters}), or the council that it follows"
    )


def explained(chosen: Chosen, row: int, course: Course, trace: Trace) -> Explanation:
    """Read a trace."""
    states = course.worlds
    p = chosen.parameters.rules_view
    events: list[Event] = []
    for quarter, calls in enumerate(trace.quarters):
        events += _beginning_or_end(row, states, quarter)
        events += read_events(calls, Moment(quarter, p), READERS)
        events += [_help_given(item) for item in trace.elsewhere if item.quarter == quarter]
    moved = movements(trace, [int(world.councils[0, row]["exists"]) for world in states])
    beginning = next(calls[0].before for calls in trace.quarters if calls)
    return Explanation(
        chosen, row, beginning, tuple(events), moved, states, course.status, numbers_in(states)
    )


def _beginning_or_end(row: int, states: list[Worlds], quarter: int) -> list[Event]:
    """That a council is founded or closed when boundaries change."""
    before = states[quarter - 1].councils[0, row]["exists"] if quarter else None
    now = states[quarter].councils[0, row]["exists"]
    if before is None or before == now:
        return []
    what = ("council founded", "is founded") if now else ("council closed", "is closed")
    sentence = f"{names()[row]} {what[1]}, for boundaries change."
    return [Event(quarter, what[0], "reorganisation.reorganise", True, sentence)]


def _help_given(item: Elsewhere) -> Event:
    """That the council begins or ceases to help another."""
    begins = item.rule.endswith("begin_arrangement")
    verb = "begins to help" if begins else "no longer helps"
    sentence = f"The council {verb} {names()[item.row]} ({ARRANGEMENTS[Support(item.kind)]})."
    return Event(item.quarter, "begins to help" if begins else "ceases to help", item.rule, True, sentence)


def table_of(events: Sequence[Event]) -> pl.DataFrame:
    """Events as a table, a row an event."""
    return pl.DataFrame(
        {
            "quarter": [format_quarter(event.quarter) for event in events],
            "event": [event.name for event in events],
            "happened": [event.happened for event in events],
            "rule": [event.rule for event in events],
            "rule_says": [docstring_of(event.rule) for event in events],
            "what_met": [event.met for event in events],
            "told": [event.told for event in events],
            "sentence": [event.sentence.replace("**", "") for event in events],
            "values": [json.dumps(dict(event.figures), ensure_ascii=False) for event in events],
        },
        schema={
            "quarter": pl.String,
            "event": pl.String,
            "happened": pl.Boolean,
            "rule": pl.String,
            "rule_says": pl.String,
            "what_met": pl.String,
            "told": pl.Boolean,
            "sentence": pl.String,
            "values": pl.String,
        },
    )
