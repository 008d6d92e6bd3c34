"""The model fitted anew at every origin, by the command that fits it to the whole record.

A fit to the record up to an origin looks at nothing that was published later: neither its figures, nor what
its histories start from. As the starts differ, so do the histories, and no two origins share a table.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import experiments
from experiments.calibration.fit import EARLIEST
from experiments.calibration.outcome import POSTERIOR
from experiments.ending import INTERRUPTED, NOT_ALLOWED
from experiments.errors import StudyError
from experiments.hindcast.tolerances import tolerances_hash
from experiments.posterior import Posterior, read_posterior
from experiments.writing import write_aside
from model.compilation import model_hash
from model.quarters import LAST_RECORDED_QUARTER, format_quarter, parse_quarter

POSTERIORS, FITS = "posteriors", "fits"
DEFAULT_ROWS = "12000,28000"
SECONDS_BETWEEN_LOOKS = 0.1
"""At a fit in a process of its own: with polars loaded, Ctrl-C does not end a wait that has no end."""


@dataclass(frozen=True)
class Fitting:
    """How the model is fitted at each origin.

    Attributes:
        rows: histories of each wave, commas between.
        checks: known histories to find again; 0 for none.
        seed: of parameter sets, luck and what is kept aside.
        workers: processes; as many as there are cores when None.
    """

    rows: str
    checks: int
    seed: int
    workers: int | None

    def made(self, posterior: Posterior, origin: str) -> bool:
        """Whether a posterior is what this would make at an origin, with this model and these tolerances."""
        asked = {
            "until": origin,
            "rows": [int(count) for count in self.rows.split(",") if count.strip().isdecimal()],
            "seed": self.seed,
            "model_hash": model_hash(),
            "tolerances_hash": tolerances_hash(),
        }
        return all(posterior.provenance.get(name) == value for name, value in asked.items())

    def command(self, folder: Path, origin: str) -> list[str]:
        """The command that makes the fit in a folder, or goes on with it."""
        options = {"--rows": self.rows, "--checks": self.checks, "--seed": self.seed, "--until": origin}
        if self.workers is not None:
            options["--workers"] = self.workers
        words = [str(word) for option in options.items() for word in option]
        return ["calibrate", "--out", str(folder), *words]


def check_origin(origin: str) -> None:
    """See that there is enough of a record to fit to at an origin.

    Raises:
        StudyError: when there is not.
    """
    if parse_quarter(origin) < EARLIEST:
        raise StudyError(
            f"--origins {origin}: with --refit allowed is {format_quarter(EARLIEST)} to"
            f" {format_quarter(LAST_RECORDED_QUARTER - 1)}; before, there is too little of a record to fit to"
        )


def refit(
    out: Path, origin: str, fitting: Fitting, say: Callable[[str], None] = lambda text: None
) -> Posterior:
    """The posterior of an origin, made if it is not there yet: `out/posteriors/ORIGIN.parquet`.

    Tables and page of the fit are left in `out/fits/ORIGIN`, from which an interrupted fit goes on; what
    it says in `out/fits/ORIGIN.txt`, for a folder with anything but a fit in it is refused.

    Raises:
        StudyError: when the fit fails.
        KeyboardInterrupt: on Ctrl-C, once the fit has kept what it had.
    """
    kept = out / POSTERIORS / f"{origin}.parquet"
    if kept.is_file() and fitting.made(found := read_posterior(kept), origin):
        return found
    folder = out / FITS / origin
    folder.parent.mkdir(parents=True, exist_ok=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    say(f"{origin}  fitting to the record up to here")
    root = str(Path(experiments.__file__).parents[1])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    with folder.with_name(f"{origin}.txt").open("w", encoding="utf-8") as printed:
        code = _run(fitting.command(folder, origin), printed, os.environ | {"PYTHONPATH": path})
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code == NOT_ALLOWED:
        raise StudyError(f"the fit to {origin} was refused, for the reason given above")
    if code:
        raise StudyError(f"the fit to {origin} did not end (code {code}); the same command goes on")
    write_aside(kept, lambda aside: shutil.copyfile(folder / POSTERIOR, aside))
    return read_posterior(kept)


def _run(words: Sequence[str], printed: TextIO, environment: Mapping[str, str]) -> int:
    """Run a command of `turnaround` to its end; its exit code.

    It has a process group of its own, so that Ctrl-C reaches it once, from here, and is given time to keep
    what it has.
    """
    command = [sys.executable, "-m", "turnaround", *words]
    with subprocess.Popen(command, stdout=printed, env=environment, process_group=0) as child:
        try:
            while child.poll() is None:
                time.sleep(SECONDS_BETWEEN_LOOKS)
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)
            child.wait()
            raise
        return child.returncode
