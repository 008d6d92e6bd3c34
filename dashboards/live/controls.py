"""The controls of the pages: each says what it sets, in which unit, how far, and on what grounds.

What belongs to the state of a page has an id of the type `view`, sliders of parameters one of the type `set`;
a script in the browser writes them into the address (`assets/0-live.js`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import dash_mantine_components as dmc
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.live.address import MOST_SEED
from dashboards.style import CHART_CONFIG, RegimeStyle
from dashboards.words import GRADES
from experiments.prose import brief, capitalised
from model.registry import ARRANGEMENTS, Entry, registry

STEPS = 100
"""Steps of a slider from end to end."""

MAIN_PARAMETERS = (
    *("nation.funding_shift", "practice.sector_learning", "practice.corner_cutting_effect"),
    *("workforce.leaving_pressure", "director.leaving_rate"),
    *("support.power", "director.blame", "support.helper_burden"),
)
"""Shown at once; all others are found by searching.

The first five are among those that move outcomes most in a Morris screening of all uncertain parameters
(ten trajectories; councils judged inadequate, child-years in weak services, good or better at the end), one
of each part of the model; the last three are what the debate is about: how strong help is, what blame does,
and what helping costs the helper.
"""

UNITS = {
    "none": "no unit",
    "0-1": "0 to 1",
    "0/1": "no or yes",
    "logit": "in log odds: 0.1 more is about 10% better odds",
    "log a year": "a year: 0.01 is about 1%",
    "log hazard per unit": "per unit, as a logarithm: 0.1 is about 10% more",
    "arrangement": f"one of {len(ARRANGEMENTS)} kinds",
}
"""Units of the registry that say nothing to most readers, in words."""


def view_id(key: str, usual: object) -> dict[str, str]:
    """The id of a control that belongs to the state of a page.

    Args:
        key: in the address.
        usual: its value where the address says nothing, as it would be written there.
    """
    return {"type": "view", "key": key, "usual": str(usual)}


def named(label: str) -> dict[str, Any]:
    """What an element without visible text is called."""
    return {"aria-label": label}


def data(**attributes: str) -> dict[str, Any]:
    """What an element carries for scripts."""
    return {f"data-{name}": value for name, value in attributes.items()}


def headed(heading: str) -> dict[str, Any]:
    """That an element is called what the heading with some id says."""
    return {"aria-labelledby": heading}


def progress(label: str) -> Component:
    """How far what is computed has come; a stream's messages move it."""
    return html.Div(
        [
            html.Span(id="count", role="status"),
            html.Progress(id="progress", value="0", max="1", **named(label)),
        ],
        className="progress",
    )


def panel(
    label: str, folded: str, controls: Sequence[Component], always: Sequence[Component] = ()
) -> Component:
    """The controls of a page beside its results; where there is little room they are folded above these.

    Args:
        label: what the panel is called.
        folded: what unfolding it does.
        controls: that are folded.
        always: that stay in sight, before them.
    """
    fold = html.Details(
        [html.Summary(folded), html.Div(list(controls), className="fields")], className="fold", open=True
    )
    return html.Aside([*always, fold], className="panel", **named(label))


def labelled(label: str, control: Component, says: str = "") -> Component:
    """A control with what it is called above it, and what it does beneath."""
    return html.Div(
        [
            html.Div(label, className="control-label"),
            control,
            html.Div(says, className="quiet") if says else None,
        ],
        className="control",
    )


def section(heading: str, *content: Component) -> Component:
    """A part of a page under its heading."""
    return html.Section([html.H2(heading), *content])


def regime_mark(style: RegimeStyle) -> Component:
    """The symbol of a regime, as it stands on every chart."""
    return html.Span(
        className="regime-mark", style={"--mark": f'path("{style.outline}")', "--colour": style.colour}
    )


def choose_regimes(offered: Mapping[str, str], chosen: Sequence[str], usual: Sequence[str]) -> Component:
    """Which regimes are compared.

    Args:
        offered: titles by name.
        chosen: names.
        usual: names where the address names none.
    """
    return dmc.MultiSelect(
        id=view_id("regimes", ",".join(usual)),
        label="Regimes",
        description="Ways of dealing with councils that fail; all meet the same luck",
        data=[{"value": name, "label": title} for name, title in offered.items()],
        value=list(chosen),
        searchable=True,
        clearable=False,
        hidePickedOptions=True,
    )


def choose(
    key: str,
    label: str,
    offered: Mapping[str, str],
    chosen: str,
    usual: str,
    says: str = "",
    **more: Any,
) -> Component:
    """One of some things.

    Args:
        key: in the address.
        label: what is chosen.
        offered: what each is called, by its word in the address.
        chosen: word of the one that is.
        usual: word where the address says nothing.
        says: what choosing does.
        more: properties of the select.
    """
    if more.get("searchable"):  # Enter takes the first that is found
        more = {"selectFirstOptionOnChange": True, "nothingFoundMessage": "Nothing is called that"} | more
    return dmc.Select(
        id=view_id(key, usual),
        label=label,
        description=says or None,
        data=[{"value": word, "label": title} for word, title in offered.items()],
        value=chosen,
        allowDeselect=False,
        checkIconPosition="right",
        **more,
    )


def whole_number(
    key: str, label: str, value: int, usual: int, least: int, most: int, says: str = ""
) -> Component:
    """A whole number within bounds.

    Args:
        key: in the address.
        label: what it counts.
        value: now.
        usual: where the address says nothing.
        least: allowed.
        most: allowed.
        says: what it sets; its bounds are told after that.
    """
    bounds = f"{least:,} to {most:,}" if most < MOST_SEED else "any whole number"
    return dmc.NumberInput(
        id=view_id(key, usual),
        label=label,
        description=f"{says}; {bounds}" if says else bounds,
        value=value,
        min=least,
        max=most,
        allowDecimal=False,
        clampBehavior="blur",
        debounce=400,
    )


def unit_in_words(unit: str) -> str:
    """A unit of the registry as a reader takes it."""
    return UNITS.get(unit, unit)


def parameter_control(name: str, given: object = None) -> Component:
    """The control of a parameter: a slider with its number, a switch, or a choice; with what is known of it.

    Args:
        name: dotted name.
        given: its value, None for the default.
    """
    entry = registry()[name]
    usual = entry.shown(entry.default) if entry.type == "arrangement" else entry.default
    value = usual if given is None else given
    parts = "set", "typed", "reset", "option"
    ids = {part: {"type": part, "name": name, "usual": str(usual)} for part in parts}
    title = capitalised(entry.meaning)
    reset = None
    if entry.type in ("arrangement", "switch"):
        words = {word: word.replace("_", " ") for word in ARRANGEMENTS}
        offered = words if entry.type == "arrangement" else {"0": "no", "1": "yes"}
        chosen = str(value) if entry.type == "arrangement" else str(int(bool(value)))
        options = [{"value": word, "label": label} for word, label in offered.items()]
        control: Component = dmc.Select(
            id=ids["option"],
            label=title,
            description=unit_in_words(entry.unit),
            data=options,
            value=chosen,
            allowDeselect=False,
        )
    else:
        control = _slider(entry, title, value, ids)
        reset = dmc.Button(
            "Default",
            id=ids["reset"],
            size="compact-xs",
            variant="subtle",
            **named(f"{title}: back to the default"),
        )
    return html.Div(
        [control, html.Div([known_of(entry), reset], className="known-of")],
        className="parameter",
        **data(parameter=name),
    )


def _slider(entry: Entry, title: str, value: Any, ids: Mapping[str, dict[str, str]]) -> Component:
    step = 1 if entry.type == "integer" else _step(entry)
    typed = dmc.NumberInput(
        id=ids["typed"],
        value=value,
        min=entry.low,
        max=entry.high,
        step=step,
        decimalScale=0 if entry.type == "integer" else 6,
        hideControls=True,
        size="xs",
        debounce=400,
        clampBehavior="blur",
        **named(f"{title}, in {unit_in_words(entry.unit)}"),
    )
    slider = dmc.Slider(
        id=ids["set"],
        min=entry.low,
        max=entry.high,
        step=step,
        value=value,
        updatemode="drag",
        label=None,
        thumbLabel=f"{title}, in {unit_in_words(entry.unit)}",
        size="sm",
    )
    return html.Div(
        [
            html.Div([html.Span(title, className="control-label"), typed], className="slider-head"),
            slider,
            html.Div(
                [
                    html.Span(brief(entry.low)),
                    html.Span(unit_in_words(entry.unit)),
                    html.Span(brief(entry.high)),
                ],
                className="slider-ends",
            ),
        ]
    )


def _step(entry: Entry) -> float:
    """A hundredth of the span, rounded to a figure that is easy to read."""
    raw = (entry.high - entry.low) / STEPS
    return float(f"{raw:.1g}")


def known_of(entry: Entry) -> Component:
    """How well a parameter is known, and behind that its name, default and source."""
    shown = entry.shown(entry.default)
    return html.Details(
        [
            html.Summary(GRADES[entry.grade]),
            html.P([html.Code(entry.name), f", default {shown}. Source: {entry.source}."]),
        ]
    )


def parameters_panel(given: Mapping[str, object], main: Sequence[str] = MAIN_PARAMETERS) -> Component:
    """Sliders of the parameters that matter most and of those that are set, and a search for all others.

    Args:
        given: values set by hand, by name.
        main: names shown at once.
    """
    shown = [*main, *(name for name in given if name not in main)]
    rest = [entry for name, entry in registry().items() if name not in main]
    groups: dict[str, list[dict[str, str]]] = {}
    for entry in rest:
        group = entry.name.split(".")[0]
        label = f"{capitalised(entry.meaning)} ({entry.name})"
        groups.setdefault(group.capitalize(), []).append({"value": entry.name, "label": label})
    return html.Details(
        [
            html.Summary(html.H2("Parameters")),
            html.Div([parameter_control(name, given.get(name)) for name in main], id="main-parameters"),
            dmc.MultiSelect(
                id="more-parameters",
                label=f"Search {len(rest):,} other parameters",
                description="By name or meaning; each adds a control",
                data=[{"group": group, "items": items} for group, items in groups.items()],
                value=[name for name in shown if name not in main],
                searchable=True,
                limit=60,
                nothingFoundMessage="No parameter is called that",
            ),
            html.Div(
                [parameter_control(name, given[name]) for name in shown if name not in main],
                id="other-parameters",
            ),
        ],
        className="parameters",
        open=True,
    )


def chart(id: str, figure: go.Figure, height: int, label: str) -> Component:
    """A chart of Plotly, of a fixed height in pixels."""
    drawn = figure.update_layout(template="none")
    graph = dcc.Graph(id=id, figure=drawn, config=cast(Any, CHART_CONFIG), style={"height": height})
    return html.Div(graph, role="img", **named(label))
