"""What it would be worth to know a parameter: how much less the effect would vary, and one would err.

Both are had from the runs that there are. Over sets the effect is regressed on one parameter at a time, by a
parabola in its rank; what that explains is the share of the variance that would go if the parameter were
known (Strong, Oakley and Brennan 2014 do so for the expected value of partial perfect information). Of
hundreds of parameters some explain something by chance, so each is held against the best that any of them
does when the effects are dealt out to the sets at random.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.arrays import Numbers
from experiments.claims.contrast import Contrast
from experiments.comparison import SURE
from experiments.intervals import Interval
from experiments.layers import CENTRAL, Effect

PERMUTATIONS = 400
RESAMPLES = 200
MOST_NAMED = 5
"""Parameters named for a claim."""


@dataclass(frozen=True)
class Worth:
    """What knowing one parameter would be worth.

    Attributes:
        name: of the parameter.
        share: of the variance of the expected effect that would go, with an interval from a bootstrap over
            sets, stretched to hold it.
        error: probability of a wrong verdict were it known; it cannot be above that of now.
        rising: whether the effect rises with it.
        told: whether chance alone would hardly do as much for any parameter.
    """

    name: str
    share: Interval
    error: float
    rising: bool
    told: bool


def basis(column: Numbers) -> Numbers:
    """Orthonormal columns that span a parabola in the ranks of a parameter, the constant left out.

    Shape (sets, 2); of a switch, or anything else with two values only, the second column is 0.
    """
    order = np.unique(column, return_inverse=True)[1]
    counts = np.bincount(order)
    middle = np.cumsum(counts) - (counts - 1) / 2.0
    ranks = middle[order] / len(column) - 0.5
    centred = np.column_stack([ranks, ranks**2])
    centred -= centred.mean(axis=0)
    spread = np.sqrt((centred**2).sum(axis=0))
    centred = centred / np.where(spread > 1e-9, spread, 1.0)
    first = centred[:, 0]
    second = centred[:, 1] - first * (first @ centred[:, 1])
    length = np.sqrt(second @ second)
    return np.column_stack([first, second / length if length > 1e-6 else np.zeros(len(second))])


def explained(columns: Numbers, outcome: Numbers) -> Numbers:
    """Share of an outcome's variance that each parameter explains, chance taken off: shape (parameters,)."""
    bases = np.stack([basis(column) for column in columns.T], axis=1)
    return _explained(bases, outcome[:, None])[:, 0]


def _explained(bases: Numbers, outcomes: Numbers) -> Numbers:
    """Adjusted share, shape (parameters, outcomes); bases have shape (sets, parameters, 2)."""
    n = len(bases)
    centred = outcomes - outcomes.mean(axis=0)
    total = (centred**2).sum(axis=0)
    total = np.where(total > 0.0, total, 1.0)
    explained = ((np.einsum("npk,no->pko", bases, centred)) ** 2).sum(axis=1) / total
    used = (np.abs(bases).sum(axis=0) > 0.0).sum(axis=1)[:, None]
    adjusted: Numbers = 1.0 - (1.0 - explained) * (n - 1.0) / (n - 1.0 - used)
    return adjusted


def worths(
    contrast: Contrast, effect: Effect, names: Sequence[str], values: Numbers, seed: int = 1
) -> list[Worth]:
    """What each parameter is worth, the most first.

    Args:
        contrast: of the claim.
        effect: over sets.
        names: of the parameters that differ between sets.
        values: of these in the sets in which the effect was observed, shape (observed, names).
        seed: of permutations and bootstrap.
    """
    if not names or effect.between == 0.0:
        return []
    bases = np.stack([basis(column) for column in values.T], axis=1)
    found = _explained(bases, effect.means[:, None])[:, 0]
    rng = np.random.default_rng(seed)
    dealt = np.column_stack([rng.permutation(effect.means) for _ in range(PERMUTATIONS)])
    limit = float(np.quantile(_explained(bases, dealt).max(axis=0), SURE))
    freed = float(effect.means.var(ddof=1)) / effect.between  # luck in the means is no parameter's to explain
    order = np.argsort(-found)[:MOST_NAMED]
    drawn = [rng.integers(0, len(values), len(values)) for _ in range(RESAMPLES)]
    now = error_knowing(contrast, effect, None)
    result = []
    for place in order.tolist():
        again = [float(explained(values[d][:, [place]], effect.means[d])[0]) for d in drawn]
        low, high = np.clip(np.quantile(again, CENTRAL) * freed, 0.0, 1.0)
        share = float(np.clip(found[place] * freed, 0.0, 1.0))
        told = bool(found[place] > limit)
        result.append(
            Worth(
                names[place],
                Interval(share, min(float(low), share), max(float(high), share)),
                min(error_knowing(contrast, effect, bases[:, place] if told else None), now),
                bool(bases[:, place, 0] @ (effect.means - effect.mean) > 0.0),
                told,
            )
        )
    return result


def error_knowing(contrast: Contrast, effect: Effect, known: Numbers | None) -> float:
    """Probability of a wrong verdict where whoever judges has to decide, and knows a parameter or none.

    With a parameter known, the effect is what the regression says plus what it leaves over; one says of the
    claim what is likelier, and errs as often as the other is true.

    Args:
        contrast: of the claim.
        effect: over sets.
        known: basis of the parameter, shape (observed, 2); None for no parameter.
    """
    centred = effect.means - effect.mean
    fitted = known @ (known.T @ centred) if known is not None else np.zeros(len(centred))
    left = centred - fitted
    variance = float(left.var())
    kept = max(effect.between - float(fitted.var()), 0.0)
    left = left * np.sqrt(min(kept / variance, 1.0)) if variance else left
    effects = effect.mean + fitted[:, None] + left[None, :]
    chance = (contrast.bears_out(effects) > 0.0).mean(axis=1)
    return float(np.minimum(chance, 1.0 - chance).mean())


@dataclass(frozen=True)
class Shared:
    """How much of the variance of the effect involves a group of parameters.

    Attributes:
        group: `fitted`, or a grade of the registry.
        parameters: how many are in it.
        share: of the variance that would be left if all others were known, with interval.
    """

    group: str
    parameters: int
    share: Interval


def shared(
    group: str, parameters: int, base: Numbers, again: Numbers, effect: Effect, seed: int = 1
) -> Shared:
    """How much of the variance involves a group: the total index, by drawing the group alone once more.

    Half the mean square difference between a set and itself with other values of the group is the variance
    that involves the group (Jansen 1999). Both met the same histories; what differs by luck is taken off.

    Args:
        group: its name.
        parameters: how many are in it.
        base: differences by set and history, shape (sets, replicates).
        again: the same with the group drawn once more.
        effect: over all sets.
        seed: of the bootstrap over sets.
    """
    moved = again - base
    counts = (~np.isnan(moved)).sum(axis=1)
    own = moved[counts > 1]
    if not len(own) or effect.between == 0.0:
        return Shared(group, parameters, Interval(np.nan, np.nan, np.nan))
    means = np.nanmean(own, axis=1)
    luck = np.nanvar(own, axis=1, ddof=1) / counts[counts > 1]
    each = (means**2 - luck) / 2.0 / effect.between
    rng = np.random.default_rng(seed)
    drawn = [float(each[rng.integers(0, len(each), len(each))].mean()) for _ in range(RESAMPLES)]
    low, high = np.clip(np.quantile(drawn, CENTRAL), 0.0, 1.0)
    return Shared(group, parameters, Interval(float(np.clip(each.mean(), 0.0, 1.0)), float(low), float(high)))
