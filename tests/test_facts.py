"""The tables of facts say what was published, and a table that says something impossible is refused.

Expected figures are published totals (DfE and Ofsted statistics as gathered in the project's evidence)
or hand calculations from single published cells.
"""

import csv
import shutil
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from model.facts import Facts, FactsError, load_facts, starting_facts
from model.tables import read_dictionary


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="module")
def start(facts) -> pl.DataFrame:
    return starting_facts(facts)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the model's tables that a test may break."""
    return Path(shutil.copytree(Path(str(files("model") / "data")), tmp_path / "data"))


def write_cell(folder: Path, table: str, line: int, column: str, value: str) -> None:
    """Overwrite one cell, the line counted as an editor counts it."""
    path = folder / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    rows[line - 1][rows[0].index(column)] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def line_of(folder: Path, table: str, **cells: str) -> int:
    """Line of the first row with these cells."""
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if cells.items() <= row.items():
                return line
    raise LookupError(cells)


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
    for neighbours, number in ((facts.statistical_neighbours, 10), (near, 6)):
        counts = dict(neighbours["la_code"].value_counts().iter_rows())
        assert counts == dict.fromkeys(current, number)


def test_a_land_border_has_two_sides(facts):
    borders = facts.geographic_neighbours.filter(pl.col("relation") == "land border")
    pairs = set(borders.select("la_code", "neighbour_la_code").iter_rows())
    assert pairs == {(there, here) for here, there in pairs}


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


# What is refused

CELLS = [
    ("councils", 5, "children_mid_2014", "many", "'many' is given, but allowed is a whole number from 100"),
    ("councils", 5, "children_mid_2014", "12.5", "'12.5' is given, but allowed is a whole number from 100"),
    ("councils", 5, "children_mid_2014", "99", "'99' is given, but allowed is a whole number from 100"),
    ("councils", 5, "idaci_2019_score", "nan", "'nan' is given, but allowed is a number from 0 to 1"),
    ("councils", 5, "idaci_2019_score", "inf", "'inf' is given, but allowed is a number from 0 to 1"),
    ("councils", 5, "name", "", "a blank is given, but allowed is text, never a blank"),
    ("councils", 5, "region9", "Wessex", "'Wessex' is given, but allowed is one of East Midlands, East of"),
    (
        "councils",
        5,
        "valid_to",
        "31/03/2019",
        "'31/03/2019' is given, but allowed is a day written as 2019-12",
    ),
    ("councils", 5, "valid_to", "2019-02-30", "'2019-02-30' is given, but allowed is a day written as"),
    ("councils", 5, "valid_to", "1066-10-14", "'1066-10-14' is given, but allowed is a day written as"),
    (
        "judgements",
        7,
        "overall",
        "Adequate",
        "'Adequate' is given, but allowed is one of Outstanding, Good, Req",
    ),
    (
        "judgements",
        7,
        "publication_quarter",
        "2016Q5",
        "'2016Q5' is given, but allowed is a quarter written as",
    ),
    (
        "judgements",
        7,
        "publication_quarter",
        "2020Q1",
        "'2020Q1' is given, but allowed is a quarter written as",
    ),
    (
        "judgements",
        7,
        "inspection_start",
        "2016-13",
        "'2016-13' is given, but allowed is a day, month or year",
    ),
    (
        "judgements",
        7,
        "inspection_start",
        "2026-03",
        "'2026-03' is given, but allowed is a day, month or year",
    ),
    ("director_tenure", 7, "interim", "yes", "'yes' is given, but allowed is true or false"),
]


@pytest.mark.parametrize("table,line,column,value,message", CELLS)
def test_a_cell_that_is_not_allowed_is_named_with_what_is(folder, table, line, column, value, message):
    write_cell(folder, table, line, column, value)
    with pytest.raises(FactsError) as refusal:
        load_facts(folder)
    assert str(refusal.value).startswith(f"{table}.csv, line {line}, column {column}: {message}")


def test_a_blank_that_means_something_is_offered_with_its_meaning(folder):
    write_cell(folder, "councils", 5, "valid_to", "never")
    with pytest.raises(FactsError, match=r"or a blank for 'still exists'$"):
        load_facts(folder)


def test_all_problems_of_the_tables_are_listed_at_once(folder):
    write_cell(folder, "councils", 5, "children_mid_2014", "many")
    write_cell(folder, "councils", 9, "idaci_2019_score", "2")
    write_cell(folder, "trusts", 3, "start", "soon")
    with pytest.raises(FactsError) as refusal:
        load_facts(folder)
    assert [text.split(":")[0] for text in str(refusal.value).splitlines()] == [
        "councils.csv, line 5, column children_mid_2014",
        "councils.csv, line 9, column idaci_2019_score",
        "trusts.csv, line 3, column start",
    ]


def test_of_very_many_problems_twenty_are_listed_and_the_rest_counted(folder):
    path = folder / "judgements.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",SIF,", ",CIF,"), encoding="utf-8")
    with pytest.raises(FactsError) as refusal:
        load_facts(folder)
    assert len(str(refusal.value).splitlines()) == 21
    assert str(refusal.value).endswith("... and 153 more")  # 173 inspections were under this framework


def test_a_row_given_twice_is_refused(folder):
    path = folder / "trusts.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*rows, rows[1]]) + "\n", encoding="utf-8")
    with pytest.raises(
        FactsError, match="line 12, column la_code, start: '314, 2014-04-01' is given, but allow"
    ):
        load_facts(folder)


def test_a_fact_about_a_council_that_is_not_in_the_master_table_is_refused(folder):
    write_cell(folder, "trusts", 3, "la_code", "299")
    with pytest.raises(
        FactsError, match=r"^trusts.csv, line 3, column la_code: '299' .* a la_code listed in councils.csv$"
    ):
        load_facts(folder)


def test_a_neighbour_that_is_not_in_the_master_table_is_refused(folder):
    write_cell(folder, "geographic_neighbours", 2, "neighbour_la_code", "299")
    with pytest.raises(
        FactsError, match=r"^geographic_neighbours.csv, line 2, column neighbour_la_code: '299'"
    ):
        load_facts(folder)


CONTRADICTIONS = [
    ("boundary_changes", {"successor_la_code": "940"}, "share_of_children", "0.5", "sum to 1"),
    ("boundary_changes", {"successor_la_code": "942"}, "effective_quarter", "2023Q1", "has just ended"),
    (
        "judgements",
        {"la_code": "202"},
        "publication_date",
        "2018-01-24",
        "in the publication_quarter of its row",
    ),
    ("inspections_before_2013", {"la_code": "835"}, "la_code", "838", "on which the council existed"),
    (
        "director_tenure",
        {"la_code": "202"},
        "publication_date",
        "2017-11-25",
        "publication date of a judgement",
    ),
    ("statistical_neighbours", {"la_code": "202"}, "neighbour_la_code", "202", "another council"),
    ("geographic_neighbours", {"la_code": "202"}, "neighbour_la_code", "202", "another council"),
    ("hex_positions", {"la_code": "837"}, "valid_to", "2019-04-01", "a tile free at that time"),
]


@pytest.mark.parametrize("table,row,column,value,message", CONTRADICTIONS)
def test_facts_that_cannot_be_true_together_are_refused(folder, table, row, column, value, message):
    write_cell(folder, table, line_of(folder, table, **row), column, value)
    with pytest.raises(FactsError, match=message) as refusal:
        load_facts(folder)
    assert str(refusal.value).startswith(f"{table}.csv, line ")


def test_a_judgement_after_its_council_was_abolished_is_refused(folder):
    line = line_of(folder, "judgements", la_code="837", framework="ILACS")
    write_cell(folder, "judgements", line, "publication_date", "2019-06-01")
    write_cell(folder, "judgements", line, "publication_quarter", "2019Q2")
    with pytest.raises(
        FactsError, match="'2019-06-01' is given, but allowed is a date on which the council exi"
    ):
        load_facts(folder)


def test_a_master_table_out_of_order_is_refused(folder):
    path = folder / "councils.csv"
    head, first, second, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, second, first, *rest]) + "\n", encoding="utf-8")
    with pytest.raises(FactsError, match=r"councils.csv, line 3, column la_code: '201' .* master rows"):
        load_facts(folder)


def test_a_missing_table_is_named(folder):
    (folder / "trusts.csv").unlink()
    with pytest.raises(FactsError, match=r"^trusts.csv: cannot be opened"):
        load_facts(folder)


@pytest.mark.parametrize("content", [b"", b"la_code,trust\n1,2,3\n", b"la_code\n\xff\n"])
def test_a_file_that_is_not_a_table_is_named(folder, content):
    (folder / "trusts.csv").write_bytes(content)
    with pytest.raises(FactsError, match=r"^trusts.csv"):
        load_facts(folder)


def test_a_renamed_column_is_refused_with_the_columns_that_should_be_there(folder):
    path = folder / "trusts.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("la_code,trust,", "la_code,company,"), encoding="utf-8"
    )
    with pytest.raises(FactsError, match=r"are la_code, company, start.* must be la_code, trust, start"):
        load_facts(folder)


def test_a_dictionary_with_an_unknown_type_is_refused(folder):
    write_cell(folder, "dictionary", 3, "type", "decimal")
    with pytest.raises(FactsError, match=r"dictionary.csv, line 3, column type: 'decimal'"):
        load_facts(folder)


def test_a_dictionary_that_leaves_out_a_table_is_refused(folder):
    path = folder / "dictionary.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("trusts,")), encoding="utf-8")
    with pytest.raises(FactsError, match=r"dictionary.csv: describes .* but must describe .* trusts"):
        load_facts(folder)
