"""The starting state of 2014Q1: from what is known of each council, and the luck of what is not.

Starting quality is drawn around the old judgement, the date of the first inspection and deprivation; staff,
director and capacity are consistent with it; local circumstances take up the rest, so that no council
starts with a jump. Sector-wide means need all councils, whether or not they take part in the run.
"""

import math
from collections.abc import Sequence

from model.agents import Council
from model.codes import Grade, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import MILLION, PERCENT, clip, exponential, happens, logarithm, logistic
from model.rules.leadership import bedded_in, with_chief_executive
from model.rules.practice import corners_cut, explained_quality
from model.rules.standing import what_reaches_children
from model.rules.start_helpers import start_partners, start_providers
from model.rules.support import NOBODY
from model.rules.survival import OFF, join_cohort
from model.rules.workforce import reputation_of
from model.world import Origin, PartnerOrigin, ProviderOrigin, World


@rule
def start(
    world: World,
    origins: Sequence[Origin],
    provider_origins: Sequence[ProviderOrigin],
    partner_origins: Sequence[PartnerOrigin],
    p: ParameterGroup,
) -> None:
    """Bring a world to 2014Q1.

    Args:
        world: the agents of one run, all zero.
        origins: facts and luck of each council, by row of the master table.
        provider_origins: luck of each provider.
        partner_origins: luck of each partner.
        p: the parameters of the run.
    """
    start_nation(world)
    for i in range(len(world.councils)):
        world.councils[i].row = i
        if origins[i].exists == 1:
            draw_quality(world.councils[i], origins[i], p)
    standardise_quality(world.councils, origins, p)
    for i in range(len(world.councils)):
        if origins[i].exists == 1:
            start_council(world.councils[i], origins[i], p)
    share_out_what_is_common(world.councils, origins, p)
    for i in range(len(world.councils)):
        world.councils[i].exists = origins[i].takes_part
        world.places[i].row = i
    start_providers(world.providers, provider_origins, p)
    start_partners(world, partner_origins, p)


@rule
def start_nation(world: World) -> None:
    """Funding and pools are in balance."""
    world.nation.funding = 1.0
    world.nation.director_pool = 1.0
    for i in range(len(world.regions)):
        world.regions[i].row = i
        world.regions[i].pool = 1.0


@rule
def draw_quality(council: Council, origin: Origin, p: ParameterGroup) -> None:
    """A quality score around the old judgement, the date of first inspection and deprivation.

    For the moment it is on its own scale.
    """
    explained = p.start.legacy_correlation * p.start.legacy_correlation
    explained += p.start.schedule_correlation * p.start.schedule_correlation
    council.practice.quality = (
        p.start.legacy_correlation * origin.legacy_score
        + p.start.schedule_correlation * origin.schedule_score
        + math.sqrt(max(p.start.least_residual, 1.0 - explained)) * origin.quality
        - p.start.deprivation_effect * origin.deprivation
    )


@rule
def standardise_quality(councils: Sequence[Council], origins: Sequence[Origin], p: ParameterGroup) -> None:
    """Bring all councils' scores to mean 0 and standard deviation 1; kept in the trend for the moment."""
    count = 0
    total = 0.0
    for i in range(len(councils)):
        if origins[i].exists == 1:
            count += 1
            total += councils[i].practice.quality
    mean = total / count
    squares = 0.0
    for i in range(len(councils)):
        if origins[i].exists == 1:
            deviation = councils[i].practice.quality - mean
            squares += deviation * deviation
    spread = math.sqrt(squares / count)
    for i in range(len(councils)):
        if origins[i].exists == 1:
            councils[i].practice.trend = (councils[i].practice.quality - mean) / spread


@rule
def start_council(council: Council, origin: Origin, p: ParameterGroup) -> None:
    """Everything about one council that does not need the others."""
    score = council.practice.trend
    council.practice.trend = 0.0
    council.region = origin.region
    council.children = origin.children
    council.size = origin.size
    council.deprivation = origin.deprivation
    start_practice(council, score, p)
    start_standing(council, origin, p)
    start_money(council, origin, p)
    start_pressure(council, origin, score, p)
    start_workforce(council, origin, score, p)
    start_director(council, origin, score, p)
    start_inspection(council, origin, p)
    start_arrangement(council, p)


@rule
def start_practice(council: Council, score: float, p: ParameterGroup) -> None:
    """Quality on its scale of points, and the continuity that goes with it, a share of children."""
    practice = council.practice
    practice.quality = clip(
        p.start.quality_mean + p.start.quality_spread * score, p.start.quality_lowest, p.start.quality_highest
    )
    practice.quality_before = practice.quality
    practice.quality_remembered = practice.quality
    council.workforce.continuity = clip(
        p.practice.continuity_reference + p.start.continuity_quality * score, 0.0, 1.0
    )


@rule
def start_standing(council: Council, origin: Origin, p: ParameterGroup) -> None:
    """Confidence and outcomes as quality earns them; what failure has brought already where inadequate.

    That is stigma, blame, urgency, part of the money and help, and the ladder's clock under way.
    """
    standing = council.standing
    grade = origin.legacy_grade
    standing.confidence = (
        p.standing.confidence_base + p.standing.confidence_slope * council.practice.quality / PERCENT
    )
    standing.partnership = p.standing.partnership_reference
    council.outcome.children = what_reaches_children(council, p)
    if grade == Grade.INADEQUATE:
        council.workforce.stigma = p.start.stigma_inadequate
        council.director.public_blame = p.start.blame_inadequate
        council.capacity.urgency = 1.0
        council.capacity.imported = p.start.imported_inadequate * p.support.power
        council.budget.uplift = p.start.uplift_inadequate * p.budget.inadequate_uplift
        council.intervention.clock = p.start.clock_inadequate
        council.intervention.since_failure = p.start.clock_inadequate
    elif grade == Grade.REQUIRES_IMPROVEMENT:
        council.workforce.stigma = p.workforce.stigma_requires_improvement


@rule
def start_money(council: Council, origin: Origin, p: ParameterGroup) -> None:
    """Budget by children, early help and care at their 2014 level, reserves with luck."""
    budget = council.budget
    budget.annual = origin.children * p.budget.pounds_per_child / MILLION
    budget.funding = 1.0
    budget.early_help = 1.0
    budget.early_help_felt = 1.0
    budget.reserves = p.budget.starting_reserves * (1.0 + p.start.reserves_spread * origin.reserves)
    council.demand.workload = 1.0
    council.demand.looked_after = 1.0


@rule
def start_pressure(council: Council, origin: Origin, score: float, p: ParameterGroup) -> None:
    """Work pressure by quality and luck, and what it has done to effort and standards."""
    pressure = clip(
        p.start.pressure_mean - p.start.pressure_quality * score + p.start.pressure_spread * origin.pressure,
        p.start.pressure_lowest,
        p.start.pressure_highest,
    )
    council.workforce.pressure = pressure
    council.capacity.effort = p.capacity.base_effort * exponential(-p.capacity.effort_squeeze * pressure)
    council.practice.standard = 1.0 - p.start.standard_pressure * clip(pressure, 0.0, 1.0)


@rule
def start_workforce(council: Council, origin: Origin, score: float, p: ParameterGroup) -> None:
    """Posts from staff and vacancy; the load that gives the council its pressure."""
    workforce = council.workforce
    vacancy = clip(
        p.start.vacancy_mean
        - p.start.vacancy_quality * score
        + p.workforce.local_vacancy_weight * (origin.vacancy_2015 - p.start.vacancy_reference)
        + p.start.vacancy_spread * origin.vacancy,
        p.start.vacancy_lowest,
        p.start.vacancy_highest,
    )
    workforce.posts = origin.social_workers / (1.0 - vacancy)
    workforce.posts_2014 = workforce.posts
    permanent = workforce.posts * (1.0 - vacancy)
    workforce.newly_qualified = p.start.newly_qualified_share * permanent
    workforce.experienced = permanent - workforce.newly_qualified
    workforce.agency = p.workforce.agency_cover * (workforce.posts - permanent)
    workforce.experienced_share = workforce.experienced / (permanent + workforce.agency)
    workforce.hiring_conditions = p.workforce.hiring_spread * origin.hiring
    output = (
        workforce.experienced
        + p.workforce.newly_qualified_output * workforce.newly_qualified
        + p.workforce.agency_output * workforce.agency
    )
    workforce.load_scale = (
        (1.0 + workforce.pressure) * output * (1.0 - p.capacity.effort_cost * council.capacity.effort)
    )


@rule
def start_director(council: Council, origin: Origin, score: float, p: ParameterGroup) -> None:
    """The director in post: tenure and skill by quality and luck, bedded in by that tenure; capacity too."""
    director = council.director
    chief = council.chief_executive
    director.interim = 1 if happens(p.start.interim_share, origin.interim) else 0
    mean_tenure = clip(
        p.start.tenure_mean + p.start.tenure_quality * score, p.start.tenure_lowest, p.start.tenure_highest
    )
    director.tenure = math.floor(-logarithm(1.0 - p.start.tenure_range * origin.tenure) * mean_tenure)
    if director.interim == 1:
        director.tenure = min(director.tenure, p.start.interim_tenure)
    director.skill = logistic(
        p.director.skill_spread
        * (p.start.skill_quality * score + p.start.skill_noise * origin.director_skill)
    )
    director.burden = p.director.normal_burden
    chief.own_engagement = clip(
        p.start.engagement_mean + p.start.engagement_spread * origin.chief_executive, 0.0, 1.0
    )
    chief.engagement = chief.own_engagement
    rested = 1.0 - p.director.burden_leadership * director.burden
    council.practice.leadership = with_chief_executive(
        bedded_in(director.skill, director.tenure + 1.0, p) * rested, chief.engagement, p
    )
    council.capacity.improvement = clip(
        p.start.capacity_mean
        + p.start.capacity_spread
        * (p.start.capacity_quality * score + p.start.capacity_noise * origin.capacity),
        p.start.capacity_lowest,
        p.start.capacity_highest,
    )


@rule
def start_inspection(council: Council, origin: Origin, p: ParameterGroup) -> None:
    """The old judgement in force, the recorded date of the first inspection, and clocks already running."""
    inspection = council.inspection
    inspection.grade = origin.legacy_grade
    inspection.previous_grade = origin.legacy_grade
    inspection.due = origin.first_inspection
    inspection.since = origin.since_legacy
    council.outcome.better_clock = OFF
    council.outcome.good_clock = OFF
    council.outcome.relapse_clock = OFF
    council.outcome.support_clock = OFF
    council.outcome.failure_clock = OFF
    if inspection.grade == Grade.INADEQUATE:
        inspection.inadequate_ever = 1
        inspection.inadequate_in_spell = 1
        council.outcome.better_clock = int(origin.since_legacy) - 1
        council.outcome.good_clock = int(origin.since_legacy) - 1
    join_cohort(council)


@rule
def start_arrangement(council: Council, p: ParameterGroup) -> None:
    """No arrangement, and nothing known of what the record will say."""
    arrangement = council.arrangement
    arrangement.kind = Support.NONE.value
    arrangement.ally = NOBODY
    arrangement.paid_ally = NOBODY
    arrangement.own_building = 1.0
    arrangement.staff_development = 1.0
    arrangement.external_leadership = p.start.external_leadership
    council.recorded.inspection = OFF
    council.recorded.director = OFF
    council.recorded.arrangement = OFF


@rule
def share_out_what_is_common(
    councils: Sequence[Council], origins: Sequence[Origin], p: ParameterGroup
) -> None:
    """Labour markets that explain each council's vacancy, and the level of quality that all have in common.

    Hiring conditions solve hires = leavers and are drawn to their mean; local circumstances are what quality
    has beyond its explanation, around a common level.
    """
    count = 0
    labour_total = 0.0
    quality_total = 0.0
    for i in range(len(councils)):
        if origins[i].exists == 1:
            council = councils[i]
            count += 1
            council.workforce.labour_market = balanced_labour_market(council, p)
            council.practice.circumstances = unexplained_quality(council, p)
            labour_total += council.workforce.labour_market
            quality_total += council.practice.circumstances
    labour_mean = labour_total / count
    level = quality_total / count
    bound = p.start.circumstances_range * p.practice.circumstances_spread
    for i in range(len(councils)):
        if origins[i].exists == 1:
            workforce = councils[i].workforce
            practice = councils[i].practice
            workforce.labour_market = labour_mean + p.workforce.local_vacancy_weight * (
                workforce.labour_market - labour_mean
            )
            practice.national_level = level
            practice.circumstances = clip(practice.circumstances - level, -bound, bound)


@rule
def balanced_labour_market(council: Council, p: ParameterGroup) -> float:
    """The local hiring conditions at which hires would replace leavers."""
    workforce = council.workforce
    permanent = workforce.newly_qualified + workforce.experienced
    vacancies = workforce.posts - permanent
    new_director = (
        p.workforce.leaving_new_director
        if council.director.tenure < p.workforce.new_director_quarters
        else 0.0
    )
    hazard = p.workforce.leaving_rate * exponential(
        p.workforce.leaving_pressure * workforce.pressure
        + new_director
        + p.workforce.leaving_stigma * workforce.stigma
        - p.workforce.leaving_leadership * (council.practice.leadership - p.practice.leadership_reference)
        + p.start.leaving_noise
    )
    wanted = clip(
        hazard * permanent / (p.workforce.hiring_rate * vacancies),
        p.start.labour_lowest,
        p.start.labour_highest,
    )
    return (
        logarithm(wanted)
        - p.workforce.hiring_confidence * (council.standing.confidence - p.standing.confidence_reference)
        + p.workforce.hiring_stigma * workforce.stigma
        - reputation_of(council.inspection.grade, p)
    )


@rule
def unexplained_quality(council: Council, p: ParameterGroup) -> float:
    """Quality, on the logit scale, beyond what leadership, staff, standards and capacity explain."""
    practice = council.practice
    explained = explained_quality(
        practice.leadership,
        corners_cut(council.workforce.pressure, p),
        practice.standard,
        council.workforce.experienced_share,
        council.workforce.continuity,
        council.capacity.improvement,
        council.deprivation,
        p,
    )
    return logarithm(practice.quality / (PERCENT - practice.quality)) - explained
