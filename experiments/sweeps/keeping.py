"""A sweep looked at only where some factors lie in some ranges: the points kept are analysed as a sweep.

Ranges are written `director.blame:0.2..0.6`, with either end left out where there is none, and for an
arrangement `regime.fallback:adviser|alliance`. Points are kept or left out by the factors alone, never by
what came of them, which would make an analysis find what it was given.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from experiments.arrays import Flags
from experiments.errors import StudyError
from experiments.sweeps.boxes import Limit
from experiments.sweeps.cells import design_values, independent_points, is_arrangement
from experiments.sweeps.factors import Factor
from experiments.sweeps.results import DesignSummary, SweepResults
from model.registry import ARRANGEMENTS

FORM = "allowed is name:low..high, with either end left out where there is none"


def read_limits(results: SweepResults, texts: Sequence[str]) -> tuple[Limit, ...]:
    """Ranges of factors, one a text.

    Raises:
        StudyError: for a text of another form, a factor that does not vary, one that is named twice, or a
            range that is empty or beyond what was tried.
    """
    limits = tuple(_read(results, text) for text in texts)
    names = [limit.factor.name for limit in limits]
    for name in names:
        if names.count(name) > 1:
            raise StudyError(f"{name} is given {names.count(name)} ranges; allowed is one")
    return limits


def _read(results: SweepResults, text: str) -> Limit:
    name, colon, asked = text.partition(":")
    if not colon:
        raise StudyError(f"the range {text!r}: {FORM}")
    factor = next((one for one in results.varied() if one.name == name), None)
    if factor is None:
        varied = ", ".join(one.name for one in results.varied())
        raise StudyError(f"the range {text!r}: this sweep varies no {name!r}; it varies {varied}")
    if is_arrangement(factor):
        return Limit(factor, -math.inf, math.inf, _kinds(factor, text, asked), math.nan)
    low_text, dots, high_text = asked.partition("..")
    if not dots or not (low_text or high_text):
        raise StudyError(f"the range {text!r}: {FORM}")
    low = _number(text, low_text, -math.inf)
    high = _number(text, high_text, math.inf)
    if low > high:
        raise StudyError(f"the range {text!r}: its lower end is above its upper end")
    if low > factor.high or high < factor.low:
        raise StudyError(f"the range {text!r}: {name} was tried from {factor.low:g} to {factor.high:g}")
    return Limit(factor, low, high, (), math.nan)


def _kinds(factor: Factor, text: str, asked: str) -> tuple[int, ...]:
    tried = {name: code for name, code in ARRANGEMENTS.items() if code in map(int, factor.values)}
    for word in asked.split("|"):
        if word not in tried:
            raise StudyError(f"the range {text!r}: allowed are {', '.join(tried)}, with | between them")
    return tuple(sorted({int(tried[word]) for word in asked.split("|")}))


def _number(text: str, given: str, missing: float) -> float:
    try:
        value = float(given) if given else missing
    except ValueError:
        value = math.nan
    if math.isnan(value) or (given and math.isinf(value)):
        raise StudyError(f"the range {text!r}: {given!r} is no number; {FORM}")
    return value


def written(limit: Limit) -> str:
    """A range as `read_limits` reads it."""
    if limit.kinds:
        names = {int(code): name for name, code in ARRANGEMENTS.items()}
        return f"{limit.factor.name}:{'|'.join(names[kind] for kind in limit.kinds)}"
    low, high = (f"{end:.12g}" if math.isfinite(end) else "" for end in (limit.low, limit.high))
    return f"{limit.factor.name}:{low}..{high}"


def rounded(limit: Limit) -> Limit:
    """The range with ends that are easy to read, moved outwards by a thousandth of what was tried or less."""
    if limit.kinds or limit.factor.whole:
        return limit
    step = 10.0 ** math.floor(math.log10((limit.factor.high - limit.factor.low) / 1000.0))
    low = math.floor(limit.low / step) * step if math.isfinite(limit.low) else limit.low
    high = math.ceil(limit.high / step) * step if math.isfinite(limit.high) else limit.high
    return replace(limit, low=float(f"{low:.9g}"), high=float(f"{high:.9g}"))


def inside(results: SweepResults, limits: Sequence[Limit]) -> Flags:
    """Which points lie in all of some ranges, shape (points,)."""
    values = design_values(results)
    names = [factor.name for factor in results.factors]
    found = np.ones(len(values), bool)
    for limit in limits:
        found &= limit.admits(values[:, names.index(limit.factor.name)])
    return found


def keep(results: SweepResults, limits: Sequence[Limit]) -> SweepResults:
    """The sweep with only the points in all of some ranges; itself without any.

    A range tears apart what belongs together in some designs. Of a Saltelli design the points of its two
    samples are kept, as a table of points; trajectories of a Morris design say nothing in parts. Sets of a
    posterior stay crossed with what is kept of the design, since a range is of one or of the other.

    Raises:
        StudyError: when no point is left, or the design is one of Morris.
    """
    if not limits:
        return results
    summary = results.design_summary
    if summary.kind == "morris":
        raise StudyError(
            "a range of a factor tears apart the trajectories of a Morris design, which say nothing in parts:"
            " let go of all ranges"
        )
    kept = inside(results, limits) & independent_points(summary)
    design = results.design.collect().filter(pl.Series(kept))
    if design.is_empty():
        words = " and ".join(limit.words() for limit in limits)
        raise StudyError(f"none of {summary.points:,} points is left where {words}: widen a range")
    sets = len(np.unique(np.flatnonzero(kept) % summary.sets)) if summary.sets else 0
    points = design["point"].implode()
    return replace(
        results,
        design=design.lazy(),
        design_summary=_summary(summary, len(design), sets),
        units=None,
        runs=results.runs.filter(pl.col("point").is_in(points)),
        failures=results.failures.filter(pl.col("point").is_in(points)),
        tables={name: table.filter(pl.col("point").is_in(points)) for name, table in results.tables.items()},
        manifest={**results.manifest, "kept": [written(limit) for limit in limits]},
    )


def _summary(before: DesignSummary, points: int, sets: int) -> DesignSummary:
    if before.width > 1:
        return DesignSummary("table", points)
    return replace(before, points=points, sets=sets)
