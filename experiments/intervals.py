"""A number with its interval, as analyses and pages hand it on."""

from typing import NamedTuple

QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q95": 0.95}
"""Of a fan: nine histories in ten lie between the outer two, half of them between the inner two."""


NORMAL_95 = 1.959964
"""Standard errors to either side of a mean that make an interval of 95%."""


class Interval(NamedTuple):
    """A number with its 95% interval."""

    value: float
    low: float
    high: float

    def covers(self, value: float) -> bool:
        """Whether a value lies within, its ends included."""
        return self.low <= value <= self.high
