"""A number with its interval, as analyses and pages hand it on, and what intervals of 95% are made with."""

from typing import NamedTuple

from scipy.stats import binomtest

QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q95": 0.95}
"""Of a fan: nine histories in ten lie between the outer two, half of them between the inner two."""

TAILS = (2.5, 97.5)
"""Percentiles between which the central 95% lie."""

NORMAL_95 = 1.959964
"""Standard errors to either side of a normal estimate between which 95% lie."""


class Interval(NamedTuple):
    """A number with its 95% interval."""

    value: float
    low: float
    high: float

    def covers(self, value: float) -> bool:
        """Whether a value lies within, its ends included."""
        return self.low <= value <= self.high


def share_of(hits: int, count: int) -> Interval | None:
    """A share with its 95% interval (Wilson 1927); None of nothing."""
    if count == 0:
        return None
    ends = binomtest(hits, count).proportion_ci(method="wilson")
    return Interval(hits / count, float(ends.low), float(ends.high))
