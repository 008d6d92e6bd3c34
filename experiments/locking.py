"""One process at a time in a folder of results, so that none writes over what another has just written."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import filelock

from experiments.errors import StudyError

LOCK = ".lock"


@contextlib.contextmanager
def held(folder: Path, doing: str) -> Iterator[None]:
    """Have a folder to oneself; it is made if there is none.

    Args:
        folder: of the results.
        doing: what whoever holds it is doing, as the end of a sentence.

    Raises:
        StudyError: when another process is at work there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise StudyError(f"{folder}: another process is {doing}") from None
    try:
        yield
    finally:
        # While it is held: filelock takes no lock on a file without a name
        (folder / LOCK).unlink(missing_ok=True)
        lock.release()
