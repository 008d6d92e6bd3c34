"""One history made by both engines, quarter by quarter: the compiled one for its states, the other to watch.

What is told of a history was seen in the interpreted engine. That it is the history which every other command
runs is not taken on trust: the states of all agents are compared in every quarter, bit for bit.
"""

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from experiments.arrays import Records
from experiments.errors import StudyError
from experiments.explain.tracing import Trace, Watcher
from model.codes import Status
from model.ensemble import Worlds, draw_luck, nothing_recorded, start_and_advance
from model.facts import load_facts
from model.parameters import Parameters
from model.quarters import format_quarter
from model.simulation import Simulation

Progress = Callable[[int], None]


class EnginesDifferError(RuntimeError):
    """The two engines differ, which would be a defect of the program."""


@dataclass(frozen=True)
class Chosen:
    """Which history: everything that its results depend on, but for what a twin changes.

    Attributes:
        parameters: of the run.
        seed: of the luck.
        replicate: which history of luck.
        quarters: its length.
    """

    parameters: Parameters
    seed: int
    replicate: int
    quarters: int

    def nothing_recorded(self) -> Records:
        """A record of this history's length that is silent, to be written in."""
        count = len(load_facts().councils)
        return np.array(np.broadcast_to(nothing_recorded(1, count), (self.quarters, count)))


@dataclass(frozen=True)
class Course:
    """What became of a run.

    Attributes:
        worlds: the state of all agents at the end of every quarter, up to the one in which it failed.
        status: `ok`, or why it ended early.
    """

    worlds: list[Worlds]
    status: Status


def compiled_course(chosen: Chosen, recorded: Records | None = None) -> Course:
    """Run the compiled engine, and keep the state at the end of every quarter."""
    luck = draw_luck(chosen.seed, [chosen.replicate], chosen.quarters)
    world = Worlds.blank(1)
    record = chosen.parameters.record.reshape(1)
    status = Status.OK
    states = []
    for now in range(chosen.quarters):
        block = start_and_advance(world, record, np.zeros(1, np.int64), luck, now, 1, recorded)
        states.append(world.of([0]))
        status = Status(int(block.status[0]))
        if status != Status.OK:
            break
    return Course(states, status)


def watched_history(
    chosen: Chosen,
    row: int,
    states: list[Worlds],
    recorded: Records | None = None,
    probes: Mapping[int, Collection[int]] | None = None,
    progress: Progress | None = None,
) -> Trace:
    """Run the interpreted engine, watch a council, and hold every agent against the compiled engine.

    Args:
        chosen: the history.
        row: of the council that is watched.
        states: what the compiled engine gave, quarter by quarter.
        recorded: what the record says, shape (quarters, 158); None when nothing.
        probes: by quarter, rows of councils whose state is taken down after every rule.
        progress: called with 1 after each quarter.

    Raises:
        EnginesDifferError: when a number differs in a single bit.
    """
    trace = Trace()
    for noted in watching_history(chosen, row, states, recorded, probes):
        trace = noted
        if progress:
            progress(1)
    return trace


def watching_history(
    chosen: Chosen,
    row: int,
    states: list[Worlds],
    recorded: Records | None = None,
    probes: Mapping[int, Collection[int]] | None = None,
) -> Iterator[Trace]:
    """The same one quarter at a time, for those who have other things to do in between; as `watched_history`.

    Yields:
        What was noted so far, after each quarter.
    """
    simulation = Simulation(
        parameters=chosen.parameters,
        seed=chosen.seed,
        replicate=chosen.replicate,
        quarters=chosen.quarters,
        recorded=recorded,
    )
    watcher = Watcher(row, simulation.world, probes)
    for now, expected in enumerate(states):
        with watcher:
            simulation.step()
        for mine, theirs in zip(simulation.worlds().parts(), expected.parts(), strict=True):
            if mine.tobytes() != theirs.tobytes():
                where = _where(mine, theirs)
                raise EnginesDifferError(f"{format_quarter(now)}: the two engines differ in {where}")
        yield watcher.trace


def numbers_in(states: list[Worlds]) -> int:
    """How many numbers of state were compared."""
    width = np.dtype(np.float64).itemsize
    return sum(part.nbytes // width for world in states for part in world.parts())


def _where(mine: Records, theirs: Records) -> str:
    rows = [i for i in range(mine.shape[1]) if mine[0, i].tobytes() != theirs[0, i].tobytes()]
    return f"rows {rows} of {', '.join((mine.dtype.names or ())[:3])}, ..."


def council_row(given: str) -> int:
    """The row of a council in the master table, by its name or its code.

    Raises:
        StudyError: for a name or code that no council has; the nearest are listed.
    """
    councils = load_facts().councils
    names = councils["name"].to_list()
    codes = [str(code) for code in councils["la_code"]]
    wanted = given.strip().casefold()
    known = {name.casefold(): row for row, name in enumerate(names)} | {
        code: row for row, code in enumerate(codes)
    }
    if wanted in known:
        return known[wanted]
    near = [name for name in known if wanted and wanted in name]
    near += difflib.get_close_matches(wanted, known, n=3)
    rows = list(dict.fromkeys(known[name] for name in near))[:5]
    listed = ", ".join(f"{names[row]} ({codes[row]})" for row in rows)
    hint = f"; near: {listed}" if rows else ""
    raise StudyError(f"council {given!r}: allowed is a council's name or its code, such as 330{hint}")
