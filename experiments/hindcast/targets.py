"""The measures of the record against which the model is held: each is one function of a panel.

A measure does not know whether a panel is the record or a simulated history. It returns several figures at
once, each with a name, one value a history, and beside shares and means the number of cases behind them. Of
shares that add to one, one is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from experiments.arrays import Codes, Flags, Numbers, mean_of_known
from experiments.hindcast.events import (
    LifeTable,
    exits,
    failures,
    first_judgements,
    life_table,
    mean_around,
)
from experiments.hindcast.panel import (
    NEW_CASELOADS,
    STAFF,
    YEARS,
    Panel,
    judged_under_sif,
    quarter_of_census,
    quarter_of_march,
)
from experiments.units import MONTHS_PER_QUARTER, PERCENT, QUARTERS_PER_YEAR
from model.codes import Grade
from model.facts import load_facts, starting_facts
from model.quarters import FIRST_YEAR


class Figure(NamedTuple):
    """One figure of every history.

    Attributes:
        values: shape (histories,); not a number where nobody was seen.
        cases: behind a share, a mean or a correlation, shape (histories,); None for plain counts.
    """

    values: Numbers
    cases: Numbers | None = None


Figures = dict[str, Figure]

GRADES = {
    "outstanding": Grade.OUTSTANDING,
    "good": Grade.GOOD,
    "requires improvement": Grade.REQUIRES_IMPROVEMENT,
    "inadequate": Grade.INADEQUATE,
}
WITHOUT_ONE = {name: GRADES[name] for name in ("outstanding", "good", "inadequate")}
"""Shares add to 100: that of requires improvement follows from the others."""


@dataclass(frozen=True)
class Measure:
    """A group of figures that answer one question of the record.

    Attributes:
        name: short, for files.
        title: for people.
        unit: of every figure.
        figures: of a panel, by name.
        neutral: what every figure would be if what the measure asks after had no effect; None where there is
            no such value.
    """

    name: str
    title: str
    unit: str
    figures: Callable[[Panel], Figures]
    neutral: float | None = None


MEASURES: dict[str, Measure] = {}
"""All measures by name, in the order in which they are shown."""


def measured(
    name: str, title: str, unit: str, neutral: float | None = None
) -> Callable[[Callable[[Panel], Figures]], Callable[[Panel], Figures]]:
    """Enter a function of a panel among the measures."""

    def entered(figures: Callable[[Panel], Figures]) -> Callable[[Panel], Figures]:
        MEASURES[name] = Measure(name, title, unit, figures, neutral)
        return figures

    return entered


def all_figures(panel: Panel) -> dict[str, Numbers]:
    """Every figure of a panel, by `measure: figure`, each of shape (histories,)."""
    return {name: figure.values for name, figure in _every(panel).items()}


def all_cases(panel: Panel) -> dict[str, Numbers]:
    """How many cases stand behind every figure of a panel that has any, likewise."""
    return {name: figure.cases for name, figure in _every(panel).items() if figure.cases is not None}


def _every(panel: Panel) -> Figures:
    return {
        f"{name}: {figure}": found
        for name, measure in MEASURES.items()
        for figure, found in measure.figures(panel).items()
    }


# ---- Judgements


@measured("stock", "Councils by judgement in force at the end of the year", "%")
def stock(panel: Panel) -> Figures:
    """Share of the councils that are judged, by grade, at the end of each year."""
    found = {}
    for quarter in range(panel.quarters):
        year, place = divmod(panel.first + quarter, QUARTERS_PER_YEAR)
        if place == QUARTERS_PER_YEAR - 1:
            judged = panel.grade[:, quarter] > Grade.NOT_JUDGED
            for name, grade in WITHOUT_ONE.items():
                found[f"{name}, {FIRST_YEAR + year}"] = _percent(panel.grade[:, quarter] == grade, judged)
    return found


@measured("first judgement", "First judgement since 2014, by the last judgement before", "%")
def first_judgement(panel: Panel) -> Figures:
    """Shares of grades among first judgements, of all councils and by the grade they had before."""
    first = first_judgements(panel)
    found = {f"{name}, all": _percent(panel.judged == grade, first) for name, grade in WITHOUT_ONE.items()}
    for before in ("good", "requires improvement", "inadequate"):
        which = first & (panel.previous == GRADES[before])
        for name, grade in WITHOUT_ONE.items():
            found[f"{name}, was {before}"] = _percent(panel.judged == grade, which)
    return found


@measured("next judgement", "Next judgement, by the one before", "%")
def next_judgement(panel: Panel) -> Figures:
    """Shares of grades among judgements after the first, by the grade that was in force."""
    later = (panel.judged > Grade.NOT_JUDGED) & ~first_judgements(panel)
    found = {}
    for before in ("good", "requires improvement", "inadequate"):
        which = later & (panel.previous == GRADES[before])
        for name, grade in WITHOUT_ONE.items():
            found[f"{name}, was {before}"] = _percent(panel.judged == grade, which)
    return found


@measured("time inadequate", "Judged better by so many months after a judgement of inadequate", "%")
def time_inadequate(panel: Panel) -> Figures:
    """Kaplan and Meier's share with a better judgement, of spells that begin in the panel."""
    table = life_table(failures(panel), exits(panel), panel.exists)
    return {f"{m} months": _happened(table, m) for m in (24, 30, 36, 48)}


@measured("time to good", "Judged good or better by so many months after a judgement of inadequate", "%")
def time_to_good(panel: Panel) -> Figures:
    """Kaplan and Meier's share with a good judgement, of spells that begin in the panel."""
    good = (panel.judged > Grade.NOT_JUDGED) & (panel.judged <= Grade.GOOD)
    table = life_table(failures(panel), good, panel.exists)
    return {f"{m} months": _happened(table, m) for m in (36, 48)}


@measured("relapse", "Exits from inadequate that were followed by another failure", "%")
def relapse(panel: Panel) -> Figures:
    """Kaplan and Meier's share judged inadequate again within three years, and all that were so far."""
    left = exits(panel)
    table = life_table(left, failures(panel), panel.exists)
    return {
        "within 36 months": _happened(table, 36),
        "so far": _share(table.events.sum(axis=1), left.sum(axis=(1, 2))),
    }


@measured("new failures", "Councils newly judged inadequate", "a year")
def new_failures(panel: Panel) -> Figures:
    """Entries into inadequate: a year on average, over the whole record and over its first half."""
    failed = failures(panel).sum(axis=2)
    years = panel.quarters / QUARTERS_PER_YEAR
    half = panel.quarters // 2
    return {
        "all years": Figure(failed.sum(axis=1) / years),
        "first half": Figure(failed[:, :half].sum(axis=1) / (half / QUARTERS_PER_YEAR)),
    }


@measured("failures from good", "Newly inadequate councils that were good or better before", "%")
def failures_from_good(panel: Panel) -> Figures:
    """Share of entries into inadequate that come from good or outstanding."""
    failed = failures(panel)
    well = (panel.previous > Grade.NOT_JUDGED) & (panel.previous <= Grade.GOOD)
    return {"all years": _percent(well, failed)}


@measured("inspections", "Judgements published", "a year")
def inspections(panel: Panel) -> Figures:
    """Judgements of each year."""
    held = (panel.judged > Grade.NOT_JUDGED).sum(axis=2)
    found = {}
    for quarter in range(panel.quarters):
        year, place = divmod(panel.first + quarter, QUARTERS_PER_YEAR)
        if place == 0 and quarter + QUARTERS_PER_YEAR <= panel.quarters:
            count = held[:, quarter : quarter + QUARTERS_PER_YEAR].sum(axis=1)
            found[str(FIRST_YEAR + year)] = Figure(count.astype(float))
    return found


@measured("inspection gaps", "Inspected again by so many months after a judgement", "%")
def inspection_gaps(panel: Panel) -> Figures:
    """Kaplan and Meier's share judged again, after an inadequate judgement and after any other under SIF."""
    held = panel.judged > Grade.NOT_JUDGED
    under_sif = judged_under_sif(panel)
    found: Figures = {}
    for name, which, months in (
        ("inadequate", held & (panel.judged == Grade.INADEQUATE), (24, 33)),
        ("other", held & (panel.judged != Grade.INADEQUATE) & under_sif, (36, 45, 54)),
    ):
        table = life_table(which, held, panel.exists)
        found |= {f"after {name}, {m} months": _happened(table, m) for m in months}
    return found


@measured("leadership", "Leadership judged as the whole service is", "%")
def leadership(panel: Panel) -> Figures:
    """Share of inadequate councils with inadequate leadership."""
    known = panel.leadership > Grade.NOT_JUDGED
    failed = known & (panel.judged == Grade.INADEQUATE)
    return {"inadequate, of inadequate": _percent(panel.leadership == Grade.INADEQUATE, failed)}


@measured(
    "deprivation",
    "Correlation of the first judgement (4 is inadequate) with child deprivation",
    "",
    neutral=0.0,
)
def deprivation(panel: Panel) -> Figures:
    """Pearson's correlation of the grade of the first judgement with the share of children in poverty."""
    first = first_judgements(panel)
    grade = np.where(first, panel.judged, 0).sum(axis=1)
    seen = grade > 0
    poverty = np.broadcast_to(starting_facts(load_facts())["idaci"].to_numpy(), grade.shape)
    return {"first judgement": _correlated(np.where(seen, grade, np.nan), poverty)}


# ---- Directors


@measured("tenure", "Directors' time in post when judged under SIF", "months or %")
def tenure(panel: Panel) -> Figures:
    """Median tenure in months, and the share of those in post for less than a year, by judgement."""
    found: Figures = {}
    known = judged_under_sif(panel) & ~np.isnan(panel.tenure)
    for name in ("good", "requires improvement", "inadequate"):
        which = known & (panel.judged == GRADES[name])
        served = np.where(which, panel.tenure, np.nan).reshape(panel.histories, -1)
        found[f"median, {name}"] = Figure(_median(served), which.sum(axis=(1, 2)) * 1.0)
        found[f"under a year, {name}"] = _percent(panel.tenure < 12.0, which)
    return found


@measured("directors", "Directors of children's services", "a year or %")
def directors(panel: Panel) -> Figures:
    """Changes of post-holder in the years to March of which counts were published, and interims in post."""
    found = {}
    for year in (2016, 2017, 2018, 2019):
        changes = _year_to_march(panel, panel.left, year)
        found[f"changes, year to March {year}"] = Figure(changes.sum(axis=(1, 2)))
    changed = _year_to_march(panel, panel.left, 2018).sum(axis=1)
    councils = np.where(np.isnan(changed), np.nan, changed > 0.0).sum(axis=1)
    found["councils with a change, year to March 2018"] = Figure(councils)
    interims = _year_to_march(panel, panel.interim, 2018)[:, -1]
    found["interims, March 2018"] = Figure(interims.sum(axis=1))
    return found


def _year_to_march(panel: Panel, values: Numbers, year: int) -> Numbers:
    """The four quarters of a year that ends on 31 March, 0 where no council is: (histories, 4, councils).

    Not a number throughout unless the panel knows of every council in each of the quarters.
    """
    end = quarter_of_march(year) - panel.first + 1
    begin = end - QUARTERS_PER_YEAR
    if begin < 0 or end > panel.quarters:
        return np.full((panel.histories, QUARTERS_PER_YEAR, values.shape[2]), np.nan)
    found = np.where(panel.exists[:, begin:end], values[:, begin:end], 0.0)
    unknown = np.isnan(found).any(axis=(1, 2), keepdims=True)
    return np.where(unknown, np.nan, found)


# ---- Staff


@measured("staff", "Staff of the average council", "% or cases")
def staff(panel: Panel) -> Figures:
    """Mean of the councils in the first, middle and last census; spread between councils; persistence."""
    found = {}
    for name in STAFF:
        values = getattr(panel, name)
        for year in (2015, 2017, 2019):
            if name != "caseload" or year >= NEW_CASELOADS:
                found[f"{name}, {year}"] = _average(values[:, YEARS.index(year)])
    for name in ("vacancy", "agency"):
        values = getattr(panel, name)
        cases = (~np.isnan(values)).sum(axis=(1, 2)) * 1.0
        found[f"{name}, spread"] = Figure(_spread_within_years(values), cases)
        found[f"{name}, persistence"] = _persistence(values)
    return found


@measured("staff by judgement", "Staff of councils by judgement in force", "% or cases")
def staff_by_judgement(panel: Panel) -> Figures:
    """Mean of council-years by the judgement in force at the census."""
    grade = _at(panel, panel.grade, [quarter_of_census(year) for year in YEARS])
    return {
        f"{quantity}, {name}": _average(np.where(grade == code, getattr(panel, quantity), np.nan))
        for quantity in STAFF
        for name, code in GRADES.items()
    }


@measured(
    "staff around a failure",
    "Staff above the average council, by years from the first census after a failure",
    "points",
    neutral=0.0,
)
def staff_around_failure(panel: Panel) -> Figures:
    """Excess over the mean of councils, from two years before a judgement of inadequate to three after.

    Year 0 is the first census on or after the judgement.
    """
    failed = failures(panel)
    quarters = panel.first + np.arange(panel.quarters)
    years = -((quarter_of_census(YEARS[0]) - quarters) // QUARTERS_PER_YEAR)
    found = {}
    for quantity in ("agency", "vacancy", "turnover", "caseload"):
        values = getattr(panel, quantity)
        excess = values - mean_of_known(values, axis=2)[..., np.newaxis]
        for offset in range(-2, 4):
            found[f"{quantity}, year {offset:+d}"] = Figure(*mean_around(excess, failed, years, offset))
    return found


# ---- Work and money


@measured(
    "work around a failure",
    "Statutory work, looked-after children and spending after a failure",
    "%",
    neutral=0.0,
)
def work_around_failure(panel: Panel) -> Figures:
    """Growth above the average council's since the financial year before a judgement of inadequate."""
    failed = failures(panel)
    quarters = panel.first + np.arange(panel.quarters)
    years = -((quarter_of_march(YEARS[0]) - quarters) // QUARTERS_PER_YEAR)
    found = {}
    for quantity, title in (("work", "work"), ("looked_after", "looked after"), ("spending", "spending")):
        logs = np.log(getattr(panel, quantity))
        excess = logs - mean_of_known(logs, axis=2)[..., np.newaxis]
        for offset in range(3 if quantity == "spending" else 4):  # spending is on record from 2016
            growth = _growth_since_before(excess, offset)
            mean, cases = mean_around(growth, failed, years, offset)
            found[f"{title}, year {offset:+d}"] = Figure(PERCENT * np.expm1(mean), cases)
    return found


def _growth_since_before(logs: Numbers, offset: int) -> Numbers:
    """Each year's value less that of the year before a failure `offset` years earlier."""
    growth = np.full(logs.shape, np.nan)
    growth[:, offset + 1 :] = logs[:, offset + 1 :] - logs[:, : logs.shape[1] - offset - 1]
    return growth


# ---- Arithmetic over histories


def _ratio(part: Numbers | Codes, whole: Numbers | Codes) -> Numbers:
    """Part over whole, not a number where the whole is none."""
    ratio: Numbers = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
    return ratio


def _share(part: Codes, whole: Codes) -> Figure:
    """Part of a whole in percent."""
    return Figure(PERCENT * _ratio(part, whole), whole.astype(float))


def _percent(which: Flags, among: Flags) -> Figure:
    """Share in percent of those among whom something is so."""
    axes = tuple(range(1, among.ndim))
    return _share((which & among).sum(axis=axes), among.sum(axis=axes))


def _happened(table: LifeTable, months: int) -> Figure:
    """Share in percent with the event within some months, of all who began to wait."""
    return Figure(PERCENT * table.happened_by(months // MONTHS_PER_QUARTER), table.began.astype(float))


def _average(values: Numbers) -> Figure:
    """Mean of what is known in each history."""
    flat = values.reshape(len(values), -1)
    return Figure(mean_of_known(flat), (~np.isnan(flat)).sum(axis=1) * 1.0)


def _median(values: Numbers) -> Numbers:
    """Median of what is known in each row; numpy's own is many times slower with unknown values."""
    count = (~np.isnan(values)).sum(axis=1)
    ordered = np.sort(values, axis=1)  # unknown values last
    rows = np.arange(len(values))
    low = ordered[rows, np.maximum(count - 1, 0) // 2]
    high = ordered[rows, np.minimum(count // 2, values.shape[1] - 1)]
    middle: Numbers = np.where(count > 0, (low + high) / 2.0, np.nan)
    return middle


def _correlated(one: Numbers, other: Numbers) -> Figure:
    """Pearson's correlation along the last axis of pairs that are both known."""
    known = ~np.isnan(one) & ~np.isnan(other)
    one, other = np.where(known, one, np.nan), np.where(known, other, np.nan)
    one = one - mean_of_known(one, axis=-1)[..., np.newaxis]
    other = other - mean_of_known(other, axis=-1)[..., np.newaxis]
    spread = np.sqrt(mean_of_known(one**2, axis=-1) * mean_of_known(other**2, axis=-1))
    return Figure(_ratio(mean_of_known(one * other, axis=-1), spread), known.sum(axis=-1) * 1.0)


def _spread_within_years(values: Numbers) -> Numbers:
    """Standard deviation between councils, years pooled."""
    deviation = values - mean_of_known(values, axis=2)[..., np.newaxis]
    spread: Numbers = np.sqrt(mean_of_known(deviation**2, axis=(1, 2)))
    return spread


def _persistence(values: Numbers) -> Figure:
    """Correlation of councils' values with those of the year before, years pooled, each about its mean."""
    deviation = values - mean_of_known(values, axis=2)[..., np.newaxis]
    before, after = deviation[:, :-1], deviation[:, 1:]
    flat = (len(values), -1)
    return _correlated(before.reshape(flat), after.reshape(flat))


def _at(panel: Panel, codes: Codes, quarters: list[int]) -> Codes:
    """A quantity in some absolute quarters; 0 in those outside the panel."""
    found = np.zeros((panel.histories, len(quarters), codes.shape[2]), codes.dtype)
    for i, quarter in enumerate(quarters):
        if 0 <= quarter - panel.first < panel.quarters:
            found[:, i] = codes[:, quarter - panel.first]
    return found
