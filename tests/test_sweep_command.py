"""`turnaround sweep` and its kin: what is told, and one clear message for everything that cannot be."""

import dataclasses
import time

import polars as pl
import pytest
from sweep_runs import small_study, toml_of

from experiments.errors import StudyError
from experiments.sweeps import cost

STUDY = small_study(
    replicates=2,
    quarters=2,
    tables=["runs"],
    design={"kind": "sobol", "points": 4},
    parameters={"director.blame": {}, "market.entry_rate": {}},
)
TEN = {
    f"director.{name}": {"levels": 16}
    for name in (
        "leaving_rate", "blame", "trouble", "long_tenure", "burden_leaving", "chief_executive_shield",
        "interim_ends", "permanent_share", "pool_effect", "burned_share",
    )
}  # fmt: skip


def with_design(**design):
    return STUDY | {"design": design}


def with_factor(**options):
    return STUDY | {"parameters": {"director.blame": options}}


@pytest.fixture
def refused(cli, tmp_path):
    """Asks for a sweep of a study that cannot be, and returns what is said of it."""

    def ask(study, *options):
        text = study if isinstance(study, bytes) else toml_of(study).encode()
        (tmp_path / "study.toml").write_bytes(text)
        before = sorted(tmp_path.rglob("*"))
        code, out, err = cli("sweep", "study.toml", *options)
        assert code == 2
        assert "Traceback" not in err
        assert err.count("Error: ") == 1
        assert "Results" not in out
        assert sorted(tmp_path.rglob("*")) == before
        return err

    return ask


# ---- Study files


@pytest.mark.parametrize(
    "study, said",
    [
        (STUDY | {"parameters": {"director.blme": {}}}, ["study.toml", "director.blme", "director.blame"]),
        (STUDY | {"parameters": {"nothing.*": {}}}, ["no uncertain parameter matches 'nothing.*'"]),
        (STUDY | {"parameters": {}}, ["[parameters] names none that varies"]),
        (STUDY | {"exclude": ["director.blme"]}, ["director.blme", "director.blame"]),
        (STUDY | {"set": {"director.blme": 1}}, ["director.blme", "director.blame"]),
        (STUDY | {"set": {"director.blame": 1}}, ["director.blame cannot be held fixed under [set]"]),
        (STUDY | {"set": {"director.trouble": 99}}, ["director.trouble", "99"]),
        (STUDY | {"set": {"director.trouble": float("nan")}}, ["director.trouble", "nan"]),
        (with_factor(low=1.0, high=0.5), ["low = 1 must lie below high = 0.5"]),
        (with_factor(low=0.5, high=0.5), ["low = 0.5 must lie below high = 0.5"]),
        (with_factor(low=-1.0), ["director.blame", "-1"]),
        (with_factor(high=99.0), ["director.blame", "99"]),
        (with_factor(low=float("nan")), ["director.blame", "nan"]),
        (with_factor(high=float("inf")), ["director.blame", "inf"]),
        (with_factor(values=[0.5, float("nan")]), ["director.blame", "nan"]),
        (with_factor(values=[0.5, 0.5]), ["a value is listed twice"]),
        (with_factor(values=[0.5], low=0.1), ["give either values, or low, high and distribution"]),
        (with_factor(distribution="log_uniform"), ["log_uniform needs low above 0"]),
        (with_factor(distribution="normal"), ["distribution", "normal", "uniform"]),
        (with_factor(levels=3), ["only a grid has levels of single factors"]),
        (with_factor(hgih=1.0), ["there is no entry", "hgih", "did you mean high?"]),
        (STUDY | {"parameters": {"director.blame": 3}}, ["director.blame", "3"]),
        (STUDY | {"parameters": {"regime.fallback": {}}}, ["an arrangement has no range; list values"]),
        (STUDY | {"parameters": {"regime.fallback": {"values": ["trust", "none"]}}}, ["cannot stand in"]),
        (STUDY | {"replicates": 0}, ["study.toml: replicates = 0: allowed is a whole number from 1"]),
        (STUDY | {"replicates": 1.5}, ["replicates"]),
        (STUDY | {"seed": -1}, ["seed = -1"]),
        (STUDY | {"quarters": 0}, ["quarters = 0"]),
        (STUDY | {"quarters": 99}, ["quarters = 99: allowed is a whole number from 1 to 80"]),
        (STUDY | {"years": 1}, ["give the horizon as quarters or as years, not both"]),
        (STUDY | {"start": "spring"}, ["start 'spring'", "2014Q1"]),
        (STUDY | {"outcomes": ["quality_ende"]}, ["no outcome is called 'quality_ende'; did you mean"]),
        (STUDY | {"tables": ["run"]}, ["no table is called 'run'; allowed is runs, quarters, councils"]),
        (STUDY | {"regimes": []}, ["regimes"]),
        (STUDY | {"regimes": "ad_hoc"}, ["regimes = 'ad_hoc': allowed is a list, such as [\"ad_hoc\"]"]),
        (STUDY | {"regimes": ["ad_hock"]}, ["ad_hock", "ad_hoc"]),
        (STUDY | {"regimes": ["ad_hoc", "ad_hoc"]}, ["two regimes are called 'ad_hoc'"]),
        (STUDY | {"regimes": ["mine.toml"]}, ["mine.toml"]),
        (STUDY | {"baseline": "mixed"}, ["baseline = 'mixed': allowed is one of ad_hoc, trust"]),
        (STUDY | {"scenarios": ["sqeeze"]}, ["sqeeze", "squeeze"]),
        (STUDY | {"replicate": 3}, ["there is no entry 'replicate'; did you mean replicates?"]),
        ({key: value for key, value in STUDY.items() if key != "title"}, ["title is missing"]),
        ({key: value for key, value in STUDY.items() if key != "design"}, ["design is missing"]),
        (b"title = ", ["study.toml: not a TOML file"]),
        (b"\xff\xfe\x00", ["study.toml: cannot be read: it is not UTF-8 text"]),
        (b"", ["title is missing", "design is missing"]),
    ],
)  # fmt: skip
def test_a_study_that_cannot_be_is_refused_in_one_message(refused, study, said):
    message = refused(study)
    for words in said:
        assert words in message


@pytest.mark.parametrize(
    "design, said",
    [
        ({"kind": "sobl", "points": 4}, ["design.kind = 'sobl'; did you mean sobol? Allowed is grid, latin"]),
        ({"kind": "latin", "points": 4}, ["did you mean latin_hypercube? Allowed is", "morris or table\n"]),
        ({"kind": "unicorn"}, ["design.kind = 'unicorn'; allowed is grid"]),
        ({"kind": "saltelli", "base": 4, "move": "group"}, ["did you mean groups? Allowed is alone, groups"]),
        ({"kind": "sobol", "points": "many"}, ["design.points", "valid integer"]),
        ({"kind": "sobol"}, ["points is missing"]),
        ({"kind": "sobol", "points": 5}, ["points = 5: allowed is a power of 2", "4 or 8"]),
        ({"kind": "sobol", "points": 0}, ["points = 0"]),
        ({"kind": "sobol", "points": [4, 4]}, ["points = [4, 4]: allowed is one number"]),
        ({"kind": "sobol", "base": 4}, ["base is not used; allowed is points, seed"]),
        ({"kind": "sobol", "points": 4, "pionts": 4}, ["there is no entry 'design.pionts'", "points"]),
        ({"kind": "sobol", "points": 4, "seed": -1}, ["design seed = -1"]),
        ({"kind": "saltelli", "base": 100}, ["base = 100: allowed is a power of 2", "64 or 128"]),
        ({"kind": "saltelli", "points": 4}, ["points is not used; allowed is base, seed, move"]),
        ({"kind": "morris", "trajectories": 4, "levels": 3}, ["levels = 3", "an even number"]),
        ({"kind": "morris", "trajectories": 4, "move": "both"}, ["move = 'both': allowed is"]),
        ({"kind": "latin_hypercube", "points": 1}, ["points = 1"]),
        ({"kind": "latin_hypercube", "points": []}, ["points = []"]),
        ({"kind": "grid", "levels": 1}, ["levels of director.blame = 1"]),
        ({"kind": "grid", "dummy": True}, ["a dummy is for samples"]),
        ({"kind": "table", "file": "points.csv"}, ["takes its parameters from the table's columns"]),
    ],
)  # fmt: skip
def test_a_design_that_cannot_be_is_refused_in_one_message(refused, design, said):
    message = refused(STUDY | {"design": design})
    for words in said:
        assert words in message


def table_study(file):
    study = {key: value for key, value in STUDY.items() if key != "parameters"}
    return study | {"design": {"kind": "table", "file": file}}


@pytest.mark.parametrize(
    "file, content, said",
    [
        ("p.csv", "director.blme\n0.5\n", ["wrong columns", "director.blme", "director.blame"]),
        ("p.csv", "director.blame,director.blame\n0.5,0.6\n", ["wrong columns"]),
        ("p.csv", "director.blame\nmuch\n0.5\n", ["p.csv, row 1, column director.blame: 'much'"]),
        ("p.csv", "director.blame\n0.5\n\n0.7\n", ["row 2, column director.blame: None is not allowed"]),
        ("p.csv", "director.blame,director.trouble\n0.5,1\n0.6\n", ["row 2, column director.trouble: None"]),
        ("p.csv", "director.blame\n99\n", ["row 1, column director.blame: 99 is not allowed; allowed is"]),
        ("p.csv", "director.blame\nNaN\n", ["row 1, column director.blame: nan is not allowed"]),
        ("p.csv", "regime.fallback\ntrusty\n", ["row 1, column regime.fallback: 'trusty' is not allowed"]),
        ("p.csv", "", ["p.csv: cannot be read as a table"]),
        ("p.csv", "director.blame\n", ["the table has no rows"]),
        ("p.csv", "point\n1\n", ["no column but `point`"]),
        ("p.csv", b"\x00\xff\xfe\x89PNG\r\n", ["p.csv"]),
        ("p.csv", None, ["p.csv", "No such file or directory"]),
        ("p.parquet", None, ["p.parquet", "No such file or directory"]),
        ("p.parquet", b"", ["p.parquet: cannot be read as a table"]),
        ("p.parquet", b"PAR1 not really PAR1", ["p.parquet: cannot be read as a table"]),
        ("p.xlsx", b"", ["p.xlsx: allowed is a table in a file ending in .csv or .parquet"]),
    ],
)  # fmt: skip
def test_a_table_of_points_that_cannot_be_is_refused_in_one_message(refused, tmp_path, file, content, said):
    if content is not None:
        (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    message = refused(table_study(file))
    for words in said:
        assert words in message
    assert len(message) < 600


def test_a_parquet_table_with_a_wrong_cell_is_refused_and_named(refused, tmp_path):
    pl.DataFrame({"director.blame": [0.5, None]}).write_parquet(tmp_path / "p.parquet")
    assert "p.parquet, row 2, column director.blame: None is not allowed" in refused(table_study("p.parquet"))


def test_points_that_contradict_themselves_are_counted_and_the_first_is_named(refused, tmp_path):
    (tmp_path / "p.csv").write_text("regime.sector_first\n0\n1\n1\n")
    message = refused(table_study("p.csv"))
    assert "2 of 3 points contradict themselves" in message
    assert "point 1 under ad_hoc" in message
    assert "regime.alliance is 0" in message


# ---- Sweeps that nobody can have meant


@pytest.mark.parametrize(
    "study",
    [
        STUDY | {"design": {"kind": "grid"}, "parameters": TEN},
        with_design(kind="sobol", points=2**40),
        with_design(kind="latin_hypercube", points=10**12),
        with_design(kind="saltelli", base=2**40),
        with_design(kind="morris", trajectories=10**12),
    ],
    ids=lambda study: study["design"]["kind"],
)
def test_a_design_of_a_million_million_points_is_reckoned_and_refused(refused, cli, study):
    began = time.monotonic()
    message = refused(study)
    assert time.monotonic() - began < 30
    assert "runs would take" in message
    assert "TB" in message
    code, out, err = cli("sweep", "study.toml", "--dry-run")
    assert code == 2
    assert " runs, about " in out
    assert " TB of " in out
    assert " years on " in out
    code, _, err = cli("sweep", "study.toml", "--yes")
    assert code == 2
    assert "runs would take" in err


@pytest.mark.parametrize(
    "design",
    [{"kind": "latin_hypercube", "points": 20_000_000}, {"kind": "morris", "trajectories": 9_000_000}],
)
def test_a_design_that_fits_the_disk_but_not_its_sampler_is_refused_with_another(
    refused, design, monkeypatch
):
    monkeypatch.setattr(cost, "free_at", lambda path: 10**15)
    study = STUDY | {"design": design, "regimes": ["ad_hoc"], "replicates": 1, "outcomes": ["quality_end"]}
    message = refused(study, "--yes")
    assert "this kind of design is made whole" in message


def test_what_takes_long_is_asked_for_twice(cli, refused, monkeypatch):
    monkeypatch.setattr(cost, "MUCH_TIME", 0.0)  # what takes half a day depends on the machine
    message = refused(STUDY)
    assert "16 runs would take" in message
    assert "ask for it with --yes" in message
    assert cli("sweep", "study.toml", "--dry-run")[0] == 2
    assert cli("sweep", "study.toml", "--yes")[0] == 0


@pytest.mark.parametrize("much", [{"seconds": cost.MUCH_TIME + 1}, {"disk": cost.MUCH_DISK + 1}])
def test_half_a_day_or_a_full_disk_is_much(much):
    little = cost.Cost(runs=10, seconds=cost.MUCH_TIME - 1, disk=cost.MUCH_DISK - 1, free=10**12, workers=2)
    cost.must_be_bearable(little, sure=False)
    heavy = dataclasses.replace(little, **much)
    with pytest.raises(StudyError, match="ask for it with --yes"):
        cost.must_be_bearable(heavy, sure=False)
    cost.must_be_bearable(heavy, sure=True)


# ---- Options and folders


@pytest.mark.parametrize(
    "options, said",
    [
        (("--shard", "0/3"), "--shard 0/3: allowed is k/n with k from 1 to n"),
        (("--shard", "4/3"), "--shard 4/3: allowed is k/n"),
        (("--shard", "1"), "--shard 1: allowed is k/n"),
        (("--shard", "1/0"), "--shard 1/0"),
        (("--shard", "-1/3"), "--shard -1/3"),
        (("--shard", "a/b"), "--shard a/b"),
        (("--workers", "0"), "workers = 0: allowed is a whole number from 1"),
        (("--workers", "-3"), "workers = -3"),
        (("--workers", "many"), "many"),
        (("--block", "0"), "--block 0: allowed is a whole number from 1"),
        (("--executor", "cluster"), "cluster"),
        (("--out", "study.toml"), "study.toml is a file; name a folder for the sweep"),
        (("--out", "study.toml/out"), "study.toml"),
        (("--scheduler", "nonsense://x"), "scheduler nonsense://x cannot be reached"),
    ],
)
def test_options_that_cannot_be_are_refused_in_one_message(refused, options, said):
    assert said in refused(STUDY, *options)


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_given_up_soon(refused):
    began = time.monotonic()
    message = refused(STUDY, "--scheduler", "tcp://127.0.0.1:1")
    assert time.monotonic() - began < 25
    assert "scheduler tcp://127.0.0.1:1 cannot be reached" in message


@pytest.mark.parametrize("name", ["study.toml", "a folder", "nowhere.toml"])
def test_a_study_that_is_no_file_is_refused(cli, tmp_path, name):
    (tmp_path / "a folder").mkdir()
    if name == "study.toml":
        (tmp_path / name).mkdir()
    code, out, err = cli("sweep", name)
    assert (code, out) == (2, "")
    assert f"Error: {name}: cannot be read: " in err


def test_a_folder_that_holds_something_else_is_left_alone(refused, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("precious")
    for options in ((), ("--dry-run",)):
        message = refused(STUDY, "--out", "mine", *options)
        assert "mine is not empty and holds no sweep, so it is left alone" in message
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["thesis.doc"]


def test_the_folder_of_a_comparison_is_left_alone(refused, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "manifest.json").write_text('{"kind": "turnaround results"}')
    assert "no sweep" in refused(STUDY, "--out", "mine")


def test_a_dry_run_says_what_it_would_cost_and_makes_nothing(cli, tmp_path):
    (tmp_path / "study.toml").write_text(toml_of(STUDY))
    code, out, _ = cli("sweep", "study.toml", "--dry-run", "--quiet")
    assert code == 0
    assert "4 points (sobol, 2 factors) × 2 regimes × 2 replicates = 16 runs of 2 quarters" in out
    assert "Cost     16 runs, about 1 s on" in out
    assert [file.name for file in tmp_path.iterdir()] == ["study.toml"]


# ---- A sweep that can be, and what comes after


def test_a_sweep_from_beginning_to_export(cli, tmp_path):
    (tmp_path / "study.toml").write_text(toml_of(STUDY))
    code, out, _ = cli("sweep", "study.toml")
    assert code == 0
    assert "Done     16 runs in" in out
    assert "Results  results/study" in out
    code, out, _ = cli("status", "results/study")
    assert code == 0
    assert "State    complete" in out
    assert "Finished 16 of 16 runs (100%)" in out
    assert cli("sweep", "study.toml", "--quiet") == (0, "results/study\n", "")
    for number in (1, 2):
        assert cli("sweep", "study.toml", "--shard", f"{number}/2", "--quiet")[0] == 0
    code, out, _ = cli("merge", "merged", "results/study-shard-1-of-2", "results/study-shard-2-of-2")
    assert (code, "Finished 16 of 16" in out) == (0, True)
    refusals = {
        ("extend", "results/study"): "say what to add",
        ("extend", "results/study", "--replicates", "1"): "replicates = 1: allowed is a whole number from 2",
        ("extend", "results/study", "--points", "2"): "points = 2: allowed is a whole number from 4",
        ("extend", "results/study", "--points", "6"): "points = 6: allowed is a power of 2",
        ("merge", "merged"): "SHARDS",
        ("merge", "merged", "nowhere"): "nowhere: there is no such folder",
        ("merge", "study.toml", "merged"): "study.toml is a file",
        ("export", "results/study", "runs.txt"): "allowed is a name ending in .csv or .nc",
        ("export", "results/study", "nowhere/runs.csv"): "there is no folder nowhere",
        ("export", "results/study", "runs.csv", "--columns", "qualty"): "no column is called 'qualty'",
        ("export", "results/study", "runs.csv", "--table", "quarters"): "this sweep kept no table 'quarters'",
        ("export", "results/study", "study.toml"): "allowed is a name ending in",
        ("export", "nowhere", "runs.csv"): "nowhere: there is no such folder",
        ("resume", "nowhere"): "nowhere: there is no such folder",
        ("status", "results"): "there is no manifest.json",
    }  # fmt: skip
    for command, said in refusals.items():
        code, _, err = cli(*command)
        assert code == 2, command
        assert said in err
        assert "Traceback" not in err
    assert cli("export", "results/study", "runs.csv") == (0, "runs.csv\n", "")
    assert "is there already" in cli("export", "results/study", "runs.csv")[2]
    assert cli("export", "results/study", "runs.csv", "--overwrite")[0] == 0
    code, out, _ = cli("extend", "results/study", "--replicates", "3")
    assert (code, "Going on 16 runs are there already" in out) == (0, True)
    code, _, err = cli("sweep", "study.toml")
    assert (code, "replicates (`turnaround extend` adds some): 3 there, 2 here" in err) == (2, True)


@pytest.mark.parametrize("design", [{"kind": "grid", "levels": 2}, {"kind": "table", "file": "p.csv"}])
def test_a_grid_and_a_table_have_no_more_points(cli, tmp_path, design):
    (tmp_path / "p.csv").write_text("director.blame\n0.5\n")
    study = STUDY | {"design": design, "regimes": ["ad_hoc"]}
    if design["kind"] == "table":
        del study["parameters"]
    (tmp_path / "study.toml").write_text(toml_of(study))
    assert cli("sweep", "study.toml", "--quiet")[0] == 0
    code, _, err = cli("extend", "results/study", "--points", "100")
    assert code == 2
    assert f"a design of kind {design['kind']} has no more points" in err
