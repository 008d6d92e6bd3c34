"""Fitting, on problems whose answer is known: a linear model with normal noise."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from experiments.calibration import adopt, checks, table
from experiments.calibration.checks import check
from experiments.calibration.convergence import beside, convergence
from experiments.calibration.fit import Fit, Wave, looked_at
from experiments.calibration.inference import Belief, believe, learn, region_of
from experiments.calibration.learned import informed, spread_of, weighted_quantiles
from experiments.calibration.prior import prior_of
from experiments.calibration.screening import correlations
from experiments.calibration.table import Region, Table, make_table, read_table
from experiments.dispatch import Interrupted
from experiments.errors import StudyError
from experiments.hindcast.record import recorded_figures
from experiments.posterior import Posterior, read_posterior, write_posterior
from model.regimes import resolve
from model.registry import ParameterError, registry

DESIGN = np.array([[1.0, 0.5], [0.0, 1.0], [1.0, -1.0]])
NOISE = 0.7
SEEN = np.array([1.2, 0.4, 0.9])


def exact(seen=SEEN):
    """Mean and covariance of normals a priori standard, given design @ normals + noise."""
    precision = np.eye(2) + DESIGN.T @ DESIGN / NOISE**2
    covariance = np.linalg.inv(precision)
    return covariance @ DESIGN.T @ seen / NOISE**2, covariance


def linear(rows, seed, region=None):
    region = region or Region.everywhere(2)
    normals = region.drawn(rows, (seed,))
    noise = np.random.default_rng(seed + 1000).normal(size=(rows, 3)) * NOISE
    return Table(normals, normals @ DESIGN.T + noise, ("a: x", "a: y", "a: z"))


def moments(believed):
    mean = believed.weights @ believed.normals
    centred = believed.normals - mean
    return mean, (centred * believed.weights[:, np.newaxis]).T @ centred


# ---- Beliefs


def test_a_linear_problem_is_solved_as_by_hand():
    known = linear(20_000, 1)
    mean, covariance = moments(believe(SEEN, known.figures, known.normals, None, 0.1))
    right, spread = exact()
    assert mean == pytest.approx(right, abs=0.05)
    assert covariance == pytest.approx(spread, abs=0.03)


def test_rows_drawn_in_a_region_around_the_answer_give_the_same_answer():
    known = linear(20_000, 2)
    region = region_of(believe(SEEN, known.figures, known.normals, None, 0.1))
    nearby = linear(20_000, 3, region)
    assert np.linalg.det(np.cov(nearby.normals.T)) < 0.5  # so that there is something to correct
    mean, covariance = moments(believe(SEEN, nearby.figures, nearby.normals, region, 0.1))
    right, spread = exact()
    assert mean == pytest.approx(right, abs=0.05)
    assert covariance == pytest.approx(spread, abs=0.03)


def test_nothing_is_believed_outside_the_region_from_which_rows_came():
    region = Region(np.eye(2), np.array([-np.inf, -0.5]), np.array([np.inf, 0.5]))
    known = linear(20_000, 2, region)
    believed = believe(SEEN, known.figures, known.normals, region, 0.1)
    assert np.abs(believed.normals[:, 1]).max() <= 0.5
    assert believed.weights.sum() == pytest.approx(1.0)


def test_learned_summaries_lose_little_of_the_answer():
    known = linear(12_000, 3)
    learned = learn(known, np.ones(3, bool), seed=1)
    assert learned.informed.all()
    aside = learned.aside
    believed = believe(
        learned.of(SEEN[np.newaxis])[0], learned.of(known.figures[aside]), known.normals[aside], None, 0.1
    )
    mean, covariance = moments(believed)
    right, spread = exact()
    assert mean == pytest.approx(right, abs=0.08)
    assert np.diag(covariance) == pytest.approx(np.diag(spread), rel=0.2)
    # Explained variance of the best guess: 1 less the exact posterior variance, over a prior variance of 1
    assert learned.explained == pytest.approx(1.0 - np.diag(spread), abs=0.05)


def test_a_parameter_of_which_nothing_is_seen_counts_as_uninformed():
    known = linear(6000, 4)
    luck = np.random.default_rng(5).normal(size=(6000, 1))
    learned = learn(Table(np.hstack([known.normals, luck]), known.figures, known.names), np.ones(3, bool), 1)
    assert learned.informed.tolist() == [True, True, False]


def test_figures_that_are_constant_or_unknown_are_not_looked_at():
    known = linear(3000, 6)
    figures = np.column_stack([known.figures, np.ones(3000), np.full(3000, 2.0)])
    figures[::7, 0] = np.nan
    learned = learn(Table(known.normals, figures, (*known.names, "b: c", "b: d")), np.ones(5, bool), 1)
    assert learned.used.tolist() == [True, True, True, False, False]
    assert np.isfinite(learned.of(figures)).all()


def test_too_few_rows_are_refused():
    known = linear(60, 7)
    with pytest.raises(StudyError, match="too few for 3 parameters: ask for more rows"):
        believe(SEEN, known.figures, known.normals, None, 0.05)


def test_the_next_table_is_drawn_as_the_prior_has_it_within_bounds_where_something_was_found():
    luck = np.random.default_rng(8)
    normals = luck.normal(size=(20_000, 2)) * [0.2, 1.0] + [1.0, 0.0]
    region = region_of(Belief(normals, np.full(20_000, 1 / 20_000)))
    drawn = region.drawn(50_000, (1,))
    # Along the first, four standard deviations of 0.2 around 1.0; a standard normal in between (SciPy's).
    bounds = stats.truncnorm(1.0 - 0.8, 1.0 + 0.8)
    assert drawn[:, 0].min() == pytest.approx(0.2, abs=0.02)
    assert drawn[:, 0].max() == pytest.approx(1.8, abs=0.02)
    assert drawn[:, 0].mean() == pytest.approx(bounds.mean(), abs=0.01)
    assert stats.kstest(drawn[:, 1], "norm").pvalue > 0.001
    assert region.holds(drawn).all()
    assert not region.holds(np.array([[0.1, 0.0]])).any()


# ---- Checks


def wave_of(known, seed=1):
    learned = learn(known, np.ones(3, bool), seed)
    return Wave(known, Region.everywhere(2), learned, np.zeros(2), Belief(known.normals, np.ones(1)))


def test_a_sound_fit_covers_what_it_says():
    found = check(wave_of(linear(8000, 10)), 400)
    assert found.ranks.shape == (400, 2)
    for level in (0.5, 0.9):
        assert abs(found.coverage(level) - level).max() <= found.expected_worst(level) + 0.02
    assert found.p_values.min() > 0.001
    _, spread = exact()
    assert found.shrinkage == pytest.approx(np.sqrt(np.diag(spread)), rel=0.12)


def test_a_fit_that_is_too_sure_of_itself_is_found(monkeypatch):
    def too_sure(*given):
        believed = believe(*given)
        mean = believed.weights @ believed.normals
        return Belief(mean + (believed.normals - mean) * np.sqrt(0.5), believed.weights)

    monkeypatch.setattr(checks, "believe", too_sure)
    found = check(wave_of(linear(8000, 10)), 400)
    # Variances halved: an interval of 90% reaches 1.645 x 0.707 = 1.163 deviations, and holds 75.5%
    assert found.coverage(0.9) == pytest.approx(0.755, abs=0.06)
    assert (0.9 - found.coverage(0.9) > found.expected_worst(0.9)).all()
    assert found.p_values.max() < 0.05


def test_a_fit_that_is_off_to_one_side_is_found(monkeypatch):
    def shifted(*given):
        believed = believe(*given)
        return Belief(believed.normals + 0.4, believed.weights)

    monkeypatch.setattr(checks, "believe", shifted)
    assert check(wave_of(linear(8000, 10)), 300).p_values.max() < 1e-6


# ---- What is looked at


def test_figures_out_of_reach_of_every_set_are_conflicts_and_unknown_ones_are_not_fitted():
    names = (
        "stock: good, 2014",
        "stock: good, 2015",
        "relapse: so far",
        "stock: good, 2016",
        "stock: good, 2017",
    )
    figures = np.random.default_rng(11).normal(size=(1000, 5))
    figures[:, 4] = np.nan
    fitted, conflicts = looked_at(
        Table(np.zeros((1000, 1)), figures, names), np.array([0, 9.0, 0, np.nan, 0])
    )
    assert fitted.tolist() == [True, False, False, False, False]
    assert conflicts == ("stock: good, 2015", "stock: good, 2017")


def test_conflicts_that_are_known_are_kept_and_none_is_found_anew():
    """A structure that cannot reach a figure is held against it: 9 lies beyond all of a thousand normals."""
    names = ("stock: good, 2014", "stock: good, 2015", "stock: good, 2016")
    table = Table(np.zeros((1000, 1)), np.random.default_rng(11).normal(size=(1000, 3)), names)
    fitted, conflicts = looked_at(table, np.array([0.0, 9.0, 0.0]), ["stock: good, 2016"])
    assert fitted.tolist() == [True, True, False]
    assert conflicts == ("stock: good, 2016",)


# ---- What was learned


def test_what_only_moved_to_an_end_of_its_range_was_not_narrowed():
    """Of normals about 1.5 with the spread of the prior, half lie in the upper fifteenth of a range."""
    low, high = registry()["director.blame"].low, registry()["director.blame"].high
    normals = np.random.default_rng(3).normal(1.5, 1.0, size=(4000, 1))
    values = low + (high - low) * stats.norm.cdf(normals)
    (one,) = informed(Posterior(("director.blame",), values, np.full(4000, 1 / 4000), {}))
    assert (one.left, one.moved) == pytest.approx((1.0, 1.5), abs=0.06)
    assert one.after < 0.8 * one.before
    assert not one.told


def test_the_table_of_a_fit_and_the_sets_that_it_leaves_agree_on_what_was_informed():
    """The fit looks at normals, the posterior has values: half is left of the first, all of the other."""
    prior = prior_of(("director.blame", "inspection.noise"))
    luck = np.random.default_rng(5)
    normals = np.column_stack([0.5 * luck.normal(size=4000), luck.normal(size=4000)])
    believed = Belief(normals, np.full(4000, 1 / 4000))
    mean, spread = spread_of(normals, believed.weights)
    told = {
        one.name: one for one in informed(Posterior(prior.names, prior.values(normals), believed.weights, {}))
    }
    for column, name in enumerate(prior.names):
        assert told[name].left == pytest.approx(spread[column], abs=0.01)
        assert told[name].moved == pytest.approx(mean[column], abs=0.01)
    assert told["director.blame"].told
    assert not told["inspection.noise"].told


# ---- Whether it has come to rest


def fit_of(first, last, seen=SEEN):
    prior = prior_of(("director.blame", "inspection.noise"))
    waves = tuple(replace(wave_of(table), believed=believed) for table, believed in (first, last))
    return Fit(prior, waves, np.asarray(seen, float), np.ones(3, bool), ())


def of_exact(shift=0.0, scale=1.0, seed=1, rows=4000):
    """Draws from what is known to be believed in the toy problem, moved and widened on request."""
    mean, cover = exact()
    drawn = np.random.default_rng(seed).multivariate_normal(mean, cover, size=rows)
    return Belief(mean + shift * np.sqrt(np.diag(cover)) + scale * (drawn - mean), np.full(rows, 1 / rows))


def test_two_beliefs_side_by_side_differ_by_what_parts_them():
    """A mean moved by one spread of the first, which the other's makes 1.5 wide: 1 / sqrt((1 + 2.25) / 2)."""
    found = beside(of_exact(), of_exact(1.0, 1.5, seed=2))
    assert found.moved == pytest.approx([1.0 / np.sqrt(1.625)] * 2, abs=0.06)
    assert found.ratio == pytest.approx([1.5] * 2, abs=0.06)


def test_chance_alone_moves_the_worst_mean_beyond_its_bound_once_in_twenty():
    luck = np.random.default_rng(7)
    sets = [Belief(luck.normal(size=(100, 20)), np.full(100, 0.01)) for _ in range(800)]
    found = [beside(one, two) for one, two in zip(sets[::2], sets[1::2], strict=True)]
    beyond = np.mean([np.abs(one.moved).max() > one.by_chance for one in found])
    assert 0.02 < beyond < 0.09  # of 400, 20 to be expected; 8 and 36 lie beyond 99 in 100


def test_a_fit_that_has_come_to_rest_is_told_from_one_whose_waves_part():
    known = linear(8000, 10)
    at_rest = convergence(fit_of((known, of_exact(seed=1)), (known, of_exact(seed=2))), 1)
    parted = convergence(fit_of((known, of_exact(seed=1)), (known, of_exact(0.5, seed=2))), 1)
    assert np.abs(at_rest.waves.moved).max() < 1.5 * at_rest.waves.by_chance
    assert np.abs(parted.waves.moved).min() > 5 * parted.waves.by_chance
    assert np.abs(at_rest.halves.moved).max() < 0.4
    assert at_rest.halves.ratio == pytest.approx([1.0] * 2, abs=0.3)
    assert at_rest.medoids < 0.7
    assert at_rest.table().columns[0] == "parameter"
    assert at_rest.table().height == 2


def test_a_single_wave_and_halves_too_small_to_tell_leave_nothing_to_compare():
    one = fit_of((linear(8000, 10), of_exact()), (linear(10, 10), of_exact()))
    found = convergence(replace(one, waves=one.waves[1:]), 1)
    assert (found.waves, found.halves, found.medoids) == (None, None, None)
    assert found.table()["moved_between_waves"].null_count() == 2


# ---- Making it the one that is shipped


def test_nothing_is_written_when_a_posterior_cannot_be_adopted(tmp_path, monkeypatch):
    """The first parameter is in the first file, the second in none; and two that contradict each other."""
    folder = tmp_path / "data"
    (folder / "parameters").mkdir(parents=True)
    text = "[director.blame]\ndefault = 0.5\n"
    (folder / "parameters" / "director.toml").write_text(text, "utf-8")
    monkeypatch.setattr(adopt, "DATA", folder)
    names = ("director.blame", "inspection.noise")
    weights = np.full(2, 0.5)
    write_posterior(Posterior(names, np.array([[0.1, 5.0], [0.2, 6.0]]), weights, {}), tmp_path / "p.parquet")
    with pytest.raises(StudyError, match=r"inspection\.noise: in no file"):
        adopt.adopt(tmp_path / "p.parquet")
    assert (folder / "parameters" / "director.toml").read_text("utf-8") == text
    assert not (folder / "posterior.parquet").exists()
    other = "[inspection.noise]\ndefault = 4\n"
    (folder / "parameters" / "inspection.toml").write_text(other, "utf-8")
    monkeypatch.setattr(adopt.Parameters, "changed", refuses)
    with pytest.raises(ParameterError, match="medoid, rounded to 5 digits"):
        adopt.adopt(tmp_path / "p.parquet")
    assert (folder / "parameters" / "director.toml").read_text("utf-8") == text
    monkeypatch.undo()
    monkeypatch.setattr(adopt, "DATA", folder)
    adopt.adopt(tmp_path / "p.parquet")
    assert (folder / "parameters" / "director.toml").read_text("utf-8") in (
        text.replace("0.5", "0.1"),
        text.replace("0.5", "0.2"),
    )
    assert read_posterior(folder / "posterior.parquet").names == names


def refuses(parameters, settings, origin, check=True):
    raise ParameterError(f"these contradict each other ({origin})")


def test_screening_finds_what_depends_on_what():
    luck = np.random.default_rng(12)
    normals = luck.normal(size=(5000, 2))
    figures = np.column_stack([0.6 * normals[:, 0] + 0.8 * luck.normal(size=5000), np.ones(5000)])
    found = correlations(normals, figures)
    assert found[:, 0] == pytest.approx([0.6, 0.0], abs=0.04)
    assert found[:, 1].tolist() == [0.0, 0.0]


def test_weighted_quantiles_of_equal_weights_are_those_of_the_values():
    values = np.random.default_rng(13).normal(size=999)
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    own = weighted_quantiles(values, np.full(999, 1 / 999), shares)
    assert own == pytest.approx(np.quantile(values, shares, method="hazen"))
    doubled = weighted_quantiles(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25, 0.25]), shares)
    assert doubled[2] == pytest.approx(1.0 + (0.5 - 0.25) / (0.625 - 0.25))


# ---- Priors


def test_normals_and_values_of_a_prior_are_each_others_inverse():
    prior = prior_of(("director.blame", "inspection.interval"))
    normals = np.random.default_rng(14).normal(size=(200, 2))
    assert prior.normals(prior.values(normals)) == pytest.approx(normals, abs=1e-3)
    for column, factor in zip(prior.values(normals).T, prior.factors, strict=True):
        assert factor.low <= column.min() <= column.max() <= factor.high


def test_everything_that_is_fitted_is_known_and_said_once():
    prior = prior_of()
    assert len(set(prior.names)) == len(prior.names) > 35
    assert {"director.blame", "support.power"} <= set(prior.names)


# ---- Tables


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(table, "ROWS_A_BLOCK", 3)
    return SimpleNamespace(
        base=resolve("ad_hoc"),
        prior=prior_of(("director.blame", "inspection.interval")),
        region=Region.everywhere(2),
    )


def made(folder, small, rows, seed=1, workers=1, progress=None, ends=(24,)):
    make_table(folder, small.base, small.prior, small.region, rows, seed, 1, ends, workers, progress)
    return read_table(folder, small.prior, rows, ends[0])


def same(one, two):
    return np.array_equal(one.normals, two.normals) and np.array_equal(
        one.figures, two.figures, equal_nan=True
    )


@pytest.mark.slow
def test_a_table_that_was_interrupted_goes_on_and_equals_one_made_at_once(tmp_path, small):
    def stop(finished):
        if finished:
            raise KeyboardInterrupt

    whole = made(tmp_path / "whole", small, 9, workers=2)
    with pytest.raises((Interrupted, KeyboardInterrupt)):
        made(tmp_path / "parts", small, 9, progress=stop)
    kept = len(list((tmp_path / "parts").glob("part-*")))
    assert 0 < kept < 3
    told = []
    again = made(tmp_path / "parts", small, 9, progress=told.append)
    assert told[0] == 3 * kept
    assert same(whole, again)
    assert whole.figures.shape == (9, len(recorded_figures()))
    assert same(made(tmp_path / "whole", small, 4), Table(whole.normals[:4], whole.figures[:4], whole.names))


def test_a_folder_of_another_table_is_refused_with_what_differs(tmp_path, small):
    (tmp_path / "t").mkdir()
    manifest = {"seed": 2, "wave": 1, "ends": [24]}
    (tmp_path / "t/table.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(
        StudyError, match=r"holds a table of another kind; what differs: model, .*seed"
    ) as refused:
        made(tmp_path / "t", small, 3)
    assert "Choose another folder, or remove this one" in str(refused.value)


def test_rows_of_failed_runs_are_left_out(tmp_path, small):
    columns = {
        "row": [0, 1, 2],
        "normal: director.blame": [0.1, 0.2, 0.3],
        "normal: inspection.interval": [1.0] * 3,
    }
    figures = {
        "figure 24: a: x": [1.0, float("nan"), 3.0],
        "figure 24: a: y": [float("nan"), float("nan"), 1.0],
    }
    figures = {name.replace("figure ", table.FIGURE): values for name, values in figures.items()}
    pl.DataFrame(columns | figures).write_parquet(tmp_path / "part-00000000.parquet")
    found = read_table(tmp_path, small.prior, 3)
    assert found.normals[:, 0].tolist() == [0.1, 0.3]
    assert found.names == ("a: x", "a: y")


# ---- The command


@pytest.mark.parametrize(
    "arguments,said",
    [
        (("--rows", "16000"), "--rows 16000: allowed are two or more whole numbers from 2,000"),
        (("--rows", "16000,many"), "--rows 16000,many"),
        (("--rows", "100,16000"), "--rows 100,16000"),
        (("--until", "2015Q3"), "--until 2015Q3: allowed is 2015Q4 to 2019Q4"),
        (("--until", "2020Q1"), "--until 2020Q1: allowed is 2015Q4 to 2019Q4"),
        (("--until", "today"), "--until today"),
        (("--checks", "-1"), "checks = -1"),
        (("--seed", "-5"), "seed = -5"),
        (("--workers", "0"), "workers = 0"),
    ],
)
def test_what_is_not_allowed_is_said_in_a_sentence(cli, arguments, said):
    code, _, err = cli("calibrate", "--out", "here", *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
