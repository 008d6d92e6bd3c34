"""What a contract says: what it covers, who watches how it is kept, and what is paid for.

The terms hold for everybody who runs services for a council; scope and payment by results are for private
contracts. Who bids, and what a company makes of a contract, is in `market` and `providers`.
"""

from model.agents import Council
from model.codes import Grade, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import clip


@rule
def share_covered(kind: int, p: ParameterGroup) -> float:
    """Share of the service that an arrangement covers: of a private contract its scope, of all else 1.

    Claim C38.
    """
    return p.market.contract_scope if kind == Support.PRIVATE else 1.0


@rule
def share_delivered(p: ParameterGroup) -> float:
    """What a provider delivers of what was agreed, where it shirks as far as nobody looks.

    delivered = 1 - shirk x (1 - oversight). Claim C37.
    """
    return 1.0 - p.market.shirk * (1.0 - p.regime.oversight)


@rule
def difficulty_of_contract(council: Council, p: ParameterGroup) -> float:
    """What this council costs to run against one without difficulties; the easy part goes out first.

    1 + scope x (pressure + failure x max(0, 40 - quality) + deprivation), each with its weight. Claim C38.
    """
    difficulty = (
        1.0
        + p.market.cost_of_pressure * max(0.0, council.workforce.pressure)
        + p.market.cost_of_failure * max(0.0, p.market.failure_reference - council.practice.quality)
        + p.market.cost_of_deprivation * council.deprivation
    )
    return difficulty - (1.0 - p.market.contract_scope) * (difficulty - 1.0)


@rule
def results_achieved(council: Council, p: ParameterGroup) -> float:
    """How far the results that a contract pays for are there, 0-1, by the judgement, by quality, or by both.

    (1 - basis) x [not inadequate] + basis x clip(quality / good bar, 0, 1). Claim C43.
    """
    judged = 0.0 if council.inspection.grade == Grade.INADEQUATE else 1.0
    measured = clip(council.practice.quality / p.inspection.good_bar, 0.0, 1.0)
    return (1.0 - p.market.pay_basis) * judged + p.market.pay_basis * measured


@rule
def share_of_fee_due(council: Council, p: ParameterGroup) -> float:
    """Share of a private contract's fee that is due: all but the part that waits for results.

    1 - pay share x (1 - results achieved). Claim C43.
    """
    return 1.0 - p.market.pay_share * (1.0 - results_achieved(council, p))


@rule
def apply_terms_of_contract(council: Council, under_way: float, p: ParameterGroup) -> None:
    """Hold a provider to its contract: oversight at the council's cost, scope and pay where it is private.

    oversight = oversight cost x oversight. Claims C37, C38 and C43.
    """
    arrangement = council.arrangement
    arrangement.oversight = p.market.oversight_cost * p.regime.oversight
    if arrangement.kind == Support.PRIVATE:
        arrangement.ring_fence *= p.market.contract_scope
        arrangement.residual = under_way * residual_pressure(p)
        withhold_fee(council, p)
        if p.market.pay_share > 0.0:
            pay_by_results(council, under_way, p)


@rule
def residual_pressure(p: ParameterGroup) -> float:
    """Pressure of the hard part that a council is left with, once the easy part is contracted out.

    residual x scope x (1 - scope): none where all goes out or nothing does. Claim C38.
    """
    return p.market.residual * p.market.contract_scope * (1.0 - p.market.contract_scope)


@rule
def as_far_as_covered(lever: float, covered: float) -> float:
    """A ratio that is 1 without an arrangement, as far as the arrangement covers the service.

    lever + (1 - covered) x (1 - lever): the lever where all is covered, 1 where nothing is. Claim C38.
    """
    return lever + (1.0 - covered) * (1.0 - lever)


@rule
def withhold_fee(council: Council, p: ParameterGroup) -> None:
    """Take off the bill what the contract does not cover, and what waits for results.

    running cost x (1 - scope x share due), off the council's and the department's parts. Claims C38 and C43.
    """
    arrangement = council.arrangement
    levers = p.arrangement[arrangement.kind]
    withheld = levers.running_cost * (1.0 - p.market.contract_scope * share_of_fee_due(council, p))
    arrangement.council_running -= withheld * (1.0 - levers.department_running_share)
    arrangement.department_running -= withheld * levers.department_running_share


@rule
def pay_by_results(council: Council, under_way: float, p: ParameterGroup) -> None:
    """What is paid for is worked for, once in charge: looking good where the judgement pays, else quality.

    gaming += pay gaming x share x (1 - basis), at most 1; effort += pay effort x share x basis; measuring
    quality costs the council measurement cost x basis. Claim C43.
    """
    by_judgement = p.market.pay_share * (1.0 - p.market.pay_basis) * under_way
    by_quality = p.market.pay_share * p.market.pay_basis * under_way
    inspection = council.inspection
    inspection.gaming_incentive = min(1.0, inspection.gaming_incentive + p.market.pay_gaming * by_judgement)
    council.capacity.effort_shift += p.market.pay_effort * by_quality
    council.arrangement.oversight += p.market.measurement_cost * p.market.pay_basis
