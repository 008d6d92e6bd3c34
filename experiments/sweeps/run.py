"""Running a sweep: from a study to a folder of results, begun, gone on with, or extended.

    from experiments.sweeps import sweep

    results = sweep("study.toml", out="results/mine", executor="processes")

Going on after an interruption, and adding replicates or points, are one operation: what is missing is run.
"""

import contextlib
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from experiments.arrays import Flags
from experiments.compare import check_workers
from experiments.dispatch import Interrupted, dispatch
from experiments.errors import StudyError
from experiments.manifest import now
from experiments.results import MANIFEST
from experiments.sweeps.blocks import SweepBlock, Varied, common_of, cut, halves, run_sweep_block
from experiments.sweeps.cost import cost_of, must_be_bearable
from experiments.sweeps.designs import CHUNK
from experiments.sweeps.executors import Kind, crew_of
from experiments.sweeps.folder import SweepFolder
from experiments.sweeps.opened import failures_of, in_memory, open_sweep
from experiments.sweeps.parts import Damage
from experiments.sweeps.results import SweepResults
from experiments.sweeps.study import SweepStudy, extended, read_study
from experiments.tables import Frames
from model.parameters import constrained_names, contradictions

Progress = Callable[[int], None]
MANY_RUNS = 100_000
"""Runs from which it is worth while to see whether the disk can hold them."""

LOST = "error"
"""Status of a run that came to no result of the engine; it is tried again when the sweep goes on."""


@dataclass(frozen=True)
class Means:
    """With what a sweep is run; none of it changes a result.

    Attributes:
        executor: a kind of executor, or one of the user's own.
        workers: how many; one a core when None.
        scheduler: address of a Dask scheduler.
        runs_a_block: about how many; by default such that a block takes about two seconds.
    """

    executor: Kind | Executor = "threads"
    workers: int | None = None
    scheduler: str | None = None
    runs_a_block: int | None = None


@dataclass
class Work:
    """What is left to do of a sweep, found out before it is done.

    Attributes:
        folder: of the sweep.
        missing: runs that are not there, shape (points, regimes, replicates).
        damage: parts that were set aside.
    """

    folder: SweepFolder
    missing: Flags
    damage: list[Damage] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How many runs are missing."""
        return int(np.count_nonzero(self.missing))

    def failed_before(self) -> Flags:
        """Runs that came to no result of the engine when they were last tried."""
        failed = np.zeros_like(self.missing)
        places = {regime.name: place for place, regime in enumerate(self.folder.study.regimes)}
        for error in self.folder.errors():
            failed[error["point"], places[error["regime"]], error["replicate"]] = True
        return failed


def sweep(
    study: str | Path | Mapping[str, Any] | SweepStudy,
    out: str | Path | None = None,
    executor: Kind | Executor = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    shard: tuple[int, int] | None = None,
    runs_a_block: int | None = None,
    progress: Progress | None = None,
) -> SweepResults:
    """Run a study, or go on with it where its folder has some of it.

    Args:
        study: a TOML file, or a mapping of the same shape.
        out: folder of the results; in memory when None.
        executor: serial, threads, processes or dask, or any `concurrent.futures.Executor`.
        workers: how many; one a core when None.
        scheduler: address of a Dask scheduler that is there already.
        shard: number and count, from 1: only this part of the runs.
        runs_a_block: about how many; by default such that a block takes about two seconds.
        progress: called with the number of runs that have just finished.

    Raises:
        StudyError: for what is not allowed of the study or the folder.
        ParameterError: for parameters that are unknown, not allowed or contradictory.
        Interrupted: on Ctrl-C; what had finished is in the folder.
    """
    asked = study if isinstance(study, SweepStudy) else read_study(study)
    means = Means(executor, workers, scheduler, runs_a_block)
    if asked.runs > MANY_RUNS:
        where = Path(tempfile.gettempdir() if out is None else out)
        must_be_bearable(cost_of(asked, where, check_workers(workers)), sure=True)
    check_points(asked)
    if out is not None:
        return _swept(SweepFolder(Path(out), asked, shard), means, progress, "")
    with tempfile.TemporaryDirectory(prefix="turnaround-") as folder:
        return in_memory(_swept(SweepFolder(Path(folder), asked, shard), means, progress, ""))


def _swept(folder: SweepFolder, means: Means, progress: Progress | None, command: str) -> SweepResults:
    with begun(folder, command) as work:
        finish(work, means, progress)
    return open_sweep(folder.path)


def resume(folder: str | Path, means: Means | None = None, progress: Progress | None = None) -> SweepResults:
    """Go on with the sweep in a folder.

    Raises:
        StudyError: when there is none, the model has changed since, or another sweep is at work in it.
        Interrupted: on Ctrl-C; what had finished is in the folder.
    """
    with gone_on(SweepFolder.open(Path(folder))) as work:
        finish(work, means or Means(), progress)
    return open_sweep(folder)


def extend(
    folder: str | Path,
    replicates: int | None = None,
    points: int | None = None,
    means: Means | None = None,
    progress: Progress | None = None,
) -> SweepResults:
    """Add replicates or points to the sweep in a folder, and run them.

    Args:
        folder: of the sweep.
        replicates: how many there are to be.
        points: how many there are to be: base rows of a Saltelli design, trajectories of a Morris design.
        means: with what it is run.
        progress: called with the number of runs that have just finished.

    Raises:
        StudyError: as `resume`, and for fewer than there are or a design that has no more.
        Interrupted: on Ctrl-C; what had finished is in the folder.
    """
    with grown(SweepFolder.open(Path(folder)), replicates, points) as work:
        finish(work, means or Means(), progress)
    return open_sweep(folder)


# ---- What is to be done


@contextlib.contextmanager
def begun(folder: SweepFolder, command: str) -> Iterator[Work]:
    """Hold a folder for a study: made anew, or gone on with when it holds the same study.

    Raises:
        StudyError: when it holds something else, or is held by another.
    """
    if _same_sweep(folder) is None:
        folder.must_be_free()
    fresh = not folder.path.exists()
    with folder.held():
        # Looked for again: another sweep may have come and gone while the lock was waited for.
        there = _same_sweep(folder)
        if there is None:
            try:
                folder.create(command)
            except BaseException:
                if fresh:
                    _remove_what_was_begun(folder)
                raise
        else:
            there.check_design()
        yield _work(there or folder)


def _same_sweep(folder: SweepFolder) -> SweepFolder | None:
    """The sweep that a folder holds already; None when there is none.

    Raises:
        StudyError: when it is of another study, or another part of it.
    """
    if not (folder.path / MANIFEST).exists():
        return None
    there = SweepFolder.open(folder.path)
    there.must_match(folder.study)
    if there.shard != folder.shard:
        asked = f"{_of(folder.shard)} was asked for"
        raise StudyError(f"{folder.path} holds {_of(there.shard)}, and {asked}")
    return there


def _remove_what_was_begun(folder: SweepFolder) -> None:
    """Leave no half-made folder behind, such as one on a disk that is full; a whole one is not touched."""
    if (folder.path / MANIFEST).exists():
        return
    with contextlib.suppress(OSError):
        for item in sorted(folder.path.rglob("*"), reverse=True):
            item.rmdir() if item.is_dir() else item.unlink()
        folder.path.rmdir()


def _of(shard: tuple[int, int] | None) -> str:
    return f"shard {shard[0]} of {shard[1]}" if shard else "a whole sweep"


@contextlib.contextmanager
def gone_on(folder: SweepFolder) -> Iterator[Work]:
    """Hold the folder of a sweep that is there.

    Raises:
        StudyError: when the model has changed since, its design was changed, or it is held by another.
    """
    with folder.held():
        folder.must_match(folder.study)
        folder.check_design()
        yield _work(folder)


@contextlib.contextmanager
def grown(
    folder: SweepFolder,
    replicates: int | None,
    points: int | None,
    judge: Callable[[SweepStudy, int], None] | None = None,
) -> Iterator[Work]:
    """Hold the folder of a sweep that is there, made larger.

    Args:
        folder: of the sweep.
        replicates: how many there are to be; as many as there are when None.
        points: how many there are to be; as many as there are when None.
        judge: called with the larger study and how many runs it lacks, before anything is changed; what it
            raises keeps the sweep as it is.

    Raises:
        StudyError: as `gone_on`, and for fewer than there are, or more points that do not go on from those.
    """
    if folder.shard:
        raise StudyError(f"{folder.path} holds {_of(folder.shard)}: merge the shards, and extend the whole")
    with folder.held():
        folder.must_match(folder.study)
        folder.check_design()
        larger = extended(folder.study, replicates, points)
        if judge:
            judge(larger, larger.runs - int(np.count_nonzero(folder.look_over(set_aside=False).done)))
        if points is not None:
            check_points(larger)
            must_go_on(folder.study, larger)
        folder.enlarge(larger)
        yield _work(folder)


def must_go_on(smaller: SweepStudy, larger: SweepStudy) -> None:
    """See that a larger design begins with the smaller one, as samplers of another version might not.

    Raises:
        StudyError: when it does not.
    """
    for first, last in ((0, min(smaller.points, 64)), (max(smaller.points - 64, 0), smaller.points)):
        if not np.array_equal(smaller.design.values(first, last), larger.design.values(first, last)):
            raise StudyError(
                "the sampler no longer gives the points that the sweep was begun with (another version of"
                " SciPy or SALib?), so that no points can be added"
            )


def _work(folder: SweepFolder) -> Work:
    seen = folder.look_over(set_aside=True)
    return Work(folder, folder.ours() & ~seen.done, seen.damage)


def check_points(study: SweepStudy) -> None:
    """See that no point of a design contradicts itself under any regime.

    Raises:
        StudyError: naming the first point that does, and how many do; or when the design cannot be made.
    """
    study.design.values(0, 1)
    constrained = constrained_names()
    columns = [place for place, factor in enumerate(study.factors) if factor.name in constrained]
    if not columns:
        return
    names = [study.factors[place].name for place in columns]
    bases = {
        regime: {name: value for name, value in base.values.items() if name in constrained}
        for regime, base in study.bases.items()
    }
    held = study.drawn.held if study.drawn else {}
    first, found = "", 0
    for begin in range(0, study.points, CHUNK):
        values = study.design.values(begin, min(begin + CHUNK, study.points))[:, columns]
        # Most points of a Saltelli design differ in other parameters only.
        rows, places, counts = np.unique(values, axis=0, return_index=True, return_counts=True)
        for which in np.argsort(places):
            changes = dict(zip(names, rows[which].tolist(), strict=True))
            problems = {
                regime: contradictions(
                    base
                    | {name: value for name, value in changes.items() if name not in held.get(regime, ())}
                )
                for regime, base in bases.items()
            }
            bad = {regime: texts for regime, texts in problems.items() if texts}
            if bad:
                found += int(counts[which])
                regime, texts = next(iter(bad.items()))
                first = first or f"point {begin + int(places[which])} under {regime}: {texts[0]}"
    if found:
        raise StudyError(
            f"{found:,} of {study.points:,} points contradict themselves, so nothing is run; the first is"
            f" {first}. Narrow the ranges, or leave one of the parameters out"
        )


# ---- Doing it


def finish(work: Work, means: Means, progress: Progress | None = None) -> None:
    """Run what is missing, and write down how it went; when nothing is, no worker is started.

    Raises:
        StudyError: when workers were lost that cannot be replaced, or too many runs fail.
        Interrupted: on Ctrl-C; what had finished is in the folder.
    """
    folder = work.folder
    workers = check_workers(means.workers)
    if not work.runs:
        folder.write_errors([])
        conclude(folder)
        return
    kind = means.executor if isinstance(means.executor, str) else type(means.executor).__name__
    session: dict[str, Any] = {"started": now(), "executor": kind, "workers": workers, "asked": work.runs}
    session["damaged"] = [f"{damage.part}: {damage.reason}" for damage in work.damage]
    errors: list[dict[str, Any]] = []
    began = time.perf_counter()
    kept: dict[str, int] = {}

    def receive(block: SweepBlock, frames: Frames) -> None:
        folder.receive(block, frames)
        kept[block.name] = block.runs

    def failed(block: SweepBlock, reason: str) -> None:
        errors.append(_error(block, reason))
        folder.write_errors(errors)

    again = work.failed_before()
    folder.write_errors([])
    folder.mark(int(np.count_nonzero(folder.ours())) - work.runs)
    state = "failed"
    try:
        with crew_of(means.executor, workers, means.scheduler) as crew:
            common = common_of(folder.study)
            values = Varied(folder.study).values
            # What failed before comes last, so that it never stands before what was not tried yet.
            blocks = itertools.chain.from_iterable(
                cut(missing, common, values, means.runs_a_block)
                for missing in (work.missing & ~again, work.missing & again)
            )
            dispatch(blocks, run_sweep_block, receive, crew, work.runs, halves, failed, progress)
        state = "complete" if not errors else "incomplete"
    except (Interrupted, KeyboardInterrupt) as interruption:
        state = "interrupted"
        interruption.add_note(_kept(sum(kept.values()), work))
        raise
    except BaseException as problem:
        problem.add_note(_kept(sum(kept.values()), work))
        raise
    finally:
        seconds = time.perf_counter() - began
        runs = sum(kept.values())
        session |= {"finished": now(), "seconds": round(seconds, 3), "runs": runs, "state": state}
        # What ended the sweep counts for more than that nothing could be noted of it.
        with contextlib.suppress(*(() if state in ("complete", "incomplete") else (OSError, StudyError))):
            conclude(folder, session)


def _kept(finished: int, work: Work) -> str:
    path = work.folder.path
    return f"{finished:,} of {work.runs:,} runs are kept; go on with `turnaround resume {path}`"


def _error(block: SweepBlock, reason: str) -> dict[str, Any]:
    return {
        "point": block.points[0],
        "regime": block.common.regimes[block.regimes[0]],
        "replicate": block.replicates[0],
        "status": LOST,
        "reason": reason,
    }


def conclude(folder: SweepFolder, session: Mapping[str, Any] | None = None) -> None:
    """Write what is known after a session: how many runs there are, and which failed."""
    seen = folder.look_over(set_aside=False)
    failures = failures_of(folder, seen.parts("runs"))
    folder.write("failures.csv", failures.write_csv)
    manifest = folder.manifest()
    ours = int(np.count_nonzero(folder.ours()))
    there = int(np.count_nonzero(seen.done & folder.ours()))
    failed = len(failures)
    without_result = len(folder.errors())
    manifest["runs"] = {"asked": ours, "ok": there - (failed - without_result), "failed": failed}
    manifest["state"] = "complete" if there == ours else session["state"] if session else "incomplete"
    if session:
        manifest["sessions"] = [*manifest["sessions"], dict(session)]
    folder.write_manifest(manifest)
