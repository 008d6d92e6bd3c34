"""Compiled code that is kept: never stale, never in the way, and worth keeping."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]

WHOLE = """
from model.compilation import cache_folder
from model.ensemble import advance_block, draw_luck, run_block
from model.regimes import resolve
from model.simulation import Simulation

compiled = run_block([resolve()], draw_luck(1, [0], 2), 2).quarters["standard"][0, -1]
interpreted = Simulation(quarters=2).run().observed.standard
statistics = advance_block().stats
hits, misses = sum(statistics.cache_hits.values()), sum(statistics.cache_misses.values())
print(compiled.hex(), interpreted.hex(), hits, misses, cache_folder())
"""

SMALL = """
from model.compilation import cache_folder, compiled
from model.rules.arithmetic import logistic
from small_entry import entry

code = compiled(entry)
found = code(0.5)
statistics = code.stats
hits, misses = sum(statistics.cache_hits.values()), sum(statistics.cache_misses.values())
print(found.hex(), logistic(0.5).hex(), hits, misses, cache_folder())
"""
"""An entry that calls one rule, which stands in another file and calls a third: as the engine's does."""

ENTRY = """
from model.rules.arithmetic import logistic

def entry(x):
    return logistic(x)
"""


class Report(NamedTuple):
    """What a process found, and how often it read compiled code from the cache or compiled it."""

    compiled: str
    interpreted: str
    hits: int
    misses: int
    folder: str


def report(script: str, root: Path, **environment: str) -> Report:
    """What a script finds in a process of its own, with the model that stands in a folder."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=root, env={**os.environ, "PYTHONPATH": str(root), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    compiled, interpreted, hits, misses, folder = done.stdout.split()
    return Report(compiled, interpreted, int(hits), int(misses), folder)


class Copy:
    """A copy of the model, run in processes of its own with a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "copy"
        self.cache = folder / "cache"
        shutil.copytree(ROOT / "model", self.root / "model", ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "small_entry.py").write_text(ENTRY)

    def run(self, script: str) -> Report:
        return report(script, self.root, TURNAROUND_CACHE=str(self.cache))

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.root / "model" / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")


EDITS = {
    SMALL: ("rules/arithmetic.py", "math.exp(x) if x <", "2.0 * math.exp(x) if x <"),
    WHOLE: ("rules/practice.py", "delivered = 1.0 - p", "delivered = 0.9 - p"),
}


@pytest.mark.parametrize(
    "script", [SMALL, pytest.param(WHOLE, marks=pytest.mark.slow)], ids=["one rule", "all"]
)
def test_a_second_process_does_not_compile_and_an_edited_rule_takes_effect_at_once(script, tmp_path):
    copy = Copy(tmp_path)
    cold = copy.run(script)
    assert (cold.hits, cold.misses) == (0, 1)
    assert Path(cold.folder).is_relative_to(tmp_path / "cache")
    assert cold.compiled == cold.interpreted

    warm = copy.run(script)
    assert (warm.hits, warm.misses) == (1, 0)
    assert (warm.compiled, warm.interpreted) == (cold.compiled, cold.interpreted)

    copy.edit(*EDITS[script])
    edited = copy.run(script)
    assert edited.compiled == edited.interpreted, "the engines differ after the edit"
    assert edited.compiled != cold.compiled, "the compiled engine ran what was there before the edit"
    assert edited.misses == 1
    assert edited.folder != cold.folder, "code of before and after shares a folder"


@pytest.mark.slow
def test_the_engine_is_kept_as_any_entry_is():
    """Where other tests keep it: compiled by now or not, a second process finds it there."""
    first, second = report(WHOLE, ROOT), report(WHOLE, ROOT)
    assert first.hits + first.misses == 1
    assert (second.hits, second.misses) == (1, 0)
    assert (second.compiled, second.folder) == (first.compiled, first.folder)
    assert second.compiled == second.interpreted


WHERE = """
from model.compilation import cache_folder, compiled

def twice(x):
    return 2.0 * x

print(cache_folder(), compiled(twice)(21.0))
"""


def where(folder: Path, **environment: str) -> tuple[str, str]:
    """Where compiled code is kept, and what compiled code says, in a process of such an environment."""
    script = folder / "where.py"
    script.write_text(WHERE)
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    kept, result = done.stdout.split()
    return kept, result


def test_a_home_that_cannot_be_written_is_not_needed(tmp_path):
    """A file stands where the folder would be made, which stops even root."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.write_text("not a folder")
    temporary.mkdir()
    kept, result = where(
        tmp_path,
        HOME=str(home),
        XDG_CACHE_HOME=str(home / ".cache"),
        TMPDIR=str(temporary),
        TURNAROUND_CACHE="",
    )
    assert Path(kept).is_relative_to(temporary)
    assert result == "42.0"


@pytest.mark.slow
def test_without_any_folder_code_is_compiled_for_the_process(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    assert where(tmp_path, TURNAROUND_CACHE=str(blocked)) == ("None", "42.0")
