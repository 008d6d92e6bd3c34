"""Inspection: gaming, emergencies, scores, bars, judgements and what they set off, drawn or recorded."""

import math

import pytest
from helpers import a_council, a_nation, agrees_when_compiled, covers, parameters
from scipy.stats import norm

from model.codes import Grade, Stage
from model.rules.inspection import (
    bar_of,
    bring_forward,
    expected_score,
    fail_inspection,
    grade_for,
    heed_pressure,
    inspect_council,
    inspection_is_held,
    interval_to_next,
    judge,
    leadership_judgement,
    log_probability_of,
    postpone_inspection,
    prepare_for_inspection,
    pull_of,
)

BARS = {
    "inspection.inadequate_bar": 35.0,
    "inspection.good_bar": 51.0,
    "inspection.outstanding_bar": 77.0,
    "inspection.ilacs_outstanding_shift": -6.0,
    "inspection.noise": 5.0,
    "inspection.leadership_weight": 0.4,
    "inspection.gaming_effect": 4.0,
}
P = parameters(BARS)
OUTSTANDING, GOOD, REQUIRES_IMPROVEMENT, INADEQUATE = 1, 2, 3, 4


@covers(prepare_for_inspection)
@pytest.mark.parametrize(
    "due,incentive,gaming",
    [(13.0, 0.1, 0.25), (14.0, 0.1, 0.175), (30.0, 0.1, 0.175), (12.0, 0.6, 0.3625)],
    ids=["near", "not near", "far", "as much as there can be"],
)
def test_gaming_rises_when_an_inspection_is_near_and_where_it_pays(due, incentive, gaming):
    """In quarter 10, due in 13 is near: wanted 0.15 + 0.3 + 0.1 = 0.55, 0.15 + 0.25 x 0.4 = 0.25; due in 14
    is not: wanted 0.25, 0.15 + 0.25 x 0.1 = 0.175. 0.15 + 0.3 + 0.6 = 1.05 is held at 1: 0.15 + 0.25 x 0.85
    = 0.3625.
    """
    council = a_council(
        {"inspection.due": due, "inspection.gaming_incentive": incentive, "inspection.gaming": 0.15}
    )
    prepare_for_inspection(council.inspection, a_nation({"quarter": 10}), P)
    assert council.inspection.gaming == pytest.approx(gaming)


ALARMED = {
    "incidents.alert": 1,
    "inspection.grade": Grade.GOOD,
    "inspection.since": 5.0,
    "inspection.due": 20.0,
    "shock.emergency": 0.14,
}


@covers(bring_forward)
def test_an_alert_brings_the_inspection_forward_to_the_next_quarter():
    """A draw of 0.14 is below the probability of 0.15; it is quarter 10, so the inspection is due in 11."""
    council = a_council(ALARMED)
    bring_forward(council, a_nation({"quarter": 10}), parameters({"inspection.emergency_chance": 0.15}))
    assert (council.inspection.due, council.inspection.emergency) == (11.0, 1)


@covers(bring_forward)
@pytest.mark.parametrize(
    "twin",
    [
        {"incidents.alert": 0},
        {"inspection.grade": Grade.INADEQUATE},
        {"inspection.since": 4.0},
        {"inspection.since": 1.0},
        {"shock.emergency": 0.16},
        {"inspection.due": 11.0},
        {"inspection.due": 9.0},
    ],
    ids=[
        "no alert",
        "already inadequate",
        "a year ago",
        "just judged",
        "other luck",
        "due anyway",
        "overdue",
    ],
)
def test_there_is_no_emergency_inspection_without_an_alert_reason_or_luck(twin):
    council = a_council(ALARMED | twin)
    due = council.inspection.due
    bring_forward(council, a_nation({"quarter": 10}), parameters({"inspection.emergency_chance": 0.15}))
    assert (council.inspection.due, council.inspection.emergency) == (due, 0)


@covers(bring_forward)
def test_an_inspection_that_is_due_a_quarter_later_than_the_next_is_still_brought_forward():
    council = a_council(ALARMED | {"inspection.due": 12.0})
    bring_forward(council, a_nation({"quarter": 10}), parameters({"inspection.emergency_chance": 0.15}))
    assert (council.inspection.due, council.inspection.emergency) == (11.0, 1)


STRAINED = {
    "workforce.pressure": 0.25,
    "inspection.grade": Grade.GOOD,
    "inspection.since": 4.0,
    "inspection.due": 20.0,
}


@covers(heed_pressure)
@pytest.mark.parametrize("pressure,due", [(0.25, 19.5), (0.5, 19.0), (0.0, 20.0), (-0.3, 20.0)])
def test_the_more_work_weighs_on_staff_the_sooner_the_inspection_comes(pressure, due):
    """20 - 2 x 0.25 = 19.5, 20 - 2 x 0.5 = 19; nobody comes later because staff have time."""
    council = a_council(STRAINED | {"workforce.pressure": pressure})
    heed_pressure(council, a_nation({"ilacs": 1}), parameters({"inspection.pressure_response": 2.0}))
    assert council.inspection.due == due


@covers(heed_pressure)
@pytest.mark.parametrize(
    "twin,ilacs,response",
    [
        ({"inspection.grade": Grade.INADEQUATE}, 1, 2.0),
        ({"inspection.since": 3.0}, 1, 2.0),
        ({}, 0, 2.0),
        ({}, 1, 0.0),
    ],
    ids=["inadequate", "just judged", "before ILACS", "nobody heeds it"],
)
def test_pressure_brings_no_inspection_forward_elsewhere(twin, ilacs, response):
    council = a_council(STRAINED | twin)
    heed_pressure(council, a_nation({"ilacs": ilacs}), parameters({"inspection.pressure_response": response}))
    assert council.inspection.due == 20.0


@covers(heed_pressure)
@pytest.mark.parametrize("since", [4.0, 5.0, 20.0])
def test_pressure_is_heeded_as_long_as_the_last_judgement_is_a_year_old_or_older(since):
    council = a_council(STRAINED | {"inspection.since": since})
    heed_pressure(council, a_nation({"ilacs": 1}), parameters({"inspection.pressure_response": 2.0}))
    assert council.inspection.due == 19.5


@covers(inspection_is_held)
@pytest.mark.parametrize(
    "recorded,due,already,held",
    [
        (-1, 10.0, 0, True),
        (-1, 9.0, 11, True),
        (-1, 9.0, 12, False),
        (-1, 9.0, 13, False),
        (-1, 11.0, 0, False),
        (1, 30.0, 12, True),
        (0, 5.0, 0, False),
    ],
)
def test_an_inspection_is_held_when_due_and_an_inspector_is_free_unless_the_record_knows_better(
    recorded, due, already, held
):
    council = a_council({"recorded.inspection": recorded, "inspection.due": due})
    nation = a_nation({"quarter": 10, "inspections_held": already})
    assert inspection_is_held(council, nation, parameters({"inspection.capacity": 12})) == held


@covers(postpone_inspection)
@pytest.mark.parametrize("draw,due", [(-1.0, 14.0), (1.0, 14.0), (0.2, 11.0)])
def test_an_inspection_that_the_record_did_not_hold_comes_some_quarters_later(draw, due):
    """10 + 1 + floor(3.3 x 1) = 14 whatever the sign; 10 + 1 + floor(0.66) = 11."""
    council = a_council({"inspection.due": 5.0})
    p = parameters({"inspection.interval_spread": 3.3})
    postpone_inspection(council.inspection, draw, a_nation({"quarter": 10}), p)
    assert council.inspection.due == due


SCORED = {
    "practice.quality": 50.0,
    "practice.leadership": 0.6,
    "inspection.gaming": 0.4,
    "inspection.grade": Grade.REQUIRES_IMPROVEMENT,
}


@covers(expected_score)
def test_the_score_mixes_quality_leadership_gaming_and_the_last_judgement():
    """0.6 x 50 + 0.4 x 100 x 0.6 + 4 x (0.4 - 0.15) + 2 x (2.5 - 3) = 30 + 24 + 1 - 1 = 54."""
    p = parameters(BARS | {"inspection.halo": 2.0})
    assert expected_score(a_council(SCORED), p) == pytest.approx(54.0)


@covers(pull_of)
def test_a_judgement_pulls_the_next_by_the_halo_for_each_grade_from_the_middle():
    """2 x (2.5 - 1) = 3 after outstanding, 2 x (2.5 - 4) = -3 after inadequate, nothing without one."""
    p = parameters({"inspection.halo": 2.0})
    assert [pull_of(grade, p) for grade in (0, 1, 4)] == [0.0, 3.0, -3.0]


@covers(expected_score)
def test_a_council_founded_since_has_no_halo():
    """30 + 24 + 1 = 55."""
    p = parameters(BARS | {"inspection.halo": 2.0})
    assert expected_score(a_council(SCORED | {"inspection.grade": Grade.NOT_JUDGED}), p) == pytest.approx(
        55.0
    )


@covers(bar_of)
def test_bars_drift_together_and_that_of_outstanding_eased_under_ilacs():
    """With a drift of 2: 77 + 2 = 79, and 79 - 6 = 73 under ILACS; 51 + 2 = 53; 35 + 2 = 37; nothing is too
    bad to be inadequate.
    """
    sif, ilacs = a_nation({"bar_shift": 2.0}), a_nation({"bar_shift": 2.0, "ilacs": 1})
    assert [bar_of(grade, sif, P) for grade in (1, 2, 3, 4)] == [79.0, 53.0, 37.0, -math.inf]
    assert bar_of(OUTSTANDING, ilacs, P) == 73.0


@covers(grade_for)
@pytest.mark.parametrize(
    "score,grade",
    [(90.0, 1), (77.0, 1), (76.9, 2), (51.0, 2), (50.9, 3), (35.0, 3), (34.9, 4), (-5.0, 4)],
)
def test_a_score_earns_the_best_judgement_whose_bar_it_reaches(score, grade):
    assert grade_for(score, a_nation(), P) == grade


@covers(log_probability_of)
@pytest.mark.parametrize("expected", [20.0, 36.0, 55.0, 80.0])
def test_the_probability_of_a_judgement_is_the_normal_mass_between_its_bars(expected):
    """With bars at 35, 51, 77 and noise 5, as scipy's normal has it; the four masses add to 1."""
    nation = a_nation()
    below = [norm.cdf((bar - expected) / 5.0) for bar in (35.0, 51.0, 77.0)]
    masses = {
        4: below[0],
        3: below[1] - below[0],
        2: below[2] - below[1],
        1: norm.sf((77.0 - expected) / 5.0),
    }
    for grade, mass in masses.items():
        assert math.exp(log_probability_of(grade, expected, nation, P)) == pytest.approx(
            max(mass, 1e-12), rel=1e-7, abs=1e-14
        )


@covers(log_probability_of)
def test_a_judgement_that_could_not_be_still_leaves_a_weight_to_compare():
    """ln(1e-12) = -27.631021."""
    assert log_probability_of(INADEQUATE, 500.0, a_nation(), P) == pytest.approx(-27.631021)


@covers(judge)
def test_a_better_judgement_lifts_confidence_and_sets_the_next_inspection():
    """Expected 55 (no halo), score 55 + 5 x 0.5 = 57.5: good. Confidence 0.5 + 0.04; next due 10 + 16 = 26;
    the score is 57.5 - 50 = 7.5 above quality.
    """
    council = a_council(SCORED | {"shock.inspection": 0.5, "standing.confidence": 0.5, "inspection.count": 1})
    judge(council, a_nation({"quarter": 10}), parameters(BARS | {"inspection.interval": 16.0}))
    inspection = council.inspection
    assert (inspection.result, inspection.grade, inspection.previous_grade) == (2, 2, 3)
    assert (inspection.count, inspection.since, inspection.due) == (2, 0.0, 26.0)
    assert inspection.score_gap == pytest.approx(7.5)
    assert council.standing.confidence == pytest.approx(0.54)
    assert inspection.log_weight == 0.0, "nothing was recorded"
    assert inspection.leadership_grade == 2, "57.5 + 30 x (0.6 - 0.45) = 62 is good too"


@covers(judge)
def test_the_same_judgement_again_changes_no_confidence():
    council = a_council(SCORED | {"inspection.grade": Grade.GOOD, "standing.confidence": 0.5})
    judge(council, a_nation(), P)
    assert (council.inspection.grade, council.standing.confidence) == (2, 0.5)


@covers(judge)
def test_a_first_judgement_is_no_improvement_on_none():
    council = a_council(SCORED | {"inspection.grade": Grade.NOT_JUDGED, "standing.confidence": 0.5})
    judge(council, a_nation(), P)
    assert (council.inspection.grade, council.standing.confidence) == (2, 0.5)


@covers(judge)
def test_the_recorded_judgement_replaces_the_drawn_one_and_leaves_its_probability_as_weight():
    """Expected 55: inadequate has probability Phi((35 - 55) / 5) = Phi(-4) = 3.1671e-5, ln = -10.360101; on
    -1.
    """
    council = a_council(
        SCORED | {"recorded.inspection": 1, "recorded.grade": Grade.INADEQUATE, "inspection.log_weight": -1.0}
    )
    judge(council, a_nation({"quarter": 10}), P)
    assert council.inspection.grade == INADEQUATE
    assert council.inspection.log_weight == pytest.approx(-1.0 + math.log(norm.cdf(-4.0)))
    assert council.inspection.inadequate_ever == 1, "and all that follows from it"


@covers(judge)
def test_a_judgement_on_record_that_is_not_said_is_drawn_like_any_other():
    on_record, drawn = (
        a_council(SCORED | {"shock.inspection": -2.5} | state) for state in ({"recorded.inspection": 1}, {})
    )
    for council in (on_record, drawn):
        judge(council, a_nation({"quarter": 10}), P)
    for name in ("grade", "leadership_grade", "score_gap", "log_weight", "due"):
        assert getattr(on_record.inspection, name) == getattr(drawn.inspection, name), name
    assert on_record.inspection.grade > 0


@covers(leadership_judgement)
@pytest.mark.parametrize(
    "score,leadership,shock,headline,judged",
    [
        (45.0, 0.45, 0.0, 3, 3),
        (45.0, 0.75, 0.0, 3, 2),
        (45.0, 0.45, 2.4, 3, 2),
        (45.0, 0.45, 1.2, 3, 3),
        (56.5, 0.05, 0.0, 2, 2),
        (80.0, 0.05, 0.0, 1, 1),
        (30.0, 0.45, 0.0, 4, 4),
        (34.0, 1.0, 1.0, 4, 3),
    ],
    ids=[
        "as the headline",
        "tilted by leadership",
        "tilted by luck",
        "tilted by too little luck",
        "good needs good leadership",
        "outstanding needs outstanding leadership",
        "both inadequate",
        "failing councils are not well led",
    ],
)
def test_the_leadership_judgement_is_tilted_towards_leadership_within_the_headlines_limits(
    score, leadership, shock, headline, judged
):
    """45 + 30 x 0.3 = 54: good. 45 + 0.5 x 5 x 2.4 = 51: good; 45 + 3 = 48 is not. 56.5 - 12
    = 44.5 alone would require improvement. 80 - 12 = 68 alone would be good. 34 + 16.5 + 2.5 = 53 alone
    would be good.
    """
    council = a_council({"practice.leadership": leadership, "shock.leadership_judgement": shock})
    assert leadership_judgement(council, score, headline, a_nation(), P) == judged


@covers(leadership_judgement)
def test_the_recorded_leadership_judgement_is_used_where_it_is_known():
    council = a_council({"practice.leadership": 0.45, "recorded.leadership_grade": Grade.INADEQUATE})
    assert leadership_judgement(council, 60.0, GOOD, a_nation(), P) == INADEQUATE


FAILED = {
    "director.public_blame": 0.1,
    "demand.surge": 0.1,
    "standing.confidence": 0.5,
    "intervention.clock": 7.0,
    "intervention.since_failure": 7.0,
    "intervention.stage": Stage.SUPPORT,
    "inspection.inadequate_ever": 1,
    "inspection.inadequate_in_spell": 2,
}


@covers(fail_inspection)
def test_an_inadequate_judgement_brings_blame_referrals_and_lost_confidence_and_starts_the_ladder():
    """Blame 0.1 + 0.6 = 0.7; surge 0.1 + 0.14 = 0.24; confidence 0.5 - 0.1 = 0.4; the clock starts at 0."""
    council = a_council(FAILED | {"inspection.grade": Grade.GOOD, "inspection.leadership_grade": 3})
    fail_inspection(council, a_nation(), parameters({"demand.inadequate_surge": 0.14}))
    assert council.director.public_blame == pytest.approx(0.7)
    assert council.demand.surge == pytest.approx(0.24)
    assert council.standing.confidence == pytest.approx(0.4)
    intervention = council.intervention
    assert (intervention.clock, intervention.since_failure, intervention.stage) == (0.0, 0.0, Stage.NONE)
    assert (council.inspection.inadequate_ever, council.inspection.inadequate_in_spell) == (2, 1)


@covers(fail_inspection)
def test_inadequate_leadership_is_blamed_in_full():
    """0.1 + 1 = 1.1 is held at 1."""
    council = a_council(FAILED | {"inspection.grade": Grade.GOOD, "inspection.leadership_grade": 4})
    fail_inspection(council, a_nation(), parameters())
    assert council.director.public_blame == 1.0


@covers(fail_inspection)
def test_a_repeated_failure_brings_less_blame_no_new_referrals_and_lets_the_clock_run():
    """Blame 0.1 + 0.6 x 0.6 = 0.46."""
    council = a_council(FAILED | {"inspection.grade": Grade.INADEQUATE, "inspection.leadership_grade": 3})
    fail_inspection(council, a_nation(), parameters())
    assert council.director.public_blame == pytest.approx(0.46)
    assert council.demand.surge == 0.1
    intervention = council.intervention
    assert (intervention.clock, intervention.since_failure, intervention.stage) == (7.0, 7.0, Stage.SUPPORT)
    assert (council.inspection.inadequate_ever, council.inspection.inadequate_in_spell) == (2, 3)


@covers(fail_inspection)
@pytest.mark.parametrize("share,changes", [(1.0, 1), (0.0, 0)])
def test_an_inadequate_judgement_may_cost_the_director_the_post(share, changes):
    council = a_council(FAILED | {"inspection.grade": Grade.GOOD, "inspection.leadership_grade": 3})
    fail_inspection(council, a_nation(), parameters({"regime.director_replaced": share}))
    assert council.director.changes == council.intervention.dismissed == changes


INTERVALS = {
    "inspection.interval": 16.0,
    "inspection.interval_spread": 3.3,
    "inspection.interval_inadequate_sif": 11.0,
    "inspection.interval_inadequate_ilacs": 14.0,
    "inspection.interval_inadequate_spread": 1.9,
}


@covers(interval_to_next)
@pytest.mark.parametrize(
    "grade,ilacs,draw,quarters",
    [(2, 0, 1.0, 19.0), (4, 0, -1.0, 9.0), (4, 1, -1.0, 12.0), (2, 1, 5.0, 24.0)],
    ids=["19.3", "9.1", "12.1", "5 is held at 2.5: 24.25"],
)
def test_the_next_inspection_follows_the_frameworks_mean_and_spread(grade, ilacs, draw, quarters):
    """16 + 3.3 = 19.3; 11 - 1.9 = 9.1; 14 - 1.9 = 12.1; 16 + 3.3 x 2.5 = 24.25; each to the nearest
    quarter.
    """
    assert interval_to_next(grade, draw, a_nation({"ilacs": ilacs}), parameters(INTERVALS)) == quarters


@covers(interval_to_next)
@pytest.mark.parametrize(
    "grade,ilacs_in,draw,quarters",
    [
        (2, 10.0, -1.0, 13.0),
        (2, 6.0, -1.0, 13.0),
        (2, 12.0, -1.0, 15.0),
        (2, 12.0, -2.0, 18.0),
        (4, 12.0, -1.0, 9.0),
    ],
    ids=["due later", "due after it began", "waits for it", "waits longer", "inadequate"],
)
def test_only_an_inadequate_council_is_seen_twice_before_ilacs(grade, ilacs_in, draw, quarters):
    """16 - 3.3 = 12.7 is 13. With ILACS 10 quarters away at least 10 + 3 = 13, with 12 at least 15, and
    12 + floor(6.6) = 18 with twice the luck.
    """
    nation = a_nation({"ilacs_in": ilacs_in})
    assert interval_to_next(grade, draw, nation, parameters(INTERVALS)) == quarters


@covers(interval_to_next)
def test_no_inspection_follows_another_within_a_year():
    """13 - 4 x 2.5 = 3 is held at 4."""
    p = parameters({"inspection.interval": 13.0, "inspection.interval_spread": 4.0})
    assert interval_to_next(GOOD, -2.5, a_nation(), p) == 4.0


@covers(inspect_council)
def test_while_inspections_are_suspended_only_time_passes():
    council = a_council(ALARMED | {"inspection.due": 3.0, "inspection.result": 2, "inspection.gaming": 0.5})
    inspect_council(council, a_nation({"quarter": 10, "suspended": 1}), P)
    inspection = council.inspection
    assert (inspection.since, inspection.result, inspection.due, inspection.gaming) == (6.0, 0, 3.0, 0.5)


@covers(inspect_council)
def test_a_council_that_is_due_is_judged_after_it_prepared():
    """Gaming 0.15 + 0.25 x 0.3 = 0.225 scores 4 x 0.075 = 0.3 on 0.6 x 50 + 0.4 x 50 = 50: 50.3, short of
    51.
    """
    council = a_council(
        {
            "practice.quality": 50.0,
            "practice.leadership": 0.5,
            "inspection.due": 10.0,
            "inspection.grade": Grade.GOOD,
            "inspection.gaming": 0.15,
        }
    )
    inspect_council(council, a_nation({"quarter": 10}), P)
    assert (council.inspection.result, council.inspection.since) == (REQUIRES_IMPROVEMENT, 0.0)
    assert council.inspection.score_gap == pytest.approx(0.3)


@covers(inspect_council)
def test_a_council_that_is_not_due_is_not_judged():
    council = a_council(SCORED | {"inspection.due": 11.0, "inspection.since": 2.0})
    inspect_council(council, a_nation({"quarter": 10}), P)
    assert (council.inspection.result, council.inspection.grade, council.inspection.since) == (0, 3, 3.0)


@covers(inspect_council)
def test_a_council_that_was_due_but_as_the_record_says_not_inspected_waits_on():
    council = a_council(
        SCORED | {"recorded.inspection": 0, "inspection.due": 5.0, "shock.inspection_interval": 0.1}
    )
    inspect_council(council, a_nation({"quarter": 10}), P)
    assert (council.inspection.result, council.inspection.grade, council.inspection.due) == (0, 3, 11.0)


@covers(inspect_council)
@pytest.mark.parametrize("due,waits", [(11.0, 11.0), (10.0, 11.0), (9.0, 11.0)])
def test_only_what_is_due_is_postponed(due, waits):
    council = a_council({"recorded.inspection": 0, "inspection.due": due})
    inspect_council(council, a_nation({"quarter": 10}), P)
    assert council.inspection.due == waits


@covers(inspect_council)
@pytest.mark.parametrize("recorded,held,due", [(-1, 0, 30.0), (-1, 99, 10.0), (0, 0, 30.0)])
def test_nobody_is_postponed_who_is_not_due_or_just_waits_for_an_inspector(recorded, held, due):
    """In quarter 10 inspectors are free, or 99 inspections have been held already."""
    council = a_council({"recorded.inspection": recorded, "inspection.due": due})
    inspect_council(council, a_nation({"quarter": 10, "inspections_held": held}), P)
    assert council.inspection.due == due


@covers(inspect_council)
def test_an_alert_and_strain_call_the_inspectors_before_it_is_asked_whether_they_are_due():
    """The alert brings it to quarter 11; strain of 0.5 at 2 a quarter brings it to 11 - 1 = 10: now."""
    p = parameters(BARS | {"inspection.emergency_chance": 0.15, "inspection.pressure_response": 2.0})
    council = a_council(ALARMED | {"workforce.pressure": 0.5, "practice.quality": 50.0})
    inspect_council(council, a_nation({"quarter": 10, "ilacs": 1}), p)
    assert (council.inspection.emergency, council.inspection.since) == (1, 0.0)
    assert council.inspection.result > 0


@covers(inspect_council)
def test_an_emergency_is_one_for_a_quarter():
    council = a_council({"inspection.emergency": 1, "inspection.due": 30.0})
    inspect_council(council, a_nation({"quarter": 10}), P)
    assert council.inspection.emergency == 0


@pytest.mark.slow
def test_the_weight_of_a_record_is_the_same_when_compiled():
    for grade in (1, 2, 3, 4):
        assert agrees_when_compiled(log_probability_of, grade, 55.0, a_nation(), settings=BARS)


@covers(interval_to_next)
def test_ilacs_is_waited_for_to_the_last_quarter_before_it():
    """13 - 4 x 2.5 = 3 is held at 4; with ILACS a quarter away 1 + floor(4 x 2.5) = 11."""
    p = parameters({"inspection.interval": 13.0, "inspection.interval_spread": 4.0})
    assert interval_to_next(GOOD, -2.5, a_nation({"ilacs_in": 1.0}), p) == 11.0
