"""The compiled engine: the rulebook over records, thousands of runs at machine speed.

A block of runs is one call that holds no lock; each run goes through all its quarters before the next one
starts, so that its records stay in the processor's cache. The world of every run is at hand afterwards, so
that a block can be continued, branched under another regime, or advanced quarter by quarter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from model.agents import Council, Nation, Partner, Provider, Recorded, Region, Shock
from model.calendar import calendar
from model.codes import UNKNOWN, Status
from model.compilation import compiled
from model.extensions import installed_extensions, refuse_what_cannot_be_compiled
from model.indicators import CouncilOutcome, CouncilQuarter, Outcome, quarter_dtype
from model.parameters import Parameters
from model.population import boundary_changes, council_facts, draw_origins, neighbours
from model.quarters import LAST_RECORDED_QUARTER
from model.records import Records, record_dtype
from model.registry import parameter_dtype
from model.rule import rule
from model.rules import quarter
from model.rules.conclusion import conclude, report_council
from model.rules.observation import observe_all
from model.rules.soundness import soundness
from model.rules.start import start
from model.rules.start_helpers import PARTNER_ROWS, PROVIDER_ROWS
from model.rules.watching import watch
from model.shocks import drawn_fields, fill_streams
from model.world import Duration, Place, World

REGIONS = 9
DURATIONS = 160
"""Quarters of the life table: twice the longest horizon."""

LONGEST_HORIZON = 80


@dataclass(frozen=True)
class Luck:
    """The luck of the replicates of a block.

    Attributes:
        replicates: their numbers.
        shocks: shape (replicates, streams, quarters, 158), streams in the order of `Shock`; kept in memory
            council by council, as they are dealt.
        councils: origins, shape (replicates, 158).
        providers: origins, shape (replicates, 48).
        partners: origins, shape (replicates, 250).
    """

    replicates: tuple[int, ...]
    shocks: Records
    councils: Records
    providers: Records
    partners: Records


def draw_luck(
    seed: int,
    replicates: Sequence[int],
    quarters: int,
    rows: Sequence[int] | None = None,
    known_until: int = LAST_RECORDED_QUARTER,
) -> Luck:
    """Draw the luck of some replicates, shared by all regimes and parameters.

    Args:
        seed: of the study.
        replicates: their numbers.
        quarters: from 2014Q1 to the end of the run.
        rows: rows of the councils that take part; all when None.
        known_until: last quarter whose publications are used; by default all of the record.

    Raises:
        ValueError: for a seed or replicate that is not a whole number from 0.
    """
    _check_key("seed", seed)
    for replicate in replicates:
        _check_key("replicate", replicate)
    count = len(council_facts())
    shocks = np.empty((len(replicates), quarters, count, len(drawn_fields(Shock)))).transpose(0, 3, 1, 2)
    for streams, replicate in zip(shocks, replicates, strict=True):
        fill_streams(streams, Shock, "shock.", seed, replicate)
    origins = [draw_origins(seed, replicate, rows, known_until) for replicate in replicates]
    return Luck(
        tuple(replicates),
        shocks,
        np.stack([origin.councils for origin in origins]),
        np.stack([origin.providers for origin in origins]),
        np.stack([origin.partners for origin in origins]),
    )


def _check_key(name: str, given: object) -> None:
    if not isinstance(given, int | np.integer) or given < 0:
        raise ValueError(f"{name} {given!r}: allowed is a whole number from 0")


@dataclass(frozen=True)
class Worlds:
    """The records of a block of runs, one row a run."""

    nations: Records
    councils: Records
    regions: Records
    partners: Records
    providers: Records
    durations: Records
    places: Records

    @classmethod
    def blank(cls, runs: int) -> "Worlds":
        """Worlds with all state zero."""
        count = len(council_facts())
        return cls(
            np.zeros((runs, 1), record_dtype(Nation)),
            np.zeros((runs, count), record_dtype(Council)),
            np.zeros((runs, REGIONS), record_dtype(Region)),
            np.zeros((runs, PARTNER_ROWS), record_dtype(Partner)),
            np.zeros((runs, PROVIDER_ROWS), record_dtype(Provider)),
            np.zeros((runs, DURATIONS), record_dtype(Duration)),
            np.zeros((runs, count), record_dtype(Place)),
        )

    def parts(self) -> tuple[Records, ...]:
        """The arrays, in the order in which compiled code takes them."""
        return (
            self.nations,
            self.councils,
            self.regions,
            self.partners,
            self.providers,
            self.durations,
            self.places,
        )

    def of(self, runs: Sequence[int] | Records) -> "Worlds":
        """Copies of the worlds of some runs."""
        return Worlds(*(part[runs] for part in self.parts()))


def _writable(records: Records) -> Records:
    """The records, copied if they are read-only, for which compiled code would be compiled anew."""
    return np.require(records, requirements=["C", "W"])


@dataclass(frozen=True)
class Block:
    """What a block of runs returned.

    Attributes:
        quarters: indicators, shape (runs, quarters); not a number after a run failed.
        outcomes: outcomes, shape (runs,).
        councils: what became of each council, shape (runs, 158).
        status: shape (runs,), codes of `Status`.
        watched: what was seen of each council in each quarter, shape (runs, quarters, 158), dtype that of
            `CouncilQuarter`; without any quarters when it was not asked for, zero after a run failed.
    """

    quarters: Records
    outcomes: Records
    councils: Records
    status: Records
    watched: Records


def start_and_advance(
    worlds: Worlds,
    parameters: Records,
    replicate_of: Records,
    luck: Luck,
    first: int,
    count: int,
    recorded: Records | None = None,
    watching: bool = False,
) -> Block:
    """Take a block of runs through some quarters.

    Args:
        worlds: the records of the runs, changed in place; started when `first` is 0. With fewer worlds than
            runs, a world serves several runs in turn, and holds the last of them at the end.
        parameters: shape (runs,), dtype of `parameter_dtype`.
        replicate_of: shape (runs,), which row of `luck` each run meets.
        luck: of the replicates.
        first: quarters since 2014Q1 at which to begin.
        count: how many quarters to run.
        recorded: what the record says, shape (quarters from 2014Q1, 158); None when nothing is recorded.
        watching: whether to keep what is seen of each council in each quarter, 24 kB a run and quarter.

    Returns:
        Indicators, outcomes and status of every run.
    """
    runs = len(parameters)
    parameters = _writable(parameters)
    if first > 0 and len(worlds.nations) < runs:
        raise ValueError(f"{runs} runs that go on need a world each; there are {len(worlds.nations)}")
    rows = np.full((runs, count), np.nan, quarter_dtype())
    outcomes = np.full(runs, np.nan, record_dtype(Outcome))
    councils = np.zeros((runs, worlds.councils.shape[1]), record_dtype(CouncilOutcome))
    status = np.zeros(runs, np.int64)
    watched = np.zeros(
        (runs, count if watching else 0, worlds.councils.shape[1]), record_dtype(CouncilQuarter)
    )
    advance_block()(
        *worlds.parts(),
        *Worlds.blank(1).parts(),
        parameters,
        np.asarray(replicate_of, np.int64),
        ready_to_deal(luck.shocks[:, :, first : first + count]),
        luck.councils,
        luck.providers,
        luck.partners,
        calendar(first + count),
        boundary_changes(),
        np.tile(neighbours(), worlds.councils.shape[1] // len(council_facts())),
        _writable(nothing_recorded(1, worlds.councils.shape[1]) if recorded is None else recorded),
        recorded is None,
        first,
        count,
        rows,
        outcomes,
        councils,
        status,
        watched,
    )
    return Block(rows, outcomes, councils, status, watched)


@cache
def nothing_recorded(quarters: int, councils: int) -> Records:
    """A record that is silent on everything, so that the model draws: shape (quarters, councils)."""
    recorded = np.zeros((quarters, councils), record_dtype(Recorded))
    for name in ("inspection", "director", "arrangement"):
        recorded[name] = UNKNOWN
    return recorded


def ready_to_deal(shocks: Records) -> Records:
    """Shocks as records, shape (replicates, quarters, councils); a whole run of `draw_luck` is not copied."""
    by_council = np.ascontiguousarray(shocks.transpose(0, 2, 3, 1))
    return by_council.view(record_dtype(Shock)).reshape(by_council.shape[:-1])


@rule
def empty(records: Any, blank: Any) -> None:
    """Set records to zero, by copying one that is."""
    for i in range(len(records)):
        records[i] = blank


def blank_world() -> World:
    """The world of one run as compiled rules get it, with all state zero."""
    blank = Worlds.blank(1)
    tables: tuple[Any, ...] = calendar(1), boundary_changes(), neighbours()
    return World(
        blank.nations[0][0], blank.councils[0], blank.regions[0], blank.partners[0], blank.providers[0],
        tables[0], tables[1], blank.durations[0], blank.places[0], tables[2],
    )  # fmt: skip


@cache
def advance_block() -> Any:
    """The compiled entry, compiled or read from the cache at first use.

    Raises:
        ExtensionError: when a function of an extension cannot be compiled.
    """
    for extension in installed_extensions():
        refuse_what_cannot_be_compiled(extension, blank_world(), np.zeros(1, parameter_dtype())[0])

    def advance(
        nations: Records, councils: Records, regions: Records, partners: Records, providers: Records,
        durations: Records, places: Records,
        no_nation: Records, no_councils: Records, no_regions: Records, no_partners: Records,
        no_providers: Records, no_durations: Records, no_places: Records,
        parameters: Records, replicate_of: Records, shocks: Records,
        council_origins: Records, provider_origins: Records, partner_origins: Records,
        calendar: Any, changes: Any, neighbours: Any, recorded: Records, silent: bool, first: int, count: int,
        rows: Records, outcomes: Records, council_outcomes: Records, status: Records, watched: Records,
    ) -> None:  # fmt: skip
        for run in range(len(parameters)):
            p = parameters[run]
            luck = replicate_of[run]
            slot = run % len(nations)
            world = World(
                nations[slot][0], councils[slot], regions[slot], partners[slot], providers[slot],
                calendar, changes, durations[slot], places[slot], neighbours,
            )  # fmt: skip
            if first == 0:
                nations[slot, 0] = no_nation[0, 0]
                empty(world.councils, no_councils[0, 0])
                empty(world.regions, no_regions[0, 0])
                empty(world.partners, no_partners[0, 0])
                empty(world.providers, no_providers[0, 0])
                empty(world.durations, no_durations[0, 0])
                empty(world.places, no_places[0, 0])
                start(world, council_origins[luck], provider_origins[luck], partner_origins[luck], p)
            for step in range(count):
                if status[run] == Status.OK:
                    now = first + step
                    world.nation.quarter = now
                    for i in range(len(world.councils)):
                        world.councils[i].shock = shocks[luck, step, i]
                    if step == 0 or not silent:
                        for i in range(len(world.councils)):
                            world.councils[i].recorded = recorded[0 if silent else now, i]
                    quarter(world, p)
                    status[run] = soundness(world, p)
                    if status[run] == Status.OK:
                        observe_all(world, p, rows[run, step])
                        if watched.shape[1] > 0:
                            for i in range(len(world.councils)):
                                watch(world.councils[i], watched[run, step, i], p)
            if status[run] == Status.OK and count > 0:
                conclude(world, rows[run], count, outcomes[run])
            for i in range(len(world.councils)):
                report_council(world.councils[i], council_outcomes[run, i])

    return compiled(advance)


def records_of(parameters: Sequence[Parameters] | Records) -> Records:
    """Sets of parameters as records with `parameter_dtype`, shape (sets,); records are returned as given."""
    if isinstance(parameters, np.ndarray):
        return parameters
    return np.array([item.record for item in parameters], parameter_dtype())


def run_block(
    parameters: Sequence[Parameters] | Records, luck: Luck, quarters: int, watching: bool = False
) -> Block:
    """Run every set of parameters with every replicate of the luck given, from 2014Q1.

    Args:
        parameters: sets of parameters, such as one for each regime, or their records.
        luck: of the replicates.
        quarters: how many to run.
        watching: whether to keep what is seen of each council in each quarter.

    Returns:
        Runs in the order of parameters, within them of replicates.
    """
    records = records_of(parameters)
    per_set = len(luck.replicates)
    return start_and_advance(
        Worlds.blank(1),
        np.repeat(records, per_set),
        np.tile(np.arange(per_set), len(records)),
        luck,
        0,
        quarters,
        watching=watching,
    )
