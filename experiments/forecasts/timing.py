"""When the next inspection comes, as a sceptic reads it from the record: by quarters since the last.

Inadequate councils and others wait differently, and so do those whose last judgement dates from before 2014.
"""

from dataclasses import dataclass

import numpy as np

from experiments.arrays import Codes, Flags, Numbers
from experiments.forecasts.known import Known
from experiments.forecasts.schema import INADEQUATE
from experiments.hindcast.panel import existing
from model.calendar import calendar

LONGEST_WAIT = 120
USUAL_WAIT = 16
"""Quarters: one imagined inspection in as many quarters of waiting smooths what hardly anybody waited for."""

IMAGINED_COUNCILS = 4.0
"""Weight of the mean hazard against the councils seen at a given wait."""

FEWEST_AT_RISK = 10
TAIL = 4
"""Where fewer are left, the hazard is that of the quarters before, so many together."""


@dataclass(frozen=True, eq=False)
class Timing:
    """Hazards of being inspected.

    Attributes:
        since_2014: by [other, inadequate] and quarters since the judgement, shape (2, `LONGEST_WAIT` + 1).
        legacy: a quarter, of councils not judged since 2014, by [other, inadequate], shape (2,).
    """

    since_2014: Numbers
    legacy: Numbers

    def hazard(self, last: Codes, legacy: Flags, waited: Codes) -> Numbers:
        """Probability of a judgement this quarter; all of one shape.

        Args:
            last: judgement, 3 inadequate.
            legacy: whether it dates from before 2014.
            waited: quarters since it, this one counted.
        """
        failed = (last == INADEQUATE).astype(np.int64)
        recent = self.since_2014[failed, np.clip(waited, 0, LONGEST_WAIT)]
        hazard: Numbers = np.where(legacy, self.legacy[failed], recent)
        return hazard


def fit_timing(known: Known) -> Timing:
    """Count who waited how long, up to the origin."""
    at_risk, events = _counts(known)
    legacy_risk, legacy_events = _legacy_counts(known)
    return Timing(
        np.stack([smoothed(risk, held) for risk, held in zip(at_risk, events, strict=True)]),
        mean_hazard(legacy_risk, legacy_events),
    )


def mean_hazard(at_risk: Numbers, events: Numbers) -> Numbers:
    """Inspections a quarter of waiting, with one imagined inspection in `USUAL_WAIT` quarters."""
    hazard: Numbers = (events + 1.0) / (at_risk + USUAL_WAIT)
    return hazard


def smoothed(at_risk: Codes, events: Codes) -> Numbers:
    """Hazard at each number of quarters waited, from 0: drawn to the mean, the tail pooled.

    Args:
        at_risk: councils that waited so long, shape (quarters waited,).
        events: those inspected then.
    """
    mean = mean_hazard(at_risk.sum(), events.sum())
    hazard = (events + IMAGINED_COUNCILS * mean) / (at_risk + IMAGINED_COUNCILS)
    few = np.flatnonzero(at_risk[1:] < FEWEST_AT_RISK) + 1
    if len(few):
        tail = slice(max(1, few[0] - TAIL), few[0])
        hazard[few[0] :] = (events[tail].sum() + IMAGINED_COUNCILS * mean) / (
            at_risk[tail].sum() + IMAGINED_COUNCILS
        )
    hazard[0] = 0.0
    return hazard


def _counts(known: Known) -> tuple[Codes, Codes]:
    """Waits after judgements since 2014: at risk and inspected, shape (2, `LONGEST_WAIT` + 1)."""
    at_risk = np.zeros((2, LONGEST_WAIT + 1), np.int64)
    events = np.zeros_like(at_risk)
    seen = known.transitions
    for last, start, end in zip(seen.last, seen.last_quarter, seen.quarter, strict=True):
        if start >= 0:
            failed = int(last == INADEQUATE)
            at_risk[failed, 1 : end - start + 1] += 1
            events[failed, end - start] += 1
    for row, quarter, grade in known.latest:
        if quarter >= 0:
            left = _last_quarter_of(row, known.origin)
            at_risk[int(grade == INADEQUATE), 1 : max(left - quarter, 0) + 1] += 1
    return at_risk, events


def _legacy_counts(known: Known) -> tuple[Numbers, Numbers]:
    """Quarters from 2014Q1 spent waiting for the first judgement since, and those judgements: shape (2,)."""
    at_risk, events = np.zeros(2), np.zeros(2)
    seen = known.transitions
    for last, quarter in zip(seen.last[seen.legacy], seen.quarter[seen.legacy], strict=True):
        at_risk[int(last == INADEQUATE)] += quarter + 1
        events[int(last == INADEQUATE)] += 1
    for row, quarter, grade in known.latest:
        if quarter < 0:
            at_risk[int(grade == INADEQUATE)] += _last_quarter_of(row, known.origin) + 1
    return at_risk, events


def _last_quarter_of(row: int, origin: int) -> int:
    """The last quarter to the origin in which a council existed."""
    there = np.flatnonzero(existing(range(origin + 1))[:, row])
    return int(there[-1])


def suspended(quarters: range) -> Flags:
    """Whether inspections were suspended, by quarter."""
    found: Flags = calendar(quarters.stop)["suspended"][quarters.start :] == 1
    return found
