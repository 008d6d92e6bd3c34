"""`turnaround report`: the report of results that are there already, made anew."""

from pathlib import Path

import click

from experiments.results import open_results
from turnaround.compare import write_report


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path))
def report_command(folder: Path) -> None:
    """Make the report of a results FOLDER anew.

    \b
    After an interruption, from the runs that were kept:
        turnaround report results/compare-2025-01-31-120000
    """  # noqa: D301 - the mark by which click keeps lines
    open_results(folder)
    print(write_report(folder))
