"""The app: the shell around all pages, which page an address names, and how controls write the address."""

import base64
import hashlib
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import Response

from dashboards import style
from dashboards.live.address import Address
from dashboards.live.controls import named, parameter_control
from dashboards.live.offered import Offered
from dashboards.live.pages import Page
from dashboards.live.pages.compare import COMPARE
from dashboards.live.pages.council import COUNCIL
from dashboards.live.pages.debate import DEBATE
from dashboards.live.pages.history import HISTORY
from dashboards.live.pages.sweep import SWEEP
from dashboards.live.streams import DEFECT, REFUSED, log, serve_streams
from dashboards.page import asset
from experiments.runner import compile_engine
from model.parameters import Parameters
from model.registry import ParameterError, registry
from model.replay import forget_replays, replay

PAGES: tuple[Page, ...] = (HISTORY, COMPARE, COUNCIL, SWEEP, DEBATE)
"""In the order of the navigation; the first is shown where the address names none."""

TINTS = (
    *("#eef2fb", "#d9e2f4", "#b0c3ea", "#839fdf", "#5d80d5", "#3f66c8", "#2852b0"),
    *(style.ACCENT, "#12326f", "#0c2351"),
)
"""The colour of controls, from pale to dark."""

POLICY = (
    "default-src 'self'; script-src 'self' {scripts} 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'self';"
    " base-uri 'self'; form-action 'self'"
)
"""The browser itself refuses what would leave this server, and scripts that are none of ours.

Plotly compiles shaders, hence eval.
"""

INDEX = """<!DOCTYPE html>
<html lang="en-GB">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{%title%}</title>
{%css%}
<style>__STYLE__</style>
<script>__SHARED__</script>
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def make_app(offered: Offered) -> Dash:
    """The app, ready to be served."""
    shared = asset("names.js") + asset("maps.js")
    app = Dash(
        __name__,
        title="Turnaround",
        update_title="",
        assets_folder="assets",
        suppress_callback_exceptions=True,
        index_string=INDEX.replace(
            "__STYLE__", style.css_variables() + asset("report.css") + asset("claims.css")
        ).replace("__SHARED__", shared),
    )
    app.layout = _shell()
    _route(app, offered)
    _state_in_address(app)
    streams: dict[str, Any] = {}
    for page in PAGES:
        streams |= page.streams(offered)
        page.register(app, offered)
    serve_streams(app, offered.computing, streams)
    policy = POLICY.format(scripts=" ".join([*app.csp_hashes(), _hash_of(shared)]))

    @app.server.after_request
    def keep_within(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return app


def _hash_of(script: str) -> str:
    """A script that stands in the page itself, as a Content-Security-Policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def warm_up(app: Dash) -> None:
    """Do beforehand what the first visitor would wait for; Dash sets itself up at its first request."""
    compile_engine()
    replay(Parameters.defaults(), 0, 0, 1, 1)
    forget_replays()
    with app.server.test_client() as client:
        for path in ("/", "/_dash-layout", "/_dash-dependencies"):
            answer = client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answers {answer.status_code}")


def go_ahead(offered: Offered) -> None:
    """Do what can wait until the server answers: what pages show by themselves, and what they load."""
    for page in PAGES:
        if page.ahead:
            for stream in page.streams(offered).values():
                for _ in stream(Address({}), lambda: False):
                    pass
        page.warm_up()


def _shell() -> Component:
    links = [
        html.Li(
            dcc.Link(
                page.title, href=page.path, className="page-link", id=f"to-{page.path.strip('/') or 'first'}"
            )
        )
        for page in PAGES
    ]
    theme = {
        "fontFamily": style.FONT,
        "fontFamilyMonospace": style.MONO,
        "primaryColor": "turnaround",
        "primaryShade": 7,
        "colors": {"turnaround": TINTS},
        "black": style.INK,
        "defaultRadius": "sm",
    }  # fmt: skip
    return dmc.MantineProvider(
        theme=theme,
        forceColorScheme="light",
        children=html.Div(
            [
                html.A("Skip to the page", href="#page", className="skip"),
                html.Header(
                    [
                        html.Span("Turnaround", className="brand"),
                        html.Nav(html.Ul(links), **named("Pages")),
                    ],
                    className="bar",
                ),
                dcc.Location(id="url", refresh="callback-nav"),
                html.Main(id="page", tabIndex=-1),
                html.Div(id="tip", className="tip", hidden=True),
            ],
            className="live",
        ),
    )


def _route(app: Dash, offered: Offered) -> None:
    pages = {page.path: page for page in PAGES} | {"/": PAGES[0]}

    app.clientside_callback(
        ClientsideFunction("turnaround", "here"), Output("page", "title"), Input("url", "pathname")
    )

    @app.callback(Output("page", "children"), Input("url", "pathname"), State("url", "search"))
    def show(path: str | None, search: str | None) -> Any:
        if path is None:  # the browser has not said yet
            return no_update
        page = pages.get(path.rstrip("/") or "/")
        if page is None:
            return _no_such_page(path)
        return [html.H1(page.title), html.P(page.asks, className="lead"), *_laid_out(page, search, offered)]


def _laid_out(page: Page, search: str | None, offered: Offered) -> list[Component]:
    """What the address asks for; where that is refused, the reason and what the page shows by itself."""
    try:
        address = Address.read(search or "")
        body = page.layout(address, offered)
        address.check_known()
        return [html.Div(id="told", role="alert"), body]
    except REFUSED as problem:
        told = str(problem)
    except Exception:
        log.exception("A page failed; its address asked for %r", search)
        return [refusal(DEFECT)]
    try:
        usual = page.layout(Address({}), offered)
        return [refusal(told, "Shown instead is what the page shows by itself."), usual]
    except REFUSED as problem:
        return [refusal(told), *([] if str(problem) == told else [refusal(str(problem))])]
    except Exception:
        log.exception("A page failed without anything asked for")
        return [refusal(told), refusal(DEFECT)]


def refusal(problem: str, instead: str = "") -> Component:
    """What a visitor is told whose address asks for something that is not allowed."""
    return html.Div(
        [
            html.B("This cannot be shown. "),
            html.Span(problem),
            " ",
            html.Span(instead),
        ],
        className="warning",
        role="alert",
        id="told",
    )


def _no_such_page(path: str) -> list[Component]:
    links = [html.Li(dcc.Link(page.title, href=page.path)) for page in PAGES]
    return [
        html.H1("There is no such page"),
        html.P(["Nothing is at ", html.Code(path[:200]), "."]),
        html.Ul(links),
    ]


def _state_in_address(app: Dash) -> None:
    """Controls write the address; what follows is done once they rest, and undone by the back key."""
    kinds = ({"type": "view", "key": ALL}, {"type": "set", "name": ALL}, {"type": "option", "name": ALL})
    controls = [{**kind, "usual": ALL} for kind in kinds]
    ids = [State(one, "id") for one in controls]
    app.clientside_callback(
        ClientsideFunction("turnaround", "write"),
        Output("view", "data"),
        *(Input(one, "value") for one in controls),
        *ids,
        State("view", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("turnaround", "follow"),
        Output("stream", "data"),
        Input("view", "data"),
        State("stream", "data"),
        *(State(one, "value") for one in controls),
        *ids,
    )
    one = {"name": MATCH, "usual": MATCH}
    app.clientside_callback(
        ClientsideFunction("turnaround", "together"),
        Output({"type": "set", **one}, "value"),
        Output({"type": "typed", **one}, "value"),
        Input({"type": "set", **one}, "value"),
        Input({"type": "typed", **one}, "value"),
        Input({"type": "reset", **one}, "n_clicks"),
        State({"type": "set", **one}, "id"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("other-parameters", "children"),
        Input("more-parameters", "value"),
        State({"type": "set", "name": ALL, "usual": ALL}, "id"),
        State({"type": "set", "name": ALL, "usual": ALL}, "value"),
        State({"type": "option", "name": ALL, "usual": ALL}, "id"),
        State({"type": "option", "name": ALL, "usual": ALL}, "value"),
        prevent_initial_call=True,
    )
    def add_controls(
        names: list[str], ids: Any, values: Any, option_ids: Any, options: Any
    ) -> list[Component]:
        standing = {
            each["name"]: value for each, value in zip([*ids, *option_ids], [*values, *options], strict=True)
        }
        controls = []
        for name in names or []:
            try:
                entry = registry()[name]
            except ParameterError:
                continue
            controls.append(parameter_control(entry.name, standing.get(name)))
        return controls
