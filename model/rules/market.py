"""Private providers, charities, sponsors and mutuals: who is in the market, for what they bid, when they go.

A private provider bids where its fee covers the cost that a council's difficulties cause, with the margin
it asks; it leaves when money falls. Trusts find a sponsor among the others. Claims C12, C38, C42.
"""

from collections.abc import Sequence

from model.agents import Council, Nation, Provider
from model.codes import Grade, ProviderKind, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.support import LOWEST_PREFERENCE, NOBODY
from model.world import World


@rule
def find_provider(council: Council, kind: int, world: World, p: ParameterGroup) -> int:
    """Hold a tender: the best bid for a private contract, or the most skilled sponsor for a trust.

    Returns:
        The row of the provider, or -1 when nobody bids.
    """
    best = NOBODY
    best_offer = LOWEST_PREFERENCE
    bids = 0
    for j in range(len(world.providers)):
        provider = world.providers[j]
        is_company = provider.kind == ProviderKind.PRIVATE
        if (
            provider.active == 1
            and provider.load < provider.capacity
            and is_company == (kind == Support.PRIVATE)
        ):
            offer = provider.skill
            willing = True
            if is_company:
                offer = expected_margin(provider, council, p)
                willing = offer >= provider.margin_required
            if willing:
                bids += 1
                if offer > best_offer:
                    best_offer = offer
                    best = j
    council.intervention.tender = 1
    council.intervention.bids = bids
    return best


@rule
def expected_margin(provider: Provider, council: Council, p: ParameterGroup) -> float:
    """Fee less the cost of a contract in this council: pressure, failure and deprivation make it dear.

    cost x (1 + pressure + failure x max(0, 40 - quality) + deprivation). Claim C38.
    """
    difficulty = (
        1.0
        + p.market.cost_of_pressure * max(0.0, council.workforce.pressure)
        + p.market.cost_of_failure * max(0.0, p.market.failure_reference - council.practice.quality)
        + p.market.cost_of_deprivation * council.deprivation
    )
    return provider.fee - provider.cost * difficulty


@rule
def enter_or_leave(providers: Sequence[Provider], nation: Nation, p: ParameterGroup) -> None:
    """Companies are in the market while an ordinary contract still pays, if licensed where they must be.

    fee x funding - stay cost x cost >= stay margin x margin asked. Claims C12 and C42.
    """
    for provider in providers:
        if provider.enabled == 1:
            stays = p.regime.market == 1
            if provider.kind == ProviderKind.PRIVATE:
                margin = provider.fee * nation.funding - provider.cost * p.market.stay_cost
                pays = margin >= provider.margin_required * p.market.stay_margin
                allowed = p.regime.licence == 0 or provider.licensed == 1
                stays = stays and pays and allowed
            if stays and provider.active == 0:
                provider.active = 1
                provider.entries += 1
            elif not stays and provider.active == 1:
                provider.active = 0
                provider.exits += 1


@rule
def counterpart_is_gone(council: Council, world: World) -> bool:
    """Whether the provider has left, or the council that helps has failed itself or gone."""
    arrangement = council.arrangement
    if arrangement.kind == Support.PRIVATE or arrangement.kind == Support.TRUST:
        return world.providers[arrangement.ally].active == 0
    partner = world.partners[arrangement.ally]
    if partner.home < 0:
        return False
    home = world.councils[partner.home]
    return partner.active == 0 or home.exists == 0 or home.inspection.grade == Grade.INADEQUATE
