"""How long do whole studies take, as a user waits for them?

Commands in a Python of their own, code compiled before.
"""

import re
import shlex
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from subprocess import DEVNULL, PIPE, run

from experiments.benchmarks.timing import Figures, Spread, alternated

COMMANDS = {
    "one history, every council in every quarter": "run --regime trust --agents {out}/councils.parquet",
    "three regimes, 10 histories each": (
        "compare --regimes ad_hoc,sector_led,trust --replicates 10 --quiet --out {out}/c"
    ),
    "nine regimes, 10 histories each": "compare --replicates 10 --quiet --out {out}/c",
    "nine regimes, 200 histories each": "compare --quiet --out {out}/c",
    "nine regimes, 1,000 histories each": "compare --replicates 1000 --quiet --out {out}/c",
    "why one council's history went as it did": "explain --council Birmingham --replicate 3",
    "one claim, 40 sets of parameters": "claims --claim C18 --sets 40 --out {out}/k",
}
"""What a user waits for, and the command that does it."""


def studies(rounds: int, commands: dict[str, str]) -> list[Figures]:
    """Seconds of each command, start of Python and report included."""
    taken = alternated({name: partial(_turnaround, command) for name, command in commands.items()}, rounds)
    return [
        {"study": name, "command": _as_typed(command), "seconds": asdict(Spread.of(taken[name]))}
        for name, command in commands.items()
    ]


def _turnaround(command: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        arguments = shlex.split(command.format(out=folder))
        done = run([sys.executable, "-m", "turnaround", *arguments], stdout=DEVNULL, stderr=PIPE, text=True)
        if done.returncode:
            raise RuntimeError(f"`turnaround {command}` failed:\n{done.stderr[-2000:]}")


def _as_typed(command: str) -> str:
    """The command as a user would type it, who names no folder for results and likes to see what is done."""
    typed = re.sub(r" --out \S+| --quiet", "", command).replace("{out}/", "")
    return f"turnaround {typed}"
