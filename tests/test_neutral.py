"""The levers of the debate at their neutral values: every number is what it was before there were levers.

`data/before_the_levers.npz` holds the indicators of seven regimes, one history each, as the rulebook made
them before the levers were added, with the values of all parameters of that day: a recorded baseline. It is
never recorded anew: what was changed on purpose since is put back here, and listed in section 14 of the ODD.
"""

from pathlib import Path

import numpy as np
import pytest
from helpers import as_the_prototype
from test_prototype import rounded_root_of_rest, seen_again_before_ilacs

import model.rules.inspection
import model.rules.workforce
from model.indicators import quarter_fields
from model.registry import registry
from model.simulation import Simulation

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


@pytest.fixture(autouse=True)
def rules_of_that_day(monkeypatch):
    """Put back what was changed on purpose since: departures 25 and 26 of section 14 of the ODD."""
    monkeypatch.setattr(model.rules.inspection, "interval_to_next", seen_again_before_ilacs)
    monkeypatch.setattr(model.rules.workforce, "root_of_rest", rounded_root_of_rest)


def history_of(parameters):
    """Indicators of one history under the interpreted engine, in which rules can be put back."""
    simulation = Simulation(seed=SEED, replicate=0, quarters=QUARTERS, parameters=parameters)
    seen = []
    for _ in range(QUARTERS):
        simulation.step()
        seen.append({name: getattr(simulation.observed, name) for name, _, _ in quarter_fields()})
    return {name: [quarter[name] for quarter in seen] for name in seen[0]}


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


@pytest.mark.parametrize("place", range(7))
def test_neutral_levers_change_nothing_to_the_last_bit(before, place):
    """Quarter by quarter, every indicator that there was, in seven regimes."""
    now = history_of(parameters_of_that_day(before, place, {}))
    changed = [
        name
        for name in indicators(before)
        if before[f"indicator_{name}"][place].tobytes()
        != np.array(now[name], before[f"indicator_{name}"].dtype).tobytes()
    ]
    assert set(changed) <= INTENDED


def test_all_regimes_of_that_day_are_tried(before):
    assert len(before["regimes"]) == 7


@pytest.mark.parametrize(
    "lever", [{"support.dependence": 0.3}, {"market.shirk": 0.3}, {"workforce.label_attraction": 0.2}]
)
def test_a_lever_that_is_not_neutral_is_found(before, lever):
    """The comparison can fail: dependence, shirking or labels each change what councils become."""
    quality = history_of(parameters_of_that_day(before, 5, lever))["quality_mean"]
    assert np.array(quality).tobytes() != before["indicator_quality_mean"][5].tobytes()
