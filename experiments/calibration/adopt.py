"""Making a posterior the one that the model comes with, and its medoid the defaults.

    python -m experiments.calibration.adopt results/fit/posterior.parquet

writes `model/data/posterior.parquet`, with fewer sets, and the defaults of the fitted parameters in
`model/data/parameters`. What is stored of the defaults is then to be made anew: `make stored` does that.
"""

from importlib.resources import files
from pathlib import Path

import click
import numpy as np

from experiments.ending import Script
from experiments.errors import StudyError
from experiments.posterior import SHIPPED_FILE, Posterior, read_posterior, with_defaults, write_posterior
from experiments.writing import write_text
from model.parameters import Parameters
from model.registry import registry

SETS = 500
"""Of the posterior that is shipped."""

SEED = 1
DIGITS = 5
DATA = Path(str(files("model"))) / "data"


def thinned(posterior: Posterior, sets: int = SETS, seed: int = SEED) -> Posterior:
    """Sets drawn by their weights; one that is drawn twice has twice the weight."""
    places, times = np.unique(posterior.drawn(sets, seed), return_counts=True)
    provenance = {**posterior.provenance, "thinned_to": sets, "thinned_from": len(posterior)}
    return Posterior(posterior.names, posterior.values[places], times / times.sum(), provenance)


def defaults_of(posterior: Posterior) -> dict[str, float | int]:
    """The values of the medoid, rounded, and within the registry's bounds."""
    chosen = {}
    for name, value in posterior.settings(posterior.medoid).items():
        rounded = float(f"{value:.{DIGITS}g}")
        entry = registry()[name]
        chosen[name] = entry.value(min(max(rounded, entry.low), entry.high), "medoid")
    return chosen


def adopt(path: Path) -> None:
    """Ship a posterior, and make its medoid the defaults: all of it, or nothing when it is not allowed.

    Raises:
        StudyError: when it cannot be read, or a parameter stands in none of the files.
        ParameterError: when its medoid, rounded, contradicts itself.
    """
    posterior = thinned(read_posterior(path))
    defaults = defaults_of(posterior)
    Parameters.defaults().changed(defaults, f"{path}, medoid, rounded to {DIGITS} digits")
    texts, left = {}, set(defaults)
    for file in sorted((DATA / "parameters").iterdir()):
        before = file.read_text("utf-8")
        text, found = with_defaults(before, defaults)
        left -= found
        if text != before:
            texts[file] = text
    if left:
        raise StudyError(f"{', '.join(sorted(left))}: in no file of {DATA / 'parameters'}")
    write_posterior(posterior, DATA / SHIPPED_FILE)
    for file, text in texts.items():
        write_text(file, text)
    print(f"{len(defaults)} defaults; {len(posterior)} sets worth {posterior.effective_size:.0f}")


@click.command(cls=Script)
@click.argument("posterior", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(posterior: Path) -> None:
    """Ship POSTERIOR, the file that a fit left, and make its medoid the defaults."""
    adopt(posterior)


if __name__ == "__main__":
    main()
