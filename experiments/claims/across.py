"""Running claims across sets of parameters: both arms of each under the same luck, kept as they finish.

Every set meets histories of its own, so that luck averages out over sets; the arms of a pair, further arms,
the strengths of the mechanism and the groups of parameters drawn once more all meet the histories of their
set. What has finished is kept in a Parquet file a claim, from which a study goes on after an interruption,
and which grows with it.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from experiments.arrays import Flags, Numbers, Records
from experiments.claims.contrast import Contrast
from experiments.claims.sets import SetsOfClaim, sets_for
from experiments.dispatch import IN_FLIGHT_A_WORKER, Crew, Interrupted, dispatch
from experiments.errors import StudyError, check_count
from experiments.kept_runs import depend_on, read_runs, write_runs
from experiments.layers import LEAST_OBSERVED
from experiments.posterior import Posterior
from experiments.runner import MOST_SEED, executor_for
from model.compilation import model_hash
from model.ensemble import Worlds, draw_luck, start_and_advance
from model.registry import store_value

SETS, REPLICATES, SEED = 200, 4, 1
LEAST_SETS, MOST_SETS = 10, 10_000
LEAST_REPLICATES, MOST_REPLICATES = 2, 100
"""With one history luck cannot be told from parameters."""

STRENGTHS = 5
"""Of the mechanism, between the bounds of its parameter."""

HISTORIES_AT_ONCE = 16
"""Whose luck a block holds in memory; a block takes about half a second."""

SECONDS_BETWEEN_WRITES = 5.0
"""How much work is lost at most to a killed process, a block aside."""

SECONDS_A_QUARTER = 2.4e-3 / 44
"""What a quarter of a run was measured to take on one core."""

KEY = "turnaround.claims"
"""Key of a file's metadata under which stands what its runs depend on."""

FOLDER = "runs"

Kind = Literal["base", "further", "strength", "redrawn"]
"""Of a pair of runs: as the set is; further arms; at a strength of the mechanism; with a group drawn once
more."""

SCHEMA: dict[str, Any] = {
    "set": pl.Int32,
    "replicate": pl.Int32,
    "kind": pl.String,
    "level": pl.String,
    "measure": pl.String,
    "without": pl.Float64,
    "with": pl.Float64,
    "failed": pl.Int8,
}
"""Of the runs that are kept: a row a set, history, kind, level and measure."""


@dataclass(frozen=True, eq=False)
class Study:
    """What is asked of every claim.

    Attributes:
        posterior: what is believed of the fitted parameters.
        sets: of parameters, numbered from 0.
        replicates: histories that each set meets.
        seed: of draws and luck.
        name: of the settings laid over both arms; empty for none.
        over: settings laid over both arms, such as those of another structure of the model.
    """

    posterior: Posterior
    sets: int = SETS
    replicates: int = REPLICATES
    seed: int = SEED
    name: str = ""
    over: Mapping[str, float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be run.

        Raises:
            StudyError: naming what was given and what is allowed.
        """
        check_count("sets", self.sets, LEAST_SETS, MOST_SETS)
        check_count("replicates", self.replicates, LEAST_REPLICATES, MOST_REPLICATES)
        check_count("seed", self.seed, 0, MOST_SEED)

    def of(self, contrast: Contrast) -> SetsOfClaim:
        """The sets on which a claim is tried."""
        return sets_for(contrast, self.posterior, self.seed, self.over)

    @property
    def probed(self) -> int:
        """How many of the sets are also run at other strengths, and with groups drawn once more.

        Half of them, and as many as it takes to judge at all.
        """
        return max(-(-self.sets // 2), min(self.sets, LEAST_OBSERVED))

    def further(self, contrast: Contrast) -> dict[str, SetsOfClaim]:
        """The sets on which further arms of a claim are tried, by the name of these."""
        return {one.name: self.of(contrast.at(one)) for one in contrast.further}

    def key(self, contrast: Contrast) -> dict[str, object]:
        """What the runs of a claim depend on, but for how many sets there are."""
        return {
            "claim": contrast.claim,
            "design": contrast.design_across,
            "drawn": list(self.of(contrast).drawn),
            "further": {name: list(sets.drawn) for name, sets in self.further(contrast).items()},
            "posterior": self.posterior.hash,
            "model": model_hash(),
            "replicates": self.replicates,
            "seed": self.seed,
            "strengths": STRENGTHS,
            "over": [self.name, dict(self.over)],
        }


@dataclass(frozen=True, eq=False)
class Piece:
    """Some sets of a claim, and what is tried on them.

    Attributes:
        sets: of the claim.
        numbers: of those to run.
        base: whether they are run as they are.
        probes: whether at other strengths, and with groups drawn once more.
        replicates: histories each.
        further: sets with further arms, by name; run where the sets are run as they are.
    """

    sets: SetsOfClaim
    numbers: tuple[int, ...]
    base: bool
    probes: bool
    replicates: int
    further: Mapping[str, SetsOfClaim]

    @property
    def pairs(self) -> list[tuple[Kind, str]]:
        """What is tried on each set."""
        pairs: list[tuple[Kind, str]] = []
        if self.base:
            pairs += [("base", ""), *(("further", name) for name in self.further)]
        if self.probes:
            pairs += [("strength", repr(value)) for value in self.sets.contrast.strength.values(STRENGTHS)]
            pairs += [("redrawn", group) for group in self.sets.groups]
        return pairs

    @property
    def runs(self) -> int:
        """How many runs there are in it."""
        one_arm = self.sets.contrast.strength.arm == "with"
        a_set = sum(1 if kind == "strength" and one_arm else 2 for kind, _ in self.pairs)
        return a_set * len(self.numbers) * self.replicates


def run_piece(piece: Piece) -> pl.DataFrame:
    """Run a piece; called by workers."""
    contrast = piece.sets.contrast
    histories = [
        history(number, replicate) for number in piece.numbers for replicate in range(piece.replicates)
    ]
    luck = draw_luck(piece.sets.seed, histories, contrast.quarters)
    pairs = [(kind, level, _arms(piece, kind, level)) for kind, level in piece.pairs]
    records = [np.repeat(arm, piece.replicates) for _, _, arms in pairs for arm in arms]
    met = np.tile(np.arange(len(histories)), len(records))
    block = start_and_advance(Worlds.blank(1), np.concatenate(records), met, luck, 0, contrast.quarters)
    failed = block.status.reshape(len(records), -1) != 0
    frames = []
    for place, measure in enumerate(contrast.measures):
        values = np.where(failed, np.nan, measure.values(block).reshape(len(records), -1))
        end = 0
        for kind, level, arms in pairs:
            begin, end = end, end + len(arms)
            if place == 0 or kind == "base":
                of = key_of(contrast, place)
                frames.append(_rows(piece, kind, level, of, values[begin:end], failed[begin:end]))
    return pl.concat(frames)


def _rows(piece: Piece, kind: Kind, level: str, measure: str, values: Numbers, failed: Flags) -> pl.DataFrame:
    """What a pair came to in one measure; where the arm with was run alone, nothing of the arm without.

    Args:
        piece: of the claim.
        kind: of the pair.
        level: of the pair.
        measure: by its key.
        values: shape (arms, histories).
        failed: likewise.
    """
    histories = values.shape[1]
    return pl.DataFrame(
        {
            "set": np.repeat(piece.numbers, piece.replicates),
            "replicate": np.tile(np.arange(piece.replicates), len(piece.numbers)),
            "kind": [kind] * histories,
            "level": [level] * histories,
            "measure": [measure] * histories,
            "without": values[0] if len(values) > 1 else np.full(histories, np.nan),
            "with": values[-1],
            "failed": failed.sum(axis=0),
        },
        schema_overrides=SCHEMA,
    )


def key_of(contrast: Contrast, place: int) -> str:
    """How a measure of a claim is called in its file: several may be of one indicator."""
    measure = contrast.measures[place]
    return f"{place}:{measure.name}"


def history(number: int, replicate: int) -> int:
    """The number of the history that a set meets as its replicate of some number."""
    return number * MOST_REPLICATES + replicate


def _arms(piece: Piece, kind: Kind, level: str) -> list[Records]:
    """Records of the arms of a pair; of the arm with alone, where the other is the same at every strength."""
    if kind == "further":
        return list(piece.further[level].records(piece.numbers))
    without, with_ = piece.sets.records(piece.numbers, level if kind == "redrawn" else "")
    if kind != "strength":
        return [without, with_]
    strength = piece.sets.contrast.strength
    store_value(with_, strength.name, float(level))
    if strength.arm == "with":
        return [with_]
    store_value(without, strength.name, float(level))
    return [without, with_]


@dataclass
class _Kept:
    """The runs of a claim, in memory and on disk."""

    path: Path
    key: dict[str, object]
    frames: list[pl.DataFrame]
    written: float
    changed: bool = False

    def write(self) -> None:
        """Write what there is, in place of what there was."""
        if not self.changed:
            return
        table = pl.concat(self.frames).sort("measure", "kind", "level", "set", "replicate")
        write_runs(self.path, table, {KEY: self.key})
        self.frames, self.changed, self.written = [table], False, time.monotonic()


def _opened(path: Path, key: dict[str, object]) -> _Kept:
    """What is kept of a claim; nothing, where it was of another design, posterior, model or luck.

    Raises:
        StudyError: when it cannot be read, or runs are missing among others, or there twice.
    """
    found = read_runs(path, KEY, key)
    if found and not _whole(found[0], int(str(key["replicates"]))):
        raise StudyError(
            f"{path}: does not hold the runs that were written; remove it, and they are made anew"
        )
    return _Kept(path, key, [found[0]] if found else [], time.monotonic())


def _whole(table: pl.DataFrame, replicates: int) -> bool:
    """Whether every set in every way has each of its histories, once."""
    if dict(table.schema) != SCHEMA:
        return False
    numbers = table["replicate"].is_between(0, replicates - 1) & (table["set"] >= 0)
    if table.select("measure", "kind", "level", "set", "replicate").null_count().sum_horizontal().item():
        return False
    of_a_set = table.group_by("measure", "kind", "level", "set").agg(
        rows=pl.len(), different=pl.col("replicate").n_unique()
    )
    each = (of_a_set["rows"] == replicates) & (of_a_set["different"] == replicates)
    return bool(numbers.all() and each.all())


@dataclass(frozen=True, eq=False)
class Plan:
    """What is there of a study and what is to be run.

    Attributes:
        study: what is asked of each claim.
        contrasts: of the claims.
        kept: what is there of each.
        pieces: what is to be run.
        outdated: claims of which all that is there is to be made anew.
        replaced: those among them whose runs are sound, and of another choice: of another posterior, of other
            luck or of another number of histories.
    """

    study: Study
    contrasts: tuple[Contrast, ...]
    kept: Mapping[str, _Kept]
    pieces: tuple[Piece, ...]
    outdated: tuple[str, ...]
    replaced: tuple[str, ...]

    @property
    def runs(self) -> int:
        """How many runs are still to be made."""
        return sum(piece.runs for piece in self.pieces)

    def seconds(self, workers: int) -> float:
        """About how long they take."""
        drawn = [len(piece.numbers) * piece.replicates for piece in self.pieces]  # luck takes a run's time
        quarters = sum(
            (piece.runs + histories) * piece.sets.contrast.quarters
            for piece, histories in zip(self.pieces, drawn, strict=True)
        )
        return quarters * SECONDS_A_QUARTER / workers


def plan(contrasts: Sequence[Contrast], study: Study, folder: Path) -> Plan:
    """See what of a study is there and what is missing.

    Args:
        contrasts: of the claims.
        study: what is asked of each.
        folder: where results are kept.

    Raises:
        StudyError: for a file that cannot be read, or a posterior that contradicts a claim.
    """
    kept, pieces, outdated, replaced = {}, [], [], []
    for contrast in contrasts:
        path = folder / FOLDER / f"{contrast.claim}.parquet"
        opened = _opened(path, study.key(contrast))
        if path.is_file() and not opened.frames:
            outdated.append(contrast.claim)
            if _by_choice(path, opened.key):
                replaced.append(contrast.claim)
        kept[contrast.claim] = opened
        pieces += list(_missing(contrast, study, opened))
    return Plan(study, tuple(contrasts), kept, tuple(pieces), tuple(outdated), tuple(replaced))


def _by_choice(path: Path, key: Mapping[str, object]) -> bool:
    """Whether kept runs would be as good as new ones, had not something else been asked for."""
    was = depend_on(path, KEY) or {}
    return was.get("model") == key["model"] and any(
        was.get(name) != key[name] for name in ("posterior", "replicates", "seed")
    )


def _missing(contrast: Contrast, study: Study, kept: _Kept) -> Iterator[Piece]:
    sets, further = study.of(contrast), study.further(contrast)
    for one in (sets, *further.values()):
        one.check(range(study.sets))
    size = max(1, HISTORIES_AT_ONCE // study.replicates)
    based, tried = _done(kept, "base"), _done(kept, "strength")
    # What is missing of a set is run together, because drawing luck takes as long as a run
    wanted = [
        (number not in based, number < study.probed and number not in tried) for number in range(study.sets)
    ]
    for missing in ((True, True), (False, True), (True, False)):
        numbers = [number for number, own in enumerate(wanted) if own == missing]
        for first in range(0, len(numbers), size):
            yield Piece(sets, tuple(numbers[first : first + size]), *missing, study.replicates, further)


def _done(kept: _Kept, kind: str) -> set[int]:
    """Numbers of the sets of which a kind of pair is kept."""
    frames = [frame.filter(pl.col("kind") == kind)["set"] for frame in kept.frames]
    return {number for frame in frames for number in frame.unique().to_list()}


def carry_out(
    planned: Plan, workers: int | None = None, progress: Callable[[int], None] | None = None
) -> None:
    """Run what is missing, and keep it.

    Args:
        planned: what there is and what is missing.
        workers: threads; as many as there are cores when None.
        progress: called with the number of runs that have just finished.

    Raises:
        Interrupted: on Ctrl-C; what had finished is kept.
        OSError: for a folder that cannot be made or written.
    """
    for kept in planned.kept.values():
        kept.path.parent.mkdir(parents=True, exist_ok=True)
    count = workers or os.cpu_count() or 1

    def receive(piece: Piece, found: pl.DataFrame) -> None:
        kept = planned.kept[piece.sets.contrast.claim]
        kept.frames.append(found)
        kept.changed = True
        if time.monotonic() - kept.written > SECONDS_BETWEEN_WRITES:
            kept.write()

    executor: Executor = executor_for(count)
    try:
        with executor:
            crew = Crew(executor, IN_FLIGHT_A_WORKER * count)
            dispatch(planned.pieces, run_piece, receive, crew, planned.runs, progress=progress)
    except Interrupted as interruption:
        interruption.add_note(
            f"{interruption.finished:,} runs are kept, and the same command goes on from there"
        )
        raise
    finally:
        for kept in planned.kept.values():
            kept.write()


def complete(contrasts: Sequence[Contrast], study: Study, folder: Path) -> dict[str, pl.DataFrame]:
    """The runs of those claims of which everything that a study asks for is there, and no others.

    A folder may hold more sets than are asked for, tried in further ways as far as that study asked.
    """
    own = (pl.col("set") < study.sets) & (
        pl.col("kind").is_in(("base", "further")) | (pl.col("set") < study.probed)
    )
    found = {}
    for contrast in contrasts:
        kept = _opened(folder / FOLDER / f"{contrast.claim}.parquet", study.key(contrast))
        if kept.frames and not list(_missing(contrast, study, kept)):
            found[contrast.claim] = pl.concat(kept.frames).filter(own)
    return found


def differences(runs: pl.DataFrame, contrast: Contrast, place: int = 0) -> Numbers:
    """With less without, shape (sets, replicates), not a number where either could not be observed."""
    table = runs.filter(pl.col("kind") == "base", pl.col("measure") == key_of(contrast, place)).sort(
        "set", "replicate"
    )
    replicates = table["replicate"].n_unique()
    return (table["with"] - table["without"]).to_numpy().reshape(-1, replicates)


def arms(runs: pl.DataFrame, contrast: Contrast, place: int = 0) -> tuple[float, float]:
    """Means of the arms without and with, over the pairs that were observed in both."""
    table = (
        runs.filter(pl.col("kind") == "base", pl.col("measure") == key_of(contrast, place))
        .select(pl.col("without", "with").fill_nan(None))
        .drop_nulls()
    )
    if table.is_empty():
        return float("nan"), float("nan")
    return float(table.select(pl.mean("without")).item()), float(table.select(pl.mean("with")).item())


def probed(runs: pl.DataFrame, contrast: Contrast, kind: Kind, level: str) -> Numbers:
    """With less without of a pair tried beside the base, shape (sets probed, replicates)."""
    name = key_of(contrast, 0)
    table = runs.filter(pl.col("kind") == kind, pl.col("level") == level, pl.col("measure") == name)
    if kind == "strength" and contrast.strength.arm == "with":
        base = runs.filter(pl.col("kind") == "base", pl.col("measure") == name)
        table = table.drop("without").join(
            base.select("set", "replicate", "without"), on=["set", "replicate"]
        )
    table = table.sort("set", "replicate")
    replicates = table["replicate"].n_unique()
    return (table["with"] - table["without"]).to_numpy().reshape(-1, replicates)
