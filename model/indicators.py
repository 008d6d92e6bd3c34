"""What is observed: indicators of a quarter, outcomes of a run, and what became of each council.

Units and meanings stand with the declarations, from which the codebook is made. The rules that fill them are
in `rules.observation` and `rules.conclusion`.
"""

from functools import cache
from typing import Annotated, Any

import numpy as np

from model.extensions import THE_MODEL, installed_extensions, refuse_clashes
from model.records import dotted_fields
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
    good_or_better_share: Annotated[float, fresh("%", "judged good or outstanding, of the councils judged")]
    inadequate_share: Annotated[float, fresh("%", "judged inadequate, of the councils judged")]
    inspections: Annotated[float, fresh("councils", "judgements published")]
    emergency_inspections: Annotated[float, fresh("councils", "inspections brought forward after an alert")]
    new_inadequate: Annotated[float, fresh("councils", "judged inadequate that were not before")]
    exits: Annotated[float, fresh("councils", "judged better that were inadequate before")]
    quality_mean: Annotated[float, fresh("points", "latent quality, mean")]
    quality_sd: Annotated[float, fresh("points", "latent quality, standard deviation between councils")]
    quality_worst_tenth: Annotated[float, fresh("points", "latent quality, mean of the worst tenth")]
    quality_best_tenth: Annotated[float, fresh("points", "latent quality, mean of the best tenth")]
    bimodality: Annotated[
        float, fresh("0-1", "bimodality of quality: (skewness^2 + 1) / kurtosis; flat is 0.56")
    ]
    quality_while_inadequate: Annotated[
        float, fresh("points", "latent quality of councils judged inadequate")
    ]
    inspected_gap: Annotated[
        float, fresh("points", "inspected score less latent quality, inspections of the quarter")
    ]
    judged_too_well: Annotated[
        float, fresh("councils", "judged good or better with quality below the good bar")
    ]
    undetected: Annotated[
        float, fresh("councils", "judged better than inadequate with quality below that bar")
    ]
    quality_never_failed: Annotated[
        float, fresh("points", "latent quality of councils never judged inadequate, mean")
    ]
    capacity_never_failed: Annotated[
        float, fresh("0-1", "own improvement capacity of councils never judged inadequate, mean")
    ]
    freed: Annotated[float, fresh("councils", "with freedoms")]
    quality_freed: Annotated[float, fresh("points", "latent quality of councils with freedoms, mean")]
    quality_under_contract: Annotated[
        float, fresh("points", "latent quality of councils run by providers, trusts or mutuals, mean")
    ]
    quality_helpers: Annotated[float, fresh("points", "latent quality of councils that help others, mean")]
    leadership: Annotated[float, fresh("0-1", "leadership, mean")]
    improvement_capacity: Annotated[float, fresh("0-1", "own improvement capacity, mean")]
    standard: Annotated[float, fresh("ratio", "internal standard of time per case, mean")]
    pressure: Annotated[float, fresh("ratio less 1", "work pressure, mean")]
    vacancy_rate: Annotated[float, fresh("%", "vacant posts, of all posts")]
    agency_share: Annotated[float, fresh("%", "agency staff, of all staff")]
    turnover: Annotated[float, fresh("% a year", "permanent staff who left, at a yearly rate")]
    experienced_share: Annotated[float, fresh("%", "experienced permanent staff, of all staff")]
    graduates: Annotated[float, fresh("FTE", "on graduate schemes")]
    caseload: Annotated[float, fresh("cases", "cases per case-holding worker, mean of councils")]
    continuity: Annotated[float, fresh("0-1", "share of children keeping their worker, mean")]
    director_changes: Annotated[float, fresh("directors", "changes of post-holder")]
    interim_directors: Annotated[float, fresh("directors", "interims in post")]
    directors_dismissed: Annotated[float, fresh("directors", "replaced by intervention")]
    director_tenure: Annotated[float, fresh("months", "tenure of permanent directors, mean")]
    director_tenure_good: Annotated[
        float, fresh("months", "tenure where judged good or better, interims included, mean")
    ]
    director_tenure_inadequate: Annotated[
        float, fresh("months", "tenure where judged inadequate, interims included, mean")
    ]
    director_tenure_helpers: Annotated[
        float, fresh("months", "tenure where the council helps others, interims included, mean")
    ]
    director_pool: Annotated[float, fresh("ratio", "directors willing to serve; 1 is balance")]
    chief_engagement: Annotated[float, fresh("0-1", "engagement of chief executives, mean")]
    attention_diverted: Annotated[float, fresh("0-1", "engagement of chief executives above their own, mean")]
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
    spent_oversight: Annotated[
        float, fresh("£m", "spent by councils on overseeing those who run their services")
    ]
    spent_other_services: Annotated[
        float, fresh("£m", "given up to services from which chief executives turned away")
    ]
    spent_by_department: Annotated[
        float,
        fresh("£m", "paid by the department: providers, partners, set-up, cover, recruitment, licences"),
    ]
    spent_backfill: Annotated[float, fresh("£m", "of this, cover for helpers' time")]
    spent_recruitment: Annotated[float, fresh("£m", "of this, finding charities as sponsors")]
    spent_licensing: Annotated[float, fresh("£m", "of this, licensing providers")]
    spent_graduates: Annotated[float, fresh("£m", "paid by the department to graduate schemes")]
    funding_gap: Annotated[
        float, fresh("£m a year", "cost of the service levels of 2014 less budget, 2014 prices")
    ]
    uplift: Annotated[float, fresh("£m", "extra funding that followed inadequate judgements")]
    reserves: Annotated[float, fresh("£m", "reserves less accumulated deficits")]
    councils_in_deficit: Annotated[float, fresh("councils", "with an accumulated deficit")]
    arranged_adviser: Annotated[float, fresh("councils", "with an adviser")]
    arranged_alliance: Annotated[float, fresh("councils", "helped by the alliance")]
    arranged_partner_in_practice: Annotated[float, fresh("councils", "helped by a partner in practice")]
    arranged_private: Annotated[float, fresh("councils", "under a private contract")]
    arranged_trust: Annotated[float, fresh("councils", "under a trust")]
    arranged_partner_council: Annotated[float, fresh("councils", "run by a partner council")]
    arranged_specialist: Annotated[float, fresh("councils", "with a specialist team")]
    arranged_commissioner: Annotated[float, fresh("councils", "under a commissioner")]
    arranged_mutual: Annotated[float, fresh("councils", "run by a mutual of social workers")]
    arranged_by_choice: Annotated[float, fresh("councils", "of all these, by the council's own choice")]
    inadequate_on_own: Annotated[float, fresh("councils", "inadequate without any arrangement")]
    waiting: Annotated[float, fresh("councils", "waiting with a stand-in for somebody to bid")]
    tenders: Annotated[float, fresh("councils", "tenders held")]
    bids: Annotated[float, fresh("bids", "bids received")]
    refusals: Annotated[float, fresh("councils", "taken on by nobody")]
    arrangements_begun: Annotated[float, fresh("councils", "arrangements that began")]
    arrangements_ended: Annotated[float, fresh("councils", "arrangements that ended")]
    requests: Annotated[float, fresh("councils", "that asked for help, or for whom it was asked")]
    requests_unmet: Annotated[float, fresh("councils", "of these, whom nobody could take on")]
    waiters: Annotated[float, fresh("councils", "whose arrangement is decided on and not in place")]
    waiting_time: Annotated[
        float, fresh("quarters", "waited so far for what was decided on, mean of those who wait")
    ]
    unserved: Annotated[
        float, fresh("councils", "for whom a provider, trust or mutual was sought and none found")
    ]
    takeovers: Annotated[float, fresh("councils", "taken over")]
    takeovers_recovering: Annotated[float, fresh("councils", "of these, already recovering")]
    early_returns: Annotated[float, fresh("councils", "that returned an arrangement early")]
    providers_live: Annotated[float, fresh("providers", "private companies in the market")]
    sponsors_live: Annotated[
        float, fresh("providers", "charities, council sponsors and mutuals in the market")
    ]
    providers_broke: Annotated[float, fresh("providers", "companies that have run out of money so far")]
    provider_cash: Annotated[float, fresh("£m", "money in hand of a company in the market, mean")]
    provider_entries: Annotated[float, fresh("providers", "entries into the market since the start")]
    provider_exits: Annotated[float, fresh("providers", "exits from the market since the start")]
    contracts: Annotated[float, fresh("councils", "served by providers and trusts")]
    provider_concentration: Annotated[
        float, fresh("0-1", "Herfindahl index of councils served; 0 without any")
    ]
    provider_income: Annotated[float, fresh("£m", "received by providers and trusts")]
    partner_income: Annotated[float, fresh("£m", "received by advisers and partners")]
    partner_load: Annotated[float, fresh("%", "of councils' capacity to help others that is taken up")]
    helper_burden: Annotated[float, fresh("0-1", "burden of directors whose councils help others, mean")]
    confidence: Annotated[float, fresh("0-1", "public confidence, mean")]
    partnership: Annotated[float, fresh("0-1", "partnership with other agencies, mean")]
    duplication: Annotated[float, fresh("%", "work that agencies do twice for want of partnership, mean")]
    peer_reviews: Annotated[float, fresh("councils", "with a peer review")]
    peer_reviews_unmet: Annotated[float, fresh("councils", "of these, without a neighbour free to review")]
    lessons_spread: Annotated[float, fresh("capacity", "capacity that councils learned from others, sum")]
    innovation: Annotated[float, fresh("0-1", "adoption of new ways that charities bring, mean")]
    dependence: Annotated[float, fresh("%", "of the capacity of helped councils that is imported, mean")]
    gaming: Annotated[float, fresh("0-1", "effort spent on looking good, mean")]
    incidents: Annotated[float, fresh("incidents", "serious incidents")]
    outcome: Annotated[float, fresh("0-100", "children's outcome index, mean over children")]
    children_inadequate: Annotated[float, fresh("children", "in councils judged inadequate")]
    children_weak: Annotated[float, fresh("children", "in councils of quality below the inadequate bar")]
    in_house_share: Annotated[
        float, fresh("%", "children served by their council rather than a provider or trust")
    ]


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


class CouncilQuarter(State):
    """What is seen of one council in one quarter: what a record of it would say, and its latent quality."""

    exists: Annotated[int, fresh("0/1", "whether the council exists and takes part")]
    grade: Annotated[int, fresh("code", "judgement in force: `Grade`")]
    judged: Annotated[int, fresh("code", "judgement published this quarter, 0 if none: `Grade`")]
    leadership_judged: Annotated[int, fresh("code", "leadership judgement published with it: `Grade`")]
    quality: Annotated[float, fresh("points", "latent quality")]
    expected_score: Annotated[
        float, fresh("points", "score that an inspection this quarter would give without noise")
    ]
    director_event: Annotated[int, fresh("code", "what happened to the director's post: `DirectorEvent`")]
    interim: Annotated[int, fresh("0/1", "whether the director is an interim")]
    tenure: Annotated[float, fresh("months", "the director's time in post")]
    arrangement: Annotated[int, fresh("code", "arrangement in force: `Support`")]
    posts: Annotated[float, fresh("FTE", "funded posts of social workers")]
    permanent: Annotated[float, fresh("FTE", "social workers in permanent posts, graduates among them")]
    agency: Annotated[float, fresh("FTE", "agency staff")]
    leavers: Annotated[float, fresh("FTE", "permanent staff who left")]
    caseload: Annotated[float, fresh("cases", "cases per case-holding worker")]
    workload: Annotated[float, fresh("ratio", "statutory work against 2014Q1")]
    looked_after: Annotated[float, fresh("ratio", "children looked after against 2014Q1")]
    spending: Annotated[float, fresh("£m a year", "spending at a yearly rate, 2014 prices")]
    confidence: Annotated[float, fresh("0-1", "public confidence")]
    outcome: Annotated[float, fresh("0-1", "children's outcome index")]


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
    undetected: Annotated[float, fresh("council-quarters a year", "failing and not judged so")]
    quality_never_failed_end: Annotated[
        float, fresh("points", "latent quality at the end of councils never judged inadequate")
    ]
    capacity_never_failed_end: Annotated[
        float, fresh("0-1", "own improvement capacity at the end of councils never judged inadequate")
    ]
    quality_after_failure: Annotated[
        float, fresh("points", "latent quality three years after a judgement of inadequate, mean")
    ]
    cohort_weak_quarters: Annotated[
        float, fresh("quarters", "below the inadequate bar, of councils inadequate at the start, mean")
    ]
    cohort_quarters_to_better: Annotated[
        float,
        fresh(
            "quarters",
            "from the start to the first better judgement, of councils inadequate then, mean within the run",
        ),
    ]
    cohort_quality: Annotated[
        float,
        fresh("points", "latent quality three years into the run of councils inadequate at the start, mean"),
    ]
    quality_after_help: Annotated[
        float, fresh("points", "latent quality five years after outside help first ended, mean")
    ]
    experienced_after_help: Annotated[
        float, fresh("%", "experienced staff three years after outside help first ended, mean")
    ]
    vacancy_after_help: Annotated[
        float, fresh("%", "vacant posts three years after outside help first ended, mean")
    ]
    lessons_spread: Annotated[
        float, fresh("capacity a year", "capacity that councils learned from others, sum")
    ]
    dependence: Annotated[
        float, fresh("%", "of the capacity of helped councils that is imported, mean of quarters")
    ]
    duplication: Annotated[float, fresh("%", "work that agencies do twice, mean of quarters")]
    gaming: Annotated[float, fresh("0-1", "effort spent on looking good, mean of quarters")]
    unmet: Annotated[float, fresh("%", "of requests for help that nobody could take on")]
    waiting_time: Annotated[
        float, fresh("quarters", "wait for what was decided on, mean over council-quarters of waiting")
    ]
    unserved: Annotated[float, fresh("council-quarters", "a provider, trust or mutual sought and none found")]
    takeovers_recovering: Annotated[float, fresh("%", "of takeovers that met a council already recovering")]
    early_returns: Annotated[float, fresh("councils a year", "that returned an arrangement early")]
    bids_per_tender: Annotated[float, fresh("bids", "received in a tender, mean")]
    provider_entries: Annotated[float, fresh("providers", "entries into the market")]
    provider_exits: Annotated[float, fresh("providers", "exits from the market")]
    funding_gap_end: Annotated[
        float, fresh("£m a year", "cost of the service levels of 2014 less budget at the end, 2014 prices")
    ]
    total_cost: Annotated[float, fresh("£m", "all spending on children's services")]
    support_cost: Annotated[float, fresh("£m", "outside support, both payers")]
    oversight_cost: Annotated[float, fresh("£m", "councils' own oversight of those who run their services")]
    extra_cost: Annotated[
        float, fresh("£m", "new money: uplift after inadequate judgements, and what the department pays")
    ]


@cache
def quarter_fields() -> list[tuple[str, str, str]]:
    """Every indicator of a quarter, those of extensions last: (name, unit, meaning).

    Raises:
        ExtensionError: when an extension's indicator has the name of another.
    """
    own = [(name, quantity.unit, quantity.meaning) for name, _, quantity in dotted_fields(Quarter)]
    added = [
        (extension, name, *extension.units.get(name, ("", f"added by {extension.name}")))
        for extension in installed_extensions()
        for name in extension.indicators
    ]
    named = [(name, THE_MODEL) for name, _, _ in own] + [(name, str(given)) for given, name, _, _ in added]
    refuse_clashes("indicator", named)
    return own + [(name, unit, meaning) for _, name, unit, meaning in added]


@cache
def quarter_dtype() -> np.dtype[Any]:
    """The record of a quarter's indicators, all floating point."""
    return np.dtype([(name, "f8") for name, _, _ in quarter_fields()], align=True)
