"""What a study of claims would take from a folder that holds another: that is asked for, or refused."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from experiments.claims import find_contrasts
from experiments.claims.across import Plan, Study, complete
from experiments.errors import StudyError
from experiments.reading import read_json
from experiments.results import MANIFEST


def check_losses(folder: Path, plan: Plan, structures: Collection[str], declared: Collection[str]) -> None:
    """See that nothing in a folder would be lost: neither verdicts on its pages, nor runs made at will.

    What the rules or the designs of claims have made stale is no loss.

    Args:
        folder: of the results.
        plan: what would be run.
        structures: names of those under which claims would be tried.
        declared: names of all structures that there are.

    Raises:
        StudyError: naming what would be lost, and what to do.
    """
    study = plan.study
    made = _made(folder)
    lost = []
    if isinstance(made.get("sets"), int) and made["sets"] > study.sets:
        lost.append(f"verdicts on {made['sets']:,} sets of parameters, and {study.sets:,} are asked for")
    gone = sorted(set(made.get("designs", {})) - _shown(plan, study, folder))
    if gone:
        lost.append(f"verdicts of {', '.join(gone)}, which would be left out")
    under = [name for name in made.get("structures", {}) if name in declared and name not in structures]
    if under:
        lost.append(f"verdicts under {', '.join(under)}, which would be left out without --structure")
    if plan.replaced:
        lost.append(f"runs of {', '.join(plan.replaced)} with another posterior, seed or number of histories")
    if lost:
        raise StudyError(
            f"{folder} holds {'; '.join(lost)}; name another folder with --out, or replace them with"
            " --overwrite"
        )


def _shown(plan: Plan, study: Study, folder: Path) -> set[str]:
    """Claims of which the folder would have all runs."""
    return {one.claim for one in plan.contrasts} | set(complete(find_contrasts(), study, folder))


def _made(folder: Path) -> Mapping[str, Any]:
    try:
        made = read_json(folder / MANIFEST)
    except (OSError, ValueError):  # nothing was finished there, or nothing that can be shown
        return {}
    known = isinstance(made, dict) and all(
        isinstance(made.get(key, {}), dict) for key in ("designs", "structures")
    )
    return made if known else {}
