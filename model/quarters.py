"""The calendar of the model: quarters counted from the first quarter of 2014.

Quarter 0 is January to March 2014, quarter 23 is October to December 2019; what happened before 2014
has a negative quarter. Everything in the model is dated by such an absolute quarter.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import polars

    YearOrMonth = TypeVar("YearOrMonth", int, polars.Expr)

FIRST_YEAR = 2014
"""Quarter 0 is the first quarter of this year."""

LAST_RECORDED_QUARTER = 23
"""2019Q4: judgements published later are kept back, so the record ends here."""

WRITTEN_QUARTER = r"^[0-9]{4}Q[1-4]$"
"""How a quarter is written: four digits of the year, Q, and 1 to 4."""


def quarter_index(year: YearOrMonth, month: YearOrMonth) -> YearOrMonth:
    """Absolute quarter of a calendar month (1-12); also takes polars expressions."""
    return (year - FIRST_YEAR) * 4 + (month - 1) // 3


def quarter_of(date: datetime.date) -> int:
    """Absolute quarter in which a day falls."""
    return quarter_index(date.year, date.month)


def quarters_of(dates: polars.Expr) -> polars.Expr:
    """Absolute quarter of each day of a date column."""
    return quarter_index(dates.dt.year().cast(int), dates.dt.month().cast(int))


def parse_quarter(text: str) -> int:
    """Absolute quarter of a written one: "2014Q1" is 0, "2019Q4" is 23.

    Raises:
        ValueError: The text is not a year, Q and a number from 1 to 4.
    """
    if not re.fullmatch(WRITTEN_QUARTER, text):
        raise ValueError(
            f"quarter {text!r} cannot be read: write the year, Q and a number from 1 to 4, such as 2019Q4"
        )
    return quarter_index(int(text[:4]), 3 * int(text[5]))


def format_quarter(quarter: int) -> str:
    """Write an absolute quarter: 23 is "2019Q4"."""
    return f"{FIRST_YEAR + quarter // 4}Q{quarter % 4 + 1}"
