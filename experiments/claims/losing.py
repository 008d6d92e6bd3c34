"""What a study of claims would take from a folder that holds another."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from experiments.claims import find_contrasts
from experiments.claims.across import Plan, complete
from experiments.losing import made_there
from experiments.results import MANIFEST


def losses(folder: Path, plan: Plan, structures: Collection[str], declared: Collection[str]) -> list[str]:
    """What a folder would lose, in words: verdicts on its pages, or runs made at will.

    What the rules or the designs of claims have made stale is no loss.

    Args:
        folder: of the results.
        plan: what would be run.
        structures: names of those under which claims would be tried.
        declared: names of all structures that there are.
    """
    asked: dict[str, Any] = {"sets": plan.study.sets, "designs": {}, "structures": {}}
    made = made_there(folder / MANIFEST, asked) or asked
    lost = []
    if made["sets"] > asked["sets"]:
        lost.append(f"verdicts on {made['sets']:,} sets of parameters, and {asked['sets']:,} are asked for")
    gone = sorted(set(made["designs"]) - _shown(plan, folder))
    if gone:
        lost.append(f"verdicts of {', '.join(gone)}, which would be left out")
    under = [name for name in made["structures"] if name in declared and name not in structures]
    if under:
        lost.append(f"verdicts under {', '.join(under)}, which would be left out without --structure")
    if plan.replaced:
        lost.append(f"runs of {', '.join(plan.replaced)} with another posterior, seed or number of histories")
    return lost


def _shown(plan: Plan, folder: Path) -> set[str]:
    """Claims of which the folder would have all runs."""
    return {one.claim for one in plan.contrasts} | set(complete(find_contrasts(), plan.study, folder))
