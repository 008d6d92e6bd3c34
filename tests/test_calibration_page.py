"""The page of a fit, from a folder laid out by hand."""

import json

import numpy as np
import polars as pl
import pytest

from dashboards.calibration_page import trade_offs, write_calibration_page
from experiments.calibration.convergence import Beside, Convergence
from experiments.posterior import Posterior, write_posterior

NAMES = ("director.blame", "inspection.interval", "director.trouble")


@pytest.fixture
def fit(tmp_path):
    luck = np.random.default_rng(1)
    shared = luck.normal(size=500)
    values = np.column_stack(
        [0.5 + 0.1 * shared, 16.0 - 0.3 * shared - 0.1 * luck.normal(size=500), luck.uniform(0.0, 1.0, 500)]
    )
    write_posterior(Posterior(NAMES, values, np.full(500, 1 / 500), {}), tmp_path / "posterior.parquet")
    table = pl.DataFrame(
        {
            "parameter": NAMES,
            "unit": ["1", "quarters", "1"],
            "prior_low": [0.0, 13.0, 0.0],
            "prior_high": [1.0, 19.0, 1.0],
            "default": [0.5, 16.0, 0.5],
            **{f"q{q}": np.quantile(values, q / 100, axis=0) for q in (5, 25, 50, 75, 95)},
            "spread": [0.3, 0.2, 1.0],
            "shift": [0.0, 0.9, -1.2],
            "learned": [True, True, False],
            "coverage_50": [0.5, 0.2, 0.5],
            "coverage_90": [0.9, 0.4, 0.9],
            "rank_p_value": [0.5, 0.0, 0.6],
        }
    )
    table.write_csv(tmp_path / "parameters.csv")
    ranks = pl.DataFrame(luck.uniform(size=(200, 3)), schema=list(NAMES))
    ranks.write_parquet(tmp_path / "checks.parquet")
    notes = {
        "until": "2019Q4",
        "conflicts": ["staff: vacancy, persistence"],
        "sets": 500,
        "effective_size": 500.0,
    }
    notes |= {"effective_sizes": [300.0, 500.0], "command": "turnaround calibrate --out here", "rows": [1, 2]}
    notes |= {
        "record_hash": "r",
        "kept": 0.1,
        "seed": 1,
        "model_hash": "m",
        "tolerances_hash": "t",
        "seconds": 60,
    }
    notes |= {"contradictory_sets_left_out": 0, "versions": {"python": "3"}}
    (tmp_path / "calibration.json").write_text(json.dumps(notes), "utf-8")
    return tmp_path


def test_the_page_names_what_was_learned_what_was_not_and_what_is_wrong(fit):
    page = write_calibration_page(fit).read_text("utf-8")
    assert "Of 2 parameters of 3 the record teaches something" in page
    assert "Of 1 it teaches next to nothing: director.trouble." in page
    assert "No set of parameters reaches staff: vacancy, persistence." in page
    assert "Beyond it: inspection.interval." in page
    assert "the worst, inspection.interval, 40%" in page
    assert page.index("inspection.interval (20% left)") < page.index("director.blame (30% left)")
    assert "intervals are rough" not in page


def test_what_moved_without_being_narrowed_is_named(fit):
    page = write_calibration_page(fit).read_text("utf-8")
    assert "standard deviation of what was believed before: director.trouble (−1.2)." in page


def test_the_page_says_whether_the_fit_has_come_to_rest_and_names_the_worst(fit):
    assert 'id="rest"' not in write_calibration_page(fit).read_text("utf-8")
    rest = Convergence(
        NAMES,
        Beside(np.array([0.1, -0.7, 0.1]), np.array([1.0, 0.9, 1.1]), 0.2),
        Beside(np.array([0.3, 0.0, 0.0]), np.array([0.5, 1.0, 1.0]), 0.25),
        0.4,
    )
    rest.table().write_csv(fit / "convergence.csv")
    notes = json.loads((fit / "calibration.json").read_text("utf-8")) | rest.notes()
    (fit / "calibration.json").write_text(json.dumps(notes), "utf-8")
    page = write_calibration_page(fit).read_text("utf-8")
    assert "means move by 0.30 standard deviations on average, the worst by 0.70" in page
    assert "chance leads the worst as far as 0.20" in page
    assert "It has not come to rest in 1, which move farther: inspection.interval (0.70)." in page
    assert "spreads keep from 50% to 100% of their size; that of director.blame changes most" in page
    assert "0.4 standard deviations apart" in page


def test_where_there_are_no_halves_the_page_says_so(fit):
    rest = Convergence(NAMES, Beside(np.zeros(3), np.ones(3), 0.2), None, None)
    rest.table().write_csv(fit / "convergence.csv")
    notes = json.loads((fit / "calibration.json").read_text("utf-8")) | rest.notes()
    (fit / "calibration.json").write_text(json.dumps(notes), "utf-8")
    page = write_calibration_page(fit).read_text("utf-8")
    assert "nothing can be told: there are too few rows" in page
    assert "None moves farther." in page


def test_the_counts_of_ranks_stand_on_the_page(fit):
    page = write_calibration_page(fit).read_text("utf-8")
    ranks = pl.read_parquet(fit / "checks.parquet")["inspection.interval"].to_numpy()
    tenths = [int(((ranks >= k / 10) & (ranks < (k + 1) / 10)).sum()) for k in range(10)]
    cells = "".join(f"<td>{count}</td>" for count in tenths)
    assert cells in page


def test_a_fit_without_checks_and_with_few_sets_says_so(fit):
    (fit / "checks.parquet").unlink()
    notes = json.loads((fit / "calibration.json").read_text("utf-8"))
    (fit / "calibration.json").write_text(json.dumps(notes | {"effective_size": 20.0}), "utf-8")
    page = write_calibration_page(fit).read_text("utf-8")
    assert 'id="checks"' not in page
    assert "worth only 20 of equal weight: intervals are rough" in page


def test_the_strongest_trade_off_comes_first():
    values = np.array([[0.1, 16.0, 0.2], [0.2, 15.0, 0.9], [0.3, 14.5, 0.1], [0.4, 14.0, 0.6]])
    found = trade_offs(Posterior(NAMES, values, np.full(4, 0.25), {}))
    right = np.corrcoef(values.T)
    assert found[0][:2] == NAMES[:2]
    assert found[0][2] == pytest.approx(right[0, 1])
    assert [abs(size) for _, _, size in found] == sorted([abs(size) for _, _, size in found], reverse=True)
