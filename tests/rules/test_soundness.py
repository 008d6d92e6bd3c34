"""When a run can no longer be believed."""

import math

import pytest
from helpers import a_council, a_world, agrees_when_compiled, covers, parameters

from model.codes import Status
from model.rules.soundness import all_finite, soundness, within_range

SOUND = {"practice.quality": 50.0}
P = parameters()


@covers(soundness)
def test_a_sound_world_is_ok_and_councils_that_do_not_exist_are_not_asked():
    broken = {"practice.quality": math.nan}
    world = a_world([a_council(SOUND), a_council(broken | {"exists": 0})])
    assert soundness(world, P) == Status.OK


@covers(soundness)
@pytest.mark.parametrize(
    "fault,status",
    [
        ({"budget.reserves": math.nan}, Status.NOT_FINITE),
        ({"demand.workload": math.inf}, Status.NOT_FINITE),
        ({"capacity.improvement": 1.1}, Status.OUT_OF_RANGE),
    ],
)
def test_one_council_that_cannot_be_believed_condemns_the_run(fault, status):
    assert soundness(a_world([a_council(SOUND), a_council(SOUND | fault)]), P) == status


@covers(all_finite)
@pytest.mark.parametrize(
    "name",
    [
        "practice.quality",
        "practice.leadership",
        "practice.standard",
        "practice.circumstances",
        "capacity.improvement",
        "capacity.imported",
        "demand.workload",
        "demand.looked_after",
        "workforce.pressure",
        "workforce.agency",
        "workforce.hires",
        "budget.spending",
        "budget.reserves",
        "standing.confidence",
        "director.skill",
        "director.public_blame",
        "inspection.due",
    ],
)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_found_wherever_later_quarters_rest_on_it(name, value):
    assert all_finite(a_council(SOUND))
    assert not all_finite(a_council(SOUND | {name: value}))


@covers(all_finite)
def test_two_infinities_do_not_hide_each_other():
    assert not all_finite(a_council({"practice.quality": math.inf, "demand.workload": -math.inf}))


@covers(within_range)
@pytest.mark.parametrize(
    "fault",
    [
        {"practice.quality": 1.9},
        {"practice.quality": 98.1},
        {"practice.leadership": -0.1},
        {"practice.leadership": 1.1},
        {"capacity.improvement": -0.1},
        {"capacity.improvement": 1.1},
        {"standing.confidence": -0.1},
        {"standing.confidence": 1.1},
        {"director.skill": -0.1},
        {"director.skill": 1.1},
        {"workforce.newly_qualified": -0.1},
        {"workforce.experienced": -0.1},
        {"workforce.agency": -0.1},
        {"budget.early_help": -0.1},
    ],
)
def test_shares_are_shares_and_stocks_are_not_negative(fault):
    """Quality lies between 2 and 98."""
    assert within_range(a_council(SOUND), P)
    assert not within_range(a_council(SOUND | fault), P)


@covers(within_range)
@pytest.mark.parametrize("quality,share,stock", [(2.0, 0.0, 0.0), (50.0, 0.5, 3.0), (98.0, 1.0, 400.0)])
def test_shares_from_nothing_to_all_and_stocks_of_any_size_can_be_believed(quality, share, stock):
    """Quality lies between 2 and 98, both included."""
    shares = ("practice.leadership", "capacity.improvement", "standing.confidence", "director.skill")
    stocks = (
        "workforce.newly_qualified",
        "workforce.experienced",
        "workforce.agency",
        "budget.early_help",
    )
    council = a_council(
        {"practice.quality": quality} | dict.fromkeys(shares, share) | dict.fromkeys(stocks, stock)
    )
    assert within_range(council, P)


@pytest.mark.slow
def test_soundness_is_the_same_when_compiled():
    assert agrees_when_compiled(within_range, a_council(SOUND))
