"""A sweep's folder: what is finished stays, what is torn is found, and two sweeps never share it.

Every block that has finished is a Parquet part, written aside and renamed, with a hash of its bytes in its
name. A lock, which the system releases however a sweep ends, keeps a second sweep out. Nothing that was
written before is mixed with a study that has changed, and a study is made larger in one step, so that at any
moment the folder holds either the smaller or the larger one.
"""

import contextlib
import datetime
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import filelock
import numpy as np

from experiments.arrays import Flags
from experiments.errors import StudyError
from experiments.manifest import now, sources, versions
from experiments.reading import read_json
from experiments.results import MANIFEST, parameters_of
from experiments.sweeps.blocks import SweepBlock
from experiments.sweeps.parts import Seen, hash_of_file, look_over, write_part, writing
from experiments.sweeps.points import DESIGN, UNITS, units_of, write_design
from experiments.sweeps.saved import codebook_of, differences, load_study, read_saved, saved
from experiments.sweeps.study import SweepStudy
from experiments.tables import Frames
from experiments.writing import write_aside
from model.compilation import model_hash

KIND = "turnaround sweep"
LAYOUT = 1
STUDY = "study.json"
ERRORS = "errors.json"
RUNNING = "running.json"
CODEBOOK = "codebook.csv"
PARAMETERS = "parameters.csv"
LOCK = ".lock"
NEXT = "next"
"""Folder in which the files of a larger study are written."""
READY = "ready"
"""The same when all are written: from then on they hold, and are moved to their places."""
LOCK_TIMEOUT = 1.0
"""Seconds for which a lock is waited for, as asking for the state of a sweep holds it for a moment."""
NEEDED = ("state", "command", "shard", "sessions", "study_file", "design_file", "design_values")
"""What a manifest must say beside its kind and layout."""


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
            owner = read_json(self.path / RUNNING)
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
        return look_over(self.path, self.study, self.has_this_model(), set_aside)

    def ours(self) -> Flags:
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
            "posterior": dict(study.drawn.described) if study.drawn else None,
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
            found = read_json(self.path / ERRORS)
        except (OSError, ValueError):
            return []
        whole = isinstance(found, list) and all(isinstance(error, dict) for error in found)
        return [error for error in found if _names_a_run(error, self.study)] if whole else []

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


def _names_a_run(error: Mapping[str, Any], study: SweepStudy) -> bool:
    """Whether an error that was kept is one of a run of the study; the file may have been edited."""
    point, replicate = error.get("point"), error.get("replicate")
    if type(point) is not int or type(replicate) is not int:
        return False
    inside = 0 <= point < study.points and 0 <= replicate < study.replicates
    return inside and error.get("regime") in [regime.name for regime in study.regimes]


def current(path: Path, name: str) -> Path:
    """Where a file of a folder is: among those of a larger study that are being moved, or in its place."""
    ready = path / READY / name
    return ready if ready.exists() else path / name


def _must_be_as_written(file: Path, expected: object) -> None:
    if not file.is_file():
        raise StudyError(f"{file} is missing, so that nobody can tell what was run")
    if hash_of_file(file) != expected:
        raise StudyError(f"{file} was changed after the sweep was begun; put back what was there")


def read_manifest(path: Path) -> dict[str, Any]:
    """What a sweep's folder says of itself.

    Raises:
        StudyError: when there is no such folder, or it holds no sweep of this layout.
    """
    if not path.is_dir():
        raise StudyError(f"{path}: there is no such folder")
    try:
        manifest = read_json(current(path, MANIFEST))
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
