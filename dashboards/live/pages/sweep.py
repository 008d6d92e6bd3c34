"""A sweep's results: points, two factors together, regret, what drives an outcome, a box; ranges join them.

A range drawn on one figure, typed, or taken from the box, keeps some of the points; everything else is worked
out again on those.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from dashboards.live import controls
from dashboards.live.address import Address
from dashboards.live.downloads import Table, downloads, picture_buttons, serve_tables, table_links
from dashboards.live.offered import Offered
from dashboards.live.pages import Page, laid_out
from dashboards.live.streams import REFUSED, Gone, Message, Stream
from dashboards.live.sweep_asked import Asked, asked_of, ranges_of, usual_pair
from dashboards.live.sweep_controls import WHERE, panel, ranges, sought, with_ranges
from dashboards.live.sweep_drawings import lines, lines_key, rows_of_two, two_factors, two_key
from dashboards.live.sweep_panels import PANELS, Panels, load_analyses, not_shown, record
from dashboards.live.sweep_tables import found_table, points_table, two_table
from dashboards.live.sweeps import Sweeps, sweeps_of
from dashboards.page import render_part
from dashboards.style import CHART_CONFIG
from dashboards.sweep_pages import on_what
from experiments.errors import StudyError
from experiments.prose import counted, listed
from experiments.sweeps.keeping import read_limits, written

TABLES = {
    "sweep-points": "Points kept: factors, and mean outcome",
    "sweep-two-factors": "Two factors together, with intervals",
    "sweep-regret": "Regret by regime, with intervals",
    "sweep-drives": "What drives it: measures with intervals",
    "sweep-box": "The box: its limits, density and coverage",
}
"""Tables that can be had, by name."""
PICTURES = {
    "lines-figure": ("lines", "Every point a line"),
    "two-figure": ("two-factors", "Two factors together"),
    "regret": ("regret", "Regret by regime"),
    "drives": ("drives", "What drives it"),
    "box": ("box", "The box"),
}
"""Figures that can be had: name of the file and title, by the id of what shows them."""


def layout(address: Address, offered: Offered) -> Component:
    """The page, its figures still empty."""
    sweeps = sweeps_of(offered)
    named = _named(address, sweeps)
    if named is None:
        return _nothing(offered)
    asked = asked_of(address, sweeps.open(named))
    query = Address({**address.fields, "folder": [named]}).query
    parts = [panel(asked, sweeps.names()), html.Div(_shown(asked), className="shown")]
    return laid_out(parts, query, "sweep", "with-panel sweep")


def _named(address: Address, sweeps: Sweeps) -> str | None:
    """The folder that an address names, or the newest that opens; None when there is none."""
    given = address.text("folder", "")
    if given:
        return given
    return sweeps.newest()


def _nothing(offered: Offered) -> Component:
    return laid_out(
        [
            html.P(f"There are no results of a sweep in {offered.results}."),
            html.P("A sweep runs a design of parameters under some regimes. To have one to look at:"),
            html.Pre(
                html.Code(f"turnaround sweep study.toml --out {offered.results / 'study'}"),
                tabIndex=0,
            ),
        ],
        "",
        "sweep",
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
        html.P(id="which", className="quiet"),
        html.Section(
            [
                html.H2("Every point a line"),
                html.P(
                    "A line is a point of the design: what came of it on top, and where it lies in each"
                    " factor beneath. Darker ones have more of the outcome, grey ones are left out. Draw on"
                    " the axis of a factor to keep a range of it, click an axis to let go, or type ranges.",
                    className="why",
                ),
                html.Div(
                    [
                        html.Div(id="lines-key"),
                        html.Div(id="lines", className="drawing"),
                        html.P(id="lines-said", className="quiet"),
                    ],
                    id="lines-figure",
                ),
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
                html.Div([html.Div(id="two-key"), html.Div(id="two", className="drawing")], id="two-figure"),
                html.Div(id="two-numbers"),
            ]
        ),
        controls.section("Which regime does well whatever is true", html.Div(id="regret")),
        controls.section("What drives it", html.Div(id="drives")),
        controls.section("In which futures", sought(asked), html.Div(id="box")),
        controls.section("What the model cannot tell", _limits(asked)),
        controls.section("How it was made", html.Div(id="record")),
        downloads(
            *(table_links(name, title) for name, title in TABLES.items()),
            *(
                picture_buttons(place, f"sweep-{name}", title, "which count")
                for place, (name, title) in PICTURES.items()
            ),
        ),
    ]


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
        where = ",".join(written(limit) for limit in asked.limits)
        opened = {"folder": named, "where": where, "config": CHART_CONFIG, "panels": list(PANELS)}
        yield {
            "call": ["sweepOpened", opened],
            "props": {
                "count": {"children": _kept_in_words(asked)},
                "which": {"children": _which(asked)},
            },
        }
        yield from _drawings(asked)
        yield {"html": {"record": record(asked)}}
        for place, name in enumerate(PANELS):
            left = listed([panel.words for panel in list(PANELS.values())[place:]])
            yield {"props": {"at-work": {"children": f"Working out {left} …"}}}
            yield {"html": {name: panels.html(name, asked, gone)}, "call": ["sweepFilled", name]}
        yield {"props": {"at-work": {"children": ""}}}

    return {"sweep": sweep}


def _kept_in_words(asked: Asked) -> str:
    samples = " of the two samples" if asked.sweep.results.design_summary.kind == "saltelli" else ""
    points = f"{counted(int(asked.used.sum()), 'point')}{samples}"
    if not asked.limits:
        return f"All {points} kept"
    return f"{int((asked.inside & asked.used).sum()):,} of {points} kept"


def _which(asked: Asked) -> str:
    """What all figures are of."""
    results = asked.sweep.results
    unit = f", {asked.unit}" if asked.unit else ""
    words = (
        f"{asked.title}{unit}; mean over {counted(results.replicates, 'replicate')} of luck (seed"
        f" {results.seed}) at points of the sweep “{results.title}”"
    )
    kept = listed([limit.words() for limit in asked.limits])
    return f"{words}, kept where {kept}" if kept else words


def _drawings(asked: Asked) -> Iterator[Message]:
    try:
        drawn = lines(asked)
        yield {
            "call": ["sweepLines", drawn],
            "props": {"lines-said": {"children": drawn["says"]}},
            "html": {"lines-key": render_part("sweep_key", lines_key(drawn))},
        }
        two = two_factors(asked)
        yield {
            "call": ["sweepTwo", two],
            "html": {
                "two-key": render_part("sweep_key", two_key(two)),
                "two-numbers": render_part("sweep_two", rows_of_two(asked)),
            },
        }
    except (StudyError, OSError, pl.exceptions.PolarsError) as problem:
        emptied = dict.fromkeys(("lines-key", "two", "two-key", "two-numbers"), "")
        yield {"html": {"lines": not_shown(str(problem))} | emptied}


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
        names = [name for name in with_ranges(axes[0] if axes else [], limits) if name in sweep.factors]
        if names == before:
            return no_update, no_update
        return ranges(sweep, names, limits), names

    def table(make: Callable[[Asked, Gone], pl.DataFrame]) -> Table:
        def made(address: Address, gone: Gone) -> pl.DataFrame:
            named = _named(address, sweeps)
            if named is None:
                raise StudyError("there are no results of a sweep")
            return make(asked_of(address, sweeps.open(named)), gone)

        return made

    def found(name: str) -> Callable[[Asked, Gone], pl.DataFrame]:
        return lambda asked, gone: found_table(name, asked, offered, gone)

    tables = {
        "sweep-points": table(lambda asked, gone: points_table(asked)),
        "sweep-two-factors": table(lambda asked, gone: two_table(asked)),
    } | {f"sweep-{name}": table(found(name)) for name in PANELS}
    serve_tables(app, offered.computing, tables)


SWEEP = Page(
    path="/sweep",
    title="A sweep’s results",
    asks="Which assumptions does an answer rest on, and where does it turn round?",
    layout=layout,
    streams=streams,
    register=register,
    warm_up=load_analyses,
)
