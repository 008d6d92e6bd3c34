"""What a sweep shows at once: each point as a line through all factors, and the mean outcome by two of them.

Both are drawn by the browser (`assets/sweep.js`), which can draw ranges on them; here is what they draw.
"""

import math
from typing import Any

import numpy as np

from dashboards.live.sweep_asked import Asked
from dashboards.style import PROBABILITY_COLOURS
from dashboards.words import UNITLESS, number, wording_of
from experiments.arrays import Numbers
from experiments.prose import brief, capitalised, counted
from experiments.sweeps.binned import Bin, Binned, binned, bins_of
from experiments.sweeps.boxes import Limit
from experiments.sweeps.cells import design_values, is_arrangement
from experiments.sweeps.factors import Factor
from model.codes import Support

MOST_KEPT, MOST_OTHERS = 400, 150
"""Lines that are drawn of points kept and of others: more would hide each other."""

PLAIN = (*UNITLESS, "0/1", "arrangement")
"""Units that the ends or values of an axis tell by themselves."""

Drawing = dict[str, Any]


def lines(asked: Asked) -> Drawing:
    """Points as lines through axes of factors, from the outcome on top."""
    results = asked.sweep.results
    values, means = design_values(results), asked.means
    usable = np.isfinite(means) & asked.used
    order = np.random.default_rng(0).permutation(len(means))
    kept = [i for i in order if usable[i] and asked.inside[i]]
    others = [i for i in order if usable[i] and not asked.inside[i]]
    drawn = [*others[:MOST_OTHERS], *sorted(kept[:MOST_KEPT], key=lambda i: means[i])]
    names = [factor.name for factor in results.factors]
    factors = [asked.sweep.factors[name] for name in asked.axes]
    at = np.column_stack(
        [_positions(factor, values[drawn, names.index(factor.name)]) for factor in factors]
        or [np.zeros((len(drawn), 0))]
    )
    known = means[usable]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    span = high - low or 1.0
    levels = np.quantile(known, np.linspace(0, 1, len(PROBABILITY_COLOURS))) if len(known) else np.zeros(1)
    fifth = np.clip(np.searchsorted(levels, means[drawn], side="right"), 1, len(PROBABILITY_COLOURS) - 1)
    return {
        "outcome": {"title": asked.title, "low": _value(asked, low), "high": _value(asked, high)},
        "axes": [_axis(asked, factor) for factor in factors],
        "lines": np.column_stack([(means[drawn] - low) / span, at]).round(4).tolist(),
        "kept": [bool(asked.inside[i]) for i in drawn],
        "colours": [PROBABILITY_COLOURS[place] for place in fifth],
        "levels": [PROBABILITY_COLOURS[place] for place in range(1, len(PROBABILITY_COLOURS))],
        "says": _drawn_in_words(len(kept), len(others), int((~np.isfinite(means)).sum())),
    }


def lines_key(drawn: Drawing) -> Drawing:
    """What the colours of the lines say."""
    return {
        "title": "How to read the lines",
        "words": f"{drawn['outcome']['title']}, by fifths of the points:",
        "before": "least",
        "colours": drawn["levels"],
        "after": "most",
        "left_out": not all(drawn["kept"]),
    }


def two_key(drawn: Drawing) -> Drawing:
    """What the colours of the cells say."""
    low, high = drawn["ends"]
    return {
        "title": "How to read the cells",
        "words": f"{drawn['title']}, mean in a cell:",
        "before": low,
        "colours": drawn["colours"],
        "after": high,
        "left_out": False,
    }


def _drawn_in_words(kept: int, others: int, unknown: int) -> str:
    some = kept > MOST_KEPT or others > MOST_OTHERS
    words = (
        f"{min(kept, MOST_KEPT):,} of {counted(kept, 'point')} kept and {min(others, MOST_OTHERS):,} of"
        f" {others:,} left out are drawn, chosen at random; everything else on this page counts all that are"
        " kept."
        if some
        else f"All {counted(kept + others, 'point')} are drawn."
    )
    return words + (
        f" At {counted(unknown, 'point')} a run failed, is missing, or could not be observed."
        if unknown
        else ""
    )


def _value(asked: Asked, value: float) -> str:
    return number(value, wording_of(asked.target.outcome).digits + 1)


def _axis(asked: Asked, factor: Factor) -> Drawing:
    limit = asked.limit_of(factor.name)
    kind = _kind(factor)
    return {
        "name": factor.name,
        "title": capitalised(factor.meaning),
        "unit": "" if factor.unit in PLAIN else factor.unit,
        "kind": kind,
        "low": factor.low,
        "high": factor.high,
        "labels": _labels(factor),
        "held": _held(factor, limit) if limit else None,
    }


def _kind(factor: Factor) -> str:
    if is_arrangement(factor):
        return "kinds"
    if factor.whole:
        return "whole"
    return "log" if factor.distribution == "log_uniform" else "number"


def _labels(factor: Factor) -> list[str]:
    """What stands along the axis: the values of an arrangement or switch in words, else its two ends."""
    if is_arrangement(factor):
        return [Support(int(kind)).name.lower() for kind in sorted(factor.values)]
    if factor.entry is not None and factor.entry.type == "switch":
        return ["off", "on"]
    return [brief(factor.low, 3), brief(factor.high, 3)]


def _positions(factor: Factor, values: Numbers) -> Numbers:
    """Where values lie along the axis, from 0 to 1; whole values and arrangements amid their parts."""
    kind = _kind(factor)
    found: Numbers
    if kind == "kinds":
        listed = np.sort(np.asarray(factor.values, np.float64))
        found = (np.searchsorted(listed, values) + 0.5) / len(listed)
    elif kind == "whole":
        found = (values - factor.low + 0.5) / (factor.high - factor.low + 1.0)
    elif kind == "log":
        found = np.log(values / factor.low) / math.log(factor.high / factor.low)
    else:
        found = (values - factor.low) / ((factor.high - factor.low) or 1.0)
    return found


def _held(factor: Factor, limit: Limit) -> list[float]:
    """The part of the axis to which a factor is held; of kinds from the first to the last."""
    kind = _kind(factor)
    if kind == "kinds":
        at = _positions(factor, np.asarray(limit.kinds, np.float64))
        half = 0.5 / len(factor.values)
        return [float(at.min() - half), float(at.max() + half)]
    ends = np.array([max(limit.low, factor.low), min(limit.high, factor.high)])
    low, high = _positions(factor, ends)
    half = 0.5 / (factor.high - factor.low + 1.0) if kind == "whole" else 0.0
    return [float(low - half), float(high + half)]


def two_factors(asked: Asked) -> Drawing:
    """The mean outcome by two factors, among the points kept."""
    table = table_of_two(asked)
    means = [cell.mean.value for row in table.cells for cell in row if cell.mean]
    low, high = (min(means), max(means)) if means else (0.0, 1.0)
    last = len(PROBABILITY_COLOURS) - 1
    digits = _digits(high - low)
    return {
        "across": _side(asked.sweep.factors[asked.across], table.across),
        "up": _side(asked.sweep.factors[asked.up], table.up),
        "cells": [
            [
                {
                    "count": cell.count,
                    "mean": number(cell.mean.value, digits) if cell.mean else "",
                    "level": round(last * (cell.mean.value - low) / ((high - low) or 1.0))
                    if cell.mean
                    else -1,
                }
                for cell in row
            ]
            for row in table.cells
        ],
        "colours": list(PROBABILITY_COLOURS),
        "ends": [number(low, digits), number(high, digits)],
        "title": asked.title,
    }


def _digits(span: float) -> int:
    """Decimals with which numbers that span so much can be told apart."""
    return min(max(1 - math.floor(math.log10(span)), 0), 4) if span > 0.0 else 1


def table_of_two(asked: Asked) -> Binned:
    """The mean outcome by two factors, among the points kept."""
    results = asked.sweep.results
    values = design_values(results)
    names = [factor.name for factor in results.factors]
    counted_in = asked.inside & asked.used
    sides = []
    for name in (asked.across, asked.up):
        factor = asked.sweep.factors[name]
        sides.append((values[:, names.index(name)], bins_of(factor, asked.limit_of(name))))
    return binned(sides[0], sides[1], np.where(counted_in, asked.means, np.nan))


def _side(factor: Factor, bins: tuple[Bin, ...]) -> Drawing:
    return {
        "name": factor.name,
        "title": capitalised(factor.meaning),
        "unit": "" if factor.unit in PLAIN else factor.unit,
        "kind": _kind(factor),
        "low": factor.low,
        "high": factor.high,
        "bins": [[one.low, one.high] for one in bins],
        "edges": [] if _single(bins) else [brief(bins[0].low, 3), *(brief(one.high, 3) for one in bins)],
        "labels": [bin_in_words(factor, one) for one in bins] if _single(bins) else [],
        "words": [Support(int(one.low)).name.lower() for one in bins] if is_arrangement(factor) else [],
    }


def _single(bins: tuple[Bin, ...]) -> bool:
    return all(one.low == one.high for one in bins)


def bin_in_words(factor: Factor, one: Bin) -> str:
    """A bin as the head of a column or row."""
    if is_arrangement(factor):
        return Support(int(one.low)).name.lower()
    if factor.entry is not None and factor.entry.type == "switch":
        return "on" if one.low > 0.5 else "off"
    return brief(one.low, 3) if one.low == one.high else f"{brief(one.low, 3)} to {brief(one.high, 3)}"


def rows_of_two(asked: Asked) -> Drawing:
    """The same as a table with intervals, for those who read numbers."""
    table = table_of_two(asked)
    across, up = asked.sweep.factors[asked.across], asked.sweep.factors[asked.up]
    digits = wording_of(asked.target.outcome).digits + 1
    rows = [
        [
            bin_in_words(up, one),
            *(
                f"{number(cell.mean.value, digits)}"
                + (
                    f" ({number(cell.mean.low, digits)} to {number(cell.mean.high, digits)})"
                    if math.isfinite(cell.mean.low)
                    else ""
                )
                + f", {counted(cell.count, 'point')}"
                if cell.mean
                else "no point"
                for cell in cells
            ),
        ]
        for one, cells in reversed(list(zip(table.up, table.cells, strict=True)))
    ]
    return {
        "heads": [f"{up.name}, by {across.name}", *(bin_in_words(across, one) for one in table.across)],
        "rows": rows,
    }
