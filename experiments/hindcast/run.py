"""A hindcast: histories under sets of parameters that are believed, measured as the record is.

Begun in 2014Q1 it asks whether the model makes a past like the one that was. Begun later, every council
starts where the record had it, and the quarters before are the record's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.arrays import Numbers, Records
from experiments.errors import check_count
from experiments.hindcast.panel import blotted, recorded_panel, simulated_panel, spliced
from experiments.hindcast.record import RECORD_QUARTERS
from experiments.hindcast.targets import all_figures
from experiments.posterior import Posterior
from experiments.processes import run_in_processes
from model.codes import Grade, Status
from model.ensemble import Worlds, draw_luck, start_and_advance
from model.parameters import Parameters
from model.replay import GROUP, replay

SETS_A_BLOCK = 10
GRADES = tuple(Grade)[1:]


@dataclass(frozen=True, eq=False)
class Histories:
    """What simulated histories show.

    Attributes:
        sets: place of the set of parameters of each history, shape (histories,).
        figures: by `measure: figure`, shape (histories,).
        stock: councils by judgement, best first, shape (histories, quarters from 2014Q1, 4).
        failed: how many runs failed, which are none of these histories.
    """

    sets: np.ndarray[Any, np.dtype[np.int64]]
    figures: dict[str, Numbers]
    stock: Numbers
    failed: int


@dataclass(frozen=True)
class Part:
    """Some sets of parameters to be run, and all that a worker needs for it."""

    base: Parameters
    posterior: Posterior
    places: tuple[int, ...]
    first: int
    replicates: int
    seed: int
    start: int

    @property
    def runs(self) -> int:
        """How many histories."""
        return len(self.places) * self.replicates


MOST_SEED = 2**31 - 1


def hindcast(
    posterior: Posterior,
    base: Parameters,
    sets: int,
    replicates: int = 1,
    seed: int = 1,
    start: int = 0,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Histories:
    """Run histories up to the end of the record.

    Args:
        posterior: sets of parameters that are believed.
        base: parameters of the regime that was in force.
        sets: how many to draw.
        replicates: histories of luck for each.
        seed: of the luck, and of which sets are drawn.
        start: quarters from 2014Q1 to the first that is simulated.
        workers: processes; as many as there are cores when None.
        progress: called with the number of histories that have just finished.

    Raises:
        StudyError: for more replicates than the record is replayed with.
        Interrupted: on Ctrl-C.
    """
    if start > 0:
        check_count("replicates", replicates, 1, GROUP)
    places = posterior.drawn(sets, seed)
    parts = [
        Part(base, posterior, tuple(places[i : i + SETS_A_BLOCK].tolist()), i, replicates, seed, start)
        for i in range(0, sets, SETS_A_BLOCK)
    ]
    found: dict[int, Histories] = {}
    run_in_processes(
        parts,
        run_part,
        lambda part, made: found.__setitem__(part.first, made),
        sets * replicates,
        workers,
        progress,
    )
    return _joined([found[part.first] for part in parts])


def run_part(part: Part) -> Histories:
    """Run the histories of some sets."""
    records = part.posterior.records(part.base, part.places)
    if part.start == 0:
        watched, status = _from_the_beginning(part, records)
    else:
        watched, status = _from_the_record(part, records)
    kept = status == Status.OK
    panel = spliced(recorded_panel(), simulated_panel(watched[kept], _before(part.start), part.start))
    panel = blotted(panel, recorded_panel())
    stock = np.stack([(panel.grade == grade).sum(axis=2) for grade in GRADES], axis=2)
    places = np.repeat(part.places, part.replicates)[kept]
    return Histories(places, all_figures(panel), stock.astype(float), int((~kept).sum()))


def _from_the_beginning(part: Part, records: Records) -> tuple[Records, Records]:
    first = part.first * part.replicates
    luck = draw_luck(part.seed, range(first, first + part.runs), RECORD_QUARTERS)
    rows = np.arange(part.runs)
    all_records = np.repeat(records, part.replicates)
    block = start_and_advance(Worlds.blank(1), all_records, rows, luck, 0, RECORD_QUARTERS, watching=True)
    return block.watched, block.status


def _from_the_record(part: Part, records: Records) -> tuple[Records, Records]:
    """Each set replays the record itself, so that no set starts from a past that it does not believe in."""
    found, status = [], []
    quarters = RECORD_QUARTERS - part.start
    for i, place in enumerate(part.places):
        parameters = part.posterior.laid_over(part.base, place)
        past = replay(parameters, part.seed, part.first + i, part.start, quarters)
        members = np.arange(part.replicates)
        block = start_and_advance(
            past.worlds.of(members),
            np.repeat(records[i : i + 1], part.replicates),
            members,
            past.luck,
            part.start,
            quarters,
            watching=True,
        )
        found.append(block.watched)
        status.append(block.status)
    return np.concatenate(found), np.concatenate(status)


def _before(start: int) -> Records:
    record = recorded_panel()
    before: Records = record.before[0] if start == 0 else record.grade[0, start - 1]
    return before


def _joined(parts: Sequence[Histories]) -> Histories:
    return Histories(
        np.concatenate([part.sets for part in parts]),
        {name: np.concatenate([part.figures[name] for part in parts]) for name in parts[0].figures},
        np.concatenate([part.stock for part in parts]),
        sum(part.failed for part in parts),
    )
