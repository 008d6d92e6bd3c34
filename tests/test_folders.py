"""No command writes among what somebody else keeps in a folder."""

import pytest

from experiments.errors import StudyError
from experiments.folders import check_own
from experiments.locking import held


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
