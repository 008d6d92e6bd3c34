"""What was found, as pages that are kept: the record against the model, and the debate's claims.

    python -m experiments.findings results

reads the tables that `turnaround hindcast`, `claims` and `structures` and the rolling forecasts left in the
folders `hindcast`, `claims`, `structures` and `rolling`, and writes `docs/findings`; the verdicts go into
`dashboards/verdicts` too, which come with the project. What is not there is passed over, and its page stays
as it is. `make findings` makes everything, which takes an hour or two.
"""

import json
import math
import shutil
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click
import polars as pl

from experiments.ending import Script
from experiments.horizon import StudyError
from experiments.markdown import table
from experiments.results import write_aside

FOLDER = Path(__file__).parents[1] / "docs" / "findings"
SHIPPED = Path(__file__).parents[1] / "dashboards" / "verdicts"
VERDICTS = ("claims/debate.json", "claims/verdicts.csv", "claims/structures.csv")
"""What the dashboards show of the claims, where it comes with the project: the first at least."""
COMMAND = "make findings"
Row = dict[str, Any]


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
        f"- {_together(made['joint'])}",
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
            _number(row["data"]),
            _number(row["median"]),
            f"{_number(row['low_50'])} to {_number(row['high_50'])}",
            f"{_number(row['low_90'])} to {_number(row['high_90'])}",
            f"±{row['tolerance']:g}",
            f"{row['p_value']:.2f}" if row["p_value"] is not None else "",
            "fitted" if row["fitted"] else "held out",
            _marked(row["verdict"]) + (f", {row['remark']}" if row["remark"] else ""),
        )
        for row in figures.iter_rows(named=True)
    ]
    headings = "figure", "record", "median", "50%", "90%", "tolerance", "p", "use", "verdict"
    return _page("The record against the model", made, [*introduction, "", *table(headings, rows)])


def claims_page(folder: Path) -> str:
    """The verdict on every claim, with its interval, and under other structures where they were tried."""
    verdicts = pl.read_csv(folder / "verdicts.csv", infer_schema_length=None)
    made = json.loads((folder / "manifest.json").read_text("utf-8"))
    others = folder / "structures.csv"
    stays = _stays(pl.read_csv(others, infer_schema_length=None)) if others.is_file() else {}
    counts = verdicts["verdict"].value_counts(sort=True).rows()
    introduction = [
        "A verdict about the model is none about the world. Of"
        f" {verdicts.height} claims: {_listed([f'{verdict}, {count}' for verdict, count in counts])}.",
        "",
        "*Difference* is the mean effect of the lever that the claim names, with the interval that"
        " holds 95% of"
        " sets of parameters. *True* is the probability over sets that the claim holds. *Flips at* is the"
        " strength of its mechanism at which that probability crosses one half. *Worth knowing* is the"
        " parameter that would settle most if it were known."
        " [How to read it](../claims.md); [what each claim compares](../tables/claims.md).",
    ]
    headings = [
        "claim",
        "measure",
        "difference",
        "95% of sets",
        "true",
        "flips at",
        "worth knowing",
        "verdict",
    ]
    if stays:
        headings.append("stays under other structures")
    rows = [
        (
            f"**{row['claim']}** {row['says']}",
            f"{row['measure'].replace('_', ' ')}, {row['unit']}",
            _number(row["difference"]),
            f"{_number(row['low_parameters'])} to {_number(row['high_parameters'])}",
            f"{row['probability_true']:.2f}",
            _number(row["break_even"]) if row["break_even"] is not None else "",
            f"`{row['worth_knowing']}`" if row["worth_knowing"] else "",
            str(row["verdict"]) + (f": {row['region']}" if row["region"] else ""),
            *([stays[row["claim"]]] if stays else []),
        )
        for row in verdicts.iter_rows(named=True)
    ]
    return _page("The claims", made, [*introduction, "", *table(headings, rows)])


def _stays(structures: pl.DataFrame) -> dict[str, str]:
    by_claim = structures.group_by("claim", maintain_order=True).agg(
        pl.col("stays").sum(), pl.len(), pl.col("structure").filter(~pl.col("stays"))
    )
    return {
        claim: f"{stays} of {count}" + (f"; not under {', '.join(gone)}" if gone else "")
        for claim, stays, count, gone in by_claim.iter_rows()
    }


def submodels_page(folder: Path) -> str:
    """What each submodel contributes: how much farther from the record the model is without it."""
    rows = pl.read_csv(folder / "submodels.csv", infer_schema_length=None)
    made = json.loads((folder / "structures.json").read_text("utf-8"))
    base = rows.filter(kind="model")
    introduction = [
        "How far the model is from the record is the sum over all figures of squared distances, in"
        " tolerances. A row says by how much that sum grows when a submodel is switched off, or the model has"
        " another structure, with parameters as they were fitted and fitted anew; above 0 the record misses"
        " what was changed. [How to read it](../structures.md).",
        "",
        "As fitted, 95% intervals are of sets and luck. Fitted anew, they are of how far small fits of the"
        " very same rules lie apart. The model as it is:"
        f" {_listed([_of_model(row) for row in base.iter_rows(named=True)])}.",
        "",
        _told_apart(rows),
    ]
    headings = ["structure"]
    modes = base["mode"].unique(maintain_order=True).to_list()
    for mode in modes:
        headings += [f"{mode}: farther by", "95%", "figures passing", "log probability"]
    by_structure = rows.filter(pl.col("kind") != "model").partition_by("title", maintain_order=True)
    by_structure.sort(key=lambda own: (own["kind"][0] != "submodel", -own["change"][-1]))
    cells = [
        (own["title"][0], *(cell for row in own.iter_rows(named=True) for cell in _changed(row)))
        for own in by_structure
    ]
    return _page(
        "What each part of the model contributes", made, [*introduction, "", *table(headings, cells)]
    )


def _told_apart(rows: pl.DataFrame) -> str:
    """How many structures fitted anew can be told from the model as it is."""
    own = rows.filter(pl.col("kind") != "model", mode="fitted anew")
    if own.is_empty():
        return "Nothing was fitted anew."
    apart = own.filter((pl.col("change_low") > 0.0) | (pl.col("change_high") < 0.0)).height
    return (
        f"**Of {own.height} structures fitted anew {apart} can be told from the model as it is** by how far"
        " they are from the record: the others differ by less than fits of the very same rules do. What the"
        " columns on the left say holds of parameters that were fitted with everything in place."
    )


def _of_model(row: Row) -> str:
    return f"{row['mode']}, {row['squared_distance']:.0f} and {row['passing']} figures passing"


def _changed(row: Row) -> tuple[str, ...]:
    low, high = _signed(row["change_low"]), _signed(row["change_high"])
    clear = row["change_low"] > 0.0 or row["change_high"] < 0.0
    value = _signed(row["change"])
    return (
        f"**{value}**" if clear else value,
        f"{low} to {high}",
        f"{row['passing']}",
        _signed(row["log_probability_change"], 1),
    )


def scores_page(folder: Path) -> str:
    """How good forecasts from inside the record were, each with parameters fitted to what was known."""
    rows = pl.read_csv(folder / "scores.csv", infer_schema_length=None)
    made = json.loads((folder / "rolling.json").read_text("utf-8"))
    introduction = [
        "Forecasts from origins inside the record, scored on each council's next inspection by the end of"
        " 2019. Lower scores are better. Skill is by how much of a baseline's score the model's is lower;"
        " intervals hold 95% of councils drawn again. [How to read it](../forecasting.md).",
    ]
    headings = "score", "origin", "inspections", "forecast", "mean", "95%", "skill of the model", "95%"
    cells = [
        (
            row["score"],
            row["origin"],
            str(row["inspections"]),
            row["forecast"].replace("_", " "),
            _number(row["mean"]),
            _between(row["low_95"], row["high_95"]),
            _number(row["skill"]),
            _between(row["skill_low_95"], row["skill_high_95"]),
        )
        for row in rows.sort("score", maintain_order=True).iter_rows(named=True)
    ]
    return _page("Forecasts from inside the record", made, [*introduction, "", *table(headings, cells)])


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{_number(low)} to {_number(high)}"


def _signed(value: float | None, digits: int = 0) -> str:
    if value is None:
        return ""
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", "−") if rounded else "0"


PAGES: dict[str, tuple[str, Callable[[Path], str]]] = {
    "hindcast.md": ("hindcast/figures.csv", hindcast_page),
    "claims.md": ("claims/verdicts.csv", claims_page),
    "submodels.md": ("structures/submodels.csv", submodels_page),
    "forecasts.md": ("rolling/scores.csv", scores_page),
}


def _page(title: str, made: Row, lines: Iterable[str]) -> str:
    where = f"Made by `{COMMAND}` from what `{made['command']}` left"
    model = f" (model {made['model_hash'][:12]})" if "model_hash" in made else ""
    return "\n".join([f"# {title}", "", f"{where}{model}; edits here are lost.", "", *lines]) + "\n"


def _verdicts(figures: pl.DataFrame) -> str:
    counts = dict(figures["verdict"].value_counts().iter_rows())
    said = [
        f"{counts[verdict]} {verdict}" for verdict in ("pass", "within luck", "fail") if verdict in counts
    ]
    return _listed(said) or "none"


def _together(joint: Row | None) -> str:
    """What the check of all fitted figures at once says."""
    if joint is None:
        return "There were too few histories to take all fitted figures together."
    p = joint["p_value"]
    words = (
        f"All fitted figures together lie as far out as those of one history in {1 / p:.0f} (p = {p:.2f}):"
        f" the record would be {'an odd' if p < ODD else 'a usual'} history of this model."
    )
    if p < ODD:
        words += (
            f" Taken together the model misses the record, at the level of {ODD:.0%}, however many figures"
            " pass one by one."
        )
    return words


ODD = 0.05


def _listed(words: list[str]) -> str:
    return "; ".join(words)


def _marked(verdict: str) -> str:
    return f"**{verdict}**" if verdict == "fail" else verdict


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return "infinite" if math.isinf(value) else f"{value:.3g}".replace("-", "−")


def write_findings(folder: Path) -> None:
    """Write the pages of all results that are there, and the verdicts that come with the project.

    Raises:
        StudyError: when there are none at all.
    """
    if not any((folder / source).is_file() for source, _ in PAGES.values()):
        wanted = ", ".join(source for source, _ in PAGES.values())
        raise StudyError(f"{folder}: holds no results; looked for {wanted}")
    for name, (source, make) in PAGES.items():
        if (folder / source).is_file():
            text = make((folder / source).parent)
            FOLDER.mkdir(exist_ok=True)
            write_aside(FOLDER / name, partial(Path.write_text, data=text, encoding="utf-8"))
            print(f"{name}: written")
        else:
            print(f"{name}: left as it is, for there is no {folder / source}")
    there = [name for name in VERDICTS if (folder / name).is_file()]
    if VERDICTS[0] not in there:
        print(f"{SHIPPED.name}: left as they are, for there is no {folder / VERDICTS[0]}")
        return
    SHIPPED.mkdir(exist_ok=True)
    for name in VERDICTS:
        kept = SHIPPED / Path(name).name
        if name in there:
            write_aside(kept, partial(shutil.copyfile, folder / name))
        else:
            kept.unlink(missing_ok=True)  # it would be of other runs
    print(f"{SHIPPED.name}: written")


@click.command(cls=Script)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("results"))
def main(folder: Path) -> None:
    """Write docs/findings from the results in FOLDER (default: results)."""
    write_findings(folder)


if __name__ == "__main__":
    main()
