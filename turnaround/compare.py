"""`turnaround compare`: regimes against each other on England's real councils, and all that is left of it."""

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from experiments.believed import HISTORIES_A_SET, USUAL_SETS
from experiments.compare import check_workers, plan_comparison, run_comparison
from experiments.comparison import PRECISION, Comparison
from experiments.ending import FAILED_RUNS, kept_if_interrupted
from experiments.results import ResultsWriter
from experiments.runner import compile_engine
from experiments.screen import aside, output, preparing, progress_of
from experiments.tables import TABLES
from model.regimes import SHIPPED
from turnaround.compare_tables import (
    differences_table,
    outcomes_table,
    precision_table,
    remarks,
)
from turnaround.options import (
    horizon_options,
    length_of,
    overwrite_option,
    posterior_option,
    quiet_option,
    scenarios_option,
    seed_option,
    settings_option,
    split,
    start_option,
    workers_option,
)


@click.command("compare")
@click.option(
    "--regimes",
    multiple=True,
    metavar="NAME,...",
    help="Regimes to compare, by name or as .toml files, with commas between them. [default: all nine]",
)
@click.option(
    "--baseline", default="ad_hoc", show_default=True, help="Regime that the others are compared with."
)
@start_option()
@horizon_options("each run")
@click.option(
    "--replicates", default=200, show_default=True, help="Histories of luck, each met by every regime."
)
@seed_option()
@settings_option(" in all regimes")
@scenarios_option("all regimes")
@click.option(
    "--precision",
    default=PRECISION,
    show_default=True,
    help="Stated precision: half-width of the interval of a difference, as a share of the smallest effect"
    " that matters.",
)
@posterior_option()
@click.option(
    "--sets",
    type=int,
    help=f"How many to draw by weight; histories are shared out to them. [default: one for {HISTORIES_A_SET}"
    f" replicates, at most {USUAL_SETS}]",
)
@workers_option("Blocks of runs at once")
@click.option(
    "--outputs",
    multiple=True,
    metavar="TABLE,...",
    help=f"Tables to keep, of {', '.join(TABLES)}; runs always are. [default: all]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="[default: results/compare-<date and time>]",
)
@overwrite_option("Replace results that are in the folder")
@click.option("--no-report", is_flag=True, help="Write no report.html.")
@quiet_option(" but the results folder")
def compare_command(
    regimes: tuple[str, ...],
    baseline: str,
    start: str,
    quarters: int | None,
    years: float | None,
    replicates: int,
    seed: int,
    settings: tuple[str, ...],
    scenarios: tuple[str, ...],
    precision: float,
    posterior: str | None,
    sets: int | None,
    workers: int | None,
    outputs: tuple[str, ...],
    out: Path | None,
    overwrite: bool,
    no_report: bool,
    quiet: bool,
) -> int:
    """Compare regimes on England's real councils.

    Every replicate is one history of luck, which all regimes meet alike. Prints outcomes by regime, their
    paired differences from the baseline with 95% intervals, and how many replicates the stated precision
    needs. With a posterior, histories have sets of parameters drawn from it by weight, the same under
    every regime, and what is not known of them is in the intervals; what a regime, --scenario or --set sets
    holds in all sets. Leaves a results folder with all runs (Parquet), what was concluded (CSV), a codebook,
    and a report to open in a browser.

    \b
    Three regimes, quickly:
        turnaround compare --regimes ad_hoc,sector_led,trust --replicates 50
    A regime of your own against the trust:
        turnaround compare --regimes mine.toml,trust --baseline trust
    With what a fit of your own leaves unknown of the parameters:
        turnaround compare --posterior results/fit/posterior.parquet --sets 100 --replicates 400
    To 2030 with less money, and less blame on directors:
        turnaround compare --years 17 --scenario squeeze --set director.blame=0.5

    Exit code 1 says that some runs failed; they are listed in failures.csv.
    """  # noqa: D301 - the mark by which click keeps lines
    plan = plan_comparison(
        regimes=split(regimes) or SHIPPED,
        baseline=baseline,
        start=start,
        quarters=length_of(quarters, years),
        replicates=replicates,
        seed=seed,
        settings=settings,
        scenarios=scenarios,
        tables=split(outputs) or TABLES,
        precision=precision,
        posterior=posterior,
        sets=sets,
    )
    check_workers(workers)
    writer = ResultsWriter(out or default_folder(), overwrite)
    with preparing(quiet):
        compile_engine()
    with progress_of(plan.study.runs, quiet) as progress:
        comparison = run_comparison(plan, writer, workers, progress)
    with kept_if_interrupted(
        f"the results are kept in {writer.folder}; `turnaround report` makes the report"
    ):
        report = None
        if not no_report and not missing_tables(plan.tables):
            from dashboards.report import write_report  # takes a moment to load

            report = write_report(writer.folder)
        tell(comparison, report, quiet)
    return FAILED_RUNS if comparison.results.manifest["runs"]["failed"] else 0


def default_folder() -> Path:
    """A folder of this moment, below `results`."""
    return Path("results") / f"compare-{datetime.datetime.now():%Y-%m-%d-%H%M%S}"


def missing_tables(kept: Sequence[str]) -> list[str]:
    """Tables that a report needs and that were not kept."""
    return [table for table in TABLES if table not in kept]


def tell(comparison: Comparison, report: Path | None, quiet: bool) -> None:
    """Print what was found and where it is."""
    results = comparison.results
    if quiet:
        print(results.folder)
    else:
        screen = output()
        for table in (outcomes_table, differences_table, precision_table):
            screen.print(table(comparison))
            screen.print()
        for remark in remarks(comparison):
            screen.print(remark)
        screen.print()
        screen.print(f"Results  {results.folder}", soft_wrap=True)
        if report:
            screen.print(f"Report   {report}", soft_wrap=True)
        elif missing_tables(results.manifest["tables"]):
            screen.print("Report   none: it needs all tables, see --outputs")
        screen.print(f"Again    {results.manifest['command']}", soft_wrap=True)
    failed = results.manifest["runs"]["failed"]
    if failed:
        asked = results.manifest["runs"]["asked"]
        sys.stdout.flush()
        aside().print(
            f"{failed:,} of {asked:,} runs failed and are left out: see failures.csv in {results.folder}",
            soft_wrap=True,
        )
