"""`turnaround hindcast`: hold the model against the record of 2014 to 2019."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from rich.table import Table

from experiments.believed import posterior_named
from experiments.command_line import command_line
from experiments.compare import check_workers
from experiments.ending import FAILED_RUNS, kept_if_interrupted
from experiments.folders import check_own
from experiments.hindcast.asked import ASKED, NOTES, AskedHindcast
from experiments.hindcast.comparing import Compared, Verdict
from experiments.hindcast.misses import by_what_they_tell
from experiments.hindcast.record import RECORD_QUARTERS
from experiments.hindcast.study import Hindcast, hold_against_record
from experiments.hindcast.targets import MEASURES
from experiments.hindcast.tolerances import tolerances_hash
from experiments.hindcast.words import SIGNS
from experiments.horizon import check_quarter
from experiments.locking import held
from experiments.losing import check_losses
from experiments.manifest import versions
from experiments.posterior import Posterior
from experiments.prose import MISSING, number
from experiments.runner import compile_engine
from experiments.screen import output, plain_table, preparing, progress_of, tell, warn
from experiments.writing import write_table, write_text
from model.quarters import format_quarter
from model.regimes import resolve
from turnaround.options import (
    new_folder_option,
    overwrite_option,
    posterior_option,
    quiet_option,
    seed_option,
    sets_options,
    settings_option,
    workers_option,
)

FOLDER = Path("results/hindcast")
FEW = 50
"""Histories below which intervals of 90% rest on the two or three outermost."""
LAST_START = RECORD_QUARTERS - 4
"""A year is the least of which a measure speaks."""


@click.command("hindcast")
@new_folder_option("results", str(FOLDER))
@posterior_option()
@sets_options(200, 1)
@click.option(
    "--from",
    "start",
    default="2014Q1",
    show_default=True,
    metavar="QUARTER",
    help="Begin where the record had every council then.",
)
@seed_option("Of the luck, and of which sets are drawn.")
@click.option(
    "--regime",
    default="ad_hoc",
    show_default=True,
    help="By name or as .toml file; the one that was is ad_hoc.",
)
@settings_option(" in all sets")
@workers_option("Processes")
@overwrite_option("Go on where a hindcast of more histories, or another, would be lost")
@quiet_option(" but the page's name")
def hindcast_command(
    out: Path | None,
    posterior: str | None,
    sets: int,
    replicates: int,
    start: str,
    seed: int,
    regime: str,
    settings: tuple[str, ...],
    workers: int | None,
    overwrite: bool,
    quiet: bool,
) -> int:
    """Hold the model against the record of 2014 to 2019.

    Histories are simulated under sets of parameters that are believed, and measured as the record is: grades
    by quarter, time to get out of inadequate, directors, staff, work and money around a failure. Each figure
    passes, misses by no more than luck explains, or fails, against tolerances written down beforehand.
    Nothing after December 2019 is looked at. Leaves figures.csv, stock.csv, hindcast.json and hindcast.html;
    the default takes a quarter of a minute, and what is interrupted leaves a folder as it was.

    \b
    From 2014, with the sets that come with the model:
        turnaround hindcast
    Of a fit of your own, each council starting where it was at the end of 2016:
        turnaround hindcast --posterior results/fit/posterior.parquet --from 2017Q1 --out results/late
    What gets worse when nobody is blamed:
        turnaround hindcast --set director.blame=0 --out results/no-blame

    Exit code 1 says that some runs failed; they are left out.
    """  # noqa: D301 - the mark by which click keeps lines
    from dashboards.hindcast_page import summary, write_hindcast_page

    out = FOLDER if out is None else out
    workers = check_workers(workers)
    first = check_quarter("--from", start, 0, LAST_START, "a year before the end of the record")
    base = resolve(regime, settings=settings)
    asked = AskedHindcast(believed(posterior), base, regime, settings, sets, replicates, seed, first)
    command = command_of(asked, posterior, out)
    check_own(out, "hindcast", [NOTES])
    if not overwrite:
        check_losses(out, asked.losses(out))
    warn([] if quiet else warnings_of(asked.posterior, asked.histories))
    with held(out, "making a hindcast here"):
        found = _run(asked, out, workers, quiet)
        _keep(found, asked, out, command)
        page = write_hindcast_page(found, out / "hindcast.html", command, regime, settings)
    if quiet:
        print(page)
    else:
        show(found, summary(found), out, command)
    if found.histories.failed:
        warn([f"{found.histories.failed:,} of {asked.histories:,} runs failed and are left out"])
    return FAILED_RUNS if found.histories.failed else 0


def _run(asked: AskedHindcast, out: Path, workers: int, quiet: bool) -> Hindcast:
    with preparing(quiet):
        compile_engine()
    with kept_if_interrupted(f"{out} is as it was"), progress_of(asked.histories, quiet) as progress:
        return hold_against_record(
            asked.posterior,
            asked.base,
            asked.sets,
            asked.replicates,
            asked.seed,
            asked.start,
            workers,
            progress,
        )


def _keep(found: Hindcast, asked: AskedHindcast, out: Path, command: str) -> None:
    """Leave its tables, and how it was made."""
    write_table(out / "figures.csv", found.table())
    write_table(out / "stock.csv", found.stock())
    notes = {"command": command, ASKED: asked.notes, "versions": versions(), **found.notes()}
    text = json.dumps(notes, indent=1)
    write_text(out / NOTES, text)


def believed(given: str | None) -> Posterior:
    """The sets of a file, or those that come with the model; for none, its defaults as a single set.

    Raises:
        StudyError: when the file cannot be read.
    """
    found = posterior_named(given)
    return Posterior((), np.zeros((1, 0)), np.ones(1), {}, DEFAULTS) if found is None else found


DEFAULTS = "default parameters"


def warnings_of(posterior: Posterior, histories: int) -> list[str]:
    """What a reader has to know of the sets before looking at any figure."""
    words = []
    if posterior.origin == DEFAULTS:
        words.append(
            "No posterior is used: every history has the default parameters, and intervals show luck alone."
            " `turnaround calibrate` makes a posterior."
        )
    if posterior.of_this_model is False:
        words.append(f"{posterior.origin} was fitted with another version of the model: fit it anew.")
    if histories < FEW:
        words.append(f"{histories} histories are few: intervals and verdicts are rough below {FEW}.")
    return words


def command_of(asked: AskedHindcast, posterior: str | None, out: Path) -> str:
    """The command that makes the same again."""
    options = (
        ("--out", out),
        ("--posterior", posterior),
        ("--sets", asked.sets),
        ("--replicates", asked.replicates),
        ("--from", format_quarter(asked.start)),
        ("--seed", asked.seed),
        ("--regime", None if asked.regime == "ad_hoc" else asked.regime),
        *(("--set", setting) for setting in asked.settings),
    )
    return command_line("hindcast", options=options)


def show(found: Hindcast, answer: Sequence[tuple[str, str]], out: Path, command: str) -> None:
    """Print what was found: the answer in words, and the figures, misses first."""
    screen = output()
    tell([f"{lead}: {text}" for lead, text in answer])
    screen.print()
    for verdict, title in TITLES.items():
        those = found.those(verdict)
        if those:
            screen.print(figures_table(title, those))
            screen.print()
    for told, misses in by_what_they_tell(found.those("fail")):
        names = "; ".join(f"{one.measure}: {one.figure}" for one in misses)
        screen.print(f"{SIGNS['fail']} {names}. {told}", markup=False)
    screen.print()
    screen.print(f"Tolerances  {tolerances_hash()[:16]}, of {len(MEASURES)} measures", markup=False)
    runs = len(found.histories.sets)
    screen.print(
        f"Cost        {runs:,} histories in {found.seconds:.0f} s, {runs / found.seconds:,.0f} a second"
    )
    screen.print(f"Page        {out / 'hindcast.html'}", soft_wrap=True, markup=False)
    screen.print(f"Tables      {out / 'figures.csv'}, {out / 'stock.csv'}", soft_wrap=True, markup=False)
    screen.print(f"Again       {command}", soft_wrap=True, markup=False)


TITLES: dict[Verdict, str] = {
    "fail": "Fails",
    "within luck": "Misses that luck may explain",
    "pass": "Passes",
}


def figures_table(title: str, those: Sequence[Compared]) -> Table:
    """Figures of one verdict."""
    table = plain_table(f"{title}: {len(those)}")
    table.add_column("")
    table.add_column("Figure")
    table.add_column("Unit")
    for head in ("record", "cases", "median", "90% of histories", "tolerance", "p"):
        table.add_column(head, justify="right")
    table.add_column("")
    for one in those:
        places = 1 if max(abs(one.data), abs(one.median)) >= 1.0 else 2
        ends = (
            f"{number(one.low_90, places)} to {number(one.high_90, places)}"
            if not math.isnan(one.median)
            else MISSING
        )
        table.add_row(
            SIGNS[one.verdict],
            f"{one.measure}: {one.figure}",
            one.unit,
            number(one.data, places),
            number(one.cases, 0),
            number(one.median, places),
            ends,
            f"±{one.tolerance:g}",
            number(one.p_value, 2),
            "fitted" if one.fitted else "held out",
        )
    return table
