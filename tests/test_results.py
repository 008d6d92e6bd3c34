"""The results folder: complete, readable by others, never half-written, and never written over by mistake."""

import errno
import json
import shutil

import polars as pl
import pytest

from experiments.compare import compare, plan_comparison
from experiments.dispatch import Interrupted
from experiments.errors import StudyError
from experiments.manifest import settings_over
from experiments.results import open_results
from experiments.tables import TABLES
from model.parameters import Parameters
from model.regimes import resolve
from model.registry import ParameterError, registry

REGIMES = ["ad_hoc", "trust"]
SMALL = {"regimes": REGIMES, "quarters": 6, "replicates": 4, "seed": 2, "workers": 1, "posterior": "none"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return compare(**SMALL, out=tmp_path_factory.mktemp("results") / "small", settings=["director.blame=0.5"])


@pytest.fixture
def one_replicate_a_block(monkeypatch):
    """Blocks as small as can be, so that a study has several."""
    monkeypatch.setattr("experiments.runner.RUN_QUARTERS_A_BLOCK", 1)


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# ---- What is there


def test_the_folder_holds_what_it_says(made):
    assert files_in(made.results.folder) == [
        "codebook.csv",
        "councils/part-000000.parquet",
        "design.parquet",
        "differences.csv",
        "failures.csv",
        "manifest.json",
        "outcomes.csv",
        "parameters.csv",
        "quarters/part-000000.parquet",
        "runs/part-000000.parquet",
    ]


def test_the_manifest_says_what_was_run_and_how_to_run_it_again(made):
    manifest = json.loads((made.results.folder / "manifest.json").read_text())
    assert manifest["state"] == "complete"
    assert manifest["runs"] == {"asked": 8, "ok": 8, "failed": 0}
    assert [regime["title"] for regime in manifest["regimes"]] == ["Ad hoc", "Trust"]
    assert manifest["settings"] == [{"name": "director.blame", "value": "0.5", "origin": "set by hand"}]
    assert len(manifest["model_hash"]) == 64
    assert {"python", "mesa", "numpy", "numba", "polars", "turnaround"} <= set(manifest["versions"])
    assert manifest["command"] == (
        "turnaround compare --regimes ad_hoc,trust --start 2014Q1 --quarters 6 --replicates 4 --seed 2"
        " --posterior none"
        " --set director.blame=0.5"
    )


def test_the_codebook_explains_every_column_and_no_other(made):
    codebook = pl.read_csv(made.results.folder / "codebook.csv")
    assert codebook["meaning"].null_count() == 0
    tables = {name: made.results.table(name) for name in TABLES}
    tables |= {"design": made.results.design, "parameters": made.results.parameters}
    tables["failures"] = made.results.failures
    tables |= {"outcomes": made.outcomes, "differences": made.differences}
    assert set(codebook["table"]) == set(tables)
    for name, table in tables.items():
        assert codebook.filter(table=name)["column"].to_list() == table.columns, name


def test_what_is_missing_is_missing_and_never_not_a_number(made):
    for name in TABLES:
        numbers = made.results.table(name).select(pl.selectors.float())
        assert numbers.select(pl.all().is_nan().any()).row(0) == (False,) * numbers.width


def test_the_tables_have_a_row_for_each_run_quarter_and_council(made):
    runs, quarters, councils = (made.results.table(name) for name in TABLES)
    assert (len(runs), len(quarters)) == (2 * 4, 2 * 4 * 6)
    assert len(councils) == 2 * 4 * 158
    assert councils["name"].n_unique() == 158
    # In 2014 there were 152 councils.
    assert councils.filter(exists=1).group_by("regime", "replicate").len()["len"].unique().to_list() == [152]
    assert runs["status"].unique().to_list() == ["ok"]


def test_the_parameters_of_a_run_can_be_had_back_from_the_design(made):
    row = made.results.design.filter(regime="trust").row(0, named=True)
    del row["regime"]
    again = Parameters.defaults().changed(row, "design.parquet")
    assert again == resolve("trust", settings={"director.blame": 0.5})


def test_every_value_is_listed_with_its_unit_and_origin(made):
    listed = made.results.parameters
    assert len(listed) == 2 * len(registry())
    origin = {row["name"]: row["origin"] for row in listed.filter(regime="trust").rows(named=True)}
    assert origin["director.blame"] == "set by hand"
    assert origin["regime.takeover_deadline"] == "regime trust"
    assert origin["regime.support_delay"] == "default"


def test_what_lies_over_all_regimes_names_the_scenario_it_came_from():
    plan = plan_comparison(REGIMES, scenarios=["squeeze"])
    over = settings_over(plan.study.sets, plan.regimes)
    assert {
        "name": "nation.funding_growth_after_2025",
        "value": "-0.02",
        "origin": "scenario squeeze",
    } in over
    assert len(over) == 3


def test_results_in_memory_are_those_of_the_folder(made):
    again = compare(**SMALL, settings={"director.blame": 0.5})
    assert again.results.folder is None
    for name in TABLES:
        assert again.results.table(name).equals(made.results.table(name))
    assert again.differences.equals(made.differences)
    assert again.results.design.equals(made.results.design)


def test_opened_results_are_those_that_were_made(made):
    opened = open_results(made.results.folder)
    for name in TABLES:
        assert opened.table(name).equals(made.results.table(name))
    assert opened.manifest == made.results.manifest


def test_only_the_tables_asked_for_are_kept_and_runs_always_are(tmp_path):
    results = compare(**SMALL, out=tmp_path / "runs", tables=["councils"]).results
    assert list(results.tables) == ["runs", "councils"]
    assert not (tmp_path / "runs" / "quarters").exists()
    with pytest.raises(StudyError, match="no table 'quarters'; they have runs, councils"):
        results.table("quarters")


def test_the_baseline_is_added_when_it_is_not_named(tmp_path):
    assert [regime.name for regime in plan_comparison(["trust"]).regimes] == ["ad_hoc", "trust"]
    mine = tmp_path / "mine.toml"
    mine.write_text('title = "Mine"\nsummary = "One."\n[regime]\npeer_reviews = 0.1\n')
    plan = plan_comparison(["trust", mine], baseline="mine")
    assert [regime.name for regime in plan.regimes] == ["trust", "mine"]
    assert plan.baseline == "mine"


# ---- What is not to be written over


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear")
    for overwrite in (False, True):
        with pytest.raises(StudyError, match="is not empty and holds no results of this program"):
            compare(**SMALL, out=tmp_path, overwrite=overwrite)
    assert files_in(tmp_path) == ["letter.txt"]


def test_results_are_replaced_only_when_asked_and_then_wholly(made, tmp_path, one_replicate_a_block):
    folder = tmp_path / "results"
    shutil.copytree(made.results.folder, folder)
    (folder / "notes.txt").write_text("mine")
    (folder / "runs" / "part-000099.parquet").write_bytes(b"old")
    before = files_in(folder)
    with pytest.raises(StudyError, match=r"holds results already.*--overwrite"):
        compare(**SMALL, out=folder)
    assert files_in(folder) == before
    again = compare(**SMALL | {"replicates": 2}, out=folder, overwrite=True)
    assert again.results.table("runs")["replicate"].to_list() == [0, 1, 0, 1]
    assert "runs/part-000099.parquet" not in files_in(folder)
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "change",
    [
        {"regimes": ["nobody"]},
        {"regimes": ["trust", "trust"]},
        {"baseline": "nobody"},
        {"settings": ["director.blame=9"]},
        {"settings": ["director.blame=1", "director.blame=2"]},
        {"scenarios": ["nowhere"]},
        {"start": "2031Q1"},
        {"replicates": 0},
        {"tables": ["everything"]},
        {"precision": 0.0},
        {"workers": 0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_bad_input_leaves_nothing_behind(tmp_path, change):
    with pytest.raises((StudyError, ParameterError)):
        compare(**SMALL | change, out=tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_setting_that_contradicts_some_regimes_is_refused_with_their_names():
    with pytest.raises(ParameterError) as refusal:
        plan_comparison(["no_intervention", "trust"], baseline="trust", settings={"regime.market": 0})
    assert str(refusal.value).startswith("regime trust: regime.takeover_mix.trust is used")
    assert "no_intervention" not in str(refusal.value)


def test_what_is_wrong_under_every_regime_is_said_once():
    with pytest.raises(ParameterError) as refusal:
        plan_comparison(settings={"director.blame": 9})
    assert str(refusal.value).count("director.blame") == 1


# ---- What is left when something stops it


def test_an_interrupted_comparison_keeps_the_runs_that_had_finished(made, tmp_path, one_replicate_a_block):
    stops = []

    def stop_once(runs):
        if not stops:
            stops.append(runs)
            raise KeyboardInterrupt

    folder = tmp_path / "results"
    options = SMALL | {"settings": ["director.blame=0.5"], "workers": 2, "replicates": 40}
    with pytest.raises(Interrupted) as stop:
        compare(**options, out=folder, progress=stop_once)
    kept = open_results(folder)
    runs = kept.table("runs")
    assert kept.manifest["state"] == "interrupted"
    assert len(runs) == kept.manifest["runs"]["ok"] == stop.value.finished
    assert 2 <= len(runs) < 80
    assert stop.value.__notes__ == [f"{len(runs)} of 80 runs are kept in {folder}"]
    whole = made.results.table("runs").filter(pl.col("replicate") < len(runs) // 2)
    assert runs.filter(pl.col("replicate") < 4).equals(whole)
    assert kept.table("quarters").select("regime", "replicate").n_unique() == len(runs)


def test_interrupted_before_any_run_had_finished_nothing_is_left(tmp_path, monkeypatch):
    def stop(block):
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.runner.run_one_block", stop)
    with pytest.raises(Interrupted) as interruption:
        compare(**SMALL, out=tmp_path / "results")
    assert interruption.value.__notes__ == ["no block of runs had finished, so nothing is kept"]
    assert not (tmp_path / "results").exists()


def test_a_full_disk_leaves_whole_blocks_only(tmp_path, monkeypatch, one_replicate_a_block):
    write = pl.DataFrame.write_parquet
    folder = tmp_path / "results"

    def write_until_full(table, path):
        if path.name.startswith("part-000002") and path.parent.name == "quarters":
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(table, path)

    monkeypatch.setattr(pl.DataFrame, "write_parquet", write_until_full)
    with pytest.raises(OSError, match="No space left") as problem:
        compare(**SMALL, out=folder)
    assert problem.value.__notes__ == [f"4 of 8 runs are kept in {folder}"]
    monkeypatch.undo()
    kept = open_results(folder)
    assert kept.manifest["state"] == "failed"
    for table in TABLES:
        assert sorted(path.name for path in (folder / table).iterdir()) == [
            "part-000000.parquet",
            "part-000001.parquet",
        ]
    assert kept.table("runs")["replicate"].to_list() == [0, 1, 0, 1]


# ---- What cannot be opened


def test_what_is_no_results_folder_is_not_opened(tmp_path):
    with pytest.raises(StudyError, match="there is no such folder"):
        open_results(tmp_path / "nowhere")
    with pytest.raises(StudyError, match=r"no results of this program: there is no manifest.json"):
        open_results(tmp_path)
    (tmp_path / "manifest.json").write_text('{"kind": "photographs"}')
    with pytest.raises(StudyError, match="no results of this program"):
        open_results(tmp_path)


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda folder: shutil.rmtree(folder / "quarters"), "quarters: there are no parts"),
        (lambda folder: (folder / "design.parquet").unlink(), "incomplete"),
        (lambda folder: (folder / "failures.csv").unlink(), "incomplete"),
        (
            lambda folder: (folder / "manifest.json").write_text(
                '{"kind": "turnaround results", "layout": 99}'
            ),
            "written in layout 99; this version reads 1",
        ),
    ],
    ids=["parts", "design", "failures", "layout"],
)
def test_results_from_which_something_is_missing_are_not_opened(made, tmp_path, spoil, message):
    folder = tmp_path / "copy"
    shutil.copytree(made.results.folder, folder)
    spoil(folder)
    with pytest.raises(StudyError, match=message):
        open_results(folder)
