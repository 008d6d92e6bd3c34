"""Samples of mutants, and how sure a score from a sample is."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from scipy.stats import binomtest

Thing = TypeVar("Thing")


def stratified(groups: Mapping[str, Sequence[Thing]], count: int, seed: int) -> list[Thing]:
    """So many things, each group in proportion to its size, always the same for one seed.

    What is left over by rounding down goes to the groups that lost most by it.
    """
    total = sum(map(len, groups.values()))
    if count >= total:
        return [thing for things in groups.values() for thing in things]
    exact = {name: count * len(things) / total for name, things in groups.items()}
    shares = {name: int(share) for name, share in exact.items()}
    most_lost = sorted(groups, key=lambda name: shares[name] - exact[name])
    for name in most_lost[: count - sum(shares.values())]:
        shares[name] += 1
    rng = np.random.default_rng(seed)
    return [
        things[place]
        for name, things in groups.items()
        for place in sorted(rng.choice(len(things), shares[name], replace=False))
    ]


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share, from its ends to 0-1; (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    interval = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)
