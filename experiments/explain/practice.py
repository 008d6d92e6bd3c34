"""How the quality of practice moved in a year, and what moved it, from the rule that moves it.

Quality follows what circumstances, leadership, staff, standards and capacity sustain, and the rule adds these
up. What each is worth is what it adds to the level that is sustained, in points, other things as they are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from experiments.explain.tracing import Call, Trace
from experiments.explain.wording import name_of
from experiments.units import PERCENT, QUARTERS_PER_YEAR


@dataclass(frozen=True)
class Movement:
    """A year of practice.

    Attributes:
        year: counted from 2014 as 0.
        quality_before: points, as the year began.
        quality: points, as it ended.
        sustained: points that its last quarter would sustain, at last.
        pulls: by name, the change over the year of what each adds to that, points, about.
    """

    year: int
    quality_before: float
    quality: float
    sustained: float
    pulls: dict[str, float]


def movements(trace: Trace, exists: Sequence[int]) -> tuple[Movement, ...]:
    """How quality moved in each year in which the council existed."""
    moved = []
    quarters = [
        (now, _improvement(calls)) for now, calls in enumerate(trace.quarters) if exists[now] and calls
    ]
    known = [(now, call) for now, call in quarters if call is not None]
    last: dict[str, float] | None = None
    for year, group in groupby(known, key=lambda item: item[0] // QUARTERS_PER_YEAR):
        calls = [call for _, call in group]
        first_parts, parts = parts_of_quality(calls[0]), parts_of_quality(calls[-1])
        before = last if last is not None else first_parts
        level = 1.0 / (1.0 + math.exp(-sum(parts.values())))
        slope = PERCENT * level * (1.0 - level)
        pulls = {name: slope * (parts[name] - before[name]) for name in parts}
        moved.append(
            Movement(
                year,
                calls[0].before["practice.quality"],
                calls[-1].after["practice.quality"],
                PERCENT * level,
                pulls,
            )
        )
        last = parts
    return tuple(moved)


def parts_of_quality(call: Call) -> dict[str, float]:
    """What `improve_practice` added up in a quarter, by name, on the scale on which it adds (logit)."""
    parts: dict[str, float] = {}
    explained = call.named("practice.explained_quality")[0].terms
    own = [term for term in call.terms if not term.source.startswith("explained_quality(")]
    for term in (*own, *explained):
        name = name_of(term)
        parts[name] = parts.get(name, 0.0) + term.value
    return parts


def _improvement(calls: Sequence[Call]) -> Call | None:
    for call in calls:
        if call.rule == "practice.practise":
            found = call.named("practice.improve_practice")
            return found[0] if found else None
    return None
