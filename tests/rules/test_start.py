"""The starting state of 2014Q1, worked by hand from facts and luck."""

import pytest
from helpers import (
    a_blank_world,
    a_council,
    a_started_world,
    a_world,
    agrees_when_compiled,
    an_origin,
    covers,
    filled,
    parameters,
)
from scipy.special import logit

from model.codes import Grade
from model.rules.start import (
    balanced_labour_market,
    draw_quality,
    share_out_what_is_common,
    standardise_quality,
    start,
    start_arrangement,
    start_council,
    start_director,
    start_inspection,
    start_money,
    start_nation,
    start_practice,
    start_pressure,
    start_standing,
    start_workforce,
    unexplained_quality,
)
from model.rules.start_helpers import ADVISER_ROWS
from model.world import PartnerOrigin, ProviderOrigin

NOBODY = -1
OFF = -1
P = parameters()


@covers(start_nation)
def test_funding_and_pools_start_in_balance():
    world = a_world(nation={"funding": 0.0, "director_pool": 0.0})
    for region in world.regions:
        region.pool = region.row = 0
    start_nation(world)
    assert (world.nation.funding, world.nation.director_pool) == (1.0, 1.0)
    assert [(region.row, region.pool) for region in world.regions] == [(row, 1.0) for row in range(9)]


@covers(draw_quality)
def test_starting_quality_is_drawn_around_judgement_schedule_and_deprivation():
    """0.6 x 1 + 0.3 x -1 + sqrt(1 - 0.36 - 0.09) x 0.5 - 0.2 x 1 = 0.6 - 0.3 + 0.370810 - 0.2 = 0.470810."""
    council = a_council()
    origin = an_origin({"legacy_score": 1.0, "schedule_score": -1.0, "quality": 0.5, "deprivation": 1.0})
    p = parameters(
        {
            "start.legacy_correlation": 0.6,
            "start.schedule_correlation": 0.3,
            "start.deprivation_effect": 0.2,
        }
    )
    draw_quality(council, origin, p)
    assert council.practice.quality == pytest.approx(0.470810, abs=1e-6)


@covers(draw_quality)
def test_something_is_always_left_to_chance():
    """1 - 0.8 x 0.8 - 0.7 x 0.7 < 0 leaves 0.05, of which the root is 0.223607."""
    council = a_council()
    p = parameters({"start.legacy_correlation": 0.8, "start.schedule_correlation": 0.7})
    draw_quality(council, an_origin({"quality": 1.0}), p)
    assert council.practice.quality == pytest.approx(0.223607, abs=1e-6)


@covers(standardise_quality)
def test_scores_are_standardised_over_the_councils_of_2014():
    """1, 2, 3 have mean 2 and standard deviation sqrt(2/3): -1.224745, 0, 1.224745. The fourth came later."""
    councils = [a_council({"practice.quality": quality}) for quality in (1.0, 2.0, 3.0, 99.0)]
    origins = [an_origin({"exists": exists}) for exists in (1, 1, 1, 0)]
    standardise_quality(councils, origins, P)
    scores = [council.practice.trend for council in councils]
    assert scores == pytest.approx([-1.224745, 0.0, 1.224745, 0.0], abs=1e-6)


@covers(start_practice)
@pytest.mark.parametrize("score,quality", [(0.5, 52.5), (5.0, 92.0), (-5.0, 8.0)])
def test_quality_starts_on_its_scale_of_points_within_bounds(score, quality):
    """46 + 13 x 0.5 = 52.5; continuity 0.83 + 0.03 x 0.5."""
    council = a_council()
    start_practice(council, score, parameters({"start.quality_spread": 13.0}))
    practice = council.practice
    assert practice.quality == practice.quality_before == practice.quality_remembered == quality
    assert council.workforce.continuity == pytest.approx(0.83 + 0.03 * score)


@covers(start_practice)
@pytest.mark.parametrize("score,continuity", [(0.5, 1.0), (-0.5, 0.95), (-50.0, 0.0)])
def test_continuity_starts_as_a_share_of_children(score, continuity):
    """Where all keep their worker in an ordinary council, 1 + 0.1 x 0.5 would be more than all."""
    council = a_council()
    p = parameters({"practice.continuity_reference": 1.0, "start.continuity_quality": 0.1})
    start_practice(council, score, p)
    assert council.workforce.continuity == continuity


STANDING = {"support.power": 0.35, "budget.inadequate_uplift": 0.1}


@covers(start_standing)
def test_outcomes_start_where_quality_relationships_and_partnership_would_hold_them():
    """0.6 x (0.7 + 0.3 x 0.8) / (0.7 + 0.3 x 0.83) x (1 - 0.2 x 0.5) = 0.534879."""
    council = a_council({"practice.quality": 60.0, "workforce.continuity": 0.8})
    start_standing(council, an_origin({}), parameters({"outcome.handover_harm": 0.2}))
    assert council.outcome.children == pytest.approx(0.534879, abs=1e-6)


@covers(start_standing)
def test_an_inadequate_council_starts_with_stigma_blame_urgency_money_and_help():
    """Confidence 0.15 + 0.7 x 0.6 = 0.57; help 0.6 x 0.35 = 0.21; extra money 0.6 x 0.1 = 0.06."""
    council = a_council({"practice.quality": 60.0})
    start_standing(council, an_origin({"legacy_grade": 4}), parameters(STANDING))
    assert council.standing.confidence == pytest.approx(0.57)
    assert council.standing.partnership == 0.5
    assert (council.workforce.stigma, council.director.public_blame) == (0.8, 0.4)
    assert (council.capacity.urgency, council.intervention.clock) == (1.0, 2.0)
    assert council.intervention.since_failure == 2.0
    assert council.capacity.imported == pytest.approx(0.21)
    assert council.budget.uplift == pytest.approx(0.06)


@covers(start_standing)
@pytest.mark.parametrize("grade,stigma", [(1, 0.0), (2, 0.0), (3, 0.12)])
def test_other_councils_start_with_at_most_a_little_stigma(grade, stigma):
    council = a_council({"practice.quality": 60.0})
    start_standing(council, an_origin({"legacy_grade": grade}), P)
    assert (council.workforce.stigma, council.capacity.urgency, council.budget.uplift) == (stigma, 0.0, 0.0)


@covers(start_money)
def test_budgets_follow_children_and_reserves_luck():
    """50,000 x £850 = £42.5m; reserves 0.12 x (1 + 0.5 x 0.4) = 0.144; everything else is at its level of
    2014.
    """
    council = a_council()
    start_money(council, an_origin({"reserves": 0.4}), parameters({"budget.starting_reserves": 0.12}))
    assert council.budget.annual == pytest.approx(42.5)
    assert council.budget.reserves == pytest.approx(0.144)
    assert council.budget.funding == council.budget.early_help == council.budget.early_help_felt == 1.0
    assert council.demand.workload == council.demand.looked_after == 1.0


@covers(start_pressure)
@pytest.mark.parametrize(
    "score,luck,pressure,standard",
    [(0.5, 1.0, 0.07, 0.979), (3.0, 0.0, -0.16, 1.0), (0.0, 9.0, 0.5, 0.85), (0.0, -9.0, -0.3, 1.0)],
)
def test_pressure_starts_by_quality_and_luck_and_has_lowered_standards(score, luck, pressure, standard):
    """0.02 - 0.06 x 0.5 + 0.08 = 0.07, standard 1 - 0.3 x 0.07 = 0.979; 0.02 - 0.18 = -0.16; 0.74 is held
    at 0.5, -0.7 at -0.3. Effort at 0.07 is 0.5 e^-0.105 = 0.450162.
    """
    council = a_council()
    p = parameters({"capacity.base_effort": 0.5, "capacity.effort_squeeze": 1.5})
    start_pressure(council, an_origin({"pressure": luck}), score, p)
    assert council.workforce.pressure == pytest.approx(pressure)
    assert council.practice.standard == pytest.approx(standard)
    if score == 0.5:
        assert council.capacity.effort == pytest.approx(0.450162, abs=1e-6)


STAFF = {
    "workforce.local_vacancy_weight": 0.5,
    "workforce.agency_cover": 0.9,
    "workforce.hiring_spread": 0.2,
    "workforce.newly_qualified_output": 0.7,
    "workforce.agency_output": 0.8,
    "capacity.effort_cost": 0.08,
}


@covers(start_workforce)
def test_posts_follow_from_staff_and_vacancy_and_the_load_from_pressure():
    """Vacancy 0.175 - 0.03 x 0.5 + 0.5 x (0.192 - 0.172) + 0.03 = 0.2; posts 80 / 0.8 = 100; newly
    qualified 17.6, experienced 62.4, agency 0.9 x 20 = 18; output 62.4 + 0.7 x 17.6 + 0.8 x 18 = 89.12;
    load 1.1 x 89.12 x 0.96 = 94.11072.
    """
    council = a_council({"workforce.pressure": 0.1, "capacity.effort": 0.5})
    origin = an_origin({"social_workers": 80.0, "vacancy_2015": 0.192, "vacancy": 1.0, "hiring": 0.5})
    start_workforce(council, origin, 0.5, parameters(STAFF))
    workforce = council.workforce
    assert workforce.posts == workforce.posts_2014 == pytest.approx(100.0)
    assert workforce.newly_qualified == pytest.approx(17.6)
    assert workforce.experienced == pytest.approx(62.4)
    assert workforce.agency == pytest.approx(18.0)
    assert workforce.experienced_share == pytest.approx(62.4 / 98.0)
    assert workforce.hiring_conditions == pytest.approx(0.1)
    assert workforce.load_scale == pytest.approx(94.11072)


@covers(start_workforce)
@pytest.mark.parametrize("luck,posts", [(20.0, 80.0 / 0.55), (-20.0, 80.0 / 0.98)])
def test_vacancy_starts_between_two_and_forty_five_percent(luck, posts):
    council = a_council()
    start_workforce(council, an_origin({"social_workers": 80.0, "vacancy": luck}), 0.0, parameters(STAFF))
    assert council.workforce.posts == pytest.approx(posts)


DIRECTOR = {
    "director.skill_spread": 1.0,
    "director.bedding_in_depth": 0.5,
    "director.bedding_in": 4.0,
    "director.chief_executive_weight": 0.25,
}


def started_director(score=0.5, **luck):
    council = a_council()
    start_director(council, an_origin({"tenure": 0.5, "interim": 0.2} | luck), score, parameters(DIRECTOR))
    return council


@covers(start_director)
def test_the_director_in_post_has_tenure_and_skill_by_quality_and_luck():
    """Tenure floor(-ln(1 - 0.98 x 0.5) x (13 + 4 x 0.5)) = floor(0.673345 x 15) = floor(10.10) = 10.

    logit skill 0.45 x 0.5 + 0.89 = 1.115: 0.753060; bedded in 0.753060 x (1 - 0.5 e^(-11/4)) x (1 - 0.3 x
    0.2) = 0.685250; leadership 0.75 x 0.685250 + 0.25 x 0.6 = 0.663937. Capacity 0.4 + 0.12 x (0.6 x 0.5 +
    0.8 x 0.25) = 0.46.
    """
    council = started_director(director_skill=1.0, chief_executive=0.5, capacity=0.25)
    director = council.director
    assert (director.tenure, director.interim, director.burden) == (10, 0, 0.2)
    assert director.skill == pytest.approx(0.753060, abs=1e-6)
    chief = council.chief_executive
    assert chief.engagement == chief.own_engagement == pytest.approx(0.6)
    assert council.practice.leadership == pytest.approx(0.663937, abs=1e-6)
    assert council.capacity.improvement == pytest.approx(0.46)


@covers(start_director)
def test_tenure_is_short_for_most_and_long_for_some():
    """floor(-ln(1 - 0.98 x 0.3) x 15) = floor(0.348140 x 15) = floor(5.22) = 5."""
    assert started_director(tenure=0.3).director.tenure == 5


@covers(start_director)
def test_interims_have_not_been_there_long():
    """A draw of 0.1 is below the share of 0.11; of 10 quarters 2 are left."""
    assert (
        started_director(interim=0.1).director.interim,
        started_director(interim=0.1).director.tenure,
    ) == (1, 2)


@covers(start_director)
@pytest.mark.parametrize("score,tenure", [(-5.0, 2), (9.0, 20)])
def test_mean_tenure_is_bounded(score, tenure):
    """floor(0.673345 x 3) = 2 and floor(0.673345 x 30) = 20."""
    assert started_director(score).director.tenure == tenure


@covers(start_director)
@pytest.mark.parametrize("luck,engagement,capacity", [(9.0, 1.0, 0.9), (-9.0, 0.0, 0.05)])
def test_engagement_and_capacity_start_within_bounds(luck, engagement, capacity):
    council = started_director(chief_executive=luck, capacity=luck)
    assert (council.chief_executive.engagement, council.capacity.improvement) == (engagement, capacity)


@covers(start_inspection)
@pytest.mark.parametrize("grade,ever,clock", [(4, 1, 6), (3, 0, OFF), (1, 0, OFF)])
def test_the_old_judgement_is_in_force_and_spells_under_way_have_begun(grade, ever, clock):
    """A spell begun seven quarters before 2014Q1 stands at seven once the clock has moved in it."""
    clocks = ("better", "good", "relapse", "support", "failure")
    council = a_council({f"outcome.{name}_clock": 3 for name in clocks})
    origin = an_origin({"legacy_grade": grade, "first_inspection": 5.0, "since_legacy": 7.0})
    start_inspection(council, origin, P)
    inspection = council.inspection
    assert (inspection.grade, inspection.previous_grade) == (grade, grade)
    assert (inspection.due, inspection.since) == (5.0, 7.0)
    assert (inspection.inadequate_ever, inspection.inadequate_in_spell) == (ever, ever)
    outcome = council.outcome
    assert (outcome.better_clock, outcome.good_clock, outcome.relapse_clock) == (clock, clock, OFF)
    assert (outcome.support_clock, outcome.failure_clock) == (OFF, OFF)
    assert (outcome.cohort, outcome.cohort_held, outcome.cohort_clock) == (ever, ever, 0)


@covers(start_arrangement)
def test_no_arrangement_is_in_force_and_nothing_is_recorded():
    council = filled(type(a_council()), {"arrangement.kind": 3})
    start_arrangement(council, P)
    arrangement = council.arrangement
    assert (arrangement.kind, arrangement.ally, arrangement.paid_ally) == (0, NOBODY, NOBODY)
    assert (arrangement.own_building, arrangement.staff_development) == (1.0, 1.0)
    assert arrangement.external_leadership == 0.5
    recorded = council.recorded
    assert (recorded.inspection, recorded.director, recorded.arrangement) == (-1, -1, -1)


@covers(start_council)
def test_a_council_starts_from_its_facts_in_one_go():
    """With a score of 0.5: 46 + 13 x 0.5 = 52.5 points; the score is not kept."""
    council = a_council({"practice.trend": 0.5, "children": 0.0, "arrangement.paid_ally": 3})
    origin = an_origin({"region": 3, "size": 1.2, "deprivation": -0.4, "first_inspection": 5.0})
    start_council(council, origin, parameters({"start.quality_spread": 13.0}))
    assert (council.region, council.children, council.size, council.deprivation) == (3, 50_000.0, 1.2, -0.4)
    assert (council.practice.quality, council.practice.trend) == (52.5, 0.0)
    assert council.budget.annual == pytest.approx(42.5)
    assert council.workforce.posts > 100.0
    assert council.director.skill > 0.0
    assert council.standing.partnership == 0.5
    assert council.workforce.pressure != 0.0, "0.02 - 0.06 x 0.5"
    assert council.arrangement.paid_ally == NOBODY
    assert council.inspection.due == 5.0
    assert council.arrangement.own_building == 1.0


ORDINARY = {
    "practice.quality": 60.0,
    "practice.leadership": 0.5,
    "practice.standard": 1.0,
    "workforce.experienced_share": 0.55,
    "workforce.continuity": 0.83,
    "capacity.improvement": 0.4,
    "workforce.posts": 100.0,
    "workforce.newly_qualified": 20.0,
    "workforce.experienced": 60.0,
    "director.tenure": 10.0,
    "standing.confidence": 0.5,
}
LABOUR = {
    "workforce.leaving_rate": 0.03,
    "workforce.leaving_pressure": 0.5,
    "workforce.leaving_new_director": 0.15,
    "workforce.leaving_stigma": 0.2,
    "workforce.leaving_leadership": 0.4,
    "workforce.hiring_rate": 0.2,
    "workforce.hiring_confidence": 2.0,
    "workforce.hiring_stigma": 0.1,
}


@covers(balanced_labour_market)
def test_hiring_conditions_are_those_at_which_hires_replace_leavers():
    """Hazard 0.03 exp(0.5 x 0.1 + 0.15 + 0.2 x 0.12 - 0.4 x 0.1 + 0.06) = 0.03 e^0.244 = 0.0382903; against
    hires 0.0382903 x 80 / (0.2 x 20) = 0.765807, ln -0.266826; - 2 x 0.1 + 0.1 x 0.12 = -0.454826.
    """
    council = a_council(
        ORDINARY
        | {
            "workforce.pressure": 0.1,
            "workforce.stigma": 0.12,
            "practice.leadership": 0.6,
            "director.tenure": 3.0,
            "standing.confidence": 0.6,
        }
    )
    assert balanced_labour_market(council, parameters(LABOUR)) == pytest.approx(-0.454826, abs=1e-6)


@covers(balanced_labour_market)
def test_where_staff_go_by_judgements_local_conditions_make_up_for_the_judgement():
    """A good council's hires are higher by 0.3 x (3 - 2), so that its local conditions are lower by that."""

    def conditions(levers):
        council = a_council(ORDINARY | {"inspection.grade": 2})
        return balanced_labour_market(council, parameters(LABOUR | levers))

    assert conditions({"workforce.hiring_judgement": 0.3}) == pytest.approx(conditions({}) - 0.3)


@covers(balanced_labour_market)
@pytest.mark.parametrize("experienced,conditions", [(79.9, 2.302585), (-19.0, -1.897120)])
def test_hiring_conditions_start_within_bounds(experienced, conditions):
    """ln 10 = 2.302585 where hardly a post is vacant, ln 0.15 = -1.897120 where nearly all are."""
    council = a_council(ORDINARY | {"workforce.experienced": experienced})
    assert balanced_labour_market(council, parameters(LABOUR)) == pytest.approx(conditions, abs=1e-6)


@covers(unexplained_quality)
def test_what_is_left_of_quality_is_what_nothing_explains():
    """With all else ordinary, logit 0.6 = 0.405465 and corners cut at zero pressure 1 x 0.000287; of
    leadership 0.6 that explains 4 x 0.1 = 0.4, 0.005752 is left.
    """
    p = parameters({"practice.corner_cutting_effect": 1.0, "practice.leadership_effect": 4.0})
    assert unexplained_quality(a_council(ORDINARY), p) == pytest.approx(logit(0.6) + 0.000287, abs=1e-6)
    led = a_council(ORDINARY | {"practice.leadership": 0.6})
    assert unexplained_quality(led, p) == pytest.approx(0.005752, abs=1e-6)


@covers(share_out_what_is_common)
def test_what_councils_have_in_common_is_taken_out_of_what_is_their_own():
    """Unexplained are 0.405752 and -0.405178 (qualities 60 and 40): level 0.000287, own +-0.405465, held at
    3 x 0.1.

    Hiring conditions ln(0.03 e^0.06 x 80 / 4) = -0.450825, and 2 x 0.2 less where confidence is 0.7: mean
    -0.650825, half-way to it -0.550825 and -0.750825. A council that came later is left alone.
    """
    councils = [
        a_council(ORDINARY),
        a_council(ORDINARY | {"practice.quality": 40.0, "standing.confidence": 0.7}),
        a_council(),
    ]
    p = parameters(
        LABOUR
        | {
            "workforce.local_vacancy_weight": 0.5,
            "practice.circumstances_spread": 0.1,
            "practice.corner_cutting_effect": 1.0,
        }
    )
    share_out_what_is_common(councils, [an_origin(), an_origin(), an_origin({"exists": 0})], p)
    assert [council.practice.circumstances for council in councils] == pytest.approx([0.3, -0.3, 0.0])
    levels = [council.practice.national_level for council in councils]
    assert levels == pytest.approx([0.000287, 0.000287, 0.0], abs=1e-6)
    labour = [council.workforce.labour_market for council in councils]
    assert labour == pytest.approx([-0.550825, -0.750825, 0.0], abs=1e-6)


@covers(start)
def test_the_world_of_2014_is_consistent_and_stands_still_where_councils_do_not_exist():
    """Of four councils the third was founded later and the fourth does not take part; qualities lie at 46
    +- 13 x 1.224745 around the mean of the three of 2014.
    """
    p = parameters({"start.quality_spread": 13.0, "start.deprivation_effect": 0.0})
    world = a_started_world(
        [
            {"quality": -1.0, "legacy_grade": Grade.REQUIRES_IMPROVEMENT},
            {"quality": 0.0},
            {"exists": 0, "takes_part": 0},
            {"quality": 1.0, "takes_part": 0},
        ],
        p,
    )
    assert [council.exists for council in world.councils] == [1, 1, 0, 0]
    assert [council.row for council in world.councils] == [0, 1, 2, 3]
    assert [place.row for place in world.places] == [0, 1, 2, 3]
    qualities = [council.practice.quality for council in world.councils]
    assert qualities == pytest.approx([46.0 - 15.921684, 46.0, 0.0, 46.0 + 15.921684], abs=1e-5)
    assert world.nation.funding == 1.0
    assert sum(provider.enabled for provider in world.providers) == 16
    assert world.partners[ADVISER_ROWS].home == 1, "partners are chosen from those that take part"


@pytest.mark.slow
def test_the_start_is_the_same_when_compiled():
    assert agrees_when_compiled(start_money, a_council(), an_origin({"reserves": 0.4}))


@covers(start)
def test_whatever_a_world_held_nation_rows_and_what_is_common_are_those_of_2014():
    """The levels of quality and of labour markets are shared by all, and circumstances lie around them."""
    origins = [an_origin({"quality": quality}) for quality in (-1.0, 0.0, 1.0)]
    world = a_blank_world(3)
    world.nation.funding = world.nation.director_pool = 0.0
    for holder in [*world.councils, *world.places, *world.regions]:
        holder.row = 9
    start(
        world,
        origins,
        [ProviderOrigin() for _ in world.providers],
        [PartnerOrigin() for _ in world.partners],
        parameters({"practice.circumstances_spread": 0.6}),
    )
    assert (world.nation.funding, world.nation.director_pool) == (1.0, 1.0)
    for holders in (world.councils, world.places, world.regions):
        assert [holder.row for holder in holders] == list(range(len(holders)))
    levels = {council.practice.national_level for council in world.councils}
    assert len(levels) == 1
    assert levels != {0.0}
    assert sum(council.practice.circumstances for council in world.councils) == pytest.approx(0.0, abs=1e-9)


@covers(balanced_labour_market)
def test_a_director_is_new_up_to_the_last_quarter_that_counts_as_new():
    """Only who is new makes staff leave: a quarter later local conditions need not make up for it."""
    p = parameters(LABOUR | {"workforce.new_director_quarters": 4, "workforce.leaving_new_director": 0.15})

    def conditions(tenure):
        return balanced_labour_market(a_council(ORDINARY | {"director.tenure": tenure}), p)

    assert conditions(3.0) == pytest.approx(conditions(4.0) + 0.15)
    assert conditions(4.0) == conditions(5.0)
