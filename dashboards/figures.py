"""The charts of Plotly: fans of histories by quarter, and cost against harm.

Each function takes a table of `dashboards.summaries` and returns a figure whose data are that table's
numbers. Heights are left to the page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards.style import INK, PAPER, SHADE, RegimeStyle, axis_title, chart_layout
from dashboards.summaries import year_of
from dashboards.words import INDICATORS, Wording, amount, span, wording_of
from model.calendar import SUSPENDED_FROM, SUSPENDED_UNTIL
from model.quarters import format_quarter


def fan_chart(
    table: pl.DataFrame, regime: str, baseline: str, indicator: str, style: RegimeStyle, title: str
) -> go.Figure:
    """Median and bands of an indicator under a regime, with the baseline's median to compare.

    Its traces are, in this order: nine histories in ten, half of them, the baseline, the median.

    Args:
        table: of `summaries.fans`.
        regime: whose histories.
        baseline: whose median is drawn as a thin line.
        indicator: which.
        style: of the regime.
        title: of the regime, for hovering.
    """
    own = table.filter(pl.col("regime") == regime, pl.col("indicator") == indicator)
    reference = table.filter(pl.col("regime") == baseline, pl.col("indicator") == indicator)
    years = own["year"].to_list()
    figure = go.Figure()
    add_bands(figure, own, years, style.colour, (0.16, 0.34))
    figure.add_scatter(
        x=years,
        y=reference["q50"].to_list(),
        mode="lines",
        line={"color": INK, "width": 1.25, "dash": "dot"},
        hoverinfo="skip",
        visible=regime != baseline,
    )
    figure.add_scatter(
        x=years,
        y=own["q50"].to_list(),
        mode="lines",
        line={"color": style.colour, "width": 2.5},
        text=hover_texts(own, indicator),
        hovertemplate="%{text}<extra></extra>",
        name=title,
    )
    figure.update_layout(
        chart_layout(
            xaxis={
                "range": [years[0] - 0.125, years[-1] + 0.125],
                "tickformat": "d",
                "dtick": years_between_ticks(years[-1] - years[0]),
                "tick0": 2014,
                "showgrid": False,
            },
            yaxis={"range": fan_range(table, indicator), "nticks": 5},
            hovermode="x",
            shapes=suspension(years[0], years[-1]),
        )
    )
    return figure


def years_between_ticks(years: float) -> int:
    """Whole years, so that no year is written twice, and few enough for a small chart."""
    return 1 if years <= FEW_YEARS else 2 if years <= 2 * FEW_YEARS else 5


FEW_YEARS = 6


def band(own: pl.DataFrame, low: str, high: str) -> list[float]:
    """The outline of a band: its lower edge forward, its upper edge back."""
    return [*own[low].to_list(), *own[high].to_list()[::-1]]


def add_bands(
    figure: go.Figure,
    own: pl.DataFrame,
    years: Sequence[float],
    colour: str,
    opacities: tuple[float, float],
) -> None:
    """Draw where nine in ten and where half of histories lie, with the opacity of each."""
    for (low, high), opacity in zip((("q05", "q95"), ("q25", "q75")), opacities, strict=True):
        figure.add_scatter(
            x=[*years, *reversed(years)],
            y=band(own, low, high),
            fill="toself",
            fillcolor=translucent(colour, opacity),
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )


def hover_texts(own: pl.DataFrame, indicator: str) -> list[str]:
    """What each quarter says when pointed at."""
    wording = INDICATORS[indicator]
    return [
        f"<b>{row['quarter']}</b>: {amount(row['q50'], wording)}"
        f"<br>half of histories {span(row['q25'], row['q75'], wording)}"
        f"<br>nine in ten {span(row['q05'], row['q95'], wording)}"
        for row in own.iter_rows(named=True)
    ]


def fan_range(table: pl.DataFrame, indicator: str) -> list[float]:
    """Range of the vertical axis that all regimes share; counts and money begin at nought."""
    rows = table.filter(pl.col("indicator") == indicator)
    low, high = rows["q05"].min(), rows["q95"].max()
    if not isinstance(low, float) or not isinstance(high, float):
        return [0.0, 1.0]
    if indicator in ("inadequate", "director_changes", "support_spending") or low < 0.4 * high:
        return [min(0.0, low), high * 1.06 or 1.0]
    margin = 0.06 * (high - low)
    return [low - margin, high + margin]


def suspension(first: float, last: float) -> list[dict[str, object]]:
    """A pale bar over the quarters in which inspections were suspended, where the chart covers them."""
    begins, ends = (year_of(format_quarter(quarter)) - 0.125 for quarter in (SUSPENDED_FROM, SUSPENDED_UNTIL))
    if ends <= first or begins >= last:
        return []
    bar = {"type": "rect", "x0": max(begins, first), "x1": min(ends, last), "y0": 0, "y1": 1}
    return [bar | {"yref": "paper", "fillcolor": SHADE, "opacity": 0.75, "line_width": 0, "layer": "below"}]


def plane(
    runs: pl.DataFrame,
    outcomes: pl.DataFrame,
    axes: tuple[str, str],
    styles: Mapping[str, RegimeStyle],
    titles: Mapping[str, str],
) -> go.Figure:
    """Cost against harm: a pale cloud of histories, and the mean of each regime with its 95% interval.

    Names beside the means are left to the page, which alone knows how much room there is.

    Args:
        runs: outcomes of runs, for the cloud.
        outcomes: means of outcomes by regime, of a `Comparison`.
        axes: outcomes of the horizontal and the vertical axis.
        styles: of the regimes, by name.
        titles: of the regimes, by name.
    """
    figure = go.Figure()
    wordings = [wording_of(name) for name in axes]
    for name, style in styles.items():
        own = runs.filter(pl.col("regime") == name)
        figure.add_scatter(
            x=own[axes[0]].to_list(),
            y=own[axes[1]].to_list(),
            mode="markers",
            marker={"color": style.colour, "symbol": style.symbol, "size": 5, "opacity": 0.16},
            hoverinfo="skip",
        )
    for name, style in styles.items():
        x, y = (
            outcomes.row(by_predicate=(pl.col("outcome") == axis) & (pl.col("regime") == name), named=True)
            for axis in axes
        )
        figure.add_scatter(
            x=[x["mean"]],
            y=[y["mean"]],
            error_x=whiskers(x, style),
            error_y=whiskers(y, style),
            mode="markers",
            marker={
                "color": style.colour,
                "symbol": style.symbol,
                "size": 12,
                "line": {"color": PAPER, "width": 1.5},
            },
            name=titles[name],
            hovertemplate=(
                f"<b>{titles[name]}</b><br>{mean_with_interval(x, wordings[0])}"
                f"<br>child-years: {mean_with_interval(y, wordings[1])}<extra></extra>"
            ),
        )
    figure.update_layout(
        chart_layout(
            xaxis={
                "title": axis_title(AXIS_TITLES[axes[0]]),
                "tickprefix": "£",
                "tickformat": ",",
                "nticks": 6,
            },
            yaxis={"title": axis_title(AXIS_TITLES[axes[1]]), "nticks": 7},
            hovermode="closest",
        )
    )
    return figure


def mean_with_interval(row: Mapping[str, Any], wording: Wording) -> str:
    """A mean and its 95% interval in words."""
    return f"{amount(row['mean'], wording)} (95% interval {span(row['low'], row['high'], wording)})"


def whiskers(row: Mapping[str, Any], style: RegimeStyle) -> dict[str, object]:
    """The 95% interval of a mean, which need not reach as far down as up; none where there is none."""
    known = row["low"] is not None and row["high"] is not None
    return {
        "array": [row["high"] - row["mean"] if known else None],
        "arrayminus": [row["mean"] - row["low"] if known else None],
        "symmetric": False,
        "color": style.colour,
        "thickness": 1.5,
        "width": 4,
        "visible": known,
    }


AXIS_TITLES = {
    "support_cost": "Outside support, £ million",
    "extra_cost": "New money for failure, £ million",
    "weak_child_years": "Million child-years in weak services",
    "inadequate_child_years": "Million child-years judged inadequate",
}
"""Titles of axes with their units, short enough for the side of a small chart."""


def translucent(colour: str, opacity: float) -> str:
    """A colour of six digits with an opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def fan_updates(
    table: pl.DataFrame,
    regimes: Sequence[str],
    baseline: str,
    indicators: Sequence[str] = tuple(INDICATORS),
) -> dict[str, dict[str, dict[str, object]]]:
    """What changes in the fan charts with other histories or another indicator: by indicator and regime."""
    updates: dict[str, dict[str, dict[str, object]]] = {}
    for indicator in indicators:
        own = table.filter(pl.col("indicator") == indicator)
        reference = own.filter(pl.col("regime") == baseline)["q50"].to_list()
        updates[indicator] = {}
        for regime in regimes:
            rows = own.filter(pl.col("regime") == regime)
            updates[indicator][regime] = {
                "y": [band(rows, "q05", "q95"), band(rows, "q25", "q75"), reference, rows["q50"].to_list()],
                "text": hover_texts(rows, indicator),
                "range": fan_range(table, indicator),
            }
    return updates
