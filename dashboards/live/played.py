"""What the page that plays a history sends to the browser: the places to draw in, and what is drawn there."""

from functools import cache
from typing import Any

import numpy as np
import polars as pl

from dashboards.hexmap import Scale, maps_of
from dashboards.page import render_part
from dashboards.style import ARRANGEMENTS, JUDGEMENTS, NOT_JUDGED
from dashboards.summaries import with_support_spending
from dashboards.words import INDICATORS, amount
from experiments.watched import KINDS, WatchedHistory
from model.calendar import SUSPENDED_FROM, SUSPENDED_UNTIL
from model.ensemble import LONGEST_HORIZON
from model.facts import load_facts

TENTHS = 10

COLOURINGS = {"judgement": "Judgement", "quality": "Latent quality", "arrangement": "Arrangement"}
SPEEDS = ("1", "2", "4", "10", "30")
"""Quarters a second."""
USUAL = {"colour": "judgement", "speed": "4", "events": "all"}
SHOWN_EVENTS = {"all": "All councils", "picked": "The picked council"}

ROOM = 1.2
"""Radii to the right of the map that its key may take up."""

STRIPS = ("inadequate", "good_or_better_share", "quality_mean", "director_changes", "support_spending")
"""Indicators beside the map."""
FROM_NOUGHT = ("inadequate", "director_changes", "support_spending")

QUALITY = Scale((35, 42, 49, 56, 63), ("under 35", "35–42", "42–49", "49–56", "56–63", "63 or more"))
"""Classes of latent quality, wide enough for nearly all councils of all regimes."""
LETTERS = ("–", "O", "G", "R", "I")
"""Of judgements, by their code."""


@cache
def frame() -> dict[str, str]:
    """The parts of the page into which a history is drawn, by the id of their place."""
    maps = [drawing for _, drawing in maps_of(LONGEST_HORIZON)]
    codes = load_facts().councils["la_code"].to_list()
    councils: dict[int, dict[str, Any]] = {}
    for drawing in maps:
        for tile in drawing.tiles:
            council = councils.setdefault(
                tile.la_code,
                {"row": codes.index(tile.la_code), "name": tile.name, "region": tile.region, "places": []},
            )
            if (tile.x, tile.y) not in council["places"]:
                council["places"].append((tile.x, tile.y))
    for council in councils.values():
        council["x"], council["y"] = council["places"][0]
    left, top = (min(drawing.box[i] for drawing in maps) for i in (0, 1))
    right, bottom = (max(drawing.box[i] + drawing.box[i + 2] for drawing in maps) for i in (0, 1))
    judgements = [
        (code, judgement.word, LETTERS[code])
        for code, judgement in [*enumerate(JUDGEMENTS, 1), (0, NOT_JUDGED)]
    ]
    context = {
        "colourings": COLOURINGS,
        "judgements": judgements,
        "quality": QUALITY,
        "arrangements": {int(code): style for code, style in ARRANGEMENTS.items()},
        "councils": sorted(councils.values(), key=lambda council: (council["y"], council["x"])),
        "box": [round(value, 3) for value in (left, top, right - left + ROOM, bottom - top)],
    }
    return {
        "history-transport": render_part("history_transport", {"speeds": SPEEDS}),
        "history-places": render_part("history_map", context),
        "history-charts": render_part("history_charts", {"strips": [INDICATORS[name] for name in STRIPS]}),
        "history-filter": render_part("history_filter", {"choices": SHOWN_EVENTS}),
    }


def payload(watched: WatchedHistory, key: str) -> dict[str, Any]:
    """What the browser plays: a list a quarter of whole numbers a council, and events.

    Args:
        watched: the history.
        key: that tells it from others.
    """
    seen = watched.seen
    facts = load_facts().councils
    parts = {
        "exists": seen["exists"],
        "grade": seen["grade"],
        "judged": seen["judged"],
        "quality": TENTHS * seen["quality"],
        "interim": seen["interim"],
        "tenure": seen["tenure"],
        "arrangement": seen["arrangement"],
        "vacancy": TENTHS * watched.vacancy,
        "agency": TENTHS * watched.agency,
        "caseload": TENTHS * seen["caseload"],
    }
    quarters = watched.quarters.height
    return {
        "key": key,
        "quarters": watched.quarters["quarter"].to_list(),
        "councils": facts.select("la_code", "name").rows(),
        "seen": {name: np.rint(values).astype(np.int64).tolist() for name, values in parts.items()},
        "events": [
            [event.quarter, event.row, KINDS.index(event.kind), event.sentence, int(event.grade)]
            for event in watched.events()
        ],
        "kinds": KINDS,
        "outlines": [[quarter, drawing.outlines] for quarter, drawing in maps_of(quarters)],
        "suspended": [SUSPENDED_FROM, SUSPENDED_UNTIL],
        "strips": [_strip(with_support_spending(watched.quarters), name) for name in STRIPS],
        "judgements": [style.word for style in (NOT_JUDGED, *JUDGEMENTS)],
        "letters": LETTERS,
        "arrangements": [[style.word, style.letters] for style in ARRANGEMENTS.values()],
        "breaks": QUALITY.breaks,
    }


def _strip(table: pl.DataFrame, name: str) -> dict[str, Any]:
    wording = INDICATORS[name]
    values = table[name].to_list()
    known = [value for value in values if value is not None] or [0.0]
    low = 0.0 if name in FROM_NOUGHT else min(known)
    high = max(*known, low + 1.0)
    return {
        "values": values,
        "texts": [amount(value, wording) for value in values],
        "range": [low, high],
        "ends": [amount(low, wording).split(" ")[0], amount(high, wording).split(" ")[0]],
    }


def numbers(quarters: pl.DataFrame) -> str:
    """The table of what the charts show."""
    table = with_support_spending(quarters)
    rows = [
        [row["quarter"], *(amount(row[name], INDICATORS[name]) for name in STRIPS)]
        for row in table.iter_rows(named=True)
    ]
    return render_part(
        "history_numbers", {"heads": [INDICATORS[name].title for name in STRIPS], "rows": rows}
    )
