"""One run, looked at closely: its indicators by quarter, its outcome, every council's state in every quarter.

Either engine makes it, with the same bits: the interpreted one to step through with a debugger, the compiled
one for speed.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from experiments.arrays import Records
from experiments.errors import StudyError, check_count
from experiments.horizon import USUAL_QUARTERS, check_quarters
from experiments.runner import MOST_REPLICATES, MOST_SEED
from experiments.tables import indicator_names, outcome_names
from model.agents import Council
from model.codes import Status
from model.ensemble import Luck, Worlds, draw_luck, start_and_advance
from model.facts import load_facts
from model.parameters import Parameters
from model.quarters import format_quarter
from model.records import dotted_fields
from model.regimes import resolve
from model.replay import GROUP, replay, run_from
from model.simulation import Simulation

Engine = Literal["interpreted", "compiled"]


@dataclass(frozen=True)
class History:
    """What one run was like.

    Attributes:
        status: `ok`, or why it ended early.
        quarters: a row a quarter, a column an indicator.
        outcome: outcomes by name, missing where there was nothing to observe.
        agents: a row a council and quarter, a column a state variable; None when it was not asked for.
    """

    status: str
    quarters: pl.DataFrame
    outcome: dict[str, float | None]
    agents: pl.DataFrame | None


def run_once(
    parameters: Parameters,
    seed: int = 1,
    replicate: int = 0,
    quarters: int = USUAL_QUARTERS,
    start: int = 0,
    engine: Engine = "compiled",
    agents: bool = False,
    past: Parameters | None = None,
) -> History:
    """Make one run.

    Args:
        parameters: of the run.
        seed: of the luck.
        replicate: which history of luck.
        quarters: length of the run.
        start: absolute quarter of the first.
        engine: which one.
        agents: whether to keep the state of every council in every quarter.
        past: parameters under which the record is replayed up to a start after 2014Q1; by default those of
            the ad hoc regime.

    Raises:
        StudyError: for a seed, replicate or length that is not allowed, or a later start interpreted.
    """
    check_count("seed", seed, 0, MOST_SEED)
    check_count("replicate", replicate, 0, MOST_REPLICATES - 1)
    check_quarters(quarters, start)
    if engine == "compiled":
        return _compiled(parameters, past or resolve("ad_hoc"), seed, replicate, quarters, start, agents)
    if start:
        raise StudyError("the interpreted engine starts in 2014Q1; later starts need the compiled one")
    return _interpreted(parameters, seed, replicate, quarters, agents)


def _interpreted(parameters: Parameters, seed: int, replicate: int, quarters: int, agents: bool) -> History:
    simulation = Simulation(parameters=parameters, seed=seed, replicate=replicate, quarters=quarters)
    states = []
    while simulation.running:
        simulation.step()
        if agents:
            states.append(simulation.worlds().councils[0])
    finished = simulation.status == Status.OK
    concluded = simulation.outcome
    outcome = {name: getattr(concluded, name) if finished else np.nan for name in outcome_names()}
    return History(
        simulation.status.name.lower(),
        simulation.quarters_table().select("quarter", pl.col(indicator_names()).fill_nan(None)),
        {name: None if np.isnan(value) else value for name, value in outcome.items()},
        _agents_table(states, 0) if agents else None,
    )


def _compiled(
    parameters: Parameters,
    past: Parameters,
    seed: int,
    replicate: int,
    quarters: int,
    start: int,
    agents: bool,
) -> History:
    block = run_from([parameters], past, seed, [replicate], start, quarters)
    table = indicators_table(block.quarters[0], start)
    outcome = {name: block.outcomes[name][0].item() for name in outcome_names()}
    states = []
    if agents:
        luck, place, worlds = _beginning(past, seed, replicate, quarters, start)
        for i in range(table.height):
            start_and_advance(worlds, parameters.record.reshape(1), place, luck, start + i, 1)
            states.append(worlds.councils[0].copy())
    return History(
        Status(int(block.status[0])).name.lower(),
        table,
        {name: None if np.isnan(value) else value for name, value in outcome.items()},
        _agents_table(states, start) if agents else None,
    )


def indicators_table(rows: Records, start: int) -> pl.DataFrame:
    """Indicators of a run, a row a quarter up to the last that was sound.

    Args:
        rows: of the run, as `model.ensemble.Block` holds them.
        start: absolute quarter of the first.
    """
    reached = int((~np.isnan(rows["councils"])).sum())
    labels = [format_quarter(start + i) for i in range(reached)]
    table = pl.DataFrame({"quarter": labels} | {name: rows[name][:reached] for name in indicator_names()})
    return table.select("quarter", pl.col(indicator_names()).fill_nan(None))


def _beginning(
    past: Parameters, seed: int, replicate: int, quarters: int, start: int
) -> tuple[Luck, Records, Worlds]:
    """Luck, the replicate's row in it, and the world before the first quarter."""
    if start == 0:
        return draw_luck(seed, [replicate], quarters), np.zeros(1, np.int64), Worlds.blank(1)
    replayed = replay(past, seed, replicate // GROUP, start, quarters)
    place = np.array([replicate % GROUP])
    return replayed.luck, place, replayed.worlds.of(place)


def _agents_table(states: list[Records], start: int) -> pl.DataFrame:
    """State of the councils that exist, a row a quarter and council, columns named with dots."""
    facts = load_facts().councils.select("la_code", "name")
    tables = []
    for i, state in enumerate(states):
        columns = {name: _part(state, name) for name, _, _ in dotted_fields(Council)}
        quarter = pl.lit(format_quarter(start + i)).alias("quarter")
        table = facts.hstack(pl.DataFrame(columns)).select(quarter, pl.all())
        tables.append(table.filter(pl.col("exists") == 1))
    return pl.concat(tables)


def _part(records: Records, dotted: str) -> Records:
    """A field of nested records by its dotted name."""
    for name in dotted.split("."):
        records = records[name]
    return np.ascontiguousarray(records)
