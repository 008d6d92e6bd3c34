"""Tenders: who may run a council's services, for what companies bid, who is chosen, and when one is gone.

A private provider bids where its fee covers the cost that a council's difficulties cause, with the margin
it asks. Trusts find a sponsor among the others. A council that has not failed may turn to a provider, or
its social workers may leave it as a mutual, by choice. Claims C12, C38, C40 and C42.
"""

from collections.abc import Sequence

from model.agents import Council, Provider
from model.codes import UNKNOWN, Grade, ProviderKind, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import clip, happens
from model.rules.contracts import difficulty_of_contract
from model.rules.providers import unused_row
from model.rules.start_helpers import needs_licence, open_for_business
from model.rules.support import LOWEST_PREFERENCE, NOBODY, begin_arrangement, is_run_by_provider
from model.world import World


@rule
def find_provider(council: Council, kind: int, world: World, p: ParameterGroup) -> int:
    """Hold a tender: the best bid for a private contract, or the most skilled sponsor or mutual for the rest.

    Where companies must serve, every one in the market bids, whatever the margin. Claim C38.

    Returns:
        The row of the provider, or -1 when nobody bids.
    """
    best = NOBODY
    best_offer = LOWEST_PREFERENCE
    bids = 0
    for j in range(len(world.providers)):
        provider = world.providers[j]
        if provider.active == 1 and provider.load < provider.capacity and may_run(provider.kind, kind):
            offer = provider.skill
            willing = True
            if provider.kind == ProviderKind.PRIVATE:
                offer = expected_margin(provider, council, p)
                willing = offer >= provider.margin_required or p.regime.must_serve == 1
            if willing:
                bids += 1
                if offer > best_offer:
                    best_offer = offer
                    best = j
    council.intervention.tender = 1
    council.intervention.bids = bids
    return best


@rule
def may_run(provider_kind: int, kind: int) -> bool:
    """Which providers an arrangement is open to: companies, mutuals, or, for a trust, all but companies."""
    if kind == Support.PRIVATE:
        return provider_kind == ProviderKind.PRIVATE
    if kind == Support.MUTUAL:
        return provider_kind == ProviderKind.MUTUAL
    return provider_kind != ProviderKind.PRIVATE


@rule
def expected_margin(provider: Provider, council: Council, p: ParameterGroup) -> float:
    """Fee less the cost of a contract in this council: pressure, failure and deprivation make it dear.

    fee - cost x difficulty of the contract. Claim C38.
    """
    return provider.fee - provider.cost * difficulty_of_contract(council, p)


@rule
def contract_out_by_choice(council: Council, world: World, p: ParameterGroup) -> None:
    """A council that has not failed, and has no arrangement, may see services leave it without being made to.

    Not in recorded history: what was chosen there is on record as any other arrangement is.
    """
    recorded = council.recorded
    if p.regime.market == 1 and recorded.inspection == UNKNOWN and recorded.arrangement == UNKNOWN:
        if is_free_to_choose(council):
            consider_spinning_out(council, world, p)
        if is_free_to_choose(council):
            consider_outsourcing(council, world, p)


@rule
def is_free_to_choose(council: Council) -> bool:
    """Whether a council runs its services itself, and has not failed at it."""
    return council.arrangement.kind == Support.NONE and council.inspection.grade != Grade.INADEQUATE


@rule
def consider_spinning_out(council: Council, world: World, p: ParameterGroup) -> None:
    """Social workers of a council that is good or requires improvement may form a mutual that serves it.

    When no more can be founded, a mutual that has room may take the council on. Claim C40.
    """
    grade = council.inspection.grade
    stirs = grade == Grade.GOOD or grade == Grade.REQUIRES_IMPROVEMENT
    if stirs and happens(p.regime.spin_out, council.shock.spin_out):
        row = found_mutual(council, world.providers, p)
        if row < 0:
            row = find_provider(council, Support.MUTUAL.value, world, p)
        begin_by_choice(council, Support.MUTUAL.value, row, world, p)


@rule
def found_mutual(council: Council, providers: Sequence[Provider], p: ParameterGroup) -> int:
    """A new mutual is as good as the department it comes from: its practice leadership, its director.

    Returns:
        The row of the mutual, or -1 when every row is in use or it would not get the licence that it needs.
    """
    row = unused_row(providers, ProviderKind.MUTUAL.value)
    skill = clip(council.practice.leadership, p.support.expertise_lowest, p.support.expertise_highest)
    licensed = skill >= p.market.licence_bar
    if row < 0 or (needs_licence(ProviderKind.MUTUAL.value, p) and not licensed):
        return NOBODY
    mutual = providers[row]
    open_for_business(mutual, ProviderKind.MUTUAL.value, p)
    mutual.skill = skill
    mutual.leadership = council.director.skill
    mutual.licensed = 1 if licensed else 0
    mutual.active = 1
    mutual.entries += 1
    return row


@rule
def consider_outsourcing(council: Council, world: World, p: ParameterGroup) -> None:
    """A council may tender its services by choice; where nobody bids it goes on as it is."""
    if happens(p.regime.voluntary_outsourcing, council.shock.outsourcing):
        row = find_provider(council, Support.PRIVATE.value, world, p)
        begin_by_choice(council, Support.PRIVATE.value, row, world, p)


@rule
def begin_by_choice(council: Council, kind: int, row: int, world: World, p: ParameterGroup) -> None:
    """Begin what a council chose, if anybody takes it on; it lasts until it runs out or the council fails."""
    if row >= 0:
        begin_arrangement(council, kind, row, world, p)
        council.arrangement.voluntary = 1


@rule
def counterpart_is_gone(council: Council, world: World) -> bool:
    """Whether the provider has left, or the council that helps has failed itself or gone."""
    arrangement = council.arrangement
    if is_run_by_provider(arrangement.kind):
        return world.providers[arrangement.ally].active == 0
    partner = world.partners[arrangement.ally]
    if partner.home < 0:
        return False
    home = world.councils[partner.home]
    return partner.active == 0 or home.exists == 0 or home.inspection.grade == Grade.INADEQUATE
