"""However a sweep is run, cut, interrupted, merged or extended, the same runs come out to the last bit."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from sweep_runs import contents, small_study, started, toml_of

from experiments.dispatch import Interrupted
from experiments.sweeps import open_sweep, sweep
from experiments.sweeps.merging import merge
from experiments.sweeps.run import Means, extend, resume
from model.facts import load_facts
from model.simulation import Simulation

LATER = small_study(start="2018Q3", quarters=2, tables=["runs", "quarters"])


@pytest.fixture(scope="module")
def whole():
    return sweep(small_study(), executor="serial", runs_a_block=1000)


@pytest.fixture(scope="module")
def same(whole):
    return contents(whole)


# ---- What is run


def test_every_run_asked_for_is_there_once(whole):
    runs = whole.runs.collect()
    assert len(runs) == whole.runs_asked == 8 * 2 * 3
    assert runs["key"].n_unique() == 48
    assert runs.select("point", "regime", "replicate").n_unique() == 48
    assert len(whole.tables["quarters"].collect()) == 48 * 4
    assert len(whole.tables["councils"].collect()) == 48 * len(load_facts().councils)


def test_a_run_is_that_of_the_interpreted_engine_under_the_parameters_of_its_point(whole):
    point = whole.design.collect().row(5, named=True)
    del point["point"]
    simulation = Simulation("trust", seed=1, replicate=2, quarters=4, settings=point).run()
    row = whole.runs.collect().filter(point=5, regime="trust", replicate=2).row(0, named=True)
    for name in whole.outcomes:
        expected = getattr(simulation.outcome, name)
        assert row[name] == (None if np.isnan(expected) else expected)
    quarters = whole.tables["quarters"].collect().filter(point=5, regime="trust", replicate=2)
    assert quarters["vacancy_rate"].to_list() == simulation.quarters_table()["vacancy_rate"].to_list()


def test_rows_are_in_the_order_of_points_regimes_replicates_and_quarters(whole):
    runs = whole.runs.select("point", "regime", "replicate").collect().rows()
    assert runs == [(p, regime, k) for p in range(8) for regime in ("ad_hoc", "trust") for k in range(3)]
    quarters = whole.tables["quarters"].select("point", "regime", "replicate", "quarter").collect().rows()
    labels = ("2014Q1", "2014Q2", "2014Q3", "2014Q4")
    assert quarters == [(*run, label) for run in runs for label in labels]


# ---- Who runs it, and in which pieces


@pytest.mark.parametrize("size", [1, 2, 5, 7, 48])
def test_neither_threads_nor_the_size_of_blocks_can_be_seen(same, size):
    assert contents(sweep(small_study(), executor="threads", workers=2, runs_a_block=size)) == same


@pytest.mark.slow
def test_processes_cannot_be_seen(same):
    assert contents(sweep(small_study(), executor="processes", workers=2, runs_a_block=5)) == same


@pytest.mark.slow
def test_a_cluster_of_two_workers_cannot_be_seen(same):
    assert contents(sweep(small_study(), executor="dask", workers=2, runs_a_block=5)) == same


def test_an_executor_of_the_users_own_cannot_be_seen_and_is_left_open(same):
    with ThreadPoolExecutor(2) as own:
        assert contents(sweep(small_study(), executor=own, workers=2, runs_a_block=3)) == same
        assert own.submit(int, "7").result() == 7


@pytest.mark.slow
def test_neither_threads_nor_a_pool_of_the_users_own_can_be_seen_when_the_start_is_later():
    later = contents(sweep(LATER, executor="serial", runs_a_block=1000))
    assert contents(sweep(LATER, executor="threads", workers=2, runs_a_block=3)) == later
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as own:
        assert contents(sweep(LATER, executor=own, workers=1, runs_a_block=20)) == later


@pytest.mark.slow
def test_the_order_in_which_python_goes_through_sets_cannot_be_seen(same, tmp_path):
    (tmp_path / "study.toml").write_text(toml_of(small_study()))
    here = os.environ.get("PYTHONHASHSEED")
    other = {**os.environ, "PYTHONHASHSEED": "2" if here == "1" else "1"}
    asked = ("sweep", tmp_path / "study.toml", "--out", tmp_path / "out", "--quiet", "--block", 7)
    with started(*asked, env=other) as process:
        _, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    assert contents(open_sweep(tmp_path / "out")) == same


# ---- Interrupted, put together, extended


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_interrupted_again_and_again_and_resumed_with_blocks_of_another_size(same, tmp_path, executor):
    kept = []
    for size in (5, 3, 2):
        once = iter([KeyboardInterrupt])

        def interrupt(runs, once=once):
            for problem in once:
                raise problem

        with pytest.raises(Interrupted):
            sweep(small_study(), tmp_path / "out", executor, workers=2, runs_a_block=size, progress=interrupt)
        kept.append(len(open_sweep(tmp_path / "out").runs.collect()))
    assert 0 < kept[0] < kept[1] < kept[2] < 48
    assert contents(resume(tmp_path / "out", Means("threads", 2, runs_a_block=7))) == same


def test_three_shards_merged_are_the_whole_in_whatever_order(same, tmp_path):
    folders = []
    for number, size in ((1, 3), (2, 100), (3, 2)):
        folders.append(tmp_path / str(number))
        shard = sweep(small_study(), folders[-1], shard=(number, 3), runs_a_block=size)
        assert len(shard.runs.collect()) == 16
    assert contents(merge(tmp_path / "out", folders[::-1])) == same


@pytest.mark.parametrize(
    "fewer, more",
    [
        ({"replicates": 1}, {"replicates": 3}),
        ({"design": {"kind": "sobol", "points": 2}}, {"points": 8}),
        ({"design": {"kind": "sobol", "points": 4}, "replicates": 2}, {"points": 8, "replicates": 3}),
    ],
    ids=["replicates", "points", "both"],
)
def test_extended_from_fewer_is_what_the_larger_one_is(same, tmp_path, fewer, more):
    sweep(small_study(**fewer), tmp_path / "out", workers=2, runs_a_block=5)
    assert contents(extend(tmp_path / "out", **more)) == same


@pytest.mark.parametrize(
    "design, points, larger",
    [
        ({"kind": "saltelli", "base": 2, "move": "groups"}, 4, {"base": 4}),
        ({"kind": "latin_hypercube", "points": 3}, 8, {"points": [3, 5]}),
        ({"kind": "morris", "trajectories": 2, "move": "groups"}, 4, {"trajectories": [2, 2]}),
    ],
    ids=lambda value: value.get("kind", "") if isinstance(value, dict) else "",
)
def test_extended_designs_of_every_kind_are_what_the_larger_study_is(tmp_path, design, points, larger):
    asked = small_study(design=design, replicates=1, tables=["runs"], quarters=1)
    sweep(asked, tmp_path / "out")
    extended = extend(tmp_path / "out", points=points)
    from_the_start = sweep(asked | {"design": design | larger})
    assert contents(extended) == contents(from_the_start)
    assert extended.design.collect().equals(from_the_start.design.collect())
    if design["kind"] == "morris":
        assert len(extended.units) == extended.design_summary.points


def test_extending_replicates_keeps_the_units_of_trajectories(tmp_path):
    design = {"kind": "morris", "trajectories": 2, "move": "groups"}
    asked = small_study(design=design, replicates=1, tables=["runs"], quarters=1)
    before = sweep(asked, tmp_path / "out").units
    assert extend(tmp_path / "out", replicates=2).units.equals(before)
    assert merge(tmp_path / "merged", [tmp_path / "out"]).units.equals(before)


def test_factors_of_the_small_study_are_of_every_kind(whole):
    """Otherwise the tests above would show less than they say."""
    assert {factor.distribution for factor in whole.factors} == {"uniform", "log_uniform", "triangular"}
    assert any(factor.whole for factor in whole.factors)
    assert any(factor.values for factor in whole.factors)
