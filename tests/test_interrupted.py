"""Commands that start processes, interrupted in the midst of work: what is said, and that nothing is left."""

import os
import signal
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from sweep_runs import session_of, started, wait_for

from experiments.ending import INTERRUPTED, NOT_ALLOWED, exit_code_of, kept_if_interrupted
from experiments.findings import __main__ as findings
from experiments.forecasts import refit as refitting
from experiments.writing import write_aside

SECONDS_TO_ARRIVE = 1.0
"""Of a processor, after which a worker has been told what to do."""


def at_work(process):
    """Whether two processes compute: the trackers of the standard library do not count."""
    own = [pid for pid in session_of(process.pid) - {process.pid} if b"spawn_main" in told("cmdline", pid)]
    return sum(computed(pid) > SECONDS_TO_ARRIVE for pid in own) == 2


def told(what, pid):
    return Path(f"/proc/{pid}/{what}").read_bytes()


def computed(pid):
    """Seconds of a processor that a process has had."""
    return sum(map(int, told("stat", pid).rpartition(b")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["Ctrl-C", "to end"])
def test_a_hindcast_that_is_interrupted_ends_in_order_and_leaves_nothing(tmp_path, asked):
    out = tmp_path / "out"
    with started("hindcast", "--out", out, "--sets", 5000, "--workers", 2, "--quiet") as process:
        wait_for(lambda: process.poll() is not None or at_work(process))
        if asked == "Ctrl-C":
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to every process
        else:
            process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=120)
    assert (process.returncode, err.strip()) == (130, f"Interrupted; {out} is as it was.")
    assert list(out.iterdir()) == []
    wait_for(lambda: not session_of(process.pid), 30)


def test_a_fit_in_a_process_of_its_own_is_given_time_to_keep_what_it_has(tmp_path, monkeypatch):
    """The fit, here a script, says when it can be interrupted, and what it did on Ctrl-C."""
    begun, kept = tmp_path / "begun", tmp_path / "kept"
    script = tmp_path / "fit.py"
    script.write_text(
        "import pathlib, sys, time\n"
        "try:\n"
        f"    pathlib.Path({str(begun)!r}).touch(); time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        f"    time.sleep(0.5); pathlib.Path({str(kept)!r}).touch(); sys.exit(130)\n"
    )
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nexec {sys.executable} {script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))

    def look(seconds):
        if begun.exists():
            raise KeyboardInterrupt
        honest(seconds)

    honest = time.sleep
    monkeypatch.setattr(refitting.time, "sleep", look)
    with (tmp_path / "printed").open("w") as printed, pytest.raises(KeyboardInterrupt):
        refitting._run(["calibrate"], printed, os.environ)
    assert kept.exists()


def test_what_is_kept_is_said_once(capsys):
    def work():
        with kept_if_interrupted("a folder is kept"), kept_if_interrupted("ten runs are kept"):
            raise KeyboardInterrupt

    assert exit_code_of(work) == INTERRUPTED
    assert capsys.readouterr().err == "Interrupted; ten runs are kept.\n"


def test_being_asked_to_end_is_an_interruption_and_only_while_at_work(capsys):
    before = signal.getsignal(signal.SIGTERM)
    assert exit_code_of(lambda: signal.raise_signal(signal.SIGTERM)) == INTERRUPTED
    assert capsys.readouterr().err == "Interrupted; nothing new is kept.\n"
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_script_says_what_is_wrong_in_a_sentence(tmp_path, monkeypatch):
    nothing = CliRunner().invoke(findings.main, [str(tmp_path)])
    assert nothing.exit_code == NOT_ALLOWED
    assert nothing.output.startswith(f"Error: {tmp_path}: holds no results; looked for fit/calibration.json")

    def full(folder):
        raise OSError(28, "No space left on device", "hindcast.md")

    monkeypatch.setattr(findings, "write_findings", full)
    ended = CliRunner().invoke(findings.main, [str(tmp_path)])
    assert (ended.exit_code, ended.output) == (
        NOT_ALLOWED,
        "Error: hindcast.md: No space left on device\n",
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk here that is always full")
@pytest.mark.parametrize("write", ["write_parquet", "write_csv"])
def test_a_full_disk_is_said_with_the_name_of_the_file(tmp_path, capsys, write):
    """Whoever writes to it: polars wraps what the system says in errors of its own, and names no file."""
    table = pl.DataFrame({"number": range(100_000)})

    def fill(aside):
        aside.symlink_to("/dev/full")
        getattr(table, write)(aside)

    assert exit_code_of(lambda: write_aside(tmp_path / "table", fill)) == NOT_ALLOWED
    assert capsys.readouterr().err == f"Error: {tmp_path / 'table'}: No space left on device\n"
    assert list(tmp_path.iterdir()) == []
