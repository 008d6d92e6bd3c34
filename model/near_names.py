"""How a sentence ends that refuses a name: which names may have been meant, and what is allowed."""

import difflib
from collections.abc import Iterable, Sequence

OFFERED = 3
"""Names that are offered at most instead of one that nobody has."""


def or_near(name: str, known: Iterable[str], allowed: str) -> str:
    """The end of a sentence that refuses a name, with those known that resemble it.

    Args:
        name: as it was given.
        known: names that there are.
        allowed: what there is, as a clause such as "allowed is a, b or c".
    """
    return or_meant(difflib.get_close_matches(name, list(known), n=OFFERED), allowed)


def or_meant(near: Sequence[str], allowed: str) -> str:
    """The end of a sentence that refuses a name, with those that may have been meant, if any."""
    if not near:
        return f"; {allowed}"
    return f"; did you mean {' or '.join(near)}? {allowed[0].upper()}{allowed[1:]}"
