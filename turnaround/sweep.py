"""`turnaround sweep`, `resume` and `extend`: parameter sweeps, with their cost told first."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from experiments.command_line import command_line
from experiments.compare import check_workers
from experiments.ending import FAILED_RUNS
from experiments.errors import StudyError
from experiments.prose import counted
from experiments.results import MANIFEST
from experiments.screen import aside, output, preparing, progress_of
from experiments.sweeps.cost import Cost, cost_of, duration, must_be_bearable
from experiments.sweeps.executors import KINDS as EXECUTORS
from experiments.sweeps.executors import Kind, cores_of
from experiments.sweeps.factors import DUMMY
from experiments.sweeps.folder import SweepFolder
from experiments.sweeps.opened import failures_of
from experiments.sweeps.run import Means, Work, begun, check_points, finish, gone_on, grown
from experiments.sweeps.sets import USUAL_SETS
from experiments.sweeps.study import SweepStudy, read_study
from turnaround.options import dry_run_option, quiet_option

Command = Callable[..., Any]


def executor_options(command: Command) -> Command:
    """The options that say with what a sweep is run; none of them changes a result."""
    options = (
        click.option(
            "--executor",
            type=click.Choice(EXECUTORS),
            help="What runs the blocks. Threads are as fast as any on one machine; processes survive a worker"
            " that is killed; dask also runs on many machines. [default: threads]",
        ),
        click.option("--workers", type=int, help="How many. [default: one a core]"),
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="A Dask scheduler that is there already, such as tcp://10.0.0.1:8786.",
        ),
        click.option(
            "--block", "runs_a_block", type=int, help="Runs of a block. [default: some two seconds]"
        ),
        click.option("--yes", "sure", is_flag=True, help="Run it even if it takes days."),
        quiet_option(" but the folder"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def means_of(
    executor: Kind | None, workers: int | None, scheduler: str | None, runs_a_block: int | None
) -> Means:
    """The options as the runner takes them, checked.

    Raises:
        StudyError: for what is not allowed, or a scheduler that does not answer.
    """
    if runs_a_block is not None and runs_a_block < 1:
        raise StudyError(f"--block {runs_a_block}: allowed is a whole number from 1")
    if scheduler is None:
        return Means(executor or "threads", check_workers(workers), None, runs_a_block)
    if executor not in (None, "dask"):
        raise StudyError(f"--executor {executor} --scheduler {scheduler}: a scheduler is for dask")
    if workers is not None:
        raise StudyError(f"--workers {workers}: how many there are is the scheduler's business")
    return Means("dask", cores_of(scheduler), scheduler, runs_a_block)


def shard_of(text: str | None) -> tuple[int, int] | None:
    """Which part of a sweep `k/n` asks for.

    Raises:
        StudyError: when it has no such form.
    """
    if text is None:
        return None
    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise StudyError(f"--shard {text}: allowed is k/n with k from 1 to n, such as 2/8")
    return int(number), int(count)


@click.command("sweep")
@click.argument("study", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="[default: results/<name of the study>, for a shard with its number]",
)
@click.option(
    "--posterior",
    metavar="FILE|shipped|none",
    help="Rest it on sets of parameters drawn from these by weight. [default: what [posterior] in the study"
    " says]",
)
@click.option("--sets", type=int, help=f"How many, where a set is no point's own. [default: {USUAL_SETS}]")
@click.option("--shard", metavar="K/N", help="Run only this part of the runs, such as 2/8, for a job array.")
@dry_run_option()
@executor_options
def sweep_command(
    study: Path,
    out: Path | None,
    posterior: str | None,
    sets: int | None,
    shard: str | None,
    dry_run: bool,
    executor: Kind | None,
    workers: int | None,
    scheduler: str | None,
    runs_a_block: int | None,
    sure: bool,
    quiet: bool,
) -> int:
    """Run the parameter sweep that a STUDY file asks for.

    The study names regimes, parameters that vary, a design (grid, latin_hypercube, sobol, saltelli, morris,
    or a table of your own), replicates and outcomes. What it would cost is said first. Every block of runs
    that has finished is kept: a sweep that was killed goes on with `turnaround resume`, or the same command.

    \b
    What it would cost:
        turnaround sweep study.toml --dry-run
    On all cores, then on two processes:
        turnaround sweep study.toml
        turnaround sweep study.toml --executor processes --workers 2 --out results/again
    On sets of parameters fitted to the record, each under every regime:
        turnaround sweep study.toml --posterior results/fit/posterior.parquet
    The third of eight parts, in a job array:
        turnaround sweep study.toml --shard 3/8

    Exit code 1 says that some runs failed; they are listed in failures.csv.
    """  # noqa: D301 - the mark by which click keeps lines
    asked = read_study(study, posterior, sets)
    part = shard_of(shard)
    means = means_of(executor, workers, scheduler, runs_a_block)
    folder = SweepFolder(out or default_folder(study, part), asked, part)
    describe(asked, quiet and not dry_run)
    runs = runs_left(folder)
    if runs:
        with preparing(quiet):
            cost = cost_of(asked, folder.path, check_workers(means.workers), runs)
        tell_cost(cost, quiet and not dry_run)
        must_be_bearable(cost, sure)
    check_points(asked)
    if dry_run:
        return 0
    options = (("--posterior", posterior), ("--sets", sets), ("--shard", shard))
    command = command_line("sweep", study, options=options)
    with begun(folder, command) as work:
        return carry_out(work, means, quiet)


def default_folder(study: Path, shard: tuple[int, int] | None) -> Path:
    """A folder named after the study, below `results`."""
    name = study.stem + (f"-shard-{shard[0]}-of-{shard[1]}" if shard else "")
    return Path("results") / name


def runs_left(folder: SweepFolder) -> int:
    """Runs of a folder's part of a sweep that are not there yet.

    Raises:
        StudyError: when the folder holds another study.
    """
    if (folder.path / MANIFEST).exists():
        there = SweepFolder.open(folder.path)
        there.must_match(folder.study)
        return int(np.count_nonzero(there.ours() & ~there.look_over(set_aside=False).done))
    folder.must_be_free()
    number, count = folder.shard or (1, 1)
    cells = folder.study.points * folder.study.replicates
    return (number * cells // count - (number - 1) * cells // count) * len(folder.study.regimes)


def describe(study: SweepStudy, quiet: bool) -> None:
    """Print what is asked."""
    if quiet:
        return
    summary = study.design.summary
    screen = output()
    screen.print(f"Study    {study.title}", soft_wrap=True)
    if study.question:
        screen.print(f"         {study.question}", soft_wrap=True)
    kind = summary.kind.replace("_", " ")
    if summary.sets:
        kind += f" of {summary.points // summary.sets:,}, each with {counted(summary.sets, 'set')}"
    parts = (
        f"{study.points:,} points ({kind}, {factors_of(study)})",
        counted(len(study.regimes), "regime"),
        counted(study.replicates, "replicate"),
    )
    text = " × ".join(parts)
    if study.drawn:
        posterior = study.drawn.described
        screen.print(
            f"Sets     {len(study.drawn.names):,} parameters from {posterior['origin']}, hash"
            f" {posterior['hash']}, {posterior['sets']:,} sets as good as"
            f" {posterior['effective_size']:,.0f} of equal weight",
            soft_wrap=True,
        )
    screen.print(f"Runs     {text} = {study.runs:,} runs of {study.quarters} quarters", soft_wrap=True)


def factors_of(study: SweepStudy) -> str:
    """How many factors vary, a dummy told apart."""
    varying = [factor for factor in study.factors if factor.name != DUMMY]
    return counted(len(varying), "factor") + (" and a dummy" if len(varying) < len(study.factors) else "")


def tell_cost(cost: Cost, quiet: bool) -> None:
    """Print what it would cost."""
    if not quiet:
        output().print(f"Cost     {cost.runs:,} runs, {cost.in_words()}", soft_wrap=True)
        sys.stdout.flush()


def carry_out(work: Work, means: Means, quiet: bool) -> int:
    """Run what is missing, and say what there is now; the exit code."""
    folder = work.folder
    for damage in work.damage:
        remark = f"Set aside  {damage.part}: {damage.reason}; its runs are made anew"
        aside().print(remark, soft_wrap=True)
    if work.runs:
        already = int(np.count_nonzero(folder.ours())) - work.runs
        if already and not quiet:
            output().print(f"Going on {already:,} runs are there already", soft_wrap=True)
        began = time.perf_counter()
        with progress_of(work.runs, quiet) as progress:
            finish(work, means, progress)
        seconds = time.perf_counter() - began
        if not quiet:
            rate = work.runs / seconds
            output().print(f"Done     {work.runs:,} runs in {duration(seconds)}, {rate:,.0f} a second")
    else:
        if folder.manifest()["state"] != "complete":
            finish(work, means)
        if not quiet:
            output().print("Done     all runs are there already")
    return tell(folder, quiet)


def tell(folder: SweepFolder, quiet: bool) -> int:
    """Say where the results are and what failed; the exit code."""
    screen = output()
    if quiet:
        print(folder.path)
    else:
        screen.print(f"Results  {folder.path}", soft_wrap=True)
    failures = failures_of(folder)
    if len(failures):
        sys.stdout.flush()
        first = failures.row(0, named=True)
        aside().print(
            f"{len(failures):,} runs failed: see failures.csv in {folder.path}; the first is point"
            f" {first['point']} under {first['regime']}, replicate {first['replicate']}: {first['reason']}",
            soft_wrap=True,
        )
        return FAILED_RUNS
    return 0


@click.command("resume")
@click.argument("folder", type=click.Path(path_type=Path))
@executor_options
def resume_command(
    folder: Path,
    executor: Kind | None,
    workers: int | None,
    scheduler: str | None,
    runs_a_block: int | None,
    sure: bool,
    quiet: bool,
) -> int:
    """Go on with the sweep in a FOLDER: run what is missing.

    What failed for want of a worker is tried again. Parts that are torn or changed are set aside, named, and
    run anew. A sweep whose model has changed since is refused.

    \b
        turnaround resume results/study
    """  # noqa: D301 - the mark by which click keeps lines
    means = means_of(executor, workers, scheduler, runs_a_block)
    with gone_on(SweepFolder.open(folder)) as work:
        bear(work.folder.study, folder, work.runs, means, sure, quiet)
        return carry_out(work, means, quiet)


def bear(study: SweepStudy, folder: Path, runs: int, means: Means, sure: bool, quiet: bool) -> None:
    """Say what so many runs of a study would cost, and refuse what is absurd."""
    if runs:
        with preparing(quiet):
            cost = cost_of(study, folder, check_workers(means.workers), runs)
        tell_cost(cost, quiet)
        must_be_bearable(cost, sure)


@click.command("extend")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--replicates", type=int, help="How many there are to be.")
@click.option(
    "--points",
    type=int,
    help="How many there are to be: base rows of a saltelli design, trajectories of a morris design.",
)
@executor_options
def extend_command(
    folder: Path,
    replicates: int | None,
    points: int | None,
    executor: Kind | None,
    workers: int | None,
    scheduler: str | None,
    runs_a_block: int | None,
    sure: bool,
    quiet: bool,
) -> int:
    """Add replicates or points to the sweep in a FOLDER.

    What is there stays; what is added is what a larger study would have had from the start.

    \b
        turnaround extend results/study --replicates 8
        turnaround extend results/study --points 1024
    """  # noqa: D301 - the mark by which click keeps lines
    if replicates is None and points is None:
        raise StudyError("say what to add: --replicates or --points, each as many as there are to be")
    means = means_of(executor, workers, scheduler, runs_a_block)

    def judge(larger: SweepStudy, runs: int) -> None:
        describe(larger, quiet)
        bear(larger, folder, runs, means, sure, quiet)

    with grown(SweepFolder.open(folder), replicates, points, judge) as work:
        return carry_out(work, means, quiet)
