"""Ensembles that are computed while the visitor watches: results of the first histories, then of more."""

import math
import time
from collections.abc import Iterator
from functools import partial

from dashboards.live.offered import Offered
from dashboards.live.streams import Gone
from experiments.compare import Plan
from experiments.growing import Growing, pieces_of, run_piece
from experiments.results import Results

FIRST = 40
"""Histories after which something is shown."""
SECONDS = 1.0
"""After which that is brought up to date, if more have come."""


def growing(plan: Plan, offered: Offered, gone: Gone) -> Iterator[tuple[int, Results | None]]:
    """Run a comparison, telling how many histories are done after every piece.

    Args:
        plan: checked.
        offered: what computes, and remembers what was computed.
        gone: whether the visitor has left.

    Yields:
        Histories done by all regimes; and their results after the first 40, every second, and at the end.

    Raises:
        GoneError: when the visitor has left.
    """
    last = plan.study.replicates
    known = offered.remembered.get(plan.command)
    if known is not None:
        yield last, known
        return
    ensemble, told = Growing(plan), -math.inf
    job = partial(run_piece, luck=offered.luck)
    for piece in offered.computing.results(pieces_of(plan), job, gone):
        ensemble.add(piece)
        if ensemble.done < last:
            due = ensemble.done >= FIRST and time.monotonic() > told + SECONDS
            yield ensemble.done, ensemble.results() if due else None
            told = time.monotonic() if due else told
    results = offered.computing.result(ensemble.results, gone)
    offered.remembered.keep(plan.command, results)
    yield last, results


def finished(plan: Plan, offered: Offered, gone: Gone) -> Results:
    """The results of a comparison once all its histories are done; arguments as for `growing`.

    Raises:
        GoneError: when the visitor has left.
    """
    results = [found for _, found in growing(plan, offered, gone) if found is not None]
    return results[-1]
