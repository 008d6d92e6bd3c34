"""Looking at a quarter, continued: who pays whom, who helps whom, who waits, and what is learned.

What these indicators measure is declared in `model.indicators`; `observation` calls them in turn.
"""

from model.codes import Grade, PartnerKind, ProviderKind, Review, Support, Takeover
from model.indicators import Quarter
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import PERCENT, per
from model.rules.funding import cost_of_service_levels_of_2014
from model.world import World


@rule
def observe_money(world: World, p: ParameterGroup, row: Quarter) -> None:
    """Funding and spending by payee, uplift, reserves and deficits; the gap to the service of 2014."""
    funding = permanent = agency = placements = early_help = 0.0
    providers = partners = setup = peer_reviews = department = 0.0
    oversight = other_services = backfill = graduates = gap = 0.0
    uplift = reserves = 0.0
    deficits = 0
    for council in world.councils:
        if council.exists == 1:
            ledger = council.ledger
            budget = council.budget
            funding += ledger.funding
            permanent += ledger.permanent_staff
            agency += ledger.agency_staff
            placements += ledger.placements
            early_help += ledger.early_help
            providers += ledger.provider_fees
            partners += ledger.partner_fees
            setup += ledger.setup
            peer_reviews += ledger.peer_reviews
            department += ledger.department_provider_fees + ledger.department_partner_fees
            department += ledger.department_setup
            department += ledger.department_backfill
            backfill += ledger.department_backfill
            other_services += ledger.other_services
            oversight += ledger.oversight
            graduates += ledger.department_graduates
            cost = cost_of_service_levels_of_2014(council, world.nation, p)
            gap += budget.annual * (cost - budget.funding)
            uplift += ledger.funding * budget.uplift / (1.0 + budget.uplift)
            reserves += budget.reserves * budget.annual
            deficits += 1 if budget.reserves < 0.0 else 0
    row.funding = funding
    row.spent_permanent_staff = permanent
    row.spent_agency_staff = agency
    row.spent_placements = placements
    row.spent_early_help = early_help
    row.spent_providers = providers
    row.spent_partners = partners
    row.spent_setup = setup
    row.spent_peer_reviews = peer_reviews
    row.spent_oversight = oversight
    row.spent_other_services = other_services
    row.spent_backfill = backfill
    row.spent_recruitment = world.nation.recruitment
    row.spent_licensing = world.nation.licensing
    row.spent_by_department = department + world.nation.recruitment + world.nation.licensing
    row.spent_graduates = graduates
    row.funding_gap = gap
    row.uplift = uplift
    row.reserves = reserves
    row.councils_in_deficit = deficits


@rule
def observe_arrangements(world: World, row: Quarter) -> None:
    """Arrangements in force by kind, tenders, refusals, and the inadequate who are on their own."""
    adviser = alliance = partner = private = trust = council_run = 0
    specialist = commissioner = mutual = by_choice = 0
    on_own = waiting = tenders = bids = refusals = begun = ended = 0
    for council in world.councils:
        if council.exists == 1:
            kind = council.arrangement.kind
            intervention = council.intervention
            inadequate = council.inspection.grade == Grade.INADEQUATE
            adviser += 1 if kind == Support.ADVISER else 0
            alliance += 1 if kind == Support.ALLIANCE else 0
            partner += 1 if kind == Support.PARTNER_IN_PRACTICE else 0
            private += 1 if kind == Support.PRIVATE else 0
            trust += 1 if kind == Support.TRUST else 0
            council_run += 1 if kind == Support.PARTNER_COUNCIL else 0
            specialist += 1 if kind == Support.SPECIALIST else 0
            commissioner += 1 if kind == Support.COMMISSIONER else 0
            mutual += 1 if kind == Support.MUTUAL else 0
            on_own += 1 if kind <= Support.OWN_PLAN and inadequate else 0
            by_choice += council.arrangement.voluntary
            waiting += intervention.waiting
            tenders += intervention.tender
            bids += intervention.bids
            refusals += intervention.refused
            begun += 1 if intervention.start_kind > Support.NONE else 0
            ended += 1 if intervention.end_kind > Support.NONE else 0
    row.arranged_adviser = adviser
    row.arranged_alliance = alliance
    row.arranged_partner_in_practice = partner
    row.arranged_private = private
    row.arranged_trust = trust
    row.arranged_partner_council = council_run
    row.arranged_specialist = specialist
    row.arranged_commissioner = commissioner
    row.arranged_mutual = mutual
    row.arranged_by_choice = by_choice
    row.inadequate_on_own = on_own
    row.waiting = waiting
    row.tenders = tenders
    row.bids = bids
    row.refusals = refusals
    row.arrangements_begun = begun
    row.arrangements_ended = ended


@rule
def observe_waiting(world: World, row: Quarter) -> None:
    """Help asked for and not to be had, takeovers, and arrangements returned early."""
    requests = unmet = waiters = waited = unserved = 0
    takeovers = recovering = returned = 0
    for council in world.councils:
        if council.exists == 1:
            intervention = council.intervention
            requests += intervention.requested
            unmet += intervention.refused
            if intervention.refused == 1 and intervention.tender == 1 and intervention.bids == 0:
                unserved += 1
            waiters += 1 if intervention.waited > 0 else 0
            waited += intervention.waited
            takeovers += 1 if intervention.taken_over > Takeover.NONE else 0
            recovering += 1 if intervention.taken_over == Takeover.WHILE_RECOVERING else 0
            returned += intervention.returned
    row.requests = requests
    row.requests_unmet = unmet
    row.waiters = waiters
    row.waiting_time = per(waited, waiters)
    row.unserved = unserved
    row.takeovers = takeovers
    row.takeovers_recovering = recovering
    row.early_returns = returned


@rule
def observe_market(world: World, row: Quarter) -> None:
    """Providers in and out of the market, whom they serve, and how full helpers are."""
    live = sponsors = broke = entries = exits = contracts = squares = 0
    provider_income = partner_income = cash = 0.0
    for provider in world.providers:
        if provider.kind == ProviderKind.PRIVATE:
            live += provider.active
            cash += provider.cash * provider.active
        else:
            sponsors += provider.active
        broke += provider.broke
        entries += provider.entries
        exits += provider.exits
        contracts += provider.load
        squares += provider.load * provider.load
        provider_income += provider.income
    load = room = 0
    for partner in world.partners:
        partner_income += partner.income
        is_council = partner.kind == PartnerKind.PARTNER_IN_PRACTICE or partner.kind == PartnerKind.ALLIANCE
        if is_council and partner.active == 1:
            load += partner.load
            room += partner.capacity
    burden = quality = 0.0
    helpers = 0
    for council in world.councils:
        if council.exists == 1 and council.outcome.helping > 0.0:
            helpers += 1
            burden += council.director.burden
            quality += council.practice.quality
    row.providers_live = live
    row.sponsors_live = sponsors
    row.providers_broke = broke
    row.provider_cash = per(cash, live)
    row.provider_entries = entries
    row.provider_exits = exits
    row.contracts = contracts
    row.provider_concentration = squares / (contracts * contracts) if contracts > 0 else 0.0
    row.provider_income = provider_income
    row.partner_income = partner_income
    row.partner_load = PERCENT * per(load, room)
    row.helper_burden = per(burden, helpers)
    row.quality_helpers = per(quality, helpers)


@rule
def observe_learning(world: World, row: Quarter) -> None:
    """What councils learn from each other, how far the helped depend on help, work done twice, and gaming."""
    count = reviews = unmet = helped = 0
    lessons = innovation = dependence = duplication = gaming = 0.0
    for council in world.councils:
        if council.exists == 1:
            capacity = council.capacity
            count += 1
            reviews += 1 if capacity.reviewed > Review.NONE else 0
            unmet += 1 if capacity.reviewed == Review.BY_NOBODY else 0
            lessons += capacity.lesson
            innovation += council.practice.innovation
            duplication += council.demand.done_twice
            gaming += council.inspection.gaming
            if capacity.imported > 0.0 and council.arrangement.kind != Support.NONE:
                helped += 1
                imported = capacity.imported * (1.0 - capacity.improvement)
                dependence += imported / (capacity.improvement + imported)
    row.peer_reviews = reviews
    row.peer_reviews_unmet = unmet
    row.lessons_spread = lessons
    row.innovation = per(innovation, count)
    row.dependence = PERCENT * per(dependence, helped)
    row.duplication = PERCENT * per(duplication, count)
    row.gaming = per(gaming, count)
