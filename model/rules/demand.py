"""Need for help and what it turns into: statutory work at the front door, and children in care.

Early help lowers both with a delay, poor practice brings work back, a judgement makes everyone refer.
Partnership working saves work that agencies would otherwise do twice.
"""

from model.agents import Council, Nation
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import PERCENT, exponential


@rule
def raise_need(council: Council, spread: float, p: ParameterGroup) -> None:
    """Local need wanders around the national path: need = persistence x need + spread x shock.

    Args:
        council: the council.
        spread: standard deviation of the innovation, log.
        p: parameters.
    """
    demand = council.demand
    demand.need = p.demand.need_persistence * demand.need + spread * council.shock.need
    demand.surge *= 1.0 - 1.0 / p.demand.surge_fade


@rule
def turn_need_into_work(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Work rises with need, failure and surges, and falls with early help and partnership.

    log work = national need + local need + failure x (50 - remembered quality) / 100 + surge
    - early help x (early help felt - 1) - duplication x (partnership - reference). What agencies do twice
    in all, duplication x (1 - partnership), is noted. Sources: Webb, Bennett and Bywaters 2022; claim C15.
    """
    practice = council.practice
    council.demand.done_twice = p.demand.duplication * (1.0 - council.standing.partnership)
    practice.quality_remembered += (
        practice.quality - practice.quality_remembered
    ) / p.practice.quality_memory
    council.demand.workload = exponential(
        nation.need
        + council.demand.need
        + p.demand.failure_demand * failure(practice.quality_remembered, p)
        + council.demand.surge
        - p.demand.early_help_effect * (council.budget.early_help_felt - 1.0)
        - p.demand.duplication * (council.standing.partnership - p.standing.partnership_reference)
    )


@rule
def take_children_into_care(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Children looked after follow the national path, local need, failure and early help, with a delay."""
    demand = council.demand
    target = exponential(
        nation.looked_after
        + p.demand.need_in_care * demand.need
        + p.demand.failure_in_care * failure(council.practice.quality_remembered, p)
        - p.demand.early_help_in_care * p.demand.early_help_effect * (council.budget.early_help_felt - 1.0)
    )
    demand.looked_after += (target - demand.looked_after) / p.demand.looked_after_delay


@rule
def failure(quality: float, p: ParameterGroup) -> float:
    """How far quality lies below the reference, as a share of the scale of 100 points."""
    return (p.demand.quality_reference - quality) / PERCENT
