"""What a fit leaves: the posterior, and a table of what was learned of each parameter and what was not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from experiments.calibration.checks import LEVELS, Check
from experiments.calibration.fit import Fit
from experiments.calibration.inference import Belief
from experiments.calibration.learned import NARROWED, spread_of, weighted_quantiles
from experiments.posterior import Posterior
from model.parameters import Parameters
from model.registry import ParameterError, registry

POSTERIOR = "posterior.parquet"
"""In the folder of a fit."""

MOST_SETS, DRAW = 2000, 1
"""How many sets a fit leaves at most, and the seed with which they are drawn by their weights."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def sound(fit: Fit, base: Parameters) -> tuple[Belief, int]:
    """What is believed in the end, in no more than `MOST_SETS` sets; and how many contradicted themselves."""
    believed = fit.believed
    whole = Posterior(fit.prior.names, fit.prior.values(believed.normals), believed.weights, {})
    places, weights = np.arange(len(whole)), believed.weights
    if len(whole) > MOST_SETS:
        places, times = np.unique(whole.drawn(MOST_SETS, DRAW), return_counts=True)
        weights = times / MOST_SETS
    kept = np.array([_is_sound(whole, base, int(place)) for place in places])
    weights = weights[kept]
    return Belief(believed.normals[places[kept]], weights / weights.sum()), int((~kept).sum())


def posterior_of(fit: Fit, base: Parameters, provenance: Mapping[str, Any]) -> tuple[Posterior, int]:
    """The posterior of a fit, and how many of its sets contradict themselves and were left out."""
    believed, dropped = sound(fit, base)
    return Posterior(
        fit.prior.names, fit.prior.values(believed.normals), believed.weights, provenance
    ), dropped


def _is_sound(posterior: Posterior, base: Parameters, place: int) -> bool:
    try:
        posterior.laid_over(base, place)
    except ParameterError:
        return False
    return True


def parameters_table(fit: Fit, believed: Belief, check: Check | None) -> pl.DataFrame:
    """A row a parameter: its prior, what is believed now, how much was learned, and how the checks went.

    Args:
        fit: of the parameters.
        believed: the sets that the posterior has.
        check: on known histories, if it was made.
    """
    normals, weights = believed.normals, believed.weights
    mean, spread = spread_of(normals, weights)
    table: dict[str, Any] = {
        "parameter": list(fit.prior.names),
        "unit": [registry()[name].unit for name in fit.prior.names],
        "grade": [registry()[name].grade for name in fit.prior.names],
        "prior_low": [factor.low for factor in fit.prior.factors],
        "prior_high": [factor.high for factor in fit.prior.factors],
        "default": [float(registry()[name].default) for name in fit.prior.names],
    }
    ordered = [weighted_quantiles(column, weights, QUANTILES) for column in normals.T]
    values = fit.prior.values(np.array(ordered).T)
    for row, quantile in zip(values, QUANTILES, strict=True):
        table[f"q{100 * quantile:.0f}"] = row
    table["shift"] = mean
    table["spread"] = spread
    table["learned"] = spread < NARROWED
    table["explained"] = fit.waves[-1].summaries.explained
    if check is not None:
        for level in LEVELS:
            table[f"coverage_{100 * level:.0f}"] = check.coverage(level)
        table["rank_p_value"] = check.p_values
    return pl.DataFrame(table)
