"""How near is the engine to what any program must do: draw the luck, and do the arithmetic?

The floor is two loops. One draws as many numbers as a history has luck, from one generator and without
names. The other does as many additions, multiplications, divisions, comparisons and functions as the
rules do, over a row of doubles as long as a council's record, compiled by the same compiler with
everything in reach, with no choice to make and nothing that waits for anything else. No simulation can
be as fast; it says how far there is to go.
"""

import math
from dataclasses import asdict
from functools import cache, partial
from typing import Any

import numpy as np

from experiments.benchmarks.engine import regimes, run_replicates
from experiments.benchmarks.operations import count_operations
from experiments.benchmarks.timing import COUNCILS, QUARTERS, Figures, alternated, per_council_quarter, ratios
from model.agents import Council, Shock
from model.compilation import compiled
from model.population import council_facts
from model.records import record_dtype
from model.shocks import drawn_fields

REGIME = "ad_hoc"
BYTES_A_DOUBLE = 8
NEAR_ONE = 1.0 + 2.0**-40
"""What the loop multiplies and divides by: nothing overflows, and nothing can be left out."""


def floor(replicates: int, rounds: int, counted_quarters: int = QUARTERS) -> Figures:
    """Nanoseconds a council-quarter of the floor and of the engine, in turn."""
    _, counted = count_operations(REGIME, counted_quarters)
    every = counted["all"]
    runs = len(regimes()) * replicates
    rows = np.full((COUNCILS, record_dtype(Council).itemsize // BYTES_A_DOUBLE), 0.5)
    others = np.full(rows.shape[1], NEAR_ONE)
    counts = [
        round(each)
        for each in (
            every.additions, every.multiplications, every.divisions, every.comparisons, every.functions,
        )
    ]  # fmt: skip
    taken = alternated(
        {
            "luck": partial(draw_bare, replicates),
            "arithmetic": partial(arithmetic_loop(), rows, others, runs * QUARTERS, *counts),
            "engine": partial(run_replicates, replicates),
        },
        rounds,
    )
    least = [luck + sums for luck, sums in zip(taken["luck"], taken["arithmetic"], strict=True)]
    return {
        "operations": {name: asdict(count) | {"total": count.total} for name, count in counted.items()},
        "luck": asdict(per_council_quarter(taken["luck"], runs)),
        "arithmetic": asdict(per_council_quarter(taken["arithmetic"], runs)),
        "floor": asdict(per_council_quarter(least, runs)),
        "engine": asdict(per_council_quarter(taken["engine"], runs)),
        "engine over floor": asdict(ratios(taken["engine"], least)),
        "regimes": len(regimes()),
    }


def draw_bare(replicates: int) -> None:
    """As many normals and uniforms as the luck of some replicates, from one generator, one after another."""
    generator = np.random.Generator(np.random.SFC64(1))
    normals = sum(normal for _, normal in drawn_fields(Shock))
    uniforms = len(drawn_fields(Shock)) - normals
    numbers = QUARTERS * len(council_facts())
    for _ in range(replicates):
        generator.standard_normal(normals * numbers)
        generator.random(uniforms * numbers)


@cache
def arithmetic_loop() -> Any:
    """Compiled loop of so many operations of each kind for every council, quarter after quarter."""

    def loop(  # type: ignore[no-untyped-def]
        rows, others, quarters, additions, multiplications, divisions, comparisons, functions
    ):
        width = rows.shape[1]
        found = 0
        total = 0.0
        for _ in range(quarters):
            for i in range(len(rows)):
                row = rows[i]
                for first in range(0, additions, width):
                    for j in range(min(width, additions - first)):
                        row[j] += 2.0**-60
                for first in range(0, multiplications, width):
                    for j in range(min(width, multiplications - first)):
                        row[j] *= others[j]
                for first in range(0, divisions, width):
                    for j in range(min(width, divisions - first)):
                        row[j] /= others[j]
                for first in range(0, comparisons, width):
                    for j in range(min(width, comparisons - first)):
                        found += row[j] < others[j]
                for j in range(functions):
                    total += math.exp(row[j])
        return found, total

    return compiled(loop)
