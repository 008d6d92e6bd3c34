"""What fills the page on one council: its record, its futures as they are computed, and its story."""

import re
from collections.abc import Iterator, Mapping

import plotly.graph_objects as go
import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.council_figures import LEFT, PATTERN_INK, chances_chart, judgement_style, record_chart
from dashboards.council_words import ENDS, alike_in_words, ends_of, links, strips
from dashboards.figures import fan_chart
from dashboards.live import controls
from dashboards.live.council_asked import Asked, explain_command, snippet
from dashboards.live.futures import Told, histories
from dashboards.live.offered import Offered
from dashboards.live.streams import Gone, Message
from dashboards.page import render_part
from dashboards.style import JUDGEMENTS
from dashboards.summaries import year_of
from dashboards.words import points_in_words
from experiments.council_futures import Futures
from experiments.council_origin import Standing
from experiments.council_record import council_record
from experiments.prose import counted
from model.facts import load_facts
from model.regimes import resolve
from model.replay import GROUP

CHANCES_HEIGHT, QUALITY_HEIGHT, RECORD_HEIGHT = 210, 150, 230


def at_once(wanted: Asked, offered: Offered) -> Message:
    """What stands on the page before anything is computed."""
    events = council_record(load_facts(), wanted.row)
    looks = {event.grade: _look(event.grade) for event in events if event.grade}
    compared = {
        "others": len(wanted.plan.study.sets) > 1,
        "baseline_title": offered.titles[wanted.plan.baseline],
        "histories": wanted.plan.study.replicates,
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


def futures_so_far(
    wanted: Asked, offered: Offered, standing: Standing, futures: Futures, is_drawn: bool, last: bool
) -> Iterator[Message]:
    """What is known of the council's futures.

    Args:
        wanted: what is asked.
        offered: what the server has.
        standing: where councils stand at the beginning.
        futures: as far as they have come.
        is_drawn: whether the page has charts already, of which only the contents change.
        last: whether these are all histories; only then come tables and words.
    """
    yield _charts(wanted, offered, futures, is_drawn)
    if not last:
        return
    baseline = wanted.plan.baseline
    count = len(futures.kept)
    context = {
        "council": wanted.name,
        "regimes": offered.styles,
        "titles": offered.titles,
        "baseline": baseline,
        "baseline_title": offered.titles[baseline],
        "heads": [wording.title for wording in ENDS.values()],
        "ends": ends_of(futures, wanted.row, baseline) if count else None,
        "alike": alike_in_words(futures, wanted.row, baseline, wanted.name, offered.titles) if count else [],
        "histories": count,
        "points": points_in_words(),
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


def charts_key(wanted: Asked) -> str:
    """What the charts on the page have in common with others that differ in their contents alone."""
    return f"futures:{','.join(wanted.plan.study.sets)}"


def _charts(wanted: Asked, offered: Offered, futures: Futures, is_drawn: bool) -> Message:
    """The charts of every regime: chances of judgements above, latent quality below."""
    study = wanted.plan.study
    baseline = offered.titles[wanted.plan.baseline]
    count = histories(len(futures.kept))
    which = f"{wanted.name}, {wanted.start} to {wanted.until}, {count} of seed {study.seed}" + (
        f"; the others are held against {baseline}" if len(study.sets) > 1 else ""
    )
    told: Message = {"props": {"which": {"children": which}}}
    charts = _figures(wanted, offered, futures)
    if not charts:
        text = f"{wanted.name} does not exist from {wanted.start} to {wanted.until}."
        return told | {"frame": {"futures": {"key": f"none-{wanted.code}", "children": html.P(text)}}}
    if is_drawn:
        return told | {"call": ["councilCharts", charts]}
    panels = [_panel(name, offered, charts) for name in futures.grade]
    key = charts_key(wanted).removeprefix("futures:")
    return told | {"frame": {"futures": {"key": key, "children": panels}}}


def _figures(wanted: Asked, offered: Offered, futures: Futures) -> dict[str, go.Figure]:
    """The charts by their ids; none where the council does not exist all the time."""
    chances, qualities = futures.chances(wanted.row), futures.qualities(wanted.row)
    quarters = {quarter: year_of(quarter) for quarter in futures.quarters()}
    table = qualities.drop_nulls().with_columns(
        indicator=pl.lit("quality_mean"),
        year=pl.col("quarter").replace_strict(quarters, return_dtype=pl.Float64),
    )
    if table.is_empty():
        return {}
    found: dict[str, go.Figure] = {}
    for name in futures.grade:
        style, title = offered.styles[name], offered.titles[name]
        fan = fan_chart(table, name, wanted.plan.baseline, "quality_mean", style, title)
        fan.update_layout(margin_l=LEFT, yaxis_automargin=False, template="none")
        found[f"chances-{name}"] = chances_chart(chances, name).update_layout(template="none")
        found[f"quality-{name}"] = fan
    return found


def _panel(name: str, offered: Offered, charts: Mapping[str, go.Figure]) -> Component:
    title = offered.titles[name]
    drawn = (
        ("chances", CHANCES_HEIGHT, "Judgement in force", "Chance of each judgement"),
        ("quality", QUALITY_HEIGHT, "Latent quality, points", "Fan of latent quality"),
    )
    parts: list[Component] = [html.Figcaption(html.H3([controls.regime_mark(offered.styles[name]), title]))]
    for kind, height, label, words in drawn:
        id = f"{kind}-{name}"
        parts += [
            html.Div(label, className="control-label"),
            controls.chart(id, charts[id], height, f"{words} under {title}"),
        ]
    return html.Figure(parts)


def story(wanted: Asked, offered: Offered, gone: Gone) -> Iterator[Message]:
    """The story as it is told, where it is asked for."""
    if not wanted.story:
        yield _state("") | _shown("none", None)
        return
    yield _state("Begins…") | _shown("none", None)
    for done, told in telling(wanted, offered, gone):
        if told is None:
            yield _state(f"{done} of {counted(wanted.length, 'quarter')}…")
        else:
            noted = counted(told.events.height, "event")
            key = "-".join(
                map(str, (wanted.code, wanted.told, wanted.plan.study.seed, wanted.history, wanted.length))
            )
            text = dcc.Markdown(lowered(told.story), link_target="_blank")
            yield _state(f"{noted} were noted; the story tells of some, the download has all.") | _shown(
                key, text
            )


def telling(wanted: Asked, offered: Offered, gone: Gone) -> Iterator[tuple[int, Told | None]]:
    """Quarters of the story done, and at last what is told."""
    seed = wanted.plan.study.seed
    parameters = resolve(wanted.told)
    return offered.imagining.telling(parameters, wanted.code, seed, wanted.history, wanted.length, gone)


def _state(text: str) -> Message:
    return {"props": {"story-state": {"children": text}}}


def _shown(key: str, text: Component | None) -> Message:
    """What stands where the story is told; text that Dash loads late is not there to be given another."""
    return {"frame": {"story": {"key": key, "children": text}}}


def lowered(story: str) -> str:
    """A story whose headings stand two levels lower, beneath that of its section."""
    return re.sub(r"^(#+) ", r"##\1 ", story, flags=re.MULTILINE)
