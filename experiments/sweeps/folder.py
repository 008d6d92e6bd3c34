"""A sweep's folder: what is finished stays, what is torn is found, and two sweeps never share it.

Every block that has finished is a Parquet part, written aside and renamed, with a hash of its bytes in its
name. A lock, which the system releases however a sweep ends, keeps a second sweep out. Nothing that was
written before is mixed with a study that has changed.
"""

import contextlib
import datetime
import hashlib
import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock
import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from experiments.horizon import StudyError
from experiments.manifest import now, sources, versions
from experiments.results import MANIFEST, parameters_of, write_aside
from experiments.sweeps.blocks import Mask, SweepBlock
from experiments.sweeps.designs import Design, chunks
from experiments.sweeps.factors import Factor
from experiments.sweeps.saved import codebook_of, differences, load_study, read_saved, saved
from experiments.sweeps.study import SweepStudy
from experiments.tables import Frames
from model.registry import ARRANGEMENTS

KIND = "turnaround sweep"
LAYOUT = 1
STUDY = "study.json"
DESIGN = "design.parquet"
UNITS = "units.parquet"
ERRORS = "errors.json"
RUNNING = "running.json"
DAMAGED = "damaged"
LOCK = ".lock"
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
            StudyError: when there is none, or it cannot be read.
        """
        manifest = read_manifest(path)
        shard = manifest.get("shard")
        return cls(path, load_study(path / STUDY), (shard[0], shard[1]) if shard else None)

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
        values = self.write_study()
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
        self.write_manifest(manifest | {"design_values": values})

    def write_study(self) -> str:
        """Write the study, its design, its base parameters and the codebook.

        Returns:
            A hash of the values of the design.
        """
        study = self.study
        self._write_json(STUDY, saved(study))
        values = write_design(self.path / DESIGN, study.factors, study.design)
        units = getattr(study.design, "quantiles", None)
        if study.design.summary.kind == "morris" and units is not None:
            names = [factor.name for factor in study.factors]
            table = pl.DataFrame(dict(zip(names, units.T, strict=True)))
            write_aside(self.path / UNITS, table.write_parquet)
        write_aside(self.path / "codebook.csv", codebook_of(study).write_csv)
        write_aside(self.path / "parameters.csv", parameters_of(study.bases).write_csv)
        return values

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder, so that no other sweep can.

        Raises:
            StudyError: when another sweep holds it; which, is said.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.path / LOCK, timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise StudyError(f"{self.path}: another sweep is at work in it{self.owner()}") from None
        try:
            self.mark(0)
            yield
        finally:
            with contextlib.suppress(OSError):
                (self.path / RUNNING).unlink(missing_ok=True)
            lock.release()

    def is_held(self) -> bool:
        """Whether a sweep is at work in it now."""
        lock = filelock.FileLock(self.path / LOCK, timeout=0)
        try:
            with lock:
                return False
        except filelock.Timeout:
            return True

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

    def must_match(self, study: SweepStudy) -> None:
        """See that a study is the one in this folder.

        Raises:
            StudyError: naming everything that differs.
        """
        self._refuse(differences(read_saved(self.path / STUDY), saved(study)))

    def must_match_saved(self, other: Path) -> None:
        """See that another folder holds the same study.

        Raises:
            StudyError: naming everything that differs.
        """
        found = differences(*(read_saved(path / STUDY) for path in (self.path, other)))
        if self.manifest().get("design_values") != read_manifest(other).get("design_values"):
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

    def look_over(self, set_aside: bool) -> tuple[Mask, list[Damage]]:
        """Which runs there are, and which parts are damaged.

        Args:
            set_aside: whether damaged parts, and parts whose runs are not there, are moved away.

        Returns:
            The runs that there are, shape (points, regimes, replicates); what was damaged.
        """
        study = self.study
        done = np.zeros((study.points, len(study.regimes), study.replicates), np.bool_)
        places = {regime.name: place for place, regime in enumerate(study.regimes)}
        damage = []
        sound: dict[str, dict[str, Path]] = {}
        for table in study.tables:
            sound[table] = {}
            for part in sorted((self.path / table).glob("*")):
                reason = damage_of(part)
                if reason is None:
                    sound[table][_block_name(part)] = part
                else:
                    damage.append(Damage(f"{table}/{part.name}", reason))
                    if set_aside:
                        self._set_aside(part, table)
        whole = set.intersection(*(set(parts) for parts in sound.values()))
        for table, parts in sound.items():
            for name, part in parts.items():
                if name not in whole:
                    if table == "runs":
                        damage.append(
                            Damage(f"runs/{part.name}", "another table of the same block is missing")
                        )
                    if set_aside:
                        self._set_aside(part, table)
        for name in sorted(whole):
            runs = pl.read_parquet(sound["runs"][name], columns=["point", "regime", "replicate"])
            place = runs["regime"].replace_strict(places, return_dtype=pl.Int64).to_numpy()
            done[runs["point"].to_numpy(), place, runs["replicate"].to_numpy()] = True
        return done, damage

    def _set_aside(self, part: Path, table: str) -> None:
        if part.name.endswith(".part"):
            part.unlink()
            return
        (self.path / DAMAGED / table).mkdir(parents=True, exist_ok=True)
        part.replace(self.path / DAMAGED / table / part.name)

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
            "design_file": hash_of_file(self.path / DESIGN),
        }
        self._write_json(MANIFEST, dict(manifest) | said)

    def check_design(self) -> None:
        """See that the design is the one that was written.

        Raises:
            StudyError: when it is not.
        """
        if not (self.path / DESIGN).is_file() or hash_of_file(self.path / DESIGN) != self.manifest().get(
            "design_file"
        ):
            raise StudyError(f"{self.path / DESIGN} is missing or was changed after the sweep was begun")

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
        write_aside(self.path / name, lambda path: path.write_text(text, "utf-8"))


def read_manifest(path: Path) -> dict[str, Any]:
    """What a sweep's folder says of itself.

    Raises:
        StudyError: when there is no such folder, or it holds no sweep of this layout.
    """
    if not path.is_dir():
        raise StudyError(f"{path}: there is no such folder")
    try:
        manifest = json.loads((path / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        raise StudyError(f"{path}: no sweep: there is no {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise StudyError(f"{path / MANIFEST}: cannot be read: {error}") from error
    kind = manifest.get("kind") if isinstance(manifest, dict) else None
    if kind != KIND:
        raise StudyError(f"{path}: no sweep: its {MANIFEST} says {kind!r} and not {KIND!r}")
    if manifest.get("layout") != LAYOUT:
        raise StudyError(f"{path}: written in layout {manifest.get('layout')}; this version reads {LAYOUT}")
    return dict(manifest)


def write_part(folder: Path, name: str, table: pl.DataFrame) -> Path:
    """Write a part aside, hash it, and give it the name that says both."""
    aside = folder / f"{name}.part"
    try:
        table.write_parquet(aside)
        return aside.replace(folder / f"part-{name}-{hash_of_file(aside)}.parquet")
    finally:
        aside.unlink(missing_ok=True)


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
    write_aside(path, lambda aside: source.sink_parquet(aside, row_group_size=4096))
    return digest.hexdigest()


def _kind(factor: Factor) -> Any:
    entry = factor.entry
    if entry is None or entry.type == "number":
        return pl.Float64
    return pl.String if entry.type == "arrangement" else pl.Int64
