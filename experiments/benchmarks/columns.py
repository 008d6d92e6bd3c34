"""Rules that can be columns (`column_rules`) as an AMBER model, against the same rules compiled."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache, partial
from typing import Any

import ambr
import numpy as np

from experiments.benchmarks.column_rules import Column, Columns, advance
from experiments.benchmarks.timing import Figures, Job, alternated, per_council_quarter, ratios
from model.agents import Nation, Shock
from model.calendar import calendar
from model.compilation import compiled
from model.ensemble import Luck, Worlds, draw_luck, ready_to_deal, start_and_advance
from model.parameters import Parameters
from model.records import record_dtype, store_agents
from model.regimes import resolve
from model.rules.arithmetic import root_of_rest
from model.rules.demand import raise_need, take_children_into_care, turn_need_into_work
from model.rules.leadership import engage_chief_executive, lead_department, let_blame_fade
from model.rules.nation import read_national_paths
from model.rules.practice import practise
from model.rules.standing import earn_confidence, reach_children
from model.rules.workforce import engage_agency_staff, feel_pressure, spread_stigma
from model.shocks import drawn_fields
from model.simulation import loaded
from model.state import state_fields
from model.world import CalendarEntry

REGIME = "ad_hoc"
QUARTERS = 8
CLOSE = 1e-9
"""How far, relatively, columns may be from the rules: an array's exponential rounds differently."""


# ---- As an AMBER model


class Table(Columns):
    """Columns, each read when it is first asked for.

    Attributes:
        changed: names of those that a rule has set.
    """

    def __init__(self, read: Callable[[str], Column]) -> None:
        """Read from there what is asked for."""
        super().__init__()
        self._read = read
        self.changed: set[str] = set()

    def __missing__(self, name: str) -> Column:
        """Read a column, and keep it."""
        column = self._read(name)
        super().__setitem__(name, column)
        return column

    def __setitem__(self, name: str, column: Column) -> None:
        """Set a column, and note that it was set."""
        self.changed.add(name)
        super().__setitem__(name, column)


class NationState:
    """The nation's state, held by an object that belongs to no framework."""

    def __init__(self) -> None:
        """All zero."""
        for name, kind, _ in state_fields(Nation):
            setattr(self, name, kind())


class ColumnModel(ambr.Model):
    """All councils of all runs in one frame, which is the best case for columns."""

    def __init__(self, worlds: Worlds, luck: Luck, parameters: Parameters) -> None:
        """Take over the councils and the luck of some runs.

        Args:
            worlds: just started, one for each replicate of the luck.
            luck: of the replicates, met again from the first quarter when it is used up.
            parameters: the same for all runs.
        """
        self.quarters = luck.shocks.shape[2]
        super().__init__({"steps": self.quarters})
        self.rules_view = parameters.rules_view
        (self.nation,) = loaded(NationState, worlds.nations[0])
        self.calendar = loaded(CalendarEntry, calendar(self.quarters))
        exists = worlds.councils["exists"].reshape(-1) == 1
        streams = [name for name, _ in drawn_fields(Shock)]
        by_quarter = luck.shocks.transpose(1, 2, 0, 3).reshape(len(streams), self.quarters, -1)
        self.shocks = {f"shock.{name}": by_quarter[i][:, exists] for i, name in enumerate(streams)}
        asked = Table(lambda name: column_of(worlds, name)[exists])
        advance(asked, self.nation, self.rules_view)
        self.start = {name: column_of(worlds, name)[exists] for name in sorted({*asked} - {*self.shocks})}

    def setup(self) -> None:
        """Lay the councils down as rows of AMBER's frame."""
        self.add_agents(len(self.start["children"]), **self.start)

    def step_vectorized(self) -> None:
        """Borrow columns, let a quarter of the rules go by, and commit what they changed."""
        now = self.t % self.quarters
        self.nation.quarter = now
        read_national_paths(self.nation, self.calendar, self.rules_view)
        columns = Table(self._read)
        advance(columns, self.nation, self.rules_view)
        self.agents.commit(**{name: columns[name] for name in sorted(columns.changed)})

    def _read(self, name: str) -> Column:
        column: Column = (
            self.shocks[name][self.t % self.quarters] if name in self.shocks else self.agents.borrow(name)[0]
        )
        return column


class PlainArrays:
    """The same columns held by nobody: what NumPy alone would need."""

    def __init__(self, model: ColumnModel) -> None:
        """Take over the columns that a model starts from."""
        self.model = model
        self.columns = dict(model.start)
        (self.nation,) = loaded(NationState, store_agents([model.nation], record_dtype(Nation)))

    def run(self) -> None:
        """All quarters of the luck."""
        model = self.model
        for now in range(model.quarters):
            self.nation.quarter = now
            read_national_paths(self.nation, model.calendar, model.rules_view)
            columns = Table(self.columns.__getitem__)
            columns.update({name: column[now] for name, column in model.shocks.items()})
            advance(columns, self.nation, model.rules_view)
            self.columns = {name: columns.get(name, column) for name, column in self.columns.items()}


def column_of(worlds: Worlds, name: str) -> Column:
    """A variable of all councils of all runs, shape (runs x 158,)."""
    column: Any = worlds.councils
    for part in name.split("."):
        column = column[part]
    flat: Column = np.ascontiguousarray(column).reshape(-1)
    return flat


# ---- The same rules compiled


@cache
def compiled_rules() -> Any:
    """The rules of `AS_COLUMNS` over records: council by council, quarter by quarter, run by run."""

    def advance_runs(  # type: ignore[no-untyped-def]
        nations, councils, shocks, parameters, calendar, need_spread, persistence, circumstances_spread
    ):
        for run in range(len(councils)):
            nation = nations[run, 0]
            p = parameters[0]
            for step in range(shocks.shape[1]):
                nation.quarter = step
                read_national_paths(nation, calendar, p)
                for i in range(councils.shape[1]):
                    council = councils[run, i]
                    if council.exists == 1:
                        council.shock = shocks[run, step, i]
                        raise_need(council, need_spread, p)
                        turn_need_into_work(council, nation, p)
                        take_children_into_care(council, nation, p)
                        spread_stigma(council, p)
                        engage_agency_staff(council, p)
                        feel_pressure(council, p)
                        let_blame_fade(council.director, p)
                        engage_chief_executive(council.chief_executive, nation, p)
                        lead_department(council, p)
                        practise(council, nation, persistence, circumstances_spread, p)
                        earn_confidence(council, p)
                        reach_children(council, p)

    return compiled(advance_runs)


def started(replicates: int, quarters: int = QUARTERS) -> tuple[Worlds, Luck, Parameters]:
    """Worlds of some replicates as they are in 2014Q1, their luck, and the parameters."""
    parameters = resolve(REGIME)
    luck = draw_luck(1, range(replicates), quarters)
    worlds = Worlds.blank(replicates)
    start_and_advance(
        worlds, np.repeat(parameters.record[np.newaxis], replicates), np.arange(replicates), luck, 0, 0
    )
    return worlds, luck, parameters


def compiled_job(worlds: Worlds, luck: Luck, parameters: Parameters) -> Callable[[], object]:
    """Takes the worlds through all quarters of the luck, in place."""
    p = parameters.rules_view
    persistence = 1.0 - 1.0 / p.practice.circumstances_memory
    return partial(
        compiled_rules(),
        worlds.nations,
        worlds.councils,
        ready_to_deal(luck.shocks),
        parameters.record[np.newaxis].copy(),
        calendar(luck.shocks.shape[2]),
        p.demand.need_spread * root_of_rest(p.demand.need_persistence),
        persistence,
        p.practice.circumstances_spread * root_of_rest(persistence),
    )


def run_columns(model: ColumnModel) -> None:
    """Take an AMBER model through as many quarters."""
    for _ in range(model.quarters):
        model.run_step()


def furthest_apart(model: ColumnModel, worlds: Worlds) -> float:
    """The largest relative difference between AMBER's columns and the records, over all columns."""
    exists = worlds.councils["exists"].reshape(-1) == 1
    apart = 0.0
    for name in model.start:
        ours = column_of(worlds, name)[exists].astype(float)
        theirs = model.agents.borrow(name)[0].astype(float)
        apart = max(apart, float(np.max(np.abs(ours - theirs) / np.maximum(1.0, np.abs(ours)))))
    return apart


def columns_against_compiled(sizes: Sequence[int], rounds: int) -> list[Figures]:
    """Nanoseconds a council-quarter of the rules of `AS_COLUMNS`, by number of replicates in one frame."""
    found = []
    for replicates in sizes:
        worlds, luck, parameters = started(replicates)
        model = ColumnModel(worlds, luck, parameters)
        ours = compiled_job(worlds, luck, parameters)
        arrays = PlainArrays(model)
        run_columns(model)
        ours()
        apart = furthest_apart(model, worlds)
        if not apart < CLOSE:
            raise RuntimeError(f"columns and rules differ by {apart:.1e}, so that their times mean nothing")
        jobs: dict[str, Job] = {
            "columns": partial(run_columns, model),
            "arrays": arrays.run,
            "compiled": ours,
        }
        taken = alternated(jobs, rounds)
        found.append(
            {
                "replicates": replicates,
                "rows": len(model.start["children"]),
                "apart": apart,
                **{
                    name: asdict(per_council_quarter(values, replicates, QUARTERS))
                    for name, values in taken.items()
                },
                "columns over compiled": asdict(ratios(taken["columns"], taken["compiled"])),
                "arrays over compiled": asdict(ratios(taken["arrays"], taken["compiled"])),
            }
        )
    return found
