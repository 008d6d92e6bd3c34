"""A structure held against the record: histories under it, and how likely it makes the judgements that were.

Every structure meets the same luck, and with the parameters as they were fitted the same sets of them. What
was run is kept in a Parquet file, from which a study goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Numbers
from experiments.hindcast.record import RECORD_QUARTERS
from experiments.hindcast.run import hindcast
from experiments.kept_runs import read_runs, write_runs
from experiments.posterior import Posterior
from experiments.processes import run_in_processes
from experiments.structures.declared import Structure
from experiments.switching import switched
from model.compilation import model_hash
from model.parameters import Parameters
from model.replay import GROUP, replay

KEY = "turnaround.structures"
"""Key of a file's metadata under which stands what its runs depend on."""

SET, FAILED = "set", "failed"
Progress = Callable[[int], None]

LIKELIHOOD = "likelihood"


@dataclass(frozen=True, eq=False)
class Held:
    """What came of a structure.

    Attributes:
        sets: place in the posterior of the set of each history, shape (histories,).
        figures: of the record's measures, by name, shape (histories,).
        failed: runs that failed, which are none of these histories.
        likelihood: log probability of the record's judgements under each set replayed, shape (replayed,).
    """

    sets: np.ndarray[Any, np.dtype[np.int64]]
    figures: dict[str, Numbers]
    failed: int
    likelihood: Numbers


@dataclass(frozen=True, eq=False)
class Asked:
    """How a structure is held against the record.

    Attributes:
        base: parameters of the regime that was in force.
        sets: how many are drawn from a posterior.
        replicates: histories of luck for each.
        replayed: how many sets replay the record.
        seed: of draws and luck.
    """

    base: Parameters
    sets: int
    replicates: int
    replayed: int
    seed: int

    @property
    def runs(self) -> int:
        """Histories that one structure takes, those by which the record is replayed among them."""
        return self.sets * self.replicates + self.replayed * GROUP

    def key(self, structure: Structure, posterior: Posterior) -> dict[str, object]:
        """What the runs of a structure depend on."""
        return {
            "model": model_hash(),
            "posterior": posterior.hash,
            "settings": dict(structure.settings),
            "base": dict(self.base.values),
            "sets": self.sets,
            "replicates": self.replicates,
            "replayed": self.replayed,
            "seed": self.seed,
        }


def laid_over(structure: Structure, base: Parameters) -> Parameters:
    """The base with a structure's settings."""
    return switched(base, structure.settings, structure.name) if structure.settings else base


def hold(
    structure: Structure,
    posterior: Posterior,
    asked: Asked,
    file: Path,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Held:
    """Hold a structure against the record, unless a file has it already.

    Args:
        structure: whose settings are laid over every set, but for parameters that the posterior holds.
        posterior: sets of parameters.
        asked: how.
        file: where what is run is kept.
        workers: processes; as many as there are cores when None.
        progress: called with the number of histories that have just finished, or were there.

    Raises:
        StudyError: for a file that cannot be read.
        ParameterError: when a set contradicts the structure.
        Interrupted: on Ctrl-C.
    """
    key = asked.key(structure, posterior)
    kept = read(file, key)
    if kept is not None:
        if progress:
            progress(asked.runs)
        return kept
    base = laid_over(structure, asked.base)
    for place in np.unique(posterior.drawn(asked.sets, asked.seed)):
        posterior.laid_over(base, int(place))
    histories = hindcast(posterior, base, asked.sets, asked.replicates, asked.seed, 0, workers, progress)
    likelihood = replayed(posterior, base, asked.replayed, asked.seed, workers, progress)
    held = Held(histories.sets, histories.figures, histories.failed, likelihood)
    _write(file, key, held)
    return held


@dataclass(frozen=True)
class Part:
    """A set of parameters that replays the record, and all that a worker needs for it."""

    base: Parameters
    posterior: Posterior
    place: int
    number: int
    seed: int

    @property
    def runs(self) -> int:
        """Histories in which the record is replayed."""
        return GROUP


def replay_part(part: Part) -> float:
    """Log probability of the record's judgements under a set: each given the record before it."""
    past = replay(part.posterior.laid_over(part.base, part.place), part.seed, 0, RECORD_QUARTERS, 1)
    return float(past.inspections["log_probability"].sum())


def replayed(
    posterior: Posterior,
    base: Parameters,
    sets: int,
    seed: int,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Numbers:
    """Log probability of the record's judgements under some sets, all by the same luck: shape (sets,).

    Raises:
        ReplayError: for a set under which no history agrees with the record.
    """
    if not sets:
        return np.zeros(0)
    places = posterior.drawn(sets, seed).tolist()
    parts = [Part(base, posterior, place, number, seed) for number, place in enumerate(places)]
    found: dict[int, float] = {}
    run_in_processes(
        parts,
        replay_part,
        lambda part, value: found.__setitem__(part.number, value),
        sets * GROUP,
        workers,
        progress,
    )
    return np.array([found[number] for number in range(sets)])


def _write(file: Path, key: dict[str, object], held: Held) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    table = pl.DataFrame({SET: held.sets, **held.figures})
    write_runs(file, table, {KEY: key, FAILED: held.failed, LIKELIHOOD: held.likelihood.tolist()})


def read(file: Path, key: dict[str, object]) -> Held | None:
    """What a file holds; None where there is none, or it is of other runs.

    Raises:
        StudyError: when it cannot be read.
    """
    found = read_runs(file, KEY, key, (FAILED, LIKELIHOOD))
    if found is None:
        return None
    table, noted = found
    figures = {name: table[name].to_numpy() for name in table.columns if name != SET}
    likelihood = np.array(noted[LIKELIHOOD], np.float64)
    return Held(table[SET].to_numpy(), figures, noted[FAILED], likelihood)
