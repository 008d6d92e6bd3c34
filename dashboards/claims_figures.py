"""The two small figures of a claim, drawn as SVG: the effect over sets, and the effect along the strength.

There are dozens on a page, so that they are plain drawings and no charts of a library; every number that they
show stands in the text beside them.
"""

from collections.abc import Callable, Sequence

import numpy as np
from markupsafe import Markup, escape

from dashboards.drawing import Scale, corners, line, text
from dashboards.style import ACCENT, BAND, INK, PAPER, QUIET, RULE
from experiments.claims.breakeven import BreakEven, Evidence
from experiments.claims.contrast import Contrast
from experiments.layers import Effect

WIDTH, HEIGHT = 360, 150
LEFT, RIGHT, TOP, BOTTOM = 8, 352, 14, 112
BINS = 30
AWAY = 1.15
"""How far beyond the smallest effect that matters the axis reaches at least, in that effect."""

SHOWN = (0.005, 0.995)
"""Of the effects over sets, what is drawn; the few beyond are counted at the ends."""

NAMED = 84
"""Half the width that a break-even's name takes, and a number beside it."""

ROOM = 48
"""Width that a number under an axis takes."""

TRUE, OTHER = ACCENT, "#b7bec8"
"""Where the claim is true, and where it is not."""

Shown = Callable[[float], str]


def distribution(effect: Effect, contrast: Contrast, shown: Shown) -> Markup:
    """How the expected effect is spread over sets, with the smallest that matters marked.

    Args:
        effect: over sets.
        contrast: of the claim.
        shown: writes a number.
    """
    smallest = contrast.smallest
    low, high = np.quantile(effect.expected, SHOWN).tolist()
    low, high = min(low, -AWAY * smallest), max(high, AWAY * smallest)
    edges = _edges(low, high, smallest)
    counts = np.histogram(np.clip(effect.expected, low, high), edges)[0]
    heights = counts / np.diff(edges)
    x, y = Scale(low, high, LEFT, RIGHT), Scale(0.0, float(heights.max()) or 1.0, BOTTOM, TOP + 10)
    parts = [
        _rect(x(-smallest), TOP, x(smallest) - x(-smallest), BOTTOM - TOP, BAND),
        text(
            min(max((x(-smallest) + x(smallest)) / 2, LEFT + 52), RIGHT - 52),
            TOP - 3,
            "too small to matter",
            QUIET,
            "middle",
        ),
    ]
    for i, height in enumerate(heights.tolist()):
        if height:
            middle = (edges[i] + edges[i + 1]) / 2
            true = float(contrast.bears_out(np.asarray(middle))) > 0.0
            left, right = x(edges[i]), x(edges[i + 1])
            parts.append(
                _rect(
                    left, y(height), max(right - left - 0.6, 0.8), BOTTOM - y(height), TRUE if true else OTHER
                )
            )
    interval = effect.of_parameters
    parts += [
        line(LEFT, BOTTOM, RIGHT, BOTTOM, QUIET),
        line(x(0.0), TOP, x(0.0), BOTTOM, INK, "2 2"),
        line(x(interval[0]), BOTTOM + 8, x(interval[1]), BOTTOM + 8, INK, width=2.5),
        f'<circle cx="{x(effect.mean)}" cy="{BOTTOM + 8}" r="4.5" fill="{INK}"/>',
        *_ticks(x, (-smallest, 0.0, smallest), low, high, shown),
    ]
    return _svg(parts, f"Effect over sets of parameters: mean {shown(effect.mean)}")


def _edges(low: float, high: float, smallest: float) -> list[float]:
    """Bins such that what matters begins where a bin does."""
    step = (high - low) / BINS
    inner = max(2, 2 * round(smallest / step))
    step = 2.0 * smallest / inner
    below, above = int(np.ceil((-smallest - low) / step)), int(np.ceil((high - smallest) / step))
    return [-smallest + k * step for k in range(-below, inner + above + 1)]


def along_strength(
    flips: BreakEven, evidence: Evidence, contrast: Contrast, shown: Shown, shown_strength: Shown
) -> Markup:
    """The effect along the strength of the mechanism, with its break-even and how far evidence reaches.

    A full line stands where the claim flips, dashed ones where the probability that it is true crosses 0.95
    and 0.05. Where the evidence goes beyond the strengths tried, its line ends in an arrow.

    Args:
        flips: effect at each strength, and where the claim flips.
        evidence: what is known of the strength.
        contrast: of the claim.
        shown: writes an effect.
        shown_strength: writes a strength.
    """
    smallest = contrast.smallest
    low = min(float(flips.low.min()), -AWAY * smallest)
    high = max(float(flips.high.max()), AWAY * smallest)
    x = Scale(flips.strengths[0], flips.strengths[-1], LEFT, RIGHT)
    y = Scale(low, high, BOTTOM, TOP)
    upper = [(x(at), y(value)) for at, value in zip(flips.strengths, flips.high.tolist(), strict=True)]
    lower = [(x(at), y(value)) for at, value in zip(flips.strengths, flips.low.tolist(), strict=True)]
    middle = [(x(at), y(value)) for at, value in zip(flips.strengths, flips.effect.tolist(), strict=True)]
    parts = [
        _rect(LEFT, y(smallest), RIGHT - LEFT, y(-smallest) - y(smallest), BAND),
        f'<polygon points="{corners([*upper, *lower[::-1]])}" fill="{ACCENT}" fill-opacity="0.14"/>',
        line(LEFT, y(0.0), RIGHT, y(0.0), INK, "2 2"),
        f'<polyline points="{corners(middle)}" fill="none" stroke="{ACCENT}" stroke-width="2.25"/>',
        *(f'<circle cx="{at}" cy="{value}" r="2.5" fill="{ACCENT}"/>' for at, value in middle),
        *(
            line(x(level), TOP, x(level), BOTTOM, "#b8400d", "3 3")
            for level in (*flips.sure, *flips.unlikely)
        ),
        text(LEFT + 2, TOP - 3, f"effect {shown(low)} to {shown(high)}", QUIET, "start"),
        line(LEFT, BOTTOM, RIGHT, BOTTOM, QUIET),
        line(x(evidence.low), BOTTOM + 7, x(evidence.high), BOTTOM + 7, INK, width=5),
        *_beyond(evidence, flips.strengths),
    ]
    if flips.strengths[0] <= evidence.default <= flips.strengths[-1]:
        parts.append(
            f'<circle cx="{x(evidence.default)}" cy="{BOTTOM + 7}" r="4" fill="{PAPER}" stroke="{INK}"'
            ' stroke-width="1.75"/>'
        )
    at = x(flips.at) if flips.at is not None else (LEFT + RIGHT) / 2
    if at > LEFT + NAMED:
        parts.append(text(LEFT, BOTTOM + 26, shown_strength(flips.strengths[0]), QUIET, "start"))
    if at < RIGHT - NAMED:
        parts.append(text(RIGHT, BOTTOM + 26, shown_strength(flips.strengths[-1]), QUIET, "end"))
    said = "no break-even within the bounds"
    if flips.at is not None:
        parts += [
            line(x(crossing), TOP, x(crossing), BOTTOM, "#b8400d", width=2) for crossing in flips.crossings
        ]
        anchor = "start" if at < LEFT + 60 else "end" if at > RIGHT - 60 else "middle"
        parts.append(text(at, BOTTOM + 26, f"flips at {shown_strength(flips.at)}", "#9c360b", anchor))
        said = f"break-even at {shown_strength(flips.at)}"
    return _svg(parts, f"Effect along the strength of the mechanism: {said}")


def _beyond(evidence: Evidence, strengths: Sequence[float]) -> list[str]:
    """Arrows at the ends of the axis beyond which evidence reaches."""
    parts = []
    if evidence.low < strengths[0]:
        parts.append(_arrow(LEFT, -1))
    if evidence.high > strengths[-1]:
        parts.append(_arrow(RIGHT, 1))
    return parts


def _arrow(end: int, way: int) -> str:
    tip, back, y = end + 7 * way, end - 2 * way, BOTTOM + 7
    return f'<polygon points="{corners([(tip, y), (back, y - 6), (back, y + 6)])}" fill="{INK}"/>'


def _ticks(x: Scale, marks: Sequence[float], low: float, high: float, shown: Shown) -> list[str]:
    """Numbers under the axis, left out where they would touch another."""
    parts = [
        text(x(low), BOTTOM + 28, shown(low), QUIET, "start"),
        text(x(high), BOTTOM + 28, shown(high), QUIET, "end"),
    ]
    placed = [x(low) + ROOM / 2, x(high) - ROOM / 2]
    for mark in sorted(marks, key=abs):  # nought first, for what matters is also seen by its shade
        if all(abs(x(mark) - other) > ROOM for other in placed):
            placed.append(x(mark))
            parts.append(text(x(mark), BOTTOM + 28, shown(mark), QUIET, "middle"))
    return parts


def _rect(x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> str:
    faint = "" if opacity == 1.0 else f' fill-opacity="{opacity:g}"'
    return f'<rect x="{x:g}" y="{y:g}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{faint}/>'


def _svg(parts: Sequence[str], label: str) -> Markup:
    drawn = "".join(parts)
    return Markup(
        f'<svg class="small-figure" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{drawn}</svg>"
    )


KEY = {"true": TRUE, "other": OTHER, "band": BAND, "rule": RULE}
"""Colours for the key on the page."""
