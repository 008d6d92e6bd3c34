"""Compare regimes: how they unfold, what each changes, at what cost and where, on an ensemble that grows."""

from collections.abc import Callable, Iterator, Mapping

import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from markupsafe import escape

from dashboards.compared import Compared
from dashboards.differences import MAIN, axis_reach, grouped, lines
from dashboards.figures import fan_chart, fan_updates, plane
from dashboards.findings import answer
from dashboards.live import controls
from dashboards.live.address import Address, plan_of
from dashboards.live.downloads import Table, downloads, picture_buttons, serve_tables, table_links
from dashboards.live.ensembles import finished, growing
from dashboards.live.offered import Offered
from dashboards.live.pages import Page
from dashboards.live.streams import Gone, Message, Stream
from dashboards.maps import map_section
from dashboards.page import render_part
from dashboards.sections import AXES, sureness
from dashboards.style import CHART_CONFIG
from dashboards.summaries import council_chances, fans
from dashboards.words import INDICATORS, counted
from experiments.compare import Plan
from experiments.comparison import compare_results
from experiments.results import Results
from model.regimes import SHIPPED

USUAL = ("ad_hoc", "sector_led", "trust")
"""Compared where the address names none: what England had, help by other councils, and takeover."""

MEASURES = {
    "inadequate": "Chance of being judged inadequate at the end",
    "years_inadequate": "Years judged inadequate",
    "years_weak": "Years of weak services",
}

TABLES = {
    "quarters": "Medians and bands by quarter, all indicators",
    "outcomes": "Outcomes of each regime, with intervals",
    "differences": "Paired differences, with intervals and verdicts",
    "councils": "Chances and years by council",
}
"""Tables that can be had, by name."""
PICTURES = {
    "fans": "How it unfolds",
    "differences": "What each regime changes",
    "plane": "Cost against harm",
    "maps": "Where",
}
"""Figures that can be had, by the id of what shows them."""


def layout(address: Address, offered: Offered) -> Component:
    """The page, its charts still empty."""
    plan = _plan(address)
    indicator, axes, measure = _shown(address)
    study = plan.study
    return html.Div(
        [
            html.Aside(
                [
                    controls.choose_regimes(offered.titles, list(study.sets), USUAL),
                    controls.choose(
                        "baseline",
                        "Compared with",
                        offered.titles,
                        plan.baseline,
                        "ad_hoc" if "ad_hoc" in study.sets else next(iter(study.sets)),
                        "Must be among the regimes",
                    ),
                    html.Div(
                        [
                            controls.whole_number("quarters", "Quarters", study.quarters, 44, 1, 80),
                            controls.whole_number("replicates", "Histories", study.replicates, 200, 1, 1000),
                        ],
                        className="pair",
                    ),
                    controls.parameters_panel(address.settings()),
                ],
                className="panel",
                **controls.named("What is compared"),
            ),
            html.Div(
                [
                    controls.progress("Histories computed"),
                    html.Section(
                        [
                            html.H2("How it unfolds", id="unfolds-head"),
                            controls.choose(
                                "indicator",
                                "Show",
                                {name: wording.title for name, wording in INDICATORS.items()},
                                indicator,
                                next(iter(INDICATORS)),
                            ),
                            html.P(id="why", className="why"),
                            html.Div(id="fan-key"),
                            html.Div(id="fans", className="panels fans"),
                        ],
                        **controls.headed("unfolds-head"),
                    ),
                    html.Section([html.H2("The answer so far"), html.Div(id="answer", className="answer")]),
                    html.Section([html.H2("What each regime changes"), html.Div(id="differences")]),
                    html.Section(
                        [
                            html.H2("Cost against harm"),
                            controls.choose(
                                "axes",
                                "Show",
                                {f"{cost}.{harm}": title for cost, harm, title in AXES},
                                axes,
                                f"{AXES[0][0]}.{AXES[0][1]}",
                            ),
                            html.Div(
                                id="plane",
                                className="chart",
                                role="img",
                                **controls.named("Cost against harm, a mean for each regime"),
                            ),
                        ]
                    ),
                    html.Section(
                        [
                            html.H2("Where"),
                            controls.choose("measure", "Show", MEASURES, measure, "inadequate"),
                            html.Div(id="maps"),
                        ]
                    ),
                    html.Section([html.H2("How sure can we be"), html.Div(id="sure")]),
                    html.Section([html.H2("What the model cannot tell"), html.Div(id="limits")]),
                    downloads(
                        *(table_links(f"compare-{name}", title) for name, title in TABLES.items()),
                        *(picture_buttons(part, part, title) for part, title in PICTURES.items()),
                    ),
                    html.Section(
                        [
                            html.H2("The same again"),
                            html.P("This command makes the same numbers, and a report of them for mailing."),
                            html.Pre(html.Code(id="command"), tabIndex=0),
                        ],
                    ),
                ],
                className="shown",
            ),
            dcc.Store(id="view", data=address.query),
            dcc.Store(id="stream", data="compare"),
        ],
        className="with-panel",
    )


def _plan(address: Address) -> Plan:
    return plan_of(address, SHIPPED, USUAL)


def _shown(address: Address) -> tuple[str, str, str]:
    return (
        address.choice("indicator", next(iter(INDICATORS)), list(INDICATORS)),
        address.choice("axes", f"{AXES[0][0]}.{AXES[0][1]}", [f"{cost}.{harm}" for cost, harm, _ in AXES]),
        address.choice("measure", "inadequate", list(MEASURES)),
    )


def streams(offered: Offered) -> Mapping[str, Stream]:
    """What the page computes."""

    def compare(address: Address, gone: Gone) -> Iterator[Message]:
        plan = _plan(address)
        shown = _shown(address)
        drawn = address.text("drawn", "")
        replicates = plan.study.replicates
        yield {"html": _standing(plan, offered)} | _counted(0, replicates)
        for done, results in growing(plan, offered, gone):
            yield _counted(done, replicates)
            if results is not None:
                yield from _messages(results, plan, offered, shown, drawn, last=done == replicates)
                drawn = _key(plan, shown[0])

    return {"compare": compare}


def _standing(plan: Plan, offered: Offered) -> dict[str, str]:
    """What stands on the page before the first history is done."""
    context = {
        "compared": {"others": len(plan.study.sets) > 1, "baseline_title": offered.titles[plan.baseline]}
    }
    parts = {"limits": render_part("limits", context), "fan-key": render_part("fan_key", context)}
    return parts | {"command": str(escape(plan.command))}


def register(app: Dash, offered: Offered) -> None:
    """Serve the tables behind the figures."""

    def compared(address: Address, gone: Gone) -> Compared:
        return Compared(compare_results(finished(_plan(address), offered, gone)))

    made: dict[str, Callable[[Compared], pl.DataFrame]] = {
        "quarters": lambda found: fans(found.comparison.results.table("quarters")).drop("year"),
        "outcomes": lambda found: found.comparison.outcomes,
        "differences": lambda found: found.comparison.differences,
        "councils": lambda found: council_chances(found.comparison.results.table("councils")),
    }

    def table(make: Callable[[Compared], pl.DataFrame]) -> Table:
        return lambda address, gone: make(compared(address, gone))

    serve_tables(app, offered.computing, {f"compare-{name}": table(make) for name, make in made.items()})


def _counted(done: int, of: int) -> Message:
    text = (
        counted(of, "history", "histories")
        if done == of
        else f"{done:,} of {counted(of, 'history', 'histories')}"
    )
    return {"progress": [text, done / of]}


def _messages(
    results: Results, plan: Plan, offered: Offered, shown: tuple[str, str, str], drawn: str, last: bool
) -> Iterator[Message]:
    indicator, axes, measure = shown
    titles = {name: offered.titles[name] for name in plan.study.sets}
    yield _fans(results, plan, offered, indicator, drawn)
    if not last:
        return
    compared = Compared(compare_results(results))
    context = {
        "compared": compared,
        "regimes": offered.styles,
        "titles": titles,
        "lines": grouped(lines(compared, MAIN)),
        "reach": axis_reach(compared.comparison.differences),
        "answer": answer(compared),
        "sure": sureness(compared),
        "map": map_section(compared),
        "measure": measure,
        "on_sets": compared.comparison.on_sets,
    }
    yield {"html": {name: render_part(name, context) for name in ("answer", "differences", "sure", "maps")}}
    cost, harm = axes.split(".")
    styles = {name: offered.styles[name] for name in titles}
    figure = plane(compared.runs, compared.comparison.outcomes, (cost, harm), styles, titles)
    yield {"call": ["plane", {**figure.to_plotly_json(), "config": CHART_CONFIG}]}


def _key(plan: Plan, indicator: str) -> str:
    """What the fans on the page have in common with others that differ in their histories alone."""
    study = plan.study
    return f"fans:{','.join(study.sets)}.{plan.baseline}.{indicator}.{study.start}.{study.quarters}"


def _fans(results: Results, plan: Plan, offered: Offered, indicator: str, drawn: str) -> Message:
    """Fans to be drawn, or what changes in those that are."""
    table = fans(results.table("quarters"), (indicator,))
    regimes = list(plan.study.sets)
    key = _key(plan, indicator)
    if drawn == key:
        return {"call": ["fans", fan_updates(table, regimes, plan.baseline, (indicator,))[indicator]]}
    panels = [_panel(table, name, plan.baseline, indicator, offered) for name in regimes]
    return {
        "frame": {"fans": {"key": key.removeprefix("fans:"), "children": panels}},
        "props": {"why": {"children": INDICATORS[indicator].why}},
    }


def _panel(table: pl.DataFrame, name: str, baseline: str, indicator: str, offered: Offered) -> Component:
    style, title = offered.styles[name], offered.titles[name]
    chart = fan_chart(table, name, baseline, indicator, style, title)
    return html.Figure(
        [
            html.Figcaption(html.H3([controls.regime_mark(style), title])),
            controls.chart(f"fan-{name}", chart, 190, f"Fan chart under {title}"),
        ]
    )


COMPARE = Page(
    path="/compare",
    title="Compare regimes",
    asks="What would have become of councils that fail, had they been dealt with otherwise?",
    layout=layout,
    streams=streams,
    register=register,
)
