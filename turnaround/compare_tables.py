"""The tables that `turnaround compare` prints: outcomes, differences from the baseline, precision reached."""

from collections.abc import Iterator
from typing import Any

import polars as pl
from rich.table import Table
from rich.text import Text

from experiments.believed import posterior_in_words
from experiments.comparison import LUCK_ONLY, SETS_AND_LUCK, SURE, TOO_FEW_SETS, Comparison
from experiments.effects import EFFECTS, MAIN_OUTCOMES, unit_of
from experiments.prose import MISSING, number, percent
from experiments.screen import plain_table

VERDICT_STYLES = {"better": "green", "worse": "red", "undecided": "dim", "too small": "dim"}


def label(outcome: str) -> str:
    """An outcome with its unit."""
    return f"{EFFECTS[outcome].title}, {unit_of(outcome)}"


def titles(comparison: Comparison) -> dict[str, str]:
    """Titles of the regimes by name."""
    return {regime["name"]: regime["title"] for regime in comparison.results.manifest["regimes"]}


def rows_of(table: pl.DataFrame, outcome: str) -> list[dict[str, Any]]:
    """The rows of one outcome, by regime."""
    return table.filter(pl.col("outcome") == outcome).rows(named=True)


def outcomes_table(comparison: Comparison) -> Table:
    """Means by regime, each with its interval: half its width, or on sets of a posterior both ends."""
    replicates, quarters = (comparison.results.manifest[name] for name in ("replicates", "quarters"))
    over = "95% of sets of parameters" if comparison.on_sets else "± 95% interval"
    table = plain_table(f"Outcomes by regime: mean of {replicates:,} histories, {over}")
    table.add_column("", max_width=28)
    for title in titles(comparison).values():
        table.add_column(title, justify="right", vertical="top")
    for outcome in MAIN_OUTCOMES:
        decimals = EFFECTS[outcome].decimals(quarters)
        cells = []
        for row in rows_of(comparison.outcomes, outcome):
            if row["high"] is None:
                spread = ""
            elif comparison.on_sets:
                spread = f"{number(row['low'], decimals)} to {number(row['high'], decimals)}"
            else:
                spread = f"±{number(row['high'] - row['mean'], decimals)}"
            cells.append(Text.assemble(number(row["mean"], decimals), "\n", (spread, "dim")))
        table.add_row(label(outcome), *cells)
    return table


def differences_table(comparison: Comparison) -> Table:
    """Paired differences from the baseline, outcome by outcome."""
    names = titles(comparison)
    table = plain_table(f"Differences from {names[comparison.baseline]}, history by history")
    table.add_column("")
    table.add_column("difference", justify="right")
    table.add_column("95% interval", justify="right")
    table.add_column("better in", justify="right")
    if comparison.on_sets:
        table.add_column("of it parameters", justify="right")
    table.add_column("verdict")
    for outcome in MAIN_OUTCOMES:
        decimals = EFFECTS[outcome].decimals(comparison.results.manifest["quarters"])
        rows = rows_of(comparison.differences, outcome)
        if rows:
            table.add_row(Text(label(outcome), style="bold"))
        for row in rows:
            ends = [number(row[end], decimals, signed=True) for end in ("low", "high")]
            table.add_row(
                f"  {names[row['regime']]}",
                number(row["difference"], decimals, signed=True),
                MISSING if row["low"] is None else " to ".join(ends),
                percent(row["share_better"]),
                *([percent(row["parameters"])] if comparison.on_sets else []),
                Text(row["verdict"], style=VERDICT_STYLES.get(row["verdict"], "")),
            )
    return table


def precision_table(comparison: Comparison) -> Table:
    """How many replicates the stated precision needs, by outcome: those of the regime that needs most."""
    replicates, quarters = (comparison.results.manifest[name] for name in ("replicates", "quarters"))
    share = f"{comparison.precision:g} of it"
    what = "of the mean over sets " if comparison.on_sets else ""
    table = plain_table(
        f"Replicates needed for an interval {what}of ± {share}, and whether {replicates:,} are enough"
    )
    table.add_column("")
    table.add_column("smallest effect that matters", justify="right")
    table.add_column("needed", justify="right")
    table.add_column("enough")
    for outcome in MAIN_OUTCOMES:
        rows = rows_of(comparison.differences, outcome)
        needed = max((row["replicates_needed"] or 0 for row in rows), default=0)
        if rows:
            table.add_row(
                label(outcome),
                number(rows[0]["smallest_effect"], EFFECTS[outcome].decimals(quarters)),
                f"{needed:,}" if needed else MISSING,
                MISSING if not needed else "yes" if needed <= replicates else "no",
            )
    return table


def remarks(comparison: Comparison) -> Iterator[str]:
    """How the tables are to be read."""
    for name in comparison.same_as_baseline:
        yield (
            f"Under {name} every history was that of {comparison.baseline}, number for number: what it sets"
            " otherwise never came to bear."
        )
    yield from _on_what(comparison)
    yield (
        "Better in: share of histories in which the regime does better than the baseline, ties counted half."
    )
    if comparison.on_sets:
        yield "Of it parameters: their share in how much single histories differ; the rest is luck."
    which = "expected difference, over sets," if comparison.on_sets else "mean difference"
    yield (
        f"Verdict: given from a probability of {SURE:.0%} that the {which} exceeds the smallest"
        " effect that matters (better, worse), or lies within it (too small)."
    )
    given, wrong = comparison.false_verdicts(MAIN_OUTCOMES)
    if given:
        why = ", if the sets are believed" if comparison.on_sets else " by luck alone"
        yield f"Of the {given} verdicts above, {wrong:.1f} are to be expected to be wrong{why}."
    missing = comparison.differences.filter(
        pl.col("outcome").is_in(list(MAIN_OUTCOMES)),
        pl.col("n") < comparison.results.manifest["replicates"],
    )
    if len(missing):
        yield (
            f"{len(missing)} of the differences rest on fewer histories, because the outcome could not be"
            " observed in all: see n in differences.csv."
        )


def _on_what(comparison: Comparison) -> Iterator[str]:
    """What intervals hold, and on which sets of parameters they rest."""
    posterior = comparison.results.manifest.get("posterior")
    if posterior is None:
        yield LUCK_ONLY
        return
    yield posterior_in_words(posterior)
    yield SETS_AND_LUCK if comparison.can_tell else TOO_FEW_SETS
