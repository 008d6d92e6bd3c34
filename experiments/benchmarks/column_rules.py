"""Rules of the quarter as columns: those written a second time, those that could be, those that cannot.

A columnar framework does a rule for all agents at once. A rule that branches on one council cannot run
on a column as it stands: both branches are computed and one is chosen, so each rule below is written a
second time. `AS_COLUMNS` are rules so written, `COULD_BE` those of the quarter that could be too, `CANNOT`
those that would be other rules, with the reason. Together they are all that the phases of a quarter call.
"""

from typing import Any

import numpy as np

from experiments.units import PERCENT
from model.agents import Nation
from model.codes import Grade
from model.parameters import ParameterGroup
from model.rules.arithmetic import LARGEST_EXPONENT, YEARS_PER_QUARTER, root_of_rest
from model.rules.demand import raise_need, take_children_into_care, turn_need_into_work
from model.rules.leadership import engage_chief_executive, lead_department, let_blame_fade
from model.rules.practice import practise
from model.rules.standing import earn_confidence, reach_children
from model.rules.workforce import engage_agency_staff, feel_pressure, spread_stigma

Column = np.ndarray[Any, np.dtype[Any]]
Columns = dict[str, Column]
"""Columns by dotted name of the state, each of shape (councils of all runs,)."""


AS_COLUMNS = (
    raise_need,
    turn_need_into_work,
    take_children_into_care,
    spread_stigma,
    engage_agency_staff,
    feel_pressure,
    let_blame_fade,
    engage_chief_executive,
    lead_department,
    practise,
    earn_confidence,
    reach_children,
)
"""Rules written as columns below, in the order of the quarter."""

AS_THEY_STAND = ("raise_need", "feel_pressure", "let_blame_fade")
"""Of these, the rules that neither branch nor call a function, which run on columns as they are."""

COULD_BE = (
    "read_national_paths",
    "publish_case_reviews",
    "share_innovation",
    "close_accounts",
    "reorganise",
    "open_accounts",
    "fund_council",
    "plan_spending",
    "pay_bills",
    "credit_helper",
    "turn_over_staff",
    "replace_director",
    "adopt_innovation",
    "report_case_review",
    "suffer_incident",
    "blow_whistle",
    "inspect_council",
    "time_failure",
    "follow_up",
    "follow_cohort",
    "settle_labour_market",
    "refill_director_pool",
    "bring_in_providers",
    "enter_or_leave",
    "burden_helpers",
)
"""Rules whose order of councils a sum, a running count, a ranking or a join can stand for."""

CANNOT = {
    "intervene": (
        "an adviser, partner, provider or reviewer goes to the first council in line that may have it, and"
        " the next in line meets what is left (`find_partner`, `find_provider`, `find_reviewer`); what"
        " suits a council best is another helper for each, and changes with every place that is taken."
        " All at once, it would be another rule of who gets whom"
    ),
    "name_partner": (
        "a council named on record takes a place among partners from another, who may be the next to be"
        " asked whether it holds one"
    ),
}
"""Rules that depend on what other councils took before in the same quarter, each with the reason."""

WHOLE_RULEBOOK = (
    "AMBER's object lane cannot hold the state either: all agents share one table, in which a name is one"
    " column, while `capacity` is a number of a partner and a part of a council, and a part"
    " (`council.budget.funding`) has no column."
)


# ---- The rules as columns


def choose(condition: Column, then: Any, otherwise: Any) -> Column:
    """One of two columns, row by row."""
    chosen: Column = np.where(condition, then, otherwise)
    return chosen


def exponential(x: Column) -> Column:
    """The exponential, infinite where it would overflow."""
    powers: Column = np.exp(np.minimum(x, LARGEST_EXPONENT))
    return powers


def need_columns(c: Columns, nation: Nation, p: ParameterGroup) -> None:
    """`raise_need`, `turn_need_into_work` and `take_children_into_care`."""
    d = p.demand
    c["demand.need"] = (
        d.need_persistence * c["demand.need"]
        + d.need_spread * root_of_rest(d.need_persistence) * c["shock.need"]
    )
    c["demand.surge"] = c["demand.surge"] * (1.0 - 1.0 / d.surge_fade)
    partnership = c["standing.partnership"]
    c["demand.done_twice"] = d.duplication * (1.0 - partnership)
    remembered = c["practice.quality_remembered"]
    remembered = remembered + (c["practice.quality"] - remembered) / p.practice.quality_memory
    c["practice.quality_remembered"] = remembered
    failure = (d.quality_reference - remembered) / PERCENT
    felt = c["budget.early_help_felt"] - 1.0
    c["demand.workload"] = exponential(
        nation.need
        + c["demand.need"]
        + d.failure_demand * failure
        + c["demand.surge"]
        - d.early_help_effect * felt
        - d.duplication * (partnership - p.standing.partnership_reference)
    )
    target = exponential(
        nation.looked_after
        + d.need_in_care * c["demand.need"]
        + d.failure_in_care * failure
        - d.early_help_in_care * d.early_help_effect * felt
    )
    cared_for = c["demand.looked_after"]
    c["demand.looked_after"] = cared_for + (target - cared_for) / d.looked_after_delay


def workforce_columns(c: Columns, p: ParameterGroup) -> None:
    """`spread_stigma`, `engage_agency_staff` and `feel_pressure`."""
    w = p.workforce
    grade = c["inspection.grade"]
    failed = grade == Grade.INADEQUATE
    stigma = c["workforce.stigma"]
    stigma = choose(failed, stigma + (1.0 - stigma) / w.stigma_rise, stigma - stigma / w.stigma_fade)
    least = np.maximum(stigma, w.stigma_requires_improvement)
    c["workforce.stigma"] = stigma = choose(grade == Grade.REQUIRES_IMPROVEMENT, least, stigma)
    newly, experienced = c["workforce.newly_qualified"], c["workforce.experienced"]
    graduates, posts = c["workforce.graduates"], c["workforce.posts"]
    since = c["intervention.since_failure"]
    teams = choose(failed, w.agency_teams * exponential(-since / w.agency_teams_fade), 0.0)
    vacant = np.maximum(0.0, posts - newly - experienced - graduates)
    drawn = w.agency_spread * c["shock.agency"] + w.agency_stigma * choose(failed, 1.0, stigma)
    agency = c["workforce.agency"]
    agency = agency + w.agency_adjustment * (
        w.agency_cover * exponential(drawn) * vacant + teams * posts - agency
    )
    c["workforce.agency"] = agency
    staff = newly + experienced + agency + graduates
    churn = (c["workforce.leavers"] + w.agency_churn * agency) / staff
    continuity = c["workforce.continuity"]
    c["workforce.continuity"] = (
        continuity + (1.0 - w.churn_span * churn - continuity) * w.continuity_adjustment
    )
    output = (
        experienced
        + w.newly_qualified_output * newly
        + w.agency_output * agency
        + (w.newly_qualified_output - w.supervision) * graduates
    )
    taken = p.support.partnership_time * p.regime.partnership_push
    work = c["demand.workload"] * c["workforce.load_scale"]
    left = 1.0 - p.capacity.effort_cost * c["capacity.effort"] - taken
    now = work / (output * left) - 1.0 + c["arrangement.residual"]
    c["workforce.pressure_now"] = now
    pressure = c["workforce.pressure"]
    c["workforce.pressure"] = pressure + (now - pressure) * w.pressure_adjustment
    c["workforce.caseload"] = w.national_caseload * work / (staff * w.case_holding)
    c["workforce.experienced_share"] = experienced / staff


def leadership_columns(c: Columns, nation: Nation, p: ParameterGroup) -> None:
    """`let_blame_fade`, `engage_chief_executive` and `lead_department`."""
    d = p.director
    c["director.public_blame"] = c["director.public_blame"] * d.blame_fade
    short = max(0.0, 1.0 - nation.funding)
    own = c["chief_executive.own_engagement"] + c["chief_executive.encouragement"] - d.other_services * short
    engagement = c["chief_executive.engagement"]
    engagement = engagement + (np.clip(own, 0.0, 1.0) - engagement) * d.engagement_adjustment
    c["chief_executive.engagement"] = engagement
    bedded = 1.0 - d.bedding_in_depth * exponential(-(c["director.tenure"] + 1.0) / d.bedding_in)
    rested = 1.0 - d.burden_leadership * c["director.burden"]
    weight = d.chief_executive_weight
    own = (1.0 - weight) * (c["director.skill"] * bedded * rested) + weight * engagement
    fenced = c["arrangement.ring_fence"]
    led = (1.0 - fenced) * own + fenced * c["arrangement.external_leadership"]
    leadership = c["practice.leadership"]
    c["practice.leadership"] = leadership + (led - leadership) / d.leadership_delay


def practice_columns(c: Columns, nation: Nation, p: ParameterGroup) -> None:
    """`practise`, which is circumstances, corners cut, standards, effort, capacity and quality."""
    q, k = p.practice, p.capacity
    grade = c["inspection.grade"]
    freed = (p.regime.freedoms == 1) & (grade > Grade.NOT_JUDGED) & (grade <= p.regime.freedom_grade)
    persistence = 1.0 - 1.0 / q.circumstances_memory
    spread = q.circumstances_spread * root_of_rest(persistence) + choose(freed, p.support.freedom_risk, 0.0)
    circumstances = persistence * c["practice.circumstances"] + spread * c["shock.circumstances"]
    c["practice.circumstances"] = circumstances
    steepness = q.corner_cutting_steepness
    pressure = c["workforce.pressure"]
    bounded = np.clip(pressure, q.pressure_floor, q.pressure_ceiling)
    cut = np.log(1.0 + exponential(steepness * bounded)) / steepness - q.corner_cutting_offset
    standard, delivered = c["practice.standard"], 1.0 - q.standard_cut * cut
    delay = choose(delivered < standard, q.standard_erosion, q.standard_recovery)
    c["practice.standard"] = standard = standard + (delivered - standard) / delay
    bounded = np.clip(pressure, k.effort_pressure_floor, k.effort_pressure_ceiling)
    effort = k.base_effort * exponential(-k.effort_squeeze * bounded) + c["capacity.effort_shift"]
    effort = effort + k.inadequate_effort * c["capacity.urgency"]
    effort = effort - p.incidents.reading_effort * nation.reviews_published
    c["capacity.effort"] = effort = np.clip(effort, 0.0, k.effort_ceiling)
    improvement, imported = c["capacity.improvement"], c["capacity.imported"]
    leadership = c["practice.leadership"]
    gained = k.gain * effort * leadership * (1.0 - improvement) * c["arrangement.own_building"]
    gained = gained * (1.0 - p.support.dependence * imported)
    improvement = improvement + (gained - k.decay * improvement)
    received = p.support.transfer * imported * (1.0 - improvement)
    c["capacity.improvement"] = improvement = np.clip(improvement + received, 0.0, 1.0)
    c["capacity.lent"] = np.maximum(0.0, c["capacity.lent"] * k.lent_persistence + received)
    if nation.lessons_published > 0.0:
        learned = min(1.0, nation.lessons_published) * (1.0 - improvement)
        c["capacity.improvement"] = improvement = improvement + learned
        c["capacity.lesson"] = c["capacity.lesson"] + learned
    explained = (
        q.leadership_effect * (leadership - q.leadership_reference)
        - q.corner_cutting_effect * cut
        + q.standard_effect * (standard - 1.0)
        + q.experience_effect * (c["workforce.experienced_share"] - q.experience_reference)
        + q.continuity_effect * (c["workforce.continuity"] - q.continuity_reference)
        + q.capacity_effect * (improvement + imported * (1.0 - improvement) - q.capacity_reference)
        - q.deprivation_effect * c["deprivation"]
    )
    logit = c["practice.national_level"] + nation.learning + circumstances + explained
    logit = logit - c["arrangement.disruption"] + p.market.innovation * c["practice.innovation"]
    quality = c["practice.quality"]
    c["practice.quality_before"] = quality
    moved = quality + (PERCENT / (1.0 + exponential(-logit)) - quality) / q.delay
    c["practice.quality"] = moved = np.clip(moved, q.quality_floor, q.quality_ceiling)
    trend = c["practice.trend"]
    c["practice.trend"] = trend + (moved - quality - trend) * q.trend_adjustment


def standing_columns(c: Columns, p: ParameterGroup) -> None:
    """`earn_confidence` and `reach_children`."""
    s = p.standing
    quality, confidence = c["practice.quality"], c["standing.confidence"]
    earned = s.confidence_base + s.confidence_slope * quality / PERCENT
    c["standing.confidence"] = confidence = np.clip(confidence + (earned - confidence) / s.delay, 0.0, 1.0)
    engaged = c["chief_executive.engagement"] - p.director.engagement_reference
    sought = s.partnership_base + s.partnership_confidence * confidence + s.partnership_engagement * engaged
    sought = np.clip(sought + p.regime.partnership_push, 0.0, 1.0)
    partnership = c["standing.partnership"]
    partnership = partnership + (sought - partnership) * s.partnership_adjustment
    c["standing.partnership"] = partnership
    part = p.outcome.continuity
    relationship = (1.0 - part + part * c["workforce.continuity"]) / (
        1.0 - part + part * p.practice.continuity_reference
    )
    passed_on = p.outcome.handover_harm * (1.0 - partnership)
    reached = np.minimum(1.0, quality / PERCENT * relationship * (1.0 - passed_on))
    c["outcome.children"] = c["outcome.children"] + (reached - c["outcome.children"]) / p.outcome.memory
    child_years = c["children"] * YEARS_PER_QUARTER
    weak = quality < p.inspection.inadequate_bar
    failed = c["inspection.grade"] == Grade.INADEQUATE
    for name, lived in (("weak_child_years", weak), ("inadequate_child_years", failed)):
        c[f"outcome.{name}"] = c[f"outcome.{name}"] + choose(lived, child_years, 0.0)


def advance(columns: Columns, nation: Nation, p: ParameterGroup) -> None:
    """The rules of `AS_COLUMNS` for all councils of all runs, one after another."""
    need_columns(columns, nation, p)
    workforce_columns(columns, p)
    leadership_columns(columns, nation, p)
    practice_columns(columns, nation, p)
    standing_columns(columns, p)
