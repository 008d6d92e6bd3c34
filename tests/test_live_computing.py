"""Work for many visitors on few threads: in turns, ahead of slow readers, one replay at a time."""

import threading
import time

import pytest

from dashboards.live import turns
from dashboards.live.address import Address
from dashboards.live.ahead import going_ahead
from dashboards.live.computing import Computing, GoneError
from dashboards.live.council_asked import asked_of
from dashboards.live.futures import Imagining
from dashboards.live.turns import in_turns
from experiments.errors import StudyError
from experiments.sweeps.pausing import pause


def test_work_in_turns_lets_others_have_theirs():
    computing = Computing(1)
    begun, others = threading.Event(), []

    def work():
        begun.set()
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            time.sleep(0.005)
            pause()
        return len(others)

    def other():
        begun.wait()
        for _ in computing.results(range(3), lambda i: others.append(i), lambda: False):
            pass

    visitor = threading.Thread(target=other)
    visitor.start()
    assert in_turns(work, computing, lambda: False) == 3
    visitor.join()


def test_work_in_turns_ends_when_its_visitor_has_gone():
    computing = Computing(1)
    left, ended = threading.Event(), threading.Event()

    def work():
        try:
            while True:
                time.sleep(0.005)
                pause()
                left.set()
        finally:
            ended.set()

    with pytest.raises(GoneError):
        in_turns(work, computing, left.is_set)
    assert ended.wait(2.0)
    assert list(computing.results((1,), lambda one: one, lambda: False)) == [1]


def test_work_in_turns_raises_what_it_raises():
    def work():
        raise StudyError("nothing there")

    with pytest.raises(StudyError, match="nothing there"):
        in_turns(work, Computing(1), lambda: False)


class EndsMeanwhile(threading.Event):
    """An event at whose clearing the work ends, as it may when its visitor goes at that very moment."""

    def __init__(self, end):
        super().__init__()
        self.end = end

    def clear(self):
        self.end()
        super().clear()


def test_a_turn_returns_though_its_visitor_goes_and_the_work_ends_as_it_is_given():
    def work():
        while True:
            pause()

    worker = turns._Worker(work)

    def end():
        worker.abandon()
        while not worker.ended or not worker._rests.is_set():
            time.sleep(0.001)

    worker._rests = EndsMeanwhile(end)
    turn = threading.Thread(target=worker.take_turn, daemon=True)
    turn.start()
    turn.join(5.0)
    assert not turn.is_alive()


def test_work_goes_on_though_nobody_reads_what_comes_of_it_and_ends_when_its_visitor_goes():
    ended = threading.Event()

    def work(gone):
        yield "begun"
        yield "done"
        ended.set()

    steps = going_ahead(work, lambda: False)
    assert next(steps) == "begun"
    assert ended.wait(5.0)
    assert list(steps) == ["done"]
    abandoned = threading.Event()

    def endless(gone):
        yield "begun"
        while not gone():
            time.sleep(0.001)
        abandoned.set()

    steps = going_ahead(endless, lambda: False)
    next(steps)
    steps.close()
    assert abandoned.wait(5.0)


def test_a_visitor_who_does_not_read_keeps_nobody_waiting_and_waiting_is_said_only_by_those_who_wait():
    """Two ask for futures of different seeds; the first reads one message and no more."""
    imagining = Imagining(Computing(1))

    def plan(seed):
        query = f"start=2014Q2&quarters=1&replicates=1&regimes=ad_hoc&seed={seed}"
        return asked_of(Address.read(query)).plan

    idle = imagining.growing(plan(1), lambda: False)
    first = next(idle)
    words = [step.words for step in imagining.growing(plan(2), lambda: False)]
    assert words[-1] == "1 history"
    assert "Waiting" not in first.words
    assert all("Waiting" not in step.words for step in idle)
    assert all("Waiting" not in word for word in words[1:])
