"""Pages on what a sweep says: what they share. Each has a module of its own."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from dashboards.page import FINDINGS_SCRIPTS, write_page
from dashboards.sweep_figures import COLOURS
from experiments.prose import counted, listed
from experiments.sweeps.results import DesignSummary, SweepResults

Contents = Sequence[tuple[str, str]]

KINDS = {
    "grid": "grid",
    "latin_hypercube": "Latin hypercube",
    "sobol": "Sobol’ sequence",
    "saltelli": "Saltelli design",
    "morris": "Morris design",
    "table": "table of points",
    "posterior": "sets of a posterior",
}
"""Designs, as people call them."""


def write_sweep_page(
    path: Path,
    template: str,
    results: SweepResults,
    heading: str,
    lead: str,
    contents: Contents,
    command: str,
    limits: Sequence[str],
    alarms: Sequence[str],
    findings: Mapping[str, Any],
) -> Path:
    """Write one of the pages.

    Args:
        path: of the file.
        template: that extends `sweep.html.j2`.
        results: of the sweep.
        heading: of the page.
        lead: what was asked, in a sentence.
        contents: anchors and names of the sections of findings.
        command: that makes the page again.
        limits: what the page cannot tell, and what its intervals show.
        alarms: to be read first.
        findings: what else the template speaks of.
    """
    context = {
        "study": results,
        "heading": heading,
        "lead": lead,
        "contents": contents,
        "command": command,
        "sweep_command": results.manifest.get("command", ""),
        "limits": limits,
        "alarms": alarms,
        "facts": facts(results),
        "titles": results.titles,
        "colours": COLOURS,
        **findings,
    }
    return write_page(path, template, FINDINGS_SCRIPTS, context)


def facts(results: SweepResults) -> dict[str, str]:
    """What a reader has to know of the sweep."""
    summary = results.design_summary
    ran = int(results.runs.select(pl.len()).collect().item())
    failed = results.failures.height
    kept = results.manifest.get("kept")
    only = {"Only points with": listed([str(one) for one in kept])} if kept else {}
    return {
        "Study": results.title,
        "Question": results.question or "none was written down",
        "Design": design_in_words(summary),
        "Parameters": on_what(results),
        **only,
        "Factors": counted(len(results.factors), "factor"),
        "Regimes": listed([results.titles[name] for name in results.regimes]),
        "Replicates": f"{results.replicates:,} of luck, the same at every point and under every regime",
        "Runs": f"{ran:,} of {results.runs_asked:,}, of which {counted(failed, 'run')} failed",
        "Span": f"{results.quarters} quarters from {results.start}",
        "Seed of the luck": str(results.seed),
    }


def on_what(results: SweepResults) -> str:
    """On which sets of parameters a sweep rests, and so what its intervals over points hold."""
    posterior = results.manifest.get("posterior")
    if not posterior:
        return "those of each regime but for the factors; how well the others are known is in no interval"
    return (
        f"sets drawn by weight from {posterior['origin']} (hash {posterior['hash']}, {posterior['sets']:,}"
        f" sets as good as {posterior['effective_size']:,.0f} of equal weight): what varies between points is"
        " parameters fitted to the record, and what varies between replicates is luck"
    )


def design_in_words(summary: DesignSummary) -> str:
    """How points were chosen."""
    words = f"{KINDS[summary.kind]}, {counted(summary.points, 'point')}"
    if summary.sets:
        return f"{words}: {summary.points // summary.sets:,} of it, each with {counted(summary.sets, 'set')}"
    if summary.kind == "saltelli":
        return f"{words}: {counted(summary.base, 'base row')} of {summary.width} points"
    if summary.kind == "morris":
        return f"{words}: {counted(summary.base, 'trajectory', 'trajectories')} on {summary.levels} levels"
    return words
