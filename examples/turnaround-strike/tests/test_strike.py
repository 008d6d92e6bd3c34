"""What the rule and the indicator do, by hand, without a run."""

from types import SimpleNamespace

import pytest
from turnaround_strike import at_breaking_points, strike


def world_of(*pressures, exists=1):
    return SimpleNamespace(
        councils=[
            SimpleNamespace(exists=exists, workforce=SimpleNamespace(pressure=pressure))
            for pressure in pressures
        ]
    )


def parameters(turnout):
    return SimpleNamespace(strike=SimpleNamespace(turnout=turnout, bearable=0.3))


def test_a_fifth_less_staff_time_raises_work_of_one_and_a_half_to_almost_two():
    world = world_of(0.5)
    strike(world, parameters(0.2))
    assert world.councils[0].workforce.pressure == pytest.approx(0.875)  # 1.5 / 0.8 - 1


def test_nobody_strikes_where_pressure_is_borne_or_turnout_is_nil():
    world = world_of(0.3, 0.5)
    strike(world, parameters(0.0))
    assert [council.workforce.pressure for council in world.councils] == [0.3, pytest.approx(0.5)]


def test_councils_that_do_not_exist_are_not_counted():
    assert at_breaking_points(world_of(0.1, 0.31, 2.0), parameters(0.1)) == 2
    assert at_breaking_points(world_of(2.0, exists=0), parameters(0.1)) == 0
