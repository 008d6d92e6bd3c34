"""Pages as PDF, printed by a Chromium that is there already; nothing leaves the machine.

A page carries everything it shows, so that the browser is kept off the network altogether.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from experiments.errors import StudyError
from experiments.writing import write_aside

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What the browser is called, in the order in which it is looked for."""
VARIABLE = "CHROMIUM"
"""Environment variable that names it where it is called otherwise."""

QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
"""Nothing that would reach for the network, or needs a screen."""

UNREACHABLE = "--host-resolver-rules=MAP * ~NOTFOUND"
"""No name is looked up, whatever a page asks for."""

DRAWN_WITHIN = 10_000
"""Milliseconds of the page's own time that its scripts have to draw; it passes as fast as they do."""
WIDTH, HEIGHT = 1032, 720
"""Of the window in pixels, those of the sheet less its margins, so that charts are drawn for it."""
FOR_PRINT = "#print"
"""Behind the address, by which a page lays itself out for the sheet before it draws."""
SECONDS = 120

INSTALL = (
    "a PDF is printed by Chromium or Chrome, and neither is here: install one (on Debian: apt-get install"
    f" chromium), or name it in the environment variable {VARIABLE}"
)


def find_browser() -> str | None:
    """The browser that prints: the one that CHROMIUM names, else the first on the path; None for none.

    Raises:
        StudyError: when CHROMIUM names none.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return next(filter(None, map(shutil.which, NAMES)), None)
    found = shutil.which(named)
    if found is None:
        raise StudyError(f"{VARIABLE}={named}: there is no such program")
    return found


def pdf_of(page: Path) -> Path:
    """Where the PDF of a page goes."""
    return page.with_suffix(".pdf")


def write_pdf(page: Path, browser: str, seconds: float = SECONDS) -> Path:
    """Print a page, beside it and in place of what was printed before.

    Args:
        page: an HTML file that carries everything it shows.
        browser: a Chromium.
        seconds: after which it is given up.

    Raises:
        StudyError: when the browser does not print it; what was there before stays.
    """
    path = pdf_of(page)
    write_aside(path, lambda aside: _print(page, aside, browser, seconds))
    return path


def _print(page: Path, to: Path, browser: str, seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="turnaround-pdf-", ignore_cleanup_errors=True) as profile:
        printed = Path(profile) / "page.pdf"
        said = _run(_command(page, printed, browser, profile), seconds, page)
        if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF-"):
            last = said.strip().splitlines()[-1:] or ["it says nothing"]
            raise StudyError(f"{page}: {browser} printed no PDF of it ({last[0][:300]})")
        shutil.copyfile(printed, to)


def _command(page: Path, to: Path, browser: str, profile: str) -> list[str]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        browser,
        "--headless",
        *QUIET,
        UNREACHABLE,
        *(["--no-sandbox"] if root else []),  # which Chromium refuses to set up for root
        f"--user-data-dir={profile}",
        f"--window-size={WIDTH},{HEIGHT}",
        f"--virtual-time-budget={DRAWN_WITHIN}",
        "--no-pdf-header-footer",
        f"--print-to-pdf={to}",
        page.resolve().as_uri() + FOR_PRINT,
    ]


def _run(command: Sequence[str], seconds: float, page: Path) -> str:
    """Run a browser in a group of its own, so that no process of it is left; what it complained of."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as problem:
        raise StudyError(f"{command[0]}: cannot be started ({problem})") from problem
    with process:
        try:
            return process.communicate(timeout=seconds)[1].decode("utf-8", "replace")
        except subprocess.TimeoutExpired as slow:
            raise StudyError(f"{page}: was not printed within {seconds:g} seconds; it is given up") from slow
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
