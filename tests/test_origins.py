"""Origins inside the record: a forecast, a replay and a fit know what had been published, and no more."""

import json
from dataclasses import fields, replace

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from scipy.stats import chisquare

import experiments.forecasts.refit as refitting
import model.facts
from experiments.calibration.simulating import SetsWithLuck, simulated_figures
from experiments.errors import StudyError
from experiments.forecasts.inputs import inputs_after
from experiments.forecasts.refit import Fitting, refit
from experiments.forecasts.rolling import main as rolling
from experiments.forecasts.schema import read_forecast
from experiments.forecasts.simulated import Plan, run_piece
from experiments.hindcast.panel import FINANCIAL, STAFF, YEARS, recorded_panel
from experiments.hindcast.record import recorded_cases, recorded_figures
from experiments.hindcast.tolerances import tolerances_hash
from experiments.posterior import Posterior, read_posterior, write_posterior
from model.compilation import model_hash
from model.ensemble import draw_luck
from model.facts import facts_until, load_facts, starting_facts
from model.history import recorded_history
from model.population import council_facts
from model.quarters import parse_quarter
from model.regimes import resolve
from model.replay import forget_replays

ORIGINS = ("2015Q4", "2016Q3", "2016Q4", "2017Q4", "2018Q4")
FIRST_UNPUBLISHED = {
    "2015Q4": (2015, 2016), "2016Q3": (2016, 2016), "2016Q4": (2016, 2017), "2017Q4": (2017, 2018),
    "2018Q4": (2018, 2019),
}  # fmt: skip
"""The first census, and the first year to March, that was not published yet: a census comes out in the
February after, and what is counted to March by the December after."""

STAFF_COLUMNS = ("social_workers_fte", "turnover_pct", "agency_pct", "vacancy_pct", "caseload")
MARCH_COLUMNS = ("section_47_rate_10k", "looked_after", "spend_total_gbp")


def forget():
    for kept in (council_facts, recorded_panel, recorded_figures, recorded_cases):
        kept.cache_clear()
    forget_replays()


@pytest.fixture
def as_if(monkeypatch):
    """Makes the model read other facts, until the end of the test."""

    def read(facts):
        monkeypatch.setattr(model.facts, "_shipped_facts", lambda: facts)
        forget()

    yield read
    monkeypatch.undo()
    forget()


def another_future(facts, origin):
    """The facts with everything changed that was published after an origin: what, when and of whom."""
    quarter = parse_quarter(origin)
    census, march = FIRST_UNPUBLISHED[origin]
    later = pl.col("publication_quarter") > quarter
    year, place = int(origin[:4]), int(origin[-1])
    year, month = (year + 1, 1) if place == 4 else (year, 3 * place + 1)
    met_later = pl.col("publication_date") >= pl.date(year, month, 1)
    day_after = f"{year}-{month:02}"
    return replace(
        facts,
        judgements=facts.judgements.with_columns(
            overall=pl.when(later).then(pl.lit("Inadequate")).otherwise("overall"),
            leadership=pl.when(later).then(pl.lit("Inadequate")).otherwise("leadership"),
            publication_quarter=pl.when(later)
            .then(quarter + 1 + pl.int_range(pl.len()) % (23 - quarter))
            .otherwise("publication_quarter"),
        ),
        director_tenure=facts.director_tenure.with_columns(
            in_post_since=pl.when(met_later).then(pl.lit("2014-02")).otherwise("in_post_since"),
            interim=pl.when(met_later).then(True).otherwise("interim"),
            tenure_months_at_inspection=pl.when(met_later).then(1).otherwise("tenure_months_at_inspection"),
        ),
        council_years=facts.council_years.with_columns(
            pl.when(pl.col("year") >= first).then(pl.col(name) * 0.5 + 3).otherwise(name).alias(name)
            for names, first in ((STAFF_COLUMNS, census), (MARCH_COLUMNS, march))
            for name in names
        ),
        interventions=facts.interventions.filter(pl.col("date") < day_after),
        trusts=facts.trusts.filter(pl.col("start") < day_after),
    )


def parts_of(forecast):
    return {field.name: getattr(forecast, field.name).tobytes() for field in fields(forecast)}


def forecast_from(origin):
    first = parse_quarter(origin)
    return run_piece(Plan(first, first + 3, 3, 1, 2, "ad_hoc").pieces[0])


SETS = SetsWithLuck(("inspection.noise",), np.array([[4.0], [6.0]]), (0, 1))


def figures_to(origin):
    (found,) = simulated_figures(resolve("ad_hoc"), SETS, 1, (parse_quarter(origin) + 1,))
    return found


def same(one, two):
    assert list(one) == list(two)
    return all(np.array_equal(one[name], two[name], equal_nan=True) for name in one)


# ---- What came later makes no difference


@pytest.mark.parametrize("origin", ORIGINS)
def test_later_rows_of_the_record_change_neither_start_nor_history_nor_figures_to_fit_to(as_if, origin):
    quarter = parse_quarter(origin)

    def known():
        luck = draw_luck(3, [0, 5], 2, known_until=quarter)
        history = recorded_history(facts_until(load_facts(), quarter), range(quarter + 1))
        return [luck.councils.tobytes(), history.tobytes(), str(recorded_figures(quarter + 1))]

    facts = load_facts()
    before, whole = known(), draw_luck(3, [0], 2).councils.tobytes()
    as_if(another_future(facts, origin))
    assert known() == before
    if quarter < parse_quarter("2017Q4"):  # then all first judgements and the censuses of the start were out
        assert draw_luck(3, [0], 2).councils.tobytes() != whole


@pytest.mark.parametrize("origin", ["2015Q4", "2016Q4", "2018Q4"])
def test_later_rows_of_the_record_do_not_move_a_forecast(as_if, origin):
    facts = load_facts()
    before = parts_of(forecast_from(origin))
    as_if(another_future(facts, origin))
    assert parts_of(forecast_from(origin)) == before


def test_earlier_rows_of_the_record_do_move_a_forecast(as_if):
    """A date before the origin; a director met before it; a census published before it: each is used."""
    facts, origin = load_facts(), "2016Q4"
    before = parts_of(forecast_from(origin))["chance"]
    early = pl.col("publication_quarter")
    later_by_one = facts.judgements.with_columns(
        publication_quarter=pl.when(early == 5).then(6).otherwise(early)
    )
    for changed in (
        {"judgements": later_by_one},
        {"director_tenure": facts.director_tenure.with_columns(in_post_since=pl.lit("2014-02"))},
        {"council_years": facts.council_years.with_columns(vacancy_pct=pl.col("vacancy_pct") * 0.5 + 3)},
    ):
        as_if(replace(facts, **changed))
        assert parts_of(forecast_from(origin))["chance"] != before, changed


@pytest.mark.parametrize("origin", ["2015Q4", "2016Q4"])
def test_later_rows_of_the_record_do_not_change_what_a_fit_compares(as_if, origin):
    facts = load_facts()
    before = figures_to(origin)
    as_if(another_future(facts, origin))
    assert same(figures_to(origin), before)
    earlier = {"judgements": facts.judgements.filter(pl.col("publication_quarter") != 5)}
    as_if(replace(facts, **earlier))
    assert not same(figures_to(origin), before)


def test_simulated_figures_are_known_where_those_of_the_record_are():
    """Both speak of the same years: to 2015Q4 of the stock of two years and of no census."""
    for origin in ("2015Q4", "2017Q4"):
        record, simulated = recorded_figures(parse_quarter(origin) + 1), figures_to(origin)
        assert list(record) == list(simulated)
        missing = [
            name for name, value in record.items() if not np.isnan(value) and np.isnan(simulated[name]).all()
        ]
        assert missing == []
        staff = [name for name in record if name.startswith("staff: ")]
        for name in staff:
            assert np.isnan(record[name]) == np.isnan(simulated[name]).all(), name
    assert all(np.isnan(recorded_figures(8)[name]) for name in staff)


# ---- What is known when


def test_a_census_is_known_from_the_next_year_and_figures_to_march_from_the_end_of_theirs():
    facts = load_facts()
    for quarter, censuses, marches in (
        ("2015Q4", [], [2015]),
        ("2016Q1", [2015], [2015]),
        ("2018Q4", [2015, 2016, 2017], [2015, 2016, 2017, 2018]),
    ):
        years = facts_until(facts, parse_quarter(quarter)).council_years
        assert sorted(years.drop_nulls("turnover_pct")["year"].unique()) == censuses
        assert sorted(years.drop_nulls("looked_after")["year"].unique()) == marches
        panel = recorded_panel().published_by(parse_quarter(quarter) + 1)
        for names, known in ((("turnover", "vacancy"), censuses), (("looked_after",), marches)):
            for name in names:
                seen = [
                    year for i, year in enumerate(YEARS) if not np.isnan(getattr(panel, name)[:, i]).all()
                ]
                assert seen == known
    assert set(STAFF) > {"turnover", "vacancy"}
    assert "looked_after" in FINANCIAL


def test_all_that_a_start_rests_on_was_published_by_the_end_of_2017():
    """The last first judgements under SIF came out in 2017Q4, the census of 2016 in 2017Q1.

    In 2017Q3 one quarter of the framework was left for those still waiting, so that their date was known too.
    """
    whole = draw_luck(1, [4], 2).councils.tobytes()
    assert draw_luck(1, [4], 2, known_until=parse_quarter("2017Q4")).councils.tobytes() == whole
    assert draw_luck(1, [4], 2, known_until=parse_quarter("2017Q3")).councils.tobytes() == whole
    assert draw_luck(1, [4], 2, known_until=parse_quarter("2017Q2")).councils.tobytes() != whole


def test_before_the_first_census_staff_follow_children_and_vacancies_stand_at_their_reference():
    facts = load_facts()
    start = starting_facts(facts, parse_quarter("2015Q4")).filter("exists_2014")
    assert (start["social_worker_fte"] / start["children"]).to_numpy() == pytest.approx(0.0022)
    here = council_facts(7)["exists"] == 1
    assert set(council_facts(7)["vacancy_2015"][here]) == {resolve("ad_hoc")["start.vacancy_reference"]}
    with_one = starting_facts(facts, parse_quarter("2016Q4")).filter("exists_2014")
    own = facts.council_years.filter(pl.col("year") == 2015, pl.col("joint_return").is_null())
    both = with_one.join(own.select("la_code", "social_workers_fte"), on="la_code").drop_nulls(
        "social_workers_fte"
    )
    assert len(both) > 140
    assert both["social_worker_fte"].to_list() == both["social_workers_fte"].to_list()


def test_dates_that_are_not_known_are_spread_evenly_over_what_is_left_of_the_framework():
    """By the end of 2015, 37 + 37 of 152 had been judged; 78 had eight quarters left, to the end of 2017."""
    quarter, replicates = parse_quarter("2015Q4"), range(60)
    recorded = council_facts()
    here = recorded["exists"] == 1
    known = here & (recorded["first_inspection"] <= quarter)
    drawn = draw_luck(1, replicates, 1, known_until=quarter).councils
    assert known.sum() == 74
    assert (drawn["first_inspection"][:, known] == recorded["first_inspection"][known]).all()
    waiting = drawn["first_inspection"][:, here & ~known]
    assert waiting.shape == (60, 78)
    counts = np.bincount(waiting.astype(int).ravel(), minlength=16)
    assert counts[:8].sum() == 0
    assert len(counts) == 16
    assert chisquare(counts[8:]).pvalue > 0.001


def test_councils_that_wait_have_the_scores_of_the_late_and_all_else_is_the_same_luck():
    quarter = parse_quarter("2015Q4")
    whole, early = (draw_luck(1, range(40), 1, known_until=until).councils for until in (23, quarter))
    here = whole["exists"][0] == 1
    known = here & (whole["first_inspection"][0] <= quarter)
    assert early["schedule_score"][:, known].max() < early["schedule_score"][:, here & ~known].min()
    for scores in (early, whole):  # every rank is taken once
        assert np.sort(scores["schedule_score"][:, here], axis=1) == pytest.approx(
            np.tile(np.sort(whole["schedule_score"][0, here]), (40, 1))
        )
    mean = early["schedule_score"][:, here & ~known].mean(axis=0)
    assert mean.std() < 0.15  # nobody is known to be later than another
    for name in ("quality", "legacy_score", "pressure", "tenure", "children"):
        assert whole[name].tobytes() == early[name].tobytes()


def test_every_input_of_later_date_is_said_and_is_no_judgement():
    for origin, one_of_them in (
        ("2015Q4", "graduate schemes from 2016Q1"),
        ("2017Q3", "framework from 2018Q1"),
    ):
        told = [str(one["what"]) for one in inputs_after(parse_quarter(origin))]
        assert any(one_of_them in what for what in told)
        assert not any("first judgement" in what or "director" in what for what in told)
    assert [one["what"] for one in inputs_after(23, 23) if one not in inputs_after(23)] == [
        "staff in September 2019, published in February 2020, to which parameters are fitted"
    ]
    at_the_end = [one["what"] for one in inputs_after(23)]
    assert not any("rules" in what or "graduate" in what or "deprivation" in what for what in at_the_end)


# ---- Fitted anew


FITTING = Fitting("2000,2000", 0, 1, 1)


def a_posterior(path, **changed):
    """A file such as a fit leaves, of two sets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    said = {
        "until": "2016Q4", "rows": [2000, 2000], "seed": 1,
        "model_hash": model_hash(), "tolerances_hash": tolerances_hash(),
    }  # fmt: skip
    values = np.array([[4.0], [6.0]])
    write_posterior(Posterior(("inspection.noise",), values, np.array([0.5, 0.5]), said | changed), path)


@pytest.fixture
def never(monkeypatch):
    """A fit that would be begun."""

    class BegunError(Exception):
        pass

    def run(*words, **options):
        raise BegunError

    monkeypatch.setattr(refitting.subprocess, "Popen", run)
    return BegunError


def test_a_fit_that_was_made_is_not_made_again(tmp_path, never):
    a_posterior(tmp_path / "posteriors/2016Q4.parquet")
    assert refit(tmp_path, "2016Q4", FITTING).provenance["until"] == "2016Q4"


@pytest.mark.parametrize(
    "changed", [{"until": "2017Q4"}, {"rows": [2000, 3000]}, {"seed": 2}, {"model_hash": "of another model"}]
)
def test_a_fit_of_another_kind_is(tmp_path, never, changed):
    a_posterior(tmp_path / "posteriors/2016Q4.parquet", **changed)
    with pytest.raises(never):
        refit(tmp_path, "2016Q4", FITTING)
    assert not (tmp_path / "fits/2016Q4").exists(), "a fit refuses a folder with anything but a fit in it"


@pytest.mark.slow
def test_a_fit_that_is_refused_ends_the_forecasts_with_a_sentence(tmp_path):
    with pytest.raises(StudyError, match="the fit to 2016Q4 was refused, for the reason given above"):
        refit(tmp_path, "2016Q4", replace(FITTING, rows="10,10"))
    assert not (tmp_path / "posteriors/2016Q4.parquet").exists()


@pytest.mark.parametrize(
    "words,told",
    [
        (["--refit", "--origins", "2015Q3"], "--origins 2015Q3: with --refit allowed is 2015Q4 to 2019Q3"),
        (["--origins", "2016Q4,2016Q4"], "2016Q4 is named twice"),
        (["--origins", "late"], "quarter 'late' cannot be read"),
        (["--rows", "3000,3000"], "--rows 3000,3000: speaks of a fit; give --refit too"),
        (["--refit", "--posterior", "."], "--posterior .: with --refit none is given"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_said_before_anything_is_done(tmp_path, never, words, told):
    ended = CliRunner().invoke(rolling, ["--out", str(tmp_path / "r"), *words])
    assert ended.exit_code == 2
    assert told in " ".join(ended.output.split())
    assert not (tmp_path / "r").exists()


@pytest.mark.slow
def test_forecasts_fitted_anew_at_an_origin_are_made_scored_and_gone_on_with(tmp_path):
    words = [
        "--refit", "--rows", "2000,2000", "--origins", "2016Q4", "--draws", "20", "--sets", "4",
        "--out", str(tmp_path),
    ]  # fmt: skip
    ended = CliRunner().invoke(rolling, words)
    assert ended.exit_code == 0, ended.output
    made = read_forecast(tmp_path / "2016Q4" / "turnaround")
    assert made.label == ""
    assert made.description["fitted_to"] == "2016Q4"
    assert read_posterior(tmp_path / "posteriors/2016Q4.parquet").provenance["until"] == "2016Q4"
    scores = pl.read_csv(tmp_path / "scores.csv")
    assert set(scores["origin"]) == {"2016Q4", "all origins"}
    assert set(scores["forecast"]) == {"turnaround", "no_change", "markov", "ordered_logit"}
    manifest = json.loads((tmp_path / "rolling.json").read_text())
    assert set(manifest["files"]) == {"scores.csv", "counts.csv", "reliability.csv", "transforms.csv"}
    before = (tmp_path / "2016Q4/turnaround/forecast.json").stat().st_mtime_ns
    assert CliRunner().invoke(rolling, words).exit_code == 0
    assert (tmp_path / "2016Q4/turnaround/forecast.json").stat().st_mtime_ns == before
