"""What a sceptic could read in the record by the origin of a forecast, and nothing published later.

The baselines are fitted to this alone. Two inputs are of a later date and the same for all origins: the
deprivation score of 2019 and the boundaries of councils.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Codes, Flags, Numbers
from experiments.forecasts.schema import JUDGED, council_codes, foundings
from experiments.hindcast.panel import existing
from model.facts import GRADE_CODES, Facts, census_published, facts_until, starting_facts
from model.quarters import quarters_of

NOT_ON_RECORD = 10_000

FEATURES = ("deprivation", "tenure", "agency", "vacancy")
"""Beside the last judgement: child deprivation; months the director had served when last judged; agency staff
and vacant posts at the last census published before, %."""


@dataclass(frozen=True, eq=False)
class Transitions:
    """Judgements since 2014, each with what was known of the council before: arrays of shape (judgements,).

    Attributes:
        row: of the council.
        quarter: of publication.
        grade: the judgement, 0 outstanding to 3 inadequate, as everywhere below.
        last: the judgement before.
        last_quarter: when that was published.
        features: shape (judgements, `FEATURES`), not a number where unknown.
    """

    row: Codes
    quarter: Codes
    grade: Codes
    last: Codes
    last_quarter: Codes
    features: Numbers

    @property
    def legacy(self) -> Flags:
        """Whether the judgement before was made before 2014, by another framework."""
        old: Flags = self.last_quarter < 0
        return old


@dataclass(frozen=True, eq=False)
class Known:
    """What is known at an origin.

    Attributes:
        origin: the quarter.
        transitions: on record up to it.
        last: distribution of the last judgement of each council at the origin, shape (councils, 4): certain
            for one that was judged, by its predecessors' children for one founded since, 0 for others.
        judged: whether the council itself was judged, shape (councils,).
        last_quarter: when, or when it was founded, shape (councils,).
        features: at the origin, shape (councils, `FEATURES`).
        latest: the last judgement of every council, of those abolished by then too: (row, quarter, grade).
    """

    origin: int
    transitions: Transitions
    last: Numbers
    judged: Flags
    last_quarter: Codes
    features: Numbers
    latest: tuple[tuple[int, int, int], ...]

    @property
    def legacy(self) -> Flags:
        """Whether the last judgement was made before 2014."""
        old: Flags = self.last_quarter < 0
        return old


def known_at(facts: Facts, origin: int) -> Known:
    """Read what is known at an origin; what was published later makes no difference."""
    deprivation = _deprivation(facts)
    facts = facts_until(facts, origin)
    judged = _judgements(facts)
    tenure = _tenures(facts)
    census = _censuses(facts)
    found: list[tuple[Any, ...]] = []
    features: list[list[float]] = []
    last = np.zeros((len(council_codes()), len(JUDGED)))
    last_quarter = np.full(len(last), NOT_ON_RECORD)
    for council, history in judged.items():
        for (then, earlier), (now, later) in itertools.pairwise(history):
            found.append((council, now, later, earlier, then))
            features.append(
                [
                    deprivation[council],
                    tenure.get((council, then), np.nan),
                    *_census_before(census, council, now),
                ]
            )
        last_quarter[council], stands = history[-1]
        last[council, stands] = 1.0
    here = existing([origin])[0]
    own = here & (last.sum(axis=1) > 0.0)
    for founding in foundings():
        if founding.quarter <= origin and not own[founding.row]:
            last[founding.row] += founding.share * last[founding.predecessor]
            last_quarter[founding.row] = founding.quarter
    last[~here] = 0.0
    at_origin = [
        [
            deprivation[council],
            tenure.get((council, last_quarter[council]), np.nan),
            *_census_before(census, council, origin + 1),
        ]
        for council in range(len(last))
    ]
    row, quarter, grade, grade_before, before = np.array(found, np.int64).reshape(-1, 5).T
    return Known(
        origin,
        Transitions(row, quarter, grade, grade_before, before, np.array(features).reshape(-1, len(FEATURES))),
        last,
        own,
        last_quarter,
        np.array(at_origin),
        tuple((row, *history[-1]) for row, history in judged.items()),
    )


def _judgements(facts: Facts) -> dict[int, list[tuple[int, int]]]:
    """Each council's judgements in order, from the last before 2014 on: (quarter, grade), by row."""
    start = starting_facts(facts)
    histories: dict[int, list[tuple[int, int]]] = {}
    legacy = start.select("legacy_grade_quarter", "legacy_grade").iter_rows()
    for row, (quarter, grade) in enumerate(legacy):
        if grade:
            histories[row] = [(quarter, grade - 1)]
    rows = {code: row for row, code in enumerate(council_codes())}
    since = facts.judgements.select("la_code", "publication_quarter", "overall").sort("publication_quarter")
    for code, quarter, grade in since.iter_rows():
        histories.setdefault(rows[code], []).append((quarter, GRADE_CODES[grade] - 1))
    return histories


def _deprivation(facts: Facts) -> Numbers:
    return np.asarray(starting_facts(facts)["idaci"].to_numpy(), float)


def _tenures(facts: Facts) -> dict[tuple[int, int], float]:
    rows = {code: row for row, code in enumerate(council_codes())}
    met = facts.director_tenure.select(
        "la_code", quarters_of(pl.col("publication_date")).alias("quarter"), "tenure_months_at_inspection"
    ).drop_nulls()
    return {(rows[code], quarter): float(months) for code, quarter, months in met.iter_rows()}


def _censuses(facts: Facts) -> dict[int, list[tuple[int, float, float]]]:
    """Agency staff and vacancies of each council's own returns: (quarter of publication, %, %)."""
    rows = {code: row for row, code in enumerate(council_codes())}
    own = facts.council_years.filter(pl.col("joint_return").is_null()).sort("year")
    found: dict[int, list[tuple[int, float, float]]] = {}
    for code, year, *values in own.select("la_code", "year", "agency_pct", "vacancy_pct").iter_rows():
        if any(value is not None for value in values):
            agency, vacancy = (np.nan if value is None else float(value) for value in values)
            found.setdefault(rows[code], []).append((census_published(year), agency, vacancy))
    return found


def _census_before(
    census: dict[int, list[tuple[int, float, float]]], row: int, quarter: int
) -> tuple[float, float]:
    """Of the last census published before a quarter; unknown without one."""
    earlier = [(agency, vacancy) for at, agency, vacancy in census.get(row, []) if at < quarter]
    return earlier[-1] if earlier else (np.nan, np.nan)
