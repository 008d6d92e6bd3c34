"""What is observed in a quarter, worked by hand from a few councils."""

import math

import numpy as np
import pytest
from helpers import a_council, a_world, covers, filled, parameters
from observation_helpers import GONE, observed, values_of
from scipy import stats

from model.codes import DirectorEvent, Support
from model.indicators import Quarter
from model.rules.observation import (
    mean_of_places,
    observe,
    observe_all,
    observe_children,
    observe_directors,
    observe_judgements,
    observe_quality,
    observe_staff,
    observe_unseen,
    order_by_quality,
)

P = parameters({"inspection.good_bar": 51.0, "inspection.inadequate_bar": 35.0})


JUDGED = (
    {"inspection.grade": 1, "practice.quality": 80.0},
    {"inspection.grade": 2, "practice.quality": 50.0},
    {
        "inspection.grade": 3,
        "inspection.result": 3,
        "inspection.previous_grade": 4,
        "inspection.score_gap": 5.0,
    },
    {
        "inspection.grade": 4,
        "inspection.result": 4,
        "inspection.previous_grade": 2,
        "inspection.score_gap": -2.0,
    },
    {
        "inspection.grade": 4,
        "inspection.result": 4,
        "inspection.previous_grade": 4,
        "inspection.score_gap": 0.0,
    },
    {"inspection.grade": 0, "inspection.emergency": 1},
)


@covers(observe_judgements)
def test_councils_are_counted_by_judgement_and_judgements_by_what_they_changed():
    """Of six councils five are judged: one outstanding and one good (40%), two inadequate (40%); three
    judgements,
    one an exit and one newly inadequate; the gap is (5 - 2 + 0) / 3 = 1; the good council's quality of 50
    is below the bar of 51.
    """
    row = observed(observe_judgements, *JUDGED, rules=(P,), nation={"quarter": 7})
    assert values_of(row, "quarter", "councils") == [7, 6]
    assert values_of(row, "outstanding", "good", "requires_improvement", "inadequate", "not_judged") == [
        1,
        1,
        1,
        2,
        1,
    ]
    assert values_of(row, "good_or_better_share", "inadequate_share") == pytest.approx([40.0, 40.0])
    assert values_of(row, "inspections", "emergency_inspections", "new_inadequate", "exits") == [3, 1, 1, 1]
    assert row.inspected_gap == pytest.approx(1.0)
    assert row.judged_too_well == 1


@covers(observe_judgements)
def test_a_judgement_is_an_exit_or_a_new_failure_by_what_it_was_before_and_is_now():
    """Two got better, one failed newly, three failed again; the judgement before says nothing by itself."""
    moves = [(4, 3), (4, 2), (2, 4), (4, 4), (4, 4), (4, 4), (3, 2), (2, 2)]
    councils = [
        {"inspection.previous_grade": before, "inspection.grade": now, "inspection.result": now}
        for before, now in moves
    ]
    row = observed(observe_judgements, *councils, rules=(P,))
    assert values_of(row, "inspections", "exits", "new_inadequate") == [8, 2, 1]


@covers(observe_judgements)
def test_who_is_judged_good_below_the_bar_is_judged_too_well():
    """The bar is 51: 50 lies below it, 51 and more do not."""
    row = observed(observe_judgements, *of_quality(50.0, 51.0, 52.0, 60.0), rules=(P,))
    assert row.judged_too_well == 1


@covers(observe_judgements)
def test_without_an_inspection_there_is_no_gap():
    assert math.isnan(observed(observe_judgements, {"inspection.grade": 2}, rules=(P,)).inspected_gap)


def of_quality(*qualities):
    return [{"practice.quality": quality, "inspection.grade": 2} for quality in qualities]


@covers(observe_quality)
def test_quality_has_a_mean_a_spread_and_tails():
    """30, 50, 70: mean 50, standard deviation sqrt(800 / 3) = 16.329932; bimodality 1 / ((2 x 20^4 / 3) /
    (800 / 3)^2) = 0.666667; the worst tenth is the worst council.
    """
    row = observed(observe_quality, *of_quality(50.0, 70.0, 30.0))
    assert row.quality_mean == pytest.approx(50.0)
    assert row.quality_sd == pytest.approx(16.329932, abs=1e-6)
    assert row.bimodality == pytest.approx(0.666667, abs=1e-6)
    assert values_of(row, "quality_worst_tenth", "quality_best_tenth") == [30.0, 70.0]
    assert math.isnan(row.quality_while_inadequate)


@covers(observe_quality)
def test_a_small_spread_is_one_too():
    """50 and 51: deviations of 0.5; two points are as bimodal as can be."""
    row = observed(observe_quality, *of_quality(50.0, 51.0))
    assert values_of(row, "quality_sd", "bimodality") == pytest.approx([0.5, 1.0])


@covers(observe_quality)
@pytest.mark.parametrize("councils,worst,best", [(1, 0.0, 0.0), (19, 0.0, 90.0), (20, 2.5, 92.5)])
def test_a_tenth_is_at_least_one_council_and_only_full_tens_make_it_more(councils, worst, best):
    row = observed(observe_quality, *of_quality(*[5.0 * i for i in range(councils)]))
    assert values_of(row, "quality_worst_tenth", "quality_best_tenth") == [worst, best]


@covers(observe_quality)
def test_bimodality_is_sarles_coefficient_with_scipys_moments():
    qualities = [12.0, 31.0, 33.0, 40.0, 71.0, 72.5, 73.0, 90.0]
    row = observed(observe_quality, *of_quality(*qualities))
    moments = stats.skew(qualities) ** 2 + 1, stats.kurtosis(qualities, fisher=False)
    assert row.bimodality == pytest.approx(moments[0] / moments[1])
    assert row.quality_sd == pytest.approx(np.std(qualities))


@covers(observe_quality)
def test_where_all_councils_are_alike_there_is_no_spread_and_no_bimodality():
    row = observed(observe_quality, *of_quality(50.0, 50.0))
    assert row.quality_sd == 0.0
    assert math.isnan(row.bimodality)


@covers(observe_quality)
def test_what_practice_rests_on_is_averaged_and_the_inadequate_are_shown_apart():
    """Of qualities 30 and 60 the inadequate is 30; leadership (0.4 + 0.6) / 2."""
    row = observed(
        observe_quality,
        {
            "practice.quality": 30.0,
            "inspection.grade": 4,
            "practice.leadership": 0.4,
            "practice.standard": 0.8,
            "capacity.improvement": 0.2,
        },
        {
            "practice.quality": 60.0,
            "inspection.grade": 2,
            "practice.leadership": 0.6,
            "practice.standard": 1.0,
            "capacity.improvement": 0.5,
        },
    )
    assert row.quality_while_inadequate == 30.0
    assert values_of(row, "leadership", "standard", "improvement_capacity") == pytest.approx([0.5, 0.9, 0.35])


@covers(observe_unseen)
def test_failure_that_nobody_has_found_and_councils_that_never_failed_are_seen_here():
    """Below the bar of 35 and judged better: the first alone, for the second is judged inadequate and the
    fourth is not judged. Never failed: the first, third and fourth, (30 + 60 + 20) / 3; capacity (0.3 + 0.6)
    / 3. Freedoms reach good councils here: the third. A trust runs the second.
    """
    freed = parameters({"inspection.inadequate_bar": 35.0, "regime.freedoms": 1, "regime.freedom_grade": 2})
    row = observed(
        observe_unseen,
        {"practice.quality": 30.0, "inspection.grade": 3, "capacity.improvement": 0.3},
        {
            "practice.quality": 25.0,
            "inspection.grade": 4,
            "inspection.inadequate_ever": 1,
            "arrangement.kind": Support.TRUST,
        },
        {"practice.quality": 60.0, "inspection.grade": 2, "capacity.improvement": 0.6},
        {"practice.quality": 20.0, "inspection.grade": 0},
        rules=(freed,),
    )
    assert row.undetected == 1
    assert values_of(row, "quality_never_failed", "capacity_never_failed") == pytest.approx(
        [110.0 / 3.0, 0.3]
    )
    assert values_of(row, "freed", "quality_freed", "quality_under_contract") == [1, 60.0, 25.0]


@covers(observe_unseen)
def test_undetected_are_those_below_the_bar_whose_judgement_says_otherwise():
    """The bar is 35. Below it and judged better: two. At it or above, inadequate, or not judged: none."""
    councils = [(20.0, 3), (30.0, 2), (35.0, 3), (40.0, 3), (60.0, 1), (70.0, 2), (20.0, 4), (20.0, 0)]
    councils += [(20.0, 4), (20.0, 4), (60.0, 4), (60.0, 0)]
    states = [{"practice.quality": quality, "inspection.grade": grade} for quality, grade in councils]
    assert observed(observe_unseen, *states, rules=(P,)).undetected == 2


@covers(observe_unseen)
def test_without_freedoms_nobody_is_freed():
    row = observed(observe_unseen, {"inspection.grade": 1}, rules=(P,))
    assert row.freed == 0
    assert math.isnan(row.quality_freed)


@covers(order_by_quality)
def test_councils_are_put_in_order_of_quality_and_those_gone_come_last():
    world = a_world(
        [a_council({"practice.quality": quality}) for quality in (50.0, 70.0, 30.0)] + [a_council(GONE)]
    )
    order_by_quality(world)
    assert [place.row for place in world.places] == [2, 0, 1, 3]
    world.councils[2].practice.quality = 60.0
    order_by_quality(world)
    assert [place.row for place in world.places] == [0, 2, 1, 3], "from last quarter's order"


@covers(mean_of_places)
def test_a_tenth_is_averaged_over_its_places():
    """Of twenty councils of quality 0 to 95 by fives the worst tenth has (0 + 5) / 2, the best (90 + 95) /
    2.
    """
    row = observed(observe_quality, *of_quality(*[5.0 * i for i in range(20)]))
    assert values_of(row, "quality_worst_tenth", "quality_best_tenth") == [2.5, 92.5]
    world = a_world([a_council({"practice.quality": 5.0 * i}) for i in range(4)])
    order_by_quality(world)
    assert mean_of_places(world.places, 1, 3) == 7.5
    assert math.isnan(mean_of_places(world.places, 2, 2))


@covers(observe_staff)
def test_rates_of_staff_are_those_of_all_posts_and_staff_together():
    """Posts 100 + 300; permanent 80 + 280 = 360, graduates among them, vacant 10%; agency 10 + 30 of 400,
    10%; experienced 60 + 180 of 400, 60%; leavers 4 + 14 = 18 of 360 a quarter, 20% a year; the rest are
    means of the two councils.
    """
    row = observed(
        observe_staff,
        {
            "workforce.posts": 100.0,
            "workforce.newly_qualified": 15.0,
            "workforce.graduates": 5.0,
            "workforce.experienced": 60.0,
            "workforce.agency": 10.0,
            "workforce.leavers": 4.0,
            "workforce.pressure": 0.1,
            "workforce.caseload": 14.0,
            "workforce.continuity": 0.8,
        },
        {
            "workforce.posts": 300.0,
            "workforce.newly_qualified": 100.0,
            "workforce.experienced": 180.0,
            "workforce.agency": 30.0,
            "workforce.leavers": 14.0,
            "workforce.pressure": 0.3,
            "workforce.caseload": 18.0,
            "workforce.continuity": 0.9,
        },
    )
    rates = values_of(row, "vacancy_rate", "agency_share", "experienced_share", "turnover")
    assert rates == pytest.approx([10.0, 10.0, 60.0, 20.0])
    assert row.graduates == 5.0
    assert values_of(row, "pressure", "caseload", "continuity") == pytest.approx([0.2, 16.0, 0.85])


@covers(observe_staff)
def test_more_staff_than_posts_is_no_negative_vacancy():
    row = observed(observe_staff, {"workforce.posts": 10.0, "workforce.experienced": 12.0})
    assert row.vacancy_rate == 0.0


@covers(observe_directors)
def test_tenure_is_that_of_permanent_directors_in_months():
    """Permanent 10 and 20 quarters: 45 months; good councils 10 and (an interim) 2: 18; inadequate 20: 60;
    the first helps others, 30. The third chief executive has turned 0.9 - 0.6 to the service, 0.1 on average.
    """
    row = observed(
        observe_directors,
        {
            "director.tenure": 10.0,
            "inspection.grade": 2,
            "chief_executive.engagement": 0.3,
            "chief_executive.own_engagement": 0.4,
            "outcome.helping": 1.0,
        },
        {
            "director.tenure": 2.0,
            "director.interim": 1,
            "inspection.grade": 1,
            "director.event": DirectorEvent.INTERIM_ARRIVES,
            "chief_executive.engagement": 0.6,
            "chief_executive.own_engagement": 0.6,
            "intervention.dismissed": 1,
        },
        {
            "director.tenure": 20.0,
            "inspection.grade": 4,
            "chief_executive.engagement": 0.9,
            "chief_executive.own_engagement": 0.6,
        },
        nation={"director_pool": 0.8},
    )
    assert values_of(row, "director_changes", "directors_dismissed", "interim_directors") == [1, 1, 1]
    assert values_of(row, "director_tenure_helpers", "attention_diverted") == pytest.approx([30.0, 0.1])
    tenures = values_of(row, "director_tenure", "director_tenure_good", "director_tenure_inadequate")
    assert tenures == pytest.approx([45.0, 18.0, 60.0])
    assert values_of(row, "director_pool", "chief_engagement") == pytest.approx([0.8, 0.6])


@covers(observe_children)
def test_children_count_by_council_and_outcomes_by_child():
    """1,000 children at 0.4 and 3,000 at 0.6: 55. The smaller council is inadequate, below the bar, and
    under a trust, so that 3,000 of 4,000 are served in house.
    """
    row = observed(
        observe_children,
        {
            "children": 1_000.0,
            "outcome.children": 0.4,
            "inspection.grade": 4,
            "practice.quality": 30.0,
            "arrangement.kind": Support.TRUST,
            "incidents.happened": 1,
            "standing.confidence": 0.2,
            "standing.partnership": 0.3,
            "demand.workload": 1.2,
            "demand.looked_after": 1.1,
            "budget.early_help": 0.5,
        },
        {
            "children": 3_000.0,
            "outcome.children": 0.6,
            "inspection.grade": 2,
            "practice.quality": 60.0,
            "arrangement.kind": Support.PARTNER_COUNCIL,
            "standing.confidence": 0.6,
            "standing.partnership": 0.5,
            "demand.workload": 1.0,
            "demand.looked_after": 1.3,
            "budget.early_help": 0.9,
        },
        rules=(P,),
    )
    assert row.outcome == pytest.approx(55.0)
    assert values_of(row, "children_inadequate", "children_weak") == [1_000.0, 1_000.0]
    assert row.in_house_share == pytest.approx(75.0)
    assert values_of(row, "confidence", "partnership", "workload", "looked_after") == pytest.approx(
        [0.4, 0.4, 1.1, 1.2]
    )
    assert row.early_help == pytest.approx(0.7)
    assert row.incidents == 1


@covers(observe_children)
def test_children_are_in_a_weak_service_where_quality_lies_below_the_bar():
    """The bar is 35."""
    councils = [{"children": 10.0, "practice.quality": quality} for quality in (34.9, 35.0, 50.0)]
    assert observed(observe_children, *councils, rules=(P,)).children_weak == 10.0


@covers(observe_children)
def test_of_a_contract_for_part_of_the_service_the_rest_stays_in_house():
    """A contract for 0.4 of the service in one of two equal councils leaves (1 + 0.6) / 2 in house."""
    row = observed(
        observe_children,
        {"children": 1_000.0, "arrangement.kind": Support.PRIVATE},
        {"children": 1_000.0},
        rules=(parameters({"market.contract_scope": 0.4}),),
    )
    assert row.in_house_share == pytest.approx(80.0)


@covers(observe, observe_all)
def test_a_quarter_is_observed_as_a_whole():
    """Without extensions `observe_all` sees what `observe` does; an indicator that neither fills would stay
    at -1.
    """
    council = {
        "workforce.posts": 10.0,
        "workforce.experienced": 8.0,
        "inspection.grade": 4,
        "inspection.result": 4,
    }
    for observer in (observe, observe_all):
        row = filled(Quarter, dict.fromkeys(vars(Quarter()), -1.0))
        observer(a_world([a_council(council)]), P, row)
        assert -1.0 not in vars(row).values()
        assert values_of(row, "inadequate", "vacancy_rate") == pytest.approx([1, 20.0])
