"""What is known beforehand of every quarter: periods of funding, frameworks of inspection, national paths.

Facts, not parameters. After the record the calendar only counts; what then grows is said in the registry.
"""

from typing import Any

import numpy as np

from model.codes import FundingPeriod
from model.quarters import FIRST_YEAR, parse_quarter
from model.records import record_dtype
from model.world import CalendarEntry

LAST_GIVEN_QUARTER = parse_quarter("2025Q4")
"""Funding, need and unit costs are given to here; a stated future follows."""

ILACS_FROM = parse_quarter("2018Q1")
SUSPENDED_FROM = parse_quarter("2020Q2")
SUSPENDED_UNTIL = parse_quarter("2021Q2")
"""Inspections of children's services were suspended from March 2020 to April 2021."""

GRADUATE_SCHEMES_FROM = parse_quarter("2016Q1")

LOOKED_AFTER_PATH = ((2014, 0.0), (2016, 0.02), (2020, 0.13), (2024, 0.17), (2026, 0.15))
"""Children looked after per child, log against 2014: 69k (2014), 75k (2018), 80k (2020), 84k (2023), 82k
(2025), Department for Education; population by the Office for National Statistics."""

_PERIOD_ENDS = ((2016, FundingPeriod.TO_2015), (2020, FundingPeriod.TO_2019), (2021, FundingPeriod.IN_2020))


def calendar(quarters: int) -> np.ndarray[Any, np.dtype[Any]]:
    """Calendar entries from 2014Q1 on.

    Args:
        quarters: how many.

    Returns:
        Structured array of shape (quarters,) with the dtype of `CalendarEntry`.
    """
    entries = np.zeros(quarters, record_dtype(CalendarEntry))
    index = np.arange(quarters)
    years, heights = zip(*LOOKED_AFTER_PATH, strict=True)
    entries["year"] = FIRST_YEAR + index // 4
    entries["period"] = [_period(FIRST_YEAR + quarter // 4) for quarter in range(quarters)]
    entries["funding_step"] = index > 0
    entries["quarters_recorded"] = np.minimum(index, LAST_GIVEN_QUARTER)
    entries["quarters_after_record"] = np.maximum(index - LAST_GIVEN_QUARTER, 0)
    entries["looked_after"] = np.interp(FIRST_YEAR + index / 4, years, heights)
    entries["graduate_schemes"] = index >= GRADUATE_SCHEMES_FROM
    entries["ilacs"] = index >= ILACS_FROM
    entries["ilacs_in"] = np.maximum(ILACS_FROM - index, 0)
    entries["suspended"] = (index >= SUSPENDED_FROM) & (index < SUSPENDED_UNTIL)
    return entries


def _period(year: int) -> FundingPeriod:
    for end, period in _PERIOD_ENDS:
        if year < end:
            return period
    return FundingPeriod.TO_2025 if year <= 2025 else FundingPeriod.AFTER_2025
