"""The ladder of intervention: monitoring visits, support first, takeover after, and how either ends.

An inadequate council gets support after a delay, and is taken over at a deadline unless a monitoring visit
finds significant progress, or at once when it has failed repeatedly. What is decided on is held for the
spell: a council whom nobody takes on waits with an adviser and is tendered again. Claims C17-C19.
"""

from model.agents import Council, Inspection, Intervention, Nation
from model.codes import UNKNOWN, Grade, Stage, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import happens
from model.rules.market import contract_out_by_choice, counterpart_is_gone, find_provider
from model.rules.support import (
    begin_arrangement,
    end_arrangement,
    find_partner,
    is_run_by_provider,
    learn_from_peers,
    leaves_council_in_charge,
    run_arrangement,
    stand_alone,
)
from model.world import World


@rule
def intervene(council: Council, world: World, p: ParameterGroup) -> None:
    """What the department does with, and for, one council this quarter."""
    note_nothing(council.intervention)
    hold_monitoring_visit(council, world.nation, p)
    feel_urgency(council, p)
    if council.arrangement.kind == Support.NONE:
        stand_alone(council, p)
    else:
        run_arrangement(council, world, p)
    if council.recorded.arrangement != UNKNOWN:
        follow_record(council, world, p)
    elif council.arrangement.kind != Support.NONE:
        review_arrangement(council, world, p)
    elif council.inspection.grade == Grade.INADEQUATE:
        climb_ladder(council, world, p)
    elif council.inspection.grade == Grade.REQUIRES_IMPROVEMENT:
        offer_early_support(council, world, p)
    if p.regime.spin_out > 0.0 or p.regime.voluntary_outsourcing > 0.0:
        contract_out_by_choice(council, world, p)
    engage_sector(council, p)


@rule
def note_nothing(intervention: Intervention) -> None:
    """Begin the quarter's account of tenders, refusals, beginnings and ends."""
    intervention.tender = 0
    intervention.bids = 0
    intervention.refused = 0
    intervention.start_kind = Support.NONE.value
    intervention.end_kind = Support.NONE.value


@rule
def hold_monitoring_visit(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Visits to inadequate councils ask whether quality rises fast enough under sound leadership."""
    intervention = council.intervention
    inadequate = council.inspection.grade == Grade.INADEQUATE
    intervention.monitored = 1 if inadequate and nation.suspended == 0 else 0
    if intervention.monitored == 1 or not inadequate:
        found = (
            council.practice.trend > p.regime.progress_bar
            and council.practice.leadership > p.support.progress_leadership
        )
        intervention.progress = 1 if found else 0


@rule
def feel_urgency(council: Council, p: ParameterGroup) -> None:
    """Urgency is full while inadequate and fades after; start-up disruption fades too; the clock runs."""
    council.capacity.urgency *= p.capacity.urgency_fade
    council.arrangement.disruption *= p.support.disruption_fade
    if council.inspection.grade == Grade.INADEQUATE:
        council.capacity.urgency = 1.0
        council.intervention.clock += 1.0
        council.intervention.since_failure += 1.0


@rule
def has_failed_repeatedly(inspection: Inspection, p: ParameterGroup) -> bool:
    """Whether the council has failed often enough for takeover at once."""
    if p.regime.immediate_takeover == 0:
        return False
    return (
        inspection.inadequate_in_spell >= p.regime.immediate_takeover
        or inspection.inadequate_ever >= p.regime.immediate_takeover_ever
    )


@rule
def takeover_is_due(council: Council, p: ParameterGroup) -> bool:
    """Whether the council stands on the upper rung: repeated failure, or the deadline has passed."""
    if has_failed_repeatedly(council.inspection, p):
        return True
    return deadline_has_passed(council.intervention, p)


@rule
def deadline_has_passed(intervention: Intervention, p: ParameterGroup) -> bool:
    """Whether a council has been inadequate for as long as the regime allows without takeover."""
    deadline = p.regime.takeover_deadline
    return deadline > 0 and intervention.since_failure >= deadline


@rule
def decision_is_due(council: Council, p: ParameterGroup) -> bool:
    """Whether something is to be decided: support after its delay, takeover as soon as it is due."""
    return takeover_is_due(council, p) or council.intervention.clock >= p.regime.support_delay


@rule
def progress_buys_time(council: Council, p: ParameterGroup) -> bool:
    """Significant progress found at a visit may buy another quarter, but not after a repeated failure."""
    found = council.intervention.monitored == 1 and council.intervention.progress == 1
    first_failure = council.inspection.inadequate_in_spell <= 1
    return found and first_failure and happens(p.regime.patience, council.shock.patience)


@rule
def climb_ladder(council: Council, world: World, p: ParameterGroup) -> None:
    """An inadequate council without an arrangement: decide what is to be done, and find somebody to do it."""
    if decision_is_due(council, p) and not progress_buys_time(council, p):
        decide_plan(council, p)
        plan = council.intervention.plan
        if plan > Support.OWN_PLAN:
            carry_out_plan(council, plan, world, p)


@rule
def decide_plan(council: Council, p: ParameterGroup) -> None:
    """Draw an arrangement for the rung once, and hold it for the spell."""
    intervention = council.intervention
    stage = Stage.TAKEOVER.value if takeover_is_due(council, p) else Stage.SUPPORT.value
    if intervention.stage != stage:
        intervention.stage = stage
        intervention.plan = draw_plan(stage, council.shock.arrangement, p)


@rule
def draw_plan(stage: int, draw: float, p: ParameterGroup) -> int:
    """The arrangement whose cumulated probability first exceeds the draw."""
    reached = 0.0
    for kind in range(len(p.regime.support_mix)):
        chance = p.regime.takeover_mix[kind] if stage == Stage.TAKEOVER else p.regime.support_mix[kind]
        reached += chance
        if happens(reached, draw):
            return kind
    return Support.OWN_PLAN.value


@rule
def find_ally(council: Council, kind: int, world: World, p: ParameterGroup) -> int:
    """Who would take the council on: a provider for contracts and trusts, a partner for all else.

    Returns:
        The row of the provider or partner, or -1 when nobody would.
    """
    if is_run_by_provider(kind):
        return find_provider(council, kind, world, p)
    return find_partner(council, kind, world, p)


@rule
def carry_out_plan(council: Council, plan: int, world: World, p: ParameterGroup) -> None:
    """Begin what was decided; where nobody takes the council on, the fallback stands in while it waits."""
    intervention = council.intervention
    ally = find_ally(council, plan, world, p)
    if ally >= 0:
        begin_arrangement(council, plan, ally, world, p)
    else:
        intervention.refused = 1
        fallback = int(p.regime.fallback)
        if fallback > Support.NONE:
            stand_in = find_ally(council, fallback, world, p)
            if stand_in >= 0:
                begin_arrangement(council, fallback, stand_in, world, p)
                intervention.waiting = 1


@rule
def tender_again(council: Council, world: World, p: ParameterGroup) -> None:
    """A council that waits with a stand-in is tendered again every quarter."""
    hand_over(council, world, p)


@rule
def hand_over(council: Council, world: World, p: ParameterGroup) -> None:
    """What is planned takes the place of the stand-in as soon as somebody takes the council on."""
    intervention = council.intervention
    ally = find_ally(council, intervention.plan, world, p)
    if ally >= 0:
        end_arrangement(council, world, p)
        begin_arrangement(council, intervention.plan, ally, world, p)
        intervention.waiting = 0
    else:
        intervention.refused = 1


@rule
def offer_early_support(council: Council, world: World, p: ParameterGroup) -> None:
    """A council that requires improvement may be offered help before it fails."""
    if p.regime.early_support > 0.0 and happens(p.regime.early_support, council.shock.support_request):
        kind = int(p.regime.early_support_kind)
        ally = find_ally(council, kind, world, p)
        if ally >= 0:
            begin_arrangement(council, kind, ally, world, p)
        else:
            council.intervention.refused = 1


@rule
def review_arrangement(council: Council, world: World, p: ParameterGroup) -> None:
    """End an arrangement that has done its work, run out, failed or lost its other side; or tender again."""
    intervention = council.intervention
    if must_escalate(council, p):
        escalate(council, world, p)
    elif arrangement_is_over(council, world, p):
        end_arrangement(council, world, p)
        intervention.waiting = 0
        if not failed_again(council.inspection, p):
            intervention.clock = 0.0
    elif council.inspection.grade != Grade.INADEQUATE:
        intervention.waiting = 0
    elif intervention.waiting == 1:
        tender_again(council, world, p)


@rule
def failed_again(inspection: Inspection, p: ParameterGroup) -> bool:
    """Whether this quarter's inspection found the council inadequate often enough for takeover at once."""
    return inspection.result == Grade.INADEQUATE and has_failed_repeatedly(inspection, p)


@rule
def must_escalate(council: Council, p: ParameterGroup) -> bool:
    """Whether support gives way to takeover: failed again, or the deadline passed without progress.

    Support that takeover would be certain to bring again goes on.
    """
    kind = council.arrangement.kind
    if council.inspection.grade != Grade.INADEQUATE or not leaves_council_in_charge(kind):
        return False
    if p.regime.takeover_mix[kind] >= 1.0:
        return False
    if failed_again(council.inspection, p):
        return True
    on_lower_rung = council.intervention.stage != Stage.TAKEOVER
    overdue = deadline_has_passed(council.intervention, p)
    return overdue and on_lower_rung and not progress_buys_time(council, p)


@rule
def escalate(council: Council, world: World, p: ParameterGroup) -> None:
    """Decide on takeover, which follows support in the same quarter.

    What is decided on again goes on, and where nobody takes the council on, support goes on as the stand-in.
    """
    intervention = council.intervention
    intervention.stage = Stage.NONE.value
    intervention.waiting = 0
    decide_plan(council, p)
    if intervention.plan <= Support.OWN_PLAN:
        end_arrangement(council, world, p)
    elif intervention.plan != council.arrangement.kind:
        intervention.waiting = 1
        hand_over(council, world, p)


@rule
def arrangement_is_over(council: Council, world: World, p: ParameterGroup) -> bool:
    """Whether the arrangement reached its end, or its contract's, was returned, or lost its other side.

    What a council chose goes on until its contract ends, or until the council fails and the ladder begins.
    """
    arrangement = council.arrangement
    levers = p.arrangement[arrangement.kind]
    inadequate = council.inspection.grade == Grade.INADEQUATE
    if arrangement.voluntary == 1 and inadequate:
        return True
    if arrangement.age >= levers.duration and not inadequate and arrangement.voluntary == 0:
        return True
    if levers.contract_quarters > 0 and arrangement.age >= levers.contract_quarters:
        return True
    if pulls_back(council, p):
        return True
    return counterpart_is_gone(council, world)


@rule
def pulls_back(council: Council, p: ParameterGroup) -> bool:
    """Whether the council returns a private contract that has brought nothing. Claim C39."""
    arrangement = council.arrangement
    return (
        arrangement.kind == Support.PRIVATE
        and arrangement.age >= p.market.pull_back_after
        and council.practice.trend <= 0.0
        and council.inspection.grade == Grade.INADEQUATE
        and happens(p.market.pull_back, council.shock.pull_back)
    )


@rule
def follow_record(council: Council, world: World, p: ParameterGroup) -> None:
    """In recorded history, put in place the arrangement that the record names, if somebody has room."""
    kind = council.recorded.arrangement
    if kind != council.arrangement.kind:
        if council.arrangement.kind != Support.NONE:
            end_arrangement(council, world, p)
        council.intervention.waiting = 0
        if kind > Support.OWN_PLAN:
            ally = find_ally(council, kind, world, p)
            if ally >= 0:
                begin_arrangement(council, kind, ally, world, p)


@rule
def engage_sector(council: Council, p: ParameterGroup) -> None:
    """What the regime does for all councils: encourage chief executives, review by peers, grant freedoms."""
    grade = council.inspection.grade
    council.chief_executive.encouragement = p.regime.chief_executives * p.support.chief_executive_gain
    if grade >= Grade.GOOD and happens(p.regime.peer_reviews, council.shock.peer_review):
        learn_from_peers(council, p)
    if p.regime.freedoms == 1 and grade == Grade.OUTSTANDING:
        council.capacity.effort_shift = p.support.freedom
