"""What the commands that analyse a sweep share: options, files that are left, the command that repeats it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import polars as pl

from experiments.horizon import StudyError
from experiments.results import write_aside
from experiments.sweeps.defaults import SEED
from experiments.sweeps.results import SweepResults
from turnaround.screen import aside, output

Command = Callable[..., Any]

EXTRA = "analysis"
"""The extra with what these commands need."""


def analysing_options(command: Command) -> Command:
    """Options that every analysis has."""
    options = (
        click.argument("folder", type=click.Path(path_type=Path)),
        click.option(
            "--keep",
            "ranges",
            multiple=True,
            metavar="FACTOR:LOW..HIGH",
            help="Look only at points where a factor lies in a range, such as director.blame:0.2..0.6, either"
            " end left out where there is none; repeatable. Of arrangements: FACTOR:trust|adviser.",
        ),
        click.option(
            "--seed", default=SEED, show_default=True, help="Of what is drawn at random in the analysis."
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            metavar="FILE.html",
            help="The page; the table stands beside it as .csv. [default: in FOLDER, by the command's name]",
        ),
        click.option("--quiet", is_flag=True, help="Print nothing but the page's name."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def opened(folder: Path, ranges: Sequence[str] = ()) -> SweepResults:
    """The sweep in a folder, or what of it lies in some ranges.

    Raises:
        StudyError: when there is none, or nothing lies in them.
    """
    from experiments.sweeps.keeping import keep, read_limits
    from experiments.sweeps.opened import open_sweep

    results = open_sweep(folder)
    return keep(results, read_limits(results, ranges))


@contextmanager
def analysis_extra() -> Iterator[None]:
    """Say what to install when a library of the extra is not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise StudyError(
            f"this needs {error.name}, which is not installed: pip install 'turnaround[{EXTRA}]'"
        ) from error


def page_of(folder: Path, out: Path | None, name: str) -> Path:
    """Where the page goes.

    Raises:
        StudyError: when the file named is no .html.
    """
    if out is not None and out.suffix != ".html":
        raise StudyError(f"--out {out}: name a file that ends in .html")
    return out or folder / f"{name}.html"


def keep_table(table: pl.DataFrame, page: Path) -> Path:
    """Keep a table beside its page."""
    path = page.with_suffix(".csv")
    write_aside(path, lambda there: table.write_csv(there))
    return path


def leave(page: Path, table: Path, command: str, quiet: bool) -> None:
    """Say what was left."""
    if quiet:
        print(page)
        return
    screen = output()
    screen.print(f"Page   {page}", soft_wrap=True, markup=False)
    screen.print(f"Table  {table}", soft_wrap=True, markup=False)
    screen.print(f"Again  {command}", soft_wrap=True, markup=False)


def tell(words: Sequence[str], quiet: bool) -> None:
    """Print sentences."""
    if not quiet:
        for word in words:
            output().print(word, markup=False)


def warn(words: Sequence[str]) -> None:
    """Print what must not be overlooked, quiet or not, beside the results."""
    for word in words:
        aside().print(word, style="bold red", markup=False)
