"""What each section of the report shows, worked out before the template lays it out."""

import calendar
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards.compared import Compared
from dashboards.differences import MAIN, lines
from dashboards.figures import fan_chart, fan_updates, plane
from dashboards.hexmap import hex_map
from dashboards.record_kept import record_in_words
from dashboards.style import RegimeStyle
from dashboards.summaries import fans, luck_saved, spread
from dashboards.words import INDICATORS, NOTHING, Wording, amount, around, in_words, number, span, wording_of
from experiments.believed import posterior_in_words
from experiments.prose import counted
from experiments.results import BY_SET
from experiments.units import MONTHS_PER_QUARTER, QUARTERS_PER_YEAR
from model.parameters import Parameters
from model.registry import registry

Row = dict[str, Any]

AXES = (
    ("support_cost", "weak_child_years", "Outside support against weak services"),
    ("support_cost", "inadequate_child_years", "Outside support against services judged inadequate"),
    ("extra_cost", "weak_child_years", "New money for failure against weak services"),
    ("extra_cost", "inadequate_child_years", "New money for failure against services judged inadequate"),
)
"""Pairs of cost and harm that can be chosen, with what they are called."""


def asked(compared: Compared) -> Row:
    """What was asked: councils, span and histories."""
    tiles = hex_map(compared.last_day).tiles
    return {
        "councils": len({tile.la_code for tile in tiles}),
        "years": number(
            compared.length / QUARTERS_PER_YEAR, 0 if compared.length % QUARTERS_PER_YEAR == 0 else 2
        ),
        "histories": counted(compared.asked, "history", "histories"),
        "sets": counted(compared.posterior["drawn"], "set") if compared.posterior else "",
        "regimes": in_words(len(compared.titles)).capitalize()
        + (" regime" if len(compared.titles) == 1 else " regimes"),
        "from": month_of(compared.first, 0),
        "to": month_of(compared.last, 2),
    }


def month_of(quarter: str, which: int) -> str:
    """The first (0) to last (2) month of a written quarter, with its year."""
    month = (int(quarter[5]) - 1) * MONTHS_PER_QUARTER + which + 1
    return f"{calendar.month_name[month]} {quarter[:4]}"


def fan_section(compared: Compared, styles: Mapping[str, RegimeStyle]) -> Row | None:
    """Fan charts of the first indicator by regime, what changes with another, and the numbers behind them."""
    if compared.quarters is None or compared.runs.is_empty():
        return None
    table = fans(compared.quarters)
    first = next(iter(INDICATORS))
    shown = [name for name in compared.titles if name in table["regime"].unique()]
    return {
        "figures": {
            name: fan_chart(table, name, compared.baseline, first, styles[name], compared.titles[name])
            for name in shown
        },
        "updates": fan_updates(table, shown, compared.baseline),
        "indicators": INDICATORS,
        "tables": {
            indicator: _fan_table(table, shown, indicator, compared.histories) for indicator in INDICATORS
        },
        "ends": {
            indicator: _fan_ends(table, shown, indicator, compared.histories) for indicator in INDICATORS
        },
    }


def _fan_ends(table: pl.DataFrame, regimes: Sequence[str], indicator: str, histories: int) -> dict[str, str]:
    """What each regime's fan comes to in the last quarter."""
    wording = INDICATORS[indicator]
    own = table.filter(pl.col("indicator") == indicator)
    ends = {}
    for name in regimes:
        row = own.filter(pl.col("regime") == name).sort("year").row(-1, named=True)
        ends[name] = f"{row['quarter']}: {_short(row, wording, histories)}"
    return ends


def _fan_table(table: pl.DataFrame, regimes: Sequence[str], indicator: str, histories: int) -> list[Row]:
    """A row a year, at its last quarter: median and nine histories in ten, by regime."""
    wording = INDICATORS[indicator]
    own = table.filter(pl.col("indicator") == indicator).sort("year")
    quarters = own["quarter"].unique(maintain_order=True).to_list()
    kept = [quarter for quarter in quarters if quarter.endswith("Q4") or quarter == quarters[-1]]
    cells = {
        (row["regime"], row["quarter"]): _short(row, wording, histories) for row in own.iter_rows(named=True)
    }
    return [
        {"quarter": quarter, "cells": [cells.get((name, quarter), "") for name in regimes]}
        for quarter in kept
    ]


def _short(row: Row, wording: Wording, histories: int) -> str:
    """The median, and where nine histories in ten lie unless there is but one."""
    unit = (
        wording
        if wording.unit == "%"
        else Wording(wording.title, "m" if wording.before else "", wording.digits)
    )
    middle = f"{wording.before}{amount(row['q50'], unit)}"
    if histories == 1:
        return middle
    return f"{middle} ({number(row['q05'], unit.digits)}–{number(row['q95'], unit.digits)})"


def plane_section(compared: Compared, styles: Mapping[str, RegimeStyle]) -> Row | None:
    """Cost against harm for each pair of axes, with the numbers."""
    outcomes = compared.comparison.outcomes
    complete = [
        name for name in compared.titles if all(_known(outcomes, name, axis) for axis in MONEY_AND_HARM)
    ]
    if not complete:
        return None
    chosen = {name: styles[name] for name in complete}
    charts: list[go.Figure] = [
        plane(compared.runs, outcomes, (cost, harm), chosen, compared.titles) for cost, harm, _ in AXES
    ]
    numbers = [
        [
            {"regime": name, "cells": [mean_text(compared, axis, name) for axis in (cost, harm)]}
            for name in complete
        ]
        for cost, harm, _ in AXES
    ]
    heads = [[wording_of(axis).title for axis in (cost, harm)] for cost, harm, _ in AXES]
    return {"figures": charts, "numbers": numbers, "heads": heads}


MONEY_AND_HARM = ("support_cost", "extra_cost", "weak_child_years", "inadequate_child_years")


def _known(outcomes: pl.DataFrame, regime: str, outcome: str) -> bool:
    found = outcomes.filter(pl.col("outcome") == outcome, pl.col("regime") == regime)["mean"]
    return len(found) == 1 and found[0] is not None


def mean_text(compared: Compared, outcome: str, regime: str) -> tuple[str, str]:
    """The mean of an outcome, and its 95% interval."""
    row, wording = compared.mean(outcome, regime), wording_of(outcome)
    return amount(row["mean"], wording), around(row["low"], row["high"], wording, compared.histories)


def regime_table(compared: Compared, outcomes: Sequence[str]) -> list[Row]:
    """A row an outcome, a cell a regime: the mean, and where nine histories in ten lie."""
    table = []
    for outcome in outcomes:
        wording = wording_of(outcome)
        ranges = {row["regime"]: row for row in spread(compared.runs, outcome).iter_rows(named=True)}
        cells = []
        for name in compared.titles:
            reach = ranges.get(name, {"q05": None, "q95": None})
            cells.append(
                {
                    "regime": name,
                    "mean": amount(compared.mean(outcome, name)["mean"], wording),
                    "range": around(reach["q05"], reach["q95"], wording, compared.histories),
                }
            )
        table.append({"title": wording.title, "group": wording.group, "cells": cells})
    return table


def sureness(compared: Compared) -> Row:
    """How sure one can be: histories needed, luck shared, runs failed, false verdicts to expect."""
    comparison = compared.comparison
    given, wrong = comparison.false_verdicts()
    compared_lines = lines(compared, MAIN)
    saved = luck_saved(compared.runs, comparison.differences, compared.baseline, "inadequate_mean")
    return {
        "lines": compared_lines,
        "share": number(100 * comparison.precision, 0),
        "short": [line.title for line in compared_lines if (line.needed or 0) > compared.histories],
        "saved": None if saved is None else number(saved, 0 if saved >= 10 else 1),
        "layers": layers(compared),
        "can_tell": comparison.can_tell,
        "given": given,
        "wrong": "fewer than one" if wrong < 1 else f"about {number(wrong, 0)}",
        "failed": [
            f"{counted(count, 'run')} under {compared.titles[name]}"
            for name, count in compared.failed.items()
        ],
    }


def layers(compared: Compared) -> list[Row]:
    """Parameters and luck apart: a row an outcome shown first and regime, with the three intervals."""
    if not compared.comparison.on_sets:
        return []
    rows = []
    for outcome in MAIN:
        wording = wording_of(outcome)
        for row in compared.differences(outcome):
            ends = {
                name: span(row[f"{name}_low"], row[f"{name}_high"], wording, signed=True)
                for name in ("mean", "luck", "both")
            }
            rows.append(
                ends
                | {
                    "title": wording.title,
                    "regime": compared.titles[row["regime"]],
                    "difference": amount(row["difference"], wording, signed=True),
                    "sets": span(row["low"], row["high"], wording, signed=True),
                    "share": _share_of_parameters(row),
                    "direction": NOTHING if row["direction"] is None else f"{row['direction']:.0%}",
                }
            )
    return rows


def _share_of_parameters(row: Mapping[str, Any]) -> str:
    if row["parameters"] is None:
        return NOTHING
    value, low, high = (f"{row[name]:.0%}" for name in PARAMETERS_SHARE)
    return f"{value} ({low.removesuffix('%')} to {high})"


PARAMETERS_SHARE = ("parameters", "parameters_low", "parameters_high")


def differing_settings(compared: Compared) -> list[Row]:
    """Parameters that differ from their defaults, by regime: value, default, unit and who set them."""
    table = compared.comparison.results.parameters.filter(~pl.col("origin").is_in(["default", BY_SET]))
    entries, defaults = registry(), Parameters.defaults()
    rows = []
    for row in table.iter_rows(named=True):
        entry = entries.get(row["name"])
        default = entry.shown(defaults[row["name"]]) if entry else "none"
        rows.append(
            row
            | {
                "title": compared.titles.get(row["regime"], row["regime"]),
                "default": str(default),
                "meaning": entry.meaning if entry else "",
                "value": _tidy(row["value"]),
            }
        )
    return rows


def _tidy(value: str) -> str:
    """A stored value without needless digits; anything but a number as it is."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return value


def provenance(compared: Compared) -> Row | None:
    """On which posterior the results rest, and how that was made; None without one."""
    if compared.posterior is None:
        return None
    made = compared.posterior["provenance"]
    facts = {"Hash of its sets and weights": str(compared.posterior["hash"])}
    for key, value in made.items():
        name, shown = str(key).replace("_", " ").capitalize(), _plainly(value)
        if shown:
            facts[name] = shown
    return {
        "words": posterior_in_words(compared.posterior),
        "record": record_in_words(compared.posterior["hash"]),
        "facts": facts,
    }


def _plainly(value: object) -> str:
    """A note of how something was made, as a reader would write it; empty for what has parts of its own."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_plainly, value)))
    return "" if isinstance(value, dict) else str(value)


def facts_on_record(compared: Compared) -> dict[str, str]:
    """What else is kept on record: versions, sources, hash, times."""
    manifest = compared.manifest
    sources, timings = manifest.get("sources", {}), manifest.get("timings", {})
    facts = {
        "State": str(manifest.get("state", "unknown")),
        "Runs completed": f"{compared.runs.height:,} of {len(compared.titles) * compared.asked:,}",
        "Seed": str(manifest.get("seed", "")),
        "Started": str(timings.get("started", "unknown")),
        "Took": f"{number(timings['seconds'], 1)} seconds" if "seconds" in timings else "unknown",
        "Hash of the model": str(manifest.get("model_hash", "unknown")),
    }
    if sources:
        changed = " (with changes since)" if sources.get("changed_since") else ""
        facts["Revision of the sources"] = f"{sources.get('git_revision', 'unknown')}{changed}"
    versions = manifest.get("versions", {})
    facts["Versions"] = ", ".join(f"{package} {found}" for package, found in versions.items())
    return facts
