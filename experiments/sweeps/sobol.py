"""Sobol' indices of a Saltelli design: which share of the variance each factor makes, alone and with others.

The first-order index is the share that would go if the factor were known, the total index the share that
would be left if all others were known. Estimators: Saltelli et al. (2010) for the first order, Jansen (1999)
for the total, as SALib has them, with normal intervals from a bootstrap of base rows.
"""

from collections.abc import Sequence

import numpy as np
from SALib.analyze import sobol

from experiments.arrays import Numbers
from experiments.intervals import NORMAL_95, Interval
from experiments.sweeps.measures import OTHER_LUCK, Measure, Part, around
from experiments.sweeps.noise import other_luck

LEAST_ROWS = 8
"""Base rows below which no index is worth its interval."""


def sobol_measures(
    cells: Numbers, groups: Sequence[str], alone: Sequence[str], resamples: int, seed: int
) -> list[Measure]:
    """First-order and total indices of groups and of factors, of the mean over replicates.

    Args:
        cells: shape (base rows, width, replicates) as `DesignSummary.width` orders them, nothing missing, at
            least `LEAST_ROWS` rows.
        groups: names of the groups, in order.
        alone: names of the factors moved one by one, in order.
        resamples: of the bootstrap.
        seed: of the bootstrap.

    Returns:
        None of them where means of the rows of A and B are all the same: no variance has no shares.
    """
    first, last = 1, 1 + len(groups)
    measures = _part("group", groups, cells, slice(first, last), resamples, seed)
    measures += _part("factor", alone, cells, slice(last, last + len(alone)), resamples, seed)
    if cells.shape[2] > 1:
        a, b, moved = cells[:, 0], cells[:, -1], other_luck(cells[:, [0, -1]])
        rows = np.column_stack([a.mean(axis=1), moved[:, 0], b.mean(axis=1)])
        measures += _indices("check", (OTHER_LUCK,), rows, resamples, seed)
    return measures


def check_measures(cells: Numbers, resamples: int, seed: int) -> list[Measure]:
    """The check by other luck, for points that are independent of each other: two by two they are base rows.

    Args:
        cells: shape (points, replicates), at least two replicates, in random order.
        resamples: of the bootstrap.
        seed: of the bootstrap.
    """
    rows = len(cells) // 2
    pairs = np.stack([cells[:rows], cells[rows : 2 * rows]], axis=1)
    return sobol_measures(pairs, (), (), resamples, seed)


def _part(
    part: Part,
    names: Sequence[str],
    cells: Numbers,
    moved: slice,
    resamples: int,
    seed: int,
) -> list[Measure]:
    if not names:
        return []
    part_cells = np.concatenate([cells[:, :1], cells[:, moved], cells[:, -1:]], axis=1)
    raw = _indices(part, names, part_cells.mean(axis=2), resamples, seed)
    if cells.shape[2] < 2:
        return raw
    freed = corrected_indices(part_cells, resamples, seed)
    return [
        Measure(found.part, found.name, found.measure, found.full, found.half, freed[found.measure][i // 2])
        if found.measure in freed
        else found
        for i, found in enumerate(raw)
    ]


def _indices(part: Part, names: Sequence[str], rows: Numbers, resamples: int, seed: int) -> list[Measure]:
    """By SALib: for each name its total and its first-order index; all of a base row stands in a row."""
    full = _analyse(names, rows, resamples, seed)
    half = _analyse(names, rows[: len(rows) // 2], resamples, seed)
    if not full:
        return []
    return [
        Measure(part, name, measure, full[measure][i], half[measure][i] if half else None)
        for i, name in enumerate(names)
        for measure in ("total", "first")
    ]


def _analyse(names: Sequence[str], rows: Numbers, resamples: int, seed: int) -> dict[str, list[Interval]]:
    if len(rows) < LEAST_ROWS // 2 or np.ptp(rows[:, [0, -1]]) == 0.0:
        return {}
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    found = sobol.analyze(
        problem,
        rows.ravel(),
        calc_second_order=False,
        num_resamples=resamples,
        seed=seed + 1,  # to SALib 0 means no seed
    )
    return {
        "total": [around(*ends) for ends in zip(found["ST"], found["ST_conf"], strict=True)],
        "first": [around(*ends) for ends in zip(found["S1"], found["S1_conf"], strict=True)],
    }


def corrected_indices(cells: Numbers, resamples: int, seed: int) -> dict[str, list[Interval]]:
    """Indices of the outcome's mean over all luck, not over the replicates at hand.

    With parts as in `noise`, the mean over R replicates is P(x) + J(x), J the mean of I, of variance
    var(I) / R. Luck adds to the denominator of every index, var(P) + var(I) / R, and to the numerator of a
    total index, whose squared difference between two points holds that between their J. If J knows nothing
    of a factor, the first-order index is too small by var(P) / (var(P) + var(I) / R), the share of the
    parameters in the variance of the mean, and division by that share corrects it; a total index it would
    not correct. So products of one replicate are replaced by products of two different ones, r and s, over
    all pairs: luck of different replicates is independent, and

        mean of B_r (AB_s - A_s)              expects the numerator of the first-order index of P,
        mean of (A_r - AB_r) (A_s - AB_s) / 2 expects that of the total index of P,
        mean of Y_r Y_s, Y centred over A, B  expects var(P),

    whatever the form of I. For luck that knows nothing of a factor, the first is the division by the share.

    Args:
        cells: shape (base rows, 2 + factors, replicates): A, a column a factor, B; at least two replicates.
        resamples: of the bootstrap of base rows.
        seed: of the bootstrap.

    Returns:
        Intervals by measure, a factor each; none where nothing but luck varies.
    """
    a, b, moved = cells[:, 0], cells[:, -1], cells[:, 1:-1]
    middle = cells[:, [0, -1]].mean(axis=(0, 1))
    variance = (_of_pairs(a - middle, a - middle) + _of_pairs(b - middle, b - middle)) / 2
    rows = len(cells)
    if variance.mean() <= 0.0:
        return {}
    first = _of_pairs((b - middle)[:, None], moved - a[:, None])
    total = _of_pairs(a[:, None] - moved, a[:, None] - moved) / 2
    weights = np.random.default_rng(seed).multinomial(rows, np.full(rows, 1.0 / rows), size=resamples) / rows
    drawn = weights @ variance
    usable = drawn > 0.0
    freed = {}
    for measure, numerator in (("total", total), ("first", first)):
        spread = ((weights @ numerator)[usable] / drawn[usable, None]).std(axis=0, ddof=1)
        values = numerator.mean(axis=0) / variance.mean()
        freed[measure] = [around(*ends) for ends in zip(values, NORMAL_95 * spread, strict=True)]
    return freed


def _of_pairs(one: Numbers, two: Numbers) -> Numbers:
    """Mean of one_r two_s over pairs of different replicates, which are the last axis."""
    replicates = one.shape[-1]
    both = one.sum(axis=-1) * two.sum(axis=-1) - (one * two).sum(axis=-1)
    mean: Numbers = both / (replicates * (replicates - 1))
    return mean
