"""What the record would have shown under many sets of parameters: a history each, measured as the record is.

Each history has luck of its own, so that what differs between two sets' figures is parameters and luck, as it
is between any of them and the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.arrays import Numbers, Records
from experiments.hindcast.panel import blotted, recorded_panel, simulated_panel
from experiments.hindcast.record import RECORD_QUARTERS
from experiments.hindcast.targets import all_figures
from model.codes import Status
from model.ensemble import Worlds, draw_luck, records_of, start_and_advance
from model.parameters import Parameters
from model.registry import store_value

AT_ONCE = 25
"""Histories held in memory together: 15 MB."""


@dataclass(frozen=True)
class SetsWithLuck:
    """Sets of parameters to be simulated, and the luck that each meets.

    Attributes:
        names: of the parameters that differ between them.
        values: shape (sets, names).
        replicates: number of the history of luck of each, shape (sets,).
    """

    names: tuple[str, ...]
    values: Numbers
    replicates: tuple[int, ...]

    @property
    def runs(self) -> int:
        """How many there are."""
        return len(self.values)


def records_over(base: Parameters, sets: SetsWithLuck) -> Records:
    """Parameter records of sets laid over a base, shape (sets,)."""
    records = np.repeat(records_of([base]), sets.runs)
    for column, name in enumerate(sets.names):
        store_value(records, name, sets.values[:, column])  # type: ignore[arg-type]
    return records


def simulated_figures(
    base: Parameters, sets: SetsWithLuck, seed: int, ends: Sequence[int] = (RECORD_QUARTERS,)
) -> list[dict[str, Numbers]]:
    """Simulate one history for every set from 2014Q1, and measure it.

    Args:
        base: parameters over which the sets are laid.
        sets: of parameters.
        seed: of the luck.
        ends: quarters after which the record is taken to end; figures are made for each. The start of 2014
            rests on what had been published by the first of them.

    Returns:
        For each end the figures by name, shape (sets,); not a number where a run failed.
    """
    records = records_over(base, sets)
    found: list[dict[str, list[Numbers]]] = [{} for _ in ends]
    for begin in range(0, sets.runs, AT_ONCE):
        chunk = slice(begin, begin + AT_ONCE)
        luck = draw_luck(seed, sets.replicates[chunk], max(ends), known_until=min(ends) - 1)
        block = start_and_advance(
            Worlds.blank(1),
            records[chunk],
            np.arange(len(records[chunk])),
            luck,
            0,
            max(ends),
            watching=True,
        )
        failed = block.status != Status.OK
        panel = simulated_panel(block.watched, recorded_panel().before[0])
        for kept, end in zip(found, ends, strict=True):
            seen = blotted(panel.until(end), recorded_panel().published_by(end))
            for name, values in all_figures(seen).items():
                kept.setdefault(name, []).append(np.where(failed, np.nan, values))
    return [{name: np.concatenate(parts) for name, parts in kept.items()} for kept in found]
