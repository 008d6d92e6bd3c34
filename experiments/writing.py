"""Writing files: whole or not at all, and what is said when they cannot be written."""

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from experiments.errors import StudyError

_ASIDE = ".part"


def write_aside(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and rename it, so that nobody ever sees half of it.

    Raises:
        OSError: when it cannot be written; it names the file.
    """
    aside = path.with_name(path.name + _ASIDE)
    try:
        write(aside)
        aside.replace(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise not_written(path, error) from error
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, likewise."""
    write_aside(path, lambda aside: aside.write_text(text, "utf-8"))


TABLE_FILES = (".csv", ".parquet")
"""Forms in which a single table can be written, by the end of the file's name."""


def write_table(path: Path, table: pl.DataFrame) -> None:
    """Write a table in the form that the file's name asks for; errors as of `write_aside`."""
    write_aside(path, table.write_csv if path.suffix == ".csv" else table.write_parquet)


def not_written(path: Path, error: Exception) -> OSError:
    """Why something cannot be written, in the system's words, whoever complains of it."""
    found = re.search(r"\(os error (\d+)\)", str(error))
    number = getattr(error, "errno", None) or (int(found[1]) if found else None)
    if number is None:
        return OSError(None, str(error), str(path))
    return OSError(number, getattr(error, "strerror", None) or os.strerror(number), str(path))


def check_file(path: Path, kinds: Sequence[str], overwrite: bool) -> None:
    """See that a table can be written to a file, before anything is run or read.

    Raises:
        StudyError: for a kind of file that is not written, a missing folder, or a file that is there already.
        OSError: when nothing can be written in the folder.
    """
    if path.suffix not in kinds:
        raise StudyError(f"{path}: allowed is a name ending in {' or '.join(kinds)}")
    if not path.parent.is_dir():
        raise StudyError(f"{path}: there is no folder {path.parent}")
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise not_written(path, error) from error
    if path.is_dir() or (path.exists() and not overwrite):
        raise StudyError(f"{path} is there already; name another, or replace it with --overwrite")
