"""`turnaround explain`: why one council's history went as it did, and how it goes under one change."""

import textwrap
from pathlib import Path

import click
from rich.markdown import Markdown

from experiments.believed import set_under
from experiments.ending import FAILED_RUNS
from experiments.errors import StudyError
from experiments.explain import Explanation, Twins, explain, explain_twin
from experiments.explain.changes import FORMS, GRADES_IN_WORDS, KINDS_IN_WORDS
from experiments.explain.runs import council_row
from experiments.horizon import check_quarters
from experiments.screen import aside, output, preparing, progress_of, say_where
from experiments.writing import TABLE_FILES, check_file, write_table, write_text
from model.codes import Status
from model.regimes import resolve
from turnaround.options import (
    horizon_options,
    length_of,
    one_set,
    one_set_option,
    overwrite_option,
    quiet_option,
    regime_option,
    replicate_option,
    row_option,
    scenarios_option,
    seed_option,
    settings_option,
)

STORY_FILE = ".md"
FILES = (*TABLE_FILES, STORY_FILE)

HELP_WIDTH = 72

HELP_ON_TWINS = "\n".join(f"    {form}\n        {meaning}" for form, meaning in FORMS)

HELP_ON_WORDS = textwrap.indent(
    "\n".join(
        textwrap.fill(line, HELP_WIDTH, subsequent_indent="    ")
        for line in (
            f"KIND is {KINDS_IN_WORDS}",
            f"GRADE is {GRADES_IN_WORDS}",
            "QUARTER is written as 2016Q3",
        )
    ),
    "    ",
)


@click.command(
    "explain",
    help=f"""Tell why one council's history went as it did.

The story comes from the rules as they ran: who left because which hazard met which draw, what a score was
made of and which bar it missed, who was asked for help and why nobody could give it. The run is made by both
engines, and the states of all councils are compared bit for bit.

\b
    turnaround explain --council Birmingham --replicate 3
    turnaround explain --council 330 --regime trust --out story.md --out events.csv

The same words give the history that `turnaround run` gives, those that name a set of parameters among them:

\b
    turnaround explain --council Birmingham --posterior shipped --posterior-row 12

With --twin, the same council with the same luck under one change alone: where the two part, year by year, and
which neighbours it reaches by which way. The change is one of these; words in brackets may be left out.

\b
{HELP_ON_TWINS}

\b
{HELP_ON_WORDS}

Exit code 1 says that the run failed in the quarter in which the story ends.
""",
)
@click.option("--council", required=True, metavar="NAME|CODE", help="Its name, or its code such as 330.")
@replicate_option()
@seed_option()
@regime_option()
@horizon_options("the history")
@settings_option()
@scenarios_option("the regime")
@one_set_option()
@row_option()
@click.option("--twin", metavar="CHANGE", help="Show the council beside its twin under this change.")
@click.option(
    "--out",
    "files",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Keep the story as .md, or the table of events as .csv or .parquet; repeatable.",
)
@overwrite_option("Replace files that are there")
@quiet_option("")
def explain_command(
    council: str,
    replicate: int,
    seed: int,
    regime: str,
    quarters: int | None,
    years: float | None,
    settings: tuple[str, ...],
    scenarios: tuple[str, ...],
    posterior: str | None,
    row: int | None,
    twin: str | None,
    files: tuple[Path, ...],
    overwrite: bool,
    quiet: bool,
) -> int:
    """Tell why one council's history went as it did."""
    for file in files:
        check_file(file, FILES, overwrite)
    if len(set(files)) < len(files):
        raise StudyError(f"--out {files[-1]}: allowed is each file once")
    parameters = resolve(regime, scenarios, settings)
    sets, place = one_set(posterior, row)
    if sets is not None:
        parameters = set_under(sets, parameters, place)
    length = length_of(quarters, years)
    check_quarters(length)
    council_row(council)
    told: Explanation | Twins
    with preparing(quiet), progress_of(length if twin is None else 2 * length, quiet, "quarters") as progress:
        if twin is None:
            told = explain(parameters, council, seed, replicate, length, progress)
            histories = [told]
        else:
            told = explain_twin(parameters, council, twin, seed, replicate, length, progress)
            histories = [told.as_it_went, told.twin]
    story = told.story()
    for file in files:
        if file.suffix == STORY_FILE:
            write_text(file, story)
        else:
            write_table(file, told.table)
    if not quiet:
        output().print(Markdown(story))
        say_where([("Written", file) for file in files])
    failed = [history for history in histories if history.status != Status.OK]
    for history in failed:
        aside().print(
            f"The run failed after {len(history.states) - 1} quarters: {history.status.name.lower()}."
        )
    return FAILED_RUNS if failed else 0
