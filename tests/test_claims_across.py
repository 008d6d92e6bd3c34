"""Claims across sets of parameters: what is drawn, what is kept, and what is said of it."""

import dataclasses
import json
import math
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from dashboards.claims_figures import along_strength
from dashboards.claims_words import false_verdicts_sentence
from experiments.claims import CLAIMS, across, contrast_of, find_contrasts
from experiments.claims.across import (
    FOLDER,
    Study,
    carry_out,
    complete,
    differences,
    history,
    plan,
    probed,
    run_piece,
)
from experiments.claims.assessing import Assessment, assess, false_verdicts, informed, sets_table, table_of
from experiments.claims.breakeven import break_even, evidence
from experiments.claims.contrast import Further, Part, Point, average
from experiments.claims.judging import judge, true_in
from experiments.claims.sets import FITTED, drawn_names, posterior_places, sets_for
from experiments.claims.sides import cases
from experiments.claims.where import find_region
from experiments.claims.worth import error_knowing, shared, worths
from experiments.dispatch import Interrupted
from experiments.errors import StudyError
from experiments.layers import effect_of
from experiments.locking import held
from experiments.posterior import Posterior, write_posterior
from experiments.sweeps.factors import factor_of
from model.ensemble import draw_luck, run_block
from model.parameters import constrained_names
from model.registry import parameter_dtype, registry, store_value
from turnaround.cli import _exit_code

every_claim = pytest.mark.parametrize("claim", CLAIMS)


def a_posterior(sets=50, names=("director.blame", "practice.learning", "inspection.noise"), weights=None):
    names = tuple(name for name in names if name in registry())
    rng = np.random.default_rng(3)
    columns = [factor_of(name, "test").at(rng.random(sets)) for name in names]
    weights = np.full(sets, 1.0 / sets) if weights is None else np.asarray(weights)
    return Posterior(names, np.column_stack(columns), weights, {"command": "a test"}, "of the test")


def brief(claim="C33", **changes):
    """A claim with runs of two years and nothing beside."""
    contrast = contrast_of(claim)
    given = {"quarters": 8, "beside": (), "also_under": (), "bundled": None, **changes}
    return dataclasses.replace(contrast, **given)


def made(contrast, study, folder, **how):
    carry_out(plan([contrast], study, folder), 2, **how)
    return complete([contrast], study, folder)[contrast.claim]


def simulated(sets=400, replicates=4, mean=0.0, parameters=1.0, luck=1.0, seed=7):
    rng = np.random.default_rng(seed)
    expected = rng.normal(mean, parameters, sets)
    return expected, expected[:, None] + rng.normal(0.0, luck, (sets, replicates))


# ---- What is drawn


@every_claim
def test_the_arms_of_every_set_differ_in_nothing_but_the_levers_declared(claim):
    contrast = contrast_of(claim)
    without, with_ = sets_for(contrast, a_posterior(), seed=5).records(range(6))
    allowed = np.zeros((), parameter_dtype())
    before = allowed.copy()
    for name in contrast.arms:
        store_value(allowed, name, 1)
    for group in parameter_dtype().names:
        differ = _leaves_that_differ(without[group], with_[group])
        declared = _leaves_that_differ(before[group], allowed[group])
        assert differ <= declared, f"{claim}: {group}"


def _leaves_that_differ(one, other, path=""):
    """Paths of the scalars in which two records differ, their places in arrays included."""
    if one.dtype.names:
        found = set()
        for name in one.dtype.names:
            found |= _leaves_that_differ(one[name], other[name], f"{path}.{name}")
        return found
    different = one != other
    if one.ndim == different.ndim == 0:
        return {path} if different else set()
    last = different.reshape(-1, different.shape[-1]).any(axis=0) if different.ndim > 1 else different
    is_array_by_kind = one.shape[-1] == 11
    return (
        {f"{path}[{i}]" for i in np.flatnonzero(last)}
        if is_array_by_kind
        else {path}
        if last.any()
        else set()
    )


@every_claim
def test_what_is_drawn_is_allowed_and_neither_set_by_the_arms_nor_bound_to_other_parameters(claim):
    contrast, posterior = contrast_of(claim), a_posterior()
    sets = sets_for(contrast, posterior, seed=1)
    free = set(contrast.facts) - set(posterior.names)
    assert not set(sets.drawn) & {*contrast.arms, *contrast.shared, *posterior.names} - free
    assert not set(sets.drawn) & constrained_names() - set(contrast.facts)
    unrecorded = ("regime.", "market.")
    levers = {
        name
        for name in contrast.levers
        if name not in constrained_names()
        and (registry()[name].distribution != "fixed" or name.startswith(unrecorded))
    }
    assert levers - {*contrast.arms, *contrast.shared} <= set(sets.names)
    values = sets.values(range(40))
    for name, column in zip(sets.names, values.T, strict=True):
        entry = registry()[name]
        assert entry.low <= column.min() <= column.max() <= entry.high
        if entry.type != "number":
            assert (column == column.round()).all()


def test_on_the_record_only_the_levers_are_drawn_and_elsewhere_what_help_is_like_too():
    posterior = a_posterior()
    assert drawn_names(contrast_of("C09"), posterior) == ("demand.duplication", "support.partnership_time")
    drawn = drawn_names(contrast_of("C13"), posterior)
    assert {"arrangement.private.power", "arrangement.adviser.power", "market.skill_mean"} <= set(drawn)
    assert not [name for name in drawn if name.startswith(("arrangement.trust.", "arrangement.mutual."))]


def test_the_same_parameter_has_the_same_value_in_the_same_set_under_every_claim():
    posterior = a_posterior()
    one, other = (sets_for(contrast_of(claim), posterior, seed=1) for claim in ("C01", "C17"))
    both = [name for name in one.names if name in other.names]
    assert len(both) > 20
    ours, theirs = one.values(range(9)), other.values(range(9))
    for name in both:
        assert (ours[:, one.names.index(name)] == theirs[:, other.names.index(name)]).all()


def test_more_sets_leave_those_before_as_they_were():
    sets = sets_for(contrast_of("C01"), a_posterior(), seed=1)
    assert (sets.values(range(50))[:7] == sets.values(range(7))).all()
    assert (sets.values([3, 5]) == sets.values(range(7))[[3, 5]]).all()


def test_drawing_a_group_once_more_moves_that_group_alone():
    sets = sets_for(contrast_of("C18"), a_posterior(), seed=1)
    plain, moved = sets.records(range(8))[1], sets.records(range(8), redrawn="measured")[1]
    assert (plain["director"] == moved["director"]).all()  # fitted or assumed
    assert (plain["arrangement"]["setup_quarters"] != moved["arrangement"]["setup_quarters"]).any()
    assert (plain["arrangement"]["power"] == moved["arrangement"]["power"]).all()


def test_sets_of_a_posterior_come_as_often_as_they_weigh():
    weights = np.arange(1.0, 6.0) / 15.0
    posterior = a_posterior(5, weights=weights)
    for count in (30, 300):
        places = posterior_places(posterior, np.arange(count), seed=4)
        shares = np.bincount(places, minlength=5) / count
        assert np.abs(shares - weights).max() < 2.5 / count  # even points: an error of order one over n


def test_what_nobody_chooses_is_the_sets_own_in_the_arm_with_it_and_as_declared_in_the_other():
    posterior = a_posterior()
    sets = sets_for(contrast_of("C33"), posterior, seed=1)
    without, with_ = sets.records(range(10))
    assert (without["director"]["blame"] == 0.0).all()
    places = posterior_places(posterior, np.arange(10), seed=1)
    assert (with_["director"]["blame"] == posterior.values[places, 0]).all()


def test_settings_laid_over_both_arms_leave_their_difference():
    over = {"director.burned_share": 0.2, "director.blame": 1.0}
    sets = sets_for(contrast_of("C33"), a_posterior(), seed=1, over=over)
    without, _ = sets.records(range(4))
    assert (without["director"]["burned_share"] == 0.2).all()
    assert (without["director"]["blame"] == 0.0).all()
    assert "director.burned_share" not in sets.names


# ---- What is run and kept


def test_a_set_runs_as_its_parameters_set_by_hand_would(tmp_path):
    contrast, study = brief("C33"), Study(a_posterior(), sets=10, replicates=2)
    found = differences(made(contrast, study, tmp_path), contrast)
    sets = study.of(contrast)
    for number in (0, 7):
        values = dict(zip(sets.names, sets.values([number])[0].tolist(), strict=True))
        own = {name: value for name, value in values.items() if name not in contrast.facts}
        without, with_ = contrast.arms_of({})
        arms = [without.changed(own, "by hand"), with_.changed(values, "by hand")]
        luck = draw_luck(study.seed, [history(number, 0), history(number, 1)], 8)
        results = run_block(arms, luck, 8).outcomes["director_changes"].reshape(2, 2)
        assert (results[1] - results[0] == found[number]).all()


def test_arms_that_are_the_same_give_no_difference_in_any_set(tmp_path):
    same = {"director.blame": 0.6}
    contrast = brief("C33", without=same, with_=same, facts=(), levers=("director.blame",))
    runs = made(contrast, Study(a_posterior(), sets=10, replicates=2), tmp_path)
    assert (differences(runs, contrast) == 0.0).all()


def test_the_strength_that_a_set_has_gives_what_the_set_gave(tmp_path):
    contrast = brief("C33", facts=())  # both arms as declared: blame is 0 and 0.6
    strength = dataclasses.replace(contrast.strength, low=0.0, high=1.2)
    contrast = dataclasses.replace(contrast, strength=strength)
    study = Study(a_posterior(), sets=10, replicates=2)
    runs = made(contrast, study, tmp_path)
    base = differences(runs, contrast)[: study.probed]
    assert study.probed == 8  # fewer sets than these are not judged
    assert (probed(runs, contrast, "strength", "0.6") == base).all()
    assert (probed(runs, contrast, "strength", "0.0") == 0.0).all()
    assert (base != 0.0).any()


def test_an_interrupted_study_goes_on_and_ends_as_if_nothing_had_happened(tmp_path, monkeypatch):
    monkeypatch.setattr(across, "HISTORIES_AT_ONCE", 2)  # a set a block, so that blocks are left
    contrast, study = brief(), Study(a_posterior(), sets=12, replicates=2)
    whole = made(contrast, study, tmp_path / "whole")

    finished = []

    def stop(runs):
        finished.append(runs)
        if len(finished) == 1:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as problem:
        made(contrast, study, tmp_path / "cut", progress=stop)
    assert "the same command goes on" in " ".join(problem.value.__notes__)
    left = plan([contrast], study, tmp_path / "cut")
    assert 0 < left.runs < plan([contrast], study, tmp_path / "none").runs
    again = made(contrast, study, tmp_path / "cut")
    assert again.sort(pl.all()).equals(whole.sort(pl.all()))


def test_further_arms_meet_the_luck_of_their_set_and_run_as_set_by_hand(tmp_path):
    further = Further("strong", "a stronger one", with_={"director.blame": 1.2}, regime="trust")
    contrast = brief("C33", facts=(), further=(further,))
    study = Study(a_posterior(), sets=10, replicates=2)
    runs = made(contrast, study, tmp_path)
    found = probed(runs, contrast, "further", "strong")
    sets = study.of(contrast.at(further))
    own = study.of(contrast)
    assert set(own.names) < set(sets.names)  # where trusts take over, what help is like is drawn as well
    both = [name for name in own.names if name in sets.names]
    assert "director.burned_share" in both
    for number in (0, 7):
        values = dict(zip(sets.names, sets.values([number])[0].tolist(), strict=True))
        theirs = dict(zip(own.names, own.values([number])[0].tolist(), strict=True))
        assert all(values[name] == theirs[name] for name in both)
        arms = [arm.changed(values, "by hand") for arm in sets.arms]
        assert [arm["director.blame"] for arm in arms] == [0.0, 1.2]
        luck = draw_luck(study.seed, [history(number, 0), history(number, 1)], 8)
        results = run_block(arms, luck, 8).outcomes["director_changes"].reshape(2, 2)
        assert (results[1] - results[0] == found[number]).all()
    (tried,) = assess(contrast, study, runs).tried
    apart = found.mean() - differences(runs, contrast).mean()
    assert tried.judged.effect.mean == pytest.approx(found.mean())
    assert tried.apart.mean == pytest.approx(apart)


def test_a_part_of_a_claim_is_judged_on_the_same_runs(tmp_path):
    part = Part("Interims do not become rarer.", average("interim_directors", 4, 8), "not below", 1e6, "")
    contrast = brief("C33", parts=(part,))
    study = Study(a_posterior(), sets=10, replicates=2)
    runs = made(contrast, study, tmp_path)
    (tried,) = assess(contrast, study, runs).tried
    assert tried.judged.verdict == "holds"
    assert tried.judged.effect.mean == pytest.approx(differences(runs, contrast, 1).mean())
    assert tried.apart is None


def test_what_more_sets_left_behind_changes_nothing_of_fewer(tmp_path):
    contrast = brief()
    few, more = (Study(a_posterior(), sets=sets, replicates=2) for sets in (10, 30))
    alone = made(contrast, few, tmp_path / "alone")
    made(contrast, more, tmp_path / "both")
    after = complete([contrast], few, tmp_path / "both")[contrast.claim]
    assert after.sort(pl.all()).equals(alone.sort(pl.all()))


def test_more_sets_are_added_to_those_there_are(tmp_path):
    contrast = brief()
    few, more = (Study(a_posterior(), sets=sets, replicates=2) for sets in (10, 14))
    made(contrast, few, tmp_path / "grown")
    grown = made(contrast, more, tmp_path / "grown")
    whole = made(contrast, more, tmp_path / "whole")
    assert grown.sort(pl.all()).equals(whole.sort(pl.all()))
    assert plan([contrast], few, tmp_path / "grown").runs == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"replicates": 3},
        {"seed": 2},
        {"posterior": a_posterior(49)},
        {"over": {"director.burned_share": 0.3}},
    ],
)
def test_runs_of_another_design_are_made_anew(tmp_path, changes):
    contrast, study = brief(), Study(a_posterior(), sets=10, replicates=2)
    made(contrast, study, tmp_path)
    other = plan([contrast], dataclasses.replace(study, **changes), tmp_path)
    assert other.outdated == ("C33",)
    assert other.runs > 0
    edited = dataclasses.replace(contrast, without={"director.blame": 0.1})
    assert plan([edited], study, tmp_path).outdated == ("C33",)
    moved = dataclasses.replace(contrast, holds=Point("elsewhere"), smallest=2.0)
    assert plan([moved], study, tmp_path).runs == 0


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "C33.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(StudyError, match=r"C33.parquet: cannot be read .*remove it"):
        plan([brief()], Study(a_posterior(), sets=10), tmp_path)


def test_runs_that_fail_are_left_out_and_counted(monkeypatch):
    contrast, study = brief(), Study(a_posterior(), sets=10, replicates=2)
    piece = plan([contrast], study, Path("nowhere")).pieces[0]
    assert not Path("nowhere").exists()

    def failing(*given):
        block = start(*given)
        block.status[0] = 3
        return block

    start = across.start_and_advance
    monkeypatch.setattr(across, "start_and_advance", failing)
    found = run_piece(piece)
    assert found["failed"].sum() == 1
    assert np.isnan(differences(found, contrast)).sum() == 1


# ---- What is said of it


def test_luck_and_parameters_are_told_apart_as_by_hand():
    cells = np.arange(8.0)[:, None] + np.array(
        [-1.0, 1.0]
    )  # means 0 to 7, of variance 6; within 2, of means 1
    effect = effect_of(cells)
    assert effect.within == pytest.approx(2.0)
    assert effect.between == pytest.approx(5.0)
    assert effect.share.value == pytest.approx(5.0 / 7.0)
    assert effect.expected == pytest.approx(3.5 + (np.arange(8.0) - 3.5) * 5.0 / 6.0)


def test_probabilities_over_sets_are_those_of_the_effects_without_their_luck():
    _, cells = simulated(4000, 2, mean=0.5, parameters=1.0, luck=3.0)
    effect = effect_of(cells)
    for limit in (-1.0, 0.5, 1.5):
        assert effect.above(limit) == pytest.approx(norm.sf(limit, 0.5, 1.0), abs=0.04)
    assert abs((cells.mean(axis=1) > 1.5).mean() - norm.sf(1.5, 0.5, 1.0)) > 0.1  # what luck would have added
    low, high = effect.of_parameters
    assert low == pytest.approx(0.5 - 1.96, abs=0.25)
    assert high == pytest.approx(0.5 + 1.96, abs=0.25)
    low, high = effect.of_luck
    assert (high - low) / 2 == pytest.approx(1.96 * 3.0, rel=0.06)
    low, high = effect.of_both
    assert (high - low) / 2 == pytest.approx(1.96 * math.sqrt(10.0), rel=0.06)
    assert effect.direction(1) == pytest.approx(norm.cdf(0.5), abs=0.04)
    assert effect.histories(-1) == pytest.approx(norm.cdf(-0.5 / math.sqrt(10.0)), abs=0.02)


@pytest.mark.parametrize(
    "claimed, mean, verdict",
    [
        (1, 4.0, "holds"),
        (-1, -4.0, "holds"),
        (0, 0.0, "does not hold"),
        (1, -3.0, "does not hold"),
        (-1, 4.0, "does not hold"),
        (1, 1.0, "cannot be told"),
        (0, 1.0, "cannot be told"),
        ("not above", -4.0, "holds"),
        ("not above", 0.0, "cannot be told"),
        ("not above", 4.0, "does not hold"),
        ("not below", 4.0, "holds"),
        ("not below", -4.0, "does not hold"),
    ],
)
def test_a_verdict_asks_for_95_of_100_sets(claimed, mean, verdict):
    spread = (
        5.0 if (claimed, mean) == (0, 0.0) else 1.0
    )  # nothing changes, but in too many sets something does
    contrast = brief(claimed=claimed, smallest=1.0 if spread == 1.0 else 0.2)
    _, cells = simulated(1000, mean=mean, parameters=spread)
    found = judge(contrast, cells)
    assert found.verdict == verdict
    assert sum(found.chances) == pytest.approx(1.0)
    assert found.true.low <= found.true.value <= found.true.high


def test_a_claim_that_nothing_changes_holds_where_nothing_does():
    contrast = brief(claimed=0, smallest=3.0)
    assert judge(contrast, simulated(parameters=0.5)[1]).verdict == "holds"


def test_much_luck_alone_does_not_hide_a_clear_effect():
    _, cells = simulated(200, 4, mean=2.0, parameters=0.0, luck=2.0)
    assert (cells.mean(axis=1) > 1.0).mean() < 0.9
    assert judge(brief(claimed=1, smallest=1.0), cells).verdict == "holds"


def test_a_fall_bears_out_that_a_measure_does_not_rise():
    """Two thirds of sets far below: against "no change" they count, for "not above" they do not."""
    cells = np.repeat(np.where(np.arange(90) % 3, -9.0, 0.0)[:, None], 2, axis=1)
    assert judge(brief(claimed=0, smallest=3.0), cells).verdict == "cannot be told"
    found = judge(brief(claimed="not above", smallest=3.0), cells)
    assert (found.verdict, found.true.value) == ("holds", 1.0)
    assert found.chances.against == pytest.approx(2 / 3)


def test_what_could_not_be_observed_cannot_be_told():
    cells = np.full((20, 4), np.nan)
    cells[:7] = 1.0
    assert judge(brief(), cells).verdict == "cannot be told"
    assert math.isnan(judge(brief(), cells).true.value)


def test_missing_histories_leave_a_set_with_those_it_has():
    cells = np.arange(10.0)[:, None] + np.array([-1.0, 0.0, 1.0])
    cells[3, 0] = np.nan
    cells[4] = np.nan
    effect = effect_of(cells)
    assert effect.sets.tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert effect.means[3] == 3.5
    assert len(effect.runs) == 26


def test_the_false_verdicts_to_expect_are_the_chances_of_each_to_be_wrong():
    def said(mean):
        contrast = brief(claimed=1, smallest=1.0)
        judged = judge(contrast, np.repeat(mean[:, None], 2, axis=1))
        rest = dict.fromkeys(
            (
                "region",
                "without",
                "with_",
                "failed",
                "beside",
                "tried",
                "worths",
                "error",
                "groups",
                "flips",
                "evidence",
            )
        )
        return Assessment(contrast, None, judged, **rest, uninformed=None, values=mean)

    sets = np.arange(100)
    holds, does_not = said(np.where(sets < 3, 0.0, 2.0)), said(np.where(sets < 4, 2.0, 0.0))
    open_ = said(np.where(sets < 50, 0.0, 2.0))
    assert [one.verdict for one in (holds, does_not, open_)] == ["holds", "does not hold", "cannot be told"]
    assert false_verdicts([holds, does_not, open_]) == (2, pytest.approx(3.5 / 101 + 4.5 / 101))


# ---- What it depends on, and what is worth knowing


def test_a_parameter_that_matters_is_told_and_what_it_explains_is_right():
    rng = np.random.default_rng(2)
    values = rng.random((300, 30))
    expected = 4.0 * (values[:, 5] - 0.5) ** 2 + 0.5 * values[:, 8]
    cells = expected[:, None] + rng.normal(0.0, 0.2, (300, 4))
    effect = effect_of(cells)
    found = worths(brief(claimed=1, smallest=0.5), effect, [f"p{i}" for i in range(30)], values)
    parts = 16.0 / 180.0, 0.25 / 12.0  # variances of 4(u - 1/2)^2 and of u/2
    assert [worth.name for worth in found[:2]] == ["p5", "p8"]
    assert [worth.told for worth in found] == [True, True, False, False, False]
    assert found[0].share.value == pytest.approx(parts[0] / sum(parts), abs=0.05)
    assert found[1].share.value == pytest.approx(parts[1] / sum(parts), abs=0.06)
    assert found[0].share.low < found[0].share.value < found[0].share.high
    assert found[1].rising


def test_among_parameters_that_do_nothing_one_in_twenty_studies_names_any():
    rng = np.random.default_rng(4)
    named = 0
    for seed in range(40):
        effect = effect_of(simulated(100, 4, parameters=1.0, luck=0.5, seed=seed)[1])
        names = [f"p{i}" for i in range(40)]
        named += any(worth.told for worth in worths(brief(), effect, names, rng.random((100, 40)), seed))
    assert named <= 6  # of 40 at 5% each; more than 6 once in 150


def test_who_knows_what_decides_hardly_errs():
    rng = np.random.default_rng(6)
    column = rng.random(500)
    effect = effect_of(np.repeat(column[:, None], 2, axis=1))
    contrast = brief(claimed=1, smallest=0.7)
    assert error_knowing(contrast, effect, None) == pytest.approx(0.3, abs=0.04)
    (worth,) = worths(contrast, effect, ["p"], column[:, None])
    assert worth.error < 0.02
    assert worth.share.value == pytest.approx(1.0, abs=0.01)


def test_the_share_of_a_group_is_its_total_index():
    rng = np.random.default_rng(9)

    def world(a, b):  # uniform on (-1, 1): variances 1/3 and 1/3 of the parts, 1/9 x 4 of the product
        return a + b + 2.0 * a * b

    a, b, other = (rng.uniform(-1.0, 1.0, 4000) for _ in range(3))
    luck = rng.normal(0.0, 0.7, (4000, 3))
    base = world(a, b)[:, None] + luck
    again = world(other, b)[:, None] + rng.normal(0.0, 0.7, (4000, 3))
    effect = effect_of(base)
    total = (1 / 3 + 4 / 9) / (2 / 3 + 4 / 9)
    found = shared("assumed", 1, base, again, effect)
    assert found.share.value == pytest.approx(total, abs=0.04)
    assert found.share.covers(total)
    nothing = shared("dummy", 1, base, world(a, b)[:, None] + rng.normal(0.0, 0.7, (4000, 3)), effect)
    assert nothing.share.value < 0.03


def test_what_the_record_informs_is_what_it_narrowed():
    entry = registry()["director.blame"]
    narrow = np.linspace(0.5, 0.6, 100)
    noise = registry()["inspection.noise"]
    wide = noise.low + (noise.high - noise.low) * (np.arange(100) + 0.5) / 100
    posterior = Posterior(
        ("director.blame", "inspection.noise"), np.column_stack([narrow, wide]), np.full(100, 0.01), {}
    )
    blunt, sharp = informed(posterior)
    assert (blunt.name, blunt.told) == ("inspection.noise", False)
    assert blunt.left == pytest.approx(1.0, abs=0.02)
    assert (sharp.name, sharp.told) == ("director.blame", True)
    assert sharp.before == pytest.approx((entry.high - entry.low) / math.sqrt(12.0), rel=1e-3)


# ---- Where it holds


def factors_and_values(sets, seed=3):
    names = (
        "director.blame_fade",
        "incidents.blame",
        "director.burned_share",
        "support.power",
        "demand.duplication",
    )
    factors = [factor_of(name, "test") for name in names]
    rng = np.random.default_rng(seed)
    return factors, np.column_stack([factor.at(rng.random(sets)) for factor in factors])


def test_the_region_in_which_a_claim_is_true_is_found_and_checked():
    factors, values = factors_and_values(240)
    expected = np.where(values[:, 1] > 0.55, 2.0, -2.0)
    rng = np.random.default_rng(1)
    effect = effect_of(expected[:, None] + rng.normal(0.0, 0.5, (240, 4)))
    region = find_region(brief(claimed=1, smallest=1.0), effect, factors, values)
    assert region is not None
    assert [limit.factor.name for limit in region.box.limits] == ["incidents.blame"]
    assert region.box.limits[0].low == pytest.approx(0.55, abs=0.05)
    assert region.density.value >= 0.95
    assert region.coverage.value > 0.8
    assert region.aside == 80
    assert "“public blame at a serious incident” is at least" in region.words


def test_no_region_is_believed_where_nothing_parts_the_sets():
    believed = 0
    for seed in range(2):
        factors, values = factors_and_values(200, seed)
        effect = effect_of(simulated(200, 4, mean=1.0, parameters=1.0, luck=0.3, seed=seed)[1])
        believed += find_region(brief(claimed=1, smallest=1.0), effect, factors, values) is not None
    assert believed == 0


# ---- Where it flips


def test_a_claim_flips_where_the_probability_that_it_is_true_crosses_one_half():
    """Slopes from 1 to 3 against 0.5: of 2, of 1.1 and of 2.9 crosses at a quarter, 0.455 and 0.172."""
    contrast = brief(claimed=1, smallest=0.5)
    strengths = (0.0, 0.5, 1.0)
    slopes = np.linspace(1.0, 3.0, 401)
    cells = [np.repeat((slopes * strength)[:, None], 2, axis=1) for strength in strengths]
    found = break_even(contrast, strengths, cells)
    assert found.at == pytest.approx(0.25, abs=0.003)
    assert found.true_between() == [(found.at, 1.0)]
    assert found.sure == (pytest.approx(0.5 / 1.1, abs=0.003),)
    assert found.unlikely == (pytest.approx(0.5 / 2.9, abs=0.003),)
    assert found.chance.tolist() == [0.0, pytest.approx(400 / 401), 1.0]  # a slope of 1 gets no farther
    assert not found.first


def test_luck_moves_no_break_even():
    """Of a slope that all sets share and much luck, the claim is true from a quarter on, at once."""
    rng = np.random.default_rng(5)
    strengths = (0.0, 0.25, 0.5, 0.75, 1.0)
    luck = rng.normal(0.0, 1.0, (200, 4))
    cells = [2.0 * strength + luck * (strength > 0.0) for strength in strengths]
    found = break_even(brief(claimed=1, smallest=0.5), strengths, cells)
    assert found.at == pytest.approx(0.25, abs=0.06)
    untreated = 2 * norm.ppf(0.95) * 0.5 / 2.0  # means of four histories have luck of half a unit
    assert found.sure[0] - found.unlikely[0] < untreated / 4
    means = np.stack([one.mean(axis=1) for one in cells])
    assert (means[2] > 0.5).mean() < 0.9


def test_a_claim_that_no_strength_makes_true_never_flips():
    contrast = brief(claimed=-1, smallest=0.5)
    cells = [np.full((20, 2), level) for level in (0.0, 0.2, 0.4)]
    found = break_even(contrast, (0.0, 1.0, 2.0), cells)
    assert (found.at, found.true_between(), found.first) == (None, [], False)
    assert (found.sure, found.unlikely) == ((), ())


def test_a_claim_that_nothing_changes_flips_where_something_does_and_back():
    contrast = brief(claimed=0, smallest=1.0)
    cells = [np.full((20, 2), level) for level in (0.0, 2.0, 2.0, 0.0)]
    found = break_even(contrast, (0.0, 1.0, 2.0, 3.0), cells)
    one, other = found.crossings
    assert one == pytest.approx(3.0 - other)
    assert found.true_between() == [(0.0, one), (other, 3.0)]


def test_where_evidence_goes_beyond_what_was_tried_its_line_ends_in_an_arrow():
    contrast = contrast_of("C12")  # tried from -0.05 to 0, while the registry allows more
    strengths = contrast.strength.values(5)
    found = break_even(contrast, strengths, [np.full((20, 2), -40.0 * at) for at in strengths])
    known = evidence(contrast, a_posterior())
    assert known.high > strengths[-1]
    text = along_strength(found, known, contrast, str, str)
    assert text.count("<polygon") == 2  # the band over sets, and one arrow
    inside = dataclasses.replace(known, low=strengths[0], high=strengths[-1])
    assert along_strength(found, inside, contrast, str, str).count("<polygon") == 1


def test_evidence_is_the_posterior_where_there_is_one_and_the_range_elsewhere():
    posterior = a_posterior(1000)
    fitted = evidence(contrast_of("C33"), posterior)
    assert fitted.grade == FITTED
    assert fitted.low == pytest.approx(0.025 * 1.5, abs=0.03)
    assert fitted.high == pytest.approx(0.975 * 1.5, abs=0.03)
    ranged = evidence(contrast_of("C09"), posterior)
    assert (ranged.low, ranged.high, ranged.grade) == (0.0, 0.3, "assumed")


@every_claim
def test_every_claim_has_a_strength_and_a_side(claim):
    contrast = contrast_of(claim)
    assert contrast.sides
    assert contrast.strength.name in contrast.levers
    assert (contrast.strength.arm == "with") == (contrast.strength.name in contrast.arms)
    values = contrast.strength.values(5)
    assert len(values) > 1
    low, high = contrast.strength.bounds
    assert (values[0], values[-1]) == (low, high)
    assert set(contrast.facts) <= set(contrast.arms)


# ---- All of it, and the command


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The pages of three claims, of few sets."""
    place = tmp_path_factory.mktemp("claims")
    write_posterior(a_posterior(), place / "posterior.parquet")
    code = _exit_code(
        [
            *("claims", "--claim", "C16,C33", "--claim", "C38", "--sets", "24", "--replicates", "2"),
            *("--posterior", str(place / "posterior.parquet"), "--out", str(place / "out"), "--quiet"),
        ]
    )
    assert code == 0
    return place


def test_the_command_leaves_pages_tables_and_how_it_was_made(folder):
    out = folder / "out"
    verdicts = pl.read_csv(out / "verdicts.csv")
    assert verdicts["claim"].to_list() == ["C16", "C33", "C38"]
    assert set(verdicts["verdict"]) <= {"holds", "holds only where", "does not hold", "cannot be told"}
    sets = pl.read_parquet(out / "sets.parquet")
    assert sets.height == 24
    assert {"director.blame", "outcome.continuity", "market.fee"} <= set(sets.columns)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["posterior"]["provenance"] == {"command": "a test"}
    assert set(manifest["designs"]) == {"C16", "C33", "C38"}
    assert {path.stem for path in (out / FOLDER).iterdir()} == {"C16", "C33", "C38"}


def test_the_page_carries_everything_and_says_what_a_verdict_is(folder):
    out = folder / "out"
    pages = sorted(path.name for path in out.glob("*.html"))
    assert pages == ["claims.html", "side-charities.html", "side-sector.html"]
    for name in pages:
        text = (out / name).read_text("utf-8")
        assert "about the model, and none about the world" in text
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
        assert text.count("<h1>") == 1
    text = (out / "claims.html").read_text("utf-8")
    for claim in ("C16", "C33", "C38"):
        contrast = contrast_of(claim)
        assert contrast.says in text
        assert f'id="{claim.lower()}"' in text
    assert text.count('class="small-figure"') == 6
    verdicts = pl.read_csv(out / "verdicts.csv")["verdict"].to_list()
    given = len(verdicts) - verdicts.count("cannot be told")
    assert (f"{given} ha" if given else "none has a verdict") in text
    assert "Not run with these sets" in text


def test_the_pages_numbers_are_those_of_the_runs(folder):
    out = folder / "out"
    contrast = contrast_of("C33")
    runs = pl.read_parquet(out / FOLDER / "C33.parquet")
    means = (
        runs.filter(pl.col("kind") == "base", pl.col("measure") == "0:director_changes")
        .group_by("set")
        .agg((pl.col("with") - pl.col("without")).mean().alias("difference"))
    )
    row = pl.read_csv(out / "verdicts.csv").row(1, named=True)
    assert row["difference"] == pytest.approx(means["difference"].mean())
    study = Study(a_posterior(), sets=24, replicates=2)
    one = assess(contrast, study, complete([contrast], study, out)["C33"])
    assert true_in(one.judged.effect, 1, 1.0).mean() == pytest.approx(row["probability_true"])
    assert table_of([one])["verdict"].to_list() == [row["verdict"]]
    assert sets_table([one], study)["director.blame"].equals(
        pl.read_parquet(out / "sets.parquet")["director.blame"]
    )


def test_the_sides_are_shown_at_their_best_and_worst(folder):
    study = Study(a_posterior(), sets=24, replicates=2)
    contrasts = find_contrasts(["C16", "C33", "C38"])
    runs = complete(contrasts, study, folder / "out")
    found = [assess(contrast, study, runs[contrast.claim]) for contrast in contrasts]
    sector = next(case for case in cases(found, 24) if case.side == "sector")
    assert len(sector.most) == len(sector.least) == 2
    assert min(sector.favour[list(sector.most)]) >= max(np.delete(sector.favour, list(sector.most)))
    assert max(sector.favour[list(sector.least)]) <= min(np.delete(sector.favour, list(sector.least)))
    assert [contrast.claim for contrast, _, _ in sector.rows] == ["C33", "C38"]


def test_the_screen_says_what_a_claim_says_and_of_what_in_which_unit(folder, capsys):
    given = ("claims", "--claim", "C33", "--sets", "24", "--replicates", "2", "--posterior")
    assert _exit_code([*given, str(folder / "posterior.parquet"), "--out", str(folder / "out")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    contrast = contrast_of("C33")
    assert f"C33: {contrast.says} Effect on:" in said
    assert f"({contrast.measure.unit}). Flips along: {contrast.strength.name}." in said
    for head in ("True in:", "Effect:", "Smallest:", "Flips at:", "Worth knowing:"):
        assert head in said
    assert contrast_of("C16").says not in said, "another claim in the folder was not asked for"


def test_where_no_verdict_was_given_none_is_said_to_be_wrong(tmp_path, capsys):
    quick = ("claims", "--claim", "C18", "--sets", "20", "--replicates", "2", "--out", str(tmp_path / "out"))
    assert _exit_code(quick) == 0
    said = capsys.readouterr().out
    assert "cannot be told" in said, "take a claim that has no verdict"
    assert "wrong" not in said
    assert false_verdicts_sentence(0, 0.0, 3) == "Of 3 claims, none has a verdict."
    page = (tmp_path / "out" / "claims.html").read_text("utf-8")
    assert "Of 1 claim, none has a verdict." in page
    assert "The true number may be larger" not in page


def test_a_claim_is_added_to_those_there_are(folder, capsys):
    out = folder / "out"
    before = (out / FOLDER / "C16.parquet").read_bytes()
    code = _exit_code(
        [
            *("claims", "--claim", "C10", "--sets", "24", "--replicates", "2", "--out", str(out)),
            *("--posterior", str(folder / "posterior.parquet")),
        ]
    )
    assert code == 0
    said = capsys.readouterr()
    assert "1 claims, 24 sets" not in said.err
    assert "1 claim, 24 sets, 2 histories a set" in said.err
    assert "C10" in said.out
    assert (out / FOLDER / "C16.parquet").read_bytes() == before
    assert pl.read_csv(out / "verdicts.csv")["claim"].to_list() == ["C10", "C16", "C33", "C38"]
    (out / FOLDER / "C10.parquet").unlink()


@pytest.mark.parametrize(
    "given, said",
    [
        (["--sets", "12"], "verdicts on 24 sets of parameters, and 12 are asked for"),
        (["--sets", "30"], "C16, C38, which would be left out"),
        (["--replicates", "3"], "runs of C33 with another posterior, seed or number of histories"),
        (["--seed", "2"], "runs of C33 with another posterior, seed or number of histories"),
    ],
)
def test_a_quick_look_does_not_take_the_place_of_more(folder, capsys, given, said):
    out = folder / "out"
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    options = ["--sets", "24", "--replicates", "2", "--posterior", str(folder / "posterior.parquet")]
    assert _exit_code(["claims", "--claim", "C33", *options, "--out", str(out), *given]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "--overwrite" in told
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_verdicts_under_structures_are_not_dropped_in_silence_and_are_when_asked_to(folder, tmp_path, capsys):
    out = tmp_path / "out"
    options = ["claims", "--claim", "C33", "--sets", "10", "--replicates", "2", "--out", str(out), "--quiet"]
    options += ["--posterior", str(folder / "posterior.parquet")]
    assert _exit_code([*options, "--structure", "no_blame"]) == 0
    assert _exit_code(options) == 2
    assert "verdicts under no_blame, which would be left out without --structure" in capsys.readouterr().err
    assert (out / "structures.csv").exists()
    assert _exit_code([*options, "--overwrite"]) == 0
    assert not (out / "structures.csv").exists()


def test_a_folder_at_which_another_is_at_work_is_left_alone(folder, tmp_path, capsys):
    out = tmp_path / "out"
    options = ["--out", str(out), "--posterior", str(folder / "posterior.parquet")]
    with held(out, "trying claims here"):
        assert _exit_code(["claims", "--claim", "C33", "--sets", "10", *options]) == 2
        assert _exit_code(["structures", "--only", "blame", "--rows", "0", *options]) == 2
        assert _exit_code(["calibrate", "--out", str(out), "--quiet"]) == 2
    assert capsys.readouterr().err.count("another process is ") == 3
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    "given, said",
    [
        (["--sets", "3"], "sets = 3: allowed is a whole number from 10 to 10,000"),
        (["--replicates", "1"], "replicates = 1: allowed is a whole number from 2 to 100"),
        (["--claim", "C44"], "no claim is called 'C44'"),
        (["--posterior", "nowhere.parquet"], "nowhere.parquet"),
        (["--workers", "0"], "workers = 0"),
    ],
)
def test_what_is_not_allowed_is_said_in_a_sentence(folder, capsys, given, said):
    options = ["--posterior", str(folder / "posterior.parquet"), "--out", str(folder / "never")]
    assert _exit_code(["claims", *options, *given]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert not (folder / "never").exists()


def test_a_dry_run_says_what_it_would_cost_and_leaves_nothing(folder, capsys):
    options = ["--posterior", str(folder / "posterior.parquet"), "--out", str(folder / "never")]
    assert _exit_code(["claims", "--dry-run", *options]) == 0
    assert re.search(
        r"43 claims, 200 sets, 4 histories a set: [\d,]+ runs to make, about \d+ minutes",
        capsys.readouterr().err,
    )
    assert not (folder / "never").exists()


def test_the_page_shows_the_claims_of_one_verdict_alone(folder, page):
    page.goto((folder / "out" / "claims.html").as_uri())
    verdicts = page.locator("article").evaluate_all("all => all.map((one) => one.dataset.verdict)")
    for verdict in set(verdicts):
        page.check(f"#filter input[value='{verdict}']")
        assert page.locator("article:visible").count() == verdicts.count(verdict)
        assert f"{verdicts.count(verdict)} of {len(verdicts)}" in page.inner_text("#shown")
    hidden = next((i for i, verdict in enumerate(verdicts) if verdict != verdicts[0]), None)
    if hidden is not None:
        page.check(f"#filter input[value='{verdicts[0]}']")
        page.evaluate(f"location.hash = document.querySelectorAll('article')[{hidden}].id")
        page.wait_for_function(
            f"document.querySelectorAll('article:not([hidden])').length === {len(verdicts)}"
        )


@pytest.mark.parametrize("width", [390, 1400])
def test_no_page_is_wider_than_the_screen(folder, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("claims", "side-sector"):
        page.goto((folder / "out" / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
