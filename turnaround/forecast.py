"""`turnaround forecast`: judgements after a quarter of record, by the model or a sceptic's baseline."""

from pathlib import Path

import click
import polars as pl
from rich.table import Table

from experiments.believed import posterior_named
from experiments.command_line import command_line
from experiments.compare import check_workers
from experiments.ending import kept_if_interrupted
from experiments.errors import StudyError
from experiments.forecasts.make import CEILING, MODEL, MODELS, BaselinePlan, make_baseline, make_forecast
from experiments.forecasts.schema import STANDING, Forecast, check_horizon
from experiments.forecasts.simulated import DEFAULT_DRAWS, DEFAULT_SETS, Plan
from experiments.posterior import Posterior
from experiments.prose import number
from experiments.reading import read_csv
from experiments.runner import compile_engine
from experiments.screen import output, plain_table, preparing, progress_of, warn
from model.quarters import format_quarter
from model.replay import GROUP
from turnaround.extras import analysis_extra
from turnaround.options import (
    new_folder_option,
    overwrite_option,
    posterior_option,
    quiet_option,
    scenarios_option,
    seed_option,
    workers_option,
)

OF_THE_MODEL = ("posterior", "sets", "regime", "scenario", "workers")
"""Options that mean nothing to a baseline."""


@click.command("forecast")
@click.option("--from", "origin", default="2019Q4", show_default=True, help="Last quarter of record used.")
@click.option("--to", "end", default="2025Q4", show_default=True, help="Last quarter to forecast.")
@new_folder_option("the forecast", "results/forecast-<origin>, of a baseline results/<its name>-<origin>")
@click.option(
    "--model", default=MODEL, show_default=True, metavar="NAME", help=f"Who forecasts: {', '.join(MODELS)}."
)
@posterior_option()
@click.option("--draws", default=DEFAULT_DRAWS, show_default=True, help="Histories.")
@click.option(
    "--sets",
    type=int,
    help=f"Sets of parameters that draws are shared out to, at most {GROUP} draws each."
    f" [default: {DEFAULT_SETS} of a posterior]",
)
@seed_option("Of luck and of the sets drawn.")
@click.option("--regime", help="Under which the future runs. [default: ad_hoc, which England had]")
@scenarios_option("the regime")
@workers_option("Sets run at once")
@overwrite_option("Replace another forecast in the folder")
@quiet_option(" but the folder")
def forecast_command(
    origin: str,
    end: str,
    out: Path | None,
    model: str,
    posterior: str | None,
    draws: int,
    sets: int | None,
    seed: int,
    regime: str | None,
    scenarios: tuple[str, ...],
    workers: int | None,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Forecast judgements after a quarter of record.

    Every history goes on from the replayed record. Leaves national.parquet, council.parquet and
    next_inspection.parquet, which `turnaround score` scores on what happened, and forecast.json, which says
    how they were made. Interrupted or killed, it goes on when the same command is given again.

    \b
    The forecast to 2025:
        turnaround forecast
    What a sceptic would say:
        turnaround forecast --model markov
    """  # noqa: D301 - the mark by which click keeps lines
    if model not in MODELS:
        raise StudyError(f"--model {model}: allowed is {', '.join(MODELS)}")
    first, last = check_horizon(origin, end)
    if out is None:
        out = Path("results", f"{'forecast' if model == MODEL else model}-{format_quarter(first)}")
    command = command_of(origin, end, out, model, posterior, draws, sets, seed, regime, scenarios)
    if model != MODEL:
        given = (posterior, sets, regime, scenarios or None, workers)
        for name, value in zip(OF_THE_MODEL, given, strict=True):
            if value is not None:
                raise StudyError(f"--{name} is an option of the model; --model {model} knows only the record")
        with analysis_extra():
            made = make_baseline(BaselinePlan(model, first, last, draws, seed), out, overwrite, command)
    else:
        believed = _believed(posterior)
        plan = Plan(
            first, last, draws, _sets(sets, draws, believed), seed, regime or "ad_hoc", scenarios, believed
        )
        at_once = check_workers(workers)
        with preparing(quiet):
            compile_engine()
        kept = f"what had finished is kept in {out}, and the same command goes on"
        with kept_if_interrupted(kept), progress_of(plan.draws, quiet) as progress:
            made = make_forecast(plan, out, overwrite, at_once, progress, command)
    tell(made, out, command, quiet)


def _believed(given: str | None) -> Posterior | None:
    """The posterior asked for, or the one that is shipped; None, said aloud, where there is none."""
    found = posterior_named(given)
    if found is None:
        why = "no posterior comes with this version" if given is None else "as was asked"
        warn([f"Parameters are held at their defaults ({why}), so that intervals are of luck alone."])
    return found


def _sets(given: int | None, draws: int, believed: Posterior | None) -> int:
    """How many sets: as asked for; of a posterior many, of the defaults as few as can be."""
    if given is not None:
        return given
    least = -(-draws // GROUP)
    return least if believed is None else max(least, min(DEFAULT_SETS, draws))


def command_of(
    origin: str,
    end: str,
    out: Path,
    model: str,
    posterior: str | None,
    draws: int,
    sets: int | None,
    seed: int,
    regime: str | None,
    scenarios: tuple[str, ...],
) -> str:
    """The command that makes the same again."""
    options = (
        ("--from", origin),
        ("--to", end),
        ("--out", out),
        ("--model", None if model == MODEL else model),
        ("--posterior", posterior),
        ("--draws", draws),
        ("--sets", sets),
        ("--seed", seed),
        ("--regime", regime),
        *(("--scenario", scenario) for scenario in scenarios),
    )
    return command_line("forecast", options=options)


def tell(made: Forecast, out: Path, command: str, quiet: bool) -> None:
    """Print the national forecast, the noise ceiling and where everything is."""
    if quiet:
        print(out)
        return
    screen = output()
    for table in (_national(made), *_ceiling(out)):
        screen.print(table)
        screen.print()
    failed = made.description.get("draws_that_failed", 0)
    if failed:
        warn([f"{failed:,} of {made.description['draws']:,} draws failed and are left out."])
    if made.in_sample:
        fitted = made.description["fitted_to"]
        warn([f"In-sample: the parameters were fitted to the record to {fitted}, which is forecast here."])
    posterior = made.description.get("posterior")
    if posterior and not posterior["fitted_with_this_model"]:
        warn(["The posterior was fitted with another version of the model than this."])
    screen.print(f"Forecast  {out}", soft_wrap=True, markup=False)
    screen.print(f"Again     {command}", soft_wrap=True, markup=False)


def _national(made: Forecast) -> Table:
    table = plain_table("Councils by judgement in force: median and 90% interval")
    table.add_column("")
    for grade in (*STANDING, "new inadequate"):
        table.add_column(grade, justify="right")
    quarters = made.national["quarter"].unique().sort().to_list()
    shown = [quarter for quarter in quarters if quarter.endswith("Q4")] or [quarters[-1]]
    for quarter in shown:
        now = made.national.filter(pl.col("quarter") == quarter)
        cells = [_spread(now.filter(pl.col("grade") == grade)["count"]) for grade in STANDING]
        of_year = pl.col("quarter").str.starts_with(quarter[:4]) & (pl.col("grade") == STANDING[0])
        year = made.national.filter(of_year)
        cells.append(_spread(year.group_by("draw").agg(pl.col("new_inadequate").sum())["new_inadequate"]))
        table.add_row(quarter, *cells)
    table.caption = "New inadequate: judgements of the year that began with January, as far as it is forecast"
    table.caption_justify = "left"
    return table


def _spread(counts: pl.Series) -> str:
    middle, low, high = (counts.quantile(q, "nearest") for q in (0.5, 0.05, 0.95))
    return f"{number(middle, 0)} ({number(low, 0)} to {number(high, 0)})"


def _ceiling(out: Path) -> list[Table]:
    path = out / CEILING
    if not path.is_file():
        return []
    found = read_csv(path)
    if found.is_empty():
        return []
    over = found["interval_over"][0]
    table = plain_table(
        f"What noise costs at the next inspection, in the model's own histories: 90% of {over}"
    )
    table.add_column("")
    for score in found["score"].unique(maintain_order=True):
        table.add_column(score, justify="right")
    for forecaster, rows in found.group_by("meaning", maintain_order=True):
        cells = [
            f"{number(row['expected'], 3)} ({number(row['low_90'], 3)} to {number(row['high_90'], 3)})"
            for row in rows.iter_rows(named=True)
        ]
        table.add_row(str(forecaster[0]), *cells)
    return [table]
