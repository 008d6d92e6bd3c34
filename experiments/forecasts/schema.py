"""What a forecast is: three tables of fixed columns and a description, in a folder that anyone can score.

`national.parquet` holds draws of the number of councils by judgement in force, `council.parquet` the
probability of each council's judgement in force, `next_inspection.parquet` the probability of each judgement
if the council's next inspection is published in that quarter. `forecast.json` says where they come from.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Codes, Flags, Numbers
from experiments.errors import StudyError, check_count
from experiments.hindcast.panel import existing
from experiments.reading import read_notes, read_parquet
from experiments.writing import write_table, write_text
from model.facts import load_facts
from model.population import boundary_changes, council_facts
from model.quarters import LAST_RECORDED_QUARTER, format_quarter, parse_quarter
from model.reading import content_of

KIND = "turnaround forecast"
LAYOUT = 1
DESCRIPTION = "forecast.json"
FINISHED = "finished"
RUNNING = "running"

JUDGED = ("outstanding", "good", "requires improvement", "inadequate")
STANDING = (*JUDGED, "not judged")
"""What may stand of a council: the four judgements, or none yet since it was founded."""

INADEQUATE, NOT_JUDGED = JUDGED.index("inadequate"), STANDING.index("not judged")
"""Their places among these; 0 is outstanding, as in all arrays of this package."""

COUNT = pl.Int32
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "national": {
        "draw": COUNT, "quarter": pl.String, "grade": pl.String, "count": COUNT, "new_inadequate": COUNT,
    },
    "council": {
        "la_code": COUNT, "quarter": pl.String, "grade": pl.String, "probability": pl.Float64,
    },
    "next_inspection": {
        "la_code": COUNT, "quarter": pl.String, "grade": pl.String, "probability": pl.Float64,
    },
}  # fmt: skip

IN_SAMPLE = " (in-sample)"

LATEST_END = parse_quarter("2030Q4")
SUM_TOLERANCE = 1e-9
FILES = tuple(f"{name}.parquet" for name in SCHEMAS)

MOST_DRAWS = 100_000


@dataclass(frozen=True, eq=False)
class Prophecy:
    """What is forecast, as arrays over the quarters after the origin and the master rows of councils.

    Attributes:
        standing: number of councils by draw, quarter and `STANDING`, shape (draws, quarters, 5).
        new_inadequate: councils newly judged inadequate, shape (draws, quarters).
        council: probability of `STANDING`, shape (quarters, councils, 5); of councils that do not exist, 0.
        next_inspection: probability of `JUDGED`, shape (quarters, councils, 4).
        draws: number of each draw, shape (draws,).
    """

    standing: Codes
    new_inadequate: Codes
    council: Numbers
    next_inspection: Numbers
    draws: Codes


@dataclass(frozen=True, eq=False)
class Forecast:
    """A forecast as it was read from its folder.

    Attributes:
        name: for tables: what made it, or the folder's name.
        origin: last quarter of which anything was known.
        end: last quarter that is forecast.
        national: table as in `SCHEMAS`.
        council: likewise.
        next_inspection: likewise.
        description: what `forecast.json` says.
    """

    name: str
    origin: int
    end: int
    national: pl.DataFrame
    council: pl.DataFrame
    next_inspection: pl.DataFrame
    description: Mapping[str, Any]

    @property
    def in_sample(self) -> bool:
        """Whether it was fitted to what it forecasts, as far as it says."""
        return bool(self.description.get("in_sample", False))

    @property
    def label(self) -> str:
        """What must stand beside its name wherever it is scored."""
        return IN_SAMPLE if self.in_sample else ""


# ---- Quarters and councils


def check_horizon(origin: str, end: str) -> tuple[int, int]:
    """Absolute quarters of the origin and the end of a forecast.

    Raises:
        StudyError: when one is no quarter, or is not allowed.
    """
    first, last = _quarter("--from", origin), _quarter("--to", end)
    if not 0 <= first <= LAST_RECORDED_QUARTER:
        raise StudyError(
            f"--from {origin}: allowed is a quarter of the record, 2014Q1 to"
            f" {format_quarter(LAST_RECORDED_QUARTER)}"
        )
    if not first < last <= LATEST_END:
        raise StudyError(
            f"--to {end}: allowed is a quarter after --from, {format_quarter(first + 1)} to"
            f" {format_quarter(LATEST_END)}"
        )
    return first, last


def _quarter(option: str, text: str) -> int:
    try:
        return parse_quarter(text)
    except ValueError as problem:
        raise StudyError(f"{option}: {problem}") from problem


@cache
def council_codes() -> tuple[int, ...]:
    """The code of each master row."""
    return tuple(load_facts().councils["la_code"].to_list())


@cache
def council_names() -> Mapping[int, str]:
    """Names of councils by code."""
    return dict(load_facts().councils.select("la_code", "name").iter_rows())


@dataclass(frozen=True)
class Founding:
    """A council that is founded from parts of others.

    Attributes:
        quarter: its first.
        row: of the new council.
        predecessor: row of one that it was founded from.
        share: of the new council's children who come from there.
    """

    quarter: int
    row: int
    predecessor: int
    share: float


@cache
def foundings() -> tuple[Founding, ...]:
    """Every part of a council founded since 2014; the shares of a council add to 1."""
    moved = boundary_changes()["share"] * council_facts()["children"][boundary_changes()["predecessor"]]
    successors = boundary_changes()["successor"]
    return tuple(
        Founding(
            int(change["quarter"]),
            int(change["successor"]),
            int(change["predecessor"]),
            float(children / moved[successors == change["successor"]].sum()),
        )
        for change, children in zip(boundary_changes(), moved, strict=True)
    )


# ---- Writing


def tables_of(prophecy: Prophecy, origin: int) -> dict[str, pl.DataFrame]:
    """The three tables of a forecast, by draw or code, then quarter, then grade from best to worst."""
    draws, quarters = prophecy.new_inadequate.shape
    written = np.array([format_quarter(origin + 1 + step) for step in range(quarters)])
    grades = len(STANDING)
    national = pl.DataFrame(
        {
            "draw": np.repeat(prophecy.draws, quarters * grades),
            "quarter": np.tile(np.repeat(written, grades), draws),
            "grade": np.tile(np.array(STANDING), draws * quarters),
            "count": prophecy.standing.reshape(-1),
            "new_inadequate": np.repeat(prophecy.new_inadequate.reshape(-1), grades),
        },
        schema=SCHEMAS["national"],
    )
    there = existing(range(origin + 1, origin + 1 + quarters))
    return {
        "national": national,
        "council": _by_council("council", prophecy.council, there, written, STANDING),
        "next_inspection": _by_council("next_inspection", prophecy.next_inspection, there, written, JUDGED),
    }


def _by_council(
    name: str, probability: Numbers, there: Flags, written: np.ndarray[Any, Any], grades: Sequence[str]
) -> pl.DataFrame:
    row, step = np.nonzero(there.T)
    return pl.DataFrame(
        {
            "la_code": np.repeat(np.array(council_codes())[row], len(grades)),
            "quarter": np.repeat(written[step], len(grades)),
            "grade": np.tile(np.array(grades), len(row)),
            "probability": probability[step, row].reshape(-1),
        },
        schema=SCHEMAS[name],
    )


def write_tables(folder: Path, tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Write tables as Parquet, each whole or not at all, and return the SHA-256 of each file by its name."""
    hashes = {}
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        write_table(path, table)
        hashes[path.name] = hash_of(path)
    return hashes


def write_description(folder: Path, description: Mapping[str, Any]) -> None:
    """Write `forecast.json`."""
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    write_text(folder / DESCRIPTION, text)


def hash_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(content_of(path)).hexdigest()


# ---- Reading


def described(folder: Path) -> Mapping[str, Any] | None:
    """What `forecast.json` of a folder says; None when there is none that says it is a forecast."""
    found = read_notes(folder / DESCRIPTION)
    return found if found.get("kind") == KIND else None


def read_forecast(folder: Path) -> Forecast:
    """Read a forecast and check that it is one.

    Raises:
        StudyError: when the folder holds none, it is unfinished, or a table is not as `SCHEMAS` says.
    """
    if not folder.is_dir():
        raise StudyError(f"{folder}: there is no such folder; name that of a forecast")
    description = described(folder)
    if description is None:
        raise StudyError(f'{folder}: no forecast: there is no {DESCRIPTION} with "kind": "{KIND}"')
    if description.get("state") != FINISHED:
        raise StudyError(f"{folder}: the forecast is not finished; give its command again, and it goes on")
    if description.get("layout") != LAYOUT:
        raise StudyError(f"{folder}: layout {description.get('layout')!r}; this version reads {LAYOUT}")
    origin, end = (_described_quarter(folder, description, name) for name in ("origin", "end"))
    quarters = [format_quarter(quarter) for quarter in range(origin + 1, end + 1)]
    tables = {name: _read_table(folder / f"{name}.parquet", name, quarters) for name in SCHEMAS}
    _check_counts(folder / "national.parquet", tables["national"])
    for name, grades in (("council", STANDING), ("next_inspection", JUDGED)):
        _check_probabilities(folder / f"{name}.parquet", tables[name], grades, range(origin + 1, end + 1))
    name = str(description.get("model") or folder.name)
    return Forecast(name, origin, end, **tables, description=description)


def _described_quarter(folder: Path, description: Mapping[str, Any], name: str) -> int:
    try:
        return parse_quarter(str(description.get(name)))
    except ValueError as problem:
        raise StudyError(f"{folder / DESCRIPTION}: {name}: {problem}") from problem


def _read_table(path: Path, name: str, quarters: Sequence[str]) -> pl.DataFrame:
    try:
        table = read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise StudyError(f"{path}: cannot be read: {str(problem).splitlines()[0]}") from problem
    missing = [column for column in SCHEMAS[name] if column not in table.columns]
    if missing:
        raise StudyError(f"{path}: lacks {', '.join(missing)}; its columns are {', '.join(SCHEMAS[name])}")
    try:
        table = table.select(pl.col(column).cast(kind) for column, kind in SCHEMAS[name].items())
    except pl.exceptions.PolarsError as problem:
        raise StudyError(f"{path}: {str(problem).splitlines()[0]}") from problem
    for column, kind in SCHEMAS[name].items():
        if table.schema[column] != kind:
            raise StudyError(f"{path}: {column} holds {table.schema[column]}; allowed is {kind()}")
    if table.null_count().sum_horizontal().sum():
        raise StudyError(f"{path}: values are missing; every row is complete in a forecast")
    wrong = table.filter(~pl.col("quarter").is_in(quarters))
    if len(wrong):
        raise StudyError(
            f"{path}: quarter {wrong['quarter'][0]!r}; {DESCRIPTION} says {quarters[0]} to {quarters[-1]}"
        )
    if table["quarter"].n_unique() < len(quarters):
        absent = next(quarter for quarter in quarters if quarter not in set(table["quarter"]))
        raise StudyError(f"{path}: has no {absent}, which {DESCRIPTION} says is forecast")
    return table


def _check_counts(path: Path, national: pl.DataFrame) -> None:
    """Every draw has every grade in every quarter, once, and no count is negative."""
    wrong = national.filter(~pl.col("grade").is_in(STANDING) | (pl.col("count") < 0))
    if len(wrong):
        row = wrong.row(0, named=True)
        raise StudyError(
            f"{path}: draw {row['draw']}, {row['quarter']}, {row['grade']!r} with {row['count']}: allowed are"
            f" counts from 0 of {', '.join(STANDING)}"
        )
    keys = national.select("draw", "quarter", "grade")
    if keys.is_duplicated().any() or len(keys) != keys["draw"].n_unique() * keys["quarter"].n_unique() * len(
        STANDING
    ):
        raise StudyError(f"{path}: every draw has every quarter and grade once")


def _check_probabilities(path: Path, table: pl.DataFrame, grades: Sequence[str], quarters: range) -> None:
    """Probabilities from 0 to 1 of all grades, adding to 1, for exactly the councils that exist."""
    wrong = table.filter(~pl.col("grade").is_in(grades) | ~pl.col("probability").is_between(0.0, 1.0))
    if len(wrong):
        row = wrong.row(0, named=True)
        raise StudyError(
            f"{path}: {row['la_code']} in {row['quarter']}, {row['grade']!r}, {row['probability']}:"
            f" allowed are probabilities from 0 to 1 of {', '.join(grades)}"
        )
    sums = table.group_by("la_code", "quarter").agg(
        total=pl.col("probability").sum(), grades=pl.col("grade").n_unique(), rows=pl.len()
    )
    bad = sums.filter(
        ((pl.col("total") - 1.0).abs() > SUM_TOLERANCE)
        | (pl.col("grades") != len(grades))
        | (pl.col("rows") != len(grades))
    ).sort("la_code", "quarter")
    if len(bad):
        row = bad.row(0, named=True)
        raise StudyError(
            f"{path}: {row['la_code']} in {row['quarter']} has {row['rows']} rows that add to"
            f" {row['total']:g}; allowed is a row for each of {', '.join(grades)}, adding to 1"
        )
    codes = np.array(council_codes())
    asked = {
        (int(code), format_quarter(quarter))
        for quarter, there in zip(quarters, existing(quarters), strict=True)
        for code in codes[there]
    }
    found = set(sums.select("la_code", "quarter").iter_rows())
    if found != asked:
        code, quarter = min(found ^ asked)
        name = council_names().get(code, "a council that is not known")
        is_there = "has no row" if (code, quarter) in asked else "has rows though it does not exist"
        raise StudyError(f"{path}: {code} ({name}) {is_there} in {quarter}")


def check_draws(draws: int) -> int:
    """The number of draws of a forecast.

    Raises:
        StudyError: when it is not allowed.
    """
    return check_count("--draws", draws, 1, MOST_DRAWS)
