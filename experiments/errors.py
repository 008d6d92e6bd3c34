"""The error for what is not allowed of a study, checks that raise it, and how its sentences end."""

from collections.abc import Sequence


class StudyError(ValueError):
    """What was asked of a study is not allowed; the message says what, and what is."""


def check_count(what: str, given: int, least: int, most: int) -> int:
    """A whole number within bounds.

    Raises:
        StudyError: naming what it is, what was given and what is allowed.
    """
    if type(given) is not int or not least <= given <= most:
        raise StudyError(f"{what} = {given!r}: allowed is a whole number from {least} to {most:,}")
    return given


def or_near(near: Sequence[str], allowed: str) -> str:
    """The end of a sentence that refuses a name: which names may have been meant, and what is allowed.

    Args:
        near: names that resemble the one given; none where nothing does.
        allowed: what there is, as a clause such as "allowed is a, b or c".
    """
    if not near:
        return f"; {allowed}"
    return f"; did you mean {' or '.join(near)}? {allowed[0].upper()}{allowed[1:]}"
