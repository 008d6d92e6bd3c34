"""`turnaround report`: the pages of a results folder, for mailing: each complete in one file, and printed."""

from collections.abc import Sequence
from pathlib import Path

import click

from experiments.errors import StudyError
from experiments.reading import as_left_by
from experiments.results import REPORT, holds_results, open_results
from turnaround.extras import analysis_extra

FITTED = ("calibration.json", "parameters.csv", "posterior.parquet")
"""What `turnaround calibrate` leaves and its page is made of."""

MADE_BY = {
    "study.json": "turnaround sensitivity, discover or robustness",
    "runs": "turnaround claims",
    "stock.csv": "turnaround hindcast",
}
"""Folders whose page another command makes, by something that is in them."""


@click.command("report")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--pdf/--no-pdf",
    default=None,
    help="Print each page as a PDF beside it, by Chromium or Chrome. [default: where one is found]",
)
def report_command(folder: Path, pdf: bool | None) -> None:
    """Make the pages of a results FOLDER anew, for mailing, and print them as PDF.

    Pages need nothing but a browser.

    \b
    What is in the folder, and what is done with it:
        compare                  report.html is made anew from the runs
        calibrate                calibration.html is made anew
        sensitivity, discover,   their pages stay as they are, because
        robustness, claims,      they answer what was asked of those
        hindcast, structures     commands; they are printed
    After an interruption, from the runs that were kept:
        turnaround report results/compare-2025-01-31-120000
    The page alone:
        turnaround report results/claims --no-pdf

    Prints the names of the files. A PDF needs Chromium or Chrome on this machine, or the environment variable
    CHROMIUM that names one; without --pdf it is left out where there is none.
    """  # noqa: D301 - the mark by which click keeps lines
    from dashboards.pdf import INSTALL, find_browser, write_pdf

    browser = find_browser() if pdf is not False else None
    if pdf and browser is None:
        raise StudyError(INSTALL)
    for page in pages_of(folder):
        print(page, flush=True)
        if browser:
            print(write_pdf(page, browser), flush=True)


def pages_of(folder: Path) -> Sequence[Path]:
    """The pages of a results folder, those made anew that its data alone make.

    Raises:
        StudyError: when there is no such folder, nothing to make a page of, or nothing that can be read.
    """
    made = []
    if holds_results(folder):
        from dashboards.report import write_report

        with as_left_by("turnaround compare", folder):
            made.append(write_report(folder))
    elif all((folder / name).is_file() for name in FITTED):
        made.append(_write_calibration(folder))
    pages = made + [page for page in sorted(folder.glob("*.html")) if page not in made]
    if pages:
        return pages
    for sign, command in MADE_BY.items():
        if (folder / sign).exists():
            raise StudyError(f"{folder}: there is no page yet; `{command}` makes it")
    open_results(folder)  # which says what is missing
    raise StudyError(f"{folder}: there is no {REPORT}, and nothing of which a page can be made")


def _write_calibration(folder: Path) -> Path:
    with analysis_extra(), as_left_by("turnaround calibrate", folder):
        from dashboards.calibration_page import write_calibration_page

        return write_calibration_page(folder)
