"""Councils that help others: what it asks of them, who may, who joins, and whom the department named."""

import pytest
from helpers import a_blank_world, a_council, a_partner, agrees_when_compiled, change, covers, parameters

from model.codes import Grade, PartnerKind, Support
from model.rules.helping import (
    bear_burden,
    best_outside_alliance,
    burden_helpers,
    expertise_of,
    may_be_partner,
    name_partner,
    pay_helper,
    place_of_home,
    recruit_to_alliance,
)
from model.rules.start_helpers import (
    ALLIANCE_ROWS,
    FIRST_ALLIANCE,
    FIRST_PARTNER_IN_PRACTICE,
    PARTNER_IN_PRACTICE_ROWS,
    start_councils_that_help,
)

NOBODY = -1
GOOD = {"inspection.grade": Grade.GOOD}
FAILING = {"inspection.grade": Grade.INADEQUATE}
HELPING = {"support.helper_burden": 0.2, "support.helper_effort_cost": 0.1}


def a_sector(councils, partners):
    """These councils, and these partners by row in a table in which no other place is taken."""
    world = a_blank_world(0)._replace(councils=councils)
    for row, council in enumerate(councils):
        council.row = row
    for partner in world.partners:
        partner.home = NOBODY
    for row, settings in partners.items():
        change(world.partners[row], {"enabled": 1, "active": 1, "capacity": 2, "expertise": 0.5} | settings)
    return world


@covers(bear_burden)
def test_helping_burdens_a_director_and_takes_effort_less_where_it_is_backfilled():
    """Unpaid 0.2 x 2 x (1 - 0.25) = 0.3; burden 0.2 + 0.4 x (0.2 + 0.3 - 0.2) = 0.32; effort 0.05 - 0.1 x
    0.3.
    """
    council = a_council({"outcome.helping": 2.0, "director.burden": 0.2, "capacity.effort_shift": 0.05})
    bear_burden(council, parameters(HELPING | {"regime.backfill": 0.25}))
    assert council.director.burden == pytest.approx(0.32)
    assert council.capacity.effort_shift == pytest.approx(0.02)


@covers(bear_burden)
@pytest.mark.parametrize("helping,burden", [(0.0, 0.26), (9.0, 0.52)])
def test_an_inadequate_judgement_burdens_too_up_to_the_whole(helping, burden):
    """0.2 + 0.4 x 0.15 = 0.26; 0.2 + 1.8 + 0.15 is held at 1: 0.2 + 0.4 x 0.8 = 0.52."""
    council = a_council(FAILING | {"outcome.helping": helping, "director.burden": 0.2})
    bear_burden(council, parameters(HELPING))
    assert council.director.burden == pytest.approx(burden)


@covers(may_be_partner)
@pytest.mark.parametrize("kind", [PartnerKind.PARTNER_IN_PRACTICE, PartnerKind.ALLIANCE])
def test_a_council_is_a_partner_while_it_exists_is_good_and_its_kind_is_called_on(kind):
    partner = a_partner({"kind": kind})
    other = 1 - (kind == PartnerKind.ALLIANCE)
    p = parameters({"regime.alliance": 1 - other, "regime.partners_in_practice": other})
    assert may_be_partner(partner, a_council(GOOD), p) == 1
    assert may_be_partner(partner, a_council(FAILING), p) == 0
    assert may_be_partner(partner, a_council(GOOD | {"exists": 0}), p) == 0
    uncalled = parameters({"regime.alliance": other, "regime.partners_in_practice": 1 - other})
    assert may_be_partner(partner, a_council(GOOD), uncalled) == 0


@covers(expertise_of)
@pytest.mark.parametrize("quality,expertise", [(70.0, 0.6), (60.0, 0.5), (2.0, 0.1), (98.0, 0.88)])
def test_a_helpers_expertise_follows_its_own_quality(quality, expertise):
    """0.5 + 1 x (70 - 60) / 100 = 0.6; 0.5 - 0.58 < 0 is held at 0.1; 0.5 + 0.38 = 0.88."""
    p = parameters({"support.expertise_slope": 1.0})
    assert expertise_of(a_council({"practice.quality": quality}), p) == pytest.approx(expertise)


@covers(burden_helpers)
def test_every_council_bears_what_its_clients_ask_and_advisers_have_no_council_to_burden():
    """Two clients at burden 1 and one at 0.6: 2.6. Burden 0.2 + 0.4 x 0.2 x 2.6 = 0.408. The council that
    ended bears nothing and its place among the helpers is empty.
    """
    helper = a_council(GOOD | {"practice.quality": 70.0, "director.burden": 0.2, "outcome.helping": 9.0})
    ended = a_council(GOOD | {"exists": 0, "director.burden": 0.7})
    rows = (0, FIRST_PARTNER_IN_PRACTICE, FIRST_ALLIANCE, FIRST_ALLIANCE + 1)
    settings = (
        {"load": 2, "expertise": 0.33},
        {"kind": PartnerKind.PARTNER_IN_PRACTICE, "home": 0, "load": 2, "burden": 1.0},
        {"kind": PartnerKind.ALLIANCE, "home": 0, "load": 1, "burden": 0.6},
        {"kind": PartnerKind.ALLIANCE, "home": 1},
    )
    world = a_sector([helper, ended], dict(zip(rows, settings, strict=True)))
    p = parameters(
        HELPING | {"regime.alliance": 1, "regime.partners_in_practice": 1, "support.expertise_slope": 1.0}
    )
    burden_helpers(world, p)
    assert helper.outcome.helping == pytest.approx(2.6)
    assert helper.director.burden == pytest.approx(0.408)
    assert ended.director.burden == 0.7
    assert [world.partners[row].active for row in rows] == [1, 1, 1, 0]
    assert world.partners[0].expertise == 0.33
    assert world.partners[FIRST_PARTNER_IN_PRACTICE].expertise == pytest.approx(0.6)
    assert members(world) == [0, 1], "nobody else is good"


@covers(bear_burden)
@pytest.mark.parametrize(
    "settings,burden,effort",
    [
        ({}, 0.32, 0.02),
        ({"regime.promise_kept": 0.0}, 0.36, 0.01),
        ({"support.goodwill": 0.5}, 0.26, 0.035),
    ],
    ids=["neutral", "an empty promise", "half of the time that nobody pays for is given"],
)
def test_time_that_is_not_paid_for_burdens_as_far_as_it_is_given(settings, burden, effort):
    """Unpaid 0.2 x 2 x (1 - 0.25) = 0.3 by default, 0.4 unpaid for, 0.15 of it given; 0.2 + 0.4 x unpaid;
    0.05 - 0.1 x unpaid.
    """
    council = a_council({"outcome.helping": 2.0, "director.burden": 0.2, "capacity.effort_shift": 0.05})
    bear_burden(council, parameters(HELPING | {"regime.backfill": 0.25} | settings))
    assert council.director.burden == pytest.approx(burden)
    assert council.capacity.effort_shift == pytest.approx(effort)


@covers(bear_burden)
@pytest.mark.parametrize("time,effort", [(0.0, 0.0), (0.04, -0.04)])
def test_a_review_given_takes_the_reviewers_effort(time, effort):
    council = a_council({"capacity.reviewing": 1, "director.burden": 0.2})
    bear_burden(council, parameters({"support.peer_time": time}))
    assert council.capacity.effort_shift == pytest.approx(effort)


@covers(pay_helper)
@pytest.mark.parametrize(
    "settings,grant",
    [
        ({"support.helper_cost": 0.0}, 0.0),
        ({"support.helper_cost": 0.4}, 0.13),
        ({"support.helper_cost": 0.4, "regime.promise_kept": 0.5}, 0.065),
    ],
    ids=["neutral", "paid", "half of the promise is kept"],
)
def test_the_department_pays_for_the_time_that_it_promised(settings, grant):
    """0.4 / 4 a quarter x 0.5 paid for x 2.6 councils = £0.13m, on the department's account alone: it is no
    support of the council that helps.
    """
    council = a_council({"outcome.helping": 2.6, "ledger.support_total": 1.0, "budget.reserves": 0.1})
    pay_helper(council, parameters({"regime.backfill": 0.5} | settings))
    assert council.ledger.department_backfill == pytest.approx(grant)
    assert council.ledger.support_total == 1.0
    assert council.budget.reserves == 0.1


def growing(grown=0.0, settings=None):
    """Twelve good councils, the last the best, of whom ten are in the alliance at the start."""
    councils = [a_council(GOOD | {"row": row, "practice.quality": 50.0 + row}) for row in range(12)]
    world = a_blank_world(0)._replace(councils=councils)
    p = parameters({"support.alliance_count": 10, "regime.alliance": 1} | (settings or {}))
    start_councils_that_help(world, FIRST_ALLIANCE, PartnerKind.ALLIANCE, p)
    world.nation.alliance_grown = grown
    return world, p


def members(world):
    rows = range(FIRST_ALLIANCE, FIRST_ALLIANCE + ALLIANCE_ROWS)
    return [world.partners[row].home for row in rows if world.partners[row].enabled]


@covers(recruit_to_alliance)
@pytest.mark.parametrize(
    "grown,joined", [(0.0, []), (0.75, []), (0.875, [1]), (1.875, [1, 0]), (8.875, [1, 0])], ids=str
)
def test_the_alliance_grows_by_whole_councils_as_long_as_there_are_good_ones(grown, joined):
    """10 x 0.0125 = 0.125 more a quarter: 10.875 with the seventh eighth, 11 with the last, 12 the next time;
    there are twelve in all.
    """
    world, p = growing(grown, {"support.sector_growth": 0.0125})
    recruit_to_alliance(world, p)
    assert members(world) == [*range(11, 1, -1), *joined]
    assert world.nation.alliance_grown == grown + 0.125


@covers(recruit_to_alliance)
def test_the_growth_of_the_alliance_counts_from_when_it_is_called_on():
    """An eighth of a council a quarter: one joins in the eighth quarter, whatever the date, the next in the
    sixteenth.
    """
    world, p = growing(settings={"support.sector_growth": 0.0125})
    world.nation.quarter = 40
    sizes = []
    for _ in range(16):
        recruit_to_alliance(world, p)
        sizes.append(len(members(world)))
    assert sizes == [10] * 7 + [11] * 8 + [12]


@covers(recruit_to_alliance)
def test_an_alliance_that_does_not_grow_fills_the_places_it_could_not_fill_before():
    """Of twelve places ten were taken. The better of the two councils outside is judged good again first."""
    world, _ = growing()
    for row in (0, 1):
        world.councils[row].inspection.grade = Grade.REQUIRES_IMPROVEMENT
    p = parameters({"support.alliance_count": 12, "regime.alliance": 1})
    recruit_to_alliance(world, p)
    assert len(members(world)) == 10
    for row in (1, 0):
        world.councils[row].inspection.grade = Grade.GOOD
        recruit_to_alliance(world, p)
    assert members(world) == [*range(11, 1, -1), 1, 0]
    assert world.nation.alliance_grown == 0.0


@covers(burden_helpers)
@pytest.mark.parametrize(
    "settings,count",
    [
        ({}, 10),
        ({"support.sector_growth": 0.1}, 11),
        ({"support.sector_growth": 0.1, "regime.alliance": 0}, 10),
    ],
    ids=["neutral", "growing", "no alliance"],
)
def test_only_an_alliance_that_is_called_on_recruits(settings, count):
    """10 x 0.1 is one more in the first quarter."""
    world, p = growing(settings=settings)
    burden_helpers(world, p)
    assert len(members(world)) == count


@covers(best_outside_alliance, place_of_home)
def test_the_best_good_council_outside_the_alliance_is_the_next_to_join():
    world, _ = growing()
    assert place_of_home(11, FIRST_ALLIANCE, ALLIANCE_ROWS, world) == FIRST_ALLIANCE
    assert place_of_home(1, FIRST_ALLIANCE, ALLIANCE_ROWS, world) == NOBODY
    assert best_outside_alliance(world) == 1
    world.councils[1].inspection.grade = Grade.INADEQUATE
    assert best_outside_alliance(world) == 0
    world.councils[0].exists = 0
    assert best_outside_alliance(world) == NOBODY


@covers(best_outside_alliance)
def test_among_equals_the_first_row_joins_first_and_the_last_row_is_looked_at_too():
    councils = [a_council(GOOD | {"practice.quality": quality}) for quality in (60.0, 60.0, 50.0)]
    assert best_outside_alliance(a_sector(councils, {})) == 0
    councils[2].practice.quality = 61.0
    assert best_outside_alliance(a_sector(councils, {})) == 2
    councils[1].practice.quality = 62.0
    assert best_outside_alliance(a_sector(councils, {})) == 1


@covers(burden_helpers)
def test_helpers_are_paid_for_the_time_of_this_quarter():
    """0.4 / 4 x 0.5 x 2 = 0.1."""
    member = {"kind": PartnerKind.ALLIANCE, "home": 0, "load": 2, "burden": 1.0}
    world = a_sector([a_council(GOOD)], {FIRST_ALLIANCE: member})
    burden_helpers(world, parameters({"support.helper_cost": 0.4, "regime.backfill": 0.5}))
    assert world.councils[0].ledger.department_backfill == pytest.approx(0.1)


NAMED = {
    "regime.partners_in_practice": 1,
    "support.expertise_slope": 1.0,
    "support.starting_expertise": 0.3,
}
FIRST, SECOND = FIRST_PARTNER_IN_PRACTICE, FIRST_PARTNER_IN_PRACTICE + 1


def drawn_partners(*homes):
    """Three good councils, of which some were drawn as partners in practice."""
    councils = [a_council(GOOD | {"row": row, "practice.quality": 70.0, "region": row}) for row in range(3)]
    world = a_blank_world(0)._replace(councils=councils)
    for place in range(PARTNER_IN_PRACTICE_ROWS):
        partner = world.partners[FIRST + place]
        partner.kind, partner.home = PartnerKind.PARTNER_IN_PRACTICE, NOBODY
    for place, home in enumerate(homes):
        partner = world.partners[FIRST + place]
        partner.home, partner.region, partner.enabled, partner.active = home, home, 1, 1
    return world


@covers(name_partner)
def test_a_named_council_takes_the_place_of_its_number_with_those_who_are_helped_from_there():
    """Expertise 0.5 + 1 x (70 - 60) / 100 = 0.6."""
    world = drawn_partners(0, 1)
    council, partner = world.councils[2], world.partners[SECOND]
    council.recorded.partner = 2
    partner.load = 1
    name_partner(council, world, parameters(NAMED))
    assert (partner.home, partner.region, partner.enabled, partner.active, partner.load) == (2, 2, 1, 1, 1)
    assert partner.expertise == pytest.approx(0.6)
    assert world.partners[FIRST].home == 0


@covers(name_partner)
@pytest.mark.parametrize("places,home", [(4, NOBODY), (5, 2)])
def test_a_council_is_named_only_where_there_are_as_many_partners_as_its_number(places, home):
    """The third council is named fifth; with four partners in practice it holds no place."""
    world = drawn_partners(0, 1)
    world.councils[2].recorded.partner = 5
    name_partner(world.councils[2], world, parameters(NAMED | {"support.partners_in_practice_count": places}))
    assert [world.partners[row].home for row in (FIRST, SECOND, FIRST + 4)] == [0, 1, home]


@covers(name_partner)
def test_a_named_council_that_holds_a_place_keeps_it():
    world = drawn_partners(0, 1)
    world.councils[0].recorded.partner = 2
    name_partner(world.councils[0], world, parameters(NAMED))
    assert [world.partners[row].home for row in (FIRST, SECOND)] == [0, 1]


@covers(name_partner)
def test_named_councils_end_with_a_place_each_though_one_was_drawn_for_the_others():
    """The second was drawn for the first's place: it makes room, and takes its own when its turn comes."""
    world = drawn_partners(1, 0)
    world.councils[2].recorded.partner, world.councils[1].recorded.partner = 1, 2
    for row in (1, 2, 1, 2):
        name_partner(world.councils[row], world, parameters(NAMED))
    assert [world.partners[row].home for row in (FIRST, SECOND)] == [2, 1]


@covers(name_partner)
def test_a_named_council_does_not_help_itself():
    world = drawn_partners(0, 1)
    council, partner = world.councils[2], world.partners[SECOND]
    council.recorded.partner, partner.load = 2, 1
    council.arrangement.kind, council.arrangement.ally = Support.PARTNER_IN_PRACTICE.value, SECOND
    name_partner(council, world, parameters(NAMED))
    assert (council.arrangement.kind, partner.home, partner.load) == (Support.NONE, 2, 0)


@covers(name_partner)
@pytest.mark.parametrize("kind,ally", [(Support.TRUST, SECOND), (Support.PARTNER_IN_PRACTICE, FIRST)])
def test_help_from_elsewhere_goes_on_when_a_council_is_named(kind, ally):
    """Providers and partners have rows of their own: the same number is somebody else."""
    world = drawn_partners(0, 1)
    council = world.councils[2]
    council.recorded.partner = 2
    council.arrangement.kind, council.arrangement.ally = kind.value, ally
    name_partner(council, world, parameters(NAMED))
    assert (council.arrangement.kind, council.arrangement.ally) == (kind, ally)


@covers(name_partner)
def test_a_named_council_that_is_not_good_holds_its_place_and_helps_nobody():
    world = drawn_partners(0, 1)
    council = world.councils[2]
    council.recorded.partner, council.inspection.grade = 1, Grade.REQUIRES_IMPROVEMENT
    name_partner(council, world, parameters(NAMED))
    assert (world.partners[FIRST].home, world.partners[FIRST].active) == (2, 0)


@covers(burden_helpers)
def test_helpers_and_the_helped_are_known_for_it():
    councils = [a_council(GOOD), a_council({"arrangement.kind": Support.ALLIANCE}), a_council()]
    member = {"kind": PartnerKind.ALLIANCE, "home": 0, "load": 1, "burden": 0.6}
    world = a_sector(councils, {FIRST_ALLIANCE: member})
    burden_helpers(world, parameters(HELPING | {"regime.alliance": 1}))
    assert [council.standing.label for council in councils] == [1.0, -1.0, 0.0]


@pytest.mark.slow
def test_the_burden_is_the_same_when_compiled():
    council = a_council({"outcome.helping": 1.7, "capacity.reviewing": 1, "director.burden": 0.23})
    assert agrees_when_compiled(bear_burden, council, settings={"support.peer_time": 0.03})


@covers(expertise_of)
def test_nobody_is_more_than_an_expert():
    """0.5 + 1.5 x (98 - 60) / 100 = 1.07 is held at 1."""
    p = parameters({"support.expertise_slope": 1.5})
    assert expertise_of(a_council({"practice.quality": 98.0}), p) == 1.0
