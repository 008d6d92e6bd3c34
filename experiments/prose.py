"""Numbers, counts and lists as people write them: one way for the screen, for pages and for documents."""

from collections.abc import Iterable

from experiments.intervals import Interval
from experiments.units import PERCENT

ROUNDING = 1e-9
"""By which a share may miss none or all for having been added up."""

MINUS = "−"
MISSING = "–"
"""Stands where there is no number."""


def number(value: float | None, decimals: int = 1, signed: bool = False) -> str:
    """A number with thousands apart and a true minus; a dash for what is missing, no sign before zero."""
    if value is None or value != value:
        return MISSING
    text = f"{abs(value):,.{decimals}f}"
    is_zero = float(text.replace(",", "")) == 0
    return ("" if is_zero else MINUS if value < 0 else "+" if signed else "") + text


def brief(value: float, digits: int = 6) -> str:
    """A number with at most so many digits that count, and a true minus."""
    return f"{value:.{digits}g}".replace("-", MINUS)


def with_interval(interval: Interval | None, digits: int = 2) -> str:
    """A number and its interval, in the cell of a table."""
    if interval is None:
        return MISSING
    if interval.low != interval.low:
        return number(interval.value, digits)
    ends = f"{number(interval.low, digits)} to {number(interval.high, digits)}"
    return f"{number(interval.value, digits)} ({ends})"


def share(interval: Interval | None, digits: int = 0) -> str:
    """A share with its interval, in percent."""
    if interval is None:
        return MISSING
    value, low, high = (f"{end:.{digits}%}" for end in interval)
    return f"{value} ({low.removesuffix('%')} to {high})"


def percent(value: float | None) -> str:
    """A share or probability; all but none is not none, and all but one is not all."""
    if value is None or value != value:
        return MISSING
    rounded = round(PERCENT * value)
    if rounded == 0 and value > ROUNDING:
        return "under 1%"
    return "over 99%" if rounded == PERCENT and value < 1.0 - ROUNDING else f"{rounded}%"


def counted(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: 1 council, 152 councils."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """Items as in a sentence: a, b and c."""
    every = list(items)
    return "".join(every) if len(every) < 2 else f"{', '.join(every[:-1])} {last} {every[-1]}"


def capitalised(words: str) -> str:
    """Words as a sentence begins: the first letter large, all others as they are."""
    return words[:1].upper() + words[1:]
