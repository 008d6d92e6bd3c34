"""Compare regimes: how they unfold, what each changes, at what cost and where, on an ensemble that grows."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import polars as pl
from dash import Dash, html
from dash.development.base_component import Component
from markupsafe import Markup, escape

from dashboards.compared import Compared
from dashboards.comparison_words import answer
from dashboards.differences import MAIN, axis_reach, grouped, lines
from dashboards.figures import fan_chart, plane
from dashboards.live import controls, study_controls
from dashboards.live.address import MOST_REPLICATES, USUAL_HISTORIES, Address, plan_of
from dashboards.live.downloads import Table, downloads, picture_buttons, serve_tables, table_links
from dashboards.live.ensembles import finished, growing
from dashboards.live.offered import Offered
from dashboards.live.pages import Page, laid_out
from dashboards.live.streams import Gone, Message, Stream
from dashboards.maps import map_section
from dashboards.page import render_part
from dashboards.sections import AXES, sureness
from dashboards.style import CHART_CONFIG
from dashboards.summaries import council_chances, fans
from dashboards.words import INDICATORS, points_in_words
from experiments.believed import NONE
from experiments.believed import SHIPPED as SHIPPED_POSTERIOR
from experiments.compare import Plan
from experiments.comparison import compare_results
from experiments.horizon import USUAL_QUARTERS, USUAL_START
from experiments.prose import counted
from experiments.results import Results
from model.ensemble import LONGEST_HORIZON
from model.regimes import regime_names

USUAL = ("ad_hoc", "sector_led", "trust")
"""Compared where the address names none: what England had, help by other councils, and takeover."""

MEASURES = {
    "inadequate": "Chance of being judged inadequate at the end",
    "years_inadequate": "Years judged inadequate",
    "years_weak": "Years of weak services",
}

TABLES = {
    "quarters": "Medians and bands by quarter, all indicators",
    "runs": "Every history: what became of it",
    "outcomes": "Outcomes of each regime, with intervals",
    "differences": "Paired differences, with intervals and verdicts",
    "councils": "Chances and years by council",
}
"""Tables that can be had, by name."""
PICTURES = {
    "unfolds": ("How it unfolds", "why count command"),
    "differences": ("What each regime changes", "count command"),
    "plane": ("Cost against harm", "count command"),
    "maps": ("Where", "count command"),
}
"""Figures that can be had, by the id of what shows them: what they are, and where their words stand."""
STANDING = {"limits": "limits", "fan-key": "fan_key", "fans": "compare_fans"}
"""Parts of the page that no history changes, by id, and their templates."""
DIGITS = 5
"""Of numbers that are only drawn."""


def layout(address: Address, offered: Offered) -> Component:
    """The page, its charts still empty."""
    panel = _panel(address, offered)
    indicator, axes, measure = _shown(address)
    shown = [
        controls.progress("Histories computed"),
        _unfolds(indicator),
        controls.section("The answer so far", html.Div(id="answer", className="answer")),
        controls.section("What each regime changes", html.Div(id="differences")),
        _cost_against_harm(axes),
        controls.section(
            "Where",
            controls.choose("measure", "Show", MEASURES, measure, "inadequate"),
            html.Div(id="maps"),
        ),
        controls.section("How sure can we be", html.Div(id="sure")),
        controls.section("What the model cannot tell", html.Div(id="limits")),
        _downloads(),
        controls.section(
            "The same again",
            html.P("This command makes the same numbers, and a report of them for mailing."),
            html.Pre(html.Code(id="command"), tabIndex=0),
        ),
    ]
    return laid_out([panel, html.Div(shown, className="shown")], address.query, "compare", "with-panel")


def _panel(address: Address, offered: Offered) -> Component:
    plan = _plan(address)
    study = plan.study
    return controls.panel(
        "What is compared",
        "Change what is compared",
        [
            controls.choose_regimes(offered.titles, list(study.sets), USUAL),
            study_controls.baseline(offered.titles, plan.baseline),
            html.Div(
                [
                    study_controls.quarters(study.quarters, USUAL_QUARTERS, LONGEST_HORIZON),
                    study_controls.histories(study.replicates, USUAL_HISTORIES, MOST_REPLICATES),
                ],
                className="pair",
            ),
            study_controls.seed(study.seed),
            study_controls.posterior(SHIPPED_POSTERIOR if study.believed else NONE),
            controls.parameters_panel(address.settings()),
        ],
    )


def _unfolds(indicator: str) -> Component:
    offered = {name: wording.titled for name, wording in INDICATORS.items()}
    return html.Section(
        [
            html.H2("How it unfolds", id="unfolds-head"),
            controls.choose("indicator", "Show", offered, indicator, next(iter(INDICATORS))),
            html.P(id="why", className="why"),
            html.Div([html.Div(id="fan-key"), html.Div(id="fans", className="panels fans")], id="unfolds"),
        ],
        **controls.headed("unfolds-head"),
    )


def _cost_against_harm(axes: str) -> Component:
    offered = {f"{cost}.{harm}": title for cost, harm, title in AXES}
    label = controls.named("Cost against harm, a mean for each regime")
    return controls.section(
        "Cost against harm",
        controls.choose("axes", "Show", offered, axes, next(iter(offered))),
        html.Div(id="plane", className="chart", role="img", **label),
    )


def _downloads() -> Component:
    return downloads(
        *(table_links(f"compare-{name}", title) for name, title in TABLES.items()),
        *(picture_buttons(part, part, title, says) for part, (title, says) in PICTURES.items()),
    )


def _plan(address: Address) -> Plan:
    address.choice("start", USUAL_START, (USUAL_START,))  # a later one replays the record first, for minutes
    return plan_of(address, regime_names(), USUAL)


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
        indicator, axes, measure = _shown(address)
        replicates = plan.study.replicates
        yield _standing(plan, offered, indicator) | _counted(0, replicates)
        for done, results in growing(plan, offered, gone):
            yield _counted(done, replicates)
            if results is not None:
                yield _fans(results, plan, offered, indicator)
                if done == replicates:
                    compared = offered.compared.get(plan.command)
                    if compared is None:
                        compared = offered.computing.result(partial(Compared.of, results), gone)
                        offered.compared.keep(plan.command, compared)
                    yield from _compared(compared, offered, axes, measure)

    return {"compare": compare}


def _standing(plan: Plan, offered: Offered, indicator: str) -> Message:
    """What stands on the page before the first history is done."""
    context = {
        "compared": {
            "others": len(plan.study.sets) > 1,
            "baseline_title": offered.titles[plan.baseline],
            "histories": plan.study.replicates,
        },
        "regimes": offered.styles,
        "titles": {name: offered.titles[name] for name in plan.study.sets},
    }
    wording = INDICATORS[indicator]
    parts = {name: render_part(part, context) for name, part in STANDING.items()}
    points = points_in_words() if wording.unit == " points" else ""
    why = Markup("<b>{}.</b> {} {}").format(wording.titled, wording.why, points)
    return {"html": parts | {"command": str(escape(plan.command)), "why": str(why)}}


def register(app: Dash, offered: Offered) -> None:
    """Serve the tables behind the figures."""
    made: dict[str, Callable[[Results], pl.DataFrame]] = {
        "quarters": lambda results: fans(results.table("quarters")).drop("year"),
        "runs": lambda results: results.table("runs").drop("key"),
        "outcomes": lambda results: compare_results(results).outcomes,
        "differences": lambda results: compare_results(results).differences,
        "councils": lambda results: council_chances(results.table("councils")),
    }

    def table(make: Callable[[Results], pl.DataFrame]) -> Table:
        def answer(address: Address, gone: Gone) -> pl.DataFrame:
            results = finished(_plan(address), offered, gone)
            return offered.computing.result(partial(make, results), gone)

        return answer

    serve_tables(app, offered.computing, {f"compare-{name}": table(make) for name, make in made.items()})


def _counted(done: int, of: int) -> Message:
    text = (
        counted(of, "history", "histories")
        if done == of
        else f"{done:,} of {counted(of, 'history', 'histories')}"
    )
    return {"progress": [text, done / of]}


def _fans(results: Results, plan: Plan, offered: Offered, indicator: str) -> Message:
    """Charts of the regimes, drawn anew or changed by the page's script."""
    table = fans(results.table("quarters"), (indicator,)).with_columns(
        pl.col("^q[0-9]+$").round_sig_figs(DIGITS)
    )
    charts = {
        name: fan_chart(
            table, name, plan.baseline, indicator, offered.styles[name], offered.titles[name]
        ).update_layout(template="none")
        for name in plan.study.sets
    }
    return {"call": ["fans", {"charts": charts, "config": CHART_CONFIG}]}


def _compared(compared: Compared, offered: Offered, axes: str, measure: str) -> Iterator[Message]:
    """What is said of the regimes against each other, the answer first."""
    titles = {name: offered.titles[name] for name in compared.titles}
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
        "points": points_in_words(),
    }
    yield {"html": {name: render_part(name, context) for name in ("answer", "differences", "sure")}}
    cost, harm = axes.split(".")
    runs = compared.runs.with_columns(pl.col(cost, harm).round_sig_figs(DIGITS))
    styles = {name: offered.styles[name] for name in titles}
    figure = plane(runs, compared.comparison.outcomes, (cost, harm), styles, titles)
    yield {"call": ["plane", {"chart": figure.update_layout(template="none"), "config": CHART_CONFIG}]}
    yield {"html": {"maps": render_part("maps", context)}}


COMPARE = Page(
    path="/compare",
    title="Compare regimes",
    asks="What would have become of councils that fail, had they been dealt with otherwise?",
    layout=layout,
    streams=streams,
    register=register,
    ahead=True,
)
