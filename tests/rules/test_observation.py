"""What is observed in a quarter, worked by hand from a few councils."""

import math

import numpy as np
import pytest
from helpers import a_council, a_partner, a_provider, a_world, covers, filled, parameters
from scipy import stats

from model.codes import DirectorEvent, PartnerKind, ProviderKind, Support
from model.indicators import Quarter
from model.rules.observation import (
    mean_of_places,
    observe,
    observe_all,
    observe_arrangements,
    observe_children,
    observe_directors,
    observe_judgements,
    observe_market,
    observe_money,
    observe_quality,
    observe_staff,
    order_by_quality,
)

P = parameters({"inspection.good_bar": 51.0, "inspection.inadequate_bar": 35.0})
GONE = {"exists": 0, "practice.quality": 99.0, "children": 9e9}


def observed(observer, *councils, rules=(), **world):
    """The indicators that one observer makes of these councils, and of one that does not exist."""
    row = Quarter()
    observer(a_world([*map(a_council, councils), a_council(GONE)], **world), *rules, row)
    return row


def shown(row, *names):
    return [getattr(row, name) for name in names]


JUDGED = (
    {"inspection.grade": 1, "practice.quality": 80.0},
    {"inspection.grade": 2, "practice.quality": 50.0},
    {
        "inspection.grade": 3,
        "inspection.result": 3,
        "inspection.previous_grade": 4,
        "inspection.score_gap": 5.0,
    },
    {
        "inspection.grade": 4,
        "inspection.result": 4,
        "inspection.previous_grade": 2,
        "inspection.score_gap": -2.0,
    },
    {
        "inspection.grade": 4,
        "inspection.result": 4,
        "inspection.previous_grade": 4,
        "inspection.score_gap": 0.0,
    },
    {"inspection.grade": 0, "inspection.emergency": 1},
)


@covers(observe_judgements)
def test_councils_are_counted_by_judgement_and_judgements_by_what_they_changed():
    """Of six councils five are judged: one outstanding and one good (40%), two inadequate (40%); three
    judgements,
    one an exit and one newly inadequate; the gap is (5 - 2 + 0) / 3 = 1; the good council's quality of 50
    is below the bar of 51.
    """
    row = observed(observe_judgements, *JUDGED, rules=(P,), nation={"quarter": 7})
    assert shown(row, "quarter", "councils") == [7, 6]
    assert shown(row, "outstanding", "good", "requires_improvement", "inadequate", "not_judged") == [
        1,
        1,
        1,
        2,
        1,
    ]
    assert shown(row, "good_or_better_share", "inadequate_share") == pytest.approx([40.0, 40.0])
    assert shown(row, "inspections", "emergency_inspections", "new_inadequate", "exits") == [3, 1, 1, 1]
    assert row.inspected_gap == pytest.approx(1.0)
    assert row.judged_too_well == 1


@covers(observe_judgements)
def test_without_an_inspection_there_is_no_gap():
    assert math.isnan(observed(observe_judgements, {"inspection.grade": 2}, rules=(P,)).inspected_gap)


def of_quality(*qualities):
    return [{"practice.quality": quality, "inspection.grade": 2} for quality in qualities]


@covers(observe_quality)
def test_quality_has_a_mean_a_spread_and_tails():
    """30, 50, 70: mean 50, standard deviation sqrt(800 / 3) = 16.329932; bimodality 1 / ((2 x 20^4 / 3) /
    (800 / 3)^2) = 0.666667; the worst tenth is the worst council.
    """
    row = observed(observe_quality, *of_quality(50.0, 70.0, 30.0))
    assert row.quality_mean == pytest.approx(50.0)
    assert row.quality_sd == pytest.approx(16.329932, abs=1e-6)
    assert row.bimodality == pytest.approx(0.666667, abs=1e-6)
    assert shown(row, "quality_worst_tenth", "quality_best_tenth") == [30.0, 70.0]
    assert math.isnan(row.quality_while_inadequate)


@covers(observe_quality)
def test_bimodality_is_sarles_coefficient_with_scipys_moments():
    qualities = [12.0, 31.0, 33.0, 40.0, 71.0, 72.5, 73.0, 90.0]
    row = observed(observe_quality, *of_quality(*qualities))
    moments = stats.skew(qualities) ** 2 + 1, stats.kurtosis(qualities, fisher=False)
    assert row.bimodality == pytest.approx(moments[0] / moments[1])
    assert row.quality_sd == pytest.approx(np.std(qualities))


@covers(observe_quality)
def test_where_all_councils_are_alike_there_is_no_spread_and_no_bimodality():
    row = observed(observe_quality, *of_quality(50.0, 50.0))
    assert row.quality_sd == 0.0
    assert math.isnan(row.bimodality)


@covers(observe_quality)
def test_what_practice_rests_on_is_averaged_and_the_inadequate_are_shown_apart():
    """Of qualities 30 and 60 the inadequate is 30; leadership (0.4 + 0.6) / 2."""
    row = observed(
        observe_quality,
        {
            "practice.quality": 30.0,
            "inspection.grade": 4,
            "practice.leadership": 0.4,
            "practice.standard": 0.8,
            "capacity.improvement": 0.2,
        },
        {
            "practice.quality": 60.0,
            "inspection.grade": 2,
            "practice.leadership": 0.6,
            "practice.standard": 1.0,
            "capacity.improvement": 0.5,
        },
    )
    assert row.quality_while_inadequate == 30.0
    assert shown(row, "leadership", "standard", "improvement_capacity") == pytest.approx([0.5, 0.9, 0.35])


@covers(order_by_quality)
def test_councils_are_put_in_order_of_quality_and_those_gone_come_last():
    world = a_world(
        [a_council({"practice.quality": quality}) for quality in (50.0, 70.0, 30.0)] + [a_council(GONE)]
    )
    order_by_quality(world)
    assert [place.row for place in world.places] == [2, 0, 1, 3]
    world.councils[2].practice.quality = 60.0
    order_by_quality(world)
    assert [place.row for place in world.places] == [0, 2, 1, 3], "from last quarter's order"


@covers(mean_of_places)
def test_a_tenth_is_averaged_over_its_places():
    """Of twenty councils of quality 0 to 95 by fives the worst tenth has (0 + 5) / 2, the best (90 + 95) /
    2.
    """
    row = observed(observe_quality, *of_quality(*[5.0 * i for i in range(20)]))
    assert shown(row, "quality_worst_tenth", "quality_best_tenth") == [2.5, 92.5]
    world = a_world([a_council({"practice.quality": 5.0 * i}) for i in range(4)])
    order_by_quality(world)
    assert mean_of_places(world.places, 1, 3) == 7.5
    assert math.isnan(mean_of_places(world.places, 2, 2))


@covers(observe_staff)
def test_rates_of_staff_are_those_of_all_posts_and_staff_together():
    """Posts 100 + 300; permanent 80 + 280 = 360, vacant 10%; agency 10 + 30 of 400, 10%; experienced 60 +
    180 of 400, 60%; leavers 4 + 14 = 18 of 360 a quarter, 20% a year; the rest are means of the two
    councils.
    """
    row = observed(
        observe_staff,
        {
            "workforce.posts": 100.0,
            "workforce.newly_qualified": 20.0,
            "workforce.experienced": 60.0,
            "workforce.agency": 10.0,
            "workforce.leavers": 4.0,
            "workforce.pressure": 0.1,
            "workforce.caseload": 14.0,
            "workforce.continuity": 0.8,
        },
        {
            "workforce.posts": 300.0,
            "workforce.newly_qualified": 100.0,
            "workforce.experienced": 180.0,
            "workforce.agency": 30.0,
            "workforce.leavers": 14.0,
            "workforce.pressure": 0.3,
            "workforce.caseload": 18.0,
            "workforce.continuity": 0.9,
        },
    )
    rates = shown(row, "vacancy_rate", "agency_share", "experienced_share", "turnover")
    assert rates == pytest.approx([10.0, 10.0, 60.0, 20.0])
    assert shown(row, "pressure", "caseload", "continuity") == pytest.approx([0.2, 16.0, 0.85])


@covers(observe_staff)
def test_more_staff_than_posts_is_no_negative_vacancy():
    row = observed(observe_staff, {"workforce.posts": 10.0, "workforce.experienced": 12.0})
    assert row.vacancy_rate == 0.0


@covers(observe_directors)
def test_tenure_is_that_of_permanent_directors_in_months():
    """Permanent 10 and 20 quarters: 45 months; good councils 10 and (an interim) 2: 18; inadequate 20: 60."""
    row = observed(
        observe_directors,
        {"director.tenure": 10.0, "inspection.grade": 2, "chief_executive.engagement": 0.3},
        {
            "director.tenure": 2.0,
            "director.interim": 1,
            "inspection.grade": 1,
            "director.event": DirectorEvent.INTERIM_ARRIVES,
            "chief_executive.engagement": 0.6,
        },
        {"director.tenure": 20.0, "inspection.grade": 4, "chief_executive.engagement": 0.9},
        nation={"director_pool": 0.8},
    )
    assert shown(row, "director_changes", "interim_directors") == [1, 1]
    tenures = shown(row, "director_tenure", "director_tenure_good", "director_tenure_inadequate")
    assert tenures == pytest.approx([45.0, 18.0, 60.0])
    assert shown(row, "director_pool", "chief_engagement") == pytest.approx([0.8, 0.6])


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
]


@covers(observe_money)
def test_money_is_summed_by_payee_and_the_department_is_one_payer():
    """Line k of the first ledger is k, of the second 10 k. Department 10 + 11 + 12 = 33, and 330. Of
    funding 1 with an uplift of 0.25, 1 x 0.25 / 1.25 = 0.2 is uplift. Reserves 0.1 x 60 - 0.2 x 40 = -2.
    """
    first = {f"ledger.{name}": k + 1.0 for k, name in enumerate(LEDGER)}
    second = {name: 10.0 * amount for name, amount in first.items()}
    row = observed(
        observe_money,
        first | {"budget.uplift": 0.25, "budget.reserves": 0.1, "budget.annual": 60.0},
        second | {"budget.reserves": -0.2, "budget.annual": 40.0},
    )
    paid = ["funding", "spent_permanent_staff", "spent_agency_staff", "spent_placements", "spent_early_help"]
    bought = ["spent_providers", "spent_partners", "spent_setup", "spent_peer_reviews"]
    assert shown(row, *paid, *bought) == [11.0 * k for k in range(1, 10)]
    assert row.spent_by_department == 363.0
    assert row.uplift == pytest.approx(0.2)
    assert row.reserves == pytest.approx(-2.0)
    assert row.councils_in_deficit == 1


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
    arranged = ["adviser", "alliance", "partner_in_practice", "private", "trust", "partner_council"]
    assert shown(row, *(f"arranged_{name}" for name in arranged)) == [2, 1, 1, 1, 1, 1]
    assert shown(row, "inadequate_on_own", "waiting", "tenders", "bids", "refusals") == [1, 1, 1, 3, 1]
    assert shown(row, "arrangements_begun", "arrangements_ended") == [1, 1]


@covers(observe_market)
def test_the_market_shows_who_serves_whom_and_how_full_helpers_are():
    """Served 3 and 1: Herfindahl (9 + 1) / 16 = 0.625. Helping councils have 2 of 3 + 1 places taken, 50%;
    advisers and those who may not help now do not count. The one helping director bears 0.3.
    """
    row = observed(
        observe_market,
        {"outcome.helping": 1.0, "director.burden": 0.3},
        {"director.burden": 0.9},
        providers=[
            a_provider({"load": 3, "income": 1.0, "entries": 1}),
            a_provider({"active": 0, "exits": 2}),
            a_provider({"kind": ProviderKind.CHARITY, "load": 1, "income": 0.5}),
        ],
        partners=[
            a_partner({"load": 1, "income": 0.25}),
            a_partner({"kind": PartnerKind.PARTNER_IN_PRACTICE, "home": 0, "load": 2, "capacity": 3}),
            a_partner({"kind": PartnerKind.ALLIANCE, "home": 0, "capacity": 1}),
            a_partner({"kind": PartnerKind.ALLIANCE, "home": 1, "active": 0, "capacity": 1}),
        ],
    )
    assert shown(row, "providers_live", "provider_entries", "provider_exits", "contracts") == [1, 1, 2, 4]
    assert row.provider_concentration == pytest.approx(0.625)
    assert shown(row, "provider_income", "partner_income") == [1.5, 0.25]
    assert shown(row, "partner_load", "helper_burden") == pytest.approx([50.0, 0.3])


@covers(observe_market)
def test_without_contracts_nothing_is_concentrated_and_without_helpers_nothing_is_full():
    row = observed(observe_market, {})
    assert row.provider_concentration == 0.0
    assert math.isnan(row.partner_load)
    assert math.isnan(row.helper_burden)


@covers(observe_children)
def test_children_count_by_council_and_outcomes_by_child():
    """1,000 children at 0.4 and 3,000 at 0.6: 55. The smaller council is inadequate, below the bar, and
    under a trust, so that 3,000 of 4,000 are served in house.
    """
    row = observed(
        observe_children,
        {
            "children": 1_000.0,
            "outcome.children": 0.4,
            "inspection.grade": 4,
            "practice.quality": 30.0,
            "arrangement.kind": Support.TRUST,
            "incidents.happened": 1,
            "standing.confidence": 0.2,
            "standing.partnership": 0.3,
            "demand.workload": 1.2,
            "demand.looked_after": 1.1,
            "budget.early_help": 0.5,
        },
        {
            "children": 3_000.0,
            "outcome.children": 0.6,
            "inspection.grade": 2,
            "practice.quality": 60.0,
            "arrangement.kind": Support.PARTNER_COUNCIL,
            "standing.confidence": 0.6,
            "standing.partnership": 0.5,
            "demand.workload": 1.0,
            "demand.looked_after": 1.3,
            "budget.early_help": 0.9,
        },
        rules=(P,),
    )
    assert row.outcome == pytest.approx(55.0)
    assert shown(row, "children_inadequate", "children_weak") == [1_000.0, 1_000.0]
    assert row.in_house_share == pytest.approx(75.0)
    assert shown(row, "confidence", "partnership", "workload", "looked_after") == pytest.approx(
        [0.4, 0.4, 1.1, 1.2]
    )
    assert row.early_help == pytest.approx(0.7)
    assert row.incidents == 1


@covers(observe, observe_all)
def test_a_quarter_is_observed_as_a_whole():
    """Without extensions `observe_all` sees what `observe` does; an indicator that neither fills would stay
    at -1.
    """
    council = {
        "workforce.posts": 10.0,
        "workforce.experienced": 8.0,
        "inspection.grade": 4,
        "inspection.result": 4,
    }
    for observer in (observe, observe_all):
        row = filled(Quarter, dict.fromkeys(vars(Quarter()), -1.0))
        observer(a_world([a_council(council)]), P, row)
        assert -1.0 not in vars(row).values()
        assert shown(row, "inadequate", "vacancy_rate") == pytest.approx([1, 20.0])
