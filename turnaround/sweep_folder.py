"""`turnaround status`, `merge` and `export`: what is in the folder of a sweep, and what is made of it."""

from pathlib import Path

import click
import numpy as np

from experiments.ending import FAILED_RUNS
from experiments.screen import aside, output
from experiments.sweeps.cost import duration, size
from experiments.sweeps.export import KINDS, export
from experiments.sweeps.folder import SweepFolder
from experiments.sweeps.merging import merge
from experiments.sweeps.opened import failures_of, open_sweep
from experiments.writing import check_file
from turnaround.options import (
    overwrite_option,
    split,
)
from turnaround.sweep import describe


@click.command("status")
@click.argument("folder", type=click.Path(path_type=Path))
def status_command(folder: Path) -> int:
    """Say how far the sweep in a FOLDER has come.

    Damaged parts are named; nothing is changed.

    \b
        turnaround status results/study

    Exit code 1 says that runs are missing or failed, or parts are damaged.
    """  # noqa: D301 - the mark by which click keeps lines
    return tell_status(folder)


def tell_status(folder: Path) -> int:
    """Print how far the sweep in a folder has come; the exit code."""
    there = SweepFolder.open(folder)
    there.check_design()
    seen = there.look_over(set_aside=False)
    describe(there.study, quiet=False)
    ours = there.ours()
    asked, finished = int(np.count_nonzero(ours)), int(np.count_nonzero(seen.done & ours))
    screen = output()
    if there.shard:
        screen.print(f"Shard    {there.shard[0]} of {there.shard[1]}")
    held = there.is_held()
    screen.print(
        f"State    {'running' + there.owner() if held else state_of(finished, asked)}", soft_wrap=True
    )
    screen.print(
        f"Finished {finished:,} of {asked:,} runs ({finished / max(asked, 1):.0%}), {size(bytes_of(folder))}"
    )
    if held:
        remaining = there.time_left(finished, asked)
        if remaining is not None:
            screen.print(f"Left     about {duration(remaining)}")
    damaged = [found for found in seen.damage if not (held and found.part.endswith(".part"))]
    for found in damaged:
        screen.print(f"Damaged  {found.part}: {found.reason}", soft_wrap=True)
    failed = len(failures_of(there, seen.parts("runs")))
    if failed:
        screen.print(
            f"Failed   {failed:,} runs: see failures.csv, or `turnaround resume {folder}`", soft_wrap=True
        )
    return FAILED_RUNS if failed or damaged or (finished < asked and not held) else 0


def state_of(finished: int, asked: int) -> str:
    """How a sweep stands on which nobody is at work."""
    return "complete" if finished == asked else "unfinished: `turnaround resume` goes on with it"


def bytes_of(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@click.command("merge")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("shards", nargs=-1, required=True, type=click.Path(path_type=Path))
def merge_command(out: Path, shards: tuple[Path, ...]) -> int:
    """Put the SHARDS of a sweep together in one folder.

    Nothing in the folders of the shards is changed. Shards of different studies are refused. What is still
    missing afterwards, `turnaround resume` runs.

    \b
        turnaround merge results/study results/study-shard-*
    """  # noqa: D301 - the mark by which click keeps lines
    merge(out, list(shards))
    for shard in shards:
        for found in SweepFolder.open(shard).look_over(set_aside=False).damage:
            aside().print(f"Left out  {shard / found.part}: {found.reason}", soft_wrap=True)
    return tell_status(out)


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--table", default="runs", show_default=True, help="Which: runs, quarters or councils.")
@click.option("--columns", multiple=True, metavar="NAME,...", help="Outcomes or indicators. [default: all]")
@overwrite_option("Replace a file that is there")
def export_command(folder: Path, file: Path, table: str, columns: tuple[str, ...], overwrite: bool) -> None:
    """Write a table of a sweep as CSV or NetCDF.

    The FILE ends in .csv, or in .nc for NetCDF, which xarray reads. The values of the factors stand beside
    each row.

    \b
        turnaround export results/study runs.csv
        turnaround export results/study quarters.nc --table quarters --columns inadequate,quality_mean
    """  # noqa: D301 - the mark by which click keeps lines
    check_file(file, KINDS, overwrite)
    export(open_sweep(folder), file, table, split(columns), overwrite)
    print(file)
