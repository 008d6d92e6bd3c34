"""Runs kept in a Parquet file that says on what they depend, so that they are found again or made anew."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from experiments.errors import StudyError
from experiments.reading import parse_json, read_metadata, read_parquet
from experiments.writing import write_aside


def write_runs(file: Path, table: pl.DataFrame, noted: Mapping[str, Any]) -> None:
    """Write a table with notes in its file's metadata, that on which the runs depend among them.

    Raises:
        OSError: when it cannot be written.
    """
    metadata = {name: json.dumps(value, sort_keys=True) for name, value in noted.items()}
    write_aside(file, lambda aside: table.write_parquet(aside, metadata=metadata))


def read_runs(
    file: Path, name: str, key: Mapping[str, Any], further: Sequence[str] = ()
) -> tuple[pl.DataFrame, dict[str, Any]] | None:
    """The runs of a file, if they depend on what is asked for.

    Args:
        file: of the table.
        name: of the note of what they depend on.
        key: what they are to depend on.
        further: names of other notes that the file must have.

    Returns:
        The table and the further notes; None where there is no file, or it is of other runs.

    Raises:
        StudyError: when it cannot be read.
    """
    if not file.is_file():
        return None
    try:
        if depend_on(file, name) != json.loads(json.dumps(key)):
            return None
        metadata = read_metadata(file)
        return read_parquet(file), {one: parse_json(metadata[one]) for one in further}
    except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as problem:
        reason = str(problem).splitlines()[0]
        raise StudyError(f"{file}: cannot be read ({reason}); remove it, and it is made anew") from problem


def depend_on(file: Path, name: str) -> Any:
    """On what the runs of a file depend, as its note of a name says; None where there is no such note."""
    return parse_json(read_metadata(file).get(name, "null"))
