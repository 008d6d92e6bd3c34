"""What a folder of structures holds already: shown beside what is asked for, or lost by it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.losing import made_there, more_made
from experiments.structures.declared import Structure, structures
from experiments.structures.study import Study
from model.compilation import model_hash

NOTES, STUDY = "structures.json", "study"
"""Of a folder: how its tables were made, and where that says what they depend on."""

SIZES = ("sets", "replicates", "replayed", "rows", "fits")
"""Of a study: the more, the fuller."""


def notes_of(study: Study, shown: Sequence[Structure]) -> dict[str, Any]:
    """What tables depend on, and which structures they show."""
    sizes = {name: getattr(study, name) for name in SIZES}
    return {
        "model_hash": model_hash(),
        "posterior_hash": study.posterior.hash,
        "seed": study.seed,
        **sizes,
        "structures": [one.name for one in shown],
    }


def losses(folder: Path, study: Study, chosen: Sequence[Structure]) -> list[str]:
    """What a folder would lose, in words: tables of a fuller study, or of another posterior or seed.

    What the rules have made stale is no loss.
    """
    asked = notes_of(study, chosen)
    made = _made(folder, asked)
    if not made:
        return []
    other = more_made(made, asked, SIZES)
    if made["posterior_hash"] != asked["posterior_hash"]:
        other.append("another posterior")
    if made["seed"] != asked["seed"]:
        other.append(f"seed {made['seed']}")
    if other:
        return [f"structures with {', '.join(other)}"]
    left_out = [name for name in made["structures"] if name not in asked["structures"]]
    if left_out and any(made[size] != asked[size] for size in SIZES):
        return [f"tables of {', '.join(left_out)}, which would be left out"]
    return []


def shown_with(study: Study, chosen: Sequence[Structure], folder: Path) -> list[Structure]:
    """The structures that a folder's tables will show: those chosen, and those of the same study there.

    What the rules have made stale is not shown.
    """
    asked = notes_of(study, chosen)
    made = _made(folder, asked)
    if not made:
        return list(chosen)
    wanted = {*asked["structures"], *made["structures"]}
    return [one for one in structures().values() if one.name in wanted]


def _made(folder: Path, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was made there by the rules as they are."""
    made = made_there(folder / NOTES, asked, STUDY)
    return made if made and made["model_hash"] == asked["model_hash"] else {}
