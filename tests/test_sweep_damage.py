"""Damage to a sweep's folder is found, named, set aside and mended; nothing of another study is mixed in."""

import json
import shutil

import polars as pl
import pytest
from sweep_runs import bytes_of_parts, contents, small_study

import experiments.sweeps.blocks
import experiments.sweeps.folder
import experiments.sweeps.saved
from experiments.errors import StudyError
from experiments.sweeps import extend, merge, open_sweep, resume, sweep
from experiments.sweeps.folder import SweepFolder
from experiments.sweeps.parts import hash_of_file

STUDY = small_study(
    replicates=2,
    quarters=2,
    tables=["runs", "quarters"],
    design={"kind": "sobol", "points": 4},
    parameters={"director.blame": {}, "market.entry_rate": {}},
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A finished sweep of 16 runs in 4 blocks."""
    folder = tmp_path_factory.mktemp("made") / "out"
    sweep(STUDY, folder, runs_a_block=4)
    assert len(list(folder.glob("runs/part-*"))) == 4
    return folder


@pytest.fixture(scope="module")
def same(made):
    return contents(open_sweep(made))


@pytest.fixture
def folder(made, tmp_path):
    """A copy of it that may be damaged."""
    return shutil.copytree(made, tmp_path / "out")


def parts(folder, table="runs"):
    return sorted((folder / table).glob("part-*"))


# ---- Damage to parts


def truncate(part):
    part.write_bytes(part.read_bytes()[:-40])


def flip(part):
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)


def empty(part):
    part.write_bytes(b"")


def replace(part):
    others = [other for other in parts(part.parent.parent, part.parent.name) if other != part]
    part.write_bytes(others[0].read_bytes())


def remove(part):
    part.unlink()


@pytest.mark.parametrize("table", ["runs", "quarters"])
@pytest.mark.parametrize("harm", [truncate, flip, empty, replace])
def test_a_damaged_part_is_named_set_aside_and_made_anew(cli, folder, same, table, harm):
    part = parts(folder, table)[1]
    harm(part)
    harmed = part.read_bytes()
    with pytest.raises(
        StudyError, match=rf"damaged:\n(?s:.*)  {table}/{part.name}: torn or changed"
    ) as refused:
        open_sweep(folder)
    assert f"`turnaround resume {folder}`" in str(refused.value)
    code, out, _ = cli("status", folder)
    assert code == 1
    assert f"Damaged  {table}/{part.name}: torn or changed" in out
    assert "Finished 12 of 16 runs (75%)" in out
    assert part.read_bytes() == harmed
    code, _, err = cli("resume", folder, "--quiet")
    assert code == 0
    assert f"Set aside  {table}/{part.name}: torn or changed" in err
    assert (folder / "damaged" / table / part.name).read_bytes() == harmed
    assert contents(open_sweep(folder)) == same


def test_runs_without_the_rest_of_their_block_are_made_anew(folder, same):
    lost = parts(folder, "quarters")[2]
    lost.unlink()
    with pytest.raises(StudyError, match="another table of the same block is missing"):
        open_sweep(folder)
    assert contents(resume(folder)) == same


def test_what_is_left_of_a_block_that_never_finished_is_not_shown_to_readers(folder, same):
    """Killed between two tables of a block, a sweep leaves quarters of runs that are not there."""
    parts(folder)[2].unlink()
    torn = folder / "runs" / "000000002-00-000000.part"
    torn.write_bytes(b"half a table")
    opened = open_sweep(folder)
    assert len(opened.runs.collect()) == 12
    assert len(opened.tables["quarters"].collect()) == 12 * 2
    assert contents(resume(folder)) == same
    assert not torn.exists()


def another_name(folder):
    (folder / "runs" / "notes.txt").write_text("mine")
    return "runs/notes.txt", "not a part's name"


def another_folder(folder):
    (folder / "runs" / "old").mkdir()
    (folder / "runs" / "old" / "file").write_text("mine")
    return "runs/old", "not a part's name"


def named_as_a_part(folder):
    """A file of the user's own with the name, and the hash, of a part."""
    own = folder / "own"
    pl.DataFrame({"a": [1]}).write_parquet(own)
    return moved(folder, own, "part-000000009-00-000000")


def moved(folder, own, name):
    file = folder / "runs" / f"{name}-{hash_of_file(own)}.parquet"
    shutil.copy(own, file)
    own.rename(folder / "quarters" / file.name)
    return f"runs/{file.name}", "holds runs that are not of this study"


def twice(folder):
    """The same runs as another part's, under another name that is sound by itself."""
    for table in ("runs", "quarters"):
        part = parts(folder, table)[0]
        copied = part.with_name(part.name.replace("part-000000000-00", "part-000000000-01"))
        shutil.copy(part, copied)
        if table == "runs":
            name = copied.name
    return f"runs/{name}", "holds runs that another part holds"


@pytest.mark.parametrize("put", [another_name, another_folder, named_as_a_part, twice])
def test_what_is_no_part_of_the_sweep_is_named_and_set_aside(cli, folder, same, put):
    file, reason = put(folder)
    code, out, _ = cli("status", folder)
    assert (code, f"Damaged  {file}: {reason}" in out) == (1, True)
    code, _, err = cli("resume", folder, "--quiet")
    assert (code, f"Set aside  {file}: {reason}" in err) == (0, True)
    assert (folder / "damaged" / file).exists()
    assert contents(open_sweep(folder)) == same


@pytest.mark.parametrize(
    "change", [{"seed": 2}, {"quarters": 3}, {"start": "2014Q2"}, {"set": {"director.trouble": 0.123}}]
)
def test_a_part_of_another_study_is_not_taken_for_one_of_this(folder, same, tmp_path, change):
    """The other study has points, regimes and replicates of the same numbers, and its parts the same form."""
    sweep(STUDY | change, tmp_path / "other", runs_a_block=4)
    for table in ("runs", "quarters"):
        parts(folder, table)[1].unlink()
        part = parts(tmp_path / "other", table)[1]
        shutil.copy(part, folder / table / part.name)
    with pytest.raises(StudyError, match="holds runs that are not of this study"):
        open_sweep(folder)
    assert contents(resume(folder)) == same


def test_damage_found_twice_under_one_name_is_kept_twice(folder):
    for text in ("first", "second"):
        (folder / "runs" / "notes.txt").write_text(text)
        resume(folder)
    kept = (folder / "damaged" / "runs").glob("notes.txt*")
    assert sorted(file.read_text() for file in kept) == ["first", "second"]


# ---- Damage to what a sweep says of itself


def refused_everywhere(cli, folder, *said):
    """What opening, going on and asking for the state say, in one message and without a change."""
    before = {file: file.read_bytes() for file in folder.rglob("*.*") if file.is_file()}
    for command in (("status", folder), ("resume", folder), ("extend", folder, "--replicates", 3)):
        code, out, err = cli(*command)
        assert (code, out) == (2, "")
        assert err.startswith("Error: ")
        assert "Traceback" not in err
        for words in said:
            assert words in err
    with pytest.raises(StudyError):
        open_sweep(folder)
    assert before == {file: file.read_bytes() for file in before}


@pytest.mark.parametrize("name", ["study.json", "manifest.json"])
@pytest.mark.parametrize("content", [b"", b'{"kind": "turna', b"[]", b"null", b"\xff\xfe", b"{}"])
def test_a_torn_study_or_manifest_is_an_error_in_one_message(cli, folder, name, content):
    (folder / name).write_bytes(content)
    refused_everywhere(cli, folder, str(folder))


@pytest.mark.parametrize(
    "key", ["kind", "layout", "shard", "sessions", "study_file", "design_values", "state"]
)
def test_a_manifest_that_lacks_something_is_an_error_in_one_message(cli, folder, key):
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest[key]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    refused_everywhere(cli, folder, str(folder))


@pytest.mark.parametrize(
    "key, value", [("shard", "1/3"), ("shard", [4, 3]), ("sessions", None), ("layout", 9)]
)
def test_a_manifest_with_nonsense_in_it_is_an_error_in_one_message(cli, folder, key, value):
    manifest = json.loads((folder / "manifest.json").read_text()) | {key: value}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    refused_everywhere(cli, folder, str(folder))


def test_a_study_that_was_edited_is_noticed(cli, folder):
    text = (folder / "study.json").read_text()
    (folder / "study.json").write_text(text.replace('"seed": 1', '"seed": 2'))
    refused_everywhere(cli, folder, "study.json was changed after the sweep was begun")


@pytest.mark.parametrize("file", ["study.json", "manifest.json", "design.parquet"])
def test_a_file_that_is_missing_is_named(cli, folder, file):
    (folder / file).unlink()
    refused_everywhere(cli, folder, file)


def test_a_design_that_was_changed_is_noticed(cli, folder):
    design = pl.read_parquet(folder / "design.parquet")
    design.with_columns(pl.col("director.blame") / 2).write_parquet(folder / "design.parquet")
    refused_everywhere(cli, folder, "design.parquet was changed after the sweep was begun")


def test_a_folder_without_a_sweep_and_one_that_is_not_there_are_told_apart(cli, tmp_path):
    assert "there is no manifest.json" in cli("status", tmp_path)[2]
    assert "there is no such folder" in cli("resume", tmp_path / "nowhere")[2]


# ---- A study that has changed


def changed(**changes):
    return STUDY | changes


@pytest.mark.parametrize(
    "study, named",
    [
        (changed(set={"director.trouble": 0.5}), "under ad_hoc, director.trouble"),
        (changed(parameters={"director.blame": {"high": 1}, "market.entry_rate": {}}), "blame, high"),
        (changed(parameters={"director.blame": {}}), "market.entry_rate varies there only"),
        (changed(seed=2), "seed: 1 there, 2 here"),
        (changed(quarters=3), "quarters: 2 there, 3 here"),
        (changed(start="2014Q2"), "start: 2014Q1 there, 2014Q2 here"),
        (changed(replicates=3), "replicates (`turnaround extend` adds some): 2 there, 3 here"),
        (changed(outcomes=["quality_end"]), "outcomes: "),
        (changed(tables=["runs"]), "tables: runs, quarters there, runs here"),
        (changed(design={"kind": "sobol", "points": 8}), "design, points: 4 there, 8 here"),
        (changed(design={"kind": "sobol", "points": 4, "seed": 5}), "design, seed: not set there, 5 here"),
        (changed(design={"kind": "latin_hypercube", "points": 4}), "design, kind: sobol there"),
        (changed(regimes=["ad_hoc"]), "regimes: ad_hoc, trust there, ad_hoc here"),
        (changed(regimes=["trust", "ad_hoc"]), "regimes: ad_hoc, trust there, trust, ad_hoc here"),
        (changed(baseline="trust"), "baseline: ad_hoc there, trust here"),
        (changed(scenarios=["squeeze"]), "under ad_hoc, "),
    ],
)  # fmt: skip
def test_a_study_that_has_changed_is_refused_and_what_differs_is_named(folder, study, named):
    before = bytes_of_parts(folder)
    with pytest.raises(StudyError, match="its runs are not mixed with others") as refused:
        sweep(study, folder)
    assert named in str(refused.value)
    assert bytes_of_parts(folder) == before


def test_a_title_may_change(folder, same):
    assert contents(sweep(STUDY | {"title": "Better", "question": "Why?"}, folder)) == same


def test_a_regime_file_that_has_changed_is_named(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('title = "Mine"\nsummary = "One."\n[regime]\npeer_reviews = 0.1\n')
    study = STUDY | {"regimes": [str(mine)]}
    sweep(study, tmp_path / "out")
    mine.write_text('title = "Mine"\nsummary = "One."\n[regime]\npeer_reviews = 0.2\n')
    with pytest.raises(StudyError, match=r"under mine, regime.peer_reviews: 0.1 there, 0.2 here"):
        sweep(study, tmp_path / "out")


def test_values_of_a_grid_and_of_a_table_that_have_changed_are_named(tmp_path):
    grid = STUDY | {"design": {"kind": "grid", "levels": 2}, "parameters": {"director.blame": {}}}
    sweep(grid, tmp_path / "grid")
    with pytest.raises(StudyError, match="levels of the grid"):
        sweep(grid | {"design": {"kind": "grid", "levels": 3}}, tmp_path / "grid")
    points = tmp_path / "points.csv"
    points.write_text("director.blame\n0.25\n0.75\n")
    table = {key: value for key, value in STUDY.items() if key != "parameters"}
    table["design"] = {"kind": "table", "file": str(points)}
    sweep(table, tmp_path / "table")
    points.write_text("director.blame\n0.25\n0.5\n0.75\n")
    with pytest.raises(StudyError, match="values in the table of points"):
        sweep(table, tmp_path / "table")


def test_a_model_that_has_changed_is_refused_by_all_that_would_run_or_mix(folder, tmp_path, monkeypatch):
    for module in (experiments.sweeps.saved, experiments.sweeps.blocks, experiments.sweeps.folder):
        monkeypatch.setattr(module, "model_hash", lambda: "another")
    for mix in (
        lambda: sweep(STUDY, folder),
        lambda: resume(folder),
        lambda: extend(folder, replicates=3),
        lambda: merge(tmp_path / "merged", [folder]),
    ):
        with pytest.raises(StudyError, match=r"the model's code or data: sources .* there, another here"):
            mix()
    assert len(open_sweep(folder).runs.collect()) == 16


def test_grids_and_tables_can_be_gone_on_with_and_merged(tmp_path):
    """What is compared of a study survives being written down and read back."""
    grid = STUDY | {"design": {"kind": "grid", "levels": 2}}
    points = tmp_path / "points.parquet"
    pl.DataFrame({"director.blame": [0.25, 0.75], "regime.fallback": ["none", "adviser"]}).write_parquet(
        points
    )
    table = {key: value for key, value in STUDY.items() if key != "parameters"}
    table["design"] = {"kind": "table", "file": str(points)}
    for name, study in (("grid", grid), ("table", table)):
        whole = contents(sweep(study, tmp_path / name, runs_a_block=2))
        for harmed in ("runs", "quarters"):
            parts(tmp_path / name, harmed)[0].unlink()
        assert contents(resume(tmp_path / name)) == whole
        assert contents(sweep(study, tmp_path / name)) == whole
        assert contents(merge(tmp_path / f"{name}-merged", [tmp_path / name])) == whole
        assert contents(sweep(study, tmp_path / f"{name}-merged")) == whole


# ---- Shards


def test_shards_of_different_studies_refuse_to_merge(tmp_path):
    sweep(STUDY, tmp_path / "one", shard=(1, 2))
    sweep(STUDY | {"seed": 2}, tmp_path / "two", shard=(2, 2))
    with pytest.raises(StudyError, match="seed: 1 there, 2 here"):
        merge(tmp_path / "out", [tmp_path / "one", tmp_path / "two"])
    assert not (tmp_path / "out").exists()


def test_overlapping_shards_merge_without_doubling(tmp_path, same):
    for name, shard, size in (("a", (1, 2), 3), ("b", (2, 3), 4), ("c", (3, 3), 100), ("d", (1, 1), 5)):
        sweep(STUDY, tmp_path / name, shard=shard, runs_a_block=size)
    one = merge(tmp_path / "out", [tmp_path / name for name in "abc"])
    assert contents(one) == same
    assert contents(merge(tmp_path / "out", [tmp_path / "d"])) == same


def test_what_a_missing_shard_leaves_out_is_told_and_resume_runs_it(cli, tmp_path, same):
    for number in (1, 3):
        sweep(STUDY, tmp_path / str(number), shard=(number, 4))
    code, out, _ = cli("merge", tmp_path / "out", tmp_path / "1", tmp_path / "3")
    assert code == 1
    assert "Finished 8 of 16 runs (50%)" in out
    assert "State    unfinished: `turnaround resume` goes on with it" in out
    assert cli("resume", tmp_path / "out", "--quiet")[0] == 0
    assert contents(open_sweep(tmp_path / "out")) == same


def test_a_damaged_part_of_a_shard_is_left_out_of_the_merged_sweep(folder, tmp_path, same):
    flip(parts(folder, "quarters")[0])
    merged = merge(tmp_path / "out", [folder])
    assert len(merged.runs.collect()) == 12
    assert contents(resume(tmp_path / "out")) == same


def test_a_shard_is_not_taken_for_the_whole(tmp_path):
    sweep(STUDY, tmp_path / "out", shard=(1, 2))
    with pytest.raises(StudyError, match="holds shard 1 of 2, and a whole sweep was asked for"):
        sweep(STUDY, tmp_path / "out")
    assert SweepFolder.open(tmp_path / "out").shard == (1, 2)


def test_a_shard_is_not_extended_by_itself(tmp_path):
    sweep(STUDY, tmp_path / "out", shard=(1, 2))
    with pytest.raises(StudyError, match="holds shard 1 of 2: merge the shards, and extend the whole"):
        extend(tmp_path / "out", replicates=3)
