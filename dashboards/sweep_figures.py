"""The charts of what a sweep says: bars with intervals, planes, boxes of regret, ranges of a box.

A name stands above its bar, not beside it, so that long names of parameters fit a telephone. Every figure
draws numbers that stand in a table beneath it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboards.style import (
    ALARM,
    INK,
    PAPER,
    QUIET,
    RULE,
    SHADE,
    STRONG,
    RegimeStyle,
    axis_title,
    chart_layout,
    name_above,
)
from experiments.intervals import Interval

PALE = "#9cc5e8"
"""What is shown beside what comes first."""
CASE, OTHER = ALARM, "#949494"
"""Where an expression holds, and where it does not."""

COLOURS = {"strong": STRONG, "pale": PALE, "case": CASE, "other": OTHER}
"""The same for keys on the page."""

ROW = 60
"""Height of a name with two bars, in pixels; of one bar it is three quarters of that."""
FITTING = 38
"""Letters of a name that fit the narrowest telephone at full size."""
ROOM = 64
"""Height of axis and margins."""


@dataclass(frozen=True)
class Bar:
    """A bar with its interval.

    Attributes:
        name: above it.
        values: of each series, in their order; None leaves one out.
        marks: a value with its interval for a diamond in each series, such as one freed of luck.
    """

    name: str
    values: tuple[Interval | None, ...]
    marks: tuple[Interval | None, ...] = ()


def bars_height(count: int, series: int) -> int:
    """Height in pixels of a chart with so many names."""
    return ROOM + count * (ROW if series > 1 else ROW * 3 // 4)


def bars(
    items: Sequence[Bar],
    colours: Sequence[str],
    axis: str,
    span: tuple[float, float] | None = None,
    zero: bool = True,
    percent: bool = False,
) -> go.Figure:
    """Horizontal bars, the first on top, each with its interval; several series beneath each other.

    Args:
        items: a name each.
        colours: of the series.
        axis: title of the axis.
        span: of the axis; from what there is when None.
        zero: whether bars start at 0 and a line stands there.
        percent: whether values are shares.
    """
    figure = go.Figure()
    series = len(colours)
    thickness = 0.42 / series
    places = list(range(len(items)))[::-1]
    for k, colour in enumerate(colours):
        shown = [(y, item.values[k]) for y, item in zip(places, items, strict=True)]
        drawn = [(y, value) for y, value in shown if value is not None]
        offset = 0.02 - thickness * (k + 0.5)
        figure.add_bar(
            y=[y + offset for y, _ in drawn],
            x=[value.value for _, value in drawn],
            width=thickness * 0.86,
            orientation="h",
            marker={"color": colour},
            error_x=_whiskers([value for _, value in drawn], INK, 1.3, 4),
            hovertemplate="%{x:.1%}<extra></extra>" if percent else "%{x:.3g}<extra></extra>",
        )
        marks = [
            (y + offset, mark)
            for y, item in zip(places, items, strict=True)
            if len(item.marks) > k and (mark := item.marks[k]) is not None
        ]
        figure.add_scatter(
            y=[y for y, _ in marks],
            x=[mark.value for _, mark in marks],
            error_x=_whiskers([mark for _, mark in marks], QUIET, 0.8, 0),
            mode="markers",
            marker={"symbol": "diamond", "size": 9, "color": PAPER, "line": {"color": INK, "width": 1.75}},
            hoverinfo="skip",
        )
    figure.update_layout(
        chart_layout(
            barmode="overlay",
            margin={"l": 14, "r": 14, "t": 8, "b": 8},
            xaxis={
                "title": axis_title(axis),
                "zeroline": zero,
                "zerolinecolor": QUIET,
                "nticks": 6,
                **({"range": list(span)} if span else {}),
                **({"tickformat": ".0%", "ticklabeloverflow": "allow"} if percent else {}),
            },
            yaxis={"range": [-0.6, len(items) - 0.4], "visible": False},
            annotations=[_above(item.name, y + 0.05) for y, item in zip(places, items, strict=True)],
        )
    )
    return figure


def _whiskers(drawn: Sequence[Interval], colour: str, thickness: float, width: float) -> dict[str, object]:
    """The ends of intervals beside their values; none where an end is not known."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [_reach(one.high - one.value) for one in drawn],
        "arrayminus": [_reach(one.value - one.low) for one in drawn],
        "color": colour,
        "thickness": thickness,
        "width": width,
    }


def _reach(value: float) -> float | None:
    return max(value, 0.0) if np.isfinite(value) else None


def _above(name: str, y: float) -> dict[str, object]:
    return name_above(name, y, FITTING, "rgba(255,255,255,0.85)")


def half_against_full(points: Sequence[tuple[str, Interval, float]]) -> go.Figure:
    """Each measure from all of a design against that from half of it; settled ones lie near the line.

    Args:
        points: name, measure from all, and value from half.
    """
    figure = go.Figure()
    ends = [end for _, full, half in points for end in (*full, half) if np.isfinite(end)]
    low, high = min(0.0, *ends), max(ends)
    room = 0.05 * (high - low or 1.0)
    figure.add_scatter(
        x=[low - room, high + room],
        y=[low - room, high + room],
        mode="lines",
        line={"color": QUIET, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    for settled, symbol, colour in ((True, "circle", STRONG), (False, "diamond-open", CASE)):
        own = [point for point in points if point[1].covers(point[2]) == settled]
        figure.add_scatter(
            x=[full.value for _, full, _ in own],
            y=[half for _, _, half in own],
            error_x=_whiskers([full for _, full, _ in own], colour, 1.2, 3),
            mode="markers",
            marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 2}},
            text=[name for name, _, _ in own],
            hovertemplate="%{text}<br>all %{x:.3g}, half %{y:.3g}<extra></extra>",
        )
    figure.update_layout(
        chart_layout(
            xaxis={"title": axis_title("From all"), "range": [low - room, high + room], "nticks": 6},
            yaxis={"title": axis_title("From half"), "range": [low - room, high + room], "nticks": 6},
            hovermode="closest",
        )
    )
    return figure


def plane_of_effects(points: Sequence[tuple[str, Interval, float, bool]], axis: str) -> go.Figure:
    """Morris's plane: size of effects across, spread up; above the line effects change sign or interact.

    Args:
        points: name, mean size, spread, and whether it is named in the chart.
        axis: unit of both.
    """
    figure = go.Figure()
    most = max((max(size.high, size.value) for _, size, _, _ in points), default=1.0) or 1.0
    top = max((spread for *_, spread, _ in points), default=1.0) or 1.0
    figure.add_scatter(
        x=[0, most],
        y=[0, most],
        mode="lines",
        line={"color": QUIET, "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    for name, size, spread, named in points:
        figure.add_scatter(
            x=[size.value],
            y=[spread],
            error_x={"array": [_reach(size.high - size.value)], "color": STRONG, "thickness": 1, "width": 3},
            mode="markers",
            marker={"color": STRONG if named else PALE, "size": 9 if named else 6},
            hovertemplate=f"{name}<br>size %{{x:.3g}}, spread %{{y:.3g}}<extra></extra>",
            **({"name": name} if named else {}),
        )
    figure.update_layout(
        chart_layout(
            xaxis={
                "title": axis_title(f"Effect{axis}"),
                "range": [-0.03 * most, 1.08 * most],
                "nticks": 6,
            },
            yaxis={"title": axis_title(f"Spread{axis}"), "range": [-0.05 * top, 1.12 * top], "nticks": 6},
            hovermode="closest",
        )
    )
    return figure


def shares_bar(shares: Sequence[tuple[str, float, str, str]]) -> go.Figure:
    """One bar parted into shares.

    Args:
        shares: name, share, colour and pattern of each.
    """
    figure = go.Figure()
    for name, share, colour, pattern in shares:
        figure.add_bar(
            x=[share],
            y=[0],
            orientation="h",
            marker={
                "color": colour,
                "pattern": {"shape": pattern, "fgcolor": PAPER, "size": 6, "fillmode": "overlay"},
                "line": {"color": PAPER, "width": 1.5},
            },
            hovertemplate=f"{name}: %{{x:.1%}}<extra></extra>",
        )
    figure.update_layout(
        chart_layout(
            barmode="stack",
            xaxis={"range": [0, 1], "tickformat": ".0%", "nticks": 6, "ticklabeloverflow": "allow"},
            margin={"l": 14, "r": 22, "t": 4, "b": 8},
            yaxis={"visible": False},
        )
    )
    return figure


def trade_off(
    steps: Sequence[tuple[float, float, int]], chosen: tuple[float, float], asked: float
) -> go.Figure:
    """PRIM's way from all points to the smallest box: coverage given up for density.

    Args:
        steps: coverage, density and number of restricted factors.
        chosen: coverage and density of the box that was taken.
        asked: density that was asked for.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[coverage for coverage, _, _ in steps],
        y=[density for _, density, _ in steps],
        mode="lines+markers",
        line={"color": RULE, "width": 1.5},
        marker={"color": PALE, "size": 7, "line": {"color": STRONG, "width": 1}},
        text=[str(restricted) for *_, restricted in steps],
        hovertemplate="coverage %{x:.0%}, density %{y:.0%}, factors restricted: %{text}<extra></extra>",
    )
    figure.add_scatter(
        x=[chosen[0]],
        y=[chosen[1]],
        mode="markers",
        marker={"symbol": "star", "color": CASE, "size": 17, "line": {"color": PAPER, "width": 1}},
        hovertemplate="the box taken: coverage %{x:.0%}, density %{y:.0%}<extra></extra>",
    )
    figure.update_layout(
        chart_layout(
            margin={"l": 8, "r": 22, "t": 8, "b": 8},
            xaxis={"title": axis_title("Coverage"), "range": [-0.03, 1.04], "tickformat": ".0%"},
            yaxis={"title": axis_title("Density"), "range": [-0.03, 1.06], "tickformat": ".0%"},
            shapes=[
                {
                    **{"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": asked, "y1": asked},
                    "line": {"color": QUIET, "width": 1, "dash": "dot"},
                }
            ],
            hovermode="closest",
        )
    )
    return figure


@dataclass(frozen=True)
class Range:
    """What a box leaves of the range of a factor.

    Attributes:
        name: above the bar.
        parts: what is left, as shares of the full range from its lower end.
    """

    name: str
    parts: tuple[tuple[float, float], ...]


def ranges(items: Sequence[Range]) -> go.Figure:
    """Ranges of a box as bars on the full ranges of the factors, each drawn as wide as the chart."""
    figure = go.Figure()
    places = list(range(len(items)))[::-1]
    for parts, colour in (
        ([((0.0, 1.0),)] * len(items), SHADE),
        ([item.parts for item in items], STRONG),
    ):
        rows = [(y, low, high) for y, row in zip(places, parts, strict=True) for low, high in row]
        figure.add_bar(
            y=[y - 0.22 for y, _, _ in rows],
            x=[max(high - low, 0.004) for _, low, high in rows],
            base=[low for _, low, _ in rows],
            width=0.26,
            orientation="h",
            marker={"color": colour},
            hoverinfo="skip",
        )
    figure.update_layout(
        chart_layout(
            barmode="overlay",
            xaxis={"range": [0, 1], "visible": False},
            yaxis={"range": [-0.6, len(items) - 0.4], "visible": False},
            annotations=[_above(item.name, y - 0.07) for y, item in zip(places, items, strict=True)],
        )
    )
    return figure


@dataclass(frozen=True)
class Axis:
    """A factor as the axis of a scatter.

    Attributes:
        title: of the axis.
        values: of the points.
        limits: of the box, in the same values; None for none.
        labels: of whole values that are words; empty for numbers.
    """

    title: str
    values: Sequence[float]
    limits: tuple[float, float] | None
    labels: Mapping[int, str]


def scatter(x: Axis, y: Axis, holds: Sequence[bool]) -> go.Figure:
    """Points by two factors, those where the expression holds as filled diamonds, with the box's outline."""
    figure = go.Figure()
    for case, symbol, colour, size in ((False, "circle-open", OTHER, 6), (True, "diamond", CASE, 7)):
        chosen = [i for i, one in enumerate(holds) if one == case]
        figure.add_scatter(
            x=[x.values[i] for i in chosen],
            y=[y.values[i] for i in chosen],
            mode="markers",
            marker={"symbol": symbol, "color": colour, "size": size, "opacity": 0.75},
            hoverinfo="skip",
        )
    spans = [_span(axis) for axis in (x, y)]
    ends = [axis.limits or span for axis, span in zip((x, y), spans, strict=True)]
    shape = {
        **{"type": "rect", "x0": ends[0][0], "x1": ends[0][1], "y0": ends[1][0], "y1": ends[1][1]},
        **{"line": {"color": INK, "width": 2}, "fillcolor": "rgba(26,47,128,0.06)", "layer": "below"},
    }
    figure.update_layout(
        chart_layout(
            xaxis=_factor_axis(x, spans[0]),
            yaxis=_factor_axis(y, spans[1]),
            shapes=[shape] if x.limits or y.limits else [],
            hovermode=False,
        )
    )
    return figure


def _span(axis: Axis) -> tuple[float, float]:
    low, high = min(axis.values), max(axis.values)
    room = 0.03 * (high - low or 1.0)
    return (low - room, high + room)


def _factor_axis(axis: Axis, span: tuple[float, float]) -> dict[str, object]:
    ticks = (
        {"tickvals": list(axis.labels), "ticktext": list(axis.labels.values())}
        if axis.labels
        else {"nticks": 6}
    )
    return {"title": axis_title(axis.title), "range": list(span), **ticks}


def regret_boxes(
    regrets: Mapping[str, Sequence[float]],
    styles: Mapping[str, RegimeStyle],
    titles: Mapping[str, str],
    axis: str,
) -> go.Figure:
    """Regret across futures by regime: the box holds half, whiskers nine in ten, the mark is the most.

    Args:
        regrets: by regime.
        styles: of the regimes.
        titles: of the regimes.
        axis: title of the axis.
    """
    figure = go.Figure()
    places = dict(zip(regrets, range(len(regrets) - 1, -1, -1), strict=True))
    for name, values in regrets.items():
        low, q1, middle, q3, high = (float(end) for end in np.percentile(values, (5, 25, 50, 75, 95)))
        style = styles[name]
        figure.add_trace(
            go.Box(
                y=[places[name] - 0.2],
                q1=[q1],
                median=[middle],
                q3=[q3],
                lowerfence=[low],
                upperfence=[high],
                mean=[float(np.mean(values))],
                orientation="h",
                width=0.3,
                fillcolor=PAPER,
                line={"color": style.colour, "width": 2},
                boxpoints=False,
                hoverinfo="skip",
            )
        )
        figure.add_scatter(
            x=[float(np.max(values))],
            y=[places[name] - 0.2],
            mode="markers",
            marker={"symbol": style.symbol, "color": style.colour, "size": 10},
            hovertemplate=f"{titles[name]}: at most %{{x:.3g}}<extra></extra>",
        )
    figure.update_layout(
        chart_layout(
            xaxis={"title": axis_title(axis), "zeroline": True, "zerolinecolor": QUIET, "nticks": 6},
            yaxis={"range": [-0.6, len(places) - 0.4], "visible": False},
            annotations=[_above(titles[name], y) for name, y in places.items()],
        )
    )
    return figure


def regret_plane(
    points: Mapping[str, tuple[Interval, Interval]],
    styles: Mapping[str, RegimeStyle],
    titles: Mapping[str, str],
    axes: tuple[str, str],
) -> go.Figure:
    """Mean regret on one outcome against that on another, by regime, with intervals.

    Names beside the means are left to the page, which alone knows how much room there is.
    """
    figure = go.Figure()
    for name, (x, y) in points.items():
        style = styles[name]
        figure.add_scatter(
            x=[x.value],
            y=[y.value],
            error_x=_whiskers([x], style.colour, 1.5, 4),
            error_y=_whiskers([y], style.colour, 1.5, 4),
            mode="markers",
            marker={
                "color": style.colour,
                "symbol": style.symbol,
                "size": 12,
                "line": {"color": PAPER, "width": 1},
            },
            name=titles[name],
            hovertemplate=f"{titles[name]}<br>%{{x:.3g}}, %{{y:.3g}}<extra></extra>",
        )
    figure.update_layout(
        chart_layout(
            xaxis={"title": axis_title(axes[0]), "rangemode": "tozero", "nticks": 6},
            yaxis={"title": axis_title(axes[1]), "rangemode": "tozero", "nticks": 6},
            hovermode="closest",
        )
    )
    return figure
