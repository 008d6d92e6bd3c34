"""Designs against SALib, SciPy and what defines them; blocks cover what is missing and nothing else."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from SALib.sample import sobol as salib_sobol
from scipy import stats
from sweep_runs import small_study

import experiments.sweeps.designs
from experiments.sweeps.blocks import common_of, cut, halves
from experiments.sweeps.designs import CHUNK, chunks
from experiments.sweeps.factors import Factor
from experiments.sweeps.points import write_design
from experiments.sweeps.study import extended, read_study
from model.parameters import Parameters, constrained_names, contradictions
from model.regimes import SHIPPED, resolve
from model.registry import registry

UNIT = {
    "director.trouble": {"low": 0.0, "high": 1.0},
    "director.burned_share": {"low": 0.2, "high": 0.8},
    "market.entry_rate": {},
    "workforce.*": {},
}


def study(design, parameters=None):
    return read_study(small_study(design=design, parameters=parameters or UNIT, tables=["runs"]))


def quantiles(asked, first, last):
    """The points of a study with uniform factors, as shares of their ranges."""
    low = np.array([factor.low for factor in asked.factors])
    high = np.array([factor.high for factor in asked.factors])
    return (asked.design.values(first, last) - low) / (high - low)


def uniform_only(asked):
    return all(f.distribution == "uniform" and not f.whole and not f.values for f in asked.factors)


# ---- Kinds of designs


@pytest.mark.parametrize("move", ["alone", "groups"])
def test_saltelli_rows_are_those_of_salib(move):
    asked = study({"kind": "saltelli", "base": 16, "seed": 7, "move": move})
    assert uniform_only(asked)
    names = [factor.name for factor in asked.factors]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if move == "groups":
        problem["groups"] = [factor.group for factor in asked.factors]
    expected = salib_sobol.sample(
        problem, 16, calc_second_order=False, scramble=True, seed=np.random.default_rng(7)
    )
    assert expected.shape == (asked.points, len(names))
    assert np.allclose(quantiles(asked, 0, asked.points), expected, rtol=0, atol=1e-12)


def test_saltelli_rows_of_both_kinds_take_each_what_it_says_from_the_second_sample():
    asked = study({"kind": "saltelli", "base": 4, "move": "both"})
    summary = asked.design.summary
    rows = asked.design.values(0, asked.points).reshape(4, summary.width, -1)
    names = [factor.name for factor in asked.factors]
    for row in rows:
        first, last = row[0], row[-1]
        for place, group in enumerate(summary.groups, 1):
            of_group = np.array([factor.group == group for factor in asked.factors])
            assert np.array_equal(row[place], np.where(of_group, last, first))
        for place, name in enumerate(summary.alone, 1 + len(summary.groups)):
            assert np.array_equal(row[place], np.where(np.array(names) == name, last, first))


DESIGNS = [
    {"kind": "sobol", "points": 64},
    {"kind": "saltelli", "base": 8, "move": "both"},
    {"kind": "latin_hypercube", "points": 50},
    {"kind": "morris", "trajectories": 5},
    {"kind": "grid", "levels": 2},
]


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design["kind"])
def test_points_are_the_same_however_they_are_asked_for(design):
    parameters = {"director.trouble": {}, "director.blame": {}, "market.entry_rate": {}}
    asked = study(design, parameters)
    whole = asked.design.values(0, asked.points)
    assert whole.shape == (asked.points, 3)
    for size in (1, 3, 7):
        pieces = [
            asked.design.values(first, min(first + size, asked.points))
            for first in range(0, asked.points, size)
        ]
        assert np.array_equal(np.concatenate(pieces), whole)


def test_a_latin_hypercube_has_one_point_in_every_part_of_every_range_in_each_batch():
    asked = study({"kind": "latin_hypercube", "points": [10, 30]})
    for first, last in ((0, 10), (10, 40)):
        parts = np.floor(quantiles(asked, first, last) * (last - first)).astype(int)
        for column in parts.T:
            assert sorted(column) == list(range(last - first))


@pytest.mark.parametrize("move", ["alone", "groups"])
def test_a_trajectory_changes_one_factor_or_group_at_a_time_and_each_once(move):
    asked = study({"kind": "morris", "trajectories": 6, "levels": 4, "move": move})
    what = [factor.group if move == "groups" else factor.name for factor in asked.factors]
    rows = quantiles(asked, 0, asked.points).reshape(6, asked.design.summary.width, -1)
    assert np.allclose(rows * 3, np.round(rows * 3), atol=1e-9)  # four levels: thirds
    for trajectory in rows:
        moved = []
        for step in np.diff(trajectory, axis=0):
            changed = {what[place] for place in np.flatnonzero(np.abs(step) > 1e-9)}
            assert len(changed) == 1
            moved += changed
            assert np.allclose(np.abs(step[np.abs(step) > 1e-9]), 2 / 3)  # levels / 2 / (levels - 1)
        assert sorted(moved) == sorted(set(what))


def test_a_grid_is_every_combination_of_evenly_spaced_levels_in_order():
    asked = study(
        {"kind": "grid", "levels": 3},
        {
            "director.blame": {"low": 0.5, "high": 1.0},
            "director.trouble": {"low": 0.01, "high": 1.0, "distribution": "log_uniform"},
            "regime.fallback": {"values": ["none", "adviser"]},
            "market.entry_rate": {"levels": 2},
        },
    )
    own = registry()["market.entry_rate"]
    levels = {
        "director.blame": [0.5, 0.75, 1.0],
        "director.trouble": [0.01, 0.1, 1.0],
        "regime.fallback": [0.0, 2.0],
        "market.entry_rate": [own.low, own.high],
    }
    expected = list(product(*(levels[factor.name] for factor in asked.factors)))
    assert np.allclose(asked.design.values(0, asked.points), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    "design, points, larger",
    [
        ({"kind": "sobol", "points": 16}, 64, 64),
        ({"kind": "saltelli", "base": 4, "move": "both"}, 16, 16 / 4),
        ({"kind": "latin_hypercube", "points": 10}, 25, 25),
        ({"kind": "morris", "trajectories": 3}, 5, 5 / 3),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_a_design_that_is_extended_begins_with_the_smaller_one(design, points, larger):
    before = study(design)
    after = extended(before, points=points)
    expected = larger if design["kind"] in ("sobol", "latin_hypercube") else larger * before.points
    assert after.points == expected
    assert np.array_equal(after.design.values(0, before.points), before.design.values(0, before.points))


# ---- Factors


@pytest.mark.parametrize(
    "factor, distribution",
    [
        (Factor("x", 2.0, 5.0), stats.uniform(2, 3)),
        (Factor("x", 0.01, 100.0, "log_uniform"), stats.loguniform(0.01, 100)),
        (Factor("x", 2.0, 10.0, "triangular", peak=4.0), stats.triang(0.25, 2, 8)),
        (Factor("x", 2.0, 10.0, "triangular", peak=2.0), stats.triang(0, 2, 8)),
        (Factor("x", 2.0, 10.0, "triangular", peak=10.0), stats.triang(1, 2, 8)),
    ],
    ids=["uniform", "log_uniform", "triangular", "falling", "rising"],
)
def test_values_at_quantiles_are_those_of_scipy(factor, distribution):
    at = np.linspace(0.0, 1.0, 1001)
    assert np.allclose(factor.at(at), distribution.ppf(at), rtol=1e-9)


def test_whole_numbers_and_listed_values_are_equally_likely_ends_included():
    at = (np.arange(6000) + 0.5) / 6000
    values, counts = np.unique(Factor("x", 2.0, 7.0, whole=True).at(at), return_counts=True)
    assert (values.tolist(), counts.tolist()) == ([2, 3, 4, 5, 6, 7], [1000] * 6)
    values, counts = np.unique(Factor("x", 0.0, 9.0, values=(9.0, 0.0, 4.0)).at(at), return_counts=True)
    assert (values.tolist(), counts.tolist()) == ([0, 4, 9], [2000] * 3)
    for end, value in ((0.0, 2.0), (1.0, 7.0)):
        assert Factor("x", 2.0, 7.0, whole=True).at(np.array([end])) == value


@pytest.mark.parametrize("kind", ["uniform", "log_uniform", "triangular"])
@given(low=st.floats(1e-6, 1e6), width=st.floats(1e-6, 1e6), at=st.floats(0.0, 1.0), turn=st.floats(0.0, 1.0))
def test_no_value_lies_outside_its_range(kind, low, width, at, turn):
    factor = Factor("x", low, low + width, kind, peak=min(low + turn * width, low + width))
    (value,) = factor.at(np.array([at]))
    assert factor.low <= value <= factor.high


# ---- Blocks


SETTING = common_of(study({"kind": "sobol", "points": 4}))


@settings(max_examples=300)
@given(
    missing=st.tuples(st.integers(1, 12), st.just(2), st.integers(1, 9)).flatmap(
        lambda shape: arrays(np.bool_, shape)
    ),
    size=st.one_of(st.none(), st.integers(1, 40)),
)
def test_blocks_cover_each_missing_run_once_and_nothing_else(missing, size):
    times = np.zeros(missing.shape, int)
    names = set()

    def values(first, last):
        return np.arange(first, last, dtype=float)[:, None]

    for block in cut(missing, SETTING, values, size):
        assert block.values[:, 0].tolist() == list(block.points)
        assert block.runs == len(block.points) * len(block.regimes) * len(block.replicates)
        assert block.runs <= max(size or 10**9, 2)
        names.add(block.name)
        times[np.ix_(block.points, block.regimes, block.replicates)] += 1
        pieces = halves(block)
        assert sum(piece.runs for piece in pieces) in (0, block.runs)
        assert (not pieces) == (block.runs == 1)
        covered = np.zeros(missing.shape, int)
        for piece in pieces:
            assert piece.values[:, 0].tolist() == list(piece.points)
            covered[np.ix_(piece.points, piece.regimes, piece.replicates)] += 1
        assert covered.max() == (1 if pieces else 0)
    assert np.array_equal(times, missing.astype(int))
    assert len(names) == len(list(cut(missing, SETTING, values, size)))


def test_a_design_is_written_a_chunk_at_a_time(tmp_path, monkeypatch):
    """So that no design has to fit in memory: nobody asks for more points than a chunk has."""
    asked = study({"kind": "sobol", "points": 2**15})
    spans = []
    values = experiments.sweeps.designs.SobolSequence.values

    def noted(self, first, last):
        spans.append(last - first)
        return values(self, first, last)

    monkeypatch.setattr(experiments.sweeps.designs.SobolSequence, "values", noted)
    write_design(tmp_path / "design.parquet", asked.factors, asked.design)
    assert spans == [CHUNK] * 8
    written = pl.read_parquet(tmp_path / "design.parquet")
    assert written["point"].to_list() == list(range(2**15))
    there = written.drop("point").to_numpy()
    assert np.array_equal(there, values(asked.design, 0, 2**15))
    assert list(chunks(CHUNK + 1)) == [(0, CHUNK), (CHUNK, CHUNK + 1)]


# ---- What cannot stand together


@pytest.mark.parametrize("regime", SHIPPED)
def test_parameters_that_are_not_constrained_never_change_what_contradicts(regime):
    constrained = constrained_names()
    base = dict(resolve(regime).values)
    assert contradictions(base) == []
    for name, entry in registry().items():
        if name in constrained or entry.type == "arrangement":
            continue
        for value in (entry.low, entry.high):
            assert contradictions(base | {name: value}) == [], name
    everything = {
        side: {
            name: getattr(entry, side)
            for name, entry in registry().items()
            if name not in constrained and entry.type != "arrangement"
        }
        for side in ("low", "high")
    }
    for changes in everything.values():
        assert contradictions(base | changes) == []
    contradictory = base | {"inspection.good_bar": -1e9}
    said = contradictions(contradictory)
    assert said
    for changes in everything.values():
        assert contradictions(contradictory | changes) == said


@pytest.mark.parametrize("regime", SHIPPED)
def test_no_corner_of_what_is_uncertain_contradicts_itself_unless_a_lever_lacks_its_market(regime):
    """Every combination of ends of the uncertain parameters that are constrained, under a shipped regime."""
    base = dict(resolve(regime).values)
    names = [
        name
        for name in sorted(constrained_names())
        if registry()[name].distribution != "fixed" and not name.startswith("regime.")
    ]
    assert "inspection.good_bar" in names
    for corner in product(*((registry()[name].low, registry()[name].high) for name in names)):
        assert contradictions(base | dict(zip(names, corner, strict=True))) == []


def test_constrained_names_are_parameters():
    assert constrained_names() <= set(registry())
    assert set(Parameters.defaults().values) == set(registry())
