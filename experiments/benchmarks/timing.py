"""How times are taken: jobs take turns, so that a busy spell of the machine meets all of them alike."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from model.ensemble import Block

ROUNDS = 5
COUNCILS = 152
QUARTERS = 44
NANOSECONDS = 1e9
PACKAGES = ("agentpy", "ambr", "llvmlite", "mesa", "numba", "numpy", "pandas", "polars", "scipy")
PROCESSOR_FILE = Path("/proc/cpuinfo")

Job = Callable[[], object]
Figures = dict[str, Any]
"""Figures by name: numbers, texts, and spreads as dictionaries, ready for JSON."""


@dataclass(frozen=True)
class Spread:
    """A figure taken in several rounds.

    Attributes:
        median: over the rounds.
        least: of them.
        most: of them.
        rounds: how many.
    """

    median: float
    least: float
    most: float
    rounds: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of the values of some rounds."""
        return cls(statistics.median(values), min(values), max(values), len(values))

    def times(self, factor: float) -> "Spread":
        """The same in another unit."""
        return Spread(self.median * factor, self.least * factor, self.most * factor, self.rounds)


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """One job's time over another's, round by round: what was side by side is divided, and nothing else."""
    return Spread.of([upper / lower for upper, lower in zip(above, below, strict=True)])


def seconds(job: Job) -> float:
    """Wall-clock seconds that a job takes."""
    before = time.perf_counter()
    job()
    return time.perf_counter() - before


def alternated(jobs: Mapping[str, Job], rounds: int = ROUNDS, warm_up: bool = True) -> dict[str, list[float]]:
    """Seconds of each job in some rounds, the jobs taking turns.

    Args:
        jobs: by name.
        rounds: how many.
        warm_up: whether each job is done once beforehand, uncounted.
    """
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    if warm_up:
        for job in jobs.values():
            job()
    for _ in range(rounds):
        for name, job in jobs.items():
            taken[name].append(seconds(job))
    return taken


def per_council_quarter(
    taken: Sequence[float], runs: float, quarters: int = QUARTERS, councils: int = COUNCILS
) -> Spread:
    """Nanoseconds per council-quarter."""
    return Spread.of(taken).times(NANOSECONDS / (runs * quarters * councils))


def must_hold(block: Block) -> None:
    """Refuse to time a block in which a run failed, for a failed run stops early and looks fast."""
    if block.status.any():
        raise RuntimeError("a run failed, so that its time means nothing")


def in_new_process(
    program: str, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> str:
    """What a program prints in a Python of its own, started in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | dict(environment or {}),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"a program that was to be timed failed:\n{done.stderr[-2000:]}")
    return done.stdout


def machine() -> dict[str, Any]:
    """What the figures are taken on, when, and how busy it was just before."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: found for name in PACKAGES if (found := _version(name))},
    }


def _processor() -> str:
    if PROCESSOR_FILE.exists():
        for line in PROCESSOR_FILE.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
