"""Reading what was written, by this program or another: JSON and tables, whole or not at all.

Readers turn these errors into a sentence about what they were reading. A parser that gives up in a way of its
own, by recursion or by a panic of its compiled part, gives up like any other here.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec

import polars as pl

from model.reading import check_readable, content_of

Given = ParamSpec("Given")


def read_json(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        OSError: when it cannot be read, or is no file.
        ValueError: when it is no JSON in UTF-8, or too deep.
    """
    return parse_json(content_of(path).decode("utf-8"))


def parse_json(text: str) -> Any:
    """What a JSON text holds.

    Raises:
        ValueError: when it is no JSON, or too deep.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("too many brackets within each other") from error


def _whole(
    read: Callable[Given, pl.DataFrame], path: Path, *given: Given.args, **options: Given.kwargs
) -> pl.DataFrame:
    check_readable(path)
    try:
        return read(*given, **options)
    except pl.exceptions.PanicException as error:
        raise pl.exceptions.ComputeError("its content is torn") from error


def read_parquet(path: Path, **options: Any) -> pl.DataFrame:
    """A Parquet table, with the options of Polars.

    Raises:
        OSError: when it cannot be read, or is no file.
        pl.exceptions.PolarsError: when it is no such table, or torn.
    """
    return _whole(pl.read_parquet, path, path, **options)


def read_csv(path: Path, **options: Any) -> pl.DataFrame:
    """A CSV table, with the options of Polars; errors as of `read_parquet`."""
    return _whole(pl.read_csv, path, path, **options)


def read_metadata(path: Path) -> dict[str, str]:
    """What is written about a Parquet table in its file; errors as of `read_parquet`."""
    check_readable(path)
    try:
        return pl.read_parquet_metadata(path)
    except pl.exceptions.PanicException as error:
        raise pl.exceptions.ComputeError("its content is torn") from error
