"""What a folder of results would lose by what is asked for: told, and refused unless it is wanted.

A study reads here what its folder says was made (`made_there`), and says in words what of that would be lost;
the refusal is the same for all (`check_losses`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.errors import StudyError
from experiments.reading import read_notes


def made_there(notes: Path, asked: Mapping[str, Any], under: str = "") -> Mapping[str, Any]:
    """What a folder says was made there, under the names of what is asked for.

    Args:
        notes: the folder's file of notes.
        asked: what results depend on, by name.
        under: name under which the notes have it; they are all of it when empty.

    Returns:
        Nothing where nothing was finished, or nothing that can be compared: where there are no notes that can
        be read, or something that is asked for is missing from them or of another kind.
    """
    noted = read_notes(notes)
    made = noted.get(under) if under else noted
    alike = isinstance(made, dict) and all(_of_one_kind(made.get(name), asked[name]) for name in asked)
    return {name: made[name] for name in asked} if made and alike else {}


def _of_one_kind(made: object, asked: object) -> bool:
    whole = not isinstance(made, list) or all(isinstance(one, str) for one in made)
    return type(made) is type(asked) and whole


def more_made(made: Mapping[str, Any], asked: Mapping[str, Any], sizes: Sequence[str]) -> list[str]:
    """Of what more was made than is asked for, such as `200 sets`; the more, the fuller."""
    return [f"{made[size]:,} {size}" for size in sizes if made[size] > asked[size]]


def check_losses(folder: Path, losses: Sequence[str]) -> None:
    """See that nothing in a folder would be lost.

    Raises:
        StudyError: naming what would be, and what to do.
    """
    if losses:
        raise StudyError(
            f"{folder} holds {'; '.join(losses)}; name another folder with --out, or replace what is there"
            " with --overwrite"
        )
