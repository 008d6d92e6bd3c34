"""Incidents, whistle-blowers and case reviews, worked by hand."""

import pytest
from helpers import a_council, a_nation, agrees_when_compiled, covers, parameters

from model.rules.incidents import (
    blow_whistle,
    learn_from_published_reviews,
    publish_case_reviews,
    report_case_review,
    suffer_incident,
)


@covers(report_case_review)
def test_a_case_review_teaches_when_it_reports():
    """0.5 + 0.04 x 0.6 x 2 = 0.548."""
    council = a_council(
        {"incidents.review_due": 1.0, "practice.leadership": 0.6, "capacity.improvement": 0.5}
    )
    report_case_review(council, a_nation(), parameters({"incidents.review_learning": 0.04}))
    assert council.capacity.improvement == pytest.approx(0.548)
    assert council.incidents.review_due == 0.0


@covers(report_case_review)
@pytest.mark.parametrize("due,left", [(3.0, 2.0), (2.0, 1.0), (0.0, 0.0)])
def test_nothing_is_learned_before_a_review_reports_or_without_one(due, left):
    council = a_council(
        {"incidents.review_due": due, "practice.leadership": 0.6, "capacity.improvement": 0.5}
    )
    report_case_review(council, a_nation(), parameters())
    assert council.capacity.improvement == 0.5
    assert council.incidents.review_due == left


@covers(report_case_review)
def test_no_review_teaches_beyond_full_capacity():
    """0.99 + 0.1 x 1 x 2 = 1.19 is held at 1."""
    council = a_council(
        {"incidents.review_due": 1.0, "practice.leadership": 1.0, "capacity.improvement": 0.99}
    )
    report_case_review(council, a_nation(), parameters({"incidents.review_learning": 0.1}))
    assert council.capacity.improvement == 1.0


REVIEWED = {"incidents.review_due": 1.0, "practice.leadership": 0.6, "capacity.improvement": 0.5}


@covers(report_case_review)
@pytest.mark.parametrize(
    "central,own,gathered,reviews",
    [(0.0, 0.524, 0.0, 0.0), (0.5, 0.536, 0.0024, 0.5), (1.0, 0.548, 0.0048, 1.0)],
)
def test_what_stays_local_is_forgotten_in_part_and_what_is_gathered_reaches_others(
    central, own, gathered, reviews
):
    """The lesson is 0.04 x 0.6 x 2 = 0.048. Local: half is kept, 0.5 + 0.024. Half central: 0.048 x (1 -
    0.5 x 0.5) = 0.036 is kept and 0.1 x 0.5 x 0.048 = 0.0024 gathered. Central: all is kept, 0.0048.
    """
    council, nation = a_council(REVIEWED), a_nation({"lessons": 0.1, "reviews_gathered": 2.0})
    p = parameters(
        {
            "incidents.review_learning": 0.04,
            "incidents.local_loss": 0.5,
            "incidents.lesson_spread": 0.1,
            "incidents.central_learning": central,
        }
    )
    report_case_review(council, nation, p)
    assert council.capacity.improvement == pytest.approx(own)
    assert nation.lessons == pytest.approx(0.1 + gathered)
    assert nation.reviews_gathered == pytest.approx(2.0 + reviews)


@covers(publish_case_reviews)
def test_reviews_are_published_the_quarter_after_they_were_gathered():
    nation = a_nation({"lessons": 0.01, "reviews_gathered": 3.0, "lessons_published": 9.0})
    publish_case_reviews(nation)
    assert (nation.lessons_published, nation.reviews_published) == (0.01, 3.0)
    assert (nation.lessons, nation.reviews_gathered) == (0.0, 0.0)
    publish_case_reviews(nation)
    assert (nation.lessons_published, nation.reviews_published) == (0.0, 0.0)


@covers(learn_from_published_reviews)
@pytest.mark.parametrize("capacity,learned", [(0.5, 0.01), (1.0, 0.0)])
def test_published_reviews_teach_all_who_have_something_to_learn(capacity, learned):
    """0.02 x (1 - 0.5) = 0.01, on 0.03 learned from others already."""
    council = a_council({"capacity.improvement": capacity, "capacity.lesson": 0.03})
    learn_from_published_reviews(council, a_nation({"lessons_published": 0.02}))
    assert council.capacity.improvement == pytest.approx(capacity + learned)
    assert council.capacity.lesson == pytest.approx(0.03 + learned)


HAZARD = {"incidents.frequency": 0.02, "incidents.quality_effect": 0.3}


@covers(suffer_incident)
def test_a_large_council_of_poor_quality_suffers_an_incident_that_shakes_confidence():
    """0.02 x sqrt(4) x exp(-0.3 x (40 - 50) / 10) = 0.04 x 1.349859 = 0.0539944, above a draw of 0.0539.

    confidence 0.5 - 0.08 = 0.42; blame 0.1 + 0.25 = 0.35; surge 0.1 + 0.03 = 0.13; review after 4 quarters.
    """
    council = a_council(
        {
            "size": 4.0,
            "practice.quality": 40.0,
            "shock.incident": 0.0539,
            "standing.confidence": 0.5,
            "director.public_blame": 0.1,
            "demand.surge": 0.1,
            "incidents.count": 2,
        }
    )
    suffer_incident(council, parameters(HAZARD))
    incidents = council.incidents
    assert (incidents.happened, incidents.alert, incidents.count, incidents.review_due) == (1, 1, 3, 4.0)
    assert council.standing.confidence == pytest.approx(0.42)
    assert council.director.public_blame == pytest.approx(0.35)
    assert council.demand.surge == pytest.approx(0.13)


@covers(suffer_incident)
def test_its_twin_with_a_slightly_higher_draw_is_spared_and_last_quarters_alarm_is_over():
    """The hazard is 0.0539944, below a draw of 0.0541."""
    council = a_council(
        {
            "size": 4.0,
            "practice.quality": 40.0,
            "shock.incident": 0.0541,
            "incidents.alert": 1,
            "incidents.happened": 1,
        }
    )
    suffer_incident(council, parameters(HAZARD))
    assert (council.incidents.happened, council.incidents.alert, council.incidents.count) == (0, 0, 0)


@covers(suffer_incident)
def test_blame_is_never_more_than_whole():
    """0.9 + 0.25 = 1.15 is held at 1."""
    council = a_council({"practice.quality": 50.0, "director.public_blame": 0.9})
    suffer_incident(council, parameters(HAZARD))
    assert council.director.public_blame == 1.0


@covers(blow_whistle)
@pytest.mark.parametrize("draw,alert", [(0.0299, 1), (0.0301, 0)])
def test_a_whistle_is_blown_below_the_bar_less_where_gaming_silences(draw, alert):
    """0.04 x (34 + 1 - 25) / 10 x (1 - 0.5 x 0.5) = 0.04 x 1 x 0.75 = 0.03."""
    council = a_council({"practice.quality": 25.0, "inspection.gaming": 0.5, "shock.whistleblowing": draw})
    blow_whistle(council, parameters({"incidents.whistleblowing": 0.04, "inspection.inadequate_bar": 34.0}))
    assert council.incidents.alert == alert


@covers(blow_whistle)
@pytest.mark.parametrize("draw,alert", [(0.119, 1), (0.121, 0)])
def test_failure_beyond_thirty_points_raises_no_more_alarm(draw, alert):
    """(34 + 1 - 2) / 10 = 3.3 is held at 3: 0.04 x 3 = 0.12."""
    council = a_council({"practice.quality": 2.0, "shock.whistleblowing": draw})
    blow_whistle(council, parameters({"incidents.whistleblowing": 0.04, "inspection.inadequate_bar": 34.0}))
    assert council.incidents.alert == alert


@covers(blow_whistle)
def test_nobody_blows_the_whistle_on_a_decent_service_and_an_incidents_alarm_stays():
    """(34 + 1 - 36) / 10 < 0: no draw is below a chance of 0."""
    council = a_council({"practice.quality": 36.0, "shock.whistleblowing": 0.0})
    p = parameters({"inspection.inadequate_bar": 34.0})
    blow_whistle(council, p)
    assert council.incidents.alert == 0
    council.incidents.alert = 1
    blow_whistle(council, p)
    assert council.incidents.alert == 1


@pytest.mark.slow
def test_a_published_review_is_the_same_when_compiled():
    levers = {
        "incidents.central_learning": 0.3,
        "incidents.local_loss": 0.4,
        "incidents.lesson_spread": 0.05,
    }
    assert agrees_when_compiled(report_case_review, a_council(REVIEWED), a_nation(), settings=levers)


@pytest.mark.slow
def test_an_incident_is_the_same_when_compiled():
    council = a_council({"size": 4.0, "practice.quality": 40.0, "shock.incident": 0.01})
    assert agrees_when_compiled(suffer_incident, council, settings=HAZARD)


@covers(learn_from_published_reviews)
def test_no_reviews_teach_more_than_there_is_to_know():
    """1.5 of what is missing is held at all of it."""
    council = a_council({"capacity.improvement": 0.6})
    learn_from_published_reviews(council, a_nation({"lessons_published": 1.5}))
    assert council.capacity.improvement == pytest.approx(1.0)


@covers(report_case_review)
def test_a_review_that_is_overdue_reports_too():
    council = a_council(REVIEWED | {"incidents.review_due": 0.5})
    report_case_review(council, a_nation(), parameters({"incidents.review_learning": 0.04}))
    assert council.capacity.improvement == pytest.approx(0.548)


@covers(report_case_review)
def test_a_review_whose_delay_was_no_whole_number_of_quarters_reports_once():
    """Half a quarter before its time it reports; half a quarter has passed too many then, and no more."""
    council = a_council(REVIEWED | {"incidents.review_due": 0.5})
    for _ in range(3):
        report_case_review(council, a_nation(), parameters({"incidents.review_learning": 0.04}))
    assert council.capacity.improvement == pytest.approx(0.548)
    assert council.incidents.review_due == -0.5
