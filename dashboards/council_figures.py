"""The charts of one council: its record as lanes on an axis of years, and the chance of each judgement.

Heights are left to the page.
"""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from dashboards.figures import years_between_ticks
from dashboards.style import (
    ALARM,
    ARRANGEMENTS,
    CHART_TYPE,
    INK,
    JUDGEMENTS,
    NOT_JUDGED,
    PANEL,
    PAPER,
    QUIET,
    RULE,
    SHADE,
    JudgementStyle,
    chart_layout,
)
from dashboards.summaries import year_of
from experiments.council_futures import STANDINGS
from experiments.council_record import ARRANGEMENT, DIRECTOR, END, INTERVENTION, JUDGEMENT, Event
from model.codes import Grade, Support
from model.facts import GRADE_CODES
from model.quarters import FIRST_YEAR

PATTERN_INK = {
    "Outstanding": PAPER,
    "Good": "#1b4f8a",
    "Requires improvement": "#8a5a00",
    "Inadequate": "#e9a99e",
}
"""Colour of the pattern on each judgement's own colour."""
TEXT_ON = {"Outstanding": PAPER, "Good": INK, "Requires improvement": INK, "Inadequate": PAPER}

NOT_JUDGED_AREA = JudgementStyle(NOT_JUDGED.word, SHADE, "")
"""As `NOT_JUDGED`, in a colour that shows between the white lines of areas."""

STYLES = dict(zip(STANDINGS, (*JUDGEMENTS, NOT_JUDGED_AREA), strict=True))
"""How each column of a table of chances looks."""

LANES = (JUDGEMENT, DIRECTOR, INTERVENTION, ARRANGEMENT)
LANE_TITLES = {
    JUDGEMENT: "Judged",
    DIRECTOR: "Director",
    INTERVENTION: "Intervention",
    ARRANGEMENT: "Run or<br>helping",
}
"""Names of the lanes, short enough for a phone."""

SYMBOLS = {
    "Improvement notice": "triangle-up",
    "Notice lifted": "triangle-up-open",
    "Direction": "diamond",
    "Direction revised": "diamond-open",
    "Commissioner appointed": "square",
    "Commissioner withdrawn": "square-open",
    "Run by another council": "star",
}
"""Of interventions: filled where something begins, open where it changes or ends."""

LEFT = 46
"""Pixels left of the upright axis: the same for charts that stand above each other."""
FIRST_SHOWN = 2009.5


def judgement_style(worded: str) -> JudgementStyle:
    """How a judgement looks, in the words of its time: "Adequate" stands where its successor does."""
    return JUDGEMENTS[GRADE_CODES[worded] - 1]


def record_chart(events: Sequence[Event]) -> go.Figure:
    """What is on record, in four lanes: judgement in force, directors as met, interventions, arrangements."""
    figure = go.Figure()
    _add_judgements(figure, [event for event in events if event.grade])
    _add_directors(figure, [event for event in events if event.kind == DIRECTOR])
    _add_interventions(figure, events)
    kinds = {JUDGEMENT if event.grade else event.kind for event in events}
    silent = [
        {
            "x": (FIRST_SHOWN + END) / 2,
            "y": LANE_TITLES[lane],
            "text": "nothing in the tables",
            "showarrow": False,
        }
        | {"font": {"color": QUIET, "size": CHART_TYPE - 1}}
        for lane in LANES
        if lane not in kinds
    ]
    figure.update_layout(
        chart_layout(
            barmode="overlay",
            bargap=0.35,
            uniformtext={"mode": "hide", "minsize": 10},
            xaxis={
                "range": [FIRST_SHOWN, END],
                "tickformat": "d",
                "dtick": 2,
                "tick0": 2010,
                "showgrid": True,
            },
            yaxis={
                "categoryorder": "array",
                "categoryarray": [LANE_TITLES[lane] for lane in reversed(LANES)],
                "range": [-0.6, len(LANES) - 0.4],
                "ticks": "",
                "showgrid": False,
            },
            hovermode="closest",
            annotations=silent,
            shapes=[
                {"type": "line", "x0": FIRST_YEAR, "x1": FIRST_YEAR, "y0": 0, "y1": 1, "yref": "paper"}
                | {"line": {"color": QUIET, "width": 1, "dash": "dot"}, "layer": "below"}
            ],
        )
    )
    return figure


def _add_judgements(figure: go.Figure, judged: Sequence[Event]) -> None:
    """Each judgement, in force until the next."""
    ends = [*(event.year for event in judged[1:]), END][: len(judged)]
    for event, end in zip(judged, ends, strict=True):
        style = judgement_style(event.grade)
        pattern = {"shape": style.pattern, "fgcolor": PATTERN_INK[style.word], "bgcolor": style.colour}
        _bar(
            figure,
            JUDGEMENT,
            event.year,
            end,
            f"<b>{event.when}</b>: {event.what}<br>{event.detail}",
            event.grade,
            {"color": style.colour, "line": {"color": PAPER, "width": 1.5}}
            | ({"pattern": pattern | {"size": 7, "solidity": 0.18}} if style.pattern else {}),
            TEXT_ON[style.word],
            boxed=bool(style.pattern),
        )


def _add_directors(figure: go.Figure, met: Sequence[Event]) -> None:
    """Each director until last met."""
    for event in {event.what: event for event in met}.values():
        interim = event.what.startswith("Interim")
        _bar(
            figure,
            DIRECTOR,
            max(event.since or event.year, FIRST_SHOWN),
            event.year,
            f"<b>{event.what}</b><br>still in post {event.when}; {event.detail}",
            "interim" if interim else "in post",
            {"color": PAPER if interim else QUIET, "line": {"color": QUIET, "width": 1.5}},
            INK if interim else PAPER,
        )


def _add_interventions(figure: go.Figure, events: Sequence[Event]) -> None:
    """Marks of interventions, and bars of trusts that ran the services."""
    for event in events:
        if event.kind == INTERVENTION:
            _mark(figure, INTERVENTION, event, SYMBOLS.get(event.what, "circle"))
        if event.kind == ARRANGEMENT and event.what.endswith("begins"):
            text = f"<b>{event.when}</b>: {event.what}<br>{event.detail}"
            colour = {"color": ARRANGEMENTS[Support.TRUST].colour, "line": {"color": PAPER, "width": 1}}
            _bar(figure, ARRANGEMENT, event.year, event.until or END, text, "trust", colour, PAPER)
        elif event.kind == ARRANGEMENT:
            _mark(figure, ARRANGEMENT, event, "triangle-up")


def _bar(
    figure: go.Figure,
    lane: str,
    begins: float,
    ends: float,
    hover: str,
    text: str,
    marker: Mapping[str, object],
    colour: str,
    boxed: bool = False,
) -> None:
    figure.add_bar(
        orientation="h",
        y=[LANE_TITLES[lane]],
        base=[begins],
        x=[max(ends - begins, 0.05)],
        marker=dict(marker),
        text=[f"<b>{text}</b>" if boxed else text],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        insidetextfont={"color": colour, "size": CHART_TYPE - 1},
        hovertemplate=f"{hover}<extra></extra>",
    )


def _mark(figure: go.Figure, lane: str, event: Event, symbol: str) -> None:
    colour = ALARM if lane == INTERVENTION else ARRANGEMENTS[Support.PARTNER_IN_PRACTICE].colour
    figure.add_scatter(
        x=[event.year],
        y=[LANE_TITLES[lane]],
        mode="markers",
        marker={"symbol": symbol, "size": 12, "color": colour} | {"line": {"width": 1.5, "color": colour}},
        hovertemplate=f"<b>{event.when}</b>: {event.what}<br>{event.detail}<extra></extra>",
    )


def chances_chart(table: pl.DataFrame, regime: str) -> go.Figure:
    """The chance of each judgement in force by quarter, stacked from inadequate upwards.

    Args:
        table: of `Futures.chances`.
        regime: whose futures.
    """
    own = table.filter(pl.col("regime") == regime).drop_nulls()
    years = [year_of(quarter) for quarter in own["quarter"]]
    figure = go.Figure()
    for name in reversed(list(STANDINGS)[:4]):
        _area(figure, name, years, own)
    if own["not_judged"].max():
        _area(figure, "not_judged", years, own)
    figure.add_scatter(
        x=years,
        y=[100.0] * len(years),
        mode="lines",
        line={"width": 0},
        text=[_chances_in_words(row) for row in own.iter_rows(named=True)],
        hovertemplate="%{text}<extra></extra>",
    )
    first, last = (years[0], years[-1]) if years else (FIRST_YEAR, FIRST_YEAR + 1)
    figure.update_layout(
        chart_layout(
            xaxis={
                "range": [first - 0.125, max(last, first + 0.25) + 0.125],
                "tickformat": "d",
                "showgrid": False,
                "tick0": FIRST_YEAR,
            }
            | {"dtick": years_between_ticks(last - first)},
            yaxis={"range": [0, 100], "ticksuffix": "%", "dtick": 25, "gridcolor": RULE, "automargin": False},
            margin={"l": LEFT, "r": 8, "t": 8, "b": 8},
            hovermode="x",
        )
    )
    return figure


def _area(figure: go.Figure, name: str, years: Sequence[float], own: pl.DataFrame) -> None:
    style = STYLES[name]
    pattern = {"shape": style.pattern, "fgcolor": PATTERN_INK.get(style.word, PANEL), "bgcolor": style.colour}
    figure.add_scatter(
        x=list(years),
        y=(100.0 * own[name]).to_list(),
        stackgroup="chance",
        mode="lines",
        line={"width": 1, "color": PAPER},
        fillcolor=style.colour,
        fillpattern=pattern | {"size": 8, "solidity": 0.16} if style.pattern else None,
        name=style.word,
        hoverinfo="skip",
    )


def _chances_in_words(row: dict[str, object]) -> str:
    parts = [
        f"{STYLES[name].word}: {100.0 * float(str(row[name])):.0f}%"
        for name, code in STANDINGS.items()
        if code != Grade.NOT_JUDGED or row[name]
    ]
    return f"<b>{row['quarter']}</b><br>" + "<br>".join(parts)
