"""Opening a sweep's folder for reading: checked, in order, and lazy."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from experiments.errors import StudyError
from experiments.reading import read_parquet
from experiments.sweeps.blocks import common_of, empty_runs
from experiments.sweeps.folder import SweepFolder, current
from experiments.sweeps.points import DESIGN, UNITS
from experiments.sweeps.results import OK, SweepResults
from experiments.tables import KEYS
from model.quarters import format_quarter

REASONS = {
    "not_finite": "a number of the model was not finite",
    "out_of_range": "a state of the model left its range",
}
"""Why a run ended early, by status."""

FAILURE_COLUMNS = ("key", "point", "regime", "replicate", "status", "failed_in", "reason")


def open_sweep(folder: str | Path) -> SweepResults:
    """Open the results of a sweep, finished or not; tables are read when they are asked for.

    Raises:
        StudyError: when there is none, or something in it is damaged.
    """
    there = SweepFolder.open(Path(folder))
    there.check_design()
    seen = there.look_over(set_aside=False)
    broken = [found for found in seen.damage if not found.part.endswith(".part")]
    if broken:
        listed = "\n".join(f"  {found.part}: {found.reason}" for found in broken)
        raise StudyError(
            f"{folder}: damaged:\n{listed}\n`turnaround resume {folder}` sets this aside and runs it anew"
        )
    study = there.study
    units = current(there.path, UNITS)
    return SweepResults(
        title=study.title,
        question=study.question,
        regimes=tuple(regime.name for regime in study.regimes),
        titles={regime.name: regime.title for regime in study.regimes},
        baseline=study.baseline,
        replicates=study.replicates,
        quarters=study.quarters,
        start=format_quarter(study.start),
        seed=study.seed,
        outcomes=study.outcomes,
        factors=study.factors,
        design_summary=study.design.summary,
        design=pl.scan_parquet(current(there.path, DESIGN)),
        units=read_parquet(units) if units.exists() else None,
        runs=_in_order(there, "runs", seen.parts("runs")),
        failures=failures_of(there, seen.parts("runs")),
        manifest=there.manifest(),
        folder=there.path,
        tables={
            table: _in_order(there, table, seen.parts(table))
            for table in study.tables
            if table != "runs" and seen.blocks
        },
    )


def in_memory(results: SweepResults) -> SweepResults:
    """The same results with all tables read, so that their folder may go."""
    return replace(
        results,
        design=results.design.collect().lazy(),
        runs=results.runs.collect().lazy(),
        tables={name: table.collect().lazy() for name, table in results.tables.items()},
        folder=None,
    )


def _in_order(folder: SweepFolder, table: str, parts: list[Path]) -> pl.LazyFrame:
    """A table by points, regimes and the rest of its key."""
    if not parts:
        return empty_runs(common_of(folder.study)).lazy()
    names = [regime.name for regime in folder.study.regimes]
    place = pl.col("regime").replace_strict(names, list(range(len(names))), return_dtype=pl.Int64)
    return pl.scan_parquet(parts).sort("point", place, *KEYS[table][1:])


def failures_of(folder: SweepFolder, parts: list[Path] | None = None) -> pl.DataFrame:
    """Runs that failed, with the reason and the values of the factors, in the order of runs.

    Args:
        folder: of the sweep.
        parts: of its table of runs; all when None.
    """
    if parts is None:
        parts = sorted((folder.path / "runs").glob("part-*.parquet"))
    runs = _in_order(folder, "runs", parts).filter(pl.col("status") != OK).collect()
    reason = pl.col("status").replace_strict(REASONS, default=pl.col("status"), return_dtype=pl.String)
    rows = runs.with_columns(reason=reason).select(FAILURE_COLUMNS)
    errors = [_row(error) for error in folder.errors()]
    found = pl.concat([rows, pl.DataFrame(errors, schema=rows.schema, orient="row")])
    points = found["point"].unique().to_list()
    design = pl.scan_parquet(current(folder.path, DESIGN)).filter(pl.col("point").is_in(points)).collect()
    return found.join(design, on="point", how="left", maintain_order="left")


def _row(error: dict[str, Any]) -> list[Any]:
    return [error.get(column) for column in FAILURE_COLUMNS]
