"""What the maps show of each council under each regime: chances and times, never a ranking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards.compared import Compared
from dashboards.hexmap import HexMap, Scale, hex_map, share_scale, years_scale
from dashboards.summaries import council_chances
from dashboards.words import number
from experiments.intervals import NORMAL_95

Row = dict[str, Any]
RARE = 0.1
"""The chance whose precision is told."""


@dataclass(frozen=True)
class MapMeasure:
    """A measure that can be shown on the maps."""

    name: str
    title: str
    scale: Scale
    values: dict[str, dict[int, float]]
    texts: dict[str, dict[int, str]]
    intervals: dict[str, dict[int, tuple[float, float]]]
    percent: bool

    def cell(self, regime: str, la_code: int) -> str:
        """The value of a council in a table; a chance with its 95% interval."""
        value = self.values[regime].get(la_code)
        if value is None:
            return "–"
        if not self.percent:
            return number(value, 1)
        low, high = (number(100 * end, 0) for end in self.intervals[regime][la_code])
        return f"{number(100 * value, 0)}% ({low} to {high})"

    def data(self) -> Row:
        """What the page needs to colour and describe the councils by this measure."""
        steps = {
            regime: {code: self.scale.step(value) for code, value in found.items()}
            for regime, found in self.values.items()
        }
        return {"steps": steps, "texts": self.texts}


def map_section(compared: Compared) -> Row | None:
    """The map, and what it can show of each council under each regime."""
    if compared.councils is None or compared.councils.is_empty():
        return None
    drawing = hex_map(compared.last_day)
    chances = council_chances(compared.councils)
    rows = {name: {row["la_code"]: row for row in group.iter_rows(named=True)}
            for (name,), group in chances.group_by("regime", maintain_order=True)}  # fmt: skip
    shares = share_scale(_largest(chances, "inadequate"))
    years = years_scale(max(_largest(chances, "years_inadequate"), _largest(chances, "years_weak")))
    chance = f"Chance of being judged inadequate in {compared.last}"
    measures = [
        _measure("inadequate", chance, shares, rows, _chance_text),
        _measure("years_inadequate", "Years judged inadequate, on average", years, rows, _years_inadequate),
        _measure("years_weak", "Years of weak services, on average", years, rows, _years_weak),
    ]
    return {
        "drawing": drawing,
        "measures": measures,
        "measures_data": {measure.name: measure.data() for measure in measures},
        "names": {tile.la_code: tile.name for tile in drawing.tiles},
        "regions": _by_region(drawing),
        "regimes": [name for name in compared.titles if name in rows],
        "precision": number(100 * NORMAL_95 * (RARE * (1 - RARE) / _worth(chances)) ** 0.5, 0),
    }


def _worth(chances: pl.DataFrame) -> float:
    """As how many independent histories those of the middle council count."""
    middle = chances.filter(pl.col("inadequate").is_between(0, 1, closed="none"))["worth"].median()
    return float(middle) if isinstance(middle, int | float) else _largest(chances, "histories")


def _measure(
    name: str,
    title: str,
    scale: Scale,
    rows: Mapping[str, Mapping[int, Row]],
    text: Callable[[Row, str], str],
) -> MapMeasure:
    return MapMeasure(
        name,
        title,
        scale,
        {regime: {code: row[name] for code, row in found.items()} for regime, found in rows.items()},
        {regime: {code: text(row, name) for code, row in found.items()} for regime, found in rows.items()},
        {
            regime: {code: (row[f"{name}_low"], row[f"{name}_high"]) for code, row in found.items()}
            for regime, found in rows.items()
            if name == "inadequate"
        },
        percent=name == "inadequate",
    )


def _chance_text(row: Row, name: str) -> str:
    low, high = (number(100 * row[f"{name}_{end}"], 0) for end in ("low", "high"))
    return f"{number(100 * row[name], 0)}% of histories (95% interval {low} to {high}%)"


def _years_inadequate(row: Row, name: str) -> str:
    return f"{number(row[name], 1)} years judged inadequate"


def _years_weak(row: Row, name: str) -> str:
    return f"{number(row[name], 1)} years of weak services"


def _largest(table: pl.DataFrame, column: str) -> float:
    value = table[column].max()
    return float(value) if isinstance(value, int | float) else 0.0


def _by_region(drawing: HexMap) -> dict[str, list[tuple[int, str]]]:
    """Councils by region, in alphabetical order: never by value."""
    regions: dict[str, list[tuple[int, str]]] = {}
    for tile in drawing.tiles:
        found = regions.setdefault(tile.region, [])
        if (tile.la_code, tile.name) not in found:
            found.append((tile.la_code, tile.name))
    return regions
