"""The map of England's councils, a hexagon each, as parts of one inline drawing.

Positions are our own layout, so that every council is as easy to see as any other; they only roughly follow
geography. Regions are outlined. The drawing scales with the page and carries no colour of its own: a class on
each hexagon says how dark it is.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

import polars as pl

from dashboards.words import number
from model.facts import load_facts
from model.quarters import FIRST_YEAR, quarter_of

ROOT3 = math.sqrt(3)
NEIGHBOURS = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
"""Axial steps to the neighbour beyond each side, clockwise from the east."""
CORNERS = tuple((math.sin(math.radians(60 * k)), -math.cos(math.radians(60 * k))) for k in range(1, 7))
"""Corners of a hexagon of radius 1, clockwise from the upper right; side k joins corners k and k + 1."""

SHORT_REGIONS = {"Yorkshire and The Humber": "Yorkshire, Humber"}


FEW_NEIGHBOURS = 1
NAME_SHAPE = 1.6
"""How much wider than high a name is."""
ROOM_ENOUGH = 4.5
"""Radii from a name to the next region, beyond which more room is no gain."""


@dataclass(frozen=True)
class Tile:
    """A hexagon: its council, and where it is drawn."""

    la_code: int
    name: str
    region: str
    x: float
    y: float


@dataclass(frozen=True)
class HexMap:
    """A map to be filled in.

    Attributes:
        tiles: the hexagons; a few councils cover two.
        outlines: path around the regions.
        labels: name of each region in short lines, with the place where it has most room.
        box: the drawing's bounds: x, y, width, height.
    """

    tiles: tuple[Tile, ...]
    outlines: str
    labels: tuple[tuple[list[str], float, float], ...]
    box: tuple[float, float, float, float]


@cache
def hex_map(day: date) -> HexMap:
    """The map of the councils that exist on a day."""
    facts = load_facts()
    valid = facts.hex_positions.filter(
        pl.col("valid_from").is_null() | (pl.col("valid_from") <= day),
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= day),
    ).join(facts.councils.select("la_code", "name", "region9"), on="la_code")
    regions = {(row["hex_q"], row["hex_r"]): row["region9"] for row in valid.iter_rows(named=True)}
    tiles = tuple(
        Tile(row["la_code"], row["name"], row["region9"], *centre(row["hex_q"], row["hex_r"]))
        for row in valid.sort("region9", "name").iter_rows(named=True)
    )
    places = defaultdict(list)
    for tile in tiles:
        places[tile.region].append((tile.x, tile.y))
    labels = tuple(
        (
            SHORT_REGIONS.get(region, region).rsplit(" ", 1),
            *_roomiest(found, [tile for tile in tiles if tile.region != region]),
        )
        for region, found in places.items()
    )
    left, right = min(tile.x for tile in tiles) - 1, max(tile.x for tile in tiles) + 1
    top, bottom = min(tile.y for tile in tiles) - 1.1, max(tile.y for tile in tiles) + 1.1
    return HexMap(tiles, _outlines(regions), labels, (left, top, right - left, bottom - top))


def maps_of(quarters: int) -> tuple[tuple[int, HexMap], ...]:
    """The maps of some quarters from 2014Q1, each with the quarter from which it holds."""
    days = load_facts().hex_positions["valid_from"].drop_nulls().unique().sort().to_list()
    later = [(quarter_of(day), day) for day in days]
    first = (0, date(FIRST_YEAR, 1, 1))
    return tuple((quarter, hex_map(day)) for quarter, day in (first, *later) if 0 <= quarter < quarters)


def centre(q: int, r: int) -> tuple[float, float]:
    """Where the middle of a hexagon is drawn, in radii; y grows south."""
    return round(ROOT3 * (q + r / 2), 3), 1.5 * r


def _roomiest(own: Sequence[tuple[float, float]], others: Sequence[Tile]) -> tuple[float, float]:
    """The place among a region's tiles that is farthest from other regions, for its size and its middle."""
    inland = [place for place in own if sum(_near(place, other) for other in own) > FEW_NEIGHBOURS] or own
    middle_x, middle_y = (sum(values) / len(own) for values in zip(*own, strict=True))

    def room(place: tuple[float, float]) -> float:
        x, y = place
        beyond = min(math.hypot((tile.x - x) / NAME_SHAPE, tile.y - y) for tile in others)
        return min(beyond, ROOM_ENOUGH) - math.hypot(x - middle_x, y - middle_y) / 2

    return max(inland, key=room)


def _near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return 0 < math.hypot(one[0] - other[0], one[1] - other[1]) < 2


def _outlines(regions: dict[tuple[int, int], str]) -> str:
    """A path along every side that parts two regions, or England from the sea."""
    sides = []
    for (q, r), region in regions.items():
        x, y = centre(q, r)
        for side, (dq, dr) in enumerate(NEIGHBOURS):
            other = regions.get((q + dq, r + dr))
            if other is None or (other != region and region < other):
                (ax, ay), (bx, by) = CORNERS[side], CORNERS[(side + 1) % 6]
                sides.append(f"M{x + ax:.2f} {y + ay:.2f}L{x + bx:.2f} {y + by:.2f}")
    return "".join(sides)


@dataclass(frozen=True)
class Scale:
    """Classes of a value from light to dark.

    Attributes:
        breaks: lower bound of every class but the first.
        labels: what each class is called in the legend.
    """

    breaks: tuple[float, ...]
    labels: tuple[str, ...]

    def step(self, value: float) -> int:
        """Number of the class of a value."""
        return sum(value >= lowest for lowest in self.breaks)


def share_scale(largest: float) -> Scale:
    """Six classes of a share, wide enough for the largest that occurs, in percent."""
    for breaks in ((1, 2, 4, 6, 8), (2, 5, 10, 15, 20), (5, 10, 20, 30, 40), (5, 15, 30, 50, 70)):
        if largest * 100 <= breaks[-1] * 1.5:
            break
    return Scale(tuple(b / 100 for b in breaks), _ranges(breaks, "%", 0))


def years_scale(largest: float) -> Scale:
    """Six classes of years, wide enough for the largest that occurs."""
    for breaks in ((0.25, 0.5, 1.0, 1.5, 2.0), (0.5, 1.0, 2.0, 3.0, 4.0), (1.0, 2.0, 4.0, 6.0, 8.0)):
        if largest <= breaks[-1] * 1.5:
            break
    digits = 2 if 0.25 in breaks else 1 if 0.5 in breaks else 0
    return Scale(breaks, _ranges(breaks, "", digits))


def _ranges(breaks: Sequence[float], unit: str, digits: int) -> tuple[str, ...]:
    texts = [number(value, 0 if float(value).is_integer() else digits) for value in breaks]
    middle = [f"{low}–{high}{unit}" for low, high in pairwise(texts)]
    return (f"under {texts[0]}{unit}", *middle, f"{texts[-1]}{unit} or more")
