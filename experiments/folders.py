"""Whose a folder is: no command writes its results among what somebody else keeps there."""

from collections.abc import Collection
from pathlib import Path

from experiments.errors import StudyError
from experiments.locking import LOCK


def check_own(folder: Path, holds: str, marks: Collection[str]) -> None:
    """See that a folder is new, empty, or was written by the command that would write there now.

    Args:
        folder: for the results.
        holds: what the command leaves, as in "no hindcast".
        marks: names of files and folders one of which is there wherever the command has been at work.

    Raises:
        StudyError: when it is a file, or holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file; name a folder with --out")
    if not folder.is_dir():
        return
    there = {item.name for item in folder.iterdir()} - {LOCK}
    if there and there.isdisjoint(marks):
        raise StudyError(
            f"{folder} is not empty and holds no {holds}, so it is left alone; name another folder with --out"
        )
