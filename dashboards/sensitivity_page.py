"""The page on what drives the outcomes of a sweep."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboards.style import QUIET, STRONG
from dashboards.sweep_figures import (
    CASE,
    PALE,
    Bar,
    bars,
    bars_height,
    half_against_full,
    plane_of_effects,
    shares_bar,
)
from dashboards.sweep_pages import write_sweep_page
from dashboards.words import wording_of
from experiments.effects import EFFECTS, unit_of
from experiments.intervals import Interval
from experiments.prose import capitalised, counted, number, share, with_interval
from experiments.sweeps.factors import DUMMY
from experiments.sweeps.measures import MEASURES, Measure
from experiments.sweeps.sensitivity import UNITS, Analysis, Sensitivity, checks

TOP = 20
"""Bars that are drawn; tables hold all."""

NAMED = 6
"""Points that are named in a plane."""

INDICES, MARGIN = (-0.2, 1.2), 0.05
"""Ends of an axis of indices, which lie between 0 and 1, and the room beyond a bar that goes farther."""

METHODS = {
    "sobol": "Sobol’ indices (Saltelli et al. 2010; Jansen 1999)",
    "morris": "elementary effects (Morris 1991; Campolongo et al. 2007)",
    "rbd_fast": "first-order indices from given data (RBD-FAST; Tarantola et al. 2006)",
}

PARTS = {"group": "groups of factors", "factor": "factors one by one"}


def write_sensitivity_page(sensitivity: Sensitivity, path: Path, command: str) -> Path:
    """Write the page.

    Args:
        sensitivity: what was found.
        path: of the file.
        command: that makes it again.
    """
    results = sensitivity.results
    targets = [target_of(sensitivity, i, analysis) for i, analysis in enumerate(sensitivity.analyses)]
    alarms = [
        f"{analysis.target.title(results)}: {alarm}"
        for analysis in sensitivity.analyses
        for alarm in analysis.alarms
    ]
    method = sensitivity.analyses[0].method
    return write_sweep_page(
        path,
        "sensitivity.html.j2",
        results,
        "What drives the outcome?",
        f"Which of {counted(len(results.factors), 'factor')} of the sweep “{results.title}” matter for what"
        f" comes out, found from {counted(results.design_summary.points, 'point')} with"
        f" {counted(results.replicates, 'replicate')} of luck each (seed {results.seed}), by"
        f" {METHODS[method]}.",
        (
            ("answer", "The answer"),
            ("bars", "How much each matters"),
            ("settled", "Has it settled?"),
            ("luck", "Parameters and luck"),
        ),
        command,
        [*limits_of(method), *sensitivity.remarks],
        [*([sensitivity.unfinished] if sensitivity.unfinished else []), *alarms],
        {"targets": targets, "top": TOP, "unit": UNITS[method], "method": method},
    )


def limits_of(method: str) -> list[str]:
    """What the intervals of a method hold, and what they do not."""
    words = [
        "Intervals show how far the finding depends on which points of the space were tried: 95%, from a"
        " bootstrap. They do not show whether the ranges of the factors are right, nor what the model leaves"
        " out."
    ]
    if method == "sobol":
        words.append(
            "Intervals of indices do not hold the uncertainty from having met only some histories of luck;"
            " what luck does to an index on average is taken out of those freed of luck."
        )
    elif method == "morris":
        words.append(
            "Elementary effects put factors in order; they are no shares of anything, and luck adds to each"
            " of them."
        )
    else:
        words.append(
            "First-order indices do not see what a factor does only together with others: one of 0 is no"
            " proof that a factor does not matter. Those freed of luck have no interval, since the share of"
            " luck is uncertain as well."
        )
    return words


def target_of(sensitivity: Sensitivity, place: int, analysis: Analysis) -> dict[str, Any]:
    """What the template says of one target."""
    results = sensitivity.results
    return {
        "id": f"t{place}",
        "title": analysis.target.title(results),
        "answer": answer(sensitivity, analysis),
        "parts": [
            _part(sensitivity, analysis, part) for part in ("group", "factor") if analysis.ordered(part)
        ],
        "planes": [plane for part in ("group", "factor") if (plane := _plane(analysis, part)) is not None],
        "settled": _settled(analysis),
        "noise": _noise(analysis),
        "checks": _check_rows(analysis),
    }


def answer(sensitivity: Sensitivity, analysis: Analysis) -> list[tuple[str, str]]:
    """What was found, in a few sentences, each with a word or two in front."""
    said = []
    for part, lead in (("group", "Groups that matter most"), ("factor", "Factors that matter most")):
        ordered = [one for one in analysis.ordered(part) if one.name != DUMMY]
        if ordered:
            said.append((lead, _leading(sensitivity, analysis, ordered)))
    if analysis.method == "sobol" and analysis.ordered("factor"):
        said.append(("Alone or together", _together(analysis)))
    found = checks(analysis.measures)
    if found and all(analysis.passes(one) for one in found):
        names = list(dict.fromkeys(one.name for one in found))
        said.append(
            (
                "Checks",
                f"What changes nothing comes out as nothing: the interval of {' and of '.join(names)} covers"
                f" 0{', allowing for the number of checks' if analysis.tests > 1 else ''}.",
            )
        )
    elif analysis.measures and not found:
        said.append(
            ("Checks", "The sweep varies no dummy and has one replicate, so nothing checks the method.")
        )
    return [*said, ("To be known", " ".join(analysis.remarks))]


def _leading(sensitivity: Sensitivity, analysis: Analysis, ordered: Sequence[Measure]) -> str:
    lead = ordered[0]
    if lead.full.high <= 0.0 or lead.full.value <= 0.0:
        return "None: no measure is above 0."
    rest = [f"{_named(sensitivity, one)} {_value(analysis, one.full)}" for one in ordered[1:3]]
    alike = [one for one in ordered[1:] if one.full.high >= lead.full.low]
    words = (
        f"{_named(sensitivity, lead)} comes first, with {MEASURES[analysis.main].lower()}"
        f" {_value(analysis, lead.full)}"
    )
    if undetermined := analysis.undetermined(lead):
        words += f", freed of luck {undetermined}"
    elif lead.corrected:
        words += f", freed of luck {_value(analysis, lead.corrected)}"
    words += f"; then {' and '.join(rest)}." if rest else "."
    if alike:
        words += (
            f" The order is not certain: the intervals of {counted(len(alike), 'other')} reach that of the"
            " first."
        )
    return words


def _named(sensitivity: Sensitivity, one: Measure) -> str:
    if one.part == "group":
        return f"“{one.name}”"
    return f"“{sensitivity.results.factor(one.name).title}”"


def _value(analysis: Analysis, interval: Interval) -> str:
    digits = _digits(analysis)
    if math.isnan(interval.low):
        return number(interval.value, digits)
    return (
        f"{number(interval.value, digits)} (95% interval {number(interval.low, digits)} to"
        f" {number(interval.high, digits)})"
    )


def _digits(analysis: Analysis) -> int:
    """Decimals: two of an index, those of its unit and one more of an effect."""
    return wording_of(analysis.target.outcome).digits + 1 if analysis.method == "morris" else 2


def _together(analysis: Analysis) -> str:
    firsts = [
        one
        for one in analysis.measures
        if one.part == "factor" and one.measure == "first" and one.name != DUMMY
    ]
    total = sum(one.full.value for one in firsts)
    return (
        f"First-order indices of single factors add up to {number(total, 2)}: that share of the variance"
        " factors make each by itself. What is missing to 1 they make together with others, or it is luck."
        if total <= 1.0
        else f"First-order indices of single factors add up to {number(total, 2)}, more than 1 by sampling"
        " error: factors work each by itself as far as can be told."
    )


def _part(sensitivity: Sensitivity, analysis: Analysis, part: str) -> dict[str, Any]:
    """Bars and table of groups or of factors."""
    ordered = analysis.ordered(part)
    measures = ("total", "first") if analysis.method == "sobol" else (analysis.main,)
    floor = analysis.ordered("check")
    top = [*ordered[:TOP], *[one for one in ordered[TOP:] if one.name == DUMMY], *floor]
    items = _items(analysis, top, measures)
    return {
        "title": capitalised(PARTS[part]),
        "figure": _bars(analysis, items),
        "height": bars_height(len(top), len(measures)),
        "more": max(len(ordered) - TOP, 0),
        "series": [(MEASURES[name], colour) for name, colour in zip(measures, (STRONG, PALE), strict=False)],
        "corrected": any(one.corrected for one in analysis.measures),
        "undetermined": next(
            (
                words
                for one in analysis.measures
                if one.part == part and (words := analysis.undetermined(one))
            ),
            "",
        ),
        "cut": _span(items, analysis) is not None,
        **_table(sensitivity, analysis, part, measures),
    }


def _items(analysis: Analysis, top: Sequence[Measure], measures: Sequence[str]) -> list[Bar]:
    """Bars, with what is freed of luck where that is determined."""
    items = []
    for one in top:
        found = [analysis.measure(one.name, name, one.part) for name in measures]
        items.append(
            Bar(
                one.name,
                tuple(measure.full if measure else None for measure in found),
                tuple(
                    measure.corrected if measure and not analysis.undetermined(measure) else None
                    for measure in found
                ),
            )
        )
    return items


def _bars(analysis: Analysis, items: Sequence[Bar]) -> go.Figure:
    colours = (STRONG, PALE)[: len(items[0].values)]
    return bars(items, colours, _axis(analysis), _span(items, analysis))


def _span(items: Sequence[Bar], analysis: Analysis) -> tuple[float, float] | None:
    """Ends of the axis where intervals reach far beyond what an index can be; None where none do."""
    shown_ones = [one for item in items for one in (*item.values, *item.marks) if one is not None]
    ends = [end for one in shown_ones for end in one if np.isfinite(end)]
    low, high = INDICES
    if analysis.method == "morris" or not ends or (low <= min(ends) and max(ends) <= high):
        return None
    values = [one.value for one in shown_ones if np.isfinite(one.value)]
    least, most = min(low, min(values) - MARGIN), max(high, max(values) + MARGIN)
    return max(least, min(0.0, *ends) - MARGIN), min(most, max(ends) + MARGIN)


def _axis(analysis: Analysis) -> str:
    if analysis.method == "morris":
        return f"Effect{_unit(analysis)}"
    return "Share of the variance"


def _unit(analysis: Analysis) -> str:
    return f", {unit_of(analysis.target.outcome)}" if analysis.target.outcome in EFFECTS else ""


def _table(
    sensitivity: Sensitivity, analysis: Analysis, part: str, measures: Sequence[str]
) -> dict[str, Any]:
    digits = _digits(analysis) + (analysis.method != "morris")
    shown_measures = (*measures, "sigma") if analysis.method == "morris" else tuple(measures)
    heads = ["Group" if part == "group" else "Factor"]
    heads += ["Meaning", "Unit"] if part == "factor" else []
    for name in shown_measures:
        heads += [MEASURES[name], "from half"]
        if name != "sigma" and analysis.method != "morris":
            heads.append("freed of luck")
    rows = []
    for main in [*analysis.ordered(part), *analysis.ordered("check")]:
        row = [main.name]
        if part == "factor":
            row += _meaning(sensitivity, main)
        for name in shown_measures:
            one = analysis.measure(main.name, name, main.part)
            row += [
                with_interval(one.full if one else None, digits),
                with_interval(one.half if one else None, digits),
            ]
            if name != "sigma" and analysis.method != "morris":
                freed = "not determined" if one and analysis.undetermined(one) else ""
                row.append(freed or with_interval(one.corrected if one else None, digits))
        rows.append(row)
    return {"heads": heads, "rows": rows, "texts": [1, 2] if part == "factor" else []}


def _meaning(sensitivity: Sensitivity, one: Measure) -> list[str]:
    if one.part == "check":
        return ["the same parameters under other histories: what luck alone makes of a measure", "none"]
    factor = sensitivity.results.factor(one.name)
    return [factor.meaning, factor.unit]


def _plane(analysis: Analysis, part: str) -> dict[str, Any] | None:
    """Morris's plane of groups or factors, with names of those that matter most."""
    ordered = analysis.ordered(part)
    if analysis.method != "morris" or not ordered:
        return None
    points = []
    for i, one in enumerate(ordered):
        sigma = analysis.measure(one.name, "sigma", part)
        if sigma is not None:
            points.append((one.name, one.full, sigma.full.value, i < NAMED))
    return (
        {"figure": plane_of_effects(points, _unit(analysis)), "height": 440, "title": PARTS[part]}
        if points
        else None
    )


def _settled(analysis: Analysis) -> dict[str, Any] | None:
    """Half of the design against all of it."""
    points = [
        (f"{one.name}, {MEASURES[one.measure].lower()}", one.full, one.half.value)
        for one in analysis.measures
        if one.half is not None and one.settled is not None and one.part != "check"
    ]
    if not points:
        return None
    loose = [
        (
            f"{one.name} ({one.part})",
            MEASURES[one.measure],
            with_interval(one.full, 3),
            with_interval(one.half, 3),
        )
        for one in analysis.measures
        if one.settled is False and one.half and one.part != "check"
    ]
    return {"figure": half_against_full(points), "height": 420, "count": len(points), "loose": loose}


def _noise(analysis: Analysis) -> dict[str, Any] | None:
    """Parameters and luck apart."""
    noise = analysis.noise
    if noise is None:
        return None
    rows = (
        ("Parameters", noise.parameters, STRONG, ""),
        ("Luck that all points share", noise.shared, PALE, "/"),
        ("Luck that works differently by parameters", noise.interaction, CASE, "x"),
    )
    return {
        "figure": shares_bar([(name, one.value, colour, pattern) for name, one, colour, pattern in rows]),
        "key": [(name, colour) for name, _, colour, _ in rows],
        "rows": [
            *[(name, share(one, 1)) for name, one, _, _ in rows],
            ("Parameters, in the variance between points of the mean", share(noise.of_mean, 1)),
        ],
        "points": noise.points,
        "replicates": noise.replicates,
        "line": QUIET,
    }


def _check_rows(analysis: Analysis) -> list[tuple[str, str, str, str]]:
    return [
        (
            one.name,
            {"group": "as a group", "factor": "as a factor", "check": "from the replicates"}[one.part],
            f"{MEASURES[one.measure]}: {with_interval(one.full, 3)}",
            "yes" if analysis.passes(one) else "NO",
        )
        for one in checks(analysis.measures)
    ]
