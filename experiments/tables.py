"""The tables that runs leave behind: their rows, and the codebook that says what every column is.

Columns, units and meanings follow from the annotations of the model's outcomes and indicators. What could not
be observed (no council failed, nothing was inspected) is missing, never zero and never "not a number".
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import numpy as np
import polars as pl

from model.codes import Status
from model.ensemble import Block
from model.facts import load_facts
from model.indicators import CouncilOutcome, Outcome, quarter_fields
from model.quarters import format_quarter
from model.records import Dtype, dotted_fields
from model.registry import registry

Frames = dict[str, pl.DataFrame]
"""Tables by name."""

TABLES = ("runs", "quarters", "councils")
"""Tables of results, the first of which is always made."""

KEYS = {
    "runs": ("regime", "replicate"),
    "quarters": ("regime", "replicate", "quarter"),
    "councils": ("regime", "replicate", "la_code"),
}
"""What identifies a row of each table, and puts it in order."""

_Column = tuple[str, str, str]
"""Name, unit and meaning of a column."""

_SEEN_EVERY_QUARTER = "councils"
_REGIME = ("regime", "name", "regime, or set of parameters")
_REPLICATE = ("replicate", "number", "history; its luck is the same under every regime")
_SET = ("set", "number", "set of parameters: a row of sets.parquet; the same under every regime")
_SEED = ("seed", "number", "seed of the study")
_OUTCOME = ("outcome", "name", "outcome of a run: a column of the table of runs, which gives its unit")
_KEY = ("key", "SHA-256", "hash of all on which the run depends: model, parameters, luck, start, length")

_PARAMETERS = (
    ("name", "name", "parameter"),
    ("value", "see unit", "as used"),
    ("unit", "words", "of the value"),
    ("origin", "words", "default, or where the value was set: regime, scenario, by hand"),
)
_LUCK_MEANS = (
    ("n", "histories", "in which the outcome was observed"),
    ("mean", "that of the outcome", "over histories"),
    ("low", "that of the outcome", "lower end of the 95% interval of the mean, from luck alone"),
    ("high", "that of the outcome", "its upper end"),
    ("sd", "that of the outcome", "standard deviation between histories"),
)
_LUCK_DIFFERENCES = (
    ("n", "histories", "in which the outcome was observed under the regime and under the baseline"),
    ("difference", "that of the outcome", "regime less baseline, mean over histories"),
    ("low", "that of the outcome", "lower end of the 95% interval of the difference, from luck alone"),
    ("high", "that of the outcome", "its upper end"),
    ("sd", "that of the outcome", "standard deviation of the differences between histories"),
    ("share_larger", "0-1", "histories in which the regime has the larger value, ties counted half"),
    ("share_better", "0-1", "histories in which it does better, ties half; blank where opinions differ"),
    ("smallest_effect", "that of the outcome", "smallest difference that matters, over the run"),
    ("probability_above", "0-1", "that the mean difference exceeds it, from luck alone"),
    ("probability_within", "0-1", "that it is smaller in either direction"),
    ("probability_below", "0-1", "that it exceeds it in the other direction"),
    ("verdict", "word", "better or worse (more or less), too small, undecided; from a probability of 0.95"),
    ("replicates_needed", "histories", "for the stated half-width of the interval"),
)
_LAYERS = (
    ("mean_low", "that of the outcome", "lower end of the 95% interval of the mean: bootstrap over sets"),
    ("mean_high", "that of the outcome", "its upper end"),
    ("luck_low", "that of the outcome", "95% of single histories, at average parameters: luck alone"),
    ("luck_high", "that of the outcome", "its upper end"),
    ("both_low", "that of the outcome", "95% of single histories, over sets: luck and parameters"),
    ("both_high", "that of the outcome", "its upper end"),
    ("parameters", "0-1", "share of the parameters in the variance of a single history"),
    ("parameters_low", "0-1", "lower end of its 95% interval, from a bootstrap over sets"),
    ("parameters_high", "0-1", "its upper end"),
)
_EXPECTED = (
    "expected over luck, as parameters differ between sets; what few histories leave open is counted in"
)


def _on_sets(
    columns: tuple[_Column, ...], otherwise: Mapping[str, str], added: Mapping[str, _Column]
) -> tuple[_Column, ...]:
    """Columns as they are on sets of a posterior.

    Args:
        columns: at fixed parameters.
        otherwise: by name of a column, what it means on sets.
        added: by name of a column, that which follows it on sets.
    """
    found: list[_Column] = []
    for name, unit, meaning in columns:
        found.append((name, unit, otherwise.get(name, meaning)))
        if name in added:
            found.append(added[name])
    return (*found, *_LAYERS)


_SET_MEANS = _on_sets(
    _LUCK_MEANS,
    {
        "mean": "over sets and histories",
        "low": f"lower end of the central 95% of what is {_EXPECTED}",
    },
    {"n": ("sets", "sets", "in which the outcome was observed")},
)
_SET_DIFFERENCES = _on_sets(
    _LUCK_DIFFERENCES,
    {
        "difference": "regime less baseline, mean over sets and histories",
        "low": f"lower end of the central 95% of the difference that is {_EXPECTED}",
        "probability_above": "over sets, that the expected difference exceeds it",
        "replicates_needed": "for the stated half-width of the interval of the mean, as many a set",
    },
    {
        "n": ("sets", "sets", "in which the difference was observed"),
        "share_better": (
            "direction",
            "0-1",
            "sets in which the expected difference is above 0, as a probability",
        ),
    },
)


def block_frames(
    results: Block,
    names: Sequence[str],
    replicates: np.ndarray[tuple[int], Dtype],
    seed: int,
    start: int,
    keys: Sequence[str],
    tables: Sequence[str],
    points: Sequence[int] | None = None,
    number: int | Sequence[int] | None = None,
) -> Frames:
    """The tables of a block of runs.

    Args:
        results: what the engine returned, runs by parameter set and within it by replicate.
        names: of the parameter sets.
        replicates: their numbers.
        seed: of the study.
        start: absolute quarter of the first quarter.
        keys: of the runs.
        tables: which tables to make.
        points: of a sweep's design, one a parameter set; None when sets have no other number than their name.
        number: of the set of a posterior that all runs have, or that of each replicate; None without a
            posterior.

    Returns:
        The tables asked for, and `failures`: the runs that ended before their time.
    """
    runs = pl.DataFrame(
        {
            "key": keys,
            "regime": np.repeat(np.asarray(names, object), len(replicates)),
            "replicate": np.tile(replicates, len(names)).astype(np.int64),
            "seed": np.full(len(keys), seed, np.int64),
            "status": [Status(code).name.lower() for code in results.status.tolist()],
        },
        schema_overrides={"regime": pl.String},
    )
    if points is not None:
        runs.insert_column(1, pl.Series("point", np.repeat(np.asarray(points, np.int64), len(replicates))))
    if number is not None:
        runs.insert_column(runs.get_column_index("seed"), _sets(number, len(replicates), len(names)))
    made = {
        "runs": lambda: runs.hstack(_columns(results.outcomes, outcome_names())),
        "quarters": lambda: _quarters(results, runs, start),
        "councils": lambda: _councils(results, runs),
    }
    return {table: made[table]() for table in tables} | {"failures": _failures(results, runs, start)}


def _sets(number: int | Sequence[int], replicates: int, regimes: int) -> pl.Series:
    """The set of every run."""
    return pl.Series("set", np.tile(np.broadcast_to(np.asarray(number, np.int64), replicates), regimes))


def _columns(records: np.ndarray[tuple[int, ...], Dtype], names: Sequence[str]) -> pl.DataFrame:
    """Fields of an array of records as columns, what is not a number as missing."""
    columns = pl.DataFrame({name: np.ascontiguousarray(records[name]).reshape(-1) for name in names})
    return columns.with_columns(pl.selectors.float().fill_nan(None))


def _rows_of(runs: pl.DataFrame, rows_each: int) -> pl.DataFrame:
    """What tells a run from the others, once for each of its rows."""
    repeated = np.repeat(np.arange(len(runs)), rows_each)
    return runs.drop("key", "seed", "status")[repeated]


def _quarters(results: Block, runs: pl.DataFrame, start: int) -> pl.DataFrame:
    length = results.quarters.shape[1]
    labels = [format_quarter(start + i) for i in range(length)]
    table = _rows_of(runs, length).with_columns(pl.Series("quarter", labels * len(runs)))
    table = table.hstack(_columns(results.quarters, indicator_names()))
    return table.filter(pl.col(_SEEN_EVERY_QUARTER).is_not_null())


def _councils(results: Block, runs: pl.DataFrame) -> pl.DataFrame:
    facts = load_facts().councils.select("la_code", "name")
    table = _rows_of(runs, len(facts)).hstack(pl.concat([facts] * len(runs)))
    table = table.hstack(_columns(results.councils, council_outcome_names()))
    sound = np.repeat((runs["status"] == Status.OK.name.lower()).to_numpy(), len(facts))
    return table.filter(pl.Series(sound))


def _failures(results: Block, runs: pl.DataFrame, start: int) -> pl.DataFrame:
    reached = (~np.isnan(results.quarters[_SEEN_EVERY_QUARTER])).sum(axis=1)
    failed_in = pl.Series("quarter", [format_quarter(start + int(count)) for count in reached])
    return runs.with_columns(failed_in).filter(pl.col("status") != Status.OK.name.lower())


@cache
def outcome_names() -> tuple[str, ...]:
    """Outcomes of a run, in order."""
    return tuple(name for name, _, _ in dotted_fields(Outcome))


@cache
def indicator_names() -> tuple[str, ...]:
    """Indicators of a quarter, in order."""
    return tuple(name for name, _, _ in quarter_fields() if name != "quarter")


@cache
def council_outcome_names() -> tuple[str, ...]:
    """Outcomes of a council, in order."""
    return tuple(name for name, _, _ in dotted_fields(CouncilOutcome) if name != "row")


def codebook(drawn: Sequence[str] | None = None) -> pl.DataFrame:
    """Every column of every table: table, column, unit, meaning.

    Args:
        drawn: names of the parameters that differ between sets of a posterior; None without a posterior.
    """
    rows = list(_described(drawn))
    return pl.DataFrame(rows, schema=["table", "column", "unit", "meaning"], orient="row")


def _described(drawn: Sequence[str] | None) -> Iterator[tuple[str, str, str, str]]:
    history = (_REGIME, _REPLICATE) if drawn is None else (_REGIME, _REPLICATE, _SET)
    status = ("status", "word", "ok, or why the run ended early: not_finite, out_of_range")
    for column in (_KEY, *history, _SEED, status):
        yield "runs", *column
    for name, _, quantity in dotted_fields(Outcome):
        yield "runs", name, quantity.unit, quantity.meaning
    for column in (*history, ("quarter", "quarter", "written as 2014Q1")):
        yield "quarters", *column
    for name, unit, meaning in quarter_fields():
        if name != "quarter":
            yield "quarters", name, unit, meaning
    council = (("la_code", "code", "local authority code"), ("name", "name", "of the council"))
    for column in (*history, *council):
        yield "councils", *column
    for name, _, quantity in dotted_fields(CouncilOutcome):
        if name != "row":
            yield "councils", name, quantity.unit, quantity.meaning
    for column in (_KEY, *history, _SEED, status, ("quarter", "quarter", "in which it failed")):
        yield "failures", *column
    yield "design", *_REGIME
    for name, entry in registry().items():
        by_set = "; missing where it differs by set" if drawn and name in drawn else ""
        yield "design", name, entry.unit, entry.meaning + by_set
    if drawn is not None:
        yield "sets", "set", "number", "of the set in this study"
        yield "sets", "posterior_row", "number", "its row in the posterior, counted from 0"
        for name in drawn:
            yield "sets", name, registry()[name].unit, registry()[name].meaning
    for column in (_REGIME, *_PARAMETERS):
        yield "parameters", *column
    for column in (_OUTCOME, _REGIME, *(_LUCK_MEANS if drawn is None else _SET_MEANS)):
        yield "outcomes", *column
    for column in (_OUTCOME, _REGIME, *(_LUCK_DIFFERENCES if drawn is None else _SET_DIFFERENCES)):
        yield "differences", *column
