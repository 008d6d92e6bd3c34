"""The server: gunicorn with a few processes, each computing on no more threads than its share of the cores.

Requests wait on threads of their own, which cost next to nothing; what is computed is computed on the
computing threads. Processes times computing threads never exceeds the cores.
"""

import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

LONGEST_LINE = 8190
"""Characters of a request's first line, the most that gunicorn allows; pages read 8,000 of their address."""
REQUESTS_A_PROCESS = 32
"""Requests that a process answers at a time; most of them wait for a stream."""
SECONDS_TO_FIRST_PAGE = 5.0
"""In which the browser that opens by itself has its page; what other pages need is then got ready."""
SECONDS_TO_START = 180
"""The first start compiles the model."""
THREAD_LIMITS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What libraries read when they are loaded, to know how many threads they may have of their own."""


class ServingError(ValueError):
    """How the dashboards are to be served is not allowed."""


@dataclass(frozen=True)
class Serving:
    """How the dashboards are served.

    Attributes:
        host: address to listen on.
        port: 0 for one that is free.
        processes: how many.
        threads: that compute, of each process.
        results: folder within which results may be opened.
    """

    host: str
    port: int
    processes: int
    threads: int
    results: Path

    def check(self) -> None:
        """Refuse to compute on more threads than there are cores, or to listen where that cannot be.

        Raises:
            ServingError: naming what was given and what is allowed.
        """
        cores = os.cpu_count() or 1
        if self.processes * self.threads > cores:
            raise ServingError(
                f"{self.processes} processes x {self.threads} computing threads are more than the {cores}"
                " cores of this machine: ask for fewer of one"
            )
        try:
            family, kind, *_, place = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(place)
        except OSError as problem:
            raise ServingError(
                f"{self.host}, port {self.port}: {problem.strerror or problem}; allowed is an address of this"
                " machine and a port that is free (0 takes one)"
            ) from problem


class Server(BaseApplication):  # type: ignore[misc] # gunicorn is untyped
    """Gunicorn, told what to serve; every process makes the app for itself and shares no thread."""

    def __init__(self, serving: Serving, ready: Callable[[str], None]) -> None:
        """Take note of how to serve.

        Args:
            serving: checked.
            ready: called with the address, in the first process once it can answer.
        """
        self._serving = serving
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn."""
        serving = self._serving
        settings: dict[str, Any] = {
            "bind": f"{serving.host}:{serving.port}",
            "workers": serving.processes,
            "worker_class": "gthread",
            "threads": REQUESTS_A_PROCESS,
            "limit_request_line": LONGEST_LINE,
            "timeout": SECONDS_TO_START,
            "graceful_timeout": 2,
            "keepalive": 15,
            "loglevel": "warning",
            "proc_name": "turnaround dashboard",
            "post_worker_init": self._started,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def _started(self, worker: Any) -> None:
        if worker.age == 1:
            host, port = worker.sockets[0].getsockname()[:2]
            self._ready(f"http://{f'[{host}]' if ':' in host else host}:{port}/")

    def load(self) -> Any:
        """Make the app, in each process."""
        from dashboards.live.app import go_ahead, make_app, warm_up
        from dashboards.live.computing import Computing
        from dashboards.live.offered import Offered

        offered = Offered(self._serving.results, Computing(self._serving.threads))
        app = make_app(offered)
        warm_up(app)
        later = threading.Timer(SECONDS_TO_FIRST_PAGE, go_ahead, [offered])
        later.daemon = True
        later.start()
        return app.server


def serve(serving: Serving, ready: Callable[[str], None]) -> None:
    """Serve until stopped.

    Raises:
        ServingError: for more threads than cores.
    """
    serving.check()
    for name in THREAD_LIMITS:
        os.environ.setdefault(name, str(serving.threads))
    Server(serving, ready).run()
