"""Help from outside: advisers, specialist teams, partners, the alliance, commissioners, providers.

A helper that is full cannot help, and strong helpers help more. What helping costs the councils that give it
is in `helping`, what providers and trusts do on top of this in `market`.
"""

from collections.abc import Sequence

from model.agents import Arrangement, Council, Nation, Partner
from model.codes import Grade, PartnerKind, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import YEARS_PER_QUARTER, clip, happens
from model.rules.contracts import apply_terms_of_contract, as_far_as_covered, share_covered, share_delivered
from model.rules.leadership import bedded_in, dismiss_director, with_chief_executive
from model.world import World

NOBODY = -1
NEIGHBOURS = 14
"""Places in a council's list of statistical neighbours: ten, and room for those that boundary changes add."""

LOWEST_PREFERENCE = -1e9


@rule
def is_good(council: Council) -> bool:
    """Whether a council is judged good or outstanding."""
    grade = council.inspection.grade
    return grade == Grade.GOOD or grade == Grade.OUTSTANDING


@rule
def is_freed(council: Council, p: ParameterGroup) -> bool:
    """Whether a council's judgement is good enough for the freedoms that the regime gives. Claim C25."""
    grade = council.inspection.grade
    return p.regime.freedoms == 1 and Grade.NOT_JUDGED < grade <= p.regime.freedom_grade


@rule
def is_run_by_provider(kind: int) -> bool:
    """Whether an arrangement's other side is a provider, trust or mutual, not an adviser or council."""
    return kind == Support.PRIVATE or kind == Support.TRUST or kind == Support.MUTUAL


@rule
def leaves_council_in_charge(kind: int) -> bool:
    """Whether the council keeps control under an arrangement, so that takeover can still follow."""
    return (
        kind == Support.ADVISER
        or kind == Support.ALLIANCE
        or kind == Support.PARTNER_IN_PRACTICE
        or kind == Support.SPECIALIST
    )


@rule
def partner_kind_for(kind: int) -> int:
    """The kind of partner that an arrangement draws on; partner councils come from partners in practice."""
    if kind == Support.ADVISER:
        return PartnerKind.ADVISER.value
    if kind == Support.ALLIANCE:
        return PartnerKind.ALLIANCE.value
    if kind == Support.SPECIALIST:
        return PartnerKind.SPECIALIST.value
    if kind == Support.COMMISSIONER:
        return PartnerKind.COMMISSIONER.value
    return PartnerKind.PARTNER_IN_PRACTICE.value


@rule
def find_partner(council: Council, kind: int, world: World, p: ParameterGroup) -> int:
    """The free partner with the most expertise, preferring the own region and few other clients.

    Returns:
        The row of the partner, or -1 when every one that may help is full.
    """
    wanted = partner_kind_for(kind)
    best = NOBODY
    best_preference = LOWEST_PREFERENCE
    for j in range(len(world.partners)):
        partner = world.partners[j]
        if (
            partner.kind == wanted
            and partner.active == 1
            and partner.load < partner.capacity
            and may_help(partner, council, world.councils)
        ):
            nearby = p.support.same_region_bonus if partner.region == council.region else 0.0
            preference = partner.expertise + nearby - p.support.load_penalty * partner.load
            if preference > best_preference:
                best_preference = preference
                best = j
    return best


@rule
def may_help(partner: Partner, council: Council, councils: Sequence[Council]) -> bool:
    """Who belongs to no council may always help; a council may while it is itself good, and not itself."""
    if partner.home < 0:
        return True
    home = councils[partner.home]
    return partner.home != council.row and home.exists == 1 and is_good(home)


@rule
def stand_alone(council: Council, p: ParameterGroup) -> None:
    """Without an arrangement imported capacity fades and nothing is added, lent or charged."""
    arrangement = council.arrangement
    council.capacity.imported *= p.support.fade
    council.capacity.effort_shift = 0.0
    council.inspection.gaming_incentive = 0.0
    arrangement.council_running = 0.0
    arrangement.council_setup = 0.0
    arrangement.department_running = 0.0
    arrangement.department_setup = 0.0
    arrangement.paid_ally = NOBODY
    arrangement.oversight = 0.0
    arrangement.residual = 0.0
    arrangement.voluntary = 0
    arrangement.ring_fence = 0.0
    arrangement.own_building = 1.0
    arrangement.staff_development = 1.0
    arrangement.retention = 0.0


@rule
def begin_arrangement(council: Council, kind: int, ally: int, world: World, p: ParameterGroup) -> None:
    """Agree an arrangement with a partner or provider that has room."""
    arrangement = council.arrangement
    arrangement.kind = kind
    arrangement.ally = ally
    arrangement.age = 0
    arrangement.started += 1
    council.intervention.start_kind = kind
    council.intervention.without_progress = 0
    council.capacity.lent = 0.0
    disrupt(council, p.arrangement[kind].disruption * share_covered(kind, p))
    enter_in_books(arrangement, world)


@rule
def enter_in_books(arrangement: Arrangement, world: World) -> None:
    """The partner or provider of an arrangement has one place less, and lends its skill."""
    ally = arrangement.ally
    if is_run_by_provider(arrangement.kind):
        world.providers[ally].load += 1
        arrangement.external_skill = world.providers[ally].leadership
    else:
        world.partners[ally].load += 1
        arrangement.external_skill = world.partners[ally].expertise


@rule
def take_off_books(arrangement: Arrangement, world: World) -> None:
    """The partner or provider of an arrangement has one place more."""
    if is_run_by_provider(arrangement.kind):
        world.providers[arrangement.ally].load -= 1
    else:
        world.partners[arrangement.ally].load -= 1


@rule
def disrupt(council: Council, disruption: float) -> None:
    """Starting up costs quality for a while; what lingers of an earlier upheaval is not wiped out by it."""
    council.arrangement.disruption = max(council.arrangement.disruption, disruption)


@rule
def end_arrangement(council: Council, world: World, p: ParameterGroup) -> None:
    """Help leaves and takes part of the lent capacity with it; who ran the service disrupts it by leaving."""
    arrangement = council.arrangement
    capacity = council.capacity
    kind = arrangement.kind
    take_off_books(arrangement, world)
    leaving = p.arrangement[kind].capacity_leaving
    capacity.improvement = clip(capacity.improvement - leaving * capacity.lent, p.support.capacity_floor, 1.0)
    capacity.lent *= 1.0 - leaving
    if is_run_by_provider(kind) or kind == Support.PARTNER_COUNCIL:
        arrangement.disruption = p.support.exit_disruption * share_covered(kind, p)
    arrangement.ring_fence = 0.0
    council.intervention.end_kind = kind
    arrangement.kind = Support.NONE.value
    arrangement.voluntary = 0
    arrangement.ally = NOBODY
    arrangement.age = 0


@rule
def import_capacity(council: Council, strength: float, p: ParameterGroup) -> None:
    """Imported capacity approaches what the arrangement brings, with a delay. Source: Isos 2016."""
    capacity = council.capacity
    capacity.imported = clip(
        capacity.imported + (strength - capacity.imported) / p.support.ramp_up,
        0.0,
        p.support.imported_ceiling,
    )


@rule
def strength_of_help(council: Council, world: World, p: ParameterGroup) -> float:
    """What the arrangement brings at full ramp: power x skill x crowding x (1 - margin) x what is given.

    More is brought to a council that is inadequate. A provider brings what it delivers of what it covers.
    """
    arrangement = council.arrangement
    levers = p.arrangement[arrangement.kind]
    if is_run_by_provider(arrangement.kind):
        skill = world.providers[arrangement.ally].skill
        undiluted = 1.0
        given = share_delivered(p) * share_covered(arrangement.kind, p)
    else:
        partner = world.partners[arrangement.ally]
        skill = partner.expertise
        undiluted = 1.0 / (1.0 + p.support.crowding * max(0, partner.load - 1))
        given = help_given(partner, p)
    need = 1.0 if council.inspection.grade == Grade.INADEQUATE else p.support.strength_not_inadequate
    return (
        need
        * p.support.power
        * levers.power
        * p.support.skill_scale
        * skill
        * undiluted
        * (1.0 - levers.margin)
        * given
    )


@rule
def help_given(partner: Partner, p: ParameterGroup) -> float:
    """Of the help that a council could give, what it gives: all in paid time, less where it is goodwill.

    1 - (1 - paid) x (1 - goodwill), 0-1. Claim C28.
    """
    if partner.home < 0:
        return 1.0
    return 1.0 - (1.0 - paid_time(p)) * (1.0 - p.support.goodwill)


@rule
def paid_time(p: ParameterGroup) -> float:
    """Share of a helping council's time that is paid for: what is promised, as far as the promise holds."""
    return p.regime.backfill * p.regime.promise_kept


@rule
def run_arrangement(council: Council, world: World, p: ParameterGroup) -> None:
    """A quarter under an arrangement: capacity comes in, outsiders lead, levers act, the bill is made out."""
    arrangement = council.arrangement
    levers = p.arrangement[arrangement.kind]
    arrangement.age += 1
    under_way = 1.0 if is_under_way(arrangement, p) else 0.0
    import_capacity(council, under_way * strength_of_help(council, world, p), p)
    if levers.ring_fence > 0.0:
        lead_from_outside(council, world, p)
    if arrangement.kind == Support.COMMISSIONER and arrangement.age == levers.setup_quarters + 1:
        take_charge(council, world.nation, p)
    arrangement.ring_fence = under_way * levers.ring_fence
    covered = share_covered(arrangement.kind, p)
    arrangement.own_building = as_far_as_covered(levers.own_building, covered)
    arrangement.staff_development = as_far_as_covered(levers.staff_development, covered)
    arrangement.retention = levers.retention * under_way * covered
    council.capacity.effort_shift = 0.0
    council.inspection.gaming_incentive = levers.gaming * covered
    if arrangement.age == 1:
        council.standing.confidence -= levers.profit_motive * p.market.profit_motive * covered
    make_out_bill(arrangement, under_way, p)
    arrangement.oversight = 0.0
    arrangement.residual = 0.0
    if is_run_by_provider(arrangement.kind):
        apply_terms_of_contract(council, under_way, p)


@rule
def is_under_way(arrangement: Arrangement, p: ParameterGroup) -> bool:
    """Whether help has begun: an arrangement is in force and its set-up is over."""
    return arrangement.age > p.arrangement[arrangement.kind].setup_quarters


@rule
def lead_from_outside(council: Council, world: World, p: ParameterGroup) -> None:
    """The outside leader beds in like any other; a partner council lends its own director."""
    arrangement = council.arrangement
    if not is_run_by_provider(arrangement.kind):
        home = world.partners[arrangement.ally].home
        if home >= 0:
            arrangement.external_skill = world.councils[home].director.skill
    in_charge = max(0, arrangement.age - p.arrangement[arrangement.kind].setup_quarters)
    arrangement.external_leadership = with_chief_executive(
        bedded_in(arrangement.external_skill, in_charge, p), council.chief_executive.engagement, p
    )


@rule
def take_charge(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """A commissioner who takes charge may replace the director, unless the post has just changed hands.

    The loss of capacity and the bedding-in that follow are those of any change of director. Claim C22.
    """
    if happens(p.regime.commissioner_sacks, council.shock.dismissal):
        dismiss_director(council, nation, p)


@rule
def make_out_bill(arrangement: Arrangement, under_way: float, p: ParameterGroup) -> None:
    """Running cost and overspend, set-up spread over its quarters: who pays which part, and who is owed.

    Set-up grants of trusts are the department's; a trust's overspend falls on the council. Of a contract for
    part of the service both are in proportion; what it takes off the running cost is in `withhold_fee`.
    """
    levers = p.arrangement[arrangement.kind]
    covered = share_covered(arrangement.kind, p)
    setup = setup_rate(levers.setup_cost * covered, max(1.0, levers.setup_quarters), arrangement.age)
    arrangement.council_running = (
        levers.running_cost * (1.0 - levers.department_running_share) + levers.overspend * under_way * covered
    )
    arrangement.department_running = levers.running_cost * levers.department_running_share
    arrangement.council_setup = setup * (1.0 - levers.department_setup_share)
    arrangement.department_setup = setup * levers.department_setup_share
    arrangement.paid_kind = arrangement.kind
    arrangement.paid_ally = arrangement.ally


@rule
def setup_rate(cost: float, quarters: float, age: int) -> float:
    """The yearly rate at which set-up is charged, so that its whole cost is paid in the quarters it takes.

    Args:
        cost: of the whole set-up, share of the annual budget.
        quarters: over which it is spread.
        age: of the arrangement, quarters.
    """
    return cost / (quarters * YEARS_PER_QUARTER) if age <= quarters else 0.0
