"""Exporting a sweep for programs that do not read Parquet: a CSV table, or NetCDF with named dimensions."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from experiments.errors import StudyError
from experiments.sweeps.results import SweepResults
from experiments.tables import KEYS
from experiments.writing import check_file, write_aside

if TYPE_CHECKING:
    import xarray

KINDS = (".csv", ".nc")


def export(
    results: SweepResults,
    path: Path,
    table: str = "runs",
    columns: Sequence[str] = (),
    overwrite: bool = False,
) -> None:
    """Write a table of a sweep to a file, with the values of the factors beside each row.

    Args:
        results: of the sweep.
        path: of the file, ending in .csv or .nc.
        table: which of its tables.
        columns: which outcomes or indicators; all when empty.
        overwrite: whether a file that is there may be replaced.

    Raises:
        StudyError: for a table or column that there is not, or a file that cannot be written.
    """
    check_file(path, KINDS, overwrite)
    rows = _table(results, table)
    known = [name for name in rows.collect_schema().names() if name not in _labels(table)]
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise StudyError(f"no column is called {unknown[0]!r}; allowed is {', '.join(known)}")
    wanted = [name for name in known if name in columns] if columns else known
    if path.suffix == ".nc":
        dataset = as_dataset(results, table, wanted)
        # In memory first: HDF5 brings the interpreter down when the disk is full.
        written = io.BytesIO()
        dataset.to_netcdf(written, engine="h5netcdf")
        write_aside(path, lambda aside: aside.write_bytes(written.getvalue()))
        return
    joined = rows.select(*_labels(table), *wanted).join(
        results.design, on="point", how="left", maintain_order="left"
    )
    write_aside(path, joined.sink_csv)


def _table(results: SweepResults, table: str) -> pl.LazyFrame:
    tables = {"runs": results.runs, **results.tables}
    if table not in tables:
        raise StudyError(f"this sweep kept no table {table!r}; it kept {', '.join(tables)}")
    return tables[table]


def _labels(table: str) -> tuple[str, ...]:
    extra = ("key", "seed", "status", "failed_in") if table == "runs" else ()
    names = ("name",) if table == "councils" else ()
    return ("point", *KEYS[table], *names, *extra)


def as_dataset(results: SweepResults, table: str = "runs", columns: Sequence[str] = ()) -> "xarray.Dataset":
    """A sweep as an xarray Dataset: dimensions point, regime, replicate (and quarter, or la_code), in order.

    The factors are coordinates along `point`; units and meanings are attributes. A run that is missing or
    failed is not a number.

    Args:
        results: of the sweep.
        table: which of its tables.
        columns: which outcomes or indicators; all when empty.

    Raises:
        StudyError: when xarray is not installed, or for a table that there is not.
    """
    try:
        import xarray
    except ImportError:
        raise StudyError("NetCDF needs xarray and h5netcdf: pip install -e '.[netcdf]'") from None
    rows = _table(results, table).collect()
    wanted = list(columns) or [name for name in rows.columns if name not in _labels(table)]
    design = results.design.collect()
    axes: dict[str, list[Any]] = {
        "point": design["point"].to_list(),
        "regime": list(results.regimes),
        "replicate": list(range(results.replicates)),
    }
    if table != "runs":
        last = KEYS[table][-1]
        axes[last] = rows[last].unique().sort().to_list()
    shape = [len(values) for values in axes.values()]
    places = np.ravel_multi_index([_places(rows[name], values) for name, values in axes.items()], shape)
    variables = {}
    for name in wanted:
        cube = np.full(int(np.prod(shape)), np.nan)
        cube[places] = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        variables[name] = (list(axes), cube.reshape(shape))
    coordinates: dict[str, Any] = dict(axes)
    for factor in results.factors:
        at = design[factor.name].to_numpy()
        coordinates[factor.name] = ("point", at, {"units": factor.unit, "long_name": factor.meaning})
    about = {"title": results.title, "question": results.question, "seed": results.seed}
    return xarray.Dataset(variables, coordinates, about)


def _places(column: pl.Series, values: Sequence[Any]) -> Any:
    return column.replace_strict(list(values), list(range(len(values))), return_dtype=pl.Int64).to_numpy()
