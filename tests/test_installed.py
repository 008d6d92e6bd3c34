"""Installed from a wheel, far from the source tree: it runs, writes where told, and goes without a trace."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from model.compilation import CACHE_VARIABLE

ROOT = Path(__file__).parents[1]
SECONDS_TO_ANSWER = 240.0
SMALL = ("--regimes", "ad_hoc,trust", "--replicates", "2", "--quarters", "2", "--posterior", "none")
OURS = ("model", "experiments", "dashboards", "turnaround")

pytestmark = pytest.mark.slow


def hatchling(target, source, folder):
    """Build a wheel or sdist of a source tree, offline."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return built


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel in it, a home of its own, and a folder to work in."""

    python: Path
    packages: Path
    home: Path
    work: Path

    @property
    def environment(self):
        """Nothing of the source tree, of the caches of this machine, or of what runs these tests."""
        named = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))}
        named.pop(CACHE_VARIABLE, None)
        return named | {"HOME": str(self.home), "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, *words):
        """What a command prints; it must end well."""
        done = subprocess.run(
            [str(word) for word in words],
            cwd=self.work,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def turnaround(self, *words):
        """What `turnaround` of the environment prints."""
        return self.run(self.python.with_name("turnaround"), *words)

    def pip(self, *words):
        """What the pip that runs these tests does to the environment."""
        pip = (
            sys.executable,
            "-m",
            "pip",
            "--python",
            self.python,
            "--no-input",
            "--disable-pip-version-check",
        )
        return self.run(*pip, *words)

    def files(self):
        """Everything in the environment."""
        return {path.relative_to(self.packages.parents[2]) for path in self.packages.parents[2].rglob("*")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return hatchling("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An environment that borrows the dependencies of the one that runs these tests, but not our packages."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env", with_pip=False)
    packages = next((folder / "env/lib").glob("python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    for name in ("home", "work"):
        (folder / name).mkdir()
    return Installed(folder / "env/bin/python", packages, folder / "home", folder / "work")


@pytest.fixture(scope="module")
def installed(bare, wheel):
    bare.pip("install", "--no-deps", "--no-index", "--no-compile", wheel)
    return bare


def contents(path):
    """Files of a wheel by name, but for the record of their hashes."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/RECORD")}


def test_the_sdist_builds_the_same_wheel(wheel, tmp_path):
    with tarfile.open(hatchling("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = (path for path in tmp_path.iterdir() if (path / "pyproject.toml").is_file())
    assert contents(hatchling("wheel", unpacked, tmp_path / "wheel")) == contents(wheel)


def test_all_packages_come_from_the_wheel(installed):
    code = f"import importlib; print(*(importlib.import_module(name).__file__ for name in {OURS}), sep='\\n')"
    places = [Path(line) for line in installed.run(installed.python, "-c", code).splitlines()]
    assert [place.parents[1] for place in places] == [installed.packages] * len(OURS)


def test_the_command_answers_and_keeps_everything_where_it_belongs(installed):
    """Results where the command was told, compiled code in the platform's cache, nothing elsewhere."""
    before = installed.files()
    assert re.fullmatch(r"turnaround, version \S+\n", installed.turnaround("--version"))
    assert "ad_hoc" in installed.turnaround("regimes")
    assert list(installed.work.iterdir()) == []
    installed.turnaround("compare", *SMALL, "--out", "told")
    assert [path.name for path in installed.work.iterdir()] == ["told"]
    assert (installed.work / "told/report.html").is_file()
    code = "import platformdirs; print(platformdirs.user_cache_path('turnaround'))"
    cache = Path(installed.run(installed.python, "-c", code).strip())
    assert cache.is_relative_to(installed.home)
    assert any(cache.rglob("*.nbc"))
    elsewhere = [
        path for path in installed.home.rglob("*") if path.is_file() and not path.is_relative_to(cache)
    ]
    assert not [path for path in elsewhere if "turnaround" in str(path)]
    assert installed.files() == before


def test_without_being_told_results_go_below_the_folder_in_which_one_is(installed, tmp_path):
    here = Installed(installed.python, installed.packages, installed.home, tmp_path)
    here.turnaround("compare", *SMALL, "--no-report")
    (made,) = (tmp_path / "results").iterdir()
    assert made.name.startswith("compare-")


def test_the_dashboard_answers(installed):
    command = [installed.python.with_name("turnaround"), "dashboard", "--no-open", "--port", "0"]
    options = {"cwd": installed.work, "env": installed.environment, "text": True}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options) as server:
        try:
            os.set_blocking(server.stdout.fileno(), False)
            until, said = time.monotonic() + SECONDS_TO_ANSWER, ""
            while "http://" not in said and time.monotonic() < until and server.poll() is None:
                said += server.stdout.readline() or ""
                time.sleep(0.1)
            address = re.search(r"http://\S+/", said)[0]
            with urlopen(f"{address}history", timeout=60) as answer:
                assert answer.status == 200
                assert "Turnaround" in answer.read().decode()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def test_taken_away_it_leaves_nothing(bare, wheel, tmp_path):
    folder = tmp_path / "env"
    venv.create(folder, with_pip=False)
    packages = next((folder / "lib").glob("python*/site-packages"))
    here = Installed(folder / "bin/python", packages, bare.home, bare.work)
    before = here.files()
    here.pip("install", "--no-deps", "--no-index", wheel)
    assert (packages / "model").is_dir()
    here.pip("uninstall", "--yes", "turnaround")
    assert here.files() == before
