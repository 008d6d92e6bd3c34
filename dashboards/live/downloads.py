"""Downloads: the data that a page shows as CSV or Parquet, its figures as SVG or PNG.

Tables are made by the server from the same address as the page (`/data/NAME.FORM?...`), so that a link to one
is a link to a scenario. Figures are taken by the browser from what it shows, keys and captions included
(`assets/1-downloads.js`).
"""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
from dash import Dash, html
from dash.development.base_component import Component
from flask import Response, abort, request

from dashboards.live.address import Address
from dashboards.live.computing import Computing, GoneError
from dashboards.live.controls import data, named
from dashboards.live.streams import DEFECT, NOT_KEPT, REFUSED, Gone, log, visitor_gone

Table = Callable[[Address, Gone], pl.DataFrame]
"""Makes a table from the address of a page; ends when the visitor has gone."""

FORMS = {"csv": ("CSV", "text/csv; charset=utf-8"), "parquet": ("Parquet", "application/vnd.apache.parquet")}
"""Files that a table may be had as: what it is called, and its type for the browser."""
PICTURES = {"svg": "SVG", "png": "PNG"}

NOT_ALLOWED, FAILED = 400, 500


def serve_tables(app: Dash, computing: Computing, tables: Mapping[str, Table]) -> None:
    """Answer at `/data/NAME.FORM?...` with the tables of a page; its `register` calls this.

    Args:
        app: to which the address is added; each page adds names of its own.
        computing: that has places for so many visitors at a time.
        tables: by name, which is the name of the file too.
    """
    for name, table in tables.items():
        app.server.add_url_rule(
            f"/data/{name}.<form>", f"data-{name}", _answering(name, table, computing), methods=["GET"]
        )


def _answering(name: str, table: Table, computing: Computing) -> Callable[[str], Response]:
    def answer(form: str) -> Response:
        if form not in FORMS:
            abort(404)
        search = request.query_string.decode("utf-8", "replace")
        try:
            with computing.place():
                made = table(Address.read(search), visitor_gone(request.environ))
        except REFUSED as problem:
            return _said(str(problem), NOT_ALLOWED)
        except GoneError:
            return _said("", NOT_ALLOWED)
        except Exception:
            log.exception("A table failed; its address asked for %r", search)
            return _said(DEFECT, FAILED)
        headers = NOT_KEPT | {"Content-Disposition": f'attachment; filename="turnaround-{name}.{form}"'}
        return Response(_written(made, form), mimetype=FORMS[form][1], headers=headers)

    return answer


def _said(problem: str, status: int) -> Response:
    return Response(problem, status, NOT_KEPT, "text/plain; charset=utf-8")


def _written(table: pl.DataFrame, form: str) -> bytes:
    file = io.BytesIO()
    (table.write_csv if form == "csv" else table.write_parquet)(file)
    return file.getvalue()


def table_links(name: str, title: str) -> Component:
    """Links to a table in each form; they carry what the address of the page says when they are used.

    Args:
        name: under which the table is served.
        title: what the table holds.
    """
    links = [
        html.A(
            label,
            href=f"/data/{name}.{form}",
            className="get",
            **data(table=name),
            **_called(f"{title} as {label}"),
        )
        for form, (label, _) in FORMS.items()
    ]
    return _group(title, links)


def picture_buttons(target: str, name: str, title: str, says: str = "") -> Component:
    """Buttons that keep what an element shows as a picture.

    Args:
        target: id of the element; inline drawings, charts of Plotly and visible text in it are taken.
        name: of the file.
        title: stands above the picture.
        says: ids of elements whose text stands beneath the title, parted by blanks, so that a picture that
            goes astray still tells what it is of.
    """
    buttons = [
        html.Button(
            label,
            type="button",
            className="get",
            **data(picture=target, form=form, file=f"turnaround-{name}", title=title, says=says),
            **_called(f"{title} as {label}"),
        )
        for form, label in PICTURES.items()
    ]
    return _group(title, buttons)


def _group(title: str, members: Sequence[Component]) -> Component:
    return html.Div([html.Span(title, className="control-label"), *members], className="gets")


def downloads(*groups: Component) -> Component:
    """A section with all that a page offers for download."""
    return html.Section([html.H2("Take it with you"), html.Div(list(groups), className="downloads")])


def _called(label: str) -> dict[str, Any]:
    return named(f"Download {label[0].lower()}{label[1:]}")
