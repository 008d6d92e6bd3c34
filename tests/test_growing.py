"""Ensembles that grow are those that are compared; work for visitors is shared and ends when they leave."""

import threading
import time

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboards.live.address import LONGEST, Address, plan_of
from dashboards.live.computing import BusyError, Computing, GoneError, Remembered
from experiments.compare import compare, plan_comparison
from experiments.errors import StudyError
from experiments.growing import Growing, KeptLuck, pieces_of, run_piece
from model.regimes import SHIPPED
from model.registry import ParameterError

ASKED = {"regimes": ("ad_hoc", "trust"), "quarters": 6, "replicates": 8, "settings": ["director.blame=0.5"]}


def grown(**asked):
    ensemble = Growing(plan_comparison(**asked))
    luck = KeptLuck()
    for block in pieces_of(ensemble.plan):
        ensemble.add(run_piece(block, luck))
    return ensemble.results()


@pytest.mark.parametrize("posterior", ["shipped", "none"])
@pytest.mark.parametrize("start", ["2014Q1", "2014Q3"])
def test_an_ensemble_that_grows_is_the_one_that_is_compared(posterior, start):
    asked = {**ASKED, "posterior": posterior, "start": start}
    growing, compared = grown(**asked), compare(**asked, workers=1).results
    for table in ("runs", "quarters", "councils"):
        expected, found = compared.table(table), growing.table(table)
        assert_frame_equal(found.drop("key", strict=False), expected.drop("key", strict=False))


def test_the_first_histories_of_an_ensemble_do_not_depend_on_how_many_follow():
    ensemble = Growing(plan_comparison(**ASKED, posterior="none"))
    luck = KeptLuck()
    pieces = list(pieces_of(ensemble.plan))
    ensemble.add(run_piece(pieces[0], luck))
    first = ensemble.results().table("quarters")
    for block in pieces[1:]:
        ensemble.add(run_piece(block, luck))
    whole = ensemble.results().table("quarters")
    assert_frame_equal(first, whole.filter(pl.col("replicate") < len(pieces[0].replicates)))


def test_luck_is_drawn_once_and_the_oldest_is_forgotten():
    luck = KeptLuck(most=4)
    first = luck.of(1, range(2), 2)
    assert luck.of(1, range(2), 2) is first
    luck.of(1, range(2, 4), 2)
    luck.of(1, range(4, 6), 2)
    assert luck.of(1, range(2), 2) is not first


# ---- The threads that compute for all visitors


def test_results_come_in_the_order_of_their_pieces_though_later_ones_finish_first():
    def job(piece):
        time.sleep(0.05 if piece == 0 else 0.0)
        return piece

    assert list(Computing(4).results(range(10), job, lambda: False)) == list(range(10))


def test_no_more_pieces_are_computed_at_a_time_than_there_are_threads():
    now, most, lock = 0, 0, threading.Lock()

    def job(piece):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1

    computing = Computing(2)
    visitors = [
        threading.Thread(target=lambda: list(computing.results(range(10), job, lambda: False)))
        for _ in range(5)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert most == 2


def test_work_ends_with_the_piece_under_way_once_its_visitor_has_left():
    begun = []

    def job(piece):
        begun.append(piece)
        time.sleep(0.02)

    with pytest.raises(GoneError):
        list(Computing(1).results(range(1000), job, lambda: len(begun) >= 3))
    held = len(begun)
    time.sleep(0.1)
    assert len(begun) <= held + 1 < 10


def test_more_visitors_than_there_are_places_are_told_to_try_again():
    computing = Computing(1, most_requests=1)
    with computing.place(), pytest.raises(BusyError, match="try again"), computing.place():
        raise AssertionError("there was a place")
    with computing.place():
        pass


def test_the_result_not_asked_for_the_longest_is_forgotten():
    remembered = Remembered(2)
    remembered.keep("a", 1)
    remembered.keep("b", 2)
    assert remembered.get("a") == 1
    remembered.keep("c", 3)
    assert remembered.get("b") is None
    assert (remembered.get("a"), remembered.get("c")) == (1, 3)


# ---- What an address asks for


def test_an_address_asks_for_the_comparison_that_the_command_line_runs():
    address = Address.read("?regimes=ad_hoc,trust&quarters=6&replicates=8&set=director.blame=0.5&seed=3")
    plan = plan_of(address, SHIPPED, ("ad_hoc",))
    assert plan.command == (
        "turnaround compare --regimes ad_hoc,trust --start 2014Q1 --quarters 6 --replicates 8 --seed 3"
        " --posterior shipped --sets 4 --set director.blame=0.5"
    )


@pytest.mark.parametrize(
    "query, said",
    [
        ("quarters=0", "quarters = 0: allowed is a whole number from 1 to 80"),
        ("quarters=9e9", "quarters = '9e9'"),
        ("quarters=" + "9" * 30, "allowed is a whole number"),
        ("quarters=-1", "allowed is a whole number"),
        ("replicates=1001", "replicates = 1001"),
        ("replicates=1000&quarters=80&regimes=" + ",".join(SHIPPED), "a page runs at most"),
        ("regimes=ad_hoc,trsut", "regimes names 'trsut'"),
        ("regimes=/etc/passwd.toml", "regimes names '/etc/passwd.toml'"),
        ("regimes=ad_hoc,ad_hoc", "each once"),
        ("regimes=", "regimes names none: allowed are"),
        ("baseline=mixed", "baseline = 'mixed': allowed is one of ad_hoc"),
        ("start=2013Q4", "start '2013Q4'"),
        ("posterior=/etc/passwd", "posterior = '/etc/passwd'"),
        ("seed=1&seed=2", "seed is given 2 times"),
        ("set=director.blame=99", "director.blame = 99"),
        ("set=director.blame=nan", "director.blame = nan"),
        ("set=director.blmae=0.5", "did you mean director.blame"),
        ("set=director.blame=0.5&set=director.blame=0.6", "set by hand twice"),
        ("set=director.blame", "allowed is name=value"),
        ("quarters=%FF", "the address cannot be read"),
        ("x=" + "y" * LONGEST, "characters after its ?"),
        ("&".join(f"a{i}=1" for i in range(1000)), "the address cannot be read"),
    ],
)
def test_what_is_not_allowed_in_an_address_is_said_with_what_is(query, said):
    with pytest.raises((StudyError, ParameterError)) as refused:
        plan_of(Address.read(query), SHIPPED, ("ad_hoc", "trust"))
    assert said in str(refused.value)
