"""What a folder of structures holds already: shown beside what is asked for, or not to be lost by it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.errors import StudyError
from experiments.reading import read_json
from experiments.structures.declared import Structure, structures
from experiments.structures.study import Study
from model.compilation import model_hash

NOTES = "structures.json"
"""Of a folder: how its tables were made."""

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


def shown_with(study: Study, chosen: Sequence[Structure], folder: Path) -> list[Structure]:
    """The structures that a folder's tables will show: those chosen, and those of the same study there.

    What the rules have made stale is neither shown nor a loss.

    Raises:
        StudyError: when tables of a fuller study, or of one with another posterior or seed, would be lost.
    """
    made, asked = _made(folder), notes_of(study, chosen)
    if made.get("model_hash") != asked["model_hash"]:
        return list(chosen)
    fuller = [f"{made[size]:,} {size}" for size in SIZES if made[size] > asked[size]]
    if made["posterior_hash"] != asked["posterior_hash"]:
        fuller.append("another posterior")
    if made["seed"] != asked["seed"]:
        fuller.append(f"seed {made['seed']}")
    others = [name for name in made["structures"] if name not in asked["structures"]]
    if not fuller and others and any(made[size] != asked[size] for size in SIZES):
        fuller.append(f"tables of {', '.join(others)}, which would be left out")
    if fuller:
        raise StudyError(
            f"{folder} holds structures with {', '.join(fuller)}; name another folder with --out, or replace"
            " them with --overwrite"
        )
    wanted = {*asked["structures"], *others}
    return [one for one in structures().values() if one.name in wanted]


def _made(folder: Path) -> Mapping[str, Any]:
    try:
        made = read_json(folder / NOTES)["study"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # nothing was finished there, or nothing that can be shown
    whole = isinstance(made, dict) and isinstance(made.get("structures"), list)
    numbers = whole and all(isinstance(made.get(name), int) for name in (*SIZES, "seed"))
    return made if numbers and "posterior_hash" in made else {}
