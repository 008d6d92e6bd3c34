"""Confidence, partnership, and what children get, worked by hand."""

import pytest
from helpers import a_council, agrees_when_compiled, covers, parameters

from model.codes import Grade, Support
from model.rules.standing import earn_confidence, reach_children, wear_label, what_reaches_children

STANDING = {
    "practice.quality": 60.0,
    "standing.confidence": 0.45,
    "standing.partnership": 0.5,
    "chief_executive.engagement": 0.75,
}


@covers(earn_confidence)
def test_confidence_follows_quality_and_partnership_follows_confidence_and_the_chief_executive():
    """Earned 0.15 + 0.7 x 0.6 = 0.57; confidence 0.45 + 0.12 / 6 = 0.47; sought 0.3 + 0.4 x 0.47 + 0.4 x
    (0.75 - 0.5) = 0.588; partnership 0.5 + 0.1 x 0.088 = 0.5088.
    """
    council = a_council(STANDING)
    earn_confidence(council, parameters({"standing.delay": 6.0}))
    assert council.standing.confidence == pytest.approx(0.47)
    assert council.standing.partnership == pytest.approx(0.5088)


@covers(earn_confidence)
def test_confidence_that_was_shaken_below_nothing_is_nothing():
    """-0.9 + (0.15 + 0.7 x 0.6 + 0.9) / 6 < 0: confidence 0, and partnership seeks 0.3 + 0 + 0.1 = 0.4."""
    council = a_council(STANDING | {"standing.confidence": -0.9})
    earn_confidence(council, parameters({"standing.delay": 6.0}))
    assert council.standing.confidence == 0.0
    assert council.standing.partnership == pytest.approx(0.5 + 0.1 * (0.4 - 0.5))


@covers(earn_confidence)
def test_partnership_is_never_more_than_whole():
    """0.6 + 1 x 1 + ... is held at 1: 0.5 + 0.1 x 0.5 = 0.55."""
    council = a_council(STANDING | {"standing.confidence": 1.0})
    p = parameters({"standing.partnership_base": 0.6, "standing.partnership_confidence": 1.0})
    earn_confidence(council, p)
    assert council.standing.partnership == pytest.approx(0.55)


@covers(earn_confidence)
@pytest.mark.parametrize("confidence,partnership", [(0.45, 0.5488), (1.0, 0.55)])
def test_a_push_brings_agencies_together_up_to_the_whole(confidence, partnership):
    """0.588 + 0.4 = 0.988: 0.5 + 0.1 x 0.488 = 0.5488. With confidence 0.928333 more than whole: 0.55."""
    council = a_council(STANDING | {"standing.confidence": confidence})
    earn_confidence(council, parameters({"standing.delay": 6.0, "regime.partnership_push": 0.4}))
    assert council.standing.partnership == pytest.approx(partnership)


@covers(wear_label)
@pytest.mark.parametrize(
    "twin,label",
    [
        ({}, 0.0),
        ({"outcome.helping": 0.6}, 1.0),
        ({"arrangement.kind": Support.ALLIANCE}, -1.0),
        ({"arrangement.kind": Support.OWN_PLAN}, 0.0),
        ({"arrangement.kind": Support.PRIVATE, "arrangement.voluntary": 1}, 0.0),
        ({"outcome.helping": 0.6, "arrangement.kind": Support.ADVISER}, 1.0),
    ],
    ids=["neither", "helps", "is helped", "own plan", "by choice", "both"],
)
def test_who_gives_and_who_takes_is_known(twin, label):
    council = a_council({"standing.label": 0.5} | twin)
    wear_label(council)
    assert council.standing.label == label


REACHED = {
    "practice.quality": 60.0,
    "workforce.continuity": 0.8,
    "outcome.children": 0.5,
    "children": 50_000.0,
}


@covers(reach_children)
def test_outcomes_rest_on_quality_and_on_keeping_ones_worker():
    """0.6 x (0.7 + 0.3 x 0.8) / (0.7 + 0.3 x 0.83) = 0.594310; outcome 0.5 + 0.094310 / 8 = 0.511789;
    nobody lives under weak services.
    """
    council = a_council(REACHED)
    reach_children(council, parameters())
    assert council.outcome.children == pytest.approx(0.511789, abs=1e-6)
    assert (council.outcome.weak_child_years, council.outcome.inadequate_child_years) == (0.0, 0.0)


@covers(what_reaches_children)
@pytest.mark.parametrize("part", [0.0, 0.3, 0.6])
def test_with_ordinary_staff_children_get_the_services_quality_whatever_relationships_are_worth(part):
    council = a_council(REACHED | {"workforce.continuity": 0.83})
    assert what_reaches_children(council, parameters({"outcome.continuity": part})) == pytest.approx(0.6)


@covers(what_reaches_children)
@pytest.mark.parametrize(
    "part,continuity,reached", [(0.0, 0.63, 0.6), (0.6, 0.63, 0.519822), (0.6, 0.93, 0.640089)]
)
def test_relationships_matter_as_much_as_outcomes_rest_on_them(part, continuity, reached):
    """0.6 x (0.4 + 0.6 x 0.63) / (0.4 + 0.6 x 0.83) = 0.6 x 0.778 / 0.898 = 0.519822; with continuity 0.93,
    0.6 x 0.958 / 0.898 = 0.640089; all quality where nothing rests on relationships.
    """
    council = a_council(REACHED | {"workforce.continuity": continuity})
    got = what_reaches_children(council, parameters({"outcome.continuity": part}))
    assert got == pytest.approx(reached, abs=1e-6)


@covers(what_reaches_children)
@pytest.mark.parametrize("partnership,harm,reached", [(0.25, 0.2, 0.51), (1.0, 0.2, 0.6), (0.25, 0.0, 0.6)])
def test_children_lose_when_agencies_pass_them_on(partnership, harm, reached):
    """0.6 x (1 - 0.2 x 0.75) = 0.51; nobody is passed on where agencies work together wholly."""
    council = a_council(REACHED | {"workforce.continuity": 0.83, "standing.partnership": partnership})
    p = parameters({"outcome.handover_harm": harm})
    assert what_reaches_children(council, p) == pytest.approx(reached)


@covers(what_reaches_children)
def test_no_child_gets_more_than_all():
    """0.98 x 1 / 0.949 = 1.0327 is held at 1."""
    council = a_council(REACHED | {"practice.quality": 98.0, "workforce.continuity": 1.0})
    assert what_reaches_children(council, parameters()) == 1.0


@covers(reach_children)
@pytest.mark.parametrize(
    "quality,grade,weak,inadequate",
    [(34.0, Grade.GOOD, 12_510.0, 0.0), (36.0, Grade.INADEQUATE, 10.0, 12_500.0)],
)
def test_child_years_are_counted_by_quality_and_by_judgement(quality, grade, weak, inadequate):
    """50,000 children for a quarter are 12,500 child-years, on 10 before; the bar lies at 35."""
    council = a_council(
        REACHED
        | {
            "practice.quality": quality,
            "inspection.grade": grade,
            "outcome.weak_child_years": 10.0,
        }
    )
    reach_children(council, parameters({"inspection.inadequate_bar": 35.0}))
    assert council.outcome.weak_child_years == weak
    assert council.outcome.inadequate_child_years == inadequate


@pytest.mark.slow
def test_standing_is_the_same_when_compiled():
    assert agrees_when_compiled(earn_confidence, a_council(STANDING))
    council = a_council(REACHED | {"standing.partnership": 0.3})
    assert agrees_when_compiled(reach_children, council, settings={"outcome.handover_harm": 0.1})


@covers(earn_confidence)
def test_confidence_beyond_the_whole_is_the_whole_and_partnership_is_not_sought_below_nothing():
    """1.4 + (0.5 - 1.4) / 9 = 1.3 is held at 1. Sought is 0 + 0 + 0.4 x (0 - 0.5) = -0.2, held at 0: half-way
    from 0.5 is 0.25.
    """
    council = a_council({"standing.confidence": 1.4, "practice.quality": 50.0, "standing.partnership": 0.5})
    settings = {
        "standing.confidence_base": 0.0,
        "standing.confidence_slope": 1.0,
        "standing.delay": 9.0,
        "standing.partnership_base": 0.0,
        "standing.partnership_confidence": 0.0,
        "standing.partnership_engagement": 0.4,
        "standing.partnership_adjustment": 0.5,
    }
    earn_confidence(council, parameters(settings))
    assert council.standing.confidence == 1.0
    assert council.standing.partnership == pytest.approx(0.25)


@covers(reach_children)
@pytest.mark.parametrize("quality,weak", [(34.9, 1.0), (35.0, 0.0), (35.1, 0.0)])
def test_a_service_at_the_bar_is_not_weak(quality, weak):
    """Four children are one child-year a quarter; the bar is 35."""
    council = a_council({"practice.quality": quality, "children": 4.0})
    reach_children(council, parameters({"inspection.inadequate_bar": 35.0}))
    assert council.outcome.weak_child_years == weak
