"""Sweeps that are killed outright lose nothing that had finished, leave no process, and end up the same.

A kill counts when it came in the midst of work: at least one block was done, that is its part of `runs` was
there, and at least one was in flight, that is handed out and not yet written. A sweep hands out the next
block as soon as one has been written, and several ahead where there are workers; so one is in flight as long
as the process lives and blocks are missing. Hence the criterion: the process was there to be killed (its end
is signal 9), and after its death at least one part was there and at least one was missing. Kills that found
otherwise are drawn again. Moments are uniform over the phase of work, from the first part to the last, as it
was measured in a sweep that was left alone.
"""

import os
import random
import signal
import time

import pytest
from sweep_runs import bytes_of_parts, contents, session_of, small_study, started, toml_of, wait_for

from experiments.sweeps import open_sweep, resume
from experiments.sweeps.run import Means

WORKERS = {"serial": 1, "threads": 2, "processes": 2, "dask": 2}
AHEAD = {"serial": 1, "threads": 4, "processes": 4, "dask": 4}
"""Blocks that are in flight at a time, at most."""
BLOCK = 4
STUDY = small_study(quarters=2, replicates=4, design={"kind": "sobol", "points": 64})
RUNS = 64 * 2 * 4
BLOCKS = RUNS // BLOCK
"""Small blocks of three tables each, so that much of the time is spent on writing them."""


def begin(folder, executor):
    """A sweep under way."""
    study = folder.parent / "study.toml"
    if not study.exists():
        study.write_text(toml_of(STUDY))
    with_what = ("--executor", executor, "--workers", WORKERS[executor], "--block", BLOCK)
    return started("sweep", study, "--out", folder, "--quiet", *with_what)


def done_in(folder):
    """Blocks of which the last table is there."""
    return len(list(folder.glob("runs/part-*")))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """For an executor, what a sweep left alone comes to, and how many seconds its phase of work takes."""
    found = {}

    def measured(executor):
        if executor not in found:
            folder = tmp_path_factory.mktemp(executor) / "out"
            with begin(folder, executor) as process:
                wait_for(lambda: done_in(folder) or process.poll() is not None)
                first = time.monotonic()
                wait_for(lambda: done_in(folder) == BLOCKS or process.poll() is not None)
                seconds = time.monotonic() - first
                _, err = process.communicate(timeout=120)
            assert (process.returncode, err) == (0, "")
            found[executor] = contents(open_sweep(folder)), seconds
        return found[executor]

    return measured


def kill_once(folder, executor, moment):
    """Kill a sweep some seconds after its first part; what was found, or None when it came too late."""
    there = done_in(folder)
    with begin(folder, executor) as process:
        wait_for(lambda: done_in(folder) > there or process.poll() is not None)
        others = session_of(process.pid) - {process.pid}
        time_of_kill = time.monotonic() + moment
        wait_for(lambda: time.monotonic() >= time_of_kill or process.poll() is not None)
        before = done_in(folder)
        process.send_signal(signal.SIGKILL)
        _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    if executor in ("processes", "dask"):
        assert len(others) >= WORKERS[executor]
    wait_for(lambda: not session_of(process.pid), 30)
    after = done_in(folder)
    if process.returncode != -signal.SIGKILL or not 1 <= after < BLOCKS:
        return None
    torn = len(list(folder.glob("*/*.part")))
    half = len(list(folder.glob("councils/part-*"))) - after
    return {
        "executor": executor,
        "moment": round(moment, 2),
        "done": f"{before}-{after}",
        "runs": after * BLOCK,
        "in flight": min(AHEAD[executor], BLOCKS - after),
        "torn files": torn,
        "half-written blocks": half,
    }


def killed_and_resumed(undisturbed, tmp_path, executor, seed, count):
    """Kill so many sweeps, see that nothing is lost, doubled or different, and return what was found."""
    expected, seconds = undisturbed(executor)
    luck = random.Random(f"{seed} {executor}")  # not the same moments for every executor
    kills = []
    for attempt in range(3 * count):
        folder = tmp_path / f"{executor}-{attempt}"
        found = kill_once(folder, executor, luck.uniform(0.0, seconds))
        if found is None:
            continue
        kept = bytes_of_parts(folder)
        names = {part.split("part-")[1][:19] for part in kept if part.startswith("runs/")}
        if luck.random() < 0.5:  # ... and killed again
            again = kill_once(folder, executor, luck.uniform(0.0, seconds / 2))
            found["killed again at"] = again and again["done"]
        results = resume(folder, Means("threads", 2, runs_a_block=luck.choice((3, 64))))
        assert contents(results) == expected
        assert len(results.runs.collect()) == RUNS
        there = bytes_of_parts(folder)
        for part, content in kept.items():
            if part.split("part-")[1][:19] in names:  # of a block that had finished
                assert there[part] == content
        assert not list(folder.glob("*/*.part"))
        assert results.manifest["state"] == "complete"
        print(found, flush=True)
        kills.append(found)
        if len(kills) == count:
            return kills
    raise AssertionError(f"only {len(kills)} kills came in the midst of work")


@pytest.mark.parametrize(
    "executor, count",
    [
        pytest.param("threads", 1, marks=pytest.mark.slow),
        pytest.param("processes", 1, marks=pytest.mark.slow),
        pytest.param("dask", 1, marks=pytest.mark.slow),
    ],
)
def test_a_sweep_that_was_killed_goes_on_as_if_nothing_had_been(undisturbed, tmp_path, executor, count):
    killed_and_resumed(undisturbed, tmp_path, executor, 1, count)


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["processes", "threads", "dask"])
def test_ctrl_c_at_a_terminal_reaches_all_processes_and_ends_them_in_order(tmp_path, executor):
    folder = tmp_path / "out"
    with begin(folder, executor) as process:
        wait_for(lambda: done_in(folder) or process.poll() is not None)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (130, False), err
    kept = len(open_sweep(folder).runs.collect())
    assert f"Interrupted; {kept:,} of {RUNS:,} runs are kept; go on with `turnaround resume {folder}`." in err
    assert open_sweep(folder).manifest["state"] == "interrupted"
    wait_for(lambda: not session_of(process.pid), 30)


@pytest.mark.slow
def test_two_dozen_kills_lose_nothing(undisturbed, tmp_path):
    kills = []
    for executor, count in (("processes", 7), ("dask", 6), ("threads", 7), ("serial", 4)):
        kills += killed_and_resumed(undisturbed, tmp_path, executor, 2014, count)
    assert len(kills) == 24
    assert sum(kill["torn files"] + kill["half-written blocks"] for kill in kills) > 0
