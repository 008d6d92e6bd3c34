"""A quarter as a whole: its phases, their order, and who is first in line."""

import copy

import pytest
from helpers import (
    a_council,
    a_partner,
    a_provider,
    a_started_world,
    a_world,
    agrees_when_compiled,
    covers,
    filled,
    parameters,
)

import model.rules as rulebook
from model.codes import Grade
from model.rules import (
    first_in_line,
    intervene_everywhere,
    open_quarter,
    quarter,
    serve_children,
    settle_markets,
)
from model.rules.start_helpers import FIRST_PARTNER_IN_PRACTICE
from model.world import CalendarEntry

P = parameters(
    {
        "demand.need_persistence": 0.8,
        "demand.need_spread": 0.05,
        "practice.circumstances_memory": 5.0,
        "practice.circumstances_spread": 0.5,
        "regime.market": 1,
        "regime.alliance": 1,
        "regime.partners_in_practice": 1,
    }
)


@covers(first_in_line)
def test_the_first_in_line_for_scarce_help_rotates():
    assert [first_in_line(now, 3) for now in range(5)] == [0, 1, 2, 0, 1]


def world_of_2014(*origins, period=0):
    world = a_started_world(origins or ({}, {"quality": 1.0}), P)
    return world._replace(calendar=[filled(CalendarEntry, {"period": period, "quarters_recorded": 0.0})])


@covers(open_quarter)
def test_a_quarter_opens_with_the_paths_the_accounts_and_the_boundaries_of_the_day():
    council, founded = a_council({"children": 10.0}), a_council({"exists": 0, "children": 0.0})
    world = a_world(
        [council, founded],
        [a_partner({"income": 2.0})],
        [a_provider({"income": 3.0})],
        nation={"inspections_held": 7},
        calendar=[{"looked_after": 0.1}],
        changes=[{"quarter": 0, "predecessor": 0, "successor": 1, "share": 1.0}],
    )
    open_quarter(world, P)
    assert (world.nation.looked_after, world.nation.inspections_held) == (0.1, 0)
    assert (world.partners[0].income_total, world.providers[0].income_total) == (2.0, 3.0)
    assert [entry.exists for entry in world.councils] == [0, 1]


@covers(open_quarter)
@pytest.mark.parametrize("worth,seen", [(0.2, 0.3), (0.0, 0.0)])
def test_a_quarter_opens_with_the_lessons_and_the_new_ways_of_the_last(worth, seen):
    """(0.5 + 0.1) / 2 = 0.3; new ways that are worth nothing are not looked for."""
    councils = [a_council({"practice.innovation": adopted}) for adopted in (0.5, 0.1)]
    world = a_world(councils, nation={"lessons": 0.01}, calendar=[{}])
    open_quarter(world, parameters({"market.innovation": worth}))
    assert world.nation.lessons_published == 0.01
    assert world.nation.innovation == pytest.approx(seen)


@covers(serve_children)
@pytest.mark.parametrize("worth,adopted", [(0.2, 0.02), (0.0, 0.0)])
def test_new_ways_spread_where_they_are_worth_something(worth, adopted):
    """0.05 x 0.4 x (1 - 0) = 0.02."""
    world = world_of_2014()
    world.nation.innovation = 0.4
    open_settings = {"market.diffusion": 0.05, "market.innovation": worth}
    serve_children(world, parameters(open_settings))
    assert world.councils[0].practice.innovation == pytest.approx(adopted)


@covers(serve_children)
def test_need_and_circumstances_take_in_the_news_that_keeps_their_spread():
    """Need 0.8 x 0 + 0.05 x 0.6 x 1 = 0.03; circumstances (1 - 1/5) x 0.1 + 0.5 x 0.6 x 1 = 0.38."""
    world = world_of_2014()
    council = world.councils[0]
    council.shock.need = council.shock.circumstances = 1.0
    council.practice.circumstances = 0.1
    open_quarter(world, P)
    serve_children(world, P)
    assert council.demand.need == pytest.approx(0.03)
    assert council.practice.circumstances == pytest.approx(0.38)


@covers(serve_children)
@pytest.mark.parametrize("now,left", [(0, 10), (1, 0), (4, 3)])
def test_the_last_in_line_waits_when_the_inspectorate_has_no_more_capacity(now, left):
    """Eleven councils are due and ten can be judged; in quarter 4 row 4 is the first and row 3 the last."""
    origins = [{"first_inspection": 0.0, "quality": 0.1 * row} for row in range(11)]
    p = parameters({"inspection.capacity": 10})
    world = a_started_world(origins, p)
    world.nation.quarter = now
    serve_children(world, p)
    assert [council.row for council in world.councils if council.inspection.count == 0] == [left]
    assert world.nation.inspections_held == 10


@covers(serve_children)
def test_each_councils_quarter_opens_its_accounts_and_gives_a_named_partner_its_place():
    world = world_of_2014({}, {"quality": 1.0})
    council = world.councils[1]
    council.recorded.partner, council.capacity.reviewing, council.intervention.returned = 8, 1, 1
    for partner in world.partners:
        partner.home = -1
    open_quarter(world, P)
    serve_children(world, P)
    assert (council.capacity.reviewing, council.intervention.returned) == (0, 0)
    assert world.partners[FIRST_PARTNER_IN_PRACTICE + 7].home == 1
    assert sum(partner.home >= 0 for partner in world.partners) == 1


@covers(serve_children)
def test_a_council_that_does_not_exist_stands_still():
    world = world_of_2014({}, {"quality": 1.0}, {"exists": 0, "takes_part": 0})
    absent = world.councils[2]
    before = copy.deepcopy(absent)
    open_quarter(world, P)
    serve_children(world, P)
    intervene_everywhere(world, P)
    assert _state(absent) == _state(before)


def _state(holder):
    return {name: _state(part) if hasattr(part, "__dict__") else part for name, part in vars(holder).items()}


@covers(settle_markets)
def test_labour_markets_the_pool_of_directors_and_providers_settle_together():
    """Region 0: 1 + 2 x (0.55 x 10 - 3) / 200 = 1.025; directors 1 + 0.02 x 5 = 1.1; the company cannot
    live on half the money (0.1 x 0.5 < 0.05 x 1.2).
    """
    world = a_world(providers=[a_provider({"margin_required": 0.04})], nation={"funding": 0.5})
    region, nation = world.regions[0], world.nation
    region.left, region.hired, region.staff = 10.0, 3.0, 200.0
    nation.directors_returned = 5.0
    settle_markets(world, P)
    assert region.pool == pytest.approx(1.025)
    assert nation.director_pool == pytest.approx(1.1)
    assert world.providers[0].active == 0


@covers(intervene_everywhere)
@pytest.mark.parametrize("now,helped", [(0, [2, 0, 0]), (1, [0, 2, 0]), (5, [0, 0, 2])])
def test_the_last_adviser_goes_to_the_first_in_line(now, helped):
    councils = [
        a_council(
            {
                "inspection.grade": Grade.INADEQUATE,
                "inspection.inadequate_in_spell": 1,
                "intervention.clock": 1.0,
            }
        )
        for _ in range(3)
    ]
    world = a_world(councils, [a_partner({"capacity": 1})], nation={"quarter": now})
    p = parameters({"regime.support_mix.own_plan": 0.0, "regime.support_mix.adviser": 1.0})
    intervene_everywhere(world, p)
    assert [council.arrangement.kind for council in councils] == helped


@covers(quarter)
def test_in_a_quarter_everything_has_its_turn():
    """Funding holds in 2014Q1; the council that is due is judged, pays its staff, and asks its helpers'
    burden.
    """
    world = world_of_2014({"first_inspection": 0.0}, {"first_inspection": 9.0, "quality": 1.0})
    quarter(world, P)
    judged, waiting = world.councils
    assert world.nation.funding == 1.0
    assert (judged.inspection.count, waiting.inspection.count) == (1, 0)
    assert judged.ledger.permanent_staff > 0.0
    assert judged.standing.partnership != 0.5
    assert any(partner.active for partner in world.partners if partner.home == waiting.row)
    assert world.regions[0].staff == 0.0, "the market has been settled"


def note_calls(monkeypatch, *names):
    """Let rules of the table of contents do nothing but leave their names, in the order of the calls."""
    calls = []
    for name in names:
        monkeypatch.setattr(rulebook, name, lambda *_, name=name: calls.append(name))
    return calls


@covers(quarter)
def test_a_quarter_goes_through_its_phases_each_followed_by_what_packages_add(monkeypatch):
    phases = (
        "open_quarter",
        "after_opening",
        "serve_children",
        "after_serving",
        "settle_markets",
        "after_markets",
        "intervene_everywhere",
        "after_intervening",
        "burden_helpers",
        "after_burdens",
    )
    calls = note_calls(monkeypatch, *reversed(phases))
    quarter(a_world(), P)
    assert calls == list(phases)


OF_A_COUNCIL = (
    "open_accounts",
    "name_partner",
    "fund_council",
    "plan_spending",
    "pay_bills",
    "credit_helper",
    "raise_need",
    "turn_need_into_work",
    "take_children_into_care",
    "spread_stigma",
    "turn_over_staff",
    "engage_agency_staff",
    "feel_pressure",
    "let_blame_fade",
    "engage_chief_executive",
    "replace_director",
    "lead_department",
    "adopt_innovation",
    "practise",
    "report_case_review",
    "suffer_incident",
    "blow_whistle",
    "inspect_council",
    "time_failure",
    "follow_up",
    "follow_cohort",
)
"""Money, demand, staff, leadership, practice, what comes to light, and the clocks of what became of it."""


@covers(serve_children)
@pytest.mark.parametrize(
    "partner,paid_ally,missing", [(1, 0, set()), (2, 3, set()), (0, -1, {"name_partner", "credit_helper"})]
)
def test_a_councils_quarter_goes_from_money_to_inspection(monkeypatch, partner, paid_ally, missing):
    calls = note_calls(monkeypatch, *reversed(OF_A_COUNCIL))
    council = a_council({"recorded.partner": partner, "arrangement.paid_ally": paid_ally})
    serve_children(a_world([council]), parameters({"market.innovation": 0.2}))
    assert calls == [name for name in OF_A_COUNCIL if name not in missing]


@covers(serve_children)
def test_a_council_whose_place_among_partners_is_unknown_is_given_none(monkeypatch):
    calls = note_calls(monkeypatch, *OF_A_COUNCIL)
    serve_children(a_world([a_council({"recorded.partner": -1})]), P)
    assert "name_partner" not in calls


@covers(settle_markets)
def test_providers_come_before_others_leave(monkeypatch):
    of_markets = ("settle_labour_market", "refill_director_pool", "bring_in_providers", "enter_or_leave")
    calls = note_calls(monkeypatch, *of_markets)
    settle_markets(a_world()._replace(regions=[None]), P)
    assert calls == list(of_markets)


@covers(intervene_everywhere)
def test_one_council_after_the_other_meets_department_public_and_children(monkeypatch):
    """In quarter 1 the first of three is row 67 mod 3 = 1, then come 2 and 0."""
    met = []
    for name in ("intervene", "earn_confidence", "reach_children"):
        monkeypatch.setattr(rulebook, name, lambda council, *_, name=name: met.append((council.row, name)))
    intervene_everywhere(a_world([a_council() for _ in range(3)], nation={"quarter": 1}), P)
    assert met == [
        (row, name) for row in (1, 2, 0) for name in ("intervene", "earn_confidence", "reach_children")
    ]


@pytest.mark.slow
def test_the_rotation_is_the_same_when_compiled():
    from model.rule import rule

    @rule
    def first(now, count, p):
        return first_in_line(now, count)

    assert agrees_when_compiled(first, 7, 3)
