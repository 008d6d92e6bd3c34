"""What may not be lost when sweeps meet on a folder, grow, or meet runs that fail."""

import pytest
from sweep_runs import bytes_of_parts, contents, small_study, toml_of

from experiments.dispatch import Crew, SerialExecutor, dispatch
from experiments.sweeps import open_sweep, sweep
from experiments.sweeps.folder import SweepFolder
from experiments.sweeps.parts import damage_of, write_part

STUDY = small_study(
    replicates=2,
    quarters=2,
    tables=["runs"],
    design={"kind": "sobol", "points": 4},
    parameters={"director.blame": {}, "workforce.leaving_rate": {}},
)


def test_a_sweep_that_came_and_went_while_the_lock_was_waited_for_is_gone_on_with(tmp_path, monkeypatch):
    """Its finished runs are neither refused nor cleared away."""
    folder = tmp_path / "sweep"
    held = SweepFolder.held
    came = []

    def late(self):
        if not came:
            came.append(True)
            sweep(STUDY, folder, executor="serial")
            came.append(bytes_of_parts(folder))
        return held(self)

    monkeypatch.setattr(SweepFolder, "held", late)
    results = sweep(STUDY, folder, executor="serial")
    assert results.manifest["state"] == "complete"
    assert bytes_of_parts(folder) == came[1] != {}


def test_an_extension_that_is_refused_leaves_the_sweep_as_it_was(cli, tmp_path):
    (tmp_path / "study.toml").write_text(toml_of(STUDY))
    assert cli("sweep", "study.toml", "--out", "here", "--executor", "serial")[0] == 0
    before = {file: file.read_bytes() for file in (tmp_path / "here").rglob("*") if file.is_file()}
    code, _, err = cli("extend", "here", "--replicates", "1000000", "--points", "65536")
    assert code == 2
    assert "--yes" in err or "free" in err
    after = {file: file.read_bytes() for file in (tmp_path / "here").rglob("*") if file.is_file()}
    assert {file.name for file in after} == {file.name for file in before}
    assert all(after[file] == content for file, content in before.items() if file.name != ".lock")


@pytest.mark.parametrize(
    "design, more",
    [
        ({"kind": "sobol", "points": 4}, 8),
        ({"kind": "latin_hypercube", "points": 4}, 6),
        ({"kind": "saltelli", "base": 2}, 4),
        ({"kind": "morris", "trajectories": 2}, 4),
    ],
)
def test_the_smaller_study_does_not_go_on_with_the_larger_sweep(cli, tmp_path, design, more):
    (tmp_path / "study.toml").write_text(toml_of(STUDY | {"design": design}))
    assert cli("sweep", "study.toml", "--out", "here", "--executor", "serial")[0] == 0
    assert cli("extend", "here", "--points", str(more), "--executor", "serial")[0] == 0
    code, _, err = cli("sweep", "study.toml", "--out", "here")
    assert code == 2
    size = next(name for name in design if name != "kind")
    assert f"design, {size}: " in err


def test_a_shard_without_runs_is_complete(cli, tmp_path):
    """Of nine parts of four points with two replicates, the first holds none."""
    (tmp_path / "study.toml").write_text(toml_of(STUDY))
    assert cli("sweep", "study.toml", "--out", "here", "--shard", "1/9", "--executor", "serial")[0] == 0
    code, out, _ = cli("status", "here")
    assert code == 0
    assert "0 of 0 runs" in out


def test_names_of_parts_have_room_for_any_design(tmp_path):
    table = open_sweep(sweep(STUDY, tmp_path / "sweep", executor="serial").folder).runs.collect()
    for name in ("1000000000-00-000000", "000000000-123-000000", "000000000-00-1000000"):
        assert damage_of(write_part(tmp_path, name, table)) is None


class Piece:
    """One run, or several that are cut one by one."""

    def __init__(self, *numbers):
        self.numbers = numbers

    @property
    def runs(self):
        return len(self.numbers)


def one_by_one(piece):
    return [Piece(number) for number in piece.numbers] if piece.runs > 1 else []


def test_failures_among_runs_that_finish_never_end_a_sweep():
    """However many there are: every other of a thousand runs raises."""

    def odd_raises(piece):
        if any(number % 2 for number in piece.numbers):
            raise ZeroDivisionError
        return piece.numbers

    finished, failed = [], []
    dispatch(
        [Piece(number, number + 1) for number in range(0, 1000, 2)],
        odd_raises,
        lambda piece, numbers: finished.extend(numbers),
        Crew(SerialExecutor(), 1),
        1000,
        one_by_one,
        lambda piece, reason: failed.extend(piece.numbers),
    )
    assert sorted(finished) == list(range(0, 1000, 2))
    assert sorted(failed) == list(range(1, 1000, 2))


def test_runs_that_failed_are_tried_last_when_a_sweep_goes_on(tmp_path, monkeypatch):
    folder = tmp_path / "sweep"
    tried = []

    def run(records, past, seed, replicates, start, quarters):
        from model.ensemble import draw_luck, run_block

        tried.append((len(records), tuple(replicates)))
        if 0 in replicates and broken:
            raise ZeroDivisionError
        return run_block(records, draw_luck(seed, replicates, quarters), quarters)

    monkeypatch.setattr("experiments.sweeps.blocks.run_from", run)
    broken = True
    first = sweep(STUDY | {"replicates": 1}, folder, executor="serial", runs_a_block=2)
    assert len(first.failures) == first.runs_asked
    broken = False
    from experiments.sweeps import extend

    tried.clear()
    results = extend(folder, replicates=2)
    assert results.manifest["state"] == "complete"
    assert (tried[0][1], tried[-1][1]) == ((1,), (0,))
    assert contents(results)["runs"] == contents(sweep(STUDY, executor="serial"))["runs"]


def test_a_scheduler_is_for_dask_and_brings_its_own_workers(cli, tmp_path):
    (tmp_path / "study.toml").write_text(toml_of(STUDY))
    for options in (("--executor", "processes"), ("--workers", "4")):
        code, _, err = cli("sweep", "study.toml", "--scheduler", "tcp://127.0.0.1:1", *options)
        assert code == 2
        assert "scheduler" in err
