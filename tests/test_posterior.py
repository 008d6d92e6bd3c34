"""Weighted sets of parameters: kept, read, drawn, laid over a regime; and what is refused."""

import numpy as np
import polars as pl
import pytest

from experiments import posterior as posteriors
from experiments.calibration.adopt import defaults_of
from experiments.errors import StudyError
from experiments.posterior import (
    NoPosteriorError,
    Posterior,
    read_posterior,
    rules_hash,
    shipped_posterior,
    write_posterior,
)
from model.compilation import model_sources
from model.regimes import resolve
from model.registry import registry

NAMES = ("director.blame", "inspection.interval")


def sets(values, weights, names=NAMES):
    weights = np.array(weights, float)
    return Posterior(names, np.array(values, float), weights / weights.sum(), {"seed": 7})


def test_a_posterior_comes_back_as_it_was_written_with_where_it_came_from(tmp_path):
    one = sets([[0.5, 15.0], [0.75, 16.5]], [1, 3])
    write_posterior(one, tmp_path / "p.parquet")
    two = read_posterior(tmp_path / "p.parquet")
    assert two.names == NAMES
    assert np.array_equal(two.values, one.values)
    assert two.weights.tolist() == [0.25, 0.75]
    assert two.provenance == {"seed": 7}
    assert two.origin == str(tmp_path / "p.parquet")


def test_weights_of_a_file_need_not_add_to_one(tmp_path):
    pl.DataFrame({"weight": [2, 6], "director.blame": [0.1, 0.2]}).write_parquet(tmp_path / "p.parquet")
    assert read_posterior(tmp_path / "p.parquet").weights.tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    "columns,said",
    [
        ({"director.blame": [0.1]}, "a posterior has a column `weight`"),
        ({"weight": [], "director.blame": []}, "this has 0 rows"),
        ({"weight": [1.0, -1.0], "director.blame": [0.1, 0.1]}, "weights are numbers from 0, some above 0"),
        ({"weight": [0.0], "director.blame": [0.1]}, "some above 0"),
        ({"weight": ["much"], "director.blame": [0.1]}, "weights are numbers"),
        ({"weight": [1.0], "director.blam": [0.1]}, "director.blame"),
        ({"weight": [1.0, 1.0], "director.blame": [0.1, 99.0]}, "row 2"),
        ({"weight": [1.0], "director.blame": [float("nan")]}, "row 1"),
        ({"weight": [1.0], "director.blame": ["high"]}, "row 1"),
    ],
)
def test_what_is_no_posterior_is_refused_with_its_file_and_the_reason(tmp_path, columns, said):
    file = tmp_path / "p.parquet"
    pl.DataFrame(columns).write_parquet(file)
    with pytest.raises(StudyError, match=r"p\.parquet") as refused:
        read_posterior(file)
    assert said in str(refused.value)


def test_a_file_that_is_no_parquet_table_is_refused(tmp_path):
    (tmp_path / "p.parquet").write_text("weight,director.blame\n1,0.5\n", "utf-8")
    with pytest.raises(StudyError, match="cannot be read as a posterior, a Parquet table"):
        read_posterior(tmp_path / "p.parquet")


def test_none_may_come_with_a_version(monkeypatch):
    monkeypatch.setattr(posteriors, "SHIPPED_FILE", "nothing.parquet")
    with pytest.raises(NoPosteriorError, match="turnaround calibrate"):
        shipped_posterior()


def test_sets_are_drawn_by_their_weights_and_no_more_unevenly_than_they_must():
    one = sets([[0.1, 15], [0.2, 15], [0.3, 15], [0.4, 15]], [4, 3, 2, 1])
    drawn = one.drawn(10, seed=1)
    assert np.bincount(drawn, minlength=4).tolist() == [4, 3, 2, 1]  # whole shares leave nothing to luck
    counts = [np.bincount(one.drawn(7, seed=seed), minlength=4) for seed in range(200)]
    assert np.mean(counts, axis=0) == pytest.approx([2.8, 2.1, 1.4, 0.7], abs=0.12)
    assert np.ptp(counts, axis=0).max() <= 1
    assert one.drawn(5, seed=3).tolist() == one.drawn(5, seed=3).tolist()


def test_a_set_without_weight_is_never_drawn():
    assert set(sets([[0.1, 15], [0.2, 15], [0.3, 15]], [1, 1, 0]).drawn(1000, seed=2)) == {0, 1}


def test_the_effective_size_is_kishs():
    assert sets([[0.1, 15]] * 4, [1, 1, 1, 1]).effective_size == pytest.approx(4.0)
    assert sets([[0.1, 15]] * 2, [3, 1]).effective_size == pytest.approx(1.6)


def test_the_medoid_is_the_set_with_the_least_weighted_distance_to_all_others():
    luck = np.random.default_rng(4)
    values = luck.normal(size=(60, 2)) * [0.1, 1.0] + [0.5, 16.0]
    weights = luck.uniform(0.1, 1.0, 60)
    one = sets(values, weights)
    share = weights / weights.sum()
    mean = share @ values
    standard = (values - mean) / np.sqrt(share @ (values - mean) ** 2)
    distances = np.sqrt(((standard[:, np.newaxis] - standard) ** 2).sum(axis=2)) @ share
    assert one.medoid == int(np.argmin(distances))


def test_on_a_bent_ridge_the_medoid_lies_on_it_and_the_mean_does_not():
    turn = np.linspace(0.0, 1.5 * np.pi, 301)
    values = np.column_stack([0.5 + 0.3 * np.cos(turn), 16.0 + 0.3 * np.sin(turn)])
    one = sets(values, np.ones(301))
    from_middle = np.hypot(*(one.values[one.medoid] - [0.5, 16.0]))
    assert from_middle == pytest.approx(0.3)
    assert np.hypot(*(values.mean(axis=0) - [0.5, 16.0])) < 0.15


def test_sets_are_laid_over_a_regime():
    one = sets([[0.5, 15.0], [0.75, 16.5]], [1, 1])
    base = resolve("trust")
    (record,) = one.records(base, [1])
    assert (record["director"]["blame"], record["inspection"]["interval"]) == (0.75, 16.5)
    laid = one.laid_over(base, 1)
    assert (laid["director.blame"], laid["inspection.interval"]) == (0.75, 16.5)
    assert laid.record == record
    assert base.record["director"]["blame"] != 0.75


def test_whole_numbers_stay_whole():
    one = sets([[2.0]], [1], names=("arrangement.adviser.setup_quarters",))
    assert one.settings(0) == {"arrangement.adviser.setup_quarters": 2}
    assert type(one.settings(0)["arrangement.adviser.setup_quarters"]) is int


def test_what_is_set_by_hand_is_taken_out_of_the_sets():
    left = sets([[0.5, 15.0]], [1]).without(["director.blame", "standing.delay"])
    assert (left.names, left.values.tolist()) == (("inspection.interval",), [[15.0]])


# ---- Whether it was fitted with this model


@pytest.mark.parametrize(
    "file,before,after,same",
    [
        (
            "data/parameters/director.toml",
            "[director.blame]\ndefault = ",
            "[director.blame]\ndefault = 1",
            True,
        ),
        (
            "data/parameters/director.toml",
            "[director.trouble]\ndefault = ",
            "[director.trouble]\ndefault = 1",
            False,
        ),
        ("data/parameters/director.toml", "log hazard per unit", "log hazard", False),
        ("rules/leadership.py", "return", "return  ", False),
    ],
    ids=["a fitted default", "another default", "a unit", "a rule"],
)
def test_a_model_is_the_same_whatever_was_fitted_of_it(monkeypatch, file, before, after, same):
    posterior = sets([[0.5, 15.0]], [1])
    posterior.provenance["rules_hash"] = rules_hash(NAMES)
    assert posterior.of_this_model is True
    changed = []
    for path, content in model_sources():
        if path == file:
            assert before in content.decode()
            content = content.decode().replace(before, after, 1).encode()
        changed.append((path, content))
    monkeypatch.setattr(posteriors, "model_sources", lambda: changed)
    monkeypatch.setattr(posteriors, "rules_hash", rules_hash.__wrapped__)  # whose answer is kept otherwise
    assert posterior.of_this_model is same


def test_a_posterior_that_does_not_say_with_what_it_was_fitted_is_not_judged():
    assert sets([[0.5, 15.0]], [1]).of_this_model is None


def test_the_posterior_that_comes_with_the_model_was_fitted_with_it_and_its_medoid_is_the_default():
    posterior = shipped_posterior()
    assert posterior.of_this_model is True
    assert posterior.effective_size > 100
    assert defaults_of(posterior) == {name: registry()[name].default for name in posterior.names}
