"""The Mesa model as a Mesa user meets it: stepped, inspected, collected from, and run in batches."""

import math
import os
import subprocess
import sys
from pathlib import Path

import mesa
import pytest

from model.agents import Council, Partner, Provider
from model.codes import Grade
from model.ensemble import draw_luck, run_block
from model.indicators import quarter_fields
from model.regimes import resolve
from model.simulation import Simulation

ROOT = Path(__file__).parents[1]
PYTHONS = [sys.executable, *os.environ.get("TURNAROUND_PYTHONS", "").split()]

AS_A_MESA_USER_WOULD = """
import mesa
from model import Simulation

simulation = Simulation("mixed", quarters=3)
while simulation.running:
    simulation.step()
frame = simulation.datacollector.get_model_vars_dataframe()
assert len(frame) == 3, frame
print(mesa.__version__)
"""

IN_BATCHES = """
import mesa
from model import Simulation

if __name__ == "__main__":
    rows = mesa.batch_run(
        Simulation, {"regime": ["ad_hoc", "trust"], "replicate": [0, 1], "quarters": 3},
        number_processes=1, max_steps=100, data_collection_period=-1, display_progress=False,
    )
    print([(row["regime"], row["replicate"], row["quality_mean"]) for row in rows])
"""


def run_python(python: str, *arguments: str) -> str:
    done = subprocess.run([python, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("python", PYTHONS)
def test_it_runs_without_a_warning_on_every_mesa(python):
    assert run_python(python, "-W", "error", "-c", AS_A_MESA_USER_WOULD)


def test_the_collected_indicators_are_all_of_them_and_those_of_the_compiled_engine():
    simulation = Simulation("ad_hoc", seed=2, replicate=1, quarters=10).run()
    frame = simulation.datacollector.get_model_vars_dataframe()
    block = run_block([resolve("ad_hoc")], draw_luck(2, [1], 10), 10)
    assert list(frame.columns) == [name for name, _, _ in quarter_fields()]
    for name in frame.columns:
        for collected, compiled in zip(frame[name], block.quarters[name][0], strict=True):
            assert collected == compiled or (math.isnan(collected) and math.isnan(compiled)), name
    assert frame["councils"].iloc[0] == 152


def test_batches_run_to_the_horizon(tmp_path):
    script = tmp_path / "batch.py"
    script.write_text(IN_BATCHES)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = [
        (regime, replicate, Simulation(regime, replicate=replicate, quarters=3).run().observed.quality_mean)
        for regime in ("ad_hoc", "trust")
        for replicate in (0, 1)
    ]
    assert sorted(eval(done.stdout)) == expected


def test_it_stops_at_its_horizon():
    simulation = Simulation(quarters=2)
    states = []
    for _ in range(2):
        assert simulation.running
        simulation.step()
        states.append(simulation.quarter)
    assert states == [1, 2]
    assert not simulation.running


def test_the_luck_that_mesa_offers_is_not_used():
    one, other = Simulation(quarters=2, rng=1).run(), Simulation(quarters=2, rng=2).run()
    assert vars(one.observed) == pytest.approx(vars(other.observed), nan_ok=True, rel=0)


def test_agents_can_be_looked_at():
    simulation = Simulation(quarters=1).run()
    leeds = simulation.councils["Leeds"]
    assert isinstance(leeds, mesa.Agent)
    assert 0 < leeds.practice.quality < 100
    assert leeds.inspection.grade in list(Grade)
    assert set(simulation.agents_by_type) >= {Council, Partner, Provider}
    assert len(simulation.agents_by_type[Council]) == 158
    assert len(simulation.councils) == 152
    assert type(leeds.practice.quality) is float
    assert type(leeds.director.interim) is int
