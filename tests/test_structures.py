"""Submodels switched off, other structures, their distance from the record, and verdicts under them."""

import inspect
import json
import math
import re
from dataclasses import dataclass, replace
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import polars as pl
import pytest
from helpers import a_council, a_nation, a_region
from scipy import stats

import model.rules
from experiments.calibration.fit import fit
from experiments.calibration.prior import prior_of
from experiments.claims import contrast_of, find_contrasts
from experiments.claims.across import Study
from experiments.claims.judging import judge
from experiments.errors import StudyError
from experiments.hindcast.record import RECORD_QUARTERS, recorded_figures
from experiments.hindcast.tolerances import tolerances
from experiments.posterior import Posterior, shipped_posterior, write_posterior
from experiments.structures import holding, refitting
from experiments.structures.beside import NOTES, losses, notes_of, shown_with
from experiments.structures.declared import (
    AS_IT_IS,
    alternatives,
    find_structures,
    not_switched,
    structures,
    submodels,
)
from experiments.structures.holding import Asked, Held, hold, laid_over
from experiments.structures.identified import Identified, Known, Rests, identified_table, known_of
from experiments.structures.refitting import Refit, about, fitted_under, kept_posterior, refit
from experiments.structures.scoring import Record, among_fits, contribution, medians, score
from experiments.structures.study import Study as StructuresStudy
from experiments.structures.verdicts import Under, lent, posterior_under, standings, study_under
from experiments.sweeps.factors import factor_of
from experiments.switching import switched
from model.codes import Grade
from model.parameters import Parameters
from model.regimes import resolve
from model.registry import ParameterError, parameter_dtype, registry, store_value
from model.rules.demand import take_children_into_care, turn_need_into_work
from model.rules.funding import fund_council
from model.rules.inspection import expected_score, pull_of
from model.rules.leadership import bedded_in, leaving_hazard_of_director
from model.rules.practice import explained_quality
from model.rules.workforce import engage_agency_staff, hire_staff, leaving_hazard
from turnaround.cli import _exit_code

every_alternative = pytest.mark.parametrize("structure", alternatives(), ids=lambda one: one.name)
every_structure = pytest.mark.parametrize("structure", structures().values(), ids=lambda one: one.name)


def off(name):
    """Parameters as rules read them, with a submodel switched off."""
    return switched(Parameters.defaults(), structures()[name].settings, name).rules_view


def a_posterior(sets=50, names=("director.blame", "inspection.halo", "inspection.noise"), seed=3):
    rng = np.random.default_rng(seed)
    columns = [factor_of(name, "test").at(rng.random(sets)) for name in names]
    return Posterior(tuple(names), np.column_stack(columns), np.full(sets, 1.0 / sets), {}, "of the test")


# ---- What is declared


def rules_of_the_book():
    modules = [import_module(f"model.rules.{one.name}") for one in iter_modules(model.rules.__path__)]
    return {name for module in modules for name, _ in inspect.getmembers(module, inspect.isfunction)}


@every_structure
def test_every_structure_names_rules_that_there_are_and_says_what_why_and_whence(structure):
    assert set(structure.rules) <= rules_of_the_book()
    assert all(text.endswith(".") for text in (structure.says, structure.reason))
    assert bool(structure.source) == (structure.kind == "alternative")


@every_structure
def test_every_structure_differs_from_the_defaults_or_from_what_is_fitted(structure):
    fitted = set(fitted_under(AS_IT_IS))
    assert any(
        name in fitted or registry()[name].default != value for name, value in structure.settings.items()
    )


def test_no_two_structures_are_the_same():
    settings = [tuple(sorted(one.settings.items())) for one in structures().values()]
    assert len(set(settings)) == len(settings)


@every_alternative
def test_an_alternative_is_no_part_of_the_model_as_it_is(structure):
    """Something that it sets lies at an end of the central nine tenths fitted or beyond, or was not."""
    posterior = shipped_posterior()

    def new(name, value):
        if name not in posterior.names:
            return registry()[name].default != value
        column = posterior.values[:, posterior.names.index(name)]
        below = float(posterior.weights[column < value].sum())
        return round(min(below, 1.0 - below), 9) <= 0.05

    assert any(new(name, value) for name, value in structure.settings.items() if name not in structure.free)


@every_alternative
def test_an_alternative_stays_within_the_ranges_so_that_claims_can_be_tried_under_it(structure):
    for name, value in structure.settings.items():
        assert registry()[name].low <= value <= registry()[name].high


def test_as_many_are_declared_as_were_asked_for_and_the_rest_is_named():
    assert 10 <= len(submodels()) <= 16
    assert 4 <= len(alternatives()) <= 6
    assert len(not_switched()) >= 3


def test_a_structure_that_there_is_not_is_refused_with_the_nearest():
    with pytest.raises(StudyError, match="did you mean no_blame"):
        find_structures(["no_blam"], alternatives())
    assert find_structures(["no_learning", "all"], alternatives()) == alternatives()
    found = find_structures(["no_blame", "no_learning"], alternatives())
    assert [one.name for one in found] == ["no_learning", "no_blame"]


# ---- Switched off means that the mechanism does nothing


def test_without_blame_a_blamed_director_and_staff_leave_no_sooner():
    def hazards(blame):
        council = a_council({"director.public_blame": blame, "director.tenure": 9.0})
        nation = a_nation()
        p = off("blame")
        return leaving_hazard_of_director(council, p), leaving_hazard(council, nation, p)

    assert hazards(1.0) == hazards(0.0)


def test_without_stigma_nobody_minds_where_they_work():
    def seen(stigma):
        council = a_council(
            {"workforce.stigma": stigma, "workforce.posts": 100.0, "workforce.experienced": 70.0}
        )
        p = off("stigma")
        hire_staff(council, a_region(), a_nation(), p)
        engage_agency_staff(council, p)
        return council.workforce.hires, council.workforce.agency, leaving_hazard(council, a_nation(), p)

    assert seen(1.0) == seen(0.0)
    assert seen(1.0)[0] > 0.0


def test_without_money_after_failure_an_inadequate_council_has_what_others_have():
    def funding(grade):
        council = a_council({"inspection.grade": grade})
        fund_council(council, a_nation(), off("money"))
        return council.budget.funding

    assert funding(Grade.INADEQUATE) == funding(Grade.GOOD) > 0.0


def test_without_feedback_of_demand_neither_early_help_nor_failure_makes_work():
    def work(quality, early_help):
        council = a_council({"practice.quality_remembered": quality, "budget.early_help_felt": early_help})
        council.practice.quality = quality
        turn_need_into_work(council, a_nation(), off("demand_feedback"))
        take_children_into_care(council, a_nation(), off("demand_feedback"))
        return council.demand.workload, council.demand.looked_after

    assert work(20.0, 0.4) == work(80.0, 1.4)
    assert min(work(20.0, 0.4)) > 0.0


def test_without_bedding_in_the_first_week_is_as_good_as_the_tenth_year():
    assert bedded_in(0.6, 0.0, off("bedding_in")) == bedded_in(0.6, 40.0, off("bedding_in")) == 0.6


def test_without_leadership_in_practice_quality_is_the_same_under_any_leader():
    def explained(leadership):
        return explained_quality(leadership, 0.1, 1.0, 0.5, 0.8, 0.4, 0.0, off("leadership"))

    assert explained(0.1) == explained(0.9)


def test_without_eroding_standards_neither_corners_nor_standards_touch_quality():
    def explained(cut, standard):
        return explained_quality(0.5, cut, standard, 0.5, 0.8, 0.4, 0.0, off("eroding_standards"))

    assert explained(0.0, 1.0) == explained(0.8, 0.4)


def test_without_halo_and_gaming_a_score_is_what_practice_and_leadership_make_it():
    """(1 - w) x 60 + w x 100 x 0.6 = 60 whatever the weight w of leadership."""
    council = a_council(
        {
            "inspection.grade": Grade.OUTSTANDING,
            "inspection.gaming": 0.9,
            "practice.quality": 60.0,
            "practice.leadership": 0.6,
        }
    )
    assert expected_score(council, off("appearance")) == pytest.approx(60.0)
    yardstick = structure_view("fixed_yardstick")
    assert {pull_of(grade, yardstick) for grade in Grade if grade} == {0.0}
    assert pull_of(Grade.INADEQUATE, resolve("ad_hoc").rules_view) < 0.0


def structure_view(name):
    return resolve("ad_hoc", settings=dict(structures()[name].settings)).rules_view


def test_what_is_switched_is_set_whatever_its_range_and_nothing_else_moves():
    base = Parameters.defaults()
    assert registry()["budget.inadequate_uplift"].low > 0.0
    found = switched(base, {"budget.inadequate_uplift": 0.0}, "test")
    assert found["budget.inadequate_uplift"] == 0.0
    assert {name for name in registry() if found[name] != base[name]} == {"budget.inadequate_uplift"}


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"director.blam": 0.0}, "director.blame"),
        ({"director.blame": float("nan")}, "allowed is a finite number"),
        ({"regime.market": 1.0}, "allowed is a finite number"),
        ({"inspection.good_bar": 99.0}, "bars of inspection must rise"),
    ],
)
def test_what_cannot_be_switched_is_said(settings, said):
    with pytest.raises(ParameterError, match=said):
        switched(Parameters.defaults(), settings, "test")


# ---- How far from the record


def a_record(*data, near=1.0):
    return Record(
        tuple(f"grades: {i}" for i in range(len(data))), np.array(data, float), np.full(len(data), near)
    )


def a_held(figures, likelihood=(), sets=None):
    figures = np.asarray(figures, float)
    places = np.arange(len(figures)) if sets is None else np.asarray(sets)
    named = {f"grades: {i}": figures[:, i] for i in range(figures.shape[1])}
    return Held(places, named, 0, np.asarray(likelihood, float))


def test_medians_are_those_of_numpy_with_what_is_unknown_left_out():
    rng = np.random.default_rng(5)
    figures = rng.normal(size=(31, 4))
    figures[rng.random((31, 4)) < 0.3] = np.nan
    assert medians(figures) == pytest.approx(np.nanmedian(figures, axis=0))
    assert np.isinf(medians(np.full((3, 1), np.nan))).all()


def test_distances_are_in_tolerances_and_end_at_ten():
    """Medians 12, 30 and unknown; 12 is 1 from 10 at a tolerance of 2, 30 is 20 / 2 = 10 and more than that
    counts no more; what no history shows is as far. 1 + 100 + 100 = 201.
    """
    figures = [[11.0, 90.0, np.nan], [12.0, 90.0, np.nan], [13.0, 90.0, np.nan]]
    found = score(AS_IT_IS, "as fitted", a_held(figures), a_record(10.0, 10.0, 10.0, near=2.0), 1.0)
    assert found.distances.tolist() == [1.0, 10.0, 10.0]
    assert found.total == 201.0
    assert (found.passing, found.within_luck, found.failing) == (1, 0, 2)


def test_a_figure_that_misses_by_luck_is_told_from_one_that_fails():
    """Of 0 to 20 the median 10 is far from 16, which lies in the central 90% of histories, and from 40."""
    histories = np.column_stack([np.arange(21.0), np.arange(21.0)])
    found = score(AS_IT_IS, "as fitted", a_held(histories), a_record(16.0, 40.0), 1.0)
    assert (found.passing, found.within_luck, found.failing) == (0, 1, 1)


def test_the_tolerances_are_those_written_down_before():
    record = Record.of(recorded_figures())
    assert len(record.names) == sum(not np.isnan(value) for value in recorded_figures().values()) > 100
    for name, near in zip(record.names, record.near, strict=True):
        measure, _, figure = name.partition(": ")
        assert near == tolerances()[measure].of_figure(figure)


def test_a_structure_that_changes_nothing_contributes_exactly_nothing():
    rng = np.random.default_rng(1)
    record = a_record(0.0, 0.0)
    held = a_held(rng.normal(size=(40, 2)), rng.normal(size=8))
    base = score(AS_IT_IS, "as fitted", held, record, 1.0)
    found = contribution(score(submodels()[0], "as fitted", held, record, 1.0), base, record)
    assert tuple(found.total) == (0.0, 0.0, 0.0)
    assert found.likelihood is not None
    assert tuple(found.likelihood) == (0.0, 0.0, 0.0)
    assert found.worse == found.better == ()


def test_what_gets_worse_is_named_with_how_much():
    """The first figure moves from 1 to 3 tolerances away, the second from 2 to 0: 9 + 0 - (1 + 4) = +4. The
    record's judgements are less likely by 2 under every set.
    """
    record = a_record(0.0, 0.0)
    base = score(AS_IT_IS, "as fitted", a_held(np.tile([1.0, 2.0], (30, 1)), [-100.0, -110.0]), record, 1.0)
    own = score(
        submodels()[0], "as fitted", a_held(np.tile([3.0, 0.0], (30, 1)), [-102.0, -112.0]), record, 1.0
    )
    found = contribution(own, base, record)
    assert tuple(found.total) == (4.0, 4.0, 4.0)
    assert (found.worse, found.better) == (("grades: 0",), ("grades: 1",))
    assert found.likelihood is not None
    assert tuple(found.likelihood) == (-2.0, -2.0, -2.0)


def test_the_interval_of_a_change_holds_the_true_one_as_often_as_it_says():
    """Of one figure with unit luck about 3 against 0, squared distances of medians differ by nearly 9."""
    held = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        record = a_record(0.0)
        base = score(AS_IT_IS, "fitted anew", a_held(rng.normal(0.0, 1.0, (80, 1))), record, 1.0)
        own = score(submodels()[0], "fitted anew", a_held(rng.normal(3.0, 1.0, (80, 1))), record, 1.0)
        found = contribution(own, base, record)
        held += found.total.low <= 9.0 <= found.total.high
    assert held >= 33  # of 40 at 95%, fewer than 33 come up less than once in ten thousand


def test_an_interval_among_fits_is_students_for_one_more_of_the_same():
    """Of 10, 12 and 14 the mean is 12 and the spread 2; 20 lies 8 above, by 4.303 * 2 * sqrt(4/3)."""
    change = among_fits(20.0, [10.0, 12.0, 14.0])
    assert change.value == 8.0
    reach = 4.302652729911275 * 2.0 * math.sqrt(4.0 / 3.0)
    assert (change.low, change.high) == pytest.approx((8.0 - reach, 8.0 + reach))


def test_one_more_fit_of_the_same_lies_in_its_interval_as_often_as_it_says():
    rng = np.random.default_rng(1)
    changes = [among_fits(row[0], row[1:].tolist()) for row in rng.normal(90.0, 12.0, (1000, 7))]
    held = sum(change.low <= 0.0 <= change.high for change in changes)
    assert 925 <= held <= 972  # of 1,000 at 95%, three standard deviations to both sides


def test_further_fits_of_the_model_as_it_is_widen_what_is_said_of_a_structure_fitted_anew():
    record = a_record(0.0)
    base, *again = (
        score(AS_IT_IS, "fitted anew", a_held(np.full((30, 1), middle), [chance]), record, 1.0)
        for middle, chance in ((1.0, -100.0), (2.0, -102.0), (3.0, -104.0))
    )
    own = score(submodels()[0], "fitted anew", a_held(np.full((30, 1), 2.0), [-102.0]), record, 1.0)
    found = contribution(own, base, record, again)
    assert found.total == among_fits(4.0, [1.0, 4.0, 9.0])
    assert found.likelihood == among_fits(-102.0, [-100.0, -102.0, -104.0])
    assert contribution(own, base, record).total.value == 3.0
    assert found.worse == found.better == ()


# ---- Held against the record, and fitted anew


def test_what_is_kept_is_not_run_again_and_what_depends_on_something_else_is(tmp_path, monkeypatch):
    base = resolve("ad_hoc")
    asked = Asked(base, 10, 1, 0, 1)
    posterior = a_posterior()
    made = []

    @dataclass
    class Seen:
        sets: object
        figures: object
        failed: int

    def pretend(posterior, laid, sets, *_):
        made.append(laid["capacity.inadequate_effort"])
        return Seen(np.arange(sets), {"grades: 0": np.full(sets, 2.0)}, 0)

    monkeypatch.setattr(holding, "hindcast", pretend)
    urgency = structures()["urgency"]
    file = tmp_path / "urgency" / "as_fitted.parquet"
    first = hold(urgency, posterior, asked, file)
    again = hold(urgency, posterior, asked, file)
    assert made == [0.0]
    assert again.figures["grades: 0"].tolist() == first.figures["grades: 0"].tolist()
    hold(urgency, posterior, replace(asked, seed=2), file)
    assert len(made) == 2
    file.write_bytes(b"nothing")
    with pytest.raises(StudyError, match="remove it, and it is made anew"):
        hold(urgency, posterior, asked, file)


def test_a_structure_reaches_every_set_that_is_run():
    """Beside the settings of the sets the records of the base and of the structure differ in its settings."""
    base, posterior = resolve("ad_hoc"), a_posterior(names=("inspection.noise",))
    surge = structures()["surge"]
    own = posterior.records(laid_over(surge, base), [0, 1, 2])
    other = posterior.records(base, [0, 1, 2])
    for name, value in surge.settings.items():
        store_value(other, name, value)
    assert own.tobytes() == other.tobytes()


def test_a_structure_fits_what_it_does_not_hold_and_what_it_frees():
    reputation = structures()["reputation"]
    fitted = fitted_under(reputation)
    assert "workforce.hiring_judgement" in fitted
    assert "workforce.hiring_confidence" not in fitted
    assert set(fitted_under(AS_IT_IS)) - set(fitted) == {"workforce.hiring_confidence"}
    assert reputation.held == {"workforce.hiring_confidence": 0.0}


def test_a_fit_lays_its_settings_over_the_base_before_anything_is_simulated(tmp_path, monkeypatch):
    class SeenError(Exception):
        pass

    def pretend(folder, base, *_):
        raise SeenError(base["practice.sector_learning"])

    monkeypatch.setattr("experiments.calibration.fit.make_table", pretend)
    prior = prior_of(("inspection.noise",))
    with pytest.raises(SeenError, match=r"^0\.0$"):
        fit(tmp_path, resolve("ad_hoc"), prior, RECORD_QUARTERS, 1, over={"practice.sector_learning": 0.0})


def test_the_first_table_of_a_fit_is_drawn_about_the_posterior_and_of_what_it_lacks_from_the_prior():
    """As the prior has it within four standard deviations of what was found, and everywhere of the other."""
    low, high = registry()["inspection.noise"].low, registry()["inspection.noise"].high
    values = (low + (high - low) * np.linspace(0.9, 0.999, 200))[:, np.newaxis]
    posterior = Posterior(("inspection.noise",), values, np.full(200, 0.005), {}, "test")
    prior = prior_of(("workforce.hiring_judgement", "inspection.noise"))
    normals = about(posterior, prior).drawn(20_000, (1,))
    found = prior_of(("inspection.noise",)).normals(values)
    least, most = found.mean() - 4.0 * found.std(), found.mean() + 4.0 * found.std()
    within = stats.truncnorm(least, most)
    assert normals[:, 1].min() >= least
    assert normals[:, 1].max() <= most
    assert normals[:, 1].mean() == pytest.approx(within.mean(), abs=0.03)
    assert normals[:, 1].std() == pytest.approx(within.std(), rel=0.03)
    assert (normals[:, 0].mean(), normals[:, 0].std()) == pytest.approx((0.0, 1.0), abs=0.03)
    assert np.corrcoef(normals, rowvar=False)[0, 1] == pytest.approx(0.0, abs=0.03)


def test_a_fit_that_is_there_is_used_only_by_the_very_same_study(tmp_path):
    asked = Refit(a_posterior(), resolve("ad_hoc"), 1500, 1)
    blame, halo = structures()["no_blame"], structures()["fixed_yardstick"]
    kept = Posterior(
        ("inspection.noise",),
        np.full((3, 1), 5.0),
        np.full(3, 1 / 3),
        json.loads(json.dumps(asked.key(blame))),
    )
    write_posterior(kept, tmp_path / "posterior.parquet")
    assert kept_posterior(tmp_path, asked.key(blame)) is not None
    assert kept_posterior(tmp_path, asked.key(halo)) is None
    assert kept_posterior(tmp_path, replace(asked, rows=2000).key(blame)) is None


def test_a_structure_is_fitted_to_what_the_model_as_it_is_is_fitted_to(tmp_path, monkeypatch):
    """What it cannot reach in its own table stays among the figures that it is fitted to."""
    given = {}

    class EnoughError(Exception):
        pass

    def watched(*words, **named):
        given.update(named)
        raise EnoughError

    monkeypatch.setattr(refitting, "fit", watched)
    conflicts = ["staff: agency, spread"]
    asked = Refit(replace(a_posterior(), provenance={"conflicts": conflicts}), resolve("ad_hoc"), 1500, 1)
    with pytest.raises(EnoughError):
        refit(structures()["no_blame"], asked, tmp_path)
    assert given["conflicts"] == conflicts
    assert asked.key(structures()["no_blame"])["conflicts"] == conflicts


# ---- Claims under other structures


@every_alternative
def test_under_a_structure_the_arms_of_a_claim_differ_in_nothing_but_its_levers(structure):
    study = study_under(
        structure, Study(a_posterior(), sets=10, replicates=2), a_posterior().without(structure.settings)
    )
    for contrast in find_contrasts():
        sets = study.of(contrast)
        without, with_ = sets.records(range(2))
        for name in contrast.arms:  # levelled, the arms are the same
            for records in (without, with_):
                store_value(records, name, 0.0)
        assert without.tobytes() == with_.tobytes(), contrast.claim
        laid = {name: value for name, value in structure.settings.items() if name not in contrast.arms}
        for name, value in laid.items():
            expected = np.zeros(2, parameter_dtype())
            store_value(expected, name, value)
            group, leaf = name.split(".")
            assert without[group][leaf].tolist() == expected[group][leaf].tolist()


def test_without_blame_the_claim_about_blame_has_the_blame_that_was_fitted(tmp_path):
    """Of the model as it is, whether or not other parameters were fitted under the structure."""
    no_blame, contrast = structures()["no_blame"], contrast_of("C33")
    rng = np.random.default_rng(8)
    narrow = Posterior(
        ("director.blame", "inspection.noise"),
        np.column_stack([rng.uniform(0.1, 0.3, 60), rng.uniform(4.0, 6.0, 60)]),
        np.full(60, 1 / 60),
        {},
    )
    study = Study(narrow, sets=40, replicates=2)
    as_fitted, anew = posterior_under(no_blame, narrow, None)
    assert not anew
    own = narrow.without(["director.blame"])
    for under in (study_under(no_blame, study, as_fitted), study_under(no_blame, study, own, True)):
        without, with_ = under.of(contrast).records(range(40))
        assert (without["director"]["blame"] == 0.0).all()
        assert 0.1 <= with_["director"]["blame"].min() < with_["director"]["blame"].max() <= 0.3
        assert (with_["workforce"]["leaving_blame"] == 0.0).all()
        other = under.of(contrast_of("C35")).records(range(40))
        assert all((arm["director"]["blame"] == 0.0).all() for arm in other)


def test_what_is_lent_keeps_the_distribution_that_it_has_where_it_comes_from():
    values = np.arange(10.0)[:, np.newaxis]
    weights = np.arange(1.0, 11.0) / 55.0
    other = Posterior(("director.blame",), values, weights, {})
    own = a_posterior(sets=2200, names=("inspection.noise",))
    found = lent(own, other, ["director.blame", "inspection.noise"])
    assert found.names == ("inspection.noise", "director.blame")
    assert (found.values[:, 0] == own.values[:, 0]).all()
    assert np.bincount(found.values[:, 1].astype(int)).tolist() == [40 * weight for weight in range(1, 11)]
    assert abs(np.corrcoef(found.values.T)[0, 1]) < 0.1
    assert lent(own, other, ["inspection.noise"]) is own


def test_what_a_structure_frees_comes_from_its_own_fit():
    reputation = structures()["reputation"]
    own = a_posterior(names=("inspection.noise", "workforce.hiring_judgement"))
    study = study_under(reputation, Study(a_posterior(), sets=10, replicates=2), own, True)
    assert dict(study.over) == {"workforce.hiring_confidence": 0.0}
    assert study.probed == 0


def test_a_missing_fit_and_one_of_another_model_are_named_with_what_makes_them(tmp_path):
    halo = structures()["fixed_yardstick"]
    with pytest.raises(StudyError, match="turnaround structures --only fixed_yardstick"):
        posterior_under(halo, a_posterior(), tmp_path)
    file = tmp_path / "fixed_yardstick" / "fit" / "posterior.parquet"
    file.parent.mkdir(parents=True)
    write_posterior(replace(a_posterior(), provenance={"model_hash": "another"}), file)
    with pytest.raises(StudyError, match="another version of the model"):
        posterior_under(halo, a_posterior(), tmp_path)
    asked = Refit(a_posterior(), resolve("ad_hoc"), 1500, 1)
    key = json.loads(json.dumps(asked.key(halo)))
    write_posterior(replace(a_posterior(), provenance=key), file)
    assert posterior_under(halo, a_posterior(), tmp_path)[1]
    for name, value, said in (
        ("first", "0", "another posterior of the model as it is"),
        ("free", ["inspection.noise"], "other parameters free"),
        ("over", {"inspection.halo": 9.0}, "other settings of the structure"),
        ("conflicts", ["stock: good, 2016"], "other figures left out"),
    ):
        write_posterior(replace(a_posterior(), provenance={**key, name: value}), file)
        with pytest.raises(StudyError, match=f"was fitted with {said};"):
            posterior_under(halo, a_posterior(), tmp_path)
    found, fitted_anew = posterior_under(halo, a_posterior(), None)
    assert not fitted_anew
    assert found.names == ("director.blame", "inspection.halo", "inspection.noise")
    sets = study_under(halo, Study(a_posterior(), sets=10), found).of(contrast_of("C35"))
    assert sets.fitted == ("director.blame", "inspection.noise")


def test_where_a_verdict_stays_differs_and_turns_over():
    contrast = contrast_of("C33")
    rng = np.random.default_rng(2)
    effects = {"holds": 4.0, "does not hold": -4.0, "cannot be told": 1.0}

    def judged(verdict):
        spread = 2.0 if verdict == "cannot be told" else 0.2
        found = judge(
            contrast, rng.normal(effects[verdict], spread, 100)[:, None] + rng.normal(0, 0.1, (100, 4))
        )
        assert found.verdict == verdict
        return found

    @dataclass
    class Assessed:
        contrast: object
        verdict: str

    named = {"fixed_yardstick": "holds", "no_blame": "does not hold", "regression": "cannot be told"}
    under = [
        Under("C33", structures()[name], False, judged(verdict), verdict, "", ())
        for name, verdict in named.items()
    ]
    found = standings([Assessed(contrast, "holds")], under)["C33"]
    assert found.stays == (structures()["fixed_yardstick"].title,)
    assert found.opposed == (structures()["no_blame"].title,)
    assert set(found.differs.values()) == {"does not hold", "cannot be told"}
    assert found.tried == 3


# ---- Identifiability


def test_what_the_record_informs_is_told_from_what_it_does_not():
    """One parameter narrowed to a tenth of its range, one as wide as before but moved nowhere."""
    rng = np.random.default_rng(4)
    wide, narrow = factor_of("director.blame", "t"), factor_of("inspection.noise", "t")
    values = np.column_stack([wide.at(rng.random(4000)), narrow.at(0.85 + 0.1 * rng.random(4000))])
    known = known_of(Posterior((wide.name, narrow.name), values, np.full(4000, 1 / 4000), {}, "t"))
    assert known[narrow.name].told
    # Its normals lie from 1.04 to 1.64, the 85th percentile to the 95th, about evenly
    assert known[narrow.name].left == pytest.approx(0.61 / math.sqrt(12.0), abs=0.01)
    assert known[narrow.name].moved == pytest.approx(1.28, abs=0.05)  # the 90th percentile of a normal
    assert not known[wide.name].told
    assert known[wide.name].moved == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(
    "shares, standing",
    [
        (((0.5, True), (0.04, False)), "on the record"),
        (((0.3, True), (0.2, False)), "in part on the record"),
        (((0.2, True), (0.3, False), (0.1, None)), "on what the record cannot tell"),
        ((), "on no single parameter"),
    ],
)
def test_on_what_a_claim_rests_follows_from_who_informs_what_moves_it(shares, standing):
    """Of what is explained the record informs 50 of 54, 30 of 50, 20 of 60 parts; none of nothing."""
    rests = tuple(
        Rests("a", share, 0.0, 1.0, "fitted", None if told is None else Known(0.5, told, 0.0))
        for share, told in shares
    )
    found = Identified("C01", rests)
    assert found.standing == standing
    assert identified_table([found]).height == max(1, len(shares))


# ---- The commands


@pytest.fixture(scope="module")
def posterior(tmp_path_factory):
    file = tmp_path_factory.mktemp("structures") / "posterior.parquet"
    write_posterior(a_posterior(), file)
    return file


@pytest.mark.parametrize(
    "given, said",
    [
        (["structures", "--only", "blam"], "no structure is called 'blam'; did you mean blame"),
        (["structures", "--rows", "10"], "rows = 10: allowed is a whole number from 1,500, or 0 to fit none"),
        (["structures", "--rows", "many"], "'many' is not a valid integer"),
        (["structures", "--fits", "1"], "fits = 1: allowed is a whole number from 3 to 50"),
        (["structures", "--sets", "3"], "sets = 3: allowed is a whole number from 10"),
        (["structures", "--replayed", "500"], "replayed = 500: allowed is a whole number from 0 to 200"),
        (["claims", "--structure", "no_blam"], "no structure is called 'no_blam'; did you mean no_blame"),
        (["claims", "--refitted", "nowhere"], "--refitted nowhere is of use with --structure only"),
        (
            ["claims", "--structure", "fixed_yardstick", "--refitted", "nowhere"],
            "turnaround structures --only fixed_yardstick",
        ),
    ],
)
def test_what_is_not_allowed_is_said_in_a_sentence(posterior, tmp_path, capsys, given, said):
    options = ["--posterior", str(posterior), "--out", str(tmp_path / "never")]
    assert _exit_code([*given, *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert not (tmp_path / "never").exists()


@pytest.mark.slow
def test_structures_and_claims_need_sets_of_parameters(tmp_path, capsys):
    for command in ("structures", "claims"):
        assert _exit_code([command, "--posterior", "none", "--out", str(tmp_path / "never")]) == 2
        assert "--posterior none: allowed is a file or shipped" in capsys.readouterr().err
        assert _exit_code([command, "--posterior", "shipped", "--out", str(tmp_path), "--dry-run"]) == 0
    assert not (tmp_path / "never").exists()


def _noted(folder, study, names):
    notes = notes_of(study, find_structures(names, list(structures().values())))
    (folder / NOTES).write_text(json.dumps({"study": notes}), "utf-8")


@pytest.fixture
def forty():
    return StructuresStudy(a_posterior(), resolve("ad_hoc"), sets=40, replayed=0, rows=0)


def test_tables_show_what_the_same_study_left_there_beside_what_is_chosen(forty, tmp_path):
    chosen = find_structures(["no_blame"], list(structures().values()))
    assert shown_with(forty, chosen, tmp_path) == chosen
    _noted(tmp_path, forty, ["stigma", "no_blame", "blame"])
    assert losses(tmp_path, forty, chosen) == []
    names = [one.name for one in shown_with(forty, chosen, tmp_path)]
    assert names == [name for name in structures() if name in ("stigma", "no_blame", "blame")]


@pytest.mark.parametrize(
    "change, said",
    [
        ({"sets": 20}, "40 sets"),
        ({"fits": 3}, "6 fits"),
        ({"seed": 2}, "seed 1"),
        ({"posterior": a_posterior(seed=4)}, "another posterior"),
        ({"sets": 50}, "tables of stigma, which would be left out"),
    ],
    ids=["fewer sets", "fewer fits", "another seed", "another posterior", "more sets of fewer structures"],
)
def test_tables_of_a_fuller_or_another_study_are_not_replaced_unasked(forty, tmp_path, change, said):
    _noted(tmp_path, forty, ["stigma", "no_blame"])
    chosen = find_structures(["no_blame"], list(structures().values()))
    [lost] = losses(tmp_path, replace(forty, **change), chosen)
    assert said in lost


@pytest.mark.parametrize("text", ["", "[]", '{"study": 3}', '{"study": {"structures": ["stigma"]}}'])
def test_notes_that_cannot_be_read_or_are_of_other_rules_are_no_loss(forty, tmp_path, text):
    chosen = find_structures(["no_blame"], list(structures().values()))
    (tmp_path / NOTES).write_text(text, "utf-8")
    assert losses(tmp_path, forty, chosen) == []
    assert shown_with(forty, chosen, tmp_path) == chosen
    stale = notes_of(replace(forty, sets=400), chosen) | {"model_hash": "of other rules"}
    (tmp_path / NOTES).write_text(json.dumps({"study": stale}), "utf-8")
    assert losses(tmp_path, forty, chosen) == []
    assert shown_with(forty, chosen, tmp_path) == chosen


def test_a_dry_run_says_what_it_would_cost_and_leaves_nothing(posterior, tmp_path, capsys):
    options = ["--posterior", str(posterior), "--out", str(tmp_path / "never"), "--dry-run"]
    assert _exit_code(["structures", *options]) == 0
    assert re.search(
        rf"{len(structures())} structures .* about \d+ minutes", capsys.readouterr().err.replace("\n", " ")
    )
    assert _exit_code(["claims", "--structure", "all", *options]) == 0
    assert "43 claims, under 6 structures beside the model as it is" in capsys.readouterr().err
    assert not (tmp_path / "never").exists()


def test_the_claims_command_sets_every_structure_beside_the_model_as_it_is(posterior, tmp_path, capsys):
    out = tmp_path / "out"
    given = [
        "claims",
        "--claim",
        "C33",
        "--sets",
        "10",
        "--replicates",
        "2",
        "--structure",
        "no_blame,no_learning",
    ]
    assert _exit_code([*given, "--posterior", str(posterior), "--out", str(out)]) == 0
    assert "Under every structure tried" in capsys.readouterr().out
    table = pl.read_csv(out / "structures.csv")
    assert table["structure"].to_list() == ["no_learning", "no_blame"]
    base = pl.read_csv(out / "verdicts.csv")
    assert set(table["verdict_as_it_is"]) == set(base["verdict"])
    assert table.filter(pl.col("structure") == "no_blame")["set_by_the_claim"].item() == "director.blame"
    runs = pl.read_parquet(out / "structures" / "no_learning" / "runs" / "C33.parquet")
    assert set(runs["kind"]) == {"base"}
    means = runs.filter(pl.col("measure") == "0:director_changes").select(
        (pl.col("with") - pl.col("without")).mean()
    )
    assert table.filter(pl.col("structure") == "no_learning")["difference"].item() == pytest.approx(
        means.item()
    )
    rests = pl.read_csv(out / "rests.csv")
    assert set(rests["claim"]) == {"C33"}
    page = (out / "claims.html").read_text("utf-8")
    assert "Stays in structures" in page
    assert structures()["no_learning"].says in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


@pytest.mark.slow
def test_the_structures_command_leaves_tables_a_page_and_fits_that_claims_take(posterior, tmp_path):
    out = tmp_path / "out"
    given = ["structures", "--only", "no_blame", "--sets", "10", "--replayed", "1", "--rows", "3000"]
    given += ["--fits", "3"]
    assert _exit_code([*given, "--posterior", str(posterior), "--out", str(out), "--quiet"]) == 0
    table = pl.read_csv(out / "submodels.csv")
    assert table["structure"].to_list() == [*["as_it_is"] * 4, "no_blame", "no_blame"]
    assert table["mode"].to_list() == ["as fitted", *["fitted anew"] * 3, "as fitted", "fitted anew"]
    fits = table["squared_distance"].to_list()[1:4]
    assert len(set(fits)) == 3, "the same rows and networks were taken again"
    assert table["change"][5] == pytest.approx(table["squared_distance"][5] - sum(fits) / 3)
    figures = pl.read_csv(out / "figures.csv")
    own = figures.filter(pl.col("structure") == "no_blame", pl.col("mode") == "fitted anew")
    assert table["squared_distance"][5] == pytest.approx((own["distance"] ** 2).sum())
    assert "No blame" in (out / "structures.html").read_text("utf-8")
    claims = ["claims", "--claim", "C33", "--sets", "10", "--replicates", "2", "--structure", "no_blame"]
    options = [
        "--posterior",
        str(posterior),
        "--refitted",
        str(out),
        "--out",
        str(tmp_path / "claims"),
        "--quiet",
    ]
    assert _exit_code([*claims, *options]) == 0
    assert pl.read_csv(tmp_path / "claims" / "structures.csv")["fitted_anew"].to_list() == [True]
