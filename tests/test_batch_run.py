"""The Mesa model under Mesa's own runner, parameters varied: a sweep's figures, whatever Mesa's luck."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from experiments.sweeps.run import sweep
from model.simulation import Simulation

ROOT = Path(__file__).parents[1]
PYTHONS = [sys.executable, *os.environ.get("TURNAROUND_PYTHONS", "").split()]
QUARTERS = 4
BLAMES = (0.0, 1.5)
INDICATORS = ("quality_mean", "inadequate", "director_changes")

SCRIPT = f"""
import inspect, json, mesa
from model import Simulation

if __name__ == "__main__":
    newer = "rng" in inspect.signature(mesa.batch_run).parameters
    again = {{"rng": [None, None]}} if newer else {{"iterations": 2}}
    rows = mesa.batch_run(
        Simulation,
        {{
            "regime": ["ad_hoc", "trust"],
            "settings": [{{"director.blame": blame}} for blame in {BLAMES}],
            "replicate": range(2),
            "quarters": {QUARTERS},
        }},
        number_processes=2, max_steps={QUARTERS}, data_collection_period=1, display_progress=False, **again,
    )
    kept = ("regime", "settings", "replicate", "Step", "iteration", *{INDICATORS})
    print(json.dumps([{{name: row.get(name) for name in kept}} for row in rows]))
"""

WITH_A_SEED = """
import inspect, mesa
from model import Simulation

newer = "rng" in inspect.signature(mesa.batch_run).parameters
parameters, rest = ({"quarters": 2}, {"rng": 7}) if newer else ({"quarters": 2, "seed": 7}, {})
rows = mesa.batch_run(Simulation, parameters, max_steps=2, display_progress=False, **rest)
print(rows[0]["quality_mean"])
"""


@cache
def batch(python):
    """Rows of a batch, each settings and replicate run twice by Mesa, over two processes."""
    return json.loads(run_python(python, SCRIPT))


def run_python(python, script):
    done = subprocess.run(
        [python, "-W", "error", "-c", script],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def swept():
    """The same runs as a sweep: indicators by regime, strength of blame, replicate and quarter."""
    results = sweep(
        {
            "title": "The same",
            "regimes": ["ad_hoc", "trust"],
            "replicates": 2,
            "quarters": QUARTERS,
            "outcomes": ["quality_end", "inadequate_mean"],
            "tables": ["runs", "quarters"],
            "design": {"kind": "grid"},
            "parameters": {"director.blame": {"values": list(BLAMES)}},
        },
        executor="serial",
    )
    runs, quarters = (
        table.join(results.design, on="point").collect()
        for table in (results.runs, results.tables["quarters"])
    )
    return runs, quarters


def by_run(rows):
    """Rows of quarters, in order, by regime, strength of blame and replicate; Mesa runs each twice."""
    found = {}
    for row in rows:
        key = (row["regime"], row["settings"]["director.blame"], row["replicate"])
        found.setdefault(key, {}).setdefault(row["Step"], []).append(row)
    return found


@pytest.mark.parametrize(
    "python", [PYTHONS[0], *(pytest.param(python, marks=pytest.mark.slow) for python in PYTHONS[1:])]
)
def test_a_batch_gives_the_indicators_of_a_sweep_to_the_last_bit(python):
    _, quarters = swept()
    found = by_run(batch(python))
    assert len(found) == 2 * len(BLAMES) * 2
    for (regime, blame, replicate), steps in found.items():
        of_run = quarters.filter(
            pl.col("regime") == regime, pl.col("director.blame") == blame, pl.col("replicate") == replicate
        )
        assert len(steps) == len(of_run) == QUARTERS
        for quarter, rows in zip(of_run.iter_rows(named=True), steps.values(), strict=True):
            for name in INDICATORS:
                assert {row[name] for row in rows} == {quarter[name]}


@pytest.mark.parametrize("python", PYTHONS[:1])
def test_what_a_batch_collects_makes_up_the_outcomes_of_a_sweep(python):
    runs, _ = swept()
    for (regime, blame, replicate), steps in by_run(batch(python)).items():
        outcome = runs.row(
            by_predicate=(pl.col("regime") == regime)
            & (pl.col("director.blame") == blame)
            & (pl.col("replicate") == replicate),
            named=True,
        )
        by_quarter = [rows[0] for rows in steps.values()]
        assert outcome["quality_end"] == by_quarter[-1]["quality_mean"]
        mean = sum(row["inadequate"] for row in by_quarter) / QUARTERS
        assert outcome["inadequate_mean"] == pytest.approx(mean, rel=1e-14)


@pytest.mark.parametrize(
    "python", [PYTHONS[0], *(pytest.param(python, marks=pytest.mark.slow) for python in PYTHONS[1:])]
)
def test_repeating_a_run_in_mesa_repeats_its_luck_and_replicates_do_not(python):
    last = {
        key: [row["quality_mean"] for row in list(steps.values())[-1]]
        for key, steps in by_run(batch(python)).items()
    }
    assert all(len(repeated) == 2 and len(set(repeated)) == 1 for repeated in last.values())
    for regime, blame, _ in last:
        assert last[regime, blame, 0] != last[regime, blame, 1]


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS)
def test_a_seed_reaches_the_model_as_the_guide_says(python):
    seven, one = (Simulation(seed=seed, quarters=2).run().observed.quality_mean for seed in (7, 1))
    assert float(run_python(python, WITH_A_SEED)) == seven != one


def test_what_is_set_is_what_a_run_has():
    qualities = {
        key: list(steps.values())[-1][0]["quality_mean"]
        for key, steps in by_run(batch(sys.executable)).items()
    }
    for regime, _, replicate in qualities:
        assert qualities[regime, BLAMES[0], replicate] != qualities[regime, BLAMES[1], replicate]
