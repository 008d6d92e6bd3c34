"""The very same rules on the agents of Mesa and of AgentPy, one history at a time and many.

Both hold every council, provider and partner as an object, collect all indicators of every quarter, and
end in the same bits as the compiled engine, which is checked before anything is timed.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

import agentpy
import mesa
import numpy as np

from experiments.benchmarks.agentpy_model import AgentPySimulation
from experiments.benchmarks.engine import peak_memory, regimes, run_replicates
from experiments.benchmarks.timing import (
    QUARTERS,
    Figures,
    alternated,
    per_council_quarter,
    ratios,
)
from model.ensemble import Worlds, draw_luck, start_and_advance
from model.regimes import resolve
from model.simulation import Simulation

REGIME = "ad_hoc"
SEED = 1
PROCESSES = 2
MEMORY_RUNS = 10
"""Histories whose peak memory is taken."""

MANY = (
    "from experiments.benchmarks.objects import {name}\n"
    "for replicate in range({runs}):\n"
    "    {name}(replicate=replicate)\n"
)
"""Runs histories one after another and keeps none."""


def mesa_history(quarters: int = QUARTERS, replicate: int = 0) -> Simulation:
    """One history by Mesa, whose DataCollector collects every indicator."""
    return Simulation(REGIME, SEED, replicate, quarters).run()


def agentpy_history(quarters: int = QUARTERS, replicate: int = 0) -> AgentPySimulation:
    """One history by AgentPy, which records every indicator."""
    (parameters,) = agentpy_sample(quarters, range(replicate, replicate + 1))
    history = AgentPySimulation(parameters)
    history.run(display=False)
    return history


def agentpy_sample(quarters: int, replicates: range) -> list[dict[str, object]]:
    """Parameters of AgentPy runs, one a replicate; its own random numbers are seeded and not used."""
    return [
        {"regime": REGIME, "luck": SEED, "replicate": replicate, "steps": quarters, "seed": SEED}
        for replicate in replicates
    ]


def agentpy_experiment(runs: int, processes: int, quarters: int = QUARTERS) -> None:
    """Histories by AgentPy's own runner."""
    experiment = agentpy.Experiment(
        AgentPySimulation, agentpy_sample(quarters, range(runs)), randomize=False, record=True
    )
    experiment.run(n_jobs=processes, display=False)


def batch_run(runs: int, processes: int, quarters: int = QUARTERS) -> None:
    """Histories by Mesa's own runner."""
    mesa.batch_run(
        Simulation,
        parameters={"regime": REGIME, "replicate": range(runs), "quarters": quarters},
        number_processes=processes,
        max_steps=quarters,
        data_collection_period=1,
        display_progress=False,
    )


def ends_alike(quarters: int) -> bool:
    """Whether a history ends in the same bits by the compiled engine, by Mesa and by AgentPy."""
    worlds = Worlds.blank(1)
    record = resolve(REGIME).record[np.newaxis]
    start_and_advance(worlds, record, np.zeros(1, int), draw_luck(SEED, [0], quarters), 0, quarters)
    ends = [
        [part.tobytes() for part in found.parts()]
        for found in (worlds, mesa_history(quarters).worlds(), agentpy_history(quarters).worlds())
    ]
    return ends[0] == ends[1] == ends[2]


def against_objects(replicates: int, runs: int, rounds: int, quarters: int = QUARTERS) -> Figures:
    """Nanoseconds a council-quarter of each, in turn; runners over one process and over two.

    Args:
        replicates: of all regimes, by the compiled engine.
        runs: of each runner.
        rounds: how many.
        quarters: of the runs of others.
    """
    if not ends_alike(quarters):
        raise RuntimeError("the models end in different states, so that their times mean nothing")
    jobs: dict[str, tuple[Callable[[], object], int, int]] = {
        "compiled": (partial(run_replicates, replicates), len(regimes()) * replicates, QUARTERS),
        "mesa": (partial(mesa_history, quarters), 1, quarters),
        "agentpy": (partial(agentpy_history, quarters), 1, quarters),
        "agentpy experiment": (partial(agentpy_experiment, runs, 1, quarters), runs, quarters),
        "batch run, two processes": (partial(batch_run, runs, PROCESSES, quarters), runs, quarters),
        "agentpy experiment, two processes": (
            partial(agentpy_experiment, runs, PROCESSES, quarters), runs, quarters,
        ),
        "compiled, two threads": (
            partial(run_replicates, 2 * replicates, 2), 2 * len(regimes()) * replicates, QUARTERS,
        ),
    }  # fmt: skip
    taken = alternated({name: job for name, (job, *_) in jobs.items()}, rounds)
    each = {
        name: [time / (jobs[name][1] * jobs[name][2]) for time in values] for name, values in taken.items()
    }
    return {
        "runs of a runner": runs,
        **{
            name: asdict(per_council_quarter(taken[name], count, long))
            | {
                "over compiled": asdict(
                    ratios(each[name], each["compiled, two threads" if "two" in name else "compiled"])
                )
            }
            for name, (_, count, long) in jobs.items()
        },
        "memory": {
            "mesa": peak_memory(MANY.format(name="mesa_history", runs=min(runs, MEMORY_RUNS))),
            "agentpy": peak_memory(MANY.format(name="agentpy_history", runs=min(runs, MEMORY_RUNS))),
            "runs": min(runs, MEMORY_RUNS),
        },
    }
