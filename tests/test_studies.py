"""The studies of the field: their machinery by hand, their stored answers, what the rules make certain."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from experiments.effects import SmallestEffect
from experiments.errors import StudyError
from experiments.studies import NAMES, script
from experiments.studies.__main__ import EXPECTED, study_called
from experiments.studies.funding_and_demand import most_on_record
from experiments.studies.paired import Average, against, in_words, outcomes, pick
from experiments.sweeps.run import check_points, sweep
from experiments.sweeps.study import read_study

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "experiments/studies/examples").glob("*.toml"))
TINY = {
    "title": "Tiny",
    "regimes": ["ad_hoc", "trust"],
    "replicates": 3,
    "quarters": 4,
    "outcomes": ["quality_end", "weak_child_years"],
    "tables": ["runs", "quarters"],
    "design": {"kind": "grid"},
    "parameters": {
        "director.blame": {"values": [0.0, 0.6]},
        "regime.fallback": {"values": ["none", "adviser"]},
    },
}


@cache
def tiny():
    return sweep(TINY, executor="serial")


@cache
def small_answer(name):
    return study_called(name).small_answer()


def with_outcome(results, name, values):
    """The same results with the outcome of each run replaced, in the order of runs."""
    runs = results.runs.collect().with_columns(pl.Series(name, values, dtype=pl.Float64))
    return replace(results, runs=runs.lazy())


def by_hand(*, last=3.0):
    """One regime, two strengths of blame, three histories: 10, 20, 30 against 11, 22, 30 + last."""
    study = {**TINY, "regimes": ["ad_hoc"], "parameters": {"director.blame": {"values": [0.0, 0.6]}}}
    return with_outcome(
        sweep(study, executor="serial"), "quality_end", [10.0, 20.0, 30.0, 11.0, 22.0, 30.0 + last]
    )


# ---- Paired differences


def test_differences_are_taken_history_by_history():
    row = pick(against(by_hand(), {"director.blame": 0.0}, outcomes("quality_end")), "quality_end", blame=0.6)
    # Differences 1, 2, 3: standard deviation 1, and 4.302653 is Student's t for two degrees of freedom.
    half = 4.302653 / np.sqrt(3)
    assert (row["n"], row["mean"], row["difference"]) == (3, 22.0, 2.0)
    assert (row["low"], row["high"]) == (pytest.approx(2 - half, abs=1e-6), pytest.approx(2 + half, abs=1e-6))
    assert row["smallest_effect"] == 0.5


def test_histories_that_saw_nothing_are_left_out_of_a_difference_but_not_of_the_mean():
    results = with_outcome(by_hand(), "quality_end", [10.0, 20.0, None, 11.0, 22.0, 33.0])
    row = pick(against(results, {"director.blame": 0.0}, outcomes("quality_end")), "quality_end", blame=0.6)
    assert (row["n"], row["difference"], row["mean"]) == (2, 1.5, 22.0)


def test_a_cell_is_compared_with_the_one_that_is_like_it_in_everything_else():
    table = against(tiny(), {"director.blame": 0.0}, outcomes("quality_end"))
    assert table.filter(pl.col("verdict") == "reference")["director.blame"].to_list() == [0.0] * 4
    runs = tiny().runs.collect().join(tiny().design.collect(), on="point")
    for row in table.iter_rows(named=True):
        same = (pl.col("regime") == row["regime"]) & (pl.col("regime.fallback") == row["regime.fallback"])
        own, other = (
            runs.filter(same, pl.col("director.blame") == blame).sort("replicate")["quality_end"].to_numpy()
            for blame in (row["director.blame"], 0.0)
        )
        assert row["difference"] == pytest.approx((own - other).mean(), abs=1e-12)


def test_regimes_can_be_what_is_compared():
    table = against(tiny(), {"regime": "ad_hoc"}, outcomes("quality_end"))
    assert set(table.filter(pl.col("verdict") == "reference")["regime"]) == {"ad_hoc"}


def test_what_adds_up_over_the_years_matters_by_the_year():
    table = against(tiny(), {"director.blame": 0.0}, outcomes("weak_child_years"))
    assert table["smallest_effect"].unique().to_list() == [0.04]  # a year was run


def test_an_average_is_over_the_last_quarters_of_a_run():
    measure = Average("quality_mean", 2, SmallestEffect("Quality", 0.5, "higher", "as for quality"))
    table = against(tiny(), {"director.blame": 0.0}, [measure])
    quarters = tiny().tables["quarters"].collect().join(tiny().design.collect(), on="point")
    row = pick(table, "quality_mean", blame=0.6, fallback="none", regime="trust")
    seen = quarters.filter(
        pl.col("regime") == "trust",
        pl.col("director.blame") == 0.6,
        pl.col("regime.fallback") == "none",
        pl.col("quarter").is_in(["2014Q3", "2014Q4"]),
    )
    assert len(seen) == 6
    assert row["mean"] == pytest.approx(seen["quality_mean"].mean(), abs=1e-12)


def test_quarters_without_anything_to_average_are_left_out():
    gaps = pl.when(pl.col("quarter") == "2014Q3").then(None).otherwise(pl.lit(7.0)).alias("quality_mean")
    results = replace(tiny(), tables={"quarters": tiny().tables["quarters"].with_columns(gaps)})
    measure = Average("quality_mean", 2, SmallestEffect("Quality", 0.5, "higher", "as for quality"))
    assert against(results, {"director.blame": 0.0}, [measure])["mean"].unique().to_list() == [7.0]


@pytest.mark.parametrize(
    "reference, message",
    [({"director.blam": 0.0}, "allowed is director.blame"), ({"director.blame": 0.3}, "no point at")],
)
def test_a_reference_that_is_not_there_is_refused(reference, message):
    with pytest.raises(StudyError, match=message):
        against(tiny(), reference, outcomes("quality_end"))


def test_an_indicator_that_was_not_kept_is_refused():
    measure = Average("quality_mean", 2, SmallestEffect("Quality", 0.5, "higher", "as for quality"))
    with pytest.raises(StudyError, match="has to keep the table quarters"):
        against(replace(tiny(), tables={}), {"director.blame": 0.0}, [measure])


def test_a_row_that_is_not_there_is_not_picked():
    table = against(tiny(), {"director.blame": 0.0}, outcomes("quality_end"))
    with pytest.raises(StudyError, match="0 rows"):
        pick(table, "quality_end", blame=0.3, fallback="none", regime="trust")


def test_a_difference_in_words_has_its_interval_and_verdict():
    row = {"difference": -1.26, "low": -2.0, "high": 0.04, "smallest_effect": 0.5, "verdict": "better"}
    assert in_words(row, "points") == "−1.3 points (−2.0 to 0.0: better)"


# ---- The studies


@pytest.mark.parametrize("name", NAMES)
def test_a_study_answers_at_its_small_size_what_is_stored(name):
    assert small_answer(name).write_csv() == (EXPECTED / f"{name}.csv").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_conclusion_is_made_from_the_figures(name):
    study, table = study_called(name), small_answer(name)
    shown = set(re.findall(r"[+−]\d[\d,.]*", study.conclude(table)))
    moved = table.with_columns(pl.col("difference", "low", "high") + 1234)
    others = set(re.findall(r"[+−]\d[\d,.]*", study.conclude(moved)))
    assert shown
    assert any(figure.startswith("+1,2") for figure in others)
    assert not any(figure.startswith("+1,2") for figure in shown)


def test_the_worst_quarter_of_the_record_is_the_published_one():
    # Ofsted, stock at the end of March 2017: 2 outstanding, 51 good, 70 requires improvement, 29 inadequate.
    assert most_on_record() == 29


def test_less_money_makes_worse_practice_at_each_growth_of_need():
    table = small_answer("funding_and_demand").filter(pl.col("measure") == "quality_end")
    for part in table.partition_by("demand.need_growth"):
        by_money = part.sort("nation.funding_shift")["mean"].to_list()
        assert by_money == sorted(by_money)


def test_more_need_makes_worse_practice_at_each_path_of_money():
    table = small_answer("funding_and_demand").filter(pl.col("measure") == "quality_end")
    for part in table.partition_by("nation.funding_shift"):
        by_need = part.sort("demand.need_growth", descending=True)["mean"].to_list()
        assert by_need == sorted(by_need)


def test_a_deadline_beyond_the_run_is_none():
    within = {"quarters": 8, "replicates": 3, "parameters": {"regime.takeover_deadline": {"values": [0, 12]}}}
    study = study_called("deadline")
    table = study.answer(sweep({**study.design, **within})).filter(pl.col("verdict") != "reference")
    assert table.drop_nulls("difference")["difference"].unique().to_list() == [0.0]


def test_help_that_nobody_can_give_is_asked_for_in_vain_more_often_with_fewer_helpers():
    table = small_answer("helpers").filter(pl.col("measure") == "unmet")
    keys = ["regime.fallback", "arrangement.alliance.power", "support.alliance_capacity"]
    for part in table.partition_by(keys):
        by_number = part.sort("support.alliance_count", descending=True)["mean"].to_list()
        assert by_number == sorted(by_number)


def test_more_directors_leave_the_more_blame_counts():
    table = small_answer("blame_and_tenure").filter(pl.col("measure") == "director_changes")
    for part in table.partition_by("director.burned_share"):
        by_blame = part.sort("director.blame")["mean"].to_list()
        assert by_blame == sorted(by_blame)
        assert by_blame[0] < by_blame[-1]


def test_the_bar_of_a_licence_that_nobody_needs_changes_nothing():
    table = small_answer("licensing").filter(pl.col("regime.licence") == 0)
    assert table.group_by("measure", "regime.must_serve").agg(pl.col("mean").n_unique())["mean"].max() == 1


def test_companies_that_have_to_bid_leave_fewer_unserved():
    rows = small_answer("licensing").filter(pl.col("measure") == "unserved", pl.col("regime.licence") == 0)
    bound = rows.filter(pl.col("regime.must_serve") == 1)
    assert bound["high"].max() < 0


# ---- Their command line


def run_study(name, *arguments):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", f"experiments.studies.{name}", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.slow
def test_a_script_prints_its_question_a_table_and_an_answer_and_keeps_them(tmp_path):
    done = run_study("deadline", "--replicates", "2", "--out", str(tmp_path / "kept"))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == study_called("deadline").design["question"]
    assert sum("private_provider" in line for line in lines) == 8
    assert "Takeover by trusts after six months" in done.stdout
    assert len(pl.read_csv(tmp_path / "kept/answer.csv")) == 2 * 8 * 5
    assert (tmp_path / "kept/manifest.json").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_study_can_be_had_as_a_study_file(name, tmp_path, capsys):
    study = study_called(name)
    assert script._exit_code(study, ["--toml"]) == 0
    file = tmp_path / "study.toml"
    file.write_text(capsys.readouterr().out, "utf-8")
    read, meant = read_study(file), read_study(study.design)
    assert (read.title, read.question, read.outcomes, read.tables, read.replicates) == (
        meant.title,
        meant.question,
        meant.outcomes,
        meant.tables,
        meant.replicates,
    )
    assert read.factors == meant.factors
    assert list(read.bases) == list(meant.bases)
    assert np.array_equal(read.design.values(0, read.points), meant.design.values(0, meant.points))


def test_what_is_not_allowed_is_said_in_a_sentence(capsys):
    assert script._exit_code(study_called("deadline"), ["--replicates", "0"]) == 2
    assert capsys.readouterr().err.startswith("Error: the study: replicates = 0")


def test_stored_answers_that_are_no_longer_given_are_named(tmp_path, monkeypatch, capsys):
    from experiments.studies import __main__ as studies

    monkeypatch.setattr(studies, "NAMES", ("deadline",))
    monkeypatch.setattr(studies, "EXPECTED", tmp_path)
    monkeypatch.setattr(sys, "argv", ["studies", "--write"])
    assert studies.main() == 0
    monkeypatch.setattr(sys, "argv", ["studies"])
    assert studies.main() == 0
    (tmp_path / "deadline.csv").write_text("otherwise", "utf-8")
    assert studies.main() == 1
    assert "deadline: changed" in capsys.readouterr().out


# ---- Example study files


@pytest.mark.slow
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_says_what_it_costs_without_being_run(file, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "turnaround", "sweep", str(file), "--dry-run"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "runs" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_points_that_contradict_themselves_are_all_counted_and_the_first_is_named():
    values = {"regime.spin_out": {"values": [0.0, 0.01]}, "director.blame": {"values": [0.1, 0.2, 0.3]}}
    study = read_study({**TINY, "regimes": ["ad_hoc", "sector_led"], "parameters": values})
    # Without a market, under sector_led, no mutual can form: the three points at 0.01, whatever the blame.
    rows = study.design.values(0, study.points)
    column = [factor.name for factor in study.factors].index("regime.spin_out")
    first = int(np.flatnonzero(rows[:, column])[0])
    message = rf"3 of 6 points .* point {first} under sector_led: regime.spin_out"
    with pytest.raises(StudyError, match=message):
        check_points(study)


def test_the_examples_are_a_sample_of_eight_factors_and_a_design_of_all():
    eight, everything = (
        read_study(ROOT / f"experiments/studies/examples/{name}.toml")
        for name in ("example", "all_uncertain")
    )
    assert (len(eight.factors), eight.replicates, len(eight.regimes)) == (8, 4, 3)
    assert everything.factors[-1].name == "dummy"
    assert everything.design.summary.groups
    assert len(everything.design.summary.alone) == len(everything.factors)
    check_points(eight)
