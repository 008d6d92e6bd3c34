"""Places in long analyses at which the thread may go to somebody else for a moment, or the work may end.

An analysis calls `pause` every few milliseconds. That does nothing, unless whoever asked for the analysis
said what is to be done then: a server that lets others have their turn, or raises as its visitor has left.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Pause = Callable[[], None]

_asked: ContextVar[Pause | None] = ContextVar("asked", default=None)


def pause() -> None:
    """Do what was asked for, if anything was; it may raise."""
    asked = _asked.get()
    if asked is not None:
        asked()


@contextmanager
def pausing(how: Pause) -> Iterator[None]:
    """Within this block, in this thread, `pause` does what is given."""
    before = _asked.set(how)
    try:
        yield
    finally:
        _asked.reset(before)
