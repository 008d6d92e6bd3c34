"""The results folder: what a study leaves on disk, for this project and for R, DuckDB, pandas, spreadsheets.

`ResultsWriter` writes it part by part, each part aside and then renamed, so that what is there is whole at
every moment; `open_results` reads it. A block's `runs` are written last: where they are, the rest is too.
"""

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from experiments.errors import StudyError
from experiments.losing import check_losses
from experiments.reading import read_csv, read_json, read_notes, read_parquet
from experiments.tables import KEYS, TABLES, Frames, codebook
from experiments.writing import write_table, write_text
from model.parameters import Parameters
from model.reading import check_readable
from model.registry import registry

KIND = "turnaround results"
LAYOUT = 1
MANIFEST = "manifest.json"
REPORT = "report.html"
SETS = "sets.parquet"
BY_SET = "by set of the posterior"
"""Origin of a value that differs between the sets of a posterior; each set's is in `sets.parquet`."""
NEEDED = ("regimes", "tables", "baseline", "command", "state", "start", "quarters", "replicates")
"""Of a manifest, by whatever reads results."""
PARAMETERS = "parameters.csv"
PARAMETER_COLUMNS = ("regime", "name", "value", "unit", "origin")
_FILES = (
    "codebook.csv",
    "design.parquet",
    SETS,
    PARAMETERS,
    "failures.csv",
    "outcomes.csv",
    "differences.csv",
)


@dataclass(frozen=True)
class Results:
    """What a study left: in a folder, or in memory.

    Attributes:
        manifest: what was run, with what, when, by which command.
        tables: `runs`, `quarters` and `councils`, as far as they were asked for, in the order of regimes,
            replicates and quarters or councils.
        design: a row a parameter set, a column a parameter.
        parameters: a row a regime and parameter: value, unit and origin.
        failures: runs that ended before their time.
        folder: where they are, None in memory.
        sets: a row a set of a posterior: `set`, `posterior_row` and its values; None without a posterior.
    """

    manifest: Mapping[str, Any]
    tables: Mapping[str, pl.LazyFrame]
    design: pl.DataFrame
    parameters: pl.DataFrame
    failures: pl.DataFrame
    folder: Path | None = None
    sets: pl.DataFrame | None = None

    def table(self, name: str) -> pl.DataFrame:
        """A table in memory.

        Raises:
            StudyError: when these results have no such table.
        """
        if name not in self.tables:
            where = f"{self.folder}: " if self.folder else ""
            there = ", ".join(self.tables)
            raise StudyError(f"{where}these results have no table {name!r}; they have {there}")
        return self.tables[name].collect()


class MemoryWriter:
    """Keeps the tables of a study in memory, for a notebook."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._parts: dict[int, Frames] = {}
        self._design = self._parameters = pl.DataFrame()
        self._drawn: pl.DataFrame | None = None

    def open(
        self, manifest: Mapping[str, Any], sets: Mapping[str, Parameters], drawn: pl.DataFrame | None = None
    ) -> None:
        """Take note of the parameters, and of the sets of a posterior."""
        self._design, self._parameters = design_of(sets), parameters_of(sets)
        self._drawn = drawn

    def receive(self, number: int, frames: Frames) -> None:
        """Keep the tables of a block."""
        self._parts[number] = frames

    def close(self, manifest: Mapping[str, Any]) -> Results:
        """The results of all blocks received."""
        parts = [self._parts[number] for number in sorted(self._parts)]
        regimes = self._design["regime"].to_list()
        tables = {
            name: _in_order(pl.concat([part[name] for part in parts]).lazy(), name, regimes)
            for name in manifest["tables"]
        }
        failures = pl.concat([part["failures"] for part in parts])
        finished = sum(len(part["runs"]) for part in parts)
        return Results(
            _counted(manifest, finished, len(failures)),
            tables,
            self._design,
            self._parameters,
            failures,
            sets=self._drawn,
        )

    def give_up(self, manifest: Mapping[str, Any]) -> str:
        """Say that nothing is kept."""
        return "nothing is kept, because no results folder was named"


class ResultsWriter:
    """Writes a results folder, part by part.

    Attributes:
        folder: where to.
    """

    def __init__(self, folder: Path, overwrite: bool = False) -> None:
        """Look whether the folder can be used, without touching it.

        Raises:
            StudyError: when something else is there, or results that are not to be overwritten.
        """
        self.folder = folder
        self._tables: tuple[str, ...] = ()
        self._finished: dict[int, int] = {}
        self._failures: dict[int, pl.DataFrame] = {}
        if folder.exists() and not folder.is_dir():
            raise StudyError(f"{folder} is a file; name a folder for the results")
        if folder.is_dir() and any(folder.iterdir()):
            if not holds_results(folder):
                raise StudyError(
                    f"{folder} is not empty and holds no results of this program, so it is left alone; name"
                    " another folder"
                )
            if not overwrite:
                check_losses(folder, ["results already"])

    def open(
        self, manifest: Mapping[str, Any], sets: Mapping[str, Parameters], drawn: pl.DataFrame | None = None
    ) -> None:
        """Clear the folder of earlier results, and write all that is known before the first run.

        Args:
            manifest: what the folder says of itself.
            sets: parameters by regime.
            drawn: a row a set of a posterior; None without one.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._clear()
        self._tables = tuple(manifest["tables"])
        self._write_manifest(manifest)
        for table in self._tables:
            (self.folder / table).mkdir()
        names = None if drawn is None else drawn.columns[2:]
        self.write_csv("codebook.csv", codebook(names))
        if drawn is not None:
            write_table(self.folder / SETS, drawn)
        self.write_csv(PARAMETERS, parameters_of(sets))
        write_table(self.folder / "design.parquet", design_of(sets))

    def receive(self, number: int, frames: Frames) -> None:
        """Write the tables of a block, its runs last."""
        for table in reversed(self._tables):
            write_table(self._part(table, number), frames[table])
        self._failures[number] = frames["failures"]
        self._finished[number] = len(frames["runs"])

    def write_csv(self, name: str, table: pl.DataFrame) -> None:
        """Write a small table that people open in a spreadsheet."""
        write_table(self.folder / name, table)

    def close(self, manifest: Mapping[str, Any]) -> Results:
        """Write what is known after the last run, drop blocks that are not whole, and open the results."""
        whole = {self._part(table, number) for table in self._tables for number in self._finished}
        for table in self._tables:
            for part in (self.folder / table).iterdir():
                if part not in whole:
                    part.unlink()
        failures = pl.concat([self._failures[number] for number in sorted(self._failures)])
        self.write_csv("failures.csv", failures)
        self._write_manifest(_counted(manifest, sum(self._finished.values()), len(failures)))
        return open_results(self.folder)

    def give_up(self, manifest: Mapping[str, Any]) -> str:
        """Leave the folder with the blocks that had finished, or as if nothing had been, and say which."""
        with contextlib.suppress(OSError):
            if self._finished:
                self.close(manifest)
            else:
                self._clear()
                self.folder.rmdir()
        if not self._finished:
            return "no block of runs had finished, so nothing is kept"
        kept, asked = sum(self._finished.values()), manifest["runs"]["asked"]
        return f"{kept:,} of {asked:,} runs are kept in {self.folder}"

    def _write_manifest(self, manifest: Mapping[str, Any]) -> None:
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        write_text(self.folder / MANIFEST, text)

    def _clear(self) -> None:
        for name in (MANIFEST, *_FILES, REPORT):
            (self.folder / name).unlink(missing_ok=True)
        for table in TABLES:
            shutil.rmtree(self.folder / table, ignore_errors=True)

    def _part(self, table: str, number: int) -> Path:
        return self.folder / table / f"part-{number:06d}.parquet"


def _counted(manifest: Mapping[str, Any], finished: int, failed: int) -> dict[str, Any]:
    runs = {"asked": manifest["runs"]["asked"], "ok": finished - failed, "failed": failed}
    return {**manifest, "runs": runs}


def holds_results(folder: Path) -> bool:
    """Whether a folder holds the runs of a comparison or a single regime."""
    return read_notes(folder / MANIFEST).get("kind") == KIND


def open_results(folder: str | Path) -> Results:
    """Open a results folder; its tables are read when they are asked for.

    Raises:
        StudyError: when it is no results folder, or something in it is missing or cannot be read.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StudyError(f"{folder}: there is no such folder")
    if not holds_results(folder):
        raise StudyError(f"{folder}: no results of this program: there is no {MANIFEST} that says so")
    manifest = read_json(folder / MANIFEST)
    if manifest.get("layout") != LAYOUT:
        raise StudyError(f"{folder}: written in layout {manifest.get('layout')}; this version reads {LAYOUT}")
    missing = [key for key in NEEDED if key not in manifest]
    if missing:
        raise StudyError(f"{folder / MANIFEST}: incomplete: it lacks {', '.join(missing)}")
    regimes = [regime["name"] for regime in manifest["regimes"]]
    tables = {}
    for name in manifest["tables"]:
        if not list((folder / name).glob("part-*.parquet")):
            raise StudyError(
                f"{folder / name}: there are no parts, so no runs had finished or they were removed"
            )
        for part in sorted((folder / name).glob("part-*.parquet")):
            try:
                pl.read_parquet_schema(check_readable(part))
            except (OSError, pl.exceptions.PolarsError) as error:
                raise StudyError(f"{part}: cannot be read: {error}") from error
        tables[name] = _in_order(pl.scan_parquet(folder / name / "part-*.parquet"), name, regimes)
    try:
        return Results(
            manifest,
            tables,
            read_parquet(folder / "design.parquet"),
            _parameters_in(folder),
            read_csv(folder / "failures.csv"),
            folder,
            read_parquet(folder / SETS) if manifest.get("posterior") else None,
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StudyError(f"{folder}: incomplete: {error}") from error


def _parameters_in(folder: Path) -> pl.DataFrame:
    table = read_csv(folder / PARAMETERS, schema_overrides={"value": pl.String})
    lacking = [name for name in PARAMETER_COLUMNS if name not in table.columns]
    if lacking:
        raise StudyError(f"{folder / PARAMETERS}: lacks the columns {', '.join(lacking)}")
    return table


def _in_order(table: pl.LazyFrame, name: str, regimes: list[str]) -> pl.LazyFrame:
    """Rows by regime in the order given, then by the rest of the table's key."""
    place = pl.col("regime").replace_strict(regimes, list(range(len(regimes))), return_dtype=pl.Int64)
    return table.sort(place, *KEYS[name][1:])


def design_of(sets: Mapping[str, Parameters]) -> pl.DataFrame:
    """A row a regime, a column a parameter; arrangements by name, missing what differs by set."""
    columns: dict[str, Any] = {"regime": list(sets)}
    for name, entry in registry().items():
        values = [parameters[name] for parameters in sets.values()]
        shown = [entry.shown(value) for value in values] if entry.type == "arrangement" else values
        by_set = [parameters.origins[name] == BY_SET for parameters in sets.values()]
        columns[name] = pl.Series(shown).set(pl.Series(by_set), None) if any(by_set) else shown
    return pl.DataFrame(columns)


def parameters_of(sets: Mapping[str, Parameters]) -> pl.DataFrame:
    """A row a regime and parameter: regime, name, value, unit, origin; no value where it differs by set."""
    rows = [
        (
            regime,
            name,
            None if parameters.origins[name] == BY_SET else written(name, parameters),
            entry.unit,
            parameters.origins[name],
        )
        for regime, parameters in sets.items()
        for name, entry in registry().items()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(PARAMETER_COLUMNS, pl.String), orient="row")


def written(name: str, parameters: Parameters) -> str:
    """A value with all its digits, arrangements by name."""
    entry, value = registry()[name], parameters[name]
    return entry.shown(value) if entry.type == "arrangement" else repr(value)
