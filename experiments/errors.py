"""The error for what is not allowed of a study, and checks that raise it."""


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
