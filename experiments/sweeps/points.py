"""Points of a sweep as tables: the user's own, and a design written down, to be read a few at a time."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from experiments.arrays import Numbers
from experiments.errors import StudyError
from experiments.reading import read_csv, read_parquet
from experiments.sweeps.designs import MOST_CELLS, Design, chunks
from experiments.sweeps.factors import DUMMY, Factor, coded
from experiments.sweeps.results import DesignSummary
from model.registry import ARRANGEMENTS, ParameterError, registry

DESIGN = "design.parquet"
UNITS = "units.parquet"


@dataclass(frozen=True)
class Table:
    """The user's own points.

    Attributes:
        table: a column a factor, codes for arrangements; shape (points, factors).
    """

    table: Numbers = field(repr=False)

    @property
    def summary(self) -> DesignSummary:
        """As many points as the table has rows."""
        return DesignSummary("table", len(self.table))

    def values(self, first: int, last: int) -> Numbers:
        """Rows of the table."""
        return self.table[first:last]


@dataclass(frozen=True)
class Stored:
    """A design that was written down, read a few points at a time.

    Attributes:
        path: of its table.
        factors: that vary, columns of the table.
        summary: of the design.
        levels: of a grid, values by factor.
        table_hash: of the values of a user's own table.
    """

    path: Path
    factors: tuple[Factor, ...]
    summary: DesignSummary
    levels: tuple[tuple[float, ...], ...] = ()
    table_hash: str = ""

    def values(self, first: int, last: int) -> Numbers:
        """Points of the table."""
        names = [factor.name for factor in self.factors]
        rows = pl.scan_parquet(self.path).slice(first, last - first).select(names).collect()
        return coded(rows, self.factors)


def read_table(path: Path) -> pl.DataFrame:
    """A table of points from a CSV or Parquet file; a column `point` is left out.

    Raises:
        StudyError: when the file cannot be read, is of another kind, or has no rows or columns.
    """
    readers = {".csv": read_csv, ".parquet": read_parquet}
    if path.suffix not in readers:
        raise StudyError(f"{path}: allowed is a table in a file ending in .csv or .parquet")
    try:
        table: pl.DataFrame = readers[path.suffix](path)
    except (OSError, pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: cannot be read as a table: {error}") from error
    table = table.drop("point", strict=False)
    if table.height * table.width > MOST_CELLS:
        raise StudyError(
            f"{path}: {table.height:,} points of {table.width:,} parameters: allowed are"
            f" {MOST_CELLS // table.width:,} points of so many"
        )
    if table.is_empty() or not table.columns:
        raise StudyError(f"{path}: the table has no rows, or no column but `point`")
    return table


def values_of_table(table: pl.DataFrame, where: str) -> tuple[tuple[Factor, ...], Numbers]:
    """Factors and values of a table of points.

    A number's factor spans what occurs in its column; an arrangement's lists the codes that do.

    Raises:
        StudyError: naming the first cell that is missing or not allowed, with column, row and what is.
        ParameterError: for a column that is no parameter.
    """
    unknown = [name for name in table.columns if name != DUMMY and name not in registry()]
    if unknown:
        problems = "; ".join(registry().unknown(name) for name in unknown)
        raise ParameterError(f"{where}: wrong columns: {problems}")
    factors, columns = [], []
    for name in table.columns:
        cells = table[name].to_list()
        values = []
        for row, cell in enumerate(cells):
            try:
                values.append(float(registry()[name].value(cell, "") if name != DUMMY else cell))
            except (ParameterError, TypeError, ValueError):
                allowed = registry()[name].allowed() if name != DUMMY else "a number"
                raise StudyError(
                    f"{where}, row {row + 1}, column {name}: {cell!r} is not allowed; allowed is {allowed}"
                ) from None
        group = name.split(".", 1)[0]
        kind = "number" if name == DUMMY else registry()[name].type
        kinds = tuple(sorted({int(code) for code in values})) if kind == "arrangement" else ()
        whole = kind not in ("number", "arrangement")
        factors.append(Factor(name, min(values), max(values), "uniform", whole, kinds, group))
        columns.append(values)
    return tuple(factors), np.column_stack(columns)


def write_design(path: Path, factors: Sequence[Factor], design: Design) -> str:
    """Write a design as a table, a chunk at a time: `point`, and a column a factor.

    Returns:
        A hash of its values.
    """
    digest = hashlib.sha256()
    points = design.summary.points
    kinds = {factor.name: _kind(factor) for factor in factors}
    names = {code: name for name, code in ARRANGEMENTS.items()}

    def rows(columns: Any, predicate: Any, count: Any, size: Any) -> Iterator[pl.DataFrame]:
        for first, last in chunks(points):
            at = design.values(first, last)
            digest.update(np.ascontiguousarray(at).tobytes())
            table = {"point": pl.Series(np.arange(first, last), dtype=pl.Int64)}
            for place, (name, kind) in enumerate(kinds.items()):
                column = pl.Series(at[:, place])
                table[name] = (
                    column.cast(pl.Int64).replace_strict(names, return_dtype=pl.String)
                    if kind == pl.String
                    else column.cast(kind)
                )
            yield pl.DataFrame(table)

    source = register_io_source(rows, schema={"point": pl.Int64, **kinds})
    source.sink_parquet(path, row_group_size=4096)
    return digest.hexdigest()


def _kind(factor: Factor) -> Any:
    entry = factor.entry
    if entry is None or entry.type == "number":
        return pl.Float64
    return pl.String if entry.type == "arrangement" else pl.Int64


def units_of(design: Design, names: Sequence[str]) -> pl.DataFrame | None:
    """Quantiles of a Morris design, in which its trajectories move; None when they are not known."""
    if isinstance(design, Stored):
        there = design.path.with_name(UNITS)
        return read_parquet(there) if there.exists() else None
    quantiles = getattr(design, "quantiles", None)
    return None if quantiles is None else pl.DataFrame(dict(zip(names, quantiles.T, strict=True)))
