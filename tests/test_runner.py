"""The runner: a run depends on nothing but its own inputs, and neither failure nor Ctrl-C loses runs."""

import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import experiments.runner
from experiments.dispatch import Interrupted, SerialExecutor
from experiments.errors import StudyError
from experiments.horizon import check_quarters, check_start
from experiments.results import MemoryWriter
from experiments.runner import (
    Study,
    blocks_of,
    execute,
    run_keys,
    run_one_block,
)
from experiments.tables import KEYS, TABLES
from model.codes import Status
from model.ensemble import draw_luck, run_block
from model.regimes import resolve
from model.simulation import Simulation

SETS = {name: resolve(name) for name in ("ad_hoc", "trust")}
STUDY = Study(SETS, seed=3, replicates=5, quarters=6)
MANIFEST = {"runs": {"asked": STUDY.runs}, "tables": TABLES}


def run(study=STUDY, executor=None, receive=None, **options):
    """The results of a study, in memory."""
    writer = MemoryWriter()
    writer.open(MANIFEST, study.sets)
    with executor or SerialExecutor() as chosen:
        execute(study, receive or writer.receive, chosen, **options)
    return writer.close(MANIFEST)


@pytest.fixture(scope="module")
def whole():
    return run(replicates_a_block=5)


class Backwards(ThreadPoolExecutor):
    """Finishes whatever it has been given in reverse: every other block waits for its successor."""

    def __init__(self):
        super().__init__(2)
        self.turns = {}

    def submit(self, fn, /, block):
        done = self.turns[block.number] = threading.Event()

        def later():
            if block.number % 2 == 0 and block.number < 4:
                while block.number + 1 not in self.turns:
                    time.sleep(0.001)
                self.turns[block.number + 1].wait()
            try:
                return fn(block)
            finally:
                done.set()

        return super().submit(later)


# ---- What can be seen in the results, and what cannot


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("table", TABLES)
def test_the_size_of_blocks_cannot_be_seen(whole, size, table):
    assert run(replicates_a_block=size).table(table).equals(whole.table(table))


@pytest.mark.parametrize("table", TABLES)
def test_the_number_of_workers_cannot_be_seen(whole, table):
    with_two = run(executor=ThreadPoolExecutor(2), in_flight=4, replicates_a_block=1)
    assert with_two.table(table).equals(whole.table(table))


def test_the_order_in_which_blocks_finish_cannot_be_seen(whole):
    order = []
    writer = MemoryWriter()
    writer.open(MANIFEST, SETS)

    def receive(number, frames):
        order.append(number)
        writer.receive(number, frames)

    with Backwards() as executor:
        execute(STUDY, receive, executor, in_flight=2, replicates_a_block=1)
    assert order != sorted(order)
    results = writer.close(MANIFEST)
    for table in TABLES:
        assert results.table(table).equals(whole.table(table))


def test_designs_too_large_for_a_block_are_cut_by_parameter_set_too(whole, monkeypatch):
    monkeypatch.setattr(experiments.runner, "SETS_A_BLOCK", 1)
    assert len(list(blocks_of(STUDY, replicates_a_block=5))) == len(SETS)
    assert run(replicates_a_block=5).table("runs").equals(whole.table("runs"))


def test_rows_are_in_the_order_of_regimes_replicates_and_quarters(whole):
    runs = whole.table("runs")
    assert runs["regime"].to_list() == ["ad_hoc"] * 5 + ["trust"] * 5
    assert runs["replicate"].to_list() == [0, 1, 2, 3, 4] * 2
    quarters = whole.table("quarters")
    assert quarters["quarter"].to_list() == ["2014Q1", "2014Q2", "2014Q3", "2014Q4", "2015Q1", "2015Q2"] * 10
    for table, key in KEYS.items():
        assert not whole.table(table).select(key).is_duplicated().any()


def test_a_run_is_that_of_the_interpreted_engine(whole):
    simulation = Simulation("trust", seed=3, replicate=2, quarters=6).run()
    row = whole.table("runs").filter(regime="trust", replicate=2).row(0, named=True)
    for name in ("quality_end", "total_cost", "outcome_mean", "new_inadequate"):
        assert row[name] == getattr(simulation.outcome, name)
    by_quarter = whole.table("quarters").filter(regime="trust", replicate=2)
    assert by_quarter["vacancy_rate"].to_list() == simulation.quarters_table()["vacancy_rate"].to_list()


# ---- Keys


def test_every_run_has_its_own_key_whatever_block_it_is_in(whole):
    keys = whole.table("runs")["key"]
    assert keys.n_unique() == STUDY.runs
    assert keys.str.len_chars().unique().to_list() == [64]
    assert run(replicates_a_block=2).table("runs")["key"].equals(keys)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 4},
        {"quarters": 7},
        {"start": 1},
        {"model_hash": "another"},
        {
            "sets": (
                ("ad_hoc", resolve("ad_hoc", settings={"director.blame": 0.61})),
                ("trust", SETS["trust"]),
            )
        },
        {"sets": (("other", SETS["ad_hoc"]), ("trust", SETS["trust"]))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_key_changes_with_everything_that_a_run_depends_on(change):
    block = next(blocks_of(STUDY))
    assert run_keys(replace(block, **change))[0] != run_keys(block)[0]


# ---- Workers elsewhere


def test_a_block_can_travel_to_another_process():
    block = next(blocks_of(STUDY))
    there = pickle.loads(pickle.dumps(block))
    assert there == block
    assert run_one_block(there)["runs"].equals(run_one_block(block)["runs"])
    assert pickle.loads(pickle.dumps(run_one_block)) is run_one_block


def test_a_worker_with_another_model_refuses():
    block = replace(next(blocks_of(STUDY)), model_hash="another")
    with pytest.raises(StudyError, match="another version of the model"):
        run_one_block(block)


def test_no_more_blocks_are_under_way_than_allowed():
    under_way = []

    class Counting(ThreadPoolExecutor):
        def submit(self, fn, /, *args):
            future = super().submit(fn, *args)
            under_way.append(future)
            counts.append(sum(not received.get(id(one)) for one in under_way))
            return future

    counts, received = [], {}

    def receive(number, frames):
        received[id(under_way[number])] = True

    with Counting(2) as executor:
        execute(replace(STUDY, replicates=12), receive, executor, in_flight=3, replicates_a_block=1)
    assert len(counts) == 12
    assert max(counts) == 3


# ---- Failure and interruption


def fail_some(parameters, history, seed, replicates, start, quarters):
    """The engine, except that the first set of parameters fails in its third quarter with replicate 1."""
    block = run_block(parameters, draw_luck(seed, replicates, quarters), quarters)
    if 1 in replicates:
        run = list(replicates).index(1)
        block.status[run] = Status.NOT_FINITE
        block.quarters[run, 2:] = np.nan
        block.outcomes[run] = np.nan
    return block


def test_a_failed_run_is_a_row_and_never_the_end(whole, monkeypatch):
    monkeypatch.setattr(experiments.runner, "run_from", fail_some)
    results = run(replicates_a_block=2)
    (failure,) = results.failures.rows(named=True)
    assert (failure["regime"], failure["replicate"], failure["status"]) == ("ad_hoc", 1, "not_finite")
    assert failure["quarter"] == "2014Q3"
    assert results.manifest["runs"] == {"asked": 10, "ok": 9, "failed": 1}
    failed = (pl.col("regime") == "ad_hoc") & (pl.col("replicate") == 1)
    row = results.table("runs").filter(failed).row(0, named=True)
    assert (row["status"], row["quality_end"]) == ("not_finite", None)
    assert results.table("quarters").filter(failed)["quarter"].to_list() == ["2014Q1", "2014Q2"]
    assert results.table("councils").filter(failed).is_empty()
    assert results.table("runs").filter(~failed).equals(whole.table("runs").filter(~failed))


def test_what_has_finished_when_interrupted_is_handed_over():
    received = []

    def interrupt(runs):
        if len(received) == 2:
            raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as executor, pytest.raises(Interrupted) as stop:
        execute(
            replace(STUDY, replicates=50),
            lambda number, frames: received.append(number),
            executor,
            in_flight=2,
            replicates_a_block=1,
            progress=interrupt,
        )
    assert 2 <= len(received) <= 4
    assert len(set(received)) == len(received)
    assert (stop.value.finished, stop.value.asked) == (2 * len(received), 100)


def test_an_error_in_a_block_is_raised_and_the_rest_is_cancelled(monkeypatch):
    monkeypatch.setattr(experiments.runner, "run_from", lambda *inputs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run()


# ---- What cannot be run


@pytest.mark.parametrize(
    "change, message",
    [
        ({"replicates": 0}, r"replicates = 0: allowed is a whole number from 1 to 1,000,000"),
        ({"replicates": 2.5}, r"replicates = 2.5: allowed is a whole number"),
        ({"replicates": True}, r"replicates = True: allowed is a whole number"),
        ({"seed": -1}, r"seed = -1: allowed is a whole number from 0"),
        ({"quarters": 0}, r"quarters = 0: allowed is a whole number from 1 to 80"),
        ({"quarters": 81}, r"quarters = 81: allowed is a whole number from 1 to 80"),
        ({"sets": {}}, r"at least one set of parameters"),
    ],
)
def test_a_study_that_cannot_be_run_is_refused(change, message):
    with pytest.raises(StudyError, match=message):
        replace(STUDY, **change)


def test_starts_are_those_of_the_record_and_the_horizon_ends_where_it_ends():
    assert check_start("2014Q1") == 0
    assert check_start("2020Q1") == 24
    for start in ("2013Q4", "2020Q2", "2014", "spring"):
        with pytest.raises(StudyError, match=f"start '{start}': allowed is a quarter from 2014Q1 to 2020Q1"):
            check_start(start)
    assert check_quarters(56, start=24) == 56
    with pytest.raises(StudyError, match="quarters from 2020Q1 = 57: allowed is a whole number from 1 to 56"):
        check_quarters(57, start=24)
