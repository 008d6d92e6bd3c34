"""What drives an outcome: indices against closed forms, luck told apart, checks that cover 0 as often as
they say."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from sweeps_in_memory import (
    g_function,
    g_indices,
    hypercube,
    ishigami,
    ishigami_indices,
    saltelli,
    shared_luck,
    sweep,
    trajectories,
    unit_factor,
)

from experiments.errors import StudyError
from experiments.intervals import Interval
from experiments.sweeps.given_data import given_data_measures
from experiments.sweeps.measures import OTHER_LUCK, Measure, around
from experiments.sweeps.noise import components, of_mean, other_luck, separate
from experiments.sweeps.sensitivity import allowed, analyse_sensitivity
from experiments.sweeps.sobol import check_measures, corrected_indices, sobol_measures

NAMES = ("director.blame", "arrangement.trust.power", "capacity.gain", "dummy")
FACTORS = tuple(unit_factor(name) for name in NAMES)


def of(function, replicates=1, luck=None, design=None, **more):
    """The one analysis of a sweep with one outcome under one regime."""
    results = sweep(
        FACTORS,
        design or saltelli(FACTORS, 256, False, True, 3),
        {"weak_child_years": {"trust": function}},
        luck,
        replicates,
        **more,
    )
    return analyse_sensitivity(results).analyses[0]


def value(analysis, name, measure, part="factor", which="full"):
    return getattr(analysis.measure(name, measure, part), which).value


# ---- Sobol' indices


def test_indices_of_ishigami_are_those_of_the_closed_form():
    analysis = of(ishigami, design=saltelli(FACTORS, 2048, False, True, 5))
    first, total = ishigami_indices()
    for name, s1, st in zip(NAMES, (*first, 0.0), (*total, 0.0), strict=True):
        assert value(analysis, name, "first") == pytest.approx(s1, abs=0.05)
        assert value(analysis, name, "total") == pytest.approx(st, abs=0.05)


def test_indices_of_groups_are_those_of_what_is_in_them():
    """Of a sum of independent parts a group's index is the sum of its members' shares: 1, 4 and 9 of 14."""
    factors = tuple(
        unit_factor(name, group)
        for name, group in zip(NAMES, ("people", "people", "money", "dummy"), strict=True)
    )
    results = sweep(
        factors,
        saltelli(factors, 1024, True, True, 2),
        {"incidents": {"trust": lambda x: x[:, 0] + 2 * x[:, 1] + 3 * x[:, 2]}},
    )
    analysis = analyse_sensitivity(results).analyses[0]
    for measure in ("first", "total"):
        assert value(analysis, "people", measure, "group") == pytest.approx(5 / 14, abs=0.04)
        assert value(analysis, "money", measure, "group") == pytest.approx(9 / 14, abs=0.04)
        assert value(analysis, NAMES[1], measure) == pytest.approx(4 / 14, abs=0.04)
        assert value(analysis, "dummy", measure, "group") == 0.0


def test_the_intervals_hold_the_true_indices_of_the_g_function_about_as_often_as_they_say():
    first, total = g_indices((0.5, 2.0, 9.0))
    held = []
    for seed in range(40):
        analysis = of(g_function((0.5, 2.0, 9.0)), design=saltelli(FACTORS, 128, False, True, seed))
        for name, s1, st in zip(NAMES[:3], first, total, strict=True):
            held += [
                analysis.measure(name, "first", "factor").full.covers(s1),
                analysis.measure(name, "total", "factor").full.covers(st),
            ]
    assert np.mean(held) > 0.9


def test_the_difference_of_two_regimes_is_explained_by_what_they_differ_in():
    """The first factor drives both alike, and drops out; the second drives only the trust."""
    results = sweep(
        FACTORS,
        saltelli(FACTORS, 128, False, True, 1),
        {"incidents": {"ad_hoc": lambda x: 9 * x[:, 0], "trust": lambda x: 9 * x[:, 0] + x[:, 1]}},
        shared_luck(1, 4, 5.0, 0.0),
        4,
    )
    own = analyse_sensitivity(results, regimes=("trust",)).analyses[0]
    difference = analyse_sensitivity(results, difference=True).analyses
    assert [one.target.regime for one in difference] == ["trust"]
    assert own.ordered("factor")[0].name == NAMES[0]
    assert value(difference[0], NAMES[1], "total") == pytest.approx(1.0, abs=0.1)
    assert value(difference[0], NAMES[0], "total") == pytest.approx(0.0, abs=1e-9)


def test_half_of_the_design_is_its_first_half():
    """Doubling the rows by the same ones again gives the same indices from half and from all."""
    units, summary = saltelli(FACTORS, 64, False, True, 1)
    twice = (
        np.concatenate([units, units]),
        summary.__class__("saltelli", 2 * summary.points, 128, (), NAMES),
    )
    analysis = of(ishigami, design=twice)
    for one in analysis.measures:
        assert one.half.value == pytest.approx(one.full.value, abs=1e-9)
        assert one.settled
    assert any(remark.startswith("Settled") for remark in analysis.remarks)


def test_what_has_not_settled_is_said():
    """A function that changes half-way through the rows."""

    def changing(x):
        first = np.arange(len(x)) < len(x) / 2
        return np.where(first, x[:, 0], x[:, 1])

    analysis = of(changing)
    assert analysis.measure(NAMES[0], "total", "factor").settled is False
    assert any(remark.startswith("Not settled") and NAMES[0] in remark for remark in analysis.remarks)


# ---- Luck


def test_components_of_a_made_up_layout_are_found():
    rng = np.random.default_rng(1)
    cells = rng.normal(0, 3, 3000)[:, None] + rng.normal(0, 2, 60)[None] + rng.normal(0, 1, (3000, 60))
    found = components(cells, np.ones(3000), np.ones(60))
    assert found.parameters == pytest.approx(9.0, rel=0.1)
    assert found.shared == pytest.approx(np.var(cells.mean(axis=0), ddof=1), rel=0.05)
    assert found.interaction == pytest.approx(1.0, rel=0.02)


def test_components_are_those_of_a_two_way_analysis_of_variance():
    """Mean squares by hand of a table of three points by two replicates: 1 2 / 3 5 / 8 6."""
    cells = np.array([[1.0, 2.0], [3.0, 5.0], [8.0, 6.0]])
    rows, columns, mean = cells.mean(axis=1), cells.mean(axis=0), cells.mean()
    ms_points = 2 * ((rows - mean) ** 2).sum() / 2
    ms_luck = 3 * ((columns - mean) ** 2).sum() / 1
    ms_rest = ((cells - rows[:, None] - columns[None] + mean) ** 2).sum() / 2
    found = components(cells, np.ones(3), np.ones(2))
    assert found.interaction == pytest.approx(ms_rest)
    assert found.parameters == pytest.approx((ms_points - ms_rest) / 2)
    assert found.shared == pytest.approx(max((ms_luck - ms_rest) / 3, 0.0))


def test_points_and_histories_drawn_twice_pass_for_no_luck_less():
    """Over many draws with replacement, components are on average those of the table itself."""
    rng = np.random.default_rng(2)
    cells = 2 * rng.normal(size=(60, 1)) + 3 * rng.normal(size=(1, 12)) + rng.normal(size=(60, 12))
    drawn = [
        components(
            cells,
            rng.multinomial(60, np.full(60, 1 / 60)).astype(float),
            rng.multinomial(12, np.full(12, 1 / 12)).astype(float),
        )
        for _ in range(1500)
    ]
    whole = np.array(components(cells, np.ones(60), np.ones(12)))
    assert np.mean(drawn, axis=0) == pytest.approx(whole, rel=0.06)


def test_the_intervals_of_the_shares_hold_the_truth_about_as_often_as_they_say():
    truth = np.array([4.0, 1.0, 2.0]) / 7.0
    held = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        cells = (
            2 * rng.normal(size=(60, 1)) + rng.normal(size=(1, 30)) + np.sqrt(2) * rng.normal(size=(60, 30))
        )
        noise = separate(cells, seed, resamples=100)
        intervals = (noise.parameters, noise.shared, noise.interaction)
        held += [one.covers(share) for one, share in zip(intervals, truth, strict=True)]
    assert 0.85 < np.mean(held) <= 1.0


def test_shared_luck_moves_no_index():
    analysis = of(ishigami, replicates=3, luck=shared_luck(1, 3, 50.0, 0.0))
    plain = of(ishigami)
    assert analysis.noise.of_mean.value == pytest.approx(1.0)
    assert analysis.noise.shared.value > 0.5
    for one in plain.measures:
        assert value(analysis, one.name, one.measure) == pytest.approx(one.full.value, abs=1e-9)


def test_luck_biases_indices_and_the_corrected_ones_are_not_biased():
    """Luck that is rough in the factors, of 13.8 / 2 in the variance of a mean of two, that of the"
    " function."""
    first, total = ishigami_indices()
    variance = 13.8446
    raw, freed = [], []
    for seed in range(12):
        luck = shared_luck(seed, 2, 3.0, np.sqrt(variance))
        analysis = of(ishigami, 2, luck, saltelli(FACTORS, 512, False, True, seed))
        raw.append([[value(analysis, name, m) for name in NAMES[:3]] for m in ("first", "total")])
        freed.append(
            [[value(analysis, name, m, which="corrected") for name in NAMES[:3]] for m in ("first", "total")]
        )
    raw, freed = np.mean(raw, axis=0), np.mean(freed, axis=0)
    assert raw[0][:2] == pytest.approx(np.array(first[:2]) / 1.5, abs=0.05)
    assert raw[1] == pytest.approx((np.array(total) + 0.5) / 1.5, abs=0.05)
    assert freed[0] == pytest.approx(first, abs=0.05)
    assert freed[1] == pytest.approx(total, abs=0.05)


def test_of_luck_that_knows_no_factor_the_correction_is_the_division_by_the_share():
    rng = np.random.default_rng(3)
    units, summary = saltelli(FACTORS, 4096, False, True, 1)
    cells = (ishigami(units)[:, None] + rng.normal(0, 4, (len(units), 2))).reshape(-1, summary.width, 2)
    raw = sobol_measures(cells, (), NAMES, 50, 1)
    freed = corrected_indices(cells, 50, 1)
    noise = separate(cells[:, [0, -1]].reshape(-1, 2), 1, resamples=20)
    for i, one in enumerate(one for one in raw if one.measure == "first" and one.part == "factor"):
        assert freed["first"][i].value == pytest.approx(one.full.value / noise.of_mean.value, abs=0.04)


def test_a_reader_is_warned_where_luck_makes_much_of_the_variance():
    def words(rough):
        return " ".join(of(ishigami, 2, shared_luck(1, 2, 1.0, rough)).remarks)

    assert "More replicates would tell more" in words(5.0)
    assert "More replicates would tell more" not in words(0.5)


def test_other_luck_is_as_noisy_as_the_mean_itself():
    """Its total index is the share of luck in the variance of the mean: (2 / 4) / (9 + 2 / 4)."""
    rng = np.random.default_rng(1)
    cells = 3 * rng.normal(size=(4000, 1)) + rng.normal(size=(1, 4)) + np.sqrt(2) * rng.normal(size=(4000, 4))
    moved = other_luck(cells)
    assert np.mean((moved - cells.mean(axis=1)) ** 2) / 2 == pytest.approx(2 / 4, rel=0.1)
    total = next(one for one in check_measures(cells, 50, 1) if one.measure == "total")
    assert total.full.value == pytest.approx(0.5 / 9.5, rel=0.2)
    assert of_mean(components(cells, np.ones(4000), np.ones(4)), 4) == pytest.approx(9 / 9.5, rel=0.01)


def test_the_check_by_other_luck_covers_0_about_as_often_as_it_says():
    held = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        cells = rng.normal(size=(128, 2, 1)) + rng.normal(size=(1, 1, 4)) + rng.normal(size=(128, 2, 4))
        found = sobol_measures(cells, (), (), 100, seed)
        held.append(next(one for one in found if one.measure == "first").full.covers(0.0))
    assert 0.90 <= np.mean(held) <= 0.985


def test_a_dummy_that_meets_luck_of_its_own_covers_0_about_as_often_as_it_says():
    """Without common random numbers, where it is not 0 by construction."""
    held = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        a, b = rng.normal(size=(2, 128, 1))
        cells = np.stack([a, a, b], axis=1) + rng.normal(size=(128, 3, 1))
        found = sobol_measures(cells, (), ("dummy",), 100, seed)
        held.append(next(one for one in found if one.measure == "first").full.covers(0.0))
    assert 0.90 <= np.mean(held) <= 0.985


def test_intervals_from_given_data_hold_the_truth_as_often_as_they_say_and_0_for_a_dummy():
    """The variance of sin 6u over u from 0 to 1 is 0.5223, beside noise of 1."""
    held, dummies = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        values = rng.uniform(size=(200, 2))
        cells = (np.sin(6 * values[:, 0]) + rng.normal(size=200))[:, None]
        one, dummy = given_data_measures(cells, values, ("one", "dummy"), None, 40, seed)
        held.append(one.full.covers(0.5223 / 1.5223))
        dummies.append(dummy.full.covers(0.0))
    assert np.mean(held) > 0.88
    assert np.mean(dummies) > 0.93


def test_under_common_random_numbers_a_dummy_is_exactly_0_and_rows_out_of_step_raise_an_alarm():
    units, summary = saltelli(FACTORS, 64, False, True, 1)
    analysis = of(ishigami, 2, shared_luck(1, 2, 1.0, 2.0), (units, summary))
    assert value(analysis, "dummy", "total") == 0.0
    assert analysis.alarms == ()
    swapped = np.roll(units, 1, axis=0)
    alarmed = of(ishigami, design=(swapped, summary))
    assert any("WARNING" in alarm and "dummy" in alarm for alarm in alarmed.alarms)
    rest = [(point, "trust", 0) for point in range(40 * summary.width, len(units))]
    unfinished = of(ishigami, design=(swapped, summary), missing=rest)
    assert unfinished.alarms == ()
    assert any("Look again when the sweep is finished" in remark for remark in unfinished.remarks)


def test_a_check_among_many_may_lie_farther_from_0():
    """By tables of the normal distribution, 2.773 standard errors leave out 0.05 / 9."""
    near, far = (Measure("check", OTHER_LUCK, "first", around(value, 1.96)) for value in (2.7, 2.85))
    assert not allowed(near, 1).covers(0.0)
    assert allowed(near, 9).covers(0.0)
    assert not allowed(far, 9).covers(0.0)


def test_of_commands_that_make_nine_tables_few_find_a_check_that_fails_by_chance():
    """At 0.05 a check one command in three would."""
    missed = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        tables = []
        for _ in range(9):
            cells = rng.normal(size=(128, 2, 1)) + rng.normal(size=(128, 2, 2))
            found = sobol_measures(cells, (), (), 60, seed)
            tables.append(next(one for one in found if one.measure == "first"))
        missed.append([any(not allowed(one, n).covers(0.0) for one in tables) for n in (1, 9)])
    plainly, together = np.mean(missed, axis=0)
    assert plainly > 0.2
    assert together < 0.14


def test_other_luck_that_misses_0_is_noted_and_no_alarm():
    """Sample B is A once more, and luck goes up with the outcome in one history and down in the other."""
    units, summary = saltelli(FACTORS, 64, False, True, 1)
    rows = units.reshape(64, summary.width, -1).copy()
    rows[:, -1] = rows[:, 0]
    design = (rows.reshape(units.shape), summary)
    analysis = of(ishigami, 2, lambda x: np.stack([ishigami(x), -ishigami(x)], axis=1), design)
    assert not analysis.passes(analysis.measure(OTHER_LUCK, "first", "check"))
    assert analysis.alarms == ()
    assert any(
        "by chance alone this happens once in twenty runs of this command" in x for x in analysis.remarks
    )


@pytest.mark.parametrize("rows, said", [(64, 1), (128, 0)])
def test_that_intervals_from_few_base_rows_are_too_narrow_is_said_once(rows, said):
    results = sweep(
        FACTORS,
        saltelli(FACTORS, rows, False, True, 1),
        {"incidents": {"ad_hoc": ishigami, "trust": lambda x: x[:, 1]}},
    )
    found = analyse_sensitivity(results, resamples=20)
    words = [*found.remarks, *(remark for one in found.analyses for remark in one.remarks)]
    assert sum("too narrow" in word for word in words) == said


def test_where_luck_is_nearly_all_what_is_freed_of_it_is_not_determined():
    """With 3% for the parameters; from given data the interval of an index is divided by that."""
    plain = of(ishigami, 2, shared_luck(1, 2, 1.0, 0.5))
    assert {plain.undetermined(one) for one in plain.measures} == {""}
    lucky = replace(plain, noise=replace(plain.noise, of_mean=Interval(0.03, 0.0, 0.2)))
    told = Measure("factor", NAMES[0], "first", around(0.1, 0.02), None, around(0.4, 0.9))
    wide = replace(told, corrected=around(0.4, 1.1))
    far = replace(told, corrected=around(-2.5, 0.1))
    narrow = replace(told, corrected=Interval(0.4, np.nan, np.nan))
    given = replace(narrow, full=around(0.1, 0.04))
    assert [lucky.undetermined(one) for one in (told, narrow)] == ["", ""]
    for one in (wide, far, given):
        assert lucky.undetermined(one) == "not determined: luck is 97% of the variance"


def test_with_one_replicate_it_is_said_that_luck_cannot_be_told_apart():
    analysis = of(ishigami)
    assert analysis.noise is None
    assert any("With one replicate" in remark for remark in analysis.remarks)
    assert all(one.corrected is None and one.name != OTHER_LUCK for one in analysis.measures)


# ---- Other designs


def test_effects_of_a_straight_function_are_its_slopes_without_spread():
    analysis = of(lambda x: 3 * x[:, 0] - 5 * x[:, 1], design=trajectories(FACTORS, 12, False, 1))
    assert [one.name for one in analysis.ordered("factor")[:2]] == [NAMES[1], NAMES[0]]
    assert value(analysis, NAMES[0], "mu_star") == pytest.approx(3.0)
    assert value(analysis, NAMES[1], "mu_star") == pytest.approx(5.0)
    assert value(analysis, NAMES[1], "sigma") == pytest.approx(0.0, abs=1e-9)
    assert value(analysis, "dummy", "mu_star") == 0.0


def test_morris_moves_groups_and_shows_what_luck_makes_of_an_effect():
    factors = tuple(
        unit_factor(name, group)
        for name, group in zip(NAMES, ("people", "people", "money", "dummy"), strict=True)
    )
    results = sweep(
        factors,
        trajectories(factors, 60, True, 1),
        {"incidents": {"trust": lambda x: x[:, 2]}},
        shared_luck(1, 4, 1.0, 1.0),
        4,
    )
    analysis = analyse_sensitivity(results).analyses[0]
    assert {one.name for one in analysis.ordered("group")} == {"people", "money", "dummy"}
    step = 2 / 3
    # The difference of two means of four has a variance of 1 / 2.
    expected = np.sqrt(0.5) * np.sqrt(2 / np.pi) / step
    assert value(analysis, OTHER_LUCK, "mu_star", "check") == pytest.approx(expected, rel=0.3)


def test_first_order_indices_from_a_latin_hypercube_are_those_of_the_closed_form():
    first, _ = ishigami_indices()
    analysis = of(ishigami, design=hypercube(FACTORS, 4000, 1))
    for name, s1 in zip(NAMES, (*first, 0.0), strict=True):
        assert value(analysis, name, "first") == pytest.approx(s1, abs=0.04)


# ---- What is missing, constant or wrong


@pytest.mark.parametrize("gone", ["failed", "missing"])
def test_a_base_row_with_a_run_that_failed_or_is_missing_is_left_out_and_counted(gone):
    units, summary = saltelli(FACTORS, 64, False, True, 1)
    short = units[summary.width :]
    left = of(ishigami, design=(units, summary), **{gone: [(2, "trust", 0)]})
    without = of(ishigami, design=(short, summary.__class__("saltelli", len(short), 63, (), NAMES)))
    assert (left.used, left.asked) == (63, 64)
    assert any("1 of 64 base rows are left out" in remark for remark in left.remarks)
    assert value(left, NAMES[0], "total") == pytest.approx(value(without, NAMES[0], "total"))


def test_a_trajectory_with_a_failed_run_is_left_out():
    left = of(lambda x: 2 * x[:, 0], design=trajectories(FACTORS, 12, False, 1), failed=[(7, "trust", 0)])
    assert (left.used, left.asked) == (11, 12)
    assert value(left, NAMES[0], "mu_star") == pytest.approx(2.0)


def test_an_unfinished_sweep_is_analysed_as_far_as_it_has_come():
    units, summary = saltelli(FACTORS, 64, False, True, 1)
    rest = [(point, "trust", 0) for point in range(30 * summary.width + 1, len(units))]
    results = sweep(
        FACTORS, (units, summary), {"incidents": {"ad_hoc": ishigami, "trust": ishigami}}, missing=rest
    )
    found = analyse_sensitivity(results)
    assert [one.used for one in found.analyses] == [64, 30]
    assert found.unfinished == (
        "The sweep is not finished: 565 of 768 runs are there, and 30 to 64, by outcome and regime, of 64"
        " base rows are complete and used here."
    )
    assert not any("not finished" in remark for one in found.analyses for remark in one.remarks)


def test_a_sweep_in_which_runs_failed_is_finished():
    units, summary = saltelli(FACTORS, 64, False, True, 1)
    results = sweep(FACTORS, (units, summary), {"incidents": {"trust": ishigami}}, failed=[(2, "trust", 0)])
    assert analyse_sensitivity(results).unfinished == ""


@pytest.mark.parametrize(
    "design",
    [saltelli(FACTORS, 64, False, True, 1), trajectories(FACTORS, 9, False, 1), hypercube(FACTORS, 60, 1)],
)
def test_what_does_not_vary_is_said_in_words_and_leaves_no_number(design):
    constant = of(lambda x: np.full(len(x), 7.0), design=design)
    assert constant.measures == ()
    assert any("does not vary: it is 7 in every run" in remark for remark in constant.remarks)
    luck_only = of(lambda x: np.zeros(len(x)), 3, shared_luck(1, 3, 1.0, 0.0), design)
    assert luck_only.measures == ()
    assert any("No factor does anything" in remark for remark in luck_only.remarks)


def test_where_only_rows_that_mix_a_and_b_vary_that_is_said():
    """Eight base rows, and one run that is not 0, in which one factor of A was taken from B."""

    def one_in_between(x):
        values = np.zeros(len(x))
        values[2] = 1.0
        return values

    for replicates in (1, 2):
        analysis = of(one_in_between, replicates, design=saltelli(FACTORS, 8, False, True, 1))
        assert analysis.measures == ()
        assert any("rows of the samples A and B do not vary" in remark for remark in analysis.remarks)


def test_an_index_from_given_data_freed_of_luck_has_no_interval():
    """Half of the variance of a mean of two is luck, so the index is doubled."""
    rng = np.random.default_rng(1)
    values = rng.uniform(size=(4000, 2))
    cells = np.sqrt(12) * values[:, :1] + np.sqrt(2) * rng.normal(size=(4000, 2))
    noise = separate(cells, 1, resamples=20)
    one = given_data_measures(cells, values, ("one", "dummy"), noise, 20, 1)[0]
    assert one.full.value == pytest.approx(0.5, abs=0.05)
    assert one.corrected.value == pytest.approx(1.0, abs=0.05)
    assert np.isnan([one.corrected.low, one.corrected.high]).all()


def test_too_few_rows_are_said():
    analysis = of(ishigami, design=saltelli(FACTORS, 4, False, True, 1))
    assert analysis.measures == ()
    assert any("at least 8 are needed" in remark for remark in analysis.remarks)


def test_the_table_holds_every_measure_the_most_important_first_and_nothing_that_is_no_number():
    results = sweep(
        FACTORS,
        saltelli(FACTORS, 64, True, True, 1),
        {"incidents": {"ad_hoc": ishigami, "trust": lambda x: x[:, 1]}},
        shared_luck(1, 2, 1.0, 1.0),
        2,
    )
    table = analyse_sensitivity(results).table()
    assert set(table["part"]) == {"group", "factor", "check"}
    for column in table.select(pl.col(pl.Float64)):
        assert not column.is_nan().any()
    totals = table.filter(regime="ad_hoc", part="factor", measure="total")["value"].to_list()
    assert totals == sorted(totals, reverse=True)
    again = analyse_sensitivity(results).table()
    assert again.equals(table)


def test_what_the_sweep_does_not_have_is_refused_by_name():
    results = sweep(FACTORS, hypercube(FACTORS, 40, 1), {"incidents": {"trust": ishigami}})
    with pytest.raises(StudyError, match="kept no outcome 'nope'; it kept incidents"):
        analyse_sensitivity(results, outcomes=("nope",))
    with pytest.raises(StudyError, match="ran no regime 'nope'; it ran trust"):
        analyse_sensitivity(results, regimes=("nope",))
    with pytest.raises(
        StudyError, match=r"no outcome 'incidnts'; did you mean incidents[?] It kept incidents"
    ):
        analyse_sensitivity(results, outcomes=("incidnts",))
    with pytest.raises(StudyError, match=r"no regime 'trusts'; did you mean trust[?] It ran trust"):
        analyse_sensitivity(results, regimes=("trusts",))
    with pytest.raises(StudyError, match="needs the baseline trust and another regime"):
        analyse_sensitivity(results, difference=True)
    with pytest.raises(StudyError, match="resamples 3"):
        analyse_sensitivity(results, resamples=3)


def test_an_interval_covers_its_ends():
    assert around(1.0, 0.5).covers(0.5)
    assert not around(1.0, 0.5).covers(0.49)
