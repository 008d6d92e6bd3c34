"""A command asked in this process, with its time limited, and what is wrong with its answer."""

import contextlib
import importlib
import io
import os
import re
import resource
import signal
import stat
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

from experiments.ending import exit_code_of
from turnaround.cli import COMMANDS, main

SECONDS = 60.0
"""That an input may take: a sound specimen is answered in about one on a machine that is free."""

LONGEST_MESSAGE = 12_000
"""Characters: the longest lists every parameter of a file that is not allowed."""


BY_A_COMPILER = "Exception ignored on calling ctypes callback function"
"""What an alarm that rings within the compiler makes it say."""


class HangError(BaseException):
    """An input took longer than it may."""


class ReachedError(BaseException):
    """All was found in order, and hours of work would begin."""


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code, what it printed, and what it said aside.

    Attributes:
        code: None when it ended with an error of Python's own.
        out: printed.
        err: said aside; the traceback where there is no code.
    """

    code: int | None
    out: str = ""
    err: str = ""


@cache
def loaded() -> None:
    """Load what commands load when they are first used, which takes seconds and compiles some of it."""
    for place, _ in COMMANDS.values():
        importlib.import_module(place.partition(":")[0])
    importlib.import_module("experiments.forecasts.scored")


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End what takes too long."""

    def ring(number: int, frame: object) -> None:
        raise HangError(f"more than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def files_up_to(most: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def within(folder: Path) -> Iterator[None]:
    """Work in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def answer_of(work: Callable[[], object], seconds: float = SECONDS) -> Answer:
    """What some work says, in streams as strict as a terminal's."""
    loaded()
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
    failed = ""
    code: int | None = None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            with limited(seconds):
                work()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        except ReachedError:
            code = 0
        except BaseException as problem:
            failed = told_shortly(problem)
    printed, said = (stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, err))  # type: ignore[attr-defined]
    return Answer(code, printed, said + failed)


def told_shortly(problem: BaseException) -> str:
    """An error of Python's own: what it is, and through which of our lines it came."""
    ours = [
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(problem.__traceback__)
        if "site-packages" not in frame.filename and "fuzzing" not in frame.filename
    ]
    return f"{type(problem).__name__}: {str(problem)[:500]}; by {', '.join(ours[-4:])}"


def ask(words: Sequence[str], seconds: float = SECONDS) -> Answer:
    """What the command line answers."""
    return answer_of(lambda: main(list(words)), seconds)


def call(work: Callable[[], object], seconds: float = SECONDS) -> Answer:
    """What a function answers, its errors told as a command's are."""
    return answer_of(lambda: sys.exit(exit_code_of(work)), seconds)


LONG_WORK = (
    "turnaround.compare.run_comparison",
    "turnaround.calibrate.compile_engine",
    "turnaround.hindcast.compile_engine",
    "turnaround.structures.compile_engine",
    "turnaround.claims.carry_out",
    "turnaround.forecast.compile_engine",
    "turnaround.forecast.make_baseline",
    "turnaround.sweep.finish",
    "turnaround.explain.explain",
    "turnaround.explain.explain_twin",
    "experiments.single._compiled",
    "experiments.single._interpreted",
    "dashboards.live.server.Server",
    "dashboards.pdf.write_pdf",
)
"""Where minutes of work begin once all that was asked for is in order."""


@contextmanager
def without_long_work() -> Iterator[None]:
    """Have commands end where long work would begin, so that only what they check is tried."""

    def reached(*_: object, **__: object) -> None:
        raise ReachedError

    with ExitStack() as patched:
        for place in LONG_WORK:
            module = place.rpartition(".")[0]
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module(module)
            patched.enter_context(patch(place, reached))
        yield


# ---- What is wrong with an answer


def faults(answer: Answer, codes: Sequence[int], named: Sequence[str]) -> list[str]:
    """What is wrong with an answer, in words.

    Args:
        answer: of a command.
        codes: that are promised.
        named: words of which a refusal names one, so that a person finds what to mend.
    """
    if answer.code is None:
        return [f"no message but an error: {answer.err.strip()}"]
    found = []
    if answer.code not in codes:
        found.append(f"exit code {answer.code}; promised are {codes}: {answer.err[-500:]}")
    if "Traceback" in answer.err + answer.out and BY_A_COMPILER not in answer.err:
        found.append(f"a traceback: {answer.err[-2000:]}")
    if answer.code == 2:
        found += [f"{what}: {answer.err[:500]!r}" for what in _unhelpful(answer.err, named)]
    return found


def _unhelpful(message: str, named: Sequence[str]) -> Iterator[str]:
    if not message.strip():
        yield "refused without a word"
    if len(message) > LONGEST_MESSAGE:
        yield f"a message of {len(message):,} characters"
    if re.search(r"<[\w.]+ object at 0x|PanicException|Rust", message):
        yield "a message about the program's inside"
    if named and not any(word in message for word in named):
        yield f"names none of {', '.join(named)[:300]}"


def left_in(folder: Path) -> dict[str, tuple[int, int, int]]:
    """All that is in a folder: kind, size and time of change by path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        found[str(path.relative_to(folder))] = (
            stat.S_IFMT(seen.st_mode),
            0 if path.is_dir() else seen.st_size,
            0 if path.is_dir() else seen.st_mtime_ns,
        )
    return found
