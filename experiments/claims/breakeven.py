"""At which strength of its mechanism a claim begins to hold, or ceases to.

Every set is run at a few strengths between the bounds of the parameter, under the same histories. Between
them the effect is interpolated, by a curve that rises and falls no more than its points do (Fritsch and
Carlson 1980).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.interpolate import PchipInterpolator

from experiments.calibration.learned import weighted_quantiles
from experiments.claims.contrast import Contrast
from experiments.claims.judging import CENTRAL
from experiments.claims.sets import FITTED
from experiments.posterior import Numbers, Posterior
from model.registry import registry

STEPS = 400
"""Between the bounds, in which a crossing is looked for."""


@dataclass(frozen=True, eq=False)
class BreakEven:
    """The strength at which a claim flips.

    Attributes:
        strengths: at which it was run.
        effect: mean over sets at each.
        low: the 2.5% quantile over sets at each.
        high: the 97.5% quantile.
        crossings: where the mean over sets crosses the smallest effect that matters, rising.
        spread: of the crossings of single sets, among those that cross; None when fewer than two do.
        never: share of sets in which the verdict is the same at all strengths, with interval.
        first: whether the claim is true, by the mean over sets, at the least strength.
    """

    strengths: tuple[float, ...]
    effect: Numbers
    low: Numbers
    high: Numbers
    crossings: tuple[float, ...]
    spread: tuple[float, float] | None
    never: float
    first: bool

    @property
    def at(self) -> float | None:
        """The least strength at which the mean over sets flips; None when it does not."""
        return self.crossings[0] if self.crossings else None

    def true_between(self) -> list[tuple[float, float]]:
        """Ranges of strength in which the claim is true, by the mean over sets."""
        edges = [self.strengths[0], *self.crossings, self.strengths[-1]]
        ranges = list(pairwise(edges))
        return ranges[0 if self.first else 1 :: 2]


def break_even(contrast: Contrast, strengths: Sequence[float], cells: Sequence[Numbers]) -> BreakEven | None:
    """Where the effect crosses the smallest that matters.

    Args:
        contrast: of the claim.
        strengths: at which it was run, rising.
        cells: differences by set and history at each, shape (sets, replicates).

    Returns:
        None where at some strength the effect could not be observed in any set, so that there is no curve.
    """
    with np.errstate(invalid="ignore"):
        counts = np.stack([(~np.isnan(one)).sum(axis=1) for one in cells], axis=1)
        sums = np.stack([np.nansum(one, axis=1) for one in cells], axis=1)
    by_set = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    complete = by_set[~np.isnan(by_set).any(axis=1)]
    if len(complete) < 2:
        return None
    mean = complete.mean(axis=0)
    low, high = np.quantile(complete, CENTRAL, axis=0)
    found, first = _crossings(contrast, strengths, mean)
    own = [_crossings(contrast, strengths, one)[0] for one in complete]
    earliest = [crossings[0] for crossings in own if crossings]
    ends = np.quantile(earliest, CENTRAL) if len(earliest) > 1 else None
    return BreakEven(
        tuple(strengths),
        mean,
        low,
        high,
        tuple(found),
        (float(ends[0]), float(ends[1])) if ends is not None else None,
        1.0 - len(earliest) / len(complete),
        first,
    )


def _crossings(contrast: Contrast, strengths: Sequence[float], effects: Numbers) -> tuple[list[float], bool]:
    """Strengths at which the claim flips, and whether it is true at the least of all."""
    steps = np.linspace(strengths[0], strengths[-1], STEPS + 1)
    curve = PchipInterpolator(strengths, effects)(steps)
    margin = (
        contrast.smallest - np.abs(curve)
        if contrast.claimed == 0
        else contrast.claimed * curve - contrast.smallest
    )
    true = margin > 0.0
    places = np.flatnonzero(true[1:] != true[:-1])
    at = [
        float(steps[i] + (steps[i + 1] - steps[i]) * margin[i] / (margin[i] - margin[i + 1])) for i in places
    ]
    return at, bool(true[0])


@dataclass(frozen=True)
class Evidence:
    """What is known of the strength.

    Attributes:
        low: where the posterior's central 95% begins if it was fitted, else the registry's range.
        high: where it ends.
        default: value when nothing else is said.
        grade: how well it is known: fitted, or the registry's grade.
    """

    low: float
    high: float
    default: float
    grade: str


def evidence(contrast: Contrast, posterior: Posterior) -> Evidence:
    """What is known of the strength of a claim's mechanism."""
    entry = registry()[contrast.strength.name]
    default = float(entry.default)
    if entry.name not in posterior.names:
        return Evidence(entry.low, entry.high, default, entry.grade)
    column = posterior.values[:, posterior.names.index(entry.name)]
    low, high = weighted_quantiles(column, posterior.weights, tuple(CENTRAL))
    return Evidence(low, high, default, FITTED)
