"""Directors and chief executives: who goes, who comes, how they lead, and the national pool."""

import math

import pytest
from helpers import a_council, a_nation, agrees_when_compiled, covers, parameters

from model.codes import DirectorEvent
from model.rules.leadership import (
    appoint_director,
    bedded_in,
    chance_of_permanent,
    dismiss_director,
    engage_chief_executive,
    lead_department,
    leaving_hazard_of_director,
    let_blame_fade,
    refill_director_pool,
    replace_director,
    replace_director_after_failure,
    with_chief_executive,
)

LEAVING = {
    "director.leaving_rate": 0.05,
    "director.blame": 0.6,
    "director.trouble": 0.1,
    "director.burden_leaving": 0.5,
    "director.chief_executive_shield": 0.6,
    "director.long_tenure": 0.8,
}
P = parameters(LEAVING)
EMBATTLED = {
    "director.public_blame": 0.5,
    "practice.quality_remembered": 30.0,
    "director.burden": 0.4,
    "chief_executive.engagement": 0.3,
    "director.tenure": 10.0,
}


@covers(let_blame_fade)
def test_blame_fades():
    """0.5 x 0.8 = 0.4."""
    director = a_council({"director.public_blame": 0.5}).director
    let_blame_fade(director, P)
    assert director.public_blame == pytest.approx(0.4)


@covers(engage_chief_executive)
def test_the_chief_executive_follows_encouragement():
    """0.5 + 0.15 x (0.6 + 0.2 - 0.5) = 0.545."""
    council = a_council(
        {
            "chief_executive.engagement": 0.5,
            "chief_executive.own_engagement": 0.6,
            "chief_executive.encouragement": 0.2,
        }
    )
    engage_chief_executive(council.chief_executive, a_nation(), P)
    assert council.chief_executive.engagement == pytest.approx(0.545)


@covers(engage_chief_executive)
def test_nobody_is_more_than_fully_engaged():
    """0.9 + 0.3 is held at 1: 0.5 + 0.15 x 0.5 = 0.575."""
    council = a_council(
        {
            "chief_executive.engagement": 0.5,
            "chief_executive.own_engagement": 0.9,
            "chief_executive.encouragement": 0.3,
        }
    )
    engage_chief_executive(council.chief_executive, a_nation(), P)
    assert council.chief_executive.engagement == pytest.approx(0.575)


@covers(engage_chief_executive)
@pytest.mark.parametrize(
    "funding,encouragement,engagement",
    [(0.8, 0.2, 0.53), (1.1, 0.2, 0.545), (1.0, -0.15, 0.4925), (0.8, -0.6, 0.425)],
    ids=["money is short", "money is not short", "sidelined", "not less than not at all"],
)
def test_other_services_and_the_regime_can_turn_the_chief_executive_away(funding, encouragement, engagement):
    """0.6 + 0.2 - 0.5 x 0.2 = 0.7: 0.5 + 0.15 x 0.2 = 0.53. More money than in 2014 adds nothing: 0.545.
    0.6 - 0.15 = 0.45: 0.4925. 0.6 - 0.6 - 0.1 is held at 0: 0.5 - 0.075 = 0.425.
    """
    council = a_council(
        {
            "chief_executive.engagement": 0.5,
            "chief_executive.own_engagement": 0.6,
            "chief_executive.encouragement": encouragement,
        }
    )
    p = parameters(LEAVING | {"director.other_services": 0.5})
    engage_chief_executive(council.chief_executive, a_nation({"funding": funding}), p)
    assert council.chief_executive.engagement == pytest.approx(engagement)


@covers(leaving_hazard_of_director)
def test_blame_trouble_and_burden_drive_directors_out_unless_the_chief_executive_shields_them():
    """0.6 x 0.5 + 0.1 x (50 - 30) / 10 + 0.5 x (0.4 - 0.2) - 0.6 x (0.3 - 0.5) = 0.72; 0.05 e^0.72 =
    0.102722.
    """
    assert leaving_hazard_of_director(a_council(EMBATTLED), P) == pytest.approx(0.102722, abs=1e-6)


@covers(leaving_hazard_of_director)
@pytest.mark.parametrize("tenure,hazard", [(16.0, 0.102722), (17.0, 0.228611)])
def test_directors_leave_more_readily_after_four_years(tenure, hazard):
    """0.05 e^(0.72 + 0.8) = 0.228611."""
    council = a_council(EMBATTLED | {"director.tenure": tenure})
    assert leaving_hazard_of_director(council, P) == pytest.approx(hazard, abs=1e-6)


@covers(leaving_hazard_of_director)
def test_ring_fenced_leadership_spares_the_director():
    """0.102722 x (1 - 0.5 x 0.6) = 0.071905."""
    council = a_council(EMBATTLED | {"arrangement.ring_fence": 0.5})
    assert leaving_hazard_of_director(council, P) == pytest.approx(0.071905, abs=1e-6)


@covers(leaving_hazard_of_director)
@pytest.mark.parametrize("quality,trouble", [(5.0, 3.0), (90.0, -2.0)])
def test_trouble_counts_only_so_far_either_way(quality, trouble):
    """(50 - 5) / 10 = 4.5 counts as 3, (50 - 90) / 10 = -4 as -2; the rest of the exponent is 0."""
    council = a_council(
        {
            "practice.quality_remembered": quality,
            "director.burden": 0.2,
            "chief_executive.engagement": 0.5,
        }
    )
    assert leaving_hazard_of_director(council, P) == pytest.approx(0.05 * math.exp(0.1 * trouble))


@covers(leaving_hazard_of_director)
def test_the_hazard_has_a_ceiling_and_an_interims_is_constant():
    """0.08 x exp(1.5 + 1 x 3 + ...) > 0.6 is held at 0.6."""
    p = parameters({"director.leaving_rate": 0.08, "director.blame": 1.5, "director.trouble": 1.0})
    hated = a_council(EMBATTLED | {"director.public_blame": 1.0, "practice.quality_remembered": 5.0})
    assert leaving_hazard_of_director(hated, p) == 0.6
    interim = a_council(EMBATTLED | {"director.interim": 1})
    assert leaving_hazard_of_director(interim, parameters({"director.interim_ends": 0.35})) == 0.35


def test_a_council_judged_inadequate_loses_its_director_sooner_than_its_twin():
    """Full blame against none: e^0.6 = 1.822119 times the hazard."""
    twin = EMBATTLED | {"director.public_blame": 0.0}
    blamed = leaving_hazard_of_director(a_council(twin | {"director.public_blame": 1.0}), P)
    assert blamed / leaving_hazard_of_director(a_council(twin), P) == pytest.approx(1.822119, abs=1e-6)


@covers(replace_director)
@pytest.mark.parametrize(
    "exit_draw,appointment_draw,event,interim,tenure",
    [(0.1028, 0.0, 0, 0, 11.0), (0.1027, 0.1, 1, 0, 0.0), (0.1027, 0.99, 2, 1, 0.0)],
    ids=["stays", "followed by a permanent director", "followed by an interim"],
)
def test_a_director_leaves_by_hazard_and_draw_and_is_followed(
    exit_draw, appointment_draw, event, interim, tenure
):
    """The hazard is 0.102722."""
    council = a_council(
        EMBATTLED
        | {
            "shock.director_exit": exit_draw,
            "shock.director_appointment": appointment_draw,
            "director.event": 2,
        }
    )
    replace_director(council, a_nation(), P)
    director = council.director
    assert (director.event, director.interim, director.tenure) == (event, interim, tenure)
    assert director.changes == (1 if event else 0)


@covers(replace_director)
@pytest.mark.parametrize(
    "recorded,event,interim,tenure",
    [
        (DirectorEvent.NONE, 0, 0, 11.0),
        (DirectorEvent.PERMANENT_ARRIVES, 1, 0, 0.0),
        (DirectorEvent.INTERIM_ARRIVES, 2, 1, 0.0),
    ],
)
@pytest.mark.parametrize("draw", [0.0, 0.99])
def test_in_recorded_history_directors_change_when_the_record_says_whatever_the_draw(
    recorded, event, interim, tenure, draw
):
    council = a_council(
        EMBATTLED
        | {"recorded.director": recorded, "shock.director_exit": draw, "shock.director_appointment": draw}
    )
    replace_director(council, a_nation(), P)
    director = council.director
    assert (director.event, director.interim, director.tenure) == (event, interim, tenure)


@covers(chance_of_permanent)
def test_fewer_are_willing_to_serve_the_failing_and_more_where_many_are_willing():
    """logit 0.5 = 0; 0.35 x (1.4 - 1) - 0.4 x 0.5 = -0.06; 1 / (1 + e^0.06) = 0.485005.

    After an interim: logit 0.8 = 1.386294; 1 / (1 + e^-1.326294) = 0.790227.
    """
    p = parameters({"director.permanent_share": 0.5, "director.pool_effect": 0.35})
    nation = a_nation({"director_pool": 1.4})
    after_permanent = a_council({"workforce.stigma": 0.5})
    assert chance_of_permanent(after_permanent, nation, p) == pytest.approx(0.485005, abs=1e-6)
    after_interim = a_council({"workforce.stigma": 0.5, "director.interim": 1})
    assert chance_of_permanent(after_interim, nation, p) == pytest.approx(0.790227, abs=1e-6)


@covers(chance_of_permanent)
@pytest.mark.parametrize("label,chance", [(1.0, 0.534943), (-1.0, 0.435364)])
def test_directors_too_go_where_others_are_helped(label, chance):
    """-0.06 + 0.2 = 0.14: 1 / (1 + e^-0.14) = 0.534943; -0.06 - 0.2 = -0.26: 0.435364; 0.485005 without."""
    levers = {"director.permanent_share": 0.5, "director.pool_effect": 0.35}
    council = a_council({"workforce.stigma": 0.5, "standing.label": label})
    nation = a_nation({"director_pool": 1.4})
    attracted = parameters(levers | {"workforce.label_attraction": 0.2})
    assert chance_of_permanent(council, nation, attracted) == pytest.approx(chance, abs=1e-6)
    assert chance_of_permanent(council, nation, parameters(levers)) == pytest.approx(0.485005, abs=1e-6)


@covers(replace_director_after_failure)
@pytest.mark.parametrize(
    "share,draw,replaced", [(0.5, 0.49, 1), (0.5, 0.51, 0), (0.0, 0.0, 0)], ids=["goes", "stays", "neutral"]
)
def test_failure_costs_the_director_the_post_as_often_as_the_regime_says(share, draw, replaced):
    council = a_council({"director.tenure": 9.0, "shock.replacement": draw})
    p = parameters({"regime.director_replaced": share})
    replace_director_after_failure(council, a_nation(), p)
    assert council.intervention.dismissed == council.director.changes == replaced
    assert council.director.tenure == (0.0 if replaced else 9.0)


@covers(dismiss_director)
@pytest.mark.parametrize(
    "twin", [{"director.event": 1}, {"recorded.director": 0}], ids=["just come", "on record"]
)
def test_nobody_is_dismissed_in_the_quarter_of_coming_or_against_the_record(twin):
    council = a_council({"director.tenure": 9.0} | twin)
    dismiss_director(council, a_nation(), P)
    assert (council.director.changes, council.director.tenure) == (0, 9.0)
    assert council.intervention.dismissed == 0


@covers(dismiss_director)
@pytest.mark.parametrize("skill,better", [(0.2, True), (0.9, False)])
def test_new_leadership_helps_after_a_poor_director_and_harms_after_a_good_one(skill, better):
    """The successor's skill is logit^-1(0) = 0.5, and capacity falls to 0.5 x 0.9 = 0.45 either way; of a
    blamed leaver 1 - 0.5 - 0.35 = 0.15 returns to the pool.
    """
    council = a_council({"director.skill": skill, "director.public_blame": 0.6, "capacity.improvement": 0.5})
    nation = a_nation()
    p = parameters({"director.burned_share": 0.5, "capacity.director_loss": 0.1})
    dismiss_director(council, nation, p)
    assert council.director.skill == pytest.approx(0.5)
    assert (council.director.skill > skill) is better
    assert (council.director.event, council.director.interim, council.intervention.dismissed) == (1, 0, 1)
    assert council.capacity.improvement == pytest.approx(0.45)
    assert nation.directors_returned == pytest.approx(0.15)


@covers(appoint_director)
def test_a_permanent_successor_is_drawn_from_the_pool_and_costs_capacity():
    """logit skill = 1 x 0.5 - 0.3 x 0.4 + 0.3 x (1.2 - 1) = 0.44: 0.608259. Of a blamed leaver 1 - 0.5 -
    0.35 = 0.15 returns to the pool. Capacity 0.5 x 0.9 = 0.45.
    """
    council = a_council(
        {
            "director.public_blame": 0.3,
            "director.tenure": 9.0,
            "director.changes": 2,
            "workforce.stigma": 0.4,
            "capacity.improvement": 0.5,
            "shock.director_skill": 0.5,
        }
    )
    nation = a_nation({"director_pool": 1.2})
    p = parameters(
        {
            "director.skill_spread": 1.0,
            "director.stigma_skill": 0.3,
            "director.burned_share": 0.5,
            "capacity.director_loss": 0.1,
        }
    )
    appoint_director(council, nation, True, p)
    director = council.director
    assert director.skill == pytest.approx(0.608259, abs=1e-6)
    assert (director.interim, director.event, director.tenure, director.changes) == (0, 1, 0.0, 3)
    assert nation.directors_returned == pytest.approx(0.15)
    assert nation.directors_taken == 1.0
    assert council.capacity.improvement == pytest.approx(0.45)


@covers(appoint_director)
def test_an_interim_comes_from_nowhere_and_a_leaver_without_blame_returns():
    """logit skill = 1 x 0.75 - 0.4 = 0.35: 0.586618. 1 - 0.35 = 0.65 returns; nobody is taken from the
    pool.
    """
    council = a_council({"shock.director_skill": 0.75, "workforce.stigma": 0.4})
    nation = a_nation()
    appoint_director(council, nation, False, parameters({"director.skill_spread": 1.0}))
    assert council.director.skill == pytest.approx(0.586618, abs=1e-6)
    assert (council.director.interim, council.director.event) == (1, 2)
    assert (nation.directors_returned, nation.directors_taken) == (pytest.approx(0.65), 0.0)


@covers(appoint_director)
def test_an_interim_who_leaves_does_not_return_to_the_pool():
    council = a_council({"director.interim": 1})
    nation = a_nation()
    appoint_director(council, nation, True, P)
    assert (nation.directors_returned, nation.directors_taken) == (0.0, 1.0)
    assert council.director.interim == 0


@covers(bedded_in)
def test_half_the_skill_is_missing_in_the_first_week_and_comes_with_time():
    """0.8 x (1 - 0.5 x e^(-4/4)) = 0.8 x 0.816060 = 0.652848; at once 0.8 x 0.5 = 0.4."""
    p = parameters({"director.bedding_in_depth": 0.5, "director.bedding_in": 4.0})
    assert bedded_in(0.8, 4.0, p) == pytest.approx(0.652848, abs=1e-6)
    assert bedded_in(0.8, 0.0, p) == pytest.approx(0.4)


@covers(with_chief_executive)
def test_the_chief_executive_has_a_weight_in_leadership():
    """0.75 x 0.6 + 0.25 x 0.8 = 0.65."""
    assert with_chief_executive(
        0.6, 0.8, parameters({"director.chief_executive_weight": 0.25})
    ) == pytest.approx(0.65)


@covers(lead_department)
def test_leadership_follows_skill_bedding_in_burden_chief_executive_and_ring_fence():
    """Bedded in 0.652848; rested 1 - 0.3 x 0.5 = 0.85: 0.554921; with the chief executive 0.75 x 0.554921
    + 0.25 x 0.6 = 0.566191; half in outside hands 0.5 x 0.566191 + 0.5 x 0.4 = 0.483095;
    leadership 0.3 + (0.483095 - 0.3) / 3 = 0.361032."""
    council = a_council(
        {
            "director.skill": 0.8,
            "director.tenure": 3.0,
            "director.burden": 0.5,
            "chief_executive.engagement": 0.6,
            "arrangement.ring_fence": 0.5,
            "arrangement.external_leadership": 0.4,
            "practice.leadership": 0.3,
        }
    )
    p = parameters(
        {
            "director.bedding_in_depth": 0.5,
            "director.bedding_in": 4.0,
            "director.chief_executive_weight": 0.25,
            "director.leadership_delay": 3.0,
        }
    )
    lead_department(council, p)
    assert council.practice.leadership == pytest.approx(0.361032, abs=1e-6)


@covers(refill_director_pool)
def test_leavers_refill_the_pool_and_appointments_drain_it():
    """0.9 + 0.02 x (3 - 2 x 0.65) + 0.08 x (1 - 0.9) = 0.942."""
    nation = a_nation({"director_pool": 0.9, "directors_returned": 3.0, "directors_taken": 2.0})
    refill_director_pool(nation, P)
    assert nation.director_pool == pytest.approx(0.942)
    assert (nation.directors_returned, nation.directors_taken) == (0.0, 0.0)


@covers(refill_director_pool)
@pytest.mark.parametrize("returned,taken,pool", [(0.0, 200.0, 0.2), (200.0, 0.0, 2.0)])
def test_the_pool_neither_runs_dry_nor_overflows(returned, taken, pool):
    nation = a_nation({"directors_returned": returned, "directors_taken": taken})
    refill_director_pool(nation, P)
    assert nation.director_pool == pool


@pytest.mark.slow
def test_a_dismissal_is_the_same_when_compiled():
    council = a_council(EMBATTLED | {"shock.replacement": 0.1, "standing.label": -1.0})
    levers = LEAVING | {"regime.director_replaced": 0.5, "workforce.label_attraction": 0.2}
    assert agrees_when_compiled(replace_director_after_failure, council, a_nation(), settings=levers)


@pytest.mark.slow
def test_a_change_of_director_is_the_same_when_compiled():
    council = a_council(
        EMBATTLED | {"shock.director_exit": 0.01, "shock.director_skill": 0.3, "capacity.improvement": 0.4}
    )
    assert agrees_when_compiled(replace_director, council, a_nation(), settings=LEAVING)


@covers(lead_department)
def test_what_is_not_ring_fenced_is_led_from_within():
    """A director without skill, a quarter ring-fenced: 0.25 x 0.8 = 0.2, at once; the chief executive has no
    weight.
    """
    council = a_council({"arrangement.ring_fence": 0.25, "arrangement.external_leadership": 0.8})
    p = parameters({"director.leadership_delay": 1.0, "director.chief_executive_weight": 0.0})
    lead_department(council, p)
    assert council.practice.leadership == pytest.approx(0.2)
    council.director.skill, council.director.tenure = 1.0, 400.0
    lead_department(council, p)
    assert council.practice.leadership == pytest.approx(0.75 + 0.2)


@covers(appoint_director)
def test_blame_up_to_the_bar_burns_nobody():
    """1 - 0.35 = 0.65 returns to the pool."""
    p = parameters({"director.burned_share": 0.5})
    nation = a_nation()
    appoint_director(a_council({"director.public_blame": p.director.blamed_bar}), nation, True, p)
    assert nation.directors_returned == pytest.approx(0.65)
