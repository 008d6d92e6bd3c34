"""What is on record for each council and quarter from 2014 to 2019, for runs that replay the record.

In recorded-history mode recorded judgements, directors, arrangements and partners in practice replace
drawn ones, and what the record does not say is drawn. The record of judgements is complete. Directors
are known only from when the one in post at an inspection took post, to that inspection. The record of
arrangements is incomplete and holds starts only: that nothing is recorded is no evidence that nothing
was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from model.agents import Recorded
from model.codes import UNKNOWN, DirectorEvent, Grade, Support
from model.facts import GRADE_CODES, Facts
from model.quarters import (
    LAST_RECORDED_QUARTER,
    format_quarter,
    parse_quarter,
    quarter_index,
    quarters_of,
)
from model.records import record_dtype

RECORD_FIELDS = record_dtype(Recorded)
"""A council's quarter on record.

`inspection`: 1 a judgement was published, 0 none was; `grade`, `leadership_grade`: its `Grade`, 0 if
there is none or it is unknown; `director`: a `DirectorEvent`, 0 the same director stayed, -1 unknown;
`arrangement`: the `Support` put in place in the quarter (in quarter 0, in force at the start), -1
unknown; `partner`: number of the partnership for which the council is named first among the partners in
practice, 0 if for none.
"""

PARTNERS_NAMED = parse_quarter("2015Q4")
"""The department named the first partners in practice in December 2015."""

RUN_BY_ANOTHER_COUNCIL = "run by another council"
COMMISSIONER_APPOINTED = "commissioner appointed"
DIRECTIONS = ("direction", "direction revised")


def recorded_history(facts: Facts, quarters: Sequence[int]) -> npt.NDArray[Any]:
    """Read the record of the given absolute quarters: an array of RECORD_FIELDS [quarter, master row].

    Raises:
        ValueError: A quarter before 2014Q1, or after 2019Q4 where the record ends.
    """
    for quarter in quarters:
        _check_on_record(quarter, first=0)
    record = np.zeros((LAST_RECORDED_QUARTER + 1, facts.councils.height), RECORD_FIELDS)
    record["director"] = UNKNOWN
    record["arrangement"] = UNKNOWN
    _record_judgements(record, facts)
    _record_directors(record, facts)
    _record_arrangements(record, facts)
    _record_partners(record, facts)
    return record[np.asarray(quarters, np.int64)]


def grades_in_force(facts: Facts, quarter: int) -> npt.NDArray[np.int64]:
    """Look up each council's latest judgement at the end of a quarter: `Grade` codes [master row].

    Until its first judgement under the single inspection framework a council carries its last one
    before 2014. Councils that do not exist, or are not yet judged since they were founded, carry 0.

    Raises:
        ValueError: A quarter before 2013Q4 or after 2019Q4.
    """
    _check_on_record(quarter, first=-1)
    earlier = facts.inspections_before_2013.select(
        "la_code", "grade", quarter=quarters_of(pl.col("publication_date")), day=pl.col("publication_date")
    )
    since_2014 = facts.judgements.select("la_code", grade="overall", quarter="publication_quarter")
    published = pl.concat([earlier.sort("day").drop("day"), since_2014]).filter(pl.col("quarter") <= quarter)
    rows = _master_rows(facts)
    grades = np.full(len(rows), int(Grade.NOT_JUDGED), np.int64)
    for la_code, grade, _ in published.sort("quarter", maintain_order=True).iter_rows():
        grades[rows[la_code]] = GRADE_CODES[grade]
    founded_later = quarters_of(pl.col("valid_from")) > quarter
    abolished = quarters_of(pl.col("valid_to")) < quarter
    absent = facts.councils.select((founded_later | abolished).fill_null(value=False)).to_series()
    grades[absent.to_numpy()] = Grade.NOT_JUDGED
    return grades


def _record_judgements(record: npt.NDArray[Any], facts: Facts) -> None:
    rows = _master_rows(facts)
    judgements = facts.judgements.select("la_code", "publication_quarter", "overall", "leadership")
    for la_code, quarter, overall, leadership in judgements.iter_rows():
        cell = record[quarter, rows[la_code]]
        cell["inspection"] = 1
        cell["grade"] = GRADE_CODES[overall]
        cell["leadership_grade"] = GRADE_CODES.get(leadership, int(Grade.NOT_JUDGED))


def _record_directors(record: npt.NDArray[Any], facts: Facts) -> None:
    """Enter the arrival of each director met at an inspection, and the quarters of staying until then."""
    rows = _master_rows(facts)
    for tenure in facts.director_tenure.sort("publication_date").iter_rows(named=True):
        row = rows[tenure["la_code"]]
        met, _ = _quarter_span(tenure["inspection_start"] or tenure["publication_date"].isoformat())
        earliest, latest = _quarter_span(tenure["in_post_since"])
        stayed = slice(max(latest + 1, 0), max(met + 1, 0))
        record["director"][stayed, row] = DirectorEvent.NONE
        if earliest == latest and latest >= 0:
            arrival = DirectorEvent.INTERIM_ARRIVES if tenure["interim"] else DirectorEvent.PERMANENT_ARRIVES
            record["director"][latest, row] = arrival


def _record_arrangements(record: npt.NDArray[Any], facts: Facts) -> None:
    """Enter commissioners, trusts and councils run by another where they start, or at quarter 0 if earlier.

    A commissioner starts with the appointment or with the direction that names one. Where a trust or another
    council starts in the same quarter, it is what is entered.
    """
    interventions = facts.interventions
    appointed = interventions.filter(
        (pl.col("event") == COMMISSIONER_APPOINTED)
        | (pl.col("event").is_in(DIRECTIONS) & pl.col("scope").str.contains("commissioner"))
    )
    run = interventions.filter(pl.col("event") == RUN_BY_ANOTHER_COUNCIL)
    rows = _master_rows(facts)
    for table, date, support in (
        (appointed, "date", Support.COMMISSIONER),
        (facts.trusts, "start", Support.TRUST),
        (run, "date", Support.PARTNER_COUNCIL),
    ):
        for la_code, start in table.select("la_code", date).iter_rows():
            earliest, latest = _quarter_span(start)
            if earliest == latest or latest < 0:
                record["arrangement"][max(latest, 0), rows[la_code]] = support


def _record_partners(record: npt.NDArray[Any], facts: Facts) -> None:
    """Enter the partners in practice, from when they were named: each partnership's first council."""
    rows = _master_rows(facts)
    first = facts.partners_in_practice.filter(pl.col("rank") == 1)
    for la_code, partnership in first.select("la_code", "partnership").iter_rows():
        record["partner"][PARTNERS_NAMED:, rows[la_code]] = partnership


def _quarter_span(partial_date: str) -> tuple[int, int]:
    """First and last quarter that a day, month or year may stand for: equal unless it is a year."""
    year, *month = (int(part) for part in partial_date.split("-")[:2])
    return quarter_index(year, month[0] if month else 1), quarter_index(year, month[0] if month else 12)


def _master_rows(facts: Facts) -> dict[int, int]:
    return {code: row for row, code in enumerate(facts.councils["la_code"])}


def _check_on_record(quarter: int, first: int) -> None:
    if not first <= quarter <= LAST_RECORDED_QUARTER:
        raise ValueError(
            f"quarter {quarter} ({format_quarter(quarter)}) is not on record: the record runs from "
            f"{format_quarter(first)} to {format_quarter(LAST_RECORDED_QUARTER)}"
        )
