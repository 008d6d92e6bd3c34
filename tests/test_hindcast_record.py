"""The record: published figures, nothing after December 2019, and panels cut, spliced and blotted."""

import dataclasses
import datetime

import numpy as np
import polars as pl
import pytest
from hindcast_helpers import panel_of

from experiments.hindcast import panel as panels
from experiments.hindcast.panel import (
    FINANCIAL,
    STAFF,
    YEARS,
    Panel,
    blotted,
    recorded_panel,
    simulated_panel,
    spliced,
)
from experiments.hindcast.record import recorded_cases, recorded_figures
from experiments.hindcast.targets import MEASURES, all_figures
from experiments.hindcast.tolerances import tolerances, tolerances_hash
from model.facts import load_facts

LAST_DAY = "2019-12-31"


def same(one, two):
    return all(
        np.array_equal(getattr(one, field.name), getattr(two, field.name), equal_nan=True)
        for field in dataclasses.fields(Panel)
    )


# ---- Figures published elsewhere, typed from their sources


@pytest.mark.parametrize(
    "figure,value",
    [
        # Ofsted's children's services inspection outcomes: judgements published in each year
        *(
            (f"inspections: {year}", n)
            for year, n in zip(range(2014, 2020), (37, 37, 42, 43, 41, 57), strict=True)
        ),
        # The same: 37 councils newly judged inadequate, 5, 7, 8, 6, 2 and 9 a year
        ("new failures: all years", 37 / 6),
        ("new failures: first half", (5 + 7 + 8) / 3),
        # The same: first judgements of all 152 councils under the single inspection framework, 3/51/65/33
        ("first judgement: outstanding, all", 100 * 3 / 152),
        ("first judgement: good, all", 100 * 51 / 152),
        ("first judgement: inadequate, all", 100 * 33 / 152),
        # Inspection reports: median months in post of directors met, good and requires improvement
        ("tenure: median, good", 33.0),
        ("tenure: median, requires improvement", 21.0),
        # ADCS, 2018: changes of post-holder, councils concerned, interims
        ("directors: changes, year to March 2018", 65.0),
        ("directors: councils with a change, year to March 2018", 57.0),
        ("directors: interims, March 2018", 18.0),
        ("directors: changes, year to March 2016", 55.0),
        ("directors: changes, year to March 2017", 44.0),
        ("directors: changes, year to March 2019", 51.0),
    ],
)
def test_the_record_has_the_published_figures(figure, value):
    assert recorded_figures()[figure] == pytest.approx(value)


@pytest.mark.parametrize(
    "quantity,by_grade,near",
    [
        # Children's social work workforce census, council-years to 2019 pooled: O, G, RI, I
        ("turnover", (15, 15, 16.5, 17), 0.6),
        ("agency", (6, 12, 16, 27), 1.0),
        ("vacancy", (9, 13, 17, 24), 1.0),
        ("caseload", (16, 17, 18, 17), 0.7),
    ],
)
def test_staff_by_judgement_is_near_the_published_gradients(quantity, by_grade, near):
    names = ("outstanding", "good", "requires improvement", "inadequate")
    found = [recorded_figures()[f"staff by judgement: {quantity}, {name}"] for name in names]
    assert found == pytest.approx(by_grade, abs=near)


@pytest.mark.parametrize(
    "quarter,stock",
    [
        # Ofsted's latest judgements: March 2016, 2017, 2018 and 2019
        (8, (4, 50, 76, 22)),
        (12, (2, 51, 70, 29)),
        (16, (3, 54, 72, 23)),
        (20, (8, 62, 62, 20)),
    ],
)
def test_the_stock_of_judgements_is_the_published_one(quarter, stock):
    grade = recorded_panel().grade[0, quarter]
    assert [(grade == one).sum() for one in (1, 2, 3, 4)] == pytest.approx(stock, abs=1)
    assert (grade > 0).sum() == 152


def test_the_national_census_of_2017_and_2019_is_near_the_mean_of_councils():
    # Department for Education, national rates: a mean of councils differs from a mean of workers
    found = recorded_figures()
    assert found["staff: vacancy, 2017"] == pytest.approx(17.0, abs=1.0)
    assert found["staff: vacancy, 2019"] == pytest.approx(16.4, abs=1.0)
    assert found["staff: agency, 2019"] == pytest.approx(15.8, abs=1.0)
    assert found["staff: caseload, 2017"] == pytest.approx(17.7, abs=0.5)
    assert found["staff: caseload, 2019"] == pytest.approx(16.9, abs=0.5)


def test_a_first_better_judgement_comes_after_24_months_at_the_earliest_and_33_in_the_middle():
    found = recorded_figures()
    assert found["time inadequate: 24 months"] < 10.0
    assert found["time inadequate: 30 months"] < 50.0 < found["time inadequate: 36 months"]


def test_cases_are_printed_beside_shares():
    cases = recorded_cases()
    assert cases["first judgement: good, all"] == 152
    assert cases["failures from good: all years"] == 37
    assert cases["tenure: median, good"] == 49
    assert cases["leadership: inadequate, of inadequate"] == 51
    assert "inspections: 2016" not in cases


# ---- Nothing after December 2019


def test_later_rows_of_the_facts_change_no_figure(monkeypatch):
    facts = load_facts()
    bad = facts.judgements.head(40).with_columns(
        publication_date=pl.lit("2021-06-01"),
        publication_quarter=pl.lit(29, pl.Int64),
        overall=pl.lit("Inadequate"),
    )
    years = facts.council_years.filter(pl.col("year") == 2019).with_columns(
        pl.col("year") + 1, *(pl.col(name) * 3 for name in ("vacancy_pct", "agency_pct", "caseload"))
    )
    met = facts.director_tenure.head(20).with_columns(
        publication_date=pl.lit(datetime.date(2021, 6, 1)),
        tenure_months_at_inspection=pl.lit(1, pl.Int64),
    )
    changed = dataclasses.replace(
        facts,
        judgements=pl.concat([facts.judgements, bad]),
        council_years=pl.concat([facts.council_years, years]),
        director_tenure=pl.concat([facts.director_tenure, met]),
    )
    before = recorded_panel()
    monkeypatch.setattr(panels, "load_facts", lambda: changed)
    assert same(recorded_panel.__wrapped__(), before)


def test_an_earlier_row_of_the_facts_does_change_the_record(monkeypatch):
    facts = load_facts()
    worse = facts.judgements.with_columns(overall=pl.lit("Inadequate"))
    monkeypatch.setattr(panels, "load_facts", lambda: dataclasses.replace(facts, judgements=worse))
    assert not same(recorded_panel.__wrapped__(), recorded_panel())


def test_the_facts_hold_no_judgement_and_no_director_after_2019():
    facts = load_facts()
    assert facts.judgements["publication_date"].max() <= LAST_DAY
    assert str(facts.director_tenure["publication_date"].max()) <= LAST_DAY
    assert recorded_panel().quarters == 24
    assert max(YEARS) == 2019


def test_until_hides_what_later_quarters_showed():
    # 2017Q1 is quarter 12: the census of September 2016 is known, that of 2017 is not
    record = recorded_panel()
    early = record.until(13)
    assert early.quarters == 13
    for name in STAFF:
        assert np.isnan(getattr(early, name)[:, YEARS.index(2017) :]).all()
    assert np.array_equal(early.vacancy[:, :2], record.vacancy[:, :2], equal_nan=True)
    for name in FINANCIAL:  # the year to March 2017 has just ended
        assert np.isnan(getattr(early, name)[:, YEARS.index(2018) :]).all()
        assert np.array_equal(getattr(early, name)[:, :3], getattr(record, name)[:, :3], equal_nan=True)


@pytest.mark.parametrize("end", [8, 12, 17, 21])
def test_figures_until_a_quarter_do_not_depend_on_what_came_later(end):
    record = recorded_panel()
    parts = {}
    for field in dataclasses.fields(Panel):
        values = getattr(record, field.name)
        if isinstance(values, np.ndarray):
            values = values.copy()
            if field.name in panels.BY_QUARTER:
                values[:, end:] = 1
            elif field.name in STAFF:
                values[:, [panels.quarter_of_census(year) >= end for year in YEARS]] = 7.0
            elif field.name in FINANCIAL:
                values[:, [panels.quarter_of_march(year) >= end for year in YEARS]] = 7.0
        parts[field.name] = values
    spoiled = all_figures(Panel(**parts).until(end))
    honest = all_figures(record.until(end))
    assert list(spoiled) == list(honest)
    for name, values in honest.items():
        assert np.array_equal(values, spoiled[name], equal_nan=True), name


def test_published_counts_are_known_when_they_were_published():
    assert np.isnan(recorded_figures(17)["directors: changes, year to March 2018"])
    assert recorded_figures(18)["directors: changes, year to March 2018"] == 65.0


@pytest.mark.parametrize("end", [8, 11, 16])
def test_a_short_record_can_be_measured(end):
    found = recorded_figures(end)
    assert np.isnan(found["directors: interims, March 2018"])
    assert found["inspections: 2014"] == 37.0


# ---- Tolerances


def test_tolerances_are_those_committed_before_the_first_hindcast():
    # The hash of the file as it was committed before anybody had seen a hindcast. Whoever changes a tolerance
    # changes this too, and says in the changelog what was changed and why.
    assert tolerances_hash() == "2f7d6e8ba50bfe6d69253ddf43bc7200aaafe6a3e7376c709e62d4cd2ff80d86"


def test_every_tolerance_of_a_single_figure_names_one_that_exists():
    names = set(recorded_figures())
    for measure, tolerance in tolerances().items():
        assert measure in MEASURES
        assert tolerance.tolerance > 0.0
        assert {f"{measure}: {figure}" for figure in tolerance.of} <= names
        assert tolerance.reason


# ---- Panels cut and joined


def small(first=0, quarters=24, seed=3):
    luck = np.random.default_rng(seed)
    lines = ["".join(luck.choice(list("......GRI"), quarters)) for _ in range(3)]
    years = {name: luck.uniform(5, 30, (5, 3)) for name in (*STAFF, *FINANCIAL)}
    by_quarter = {name: luck.uniform(0, 1, (quarters, 3)) for name in ("tenure", "left", "interim")}
    return panel_of(*lines, before="GRI", first=first, **years, **by_quarter)


def test_a_panel_cut_in_two_and_spliced_is_whole_again_but_for_years_that_straddle():
    whole = small()
    again = spliced(whole, whole.since(13))  # from 2017Q2
    for name in panels.BY_QUARTER:
        assert np.array_equal(getattr(again, name), getattr(whole, name), equal_nan=True)
    assert np.array_equal(again.before, whole.before)
    # Staff: known to September 2016, then from the first census with four quarters before it, of 2018
    assert (~np.isnan(again.vacancy[0, :, 0])).tolist() == [True, True, False, True, True]
    # Work: the year to March 2018 is the first that begins in the simulated part; before it are other scales
    assert (~np.isnan(again.work[0, :, 0])).tolist() == [False, False, False, True, True]
    known = ~np.isnan(again.work)
    assert np.array_equal(again.work[known], whole.work[known])


def test_splicing_repeats_the_record_for_every_history():
    record, late = small(), small(first=12, quarters=12, seed=4)
    names = [field.name for field in dataclasses.fields(Panel) if field.name != "first"]
    three = Panel(12, **{name: np.concatenate([getattr(late, name)] * 3) for name in names})
    joined = spliced(record, three)
    assert (joined.histories, joined.quarters, joined.first) == (3, 24, 0)
    for history in range(3):
        assert np.array_equal(joined.grade[history, :12], record.grade[0, :12])
        assert np.array_equal(joined.grade[history, 12:], late.grade[0])


def test_histories_from_the_beginning_are_not_spliced():
    simulated = small()
    assert spliced(small(seed=9), simulated) is simulated


def test_what_the_record_does_not_know_is_blotted_out():
    record, simulated = small(), small(seed=5)
    agency = record.agency.copy()
    agency[0, 1, 2] = np.nan
    seen = blotted(simulated, dataclasses.replace(record, agency=agency))
    assert np.isnan(seen.agency).sum() == 1
    assert np.isnan(seen.agency[0, 1, 2])
    assert same(dataclasses.replace(seen, agency=simulated.agency), simulated)


def test_the_record_from_a_later_start_lacks_what_histories_cannot_show():
    late = recorded_figures(start=12)
    whole = recorded_figures()
    assert np.isnan(late["directors: changes, year to March 2017"])
    assert late["directors: changes, year to March 2018"] == 65.0
    assert np.isnan(late["staff: turnover, 2017"])
    assert late["first judgement: good, all"] == whole["first judgement: good, all"]
    assert recorded_cases(start=12)["work around a failure: work, year +0"] < 25


def test_a_simulated_year_needs_all_its_quarters():
    names = (
        "exists",
        "grade",
        "judged",
        "leadership_judged",
        "tenure",
        "director_event",
        "interim",
        "permanent",
    )
    names += ("leavers", "posts", "agency", "caseload", "workload", "spending", "looked_after")
    watched = np.ones((1, 24, 2), [(name, "f8") for name in names])
    watched["permanent"], watched["posts"], watched["agency"], watched["leavers"] = 80.0, 100.0, 20.0, 3.0
    watched["exists"][0, 12:, 1] = 0.0
    found = simulated_panel(watched, np.array([2, 3]))
    assert found.vacancy[0, :, 0] == pytest.approx([20.0] * 5)
    assert found.agency[0, 0, 0] == pytest.approx(20.0)
    assert found.turnover[0, 0, 0] == pytest.approx(100 * 4 * 3 / 80)
    assert (~np.isnan(found.turnover[0, :, 1])).tolist() == [True, True, False, False, False]
    assert (~np.isnan(found.work[0, :, 1])).tolist() == [True, True, False, False, False]
    late = simulated_panel(watched[:, :12], np.array([2, 3]), first=12)
    assert (~np.isnan(late.turnover[0, :, 0])).tolist() == [False, False, False, True, True]
    assert (~np.isnan(late.work[0, :, 0])).tolist() == [False, False, False, True, True]
