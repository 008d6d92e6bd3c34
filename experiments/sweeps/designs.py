"""Designs: which parameter sets a sweep runs, made row by row so that no design has to fit in memory whole.

A design gives the quantiles of its factors, numbers from 0 to 1; factors turn them into values. A grid and a
user's own table give values themselves. Samplers are those of SciPy and SALib.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from scipy.stats import qmc

from experiments.arrays import Numbers
from experiments.errors import StudyError, check_count
from experiments.sweeps.factors import Factor
from experiments.sweeps.results import DesignSummary

MOST_SEQUENCE_POINTS = 2**30
"""Rows of a Sobol' sequence in SciPy's ordinary precision."""

MOST_CELLS = 25_000_000
"""Points x factors of a design that its sampler can only make whole: 200 MB."""

MOST_POINTS = 10**15
"""Beyond any machine, but still a number that can be told to a person."""

CHUNK = 4096
"""Points made at a time: a power of 2, as Sobol' sequences like it."""

MORRIS_LEVELS = 4


class Design(Protocol):
    """The points of a sweep."""

    @property
    def summary(self) -> DesignSummary:
        """How the points are chosen."""

    def values(self, first: int, last: int) -> Numbers:
        """Values of the factors at the points from `first` to before `last`, shape (points, factors)."""


def chunks(points: int) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of each chunk of points."""
    for first in range(0, points, CHUNK):
        yield first, min(first + CHUNK, points)


def valued(factors: Sequence[Factor], quantiles: Numbers) -> Numbers:
    """Values of factors at quantiles, shape (points, factors) of both."""
    columns = [factor.at(quantiles[:, place]) for place, factor in enumerate(factors)]
    return np.column_stack(columns) if columns else np.empty((len(quantiles), 0))


@dataclass(frozen=True)
class Grid:
    """Every combination of some levels of each factor, the last factor changing fastest.

    Attributes:
        levels: values by factor.
    """

    levels: tuple[tuple[float, ...], ...]

    @property
    def summary(self) -> DesignSummary:
        """Every combination."""
        return DesignSummary("grid", math.prod(len(values) for values in self.levels))

    def values(self, first: int, last: int) -> Numbers:
        """Combinations from `first` to before `last`."""
        places = np.unravel_index(np.arange(first, last), [len(values) for values in self.levels])
        columns = [np.asarray(values)[place] for values, place in zip(self.levels, places, strict=True)]
        return np.column_stack(columns)


def grid(factors: Sequence[Factor], levels: Mapping[str, int], otherwise: int) -> Grid:
    """A grid of evenly spaced levels, ends included; listed values are taken as they are.

    Args:
        factors: that vary.
        levels: how many by factor.
        otherwise: how many for factors that `levels` does not name.

    Raises:
        StudyError: for fewer than two levels.
    """
    return Grid(tuple(_levels_of(factor, levels.get(factor.name, otherwise)) for factor in factors))


def _levels_of(factor: Factor, count: int) -> tuple[float, ...]:
    if factor.values:
        return tuple(float(value) for value in factor.values)
    check_count(f"levels of {factor.name}", count, 2, 10_000)
    spaced = (
        np.geomspace(factor.low, factor.high, count)
        if factor.distribution == "log_uniform"
        else np.linspace(factor.low, factor.high, count)
    )
    spaced[0], spaced[-1] = factor.low, factor.high
    return tuple(np.unique(np.round(spaced) if factor.whole else spaced).tolist())


@dataclass(frozen=True)
class SobolSequence:
    """A scrambled Sobol' sequence: even in every corner of the space, and extended by going on.

    Attributes:
        factors: that vary.
        points: how many, a power of 2.
        seed: of the scrambling.
    """

    factors: tuple[Factor, ...]
    points: int
    seed: int

    @property
    def summary(self) -> DesignSummary:
        """The sequence's first points."""
        return DesignSummary("sobol", self.points)

    def values(self, first: int, last: int) -> Numbers:
        """Points of the sequence."""
        return valued(self.factors, sobol_rows(len(self.factors), self.seed, first, last))


def sobol_rows(dimensions: int, seed: int, first: int, last: int) -> Numbers:
    """Rows of a scrambled Sobol' sequence, shape (last - first, dimensions); the same however it is cut."""
    sequence = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    if first:
        sequence.fast_forward(first)
        return np.asarray(sequence.random(last - first))
    # A first draw that is no power of 2 would be warned of; the rest of it is not used.
    return np.asarray(sequence.random(1 << max(last - 1, 0).bit_length())[:last])


def balanced(what: str, given: int) -> int:
    """A number of points at which Sobol' sequences are balanced.

    Raises:
        StudyError: when it is no power of 2; the nearest are named.
    """
    check_count(what, given, 2, MOST_POINTS)
    if given & (given - 1):
        below = 1 << (given.bit_length() - 1)
        raise StudyError(
            f"{what} = {given:,}: allowed is a power of 2, at which a Sobol' sequence is balanced,"
            f" such as {below:,} or {2 * below:,}"
        )
    return given


@dataclass(frozen=True)
class Unmade:
    """A design larger than its sampler can make: what it would cost can be told, its points cannot.

    Attributes:
        summary: of the design.
        reason: why it cannot be made.
    """

    summary: DesignSummary
    reason: str

    def values(self, first: int, last: int) -> Numbers:
        """Refuse.

        Raises:
            StudyError: always, saying why.
        """
        raise StudyError(self.reason)


def within_sequence(design: "SobolSequence | Saltelli", what: str, rows: int) -> Design:
    """A design as it is, or unmade when it takes more rows than a Sobol' sequence has."""
    if rows <= MOST_SEQUENCE_POINTS:
        return design
    return Unmade(design.summary, f"{what} = {rows:,}: allowed is at most {MOST_SEQUENCE_POINTS:,}")


@dataclass(frozen=True)
class Saltelli:
    """Saltelli's design for Sobol' indices: two samples, and rows of the first with parts of the second.

    After each row of sample A come the same row with each group of factors taken from sample B, then with
    each single factor taken from B, then the row of B. (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018;
    SALib's order, groups and single factors beside each other.) More rows go on where fewer left off.

    Attributes:
        factors: that vary.
        base: rows of each sample, a power of 2.
        seed: of the scrambled Sobol' sequence from which both are taken.
        groups: of factors to move together.
        alone: factors to move one by one.
    """

    factors: tuple[Factor, ...]
    base: int
    seed: int
    groups: tuple[str, ...]
    alone: tuple[str, ...]

    @property
    def summary(self) -> DesignSummary:
        """Base rows, groups and single factors."""
        summary = DesignSummary("saltelli", 0, self.base, self.groups, self.alone)
        return replace(summary, points=self.base * summary.width)

    def values(self, first: int, last: int) -> Numbers:
        """Rows of A and B, mixed."""
        width, count = self.summary.width, len(self.factors)
        rows = np.arange(first, last)
        base, kind = rows // width, rows % width
        drawn = sobol_rows(2 * count, self.seed, int(base[0]), int(base[-1]) + 1)[base - base[0]]
        moved = self._moved()[kind]
        return valued(self.factors, np.where(moved, drawn[:, count:], drawn[:, :count]))

    def _moved(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which factors are taken from B, by kind of row: shape (width, factors)."""
        names = [factor.name for factor in self.factors]
        families = [factor.group for factor in self.factors]
        rows = [[False] * len(names)]
        rows += [[family == group for family in families] for group in self.groups]
        rows += [[name == one for name in names] for one in self.alone]
        return np.array([*rows, [True] * len(names)])


@dataclass(frozen=True)
class Sample:
    """Points that a sampler made whole, in batches: a Latin hypercube, or the trajectories of Morris.

    Attributes:
        factors: that vary.
        summary: of the design.
        quantiles: shape (points, factors).
    """

    factors: tuple[Factor, ...]
    summary: DesignSummary
    quantiles: Numbers = field(repr=False)

    def values(self, first: int, last: int) -> Numbers:
        """Points of the sample."""
        return valued(self.factors, self.quantiles[first:last])


def latin_hypercube(factors: Sequence[Factor], batches: Sequence[int], seed: int) -> Design:
    """Latin hypercubes: in each, every factor has one point in every one of as many equal parts of its range.

    Args:
        factors: that vary.
        batches: points of each hypercube; a sweep that is extended has several.
        seed: of the sampler.

    Raises:
        StudyError: for a size that makes no sense.
    """
    points = _sum_of("points", batches)
    summary = DesignSummary("latin_hypercube", points)
    reason = _too_many_cells(points, len(factors), "sobol or saltelli")
    if reason:
        return Unmade(summary, reason)
    parts = [
        qmc.LatinHypercube(len(factors), rng=np.random.default_rng([seed, batch])).random(size)
        for batch, size in enumerate(batches)
    ]
    return Sample(tuple(factors), summary, np.concatenate(parts))


def _sum_of(what: str, batches: Sequence[int]) -> int:
    if not batches:
        raise StudyError(f"{what} = []: allowed is a whole number from 2, or a list of such numbers")
    return sum(check_count(what, size, 2, MOST_POINTS) for size in batches)


def morris(
    factors: Sequence[Factor], batches: Sequence[int], seed: int, levels: int, groups: Sequence[str]
) -> Design:
    """Morris's trajectories, by SALib: each starts somewhere and moves every factor, or group, once.

    Args:
        factors: that vary.
        batches: trajectories of each batch; a sweep that is extended has several.
        seed: of the sampler.
        levels: of the grid on which trajectories move, an even number.
        groups: of factors that move together; none when every factor moves alone.

    Raises:
        StudyError: for a size that makes no sense, or when SALib is not installed.
    """
    try:
        from SALib.sample.morris import sample
    except ImportError:
        raise StudyError("a Morris design needs SALib: pip install -e '.[analysis]'") from None
    trajectories = _sum_of("trajectories", batches)
    check_count("levels", levels, 2, 1000)
    if levels % 2:
        raise StudyError(f"levels = {levels}: allowed for a Morris design is an even number")
    alone = tuple(factor.name for factor in factors)
    summary = DesignSummary("morris", 0, trajectories, tuple(groups), () if groups else alone, levels)
    points = trajectories * summary.width
    whole = replace(summary, points=points)
    reason = _too_many_cells(points, len(factors), "saltelli")
    if reason:
        return Unmade(whole, reason)
    problem: dict[str, Any] = {
        "num_vars": len(factors),
        "names": list(alone),
        "bounds": [[0.0, 1.0]] * len(factors),
    }
    if groups:
        problem["groups"] = [factor.group for factor in factors]
    parts = [
        sample(
            problem,
            size,
            num_levels=levels,
            seed=int(np.random.SeedSequence([seed, batch]).generate_state(1)[0]),
        )
        for batch, size in enumerate(batches)
    ]
    return Sample(tuple(factors), whole, np.concatenate(parts))


def _too_many_cells(points: int, factors: int, instead: str) -> str | None:
    if points * factors <= MOST_CELLS:
        return None
    return (
        f"{points:,} points of {factors:,} factors: this kind of design is made whole, and allowed are"
        f" {MOST_CELLS // factors:,} points; {instead} is made row by row"
    )
