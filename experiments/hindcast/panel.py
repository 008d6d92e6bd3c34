"""Histories as a record would show them, of the real councils or of simulated ones, in one form.

A panel holds what is published of every council: its judgements, its director, its staff each September,
its work and spending each financial year. Measures are reckoned from a panel and cannot tell which kind it
is; what the record does not know of a council is blotted out in simulated panels too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Codes, Flags, Numbers, Records
from experiments.staffing import agency_share, vacancy_rate
from experiments.units import PERCENT, QUARTERS_PER_YEAR
from model.codes import DirectorEvent, Grade
from model.facts import Facts, census_published, load_facts, year_to_march_published
from model.history import grades_in_force, recorded_history
from model.quarters import FIRST_YEAR, LAST_RECORDED_QUARTER, quarters_of

YEARS = range(2015, 2020)
"""Years of the workforce census and of financial years, each named by the year in which it ends."""

BEYOND = QUARTERS_PER_YEAR * FIRST_YEAR
"""Quarters from 2014Q1, either way, that nothing on record reaches."""

MILLION = 1e6
SIF_ENDED = 17
"""2018Q2, from which judgements were made under ILACS alone."""

BY_QUARTER = ("exists", "grade", "judged", "leadership", "tenure", "left", "interim")
STAFF = ("turnover", "vacancy", "agency", "caseload")
FINANCIAL = ("work", "looked_after", "spending")

NEW_CASELOADS = 2017
"""First census with caseloads of the present definition."""


@dataclass(frozen=True)
class Panel:
    """What is on record of councils over some quarters, in one history or many.

    Attributes:
        first: quarters from 2014Q1 to the first quarter of the panel.
        before: `Grade` in force before it, shape (histories, councils).
        exists: whether a council exists, shape (histories, quarters, councils), as the next five.
        grade: `Grade` in force at the end of the quarter, 0 not judged.
        judged: `Grade` published in the quarter, 0 none.
        leadership: `Grade` of leadership published with it, 0 unknown.
        tenure: of the director, months; not a number where it is unknown.
        left: whether the post of director changed hands; not a number where it is unknown.
        interim: whether the director is an interim; not a number where it is unknown.
        turnover: leavers of a year over staff at its 30 September, %, shape (histories, 5, councils), years
            as `YEARS`, as all that follow; not a number where it is unknown.
        vacancy: vacant posts on 30 September, % of all posts.
        agency: agency staff on 30 September, % of all staff.
        caseload: cases per worker on 30 September.
        work: statutory work of a financial year, on any scale of a council's own.
        looked_after: children looked after at the end of a financial year, on any scale.
        spending: in a financial year, on any scale that all councils of a year share.
    """

    first: int
    before: Codes
    exists: Flags
    grade: Codes
    judged: Codes
    leadership: Codes
    tenure: Numbers
    left: Numbers
    interim: Numbers
    turnover: Numbers
    vacancy: Numbers
    agency: Numbers
    caseload: Numbers
    work: Numbers
    looked_after: Numbers
    spending: Numbers

    @property
    def histories(self) -> int:
        """How many histories."""
        return len(self.grade)

    @property
    def quarters(self) -> int:
        """How many quarters."""
        return int(self.grade.shape[1])

    def until(self, quarters: int) -> "Panel":
        """The panel as if it had ended after some quarters: what later years showed is unknown."""
        if quarters >= self.quarters:
            return self
        parts = {name: getattr(self, name)[:, :quarters] for name in BY_QUARTER}
        last = self.first + quarters - 1
        for names, ends in ((STAFF, quarter_of_census), (FINANCIAL, quarter_of_march)):
            known = np.array([ends(year) <= last for year in YEARS])[:, np.newaxis]
            parts |= {name: np.where(known, getattr(self, name), np.nan) for name in names}
        return replace(self, **parts)

    def published_by(self, quarters: int) -> "Panel":
        """The record as it had been published after some quarters; whole, it is all that is on record."""
        if quarters >= self.quarters:
            return self
        early = self.until(quarters)
        last = self.first + quarters - 1
        parts: dict[str, Any] = {}
        for names, published in ((STAFF, census_published), (FINANCIAL, year_to_march_published)):
            known = np.array([published(year) <= last for year in YEARS])[:, np.newaxis]
            parts |= {name: np.where(known, getattr(early, name), np.nan) for name in names}
        return replace(early, **parts)

    def since(self, start: int) -> "Panel":
        """The panel as if it had begun in a quarter: years that had begun before are unknown."""
        if start <= self.first:
            return self
        parts = {name: getattr(self, name)[:, start - self.first :] for name in BY_QUARTER}
        for names, ends in ((STAFF, quarter_of_census), (FINANCIAL, quarter_of_march)):
            whole = np.array([_is_whole(ends(year), start) for year in YEARS])[:, np.newaxis]
            parts |= {name: np.where(whole, getattr(self, name), np.nan) for name in names}
        return replace(self, first=start, before=self.grade[:, start - self.first - 1], **parts)

    @property
    def previous(self) -> Codes:
        """`Grade` in force before each quarter, shape of `grade`."""
        return np.concatenate([self.before[:, np.newaxis], self.grade[:, :-1]], axis=1)


# ---- The record


@cache
def recorded_panel() -> Panel:
    """The real councils from 2014Q1 to 2019Q4, as one history."""
    facts = _known_by_2019(load_facts())
    quarters = range(LAST_RECORDED_QUARTER + 1)
    record = recorded_history(facts, quarters)
    grade = np.stack([grades_in_force(facts, quarter) for quarter in quarters])
    known = _directors(facts)
    return Panel(
        first=0,
        before=grades_in_force(facts, -1)[np.newaxis],
        exists=existing(quarters)[np.newaxis],
        grade=grade[np.newaxis],
        judged=np.where(record["inspection"] == 1, record["grade"], 0)[np.newaxis],
        leadership=np.where(record["inspection"] == 1, record["leadership_grade"], 0)[np.newaxis],
        tenure=known["tenure"][np.newaxis],
        interim=known["interim"][np.newaxis],
        left=np.full((1, *grade.shape), np.nan),
        **{name: values[np.newaxis] for name, values in _by_year(facts).items()},
    )


def _known_by_2019(facts: Facts) -> Facts:
    """The facts without judgements, directors and years that came after the record, should there be any."""
    met = quarters_of(pl.col("publication_date"))
    return replace(
        facts,
        judgements=facts.judgements.filter(pl.col("publication_quarter") <= LAST_RECORDED_QUARTER),
        director_tenure=facts.director_tenure.filter(met <= LAST_RECORDED_QUARTER),
        council_years=facts.council_years.filter(pl.col("year") <= YEARS[-1]),
    )


def existing(quarters: Sequence[int]) -> Flags:
    """Whether each council exists at the end of each quarter: shape (quarters, councils)."""
    councils = load_facts().councils.select(
        begins=quarters_of(pl.col("valid_from")).fill_null(-BEYOND),
        ends=quarters_of(pl.col("valid_to").dt.offset_by("1d")).fill_null(BEYOND),
    )
    now = np.asarray(quarters)[:, np.newaxis]
    there: Flags = (councils["begins"].to_numpy() <= now) & (now < councils["ends"].to_numpy())
    return there


def _directors(facts: Facts) -> dict[str, Numbers]:
    """Tenure and interim posts where a director was met at an inspection: shape (quarters, councils)."""
    rows = {code: row for row, code in enumerate(facts.councils["la_code"])}
    shape = (LAST_RECORDED_QUARTER + 1, len(rows))
    tenure, interim = np.full(shape, np.nan), np.full(shape, np.nan)
    met = facts.director_tenure.with_columns(quarter=quarters_of(pl.col("publication_date")))
    for one in met.drop_nulls("tenure_months_at_inspection").iter_rows(named=True):
        place = one["quarter"], rows[one["la_code"]]
        tenure[place] = one["tenure_months_at_inspection"]
        interim[place] = np.nan if one["interim"] is None else float(one["interim"])
    return {"tenure": tenure, "interim": interim}


def _by_year(facts: Facts) -> dict[str, Numbers]:
    """Staff, work and spending of councils' own returns: shape (5, councils)."""
    own = pl.col("joint_return").is_null()
    table = facts.council_years.filter(pl.col("year").is_in(list(YEARS)))
    table = facts.councils.select("la_code").join(table, on="la_code", how="left").sort("la_code")
    columns = {
        "turnover": pl.when(own).then("turnover_pct"),
        "vacancy": pl.when(own).then("vacancy_pct"),
        "agency": pl.when(own).then("agency_pct"),
        "caseload": pl.when(own & (pl.col("year") >= NEW_CASELOADS)).then("caseload"),
        "work": pl.col("section_47_rate_10k") * pl.col("children"),
        "looked_after": pl.col("looked_after"),
        "spending": pl.col("spend_total_gbp") / MILLION,
    }
    values = {name: np.full((len(YEARS), facts.councils.height), np.nan) for name in columns}
    codes = facts.councils["la_code"].to_list()
    for year, rows in table.select("la_code", "year", **columns).group_by("year"):
        if year[0] is None:
            continue
        places = [codes.index(code) for code in rows["la_code"]]
        for name in columns:
            values[name][YEARS.index(year[0]), places] = rows[name].cast(float).fill_null(np.nan).to_numpy()
    for name in FINANCIAL:
        values[name][values[name] <= 0.0] = np.nan
    return values


# ---- Simulated histories


def simulated_panel(watched: Records, before: Codes, first: int = 0) -> Panel:
    """Simulated histories as the record would show them.

    Args:
        watched: of `model.ensemble.Block`, shape (histories, quarters, councils).
        before: `Grade` in force before the first quarter, shape (councils,) or (histories, councils).
        first: quarters from 2014Q1 to the first.
    """
    there = watched["exists"] == 1
    nowhere = ~there
    return Panel(
        first=first,
        before=np.broadcast_to(before, (len(watched), watched.shape[2])),
        exists=there,
        grade=watched["grade"],
        judged=watched["judged"],
        leadership=watched["leadership_judged"],
        tenure=np.where(nowhere, np.nan, watched["tenure"]),
        left=np.where(nowhere, np.nan, watched["director_event"] != DirectorEvent.NONE),
        interim=np.where(nowhere, np.nan, watched["interim"]),
        **_census(watched, there, first),
        **_financial_years(watched, there, first),
    )


def _census(watched: Records, there: Flags, first: int) -> dict[str, Numbers]:
    """Staff on 30 September of each year; unknown in years of which not all four quarters are there."""
    shape = len(watched), len(YEARS), watched.shape[2]
    found = {name: np.full(shape, np.nan) for name in STAFF}
    for i, year in enumerate(YEARS):
        end = quarter_of_census(year) - first
        if _is_whole(end, 0) and end < watched.shape[1]:
            whole = there[:, end - 3 : end + 1].all(axis=1)
            now = watched[:, end]
            permanent = np.where(whole, now["permanent"], np.nan)
            leavers = watched["leavers"][:, end - 3 : end + 1].sum(axis=1)
            found["turnover"][:, i] = PERCENT * leavers / permanent
            found["vacancy"][:, i] = vacancy_rate(permanent, now["posts"])
            found["agency"][:, i] = agency_share(now["agency"], permanent)
            found["caseload"][:, i] = np.where(whole, now["caseload"], np.nan)
    return found


def _financial_years(watched: Records, there: Flags, first: int) -> dict[str, Numbers]:
    """Work, children looked after and spending of years that end on 31 March."""
    shape = len(watched), len(YEARS), watched.shape[2]
    found = {name: np.full(shape, np.nan) for name in FINANCIAL}
    for i, year in enumerate(YEARS):
        end = quarter_of_march(year) - first
        if _is_whole(end, 0) and end < watched.shape[1]:
            quarters = slice(end - 3, end + 1)
            whole = there[:, quarters].all(axis=1)
            found["work"][:, i] = np.where(whole, watched["workload"][:, quarters].mean(axis=1), np.nan)
            found["spending"][:, i] = np.where(whole, watched["spending"][:, quarters].mean(axis=1), np.nan)
            found["looked_after"][:, i] = np.where(whole, watched["looked_after"][:, end], np.nan)
    return found


def _is_whole(end: int, start: int) -> bool:
    """Whether all four quarters of a year that ends with one come after a start."""
    return end - start >= QUARTERS_PER_YEAR - 1


def quarter_of_census(year: int) -> int:
    """Absolute quarter that ends on 30 September."""
    return QUARTERS_PER_YEAR * (year - FIRST_YEAR) + 2


def quarter_of_march(year: int) -> int:
    """Absolute quarter that ends on 31 March."""
    return QUARTERS_PER_YEAR * (year - FIRST_YEAR)


def blotted(panel: Panel, record: Panel) -> Panel:
    """A panel without what the record does not know of the same councils and years."""
    unknown = {
        name: np.where(np.isnan(getattr(record, name)), np.nan, getattr(panel, name))
        for name in (*STAFF, *FINANCIAL)
    }
    parts = {name: getattr(panel, name) for name in panel.__dataclass_fields__}
    return Panel(**{**parts, **unknown})


def spliced(record: Panel, simulated: Panel) -> Panel:
    """Histories that are the record's until the simulated ones begin.

    Work, children looked after and spending of earlier years are unknown, for they are on other scales.
    """
    if simulated.first == 0:
        return simulated
    until = record.until(simulated.first)

    def repeated(values: Records) -> Records:
        return np.repeat(values, simulated.histories, axis=0)

    parts: dict[str, Records] = {
        name: np.concatenate([repeated(getattr(until, name)), getattr(simulated, name)], axis=1)
        for name in BY_QUARTER
    }
    for name in STAFF:
        known = repeated(getattr(until, name))
        parts[name] = np.where(np.isnan(known), getattr(simulated, name), known)
    return replace(simulated, first=0, before=repeated(record.before), **parts)


def judged_under_sif(panel: Panel) -> Flags:
    """Judgements published before ILACS: shape of `grade`."""
    quarters = panel.first + np.arange(panel.quarters)
    under: Flags = (panel.judged > Grade.NOT_JUDGED) & (quarters < SIF_ENDED)[:, np.newaxis]
    return under
