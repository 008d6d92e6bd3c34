"""Where England's councils stand when a future begins: the replayed record, reached in small steps.

A page answers while somebody waits, and shares its threads with other visitors. The replay of `model.replay`
is one piece of seconds; here the same group is replayed as many pieces of less than a tenth of a second, and
comes to the same states bit for bit. It is the same for all councils and all regimes, for the past is
replayed under one regime.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from experiments.arrays import Numbers, Records
from experiments.intervals import QUANTILES
from experiments.staffing import agency_share, permanent_staff, vacancy_rate
from experiments.units import MONTHS_PER_QUARTER
from model.agents import Shock
from model.ensemble import Luck, Worlds, draw_luck, start_and_advance
from model.facts import load_facts
from model.history import recorded_history
from model.parameters import Parameters
from model.replay import GROUP, count_anew, weigh
from model.shocks import drawn_fields

HISTORIES_A_DRAW = 8
"""Replicates whose luck is drawn in one piece."""

HISTORIES_A_STEP = 50
"""Histories that are taken through a quarter in one piece."""

MEASURES = ("quality", "leadership", "tenure", "vacancy", "agency", "caseload", "workload")
"""What is looked at in each council at the origin."""

OUTER = (QUANTILES["q05"], QUANTILES["q95"])


@dataclass(frozen=True, eq=False)
class Standing:
    """How all councils stand at an origin, history by history.

    Attributes:
        exists: whether each council exists and takes part, shape (councils,); the same in all histories.
        values: each of `MEASURES`, shape (histories, councils); not a number where there is no such council.
            Quality in points, leadership from 0 to 1, the director's time in post in months, vacant posts
            and agency staff in percent, cases per worker, statutory work against 2014Q1.
        worth: as how many histories the group counted after the last recorded judgement of each council was
            weighed, shape (councils,).
    """

    exists: Records
    values: Mapping[str, Numbers]
    worth: Numbers

    def against_england(self, row: int) -> pl.DataFrame:
        """How a council stands against all others.

        Returns:
            A row for each of `MEASURES`: `measure`; of the council over histories `mean`, `low` and `high`
            (90%); of the means of all councils `q05`, `q25`, `q50`, `q75`, `q95`; the council's place from
            the smallest value, `rank_low` to `rank_high` (90% of histories), among `councils`.
        """
        rows = []
        for name in MEASURES:
            values = self.values[name][:, self.exists]
            own = self.values[name][:, row]
            place = 1 + (values < own[:, np.newaxis]).sum(axis=1)
            ties = (values == own[:, np.newaxis]).sum(axis=1) - 1
            low, high = np.quantile(own, OUTER)
            england = np.quantile(values.mean(axis=0), list(QUANTILES.values()))
            ranks = np.quantile(place + ties / 2.0, OUTER, method="nearest")
            rows.append(
                {"measure": name, "mean": float(own.mean()), "low": float(low), "high": float(high)}
                | dict(zip(QUANTILES, map(float, england), strict=True))
                | {"rank_low": round(float(ranks[0])), "rank_high": round(float(ranks[1]))}
                | {"councils": values.shape[1]}
            )
        return pl.DataFrame(rows)


@dataclass(frozen=True, eq=False)
class Origin:
    """A group of histories of England at the quarter from which they go on: some 300 MB.

    Attributes:
        start: quarters from 2014Q1.
        luck: of the replicates, from 2014Q1 to the end of what is to be run.
        worlds: all records, a row a history.
        worth: as in `Standing`.
    """

    start: int
    luck: Luck
    worlds: Worlds
    worth: Numbers

    def standing(self) -> Standing:
        """How all councils stand."""
        councils = self.worlds.councils
        staff = councils["workforce"]
        permanent = permanent_staff(staff)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = {
                "quality": councils["practice"]["quality"],
                "leadership": councils["practice"]["leadership"],
                "tenure": MONTHS_PER_QUARTER * councils["director"]["tenure"],
                "vacancy": vacancy_rate(permanent, staff["posts"]),
                "agency": agency_share(staff["agency"], permanent),
                "caseload": staff["caseload"],
                "workload": councils["demand"]["workload"],
            }
        there = councils["exists"][0] == 1
        values = {name: np.where(there, column, np.nan) for name, column in found.items()}
        return Standing(there, values, self.worth)


class Replaying:
    """The record replayed for the first group of replicates: all luck is drawn, then quarter by quarter."""

    def __init__(self, past: Parameters, seed: int, start: int, quarters: int) -> None:
        """Begin with blank worlds.

        Args:
            past: parameters under which the record is replayed.
            seed: of the study.
            start: quarters from 2014Q1 to the end of the replay.
            quarters: that will be run after it, for which luck is drawn too.
        """
        self._seed = seed
        self._start = start
        self._records = np.repeat(past.record[np.newaxis], GROUP)
        self._worlds = Worlds.blank(GROUP)
        self._status = np.zeros(GROUP, np.int64)
        self._worth = np.full(load_facts().councils.height, float(GROUP))
        self._recorded = recorded_history(load_facts(), range(start))
        shape = GROUP, start + quarters, len(self._worth), len(drawn_fields(Shock))
        self._shocks = np.empty(shape).transpose(0, 3, 1, 2)
        self._drawn: dict[int, Luck] = {}

    @property
    def draws(self) -> list[range]:
        """Replicates whose luck is drawn together, in order; these pieces may run at the same time."""
        return [
            range(first, min(first + HISTORIES_A_DRAW, GROUP)) for first in range(0, GROUP, HISTORIES_A_DRAW)
        ]

    def draw(self, replicates: range) -> None:
        """Draw the luck of some replicates."""
        luck = draw_luck(self._seed, replicates, self._shocks.shape[2])
        self._shocks[replicates.start : replicates.stop] = luck.shocks
        self._drawn[replicates.start] = replace(luck, shocks=self._shocks[:0])

    @property
    def steps(self) -> range:
        """Quarters to be replayed one after the other, once all luck is drawn."""
        return range(self._start)

    @property
    def groups(self) -> list[range]:
        """Histories that are taken through a quarter together; these pieces may run at the same time."""
        return [range(first, first + HISTORIES_A_STEP) for first in range(0, GROUP, HISTORIES_A_STEP)]

    def advance(self, now: int, members: range) -> None:
        """Take some histories through a quarter."""
        part = slice(members.start, members.stop)
        luck = self._luck
        own = Luck(
            luck.replicates[part],
            luck.shocks[part],
            luck.councils[part],
            luck.providers[part],
            luck.partners[part],
        )
        worlds = Worlds(*(records[part] for records in self._worlds.parts()))
        rows = np.arange(len(members))
        block = start_and_advance(worlds, self._records[part], rows, own, now, 1, self._recorded)
        self._status[part] |= block.status

    def weigh(self, now: int) -> None:
        """Once all were taken through a quarter, weigh them by the judgements recorded in it, and resample.

        Raises:
            ReplayError: when every replicate has failed.
        """
        for row in np.flatnonzero(self._recorded["inspection"][now] == 1):
            self._worth[row], _ = weigh(
                self._worlds, self._records, self._status, self._seed, 0, now, int(row)
            )

    def origin(self) -> Origin:
        """Where the histories stand at the end."""
        if self._start:
            count_anew(self._worlds, self._records)
        else:
            start_and_advance(self._worlds, self._records, np.arange(GROUP), self._luck, 0, 0)
        return Origin(self._start, self._luck, self._worlds, self._worth)

    @cached_property
    def _luck(self) -> Luck:
        parts = [self._drawn[replicates.start] for replicates in self.draws]
        names = ("councils", "providers", "partners")
        origins = (np.concatenate([getattr(luck, name) for luck in parts]) for name in names)
        return Luck(tuple(range(GROUP)), self._shocks, *origins)
