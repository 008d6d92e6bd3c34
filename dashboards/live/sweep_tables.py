"""The tables of a sweep that can be had: its points, two factors together, and what each analysis found."""

import polars as pl

from dashboards.live.offered import Offered
from dashboards.live.streams import Gone
from dashboards.live.sweep_asked import Asked
from dashboards.live.sweep_drawings import bin_in_words, table_of_two
from dashboards.live.sweep_panels import PANELS, lacks
from dashboards.live.turns import in_turns
from experiments.errors import StudyError


def points_table(asked: Asked) -> pl.DataFrame:
    """The points kept: factors, and mean of the outcome over replicates; of two samples where there are."""
    results = asked.sweep.results
    name = f"{asked.target.regime}.{asked.target.outcome}"
    name += f" less {asked.target.less}" if asked.target.less else ""
    means = pl.Series(name, asked.means).fill_nan(None)
    return results.design.collect().with_columns(means).filter(pl.Series(asked.inside & asked.used))


def two_table(asked: Asked) -> pl.DataFrame:
    """The mean outcome by two factors, with 95% intervals over points: a row a cell in which points lie."""
    found = table_of_two(asked)
    across, up = asked.sweep.factors[asked.across], asked.sweep.factors[asked.up]
    return pl.DataFrame(
        [
            {
                across.name: bin_in_words(across, column),
                f"{up.name} upwards" if up is across else up.name: bin_in_words(up, row),
                "points": cell.count,
                "mean": cell.mean.value,
                "low": cell.mean.low,
                "high": cell.mean.high,
            }
            for row, cells in zip(found.up, found.cells, strict=True)
            for column, cell in zip(found.across, cells, strict=True)
            if cell.mean
        ]
    ).fill_nan(None)


def found_table(name: str, asked: Asked, offered: Offered, gone: Gone) -> pl.DataFrame:
    """All that an analysis found, as its command writes it.

    Args:
        name: of its panel.
        asked: by the address.
        offered: what computes.
        gone: whether the visitor has left.

    Raises:
        StudyError: when it cannot be had.
        GoneError: when the visitor has left.
    """
    find = PANELS[name].find
    try:
        found: pl.DataFrame = in_turns(lambda: find(asked).table(), offered.computing, gone)
    except ModuleNotFoundError as missing:
        raise StudyError(lacks(missing)) from missing
    return found
