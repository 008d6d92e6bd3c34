"""Answers that come piece by piece: each line a message on what has changed on the page.

A message is a JSON object. `props` sets properties of Dash components by id; `html` fills elements by id;
`frame` gives an element other children where their key has changed; `progress` tells how far things have
come, in words and as a share; `call` hands something to a function of the page's script; `error` is told to
the visitor. The address of a stream is that of its page, and `drawn`: the keys of what the page shows
already. A visitor who leaves or asks anew ends the work.
"""

import logging
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dash import Dash
from flask import Response, abort, request
from plotly.io.json import to_json_plotly

from dashboards.live.address import Address
from dashboards.live.computing import Computing, GoneError
from experiments.errors import StudyError
from model.registry import ParameterError
from model.tables import FactsError

Message = dict[str, Any]
Gone = Callable[[], bool]
Stream = Callable[[Address, Gone], Iterator[Message]]

REFUSED = (StudyError, ParameterError, FactsError)
"""What a person can mend."""

NOT_KEPT = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
DEFECT = "Something went wrong in the program, and was written to the server's log. Nothing is shown."

log = logging.getLogger("turnaround.dashboard")


def serve_streams(app: Dash, computing: Computing, streams: Mapping[str, Stream]) -> None:
    """Answer at `/stream/NAME?...` with the messages of each stream."""

    @app.server.get("/stream/<name>")
    def stream(name: str) -> Response:
        if name not in streams:
            abort(404)
        search = request.query_string.decode("utf-8", "replace")
        lines = _lines(streams[name], search, computing, visitor_gone(request.environ))
        return Response(lines, mimetype="application/x-ndjson", headers=NOT_KEPT)


def _lines(stream: Stream, search: str, computing: Computing, gone: Gone) -> Iterator[str]:
    try:
        with computing.place():
            for message in seldom(stream(Address.read(search), gone)):
                yield as_line(message)
    except REFUSED as problem:
        yield as_line({"error": str(problem)})
    except GoneError:
        return
    except Exception:
        log.exception("A stream failed; its address asked for %r", search)
        yield as_line({"error": DEFECT})


def seldom(messages: Iterator[Message], seconds: float = 0.1) -> Iterator[Message]:
    """Messages without those that tell of nothing but progress and come too soon after another."""
    told = 0.0
    for message in messages:
        soon = time.monotonic() - told < seconds
        if message.keys() != {"progress"} or not soon or message["progress"][1] >= 1:
            told = time.monotonic()
            yield message


def as_line(message: Message) -> str:
    """A message as a line of JSON; figures and components are written out."""
    return str(to_json_plotly(message)) + "\n"


def visitor_gone(environ: Mapping[str, Any]) -> Gone:
    """A function that tells whether the visitor of a request has closed the connection.

    Args:
        environ: of the request; servers of which the connection is not known are taken never to lose one.
    """
    connection = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    if not isinstance(connection, socket.socket):
        return lambda: False

    def gone() -> bool:
        try:
            return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    return gone
