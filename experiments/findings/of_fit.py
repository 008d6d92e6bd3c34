"""What the fit that comes with the model taught, from what `turnaround calibrate` left."""

import json
from pathlib import Path

import polars as pl

from experiments.calibration.outcome import POSTERIOR
from experiments.calibration.words import WORST, Marks, rest_in_words
from experiments.findings.writing import number, page
from experiments.markdown import table
from experiments.posterior import read_posterior, shipped_posterior

LEAST = 0.001
"""Below which a p is not told."""

DIGITS = 9
"""After the point, to which fits on different processors agree."""

MARKS = Marks(name="`{}`", alarm="**{}**")


def fit_page(folder: Path) -> str:
    """What the record informs, whether the fit has come to rest, and whether it finds what is known."""
    made = json.loads((folder / "calibration.json").read_text("utf-8"))
    parameters = pl.read_csv(folder / "parameters.csv").sort("spread")
    rest = pl.read_csv(folder / "convergence.csv", infer_schema_length=None)
    lines = [
        f"{parameters.height} parameters were fitted to the record up to {made['until']}, on"
        f" {sum(made['rows']):,} histories in {len(made['rows'])} waves. {made['sets']:,} sets were kept,"
        f" worth {made['effective_size']:.0f} of equal weight. The record informs"
        f" {parameters.filter('learned').height} parameters: less than nine tenths of their spread are left."
        " What is concluded from the others rests on the range that was allowed."
        " [How it is done](../calibration.md).",
        "",
        _whether_shipped(folder),
        *["", "## Has it come to rest?", "", *[f"- {words}" for words in rest_in_words(rest, made, MARKS)]],
    ]
    if "rank_p_value" in parameters.columns:
        lines += ["", "## Does it find what is known?", "", *_checks(parameters)]
    lines += ["", "## Parameter by parameter", "", *_parameters(parameters)]
    return page("What the record taught", made, lines)


def _whether_shipped(folder: Path) -> str:
    """Whether the sets that come with the model were drawn from those of the folder, in a sentence."""
    shipped, own = shipped_posterior(), read_posterior(folder / POSTERIOR)
    if shipped.names == own.names:
        rows = {row.tobytes() for row in own.values.round(DIGITS)}
        if all(row.tobytes() in rows for row in shipped.values.round(DIGITS)):
            return "The sets that come with the model were drawn from these."
    return (
        "**The sets that come with the model are of another fit**"
        " ([which](../calibration.md#what-comes-with-the-model))."
    )


def _checks(parameters: pl.DataFrame) -> list[str]:
    """Coverage of intervals on histories of which the parameters are known; the worst by name."""
    worst = parameters.sort("rank_p_value").head(WORST)
    half, most = (100.0 * parameters[f"coverage_{level}"].to_numpy().mean() for level in (50, 90))
    rows = [
        (
            f"`{row['parameter']}`",
            f"{row['coverage_50']:.0%}",
            f"{row['coverage_90']:.0%}",
            f"{row['rank_p_value']:.3f}" if row["rank_p_value"] >= LEAST else f"below {LEAST}",
        )
        for row in worst.iter_rows(named=True)
    ]
    return [
        "Histories of the model itself, with known parameters, take the record's place. Intervals of 50%"
        f" hold {half:.0f}% of the known values, those of 90% hold {most:.0f}%. These are the"
        f" {worst.height} of {parameters.height} parameters whose ranks are farthest from uniform; by chance"
        f" the smallest p of so many is about {1 / (1 + parameters.height):.2f}.",
        "",
        *table(("parameter", "50% hold", "90% hold", "p of uniform ranks"), rows),
    ]


def _parameters(parameters: pl.DataFrame) -> list[str]:
    """Every parameter: its range, what is believed now, and how much of its spread is left."""
    headings = "parameter", "unit", "range before", "central 90% now", "spread left", "mean moved", "informed"
    rows = [
        (
            f"`{row['parameter']}`",
            row["unit"],
            f"{number(row['prior_low'])} to {number(row['prior_high'])}",
            f"{number(row['q5'])} to {number(row['q95'])}",
            f"{row['spread']:.0%}",
            f"{row['shift']:+.2f}".replace("-", "−"),
            "yes" if row["learned"] else "no",
        )
        for row in parameters.iter_rows(named=True)
    ]
    return [
        "Spread and mean are those of normals, in which every range is a standard normal: 100% and 0 are what"
        " was believed before.",
        "",
        *table(headings, rows),
    ]
