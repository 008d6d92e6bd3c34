"""`turnaround claims`: what the model says of the debate's claims across sets of parameters."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from experiments.claims import CLAIMS, find_contrasts
from experiments.claims.across import FOLDER as RUNS
from experiments.claims.across import REPLICATES, SEED, SETS, Study, carry_out, complete, plan
from experiments.claims.losing import losses
from experiments.command_line import command_line
from experiments.compare import check_workers
from experiments.ending import FAILED_RUNS, kept_if_interrupted
from experiments.errors import StudyError
from experiments.folders import check_own
from experiments.locking import held
from experiments.losing import check_losses
from experiments.manifest import sources, versions
from experiments.prose import MISSING, counted, listed, percent
from experiments.results import MANIFEST
from experiments.runner import compile_engine
from experiments.screen import aside, output, plain_table, preparing, progress_of, say_where, tell
from experiments.structures import declared
from experiments.structures.declared import alternatives, find_structures
from experiments.writing import write_table, write_text
from model.compilation import model_hash
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

if TYPE_CHECKING:
    from experiments.claims.across import Plan
    from experiments.claims.assessing import Assessment
    from experiments.claims.contrast import Contrast
    from experiments.structures.declared import Structure
    from experiments.structures.identified import Identified
    from experiments.structures.verdicts import Under

FOLDER = Path("results/claims")

LEGEND = (
    "True in: share of the sets of parameters. Effect: what is measured with what the claim speaks of, less"
    " without, mean over sets. Smallest: the least difference that matters. Units stand below.",
    "Flips at: where the claim turns from likelier true to likelier not, or back, along the parameter named"
    " below. Worth knowing: the parameter that would tell most about the effect, were it known.",
)
"""What the columns of the table of verdicts mean."""


@click.command("claims")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="C18,...",
    help=f"Claims to run, {CLAIMS[0]} to {CLAIMS[-1]}; repeatable. Those in the folder stay. [default: all]",
)
@posterior_option(or_none=False)
@click.option(
    "--structure",
    "structures",
    multiple=True,
    metavar="NAME,...|all",
    help="Try the claims under other structures of the model as well: "
    + ", ".join(one.name for one in alternatives())
    + "; repeatable. [default: none]",
)
@click.option(
    "--refitted",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Under a structure take the parameters that `turnaround structures` fitted under it and left there."
    " [default: those of the model as it is]",
)
@sets_options(SETS, REPLICATES, "Sets of parameters; 40 give an idea.")
@seed_option("Of draws and luck.", SEED)
@results_folder_option(FOLDER, "runs, tables and pages")
@overwrite_option("Go on where verdicts or runs in the folder would be lost by it")
@workers_option("Blocks of runs at once")
@dry_run_option()
@quiet_option(" but the page's name")
def claims_command(
    claims: tuple[str, ...],
    posterior: str | None,
    structures: tuple[str, ...],
    refitted: Path | None,
    sets: int,
    replicates: int,
    seed: int,
    out: Path,
    overwrite: bool,
    workers: int | None,
    dry_run: bool,
    quiet: bool,
) -> int:
    """Try the debate's claims across sets of parameters fitted to the record.

    Each claim is two arms under the same luck that differ in its levers alone. They are run on sets of the
    posterior, with what the claim rests on and nobody has measured drawn from its range. Leaves claims.html,
    a page for each side of the debate, verdicts.csv and all runs. Interrupted, the same command goes on.

    \b
    All 43, and a quick look at one:
        turnaround claims
        turnaround claims --claim C18 --sets 40 --out results/c18
    Does structure change the verdicts?
        turnaround structures --out results/structures
        turnaround claims --structure all --refitted results/structures
    """  # noqa: D301 - the mark by which click keeps lines
    with analysis_extra():
        from dashboards.claims_page import PAGE

    check_own(out, "claims", [PAGE, RUNS])
    count = check_workers(workers)
    study = Study(sets_named(posterior), sets, replicates, seed)
    others = _structures(structures, refitted)
    asked = Asked(study, find_contrasts(split(claims)), others, refitted, out)
    command = command_of(asked, claims, posterior, structures)
    planned = asked.planned(overwrite)
    if not quiet or dry_run:
        _tell_cost(planned, count)
    if dry_run:
        return 0
    with held(out, "trying claims here"):
        planned = asked.planned(overwrite)  # as it is now that nobody else can change it
        _run(planned, count, quiet)
        judged = _judge(asked, planned, quiet)
        _keep(judged, study, out, command)
    if quiet:
        print(out / PAGE)
    else:
        _show(judged.found, {contrast.claim for contrast in asked.contrasts})
        _show_structures(judged.found, judged.under)
        say_where((("Page", out / PAGE), ("Table", out / "verdicts.csv"), ("Again", command)))
    return FAILED_RUNS if any(one.failed for one in judged.found) else 0


def _structures(names: Sequence[str], refitted: Path | None) -> list["Structure"]:
    if not names and refitted is not None:
        raise StudyError(f"--refitted {refitted} is of use with --structure only, such as --structure all")
    return find_structures(split(names), alternatives()) if names else []


@dataclass(frozen=True, eq=False)
class Asked:
    """What is to be tried, and where.

    Attributes:
        study: what is asked of every claim.
        contrasts: of the claims.
        structures: under which they are tried as well.
        refitted: folder with the parameters fitted under these; None for those of the model as it is.
        out: the folder for results.
    """

    study: Study
    contrasts: Sequence["Contrast"]
    structures: Sequence["Structure"]
    refitted: Path | None
    out: Path

    def planned(self, overwrite: bool) -> "Planned":
        """What is there and what is missing.

        Raises:
            StudyError: where the folder would lose something, and that is not asked for.
        """
        from experiments.structures.verdicts import planned_under

        own = plan(self.contrasts, self.study, self.out)
        under = planned_under(self.structures, self.contrasts, self.study, self.out, self.refitted)
        if not overwrite:
            names = [one.name for one in self.structures]
            check_losses(self.out, losses(self.out, own, names, declared.structures()))
        return Planned(own, under)


class Planned(NamedTuple):
    """What is to be run with the model as it is, and under each other structure."""

    own: "Plan"
    under: Sequence[tuple["Structure", "Plan"]]

    @property
    def plans(self) -> list["Plan"]:
        """All of them."""
        return [self.own, *(one for _, one in self.under)]

    @property
    def runs(self) -> int:
        """How many runs are still to be made."""
        return sum(one.runs for one in self.plans)


def _run(planned: Planned, workers: int, quiet: bool) -> None:
    """Make what is missing."""
    if not planned.runs:
        return
    with preparing(quiet):
        compile_engine()
    with progress_of(planned.runs, quiet) as progress:
        for one in planned.plans:
            carry_out(one, workers, progress)


class Judged(NamedTuple):
    """What came of all claims of which every run is there, under each structure, and on what they rest."""

    found: Sequence["Assessment"]
    under: Sequence["Under"]
    rests: Sequence["Identified"]


def _judge(asked: Asked, planned: Planned, quiet: bool) -> Judged:
    from experiments.claims.assessing import assess
    from experiments.structures.identified import identified
    from experiments.structures.verdicts import verdicts_under

    runs = complete(find_contrasts(), asked.study, asked.out)
    there = find_contrasts(list(runs)) if runs else []
    kept = f"all runs are kept in {asked.out}, and the same command goes on from there"
    with kept_if_interrupted(kept), _judging(quiet):
        found = [assess(contrast, asked.study, runs[contrast.claim]) for contrast in there]
        under = verdicts_under(planned.under, there, asked.out, asked.refitted)
        return Judged(found, under, identified(found, asked.study.posterior))


def _tell_cost(planned: Planned, workers: int) -> None:
    study, others = planned.own.study, len(planned.under)
    seconds = sum(one.seconds(workers) for one in planned.plans)
    under = f", under {counted(others, 'structure')} beside the model as it is" if others else ""
    said = (
        f"{counted(len(planned.own.contrasts), 'claim')}{under}, {study.sets:,} sets,"
        f" {study.replicates} histories a set: {planned.runs:,} runs to make, {_minutes(seconds)} if"
        f" {workers} cores are free."
    )
    aside().print(said if planned.runs else "All runs are there.", soft_wrap=True, markup=False)
    outdated = list(dict.fromkeys(claim for one in planned.plans for claim in one.outdated))
    if outdated:
        aside().print(
            f"Made anew, because design, posterior, model, seed or histories changed: {listed(outdated)}.",
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


def command_of(asked: Asked, claims: Sequence[str], posterior: str | None, structures: Sequence[str]) -> str:
    """The command that makes the same again."""
    options = (
        *(("--claim", claim) for claim in claims),
        ("--posterior", posterior),
        *(("--structure", name) for name in structures),
        ("--refitted", asked.refitted),
        ("--sets", asked.study.sets),
        ("--replicates", asked.study.replicates),
        ("--seed", asked.study.seed),
        ("--out", asked.out),
    )
    return command_line("claims", options=options)


def _keep(judged: Judged, study: Study, out: Path, command: str) -> None:
    """Leave the pages, verdicts, values of all parameters by set, what the record informed, and how."""
    from dashboards.claims_page import write_claims_pages
    from experiments.calibration.learned import informed
    from experiments.claims.assessing import false_verdicts, informed_table, sets_table, table_of, tried_table
    from experiments.claims.sides import cases
    from experiments.structures.identified import identified_table
    from experiments.structures.verdicts import verdicts_table

    found, under, rests = judged
    tried = {one.contrast.claim for one in found}
    untried = [claim for claim in CLAIMS if claim not in tried]
    sides, told = cases(found, study.sets), informed(study.posterior)
    write_claims_pages(found, sides, told, study, out, command, untried, under, rests)
    write_table(out / "verdicts.csv", table_of(found))
    write_table(out / "further.csv", tried_table(found))
    write_table(out / "rests.csv", identified_table(rests))
    if under:
        write_table(out / "structures.csv", verdicts_table(found, under))
    else:
        (out / "structures.csv").unlink(missing_ok=True)
    write_table(out / "sets.parquet", sets_table(found, study))
    write_table(out / "informed.csv", informed_table(study.posterior))
    given, wrong = false_verdicts(found)
    manifest = {
        "command": command,
        "versions": versions(),
        "sources": sources(),
        "model_hash": model_hash(),
        **_made(found, under, study),
        "verdicts_given": given,
        "false_verdicts_expected": wrong,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    write_text(out / MANIFEST, text)


def _made(found: Sequence["Assessment"], under: Sequence["Under"], study: Study) -> dict[str, Any]:
    """What verdicts depend on, beside the model."""
    posterior = study.posterior
    return {
        "posterior": {"hash": posterior.hash, "provenance": dict(posterior.provenance)},
        "sets": study.sets,
        "replicates": study.replicates,
        "seed": study.seed,
        "over": [study.name, dict(study.over)],
        "designs": {one.contrast.claim: one.contrast.design_across for one in found},
        "structures": {
            one.structure.name: {"settings": dict(one.structure.settings), "fitted_anew": one.fitted_anew}
            for one in under
        },
    }


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
    output().print()
    tell(LEGEND)
    output().print()
    tell([in_words(one.contrast) for one in found if one.contrast.claim in chosen])
    output().print()
    given, wrong = false_verdicts(found)
    if given:
        output().print(false_verdicts_sentence(given, wrong, len(found)), markup=False)
    for one in found:
        if one.region and one.contrast.claim in chosen:
            output().print(f"{one.contrast.claim} holds where {one.region.words}.", markup=False)


def in_words(contrast: "Contrast") -> str:
    """What a claim says, of what its effect is told and in which unit, and along what it may flip."""
    from dashboards.claims_words import title_of

    return (
        f"{contrast.claim}: {contrast.says} Effect on: {title_of(contrast)} ({contrast.measure.unit}). Flips"
        f" along: {contrast.strength.name}."
    )


def _show_structures(found: Sequence["Assessment"], under: Sequence["Under"]) -> None:
    if not under:
        return
    from dashboards.claims_words import stays_sentence
    from experiments.structures.verdicts import standings

    output().print()
    for claim, standing in standings(found, under).items():
        if standing.differs:
            output().print(f"{claim}: {stays_sentence(standing)}", soft_wrap=True, markup=False)
    same = sum(1 for standing in standings(found, under).values() if not standing.differs)
    output().print(f"Under every structure tried {same} verdicts stay.", soft_wrap=True, markup=False)


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
