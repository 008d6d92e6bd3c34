"""What misses say about the structure of the model: read from a file that people write."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Literal

from experiments.hindcast.comparing import Compared
from experiments.hindcast.targets import MEASURES

Side = Literal["high", "low", "any"]

NOT_UNDERSTOOD = "Not understood yet."


@dataclass(frozen=True)
class Miss:
    """What is to be said when some figures are missed.

    Attributes:
        figures: pattern of `measure: figure`.
        side: on which side of the record the model must lie.
        tells: about the structure.
    """

    figures: str
    side: Side
    tells: str

    def speaks_of(self, one: Compared) -> bool:
        """Whether it applies."""
        side = "high" if one.median > one.data else "low"
        return fnmatchcase(f"{one.measure}: {one.figure}", self.figures) and self.side in ("any", side)


@cache
def known_misses() -> tuple[Miss, ...]:
    """All that is written down, in the order of the file.

    Raises:
        ValueError: when a pattern begins with no measure, or a side is none.
    """
    text = files(__package__).joinpath("misses.toml").read_text("utf-8")
    misses = tuple(
        Miss(entry["figures"], entry["side"], " ".join(entry["tells"].split()))
        for entry in tomllib.loads(text)["miss"]
    )
    for miss in misses:
        if miss.figures.split(": ")[0] not in MEASURES or miss.side not in ("high", "low", "any"):
            raise ValueError(f"misses.toml: {miss.figures!r} with side {miss.side!r} can never apply")
    return misses


def what_it_tells(one: Compared) -> str:
    """What a miss tells about the structure, as far as anybody has understood it."""
    return next((miss.tells for miss in known_misses() if miss.speaks_of(one)), NOT_UNDERSTOOD)


def by_what_they_tell(misses: Iterable[Compared]) -> list[tuple[str, list[Compared]]]:
    """Misses that tell the same, together."""
    found: dict[str, list[Compared]] = {}
    for one in misses:
        found.setdefault(what_it_tells(one), []).append(one)
    return list(found.items())
