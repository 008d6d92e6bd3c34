"""What is observed: indicators of a quarter, outcomes of a run, and what became of each council.

Both engines collect them with the same rules, in one order of summation. Units and meanings stand with the
declarations, from which the codebook is made.
"""

import math
from functools import cache
from typing import Annotated, Any

import numpy as np

from model.codes import DirectorEvent, Grade, PartnerKind, ProviderKind, Support
from model.extensions import installed_extensions
from model.records import dotted_fields
from model.rule import rule
from model.rules.arithmetic import MONTHS_PER_QUARTER, YEARS_PER_QUARTER
from model.rules.inspection import bar_of
from model.rules.practice import PERCENT
from model.rules.support import is_good, is_run_by_provider
from model.state import State, fresh


class Quarter(State):
    """Indicators of one quarter, over the councils that exist and take part."""

    quarter: Annotated[float, fresh("quarter", "quarters since 2014Q1")]
    councils: Annotated[float, fresh("councils", "councils that exist")]
    outstanding: Annotated[float, fresh("councils", "judged outstanding")]
    good: Annotated[float, fresh("councils", "judged good")]
    requires_improvement: Annotated[float, fresh("councils", "judged to require improvement")]
    inadequate: Annotated[float, fresh("councils", "judged inadequate")]
    not_judged: Annotated[float, fresh("councils", "founded since and not yet judged")]
    good_or_better_share: Annotated[float, fresh("%", "judged good or outstanding, of all councils")]
    inadequate_share: Annotated[float, fresh("%", "judged inadequate, of all councils")]
    inspections: Annotated[float, fresh("councils", "judgements published")]
    emergency_inspections: Annotated[float, fresh("councils", "inspections brought forward after an alert")]
    new_inadequate: Annotated[float, fresh("councils", "judged inadequate that were not before")]
    exits: Annotated[float, fresh("councils", "judged better that were inadequate before")]
    quality_mean: Annotated[float, fresh("points", "latent quality, mean")]
    quality_sd: Annotated[float, fresh("points", "latent quality, standard deviation between councils")]
    quality_worst_tenth: Annotated[float, fresh("points", "latent quality, mean of the worst tenth")]
    quality_best_tenth: Annotated[float, fresh("points", "latent quality, mean of the best tenth")]
    bimodality: Annotated[float, fresh("0-1", "bimodality of quality: (skewness^2 + 1) / kurtosis; flat is 0.56")]
    quality_while_inadequate: Annotated[float, fresh("points", "latent quality of councils judged inadequate")]
    inspected_gap: Annotated[float, fresh("points", "inspected score less latent quality, inspections of the quarter")]
    judged_too_well: Annotated[float, fresh("councils", "judged good or better with quality below the good bar")]
    leadership: Annotated[float, fresh("0-1", "leadership, mean")]
    improvement_capacity: Annotated[float, fresh("0-1", "own improvement capacity, mean")]
    standard: Annotated[float, fresh("ratio", "internal standard of time per case, mean")]
    pressure: Annotated[float, fresh("ratio less 1", "work pressure, mean")]
    vacancy_rate: Annotated[float, fresh("%", "vacant posts, of all posts")]
    agency_share: Annotated[float, fresh("%", "agency staff, of all staff")]
    turnover: Annotated[float, fresh("% a year", "permanent staff who left, at a yearly rate")]
    experienced_share: Annotated[float, fresh("%", "experienced permanent staff, of all staff")]
    caseload: Annotated[float, fresh("cases", "cases per case-holding worker, mean of councils")]
    continuity: Annotated[float, fresh("0-1", "share of children keeping their worker, mean")]
    director_changes: Annotated[float, fresh("directors", "changes of post-holder")]
    interim_directors: Annotated[float, fresh("directors", "interims in post")]
    director_tenure: Annotated[float, fresh("months", "tenure of permanent directors, mean")]
    director_tenure_good: Annotated[float, fresh("months", "tenure where judged good or better, mean")]
    director_tenure_inadequate: Annotated[float, fresh("months", "tenure where judged inadequate, mean")]
    director_pool: Annotated[float, fresh("ratio", "directors willing to serve; 1 is balance")]
    chief_engagement: Annotated[float, fresh("0-1", "engagement of chief executives, mean")]
    workload: Annotated[float, fresh("ratio", "statutory work against 2014Q1, mean")]
    looked_after: Annotated[float, fresh("ratio", "children looked after against 2014Q1, mean")]
    early_help: Annotated[float, fresh("ratio", "early help against 2014Q1, mean")]
    funding: Annotated[float, fresh("£m", "budgets and uplifts received")]
    spent_permanent_staff: Annotated[float, fresh("£m", "paid to permanent staff")]
    spent_agency_staff: Annotated[float, fresh("£m", "paid to agency staff")]
    spent_placements: Annotated[float, fresh("£m", "paid to placements")]
    spent_early_help: Annotated[float, fresh("£m", "paid to early help")]
    spent_providers: Annotated[float, fresh("£m", "paid by councils to providers and trusts")]
    spent_partners: Annotated[float, fresh("£m", "paid by councils to advisers and partners")]
    spent_setup: Annotated[float, fresh("£m", "paid by councils to set up arrangements")]
    spent_peer_reviews: Annotated[float, fresh("£m", "paid by councils to peer reviews")]
    spent_by_department: Annotated[float, fresh("£m", "paid by the department to providers, partners, set-up")]
    uplift: Annotated[float, fresh("£m", "extra funding that followed inadequate judgements")]
    reserves: Annotated[float, fresh("£m", "reserves less accumulated deficits")]
    councils_in_deficit: Annotated[float, fresh("councils", "with an accumulated deficit")]
    arranged_adviser: Annotated[float, fresh("councils", "with an adviser")]
    arranged_alliance: Annotated[float, fresh("councils", "helped by the alliance")]
    arranged_partner_in_practice: Annotated[float, fresh("councils", "helped by a partner in practice")]
    arranged_private: Annotated[float, fresh("councils", "under a private contract")]
    arranged_trust: Annotated[float, fresh("councils", "under a trust")]
    arranged_partner_council: Annotated[float, fresh("councils", "run by a partner council")]
    inadequate_on_own: Annotated[float, fresh("councils", "inadequate without any arrangement")]
    waiting: Annotated[float, fresh("councils", "waiting with a stand-in for somebody to bid")]
    tenders: Annotated[float, fresh("councils", "tenders held")]
    bids: Annotated[float, fresh("bids", "bids received")]
    refusals: Annotated[float, fresh("councils", "taken on by nobody")]
    arrangements_begun: Annotated[float, fresh("councils", "arrangements that began")]
    arrangements_ended: Annotated[float, fresh("councils", "arrangements that ended")]
    providers_live: Annotated[float, fresh("providers", "private companies in the market")]
    provider_entries: Annotated[float, fresh("providers", "entries into the market since the start")]
    provider_exits: Annotated[float, fresh("providers", "exits from the market since the start")]
    contracts: Annotated[float, fresh("councils", "served by providers and trusts")]
    provider_concentration: Annotated[float, fresh("0-1", "Herfindahl index of councils served; 0 without any")]
    provider_income: Annotated[float, fresh("£m", "received by providers and trusts")]
    partner_income: Annotated[float, fresh("£m", "received by advisers and partners")]
    partner_load: Annotated[float, fresh("%", "of councils' capacity to help others that is taken up")]
    helper_burden: Annotated[float, fresh("0-1", "burden of directors whose councils help others, mean")]
    confidence: Annotated[float, fresh("0-1", "public confidence, mean")]
    partnership: Annotated[float, fresh("0-1", "partnership with other agencies, mean")]
    incidents: Annotated[float, fresh("incidents", "serious incidents")]
    outcome: Annotated[float, fresh("0-100", "children's outcome index, mean over children")]
    children_inadequate: Annotated[float, fresh("children", "in councils judged inadequate")]
    children_weak: Annotated[float, fresh("children", "in councils of quality below the inadequate bar")]
    in_house_share: Annotated[float, fresh("%", "children served by their council rather than a provider or trust")]


class CouncilOutcome(State):
    """What became of one council in a run."""

    row: Annotated[int, fresh("row", "row of the master table of councils")]
    exists: Annotated[int, fresh("0/1", "whether it exists at the end")]
    grade: Annotated[int, fresh("code", "judgement in force at the end: `Grade`")]
    quality: Annotated[float, fresh("points", "latent quality at the end")]
    inadequate_quarters: Annotated[float, fresh("quarters", "spent judged inadequate")]
    weak_quarters: Annotated[float, fresh("quarters", "spent with quality below the inadequate bar")]
    director_changes: Annotated[int, fresh("count", "changes of director")]
    support_cost: Annotated[float, fresh("£m", "cost of outside support, both payers")]


class Outcome(State):
    """Outcomes of one run, over its quarters."""

    good_or_better_end: Annotated[float, fresh("%", "councils judged good or better at the end")]
    inadequate_end: Annotated[float, fresh("%", "councils judged inadequate at the end")]
    inadequate_mean: Annotated[float, fresh("councils", "judged inadequate in an average quarter")]
    new_inadequate: Annotated[float, fresh("councils a year", "newly judged inadequate")]
    months_to_better: Annotated[
        float, fresh("months", "from inadequate to the first better judgement, mean up to 60 (Kaplan-Meier)")
    ]
    months_to_good: Annotated[
        float, fresh("months", "from inadequate to good or better, mean up to 120 (Kaplan-Meier)")
    ]
    relapse: Annotated[float, fresh("%", "inadequate again within five years of the exit (Kaplan-Meier)")]
    quality_end: Annotated[float, fresh("points", "latent quality at the end, mean")]
    quality_sd_end: Annotated[float, fresh("points", "latent quality at the end, standard deviation")]
    bimodality_end: Annotated[float, fresh("0-1", "bimodality of quality at the end")]
    quality_while_inadequate: Annotated[float, fresh("points", "latent quality of councils while inadequate")]
    outcome_mean: Annotated[float, fresh("0-100", "children's outcome index, mean of all quarters")]
    inadequate_child_years: Annotated[float, fresh("million child-years", "in councils judged inadequate")]
    weak_child_years: Annotated[float, fresh("million child-years", "in councils below the inadequate bar")]
    director_changes: Annotated[float, fresh("directors a year", "changes of post-holder")]
    agency_end: Annotated[float, fresh("%", "agency staff, of all staff, at the end")]
    vacancy_end: Annotated[float, fresh("%", "vacant posts at the end")]
    confidence_end: Annotated[float, fresh("0-1", "public confidence at the end")]
    incidents: Annotated[float, fresh("incidents a year", "serious incidents")]
    in_house: Annotated[float, fresh("%", "children served in house, mean of all quarters")]
    supported: Annotated[float, fresh("%", "of inadequate council-quarters with an arrangement")]
    total_cost: Annotated[float, fresh("£m", "all spending on children's services")]
    support_cost: Annotated[float, fresh("£m", "outside support, both payers")]
    extra_cost: Annotated[float, fresh("£m", "outside support and the uplift after inadequate judgements")]


HORIZON_BETTER = 20
HORIZON_GOOD = 40
HORIZON_RELAPSE = 20


@rule
def observe(world, p, row):
    """Fill the indicators of the quarter that has just passed into a `Quarter`."""
    observe_judgements(world, p, row)
    observe_quality(world, row)
    observe_staff(world, row)
    observe_directors(world, row)
    observe_money(world, row)
    observe_arrangements(world, row)
    observe_market(world, row)
    observe_children(world, p, row)


@rule
def observe_judgements(world, p, row):
    """Councils by judgement, and how judgements moved."""
    outstanding = good = requires_improvement = inadequate = not_judged = 0
    inspections = emergency = new_inadequate = exits = too_well = 0
    gap = 0.0
    bar = bar_of(Grade.GOOD, world.nation, p)
    for council in world.councils:
        if council.exists == 1:
            inspection = council.inspection
            grade = inspection.grade
            if grade == Grade.OUTSTANDING:
                outstanding += 1
            elif grade == Grade.GOOD:
                good += 1
            elif grade == Grade.REQUIRES_IMPROVEMENT:
                requires_improvement += 1
            elif grade == Grade.INADEQUATE:
                inadequate += 1
            else:
                not_judged += 1
            emergency += inspection.emergency
            if is_good(council) and council.practice.quality < bar:
                too_well += 1
            if inspection.result > Grade.NOT_JUDGED:
                inspections += 1
                gap += inspection.score_gap
                if inspection.previous_grade == Grade.INADEQUATE and grade != Grade.INADEQUATE:
                    exits += 1
                if inspection.previous_grade != Grade.INADEQUATE and grade == Grade.INADEQUATE:
                    new_inadequate += 1
    count = outstanding + good + requires_improvement + inadequate + not_judged
    row.quarter = world.nation.quarter
    row.councils = count
    row.outstanding = outstanding
    row.good = good
    row.requires_improvement = requires_improvement
    row.inadequate = inadequate
    row.not_judged = not_judged
    row.good_or_better_share = PERCENT * per(outstanding + good, count)
    row.inadequate_share = PERCENT * per(inadequate, count)
    row.inspections = inspections
    row.emergency_inspections = emergency
    row.new_inadequate = new_inadequate
    row.exits = exits
    row.inspected_gap = per(gap, inspections)
    row.judged_too_well = too_well


@rule
def per(amount, count):
    """Amount per count, not a number where there is nothing to count."""
    return amount / count if count > 0 else math.nan


@rule
def observe_quality(world, row):
    """Latent quality: mean, spread, tenths and bimodality; what practice rests on."""
    count = 0
    total = leadership = capacity = standard = inadequate_total = 0.0
    inadequate = 0
    for council in world.councils:
        if council.exists == 1:
            count += 1
            total += council.practice.quality
            leadership += council.practice.leadership
            standard += council.practice.standard
            capacity += council.capacity.improvement
            if council.inspection.grade == Grade.INADEQUATE:
                inadequate += 1
                inadequate_total += council.practice.quality
    mean = per(total, count)
    second = third = fourth = 0.0
    for council in world.councils:
        if council.exists == 1:
            deviation = council.practice.quality - mean
            square = deviation * deviation
            second += square
            third += square * deviation
            fourth += square * square
    variance = per(second, count)
    row.quality_mean = mean
    row.quality_sd = math.sqrt(variance) if variance > 0.0 else 0.0
    if variance > 0.0:
        skewness_squared = (third / count) * (third / count) / (variance * variance * variance)
        row.bimodality = (skewness_squared + 1.0) / (fourth / count / (variance * variance))
    else:
        row.bimodality = math.nan
    row.leadership = per(leadership, count)
    row.improvement_capacity = per(capacity, count)
    row.standard = per(standard, count)
    row.quality_while_inadequate = per(inadequate_total, inadequate)
    order_by_quality(world)
    tenth = max(1, count // TENTH)
    row.quality_worst_tenth = mean_of_places(world.places, 0, min(tenth, count))
    row.quality_best_tenth = mean_of_places(world.places, max(0, count - tenth), count)


@rule
def order_by_quality(world):
    """Sort the places by quality, councils that do not exist last: insertion sort on last quarter's order."""
    places = world.places
    for place in places:
        council = world.councils[place.row]
        place.quality = council.practice.quality if council.exists == 1 else math.inf
    for i in range(1, len(places)):
        row = places[i].row
        quality = places[i].quality
        j = i - 1
        while j >= 0 and places[j].quality > quality:
            places[j + 1].row = places[j].row
            places[j + 1].quality = places[j].quality
            j -= 1
        places[j + 1].row = row
        places[j + 1].quality = quality


@rule
def mean_of_places(places, first, end):
    """Mean quality of the places from `first` up to `end`."""
    total = 0.0
    for i in range(first, end):
        total += places[i].quality
    return per(total, end - first)


@rule
def observe_staff(world, row):
    """Staff, vacancies, churn and pressure."""
    count = 0
    posts = permanent = experienced = agency = leavers = 0.0
    pressure = caseload = continuity = 0.0
    for council in world.councils:
        if council.exists == 1:
            workforce = council.workforce
            count += 1
            posts += workforce.posts
            permanent += workforce.newly_qualified + workforce.experienced
            experienced += workforce.experienced
            agency += workforce.agency
            leavers += workforce.leavers
            pressure += workforce.pressure
            caseload += workforce.caseload
            continuity += workforce.continuity
    row.pressure = per(pressure, count)
    row.caseload = per(caseload, count)
    row.continuity = per(continuity, count)
    row.vacancy_rate = PERCENT * max(0.0, 1.0 - per(permanent, posts))
    row.agency_share = PERCENT * per(agency, permanent + agency)
    row.experienced_share = PERCENT * per(experienced, permanent + agency)
    row.turnover = PERCENT * per(leavers, permanent) / YEARS_PER_QUARTER


@rule
def observe_directors(world, row):
    """Directors: changes, interims, tenure by judgement, the pool; chief executives."""
    count = changes = interims = permanent = in_good = in_inadequate = 0
    tenure = tenure_good = tenure_inadequate = engagement = 0.0
    for council in world.councils:
        if council.exists == 1:
            director = council.director
            count += 1
            engagement += council.chief_executive.engagement
            if director.event != DirectorEvent.NONE:
                changes += 1
            if director.interim == 1:
                interims += 1
            else:
                permanent += 1
                tenure += director.tenure
            if is_good(council):
                in_good += 1
                tenure_good += director.tenure
            elif council.inspection.grade == Grade.INADEQUATE:
                in_inadequate += 1
                tenure_inadequate += director.tenure
    row.director_changes = changes
    row.interim_directors = interims
    row.director_tenure = MONTHS_PER_QUARTER * per(tenure, permanent)
    row.director_tenure_good = MONTHS_PER_QUARTER * per(tenure_good, in_good)
    row.director_tenure_inadequate = MONTHS_PER_QUARTER * per(tenure_inadequate, in_inadequate)
    row.director_pool = world.nation.director_pool
    row.chief_engagement = per(engagement, count)


@rule
def observe_money(world, row):
    """Funding and spending by payee, uplift, reserves and deficits."""
    funding = permanent = agency = placements = early_help = 0.0
    providers = partners = setup = peer_reviews = department = 0.0
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
            uplift += ledger.funding * budget.uplift / (1.0 + budget.uplift)
            reserves += budget.reserves * budget.annual
            if budget.reserves < 0.0:
                deficits += 1
    row.funding = funding
    row.spent_permanent_staff = permanent
    row.spent_agency_staff = agency
    row.spent_placements = placements
    row.spent_early_help = early_help
    row.spent_providers = providers
    row.spent_partners = partners
    row.spent_setup = setup
    row.spent_peer_reviews = peer_reviews
    row.spent_by_department = department
    row.uplift = uplift
    row.reserves = reserves
    row.councils_in_deficit = deficits


@rule
def observe_arrangements(world, row):
    """Arrangements in force by kind, tenders, refusals, and the inadequate who are on their own."""
    adviser = alliance = partner = private = trust = council_run = 0
    on_own = waiting = tenders = bids = refusals = begun = ended = 0
    for council in world.councils:
        if council.exists == 1:
            kind = council.arrangement.kind
            intervention = council.intervention
            if kind == Support.ADVISER:
                adviser += 1
            elif kind == Support.ALLIANCE:
                alliance += 1
            elif kind == Support.PARTNER_IN_PRACTICE:
                partner += 1
            elif kind == Support.PRIVATE:
                private += 1
            elif kind == Support.TRUST:
                trust += 1
            elif kind == Support.PARTNER_COUNCIL:
                council_run += 1
            elif council.inspection.grade == Grade.INADEQUATE:
                on_own += 1
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
    row.inadequate_on_own = on_own
    row.waiting = waiting
    row.tenders = tenders
    row.bids = bids
    row.refusals = refusals
    row.arrangements_begun = begun
    row.arrangements_ended = ended


@rule
def observe_market(world, row):
    """Providers in and out of the market, whom they serve, and how full helpers are."""
    live = entries = exits = contracts = squares = 0
    provider_income = partner_income = 0.0
    for provider in world.providers:
        if provider.kind == ProviderKind.PRIVATE:
            live += provider.active
        entries += provider.entries
        exits += provider.exits
        contracts += provider.load
        squares += provider.load * provider.load
        provider_income += provider.income
    load = room = 0
    for partner in world.partners:
        partner_income += partner.income
        if partner.kind != PartnerKind.ADVISER and partner.active == 1:
            load += partner.load
            room += partner.capacity
    burden = 0.0
    helpers = 0
    for council in world.councils:
        if council.exists == 1 and council.outcome.helping > 0.0:
            helpers += 1
            burden += council.director.burden
    row.providers_live = live
    row.provider_entries = entries
    row.provider_exits = exits
    row.contracts = contracts
    row.provider_concentration = squares / (contracts * contracts) if contracts > 0 else 0.0
    row.provider_income = provider_income
    row.partner_income = partner_income
    row.partner_load = PERCENT * per(load, room)
    row.helper_burden = per(burden, helpers)


@rule
def observe_children(world, p, row):
    """What children and the public get."""
    count = incidents = 0
    children = outcome = inadequate = weak = in_house = 0.0
    confidence = partnership = workload = looked_after = early_help = 0.0
    for council in world.councils:
        if council.exists == 1:
            count += 1
            children += council.children
            outcome += council.outcome.children * council.children
            confidence += council.standing.confidence
            partnership += council.standing.partnership
            workload += council.demand.workload
            looked_after += council.demand.looked_after
            early_help += council.budget.early_help
            incidents += council.incidents.happened
            if council.inspection.grade == Grade.INADEQUATE:
                inadequate += council.children
            if council.practice.quality < p.inspection.inadequate_bar:
                weak += council.children
            if not is_run_by_provider(council.arrangement.kind):
                in_house += council.children
    row.outcome = PERCENT * per(outcome, children)
    row.children_inadequate = inadequate
    row.children_weak = weak
    row.in_house_share = PERCENT * per(in_house, children)
    row.confidence = per(confidence, count)
    row.partnership = per(partnership, count)
    row.workload = per(workload, count)
    row.looked_after = per(looked_after, count)
    row.early_help = per(early_help, count)
    row.incidents = incidents


@rule
def report_council(council, row):
    """Fill what became of a council into a `CouncilOutcome`."""
    row.row = council.row
    row.exists = council.exists
    row.grade = council.inspection.grade
    row.quality = council.practice.quality
    row.inadequate_quarters = per(
        council.outcome.inadequate_child_years, council.children * YEARS_PER_QUARTER
    )
    row.weak_quarters = per(council.outcome.weak_child_years, council.children * YEARS_PER_QUARTER)
    row.director_changes = council.director.changes
    row.support_cost = council.ledger.support_total


@rule
def conclude(world, rows, count, outcome):
    """Fill the outcomes of a run into an `Outcome`.

    Args:
        world: the agents at the end.
        rows: the indicators of its quarters.
        count: how many quarters there were.
        outcome: to be filled.
    """
    last = rows[count - 1]
    outcome.good_or_better_end = last.good_or_better_share
    outcome.inadequate_end = last.inadequate_share
    outcome.quality_end = last.quality_mean
    outcome.quality_sd_end = last.quality_sd
    outcome.bimodality_end = last.bimodality
    outcome.agency_end = last.agency_share
    outcome.vacancy_end = last.vacancy_rate
    outcome.confidence_end = last.confidence
    conclude_over_quarters(rows, count, outcome)
    conclude_costs(rows, count, outcome)
    conclude_spells(world.durations, outcome)


@rule
def conclude_over_quarters(rows, count, outcome):
    """Sums and means over the quarters of a run."""
    years = count * YEARS_PER_QUARTER
    inadequate = on_own = new = changes = incidents = 0.0
    index = inadequate_children = weak_children = in_house = quality = 0.0
    for i in range(count):
        row = rows[i]
        inadequate += row.inadequate
        on_own += row.inadequate_on_own
        new += row.new_inadequate
        changes += row.director_changes
        incidents += row.incidents
        index += row.outcome
        inadequate_children += row.children_inadequate
        weak_children += row.children_weak
        in_house += row.in_house_share
        if row.inadequate > 0.0:
            quality += row.quality_while_inadequate * row.inadequate
    outcome.inadequate_mean = inadequate / count
    outcome.new_inadequate = new / years
    outcome.director_changes = changes / years
    outcome.incidents = incidents / years
    outcome.outcome_mean = index / count
    outcome.inadequate_child_years = inadequate_children * YEARS_PER_QUARTER / MILLION
    outcome.weak_child_years = weak_children * YEARS_PER_QUARTER / MILLION
    outcome.in_house = in_house / count
    outcome.supported = PERCENT * per(inadequate - on_own, inadequate)
    outcome.quality_while_inadequate = per(quality, inadequate)


@rule
def conclude_costs(rows, count, outcome):
    """All spending, outside support, and what failure cost beyond it."""
    total = support = uplift = 0.0
    for i in range(count):
        row = rows[i]
        bought = row.spent_providers + row.spent_partners + row.spent_setup + row.spent_peer_reviews
        support += bought + row.spent_by_department
        total += row.spent_permanent_staff + row.spent_agency_staff + row.spent_placements
        total += row.spent_early_help + bought + row.spent_by_department
        uplift += row.uplift
    outcome.total_cost = total
    outcome.support_cost = support
    outcome.extra_cost = support + uplift


@rule
def conclude_spells(durations, outcome):
    """Restricted mean times and the risk of relapse, from the life table (Kaplan and Meier 1958)."""
    outcome.months_to_better = math.nan
    outcome.months_to_good = math.nan
    outcome.relapse = math.nan
    seen_better = seen_good = seen_relapse = 0
    still = not_good = well = 1.0
    to_better = to_good = 0.0
    for k in range(len(durations)):
        if k <= HORIZON_BETTER:
            seen_better += durations[k].still_inadequate
            still *= staying(durations[k].got_better, durations[k].still_inadequate)
        if k < HORIZON_BETTER:
            to_better += still
        if k <= HORIZON_GOOD:
            seen_good += durations[k].not_yet_good
            not_good *= staying(durations[k].got_good, durations[k].not_yet_good)
        if k < HORIZON_GOOD:
            to_good += not_good
        if k <= HORIZON_RELAPSE:
            seen_relapse += durations[k].may_relapse
            well *= staying(durations[k].relapsed, durations[k].may_relapse)
    if seen_better > 0:
        outcome.months_to_better = to_better * MONTHS_PER_QUARTER
    if seen_good > 0:
        outcome.months_to_good = to_good * MONTHS_PER_QUARTER
    if seen_relapse > 0:
        outcome.relapse = PERCENT * (1.0 - well)


@rule
def staying(left, at_risk):
    """Share of those at risk that did not leave; all of them where nobody was at risk."""
    return 1.0 - left / at_risk if at_risk > 0 else 1.0


TENTH = 10
MILLION = 1e6


@cache
def quarter_fields() -> list[tuple[str, str, str]]:
    """Every indicator of a quarter, those of extensions last: (name, unit, meaning)."""
    own = [(name, quantity.unit, quantity.meaning) for name, _, quantity in dotted_fields(Quarter)]
    return own + [
        (name, *extension.units.get(name, ("", f"added by {extension.name}")))
        for extension in installed_extensions()
        for name in extension.indicators
    ]


@cache
def quarter_dtype() -> np.dtype[Any]:
    """The record of a quarter's indicators, all floating point."""
    return np.dtype([(name, "f8") for name, _, _ in quarter_fields()], align=True)


def _observer() -> Any:
    """The rule that observes everything: the model's indicators, then those of extensions, one by one."""
    namespace: dict[str, Any] = {"observe": observe}
    lines = ["def observe_all(world, p, row):", "    observe(world, p, row)"]
    for extension in installed_extensions():
        for name, function in extension.indicators.items():
            namespace[f"indicator_{name}"] = rule(function)
            lines.append(f"    row.{name} = indicator_{name}(world, p)")
    exec("\n".join(lines), namespace)
    return rule(namespace["observe_all"])


observe_all = _observer()
"""`observe`, and the indicators of installed extensions."""
