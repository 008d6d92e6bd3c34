"""How much does each departure from the fitted prototype matter?

Puts the prototype's version of one rule at a time back into the compiled engine, and compares it with the
model as it is, history by history. Each version is compiled anew in a process of its own, which takes about a
minute; as many run at once as there are cores.

Run as `python tests/measure_departures.py`, it prints the page; `make stored` keeps it in
`docs/tables/departures.md`. With `--probe` it prints what the page rests on instead: the versions as they are
written, and two histories of the model as it is.
"""

import inspect
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import test_prototype as prototype
from scipy.stats import t as student

import model
import model.rules
import model.rules.funding
import model.rules.inspection
import model.rules.intervention
import model.rules.peers
import model.rules.support
from model.rule import rule

REPLICATES = 200
QUARTERS = 44
SEED = 1
OUTCOMES = {
    "quality_end": "quality at the end, points",
    "good_or_better_end": "good or better at the end, %",
    "inadequate_mean": "inadequate in an average quarter, councils",
    "support_cost": "outside support, £m",
}
DEPARTURES = {
    "deficits accumulate": (model.rules.funding, "settle_reserves", prototype.clip_reserves),
    "the first in line rotates": (model.rules, "first_in_line", prototype.always_the_same_first_in_line),
    "one plan a rung": (model.rules.intervention, "decide_plan", prototype.redraw_every_quarter),
    "repeated failure is acted on at once": (
        model.rules.intervention,
        "decision_is_due",
        prototype.decide_after_the_clock,
    ),
    "tendered again while waiting": (model.rules.intervention, "tender_again", prototype.wait_for_good),
    "disruption lingers": (model.rules.support, "disrupt", prototype.overwrite_disruption),
    "peer reviews are paid": (model.rules.peers, "pay_for_peer_review", prototype.book_peer_review_only),
    "the whole cost of set-up is charged": (
        model.rules.support,
        "setup_rate",
        prototype.quarter_of_the_setup,
    ),
    "takeover follows support at once": (
        model.rules.intervention,
        "escalate",
        prototype.leave_for_a_quarter,
    ),
    "a third failure ends support": (
        model.rules.intervention,
        "failed_again",
        prototype.failed_twice_in_this_spell,
    ),
    "only a visit buys time": (
        model.rules.intervention,
        "progress_buys_time",
        prototype.old_progress_buys_time,
    ),
    "councils split and merge": (model.rules, "reorganise", prototype.no_reorganisation),
    "one round of inspections before ILACS": (
        model.rules.inspection,
        "interval_to_next",
        prototype.seen_again_before_ilacs,
    ),
}
VALUES = {
    "set-up of trusts is the department's": {"arrangement.trust.department_setup_share": 0.0},
    "the inspectorate has a capacity": {"inspection.capacity": 200},
}
TOGETHER = "all of these together"


def run(undone: str, replicates: int = REPLICATES) -> np.ndarray:
    """Outcomes with the prototype's version of what is named; shape (regimes, replicates)."""
    for name, (module, function, version) in DEPARTURES.items():
        if undone in (name, TOGETHER):
            setattr(module, function, rule(version))
    settings: dict[str, float] = {}
    for name, values in VALUES.items():
        if undone in (name, TOGETHER):
            settings |= values
    regimes = [model.resolve(name, settings=settings) for name in model.SHIPPED]
    outcomes = []
    for first in range(0, replicates, 20):
        luck = model.draw_luck(SEED, range(first, min(first + 20, replicates)), QUARTERS)
        block = model.run_block(regimes, luck, QUARTERS)
        if block.status.any():
            raise SystemExit(f"{undone}: {np.count_nonzero(block.status)} runs failed")
        outcomes.append(block.outcomes.reshape(len(regimes), -1))
    return np.concatenate(outcomes, axis=1)


def run_elsewhere(undone: str) -> np.ndarray:
    """The same in a process and, where rules are put back, with a cache of its own: code is kept by what the
    files say, and they do not say which version runs.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "outcomes.npy"
        own_code = undone in (*DEPARTURES, TOGETHER)
        environment = os.environ | ({"TURNAROUND_CACHE": folder} if own_code else {})
        subprocess.run([sys.executable, __file__, undone, str(file)], env=environment, check=True)
        return np.load(file)


def paired(difference: np.ndarray) -> str:
    """Mean and half of its 95% interval."""
    half = student.ppf(0.975, len(difference) - 1) * difference.std(ddof=1) / len(difference) ** 0.5
    return f"{difference.mean():+.2f} ± {half:.2f}"


def probe() -> str:
    """What the page rests on, as far as two histories show it."""
    versions = [inspect.getsource(version) for _, _, version in DEPARTURES.values()]
    parts = [*DEPARTURES, *versions, repr(VALUES), str(REPLICATES)]
    now = run("nothing", 2)
    parts += [f"{value:.6g}" for outcome in OUTCOMES for value in now[outcome].flat]
    return "\n".join(parts) + "\n"


def departures_page() -> str:
    """Measure every departure, and what they do as a page."""
    everything = ("nothing", *DEPARTURES, *VALUES, TOGETHER)
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        found = dict(zip(everything, executor.map(run_elsewhere, everything), strict=True))
    now = found["nothing"]
    lines = [
        "# What the departures from the prototype do",
        "",
        "The model as it is, less the model with the prototype's version of one rule;"
        f" {REPLICATES} histories of {QUARTERS} quarters, seed {SEED}; mean of the paired differences ± half"
        " of its 95% interval, which shows luck only. Rows without any difference are left out."
        " Made by `make stored`.",
        "",
        "| departure | regime | " + " | ".join(OUTCOMES.values()) + " |",
        "| --- | --- " + "| --- " * len(OUTCOMES) + "|",
    ]
    for undone in (*DEPARTURES, *VALUES, TOGETHER):
        before = found[undone]
        for i, regime in enumerate(model.SHIPPED):
            differences = [now[outcome][i] - before[outcome][i] for outcome in OUTCOMES]
            if any(difference.any() for difference in differences):
                cells = " | ".join(paired(difference) for difference in differences)
                lines.append(f"| {undone} | {regime.replace('_', ' ')} | {cells} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) == 3:
        np.save(sys.argv[2], run(sys.argv[1]))
    else:
        sys.stdout.write(probe() if sys.argv[1:] == ["--probe"] else departures_page())
