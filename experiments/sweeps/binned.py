"""An outcome by two factors: its mean among the points of each cell of a small table, interval and count."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.arrays import Numbers
from experiments.comparison import mean_of
from experiments.intervals import Interval
from experiments.sweeps.boxes import Limit
from experiments.sweeps.factors import Factor

BINS = 6
MOST_VALUES = 8
"""Whole or listed values that have a bin each; of more, several share one."""


@dataclass(frozen=True)
class Bin:
    """A part of the range of a factor: from `low` up to `high`, with it where `closed`."""

    low: float
    high: float
    closed: bool


@dataclass(frozen=True)
class Cell:
    """Points in a bin of each of two factors.

    Attributes:
        count: how many.
        mean: of the outcome, with 95% interval over points (none of fewer than two); None of no points.
    """

    count: int
    mean: Interval | None


@dataclass(frozen=True)
class Binned:
    """A table of cells.

    Attributes:
        across: bins of the first factor.
        up: bins of the second.
        cells: by bin of the second factor, then of the first.
    """

    across: tuple[Bin, ...]
    up: tuple[Bin, ...]
    cells: tuple[tuple[Cell, ...], ...]


def bins_of(factor: Factor, limit: Limit | None = None) -> tuple[Bin, ...]:
    """Bins of a factor: a value each where these are few, else parts in which equally many points lie.

    Args:
        factor: to part.
        limit: range to which it is held; parts of that are equally wide.
    """
    low, high = factor.low, factor.high
    if limit is not None and not limit.kinds:
        low, high = max(low, limit.low), min(high, limit.high)
    listed = [float(value) for value in factor.values]
    if not listed and factor.whole and high - low < MOST_VALUES:
        listed = [float(value) for value in range(math.ceil(low), math.floor(high) + 1)]
    if listed:
        kept = [v for v in sorted(listed) if limit is None or limit.admits(np.array([v]))[0]]
        return tuple(Bin(value, value, closed=True) for value in kept)
    narrowed = (low, high) != (factor.low, factor.high)
    ends = np.linspace(low, high, BINS + 1) if narrowed else factor.at(np.linspace(0.0, 1.0, BINS + 1))
    edges = np.unique(np.round(ends) if factor.whole else _neat(ends))
    if len(edges) < 2:
        return (Bin(low, high, closed=True),)
    last = len(edges) - 2
    return tuple(
        Bin(float(a), float(b), closed=i == last) for i, (a, b) in enumerate(itertools.pairwise(edges))
    )


def _neat(ends: Numbers) -> Numbers:
    """Ends without the last digits of floating point, so that 0 is 0; the outermost as they are."""
    neat: Numbers = np.round(ends, 9 - math.floor(math.log10(np.ptp(ends) or 1.0))) + 0.0
    neat[[0, -1]] = ends[[0, -1]]
    return neat


def places(bins: Sequence[Bin], values: Numbers) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    """In which bin each value lies; -1 in none."""
    found = np.full(len(values), -1, np.int64)
    for i, one in enumerate(bins):
        below = values <= one.high if one.closed else values < one.high
        found[(values >= one.low) & below] = i
    return found


def binned(
    across: tuple[Numbers, Sequence[Bin]], up: tuple[Numbers, Sequence[Bin]], outcome: Numbers
) -> Binned:
    """The mean of an outcome by two factors.

    Args:
        across: values of a factor by point, and its bins.
        up: the same of another.
        outcome: by point; points at which it is not known are in no cell.
    """
    known = np.isfinite(outcome)
    column, row = (np.where(known, places(bins, values), -1) for values, bins in (across, up))
    return Binned(
        tuple(across[1]),
        tuple(up[1]),
        tuple(
            tuple(_cell(outcome[(column == i) & (row == j)]) for i in range(len(across[1])))
            for j in range(len(up[1]))
        ),
    )


def _cell(outcome: Numbers) -> Cell:
    if not len(outcome):
        return Cell(0, None)
    mean = mean_of(outcome.ravel())
    return Cell(len(outcome), Interval(mean.mean, mean.low, mean.high))
