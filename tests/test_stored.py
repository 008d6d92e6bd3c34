"""What is stored of the model's own making: nothing is left out, what is stale is seen, the rest left be."""

import re
from pathlib import Path

import pytest

from experiments import stored
from experiments.stored import ALL, Stored, main

ROOT = Path(__file__).parents[1]


@pytest.fixture
def kept(tmp_path):
    """A world whose one number is stored twice: in a cheap file, and in a dear one with a probe."""

    class Kept:
        def __init__(self):
            self.number = 1
            self.cheap, self.dear, self.hashes = (tmp_path / name for name in ("cheap", "dear", "hashes.csv"))
            self.made = []
            self.stored = [
                Stored("cheap", lambda: {self.cheap: f"{self.number}\n"}),
                Stored("dear", self.make_dear, [self.dear], lambda: f"about {self.number}"),
            ]

        def make_dear(self):
            self.made.append(self.number)
            return {self.dear: f"{self.number}.000\n"}

        def run(self, *arguments):
            return main(arguments, self.stored, self.hashes)

        def files(self):
            return {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()}

    return Kept()


def test_what_is_missing_is_made_and_then_left_alone(kept, capsys):
    assert kept.run() == 0
    assert (kept.cheap.read_text(), kept.dear.read_text()) == ("1\n", "1.000\n")
    before = kept.files()
    assert kept.run() == 0
    assert kept.files() == before
    assert kept.made == [1], "what a probe found fresh was made again"
    assert capsys.readouterr().out.splitlines()[-2:] == ["cheap: as it was", "dear: as it was"]


def test_a_check_names_what_is_stale_and_writes_nothing(kept, capsys):
    kept.run()
    kept.number = 2
    before = kept.files()
    assert kept.run("--check") == 1
    assert kept.files() == before
    assert capsys.readouterr().out.splitlines()[-2:] == ["cheap: stale: cheap", "dear: stale: dear"]
    assert kept.run() == 0
    assert kept.run("--check") == 0
    assert (kept.cheap.read_text(), kept.dear.read_text()) == ("2\n", "2.000\n")


@pytest.mark.parametrize("file", ["cheap", "dear"])
def test_a_file_that_was_edited_by_hand_is_stale(kept, file):
    kept.run()
    getattr(kept, file).write_text("edited\n")
    assert kept.run("--check") == 1
    kept.run()
    assert (kept.cheap.read_text(), kept.dear.read_text()) == ("1\n", "1.000\n")


def test_everything_is_made_again_when_asked_for(kept):
    kept.run()
    kept.run("--all")
    assert kept.made == [1, 1]


def test_what_is_not_understood_is_refused(kept):
    with pytest.raises(SystemExit) as end:
        kept.run("--chek")
    assert end.value.code == 2


def test_a_copy_without_the_repository_is_refused_in_a_sentence(kept, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(stored, "ROOT", tmp_path)
    assert kept.run() == 2
    assert "is no copy of the repository" in capsys.readouterr().err


def test_no_document_that_says_it_is_made_is_left_out():
    """Whether it says so of the command or of the script whose pages the command makes."""
    made = {file for item in ALL for file in item.files} | set(stored.documents())
    say_so = {
        file
        for file in (ROOT / "docs").rglob("*.md")
        if re.search(r"[Mm]ade (from the code )?by `(make stored|python)", file.read_text("utf-8"))
    }
    assert say_so
    assert say_so <= made
    assert set((ROOT / "docs/tables").iterdir()) <= made


@pytest.mark.slow
def test_nothing_that_is_stored_is_stale():
    assert main(["--check"]) == 0, "run `make stored`"
    assert set(stored.read_hashes(stored.HASHES)) == {item.name for item in ALL if item.probe}
