"""The calendar: quarter 0 is the first quarter of 2014."""

import datetime

import pytest

from model.quarters import format_quarter, parse_quarter, quarter_of


@pytest.mark.parametrize(
    "text,quarter", [("2014Q1", 0), ("2014Q4", 3), ("2019Q4", 23), ("2013Q4", -1), ("2009Q3", -18)]
)
def test_a_quarter_is_counted_from_the_first_of_2014_and_written_back_the_same(text, quarter):
    assert parse_quarter(text) == quarter
    assert format_quarter(quarter) == text


@pytest.mark.parametrize(
    "day,quarter",
    [
        (datetime.date(2014, 1, 1), 0),
        (datetime.date(2014, 3, 31), 0),
        (datetime.date(2014, 4, 1), 1),
        (datetime.date(2013, 12, 31), -1),
    ],
)
def test_a_quarter_ends_with_march_june_september_and_december(day, quarter):
    assert quarter_of(day) == quarter


@pytest.mark.parametrize("text", ["2014Q5", "2014Q0", "2014-1", "14Q1", " 2014Q1", "2014Q1\n", "", "٢٠١٤Q1"])
def test_a_quarter_that_cannot_be_read_is_quoted_with_an_example_of_a_good_one(text):
    with pytest.raises(ValueError, match="such as 2019Q4") as refusal:
        parse_quarter(text)
    assert repr(text) in str(refusal.value)
