"""A number with its interval, as analyses and pages hand it on."""

from typing import NamedTuple


class Interval(NamedTuple):
    """A number with its 95% interval."""

    value: float
    low: float
    high: float

    def covers(self, value: float) -> bool:
        """Whether a value lies within, its ends included."""
        return self.low <= value <= self.high
