"""Facts that cannot be true together, though each is well formed: the checks across rows and tables.

Boundary changes must agree with the dates of the councils, judgements must fall in their councils'
lifetime, no two councils may share a tile of the map at one time. What a single cell may hold is the
business of the data dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from model.quarters import FIRST_YEAR, quarter_index, quarters_of
from model.tables import HEADER_LINES, Problem, problems_where

SHARES_SUM_TOLERANCE = 1e-9


def contradictions(tables: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """List every contradiction within and between the tables."""
    councils = tables["councils"]
    return [
        *_unsorted(councils),
        *_shares_not_summing_to_one(tables["boundary_changes"]),
        *_boundary_changes_at_other_times(tables["boundary_changes"], councils),
        *_published_in_another_quarter(tables["judgements"]),
        *_judged_while_not_existing("judgements", tables["judgements"], councils),
        *_judged_while_not_existing("inspections_before_2013", tables["inspections_before_2013"], councils),
        *_tenures_without_judgement(tables["director_tenure"], tables["judgements"]),
        *_neighbours_of_themselves("statistical_neighbours", tables["statistical_neighbours"]),
        *_neighbours_of_themselves("geographic_neighbours", tables["geographic_neighbours"]),
        *_shared_tiles(tables["hex_positions"]),
    ]


def _unsorted(councils: pl.DataFrame) -> list[Problem]:
    wrong = pl.col("la_code") < pl.col("la_code").shift(1)
    allowed = "an la_code above that of the line before: the rows are master rows"
    return problems_where("councils.csv", councils, "la_code", wrong, allowed)


def _shares_not_summing_to_one(changes: pl.DataFrame) -> list[Problem]:
    total = pl.col("share_of_children").sum().over("predecessor_la_code")
    wrong = (total - 1).abs() > SHARES_SUM_TOLERANCE
    allowed = "shares that sum to 1 for each predecessor"
    given = pl.format("{}, which makes {}", "share_of_children", total.round(6))
    return problems_where("boundary_changes.csv", changes, "share_of_children", wrong, allowed, given)


def _boundary_changes_at_other_times(changes: pl.DataFrame, councils: pl.DataFrame) -> list[Problem]:
    effective = pl.col("effective_quarter")
    first = quarters_of(_of_council(councils, "valid_from", "successor_la_code"))
    last = quarters_of(_of_council(councils, "valid_to", "predecessor_la_code"))
    wrong = ~((first == effective) & (last == effective - 1)).fill_null(value=False)
    allowed = "the quarter in which, by councils.csv, the successor begins and the predecessor has just ended"
    given = pl.format("{}Q{}", FIRST_YEAR + effective // 4, effective % 4 + 1)
    return problems_where("boundary_changes.csv", changes, "effective_quarter", wrong, allowed, given)


def _published_in_another_quarter(judgements: pl.DataFrame) -> list[Problem]:
    date = pl.col("publication_date").str
    quarter = quarter_index(date.slice(0, 4).cast(int), date.slice(5, 2).cast(int, strict=False))
    wrong = quarter != pl.col("publication_quarter")
    allowed = "a date in the publication_quarter of its row"
    return problems_where("judgements.csv", judgements, "publication_date", wrong, allowed)


def _judged_while_not_existing(table: str, judged: pl.DataFrame, councils: pl.DataFrame) -> list[Problem]:
    published = pl.col("publication_date").cast(str)
    too_early = published < _of_council(councils, "valid_from").cast(str)
    too_late = published > _of_council(councils, "valid_to").cast(str)
    wrong = too_early.fill_null(value=False) | too_late.fill_null(value=False)
    allowed = "a date on which the council existed (councils.csv)"
    return problems_where(f"{table}.csv", judged, "publication_date", wrong, allowed)


def _tenures_without_judgement(tenures: pl.DataFrame, judgements: pl.DataFrame) -> list[Problem]:
    report = pl.concat_str("la_code", "publication_date", separator=" ")
    published = judgements.select(report).to_series().drop_nulls().to_list()
    allowed = "the publication date of a judgement of the council in judgements.csv"
    return problems_where(
        "director_tenure.csv", tenures, "publication_date", ~report.is_in(published), allowed
    )


def _neighbours_of_themselves(table: str, neighbours: pl.DataFrame) -> list[Problem]:
    wrong = pl.col("neighbour_la_code") == pl.col("la_code")
    allowed = "another council than the row's own"
    return problems_where(f"{table}.csv", neighbours, "neighbour_la_code", wrong, allowed)


def _shared_tiles(positions: pl.DataFrame) -> list[Problem]:
    tiles = positions.select(
        pl.int_range(pl.len()).alias("row") + 1 + HEADER_LINES,
        pl.format("{}, {}", "hex_q", "hex_r").alias("tile"),
        pl.col("valid_from").cast(str).fill_null("0000").alias("first_day"),
        pl.col("valid_to").cast(str).fill_null("9999").alias("last_day"),
    )
    shared = tiles.join(tiles, on="tile", suffix="_other").filter(
        pl.col("row_other") < pl.col("row"),
        pl.col("first_day") <= pl.col("last_day_other"),
        pl.col("first_day_other") <= pl.col("last_day"),
    )
    return [
        Problem(
            "hex_positions.csv", line, "hex_q, hex_r", tile, f"a tile free at that time (line {other} has it)"
        )
        for line, tile, other in shared.sort("row").select("row", "tile", "row_other").iter_rows()
    ]


def _of_council(councils: pl.DataFrame, column: str, by: str = "la_code") -> pl.Expr:
    """Value of a column of `councils` for the council that each row names in the column `by`."""
    values = councils[column]
    return pl.col(by).replace_strict(councils["la_code"], values, default=None, return_dtype=values.dtype)
