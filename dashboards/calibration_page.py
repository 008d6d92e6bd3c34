"""The page on what the record taught of the parameters, and what it could not."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from dashboards.interval_figures import Look, Span, ranks_histogram, spans, spans_height
from dashboards.page import FINDINGS_SCRIPTS, write_page
from dashboards.style import INK
from experiments.calibration.learned import MOVED
from experiments.calibration.outcome import POSTERIOR
from experiments.calibration.words import BETWEEN, rest_in_words
from experiments.posterior import Posterior, read_posterior
from experiments.prose import counted, listed, number
from experiments.reading import read_csv, read_json, read_parquet

DEFAULT = Look(INK, "diamond-open")
MOST_HISTOGRAMS = 8
MOST_PAIRS = 15
TENTHS = 10
FEW_SETS = 100
HEADS = ("Parameter", "Unit", "Before", "5%", "25%", "Median", "75%", "95%", "Default", "Spread left")


def write_calibration_page(folder: Path) -> Path:
    """Write the page of a fit's folder into it, as `calibration.html`.

    Raises:
        OSError: when the folder holds no whole fit.
    """
    notes = read_json(folder / "calibration.json")
    table = read_csv(folder / "parameters.csv").sort("spread")
    posterior = read_posterior(folder / POSTERIOR)
    file = folder / "checks.parquet"
    ranks = read_parquet(file) if file.is_file() else None
    file = folder / "convergence.csv"
    rest = read_convergence(file) if file.is_file() else None
    context = {
        "heading": "What does the record teach?",
        "lead": f"{table.height} uncertain parameters fitted to the record of England’s councils from 2014 to"
        f" {notes['until']}.",
        "contents": [
            ("answer", "The answer"),
            ("learned", "Before and after"),
            *([("rest", "Has it come to rest?")] if rest is not None else []),
            *([("checks", "Does it find what is known?")] if ranks is not None else []),
            ("together", "What trades off"),
        ],
        "alarms": _alarms(notes),
        "said": summary(table, notes),
        "heads": HEADS,
        "groups": [
            _group("What the record informs", table.filter("learned"), "Most informed first."),
            _group(
                "What it cannot inform",
                table.filter(~pl.col("learned")),
                "Nine tenths of the spread or more are left: what is concluded from these rests on the"
                f" range that was allowed, not on the record.{_moved(table)}",
            ),
        ],
        "rest": [*rest_in_words(rest, notes), *_spreads(rest)] if rest is not None else [],
        "rest_rows": _rest_rows(rest) if rest is not None else [],
        "checked": ranks is not None,
        **(_checks(table, ranks) if ranks is not None else {}),
        "pairs": [(f"{one} and {two}", number(size, 2)) for one, two, size in trade_offs(posterior)],
        "limits": LIMITS,
        "facts": _facts(notes),
        "command": notes["command"],
    }
    return write_page(folder / "calibration.html", "calibration.html.j2", FINDINGS_SCRIPTS, context)


LIMITS = (
    "What the record informs, it informs given this model. With other rules the same record would teach other"
    " values.",
    "The ranges before were set by people. Where the record is silent they are all there is.",
    "Checks on known histories test the fitting, with histories of the model itself in the record’s place,"
    " drawn as the last table was. They cannot show whether the model is right, nor whether the region in"
    " which the last table was drawn holds all that the record allows.",
    "Figures that no set reaches were left out of the fit. They are misses of the structure, and the hindcast"
    " shows them.",
)


def read_convergence(file: Path) -> pl.DataFrame:
    """A row a parameter; a column in which nothing is known is one of numbers all the same."""
    rest = read_csv(file, infer_schema_length=None)
    return rest.with_columns(pl.all().exclude("parameter").cast(pl.Float64))


def _moved(table: pl.DataFrame) -> str:
    """Which parameters moved though they were not narrowed, in words."""
    if "shift" not in table.columns:
        return ""
    moved = table.filter(~pl.col("learned"), pl.col("shift").abs() > MOVED).sort(-pl.col("shift").abs())
    if moved.is_empty():
        return ""
    named = [f"{name} ({number(shift, 1)})" for name, shift in moved.select("parameter", "shift").iter_rows()]
    return (
        f" The mean of {moved.height} of these moved all the same, by more than half a"
        f" standard deviation of what was believed before: {listed(named)}. That is a hint at most."
    )


def _spreads(rest: pl.DataFrame) -> list[str]:
    """How far the spreads of beliefs differ, in a sentence for each two."""
    said = []
    for title, words in BETWEEN.items():
        known = rest.drop_nulls(f"ratio_between_{title}")
        if not known.is_empty():
            ratio = known[f"ratio_between_{title}"].to_numpy()
            widest = known["parameter"][int(np.argmax(np.abs(np.log(ratio))))]
            said.append(
                f"Between {words} spreads keep from {ratio.min():.0%} to {ratio.max():.0%} of their size;"
                f" that of {widest} changes most."
            )
    return said


def _rest_rows(rest: pl.DataFrame) -> list[list[str]]:
    columns = [name for name in rest.columns if name != "parameter"]
    most = pl.max_horizontal(pl.col("^moved_.*$").abs())
    return [
        [row["parameter"], *(number(row[name], 2) for name in columns)]
        for row in rest.sort(most, descending=True, nulls_last=True).iter_rows(named=True)
    ]


def _alarms(notes: dict[str, Any]) -> list[str]:
    if notes["effective_size"] < FEW_SETS:
        return [
            f"The sets are worth only {notes['effective_size']:.0f} of equal weight: intervals are rough."
            " More rows help."
        ]
    return []


def summary(table: pl.DataFrame, notes: dict[str, Any]) -> list[tuple[str, str]]:
    """What was found, in a few sentences, each with a word or two in front."""
    learned, silent = table.filter("learned"), table.filter(~pl.col("learned"))
    said = [
        (
            "Informed",
            f"Of {counted(learned.height, 'parameter')} of {table.height} the record teaches something, most"
            f" of {listed(learned['parameter'].head(5).to_list())}.",
        ),
        (
            "Not informed",
            f"Of {silent.height} it teaches next to nothing: {listed(silent['parameter'].to_list())}.",
        ),
        (
            "Out of reach",
            f"No set of parameters reaches {listed(notes['conflicts'])}."
            if notes["conflicts"]
            else "Every figure that was to be fitted is within reach of some set.",
        ),
        (
            "Sets",
            f"{notes['sets']:,}, worth {notes['effective_size']:.0f} of equal weight; after each wave worth"
            f" {listed([f'{size:.0f}' for size in notes['effective_sizes']])}.",
        ),
    ]
    if "coverage_90" in table.columns:
        for level in (50, 90):
            column = f"coverage_{level}"
            worst = table.sort((pl.col(column) - level / 100).abs(), descending=True).row(0, named=True)
            said.append(
                (
                    f"Check, {level}%",
                    f"Intervals hold {table[column].to_numpy().mean():.0%} of known values on average;"
                    f" the worst, {worst['parameter']}, {worst[column]:.0%}.",
                )
            )
    return said


def _group(title: str, table: pl.DataFrame, words: str) -> dict[str, Any]:
    rows = table.to_dicts()
    return {
        "title": title,
        "words": f"{counted(len(rows), 'parameter')}. {words}",
        "figure": spans([_span(row) for row in rows], "Share of the range", (-0.02, 1.02)),
        "height": spans_height(len(rows)),
        "rows": [
            [row["parameter"], row["unit"], f"{row['prior_low']:g} to {row['prior_high']:g}"]
            + [f"{row[name]:.3g}" for name in ("q5", "q25", "q50", "q75", "q95")]
            + [f"{row['default']:g}", f"{row['spread']:.0%}"]
            for row in rows
        ],
    }


def _span(row: dict[str, Any]) -> Span:
    low, width = row["prior_low"], row["prior_high"] - row["prior_low"]
    at = {name: (row[name] - low) / width for name in ("q5", "q25", "q50", "q75", "q95", "default")}
    return Span(
        name=f"{row['parameter']} ({row['spread']:.0%} left)",
        median=at["q50"],
        low_50=at["q25"],
        high_50=at["q75"],
        low_90=at["q5"],
        high_90=at["q95"],
        mark=at["default"] if 0.0 <= at["default"] <= 1.0 else None,
        low_band=0.05,
        high_band=0.95,
        look=DEFAULT,
        said=f"<b>{row['parameter']}</b><br>default {row['default']:g} {row['unit']}",
    )


def _checks(table: pl.DataFrame, ranks: pl.DataFrame) -> dict[str, Any]:
    rows, count = ranks.height, table.height
    tail = (1.0 - 0.95 ** (1.0 / count)) / 2.0
    bands = {
        level: [float(end) / rows for end in stats.binom.ppf([tail, 1.0 - tail], rows, level / 100)]
        for level in (50, 90)
    }
    items = []
    for level in (50, 90):
        found = np.sort(table[f"coverage_{level}"].to_numpy())
        low_90, low_50, median, high_50, high_90 = np.percentile(found, [5, 25, 50, 75, 95]).tolist()
        items.append(
            Span(
                name=f"Intervals of {level}%: coverage of all parameters",
                median=median,
                low_50=low_50,
                high_50=high_50,
                low_90=low_90,
                high_90=high_90,
                mark=level / 100,
                low_band=bands[level][0],
                high_band=bands[level][1],
                look=DEFAULT,
                said=f"should be {level}%",
            )
        )
    beyond = table.filter(
        ~pl.col("coverage_50").is_between(bands[50][0], bands[50][1])
        | ~pl.col("coverage_90").is_between(bands[90][0], bands[90][1])
    )["parameter"].to_list()
    worst = table.sort("rank_p_value")["parameter"].head(MOST_HISTOGRAMS).to_list()
    likely = tuple(float(end) for end in stats.binom.ppf([0.025, 0.975], rows, 1 / TENTHS))
    words = (
        f"{rows:,} simulated histories whose parameters are known took the record’s place, one by one. An"
        " interval of 90% has to hold nine in ten of the true values. The band shows how far the worst of"
        f" {count} parameters goes by chance in 19 of 20 fits; the mark is where all should be. "
    )
    words += f"Beyond it: {listed(beyond)}." if beyond else "No parameter is beyond it."
    return {
        "check_words": words,
        "coverage": spans(items, "Share of true values held", (0.0, 1.0)),
        "coverage_height": spans_height(2),
        "coverage_rows": [
            [
                row["parameter"],
                *(f"{row[name]:.0%}" for name in ("coverage_50", "coverage_90")),
                number(row["rank_p_value"], 3),
            ]
            for row in table.sort("rank_p_value").iter_rows(named=True)
        ],
        "histograms": [
            {"title": name, "figure": ranks_histogram(ranks[name].to_numpy(), (likely[0], likely[1]))}
            for name in worst
        ],
        "histogram_rows": [
            [name, *np.histogram(ranks[name].to_numpy(), TENTHS, (0.0, 1.0))[0].tolist()] for name in worst
        ],
    }


def trade_offs(posterior: Posterior) -> list[tuple[str, str, float]]:
    """The strongest weighted correlations between parameters, strongest first."""
    centred = posterior.values - posterior.weights @ posterior.values
    covariance = (centred * posterior.weights[:, np.newaxis]).T @ centred
    spread = np.sqrt(np.diag(covariance))
    spread[spread == 0.0] = np.inf
    correlation = covariance / np.outer(spread, spread)
    one, two = np.triu_indices(len(posterior.names), 1)
    order = np.argsort(-np.abs(correlation[one, two]), kind="stable")[:MOST_PAIRS]
    return [
        (posterior.names[one[k]], posterior.names[two[k]], float(correlation[one[k], two[k]])) for k in order
    ]


def _facts(notes: dict[str, Any]) -> dict[str, str]:
    return {
        "Record": f"2014Q1 to {notes['until']}, {notes['record_hash']}",
        "Histories": f"{listed([f'{rows:,}' for rows in notes['rows']])} in {len(notes['rows'])} waves",
        "Kept": f"the nearest {notes['kept']:.0%} of rows kept aside",
        "Seed": str(notes["seed"]),
        "Model": notes["model_hash"],
        "Tolerances": notes["tolerances_hash"],
        "Left out": f"{notes['contradictory_sets_left_out']:,} sets that contradict themselves",
        "Time": f"{notes['seconds'] / 60:.0f} minutes",
        "Versions": listed([f"{name} {version}" for name, version in notes["versions"].items()]),
    }
