"""What a stranger receives: the wheel, the pins, the licence, and packages that import only what they may."""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = sorted((ROOT / "constraints").glob("*.txt"))
TEST_PINS = [path for path in PINS if path.stem.endswith("-test")]

# Each package, and those of ours that it may import.
ARROWS = {
    "model": set(),
    "experiments": {"model"},
    "dashboards": {"model", "experiments"},
    "turnaround": {"model", "experiments", "dashboards"},
}


def python(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, **options
    ).stdout


def tracked_files():
    """Every file that a clone would have, the new ones that are not ignored included."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git clone, so that nothing says which files belong to it")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in map(Path, listed.rstrip("\0").split("\0")) if (ROOT / path).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    python("-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def metadata(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def pinned(path):
    """The (requirement, number of hashes) of every entry of a pin file."""
    entries = re.sub(r"\\\n", " ", path.read_text()).splitlines()
    for entry in entries:
        if entry and not entry.startswith("#"):
            requirement, *hashes = entry.split("--hash=")
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", digest) for digest in hashes), entry
            yield Requirement(requirement), len(hashes)


def versions(path):
    return {
        canonicalize_name(requirement.name): str(requirement.specifier) for requirement, _ in pinned(path)
    }


# ---- The wheel


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    ours = {path.as_posix() for path in tracked_files() if path.parts[0] in ARROWS}
    assert ours
    assert ours <= set(wheel.namelist())


def test_the_wheel_carries_the_models_data(wheel):
    assert any(re.fullmatch(r"model/data/.*\.csv", name) for name in wheel.namelist())
    assert any(re.fullmatch(r"model/data/.*\.toml", name) for name in wheel.namelist())


def test_the_wheel_holds_nothing_but_the_packages_and_its_own_description(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ARROWS)


@pytest.mark.parametrize("package", ARROWS)
def test_type_checkers_of_others_are_told_that_a_package_is_typed(wheel, package):
    assert f"{package}/py.typed" in wheel.namelist()


def test_the_unpacked_wheel_answers_without_the_source_tree(wheel, tmp_path):
    wheel.extractall(tmp_path)
    code = "import turnaround.cli, model; print(model.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert python("-P", "-c", code, cwd=tmp_path, env=environment).strip() == str(
        tmp_path / "model" / "__init__.py"
    )


def test_the_wheel_states_its_licence_and_carries_it(wheel):
    assert metadata(wheel)["License-Expression"] == "MIT"
    (licence,) = (name for name in wheel.namelist() if name.endswith("/LICENSE"))
    assert wheel.read(licence).decode() == (ROOT / "LICENSE").read_text()


# ---- One version


def test_the_version_is_written_in_one_place(wheel):
    stated = PROJECT["version"]
    assert metadata(wheel)["Version"] == stated
    assert importlib.metadata.version("turnaround") == stated
    assert python("-m", "turnaround", "--version").split()[-1] == stated
    assert not [
        path
        for path in tracked_files()
        if path.suffix == ".py" and stated in (ROOT / path).read_text(encoding="utf-8")
    ]


# ---- The pins


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.stem)
def test_every_pin_is_exact_and_hashed(path):
    entries = list(pinned(path))
    assert entries
    for requirement, hashes in entries:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement


@pytest.mark.parametrize("path", PINS, ids=lambda path: path.stem)
def test_the_pins_satisfy_what_the_project_requires(path):
    required = [*PROJECT["dependencies"]]
    if path.stem.endswith("-test"):
        required += [
            *PROJECT["optional-dependencies"]["benchmark"],
            *PROJECT["optional-dependencies"]["test"],
        ]
    pins = {canonicalize_name(requirement.name): requirement for requirement, _ in pinned(path)}
    for requirement in map(Requirement, required):
        (pin,) = pins[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pin.version), f"{path.name}: run `make pins`"


@pytest.mark.parametrize("path", TEST_PINS, ids=lambda path: path.stem)
def test_what_is_tested_is_what_is_run(path):
    run = versions(path.with_stem(path.stem.removesuffix("-test")))
    assert run.items() <= versions(path).items()


def test_each_python_that_is_named_as_supported_has_pins():
    named = {
        last
        for classifier in PROJECT["classifiers"]
        if re.fullmatch(r"\d+\.\d+", last := classifier.rpartition(" ")[2])
    }
    expected = {f"python{version}{kind}" for version in named for kind in ("", "-test")}
    assert {path.stem for path in PINS} == expected


# ---- Arrows


def imported_packages(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", ARROWS)
def test_a_package_imports_only_those_of_ours_that_it_may(package):
    sources = list((ROOT / package).rglob("*.py"))
    assert sources
    for source in sources:
        ours = set(imported_packages(source.read_text(encoding="utf-8"))) & ARROWS.keys()
        assert ours <= ARROWS[package] | {package}, source


def loaded_by(package):
    """The top-level packages in memory once a fresh interpreter has imported all of `package`."""
    code = f"""
import importlib, json, pkgutil, sys
import {package}
for module in pkgutil.walk_packages({package}.__path__, "{package}."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
"""
    return set(json.loads(python("-c", code, cwd=ROOT).splitlines()[-1]))


def test_the_model_loads_neither_charts_nor_screens_nor_clusters():
    assert not loaded_by("model") & {"plotly", "dash", "jinja2", "rich", "click", "distributed", "matplotlib"}


@pytest.mark.slow
def test_the_experiments_load_neither_charts_nor_dashboards():
    assert not loaded_by("experiments") & {"plotly", "dash", "jinja2", "dashboards", "turnaround"}


# ---- The tree


def test_no_file_names_a_machine_or_a_package_registry():
    standard = re.compile("bin|boot|dev|etc|lib.*|media|mnt|opt|proc|run|sbin|srv|sys|tmp|usr|var")
    here = {path.name for path in Path("/").iterdir() if path.is_dir() and not standard.fullmatch(path.name)}
    folders = [rf"(?<![\w.~)}}-])/{re.escape(name)}/" for name in here]
    paths = [
        re.escape(str(path)) for path in (ROOT, Path.home(), Path(sys.base_prefix)) if len(path.parts) > 2
    ]
    hosts = [
        re.escape(".".join(host)) for host in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))
    ]
    unwanted = re.compile("|".join([*folders, *paths, *hosts]))
    found = {}
    for path in tracked_files():
        if match := unwanted.search((ROOT / path).read_text(encoding="utf-8", errors="ignore")):
            found[str(path)] = match.group()
    assert not found


def test_the_citation_names_title_authors_and_the_licence_of_the_project():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"].startswith("Turnaround")
    assert citation["authors"]
    assert citation["message"]
    assert citation["license"] == PROJECT["license"]


def test_the_licence_is_the_one_that_is_named():
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("MIT License\n")
    assert "the Turnaround authors" in text
