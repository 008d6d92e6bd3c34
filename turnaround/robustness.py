"""`turnaround robustness`: which regime does well across the uncertain futures of a sweep."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from experiments.command_line import command_line
from experiments.errors import StudyError
from experiments.prose import number, share, with_interval
from experiments.screen import output, plain_table, tell
from turnaround.analysing import analysing_options, keep_table, leave, opened, page_of
from turnaround.options import split

if TYPE_CHECKING:
    from experiments.sweeps.robustness import Robustness, RobustnessStudy


@click.command("robustness")
@analysing_options
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="NAME,...",
    help="Outcomes to compare on; repeatable. [default: the main ones kept of which more or less is better]",
)
@click.option(
    "--regime", "regimes", multiple=True, metavar="NAME,...", help="Regimes to compare. [default: all]"
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NUMBER,...",
    help="To be met, one an outcome in the same order; repeatable.",
)
def robustness_command(
    folder: Path,
    ranges: tuple[str, ...],
    seed: int,
    out: Path | None,
    quiet: bool,
    outcomes: tuple[str, ...],
    regimes: tuple[str, ...],
    limits: tuple[str, ...],
) -> None:
    """Compare regimes across the futures of the sweep in FOLDER.

    Every point of the design is a future. How often each regime is best, how far it falls short of the best
    (regret), and how often it meets a limit, with 95% intervals over other futures and, with two replicates
    or more, other luck. Leaves robustness.csv and robustness.html.

    \b
    Harm against money, with at most 20 councils judged inadequate:
        turnaround robustness results/study --outcome inadequate_mean,extra_cost --limit 20
    """  # noqa: D301 - the mark by which click keeps lines
    from dashboards.robustness_page import answer, write_robustness_page
    from experiments.sweeps.robustness import assess_robustness

    page = page_of(folder, out, "robustness")
    results = opened(folder, ranges)
    chosen, under = tuple(split(outcomes)), tuple(split(regimes))
    wanted = _numbers(limits)
    study = assess_robustness(results, chosen, under, wanted, seed)
    command = command_line(
        "robustness",
        folder,
        options=(
            *(("--keep", one) for one in ranges),
            *(("--outcome", name) for name in chosen),
            *(("--regime", name) for name in under),
            *(("--limit", f"{limit:.12g}") for limit in wanted),
            *(("--seed", seed), ("--out", out)),
        ),
    )
    table = keep_table(study.table(), page)
    write_robustness_page(study, page, command)
    if not quiet:
        for part in study.outcomes:
            output().print(_table(study, part))
            output().print()
            tell([f"{lead}: {text}" for lead, text in answer(study, part)])
            output().print()
    leave(page, table, command, quiet)


def _numbers(limits: tuple[str, ...]) -> tuple[float, ...]:
    """Limits as they were given: one by one, or several with commas between them."""
    wanted = []
    for text in split(limits):
        try:
            number_given = float(text)
        except ValueError:
            number_given = math.nan
        if not math.isfinite(number_given):
            raise StudyError(
                f"--limit {','.join(limits)}: {text!r} is no number; give one an outcome, such as"
                " --limit 20,30"
            )
        wanted.append(number_given)
    return tuple(wanted)


def _table(study: "RobustnessStudy", part: "Robustness") -> Table:
    from experiments.effects import EFFECTS, unit_of

    decimals = EFFECTS[part.outcome].decimals(study.results.quarters)
    title = f"{EFFECTS[part.outcome].title}, {unit_of(part.outcome)}: {part.futures:,} futures, 95% intervals"
    table = plain_table(title)
    table.add_column("")
    heads = ["mean", "5% to 95%", "best in", "mean regret", "90th percentile", "largest"]
    for head in [*heads, *(["meets the limit"] if part.limit is not None else [])]:
        table.add_column(head, justify="right")
    for one in part.standings:
        cells = [
            number(one.mean.value, decimals),
            f"{number(one.low, decimals)} to {number(one.high, decimals)}",
            share(one.best),
            *(with_interval(each, decimals) for each in (one.regret_mean, one.regret_high)),
            number(one.regret_most, decimals),
        ]
        if part.limit is not None:
            cells.append(share(one.meets))
        table.add_row(study.results.titles[one.regime], *cells)
    return table
