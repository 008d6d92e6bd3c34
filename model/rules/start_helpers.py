"""Who can help in 2014Q1: companies, charities, council sponsors and mutuals; advisers and helping councils.

The master tables have as many rows for each kind as the registry could ask for; rows beyond its counts are
not in use.
"""

from collections.abc import Sequence

from model.agents import Council, Partner, Provider
from model.codes import PartnerKind, ProviderKind
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import clip, logistic
from model.rules.support import NOBODY, is_good
from model.world import PartnerOrigin, ProviderOrigin, World

ROWS_PER_PROVIDER_KIND = 12
ADVISER_ROWS = 60
PARTNER_IN_PRACTICE_ROWS = 30
ALLIANCE_ROWS = 80
SPECIALIST_ROWS = 60
COMMISSIONER_ROWS = 20
FIRST_ADVISER = 0
FIRST_PARTNER_IN_PRACTICE = FIRST_ADVISER + ADVISER_ROWS
FIRST_ALLIANCE = FIRST_PARTNER_IN_PRACTICE + PARTNER_IN_PRACTICE_ROWS
FIRST_SPECIALIST = FIRST_ALLIANCE + ALLIANCE_ROWS
FIRST_COMMISSIONER = FIRST_SPECIALIST + SPECIALIST_ROWS
PARTNER_ROWS = FIRST_COMMISSIONER + COMMISSIONER_ROWS
PROVIDER_ROWS = ROWS_PER_PROVIDER_KIND * len(ProviderKind)


@rule
def start_providers(
    providers: Sequence[Provider], origins: Sequence[ProviderOrigin], p: ParameterGroup
) -> None:
    """Companies, charities, council sponsors, mutuals, in that order, as many as the registry says."""
    for j in range(len(providers)):
        provider = providers[j]
        provider.row = j
        provider.kind = provider_kind(j, p)
        provider.enabled = 1 if provider.kind > 0 else 0
        provider.capacity = provider_capacity(provider.kind, p)
        provider.cash = p.market.starting_cash
        provider.skill = clip(
            p.market.skill_mean + p.market.skill_spread * origins[j].skill,
            p.support.expertise_lowest,
            p.support.expertise_highest,
        )
        provider.leadership = logistic(p.director.skill_spread * origins[j].leadership)
        provider.licensed = 1 if provider.skill >= p.market.licence_bar else 0
        barred = may_be_in_market(provider, p) == 0
        provider.active = provider.enabled if p.regime.market == 1 and not barred else 0
        provider.fee = p.market.fee
        provider.cost = p.market.cost_low + (p.market.cost_high - p.market.cost_low) * origins[j].cost
        provider.margin_required = (
            p.market.margin_low + (p.market.margin_high - p.market.margin_low) * origins[j].margin
        )


@rule
def kind_of_row(row: int) -> int:
    """The kind of provider for which a row of the master table is kept: it has as many for each."""
    return row // ROWS_PER_PROVIDER_KIND + ProviderKind.PRIVATE


@rule
def needs_licence(kind: int, p: ParameterGroup) -> bool:
    """Whether the regime asks a kind of provider for a licence: companies where it is 1, all from 2 on."""
    return p.regime.licence > 1 or (p.regime.licence == 1 and kind == ProviderKind.PRIVATE)


@rule
def may_be_in_market(provider: Provider, p: ParameterGroup) -> int:
    """Whether a provider has the licence that it needs, or needs none: 1 or 0. Claim C42."""
    return 0 if needs_licence(provider.kind, p) and provider.licensed == 0 else 1


@rule
def provider_kind(row: int, p: ParameterGroup) -> int:
    """The kind of provider in a row of the master table, as many in use as the registry says; 0 unused."""
    kind = kind_of_row(row)
    position = row % ROWS_PER_PROVIDER_KIND
    count = p.market.mutual_count
    if kind == ProviderKind.PRIVATE:
        count = p.market.private_count
    elif kind == ProviderKind.CHARITY:
        count = p.market.charity_count
    elif kind == ProviderKind.COUNCIL_SPONSOR:
        count = p.market.council_sponsor_count
    return kind if position < count else 0


@rule
def provider_capacity(kind: int, p: ParameterGroup) -> int:
    """How many councils a provider of a kind can serve at once."""
    if kind == ProviderKind.PRIVATE:
        return int(p.market.private_capacity)
    if kind == ProviderKind.MUTUAL:
        return int(p.market.mutual_capacity)
    return int(p.market.sponsor_capacity)


@rule
def open_for_business(provider: Provider, kind: int, p: ParameterGroup) -> None:
    """A provider that was not there begins, with the skill, cost and cash of its row.

    Whether it is in the market is seen when markets settle.
    """
    provider.kind = kind
    provider.enabled = 1
    provider.capacity = provider_capacity(kind, p)


@rule
def start_partners(world: World, origins: Sequence[PartnerOrigin], p: ParameterGroup) -> None:
    """Advisers, partners in practice, the alliance, specialist teams, commissioners, in that order."""
    start_individuals(world.partners, FIRST_ADVISER, PartnerKind.ADVISER, origins, p)
    start_councils_that_help(world, FIRST_PARTNER_IN_PRACTICE, PartnerKind.PARTNER_IN_PRACTICE, p)
    start_councils_that_help(world, FIRST_ALLIANCE, PartnerKind.ALLIANCE, p)
    start_individuals(world.partners, FIRST_SPECIALIST, PartnerKind.SPECIALIST, origins, p)
    start_individuals(world.partners, FIRST_COMMISSIONER, PartnerKind.COMMISSIONER, origins, p)


@rule
def start_individuals(
    partners: Sequence[Partner],
    first: int,
    kind: int,
    origins: Sequence[PartnerOrigin],
    p: ParameterGroup,
) -> None:
    """Advisers, specialist teams or commissioners: as many as the registry says, each with own expertise."""
    for j in range(rows_of_kind(kind)):
        row = first + j
        partner = partners[row]
        start_partner(partner, row, kind, places_of_helper(kind, p))
        partner.enabled = 1 if j < helpers_of_kind(kind, p) else 0
        partner.expertise = clip(
            p.support.ordinary_expertise + p.support.adviser_expertise_spread * origins[row].expertise,
            p.support.expertise_lowest,
            p.support.expertise_highest,
        )
        partner.active = partner.enabled


@rule
def start_councils_that_help(world: World, first: int, kind: int, p: ParameterGroup) -> None:
    """Partners in practice or the alliance: the best of the good councils, as many as the registry says."""
    home = NOBODY
    for j in range(rows_of_kind(kind)):
        partner = world.partners[first + j]
        start_partner(partner, first + j, kind, places_of_helper(kind, p))
        in_practice = kind == PartnerKind.PARTNER_IN_PRACTICE
        partner.burden = p.support.partner_burden if in_practice else p.support.alliance_burden
        if j == 0 or (j < helpers_of_kind(kind, p) and home >= 0):
            home = next_best(world.councils, home)
            join_helpers(partner, home, world.councils, p)


@rule
def rows_of_kind(kind: int) -> int:
    """Rows of the master table of partners for a kind."""
    if kind == PartnerKind.ADVISER:
        return ADVISER_ROWS
    if kind == PartnerKind.PARTNER_IN_PRACTICE:
        return PARTNER_IN_PRACTICE_ROWS
    if kind == PartnerKind.ALLIANCE:
        return ALLIANCE_ROWS
    if kind == PartnerKind.SPECIALIST:
        return SPECIALIST_ROWS
    return COMMISSIONER_ROWS


@rule
def helpers_of_kind(kind: int, p: ParameterGroup) -> int:
    """How many helpers of a kind there are at the start."""
    if kind == PartnerKind.ADVISER:
        return int(p.support.adviser_count)
    if kind == PartnerKind.PARTNER_IN_PRACTICE:
        return int(p.support.partners_in_practice_count)
    if kind == PartnerKind.ALLIANCE:
        return int(p.support.alliance_count)
    if kind == PartnerKind.SPECIALIST:
        return int(p.support.specialist_places)
    return int(p.support.commissioner_count)


@rule
def places_of_helper(kind: int, p: ParameterGroup) -> int:
    """How many councils a helper of a kind can help at once; teams and commissioners have one each."""
    if kind == PartnerKind.ADVISER:
        return int(p.support.adviser_capacity)
    if kind == PartnerKind.PARTNER_IN_PRACTICE:
        return int(p.support.partner_capacity)
    if kind == PartnerKind.ALLIANCE:
        return int(p.support.alliance_capacity)
    return 1


@rule
def start_partner(partner: Partner, row: int, kind: int, capacity: int) -> None:
    """A slot for a helper, not in use until somebody takes it."""
    partner.row = row
    partner.kind = kind
    partner.capacity = capacity
    partner.home = NOBODY
    partner.region = NOBODY


@rule
def join_helpers(partner: Partner, home: int, councils: Sequence[Council], p: ParameterGroup) -> None:
    """A council takes its place among the helpers."""
    if home >= 0:
        partner.home = home
        partner.region = councils[home].region
        partner.enabled = 1
        partner.active = 1
        partner.expertise = p.support.starting_expertise


@rule
def next_best(councils: Sequence[Council], after: int) -> int:
    """The good or outstanding council of highest quality below that of row `after`; -1 when there is none."""
    best = NOBODY
    for i in range(len(councils)):
        if (
            councils[i].exists == 1
            and is_good(councils[i])
            and comes_after(councils, i, after)
            and (best < 0 or councils[i].practice.quality > councils[best].practice.quality)
        ):
            best = i
    return best


@rule
def comes_after(councils: Sequence[Council], row: int, after: int) -> bool:
    """Whether a council ranks below another by quality, rows breaking ties; every one ranks below none."""
    if after < 0:
        return True
    quality = councils[row].practice.quality
    bound = councils[after].practice.quality
    return quality < bound or (quality == bound and row > after)
