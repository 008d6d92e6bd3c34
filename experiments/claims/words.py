"""Findings as people write them: numbers with the decimals that can be told, on screen and page alike."""

import math
from typing import NamedTuple

from experiments.claims.measuring import Finding
from experiments.prose import MISSING, number

ABOUT_THE_MODEL = "A verdict is one about the model, and none about the world."
TRIED = {"holds": "where it holds", "fails": "where it does not"}
"""What the two points are called."""


class Numbers(NamedTuple):
    """The numbers of a finding, as texts.

    Attributes:
        without: mean of the arm without.
        with_: mean of the arm with.
        difference: with less without, signed.
        interval: its 95% interval.
    """

    without: str
    with_: str
    difference: str
    interval: str


def numbers(finding: Finding) -> Numbers:
    """The numbers of a finding, with as many decimals as a quarter of what matters has, or three digits."""
    difference = finding.difference
    if finding.verdict is None:
        places = decimals(max(abs(finding.without), abs(finding.with_)) / 100)
    else:
        places = decimals(finding.contrast.smallest / 4)
    low, high = number(difference.low, places, True), number(difference.high, places, True)
    return Numbers(
        number(finding.without, places),
        number(finding.with_, places),
        number(difference.mean, places, True),
        f"{low} to {high}" if difference.n > 1 else MISSING,
    )


def decimals(size: float) -> int:
    """Decimals in which a size can be told; 2 where there is none."""
    if size != size or size == 0:
        return 2
    return max(0, -math.floor(math.log10(size)))
