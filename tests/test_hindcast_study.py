"""Histories held against the record: verdicts, all figures at once, misses, the command and its page."""

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from dashboards.hindcast_page import summary
from experiments.hindcast.comparing import compared, table_of
from experiments.hindcast.joint import joint_check
from experiments.hindcast.misses import NOT_UNDERSTOOD, by_what_they_tell, known_misses, what_it_tells
from experiments.hindcast.record import given_before, recorded_figures
from experiments.hindcast.run import hindcast
from experiments.hindcast.study import hold_against_record
from experiments.posterior import Posterior, shipped_posterior, write_posterior
from model.regimes import resolve

NAME = "new failures: all years"  # tolerance 1


def one(data, values, **more):
    (found,) = compared({NAME: data}, {NAME: np.array(values, float)}, **more)
    return found


# ---- Verdicts


@pytest.mark.parametrize(
    "data,values,verdict",
    [
        (5.0, [5.5] * 50 + [6.0] * 50, "pass"),
        (4.75, [5.75] * 100, "pass"),  # as near as the tolerance
        (4.7, [5.75] * 100, "fail"),
        (3.0, np.linspace(2.0, 8.0, 101), "within luck"),  # median 5, central 90% from 2.3
        (2.2, np.linspace(2.0, 8.0, 101), "fail"),
    ],
)
def test_a_figure_passes_by_its_tolerance_or_misses_within_luck_or_fails(data, values, verdict):
    assert one(data, values).verdict == verdict


def test_intervals_are_percentiles_and_p_is_the_doubled_tail():
    found = one(90.0, np.arange(1, 101))
    assert (found.median, found.low_50, found.high_90) == (50.5, 25.75, 95.05)
    assert found.p_value == pytest.approx(2 * 12 / 101)  # 11 histories as far out, and the record
    assert one(50.0, np.arange(1, 101)).p_value == 1.0


def test_few_histories_give_no_p_value_of_nothing():
    assert one(1000.0, np.arange(1, 101)).p_value == pytest.approx(2 / 101)
    assert one(1000.0, np.arange(1, 5)).p_value == pytest.approx(2 / 5)
    assert np.isnan(one(1000.0, [np.nan] * 4).p_value)


def test_what_few_histories_show_is_said():
    assert one(5.0, [5.0, np.nan, np.nan, 5.0]).seen == 0.5


def test_a_figure_that_no_history_shows_is_a_miss():
    found = one(5.0, [np.nan] * 20)
    assert found.verdict == "fail"
    assert np.isnan(found.median)


def test_a_figure_that_the_record_lacks_is_left_out():
    assert compared({NAME: np.nan}, {NAME: np.ones(3)}) == []


def test_a_figure_is_given_by_the_quarters_on_which_it_rests_and_not_by_agreement():
    assert one(5.0, [5.0] * 20, given=[NAME]).verdict == "given"
    assert one(5.0, [5.0] * 20).verdict == "pass"
    assert one(0.0, [0.0] * 20, given=["relapse: so far"]).verdict == "pass"


@pytest.mark.parametrize("start,year", [(4, 2014), (8, 2015), (13, 2016), (20, 2018)])
def test_what_rests_on_quarters_before_a_start_is_told_from_what_does_not(start, year):
    """Counts of a year are given once it is over; what is pooled over the record is not; the old framework
    ended in the first quarter of 2018, and with it the judgements at which a director's tenure was noted.
    """
    given = given_before(start)
    for other in range(2014, 2020):
        assert (f"stock: good, {other}" in given) == (other <= year)
        assert (f"inspections: {other}" in given) == (other <= year)
    for pooled in ("relapse: so far", "new failures: all years", "failures from good: all years"):
        assert pooled not in given
    assert ("tenure: median, good" in given) == (start >= 17)
    assert ("new failures: first half" in given) == (start >= 12)
    assert given_before(0) == set()


def test_a_pass_outside_the_central_nine_in_ten_is_marked_and_so_is_one_of_no_effect():
    assert one(4.75, [5.75] * 100).remark == "outside 90%"
    assert one(5.0, np.linspace(4.0, 6.0, 50)).remark == ""
    name = "work around a failure: spending, year +0"  # tolerance 3
    for data, values, remark in (
        (2.5, np.linspace(0.0, 4.0, 50), "as no effect would"),
        (2.5, np.linspace(0.0, 2.0, 50), "outside 90%, as no effect would"),
        (4.15, np.linspace(0.5, 2.7, 50), "outside 90%"),
        (4.15, np.linspace(0.0, 8.0, 50), ""),
        (2.5, np.linspace(9.0, 10.0, 50), ""),  # a miss needs no remark
    ):
        (found,) = compared({name: data}, {name: values})
        assert found.remark == remark
        assert table_of([found])["remark"].to_list() == [remark]


def test_cases_stand_beside_figures_and_in_the_table():
    table = table_of([one(5.0, [5.0] * 20, cases={NAME: 37}), one(5.0, [5.0] * 20)])
    assert table["cases"].to_list() == [37, None]
    assert table["verdict"].to_list() == ["pass", "pass"]
    assert table_of([]).columns == table.columns


# ---- All at once


def correlated(rows, columns, correlation, seed):
    spread = np.full((columns, columns), correlation) + (1.0 - correlation) * np.eye(columns)
    drawn = np.random.default_rng(seed).multivariate_normal(np.zeros(columns), spread, size=rows)
    return {f"f{i}": drawn[:, i] for i in range(columns)}


def test_a_record_like_the_histories_has_a_uniform_p_value():
    everything = correlated(25_000, 15, 0.7, 3)
    names = list(everything)
    found = []
    for row in range(250):
        own = slice(100 * row, 100 * row + 99)
        record = {name: float(everything[name][100 * row + 99]) for name in names}
        found.append(joint_check(record, {name: everything[name][own] for name in names}, names).p_value)
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_a_combination_that_never_occurs_is_found_though_each_figure_is_usual():
    histories = correlated(400, 2, 0.98, 2)
    against = joint_check({"f0": 1.0, "f1": -1.0}, histories, ["f0", "f1"])
    along = joint_check({"f0": 1.0, "f1": 1.0}, histories, ["f0", "f1"])
    assert against.p_value < 0.01 < 0.2 < along.p_value


@pytest.mark.parametrize("correlation,expected", [(0.0, 10.0), (1.0, 1.0)])
def test_the_effective_number_counts_figures_that_vary_alike_once(correlation, expected):
    histories = correlated(4000, 10, correlation, 3)
    found = joint_check(dict.fromkeys(histories, 0.0), histories, list(histories))
    assert found.effective == pytest.approx(expected, rel=0.02)


def test_constant_and_mostly_unknown_figures_take_no_part_and_the_former_are_named():
    histories = correlated(100, 3, 0.0, 4) | {"c": np.ones(100), "u": np.full(100, np.nan)}
    record = dict.fromkeys(histories, 0.0) | {"f2": np.nan}
    found = joint_check(record, histories, list(histories))
    assert (found.figures, found.constant) == (2, ("c",))


def test_too_few_histories_tell_nothing_together():
    histories = correlated(20, 3, 0.0, 5)
    assert joint_check(dict.fromkeys(histories, 0.0), histories, list(histories)) is None


# ---- What misses tell


def test_every_pattern_of_a_miss_fits_a_figure_of_the_record():
    from fnmatch import fnmatchcase

    for miss in known_misses():
        assert any(fnmatchcase(name, miss.figures) for name in recorded_figures()), miss.figures
        assert "\n" not in miss.tells


def test_a_miss_is_explained_on_its_own_side_only():
    name = "leadership: inadequate, of inadequate"
    high, low = (compared({name: 86.0}, {name: np.full(30, value)})[0] for value in (96.0, 60.0))
    assert "leadership" in what_it_tells(high)
    assert what_it_tells(low) == NOT_UNDERSTOOD
    assert [len(those) for _, those in by_what_they_tell([high, low, high])] == [2, 1]


# ---- Runs


@pytest.fixture(scope="module")
def two_sets():
    values = np.array([[0.5, 15.0], [0.9, 17.0]])
    return Posterior(("director.blame", "inspection.interval"), values, np.array([0.5, 0.5]), {"seed": 1})


@pytest.fixture(scope="module")
def small(two_sets):
    return hold_against_record(two_sets, resolve("ad_hoc"), sets=6, workers=1)


def test_a_hindcast_measures_every_figure_of_the_record(small):
    known = [name for name, value in recorded_figures().items() if not np.isnan(value)]
    assert [f"{one.measure}: {one.figure}" for one in small.figures] == known
    assert small.histories.sets.tolist() == [0, 0, 0, 1, 1, 1]
    assert small.histories.failed == 0
    assert small.joint is None
    assert small.distinct == 2


def test_that_too_few_histories_tell_nothing_of_all_figures_together_is_said(small):
    said = dict(summary(small))["Together"]
    assert "is not told: that takes 50 histories or more" in said


def test_the_stock_is_that_of_the_record_and_of_the_histories(small):
    stock = small.stock()
    assert stock.height == 4 * 24
    # Ofsted: at the end of March 2018 3 outstanding, 54 good, 72 requiring improvement, 23 inadequate
    then = stock.filter(pl.col("quarter") == "2018Q1")
    assert then["data"].to_list() == pytest.approx([3, 54, 72, 23], abs=1)
    middle = small.histories.stock[:, 16, 3]
    assert then["q50"].to_list()[3] == np.median(middle)
    assert small.histories.stock[:, :20].sum(axis=2).tolist() == [[152.0] * 20] * 6


def test_figures_that_were_in_conflict_count_as_held_out(two_sets, small, monkeypatch):
    from experiments.hindcast import study

    conflict = dataclasses.replace(two_sets, provenance={"conflicts": ["inspections: 2017"]})
    monkeypatch.setattr(study, "hindcast", lambda *given: small.histories)
    found = study.hold_against_record(conflict, resolve("ad_hoc"), sets=6)
    changed = [a.figure for a, b in zip(small.figures, found.figures, strict=True) if a.fitted != b.fitted]
    assert changed == ["2017"]


@pytest.mark.slow
def test_a_hindcast_is_the_same_whatever_the_workers_and_the_blocks(two_sets):
    base = resolve("ad_hoc")
    one, two = (hindcast(two_sets, base, 14, replicates=2, workers=workers) for workers in (1, 2))
    for name, values in one.figures.items():
        assert np.array_equal(values, two.figures[name], equal_nan=True)
    assert np.array_equal(one.stock, two.stock)


@pytest.mark.slow
def test_histories_begun_late_are_the_record_up_to_then(two_sets):
    found = hold_against_record(two_sets, resolve("ad_hoc"), sets=2, replicates=2, start=20, workers=2)
    verdicts = {f"{one.measure}: {one.figure}": one.verdict for one in found.figures}
    assert verdicts["inspections: 2018"] == "given"
    assert verdicts["stock: good, 2018"] == "given"
    assert verdicts["inspections: 2019"] != "given"
    assert set(found.stock()["quarter"]) == {"2019Q1", "2019Q2", "2019Q3", "2019Q4"}
    assert len(np.unique(found.histories.figures["inspections: 2019"])) > 1


# ---- The command


@pytest.mark.parametrize(
    "arguments,said",
    [
        (("--sets", "0"), "sets = 0: allowed is a whole number from 1 to 20,000"),
        (("--replicates", "-1"), "replicates = -1: allowed is a whole number from 1"),
        (("--seed", "-1"), "seed = -1"),
        (("--workers", "0"), "workers = 0"),
        (
            ("--from", "2019Q2"),
            "--from 2019Q2: allowed is 2014Q1 to 2019Q1, a year before the end of the record",
        ),
        (("--from", "2013Q4"), "--from 2013Q4: allowed is 2014Q1"),
        (("--from", "soon"), "--from soon: allowed is 2014Q1"),
        (
            ("--from", "2016Q1", "--replicates", "201"),
            "replicates = 201: allowed is a whole number from 1 to 200",
        ),
        (("--regime", "chaos"), "chaos"),
        (("--set", "director.blam=1"), "director.blame"),
        (("--set", "director.blame=99"), "director.blame"),
        (
            ("--posterior", "nowhere.parquet"),
            "posterior nowhere.parquet: no such file; allowed are a file, shipped and none",
        ),
    ],
)
def test_what_is_not_allowed_is_said_in_a_sentence(cli, arguments, said):
    code, out, err = cli("hindcast", "--out", "here", *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert out == ""


def test_the_command_leaves_tables_notes_and_a_page(cli, two_sets, tmp_path):
    write_posterior(two_sets, tmp_path / "mine.parquet")
    code, out, err = cli(
        "hindcast", "--posterior", "mine.parquet", "--sets", "4", "--workers", "1", "--out", "here"
    )
    assert code == 0, err
    figures = pl.read_csv(tmp_path / "here/figures.csv")
    assert figures.height == 141
    assert figures.filter(pl.col("figure") == "good, all")["cases"].to_list() == [152]
    notes = json.loads((tmp_path / "here/hindcast.json").read_text("utf-8"))
    assert notes["tolerances_hash"] in (tmp_path / "here/hindcast.html").read_text("utf-8")
    counted = figures["verdict"].value_counts()
    for verdict, count in counted.iter_rows():
        assert notes["verdicts"]["fitted"][verdict] + notes["verdicts"]["held_out"][verdict] == count
    # Misses come first, and each has its numbers
    assert out.index("Fails") < out.index("Passes")
    assert notes["command"] in out.replace("\n", "")
    assert "4 histories in" in out
    page = (tmp_path / "here/hindcast.html").read_text("utf-8")
    shown = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"(src|href)=\"(https?:)?//", shown)
    for row in figures.filter(pl.col("verdict") == "fail").iter_rows(named=True):
        assert f"✗ {row['measure']}: {row['figure']}" in shown
    assert "director.blame" not in shown


def test_a_folder_of_something_else_or_of_a_fuller_hindcast_is_left_alone(cli, two_sets, tmp_path):
    write_posterior(two_sets, tmp_path / "mine.parquet")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/thesis.txt").write_text("words")
    small = ("hindcast", "--posterior", "mine.parquet", "--workers", "1", "--quiet", "--sets")
    code, _, err = cli(*small, "2", "--out", "other")
    assert code == 2
    assert "other is not empty and holds no hindcast, so it is left alone" in " ".join(err.split())
    assert [item.name for item in (tmp_path / "other").iterdir()] == ["thesis.txt"]
    assert cli(*small, "3", "--out", "mine")[0] == 0
    before = (tmp_path / "mine/figures.csv").read_bytes()
    for less, said in ((("2",), "holds a hindcast with 3 sets"), (("3", "--seed", "2"), "with seed 1")):
        code, _, err = cli(*small, *less, "--out", "mine")
        assert code == 2
        assert said in " ".join(err.split())
        assert (tmp_path / "mine/figures.csv").read_bytes() == before
    assert cli(*small, "3", "--out", "mine")[0] == 0
    code, _, err = cli(*small, "2", "--out", "mine", "--overwrite")
    assert code == 0
    assert json.loads((tmp_path / "mine/hindcast.json").read_text("utf-8"))["sets"] == 2


def test_without_a_folder_named_a_hindcast_goes_below_results(cli, tmp_path):
    code, out, err = cli("hindcast", "--posterior", "none", "--sets", "2", "--workers", "1", "--quiet")
    assert (code, out) == (0, "results/hindcast/hindcast.html\n"), err
    assert (tmp_path / "results/hindcast/hindcast.json").is_file()


def test_few_histories_are_said_to_be_few():
    from turnaround.hindcast import believed, warnings_of

    assert warnings_of(believed(None), 200) == []
    assert "4 histories are few" in warnings_of(believed(None), 4)[0]


@pytest.mark.slow
def test_without_a_posterior_the_defaults_run_and_the_reader_is_warned(cli):
    code, _, err = cli("hindcast", "--posterior", "none", "--sets", "2", "--workers", "1", "--out", "here")
    assert code == 0
    assert "intervals show luck alone" in " ".join(err.split())
    assert json.loads(Path("here/hindcast.json").read_text())["distinct_sets"] == 1


def test_the_words_for_a_posterior_mean_what_they_mean_elsewhere():
    from turnaround.hindcast import believed

    assert believed("shipped").hash == believed(None).hash == shipped_posterior().hash
    assert believed("none").names == ()


@pytest.mark.parametrize(
    "options",
    [
        ("--set", "director.blame=0"),
        ("--regime", "mine.toml"),
    ],
)
def test_what_is_set_by_hand_or_by_a_regime_takes_the_place_of_what_was_fitted(
    cli, two_sets, tmp_path, monkeypatch, options
):
    from experiments.hindcast import study

    write_posterior(two_sets, tmp_path / "mine.parquet")
    (tmp_path / "mine.toml").write_text('title = "Mine"\nsummary = "None"\n[director]\nblame = 0\n', "utf-8")
    seen = {}

    class Enough(KeyboardInterrupt):
        pass

    def watched(posterior, base, *rest):
        seen.update(names=posterior.names, blame=base["director.blame"])
        seen.update(
            records={float(record["director"]["blame"]) for record in posterior.records(base, [0, 1])}
        )
        raise Enough

    monkeypatch.setattr(study, "hindcast", watched)
    code, _, _ = cli("hindcast", "--posterior", "mine.parquet", *options, "--out", "here")
    assert code == 130
    assert seen == {"names": ("inspection.interval",), "blame": 0.0, "records": {0.0}}


def test_a_hindcast_names_what_was_fitted_and_is_set_otherwise(two_sets, small, monkeypatch):
    from experiments.hindcast import study

    monkeypatch.setattr(study, "hindcast", lambda *given: small.histories)
    base = resolve("ad_hoc", settings=["director.blame=0"])
    found = study.hold_against_record(two_sets, base, sets=6)
    assert found.notes()["set_otherwise"] == ["director.blame"]
    assert small.notes()["set_otherwise"] == []


@pytest.mark.slow
def test_the_python_of_the_guide_prints_what_it_shows(tmp_path):
    guide = (Path(__file__).parents[1] / "docs/calibration.md").read_text("utf-8")
    script = tmp_path / "script.py"
    (code,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", guide, re.DOTALL)
    body = "".join(f"    {line}\n" for line in code.splitlines())
    script.write_text(f'if __name__ == "__main__":\n{body}', "utf-8")
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert done.stdout == shown, done.stderr
