"""The same inputs give the same bits: in any order, block, thread, process and version of Python."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from model.ensemble import Block, draw_luck, run_block
from model.regimes import SHIPPED, resolve

ROOT = Path(__file__).parents[1]
SEED, QUARTERS = 1, 20
OTHER_PYTHONS = os.environ.get("TURNAROUND_PYTHONS", "").split()

RESULTS = f"""
import hashlib
import numpy as np
from model.ensemble import draw_luck, run_block
from model.regimes import SHIPPED, resolve
from model.simulation import Simulation

block = run_block([resolve(name) for name in SHIPPED], draw_luck({SEED}, range(3), {QUARTERS}), {QUARTERS})
simulation = Simulation("mixed", seed={SEED}, replicate=2, quarters=4).run()
parts = (block.quarters, block.outcomes, block.councils, *simulation.worlds().parts())
print(hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest())
"""


def results_in_another_process(python: str = sys.executable, **environment: str) -> str:
    done = subprocess.run(
        [python, "-W", "error", "-c", RESULTS],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@cache
def results_here() -> str:
    return results_in_another_process()


@pytest.mark.parametrize("hash_seed", [pytest.param("0", marks=pytest.mark.slow), "1"])
def test_results_do_not_depend_on_how_python_hashes(hash_seed):
    assert results_in_another_process(PYTHONHASHSEED=hash_seed) == results_here()


@pytest.mark.skipif(not OTHER_PYTHONS, reason="there is no second Python: TURNAROUND_PYTHONS names none")
@pytest.mark.parametrize("python", OTHER_PYTHONS or [None])
def test_results_do_not_depend_on_the_version_of_python(python):
    assert results_in_another_process(python) == results_here()


def run_bytes(block: Block, run: int) -> bytes:
    return block.quarters[run].tobytes() + block.outcomes[run].tobytes() + block.councils[run].tobytes()


REPLICATES = range(4)


@cache
def in_one_block() -> dict[tuple[str, int], bytes]:
    block = run_block([resolve(name) for name in SHIPPED], draw_luck(SEED, REPLICATES, QUARTERS), QUARTERS)
    keys = [(name, replicate) for name in SHIPPED for replicate in REPLICATES]
    return {key: run_bytes(block, run) for run, key in enumerate(keys)}


def one_run(key: tuple[str, int]) -> bytes:
    regime, replicate = key
    return run_bytes(run_block([resolve(regime)], draw_luck(SEED, [replicate], QUARTERS), QUARTERS), 0)


def test_each_run_alone_gives_what_it_gives_in_a_block():
    assert {key: one_run(key) for key in in_one_block()} == in_one_block()


def test_the_order_of_regimes_and_replicates_does_not_matter():
    regimes, replicates = SHIPPED[::-1], (2, 0, 3, 1)
    block = run_block([resolve(name) for name in regimes], draw_luck(SEED, replicates, QUARTERS), QUARTERS)
    keys = [(name, replicate) for name in regimes for replicate in replicates]
    assert {key: run_bytes(block, run) for run, key in enumerate(keys)} == in_one_block()


def test_threads_do_not_disturb_each_other():
    in_one_block()  # compiled before the threads start
    with ThreadPoolExecutor(4) as pool:
        found = dict(zip(in_one_block(), pool.map(one_run, in_one_block()), strict=True))
    assert found == in_one_block()


def test_the_test_of_equal_bits_can_fail():
    assert len(set(in_one_block().values())) == len(in_one_block())
