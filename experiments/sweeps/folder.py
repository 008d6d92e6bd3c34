"""A sweep's folder: what is finished stays, what is torn is found, and two sweeps never share it.

Every block that has finished is a Parquet part, written aside and renamed, with a hash of its bytes in its
name. A lock, which the system releases however a sweep ends, keeps a second sweep out. Nothing that was
written before is mixed with a study that has changed, and a study is made larger in one step, so that at any
moment the folder holds either the smaller or the larger one.
"""

import contextlib
import datetime
import hashlib
import io
import itertools
import json
import os
import platform
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from experiments.horizon import StudyError
from experiments.manifest import now, sources, versions
from experiments.results import MANIFEST, parameters_of, write_aside
from experiments.runner import keys_of
from experiments.sweeps.blocks import Mask, SweepBlock, Varied, records_at, setting_of
from experiments.sweeps.designs import CHUNK, Design, Stored, chunks
from experiments.sweeps.factors import Factor, Numbers
from experiments.sweeps.saved import codebook_of, differences, load_study, read_saved, saved
from experiments.sweeps.study import SweepStudy
from experiments.tables import Frames
from model.compilation import model_hash
from model.registry import ARRANGEMENTS

KIND = "turnaround sweep"
LAYOUT = 1
STUDY = "study.json"
DESIGN = "design.parquet"
UNITS = "units.parquet"
ERRORS = "errors.json"
RUNNING = "running.json"
CODEBOOK = "codebook.csv"
PARAMETERS = "parameters.csv"
DAMAGED = "damaged"
LOCK = ".lock"
NEXT = "next"
"""Folder in which the files of a larger study are written."""
READY = "ready"
"""The same when all are written: from then on they hold, and are moved to their places."""
LOCK_TIMEOUT = 1.0
"""Seconds for which a lock is waited for, as asking for the state of a sweep holds it for a moment."""
NEEDED = ("state", "command", "shard", "sessions", "study_file", "design_file", "design_values")
"""What a manifest must say beside its kind and layout."""
_PART = re.compile(r"part-(\d{9}-\d{2}-\d{6})-([0-9a-f]{16})\.parquet")


def hash_of_file(path: Path) -> str:
    """A hash of a file's bytes, 16 hexadecimal digits."""
    with path.open("rb") as file:
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

    done: Mask
    blocks: Mapping[str, Mapping[str, Path]]
    damage: list[Damage] = field(default_factory=list)

    def parts(self, table: str) -> list[Path]:
        """Parts of a table, of whole blocks, in the order of points."""
        return [parts[table] for parts in self.blocks.values()]


class SweepFolder:
    """The folder of a sweep.

    Attributes:
        path: where it is.
        study: that it holds.
        shard: number and count of the shard, from 1, when it holds only one of several.
    """

    def __init__(self, path: Path, study: SweepStudy, shard: tuple[int, int] | None = None) -> None:
        """Name a folder; nothing is touched."""
        self.path = path
        self.study = study
        self.shard = shard

    @classmethod
    def open(cls, path: Path) -> "SweepFolder":
        """The sweep in a folder.

        Raises:
            StudyError: when there is none, or it cannot be read or was changed.
        """
        manifest = read_manifest(path)
        study = current(path, STUDY)
        _must_be_as_written(study, manifest["study_file"])
        shard = manifest["shard"]
        return cls(path, load_study(study), (shard[0], shard[1]) if shard else None)

    # ---- Making it, and keeping others out

    def must_be_free(self) -> None:
        """See that nothing but the beginning of a sweep is in the folder; nothing is touched.

        Raises:
            StudyError: when something else is.
        """
        if self.path.exists() and not self.path.is_dir():
            raise StudyError(f"{self.path} is a file; name a folder for the sweep")
        begun = (self.path / STUDY).exists() and not (self.path / MANIFEST).exists()
        if self.path.is_dir() and not begun:
            items = {item.name.removesuffix(".part") for item in self.path.iterdir()}
            if items - {LOCK, RUNNING, STUDY}:
                raise StudyError(
                    f"{self.path} is not empty and holds no sweep, so it is left alone; name another folder"
                )

    def create(self, command: str) -> None:
        """Write all that is known before the first run: the study first, the manifest last.

        Raises:
            StudyError: when something else is in the folder.
        """
        self.must_be_free()
        self.path.mkdir(parents=True, exist_ok=True)
        hashes = self.write_study()
        for table in self.study.tables:
            (self.path / table).mkdir(exist_ok=True)
        manifest = {
            "kind": KIND,
            "layout": LAYOUT,
            "state": "new",
            "command": command,
            "shard": self.shard,
            "sessions": [],
        }
        self.write_manifest(manifest | hashes)

    def write_study(self) -> dict[str, str]:
        """Write the study, its design, its base parameters and the codebook.

        Returns:
            Hashes of the study, of the design's file and of its values, for the manifest.
        """
        study = self.study
        self._write_json(STUDY, saved(study))
        values: list[str] = []
        self.write(DESIGN, lambda path: values.append(write_design(path, study.factors, study.design)))
        if study.design.summary.kind == "morris":
            names = [factor.name for factor in study.factors]
            units = units_of(study.design, names)
            if units is not None:
                self.write(UNITS, units.write_parquet)
        self.write(CODEBOOK, codebook_of(study).write_csv)
        self.write(PARAMETERS, parameters_of(study.bases).write_csv)
        return {
            "study_file": hash_of_file(self.path / STUDY),
            "design_file": hash_of_file(self.path / DESIGN),
            "design_values": values[0],
        }

    def enlarge(self, larger: SweepStudy) -> None:
        """Put a larger study in the place of this one, in one step."""
        manifest = self.manifest() | {"state": "incomplete"}
        aside = SweepFolder(self.path / NEXT, larger, self.shard)
        try:
            aside.path.mkdir()
            aside.write_manifest(manifest | aside.write_study())
            aside.path.rename(self.path / READY)
        finally:
            shutil.rmtree(aside.path, ignore_errors=True)
        self._settle()

    def _settle(self) -> None:
        """Finish what a sweep that was killed while it was made larger has left."""
        if (self.path / NEXT).exists():
            shutil.rmtree(self.path / NEXT)
        ready = self.path / READY
        if ready.exists():
            for file in ready.iterdir():
                file.replace(self.path / file.name)
            ready.rmdir()
            self.study = SweepFolder.open(self.path).study

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder, so that no other sweep can.

        Raises:
            StudyError: when another sweep holds it; which, is said.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.path / LOCK, timeout=LOCK_TIMEOUT)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise StudyError(f"{self.path}: another sweep is at work in it{self.owner()}") from None
        try:
            self.mark(0)
            self._settle()
            yield
        finally:
            with contextlib.suppress(OSError):
                (self.path / RUNNING).unlink(missing_ok=True)
            lock.release()

    def is_held(self) -> bool:
        """Whether a sweep is at work in it now; where nothing may be written, whether one says so."""
        if not (self.path / LOCK).exists():
            return False
        try:
            with filelock.FileLock(self.path / LOCK, timeout=0):
                return False
        except filelock.Timeout:
            return True
        except OSError:
            return self._running() is not None

    def owner(self) -> str:
        """Who is at work in it, as far as is known."""
        owner = self._running()
        return f": process {owner['process']} on {owner['host']}, since {owner['since']}" if owner else ""

    def time_left(self, finished: int, asked: int) -> float | None:
        """Seconds until the sweep that is at work will be done; None when that cannot be told yet."""
        owner = self._running()
        if owner is None or finished <= owner["before"]:
            return None
        begun = datetime.datetime.fromisoformat(owner["since"])
        passed: float = (datetime.datetime.now(datetime.UTC) - begun).total_seconds()
        return (asked - finished) * passed / (finished - int(owner["before"]))

    def _running(self) -> dict[str, Any] | None:
        try:
            owner = json.loads((self.path / RUNNING).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        known = isinstance(owner, dict) and {"process", "host", "since", "before"} <= set(owner)
        return owner if known else None

    def mark(self, before: int) -> None:
        """Note who is at work, and how many runs there were before."""
        said = {"process": os.getpid(), "host": platform.node(), "since": now(), "before": before}
        self._write_json(RUNNING, said)

    def has_this_model(self) -> bool:
        """Whether it was made with the very version of the model that is here, so that keys of runs agree."""
        file = current(self.path, STUDY)
        return not file.exists() or read_saved(file).get("model_hash") == model_hash()

    def must_match(self, study: SweepStudy) -> None:
        """See that a study is the one in this folder.

        Raises:
            StudyError: naming everything that differs.
        """
        self._refuse(differences(read_saved(current(self.path, STUDY)), saved(study)))

    def must_match_saved(self, other: Path) -> None:
        """See that another folder holds the same study.

        Raises:
            StudyError: naming everything that differs.
        """
        found = differences(*(read_saved(current(path, STUDY)) for path in (self.path, other)))
        if self.manifest()["design_values"] != read_manifest(other)["design_values"]:
            found.append(f"points: other values in {other / DESIGN} than in {self.path / DESIGN}")
        self._refuse(found)

    def _refuse(self, found: Sequence[str]) -> None:
        if found:
            listed = "\n".join(f"  {line}" for line in found)
            raise StudyError(
                f"{self.path} holds a sweep of another study, and its runs are not mixed with others:\n"
                f"{listed}\nName another folder, or go back to what it was made with."
            )

    # ---- Parts

    def receive(self, block: SweepBlock, frames: Frames) -> None:
        """Write the tables of a block, its runs last: where they are, the rest is too."""
        for table in reversed(self.study.tables):
            write_part(self.path / table, block.name, frames[table])

    def look_over(self, set_aside: bool) -> Seen:
        """Find out which runs there are, and which parts are damaged.

        Args:
            set_aside: whether what is not part of a whole and sound block is moved away.
        """
        study = self.study
        found, damage, rest = self._sound_parts()
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
        belongs = _Belongs(self)
        for name in list(blocks):
            reason = belongs.problem(blocks[name]["runs"], done)
            if reason:
                damage[blocks[name]["runs"]] = reason
                rest += blocks.pop(name).values()
        if set_aside:
            for part in rest:
                self._set_aside(part)
        listed = [
            Damage(f"{part.parent.name}/{part.name}", damage[part])
            for part in sorted(damage, key=lambda part: (study.tables.index(part.parent.name), part.name))
        ]
        return Seen(done, blocks, listed)

    def _sound_parts(self) -> tuple[dict[str, dict[str, Path]], dict[Path, str], list[Path]]:
        """Sound parts by table and name of the block; what is wrong with others; and which those are."""
        found: dict[str, dict[str, Path]] = {table: {} for table in self.study.tables}
        damage = {}
        for table, parts in found.items():
            for part in sorted((self.path / table).glob("*")):
                reason = damage_of(part)
                if reason is None and _block_name(part) in parts:
                    reason = "there is another part of the same block"
                if reason is None:
                    parts[_block_name(part)] = part
                else:
                    damage[part] = reason
        return found, damage, list(damage)

    def _set_aside(self, part: Path) -> None:
        if part.name.endswith(".part") and part.is_file():
            part.unlink()
            return
        there = self.path / DAMAGED / part.parent.name
        there.mkdir(parents=True, exist_ok=True)
        numbers = itertools.count(2)
        target = there / part.name
        while target.exists():
            target = there / f"{part.name}-{next(numbers)}"
        part.replace(target)

    def ours(self) -> Mask:
        """Which runs it is to hold: all, or those of its shard; shape (points, regimes, replicates)."""
        study = self.study
        cells = study.points * study.replicates
        mask = np.ones((study.points, len(study.regimes), study.replicates), np.bool_)
        if self.shard:
            number, count = self.shard
            flat = np.zeros(cells, np.bool_)
            flat[(number - 1) * cells // count : number * cells // count] = True
            mask &= flat.reshape(study.points, 1, study.replicates)
        return mask

    # ---- What is said of it

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write what the folder says of itself, with the study in short."""
        study = self.study
        summary = study.design.summary
        said = {
            "title": study.title,
            "question": study.question,
            "regimes": [
                {"name": regime.name, "title": regime.title, "summary": regime.summary}
                for regime in study.regimes
            ],
            "baseline": study.baseline,
            "design": {"kind": summary.kind, "points": summary.points, "factors": len(study.factors)},
            "replicates": study.replicates,
            "seed": study.seed,
            "tables": list(study.tables),
            "outcomes": list(study.outcomes),
            "versions": versions(),
            "sources": sources(),
        }
        self._write_json(MANIFEST, dict(manifest) | said)

    def check_design(self) -> None:
        """See that the design is the one that was written.

        Raises:
            StudyError: when it is not.
        """
        _must_be_as_written(current(self.path, DESIGN), self.manifest()["design_file"])

    def manifest(self) -> dict[str, Any]:
        """What the folder says of itself."""
        return read_manifest(self.path)

    def write_errors(self, errors: Sequence[Mapping[str, Any]]) -> None:
        """Keep the runs that failed without a result of the engine."""
        self._write_json(ERRORS, list(errors))

    def errors(self) -> list[dict[str, Any]]:
        """The runs that failed without a result of the engine."""
        try:
            found = json.loads((self.path / ERRORS).read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return found if isinstance(found, list) else []

    def _write_json(self, name: str, content: object) -> None:
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        self.write(name, lambda path: path.write_text(text, "utf-8"))

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Write a file aside and put it in its place.

        Raises:
            StudyError: when it cannot be written.
        """
        with writing(self.path):
            write_aside(self.path / name, write)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in a person's words why something cannot be written, whoever complains.

    Raises:
        StudyError: for a disk that is full, a folder that must not be written to, and the like.
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        said = getattr(error, "strerror", None) or (os.strerror(int(number[1])) if number else str(error))
        raise StudyError(f"{folder}: cannot be written to: {said}") from error


class _Belongs:
    """Tells whether parts hold runs of a sweep, each once."""

    def __init__(self, folder: SweepFolder) -> None:
        study = folder.study
        self._setting = setting_of(study)
        self._values = Varied(study).values
        self._chunk = -1
        self._at: Numbers = np.empty((0, 0))
        self._points = study.points
        self._has_keys = folder.has_this_model()

    def problem(self, part: Path, done: Mask) -> str | None:
        """Why the runs of a part do not belong to the sweep; None when they do, and are marked as done."""
        foreign = "holds runs that are not of this study"
        try:
            runs = pl.read_parquet(part, columns=["key", "point", "regime", "replicate"])
            names = list(self._setting.regimes)
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
        setting = self._setting
        point, regime, replicate = (int(cell[0]) for cell in cells)
        if point // CHUNK != self._chunk:
            self._chunk = point // CHUNK
            first = self._chunk * CHUNK
            self._at = self._values(first, min(first + CHUNK, self._points))
        records = records_at(setting, self._at[[point % CHUNK]], [regime])
        (key,) = keys_of(
            setting.model_hash,
            records,
            [setting.regimes[regime]],
            setting.seed,
            [replicate],
            setting.start,
            setting.quarters,
            setting.past,
        )
        return key


def current(path: Path, name: str) -> Path:
    """Where a file of a folder is: among those of a larger study that are being moved, or in its place."""
    ready = path / READY / name
    return ready if ready.exists() else path / name


def _must_be_as_written(file: Path, expected: object) -> None:
    if not file.is_file():
        raise StudyError(f"{file} is missing, so that nobody can tell what was run")
    if hash_of_file(file) != expected:
        raise StudyError(f"{file} was changed after the sweep was begun; put back what was there")


def units_of(design: Design, names: Sequence[str]) -> pl.DataFrame | None:
    """Quantiles of a Morris design, in which its trajectories move; None when they are not known."""
    if isinstance(design, Stored):
        there = design.path.with_name(UNITS)
        return pl.read_parquet(there) if there.exists() else None
    quantiles = getattr(design, "quantiles", None)
    return None if quantiles is None else pl.DataFrame(dict(zip(names, quantiles.T, strict=True)))


def read_manifest(path: Path) -> dict[str, Any]:
    """What a sweep's folder says of itself.

    Raises:
        StudyError: when there is no such folder, or it holds no sweep of this layout.
    """
    if not path.is_dir():
        raise StudyError(f"{path}: there is no such folder")
    try:
        manifest = json.loads(current(path, MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        raise StudyError(f"{path}: no sweep: there is no {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise StudyError(f"{path / MANIFEST}: cannot be read: {error}") from error
    kind = manifest.get("kind") if isinstance(manifest, dict) else None
    if kind != KIND:
        raise StudyError(f"{path}: no sweep: its {MANIFEST} says {kind!r} and not {KIND!r}")
    if manifest.get("layout") != LAYOUT:
        raise StudyError(f"{path}: written in layout {manifest.get('layout')}; this version reads {LAYOUT}")
    missing = [key for key in NEEDED if key not in manifest]
    if missing:
        raise StudyError(f"{path / MANIFEST}: incomplete: it lacks {', '.join(missing)}")
    shard = manifest["shard"]
    numbers = isinstance(shard, list) and len(shard) == 2 and all(type(number) is int for number in shard)
    if not (shard is None or (numbers and 1 <= shard[0] <= shard[1])):
        raise StudyError(f"{path / MANIFEST}: cannot be read: shard = {shard!r}")
    if not isinstance(manifest["sessions"], list):
        raise StudyError(f"{path / MANIFEST}: cannot be read: sessions = {manifest['sessions']!r}")
    return dict(manifest)


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


def write_design(path: Path, factors: Sequence[Factor], design: Design) -> str:
    """Write a design as a table, a chunk at a time: `point`, and a column a factor.

    Returns:
        A hash of its values.
    """
    digest = hashlib.sha256()
    points = design.summary.points
    kinds = {factor.name: _kind(factor) for factor in factors}
    names = {code: name for name, code in ARRANGEMENTS.items()}

    def rows(columns: Any, predicate: Any, count: Any, size: Any) -> Iterator[pl.DataFrame]:
        for first, last in chunks(points):
            at = design.values(first, last)
            digest.update(np.ascontiguousarray(at).tobytes())
            table = {"point": pl.Series(np.arange(first, last), dtype=pl.Int64)}
            for place, (name, kind) in enumerate(kinds.items()):
                column = pl.Series(at[:, place])
                table[name] = (
                    column.cast(pl.Int64).replace_strict(names, return_dtype=pl.String)
                    if kind == pl.String
                    else column.cast(kind)
                )
            yield pl.DataFrame(table)

    source = register_io_source(rows, schema={"point": pl.Int64, **kinds})
    source.sink_parquet(path, row_group_size=4096)
    return digest.hexdigest()


def _kind(factor: Factor) -> Any:
    entry = factor.entry
    if entry is None or entry.type == "number":
        return pl.Float64
    return pl.String if entry.type == "arrangement" else pl.Int64
