"""One council: its record, its simulated futures under several regimes, what drives them, and a story."""

from collections.abc import Callable, Iterator, Mapping

import dash_mantine_components as dmc
import polars as pl
from dash import Dash, html
from dash.development.base_component import Component

from dashboards.council_words import council_titles
from dashboards.live import controls, study_controls
from dashboards.live.address import Address
from dashboards.live.computing import GoneError
from dashboards.live.council_asked import (
    MOST_HISTORY,
    MOST_LENGTH,
    MOST_QUARTERS,
    STORY,
    USUAL,
    USUAL_COUNCIL,
    USUAL_LENGTH,
    USUAL_QUARTERS,
    USUAL_START,
    USUAL_TOLD,
    Asked,
    asked_of,
)
from dashboards.live.council_parts import at_once, charts_key, futures_so_far, story, telling
from dashboards.live.council_tables import ends_table, record_table, standing_table
from dashboards.live.downloads import Table, downloads, picture_buttons, serve_tables, table_links
from dashboards.live.offered import Offered
from dashboards.live.pages import Page, laid_out
from dashboards.live.streams import Gone, Message, Stream
from experiments.council_futures import Futures
from experiments.council_origin import Standing
from model.replay import GROUP


def layout(address: Address, offered: Offered) -> Component:
    """The page, its charts still empty."""
    wanted = asked_of(address)
    return laid_out(
        [
            _panel(wanted, offered),
            html.Div(
                [
                    controls.progress("Futures computed"),
                    html.Section([html.H2(id="whose"), *_record_section()]),
                    controls.section("Simulated futures", *_futures_section()),
                    controls.section("Where it stands at the beginning", html.Div(id="standing")),
                    controls.section("What goes with failing later", html.Div(id="links")),
                    controls.section("Why it went as it did", *_story_section(wanted, offered)),
                    controls.section("What the model cannot tell", html.Div(id="limits")),
                    _downloads(),
                    html.Section(
                        [
                            html.H2("The same again"),
                            html.P("The same histories from the command line, for all councils:"),
                            html.Pre(html.Code(id="command"), tabIndex=0),
                            html.P("Every quarter of them, in Python:"),
                            html.Pre(html.Code(id="snippet"), tabIndex=0),
                            html.P("The story:"),
                            html.Pre(html.Code(id="explain-command"), tabIndex=0),
                            html.P(
                                [
                                    "Forecasts with the uncertainty of parameters, to be scored: ",
                                    html.Code("turnaround forecast --out results/forecast"),
                                    ".",
                                ]
                            ),
                        ]
                    ),
                ],
                className="shown",
            ),
        ],
        address.query,
        "council",
        "with-panel council-page",
    )


def _panel(wanted: Asked, offered: Offered) -> Component:
    study = wanted.plan.study
    council = controls.choose(
        "council",
        "Council",
        council_titles(),
        wanted.code,
        USUAL_COUNCIL,
        "Type to search",
        searchable=True,
        nothingFoundMessage="No council is called that",
    )
    return controls.panel(
        "What is looked at",
        "Change regimes, beginning and histories",
        [
            controls.choose_regimes(offered.titles, list(study.sets), USUAL),
            study_controls.baseline(offered.titles, wanted.plan.baseline),
            study_controls.start(wanted.start, USUAL_START),
            html.Div(
                [
                    study_controls.quarters(study.quarters, USUAL_QUARTERS, MOST_QUARTERS),
                    study_controls.histories(study.replicates, GROUP, GROUP),
                ],
                className="pair",
            ),
            study_controls.seed(study.seed),
            html.P(
                "Parameters as they are, so that intervals are of luck alone. A first look at a new beginning"
                " replays the record, which takes some seconds; another council or regime then takes less.",
                className="quiet",
            ),
        ],
        [council],
    )


def _record_section() -> list[Component]:
    return [
        html.P(
            "What was published by December 2019, from the project’s tables of facts: nothing later is used"
            " on this page. Interventions and arrangements are incomplete in them, and directors are known"
            " only from the inspections at which they were met. Before 2013 the third grade was “Adequate”,"
            " an easier bar than “Requires improvement”.",
            className="why",
        ),
        html.Div(
            [
                html.Div(id="record-key"),
                html.Div(id="record-chart"),
                html.P(
                    "Filled marks: something begins (▲ improvement notice, ◆ direction, ■ commissioner, ★ run"
                    " by another council). Open marks: it is revised, lifted or withdrawn. The model begins"
                    " at the dotted line.",
                    className="quiet",
                ),
            ],
            id="record-figure",
        ),
        html.Details(
            [html.Summary("All that is on record, with sources"), html.Div(id="record")],
            className="long",
            open=True,
        ),
    ]


def _futures_section() -> list[Component]:
    return [
        html.P(id="futures-lead", className="why"),
        html.P(id="which", className="quiet"),
        html.Div([html.Div(id="keys"), html.Div(id="futures", className="panels fans")], id="futures-figure"),
        html.Div(id="ends"),
    ]


def _story_section(wanted: Asked, offered: Offered) -> list[Component]:
    return [
        html.P(
            "One history of this council, told from the rules as they ran: who left because which hazard met"
            " which draw, what a score was made of, who was asked for help. It begins in 2014, so what the"
            " record says does not bind it: it is one course that the model finds possible, not the council’s"
            " own. It is made by the interpreted engine, held against the compiled one bit for bit, and takes"
            " some seconds.",
            className="why",
        ),
        html.Div(
            [
                html.Div(
                    [
                        html.Div("The story", className="control-label", id="story-label"),
                        dmc.SegmentedControl(
                            id=controls.view_id("story", "off"),
                            data=[{"value": word, "label": label} for word, label in STORY.items()],
                            value="on" if wanted.story else "off",
                            **controls.named("The story"),
                        ),
                    ]
                ),
                controls.choose(
                    "told",
                    "Under the regime",
                    offered.titles,
                    wanted.told,
                    USUAL_TOLD,
                    "The rules for councils that fail, from 2014 on",
                ),
                controls.whole_number(
                    "history", "History of luck", wanted.history, 0, 0, MOST_HISTORY, "Its number"
                ),
                controls.whole_number(
                    "length",
                    "Quarters from 2014",
                    wanted.length,
                    USUAL_LENGTH,
                    1,
                    MOST_LENGTH,
                    "How far it is told",
                ),
            ],
            className="story-controls",
        ),
        html.P(id="story-state", role="status", className="why"),
        html.Div(id="story", className="story"),
    ]


def _downloads() -> Component:
    return downloads(
        table_links("council-record", "The record"),
        table_links("council-chances", "Chances of judgements by quarter"),
        table_links("council-quality", "Latent quality by quarter"),
        table_links("council-ends", "What becomes of it, and differences"),
        table_links("council-standing", "Where it stands, and what goes with failing"),
        table_links("council-story", "Events of the story, whether shown or not"),
        picture_buttons("record-figure", "council-record", "The record", "whose"),
        picture_buttons("futures-figure", "council-futures", "Simulated futures", "which"),
        picture_buttons("ends", "council-ends", "What becomes of it", "which"),
        picture_buttons("standing", "council-standing", "Where it stands at the beginning", "which"),
        picture_buttons("links", "council-links", "What goes with failing later", "which"),
    )


def streams(offered: Offered) -> Mapping[str, Stream]:
    """What the page computes."""

    def council(address: Address, gone: Gone) -> Iterator[Message]:
        wanted = asked_of(address)
        yield at_once(wanted, offered)
        is_drawn = charts_key(wanted) in address.text("drawn", "").split(";")
        for step in offered.imagining.growing(wanted.plan, gone):
            yield {"progress": [step.words, step.percent / 100]}
            if step.found:
                yield from futures_so_far(wanted, offered, *step.found, is_drawn=is_drawn, last=step.last)
                is_drawn = True
        yield from story(wanted, offered, gone)

    return {"council": council}


def register(app: Dash, offered: Offered) -> None:
    """Add the downloads of the page."""

    def of_futures(make: Callable[[Asked, Standing, Futures], pl.DataFrame]) -> Table:
        def table(address: Address, gone: Gone) -> pl.DataFrame:
            wanted = asked_of(address)
            for step in offered.imagining.growing(wanted.plan, gone):
                if step.last and step.found:
                    return make(wanted, *step.found)
            raise GoneError

        return table

    def events(address: Address, gone: Gone) -> pl.DataFrame:
        for _, told in telling(asked_of(address), offered, gone):
            if told is not None:
                return told.events
        raise GoneError

    tables = {
        "council-record": lambda address, gone: record_table(asked_of(address).row),
        "council-chances": of_futures(lambda wanted, _, futures: futures.chances(wanted.row)),
        "council-quality": of_futures(lambda wanted, _, futures: futures.qualities(wanted.row)),
        "council-ends": of_futures(ends_table),
        "council-standing": of_futures(standing_table),
        "council-story": events,
    }
    serve_tables(app, offered.computing, tables)


COUNCIL = Page(
    path="/council",
    title="One council",
    asks="What is on record of a council, what may become of it, and why?",
    layout=layout,
    streams=streams,
    register=register,
    ahead=True,
)
