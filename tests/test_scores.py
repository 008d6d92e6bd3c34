"""Scores of forecasts by hand, by theorem and by simulation; outcomes as people write them; who is better."""

import json
import re
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from scipy.stats import kstest

from experiments.errors import StudyError
from experiments.forecasts.baselines import BASELINES
from experiments.forecasts.ceiling import expected_brier, expected_rps
from experiments.forecasts.make import BaselinePlan, make_baseline
from experiments.forecasts.outcomes import (
    Outcomes,
    next_judgements,
    observed,
    outcomes_of_record,
    read_outcomes,
)
from experiments.forecasts.rolling import make_all, score_rolling
from experiments.forecasts.schema import JUDGED, STANDING, Forecast, read_forecast
from experiments.forecasts.scored import in_memory, labelled, score_all, shared
from experiments.forecasts.scores import (
    brier_score,
    count_score,
    count_summary,
    log_score,
    mean_score,
    pit_histogram,
    ranked_probability_score,
    reliability,
    score_counts,
    score_inspections,
    skill,
    summary,
    transform,
)
from experiments.hindcast.panel import existing
from model.facts import load_facts
from model.history import grades_in_force
from model.quarters import parse_quarter

ORIGIN, END = parse_quarter("2018Q4"), parse_quarter("2019Q4")

four = st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4).map(lambda parts: np.array(parts) / sum(parts))


@pytest.fixture(scope="module")
def markov():
    return in_memory("markov", ORIGIN, END, draws=200)


# ---- The scores themselves


def test_the_ranked_probability_score_worked_by_hand():
    """0.1, 0.5, 0.3, 0.1 cumulate to 0.1, 0.6, 0.9. Good: 0.1^2 + 0.4^2 + 0.1^2 = 0.18.

    Inadequate: 0.1^2 + 0.6^2 + 0.9^2 = 1.18. Certain of outstanding and inadequate: 3.
    """
    said = np.array([[0.1, 0.5, 0.3, 0.1], [0.1, 0.5, 0.3, 0.1], [1.0, 0.0, 0.0, 0.0]])
    found = ranked_probability_score(said, np.array([1, 3, 3]))
    np.testing.assert_allclose(found, [0.18, 1.18, 3.0])


def test_brier_and_log_scores_worked_by_hand():
    np.testing.assert_allclose(brier_score(np.array([0.2, 0.2]), np.array([1, 0])), [0.64, 0.04])
    assert log_score(np.array([0.5, 1.0, 0.0])).tolist() == [pytest.approx(0.693147181), 0.0, np.inf]


def test_the_score_of_counts_worked_by_hand():
    """Draws 1, 2, 4 and 3 observed: mean |x - 3| = 4/3; half the mean |x - x'| over nine pairs = 6/9."""
    assert count_score(np.array([1, 2, 4]), 3) == pytest.approx(4 / 3 - 6 / 9)
    assert count_score(np.array([5, 5, 5]), 2) == pytest.approx(3.0)


@given(four, four)
def test_no_forecast_is_expected_to_score_better_than_the_truth(said, truth):
    """Propriety: the expectations are those of the scores, judgement by judgement, and least at the truth."""
    grades = np.arange(4)
    scores = ranked_probability_score(np.tile(said, (4, 1)), grades)
    assert expected_rps(said, truth) == pytest.approx(float(truth @ scores))
    assert expected_rps(said, truth) >= expected_rps(truth, truth) - 1e-12
    briers = brier_score(np.full(4, said[3]), grades == 3)
    assert expected_brier(said, truth) == pytest.approx(float(truth @ briers))
    assert expected_brier(said, truth) >= expected_brier(truth, truth) - 1e-12
    assert float(truth @ log_score(said)) >= float(truth @ log_score(truth)) - 1e-12


def test_the_score_of_counts_is_least_for_draws_from_the_truth():
    """Binomial counts forecast with the truth, three too many, half the spread."""
    luck = np.random.default_rng(1)
    draws = luck.binomial(150, 0.1, 2000)
    middle = np.median(draws)
    happened = luck.binomial(150, 0.1, 400)

    def mean(forecast):
        return np.mean([count_score(forecast, value) for value in happened])

    assert mean(draws) < mean(draws + 3)
    assert mean(draws) < mean(middle + (draws - middle) * 0.3)
    assert mean(draws) < mean(middle + (draws - middle) * 3.0)


def test_transforms_are_uniform_where_outcomes_are_drawn_from_the_forecast_and_not_where_they_are_not():
    luck = np.random.default_rng(2)
    said = luck.dirichlet(np.ones(4), 3000)
    below = np.cumsum(said, axis=1)
    drawn = (luck.random((3000, 1)) >= below[:, :3]).sum(axis=1)
    assert kstest(transform(below, drawn, 1), "uniform").pvalue > 0.001
    assert kstest(transform(below, np.minimum(drawn + 1, 3), 1), "uniform").pvalue < 1e-9


def test_a_histogram_of_transforms_has_five_equal_bands():
    assert pit_histogram([0.0, 0.1, 0.3, 0.5, 0.5, 0.99, 1.0]) == [2, 1, 2, 0, 2]


# ---- Who is better


def test_skill_worked_by_hand():
    """Scores 1 and 3 in turn against 2 and 6: 1 - 4/8."""
    found = skill(np.tile([1.0, 3.0], 5), np.tile([2.0, 6.0], 5), list(range(201, 211)), 1)
    assert (found.value, found.low, found.high) == (0.5, 0.5, 0.5)
    assert found.above_zero == 1.0
    few = skill(np.array([1.0, 3.0]), np.array([2.0, 6.0]), [201, 202], 1)
    assert few.value == 0.5
    assert np.isnan([few.low, few.high, few.above_zero]).all()


def test_a_council_that_counts_four_times_is_drawn_as_one():
    """Councils are drawn with all their judgements, so that repeating those narrows no interval."""
    scores = np.random.default_rng(3).random(40)
    once = mean_score(scores, list(range(40)), 1)
    often = mean_score(np.tile(scores, 4), list(range(40)) * 4, 1)
    assert (often.low, often.high) == (pytest.approx(once.low), pytest.approx(once.high))
    apart = mean_score(np.tile(scores, 4), list(range(160)), 1)
    assert apart.high - apart.low < 0.6 * (once.high - once.low)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """60 councils with three judgements each that are alike: 95% intervals of the mean, 300 times."""
    luck = np.random.default_rng(4)
    blocks = np.repeat(np.arange(60), 3)
    covered = 0
    for time in range(300):
        scores = 0.5 + luck.exponential(1.0, 60)[blocks] - 1.0 + 0.2 * luck.normal(size=180)
        found = mean_score(scores, list(blocks), time, resamples=400)
        covered += found.low <= 0.5 <= found.high
    assert 0.89 <= covered / 300 <= 0.98


def test_where_a_score_is_infinite_there_is_no_skill():
    found = skill(np.array([1.0, 1.0]), np.array([np.inf, 1.0]), [1, 2], 1)
    assert np.isnan(found.value)
    assert mean_score(np.array([np.inf, 1.0]), [1, 2], 1).value == np.inf


# ---- What happened


@pytest.mark.parametrize("origin", ["2013Q4", "2015Q4", "2018Q3", "2018Q4"])
def test_judgements_taken_one_by_one_leave_the_councils_where_the_record_has_them(origin):
    first = parse_quarter(origin)
    counts, new = observed(outcomes_of_record(first), first, END)
    for step, quarter in enumerate(range(first + 1, END + 1)):
        grades = grades_in_force(load_facts(), quarter)[existing([quarter])[0]]
        recorded = np.bincount(grades, minlength=5)
        assert counts[step].tolist() == [*recorded[1:], recorded[0]]
    assert len(new) == END - first


def test_new_judgements_of_inadequate_are_counted_once_a_spell():
    """After 2019Q4: Birmingham (requires improvement) fails, fails again, recovers; Northamptonshire, which
    is inadequate, stays so.
    """
    table = pl.DataFrame(
        [(330, 24, 3), (928, 25, 3), (330, 26, 3), (330, 27, 1)],
        schema={"la_code": pl.Int32, "quarter": pl.Int64, "grade": pl.Int64}, orient="row",
    )  # fmt: skip
    counts, new = observed(Outcomes(table, 28), 23, 40)
    assert new.tolist() == [1, 0, 0, 0, 0]
    before = np.bincount(grades_in_force(load_facts(), 23)[existing([23])[0]], minlength=5)[[1, 2, 3, 4, 0]]
    assert (counts[0] - before).tolist() == [0, 0, -1, 1, 0]
    assert (counts[4] - before).tolist() == [0, 1, -1, 0, 0]


def test_a_council_counts_at_its_first_judgement_after_the_origin():
    table = outcomes_of_record(ORIGIN).table
    first = next_judgements(outcomes_of_record(ORIGIN), ORIGIN, END)
    assert first["la_code"].is_unique().all()
    assert set(first["la_code"]) == set(table["la_code"])
    assert len(next_judgements(outcomes_of_record(ORIGIN), ORIGIN, ORIGIN + 1)) < len(first)


def test_outcomes_after_the_record_are_not_made_from_it():
    with pytest.raises(StudyError, match="the record ends with 2019Q4"):
        outcomes_of_record(ORIGIN, END + 1)


def written(tmp_path, *lines, header="la_code,quarter,grade"):
    path = tmp_path / "judgements.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def test_outcomes_are_read_as_people_write_them(tmp_path):
    path = written(
        tmp_path, "Leeds,383,2021Q3,Outstanding", "x,330, 2022Q1 ,requires  improvement to be good",
        "x,330,2020Q1,INADEQUATE", header="name,la_code,quarter,grade",
    )  # fmt: skip
    found = read_outcomes(path)
    assert found.table.rows() == [(330, 24, 3), (383, 30, 0), (330, 32, 2)]
    assert found.until == 32
    assert read_outcomes(path, "2023Q4").until == 39


@pytest.mark.parametrize(
    "line,told",
    [
        ("33,2021Q1,Good", "line 3: council '33': allowed is a council's name or its code"),
        ("Leds,2021Q1,Good", r"line 3: council 'Leds': .* near: Leeds \(383\)"),
        (f"{'L' * 5_000},2021Q1,Good", f"line 3: council '{'L' * 80}': allowed"),
        ("330,2021,Good", "line 3: quarter '2021' cannot be read"),
        (
            "330,2021Q1,Adequate",
            "line 3: grade 'Adequate': allowed is outstanding, good, requires improvement",
        ),
        ("928,2022Q1,Good", r"line 3: 928 \(Northamptonshire\) does not exist in 2022Q1"),
        ("940,2020Q1,Good", r"line 3: 940 \(North Northamptonshire\) does not exist in 2020Q1"),
        ("383,2021Q3,Good", r"line 3: 383 \(Leeds\) has a judgement in 2021Q3 on line 2 already"),
        (",,", "line 3: council ''"),
    ],
)
def test_a_row_that_is_not_allowed_is_named(tmp_path, line, told):
    with pytest.raises(StudyError, match=told):
        read_outcomes(written(tmp_path, "383,2021Q3,Outstanding", line))


@pytest.mark.parametrize("head", ["la_code", "council", "name"])
def test_a_council_may_be_named_in_place_of_its_code(tmp_path, head):
    rows = ("leeds,2021Q3,Good", '"Kingston upon Hull, City of",2021Q4,Inadequate', "330,2022Q1,Good")
    found = read_outcomes(written(tmp_path, *rows, header=f"{head},quarter,grade"))
    assert found.table["la_code"].to_list() == [383, 810, 330]


def test_a_table_whose_columns_are_parted_otherwise_is_told_by_what_they_should_be(tmp_path):
    with pytest.raises(StudyError, match="columns are parted by commas, and here it seems by semicolons"):
        read_outcomes(written(tmp_path, "383;2021Q3;Good", header="la_code;quarter;grade"))
    with pytest.raises(StudyError, match=r"and has la_code, quarter$"):
        read_outcomes(written(tmp_path, header="la_code,quarter"))


def test_every_bad_row_is_named_up_to_ten(tmp_path):
    with pytest.raises(StudyError) as problem:
        read_outcomes(written(tmp_path, *["1,2021Q1,Good"] * 12))
    assert str(problem.value).count("\n") == 10
    assert str(problem.value).endswith("and 2 more")


def test_a_table_of_something_else_is_refused(tmp_path):
    with pytest.raises(StudyError, match="lacks the column grade"):
        read_outcomes(written(tmp_path, header="la_code,quarter"))
    with pytest.raises(StudyError, match="has no rows"):
        read_outcomes(written(tmp_path))
    with pytest.raises(StudyError, match="cannot be read as CSV"):
        read_outcomes(tmp_path / "none.csv")


# ---- Forecasts scored


def test_a_forecast_is_scored_on_what_it_said_of_the_council_in_that_quarter(markov):
    table = score_inspections(markov, outcomes_of_record(ORIGIN))
    one = table.row(7, named=True)
    said = markov.next_inspection.filter(
        pl.col("la_code") == one["la_code"], pl.col("quarter") == one["quarter"]
    )
    by_grade = dict(said.select("grade", "probability").iter_rows())
    assert [one[grade] for grade in JUDGED] == [by_grade[grade] for grade in JUDGED]
    assert one["brier_inadequate"] == pytest.approx(
        (by_grade["inadequate"] - (one["grade"] == "inadequate")) ** 2
    )
    assert one["log"] == pytest.approx(-np.log(by_grade[one["grade"]]))


def test_no_change_scores_the_distance_between_judgements():
    """A certain forecast's ranked probability score is how many grades it is out; that of counts likewise."""
    sure = in_memory("no_change", ORIGIN, END, draws=3)
    outcomes = outcomes_of_record(ORIGIN)
    table = score_inspections(sure, outcomes)
    said = table.select(JUDGED).to_numpy().argmax(axis=1)
    came = np.array([JUDGED.index(grade) for grade in table["grade"]])
    assert table["ranked_probability"].to_list() == pytest.approx(np.abs(said - came).tolist())
    counts = score_counts(sure, outcomes)
    assert counts["crps"].to_list() == pytest.approx((counts["median"] - counts["observed"]).abs().to_list())


def test_part_of_the_horizon_is_scored_as_far_as_it_is_known(markov):
    early = Outcomes(outcomes_of_record(ORIGIN).table, ORIGIN + 2)
    table = score_inspections(markov, early)
    assert set(table["quarter"]) == {"2019Q1", "2019Q2"}
    assert score_counts(markov, early)["quarter"].n_unique() == 2


def test_where_nothing_has_happened_there_is_nothing_to_score(markov):
    nothing = Outcomes(outcomes_of_record(ORIGIN).table.clear(), END)
    with pytest.raises(StudyError, match="no judgement falls between 2019Q1 and 2019Q4"):
        score_inspections(markov, nothing)


def test_the_order_of_a_forecasts_rows_does_not_matter(markov):
    shuffled = replace(
        markov,
        national=markov.national.sample(fraction=1.0, shuffle=True, seed=1),
        next_inspection=markov.next_inspection.sample(fraction=1.0, shuffle=True, seed=1),
    )
    outcomes = outcomes_of_record(ORIGIN)
    assert score_counts(shuffled, outcomes).equals(score_counts(markov, outcomes))
    assert score_inspections(shuffled, outcomes).equals(score_inspections(markov, outcomes))


def test_a_summary_holds_the_first_against_the_others(markov):
    outcomes = outcomes_of_record(ORIGIN)
    tables = {
        name: score_inspections(made, outcomes)
        for name, made in (("markov", markov), ("sure", in_memory("no_change", ORIGIN, END, 2)))
    }
    found = {(row["score"], row["forecast"]): row for row in summary(tables).iter_rows(named=True)}
    means = [tables[name]["ranked_probability"].mean() for name in ("markov", "sure")]
    row = found["ranked probability score", "sure"]
    assert row["mean"] == pytest.approx(means[1])
    assert row["skill"] == pytest.approx(1 - means[0] / means[1])
    assert row["skill_low_95"] < row["skill"] < row["skill_high_95"]
    assert found["ranked probability score", "markov"]["skill"] is None
    assert found["log score", "sure"]["mean"] == np.inf
    assert found["log score", "sure"]["skill"] is None


def test_forecasts_scored_on_different_judgements_are_not_compared(markov):
    outcomes = outcomes_of_record(ORIGIN)
    table = score_inspections(markov, outcomes)
    with pytest.raises(StudyError, match="not scored on the same judgements"):
        summary({"one": table, "other": table.head(5)})


def test_reliability_worked_by_hand():
    """Four councils given 0.2 of inadequate, of which one was; two given 0.6, of which both were."""
    said = [0.2] * 4 + [0.6] * 2
    table = pl.DataFrame(
        {"outstanding": [0.0] * 6, "good": [1 - p for p in said], "requires improvement": [0.0] * 6,
         "inadequate": said, "grade": ["inadequate", "good", "good", "good", "inadequate", "inadequate"]}
    )  # fmt: skip
    rows = reliability(table).filter(pl.col("grade") == "inadequate")
    assert rows.select("from", "to", "inspections", "mean_probability", "share").rows() == [
        (0.1, 0.25, 4, pytest.approx(0.2), 0.25),
        (0.5, 0.75, 2, pytest.approx(0.6), 1.0),
    ]
    # Wilson's interval of 1 in 4.
    assert rows["low_95"][0] == pytest.approx(0.0456, abs=1e-4)
    assert rows["high_95"][0] == pytest.approx(0.6994, abs=1e-4)


def test_counts_are_summed_up_by_quantity(markov):
    table = score_counts(markov, outcomes_of_record(ORIGIN))
    found = count_summary({"markov": table})
    assert found["quarters"].to_list() == [4] * 5
    good = table.filter(pl.col("quantity") == "good")
    assert found.filter(pl.col("quantity") == "good")["crps"][0] == pytest.approx(good["crps"].mean())


def test_forecasts_from_different_quarters_are_not_compared(markov):
    other = in_memory("markov", ORIGIN - 1, END, 2)
    with pytest.raises(StudyError, match=r"from one origin; these are from markov 2018Q4, markov 2018Q3"):
        shared(outcomes_of_record(ORIGIN), [markov, other])


def test_what_was_fitted_to_what_it_forecasts_is_labelled(markov):
    fitted = replace(markov, description={"in_sample": True})
    assert list(labelled([fitted, markov], ["a", "b"])) == ["a (in-sample)", "b"]


def test_rolling_origins_are_scored_each_and_together(tmp_path):
    """A council's judgement counts once an origin; together the means weigh by judgements."""
    made = {
        name: [in_memory(name, parse_quarter(origin), END, 20) for origin in ("2017Q4", "2018Q4")]
        for name in ("markov", "no_change")
    }
    found = score_rolling(made)
    assert list(found) == ["2017Q4", "2018Q4", "all origins"]
    parts = [found[name].scores.filter(pl.col("forecast") == "markov").row(0, named=True) for name in found]
    count = [part["inspections"] for part in parts]
    assert count[2] == count[0] + count[1]
    weighted = (count[0] * parts[0]["mean"] + count[1] * parts[1]["mean"]) / count[2]
    assert parts[2]["mean"] == pytest.approx(weighted)
    found["all origins"].write(tmp_path / "scores")
    assert {path.name for path in (tmp_path / "scores").iterdir()} == {
        "scores.csv", "counts.csv", "reliability.csv", "transforms.csv", "inspections.csv", "national.csv",
    }  # fmt: skip


def test_transforms_are_counted_in_five_bands_by_forecast(markov):
    """Of as many transforms as there are judgements, a fifth is expected in each band."""
    scored = score_all({"markov": [markov]}, [outcomes_of_record(ORIGIN)])
    table = scored.transforms.filter(pl.col("of") == "next inspections")
    pits = scored.inspections["markov"]["pit"].to_numpy()
    assert table["seen"].to_list() == [
        int(((low <= pits) & (pits < low + 0.2)).sum()) for low in (0.0, 0.2, 0.4, 0.6, 0.8)
    ]
    assert table["expected"].to_list() == [len(pits) / 5] * 5
    assert set(scored.transforms["of"]) == {"next inspections", "national counts"}


def test_rolling_forecasts_are_kept_and_gone_on_with(tmp_path):
    first = make_all(tmp_path, ["2018Q4"], None, draws=4, sets=2, seed=1, workers=1)
    hashes = json.loads((tmp_path / "2018Q4" / "turnaround" / "forecast.json").read_text())["made"]
    again = make_all(tmp_path, ["2018Q4"], None, draws=4, sets=2, seed=1, workers=1)
    assert again["turnaround"][0].description["made"] == hashes
    assert list(first) == ["turnaround", *BASELINES]
    assert first["turnaround"][0].label == " (in-sample)"
    with pytest.raises(StudyError, match=r"there is no 2018Q4\.parquet"):
        make_all(tmp_path, ["2018Q4"], tmp_path, 4, 2, 1, 1)


# ---- On the command line


@pytest.fixture
def made(tmp_path):
    make_baseline(BaselinePlan("markov", ORIGIN, END, 50, 1), tmp_path / "f")
    outcomes = outcomes_of_record(ORIGIN).table.with_columns(
        grade=pl.col("grade").replace_strict(dict(enumerate(JUDGED))),
        quarter=pl.format("{}Q{}", 2014 + pl.col("quarter") // 4, 1 + pl.col("quarter") % 4),
    )
    outcomes.write_csv(tmp_path / "o.csv")
    return tmp_path


def test_a_forecast_is_scored_against_the_baselines_unless_others_are_named(cli, made):
    code, out, err = cli("score", "f", "o.csv", "--out", "scores")
    assert code == 0, err
    for words in ("no_change", "ordered_logit", "infinite", "ranked probability score", "Tables  scores"):
        assert words in out
    assert "Again   turnaround score f o.csv --seed 1 --out scores" in out
    table = pl.read_csv("scores/scores.csv")
    assert table["forecast"].unique().sort().to_list() == ["markov", "no_change", "ordered_logit"]
    code, out, _ = cli("score", "f", "o.csv", "--against", "no_change", "--until", "2019Q2")
    assert code == 0
    assert "ordered_logit" not in out
    assert "in 2 quarters" in out


def test_of_few_councils_means_are_given_without_intervals_and_that_is_said(cli, made):
    head, *lines = Path("o.csv").read_text().splitlines()
    Path("few.csv").write_text("\n".join([head, *lines[:3]]) + "\n")
    code, out, err = cli(
        "score", "f", "few.csv", "--against", "no_change", "--until", "2019Q4", "--out", "few"
    )
    assert code == 0, err
    assert "3 councils can be scored: too few for intervals" in " ".join(err.split())
    table = pl.read_csv("few/scores.csv")
    assert table["mean"].null_count() == 0
    assert table["low_95"].null_count() == table["skill_low_95"].null_count() == table.height
    assert "RuntimeWarning" not in err
    assert re.search(r"ranked probability score\s+markov\s+\d\.\d{3}\s", out)


def test_scores_are_not_left_among_what_is_something_else(cli, made):
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("words")
    code, _, err = cli("score", "f", "o.csv", "--out", "mine")
    assert code == 2
    assert "mine is not empty and holds no scores" in " ".join(err.split())


def test_what_is_left_out_is_said(cli, made):
    lines = Path("o.csv").read_text().splitlines()
    Path("o.csv").write_text("\n".join([*lines, "330,2018Q3,good", "330,2021Q3,good"]) + "\n")
    code, _, err = cli("score", "f", "o.csv", "--against", "no_change")
    assert code == 0
    assert "Not scored: 1 of the judgements, up to the origin 2018Q4" in " ".join(err.split())
    assert "Not scored: 1 of the judgements, after 2019Q4" in " ".join(err.split())


@pytest.mark.parametrize(
    "words,told",
    [
        (["nowhere", "o.csv"], "nowhere: there is no such folder"),
        (["f", "none.csv"], "none.csv: cannot be read as CSV"),
        (["f", "o.csv", "--against", "oracle"], "--against oracle: allowed is the folder of a forecast, or"),
        (["f", "o.csv", "--against", "f"], "f is given twice"),
        (["f", "o.csv", "--until", "soon"], "--until: quarter 'soon' cannot be read"),
    ],
)
def test_what_cannot_be_scored_is_said_in_a_sentence(cli, made, words, told):
    code, _, err = cli("score", *words)
    assert code == 2
    assert told in " ".join(err.split())
    assert "Traceback" not in err


def test_a_forecast_made_by_others_needs_no_more_than_the_schema(tmp_path, markov):
    """Three tables, and a description with kind, layout, state, origin and end."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    for name in ("national", "council", "next_inspection"):
        getattr(markov, name).write_parquet(folder / f"{name}.parquet")
    told = {
        "kind": "turnaround forecast",
        "layout": 1,
        "state": "finished",
        "origin": "2018Q4",
        "end": "2019Q4",
    }
    (folder / "forecast.json").write_text(json.dumps(told))
    theirs = read_forecast(folder)
    assert isinstance(theirs, Forecast)
    assert theirs.name == "theirs"
    scored = score_all({"theirs": [theirs]}, [outcomes_of_record(ORIGIN)])
    assert scored.scores["mean"].is_finite().all()
    assert set(theirs.council["grade"]) == set(STANDING)
