"""What tests of the dashboards share: pages that must stay silent, and that keep nobody out."""

from pathlib import Path
from xml.etree import ElementTree

from axe_playwright_python.sync_playwright import Axe

from dashboards.live.driving import settle

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

RESIZED = 600
"""Milliseconds that charts take to fit a window whose size has changed."""


def barriers(page) -> list[str]:
    """What on a page keeps people out, by the Web Content Accessibility Guidelines, levels A and AA."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:300]}" for each in found for node in each["nodes"]]


def text_of(drawing: str) -> str:
    """All words of a drawing, those of a line after each other."""
    return " ".join(" ".join(ElementTree.fromstring(drawing).itertext()).split())


def choose(page, label: str, typed: str) -> None:
    """Choose from a list by typing, with the keyboard alone."""
    field = page.get_by_role("textbox", name=label, exact=True)
    field.focus()
    find_offered(page, field, typed)
    field.press("Enter")


def find_offered(page, field, typed: str) -> None:
    """Type into a list that can be searched, and wait until something is offered."""
    field.fill(typed)
    page.locator("[role=option]:visible").first.wait_for()


def pick(page, label: str, option: str) -> None:
    """Choose from a list that cannot be typed in."""
    page.get_by_role("textbox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def set_number(page, label: str, value: object) -> None:
    """Type a number, and go on to the next control."""
    field = page.get_by_label(label, exact=True)
    field.fill(str(value))
    field.press("Tab")


def sideways(page) -> int:
    """By how many pixels a page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


MISPLACED = (Path(__file__).parent / "data" / "misplaced.js").read_text("utf-8")


def misplaced(page) -> list[str]:
    """Words that are cut off, beyond the edge, outside their chart, or over others."""
    return page.evaluate(MISPLACED)


def faults(page) -> list[str]:
    """All that keeps people out of a page, or makes it hard to read."""
    beyond = sideways(page)
    return [*barriers(page), *misplaced(page), *([f"scrolls sideways by {beyond} pixels"] if beyond else [])]


def faults_at(page, *widths: int) -> dict[int, list[str]]:
    """All that is at fault with a page at some widths of the window, by width."""
    found = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(RESIZED)
        found[width] = faults(page)
    return found


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
        settle(self.page)

    def download(self, selector: str) -> bytes:
        """The content of the file that a click on something brings."""
        with self.page.expect_download() as found:
            self.page.click(selector)
        return found.value.path().read_bytes()

    def _if(self, trouble: bool, text: str) -> None:
        if trouble:
            self.troubles.append(text)

    def _ours(self, url: str) -> bool:
        return url.startswith((self.address, "data:", "blob:", "about:"))

    def _failed(self, request) -> None:
        # Chromium calls aborted what was loading when a page was left, and streams read or given up.
        left = request.failure == "net::ERR_ABORTED" and self._ours(request.url)
        self._if(not left, f"{request.url}: {request.failure}")
