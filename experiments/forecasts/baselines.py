"""What a sceptic would forecast: no change, a Markov chain of judgements, an ordered logit.

Each says how likely every next judgement is, given the last one; the chain and the logit are then run
forward with the waits of the record. A council founded since its area was last judged stands on the last
judgements of its predecessors, by the children who came from each.
"""

import warnings
from collections.abc import Callable

import numpy as np

from experiments.arrays import Codes, Flags, Numbers
from experiments.errors import StudyError
from experiments.forecasts.known import Known, Transitions, known_at
from experiments.forecasts.schema import INADEQUATE, JUDGED, NOT_JUDGED, STANDING, Prophecy, foundings
from experiments.forecasts.timing import Timing, fit_timing, suspended
from experiments.hindcast.panel import existing
from model.facts import Facts

GRADES = len(JUDGED)

IMAGINED_TRANSITIONS = 2.0
"""Transitions imagined from each grade, shared out as the judgements since 2014 are."""

HALF = 0.5
"""Of a judgement is added to each grade before shares are taken, so that none is impossible."""

LEGACY_COLUMN = 1
FEWEST_OF_A_KIND = 10
"""Judgements that followed one of before 2014, and that did not, for the logit to part them."""


def shares_of(grades: Codes) -> Numbers:
    """Shares of judgements, half a one added to each grade: shape (4,)."""
    counts = np.bincount(grades, minlength=GRADES) + HALF
    shares: Numbers = counts / counts.sum()
    return shares


# ---- The chance of each next judgement: shape (2, councils, 4 before, 4 next), [since 2014, legacy]


def no_change_chances(known: Known) -> Numbers:
    """The next judgement is the last."""
    return np.broadcast_to(np.eye(GRADES), (2, len(known.last), GRADES, GRADES))


def markov_chances(known: Known) -> Numbers:
    """Shares among the transitions on record, drawn to the shares of all judgements.

    Transitions from judgements before 2014, by an easier framework, are counted apart.
    """
    seen = known.transitions
    prior = IMAGINED_TRANSITIONS * shares_of(seen.grade)
    tables = np.empty((2, GRADES, GRADES))
    for legacy in (0, 1):
        which = seen.legacy == bool(legacy)
        counts = np.zeros((GRADES, GRADES))
        np.add.at(counts, (seen.last[which], seen.grade[which]), 1.0)
        counts += prior
        tables[legacy] = counts / counts.sum(axis=1, keepdims=True)
    return np.broadcast_to(tables[:, np.newaxis], (2, len(known.last), GRADES, GRADES))


def ordered_logit_chances(known: Known) -> Numbers:
    """An ordered logit on the last judgement, whether it dates from before 2014, and `FEATURES`.

    What is unknown of a council is at the mean of those of which it is known. What does not vary is left
    out; so is the date of the last judgement until there are ten of either kind, for fewer would part the
    grades. One imagined judgement, shared out as all are, keeps every grade possible.

    Raises:
        StudyError: when it cannot be fitted.
    """
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    seen = known.transitions
    design = Design(seen)
    present, grade = np.unique(seen.grade, return_inverse=True)
    if len(present) < 2:
        raise StudyError(
            f"an ordered logit needs judgements of two grades; the {len(grade)} on record by the origin have"
            f" {len(present)}"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it did not converge is told below
        model = OrderedModel(grade, design.of_transitions(seen), distr="logit")
        fitted = model.fit(method="bfgs", maxiter=500, disp=False)
    if not fitted.mle_retvals["converged"]:
        raise StudyError(f"the ordered logit finds no best fit to {len(grade)} judgements")
    councils = len(known.last)
    chances = np.zeros((2, councils, GRADES, GRADES))
    for legacy in (0, 1):
        for last in range(GRADES):
            x = design.of(np.full(councils, last), np.full(councils, bool(legacy)), known.features)
            chances[legacy, :, last, present] = model.predict(fitted.params, exog=x).T
    judgements = len(seen.grade)
    mixed: Numbers = (judgements * chances + shares_of(seen.grade)) / (judgements + 1.0)
    return mixed


class Design:
    """Explanatory variables of the logit, on the scale of the judgements that it is fitted to."""

    def __init__(self, seen: Transitions) -> None:
        """Take means and standard deviations, and note what varies."""
        columns = self._columns(seen.last, seen.legacy, seen.features)
        known = ~np.isnan(columns)
        count = np.maximum(known.sum(axis=0), 1)
        self._mean = np.where(known, columns, 0.0).sum(axis=0) / count
        self._spread = np.sqrt(np.where(known, (columns - self._mean) ** 2, 0.0).sum(axis=0) / count)
        of_a_kind = min(int(seen.legacy.sum()), int((~seen.legacy).sum()))
        self._used = self._spread > 0.0
        self._used[LEGACY_COLUMN] = of_a_kind >= FEWEST_OF_A_KIND

    def of(self, last: Codes, legacy: Flags, features: Numbers) -> Numbers:
        """Standardised columns that vary, unknown values at the mean: shape (rows, columns)."""
        columns = self._columns(last, legacy, features)[:, self._used]
        standard: Numbers = (columns - self._mean[self._used]) / self._spread[self._used]
        standard[np.isnan(standard)] = 0.0
        return standard

    def of_transitions(self, seen: Transitions) -> Numbers:
        """Those of judgements on record."""
        return self.of(seen.last, seen.legacy, seen.features)

    @staticmethod
    def _columns(last: Codes, legacy: Flags, features: Numbers) -> Numbers:
        deprivation, tenure, agency, vacancy = features.T
        return np.column_stack([last, legacy, deprivation, np.log1p(tenure), agency, vacancy])


CHANCES: dict[str, Callable[[Known], Numbers]] = {
    "no_change": no_change_chances,
    "markov": markov_chances,
    "ordered_logit": ordered_logit_chances,
}
BASELINES = tuple(CHANCES)


# ---- Forecasts


def baseline_forecast(name: str, facts: Facts, origin: int, end: int, draws: int, seed: int) -> Prophecy:
    """The forecast of a baseline, fitted to what was known at the origin.

    Args:
        name: of `BASELINES`.
        facts: the record.
        origin: last quarter of it that is used.
        end: last quarter to forecast.
        draws: histories drawn.
        seed: of those.
    """
    known = known_at(facts, origin)
    chances = CHANCES[name](known)
    timing = None if name == "no_change" else fit_timing(known)
    return run_forward(known, chances, timing, end, draws, seed)


def run_forward(
    known: Known, chances: Numbers, timing: Timing | None, end: int, draws: int, seed: int
) -> Prophecy:
    """Draw histories of judgements from an origin on.

    While inspections are suspended nobody waits any longer.

    Args:
        known: what is known at the origin.
        chances: of each next judgement, shape (2, councils, 4, 4).
        timing: of inspections; None if none is ever held.
        end: last quarter.
        draws: histories.
        seed: of the luck.
    """
    quarters = range(known.origin + 1, end + 1)
    luck = np.random.default_rng(np.random.SeedSequence([seed, known.origin]))
    there = existing(quarters)
    councils = len(known.last)
    rows = np.arange(councils)
    closed = suspended(quarters)
    last = pick(known.last, luck.random((draws, councils)))
    stands = np.where(known.judged, last, NOT_JUDGED)
    legacy = np.broadcast_to(known.legacy, last.shape).copy()
    waited = np.broadcast_to(known.origin - known.last_quarter, last.shape).copy()
    standing = np.zeros((draws, len(quarters), len(STANDING)), np.int64)
    new_inadequate = np.zeros((draws, len(quarters)), np.int64)
    council = np.zeros((len(quarters), councils, len(STANDING)))
    following = np.zeros((councils, GRADES))
    here = existing([known.origin])[0]
    following[here] = np.einsum("cl,clg->cg", known.last, chances[known.legacy.astype(int), rows])[here]
    for step, quarter in enumerate(quarters):
        for new in sorted({part.row for part in foundings() if part.quarter == quarter}):
            last[:, new] = inherited(last, new, luck.random(draws))
            stands[:, new], legacy[:, new], waited[:, new] = NOT_JUDGED, False, 0
            following[new] = chances[0, new, last[:, new]].mean(axis=0)
        held, drawn = luck.random((2, draws, councils))
        if timing is not None and not closed[step]:
            waited += 1
            held_now = there[step] & (held < timing.hazard(last, legacy, waited))
            grade = pick(chances[legacy.astype(int), rows, last], drawn)
            failed = held_now & (grade == INADEQUATE) & (stands != INADEQUATE)
            new_inadequate[:, step] = failed.sum(axis=1)
            last = np.where(held_now, grade, last)
            stands = np.where(held_now, grade, stands)
            legacy &= ~held_now
            waited[held_now] = 0
        now = (stands[..., np.newaxis] == np.arange(len(STANDING))) & there[step, :, np.newaxis]
        standing[:, step] = now.sum(axis=1)
        council[step] = now.mean(axis=0)
    return Prophecy(
        standing,
        new_inadequate,
        council,
        np.where(there[..., np.newaxis], following, 0.0),
        np.arange(draws),
    )


def pick(chances: Numbers, luck: Numbers) -> Codes:
    """A grade by inverse distribution: `chances` of shape (..., 4) against uniforms of shape (...)."""
    below = np.cumsum(chances, axis=-1)[..., :-1]
    picked: Codes = (luck[..., np.newaxis] >= below).sum(axis=-1)
    return picked


def inherited(last: Codes, new: int, luck: Numbers) -> Codes:
    """Last judgement of a new council in each draw: that of a predecessor, by the children from each."""
    parts = [part for part in foundings() if part.row == new]
    edges = np.cumsum([part.share for part in parts])[:-1]
    chosen = (luck[:, np.newaxis] >= edges).sum(axis=1)
    of_predecessors = np.stack([last[:, part.predecessor] for part in parts], axis=1)
    picked: Codes = of_predecessors[np.arange(len(last)), chosen]
    return picked
