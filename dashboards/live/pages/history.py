"""Watch one history: the councils of England quarter by quarter, played in the browser from one run."""

from collections.abc import Iterator, Mapping

import dash_mantine_components as dmc
import polars as pl
from dash import ClientsideFunction, Dash, Input, Output, html
from dash.development.base_component import Component
from markupsafe import escape

from dashboards.live import controls, study_controls
from dashboards.live.address import MOST_SEED, Address
from dashboards.live.downloads import Table, downloads, picture_buttons, serve_tables, table_links
from dashboards.live.offered import Offered
from dashboards.live.pages import Page, laid_out
from dashboards.live.played import COLOURINGS, SHOWN_EVENTS, SPEEDS, USUAL, frame, numbers, payload
from dashboards.live.streams import Gone, Message, Stream
from dashboards.page import render_part
from experiments.errors import StudyError
from experiments.explain.runs import council_row
from experiments.horizon import USUAL_QUARTERS, USUAL_START
from experiments.prose import counted
from experiments.runner import MOST_REPLICATES
from experiments.watched import WatchedHistory, command_of, watch_history
from model.codes import Status
from model.ensemble import LONGEST_HORIZON
from model.facts import load_facts
from model.parameters import Parameters
from model.quarters import format_quarter
from model.regimes import regime_names, resolve

USUAL_REGIME = "ad_hoc"
START = USUAL_START
"""Of every history that can be watched."""


def layout(address: Address, offered: Offered) -> Component:
    """The page; map and charts are filled in by the stream."""
    _, quarters, _, _ = _asked(address)
    picked = _shown(address, quarters)["council"]
    _parameters(address)
    shown = [
        html.Div(id="history-transport"),
        html.P(id="history-which", className="why"),
        _board(picked),
        _happens(),
        controls.section("In numbers", html.Div(id="history-numbers")),
        _downloads(),
        controls.section("What the model cannot tell", html.Div(id="limits")),
        controls.section("The same again", html.Pre(html.Code(id="command"), tabIndex=0)),
    ]
    parts = [html.Div(shown, className="shown"), _panel(address, offered)]
    return laid_out(parts, address.query, "history", "with-panel history")


def _board(picked: str) -> Component:
    """Map, picked council and charts of England beside each other."""
    return html.Div(
        [
            html.Section([html.H2("The councils"), html.Div(id="history-places")], className="board-map"),
            controls.section(
                "One council", _choose_council(picked), html.Div(id="history-detail", className="detail")
            ),
            html.Section([html.H2("England"), html.Div(id="history-charts")], className="board-england"),
        ],
        className="history-board",
    )


def _happens() -> Component:
    events = html.Ol(id="history-events", className="happened", **controls.headed("happens-head"))
    return html.Section(
        [
            html.H2("What happens", id="happens-head"),
            html.Fieldset([html.Legend("Show"), html.Div(id="history-filter")], className="colouring"),
            events,
            html.P(id="history-more", className="quiet"),
        ]
    )


def _panel(address: Address, offered: Offered) -> Component:
    regime, quarters, seed, replicate = _asked(address)
    return controls.panel(
        "Which history",
        "Change the history",
        [
            controls.choose(
                "regime",
                "Regime",
                offered.titles,
                regime,
                USUAL_REGIME,
                "How England deals with councils that fail, from 2014 on",
            ),
            html.Div(
                [
                    controls.whole_number(
                        "replicate", "History", replicate, 0, 0, MOST_REPLICATES - 1, "Its number"
                    ),
                    study_controls.seed(seed),
                ],
                className="pair",
            ),
            study_controls.quarters(quarters, USUAL_QUARTERS, LONGEST_HORIZON, START),
            controls.parameters_panel(address.settings()),
        ],
    )


def _choose_council(picked: str) -> Component:
    councils = load_facts().councils.sort("name")
    offered = [{"value": str(row["la_code"]), "label": row["name"]} for row in councils.iter_rows(named=True)]
    return dmc.Select(
        id="history-council",
        label="Council",
        data=offered,
        value=picked or None,
        searchable=True,
        clearable=True,
        placeholder="Type a name, or pick on the map",
        nothingFoundMessage="No council is called that",
        checkIconPosition="right",
        limit=200,
        clearButtonProps=controls.named("Pick no council"),
    )


def _downloads() -> Component:
    says = "history-quarter history-which"
    return downloads(
        table_links("history-councils", "Every council in every quarter"),
        table_links("history-events", "All events"),
        table_links("history-quarters", "All indicators of England by quarter"),
        picture_buttons("history-map-picture", "map", "The map of this quarter", says),
        picture_buttons("history-strips", "history", "The charts of England", says),
    )


def _asked(address: Address) -> tuple[str, int, int, int]:
    """Which history: regime, quarters, seed and number."""
    address.choice("start", START, (START,))
    return (
        address.choice("regime", USUAL_REGIME, regime_names()),
        address.number("quarters", USUAL_QUARTERS, 1, LONGEST_HORIZON),
        address.number("seed", 1, 0, MOST_SEED),
        address.number("replicate", 0, 0, MOST_REPLICATES - 1),
    )


def _parameters(address: Address) -> Parameters:
    return resolve(_asked(address)[0], (), address.settings())


def _shown(address: Address, quarters: int) -> dict[str, str]:
    """What of the history is shown at first, and how; the council by its code, empty for none.

    Raises:
        StudyError: for what is not allowed.
    """
    shown = address.text("quarter", START)
    if shown not in [format_quarter(quarter) for quarter in range(quarters)]:
        raise StudyError(
            f"quarter = {shown!r}: allowed is a quarter of this history, {START} to"
            f" {format_quarter(quarters - 1)}"
        )
    given = address.text("council", "")
    return {
        "quarter": shown,
        "colour": address.choice("colour", USUAL["colour"], list(COLOURINGS)),
        "speed": address.choice("speed", USUAL["speed"], SPEEDS),
        "events": address.choice("events", USUAL["events"], list(SHOWN_EVENTS)),
        "council": str(load_facts().councils["la_code"][council_row(given)]) if given else "",
    }


def streams(offered: Offered) -> Mapping[str, Stream]:
    """What the page computes."""

    def history(address: Address, gone: Gone) -> Iterator[Message]:
        regime, quarters, seed, replicate = _asked(address)
        which = _which(offered.titles[regime], quarters, seed, replicate)
        command = command_of(regime, quarters, seed, replicate, address.settings())
        yield {
            "call": [
                "historyFrame",
                {"parts": frame(), "asked": _first_shown(address, quarters), "usual": USUAL},
            ]
        }
        yield {
            "html": {"command": str(escape(command)), "limits": render_part("history_limits", {})},
            "props": {"history-which": {"children": which}},
        }
        watched = _watched(address, offered, gone)
        if watched.status != Status.OK.name.lower():
            reached = watched.quarters.height
            text = f"The run failed after {counted(reached, 'quarter')}: {watched.status.replace('_', ' ')}."
            if not reached:
                raise StudyError(f"{text} There is nothing to show; other parameters may do.")
            yield {"props": {"history-which": {"children": f"{text} Shown is what came before."}}}
        yield {"html": {"history-numbers": numbers(watched.quarters)}}
        yield {"call": ["history", payload(watched, command)]}

    return {"history": history}


def _first_shown(address: Address, quarters: int) -> dict[str, str]:
    """What is shown at first; a quarter that a history made shorter no longer has is left out."""
    fewer = address.without("quarter")
    try:
        return _shown(address, quarters)
    except StudyError:
        return _shown(fewer, quarters)


def _watched(address: Address, offered: Offered, gone: Gone) -> WatchedHistory:
    _, quarters, seed, replicate = _asked(address)
    parameters = _parameters(address)

    def run(piece: int) -> WatchedHistory:
        return watch_history(parameters, seed, piece, quarters)

    return next(iter(offered.computing.results([replicate], run, gone)))


def _which(title: str, quarters: int, seed: int, replicate: int) -> str:
    return (
        f"{title}, history {replicate:,} of seed {seed}: one of many that could have followed,"
        f" {START} to {format_quarter(quarters - 1)}. Simulated, not what happened."
    )


def _tables(offered: Offered) -> Mapping[str, Table]:
    def councils(address: Address, gone: Gone) -> pl.DataFrame:
        return _watched(address, offered, gone).councils()

    def events(address: Address, gone: Gone) -> pl.DataFrame:
        return _watched(address, offered, gone).events_table()

    def quarters(address: Address, gone: Gone) -> pl.DataFrame:
        return _watched(address, offered, gone).quarters

    return {"history-councils": councils, "history-events": events, "history-quarters": quarters}


def register(app: Dash, offered: Offered) -> None:
    """Serve the tables, and tell the player which council was chosen in the list."""
    serve_tables(app, offered.computing, _tables(offered))
    app.clientside_callback(
        ClientsideFunction("turnaroundHistory", "choose"),
        Output("history-detail", "title"),
        Input("history-council", "value"),
        prevent_initial_call=True,
    )


HISTORY = Page(
    path="/history",
    title="Watch one history",
    asks="What does it look like when councils fail and recover, quarter by quarter?",
    layout=layout,
    streams=streams,
    register=register,
)
