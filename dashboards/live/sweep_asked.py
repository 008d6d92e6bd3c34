"""What an address asks of a sweep, checked.

That is an outcome under a regime, or how far it lies from that under another; where factors lie in some
ranges; which factors are drawn; and for which futures a box is sought.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dashboards.live.address import Address
from dashboards.live.sweeps import Sweep
from experiments.arrays import Numbers
from experiments.command_line import command_line
from experiments.effects import EFFECTS, unit_of
from experiments.errors import StudyError
from experiments.sweeps.boxes import Limit
from experiments.sweeps.cells import Target, chosen_outcomes, independent_points, title_of
from experiments.sweeps.defaults import THRESHOLD
from experiments.sweeps.keeping import inside, keep, read_limits, written
from experiments.sweeps.results import SweepResults

MOST_AXES = 16
USUAL_AXES = 12
SIDES = {"worse": "worse than the limit", "better": "better than the limit"}
QUARTER = 0.25
"""Share of points beyond the limit where the address names none."""
_BEYOND = 1e15


@dataclass(frozen=True)
class Asked:
    """What an address asks of a sweep, checked.

    Attributes:
        sweep: that is open.
        target: that is explained.
        limits: ranges in which points are kept.
        axes: factors that are drawn as axes.
        across: factor of the table of two.
        up: the other.
        side: whether a box is sought for what is worse or better than the limit.
        limit: of the outcome; None for that of the quarter of points that is worst, or best.
        density: asked of a box.
        holds: expression for which a box is sought instead; empty for none.
    """

    sweep: Sweep
    target: Target
    limits: tuple[Limit, ...]
    axes: tuple[str, ...]
    across: str
    up: str
    side: str
    limit: float | None
    density: float
    holds: str

    @cached_property
    def kept(self) -> SweepResults:
        """The sweep where points are kept.

        Raises:
            StudyError: when none is.
        """
        return keep(self.sweep.results, self.limits)

    @cached_property
    def cells(self) -> Numbers:
        """The target at all points, shape (points, replicates)."""
        return self.target.cells(self.sweep.results)

    @cached_property
    def means(self) -> Numbers:
        """The target's mean over replicates at all points; not a number where any is missing."""
        means: Numbers = self.cells.mean(axis=1)
        return means

    @cached_property
    def inside(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        """Which points lie in the ranges."""
        return inside(self.sweep.results, self.limits)

    @cached_property
    def used(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        """Points that stand for the space of the factors: of a Saltelli design those of its two samples."""
        return independent_points(self.sweep.results.design_summary)

    @property
    def title(self) -> str:
        """Of the target."""
        return self.target.title(self.sweep.results)

    @property
    def unit(self) -> str:
        """Of the outcome; empty where none is known."""
        return unit_of(self.target.outcome) if self.target.outcome in EFFECTS else ""

    @property
    def is_worse_above(self) -> bool:
        """Whether more of the outcome is worse; taken so where neither is."""
        effect = EFFECTS.get(self.target.outcome)
        return effect is None or effect.better != "higher"

    @property
    def expression(self) -> str:
        """Where it holds, a box is sought.

        Raises:
            StudyError: when nothing is known of which a limit could be made.
        """
        if self.holds:
            return self.holds
        is_above = self.is_worse_above == (self.side == "worse")
        sign = ">" if is_above else "<"
        own = f"{self.target.regime}.{self.target.outcome}"
        if self.target.less:
            other = f"{self.target.less}.{self.target.outcome}"
            return (
                f"{own} {sign} {other}" if self.limit is None else f"{own} - {other} {sign} {self.limit:.9g}"
            )
        limit = self.limit
        if limit is None:
            known = self.means[np.isfinite(self.means)]
            if not len(known):
                raise StudyError("no point has all its runs yet, so there is nothing to search")
            limit = float(f"{np.quantile(known, 1 - QUARTER if is_above else QUARTER):.4g}")
        return f"{own} {sign} {limit:.9g}"

    def limit_of(self, name: str) -> Limit | None:
        """The range to which a factor is held."""
        return next((limit for limit in self.limits if limit.factor.name == name), None)

    def key(self, *parts: object) -> tuple[object, ...]:
        """What a result depends on, to remember it by."""
        ranges = tuple(written(limit) for limit in self.limits)
        return (self.sweep.folder, self.sweep.stamp, ranges, *parts)

    def command(self, name: str, options: Sequence[tuple[str, object]]) -> str:
        """The command that gives the same numbers."""
        kept = [("--keep", written(limit)) for limit in self.limits]
        return command_line(name, self.sweep.results.folder, options=[*kept, *options])


def asked_of(address: Address, sweep: Sweep) -> Asked:
    """What an address asks of a sweep.

    Raises:
        StudyError: for what the sweep does not have, or what is not allowed.
    """
    results = sweep.results
    factors = list(sweep.factors)
    outcome = address.choice("outcome", chosen_outcomes(results)[0], results.outcomes)
    regime, _, less = address.choice("regime", results.regimes[0], list(sweep.subjects)).partition("-")
    usual = factors[:USUAL_AXES]
    axes = address.choices("axes", usual, factors) if factors else ()
    if len(axes) > MOST_AXES:
        raise StudyError(f"axes names {len(axes)} factors; allowed are {MOST_AXES} at a time")
    pair = usual_pair(sweep)
    across = address.choice("across", pair[0], factors) if factors else ""
    up = address.choice("up", pair[1], factors) if factors else ""
    return Asked(
        sweep,
        Target(outcome, regime, less),
        read_limits(results, ranges_of(address)),
        axes,
        across,
        up,
        address.choice("side", "worse", list(SIDES)),
        _decimal(address, "limit", None, -_BEYOND, _BEYOND),
        _decimal(address, "density", THRESHOLD, 0.05, 1.0) or THRESHOLD,
        address.text("holds", "").strip(),
    )


def usual_pair(sweep: Sweep) -> tuple[str, str]:
    """The two factors of the table where the address names none."""
    factors = list(sweep.factors) or [""]
    return factors[0], factors[1 % len(factors)]


def ranges_of(address: Address) -> list[str]:
    """The ranges of an address, as texts."""
    given = address.texts("where")
    return [text for one in given for text in one.split(",") if text]


def _decimal(address: Address, key: str, default: float | None, least: float, most: float) -> float | None:
    given = address.text(key, "")
    if not given:
        return default
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise StudyError(f"{key} = {given!r}: allowed is a number from {least:g} to {most:g}")
    return value


def titles(outcomes: Sequence[str]) -> Mapping[str, str]:
    """What outcomes are called, by name."""
    return {name: title_of(name) for name in outcomes}
