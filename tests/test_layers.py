"""Parameters and luck told apart in two layers: by hand, and against truth that is known."""

import math

import numpy as np
import pytest
from comparison_helpers import results_with
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from hypothesis.strategies import floats

from experiments.comparison import cells_of, compare_results
from experiments.layers import central, effect_of


def test_variances_are_those_of_a_one_way_layout_by_hand():
    # Ten sets at 0 to 9, two histories each, one below and one above: within (1 + 1) / 1 = 2; the means 0 to
    # 9 have a variance of 82.5 / 9 = 9.1667, of which luck is 2 / 2 = 1. So 8.1667 of 10.1667 is parameters.
    cells = np.arange(10.0)[:, None] + np.array([-1.0, 1.0])
    found = effect_of(cells)
    assert found.within == pytest.approx(2.0)
    assert found.between == pytest.approx(82.5 / 9 - 1.0)
    assert found.share.value == pytest.approx(0.80328, abs=5e-6)
    assert found.share.low < found.share.value < found.share.high
    # Each mean is drawn to the middle, 4.5, by 1 / 9.1667.
    assert found.expected[0] == pytest.approx(4.5 / (82.5 / 9))
    assert found.expected[9] == pytest.approx(9.0 - 4.5 / (82.5 / 9))


@given(arrays(np.float64, array_shapes(max_dims=2, max_side=60), elements=floats(-1e6, 1e6)))
def test_ends_of_the_central_95_percent_are_those_of_numpy(values):
    assert central(values) == tuple(np.quantile(values, (0.025, 0.975)))


def test_the_mean_and_its_interval_over_sets_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(3)
    covered = []
    for _ in range(400):
        sets = rng.normal(5.0, 2.0, (40, 1))
        low, high = effect_of(sets + rng.normal(0.0, 3.0, (40, 2))).of_mean
        covered.append(low <= 5.0 <= high)
    # Standard error of the share: sqrt(0.95 x 0.05 / 400) = 0.011; a percentile bootstrap of 40 is too narrow
    # by some sqrt(39 / 40), and by Student's t of 39 degrees, 2.02, against 1.96: 94% or so.
    assert np.mean(covered) == pytest.approx(0.94, abs=0.035)


def test_what_differs_by_parameters_only_or_by_luck_only_is_found_to():
    rng = np.random.default_rng(5)
    sets = np.repeat(rng.normal(0.0, 1.0, (60, 1)), 2, axis=1)
    assert effect_of(sets).share.value == 1.0
    luck = effect_of(rng.normal(0.0, 1.0, (4000, 2)))
    assert luck.share.value == pytest.approx(
        0.0, abs=4 * 0.016
    )  # standard error of a correlation, 1/sqrt(4000)


def test_the_interval_of_parameters_is_that_of_sets_and_not_of_histories():
    rng = np.random.default_rng(7)
    cells = rng.normal(0.0, 1.0, (4000, 1)) + rng.normal(0.0, 1.5, (4000, 2))
    found = effect_of(cells)
    # Normal: 1.96 for parameters, 1.96 x 1.5 for luck, 1.96 x sqrt(3.25) for both. The variance between sets
    # has a standard error of about sqrt(2 / 4000) x (2.125 + 1.125), 7%, of which half for its root; four.
    for ends, half in ((found.of_parameters, 1.96), (found.of_luck, 2.94), (found.of_both, 3.533)):
        assert ends[1] - ends[0] == pytest.approx(2 * half, rel=0.14)


def test_histories_stand_with_their_set_however_many_each_has():
    cells = cells_of(np.array([1.0, 2.0, 3.0, 4.0, math.nan]), np.array([0, 1, 1, 0, 2]))
    assert np.array_equal(cells, [[1.0, 4.0], [2.0, 3.0], [math.nan, math.nan]], equal_nan=True)


def with_sets(values, a_set):
    """Results of two regimes in which so many histories in turn have one set of parameters."""
    results = results_with("quality_end", values)
    runs = results.table("runs").with_columns(set=results.table("runs")["replicate"] // a_set)
    return type(results)(results.manifest, {"runs": runs.lazy()}, *[results.design] * 3)


def test_the_unit_of_a_comparison_is_the_set():
    # Twenty sets with a difference of 1 in half of them and of -1 in the others, without luck: 40 histories
    # of luck alone would give the mean an interval of half-width 0.32; of 100 sets 95 lie from -1 to 1.
    first = np.arange(40.0) % 7
    second = first + np.repeat([1.0, -1.0] * 10, 2)
    values = {"first": first.tolist(), "second": second.tolist()}
    luck = compare_results(results_with("quality_end", values))
    sets = compare_results(with_sets(values, 2))
    one, two = (each.differences.filter(outcome="quality_end").row(0, named=True) for each in (luck, sets))
    assert not luck.on_sets
    assert sets.on_sets
    assert one["high"] - one["low"] == pytest.approx(0.65, abs=0.01)
    assert (two["low"], two["high"]) == pytest.approx((-1.0, 1.0))
    assert two["parameters"] == 1.0
    assert two["direction"] == pytest.approx(0.5)
    assert two["verdict"] == "undecided"
    # half of the sets lie above 0.5, the smallest effect on quality, and half below
    assert two["probability_above"] == pytest.approx(0.5)


def test_too_few_sets_give_no_interval_and_no_verdict():
    values = {"first": [0.0] * 8, "second": [5.0] * 8}
    found = compare_results(with_sets(values, 2))
    row = found.differences.filter(outcome="quality_end").row(0, named=True)
    assert row["difference"] == 5.0
    assert row["low"] is None
    assert row["verdict"] == "undecided"
    assert not found.can_tell


def test_false_verdicts_of_few_sets_count_half_a_set_each_way():
    values = {"first": [0.0] * 40, "second": [5.0] * 40}
    found = compare_results(with_sets(values, 2))
    # all 20 sets for it: 1 - (20 + 0.5) / 21
    assert found.false_verdicts(["quality_end"]) == (1, pytest.approx(0.5 / 21))
