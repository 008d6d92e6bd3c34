"""Social workers: stigma, leaving, hiring, agency cover, pressure and the regional market, worked by hand."""

import pytest
from helpers import a_council, a_nation, a_region, agrees_when_compiled, covers, parameters

from model.codes import Grade
from model.rules.workforce import (
    engage_agency_staff,
    feel_pressure,
    hire_staff,
    leaving_hazard,
    permanent_staff,
    reputation_of,
    settle_labour_market,
    spread_stigma,
    train_graduates,
    turn_over_staff,
    vacant_posts,
)


@covers(spread_stigma)
@pytest.mark.parametrize(
    "grade,before,after",
    [
        (Grade.INADEQUATE, 0.4, 0.7),
        (Grade.GOOD, 0.9, 0.8),
        (Grade.REQUIRES_IMPROVEMENT, 0.9, 0.8),
        (Grade.REQUIRES_IMPROVEMENT, 0.09, 0.12),
    ],
)
def test_stigma_comes_within_months_and_goes_over_years(grade, before, after):
    """Inadequate: 0.4 + 0.6 / 2 = 0.7. Fading: 0.9 - 0.9 / 9 = 0.8. Requires improvement: 0.09 - 0.01 =
    0.08 is held at 0.12.
    """
    council = a_council({"inspection.grade": grade, "workforce.stigma": before})
    spread_stigma(council, parameters({"workforce.stigma_fade": 9.0}))
    assert council.workforce.stigma == pytest.approx(after)


LEAVING = {
    "workforce.leaving_rate": 0.03,
    "workforce.leaving_pressure": 0.5,
    "workforce.leaving_new_director": 0.15,
    "workforce.leaving_stigma": 0.2,
    "workforce.leaving_leadership": 0.4,
    "workforce.leaving_blame": 0.3,
}
LEFT = {
    "workforce.pressure": 0.4,
    "workforce.stigma": 0.5,
    "practice.leadership": 0.75,
    "arrangement.retention": 0.05,
    "shock.leaving": 1.0,
}


@covers(leaving_hazard)
@pytest.mark.parametrize("tenure,hazard", [(3.0, 0.063510), (4.0, 0.054664)])
def test_pressure_a_new_director_and_stigma_drive_staff_out(tenure, hazard):
    """0.1 + 0.5 x 0.4 + 0.15 + 0.2 x 0.5 - 0.4 x (0.75 - 0.5) - 0.05 + 0.35 = 0.75: 0.03 e^0.75 = 0.063510;
    without the new director 0.03 e^0.6 = 0.054664.
    """
    council = a_council(LEFT | {"director.tenure": tenure})
    nation = a_nation({"leaving": 0.1})
    assert leaving_hazard(council, nation, parameters(LEAVING)) == pytest.approx(hazard, abs=1e-6)


@covers(leaving_hazard)
def test_public_blame_drives_staff_out_while_it_lasts():
    """0.054664 of the twin without a new director, times e^(0.3 x 0.5): 0.054664 x 1.161834 = 0.063510."""
    council = a_council(LEFT | {"director.tenure": 4.0, "director.public_blame": 0.5})
    assert leaving_hazard(council, a_nation({"leaving": 0.1}), parameters(LEAVING)) == pytest.approx(
        0.063510, abs=1e-6
    )


@covers(leaving_hazard)
def test_pressure_beyond_its_bounds_drives_nobody_else_out():
    """At 0.8 and at 5 alike, and at -0.4 and -5."""

    def hazard(pressure):
        council = a_council(LEFT | {"workforce.pressure": pressure})
        return leaving_hazard(council, a_nation(), parameters(LEAVING))

    assert hazard(5.0) == hazard(0.8) > hazard(0.7)
    assert hazard(-5.0) == hazard(-0.4) < hazard(-0.3)


@covers(leaving_hazard)
@pytest.mark.parametrize("luck,hazard", [(20.0, 0.25), (-20.0, 0.005)])
def test_somebody_always_leaves_and_never_everybody(luck, hazard):
    council = a_council(LEFT | {"shock.leaving": luck})
    assert leaving_hazard(council, a_nation(), parameters(LEAVING)) == hazard


HIRING = {
    "workforce.hiring_rate": 0.2,
    "workforce.hiring_persistence": 0.8,
    "workforce.hiring_spread": 0.184,
    "workforce.hiring_confidence": 2.0,
    "workforce.hiring_stigma": 0.1,
    "workforce.pool_elasticity": 0.5,
}
HIRER = {
    "workforce.posts": 100.0,
    "workforce.newly_qualified": 20.0,
    "workforce.experienced": 60.0,
    "workforce.labour_market": 0.1,
    "workforce.hiring_conditions": 0.1,
    "workforce.stigma": 0.5,
    "standing.confidence": 0.6,
    "shock.hiring": 1.0,
}


@covers(hire_staff)
def test_vacancies_are_filled_by_local_conditions_confidence_and_the_regional_pool():
    """Passing conditions 0.8 x 0.1 + sqrt(1 - 0.64) x 0.184 = 0.1904; 0.1 + 0.1904 + 2 x 0.1 - 0.1 x 0.5 +
    0.5 x 0.2 = 0.5404; e^0.5404 = 1.716693; hires = 0.2 x 1.716693 x 1.1 x 20 = 7.553451.
    """
    council = a_council(HIRER)
    hire_staff(council, a_region({"log_pool": 0.2}), a_nation({"hiring": 1.1}), parameters(HIRING))
    assert council.workforce.hiring_conditions == pytest.approx(0.1904)
    assert council.workforce.hires == pytest.approx(7.553451, abs=1e-6)


@covers(hire_staff)
def test_no_council_inducts_more_than_its_ceiling_nor_hires_beyond_its_posts():
    """e^0.5404 x 0.2 x 3 x 20 = 20.6 is held at 0.12 x 100 = 12; 105 staff for 100 posts leave no vacancy."""
    popular = a_council(HIRER)
    hire_staff(popular, a_region({"log_pool": 0.2}), a_nation({"hiring": 3.0}), parameters(HIRING))
    assert popular.workforce.hires == pytest.approx(12.0)
    full = a_council(HIRER | {"workforce.experienced": 85.0})
    hire_staff(full, a_region(), a_nation(), parameters(HIRING))
    assert full.workforce.hires == 0.0


@covers(permanent_staff)
def test_who_is_newly_qualified_experienced_or_on_a_graduate_scheme_holds_a_permanent_post():
    """20 + 60 + 5 = 85, whatever agency staff there are."""
    council = a_council(HIRER | {"workforce.experienced": 60.0, "workforce.graduates": 5.0})
    assert permanent_staff(council.workforce) == 85.0


@covers(vacant_posts)
@pytest.mark.parametrize("experienced,vacant", [(60.0, 15.0), (90.0, 0.0)])
def test_a_post_is_vacant_where_nobody_holds_it_and_a_graduate_holds_one(experienced, vacant):
    """100 - 20 - 60 - 5 = 15; 115 holders of 100 posts leave none vacant."""
    council = a_council(HIRER | {"workforce.experienced": experienced, "workforce.graduates": 5.0})
    assert vacant_posts(council.workforce) == vacant


@covers(hire_staff)
@pytest.mark.parametrize("label,hires", [(1.0, 9.225806), (-1.0, 6.184243)])
def test_who_helps_others_draws_staff_and_who_is_helped_repels_them(label, hires):
    """Exponent 0.5404 + 0.2 = 0.7404 or 0.5404 - 0.2 = 0.3404: 4.4 e^0.7404 = 9.225806, 4.4 e^0.3404 =
    6.184243, against 7.553451 without a label.
    """
    council = a_council(HIRER | {"standing.label": label})
    p = parameters(HIRING | {"workforce.label_attraction": 0.2})
    hire_staff(council, a_region({"log_pool": 0.2}), a_nation({"hiring": 1.1}), p)
    assert council.workforce.hires == pytest.approx(hires, abs=1e-6)


@covers(hire_staff)
@pytest.mark.parametrize("label", [1.0, -1.0])
def test_where_nobody_minds_labels_they_change_no_hires(label):
    def hires(worn):
        council = a_council(HIRER | {"standing.label": worn})
        hire_staff(council, a_region(), a_nation(), parameters(HIRING))
        return council.workforce.hires

    assert hires(label) == hires(0.0)


@covers(reputation_of)
@pytest.mark.parametrize(
    "grade,reputation",
    [
        (Grade.NOT_JUDGED, 0.0),
        (Grade.OUTSTANDING, 0.6),
        (Grade.GOOD, 0.3),
        (Grade.REQUIRES_IMPROVEMENT, 0.0),
        (Grade.INADEQUATE, -0.3),
    ],
)
def test_staff_who_go_by_judgements_come_where_they_are_better(grade, reputation):
    """0.3 x (3 - grade); nothing is known of a council before its first judgement."""
    p = parameters({"workforce.hiring_judgement": 0.3})
    assert reputation_of(grade, p) == pytest.approx(reputation)


@covers(hire_staff)
@pytest.mark.parametrize(
    "grade,hires",
    [(Grade.GOOD, 10.196094), (Grade.REQUIRES_IMPROVEMENT, 7.553451), (Grade.INADEQUATE, 5.595736)],
)
def test_where_staff_go_by_judgements_good_councils_fill_their_posts(grade, hires):
    """7.553451 of the council without a judgement, times e^0.3 = 1.349859 and e^-0.3 = 0.740818."""
    council = a_council(HIRER | {"inspection.grade": grade})
    p = parameters(HIRING | {"workforce.hiring_judgement": 0.3})
    hire_staff(council, a_region({"log_pool": 0.2}), a_nation({"hiring": 1.1}), p)
    assert council.workforce.hires == pytest.approx(hires, abs=1e-5)


TURNING_OVER = (
    HIRING | LEAVING | {"workforce.newly_qualified_share": 0.4, "workforce.time_to_experience": 8.0}
)
PLAIN_STAFF = {
    "workforce.posts": 100.0,
    "workforce.newly_qualified": 20.0,
    "workforce.experienced": 60.0,
    "director.tenure": 10.0,
    "practice.leadership": 0.5,
    "standing.confidence": 0.5,
}


@covers(turn_over_staff)
def test_leavers_go_hires_come_and_the_newly_qualified_gain_experience():
    """With every exponent 0, 3% leave and 0.2 x 20 = 4 are hired, 0.4 + 0.1 of them newly qualified; 20 / 8
    x 0.8 = 2 become experienced.

    newly qualified 20 + 2 - 0.6 - 2 = 19.4; experienced 60 + 2 - 1.8 + 2 = 62.2; leavers 0.6 + 1.8 = 2.4.
    """
    council = a_council(PLAIN_STAFF | {"arrangement.staff_development": 0.8})
    region = a_region({"left": 1.0, "hired": 1.0, "staff": 1.0})
    turn_over_staff(council, region, a_nation({"graduates": 0.1}), parameters(TURNING_OVER))
    assert council.workforce.newly_qualified == pytest.approx(19.4)
    assert council.workforce.experienced == pytest.approx(62.2)
    assert council.workforce.leavers == pytest.approx(2.4)
    assert region.left == pytest.approx(1.0 + 2.4)
    assert region.hired == pytest.approx(1.0 + 2.0)
    assert region.staff == pytest.approx(1.0 + 80.0)


@covers(turn_over_staff)
def test_a_few_managers_and_newcomers_always_stay():
    """Of 100 posts 1% and 5%."""
    deserted = a_council(PLAIN_STAFF | {"workforce.newly_qualified": 0.0, "workforce.experienced": 0.0})
    turn_over_staff(deserted, a_region(), a_nation({"hiring": 0.0}), parameters(TURNING_OVER))
    assert deserted.workforce.newly_qualified == pytest.approx(1.0)
    assert deserted.workforce.experienced == pytest.approx(5.0)


TRAINING = {
    "workforce.graduate_programme": 8.0,
    "workforce.graduate_stay": 0.7,
    "workforce.graduate_cost": 0.04,
}


@covers(train_graduates)
def test_graduates_come_into_vacancies_and_most_stay_when_the_scheme_is_over():
    """Of 8 graduates 8 / 8 = 1 finishes: 0.7 is newly qualified and 0.3 leaves. 1% of 100 posts is 1 entrant,
    for whom the department pays 0.04.
    """
    council = a_council(
        PLAIN_STAFF | {"workforce.graduates": 8.0, "workforce.leavers": 2.0, "workforce.hires": 3.0}
    )
    train_graduates(council, a_nation({"graduate_places": 0.01}), parameters(TRAINING))
    workforce = council.workforce
    assert workforce.graduates == pytest.approx(8.0)
    assert workforce.newly_qualified == pytest.approx(20.7)
    assert workforce.leavers == pytest.approx(2.3)
    assert workforce.hires == pytest.approx(4.0)
    assert council.ledger.department_graduates == pytest.approx(0.04)


@covers(train_graduates)
def test_where_few_posts_are_vacant_few_graduates_come():
    """100 - 20 - 79.6 = 0.4 posts are vacant, less than the place that there would be."""
    council = a_council(PLAIN_STAFF | {"workforce.experienced": 79.6})
    train_graduates(council, a_nation({"graduate_places": 0.01}), parameters(TRAINING))
    assert council.workforce.graduates == pytest.approx(0.4)
    assert council.ledger.department_graduates == pytest.approx(0.016)


@covers(turn_over_staff, train_graduates)
def test_when_schemes_end_those_under_way_finish_and_nobody_is_paid_for():
    """One of 8 finishes. Of 100 posts 12 are vacant, so that 2.4 are hired, 0.96 of them newly qualified.

    newly qualified 20 + 0.96 - 0.6 - 2.5 + 0.7 = 18.56; leavers 2.4 + 0.3; the region's staff 80 + 8.
    """
    council = a_council(PLAIN_STAFF | {"workforce.graduates": 8.0, "ledger.department_graduates": 9.0})
    region = a_region()
    turn_over_staff(council, region, a_nation(), parameters(TURNING_OVER | TRAINING))
    assert council.workforce.graduates == pytest.approx(7.0)
    assert council.workforce.newly_qualified == pytest.approx(18.56)
    assert council.workforce.leavers == pytest.approx(2.7)
    assert council.ledger.department_graduates == 0.0
    assert region.staff == pytest.approx(88.0)
    assert region.left == pytest.approx(2.4), "who leaves after a scheme is nobody's experienced worker"


@covers(turn_over_staff)
def test_without_schemes_there_are_no_graduates():
    council = a_council(PLAIN_STAFF)
    turn_over_staff(council, a_region(), a_nation(), parameters(TURNING_OVER | TRAINING))
    assert council.workforce.graduates == council.ledger.department_graduates == 0.0


AGENCY = {"workforce.agency_cover": 0.9, "workforce.agency_stigma": 0.4, "workforce.agency_spread": 0.2}


@covers(engage_agency_staff)
@pytest.mark.parametrize(
    "twin,agency",
    [
        ({"inspection.grade": Grade.INADEQUATE, "workforce.stigma": 0.5}, 21.796991),
        ({"workforce.stigma": 0.5}, 18.389675),
        ({"workforce.stigma": 0.5, "shock.agency": 1.0}, 21.796991),
        ({"workforce.experienced": 90.0}, 3.0),
    ],
    ids=["inadequate", "stigma", "stigma and luck", "no vacancy"],
)
def test_agency_staff_follow_the_vacancies_more_so_under_stigma(twin, agency):
    """0.9 x 20 = 18. Inadequate: 18 e^0.4 = 26.852845, 10 + 0.7 x 16.852845 = 21.796991. Stigma 0.5: 18
    e^0.2 = 21.985250, 10 + 0.7 x 11.985250 = 18.389675. Without vacancies 10 - 0.7 x 10 = 3.
    """
    council = a_council(PLAIN_STAFF | {"workforce.agency": 10.0} | twin)
    engage_agency_staff(council, parameters(AGENCY))
    assert council.workforce.agency == pytest.approx(agency, abs=1e-6)


@covers(engage_agency_staff)
@pytest.mark.parametrize(
    "grade,since,agency",
    [
        (Grade.INADEQUATE, 0.0, 28.796991),
        (Grade.INADEQUATE, 4.0, 24.372147),
        (Grade.REQUIRES_IMPROVEMENT, 0.0, 15.6),
    ],
    ids=["at once", "a year later", "not inadequate"],
)
def test_teams_of_agency_staff_come_at_once_after_a_failure_and_leave_in_time(grade, since, agency):
    """Without luck 0.9 x 20 = 18, and 18 e^0.4 = 26.852845 once inadequate. Teams of 0.1 x 100, of which
    10 e^-1 = 3.678794 are left a year later: 10 + 0.7 x (36.852845 - 10) = 28.796991, and then
    10 + 0.7 x (30.531639 - 10) = 24.372147.
    """
    council = a_council(
        PLAIN_STAFF
        | {"workforce.agency": 10.0, "inspection.grade": grade, "intervention.since_failure": since}
    )
    settings = {"workforce.agency_teams": 0.1, "workforce.agency_teams_fade": 4.0}
    engage_agency_staff(council, parameters(AGENCY | settings))
    assert council.workforce.agency == pytest.approx(agency, abs=1e-6)


WORKING = {
    "workforce.newly_qualified": 20.0,
    "workforce.experienced": 60.0,
    "workforce.agency": 20.0,
    "workforce.leavers": 3.0,
    "workforce.continuity": 0.9,
    "workforce.load_scale": 90.0,
    "demand.workload": 1.056,
    "capacity.effort": 0.5,
}
OUTPUT = {
    "workforce.newly_qualified_output": 0.7,
    "workforce.agency_output": 0.8,
    "workforce.agency_churn": 0.15,
    "capacity.effort_cost": 0.08,
}


@covers(feel_pressure)
def test_work_presses_on_the_staff_there_is_and_churn_breaks_relationships():
    """Churn (3 + 0.15 x 20) / 100 = 0.06; continuity 0.9 + 0.35 x (1 - 0.18 - 0.9) = 0.872.

    Output 60 + 14 + 16 = 90, less 4% for effort 86.4; work 1.056 x 90 = 95.04; pressure now 95.04 / 86.4 -
    1 = 0.1, felt 0.05; caseload 15.3 x 95.04 / (100 x 0.86) = 16.908279; experienced 0.6.
    """
    council = a_council(WORKING)
    feel_pressure(council, parameters(OUTPUT))
    workforce = council.workforce
    assert workforce.continuity == pytest.approx(0.872)
    assert workforce.pressure_now == pytest.approx(0.1)
    assert workforce.pressure == pytest.approx(0.05)
    assert workforce.caseload == pytest.approx(16.908279, abs=1e-6)
    assert workforce.experienced_share == pytest.approx(0.6)


@covers(feel_pressure)
def test_graduates_work_less_than_the_newly_qualified_for_somebody_supervises_them():
    """Ten graduates: output 90 + 10 x (0.7 - 0.1) = 96, less 4% 92.16; pressure 95.04 / 92.16 - 1 = 0.03125.

    Churn 6 / 110: continuity 0.9 + 0.35 x (1 - 3 x 6 / 110 - 0.9) = 0.877727; caseload 15.3 x 95.04 /
    (110 x 0.86) = 15.371163; experienced 60 / 110.
    """
    council = a_council(WORKING | {"workforce.graduates": 10.0})
    feel_pressure(council, parameters(OUTPUT | {"workforce.supervision": 0.1}))
    workforce = council.workforce
    assert workforce.pressure_now == pytest.approx(0.03125)
    assert workforce.continuity == pytest.approx(0.877727, abs=1e-6)
    assert workforce.caseload == pytest.approx(15.371163, abs=1e-6)
    assert workforce.experienced_share == pytest.approx(60.0 / 110.0)


@covers(feel_pressure, engage_agency_staff)
@pytest.mark.parametrize(
    "output,supervision,pressure", [(0.85, 0.0, 0.045752), (0.5, 0.2, 0.126761)], ids=["relief", "burden"]
)
def test_a_graduate_in_the_place_of_an_agency_worker_relieves_or_burdens(output, supervision, pressure):
    """Without graduates 60 + 20 x 0.8 = 76 do the work of 80: 80 / 76 - 1. Ten graduates take the place of
    ten agency workers: 60 + 8 + 8.5 = 76.5, pressure 0.045752; or 60 + 8 + 10 x (0.5 - 0.2) = 71, 0.126761.
    """
    staff = {
        "workforce.experienced": 60.0,
        "workforce.load_scale": 80.0,
        "demand.workload": 1.0,
    }
    p = parameters(
        {
            "workforce.newly_qualified_output": output,
            "workforce.supervision": supervision,
            "workforce.agency_output": 0.8,
            "workforce.agency_cover": 1.0,
            "workforce.agency_adjustment": 1.0,
        }
    )

    def pressed(graduates):
        council = a_council(staff | {"workforce.posts": 80.0, "workforce.graduates": graduates})
        engage_agency_staff(council, p)
        feel_pressure(council, p)
        assert council.workforce.agency == pytest.approx(20.0 - graduates)
        return council.workforce.pressure_now

    assert pressed(0.0) == pytest.approx(80.0 / 76.0 - 1.0)
    assert pressed(10.0) == pytest.approx(pressure, abs=1e-6)


@covers(feel_pressure)
def test_a_push_for_partnership_takes_staff_time():
    """0.075 x 0.4 = 3% besides 4% for effort: 90 x 0.93 = 83.7; 95.04 / 83.7 - 1 = 0.135484."""
    council = a_council(WORKING)
    lever = {"support.partnership_time": 0.075, "regime.partnership_push": 0.4}
    feel_pressure(council, parameters(OUTPUT | lever))
    assert council.workforce.pressure_now == pytest.approx(0.135484, abs=1e-6)


def test_what_a_contract_leaves_to_the_council_is_the_hard_part():
    """0.1 as above and 0.08 more, of which half is felt: 0.09."""
    council = a_council(WORKING | {"arrangement.residual": 0.08})
    feel_pressure(council, parameters(OUTPUT))
    assert council.workforce.pressure_now == pytest.approx(0.18)
    assert council.workforce.pressure == pytest.approx(0.09)


@covers(settle_labour_market)
def test_a_region_whose_councils_hire_the_experienced_runs_short_of_them():
    """0.9 + 2 x (0.55 x 10 - 3) / 200 + 0.1 x 0.1 = 0.9 + 0.025 + 0.01 = 0.935; ln 0.935 = -0.067209."""
    region = a_region({"pool": 0.9, "left": 10.0, "hired": 3.0, "staff": 200.0})
    settle_labour_market(region, parameters())
    assert region.pool == pytest.approx(0.935)
    assert region.log_pool == pytest.approx(-0.067209, abs=1e-6)
    assert (region.left, region.hired, region.staff) == (0.0, 0.0, 0.0)


@covers(settle_labour_market)
@pytest.mark.parametrize("left,hired,pool", [(0.0, 200.0, 0.2), (900.0, 0.0, 2.0)])
def test_the_regional_pool_has_a_floor_and_a_ceiling(left, hired, pool):
    region = a_region({"left": left, "hired": hired, "staff": 100.0})
    settle_labour_market(region, parameters())
    assert region.pool == pool


@covers(settle_labour_market)
def test_a_region_without_councils_in_the_run_stands_still():
    region = a_region({"pool": 0.7})
    settle_labour_market(region, parameters())
    assert region.pool == 0.7


@pytest.mark.slow
def test_turnover_with_graduates_is_the_same_when_compiled():
    council = a_council(
        PLAIN_STAFF
        | {"workforce.graduates": 8.0, "standing.label": 1.0, "inspection.grade": Grade.OUTSTANDING}
    )
    levers = TURNING_OVER | TRAINING | {"workforce.label_attraction": 0.2, "workforce.hiring_judgement": 0.3}
    nation = a_nation({"graduate_places": 0.01})
    assert agrees_when_compiled(turn_over_staff, council, a_region(), nation, settings=levers)


@pytest.mark.slow
def test_pressure_is_the_same_when_compiled():
    assert agrees_when_compiled(feel_pressure, a_council(WORKING), settings=OUTPUT)


@covers(turn_over_staff)
def test_who_is_hired_and_not_newly_qualified_is_experienced():
    """4 are hired, 0.3 + 0.1 of them newly qualified: 2.4 are experienced."""
    region = a_region({"left": 0.0, "hired": 0.0, "staff": 0.0})
    settings = TURNING_OVER | {"workforce.newly_qualified_share": 0.3}
    turn_over_staff(a_council(PLAIN_STAFF), region, a_nation({"graduates": 0.1}), parameters(settings))
    assert region.hired == pytest.approx(2.4)


@covers(turn_over_staff)
@pytest.mark.parametrize("places,graduates,left", [(0.01, 0.0, 1.0), (0.0, 0.8, 0.7), (0.0, 0.0, 0.0)])
def test_graduates_come_while_there_are_schemes_and_finish_after_them(places, graduates, left):
    """1% of 100 posts is one entrant; of 0.8 graduates 0.8 / 8 finish."""
    council = a_council(PLAIN_STAFF | {"workforce.graduates": graduates})
    turn_over_staff(
        council, a_region(), a_nation({"graduate_places": places}), parameters(TURNING_OVER | TRAINING)
    )
    assert council.workforce.graduates == pytest.approx(left)


@covers(feel_pressure)
def test_pressure_is_felt_with_a_delay_from_where_it_stood():
    """0.3 + 0.5 x (0.1 - 0.3) = 0.2."""
    council = a_council(WORKING | {"workforce.pressure": 0.3})
    feel_pressure(council, parameters(OUTPUT))
    assert council.workforce.pressure == pytest.approx(0.2)


@covers(settle_labour_market)
def test_a_region_of_less_than_one_worker_is_a_region_too():
    """Nobody leaves or comes: 0.8 + recovery x (1 - 0.8)."""
    p = parameters({"workforce.pool_recovery": 0.1})
    region = a_region({"staff": 0.5, "pool": 0.8})
    settle_labour_market(region, p)
    assert region.pool == pytest.approx(0.82)
