"""A council's money, and the ledger in which every pound has a payer and a payee."""

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

from model.codes import Grade, Support
from model.rules.funding import (
    close_accounts,
    cost_of_service_levels_of_2014,
    credit_helper,
    fund_council,
    pay_bills,
    pay_for_help,
    plan_spending,
    settle_reserves,
    spending_restraint,
)


@covers(fund_council)
def test_a_council_judged_inadequate_receives_extra_money_with_a_delay():
    """uplift = 0.05 + (0.1 - 0.05) / 2.5 = 0.07; funding = 0.9 x exp(-0.02 x 1.5 x 0.5) x 1.07
    = 0.9 x 0.985112 x 1.07 = 0.948663."""
    council = a_council({"inspection.grade": Grade.INADEQUATE, "budget.uplift": 0.05, "deprivation": 1.5})
    p = parameters(
        {
            "budget.inadequate_uplift": 0.1,
            "budget.uplift_delay": 2.5,
            "budget.deprivation_cut": 0.02,
        }
    )
    fund_council(council, a_nation({"funding": 0.9, "deprivation_cut": 0.5}), p)
    assert council.budget.uplift == pytest.approx(0.07)
    assert council.budget.funding == pytest.approx(0.948663, abs=1e-6)


@covers(fund_council)
def test_the_extra_money_goes_more_slowly_than_it_came():
    """uplift = 0.08 - 0.08 / 16 = 0.075; funding = 1.075 where nothing else is cut."""
    council = a_council({"inspection.grade": Grade.REQUIRES_IMPROVEMENT, "budget.uplift": 0.08})
    fund_council(council, a_nation(), parameters({"budget.uplift_fade": 16.0}))
    assert council.budget.uplift == pytest.approx(0.075)
    assert council.budget.funding == pytest.approx(1.075)


@covers(fund_council)
@pytest.mark.parametrize("encouragement,forgone", [(0.5, 0.01), (0.0, 0.0), (-0.5, 0.0)])
def test_services_from_which_the_chief_executive_turned_make_good_their_loss(encouragement, forgone):
    """0.02 x 0.5 = 0.01 of what the service is funded with; a chief executive who is sidelined brings it no
    money.
    """
    council = a_council({"chief_executive.encouragement": encouragement})
    fund_council(council, a_nation(), parameters({"budget.attention_cost": 0.02}))
    assert council.budget.forgone == pytest.approx(forgone)
    assert council.budget.funding == 1.0


SPENDER = {
    "budget.funding": 1.0,
    "budget.early_help": 1.0,
    "budget.early_help_felt": 1.0,
    "demand.looked_after": 1.1,
    "workforce.posts": 100.0,
    "workforce.posts_2014": 100.0,
}


@covers(plan_spending)
def test_placements_and_the_arrangement_are_paid_first_and_early_help_is_cut_deepest():
    """placements = 0.45 x 1.1 x 1.02 = 0.5049; left = 1 - 0.5049 - 0.01 - 0.005 = 0.4801, of 0.55 0.872909.

    posts -> 100 x 0.872909^0.6 = 92.168264, 0.35 of the way: 97.258893.
    early help -> 0.872909^2 = 0.761970, 0.25 of the way: 0.940493; felt 1 - 0.059507 / 8 = 0.992562.
    """
    council = a_council(SPENDER | {"arrangement.council_running": 0.01, "arrangement.council_setup": 0.005})
    p = parameters(
        {
            "budget.placement_share": 0.45,
            "budget.posts_elasticity": 0.6,
            "budget.early_help_elasticity": 2.0,
            "demand.early_help_delay": 8.0,
        }
    )
    plan_spending(council, a_nation({"placement_cost": 1.02}), p)
    assert council.budget.placements == pytest.approx(0.5049)
    assert council.workforce.posts == pytest.approx(97.258893, abs=1e-5)
    assert council.budget.early_help == pytest.approx(0.940493, abs=1e-6)
    assert council.budget.early_help_felt == pytest.approx(0.992562, abs=1e-6)


@covers(plan_spending)
def test_overseeing_a_provider_is_paid_before_posts_and_early_help():
    """As above with 0.003 of the 0.015 spent on oversight: left is 0.4801 again."""
    arranged = {
        "arrangement.council_running": 0.009,
        "arrangement.council_setup": 0.003,
        "arrangement.oversight": 0.003,
    }
    council = a_council(SPENDER | arranged)
    p = parameters({"budget.placement_share": 0.45, "budget.posts_elasticity": 0.6})
    plan_spending(council, a_nation({"placement_cost": 1.02}), p)
    assert council.workforce.posts == pytest.approx(97.258893, abs=1e-5)


@covers(plan_spending)
def test_what_other_services_take_is_gone_before_posts_and_early_help():
    """As above with 0.004 of the 0.015 gone to other services: left is 0.4801 again."""
    gone = {"arrangement.council_running": 0.011, "budget.forgone": 0.004}
    council = a_council(SPENDER | gone)
    p = parameters({"budget.placement_share": 0.45, "budget.posts_elasticity": 0.6})
    plan_spending(council, a_nation({"placement_cost": 1.02}), p)
    assert council.workforce.posts == pytest.approx(97.258893, abs=1e-5)


@covers(plan_spending)
def test_early_help_has_a_ceiling_however_much_money_there_is():
    """left = 2 - 0.495 = 1.505, of 0.55 2.736; its square is beyond 1.5; early help = 1 + 0.25 x 0.5 =
    1.125.
    """
    council = a_council(SPENDER | {"budget.funding": 2.0})
    plan_spending(council, a_nation(), parameters())
    assert council.budget.early_help == pytest.approx(1.125)


@covers(plan_spending)
def test_a_council_cannot_close_its_front_door():
    """0.6 - 0.495 = 0.105 is below the floor of 0.2, of 0.55 0.363636; 0.363636^0.6 = 0.545005;
    posts = 100 - 35 x 0.454995 = 84.075170."""
    council = a_council(SPENDER | {"budget.funding": 0.6})
    plan_spending(council, a_nation(), parameters({"budget.posts_elasticity": 0.6}))
    assert council.workforce.posts == pytest.approx(84.075170, abs=1e-5)


@covers(plan_spending)
def test_a_council_in_deficit_plans_with_less():
    """left = 1 - 0.45 = 0.55, less 4%: 0.96 of 2014; 0.96^2 = 0.9216; early help = 1 - 0.25 x 0.0784 =
    0.9804.
    """
    council = a_council(SPENDER | {"demand.looked_after": 1.0, "budget.reserves": -0.1})
    plan_spending(council, a_nation(), parameters({"budget.deficit_squeeze": 0.04}))
    assert council.budget.early_help == pytest.approx(0.9804)


@covers(spending_restraint)
@pytest.mark.parametrize(
    "reserves,held_back", [(0.1, 0.0), (0.0, 0.0), (-0.1, 0.04), (-0.3, 0.04), (-0.31, 0.1)]
)
def test_deficits_bring_restraint_and_beyond_a_threshold_spending_controls(reserves, held_back):
    """4% while reserves are negative, 4% + 6% = 10% below -0.3 of a year's budget."""
    p = parameters(
        {"budget.deficit_squeeze": 0.04, "budget.controls_squeeze": 0.06, "budget.controls_threshold": 0.3}
    )
    assert spending_restraint(a_council({"budget.reserves": reserves}).budget, p) == pytest.approx(held_back)


@covers(settle_reserves)
def test_a_deficit_accumulates_without_bound():
    """-0.3 - 0.2 = -0.5: reserves are not clipped."""
    council = a_council({"budget.reserves": -0.3})
    settle_reserves(council.budget, -0.2)
    assert council.budget.reserves == pytest.approx(-0.5)


PAYER = {
    "budget.annual": 60.0,
    "budget.funding": 1.1,
    "budget.placements": 0.5,
    "budget.early_help": 0.8,
    "budget.reserves": 0.1,
    "workforce.posts_2014": 100.0,
    "workforce.newly_qualified": 20.0,
    "workforce.experienced": 50.0,
    "workforce.agency": 10.0,
    "arrangement.council_running": 0.02,
    "arrangement.council_setup": 0.04,
    "arrangement.department_running": 0.01,
    "arrangement.department_setup": 0.03,
    "arrangement.paid_ally": 0,
}
PRICES = {
    "budget.placement_share": 0.45,
    "budget.staff_share": 0.6,
    "budget.normal_staffing": 0.9,
    "workforce.agency_premium": 0.3,
}


@covers(pay_bills, pay_for_help, credit_helper)
def test_every_pound_of_a_council_has_a_payee():
    """A quarter's budget is 60 / 4 = 15. Pay for each worker is 0.55 x 0.6 / (100 x 0.9) = 0.00366667.

    permanent staff 70 x 0.00366667 x 15 = 3.85; agency 10 x 1.3 x 0.00366667 x 15 = 0.715;
    placements 0.5 x 15 = 7.5; early help 0.55 x 0.4 x 0.8 x 15 = 2.64; set-up 0.04 x 15 = 0.6; provider
    0.02 x 15 = 0.3: together 15.605 of 16.5 received, and 0.895 = 0.0149167 x 60 goes to reserves.
    The department pays 0.01 x 15 = 0.15 to the provider and 0.03 x 15 = 0.45 for set-up.
    """
    council = a_council(PAYER | {"arrangement.paid_kind": Support.TRUST, "ledger.peer_reviews": 9.0})
    provider = a_provider()
    pay_bills(council, parameters(PRICES))
    credit_helper(council, a_world([council], providers=[provider]), parameters(PRICES))
    ledger = council.ledger
    assert ledger.funding == pytest.approx(16.5)
    assert ledger.permanent_staff == pytest.approx(3.85)
    assert ledger.agency_staff == pytest.approx(0.715)
    assert ledger.placements == pytest.approx(7.5)
    assert ledger.early_help == pytest.approx(2.64)
    assert ledger.setup == pytest.approx(0.6)
    assert (ledger.provider_fees, ledger.partner_fees) == (pytest.approx(0.3), 0.0)
    assert (ledger.department_provider_fees, ledger.department_partner_fees) == (pytest.approx(0.15), 0.0)
    assert ledger.department_setup == pytest.approx(0.45)
    assert ledger.peer_reviews == 0.0, "a new quarter begins"
    assert provider.income == pytest.approx(0.45)
    assert ledger.support_total == pytest.approx(1.5)
    assert council.budget.spending * 15.0 == pytest.approx(15.605)
    assert (council.budget.reserves - 0.1) * 60.0 == pytest.approx(0.895)


@covers(pay_bills)
def test_the_council_pays_its_graduates_as_its_own_staff():
    """80 x 0.00366667 x 15 = 4.4."""
    council = a_council(PAYER | {"arrangement.paid_kind": Support.TRUST, "workforce.graduates": 10.0})
    pay_bills(council, parameters(PRICES))
    assert council.ledger.permanent_staff == pytest.approx(4.4)


@covers(pay_bills)
def test_overseers_are_the_councils_own_staff_and_count_as_a_cost_of_the_arrangement():
    """0.008 x 15 = 0.12 of the 0.895 that were left above, so that 0.775 go to reserves."""
    council = a_council(PAYER | {"arrangement.paid_kind": Support.TRUST, "arrangement.oversight": 0.008})
    pay_bills(council, parameters(PRICES))
    assert council.ledger.oversight == pytest.approx(0.12)
    assert council.ledger.support_total == pytest.approx(1.62)
    assert (council.budget.reserves - 0.1) * 60.0 == pytest.approx(0.775)


@covers(pay_bills)
def test_the_council_pays_other_services_and_that_is_no_support():
    """0.008 x 15 = 0.12 of the 0.895 that were left above goes to other services, and 0.775 to reserves."""
    council = a_council(PAYER | {"arrangement.paid_kind": Support.TRUST, "budget.forgone": 0.008})
    pay_bills(council, parameters(PRICES))
    assert council.ledger.other_services == pytest.approx(0.12)
    assert council.ledger.support_total == pytest.approx(1.5)
    assert council.ledger.funding == pytest.approx(16.5)
    assert council.budget.spending * 15.0 == pytest.approx(15.725)
    assert (council.budget.reserves - 0.1) * 60.0 == pytest.approx(0.775)


@covers(pay_for_help, credit_helper)
@pytest.mark.parametrize(
    "kind,spent", [(Support.PRIVATE, 0.225), (Support.TRUST, 0.0), (Support.MUTUAL, 0.0)]
)
def test_providers_are_paid_and_companies_keep_books_of_what_they_spend(kind, spent):
    """0.45 is paid. A contract of 0.03 x 15 = 0.45 costs a company 0.05 / 0.1 of it without difficulties."""
    council = a_council(PAYER | {"arrangement.paid_kind": kind, "practice.quality": 50.0})
    provider = a_provider()
    p = parameters({"arrangement.private.running_cost": 0.03})
    pay_for_help(council, 15.0)
    credit_helper(council, a_world([council], [a_partner()], [provider]), p)
    assert (provider.income, provider.expenses) == (pytest.approx(0.45), pytest.approx(spent))
    assert council.ledger.provider_fees == pytest.approx(0.3)


@covers(pay_for_help, credit_helper)
@pytest.mark.parametrize(
    "kind", [Support.ADVISER, Support.ALLIANCE, Support.PARTNER_IN_PRACTICE, Support.PARTNER_COUNCIL]
)
def test_advisers_and_partners_are_paid_as_partners(kind):
    """Council 0.02 x 15 = 0.3, department 0.01 x 15 = 0.15."""
    council = a_council(PAYER | {"arrangement.paid_kind": kind})
    partner, provider = a_partner(), a_provider()
    pay_for_help(council, 15.0)
    credit_helper(council, a_world([council], [partner], [provider]), parameters())
    assert council.ledger.partner_fees == pytest.approx(0.3)
    assert council.ledger.department_partner_fees == pytest.approx(0.15)
    assert (partner.income, provider.income) == (pytest.approx(0.45), 0.0)


@covers(pay_for_help)
def test_nobody_is_paid_where_nobody_helped():
    council = a_council({"ledger.partner_fees": 7.0, "ledger.provider_fees": 7.0})
    pay_for_help(council, 15.0)
    assert council.ledger.partner_fees == council.ledger.provider_fees == council.ledger.support_total == 0.0


@covers(close_accounts)
def test_closing_the_accounts_moves_the_quarters_income_to_the_total():
    """0.45 + 2 = 2.45, and the new quarter begins with nothing."""
    provider = a_provider({"income": 0.45, "income_total": 2.0, "expenses": 0.3})
    partner = a_partner({"income": 0.3})
    close_accounts([provider], [partner])
    assert (provider.income, provider.income_total) == (0.0, pytest.approx(2.45))
    assert provider.expenses == 0.0
    assert (partner.income, partner.income_total) == (0.0, pytest.approx(0.3))


@covers(cost_of_service_levels_of_2014)
def test_what_was_done_in_2014_costs_more_as_work_care_and_placements_grow():
    """0.55 x 1.1 + 0.45 x 1.2 x 1.05 = 0.605 + 0.567 = 1.172; at the level of 2014 it is 1."""
    council = a_council({"demand.workload": 1.1, "demand.looked_after": 1.2})
    p = parameters({"budget.placement_share": 0.45})
    nation = a_nation({"placement_cost": 1.05})
    assert cost_of_service_levels_of_2014(council, nation, p) == pytest.approx(1.172)
    as_in_2014 = a_council({"demand.workload": 1.0, "demand.looked_after": 1.0})
    assert cost_of_service_levels_of_2014(as_in_2014, a_nation(), p) == pytest.approx(1.0)
    assert agrees_when_compiled(cost_of_service_levels_of_2014, council, nation)


@pytest.mark.slow
def test_planning_is_the_same_when_compiled():
    assert agrees_when_compiled(plan_spending, a_council(SPENDER), a_nation())


@covers(pay_for_help)
@pytest.mark.parametrize(
    "ally,kind,provider,partner",
    [
        (0, Support.TRUST, 0.3, 0.0),
        (3, Support.TRUST, 0.3, 0.0),
        (3, Support.ADVISER, 0.0, 0.3),
        (-1, Support.TRUST, 0.0, 0.0),
        (-1, Support.ADVISER, 0.0, 0.0),
    ],
)
def test_whoever_helped_is_paid_whatever_the_row_and_nobody_else(ally, kind, provider, partner):
    """0.02 x 15 = 0.3 by the council, 0.01 x 15 = 0.15 by the department."""
    council = a_council(PAYER | {"arrangement.paid_kind": kind, "arrangement.paid_ally": ally})
    pay_for_help(council, 15.0)
    ledger = council.ledger
    assert (ledger.provider_fees, ledger.partner_fees) == pytest.approx((provider, partner))
    assert (ledger.department_provider_fees, ledger.department_partner_fees) == pytest.approx(
        (provider / 2.0, partner / 2.0)
    )
