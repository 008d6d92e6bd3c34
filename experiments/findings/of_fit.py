"""What the fit that comes with the model taught, from what `turnaround calibrate` left."""

import json
from pathlib import Path

import numpy as np
import polars as pl

from experiments.findings.writing import Row, number, page
from experiments.markdown import table
from experiments.posterior import read_posterior, shipped_posterior

LEAST = 0.001
"""Below which a p is not told."""

DIGITS = 9
"""After the point, to which fits on different processors agree."""

WORST = 10
"""Parameters that are named where the worst are."""


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
        *["", "## Has it come to rest?", "", *_rest(rest, made)],
    ]
    if "rank_p_value" in parameters.columns:
        lines += ["", "## Does it find what is known?", "", *_checks(parameters)]
    lines += ["", "## Parameter by parameter", "", *_parameters(parameters)]
    return page("What the record taught", made, lines)


def _whether_shipped(folder: Path) -> str:
    """Whether the sets that come with the model were drawn from those of the folder, in a sentence."""
    shipped, own = shipped_posterior(), read_posterior(folder / "posterior.parquet")
    if shipped.names == own.names:
        rows = {row.tobytes() for row in own.values.round(DIGITS)}
        if all(row.tobytes() in rows for row in shipped.values.round(DIGITS)):
            return "The sets that come with the model were drawn from these."
    return (
        "**The sets that come with the model are of another fit**"
        " ([which](../calibration.md#what-comes-with-the-model))."
    )


def _rest(rest: pl.DataFrame, made: Row) -> list[str]:
    """How far means moved between the last two waves, and between halves of the last; the worst by name."""
    said = []
    for title, words in (("waves", "the last two waves"), ("halves", "the halves of the last table")):
        column, chance = f"moved_between_{title}", made[f"by_chance_between_{title}"]
        known = rest.drop_nulls(column).sort(pl.col(column).abs(), descending=True)
        if known.is_empty():
            said.append(f"- Between {words} nothing can be told.")
            continue
        moved = np.abs(known[column].to_numpy())
        said.append(
            f"- Between {words} means move by {moved.mean():.2f} standard deviations on average, the worst"
            f" by {moved.max():.2f}; chance leads the worst as far as {chance:.2f}, were sets independent."
            f" {_beyond(known['parameter'].to_list(), moved.tolist(), chance)}"
        )
    apart = made.get("medoids_of_halves_apart")
    if apart is not None:
        said.append(
            f"- The middle sets of the two halves are {apart:.1f} standard deviations apart in a usual"
            " parameter; any two sets are 1.4 apart. Which set is in the middle, and so the defaults where"
            " the record is silent, is to a large part chance."
        )
    return said


def _beyond(names: list[str], moved: list[float], chance: float) -> str:
    """Which parameters moved farther than chance does, in words."""
    beyond = [f"`{name}` ({by:.2f})" for name, by in zip(names, moved, strict=True) if by > chance]
    if not beyond:
        return "None moves farther."
    named = f"{', '.join(beyond[:WORST])}{', ...' if len(beyond) > WORST else ''}"
    return f"**It has not come to rest in {len(beyond)}**, which move farther: {named}."


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
