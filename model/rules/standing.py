"""How the council stands with the public and its partner agencies, and what children get.

Confidence follows quality slowly and is shaken by judgements and incidents; partnership follows confidence
and the chief executive; children's outcomes follow quality and keeping one's worker.
"""

from model.agents import Council
from model.codes import Grade
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import YEARS_PER_QUARTER, clip


@rule
def earn_confidence(council: Council, p: ParameterGroup) -> None:
    """Confidence moves towards base + slope x quality / 100, both 0-1.

    Partnership moves towards confidence and engagement.
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
        + p.standing.partnership_engagement * engaged,
        0.0,
        1.0,
    )
    standing.partnership += (sought - standing.partnership) * p.standing.partnership_adjustment


@rule
def reach_children(council: Council, p: ParameterGroup) -> None:
    """Outcome -> quality x (1 - share + share x continuity), over two years.

    Child-years lived under weak and under inadequate services are added up.
    """
    outcome = council.outcome
    relationship = 1.0 - p.outcome.continuity + p.outcome.continuity * council.workforce.continuity
    reached = council.practice.quality / PERCENT * relationship
    outcome.children += (reached - outcome.children) / p.outcome.memory
    child_years = council.children * YEARS_PER_QUARTER
    if council.practice.quality < p.inspection.inadequate_bar:
        outcome.weak_child_years += child_years
    if council.inspection.grade == Grade.INADEQUATE:
        outcome.inadequate_child_years += child_years


PERCENT = 100.0
