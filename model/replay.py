"""The recorded past replayed: councils brought to where the record has them at a later date.

Recorded judgements, directors and arrangements take the place of drawn ones. Replicates are replayed in fixed
groups; after each recorded judgement the group's states of that council are weighted by the probability of
the judgement given the score and resampled (a particle filter, council by council), so that what cannot be
seen agrees with what was. A replicate depends on its group only, never on how many were asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from typing import Any

import numpy as np

from model.codes import Status
from model.compilation import compiled
from model.ensemble import Block, Luck, Worlds, draw_luck, records_of, run_block, start_and_advance
from model.facts import facts_until, load_facts
from model.history import recorded_history
from model.parameters import Parameters
from model.quarters import LAST_RECORDED_QUARTER, format_quarter, parse_quarter
from model.records import Records
from model.registry import ParameterError
from model.rules.replaying import attach, begin_counting, detach
from model.shocks import uniforms
from model.world import World

GROUP = 200
"""Replicates that are replayed, weighted and resampled together."""

ALLOWED_STARTS = tuple(format_quarter(quarter) for quarter in range(LAST_RECORDED_QUARTER + 2))
"""Quarters at which a run may start: 2014Q1 from that year's facts, later ones from the replayed record."""


class StartError(ValueError):
    """A start quarter that is not allowed."""


class ReplayError(ParameterError):
    """Parameters under which the record cannot be replayed, for every replicate fails."""


def parse_start(text: str) -> int:
    """Quarters from 2014Q1 to an allowed start.

    Raises:
        StartError: naming what was given and what is allowed.
    """
    if text not in ALLOWED_STARTS:
        raise StartError(
            f"start {text!r}: allowed is a quarter from {ALLOWED_STARTS[0]} to {ALLOWED_STARTS[-1]}, such as"
            f" {ALLOWED_STARTS[18]}: the record of councils ends with {format_quarter(LAST_RECORDED_QUARTER)}"
        )
    return parse_quarter(text)


@dataclass(frozen=True)
class Replay:
    """A group of replicates at the end of the replayed past.

    Attributes:
        luck: of the replicates, from 2014Q1 to the end of what is to be run.
        worlds: their records, one row a replicate.
        inspections: structured array, one item a recorded judgement: quarter, row of the council, grade,
            effective size of the group after weighting (at most `GROUP`), log of the mean probability.
    """

    luck: Luck
    worlds: Worlds
    inspections: Records


INSPECTION_FIELDS = np.dtype(
    [("quarter", "i8"), ("row", "i8"), ("grade", "i8"), ("effective_size", "f8"), ("log_probability", "f8")]
)


def replay(
    parameters: Parameters,
    seed: int,
    group: int,
    start: int,
    quarters: int,
    known_until: int = LAST_RECORDED_QUARTER,
) -> Replay:
    """Replay the record for a group of replicates.

    Args:
        parameters: under which the past is replayed.
        seed: of the study.
        group: number of the group: replicates `group * GROUP` to `(group + 1) * GROUP - 1`.
        start: quarters from 2014Q1 to the end of the replay.
        quarters: that will be run after it, for which luck is drawn too.
        known_until: last quarter whose publications are used, not before the last of the replay; by default
            all of the record, which tells of the past what was not known then.

    Raises:
        ReplayError: when every replicate fails.
    """
    return _replayed(parameters, seed, group, start, quarters, min(known_until, LAST_RECORDED_QUARTER))


def forget_replays() -> None:
    """Give back the memory in which the last replays are kept for the runs that go on from them."""
    _replayed.cache_clear()


@lru_cache(maxsize=2)
def _replayed(
    parameters: Parameters, seed: int, group: int, start: int, quarters: int, known_until: int
) -> Replay:
    replicates = range(group * GROUP, (group + 1) * GROUP)
    luck = draw_luck(seed, replicates, start + quarters, known_until=known_until)
    facts = load_facts()
    known = facts if known_until == LAST_RECORDED_QUARTER else facts_until(facts, known_until)
    recorded = recorded_history(known, range(start))
    worlds = Worlds.blank(GROUP)
    records = np.repeat(parameters.record[np.newaxis], GROUP)
    rows = np.arange(GROUP)
    status = np.zeros(GROUP, np.int64)
    inspections = []
    for now in range(start):
        status |= start_and_advance(worlds, records, rows, luck, now, 1, recorded).status
        for row in np.flatnonzero(recorded["inspection"][now] == 1):
            weighed = weigh(worlds, records, status, seed, group, now, int(row))
            inspections.append((now, row, recorded["grade"][now, row], *weighed))
    count_anew(worlds, records)
    return Replay(luck, worlds, np.array(inspections, INSPECTION_FIELDS))


def weigh(
    worlds: Worlds, records: Records, status: Records, seed: int, group: int, now: int, row: int
) -> tuple[float, float]:
    """Weigh a group's states of a council by the judgement just recorded, and resample them.

    Args:
        worlds: of the group, changed in place.
        records: their parameters, shape (GROUP,).
        status: what has become of the replicates so far, shape (GROUP,).
        seed: of the study.
        group: number of the group.
        now: quarter of the judgement.
        row: of the council.

    Returns:
        Effective size of the group after weighting, and log of the mean probability of the judgement.

    Raises:
        ReplayError: when every replicate has failed.
    """
    probabilities = worlds.councils["inspection"]["log_weight"][:, row].copy()
    probabilities[(status != Status.OK) | ~np.isfinite(probabilities)] = -np.inf
    if np.isneginf(probabilities).all():
        raise ReplayError(
            f"every replicate of group {group} had failed by {format_quarter(now)}: no state of"
            f" {load_facts().councils['name'][row]} is left to agree with the record"
        )
    weights = np.exp(probabilities - probabilities.max())
    offset = uniforms(seed, group, f"replay.{now}.{row}", 1)[0]
    ancestors = systematic(weights, offset)
    _pass_on()(*worlds.parts(), records, row, ancestors, worlds.councils[:, row].copy())
    size = weights.sum() ** 2 / (weights**2).sum()
    return size, np.log(weights.mean()) + probabilities.max()


def count_anew(worlds: Worlds, records: Records) -> None:
    """Begin the counts of replayed worlds anew, in place, for runs that start where they stand."""
    _count_anew()(*worlds.parts(), records)


def systematic(weights: Records, offset: float) -> Records:
    """Systematic resampling: as many indices as there are weights, each about as often as its weight asks.

    Args:
        weights: not negative, shape (n,), not all zero.
        offset: a uniform.

    Returns:
        Indices, shape (n,), rising; an index that survives stays in its own place where it can.
    """
    count = len(weights)
    points = (np.arange(count) + offset) / count * weights.sum()
    drawn = np.minimum(np.searchsorted(np.cumsum(weights), points, side="right"), count - 1)
    copies = np.bincount(drawn, minlength=count)
    ancestors = np.full(count, -1)
    survivors = copies > 0
    ancestors[survivors] = np.flatnonzero(survivors)
    ancestors[~survivors] = np.repeat(np.arange(count), np.maximum(copies - 1, 0))
    return ancestors


@cache
def _pass_on() -> Any:
    def pass_on(
        nations: Records, councils: Records, regions: Records, partners: Records, providers: Records,
        durations: Records, places: Records,
        parameters: Records, row: int, ancestors: Records, states: Records,
    ) -> None:  # fmt: skip
        for run in range(len(parameters)):
            councils[run, row].inspection.log_weight = 0.0
            if ancestors[run] != run:
                world = World(
                    nations[run][0], councils[run], regions[run], partners[run], providers[run],
                    (), (), durations[run], places[run], (),
                )  # fmt: skip
                council = world.councils[row]
                detach(council, world)
                councils[run, row] = states[ancestors[run]]
                council.inspection.log_weight = 0.0
                attach(council, world, parameters[run])

    return compiled(pass_on)


@cache
def _count_anew() -> Any:
    def count_anew(
        nations: Records, councils: Records, regions: Records, partners: Records, providers: Records,
        durations: Records, places: Records,
        parameters: Records,
    ) -> None:  # fmt: skip
        for run in range(len(councils)):
            world = World(
                nations[run][0], councils[run], regions[run], partners[run], providers[run],
                (), (), durations[run], places[run], (),
            )  # fmt: skip
            begin_counting(world, parameters[run])

    return compiled(count_anew)


def run_from(
    parameters: Sequence[Parameters] | Records,
    history: Parameters,
    seed: int,
    replicates: Sequence[int],
    start: int,
    quarters: int,
    watching: bool = False,
    known_until: int = LAST_RECORDED_QUARTER,
) -> Block:
    """Run sets of parameters from an allowed start.

    Args:
        parameters: sets of parameters, such as one for each regime, or their records.
        history: parameters under which the past before the start is replayed; not used in 2014Q1.
        seed: of the study.
        replicates: their numbers.
        start: quarters from 2014Q1 to the start.
        quarters: to run.
        watching: whether to keep what is seen of each council in each quarter.
        known_until: last quarter whose publications are used, as in `replay`.

    Returns:
        Runs in the order of parameters, within them of replicates.
    """
    if start == 0:
        luck = draw_luck(seed, replicates, quarters, known_until=known_until)
        return run_block(parameters, luck, quarters, watching)
    numbers = sorted({replicate // GROUP for replicate in replicates})
    groups = [replay(history, seed, group, start, quarters, known_until) for group in numbers]
    parts = []
    for past in groups:
        members = [r % GROUP for r in replicates if r // GROUP == past.luck.replicates[0] // GROUP]
        records = records_of(parameters)
        worlds = past.worlds.of(np.tile(members, len(parameters)))
        parts.append(
            start_and_advance(
                worlds,
                np.repeat(records, len(members)),
                np.tile(members, len(parameters)),
                past.luck,
                start,
                quarters,
                watching=watching,
            )
        )
    return parts[0] if len(parts) == 1 else join_blocks(parts, len(parameters))


def join_blocks(parts: Sequence[Block], sets: int) -> Block:
    """Blocks of the same sets and different replicates as one, sets first."""

    def joined(name: str) -> Records:
        arrays = [getattr(part, name) for part in parts]
        split = [array.reshape(sets, len(array) // sets, *array.shape[1:]) for array in arrays]
        whole = np.concatenate(split, axis=1)
        return whole.reshape(sets * whole.shape[1], *whole.shape[2:])

    return Block(*(joined(field.name) for field in fields(Block)))
