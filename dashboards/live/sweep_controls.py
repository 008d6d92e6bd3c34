"""The controls of a sweep's results: what is looked at, which points are kept, which futures are sought."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.live import controls
from dashboards.live.address import Address
from dashboards.live.sweep_asked import (
    MOST_AXES,
    QUARTER,
    SIDES,
    USUAL_AXES,
    Asked,
    asked_of,
    titles,
)
from dashboards.live.sweeps import Sweep
from experiments.prose import capitalised
from experiments.sweeps.boxes import Limit
from experiments.sweeps.cells import is_arrangement
from experiments.sweeps.defaults import THRESHOLD
from experiments.sweeps.factors import Factor
from experiments.sweeps.keeping import written
from model.registry import ARRANGEMENTS

WHERE = controls.view_id("where", "")
"""The id of what holds the ranges as the address has them."""


def panel(asked: Asked, names: Sequence[str]) -> Component:
    """What is looked at, and which points are kept.

    Args:
        asked: by the address.
        names: of folders that hold sweeps.
    """
    sweep, results = asked.sweep, asked.sweep.results
    factors = {name: f"{factor.meaning} ({name})" for name, factor in sweep.factors.items()}
    outcome_usual, subject_usual = _usual(sweep)
    subject = f"{asked.target.regime}-{asked.target.less}" if asked.target.less else asked.target.regime
    axes_usual = ",".join(list(factors)[:USUAL_AXES])
    return controls.panel(
        "What is shown",
        "Change what is shown, or keep only some points",
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
                "outcome",
                "Outcome",
                titles(results.outcomes),
                asked.target.outcome,
                outcome_usual,
                f"What is explained{', in ' + asked.unit if asked.unit else ''}",
            ),
            controls.choose(
                "regime",
                "Under",
                sweep.subjects,
                subject,
                subject_usual,
                "A regime, or how far one lies from another in the same luck",
            ),
            html.Details(
                [
                    html.Summary("Keep only"),
                    html.P("Points in ranges of factors. Leave an end empty for none.", className="quiet"),
                    html.Div(ranges(sweep, with_ranges(asked.axes, asked.limits), asked.limits), id="ranges"),
                    dcc.Store(id="ranges-shown", data=with_ranges(asked.axes, asked.limits)),
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
    )


def _usual(sweep: Sweep) -> tuple[str, str]:
    usual = asked_of(Address({}), sweep).target
    return usual.outcome, usual.regime


def with_ranges(axes: Sequence[str], limits: Sequence[Limit]) -> list[str]:
    """Factors whose ranges can be typed: those drawn as axes, and those held to a range."""
    return list(dict.fromkeys([*axes, *(limit.factor.name for limit in limits)]))


def ranges(sweep: Sweep, names: Sequence[str], limits: Sequence[Limit]) -> list[Component]:
    """The ends of ranges, to be typed."""
    by_name = {limit.factor.name: limit for limit in limits}
    return [_range(sweep.factors[name], by_name.get(name)) for name in names]


def _range(factor: Factor, limit: Limit | None) -> Component:
    """The ends of a range, to be typed."""
    title = capitalised(factor.meaning)
    unit = controls.unit_in_words(factor.unit)
    head = html.Div(
        [
            html.Span(title, className="control-label"),
            html.Span(f"{factor.name}, {unit}", className="quiet"),
            html.Div(controls.known_of(factor.entry), className="known-of") if factor.entry else None,
        ]
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


def sought(asked: Asked) -> Component:
    """Which futures a box is sought of, and how dense it is to be."""
    unit = f", in {asked.unit}" if asked.unit else ""
    return html.Div(
        [
            controls.choose(
                "side", "Look for what is", SIDES, asked.side, "worse", "A box is sought of such futures"
            ),
            dmc.NumberInput(
                id=controls.view_id("limit", ""),
                label="Limit",
                description=f"Of the outcome{unit}; if empty, {QUARTER:.0%} of all points lie beyond it",
                value="" if asked.limit is None else asked.limit,
                hideControls=True,
                debounce=600,
            ),
            dmc.NumberInput(
                id=controls.view_id("density", THRESHOLD),
                label="Density",
                description="Least share of the box in which it is so, 0.05 to 1",
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
                description="Instead of a limit: regime.outcome, <, >, AND, OR",
                value=asked.holds,
                placeholder="trust.quality_end > 50",
                debounce=800,
            ),
        ],
        className="sought",
    )
