"""`turnaround sensitivity`: which factors of a sweep drive an outcome."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from experiments.command_line import command_line
from experiments.prose import MISSING, number
from experiments.screen import output, plain_table, tell, warn
from experiments.sweeps.defaults import RESAMPLES
from turnaround.analysing import analysing_options, keep_table, leave, opened, page_of
from turnaround.extras import analysis_extra
from turnaround.options import split

if TYPE_CHECKING:
    from experiments.intervals import Interval
    from experiments.sweeps.measures import Measure
    from experiments.sweeps.sensitivity import Analysis, Sensitivity

ROWS = 20
"""Factors that are printed; the table has all."""


OTHER_LUCK_MEANS = (
    "“other luck” is no factor: the same parameters are met with other histories, so that what stands there"
    " shows how large a value luck alone makes."
)


@click.command("sensitivity")
@analysing_options
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="NAME,...",
    help="Outcomes to explain; repeatable. [default: the first three of the main ones that were kept]",
)
@click.option(
    "--regime", "regimes", multiple=True, metavar="NAME,...", help="Under which regimes. [default: all]"
)
@click.option(
    "--difference", is_flag=True, help="Explain how far each regime lies from the baseline, in the same luck."
)
@click.option("--resamples", default=RESAMPLES, show_default=True, help="Of the bootstrap behind intervals.")
def sensitivity_command(
    folder: Path,
    ranges: tuple[str, ...],
    seed: int,
    out: Path | None,
    quiet: bool,
    outcomes: tuple[str, ...],
    regimes: tuple[str, ...],
    difference: bool,
    resamples: int,
) -> None:
    """Find which factors of the sweep in FOLDER drive an outcome.

    The method follows the design: Sobol' indices of a Saltelli design, elementary effects of a Morris design,
    first-order indices of any other. With 95% intervals, from all and from half of the design, with luck told
    apart. Leaves sensitivity.csv and sensitivity.html.

    \b
    What drives time spent in weak services, under each regime:
        turnaround sensitivity results/study --outcome weak_child_years
    What drives the advantage of the trust over the baseline:
        turnaround sensitivity results/study --outcome weak_child_years --regime trust --difference
    """  # noqa: D301 - the mark by which click keeps lines
    page = page_of(folder, out, "sensitivity")
    results = opened(folder, ranges)
    with analysis_extra():
        from dashboards.sensitivity_page import write_sensitivity_page
        from experiments.sweeps.sensitivity import analyse_sensitivity
    chosen, under = tuple(split(outcomes)), tuple(split(regimes))
    found = analyse_sensitivity(results, chosen, under, difference, resamples, seed)
    if found.unfinished:
        warn([found.unfinished])
    command = command_line(
        "sensitivity",
        folder,
        options=(
            *(("--keep", one) for one in ranges),
            *(("--outcome", name) for name in chosen),
            *(("--regime", name) for name in under),
            *(("--difference", difference), ("--resamples", resamples), ("--seed", seed), ("--out", out)),
        ),
    )
    table = keep_table(found.table(), page)
    write_sensitivity_page(found, page, command)
    if not quiet:
        for analysis in found.analyses:
            print_analysis(found, analysis)
        tell(found.remarks)
        if any(one.part == "check" for analysis in found.analyses for one in analysis.measures):
            tell([OTHER_LUCK_MEANS])
    warn([f"{one.target.title(results)}: {alarm}" for one in found.analyses for alarm in one.alarms])
    leave(page, table, command, quiet)


def print_analysis(found: "Sensitivity", analysis: "Analysis") -> None:
    """Print what drives one target: groups, then factors, the most important first."""
    screen = output()
    for part in ("group", "factor"):
        if analysis.ordered(part):
            screen.print(_table(found, analysis, part))
            screen.print()
    if not analysis.measures:
        screen.print(analysis.target.title(found.results), style="bold", markup=False)
    tell(analysis.remarks)
    screen.print()


def _table(found: "Sensitivity", analysis: "Analysis", part: str) -> Table:
    from experiments.sweeps.measures import MEASURES

    ordered = analysis.ordered(part)
    shown = [
        *ordered[:ROWS],
        *[one for one in ordered[ROWS:] if one.name == "dummy"],
        *analysis.ordered("check"),
    ]
    title = f"{analysis.target.title(found.results)}: {'groups' if part == 'group' else 'factors'}"
    if len(ordered) > ROWS:
        title += f", the first {ROWS} of {len(ordered)}"
    table = plain_table(title)
    table.add_column("", no_wrap=True, min_width=max(len(one.name) for one in shown))
    measures = {"sobol": ("total", "first"), "morris": ("mu_star", "sigma"), "rbd_fast": ("first",)}[
        analysis.method
    ]
    for name in measures:
        table.add_column(MEASURES[name], justify="right")
        if name != "sigma":
            table.add_column("95% interval", justify="right")
            table.add_column("half", justify="right")
    freed = any(one.corrected for one in shown)
    if freed:
        table.add_column("freed of luck", justify="right")
    table.add_column("covers 0")
    for main in shown:
        cells = [main.name]
        for name in measures:
            one = analysis.measure(main.name, name, main.part)
            cells.append(number(one.full.value, 2) if one else MISSING)
            if name != "sigma":
                cells.append(_ends(one.full) if one else MISSING)
                cells.append(number(one.half.value, 2) if one and one.half else MISSING)
        if freed:
            cells.append(_freed(analysis, main))
        cells.append(_covers(analysis, main.name, main.part))
        table.add_row(*cells)
    undetermined = next((words for one in shown if (words := analysis.undetermined(one))), "")
    if undetermined:
        table.caption, table.caption_justify = f"Freed of luck {undetermined}", "left"
    return table


def _ends(interval: "Interval") -> str:
    return f"{number(interval.low, 2)} to {number(interval.high, 2)}"


def _covers(analysis: "Analysis", name: str, part: str) -> str:
    """Whether what changes nothing is as it should be; empty for what may change something."""
    from experiments.sweeps.sensitivity import checks

    own = [one for one in checks(analysis.measures) if (one.name, one.part) == (name, part)]
    if not own:
        return ""
    return "yes" if all(analysis.passes(one) for one in own) else "NO"


def _freed(analysis: "Analysis", main: "Measure") -> str:
    if analysis.undetermined(main):
        return "not determined"
    return number(main.corrected.value, 2) if main.corrected else MISSING
