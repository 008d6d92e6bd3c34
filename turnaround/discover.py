"""`turnaround discover`: where in the space of a sweep's factors something holds."""

from pathlib import Path

import click

from experiments.command_line import command_line
from experiments.prose import share
from experiments.screen import output, plain_table, tell, warn
from experiments.sweeps.defaults import ASIDE, BOXES, DEPTH, THRESHOLD
from turnaround.analysing import analysing_options, keep_table, leave, opened, page_of
from turnaround.extras import analysis_extra


@click.command("discover")
@analysing_options
@click.option(
    "--where",
    required=True,
    metavar="EXPRESSION",
    help="What is to hold: SQL over means by point, columns written regime.outcome, or the outcome alone"
    " where one regime was run.",
)
@click.option("--aside", default=ASIDE, show_default=True, help="Share of points kept aside as a check.")
@click.option("--boxes", default=BOXES, show_default=True, help="Boxes to look for, 1 to 5.")
@click.option("--threshold", default=THRESHOLD, show_default=True, help="Density asked of a box, 0.05 to 1.")
@click.option(
    "--depth", default=DEPTH, show_default=True, help="Questions on the way to a leaf of the tree, 1 to 6."
)
def discover_command(
    folder: Path,
    ranges: tuple[str, ...],
    seed: int,
    out: Path | None,
    quiet: bool,
    where: str,
    aside: float,
    boxes: int,
    threshold: float,
    depth: int,
) -> None:
    """Find where in the space of its factors something holds.

    Reads the sweep in FOLDER. Boxes (PRIM) and a small tree are found on most of the points and
    checked on those kept aside. Leaves discovery.csv and discovery.html.

    \b
    Where do trusts do better than sector-led help?
        turnaround discover results/study --where "trust.weak_child_years < sector_led.weak_child_years"
    Where do many fail while the children's outcomes hold up?
        turnaround discover results/study --where "ad_hoc.inadequate_mean > 20 AND ad_hoc.outcome_mean > 60"
    """  # noqa: D301 - the mark by which click keeps lines
    page = page_of(folder, out, "discovery")
    results = opened(folder, ranges)
    with analysis_extra():
        from dashboards.discovery_page import write_discovery_page
        from experiments.sweeps.discovery import discover
    found = discover(results, where, aside, seed, boxes, threshold, depth)
    command = command_line(
        "discover",
        folder,
        options=(
            *(("--keep", one) for one in ranges),
            *(("--where", where), ("--aside", aside), ("--seed", seed), ("--boxes", boxes)),
            *(("--threshold", threshold), ("--depth", depth), ("--out", out)),
        ),
    )
    table = keep_table(found.table(), page)
    write_discovery_page(found, page, command)
    if not quiet:
        tell(found.sentences())
        screen = output()
        screen.print()
        judged = plain_table("How good each is, 95% intervals; quote the points kept aside")
        for name in ("", "on", "points", "inside", "density", "coverage", "right"):
            judged.add_column(name, justify="right" if name in ("points", "inside") else "left")
        for one in found.judged:
            part = "points kept aside" if one.part == "aside" else "points it was found on"
            shares = (share(one.density), share(one.coverage), share(one.accuracy))
            judged.add_row(one.name, part, f"{one.points:,}", f"{one.inside:,}", *shares)
        screen.print(judged)
        screen.print()
        tell(found.remarks)
    warn(found.warnings)
    leave(page, table, command, quiet)
