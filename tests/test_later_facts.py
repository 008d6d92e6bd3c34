"""Facts from after December 2019: what is used of them is listed in the model description, one by one."""

import re
from pathlib import Path

import polars as pl
import pytest

from experiments.forecasts.inputs import INPUTS, LAST_CENSUS
from model.facts import load_facts
from model.quarters import LAST_RECORDED_QUARTER, format_quarter, quarters_of
from model.registry import registry

ODD = (Path(__file__).parents[1] / "docs/odd.md").read_text("utf-8")
LAST_YEAR = int(format_quarter(LAST_RECORDED_QUARTER)[:4])
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def listed():
    """What section 6 lists, in one line."""
    section = ODD.split("\n## 6. Input data")[1].split("\n## 7.")[0]
    return " ".join(section.split("**Facts from after December 2019**")[1].split("\n- **")[0].split())


def later_years(source):
    return sorted({int(year) for year in YEAR.findall(source) if int(year) > LAST_YEAR})


@pytest.mark.parametrize(
    "source,years",
    [
        ("enquiries 160k (2015) to 201k (2020)", [2020]),
        ("fitted jointly to the record 2014-2019", []),
        ("12045 councils; 2021, 2023 and 2021", [2021, 2023]),
    ],
)
def test_years_are_read_out_of_sources(source, years):
    assert later_years(source) == years


def test_every_later_input_of_a_forecast_is_listed():
    """Rules are chosen by people whatever the date; the last census came out after the end of the record."""
    later = [one for one in INPUTS if one.until > LAST_RECORDED_QUARTER]
    assert len(later) >= 5
    for one in (*later, LAST_CENSUS, next(one for one in INPUTS if one.what.startswith("rules"))):
        assert f"*{one.what}*" in listed(), one.what


def test_every_measured_or_calibrated_parameter_whose_source_names_a_later_year_is_listed_with_it():
    for name, entry in registry().items():
        if entry.grade in ("measured", "calibrated"):
            for year in later_years(entry.source):
                assert f"`{name}`" in listed(), (name, entry.source)
                assert re.search(rf"\b{year}\b", listed()), (name, year)


def test_no_table_of_councils_has_a_year_or_judgement_after_the_record():
    facts = load_facts()
    assert facts.council_years["year"].max() <= LAST_YEAR
    assert facts.judgements["publication_quarter"].max() <= LAST_RECORDED_QUARTER
    met = facts.director_tenure.select(when=quarters_of(pl.col("publication_date")))["when"]
    assert met.max() <= LAST_RECORDED_QUARTER
