"""What the record taught of a parameter: how far the fit narrowed what was believed of it, and moved it.

Both are told of its normals: there the belief before is a standard normal whatever the range is, so that a
parameter of which nothing was learned keeps a mean of 0 and a spread of 1. In its own unit a parameter that
only moved to an end of its range would seem narrowed.
"""

import math
from dataclasses import dataclass

import numpy as np

from experiments.arrays import Numbers
from experiments.calibration.prior import prior_of
from experiments.posterior import Posterior
from experiments.sweeps.factors import factor_of

NARROWED = 0.9
"""The record informed a parameter if less than this share of its spread is left. Some hundred sets of equal
weight show a spread to within a few percent, so that chance alone seldom leads there."""

MOVED = 0.5
"""Standard deviations from which a mean is said to have moved, where nothing was narrowed."""

GRID = 2001
"""Quantiles of a range from which its spread is computed."""


@dataclass(frozen=True)
class Informed:
    """How much the record told of a fitted parameter.

    Attributes:
        name: of the parameter.
        before: standard deviation of the range from which it was fitted, in its unit.
        after: standard deviation in the posterior, in its unit.
        left: share of its spread that is left, of its normals; 1 where nothing was learned.
        moved: by how many standard deviations of what was believed before its mean moved.
    """

    name: str
    before: float
    after: float
    left: float
    moved: float

    @property
    def told(self) -> bool:
        """Whether the record informed it."""
        return self.left < NARROWED


def informed(posterior: Posterior) -> list[Informed]:
    """How much the record told of each fitted parameter, those of which it told least first."""
    if not posterior.names:
        return []
    moved, left = spread_of(prior_of(posterior.names).normals(posterior.values), posterior.weights)
    _, after = spread_of(posterior.values, posterior.weights)
    grid = (np.arange(GRID) + 0.5) / GRID
    found = [
        Informed(
            name,
            float(factor_of(name, posterior.origin).at(grid).std()),
            float(after[column]),
            float(left[column]),
            float(moved[column]),
        )
        for column, name in enumerate(posterior.names)
    ]
    return sorted(found, key=lambda one: -one.left)


def spread_of(values: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Weighted means and standard deviations of columns, each of shape (columns,)."""
    mean: Numbers = weights @ values
    spread: Numbers = np.sqrt(weights @ (values - mean) ** 2)
    return mean, spread


def weighted_quantiles(values: Numbers, weights: Numbers, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Quantiles of weighted values; half of a value's weight lies below it (Hazen)."""
    if not math.isclose(float(weights.sum()), 1.0):
        raise ValueError(f"weights add to {weights.sum()}, not to 1")
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) - weights[order] / 2.0
    return tuple(float(value) for value in np.interp(shares, reached, values[order]))
