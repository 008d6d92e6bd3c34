"""Councils that merge and split: what goes where the children go, and what ends with the old councils."""

import pytest
from helpers import a_council, a_partner, a_world, agrees_when_compiled, covers, parameters

from model.agents import Council
from model.codes import Grade, Support
from model.records import dotted_fields
from model.rules.reorganisation import (
    close_council,
    found_council,
    inherit,
    prepare_successor,
    reorganise,
)

NOBODY = -1
OFF = -1
P = parameters({"inspection.interval": 16.0})


def read(council, name):
    for part in name.split("."):
        council = getattr(council, part)
    return council


def old(children, quality, posts, **settings):
    return a_council(
        {
            "children": children,
            "practice.quality": quality,
            "workforce.posts": posts,
            "region": 7,
            "director.tenure": 9.0,
            "director.changes": 3,
            "inspection.grade": Grade.INADEQUATE,
            "inspection.inadequate_ever": 2,
            "outcome.better_clock": 5,
            "outcome.relapse_clock": 2,
        }
        | settings
    )


def new():
    return a_council({"exists": 0, "children": 0.0, "size": 0.0})


def three_become_two(quarter=21):
    """Rows 0 and 1 and a quarter of row 2 become row 3; the rest of row 2 becomes row 4."""
    councils = [
        old(30_000.0, 40.0, 100.0),
        old(30_000.0, 60.0, 120.0),
        old(80_000.0, 70.0, 200.0),
        new(),
        new(),
    ]
    changes = [(0, 3, 1.0), (1, 3, 1.0), (2, 3, 0.25), (2, 4, 0.75)]
    return a_world(
        councils,
        nation={"quarter": quarter},
        changes=[
            {"quarter": 21, "predecessor": before, "successor": after, "share": share}
            for before, after, share in changes
        ],
    )


@covers(reorganise)
def test_when_three_councils_become_two_stocks_add_and_ratios_average_by_children():
    """30,000 + 30,000 + 0.25 x 80,000 = 80,000 children; posts 100 + 120 + 50 = 270; quality (30 x 40 + 30
    x 60 + 20 x 70) / 80 = 55. The other: 60,000 children, 150 posts, quality 70.
    """
    world = three_become_two()
    reorganise(world, P)
    merged, split = world.councils[3], world.councils[4]
    assert (merged.children, split.children) == (pytest.approx(80_000.0), pytest.approx(60_000.0))
    assert (merged.workforce.posts, split.workforce.posts) == (pytest.approx(270.0), pytest.approx(150.0))
    assert (merged.practice.quality, split.practice.quality) == (pytest.approx(55.0), pytest.approx(70.0))
    assert [council.exists for council in world.councils] == [0, 0, 0, 1, 1]


@covers(reorganise)
def test_no_child_and_no_post_is_lost_or_doubled():
    world = three_become_two()
    reorganise(world, P)
    living = [council for council in world.councils if council.exists]
    assert sum(council.children for council in living) == pytest.approx(140_000.0)
    assert sum(council.workforce.posts for council in living) == pytest.approx(420.0)


@covers(reorganise)
def test_what_a_successors_row_held_before_is_no_part_of_its_inheritance():
    """As above: 55 and 70 of quality, 270 and 150 posts, 80,000 and 60,000 children."""
    world = three_become_two()
    for successor in world.councils[3:]:
        successor.children, successor.practice.quality, successor.workforce.posts = 7_000.0, 5.0, 50.0
    reorganise(world, P)
    assert [round(council.children) for council in world.councils[3:]] == [80_000, 60_000]
    assert [round(council.practice.quality) for council in world.councils[3:]] == [55, 70]
    assert [round(council.workforce.posts) for council in world.councils[3:]] == [270, 150]


@covers(reorganise)
@pytest.mark.parametrize("quarter,exists", [(20, 1), (21, 0)], ids=["another day", "no predecessor"])
def test_a_row_that_succeeds_nobody_keeps_what_it_holds(quarter, exists):
    world = three_become_two(quarter)
    for predecessor in world.councils[:3]:
        predecessor.exists = exists
    world.councils[4].practice.quality = 5.0
    reorganise(world, P)
    assert world.councils[4].practice.quality == 5.0


@covers(found_council)
def test_whatever_a_row_held_a_council_begins_in_it_without_judgement_ally_or_clocks():
    clocks = [f"outcome.{name}_clock" for name in ("better", "good", "relapse", "support", "failure")]
    held = {"inspection.grade": 4, "arrangement.ally": 3, "arrangement.paid_ally": 3, "exists": 0}
    held |= {"arrangement.own_building": 0.5, "arrangement.staff_development": 0.5}
    council = a_council(held | dict.fromkeys(clocks, 5))
    found_council(council, old(1.0, 50.0, 1.0), a_world(nation={"quarter": 21}), P)
    assert (council.exists, council.inspection.grade) == (1, Grade.NOT_JUDGED)
    assert (council.arrangement.ally, council.arrangement.paid_ally) == (NOBODY, NOBODY)
    assert (council.arrangement.own_building, council.arrangement.staff_development) == (1.0, 1.0)
    assert [read(council, clock) for clock in clocks] == [OFF] * 5


@covers(reorganise)
def test_before_and_after_the_day_nothing_happens():
    for quarter in (20, 22):
        world = three_become_two(quarter)
        reorganise(world, P)
        assert [council.exists for council in world.councils] == [1, 1, 1, 0, 0]


@covers(reorganise)
def test_a_predecessor_that_takes_no_part_in_the_run_founds_nothing():
    """Only row 2 takes part: of its 80,000 children 20,000 and 60,000 go to the two successors."""
    world = three_become_two()
    world.councils[0].exists = world.councils[1].exists = 0
    reorganise(world, P)
    assert [council.exists for council in world.councils] == [0, 0, 0, 1, 1]
    assert world.councils[3].children == pytest.approx(20_000.0)


@covers(reorganise, found_council)
def test_a_new_council_has_no_judgement_a_director_new_in_post_and_a_date_for_its_inspection():
    """No luck: inspected 16 quarters after quarter 21, in 37."""
    world = three_become_two()
    reorganise(world, P)
    merged = world.councils[3]
    assert merged.region == 7
    assert (merged.director.tenure, merged.director.changes) == (0.0, 0)
    assert (merged.inspection.grade, merged.inspection.inadequate_ever) == (Grade.NOT_JUDGED, 0)
    assert merged.inspection.due == 37.0
    assert (merged.arrangement.kind, merged.arrangement.ally, merged.arrangement.paid_ally) == (
        0,
        NOBODY,
        NOBODY,
    )
    assert (merged.arrangement.own_building, merged.arrangement.staff_development) == (1.0, 1.0)
    outcome = merged.outcome
    assert (outcome.better_clock, outcome.good_clock, outcome.relapse_clock) == (OFF, OFF, OFF)


@covers(prepare_successor)
def test_a_successor_is_emptied_of_what_it_will_inherit():
    successor = a_council({name: 3.0 for name, kind, _ in dotted_fields(Council) if kind is float})
    prepare_successor(successor)
    for name, _, quantity in dotted_fields(Council):
        if quantity.at_merger in ("add", "average"):
            assert read(successor, name) == 0.0, name


@covers(inherit)
def test_every_state_variable_is_passed_on_as_it_is_declared():
    """A quarter of 8 added to 2 is 4; half-way from 2 to 8 is 5; the rest stays as it was."""
    names = [(name, quantity.at_merger) for name, kind, quantity in dotted_fields(Council) if kind is float]
    successor = a_council({name: 2.0 for name, _ in names})
    inherit(successor, a_council({name: 8.0 for name, _ in names}), 0.25, 0.5)
    expected = {"add": 4.0, "average": 5.0, "fresh": 2.0}
    assert {name: read(successor, name) for name, _ in names} == {
        name: expected[at_merger] for name, at_merger in names
    }


@covers(close_council)
def test_an_arrangement_ends_with_the_council_and_frees_the_helper():
    council = old(30_000.0, 40.0, 100.0, **{"arrangement.kind": Support.ADVISER, "arrangement.ally": 0})
    world = a_world([council], [a_partner({"load": 2})])
    close_council(council, world, P)
    assert (council.exists, council.arrangement.kind, world.partners[0].load) == (0, Support.NONE, 1)


@covers(close_council)
def test_a_council_without_an_arrangement_just_ends():
    council = old(30_000.0, 40.0, 100.0)
    close_council(council, a_world([council]), P)
    assert council.exists == 0


@pytest.mark.slow
def test_inheritance_is_the_same_when_compiled():
    from model.rule import rule

    @rule
    def hand_over(successor, predecessor, p):
        inherit(successor, predecessor, 0.25, 0.5)

    assert agrees_when_compiled(hand_over, new(), old(80_000.0, 70.0, 200.0))
