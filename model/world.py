"""The world of one run: its agents, and the tables they read and keep.

The same bundle holds Mesa agents in the interpreted model and arrays of records in the compiled one.
"""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from model.agents import Council, Nation, Partner, Provider, Region
from model.state import State, fresh


class CalendarEntry(State):
    """What is known beforehand of a quarter."""

    year: Annotated[int, fresh("year", "calendar year")]
    period: Annotated[int, fresh("code", "period of national funding: `FundingPeriod`")]
    funding_step: Annotated[float, fresh("0/1", "0 in 2014Q1, to which funding is related")]
    quarters_recorded: Annotated[float, fresh("quarters", "since 2014Q1, at most to 2025Q4")]
    quarters_after_record: Annotated[float, fresh("quarters", "since 2025Q4")]
    looked_after: Annotated[float, fresh("log", "children looked after, against 2014Q1")]
    graduate_schemes: Annotated[float, fresh("0/1", "whether graduate schemes run")]
    ilacs: Annotated[int, fresh("0/1", "inspection under ILACS rather than SIF")]
    ilacs_in: Annotated[float, fresh("quarters", "until ILACS begins; 0 once it has")]
    suspended: Annotated[int, fresh("0/1", "inspections suspended")]


class BoundaryChange(State):
    """A part of an old council that becomes part of a new one."""

    quarter: Annotated[int, fresh("quarter", "when it takes effect")]
    predecessor: Annotated[int, fresh("row", "row of the old council")]
    successor: Annotated[int, fresh("row", "row of the new council")]
    share: Annotated[float, fresh("share", "of the old council's children who go there")]


class Duration(State):
    """Councils that reached a duration, and what became of them there: the run's life table."""

    still_inadequate: Annotated[int, fresh("council-quarters", "inadequate this long after the judgement")]
    got_better: Annotated[int, fresh("councils", "judged better at this duration")]
    not_yet_good: Annotated[int, fresh("council-quarters", "not yet judged good this long after it")]
    got_good: Annotated[int, fresh("councils", "judged good or outstanding at this duration")]
    may_relapse: Annotated[int, fresh("council-quarters", "not inadequate again this long after the exit")]
    relapsed: Annotated[int, fresh("councils", "judged inadequate again at this duration")]


class Place(State):
    """A place in the order of councils by quality, kept from quarter to quarter so that sorting is quick."""

    row: Annotated[int, fresh("row", "row of the council in this place")]
    quality: Annotated[float, fresh("points", "its quality")]


class Neighbour(State):
    """One place in a council's list of statistical neighbours, the nearest first."""

    row: Annotated[int, fresh("row", "row of the neighbour; -1 where the list is shorter")]


class Origin(State):
    """What a council starts from: the facts of 2014, and the luck of what is not known of it."""

    exists: Annotated[int, fresh("0/1", "whether it existed in 2014Q1")]
    takes_part: Annotated[int, fresh("0/1", "whether the run includes it")]
    region: Annotated[int, fresh("row", "row of its region")]
    legacy_grade: Annotated[int, fresh("code", "last judgement under the old framework: `Grade`")]
    since_legacy: Annotated[float, fresh("quarters", "from that judgement to 2014Q1")]
    first_inspection: Annotated[float, fresh("quarter", "publication of its first SIF judgement")]
    children: Annotated[float, fresh("children", "aged 0-17 in mid 2014")]
    size: Annotated[float, fresh("ratio", "children against the average council")]
    deprivation: Annotated[float, fresh("standard deviations", "income deprivation affecting children")]
    social_workers: Annotated[float, fresh("FTE", "permanent social workers, 2015-16")]
    vacancy_2015: Annotated[float, fresh("share of posts", "vacancy rate, 2015")]
    legacy_score: Annotated[float, fresh("normal", "a score within the band of the old judgement")]
    schedule_score: Annotated[float, fresh("normal", "rank of the date of the first SIF judgement")]
    quality: Annotated[float, fresh("normal", "luck: quality")]
    vacancy: Annotated[float, fresh("normal", "luck: vacancy")]
    pressure: Annotated[float, fresh("normal", "luck: work pressure")]
    reserves: Annotated[float, fresh("normal", "luck: reserves")]
    director_skill: Annotated[float, fresh("normal", "luck: the director's skill")]
    chief_executive: Annotated[float, fresh("normal", "luck: the chief executive's engagement")]
    capacity: Annotated[float, fresh("normal", "luck: improvement capacity")]
    hiring: Annotated[float, fresh("normal", "luck: passing hiring conditions")]
    tenure: Annotated[float, fresh("uniform", "luck: the director's tenure")]
    interim: Annotated[float, fresh("uniform", "luck: whether the director is an interim")]


class ProviderOrigin(State):
    """The luck of a provider."""

    skill: Annotated[float, fresh("normal", "luck: skill of its staff")]
    leadership: Annotated[float, fresh("normal", "luck: skill of its leaders")]
    cost: Annotated[float, fresh("uniform", "luck: its cost")]
    margin: Annotated[float, fresh("uniform", "luck: the margin it asks")]


class PartnerOrigin(State):
    """The luck of a partner."""

    expertise: Annotated[float, fresh("normal", "luck: an adviser's expertise")]


class World(NamedTuple):
    """Everything that the rules of one run act on."""

    nation: Nation
    councils: Sequence[Council]
    regions: Sequence[Region]
    partners: Sequence[Partner]
    providers: Sequence[Provider]
    calendar: Sequence[CalendarEntry]
    changes: Sequence[BoundaryChange]
    durations: Sequence[Duration]
    places: Sequence[Place]
    neighbours: Sequence[Neighbour]
