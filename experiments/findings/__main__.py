"""What was found, as pages that are kept: the fit, the record against the model, the claims, and forecasts.

    python -m experiments.findings results

reads the tables that `turnaround calibrate`, `hindcast`, `claims` and `structures` and the rolling forecasts
left in the folders `fit`, `hindcast`, `claims`, `structures` and `rolling`, and writes `docs/findings`; the
verdicts go into `dashboards/verdicts` too, which come with the project. What is not there is passed over, and
its page stays as it is. `make findings` makes everything, which takes an hour or two.
"""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from experiments.ending import Script
from experiments.errors import StudyError
from experiments.findings.of_claims import claims_page
from experiments.findings.of_fit import fit_page
from experiments.findings.of_forecasts import scores_page
from experiments.findings.of_hindcast import hindcast_page
from experiments.findings.of_submodels import submodels_page
from experiments.writing import write_aside, write_text

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "findings"
SHIPPED = ROOT / "dashboards" / "verdicts"
VERDICTS = ("claims/debate.json", "claims/verdicts.csv", "claims/structures.csv")
"""What the dashboards show of the claims, where it comes with the project: the first at least."""
RECORD = "hindcast/hindcast.json"
"""What reports say of how the model fits the record."""

PAGES: dict[str, tuple[str, Callable[[Path], str]]] = {
    "fit.md": ("fit/calibration.json", fit_page),
    "hindcast.md": ("hindcast/figures.csv", hindcast_page),
    "claims.md": ("claims/verdicts.csv", claims_page),
    "submodels.md": ("structures/submodels.csv", submodels_page),
    "forecasts.md": ("rolling/scores.csv", scores_page),
}


def write_findings(folder: Path) -> None:
    """Write the pages of all results that are there, and the verdicts that come with the project.

    Raises:
        StudyError: when there are none at all.
    """
    if not any((folder / source).is_file() for source, _ in PAGES.values()):
        wanted = ", ".join(source for source, _ in PAGES.values())
        raise StudyError(f"{folder}: holds no results; looked for {wanted}")
    for name, (source, make) in PAGES.items():
        if (folder / source).is_file():
            text = make((folder / source).parent)
            FOLDER.mkdir(exist_ok=True)
            write_text(FOLDER / name, text)
            print(f"{name}: written")
        else:
            print(f"{name}: left as it is, for there is no {folder / source}")
    if (folder / RECORD).is_file():
        SHIPPED.mkdir(exist_ok=True)
        write_aside(SHIPPED / Path(RECORD).name, partial(shutil.copyfile, folder / RECORD))
    there = [name for name in VERDICTS if (folder / name).is_file()]
    if VERDICTS[0] not in there:
        print(f"{SHIPPED.name}: left as they are, for there is no {folder / VERDICTS[0]}")
        return
    SHIPPED.mkdir(exist_ok=True)
    for name in VERDICTS:
        kept = SHIPPED / Path(name).name
        if name in there:
            write_aside(kept, partial(shutil.copyfile, folder / name))
        else:
            kept.unlink(missing_ok=True)  # it would be of other runs
    print(f"{SHIPPED.name}: written")


@click.command(cls=Script)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("results"))
def main(folder: Path) -> None:
    """Write docs/findings from the results in FOLDER (default: results)."""
    write_findings(folder)


if __name__ == "__main__":
    main()
