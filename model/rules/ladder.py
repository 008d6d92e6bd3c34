"""The rungs of the ladder: when support or takeover is due, which arrangement is drawn, and when it is over.

What is done about it is in `intervention`. Claims C17-C19, C39.
"""

from model.agents import Council, Inspection, Intervention
from model.codes import Grade, Stage, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import happens
from model.rules.market import counterpart_is_gone
from model.world import World


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
def decide_plan(council: Council, p: ParameterGroup) -> None:
    """Draw an arrangement for the rung once, and hold it for the spell; nobody climbs down."""
    intervention = council.intervention
    stage = Stage.TAKEOVER.value if takeover_is_due(council, p) else Stage.SUPPORT.value
    if intervention.stage < stage:
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
def failed_again(inspection: Inspection, p: ParameterGroup) -> bool:
    """Whether this quarter's inspection found the council inadequate often enough for takeover at once."""
    return inspection.result == Grade.INADEQUATE and has_failed_repeatedly(inspection, p)


@rule
def arrangement_is_over(council: Council, world: World, p: ParameterGroup) -> bool:
    """Whether the arrangement reached its end, or its contract's, or lost its other side.

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
    return counterpart_is_gone(council, world)


@rule
def pulls_back(council: Council, p: ParameterGroup) -> bool:
    """Whether the council returns a private contract, or any arrangement, that has brought nothing.

    A council that chose its arrangement need not be inadequate to return it. Claim C39.
    """
    arrangement = council.arrangement
    return (
        (arrangement.kind == Support.PRIVATE or p.regime.pull_back_any == 1)
        and arrangement.age >= p.market.pull_back_after
        and has_brought_nothing(council, p)
        and (council.inspection.grade == Grade.INADEQUATE or arrangement.voluntary == 1)
        and happens(p.market.pull_back, council.shock.pull_back)
    )


@rule
def has_brought_nothing(council: Council, p: ParameterGroup) -> bool:
    """The evidence against an arrangement: visits in a row without progress since it began, or the trend.

    Where no number of visits is set, or nobody visits, quality that does not rise now is evidence enough.
    """
    if p.market.pull_back_visits == 0 or council.inspection.grade != Grade.INADEQUATE:
        return council.practice.trend <= 0.0
    return council.intervention.without_progress >= p.market.pull_back_visits
