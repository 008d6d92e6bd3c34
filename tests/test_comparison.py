"""Comparisons of regimes: intervals, probabilities, replicates needed, by printed tables and by hand."""

import math

import numpy as np
import polars as pl
import pytest
from comparison_helpers import results_with

from experiments.comparison import (
    Mean,
    against_smallest,
    compare_results,
    half_width,
    mean_of,
    replicates_needed,
    share_larger,
    verdict,
)
from experiments.effects import EFFECTS, MAIN_OUTCOMES, SELECTED, possible, unit_of
from experiments.errors import StudyError
from experiments.layers import Probabilities
from experiments.results import Results
from experiments.tables import outcome_names
from model.indicators import quarter_dtype


def difference(outcome, values, **options):
    """The row of the second regime's difference from the first."""
    comparison = compare_results(results_with(outcome, values), **options)
    return comparison.differences.filter(outcome=outcome).row(0, named=True)


# ---- Means and intervals


def test_the_interval_of_a_mean_is_that_of_the_textbook():
    # 1 to 5: mean 3, sd sqrt(10/4) = 1.5811; t(4) = 2.776 (printed); 2.776 x 1.5811 / sqrt(5) = 1.963.
    found = mean_of(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert (found.n, found.mean) == (5, 3.0)
    assert found.sd == pytest.approx(1.5811, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((3 - 1.963, 3 + 1.963), abs=5e-4)


def test_intervals_cover_the_truth_as_often_as_they_say():
    luck = np.random.default_rng(1)
    covered = [mean_of(luck.normal(7.0, 3.0, 5)) for _ in range(4000)]
    share = np.mean([found.low <= 7.0 <= found.high for found in covered])
    # Standard error of the share: sqrt(0.95 x 0.05 / 4000) = 0.0034; four of them.
    assert share == pytest.approx(0.95, abs=0.014)


def test_missing_values_are_left_out_and_one_value_has_no_interval():
    assert mean_of(np.array([1.0, math.nan, 3.0]))[:2] == (2, 2.0)
    one = mean_of(np.array([4.0, math.nan]))
    assert (one.n, one.mean) == (1, 4.0)
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    assert mean_of(np.array([math.nan]))[0] == 0


# ---- Replicates needed


def test_the_number_of_replicates_needed_is_the_worked_example():
    # sd 2, half-width 0.5. With 63: t(62) = 1.9990 x 2 / sqrt(63) = 0.5037, too wide.
    # With 64: t(63) = 1.9983 x 2 / 8 = 0.4996, narrow enough.
    assert replicates_needed(2.0, 0.5) == 64
    assert half_width(2.0, 63) == pytest.approx(0.5037, abs=5e-5)
    assert half_width(2.0, 64) == pytest.approx(0.4996, abs=5e-5)


@pytest.mark.parametrize("sd, wanted", [(1.0, 10.0), (1.0, 1.0), (3.0, 0.7), (50.0, 0.5)])
def test_one_replicate_fewer_than_needed_is_too_few(sd, wanted):
    needed = replicates_needed(sd, wanted)
    assert half_width(sd, needed) <= wanted
    assert needed == 2 or half_width(sd, needed - 1) > wanted


def test_where_nothing_varies_two_replicates_are_enough():
    assert replicates_needed(0.0, 0.1) == 2


def test_more_precision_needs_more_replicates():
    values = {"first": [0.0] * 8, "second": [1.0, 2, 3, 4, 5, 6, 7, 8]}
    # sd of 1 to 8 is sqrt(6) = 2.449; the smallest effect on quality is 0.5, half of it 0.25, a tenth 0.05.
    half = difference("quality_end", values, precision=0.5)["replicates_needed"]
    tenth = difference("quality_end", values, precision=0.1)["replicates_needed"]
    assert half == replicates_needed(math.sqrt(6), 0.25)
    assert tenth == replicates_needed(math.sqrt(6), 0.05)
    assert tenth > 20 * half


# ---- Direction and verdict


def test_the_probability_of_direction_counts_ties_half():
    # Two of four are larger, one is equal: (2 + 0.5) / 4.
    assert share_larger(np.array([1.0, 0.0, -1.0, 2.0])) == 0.625
    assert share_larger(np.array([0.0, math.nan])) == 0.5


def test_better_is_larger_or_smaller_as_the_outcome_has_it():
    values = {"first": [1.0, 1.0, 1.0, 1.0], "second": [2.0, 2.0, 2.0, 0.0]}
    assert difference("quality_end", values)["share_better"] == 0.75
    assert difference("inadequate_end", values)["share_better"] == 0.25
    neutral = difference("total_cost", values)
    assert neutral["share_larger"] == 0.75
    assert neutral["share_better"] is None


def test_the_probability_of_a_difference_that_matters_is_that_of_printed_t_tables():
    # Standard error 3 / sqrt(9) = 1; (2.860 - 1) / 1 = 1.860, the one-sided 5% point of t(8) (printed).
    found = against_smallest(Mean(9, 2.860, math.nan, math.nan, 3.0), 1.0)
    assert found.above == pytest.approx(0.95, abs=5e-4)
    assert sum(found) == pytest.approx(1.0)
    mirrored = against_smallest(Mean(9, -2.860, math.nan, math.nan, 3.0), 1.0)
    assert mirrored.below == pytest.approx(found.above)


def test_a_difference_without_spread_is_certain():
    assert against_smallest(Mean(5, 2.0, 2.0, 2.0, 0.0), 1.0) == Probabilities(1.0, 0.0, 0.0)
    assert against_smallest(Mean(5, 1.0, 1.0, 1.0, 0.0), 1.0) == Probabilities(0.0, 1.0, 0.0)
    assert against_smallest(Mean(5, -2.0, -2.0, -2.0, 0.0), 1.0) == Probabilities(0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    "chances, better, word",
    [
        (Probabilities(0.96, 0.04, 0.0), "higher", "better"),
        (Probabilities(0.96, 0.04, 0.0), "lower", "worse"),
        (Probabilities(0.96, 0.04, 0.0), None, "more"),
        (Probabilities(0.0, 0.04, 0.96), "higher", "worse"),
        (Probabilities(0.0, 0.04, 0.96), "lower", "better"),
        (Probabilities(0.0, 0.04, 0.96), None, "less"),
        (Probabilities(0.01, 0.98, 0.01), "higher", "too small"),
        (Probabilities(0.90, 0.10, 0.0), "higher", "undecided"),
        (Probabilities(math.nan, math.nan, math.nan), "higher", "undecided"),
    ],
)
def test_a_verdict_is_given_from_95_percent_on(chances, better, word):
    assert verdict(chances, better) == word


def test_a_tiny_but_certain_difference_does_not_matter():
    # 0.01 points of quality in every history, to within 0.001: far from 0, and far below the 0.5 that matter.
    values = {"first": [50.0] * 6, "second": [50.009, 50.010, 50.011, 50.009, 50.010, 50.011]}
    row = difference("quality_end", values)
    assert row["low"] > 0
    assert row["share_larger"] == 1.0
    assert row["verdict"] == "too small"


# ---- Pairs


def test_differences_are_taken_within_histories():
    # Histories differ by tens, regimes by 1 in each: paired, the difference is 1 without any spread.
    values = {"first": [10.0, 30.0, 20.0], "second": [11.0, 31.0, 21.0]}
    row = difference("quality_end", values)
    assert (row["difference"], row["low"], row["high"], row["sd"]) == (1.0, 1.0, 1.0, 0.0)
    assert row["verdict"] == "better"


def test_a_history_counts_only_if_both_regimes_have_a_value_there():
    values = {"first": [10.0, None, 30.0, 40.0], "second": [12.0, 20.0, None, 46.0]}
    comparison = compare_results(results_with("months_to_good", values))
    row = comparison.differences.filter(outcome="months_to_good").row(0, named=True)
    assert (row["n"], row["difference"]) == (2, 4.0)
    means = comparison.outcomes.filter(outcome="months_to_good")
    assert means["n"].to_list() == [3, 3]
    assert means["mean"].to_list() == pytest.approx([80 / 3, 78 / 3])


def test_an_outcome_that_is_never_seen_is_missing_not_zero():
    row = difference("relapse", {"first": [None, None], "second": [None, 1.0]})
    assert row["n"] == 0
    assert [row[name] for name in ("difference", "low", "share_larger", "probability_above")] == [None] * 4
    assert row["verdict"] == "undecided"


def test_a_regime_without_a_single_run_is_still_listed():
    results = results_with("quality_end", {"first": [1.0, 2.0], "second": [1.0, 2.0]})
    runs = results.tables["runs"].filter(pl.col("regime") == "first")
    comparison = compare_results(Results(results.manifest, {"runs": runs}, *[pl.DataFrame()] * 3))
    row = comparison.differences.filter(outcome="quality_end").row(0, named=True)
    assert (row["regime"], row["n"], row["difference"]) == ("second", 0, None)


def test_the_expected_number_of_false_verdicts_adds_up_their_doubts():
    values = {"first": [0.0] * 9, "second": [2.0] * 9}
    comparison = compare_results(results_with("quality_end", values))
    assert comparison.false_verdicts() == (len(EFFECTS), 0.0)
    # Mean 1.430, standard error 0.5, smallest effect 0.5: t = 1.860, so the verdict is wrong in 5%.
    steps = [-3, -2, -1, 0, 0, 0, 1, 2, 3]
    unit = np.array(steps) / np.std(steps, ddof=1) * 1.5
    values = {"first": [0.0] * 9, "second": list(1.430 + unit)}
    given, wrong = compare_results(results_with("quality_end", values)).false_verdicts(["quality_end"])
    assert (given, wrong) == (1, pytest.approx(0.05, abs=5e-4))


@pytest.mark.parametrize("precision", [0.0, -1.0, math.inf, math.nan])
def test_a_precision_that_cannot_be_aimed_at_is_refused(precision):
    results = results_with("quality_end", {"first": [1.0], "second": [2.0]})
    with pytest.raises(StudyError, match=r"precision = .*allowed is a number from 0.01 to 100"):
        compare_results(results, precision=precision)


def test_an_unknown_baseline_is_refused_with_those_allowed():
    results = results_with("quality_end", {"first": [1.0], "second": [2.0]})
    with pytest.raises(StudyError, match="baseline 'third': allowed is one of first, second"):
        compare_results(results, "third")


def test_an_interval_ends_where_the_outcome_does():
    # Serious incidents 0, 0, 0, 9: mean 2.25, sd 4.5, t(3) 3.182: 2.25 - 3.182 x 4.5 / 2 = -4.9.
    values = {"first": [0.0, 0.0, 0.0, 9.0], "second": [9.0, 0.0, 0.0, 0.0]}
    comparison = compare_results(results_with("incidents", values))
    (first, _) = comparison.outcomes.filter(outcome="incidents").to_dicts()
    assert (first["low"], first["mean"]) == (0.0, 2.25)
    assert first["high"] == pytest.approx(9.41, abs=0.01)
    difference = comparison.differences.filter(outcome="incidents").row(0, named=True)
    assert difference["low"] < 0.0 < difference["high"]
    shares = compare_results(results_with("in_house", {"first": [100.0, 90.0], "second": [100.0, 99.0]}))
    assert shares.outcomes.filter(outcome="in_house")["high"].to_list() == [100.0, 100.0]


def test_a_gap_in_funding_may_be_of_either_sign():
    assert possible("funding_gap_end") == (-math.inf, math.inf)
    assert possible("months_to_good") == (0.0, math.inf)
    assert possible("gaming") == (0.0, 1.0)


# ---- What matters


def test_every_outcome_has_a_smallest_effect_with_a_reason():
    assert set(EFFECTS) == set(outcome_names())
    assert set(MAIN_OUTCOMES) <= set(EFFECTS)
    for name, effect in EFFECTS.items():
        assert effect.smallest > 0, name
        assert effect.reason, name
        assert unit_of(name), name


def test_no_direction_is_better_where_the_regime_picks_out_the_councils():
    of_runs = {name for name in SELECTED if name in EFFECTS}
    assert of_runs >= {"months_to_good", "quality_after_failure", "quality_after_help", "waiting_time"}
    assert {EFFECTS[name].better for name in of_runs} == {None}
    assert not any(name.startswith("cohort_") for name in SELECTED)
    assert all(name in quarter_dtype().names for name in set(SELECTED) - of_runs)


def test_councils_inadequate_at_the_start_are_the_same_everywhere_so_a_direction_is_better():
    better = {name: effect.better for name, effect in EFFECTS.items() if name.startswith("cohort_")}
    assert better == {
        "cohort_weak_quarters": "lower",
        "cohort_quarters_to_better": "lower",
        "cohort_quality": "higher",
    }


def test_what_adds_up_over_the_years_must_differ_more_over_more_of_them():
    # 0.04 million child-years a year, over 44 quarters.
    assert EFFECTS["inadequate_child_years"].over(44) == pytest.approx(0.44)
    assert EFFECTS["quality_end"].over(44) == EFFECTS["quality_end"].over(4) == 0.5
