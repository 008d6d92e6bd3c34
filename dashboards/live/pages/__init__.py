"""The pages, one module each: what it shows, what its address asks for, and what is computed for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import Dash, dcc, html
from dash.development.base_component import Component

from dashboards.live.address import Address
from dashboards.live.offered import Offered
from dashboards.live.streams import Stream


@dataclass(frozen=True)
class Page:
    """A page of the dashboards.

    Attributes:
        path: of its address.
        title: in the navigation and on top.
        asks: the question that it answers.
        layout: makes the page from its address.
        streams: what it computes, by name, with what the server offers filled in.
        register: adds callbacks and routes of its own to the app.
        warm_up: does beforehand what the first visitor would wait for, while the server answers already.
        ahead: whether what it shows by itself is computed then, too.
    """

    path: str
    title: str
    asks: str
    layout: Callable[[Address, Offered], Component]
    streams: Callable[[Offered], Mapping[str, Stream]] = field(default=lambda offered: {})
    register: Callable[[Dash, Offered], None] = field(default=lambda app, offered: None)
    warm_up: Callable[[], None] = field(default=lambda: None)
    ahead: bool = False


def laid_out(parts: Sequence[Component], query: str, stream: str, look: str = "") -> Component:
    """A page with what the scripts look for in it.

    Args:
        parts: of the page.
        query: of the address that it shows.
        stream: that fills it.
        look: class of the whole.
    """
    stores = dcc.Store(id="view", data=query), dcc.Store(id="stream", data=stream)
    named: dict[str, Any] = {"className": look} if look else {}
    return html.Div([*parts, *stores], **named)
