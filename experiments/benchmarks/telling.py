"""How figures are told: times in units that one can picture, spreads with their least and most."""

from collections.abc import Mapping
from typing import Any

MINUTE = 60.0
HOUR = 3600.0

Kept = Mapping[str, Any]
"""Figures of the page by part: when and on what they were taken, and the figures."""

Spread = Mapping[str, float]
"""Median, least, most and number of rounds."""


def duration(seconds: float) -> str:
    """A time, in a unit that one can picture."""
    for size, unit in ((HOUR, "hours"), (MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{short(seconds / size)} {unit}"
    return f"{short(seconds * 1e3)} ms" if seconds < 1 else f"{short(seconds)} s"


def short(value: float) -> str:
    """Two digits that count, or all of a number that has more before its point."""
    if value >= 9.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 0.95 else f"{value:.2g}"


def told(taken: Spread, unit: float = 1.0) -> str:
    """Median, with least and most where there were several rounds."""
    median, least, most = (short(taken[name] * unit) for name in ("median", "least", "most"))
    return median if taken["rounds"] == 1 else f"{median} ({least} to {most})"


def lasting(taken: Spread) -> str:
    """The same of seconds, in a unit that one can picture."""
    median, least, most = (duration(taken[name]) for name in ("median", "least", "most"))
    return median if taken["rounds"] == 1 else f"{median} ({least} to {most})"


def figures_of(kept: Kept, name: str) -> Any:
    """The figures of a part of the page, or None where they were not taken."""
    return kept[name]["figures"] if name in kept else None
