"""Work that goes on whether or not its visitor reads what has come of it.

An answer that comes piece by piece stands still while a visitor does not read it, and with it whatever it
holds that others wait for. So such work is done on a thread of its own, and what comes of it is kept until
the visitor takes it. When the visitor has left, the work ends.
"""

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import TypeVar

from dashboards.live.streams import Gone

Step = TypeVar("Step")


def going_ahead(work: Callable[[Gone], Iterator[Step]], gone: Gone) -> Iterator[Step]:
    """What comes of some work, step by step, as fast as it is taken; the work does not wait for that.

    Args:
        work: gives its steps, of which there are not too many to be kept; it ends with a `GoneError` once
            the visitor, as it is told, has gone.
        gone: whether the visitor has left.

    Raises:
        Exception: whatever the work raises.
    """
    come: SimpleQueue[tuple[Step] | BaseException | None] = SimpleQueue()
    left = threading.Event()

    def go() -> None:
        try:
            for step in work(lambda: left.is_set() or gone()):
                come.put((step,))
            come.put(None)
        except BaseException as problem:
            come.put(problem)

    threading.Thread(target=go, name="going ahead", daemon=True).start()
    try:
        while (one := come.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one[0]
    finally:
        left.set()
