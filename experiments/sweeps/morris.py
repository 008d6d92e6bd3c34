"""Elementary effects of a Morris design: a screening of many factors with few runs.

A trajectory moves each factor, or each group, once by a fixed step of its quantiles. `mu_star` is the mean
size of what that does (Campolongo et al. 2007), per full range of the factor, in the outcome's unit; `sigma`
the spread of the effects, which is large where the effect depends on other factors or is not straight.
"""

from collections.abc import Sequence

import numpy as np
from SALib.analyze import morris

from experiments.arrays import Numbers
from experiments.intervals import NORMAL_95, Interval
from experiments.sweeps.factors import Factor
from experiments.sweeps.measures import OTHER_LUCK, Measure, around
from experiments.sweeps.noise import other_luck

LEAST_TRAJECTORIES = 4
"""Trajectories below which no spread is worth a number."""


def morris_measures(
    cells: Numbers,
    units: Numbers,
    factors: Sequence[Factor],
    grouped: bool,
    levels: int,
    resamples: int,
    seed: int,
) -> list[Measure]:
    """Size and spread of elementary effects, of the mean over replicates.

    What luck alone makes of a mean size stands under `other luck`: the same point met with other histories
    is treated as a step. Sizes are not freed of luck, which adds to them by less than that.

    Args:
        cells: shape (trajectories, points of one, replicates), nothing missing.
        units: quantiles of the factors, shape (trajectories, points of one, factors).
        factors: in the order of the columns of units.
        grouped: whether groups were moved, not factors.
        levels: of the grid.
        resamples: of the bootstrap of trajectories.
        seed: of the bootstrap.
    """
    values = cells.mean(axis=2)
    full = _analyse(values, units, factors, grouped, levels, resamples, seed)
    half = len(values) // 2
    halved = (
        _analyse(values[:half], units[:half], factors, grouped, levels, resamples, seed)
        if half >= LEAST_TRAJECTORIES // 2
        else {}
    )
    measures = [
        Measure("group" if grouped else "factor", name, measure, interval, halved.get((name, measure)))
        for (name, measure), interval in full.items()
    ]
    if cells.shape[2] > 1:
        step = levels / (2.0 * (levels - 1.0))
        moved = np.abs((other_luck(cells) - values)[:, 0] / step)
        ends = [_mean_size(sizes, resamples, seed) for sizes in (moved, moved[:half])]
        measures.append(Measure("check", OTHER_LUCK, "mu_star", ends[0], ends[1] if halved else None))
    return measures


def _analyse(
    values: Numbers,
    units: Numbers,
    factors: Sequence[Factor],
    grouped: bool,
    levels: int,
    resamples: int,
    seed: int,
) -> dict[tuple[str, str], Interval]:
    names = [factor.name for factor in factors]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if grouped:
        problem["groups"] = [factor.group for factor in factors]
    found = morris.analyze(
        problem,
        np.ascontiguousarray(units.reshape(-1, units.shape[-1]), np.float64),
        np.ascontiguousarray(values.ravel(), np.float64),
        num_resamples=resamples,
        num_levels=levels,
        seed=np.random.default_rng(seed),
    )
    measures: dict[tuple[str, str], Interval] = {}
    for i, name in enumerate(found["names"]):
        measures[name, "mu_star"] = around(float(found["mu_star"][i]), float(found["mu_star_conf"][i]))
        sigma = float(found["sigma"][i])
        if np.isfinite(sigma):  # a group of several factors has none
            measures[name, "sigma"] = Interval(sigma, np.nan, np.nan)
    return measures


def _mean_size(sizes: Numbers, resamples: int, seed: int) -> Interval:
    if len(sizes) < 2:
        return Interval(float(sizes.mean()) if len(sizes) else np.nan, np.nan, np.nan)
    drawn = np.random.default_rng(seed).choice(sizes, (resamples, len(sizes))).mean(axis=1)
    return around(float(sizes.mean()), NORMAL_95 * float(drawn.std(ddof=1)))
