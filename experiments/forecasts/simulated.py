"""The model's forecast: histories that go on from the replayed record, summed up set of parameters by set.

A draw is a set of parameters and a replicate of luck. Every set has a replay group of its own, so that no
two draws share their luck, and its sums are one part of the forecast, kept until the forecast is whole.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from experiments.arrays import Codes, Flags, Numbers, Records
from experiments.believed import set_under
from experiments.errors import StudyError, check_count
from experiments.forecasts.inspector import chances
from experiments.forecasts.schema import JUDGED, STANDING, Prophecy, check_draws
from experiments.posterior import Posterior
from experiments.runner import MOST_SEED
from experiments.writing import write_aside
from model.codes import Grade, Status
from model.compilation import model_hash
from model.facts import load_facts
from model.history import grades_in_force
from model.parameters import Parameters
from model.regimes import resolve
from model.replay import GROUP, ReplayError, replay, run_from

RECORDED_REGIME = "ad_hoc"
"""What England had to 2019; the past is replayed under it."""

DEFAULT_DRAWS = 2000
DEFAULT_SETS = 100
MOST_SETS = 10_000

WEIGHT_OF_ALL = 0.2
"""All draws together count as much as this share of them still waiting. In the model's own histories shares
from 0.2 to 1 gave the same expected score to a ten-thousandth, smaller ones a little worse."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be forecast by the model.

    Attributes:
        origin: last quarter of the record that is used.
        end: last quarter to forecast.
        draws: how many.
        sets: how many sets of parameters they are shared out to.
        seed: of luck, and of which sets of the posterior are drawn.
        regime: under which the future runs.
        scenarios: laid over it.
        posterior: where parameters come from, but for what the regime or a scenario sets; None for the
            defaults.
    """

    origin: int
    end: int
    draws: int
    sets: int
    seed: int
    regime: str
    scenarios: tuple[str, ...] = ()
    posterior: Posterior | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be run.

        Raises:
            StudyError: naming what was given and what is allowed.
        """
        check_draws(self.draws)
        check_count("--seed", self.seed, 0, MOST_SEED)
        check_count("--sets", self.sets, 1, min(MOST_SETS, self.draws))
        least = -(-self.draws // GROUP)
        if self.sets < least:
            raise StudyError(
                f"--sets {self.sets}: a set has at most {GROUP} draws, so {self.draws:,} draws need at least"
                f" {least} sets"
            )

    @property
    def quarters(self) -> int:
        """How many quarters are forecast."""
        return self.end - self.origin

    @cached_property
    def places(self) -> list[int]:
        """Row of the posterior of each set; -1 for the defaults."""
        if self.posterior is None:
            return [-1] * self.sets
        return [int(place) for place in self.posterior.drawn(self.sets, self.seed)]

    @cached_property
    def bases(self) -> tuple[Parameters, Parameters]:
        """Parameters of past and future before the posterior is laid over them."""
        return resolve(RECORDED_REGIME), resolve(self.regime, self.scenarios)

    @property
    def pieces(self) -> list["Piece"]:
        """The sets of parameters with the draws of each, which differ by one at most."""
        shared, left = divmod(self.draws, self.sets)
        pieces, first = [], 0
        for number, place in enumerate(self.places):
            count = shared + (number < left)
            past, future = (self._laid_over(base, place) for base in self.bases)
            pieces.append(Piece(number, place, first, count, past, future, self.seed, self.origin, self.end))
            first += count
        return pieces

    def _laid_over(self, base: Parameters, place: int) -> Parameters:
        return base if self.posterior is None or place < 0 else set_under(self.posterior, base, place)

    @cached_property
    def key(self) -> str:
        """A hash of all that the forecast depends on."""
        digest = hashlib.sha256(model_hash().encode())
        digest.update(repr((self.origin, self.end, self.draws, self.sets, self.seed, WEIGHT_OF_ALL)).encode())
        for piece in self.pieces:
            digest.update(piece.past.record.tobytes() + piece.future.record.tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class Piece:
    """One set of parameters and its draws: what a worker needs to know.

    Attributes:
        number: of the set, and of its replay group.
        place: row of the posterior; -1 for the defaults.
        first: number of its first draw.
        runs: its draws.
        past: parameters under which the record is replayed.
        future: parameters under which histories go on.
        seed: of luck.
        origin: last quarter of record.
        end: last quarter to forecast.
    """

    number: int
    place: int
    first: int
    runs: int
    past: Parameters
    future: Parameters
    seed: int
    origin: int
    end: int


@dataclass(frozen=True, eq=False)
class Part:
    """What the histories of one set come to.

    Attributes:
        standing: councils by draw, quarter and what stands of them, shape (draws, quarters, 5).
        new_inadequate: shape (draws, quarters).
        draws: numbers of the draws that did not fail.
        council: draws by quarter, council and what stands of it, shape (quarters, councils, 5).
        chance: sum over draws of the probability of each judgement, shape (quarters, councils, 4).
        waiting: draws in which the next inspection is still to come, shape (quarters, councils).
        chance_waiting: `chance` of those alone.
        next_quarter: quarters after the origin to the next inspection, from 0, -1 if it is beyond the end;
            shape (draws, councils).
        next_chance: probability of each judgement at it, knowing the council's true state.
        log_probability: of the recorded judgements under this set.
        failed: draws that ended before their time.
        reason: why the whole set failed, or nothing.
    """

    standing: Codes
    new_inadequate: Codes
    draws: Codes
    council: Codes
    chance: Numbers
    waiting: Codes
    chance_waiting: Numbers
    next_quarter: Codes
    next_chance: Numbers
    log_probability: Numbers
    failed: Codes
    reason: np.ndarray[Any, np.dtype[np.str_]]


def run_piece(piece: Piece) -> Part:
    """Run the histories of a set and sum them up; called by workers."""
    group = piece.number
    replicates = range(group * GROUP, group * GROUP + piece.runs)
    first, quarters = piece.origin + 1, piece.end - piece.origin
    try:
        past = replay(piece.past, piece.seed, group, first, quarters, piece.origin)
    except ReplayError as problem:
        return _nothing(piece, str(problem))
    block = run_from([piece.future], piece.past, piece.seed, replicates, first, quarters, True, piece.origin)
    sound = block.status == Status.OK
    if not sound.any():
        return _nothing(piece, "every history ended before its time")
    return summed_up(
        block.watched[sound],
        chances(block.watched["expected_score"][sound], piece.future, first),
        grades_in_force(load_facts(), piece.origin),
        piece.first + np.flatnonzero(sound),
        float(past.inspections["log_probability"].sum()),
        piece.runs - int(sound.sum()),
    )


def summed_up(
    watched: Records, chance: Numbers, before: Codes, draws: Codes, log_probability: float, failed: int
) -> Part:
    """Sum up histories.

    Args:
        watched: shape (draws, quarters, councils), dtype of `CouncilQuarter`.
        chance: probability of each judgement, shape (draws, quarters, councils, 4).
        before: `Grade` in force at the origin, shape (councils,).
        draws: their numbers.
        log_probability: of the recorded judgements.
        failed: draws that are left out.
    """
    there = watched["exists"] == 1
    judged = watched["judged"]
    stands = standing_of(watched["grade"], there)
    previous = np.concatenate(
        [np.broadcast_to(before, (len(watched), 1, len(before))), watched["grade"][:, :-1]], axis=1
    )
    failures = there & (judged == Grade.INADEQUATE) & (previous != Grade.INADEQUATE)
    held = there & (judged > Grade.NOT_JUDGED)
    waiting = there & (np.cumsum(held, axis=1) - held == 0)
    next_held = waiting & held
    next_quarter = np.where(next_held.any(axis=1), next_held.argmax(axis=1), -1)
    at_next = np.take_along_axis(chance, np.maximum(next_quarter, 0)[:, np.newaxis, :, np.newaxis], axis=1)
    return Part(
        standing=stands.sum(axis=2),
        new_inadequate=failures.sum(axis=2),
        draws=np.asarray(draws),
        council=stands.sum(axis=0),
        chance=np.where(there[..., np.newaxis], chance, 0.0).sum(axis=0),
        waiting=waiting.sum(axis=0),
        chance_waiting=np.where(waiting[..., np.newaxis], chance, 0.0).sum(axis=0),
        next_quarter=next_quarter,
        next_chance=at_next[:, 0],
        log_probability=np.array([log_probability]),
        failed=np.array([failed]),
        reason=np.array([""]),
    )


def standing_of(grade: Codes, there: Flags) -> Flags:
    """Whether each of `STANDING` holds of a council: a further axis of 5; nowhere where it does not exist."""
    codes = np.array([*range(1, len(STANDING)), Grade.NOT_JUDGED])
    found: Flags = there[..., np.newaxis] & (grade[..., np.newaxis] == codes)
    return found


def _nothing(piece: Piece, reason: str) -> Part:
    quarters, councils = piece.end - piece.origin, load_facts().councils.height
    return Part(
        standing=np.zeros((0, quarters, len(STANDING)), np.int64),
        new_inadequate=np.zeros((0, quarters), np.int64),
        draws=np.zeros(0, np.int64),
        council=np.zeros((quarters, councils, len(STANDING)), np.int64),
        chance=np.zeros((quarters, councils, len(JUDGED))),
        waiting=np.zeros((quarters, councils), np.int64),
        chance_waiting=np.zeros((quarters, councils, len(JUDGED))),
        next_quarter=np.zeros((0, councils), np.int64),
        next_chance=np.zeros((0, councils, len(JUDGED))),
        log_probability=np.array([np.nan]),
        failed=np.array([piece.runs]),
        reason=np.array([reason]),
    )


def put_together(parts: Sequence[Part]) -> Prophecy:
    """The forecast of all sets, in their order.

    The probability of a judgement given that the next inspection comes in a quarter is the mean, over the
    draws in which it has not come before, of what the inspector would say, drawn to the mean over all draws
    where few still wait.

    Raises:
        StudyError: when no draw is left.
    """
    draws = np.concatenate([part.draws for part in parts])
    if not len(draws):
        reasons = sorted({str(part.reason[0]) for part in parts})
        raise StudyError(f"no draw is left, so there is no forecast: {reasons[0]}")
    standing = np.concatenate([part.standing for part in parts])
    council = _total(parts, "council")
    there = council.sum(axis=2)
    waiting = _total(parts, "waiting")[..., np.newaxis]
    of_all = _total(parts, "chance") / np.maximum(there, 1)[..., np.newaxis]
    weight = WEIGHT_OF_ALL * len(draws)
    chance = (_total(parts, "chance_waiting") + weight * of_all) / (waiting + weight)
    return Prophecy(
        standing=standing,
        new_inadequate=np.concatenate([part.new_inadequate for part in parts]),
        council=council / np.maximum(there, 1)[..., np.newaxis],
        next_inspection=_adding_to_one(chance),
        draws=draws,
    )


def _total(parts: Sequence[Part], name: str) -> np.ndarray[Any, Any]:
    total: np.ndarray[Any, Any] = np.zeros_like(getattr(parts[0], name))
    for part in parts:
        total += getattr(part, name)
    return total


def _adding_to_one(probability: Numbers) -> Numbers:
    total = probability.sum(axis=-1, keepdims=True)
    shares: Numbers = np.divide(probability, total, out=np.zeros_like(probability), where=total > 0.0)
    return shares


# ---- Parts on disk


def write_part(path: Path, part: Part) -> None:
    """Keep a part, whole or not at all."""

    def write(aside: Path) -> None:
        with aside.open("wb") as file:
            np.savez(file, **{field.name: getattr(part, field.name) for field in fields(Part)})

    write_aside(path, write)


def read_part(path: Path) -> Part | None:
    """A part that was kept; None when there is none, or it cannot be read and is to be made again."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return Part(**{field.name: stored[field.name] for field in fields(Part)})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
