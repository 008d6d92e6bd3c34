"""Scenario discovery: where in the space of a sweep's factors something holds, and whether that stands up.

Boxes (PRIM) and a small tree are found on some of the points and judged on others that were kept aside, for
a search through many factors finds something in chance as well. Of a Saltelli design only the points of its
two samples are used: the others repeat most of one of these, and one kept aside would know its neighbours.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.arrays import Flags, Numbers
from experiments.errors import StudyError
from experiments.intervals import Interval, share_of
from experiments.sweeps.boxes import Box, find_boxes
from experiments.sweeps.cells import design_values, independent_points, unit_of_point
from experiments.sweeps.defaults import ASIDE, BOXES, DEPTH, SEED, THRESHOLD
from experiments.sweeps.expression import Holding, evaluate
from experiments.sweeps.factors import Factor
from experiments.sweeps.results import SweepResults
from experiments.sweeps.tree import Tree, grow_tree

FEW = 20
"""Points of either kind below which nothing found is worth much."""

MOST_BOXES, MOST_DEPTH = 5, 6
NEEDED = 8
"""Points of either kind, in either part, without which nothing is searched."""


@dataclass(frozen=True)
class Judged:
    """How good a description is, on the points it was found on and on those kept aside.

    Attributes:
        name: of the description, such as box 1.
        part: `found` or `aside`.
        points: in this part that are judged: those outside earlier boxes.
        inside: how many lie in the box, or how many the tree says yes to.
        cases: how many of the points are cases.
        hits: cases inside.
        density: share of cases among those inside, with interval; None where none are inside.
        coverage: share of all cases of this part that lie inside, with interval.
        accuracy: of a tree, share of points of which it says what is so; None of a box.
    """

    name: str
    part: str
    points: int
    inside: int
    cases: int
    hits: int
    density: Interval | None
    coverage: Interval | None
    accuracy: Interval | None


@dataclass(frozen=True)
class Discovery:
    """What was found.

    Attributes:
        results: of the sweep.
        holding: where the expression holds.
        factors: that were searched.
        values: of the factors at the points that were used, shape (points, factors).
        holds: whether it holds at these.
        aside: which of them were kept aside.
        boxes: that were found.
        tree: that was grown.
        judged: each box and the tree, on both parts.
        remarks: in words, what a reader has to know.
        warnings: in words, what weakens it.
        asked: options, by name.
    """

    results: SweepResults
    holding: Holding
    factors: tuple[Factor, ...]
    values: Numbers
    holds: Flags
    aside: Flags
    boxes: tuple[Box, ...]
    tree: Tree
    judged: tuple[Judged, ...]
    remarks: tuple[str, ...]
    warnings: tuple[str, ...]
    asked: dict[str, float]

    def judgement(self, name: str, part: str) -> Judged:
        """How good a description is on a part of the points."""
        return next(one for one in self.judged if (one.name, one.part) == (name, part))

    def sentences(self) -> list[str]:
        """What each box says, in the parameters' own words, with what became of it on points kept aside."""
        if not self.boxes:
            return [
                "No range of any factor could be found in which it holds clearly more often than elsewhere."
            ]
        return [self._sentence(i, box) for i, box in enumerate(self.boxes, 1)]

    def _sentence(self, place: int, box: Box) -> str:
        found, kept = (self.judgement(f"box {place}", part) for part in ("found", "aside"))
        among = "" if place == 1 else "outside the boxes before, "
        density = f"{found.density.value:.0%}" if found.density else "none"
        coverage = f"{found.coverage.value:.0%}" if found.coverage else "none"
        again = (
            f"{kept.density.value:.0%} (95% interval {kept.density.low:.0%} to {kept.density.high:.0%}) and"
            f" {kept.coverage.value:.0%} ({kept.coverage.low:.0%} to {kept.coverage.high:.0%})"
            if kept.density and kept.coverage
            else "no point of them lies in the box"
        )
        return (
            f"{self.holding.words}, {among}where {box.words()}: in {density} of such futures (density),"
            f" covering {coverage} of all in which it holds (coverage). On futures kept aside: {again}."
        )

    def table(self) -> pl.DataFrame:
        """A row a box and restricted factor."""
        rows = []
        for i, box in enumerate(self.boxes, 1):
            found, kept = (self.judgement(f"box {i}", part) for part in ("found", "aside"))
            rows += [
                (
                    *(i, limit.factor.name, limit.factor.meaning, limit.factor.unit),
                    limit.low if math.isfinite(limit.low) and not limit.kinds else None,
                    limit.high if math.isfinite(limit.high) and not limit.kinds else None,
                    " or ".join(limit.factor.entry.shown(kind) for kind in limit.kinds)
                    if limit.factor.entry
                    else "",
                    limit.quasi_p,
                    *(end for one in (found, kept) for end in (*_ends(one.density), *_ends(one.coverage))),
                )
                for limit in box.limits
            ]
        return pl.DataFrame(rows, schema=COLUMNS, orient="row")


COLUMNS = {
    "box": pl.Int64,
    **dict.fromkeys(("factor", "meaning", "unit"), pl.String),
    **dict.fromkeys(("low", "high"), pl.Float64),
    "kinds": pl.String,
    "quasi_p": pl.Float64,
    **{
        f"{measure}_{part}{end}": pl.Float64
        for part in ("found", "aside")
        for measure in ("density", "coverage")
        for end in ("", "_low", "_high")
    },
}
"""Of `Discovery.table`, which is kept as discovery.csv."""


def _ends(interval: Interval | None) -> tuple[float | None, float | None, float | None]:
    return (interval.value, interval.low, interval.high) if interval else (None, None, None)


def discover(
    results: SweepResults,
    where: str,
    aside: float = ASIDE,
    seed: int = SEED,
    boxes: int = BOXES,
    threshold: float = THRESHOLD,
    depth: int = DEPTH,
) -> Discovery:
    """Find where in the space of the factors an expression holds.

    Args:
        results: of the sweep.
        where: the expression, over means by point.
        aside: share of the points to keep aside.
        seed: of the choice of points to keep aside, and of ties in the tree.
        boxes: how many at most.
        threshold: density asked of a box.
        depth: of the tree.

    Raises:
        StudyError: for an option outside its bounds, an expression that cannot be worked out or holds
            everywhere or nowhere, or too few points of either kind to search.
    """
    _check(aside, seed, boxes, threshold, depth)
    holding = evaluate(results, where)
    factors = results.varied()
    if not factors:
        raise StudyError("this sweep varies no parameter, so there is no space to search")
    used = holding.known & independent_points(results.design_summary)
    names = [factor.name for factor in results.factors]
    values = design_values(results)[used][:, [names.index(factor.name) for factor in factors]]
    holds = holding.holds[used]
    kept = _kept_aside(unit_of_point(results.design_summary)[used], holds, aside, seed)
    _check_enough(results, holds, kept, where)
    found = find_boxes(values[~kept], holds[~kept], factors, boxes, threshold)
    tree = grow_tree(values[~kept], holds[~kept], factors, depth, seed)
    judged = _judge(found, tree, values, holds, kept, factors)
    return Discovery(
        results,
        holding,
        factors,
        values,
        holds,
        kept,
        tuple(found),
        tree,
        tuple(judged),
        tuple(_remarks(results, holding, used, found, boxes)),
        tuple(_warnings(results, holds, kept, found, judged, threshold)),
        {"aside": aside, "seed": seed, "boxes": boxes, "threshold": threshold, "depth": depth},
    )


def _check(aside: float, seed: int, boxes: int, threshold: float, depth: int) -> None:
    for name, given, least, most in (
        ("--aside", aside, 0.1, 0.9),
        ("--seed", seed, 0, 2**32 - 1),
        ("--boxes", boxes, 1, MOST_BOXES),
        ("--threshold", threshold, 0.05, 1.0),
        ("--depth", depth, 1, MOST_DEPTH),
    ):
        if not least <= given <= most:
            raise StudyError(f"{name} {given:g}: allowed is {least:g} to {most:g}")


def _kept_aside(
    units: np.ndarray[tuple[int, ...], np.dtype[np.int64]], holds: Flags, share: float, seed: int
) -> Flags:
    """Points kept aside: the same share of cases and of others, each drawn at random.

    Points that belong together stay together. Units stand in the order of the cases in them, those with as
    many in random order, and of these one is taken at regular steps: so many of each kind as their share.
    """
    distinct, place = np.unique(units, return_inverse=True)
    cases = np.bincount(place, weights=holds)
    drawn = np.random.default_rng(seed).permutation(len(distinct))
    ordered = drawn[np.argsort(cases[drawn], kind="stable")]
    taken = np.floor(share * np.arange(len(distinct) + 1) + 0.5)
    return np.isin(units, distinct[ordered[np.diff(taken) > 0]])


def _check_enough(results: SweepResults, holds: Flags, kept: Flags, where: str) -> None:
    counts = {part: [int(kind[flags].sum()) for kind in (holds, ~holds)] for part, flags in _parts(kept)}
    if min(map(min, counts.values())) >= NEEDED:
        return
    fewest = max(min(int(holds.sum()), int((~holds).sum())), 1)
    listed = "; ".join(f"{part} {one:,} and {other:,}" for part, (one, other) in counts.items())
    least = max(math.ceil(100 * NEEDED / fewest), 10) / 100
    most = min(math.floor(100 - 100 * NEEDED / fewest), 90) / 100
    extend = f"more points (`turnaround extend {results.folder or 'FOLDER'} --points ...`)"
    advice = (
        f"An --aside from about {least:g} to {most:g} leaves enough, as would {extend}"
        if least <= most
        else f"No --aside helps, since that takes {2 * NEEDED} of either; {extend} would, or a boundary that"
        " parts the points more evenly"
    )
    raise StudyError(
        f"--where {where!r} holds at {int(holds.sum()):,} of the {len(holds):,} points that can be used, and"
        f" does not at {int((~holds).sum()):,}. That is too few of one kind to search, and to check what is"
        f" found on points kept aside: {listed}, and each part needs {NEEDED} of either. {advice}."
    )


def _parts(kept: Flags) -> tuple[tuple[str, Flags], ...]:
    return (("to be searched are", ~kept), ("kept aside are", kept))


def _judge(
    boxes: Sequence[Box],
    tree: Tree,
    values: Numbers,
    holds: Flags,
    kept: Flags,
    factors: Sequence[Factor],
) -> list[Judged]:
    judged = []
    for part, flags in (("found", ~kept), ("aside", kept)):
        left = flags.copy()
        cases = int(holds[flags].sum())
        for i, box in enumerate(boxes, 1):
            inside = left & box.admits(values, factors)
            judged.append(_judged(f"box {i}", part, int(left.sum()), inside, holds, cases, None))
            left &= ~inside
        said = tree.says(values)
        right = share_of(int((said == holds)[flags].sum()), int(flags.sum()))
        judged.append(_judged("tree", part, int(flags.sum()), said & flags, holds, cases, right))
    return judged


def _judged(
    name: str, part: str, points: int, inside: Flags, holds: Flags, cases: int, accuracy: Interval | None
) -> Judged:
    hits, count = int((inside & holds).sum()), int(inside.sum())
    return Judged(
        *(name, part, points, count, cases, hits),
        share_of(hits, count),
        share_of(hits, cases),
        accuracy,
    )


def _remarks(
    results: SweepResults, holding: Holding, used: Flags, boxes: Sequence[Box], asked: int
) -> list[str]:
    words = []
    summary = results.design_summary
    independent = independent_points(summary)
    unknown = int((independent & ~holding.known).sum())
    if unknown:
        words.append(
            f"{unknown:,} of {int(independent.sum()):,} points are left out, because a run failed, is"
            " missing, or an outcome could not be observed."
        )
    if summary.kind == "saltelli":
        words.append(
            f"Of the Saltelli design, the {int(used.sum()):,} points of its two samples are used; the others"
            " repeat most values of one of these."
        )
    if holding.uncertain is None:
        words.append(f"For how many points luck leaves the answer open is not given: {holding.why_not}.")
    else:
        words.append(
            f"At {int(holding.uncertain[used].sum()):,} of {int(used.sum()):,} points luck leaves open"
            " whether it holds: the 95% interval of the difference of the two sides covers 0. The mean over"
            " replicates decides."
        )
    if len(boxes) < asked:
        words.append(f"Of {asked} boxes asked for, {len(boxes)} could be found.")
    words += [
        f"Box {i}: the search began anew without {', '.join(box.dropped)}, whose restrictions do not matter"
        " (quasi-p above 0.05)."
        for i, box in enumerate(boxes, 1)
        if box.dropped
    ]
    return words


def _not_dense(box: Box, threshold: float) -> str:
    densest = max(step.density for step in box.trade_off)
    if densest > box.taken.density:
        return (
            f"its density, {box.taken.density:.1%}, is below the {threshold:.1%} asked for. On the way there"
            f" are denser ones, up to {densest:.1%}, but they hold restrictions that do not matter."
        )
    return (
        f"no box on the way is as dense as {threshold:.1%}; this is the densest, at {box.taken.density:.1%}."
    )


def _warnings(
    results: SweepResults,
    holds: Flags,
    kept: Flags,
    boxes: Sequence[Box],
    judged: Sequence[Judged],
    threshold: float,
) -> list[str]:
    words = []
    least = min(int(kind[part].sum()) for part in (kept, ~kept) for kind in (holds, ~holds))
    if least < FEW:
        words.append(
            f"There are few points: one part has only {least} of one kind, and {FEW} are the least on which"
            " to build. Take what is found for a hint."
        )
    if results.design_summary.kind == "morris":
        words.append(
            "A Morris design puts points on a coarse grid, with neighbours that differ in one factor:"
            " intervals here are too narrow, and limits fall between its levels."
        )
    by_key = {(one.name, one.part): one for one in judged}
    for i, box in enumerate(boxes, 1):
        found, again = by_key[f"box {i}", "found"].density, by_key[f"box {i}", "aside"].density
        if not box.dense:
            words.append(f"Box {i}: {_not_dense(box, threshold)}")
        if found and again is None:
            words.append(f"Box {i}: none of the points kept aside lies in it, so it could not be checked.")
        elif found and again and again.high < found.value:
            words.append(
                f"Box {i} does not stand up: its density falls from {found.value:.0%} on the points it was"
                f" found on to {again.value:.0%} ({again.low:.0%} to {again.high:.0%}) on those kept aside."
            )
    return words
