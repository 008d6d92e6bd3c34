"""What a server offers: regimes, and where results may be opened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from dashboards.compared import Compared
from dashboards.live.computing import Computing, Remembered
from dashboards.live.futures import Imagining
from dashboards.style import RegimeStyle, regime_styles
from experiments.errors import StudyError
from experiments.growing import KeptLuck
from experiments.results import Results
from model.regimes import Regime, find_regime, regime_names

MOST_REMEMBERED = 600_000
"""Quarters of runs kept in memory, about a kilobyte each."""

COMPARED_REMEMBERED = 4
"""Comparisons kept beside the runs that they are made of."""


def _run_quarters(results: Results) -> int:
    manifest = results.manifest
    return len(manifest["regimes"]) * int(manifest["replicates"]) * int(manifest["quarters"])


def _nothing_remembered() -> Remembered[Results]:
    return Remembered(MOST_REMEMBERED, _run_quarters)


@dataclass(frozen=True, eq=False)
class Offered:
    """What a server offers to all its visitors.

    Attributes:
        results: folder within which results may be opened.
        computing: the threads that compute.
        remembered: the last few ensembles, by what was asked.
        compared: what was said of the last of them.
        luck: of the histories drawn last.
    """

    results: Path
    computing: Computing
    remembered: Remembered[Results] = field(default_factory=_nothing_remembered)
    compared: Remembered[Compared] = field(default_factory=partial(Remembered, COMPARED_REMEMBERED))
    luck: KeptLuck = field(default_factory=KeptLuck)

    @cached_property
    def imagining(self) -> Imagining:
        """What computes futures of councils, and stories."""
        return Imagining(self.computing)

    @cached_property
    def regimes(self) -> dict[str, Regime]:
        """The regimes of the debate and of installed extensions, by name."""
        return {name: find_regime(name) for name in regime_names()}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of the regimes, by name."""
        return {name: regime.title for name, regime in self.regimes.items()}

    @cached_property
    def styles(self) -> dict[str, RegimeStyle]:
        """How each regime looks."""
        return regime_styles(list(self.regimes))

    def folder(self, given: str) -> Path:
        """A folder of results within the one allowed.

        Raises:
            StudyError: when it lies outside, or there is none.
        """
        root = self.results.resolve()
        if "\0" in given:
            raise StudyError("folder: allowed is a folder's name")
        folder = (root / given).resolve()
        if not folder.is_relative_to(root):
            raise StudyError(f"folder = {given!r}: allowed is a folder within the folder of results")
        if not folder.is_dir():
            raise StudyError(f"folder = {given!r}: there is no such folder in {self.results}")
        return folder

    def folders(self, marker: str) -> Sequence[str]:
        """Folders of results that hold a file of some name, nearest first; two levels are looked through."""
        if not self.results.is_dir():
            return []
        found = [*self.results.glob(f"*/{marker}"), *self.results.glob(f"*/*/{marker}")]
        found.sort(key=lambda path: (-path.stat().st_mtime, str(path)))
        return [str(path.parent.relative_to(self.results)) for path in found]
