"""The tables of facts say what was published, and the start of each council follows from them.

Expected figures are published totals (DfE and Ofsted statistics as gathered in the project's evidence)
or hand calculations from single published cells.
"""

from importlib.resources import files

import numpy as np
import polars as pl
import pytest

from model.facts import Facts, load_facts, starting_facts
from model.population import neighbours
from model.rules.support import NEIGHBOURS
from model.tables import read_dictionary


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="module")
def start(facts) -> pl.DataFrame:
    return starting_facts(facts)


def council(start: pl.DataFrame, la_code: int) -> dict:
    return start.row(by_predicate=pl.col("la_code") == la_code, named=True)


# What was published


def test_the_master_table_has_the_152_councils_of_2014_and_the_six_founded_since(facts):
    founded = facts.councils.filter(pl.col("valid_from").is_not_null())["la_code"].to_list()
    assert facts.councils.height == 158
    assert founded == [838, 839, 940, 941, 942, 943]


def test_every_table_in_the_folder_is_described_and_every_described_table_is_there():
    folder = files("model") / "data"
    stored = {entry.name.removesuffix(".csv") for entry in folder.iterdir() if entry.name.endswith(".csv")}
    assert stored == {*read_dictionary(folder), "dictionary"}


def test_first_judgements_under_the_single_inspection_framework_are_as_published(facts):
    first = facts.judgements.filter(pl.col("inspection_type") == "first")
    counts = dict(first["overall"].value_counts().iter_rows())
    assert counts == {"Outstanding": 3, "Good": 51, "Requires improvement": 65, "Inadequate": 33}


def test_no_judgement_is_later_than_2019(facts):
    assert facts.judgements["publication_date"].drop_nulls().max() < "2020"


def test_tenure_of_directors_at_inspection_has_the_published_medians(facts):
    judged = facts.director_tenure.with_columns(pl.col("publication_date").cast(str)).join(
        facts.judgements, on=["la_code", "publication_date"]
    )
    medians = judged.group_by("overall").agg(
        pl.col("tenure_months_at_inspection").median().alias("median"),
        pl.col("tenure_months_at_inspection").count().alias("directors"),
    )
    found = {overall: (median, directors) for overall, median, directors in medians.iter_rows()}
    assert found["Good"] == (33, 49)
    assert found["Requires improvement"] == (21, 70)
    assert found["Inadequate"] == (9.5, 36)


@pytest.mark.parametrize(
    "column,year,published,rounded_to",
    [
        ("protection_plans", 2016, 50_000, 1_000),
        ("children_in_need", 2018, 405_000, 3_000),
        ("protection_plans", 2018, 54_000, 1_000),
        ("looked_after", 2018, 75_000, 1_000),
        ("spend_total_gbp", 2017, 9.16e9, 0.01e9),
        ("spend_total_gbp", 2019, 9.85e9, 0.01e9),
    ],
)
def test_the_councils_sum_to_the_published_national_figure(facts, column, year, published, rounded_to):
    total = facts.council_years.filter(pl.col("year") == year)[column].sum()
    assert total == pytest.approx(published, abs=rounded_to)


def test_every_current_council_has_ten_statistical_neighbours_and_six_near_ones(facts):
    current = facts.councils.filter(pl.col("valid_to").is_null())["la_code"].to_list()
    near = facts.geographic_neighbours.filter(pl.col("relation") == "nearest")
    for table, number in ((facts.statistical_neighbours, 10), (near, 6)):
        counts = dict(table["la_code"].value_counts().iter_rows())
        assert counts == dict.fromkeys(current, number)


def test_a_land_border_has_two_sides(facts):
    borders = facts.geographic_neighbours.filter(pl.col("relation") == "land border")
    pairs = set(borders.select("la_code", "neighbour_la_code").iter_rows())
    assert pairs == {(there, here) for here, there in pairs}


def lists_of_neighbours(facts):
    """The neighbours of each council as the rules read them, nearest first, by la_code."""
    codes = facts.councils["la_code"].to_list()
    rows = neighbours()["row"].reshape(len(codes), NEIGHBOURS)
    return {code: [codes[row] for row in known if row >= 0] for code, known in zip(codes, rows, strict=True)}


def test_the_rules_read_the_published_neighbours_nearest_first_and_an_empty_end(facts):
    camden = lists_of_neighbours(facts)[202]
    assert camden == [206, 213, 205, 210, 208, 207, 209, 309, 204, 302]
    flat = neighbours()["row"]
    assert flat.shape == (158 * NEIGHBOURS,)
    first = facts.councils["la_code"].to_list().index(202) * NEIGHBOURS
    assert flat[first + 10 : first + NEIGHBOURS].tolist() == [-1] * (NEIGHBOURS - 10)
    assert not flat.flags.writeable


def test_a_council_founded_later_is_followed_by_those_it_was_founded_from(facts):
    """Somerset's fourth nearest, new Dorset (838), was old Dorset (835) until 2019."""
    published = [935, 830, 838, 893, 885, 891, 878, 860, 855, 881]
    assert lists_of_neighbours(facts)[933] == [*published[:3], 835, *published[3:]]


def test_an_abolished_council_has_the_neighbours_of_its_largest_successor(facts):
    """Most of Northamptonshire's children went to the west (941), of Dorset's to new Dorset (838)."""
    known = lists_of_neighbours(facts)
    assert known[928] == [code for code in known[941] if code != 928]
    assert known[835] == [code for code in known[838] if code != 835]


def test_every_council_has_at_any_time_eight_neighbours_or_more_and_is_none_itself(facts):
    rows = neighbours()["row"].reshape(158, NEIGHBOURS)
    assert not (rows == np.arange(158)[:, np.newaxis]).any()
    for exists in (facts.councils["valid_from"].is_null(), facts.councils["valid_to"].is_null()):
        here = np.flatnonzero(exists.to_numpy())
        assert min(len(set(rows[row]) & set(here)) for row in here) >= 8


# The partners in practice


def test_six_partnerships_of_nine_councils_were_named(facts):
    table = facts.partners_in_practice
    assert table.height == 9
    assert table["partnership"].unique().sort().to_list() == [1, 2, 3, 4, 5, 6]
    together = table.group_by("partnership").agg(pl.col("la_code").sort()).sort("partnership")
    assert together["la_code"].to_list() == [[815], [850], [205, 207, 213], [383], [840], [314, 318]]


def test_christchurch_is_the_part_of_dorset_that_the_children_counts_leave_over(facts):
    # Children in Dorset, Poole and Bournemouth: looked after at 31 March over the rate per 10,000.
    dorset = [383 / 50, 479 / 62, 482 / 62, 450 / 59]
    poole = [169 / 57, 180 / 60, 194 / 64, 190 / 63]
    bournemouth = [260 / 76, 254 / 73, 240 / 68, 246 / 68]
    share_of_the_three = sum(d / (d + p + b) for d, p, b in zip(dorset, poole, bournemouth, strict=True)) / 4
    to_new_dorset = 66_931 / (share_of_the_three * (66_931 + 72_905))
    row = facts.boundary_changes.row(by_predicate=pl.col("successor_la_code") == 838, named=True)
    assert row["share_of_children"] == pytest.approx(to_new_dorset, abs=0.0005)


def test_northamptonshire_is_divided_as_its_children_are(facts):
    row = facts.boundary_changes.row(by_predicate=pl.col("successor_la_code") == 940, named=True)
    assert row["share_of_children"] == pytest.approx(83_113 / (83_113 + 96_295), abs=0.0005)


# The start


def test_the_councils_of_2014_start_with_the_published_stock_of_grades(start):
    grades = start.filter("exists_2014")["legacy_grade"].value_counts()
    assert dict(grades.iter_rows()) == {1: 5, 2: 61, 3: 66, 4: 20}


def test_a_council_founded_later_has_no_grade_and_no_first_inspection(start):
    later = start.filter(~pl.col("exists_2014"))
    assert later["legacy_grade"].to_list() == [0] * 6
    assert later["first_inspection_quarter"].null_count() == 6


def test_the_regions_are_numbered_in_alphabetical_order(start):
    assert council(start, 928)["region"] == 0  # Northamptonshire, East Midlands
    assert council(start, 201)["region"] == 2  # City of London
    assert council(start, 383)["region"] == 8  # Leeds, Yorkshire and The Humber


def test_published_figures_of_a_council_are_taken_as_they_are(start):
    camden = council(start, 202)
    assert camden["children"] == 39_725
    assert camden["social_worker_fte"] == pytest.approx((174.6 + 188.0) / 2)
    assert (camden["vacancy_2015"], camden["agency_2015"]) == (30, 12)
    assert camden["first_inspection_quarter"] == 15
    assert not any(value for name, value in camden.items() if name.endswith("_filled"))


def test_kingston_and_richmond_share_their_joint_return_by_children(start):
    kingston, richmond = council(start, 314), council(start, 318)
    assert kingston["social_worker_fte"] + richmond["social_worker_fte"] == pytest.approx(158.58)
    assert kingston["social_worker_fte"] / richmond["social_worker_fte"] == pytest.approx(35_640 / 43_355)
    assert kingston["social_worker_fte_filled"]
    assert richmond["social_worker_fte_filled"]


def test_children_of_old_dorset_come_from_its_looked_after_rate(start):
    dorset = council(start, 835)
    assert dorset["children"] == pytest.approx(383 / 50 * 10_000)
    assert dorset["children_filled"]
    assert dorset["social_worker_fte"] == pytest.approx((180.9 + 173.08) / 2)


def test_a_merged_council_starts_from_the_children_and_workers_of_its_area(start):
    merged, parts = council(start, 839), [council(start, code) for code in (835, 836, 837)]
    for column in ("children", "social_worker_fte"):
        assert merged[column] == pytest.approx(0.116 * parts[0][column] + parts[1][column] + parts[2][column])
    assert 4 < merged["vacancy_2015"] < 19
    assert merged["vacancy_2015_filled"]


def test_the_two_halves_of_a_divided_council_make_the_whole(start):
    halves = [council(start, code) for code in (940, 941)]
    assert sum(half["children"] for half in halves) == pytest.approx(160_769)
    assert {half["vacancy_2015"] for half in halves} == {57}


def test_unknown_agency_rates_are_the_mean_of_the_known_ones(start):
    known = start.filter(pl.col("exists_2014") & ~pl.col("agency_2015_filled"))["agency_2015"]
    assert known.len() == 144
    assert council(start, 352)["agency_2015"] == pytest.approx(known.mean())


def test_nothing_in_the_start_is_missing_but_inspections_that_never_were(start):
    assert (
        start.drop("legacy_grade_quarter", "first_inspection_quarter").null_count().sum_horizontal().item()
        == 0
    )
