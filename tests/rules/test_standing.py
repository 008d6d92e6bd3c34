"""Confidence, partnership, and what children get, worked by hand."""

import pytest
from helpers import a_council, agrees_when_compiled, covers, parameters

from model.codes import Grade
from model.rules.standing import earn_confidence, reach_children

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


REACHED = {
    "practice.quality": 60.0,
    "workforce.continuity": 0.8,
    "outcome.children": 0.5,
    "children": 50_000.0,
}


@covers(reach_children)
def test_outcomes_rest_on_quality_and_on_keeping_ones_worker():
    """0.6 x (0.7 + 0.3 x 0.8) = 0.564; outcome 0.5 + 0.064 / 8 = 0.508; nobody lives under weak services."""
    council = a_council(REACHED)
    reach_children(council, parameters())
    assert council.outcome.children == pytest.approx(0.508)
    assert (council.outcome.weak_child_years, council.outcome.inadequate_child_years) == (0.0, 0.0)


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


def test_standing_is_the_same_when_compiled():
    assert agrees_when_compiled(earn_confidence, a_council(STANDING))
