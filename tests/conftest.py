"""What all tests share: the browser that they open reports in, and how hypothesis behaves."""

from typing import Any

import pytest
from hypothesis import settings
from live_helpers import Watched
from playwright.sync_api import Page

from dashboards.live.driving import serving
from dashboards.pdf import QUIET, find_browser
from turnaround.cli import main

# What fails in these is told as in a test.
pytest.register_assert_rewrite("both_engines", "invariants")

# No sandbox, because CI runs as root.
CHROMIUM_FLAGS = ["--no-sandbox", *QUIET]

PATIENCE = 90_000
"""Milliseconds."""

# The first example of a property may have to wait for the compiler.
settings.register_profile("turnaround", deadline=None)
settings.load_profile("turnaround")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Have pytest-playwright start the system's Chromium, or the one that CHROMIUM names."""
    chromium = find_browser()
    if chromium is None:
        pytest.skip("there is no Chromium here: install it, or name it in the environment variable CHROMIUM")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture
def page(page: Page) -> Page:
    """A page that waits while other tests compute; how long pages take is measured elsewhere."""
    page.set_default_timeout(PATIENCE)
    return page


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The address of a server of the dashboards that has no results."""
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture
def watched(page, address):
    """A page of the dashboards, which fails on any error in it and on any request off the server."""
    found = Watched(page, address)
    yield found
    assert found.troubles == []


@pytest.fixture
def cli(capsys, tmp_path, monkeypatch):
    """Runs a command in an empty folder; returns exit code, output and messages."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    return run
