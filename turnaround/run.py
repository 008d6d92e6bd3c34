"""`turnaround run`: one history, printed by year, and kept by quarter or council by council."""

from pathlib import Path

import click
import polars as pl
from rich.table import Table

from experiments.believed import set_under
from experiments.effects import EFFECTS, MAIN_OUTCOMES, unit_of
from experiments.ending import FAILED_RUNS
from experiments.errors import StudyError
from experiments.horizon import check_start
from experiments.prose import number
from experiments.screen import aside, output, plain_table, preparing, say_where
from experiments.single import Engine, History, run_once
from experiments.writing import TABLE_FILES, check_file, write_table
from model.codes import Status
from model.regimes import find_regime, resolve
from turnaround.options import (
    horizon_options,
    length_of,
    one_set,
    one_set_option,
    overwrite_option,
    quiet_option,
    regime_option,
    replicate_option,
    row_option,
    scenarios_option,
    seed_option,
    settings_option,
    start_option,
)

AT_YEAR_END = {
    "outstanding": ("Outstanding", 0),
    "good": ("Good", 0),
    "requires_improvement": ("Requires improvement", 0),
    "inadequate": ("Inadequate", 0),
    "quality_mean": ("Quality, points", 1),
    "vacancy_rate": ("Vacant posts, %", 1),
    "agency_share": ("Agency staff, %", 1),
}
"""Indicators shown as they stand at the end of a year: heading and decimals."""
OVER_THE_YEAR = {"director_changes": ("Directors changed", 0), "incidents": ("Serious incidents", 0)}
"""Indicators added up over a year."""


@click.command("run")
@regime_option()
@start_option()
@horizon_options("the run")
@seed_option()
@replicate_option()
@settings_option()
@scenarios_option("the regime")
@one_set_option()
@row_option()
@click.option(
    "--engine",
    type=click.Choice(["interpreted", "compiled"]),
    default="compiled",
    show_default=True,
    help="The same results to the last bit; the interpreted one can be stepped through.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Keep the indicators of every quarter, as .csv or .parquet.",
)
@click.option(
    "--agents",
    type=click.Path(path_type=Path),
    metavar="FILE.parquet",
    help="Keep the state of every council in every quarter, as .parquet or .csv.",
)
@overwrite_option("Replace files that are there")
@quiet_option("")
def run_command(
    regime: str,
    start: str,
    quarters: int | None,
    years: float | None,
    seed: int,
    replicate: int,
    settings: tuple[str, ...],
    scenarios: tuple[str, ...],
    posterior: str | None,
    row: int | None,
    engine: Engine,
    out: Path | None,
    agents: Path | None,
    overwrite: bool,
    quiet: bool,
) -> int:
    """Run one history, and print it by year.

    \b
    The same history of luck under two regimes:
        turnaround run --regime no_intervention --replicate 7
        turnaround run --regime trust --replicate 7
    The same luck under another set of parameters fitted to the record:
        turnaround run --posterior results/fit/posterior.parquet --posterior-row 12
    Every council in every quarter, for a closer look:
        turnaround run --regime trust --agents councils.parquet

    Exit code 1 says that the run failed, in the quarter after the last one shown.
    """  # noqa: D301 - the mark by which click keeps lines
    if out is not None and out == agents:
        raise StudyError(f"--out and --agents are both {out}: allowed are two files")
    for file in (out, agents):
        if file is not None:
            check_file(file, TABLE_FILES, overwrite)
    chosen = find_regime(regime)
    parameters = resolve(chosen, scenarios, settings)
    length, first = length_of(quarters, years), check_start(start)
    past = resolve("ad_hoc", scenarios, settings) if first else None
    title = f"{chosen.title}, seed {seed}, replicate {replicate}"
    sets, place = one_set(posterior, row)
    if sets is not None:
        parameters = set_under(sets, parameters, place)
        past = set_under(sets, past, place) if past else None
        title += f", row {place} of {sets.origin}"
    with preparing(quiet or engine == "interpreted"):
        history = run_once(parameters, seed, replicate, length, first, engine, agents is not None, past)
    if out is not None:
        write_table(out, history.quarters)
    if agents is not None and history.agents is not None:
        write_table(agents, history.agents)
    if not quiet:
        tell(history, title, [out, agents])
    if history.status != Status.OK.name.lower():
        aside().print(f"The run failed after {len(history.quarters)} quarters: {history.status}.")
        return FAILED_RUNS
    return 0


def tell(history: History, title: str, files: list[Path | None]) -> None:
    """Print a history by year, its main outcomes, and what was kept."""
    screen = output()
    screen.print(years_table(history.quarters, title))
    screen.print()
    outcomes = plain_table("Over the whole run")
    outcomes.add_column("")
    outcomes.add_column("", justify="right")
    for name in MAIN_OUTCOMES:
        value = number(history.outcome[name], EFFECTS[name].decimals(len(history.quarters) or 1))
        outcomes.add_row(f"{EFFECTS[name].title}, {unit_of(name)}", value)
    screen.print(outcomes)
    say_where([("Written", file) for file in files if file is not None])


def years_table(quarters: pl.DataFrame, title: str) -> Table:
    """A row a year: how things stand at its end, and what happened in it."""
    by_year = (
        quarters.group_by(year=pl.col("quarter").str.head(4), maintain_order=True)
        .agg(
            pl.col("quarter").last(),
            pl.len().alias("length"),
            pl.col(*AT_YEAR_END).last(),
            pl.col(*OVER_THE_YEAR).sum(),
        )
        .rows(named=True)
    )
    shown = AT_YEAR_END | OVER_THE_YEAR
    table = plain_table(title)
    table.add_column("Year", no_wrap=True)
    for heading, _ in shown.values():
        table.add_column(heading, justify="right")
    for row in by_year:
        whole = row["length"] == 4
        label = row["year"] if whole else f"{row['year']} to {row['quarter'][4:]}"
        table.add_row(label, *(number(row[name], decimals) for name, (_, decimals) in shown.items()))
    return table
