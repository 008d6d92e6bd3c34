"""Whether the fit that comes with the model, and fitting itself, are sound: statistics on many histories.

They take some minutes. What they would catch: a posterior that no longer belongs to the rules, figures that
are measured otherwise than they were, a table whose histories do not belong to their parameters, and
intervals that are too narrow, too wide or beside the truth. Each statistic is one whose value under a sound
fit is known, and beside it stands one that is broken, which it has to find.
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

SETS = 300
"""With so many the mean squared distance is known to a twentieth of itself."""

NEAR = 0.6
"""Mean squared distance in tolerances. That of the posterior was 0.47 when it was shipped, and another draw
of sets and luck moves it by 0.03."""

FAILING = 12
"""Figures that may fail: nine did when it was shipped, and luck moves one or two over the line."""

OFF = 0.06
"""By how much intervals may hold too few or too many, in the mean over parameters. A fit to 12,000 rows is
a little too sure: its intervals of 50% held 45% when this was written, those of the whole fit 50%, for slopes
on some dozens of summaries come from some hundred rows. Deviations another tenth too small are beyond it."""


def distance(hindcast) -> float:
    """Mean squared distance of fitted figures from the record, in tolerances; 1 for a figure at the brink."""
    fitted = [figure for figure in hindcast.figures if figure.fitted and np.isfinite(figure.median)]
    return float(np.mean([((figure.median - figure.data) / figure.tolerance) ** 2 for figure in fitted]))


def held(posterior):
    return hold_against_record(posterior, resolve("ad_hoc"), sets=SETS)


def from_the_ranges() -> Posterior:
    """Sets drawn from the ranges of the parameters, as if nothing had been fitted."""
    prior = prior_of()
    values = prior.values(np.random.default_rng(1).standard_normal((SETS, len(prior.names))))
    return Posterior(tuple(prior.names), values, np.full(SETS, 1 / SETS), {}, "the ranges")


def mirrored(posterior) -> Posterior:
    """As narrow as a posterior, and on the other side of every range: sure, and beside the record."""
    prior = prior_of(posterior.names)
    return replace(posterior, values=prior.values(-prior.normals(posterior.values)))


def test_the_posterior_that_comes_with_the_model_fits_the_record_and_its_ranges_do_not():
    fitted, unfitted = held(shipped_posterior()), held(from_the_ranges())
    assert distance(fitted) < NEAR
    assert distance(unfitted) > 2 * distance(fitted)
    assert len([figure for figure in fitted.figures if figure.verdict == "fail"]) <= FAILING
    # Were the record a history of the model, its rank among 300 would be any, and the last in one case of 301
    assert fitted.joint.beyond > 0


def test_a_posterior_that_is_sure_and_beside_the_record_is_found():
    beside = held(mirrored(shipped_posterior()))
    assert distance(beside) > NEAR
    assert len([figure for figure in beside.figures if figure.verdict == "fail"]) > FAILING
    assert beside.joint.beyond == 0


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fit")
    return fit(folder, resolve("ad_hoc"), prior_of(), RECORD_QUARTERS, 1, (12000,))


def test_intervals_of_a_small_fit_hold_the_truth_as_often_as_they_say(small):
    """The worst of all parameters may be off by what all are, and by what chance does to the worst."""
    checked = check(small.waves[-1], 250)
    for level in LEVELS:
        found = checked.coverage(level)
        assert found.mean() == pytest.approx(level, abs=OFF)
        assert np.abs(found - level).max() < checked.expected_worst(level) + OFF


def test_intervals_that_are_too_narrow_by_a_tenth_would_be_found(small):
    """A deviation of normals that is a tenth too small turns 90% into 86%, and 50% into 46%."""
    checked = check(small.waves[-1], 250)
    narrowed = replace(checked, ranks=0.5 + (checked.ranks - 0.5) / 0.9)
    assert narrowed.coverage(0.5).mean() < 0.5 - OFF


def test_a_small_fit_finds_what_the_record_is_known_to_teach_and_nothing_of_what_it_cannot(small):
    """Of a parameter of which nothing is told the spread stays what it was."""
    shrinkage = dict(zip(small.prior.names, check(small.waves[0], 100).shrinkage, strict=True))
    for name in ("inspection.good_bar", "inspection.inadequate_bar", "director.leaving_rate"):
        assert shrinkage[name] < 0.8
    silent = ("capacity.decay", "capacity.director_loss", "incidents.quality_effect")
    assert [shrinkage[name] for name in silent] == pytest.approx([1.0] * 3, abs=0.1)


def test_parameters_that_do_not_belong_to_their_histories_teach_nothing(small):
    """What the regression expects then explains none of the variance, give or take a hundredth."""
    wave = small.waves[0]
    order = np.random.default_rng(2).permutation(len(wave.table.normals))
    table = replace(wave.table, normals=wave.table.normals[order])
    shuffled = learn(table, small.fitted, 1)
    assert not shuffled.informed.any()
    assert shuffled.explained.max() < 0.01
    assert wave.summaries.informed.mean() > 0.2
