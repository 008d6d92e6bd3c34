"""Looking at a quarter: what is counted and averaged over the councils, providers and partners that exist.

Both engines collect indicators with these rules, in one order of summation; none of them acts back on the
world. What the indicators measure is declared in `model.indicators`. Sums over some of the councils add
nothing for the others rather than branch: a processor cannot foresee which those are.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from model.codes import DirectorEvent, Grade
from model.extensions import installed_extensions
from model.indicators import Quarter
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import MONTHS_PER_QUARTER, PERCENT, YEARS_PER_QUARTER, per
from model.rules.contracts import share_covered
from model.rules.inspection import bar_of
from model.rules.observation_of_help import (
    observe_arrangements,
    observe_learning,
    observe_market,
    observe_money,
    observe_waiting,
)
from model.rules.support import is_freed, is_good, is_run_by_provider
from model.rules.workforce import permanent_staff
from model.world import Place, World

TENTH = 10


@rule
def observe(world: World, p: ParameterGroup, row: Quarter) -> None:
    """Fill the indicators of the quarter that has just passed into a `Quarter`."""
    observe_judgements(world, p, row)
    observe_quality(world, row)
    observe_unseen(world, p, row)
    observe_staff(world, row)
    observe_directors(world, row)
    observe_money(world, p, row)
    observe_arrangements(world, row)
    observe_waiting(world, row)
    observe_market(world, row)
    observe_learning(world, row)
    observe_children(world, p, row)


@rule
def observe_judgements(world: World, p: ParameterGroup, row: Quarter) -> None:
    """Councils by judgement, and how judgements moved."""
    outstanding = good = requires_improvement = inadequate = not_judged = 0
    inspections = emergency = new_inadequate = exits = too_well = 0
    gap = 0.0
    bar = bar_of(Grade.GOOD, world.nation, p)
    for council in world.councils:
        if council.exists == 1:
            inspection = council.inspection
            grade = inspection.grade
            below_bar = council.practice.quality < bar
            outstanding += 1 if grade == Grade.OUTSTANDING else 0
            good += 1 if grade == Grade.GOOD else 0
            requires_improvement += 1 if grade == Grade.REQUIRES_IMPROVEMENT else 0
            inadequate += 1 if grade == Grade.INADEQUATE else 0
            not_judged += 1 if grade == Grade.NOT_JUDGED else 0
            emergency += inspection.emergency
            too_well += 1 if is_good(council) and below_bar else 0
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
    row.good_or_better_share = PERCENT * per(outstanding + good, count - not_judged)
    row.inadequate_share = PERCENT * per(inadequate, count - not_judged)
    row.inspections = inspections
    row.emergency_inspections = emergency
    row.new_inadequate = new_inadequate
    row.exits = exits
    row.inspected_gap = per(gap, inspections)
    row.judged_too_well = too_well


@rule
def observe_quality(world: World, row: Quarter) -> None:
    """Latent quality: mean, spread, tenths and bimodality; what practice rests on."""
    count = 0
    total = leadership = capacity = standard = inadequate_total = 0.0
    inadequate = 0
    for council in world.councils:
        if council.exists == 1:
            quality = council.practice.quality
            failed = council.inspection.grade == Grade.INADEQUATE
            count += 1
            total += quality
            leadership += council.practice.leadership
            standard += council.practice.standard
            capacity += council.capacity.improvement
            inadequate += 1 if failed else 0
            inadequate_total += quality if failed else 0.0
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
def observe_unseen(world: World, p: ParameterGroup, row: Quarter) -> None:
    """Failure that no judgement has found, councils that never failed, and councils with freedoms."""
    undetected = never = freed = under_contract = 0
    quality_never = capacity_never = quality_freed = quality_contract = 0.0
    bar = p.inspection.inadequate_bar
    for council in world.councils:
        if council.exists == 1:
            quality = council.practice.quality
            capacity = council.capacity.improvement
            judged_better = Grade.NOT_JUDGED < council.inspection.grade < Grade.INADEQUATE
            never_failed = council.inspection.inadequate_ever == 0
            is_free = is_freed(council, p)
            contracted = is_run_by_provider(council.arrangement.kind)
            undetected += 1 if judged_better and quality < bar else 0
            never += 1 if never_failed else 0
            quality_never += quality if never_failed else 0.0
            capacity_never += capacity if never_failed else 0.0
            freed += 1 if is_free else 0
            quality_freed += quality if is_free else 0.0
            under_contract += 1 if contracted else 0
            quality_contract += quality if contracted else 0.0
    row.undetected = undetected
    row.quality_never_failed = per(quality_never, never)
    row.capacity_never_failed = per(capacity_never, never)
    row.freed = freed
    row.quality_freed = per(quality_freed, freed)
    row.quality_under_contract = per(quality_contract, under_contract)


@rule
def order_by_quality(world: World) -> None:
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
def mean_of_places(places: Sequence[Place], first: int, end: int) -> float:
    """Mean quality of the places from `first` up to `end`."""
    total = 0.0
    for i in range(first, end):
        total += places[i].quality
    return per(total, end - first)


@rule
def observe_staff(world: World, row: Quarter) -> None:
    """Staff, vacancies, churn and pressure."""
    count = 0
    posts = permanent = experienced = agency = graduates = leavers = 0.0
    pressure = caseload = continuity = 0.0
    for council in world.councils:
        if council.exists == 1:
            workforce = council.workforce
            count += 1
            posts += workforce.posts
            permanent += permanent_staff(workforce)
            graduates += workforce.graduates
            experienced += workforce.experienced
            agency += workforce.agency
            leavers += workforce.leavers
            pressure += workforce.pressure
            caseload += workforce.caseload
            continuity += workforce.continuity
    row.graduates = graduates
    row.pressure = per(pressure, count)
    row.caseload = per(caseload, count)
    row.continuity = per(continuity, count)
    row.vacancy_rate = PERCENT * max(0.0, 1.0 - per(permanent, posts))
    row.agency_share = PERCENT * per(agency, permanent + agency)
    row.experienced_share = PERCENT * per(experienced, permanent + agency)
    row.turnover = PERCENT * per(leavers, permanent) / YEARS_PER_QUARTER


@rule
def observe_directors(world: World, row: Quarter) -> None:
    """Directors: changes, interims, tenure by judgement, the pool; chief executives."""
    count = changes = dismissed = interims = permanent = in_good = in_inadequate = helping = 0
    tenure = tenure_good = tenure_inadequate = tenure_helping = engagement = diverted = 0.0
    for council in world.councils:
        if council.exists == 1:
            director = council.director
            chief = council.chief_executive
            served = director.tenure
            helps = council.outcome.helping > 0.0
            stays = director.interim != 1
            good = is_good(council)
            inadequate = council.inspection.grade == Grade.INADEQUATE
            count += 1
            engagement += chief.engagement
            diverted += max(0.0, chief.engagement - chief.own_engagement)
            dismissed += council.intervention.dismissed
            changes += 1 if director.event != DirectorEvent.NONE else 0
            interims += 0 if stays else 1
            permanent += 1 if stays else 0
            tenure += served if stays else 0.0
            helping += 1 if helps else 0
            tenure_helping += served if helps else 0.0
            in_good += 1 if good else 0
            tenure_good += served if good else 0.0
            in_inadequate += 1 if inadequate else 0
            tenure_inadequate += served if inadequate else 0.0
    row.director_changes = changes
    row.directors_dismissed = dismissed
    row.interim_directors = interims
    row.director_tenure = MONTHS_PER_QUARTER * per(tenure, permanent)
    row.director_tenure_good = MONTHS_PER_QUARTER * per(tenure_good, in_good)
    row.director_tenure_inadequate = MONTHS_PER_QUARTER * per(tenure_inadequate, in_inadequate)
    row.director_tenure_helpers = MONTHS_PER_QUARTER * per(tenure_helping, helping)
    row.director_pool = world.nation.director_pool
    row.chief_engagement = per(engagement, count)
    row.attention_diverted = per(diverted, count)


@rule
def observe_children(world: World, p: ParameterGroup, row: Quarter) -> None:
    """What children and the public get."""
    count = incidents = 0
    children = outcome = inadequate = weak = in_house = 0.0
    confidence = partnership = workload = looked_after = early_help = 0.0
    bar = p.inspection.inadequate_bar
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
            inadequate += council.children if council.inspection.grade == Grade.INADEQUATE else 0.0
            weak += council.children if council.practice.quality < bar else 0.0
            kind = council.arrangement.kind
            contracted = share_covered(kind, p) if is_run_by_provider(kind) else 0.0
            in_house += council.children * (1.0 - contracted)
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


def _observer() -> Callable[[World, ParameterGroup, Quarter], None]:
    """The rule that observes everything: the model's indicators, then those of extensions, one by one."""
    namespace: dict[str, Any] = {"observe": observe}
    lines = ["def observe_all(world, p, row):", "    observe(world, p, row)"]
    for extension in installed_extensions():
        for name, function in extension.indicators.items():
            namespace[f"indicator_{name}"] = rule(function)
            lines.append(f"    row.{name} = indicator_{name}(world, p)")
    exec("\n".join(lines), namespace)
    observer: Callable[[World, ParameterGroup, Quarter], None] = rule(namespace["observe_all"])
    return observer


observe_all = _observer()
"""`observe`, and the indicators of installed extensions."""
