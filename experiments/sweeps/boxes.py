"""Boxes in the space of the factors, by PRIM: ranges of a few factors in which most cases lie.

The patient rule induction method (Friedman and Fisher 1999) peels off thin slices of the space, always the
one that leaves the most cases behind; Bryant and Lempert (2010) use it to find scenarios. The search is that
of the EMA Workbench.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl

from experiments.arrays import Flags, Numbers
from experiments.prose import brief
from experiments.sweeps.cells import is_arrangement
from experiments.sweeps.factors import Factor
from experiments.sweeps.pausing import pause
from model.codes import Support

if TYPE_CHECKING:
    from ema_workbench.analysis.prim import PrimBox

QUASI_P = 0.05
"""A restriction whose quasi-p-value is above this does not matter, and is dropped."""

LEAST_MASS = 0.05
"""Share of points below which no box is peeled further."""

ANY_CASE = 1e-9
"""To the EMA Workbench, a density above none at all."""


@dataclass(frozen=True)
class Limit:
    """What a box asks of one factor.

    Attributes:
        factor: that is restricted.
        low: least value allowed; minus infinity when there is no such limit, or values are listed.
        high: greatest value allowed; infinity likewise.
        kinds: codes allowed of an arrangement; empty for a range.
        quasi_p: probability that so many cases would be had without this restriction: the larger one of
            those of its two ends; not a number where it was asked for by hand.
    """

    factor: Factor
    low: float
    high: float
    kinds: tuple[int, ...]
    quasi_p: float

    def admits(self, values: Numbers) -> Flags:
        """Which values are allowed."""
        admitted: Flags = (
            np.isin(values, self.kinds) if self.kinds else (values >= self.low) & (values <= self.high)
        )
        return admitted

    def words(self) -> str:
        """In words: “leaving under public blame” is at least 0.63."""
        name = f"“{self.factor.title}”"
        if self.kinds:
            return f"{name} is {' or '.join(Support(kind).name.lower() for kind in self.kinds)}"
        if self.factor.entry and self.factor.entry.type == "switch":
            return f"{name} is {'on' if self.low > 0.5 else 'off'}"
        low, high = self.shown(self.low), self.shown(self.high)
        unit = "" if self.factor.unit in ("none", "0-1", "ratio") else f" {self.factor.unit}"
        at_least, at_most = np.isfinite(self.low), np.isfinite(self.high)
        if at_least and at_most:
            return f"{name} is {low}{unit}" if low == high else f"{name} is {low} to {high}{unit}"
        return f"{name} is at least {low}{unit}" if at_least else f"{name} is at most {high}{unit}"

    def shown(self, value: float) -> str:
        """A value with three digits, a whole number as it is."""
        return f"{value:.0f}" if self.factor.whole else brief(value, 3)


@dataclass(frozen=True)
class Step:
    """One box on the way from all points to the smallest box: what PRIM trades."""

    coverage: float
    density: float
    restricted: int


@dataclass(frozen=True)
class Box:
    """A box.

    Attributes:
        limits: of the restricted factors, the one that matters most first.
        trade_off: the boxes on the way to the smallest.
        taken: the one of these that it is; coverage is of the cases outside earlier boxes.
        dropped: factors that were left out of the search, because their restriction did not matter.
        dense: whether its density is as high as was asked for.
    """

    limits: tuple[Limit, ...]
    trade_off: tuple[Step, ...]
    taken: Step
    dropped: tuple[str, ...]
    dense: bool

    def admits(self, values: Numbers, factors: Sequence[Factor]) -> Flags:
        """Which points lie in it; `values` has shape (points, factors)."""
        places = {factor.name: i for i, factor in enumerate(factors)}
        inside = np.ones(len(values), bool)
        for limit in self.limits:
            inside &= limit.admits(values[:, places[limit.factor.name]])
        return inside

    def words(self) -> str:
        """What it asks for, as part of a sentence."""
        return " and ".join(limit.words() for limit in self.limits)


def find_boxes(
    values: Numbers, holds: Flags, factors: Sequence[Factor], count: int, threshold: float
) -> list[Box]:
    """Boxes in which an expression mostly holds, one after the other, each among points outside the earlier.

    Of the boxes on PRIM's way, the one that covers most cases with at least the density asked for is taken.
    Where it restricts factors whose quasi-p-value is above `QUASI_P`, the search starts anew with only those
    that matter, since bounds found beside others are not the ones that a factor has without them; until all
    that are left matter. Where no box is so dense, factors are tried one by one too, and the densest of all
    is taken.

    Args:
        values: of the factors, shape (points, factors).
        holds: at which points the expression holds.
        factors: in the order of the columns.
        count: how many boxes at most.
        threshold: density asked for, 0 to 1.

    Returns:
        None of them without a restriction; so there may be none at all.
    """
    found: list[Box] = []
    left = np.ones(len(holds), bool)
    for _ in range(count):
        if not holds[left].any() or holds[left].all():
            break
        box = _find_box(values[left], holds[left], factors, threshold)
        if box is None:
            break
        found.append(box)
        left &= ~box.admits(values, factors)
    return found


def _find_box(values: Numbers, holds: Flags, factors: Sequence[Factor], threshold: float) -> Box | None:
    with _quietly():
        searched: set[frozenset[str]] = set()
        found = _search(values, holds, tuple(factors), threshold, (), searched)
        for i, factor in enumerate(factors):
            if not any(box.dense for box in found) and frozenset((factor.name,)) not in searched:
                found += _search(values[:, [i]], holds, (factor,), threshold, (), searched)
    return max(
        found,
        key=lambda box: (box.dense, box.taken.coverage if box.dense else box.taken.density),
        default=None,
    )


def _search(
    values: Numbers,
    holds: Flags,
    factors: tuple[Factor, ...],
    threshold: float,
    dropped: tuple[str, ...],
    searched: set[frozenset[str]],
) -> list[Box]:
    """Boxes all of whose restrictions matter: the best on the way, and those of searches with fewer factors.

    There are two ways. The EMA Workbench's own measure of a peel sets the density that it gains against the
    points that it takes, so that a switch does not take half of them for little; but it ends where the next
    slice gains nothing, which with few points is soon. Density alone, as by Friedman and Fisher, leads on to
    the smallest box.

    Args:
        values: of the factors, shape (points, factors).
        holds: at which points the expression holds.
        factors: to restrict, in the order of the columns.
        threshold: density asked for.
        dropped: factors that an earlier search has left out.
        searched: sets of factors that need no other search; the present one is added.
    """
    from ema_workbench.analysis import prim

    searched.add(frozenset(factor.name for factor in factors))
    table = pd.DataFrame({factor.name: _column(factor, values[:, i]) for i, factor in enumerate(factors)})
    found: list[Box] = []
    for objective in (prim.PRIMObjectiveFunctions.LENIENT1, prim.PRIMObjectiveFunctions.ORIGINAL):
        # A threshold keeps the way to the last box only where that is dense enough; all of it is wanted.
        way_of = prim.Prim(
            table, holds.astype(np.int64), ANY_CASE, obj_function=objective, mass_min=LEAST_MASS
        )
        way_of.obj_func = _pausing(way_of.obj_func)
        box = way_of.find_box()
        way = pl.from_pandas(box.peeling_trajectory[["coverage", "density", "res_dim"]])
        for place in _in_order(way, threshold):
            restricted = {name for name, ends in box.qp[place].items() if _larger(ends) is not None}
            matter = restricted - set(_without_chance(box, place))
            if restricted and matter == restricted:
                found.append(_box(box, place, way, factors, dropped, threshold))
                break
            if matter and frozenset(matter) not in searched:
                kept = [i for i, factor in enumerate(factors) if factor.name in matter]
                without = tuple(factor.name for factor in factors if factor.name in restricted - matter)
                fewer = tuple(factors[i] for i in kept)
                found += _search(values[:, kept], holds, fewer, threshold, (*dropped, *without), searched)
    return found


def _pausing(measure: Callable[..., float]) -> Callable[..., float]:
    """A measure of a peel that pauses before it measures, which happens many times on the way."""

    def measured(*given: Any) -> float:
        pause()
        return measure(*given)

    return measured


def _in_order(way: pl.DataFrame, threshold: float) -> list[int]:
    """Places on the way: boxes that are dense enough, the widest first; then the densest of all."""
    boxes = way.with_row_index("place").filter(pl.col("res_dim") > 0)
    dense = boxes.filter(pl.col("density") >= threshold).sort(["coverage", "density"], descending=True)
    densest = boxes.sort(["density", "coverage"], descending=True)
    return [*dense["place"], *densest["place"][:1]]


def _box(
    box: "PrimBox",
    place: int,
    way: pl.DataFrame,
    factors: Sequence[Factor],
    dropped: tuple[str, ...],
    threshold: float,
) -> Box:
    steps = tuple(Step(float(c), float(d), int(r)) for c, d, r in way.iter_rows())
    lims, start = box.box_lims[place], box.box_lims[0]
    limits = [
        _limit(factor, lims[factor.name].tolist(), start[factor.name].tolist(), p)
        for factor in factors
        if (p := _larger(box.qp[place].get(factor.name))) is not None
    ]
    return Box(
        tuple(sorted(limits, key=lambda limit: limit.quasi_p)),
        *(steps, steps[place], dropped),
        dense=steps[place].density >= threshold,
    )


@contextmanager
def _quietly() -> Iterator[None]:
    """What the EMA Workbench and its imports say on the way stays unsaid."""
    logger = logging.getLogger("EMA")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _column(factor: Factor, values: Numbers) -> "pd.Series[float]":
    if is_arrangement(factor):
        return pd.Series([int(value) for value in values]).astype(str).astype("category")
    return pd.Series(values)


def _without_chance(box: "PrimBox", place: int) -> list[str]:
    """The factors whose restriction does not matter, found by dropping them one by one, the least first."""
    dropped: list[str] = []
    while worst := _worst(box.qp[place]):
        box.drop_restriction(worst, place)
        place = len(box.box_lims) - 1
        dropped.append(worst)
    return dropped


def _larger(quasi_p: Sequence[float] | None) -> float | None:
    """Of the quasi-p-values of a restriction's two ends the larger; -1 stands for no restriction."""
    known = [p for p in quasi_p or () if p >= 0.0]
    return max(known) if known else None


def _worst(quasi_p: dict[str, list[float]]) -> str | None:
    """The restriction that matters least, where it does not matter; of the two ends the better counts."""
    best = {name: min(known) for name, ends in quasi_p.items() if (known := [p for p in ends if p >= 0.0])}
    name = max(best, key=lambda name: best[name], default=None)
    return name if name is not None and best[name] > QUASI_P else None


def _limit(factor: Factor, ends: list[object], start: list[object], quasi_p: float) -> Limit:
    if is_arrangement(factor):
        kinds = tuple(sorted(int(kind) for kind in ends[0]))  # type: ignore[attr-defined]
        return Limit(factor, -np.inf, np.inf, kinds, quasi_p)
    low, high = (float(str(end)) for end in ends)
    least, most = (float(str(end)) for end in start)
    if factor.whole:  # limits stand halfway between two whole numbers
        low, high = np.ceil(low), np.floor(high)
    return Limit(factor, low if low > least else -np.inf, high if high < most else np.inf, (), quasi_p)
