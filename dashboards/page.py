"""What all pages share: templates, the style sheet, data within a page, and a file that carries everything.

A page is one HTML file that asks for nothing from the network: style sheet, scripts and Plotly's own library
stand in it.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import plotly.graph_objects as go
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from dashboards import style
from dashboards.words import in_words
from experiments.prose import counted, listed
from experiments.writing import write_text

FINDINGS_SCRIPTS = ("names.js", "sweep.js")
"""Scripts of the pages that hold findings: of sweeps, fits, the record and structures."""


def render_page(template: str, scripts: tuple[str, ...], context: Mapping[str, Any]) -> str:
    """A page from a template that extends `base.html.j2`.

    Args:
        template: file in `templates`.
        scripts: files in `assets`, in order.
        context: what the template speaks of.
    """
    shared = {
        "style_sheet": Markup(style.css_variables() + asset("report.css")),
        "script": Markup("\n".join(asset(name) for name in scripts)),
        "plotly": Markup(get_plotlyjs()),
        "config": data(style.CHART_CONFIG),
    }
    return _environment().get_template(template).render({**shared, **context})


def write_page(path: Path, template: str, scripts: tuple[str, ...], context: Mapping[str, Any]) -> Path:
    """Write a page to a file, whole or not at all; arguments as for `render_page`.

    Returns:
        The path of the file.
    """
    page = render_page(template, scripts, context)
    write_text(path, page)
    return path


def render_part(name: str, context: Mapping[str, Any]) -> str:
    """A part of a dashboard's page, from a template of that name in `templates/live`."""
    return _environment().get_template(f"live/{name}.html.j2").render(context)


def render_drawing(name: str, context: Mapping[str, Any]) -> str:
    """A drawing that stands by itself, from a template of that name in `templates`."""
    return _environment().get_template(f"{name}.svg.j2").render(context)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "listed": listed,
        "counted": counted,
        "in_words": in_words,
        "data": data,
        "figure": figure_data,
    }
    return environment


def asset(name: str) -> str:
    """The text of a file in `assets`."""
    return (files("dashboards") / "assets" / name).read_text("utf-8")


def plain_json(figure: go.Figure) -> str:
    """A figure's data and layout as JSON, without Plotly's own template, which the layout replaces."""
    figure.update_layout(template="none")
    return str(figure.to_json(pretty=False))


def figure_data(figure: go.Figure) -> Markup:
    """A figure, for a script element that holds data."""
    return _script_safe(plain_json(figure))


def data(value: object) -> Markup:
    """A value as JSON, likewise."""
    return _script_safe(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def _script_safe(text: str) -> Markup:
    """JSON that cannot end the script element in which it stands, whatever its texts contain."""
    return Markup(text.replace("<", "\\u003c"))
