"""How fast is a sweep, what does running it add to the engine's own time, and how do others compare?

All figures of one run are taken side by side, alternating what is compared, and quoted as medians: runs a
second, peak memory and bytes of a whole sweep over a Latin hypercube, on all cores; the whole of it against
the engine called directly on the same blocks; threads, processes and Dask on the same work; and a run of a
sweep against one of `mesa.batch_run`, of an EMA Workbench model that wraps the Mesa model as a user would,
and of `experiments.ema`. Processes pay for starting Python and loading the engine, here as in use.

Run as `make benchmark-sweeps`, or `python -m experiments.benchmarks.sweeps --runs 100000 --out FOLDER`.
"""

import argparse
import importlib.util
import json
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from experiments.benchmarks.timing import (
    QUARTERS,
    Figures,
    Job,
    alternated,
    in_new_process,
    machine,
    must_hold,
)
from experiments.compare import check_workers
from experiments.effects import MAIN_OUTCOMES
from experiments.runner import compile_engine
from experiments.sweeps.blocks import SweepBlock, common_of, cut, records_at
from experiments.sweeps.executors import Kind
from experiments.sweeps.run import sweep
from experiments.sweeps.study import read_study
from model.ensemble import Worlds, draw_luck, start_and_advance
from model.simulation import Simulation

RUNS = 20_000
LEAST_RUNS = 400
SLOW_ROUNDS = 3
FEW_RUNS = 4
FACTORS = ("support.power", "director.blame", "nation.funding_shift", "demand.need_growth")
BYTES_A_MEGABYTE = 1e6

Study = Mapping[str, Any]


def study_of(runs: int) -> Study:
    """A Latin hypercube under two regimes with two replicates, of about so many runs."""
    return {
        "title": "Benchmark",
        "regimes": ["ad_hoc", "trust"],
        "replicates": 2,
        "quarters": QUARTERS,
        "design": {"kind": "latin_hypercube", "points": runs // 4},
        "parameters": {"*": {}},
        "exclude": ["regime.*"],
    }


# ---- A sweep as a whole


WHOLE = (
    "import json, resource, sys, tempfile, time\n"
    "from pathlib import Path\n"
    "from experiments.benchmarks.sweeps import study_of\n"
    "from experiments.runner import compile_engine\n"
    "from experiments.sweeps.run import sweep\n"
    "compile_engine()\n"
    "with tempfile.TemporaryDirectory() as folder:\n"
    "    began = time.perf_counter()\n"
    "    results = sweep(study_of({runs}), Path(folder) / 'sweep')\n"
    "    taken = time.perf_counter() - began\n"
    "    written = sum(file.stat().st_size for file in Path(folder).rglob('*') if file.is_file())\n"
    "failed = len(results.failures)\n"
    "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
    "print(json.dumps([results.runs_asked, taken, peak, written, failed]))\n"
)
"""A sweep in a Python of its own, the engine compiled beforehand: runs, seconds, MB, bytes, failures."""


def whole_sweep(runs: int) -> dict[str, float]:
    """A sweep with threads on all cores, and one of a tenth of the runs, each in a fresh process."""
    figures: dict[str, float] = {"workers": check_workers(None)}
    for title, count in (("a_tenth", runs // 10), ("all", runs)):
        asked, taken, peak, written, failed = json.loads(in_new_process(WHOLE.format(runs=count)))
        figures |= {
            f"{title}_runs": asked,
            f"{title}_seconds": taken,
            f"{title}_runs_a_second": asked / taken,
            f"{title}_peak_memory_MB": peak,
            f"{title}_written_MB": written / BYTES_A_MEGABYTE,
            f"{title}_bytes_a_run": written / asked,
            f"{title}_failed": failed,
        }
    return figures


# ---- What running adds to the engine


def overhead(runs: int) -> dict[str, float]:
    """The same blocks by the engine alone, luck included, and as a whole serial sweep into a folder."""
    study = read_study(study_of(runs))
    common = common_of(study)
    missing = np.ones((study.points, len(study.regimes), study.replicates), np.bool_)
    blocks = list(cut(missing, common, study.design.values))

    def engine_alone() -> None:
        for block in blocks:
            _advance(block)

    taken = alternated({"engine": engine_alone, "sweep": partial(_serial_sweep, runs)}, warm_up=False)
    extra = [whole / own - 1 for own, whole in zip(taken["engine"], taken["sweep"], strict=True)]
    return {
        "runs": study.runs,
        "blocks": len(blocks),
        "engine_ms_a_run": statistics.median(taken["engine"]) / study.runs * 1e3,
        "sweep_ms_a_run": statistics.median(taken["sweep"]) / study.runs * 1e3,
        "overhead_percent": 100 * statistics.median(extra),
    }


def _advance(block: SweepBlock) -> None:
    """A block by the engine alone: its luck drawn, its parameters as records, one world in turn."""
    common, replicates = block.common, len(block.replicates)
    records = records_at(common, block.values, block.regimes)
    luck = draw_luck(common.seed, block.replicates, common.quarters)
    which = np.tile(np.arange(replicates), len(records))
    records = np.repeat(records, replicates)
    must_hold(start_and_advance(Worlds.blank(1), records, which, luck, 0, common.quarters))


def _serial_sweep(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sweep(study_of(runs), Path(folder) / "sweep", executor="serial", workers=1)


# ---- Executors


def executors(runs: int) -> dict[str, float]:
    """The same sweep with each kind of executor on all cores, starting its workers included."""
    kinds: list[Kind] = ["threads", "processes"]
    if importlib.util.find_spec("distributed"):
        kinds.append("dask")

    def with_kind(kind: Kind) -> None:
        with tempfile.TemporaryDirectory() as folder:
            sweep(study_of(runs), Path(folder) / "sweep", executor=kind)

    taken = alternated({kind: partial(with_kind, kind) for kind in kinds}, SLOW_ROUNDS, warm_up=False)
    figures = {f"{kind}_runs_a_second": runs // 4 * 4 / statistics.median(taken[kind]) for kind in kinds}
    for kind in kinds:
        if kind != "threads":
            ratios = [other / own for own, other in zip(taken["threads"], taken[kind], strict=True)]
            figures[f"{kind}_over_threads_in_time"] = statistics.median(ratios)
    return figures


# ---- Others


def others(runs: int) -> dict[str, float]:
    """A run by other people's runners against one of a sweep, each over two processes where it can."""
    jobs: dict[str, tuple[int, Job]] = {
        "sweep": (runs, partial(_threaded_sweep, runs)),
        "mesa_batch_run": (FEW_RUNS, _batch_run),
    }
    if importlib.util.find_spec("ema_workbench"):
        jobs["ema_workbench_wrapping_mesa"] = (FEW_RUNS, _mesa_in_the_workbench())
        jobs["experiments_ema_sequential"] = (runs // 8 * 4, _ours_in_the_workbench(runs // 8, 1))
        jobs["experiments_ema_two_processes"] = (runs // 8 * 4, _ours_in_the_workbench(runs // 8, 2))
    taken = alternated({name: job for name, (_, job) in jobs.items()}, SLOW_ROUNDS, warm_up=False)
    a_run = {name: [each / jobs[name][0] for each in times] for name, times in taken.items()}
    figures = {f"{name}_ms_a_run": statistics.median(times) * 1e3 for name, times in a_run.items()}
    for name, times in a_run.items():
        if name != "sweep":
            ratios = [other / own for own, other in zip(a_run["sweep"], times, strict=True)]
            figures[f"{name}_over_sweep"] = statistics.median(ratios)
    return figures


def _threaded_sweep(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sweep(study_of(runs), Path(folder) / "sweep", workers=2)


def _batch_run() -> None:
    settings = [{name: value} for name, value in (("support.power", 0.3), ("director.blame", 0.5))]
    mesa.batch_run(
        Simulation,
        parameters={
            "regime": "ad_hoc",
            "settings": settings,
            "replicate": range(FEW_RUNS // len(settings)),
            "quarters": QUARTERS,
        },
        number_processes=2,
        max_steps=QUARTERS,
        data_collection_period=1,
        display_progress=False,
    )


def mesa_outcomes(**given: Any) -> dict[str, float]:
    """A history by the Mesa model, as a user of the Workbench would call it: outcomes by name."""
    regime = given.pop("regime")
    outcome = Simulation(regime, quarters=QUARTERS, settings=given).run().outcome
    return {name: getattr(outcome, name) for name in MAIN_OUTCOMES}


def _mesa_in_the_workbench() -> Job:
    from experiments.ema import turnaround_model

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import Constant, Model

    ours = turnaround_model(["ad_hoc"], factors=FACTORS)
    model = Model("mesa", function=mesa_outcomes)
    model.uncertainties = list(ours.uncertainties)
    model.constants = [Constant("regime", "ad_hoc")]
    model.outcomes = list(ours.outcomes)
    return partial(_perform, model, FEW_RUNS, 0, 2)


def _ours_in_the_workbench(scenarios: int, processes: int) -> Job:
    from experiments.ema import turnaround_model

    model = turnaround_model(["ad_hoc", "trust"], factors=FACTORS, replicates=2, quarters=QUARTERS)
    return partial(_perform, model, scenarios, 2, processes)


def _perform(model: Any, scenarios: int, policies: int, processes: int) -> None:
    from ema_workbench import MultiprocessingEvaluator, SequentialEvaluator

    evaluator = (
        SequentialEvaluator(model)
        if processes == 1
        else MultiprocessingEvaluator(model, n_processes=processes)
    )
    with evaluator as at_work:
        at_work.perform_experiments(scenarios=scenarios, policies=policies)


# ---- All of it


def as_markdown(figures: Mapping[str, Figures]) -> str:
    """The figures as tables, below a title and how they were made."""
    lines = ["# Benchmark of sweeps", "", "Alternated; made by `make benchmark-sweeps`.", ""]
    for heading, part in figures.items():
        lines += [f"## {heading}", "", "| figure | value |", "| --- | --- |"]
        lines += [f"| {name.replace('_', ' ')} | {_shown(value)} |" for name, value in part.items()]
        lines.append("")
    return "\n".join(lines)


def _shown(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.2f}" if value < 100 and not float(value).is_integer() else f"{value:,.0f}"


def main() -> None:
    """Take all figures, print them, and write them as JSON and Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help=f"of the whole sweep (default {RUNS:,})")
    parser.add_argument("--out", type=Path, default=Path("results/benchmark-sweeps"), help="for the figures")
    chosen = parser.parse_args()
    if chosen.runs < LEAST_RUNS:
        parser.error(f"--runs {chosen.runs}: allowed is a whole number from {LEAST_RUNS}")
    folder: Path = chosen.out
    compile_engine()
    part = max(LEAST_RUNS, min(chosen.runs // 10, 2000))
    figures: dict[str, Figures] = {"Machine": {name: str(value) for name, value in machine().items()}}
    for title, take in (
        ("A whole sweep on all cores", partial(whole_sweep, chosen.runs)),
        ("What a sweep adds to the engine, serial", partial(overhead, part)),
        ("Executors", partial(executors, max(LEAST_RUNS, chosen.runs // 10))),
        ("A run by others", partial(others, part)),
    ):
        began = time.perf_counter()
        sys.stderr.write(f"{title} ...\n")
        figures[title] = take()
        sys.stderr.write(f"  {time.perf_counter() - began:,.0f} s\n")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmark.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    text = as_markdown(figures)
    (folder / "benchmark.md").write_text(text, "utf-8")
    sys.stdout.write(text + f"\nwritten to {folder}\n")


if __name__ == "__main__":
    main()
