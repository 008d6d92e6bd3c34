"""How much do common random numbers save?

Three designs are held against each other on this model, 200 replicates of every regime. *Common random
numbers by construction*: every decision has its own stream. *Same seed, one stream*: what comparing runs of
the same seed amounts to in most tools; a run draws from one stream as it needs, so that luck is shared only
until the first difference in what was drawn. *Independent seeds*: no luck is shared. The answer is the ratio
of the variances of a paired difference, which is the ratio of the runs needed for the same interval.

Run as `python -m experiments.variance`, which prints the table; `make stored` keeps it in
docs/variance-reduction.md.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import f

from experiments.arrays import Records
from model.agents import Shock
from model.codes import DirectorEvent, Grade
from model.ensemble import Luck, Worlds, draw_luck, run_block, start_and_advance
from model.regimes import SHIPPED, resolve
from model.registry import parameter_dtype
from model.shocks import drawn_fields, uniforms

PAGE = Path(__file__).parents[1] / "docs" / "variance-reduction.md"
SAID = re.compile(r"([\d.]+) against the same seed and one stream, ([\d.]+) against independent seeds")
"""How the page ends: by how many times fewer runs are needed."""

SEED = 1
REPLICATES = 200
QUARTERS = 44
CHUNK = 20
BASELINE = "ad_hoc"
OUTCOMES = ("quality_end", "good_or_better_end", "inadequate_mean", "outcome_mean", "director_changes")
DRAWS_OF_AN_INSPECTION = 3
DRAWS_OF_A_SUCCESSION = 2
DRAWS_OF_A_DECISION = 1

REGIMES = [resolve(name) for name in SHIPPED]


def common_random_numbers(replicates: range) -> Records:
    """Outcomes under streams of their own for every decision, shape (regimes, replicates)."""
    block = run_block(REGIMES, draw_luck(SEED, replicates, QUARTERS), QUARTERS)
    return block.outcomes.reshape(len(REGIMES), len(replicates))


def independent_seeds(replicates: range) -> Records:
    """Outcomes when each regime has replicates of its own, shape (regimes, replicates)."""
    outcomes = []
    for i, regime in enumerate(REGIMES):
        own = [REPLICATES * (i + 1) + replicate for replicate in replicates]
        outcomes.append(run_block([regime], draw_luck(SEED, own, QUARTERS), QUARTERS).outcomes)
    return np.array(outcomes)


def one_stream(replicates: range) -> Records:
    """Outcomes when a run draws from one stream as it needs, shape (regimes, replicates).

    Every council takes a draw for each decision of a quarter; judgements, successions and new arrangements
    take further ones, so that a run moves on in its stream by as much as happened in it.
    """
    fields = drawn_fields(Shock)
    normal = np.array([is_normal for _, is_normal in fields])
    common = draw_luck(SEED, replicates, QUARTERS)
    runs = len(REGIMES) * len(replicates)
    streams, slots = len(fields), common.councils.shape[1]
    step = streams * slots
    tape = [uniforms(SEED, replicate, "one stream", step * (QUARTERS + 2)) for replicate in replicates]
    position = np.zeros(runs, int)
    shocks = np.zeros((runs, streams, QUARTERS, slots))
    which = np.tile(np.arange(len(replicates)), len(REGIMES))
    luck = Luck(
        tuple(range(runs)),
        shocks,
        common.councils[which],
        common.providers[which],
        common.partners[which],
    )
    parameters = np.repeat(np.array([item.record for item in REGIMES], parameter_dtype()), len(replicates))
    worlds = Worlds.blank(runs)
    rows = []
    for now in range(QUARTERS):
        for run in range(runs):
            dealt = tape[which[run]][position[run] : position[run] + step].reshape(streams, slots)
            shocks[run, :, now] = np.where(normal[:, np.newaxis], ndtri(dealt), dealt)
        rows.append(start_and_advance(worlds, parameters, np.arange(runs), luck, now, 1).quarters[:, 0])
        position += step + _further_draws(worlds)
    observed = np.stack(rows, axis=1)
    last = observed[:, -1]
    years = QUARTERS / 4
    outcomes = np.zeros(runs, [(name, "f8") for name in OUTCOMES])
    outcomes["quality_end"] = last["quality_mean"]
    outcomes["good_or_better_end"] = last["good_or_better_share"]
    outcomes["inadequate_mean"] = observed["inadequate"].mean(axis=1)
    outcomes["outcome_mean"] = observed["outcome"].mean(axis=1)
    outcomes["director_changes"] = observed["director_changes"].sum(axis=1) / years
    return outcomes.reshape(len(REGIMES), len(replicates))


def _further_draws(worlds: Worlds) -> Records:
    councils = worlds.councils
    judged = (councils["inspection"]["result"] != Grade.NOT_JUDGED).sum(axis=1)
    succeeded = (councils["director"]["event"] != DirectorEvent.NONE).sum(axis=1)
    decided = (councils["intervention"]["start_kind"] > 0).sum(axis=1)
    further: Records = (
        judged * DRAWS_OF_AN_INSPECTION + succeeded * DRAWS_OF_A_SUCCESSION + decided * DRAWS_OF_A_DECISION
    )
    return further


def difference_variances(design: Any) -> dict[tuple[str, str], float]:
    """Variance of the paired difference from the baseline, by regime and outcome."""
    chunks = [design(range(first, first + CHUNK)) for first in range(0, REPLICATES, CHUNK)]
    outcomes = {name: np.concatenate([chunk[name] for chunk in chunks], axis=1) for name in OUTCOMES}
    baseline = SHIPPED.index(BASELINE)
    return {
        (regime, name): float((outcomes[name][i] - outcomes[name][baseline]).var(ddof=1))
        for i, regime in enumerate(SHIPPED)
        for name in OUTCOMES
        if i != baseline
    }


def a_few() -> list[Records]:
    """Outcomes of the three designs in two replicates, which tell whether the page is still what it was."""
    designs: list[Callable[[range], Records]] = [common_random_numbers, one_stream, independent_seeds]
    return [design(range(2))[name] for design in designs for name in OUTCOMES]


def variance_page() -> str:
    """Measure the three designs, and what they show as a page."""
    ours = difference_variances(common_random_numbers)
    seeds = difference_variances(one_stream)
    independent = difference_variances(independent_seeds)
    spread = f.ppf(0.975, REPLICATES - 1, REPLICATES - 1)
    lines = [
        "# What common random numbers save",
        "",
        f"Variance of the paired difference from {BASELINE.replace('_', ' ')}, as a multiple of the variance"
        f" under streams of their own for every decision; {REPLICATES} replicates, {QUARTERS} quarters. It is"
        " the number of runs that the other design needs for one of ours, for an interval of the same width."
        f" A ratio is known to within a factor of about {spread:.2f} either way (95%, F distribution). Made"
        " by `make stored`.",
        "",
        "| regime | outcome | same seed, one stream | independent seeds |",
        "| --- | --- | --- | --- |",
    ]
    for key, variance in ours.items():
        regime, name = key
        lines.append(
            f"| {regime.replace('_', ' ')} | {name.replace('_', ' ')} | {seeds[key] / variance:.1f}"
            f" | {independent[key] / variance:.1f} |"
        )
    against_seed = np.exp(np.mean([np.log(seeds[key] / ours[key]) for key in ours]))
    against_independent = np.exp(np.mean([np.log(independent[key] / ours[key]) for key in ours]))
    lines += [
        "",
        f"Geometric mean of the {len(ours)} ratios: {against_seed:.1f} against the same seed and one stream,"
        f" {against_independent:.1f} against independent seeds.",
    ]
    return "\n".join(lines) + "\n"


def times_saved() -> tuple[str, str]:
    """How many times fewer runs the page says are needed than with one stream, and with independent seeds.

    Raises:
        ValueError: when the page does not say so, or says it twice.
    """
    found = SAID.findall(PAGE.read_text("utf-8"))
    if len(found) != 1:
        raise ValueError(f"{PAGE} has {len(found)} passages of the form {SAID.pattern!r}; allowed is one")
    one_stream, independent = (f"{float(times):.0f}" for times in found[0])
    return one_stream, independent


if __name__ == "__main__":
    sys.stdout.write(variance_page())
