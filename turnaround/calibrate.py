"""`turnaround calibrate`: fit the uncertain parameters to the record of 2014 to 2019."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import polars as pl
from rich.table import Table

from experiments.calibration.checks import LEVELS, Check, check
from experiments.calibration.convergence import Convergence, convergence
from experiments.calibration.fit import EARLIEST, WAVES, Fit, fit
from experiments.calibration.outcome import POSTERIOR, parameters_table, posterior_of, sound
from experiments.calibration.prior import prior_of
from experiments.calibration.words import rest_in_words
from experiments.command_line import command_line
from experiments.compare import check_workers
from experiments.ending import kept_if_interrupted
from experiments.errors import StudyError, check_count
from experiments.folders import check_own
from experiments.hindcast.record import RECORD_QUARTERS
from experiments.hindcast.run import MOST_SEED
from experiments.hindcast.tolerances import tolerances_hash
from experiments.horizon import check_quarter
from experiments.locking import held
from experiments.manifest import versions
from experiments.posterior import effective_size, rules_hash, write_posterior
from experiments.prose import number
from experiments.runner import compile_engine
from experiments.screen import aside, output, plain_table, preparing, progress_of
from experiments.units import PERCENT
from experiments.writing import write_table, write_text
from model.compilation import model_hash
from model.parameters import Parameters
from model.quarters import format_quarter
from model.regimes import resolve
from turnaround.options import new_folder_option, quiet_option, seed_option, workers_option

NOTES, FIRST_TABLE = "calibration.json", "wave-1"
"""Of a fit's folder: how it was made, and what is there first of all."""

CHECKS = "checks.parquet"
"""Of a fit that was checked: ranks of known values."""

FEWEST_ROWS = 2000
"""Of a table: a twentieth of them must tell all parameters apart."""

SHOWN = 20


@click.command("calibrate")
@new_folder_option("the fit")
@click.option(
    "--rows",
    default=",".join(map(str, WAVES)),
    show_default=True,
    metavar="N,N,...",
    help="Histories to simulate in each wave.",
)
@click.option(
    "--until",
    default=format_quarter(RECORD_QUARTERS - 1),
    show_default=True,
    metavar="QUARTER",
    help="Look at the record up to this quarter only.",
)
@click.option("--checks", default=300, show_default=True, help="Known histories to find again; 0 for none.")
@seed_option("Of parameter sets, luck and what is kept aside.")
@workers_option("Processes")
@quiet_option(" but the posterior's file")
def calibrate_command(
    out: Path, rows: str, until: str, checks: int, seed: int, workers: int | None, quiet: bool
) -> int:
    """Fit the uncertain parameters to the record of 2014 to 2019.

    Histories are simulated for sets of parameters drawn from their ranges, measured as the record is, and
    weighed by how near they come; wave by wave the sets come nearer. What is left is a posterior: a table of
    weighted sets that other commands take with --posterior. Nothing after December 2019 is looked at.

    A fit that was interrupted goes on with the same command. It takes some twenty minutes on two cores.

    \b
    The whole fit:
        turnaround calibrate --out results/fit
    A quick look, in some minutes:
        turnaround calibrate --out results/quick --rows 6000,6000 --checks 100
    As it would have been done at the end of 2016:
        turnaround calibrate --out results/fit-2016 --until 2016Q4
    """  # noqa: D301 - the mark by which click keeps lines
    from dashboards.calibration_page import write_calibration_page

    waves = rows_of(rows)
    end = check_quarter("--until", until, EARLIEST, RECORD_QUARTERS - 1) + 1
    check_count("checks", checks, 0, 10_000)
    check_count("seed", seed, 0, MOST_SEED)
    workers = check_workers(workers)
    check_own(out, "fit", [NOTES, FIRST_TABLE])
    given = (("--out", out), ("--rows", rows), ("--until", until), ("--checks", checks), ("--seed", seed))
    command = command_line("calibrate", options=given)
    asked = {"command": command, "until": until, "seed": seed, "rows": list(waves)}
    with held(out, "fitting here"):
        if not quiet:
            _tell_cost(until, waves)
        tried = _fit(out, waves, end, checks, seed, workers, quiet)
        table, notes = _keep(tried, asked, out)
        write_calibration_page(out)
    if quiet:
        print(out / POSTERIOR)
    else:
        tell(tried, table, notes, out)
    return 0


@dataclass(frozen=True, eq=False)
class Tried:
    """A fit, and how it was tried.

    Attributes:
        base: parameters over which sets were laid.
        fitted: what the waves came to.
        checked: on known histories; None where that was not asked for.
        settled: whether it has come to rest.
        seconds: that all of it took.
    """

    base: Parameters
    fitted: Fit
    checked: Check | None
    settled: Convergence
    seconds: float


def _tell_cost(until: str, waves: Sequence[int]) -> None:
    fitting = f"{len(prior_of().names)} parameters to the record up to {until}, {sum(waves):,} histories"
    output().print(f"Fitting  {fitting}", soft_wrap=True)


def _fit(
    out: Path, waves: tuple[int, ...], end: int, checks: int, seed: int, workers: int, quiet: bool
) -> Tried:
    """Fit, check the fit on known histories, and see whether it has come to rest."""
    began, base, say = time.perf_counter(), resolve("ad_hoc"), saying(quiet)
    with preparing(quiet):
        compile_engine()
    kept = f"the histories that were simulated are kept in {out}, and the same command goes on"
    with kept_if_interrupted(kept), progress_of(sum(waves), quiet) as progress:
        fitted = fit(out, base, prior_of(), end, seed, waves, workers, progress, say)
    checked = None
    with kept_if_interrupted(kept):
        if checks:
            say(f"Checking on {checks} known histories")
            checked = check(fitted.waves[-1], checks)
        say("Comparing the last two waves, and the halves of the last")
        settled = convergence(fitted, seed)
    return Tried(base, fitted, checked, settled, time.perf_counter() - began)


def _keep(tried: Tried, asked: Mapping[str, Any], out: Path) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Leave the posterior, its tables and how it was made; the table of parameters, and the notes."""
    fitted = tried.fitted
    provenance = {
        **asked,
        "model_hash": model_hash(),
        "rules_hash": rules_hash(fitted.prior.names),
        "record_hash": record_hash(fitted),
        "tolerances_hash": tolerances_hash(),
        "versions": versions(),
        "conflicts": list(fitted.conflicts),
    }
    posterior, dropped = posterior_of(fitted, tried.base, provenance)
    write_posterior(posterior, out / POSTERIOR)
    table = parameters_table(fitted, sound(fitted, tried.base)[0], tried.checked)
    write_table(out / "parameters.csv", table)
    rest = tried.settled.table()
    write_table(out / "convergence.csv", rest)
    notes = {
        **provenance,
        **tried.settled.notes(),
        "sets": len(posterior),
        "effective_size": posterior.effective_size,
        "contradictory_sets_left_out": dropped,
        "kept": fitted.waves[-1].share,
        "summaries_farthest": farthest(fitted),
        "effective_sizes": [effective_size(w.believed.weights) for w in fitted.waves],
        "seconds": tried.seconds,
    }
    write_text(out / NOTES, json.dumps(notes, indent=1))
    if tried.checked is None:
        (out / CHECKS).unlink(missing_ok=True)
    else:
        write_table(out / CHECKS, pl.DataFrame(tried.checked.ranks, schema=list(fitted.prior.names)))
    return table, notes


def rows_of(text: str) -> tuple[int, ...]:
    """Rows of each wave.

    Raises:
        StudyError: when they are no whole numbers, or too few.
    """
    parts = text.split(",")
    if not all(part.strip().isdecimal() and int(part) >= FEWEST_ROWS for part in parts) or len(parts) < 2:
        raise StudyError(
            f"--rows {text}: allowed are two or more whole numbers from {FEWEST_ROWS:,}, such as 16000,24000"
        )
    return tuple(int(part) for part in parts)


def record_hash(fitted: Fit) -> str:
    """A hash of the figures of the record that were looked at."""
    parts = [f"{name} {value!r}" for name, value in zip(fitted.names, fitted.record.tolist(), strict=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def farthest(fitted: Fit) -> float:
    """How far the record's summaries lie from the middle of the last table's at most, standard deviations."""
    last = fitted.waves[-1]
    known = last.summaries.of(last.table.figures[last.summaries.aside])
    return float(np.abs((last.seen - known.mean(axis=0)) / known.std(axis=0)).max())


def saying(quiet: bool) -> Callable[[str], None]:
    """How to say what is being done."""
    return (lambda text: None) if quiet else (lambda text: aside().print(text, soft_wrap=True))


def tell(tried: Tried, table: pl.DataFrame, notes: Mapping[str, Any], out: Path) -> None:
    """Print what was learned, what was not, and how the checks went."""
    screen = output()
    screen.print(_taught(table))
    untaught = table.filter(~table["learned"])["parameter"].to_list()
    screen.print(f"Of {len(untaught)} it teaches next to nothing: {', '.join(untaught)}", soft_wrap=True)
    if tried.fitted.conflicts:
        screen.print(f"No set reaches: {'; '.join(tried.fitted.conflicts)}", soft_wrap=True)
    screen.print(f"Sets     {notes['sets']:,}, worth {notes['effective_size']:.0f} of equal weight")
    checks = _checks(tried.checked, tried.fitted.prior.names) if tried.checked else ()
    for sentence in (*checks, *rest_in_words(tried.settled.table(), tried.settled.notes())):
        screen.print(sentence, soft_wrap=True, markup=False)
    screen.print(f"Results  {out}", soft_wrap=True)


def _taught(table: pl.DataFrame) -> Table:
    shown = plain_table(f"What the record teaches most about, of {len(table)} parameters")
    for heading in ("Parameter", "Range before", "Now, central 90%", "Width left"):
        shown.add_column(heading, justify="left" if heading == "Parameter" else "right")
    for row in table.filter("learned").sort("spread").head(SHOWN).iter_rows(named=True):
        add_row(shown, row)
    return shown


def _checks(checked: Check, names: Sequence[str]) -> Iterator[str]:
    """How many known values intervals hold, and of which parameter fewest or most."""
    for level in LEVELS:
        found = PERCENT * checked.coverage(level)
        worst = int(np.argmax(np.abs(found - PERCENT * level)))
        yield (
            f"Check    intervals of {PERCENT * level:.0f}% hold {found.mean():.0f}% of known values;"
            f" the worst, {names[worst]}, {found[worst]:.0f}% (chance leads as far as"
            f" {PERCENT * checked.expected_worst(level):.0f} points away)"
        )


def add_row(shown: Table, row: dict[str, float | str]) -> None:
    """A parameter's row: its range, where it is believed to be, and the share of its spread that is left."""
    before = f"{row['prior_low']:g} to {row['prior_high']:g}"
    now = f"{row['q5']:.3g} to {row['q95']:.3g}"
    shown.add_row(str(row["parameter"]), before, now, number(PERCENT * float(row["spread"]), 0) + "%")
