"""Looking back on a run: its outcomes over all quarters, and what became of each council.

Rates and means come from the indicators of the quarters; times to recovery and the risk of relapse from the
life table that `survival` keeps, up to the horizons below. Means of the cohort, the councils that were
inadequate when the run began, need no estimate: all of them are followed from then on.
"""

import math
from collections.abc import Sequence

from model.agents import Council, Followed
from model.indicators import CouncilOutcome, Outcome, Quarter
from model.rule import rule
from model.rules.arithmetic import MILLION, MONTHS_PER_QUARTER, PERCENT, YEARS_PER_QUARTER, per
from model.world import Duration, World

HORIZON_BETTER = 20
HORIZON_GOOD = 40
HORIZON_RELAPSE = 20


@rule
def report_council(council: Council, row: CouncilOutcome) -> None:
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
def conclude(world: World, rows: Sequence[Quarter], count: int, outcome: Outcome) -> None:
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
    outcome.quality_never_failed_end = last.quality_never_failed
    outcome.capacity_never_failed_end = last.capacity_never_failed
    outcome.funding_gap_end = last.funding_gap
    outcome.provider_entries = last.provider_entries
    outcome.provider_exits = last.provider_exits
    conclude_over_quarters(rows, count, outcome)
    conclude_learning(rows, count, outcome)
    conclude_help(rows, count, outcome)
    conclude_costs(rows, count, outcome)
    conclude_followed(world.nation.followed, outcome)
    conclude_spells(world.durations, outcome)


@rule
def conclude_over_quarters(rows: Sequence[Quarter], count: int, outcome: Outcome) -> None:
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
def conclude_learning(rows: Sequence[Quarter], count: int, outcome: Outcome) -> None:
    """What was learned, depended on, done twice or made to look good, and failure that nobody had found."""
    years = count * YEARS_PER_QUARTER
    undetected = lessons = duplication = gaming = dependence = 0.0
    helped = 0
    for i in range(count):
        row = rows[i]
        undetected += row.undetected
        lessons += row.lessons_spread
        duplication += row.duplication
        gaming += row.gaming
        if row.dependence >= 0.0:
            helped += 1
            dependence += row.dependence
    outcome.undetected = undetected / years
    outcome.lessons_spread = lessons / years
    outcome.duplication = duplication / count
    outcome.gaming = gaming / count
    outcome.dependence = per(dependence, helped)


@rule
def conclude_help(rows: Sequence[Quarter], count: int, outcome: Outcome) -> None:
    """Help asked for and not to be had, waits, takeovers, returns and bids."""
    requests = unmet = unserved = takeovers = recovering = 0.0
    returned = tenders = bids = waited = quarters_of_waiting = 0.0
    for i in range(count):
        row = rows[i]
        requests += row.requests
        unmet += row.requests_unmet
        unserved += row.unserved
        takeovers += row.takeovers
        recovering += row.takeovers_recovering
        returned += row.early_returns
        tenders += row.tenders
        bids += row.bids
        if row.waiters > 0.0:
            quarters_of_waiting += row.waiters
            waited += row.waiters * row.waiting_time
    outcome.unmet = PERCENT * per(unmet, requests)
    outcome.waiting_time = per(waited, quarters_of_waiting)
    outcome.unserved = unserved
    outcome.takeovers_recovering = PERCENT * per(recovering, takeovers)
    outcome.early_returns = returned / (count * YEARS_PER_QUARTER)
    outcome.bids_per_tender = per(bids, tenders)


@rule
def conclude_followed(followed: Followed, outcome: Outcome) -> None:
    """What became of councils years after help ended or failure was found, and of those that had failed."""
    three_years = followed.three_years_after_help
    outcome.experienced_after_help = PERCENT * per(followed.experienced, three_years)
    outcome.vacancy_after_help = PERCENT * per(followed.vacancy, three_years)
    outcome.quality_after_help = per(followed.quality_after_help, followed.five_years_after_help)
    outcome.quality_after_failure = per(followed.quality_after_failure, followed.three_years_after_failure)
    outcome.cohort_weak_quarters = per(followed.cohort_weak, followed.cohort)
    outcome.cohort_quarters_to_better = per(followed.cohort_held, followed.cohort)
    outcome.cohort_quality = per(followed.cohort_quality, followed.cohort_seen)


@rule
def conclude_costs(rows: Sequence[Quarter], count: int, outcome: Outcome) -> None:
    """All spending, outside support by either payer, oversight, and new money from the department."""
    total = support = new_money = oversight = 0.0
    for i in range(count):
        row = rows[i]
        bought = row.spent_providers + row.spent_partners + row.spent_setup + row.spent_peer_reviews
        bought += row.spent_oversight
        oversight += row.spent_oversight
        support += bought + row.spent_by_department
        total += row.spent_permanent_staff + row.spent_agency_staff + row.spent_placements
        total += row.spent_early_help + bought + row.spent_by_department + row.spent_graduates
        new_money += row.uplift + row.spent_by_department + row.spent_graduates
    outcome.total_cost = total
    outcome.support_cost = support
    outcome.extra_cost = new_money
    outcome.oversight_cost = oversight


@rule
def conclude_spells(durations: Sequence[Duration], outcome: Outcome) -> None:
    """Restricted mean times and the risk of relapse, from the life table (Kaplan and Meier 1958).

    Not a number where nobody was followed as long as the horizon asks: nothing is extrapolated.
    """
    followed_better = followed_good = followed_relapse = 0
    still = not_good = well = 1.0
    to_better = to_good = 0.0
    for k in range(len(durations)):
        reached = durations[k]
        if k <= HORIZON_BETTER:
            followed_better = k if reached.still_inadequate > 0 else followed_better
            still *= staying(reached.got_better, reached.still_inadequate)
        if k < HORIZON_BETTER:
            to_better += still
        if k <= HORIZON_GOOD:
            followed_good = k if reached.not_yet_good > 0 else followed_good
            not_good *= staying(reached.got_good, reached.not_yet_good)
        if k < HORIZON_GOOD:
            to_good += not_good
        if k <= HORIZON_RELAPSE:
            followed_relapse = k if reached.may_relapse > 0 else followed_relapse
            well *= staying(reached.relapsed, reached.may_relapse)
    outcome.months_to_better = MONTHS_PER_QUARTER * where_followed(
        to_better, still, followed_better, HORIZON_BETTER - 1
    )
    outcome.months_to_good = MONTHS_PER_QUARTER * where_followed(
        to_good, not_good, followed_good, HORIZON_GOOD - 1
    )
    outcome.relapse = PERCENT * where_followed(1.0 - well, well, followed_relapse, HORIZON_RELAPSE)


@rule
def where_followed(value: float, remaining: float, followed: int, horizon: int) -> float:
    """A value that holds to a horizon, if anybody was followed so long or nobody remained to be followed."""
    return value if followed >= horizon or remaining == 0.0 else math.nan


@rule
def staying(left: int, at_risk: int) -> float:
    """Share of those at risk that did not leave; all of them where nobody was at risk."""
    return 1.0 - left / at_risk if at_risk > 0 else 1.0
