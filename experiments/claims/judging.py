"""What the runs of a claim say: probabilities over sets, a verdict.

The unit is the set of parameters; what its histories say of it is worked out in `experiments.layers`.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from experiments.arrays import Numbers
from experiments.claims.contrast import Contrast, Direction, way
from experiments.comparison import SURE
from experiments.intervals import Interval, share_of
from experiments.layers import Effect, effect_of, exceeding

Verdict = Literal["holds", "holds only where", "does not hold", "cannot be told"]
VERDICTS: tuple[Verdict, ...] = ("holds", "holds only where", "does not hold", "cannot be told")


def true_in(effect: Effect, claimed: Direction, smallest: float) -> Numbers:
    """Probability in each set that the claim is true there, shape (observed,)."""
    return chance_of(effect.expected, effect.error, claimed, smallest)


def chance_of(expected: Numbers, error: Numbers, claimed: Direction, smallest: float) -> Numbers:
    """Probability that a claim is true, of expected effects with normal errors; in the shape of both."""
    above = exceeding(expected, error, smallest)
    not_below = exceeding(expected, error, -smallest)
    found: Numbers = {
        1: above,
        0: not_below - above,
        -1: 1.0 - not_below,
        "not above": 1.0 - above,
        "not below": not_below,
    }[claimed]
    return found


class Chances(NamedTuple):
    """Probabilities over sets, seen the way in which a difference is first looked for (`contrast.way`).

    Attributes:
        beyond: that the effect goes that way by more than the smallest that matters.
        within: that it is smaller than that either way.
        against: that it goes the other way by more.
    """

    beyond: float
    within: float
    against: float


@dataclass(frozen=True, eq=False)
class Judged:
    """What the sets say of a claim, before any region is looked for.

    Attributes:
        effect: over sets; None where it could not be observed.
        chances: where it lies; not numbers where it could not be observed.
        true: probability over sets that the claim is true, with a 95% interval from how many sets there are,
            stretched to hold it.
        verdict: of these.
    """

    effect: Effect | None
    chances: Chances
    true: Interval
    verdict: Literal["holds", "does not hold", "cannot be told"]


def judge(contrast: Contrast, cells: Numbers) -> Judged:
    """Judge a claim by the differences between its arms, shape (sets, replicates).

    It holds when it is true with probability 0.95 over sets, and does not when with 0.95 it is not.
    """
    effect = effect_of(cells)
    if effect is None:
        unknown = Interval(math.nan, math.nan, math.nan)
        return Judged(None, Chances(math.nan, math.nan, math.nan), unknown, "cannot be told")
    found = effect.probabilities(contrast.smallest)
    chances = Chances(*(found if way(contrast.claimed) > 0 else reversed(found)))
    true = float(true_in(effect, contrast.claimed, contrast.smallest).mean())
    ends = share_of(round(true * len(effect.sets)), len(effect.sets))
    assert ends is not None
    interval = Interval(true, min(ends.low, true), max(ends.high, true))
    if true >= SURE:
        return Judged(effect, chances, interval, "holds")
    verdict: Literal["does not hold", "cannot be told"] = (
        "does not hold" if 1.0 - true >= SURE else "cannot be told"
    )
    return Judged(effect, chances, interval, verdict)
