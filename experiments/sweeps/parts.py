"""Parts of a sweep: the tables of a block as files, each with a hash of its bytes in its name.

Here is told which parts are whole, sound and of the sweep at hand, and which are to be set aside.
"""

import contextlib
import hashlib
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Flags, Numbers
from experiments.errors import StudyError
from experiments.reading import read_parquet
from experiments.runner import keys_of
from experiments.sweeps.blocks import Varied, common_of, records_at
from experiments.sweeps.designs import CHUNK
from experiments.sweeps.study import SweepStudy
from experiments.writing import not_written
from model.reading import check_readable

DAMAGED = "damaged"
_PART = re.compile(r"part-(\d{9,}-\d{2,}-\d{6,})-([0-9a-f]{16})\.parquet")


def hash_of_file(path: Path) -> str:
    """A hash of a file's bytes, 16 hexadecimal digits."""
    with check_readable(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


@dataclass(frozen=True)
class Damage:
    """A part that was found torn or changed, and set aside.

    Attributes:
        part: where it was, below the folder.
        reason: what is wrong with it.
    """

    part: str
    reason: str


@dataclass(frozen=True)
class Seen:
    """What was found in the folder of a sweep.

    Attributes:
        done: which runs there are, shape (points, regimes, replicates).
        blocks: parts of the blocks that are whole and sound, by table, by the name of the block.
        damage: parts that are not sound, or not of this sweep.
    """

    done: Flags
    blocks: Mapping[str, Mapping[str, Path]]
    damage: list[Damage] = field(default_factory=list)

    def parts(self, table: str) -> list[Path]:
        """Parts of a table, of whole blocks, in the order of points."""
        return [parts[table] for parts in self.blocks.values()]


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in a person's words why something cannot be written, whoever complains.

    Raises:
        StudyError: for a disk that is full, a folder that must not be written to, and the like.
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StudyError(f"{folder}: cannot be written to: {not_written(folder, error).strerror}") from error


class _Belongs:
    """Tells whether parts hold runs of a sweep, each once."""

    def __init__(self, study: SweepStudy, has_keys: bool) -> None:
        self._common = common_of(study)
        self._values = Varied(study).values
        self._chunk = -1
        self._at: Numbers = np.empty((0, 0))
        self._points = study.points
        self._has_keys = has_keys

    def problem(self, part: Path, done: Flags) -> str | None:
        """Why the runs of a part do not belong to the sweep; None when they do, and are marked as done."""
        foreign = "holds runs that are not of this study"
        try:
            runs = read_parquet(part, columns=["key", "point", "regime", "replicate"])
            names = list(self._common.regimes)
            place = runs["regime"].replace_strict(names, range(len(names)), return_dtype=pl.Int64)
            cells = (runs["point"].to_numpy(), place.to_numpy(), runs["replicate"].to_numpy())
            if not len(runs) or min(map(np.min, cells)) < 0:
                return foreign
            if self._has_keys and runs["key"][0] != self._key(cells):
                return foreign
            if done[cells].any():
                return "holds runs that another part holds"
        except (pl.exceptions.PolarsError, IndexError, ValueError):
            return foreign
        done[cells] = True
        return None

    def _key(self, cells: tuple[Any, ...]) -> str:
        """The key that the first of some runs must have, which says of what study it is."""
        common = self._common
        point, regime, replicate = (int(cell[0]) for cell in cells)
        if point // CHUNK != self._chunk:
            self._chunk = point // CHUNK
            first = self._chunk * CHUNK
            self._at = self._values(first, min(first + CHUNK, self._points))
        records = records_at(common, self._at[[point % CHUNK]], [regime])
        (key,) = keys_of(
            common.model_hash,
            records,
            [common.regimes[regime]],
            common.seed,
            [replicate],
            common.start,
            common.quarters,
            common.past,
        )
        return key


def write_part(folder: Path, name: str, table: pl.DataFrame) -> Path:
    """Write a part aside, hash it, and give it the name that says both.

    Raises:
        StudyError: when it cannot be written.
    """
    aside = folder / f"{name}.part"
    try:
        with writing(folder):
            # By way of memory, as Polars does not always say why it could not write.
            content = io.BytesIO()
            table.write_parquet(content)
            aside.write_bytes(content.getbuffer())
            digest = hashlib.sha256(content.getbuffer()).hexdigest()[:16]
            part = folder / f"part-{name}-{digest}.parquet"
            aside.replace(part)
    finally:
        aside.unlink(missing_ok=True)
    return part


def _block_name(part: Path) -> str:
    found = _PART.fullmatch(part.name)
    return found.group(1) if found else ""


def damage_of(part: Path) -> str | None:
    """What is wrong with a part; None when nothing is."""
    found = _PART.fullmatch(part.name)
    if not found:
        return "unfinished" if part.name.endswith(".part") else "not a part's name"
    try:
        if hash_of_file(part) != found.group(2):
            return "torn or changed: its bytes are not those that were written"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None


def look_over(folder: Path, study: SweepStudy, has_keys: bool, set_aside: bool) -> Seen:
    """Find out which runs of a sweep there are, and which parts are damaged.

    Args:
        folder: of the sweep.
        study: that it holds.
        has_keys: whether keys of runs can be checked, for they were made with the model that is here.
        set_aside: whether what is not part of a whole and sound block is moved away.
    """
    found, damage, rest = _sound_parts(folder, study.tables)
    blocks = {}
    for name in sorted(set().union(*found.values())):
        parts = {table: found[table][name] for table in study.tables if name in found[table]}
        if len(parts) == len(study.tables):
            blocks[name] = parts
            continue
        rest += parts.values()
        if "runs" in parts:
            damage[parts["runs"]] = "another table of the same block is missing"
    done = np.zeros((study.points, len(study.regimes), study.replicates), np.bool_)
    belongs = _Belongs(study, has_keys)
    for name in list(blocks):
        reason = belongs.problem(blocks[name]["runs"], done)
        if reason:
            damage[blocks[name]["runs"]] = reason
            rest += blocks.pop(name).values()
    if set_aside:
        for part in rest:
            _set_aside(folder, part)
    listed = [
        Damage(f"{part.parent.name}/{part.name}", damage[part])
        for part in sorted(damage, key=lambda part: (study.tables.index(part.parent.name), part.name))
    ]
    return Seen(done, blocks, listed)


def _sound_parts(
    folder: Path, tables: tuple[str, ...]
) -> tuple[dict[str, dict[str, Path]], dict[Path, str], list[Path]]:
    """Sound parts by table and name of the block; what is wrong with others; and which those are."""
    found: dict[str, dict[str, Path]] = {table: {} for table in tables}
    damage = {}
    for table, parts in found.items():
        for part in sorted((folder / table).glob("*")):
            reason = damage_of(part)
            if reason is None and _block_name(part) in parts:
                reason = "there is another part of the same block"
            if reason is None:
                parts[_block_name(part)] = part
            else:
                damage[part] = reason
    return found, damage, list(damage)


def _set_aside(folder: Path, part: Path) -> None:
    if part.name.endswith(".part") and part.is_file():
        part.unlink()
        return
    there = folder / DAMAGED / part.parent.name
    there.mkdir(parents=True, exist_ok=True)
    numbers = itertools.count(2)
    target = there / part.name
    while target.exists():
        target = there / f"{part.name}-{next(numbers)}"
    part.replace(target)
