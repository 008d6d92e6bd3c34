"""Futures of councils that are computed while the visitor watches: the record replayed, then histories run.

The replay and the futures are the same for all councils, so what was computed for one visitor serves the next
whatever council is asked for. They take some hundreds of megabytes while they are made: one at a time, and
without waiting for the visitor who asked to read how far they have come.
"""

import threading
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import polars as pl

from dashboards.live.ahead import going_ahead
from dashboards.live.computing import LOOK_EVERY, BusyError, Computing, GoneError, Remembered
from dashboards.live.streams import Gone
from experiments.compare import Plan
from experiments.council_futures import Futures, Part, batches_of, joined, run_batch
from experiments.council_origin import Origin, Replaying, Standing
from experiments.explain import Explanation, explaining
from experiments.prose import counted
from model.parameters import Parameters
from model.quarters import format_quarter

FIRST, FURTHER = 40, 80
"""Histories after which futures are shown, and after which they are brought up to date."""

SHARE_OF_LUCK, SHARE_OF_REPLAY = 25.0, 35.0
"""How much of the way drawing luck and replaying the record are, in percent."""


class Progress(NamedTuple):
    """How far the work has come.

    Attributes:
        words: what is being done.
        percent: how far.
        found: where councils stand and what becomes of them so far, now and then.
        last: whether that is all.
    """

    words: str
    percent: float
    found: tuple[Standing, Futures] | None = None
    last: bool = False


class Told(NamedTuple):
    """A council's history as it is told: a story as Markdown, and a table of its events."""

    story: str
    events: pl.DataFrame


class Imagining:
    """What computes futures of councils and stories for all visitors, and remembers the last few."""

    def __init__(self, computing: Computing) -> None:
        """Remember nothing yet."""
        self._computing = computing
        self._replays = threading.Lock()
        self._stories = threading.Lock()
        self._origins: Remembered[Origin] = Remembered(1)
        self._standings: Remembered[Standing] = Remembered(6)
        self._parts: Remembered[Part] = Remembered(30)
        self._told: Remembered[Told] = Remembered(12)

    def growing(self, plan: Plan, gone: Gone) -> Iterator[Progress]:
        """Futures of all councils, as they are computed.

        Args:
            plan: checked; without sets of a posterior, and with no more histories than are replayed together.
            gone: whether the visitor has left.

        Raises:
            GoneError: when the visitor has left.
        """
        if self._known(plan) is None:
            yield from going_ahead(partial(self._in_turn, plan), gone)
        found = self._known(plan)
        if found is None:  # forgotten meanwhile, for others asked for much
            raise BusyError("too many futures are asked for at the moment: try again in a few seconds")
        yield Progress(histories(plan.study.replicates), 100.0, found, last=True)

    def _in_turn(self, plan: Plan, gone: Gone) -> Iterator[Progress]:
        for _ in _taking(self._replays, gone):
            yield Progress("Waiting for another visitor’s replay", 0.0)
        try:
            if self._known(plan) is None:
                yield from self._compute(plan, gone)
        finally:
            self._replays.release()

    def _known(self, plan: Plan) -> tuple[Standing, Futures] | None:
        """What is remembered, if it is all that was asked for."""
        standing = self._standings.get(_origin_of(plan))
        parts = [self._parts.get(key) for key in _regimes_of(plan).values()]
        known = [part for part in parts if part is not None]
        if standing is None or len(known) < len(parts):
            return None
        return standing, Futures.of(known, plan.study.start)

    def _compute(self, plan: Plan, gone: Gone) -> Iterator[Progress]:
        study, key, regimes = plan.study, _origin_of(plan), _regimes_of(plan)
        origin = self._origins.get(key)
        if origin is None:
            replaying = Replaying(study.past, study.seed, study.start, study.quarters)
            yield from self._replay(replaying, gone)
            origin = replaying.origin()
            self._origins.keep(key, origin)
        standing = origin.standing()
        self._standings.keep(key, standing)
        known = [part for part in map(self._parts.get, regimes.values()) if part is not None]
        missing = {name: study.sets[name] for name in regimes if self._parts.get(regimes[name]) is None}
        made: list[Part] = []
        due = FIRST
        run = partial(run_batch, origin, quarters=study.quarters)
        batches = batches_of(missing, study.replicates, study.quarters)
        for part in self._computing.results(batches, run, gone):
            made.append(part)
            done = part.batch.replicates.stop
            if part.batch.regime != list(missing)[-1] or done == study.replicates:
                continue
            found = None
            if done >= due:
                found = standing, Futures.of([*known, *made], study.start, list(regimes))
                due = done + FURTHER
            before = SHARE_OF_LUCK + SHARE_OF_REPLAY
            percent = before + (100.0 - before) * done / study.replicates
            yield Progress(f"{done:,} of {histories(study.replicates)}", percent, found)
        for name in missing:
            self._parts.keep(regimes[name], joined([part for part in made if part.batch.regime == name]))

    def _replay(self, replaying: Replaying, gone: Gone) -> Iterator[Progress]:
        draws = replaying.draws
        for done, _ in enumerate(self._computing.results(draws, replaying.draw, gone), 1):
            yield Progress("Drawing luck", SHARE_OF_LUCK * done / len(draws))
        steps = replaying.steps
        for now in steps:  # each quarter needs the one before it
            for _ in self._computing.results(replaying.groups, partial(replaying.advance, now), gone):
                pass
            replaying.weigh(now)
            percent = SHARE_OF_LUCK + SHARE_OF_REPLAY * (now + 1) / len(steps)
            yield Progress(f"Replaying {format_quarter(now)}", percent)

    def telling(
        self, parameters: Parameters, council: str, seed: int, replicate: int, quarters: int, gone: Gone
    ) -> Iterator[tuple[int, Told | None]]:
        """Explain a council's history; one story at a time is made, for each keeps the interpreter busy.

        Yields:
            Quarters done, and at last what is told.

        Raises:
            StudyError: for a council, seed, replicate or length that is not allowed.
            GoneError: when the visitor has left.
        """
        asked = parameters, council, seed, replicate, quarters
        known = self._told.get(asked)
        if known is not None:
            yield quarters, known
        else:
            yield from going_ahead(partial(self._tell, asked), gone)

    def _tell(
        self, asked: tuple[Parameters, str, int, int, int], gone: Gone
    ) -> Iterator[tuple[int, Told | None]]:
        for _ in _taking(self._stories, gone):
            yield 0, None
        try:
            known, done = self._told.get(asked), 0  # another visitor may have had it told meanwhile
            if known is None:
                steps = explaining(*asked)
                explained = self._next(steps, gone)
                while explained is None:
                    done += 1
                    yield done, None
                    explained = self._next(steps, gone)
                known = Told(explained.story(), explained.table)
                self._told.keep(asked, known)
        finally:
            self._stories.release()
        yield asked[-1], known

    def _next(self, steps: Iterator[Explanation | None], gone: Gone) -> Explanation | None:
        """Take one step of a story, and wait for it."""
        return next(iter(self._computing.results([steps], next, gone)))


def _origin_of(plan: Plan) -> tuple[object, ...]:
    """What an origin depends on."""
    return plan.study.past, plan.study.seed, plan.study.start, plan.study.quarters


def _regimes_of(plan: Plan) -> dict[str, tuple[object, ...]]:
    """What the futures under each regime depend on."""
    key = *_origin_of(plan), plan.study.replicates
    return {name: (*key, name, parameters) for name, parameters in plan.study.sets.items()}


def _taking(lock: threading.Lock, gone: Gone) -> Iterator[None]:
    """Take a lock, unless the visitor leaves; gives something once if it has to be waited for."""
    if lock.acquire(blocking=False):
        return
    yield
    while not lock.acquire(timeout=LOOK_EVERY):
        if gone():
            raise GoneError


def histories(count: int) -> str:
    """A count of histories in words."""
    return counted(count, "history", "histories")
