"""What a fit leaves: the posterior, and a table of what was learned of each parameter and what was not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from experiments.calibration.checks import LEVELS, Check
from experiments.calibration.fit import Fit
from experiments.posterior import Posterior
from model.parameters import Parameters
from model.registry import ParameterError, registry

LEARNED = 0.9
"""Share of the prior's standard deviation that is left, above which the record taught next to nothing."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def posterior_of(fit: Fit, base: Parameters, provenance: Mapping[str, Any]) -> tuple[Posterior, int]:
    """The posterior of a fit, and how many of its sets contradict themselves and were left out."""
    values = fit.prior.values(fit.believed.normals)
    names = fit.prior.names
    whole = Posterior(names, values, fit.believed.weights, provenance)
    sound = np.array([_is_sound(whole, base, place) for place in range(len(whole))])
    weights = fit.believed.weights[sound]
    return Posterior(names, values[sound], weights / weights.sum(), provenance), int((~sound).sum())


def _is_sound(posterior: Posterior, base: Parameters, place: int) -> bool:
    try:
        posterior.laid_over(base, place)
    except ParameterError:
        return False
    return True


def parameters_table(fit: Fit, check: Check | None) -> pl.DataFrame:
    """A row a parameter: its prior, what is believed now, how much was learned, and how the checks went."""
    normals, weights = fit.believed.normals, fit.believed.weights
    mean = weights @ normals
    spread = np.sqrt(weights @ (normals - mean) ** 2)
    table: dict[str, Any] = {
        "parameter": list(fit.prior.names),
        "unit": [registry()[name].unit for name in fit.prior.names],
        "grade": [registry()[name].grade for name in fit.prior.names],
        "prior_low": [factor.low for factor in fit.prior.factors],
        "prior_high": [factor.high for factor in fit.prior.factors],
        "default": [float(registry()[name].default) for name in fit.prior.names],
    }
    ordered = [weighted_quantiles(column, weights) for column in normals.T]
    values = fit.prior.values(np.array(ordered).T)
    for row, quantile in zip(values, QUANTILES, strict=True):
        table[f"q{100 * quantile:.0f}"] = row
    table["shift"] = mean
    table["spread"] = spread
    table["learned"] = spread < LEARNED
    table["explained"] = fit.waves[-1].summaries.explained
    if check is not None:
        for level in LEVELS:
            table[f"coverage_{100 * level:.0f}"] = check.coverage(level)
        table["rank_p_value"] = check.p_values
    return pl.DataFrame(table)


def weighted_quantiles(values: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> list[float]:
    """The quantiles of `QUANTILES` of weighted values."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) - weights[order] / 2.0
    return [float(value) for value in np.interp(QUANTILES, reached, values[order])]
