"""Help from outside: who helps whom, what it brings, and what it costs."""

import pytest
from helpers import (
    a_council,
    a_nation,
    a_partner,
    a_provider,
    a_world,
    agrees_when_compiled,
    covers,
    parameters,
)

from model.codes import DirectorEvent, Grade, PartnerKind, Support
from model.rules.arithmetic import YEARS_PER_QUARTER
from model.rules.support import (
    begin_arrangement,
    disrupt,
    end_arrangement,
    enter_in_books,
    find_partner,
    help_given,
    import_capacity,
    is_freed,
    is_good,
    is_run_by_provider,
    is_under_way,
    lead_from_outside,
    leaves_council_in_charge,
    make_out_bill,
    may_help,
    paid_time,
    partner_kind_for,
    run_arrangement,
    setup_rate,
    stand_alone,
    strength_of_help,
    take_charge,
    take_off_books,
)

NOBODY = -1
ARRANGEMENTS = [kind for kind in Support if kind > Support.OWN_PLAN]
GOOD = {"inspection.grade": Grade.GOOD}
FAILING = {"inspection.grade": Grade.INADEQUATE}


@covers(is_good)
def test_good_and_outstanding_councils_are_good():
    good = [grade for grade in Grade if is_good(a_council({"inspection.grade": grade}))]
    assert good == [Grade.OUTSTANDING, Grade.GOOD]


@covers(is_run_by_provider, leaves_council_in_charge, partner_kind_for)
def test_who_runs_services_and_who_helps_follows_from_the_arrangement():
    assert [kind for kind in Support if is_run_by_provider(kind)] == [
        Support.PRIVATE,
        Support.TRUST,
        Support.MUTUAL,
    ]
    assert [kind for kind in Support if leaves_council_in_charge(kind)] == [
        Support.ADVISER,
        Support.ALLIANCE,
        Support.PARTNER_IN_PRACTICE,
        Support.SPECIALIST,
    ]
    assert partner_kind_for(Support.ADVISER) == PartnerKind.ADVISER
    assert partner_kind_for(Support.ALLIANCE) == PartnerKind.ALLIANCE
    assert partner_kind_for(Support.PARTNER_IN_PRACTICE) == PartnerKind.PARTNER_IN_PRACTICE
    assert partner_kind_for(Support.PARTNER_COUNCIL) == PartnerKind.PARTNER_IN_PRACTICE
    assert partner_kind_for(Support.SPECIALIST) == PartnerKind.SPECIALIST
    assert partner_kind_for(Support.COMMISSIONER) == PartnerKind.COMMISSIONER


@covers(is_freed)
@pytest.mark.parametrize("worst,freed", [(1, [False, True, False, False]), (2, [False, True, True, False])])
def test_freedoms_are_for_the_judgement_that_the_regime_names_and_better(worst, freed):
    p = parameters({"regime.freedoms": 1, "regime.freedom_grade": worst})
    grades = (Grade.NOT_JUDGED, Grade.OUTSTANDING, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT)
    assert [is_freed(a_council({"inspection.grade": grade}), p) for grade in grades] == freed
    assert not is_freed(a_council({"inspection.grade": Grade.OUTSTANDING}), parameters()), "no freedoms"


@covers(find_partner)
def test_the_most_expert_partner_is_found_preferring_the_own_region_and_few_clients():
    """Preferences: 0.60; 0.55 + 0.10 (own region) = 0.65; 0.75 - 0.15 (one client) = 0.60."""
    partners = [
        a_partner({"expertise": 0.6, "region": 3}),
        a_partner({"expertise": 0.55, "region": 2}),
        a_partner({"expertise": 0.75, "load": 1}),
    ]
    council = a_council({"region": 2})
    assert find_partner(council, Support.ADVISER, a_world([council], partners), parameters()) == 1


@covers(find_partner)
def test_a_helper_that_is_full_inactive_or_of_another_kind_cannot_help():
    partners = [
        a_partner({"load": 2, "capacity": 2}),
        a_partner({"active": 0}),
        a_partner({"kind": PartnerKind.ALLIANCE}),
    ]
    council = a_council()
    world = a_world([council], partners)
    assert find_partner(council, Support.ADVISER, world, parameters()) == NOBODY
    partners[0].load = 1
    assert find_partner(council, Support.ADVISER, world, parameters()) == 0


@covers(find_partner)
def test_of_equal_partners_the_first_is_asked():
    council = a_council()
    world = a_world([council], [a_partner(), a_partner()])
    assert find_partner(council, Support.ADVISER, world, parameters()) == 0


@covers(may_help)
@pytest.mark.parametrize("grade,allowed", [(1, True), (2, True), (3, False), (4, False), (0, False)])
def test_councils_help_while_they_are_good_and_never_themselves(grade, allowed):
    council, home = a_council(GOOD), a_council({"inspection.grade": grade})
    world = a_world([council, home])
    assert may_help(a_partner({"home": 1}), council, world.councils) == allowed
    assert not may_help(a_partner({"home": 0}), council, world.councils)
    assert may_help(a_partner({"home": -1}), council, world.councils), "an adviser always may"


@covers(may_help)
def test_a_council_that_has_been_merged_away_helps_nobody():
    council, home = a_council(GOOD), a_council(GOOD | {"exists": 0})
    world = a_world([council, home])
    assert not may_help(a_partner({"home": 1}), council, world.councils)


@covers(stand_alone)
def test_without_an_arrangement_imported_capacity_fades_and_every_lever_is_at_rest():
    """0.5 x 0.7 = 0.35."""
    council = a_council(
        {
            "capacity.imported": 0.5,
            "capacity.effort_shift": 0.2,
            "inspection.gaming_incentive": 0.3,
            "arrangement.council_running": 0.01,
            "arrangement.council_setup": 0.01,
            "arrangement.department_running": 0.01,
            "arrangement.department_setup": 0.01,
            "arrangement.paid_ally": 3,
            "arrangement.oversight": 0.01,
            "arrangement.residual": 0.1,
            "arrangement.voluntary": 1,
            "arrangement.ring_fence": 0.6,
            "arrangement.own_building": 0.9,
            "arrangement.staff_development": 0.8,
            "arrangement.retention": 0.02,
        }
    )
    stand_alone(council, parameters())
    arrangement = council.arrangement
    assert council.capacity.imported == pytest.approx(0.35)
    assert council.capacity.effort_shift == council.inspection.gaming_incentive == 0.0
    assert arrangement.council_running == arrangement.council_setup == 0.0
    assert arrangement.department_running == arrangement.department_setup == 0.0
    assert arrangement.paid_ally == NOBODY
    assert (arrangement.oversight, arrangement.residual, arrangement.voluntary) == (0.0, 0.0, 0)
    assert (arrangement.ring_fence, arrangement.retention) == (0.0, 0.0)
    assert (arrangement.own_building, arrangement.staff_development) == (1.0, 1.0)


@covers(enter_in_books, take_off_books)
@pytest.mark.parametrize("kind,loads,skill", [(Support.ADVISER, (3, 2), 0.5), (Support.TRUST, (2, 3), 0.7)])
def test_who_takes_a_council_on_has_a_place_less_until_it_is_given_back(kind, loads, skill):
    partner = a_partner({"load": 2, "expertise": 0.5})
    provider = a_provider({"kind": 2, "load": 2, "leadership": 0.7})
    council = a_council({"arrangement.kind": kind, "arrangement.ally": 0})
    world = a_world([council], [partner], [provider])
    enter_in_books(council.arrangement, world)
    assert ((partner.load, provider.load), council.arrangement.external_skill) == (loads, skill)
    take_off_books(council.arrangement, world)
    assert (partner.load, provider.load) == (2, 2)


@covers(begin_arrangement)
@pytest.mark.parametrize("kind", ARRANGEMENTS)
def test_beginning_an_arrangement_takes_up_the_other_sides_capacity(kind):
    council = a_council({"capacity.lent": 0.2, "arrangement.started": 1, "arrangement.age": 9})
    partner, provider = a_partner({"expertise": 0.7}), a_provider({"leadership": 0.4})
    begin_arrangement(council, kind, 0, a_world([council], [partner], [provider]), parameters())
    arrangement = council.arrangement
    assert (arrangement.kind, arrangement.ally, arrangement.age, arrangement.started) == (kind, 0, 0, 2)
    assert council.intervention.start_kind == kind
    assert council.capacity.lent == 0.0
    by_provider = is_run_by_provider(kind)
    assert (provider.load, partner.load) == ((1, 0) if by_provider else (0, 1))
    assert arrangement.external_skill == (0.4 if by_provider else 0.7)


@covers(disrupt)
@pytest.mark.parametrize("before,after", [(0.05, 0.2), (0.3, 0.3)])
def test_starting_up_disrupts_but_does_not_wipe_out_a_greater_upheaval(before, after):
    council = a_council({"arrangement.disruption": before})
    disrupt(council, 0.2)
    assert council.arrangement.disruption == after


@covers(end_arrangement)
@pytest.mark.parametrize("kind", ARRANGEMENTS)
def test_help_that_leaves_takes_part_of_what_it_lent(kind):
    """With 0.5 leaving: 0.4 - 0.5 x 0.2 = 0.3 is left, and 0.1 is still lent."""
    name = kind.name.lower()
    council = a_council(
        {
            "arrangement.kind": kind,
            "arrangement.ally": 0,
            "arrangement.age": 9,
            "arrangement.ring_fence": 0.6,
            "capacity.improvement": 0.4,
            "capacity.lent": 0.2,
        }
    )
    partner, provider = a_partner({"load": 2}), a_provider({"load": 2})
    p = parameters({f"arrangement.{name}.capacity_leaving": 0.5})
    end_arrangement(council, a_world([council], [partner], [provider]), p)
    arrangement = council.arrangement
    assert council.capacity.improvement == pytest.approx(0.3)
    assert council.capacity.lent == pytest.approx(0.1)
    assert (arrangement.kind, arrangement.ally, arrangement.age) == (Support.NONE, NOBODY, 0)
    assert council.intervention.end_kind == kind
    by_provider = is_run_by_provider(kind)
    assert (provider.load, partner.load) == ((1, 2) if by_provider else (2, 1))
    ran_the_service = by_provider or kind == Support.PARTNER_COUNCIL
    assert arrangement.disruption == (0.15 if ran_the_service else 0.0)
    assert arrangement.ring_fence == 0.0


@covers(end_arrangement)
def test_an_arrangement_that_has_ended_was_not_chosen_by_the_council_any_more():
    council = a_council(
        {"arrangement.kind": Support.MUTUAL, "arrangement.ally": 0, "arrangement.voluntary": 1}
    )
    end_arrangement(council, a_world([council], providers=[a_provider({"load": 1})]), parameters())
    assert council.arrangement.voluntary == 0


@covers(end_arrangement)
def test_some_capacity_is_always_left():
    """0.1 - 1 x 0.3 < 0 is held at 0.02."""
    council = a_council(
        {
            "arrangement.kind": Support.PRIVATE,
            "arrangement.ally": 0,
            "capacity.improvement": 0.1,
            "capacity.lent": 0.3,
        }
    )
    p = parameters({"arrangement.private.capacity_leaving": 1.0})
    end_arrangement(council, a_world([council], providers=[a_provider({"load": 1})]), p)
    assert (council.capacity.improvement, council.capacity.lent) == (0.02, 0.0)


@covers(import_capacity)
@pytest.mark.parametrize("before,strength,after", [(0.2, 0.4, 0.25), (0.9, 3.0, 0.95), (0.1, -5.0, 0.0)])
def test_imported_capacity_ramps_up_within_bounds(before, strength, after):
    """0.2 + (0.4 - 0.2) / 4 = 0.25; 0.9 + 2.1 / 4 = 1.425 is held at 0.95."""
    council = a_council({"capacity.imported": before})
    import_capacity(council, strength, parameters({"support.ramp_up": 4.0}))
    assert council.capacity.imported == pytest.approx(after)


@covers(strength_of_help)
@pytest.mark.parametrize("grade,strength", [(Grade.INADEQUATE, 0.336), (Grade.REQUIRES_IMPROVEMENT, 0.2016)])
def test_a_crowded_helper_helps_each_council_less(grade, strength):
    """0.35 x 1.2 x 2 x 0.6 x 1 / (1 + 0.25 x 2) = 0.336 with three councils; not inadequate 0.6 of it."""
    council = a_council(
        {
            "arrangement.kind": Support.PARTNER_IN_PRACTICE,
            "arrangement.ally": 0,
            "inspection.grade": grade,
        }
    )
    world = a_world([council], [a_partner({"expertise": 0.6, "load": 3})])
    p = parameters({"support.power": 0.35, "arrangement.partner_in_practice.power": 1.2})
    assert strength_of_help(council, world, p) == pytest.approx(strength)


@covers(strength_of_help)
def test_a_providers_margin_buys_no_help_but_its_clients_do_not_crowd():
    """0.35 x 2 x 0.6 x (1 - 0.1) = 0.378."""
    council = a_council(FAILING | {"arrangement.kind": Support.PRIVATE, "arrangement.ally": 0})
    world = a_world([council], providers=[a_provider({"skill": 0.6, "load": 3})])
    p = parameters({"support.power": 0.35, "arrangement.private.margin": 0.1})
    assert strength_of_help(council, world, p) == pytest.approx(0.378)


@covers(strength_of_help)
@pytest.mark.parametrize(
    "kind,settings,strength",
    [
        (Support.PRIVATE, {"market.shirk": 0.4, "regime.oversight": 0.25}, 0.2646),
        (Support.PRIVATE, {"market.shirk": 0.4, "regime.oversight": 1.0}, 0.378),
        (Support.PRIVATE, {"market.contract_scope": 0.5}, 0.189),
        (Support.TRUST, {"market.contract_scope": 0.5, "market.shirk": 0.4}, 0.2268),
        (Support.ADVISER, {"market.contract_scope": 0.5, "market.shirk": 0.4}, 0.378),
    ],
)
def test_a_provider_brings_what_it_delivers_of_what_it_covers(kind, settings, strength):
    """0.35 x 2 x 0.6 x (1 - 0.1) = 0.378 in full; 1 - 0.4 x 0.75 = 0.7 of it, all of it, half of it. A trust
    delivers 0.6 of it, and an adviser neither shirks nor has a scope.
    """
    council = a_council(FAILING | {"arrangement.kind": kind, "arrangement.ally": 0})
    world = a_world([council], [a_partner({"expertise": 0.6})], [a_provider({"skill": 0.6})])
    margins = {f"arrangement.{name}.margin": 0.1 for name in ("private", "trust", "adviser")}
    p = parameters({"support.power": 0.35} | margins | settings)
    assert strength_of_help(council, world, p) == pytest.approx(strength)


@covers(help_given, paid_time, strength_of_help)
@pytest.mark.parametrize(
    "settings,given",
    [
        ({}, 1.0),
        ({"support.goodwill": 0.4}, 0.4),
        ({"support.goodwill": 0.4, "regime.backfill": 0.5}, 0.7),
        ({"support.goodwill": 0.4, "regime.backfill": 0.5, "regime.promise_kept": 0.5}, 0.55),
        ({"regime.backfill": 0.3, "regime.promise_kept": 0.0}, 1.0),
    ],
    ids=["neutral", "goodwill alone", "half is paid for", "half of it was an empty promise", "all goodwill"],
)
def test_councils_give_all_of_the_time_that_is_paid_for_and_of_the_rest_what_goodwill_gives(settings, given):
    """0.5 + 0.5 x 0.4 = 0.7; 0.25 + 0.75 x 0.4 = 0.55. At full strength 0.35 x 2 x 0.5 = 0.35."""
    p = parameters({"support.power": 0.35} | settings)
    helping, adviser = a_partner({"home": 1}), a_partner()
    assert help_given(helping, p) == pytest.approx(given)
    assert help_given(adviser, p) == 1.0, "an adviser's time is his trade"
    council = a_council(FAILING | {"arrangement.kind": Support.ALLIANCE, "arrangement.ally": 0})
    world = a_world([council, a_council(GOOD)], [helping])
    assert strength_of_help(council, world, p) == pytest.approx(0.35 * given)


@covers(paid_time)
def test_time_is_paid_for_as_far_as_it_was_promised_and_the_promise_is_kept():
    assert paid_time(parameters({"regime.backfill": 0.5})) == 0.5
    assert paid_time(parameters({"regime.backfill": 0.5, "regime.promise_kept": 0.25})) == 0.125


CONTRACT = {
    "arrangement.private.setup_quarters": 2,
    "arrangement.private.setup_cost": 0.004,
    "arrangement.private.running_cost": 0.03,
    "arrangement.private.margin": 0.0,
    "arrangement.private.ring_fence": 0.6,
    "arrangement.private.own_building": 0.9,
    "arrangement.private.staff_development": 0.85,
    "arrangement.private.retention": 0.02,
    "arrangement.private.gaming": 0.3,
    "arrangement.private.profit_motive": 0.5,
    "market.profit_motive": 0.1,
    "support.power": 0.35,
    "support.ramp_up": 4.0,
}


def contracted(age):
    return a_council(
        FAILING
        | {
            "arrangement.kind": Support.PRIVATE,
            "arrangement.ally": 0,
            "arrangement.age": age,
            "arrangement.external_skill": 0.8,
            "chief_executive.engagement": 0.5,
            "standing.confidence": 0.5,
            "capacity.effort_shift": 0.2,
        }
    )


@covers(run_arrangement)
def test_a_contract_that_is_being_set_up_brings_nothing_but_its_levers_its_bill_and_lost_confidence():
    """First quarter of two: imported stays 0, nobody outside leads; confidence 0.5 - 0.5 x 0.1 = 0.45."""
    council = contracted(age=0)
    run_arrangement(council, a_world([council], providers=[a_provider()]), parameters(CONTRACT))
    arrangement = council.arrangement
    assert arrangement.age == 1
    assert council.capacity.imported == 0.0
    assert (arrangement.ring_fence, arrangement.retention) == (0.0, 0.0)
    assert (arrangement.own_building, arrangement.staff_development) == (0.9, 0.85)
    assert council.inspection.gaming_incentive == 0.3
    assert council.capacity.effort_shift == 0.0
    assert council.standing.confidence == pytest.approx(0.45)
    assert arrangement.council_running == pytest.approx(0.03)
    assert arrangement.council_setup == pytest.approx(0.008)


@covers(run_arrangement)
def test_a_contract_under_way_imports_capacity_and_leads_from_outside():
    """Third quarter: imported (0.35 x 2 x 0.5) / 4 = 0.0875; confidence is lost at the signing only."""
    council = contracted(age=2)
    run_arrangement(council, a_world([council], providers=[a_provider()]), parameters(CONTRACT))
    arrangement = council.arrangement
    assert council.capacity.imported == pytest.approx(0.0875)
    assert (arrangement.ring_fence, arrangement.retention) == (0.6, 0.02)
    assert arrangement.external_leadership > 0.0
    assert council.standing.confidence == 0.5
    assert arrangement.council_setup == 0.0


@covers(run_arrangement)
def test_a_contract_under_way_has_its_terms():
    """Half of the service: ring fence 0.3, running cost 0.015, residual 0.2 x 0.5 x 0.5 = 0.05; oversight
    0.005 x 0.4.
    """
    council = contracted(age=2)
    terms = {"market.contract_scope": 0.5, "market.residual": 0.2, "regime.oversight": 0.4}
    run_arrangement(council, a_world([council], providers=[a_provider()]), parameters(CONTRACT | terms))
    arrangement = council.arrangement
    assert arrangement.ring_fence == pytest.approx(0.3)
    assert arrangement.council_running == pytest.approx(0.015)
    assert arrangement.residual == pytest.approx(0.05)
    assert arrangement.oversight == pytest.approx(0.002)


HALF_OF_IT = CONTRACT | {"market.contract_scope": 0.5}


@covers(run_arrangement, make_out_bill)
def test_a_contract_for_half_of_the_service_does_half_of_the_good_and_half_of_the_harm():
    """Own building half way to 0.9, staff development to 0.85; gaming 0.3 x 0.5; confidence 0.5 - 0.5 x 0.1 x
    0.5 = 0.475; set-up 0.5 x 0.004 in half a year. Once under way it retains 0.02 x 0.5 = 0.01.
    """
    council = contracted(age=0)
    world = a_world([council], providers=[a_provider()])
    run_arrangement(council, world, parameters(HALF_OF_IT))
    arrangement = council.arrangement
    assert arrangement.own_building == pytest.approx(0.95)
    assert arrangement.staff_development == pytest.approx(0.925)
    assert council.inspection.gaming_incentive == pytest.approx(0.15)
    assert council.standing.confidence == pytest.approx(0.475)
    assert arrangement.council_setup == pytest.approx(0.004)
    arrangement.age = 2
    run_arrangement(council, world, parameters(HALF_OF_IT))
    assert arrangement.retention == pytest.approx(0.01)


@covers(run_arrangement)
def test_the_scope_of_private_contracts_is_nothing_to_a_trust():
    council = a_council(FAILING | {"arrangement.kind": Support.TRUST, "arrangement.ally": 0})
    levers = {"arrangement.trust.own_building": 0.9, "arrangement.trust.gaming": 0.3}
    p = parameters(levers | {"market.contract_scope": 0.5})
    run_arrangement(council, a_world([council], providers=[a_provider()]), p)
    assert (council.arrangement.own_building, council.inspection.gaming_incentive) == (0.9, 0.3)


@covers(make_out_bill)
def test_a_contract_for_half_of_the_service_overspends_by_half():
    """0.03 before its scope is taken off, and 0.02 x 0.5 = 0.01 once it is under way."""
    council = contracted(age=3)
    p = parameters(HALF_OF_IT | {"arrangement.private.overspend": 0.02})
    make_out_bill(council.arrangement, 1.0, p)
    assert council.arrangement.council_running == pytest.approx(0.04)


@covers(begin_arrangement, end_arrangement)
@pytest.mark.parametrize("kind,begun,ended", [(Support.PRIVATE, 0.1, 0.06), (Support.TRUST, 0.2, 0.12)])
def test_starting_and_ending_upset_as_much_of_the_service_as_changes_hands(kind, begun, ended):
    """0.2 and 0.12 for the whole service, half of it where half is contracted out."""
    council = a_council()
    world = a_world([council], providers=[a_provider()])
    disruptions = {f"arrangement.{name}.disruption": 0.2 for name in ("private", "trust")}
    p = parameters(disruptions | {"market.contract_scope": 0.5, "support.exit_disruption": 0.12})
    begin_arrangement(council, kind, 0, world, p)
    assert council.arrangement.disruption == pytest.approx(begun)
    end_arrangement(council, world, p)
    assert council.arrangement.disruption == pytest.approx(ended)


@covers(run_arrangement)
def test_what_a_contract_asked_of_the_council_ends_with_it():
    """An adviser follows the contract: nothing is overseen any more and nothing is left over."""
    council = a_council(
        {
            "arrangement.kind": Support.ADVISER,
            "arrangement.ally": 0,
            "arrangement.oversight": 0.002,
            "arrangement.residual": 0.1,
        }
    )
    run_arrangement(council, a_world([council], [a_partner()]), parameters({"regime.oversight": 1.0}))
    assert (council.arrangement.oversight, council.arrangement.residual) == (0.0, 0.0)


@covers(run_arrangement)
def test_an_arrangement_without_ring_fence_leads_nobody_from_outside():
    council = a_council(
        {
            "arrangement.kind": Support.ADVISER,
            "arrangement.ally": 0,
            "arrangement.external_leadership": 0.5,
        }
    )
    run_arrangement(council, a_world([council], [a_partner()]), parameters())
    assert (council.arrangement.external_leadership, council.arrangement.ring_fence) == (0.5, 0.0)


LEADERSHIP = {
    "director.bedding_in_depth": 0.5,
    "director.bedding_in": 4.0,
    "director.chief_executive_weight": 0.25,
}


@covers(is_under_way)
@pytest.mark.parametrize(
    "kind,age,begun", [(Support.TRUST, 5, False), (Support.TRUST, 6, True), (0, 0, False)]
)
def test_help_is_under_way_once_its_set_up_is_over(kind, age, begun):
    council = a_council({"arrangement.kind": kind, "arrangement.age": age})
    p = parameters({"arrangement.trust.setup_quarters": 5})
    assert is_under_way(council.arrangement, p) == begun


@covers(lead_from_outside)
@pytest.mark.parametrize("age,leadership", [(1, 0.45), (2, 0.45), (6, 0.639636)])
def test_an_outside_leader_beds_in_once_in_charge(age, leadership):
    """Until in charge 0.75 x 0.8 x 0.5 + 0.25 x 0.6 = 0.45; four quarters after 0.75 x 0.8 x (1 - 0.5 / e)
    + 0.15 = 0.639636.
    """
    council = contracted(age)
    council.chief_executive.engagement = 0.6
    world = a_world([council], providers=[a_provider()])
    lead_from_outside(council, world, parameters(CONTRACT | LEADERSHIP))
    assert council.arrangement.external_leadership == pytest.approx(leadership, abs=1e-6)


@covers(lead_from_outside)
def test_a_partner_council_lends_its_own_director():
    council = a_council({"arrangement.kind": Support.PARTNER_COUNCIL, "arrangement.ally": 0})
    home = a_council({"director.skill": 0.7})
    world = a_world([council, home], [a_partner({"home": 1})])
    lead_from_outside(council, world, parameters(LEADERSHIP))
    assert council.arrangement.external_skill == 0.7
    assert council.arrangement.external_leadership == pytest.approx(0.75 * 0.7 * 0.5)


SACKS = {"regime.commissioner_sacks": 0.5, "capacity.director_loss": 0.1}
IN_POST = {"director.tenure": 8.0, "capacity.improvement": 0.5, "shock.dismissal": 0.4}


@covers(take_charge)
def test_a_commissioner_may_replace_the_director_with_all_that_a_change_brings():
    """A share of 0.1 of the capacity of 0.5 is lost, and the successor beds in from nothing."""
    council = a_council(FAILING | IN_POST)
    take_charge(council, a_nation(), parameters(SACKS))
    assert (council.intervention.dismissed, council.director.changes, council.director.tenure) == (1, 1, 0.0)
    assert council.director.event in (DirectorEvent.PERMANENT_ARRIVES, DirectorEvent.INTERIM_ARRIVES)
    assert council.capacity.improvement == pytest.approx(0.45)


@covers(take_charge)
@pytest.mark.parametrize(
    "twin,settings",
    [
        ({}, {"regime.commissioner_sacks": 0.0}),
        ({"shock.dismissal": 0.6}, {}),
        ({"director.event": DirectorEvent.INTERIM_ARRIVES}, {}),
        ({"recorded.director": DirectorEvent.NONE}, {}),
    ],
    ids=[
        "the neutral setting",
        "other luck",
        "the post has just changed hands",
        "the record says who stayed",
    ],
)
def test_otherwise_the_director_stays(twin, settings):
    council = a_council(FAILING | IN_POST | twin)
    take_charge(council, a_nation(), parameters(SACKS | settings))
    assert (council.intervention.dismissed, council.director.changes, council.director.tenure) == (0, 0, 8.0)


@covers(run_arrangement, lead_from_outside)
def test_a_commissioner_takes_charge_in_the_first_quarter_under_way_and_once_only():
    """Set up for one quarter. Led from outside by own expertise: 0.75 x 0.6 x (1 - 0.5 / e^0.25) + 0.25 x
    0.4 = 0.37476.
    """
    appointed = {"arrangement.kind": Support.COMMISSIONER, "arrangement.ally": 0}
    council = a_council(
        FAILING | appointed | {"arrangement.external_skill": 0.6, "chief_executive.engagement": 0.4}
    )
    world = a_world([council], [a_partner({"kind": PartnerKind.COMMISSIONER, "load": 1, "expertise": 0.6})])
    p = parameters(
        LEADERSHIP | {"regime.commissioner_sacks": 1.0, "arrangement.commissioner.ring_fence": 0.45}
    )
    changes, fences = [], []
    for _ in range(3):
        council.director.event = DirectorEvent.NONE
        run_arrangement(council, world, p)
        changes.append(council.director.changes)
        fences.append(council.arrangement.ring_fence)
        if len(changes) == 2:
            assert council.arrangement.external_leadership == pytest.approx(0.37476, abs=1e-5)
    assert changes == [0, 1, 1]
    assert fences == [0.0, 0.45, 0.45]


TRUST = {
    "arrangement.trust.setup_quarters": 5,
    "arrangement.trust.setup_cost": 0.04,
    "arrangement.trust.running_cost": 0.008,
    "arrangement.trust.overspend": 0.01,
    "arrangement.trust.department_setup_share": 0.75,
    "arrangement.trust.department_running_share": 0.25,
}


@covers(make_out_bill)
def test_set_up_is_spread_over_its_quarters_and_shared_with_the_department():
    """0.04 over 5 quarters of a year / 4 is 0.032 a year while it is set up, of which the department bears
    0.024; of the running 0.008 it bears 0.002. The overspend of 0.01 begins when the trust is under way,
    and is the council's.
    """
    council = a_council({"arrangement.kind": Support.TRUST, "arrangement.ally": 4, "arrangement.age": 5})
    arrangement = council.arrangement
    make_out_bill(arrangement, 0.0, parameters(TRUST))
    assert arrangement.council_setup == pytest.approx(0.008)
    assert arrangement.department_setup == pytest.approx(0.024)
    assert arrangement.council_running == pytest.approx(0.006)
    assert arrangement.department_running == pytest.approx(0.002)
    assert (arrangement.paid_kind, arrangement.paid_ally) == (Support.TRUST, 4)
    arrangement.age = 6
    make_out_bill(arrangement, 1.0, parameters(TRUST))
    assert (arrangement.council_setup, arrangement.department_setup) == (0.0, 0.0)
    assert arrangement.council_running == pytest.approx(0.016)


@covers(setup_rate)
@pytest.mark.parametrize(
    "quarters,age,rate", [(5, 1, 0.032), (5, 5, 0.032), (5, 6, 0.0), (1, 1, 0.16), (1, 2, 0.0)]
)
def test_set_up_is_charged_at_a_yearly_rate_while_it_lasts(quarters, age, rate):
    """0.04 over 5/4 of a year is 0.032 a year, over a quarter of one 0.16."""
    assert setup_rate(0.04, quarters, age) == pytest.approx(rate)


@covers(make_out_bill)
def test_set_up_that_takes_no_time_is_paid_in_the_first_quarter():
    """The whole of 0.04 in a quarter is a yearly rate of 0.16."""
    council = a_council({"arrangement.kind": Support.TRUST, "arrangement.age": 1})
    p = parameters(
        TRUST | {"arrangement.trust.setup_quarters": 0, "arrangement.trust.department_setup_share": 0.0}
    )
    make_out_bill(council.arrangement, 1.0, p)
    assert council.arrangement.council_setup == pytest.approx(0.16)


@covers(make_out_bill)
def test_by_the_end_of_the_set_up_its_whole_cost_has_been_paid():
    """A trust costs 4% of a year's budget to set up: of £60m that is £2.4m, as Doncaster, Slough and others
    paid.
    """
    council = a_council({"arrangement.kind": Support.TRUST, "arrangement.ally": 0, "budget.annual": 60.0})
    paid = 0.0
    for age in range(1, 9):
        council.arrangement.age = age
        make_out_bill(council.arrangement, 0.0, parameters(TRUST))
        bill = council.arrangement.council_setup + council.arrangement.department_setup
        paid += bill * council.budget.annual * YEARS_PER_QUARTER
    assert paid == pytest.approx(2.4)


@pytest.mark.slow
def test_a_dismissal_is_the_same_when_compiled():
    assert agrees_when_compiled(take_charge, a_council(FAILING | IN_POST), a_nation(), settings=SACKS)


@covers(find_partner)
@pytest.mark.parametrize("bonus,chosen", [(0.05, 0), (0.3, 1)])
def test_expertise_and_nearness_add_up_and_work_in_hand_counts_against(bonus, chosen):
    """Elsewhere 0.7 - 0.1 x 1 = 0.6; nearby 0.5 + 0.05 = 0.55, or 0.5 + 0.3 = 0.8."""
    council = a_council({"region": 3})
    partners = [
        a_partner({"region": 1, "expertise": 0.7, "load": 1}),
        a_partner({"region": 3, "expertise": 0.5}),
    ]
    p = parameters({"support.same_region_bonus": bonus, "support.load_penalty": 0.1})
    assert find_partner(council, Support.ADVISER, a_world([council], partners), p) == chosen


@covers(find_partner)
def test_work_in_hand_counts_against_a_helper_in_proportion():
    """0.9 - 0.4 x 2 = 0.1 is less than 0.4 - 0.4 x 0 = 0.4 and than 0.65 - 0.4 x 1 = 0.25."""
    council = a_council({"region": 3})
    known = [(0.9, 2), (0.65, 1), (0.4, 0)]
    partners = [
        a_partner({"region": 1, "expertise": skill, "load": load, "capacity": 3}) for skill, load in known
    ]
    p = parameters({"support.load_penalty": 0.4})
    assert find_partner(council, Support.ADVISER, a_world([council], partners), p) == 2


@covers(help_given)
def test_the_council_in_the_first_row_gives_in_goodwill_what_nobody_pays_for():
    """1 - (1 - 0) x (1 - 0.25) = 0.25."""
    p = parameters({"support.goodwill": 0.25})
    assert help_given(a_partner({"home": 0}), p) == pytest.approx(0.25)


@covers(begin_arrangement)
def test_visits_without_progress_are_counted_anew_for_each_arrangement():
    council = a_council({"intervention.without_progress": 3})
    begin_arrangement(council, Support.ADVISER, 0, a_world([council], [a_partner()]), parameters())
    assert council.intervention.without_progress == 0


@covers(lead_from_outside)
def test_the_council_in_the_first_row_lends_its_own_director():
    home = a_council({"director.skill": 0.9})
    council = a_council({"arrangement.kind": Support.PARTNER_COUNCIL, "arrangement.ally": 0})
    lead_from_outside(council, a_world([home, council], [a_partner({"home": 0})]), parameters())
    assert council.arrangement.external_skill == 0.9
