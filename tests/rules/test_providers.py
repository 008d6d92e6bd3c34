"""Providers as firms and charities, worked by hand: what they earn and spend, how they come and go."""

import pytest
from helpers import (
    a_council,
    a_nation,
    a_provider,
    a_started_world,
    agrees_when_compiled,
    covers,
    parameters,
)

from model.codes import Grade, ProviderKind, Support
from model.rules.providers import (
    bring_in_providers,
    enter_or_leave,
    found_company,
    recruit_sponsor,
    settle_cash,
    spend_on_contract,
    unused_row,
)

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


@covers(enter_or_leave)
def test_a_company_that_is_broke_leaves_for_good_however_well_contracts_pay():
    company = a_provider(COMPANY | {"broke": 1})
    enter_or_leave([company], a_nation(), parameters({"regime.market": 1}))
    assert (company.active, company.exits) == (0, 1)
    enter_or_leave([company], a_nation({"funding": 2.0}), parameters({"regime.market": 1}))
    assert (company.active, company.entries) == (0, 0)


@covers(enter_or_leave)
@pytest.mark.parametrize("required,paid", [(2, 0.4), (1, 0.2), (0, 0.0)])
def test_the_department_pays_for_each_provider_it_licenses(required, paid):
    """Two licensed companies at 0.4 a year are 2 x 0.4 / 4 = 0.2 a quarter; a charity and a mutual, where
    they need a licence too, as much again. The unlicensed cost nothing.
    """
    companies = [a_provider(COMPANY | {"licensed": licensed}) for licensed in (1, 1, 0)]
    others = [
        a_provider(COMPANY | {"kind": kind, "licensed": licensed})
        for kind, licensed in (
            (ProviderKind.CHARITY, 1),
            (ProviderKind.MUTUAL, 1),
            (ProviderKind.COUNCIL_SPONSOR, 0),
        )
    ]
    nation = a_nation({"licensing": 9.0})
    p = parameters({"regime.market": 1, "regime.licence": required, "market.licence_cost": 0.4})
    enter_or_leave([*companies, *others], nation, p)
    assert nation.licensing == pytest.approx(paid)


@covers(enter_or_leave)
@pytest.mark.parametrize("kind", [ProviderKind.CHARITY, ProviderKind.COUNCIL_SPONSOR, ProviderKind.MUTUAL])
@pytest.mark.parametrize("required,active", [(2, 0), (1, 1)], ids=["all need one", "companies do"])
def test_where_all_need_a_licence_charities_and_mutuals_without_one_leave_too(kind, required, active):
    provider = a_provider(COMPANY | {"kind": kind, "licensed": 0})
    p = parameters({"regime.market": 1, "regime.licence": required})
    enter_or_leave([provider], a_nation({"funding": 0.1}), p)
    assert (provider.active, provider.exits) == (active, 1 - active)


PURSE = {"cash": 2.0, "income": 0.5, "expenses": 0.3}


@covers(settle_cash)
@pytest.mark.parametrize("active,cash", [(1, 2.1), (0, 2.2)])
def test_a_company_keeps_what_its_contracts_leave_after_the_cost_of_being_in_the_market(active, cash):
    """2 + 0.5 - 0.3 - 0.1 = 2.1 in the market, 2.2 out of it."""
    company = a_provider(PURSE | {"active": active})
    settle_cash(company, parameters({"market.fixed_cost": 0.1}))
    assert company.cash == pytest.approx(cash)


@covers(settle_cash)
@pytest.mark.parametrize(
    "cash,insolvency,broke,left",
    [(0.05, 1, 1, -0.05), (0.05, 0, 0, 0.0), (0.15, 1, 0, 0.05), (0.15, 0, 0, 0.05)],
)
def test_a_company_without_money_is_broke_where_its_owners_do_not_fill_the_hole(
    cash, insolvency, broke, left
):
    """0.05 - 0.1 = -0.05 is below 0, and filled up to 0 or not; 0.15 - 0.1 = 0.05 is not."""
    company = a_provider({"cash": cash})
    settle_cash(company, parameters({"market.fixed_cost": 0.1, "market.insolvency": insolvency}))
    assert company.broke == broke
    assert company.cash == pytest.approx(left)


@covers(settle_cash)
def test_what_owners_put_in_keeps_a_company_going_but_makes_it_no_richer():
    """Losses of 0.1 a quarter from 0.25: 0.15, 0.05, then nothing; a gain of 0.2 after that is 0.1 more."""
    company = a_provider({"cash": 0.25})
    p = parameters({"market.fixed_cost": 0.1})
    cash = []
    for income in (0.0, 0.0, 0.0, 0.0, 0.2):
        company.income = income
        settle_cash(company, p)
        cash.append(company.cash)
    assert cash == pytest.approx([0.15, 0.05, 0.0, 0.0, 0.1])
    assert company.broke == 0


TROUBLED = {
    "workforce.pressure": 0.2,
    "practice.quality": 30.0,
    "deprivation": 1.0,
    "inspection.grade": Grade.INADEQUATE,
    "arrangement.paid_kind": Support.PRIVATE,
}
PRICES = {"arrangement.private.running_cost": 0.03, "market.contract_scope": 0.5}


@covers(spend_on_contract)
@pytest.mark.parametrize(
    "settings,paid,spent",
    [
        ({}, 0.225, 0.135),
        ({"market.shirk": 0.2, "regime.oversight": 0.5}, 0.225, 0.1215),
        ({"market.pay_share": 0.2}, 0.18, 0.135),
        ({}, 0.375, 0.285),
    ],
    ids=["by its tender", "less where it shirks", "as much where pay is withheld", "and what it overspends"],
)
def test_a_contract_costs_what_the_tender_reckons_in_the_council_as_it_is(settings, paid, spent):
    """Agreed: 0.03 x 0.5 x 15 = 0.225. Cost of a pound: 0.05 x (1 + 0.5 x 0.4) / 0.1 = 0.6, so 0.135.

    Shirking 0.2 half watched saves a tenth: 0.1215. With 0.2 of the fee withheld 0.18 is paid for the same
    0.135; 0.375 is 0.15 more than was due, and spent.
    """
    company = a_provider({"expenses": 1.0})
    spend_on_contract(company, a_council(TROUBLED), paid, 15.0, parameters(PRICES | settings))
    assert company.expenses == pytest.approx(1.0 + spent)


@covers(spend_on_contract, settle_cash)
@pytest.mark.parametrize("cost,grows", [(0.05, True), (0.07, False)])
def test_a_contract_in_a_troubled_council_feeds_the_cheap_company_and_starves_the_dear(cost, grows):
    """Of 0.45 paid, 0.05 x 1.4 / 0.1 = 0.7 is cost and 0.135 covers the fixed 0.1; at 0.07 it is 0.98. Nobody
    fills the hole.
    """
    company = a_provider({"cost": cost, "income": 0.45})
    books = {"market.fixed_cost": 0.1, "market.insolvency": 1}
    p = parameters({"arrangement.private.running_cost": 0.03} | books)
    spend_on_contract(company, a_council(TROUBLED), 0.45, 15.0, p)
    settle_cash(company, p)
    assert company.cash == pytest.approx(0.035 if grows else -0.091)
    assert company.broke == (not grows)


def a_market(settings=None):
    """Providers of all rows, those of the default in use, before the first quarter."""
    p = parameters({"regime.market": 1} | (settings or {}))
    return a_started_world([{"quality": 1.0}, {"quality": -1.0}], p).providers


@covers(unused_row)
def test_new_providers_take_the_next_row_of_their_kind():
    """By default 6, 4, 3 and 3 of twelve rows each are in use."""
    providers = a_market()
    assert [unused_row(providers, kind) for kind in ProviderKind] == [6, 16, 27, 39]
    assert unused_row(a_market({"market.private_count": 12}), ProviderKind.PRIVATE) == -1


ENTRY = {
    "regime.market": 1,
    "market.entry_rate": 0.2,
    "market.fee": 0.1,
    "market.cost_low": 0.05,
    "market.cost_high": 0.07,
}


@covers(found_company)
@pytest.mark.parametrize(
    "before,funding,after,entered", [(0.9, 1.0, 0.956, 0), (0.95, 1.0, 0.006, 1), (0.95, 0.7, 0.95, 0)]
)
def test_companies_come_where_contracts_pay_and_not_where_customers_have_no_money(
    before, funding, after, entered
):
    """0.2 x (0.1 - 1.2 x 0.06) / 0.1 = 0.056 a quarter; with 0.7 of the money 0.07 - 0.072 is a loss."""
    providers = a_market()
    nation = a_nation({"entrants": before, "funding": funding})
    found_company(providers, nation, parameters(ENTRY))
    assert nation.entrants == pytest.approx(after)
    assert (providers[6].enabled, providers[6].kind) == (entered, entered * ProviderKind.PRIVATE)
    assert providers[6].capacity == (3 if entered else 2)
    assert providers[6].cash == 2.0
    assert providers[7].enabled == 0


@covers(found_company)
def test_a_market_that_is_full_of_companies_draws_no_more():
    nation = a_nation({"entrants": 0.99})
    found_company(a_market({"market.private_count": 12}), nation, parameters(ENTRY))
    assert nation.entrants == 0.99


@covers(recruit_sponsor)
@pytest.mark.parametrize("before,after,recruited", [(0.7, 0.1, 1), (0.1, 0.5, 0)])
def test_a_recruited_charity_costs_the_department_its_recruitment(before, after, recruited):
    """0.7 + 0.4 = 1.1: one comes, 0.1 is left, and £0.5m is paid."""
    providers = a_market()
    nation = a_nation({"sponsors_coming": before})
    p = parameters({"market.sponsor_recruitment": 0.4, "market.recruitment_cost": 0.5})
    recruit_sponsor(providers, nation, p)
    assert nation.sponsors_coming == pytest.approx(after)
    assert nation.recruitment == 0.5 * recruited
    assert (providers[16].enabled, providers[16].kind) == (recruited, recruited * ProviderKind.CHARITY)


@covers(recruit_sponsor)
def test_nobody_is_recruited_or_paid_for_when_every_charity_has_come():
    nation = a_nation({"sponsors_coming": 0.9})
    recruit_sponsor(
        a_market({"market.charity_count": 12}), nation, parameters({"market.sponsor_recruitment": 0.5})
    )
    assert (nation.sponsors_coming, nation.recruitment) == (0.9, 0.0)


@covers(bring_in_providers)
@pytest.mark.parametrize(
    "settings,entered,recruited",
    [
        (ENTRY | {"market.sponsor_recruitment": 0.4}, 1, 1),
        (ENTRY, 1, 0),
        ({"regime.market": 1}, 0, 0),
        (ENTRY | {"market.sponsor_recruitment": 0.4, "regime.market": 0}, 0, 0),
    ],
    ids=["both", "companies", "neither", "no market"],
)
def test_providers_are_brought_in_as_the_levers_say_and_only_into_a_market(settings, entered, recruited):
    providers = a_market()
    nation = a_nation({"entrants": 0.99, "sponsors_coming": 0.99, "recruitment": 9.0})
    bring_in_providers(providers, nation, parameters(settings))
    assert (providers[6].enabled, providers[16].enabled) == (entered, recruited)
    assert nation.recruitment == (0.5 if recruited else 0.0)


@covers(bring_in_providers, enter_or_leave)
def test_who_has_come_is_in_the_market_in_the_same_quarter_if_it_pays():
    providers = a_market()
    nation = a_nation({"entrants": 0.99})
    bring_in_providers(providers, nation, parameters(ENTRY))
    enter_or_leave(providers, nation, parameters(ENTRY))
    assert (providers[6].active, providers[6].entries) == (1, 1)


@pytest.mark.slow
def test_a_companys_books_are_the_same_when_compiled():
    settings = PRICES | {"market.shirk": 0.3, "market.pay_share": 0.1, "market.insolvency": 1}
    arguments = (a_provider({"cash": 0.01}), a_council(TROUBLED), 0.2, 15.0)
    assert agrees_when_compiled(spend_on_contract, *arguments, settings=settings)
    assert agrees_when_compiled(settle_cash, a_provider(PURSE), settings=settings)


@covers(enter_or_leave)
def test_a_company_settles_its_cash_before_it_is_asked_whether_it_stays():
    """0.1 + 1 - 0.25 - what being in the market costs, nothing here."""
    company = a_provider(COMPANY | {"cash": 0.1, "income": 1.0, "expenses": 0.25})
    enter_or_leave([company], a_nation(), parameters({"regime.market": 1, "market.fixed_cost": 0.0}))
    assert company.cash == pytest.approx(0.85)


@covers(settle_cash)
def test_a_company_that_has_spent_its_last_penny_is_not_broke():
    company = a_provider({"cash": 0.0})
    settle_cash(company, parameters({"market.insolvency": 1, "market.fixed_cost": 0.0}))
    assert (company.cash, company.broke) == (0.0, 0)


@covers(enter_or_leave)
def test_a_company_stays_for_just_the_margin_that_it_asks():
    """0.1 - 0.05 x 1 = 0.05 is what 0.05 x 1 asks."""
    company = a_provider({"margin_required": 0.1 - 0.05})
    p = parameters({"regime.market": 1, "market.stay_cost": 1.0, "market.stay_margin": 1.0})
    enter_or_leave([company], a_nation(), p)
    assert company.active == 1


@covers(recruit_sponsor)
def test_a_sponsor_comes_when_a_whole_one_has_been_found():
    """0.5 and 0.5 is one, to the last bit."""
    p = parameters({"market.sponsor_recruitment": 0.5})
    providers = a_started_world([{"quality": 1.0}, {"quality": -1.0}], p).providers
    nation = a_nation({"sponsors_coming": 0.5})
    recruit_sponsor(providers, nation, p)
    assert nation.sponsors_coming == 0.0
    assert nation.recruitment == p.market.recruitment_cost


@covers(found_company)
def test_a_company_comes_when_a_whole_one_is_on_its_way_and_may_take_the_first_row():
    """Contracts do not pay with half the money, so that nothing is added to the one on its way."""
    providers = a_market({"market.private_count": 0})
    nation = a_nation({"entrants": 1.0, "funding": 0.5})
    found_company(providers, nation, parameters(ENTRY))
    assert (providers[0].enabled, nation.entrants) == (1, 0.0)
