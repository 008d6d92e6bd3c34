"""A table that says something the dictionary does not allow, or that cannot be true, is refused by name."""

import csv
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from model.facts import FactsError, load_facts


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
