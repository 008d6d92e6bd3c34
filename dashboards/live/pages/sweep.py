"""A sweep's results: points, two factors together, regret, what drives an outcome, a box; ranges join them.

A range drawn on one figure, typed, or taken from the box, keeps some of the points; everything else is worked
out again on those.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import dash_mantine_components as dmc
import plotly.graph_objects as go
import polars as pl
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.live import controls
from dashboards.live.address import Address
from dashboards.live.downloads import downloads, picture_buttons, serve_tables, table_links
from dashboards.live.offered import Offered
from dashboards.live.pages import Page
from dashboards.live.streams import REFUSED, Gone, Message, Stream
from dashboards.live.sweep_drawings import lines, rows_of_two, two_factors
from dashboards.live.sweep_panels import PANELS, Panels, load_analyses, not_shown, record, table
from dashboards.live.sweeps import (
    MOST_AXES,
    QUARTER,
    SIDES,
    USUAL_AXES,
    Asked,
    Sweep,
    Sweeps,
    asked_of,
    ranges_of,
    sweeps_of,
    titles,
    usual_pair,
)
from dashboards.page import render_part
from dashboards.style import CHART_CONFIG
from dashboards.sweep_pages import on_what
from dashboards.words import counted, listed
from experiments.horizon import StudyError
from experiments.sweeps.boxes import Limit
from experiments.sweeps.cells import is_arrangement
from experiments.sweeps.defaults import THRESHOLD
from experiments.sweeps.factors import Factor
from experiments.sweeps.keeping import read_limits, written
from model.registry import ARRANGEMENTS

AT_WORK = {
    "regret": "regret",
    "drives": "what drives the outcome",
    "box": "a box",
}
WHERE = controls.view_id("where", "")


def layout(address: Address, offered: Offered) -> Component:
    """The page, its figures still empty."""
    sweeps = sweeps_of(offered)
    named = _named(address, sweeps)
    if named is None:
        return _nothing(offered)
    asked = asked_of(address, sweeps.open(named))
    query = Address({**address.fields, "folder": [named]}).query
    return html.Div(
        [
            _panel(asked, sweeps.names()),
            html.Div(_shown(asked), className="shown"),
            dcc.Store(id="view", data=query),
            dcc.Store(id="stream", data="sweep"),
            # Plotly comes with the first chart of Dash; those of the panels are drawn by the page's script.
            html.Div(dcc.Graph(figure=go.Figure(), config=cast(Any, CHART_CONFIG)), hidden=True),
        ],
        className="with-panel sweep",
    )


def _named(address: Address, sweeps: Sweeps) -> str | None:
    """The folder that an address names, or the newest; None when there is none."""
    given = address.text("folder", "")
    if given:
        return given
    return next(iter(sweeps.names()), None)


def _nothing(offered: Offered) -> Component:
    return html.Div(
        [
            html.P(f"There are no results of a sweep in {offered.results}."),
            html.P("A sweep runs a design of parameters under some regimes. To have one to look at:"),
            html.Pre(
                html.Code(f"turnaround sweep study.toml --out {offered.results / 'study'}"),
                tabIndex=0,
            ),
            dcc.Store(id="view", data=""),
            dcc.Store(id="stream", data="sweep"),
        ]
    )


def _panel(asked: Asked, names: Sequence[str]) -> Component:
    sweep, results = asked.sweep, asked.sweep.results
    factors = {name: f"{factor.meaning} ({name})" for name, factor in sweep.factors.items()}
    outcome_usual, subject_usual = _usual(sweep)
    subject = f"{asked.target.regime}-{asked.target.less}" if asked.target.less else asked.target.regime
    axes_usual = ",".join(list(factors)[:USUAL_AXES])
    return html.Aside(
        [
            dmc.Select(
                id="sweep-folder",
                label="Results of",
                description="Choosing others opens them",
                data=list(dict.fromkeys([sweep.folder, *names])),
                value=sweep.folder,
                allowDeselect=False,
                searchable=True,
            ),
            controls.choose(
                "outcome", "Outcome", titles(results.outcomes), asked.target.outcome, outcome_usual
            ),
            controls.choose("regime", "Under", sweep.subjects, subject, subject_usual),
            html.Details(
                [
                    html.Summary("Keep only"),
                    html.P("Points in ranges of factors. Leave an end empty for none.", className="quiet"),
                    html.Div(
                        _ranges(sweep, _with_ranges(asked.axes, asked.limits), asked.limits), id="ranges"
                    ),
                    dcc.Store(id="ranges-shown", data=_with_ranges(asked.axes, asked.limits)),
                    dcc.Input(
                        type="hidden", id=WHERE, value=",".join(written(limit) for limit in asked.limits)
                    ),
                    dmc.MultiSelect(
                        id=controls.view_id("axes", axes_usual),
                        label="Factors shown as axes",
                        description=f"At most {min(MOST_AXES, len(factors))} of {len(factors)}",
                        data=list(factors),
                        value=list(asked.axes),
                        maxValues=MOST_AXES,
                        searchable=True,
                        clearable=False,
                        hidePickedOptions=True,
                    ),
                ],
                id="keep-only",
                open=True,
            ),
        ],
        className="panel",
        **controls.named("What is shown"),
    )


def _usual(sweep: Sweep) -> tuple[str, str]:
    usual = asked_of(Address({}), sweep).target
    return usual.outcome, usual.regime


def _with_ranges(axes: Sequence[str], limits: Sequence[Limit]) -> list[str]:
    return list(dict.fromkeys([*axes, *(limit.factor.name for limit in limits)]))


def _ranges(sweep: Sweep, names: Sequence[str], limits: Sequence[Limit]) -> list[Component]:
    by_name = {limit.factor.name: limit for limit in limits}
    return [_range(sweep.factors[name], by_name.get(name)) for name in names]


def _range(factor: Factor, limit: Limit | None) -> Component:
    """The ends of a range, to be typed."""
    title = factor.meaning[0].upper() + factor.meaning[1:]
    unit = "" if factor.unit in ("none", "ratio") else f", {factor.unit}"
    head = html.Div(
        [html.Span(title, className="control-label"), html.Span(f"{factor.name}{unit}", className="quiet")]
    )
    if is_arrangement(factor):
        tried = {name: code for name, code in ARRANGEMENTS.items() if code in map(int, factor.values)}
        kinds = dmc.MultiSelect(
            id={"type": "range", "name": factor.name, "end": "kinds"},
            data=[{"value": name, "label": name.replace("_", " ")} for name in tried],
            value=[name for name, code in tried.items() if limit and code in limit.kinds],
            placeholder="any",
            size="xs",
            **controls.named(f"{title}: only these"),
        )
        return html.Div([head, kinds], className="range")
    ends = [
        dmc.NumberInput(
            id={"type": "range", "name": factor.name, "end": end},
            value=value if limit and abs(value) != float("inf") else "",
            min=factor.low,
            max=factor.high,
            step=1 if factor.whole else float(f"{(factor.high - factor.low) / 20:.1g}"),
            placeholder=f"{bound:.4g}",
            hideControls=True,
            size="xs",
            debounce=600,
            clampBehavior="blur",
            **controls.named(f"{title}: {word}"),
        )
        for end, word, bound, value in (
            ("low", "at least", factor.low, limit.low if limit else 0.0),
            ("high", "at most", factor.high, limit.high if limit else 0.0),
        )
    ]
    return html.Div(
        [head, html.Div([ends[0], html.Span("to"), ends[1]], className="ends")], className="range"
    )


def _shown(asked: Asked) -> list[Component]:
    pair = usual_pair(asked.sweep)
    factors = {name: f"{factor.meaning} ({name})" for name, factor in asked.sweep.factors.items()}
    return [
        html.Div(
            [
                html.Span(id="count", role="status"),
                html.Button("Let go of all ranges", id="clear-where", type="button", className="action"),
                html.Span(id="at-work", className="quiet"),
            ],
            className="progress keeping",
        ),
        html.Section(
            [
                html.H2("Every point a line"),
                html.P(
                    "A line is a point of the design: what came of it on top, and where it lies in each"
                    " factor beneath. Darker ones have more of the outcome, grey ones are left out. Draw on"
                    " the axis of a factor to keep a range of it, click an axis to let go, or type ranges.",
                    className="why",
                ),
                html.Div(id="lines", className="drawing"),
                html.P(id="lines-said", className="quiet"),
            ]
        ),
        html.Section(
            [
                html.H2("Two factors together"),
                html.Div(
                    [
                        controls.choose("across", "Across", factors, asked.across, pair[0], searchable=True),
                        controls.choose("up", "Upwards", factors, asked.up, pair[1], searchable=True),
                    ],
                    className="pair",
                ),
                html.P(
                    "The mean outcome in each cell, and beneath it from how many points; darker is more. Draw"
                    " over cells to keep only their points.",
                    className="why",
                ),
                html.Div(id="two", className="drawing"),
                html.Div(id="two-numbers"),
            ]
        ),
        html.Section([html.H2("Which regime does well whatever is true"), html.Div(id="regret")]),
        html.Section([html.H2("What drives it"), html.Div(id="drives")]),
        html.Section([html.H2("In which futures"), _sought(asked), html.Div(id="box")]),
        html.Section([html.H2("What the model cannot tell"), _limits(asked)]),
        html.Section([html.H2("How it was made"), html.Div(id="record")]),
        downloads(
            table_links("sweep-points", "Points kept: factors, and mean outcome"),
            picture_buttons("lines", "sweep-lines", "Every point a line"),
            picture_buttons("two", "sweep-two-factors", "Two factors together"),
            picture_buttons("regret", "sweep-regret", "Regret by regime"),
            picture_buttons("drives", "sweep-drives", "What drives it"),
            picture_buttons("box", "sweep-box", "The box"),
        ),
    ]


def _sought(asked: Asked) -> Component:
    """Which futures a box is sought of, and how dense it is to be."""
    return html.Div(
        [
            controls.choose("side", "Look for what is", SIDES, asked.side, "worse", "Futures that are so"),
            dmc.NumberInput(
                id=controls.view_id("limit", ""),
                label="Limit",
                description=f"Empty: {QUARTER:.0%} lie beyond it; or 0",
                value="" if asked.limit is None else asked.limit,
                hideControls=True,
                debounce=600,
            ),
            dmc.NumberInput(
                id=controls.view_id("density", THRESHOLD),
                label="Density",
                description="Of the box, 0.05 to 1",
                value=asked.density,
                min=0.05,
                max=1.0,
                step=0.05,
                clampBehavior="blur",
                debounce=600,
            ),
            dmc.TextInput(
                id=controls.view_id("holds", ""),
                label="Or in which this holds",
                description="regime.outcome, <, >, AND, OR",
                value=asked.holds,
                placeholder="trust.quality_end > 50",
                debounce=800,
            ),
        ],
        className="sought",
    )


def _limits(asked: Asked) -> Component:
    words = (
        "A verdict about the model is no verdict about the world. The ranges of the factors, and how likely"
        " values are within them, were chosen by people; other ranges give other answers.",
        "How likely a future is. Points count alike; shares are shares of the points of the design, and of"
        " those kept.",
        "Why it is so where it is so. A box, or a range drawn by hand, says where. Whoever draws many ranges"
        " finds something by chance: what was found by looking should be asked again of a new sweep.",
        f"What was not varied. The parameters of this sweep are {on_what(asked.sweep.results)}.",
        "Anything about a named council, director or child.",
    )
    return html.Ul([html.Li(word) for word in words], className="prose")


def streams(offered: Offered) -> Mapping[str, Stream]:
    """What the page shows, first what is quick."""
    sweeps, panels = sweeps_of(offered), Panels(offered)

    def sweep(address: Address, gone: Gone) -> Iterator[Message]:
        named = _named(address, sweeps)
        if named is None:
            return
        asked = asked_of(address, sweeps.open(named))
        yield {"call": ["sweepOpened", {"folder": named, "config": CHART_CONFIG, "panels": list(PANELS)}]}
        yield {
            "props": {
                "count": {"children": _kept_in_words(asked)},
                "clear-where": {"disabled": not asked.limits},
            }
        }
        yield from _drawings(asked)
        yield {"html": {"record": record(asked)}}
        for place, name in enumerate(PANELS):
            left = listed([AT_WORK[other] for other in list(PANELS)[place:]])
            yield {"props": {"at-work": {"children": f"Working out {left} …"}}}
            yield {"html": {name: panels.html(name, asked, gone)}}
        yield {"props": {"at-work": {"children": ""}}}

    return {"sweep": sweep}


def _kept_in_words(asked: Asked) -> str:
    samples = " of the two samples" if asked.sweep.results.design_summary.kind == "saltelli" else ""
    points = f"{counted(int(asked.used.sum()), 'point')}{samples}"
    if not asked.limits:
        return f"All {points} kept"
    return f"{int((asked.inside & asked.used).sum()):,} of {points} kept"


def _drawings(asked: Asked) -> Iterator[Message]:
    try:
        drawn = lines(asked)
        yield {"call": ["sweepLines", drawn], "props": {"lines-said": {"children": drawn["says"]}}}
        yield {
            "call": ["sweepTwo", two_factors(asked)],
            "html": {"two-numbers": render_part("sweep_two", rows_of_two(asked))},
        }
    except (StudyError, OSError, pl.exceptions.PolarsError) as problem:
        yield {"html": {"lines": not_shown(str(problem)), "two": "", "two-numbers": ""}}


def register(app: Dash, offered: Offered) -> None:
    """What ranges do, and which folder is opened."""
    sweeps = sweeps_of(offered)
    all_ranges = {"type": "range", "name": ALL, "end": ALL}
    app.clientside_callback(
        ClientsideFunction("sweep", "ranges"),
        Output(WHERE, "value"),
        Input(all_ranges, "value"),
        State(all_ranges, "id"),
        State(WHERE, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("sweep", "another"),
        Output("sweep-folder", "error"),
        Input("sweep-folder", "value"),
        State("view", "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("ranges", "children"),
        Output("ranges-shown", "data"),
        Input({"type": "view", "key": "axes", "usual": ALL}, "value"),
        Input(WHERE, "value"),
        State("ranges-shown", "data"),
        State("view", "data"),
        prevent_initial_call=True,
    )
    def show_ranges(axes: list[list[str]], where: str | None, before: list[str], view: str) -> Any:
        try:
            sweep = sweeps.open(Address.read(view).text("folder", ""))
            limits = read_limits(sweep.results, ranges_of(Address({"where": [where or ""]})))
        except REFUSED:
            return no_update, no_update
        names = [name for name in _with_ranges(axes[0] if axes else [], limits) if name in sweep.factors]
        if names == before:
            return no_update, no_update
        return _ranges(sweep, names, limits), names

    def points(address: Address, gone: Gone) -> pl.DataFrame:
        named = _named(address, sweeps)
        if named is None:
            raise StudyError("there are no results of a sweep")
        return table(asked_of(address, sweeps.open(named)))

    serve_tables(app, offered.computing, {"sweep-points": points})


SWEEP = Page(
    path="/sweep",
    title="A sweep’s results",
    asks="Which assumptions does an answer rest on, and where does it turn round?",
    layout=layout,
    streams=streams,
    register=register,
    warm_up=load_analyses,
)
