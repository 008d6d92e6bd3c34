"""What happens in panels: judgements in their order, spells of being inadequate, and years around a failure.

Everything is reckoned for all histories of a panel at once.
"""

from dataclasses import dataclass

import numpy as np

from experiments.arrays import Codes, Flags, Numbers
from experiments.hindcast.panel import Panel
from model.codes import Grade

OFF = -1


def first_judgements(panel: Panel) -> Flags:
    """Judgements that are a council's first in the panel: shape (histories, quarters, councils)."""
    held = panel.judged > Grade.NOT_JUDGED
    first: Flags = held & (np.cumsum(held, axis=1) == 1)
    return first


def failures(panel: Panel) -> Flags:
    """Judgements of inadequate of councils that were not inadequate before."""
    failed: Flags = (panel.judged == Grade.INADEQUATE) & (panel.previous != Grade.INADEQUATE)
    return failed


def exits(panel: Panel) -> Flags:
    """Better judgements of councils that were inadequate before."""
    better = (panel.judged > Grade.NOT_JUDGED) & (panel.judged < Grade.INADEQUATE)
    left: Flags = better & (panel.previous == Grade.INADEQUATE)
    return left


def clock_since(start: Flags, stop: Flags) -> Codes:
    """Quarters since a start, up to and with the quarter of the next stop; -1 while nothing is waited for.

    A start while the clock runs changes nothing; one in the quarter of a stop begins anew.
    """
    clock = np.full(start.shape, OFF)
    running = np.full(start[:, 0].shape, OFF)
    for quarter in range(start.shape[1]):
        running = np.where(running > OFF, running + 1, OFF)
        clock[:, quarter] = running
        running = np.where(stop[:, quarter], OFF, running)
        running = np.where(start[:, quarter] & (running == OFF), 0, running)
    return clock


@dataclass(frozen=True)
class LifeTable:
    """How many were still waiting, and how many events there were, at each number of quarters waited.

    Attributes:
        at_risk: shape (histories, quarters waited); of none, that is at the start, 0.
        events: the same.
    """

    at_risk: Codes
    events: Codes

    @property
    def began(self) -> Codes:
        """How many began to wait and were followed for a quarter at least, shape (histories,)."""
        return self.at_risk[:, 1]

    def happened_by(self, quarters: int) -> Numbers:
        """Kaplan and Meier's share with the event within some quarters; not a number if nobody was followed.

        Followed to the end is whoever was at risk then; where all had had the event before, the share is 1.
        Nobody is followed for longer than the panel lasts.
        """
        if quarters >= self.at_risk.shape[1]:
            return np.full(len(self.at_risk), np.nan)
        risk, events = self.at_risk[:, : quarters + 1], self.events[:, : quarters + 1]
        staying = 1.0 - np.divide(events, risk, out=np.zeros(risk.shape), where=risk > 0)
        left = np.prod(staying, axis=1)
        followed = (risk[:, -1] > 0) | (left == 0.0)
        return np.where(followed, 1.0 - left, np.nan)


def life_table(start: Flags, event: Flags, there: Flags) -> LifeTable:
    """The life table of waits that begin with a start and end with an event, or unseen with the panel.

    Args:
        start: shape (histories, quarters, councils).
        event: likewise.
        there: whether the council exists; who is abolished is followed no further.
    """
    clock = np.where(there, clock_since(start, event), OFF)
    histories, quarters = clock.shape[:2]
    label = np.arange(histories)[:, np.newaxis, np.newaxis] * quarters + clock

    def counted(which: Flags) -> Codes:
        counts = np.bincount(label[which], minlength=histories * quarters)
        return counts.reshape(histories, quarters)

    return LifeTable(counted(clock > OFF), counted((clock > OFF) & event))


def mean_around(values: Numbers, failed: Flags, years: Codes, offset: int) -> tuple[Numbers, Numbers]:
    """Mean of a yearly quantity some years before or after councils failed, and of how many failures.

    Args:
        values: shape (histories, years, councils).
        failed: shape (histories, quarters, councils).
        years: place of the year to which each quarter belongs, shape (quarters,).
        offset: years after that year.

    Returns:
        Both of shape (histories,).
    """
    total, count = np.zeros(len(values)), np.zeros(len(values))
    for quarter, year in enumerate(years):
        place = int(year) + offset
        if 0 <= place < values.shape[1]:
            seen = failed[:, quarter] & ~np.isnan(values[:, place])
            total += np.where(seen, values[:, place], 0.0).sum(axis=1)
            count += seen.sum(axis=1)
    mean: Numbers = np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
    return mean, count
