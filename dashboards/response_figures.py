"""The pictures of the submodels' pages: how one parameter moves one outcome, drawn as SVG.

They stand in documents as images, so that nothing of a page reaches them: each carries its own colours and
says in words what it shows. Every number that they show is in docs/submodels/responses.csv.

`python -m dashboards.response_figures` reads such a table and writes the pictures as JSON, by submodel.
"""

import json
import math
import sys
import textwrap
from collections.abc import Sequence

from markupsafe import escape

from dashboards.drawing import Scale, corners, line, text
from dashboards.style import ACCENT, BAND, FONT, INK, PAPER, QUIET, RULE
from experiments.prose import MINUS, brief
from experiments.responses import Point, read
from experiments.submodels import Response, submodels

WIDTH = 440
LARGER = 1.3
"""How much larger than drawn a picture is shown where there is room."""
LEFT, RIGHT = 58, 428
PLOT = 190
"""Height of the plot, in pixels."""
LINE = 16
"""Height of a line of words."""
LETTERS = 62
"""Of a line of words, so that it fits the width."""
PALE = "#c9d5ec"
"""Where histories lie."""
DARK = "#8ba3d3"
"""The interval of the mean."""
ROOM = 44
"""Width that a number under the axis takes."""
MARGIN = 0.06
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
TICKS = 5


def picture(response: Response, points: Sequence[Point]) -> str:
    """Draw a response: difference from the default against the parameter.

    Args:
        response: what is varied and what is observed.
        points: what was found, in rising order of the parameter.
    """
    heading = _lines(
        f"Difference from {response.value_named}: {response.observed} ({response.quantity.unit})"
    )
    footing = _lines(f"{response.parameter}: {response.entry.meaning} ({response.entry.unit})")
    top = 12 + LINE * len(heading)
    bottom = top + PLOT
    height = bottom + 24 + LINE * len(footing) + 30
    low, high = _range(points, response.smallest)
    x = Scale(response.entry.low, response.entry.high, LEFT + 8, RIGHT - 8)
    y = Scale(low, high, bottom, top)
    band_top, band_end = y(min(high, response.smallest)), y(max(low, -response.smallest))
    parts = [
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        *(text(4, 14 + LINE * i, words, INK, "start", 13) for i, words in enumerate(heading)),
        f'<rect x="{LEFT}" y="{band_top}" width="{RIGHT - LEFT}" height="{band_end - band_top:.1f}"'
        f' fill="{BAND}"/>',
        *_levels(y, low, high),
        line(x(response.value), top, x(response.value), bottom, INK, "2 3"),
        *(_whiskers(points, x, y) if response.entry.type != "number" else _bands(points, x, y)),
        line(LEFT, y(0.0), RIGHT, y(0.0), INK),
        *(
            f'<circle cx="{x(point.value)}" cy="{y(point.difference)}" r="3" fill="{ACCENT}"/>'
            for point in points
        ),
        line(LEFT, bottom, RIGHT, bottom, QUIET),
        *_values(x, bottom, response),
        *(
            text(WIDTH / 2, bottom + 36 + LINE * i, words, INK, "middle", 12)
            for i, words in enumerate(footing)
        ),
        *_key(height - 10),
    ]
    label = f"{response.observed} against {response.parameter}: differences from the default, with intervals"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH * LARGER:g}" height="{height * LARGER:g}" role="img" aria-label="{escape(label)}"'
        f' font-family="{escape(FONT)}">'
        f"<title>{escape(label)}</title>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def pictures(table: str) -> dict[str, str]:
    """The pictures of all submodels that a table of responses has, by submodel."""
    declared = submodels()
    return {
        name: picture(response, points)
        for name, points in read(table).items()
        if (response := declared[name].response) is not None
    }


def _lines(words: str) -> list[str]:
    return textwrap.wrap(words, LETTERS)


def _range(points: Sequence[Point], smallest: float) -> tuple[float, float]:
    """What the upright axis covers: all histories, nought, and twice the smallest effect either way."""
    low = min(-2 * smallest, *(point.low_history for point in points), *(point.low for point in points))
    high = max(2 * smallest, *(point.high_history for point in points), *(point.high for point in points))
    margin = MARGIN * (high - low)
    return low - margin, high + margin


def _levels(y: Scale, low: float, high: float) -> list[str]:
    """Lines across the plot with their numbers."""
    parts = []
    for level, shown in ticks(low, high):
        parts.append(line(LEFT, y(level), RIGHT, y(level), RULE))
        parts.append(text(LEFT - 6, y(level) + 4, shown, QUIET, "end", 12))
    return parts


def ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Round values within a range, at most seven, with a sign where they are differences from nought."""
    least = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(power * factor for factor in STEPS if power * factor >= least * (1 - 1e-9))
    digits = max(0, -math.floor(math.log10(step) + 1e-9) + (step / power == STEPS[2]))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(k * step, _signed(k * step, digits)) for k in range(first, last + 1)]


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", MINUS) if value else "0"


def _values(x: Scale, bottom: float, response: Response) -> list[str]:
    """The bounds of the parameter and its default, which gives way to none."""
    at, y = x(response.value), bottom + 17
    kind = "default" if response.value == response.entry.default else "regime's"
    anchor, where = "middle", at
    if at < LEFT + ROOM:
        anchor, where = "start", LEFT
    elif at > RIGHT - ROOM:
        anchor, where = "end", RIGHT
    parts = [text(where, y, f"{kind} {brief(response.value, 3)}", INK, anchor, 12)]
    for end, side in ((response.entry.low, "start"), (response.entry.high, "end")):
        if abs(x(end) - at) > 2 * ROOM:
            parts.append(text(x(end), y, brief(end, 3), QUIET, side, 12))
    return parts


def _bands(points: Sequence[Point], x: Scale, y: Scale) -> list[str]:
    """Where histories lie, the interval of the mean, and the mean."""
    along = [x(point.value) for point in points]

    def band(lows: Sequence[float], highs: Sequence[float], colour: str) -> str:
        edge = [*zip(along, map(y, lows), strict=True)]
        back = [*zip(along, map(y, highs), strict=True)][::-1]
        return f'<polygon points="{corners([*edge, *back])}" fill="{colour}"/>'

    mean = corners([(at, y(point.difference)) for at, point in zip(along, points, strict=True)])
    return [
        band([p.low_history for p in points], [p.high_history for p in points], PALE),
        band([p.low for p in points], [p.high for p in points], DARK),
        f'<polyline points="{mean}" fill="none" stroke="{ACCENT}" stroke-width="2"/>',
    ]


def _whiskers(points: Sequence[Point], x: Scale, y: Scale) -> list[str]:
    """The same where there are whole numbers only, between which is nothing."""
    parts = []
    for point in points:
        at = x(point.value)
        parts.append(line(at, y(point.low_history), at, y(point.high_history), PALE, width=10))
        parts.append(line(at, y(point.low), at, y(point.high), DARK, width=10))
    return parts


def _key(y: float) -> list[str]:
    parts = []
    entries = (
        (PALE, "95% of histories", 4),
        (DARK, "mean and its 95% interval", 126),
        (BAND, "too small to matter", 304),
    )
    for colour, words, at in entries:
        parts.append(f'<rect x="{at}" y="{y - 9}" width="14" height="10" fill="{colour}"/>')
        parts.append(text(at + 18, y, words, QUIET, "start", 11))
    dot = entries[1][2]
    parts.append(
        f'<line x1="{dot}" y1="{y - 4}" x2="{dot + 14}" y2="{y - 4}" stroke="{ACCENT}" stroke-width="2"/>'
    )
    return parts


if __name__ == "__main__":
    json.dump(pictures(sys.stdin.read()), sys.stdout)
