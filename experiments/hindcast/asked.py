"""A hindcast as it is asked for: on what it depends, and what a folder with another would lose by it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.errors import check_count
from experiments.hindcast.run import MOST_SEED
from experiments.losing import made_there, more_made
from experiments.posterior import Posterior
from model.parameters import Parameters
from model.quarters import format_quarter

NOTES, ASKED = "hindcast.json", "asked"
"""Of a folder: how its hindcast was made, and where that says what it depends on."""

SIZES = ("sets", "replicates")
"""Of a hindcast: the more, the fuller."""

MOST_SETS = 20_000


@dataclass(frozen=True, eq=False)
class AskedHindcast:
    """What is asked of a hindcast.

    Attributes:
        posterior: sets of parameters.
        base: parameters over which they are laid.
        regime: of the base, as it was given.
        settings: of the base beside its regime, as they were given.
        sets: how many are drawn.
        replicates: histories of luck for each.
        seed: of draws and luck.
        start: first quarter, from 2014Q1.
    """

    posterior: Posterior
    base: Parameters
    regime: str
    settings: tuple[str, ...]
    sets: int
    replicates: int
    seed: int
    start: int

    def __post_init__(self) -> None:
        """Refuse what cannot be run.

        Raises:
            StudyError: naming what was given and what is allowed.
        """
        check_count("sets", self.sets, 1, MOST_SETS)
        check_count("replicates", self.replicates, 1, MOST_SETS)
        check_count("seed", self.seed, 0, MOST_SEED)

    @property
    def histories(self) -> int:
        """How many are simulated."""
        return self.sets * self.replicates

    @property
    def notes(self) -> dict[str, Any]:
        """What the hindcast depends on, as plain data."""
        return {
            "sets": self.sets,
            "replicates": self.replicates,
            "seed": self.seed,
            "from": format_quarter(self.start),
            "posterior": self.posterior.hash,
            "regime": self.regime,
            "settings": list(self.settings),
        }

    def losses(self, folder: Path) -> list[str]:
        """What a folder would lose, in words: a hindcast of more histories, or one of something else."""
        asked = self.notes
        made = made_there(folder / NOTES, asked, ASKED)
        if not made:
            return []
        others = [f"{name} {made[name]}" for name in asked if name not in SIZES and made[name] != asked[name]]
        other = [*more_made(made, asked, SIZES), *others]
        return [f"a hindcast with {', '.join(other)}"] if other else []
