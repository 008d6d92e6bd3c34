"""What is seen of a council in a quarter."""

import pytest
from helpers import a_council, covers, parameters

from model.indicators import CouncilQuarter
from model.records import dotted_fields
from model.rules.watching import watch

SEEN = {
    "exists": 1,
    "inspection.grade": 3,
    "inspection.previous_grade": 2,
    "inspection.result": 3,
    "inspection.leadership_grade": 4,
    "practice.quality": 44.0,
    "practice.leadership": 0.5,
    "director.event": 2,
    "director.interim": 1,
    "director.tenure": 3.0,
    "arrangement.kind": 6,
    "workforce.posts": 100.0,
    "workforce.newly_qualified": 20.0,
    "workforce.experienced": 50.0,
    "workforce.graduates": 5.0,
    "workforce.agency": 15.0,
    "workforce.leavers": 4.0,
    "workforce.caseload": 18.0,
    "demand.workload": 1.2,
    "demand.looked_after": 1.1,
    "budget.annual": 50.0,
    "budget.spending": 1.04,
    "standing.confidence": 0.4,
    "outcome.children": 0.6,
}


BARS = {
    "inspection.leadership_weight": 0.4,
    "inspection.gaming_effect": 0.0,
    "inspection.halo": 2.0,
}


def seen(council):
    row = CouncilQuarter()
    watch(council, row, parameters(BARS))
    return {name: getattr(row, name) for name, _, _ in dotted_fields(CouncilQuarter)}


@covers(watch)
def test_a_quarter_of_tenure_is_three_months_and_a_budget_of_50_million_overspent_by_4_percent_is_52():
    row = seen(a_council(SEEN))
    assert row.pop("expected_score") == pytest.approx(0.6 * 44.0 + 0.4 * 50.0 + 2.0 * (2.5 - 2))
    assert row == {
        "exists": 1, "grade": 3, "judged": 3, "leadership_judged": 4, "quality": 44.0, "director_event": 2,
        "interim": 1, "tenure": 9.0, "arrangement": 6, "posts": 100.0, "permanent": 75.0, "agency": 15.0,
        "leavers": 4.0, "caseload": 18.0, "workload": 1.2, "looked_after": 1.1, "spending": 52.0,
        "confidence": 0.4, "outcome": 0.6,
    }  # fmt: skip


@covers(watch)
def test_a_leadership_judgement_of_old_is_not_seen_again():
    row = seen(a_council(SEEN | {"inspection.result": 0}))
    assert (row["judged"], row["leadership_judged"], row["grade"]) == (0, 0, 3)


@covers(watch)
def test_a_council_that_does_not_exist_shows_nothing():
    assert set(seen(a_council(SEEN | {"exists": 0})).values()) == {0}


@covers(watch)
def test_the_expected_score_is_that_of_before_the_judgement_of_the_quarter():
    """0.6 x 44 + 0.4 x 50 = 46.4; halo 2 x (2.5 - 3) = -1 from the judgement in force, 3, where none is new.

    Of a council first judged this quarter, nothing.
    """
    assert seen(a_council(SEEN | {"inspection.result": 0}))["expected_score"] == pytest.approx(45.4)
    assert seen(a_council(SEEN | {"inspection.previous_grade": 0}))["expected_score"] == pytest.approx(46.4)
