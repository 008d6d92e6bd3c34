"""The page on where in the space of a sweep's factors something holds."""

from pathlib import Path
from typing import Any

import numpy as np

from dashboards.sweep_figures import Axis, Range, ranges, scatter, trade_off
from dashboards.sweep_pages import write_sweep_page
from dashboards.words import UNITLESS
from experiments.prose import counted, number, share
from experiments.sweeps.boxes import QUASI_P, Box, Limit
from experiments.sweeps.cells import is_arrangement
from experiments.sweeps.discovery import Discovery
from experiments.sweeps.factors import Factor
from model.codes import Support

RANGE_ROW = 66
"""Height of a factor's name and range, in pixels."""

JITTER = 0.22
"""How far points of whole values are moved, either way, so that they do not hide each other."""

MOST_POINTS = 2000
"""Points that are drawn: more would hide each other."""


def write_discovery_page(discovery: Discovery, path: Path, command: str) -> Path:
    """Write the page.

    Args:
        discovery: what was found.
        path: of the file.
        command: that makes it again.
    """
    results = discovery.results
    cases, points = int(discovery.holds.sum()), len(discovery.holds)
    return write_sweep_page(
        path,
        "discovery.html.j2",
        results,
        "Where does it hold?",
        f"In which futures of the sweep “{results.title}” it is so that {_mid(discovery.holding.words)}: it"
        f" is in {cases:,} of {counted(points, 'point')} ({cases / points:.0%}), by the mean over"
        f" {counted(results.replicates, 'replicate')} of luck (seed {results.seed}).",
        (
            ("answer", "The answer"),
            ("boxes", "The box"),
            ("tree", "The tree"),
            ("checked", "Points kept aside"),
        ),
        command,
        [
            "Intervals show how far shares depend on which points were tried (95%, Wilson). They do not show"
            " that a box was chosen among many: only points kept aside are free of that, and only they"
            " should be quoted.",
            "A box says where it holds, not why; factors that are not in it may matter as well.",
            "Density and coverage are shares of the points of the design. How likely such a future is they"
            " do not say.",
        ],
        discovery.warnings,
        {
            "discovery": discovery,
            "answer_items": answer(discovery),
            "boxes": [box_of(discovery, i, box) for i, box in enumerate(discovery.boxes, 1)],
            "tree": discovery.tree.root,
            "weights": _weights(discovery),
            "judged": judged(discovery),
            "aside": int(discovery.aside.sum()),
            "found_on": int((~discovery.aside).sum()),
            "quasi_p": QUASI_P,
        },
    )


def _mid(words: str) -> str:
    """A sentence's beginning in the midst of another."""
    return words[0].lower() + words[1:]


def answer(discovery: Discovery) -> list[tuple[str, str]]:
    """What was found, in a few sentences, each with a word or two in front."""
    said = [
        (f"Box {i}" if len(discovery.boxes) > 1 else "The box", sentence)
        for i, sentence in enumerate(discovery.sentences(), 1)
    ]
    tree, again = (discovery.judgement("tree", part) for part in ("found", "aside"))
    usual = max(
        float(discovery.holds[discovery.aside].mean()), 1 - float(discovery.holds[discovery.aside].mean())
    )
    if tree.accuracy and again.accuracy:
        better = again.accuracy.low > usual
        said.append(
            (
                "The tree",
                f"It is right for {share(again.accuracy).replace(' (', ' (95% interval ')} of the points kept"
                f" aside; always saying what is usual would be right for {usual:.0%}, which the tree"
                f" {'beats' if better else 'does not clearly beat'}.",
            )
        )
    return [*said, ("To be known", " ".join(discovery.remarks))]


def box_of(discovery: Discovery, place: int, box: Box) -> dict[str, Any]:
    """What the template says of one box."""
    items = [Range(f"{limit.factor.name}<br>{_limit_in_short(limit)}", _left(limit)) for limit in box.limits]
    return {
        "name": f"Box {place}" if len(discovery.boxes) > 1 else "The box",
        "trade_off": trade_off(
            [(step.coverage, step.density, step.restricted) for step in box.trade_off],
            (box.taken.coverage, box.taken.density),
            discovery.asked["threshold"],
        ),
        "steps": [
            (str(i), f"{step.coverage:.0%}", f"{step.density:.0%}", str(step.restricted))
            for i, step in enumerate(box.trade_off)
        ],
        "ranges": ranges(items),
        "ranges_height": 24 + RANGE_ROW * len(items),
        "rows": [
            (
                limit.factor.name,
                limit.factor.meaning,
                _limit_in_short(limit),
                _full_range(limit.factor),
                limit.factor.unit,
                f"{limit.quasi_p:.1e}" if limit.quasi_p < 0.001 else f"{limit.quasi_p:.3f}",
            )
            for limit in box.limits
        ],
        "scatter": _scatter(discovery, box),
        "dropped": list(box.dropped),
    }


def _limit_in_short(limit: Limit) -> str:
    """What is left of a factor's range: at least 0.63; 2 to 4; trust or adviser; on."""
    if limit.kinds:
        return " or ".join(Support(kind).name.lower() for kind in limit.kinds)
    if limit.factor.entry and limit.factor.entry.type == "switch":
        return "on" if limit.low > 0.5 else "off"
    low, high = np.isfinite(limit.low), np.isfinite(limit.high)
    if low and high:
        return f"{limit.shown(limit.low)} to {limit.shown(limit.high)}"
    return f"at least {limit.shown(limit.low)}" if low else f"at most {limit.shown(limit.high)}"


def _full_range(factor: Factor) -> str:
    if is_arrangement(factor):
        return ", ".join(Support(int(value)).name.lower() for value in factor.values)
    return f"{factor.low:g} to {factor.high:g}"


def _left(limit: Limit) -> tuple[tuple[float, float], ...]:
    """What is left of a range, as shares of it; of listed or whole values each has an equal part."""
    factor = limit.factor
    if limit.kinds:
        width = 1.0 / len(factor.values)
        return tuple(
            (i * width, (i + 1) * width) for i, value in enumerate(factor.values) if int(value) in limit.kinds
        )
    low, high = max(limit.low, factor.low), min(limit.high, factor.high)
    if factor.whole:
        count = factor.high - factor.low + 1
        return (((low - factor.low) / count, (high - factor.low + 1) / count),)
    width = factor.high - factor.low
    return (((low - factor.low) / width, (high - factor.low) / width),)


def _scatter(discovery: Discovery, box: Box) -> dict[str, Any] | None:
    """The two factors that the box restricts most; the tree's weightiest stands in for a missing second."""
    chosen = [limit.factor for limit in box.limits[:2]]
    weights = discovery.tree.weights
    others = sorted(
        (factor for factor in discovery.factors if factor not in chosen), key=lambda one: -weights[one.name]
    )
    chosen += others[: 2 - len(chosen)]
    if len(chosen) < 2:
        return None
    drawn = np.random.default_rng(0).permutation(len(discovery.holds))[:MOST_POINTS]
    limits = {limit.factor.name: limit for limit in box.limits}
    axes = [_axis(discovery, factor, limits.get(factor.name), drawn, i) for i, factor in enumerate(chosen)]
    return {
        "figure": scatter(axes[0], axes[1], discovery.holds[drawn].tolist()),
        "names": [factor.name for factor in chosen],
        "points": len(drawn),
        "all": len(drawn) == len(discovery.holds),
    }


def _axis(
    discovery: Discovery, factor: Factor, limit: Limit | None, drawn: np.ndarray[Any, Any], seed: int
) -> Axis:
    values = discovery.values[drawn, discovery.factors.index(factor)]
    title = f"{factor.name}, {factor.unit}" if factor.unit not in UNITLESS else factor.name
    if not (factor.whole or factor.values):
        ends = (max(limit.low, factor.low), min(limit.high, factor.high)) if limit else None
        return Axis(title, [float(f"{value:.4g}") for value in values], ends, {})
    moved = np.random.default_rng(seed).uniform(-JITTER, JITTER, len(values))
    if is_arrangement(factor):
        places = {int(value): i for i, value in enumerate(factor.values)}
        labels = {i: Support(kind).name.lower() for kind, i in places.items()}
        at = np.array([places[int(value)] for value in values])
        kept = [places[kind] for kind in limit.kinds] if limit else []
        together = bool(kept) and kept == list(range(min(kept), max(kept) + 1))
        ends = (min(kept) - 0.5, max(kept) + 0.5) if together else None
        return Axis(factor.name, (at + moved).round(3).tolist(), ends, labels)
    ends = (max(limit.low, factor.low) - 0.5, min(limit.high, factor.high) + 0.5) if limit else None
    is_switch = factor.entry is not None and factor.entry.type == "switch"
    return Axis(title, (values + moved).round(3).tolist(), ends, {0: "off", 1: "on"} if is_switch else {})


def _weights(discovery: Discovery) -> list[tuple[str, str, str]]:
    weighty = sorted(discovery.tree.weights.items(), key=lambda item: -item[1])
    meanings = {factor.name: factor.meaning for factor in discovery.factors}
    return [(name, meanings[name], number(weight, 2)) for name, weight in weighty if weight > 0.0]


def judged(discovery: Discovery) -> list[tuple[str, ...]]:
    """How good boxes and tree are, as rows of a table."""
    parts = {"found": "points it was found on", "aside": "points kept aside"}
    return [
        (
            one.name.capitalize(),
            parts[one.part],
            f"{one.points:,}",
            f"{one.inside:,}",
            share(one.density),
            share(one.coverage),
            share(one.accuracy),
        )
        for one in sorted(discovery.judged, key=lambda one: (one.name, one.part == "aside"))
    ]
