"""The latent quality of practice: what leadership, staff, standards and capacity make of pressure.

Under pressure corners are cut and standards drift down with what is delivered; improvement effort takes
staff time before it brings anything. Sources: Oliva and Sterman 2001; Repenning and Sterman 2001, 2002.
"""

from model.agents import Council, Nation, Practice
from model.codes import ProviderKind
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import PERCENT, clip, exponential, logarithm, logistic
from model.rules.incidents import learn_from_published_reviews
from model.rules.support import is_freed, is_run_by_provider, is_under_way
from model.world import World


@rule
def change_circumstances(council: Council, persistence: float, spread: float) -> None:
    """Local circumstances wander: circumstances = persistence x circumstances + spread x shock."""
    practice = council.practice
    practice.circumstances = persistence * practice.circumstances + spread * council.shock.circumstances


@rule
def corners_cut(pressure: float, p: ParameterGroup) -> float:
    """How far corners are cut under pressure: a smooth ramp that is nil at zero pressure.

    log(1 + exp(steepness x pressure)) / steepness - offset. Source: Oliva and Sterman 2001.
    """
    bounded = clip(pressure, p.practice.pressure_floor, p.practice.pressure_ceiling)
    steepness = p.practice.corner_cutting_steepness
    return logarithm(1.0 + exponential(steepness * bounded)) / steepness - p.practice.corner_cutting_offset


@rule
def erode_standards(practice: Practice, cut: float, p: ParameterGroup) -> None:
    """Standards erode with what is delivered and hardly recover. Source: Oliva and Sterman 2001."""
    delivered = 1.0 - p.practice.standard_cut * cut
    erosion, recovery = p.practice.standard_erosion, p.practice.standard_recovery
    practice.standard += (delivered - practice.standard) / (
        erosion if delivered < practice.standard else recovery
    )


@rule
def make_effort(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Improvement effort: squeezed out by pressure, spurred by failure, shifted by freedoms and by helping.

    effort = base x exp(-squeeze x pressure) + shift + inadequate effort x urgency - reading x published
    reviews, 0-2. Source: Repenning and Sterman 2002; claim C23.
    """
    capacity = council.capacity
    pressure = clip(
        council.workforce.pressure, p.capacity.effort_pressure_floor, p.capacity.effort_pressure_ceiling
    )
    effort = p.capacity.base_effort * exponential(-p.capacity.effort_squeeze * pressure)
    capacity.effort = clip(
        effort
        + capacity.effort_shift
        + p.capacity.inadequate_effort * capacity.urgency
        - p.incidents.reading_effort * nation.reviews_published,
        0.0,
        p.capacity.effort_ceiling,
    )


@rule
def build_capacity(council: Council, p: ParameterGroup) -> None:
    """Effort under leadership builds capacity, neglect loses it, help transfers some of its own.

    Those who are helped may come to depend on it: they build the less themselves, the more is imported.
    capacity += gain x effort x leadership x (1 - capacity) x own building x (1 - dependence x imported)
    - decay x capacity + transfer x imported x (1 - capacity); lent, what rests on lent staff, is a part
    of it and never more than all. Claims C02, C03, C27.
    """
    capacity = council.capacity
    capacity.improvement += (
        p.capacity.gain
        * capacity.effort
        * council.practice.leadership
        * (1.0 - capacity.improvement)
        * council.arrangement.own_building
        * (1.0 - p.support.dependence * capacity.imported)
        - p.capacity.decay * capacity.improvement
    )
    received = p.support.transfer * capacity.imported * (1.0 - capacity.improvement)
    capacity.improvement = clip(capacity.improvement + received, 0.0, 1.0)
    capacity.lent = min(capacity.improvement, capacity.lent * p.capacity.lent_persistence + received)


@rule
def improve_practice(council: Council, nation: Nation, cut: float, p: ParameterGroup) -> None:
    """Quality moves, with a delay, to what circumstances, leadership, staff, standards and capacity sustain.

    quality -> 100 logistic(level + learning + circumstances + leadership - corners cut + standards
    + experience + continuity + capacity - deprivation - disruption + innovation x adoption). Claim C24.
    Sources: Isos 2016; Webb, Bennett and Bywaters 2022.
    """
    practice = council.practice
    capacity = council.capacity
    practice.quality_before = practice.quality
    sustained = PERCENT * logistic(
        practice.national_level
        + nation.learning
        + practice.circumstances
        + explained_quality(
            practice.leadership,
            cut,
            practice.standard,
            council.workforce.experienced_share,
            council.workforce.continuity,
            capacity.improvement + capacity.imported * (1.0 - capacity.improvement),
            council.deprivation,
            p,
        )
        - council.arrangement.disruption
        + p.market.innovation * practice.innovation
    )
    practice.quality += (sustained - practice.quality) / p.practice.delay
    practice.quality = clip(practice.quality, p.practice.quality_floor, p.practice.quality_ceiling)
    change = practice.quality - practice.quality_before
    practice.trend += (change - practice.trend) * p.practice.trend_adjustment


@rule
def explained_quality(
    leadership: float,
    cut: float,
    standard: float,
    experienced_share: float,
    continuity: float,
    capacity: float,
    deprivation: float,
    p: ParameterGroup,
) -> float:
    """What leadership, pressure, standards, staff, capacity and deprivation contribute to quality, logit."""
    return (
        p.practice.leadership_effect * (leadership - p.practice.leadership_reference)
        - p.practice.corner_cutting_effect * cut
        + p.practice.standard_effect * (standard - 1.0)
        + p.practice.experience_effect * (experienced_share - p.practice.experience_reference)
        + p.practice.continuity_effect * (continuity - p.practice.continuity_reference)
        + p.practice.capacity_effect * (capacity - p.practice.capacity_reference)
        - p.practice.deprivation_effect * deprivation
    )


@rule
def share_innovation(world: World) -> None:
    """How far new ways have been taken up on average is what others see of them. Claim C24."""
    count = 0
    adopted = 0.0
    for council in world.councils:
        if council.exists == 1:
            count += 1
            adopted += council.practice.innovation
    world.nation.innovation = adopted / max(1, count)


@rule
def adopt_innovation(council: Council, world: World, p: ParameterGroup) -> None:
    """New ways come with a charity that runs the service, and from there by example.

    adoption -> 1, delay ramp-up, while a charity's arrangement is under way; elsewhere
    adoption += diffusion x mean adoption x (1 - adoption). What was taken up is kept. Taking it up takes
    improvement effort: adoption effort x what is taken up. Claim C24.
    """
    arrangement = council.arrangement
    rate = p.market.diffusion * world.nation.innovation
    if is_run_by_provider(arrangement.kind):
        by_charity = world.providers[arrangement.ally].kind == ProviderKind.CHARITY
        if by_charity and is_under_way(arrangement, p):
            rate = 1.0 / p.support.ramp_up
    taken_up = rate * (1.0 - council.practice.innovation)
    council.practice.innovation += taken_up
    council.capacity.effort_shift -= p.market.adoption_effort * taken_up


@rule
def room_to_try(council: Council, p: ParameterGroup) -> float:
    """Further spread of circumstances where a freed council tries things, for better or worse. Claim C25."""
    return p.support.freedom_risk if is_freed(council, p) else 0.0


@rule
def practise(council: Council, nation: Nation, persistence: float, spread: float, p: ParameterGroup) -> None:
    """A quarter of practice: circumstances, corners cut, standards, effort, capacity, quality."""
    change_circumstances(council, persistence, spread + room_to_try(council, p))
    cut = corners_cut(council.workforce.pressure, p)
    erode_standards(council.practice, cut, p)
    make_effort(council, nation, p)
    build_capacity(council, p)
    if nation.lessons_published > 0.0:
        learn_from_published_reviews(council, nation)
    improve_practice(council, nation, cut, p)
