"""Turnaround: how the quality of council children's services falls, is found out, and is turned round.

The model knows nothing of result files, screens or command lines. Five lines make a run:

    import model

    simulation = model.Simulation(regime="sector_led", seed=1)
    simulation.run()
    print(simulation.quarters_table())
"""

from model.ensemble import Block, Luck, Worlds, draw_luck, run_block
from model.extensions import Extension, ExtensionError
from model.parameters import Parameters
from model.regimes import SHIPPED, Regime, find_regime, regime_names, resolve
from model.registry import ParameterError, registry
from model.scenarios import SHIPPED_SCENARIOS, Scenario, find_scenario
from model.simulation import Simulation

__all__ = [
    "SHIPPED",
    "SHIPPED_SCENARIOS",
    "Block",
    "Extension",
    "ExtensionError",
    "Luck",
    "ParameterError",
    "Parameters",
    "Regime",
    "Scenario",
    "Simulation",
    "Worlds",
    "draw_luck",
    "find_regime",
    "find_scenario",
    "regime_names",
    "registry",
    "resolve",
    "run_block",
]
