"""Two engines, one rulebook: Mesa agents and compiled records agree to the last bit, quarter by quarter."""

import math
import os
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from both_engines import REPLICATE, SEED, must_agree
from ensemble_helpers import random_settings, reconciled

import model.rules.practice
from model.codes import Grade, Status
from model.ensemble import draw_luck, run_block
from model.facts import load_facts
from model.history import recorded_history
from model.indicators import CouncilQuarter
from model.parameters import Parameters
from model.records import store_agents
from model.regimes import SHIPPED, resolve
from model.rules.watching import watch
from model.simulation import Simulation

ROOT = Path(__file__).parents[1]
QUARTERS = 44
CORNERS = ((11, "mixed"), (12, "trust"), (13, "private_provider"), (14, "ad_hoc"))


@pytest.mark.parametrize("regime", SHIPPED)
def test_the_engines_agree_bit_for_bit_at_the_defaults(regime):
    must_agree(resolve(regime), QUARTERS)


@pytest.mark.parametrize("corner,regime", CORNERS)
def test_the_engines_agree_bit_for_bit_at_random_corners_of_the_bounds(corner, regime):
    must_agree(reconciled(regime, random_settings(corner)), QUARTERS)


def test_the_engines_agree_bit_for_bit_when_the_record_is_replayed():
    must_agree(resolve("ad_hoc"), 24, recorded_history(load_facts(), range(24)))


def test_what_is_seen_of_councils_is_the_same_in_both_engines_and_watching_changes_nothing():
    parameters = resolve("trust")
    luck = draw_luck(SEED, [REPLICATE, REPLICATE + 1], 24)
    watched = run_block([parameters], luck, 24, watching=True)
    unwatched = run_block([parameters], luck, 24)
    assert watched.quarters.tobytes() == unwatched.quarters.tobytes()
    assert watched.councils.tobytes() == unwatched.councils.tobytes()
    assert unwatched.watched.shape == (2, 0, watched.watched.shape[2])
    simulation = Simulation(seed=SEED, replicate=REPLICATE, quarters=24, parameters=parameters)
    for quarter in range(24):
        simulation.step()
        rows = [CouncilQuarter() for _ in watched.watched[0, quarter]]
        for council, row in zip(simulation.world.councils, rows, strict=True):
            watch(council, row, parameters.rules_view)
        assert store_agents(rows, watched.watched.dtype).tobytes() == watched.watched[0, quarter].tobytes()
    seen, counted = watched.watched, watched.quarters
    assert ((seen["grade"] == Grade.INADEQUATE).sum(axis=2) == counted["inadequate"]).all()
    assert ((seen["judged"] > 0).sum(axis=2) == counted["inspections"]).all()
    assert ((seen["director_event"] > 0).sum(axis=2) == counted["director_changes"]).all()


def test_a_rule_altered_by_one_bit_in_one_engine_shows(monkeypatch):
    must_agree(resolve(), 1)  # compiled code keeps the rule it was compiled with
    erode = model.rules.practice.erode_standards

    def erode_by_one_bit_less(practice, cut, p):
        erode(practice, cut, p)
        practice.standard = math.nextafter(practice.standard, 1.0)

    monkeypatch.setattr(model.rules.practice, "erode_standards", erode_by_one_bit_less)
    with pytest.raises(AssertionError, match=r"quarter 0: .*practice\.standard"):
        must_agree(resolve(), 1)


def test_a_run_that_fails_is_a_status_and_harms_no_other():
    sound = resolve("ad_hoc")
    broken = Parameters(MappingProxyType({**sound.values, "practice.delay": math.nan}), sound.origins)
    luck = draw_luck(SEED, [REPLICATE], 8)
    block = run_block([sound, broken, sound], luck, 8)
    alone = run_block([sound], luck, 8)
    assert block.status.tolist() == [Status.OK, Status.NOT_FINITE, Status.OK]
    for run in (0, 2):
        assert block.quarters[run].tobytes() == alone.quarters[0].tobytes()
        assert block.outcomes[run].tobytes() == alone.outcomes[0].tobytes()
    assert np.isnan(block.quarters["quality_mean"][1]).all()
    assert np.isnan(block.outcomes["quality_end"][1])
    simulation = Simulation(seed=SEED, replicate=REPLICATE, quarters=8, parameters=broken).run()
    assert simulation.status == Status.NOT_FINITE
    assert simulation.quarter == 1
    assert not simulation.running


IN_BOUNDS = """
from model.ensemble import draw_luck, run_block
from model.regimes import SHIPPED, resolve
print(run_block([resolve(name) for name in SHIPPED], draw_luck(1, [0], 3), 3).status.tolist())
"""


@pytest.mark.slow
def test_no_index_leaves_its_array(tmp_path):
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "TURNAROUND_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", IN_BOUNDS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([0] * len(SHIPPED))
