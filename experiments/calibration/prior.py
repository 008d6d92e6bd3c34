"""What is believed of the fitted parameters before the record is seen: the ranges of the registry.

Fitting works with normals: each parameter's quantile as a standard normal deviate, so that beliefs before the
record are independent standard normals whatever the ranges are.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from scipy.special import ndtr, ndtri

from experiments.arrays import Numbers
from experiments.sweeps.factors import Factor, factor_of

FITTED = "fitted.csv"

SMALLEST = 1e-6
"""Quantile that stands for the ends of a range."""

GRID = 100_001
"""Quantiles at which a factor is inverted."""


@dataclass(frozen=True)
class Prior:
    """Independent beliefs of some parameters.

    Attributes:
        factors: the parameters, each with its range and distribution.
    """

    factors: tuple[Factor, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parameters."""
        return tuple(factor.name for factor in self.factors)

    def values(self, normals: Numbers) -> Numbers:
        """Values of the parameters, shape (sets, parameters), from normals of that shape."""
        quantiles = np.clip(ndtr(normals), 0.0, 1.0)
        return np.column_stack([factor.at(quantiles[:, i]) for i, factor in enumerate(self.factors)])

    def normals(self, values: Numbers) -> Numbers:
        """Normals of some values, shape (sets, parameters); of whole numbers, the middle of theirs."""
        columns = [_quantiles(factor, values[:, i]) for i, factor in enumerate(self.factors)]
        normals: Numbers = ndtri(np.clip(np.column_stack(columns), SMALLEST, 1.0 - SMALLEST))
        return normals


def _quantiles(factor: Factor, values: Numbers) -> Numbers:
    """Quantiles of values, by inverting the factor on a fine grid; exact for uniform ranges."""
    grid = np.linspace(0.0, 1.0, GRID)
    reached = factor.at(grid)
    low = np.searchsorted(reached, values, side="left") / (GRID - 1)
    if not factor.whole:
        return np.interp(values, reached, grid)
    high = np.searchsorted(reached, values, side="right") / (GRID - 1)
    return (low + high) / 2.0


@cache
def fitted_names() -> tuple[str, ...]:
    """Names of the parameters that are fitted: those on which the record depends, and those of claims."""
    text = files(__package__).joinpath(FITTED).read_text("utf-8")
    return tuple(row["parameter"] for row in csv.DictReader(text.splitlines()))


def prior_of(names: Sequence[str] | None = None) -> Prior:
    """The prior of some parameters; of all that are fitted when None."""
    return Prior(tuple(factor_of(name, "prior") for name in (fitted_names() if names is None else names)))
