"""An ensemble that grows while somebody watches: results of the first histories, then of more.

They are the results that `experiments.compare` makes, number for number, but for keys of runs, which nobody
asks of what is only looked at. Luck is kept from one ensemble to the next, since it depends on the seed and
the history alone: whoever moves a parameter meets the same luck again.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.compare import Plan
from experiments.manifest import asked_for
from experiments.results import MemoryWriter, Results
from experiments.runner import Block, blocks_of, replay_past
from experiments.tables import Frames, block_frames
from model.ensemble import Block as Returned
from model.ensemble import Luck, draw_luck, run_block
from model.replay import join_blocks, run_from

LUCK_KEPT = 11_264
"""Quarters of histories whose luck is kept: 256 histories of eleven years, 1.3 MB each."""

RUNS_A_PIECE = 6
"""Runs of a piece, about 30 ms."""


class KeptLuck:
    """The luck of the histories met last; safe to use from several threads."""

    def __init__(self, most: int = LUCK_KEPT) -> None:
        """Keep that of at most so many quarters of histories."""
        self._most = most
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, range, int], Luck] = {}

    def of(self, seed: int, replicates: range, quarters: int) -> Luck:
        """The luck of some histories, drawn unless it is kept."""
        key = seed, replicates, quarters
        with self._lock:
            found = self._kept.pop(key, None)
            if found is not None:
                self._kept[key] = found
        if found is None:
            found = draw_luck(seed, replicates, quarters)
            with self._lock:
                self._kept[key] = found
                while sum(len(those) * long for _, those, long in self._kept) > self._most:
                    del self._kept[next(iter(self._kept))]
        return found


@dataclass(frozen=True)
class Piece:
    """A piece of an ensemble, and what it came to.

    Attributes:
        block: what was run.
        returned: what the engine gave back.
    """

    block: Block
    returned: Returned


def pieces_of(plan: Plan) -> Iterator[Block]:
    """Cut a comparison into pieces, those of the first histories first."""
    yield from blocks_of(plan.study, plan.tables, max(1, RUNS_A_PIECE // len(plan.study.sets)))


def run_piece(block: Block, luck: KeptLuck) -> Piece:
    """Run a piece."""
    if block.start == 0:
        drawn = luck.of(block.seed, block.replicates, block.quarters)
        return Piece(block, run_block(block.records, drawn, block.quarters))
    if block.member is None:
        replay_past(block.past, block.seed, block.replicates, block.start, block.quarters)
    returned = run_from(block.records, block.past, block.seed, block.replicates, block.start, block.quarters)
    return Piece(block, returned)


class Growing:
    """Results as far as they have come.

    Attributes:
        plan: of the comparison.
        done: histories that all regimes have met.
    """

    def __init__(self, plan: Plan) -> None:
        """Hold nothing yet."""
        self.plan = plan
        self.done = 0
        self._fresh: list[Piece] = []
        self._tabled = 0
        self._manifest = asked_for(
            plan.study, plan.regimes, plan.scenarios, plan.baseline, plan.tables, plan.command
        )
        self._writer = MemoryWriter()
        believed = plan.study.believed
        self._writer.open(self._manifest, plan.study.sets, believed.table() if believed else None)

    def add(self, piece: Piece) -> None:
        """Take a piece; they come in the order in which `pieces_of` gives them."""
        self._fresh.append(piece)
        self.done = piece.block.replicates.stop

    def results(self) -> Results:
        """The results of all pieces taken."""
        if self._fresh:
            self._writer.receive(self._tabled, self._tables(self._fresh))
            self._tabled += 1
            self._fresh = []
        return self._writer.close(self._manifest | {"replicates": self.done})

    def _tables(self, pieces: Sequence[Piece]) -> Frames:
        study = self.plan.study
        names = list(study.sets)
        replicates = np.concatenate([np.asarray(piece.block.replicates) for piece in pieces])
        numbers = [piece.block.member or 0 for piece in pieces for _ in piece.block.replicates]
        return block_frames(
            join_blocks([piece.returned for piece in pieces], len(names)),
            names=names,
            replicates=replicates,
            seed=study.seed,
            start=study.start,
            keys=[""] * (len(names) * len(replicates)),
            tables=self.plan.tables,
            number=numbers if study.believed else None,
        )
