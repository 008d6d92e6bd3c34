"""What the department does: monitoring visits, support first, takeover after, and how either ends.

An inadequate council gets support after a delay, and is taken over at a deadline unless a monitoring visit
finds significant progress, or at once when it has failed repeatedly; when either is due, and when an
arrangement is over, is in `ladder`. What is decided on is held for the spell: a council whom nobody takes on
waits with a stand-in and is tendered again. Claims C05, C06, C17-C19, C39.
"""

from model.agents import Council, Intervention, Nation
from model.codes import UNKNOWN, Grade, Review, Stage, Support, Takeover
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import happens
from model.rules.ladder import (
    arrangement_is_over,
    deadline_has_passed,
    decide_plan,
    decision_is_due,
    failed_again,
    progress_buys_time,
    pulls_back,
)
from model.rules.market import contract_out_by_choice, find_provider
from model.rules.peers import learn_from_peers
from model.rules.support import (
    begin_arrangement,
    end_arrangement,
    find_partner,
    is_freed,
    is_run_by_provider,
    is_under_way,
    leaves_council_in_charge,
    run_arrangement,
    stand_alone,
)
from model.world import World


@rule
def open_accounts(council: Council) -> None:
    """Begin the quarter's account of what is counted in more than one phase of it."""
    capacity = council.capacity
    capacity.reviewing = 0
    capacity.reviewed = Review.NONE.value
    capacity.lesson = 0.0
    intervention = council.intervention
    intervention.requested = 0
    intervention.returned = 0
    intervention.taken_over = Takeover.NONE.value
    intervention.dismissed = 0


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
    count_waiting(council)
    if is_reviewed(council, p):
        learn_from_peers(council, world, p)
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
    """Visits to inadequate councils ask whether quality rises fast enough under sound leadership.

    Visits in a row that find no progress are counted once an arrangement is under way, for its evidence.
    """
    intervention = council.intervention
    inadequate = council.inspection.grade == Grade.INADEQUATE
    intervention.monitored = 1 if inadequate and nation.suspended == 0 else 0
    if intervention.monitored == 1 or not inadequate:
        rising = council.practice.trend > p.regime.progress_bar
        led = council.practice.leadership > p.support.progress_leadership
        found = rising and led
        intervention.progress = 1 if found else 0
        fruitless = inadequate and not found and is_under_way(council.arrangement, p)
        intervention.without_progress = intervention.without_progress + 1 if fruitless else 0


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
def climb_ladder(council: Council, world: World, p: ParameterGroup) -> None:
    """An inadequate council without an arrangement: decide what is to be done, and find somebody to do it.

    Until something is decided, a first response may come at once.
    """
    if decision_is_due(council, p) and not progress_buys_time(council, p):
        decide_plan(council, p)
        plan = council.intervention.plan
        if plan > Support.OWN_PLAN:
            carry_out_plan(council, plan, world, p)
    elif p.regime.first_response > Support.OWN_PLAN and council.intervention.stage == Stage.NONE:
        respond_at_once(council, world, p)


@rule
def respond_at_once(council: Council, world: World, p: ParameterGroup) -> None:
    """Help that stands in from the judgement on, while nothing is decided yet. Claim C05."""
    intervention = council.intervention
    kind = int(p.regime.first_response)
    ally = find_ally(council, kind, world, p)
    if ally >= 0:
        begin_arrangement(council, kind, ally, world, p)
        intervention.waiting = 1
        intervention.plan = Support.NONE.value
    else:
        intervention.refused = 1


@rule
def is_first_response(intervention: Intervention) -> bool:
    """Whether the arrangement in force stands in for a decision that is still to be taken."""
    return intervention.waiting == 1 and intervention.plan == Support.NONE


@rule
def find_ally(council: Council, kind: int, world: World, p: ParameterGroup) -> int:
    """Who would take the council on: a provider for contracts and trusts, a partner for all else.

    Returns:
        The row of the provider or partner, or -1 when nobody would.
    """
    council.intervention.requested = 1
    if is_run_by_provider(kind):
        return find_provider(council, kind, world, p)
    return find_partner(council, kind, world, p)


@rule
def carry_out_plan(council: Council, plan: int, world: World, p: ParameterGroup) -> None:
    """Begin what was decided; where nobody takes the council on, the fallback stands in while it waits."""
    intervention = council.intervention
    kind = kind_to_try(council, plan, world, p)
    ally = find_ally(council, kind, world, p)
    if ally >= 0:
        begin_arrangement(council, kind, ally, world, p)
        note_takeover(council, p)
    else:
        intervention.refused = 1
        fallback = int(p.regime.fallback)
        if fallback > Support.NONE:
            stand_in = find_ally(council, fallback, world, p)
            if stand_in >= 0:
                begin_arrangement(council, fallback, stand_in, world, p)
                intervention.waiting = 1


@rule
def kind_to_try(council: Council, plan: int, world: World, p: ParameterGroup) -> int:
    """The arrangement to ask for: the one planned, or first the alliance's, where the sector comes first.

    The alliance is not asked again where it is helping already. Claim C06.
    """
    if (
        p.regime.sector_first == 1
        and is_run_by_provider(plan)
        and council.arrangement.kind != Support.ALLIANCE
        and find_partner(council, Support.ALLIANCE.value, world, p) >= 0
    ):
        return Support.ALLIANCE.value
    return plan


@rule
def note_takeover(council: Council, p: ParameterGroup) -> None:
    """Note that the council was taken over, and whether it was recovering already. Claim C19.

    It was where the trend of its quality exceeded a yardstick that is the same in every regime.
    """
    intervention = council.intervention
    if intervention.stage == Stage.TAKEOVER and not leaves_council_in_charge(council.arrangement.kind):
        intervention.taken_over = Takeover.WHILE_FAILING.value
        if council.practice.trend > p.support.recovery_bar:
            intervention.taken_over = Takeover.WHILE_RECOVERING.value


@rule
def tender_again(council: Council, world: World, p: ParameterGroup) -> None:
    """A council that waits with a stand-in is tendered again every quarter, once something is decided."""
    if not is_first_response(council.intervention):
        hand_over(council, world, p)
    elif decision_is_due(council, p) and not progress_buys_time(council, p):
        change_to_plan(council, world, p)


@rule
def hand_over(council: Council, world: World, p: ParameterGroup) -> None:
    """What is planned takes the place of the stand-in as soon as somebody takes the council on."""
    intervention = council.intervention
    kind = kind_to_try(council, intervention.plan, world, p)
    ally = find_ally(council, kind, world, p)
    if ally >= 0:
        end_arrangement(council, world, p)
        begin_arrangement(council, kind, ally, world, p)
        note_takeover(council, p)
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
        close_arrangement(council, world, p)
    elif pulls_back(council, p):
        intervention.returned = 1
        close_arrangement(council, world, p)
        if p.regime.returned_kept == 1:
            keep_services(intervention)
    elif council.inspection.grade != Grade.INADEQUATE:
        intervention.waiting = 0
    elif intervention.waiting == 1:
        tender_again(council, world, p)


@rule
def keep_services(intervention: Intervention) -> None:
    """A council keeps to itself what it took back: for the rest of the spell nothing more is decided.

    Its own plan stands on the upper rung, from which no deadline and no further failure leads. Claim C39.
    """
    intervention.stage = Stage.TAKEOVER.value
    intervention.plan = Support.OWN_PLAN.value


@rule
def close_arrangement(council: Council, world: World, p: ParameterGroup) -> None:
    """End an arrangement; the clock of support starts again.

    It goes on where nothing was decided yet, where the council had chosen the arrangement, and where all has
    failed.
    """
    intervention = council.intervention
    undecided = is_first_response(intervention) or council.arrangement.voluntary == 1
    end_arrangement(council, world, p)
    intervention.waiting = 0
    if not undecided and not failed_again(council.inspection, p):
        intervention.clock = 0.0


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
    """Decide on takeover, which follows support in the same quarter."""
    council.intervention.stage = Stage.NONE.value
    change_to_plan(council, world, p)


@rule
def change_to_plan(council: Council, world: World, p: ParameterGroup) -> None:
    """Decide what follows the arrangement in force, in the same quarter.

    What is decided on again goes on, and where nobody takes the council on, it goes on as the stand-in.
    """
    intervention = council.intervention
    intervention.waiting = 0
    decide_plan(council, p)
    if intervention.plan <= Support.OWN_PLAN:
        end_arrangement(council, world, p)
    elif intervention.plan != council.arrangement.kind:
        intervention.waiting = 1
        hand_over(council, world, p)


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
def count_waiting(council: Council) -> None:
    """Count the quarters in which an inadequate council has not got the arrangement decided on."""
    intervention = council.intervention
    decided = intervention.stage != Stage.NONE and intervention.plan > Support.OWN_PLAN
    in_place = council.arrangement.kind != Support.NONE and intervention.waiting == 0
    waits = council.inspection.grade == Grade.INADEQUATE and decided and not in_place
    intervention.waited = intervention.waited + 1 if waits else 0


@rule
def is_reviewed(council: Council, p: ParameterGroup) -> bool:
    """Whether a peer review is held: in a council judged below outstanding, as often as the regime has it."""
    return council.inspection.grade >= Grade.GOOD and happens(
        p.regime.peer_reviews, council.shock.peer_review
    )


@rule
def engage_sector(council: Council, p: ParameterGroup) -> None:
    """What the regime does for all councils: encourage chief executives, grant freedoms."""
    council.chief_executive.encouragement = p.regime.chief_executives * p.support.chief_executive_gain
    if is_freed(council, p):
        council.capacity.effort_shift += p.support.freedom
