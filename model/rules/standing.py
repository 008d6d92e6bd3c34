"""How the council stands with the public and its partner agencies, and what children get.

Confidence follows quality slowly and is shaken by judgements and incidents; partnership follows confidence
and the chief executive; children's outcomes follow quality, keeping one's worker and not being passed on.
"""

from model.agents import Council
from model.codes import Grade, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import PERCENT, YEARS_PER_QUARTER, clip


@rule
def earn_confidence(council: Council, p: ParameterGroup) -> None:
    """Confidence moves towards base + slope x quality / 100, both 0-1.

    Partnership moves towards base + confidence + engagement + push, 0-1: what the regime pushes for takes
    staff time. Claims C07 and C09.
    """
    standing = council.standing
    earned = p.standing.confidence_base + p.standing.confidence_slope * council.practice.quality / PERCENT
    standing.confidence = clip(
        standing.confidence + (earned - standing.confidence) / p.standing.delay, 0.0, 1.0
    )
    engaged = council.chief_executive.engagement - p.director.engagement_reference
    sought = clip(
        p.standing.partnership_base
        + p.standing.partnership_confidence * standing.confidence
        + p.standing.partnership_engagement * engaged
        + p.regime.partnership_push,
        0.0,
        1.0,
    )
    standing.partnership += (sought - standing.partnership) * p.standing.partnership_adjustment


@rule
def wear_label(council: Council) -> None:
    """Who helps others is known for it, and so is who is being helped; who chose its arrangement is not.

    label = 1 for a helper, -1 under an arrangement with somebody outside, else 0. Claim C32.
    """
    arrangement = council.arrangement
    council.standing.label = 0.0
    if council.outcome.helping > 0.0:
        council.standing.label = 1.0
    elif arrangement.kind > Support.OWN_PLAN and arrangement.voluntary == 0:
        council.standing.label = -1.0


@rule
def what_reaches_children(council: Council, p: ParameterGroup) -> float:
    """Children get quality, the more of it the better they know their worker and the fewer doors they try.

    quality / 100 x (1 - c + c x continuity) / (1 - c + c x ordinary continuity)
    x (1 - harm x (1 - partnership)), 0-1: with ordinary staff a service's outcome is its quality, whatever
    the part c of it that rests on relationships. Claims C15 and C16.
    """
    part = p.outcome.continuity
    relationship = (1.0 - part + part * council.workforce.continuity) / (
        1.0 - part + part * p.practice.continuity_reference
    )
    passed_on = p.outcome.handover_harm * (1.0 - council.standing.partnership)
    return min(1.0, council.practice.quality / PERCENT * relationship * (1.0 - passed_on))


@rule
def reach_children(council: Council, p: ParameterGroup) -> None:
    """Outcome -> what reaches children, over two years.

    Child-years lived under weak and under inadequate services are added up.
    """
    outcome = council.outcome
    outcome.children += (what_reaches_children(council, p) - outcome.children) / p.outcome.memory
    child_years = council.children * YEARS_PER_QUARTER
    if council.practice.quality < p.inspection.inadequate_bar:
        outcome.weak_child_years += child_years
    if council.inspection.grade == Grade.INADEQUATE:
        outcome.inadequate_child_years += child_years
