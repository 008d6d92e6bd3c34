"""What does the compiled engine's time go into, and how does it grow with threads, histories and councils?"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any

import numpy as np

from experiments.benchmarks.timing import (
    COUNCILS,
    QUARTERS,
    Figures,
    Job,
    Spread,
    alternated,
    in_new_process,
    must_hold,
    per_council_quarter,
    ratios,
)
from model.calendar import calendar
from model.compilation import compiled
from model.ensemble import Worlds, draw_luck, run_block, start_and_advance
from model.indicators import quarter_dtype
from model.parameters import Parameters
from model.population import boundary_changes
from model.regimes import SHIPPED, resolve
from model.registry import parameter_dtype
from model.rules.observation import observe_all
from model.rules.soundness import soundness
from model.world import World

BLOCK_REPLICATES = 5
"""Replicates of a block, about as many as in a study: their luck is drawn, met by all regimes, let go."""

OBSERVATIONS = 200
FAR = 10
"""How much longer, or larger, a job is to see whether its cost grows in proportion."""

PEAK = "import resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
"""Prints the peak memory of a process in MB."""

RUN_AND_KEEP = (
    "import model\n"
    "regimes = [model.resolve(name) for name in model.SHIPPED]\n"
    "kept = []\n"
    "for first in range(0, {replicates}, 5):\n"
    "    luck = model.draw_luck(1, range(first, min(first + 5, {replicates})), 44)\n"
    "    kept.append(model.run_block(regimes, luck, 44).outcomes)\n"
)
"""Runs replicates in blocks, and keeps their outcomes."""


@cache
def regimes() -> list[Parameters]:
    """Of the debate, all nine."""
    return [resolve(name) for name in SHIPPED]


def run_replicates(replicates: int, threads: int = 1) -> None:
    """All regimes of some replicates in blocks, luck drawn and shared, on so many threads."""
    firsts = range(0, replicates, BLOCK_REPLICATES)
    blocks = [range(first, min(first + BLOCK_REPLICATES, replicates)) for first in firsts]
    if threads == 1:
        for block in blocks:
            _run_block(block)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(_run_block, blocks))


def _run_block(replicates: Sequence[int]) -> None:
    must_hold(run_block(regimes(), draw_luck(1, replicates, QUARTERS), QUARTERS))


# ---- By part


def by_part(replicates: int, rounds: int) -> Figures:
    """Nanoseconds a council-quarter by part: drawing luck, start, rules, soundness, indicators."""
    luck = draw_luck(1, range(replicates), QUARTERS)
    runs = len(regimes()) * replicates
    records = np.repeat(np.array([item.record for item in regimes()], parameter_dtype()), replicates)
    which = np.tile(np.arange(replicates), len(regimes()))
    worlds = Worlds.blank(1)
    must_hold(start_and_advance(worlds, records, which, luck, 0, QUARTERS))
    row = np.zeros(1, quarter_dtype())
    look, check = _look_again(observe=True), _look_again(observe=False)
    tables = (calendar(QUARTERS), boundary_changes())
    taken = alternated(
        {
            "luck": lambda: draw_luck(1, range(replicates), QUARTERS),
            "start": lambda: start_and_advance(worlds, records, which, luck, 0, 0),
            "all but luck": lambda: start_and_advance(worlds, records, which, luck, 0, QUARTERS),
            "indicators": lambda: look(*worlds.parts(), records, *tables, row, OBSERVATIONS),
            "soundness": lambda: check(*worlds.parts(), records, *tables, row, OBSERVATIONS),
        },
        rounds,
    )
    luck_of_its_own = per_council_quarter(taken["luck"], replicates)
    shared = per_council_quarter(taken["luck"], runs)
    parts = {
        "start": per_council_quarter(taken["start"], runs),
        "indicators": per_council_quarter(taken["indicators"], OBSERVATIONS, 1),
        "soundness": per_council_quarter(taken["soundness"], OBSERVATIONS, 1),
    }
    rest = per_council_quarter(taken["all but luck"], runs)
    whole = [luck + other for luck, other in zip(taken["luck"], taken["all but luck"], strict=True)]
    rules = rest.median - sum(part.median for part in parts.values())
    return {
        "all": asdict(per_council_quarter(whole, runs)),
        "rules": rules,
        "luck": asdict(shared),
        "luck not shared": asdict(luck_of_its_own),
        **{name: asdict(part) for name, part in parts.items()},
    }


def _look_again(observe: bool) -> Any:
    """Compiled loop that observes, or checks, the same world again and again."""

    def look(  # type: ignore[no-untyped-def]
        nations, councils, regions, partners, providers, durations, places,
        parameters, calendar, changes, rows, times,
    ):  # fmt: skip
        sound = 0
        for _ in range(times):
            world = World(
                nations[0][0], councils[0], regions[0], partners[0], providers[0],
                calendar, changes, durations[0], places[0], (),
            )  # fmt: skip
            if observe:
                observe_all(world, parameters[0], rows[0])
            else:
                sound += soundness(world, parameters[0])
        return sound

    return compiled(look)


# ---- Growth


def growth(replicates: int, rounds: int) -> Figures:
    """Nanoseconds a council-quarter when the job is longer or larger, all regimes in an ordinary one."""
    runs = len(regimes()) * replicates
    few = max(1, replicates // FAR)
    jobs: dict[str, tuple[Job, int, int, int]] = {
        "an ordinary job": (partial(run_replicates, replicates), runs, QUARTERS, COUNCILS),
        "ten times the replicates": (
            partial(run_replicates, FAR * replicates), FAR * runs, QUARTERS, COUNCILS,
        ),
        "ten times the quarters": (
            partial(_long_runs, few), len(regimes()) * few, FAR * QUARTERS, COUNCILS,
        ),
        "ten times the councils": (partial(_many_councils, FAR), 1, QUARTERS, FAR * COUNCILS),
        "a hundred times the councils": (
            partial(_many_councils, FAR * FAR), 1, QUARTERS, FAR * FAR * COUNCILS,
        ),
    }  # fmt: skip
    taken = alternated({name: job for name, (job, *_) in jobs.items()}, rounds)
    return {name: asdict(per_council_quarter(taken[name], *size)) for name, (_, *size) in jobs.items()}


def _long_runs(replicates: int) -> None:
    """Runs of all regimes far beyond the horizon that is meant, luck drawn for all of it."""
    quarters = FAR * QUARTERS
    must_hold(run_block(regimes(), draw_luck(1, range(replicates), quarters), quarters))


def _many_councils(times: int) -> None:
    """One run on a country in which every council of England occurs several times over."""
    one = draw_luck(1, [0], QUARTERS)
    luck = replace(one, shocks=np.tile(one.shocks, times), councils=np.tile(one.councils, times))
    blank = Worlds.blank(1)
    worlds = replace(blank, councils=np.tile(blank.councils, times), places=np.tile(blank.places, times))
    record = regimes()[1].record[np.newaxis]
    must_hold(start_and_advance(worlds, record, np.zeros(1, int), luck, 0, QUARTERS))


# ---- Sizes: threads and memory


def sizes(replicates: Sequence[int], rounds: int, rounds_of_the_largest: int) -> list[Figures]:
    """Seconds on one thread and on two, and peak memory, by number of replicates of all regimes."""
    found = []
    for count in replicates:
        largest = count == max(replicates)
        taken = alternated(
            {"one": partial(run_replicates, count), "two": partial(run_replicates, count, 2)},
            rounds_of_the_largest if largest else rounds,
            warm_up=not largest,
        )
        found.append(
            {
                "replicates": count,
                "runs": count * len(regimes()),
                "one thread": asdict(Spread.of(taken["one"])),
                "two threads": asdict(Spread.of(taken["two"])),
                "speed-up": asdict(ratios(taken["one"], taken["two"])),
                "memory": peak_memory(RUN_AND_KEEP.format(replicates=count)),
            }
        )
    return found


def peak_memory(program: str) -> float:
    """Peak memory in MB of a process that does what a program says."""
    return float(in_new_process(program + PEAK, {"OMP_NUM_THREADS": "1"}).splitlines()[-1])
