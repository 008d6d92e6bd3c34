"""Ranges that keep some points of a sweep, and an outcome by two factors, against counts by hand."""

import math
import re

import numpy as np
import polars as pl
import pytest
from sweeps_in_memory import hypercube, saltelli, sweep, trajectories, unit_factor

from experiments.errors import StudyError
from experiments.sweeps.binned import binned, bins_of
from experiments.sweeps.cells import outcome_cells
from experiments.sweeps.keeping import keep, read_limits, rounded, written
from experiments.sweeps.robustness import assess_robustness
from experiments.sweeps.sensitivity import analyse_sensitivity
from model.registry import ARRANGEMENTS

FACTORS = (
    unit_factor("director.blame"),
    unit_factor("support.power"),
    unit_factor("regime.fallback", values=("none", "adviser", "alliance")),
    unit_factor("dummy"),
)
OUTCOMES = {"weak_child_years": {"ad_hoc": lambda x: 4 * x[:, 0], "trust": lambda x: 3 * x[:, 1]}}


def swept(design=None):
    return sweep(FACTORS, design or hypercube(FACTORS, 200, 1), OUTCOMES, replicates=2)


def kept(results, *texts):
    return keep(results, read_limits(results, texts))


def test_a_range_keeps_the_points_in_it_and_their_runs():
    results = swept()
    blame = results.design.collect()["director.blame"].to_numpy()
    wanted = np.flatnonzero((blame >= 0.2) & (blame <= 0.6))
    found = kept(results, "director.blame:0.2..0.6")
    assert found.design.collect()["point"].to_list() == wanted.tolist()
    assert found.design_summary.points == len(wanted)
    assert found.runs_asked == found.runs.collect().height == 4 * len(wanted)
    assert np.array_equal(
        outcome_cells(found, "weak_child_years", "trust"),
        outcome_cells(results, "weak_child_years", "trust")[wanted],
    )


def test_ranges_are_joined_by_and_whatever_their_kind():
    results = swept()
    table = results.design.collect()
    found = kept(results, "director.blame:..0.6", "regime.fallback:none|alliance").design.collect()
    kinds = [ARRANGEMENTS["none"], ARRANGEMENTS["alliance"]]
    by_hand = table.filter(
        (table["director.blame"] <= 0.6) & table["regime.fallback"].cast(pl.Int64).is_in(kinds)
    )
    assert found["point"].to_list() == by_hand["point"].to_list()


def test_without_ranges_a_sweep_is_itself():
    results = swept()
    assert keep(results, ()) is results


def test_what_is_kept_can_be_analysed():
    found = kept(swept(), "director.blame:0.2..1.2")
    drives = analyse_sensitivity(found, ("weak_child_years",), ("ad_hoc",), resamples=20).analyses[0]
    assert drives.ordered("factor")[0].name == "director.blame"
    futures = assess_robustness(found, ("weak_child_years",)).outcomes[0].futures
    assert futures == found.design_summary.points


def test_of_a_saltelli_design_points_of_its_two_samples_are_kept():
    design = saltelli(FACTORS, 64, False, True, 1)
    found = kept(swept(design), "director.blame:0..1.5")
    assert (found.design_summary.kind, found.design_summary.points) == ("table", 128)


def test_of_a_morris_design_nothing_is_kept():
    with pytest.raises(StudyError, match="tears apart"):
        kept(swept(trajectories(FACTORS, 10, False, 1)), "director.blame:..1")


@pytest.mark.parametrize(
    "text,says",
    [
        ("director.blame", "allowed is name:low..high"),
        ("director.blame:0.2", "allowed is name:low..high"),
        ("director.blame:..", "allowed is name:low..high"),
        ("director.blame:a..b", "'a' is no number"),
        ("director.blame:nan..1", "'nan' is no number"),
        ("director.blame:-inf..1", "'-inf' is no number"),
        ("director.blame:0.6..0.2", "above its upper end"),
        ("director.blame:7..", "was tried from 0 to 1.5"),
        ("director.patience:0..1", "varies no 'director.patience'; it varies director.blame"),
        ("dummy:0..1", "varies no 'dummy'"),
        ("regime.fallback:trust", "allowed are"),
        ("regime.fallback:0..1", "allowed are"),
    ],
)
def test_what_is_no_range_is_named_with_what_is_allowed(text, says):
    with pytest.raises(StudyError, match=re.escape(says)):
        read_limits(swept(), [text])


def test_a_factor_has_one_range():
    with pytest.raises(StudyError, match="given 2 ranges"):
        read_limits(swept(), ["director.blame:0..1", "director.blame:..0.5"])


def test_it_is_said_when_no_point_is_left():
    with pytest.raises(StudyError, match=r"none of 200 points is left where .*: widen a range"):
        kept(swept(), "director.blame:0.2000001..0.2000002")


def test_ranges_are_written_as_they_are_read():
    texts = ["director.blame:0.2..0.6", "support.power:..0.25", "regime.fallback:none|adviser"]
    limits = read_limits(swept(), texts)
    assert [written(limit) for limit in limits] == texts


def test_rounding_never_takes_a_point_out_of_a_range():
    (limit,) = read_limits(swept(), ["director.blame:0.23456789..0.65432109"])
    wider = rounded(limit)
    assert 0.233 < wider.low <= limit.low
    assert limit.high <= wider.high < 0.656
    assert len(f"{wider.low:g}") <= 6


def test_cells_hold_the_mean_of_their_points():
    x = np.array([0.1, 0.2, 0.9, 0.9, 1.5])
    y = np.array([0.0, 0.0, 0.5, 0.6, 0.7])
    outcome = np.array([1.0, 3.0, 5.0, math.nan, 7.0])
    one, two = bins_of(FACTORS[0]), bins_of(FACTORS[1])
    table = binned((x, one), (y, two), outcome)
    assert len(table.across) == len(table.up) == 6
    assert (table.cells[0][0].count, table.cells[0][0].mean.value) == (2, 2.0)
    assert sum(cell.count for row in table.cells for cell in row) == 4
    assert table.cells[5][5].mean.value == 7.0
    assert math.isnan(table.cells[5][5].mean.low)


def test_values_that_are_few_have_a_bin_each():
    bins = bins_of(FACTORS[2])
    assert [one.low == one.high for one in bins] == [True] * 3


def test_bins_divide_the_range_to_which_a_factor_is_held():
    (limit,) = read_limits(swept(), ["director.blame:0.3..0.9"])
    bins = bins_of(FACTORS[0], limit)
    assert (bins[0].low, bins[-1].high, len(bins)) == (0.3, 0.9, 6)
