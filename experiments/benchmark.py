"""How fast is the engine, and what does its time go into?

All figures of one run are taken side by side, alternating what is compared, and quoted as medians of five:
compiled engine against the Mesa model that gives the same bits, with a DataCollector collecting the same
indicators; against `mesa.batch_run` over processes; nanoseconds per council-quarter and their split; scaling
over threads, replicates, quarters and councils; peak memory; start-up with a cold and a warm cache.

Run as `make benchmark`, or `python -m experiments.benchmark --out FOLDER`.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from model.calendar import calendar
from model.compilation import CACHE_VARIABLE, compiled
from model.ensemble import Block, Worlds, draw_luck, run_block, start_and_advance
from model.indicators import quarter_dtype
from model.population import boundary_changes
from model.regimes import SHIPPED, resolve
from model.registry import parameter_dtype
from model.rules.observation import observe_all
from model.rules.soundness import soundness
from model.simulation import Simulation
from model.world import World

ROUNDS = 5
COUNCILS = 152
QUARTERS = 44
REPLICATES = 20
BATCH_RUNS = 4
OBSERVATIONS = 200
NANOSECONDS = 1e9
SECONDS_TO_MILLISECONDS = 1e3
FIRST_RESULT = "import model; model.run_block([model.resolve('trust')], model.draw_luck(1, [0], 44), 44)"

REGIMES = [resolve(name) for name in SHIPPED]


def seconds(job: Callable[[], object]) -> float:
    """Wall-clock seconds that a job takes."""
    before = time.perf_counter()
    job()
    return time.perf_counter() - before


def alternated(jobs: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Seconds of each job in five rounds, the jobs taking turns, after one round to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            taken[name].append(seconds(job))
    return taken


def per_council_quarter(
    taken: Sequence[float], runs: int, quarters: int = QUARTERS, councils: int = COUNCILS
) -> float:
    """Median nanoseconds per council-quarter."""
    return statistics.median(taken) / (runs * quarters * councils) * NANOSECONDS


def compiled_runs(replicates: int = REPLICATES) -> None:
    """All regimes of some replicates, luck drawn and shared, one block."""
    must_hold(run_block(REGIMES, draw_luck(1, range(replicates), QUARTERS), QUARTERS))


def must_hold(block: Block) -> None:
    """Refuse to time a block in which a run failed, for a failed run stops early and looks fast."""
    if block.status.any():
        raise RuntimeError("a run failed, so that its time means nothing")


def interpreted_run() -> None:
    """One Mesa run whose DataCollector collects every indicator."""
    Simulation("ad_hoc", quarters=QUARTERS).run()


def batch_runs() -> None:
    """A few Mesa runs through `mesa.batch_run`, over two processes."""
    mesa.batch_run(
        Simulation,
        parameters={"regime": "ad_hoc", "replicate": range(BATCH_RUNS), "quarters": QUARTERS},
        number_processes=2,
        iterations=1,
        max_steps=QUARTERS,
        data_collection_period=1,
        display_progress=False,
    )


def against_mesa() -> dict[str, float]:
    """The compiled engine against the Mesa model of the same bits."""
    runs = len(REGIMES) * REPLICATES
    taken = alternated({"compiled": compiled_runs, "mesa": interpreted_run, "batch": batch_runs})
    ours = [value / runs for value in taken["compiled"]]
    return {
        "compiled_ns_per_council_quarter": per_council_quarter(taken["compiled"], runs),
        "mesa_ns_per_council_quarter": per_council_quarter(taken["mesa"], 1),
        "batch_run_two_processes_ns_per_council_quarter": per_council_quarter(taken["batch"], BATCH_RUNS),
        "mesa_over_compiled": statistics.median(
            other / own for own, other in zip(ours, taken["mesa"], strict=True)
        ),
        "batch_run_over_compiled": statistics.median(
            other / BATCH_RUNS / own for own, other in zip(ours, taken["batch"], strict=True)
        ),
    }


def split_by_part() -> dict[str, float]:
    """What a council-quarter's time goes into: drawing luck, start, rules, soundness, indicators."""
    luck = draw_luck(1, range(REPLICATES), QUARTERS)
    runs = len(REGIMES) * REPLICATES
    records = np.repeat(np.array([item.record for item in REGIMES], parameter_dtype()), REPLICATES)
    which = np.tile(np.arange(REPLICATES), len(REGIMES))
    worlds = Worlds.blank(1)
    start_and_advance(worlds, records, which, luck, 0, QUARTERS)
    row = np.zeros(1, quarter_dtype())
    look = _look_again(observe=True)
    check = _look_again(observe=False)
    tables = (calendar(QUARTERS), boundary_changes())
    taken = alternated(
        {
            "luck": lambda: draw_luck(1, range(REPLICATES), QUARTERS),
            "start": lambda: start_and_advance(worlds, records, which, luck, 0, 0),
            "all_but_luck": lambda: start_and_advance(worlds, records, which, luck, 0, QUARTERS),
            "indicators": lambda: look(*worlds.parts(), records, *tables, row, OBSERVATIONS),
            "soundness": lambda: check(*worlds.parts(), records, *tables, row, OBSERVATIONS),
        }
    )
    parts = {
        "luck_if_not_shared": per_council_quarter(taken["luck"], REPLICATES),
        "luck_shared_by_the_regimes": per_council_quarter(taken["luck"], runs),
        "start": per_council_quarter(taken["start"], runs),
        "indicators": per_council_quarter(taken["indicators"], OBSERVATIONS, 1),
        "soundness": per_council_quarter(taken["soundness"], OBSERVATIONS, 1),
    }
    rest = per_council_quarter(taken["all_but_luck"], runs)
    parts["rules"] = rest - parts["start"] - parts["indicators"] - parts["soundness"]
    parts["all_in"] = rest + parts["luck_shared_by_the_regimes"]
    parts["share_of_time_drawing_luck"] = parts["luck_shared_by_the_regimes"] / parts["all_in"]
    return parts


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


def scaling() -> dict[str, float]:
    """Threads, replicates, quarters and councils: cost per council-quarter against the ordinary job."""
    blocks = 8
    runs = len(REGIMES) * REPLICATES

    def on_threads(threads: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda _: compiled_runs(), range(blocks)))

    threads = alternated({"one": lambda: on_threads(1), "two": lambda: on_threads(2)})
    sizes = alternated(
        {
            "ordinary": compiled_runs,
            "ten times the replicates": lambda: _again_and_again(10),
            "ten times the quarters": lambda: must_hold(
                run_block(REGIMES, draw_luck(1, range(2), 10 * QUARTERS), 10 * QUARTERS)
            ),
            "ten times the councils": lambda: _many_councils(10),
            "a hundred times the councils": lambda: _many_councils(100),
        }
    )
    few = len(REGIMES) * 2
    return {
        "speed_up_on_two_threads": statistics.median(
            one / two for one, two in zip(threads["one"], threads["two"], strict=True)
        ),
        "ordinary": per_council_quarter(sizes["ordinary"], runs),
        "replicates_x10": per_council_quarter(sizes["ten times the replicates"], runs * 10),
        "quarters_x10": per_council_quarter(sizes["ten times the quarters"], few, 10 * QUARTERS),
        "councils_x10": per_council_quarter(sizes["ten times the councils"], 1, QUARTERS, 10 * COUNCILS),
        "councils_x100": per_council_quarter(
            sizes["a hundred times the councils"], 1, QUARTERS, 100 * COUNCILS
        ),
    }


def _again_and_again(times: int) -> None:
    """Blocks one after another, as a study runs them: memory and cost a replicate stay as they are."""
    for _ in range(times):
        compiled_runs()


def _many_councils(times: int) -> None:
    """One run on a country in which every council of England occurs several times over."""
    one = draw_luck(1, [0], QUARTERS)
    luck = replace(one, shocks=np.tile(one.shocks, times), councils=np.tile(one.councils, times))
    blank = Worlds.blank(1)
    worlds = replace(blank, councils=np.tile(blank.councils, times), places=np.tile(blank.places, times))
    must_hold(start_and_advance(worlds, REGIMES[1].record[np.newaxis], np.zeros(1, int), luck, 0, QUARTERS))


def memory() -> dict[str, float]:
    """Peak memory in MB of a process that runs some replicates in blocks and keeps their outcomes."""
    program = (
        "import resource, model\n"
        "regimes = [model.resolve(name) for name in model.SHIPPED]\n"
        "kept = []\n"
        "for first in range(0, {replicates}, 10):\n"
        "    luck = model.draw_luck(1, range(first, first + 10), 44)\n"
        "    kept.append(model.run_block(regimes, luck, 44).outcomes)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    return {
        f"{replicates}_replicates": float(in_new_process(program.format(replicates=replicates)))
        for replicates in (10, 200, 1000)
    }


def start_up() -> dict[str, float]:
    """Seconds from starting Python to a first result, with a cold and a warm cache of compiled code."""
    with tempfile.TemporaryDirectory() as folder:
        cold = seconds(lambda: in_new_process(FIRST_RESULT, {CACHE_VARIABLE: folder}))
        warm = [
            seconds(lambda: in_new_process(FIRST_RESULT, {CACHE_VARIABLE: folder})) for _ in range(ROUNDS)
        ]
    return {"cold": cold, "warm": statistics.median(warm)}


def in_new_process(program: str, environment: dict[str, str] | None = None) -> str:
    """What a program prints in a Python of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        **{name: version(name) for name in ("mesa", "numba", "numpy", "scipy")},
    }


def as_markdown(
    figures: dict[str, dict[str, Any]],
    title: str = "Benchmark",
    made: str = "Medians of five, alternated; made by `make benchmark`.",
) -> str:
    """The figures as tables, below a title and how they were made."""
    lines = [f"# {title}", "", made, ""]
    for heading, part in figures.items():
        lines += [f"## {heading}", "", "| figure | value |", "| --- | --- |"]
        for name, value in part.items():
            shown = value if isinstance(value, str) else f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
            lines.append(f"| {name.replace('_', ' ')} | {shown} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Take all figures, print them, and write them as JSON and Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--out", type=Path, default=Path("results/benchmark"), help="folder for the figures")
    folder: Path = parser.parse_args().out
    figures: dict[str, dict[str, Any]] = {"Machine": machine()}
    for title, part in (
        ("Against Mesa", against_mesa),
        ("Nanoseconds per council-quarter, by part", split_by_part),
        ("Scaling, nanoseconds per council-quarter", scaling),
        ("Peak memory, MB", memory),
        ("Seconds to the first result", start_up),
    ):
        sys.stderr.write(f"{title} ...\n")
        figures[title] = part()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmark.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    (folder / "benchmark.md").write_text(as_markdown(figures), "utf-8")
    sys.stdout.write(as_markdown(figures) + f"\nwritten to {folder}\n")


if __name__ == "__main__":
    main()
