"""What the commands that analyse a sweep share: options, the sweep that they open, files that they leave."""

from collections.abc import Sequence
from pathlib import Path

import click
import polars as pl

from experiments.errors import StudyError
from experiments.screen import say_where
from experiments.sweeps.defaults import SEED
from experiments.sweeps.results import SweepResults
from experiments.writing import write_table
from turnaround.options import quiet_option, seed_option, together

analysing_options = together(
    click.argument("folder", type=click.Path(path_type=Path)),
    click.option(
        "--keep",
        "ranges",
        multiple=True,
        metavar="FACTOR:LOW..HIGH",
        help="Look only at points where a factor lies in a range, such as director.blame:0.2..0.6, either end"
        " left out where there is none; repeatable. Of arrangements: FACTOR:trust|adviser.",
    ),
    seed_option("Of what is drawn at random in the analysis.", SEED),
    click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="FILE.html",
        help="The page; the table stands beside it as .csv. [default: in FOLDER, by the command's name]",
    ),
    quiet_option(" but the page's name"),
)
"""Options that every analysis has."""


def opened(folder: Path, ranges: Sequence[str] = ()) -> SweepResults:
    """The sweep in a folder, or what of it lies in some ranges.

    Raises:
        StudyError: when there is none, or nothing lies in them.
    """
    from experiments.sweeps.keeping import keep, read_limits
    from experiments.sweeps.opened import open_sweep

    results = open_sweep(folder)
    return keep(results, read_limits(results, ranges))


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
    write_table(path, table)
    return path


def leave(page: Path, table: Path, command: str, quiet: bool) -> None:
    """Say what was left."""
    if quiet:
        print(page)
    else:
        say_where((("Page", page), ("Table", table), ("Again", command)))
