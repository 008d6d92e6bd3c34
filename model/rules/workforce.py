"""Social workers: who leaves, who is hired, who covers, and the pressure on those who stay.

Stigma and poor leadership drive staff out, vacancies bring agency staff, agency staff break relationships
with children. Councils of a region compete for the same experienced workers.
"""

from model.agents import Council, Nation, Region
from model.codes import Grade
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import clip, exponential, logarithm


@rule
def spread_stigma(council: Council, p: ParameterGroup) -> None:
    """An inadequate council becomes an employer to avoid within months, and stays one for years."""
    workforce = council.workforce
    grade = council.inspection.grade
    if grade == Grade.INADEQUATE:
        workforce.stigma += (1.0 - workforce.stigma) / p.workforce.stigma_rise
    else:
        workforce.stigma -= workforce.stigma / p.workforce.stigma_fade
    if grade == Grade.REQUIRES_IMPROVEMENT:
        workforce.stigma = max(workforce.stigma, p.workforce.stigma_requires_improvement)


@rule
def leaving_hazard(council: Council, nation: Nation, p: ParameterGroup) -> float:
    """Hazard of leaving a permanent post this quarter.

    rate x exp(pressure + new director + stigma - leadership - retention + noise), within bounds.
    Source: workforce census, turnover by grade.
    """
    workforce = council.workforce
    new_director = (
        p.workforce.leaving_new_director
        if council.director.tenure < p.workforce.new_director_quarters
        else 0.0
    )
    pressure = clip(
        workforce.pressure, p.workforce.leaving_pressure_floor, p.workforce.leaving_pressure_ceiling
    )
    hazard = p.workforce.leaving_rate * exponential(
        nation.leaving
        + p.workforce.leaving_pressure * pressure
        + new_director
        + p.workforce.leaving_stigma * workforce.stigma
        - p.workforce.leaving_leadership * (council.practice.leadership - p.practice.leadership_reference)
        - council.arrangement.retention
        + p.workforce.leaving_spread * council.shock.leaving
    )
    return clip(hazard, p.workforce.leaving_floor, p.workforce.leaving_ceiling)


@rule
def hire_staff(council: Council, region: Region, nation: Nation, p: ParameterGroup) -> None:
    """Vacant posts are refilled at a rate set by local conditions, confidence, stigma and the regional pool.

    hires = rate x vacancies x exp(local conditions + confidence - stigma + elasticity x log pool), at most
    a share of posts. Source: vacancy by grade; poaching assumed.
    """
    workforce = council.workforce
    workforce.hiring_conditions = (
        p.workforce.hiring_persistence * workforce.hiring_conditions
        + p.workforce.hiring_innovation * p.workforce.hiring_spread * council.shock.hiring
    )
    attraction = exponential(
        workforce.labour_market
        + workforce.hiring_conditions
        + p.workforce.hiring_confidence * (council.standing.confidence - p.standing.confidence_reference)
        - p.workforce.hiring_stigma * workforce.stigma
        + p.workforce.pool_elasticity * region.log_pool
    )
    vacancies = max(0.0, workforce.posts - workforce.newly_qualified - workforce.experienced)
    workforce.hires = min(
        p.workforce.hiring_rate * attraction * nation.hiring * vacancies,
        p.workforce.hires_ceiling * workforce.posts,
    )


@rule
def turn_over_staff(council: Council, region: Region, nation: Nation, p: ParameterGroup) -> None:
    """Leavers go, hires come, the newly qualified gain experience; the region keeps the account."""
    workforce = council.workforce
    hazard = leaving_hazard(council, nation, p)
    permanent = workforce.newly_qualified + workforce.experienced
    hire_staff(council, region, nation, p)
    newly_qualified_share = p.workforce.newly_qualified_share + nation.graduates
    grown = workforce.newly_qualified / p.workforce.time_to_experience * council.arrangement.staff_development
    experienced_hires = workforce.hires * (1.0 - newly_qualified_share)
    workforce.newly_qualified += (
        workforce.hires * newly_qualified_share - hazard * workforce.newly_qualified - grown
    )
    workforce.experienced += experienced_hires - hazard * workforce.experienced + grown
    workforce.newly_qualified = max(
        workforce.newly_qualified, p.workforce.newly_qualified_floor * workforce.posts
    )
    workforce.experienced = max(workforce.experienced, p.workforce.experienced_floor * workforce.posts)
    workforce.leavers = hazard * permanent
    region.left += workforce.leavers
    region.hired += experienced_hires
    region.staff += permanent


@rule
def engage_agency_staff(council: Council, p: ParameterGroup) -> None:
    """Agency staff follow the vacancies, more so under stigma."""
    workforce = council.workforce
    vacancies = max(0.0, workforce.posts - workforce.newly_qualified - workforce.experienced)
    stigma = 1.0 if council.inspection.grade == Grade.INADEQUATE else workforce.stigma
    wanted = (
        p.workforce.agency_cover
        * exponential(p.workforce.agency_spread * council.shock.agency + p.workforce.agency_stigma * stigma)
        * vacancies
    )
    workforce.agency += p.workforce.agency_adjustment * (wanted - workforce.agency)


@rule
def feel_pressure(council: Council, p: ParameterGroup) -> None:
    """Work against the staff there is: pressure, caseload, experience, and the continuity that churn breaks.

    pressure = work / (staff output x (1 - effort cost x effort)) - 1 + what is left where the easy part is
    contracted out; churn = (leavers + agency churn x agency) / staff; continuity -> 1 - span x churn.
    """
    workforce = council.workforce
    staff = workforce.newly_qualified + workforce.experienced + workforce.agency
    churn = (workforce.leavers + p.workforce.agency_churn * workforce.agency) / staff
    workforce.continuity += (
        1.0 - p.workforce.churn_span * churn - workforce.continuity
    ) * p.workforce.continuity_adjustment
    output = (
        workforce.experienced
        + p.workforce.newly_qualified_output * workforce.newly_qualified
        + p.workforce.agency_output * workforce.agency
    )
    work = council.demand.workload * workforce.load_scale
    workforce.pressure_now = work / (output * (1.0 - p.capacity.effort_cost * council.capacity.effort)) - 1.0
    workforce.pressure_now += council.arrangement.residual
    workforce.pressure += (workforce.pressure_now - workforce.pressure) * p.workforce.pressure_adjustment
    workforce.caseload = p.workforce.national_caseload * work / (staff * p.workforce.case_holding)
    workforce.experienced_share = workforce.experienced / staff


@rule
def settle_labour_market(region: Region, p: ParameterGroup) -> None:
    """Experienced leavers refill the region's pool, experienced hires drain it, and it returns to balance."""
    if region.staff > 0.0:
        net = p.workforce.experienced_among_leavers * region.left - region.hired
        region.pool = clip(
            region.pool
            + p.workforce.pool_response * net / region.staff
            + p.workforce.pool_recovery * (1.0 - region.pool),
            p.workforce.pool_floor,
            p.workforce.pool_ceiling,
        )
        region.log_pool = logarithm(region.pool)
    region.left = 0.0
    region.hired = 0.0
    region.staff = 0.0
