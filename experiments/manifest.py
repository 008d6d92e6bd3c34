"""What a results folder says of itself: what was run, with which versions and sources, by which command."""

import datetime
import platform
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import model
from experiments.results import BY_SET, KIND, LAYOUT, written
from experiments.runner import Study
from model.compilation import model_hash
from model.parameters import Parameters
from model.quarters import format_quarter
from model.regimes import Regime
from model.scenarios import Scenario

PACKAGES = ("turnaround", "mesa", "numpy", "numba", "llvmlite", "scipy", "polars")


def begun(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked for, and what is known of it before the first run; `state` is `running` until the end."""
    return {
        "kind": KIND,
        "layout": LAYOUT,
        "state": "running",
        "versions": versions(),
        "sources": sources(),
        "timings": {"started": now()},
    } | dict(asked)


def asked_for(
    study: Study,
    regimes: Sequence[Regime],
    scenarios: Sequence[Scenario],
    baseline: str,
    tables: Sequence[str],
    command: str,
) -> dict[str, Any]:
    """What is to be run, which needs no look at the sources."""
    return {
        "command": command,
        "model_hash": model_hash(),
        "seed": study.seed,
        "start": format_quarter(study.start),
        "quarters": study.quarters,
        "replicates": study.replicates,
        "baseline": baseline,
        "regimes": [_described(regime) for regime in regimes],
        "scenarios": [_described(scenario) for scenario in scenarios],
        "settings": settings_over(study.sets, regimes),
        "posterior": study.believed.described(study.sets) if study.believed else None,
        "tables": list(tables),
        "runs": {"asked": study.runs, "ok": 0, "failed": 0},
    }


def _described(item: Regime | Scenario) -> dict[str, str]:
    return {"name": item.name, "title": item.title, "summary": item.summary, "origin": item.origin}


def settings_over(sets: Mapping[str, Parameters], regimes: Sequence[Regime]) -> list[dict[str, str]]:
    """What lies over all regimes alike: each value set by neither defaults nor regime, with its origin."""
    own = {"default", BY_SET, *(regime.origin for regime in regimes)}
    first = next(iter(sets.values()))
    return [
        {"name": name, "value": written(name, first), "origin": origin}
        for name, origin in first.origins.items()
        if origin not in own
    ]


def versions() -> dict[str, str]:
    """Versions of Python and of every package on which results or files depend."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def sources() -> dict[str, Any]:
    """The git revision of the model's sources, and whether they were changed since; empty outside a clone."""
    file = Path(model.__file__)

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(file.parent), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()

    try:
        git("ls-files", "--error-unmatch", file.name)
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", "../experiments")
        return {"git_revision": git("rev-parse", "HEAD"), "changed_since": bool(changed)}
    except (OSError, subprocess.SubprocessError):
        return {}


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
