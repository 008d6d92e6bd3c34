"""Failures around a sweep: full disks, folders that must not be written to, lost workers, runs that fail."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sweep_runs import bytes_of_parts, contents, session_of, small_study, started, toml_of, wait_for

import experiments.dispatch
import experiments.sweeps.blocks
import experiments.sweeps.run
from experiments.dispatch import Crew, dispatch
from experiments.errors import StudyError
from experiments.sweeps import extend, merge, open_sweep, resume, sweep
from experiments.sweeps.folder import SweepFolder
from experiments.sweeps.run import Means
from model.codes import Status
from model.replay import run_from

STUDY = small_study(
    replicates=2,
    quarters=2,
    tables=["runs", "quarters"],
    design={"kind": "sobol", "points": 4},
    parameters={"director.blame": {}, "market.entry_rate": {}},
)
LONG = small_study(quarters=2, replicates=4, design={"kind": "sobol", "points": 128})
BLAME = ("director", "blame")


@pytest.fixture(scope="module")
def whole():
    return sweep(STUDY, runs_a_block=4)


@pytest.fixture(scope="module")
def same(whole):
    return contents(whole)


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """What a sweep of 1,024 runs comes to."""
    return contents(sweep(LONG, tmp_path_factory.mktemp("long") / "out"))


# ---- Disks and folders


@contextmanager
def small_disk(path, kilobytes):
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(path)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        yield path
    finally:
        subprocess.run(["umount", str(path)], check=True)


@pytest.mark.slow
def test_a_disk_that_fills_up_is_said_and_what_had_finished_is_kept(cli, tmp_path, long):
    (tmp_path / "study.toml").write_text(toml_of(LONG))
    with small_disk(tmp_path / "disk", 30_000) as disk:
        filler = disk / "filler"
        asked = ("sweep", tmp_path / "study.toml", "--out", disk / "out", "--block", 8, "--quiet")
        with started(*asked) as process:
            # The cost was borne in mind when the sweep began; then somebody else fills the disk.
            wait_for(lambda: list(disk.glob("out/runs/part-*")) or process.poll() is not None)
            with filler.open("wb", buffering=0) as file:
                while process.poll() is None:
                    try:
                        file.write(bytes(4096))
                    except OSError:
                        break
            _, err = process.communicate(timeout=120)
        assert process.returncode == 2
        assert "Traceback" not in err
        assert "cannot be written to: No space left on device" in err
        assert f"go on with `turnaround resume {disk / 'out'}`" in err
        assert not list(disk.glob("out/*/*.part"))
        kept = bytes_of_parts(disk / "out")
        filler.unlink()
        roomy = shutil.copytree(disk / "out", tmp_path / "roomy")
    assert len(kept) >= 3
    assert contents(resume(roomy)) == long
    there = bytes_of_parts(roomy)
    assert all(there[part] == content for part, content in kept.items() if part.startswith("runs/"))


def test_a_disk_with_no_room_to_begin_with_is_left_as_it_was(cli, tmp_path):
    (tmp_path / "study.toml").write_text(toml_of(LONG))
    with small_disk(tmp_path / "disk", 40) as disk:
        code, _, err = cli("sweep", "study.toml", "--out", disk / "out")
        assert code == 2
        assert "1,024 runs would take" in err
        assert "are free" in err
        with pytest.raises(StudyError, match="cannot be written to: No space left on device"):
            sweep(LONG, disk / "out")
        assert not list(disk.iterdir())


def test_a_disk_that_is_full_when_a_sweep_is_extended_leaves_the_smaller_one(tmp_path):
    with small_disk(tmp_path / "disk", 600) as disk:
        before = contents(sweep(STUDY, disk / "out"))
        with suppress(OSError):
            (disk / "filler").write_bytes(bytes(600_000))
        with pytest.raises((StudyError, OSError), match="No space left"):
            extend(disk / "out", points=1024)
        (disk / "filler").unlink()
        assert contents(resume(disk / "out")) == before


AS_NOBODY = """
import os, sys
import turnaround.sweep, turnaround.sweep_folder
from experiments.runner import compile_engine
compile_engine()
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
from turnaround.cli import main
main(sys.argv[1:])
"""


def as_nobody(*arguments):
    """The command line as a user who may write nowhere."""
    if os.getuid():
        pytest.skip("needs to be root to become somebody else")
    command = [sys.executable, "-c", AS_NOBODY, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd="/")


@pytest.fixture
def open_path():
    """A folder that anybody may read, beside those of pytest, which keeps its own to itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.mark.slow
def test_a_folder_that_must_not_be_written_to_is_said_and_can_still_be_read(open_path):
    study = STUDY | {"design": {"kind": "grid", "levels": 2}}
    (open_path / "study.toml").write_text(toml_of(study))
    sweep(study, open_path / "out")
    for command in (
        ("sweep", open_path / "study.toml", "--out", open_path / "new", "--workers", 1),
        ("resume", open_path / "out"),
    ):
        done = as_nobody(*command)
        assert done.returncode == 2, done.stderr
        assert "Permission denied" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (open_path / "new").exists()
    done = as_nobody("status", open_path / "out")
    assert done.returncode == 0, done.stderr
    assert "Finished 16 of 16 runs (100%)" in done.stdout
    assert "State    complete" in done.stdout


def test_shards_that_must_not_be_written_to_can_be_merged(tmp_path, same):
    for number in (1, 2):
        sweep(STUDY, tmp_path / str(number), shard=(number, 2))
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    assert contents(merge(tmp_path / "out", [tmp_path / "1", tmp_path / "2"])) == same
    assert before == {file: file.stat().st_mtime_ns for file in before}


# ---- Killed while the folder is made or made larger


class Snapshots:
    """Copies of a folder before every step by which a file comes to its place: what a kill would leave."""

    def __init__(self, folder, into, monkeypatch):
        self.folder, self.into, self.taken = folder, into, []
        for name in ("replace", "rename", "rmdir"):
            monkeypatch.setattr(Path, name, self.step(getattr(Path, name)))

    def step(self, original):
        def taking(path, *arguments):
            if path.is_relative_to(self.folder) and not path.name.startswith("running.json"):
                self.taken.append(self.into / str(len(self.taken)))
                shutil.copytree(self.folder, self.taken[-1])
            return original(path, *arguments)

        return taking


def test_killed_at_any_step_of_being_made_a_folder_can_be_used_again(tmp_path, monkeypatch, same):
    with monkeypatch.context() as patched:
        snapshots = Snapshots(tmp_path / "out", tmp_path / "left", patched)
        (tmp_path / "left").mkdir()
        sweep(STUDY, tmp_path / "out", runs_a_block=100)
    assert len(snapshots.taken) >= 8
    for left in snapshots.taken:
        assert contents(sweep(STUDY, left)) == same


@pytest.mark.parametrize("more", [{"points": 8}, {"replicates": 3}], ids=lambda more: next(iter(more)))
def test_killed_at_any_step_of_being_extended_a_sweep_is_either_the_smaller_or_the_larger(
    cli, tmp_path, monkeypatch, same, more
):
    sweep(STUDY, tmp_path / "out")
    with monkeypatch.context() as patched:
        snapshots = Snapshots(tmp_path / "out", tmp_path / "left", patched)
        (tmp_path / "left").mkdir()
        larger = contents(extend(tmp_path / "out", **more))
    assert len(snapshots.taken) >= 10
    found = []
    for left in snapshots.taken:
        assert len(open_sweep(left).runs.collect()) >= 16
        assert cli("status", left)[0] in (0, 1)
        found.append(contents(resume(left)))
        assert not (left / "next").exists()
        assert not (left / "ready").exists()
        assert contents(extend(left, **more)) == larger
    change = found.index(larger)
    assert change > 0
    assert found == [same] * change + [larger] * (len(found) - change)


# ---- Two on one folder


@pytest.mark.slow
def test_a_second_sweep_is_told_who_is_at_work_and_a_kill_frees_the_folder(cli, tmp_path, long):
    (tmp_path / "study.toml").write_text(toml_of(LONG))
    with started("sweep", tmp_path / "study.toml", "--out", tmp_path / "out", "--block", 4) as first:
        wait_for(lambda: list(tmp_path.glob("out/runs/part-*")) or first.poll() is not None)
        first.send_signal(signal.SIGSTOP)
        for second in (
            ("sweep", "study.toml", "--out", "out"),
            ("resume", "out"),
            ("extend", "out", "--replicates", 5),
        ):
            code, _, err = cli(*second)
            assert code == 2
            assert f"another sweep is at work in it: process {first.pid} on {os.uname().nodename}" in err
        code, out, _ = cli("status", "out")
        assert code == 0
        assert f"State    running: process {first.pid} on" in out
        first.kill()
        first.communicate()
    assert "State    unfinished" in cli("status", "out")[1]
    assert contents(resume(tmp_path / "out")) == long


# ---- Lost workers


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_a_worker_that_is_killed_costs_nothing(tmp_path, long, executor):
    (tmp_path / "study.toml").write_text(toml_of(LONG))
    asked = ("sweep", tmp_path / "study.toml", "--out", tmp_path / "out", "--executor", executor)
    with started(*asked, "--workers", 2, "--block", 8, "--quiet") as process:
        wait_for(lambda: list(tmp_path.glob("out/runs/part-*")) or process.poll() is not None)
        workers = [pid for pid in session_of(process.pid) - {process.pid} if works(pid)]
        assert len(workers) == 2
        os.kill(workers[0], signal.SIGKILL)
        _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    results = open_sweep(tmp_path / "out")
    assert contents(results) == long
    assert len(results.failures) == 0


def works(pid):
    """Whether a process runs blocks, and does not merely look after others."""
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    return b"resource_tracker" not in command


SCHEDULER = """
import sys, time
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=1, threads_per_worker=2, processes=True, host="127.0.0.1", dashboard_address=None
    )
    print(cluster.scheduler_address, flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
def test_a_scheduler_that_is_killed_is_said_and_what_had_finished_is_kept(tmp_path, long):
    (tmp_path / "study.toml").write_text(toml_of(LONG))
    command = [sys.executable, "-c", SCHEDULER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as scheduler:
        address = scheduler.stdout.readline().strip()
        asked = ("sweep", tmp_path / "study.toml", "--out", tmp_path / "out", "--scheduler", address)
        with started(*asked, "--block", 8, "--quiet") as process:
            wait_for(lambda: list(tmp_path.glob("out/runs/part-*")) or process.poll() is not None)
            scheduler.kill()
            _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert "the scheduler no longer answers; what had finished is kept" in err
    assert "Traceback" not in err
    kept = bytes_of_parts(tmp_path / "out")
    results = resume(tmp_path / "out")
    assert contents(results) == long
    there = bytes_of_parts(tmp_path / "out")
    assert all(there[part] == content for part, content in kept.items() if part.startswith("runs/"))


class Breaking(ThreadPoolExecutor):
    """A pool that, as one whose idle worker was lost, refuses work from the given call on."""

    def __init__(self, calls):
        super().__init__(1)
        self.calls = calls

    def submit(self, fn, /, *args):
        if self.calls == 0:
            raise BrokenProcessPool("an idle worker was lost")
        self.calls -= 1
        return super().submit(fn, *args)


class Piece:
    def __init__(self, number):
        self.number, self.runs = number, 1


@pytest.mark.parametrize("calls", [0, 1, 2, 3])
def test_nothing_is_left_out_when_an_idle_worker_is_lost(calls):
    received = []
    pools = iter([Breaking(0), Breaking(1), Breaking(100)])
    crew = Crew(Breaking(calls), 2, renewed=lambda: next(pools))
    pieces = [Piece(number) for number in range(6)]
    count = dispatch(
        pieces, lambda piece: piece.number, lambda piece, number: received.append(number), crew, 6,
        split=lambda piece: (), failed=lambda piece, reason: None,
    )  # fmt: skip
    assert (count, sorted(received)) == (6, [0, 1, 2, 3, 4, 5])


def test_workers_that_cannot_even_start_end_the_sweep_at_once():
    started_pools = []

    def pool():
        started_pools.append(1)
        return ProcessPoolExecutor(1, initializer=os._exit, initargs=(1,))

    failed = []
    with pytest.raises(StudyError, match="workers end before they have done anything"):
        dispatch(
            [Piece(0)], abs, lambda *given: None, Crew(pool(), 2, renewed=pool), 1,
            split=lambda piece: (), failed=lambda *given: failed.append(given),
        )  # fmt: skip
    assert (len(started_pools), failed) == (2, [])


# ---- Runs that fail


def with_failures(at, status):
    """The engine, except that the run at a point under a regime with a replicate comes to a bad end."""
    blame, replicate = at

    def run(records, past, seed, replicates, start, quarters):
        block = run_from(records, past, seed, replicates, start, quarters)
        for row, record in enumerate(records):
            for column, number in enumerate(replicates):
                if record[BLAME[0]][BLAME[1]] == blame and number == replicate:
                    place = row * len(replicates) + column
                    block.status[place] = status
                    block.quarters[place, 1:] = np.nan
                    block.outcomes[place] = np.nan
        return block

    return run


def point_of(results, number):
    return results.design.collect().row(number, named=True)


@pytest.mark.parametrize(
    "status, reason",
    [
        (Status.NOT_FINITE, "a number of the model was not finite"),
        (Status.OUT_OF_RANGE, "a state of the model left its range"),
    ],
)
def test_a_run_that_ends_early_is_a_row_with_parameters_and_reason(
    cli, tmp_path, monkeypatch, whole, status, reason
):
    point = point_of(whole, 2)
    monkeypatch.setattr(
        experiments.sweeps.blocks, "run_from", with_failures((point["director.blame"], 1), status)
    )
    (tmp_path / "study.toml").write_text(toml_of(STUDY))
    code, _, err = cli("sweep", "study.toml", "--out", "out", "--block", 4)
    assert code == 1
    assert "2 runs failed: see failures.csv in out; the first is point 2 under ad_hoc, replicate 1" in err
    assert reason in err
    results = open_sweep("out")
    listed = pl.read_csv(tmp_path / "out" / "failures.csv")
    assert listed["reason"].to_list() == results.failures["reason"].to_list() == [reason] * 2
    for row, regime in zip(results.failures.rows(named=True), ("ad_hoc", "trust"), strict=True):
        assert (row["point"], row["regime"], row["replicate"]) == (2, regime, 1)
        assert (row["status"], row["failed_in"]) == (status.name.lower(), "2014Q2")
        assert {name: row[name] for name in point} == point
    failed = (pl.col("point") == 2) & (pl.col("replicate") == 1)
    runs = results.runs.collect()
    assert runs.filter(~failed).equals(whole.runs.collect().filter(~failed))
    assert runs.filter(failed)["quality_end"].to_list() == [None, None]
    means, before = results.means(), whole.means()
    assert means.filter(point=2)["quality_end"].to_list() == [None, None]
    assert means.filter(pl.col("point") != 2).equals(before.filter(pl.col("point") != 2))
    assert results.manifest["runs"] == {"asked": 16, "ok": 14, "failed": 2}
    code, out, _ = cli("status", "out")
    assert (code, "Failed   2 runs" in out) == (1, True)


def raising_at(blame, replicate, problem):
    def run(records, past, seed, replicates, start, quarters):
        if replicate in replicates and blame in records[BLAME[0]][BLAME[1]]:
            problem()
        return run_from(records, past, seed, replicates, start, quarters)

    return run


def fail():
    raise ValueError("bad luck")


def check_lost(results, whole, tmp_path, reason):
    """Point 2 with replicate 1 is lost under both regimes, and nothing else is touched."""
    point = point_of(whole, 2)
    assert results.failures["reason"].to_list() == [reason] * 2
    assert pl.read_csv(tmp_path / "out" / "failures.csv")["reason"].to_list() == [reason] * 2
    for row, regime in zip(results.failures.rows(named=True), ("ad_hoc", "trust"), strict=True):
        assert (row["point"], row["regime"], row["replicate"], row["status"]) == (2, regime, 1, "error")
        assert {name: row[name] for name in point} == point
    failed = (pl.col("point") == 2) & (pl.col("replicate") == 1)
    assert results.runs.collect().equals(whole.runs.collect().filter(~failed))
    assert results.manifest["runs"] == {"asked": 16, "ok": 14, "failed": 2}
    assert results.manifest["state"] == "incomplete"
    means = results.means()
    assert means.filter(point=2)["replicates"].to_list() == [1, 1]
    assert means.filter(point=2)["quality_end"].to_list() == [None, None]


@pytest.mark.parametrize("executor", ["serial", "threads"])
def test_a_run_that_raises_is_found_in_its_block_and_tried_again_later(
    cli, tmp_path, monkeypatch, whole, same, executor
):
    blame = point_of(whole, 2)["director.blame"]
    (tmp_path / "study.toml").write_text(toml_of(STUDY))
    with monkeypatch.context() as patched:
        patched.setattr(experiments.sweeps.blocks, "run_from", raising_at(blame, 1, fail))
        asked = ("sweep", "study.toml", "--out", "out", "--block", 8, "--executor", executor)
        code, _, err = cli(*asked)
        assert code == 1
        assert "2 runs failed" in err
        check_lost(open_sweep("out"), whole, tmp_path, "ValueError: bad luck")
        code, out, _ = cli("status", "out")
        assert (code, "Finished 14 of 16 runs" in out, "Failed   2 runs" in out) == (1, True, True)
        assert cli("resume", "out")[0] == 1
        check_lost(open_sweep("out"), whole, tmp_path, "ValueError: bad luck")
    assert cli("resume", "out")[0] == 0
    results = open_sweep("out")
    assert contents(results) == same
    assert len(results.failures) == 0
    assert len(pl.read_csv(tmp_path / "out" / "failures.csv")) == 0
    assert results.manifest["state"] == "complete"


class Fragile(ThreadPoolExecutor):
    """A pool that breaks for good when it is given a block with a certain run."""

    def __init__(self, blame):
        super().__init__(1)
        self.blame, self.broken = blame, False

    def submit(self, fn, /, *args):
        if self.broken:
            raise BrokenProcessPool("broken before")
        poisoned = [block for block in args if self.blame in block.values and 1 in block.replicates]
        if not poisoned:
            return super().submit(fn, *args)
        self.broken = True
        future = Future()
        future.set_exception(BrokenProcessPool("a worker was lost"))
        return future


def test_a_run_that_breaks_its_pool_every_time_is_found_and_the_others_are_run(
    tmp_path, monkeypatch, whole, same
):
    blame = point_of(whole, 2)["director.blame"]
    pools = []

    def pool():
        pools.append(Fragile(blame))
        return pools[-1]

    @contextmanager
    def crew(executor, workers, scheduler=None):
        yield Crew(pool(), 2, renewed=pool)

    with monkeypatch.context() as patched:
        patched.setattr(experiments.sweeps.run, "crew_of", crew)
        results = sweep(STUDY, tmp_path / "out", runs_a_block=8)
    check_lost(results, whole, tmp_path, "the worker that ran it was lost")
    assert 3 <= len(pools) <= 12
    assert contents(resume(tmp_path / "out")) == same


class Poisoned(ProcessPoolExecutor):
    """Processes in which one run takes its process with it."""

    def __init__(self, blame):
        context = multiprocessing.get_context("spawn")
        super().__init__(1, mp_context=context, initializer=poison, initargs=(blame,))


def poison(blame):
    experiments.sweeps.blocks.run_from = raising_at(blame, 1, lambda: os._exit(1))


@pytest.mark.slow
def test_a_run_that_kills_its_worker_every_time_is_found_and_the_others_are_run(
    tmp_path, monkeypatch, whole, same
):
    code = f"""
import contextlib, sys
from pathlib import Path
import experiments.sweeps.run as run
from experiments.dispatch import Crew
from test_sweep_faults import STUDY, Poisoned

@contextlib.contextmanager
def crew(executor, workers, scheduler=None):
    made = Crew(Poisoned({point_of(whole, 2)["director.blame"]!r}), 2)
    made.renewed = lambda: Poisoned({point_of(whole, 2)["director.blame"]!r})
    yield made
    made.executor.shutdown()

if __name__ == "__main__":
    run.crew_of = crew
    run.sweep(STUDY, sys.argv[1], runs_a_block=16)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=300,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )
    assert done.returncode == 0, done.stderr
    check_lost(open_sweep(tmp_path / "out"), whole, tmp_path, "the worker that ran it was lost")
    assert contents(resume(tmp_path / "out")) == same


def test_when_too_many_runs_fail_the_rest_is_given_up_and_what_ran_is_kept(tmp_path, monkeypatch, same):
    monkeypatch.setattr(experiments.dispatch, "MOST_FAILURES", 3)
    with monkeypatch.context() as patched:
        patched.setattr(experiments.sweeps.blocks, "run_from", lambda *given: fail())
        with pytest.raises(StudyError, match="3 runs failed in this way, so the rest is given up"):
            sweep(STUDY, tmp_path / "out", executor="serial")
    assert open_sweep(tmp_path / "out").manifest["state"] == "failed"
    assert contents(resume(tmp_path / "out")) == same


def test_a_worker_with_another_model_ends_the_sweep_and_nothing_of_it_is_kept(tmp_path, monkeypatch):
    common = experiments.sweeps.blocks.common_of

    def of_another_model(study):
        return replace(common(study), model_hash="another")

    monkeypatch.setattr(experiments.sweeps.run, "common_of", of_another_model)
    with pytest.raises(StudyError, match="a worker has another version of the model"):
        sweep(STUDY, tmp_path / "out", executor="serial")
    assert not list((tmp_path / "out" / "runs").glob("*"))


def test_a_session_that_was_killed_before_it_could_conclude_is_concluded_by_the_next(cli, tmp_path, same):
    sweep(STUDY, tmp_path / "out")
    (tmp_path / "out" / "failures.csv").unlink()
    folder = SweepFolder.open(tmp_path / "out")
    folder.write_manifest(folder.manifest() | {"state": "new"})
    assert cli("resume", "out", "--quiet")[0] == 0
    assert open_sweep("out").manifest["state"] == "complete"
    assert (tmp_path / "out" / "failures.csv").exists()


def test_nothing_is_started_when_nothing_is_missing(tmp_path, same):
    sweep(STUDY, tmp_path / "out")
    began = time.perf_counter()
    assert contents(resume(tmp_path / "out", Means("dask", 2))) == same
    assert time.perf_counter() - began < 2
    assert threading.active_count() < 50
