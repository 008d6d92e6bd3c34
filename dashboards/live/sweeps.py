"""Sweeps as the dashboards open them: within the folder allowed, within bounds, and remembered."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from dashboards.live.computing import Remembered
from dashboards.live.offered import Offered
from experiments.errors import StudyError
from experiments.results import MANIFEST
from experiments.sweeps.factors import Factor
from experiments.sweeps.folder import STUDY, read_manifest
from experiments.sweeps.opened import open_sweep
from experiments.sweeps.results import SweepResults
from experiments.sweeps.saved import load_study

MOST_RUNS = 2_000_000
MOST_POINTS = 100_000
"""Of a sweep that a page opens; larger ones are for the commands."""


@dataclass(frozen=True)
class Sweep:
    """A sweep that was opened.

    Attributes:
        folder: as the address names it.
        results: of it.
        stamp: changes when the folder does.
    """

    folder: str
    results: SweepResults
    stamp: tuple[object, ...]

    @cached_property
    def factors(self) -> dict[str, Factor]:
        """Factors that change something, by name."""
        return {factor.name: factor for factor in self.results.varied()}

    @cached_property
    def subjects(self) -> dict[str, str]:
        """What can be explained of an outcome, by its word in the address: each regime, then differences."""
        results = self.results
        own = {name: results.titles[name] for name in results.regimes}
        base = results.baseline
        if base not in results.regimes:
            return own
        others = [name for name in results.regimes if name != base]
        return own | {
            f"{name}-{base}": f"{results.titles[name]} less {results.titles[base]}" for name in others
        }


class Sweeps:
    """The sweeps within the folder that a server may open; the last few stay open."""

    def __init__(self, offered: Offered, most: int = 6) -> None:
        """Open nothing yet."""
        self._offered = offered
        self._opened: Remembered[Sweep] = Remembered(most)

    def names(self) -> list[str]:
        """Folders that hold a sweep, the newest first."""
        return [
            name
            for name in self._offered.folders(MANIFEST)
            if (self._offered.results / name / STUDY).is_file()
        ]

    def newest(self) -> str | None:
        """The newest folder with a sweep that can be opened; failing that, the newest; None for none."""
        names = self.names()
        return next(filter(self._opens, names), names[0] if names else None)

    def _opens(self, name: str) -> bool:
        try:
            self.open(name)
        except StudyError:
            return False
        return True

    def open(self, name: str) -> Sweep:
        """The sweep in a folder.

        Raises:
            StudyError: when it lies outside, holds no sweep, is damaged, or is too large for a page.
        """
        path = self._offered.folder(name)
        if not (path / MANIFEST).is_file():
            raise StudyError(
                f"folder = {name!r} holds no results of a sweep; `turnaround sweep` leaves such folders"
            )
        read_manifest(path)  # which refuses the results of anything else
        stamp = _stamp(path)
        known = self._opened.get(name)
        if known is not None and known.stamp == stamp:
            return known
        study = load_study(path / STUDY)
        runs = study.points * len(study.regimes) * study.replicates
        if runs > MOST_RUNS or study.points > MOST_POINTS:
            raise StudyError(
                f"folder = {name!r}: {study.points:,} points and {runs:,} runs; a page opens at most"
                f" {MOST_POINTS:,} and {MOST_RUNS:,}. `turnaround sensitivity`, `discover` and `robustness`"
                " have no such bounds"
            )
        sweep = Sweep(name, open_sweep(path), stamp)
        self._opened.keep(name, sweep)
        return sweep


@lru_cache(maxsize=4)
def sweeps_of(offered: Offered) -> Sweeps:
    """The sweeps of a server: the same for all that ask."""
    return Sweeps(offered)


def _stamp(path: Path) -> tuple[object, ...]:
    files = (path / MANIFEST, path / STUDY, path / "runs")
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)
