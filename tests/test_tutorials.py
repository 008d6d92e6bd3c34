"""Tutorials: notebooks that run, print what they are kept with, and hold nothing of any machine."""

import re
from pathlib import Path

import pytest

from experiments import tutorials
from experiments.tutorials import code_cells, code_hash, executed, printed, read, source

ROOT = Path(__file__).parents[1]
MOST_BYTES = 100_000
NAMES = ["a-regime-without-code", "a-rule-of-your-own", "a-sweep", "first-run", "presenting"]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.fixture(params=NAMES)
def path(request):
    return tutorials.FOLDER / f"{request.param}.ipynb"


def test_these_are_all():
    assert [path.stem for path in tutorials.tutorials()] == NAMES


def test_a_tutorial_was_run_since_its_code_was_edited(path):
    notebook = read(path)
    assert notebook["metadata"]["turnaround"]["code"] == code_hash(notebook), (
        "python -m experiments.tutorials"
    )
    assert [cell["execution_count"] for cell in code_cells(notebook)] == [
        i + 1 for i in range(len(code_cells(notebook)))
    ]


def test_edited_code_is_seen_and_edited_prose_is_not(path):
    notebook = read(path)
    before = code_hash(notebook)
    next(cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")["source"] = ["other words"]
    assert code_hash(notebook) == before
    code_cells(notebook)[0]["source"] = [source(code_cells(notebook)[0]) + "\n1"]
    assert code_hash(notebook) != before


def test_what_is_kept_is_small_and_holds_no_warning_nor_path_nor_script(path):
    text = path.read_text("utf-8")
    assert len(text.encode()) < MOST_BYTES
    for cell in code_cells(read(path)):
        for output in cell["outputs"]:
            assert output["output_type"] in ("stream", "display_data", "execute_result"), output
            assert output.get("name") != "stderr", output
            assert set(output.get("data", {})) <= {"text/plain", "image/svg+xml"}
    said = "".join(printed(read(path)))
    assert not re.search(r"(?<![\w.])/(tmp|home|root|work|usr|Users|private|var)/|\.ipynb_checkpoints", said)
    assert not re.search("Warning|<script|https?://", said)


def test_links_of_a_tutorial_lead_somewhere(path):
    prose = "".join(source(cell) for cell in read(path)["cells"] if cell["cell_type"] == "markdown")
    missing = [link for link in LINK.findall(prose) if not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.slow
def test_a_tutorial_prints_what_it_is_kept_with(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert printed(executed(read(path))) == printed(read(path))
