"""Who can help in 2014Q1, worked by hand from counts, luck and the quality of good councils."""

import pytest
from helpers import (
    a_blank_world,
    a_council,
    a_partner,
    a_provider,
    agrees_when_compiled,
    covers,
    filled,
    parameters,
)

from model.codes import PartnerKind, ProviderKind
from model.rules.start_helpers import (
    ADVISER_ROWS,
    ALLIANCE_ROWS,
    FIRST_ADVISER,
    FIRST_ALLIANCE,
    FIRST_COMMISSIONER,
    FIRST_PARTNER_IN_PRACTICE,
    FIRST_SPECIALIST,
    PARTNER_IN_PRACTICE_ROWS,
    PARTNER_ROWS,
    ROWS_PER_PROVIDER_KIND,
    comes_after,
    helpers_of_kind,
    join_helpers,
    kind_of_row,
    may_be_in_market,
    needs_licence,
    next_best,
    open_for_business,
    places_of_helper,
    provider_capacity,
    provider_kind,
    rows_of_kind,
    start_councils_that_help,
    start_individuals,
    start_partner,
    start_partners,
    start_providers,
)
from model.world import PartnerOrigin, ProviderOrigin

NOBODY = -1
OFF = -1
P = parameters()


COUNTS = {
    "market.private_count": 2,
    "market.charity_count": 1,
    "market.council_sponsor_count": 0,
    "market.mutual_count": 3,
    "market.private_capacity": 3,
    "market.sponsor_capacity": 2,
    "market.mutual_capacity": 1,
}


@covers(provider_kind, kind_of_row)
def test_the_master_table_has_as_many_rows_for_each_kind_and_uses_as_many_as_there_are():
    kinds = [provider_kind(row, parameters(COUNTS)) for row in range(4 * ROWS_PER_PROVIDER_KIND)]
    used = {row: kind for row, kind in enumerate(kinds) if kind}
    assert used == {0: 1, 1: 1, 12: 2, 36: 4, 37: 4, 38: 4}
    assert [kind_of_row(row) for row in (0, 11, 12, 24, 36, 47)] == [1, 1, 2, 3, 4, 4]


@covers(open_for_business)
def test_a_row_that_comes_into_use_keeps_its_luck_and_gets_the_capacity_of_its_kind():
    charity = a_provider({"kind": 0, "enabled": 0, "active": 0, "capacity": 9, "skill": 0.61, "cash": 2.0})
    open_for_business(charity, ProviderKind.CHARITY, parameters(COUNTS))
    assert (charity.kind, charity.enabled, charity.capacity) == (ProviderKind.CHARITY, 1, 2)
    assert (charity.active, charity.skill, charity.cash) == (0, 0.61, 2.0)


@covers(provider_capacity)
def test_companies_sponsors_and_mutuals_differ_in_how_many_councils_they_serve():
    assert [provider_capacity(kind, parameters(COUNTS)) for kind in ProviderKind] == [3, 2, 2, 1]


@covers(needs_licence, may_be_in_market)
@pytest.mark.parametrize(
    "licence,asked",
    [
        (0, set()),
        (1, {ProviderKind.PRIVATE}),
        (2, set(ProviderKind)),
    ],
    ids=["nobody", "companies", "everybody"],
)
def test_the_regime_says_who_needs_a_licence_and_who_needs_one_must_have_it(licence, asked):
    p = parameters({"regime.licence": licence})
    assert {kind for kind in ProviderKind if needs_licence(kind, p)} == asked
    for licensed in (0, 1):
        allowed = [
            may_be_in_market(a_provider({"kind": kind, "licensed": licensed}), p) for kind in ProviderKind
        ]
        assert allowed == [1 if licensed or kind not in asked else 0 for kind in ProviderKind]


@covers(start_providers)
@pytest.mark.parametrize("licence,active", [(0, [1, 1]), (1, [0, 1]), (2, [0, 0])])
def test_who_needs_a_licence_and_has_none_is_not_in_the_market_from_the_start(licence, active):
    """At luck -1 the skill of 0.38 of the first company and the first charity is below the bar of 0.45."""
    providers = a_blank_world(0).providers
    origins = [filled(ProviderOrigin, {"skill": -1.0}) for _ in providers]
    start_providers(providers, origins, parameters(COUNTS | {"regime.market": 1, "regime.licence": licence}))
    assert [providers[row].active for row in (0, 12)] == active


@covers(start_providers)
def test_providers_start_with_luck_in_skill_cost_and_margin_and_the_skilled_are_licensed():
    """Skill 0.5 + 0.12 x 1 = 0.62; cost 0.05 + 0.02 x 0.25 = 0.055; margin 0.02 + 0.02 x 0.5 = 0.03;
    logistic 1 = 0.731059. At luck -1 skill 0.38 is below the licence of 0.45; at -9 it is held at 0.2.
    """
    providers = a_blank_world(0).providers[:3]
    origins = [
        filled(ProviderOrigin, {"skill": 1.0, "leadership": 1.0, "cost": 0.25, "margin": 0.5}),
        filled(ProviderOrigin, {"skill": -1.0}),
        filled(ProviderOrigin, {"skill": -9.0}),
    ]
    start_providers(
        providers,
        origins,
        parameters(COUNTS | {"director.skill_spread": 1.0, "regime.market": 1, "market.starting_cash": 3.0}),
    )
    first, second, unused = providers
    assert (first.kind, first.enabled, first.active, first.capacity, first.licensed) == (1, 1, 1, 3, 1)
    assert first.skill == pytest.approx(0.62)
    assert first.cost == pytest.approx(0.055)
    assert first.margin_required == pytest.approx(0.03)
    assert first.leadership == pytest.approx(0.731059, abs=1e-6)
    assert first.fee == 0.1
    assert (first.cash, unused.cash) == (3.0, 3.0)
    assert (second.row, second.licensed, second.enabled) == (1, 0, 1)
    assert (unused.kind, unused.enabled, unused.active, unused.skill) == (0, 0, 0, 0.2)


HELPERS = {
    "support.adviser_count": 2,
    "support.partners_in_practice_count": 4,
    "support.alliance_count": 10,
    "support.specialist_places": 3,
    "support.commissioner_count": 5,
    "support.adviser_capacity": 4,
    "support.partner_capacity": 3,
    "support.alliance_capacity": 2,
}


@covers(rows_of_kind)
def test_the_rows_of_each_kind_follow_those_of_the_kind_before():
    """60 advisers, 30 partners in practice, 80 of the alliance, 60 specialist teams, 20 commissioners."""
    assert [rows_of_kind(kind) for kind in PartnerKind] == [60, 30, 80, 60, 20]
    firsts = [
        FIRST_ADVISER,
        FIRST_PARTNER_IN_PRACTICE,
        FIRST_ALLIANCE,
        FIRST_SPECIALIST,
        FIRST_COMMISSIONER,
        PARTNER_ROWS,
    ]
    assert firsts == [0, 60, 90, 170, 230, 250]


@covers(helpers_of_kind, places_of_helper)
def test_each_kind_of_helper_has_its_number_and_its_places_and_teams_and_commissioners_have_one():
    p = parameters(HELPERS)
    assert [helpers_of_kind(kind, p) for kind in PartnerKind] == [2, 4, 10, 3, 5]
    assert [places_of_helper(kind, p) for kind in PartnerKind] == [4, 3, 2, 1, 1]


@covers(start_individuals)
def test_specialist_teams_have_an_expertise_of_their_own_and_belong_to_no_council():
    """0.5 + 0.12 x 1 = 0.62, 0.5 - 0.12 x 2 = 0.26; at luck -9 it is held at 0.2. Three are in use."""
    partners = a_blank_world(0).partners
    origins = [PartnerOrigin() for _ in partners]
    for place, luck in enumerate((1.0, -2.0, -9.0)):
        origins[FIRST_SPECIALIST + place].expertise = luck
    start_individuals(partners, FIRST_SPECIALIST, PartnerKind.SPECIALIST, origins, parameters(HELPERS))
    teams = partners[FIRST_SPECIALIST:FIRST_COMMISSIONER]
    assert [team.expertise for team in teams[:4]] == pytest.approx([0.62, 0.26, 0.2, 0.5])
    assert sum(team.enabled for team in teams) == sum(team.active for team in teams) == 3
    assert {(team.kind, team.home, team.capacity, team.burden) for team in teams} == {
        (PartnerKind.SPECIALIST, NOBODY, 1, 0.0)
    }
    assert [team.row for team in teams] == list(range(FIRST_SPECIALIST, FIRST_COMMISSIONER))
    assert partners[FIRST_COMMISSIONER].kind == partners[FIRST_SPECIALIST - 1].kind == 0, "others stay empty"


@covers(start_individuals)
@pytest.mark.parametrize("places,teams", [(0, 0), (60, 60)])
def test_there_are_as_many_teams_as_the_registry_says_and_none_by_default(places, teams):
    partners = a_blank_world(0).partners
    origins = [PartnerOrigin() for _ in partners]
    settings = {"support.specialist_places": places} if places else {}
    start_individuals(partners, FIRST_SPECIALIST, PartnerKind.SPECIALIST, origins, parameters(settings))
    assert sum(partner.enabled for partner in partners) == teams


@covers(start_councils_that_help)
def test_as_many_councils_help_as_the_registry_says_or_as_are_good():
    """Of five good councils the four best are partners in practice, and all five are in the alliance."""
    councils = ranked((50.0, 2), (58.0, 2), (56.0, 1), (54.0, 2), (90.0, 3), (52.0, 2))
    world = a_blank_world(0)._replace(councils=councils)
    p = parameters(HELPERS | {"support.partner_burden": 1.5})
    start_councils_that_help(world, FIRST_PARTNER_IN_PRACTICE, PartnerKind.PARTNER_IN_PRACTICE, p)
    start_councils_that_help(world, FIRST_ALLIANCE, PartnerKind.ALLIANCE, p)
    in_practice = world.partners[FIRST_PARTNER_IN_PRACTICE:FIRST_ALLIANCE]
    alliance = world.partners[FIRST_ALLIANCE:FIRST_SPECIALIST]
    assert [partner.home for partner in in_practice[:6]] == [1, 2, 3, 5, NOBODY, NOBODY]
    assert [partner.home for partner in alliance[:6]] == [1, 2, 3, 5, 0, NOBODY]
    assert (len(in_practice), len(alliance)) == (PARTNER_IN_PRACTICE_ROWS, ALLIANCE_ROWS)
    assert {partner.burden for partner in in_practice} == {1.5}
    assert sum(partner.enabled for partner in world.partners) == 4 + 5


@covers(start_partner)
def test_a_slot_for_a_helper_is_empty_until_taken():
    partner = a_partner({"enabled": 0, "active": 0})
    start_partner(partner, 7, PartnerKind.ALLIANCE, 1)
    assert (partner.row, partner.kind, partner.capacity) == (7, PartnerKind.ALLIANCE, 1)
    assert (partner.home, partner.region, partner.enabled) == (NOBODY, NOBODY, 0)


@covers(join_helpers)
def test_a_council_takes_its_place_among_the_helpers():
    """With the starting expertise of 0.6, in its own region; nobody takes a place for nobody."""
    partner, empty = a_partner({"enabled": 0, "active": 0}), a_partner({"enabled": 0, "active": 0})
    councils = [a_council({"region": 4})]
    join_helpers(partner, 0, councils, P)
    join_helpers(empty, NOBODY, councils, P)
    assert (partner.home, partner.region, partner.enabled, partner.active) == (0, 4, 1, 1)
    assert partner.expertise == 0.6
    assert (empty.home, empty.enabled, empty.active) == (NOBODY, 0, 0)


def ranked(*pairs):
    return [a_council({"practice.quality": quality, "inspection.grade": grade}) for quality, grade in pairs]


@covers(comes_after)
def test_councils_rank_by_quality_and_equals_by_row():
    councils = ranked((50.0, 2), (60.0, 2), (50.0, 2))
    assert comes_after(councils, 1, NOBODY), "everyone ranks below none"
    assert comes_after(councils, 0, 1)
    assert not comes_after(councils, 1, 0)
    assert comes_after(councils, 2, 0)
    assert not comes_after(councils, 0, 2)


@covers(next_best)
def test_the_next_best_is_the_best_of_the_good_below():
    """Qualities 50, 80 (requires improvement), 60, 60 (outstanding): rows 2, 3, 0, then nobody."""
    councils = ranked((50.0, 2), (80.0, 3), (60.0, 2), (60.0, 1))
    order = [next_best(councils, NOBODY)]
    while order[-1] >= 0:
        order.append(next_best(councils, order[-1]))
    assert order == [2, 3, 0, NOBODY]


def world_of_helpers(*pairs, settings=None):
    world = a_blank_world(0)._replace(councils=ranked(*pairs))
    origins = [PartnerOrigin() for _ in world.partners]
    origins[0].expertise = 1.0
    start_partners(world, origins, parameters(settings or {}))
    return world


@covers(start_partners)
def test_the_best_of_the_good_councils_lead_partners_in_practice_and_the_alliance():
    """Advisers: as many as the registry says, the first of expertise 0.5 + 0.12 = 0.62. Then the good
    councils in order of quality, as partners in practice (capacity 3) and again in the alliance (capacity
    1, burden 0.6).
    """
    world = world_of_helpers((50.0, 2), (80.0, 1), (90.0, 3), settings={"support.adviser_count": 2})
    advisers = world.partners[:ADVISER_ROWS]
    in_practice = world.partners[ADVISER_ROWS : ADVISER_ROWS + PARTNER_IN_PRACTICE_ROWS]
    alliance = world.partners[ADVISER_ROWS + PARTNER_IN_PRACTICE_ROWS :]
    assert sum(adviser.enabled for adviser in advisers) == 2
    assert advisers[0].expertise == pytest.approx(0.62)
    assert {adviser.home for adviser in advisers} == {NOBODY}
    assert [partner.home for partner in in_practice[:2]] == [1, 0]
    assert [partner.home for partner in alliance[:2]] == [1, 0]
    assert [(partner.capacity, partner.burden) for partner in (in_practice[0], alliance[0])] == [
        (3, 1.0),
        (1, 0.6),
    ]
    assert [partner.row for partner in world.partners] == list(range(len(world.partners)))


@covers(start_partners)
def test_no_council_has_two_places_in_the_alliance():
    """Two good councils cannot fill more than two of the alliance's places, however many it has."""
    world = world_of_helpers((50.0, 2), (80.0, 1))
    homes = [
        partner.home for partner in world.partners if partner.kind == PartnerKind.ALLIANCE and partner.enabled
    ]
    assert len(homes) == len(set(homes))


@pytest.mark.slow
def test_helpers_are_the_same_when_compiled():
    assert agrees_when_compiled(provider_capacity, 1)
    assert agrees_when_compiled(helpers_of_kind, 3, settings=HELPERS)
    assert agrees_when_compiled(places_of_helper, 2, settings=HELPERS)


@covers(start_providers, start_partner)
def test_every_row_knows_its_number_and_belongs_nowhere_until_somebody_takes_it():
    world = a_blank_world(0)
    for holder in [*world.providers, *world.partners]:
        holder.row = 999
    for partner in world.partners:
        partner.region = 5
    start_providers(world.providers, [ProviderOrigin() for _ in world.providers], P)
    start_partners(world, [PartnerOrigin() for _ in world.partners], P)
    assert [provider.row for provider in world.providers] == list(range(len(world.providers)))
    assert [partner.row for partner in world.partners] == list(range(len(world.partners)))
    assert {partner.region for partner in world.partners} == {NOBODY}


@covers(start_partners)
def test_there_are_rows_for_helpers_of_every_kind():
    world = a_blank_world(0)
    start_partners(world, [PartnerOrigin() for _ in world.partners], P)
    kinds = (PartnerKind.ADVISER, PartnerKind.SPECIALIST, PartnerKind.COMMISSIONER)
    for kind, first in zip(kinds, (FIRST_ADVISER, FIRST_SPECIALIST, FIRST_COMMISSIONER), strict=True):
        assert world.partners[first].kind == kind


@covers(start_councils_that_help)
def test_after_the_council_in_the_first_row_the_next_best_joins_too():
    councils = [
        a_council({"inspection.grade": 2, "practice.quality": quality}) for quality in (70.0, 60.0, 50.0)
    ]
    for row, council in enumerate(councils):
        council.row = row
    world = a_blank_world(0)._replace(councils=councils)
    start_councils_that_help(world, FIRST_ALLIANCE, PartnerKind.ALLIANCE, parameters())
    assert [world.partners[FIRST_ALLIANCE + place].home for place in range(4)] == [0, 1, 2, NOBODY]


@covers(next_best)
def test_the_best_is_looked_for_in_every_row_from_the_first():
    councils = [
        a_council({"inspection.grade": 2, "practice.quality": quality}) for quality in (70.0, 60.0, 80.0)
    ]
    assert next_best(councils, NOBODY) == 2
    assert next_best(councils[:2], NOBODY) == 0


@covers(start_providers)
def test_a_provider_as_skilled_as_a_licence_asks_is_licensed():
    """Luck so bad leaves the lowest skill there is, which is what is asked."""
    bar = P.support.expertise_lowest
    providers = a_blank_world(0).providers
    origins = [ProviderOrigin() for _ in providers]
    origins[0].skill = -99.0
    start_providers(providers, origins, parameters({"market.licence_bar": bar}))
    assert (providers[0].skill, providers[0].licensed) == (bar, 1)
