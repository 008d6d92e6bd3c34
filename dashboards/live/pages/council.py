"""One council: its record, its simulated futures under several regimes, what drives them, and a story."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import dash_mantine_components as dmc
import plotly.graph_objects as go
import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component

from dashboards.council_figures import LEFT, PATTERN_INK, chances_chart, judgement_style, record_chart
from dashboards.council_words import ENDS, ends_of, links, strips
from dashboards.figures import fan_chart
from dashboards.live import controls
from dashboards.live.address import Address, plan_of
from dashboards.live.computing import GoneError
from dashboards.live.downloads import Table, downloads, picture_buttons, serve_tables, table_links
from dashboards.live.futures import Told
from dashboards.live.offered import Offered
from dashboards.live.pages import Page
from dashboards.live.streams import Gone, Message, Stream
from dashboards.page import render_part
from dashboards.style import JUDGEMENTS
from dashboards.summaries import year_of
from dashboards.words import counted
from experiments.believed import NONE
from experiments.compare import Plan
from experiments.council_futures import Futures
from experiments.council_origin import Standing
from experiments.council_record import council_record
from experiments.explain.runs import council_row
from experiments.horizon import StudyError
from model.facts import load_facts
from model.quarters import format_quarter
from model.regimes import SHIPPED, resolve
from model.replay import ALLOWED_STARTS, GROUP

USUAL = ("ad_hoc", "sector_led", "trust")
USUAL_COUNCIL = "330"
"""Birmingham."""
USUAL_START, USUAL_QUARTERS, MOST_QUARTERS = "2020Q1", 24, 40
USUAL_LENGTH, MOST_LENGTH, MOST_HISTORY = 44, 80, 999
STORY = {"off": "Not told", "on": "Told"}
CHANCES_HEIGHT, QUALITY_HEIGHT, RECORD_HEIGHT = 210, 150, 230


@dataclass(frozen=True)
class Asked:
    """What an address of this page asks for.

    Attributes:
        row: of the council in the master table.
        plan: of its futures.
        story: whether a history is told.
        told: name of the regime under which it runs.
        history: its number.
        length: in quarters from 2014Q1.
    """

    row: int
    plan: Plan
    story: bool
    told: str
    history: int
    length: int

    @property
    def code(self) -> str:
        """Of the council."""
        return str(load_facts().councils["la_code"][self.row])

    @property
    def name(self) -> str:
        """Of the council."""
        return str(load_facts().councils["name"][self.row])

    @property
    def start(self) -> str:
        """The first simulated quarter, written out."""
        return format_quarter(self.plan.study.start)

    @property
    def until(self) -> str:
        """The last simulated quarter, written out."""
        return format_quarter(self.plan.study.start + self.plan.study.quarters - 1)


def asked(address: Address) -> Asked:
    """What an address asks for, checked.

    Raises:
        StudyError: for what is not allowed on this page.
        ParameterError: for a regime that cannot be resolved.
    """
    row = council_row(address.text("council", USUAL_COUNCIL))
    if address.settings():
        raise StudyError(
            f"set = {next(iter(address.settings()))}: this page runs the parameters as they are; allowed is"
            " no set, and the page Compare regimes has a slider for each"
        )
    address.number("replicates", GROUP, 1, GROUP)
    address.number("quarters", USUAL_QUARTERS, 1, MOST_QUARTERS)
    plan = plan_of(
        address,
        SHIPPED,
        USUAL,
        quarters=USUAL_QUARTERS,
        replicates=GROUP,
        start=USUAL_START,
        tables=("runs", "councils"),
        posterior=NONE,
    )
    if plan.study.believed:
        raise StudyError(
            "posterior = shipped: every set of it would need a replay of the record, which takes longer than"
            f" a page may; allowed is {NONE}, or use `turnaround forecast`"
        )
    return Asked(
        row,
        plan,
        address.choice("story", "off", tuple(STORY)) == "on",
        address.choice("told", "ad_hoc", SHIPPED),
        address.number("history", 0, 0, MOST_HISTORY),
        address.number("length", USUAL_LENGTH, 1, MOST_LENGTH),
    )


def council_titles() -> dict[str, str]:
    """Names of all councils by code; those that do not exist all the time with their years."""
    councils = load_facts().councils.sort("name")
    titles = {}
    for code, name, begins, ends in councils.select("la_code", "name", "valid_from", "valid_to").iter_rows():
        when = f", from {begins.year}" if begins else f", to {ends.year}" if ends else ""
        titles[str(code)] = f"{name}{when}"
    return titles


def layout(address: Address, offered: Offered) -> Component:
    """The page, its charts still empty."""
    wanted = asked(address)
    return html.Div(
        [
            _panel(wanted, offered),
            html.Div(
                [
                    controls.progress("Futures computed"),
                    html.Section([html.H2(id="whose"), *_record_section()]),
                    html.Section([html.H2("Simulated futures"), *_futures_section()]),
                    html.Section([html.H2("Where it stands at the beginning"), html.Div(id="standing")]),
                    html.Section([html.H2("What goes with failing later"), html.Div(id="links")]),
                    html.Section([html.H2("Why it went as it did"), *_story_section(wanted, offered)]),
                    html.Section([html.H2("What the model cannot tell"), html.Div(id="limits")]),
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
            dcc.Store(id="view", data=address.query),
            dcc.Store(id="stream", data="council"),
        ],
        className="with-panel council-page",
    )


def _panel(wanted: Asked, offered: Offered) -> Component:
    study = wanted.plan.study
    return html.Aside(
        [
            controls.choose(
                "council",
                "Council",
                council_titles(),
                wanted.code,
                USUAL_COUNCIL,
                "Type to search",
                searchable=True,
                nothingFoundMessage="No council is called that",
                selectFirstOptionOnChange=True,
            ),
            controls.choose_regimes(offered.titles, list(study.sets), USUAL),
            controls.choose(
                "baseline",
                "Compared with",
                offered.titles,
                wanted.plan.baseline,
                "ad_hoc" if "ad_hoc" in study.sets else next(iter(study.sets)),
                "Must be among the regimes",
            ),
            controls.choose(
                "start",
                "Futures begin",
                {quarter: quarter for quarter in ALLOWED_STARTS},
                wanted.start,
                USUAL_START,
                "Up to then the record is replayed",
                searchable=True,
            ),
            html.Div(
                [
                    controls.whole_number(
                        "quarters", "Quarters", study.quarters, USUAL_QUARTERS, 1, MOST_QUARTERS
                    ),
                    controls.whole_number("replicates", "Histories", study.replicates, GROUP, 1, GROUP),
                ],
                className="pair",
            ),
            controls.whole_number(
                "seed", "Seed of the luck", study.seed, 1, 0, 2**31 - 1, "Any whole number"
            ),
            html.P(
                "Parameters as they are, so that intervals are of luck alone. A first look at a new beginning"
                " replays the record, which takes some seconds; another council or regime then takes less.",
                className="quiet",
            ),
        ],
        className="panel",
        **controls.named("What is looked at"),
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
        html.Div(id="record-key"),
        html.Div(id="record-chart"),
        html.P(
            "Filled marks: something begins (▲ improvement notice, ◆ direction, ■ commissioner, ★ run by"
            " another council). Open marks: it is revised, lifted or withdrawn. The model begins at the"
            " dotted line.",
            className="quiet",
        ),
        html.Details(
            [html.Summary("All that is on record, with sources"), html.Div(id="record")],
            open=True,
        ),
    ]


def _futures_section() -> list[Component]:
    return [
        html.P(id="futures-lead", className="why"),
        html.Div(id="keys"),
        html.Div(id="futures", className="panels fans"),
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
                controls.choose("told", "Under the regime", offered.titles, wanted.told, "ad_hoc"),
                controls.whole_number("history", "History of luck", wanted.history, 0, 0, MOST_HISTORY),
                controls.whole_number(
                    "length", "Quarters from 2014", wanted.length, USUAL_LENGTH, 1, MOST_LENGTH
                ),
            ],
            className="story-controls",
        ),
        html.P(id="story-state", role="status", className="why"),
        dcc.Markdown("", id="story", className="story", link_target="_blank"),
    ]


def _downloads() -> Component:
    return downloads(
        table_links("council-record", "The record"),
        table_links("council-chances", "Chances of judgements by quarter"),
        table_links("council-quality", "Latent quality by quarter"),
        table_links("council-ends", "What becomes of it, and differences"),
        table_links("council-standing", "Where it stands, and what goes with failing"),
        table_links("council-story", "Events of the story, whether shown or not"),
        picture_buttons("record-chart", "council-record", "The record"),
        picture_buttons("futures", "council-futures", "Simulated futures"),
        picture_buttons("standing", "council-standing", "Where it stands at the beginning"),
    )


def streams(offered: Offered) -> Mapping[str, Stream]:
    """What the page computes."""

    def council(address: Address, gone: Gone) -> Iterator[Message]:
        wanted = asked(address)
        yield _at_once(wanted, offered)
        for step in offered.imagining.growing(wanted.plan, gone):
            yield {"progress": [step.words, step.percent / 100]}
            if step.found:
                yield from _messages(wanted, offered, *step.found, last=step.last)
        yield from _story(wanted, offered, gone)

    return {"council": council}


def register(app: Dash, offered: Offered) -> None:
    """Add the downloads of the page."""

    def of_futures(make: Callable[[Asked, Standing, Futures], pl.DataFrame]) -> Table:
        def table(address: Address, gone: Gone) -> pl.DataFrame:
            wanted = asked(address)
            for step in offered.imagining.growing(wanted.plan, gone):
                if step.last and step.found:
                    return make(wanted, *step.found)
            raise GoneError

        return table

    def events(address: Address, gone: Gone) -> pl.DataFrame:
        for _, told in _telling(asked(address), offered, gone):
            if told is not None:
                return told.events
        raise GoneError

    tables = {
        "council-record": lambda address, gone: record_table(asked(address).row),
        "council-chances": of_futures(lambda wanted, _, futures: futures.chances(wanted.row)),
        "council-quality": of_futures(lambda wanted, _, futures: futures.qualities(wanted.row)),
        "council-ends": of_futures(ends_table),
        "council-standing": of_futures(standing_table),
        "council-story": events,
    }
    serve_tables(app, offered.computing, tables)


def _story(wanted: Asked, offered: Offered, gone: Gone) -> Iterator[Message]:
    if not wanted.story:
        yield _told("", "")
        return
    yield _told("", "Begins…")
    for done, told in _telling(wanted, offered, gone):
        if told is None:
            yield _told(None, f"{done} of {counted(wanted.length, 'quarter')}…")
        else:
            noted = counted(told.events.height, "event")
            yield _told(told.story, f"{noted} were noted; the story tells of some, the download has all.")


def _telling(wanted: Asked, offered: Offered, gone: Gone) -> Iterator[tuple[int, Told | None]]:
    seed = wanted.plan.study.seed
    parameters = resolve(wanted.told)
    return offered.imagining.telling(parameters, wanted.code, seed, wanted.history, wanted.length, gone)


def record_table(row: int) -> pl.DataFrame:
    """What is on record of a council, as a table."""
    names = ("when", "kind", "what", "detail", "source", "link")
    events = council_record(load_facts(), row)
    return pl.DataFrame(
        {name: [getattr(event, name) for event in events] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )


def ends_table(wanted: Asked, _: Standing, futures: Futures) -> pl.DataFrame:
    """What becomes of a council under each regime, and how that differs from the baseline, in long form."""
    ends, differences = futures.ends(wanted.row), futures.differences(wanted.row, wanted.plan.baseline)
    if ends is None or differences is None:
        raise StudyError(f"{wanted.name} does not exist at the end of {wanted.until}")
    parts = [
        ends.select("regime", measure=pl.lit(name), value=name, low=f"{name}_low", high=f"{name}_high")
        for name in ENDS
    ]
    found = pl.concat(parts)
    if differences.is_empty():
        return found
    renamed = differences.rename({"low": "difference_low", "high": "difference_high"})
    return found.join(renamed, on=["regime", "measure"], how="left", maintain_order="left")


def standing_table(wanted: Asked, standing: Standing, futures: Futures) -> pl.DataFrame:
    """How a council stands at the origin, and what of it goes with failing later."""
    if not standing.exists[wanted.row]:
        raise StudyError(f"{wanted.name} does not exist just before {wanted.start}")
    later = futures.associations(standing, wanted.row, wanted.plan.baseline)
    renamed = later.rename({"low": "correlation_low", "high": "correlation_high"})
    return standing.against_england(wanted.row).join(renamed, on="measure", how="left", maintain_order="left")


def _at_once(wanted: Asked, offered: Offered) -> Message:
    """What stands on the page before anything is computed."""
    events = council_record(load_facts(), wanted.row)
    looks = {event.grade: _look(event.grade) for event in events if event.grade}
    compared = {
        "others": len(wanted.plan.study.sets) > 1,
        "baseline_title": offered.titles[wanted.plan.baseline],
    }
    keys = {"looks": [_look(judgement.word) for judgement in JUDGEMENTS], "compared": compared}
    chart = record_chart(events)
    lead = (
        f"From {wanted.start} to {wanted.until}, in histories that agree with the record until then."
        " Above, the chance of each judgement in force, from inadequate at the bottom to outstanding on top;"
        " below, the quality that lies behind it. The same luck under every regime."
    )
    return {
        "props": {
            "whose": {"children": f"{wanted.name}: the record to 2019"},
            "futures-lead": {"children": lead},
            "command": {"children": wanted.plan.command},
            "snippet": {"children": snippet(wanted)},
            "explain-command": {"children": explain_command(wanted)},
        },
        "html": {
            "record": render_part("council_record", {"events": events, "looks": looks}),
            "record-key": render_part("judgement_key", keys),
            "keys": render_part("council_keys", keys),
            "limits": render_part("council_limits", {"council": wanted.name}),
        },
        "frame": {
            "record-chart": {
                "key": wanted.code,
                "children": controls.chart(
                    f"record-of-{wanted.code}",
                    chart,
                    RECORD_HEIGHT,
                    f"The record of {wanted.name} on an axis of years; all of it is in the list below",
                ),
            }
        },
    }


def _look(worded: str) -> dict[str, str]:
    style = judgement_style(worded)
    return {
        "word": style.word,
        "colour": style.colour,
        "pattern": style.pattern,
        "ink": PATTERN_INK[style.word],
    }


def _messages(
    wanted: Asked, offered: Offered, standing: Standing, futures: Futures, last: bool
) -> Iterator[Message]:
    yield _panels(wanted, offered, futures)
    if not last:
        return
    baseline = wanted.plan.baseline
    histories = len(futures.kept)
    context = {
        "council": wanted.name,
        "regimes": offered.styles,
        "titles": offered.titles,
        "baseline": baseline,
        "baseline_title": offered.titles[baseline],
        "heads": [wording.title for wording in ENDS.values()],
        "ends": ends_of(futures, wanted.row, baseline) if histories else None,
        "histories": histories,
        "failed": futures.failed,
        "origin": wanted.start,
        "until": wanted.until,
    }
    beside = strips(standing, wanted.row)
    worth = round(float(standing.worth[wanted.row]))
    later = links(futures.associations(standing, wanted.row, baseline)) if beside else []
    yield {
        "html": {
            "ends": render_part("council_ends", context),
            "standing": render_part(
                "council_standing",
                context | {"strips": beside, "histories": GROUP, "worth": worth if worth < GROUP else None},
            ),
            "links": render_part("council_links", context | {"links": later}),
        }
    }


def _panels(wanted: Asked, offered: Offered, futures: Futures) -> Message:
    """The charts of every regime: chances of judgements above, latent quality below."""
    chances, qualities = futures.chances(wanted.row), futures.qualities(wanted.row)
    quarters = {quarter: year_of(quarter) for quarter in futures.quarters()}
    table = qualities.drop_nulls().with_columns(
        indicator=pl.lit("quality_mean"),
        year=pl.col("quarter").replace_strict(quarters, return_dtype=pl.Float64),
    )
    if table.is_empty():
        text = f"{wanted.name} does not exist from {wanted.start} to {wanted.until}."
        return {"frame": {"futures": {"key": f"none-{wanted.code}", "children": html.P(text)}}}
    panels: list[Component] = []
    figures: dict[str, dict[str, go.Figure]] = {}
    for name in futures.grade:
        title = offered.titles[name]
        shares = chances_chart(chances, name)
        fan = fan_chart(table, name, wanted.plan.baseline, "quality_mean", offered.styles[name], title)
        fan.update_layout(margin_l=LEFT, yaxis_automargin=False)
        figures |= {f"chances-{name}": {"figure": shares}, f"quality-{name}": {"figure": fan}}
        panels.append(
            html.Figure(
                [
                    html.Figcaption(html.H3([controls.regime_mark(offered.styles[name]), title])),
                    html.Div("Judgement in force", className="control-label"),
                    controls.chart(
                        f"chances-{name}", shares, CHANCES_HEIGHT, f"Chance of each judgement under {title}"
                    ),
                    html.Div("Latent quality, points", className="control-label"),
                    controls.chart(
                        f"quality-{name}", fan, QUALITY_HEIGHT, f"Fan of latent quality under {title}"
                    ),
                ]
            )
        )
    return {"frame": {"futures": {"key": ",".join(futures.grade), "children": panels}}, "props": figures}


def _told(story: str | None, state: str) -> Message:
    props: dict[str, dict[str, str]] = {"story-state": {"children": state}}
    if story is not None:
        props["story"] = {"children": lowered(story)}
    return {"props": props}


def lowered(story: str) -> str:
    """A story whose headings stand two levels lower, beneath that of its section."""
    return re.sub(r"^(#+) ", r"##\1 ", story, flags=re.MULTILINE)


def explain_command(wanted: Asked) -> str:
    """The command that tells the story."""
    words = ["turnaround", "explain", "--council", wanted.name, "--regime", wanted.told]
    words += ["--replicate", str(wanted.history), "--seed", str(wanted.plan.study.seed)]
    return shlex.join([*words, "--quarters", str(wanted.length)])


def snippet(wanted: Asked) -> str:
    """Python that computes the same futures."""
    study = wanted.plan.study
    return "\n".join(
        (
            "from experiments.council_futures import imagine",
            "from experiments.explain.runs import council_row",
            "from model.regimes import resolve",
            "",
            f"regimes = {{name: resolve(name) for name in {list(study.sets)!r}}}",
            "standing, futures = imagine(",
            f'    regimes, resolve("ad_hoc"), seed={study.seed}, start={study.start},'
            f" quarters={study.quarters}, replicates={study.replicates}",
            ")",
            f"row = council_row({wanted.name!r})",
            "print(futures.chances(row), futures.qualities(row), futures.ends(row))",
            f"print(futures.differences(row, {wanted.plan.baseline!r}))",
            "print(standing.against_england(row))",
        )
    )


COUNCIL = Page(
    path="/council",
    title="One council",
    asks="What is on record of a council, what may become of it, and why?",
    layout=layout,
    streams=streams,
    register=register,
)
