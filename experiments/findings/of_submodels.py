"""What each part of the model contributes, from what `turnaround structures` left."""

import json
from pathlib import Path

import polars as pl

from experiments.findings.writing import Row, listed, page, signed
from experiments.markdown import table


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
        f" {listed([_of_model(row) for row in base.iter_rows(named=True)])}.",
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
    return page("What each part of the model contributes", made, [*introduction, "", *table(headings, cells)])


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
    low, high = signed(row["change_low"]), signed(row["change_high"])
    clear = row["change_low"] > 0.0 or row["change_high"] < 0.0
    value = signed(row["change"])
    return (
        f"**{value}**" if clear else value,
        f"{low} to {high}",
        f"{row['passing']}",
        signed(row["log_probability_change"], 1),
    )
