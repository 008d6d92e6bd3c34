"""What every method of sensitivity analysis returns: measures of factors, each with its interval."""

import math
from dataclasses import dataclass
from typing import Literal

from experiments.intervals import Interval

Part = Literal["group", "factor", "check"]
OTHER_LUCK = "other luck"
"""Name of the check made of the same parameters under other histories."""

MEASURES = {
    "total": "Total index",
    "first": "First-order index",
    "mu_star": "Mean size of effect (mu*)",
    "sigma": "Spread of effects (sigma)",
}
"""Titles, by name; the first that a method gives is the one that orders factors."""


@dataclass(frozen=True)
class Measure:
    """One measure of one factor, or group of factors, for one target.

    Attributes:
        part: whether it is a group, a factor, or a check that is no factor.
        name: of the group or factor.
        measure: a key of `MEASURES`.
        full: from all units of the design.
        half: from the first half of them; None when they are too few.
        corrected: freed of luck; None where that cannot be had.
    """

    part: Part
    name: str
    measure: str
    full: Interval
    half: Interval | None = None
    corrected: Interval | None = None

    @property
    def settled(self) -> bool | None:
        """Whether the value from half of the design lies in the interval from all; None without either."""
        if self.half is None or math.isnan(self.full.low):
            return None
        return self.full.covers(self.half.value)


def around(value: float, half_width: float) -> Interval:
    """An interval that is as wide to either side."""
    return Interval(float(value), float(value - half_width), float(value + half_width))
