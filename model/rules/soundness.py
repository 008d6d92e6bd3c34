"""Whether a quarter has left the model in a state that can be believed.

A run that is not finite, or whose shares have left 0-1 or stocks have turned negative, ends with a status
and its last numbers; it never raises, for that would lose the block of runs it belongs to.
"""

from model.agents import Council
from model.codes import Status
from model.parameters import ParameterGroup
from model.rule import rule
from model.world import World


@rule
def soundness(world: World, p: ParameterGroup) -> int:
    """The status of a run after a quarter: `Status`."""
    for council in world.councils:
        if council.exists == 1:
            if not all_finite(council):
                return Status.NOT_FINITE.value
            if not within_range(council, p):
                return Status.OUT_OF_RANGE.value
    return Status.OK.value


@rule
def all_finite(council: Council) -> bool:
    """Whether everything on which later quarters rest is a number."""
    total = (
        council.practice.quality
        + council.practice.leadership
        + council.practice.standard
        + council.practice.circumstances
        + council.capacity.improvement
        + council.capacity.imported
        + council.demand.workload
        + council.demand.looked_after
        + council.workforce.pressure
        + council.workforce.agency
        + council.workforce.hires
        + council.budget.spending
        + council.budget.reserves
        + council.standing.confidence
        + council.director.skill
        + council.director.public_blame
        + council.inspection.due
        + council.inspection.gaming
        + council.workforce.continuity
        + council.workforce.stigma
        + council.standing.partnership
        + council.director.burden
        + council.outcome.children
    )
    return total - total == 0.0


@rule
def within_range(council: Council, p: ParameterGroup) -> bool:
    """Whether shares are shares and stocks are not negative."""
    quality = council.practice.quality
    workforce = council.workforce
    return (
        p.practice.quality_floor <= quality <= p.practice.quality_ceiling
        and 0.0 <= council.practice.leadership <= 1.0
        and 0.0 <= council.capacity.improvement <= 1.0
        and 0.0 <= council.standing.confidence <= 1.0
        and 0.0 <= council.director.skill <= 1.0
        and workforce.newly_qualified >= 0.0
        and workforce.experienced >= 0.0
        and workforce.agency >= 0.0
        and council.budget.early_help >= 0.0
    )
