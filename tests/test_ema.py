"""The model inside the EMA Workbench: a sweep's results, the registry's ranges, the right directions."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from experiments.effects import EFFECTS
from experiments.errors import StudyError
from experiments.sweeps.factors import uncertain
from experiments.sweeps.run import sweep
from model.registry import ParameterError, registry

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    ema_workbench = pytest.importorskip("ema_workbench")

from experiments.ema import turnaround_model

ROOT = Path(__file__).parents[1]
FACTORS = {
    "support.power": {},
    "director.blame": {"low": 0.2, "high": 1.0},
    "support.alliance_count": {},
    "budget.inadequate_uplift": {},
    "regime.fallback": {"values": ["none", "adviser"]},
}
OUTCOMES = ["quality_end", "inadequate_mean", "months_to_good", "total_cost"]
REGIMES = ["ad_hoc", "sector_led"]
SMALL = {"replicates": 3, "quarters": 10, "seed": 7}

AS_ITS_USERS_WOULD = """
from experiments.ema import turnaround_model
from ema_workbench import SequentialEvaluator

model = turnaround_model(["ad_hoc", "trust"], ["quality_end"], ["director.blame"], quarters=3)
with SequentialEvaluator(model) as evaluator:
    experiments, outcomes = evaluator.perform_experiments(scenarios=3, policies=2)
print(len(experiments), outcomes["quality_end"].shape)
"""


def small_model(**changes):
    return turnaround_model(
        **{"regimes": REGIMES, "outcomes": OUTCOMES, "factors": FACTORS, **SMALL, **changes}
    )


def performed(evaluator, scenarios=6, policies=2):
    with evaluator as at_work:
        return at_work.perform_experiments(scenarios=scenarios, policies=policies)


@pytest.fixture(scope="module")
def experiments():
    return performed(ema_workbench.SequentialEvaluator(small_model()))


def swept(points, folder):
    """The outcomes of a sweep over a table of points, by point, regime and replicate."""
    table = folder / "points.parquet"
    pl.DataFrame({name: points[name].tolist() for name in FACTORS}).write_parquet(table)
    study = {
        "title": "The same points",
        "regimes": REGIMES,
        "outcomes": OUTCOMES,
        "design": {"kind": "table", "file": str(table)},
        **SMALL,
    }
    return sweep(study, executor="serial")


def test_an_experiment_gives_the_means_of_a_sweep_over_the_same_points_to_the_last_bit(experiments, tmp_path):
    points, outcomes = experiments
    results = swept(points, tmp_path)
    runs = results.runs.collect()
    means = results.means()
    for number, regime in enumerate(points["regime"]):
        of_point = runs.filter(pl.col("point") == number, pl.col("regime") == regime)
        mean = means.row(by_predicate=(pl.col("point") == number) & (pl.col("regime") == regime), named=True)
        assert len(of_point) == SMALL["replicates"]
        for name in OUTCOMES:
            values = of_point[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
            ours = outcomes[name][number]
            assert ours == np.mean(values) or np.isnan([ours, np.mean(values)]).all()
            # Polars sums in another order than NumPy.
            assert (mean[name] is None and np.isnan(ours)) or mean[name] == pytest.approx(ours, rel=1e-14)


def test_what_a_replicate_did_not_see_is_missing_from_the_mean(experiments):
    # No council is good two and a half years after it failed.
    assert np.isnan(experiments[1]["months_to_good"]).all()
    assert not np.isnan(experiments[1]["quality_end"]).any()


@pytest.mark.slow
def test_worker_processes_give_the_same(experiments):
    model = small_model()
    policies = [ema_workbench.Policy(f"{number}", regime=regime) for number, regime in enumerate(REGIMES)]
    first = experiments[0].iloc[0]
    scenario = ema_workbench.Scenario("first", **{name: first[name] for name in FACTORS})
    with ema_workbench.MultiprocessingEvaluator(model, n_processes=2) as evaluator:
        points, outcomes = evaluator.perform_experiments(scenarios=[scenario], policies=policies)
    where = list(points["regime"]).index(first["regime"])
    for name in OUTCOMES:
        np.testing.assert_array_equal(outcomes[name][where], experiments[1][name][0])


def test_an_experiment_can_be_made_by_hand(experiments):
    points, outcomes = experiments
    given = {name: points[name].iloc[3] for name in (*FACTORS, "regime")}
    assert small_model().function(**given)["quality_end"] == outcomes["quality_end"][3]
    assert small_model(seed=8).function(**given)["quality_end"] != outcomes["quality_end"][3]


def test_values_are_sampled_within_the_ranges_that_were_asked_for(experiments):
    points, _ = experiments
    for name, options in FACTORS.items():
        if "values" in options:
            assert set(points[name]) <= set(options["values"])
            continue
        entry = registry()[name]
        low, high = options.get("low", entry.low), options.get("high", entry.high)
        assert points[name].between(low, high).all()
    assert points["support.alliance_count"].dtype.kind == "i"


def test_ranges_and_kinds_are_those_of_the_registry():
    model = turnaround_model(
        REGIMES,
        OUTCOMES,
        {
            "support.power": {},
            "support.alliance_count": {},
            "regime.freedoms": {},
            "regime.fallback": {"values": ["none", "adviser"]},
            "market.licence_bar": {"values": [0.3, 0.6]},
            "budget.inadequate_uplift": {},
            "director.skill_spread": {"distribution": "log_uniform"},
        },
    )
    found = {parameter.name: parameter for parameter in model.uncertainties}
    kinds = {name: type(parameter).__name__ for name, parameter in found.items()}
    assert kinds == {
        "support.power": "RealParameter",
        "support.alliance_count": "IntegerParameter",
        "regime.freedoms": "BooleanParameter",
        "regime.fallback": "CategoricalParameter",
        "market.licence_bar": "CategoricalParameter",
        "budget.inadequate_uplift": "RealParameter",
        "director.skill_spread": "RealParameter",
    }
    for name in (
        "support.power",
        "support.alliance_count",
        "budget.inadequate_uplift",
        "director.skill_spread",
    ):
        entry = registry()[name]
        assert found[name].lower_bound == pytest.approx(entry.low)
        assert found[name].upper_bound == pytest.approx(entry.high)
    # The peak of a triangular distribution is the default, below which lies its share of the width.
    uplift = registry()["budget.inadequate_uplift"]
    share = (uplift.default - uplift.low) / (uplift.high - uplift.low)
    assert found["budget.inadequate_uplift"].dist.cdf(uplift.default) == pytest.approx(share)
    spread = registry()["director.skill_spread"]
    assert found["director.skill_spread"].dist.median() == pytest.approx(np.sqrt(spread.low * spread.high))
    assert [category.name for category in found["regime.fallback"].categories] == ["none", "adviser"]


def test_the_regime_is_the_lever_or_a_constant_where_there_is_but_one():
    model = small_model()
    assert [lever.name for lever in model.levers] == ["regime"]
    assert [category.value for category in model.levers["regime"].categories] == REGIMES
    alone = small_model(regimes=["trust"])
    assert [constant.value for constant in alone.constants] == ["trust"]
    _, outcomes = performed(ema_workbench.SequentialEvaluator(alone), 2, 0)
    assert len(outcomes["quality_end"]) == 2


def test_everything_uncertain_varies_that_no_regime_decides_unless_factors_are_named():
    model = turnaround_model(REGIMES, OUTCOMES)
    names = {parameter.name for parameter in model.uncertainties}
    assert names == {name for name in uncertain() if not name.startswith("regime.")}


def test_outcomes_are_to_go_where_they_are_better():
    model = turnaround_model(REGIMES, list(EFFECTS), ["support.power"])
    kinds = {outcome.name: outcome.kind for outcome in model.outcomes}
    up, down, either = (
        getattr(ema_workbench.ScalarOutcome, kind) for kind in ("MAXIMIZE", "MINIMIZE", "INFO")
    )
    assert set(kinds) == set(EFFECTS)
    assert (kinds["good_or_better_end"], kinds["quality_end"]) == (up, up)
    assert (kinds["inadequate_mean"], kinds["weak_child_years"], kinds["director_changes"]) == (down,) * 3
    assert (kinds["months_to_good"], kinds["total_cost"]) == (either, either)


def test_values_beyond_the_bounds_of_a_parameter_are_refused():
    model = turnaround_model(["ad_hoc"], ["quality_end"], ["director.blame"], quarters=3)
    with pytest.raises(ParameterError, match=r"director.blame = 1.6 \(an experiment\): allowed is"):
        model.function(**{"regime": "ad_hoc", "director.blame": 1.6})


def test_values_that_contradict_each_other_are_refused():
    model = turnaround_model(["ad_hoc", "sector_led"], ["quality_end"], ["regime.spin_out"], quarters=3)
    assert model.function(**{"regime": "ad_hoc", "regime.spin_out": 0.01})["quality_end"] > 0
    with pytest.raises(ParameterError, match=r"regime.spin_out = 0.01 does nothing while regime.market is 0"):
        model.function(**{"regime": "sector_led", "regime.spin_out": 0.01})


@pytest.mark.parametrize(
    "changes, error, message",
    [
        ({"outcomes": ["quality"]}, StudyError, "no outcome is called 'quality'"),
        ({"factors": ["director.blam"]}, ParameterError, "director.blam"),
        ({"replicates": 0}, StudyError, "replicates = 0"),
        ({"regimes": ["nobody"]}, ParameterError, "nobody"),
    ],
)
def test_what_is_not_allowed_is_refused_at_once(changes, error, message):
    with pytest.raises(error, match=message):
        small_model(**changes)


@pytest.mark.slow
def test_it_is_imported_and_runs_without_a_warning():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", AS_ITS_USERS_WOULD],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0] == "6 (6,)"
