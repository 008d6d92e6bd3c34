"""The record against the model, from what `turnaround hindcast` left."""

import json
from pathlib import Path

import polars as pl

from experiments.findings.writing import number, page
from experiments.hindcast.words import together_in_words, verdicts_in_words
from experiments.markdown import table


def hindcast_page(folder: Path) -> str:
    """Every figure of the record beside the model's, with its verdict."""
    figures = pl.read_csv(folder / "figures.csv")
    made = json.loads((folder / "hindcast.json").read_text("utf-8"))
    fitted, aside = figures.filter("fitted"), figures.filter(~pl.col("fitted"))
    passing = figures.filter(verdict="pass")
    effects, silent = figures.filter(at_no_effect=True), passing.filter(at_no_effect=True)
    introduction = [
        f"Of {figures.height} figures of the record of 2014 to 2019: {_verdicts(figures)}.",
        "",
        f"- Of {fitted.height} that calibration looked at: {_verdicts(fitted)}. These were made to agree.",
        f"- Of {aside.height} that were held out: {_verdicts(aside)}. Only these test what fitting did not"
        " look at, and they come from the same years and councils.",
        f"- {passing.filter('outside').height} of the {passing.height} that pass lie outside the central 90%"
        " of histories: the tolerance is wide against what luck and parameters allow.",
        f"- {effects.height} would pass in a model in which what they measure has no effect at all, for the"
        f" record itself is within the tolerance of none; {silent.height} of them pass. They are no evidence"
        " for the effect.",
        f"- {together_in_words(made['joint'] and made['joint']['p_value'])}",
        "",
        f"A figure passes when the median of {made['sets']} histories, one of each set of"
        " parameters, is within the"
        f" tolerance; tolerances were fixed before the first run (hash {made['tolerances_hash'][:16]}). It is"
        " within luck when it does not, but the record lies in the central 90% of histories."
        " [How to read it](../calibration.md).",
    ]
    rows = [
        (
            f"{row['measure']}: {row['figure']}",
            row["unit"] or "",
            number(row["data"]),
            number(row["median"]),
            f"{number(row['low_50'])} to {number(row['high_50'])}",
            f"{number(row['low_90'])} to {number(row['high_90'])}",
            f"±{row['tolerance']:g}",
            f"{row['p_value']:.2f}" if row["p_value"] is not None else "",
            "fitted" if row["fitted"] else "held out",
            _marked(row["verdict"]) + (f", {row['remark']}" if row["remark"] else ""),
        )
        for row in figures.iter_rows(named=True)
    ]
    headings = "figure", "unit", "record", "median", "50%", "90%", "tolerance", "p", "use", "verdict"
    return page("The record against the model", made, [*introduction, "", *table(headings, rows)])


def _verdicts(figures: pl.DataFrame) -> str:
    return verdicts_in_words(dict(figures["verdict"].value_counts().iter_rows()))


def _marked(verdict: str) -> str:
    return f"**{verdict}**" if verdict == "fail" else verdict
