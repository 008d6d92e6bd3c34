"""Reading what was written, by this program or another: JSON and tables, whole or not at all.

Readers turn these errors into a sentence about what they were reading. A parser that gives up in a way of its
own, by recursion or by a panic of its compiled part, gives up like any other here.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec

import polars as pl

from experiments.errors import StudyError
from model.reading import check_readable, content_of
from model.registry import ParameterError
from model.tables import FactsError

Given = ParamSpec("Given")

_GIVING_UP = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""How code gives up on what has another shape than it was written for."""


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


def read_notes(path: Path) -> Mapping[str, Any]:
    """What a folder says of itself in a JSON file; nothing where there is none that can be read."""
    try:
        found = read_json(path)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


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


@contextmanager
def as_left_by(command: str, folder: Path) -> Iterator[None]:
    """Take what goes wrong within for damage to what a command left in a folder.

    For pages and tables that are made of many files at once, each of which may have been edited. The error is
    kept as the cause.

    Raises:
        StudyError: in the place of any error but those that say already what is to be mended.
    """
    try:
        yield
    except (StudyError, FactsError, OSError):
        raise
    except ParameterError as error:
        raise StudyError(f"{folder}: something in it is not as `{command}` left it ({error})") from error
    except (*_GIVING_UP, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = (str(error).splitlines() or [""])[0][:200]
        raise StudyError(
            f"{folder}: something in it is not as `{command}` left it ({type(error).__name__}: {reason});"
            " give that command again in another folder"
        ) from error
