"""Watch one history: the councils of England quarter by quarter, played in the browser from one run."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import dash_mantine_components as dmc
import numpy as np
import polars as pl
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from markupsafe import escape

from dashboards.hexmap import Scale, maps_of
from dashboards.live import controls
from dashboards.live.address import Address
from dashboards.live.downloads import Table, downloads, picture_buttons, serve_tables, table_links
from dashboards.live.offered import Offered
from dashboards.live.pages import Page
from dashboards.live.streams import Gone, Message, Stream
from dashboards.page import render_part
from dashboards.style import ARRANGEMENTS, JUDGEMENTS, NOT_JUDGED
from dashboards.summaries import with_support_spending
from dashboards.words import INDICATORS, amount, counted
from experiments.explain.runs import council_row
from experiments.horizon import StudyError
from experiments.runner import MOST_REPLICATES, MOST_SEED
from experiments.watched import KINDS, WatchedHistory, command_of, watch_history
from model.calendar import SUSPENDED_FROM, SUSPENDED_UNTIL
from model.codes import Status
from model.ensemble import LONGEST_HORIZON
from model.facts import load_facts
from model.parameters import Parameters
from model.quarters import format_quarter
from model.regimes import SHIPPED, resolve

USUAL_REGIME = "ad_hoc"
USUAL_QUARTERS = 44
START = "2014Q1"
TENTHS = 10

COLOURINGS = {"judgement": "Judgement", "quality": "Latent quality", "arrangement": "Arrangement"}
SPEEDS = ("1", "2", "4", "10", "30")
"""Quarters a second."""
USUAL = {"colour": "judgement", "speed": "4", "events": "all"}
SHOWN_EVENTS = {"all": "All councils", "picked": "The picked council"}

ROOM = 1.2
"""Radii to the right of the map that its key may take up."""

STRIPS = ("inadequate", "good_or_better_share", "quality_mean", "director_changes", "support_spending")
"""Indicators beside the map."""
FROM_NOUGHT = ("inadequate", "director_changes", "support_spending")

QUALITY = Scale((35, 42, 49, 56, 63), ("under 35", "35–42", "42–49", "49–56", "56–63", "63 or more"))
"""Classes of latent quality, wide enough for nearly all councils of all regimes."""
LETTERS = ("–", "O", "G", "R", "I")
"""Of judgements, by their code."""


def layout(address: Address, offered: Offered) -> Component:
    """The page; map and charts are filled in by the stream."""
    regime, quarters, seed, replicate = _asked(address)
    shown = _shown(address, quarters)
    _parameters(address)
    return html.Div(
        [
            html.Div(
                [
                    html.Div(id="history-transport"),
                    html.P(id="history-which", className="why"),
                    html.Div(
                        [
                            html.Section(
                                [html.H2("The councils"), html.Div(id="history-places")],
                                className="board-map",
                            ),
                            html.Section(
                                [html.H2("One council"), _choose_council(shown["council"]), _detail()]
                            ),
                            html.Section(
                                [html.H2("England"), html.Div(id="history-charts")],
                                className="board-england",
                            ),
                        ],
                        className="history-board",
                    ),
                    html.Section(
                        [
                            html.H2("What happens", id="happens-head"),
                            html.Fieldset(
                                [html.Legend("Show"), html.Div(id="history-filter")], className="colouring"
                            ),
                            html.Ol(
                                id="history-events", className="happened", **controls.headed("happens-head")
                            ),
                            html.P(id="history-more", className="quiet"),
                        ]
                    ),
                    html.Section([html.H2("In numbers"), html.Div(id="history-numbers")]),
                    _take_along(),
                    html.Section([html.H2("What the model cannot tell"), html.Div(id="limits")]),
                    html.Section([html.H2("The same again"), html.Pre(html.Code(id="command"), tabIndex=0)]),
                ],
                className="shown",
            ),
            html.Aside(
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
                                "replicate",
                                "History",
                                replicate,
                                0,
                                0,
                                MOST_REPLICATES - 1,
                                "Its number: which luck",
                            ),
                            controls.whole_number("seed", "Seed", seed, 1, 0, MOST_SEED, "Of all luck"),
                        ],
                        className="pair",
                    ),
                    controls.whole_number(
                        "quarters",
                        "Quarters from 2014Q1",
                        quarters,
                        USUAL_QUARTERS,
                        1,
                        LONGEST_HORIZON,
                        f"1 to {LONGEST_HORIZON}; 44 end with 2024",
                    ),
                    controls.parameters_panel(address.settings()),
                ],
                className="panel",
                **controls.named("Which history"),
            ),
            dcc.Store(id="view", data=address.query),
            dcc.Store(id="stream", data="history"),
        ],
        className="with-panel history",
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


def _detail() -> Component:
    return html.Div(id="history-detail", className="detail")


def _take_along() -> Component:
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
        address.choice("regime", USUAL_REGIME, SHIPPED),
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
        yield {"call": ["historyFrame", {"parts": _frame(), "asked": _first_shown(address, quarters)}]}
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
        yield {"html": {"history-numbers": _numbers(watched.quarters)}}
        yield {"call": ["history", payload(watched, command)]}

    return {"history": history}


def _first_shown(address: Address, quarters: int) -> dict[str, str]:
    """What is shown at first; a quarter that a history made shorter no longer has is left out."""
    fewer = Address({key: given for key, given in address.fields.items() if key != "quarter"})
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


@cache
def _frame() -> dict[str, str]:
    """The parts of the page into which a history is drawn, by the id of their place."""
    maps = [drawing for _, drawing in maps_of(LONGEST_HORIZON)]
    codes = load_facts().councils["la_code"].to_list()
    councils: dict[int, dict[str, Any]] = {}
    for drawing in maps:
        for tile in drawing.tiles:
            council = councils.setdefault(
                tile.la_code,
                {"row": codes.index(tile.la_code), "name": tile.name, "region": tile.region, "places": []},
            )
            if (tile.x, tile.y) not in council["places"]:
                council["places"].append((tile.x, tile.y))
    for council in councils.values():
        council["x"], council["y"] = council["places"][0]
    left, top = (min(drawing.box[i] for drawing in maps) for i in (0, 1))
    right, bottom = (max(drawing.box[i] + drawing.box[i + 2] for drawing in maps) for i in (0, 1))
    judgements = [
        (code, judgement.word, LETTERS[code])
        for code, judgement in [*enumerate(JUDGEMENTS, 1), (0, NOT_JUDGED)]
    ]
    context = {
        "colourings": COLOURINGS,
        "judgements": judgements,
        "quality": QUALITY,
        "arrangements": {int(code): style for code, style in ARRANGEMENTS.items()},
        "councils": sorted(councils.values(), key=lambda council: (council["y"], council["x"])),
        "box": [round(value, 3) for value in (left, top, right - left + ROOM, bottom - top)],
    }
    return {
        "history-transport": render_part("history_transport", {"speeds": SPEEDS}),
        "history-places": render_part("history_map", context),
        "history-charts": render_part("history_charts", {"strips": [INDICATORS[name] for name in STRIPS]}),
        "history-filter": render_part("history_filter", {"choices": SHOWN_EVENTS}),
    }


def payload(watched: WatchedHistory, key: str) -> dict[str, Any]:
    """What the browser plays: a list a quarter of whole numbers a council, and events.

    Args:
        watched: the history.
        key: that tells it from others.
    """
    seen = watched.seen
    facts = load_facts().councils
    parts = {
        "exists": seen["exists"],
        "grade": seen["grade"],
        "judged": seen["judged"],
        "quality": TENTHS * seen["quality"],
        "interim": seen["interim"],
        "tenure": seen["tenure"],
        "arrangement": seen["arrangement"],
        "vacancy": TENTHS * watched.vacancy,
        "agency": TENTHS * watched.agency,
        "caseload": TENTHS * seen["caseload"],
    }
    quarters = watched.quarters.height
    return {
        "key": key,
        "quarters": watched.quarters["quarter"].to_list(),
        "councils": facts.select("la_code", "name").rows(),
        "seen": {name: np.rint(values).astype(np.int64).tolist() for name, values in parts.items()},
        "events": [
            [event.quarter, event.row, KINDS.index(event.kind), event.sentence, int(event.grade)]
            for event in watched.events()
        ],
        "kinds": KINDS,
        "outlines": [[quarter, drawing.outlines] for quarter, drawing in maps_of(quarters)],
        "suspended": [SUSPENDED_FROM, SUSPENDED_UNTIL],
        "strips": [_strip(with_support_spending(watched.quarters), name) for name in STRIPS],
        "judgements": [style.word for style in (NOT_JUDGED, *JUDGEMENTS)],
        "letters": LETTERS,
        "arrangements": [[style.word, style.letters] for style in ARRANGEMENTS.values()],
        "breaks": QUALITY.breaks,
    }


def _strip(table: pl.DataFrame, name: str) -> dict[str, Any]:
    wording = INDICATORS[name]
    values = table[name].to_list()
    known = [value for value in values if value is not None] or [0.0]
    low = 0.0 if name in FROM_NOUGHT else min(known)
    high = max(*known, low + 1.0)
    return {
        "values": values,
        "texts": [amount(value, wording) for value in values],
        "range": [low, high],
        "ends": [amount(low, wording).split(" ")[0], amount(high, wording).split(" ")[0]],
    }


def _numbers(quarters: pl.DataFrame) -> str:
    table = with_support_spending(quarters)
    rows = [
        [row["quarter"], *(amount(row[name], INDICATORS[name]) for name in STRIPS)]
        for row in table.iter_rows(named=True)
    ]
    return render_part(
        "history_numbers", {"heads": [INDICATORS[name].title for name in STRIPS], "rows": rows}
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
