"""Which factors of a sweep drive an outcome, or the difference between two regimes, and how sure that is.

The method follows the design: Sobol' indices of a Saltelli design, elementary effects of a Morris design,
first-order indices from given data of any other. All explain the mean over replicates; what luck does to them
is told apart by `noise`. A base row or trajectory in which any run failed or is missing is left out whole,
and counted.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl
from scipy.stats import norm

from experiments.arrays import Flags, Numbers
from experiments.errors import StudyError
from experiments.intervals import NORMAL_95, Interval
from experiments.sweeps.cells import (
    Target,
    by_unit,
    chosen_outcomes,
    chosen_regimes,
    design_values,
    independent_points,
    unit_of_point,
)
from experiments.sweeps.defaults import RESAMPLES, SEED
from experiments.sweeps.factors import DUMMY
from experiments.sweeps.given_data import LEAST_POINTS, given_data_measures
from experiments.sweeps.measures import MEASURES, OTHER_LUCK, Measure, around
from experiments.sweeps.morris import LEAST_TRAJECTORIES, morris_measures
from experiments.sweeps.noise import FEW_REPLICATES, Noise, separate
from experiments.sweeps.results import SweepResults
from experiments.sweeps.sobol import LEAST_ROWS, sobol_measures

Method = Literal["sobol", "morris", "rbd_fast"]

METHODS: Mapping[str, Method] = {"saltelli": "sobol", "morris": "morris"}
"""By kind of design; any other is analysed as given data."""

MUCH_LUCK = 0.2
"""Share of luck in the variance of the means above which a reader is warned."""

FEW_ROWS = 100
"""Base rows below which intervals of indices are too narrow."""

ROUNDING = 1e-9
"""What the measure of a dummy that is exactly 0 may be in floating point."""

WIDE = 2.0
"""Width of an interval above which an index freed of luck, which lies between 0 and 1, is not determined."""

UNITS = {"sobol": "base rows", "morris": "trajectories", "rbd_fast": "points"}
"""What is counted, halved and drawn anew, by method."""


@dataclass(frozen=True)
class Analysis:
    """What drives one target.

    Attributes:
        target: that was explained.
        method: by which.
        used: units of the design that were used: base rows, trajectories or points.
        asked: units that the design has.
        replicates: over which means were taken.
        measures: in the order of the design, checks last; none when nothing could be told.
        noise: parameters and luck apart; None when they cannot be.
        remarks: in words, what a reader has to know.
        alarms: in words, what should not be.
        tests: how many checks are made in this call whose failure may be chance.
    """

    target: Target
    method: Method
    used: int
    asked: int
    replicates: int
    measures: tuple[Measure, ...]
    noise: Noise | None
    remarks: tuple[str, ...]
    alarms: tuple[str, ...]
    tests: int = 1

    def passes(self, check: Measure) -> bool:
        """Whether one of `checks` is as it should be: exactly 0, or 0 within the interval of `allowed`."""
        if is_exact(check, self.method):
            return abs(check.full.value) <= ROUNDING
        return allowed(check, self.tests).covers(0.0)

    def undetermined(self, one: Measure) -> str:
        """Why a measure freed of luck is not determined, in words; empty where it is, or there is none."""
        if one.corrected is None or self.noise is None or self.method == "morris":
            return ""
        low, high = one.corrected.low, one.corrected.high
        share = self.noise.of_mean.value
        width = (one.full.high - one.full.low) / share if high != high and share else high - low
        luck = f"luck is {1.0 - share:.0%} of the variance"
        return f"not determined: {luck}" if width > WIDE or abs(one.corrected.value) > WIDE else ""

    @property
    def main(self) -> str:
        """The measure by which factors are put in order."""
        return {"sobol": "total", "morris": "mu_star", "rbd_fast": "first"}[self.method]

    def ordered(self, part: str) -> list[Measure]:
        """The main measure of all groups, factors or checks, largest first."""
        found = [one for one in self.measures if one.part == part and one.measure == self.main]
        return sorted(found, key=lambda one: -one.full.value)

    def measure(self, name: str, measure: str, part: str) -> Measure | None:
        """One measure; None when there is none."""
        keys = (part, name, measure)
        return next((one for one in self.measures if (one.part, one.name, one.measure) == keys), None)


@dataclass(frozen=True)
class Sensitivity:
    """What drives the targets of a sweep.

    Attributes:
        results: of the sweep.
        resamples: of the bootstrap.
        seed: of the bootstrap.
        analyses: one a target.
        unfinished: in words, how far the sweep has come and how much of it was used; empty when it is
            finished.
    """

    results: SweepResults
    resamples: int
    seed: int
    analyses: tuple[Analysis, ...]
    unfinished: str = ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """In words, what a reader has to know of all analyses."""
        rows = [one.used for one in self.analyses if one.method == "sobol" and one.measures]
        if not rows or min(rows) >= FEW_ROWS:
            return ()
        return (
            f"Intervals rest on {min(rows):,} base rows; below some {FEW_ROWS} those of Sobol’ indices are"
            " too narrow, so that they miss the truth more often than once in twenty times.",
        )

    def table(self) -> pl.DataFrame:
        """All measures: a row a target, group or factor, and measure, the most important first."""
        rows = [
            row
            for analysis in self.analyses
            for part in ("group", "factor", "check")
            for main in analysis.ordered(part)
            for row in _rows(analysis, main)
        ]
        return pl.DataFrame(rows, schema=COLUMNS, orient="row").fill_nan(None)


COLUMNS = {
    **dict.fromkeys(("outcome", "regime", "less", "method", "part", "name", "measure"), pl.String),
    **dict.fromkeys(("value", "low", "high", "half_value", "half_low", "half_high"), pl.Float64),
    **dict.fromkeys(("corrected", "corrected_low", "corrected_high"), pl.Float64),
    "settled": pl.Boolean,
    **dict.fromkeys(("used", "asked", "replicates"), pl.Int64),
}
"""Of `Sensitivity.table`, which is kept as sensitivity.csv."""


def _rows(analysis: Analysis, main: Measure) -> list[tuple[object, ...]]:
    nothing = (None, None, None)
    target = analysis.target
    return [
        (
            *(target.outcome, target.regime, target.less, analysis.method, one.part, one.name, one.measure),
            *one.full,
            *(one.half or nothing),
            *(one.corrected or nothing),
            *(one.settled, analysis.used, analysis.asked, analysis.replicates),
        )
        for one in analysis.measures
        if (one.part, one.name) == (main.part, main.name)
    ]


def analyse_sensitivity(
    results: SweepResults,
    outcomes: tuple[str, ...] = (),
    regimes: tuple[str, ...] = (),
    difference: bool = False,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Sensitivity:
    """Find what drives outcomes of a sweep.

    Args:
        results: of the sweep.
        outcomes: to explain; the first few of the main ones when none are named.
        regimes: under which; all when none are named.
        difference: whether to explain how far each regime lies from the baseline, not its own outcome.
        resamples: of the bootstrap, at least 20.
        seed: of the bootstrap, 0 or more.

    Raises:
        StudyError: for an outcome or regime that the sweep does not have, too few resamples, or nothing to
            explain.
    """
    if resamples < 20 or seed < 0:
        raise StudyError(f"--resamples {resamples}, --seed {seed}: allowed are at least 20, and 0 or more")
    names = chosen_regimes(results, regimes)
    if difference:
        names = tuple(name for name in names if name != results.baseline)
        if results.baseline not in results.regimes or not names:
            raise StudyError(
                f"--difference needs the baseline {results.baseline} and another regime; this sweep ran"
                f" {', '.join(results.regimes)}"
            )
    less = results.baseline if difference else ""
    targets = [
        Target(outcome, regime, less) for outcome in chosen_outcomes(results, outcomes) for regime in names
    ]
    ran = int(results.runs.select(pl.len()).collect().item())
    finished = ran >= results.runs_asked
    found = tuple(_analyse(results, target, resamples, seed) for target in targets)
    tests = sum(not is_exact(check, one.method) for one in found for check in checks(one.measures))
    checked = tuple(_checked(replace(one, tests=max(tests, 1)), finished) for one in found)
    return Sensitivity(
        results, resamples, seed, checked, "" if finished else _unfinished(results, ran, checked)
    )


def _unfinished(results: SweepResults, ran: int, analyses: Sequence[Analysis]) -> str:
    used = sorted({one.used for one in analyses})
    asked, unit = analyses[0].asked, UNITS[analyses[0].method]
    complete = f"{used[0]:,}" if len(used) == 1 else f"{used[0]:,} to {used[-1]:,}, by outcome and regime,"
    resume = f"; `turnaround resume {results.folder}` goes on" if results.folder else ""
    return (
        f"The sweep is not finished: {ran:,} of {results.runs_asked:,} runs are there, and {complete} of"
        f" {asked:,} {unit} are complete and used here{resume}."
    )


def _analyse(results: SweepResults, target: Target, resamples: int, seed: int) -> Analysis:
    summary = results.design_summary
    method = METHODS.get(summary.kind, "rbd_fast")
    cells = by_unit(target.cells(results), summary)
    known = np.asarray(~np.isnan(cells).any(axis=(1, 2)))
    used, asked = int(known.sum()), len(cells)
    remarks = _left_out(used, asked, method)
    if summary.sets:
        remarks.append(
            f"Each of {summary.sets:,} sets of the posterior stands at"
            f" {summary.points // summary.sets:,} points. Intervals of indices take points for independent of"
            " each other, and are too narrow."
        )
    least = {"sobol": LEAST_ROWS, "morris": LEAST_TRAJECTORIES, "rbd_fast": LEAST_POINTS}[method]
    measures: list[Measure] = []
    noise = None
    if used < least:
        remarks.append(
            f"Nothing can be told: {used:,} {UNITS[method]} are complete, and at least {least} are needed."
        )
    elif np.ptp(cells[known]) == 0.0:
        value = float(cells[known].flat[0])
        remarks.append(f"It does not vary: it is {value:g} in every run, so there is nothing to explain.")
    elif np.ptp(cells[known].mean(axis=2)) == 0.0:
        remarks.append("No factor does anything: its mean over replicates is the same at every point.")
    elif method == "sobol" and np.ptp(cells[known][:, [0, -1]].mean(axis=2)) == 0.0:
        remarks.append(
            "Nothing can be told: the rows of the samples A and B do not vary, and indices are shares of"
            " their variance; only rows that mix the two do. More base rows would tell."
        )
    else:
        noise = _noise(results, cells, known, seed)
        with warnings.catch_warnings():
            # Of a factor without effect in a part of the design; told apart above where it is all of them.
            warnings.filterwarnings("ignore", message="Constant values encountered", category=UserWarning)
            measures = _measures(results, cells, known, noise, resamples, seed)
        remarks += _noise_in_words(noise, cells.shape[2])
        remarks += _unsettled(measures, method)
    return Analysis(
        target,
        method,
        used,
        asked,
        cells.shape[2],
        tuple(measures),
        noise,
        tuple(remarks),
        (),
    )


def _measures(
    results: SweepResults,
    cells: Numbers,
    known: Flags,
    noise: Noise | None,
    resamples: int,
    seed: int,
) -> list[Measure]:
    summary = results.design_summary
    if summary.kind == "saltelli":
        return sobol_measures(cells[known], summary.groups, summary.alone, resamples, seed)
    names = [factor.name for factor in results.factors]
    if summary.kind == "morris" and results.units is not None:
        units = by_unit(results.units.select(names).to_numpy(), summary)[known]
        return morris_measures(
            cells[known], units, results.factors, bool(summary.groups), summary.levels, resamples, seed
        )
    return given_data_measures(
        cells[known][:, 0], design_values(results)[known], names, noise, resamples, seed
    )


def _noise(results: SweepResults, cells: Numbers, known: Flags, seed: int) -> Noise | None:
    summary = results.design_summary
    points = np.repeat(known, summary.width) & independent_points(summary)[: len(known) * summary.width]
    together = summary.kind == "morris" or summary.sets
    units = unit_of_point(summary)[: len(points)][points] if together else None
    return separate(cells.reshape(-1, cells.shape[2])[points], seed, units)


def _left_out(used: int, asked: int, method: Method) -> list[str]:
    if used == asked:
        return []
    unit = UNITS[method]
    return [
        f"{asked - used:,} of {asked:,} {unit} are left out, because a run in them failed, is missing, or"
        " could not be observed. What is left is no random part of the design if runs fail at certain values."
    ]


def _noise_in_words(noise: Noise | None, replicates: int) -> list[str]:
    if replicates < 2:
        return [
            "With one replicate, parameters and luck cannot be told apart: every index holds luck, and how"
            " much is not known. Two replicates would tell."
        ]
    if noise is None:
        return ["Parameters and luck could not be told apart."]
    words = []
    luck = 1.0 - noise.of_mean.value
    words.append(
        f"Luck makes {luck:.1%} (95% interval {1.0 - noise.of_mean.high:.1%} to"
        f" {1.0 - noise.of_mean.low:.1%}) of the variance between points of the mean over {replicates}"
        " replicates; the rest is parameters."
    )
    if luck > MUCH_LUCK:
        words.append(
            "That is much: measures speak of luck as well as of parameters, and those freed of it are"
            " uncertain. More replicates would tell more than more points."
        )
    if replicates < FEW_REPLICATES:
        words.append(
            f"{replicates} replicates are few: the intervals of what luck does are rough, since they"
            " rest on the histories at hand."
        )
    return words


def _unsettled(measures: Sequence[Measure], method: Method) -> list[str]:
    judged = [one for one in measures if one.part != "check" and one.settled is not None]
    loose = [one for one in judged if not one.settled]
    if not judged:
        return [f"There are too few {UNITS[method]} to compare half of them with all."]
    if not loose:
        return [f"Settled: every measure from half of the {UNITS[method]} lies within the interval from all."]
    named = [f"{one.name} ({MEASURES[one.measure]}, {one.part})" for one in loose]
    shown = ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
    return [
        f"Not settled: {len(loose)} of {len(judged)} measures from half of the {UNITS[method]} lie outside"
        f" the interval from all: {shown}."
    ]


def is_exact(check: Measure, method: Method) -> bool:
    """Whether a check is 0 to the last digit when all is well, and not only on average.

    Under the same luck a step that moves the dummy alone changes no run. Saltelli and Morris designs have
    such steps; from points of any other design a dummy's index is an estimate with an error.
    """
    return check.name == DUMMY and method != "rbd_fast"


def allowed(check: Measure, tests: int) -> Interval:
    """The interval that one of so many checks may miss 0 in once in twenty times that all are made.

    By Bonferroni each is tested at 0.05 / tests. Intervals are normal ones, so that half their width, which
    is 1.96 standard errors, grows as the quantile does.
    """
    quantile = float(norm.ppf(1.0 - 0.025 / tests))
    half_width = (check.full.high - check.full.low) / 2.0
    return around(check.full.value, half_width * quantile / NORMAL_95)


def _checked(analysis: Analysis, finished: bool) -> Analysis:
    """An analysis with what its checks say: an alarm where that cannot be chance, else a remark.

    Of an unfinished sweep nothing is an alarm.
    """
    words: list[str] = []
    alarms: list[str] = []
    for one in checks(analysis.measures):
        if analysis.passes(one):
            continue
        kind = MEASURES[one.measure][0].lower() + MEASURES[one.measure][1:]
        if not is_exact(one, analysis.method):
            ends = allowed(one, analysis.tests)
            words.append(
                f"The {kind} of {one.name} is {ends.value:.3f}, and {ends.low:.3f} to {ends.high:.3f} does"
                " not cover 0, though it should. That interval allows for the number of such checks"
                f" ({analysis.tests:,}), so by chance alone this happens once in twenty runs of this command;"
                " with few base rows, where intervals are too narrow, more often."
            )
        elif finished:
            alarms.append(
                f"WARNING: the {kind} of {one.name} is {one.full.value:.3g}, though it changes nothing and"
                " must be exactly 0 under the same luck. That is no chance: rows of the design and runs do"
                " not belong together. Do not use these results before that is understood."
            )
        else:
            words.append(
                f"The {kind} of {one.name} is {one.full.value:.3g}, though it must be exactly 0 under the"
                " same luck. Look again when the sweep is finished."
            )
    return replace(analysis, remarks=(*analysis.remarks, *words), alarms=tuple(alarms))


def checks(measures: Sequence[Measure]) -> list[Measure]:
    """Measures that must not differ from 0: of the dummy all but sigma, of other luck the first order."""
    return [
        one
        for one in measures
        if (one.name == DUMMY and one.measure != "sigma")
        or (one.name == OTHER_LUCK and one.measure == "first")
    ]
