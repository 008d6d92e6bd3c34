"""Providers as firms and charities: how they come into the market, what they earn and spend, when they go.

A company lives on its contracts and leaves when they do not pay, or when its money is gone; charities come
as sponsors because somebody recruits them. For whom they bid is in `market`. Claims C12, C24 and C42.
"""

from collections.abc import Sequence

from model.agents import Council, Nation, Provider
from model.codes import ProviderKind
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import HALF, YEARS_PER_QUARTER
from model.rules.contracts import difficulty_of_contract, share_delivered, share_of_fee_due
from model.rules.start_helpers import kind_of_row, may_be_in_market, needs_licence, open_for_business
from model.rules.support import NOBODY


@rule
def bring_in_providers(providers: Sequence[Provider], nation: Nation, p: ParameterGroup) -> None:
    """Let companies found themselves and recruit sponsors, where there is a market for either."""
    nation.recruitment = 0.0
    if p.regime.market == 1:
        if p.market.entry_rate > 0.0:
            found_company(providers, nation, p)
        if p.market.sponsor_recruitment > 0.0:
            recruit_sponsor(providers, nation, p)


@rule
def unused_row(providers: Sequence[Provider], kind: int) -> int:
    """The first row of the master table that a new provider of a kind could take; -1 when all are in use."""
    for j in range(len(providers)):
        if providers[j].enabled == 0 and kind_of_row(j) == kind:
            return j
    return NOBODY


@rule
def found_company(providers: Sequence[Provider], nation: Nation, p: ParameterGroup) -> None:
    """Companies come where there is money to be made, the faster the more an ordinary contract returns.

    on their way += entry rate x max(0, fee x funding - stay cost x mean cost) / fee; a whole one enters, up
    to twelve ever. Claim C12.
    """
    row = unused_row(providers, ProviderKind.PRIVATE.value)
    if row >= 0:
        mean_cost = p.market.cost_low + HALF * (p.market.cost_high - p.market.cost_low)
        margin = p.market.fee * nation.funding - p.market.stay_cost * mean_cost
        nation.entrants += p.market.entry_rate * max(0.0, margin) / p.market.fee
        if nation.entrants >= 1.0:
            nation.entrants -= 1.0
            open_for_business(providers[row], ProviderKind.PRIVATE.value, p)


@rule
def recruit_sponsor(providers: Sequence[Provider], nation: Nation, p: ParameterGroup) -> None:
    """The department finds charities that would sponsor trusts, and pays for finding each. Claim C24."""
    row = unused_row(providers, ProviderKind.CHARITY.value)
    if row >= 0:
        nation.sponsors_coming += p.market.sponsor_recruitment
        if nation.sponsors_coming >= 1.0:
            nation.sponsors_coming -= 1.0
            nation.recruitment = p.market.recruitment_cost
            open_for_business(providers[row], ProviderKind.CHARITY.value, p)


@rule
def enter_or_leave(providers: Sequence[Provider], nation: Nation, p: ParameterGroup) -> None:
    """Companies are in the market while it pays, if solvent, and licensed where they must be.

    An ordinary contract pays while fee x funding - stay cost x cost >= stay margin x margin asked. The
    department pays licence cost / 4 for each provider it licenses. Claims C12 and C42.
    """
    nation.licensing = 0.0
    for provider in providers:
        if provider.enabled == 1:
            stays = p.regime.market == 1 and may_be_in_market(provider, p) == 1
            if provider.kind == ProviderKind.PRIVATE:
                settle_cash(provider, p)
                margin = provider.fee * nation.funding - provider.cost * p.market.stay_cost
                pays = margin >= provider.margin_required * p.market.stay_margin
                stays = stays and pays and provider.broke == 0
            if stays and needs_licence(provider.kind, p):
                nation.licensing += p.market.licence_cost * YEARS_PER_QUARTER
            if stays and provider.active == 0:
                provider.active = 1
                provider.entries += 1
            elif not stays and provider.active == 1:
                provider.active = 0
                provider.exits += 1


@rule
def settle_cash(provider: Provider, p: ParameterGroup) -> None:
    """Add what the quarter left to a company's cash; without any it is broke, or its owners fill the hole.

    cash += income - expenses - fixed cost while in the market. Claim C12.
    """
    provider.cash += provider.income - provider.expenses - p.market.fixed_cost * provider.active
    if provider.cash < 0.0:
        if p.market.insolvency == 1:
            provider.broke = 1
        else:
            provider.cash = 0.0


@rule
def spend_on_contract(
    provider: Provider, council: Council, paid: float, quarter_budget: float, p: ParameterGroup
) -> None:
    """A company spends on a contract what its tender reckoned, in the council as it is now.

    expenses += agreed x cost x difficulty / fee x delivered, where agreed = running cost x scope, whether or
    not all of it was due; what the council pays beyond what was due covers an overspend. Claim C12.

    Args:
        provider: the company.
        council: in which it works.
        paid: to the company this quarter, £m.
        quarter_budget: a quarter of the council's annual budget of 2014, £m.
        p: the parameters of the run.
    """
    running_cost = p.arrangement[council.arrangement.paid_kind].running_cost
    agreed = running_cost * p.market.contract_scope * quarter_budget
    cost = provider.cost * difficulty_of_contract(council, p) / provider.fee
    overspend = paid - agreed * share_of_fee_due(council, p)
    provider.expenses += agreed * cost * share_delivered(p) + overspend
