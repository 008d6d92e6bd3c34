"""No command writes among what somebody else keeps in a folder."""

import json
import re

import pytest

from experiments.errors import StudyError
from experiments.folders import check_own
from experiments.locking import held
from experiments.losing import check_losses, made_there, more_made


@pytest.mark.parametrize("command", ["calibrate", "claims", "hindcast", "structures"])
def test_a_folder_of_something_else_is_left_alone(cli, tmp_path, command):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/manifest.json").write_text("{}")
    code, out, err = cli(command, "--out", "mine")
    assert code == 2
    assert "mine is not empty and holds no" in " ".join(err.split())
    assert out == ""
    assert [item.name for item in (tmp_path / "mine").iterdir()] == ["manifest.json"]


def test_a_new_an_empty_and_an_own_folder_are_taken_and_a_file_is_not(tmp_path):
    check_own(tmp_path / "new", "fit", ["wave-1"])
    check_own(tmp_path, "fit", ["wave-1"])
    with held(tmp_path, "fitting"):
        check_own(tmp_path, "fit", ["wave-1"])
    (tmp_path / "other").touch()
    with pytest.raises(StudyError, match="holds no fit"):
        check_own(tmp_path, "fit", ["wave-1"])
    (tmp_path / "wave-1").mkdir()
    check_own(tmp_path, "fit", ["wave-1"])
    with pytest.raises(StudyError, match="other is a file"):
        check_own(tmp_path / "other", "fit", ["wave-1"])


ASKED = {"sets": 200, "seed": 1, "regimes": ["ad_hoc"]}


def test_what_was_made_is_read_as_it_was_noted_and_its_size_is_compared(tmp_path):
    made = {"sets": 4000, "seed": 1, "regimes": ["trust"]}
    (tmp_path / "notes.json").write_text(json.dumps({"study": made | {"seconds": 3.5}}), "utf-8")
    assert made_there(tmp_path / "notes.json", ASKED, "study") == made
    assert more_made(made, ASKED, ("sets", "seed")) == ["4,000 sets"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", '{"sets": 9, "seed": 1}', '{"sets": "9", "seed": 1, "regimes": []}'),
        *('{"sets": 9, "seed": 1, "regimes": [[]]}', '{"sets": 9, "seed": null, "regimes": []}'),
    ],
)
def test_of_notes_that_are_missing_torn_or_of_another_form_nothing_was_finished(tmp_path, text):
    assert made_there(tmp_path / "notes.json", ASKED) == {}
    (tmp_path / "notes.json").write_text(text, "utf-8")
    assert made_there(tmp_path / "notes.json", ASKED) == {}
    assert made_there(tmp_path / "notes.json", ASKED, "sets") == {}


def test_a_folder_that_would_lose_something_is_refused_with_all_that_it_would_lose(tmp_path):
    check_losses(tmp_path, [])
    told = "holds verdicts of C18; runs of C2; name another folder with --out, or replace what is there with"
    with pytest.raises(StudyError, match=re.escape(f"{tmp_path} {told} --overwrite")):
        check_losses(tmp_path, ["verdicts of C18", "runs of C2"])
