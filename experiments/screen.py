"""What is seen while and after something runs: consoles, tables, progress, and what is told at the end."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from model.compilation import cache_folder

WIDTH_OF_FILES = 160
"""Characters a line, where output goes to a file or another program."""

PLAIN_STEPS = 10
"""Lines of progress, where there is no terminal to draw a bar on."""


def output() -> Console:
    """Where results go."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES, highlight=False, soft_wrap=False)


def aside() -> Console:
    """Where progress and remarks go, so that results can be piped on."""
    return Console(stderr=True, highlight=False)


def plain_table(title: str = "") -> Table:
    """A table in the one style of this program."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
    )


def tell(sentences: Sequence[str]) -> None:
    """Print sentences."""
    for sentence in sentences:
        output().print(sentence, markup=False)


def warn(sentences: Sequence[str]) -> None:
    """Print what must not be overlooked, quiet or not, beside the results."""
    for sentence in sentences:
        aside().print(sentence, style="bold red", markup=False)


def say_where(lines: Sequence[tuple[str, object]]) -> None:
    """Print what stands where, a line each: what it is, and its path or command, never broken."""
    width = 1 + max((len(what) for what, _ in lines), default=0)
    for what, where in lines:
        output().print(f"{what:<{width}} {where}", soft_wrap=True, markup=False)


class _Rate(ProgressColumn):
    """Runs, or whatever else is counted, a second."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def render(self, task: Task) -> Text:
        """The rate, once there is one."""
        return Text(f"{task.speed:,.0f} {self._what}/s" if task.speed else "", style="dim")


@contextmanager
def progress_of(runs: int, quiet: bool, what: str = "runs") -> Iterator[Callable[[int], None] | None]:
    """Show how many of some runs, or of `what`, have finished: a bar on a terminal, a few lines elsewhere."""
    console = aside()
    if quiet:
        yield None
    elif console.is_terminal:
        columns = (BarColumn(), MofNCompleteColumn(), _Rate(what), TimeRemainingColumn())
        with Progress("Running", *columns, console=console, transient=True) as bar:
            task = bar.add_task("Running", total=runs)
            yield lambda finished: bar.advance(task, finished)
    else:
        yield _PlainProgress(runs, console, what).advance


class _PlainProgress:
    """A line whenever another tenth has finished."""

    def __init__(self, runs: int, console: Console, what: str) -> None:
        self._runs = runs
        self._what = what
        self._console = console
        self._finished = 0
        self._shown = 0
        self._began = time.perf_counter()

    def advance(self, finished: int) -> None:
        """Take note of runs that have finished."""
        self._finished += finished
        tenths = self._finished * PLAIN_STEPS // self._runs
        if tenths > self._shown:
            self._shown = tenths
            rate = self._finished / (time.perf_counter() - self._began)
            left = (self._runs - self._finished) / rate
            text = (
                f"{self._finished:,} of {self._runs:,} {self._what}, {rate:,.0f} a second, {left:,.0f} s left"
            )
            self._console.print(text, soft_wrap=True)


def _is_compiled() -> bool:
    folder = cache_folder()
    return folder is not None and any(folder.rglob("*.nbc"))


@contextmanager
def preparing(quiet: bool) -> Iterator[None]:
    """Say that the engine is being compiled, when it has not been before: the model is new or was changed."""
    console = aside()
    words = "Preparing the engine; after installing or changing the model that takes about a minute"
    if quiet or _is_compiled():
        yield
    elif console.is_terminal:
        with console.status(words):
            yield
    else:
        console.print(f"{words}.", soft_wrap=True)
        yield
