"""Providers: who bids for whom, who is in the market, and when one is gone."""

import pytest
from helpers import (
    a_council,
    a_nation,
    a_partner,
    a_provider,
    a_started_world,
    a_world,
    agrees_when_compiled,
    covers,
    parameters,
)

from model.codes import Grade, ProviderKind, Support
from model.rules.market import counterpart_is_gone, enter_or_leave, expected_margin, find_provider

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


COMPANY = {"fee": 0.1, "cost": 0.05, "margin_required": 0.04}


@covers(enter_or_leave)
@pytest.mark.parametrize("funding,active", [(0.81, 1), (0.79, 0)])
def test_a_company_leaves_when_customers_have_too_little_money(funding, active):
    """0.1 x 0.81 - 0.05 x 1.2 = 0.021 is above 0.5 x 0.04 = 0.02, 0.1 x 0.79 - 0.06 = 0.019 below."""
    company = a_provider(COMPANY)
    enter_or_leave([company], a_nation({"funding": funding}), parameters({"regime.market": 1}))
    assert (company.active, company.exits) == (active, 1 - active)


@covers(enter_or_leave)
def test_a_company_comes_back_when_contracts_pay_again():
    company = a_provider(COMPANY | {"active": 0})
    enter_or_leave([company], a_nation(), parameters({"regime.market": 1}))
    assert (company.active, company.entries, company.exits) == (1, 1, 0)


@covers(enter_or_leave)
@pytest.mark.parametrize("licensed,required,active", [(0, 1, 0), (1, 1, 1), (0, 0, 1)])
def test_where_licences_are_required_the_unlicensed_leave(licensed, required, active):
    company = a_provider(COMPANY | {"licensed": licensed})
    enter_or_leave([company], a_nation(), parameters({"regime.market": 1, "regime.licence": required}))
    assert company.active == active


@covers(enter_or_leave)
def test_without_a_market_nobody_is_in_it_and_sponsors_do_not_mind_money_or_licence():
    sponsor = a_provider(COMPANY | {"kind": ProviderKind.CHARITY})
    enter_or_leave(
        [sponsor], a_nation({"funding": 0.1}), parameters({"regime.market": 1, "regime.licence": 1})
    )
    assert sponsor.active == 1
    enter_or_leave([sponsor], a_nation(), parameters({"regime.market": 0}))
    assert sponsor.active == 0


@covers(enter_or_leave)
def test_unused_slots_are_not_providers():
    unused = a_provider({"enabled": 0, "active": 0})
    enter_or_leave([unused], a_nation(), parameters({"regime.market": 1}))
    assert (unused.active, unused.entries) == (0, 0)


@covers(enter_or_leave)
def test_where_there_never_was_a_market_nobody_leaves_it():
    p = parameters({"regime.market": 0})
    providers = a_started_world([{"quality": 1.0}, {"quality": -1.0}], p).providers
    enter_or_leave(providers, a_nation(), p)
    assert sum(provider.exits for provider in providers) == 0


@covers(counterpart_is_gone)
@pytest.mark.parametrize("kind", [Support.PRIVATE, Support.TRUST])
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


def test_the_margin_is_the_same_when_compiled():
    assert agrees_when_compiled(expected_margin, a_provider(), a_council(TROUBLED))
