"""When runs may start and how long they may last: the one place that decides, and refuses the rest."""

from experiments.errors import StudyError, check_count
from experiments.units import QUARTERS_PER_YEAR
from model.ensemble import LONGEST_HORIZON
from model.quarters import format_quarter, parse_quarter
from model.replay import ALLOWED_STARTS, StartError, parse_start

USUAL_START, USUAL_QUARTERS = "2014Q1", 44
"""Where a run starts and how long it lasts unless something else is asked for: 2014 to 2024."""


def starts_in_words() -> str:
    """The quarters in which a run may start."""
    return f"{ALLOWED_STARTS[0]} to {ALLOWED_STARTS[-1]}"


def check_start(text: str) -> int:
    """The absolute quarter of a written start such as 2014Q1.

    Raises:
        StudyError: when it is no quarter, or runs cannot start there; those allowed are listed.
    """
    try:
        return parse_start(text)
    except StartError as error:
        raise StudyError(str(error)) from error


def check_quarter(what: str, text: str, least: int, most: int, why: str = "") -> int:
    """Quarters from 2014Q1 to a written quarter within bounds.

    Args:
        what: the option by which it was given.
        text: the quarter, such as 2016Q4.
        least: the first allowed.
        most: the last allowed.
        why: it is the last, in words.

    Raises:
        StudyError: when it is no quarter, or outside.
    """
    allowed = f"allowed is {format_quarter(least)} to {format_quarter(most)}{f', {why}' if why else ''}"
    try:
        quarter = parse_quarter(text)
    except ValueError as problem:
        raise StudyError(f"{what} {text}: {allowed}") from problem
    if not least <= quarter <= most:
        raise StudyError(f"{what} {text}: {allowed}")
    return quarter


def check_quarters(given: int, start: int = 0) -> int:
    """The length of a run in quarters, from 1 to what is left of the longest horizon after its start.

    Raises:
        StudyError: when it is outside.
    """
    what = f"quarters from {format_quarter(start)}" if start else "quarters"
    return check_count(what, given, 1, LONGEST_HORIZON - start)


def length_of(quarters: int | None, years: float | None) -> int:
    """The length of a run in quarters, however it was given; the usual one when it was not.

    Raises:
        StudyError: when years are no whole quarters.
    """
    if years is None:
        return USUAL_QUARTERS if quarters is None else quarters
    if years * QUARTERS_PER_YEAR % 1 != 0:
        raise StudyError(f"years {years:g}: allowed is a number of whole quarters, such as 5 or 5.25")
    return int(years * QUARTERS_PER_YEAR)
