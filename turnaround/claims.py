"""`turnaround claims`: what the model says of the debate's claims across sets of parameters."""

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from experiments.claims import CLAIMS, find_contrasts
from experiments.claims.across import REPLICATES, SEED, SETS, Study, carry_out, complete, plan
from experiments.claims.sets import posterior_hash
from experiments.compare import check_workers
from experiments.manifest import sources, versions
from experiments.posterior import read_posterior, shipped_posterior
from experiments.results import write_aside
from experiments.runner import compile_engine
from model.compilation import model_hash
from turnaround.analysing import analysis_extra
from turnaround.compare import split
from turnaround.screen import MISSING, aside, output, percent, plain_table, preparing, progress_of

if TYPE_CHECKING:
    import polars as pl

    from experiments.claims.across import Plan
    from experiments.claims.assessing import Assessment
    from experiments.claims.contrast import Contrast

FOLDER = Path("results/claims")
FAILED_RUNS = 1


@click.command("claims")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="C18,...",
    help=f"Claims to run, {CLAIMS[0]} to {CLAIMS[-1]}; repeatable. Those in the folder stay. [default: all]",
)
@click.option(
    "--posterior",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Sets of the fitted parameters, as `turnaround calibrate` leaves them. [default: the one shipped]",
)
@click.option("--sets", default=SETS, show_default=True, help="Sets of parameters; 40 give an idea.")
@click.option("--replicates", default=REPLICATES, show_default=True, help="Histories of luck a set.")
@click.option("--seed", default=SEED, show_default=True, help="Of draws and luck.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    metavar="FOLDER",
    help="Where runs, tables and pages go; what is there already is not run again.",
)
@click.option("--workers", type=int, help="Blocks of runs at once; changes no result. [default: one a core]")
@click.option("--dry-run", is_flag=True, help="Only say what it would cost.")
@click.option("--quiet", is_flag=True, help="Print nothing but the page's name.")
def claims_command(
    claims: tuple[str, ...],
    posterior: Path | None,
    sets: int,
    replicates: int,
    seed: int,
    out: Path,
    workers: int | None,
    dry_run: bool,
    quiet: bool,
) -> int:
    """Try the debate's claims across sets of parameters that fit the record.

    Each claim is two arms under the same luck that differ in its levers alone. They are run on sets of the
    posterior, with what the claim rests on and nobody has measured drawn from its range. Leaves claims.html,
    a page for each side of the debate, verdicts.csv and all runs. Interrupted, the same command goes on.

    \b
    All 43, and a quick look at one:
        turnaround claims
        turnaround claims --claim C18 --sets 40
    """  # noqa: D301 - the mark by which click keeps lines
    with analysis_extra():
        from dashboards.claims_page import PAGE, write_claims_pages
        from experiments.claims.assessing import assess, informed
        from experiments.claims.sides import cases

    chosen = find_contrasts(split(claims))
    count = check_workers(workers)
    study = Study(read_posterior(posterior) if posterior else shipped_posterior(), sets, replicates, seed)
    planned = plan(chosen, study, out)
    if not quiet or dry_run:
        _tell_cost(planned, count)
    if dry_run:
        return 0
    if planned.runs:
        with preparing(quiet):
            compile_engine()
        with progress_of(planned.runs, quiet) as progress:
            carry_out(planned, count, progress)
    runs = complete(find_contrasts(), study, out)
    with _judging(quiet):
        found = [assess(contrast, study, runs[contrast.claim]) for contrast in _there(runs)]
    command = _command(claims, posterior, sets, replicates, seed, out)
    write_claims_pages(
        found,
        cases(found, study.sets),
        informed(study.posterior),
        study,
        out,
        command,
        [claim for claim in CLAIMS if claim not in runs],
    )
    _keep(found, study, out, command)
    if quiet:
        print(out / PAGE)
    else:
        _show(found, {contrast.claim for contrast in chosen})
        for what, where in (("Page", out / PAGE), ("Table", out / "verdicts.csv"), ("Again", command)):
            output().print(f"{what:<6} {where}", soft_wrap=True, markup=False)
    return FAILED_RUNS if any(one.failed for one in found) else 0


def _there(runs: dict[str, "pl.DataFrame"]) -> list["Contrast"]:
    return find_contrasts(list(runs)) if runs else []


def _tell_cost(planned: "Plan", workers: int) -> None:
    from dashboards.words import counted, listed

    study = planned.study
    said = (
        f"{counted(len(planned.contrasts), 'claim')}, {study.sets:,} sets, {study.replicates} histories a"
        " set:"
        f" {planned.runs:,} runs to make, {_minutes(planned.seconds(workers))} if {workers} cores are free"
    )
    aside().print(f"{said}." if planned.runs else "All runs are there.", soft_wrap=True, markup=False)
    if planned.outdated:
        aside().print(
            "Made anew, because design, posterior, model, seed or histories changed:"
            f" {listed(planned.outdated)}.",
            soft_wrap=True,
            markup=False,
        )


def _minutes(seconds: float) -> str:
    return f"about {seconds / 60:,.0f} minutes" if seconds > 90 else f"about {max(seconds, 1):.0f} seconds"


@contextmanager
def _judging(quiet: bool) -> Iterator[None]:
    if quiet or not aside().is_terminal:
        yield
    else:
        with aside().status("Judging"):
            yield


def _command(
    claims: Sequence[str], posterior: Path | None, sets: int, replicates: int, seed: int, out: Path
) -> str:
    words = ["turnaround", "claims", *(word for claim in claims for word in ("--claim", claim))]
    if posterior:
        words += ["--posterior", str(posterior)]
    words += ["--sets", str(sets), "--replicates", str(replicates), "--seed", str(seed), "--out", str(out)]
    return shlex.join(words)


def _keep(found: Sequence["Assessment"], study: "Study", out: Path, command: str) -> None:
    """Keep verdicts, values of all parameters by set, what the record informed, and how it was made."""
    from experiments.claims.assessing import false_verdicts, informed_table, sets_table, table_of

    write_aside(out / "verdicts.csv", lambda path: table_of(found).write_csv(path))
    write_aside(out / "sets.parquet", lambda path: sets_table(found, study).write_parquet(path))
    write_aside(out / "informed.csv", lambda path: informed_table(study.posterior).write_csv(path))
    given, wrong = false_verdicts(found)
    manifest = {
        "command": command,
        "versions": versions(),
        "sources": sources(),
        "model_hash": model_hash(),
        "posterior": {
            "hash": posterior_hash(study.posterior),
            "provenance": dict(study.posterior.provenance),
        },
        "sets": study.sets,
        "replicates": study.replicates,
        "seed": study.seed,
        "over": [study.name, dict(study.over)],
        "designs": {one.contrast.claim: one.contrast.design_across for one in found},
        "verdicts_given": given,
        "false_verdicts_expected": wrong,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    write_aside(out / "manifest.json", lambda path: path.write_text(text, "utf-8"))


def _show(found: Sequence["Assessment"], chosen: set[str]) -> None:
    from dashboards.claims_words import false_verdicts_sentence
    from experiments.claims.assessing import false_verdicts

    table = plain_table("What the model says; a verdict about it is none about the world")
    for name in (
        "claim",
        "verdict",
        "true in",
        "effect",
        "95% of sets",
        "smallest",
        "flips at",
        "worth knowing",
    ):
        table.add_column(name, justify="left" if name in ("claim", "verdict", "worth knowing") else "right")
    for one in found:
        if one.contrast.claim in chosen:
            table.add_row(*_cells(one))
    output().print(table)
    given, wrong = false_verdicts(found)
    output().print()
    output().print(false_verdicts_sentence(given, wrong, len(found)), markup=False)
    for one in found:
        if one.region and one.contrast.claim in chosen:
            output().print(f"{one.contrast.claim} holds where {one.region.words}.", markup=False)


def _cells(one: "Assessment") -> tuple[str, ...]:
    from dashboards.claims_words import shown_effect, shown_value

    contrast, effect = one.contrast, one.judged.effect
    best = next((worth.name for worth in one.worths if worth.told), MISSING)
    if effect is None:
        return (
            contrast.claim,
            one.verdict,
            MISSING,
            MISSING,
            MISSING,
            f"{contrast.smallest:g}",
            MISSING,
            best,
        )
    low, high = effect.of_parameters
    return (
        contrast.claim,
        one.verdict,
        percent(one.judged.true.value),
        shown_effect(contrast, effect.mean),
        f"{shown_effect(contrast, low)} to {shown_effect(contrast, high)}",
        f"{contrast.smallest:g}",
        shown_value(one.flips.at) if one.flips and one.flips.at is not None else MISSING,
        best,
    )
