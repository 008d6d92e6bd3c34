"""What is known about the real councils: the tables in `data/`, checked, and the start they give.

The tables hold published facts up to December 2019 and nothing imputed: a blank is unknown. Row i of
`councils` is master row i everywhere in the model. `starting_facts` is the one place where gaps are
filled, and it says which. Luck, latent quality and anything else that is drawn belongs elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import polars as pl

from model.codes import Grade
from model.consistency import contradictions
from model.quarters import LAST_RECORDED_QUARTER, quarter_index, quarters_of
from model.tables import (
    DICTIONARY,
    FactsError,
    Problem,
    broken_references,
    read_dictionary,
    read_table,
    refuse,
)

__all__ = [
    "GRADE_CODES",
    "Facts",
    "FactsError",
    "census_published",
    "facts_until",
    "load_facts",
    "starting_facts",
    "year_to_march_published",
]

GRADE_CODES = {
    "Outstanding": int(Grade.OUTSTANDING),
    "Good": int(Grade.GOOD),
    "Adequate": int(Grade.REQUIRES_IMPROVEMENT),
    "Requires improvement": int(Grade.REQUIRES_IMPROVEMENT),
    "Inadequate": int(Grade.INADEQUATE),
}
"""Code of each judgement; "Adequate", the third grade until 2013, was an easier bar than its successor."""

SOCIAL_WORKERS_PER_CHILD = 0.0022
"""Full-time equivalents per child where a council's own count is unknown (assumed)."""

JOINT_RETURN_YEAR = 2016
"""Kingston and Richmond's first true joint return; the count flagged as joint in 2015 covers one of them."""

CENSUS_COLUMNS = (
    *("social_workers_fte", "starters_fte", "leavers_fte"),
    *("turnover_pct", "agency_pct", "vacancy_pct", "caseload", "absence_pct"),
)
"""Of a census on 30 September."""

POPULATION_COLUMNS = ("la_code", "year", "joint_return", "children")
"""Of `council_years`: what is taken to be known at any time. All others speak of the year to March."""

_FILLED = ("children", "idaci", "social_worker_fte", "vacancy_2015", "agency_2015")
_STARTING_COLUMNS = (
    *("la_code", "exists_2014", "region"),
    *("legacy_grade", "legacy_grade_quarter", "first_inspection_quarter"),
    *_FILLED,
    *(f"{name}_filled" for name in _FILLED),
)


@dataclass(frozen=True, eq=False)
class Facts:
    """The tables of facts; their columns, units and sources are in `data/dictionary.csv`."""

    councils: pl.DataFrame
    boundary_changes: pl.DataFrame
    judgements: pl.DataFrame
    judgements_before_2013: pl.DataFrame
    inspections_before_2013: pl.DataFrame
    council_years: pl.DataFrame
    director_tenure: pl.DataFrame
    statistical_neighbours: pl.DataFrame
    geographic_neighbours: pl.DataFrame
    hex_positions: pl.DataFrame
    interventions: pl.DataFrame
    trusts: pl.DataFrame
    partners_in_practice: pl.DataFrame


def load_facts(folder: Traversable | None = None) -> Facts:
    """Load and check every table of a folder; without a folder, those that come with the model.

    Raises:
        FactsError: A line for each cell that is not allowed: file, line, column, value, and what is allowed.
    """
    return _shipped_facts() if folder is None else _read_facts(folder)


@cache
def _shipped_facts() -> Facts:
    return _read_facts(files("model") / "data")


def _read_facts(folder: Traversable) -> Facts:
    dictionary = read_dictionary(folder)
    expected = [field.name for field in fields(Facts)]
    if list(dictionary) != expected:
        raise FactsError(
            f"{DICTIONARY}: describes {', '.join(dictionary)}, but must describe {', '.join(expected)}"
        )
    tables: dict[str, pl.DataFrame] = {}
    problems: list[Problem] = []
    for table, columns in dictionary.items():
        tables[table], found = read_table(folder, table, columns)
        problems += found
    refuse(problems)
    refuse(broken_references(tables, dictionary))
    refuse(contradictions(tables))
    return Facts(**tables)


def census_published(year: int) -> int:
    """Absolute quarter in which the census of a year's September is published: the first of the next year."""
    return quarter_index(year + 1, 1)


def year_to_march_published(year: int) -> int:
    """Absolute quarter in which figures of the year to March are published: the last of that year."""
    return quarter_index(year, 12)


def facts_until(facts: Facts, quarter: int) -> Facts:
    """The facts as they had been published by the end of a quarter: the rest is unknown.

    Judgements, directors, and figures of staff, work and spending are cut. What is said of intervention,
    trusts and partners in practice bears the date on which it happened in public.
    """
    years = facts.council_years["year"].unique()
    census = pl.col("year").is_in([year for year in years if census_published(year) <= quarter])
    to_march = pl.col("year").is_in([year for year in years if year_to_march_published(year) <= quarter])
    return replace(
        facts,
        judgements=facts.judgements.filter(pl.col("publication_quarter") <= quarter),
        director_tenure=facts.director_tenure.filter(quarters_of(pl.col("publication_date")) <= quarter),
        council_years=facts.council_years.with_columns(
            pl.when(census if name in CENSUS_COLUMNS else to_march).then(name).alias(name)
            for name in facts.council_years.columns
            if name not in POPULATION_COLUMNS
        ),
    )


def starting_facts(facts: Facts, known_until: int = LAST_RECORDED_QUARTER) -> pl.DataFrame:
    """What each council was like at the start of 2014, gaps filled: one row for each master row.

    Nothing is used that was published after a quarter, `known_until`, but for populations. By default that
    is all of the record.

    Columns: `la_code`; `exists_2014`; `region` (0-8, the nine regions in alphabetical order);
    `legacy_grade` (code of the last judgement before the single inspection framework, 0 unknown) and
    `legacy_grade_quarter`; `first_inspection_quarter` (first judgement under that framework; both
    absolute, null for councils founded later and while it is not published); `children` (0-17,
    mid-2014); `idaci` (share of children); `social_worker_fte` (mean of September 2015 and 2016);
    `vacancy_2015` and `agency_2015` (percent). For each of the last five a column `..._filled` says where
    the value is not the council's own published one. How gaps are filled:

    - children: looked-after children at March 2015 over their published rate, good to 1 %;
    - IDACI: the successors' mean, weighted by the children who went to each;
    - social workers: the joint return of Kingston and Richmond is shared out by children; else
      0.0022 per child;
    - vacancy and agency rates: the mean of the councils, null before the first census is published;
    - councils founded after 2014: the predecessors' children and social workers by the shares in
      `boundary_changes`, their rates averaged with the children as weights.
    """
    published = facts if known_until >= LAST_RECORDED_QUARTER else facts_until(facts, known_until)
    known = facts.councils.select(
        "la_code",
        exists_2014=pl.col("valid_from").is_null(),
        region=(pl.col("region9").rank("dense") - 1).cast(int),
        children="children_mid_2014",
        idaci="idaci_2019_score",
        idaci_filled=pl.col("deprivation_basis").ne_missing("own area"),
    )
    for part in (_legacy_grades(facts), _first_inspections(published), _workforce_2015(published)):
        known = known.join(part, on="la_code", how="left")
    gappy = ("children", "social_worker_fte", "vacancy_2015", "agency_2015")
    known = known.with_columns(pl.col(*gappy).is_null().name.suffix("_filled"))
    filled = _fill_from_successors(_fill_gaps_of_2014(known, facts, published), facts)
    return _fill_from_predecessors(filled, facts).sort("la_code").select(*_STARTING_COLUMNS)


def _legacy_grades(facts: Facts) -> pl.DataFrame:
    """Last dated judgement of each council before the single inspection framework."""
    latest = facts.inspections_before_2013.sort("publication_date").group_by("la_code").last()
    graded = latest.select(
        "la_code",
        legacy_grade=pl.col("grade").replace_strict(GRADE_CODES, return_dtype=pl.Int64),
        legacy_grade_quarter=quarters_of(pl.col("publication_date")),
    )
    every = facts.councils.select("la_code").join(graded, on="la_code", how="left")
    return every.with_columns(pl.col("legacy_grade").fill_null(int(Grade.NOT_JUDGED)))


def _first_inspections(facts: Facts) -> pl.DataFrame:
    """Quarter of each council's first judgement under the single inspection framework."""
    first = pl.col("framework").eq("SIF") & pl.col("inspection_type").eq("first")
    return facts.judgements.filter(first).select("la_code", first_inspection_quarter="publication_quarter")


def _workforce_2015(facts: Facts) -> pl.DataFrame:
    """Each council's own social workers, and its vacancy and agency rates, where they are published."""
    own_count = pl.col("social_workers_fte").filter(pl.col("joint_return").is_null())
    first_year = pl.col("year") == 2015
    return (
        facts.council_years.filter(pl.col("year").is_in([2015, 2016]))
        .group_by("la_code")
        .agg(
            social_worker_fte=own_count.mean(),
            vacancy_2015=pl.col("vacancy_pct").filter(first_year).first(),
            agency_2015=pl.col("agency_pct").filter(first_year).first(),
        )
    )


def _fill_gaps_of_2014(known: pl.DataFrame, facts: Facts, published: Facts) -> pl.DataFrame:
    """Fill the gaps of the councils of 2014 from other published figures, else from the other councils.

    Children looked after stand in for a population, and so are read from all facts.
    """
    years = published.council_years
    looked_after = facts.council_years.filter(pl.col("year") == 2015).select(
        "la_code", by_looked_after=10_000 * pl.col("looked_after") / pl.col("looked_after_rate_10k")
    )
    joint = years.filter(pl.col("year") == JOINT_RETURN_YEAR, pl.col("joint_return").is_not_null())
    sharing = years.filter(pl.col("joint_return").is_not_null())["la_code"].unique().to_list()
    children = pl.col("children")
    share_of_joint = children / children.filter(pl.col("la_code").is_in(sharing)).sum()
    joint_fte = pl.when(pl.col("la_code").is_in(sharing)).then(
        joint["social_workers_fte"].max() * share_of_joint
    )
    existing = pl.col("exists_2014")
    return (
        known.join(looked_after, on="la_code", how="left")
        .with_columns(pl.coalesce(children.cast(float), pl.col("by_looked_after").round()).alias("children"))
        .with_columns(
            pl.coalesce("social_worker_fte", joint_fte, children * SOCIAL_WORKERS_PER_CHILD).alias(
                "social_worker_fte"
            ),
            *(
                pl.when(existing)
                .then(pl.col(rate).fill_null(pl.col(rate).filter(existing).mean()))
                .alias(rate)
                for rate in ("vacancy_2015", "agency_2015")
            ),
        )
    )


def _fill_from_successors(known: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Give an abolished council without a published deprivation score that of the councils it became."""
    changes = facts.boundary_changes.join(known, left_on="successor_la_code", right_on="la_code")
    deprivation = changes.group_by(la_code="predecessor_la_code", maintain_order=True).agg(
        of_successors=(pl.col("idaci") * pl.col("share_of_children")).sum()
    )
    known = known.join(deprivation, on="la_code", how="left")
    return known.with_columns(pl.coalesce("idaci", "of_successors").alias("idaci"))


def _fill_from_predecessors(known: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Give a council founded after 2014 what its area's children, social workers and rates were then."""
    changes = facts.boundary_changes.join(known, left_on="predecessor_la_code", right_on="la_code")
    share = pl.col("share_of_children")
    moved = share * pl.col("children")
    inherited = changes.group_by(la_code="successor_la_code", maintain_order=True).agg(
        moved.sum().alias("children"),
        (share * pl.col("social_worker_fte")).sum().alias("social_worker_fte"),
        *(
            ((moved * pl.col(rate)).sum() / moved.sum()).alias(rate)
            for rate in ("vacancy_2015", "agency_2015")
        ),
    )
    known = known.join(inherited, on="la_code", how="left", suffix="_inherited")
    names = ("children", "social_worker_fte", "vacancy_2015", "agency_2015")
    return known.with_columns(pl.coalesce(name, f"{name}_inherited").alias(name) for name in names)
