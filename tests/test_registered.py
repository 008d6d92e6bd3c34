"""The registered forecast is there, whole and unchanged; and registering leaves what it should."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from experiments.errors import StudyError
from experiments.forecasts.make import MODELS
from experiments.forecasts.register import main, register
from experiments.forecasts.schema import read_forecast
from experiments.posterior import Posterior, read_posterior, rules_hash, shipped_posterior, write_posterior

ROOT = Path(__file__).parents[1]
FIRST, SECOND = ROOT / "forecasts" / "2019Q4", ROOT / "forecasts" / "2019Q4-second"
SEAL_OF_THE_FIRST = "dd62475bd582f6eadc8b913cf93ec7b4cbab02313e471c1549313405c8a71ad6"
OF_EACH = {"national.parquet", "council.parquet", "next_inspection.parquet", "forecast.json"}
OF_THE_MODEL = OF_EACH | {"draws.parquet", "noise_ceiling.csv"}
MOST_BYTES = 5_000_000
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:\w[\w.-]*/)+")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_whole(folder):
    """Everything that must hold of a registration, but for its size and its draws."""
    listed = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        *listed, "SHA256SUMS", "README.md",
    }  # fmt: skip
    assert all(sha256(folder / name) == digest for name, digest in listed.items())
    page = (folder / "README.md").read_text("utf-8")
    assert sha256(folder / "SHA256SUMS") in page
    for name in MODELS:
        made = read_forecast(folder / name)
        said = made.description
        files = {path.name for path in (folder / name).iterdir()}
        assert files == (OF_THE_MODEL if name == "turnaround" else OF_EACH)
        assert said["files"] == {file: sha256(folder / name / file) for file in files - {"forecast.json"}}
        assert said["origin"] == said["fitted_to"] == "2019Q4"
        assert made.label == ""
        assert not MACHINE_PATH.search((folder / name / "forecast.json").read_text("utf-8"))
    assert not MACHINE_PATH.search(page)
    said = read_forecast(folder / "turnaround").description
    assert said["posterior"]["sha256"] in page
    assert said["model_hash"] in page
    return said


@pytest.mark.parametrize("folder", [FIRST, SECOND], ids=lambda folder: folder.name)
def test_a_forecast_from_2019_is_registered_and_unchanged(folder):
    said = is_whole(folder)
    assert said["end"] == "2025Q4"
    assert said["draws"] == 2000
    assert said["posterior"]["fitted_with_this_model"]
    assert said["sources"]["git_revision"]
    assert not said["sources"]["changed_since"]
    assert sum(path.stat().st_size for path in folder.rglob("*.parquet")) < MOST_BYTES


def test_the_first_was_not_made_again():
    assert sha256(FIRST / "SHA256SUMS") == SEAL_OF_THE_FIRST


def test_the_sets_that_come_with_the_model_are_those_of_the_second():
    """The file of the posterior may have other notes by then, and so another hash."""
    drawn = pl.read_parquet(SECOND / "turnaround" / "draws.parquet")
    rows = drawn.unique("set").sort("set")["posterior_row"].to_list()
    shipped = shipped_posterior()
    said = read_forecast(SECOND / "turnaround").description["posterior"]
    assert shipped.drawn(100, 1).tolist() == rows
    assert list(shipped.names) == said["parameters"]
    assert len(shipped) == said["sets"]


# ---- Registering


@pytest.fixture(scope="module")
def believed(tmp_path_factory):
    path = tmp_path_factory.mktemp("fit") / "posterior.parquet"
    said = {"until": "2019Q4", "rules_hash": rules_hash(("inspection.noise",))}
    write_posterior(
        Posterior(("inspection.noise",), np.array([[4.0], [6.0]]), np.array([0.5, 0.5]), said), path
    )
    return path


@pytest.fixture(scope="module")
def folder(believed, tmp_path_factory):
    place = tmp_path_factory.mktemp("registered")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        (place / "posterior.parquet").write_bytes(believed.read_bytes())
        register(Path("r"), read_posterior(Path("posterior.parquet")), 6, 2, 1, 1, end="2021Q4")
    return place / "r"


def test_what_is_registered_is_whole_and_names_no_folder_of_a_machine(folder, believed):
    said = is_whole(folder)
    assert said["posterior"]["sha256"] == sha256(believed)
    assert said["end"] == "2021Q4"


def test_the_page_tells_how_to_score_with_a_command_that_works(folder, cli, monkeypatch):
    page = (folder / "README.md").read_text("utf-8")
    command = re.search(r"```\n(turnaround score .*?)\n```", page, re.DOTALL)[1].replace("\\\n", " ")
    monkeypatch.chdir(folder.parent)
    (folder.parent / "judgements.csv").write_text("la_code,quarter,grade\n330,2021Q3,Good\n")
    code, out, err = cli(*command.split()[1:])
    assert code == 0, err
    for name in MODELS:
        assert name in out


def test_the_page_shows_the_noise_ceiling(folder):
    page = (folder / "README.md").read_text("utf-8")
    rows = (folder / "turnaround" / "noise_ceiling.csv").read_text().splitlines()
    expected = float(rows[1].split(",")[3])
    assert f"| {expected:.3f} |" in page
    assert "| ranked probability score | knows the true state of the council at the inspection |" in page


def test_the_hashes_are_as_sha256sum_reads_them_and_a_change_is_found(folder, tmp_path):
    for path in folder.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    table = tmp_path / "markov" / "council.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 1
    with pytest.raises(AssertionError):
        is_whole(tmp_path)


def test_what_is_registered_is_not_made_again(folder, believed):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with pytest.raises(StudyError, match="holds a registered forecast, which stands as it was made"):
        register(folder, read_posterior(believed), 6, 2, 1, 1)
    ended = CliRunner().invoke(main, ["--out", str(folder), "--posterior", str(believed)])
    assert ended.exit_code == 2
    assert "name another folder with --out" in " ".join(ended.output.split())
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_one_that_was_interrupted_goes_on(folder, believed, tmp_path, monkeypatch):
    """The sceptics are made again; what the model had finished is kept, and the tables are the same."""
    import experiments.forecasts.register as registering

    def interrupt(*given, **options):
        raise KeyboardInterrupt

    posterior = read_posterior(believed)
    honest = registering.make_baseline
    monkeypatch.setattr(registering, "make_baseline", interrupt)
    with pytest.raises(KeyboardInterrupt):
        register(tmp_path / "r", posterior, 6, 2, 1, 1, end="2021Q4")
    monkeypatch.setattr(registering, "make_baseline", honest)
    assert not (tmp_path / "r" / "README.md").exists()
    made = json.loads((tmp_path / "r/turnaround/forecast.json").read_text())["made"]
    register(tmp_path / "r", posterior, 6, 2, 1, 1, end="2021Q4")
    said = read_forecast(tmp_path / "r" / "turnaround").description
    assert said["made"] == made
    assert said["files"] == read_forecast(folder / "turnaround").description["files"]
