"""Ensembles for tests: histories to look into and disturb, and settings anywhere inside the bounds.

A history keeps what tests ask about each council in each quarter: arrays of shape (replicates,
quarters, 158).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.codes import Support
from model.ensemble import Block, Luck, Worlds, start_and_advance
from model.parameters import Parameters
from model.regimes import resolve
from model.registry import Entry, registry

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


# ---- Settings anywhere inside the bounds ------------------------------------------------------------


def free_entries() -> list[Entry]:
    """The parameters that are uncertain: those of the registry that are not fixed."""
    return [entry for entry in registry().values() if entry.distribution != "fixed"]


def value_at(entry: Entry, share: float) -> float:
    """The value that lies a share of the way from the lower to the upper bound."""
    value = min(entry.low + share * (entry.high - entry.low), entry.high)
    return round(value) if entry.type in ("integer", "switch") else value


def random_settings(seed: int) -> dict[str, float]:
    """A value for every uncertain parameter: half of them anywhere between their bounds, half on a bound."""
    generator = np.random.default_rng(seed)
    settings = {}
    for entry in free_entries():
        anywhere, side = generator.random(), generator.integers(2)
        settings[entry.name] = value_at(entry, anywhere if generator.random() < 0.5 else float(side))
    return settings


def reconciled(regime: str, settings: Mapping[str, float]) -> Parameters:
    """The parameters of a regime with settings moved, where they contradict, to the nearest that do not.

    The bars of inspection must rise, early support needs a kind of helper that the regime has, and to
    leave by choice needs a market.
    """
    chosen = dict(settings)
    values = {name: chosen.get(name, entry.default) for name, entry in registry().items()}
    good = max(values["inspection.good_bar"], values["inspection.inadequate_bar"] + 1.0)
    outstanding = max(values["inspection.outstanding_bar"], good + 1.0)
    chosen["inspection.good_bar"] = good
    chosen["inspection.outstanding_bar"] = outstanding
    chosen["inspection.ilacs_outstanding_shift"] = max(
        values["inspection.ilacs_outstanding_shift"], good + 1.0 - outstanding
    )
    if resolve(regime)["regime.early_support_kind"] <= Support.OWN_PLAN:
        chosen["regime.early_support"] = 0.0
    if not resolve(regime)["regime.market"]:
        chosen |= {"regime.spin_out": 0.0, "regime.voluntary_outsourcing": 0.0}
    return resolve(regime, settings=chosen)


def differences(one: Worlds, other: Worlds) -> list[str]:
    """Names of state variables in which two sets of records differ by a bit, with where and how first."""
    found = []
    for a, b in zip(one.parts(), other.parts(), strict=True):
        if a.tobytes() != b.tobytes():
            found += _unequal(a, b, "")
    return found


def _unequal(a: Array, b: Array, prefix: str) -> list[str]:
    found = []
    for name in a.dtype.names:
        if a.dtype[name].names:
            found += _unequal(a[name], b[name], f"{prefix}{name}.")
        elif a[name].tobytes() != b[name].tobytes():
            place = tuple(int(i) for i in np.argwhere(a[name] != b[name])[:1].flat)
            found.append(f"{prefix}{name} at {place}: {a[name][place]!r} and {b[name][place]!r}")
    return found
