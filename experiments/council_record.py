"""What is on record of one council to the end of 2019: judgements, directors, interventions, arrangements.

Read from the tables of facts and nothing else. What is not in them may have happened all the same: the tables
of interventions and of arrangements are known to be incomplete, and directors are known only from
inspections.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from model.facts import Facts
from model.history import PARTNERS_NAMED
from model.quarters import FIRST_YEAR, LAST_RECORDED_QUARTER, format_quarter

END = FIRST_YEAR + (LAST_RECORDED_QUARTER + 1) / 4
"""Where the record ends, in years."""

JUDGEMENT, DIRECTOR, INTERVENTION, ARRANGEMENT, BOUNDARIES = (
    "Judgement",
    "Director",
    "Intervention",
    "Arrangement",
    "Boundaries",
)
"""Kinds of events."""

FRAMEWORKS = {
    "SIF": "single inspection framework",
    "ILACS": "inspection of local authority children’s services",
    "SLAC": "safeguarding and looked-after children, judgement of safeguarding",
    "CPI": "child protection inspection",
    "CPRI": "child protection re-inspection",
}
PARTS = {
    "leadership": "leadership",
    "help_protection": "help and protection",
    "in_care": "children in care",
    "care_leavers": "care leavers",
    "adoption": "adoption",
}


@dataclass(frozen=True)
class Event:
    """Something on record.

    Attributes:
        when: its date as far as it is known, as it is written in the tables.
        year: where it stands on an axis of years.
        kind: one of the five.
        what: in a few words.
        detail: more of it.
        source: where the table has it from.
        link: address of the source, if it has one.
        grade: of a judgement of the whole service, as it was worded then.
        since: of a director, when the post was taken, in years.
        until: of an arrangement, its end, in years.
    """

    when: str
    year: float
    kind: str
    what: str
    detail: str = ""
    source: str = ""
    link: str = ""
    grade: str = ""
    since: float | None = field(default=None)
    until: float | None = field(default=None)


def council_record(facts: Facts, row: int) -> list[Event]:
    """What is on record of the council of a row of the master table, in the order of time."""
    code = facts.councils["la_code"][row]
    found = [
        *_before_2013(facts, code),
        *_judgements(facts, code),
        *_directors(facts, code),
        *_interventions(facts, code),
        *_arrangements(facts, code),
        *_boundaries(facts, code),
    ]
    return sorted(found, key=lambda event: event.year)


def year_of_date(text: str) -> float:
    """Where a date stands on an axis of years: a month or a year stands for its middle."""
    year, *rest = (int(part) for part in text.split("-"))
    if not rest:
        return year + 0.5
    day = rest[1] if len(rest) > 1 else 15
    return year + (rest[0] - 1) / 12 + (day - 0.5) / 365.25


def _own(table: pl.DataFrame, code: int) -> Iterator[dict[str, object]]:
    return table.filter(pl.col("la_code") == code).iter_rows(named=True)


def _sourced(source: object, link: object = None) -> tuple[str, str]:
    """A source with its link; some tables have nothing but the link."""
    text, address = str(source or ""), str(link or "")
    if text.startswith("http"):
        return text.split("/")[2], text
    return text, address if address.startswith("http") else ""


def _framework(given: str) -> str:
    """A framework in its letters and in words."""
    letters = given.split()[0]
    return f"{given}, {FRAMEWORKS[letters]}"


def _before_2013(facts: Facts, code: int) -> Iterator[Event]:
    dated = set()
    for row in _own(facts.inspections_before_2013, code):
        when = str(row["publication_date"])
        dated.add(when[:4])
        yield Event(
            when,
            year_of_date(when),
            JUDGEMENT,
            str(row["grade"]),
            _framework(str(row["framework"])),
            "Ofsted, dated inspections before 2013",
            grade=str(row["grade"]),
        )
    for row in _own(facts.judgements_before_2013, code):
        when = str(row["inspected"])
        if row["domain"] == "safeguarding" and when[:4] in dated:
            continue
        yield Event(
            when,
            year_of_date(when),
            JUDGEMENT,
            f"{row['grade']}, of {row['domain']} children" if row["domain"] != "safeguarding" else
            f"{row['grade']}, of safeguarding",
            "as restated later, second hand",
            "Ofsted, judgements before 2013 as restated later",
            grade=str(row["grade"]) if row["domain"] == "safeguarding" else "",
        )  # fmt: skip


def _judgements(facts: Facts, code: int) -> Iterator[Event]:
    for row in _own(facts.judgements, code):
        day = row["publication_date"]
        quarter = int(str(row["publication_quarter"]))
        parts = [
            f"{title}: {str(row[name]).lower()}"
            for name, title in PARTS.items()
            if row[name] is not None and row[name] != row["overall"]
        ]
        yield Event(
            str(day) if day else format_quarter(quarter),
            year_of_date(str(day)) if day else FIRST_YEAR + (quarter + 0.5) / 4,
            JUDGEMENT,
            str(row["overall"]),
            f"{row['framework']}, {row['inspection_type']}"
            + (f"; {', '.join(parts)}" if parts else "; all parts judged alike"),
            *_sourced(row["source"], row["source_ref"]),
            grade=str(row["overall"]),
        )


def _directors(facts: Facts, code: int) -> Iterator[Event]:
    for row in _own(facts.director_tenure, code):
        met = str(row["inspection_start"] or row["publication_date"])
        interim = "Interim director" if row["interim"] else "Director"
        since = str(row["in_post_since"])
        months = row["tenure_months_at_inspection"]
        yield Event(
            met,
            year_of_date(met),
            DIRECTOR,
            f"{interim} in post since {since}",
            f"{months} months when met at the inspection" if months is not None else "",
            "Ofsted report of that inspection",
            since=year_of_date(since),
        )


def _interventions(facts: Facts, code: int) -> Iterator[Event]:
    for row in _own(facts.interventions, code):
        when, what = str(row["date"]), str(row["event"])
        scope = str(row["scope"] or "").replace("csc", "children’s social care")
        yield Event(
            when, year_of_date(when), INTERVENTION, what.capitalize(), scope, *_sourced(row["source"])
        )


def _arrangements(facts: Facts, code: int) -> Iterator[Event]:
    for row in _own(facts.trusts, code):
        when = str(row["start"])
        end = row["end"]
        yield Event(
            when,
            year_of_date(when),
            ARRANGEMENT,
            f"{row['trust']} begins",
            f"{row['basis'] or 'basis not known'}" + (f"; to {end}" if end else ""),
            *_sourced(row["source"]),
            until=year_of_date(str(end)) if end else None,
        )
    for row in _own(facts.partners_in_practice, code):
        lead = "first named" if row["rank"] == 1 else "named with others"
        yield Event(
            format_quarter(PARTNERS_NAMED),
            FIRST_YEAR + (PARTNERS_NAMED + 0.5) / 4,
            ARRANGEMENT,
            "Named a partner in practice",
            f"helps others; partnership {row['partnership']}, {lead}",
            "Department for Education, December 2015",
        )


def _boundaries(facts: Facts, code: int) -> Iterator[Event]:
    names = dict(facts.councils.select("la_code", "name").iter_rows())
    changes = facts.boundary_changes
    for side, other, verb in (
        ("predecessor_la_code", "successor_la_code", "Closed; its area goes to"),
        ("successor_la_code", "predecessor_la_code", "Founded, from the area of"),
    ):
        own = changes.filter(pl.col(side) == code)
        for (quarter,), rows in own.group_by("effective_quarter", maintain_order=True):
            others = " and ".join(names[each] for each in rows[other])
            yield Event(
                format_quarter(int(str(quarter))),
                FIRST_YEAR + int(str(quarter)) / 4,
                BOUNDARIES,
                f"{verb} {others}",
                "",
                "boundary changes",
            )
