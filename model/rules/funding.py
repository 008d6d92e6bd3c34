"""A council's money: what comes in, what placements and arrangements take, what is left, who is paid.

Cuts are felt in early help at once and in posts more slowly. Every pound has a payer (the council or the
department) and a payee (staff, agencies, placements, early help, providers, partners, set-up, overseers).
"""

from collections.abc import Sequence

from model.agents import Budget, Council, Nation, Partner, Provider
from model.codes import Grade, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import YEARS_PER_QUARTER, exponential, logarithm
from model.rules.providers import spend_on_contract
from model.rules.support import is_run_by_provider
from model.rules.workforce import permanent_staff
from model.world import World


@rule
def fund_council(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Funding follows the national path, cut a little more where deprivation is higher; failure brings more.

    uplift moves to its target with a delay, and away from it more slowly;
    funding = national funding x exp(-cut x deprivation) x (1 + uplift) x (1 - attention cost x engagement
    encouraged): services from which the chief executive turned make good their loss. Source: spending
    returns; claim C35.
    """
    budget = council.budget
    promised = p.budget.inadequate_uplift if council.inspection.grade == Grade.INADEQUATE else 0.0
    delay = p.budget.uplift_delay if promised > budget.uplift else p.budget.uplift_fade
    budget.uplift += (promised - budget.uplift) / delay
    budget.funding = (
        nation.funding
        * exponential(-p.budget.deprivation_cut * council.deprivation * nation.deprivation_cut)
        * (1.0 + budget.uplift)
    )
    budget.forgone = p.budget.attention_cost * max(0.0, council.chief_executive.encouragement)


@rule
def plan_spending(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Placements are paid first, then the arrangement; what is left sets posts and, more steeply, early help.

    posts -> posts in 2014 x left^elasticity; early help -> left^elasticity, both with a delay, where left is
    discretionary money against 2014. Source: Turning the Tide 2017.
    """
    budget = council.budget
    workforce = council.workforce
    arrangement = council.arrangement
    budget.placements = p.budget.placement_share * council.demand.looked_after * nation.placement_cost
    left = max(
        p.budget.discretionary_floor,
        budget.funding
        - budget.placements
        - arrangement.council_running
        - arrangement.council_setup
        - arrangement.oversight
        - budget.forgone,
    )
    log_left = logarithm(left * (1.0 - spending_restraint(budget, p)) / (1.0 - p.budget.placement_share))
    posts = workforce.posts_2014 * exponential(p.budget.posts_elasticity * log_left)
    workforce.posts += (posts - workforce.posts) * p.budget.posts_adjustment
    early_help = min(exponential(p.budget.early_help_elasticity * log_left), p.budget.early_help_ceiling)
    budget.early_help += (early_help - budget.early_help) * p.budget.early_help_adjustment
    budget.early_help_felt += (budget.early_help - budget.early_help_felt) / p.demand.early_help_delay


@rule
def spending_restraint(budget: Budget, p: ParameterGroup) -> float:
    """Share of discretionary money held back: a little in deficit, more under spending controls."""
    if budget.reserves < -p.budget.controls_threshold:
        return p.budget.deficit_squeeze + p.budget.controls_squeeze
    return p.budget.deficit_squeeze if budget.reserves < 0.0 else 0.0


@rule
def pay_bills(council: Council, p: ParameterGroup) -> None:
    """Pay staff, agencies, placements, early help and last quarter's outside help; book what remains.

    Each line is share of the 2014 budget x annual budget x 1/4 year, in £m. Reserves take the balance and
    are not bounded: a deficit accumulates. Overseeing a provider is work of the council's own staff.
    """
    budget = council.budget
    workforce = council.workforce
    arrangement = council.arrangement
    ledger = council.ledger
    quarter_budget = budget.annual * YEARS_PER_QUARTER
    after_placements = 1.0 - p.budget.placement_share
    pay = after_placements * p.budget.staff_share / (workforce.posts_2014 * p.budget.normal_staffing)
    permanent = pay * permanent_staff(workforce)
    agency = pay * workforce.agency * (1.0 + p.workforce.agency_premium)
    early_help = after_placements * (1.0 - p.budget.staff_share) * budget.early_help
    outside = arrangement.council_running + arrangement.council_setup
    budget.spending = permanent + agency + budget.placements + early_help + outside + arrangement.oversight
    budget.spending += budget.forgone
    settle_reserves(budget, (budget.funding - budget.spending) * YEARS_PER_QUARTER)
    ledger.funding = budget.funding * quarter_budget
    ledger.permanent_staff = permanent * quarter_budget
    ledger.agency_staff = agency * quarter_budget
    ledger.placements = budget.placements * quarter_budget
    ledger.early_help = early_help * quarter_budget
    ledger.setup = arrangement.council_setup * quarter_budget
    ledger.department_setup = arrangement.department_setup * quarter_budget
    ledger.peer_reviews = 0.0
    ledger.oversight = arrangement.oversight * quarter_budget
    ledger.other_services = budget.forgone * quarter_budget
    pay_for_help(council, quarter_budget)
    ledger.support_total += ledger.setup + ledger.department_setup + ledger.oversight


@rule
def settle_reserves(budget: Budget, balance: float) -> None:
    """Add the quarter's balance, a share of the annual budget, to reserves."""
    budget.reserves += balance


@rule
def pay_for_help(council: Council, quarter_budget: float) -> None:
    """Pay for the help of last quarter: the running cost, the council's and the department's part of it."""
    arrangement = council.arrangement
    ledger = council.ledger
    by_council = arrangement.council_running * quarter_budget
    by_department = arrangement.department_running * quarter_budget
    owed = arrangement.paid_ally >= 0
    to_provider = owed and is_run_by_provider(arrangement.paid_kind)
    to_partner = owed and not to_provider
    ledger.provider_fees = by_council if to_provider else 0.0
    ledger.department_provider_fees = by_department if to_provider else 0.0
    ledger.partner_fees = by_council if to_partner else 0.0
    ledger.department_partner_fees = by_department if to_partner else 0.0
    ledger.support_total += by_council + by_department


@rule
def credit_helper(council: Council, world: World, p: ParameterGroup) -> None:
    """Whoever helped last quarter receives what was paid; a company spends on the contract what it costs."""
    arrangement = council.arrangement
    ledger = council.ledger
    if is_run_by_provider(arrangement.paid_kind):
        provider = world.providers[arrangement.paid_ally]
        paid = ledger.provider_fees + ledger.department_provider_fees
        provider.income += paid
        if arrangement.paid_kind == Support.PRIVATE:
            spend_on_contract(provider, council, paid, council.budget.annual * YEARS_PER_QUARTER, p)
    else:
        paid = ledger.partner_fees + ledger.department_partner_fees
        world.partners[arrangement.paid_ally].income += paid


@rule
def close_accounts(providers: Sequence[Provider], partners: Sequence[Partner]) -> None:
    """Add the quarter's income of providers and partners to their totals, and begin a new quarter's books."""
    for provider in providers:
        provider.income_total += provider.income
        provider.income = 0.0
        provider.expenses = 0.0
    for partner in partners:
        partner.income_total += partner.income
        partner.income = 0.0


@rule
def cost_of_service_levels_of_2014(council: Council, nation: Nation, p: ParameterGroup) -> float:
    """What the service levels of 2014 would cost now, as a share of the council's own budget of 2014.

    (1 - placement share) x work + placement share x looked after x unit cost of placements: as much for each
    case as in 2014, in its prices but for placements, which have become dearer. Claims C10 and C34.
    """
    demand = council.demand
    on_cases = (1.0 - p.budget.placement_share) * demand.workload
    return on_cases + p.budget.placement_share * demand.looked_after * nation.placement_cost
