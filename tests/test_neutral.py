"""The levers of the debate at their neutral values: every number is what it was before there were levers.

`data/before_the_levers.npz` holds the indicators of seven regimes, one history each, as the rulebook made
them before the levers were added, with the values of all parameters of that day: a recorded baseline. It is
to be recorded anew when a rule is changed on purpose, and the change is then listed in section 14 of the ODD.
"""

from pathlib import Path

import numpy as np
import pytest
from helpers import as_the_prototype

from model.ensemble import draw_luck, run_block
from model.registry import registry

BEFORE = Path(__file__).parent / "data" / "before_the_levers.npz"
SEED, QUARTERS = 7, 44
CHARGED_WHERE_USED = {"support.helper_cost": 0.0, "market.licence_cost": 0.0}
"""Costs that nobody was charged before, of helpers' paid time and of licences: neutral at 0, not by
default.
"""
INTENDED = {"outcome"}
"""The outcome index rests on continuity in another way on purpose (departure 21); nothing follows from it."""


@pytest.fixture(scope="module")
def before():
    with np.load(BEFORE) as file:
        return dict(file)


@pytest.fixture(scope="module")
def now(before):
    """The same runs with today's rules: parameters of that day, new ones neutral."""
    sets = [parameters_of_that_day(before, regime, {}) for regime in range(len(before["regimes"]))]
    return run_block(sets, draw_luck(SEED, [0], QUARTERS), QUARTERS)


def parameters_of_that_day(before, regime, levers):
    """The stored values that are still asked for, arrangements by name, and what was added since neutral."""
    stored = zip(before["parameters"].tolist(), before["values"][regime], strict=True)
    settings = {
        name: registry()[name].shown(value) if registry()[name].type == "arrangement" else value
        for name, value in stored
        if name in registry()
    }
    return as_the_prototype(settings=settings | CHARGED_WHERE_USED | levers)


def indicators(before):
    return sorted(name.removeprefix("indicator_") for name in before if name.startswith("indicator_"))


def test_the_baseline_holds_all_indicators_that_there_were(before):
    assert len(indicators(before)) > 60
    assert len(before["parameters"]) > 450


def test_neutral_levers_change_nothing_to_the_last_bit(before, now):
    """Quarter by quarter, every indicator that there was, in seven regimes."""
    changed = [
        name
        for name in indicators(before)
        if before[f"indicator_{name}"].tobytes() != np.ascontiguousarray(now.quarters[name]).tobytes()
    ]
    assert set(changed) <= INTENDED


def test_a_lever_that_is_not_neutral_is_found(before):
    """The comparison can fail: dependence, shirking or labels each change what councils become."""
    levers = [{}, {"support.dependence": 0.3}, {"market.shirk": 0.3}, {"workforce.label_attraction": 0.2}]
    sets = [parameters_of_that_day(before, 5, lever) for lever in levers]
    quality = run_block(sets, draw_luck(SEED, [0], QUARTERS), QUARTERS).quarters["quality_mean"]
    assert quality[0].tobytes() == before["indicator_quality_mean"][5].tobytes()
    assert all((run != quality[0]).any() for run in quality[1:])
