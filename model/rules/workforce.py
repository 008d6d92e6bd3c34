"""Social workers: who leaves, who is hired, who covers, and the pressure on those who stay.

Stigma and poor leadership drive staff out, vacancies bring agency staff, agency staff break relationships
with children. Councils of a region compete for the same experienced workers.
"""

from model.agents import Council, Nation, Region, Workforce
from model.codes import Grade
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import clip, exponential, logarithm, root_of_rest


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

    rate x exp(pressure + new director + stigma + blame - leadership - retention + noise), within bounds.
    Source: workforce census, turnover by grade and around a judgement.
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
        + p.workforce.leaving_blame * council.director.public_blame
        - p.workforce.leaving_leadership * (council.practice.leadership - p.practice.leadership_reference)
        - council.arrangement.retention
        + p.workforce.leaving_spread * council.shock.leaving
    )
    return clip(hazard, p.workforce.leaving_floor, p.workforce.leaving_ceiling)


@rule
def permanent_staff(workforce: Workforce) -> float:
    """Posts with a permanent holder: newly qualified, experienced, or on a graduate scheme. FTE."""
    return workforce.newly_qualified + workforce.experienced + workforce.graduates


@rule
def vacant_posts(workforce: Workforce) -> float:
    """Funded posts without a permanent holder; who is on a graduate scheme holds one. FTE."""
    return max(0.0, workforce.posts - workforce.newly_qualified - workforce.experienced - workforce.graduates)


@rule
def hire_staff(council: Council, region: Region, nation: Nation, p: ParameterGroup) -> None:
    """Vacant posts are refilled at a rate set by local conditions, confidence, stigma, pool and renown.

    hires = rate x vacancies x exp(local conditions + confidence - stigma + elasticity x log pool
    + attraction x label + reputation), at most a share of posts. Who is known to help others draws staff, who
    is known to be helped repels them. Source: vacancy by grade; poaching and labels assumed. Claim C32.
    """
    workforce = council.workforce
    workforce.hiring_conditions = (
        p.workforce.hiring_persistence * workforce.hiring_conditions
        + root_of_rest(p.workforce.hiring_persistence) * p.workforce.hiring_spread * council.shock.hiring
    )
    attraction = exponential(
        workforce.labour_market
        + workforce.hiring_conditions
        + p.workforce.hiring_confidence * (council.standing.confidence - p.standing.confidence_reference)
        - p.workforce.hiring_stigma * workforce.stigma
        + p.workforce.pool_elasticity * region.log_pool
        + p.workforce.label_attraction * council.standing.label
        + reputation_of(council.inspection.grade, p)
    )
    workforce.hires = min(
        p.workforce.hiring_rate * attraction * nation.hiring * vacant_posts(workforce),
        p.workforce.hires_ceiling * workforce.posts,
    )


@rule
def reputation_of(grade: int, p: ParameterGroup) -> float:
    """What the judgement in force adds to the log rate of hiring: nil where services require improvement.

    hiring by judgement x (3 - grade); nothing before the first judgement. Assumed: staff may go by what is
    published of a council rather than by what they see of it.
    """
    if grade == Grade.NOT_JUDGED:
        return 0.0
    return p.workforce.hiring_judgement * (Grade.REQUIRES_IMPROVEMENT.value - grade)


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
    region.staff += permanent + workforce.graduates
    if nation.graduate_places > 0.0 or workforce.graduates > 0.0:
        train_graduates(council, nation, p)


@rule
def train_graduates(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Graduate schemes fill vacant posts with entrants, who finish after some years and stay or leave.

    entrants = min(places x posts, vacancies); graduates / programme finish in a quarter; the share stay of
    them is newly qualified then, the rest leaves the work. Until then they are bound. The department pays
    each entrant's scheme, the council the salary. Claim C26.
    """
    workforce = council.workforce
    finished = workforce.graduates / p.workforce.graduate_programme
    entrants = min(nation.graduate_places * workforce.posts, vacant_posts(workforce))
    workforce.graduates += entrants - finished
    workforce.newly_qualified += p.workforce.graduate_stay * finished
    workforce.leavers += (1.0 - p.workforce.graduate_stay) * finished
    workforce.hires += entrants
    council.ledger.department_graduates = p.workforce.graduate_cost * entrants


@rule
def engage_agency_staff(council: Council, p: ParameterGroup) -> None:
    """Agency staff follow the vacancies, more so under stigma; teams of them come at once after a failure.

    wanted = cover x exp(noise + stigma) x vacancies + teams x posts x exp(-quarters since failure / fade),
    teams while inadequate; what is engaged moves towards that. Source: workforce census around a
    judgement, in which agency staff rise before vacancies do, and fall while they still rise.
    """
    workforce = council.workforce
    failed = council.inspection.grade == Grade.INADEQUATE
    stigma = 1.0 if failed else workforce.stigma
    teams = (
        p.workforce.agency_teams
        * exponential(-council.intervention.since_failure / p.workforce.agency_teams_fade)
        if failed
        else 0.0
    )
    wanted = (
        p.workforce.agency_cover
        * exponential(p.workforce.agency_spread * council.shock.agency + p.workforce.agency_stigma * stigma)
        * vacant_posts(workforce)
        + teams * workforce.posts
    )
    workforce.agency += p.workforce.agency_adjustment * (wanted - workforce.agency)


@rule
def feel_pressure(council: Council, p: ParameterGroup) -> None:
    """Work against the staff there is: pressure, caseload, experience, and the continuity that churn breaks.

    pressure = work / (staff output x (1 - effort cost x effort - time x push for partnership)) - 1 + what is
    left where the easy part is contracted out; churn = (leavers + agency churn x agency) / staff;
    continuity -> 1 - span x churn. A graduate works as a newly qualified worker does, less an experienced
    worker's time for supervision. Claims C07, C09, C26 and C38.
    """
    workforce = council.workforce
    staff = workforce.newly_qualified + workforce.experienced + workforce.agency + workforce.graduates
    churn = (workforce.leavers + p.workforce.agency_churn * workforce.agency) / staff
    workforce.continuity += (
        1.0 - p.workforce.churn_span * churn - workforce.continuity
    ) * p.workforce.continuity_adjustment
    output = (
        workforce.experienced
        + p.workforce.newly_qualified_output * workforce.newly_qualified
        + p.workforce.agency_output * workforce.agency
        + (p.workforce.newly_qualified_output - p.workforce.supervision) * workforce.graduates
    )
    taken = p.support.partnership_time * p.regime.partnership_push
    work = council.demand.workload * workforce.load_scale
    workforce.pressure_now = (
        work / (output * (1.0 - p.capacity.effort_cost * council.capacity.effort - taken)) - 1.0
    )
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
