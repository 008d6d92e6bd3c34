"""Which parameters does the record depend on? Those are fitted; of the others it can teach nothing.

All uncertain parameters are drawn from their ranges at once, a history is simulated for each set, and every
figure of the record is correlated with every parameter. A parameter on which nothing depends has a mean
squared standardised correlation of 1; the dummy's shows how far chance takes it.

    python -m experiments.calibration.screening

writes `fitted.csv` anew.
"""

import csv
import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from experiments.arrays import Numbers
from experiments.calibration.prior import FITTED, prior_of
from experiments.calibration.simulating import SetsWithLuck, simulated_figures
from experiments.processes import Processes
from experiments.sweeps.factors import uncertain
from model.regimes import resolve
from model.registry import registry

SETS, BLOCK, SEED = 16_000, 50, 7
LEAST = 5.0
"""Score from which a parameter is fitted. Chance alone reaches 2.3 in one of 341, however many the sets; what
is there grows with them, so that with a quarter of these a tenth of the list still changed with the seed."""

LEVERS = ("regime.", "arrangement.")
"""Groups of parameters that say what is done, not how the world is."""

SCENARIOS = ("nation.leaving_shift", "nation.hiring_shift", "nation.funding_shift")
"""Departures from the history that happened: 0 in the record by definition."""

LATER = ("nation.funding_growth_2020", "nation.funding_growth_2021_2025")
"""Paths of inputs after the record ends, as all that are called `..._after_2025`."""

OFF = ("inspection.pressure_response", "workforce.hiring_judgement")
"""Parts of alternative structures, which the model as it is does without."""

OF_THE_DEBATE = ("director.blame", "support.power")
"""Fitted whatever the record shows of them, for claims rest on them."""


def screened(first: int) -> tuple[Numbers, Numbers, tuple[str, ...]]:
    """Normals and figures of a block of sets."""
    prior = prior_of(candidates())
    normals = np.random.default_rng([SEED, first]).normal(size=(BLOCK, len(prior.names)))
    sets = SetsWithLuck(prior.names, prior.values(normals), tuple(range(first, first + BLOCK)))
    (figures,) = simulated_figures(resolve("ad_hoc"), sets, SEED)
    return normals, np.column_stack(list(figures.values())), tuple(figures)


def candidates() -> tuple[str, ...]:
    """Uncertain parameters of the model as it is that act before the record ends, no levers, no scenarios."""
    other = (*SCENARIOS, *LATER, *OFF)
    return tuple(
        name
        for name in uncertain()
        if not name.startswith(LEVERS) and not name.endswith("_after_2025") and name not in other
    )


def correlations(normals: Numbers, figures: Numbers) -> Numbers:
    """Correlations, shape (parameters, figures); 0 for figures that are hardly ever there."""
    found = np.zeros((normals.shape[1], figures.shape[1]))
    standard = (normals - normals.mean(axis=0)) / normals.std(axis=0)
    for column, values in enumerate(figures.T):
        known = ~np.isnan(values)
        if known.mean() > 0.5 and np.std(values[known]) > 0.0:
            filled = np.where(known, values, values[known].mean())
            found[:, column] = standard.T @ (filled - filled.mean()) / filled.std() / len(values)
    return found


def rows_of(names: Sequence[str], figures: Sequence[str], found: Numbers, sets: int) -> list[dict[str, str]]:
    """Parameters to be fitted, with what the record shows of them, in the order of the registry."""
    scores = sets * (found**2).mean(axis=1)
    rows = []
    for name, score, own in zip(names, scores, found, strict=True):
        grade = registry()[name].grade
        if score >= LEAST or grade == "calibrated" or name in OF_THE_DEBATE:
            most = int(np.argmax(np.abs(own)))
            rows.append(
                {
                    "parameter": name,
                    "score": f"{score:.1f}",
                    "figure": figures[most],
                    "correlation": f"{own[most]:+.2f}",
                    "grade": grade,
                }
            )
    return rows


def main() -> None:
    """Screen, and write the list."""
    with Processes(os.cpu_count() or 1) as executor:
        blocks = list(executor.map(screened, range(0, SETS, BLOCK)))
    normals = np.concatenate([block[0] for block in blocks])
    figures = np.concatenate([block[1] for block in blocks])
    rows = rows_of(candidates(), blocks[0][2], correlations(normals, figures), SETS)
    with Path(str(files(__package__).joinpath(FITTED))).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} of {len(candidates())} parameters are fitted")


if __name__ == "__main__":
    main()
