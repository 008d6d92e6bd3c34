"""Histories of the compiled engine that tests can look into, quarter by quarter, and disturb on the way.

A history keeps what tests ask about each council in each quarter: arrays of shape (replicates,
quarters, 158).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.ensemble import Block, Luck, Worlds, start_and_advance
from model.parameters import Parameters

WATCHED = (
    "exists",
    "arrangement.age",
    "arrangement.ally",
    "arrangement.kind",
    "budget.early_help",
    "budget.spending",
    "capacity.effort",
    "capacity.imported",
    "capacity.improvement",
    "demand.workload",
    "deprivation",
    "director.burden",
    "director.changes",
    "director.interim",
    "director.tenure",
    "inspection.grade",
    "inspection.previous_grade",
    "inspection.result",
    "intervention.end_kind",
    "intervention.plan",
    "intervention.refused",
    "intervention.start_kind",
    "intervention.tender",
    "practice.leadership",
    "practice.quality",
    "region",
    "standing.confidence",
    "standing.partnership",
    "workforce.agency",
    "workforce.caseload",
    "workforce.continuity",
    "workforce.experienced",
    "workforce.leavers",
    "workforce.newly_qualified",
    "workforce.posts",
    "workforce.pressure",
)
"""The state variables of councils that a history keeps, by dotted name."""

Array = np.ndarray[Any, np.dtype[Any]]
Disturbance = Callable[[Worlds, int], None]
"""What a test does to the worlds before a quarter, given its number."""


@dataclass(frozen=True)
class History:
    """What happened in every replicate of one set of parameters.

    Attributes:
        state: arrays of shape (replicates, quarters, 158) by dotted name, as each quarter left them.
        rows: indicators, shape (replicates, quarters).
        spells: outcomes, shape (replicates,), of which those about spells cover all quarters.
        worlds: as the last quarter left them.
        first_worlds: as the first quarter left them.
    """

    state: dict[str, Array]
    rows: Array
    spells: Array
    worlds: Worlds
    first_worlds: Worlds

    def __getitem__(self, name: str) -> Array:
        """A state variable of all councils in all quarters."""
        return self.state[name]


def field(records: Array, name: str) -> Array:
    """A state variable by dotted name, from an array of records."""
    for part in name.split("."):
        records = records[part]
    return records


def quarter_by_quarter(
    parameters: Array,
    luck: Luck,
    quarters: int,
    recorded: Array | None = None,
    disturb: Disturbance | None = None,
) -> Iterator[tuple[int, Worlds, Block]]:
    """Run a block a quarter at a time, one run for each row of parameters with the replicate of that row."""
    worlds = Worlds.blank(len(parameters))
    replicate_of = np.arange(len(parameters)) % len(luck.replicates)
    for quarter in range(quarters):
        if disturb is not None and quarter > 0:
            disturb(worlds, quarter)
        block = start_and_advance(worlds, parameters, replicate_of, luck, quarter, 1, recorded)
        yield quarter, worlds, block


def watch(parameters: Parameters, luck: Luck, quarters: int, disturb: Disturbance | None = None) -> History:
    """Run every replicate of the luck given under one set of parameters, and keep what is watched."""
    count = len(luck.replicates)
    records = np.repeat(parameters.record[np.newaxis], count)
    kept: dict[str, list[Array]] = {name: [] for name in WATCHED}
    rows = []
    first_worlds = None
    for _, worlds, block in quarter_by_quarter(records, luck, quarters, disturb=disturb):
        assert not block.status.any(), "a run failed"
        for name, values in kept.items():
            values.append(field(worlds.councils, name).copy())
        rows.append(block.quarters[:, 0])
        first_worlds = first_worlds or worlds.of(np.arange(count))
    state = {name: np.stack(values, axis=1) for name, values in kept.items()}
    return History(state, np.stack(rows, axis=1), block.outcomes, worlds, first_worlds)
