"""What is read is read whole or refused in a sentence: harmed inputs of every format and command."""

import json
import os
import shutil
import tomllib
from pathlib import Path
from random import Random

import polars as pl
import pytest
from fuzzing.asking import ask, faults, files_up_to, within
from fuzzing.running import inputs
from fuzzing.targets import (
    BASE,
    TARGETS,
    Target,
    begun,
    facts,
    fitted,
    forecast,
    points,
    some_sets,
    swept,
    target,
)

from experiments.errors import StudyError
from experiments.reading import as_left_by, read_parquet
from model.facts import FactsError, load_facts
from model.reading import tables_of
from turnaround.cli import COMMANDS

QUICK = {"regime": 25, "scenario": 25, "points": 20, "points-parquet": 20, "command-line": 15}
"""Inputs of a target in a quick run; of all others fewer."""
FEW = 6
SLOW = ("claims", "results", "forecast", "sweep-begun", "opened-folder", "fit", "outcomes")
"""Targets whose specimens or answers take seconds."""
MANY = 400
QUICK_SEED, SLOW_SEED = 2026, 7


@pytest.fixture(scope="module")
def specimens(tmp_path_factory):
    """A folder in which specimens are made once."""
    return tmp_path_factory.mktemp("specimens")


def must_be_answered(one: Target, seed: int, count: int, specimens: Path) -> None:
    found = [str(fault) for fault in inputs(one, seed, range(count), specimens) if fault]
    assert not found, "\n".join(found).encode("utf-8", "backslashreplace").decode()


@pytest.mark.parametrize("name", [one.name for one in TARGETS if one.name not in SLOW])
def test_harmed_inputs_are_answered_in_a_sentence(name, specimens):
    must_be_answered(target(name), QUICK_SEED, QUICK.get(name, FEW), specimens)


@pytest.mark.slow
@pytest.mark.parametrize("name", [one.name for one in TARGETS])
def test_hundreds_of_harmed_inputs_are_answered_in_a_sentence(name, specimens):
    must_be_answered(target(name), SLOW_SEED, MANY, specimens)


def test_every_command_is_asked_by_a_target():
    assert set(BASE) == set(COMMANDS)


def test_a_harmed_input_is_the_same_whenever_it_is_asked_for(specimens, tmp_path):
    one = target("regime")
    harmed = []
    for place in ("a", "b"):
        folder = tmp_path / place
        folder.mkdir()
        one.make(folder)
        one.harm(folder, Random("regime 1 17"))
        harmed.append((folder / "mine.toml").read_bytes())
    assert harmed[0] == harmed[1]


# ---- Faults that were found, each by its smallest input


def refused(folder: Path, line: str, *named: str) -> str:
    """What a command says that refuses, in a message that names something."""
    with within(folder):
        answer = ask(line.split())
    assert answer.code == 2, answer
    assert faults(answer, (2,), named) == []
    return answer.err


@pytest.mark.parametrize(
    "line", ["regimes own.toml", "run --scenario own.toml", "sweep own.toml", "run --posterior own.toml"]
)
def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(tmp_path, line):
    os.mkfifo(tmp_path / "own.toml")
    assert "pipe" in refused(tmp_path, line, "own.toml")


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 3000 + "]" * 3000])
def test_toml_that_python_cannot_follow_is_no_toml(tmp_path, value):
    with pytest.raises(tomllib.TOMLDecodeError):
        tables_of(f"title = {value}")
    (tmp_path / "study.toml").write_text(f"title = {value}\n")
    refused(tmp_path, "sweep study.toml", "study.toml")


def test_json_deeper_than_python_follows_is_refused(tmp_path):
    swept(within_made(tmp_path))
    (tmp_path / "folder/study.json").write_text("[" * 100_000)
    refused(tmp_path, "status folder", "study.json")


def within_made(folder: Path) -> Path:
    """The folder, in which specimens are then made."""
    os.chdir(folder)
    return folder


@pytest.fixture(autouse=True)
def back():
    """Be back where the tests were begun."""
    before = Path.cwd()
    yield
    os.chdir(before)


def test_a_torn_parquet_table_is_an_error_of_polars_and_no_panic(tmp_path):
    some_sets(tmp_path)
    path = tmp_path / "posterior.parquet"
    whole = path.read_bytes()
    for place in range(4, len(whole), 97):
        path.write_bytes(whole[:place] + whole[place + 1 :])
        try:
            read_parquet(path)
        except (OSError, pl.exceptions.PolarsError):
            continue


def test_weights_that_are_lists_are_refused(tmp_path):
    some_sets(tmp_path)
    path = tmp_path / "posterior.parquet"
    pl.read_parquet(path).with_columns(pl.concat_list("weight").alias("weight")).write_parquet(path)
    assert "List" in refused(tmp_path, "run --posterior posterior.parquet", "posterior.parquet")


def test_a_dictionary_of_facts_that_refers_to_nothing_is_refused(tmp_path):
    facts(tmp_path)
    path = tmp_path / "dictionary.csv"
    path.write_text(path.read_text("utf-8").replace("councils.la_code", "councils.no_such", 1), "utf-8")
    with pytest.raises(FactsError, match="must refer to a column of a table"):
        load_facts(tmp_path)


@pytest.mark.parametrize("cell", ["9" * 5000, "9" * 10])
def test_a_council_code_of_too_many_digits_is_refused_in_short(tmp_path, cell):
    forecast(within_made(tmp_path))
    (tmp_path / "outcomes.csv").write_text(f"la_code,quarter,grade\n{cell},2020Q1,Good\n")
    assert len(refused(tmp_path, "score folder outcomes.csv", "outcomes.csv, line 2")) < 300


def test_a_forecast_whose_probabilities_are_no_numbers_is_refused(tmp_path):
    forecast(within_made(tmp_path))
    path = tmp_path / "folder/next_inspection.parquet"
    pl.read_parquet(path).with_columns(pl.struct("probability").alias("probability")).write_parquet(path)
    refused(tmp_path, "score folder outcomes.csv", "next_inspection.parquet")


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "calibration.json").write_text("{"),
        lambda folder: (folder / "calibration.json").write_text(json.dumps({"until": "2019Q4"})),
        lambda folder: (folder / "parameters.csv").write_text("PAR1\n"),
        lambda folder: (folder / "checks.parquet").write_bytes(b"PAR1"),
    ],
)
def test_a_fit_that_was_edited_is_refused_and_named(tmp_path, harm):
    fitted(tmp_path)
    harm(tmp_path / "folder")
    assert "turnaround calibrate" in refused(tmp_path, "report folder --no-pdf", "folder")
    assert not (tmp_path / "folder/calibration.html").exists()


def test_netcdf_on_a_full_disk_is_a_message_and_no_crash(tmp_path):
    pytest.importorskip("xarray")
    swept(within_made(tmp_path))
    with files_up_to(100):
        answer = ask(["export", "folder", "new.nc"])
    assert answer.code == 2
    assert "new.nc" in answer.err
    assert not list(tmp_path.glob("new*"))


def test_what_says_already_what_is_wrong_is_not_said_again(tmp_path):
    with pytest.raises(StudyError, match=r"^as it is$"), as_left_by("turnaround compare", tmp_path):
        raise StudyError("as it is")
    with (
        pytest.raises(StudyError, match="not as `turnaround compare` left it"),
        as_left_by("turnaround compare", tmp_path),
    ):
        raise KeyError("regimes")


def test_points_and_parts_may_be_pipes_without_a_wait(tmp_path):
    points(tmp_path)
    (tmp_path / "points.parquet").unlink()
    os.mkfifo(tmp_path / "points.parquet")
    refused(tmp_path, "sweep parquet.toml --dry-run", "points.parquet")
    begun(within_made(tmp_path))
    part = next((tmp_path / "folder/runs").glob("part-*"))
    part.unlink()
    os.mkfifo(part)
    with within(tmp_path):
        answer = ask(["status", "folder"])
    assert answer.code == 1
    shutil.rmtree(tmp_path / "folder")


@pytest.mark.parametrize("line", ['regimes = ["ad_hkc"]', 'scenarios = ["squ[eeze"]'])
def test_a_name_that_a_study_gets_wrong_is_said_to_be_in_the_study(tmp_path, line):
    text = (
        f'title = "T"\n{line}\n[design]\nkind = "sobol"\npoints = 2\n[parameters]\n"director.blame" = {{}}\n'
    )
    (tmp_path / "study.toml").write_text(text)
    refused(tmp_path, "sweep study.toml --dry-run", "study.toml")


@pytest.mark.parametrize(
    "errors", [[1], [{}], [{"point": 10**9, "regime": "trust", "replicate": 0}], [{"point": 0, "regime": 3}]]
)
def test_errors_of_a_sweep_that_were_edited_name_no_run_and_stop_nothing(tmp_path, errors):
    begun(within_made(tmp_path))
    (tmp_path / "folder/errors.json").write_text(json.dumps(errors))
    with within(tmp_path):
        answer = ask(["resume", "folder", "--workers", "1", "--quiet"])
    assert answer.code == 0, answer
