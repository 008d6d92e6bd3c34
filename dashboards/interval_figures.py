"""The charts of hindcast and fit: intervals with a mark beside them, fans against a record, ranks.

A name stands above its interval, so that long names fit a telephone. Every figure draws numbers that stand in
a table beneath it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from dashboards.figures import add_bands
from dashboards.style import (
    ALARM,
    BAND,
    INK,
    PAPER,
    QUIET,
    STRONG,
    JudgementStyle,
    axis_title,
    chart_layout,
    name_above,
)
from dashboards.summaries import year_of

Numbers = np.ndarray[Any, np.dtype[np.float64]]

ROW = 46
"""Height of a name and its interval, in pixels."""
ROOM = 64
"""Height of axis and margins."""
FITTING = 40
"""Letters of a name that fit the narrowest telephone at full size."""
PALE = "#a9bfe3"
"""Intervals of what the model says, the wider ones; the narrower are `STRONG`."""
MOST_RANKS = 20


@dataclass(frozen=True)
class Look:
    """How a mark looks: colour and symbol of Plotly, so that no meaning rests on colour alone."""

    colour: str
    symbol: str


VERDICT_LOOKS = {
    "pass": Look(INK, "diamond"),
    "within luck": Look("#b25d00", "diamond-open"),
    "fail": Look(ALARM, "x"),
    "given": Look(QUIET, "circle-open"),
}


@dataclass(frozen=True)
class Span:
    """Intervals of 50% and 90% about a median, a mark, and a band behind them.

    Attributes:
        name: above them.
        median: not a number when there is none, nor any interval.
        low_50, high_50, low_90, high_90: ends.
        mark: what they are held against; None for nothing.
        low_band, high_band: ends of the band.
        look: of the mark.
        said: when pointed at.
    """

    name: str
    median: float
    low_50: float
    high_50: float
    low_90: float
    high_90: float
    mark: float | None
    low_band: float
    high_band: float
    look: Look
    said: str


def spans_height(count: int) -> int:
    """Height in pixels of a chart of so many."""
    return ROOM + count * ROW


def spans(items: Sequence[Span], axis: str, ends: tuple[float, float] | None = None) -> go.Figure:
    """Intervals under each other, the first on top.

    Args:
        items: in their order.
        axis: title of the axis.
        ends: of the axis; from what there is when None.
    """
    figure = go.Figure()
    places = list(range(len(items)))[::-1]
    for low, high, width, colour in (("low_90", "high_90", 3, PALE), ("low_50", "high_50", 9, STRONG)):
        x: list[float | None] = []
        y: list[float | None] = []
        for place, item in zip(places, items, strict=True):
            if not np.isnan(item.median):
                x += [getattr(item, low), getattr(item, high), None]
                y += [place - 0.12, place - 0.12, None]
        figure.add_scatter(x=x, y=y, mode="lines", line={"color": colour, "width": width}, hoverinfo="skip")
    there = [(y, item) for y, item in zip(places, items, strict=True) if not np.isnan(item.median)]
    figure.add_scatter(
        x=[item.median for _, item in there],
        y=[y - 0.12 for y, _ in there],
        mode="markers",
        marker={"symbol": "line-ns", "size": 15, "line": {"color": PAPER, "width": 2.5}},
        hoverinfo="skip",
    )
    marked = [(y, item) for y, item in zip(places, items, strict=True) if item.mark is not None]
    figure.add_scatter(
        x=[item.mark for _, item in marked],
        y=[y - 0.12 for y, _ in marked],
        mode="markers",
        marker={
            "symbol": [item.look.symbol for _, item in marked],
            "size": 11,
            "color": [item.look.colour for _, item in marked],
            "line": {"color": [item.look.colour for _, item in marked], "width": 2},
        },
        text=[item.said for _, item in marked],
        hovertemplate="%{text}<extra></extra>",
    )
    bands = [
        {"type": "rect", "x0": item.low_band, "x1": item.high_band, "y0": y - 0.34, "y1": y + 0.1}
        | {"fillcolor": BAND, "line_width": 0, "layer": "below"}
        for y, item in zip(places, items, strict=True)
        if item.high_band > item.low_band
    ]
    figure.update_layout(
        chart_layout(
            margin={"l": 14, "r": 14, "t": 8, "b": 8},
            hovermode="closest",
            shapes=bands,
            xaxis={
                "title": axis_title(axis),
                "nticks": 6,
                **({"range": list(ends)} if ends else {}),
            },
            yaxis={"range": [-0.6, len(items) - 0.3], "visible": False},
            annotations=[
                name_above(item.name, y + 0.12, FITTING) for y, item in zip(places, items, strict=True)
            ],
        )
    )
    return figure


def record_fan(table: pl.DataFrame, style: JudgementStyle) -> go.Figure:
    """Median and bands of councils with a judgement by quarter, with the record as dots.

    Args:
        table: of one judgement, of `experiments.hindcast.study.Hindcast.stock`.
        style: of the judgement.
    """
    years = [year_of(quarter) for quarter in table["quarter"]]
    figure = go.Figure()
    add_bands(figure, table, years, style.colour, (0.2, 0.42))
    figure.add_scatter(
        x=years,
        y=table["q50"].to_list(),
        mode="lines",
        line={"color": style.colour, "width": 2.5},
        hoverinfo="skip",
    )
    said = [
        f"<b>{row['quarter']}</b>: {row['data']} on record<br>median {row['q50']:.0f},"
        f" nine in ten {row['q05']:.0f} to {row['q95']:.0f}"
        for row in table.iter_rows(named=True)
    ]
    figure.add_scatter(
        x=years,
        y=table["data"].to_list(),
        mode="markers",
        marker={"color": INK, "size": 6, "line": {"color": PAPER, "width": 1}},
        text=said,
        hovertemplate="%{text}<extra></extra>",
    )
    most = max(float(table[["q95", "data"]].to_numpy().max()), 1.0)
    figure.update_layout(
        chart_layout(
            xaxis={"tickformat": "d", "dtick": 1, "tick0": 2014, "showgrid": False},
            yaxis={"range": [0.0, most * 1.06], "nticks": 5},
            hovermode="x",
        )
    )
    return figure


def ranks_histogram(ranks: Numbers, likely: tuple[float, float]) -> go.Figure:
    """How often a true value fell into each part of the belief, against what chance allows.

    Args:
        ranks: shape (rows,), from 0 to 1.
        likely: bounds of the count of a bar in 95 of 100 cases, if ranks were uniform.
    """
    counts, edges = np.histogram(ranks, bins=MOST_RANKS // 2, range=(0.0, 1.0))
    figure = go.Figure()
    figure.add_bar(
        x=((edges[:-1] + edges[1:]) / 2.0).tolist(),
        y=counts.tolist(),
        width=0.085,
        marker={"color": STRONG},
        hovertemplate="%{y}<extra></extra>",
    )
    stripe = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": likely[0], "y1": likely[1]}
    figure.update_layout(
        chart_layout(
            shapes=[stripe | {"fillcolor": BAND, "line_width": 0, "layer": "below"}],
            xaxis={"range": [0, 1], "nticks": 5, "tickformat": ".0%"},
            yaxis={"range": [0, max(float(counts.max()), likely[1]) * 1.1], "nticks": 4},
        )
    )
    return figure
