"""Tenders: who bids for whom, who is chosen, whom a council turns to by choice, and when one is gone."""

import pytest
from helpers import (
    a_council,
    a_partner,
    a_provider,
    a_started_world,
    a_world,
    agrees_when_compiled,
    covers,
    parameters,
)

from model.codes import Grade, ProviderKind, Support
from model.rules.market import (
    begin_by_choice,
    consider_outsourcing,
    consider_spinning_out,
    contract_out_by_choice,
    counterpart_is_gone,
    expected_margin,
    find_provider,
    found_mutual,
    is_free_to_choose,
    may_run,
)

NOBODY = -1
TROUBLED = {"workforce.pressure": 0.2, "practice.quality": 30.0, "deprivation": 1.0}
EASY = {"workforce.pressure": 0.0, "practice.quality": 45.0, "deprivation": 0.0}


@covers(expected_margin)
def test_pressure_failure_and_deprivation_make_a_contract_dear():
    """0.1 - 0.05 x (1 + 0.5 x 0.2 + 0.02 x (40 - 30) + 0.1 x 1) = 0.1 - 0.05 x 1.4 = 0.03."""
    assert expected_margin(a_provider(), a_council(TROUBLED), parameters()) == pytest.approx(0.03)


@covers(expected_margin)
def test_neither_slack_nor_quality_makes_a_contract_cheaper_than_ordinary_but_wealth_does():
    """0.1 - 0.05 = 0.05 at pressure -0.3 and quality 90; with wealth 0.1 - 0.05 x 0.9 = 0.055."""
    calm = a_council({"workforce.pressure": -0.3, "practice.quality": 90.0})
    assert expected_margin(a_provider(), calm, parameters()) == pytest.approx(0.05)
    calm.deprivation = -1.0
    assert expected_margin(a_provider(), calm, parameters()) == pytest.approx(0.055)


@covers(find_provider)
def test_the_cherry_is_picked_and_the_hard_council_is_left():
    """The company asks 0.04: the easy council offers 0.1 - 0.05 = 0.05, the troubled one 0.03."""
    company = a_provider({"margin_required": 0.04})
    easy, troubled = a_council(EASY), a_council(TROUBLED)
    world = a_world([easy, troubled], providers=[company])
    assert find_provider(easy, Support.PRIVATE, world, parameters()) == 0
    assert (easy.intervention.tender, easy.intervention.bids) == (1, 1)
    assert find_provider(troubled, Support.PRIVATE, world, parameters()) == NOBODY
    assert (troubled.intervention.tender, troubled.intervention.bids) == (1, 0)


@covers(find_provider)
def test_the_best_margin_wins_a_contract_among_those_with_room():
    """Margins 0.04, 0.05 and 0.06; the last is full, the next has left, so of two bids that of 0.05 wins."""
    providers = [
        a_provider({"cost": 0.06}),
        a_provider({"cost": 0.05}),
        a_provider({"cost": 0.04, "load": 2}),
        a_provider({"cost": 0.01, "active": 0}),
        a_provider({"cost": 0.01, "kind": ProviderKind.CHARITY}),
    ]
    council = a_council(EASY)
    assert find_provider(council, Support.PRIVATE, a_world([council], providers=providers), parameters()) == 1
    assert council.intervention.bids == 2


@covers(find_provider)
def test_a_trust_finds_the_most_skilled_sponsor_who_is_no_company():
    providers = [
        a_provider({"skill": 0.9}),
        a_provider({"skill": 0.4, "kind": ProviderKind.CHARITY}),
        a_provider({"skill": 0.7, "kind": ProviderKind.MUTUAL}),
        a_provider({"skill": 0.8, "kind": ProviderKind.COUNCIL_SPONSOR, "load": 2}),
    ]
    council = a_council(TROUBLED)
    assert find_provider(council, Support.TRUST, a_world([council], providers=providers), parameters()) == 2
    assert council.intervention.bids == 2


@covers(expected_margin, find_provider)
def test_companies_bid_for_the_easy_part_of_what_they_would_not_take_whole():
    """Of the troubled council the whole offers 0.03, half of it 0.1 - 0.05 x (1 + 0.5 x 0.4) = 0.04."""
    troubled = a_council(TROUBLED)
    world = a_world([troubled], providers=[a_provider({"margin_required": 0.035})])
    narrow = parameters({"market.contract_scope": 0.5})
    assert expected_margin(world.providers[0], troubled, narrow) == pytest.approx(0.04)
    assert find_provider(troubled, Support.PRIVATE, world, narrow) == 0
    assert find_provider(troubled, Support.PRIVATE, world, parameters()) == NOBODY


@covers(find_provider)
def test_companies_that_must_serve_bid_at_any_margin_but_only_while_they_are_in_the_market():
    """Both would lose: 0.1 - 0.09 x 1.4 = -0.026 and 0.1 - 0.1 x 1.4 = -0.04; the better bid wins."""
    council = a_council(TROUBLED)
    companies = [a_provider({"cost": 0.1, "margin_required": 0.04}), a_provider({"cost": 0.09})]
    world = a_world([council], providers=companies)
    companies[1].margin_required = 0.04
    assert find_provider(council, Support.PRIVATE, world, parameters()) == NOBODY
    must_serve = parameters({"regime.must_serve": 1, "regime.market": 1})
    assert find_provider(council, Support.PRIVATE, world, must_serve) == 1
    assert council.intervention.bids == 2
    companies[0].active = companies[1].active = 0
    assert find_provider(council, Support.PRIVATE, world, must_serve) == NOBODY


@covers(may_run)
@pytest.mark.parametrize(
    "kind,allowed",
    [
        (Support.PRIVATE, {ProviderKind.PRIVATE}),
        (Support.MUTUAL, {ProviderKind.MUTUAL}),
        (Support.TRUST, {ProviderKind.CHARITY, ProviderKind.COUNCIL_SPONSOR, ProviderKind.MUTUAL}),
    ],
)
def test_each_arrangement_is_open_to_providers_of_its_kind(kind, allowed):
    assert {provider for provider in ProviderKind if may_run(provider, kind)} == allowed


RESTLESS = {
    "inspection.grade": Grade.REQUIRES_IMPROVEMENT,
    "shock.spin_out": 0.004,
    "shock.outsourcing": 0.004,
    "practice.leadership": 0.62,
    "director.skill": 0.7,
}
BY_CHOICE = {"regime.market": 1, "regime.spin_out": 0.005, "regime.voluntary_outsourcing": 0.005}
MARKET = {"regime.market": 1}


def a_market(council, settings=None):
    """A council in a market with all its rows, those of the default in use; companies bid anywhere."""
    p = parameters(MARKET | (settings or {}))
    world = a_started_world([{"quality": 1.0}, {"quality": -1.0}], p)._replace(councils=[council])
    for provider in world.providers:
        provider.margin_required = -1.0
    return world


@covers(found_mutual)
def test_a_mutual_is_as_good_as_the_department_it_comes_from():
    """Three of twelve rows from 36 are in use; skill is the leadership of 0.62, leaders the director's."""
    council = a_council(RESTLESS)
    world = a_market(council)
    assert found_mutual(council, world.providers, parameters(MARKET)) == 39
    mutual = world.providers[39]
    assert (mutual.kind, mutual.enabled, mutual.active, mutual.capacity) == (ProviderKind.MUTUAL, 1, 1, 1)
    assert (mutual.skill, mutual.leadership, mutual.licensed, mutual.entries) == (0.62, 0.7, 1, 1)


@covers(found_mutual)
def test_a_poorly_led_department_makes_a_mutual_without_licence():
    """Leadership of 0.1 is held at 0.2, below the bar of 0.45."""
    council = a_council(RESTLESS | {"practice.leadership": 0.1})
    world = a_market(council)
    mutual = world.providers[found_mutual(council, world.providers, parameters(MARKET))]
    assert (mutual.skill, mutual.licensed) == (0.2, 0)


@covers(found_mutual)
@pytest.mark.parametrize(
    "licence,row,used", [(2, NOBODY, 0), (1, 39, 1)], ids=["all need one", "companies do"]
)
def test_where_mutuals_need_a_licence_a_poorly_led_department_founds_none_and_the_row_stays_free(
    licence, row, used
):
    council = a_council(RESTLESS | {"practice.leadership": 0.1})
    world = a_market(council)
    p = parameters(MARKET | {"regime.licence": licence})
    assert found_mutual(council, world.providers, p) == row
    mutual = world.providers[39]
    assert (mutual.enabled, mutual.active, mutual.entries) == (used, used, used)
    assert mutual.skill == (0.2 if used else 0.5), "the luck of the row is kept for who comes next"


@covers(found_mutual)
def test_a_well_led_department_founds_its_mutual_with_a_licence():
    council = a_council(RESTLESS)
    world = a_market(council)
    assert found_mutual(council, world.providers, parameters(MARKET | {"regime.licence": 2})) == 39
    assert (world.providers[39].skill, world.providers[39].licensed) == (0.62, 1)


@covers(consider_spinning_out)
def test_social_workers_whose_mutual_would_get_no_licence_join_one_that_has_it():
    council = a_council(RESTLESS | {"practice.leadership": 0.1})
    world = a_market(council)
    consider_spinning_out(council, world, parameters(BY_CHOICE | {"regime.licence": 2}))
    assert (council.arrangement.kind, council.arrangement.ally) == (Support.MUTUAL, 36)


@covers(consider_spinning_out)
@pytest.mark.parametrize(
    "grade,rate,leaves",
    [
        (Grade.REQUIRES_IMPROVEMENT, 0.005, True),
        (Grade.GOOD, 0.005, True),
        (Grade.OUTSTANDING, 0.005, False),
        (Grade.NOT_JUDGED, 0.005, False),
        (Grade.GOOD, 0.004, False),
        (Grade.GOOD, 0.0, False),
    ],
)
def test_social_workers_form_a_mutual_where_services_are_good_or_require_improvement(grade, rate, leaves):
    council = a_council(RESTLESS | {"inspection.grade": grade})
    world = a_market(council)
    consider_spinning_out(council, world, parameters(BY_CHOICE | {"regime.spin_out": rate}))
    assert (council.arrangement.kind == Support.MUTUAL, council.arrangement.voluntary) == (leaves, leaves)
    assert council.arrangement.ally == (39 if leaves else NOBODY)
    assert world.providers[39].load == leaves


@covers(consider_spinning_out)
@pytest.mark.parametrize("room,taken", [(1, True), (0, False)])
def test_when_no_mutual_can_be_founded_one_with_room_takes_the_council_on(room, taken):
    full = {"market.mutual_count": 12}
    council = a_council(RESTLESS)
    world = a_market(council, full)
    for mutual in world.providers[36:]:
        mutual.load = 1
    world.providers[40].load = 1 - room
    consider_spinning_out(council, world, parameters(BY_CHOICE | full))
    assert (council.arrangement.kind == Support.MUTUAL) == taken
    assert council.arrangement.ally == (40 if taken else NOBODY)


@covers(consider_outsourcing)
@pytest.mark.parametrize("rate,bidders,contracted", [(0.005, 1, True), (0.004, 1, False), (0.005, 0, False)])
def test_a_council_may_tender_by_choice_and_goes_on_as_it_is_where_nobody_bids(rate, bidders, contracted):
    council = a_council(RESTLESS)
    world = a_market(council)
    for company in world.providers[:6]:
        company.active = bidders
    consider_outsourcing(council, world, parameters(BY_CHOICE | {"regime.voluntary_outsourcing": rate}))
    assert (council.arrangement.kind == Support.PRIVATE) == contracted
    assert council.arrangement.voluntary == contracted
    assert council.intervention.tender == (rate > 0.004)
    assert council.intervention.refused == 0, "nobody in need was refused"


@covers(begin_by_choice)
def test_what_is_chosen_is_marked_as_chosen():
    council = a_council()
    world = a_world([council], providers=[a_provider()])
    begin_by_choice(council, Support.PRIVATE, NOBODY, world, parameters())
    assert (council.arrangement.kind, council.arrangement.voluntary) == (Support.NONE, 0)
    begin_by_choice(council, Support.PRIVATE, 0, world, parameters())
    assert (council.arrangement.kind, council.arrangement.voluntary) == (Support.PRIVATE, 1)


@covers(is_free_to_choose)
@pytest.mark.parametrize(
    "state,free",
    [
        ({}, True),
        ({"inspection.grade": Grade.NOT_JUDGED}, True),
        ({"inspection.grade": Grade.INADEQUATE}, False),
        ({"arrangement.kind": Support.ADVISER}, False),
    ],
)
def test_councils_choose_while_they_run_their_services_and_have_not_failed(state, free):
    assert is_free_to_choose(a_council(RESTLESS | state)) == free


@covers(contract_out_by_choice)
@pytest.mark.parametrize(
    "state,settings,kind",
    [
        ({}, {}, Support.MUTUAL),
        ({"shock.spin_out": 0.9}, {}, Support.PRIVATE),
        ({"shock.spin_out": 0.9, "shock.outsourcing": 0.9}, {}, Support.NONE),
        ({"inspection.grade": Grade.INADEQUATE}, {}, Support.NONE),
        ({"recorded.inspection": 0}, {}, Support.NONE),
        ({"recorded.inspection": 1, "recorded.arrangement": Support.NONE}, {}, Support.NONE),
        ({"recorded.arrangement": Support.NONE}, {}, Support.NONE),
        ({}, {"regime.market": 0}, Support.NONE),
        ({}, {"regime.spin_out": 0.0, "regime.voluntary_outsourcing": 0.0}, Support.NONE),
    ],
    ids=[
        "spins out",
        "outsources",
        "neither",
        "has failed",
        "a quarter on record",
        "its arrangement on record too",
        "nothing but its arrangement on record",
        "no market",
        "not a lever",
    ],
)
def test_services_leave_by_choice_where_there_is_a_market_and_no_record(state, settings, kind):
    council = a_council(RESTLESS | state)
    contract_out_by_choice(council, a_market(council), parameters(BY_CHOICE | settings))
    assert council.arrangement.kind == kind


@covers(counterpart_is_gone)
@pytest.mark.parametrize("kind", [Support.PRIVATE, Support.TRUST, Support.MUTUAL])
@pytest.mark.parametrize("active", [0, 1])
def test_a_contract_loses_its_other_side_when_the_provider_leaves(kind, active):
    council = a_council({"arrangement.kind": kind, "arrangement.ally": 0})
    world = a_world([council], providers=[a_provider({"active": active})])
    assert counterpart_is_gone(council, world) == (active == 0)


@covers(counterpart_is_gone)
@pytest.mark.parametrize(
    "active,grade,gone",
    [
        (1, Grade.GOOD, False),
        (1, Grade.REQUIRES_IMPROVEMENT, False),
        (1, Grade.INADEQUATE, True),
        (0, Grade.GOOD, True),
    ],
)
def test_a_helping_council_is_gone_when_it_fails_itself_or_may_help_no_more(active, grade, gone):
    council = a_council({"arrangement.kind": Support.ALLIANCE, "arrangement.ally": 0})
    home = a_council({"inspection.grade": grade})
    world = a_world([council, home], [a_partner({"home": 1, "active": active})])
    assert counterpart_is_gone(council, world) == gone


@covers(counterpart_is_gone)
def test_a_helping_council_that_is_merged_away_is_gone():
    council = a_council({"arrangement.kind": Support.ALLIANCE, "arrangement.ally": 0})
    home = a_council({"inspection.grade": Grade.GOOD, "exists": 0})
    assert counterpart_is_gone(council, a_world([council, home], [a_partner({"home": 1})]))


@covers(counterpart_is_gone)
def test_an_adviser_is_never_gone():
    council = a_council({"arrangement.kind": Support.ADVISER, "arrangement.ally": 0})
    assert not counterpart_is_gone(council, a_world([council], [a_partner({"active": 0})]))


@pytest.mark.slow
def test_the_margin_is_the_same_when_compiled():
    assert agrees_when_compiled(expected_margin, a_provider(), a_council(TROUBLED))


@covers(found_mutual)
def test_a_department_led_just_as_a_licence_asks_founds_a_licensed_mutual():
    council = a_council({"practice.leadership": 0.5})
    world = a_started_world([{"quality": 1.0}, {"quality": -1.0}], parameters())
    row = found_mutual(council, world.providers, parameters({"market.licence_bar": 0.5}))
    assert world.providers[row].licensed == 1


@covers(find_provider)
def test_a_company_bids_for_just_the_margin_that_it_asks():
    """0.1 - 0.05 x 1 = 0.05."""
    council = a_council(EASY)
    world = a_world([council], providers=[a_provider({"margin_required": 0.1 - 0.05})])
    assert find_provider(council, Support.PRIVATE, world, parameters()) == 0


@covers(find_provider)
def test_a_provider_with_more_contracts_than_it_has_room_for_does_not_bid():
    council = a_council(EASY)
    world = a_world([council], providers=[a_provider({"load": 3})])
    assert find_provider(council, Support.PRIVATE, world, parameters()) == NOBODY


@covers(find_provider)
def test_a_worse_bid_after_the_best_does_not_win():
    council = a_council(EASY)
    world = a_world([council], providers=[a_provider({"fee": fee}) for fee in (0.1, 0.12, 0.11)])
    assert find_provider(council, Support.PRIVATE, world, parameters()) == 1
    assert council.intervention.bids == 3


@covers(counterpart_is_gone)
def test_help_by_the_council_in_the_first_row_ends_with_its_failure_like_any_other():
    home = a_council({"inspection.grade": Grade.INADEQUATE})
    council = a_council({"arrangement.kind": Support.ALLIANCE, "arrangement.ally": 0})
    world = a_world([home, council], [a_partner({"home": 0})])
    assert counterpart_is_gone(council, world)


@covers(consider_spinning_out)
def test_a_new_mutual_takes_its_own_council_and_no_other_mutual_is_looked_for():
    p = parameters({"regime.market": 1, "regime.spin_out": 0.01})
    world = a_started_world([{"quality": 1.0}, {"quality": -1.0}], p)
    council = world.councils[0]
    council.inspection.grade = Grade.GOOD.value
    consider_spinning_out(council, world, p)
    founded = world.providers[council.arrangement.ally]
    assert (founded.kind, founded.load, founded.entries) == (ProviderKind.MUTUAL, 1, 1)
    assert council.intervention.tender == 0


@covers(found_mutual)
def test_where_every_row_of_mutuals_is_in_use_none_is_founded():
    p = parameters({"market.mutual_count": 12, "regime.market": 1})
    world = a_started_world([{"quality": 1.0}, {"quality": -1.0}], p)
    before = [provider.entries for provider in world.providers]
    assert found_mutual(a_council({"practice.leadership": 0.9}), world.providers, p) == NOBODY
    assert [provider.entries for provider in world.providers] == before
