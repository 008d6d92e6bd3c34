"""What is seen of claims on a screen: a table of findings, and the answer of one experiment run by itself."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.progress import Progress
from rich.table import Table

from experiments.claims.contrast import Contrast
from experiments.claims.measuring import REPLICATES, SEED, Finding, measure, runs_of
from experiments.claims.words import ABOUT_THE_MODEL, TRIED, numbers
from experiments.comparison import LUCK_ONLY
from experiments.ending import exit_code_of
from experiments.screen import aside, output, plain_table


def answer(contrast: Contrast) -> None:
    """Run one experiment by itself and print what it found: the last line of each claim's own file."""
    parser = argparse.ArgumentParser(description=f"{contrast.claim}: {contrast.says}")
    add_arguments(parser)
    chosen = parser.parse_args()
    sys.exit(exit_code_of(lambda: show(measured([contrast], chosen.replicates, chosen.seed))))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that every way of running claims has."""
    parser.add_argument(
        "--replicates",
        type=int,
        default=REPLICATES,
        metavar="N",
        help=f"histories of luck that both arms of each trial meet (default {REPLICATES}; 40 give an idea)",
    )
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help=f"of the luck (default {SEED})")


def measured(contrasts: Sequence[Contrast], replicates: int, seed: int) -> list[Finding]:
    """Measure contrasts while progress is shown."""
    with progress_bar(runs_of(contrasts, replicates)) as advance:
        return measure(contrasts, replicates, seed, advance)


@contextmanager
def progress_bar(runs: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error that moves with the runs that finish; before the first comes the compiler."""
    with Progress(console=aside(), transient=True) as bar:
        task = bar.add_task("runs", total=runs)
        yield lambda finished: bar.update(task, advance=finished)


def show(findings: Sequence[Finding]) -> None:
    """Print the findings of some contrasts, a block a claim."""
    console = output()
    for contrast in dict.fromkeys(finding.contrast for finding in findings):
        console.print(f"\n[bold]{contrast.claim}[/bold]  {contrast.says}")
        console.print(f"[dim]{contrast.who[:1].upper()}{contrast.who[1:]}. {contrast.expectation}[/dim]")
        console.print(_table([finding for finding in findings if finding.contrast is contrast]))
        if contrast.doubt:
            console.print(f"[dim]Doubt: {contrast.doubt}[/dim]")
    console.print(f"\n[dim]{LUCK_ONLY} {ABOUT_THE_MODEL}[/dim]")


def _table(findings: Sequence[Finding]) -> Table:
    table = plain_table()
    for heading in ("tried", "measure"):
        table.add_column(heading)
    for heading in ("without", "with", "difference", "95% interval"):
        table.add_column(heading, justify="right")
    table.add_column("the claim", style="bold")
    for finding in findings:
        first = finding.verdict is not None
        shown = numbers(finding)
        table.add_row(
            TRIED.get(finding.trial, finding.trial) if first else "",
            f"{finding.measure.name}, {finding.measure.unit}",
            shown.without,
            shown.with_,
            shown.difference,
            shown.interval,
            finding.verdict or "",
            style="" if first else "dim",
        )
    return table
