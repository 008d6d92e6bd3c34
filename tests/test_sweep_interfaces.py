"""A sweep in other programs: read in two lines each, the same rows; what is exported equals the tables."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import xarray
from sweep_runs import small_study

from experiments.sweeps import sweep
from experiments.sweeps.export import export
from experiments.tables import KEYS

STUDY = small_study(
    replicates=2,
    quarters=2,
    design={"kind": "sobol", "points": 4},
    parameters={"director.blame": {}, "regime.fallback": {"values": ["none", "adviser"]}},
)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return sweep(STUDY, tmp_path_factory.mktemp("made") / "out", runs_a_block=4)


def tables_of(results):
    return {"runs": results.runs.collect(), **{name: t.collect() for name, t in results.tables.items()}}


@pytest.mark.parametrize("table", ["runs", "quarters", "councils"])
def test_polars_pandas_and_duckdb_read_the_same_rows_in_two_lines(results, table):
    expected = tables_of(results)[table]
    keys = ["point", *KEYS[table]]
    by_polars = pl.read_parquet(results.folder / table)
    by_pandas = pd.read_parquet(results.folder / table)
    by_duckdb = duckdb.sql(f"from '{results.folder}/{table}/*.parquet'").pl()
    for found in (by_polars, pl.from_pandas(by_pandas), by_duckdb):
        assert found.columns == expected.columns
        assert found.sort(keys).equals(expected.sort(keys))


@pytest.mark.parametrize("table", ["runs", "quarters", "councils"])
def test_a_csv_export_is_the_table_with_the_factors_beside_each_row(results, tmp_path, table):
    expected = tables_of(results)[table].join(results.design.collect(), on="point", maintain_order="left")
    export(results, tmp_path / "table.csv", table)
    found = pl.read_csv(tmp_path / "table.csv", schema_overrides=dict(expected.schema))
    assert found.select(sorted(found.columns)).equals(expected.select(sorted(expected.columns)))


@pytest.mark.parametrize("table", ["runs", "quarters"])
def test_a_netcdf_export_has_the_table_by_named_dimensions(results, tmp_path, table):
    expected = tables_of(results)[table]
    name = {"runs": "quality_end", "quarters": "vacancy_rate"}[table]
    export(results, tmp_path / "table.nc", table)
    with xarray.open_dataset(tmp_path / "table.nc", engine="h5netcdf") as dataset:
        last = [] if table == "runs" else ["quarter"]
        assert list(dataset[name].dims) == ["point", "regime", "replicate", *last]
        assert list(dataset.regime.values) == ["ad_hoc", "trust"]
        design = results.design.collect()
        assert dataset["director.blame"].values.tolist() == design["director.blame"].to_list()
        assert dataset["regime.fallback"].values.tolist() == design["regime.fallback"].to_list()
        assert dataset["director.blame"].attrs["units"] == results.factor("director.blame").unit
        assert dataset.attrs["title"] == results.title
        labels = ["point", *KEYS[table]]
        for row in expected.rows(named=True):
            there = dataset[name].sel({label: row[label] for label in labels}).item()
            assert there == row[name] or (row[name] is None and np.isnan(there))
        assert dataset[name].size == len(expected)
