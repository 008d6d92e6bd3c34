"""Two engines side by side: Mesa agents stepped, and compiled records, each a quarter at a time."""

import math

import numpy as np
from ensemble_helpers import Array, differences

from model.codes import Status
from model.ensemble import Block, Worlds, draw_luck, start_and_advance
from model.indicators import quarter_fields
from model.parameters import Parameters
from model.simulation import Simulation

SEED, REPLICATE = 1, 3


def equal(a: float, b: float) -> bool:
    """Whether two numbers are the same, or both not a number."""
    return a == b or (math.isnan(a) and math.isnan(b))


def unequal_indicators(simulation: Simulation, block: Block) -> list[str]:
    """Names of indicators in which the last quarter of a simulation differs from that of a block."""
    row = block.quarters[0, 0]
    names = [name for name, _, _ in quarter_fields()]
    return [name for name in names if not equal(getattr(simulation.observed, name), row[name])]


def must_agree(parameters: Parameters, quarters: int, recorded: Array | None = None) -> None:
    """Step both engines side by side, and compare every record, indicator and outcome."""
    simulation = Simulation(
        seed=SEED, replicate=REPLICATE, quarters=quarters, parameters=parameters, recorded=recorded
    )
    luck = draw_luck(SEED, [REPLICATE], quarters)
    records = parameters.record[np.newaxis]
    worlds = Worlds.blank(1)
    for quarter in range(quarters):
        simulation.step()
        block = start_and_advance(worlds, records, [0], luck, quarter, 1, recorded)
        assert simulation.status == block.status[0]
        found = differences(simulation.worlds(), worlds) + unequal_indicators(simulation, block)
        assert not found, f"quarter {quarter}: {'; '.join(found)}"
        if simulation.status != Status.OK:
            return
    whole = start_and_advance(Worlds.blank(1), records, [0], luck, 0, quarters, recorded)
    for name in whole.outcomes.dtype.names:
        assert equal(getattr(simulation.outcome, name), whole.outcomes[name][0]), name
