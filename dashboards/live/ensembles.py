"""Ensembles that are computed while the visitor watches: results of the first histories, then of more.

They are the results that `turnaround compare` makes, number for number: the same blocks, in the same order.
"""

from collections.abc import Iterator

from dashboards.live.computing import GoneError
from dashboards.live.offered import Offered
from dashboards.live.streams import Gone
from experiments.compare import Plan
from experiments.manifest import asked_for
from experiments.results import MemoryWriter, Results
from experiments.runner import Block, blocks_of, run_one_block
from experiments.tables import Frames

FIRST = 40
"""Histories after which something is shown."""
FURTHER = 80
"""Histories after which that is brought up to date."""


def growing(plan: Plan, offered: Offered, gone: Gone) -> Iterator[tuple[int, Results | None]]:
    """Run a comparison, telling how many histories are done after every block.

    Args:
        plan: checked.
        offered: what computes, and remembers what was computed.
        gone: whether the visitor has left.

    Yields:
        Histories done by all regimes; and their results after the first 40, now and then, and at the end.

    Raises:
        GoneError: when the visitor has left.
    """
    study = plan.study
    known = offered.remembered.get(plan.command)
    if known is not None:
        yield study.replicates, known
        return
    manifest = asked_for(study, plan.regimes, plan.scenarios, plan.baseline, plan.tables, plan.command)
    writer = MemoryWriter()
    writer.open(manifest, study.sets, study.believed.table() if study.believed else None)
    done = 0
    due = FIRST
    for block, frames in offered.computing.results(blocks_of(study, plan.tables), _run, gone):
        writer.receive(block.number, frames)
        done = max(done, block.replicates.stop)
        if done < study.replicates:
            yield done, writer.close(manifest | {"replicates": done}) if done >= due else None
            due = due if done < due else done + FURTHER
    if gone():
        raise GoneError
    results = writer.close(manifest)
    offered.remembered.keep(plan.command, results)
    yield study.replicates, results


def _run(block: Block) -> tuple[Block, Frames]:
    return block, run_one_block(block)
