"""Mutation testing of the rulebook: how many mistakes in the rules would their tests notice?

    python tests/mutate.py                       all mutants, some minutes
    python tests/mutate.py --sample 500          a sample, each module in proportion, with its interval
    python tests/mutate.py --rule demand         one module, and its survivors
    python tests/mutate.py --page                all mutants, then write docs/mutation.md

An interrupted run goes on where it was; what was found about other rules or other tests is thrown away.
Needs the extras `test` and `mutation`, which `make mutation` installs before it does the last of these.
"""

import argparse
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from mutation.mutants import Found, Mutant, find_in
from mutation.report import Outcome, page, read_reasons, summary, unexplained
from mutation.sampling import stratified
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

ROOT = Path(__file__).resolve().parents[1]
RULES = "model/rules"
TRIED = ("model", "tests/rules", "tests/data", "tests/helpers.py")
HOW = tuple(f"tests/mutation/{name}.py" for name in ("__init__", "operators", "mutants", "worker"))
TABLE = ROOT / "results" / "mutation" / "mutants.csv"
PAGE = ROOT / "docs" / "mutation.md"
SECONDS = 5.0
"""Processor time for one mutant. All tests of the rules together take about two seconds."""

REASONS = ROOT / "tests" / "mutation" / "harmless.toml"
COLUMNS = ("stand", "key", "outcome", "test", "tests", "seconds")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try mutants, keep what became of them, and say it."""
    options = parser().parse_args(arguments)
    if options.page and options.rule:
        parser().error("--page is about all rules: it does not go with --rule")
    found = find_in(options.root / RULES, options.rule)
    chosen = chosen_of(found, options.sample, options.seed)
    stand = stand_of(options.root)
    known = known_outcomes(options.out, stand)
    missing = [mutant for mutant in chosen if mutant.key not in known]
    try_mutants(options.root, missing, options.out, stand, options.processes, options.seconds)
    known = known_outcomes(options.out, stand)
    outcomes = [(mutant, known[mutant.key]) for mutant in chosen]
    reasons = read_reasons(REASONS)
    print(summary(outcomes))
    for line in unexplained(outcomes, reasons):
        print(line)
    if options.page:
        PAGE.write_text(page(found, outcomes, reasons), encoding="utf-8")
    return 0


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("--rule", metavar="MODULE", help="only the rules of this file, such as demand")
    made.add_argument("--sample", metavar="N", type=int, help="so many mutants (default: all)")
    made.add_argument("--seed", metavar="S", type=int, default=1, help="of the sample")
    made.add_argument("--out", metavar="FILE", type=Path, default=TABLE, help="the table of outcomes, CSV")
    made.add_argument("--processes", metavar="N", type=int, default=1, help="that try mutants at once")
    made.add_argument(
        "--seconds", metavar="S", type=float, default=SECONDS, help="of processor time for one mutant"
    )
    made.add_argument("--page", action="store_true", help="write docs/mutation.md")
    made.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return made


def chosen_of(found: dict[str, Found], sample: int | None, seed: int) -> list[Mutant]:
    """All mutants, or a sample of so many."""
    by_module = {module: list(one.mutants) for module, one in found.items()}
    if sample is None:
        return [mutant for mutants in by_module.values() for mutant in mutants]
    return stratified(by_module, sample, seed)


def stand_of(root: Path) -> str:
    """What outcomes hold for: a hash of the model, of the tests of its rules and of how they are tried."""
    folders = [root / name for name in TRIED + HOW]
    files = [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*"))]
    digest = hashlib.sha256()
    for path in sorted(files):
        if path.suffix in (".py", ".toml", ".csv", ".parquet"):
            digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def known_outcomes(table: Path, stand: str) -> dict[str, Outcome]:
    """What an earlier run found with everything as it is now, by the key of the mutant."""
    if not table.exists():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["stand"] == stand]
    return {
        row["key"]: Outcome(row["outcome"], row["test"], int(row["tests"]), float(row["seconds"]))
        for row in rows
        if row["seconds"]  # a line that was being written when the run was interrupted has none
    }


def try_mutants(
    root: Path,
    mutants: Sequence[Mutant],
    table: Path,
    stand: str,
    processes: int = 1,
    seconds: float = SECONDS,
) -> None:
    """Try mutants in a copy of the tree, and append what becomes of each to the table."""
    if not mutants:
        return
    keep_only(table, stand)
    bars = (TextColumn("Mutants"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    lock = Lock()
    with (
        tempfile.TemporaryDirectory(prefix="mutation-") as folder,
        table.open("a", encoding="utf-8", newline="") as file,
        Progress(*bars) as progress,
    ):
        copy_tree(root, Path(folder))
        task = progress.add_task("Mutants", total=len(mutants))
        rows = csv.DictWriter(file, COLUMNS)

        def follow(share: Sequence[Mutant]) -> None:
            for answer in answers_of_worker(Path(folder), share, seconds):
                with lock:
                    rows.writerow({"stand": stand, **answer})
                    file.flush()
                    progress.advance(task)

        with ThreadPoolExecutor(processes) as executor:
            list(executor.map(follow, [mutants[i::processes] for i in range(processes)]))


def keep_only(table: Path, stand: str) -> None:
    """Leave nothing in the table but whole lines about this stand."""
    kept = known_outcomes(table, stand)
    table.parent.mkdir(parents=True, exist_ok=True)
    aside = table.with_suffix(".new")
    with aside.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows((stand, key, *outcome) for key, outcome in kept.items())
    aside.replace(table)


def copy_tree(root: Path, folder: Path) -> None:
    """Copy what the tests of the rules need."""
    for name in (*TRIED, *HOW, "pyproject.toml"):
        source, target = root / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, target)


def answers_of_worker(folder: Path, mutants: Sequence[Mutant], seconds: float) -> Iterator[dict[str, object]]:
    """Have a process of its own try mutants one after the other, and yield its answers as they come.

    Raises:
        RuntimeError: with what the process said, if it ends before it has answered for all.
    """
    reader, writer = os.pipe()
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join([".", "tests"])}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as tasks, tempfile.TemporaryFile("w+") as said:
        tasks.writelines(json.dumps(task_of(mutant, folder)) + "\n" for mutant in mutants)
        tasks.seek(0)
        worker = subprocess.Popen(
            [sys.executable, "-m", "mutation.worker", str(writer), str(seconds), "tests/rules"],
            stdin=tasks,
            stdout=said,
            stderr=subprocess.STDOUT,
            pass_fds=[writer],
            cwd=folder,
            env=environment,
        )
        os.close(writer)
        answered = 0
        try:
            with os.fdopen(reader, encoding="utf-8") as answers:
                for line in answers:
                    yield json.loads(line)
                    answered += 1
            worker.wait()
        finally:
            worker.kill()
        if answered < len(mutants):
            said.seek(0)
            raise RuntimeError(f"{answered} of {len(mutants)} mutants were tried, then:\n{said.read()}")


def task_of(mutant: Mutant, folder: Path) -> dict[str, str]:
    """What the worker must know of a mutant: where it is, and the changed source."""
    segment = mutant.segment
    task = {"key": mutant.key, "module": segment.module, "rule": segment.name}
    if segment.name:
        return task | {"code": mutant.code}
    source = (folder / RULES / f"{segment.module}.py").read_text(encoding="utf-8")
    return task | {"source": source.replace(segment.code, mutant.code, 1)}


if __name__ == "__main__":
    sys.exit(main())
