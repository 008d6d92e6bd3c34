"""How quick the dashboards are, measured through a browser.

    make benchmark-dashboards

Each figure is the median of several tries, with the least and the most. Nothing else should run meanwhile.
"""

import json
import statistics
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import click
from playwright.sync_api import Browser, Page, Request, sync_playwright
from rich.console import Console
from rich.table import Table

from dashboards.live.driving import serving, settle
from dashboards.live.pages.compare import USUAL
from dashboards.pdf import QUIET, find_browser

SHOWN = {
    "/history": ("#history-places use", ".strip svg"),
    "/compare": (*(f"#fan-{name} .main-svg" for name in USUAL), "#plane .main-svg", "#maps .map use"),
    "/council": ("#futures .main-svg",),
    "/sweep": (),
    "/debate": ("#claim-list li",),
}
"""What must be visible of each page, beside that all has come."""
SLIDER = "Leaving under public blame"


@dataclass(frozen=True)
class Figure:
    """Something measured, a value a try.

    Attributes:
        name: what.
        unit: of the values.
        values: in the order of the tries.
        wanted: what it should be, in words.
    """

    name: str
    unit: str
    values: list[float]
    wanted: str = ""


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser of this machine."""
    found = find_browser()
    if found is None:
        raise click.ClickException("there is no Chromium here: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", *QUIET])
        yield opened
        opened.close()


def cold_loads(opened: Browser, address: str, tries: int) -> list[Figure]:
    """Seconds from asking for a page, with nothing in the browser's store, to all that it shows."""
    figures = []
    for path in SHOWN:
        values = []
        for _ in range(tries):
            page = opened.new_context().new_page()
            began = time.perf_counter()
            page.goto(address + path)
            settle(page)
            for shown in SHOWN[path]:
                page.wait_for_selector(shown)
            values.append(time.perf_counter() - began)
            page.context.close()
        figures.append(Figure(f"cold load of {path}", "s", values, "3 or less"))
    return figures


def slider(opened: Browser, address: str, tries: int) -> list[Figure]:
    """Seconds from a key on a slider to the first bands, and to all 200 histories of three regimes."""
    page = opened.new_context().new_page()
    page.goto(f"{address}/compare")
    settle(page)
    first, whole = [], []
    page.get_by_role("slider", name=SLIDER).focus()
    page.keyboard.press("ArrowRight")  # the first move brings the engine's pages into memory
    page.wait_for_function("document.body.dataset.working === 'yes'", polling=5)
    settle(page)
    for _ in range(tries):
        page.evaluate(WATCH_FANS)
        began = time.perf_counter()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("window.drawn", polling=5)
        first.append(time.perf_counter() - began)
        page.evaluate(WATCH_REST)
        page.wait_for_function("document.getElementById('count').textContent === '200 histories'", polling=5)
        settle(page)
        page.wait_for_function("window.redrawn", polling=5)
        whole.append(time.perf_counter() - began)
    moved = []
    for _ in range(tries):
        for _ in range(5):
            page.keyboard.press("ArrowLeft")
            page.wait_for_timeout(220)
        page.evaluate(WATCH_FANS)
        began = time.perf_counter()
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("window.drawn", polling=5)
        moved.append(time.perf_counter() - began)
        settle(page)
    page.context.close()
    return [
        Figure("slider to first bands, 40 histories", "s", first, "0.7 or less"),
        Figure("slider to all 200 histories", "s", whole, "3 or less"),
        Figure("the same to first bands, after five moves that are given up", "s", moved, "0.8 or less"),
    ]


WATCH_FANS = """() => {
  const charts = [...document.querySelectorAll('#fans .js-plotly-plot')];
  let left = charts.length;
  window.drawn = false;
  for (const chart of charts) chart.once('plotly_afterplot', () => { window.drawn = --left === 0; });
}"""
"""Whether all fans have been drawn anew."""

WATCH_REST = """() => {
  const plane = document.getElementById('plane'), maps = document.querySelector('#maps svg');
  let drawn = false;
  plane.once('plotly_afterplot', () => { drawn = true; });
  const look = () => {
    const now = document.getElementById('plane'), other = now !== plane && now?.querySelector('.main-svg');
    window.redrawn = Boolean(drawn || other) && document.querySelector('#maps svg') !== maps;
    if (!window.redrawn) setTimeout(look, 5);
  };
  look();
}"""
"""Whether plane and maps, which come last, have been drawn anew."""


def frames(opened: Browser, address: str) -> Figure:
    """Quarters a second that the map shows at its fastest, half a second at a time."""
    page = opened.new_context().new_page()
    page.goto(f"{address}/history?quarters=80&speed=30")
    settle(page)
    values = page.evaluate(COUNT_FRAMES)
    page.context.close()
    return Figure("map while it plays", "quarters/s", values, "15 or more")


COUNT_FRAMES = """async () => {
  const place = document.querySelector('#history-scrub');
  document.querySelector('#history-play').click();
  const rates = [];
  let before = Number(place.value), began = performance.now();
  while (rates.length < 4 && Number(place.value) < Number(place.max)) {
    await new Promise(requestAnimationFrame);
    const now = Number(place.value), seconds = (performance.now() - began) / 1000;
    if (seconds > 0.5) { rates.push((now - before) / seconds); before = now; began = performance.now(); }
  }
  return rates;
}"""


@dataclass(frozen=True)
class Recorded:
    """A request as a browser made it, to be made again."""

    method: str
    url: str
    body: bytes | None
    kind: str

    def with_seed(self, seed: int) -> "Recorded":
        """The same with a seed of its own, where something is computed, so that nothing is remembered."""
        if "/stream/compare" not in self.url and "/stream/history" not in self.url:
            return self
        parted = "&" if urlsplit(self.url).query else ""
        return replace(self, url=f"{self.url}{parted}seed={seed}")


def recorded(opened: Browser, address: str) -> list[Recorded]:
    """What a visitor who looks at every page asks for."""
    found: list[Recorded] = []

    def keep(request: Request) -> None:
        kind = request.headers.get("content-type", "")
        found.append(Recorded(request.method, request.url, request.post_data_buffer, kind))

    page: Page = opened.new_context().new_page()
    page.on("request", keep)
    for path in SHOWN:
        page.goto(address + path)
        settle(page)
    page.context.close()
    return found


def crowd(opened: Browser, address: str, sessions: int) -> list[Figure]:
    """So many visitors at a time, who ask for what one asked for, and two real browsers among them."""
    asked = recorded(opened, address)
    waits: list[float] = []
    errors: list[str] = []
    lock = threading.Lock()

    def visit(number: int) -> None:
        for request in asked:
            began = time.perf_counter()
            problem = _ask(request.with_seed(number))
            with lock:
                waits.append(time.perf_counter() - began)
                if problem:
                    errors.append(problem)

    visitors = [threading.Thread(target=visit, args=[number]) for number in range(sessions)]
    for visitor in visitors:
        visitor.start()
    real = []
    for path in ("/compare", "/history"):
        page = opened.new_context().new_page()
        _listen(page, errors)
        began = time.perf_counter()
        page.goto(address + path, timeout=180_000)
        page.wait_for_selector("#page h1", timeout=180_000)
        page.wait_for_function("document.body.dataset.working === 'no'", timeout=180_000)
        errors += page.locator("#told.warning").all_inner_texts()
        real.append(time.perf_counter() - began)
        page.context.close()
    for visitor in visitors:
        visitor.join()
    for problem in sorted(set(errors))[:5]:
        print(problem)
    return [
        Figure(f"{sessions} visitors: errors of {len(waits):,} answers", "", [float(len(errors))], "0"),
        Figure(f"{sessions} visitors: seconds for an answer", "s", waits),
        Figure("two browsers among them: seconds for a page", "s", real),
    ]


def _listen(page: Page, errors: list[str]) -> None:
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)


def _ask(request: Recorded) -> str | None:
    """Ask again; returns what is wrong with the answer."""
    made = urllib.request.Request(request.url, request.body, method=request.method)
    if request.kind:
        made.add_header("Content-Type", request.kind)
    try:
        with urllib.request.urlopen(made, timeout=180) as answer:
            text = answer.read()
            if "/stream/" in request.url and b'"error"' in text:
                return f"{request.url}: {text[-300:]!r}"
            return None if answer.status in (200, 204) else f"{request.url}: {answer.status}"
    except (urllib.error.URLError, OSError) as problem:
        return f"{request.url}: {problem}"


@click.command()
@click.option("--tries", default=5, show_default=True, help="How often each thing is measured.")
@click.option("--sessions", default=20, show_default=True, help="Visitors at a time.")
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results"),
    show_default=True,
    help="Folder whose results the pages show.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write figures as JSON."
)
def main(tries: int, sessions: int, results: Path, out: Path | None) -> None:
    """Measure the dashboards through a browser."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), "--results", str(results.resolve())) as address,
        browser() as opened,
    ):
        figures = [
            *cold_loads(opened, address, tries),
            *slider(opened, address, tries),
            frames(opened, address),
            *crowd(opened, address, sessions),
        ]
    table = Table("Measured", "Median", "Least", "Most", "Wanted")
    for figure in figures:
        shown = statistics.median(figure.values), min(figure.values), max(figure.values)
        table.add_row(figure.name, *(f"{value:.2f} {figure.unit}" for value in shown), figure.wanted)
    Console().print(table)
    if out:
        out.write_text(json.dumps([vars(figure) for figure in figures], indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
