"""Fitting, on problems whose answer is known: a linear model with normal noise."""

import json
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from experiments.calibration import checks, table
from experiments.calibration.checks import check
from experiments.calibration.fit import Wave, looked_at
from experiments.calibration.inference import Believed, believe, learn, tempered
from experiments.calibration.outcome import weighted_quantiles
from experiments.calibration.prior import prior_of
from experiments.calibration.screening import correlations
from experiments.calibration.table import Belief, Table, make_table, read_table
from experiments.dispatch import Interrupted
from experiments.hindcast.record import recorded_figures
from experiments.horizon import StudyError
from model.regimes import resolve

DESIGN = np.array([[1.0, 0.5], [0.0, 1.0], [1.0, -1.0]])
NOISE = 0.7
SEEN = np.array([1.2, 0.4, 0.9])


def exact(seen=SEEN):
    """Mean and covariance of normals a priori standard, given design @ normals + noise."""
    precision = np.eye(2) + DESIGN.T @ DESIGN / NOISE**2
    covariance = np.linalg.inv(precision)
    return covariance @ DESIGN.T @ seen / NOISE**2, covariance


def linear(rows, seed, belief=None):
    belief = belief or Belief.before(2)
    normals = belief.drawn(rows, (seed,))
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


def test_rows_drawn_from_another_belief_give_the_same_answer_once_weighted():
    wide = Belief(np.array([0.6, -0.2]), np.array([[0.8, 0.0], [0.3, 0.9]]))
    known = linear(40_000, 2, wide)
    mean, covariance = moments(believe(SEEN, known.figures, known.normals, wide, 0.1))
    right, spread = exact()
    assert mean == pytest.approx(right, abs=0.06)
    assert covariance == pytest.approx(spread, abs=0.04)
    unweighted, _ = moments(believe(SEEN, known.figures, known.normals, None, 0.1))
    assert abs(unweighted - right).max() > 0.08


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


def test_the_next_table_is_drawn_from_the_prior_and_a_root_of_the_likelihood():
    luck = np.random.default_rng(8)
    normals = luck.normal(size=(20_000, 2)) * [0.2, 1.1] + [1.0, 0.3]
    belief = tempered(Believed(normals, np.full(20_000, 1 / 20_000), 1.0), 4.0)
    covariance = belief.spread @ belief.spread.T
    # Variance 0.04 is a precision of 25, of which 1 is the prior's; a quarter of the likelihood's 24 is left.
    # Likelihood and precision times mean: 25 x 1.0, a quarter of which is spread over a precision of 7.
    assert np.diag(covariance) == pytest.approx([1 / 7, 1.0], rel=0.03)
    assert belief.mean == pytest.approx([25 / 4 / 7, 0.0], abs=0.02)  # of the second it is what it was before


def test_a_tempered_belief_wastes_fewer_rows_than_a_wide_one():
    """Many parameters, each found off the prior's middle: the case in which weights ruin a fit."""
    number, found, size = 20, 1.5, 0.3
    normals = np.random.default_rng(9).normal(size=(50_000, number)) * size + found
    belief = tempered(Believed(normals, np.full(len(normals), 1 / len(normals)), 1.0), 4.0)
    wide = Belief(np.full(number, found), np.eye(number) * 2.0 * size)
    prior = Belief.before(number)

    def worth(drawn_from: Belief) -> float:
        gain = prior.log_density(normals) - drawn_from.log_density(normals)
        weights = np.exp(gain - gain.max())
        return float(weights.sum() ** 2 / (weights**2).sum() / len(weights))

    assert worth(belief) > 0.15
    assert worth(wide) < 0.02


def test_the_density_of_a_belief_is_that_of_scipy():
    from scipy import stats

    belief = Belief(np.array([0.5, -1.0]), np.array([[0.8, 0.0], [0.3, 0.6]]))
    points = np.random.default_rng(9).normal(size=(5, 2))
    own = belief.log_density(points)
    other = stats.multivariate_normal(belief.mean, belief.spread @ belief.spread.T).logpdf(points)
    assert own - own[0] == pytest.approx(other - other[0])


# ---- Checks


def wave_of(known, seed=1):
    learned = learn(known, np.ones(3, bool), seed)
    return Wave(known, Belief.before(2), learned, np.zeros(2), Believed(known.normals, np.ones(1), 1.0))


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
        return Believed(mean + (believed.normals - mean) * np.sqrt(0.5), believed.weights, believed.near)

    monkeypatch.setattr(checks, "believe", too_sure)
    found = check(wave_of(linear(8000, 10)), 400)
    # Variances halved: an interval of 90% reaches 1.645 x 0.707 = 1.163 deviations, and holds 75.5%
    assert found.coverage(0.9) == pytest.approx(0.755, abs=0.06)
    assert (0.9 - found.coverage(0.9) > found.expected_worst(0.9)).all()
    assert found.p_values.max() < 0.05


def test_a_fit_that_is_off_to_one_side_is_found(monkeypatch):
    def shifted(*given):
        believed = believe(*given)
        return Believed(believed.normals + 0.4, believed.weights, believed.near)

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


def test_screening_finds_what_depends_on_what():
    luck = np.random.default_rng(12)
    normals = luck.normal(size=(5000, 2))
    figures = np.column_stack([0.6 * normals[:, 0] + 0.8 * luck.normal(size=5000), np.ones(5000)])
    found = correlations(normals, figures)
    assert found[:, 0] == pytest.approx([0.6, 0.0], abs=0.04)
    assert found[:, 1].tolist() == [0.0, 0.0]


def test_weighted_quantiles_of_equal_weights_are_those_of_the_values():
    values = np.random.default_rng(13).normal(size=999)
    own = weighted_quantiles(values, np.full(999, 1 / 999))
    assert own == pytest.approx(np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95], method="hazen"))
    doubled = weighted_quantiles(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25, 0.25]))
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
        belief=Belief.before(2),
    )


def made(folder, small, rows, seed=1, workers=1, progress=None, ends=(24,)):
    make_table(folder, small.base, small.prior, small.belief, rows, seed, 1, ends, workers, progress)
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
