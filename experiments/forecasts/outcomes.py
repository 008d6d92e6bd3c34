"""What happened: judgements as they were published, from anyone's table or the project's own record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Codes
from experiments.errors import StudyError
from experiments.explain.runs import council_row
from experiments.forecasts.schema import (
    INADEQUATE,
    JUDGED,
    NOT_JUDGED,
    STANDING,
    council_codes,
    council_names,
)
from experiments.hindcast.panel import existing
from experiments.reading import read_csv
from model.facts import GRADE_CODES, load_facts
from model.history import grades_in_force
from model.quarters import LAST_RECORDED_QUARTER, format_quarter, parse_quarter

COUNCIL = "la_code"
COLUMNS = (COUNCIL, "quarter", "grade")
OTHER_HEADS = ("council", "name")
"""Heads under which a table without `la_code` may have its councils."""
PARTED_OTHERWISE = {";": "semicolons", "\t": "tabs"}
MOST_PROBLEMS = 10

WRITTEN_GRADES: Mapping[str, int] = {
    **{grade: place for place, grade in enumerate(JUDGED)},
    "requires improvement to be good": JUDGED.index("requires improvement"),
}


LONGEST_NAME = 80
"""Letters that are looked at; no council has as many."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Judgements published, in the order of quarters.

    Attributes:
        table: columns `la_code`, `quarter` (absolute) and `grade` (0 outstanding to 3 inadequate).
        until: the last quarter of which every judgement is in the table.
    """

    table: pl.DataFrame
    until: int

    def after(self, origin: int, end: int) -> pl.DataFrame:
        """Judgements after an origin, to an end or as far as they are known."""
        return self.table.filter(pl.col("quarter").is_between(origin + 1, min(end, self.until)))


def outcomes_of_record(origin: int, end: int = LAST_RECORDED_QUARTER) -> Outcomes:
    """The project's own record after an origin, which ends with 2019.

    Raises:
        StudyError: for an end after the record's.
    """
    if end > LAST_RECORDED_QUARTER:
        raise StudyError(
            f"outcomes to {format_quarter(end)}: the record ends with {format_quarter(LAST_RECORDED_QUARTER)}"
        )
    table = load_facts().judgements.select(
        pl.col("la_code").cast(pl.Int32),
        pl.col("publication_quarter").cast(pl.Int64).alias("quarter"),
        (pl.col("overall").replace_strict(GRADE_CODES, return_dtype=pl.Int64) - 1).alias("grade"),
    )
    inside = table.filter(pl.col("quarter").is_between(origin + 1, end))
    return Outcomes(inside.sort("quarter", "la_code"), end)


def read_outcomes(path: Path, until: str | None = None) -> Outcomes:
    """Read a table of judgements: CSV with `la_code`, `quarter` such as 2021Q3, and `grade` in words.

    A council is given by its code or its name; without `la_code` the column may be `council` or `name`.

    Args:
        path: of the table; further columns are passed over.
        until: the last quarter of which all judgements are there; by default that of the last one.

    Raises:
        StudyError: naming each row that is not allowed, by its line.
    """
    try:
        table = read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError, UnicodeDecodeError) as problem:
        raise StudyError(f"{path}: cannot be read as CSV: {str(problem).splitlines()[0]}") from problem
    table = _with_councils(table)
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise StudyError(
            f"{path}: lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}; it needs"
            f" {', '.join(COLUMNS)}, and has {', '.join(table.columns) or 'none'}{_if_parted(table.columns)}"
        )
    rows: dict[tuple[int, int], tuple[int, int]] = {}
    problems = []
    for line, row in enumerate(table.select(COLUMNS).iter_rows(named=True), start=2):
        try:
            code, quarter, grade = _read_row(row)
        except StudyError as problem:
            problems.append(f"{path}, line {line}: {problem}")
            continue
        if (code, quarter) in rows:
            problems.append(
                f"{path}, line {line}: {code} ({council_names()[code]}) has a judgement in"
                f" {format_quarter(quarter)} on line {rows[code, quarter][1]} already; one is allowed"
            )
        rows[code, quarter] = grade, line
    if problems:
        more = [f"and {len(problems) - MOST_PROBLEMS} more"] if len(problems) > MOST_PROBLEMS else []
        raise StudyError("\n".join([*problems[:MOST_PROBLEMS], *more]))
    if not rows:
        raise StudyError(f"{path}: has no rows, so there is nothing to score a forecast on")
    found = pl.DataFrame(
        [(code, quarter, grade) for (code, quarter), (grade, _) in rows.items()],
        schema={"la_code": pl.Int32, "quarter": pl.Int64, "grade": pl.Int64},
        orient="row",
    ).sort("quarter", "la_code")
    last = int(np.max(found["quarter"].to_numpy()))
    return Outcomes(found, last if until is None else _until(until))


def _with_councils(table: pl.DataFrame) -> pl.DataFrame:
    """The table with its councils under `la_code`, if it has them under another head."""
    head = next((head for head in OTHER_HEADS if head in table.columns), COUNCIL)
    return table if COUNCIL in table.columns else table.rename({head: COUNCIL}, strict=False)


def _if_parted(columns: Sequence[str]) -> str:
    """Said of a table that looks like one column because something else than commas parts its columns."""
    by = next((name for mark, name in PARTED_OTHERWISE.items() if any(mark in head for head in columns)), "")
    return f"; columns are parted by commas, and here it seems by {by}" if by else ""


def _until(text: str) -> int:
    try:
        return parse_quarter(text)
    except ValueError as problem:
        raise StudyError(f"--until: {problem}") from problem


def _read_row(row: Mapping[str, Any]) -> tuple[int, int, int]:
    """Code, absolute quarter and grade of a row.

    Raises:
        StudyError: when one of them is not allowed.
    """
    code = council_codes()[council_row((row[COUNCIL] or "")[:LONGEST_NAME])]
    try:
        quarter = parse_quarter((row["quarter"] or "").strip()[:40])
    except ValueError as problem:
        raise StudyError(str(problem)) from problem
    grade = " ".join((row["grade"] or "").split()).lower()
    if grade not in WRITTEN_GRADES:
        raise StudyError(f"grade {(row['grade'] or '')[:40]!r}: allowed is {', '.join(JUDGED)}")
    if quarter < 0 or not existing([quarter])[0, council_codes().index(code)]:
        raise StudyError(
            f"{code} ({council_names()[code]}) does not exist in {format_quarter(quarter)}; a judgement"
            " published after a council was abolished belongs to none, leave it out"
        )
    return code, quarter, WRITTEN_GRADES[grade]


# ---- What is scored


def next_judgements(outcomes: Outcomes, origin: int, end: int) -> pl.DataFrame:
    """Each council's first judgement after an origin: `la_code`, `quarter`, `grade`, by code."""
    first = outcomes.after(origin, end).sort("quarter").group_by("la_code", maintain_order=True).first()
    return first.sort("la_code")


def observed(outcomes: Outcomes, origin: int, end: int) -> tuple[Codes, Codes]:
    """What stood of councils, and new judgements of inadequate, quarter by quarter after an origin.

    Args:
        outcomes: all judgements from the origin on.
        origin: last quarter of the project's record that is used.
        end: last quarter, or as far as outcomes are known.

    Returns:
        Number of councils by `STANDING`, shape (quarters, 5); newly judged inadequate, shape (quarters,).
    """
    quarters = range(origin + 1, min(end, outcomes.until) + 1)
    before = grades_in_force(load_facts(), origin)
    stands = np.where(before == 0, NOT_JUDGED, before - 1)
    rows = {code: row for row, code in enumerate(council_codes())}
    there = existing(quarters)
    counts = np.zeros((len(quarters), len(STANDING)), np.int64)
    new_inadequate = np.zeros(len(quarters), np.int64)
    after = outcomes.after(origin, end)
    for step, quarter in enumerate(quarters):
        for code, _, grade in after.filter(pl.col("quarter") == quarter).iter_rows():
            new_inadequate[step] += grade == INADEQUATE and stands[rows[code]] != INADEQUATE
            stands[rows[code]] = grade
        counts[step] = np.bincount(stands[there[step]], minlength=len(STANDING))
    return counts, new_inadequate
