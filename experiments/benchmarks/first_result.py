"""How long until the first result: nothing compiled yet, all compiled, a rule changed?

Each is a Python of its own, from its start to the outcome of one history. They run on a copy of the
model with a store of compiled code of its own, so that nothing of the user's is touched, and a rule can
be changed.
"""

import shutil
import tempfile
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from experiments.benchmarks.timing import QUARTERS, Figures, Job, Spread, in_new_process, seconds
from model.compilation import CACHE_VARIABLE

COMPILED = (
    "import model\n"
    f"block = model.run_block([model.resolve('trust')], model.draw_luck(1, [0], {QUARTERS}), {QUARTERS})\n"
    "print(block.outcomes['quality_end'][0])\n"
)
INTERPRETED = (
    f"import model\nprint(model.Simulation('trust', seed=1, quarters={QUARTERS}).run().outcome.quality_end)\n"
)
CHANGED = Path("rules/demand.py")
"""The file of the rule that is changed: by a comment, because any change compiles all rules anew."""


def first_results(rounds: int, rounds_of_compiling: int) -> Figures:
    """Seconds to a first result by either engine, compiled code there or not; and that they agree."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(
            str(files("model")), folder / "model", ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
        printed: set[str] = set()
        compiled = _job(COMPILED, folder, printed)
        interpreted = _job(INTERPRETED, folder, printed)
        taken: dict[str, list[float]] = {"cold": [], "warm": [], "changed": [], "interpreted": []}
        for turn in range(rounds_of_compiling):
            shutil.rmtree(folder / "compiled", ignore_errors=True)
            taken["cold"].append(seconds(compiled))
            with (folder / "model" / CHANGED).open("a", encoding="utf-8") as source:
                source.write(f"# Changed for the {turn + 1}. time.\n")
            taken["changed"].append(seconds(compiled))
        for _ in range(rounds):
            taken["warm"].append(seconds(compiled))
            taken["interpreted"].append(seconds(interpreted))
    if len(printed) != 1:
        raise RuntimeError(f"the engines differ, so that their times mean nothing: {sorted(printed)}")
    return {name: asdict(Spread.of(values)) for name, values in taken.items()}


def _job(program: str, folder: Path, printed: set[str]) -> Job:
    """Runs a program on the model in a folder, and notes what it prints."""
    environment = {CACHE_VARIABLE: str(folder), "PYTHONPATH": str(folder)}

    def run() -> None:
        printed.add(in_new_process(program, environment, folder))

    return run
