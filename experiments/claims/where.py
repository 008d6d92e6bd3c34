"""Where a claim holds that does not hold everywhere: a region of a few parameters, checked on other sets.

The search is PRIM's, as in `turnaround discover`. It looks among the claim's levers and the few parameters
that matter most on the sets that are searched; a third of the sets is kept aside, and only they are believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.arrays import Flags, Numbers
from experiments.claims.contrast import Contrast
from experiments.claims.judging import true_in
from experiments.claims.worth import explained
from experiments.comparison import SURE
from experiments.intervals import Interval, share_of
from experiments.layers import Effect
from experiments.sweeps.boxes import Box, find_boxes
from experiments.sweeps.factors import Factor

EVERY = 3
"""One set in so many is kept aside."""

LEVERS, OTHERS = 6, 6
"""Parameters searched: of the claim's own levers, and of all others, those that matter most."""

NEEDED = 8
"""Sets in which the claim is true, and in which it is not, without which neither part is searched."""

INSIDE = 10
"""Sets kept aside that must lie in a region before it is believed."""


@dataclass(frozen=True)
class Region:
    """Where a claim holds.

    Attributes:
        box: ranges of parameters.
        density: share of the sets kept aside that lie in it in which the claim is true, with interval.
        coverage: share of the sets kept aside in which the claim is true that lie in it, with interval.
        sets: how many sets kept aside lie in it.
        aside: how many were kept aside.
    """

    box: Box
    density: Interval
    coverage: Interval
    sets: int
    aside: int

    @property
    def words(self) -> str:
        """The region, as part of a sentence."""
        return self.box.words()


def find_region(
    contrast: Contrast, effect: Effect, factors: Sequence[Factor], values: Numbers
) -> Region | None:
    """A region in which a claim is true in 95 of 100 sets, or None.

    It is believed when so many of the sets kept aside that lie in it bear it out, and when there the claim is
    true clearly more often than among all of them.

    Args:
        contrast: of the claim.
        effect: over sets.
        factors: parameters that differ between sets.
        values: of these in the sets in which the effect was observed, shape (observed, factors).
    """
    holds = true_in(effect, contrast.claimed, contrast.smallest) > 0.5
    aside = effect.sets % EVERY == 0
    if min(int(kind[part].sum()) for kind in (holds, ~holds) for part in (aside, ~aside)) < NEEDED:
        return None
    columns = _searched(contrast, effect, factors, values, ~aside)
    chosen = [factors[column] for column in columns]
    boxes = find_boxes(values[~aside][:, columns], holds[~aside], chosen, 1, SURE)
    return _believed(boxes[0], holds, aside, values[:, columns], chosen) if boxes else None


def _searched(
    contrast: Contrast, effect: Effect, factors: Sequence[Factor], values: Numbers, part: Flags
) -> list[int]:
    matter = explained(values[part], effect.means[part])
    order = np.argsort(-matter).tolist()
    own = [place for place in order if factors[place].name in contrast.levers]
    return sorted({*own[:LEVERS], *[place for place in order if place not in own][:OTHERS]})


def _believed(
    box: Box, holds: Flags, aside: Flags, values: Numbers, factors: Sequence[Factor]
) -> Region | None:
    if not box.dense:
        return None
    inside = aside & box.admits(values, factors)
    count, hits = int(inside.sum()), int((inside & holds).sum())
    density, coverage = share_of(hits, count), share_of(hits, int((aside & holds).sum()))
    if density is None or coverage is None or count < INSIDE:
        return None
    usual = float(holds[aside].mean())
    if density.value < SURE or density.low <= usual:
        return None
    return Region(box, density, coverage, count, int(aside.sum()))
