"""One history as an onlooker would see it: every council in every quarter, and what happened there.

Events are read off what is seen of councils from one quarter to the next, so that they are the same whichever
engine made the history. Why something happened is not seen from outside; `experiments.explain` tells it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Records
from experiments.command_line import command_line
from experiments.compare import settings_as_options
from experiments.errors import check_count
from experiments.explain.wording import BEGINNINGS, ENDINGS, GRADES
from experiments.horizon import USUAL_QUARTERS, check_quarters
from experiments.runner import MOST_REPLICATES, MOST_SEED
from experiments.single import indicators_table
from experiments.staffing import agency_share, vacancy_rate
from model.codes import DirectorEvent, Grade, Status, Support
from model.facts import load_facts
from model.history import grades_in_force
from model.indicators import CouncilQuarter
from model.parameters import Parameters
from model.population import boundary_changes
from model.quarters import format_quarter
from model.records import dotted_fields
from model.replay import run_from

FIRST = 0
"""Histories are watched from 2014Q1 on."""

KINDS = ("judgement", "director", "arrangement", "boundary")
"""What events are about, in the order in which those of a council and quarter are told."""

NOTHING_TO_TELL = (Support.NONE, Support.OWN_PLAN)
"""A council's own plan is nobody's arrangement with it."""


@dataclass(frozen=True)
class Event:
    """Something that could be seen to happen.

    Attributes:
        quarter: since 2014Q1.
        row: of the council in the master table.
        kind: one of `KINDS`.
        sentence: what it was, in plain English.
        grade: the judgement published, if it is one.
    """

    quarter: int
    row: int
    kind: str
    sentence: str
    grade: Grade = Grade.NOT_JUDGED


@dataclass(frozen=True)
class WatchedHistory:
    """What is seen of a history.

    Attributes:
        status: `ok`, or why it ended early.
        quarters: a row a quarter, a column an indicator.
        seen: structured array, dtype of `CouncilQuarter`, shape (quarters, 158).
    """

    status: str
    quarters: pl.DataFrame
    seen: Records

    @property
    def vacancy(self) -> Records:
        """Vacant posts, % of all posts, shape (quarters, 158); nought for councils that do not exist."""
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(vacancy_rate(self.seen["permanent"], self.seen["posts"]))

    @property
    def agency(self) -> Records:
        """Agency staff, % of all staff, likewise."""
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(agency_share(self.seen["agency"], self.seen["permanent"]))

    def councils(self) -> pl.DataFrame:
        """Councils that exist, a row a quarter and council, codes as words."""
        seen = self.seen
        facts = load_facts().councils
        count, width = seen.shape
        coded = {
            "grade": _words(Grade, seen["grade"]),
            "judged": _words(Grade, seen["judged"]),
            "leadership_judged": _words(Grade, seen["leadership_judged"]),
            "director_event": _words(DirectorEvent, seen["director_event"]),
            "arrangement": _words(Support, seen["arrangement"]),
        }
        columns = {name: coded.get(name, seen[name].ravel()) for name, _, _ in dotted_fields(CouncilQuarter)}
        return (
            pl.DataFrame(
                {
                    "quarter": np.repeat([format_quarter(FIRST + i) for i in range(count)], width),
                    "la_code": np.tile(facts["la_code"].to_numpy(), count),
                    "name": facts["name"].to_list() * count,
                    **columns,
                    "vacancy_rate": self.vacancy.ravel(),
                    "agency_share": self.agency.ravel(),
                }
            )
            .filter(pl.col("exists") == 1)
            .drop("exists")
        )

    def events(self) -> list[Event]:
        """What happened, in the order of quarters and councils."""
        found = [*_judgements(self.seen), *_directors(self.seen), *_arrangements(self.seen)]
        found += _boundaries(len(self.seen))
        return sorted(found, key=lambda event: (event.quarter, event.row, KINDS.index(event.kind)))

    def events_table(self) -> pl.DataFrame:
        """The events, a row each."""
        facts = load_facts().councils
        codes, names = facts["la_code"].to_list(), facts["name"].to_list()
        rows = [
            {
                "quarter": format_quarter(event.quarter),
                "la_code": codes[event.row],
                "name": names[event.row],
                "kind": event.kind,
                "what": event.sentence,
            }
            for event in self.events()
        ]
        schema = dict.fromkeys(("quarter", "la_code", "name", "kind", "what"), pl.String)
        return pl.DataFrame(rows, schema | {"la_code": pl.Int64()})


def watch_history(
    parameters: Parameters, seed: int = 1, replicate: int = 0, quarters: int = USUAL_QUARTERS
) -> WatchedHistory:
    """Make one run from 2014Q1, and keep what is seen of every council in every quarter.

    Args:
        parameters: of the run.
        seed: of the luck.
        replicate: which history of luck.
        quarters: length of the run.

    Raises:
        StudyError: for a seed, replicate or length that is not allowed.
    """
    check_count("seed", seed, 0, MOST_SEED)
    check_count("replicate", replicate, 0, MOST_REPLICATES - 1)
    check_quarters(quarters, FIRST)
    block = run_from([parameters], parameters, seed, [replicate], FIRST, quarters, watching=True)
    table = indicators_table(block.quarters[0], FIRST)
    return WatchedHistory(Status(int(block.status[0])).name.lower(), table, block.watched[0, : table.height])


def command_of(regime: str, quarters: int, seed: int, replicate: int, settings: Mapping[str, object]) -> str:
    """The command line that makes the same history."""
    options = (
        ("--regime", regime),
        ("--quarters", quarters),
        ("--seed", seed),
        ("--replicate", replicate),
        *settings_as_options(settings),
        ("--out", "history.csv"),
        ("--agents", "councils.parquet"),
    )
    return command_line("run", options=options)


def _words(codes: Any, values: Records) -> list[str]:
    names = {int(code): code.name.lower() for code in codes}
    return [names[value] for value in values.ravel().tolist()]


def _judgements(seen: Records) -> Iterator[Event]:
    before = np.concatenate([grades_in_force(load_facts(), FIRST - 1)[np.newaxis], seen["grade"][:-1]])
    for quarter, row in np.argwhere(seen["judged"] != Grade.NOT_JUDGED).tolist():
        grade, earlier = Grade(int(seen["judged"][quarter, row])), Grade(int(before[quarter, row]))
        if earlier == Grade.NOT_JUDGED:
            sentence = f"Judged {GRADES[grade]}, for the first time"
        elif earlier == grade:
            sentence = f"Judged {GRADES[grade]} again"
        else:
            way = "worse" if grade > earlier else "better"
            sentence = f"Judged {GRADES[grade]}, {way} than before ({GRADES[earlier]})"
        yield Event(quarter, row, "judgement", sentence, grade)


def _directors(seen: Records) -> Iterator[Event]:
    for quarter, row in np.argwhere(seen["director_event"] != DirectorEvent.NONE).tolist():
        interim = seen["director_event"][quarter, row] == DirectorEvent.INTERIM_ARRIVES
        arrives = "an interim director steps in" if interim else "a permanent director arrives"
        if quarter == 0 or seen["exists"][quarter - 1, row] == 0:
            yield Event(quarter, row, "director", f"{arrives[0].upper()}{arrives[1:]}")
            continue
        who = "The interim director" if seen["interim"][quarter - 1, row] == 1 else "The director"
        after = _time_in_post(seen["tenure"][quarter - 1, row])
        yield Event(quarter, row, "director", f"{who} leaves {after}; {arrives}")


def _time_in_post(months: float) -> str:
    """How long a director had been in post at the end of the quarter before."""
    years, rest = divmod(round(months), 12)
    if not years:
        return f"after {rest} months" if rest else "within three months"
    return f"after {years} {'year' if years == 1 else 'years'}" + (f" and {rest} months" if rest else "")


def _arrangements(seen: Records) -> Iterator[Event]:
    kind, there = seen["arrangement"], seen["exists"] == 1
    changed = (kind[1:] != kind[:-1]) & there[1:] & there[:-1]
    for step, row in np.argwhere(changed).tolist():
        before, after = Support(int(kind[step, row])), Support(int(kind[step + 1, row]))
        if before not in NOTHING_TO_TELL:
            yield Event(step + 1, row, "arrangement", ENDINGS[before])
        if after not in NOTHING_TO_TELL:
            yield Event(step + 1, row, "arrangement", BEGINNINGS[after])


@cache
def _boundaries(quarters: int) -> tuple[Event, ...]:
    """Councils that are founded and abolished."""
    names = load_facts().councils["name"].to_list()
    founded: dict[tuple[int, int], list[str]] = {}
    abolished: dict[tuple[int, int], list[str]] = {}
    for change in boundary_changes():
        quarter, old, new = int(change["quarter"]), int(change["predecessor"]), int(change["successor"])
        founded.setdefault((quarter, new), []).append(names[old])
        abolished.setdefault((quarter, old), []).append(names[new])
    told = [
        Event(quarter, row, "boundary", f"{verb} {'; '.join(others)}")
        for found, verb in ((founded, "Founded from:"), (abolished, "Abolished; its successors:"))
        for (quarter, row), others in found.items()
        if FIRST <= quarter < quarters
    ]
    return tuple(told)
