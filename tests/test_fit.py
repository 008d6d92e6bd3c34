"""Whether the fit that comes with the model, and fitting itself, are sound: statistics on many histories.

They take some minutes. What they would catch: a posterior that no longer belongs to the rules, figures that
are measured otherwise than they were, a table whose histories do not belong to their parameters, and
intervals that are too narrow, too wide or beside the truth.
"""

from dataclasses import replace

import numpy as np
import pytest

from experiments.calibration.checks import LEVELS, check
from experiments.calibration.fit import fit
from experiments.calibration.inference import learn
from experiments.calibration.prior import prior_of
from experiments.hindcast.record import RECORD_QUARTERS
from experiments.hindcast.study import hold_against_record
from experiments.posterior import Posterior, shipped_posterior
from model.regimes import resolve

pytestmark = pytest.mark.slow

SETS = 60


def distance(hindcast) -> float:
    """Mean squared distance of fitted figures from the record, in tolerances."""
    fitted = [figure for figure in hindcast.figures if figure.fitted and np.isfinite(figure.median)]
    return float(np.mean([((figure.median - figure.data) / figure.tolerance) ** 2 for figure in fitted]))


def from_the_ranges(rng) -> Posterior:
    """Sets drawn from the ranges of the parameters, as if nothing had been fitted."""
    prior = prior_of()
    values = prior.values(rng.standard_normal((SETS, len(prior.names))))
    return Posterior(tuple(prior.names), values, np.full(SETS, 1 / SETS), {}, "the ranges")


def test_the_posterior_that_comes_with_the_model_fits_the_record_and_its_ranges_do_not():
    fitted = hold_against_record(shipped_posterior(), resolve("ad_hoc"), sets=SETS)
    unfitted = hold_against_record(from_the_ranges(np.random.default_rng(1)), resolve("ad_hoc"), sets=SETS)
    assert distance(fitted) < 1.0
    assert distance(unfitted) > 2 * distance(fitted)
    failed = [figure for figure in fitted.figures if figure.verdict == "fail"]
    assert len(failed) <= 20
    assert fitted.joint.p_value > 0.001


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fit")
    return fit(folder, resolve("ad_hoc"), prior_of(), RECORD_QUARTERS, 1, (8000,))


def test_intervals_of_a_small_fit_hold_the_truth_as_often_as_they_say(small):
    checked = check(small.waves[-1], 250)
    for level in LEVELS:
        found = checked.coverage(level)
        assert found.mean() == pytest.approx(level, abs=0.08)
        assert np.abs(found - level).max() < checked.expected_worst(level) + 0.1


def test_a_small_fit_finds_what_the_record_is_known_to_teach(small):
    shrinkage = dict(zip(small.prior.names, check(small.waves[0], 100).shrinkage, strict=True))
    for name in ("inspection.good_bar", "inspection.inadequate_bar", "director.leaving_rate"):
        assert shrinkage[name] < 0.8


def test_parameters_that_do_not_belong_to_their_histories_teach_nothing(small):
    wave = small.waves[0]
    order = np.random.default_rng(2).permutation(len(wave.table.normals))
    table = replace(wave.table, normals=wave.table.normals[order])
    assert learn(table, small.fitted, 1).informed.mean() < 0.05
    assert wave.summaries.informed.mean() > 0.2
