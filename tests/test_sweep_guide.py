"""The guide to sweeps against the program: its commands and scripts run, its tables name what there is."""

import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.sweeps.entries import ALLOWED, DesignEntry, StudyEntry
from experiments.sweeps.executors import KINDS
from turnaround.cli import main

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/sweeps.md").read_text("utf-8")
BLOCK = re.compile(r"(?:<!-- (.*?) -->\n)?```(\w*)\n(.*?)```", re.DOTALL)


def blocks():
    """Mark, language and text of every block of code, in order."""
    return [found.groups() for found in BLOCK.finditer(GUIDE)]


def carry_out(command):
    """A command of the guide, as its shell would, but without starting Python anew."""
    program, *arguments = shlex.split(command, comments=True)
    assert program == "turnaround"
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 0, command


def run_script(text, number):
    """A script of the guide; on its own where it starts processes or others warn of what they lack."""
    file = Path(f"script_{number}.py")
    file.write_text(text, "utf-8")
    if "mesa" not in text and "ema_workbench" not in text:
        runpy.run_path(str(file), run_name="__main__")
        return
    done = subprocess.run(
        [sys.executable, str(file)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def listed_files():
    table = GUIDE.split("## What it leaves")[1].split("\n\n")[1]
    first_cells = "".join(line.split("|")[1] for line in table.splitlines())
    return {name.rstrip("/") for name in re.findall(r"`([\w.]+/?)`", first_cells)}


@pytest.mark.slow
def test_the_commands_and_scripts_of_the_guide_run_and_leave_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for number, (mark, language, text) in enumerate(blocks()):
        if mark and mark.startswith("file "):
            Path(mark.removeprefix("file ")).write_text(text, "utf-8")
        elif mark == "tested" and language == "python":
            run_script(text, number)
        elif mark == "tested":
            for line in text.splitlines():
                carry_out(line)
    there = {item.name for item in Path("results/study").iterdir() if not item.name.startswith(".")}
    assert listed_files() - {"councils"} <= there
    assert there - listed_files() <= {"errors.json"}
    results = {path.name for path in Path("results").iterdir()}
    assert results == {"study", "part-1", "part-2", "whole", "dask", "by-hand"}
    assert Path("runs.csv").exists()
    assert Path("quarters.nc").exists()


def test_only_clusters_and_other_languages_are_left_untested():
    untested = [(language, text) for mark, language, text in blocks() if not mark]
    assert [language for language, _ in untested] == ["sh", "sh", "r"]
    assert GUIDE.lower().count("not run by the tests") == len(untested)


def entries_of(title):
    """What is named in the first column of the table below a heading row."""
    rows = GUIDE.split(f"| {title} |")[1].split("\n\n")[0].splitlines()[2:]
    return {name.strip("[]") for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_every_entry_of_a_study_is_explained():
    assert entries_of("entry") == set(StudyEntry.model_fields)


def test_every_kind_of_design_is_explained_with_its_entries():
    assert entries_of("`kind`") == set(ALLOWED)
    for kind, entries in ALLOWED.items():
        row = next(line for line in GUIDE.splitlines() if line.startswith(f"| `{kind}` |"))
        named = set(re.findall(r"`(\w+)`", row.split("|")[2])) & set(DesignEntry.model_fields)
        assert named - {"dummy"} == set(entries)


def test_every_executor_is_explained():
    assert entries_of("`--executor`") == set(KINDS)


def test_links_of_the_guide_lead_somewhere():
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", GUIDE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
