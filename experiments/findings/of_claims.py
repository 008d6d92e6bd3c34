"""The verdict on every claim, and on what it rests, from what `turnaround claims` left."""

import json
from pathlib import Path

import polars as pl

from experiments.findings.writing import Row, listed, number, page
from experiments.markdown import table

RESTS = "rests.csv"

INFORMED = {"the record": "informed", "hardly the record": "hardly informed"}


def claims_page(folder: Path) -> str:
    """The verdict on every claim, with its interval, and under other structures where they were tried."""
    verdicts = pl.read_csv(folder / "verdicts.csv", infer_schema_length=None)
    made = json.loads((folder / "manifest.json").read_text("utf-8"))
    others = folder / "structures.csv"
    stays = _stays(pl.read_csv(others, infer_schema_length=None)) if others.is_file() else {}
    counts = verdicts["verdict"].value_counts(sort=True).rows()
    introduction = [
        "A verdict about the model is none about the world. Of"
        f" {verdicts.height} claims: {listed([f'{verdict}, {count}' for verdict, count in counts])}.",
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
            number(row["difference"]),
            f"{number(row['low_parameters'])} to {number(row['high_parameters'])}",
            f"{row['probability_true']:.2f}",
            number(row["break_even"]) if row["break_even"] is not None else "",
            f"`{row['worth_knowing']}`" if row["worth_knowing"] else "",
            str(row["verdict"]) + (f": {row['region']}" if row["region"] else ""),
            *([stays[row["claim"]]] if stays else []),
        )
        for row in verdicts.iter_rows(named=True)
    ]
    lines = [*introduction, "", *table(headings, rows)]
    if (folder / RESTS).is_file():
        lines += ["", "## On what claims rest", "", *_rests(pl.read_csv(folder / RESTS))]
    return page("The claims", made, lines)


def _rests(rests: pl.DataFrame) -> list[str]:
    """The parameters on which each claim rests, and whether the record informs them."""
    by_claim = rests.group_by("claim", "rests", maintain_order=True)
    rows = [
        (str(claim), str(standing), "; ".join(_rest(row) for row in own.drop_nulls("parameter").to_dicts()))
        for (claim, standing), own in by_claim
    ]
    counts = by_claim.len()["rests"].value_counts(sort=True).rows()
    return [
        "A claim rests on the parameters that explain more of its effect's differences between sets than"
        " chance may. It rests *on what the record cannot tell* if less than half of what is explained lies"
        " with parameters that the record informs:"
        f" {listed([f'{standing}, {count}' for standing, count in counts])}."
        " [How it is told](../structures.md#on-what-claims-rest).",
        "",
        *table(("claim", "rests", "parameters, with the share of the variance that would go"), rows),
    ]


def _rest(row: Row) -> str:
    told = INFORMED.get(row["informed_by"], row["known"])
    return f"`{row['parameter']}` ({row['share']:.0%}, {told})"


def _stays(structures: pl.DataFrame) -> dict[str, str]:
    by_claim = structures.group_by("claim", maintain_order=True).agg(
        pl.col("stays").sum(), pl.len(), pl.col("structure").filter(~pl.col("stays"))
    )
    return {
        claim: f"{stays} of {count}" + (f"; not under {', '.join(gone)}" if gone else "")
        for claim, stays, count, gone in by_claim.iter_rows()
    }
