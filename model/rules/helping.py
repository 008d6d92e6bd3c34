"""Councils that help others: who may, what their help is worth, what it costs them, and who joins them.

Helping takes effort and burdens the helper's own director. The alliance may grow, and in recorded history
the partners in practice are those that the department named.
"""

from model.agents import Council, Partner
from model.codes import Grade, PartnerKind, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import PERCENT, YEARS_PER_QUARTER, clip
from model.rules.standing import wear_label
from model.rules.start_helpers import (
    ALLIANCE_ROWS,
    FIRST_ALLIANCE,
    FIRST_PARTNER_IN_PRACTICE,
    PARTNER_IN_PRACTICE_ROWS,
    join_helpers,
)
from model.rules.support import NOBODY, end_arrangement, is_good, is_run_by_provider, paid_time
from model.world import World


@rule
def burden_helpers(world: World, p: ParameterGroup) -> None:
    """Helping takes effort from the helper and burdens its director, less where time is paid for.

    burden -> normal + helper burden x load x (1 - paid) x goodwill (+ more while inadequate).
    Claims C29, C31, C32.
    """
    if p.regime.alliance == 1:
        recruit_to_alliance(world, p)
    for council in world.councils:
        council.outcome.helping = 0.0
    for partner in world.partners:
        if partner.home >= 0:
            home = world.councils[partner.home]
            partner.active = may_be_partner(partner, home, p)
            partner.expertise = expertise_of(home, p)
            home.outcome.helping += partner.load * partner.burden
    for council in world.councils:
        if council.exists == 1:
            bear_burden(council, p)
            pay_helper(council, p)
            wear_label(council)


@rule
def bear_burden(council: Council, p: ParameterGroup) -> None:
    """Move a director's burden towards what helping others and being inadequate ask, and take the effort.

    Time that is neither paid for nor given in goodwill burdens nobody. Reviewing another council takes
    effort too, in the quarter of the review. Claims C04, C28, C31.
    """
    unpaid = p.support.helper_burden * council.outcome.helping * (1.0 - paid_time(p)) * p.support.goodwill
    asked = p.director.normal_burden + unpaid
    if council.inspection.grade == Grade.INADEQUATE:
        asked += p.director.inadequate_burden
    director = council.director
    director.burden += (clip(asked, 0.0, 1.0) - director.burden) * p.director.burden_adjustment
    council.capacity.effort_shift -= p.support.helper_effort_cost * unpaid
    council.capacity.effort_shift -= p.support.peer_time * council.capacity.reviewing


@rule
def pay_helper(council: Council, p: ParameterGroup) -> None:
    """The department pays for the part of a helper's time that it promised and pays for, in £m.

    The money goes to the staff who stand in, and so relieves the burden and leaves the council's own
    accounts as they were. helper cost / 4 x paid x burden of the councils helped. Claim C28.
    """
    grant = p.support.helper_cost * YEARS_PER_QUARTER * paid_time(p) * council.outcome.helping
    council.ledger.department_backfill = grant


@rule
def may_be_partner(partner: Partner, home: Council, p: ParameterGroup) -> int:
    """Whether a council may help now: it exists, is good, and the regime calls on its kind."""
    if home.exists == 0 or not is_good(home):
        return 0
    if partner.kind == PartnerKind.PARTNER_IN_PRACTICE:
        return int(p.regime.partners_in_practice)
    return int(p.regime.alliance)


@rule
def expertise_of(home: Council, p: ParameterGroup) -> float:
    """A helping council's expertise follows its own quality, weakly."""
    above = (home.practice.quality - p.support.expertise_reference) / PERCENT
    return clip(
        p.support.ordinary_expertise + p.support.expertise_slope * above, p.support.expertise_floor, 1.0
    )


@rule
def recruit_to_alliance(world: World, p: ParameterGroup) -> None:
    """The alliance fills its places and grows, as long as there are good councils that are not in it yet.

    grown += alliance count x sector growth; members wanted = alliance count + grown, whole ones, as many as
    there are rows. Claims C06 and C30.
    """
    world.nation.alliance_grown += p.support.alliance_count * p.support.sector_growth
    wanted = int(p.support.alliance_count + world.nation.alliance_grown)
    for place in range(min(wanted, ALLIANCE_ROWS)):
        partner = world.partners[FIRST_ALLIANCE + place]
        if partner.enabled == 0:
            recruit = best_outside_alliance(world)
            if recruit < 0:
                return
            join_helpers(partner, recruit, world.councils, p)


@rule
def best_outside_alliance(world: World) -> int:
    """The good or outstanding council of highest quality without a place in the alliance; -1 if none."""
    best = NOBODY
    for i in range(len(world.councils)):
        council = world.councils[i]
        if (
            council.exists == 1
            and is_good(council)
            and (best < 0 or council.practice.quality > world.councils[best].practice.quality)
            and place_of_home(i, FIRST_ALLIANCE, ALLIANCE_ROWS, world) < 0
        ):
            best = i
    return best


@rule
def place_of_home(home: int, first: int, count: int, world: World) -> int:
    """The row, among some rows of partners, of the place that a council holds; -1 where it holds none."""
    for row in range(first, first + count):
        if world.partners[row].home == home:
            return row
    return NOBODY


@rule
def name_partner(council: Council, world: World, p: ParameterGroup) -> None:
    """In recorded history a council that the department named holds its place among partners in practice.

    Unless it holds one already it takes the place of its number, with the councils that are helped from
    there. Nobody helps themselves: help from that place ends. Source: Department for Education,
    December 2015. Claim C30.
    """
    named = council.recorded.partner <= p.support.partners_in_practice_count
    if named and place_of_home(council.row, FIRST_PARTNER_IN_PRACTICE, PARTNER_IN_PRACTICE_ROWS, world) < 0:
        row = FIRST_PARTNER_IN_PRACTICE + council.recorded.partner - 1
        partner = world.partners[row]
        kind = council.arrangement.kind
        if kind != Support.NONE and not is_run_by_provider(kind) and council.arrangement.ally == row:
            end_arrangement(council, world, p)
        join_helpers(partner, council.row, world.councils, p)
        partner.active = may_be_partner(partner, council, p)
        partner.expertise = expertise_of(council, p)
