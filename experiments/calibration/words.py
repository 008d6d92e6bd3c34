"""Whether a fit has come to rest, in sentences: for the screen, the fit's page and the findings."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

BETWEEN = {"waves": "the last two waves", "halves": "the halves of the last table"}
"""What is compared, by the end of its columns."""

MEDOIDS_ALIKE = 0.7
"""Standard deviations up to which two sets count as alike: half of what parts any two."""

WORST = 10
"""Parameters that are named where the worst are."""


class Marks(NamedTuple):
    """How what stands out is set, with `{}` for the words."""

    name: str = "{}"
    alarm: str = "{}"


PLAIN = Marks()


def rest_in_words(rest: pl.DataFrame, notes: Mapping[str, Any], marks: Marks = PLAIN) -> list[str]:
    """How far means moved between the last two waves, and between halves of the last; the worst by name.

    Args:
        rest: as `Convergence.table`.
        notes: those of `Convergence.notes` among them.
        marks: of parameters, and of what has not come to rest.
    """
    return [*(_moved(rest, title, notes, marks) for title in BETWEEN), *_medoids(notes)]


def _moved(rest: pl.DataFrame, title: str, notes: Mapping[str, Any], marks: Marks) -> str:
    known = rest.select("parameter", by=pl.col(f"moved_between_{title}").cast(float).abs()).drop_nulls()
    moved = known["by"].to_numpy()
    if known.is_empty():
        return (
            f"Between {BETWEEN[title]} nothing can be told: there are too few rows, or there is but one wave."
        )
    chance = notes[f"by_chance_between_{title}"]
    return (
        f"Between {BETWEEN[title]} means move by {moved.mean():.2f} standard deviations on average, the"
        f" worst by {moved.max():.2f}; chance leads the worst as far as {chance:.2f}, were sets"
        f" independent. {_beyond(known.filter(pl.col('by') > chance), marks)}"
    )


def _beyond(beyond: pl.DataFrame, marks: Marks) -> str:
    """Which parameters moved farther than chance does."""
    if beyond.is_empty():
        return "None moves farther."
    named = [
        f"{marks.name.format(name)} ({by:.2f})"
        for name, by in beyond.sort("by", descending=True).head(WORST).iter_rows()
    ]
    more = ", ..." if len(beyond) > WORST else ""
    alarm = marks.alarm.format(f"It has not come to rest in {len(beyond)}")
    return f"{alarm}, which move farther: {', '.join(named)}{more}."


def _medoids(notes: Mapping[str, Any]) -> list[str]:
    apart = notes.get("medoids_of_halves_apart")
    if apart is None:
        return []
    words = (
        f"The middle sets of the two halves are {apart:.1f} standard deviations apart in a usual parameter;"
        " any two sets are 1.4 apart."
    )
    if apart > MEDOIDS_ALIKE:
        words += (
            " Which set is in the middle, and so the defaults where the record is silent, is to a large part"
            " chance."
        )
    return [words]
