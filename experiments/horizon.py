"""When runs may start and how long they may last: the one place that decides, and refuses the rest."""

from model.ensemble import LONGEST_HORIZON
from model.quarters import format_quarter, parse_quarter


class StudyError(ValueError):
    """What was asked of a study is not allowed; the message says what, and what is."""


def allowed_starts() -> tuple[int, ...]:
    """Absolute quarters at which a run may start."""
    return (0,)


def check_start(text: str) -> int:
    """The absolute quarter of a written start such as 2014Q1.

    Raises:
        StudyError: when it is no quarter, or runs cannot start there; those allowed are listed.
    """
    allowed = allowed_starts()
    listed = ", ".join(format_quarter(quarter) for quarter in allowed)
    try:
        start = parse_quarter(text)
    except ValueError as error:
        raise StudyError(f"start {error}; allowed is {listed}") from error
    if start not in allowed:
        raise StudyError(f"start {text}: the facts give no starting point there; allowed is {listed}")
    return start


def check_count(what: str, given: int, least: int, most: int) -> int:
    """A whole number within bounds.

    Raises:
        StudyError: naming what it is, what was given and what is allowed.
    """
    if type(given) is not int or not least <= given <= most:
        raise StudyError(f"{what} = {given!r}: allowed is a whole number from {least} to {most:,}")
    return given


def check_quarters(given: int) -> int:
    """The length of a run in quarters, from 1 to the longest horizon.

    Raises:
        StudyError: when it is outside.
    """
    return check_count("quarters", given, 1, LONGEST_HORIZON)
