"""Where something holds: boxes and trees of known regions, found on some points and checked on others."""

import inspect
import math
import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm
from sweeps_in_memory import hypercube, saltelli, shared_luck, sweep, unit_factor

from dashboards.discovery_page import write_discovery_page
from experiments.errors import StudyError
from experiments.intervals import share_of
from experiments.sweeps.boxes import Limit, find_boxes
from experiments.sweeps.discovery import _not_dense, discover
from experiments.sweeps.expression import evaluate
from experiments.sweeps.points import values_of_table
from experiments.sweeps.results import DesignSummary
from experiments.sweeps.sensitivity import analyse_sensitivity
from experiments.sweeps.tree import grow_tree
from model.registry import ARRANGEMENTS
from turnaround.discover import discover_command
from turnaround.sensitivity import sensitivity_command

BLAME, POWER, SETUP = "director.blame", "arrangement.trust.power", "arrangement.trust.setup_quarters"
FREEDOMS, FALLBACK = "regime.freedoms", "regime.fallback"
FACTORS = (
    *(unit_factor(BLAME), unit_factor(POWER), unit_factor(SETUP), unit_factor("dummy")),
    unit_factor(FREEDOMS),
    unit_factor(FALLBACK, values=("none", "adviser", "alliance")),
)
WHERE = "trust.weak_child_years < ad_hoc.weak_child_years"


def region(x):
    """Blame in the upper two fifths, and set up within the lower half: 20% of the space."""
    return (x[..., 0] > 0.6) & (x[..., 2] < 0.5)


def swept(where=region, design=None, replicates=1, luck=None, **more):
    """A sweep in which the trust does better than ad hoc just in a region."""
    return sweep(
        FACTORS,
        design or hypercube(FACTORS, 600, 1),
        {
            "weak_child_years": {
                "ad_hoc": lambda x: np.full(len(x), 20.0),
                "trust": lambda x: np.where(where(x), 18.0, 22.0),
            },
            "incidents": {"ad_hoc": lambda x: 10 * x[:, 0], "trust": lambda x: 10 * x[:, 1]},
        },
        luck,
        replicates,
        **more,
    )


@pytest.fixture(scope="module")
def found():
    return discover(swept(), WHERE)


# ---- Boxes and trees


def test_the_box_is_the_region(found):
    limits = {limit.factor.name: limit for limit in found.boxes[0].limits}
    assert set(limits) == {BLAME, SETUP}
    assert limits[BLAME].low == pytest.approx(0.9, abs=0.08)  # three fifths of 0 to 1.5
    assert limits[BLAME].high == math.inf
    assert (
        limits[SETUP].high == 6.0
    )  # whole numbers from 0 to 12, of which the lower half of quantiles is 0 to 6
    assert limits[SETUP].low == -math.inf


def test_what_is_found_on_some_points_is_confirmed_on_those_kept_aside(found):
    for part in ("found", "aside"):
        judged = found.judgement("box 1", part)
        assert judged.density.value > 0.8
        assert judged.coverage.value > 0.85
        assert found.judgement("tree", part).accuracy.value > 0.9
    assert found.aside.sum() == 198  # 0.33 of 600
    assert found.warnings == ()


def test_counts_are_those_of_the_points(found):
    judged = found.judgement("box 1", "aside")
    inside = found.boxes[0].admits(found.values, found.factors) & found.aside
    assert judged.inside == inside.sum()
    assert judged.hits == (inside & found.holds).sum()
    assert judged.density.value == judged.hits / judged.inside
    assert judged.cases == (found.holds & found.aside).sum()


def test_the_sentence_speaks_in_the_words_of_the_parameters(found):
    sentence = found.sentences()[0]
    assert sentence.startswith(
        "Time spent in weak services under Trust is below that under Ad hoc, where “leaving under public"
        " blame” is at least 0."
    )
    assert "“from the decision until help begins, trust” is at most 6 quarters" in sentence
    assert "(density)" in sentence
    assert "kept aside" in sentence


def test_arrangements_switches_and_whole_numbers_are_told_as_such():
    by_name = {factor.name: factor for factor in FACTORS}
    assert (
        Limit(by_name[FALLBACK], -math.inf, math.inf, (2, 3), 0.0).words().endswith("is adviser or alliance")
    )
    assert Limit(by_name[FREEDOMS], 1.0, math.inf, (), 0.0).words().endswith("is on")
    assert Limit(by_name[FREEDOMS], -math.inf, 0.0, (), 0.0).words().endswith("is off")
    assert Limit(by_name[SETUP], 2.0, 5.0, (), 0.0).words().endswith("is 2 to 5 quarters")
    assert Limit(by_name[SETUP], 3.0, 3.0, (), 0.0).words().endswith("is 3 quarters")


def test_a_box_can_ask_for_arrangements_and_switches():
    def among(x):
        return (x[..., 5] > 1 / 3) & (x[..., 4] > 0.5)

    box = discover(swept(among), WHERE).boxes[0]
    limits = {limit.factor.name: limit for limit in box.limits}
    assert limits[FALLBACK].kinds == (2, 3)
    assert limits[FREEDOMS].low == 1.0
    assert set(limits) == {FALLBACK, FREEDOMS}


def test_a_second_box_is_found_outside_the_first():
    discovery = discover(
        swept(lambda x: (x[..., 0] > 0.75) | (x[..., 1] > 0.85), hypercube(FACTORS, 900, 2)),
        WHERE,
        boxes=2,
        threshold=0.75,
    )
    restricted = [[limit.factor.name for limit in box.limits] for box in discovery.boxes]
    assert [BLAME in restricted[0], POWER in restricted[1]] == [True, True]
    one, two = (discovery.judgement(f"box {i}", "found") for i in (1, 2))
    assert two.points == one.points - one.inside


def blurred(seed, points=150):
    """Points at which something holds nearly always in a region of two factors of six, rarely elsewhere."""
    units, _ = hypercube(FACTORS, points, seed)
    values = np.column_stack([factor.at(units[:, i]) for i, factor in enumerate(FACTORS)])
    chance = np.random.default_rng(seed).uniform(size=points)
    return values, chance < np.where(region(units), 0.95, 0.06)


@pytest.mark.parametrize("seed", range(4))
def test_of_six_factors_the_box_names_the_two_that_matter(seed):
    values, holds = blurred(seed)
    box = find_boxes(values, holds, FACTORS, 1, 0.8)[0]
    limits = {limit.factor.name: limit for limit in box.limits}
    assert set(limits) == {BLAME, SETUP}
    assert limits[BLAME].low == pytest.approx(0.9, abs=0.15)  # three fifths of 0 to 1.5
    assert limits[SETUP].high == pytest.approx(6.0, abs=1.0)
    inside = box.admits(values, FACTORS)
    assert box.dense
    assert holds[inside].mean() >= 0.8
    assert holds[inside].sum() / holds.sum() > 0.6


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.97])
@pytest.mark.parametrize("seed", range(2))
def test_the_box_is_one_on_the_way_that_is_drawn_and_no_better_one_is_denied(seed, threshold):
    values, holds = blurred(seed, 120)
    box = find_boxes(values, holds, FACTORS, 1, threshold)[0]
    inside = box.admits(values, FACTORS)
    assert box.taken in box.trade_off
    assert box.taken.density == pytest.approx(holds[inside].mean())
    assert box.taken.coverage == pytest.approx(holds[inside].sum() / holds.sum())
    assert box.dense == (box.taken.density >= threshold)
    if not box.dense:
        densest = max(step.density for step in box.trade_off)
        assert ("this is the densest" in _not_dense(box, threshold)) == (densest == box.taken.density)


def test_a_factor_alone_gets_the_bounds_that_it_has_alone():
    """It holds nine times in ten where a factor is in its upper quarter, and seldom elsewhere."""
    for seed in range(3):
        units, _ = hypercube(FACTORS, 128, seed)
        values = np.column_stack([factor.at(units[:, i]) for i, factor in enumerate(FACTORS)])
        chance = np.random.default_rng(seed).uniform(size=128)
        holds = chance < np.where(units[:, 1] > 0.75, 0.9, 0.06)
        box = find_boxes(values, holds, FACTORS, 1, 0.8)[0]
        assert [limit.factor.name for limit in box.limits] == [POWER]
        assert box.limits[0].low == pytest.approx(0.75 * 1.5, abs=0.12)
        assert box.taken.density >= 0.8


def test_restrictions_by_chance_are_dropped_and_that_is_said(found):
    dropped = set(found.boxes[0].dropped)
    assert not dropped & {BLAME, SETUP}
    assert all(limit.quasi_p <= 0.05 for limit in found.boxes[0].limits)
    if dropped:
        assert any("do not matter" in remark for remark in found.remarks)


def test_the_tree_asks_first_for_what_parts_most():
    units, _ = hypercube(FACTORS, 800, 3)
    values = np.column_stack([factor.at(units[:, i]) for i, factor in enumerate(FACTORS)])
    tree = grow_tree(values, units[:, 1] > 0.5, FACTORS, 3, 1)
    assert "“strength of help against the others, trust”" in tree.root.question
    assert "at least 0.7" in tree.root.question  # half of 0 to 1.5
    assert tree.weights[POWER] == pytest.approx(1.0)
    assert tree.root.yes.share > 0.95
    assert tree.root.no.share < 0.05


def test_box_and_tree_know_the_arrangements_of_a_table_of_points(tmp_path):
    """The trust does better just where an alliance is the fallback."""
    rng = np.random.default_rng(1)
    kinds = rng.choice(["none", "adviser", "alliance"], 300)
    table = pl.DataFrame({FALLBACK: kinds, BLAME: rng.uniform(0, 1, 300)})
    factors, values = values_of_table(table, "points.csv")
    assert factors[0].values == tuple(sorted({ARRANGEMENTS[kind] for kind in kinds}))
    alliance = values[:, 0] == ARRANGEMENTS["alliance"]
    tree = grow_tree(values, alliance, factors, 3, 1)
    assert tree.weights == {FALLBACK: pytest.approx(1.0), BLAME: 0.0}
    assert (tree.says(values) == alliance).all()
    assert tree.root.question.endswith("is alliance")
    only = grow_tree(values[:, :1], alliance, factors[:1], 3, 1)
    assert (only.says(values[:, :1]) == alliance).all()
    results = swept(lambda x: alliance, hypercube(FACTORS, 300, 1))
    columns = {name: table[name] for name in table.columns}
    results = replace(
        results,
        factors=factors,
        design_summary=DesignSummary("table", 300),
        design=pl.DataFrame({"point": np.arange(300), **columns}).lazy(),
    )
    discovery = discover(results, WHERE)
    assert discovery.boxes[0].limits[0].kinds == (ARRANGEMENTS["alliance"],)
    page = write_discovery_page(discovery, tmp_path / "page.html", "turnaround discover x")
    assert "none, adviser, alliance" in page.read_text("utf-8")


@pytest.mark.slow
def test_what_is_found_in_chance_does_not_stand_up():
    """Cases drawn by lot: on points kept aside a box is no denser than the whole."""
    falls = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        units, _ = hypercube(FACTORS, 300, seed)
        values = np.column_stack([factor.at(units[:, i]) for i, factor in enumerate(FACTORS)])
        holds = rng.uniform(size=300) < 0.3
        for box in find_boxes(values[:200], holds[:200], FACTORS, 1, 0.8):
            inside = box.admits(values, FACTORS)
            falls.append(holds[:200][inside[:200]].mean() - holds[200:][inside[200:]].mean())
    assert np.mean(falls or [1.0]) > 0.1


# ---- Points


def test_of_a_saltelli_design_only_the_two_samples_are_used():
    design = saltelli(FACTORS, 256, False, True, 1)
    discovery = discover(swept(design=design), WHERE)
    assert len(discovery.holds) == 512
    assert any("points of its two samples" in remark for remark in discovery.remarks)


def test_points_of_a_base_row_are_kept_aside_together():
    design = saltelli(FACTORS, 256, False, True, 1)
    discovery = discover(swept(design=design), WHERE)
    assert (discovery.aside[0::2] == discovery.aside[1::2]).all()


def test_failed_points_are_left_out_and_counted():
    discovery = discover(swept(failed=[(3, "trust", 0), (9, "ad_hoc", 0)]), WHERE)
    assert len(discovery.holds) == 598
    assert any("2 of 600 points are left out" in remark for remark in discovery.remarks)


def test_luck_leaves_points_open_where_the_sides_are_close():
    """The difference has a standard error of 1 / 2 and a size of 0.1, 3 replicates' t: nearly all are"
    " open."""
    results = swept(luck=None, replicates=4)
    assert not evaluate(results, WHERE).uncertain.any()
    noisy = sweep(
        FACTORS,
        hypercube(FACTORS, 100, 1),
        {"incidents": {"ad_hoc": lambda x: x[:, 0], "trust": lambda x: 0.5 + 0 * x[:, 0]}},
        shared_luck(1, 6, 1.0, 1.0),
        6,
    )
    assert evaluate(noisy, "trust.incidents < 0.5").uncertain.sum() > 80
    shared = evaluate(noisy, "trust.incidents < ad_hoc.incidents").uncertain
    assert not shared.any()  # luck is shared, and cancels


def test_points_that_luck_leaves_open_are_counted_among_those_searched():
    """All 128 base rows of 8 points are open, of which the two of the samples are searched."""
    design = saltelli(FACTORS, 128, False, True, 1)
    wide = np.random.default_rng(1).normal(0, 1e6, 4)
    results = swept(design=design, replicates=4, luck=lambda x: np.broadcast_to(wide, (len(x), 4)))
    discovery = discover(results, f"trust.weak_child_years < {20 + wide.mean()}")
    assert any("At 256 of 256 points luck leaves open" in remark for remark in discovery.remarks)


def test_a_failure_between_the_two_samples_leaves_nothing_out():
    design = saltelli(FACTORS, 256, False, True, 1)
    discovery = discover(swept(design=design, failed=[(1, "trust", 0)]), WHERE)
    assert len(discovery.holds) == 512
    assert not any("are left out" in remark for remark in discovery.remarks)


def test_few_points_of_a_kind_are_said():
    discovery = discover(swept(design=hypercube(FACTORS, 150, 1)), WHERE)
    assert any("few points" in warning for warning in discovery.warnings)
    with pytest.raises(StudyError, match="too few of one kind"):
        discover(swept(design=hypercube(FACTORS, 60, 1)), WHERE)


def holding_at(cases, points=128):
    """A sweep in which it holds at so many points."""
    return swept(lambda x: np.argsort(np.argsort(x[:, 1])) < cases, hypercube(FACTORS, points, 1))


def test_both_parts_have_the_same_share_of_cases_whatever_the_seed():
    """A quarter of 44 cases and of 84 others is 11 and 21."""
    results = holding_at(44)
    drawn = [discover(results, WHERE, aside=0.25, seed=seed) for seed in range(4)]
    assert {(int(one.holds[one.aside].sum()), int((~one.holds[one.aside]).sum())) for one in drawn} == {
        (11, 21)
    }
    assert len({tuple(one.aside) for one in drawn}) == 4


@pytest.mark.parametrize(
    "cases, aside, advice",
    [
        (20, 0.1, "kept aside are 2 and 11"),
        (20, 0.1, "to be searched are 18 and 97"),
        (20, 0.1, "An --aside from about 0.4 to 0.6 leaves enough"),
        (12, 0.5, "No --aside helps, since that takes 16 of either"),
        (12, 0.5, "holds at 12 of the 128 points that can be used, and does not at 116"),
    ],
)
def test_too_few_points_are_refused_with_the_counts_and_what_would_help(cases, aside, advice):
    with pytest.raises(StudyError, match=re.escape(advice)):
        discover(holding_at(cases), WHERE, aside=aside)


def test_the_same_seed_keeps_the_same_points_aside_and_another_seed_others(found):
    again, other = discover(swept(), WHERE), discover(swept(), WHERE, seed=2)
    assert (again.aside == found.aside).all()
    assert again.table().equals(found.table())
    assert (other.aside != found.aside).any()


# ---- Expressions


def test_with_one_regime_the_outcome_alone_is_enough():
    results = sweep(FACTORS, hypercube(FACTORS, 50, 1), {"incidents": {"trust": lambda x: x[:, 0]}})
    one, two = evaluate(results, "incidents > 0.5"), evaluate(results, "trust.incidents > 0.5")
    assert (one.holds == two.holds).all()
    assert one.words == "Serious incidents under Trust is above 0.5"


@pytest.mark.parametrize(
    "where, complaint",
    [
        ("trust.weak_child_year < 3", "no 'trust.weak_child_year'; did you mean trust.weak_child_years"),
        ("trusts.incidents < 3", "did you mean trust.incidents"),
        (
            "incidents < 3",
            "It ran the regimes ad_hoc, trust and kept the outcomes weak_child_years, incidents",
        ),
        ("trust.incidents + 1", "must be true or false at each point"),
        ("AVG(trust.incidents) > 1", "one value for all points"),
        ("trust.incidents > -1", "holds everywhere: at 600 of 600"),
        ("trust.incidents > 11", "holds nowhere: at 0 of 600"),
        ("trust.incidents <", "cannot be read"),
        (
            "1 < trust.incidents < 5",
            "'1 < trust.incidents < 5' compares twice, which SQL reads from the left",
        ),
        (
            "trust.incidents << 5",
            "cannot be read: '<<' is no operator here. Compare outcomes and numbers by <, <=,",
        ),
        ("trust.incidents < 5 && ad_hoc.incidents > 1", "'&&' is no operator here.*AND, OR, NOT"),
        ("trust.incidents IN ('a')", "cannot be worked out"),
        ("1 < 2", "names no outcome"),
        ("__import__('os').getcwd() < 3", "cannot be|no '"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(where, complaint):
    with pytest.raises(StudyError, match=complaint):
        evaluate(swept(), where)


def test_logic_holds_where_both_parts_do():
    results = swept()
    both = evaluate(results, f"{WHERE} AND trust.incidents > 5")
    units, _ = hypercube(FACTORS, 600, 1)
    assert (both.holds == (region(units) & (units[:, 1] > 0.5))).all()
    assert both.uncertain is None
    assert "two sides" in both.why_not


@pytest.mark.parametrize(
    "option, given", [("aside", 0.01), ("boxes", 0), ("threshold", 1.5), ("depth", 9), ("seed", -1)]
)
def test_options_outside_their_bounds_are_refused(option, given):
    with pytest.raises(StudyError, match=f"--{option}"):
        discover(swept(), WHERE, **{option: given})


@pytest.mark.parametrize(
    "command, function, names",
    [
        (discover_command, discover, ("aside", "seed", "boxes", "threshold", "depth")),
        (sensitivity_command, analyse_sensitivity, ("seed", "resamples")),
    ],
)
def test_the_command_and_the_function_take_the_same_where_nothing_is_asked_for(command, function, names):
    options = {option.name: option.default for option in command.params}
    parameters = inspect.signature(function).parameters
    assert [options[name] for name in names] == [parameters[name].default for name in names]


# ---- Shares


def test_the_interval_of_a_share_is_that_of_wilson():
    """By his formula, for 3 of 10."""
    z = norm.ppf(0.975)
    middle = (0.3 + z**2 / 20) / (1 + z**2 / 10)
    half = z / (1 + z**2 / 10) * math.sqrt(0.3 * 0.7 / 10 + z**2 / 400)
    assert share_of(3, 10) == pytest.approx((0.3, middle - half, middle + half))
    assert share_of(0, 0) is None
