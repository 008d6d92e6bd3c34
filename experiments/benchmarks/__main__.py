"""Take the figures of `docs/benchmarks.md`, keep them in `docs/benchmarks.json`, and write the page.

make benchmark                                  all of it, half an hour on two idle cores
make benchmark ARGS="--only floor,columns"      some parts; the others stay as they are
make benchmark ARGS=--page                      only the page, with what sweeps and dashboards have left
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from experiments.benchmarks.page import PAGE, STORE, page_of
from experiments.benchmarks.timing import ROUNDS, machine
from experiments.writing import write_text

SWEEPS = "benchmark-sweeps/benchmark.json"
DASHBOARDS = "benchmark-dashboards.json"
"""Where the benchmarks of sweeps and of dashboards leave their figures, below the results folder."""


@dataclass(frozen=True)
class Size:
    """How much is run.

    Attributes:
        rounds: of most measurements.
        rounds_of_long: of those that take minutes.
        replicates: of all regimes, in a measurement of the engine.
        sizes: numbers of replicates that are compared.
        runs: of other frameworks' runners.
        quarters: of the runs of other frameworks.
        rows: numbers of replicates in one frame of columns.
    """

    rounds: int = ROUNDS
    rounds_of_long: int = 3
    replicates: int = 20
    sizes: tuple[int, ...] = (10, 200, 1000)
    runs: int = 10
    quarters: int = 44
    rows: tuple[int, ...] = (1, 10, 200, 1000)


FULL = Size()
TRIAL = Size(rounds=2, rounds_of_long=1, replicates=2, sizes=(2, 4), runs=2, quarters=4, rows=(1, 2))


NAMES = ("objects", "columns", "floor", "by_part", "growth", "sizes", "first_result", "studies")
"""Each part of the page, in the order in which they are taken."""

NEEDED = ("agentpy", "ambr")


def take(name: str, size: Size) -> object:
    """The figures of a part."""
    missing = [package for package in NEEDED if not find_spec(package)]
    if missing:
        raise click.ClickException(
            f"{missing[0]} is not installed, against which is measured: pip install -e '.[benchmark]'"
        )
    from experiments.benchmarks import columns, engine, first_result, floor, objects, studies

    few = dict(list(studies.COMMANDS.items())[:1])
    parts: dict[str, Callable[[], object]] = {
        "objects": lambda: objects.against_objects(size.replicates, size.runs, size.rounds, size.quarters),
        "columns": lambda: columns.columns_against_compiled(size.rows, size.rounds),
        "floor": lambda: floor.floor(size.replicates, size.rounds, size.quarters),
        "by_part": lambda: engine.by_part(size.replicates, size.rounds),
        "growth": lambda: engine.growth(size.replicates, size.rounds),
        "sizes": lambda: engine.sizes(size.sizes, size.rounds, size.rounds_of_long),
        "first_result": lambda: first_result.first_results(size.rounds, size.rounds_of_long),
        "studies": lambda: studies.studies(size.rounds_of_long, few if size is TRIAL else studies.COMMANDS),
    }
    return parts[name]()


@click.command(help=(__doc__ or "").split("\n\n")[0])
@click.option("--only", help="Parts to take, with commas between them: " + ", ".join(NAMES) + ".")
@click.option("--page", "page_only", is_flag=True, help="Take no figures; write the page from those kept.")
@click.option("--trial", is_flag=True, help="Tiny sizes, to try the command; the page says so.")
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results"),
    show_default=True,
    help="Folder in which the benchmarks of sweeps and dashboards left their figures.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    default=STORE,
    help="Where figures are kept; the page is written beside it.  [default: docs/benchmarks.json]",
)
def main(only: str | None, page_only: bool, trial: bool, results: Path, store: Path) -> None:
    """Take the figures, keep them, and write the page."""
    chosen = [] if page_only else [name.strip() for name in only.split(",")] if only else list(NAMES)
    unknown = [name for name in chosen if name not in NAMES]
    if unknown:
        raise click.UsageError(f"--only {unknown[0]}: allowed are {', '.join(NAMES)}")
    kept = _kept(store)
    if page_only and not kept:
        raise click.UsageError(f"--page: there are no figures in {store.name} yet; run without it first")
    for name in chosen:
        began = time.perf_counter()
        sys.stderr.write(f"{name} ...\n")
        before = machine()
        kept[name] = {"machine": before, "trial": trial, "figures": take(name, TRIAL if trial else FULL)}
        sys.stderr.write(f"  {time.perf_counter() - began:,.0f} s\n")
        _keep(store, kept)
    for name, file in (("sweeps", results / SWEEPS), ("dashboards", results / DASHBOARDS)):
        if file.exists():
            kept[name] = _taken_elsewhere(file)
    _keep(store, kept)
    page = store.with_suffix(PAGE.suffix)
    write_text(page, page_of(kept))
    sys.stdout.write(f"written to {page} from {store}\n")


def _kept(store: Path) -> dict[str, Any]:
    if not store.exists():
        return {}
    try:
        kept = json.loads(store.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise click.UsageError(f"{store}: cannot be read as figures: {problem}") from None
    if not isinstance(kept, dict):
        raise click.UsageError(f"{store}: no figures of this command; name another file with --store")
    return kept


def _keep(store: Path, kept: dict[str, Any]) -> None:
    write_text(store, json.dumps(kept, indent=1) + "\n")


def _taken_elsewhere(file: Path) -> dict[str, Any]:
    """Figures of another benchmark, and the day on which it left them."""
    date = datetime.fromtimestamp(file.stat().st_mtime, UTC).date().isoformat()
    return {"date": date, "figures": json.loads(file.read_text("utf-8"))}


if __name__ == "__main__":
    main()
