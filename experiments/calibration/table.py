"""The reference table: sets of parameters drawn in a region, each with the figures of one history.

A folder of parts, each a block of rows, so that a table that was begun goes on after an interruption. A row
depends on its number, the seed and the region it was drawn in, on nothing else.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import truncnorm

from experiments.arrays import Flags, Numbers
from experiments.calibration.prior import Prior
from experiments.calibration.simulating import SetsWithLuck, simulated_figures
from experiments.errors import StudyError
from experiments.hindcast.record import RECORD_QUARTERS
from experiments.posterior import rules_hash
from experiments.processes import run_in_processes
from experiments.reading import read_json, read_parquet
from experiments.writing import write_table, write_text
from model.parameters import Parameters

ROWS_A_BLOCK = 200
NORMAL, FIGURE = "normal: ", "figure: "
MANIFEST = "table.json"


@dataclass(frozen=True, eq=False)
class Region:
    """Where sets are drawn: within bounds along some directions, and there as the prior has them.

    Attributes:
        directions: orthonormal columns, shape (parameters, directions), as many as parameters.
        low: least normal along each, shape (directions,); -inf for no bound.
        high: greatest normal along each, shape (directions,); inf for no bound.
    """

    directions: Numbers
    low: Numbers
    high: Numbers

    @classmethod
    def everywhere(cls, parameters: int) -> "Region":
        """No bounds: the prior."""
        return cls(np.eye(parameters), np.full(parameters, -np.inf), np.full(parameters, np.inf))

    def drawn(self, rows: int, key: Sequence[int]) -> Numbers:
        """Normals, shape (rows, parameters); each key gives its own."""
        quantiles = np.random.default_rng(np.random.SeedSequence(list(key))).uniform(
            size=(rows, len(self.low))
        )
        along: Numbers = truncnorm.ppf(quantiles, self.low, self.high)
        return along @ self.directions.T

    @property
    def hash(self) -> str:
        """Of its bounds and directions."""
        return hashlib.sha256(np.stack([*self.directions, self.low, self.high]).tobytes()).hexdigest()

    def holds(self, normals: Numbers) -> Flags:
        """Whether it holds some normals, shape (sets,)."""
        along = normals @ self.directions
        beyond: Flags = np.maximum(self.low - along, along - self.high).max(axis=1) > 0.0
        return ~beyond


@dataclass(frozen=True)
class Block:
    """Some rows of a table, and all that a worker needs to make them."""

    base: Parameters
    prior: Prior
    region: Region
    seed: int
    wave: int
    first: int
    runs: int
    ends: tuple[int, ...]

    @property
    def name(self) -> str:
        """Of its part."""
        return f"part-{self.first:08d}.parquet"


def make_block(block: Block) -> pl.DataFrame:
    """Draw and simulate the rows of a block."""
    normals = block.region.drawn(block.runs, (block.seed, block.wave, block.first))
    replicates = tuple(range(block.first, block.first + block.runs))
    sets = SetsWithLuck(block.prior.names, block.prior.values(normals), replicates)
    luck = block.seed + 1 + block.wave
    columns: dict[str, Numbers] = {NORMAL + name: normals[:, i] for i, name in enumerate(block.prior.names)}
    measured = simulated_figures(block.base, sets, luck, block.ends)
    for end, figures in zip(block.ends, measured, strict=True):
        columns |= {f"{FIGURE}{end}: {name}": values for name, values in figures.items()}
    return pl.DataFrame({"row": replicates} | columns)


@dataclass(frozen=True)
class Table:
    """Rows of a reference table.

    Attributes:
        normals: of the parameters, shape (rows, parameters).
        figures: shape (rows, figures); not a number where nobody was seen or the run failed.
        names: of the figures.
    """

    normals: Numbers
    figures: Numbers
    names: tuple[str, ...]


def make_table(
    folder: Path,
    base: Parameters,
    prior: Prior,
    region: Region,
    rows: int,
    seed: int,
    wave: int,
    ends: Sequence[int] = (RECORD_QUARTERS,),
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    over: Mapping[str, float] | None = None,
) -> None:
    """Make the rows that a folder does not hold yet.

    Args:
        folder: of the table.
        base: parameters over which sets are laid.
        prior: of the parameters.
        region: in which sets are drawn.
        rows: how many there are to be; blocks are made whole, so that a few more may come.
        seed: of sets and luck.
        wave: number of the table among those of a fit; each draws other sets and other luck.
        ends: quarters after which the record is taken to end.
        workers: processes; as many as there are cores when None.
        progress: called with the number of rows that have just been made, or were there.
        over: settings that were laid over the base, such as those of another structure of the model.

    Raises:
        StudyError: when the folder holds a table of another kind.
        Interrupted: on Ctrl-C; what was made is kept.
    """
    asked = {
        "model": rules_hash(prior.names),
        "parameters": list(prior.names),
        "ranges": [[factor.low, factor.high] for factor in prior.factors],
        "region": region.hash,
        "seed": seed,
        "wave": wave,
        "ends": list(ends),
        **({"over": dict(over)} if over else {}),
    }
    _begin(folder, asked)
    blocks = [
        Block(base, prior, region, seed, wave, first, ROWS_A_BLOCK, tuple(ends))
        for first in range(0, rows, ROWS_A_BLOCK)
    ]
    missing = [block for block in blocks if not (folder / block.name).is_file()]
    if progress:
        progress(max(0, rows - sum(block.runs for block in missing)))

    def keep(block: Block, made: pl.DataFrame) -> None:
        write_table(folder / block.name, made)

    run_in_processes(missing, make_block, keep, rows, workers, progress)


def _begin(folder: Path, asked: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    if manifest.is_file():
        there = read_json(manifest)
        differing = [name for name, value in asked.items() if there.get(name) != value]
        if differing:
            raise StudyError(
                f"{folder}: holds a table of another kind; what differs: {', '.join(differing)}. Choose"
                " another folder, or remove this one"
            )
        return
    write_text(manifest, json.dumps(asked, indent=1))


def read_table(folder: Path, prior: Prior, rows: int, end: int = RECORD_QUARTERS) -> Table:
    """Rows of a table whose runs did not fail, with the figures of the record up to an end.

    Args:
        folder: of the table.
        prior: of the parameters.
        rows: how many of the first to read, whether or not the folder holds more.
        end: quarters after which the record is taken to end.
    """
    parts = pl.concat([read_parquet(part) for part in sorted(folder.glob("part-*.parquet"))])
    parts = parts.filter(pl.col("row") < rows)
    prefix = f"{FIGURE}{end}: "
    names = tuple(name.removeprefix(prefix) for name in parts.columns if name.startswith(prefix))
    figures = parts.select(prefix + name for name in names).to_numpy()
    sound = ~np.isnan(figures).all(axis=1)
    normals = parts.select(NORMAL + name for name in prior.names).to_numpy()
    return Table(normals[sound], figures[sound], names)
