"""Directors and chief executives: who leaves, who follows, how skilled, and how many are willing.

Blame, trouble and burden drive directors out, engaged chief executives shield them; each change costs
capacity and a new bedding-in, and blamed directors are lost to a national pool that can run dry.
"""

from model.agents import ChiefExecutive, Council, Director, Nation
from model.codes import UNKNOWN, DirectorEvent
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import TEN_POINTS, clip, exponential, happens, logistic, logit


@rule
def let_blame_fade(director: Director, p: ParameterGroup) -> None:
    """Public blame fades within about a year."""
    director.public_blame *= p.director.blame_fade


@rule
def engage_chief_executive(chief: ChiefExecutive, nation: Nation, p: ParameterGroup) -> None:
    """The chief executive's engagement follows what the regime encourages or discourages, slowly.

    engagement -> own + encouragement - other services x max(0, 1 - national funding), 0-1: where money is
    short, every service wants the chief executive. Claims C29 and C35.
    """
    short = max(0.0, 1.0 - nation.funding)
    engaged = clip(chief.own_engagement + chief.encouragement - p.director.other_services * short, 0.0, 1.0)
    chief.engagement += (engaged - chief.engagement) * p.director.engagement_adjustment


@rule
def leaving_hazard_of_director(council: Council, p: ParameterGroup) -> float:
    """Hazard that the director leaves this quarter.

    An interim's end is a constant; a permanent director's is rate x exp(blame + trouble + burden - shield
    + long tenure), less where leadership is ring-fenced. Sources: tenure at inspection by grade; claim C33.
    """
    director = council.director
    if director.interim == 1:
        return p.director.interim_ends
    trouble = clip(
        (p.director.trouble_reference - council.practice.quality_remembered) / TEN_POINTS,
        p.director.trouble_floor,
        p.director.trouble_ceiling,
    )
    log_hazard = (
        p.director.blame * director.public_blame
        + p.director.trouble * trouble
        + p.director.burden_leaving * (director.burden - p.director.normal_burden)
        - p.director.chief_executive_shield
        * (council.chief_executive.engagement - p.director.engagement_reference)
    )
    if director.tenure > p.director.long_tenure_quarters:
        log_hazard += p.director.long_tenure
    shielded = 1.0 - council.arrangement.ring_fence * p.director.ring_fence_shield
    return clip(p.director.leaving_rate * exponential(log_hazard) * shielded, 0.0, p.director.leaving_ceiling)


@rule
def replace_director(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """A director leaves with a hazard raised by blame; a successor is found, or an interim.

    In recorded history a known change, or a known absence of change, takes the place of the draw.
    """
    director = council.director
    director.event = DirectorEvent.NONE
    if council.recorded.director == UNKNOWN:
        leaves = happens(leaving_hazard_of_director(council, p), council.shock.director_exit)
        if leaves:
            permanent = happens(chance_of_permanent(council, nation, p), council.shock.director_appointment)
            appoint_director(council, nation, permanent, p)
        else:
            director.tenure += 1.0
    elif council.recorded.director == DirectorEvent.NONE:
        director.tenure += 1.0
    else:
        permanent = council.recorded.director == DirectorEvent.PERMANENT_ARRIVES
        appoint_director(council, nation, permanent, p)


@rule
def replace_director_after_failure(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """A judgement of inadequate costs the director the post at once, with the regime's probability.

    Claim C14: new leadership alone is to turn the council round.
    """
    if happens(p.regime.director_replaced, council.shock.replacement):
        dismiss_director(council, nation, p)


@rule
def dismiss_director(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Whoever intervenes puts another in the director's place, at the price of any change of director.

    A post that changed hands this quarter does not change hands again, and the record is not overruled.
    """
    if council.director.event == DirectorEvent.NONE and council.recorded.director == UNKNOWN:
        permanent = happens(chance_of_permanent(council, nation, p), council.shock.director_appointment)
        appoint_director(council, nation, permanent, p)
        council.intervention.dismissed = 1


@rule
def chance_of_permanent(council: Council, nation: Nation, p: ParameterGroup) -> float:
    """Probability that the successor is permanent, 0-1: fewer are willing to serve the failing.

    logit = logit(share) + pool effect x (pool - 1) - stigma + attraction x label. Claim C32: directors too
    go where others are helped, and not where help is needed.
    """
    share = p.director.interim_to_permanent if council.director.interim == 1 else p.director.permanent_share
    return logistic(
        logit(share)
        + p.director.pool_effect * (nation.director_pool - 1.0)
        - p.director.stigma_permanent * council.workforce.stigma
        + p.workforce.label_attraction * council.standing.label
    )


@rule
def appoint_director(council: Council, nation: Nation, permanent: bool, p: ParameterGroup) -> None:
    """The leaver returns to the pool, retires, or is burned by blame; the successor starts from nothing."""
    director = council.director
    if director.interim == 0:
        burned = p.director.burned_share if director.public_blame > p.director.blamed_bar else 0.0
        nation.directors_returned += 1.0 - burned - p.director.promoted_share
    if permanent:
        director.interim = 0
        director.event = DirectorEvent.PERMANENT_ARRIVES
        nation.directors_taken += 1.0
        director.skill = logistic(
            p.director.skill_spread * council.shock.director_skill
            - p.director.stigma_skill * council.workforce.stigma
            + p.director.pool_skill * (nation.director_pool - 1.0)
        )
    else:
        director.interim = 1
        director.event = DirectorEvent.INTERIM_ARRIVES
        director.skill = logistic(
            p.director.skill_spread * council.shock.director_skill + p.director.interim_skill
        )
    director.tenure = 0.0
    director.changes += 1
    council.capacity.improvement *= 1.0 - p.capacity.director_loss


@rule
def bedded_in(skill: float, quarters: float, p: ParameterGroup) -> float:
    """Skill as far as its holder has bedded in: skill x (1 - depth x exp(-quarters / time)).

    Source: Isos 2016.
    """
    return skill * (1.0 - p.director.bedding_in_depth * exponential(-quarters / p.director.bedding_in))


@rule
def with_chief_executive(leadership: float, engagement: float, p: ParameterGroup) -> float:
    """Leadership is the director's, with the chief executive's engagement having a weight in it."""
    weight = p.director.chief_executive_weight
    return (1.0 - weight) * leadership + weight * engagement


@rule
def lead_department(council: Council, p: ParameterGroup) -> None:
    """Leadership follows skill, bedding-in, burden and the chief executive, with a delay.

    Outsiders hold the ring-fenced part.
    """
    director = council.director
    arrangement = council.arrangement
    rested = 1.0 - p.director.burden_leadership * director.burden
    own = with_chief_executive(
        bedded_in(director.skill, director.tenure + 1.0, p) * rested, council.chief_executive.engagement, p
    )
    led = (1.0 - arrangement.ring_fence) * own + arrangement.ring_fence * arrangement.external_leadership
    council.practice.leadership += (led - council.practice.leadership) / p.director.leadership_delay


@rule
def refill_director_pool(nation: Nation, p: ParameterGroup) -> None:
    """Leavers refill the national pool of willing directors, appointments drain it, and it recovers slowly.

    Some appointments are promotions from outside the pool.
    """
    drained = nation.directors_taken * (1.0 - p.director.promoted_share)
    nation.director_pool = clip(
        nation.director_pool
        + p.director.pool_share * (nation.directors_returned - drained)
        + p.director.pool_recovery * (1.0 - nation.director_pool),
        p.director.pool_floor,
        p.director.pool_ceiling,
    )
    nation.directors_returned = 0.0
    nation.directors_taken = 0.0
