"""What is observed of money, help and learning in a quarter, worked by hand from a few councils."""

import math

import pytest
from helpers import a_partner, a_provider, covers, parameters
from observation_helpers import observed, values_of

from model.codes import PartnerKind, ProviderKind, Support
from model.rules.observation_of_help import (
    observe_arrangements,
    observe_learning,
    observe_market,
    observe_money,
    observe_waiting,
)

P = parameters()


LEDGER = [
    "funding",
    "permanent_staff",
    "agency_staff",
    "placements",
    "early_help",
    "provider_fees",
    "partner_fees",
    "setup",
    "peer_reviews",
    "department_provider_fees",
    "department_partner_fees",
    "department_setup",
    "department_backfill",
    "oversight",
    "department_graduates",
    "other_services",
]


@covers(observe_money)
def test_money_is_summed_by_payee_and_the_department_is_one_payer():
    """Line k of the first ledger is k, of the second 10 k. Department 10 + 11 + 12 + 13 = 46, and 460, and
    0.5 + 0.25 for recruitment and licences. Of
    funding 1 with an uplift of 0.25, 1 x 0.25 / 1.25 = 0.2 is uplift. Reserves 0.1 x 60 - 0.2 x 40 = -2.
    """
    first = {f"ledger.{name}": k + 1.0 for k, name in enumerate(LEDGER)}
    second = {name: 10.0 * amount for name, amount in first.items()}
    row = observed(
        observe_money,
        first | {"budget.uplift": 0.25, "budget.reserves": 0.1, "budget.annual": 60.0},
        second | {"budget.reserves": -0.2, "budget.annual": 40.0},
        rules=(P,),
        nation={"recruitment": 0.5, "licensing": 0.25},
    )
    paid = ["funding", "spent_permanent_staff", "spent_agency_staff", "spent_placements", "spent_early_help"]
    bought = ["spent_providers", "spent_partners", "spent_setup", "spent_peer_reviews"]
    assert values_of(row, *paid, *bought) == [11.0 * k for k in range(1, 10)]
    assert row.spent_by_department == pytest.approx(506.75)
    assert values_of(row, "spent_oversight", "spent_graduates") == [14.0 * 11.0, 15.0 * 11.0]
    assert values_of(row, "spent_backfill", "spent_other_services") == [13.0 * 11.0, 16.0 * 11.0]
    assert values_of(row, "spent_recruitment", "spent_licensing") == [0.5, 0.25]
    assert row.uplift == pytest.approx(0.2)
    assert row.reserves == pytest.approx(-2.0)
    assert row.councils_in_deficit == 1


@covers(observe_money)
def test_a_deficit_is_less_than_nothing():
    councils = [{"budget.reserves": reserves} for reserves in (-0.1, 0.0, 0.1, 0.2, -0.3, 0.4)]
    assert observed(observe_money, *councils, rules=(P,)).councils_in_deficit == 2


@covers(observe_money)
def test_the_gap_is_what_the_service_of_2014_would_cost_now_less_the_budget():
    """With a placement share of 0.5 the service would cost 0.5 x 1.2 + 0.5 x 1.1 x 1.0 = 1.15 of a budget of
    60 that is now 0.9: a gap of 0.25 x 60 = 15.
    """
    council = {"demand.workload": 1.2, "demand.looked_after": 1.1}
    row = observed(
        observe_money,
        council | {"budget.annual": 60.0, "budget.funding": 0.9},
        rules=(parameters({"budget.placement_share": 0.5}),),
        nation={"placement_cost": 1.0},
    )
    assert row.funding_gap == pytest.approx(15.0)


@covers(observe_arrangements)
def test_arrangements_are_counted_by_kind_with_tenders_and_refusals():
    kinds = [{"arrangement.kind": kind} for kind in Support if kind > Support.OWN_PLAN]
    row = observed(
        observe_arrangements,
        *kinds,
        {"arrangement.kind": Support.ADVISER, "intervention.waiting": 1, "inspection.grade": 4},
        {"inspection.grade": 4, "intervention.refused": 1, "intervention.tender": 1, "intervention.bids": 3},
        {"inspection.grade": 2, "intervention.start_kind": 3, "intervention.end_kind": 2},
    )
    assert row.arranged_adviser == 2
    others = [kind.name.lower() for kind in Support if kind > Support.ADVISER]
    assert values_of(row, *(f"arranged_{name}" for name in others)) == [1] * len(others)
    assert values_of(row, "inadequate_on_own", "waiting", "tenders", "bids", "refusals") == [1, 1, 1, 3, 1]
    assert values_of(row, "arrangements_begun", "arrangements_ended") == [1, 1]
    assert row.arranged_by_choice == 0


@covers(observe_arrangements)
def test_on_their_own_are_the_inadequate_with_nothing_or_their_own_plan():
    failing = [{"inspection.grade": 4, "arrangement.kind": kind} for kind in (0, 1, 1, 2, 3, 4, 5, 6)]
    better = [{"inspection.grade": 2, "arrangement.kind": kind} for kind in (0, 0, 1, 2, 0)]
    assert observed(observe_arrangements, *failing, *better).inadequate_on_own == 3


@covers(observe_arrangements)
def test_what_councils_chose_is_counted_among_the_arrangements_of_its_kind():
    row = observed(
        observe_arrangements,
        {"arrangement.kind": Support.PRIVATE, "arrangement.voluntary": 1},
        {"arrangement.kind": Support.PRIVATE},
        {"arrangement.kind": Support.MUTUAL, "arrangement.voluntary": 1},
        {},
    )
    assert values_of(row, "arranged_private", "arranged_mutual", "arranged_by_choice") == [2, 1, 2]


@covers(observe_market)
def test_the_market_shows_who_serves_whom_and_how_full_helpers_are():
    """Served 3 and 1: Herfindahl (9 + 1) / 16 = 0.625. Helping councils have 2 of 3 + 1 places taken, 50%;
    advisers and those who may not help now do not count. The one helping director bears 0.3, and the quality
    of helpers is that one council's.
    """
    row = observed(
        observe_market,
        {"outcome.helping": 1.0, "director.burden": 0.3, "practice.quality": 62.0},
        {"director.burden": 0.9, "practice.quality": 40.0},
        providers=[
            a_provider({"load": 3, "income": 1.0, "entries": 1, "cash": 1.5}),
            a_provider({"active": 0, "exits": 2, "broke": 1, "cash": -9.0}),
            a_provider({"kind": ProviderKind.CHARITY, "load": 1, "income": 0.5}),
        ],
        partners=[
            a_partner({"load": 1, "income": 0.25}),
            a_partner({"kind": PartnerKind.PARTNER_IN_PRACTICE, "home": 0, "load": 2, "capacity": 3}),
            a_partner({"kind": PartnerKind.ALLIANCE, "home": 0, "capacity": 1}),
            a_partner({"kind": PartnerKind.ALLIANCE, "home": 1, "active": 0, "capacity": 1}),
        ],
    )
    assert values_of(row, "providers_live", "provider_entries", "provider_exits", "contracts") == [1, 1, 2, 4]
    assert values_of(row, "sponsors_live", "providers_broke", "provider_cash") == [1, 1, 1.5]
    assert row.provider_concentration == pytest.approx(0.625)
    assert values_of(row, "provider_income", "partner_income") == [1.5, 0.25]
    assert values_of(row, "partner_load", "helper_burden") == pytest.approx([50.0, 0.3])
    assert row.quality_helpers == 62.0


@covers(observe_market)
def test_the_quality_of_helpers_is_the_mean_over_those_who_help_now():
    """(62 + 56) / 2 = 59, however many councils each helps."""
    row = observed(
        observe_market,
        {"outcome.helping": 3.0, "practice.quality": 62.0},
        {"outcome.helping": 0.6, "practice.quality": 56.0},
        {"practice.quality": 90.0},
    )
    assert row.quality_helpers == pytest.approx(59.0)


@covers(observe_market)
def test_a_single_contract_is_all_there_is():
    assert observed(observe_market, {}, providers=[a_provider({"load": 1})]).provider_concentration == 1.0


@covers(observe_market)
def test_how_full_helpers_are_is_asked_of_councils_that_may_help_now():
    """One place of four is taken; advisers are no councils, and who may not help has no room."""
    partners = [
        a_partner({"load": 2, "capacity": 2}),
        a_partner({"kind": PartnerKind.ALLIANCE, "home": 0, "load": 1, "capacity": 4}),
        a_partner({"kind": PartnerKind.ALLIANCE, "home": 0, "active": 0, "load": 2, "capacity": 3}),
    ]
    assert observed(observe_market, {}, partners=partners).partner_load == 25.0


@covers(observe_market)
def test_without_contracts_nothing_is_concentrated_and_without_helpers_nothing_is_full():
    row = observed(observe_market, {})
    assert row.provider_concentration == 0.0
    assert math.isnan(row.partner_load)
    assert math.isnan(row.helper_burden)
    assert math.isnan(row.quality_helpers)


@covers(observe_waiting)
def test_requests_waits_takeovers_and_returns_are_counted():
    """Two wait, 3 quarters and 1, mean 2; for one of them a tender found nobody. Two were taken over, one
    while recovering.
    """
    row = observed(
        observe_waiting,
        {
            "intervention.waited": 3,
            "intervention.plan": Support.TRUST,
            "intervention.requested": 1,
            "intervention.refused": 1,
            "intervention.tender": 1,
        },
        {"intervention.waited": 1, "intervention.plan": Support.ALLIANCE, "intervention.requested": 1},
        {"intervention.taken_over": 1},
        {"intervention.taken_over": 2},
        {"intervention.returned": 1},
    )
    assert values_of(row, "requests", "requests_unmet", "waiters", "waiting_time", "unserved") == [
        2,
        1,
        2,
        2.0,
        1,
    ]
    assert values_of(row, "takeovers", "takeovers_recovering", "early_returns") == [2, 1, 1]


@covers(observe_waiting)
@pytest.mark.parametrize(
    "state,unserved",
    [
        ({"intervention.tender": 1, "intervention.refused": 1}, 1),
        ({"intervention.tender": 1, "intervention.bids": 2}, 0),
        ({"intervention.refused": 1, "intervention.plan": Support.TRUST}, 0),
        ({"intervention.tender": 1}, 0),
        ({"intervention.waited": 3, "intervention.plan": Support.TRUST}, 0),
    ],
    ids=[
        "no bid for a council in need",
        "two bids",
        "an adviser was sought, though a trust was planned in an earlier spell",
        "no bid for a council that had the choice",
        "nobody was sought this quarter",
    ],
)
def test_unserved_is_who_was_refused_because_a_tender_found_nobody(state, unserved):
    assert observed(observe_waiting, state).unserved == unserved


@covers(observe_waiting)
def test_where_nobody_waits_there_is_no_waiting_time():
    assert math.isnan(observed(observe_waiting, {}).waiting_time)


@covers(observe_learning)
def test_learning_depending_and_doing_things_twice_are_averaged_or_summed():
    """Reviewed by a neighbour, by nobody, and not at all. The first has imported 0.4 of what is left of 0.5:
    0.2 of 0.7 in all.
    """
    row = observed(
        observe_learning,
        {
            "capacity.reviewed": 1,
            "capacity.lesson": 0.02,
            "capacity.imported": 0.4,
            "capacity.improvement": 0.5,
            "arrangement.kind": Support.ADVISER,
            "practice.innovation": 0.5,
            "demand.done_twice": 0.06,
            "inspection.gaming": 0.2,
        },
        {
            "capacity.reviewed": 2,
            "capacity.lesson": 0.01,
            "capacity.imported": 0.1,
            "demand.done_twice": 0.02,
        },
    )
    assert values_of(row, "peer_reviews", "peer_reviews_unmet") == [2, 1]
    assert row.lessons_spread == pytest.approx(0.03)
    assert row.dependence == pytest.approx(100.0 * 0.2 / 0.7)
    assert values_of(row, "innovation", "duplication", "gaming") == pytest.approx([0.25, 4.0, 0.1])


@covers(observe_learning)
def test_reviews_are_counted_where_there_was_one_and_as_unmet_where_nobody_came():
    """Three held by neighbours, one that nobody came to, and two councils without."""
    row = observed(observe_learning, *({"capacity.reviewed": what} for what in (1, 1, 2, 0, 1, 0)))
    assert values_of(row, "peer_reviews", "peer_reviews_unmet") == [4, 1]


@covers(observe_learning)
def test_only_those_who_have_help_depend_on_it():
    """0.4 of the 0.75 that is missing is 0.3 of 0.55 in all; the others have help that lends nothing, or have
    none.
    """
    helped = {"capacity.imported": 0.4, "capacity.improvement": 0.25, "arrangement.kind": Support.ADVISER}
    lends_nothing = helped | {"capacity.imported": 0.0}
    alone = helped | {"arrangement.kind": Support.NONE}
    row = observed(observe_learning, helped, lends_nothing, alone)
    assert row.dependence == pytest.approx(100.0 * 0.3 / 0.55)
