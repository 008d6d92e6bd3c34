"""What tests of the dashboards share: a server of one's own, and pages that must stay silent."""

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

from axe_playwright_python.sync_playwright import Axe

SECONDS_TO_START = 180


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """A server of the dashboards in a folder; gives its address."""
    command = [sys.executable, "-m", "turnaround", "dashboard", "--no-open", "--port", "0", *options]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
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
            server.stdout.close()


def _address(server: "subprocess.Popen[str]", log: Path) -> str:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        if select.select([server.stdout], [], [], 0.5)[0]:
            line = server.stdout.readline()
            if "http://" in line:
                return "http://" + line.split("http://")[1].split()[0].rstrip("/")
    raise AssertionError(f"the server did not start: {log.read_text()[-2000:]}")


RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def barriers(page) -> list[str]:
    """What on a page keeps people out, by the Web Content Accessibility Guidelines, levels A and AA."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:300]}" for each in found for node in each["nodes"]]


def sideways(page) -> int:
    """By how many pixels a page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


class Watched:
    """Watches a page: errors in the console, errors of scripts, requests that fail or leave the server."""

    def __init__(self, page, address):
        self.page, self.address, self.troubles = page, address, []
        page.on("console", lambda message: self._if(message.type == "error", message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda request: self._if(not self._ours(request.url), request.url))
        page.on("requestfailed", self._failed)

    def open(self, path: str) -> None:
        """Open a page, and wait until all that was asked for has come."""
        self.page.goto(self.address + path)
        self.settle()

    def settle(self) -> None:
        """Wait until all that was asked for has come."""
        self.page.wait_for_selector("#page h1")
        self.page.wait_for_function("document.body.dataset.working === 'no'", timeout=60_000)

    def _if(self, trouble: bool, text: str) -> None:
        if trouble:
            self.troubles.append(text)

    def _ours(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "blob:", "about:"))

    def _failed(self, request) -> None:
        # Chromium calls a stream that a script has read to its end, or given up, aborted.
        self._if("/stream/" not in request.url, f"{request.url}: {request.failure}")
