"""Driving the dashboards from a script: a server of one's own, and how to tell that a page has settled."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS_TO_START = 180
SECONDS_TO_SETTLE = 60

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """A server of the dashboards in a folder; gives its address, without the last stroke.

    Args:
        folder: in which it runs; what it tells is written to `server.log` there.
        options: of `turnaround dashboard`, beside the port.

    Raises:
        RuntimeError: when it does not start, with what it told.
    """
    command = [sys.executable, "-m", "turnaround", "dashboard", "--no-open", "--port", "0", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
        )
        try:
            yield _address(server, folder / "server.log")
        finally:
            server.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()
            if server.stdout:
                server.stdout.close()


def _address(server: "subprocess.Popen[str]", log: Path) -> str:
    until = time.monotonic() + SECONDS_TO_START
    while server.stdout and time.monotonic() < until and server.poll() is None:
        if select.select([server.stdout], [], [], 0.5)[0]:
            line = server.stdout.readline()
            if "http://" in line:
                return "http://" + line.split("http://")[1].split()[0].rstrip("/")
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")


def settle(page: Any) -> None:
    """Wait until all that a page of Playwright asked for has come."""
    page.wait_for_selector("#page h1")
    page.wait_for_function("document.body.dataset.working === 'no'", timeout=1000 * SECONDS_TO_SETTLE)
