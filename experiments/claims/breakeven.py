"""At which strength of its mechanism a claim begins to hold, or ceases to.

Every set is run at a few strengths between the bounds of the parameter, under the same histories. Of the
sets' effects luck is taken out as it is for the verdict; between strengths each is interpolated, by a curve
that rises and falls no more than its points do (Fritsch and Carlson 1980). A claim *flips* where the
probability over sets that it is true crosses one half. Where that probability crosses 0.95 a verdict begins
or ends that it holds, and where it crosses 0.05 one that it does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.interpolate import PchipInterpolator

from experiments.arrays import Numbers
from experiments.calibration.learned import weighted_quantiles
from experiments.claims.contrast import Contrast
from experiments.claims.judging import chance_of
from experiments.claims.sets import FITTED
from experiments.comparison import SURE
from experiments.layers import CENTRAL, effect_of
from experiments.posterior import Posterior
from model.registry import registry

STEPS = 400
"""Between the bounds, in which a crossing is looked for."""

HALF = 0.5


@dataclass(frozen=True, eq=False)
class BreakEven:
    """The strength at which a claim flips.

    Attributes:
        strengths: at which it was run.
        effect: mean over sets at each.
        low: where the central 95% of sets begins at each, luck taken out.
        high: where it ends.
        chance: probability over sets that the claim is true, at each.
        crossings: where that probability crosses one half, rising.
        sure: where it crosses 0.95.
        unlikely: where it crosses 0.05.
    """

    strengths: tuple[float, ...]
    effect: Numbers
    low: Numbers
    high: Numbers
    chance: Numbers
    crossings: tuple[float, ...]
    sure: tuple[float, ...]
    unlikely: tuple[float, ...]

    @property
    def at(self) -> float | None:
        """The least strength at which the claim flips; None when it does not."""
        return self.crossings[0] if self.crossings else None

    @property
    def first(self) -> bool:
        """Whether the claim is likelier true than not at the least strength."""
        return bool(self.chance[0] > HALF)

    def true_between(self) -> list[tuple[float, float]]:
        """Ranges of strength in which the claim is likelier true than not."""
        edges = [self.strengths[0], *self.crossings, self.strengths[-1]]
        ranges = list(pairwise(edges))
        return ranges[0 if self.first else 1 :: 2]


def break_even(contrast: Contrast, strengths: Sequence[float], cells: Sequence[Numbers]) -> BreakEven | None:
    """Where the probability that a claim is true crosses one half, 0.95 and 0.05.

    Args:
        contrast: of the claim.
        strengths: at which it was run, rising.
        cells: differences by set and history at each, shape (sets, replicates).

    Returns:
        None where at some strength the effect could be observed in too few sets, so that there is no curve.
    """
    everywhere = np.all([(~np.isnan(one)).any(axis=1) for one in cells], axis=0)
    found = [effect_of(one[everywhere]) for one in cells]
    effects = [one for one in found if one is not None]
    if len(effects) < len(found):
        return None
    steps = np.linspace(strengths[0], strengths[-1], STEPS + 1)

    def between(rows: Sequence[Numbers]) -> Numbers:
        curves: Numbers = PchipInterpolator(strengths, np.stack(rows))(steps)
        return curves

    expected = between([one.expected for one in effects])
    error = np.maximum(between([one.error for one in effects]), 0.0)
    along = chance_of(expected, error, contrast.claimed, contrast.smallest).mean(axis=1)
    chance = [
        chance_of(one.expected, one.error, contrast.claimed, contrast.smallest).mean() for one in effects
    ]
    low, high = np.transpose([one.of_parameters for one in effects])
    return BreakEven(
        tuple(strengths),
        np.array([one.mean for one in effects]),
        low,
        high,
        np.array(chance),
        *(_crossings(steps, along, level) for level in (HALF, SURE, 1.0 - SURE)),
    )


def _crossings(steps: Numbers, chance: Numbers, level: float) -> tuple[float, ...]:
    """Strengths at which a probability crosses a level."""
    over = chance - level
    places = np.flatnonzero((over[1:] > 0.0) != (over[:-1] > 0.0))
    shares = over[places] / (over[places] - over[places + 1])
    return tuple((steps[places] + (steps[places + 1] - steps[places]) * shares).tolist())


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
