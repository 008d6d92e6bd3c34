"""What is concluded from a run; survival against a life table by hand and against SciPy's."""

import math

import numpy as np
import pytest
from helpers import a_council, a_world, covers, filled
from observation_helpers import values_of
from scipy import stats

from model.agents import Followed
from model.indicators import CouncilOutcome, Outcome, Quarter
from model.rules.conclusion import (
    conclude,
    conclude_costs,
    conclude_followed,
    conclude_help,
    conclude_learning,
    conclude_over_quarters,
    conclude_spells,
    report_council,
    staying,
    where_followed,
)
from model.world import Duration


@covers(report_council)
def test_what_became_of_a_council_is_told_in_quarters():
    """Of 2,000 children 1,500 child-years under an inadequate judgement are 3 quarters, 500 below the bar
    are 1.
    """
    council = a_council(
        {
            "row": 7,
            "children": 2_000.0,
            "inspection.grade": 3,
            "practice.quality": 44.0,
            "outcome.inadequate_child_years": 1_500.0,
            "outcome.weak_child_years": 500.0,
            "director.changes": 2,
            "ledger.support_total": 1.5,
        }
    )
    row = CouncilOutcome()
    report_council(council, row)
    assert values_of(row, "row", "exists", "grade", "quality") == [7, 1, 3, 44.0]
    assert values_of(row, "inadequate_quarters", "weak_quarters") == pytest.approx([3.0, 1.0])
    assert values_of(row, "director_changes", "support_cost") == [2, 1.5]


def two_quarters():
    return [
        filled(
            Quarter,
            {
                "inadequate": 3.0,
                "inadequate_on_own": 1.0,
                "new_inadequate": 2.0,
                "director_changes": 10.0,
                "incidents": 4.0,
                "outcome": 50.0,
                "children_inadequate": 2e6,
                "children_weak": 1e6,
                "in_house_share": 100.0,
                "quality_while_inadequate": 30.0,
                "good_or_better_share": 40.0,
            },
        ),
        filled(
            Quarter,
            {
                "inadequate": 1.0,
                "director_changes": 12.0,
                "outcome": 60.0,
                "children_inadequate": 1e6,
                "in_house_share": 90.0,
                "quality_while_inadequate": 38.0,
                "good_or_better_share": 45.0,
                "inadequate_share": 5.0,
                "quality_mean": 55.0,
                "quality_sd": 12.0,
                "bimodality": 0.5,
                "agency_share": 16.0,
                "vacancy_rate": 15.0,
                "confidence": 0.6,
                "quality_never_failed": 58.0,
                "capacity_never_failed": 0.45,
                "funding_gap": 900.0,
                "provider_entries": 2.0,
                "provider_exits": 3.0,
            },
        ),
    ]


@covers(conclude_over_quarters)
def test_outcomes_of_a_run_are_means_and_yearly_rates_of_its_quarters():
    """Two quarters are half a year: 2 newly inadequate are 4 a year, 22 changes 44, 4 incidents 8.
    Inadequate (3 + 1) / 2; with an arrangement 3 of 4, 75%; quality while inadequate (3 x 30 + 38) / 4 =
    32; child-years 3m / 4 and 1m / 4.
    """
    outcome = Outcome()
    conclude_over_quarters(two_quarters(), 2, outcome)
    assert values_of(outcome, "inadequate_mean", "new_inadequate", "director_changes", "incidents") == [
        2.0,
        4.0,
        44.0,
        8.0,
    ]
    assert values_of(outcome, "outcome_mean", "in_house", "supported") == pytest.approx([55.0, 95.0, 75.0])
    assert outcome.quality_while_inadequate == pytest.approx(32.0)
    assert values_of(outcome, "inadequate_child_years", "weak_child_years") == pytest.approx([0.75, 0.25])


@covers(conclude_over_quarters)
def test_the_councils_inadequate_in_an_average_quarter_are_those_of_all_over_their_number():
    """Five in the one quarter there is: 5 / 1."""
    outcome = Outcome()
    conclude_over_quarters([filled(Quarter, {"inadequate": 5.0})], 1, outcome)
    assert outcome.inadequate_mean == 5.0


@covers(conclude_over_quarters)
def test_a_quarter_without_inadequate_councils_has_no_say_in_their_quality():
    rows = two_quarters()
    rows[1].inadequate, rows[1].quality_while_inadequate = 0.0, math.nan
    outcome = Outcome()
    conclude_over_quarters(rows, 2, outcome)
    assert outcome.quality_while_inadequate == pytest.approx(30.0)


@covers(conclude_learning)
def test_lessons_and_hidden_failure_are_yearly_and_shares_are_means():
    """Half a year: 3 and 1 undetected are 8 council-quarters a year, lessons of 0.02 and 0.04 0.12 a year.
    Nobody was helped in the second quarter, so that dependence is the first's.
    """
    rows = [
        filled(
            Quarter,
            {"undetected": 3, "lessons_spread": 0.02, "duplication": 4.0, "gaming": 0.1, "dependence": 30.0},
        ),
        filled(
            Quarter,
            {
                "undetected": 1,
                "lessons_spread": 0.04,
                "duplication": 2.0,
                "gaming": 0.3,
                "dependence": math.nan,
            },
        ),
    ]
    outcome = Outcome()
    conclude_learning(rows, 2, outcome)
    assert values_of(outcome, "undetected", "lessons_spread") == pytest.approx([8.0, 0.12])
    assert values_of(outcome, "duplication", "gaming", "dependence") == pytest.approx([3.0, 0.2, 30.0])


@covers(conclude_learning)
def test_a_quarter_in_which_help_was_not_leaned_on_counts_as_one_with_help():
    """(30 + 0 + 0.6) / 3 = 10.2."""
    rows = [filled(Quarter, {"dependence": share}) for share in (30.0, 0.0, 0.6)]
    outcome = Outcome()
    conclude_learning(rows, 3, outcome)
    assert outcome.dependence == pytest.approx(10.2)


@covers(conclude_help)
def test_a_quarter_without_anybody_waiting_has_no_say_in_how_long_they_wait():
    """Two wait 5 quarters; in the other quarter there is nobody, and so no mean."""
    waited = {"waiters": 2, "waiting_time": 5.0}
    rows = [filled(Quarter, waited), filled(Quarter, {"waiters": 0, "waiting_time": math.nan})]
    outcome = Outcome()
    conclude_help(rows, 2, outcome)
    assert outcome.waiting_time == pytest.approx(5.0)


@covers(conclude_help)
def test_waits_are_weighted_by_who_waits_and_bids_by_tenders():
    """Three wait 3 quarters, then one waits 7: (3 x 3 + 7) / 4 = 4; a quarter of 8 requests unmet; 6 bids
    in 4 tenders; one of two takeovers met a recovery; 2 returns in half a year are 4 a year.
    """
    first = {
        "requests": 5,
        "requests_unmet": 2,
        "waiters": 3,
        "waiting_time": 3.0,
        "unserved": 2,
        "takeovers": 2,
    }
    second = {
        "requests": 3,
        "waiters": 1,
        "waiting_time": 7.0,
        "unserved": 1,
        "early_returns": 2,
        "tenders": 3,
    }
    rows = [
        filled(Quarter, first | {"takeovers_recovering": 1, "tenders": 1, "bids": 5}),
        filled(Quarter, second | {"bids": 1}),
    ]
    outcome = Outcome()
    conclude_help(rows, 2, outcome)
    assert values_of(outcome, "unmet", "waiting_time", "unserved") == pytest.approx([25.0, 4.0, 3.0])
    assert values_of(outcome, "takeovers_recovering", "early_returns", "bids_per_tender") == [50.0, 4.0, 1.5]


@covers(conclude_help)
def test_what_never_happened_has_no_mean():
    outcome = Outcome()
    conclude_help([filled(Quarter, {"waiting_time": math.nan})], 1, outcome)
    assert math.isnan(outcome.waiting_time)
    assert math.isnan(outcome.bids_per_tender)
    assert outcome.unserved == 0.0


@covers(conclude_followed)
def test_those_seen_again_are_averaged_over_how_many_there_were():
    followed = filled(
        Followed,
        {
            "three_years_after_help": 4,
            "experienced": 2.4,
            "vacancy": 0.6,
            "five_years_after_help": 2,
            "quality_after_help": 110.0,
            "three_years_after_failure": 5,
            "quality_after_failure": 200.0,
            "cohort": 8,
            "cohort_weak": 20,
            "cohort_held": 100,
            "cohort_seen": 7,
            "cohort_quality": 315.0,
        },
    )
    outcome = Outcome()
    conclude_followed(followed, outcome)
    assert values_of(outcome, "experienced_after_help", "vacancy_after_help") == pytest.approx([60.0, 15.0])
    assert values_of(outcome, "quality_after_help", "quality_after_failure") == pytest.approx([55.0, 40.0])
    clocks = values_of(outcome, "cohort_weak_quarters", "cohort_quarters_to_better", "cohort_quality")
    assert clocks == pytest.approx([2.5, 12.5, 45.0])


@covers(conclude_followed)
def test_without_a_cohort_nothing_is_said_of_one():
    outcome = Outcome()
    conclude_followed(Followed(), outcome)
    clocks = values_of(outcome, "cohort_weak_quarters", "cohort_quarters_to_better", "cohort_quality")
    assert np.isnan(clocks).all()


@covers(conclude_costs)
def test_costs_add_over_payers_payees_and_quarters():
    """Bought 1 + 2 + 3 + 4 = 10, overseen for 7, and by the department 5: support 22 a quarter; with 100 + 20
    + 50 + 30 = 200 for the council's own service and 8 for graduates 230; an uplift of 6 and the
    department's 5 and 8 are new money, 19; over two quarters twice that.
    """
    names = [
        "spent_providers",
        "spent_partners",
        "spent_setup",
        "spent_peer_reviews",
        "spent_by_department",
        "uplift",
        "spent_oversight",
        "spent_graduates",
    ]
    costs = dict(zip(names, map(float, range(1, 9)), strict=True))
    own = ["spent_permanent_staff", "spent_agency_staff", "spent_placements", "spent_early_help"]
    costs |= dict(zip(own, (100.0, 20.0, 50.0, 30.0), strict=True))
    outcome = Outcome()
    conclude_costs([filled(Quarter, costs), filled(Quarter, costs)], 2, outcome)
    assert values_of(outcome, "support_cost", "total_cost", "extra_cost") == [44.0, 460.0, 38.0]
    assert outcome.oversight_cost == 14.0


@covers(conclude)
def test_a_run_ends_with_its_last_quarter_its_sums_and_its_spells():
    outcome = Outcome()
    conclude(a_world(), two_quarters(), 2, outcome)
    assert values_of(outcome, "good_or_better_end", "inadequate_end", "quality_end", "quality_sd_end") == [
        45,
        5,
        55,
        12,
    ]
    assert values_of(outcome, "bimodality_end", "agency_end", "vacancy_end", "confidence_end") == [
        0.5,
        16,
        15,
        0.6,
    ]
    ends = ["quality_never_failed_end", "funding_gap_end", "provider_entries", "provider_exits"]
    assert values_of(outcome, *ends) == [58, 900, 2, 3]
    assert outcome.capacity_never_failed_end == 0.45
    assert outcome.new_inadequate == 4.0
    assert outcome.total_cost == 0.0
    assert math.isnan(outcome.months_to_better), "nobody was ever at risk"


@covers(conclude)
def test_a_run_ends_with_what_it_taught_what_help_was_had_what_it_cost_and_who_was_followed():
    """A quarter: 3 undetected are 12 council-quarters a year, one of four requests unmet is 25%; 7 for
    graduates; of four councils seen again 2.4 of the staff of one were experienced, 60%.
    """
    row = {"undetected": 3, "requests": 4, "requests_unmet": 1, "spent_graduates": 7.0}
    followed = {"three_years_after_help": 4, "experienced": 2.4}
    outcome = Outcome()
    world = a_world(nation={"followed": filled(Followed, followed)})
    conclude(world, [filled(Quarter, row)], 1, outcome)
    assert values_of(outcome, "undetected", "unmet", "total_cost") == pytest.approx([12.0, 25.0, 7.0])
    assert outcome.experienced_after_help == pytest.approx(60.0)


@covers(staying)
def test_of_ten_at_risk_of_whom_three_leave_seven_tenths_stay_and_of_nobody_all():
    assert staying(3, 10) == pytest.approx(0.7)
    assert staying(1, 1) == 0.0
    assert staying(0, 0) == 1.0


def concluded(table):
    outcome = Outcome()
    conclude_spells(table, outcome)
    return outcome


@covers(conclude_spells)
def test_months_to_better_follow_from_a_life_table_worked_by_hand():
    """Of ten councils at risk in quarters 1 to 8 none leaves; 5 leave in quarter 9 (S = 1/2) and 3 of the 4
    still under observation in quarter 12 (S = 1/8), the last never. Mean up to 20 quarters: 9 x 1 + 3 x 1/2
    + 8 x 1/8 = 11.5, 34.5 months.

    Good: nobody in 40 quarters: 120 months. Relapse: 1 of 8 at 4, 1 of 5 at 10: 1 - 7/8 x 4/5 = 30%; one at
    21 is too late.
    """
    table = [Duration() for _ in range(160)]
    for quarter in range(1, 45):
        table[quarter].still_inadequate = 10 if quarter <= 9 else 4 if quarter <= 12 else 1
        table[quarter].not_yet_good = 5
        table[quarter].may_relapse = 8 if quarter <= 4 else 5
    table[9].got_better, table[12].got_better = 5, 3
    table[4].relapsed, table[10].relapsed, table[21].relapsed = 1, 1, 1
    outcome = concluded(table)
    assert outcome.months_to_better == pytest.approx(34.5)
    assert outcome.months_to_good == pytest.approx(120.0)
    assert outcome.relapse == pytest.approx(30.0)


def life_table(entries, durations, left, at_risk, events):
    """Councils at risk after they entered up to the quarter in which they left or were last seen."""
    table = [Duration() for _ in range(160)]
    for entry, duration, event in zip(entries, durations, left, strict=True):
        for quarter in range(entry + 1, duration + 1):
            setattr(table[quarter], at_risk, getattr(table[quarter], at_risk) + 1)
        if event:
            setattr(table[duration], events, getattr(table[duration], events) + 1)
    return table


def restricted_mean(durations, left, horizon):
    """Mean up to a horizon by SciPy's product-limit estimate, an independent implementation."""
    data = stats.CensoredData.right_censored(durations, ~left)
    survival = stats.ecdf(data).sf
    return float(survival.evaluate(np.arange(horizon)).sum())


@covers(conclude_spells)
@pytest.mark.parametrize("seed", range(5))
def test_spells_are_concluded_as_scipys_kaplan_meier_concludes_them(seed):
    """Sixty spells of 1 to 50 quarters, a third of them unfinished when last seen."""
    rng = np.random.default_rng(seed)
    durations, left = rng.integers(1, 51, 60), rng.random(60) < 2 / 3
    none = np.zeros(60, int)
    outcome = concluded(life_table(none, durations, left, "still_inadequate", "got_better"))
    assert outcome.months_to_better == pytest.approx(3 * restricted_mean(durations, left, 20))
    outcome = concluded(life_table(none, durations, left, "not_yet_good", "got_good"))
    assert outcome.months_to_good == pytest.approx(3 * restricted_mean(durations, left, 40))
    outcome = concluded(life_table(none, durations, left, "may_relapse", "relapsed"))
    survival = stats.ecdf(stats.CensoredData.right_censored(durations, ~left)).sf
    assert outcome.relapse == pytest.approx(100 * (1 - survival.evaluate(20.0)))


@covers(where_followed)
@pytest.mark.parametrize("followed,remaining,known", [(20, 0.4, True), (19, 0.4, False), (5, 0.0, True)])
def test_a_value_is_known_to_where_somebody_was_followed_or_nobody_was_left(followed, remaining, known):
    assert (where_followed(7.0, remaining, followed, 20) == 7.0) == known
    assert math.isnan(where_followed(7.0, remaining, followed, 20)) != known


@covers(conclude_spells)
def test_nothing_is_said_of_ten_years_after_two():
    """All sixty spells are still under way when last seen, after eight quarters."""
    table = life_table([0] * 60, [8] * 60, [False] * 60, "not_yet_good", "got_good")
    assert math.isnan(concluded(table).months_to_good)


@covers(conclude_spells)
def test_spells_seen_only_from_their_middle_do_not_make_others_look_short():
    """Late entry: spells of exactly 15 quarters, half of them seen only from quarter 10 on, last 15
    quarters: 45 months.
    """
    table = life_table([0] * 4 + [10] * 4, [15] * 8, [True] * 8, "still_inadequate", "got_better")
    assert table[5].still_inadequate == 4
    assert table[12].still_inadequate == 8
    assert concluded(table).months_to_better == pytest.approx(45.0)


@covers(conclude_spells)
@pytest.mark.parametrize(
    "name,at_risk,events,enough",
    [
        ("months_to_better", "still_inadequate", "got_better", 19),
        ("months_to_good", "not_yet_good", "got_good", 39),
        ("relapse", "may_relapse", "relapsed", 20),
    ],
)
def test_one_council_followed_to_the_horizon_is_enough_and_a_quarter_less_is_not(
    name, at_risk, events, enough
):
    """A mean up to 20 quarters needs the first 19 of them, for who is left then is counted for the last."""
    for last, known in ((enough, True), (enough - 1, False)):
        table = life_table([0], [last], [False], at_risk, events)
        assert math.isfinite(getattr(concluded(table), name)) == known


@covers(conclude_spells)
@pytest.mark.parametrize(
    "name,at_risk,events,horizon",
    [
        ("months_to_better", "still_inadequate", "got_better", 20),
        ("months_to_good", "not_yet_good", "got_good", 40),
    ],
)
def test_spells_seen_only_beyond_the_horizon_say_nothing_of_it(name, at_risk, events, horizon):
    table = life_table([horizon], [horizon + 9], [True], at_risk, events)
    assert math.isnan(getattr(concluded(table), name))


@covers(conclude_spells)
@pytest.mark.parametrize(
    "name,at_risk,events,horizon",
    [
        ("months_to_better", "still_inadequate", "got_better", 20),
        ("months_to_good", "not_yet_good", "got_good", 40),
    ],
)
def test_a_spell_seen_in_the_last_quarter_alone_is_one_that_lasted_that_long(name, at_risk, events, horizon):
    """Three months a quarter, and nobody is known to have left before."""
    table = life_table([horizon - 1], [horizon], [False], at_risk, events)
    assert getattr(concluded(table), name) == 3.0 * horizon
