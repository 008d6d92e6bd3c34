"""The debate's 43 claims, an experiment each: two arms that differ in one mechanism, tried at two points.

`c01.py` to `c43.py` say what is compared; the other modules run it, judge it and write it down.

    from experiments.claims import find_contrasts
    from experiments.claims.measuring import measure

    (contrast,) = find_contrasts(["C18"])
    for finding in measure([contrast], replicates=40):
        print(finding.trial, finding.difference.mean, finding.verdict)

A verdict about the model is none about the world.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module

from experiments.claims.contrast import Contrast
from experiments.errors import StudyError
from model.near_names import or_meant, or_near

CLAIMS = tuple(f"C{number:02}" for number in range(1, 44))
"""Their numbers in the list of claims."""


@cache
def contrast_of(claim: str) -> Contrast:
    """The contrast that tests a claim."""
    found: Contrast = import_module(f"experiments.claims.{claim.lower()}").CONTRAST
    return found


def find_contrasts(claims: Sequence[str] = ()) -> list[Contrast]:
    """The contrasts of some claims, each once and in their order; all when none is named.

    Raises:
        StudyError: for a claim that is none of the list, with those nearest to it.
    """
    wanted = [_known(claim) for claim in claims]
    return [contrast_of(claim) for claim in CLAIMS if claim in wanted or not wanted]


def _known(claim: str) -> str:
    name = claim.strip().upper()
    if name in CLAIMS:
        return name
    digits = name.removeprefix("C")
    numbered = f"C{int(digits):02}" if digits.isdecimal() else ""
    allowed = f"allowed is {CLAIMS[0]} to {CLAIMS[-1]}"
    near = or_meant([numbered], allowed) if numbered in CLAIMS else or_near(name, CLAIMS, allowed)
    raise StudyError(f"no claim is called {claim!r}{near}")
