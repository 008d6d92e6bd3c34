"""Forecasts: their form, where they begin, what baselines reckon, and that nothing is lost or leaks."""

import hashlib
import json
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

import experiments.forecasts.make as make
import model
from experiments.dispatch import Interrupted
from experiments.errors import StudyError
from experiments.forecasts.baselines import (
    BASELINES,
    baseline_forecast,
    inherited,
    markov_chances,
    no_change_chances,
    ordered_logit_chances,
    pick,
    shares_of,
)
from experiments.forecasts.ceiling import noise_ceiling
from experiments.forecasts.inspector import chances
from experiments.forecasts.known import FEATURES, Known, Transitions, known_at
from experiments.forecasts.make import BaselinePlan, fitted_quarter, make_baseline, make_forecast
from experiments.forecasts.schema import JUDGED, STANDING, council_codes, foundings, read_forecast
from experiments.forecasts.scores import brier_score, ranked_probability_score
from experiments.forecasts.simulated import Part, Plan, put_together, run_piece, summed_up
from experiments.forecasts.timing import fit_timing, mean_hazard, smoothed
from experiments.hindcast.panel import existing
from experiments.posterior import Posterior, shipped_posterior, write_posterior
from model.codes import Grade
from model.facts import load_facts
from model.history import grades_in_force
from model.indicators import CouncilQuarter
from model.quarters import parse_quarter
from model.records import record_dtype
from model.regimes import resolve
from model.replay import run_from

ORIGIN, END = parse_quarter("2019Q4"), parse_quarter("2023Q3")
PLAN = Plan(ORIGIN, END, draws=9, sets=2, seed=4, regime="ad_hoc")
OUTSTANDING, GOOD, REQUIRES_IMPROVEMENT, INADEQUATE = range(4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("forecast") / "made"
    make_forecast(PLAN, place, command="turnaround forecast")
    return place


@pytest.fixture(scope="module")
def forecast(folder):
    return read_forecast(folder)


@pytest.fixture(scope="module", params=BASELINES)
def baseline(request):
    return baseline_forecast(request.param, load_facts(), ORIGIN, END, 40, 1)


def row(code):
    return council_codes().index(code)


# ---- The form


def test_every_draw_counts_every_council_that_exists_once(forecast):
    """151 after the mergers of 2019, 152 once Northamptonshire was split in 2021, 153 once Cumbria was."""
    totals = forecast.national.group_by("draw", "quarter").agg(pl.col("count").sum())
    assert totals["draw"].n_unique() == 9
    for quarter, councils in (("2020Q1", 151), ("2021Q1", 151), ("2021Q2", 152), ("2023Q2", 153)):
        assert set(totals.filter(pl.col("quarter") == quarter)["count"]) == {councils}


@pytest.mark.parametrize("table", ["council", "next_inspection"])
def test_councils_have_probabilities_that_add_to_one_while_they_exist_and_no_rows_else(forecast, table):
    found = getattr(forecast, table)
    sums = found.group_by("la_code", "quarter").agg(pl.col("probability").sum())
    np.testing.assert_allclose(sums["probability"], 1.0, atol=1e-12)
    in_force = {
        code: set(found.filter(pl.col("la_code") == code)["quarter"]) for code in (835, 928, 940, 909, 942)
    }
    assert in_force[835] == set()
    assert in_force[928] == {"2020Q1", "2020Q2", "2020Q3", "2020Q4", "2021Q1"}
    assert min(in_force[940]) == "2021Q2"
    assert max(in_force[909]) == "2023Q1"
    assert in_force[942] == {"2023Q2", "2023Q3"}


def test_councils_probabilities_are_the_shares_of_draws_that_the_nation_counts(forecast):
    by_council = forecast.council.group_by("quarter", "grade").agg(pl.col("probability").sum())
    by_draw = forecast.national.group_by("quarter", "grade").agg(pl.col("count").mean())
    both = by_council.join(by_draw, on=["quarter", "grade"])
    assert len(both) == (END - ORIGIN) * len(STANDING)
    np.testing.assert_allclose(both["probability"], both["count"], atol=1e-9)


def test_columns_are_those_of_the_fixed_schema(folder):
    columns = {
        "national": ["draw", "quarter", "grade", "count", "new_inadequate"],
        "council": ["la_code", "quarter", "grade", "probability"],
        "next_inspection": ["la_code", "quarter", "grade", "probability"],
    }
    for name, expected in columns.items():
        assert pl.read_parquet_schema(folder / f"{name}.parquet").names() == expected


def test_the_simulated_nation_has_the_councils_that_the_tables_say_exist():
    parameters = resolve("ad_hoc")
    watched = run_from([parameters], parameters, 1, [0], 16, 24, watching=True).watched
    assert (watched["exists"][0] == existing(range(16, 40))).all()


def test_new_councils_come_from_the_old_by_the_children_who_moved():
    """Bournemouth, Christchurch and Poole, 839: 11.6% of old Dorset, all of Poole and of Bournemouth."""
    parts = {council_codes()[part.predecessor]: part.share for part in foundings() if part.row == row(839)}
    assert set(parts) == {835, 836, 837}
    assert sum(parts.values()) == pytest.approx(1.0)
    # Looked-after children over their rates: some 75,000, 29,000 and 33,500 children.
    assert parts[835] == pytest.approx(0.116 * 75 / (0.116 * 75 + 29 + 33.5), abs=0.005)


# ---- Where the model's forecast begins and what it says


def test_it_begins_with_the_judgements_of_the_record_and_none_is_made_while_inspections_are_suspended(
    forecast,
):
    """From April 2020 to March 2021 nothing was inspected: counts stand still in every draw."""
    during = forecast.national.filter(pl.col("quarter").is_between(pl.lit("2020Q1"), pl.lit("2021Q1")))
    spread = during.group_by("draw", "grade").agg(pl.col("count").n_unique())
    assert set(spread["count"]) == {1}
    later = during.filter(pl.col("quarter") > "2020Q1")
    assert set(later["new_inadequate"]) == {0}
    recorded = grades_in_force(load_facts(), ORIGIN)
    first = forecast.council.filter(pl.col("quarter") == "2020Q1")
    stays = first.filter(pl.col("probability") == 1.0)
    assert len(stays) > 75
    for code, grade in stays.select("la_code", "grade").iter_rows():
        assert STANDING.index(grade) == (recorded[row(code)] - 1) % len(STANDING)


def test_an_inspectors_chances_are_the_normal_mass_between_the_bars():
    """At the default bars and noise; bars drift, and the outstanding one is eased from 2018 on."""
    p = resolve("ad_hoc")
    noise = p["inspection.noise"]
    for quarter, eased in ((0, 0.0), (30, p["inspection.ilacs_outstanding_shift"])):
        drifted = p["inspection.bar_drift"] * min(quarter / p["inspection.drift_quarters"], 1.0)
        bars = [
            p["inspection.inadequate_bar"],
            p["inspection.good_bar"],
            p["inspection.outstanding_bar"] + eased,
        ]
        below = norm.cdf(np.array(bars) + drifted, loc=47.0, scale=noise)
        found = chances(np.full((1, 1, 1), 47.0), p, quarter)[0, 0, 0]
        expected = [1 - below[2], below[2] - below[1], below[1] - below[0], below[0]]
        np.testing.assert_allclose(found, expected, atol=1e-11)


def watched_of(*histories):
    """Histories as (grade in force, judged) by quarter and council."""
    cells = np.array(histories)
    watched = np.zeros(cells.shape[:3], record_dtype(CouncilQuarter))
    watched["grade"], watched["judged"] = cells[..., 0], cells[..., 1]
    watched["exists"] = 1
    return watched


def test_histories_are_summed_up_as_counted_by_hand():
    """Two histories of two councils that begin good and inadequate, over three quarters."""
    one = [[(2, 0), (4, 0)], [(4, 4), (4, 4)], [(4, 0), (3, 3)]]
    two = [[(2, 0), (4, 0)], [(2, 0), (4, 0)], [(2, 0), (4, 4)]]
    chance = np.arange(2 * 3 * 2 * 4).reshape(2, 3, 2, 4) / 100
    part = summed_up(watched_of(one, two), chance, np.array([2, 4]), np.array([5, 6]), -1.0, 0)
    assert part.standing[0].tolist() == [[0, 1, 0, 1, 0], [0, 0, 0, 2, 0], [0, 0, 1, 1, 0]]
    assert part.new_inadequate.tolist() == [[0, 1, 0], [0, 0, 0]]  # inadequate again is not new
    assert part.council[1].tolist() == [[0, 1, 0, 1, 0], [0, 0, 0, 2, 0]]
    assert part.next_quarter.tolist() == [[1, 1], [-1, 2]]
    assert part.waiting.tolist() == [[2, 2], [2, 2], [1, 1]]
    np.testing.assert_allclose(part.next_chance[1, 1], chance[1, 2, 1])
    np.testing.assert_allclose(part.chance_waiting[2, 1], chance[1, 2, 1])
    np.testing.assert_allclose(part.chance[2, 1], chance[:, 2, 1].sum(axis=0))


def a_part(waiting, chance_waiting, chance, draws):
    """One quarter and one council, with all draws at good."""
    count = len(draws)
    return Part(
        standing=np.tile([0, 1, 0, 0, 0], (count, 1, 1)), new_inadequate=np.zeros((count, 1), int),
        draws=np.array(draws), council=np.array([[[0, count, 0, 0, 0]]]),
        chance=np.array([[chance]]), waiting=np.array([[waiting]]),
        chance_waiting=np.array([[chance_waiting]]),
        next_quarter=np.full((count, 1), -1), next_chance=np.zeros((count, 1, 4)),
        log_probability=np.array([-1.0]), failed=np.array([0]), reason=np.array([""]),
    )  # fmt: skip


def test_parts_together_speak_of_the_next_inspection_with_a_fifth_of_all_draws_beside_those_that_wait():
    """10 draws, 3 waiting: (sum of waiting + 0.2 x 10 x mean of all) / (3 + 2)."""
    one = a_part(1, [0.0, 0.5, 0.5, 0.0], [0.0, 3.0, 3.0, 0.0], range(6))
    two = a_part(2, [0.0, 2.0, 0.0, 0.0], [0.0, 3.0, 0.0, 1.0], range(6, 10))
    made = put_together([one, two])
    expected = (np.array([0.0, 2.5, 0.5, 0.0]) + 2.0 * np.array([0.0, 0.6, 0.3, 0.1])) / 5.0
    np.testing.assert_allclose(made.next_inspection[0, 0], expected)
    assert made.council[0, 0].tolist() == [0.0, 1.0, 0.0, 0.0, 0.0]
    assert made.draws.tolist() == list(range(10))


def test_noise_costs_the_one_who_knows_everything_less_than_the_forecast_and_that_less_than_no_change(folder):
    ceiling = pl.read_csv(folder / "noise_ceiling.csv")
    for score in ("ranked probability score", "Brier, inadequate"):
        rows = ceiling.filter(pl.col("score") == score)
        perfect, record, no_change = rows["expected"]
        assert 0.0 < perfect < record < no_change
        assert (rows["low_90"] <= rows["expected"]).all()
        assert (rows["expected"] <= rows["high_90"]).all()


def test_expected_scores_are_those_of_the_judgements_that_the_histories_really_hold():
    """In 80 histories with some 11,000 next inspections a mean score is known to 0.005 or better."""
    parameters, quarters = resolve("ad_hoc"), 16
    block = run_from([parameters], parameters, 8, range(80), ORIGIN + 1, quarters, watching=True)
    chance = chances(block.watched["expected_score"], parameters, ORIGIN + 1)
    before = grades_in_force(load_facts(), ORIGIN)
    part = summed_up(block.watched, chance, before, np.arange(80), 0.0, 0)
    made = put_together([part])
    ceiling = noise_ceiling([part], made, ORIGIN, parameters_vary=False)
    draw, council = np.nonzero((part.next_quarter >= 0) & (before > 0))
    when = part.next_quarter[draw, council]
    judged = block.watched["judged"][draw, when, council] - 1
    said = {
        "perfect": part.next_chance[draw, council],
        "record": made.next_inspection[when, council],
        "no change": np.eye(4)[before[council] - 1],
    }
    assert len(judged) > 10_000
    for row in ceiling.iter_rows(named=True):
        at_once = said[row["forecaster"]]
        if row["score"] == "ranked probability score":
            found = ranked_probability_score(at_once, judged)
        else:
            found = brier_score(at_once[:, INADEQUATE], judged == INADEQUATE)
        assert abs(found.mean() - row["expected"]) < 4 * found.std() / np.sqrt(len(judged)), row


# ---- Parameters


@pytest.fixture
def posterior_file(tmp_path):
    values = np.array([[4.0, 10.0], [5.0, 12.0], [6.0, 11.0]])
    names = ("inspection.noise", "inspection.interval_inadequate_sif")
    path = tmp_path / "posterior.parquet"
    write_posterior(Posterior(names, values, np.array([0.5, 0.5, 0.0]), {"until": "2017Q4"}), path)
    return path


def test_draws_are_shared_out_to_sets_of_the_posterior_by_weight_past_and_future_alike(posterior_file):
    from experiments.posterior import read_posterior

    plan = Plan(ORIGIN, END, 9, 4, 1, "trust", (), read_posterior(posterior_file))
    assert plan.places == [0, 0, 1, 1]
    pieces = plan.pieces
    assert [piece.runs for piece in pieces] == [3, 2, 2, 2]
    assert [piece.first for piece in pieces] == [0, 3, 5, 7]
    assert [piece.past["inspection.noise"] for piece in pieces] == [4.0, 4.0, 5.0, 5.0]
    assert [piece.future["inspection.noise"] for piece in pieces] == [4.0, 4.0, 5.0, 5.0]
    of_the_set = {"inspection.noise": 4.0, "inspection.interval_inadequate_sif": 10.0}
    for parameters, regime in ((pieces[0].past, "ad_hoc"), (pieces[0].future, "trust")):
        assert parameters.values == {**resolve(regime).values, **of_the_set}
    assert resolve("ad_hoc").values != resolve("trust").values


def test_what_a_regime_or_scenario_sets_stands_over_the_posterior_in_the_future_alone(
    posterior_file, tmp_path
):
    """The past is replayed as it was believed to be; the future is that of the regime."""
    from experiments.posterior import read_posterior

    posterior = read_posterior(posterior_file)
    scenario, own = tmp_path / "scenario.toml", tmp_path / "own.toml"
    scenario.write_text("[inspection]\nnoise = 8\n", "utf-8")
    own.write_text('title = "Own"\nsummary = "None"\n[inspection]\nnoise = 8\n', "utf-8")
    for regime, scenarios in (("ad_hoc", (str(scenario),)), (str(own), ())):
        plan = Plan(ORIGIN, END, 4, 2, 1, regime, scenarios, posterior)
        assert [piece.past["inspection.noise"] for piece in plan.pieces] == [4.0, 5.0]
        assert [piece.future["inspection.noise"] for piece in plan.pieces] == [8.0, 8.0]
        assert [piece.future["inspection.interval_inadequate_sif"] for piece in plan.pieces] == [10.0, 12.0]
    other = Plan(ORIGIN, END, 4, 2, 1, "ad_hoc", (), posterior)
    assert other.key != plan.key


def test_the_words_for_a_posterior_mean_what_they_mean_elsewhere(capsys):
    from turnaround.forecast import _believed

    assert _believed("shipped").hash == shipped_posterior().hash
    assert _believed("none") is None
    assert "luck alone" in " ".join(capsys.readouterr().err.split())


def test_a_forecast_names_the_file_of_the_posterior_that_comes_with_the_model_by_its_hash(cli, tmp_path):
    out = tmp_path / "forecast"
    asked = ("--from", "2018Q4", "--to", "2019Q1", "--draws", "2", "--sets", "2", "--out", str(out))
    code, _, err = cli("forecast", *asked)
    assert code == 0, err
    said = read_forecast(out).description["posterior"]
    shipped = Path(model.__file__).parent / "data" / "posterior.parquet"
    assert said["sha256"] == hashlib.sha256(shipped.read_bytes()).hexdigest()
    assert said["origin"] == "the posterior that comes with the model"


def test_what_was_fitted_to_later_quarters_than_the_origin_is_in_sample(posterior_file, cli):
    from experiments.posterior import read_posterior

    assert fitted_quarter(read_posterior(posterior_file).provenance) == parse_quarter("2017Q4")
    assert fitted_quarter({}) == parse_quarter("2019Q4")
    for origin, label in (("2018Q4", ""), ("2016Q4", " (in-sample)")):
        code, _, err = cli(
            "forecast", "--from", origin, "--to", "2019Q1", "--out", origin, "--draws", "2", "--sets", "2",
            "--posterior", posterior_file, "--quiet",
        )  # fmt: skip
        assert code == 0, err
        made = read_forecast(Path(origin))
        assert made.label == label
        assert made.description["posterior"]["provenance"] == {"until": "2017Q4"}
        assert pl.read_parquet(Path(origin) / "draws.parquet")["posterior_row"].to_list() == [0, 1]


# ---- The same bits, and nothing lost


def files_of(folder):
    return json.loads((folder / "forecast.json").read_text())["files"]


def test_the_number_of_workers_changes_no_bit(folder, tmp_path):
    make_forecast(PLAN, tmp_path / "two", workers=2)
    assert files_of(tmp_path / "two") == files_of(folder)


@pytest.mark.slow
def test_what_is_interrupted_goes_on_where_it_was_and_damaged_parts_are_made_again(
    folder, tmp_path, monkeypatch
):
    plan = Plan(ORIGIN, END, draws=9, sets=2, seed=4, regime="ad_hoc")
    place = tmp_path / "half"

    def interrupt(finished):
        raise KeyboardInterrupt

    with pytest.raises(Interrupted) as interruption:
        make_forecast(plan, place, progress=interrupt)
    assert "the same command goes on" in interruption.value.__notes__[0]
    assert len(list((place / "parts").iterdir())) == 1
    with pytest.raises(StudyError, match="not finished"):
        read_forecast(place)
    run = []
    monkeypatch.setattr(make, "run_piece", lambda piece: run.append(piece.number) or run_piece(piece))
    with pytest.raises(StudyError, match="another forecast, unfinished"):
        make_forecast(replace(plan, seed=5), place)
    make_forecast(plan, place)
    assert run == [1]
    assert files_of(place) == files_of(folder)
    assert not (place / "parts").exists()

    (tmp_path / "torn" / "parts").mkdir(parents=True)
    description = json.loads((place / "forecast.json").read_text())
    (tmp_path / "torn" / "forecast.json").write_text(json.dumps({**description, "state": "running"}))
    (tmp_path / "torn" / "parts" / "set-000000.npz").write_bytes(b"PK\x03\x04 torn")
    make_forecast(plan, tmp_path / "torn")
    assert run == [1, 0, 1]
    assert files_of(tmp_path / "torn") == files_of(folder)


@pytest.mark.slow
def test_a_forecast_that_is_killed_goes_on_with_the_same_command(tmp_path):
    words = [sys.executable, "-m", "turnaround", "forecast", "--to", "2020Q4", "--out", str(tmp_path / "f")]
    words += ["--draws", "8", "--sets", "4", "--workers", "1", "--quiet"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parts = tmp_path / "f" / "parts"
    until = time.monotonic() + 300
    while not (parts.is_dir() and len(list(parts.glob("*.npz"))) >= 1):
        assert process.poll() is None, "it finished before it could be killed"
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in parts.glob("*.npz")}
    assert len(kept) < 4
    again = subprocess.run(words, capture_output=True, text=True, check=True)
    assert again.stdout.strip() == str(tmp_path / "f")
    plan = Plan(ORIGIN, ORIGIN + 4, 8, 4, 1, "ad_hoc", posterior=shipped_posterior())
    whole = make_forecast(plan, tmp_path / "whole")
    assert files_of(tmp_path / "f") == whole.description["files"]


def test_a_folder_with_something_else_is_left_alone(folder, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StudyError, match="left alone"):
        make_forecast(PLAN, tmp_path, overwrite=True)
    with pytest.raises(StudyError, match="a finished forecast; name another folder"):
        make_forecast(PLAN, folder)
    with pytest.raises(StudyError, match="is a file"):
        make_baseline(BaselinePlan("markov", 23, 24, 2, 1), tmp_path / "mine.txt")


def test_two_processes_do_not_make_a_forecast_in_one_folder(tmp_path):
    plan = BaselinePlan("no_change", 23, 24, 3, 1)
    with (
        make.held(tmp_path / "f", "", overwrite=False),
        pytest.raises(StudyError, match="another process is making"),
    ):
        make_forecast(replace(PLAN, draws=2, sets=1), tmp_path / "f", overwrite=True)
    shutil.rmtree(tmp_path / "f")
    make_baseline(plan, tmp_path / "f")
    assert not (tmp_path / "f" / ".lock").exists()


def test_a_finished_forecast_is_replaced_when_asked(tmp_path):
    plan = BaselinePlan("no_change", 23, 24, 3, 1)
    make_baseline(plan, tmp_path / "f")
    again = make_baseline(replace(plan, model="markov"), tmp_path / "f", overwrite=True)
    assert again.name == "markov"


# ---- What a sceptic knows


def test_what_a_sceptic_knows_in_2015_is_what_was_published_by_then():
    """74 councils had been judged since 2014, each once, after a judgement before 2014."""
    known = known_at(load_facts(), parse_quarter("2015Q4"))
    seen = known.transitions
    assert len(seen.grade) == 74
    assert seen.legacy.all()
    assert known.judged.sum() == 152
    assert known.legacy.sum() == 152 - 74
    assert np.isnan(seen.features[:, FEATURES.index("agency")]).all()  # the first census came out in 2016


def test_a_new_council_stands_on_its_predecessors():
    """Old Dorset, Poole and Bournemouth all required improvement; Northamptonshire was inadequate."""
    known = known_at(load_facts(), ORIGIN)
    assert known.last[row(839)].tolist() == pytest.approx([0, 0, 1, 0])
    assert not known.judged[row(839)]
    assert known.last[row(928)].tolist() == [0, 0, 0, 1]
    assert known.last.sum() == pytest.approx(151.0)


@pytest.mark.parametrize("name", BASELINES)
def test_a_later_row_of_the_record_changes_no_baseline(name):
    facts, origin = load_facts(), parse_quarter("2017Q2")
    later = pl.col("publication_quarter") > origin
    changed = replace(
        facts,
        judgements=facts.judgements.with_columns(
            overall=pl.when(later).then(pl.lit("Inadequate")).otherwise("overall"),
            publication_quarter=pl.when(later).then(23).otherwise("publication_quarter"),
        ),
        director_tenure=facts.director_tenure.with_columns(
            tenure_months_at_inspection=pl.when(pl.col("publication_date") > pl.date(2017, 6, 30))
            .then(1)
            .otherwise("tenure_months_at_inspection")
        ),
        council_years=facts.council_years.with_columns(
            pl.when(pl.col("year") >= 2017).then(99.0).otherwise(name).alias(name)
            for name in ("agency_pct", "vacancy_pct")
        ),
    )
    before = baseline_forecast(name, facts, origin, 23, 30, 1)
    after = baseline_forecast(name, changed, origin, 23, 30, 1)
    for part in ("standing", "new_inadequate", "council", "next_inspection"):
        assert getattr(before, part).tobytes() == getattr(after, part).tobytes()


@pytest.mark.parametrize("name", BASELINES)
def test_an_earlier_row_of_the_record_changes_every_baseline(name):
    facts, origin = load_facts(), parse_quarter("2017Q2")
    swapped = {"Good": "Inadequate", "Inadequate": "Good"}
    changed = replace(
        facts, judgements=facts.judgements.with_columns(overall=pl.col("overall").replace(swapped))
    )
    before = baseline_forecast(name, facts, origin, 23, 30, 1)
    after = baseline_forecast(name, changed, origin, 23, 30, 1)
    assert before.next_inspection.tobytes() != after.next_inspection.tobytes()


# ---- What baselines reckon


def transitions(*pairs, legacy=False):
    """Judgements after judgements, in quarter 10 after quarter 2, or -8."""
    last, grade = np.array(pairs).T
    count = len(last)
    quarters = np.full(count, 10), np.full(count, -8 if legacy else 2)
    return Transitions(np.arange(count), quarters[0], grade, last, quarters[1], np.zeros((count, 4)))


def known_of(seen, councils=1):
    last = np.zeros((councils, 4))
    last[:, GOOD] = 1.0
    return Known(12, seen, last, np.ones(councils, bool), np.full(councils, 2), np.zeros((councils, 4)), ())


def test_half_a_judgement_is_added_to_each_grade_before_shares_are_taken():
    assert shares_of(np.array([1, 1, 3])).tolist() == [0.5 / 5, 2.5 / 5, 0.5 / 5, 1.5 / 5]


def test_the_chain_counts_transitions_and_two_imagined_ones():
    """From good: 3 to good, 1 to inadequate. Shares of all five judgements with a half each: 0.5, 3.5, 0.5,
    2.5 of 7; two imagined transitions are 1/7, 1, 1/7, 5/7; in all 6.
    """
    seen = transitions((GOOD, GOOD), (GOOD, GOOD), (GOOD, GOOD), (GOOD, INADEQUATE), (INADEQUATE, INADEQUATE))
    found = markov_chances(known_of(seen))[0, 0]
    np.testing.assert_allclose(found[GOOD], np.array([1 / 7, 4, 1 / 7, 12 / 7]) / 6)
    np.testing.assert_allclose(found[INADEQUATE], np.array([1 / 7, 1, 1 / 7, 12 / 7]) / 3)
    np.testing.assert_allclose(found[OUTSTANDING], np.array([1 / 14, 1 / 2, 1 / 14, 5 / 14]))


def test_judgements_before_2014_are_counted_apart():
    seen = transitions((GOOD, INADEQUATE), (GOOD, INADEQUATE), legacy=True)
    since, legacy = markov_chances(known_of(seen))[:, 0, GOOD]
    assert legacy[INADEQUATE] > since[INADEQUATE]


def test_no_change_is_certain_of_the_last_judgement():
    assert (no_change_chances(known_of(transitions((GOOD, GOOD))))[:, 0] == np.eye(4)).all()


def test_the_ordered_logit_with_two_grades_is_a_logistic_regression():
    """scikit-learn's, without penalty, of good or inadequate on the last judgement and three more."""
    from sklearn.linear_model import LogisticRegression

    luck = np.random.default_rng(3)
    last = luck.integers(0, 4, 400)
    features = luck.normal(size=(400, 4)) * [0.1, 1.0, 10.0, 5.0] + [0.2, 40.0, 15.0, 12.0]
    features[:, 1] = np.abs(features[:, 1])
    log_odds = 0.8 * (last - 1.5) + 6.0 * (features[:, 0] - 0.2) - 0.05 * (features[:, 2] - 15.0)
    grade = np.where(luck.random(400) < 1 / (1 + np.exp(-log_odds)), INADEQUATE, GOOD)
    seen = Transitions(np.arange(400), np.full(400, 10), grade, last, np.full(400, 2), features)
    known = replace(known_of(seen, 400), features=features)
    found = ordered_logit_chances(known)[0, :, 2]
    columns = np.column_stack([last, features[:, 0], np.log1p(features[:, 1]), features[:, 2:]])
    scaled = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    fit = LogisticRegression(C=1e9, tol=1e-9, max_iter=5000).fit(scaled, grade == INADEQUATE)
    asked = columns.copy()
    asked[:, 0] = 2
    expected = fit.predict_proba((asked - columns.mean(axis=0)) / columns.std(axis=0))[:, 1]
    unmixed = (found * 401 - shares_of(grade)) / 400
    np.testing.assert_allclose(unmixed[:, INADEQUATE], expected, atol=2e-4)
    np.testing.assert_allclose(unmixed[:, GOOD], 1 - expected, atol=2e-4)


def test_what_is_unknown_of_a_council_counts_as_the_mean_of_the_known():
    luck = np.random.default_rng(5)
    features = np.column_stack(
        [luck.normal(size=200), luck.uniform(1, 90, 200), luck.normal(10, 3, (200, 2))]
    )
    features[:50, 2] = np.nan
    last, grade = luck.integers(0, 4, (2, 200))
    seen = Transitions(np.arange(200), np.full(200, 10), grade, last, np.full(200, 2), features)
    asked = np.tile(features[60], (2, 1))
    asked[0, 2], asked[1, 2] = np.nan, np.nanmean(features[:, 2])
    found = ordered_logit_chances(replace(known_of(seen, 2), features=asked))
    np.testing.assert_allclose(found[0, 0], found[0, 1], atol=1e-12)


def test_hazards_are_drawn_to_the_mean_and_the_tail_is_pooled():
    """At risk 20, 20, 18, 9: one imagined in 16 quarters makes the mean (11 + 1) / (67 + 16); weight 4."""
    at_risk, events = np.array([0, 20, 20, 18, 9]), np.array([0, 0, 2, 9, 0])
    mean = 12 / 83
    assert mean_hazard(np.array(67), np.array(11)) == pytest.approx(mean)
    found = smoothed(at_risk, events)
    assert found[0] == 0.0
    assert found[1] == pytest.approx(4 * mean / 24)
    assert found[3] == pytest.approx((9 + 4 * mean) / 22)
    assert found[4] == pytest.approx((11 + 4 * mean) / (58 + 4))


def test_waits_are_counted_from_the_record():
    """By 2015Q4 the 37 councils judged in 2014 and 37 of 2015 had waited 0.07-0.19 a quarter of eight."""
    known = known_at(load_facts(), parse_quarter("2015Q4"))
    timing = fit_timing(known)
    seen = known.transitions
    quarters = (seen.quarter + 1).sum() + 8 * known.legacy.sum()
    inadequate = seen.last == INADEQUATE
    rest = known.latest
    risk = sum(q + 1 for q, bad in zip(seen.quarter, inadequate, strict=True) if bad) + 8 * sum(
        1 for _, quarter, grade in rest if quarter < 0 and grade == INADEQUATE
    )
    assert timing.legacy[1] == pytest.approx((inadequate.sum() + 1) / (risk + 16))
    assert timing.legacy[0] == pytest.approx(((~inadequate).sum() + 1) / (quarters - risk + 16))


def test_grades_are_picked_by_inverse_distribution():
    table = np.array([[0.1, 0.2, 0.3, 0.4]] * 4)
    assert pick(table, np.array([0.05, 0.1, 0.59, 0.61])).tolist() == [0, 1, 2, 3]


def test_a_new_council_inherits_by_children():
    """12% of children from Dorset, 41% from Poole, 47% from Bournemouth."""
    last = np.zeros((3, len(council_codes())), int)
    last[:, row(835)], last[:, row(836)], last[:, row(837)] = 1, 2, 3
    assert inherited(last, row(839), np.array([0.05, 0.3, 0.9])).tolist() == [1, 2, 3]


def test_baselines_stand_where_the_record_stands_until_inspections_resume(baseline):
    grades = grades_in_force(load_facts(), ORIGIN)
    first = baseline.council[0]
    certain = first.max(axis=1) == 1.0
    assert certain.sum() > 75
    assert (first[certain].argmax(axis=1) == (grades[certain] - 1) % len(STANDING)).all()
    suspended = baseline.standing[:, :5]  # to 2021Q1
    assert (suspended == suspended[:, :1]).all()
    assert (baseline.standing.sum(axis=2)[:, [0, 5, 13]] == [151, 152, 153]).all()
    np.testing.assert_allclose(baseline.next_inspection.sum(axis=2)[existing(range(24, END + 1))], 1.0)


def test_under_no_change_nothing_changes_but_councils():
    made = baseline_forecast("no_change", load_facts(), ORIGIN, END, 5, 1)
    assert made.new_inadequate.sum() == 0
    assert made.next_inspection[0, row(839)].tolist() == pytest.approx([0, 0, 1, 0])
    assert made.next_inspection[-1, row(940)].tolist() == pytest.approx([0, 0, 0, 1])
    recorded = np.bincount(grades_in_force(load_facts(), ORIGIN)[existing([ORIGIN])[0]], minlength=5)
    assert made.standing[0, 0].tolist() == [*recorded[1:], recorded[Grade.NOT_JUDGED]]


# ---- Asked for wrongly


@pytest.mark.parametrize(
    "words,told",
    [
        (["--from", "2020Q1"], "--from 2020Q1: allowed is a quarter of the record, 2014Q1 to 2019Q4"),
        (["--from", "2019"], "--from: quarter '2019' cannot be read"),
        (["--to", "2019Q4"], "--to 2019Q4: allowed is a quarter after --from, 2020Q1 to 2030Q4"),
        (["--model", "oracle"], "--model oracle: allowed is turnaround, no_change, markov, ordered_logit"),
        (["--draws", "0"], "--draws = 0: allowed is a whole number from 1"),
        (["--draws", "401", "--sets", "2"], "--sets 2: a set has at most 200 draws, so 401 draws need"),
        (["--draws", "4", "--sets", "5"], "--sets = 5: allowed is a whole number from 1 to 4"),
        (["--posterior", "none.parquet"], "posterior none.parquet: no such file"),
        (["--model", "markov", "--regime", "trust"], "--regime is an option of the model"),
        (["--regime", "trusts"], "trusts"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_said_in_a_sentence(cli, words, told):
    code, _, err = cli("forecast", "--out", "f", *words)
    assert code == 2
    assert told in " ".join(err.split())
    assert "Traceback" not in err
    assert not Path("f").exists()


def test_a_forecast_on_the_command_line_says_what_it_leaves(cli):
    code, out, err = cli("forecast", "--to", "2020Q4", "--out", "f", "--draws", "6", "--sets", "2")
    assert code == 0
    assert "Councils by judgement in force: median and 90% interval" in out
    assert "knows the true state of the council at the inspection" in out
    again = "turnaround forecast --from 2019Q4 --to 2020Q4 --out f --draws 6 --sets 2 --seed 1"
    assert f"Again     {again}" in out
    assert read_forecast(Path("f")).description["command"] == again
    assert "6 of 6 runs" in err


@pytest.mark.parametrize(
    "model, folder",
    [("turnaround", "results/forecast-2018Q4"), ("markov", "results/markov-2018Q4")],
)
def test_without_a_folder_named_a_forecast_goes_below_results_by_its_origin(cli, model, folder):
    small = ("forecast", "--model", model, "--from", "2018Q4", "--to", "2019Q1", "--draws", "2")
    assert cli(*small, "--quiet") == (0, f"{folder}\n", "")
    code, _, err = cli(*small, "--seed", "2")
    assert code == 2
    assert f"{folder} holds a finished forecast; name another folder with --out" in err


def test_the_commands_of_the_guide_work(cli):
    guide = (Path(__file__).parents[1] / "docs/forecasting.md").read_text("utf-8")
    block = guide.split("<!-- tested -->\n```bash\n")[1].split("```")[0]
    commands = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert len(commands) == 2
    for words in commands:
        assert words[0] == "turnaround"
        code, _, err = cli(*words[1:])
        assert code == 0, err
    assert {read_forecast(Path("results") / name).name for name in ("forecast", "markov")} == {
        "turnaround",
        "markov",
    }


def damaged(folder, tmp_path, name, change):
    """A copy of a forecast with one table changed."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    table = pl.read_parquet(copy / f"{name}.parquet")
    change(table).write_parquet(copy / f"{name}.parquet")
    return copy


@pytest.mark.parametrize(
    "name,change,told",
    [
        ("council", lambda t: t.with_columns(probability=pl.col("probability") * 0.5), "add to 0.5"),
        ("council", lambda t: t.filter(pl.col("la_code") != 330), r"330 \(Birmingham\) has no row in 2020Q1"),
        ("council", lambda t: t.with_columns(la_code=pl.col("la_code").replace(330, 928)), "928"),
        ("next_inspection", lambda t: t.drop("grade"), "lacks grade"),
        ("next_inspection", lambda t: t.with_columns(probability=pl.lit(-1.0)), "from 0 to 1"),
        ("national", lambda t: t.filter(pl.col("quarter") != "2021Q1"), "has no 2021Q1"),
        ("national", lambda t: t.with_columns(count=-pl.col("count")), "counts from 0"),
        ("national", lambda t: pl.concat([t, t]), "once"),
        ("national", lambda t: t.with_columns(quarter=pl.lit("2031Q1")), "'2031Q1'"),
    ],
)  # fmt: skip
def test_a_forecast_that_is_not_one_is_refused(folder, tmp_path, name, change, told):
    with pytest.raises(StudyError, match=told):
        read_forecast(damaged(folder, tmp_path, name, change))


def test_a_folder_without_a_forecast_is_no_forecast(tmp_path):
    with pytest.raises(StudyError, match="there is no such folder"):
        read_forecast(tmp_path / "none")
    with pytest.raises(StudyError, match=r"no forecast: there is no forecast\.json"):
        read_forecast(tmp_path)


def test_grades_are_named_from_best_to_worst():
    assert JUDGED == ("outstanding", "good", "requires improvement", "inadequate")
    assert [Grade[name.replace(" ", "_").upper()] for name in JUDGED] == [1, 2, 3, 4]
