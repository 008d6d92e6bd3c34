"""Libraries that not everybody installs: what is said where a command needs one that is not there."""

from collections.abc import Iterator
from contextlib import contextmanager

from experiments.errors import StudyError


@contextmanager
def analysis_extra() -> Iterator[None]:
    """Say what to install when a library of the extra `analysis` is not there.

    Raises:
        StudyError: in the place of the error that a module is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise StudyError(
            f"this needs {error.name}, which is not installed: pip install -e '.[analysis]' in the checkout"
        ) from error
