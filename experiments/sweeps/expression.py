"""Expressions over the outcomes of a sweep, such as `trust.weak_child_years < sector_led.weak_child_years`.

They are SQL as polars reads it, over the means of each point; nothing in them is run as a program. A column
is a regime and an outcome with a dot between them, or the outcome alone where one regime was run.
"""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.arrays import Flags, Numbers
from experiments.comparison import mean_of
from experiments.errors import StudyError
from experiments.intervals import Interval
from experiments.sweeps.cells import outcome_cells, title_of
from experiments.sweeps.results import SweepResults
from model.near_names import or_near

_NAME = re.compile(r"(?P<text>'[^']*')|(?P<quoted>\"[^\"]+\")|(?P<name>[A-Za-z_]\w*\.[A-Za-z_]\w*)")
_COMPARISON = re.compile(r"^(?P<left>[^<>=!]+)(?P<sign><=?|>=?)(?P<right>[^<>=!]+)$")
_SIGNS_ALLOWED = ("<", "<=", ">", ">=", "=", "==", "<>", "!=", "*")
_ALLOWED = (
    "Compare outcomes and numbers by <, <=, >, >=, =, <>, BETWEEN 1 AND 2 or IN (1, 2); + - * / and brackets"
    " work in each side, and AND, OR, NOT join comparisons"
)
_LOGIC = re.compile(r"\b(and|or|not|case|between|in|is|like)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Holding:
    """Where an expression holds.

    Attributes:
        text: the expression.
        words: the same as a sentence, where it compares an outcome with a number or another regime's.
        known: points at which all it asks for is known, shape (points,).
        holds: at which of the points it holds, shape (points,); false where it is not known.
        uncertain: at which points luck leaves open whether it holds, shape (points,), false where it is not
            known; None where that cannot be told.
        why_not: why it cannot, in words; empty where it can.
    """

    text: str
    words: str
    known: Flags
    holds: Flags
    uncertain: Flags | None
    why_not: str


def evaluate(results: SweepResults, text: str) -> Holding:
    """Where in a sweep an expression holds, by the means over replicates.

    Raises:
        StudyError: when it cannot be read, names what the sweep does not have, is not true or false, or
            holds everywhere or nowhere.
    """
    columns = _columns(results)
    expression = _parse(text, columns)
    names = list(dict.fromkeys(expression.meta.root_names()))
    for name in names:
        if name not in columns:
            raise StudyError(_unknown(name, columns, results))
    if not names:
        raise StudyError(f"--where {text!r} names no outcome; {_those_there(results)}")
    cells = {name: outcome_cells(results, *columns[name]) for name in names}
    means = pl.DataFrame({name: values.mean(axis=1) for name, values in cells.items()})
    known = np.isfinite(means.to_numpy()).all(axis=1)
    holds = np.zeros(len(known), bool)
    holds[known] = _true_or_false(means.filter(pl.Series(known)), expression, text)
    if not known.any():
        raise StudyError(f"--where {text!r}: in no point is all that it asks for known")
    if holds.sum() in (0, known.sum()):
        where = "nowhere" if not holds.any() else "everywhere"
        raise StudyError(
            f"--where {text!r} holds {where}: at {int(holds.sum()):,} of {int(known.sum()):,} points, so"
            f" there is nothing to tell apart. Over the points: {_ranges(means)}"
        )
    uncertain, why_not = _uncertain(text, columns, cells, known)
    return Holding(text, _in_words(results, text, columns), known, holds, uncertain, why_not)


def _columns(results: SweepResults) -> dict[str, tuple[str, str]]:
    """Outcome and regime by the name of a column."""
    columns = {f"{regime}.{name}": (name, regime) for regime in results.regimes for name in results.outcomes}
    if len(results.regimes) == 1:
        columns |= {name: (name, results.regimes[0]) for name in results.outcomes}
    return columns


def _parse(text: str, columns: dict[str, tuple[str, str]]) -> pl.Expr:
    """Read an expression, each `regime.outcome` as one name and not as a table and its column."""
    for part in re.split(r"\b(?:and|or|not|between)\b|[()]", text, flags=re.IGNORECASE):
        if not _strange(text) and len(re.findall(r"[<>=!]+", part)) > 1:
            raise StudyError(
                f"--where {text!r}: {part.strip()!r} compares twice, which SQL reads from the left; write"
                " a > 1 AND a < 5, or a BETWEEN 1 AND 5"
            )
    quoted = _NAME.sub(lambda found: f'"{found["name"]}"' if found["name"] else found[0], text)
    try:
        return pl.sql_expr(quoted)
    except pl.exceptions.PolarsError as error:
        raise StudyError(
            f"--where {text!r} cannot be read{_strange(text)}. {_ALLOWED}, such as"
            f" '{next(iter(columns))} < 20 AND ...'"
        ) from error


def _strange(text: str) -> str:
    """Names the first sign that is no operator of an expression, if there is one."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", text)
    strange = next((sign for sign in re.findall(r"[<>=!&|^~*]+", bare) if sign not in _SIGNS_ALLOWED), None)
    return f": {strange!r} is no operator here" if strange else ""


def _true_or_false(means: pl.DataFrame, expression: pl.Expr, text: str) -> Flags:
    try:
        found = means.select(expression.alias("holds"))["holds"]
    except pl.exceptions.PolarsError as error:
        raise StudyError(f"--where {text!r} cannot be worked out{_strange(text)}. {_ALLOWED}") from error
    if found.dtype != pl.Boolean or (len(found) != len(means)):
        raise StudyError(
            f"--where {text!r} must be true or false at each point, such as 'a < b'; it is"
            f" {'one value for all points' if found.dtype == pl.Boolean else f'of type {found.dtype}'}"
        )
    flags: Flags = found.fill_null(value=False).to_numpy()
    return flags


def _unknown(name: str, columns: dict[str, tuple[str, str]], results: SweepResults) -> str:
    return f"--where: this sweep has no {name!r}{or_near(name, columns, _those_there(results))}"


def _those_there(results: SweepResults) -> str:
    return (
        f"it ran the regimes {', '.join(results.regimes)} and kept the outcomes"
        f" {', '.join(results.outcomes)}; write regime.outcome"
    )


def _ranges(means: pl.DataFrame) -> str:
    values = means.to_numpy()
    ends = zip(means.columns, np.nanmin(values, axis=0), np.nanmax(values, axis=0), strict=True)
    return "; ".join(f"{name} from {low:g} to {high:g}" for name, low, high in ends)


def _uncertain(
    text: str, columns: dict[str, tuple[str, str]], cells: dict[str, Numbers], known: Flags
) -> tuple[Flags | None, str]:
    """Which points luck leaves open: the 95% interval of the difference of the two sides covers 0."""
    found = None if _LOGIC.search(text) else _COMPARISON.match(text)
    replicates = next(iter(cells.values())).shape[1]
    if found is None:
        return None, "that can be told only for a comparison of two sides, such as a < b"
    if replicates < 2:
        return None, "with one replicate a point's own luck cannot be told"
    difference = pl.DataFrame({name: values[known].ravel() for name, values in cells.items()}).select(
        (_parse(found["left"], columns) - _parse(found["right"], columns)).alias("difference")
    )["difference"]
    luck = difference.to_numpy().reshape(-1, replicates)
    found_open = np.zeros(len(known), bool)
    found_open[known] = [_interval(row).covers(0.0) for row in luck]
    return found_open, ""


_SIGNS = {"<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least"}


def _in_words(results: SweepResults, text: str, columns: dict[str, tuple[str, str]]) -> str:
    """A comparison as a sentence; any other expression as it was written."""
    found = _COMPARISON.match(text)
    if found is None or found["left"].strip() not in columns:
        return f"“{text}” holds"
    outcome, regime = columns[found["left"].strip()]
    other = found["right"].strip()
    start = f"{title_of(outcome)} under {results.titles[regime]} {_SIGNS[found['sign']]}"
    if other in columns:
        against, under = columns[other]
        return f"{start} {'that' if against == outcome else title_of(against)} under {results.titles[under]}"
    return f"{start} {other}" if re.fullmatch(r"[\d.]+", other) else f"“{text}” holds"


def _interval(values: Numbers) -> Interval:
    mean = mean_of(values.ravel())
    return Interval(mean.mean, mean.low, mean.high)
