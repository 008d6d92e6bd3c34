"""What a report is about: a finished comparison of regimes, as its pages need it.

Nothing is estimated here: means, differences and verdicts are those of `experiments.comparison`. Runs that
failed are left out, and so are quarters of theirs that had passed before they did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from experiments.comparison import Comparison, compare_results
from experiments.results import Results
from experiments.units import MONTHS_PER_QUARTER, QUARTERS_PER_YEAR
from model.quarters import FIRST_YEAR, format_quarter, parse_quarter


@dataclass(frozen=True, eq=False)
class Compared:
    """A finished comparison.

    Attributes:
        comparison: its means, differences and verdicts.
    """

    comparison: Comparison

    @classmethod
    def of(cls, results: Results) -> "Compared":
        """The comparison of some results, as they were asked for."""
        return cls(compare_results(results))

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the results say of themselves."""
        return self.comparison.results.manifest

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of the regimes by name, in the order in which they are shown."""
        return {regime["name"]: regime["title"] for regime in self.manifest["regimes"]}

    @property
    def summaries(self) -> dict[str, str]:
        """A sentence on each regime, by name."""
        return {regime["name"]: regime["summary"] for regime in self.manifest["regimes"]}

    @property
    def baseline(self) -> str:
        """The regime with which the others are compared."""
        return self.comparison.baseline

    @property
    def baseline_title(self) -> str:
        """Its title."""
        return self.titles[self.baseline]

    @property
    def others(self) -> list[str]:
        """Names of the regimes but the baseline, in order."""
        return [name for name in self.titles if name != self.baseline]

    @property
    def first(self) -> str:
        """The first quarter."""
        return str(self.manifest["start"])

    @property
    def last(self) -> str:
        """The last quarter."""
        return format_quarter(parse_quarter(self.first) + self.length - 1)

    @property
    def length(self) -> int:
        """Quarters of a run."""
        return int(self.manifest["quarters"])

    @property
    def last_day(self) -> date:
        """A day near the end of the last quarter, for what is valid then."""
        index = parse_quarter(self.last)
        month = (index % QUARTERS_PER_YEAR + 1) * MONTHS_PER_QUARTER
        return date(FIRST_YEAR + index // QUARTERS_PER_YEAR, month, 28)

    @cached_property
    def runs(self) -> pl.DataFrame:
        """Outcomes, a row a completed run."""
        return self.comparison.results.table("runs").filter(pl.col("status") == "ok")

    @cached_property
    def quarters(self) -> pl.DataFrame | None:
        """Indicators, a row a completed run and quarter; None when they were not kept."""
        return self._of_completed("quarters")

    @cached_property
    def councils(self) -> pl.DataFrame | None:
        """What became of each council, a row a completed run and council; None when it was not kept."""
        return self._of_completed("councils")

    def _of_completed(self, table: str) -> pl.DataFrame | None:
        results = self.comparison.results
        if table not in results.tables:
            return None
        keys = ["regime", "replicate"]
        return results.table(table).join(self.runs.select(keys), on=keys, how="semi", maintain_order="left")

    @property
    def asked(self) -> int:
        """Histories asked for."""
        return int(self.manifest["replicates"])

    @cached_property
    def histories(self) -> int:
        """Histories that every regime completed."""
        met = self.runs.group_by("replicate").len()
        return met.filter(pl.col("len") == len(self.titles)).height

    @property
    def posterior(self) -> Mapping[str, Any] | None:
        """What the results say of the posterior on whose sets they rest; None without one."""
        found: Mapping[str, Any] | None = self.manifest.get("posterior")
        return found

    @property
    def of_what(self) -> str:
        """What makes histories differ: luck, or luck and parameters."""
        return "luck and parameters" if self.comparison.on_sets else "luck"

    @property
    def failed(self) -> dict[str, int]:
        """How many runs failed, by regime, where any did."""
        counts = self.comparison.results.failures.group_by("regime").len()
        found = dict(counts.iter_rows())
        return {name: found[name] for name in self.titles if found.get(name)}

    def differences(self, outcome: str) -> list[dict[str, Any]]:
        """Paired differences of an outcome, a row a regime but the baseline, in order."""
        rows = self.comparison.differences.filter(pl.col("outcome") == outcome)
        found = {row["regime"]: row for row in rows.iter_rows(named=True)}
        return [found[name] for name in self.others if name in found]

    def mean(self, outcome: str, regime: str) -> dict[str, Any]:
        """Mean of an outcome under a regime with its 95% interval: n, mean, low, high."""
        rows = self.comparison.outcomes
        return rows.row(
            by_predicate=(pl.col("outcome") == outcome) & (pl.col("regime") == regime), named=True
        )


@dataclass(frozen=True)
class Reading:
    """How a difference is read.

    Attributes:
        kind: `clear` when it is larger than the smallest effect that matters, `small` when it is smaller,
            `leaning` when its direction can be told but not whether it matters, `unclear` when neither can.
        direction: -1 less, 1 more, 0 where that cannot be told.
    """

    kind: str
    direction: int


def read_difference(row: Mapping[str, Any]) -> Reading:
    """Read a row of differences: its verdict, and where that is undecided, its interval."""
    low, high = row["low"], row["high"]
    if low is None or high is None:
        return Reading("unclear", 0)
    direction = 1 if low > 0 else -1 if high < 0 else 0
    if row["verdict"] == "too small":
        return Reading("small", direction)
    if row["verdict"] != "undecided":
        return Reading("clear", 1 if row["difference"] > 0 else -1)
    return Reading("leaning" if direction else "unclear", direction)
