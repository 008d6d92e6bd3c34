"""`turnaround structures`: what each submodel contributes, and how other structures do against the record."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from experiments.command_line import command_line
from experiments.compare import check_workers
from experiments.ending import FAILED_RUNS, kept_if_interrupted
from experiments.folders import check_own
from experiments.hindcast.record import recorded_figures
from experiments.hindcast.tolerances import tolerances_hash
from experiments.locking import held
from experiments.losing import check_losses
from experiments.manifest import versions
from experiments.prose import MISSING, number
from experiments.runner import compile_engine
from experiments.screen import aside, output, plain_table, preparing, progress_of, say_where
from experiments.structures.beside import NOTES, STUDY, losses, notes_of, shown_with
from experiments.structures.declared import AS_IT_IS, Structure, find_structures, structures
from experiments.structures.refitting import ROWS
from experiments.structures.scoring import Contribution, Record, figures_table, table_of
from experiments.structures.study import FITS, REPLAYED, REPLICATES, SEED, SETS, Study, carry_out
from experiments.writing import write_table, write_text
from model.compilation import model_hash
from model.regimes import resolve
from turnaround.extras import analysis_extra
from turnaround.options import (
    dry_run_option,
    overwrite_option,
    posterior_option,
    quiet_option,
    results_folder_option,
    seed_option,
    sets_named,
    sets_options,
    split,
    workers_option,
)

FOLDER = Path("results/structures")


@click.command("structures")
@click.option(
    "--only",
    multiple=True,
    metavar="NAME,...",
    help="Submodels to switch off and alternatives to try, by name; repeatable. [default: all]",
)
@posterior_option(or_none=False)
@sets_options(SETS, REPLICATES)
@click.option(
    "--replayed",
    default=REPLAYED,
    show_default=True,
    help="Sets that replay the record for the probability of its judgements; 0 for none.",
)
@click.option(
    "--rows", default=ROWS, show_default=True, help="Histories of each structure's own fit; 0 to fit none."
)
@click.option(
    "--fits",
    default=FITS,
    show_default=True,
    help="How often the model as it is is fitted anew: how far these lie apart is the interval of a fit.",
)
@seed_option("Of sets, luck and what fits keep aside.", SEED)
@results_folder_option(FOLDER, "runs, fits, tables and the page")
@workers_option("Processes")
@overwrite_option("Go on where tables of a fuller study in the folder would be lost")
@dry_run_option()
@quiet_option(" but the page's name")
def structures_command(
    only: tuple[str, ...],
    posterior: str | None,
    sets: int,
    replicates: int,
    replayed: int,
    rows: int,
    fits: int,
    seed: int,
    out: Path,
    workers: int | None,
    overwrite: bool,
    dry_run: bool,
    quiet: bool,
) -> int:
    """Show what each submodel contributes, by switching it off.

    Each submodel is switched off, and each alternative structure tried: the figures of the record are
    simulated again, with the parameters as they were fitted and with parameters fitted anew, and held against
    the record. Leaves submodels.csv, figures.csv, structures.html, and each structure's own posterior, which
    `turnaround claims --structure all --refitted FOLDER` takes. Interrupted, the same command goes on. With
    --only, tables and page show what the same study left in the folder, too.

    \b
    All of it, and a quick look at two without fitting:
        turnaround structures
        turnaround structures --only blame,stigma --sets 40 --replayed 0 --rows 0 --out results/quick
    """  # noqa: D301 - the mark by which click keeps lines
    with analysis_extra():
        from dashboards.structures_page import PAGE, write_structures_page

    check_own(out, "structures", [NOTES, AS_IT_IS.name])
    chosen = find_structures(split(only), list(structures().values()))
    study = Study(sets_named(posterior), resolve("ad_hoc"), sets, replicates, replayed, rows, seed, fits)
    count = check_workers(workers)
    if not overwrite:
        check_losses(out, losses(out, study, chosen))
        chosen = shown_with(study, chosen, out)
        only = (",".join(one.name for one in chosen),) if only else ()
    command = command_of(only, posterior, study, out)
    if not quiet or dry_run:
        _tell_cost(study, len(chosen), study.seconds(chosen, count), count)
    if dry_run:
        return 0
    with held(out, "trying structures here"):
        found = _run(study, chosen, out, count, quiet)
        record = Record.of(recorded_figures())
        _keep(found, study, chosen, record, out, command)
        write_structures_page(found, study, record, out, command)
    if quiet:
        print(out / PAGE)
    else:
        _show(found)
        say_where((("Page", out / PAGE), ("Table", out / "submodels.csv"), ("Again", command)))
    return FAILED_RUNS if any(one.score.held.failed for one in found) else 0


def _run(
    study: Study, chosen: Sequence[Structure], out: Path, workers: int, quiet: bool
) -> list[Contribution]:
    with preparing(quiet):
        compile_engine()
    kept = f"what had finished is kept in {out}, and the same command goes on"
    with kept_if_interrupted(kept), progress_of(study.runs(chosen), quiet, "histories") as progress:
        return carry_out(study, chosen, out, workers, progress)


def _keep(
    found: Sequence[Contribution],
    study: Study,
    chosen: Sequence[Structure],
    record: Record,
    out: Path,
    command: str,
) -> None:
    """Leave what each structure changes, figure by figure too, and how it was found."""
    table, figures = table_of(found), figures_table(found, record)
    write_table(out / "submodels.csv", table)
    write_table(out / "figures.csv", figures)
    notes = {
        "command": command,
        "versions": versions(),
        "model_hash": model_hash(),
        "tolerances_hash": tolerances_hash(),
        "posterior": study.posterior.origin,
        "posterior_provenance": dict(study.posterior.provenance),
        STUDY: notes_of(study, chosen),
    }
    text = json.dumps(notes, indent=1)
    write_text(out / NOTES, text)


def command_of(only: Sequence[str], given: str | None, study: Study, out: Path) -> str:
    """The command that makes the same again."""
    options = (
        *(("--only", name) for name in only),
        ("--posterior", given),
        ("--sets", study.sets),
        ("--replicates", study.replicates),
        ("--replayed", study.replayed),
        ("--rows", study.rows),
        ("--fits", study.fits),
        ("--seed", study.seed),
        ("--out", out),
    )
    return command_line("structures", options=options)


def _tell_cost(study: Study, chosen: int, seconds: float, workers: int) -> None:
    fits = (
        f", each fitted anew on {study.rows:,} histories, the model as it is {study.fits} times"
        if study.rows
        else ""
    )
    aside().print(
        f"{chosen} structures beside the model as it is, {study.sets:,} sets of parameters,"
        f" {study.replayed} of which replay the record{fits}: about {max(1.0, seconds / 60):,.0f} minutes if"
        f" {workers} cores are free and nothing is there yet.",
        soft_wrap=True,
        markup=False,
    )


def _show(found: Sequence[Contribution]) -> None:
    table = plain_table("How much farther from the record than the model as it is, in squared tolerances")
    for name in ("structure", "parameters", "farther by", "95%", "pass", "log probability"):
        table.add_column(name, justify="left" if name in ("structure", "parameters") else "right")
    for one in found:
        own = one.score
        if own.structure.kind == "model":
            table.add_row(
                own.structure.title, own.mode, MISSING, MISSING, str(own.passing), _of_likelihood(one)
            )
        else:
            change = one.total
            table.add_row(
                own.structure.title,
                own.mode,
                number(change.value, 0, True),
                f"{number(change.low, 0, True)} to {number(change.high, 0, True)}",
                str(own.passing),
                _of_likelihood(one),
            )
    output().print(table)


def _of_likelihood(one: Contribution) -> str:
    if one.score.structure.kind == "model":
        values = one.score.held.likelihood
        return number(float(values.mean())) if len(values) else MISSING
    return number(one.likelihood.value, 1, True) if one.likelihood else MISSING
