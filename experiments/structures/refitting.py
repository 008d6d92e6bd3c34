"""A structure fitted anew: what is uncertain is fitted to the record with the structure's settings in place.

It is a small fit of one table, drawn from the ranges within a region around the posterior of the model as it
is: parameters may move to make up for what is gone, and some thousand rows suffice. The model as it is is
fitted anew in the same way, to compare with.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.calibration.fit import KEEP, fit
from experiments.calibration.inference import Belief, region_of
from experiments.calibration.outcome import POSTERIOR, posterior_of
from experiments.calibration.prior import Prior, fitted_names, prior_of
from experiments.calibration.table import Region
from experiments.errors import StudyError
from experiments.hindcast.record import RECORD_QUARTERS
from experiments.posterior import Posterior, read_posterior, write_posterior
from experiments.structures.declared import Structure
from experiments.switching import switched
from model.compilation import model_hash
from model.parameters import Parameters

ROWS = 6000
"""Of the table of a small fit."""

FEWEST_ROWS = 1500
"""Of a table: of fewer, there would be too few to learn from."""

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Refit:
    """How structures are fitted anew.

    Attributes:
        posterior: of the model as it is, about which the first table is drawn.
        base: parameters of the regime that was in force.
        rows: of the table.
        seed: of sets, luck and what is kept aside.
    """

    posterior: Posterior
    base: Parameters
    rows: int
    seed: int

    @property
    def conflicts(self) -> list[str]:
        """Figures in conflict with the model as it is, which no structure is fitted to.

        What a structure cannot reach it has to be held against: found anew in a table about the posterior,
        those figures would be left out of its own fit.
        """
        return list(self.posterior.provenance.get("conflicts", ()))

    def key(self, structure: Structure) -> dict[str, Any]:
        """What the fit of a structure depends on."""
        return {
            "model_hash": model_hash(),
            "structure": structure.name,
            "over": structure.held,
            "free": list(structure.free),
            "first": self.posterior.hash,
            "conflicts": self.conflicts,
            "rows": self.rows,
            "believed": KEEP,
            "seed": self.seed,
        }


def check_rows(rows: int) -> None:
    """See that there are rows enough for a fit.

    Raises:
        StudyError: naming what was given and what is allowed.
    """
    if rows < FEWEST_ROWS:
        raise StudyError(f"rows = {rows}: allowed is a whole number from {FEWEST_ROWS:,}, or 0 to fit none")


def fitted_under(structure: Structure) -> tuple[str, ...]:
    """What is fitted under a structure: what it does not hold, and what it frees."""
    return tuple(dict.fromkeys((*(n for n in fitted_names() if n not in structure.held), *structure.free)))


def refit(
    structure: Structure,
    asked: Refit,
    folder: Path,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    say: Say = lambda text: None,
) -> Posterior:
    """Fit a structure, unless its folder has the fit already.

    Args:
        structure: whose held settings are laid over every set.
        asked: how.
        folder: for tables and posterior.
        workers: processes; as many as there are cores when None.
        progress: called with the number of rows that have just been made, or were there.
        say: called with what is being done, in words.

    Raises:
        StudyError: for a folder with tables of another kind, or too few rows near the record.
        Interrupted: on Ctrl-C; the rows that were made are kept.
    """
    kept = kept_posterior(folder, asked.key(structure))
    if kept is not None:
        if progress:
            progress(asked.rows)
        return kept
    prior = prior_of(fitted_under(structure))
    found = fit(
        folder,
        asked.base,
        prior,
        RECORD_QUARTERS,
        asked.seed,
        (asked.rows,),
        workers,
        progress,
        say,
        over=structure.held,
        first=about(asked.posterior, prior),
        conflicts=asked.conflicts,
    )
    laid = switched(asked.base, structure.held, structure.name)
    posterior, _ = posterior_of(found, laid, asked.key(structure))
    write_posterior(posterior, folder / POSTERIOR)
    return read_posterior(folder / POSTERIOR)


def about(posterior: Posterior, prior: Prior) -> Region:
    """Where a next wave would be drawn after a posterior; of what it does not hold, everywhere."""
    shared = [name for name in prior.names if name in posterior.names]
    columns = [posterior.names.index(name) for name in shared]
    normals = prior_of(shared).normals(posterior.values[:, columns])
    near = region_of(Belief(normals, posterior.weights))
    places = [prior.names.index(name) for name in shared]
    whole = Region.everywhere(len(prior.names))
    whole.directions[np.ix_(places, places)] = near.directions
    whole.low[places], whole.high[places] = near.low, near.high
    return whole


def kept_posterior(folder: Path, key: Mapping[str, Any]) -> Posterior | None:
    """The posterior that a folder holds of the same fit; None where there is none."""
    file = folder / POSTERIOR
    if not file.is_file():
        return None
    found = read_posterior(file)
    same = json.loads(json.dumps(dict(key)))
    return found if {name: found.provenance.get(name) for name in same} == same else None
