"""How a command ends: what a person is told, and the exit code.

Exit codes: 0 all went well; 1 some runs failed or are missing, or nothing was found; 2 what was asked for is
not allowed or cannot be read or written; 130 interrupted, by Ctrl-C or by being asked to end.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import click

FAILED_RUNS = 1
NOT_ALLOWED = 2
INTERRUPTED = 130


class Script(click.Command):
    """A command of a module that is run by `python -m`; it ends as all commands do."""

    def main(self, args: Sequence[str] | None = None, *given: Any, **options: Any) -> Any:
        """Do what the command line asks, and leave with an exit code."""
        work = partial(super().main, args, *given, **options | {"standalone_mode": False})
        sys.exit(exit_code_of(work))


def exit_code_of(work: Callable[[], object]) -> int:
    """Do some work; a sentence says what a person can mend, or that it was interrupted.

    Args:
        work: returns an exit code, or anything else where all went well.
    """
    try:
        with _interrupted_when_asked_to_end():
            code = work()
        return code if isinstance(code, int) else 0
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt) as interruption:
        return _interrupted(interruption.__cause__ or interruption)
    except Exception as problem:
        return _told(problem)


@contextmanager
def kept_if_interrupted(words: str) -> Iterator[None]:
    """Have an interruption within say what is kept, unless it says so already."""
    from experiments.dispatch import Interrupted

    try:
        yield
    except (Interrupted, KeyboardInterrupt) as interruption:
        if not _notes(interruption):
            interruption.add_note(words)
        raise


@contextmanager
def _interrupted_when_asked_to_end() -> Iterator[None]:
    """Take SIGTERM, by which systems that hand out machines ask a job to end, as Ctrl-C is taken."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _told(problem: Exception) -> int:
    """Say what a person can mend; anything else is a defect of the program, and raised again."""
    kept = f"\n{_notes(problem)}." if _notes(problem) else ""
    # An extension that is refused leaves the model half imported, and importing anything more of it fails.
    registry = sys.modules.get("model.registry")
    if registry is not None and isinstance(problem, registry.ParameterError):
        return _say(f"Error: {problem}{kept}", NOT_ALLOWED)

    from experiments.dispatch import Interrupted
    from experiments.errors import StudyError
    from model.tables import FactsError

    if isinstance(problem, Interrupted):
        return _interrupted(problem)
    if isinstance(problem, FactsError | StudyError):
        return _say(f"Error: {problem}{kept}", NOT_ALLOWED)
    if isinstance(problem, OSError):
        what = f"{problem.filename}: " if problem.filename else ""
        return _say(f"Error: {what}{problem.strerror or problem}{kept}", NOT_ALLOWED)
    raise problem


def _interrupted(interruption: BaseException) -> int:
    return _say(f"Interrupted; {_notes(interruption) or 'nothing new is kept'}.", INTERRUPTED)


def _notes(problem: BaseException) -> str:
    return "; ".join(getattr(problem, "__notes__", []))


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
